//! Labels of the stand-in: which there are, and how Google writes them on the wire.
//!
//! Sources: "IMAP Extensions" (<https://developers.google.com/workspace/gmail/imap/imap-extensions>): system labels
//! begin with a backslash, names are in modified UTF-7, the attribute is a list of ASTRINGs. How Google really quotes
//! was only measured by others: `("\\Inbox" "\\Sent")` with the backslash doubled in a quoted string
//! (<https://github.com/mscdex/node-imap/issues/187>), `("()" "[foobar]" "\\Draft" fav)` sorted, brackets quoted
//! (<https://github.com/ruby/net-imap/issues/272>), `+IMNews` a bare atom
//! (<https://github.com/jstedfast/MailKit/issues/195>). Never decides what a label does.

use madoguchi::imap::utf7;

/// One label. The order is the one in which a set of them is kept, not the one on the wire.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    Inbox,
    Sent,
    Draft,
    Starred,
    Important,
    Spam,
    Trash,
    /// A label of the user's, by its name as people read it.
    User(String),
}

impl Label {
    /// All that Gmail has by itself.
    pub const SYSTEM: [Self; 7] =
        [Self::Inbox, Self::Sent, Self::Draft, Self::Starred, Self::Important, Self::Spam, Self::Trash];

    /// A label by the name that people see, or a system label as `\Inbox`.
    pub fn named(name: &str) -> Self {
        Self::SYSTEM
            .into_iter()
            .find(|label| label.name().eq_ignore_ascii_case(name))
            .unwrap_or_else(|| Self::User(name.to_owned()))
    }

    /// As people see it, or `\Inbox`.
    pub fn name(&self) -> String {
        match self {
            Self::Inbox => "\\Inbox".to_owned(),
            Self::Sent => "\\Sent".to_owned(),
            Self::Draft => "\\Draft".to_owned(),
            Self::Starred => "\\Starred".to_owned(),
            Self::Important => "\\Important".to_owned(),
            Self::Spam => "\\Spam".to_owned(),
            Self::Trash => "\\Trash".to_owned(),
            Self::User(name) => name.clone(),
        }
    }

    /// From what a client wrote, in modified UTF-7.
    pub fn from_wire(wire: &str) -> Self {
        Self::named(&utf7::decode(wire))
    }

    /// Gmail takes `Foo` and `foo` for one label.
    pub fn is(&self, other: &Self) -> bool {
        self.name().to_lowercase() == other.name().to_lowercase()
    }
}

/// The value of X-GM-LABELS: `("\\Inbox" fav "two words")`, sorted as Google sorts it, by the bytes on the wire.
pub fn list(labels: impl Iterator<Item = Label>) -> Vec<u8> {
    let mut names: Vec<String> = labels.map(|label| utf7::encode(&label.name())).collect();
    names.sort();
    let mut out = b"(".to_vec();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend(astring(name));
    }
    out.push(b')');
    out
}

/// A system label or a name that is no atom is quoted. A name with a quotation mark goes as a literal: the grammar
/// of ASTRING allows it, and clients that only know quoted strings lose such labels.
fn astring(name: &str) -> Vec<u8> {
    let atom = |b: u8| b > 0x20 && b < 0x7f && !b"(){}%*\"\\[]".contains(&b);
    if !name.is_empty() && name.bytes().all(atom) {
        name.as_bytes().to_vec()
    } else if name.contains('"') || name.bytes().any(|b| b < 0x20) {
        let mut out = format!("{{{}}}\r\n", name.len()).into_bytes();
        out.extend(name.bytes());
        out
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\")).into_bytes()
    }
}
