//! `[mailbox.marks]`: how each meaning is written, as a keyword, a label or a folder.
//!
//! Never says which way a server takes: `imap` finds that out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::section::{Problem, Section};
use super::value;
use crate::triage::label::ASKED;

/// Which way marks are written, on servers other than Gmail (there they are labels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marking {
    /// Keywords where the server keeps them, else folders.
    #[default]
    Auto,
    /// Keywords, whatever the server says.
    Keywords,
    /// A folder for each mark.
    Folders,
}

/// Every mark of a mailbox by meaning. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks(Arc<BTreeMap<String, Mark>>);

/// How one meaning is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// IMAP keyword: an ASCII atom of at most 50 bytes.
    pub keyword: String,
    /// Gmail label, decoded; also the name of the mark's folder on servers without keywords.
    pub label: String,
}

/// Meaning, keyword and label of the marks every mailbox has.
pub const STANDARD_MARKS: [(&str, &str, &str); 6] = [
    ("asked", "$Asked", "確認中"),
    ("asked_shop", "$AskedShop", "店舗依頼"),
    ("awaiting_reply", "$AwaitingReply", "返信待ち"),
    ("chat", "$Chat", "チャット"),
    ("handled", "$Handled", "対応済"),
    ("triage_poison", "$TriagePoison", "要確認"),
];

/// Dovecot's Maildir keeps this many keywords a mailbox.
const MAILDIR_KEYWORDS: usize = 26;

impl Marks {
    /// How a meaning is written; the six standard ones are always there.
    pub fn get(&self, meaning: &str) -> Option<&Mark> {
        self.0.get(meaning)
    }

    /// Gives a meaning a mark of its own.
    pub fn set(&mut self, meaning: &str, mark: Mark) {
        Arc::make_mut(&mut self.0).insert(meaning.to_owned(), mark);
    }

    /// All marks in the order of their meanings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Mark)> {
        self.0.iter().map(|(meaning, mark)| (meaning.as_str(), mark))
    }

    /// The meaning of a keyword, compared without regard to case as IMAP does.
    pub fn meaning_of_keyword(&self, keyword: &str) -> Option<&str> {
        self.iter().find(|(_, mark)| mark.keyword.eq_ignore_ascii_case(keyword)).map(|(meaning, _)| meaning)
    }

    /// The meaning of a Gmail label.
    pub fn meaning_of_label(&self, label: &str) -> Option<&str> {
        self.iter().find(|(_, mark)| mark.label == label).map(|(meaning, _)| meaning)
    }
}

fn standard((meaning, keyword, label): (&str, &str, &str)) -> (String, Mark) {
    (meaning.to_owned(), Mark { keyword: keyword.to_owned(), label: label.to_owned() })
}

impl Default for Marks {
    fn default() -> Self {
        static STANDARD: LazyLock<Marks> =
            LazyLock::new(|| Marks(Arc::new(STANDARD_MARKS.into_iter().map(standard).collect())));
        STANDARD.clone()
    }
}

pub(super) fn read(section: &Section<'_>) -> Marks {
    let mut marks = Marks::default();
    // Standard meanings are asked for first, so that `finish` and the key list know them.
    let standard = STANDARD_MARKS.iter().map(|(meaning, _, _)| *meaning);
    let own = section.written().filter(|meaning| !standard.clone().any(|known| known == *meaning));
    for meaning in standard.clone().chain(own) {
        let before = marks.0.get(meaning).cloned();
        if before.is_none() && value::nearest(meaning, standard.clone()).is_some() {
            // A near miss is a typing mistake: left unasked, `finish` suggests the right name.
            continue;
        }
        let Some(table) = section.section(meaning) else { continue };
        let keyword = table.parsed("keyword", keyword).or_else(|| before.as_ref().map(|m| m.keyword.clone()));
        let label = table.parsed("label", label).or_else(|| before.map(|m| m.label));
        let keyword = table.need("keyword", keyword, "such as keyword = \"$Vip\"");
        let label = table.need("label", label, "such as label = \"優先\"");
        table.finish();
        if let (Some(keyword), Some(label)) = (keyword, label) {
            marks.set(meaning, Mark { keyword, label });
        }
    }
    section.finish();
    check_marks(section, &marks);
    marks
}

