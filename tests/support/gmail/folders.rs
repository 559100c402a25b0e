//! Labels as folders: their names in the language of the account, their purpose, the answers to LIST.
//!
//! Sources: special-use attributes in every LIST, no matter whether the client asks, and the list of special folders:
//! "IMAP Extensions" of Google, section on special use, with RFC 6154; XLIST is their older form, still announced.
//! That names follow the language of the account: the same page. Japanese names as accounts show them; attributes in
//! alphabetical order (measured: <https://github.com/jstedfast/MailKit/issues/28>, also the `[Google Mail]` of
//! British accounts: <https://github.com/GAM-team/got-your-back/issues/11>). Each folder can be hidden from IMAP
//! ("Show in IMAP", <https://support.google.com/mail/answer/7126229>). Never touches a mail.

use madoguchi::imap::utf7;

use super::labels::Label;

/// The language of the account, which names the system folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    /// `[Google Mail]` and a bin.
    British,
    Japanese,
}

/// What a folder shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Everything but spam and trash.
    All,
    /// The mails with a label.
    Of(Label),
}

impl Kind {
    /// The system folders in the order of their names.
    pub fn system() -> Vec<Self> {
        let labels = [Label::Draft, Label::Important, Label::Sent, Label::Spam, Label::Starred, Label::Trash];
        let mut kinds = vec![Self::Of(Label::Inbox), Self::All];
        kinds.extend(labels.map(Self::Of));
        kinds
    }

    /// The name, decoded.
    pub fn name(&self, language: Language) -> String {
        let label = match self {
            Self::All => None,
            Self::Of(Label::User(name)) => return name.clone(),
            Self::Of(Label::Inbox) => return "INBOX".to_owned(),
            Self::Of(label) => Some(label),
        };
        let (english, japanese) = match label {
            None => ("All Mail", "すべてのメール"),
            Some(Label::Draft) => ("Drafts", "下書き"),
            Some(Label::Important) => ("Important", "重要"),
            Some(Label::Sent) => ("Sent Mail", "送信済みメール"),
            Some(Label::Spam) => ("Spam", "迷惑メール"),
            Some(Label::Starred) => ("Starred", "スター付き"),
            Some(Label::Trash) if language == Language::British => ("Bin", "ゴミ箱"),
            Some(Label::Trash) => ("Trash", "ゴミ箱"),
            Some(Label::Inbox | Label::User(_)) => unreachable!("named above"),
        };
        match language {
            Language::English => format!("[Gmail]/{english}"),
            Language::British => format!("[Google Mail]/{english}"),
            Language::Japanese => format!("[Gmail]/{japanese}"),
        }
    }

    /// RFC 6154 (and RFC 8457 for `\Important`).
    fn attribute(&self) -> Option<&'static str> {
        match self {
            Self::All => Some("\\All"),
            Self::Of(Label::Draft) => Some("\\Drafts"),
            Self::Of(Label::Important) => Some("\\Important"),
            Self::Of(Label::Sent) => Some("\\Sent"),
            Self::Of(Label::Spam) => Some("\\Junk"),
            Self::Of(Label::Starred) => Some("\\Flagged"),
            Self::Of(Label::Trash) => Some("\\Trash"),
            Self::Of(Label::Inbox | Label::User(_)) => None,
        }
    }
}

/// One line of an answer: attributes and name, decoded.
pub struct Listed {
    pub attributes: Vec<&'static str>,
    pub name: String,
    /// What can be opened there.
    pub kind: Option<Kind>,
}

/// All folders that IMAP shows, INBOX first, then by name; parents that are no labels stand as `\Noselect`.
pub fn all(kinds: &[Kind], language: Language) -> Vec<Listed> {
    let mut named: Vec<(String, Option<Kind>)> =
        kinds.iter().map(|kind| (kind.name(language), Some(kind.clone()))).collect();
    let mut parents = Vec::new();
    for (name, _) in &named {
        for (at, _) in name.match_indices('/') {
            let parent = name[..at].to_owned();
            if !named.iter().any(|(name, _)| *name == parent) && !parents.contains(&parent) {
                parents.push(parent);
            }
        }
    }
    named.extend(parents.into_iter().map(|parent| (parent, None)));
    named.sort_by_key(|(name, _)| (name != "INBOX", name.clone()));
    let names: Vec<String> = named.iter().map(|(name, _)| format!("{name}/")).collect();
    named
        .into_iter()
        .map(|(name, kind)| {
            let inside = format!("{name}/");
            let parent = names.iter().any(|other| other.starts_with(&inside) && *other != inside);
            let mut attributes = vec![if parent { "\\HasChildren" } else { "\\HasNoChildren" }];
            attributes.extend(kind.as_ref().and_then(Kind::attribute));
            if kind.is_none() {
                attributes.push("\\Noselect");
            }
            attributes.sort_unstable();
            Listed { attributes, name, kind }
        })
        .collect()
}

impl Listed {
    /// `* LIST (\All \HasNoChildren) "/" "[Gmail]/All Mail"`, names quoted as Google does.
    pub fn line(&self, verb: &str) -> String {
        let mut attributes = self.attributes.clone();
        if verb == "XLIST" {
            // Google's own form, before RFC 6154: the inbox is marked, too, and All Mail has another word.
            attributes = attributes
                .into_iter()
                .map(|word| match word {
                    "\\All" => "\\AllMail",
                    "\\Junk" => "\\Spam",
                    "\\Flagged" => "\\Starred",
                    word => word,
                })
                .collect();
            if self.kind == Some(Kind::Of(Label::Inbox)) {
                attributes.push("\\Inbox");
            }
        }
        format!("* {verb} ({}) \"/\" {}\r\n", attributes.join(" "), quoted(&self.name))
    }

    /// Whether the server said what it is for.
    pub fn is_special(&self) -> bool {
        self.kind.as_ref().is_some_and(|kind| kind.attribute().is_some())
    }
}

/// A name in modified UTF-7, in quotes.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", utf7::encode(name).replace('\\', "\\\\").replace('"', "\\\""))
}

/// `*` and `%` of LIST (RFC 3501 section 6.3.8).
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut characters = pattern.chars();
    match characters.next() {
        None => name.is_empty(),
        Some('*') => (0..=name.len())
            .filter(|at| name.is_char_boundary(*at))
            .any(|at| matches(characters.as_str(), &name[at..])),
        Some('%') => (0..=name.find('/').unwrap_or(name.len()))
            .filter(|at| name.is_char_boundary(*at))
            .any(|at| matches(characters.as_str(), &name[at..])),
        Some(character) => name
            .strip_prefix(character)
            .or_else(|| (name.len() == pattern.len()).then(|| strip_case(name, character)).flatten())
            .is_some_and(|rest| matches(characters.as_str(), rest)),
    }
}

/// INBOX is written in any case.
fn strip_case(name: &str, character: char) -> Option<&str> {
    let first = name.chars().next()?;
    ("INBOX".ends_with(&name.to_ascii_uppercase()) && first.eq_ignore_ascii_case(&character))
        .then(|| &name[first.len_utf8()..])
}
