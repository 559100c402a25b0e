//! The header of a mail as unfolded fields, read strictly: what two readers could take for two things is refused.
//!
//! The one unfolding for whoever asks who wrote a mail; it knows no field's meaning.

use super::Refusal;

/// A header beyond this is no answer of a person, in bytes.
const LARGEST: usize = 256 * 1024;

/// One field as it stands: its name up to the colon, its value with the line ends taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As written; a blank before the colon is part of it.
    pub name: Vec<u8>,
    /// What follows the colon.
    pub value: Vec<u8>,
}

/// Every field of a header, topmost first.
///
/// # Errors
/// [`Refusal::ControlCharacter`]; [`Refusal::BrokenHeader`] for a line without a name, a line of blanks, and a header that
/// is too long.
pub fn unfolded(raw: &[u8]) -> Result<Vec<Field>, Refusal> {
    let mut fields: Vec<Field> = Vec::new();
    let mut read = 0_usize;
    for line in raw.split(|byte| *byte == b'\n') {
        read = read.saturating_add(line.len()).saturating_add(1);
        if read > LARGEST {
            return Err(Refusal::BrokenHeader);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        // ESC belongs to undeclared ISO-2022-JP subjects and is harmless.
        if line.iter().any(|byte| (*byte < b' ' && !matches!(byte, b'\t' | 0x1b)) || *byte == 0x7f) {
            return Err(Refusal::ControlCharacter);
        }
        // A line of blanks ends the header for some readers and goes on with it for others.
        if line.trim_ascii().is_empty() {
            return Err(Refusal::BrokenHeader);
        }
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            fields.last_mut().ok_or(Refusal::BrokenHeader)?.value.extend_from_slice(line);
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Refusal::BrokenHeader)?;
        let (name, value) = line.split_at_checked(colon).ok_or(Refusal::BrokenHeader)?;
        fields.push(Field { name: name.to_vec(), value: value.get(1..).unwrap_or_default().to_vec() });
    }
    Ok(fields)
}
