//! The header of a mail as a list of fields, read strictly: what two readers could take for two things is refused.
//!
//! Knows no field's meaning but which may stand only once.

use crate::triage::approval::unfolded;

/// Fields that RFC 5322 section 3.6 and RFC 2045 allow once. A second one is how a reader and a signature are led apart.
const ONCE: [&str; 14] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
];
/// Why a header is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// A line without a name, a name with a blank, a line of blanks, a control character, too long.
    Broken,
    /// A field twice that may stand once.
    Doubled,
}

/// One field: its name in lower case, its value unfolded, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Vec<u8>,
}

/// Every field, topmost first.
pub(super) fn fields(raw: &[u8]) -> Result<Vec<Field>, Odd> {
    let mut fields: Vec<Field> = Vec::new();
    for field in unfolded(raw).map_err(|_| Odd::Broken)? {
        if field.name.is_empty() || !field.name.iter().all(u8::is_ascii_graphic) {
            return Err(Odd::Broken);
        }
        let name = String::from_utf8_lossy(&field.name).to_ascii_lowercase();
        if ONCE.contains(&name.as_str()) && fields.iter().any(|field| field.name == name) {
            return Err(Odd::Doubled);
        }
        fields.push(Field { name, value: field.value });
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_to_read_it_or_none() {
        let names = |raw: &str| {
            fields(raw.as_bytes()).map(|all| {
                let each = all
                    .iter()
                    .map(|field| format!("{}={}", field.name, String::from_utf8_lossy(&field.value)));
                each.collect::<Vec<_>>().join("|")
            })
        };
        for (raw, expected) in [
            ("A: 1\r\nb:2\r\n\r\nC: 3", Ok("a= 1|b=2")),
            ("A: 1\n 2\n\nx", Ok("a= 1 2")),
            ("A: 1\nA: 2\n", Ok("a= 1|a= 2")),
            ("From: a\nfrom: b\n", Err(Odd::Doubled)),
            ("To: a\nX: y\nTO: b\n", Err(Odd::Doubled)),
            ("Content-Type: a\nContent-type: b\n", Err(Odd::Doubled)),
            ("From : a\n", Err(Odd::Broken)),
            (" a\nFrom: b\n", Err(Odd::Broken)),
            ("From: a\n \t\nTo: b\n", Err(Odd::Broken)),
            ("From a\n", Err(Odd::Broken)),
            (": a\n", Err(Odd::Broken)),
            ("Frоm: a\n", Err(Odd::Broken)),
            ("A: b\0\n", Err(Odd::Broken)),
            ("A: b\rFrom: c\n", Err(Odd::Broken)),
            ("", Ok("")),
        ] {
            assert_eq!(names(raw), expected.map(str::to_owned), "{raw:?}");
        }
        assert_eq!(fields(format!("A: {}\n", "x".repeat(256 * 1024)).as_bytes()), Err(Odd::Broken));
    }
}