fn check_marks(section: &Section<'_>, marks: &Marks) {
    let mut keywords = BTreeSet::new();
    let mut labels = BTreeSet::new();
    for (meaning, mark) in marks.iter() {
        if !keywords.insert(mark.keyword.to_ascii_lowercase()) {
            section.fault(
                meaning,
                format!("keyword `{}` has two meanings", mark.keyword),
                "give each mark its own",
            );
        }
        if !labels.insert(&mark.label) {
            section.fault(
                meaning,
                format!("label `{}` has two meanings", mark.label),
                "give each mark its own",
            );
        }
    }
    if marks.0.len() > MAILDIR_KEYWORDS {
        section.doc.warn(
            section.offset(""),
            format!("{} marks, but a Maildir keeps {MAILDIR_KEYWORDS} keywords", marks.0.len()),
            "use fewer marks unless the server stores mail otherwise",
        );
    }
}

/// An atom of RFC 3501 section 9; Dovecot refuses more than 50 bytes and anything that is not ASCII.
fn keyword(text: &str) -> Result<String, Problem> {
    let is_atom = !text.is_empty()
        && text.bytes().all(|b| {
            b.is_ascii_graphic() && !matches!(b, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
        });
    if is_atom && text.len() <= 50 {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{text}` is not an IMAP keyword"),
        "use at most 50 ASCII letters, digits, `$`, `-` or `_`; Japanese goes into `label`",
    ))
}

/// A Gmail label: no system label, no control characters, 225 characters at most.
fn label(text: &str) -> Result<String, Problem> {
    let fits = !text.trim().is_empty()
        && text.trim() == text
        && !text.starts_with('\\')
        && text.chars().count() <= 225
        && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{}` is not a label", text.escape_debug()),
        "write it on one line, without blanks round it and without a leading \\",
    ))
}

pub(super) fn marking(text: &str) -> Result<Marking, Problem> {
    match text {
        "auto" => Ok(Marking::Auto),
        "keywords" => Ok(Marking::Keywords),
        "folders" => Ok(Marking::Folders),
        _ => Err(Problem::new(
            format!("`{text}` is no way to write marks"),
            "write \"auto\", \"keywords\" or \"folders\"; on Gmail they are labels in any case",
        )),
    }
}

/// Which marks leave a mail in the inbox where marks are folders.
pub(super) fn in_inbox(section: &Section<'_>, marks: &Marks) -> BTreeSet<String> {
    let known = || marks.iter().map(|(meaning, _)| meaning);
    let chosen = section.list("inbox_marks", |meaning| {
        if marks.get(meaning).is_some() {
            return Ok(meaning.to_owned());
        }
        let hint = match value::nearest(meaning, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the name of one under [mailbox.marks]".to_owned(),
        };
        Err(Problem::new(format!("no mark is called `{meaning}`"), hint))
    });
    if section.has("inbox_marks") { chosen.into_iter().collect() } else { stays_in_inbox() }
}

/// Somebody has been asked and is to find the mail where it arrived.
pub fn stays_in_inbox() -> BTreeSet<String> {
    BTreeSet::from([ASKED.to_owned()])
}

/// A folder's name: no wildcards of LIST, no control characters, no empty level.
pub(super) fn folder_name(text: &str) -> Result<String, Problem> {
    let level = |level: &str| !level.is_empty() && level.trim() == level;
    let fits = text.split('/').all(level)
        && text.chars().count() <= 200
        && !text.chars().any(|c| c.is_control() || matches!(c, '%' | '*'));
    if fits {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{}` is not the name of a folder", text.escape_debug()),
        "write it without %, * and blanks round it; `/` divides levels",
    ))
}
