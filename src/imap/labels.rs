//! Gmail's labels on the wire: how Google writes them, and how they reach the parser.
//!
//! A label is an atom, a quoted string or a literal, in modified UTF-7; system labels begin with a backslash (Google,
//! "IMAP Extensions", `X-GM-LABELS`). imap-proto 0.17 leaves escapes as they stand, drops the whole list when a literal
//! is in it, and loses its footing when that literal holds a `)`. So literals among labels become quoted strings before
//! the parser sees them. Everything else passes byte for byte. Never decides what a label means.

use super::utf7;

/// What a list of labels begins with in a FETCH answer.
const BEGIN: &[u8] = b"X-GM-LABELS (";

/// In the inbox.
pub(super) const INBOX: &str = "\\Inbox";
/// Sent from this account.
pub(super) const SENT: &str = "\\Sent";
/// Not sent yet. Google's documents write it so; the plural has been seen.
pub(super) const DRAFT: [&str; 2] = ["\\Draft", "\\Drafts"];

/// The label behind what the parser hands out: escapes of a quoted string undone, modified UTF-7 decoded.
///
/// A single backslash at the front is an atom's (`\Inbox`); in a quoted string it would be written twice.
pub(super) fn decode(parsed: &str) -> String {
    let mut wire = String::with_capacity(parsed.len());
    let mut chars = parsed.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(&escaped @ ('\\' | '"')) if c == '\\' => {
                wire.push(escaped);
                chars.next();
            }
            _ => wire.push(c),
        }
    }
    utf7::decode(&wire)
}

/// Whether this is a label of Gmail's own, which is written as an atom.
pub(super) fn is_system(label: &str) -> bool {
    label.strip_prefix('\\').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// Turns literals among labels into quoted strings, byte by byte.
#[derive(Debug, Default)]
pub(super) struct Mender {
    /// How much of [`BEGIN`] was just seen.
    matched: usize,
    inside: bool,
    /// An announcement that may turn out to be a literal's: `{12}` and the carriage return.
    held: Vec<u8>,
    /// The bytes that come are a label's.
    label: bool,
}

impl Mender {
    /// Takes the text between two literals or line ends. No quoted string goes on over either.
    pub(super) fn piece(&mut self, text: &[u8], out: &mut Vec<u8>) {
        let (mut quoted, mut escaped) = (false, false);
        for byte in text {
            self.byte(*byte, quoted, out);
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ => {}
            }
        }
    }

    /// Takes a byte that is part of no literal. `quoted` tells whether it stands in a quoted string.
    fn byte(&mut self, byte: u8, quoted: bool, out: &mut Vec<u8>) {
        if !self.held.is_empty() {
            if byte == b'\n'
                && let Some(length) = announced(&self.held)
            {
                self.held.clear();
                out.push(b'"');
                self.label = length > 0;
                if length == 0 {
                    out.push(b'"');
                }
                return;
            }
            if self.held.len() < 24 && matches!(byte, b'0'..=b'9' | b'}' | b'\r') {
                self.held.push(byte);
                return;
            }
            out.append(&mut self.held);
        }
        if byte == b'\n' {
            (self.inside, self.matched) = (false, 0);
        } else if quoted {
            self.matched = 0;
        } else if self.inside {
            match byte {
                b'{' => return self.held.push(byte),
                b')' => self.inside = false,
                _ => {}
            }
        } else {
            let goes_on = BEGIN.get(self.matched).is_some_and(|next| next.eq_ignore_ascii_case(&byte));
            self.matched =
                if goes_on { self.matched + 1 } else { usize::from(byte.eq_ignore_ascii_case(&b'X')) };
            self.inside = self.matched == BEGIN.len();
        }
        out.push(byte);
    }

    /// Takes bytes of a literal; `last` when it ends with them.
    pub(super) fn literal(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        self.matched = 0;
        if !self.label {
            return out.extend_from_slice(bytes);
        }
        for byte in bytes {
            match byte {
                b'"' | b'\\' => out.extend([b'\\', *byte]),
                // No name has these, and no quoted string may hold them.
                0..0x20 | 0x7f => out.push(b'?'),
                _ => out.push(*byte),
            }
        }
        if last {
            out.push(b'"');
            self.label = false;
        }
    }
}

/// The length that `{12}\r` announces.
fn announced(held: &[u8]) -> Option<usize> {
    let digits = held.strip_prefix(b"{")?.strip_suffix(b"}\r")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_google_writes_them() {
        for (parsed, label) in [
            ("\\Inbox", "\\Inbox"),
            (r"\\Inbox", "\\Inbox"),
            ("foo", "foo"),
            ("Muy Importante", "Muy Importante"),
            ("&j9RP4V+FMGE-", "返信待ち"),
            (r#"say \"hi\""#, r#"say "hi""#),
            (r"back\\slash", r"back\slash"),
            (r"\\\\twice", r"\\twice"),
            ("A &- B", "A & B"),
            ("&broken", "&broken"),
            ("", ""),
        ] {
            assert_eq!(decode(parsed), label, "{parsed}");
        }
    }

    #[test]
    fn system_labels_are_told_from_names() {
        for (label, system) in
            [("\\Inbox", true), ("\\", false), ("Inbox", false), ("\\In box", false), ("返信待ち", false)]
        {
            assert_eq!(is_system(label), system, "{label}");
        }
    }
}
