//! One IMAP command as it will stand on the wire, and the law it has to keep.
//!
//! Strings that come from outside can only enter through [`Command::string`] and [`Command::folder`], which quote
//! or become literals; nothing can smuggle a second command in. Never sends anything itself.

use super::error::ImapError;
use super::{labels, utf7};

/// A command in parts: text that we wrote, and literals.
#[derive(Debug, Clone)]
pub struct Command {
    verb: &'static str,
    parts: Vec<Part>,
}

/// A piece of a command.
#[derive(Clone)]
pub(crate) enum Part {
    /// Our own words, or a quoted string.
    Text(String),
    /// Any bytes, announced by their length.
    Literal(Vec<u8>),
}

impl std::fmt::Debug for Part {
    /// Shows lengths only: texts may hold a password or a name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({})", text.len()),
            Self::Literal(bytes) => write!(f, "Literal({})", bytes.len()),
        }
    }
}

impl Command {
    /// A command by its verb, such as `UID FETCH`.
    pub fn new(verb: &'static str) -> Self {
        Self { verb, parts: vec![Part::Text(verb.to_owned())] }
    }

    /// The verb, fit for logs.
    pub fn verb(&self) -> &'static str {
        self.verb
    }

    /// Adds words of ours after a blank. Control characters are refused when the command is sent.
    #[must_use]
    pub fn raw(mut self, text: &str) -> Self {
        self.push(" ");
        self.push(text);
        self
    }

    /// Adds a string argument: quoted when it is short and plain, a literal otherwise (RFC 3501 section 4.3).
    #[must_use]
    pub fn string(mut self, text: &str) -> Self {
        self.push(" ");
        self.push_string(text);
        self
    }

    /// Adds a list of Gmail labels: its own as atoms, others in modified UTF-7.
    #[must_use]
    pub(super) fn labels<'l>(mut self, all: impl IntoIterator<Item = &'l str>) -> Self {
        for (index, label) in all.into_iter().enumerate() {
            self.push(if index == 0 { " (" } else { " " });
            if labels::is_system(label) {
                self.push(label);
            } else {
                self.push_string(&utf7::encode(label));
            }
        }
        self.push(")");
        self
    }

    fn push_string(&mut self, text: &str) {
        let plain = text.len() <= 1000 && text.bytes().all(|b| (0x20..0x7f).contains(&b));
        if plain {
            self.push(&format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
        } else {
            self.parts.push(Part::Literal(text.as_bytes().to_vec()));
        }
    }

    /// Adds a mailbox name, in modified UTF-7.
    #[must_use]
    pub fn folder(self, name: &str) -> Self {
        self.string(&utf7::encode(name))
    }

    /// Adds bytes as a literal.
    #[must_use]
    pub fn literal(mut self, bytes: &[u8]) -> Self {
        self.push(" ");
        self.parts.push(Part::Literal(bytes.to_vec()));
        self
    }

    fn push(&mut self, text: &str) {
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it can be sent without waiting for the server in the middle.
    pub(crate) fn is_one_line(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// Refuses what must never reach a mailbox: a line break or NUL in a text, NUL in a string, and everything the
    /// neutral law forbids (`\Seen`, `\Deleted`, EXPUNGE, a fetch that marks mail as read).
    pub(crate) fn check(&self) -> Result<(), ImapError> {
        for part in &self.parts {
            let clean = match part {
                Part::Text(text) => !text.bytes().any(|b| b < 0x20 || b == 0x7f),
                Part::Literal(bytes) => !bytes.contains(&0),
            };
            if !clean {
                return Err(ImapError::Config(format!(
                    "{}: an argument holds a control character",
                    self.verb
                )));
            }
        }
        if self.is_neutral() {
            Ok(())
        } else {
            Err(ImapError::Config(format!(
                "{} would change what people see as read or delete mail",
                self.verb
            )))
        }
    }

    fn is_neutral(&self) -> bool {
        let text: String = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text.to_ascii_uppercase()),
                Part::Literal(_) => None,
            })
            .collect();
        match self.verb {
            // A copy that we put down ourselves may be born read; nothing else may be changed so.
            "APPEND" => !text.contains("\\DELETED"),
            // Gmail's label `\Trash` deletes after 30 days, `\Spam` as well.
            "UID STORE" => {
                !["\\SEEN", "\\DELETED", "\\TRASH", "\\SPAM", "\\JUNK"].iter().any(|word| text.contains(word))
            }
            "UID FETCH" => {
                !text.contains(" BODY[")
                    && !text.contains("(BODY[")
                    && !text.contains("RFC822.TEXT")
                    && !text.contains("RFC822)")
                    && !text.contains("RFC822 ")
            }
            verb => {
                !matches!(verb, "STORE" | "FETCH" | "COPY" | "MOVE" | "CLOSE" | "DELETE" | "RENAME")
                    && !verb.contains("EXPUNGE")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_wire(command: &Command) -> String {
        command
            .parts()
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Literal(bytes) => format!("{{{}}}{}", bytes.len(), String::from_utf8_lossy(bytes)),
            })
            .collect()
    }

    #[test]
    fn strings_are_quoted_or_become_literals() {
        for (command, expected) in [
            (Command::new("LOGIN").string("a").string("b\"c\\d"), r#"LOGIN "a" "b\"c\\d""#),
            (Command::new("LOGIN").string("").string("窓"), "LOGIN \"\" {3}窓"),
            (Command::new("LOGIN").string("a\r\nA2 X"), "LOGIN {7}a\r\nA2 X"),
            (Command::new("EXAMINE").folder("返信待ち"), "EXAMINE \"&j9RP4V+FMGE-\""),
            (
                Command::new("X").labels(["\\Inbox", "返信待ち", "a \"b\"", "\\In box"]),
                "X (\\Inbox \"&j9RP4V+FMGE-\" \"a \\\"b\\\"\" \"\\\\In box\")",
            ),
        ] {
            assert_eq!(on_wire(&command), expected);
        }
    }

    #[test]
    fn the_neutral_law_is_kept_before_anything_is_sent() {
        for (command, good) in [
            (Command::new("UID STORE").raw("1 +FLAGS.SILENT ($Done)"), true),
            (Command::new("UID STORE").raw("1 +FLAGS.SILENT (\\Seen)"), false),
            (Command::new("UID STORE").raw("1 +FLAGS.SILENT (\\deleted)"), false),
            (Command::new("UID STORE").raw("1 -X-GM-LABELS").labels(["\\Inbox"]), true),
            (Command::new("UID STORE").raw("1 +X-GM-LABELS").labels(["\\Trash"]), false),
            (Command::new("UID FETCH").raw("1 (UID BODY.PEEK[])"), true),
            (Command::new("UID FETCH").raw("1 (UID RFC822.SIZE)"), true),
            (Command::new("UID FETCH").raw("1 (UID BODY[])"), false),
            (Command::new("UID FETCH").raw("1 BODY[]"), false),
            (Command::new("UID FETCH").raw("1 (RFC822)"), false),
            (Command::new("UID EXPUNGE").raw("1"), false),
            (Command::new("EXPUNGE"), false),
            (Command::new("CLOSE"), false),
            (Command::new("APPEND").folder("Sent").raw("(\\Seen)").literal(b"x"), true),
            (Command::new("NOOP").raw("x\r\nA2 EXPUNGE"), false),
            (Command::new("LOGIN").string("a\0b"), false),
        ] {
            assert_eq!(command.check().is_ok(), good, "{}", on_wire(&command));
        }
    }
}
