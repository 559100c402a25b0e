//! Test files: `rules/tests/*.toml` to checked tests, every fault of every file at its place.
//!
//! A test gives a mail (raw, in a file beside it, or as a plain text) and what is expected of it. Nothing here reads
//! the mail or knows what a rule says; `trial` does.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::expect::{self, Expectation, Known};
use crate::config::section::{Document, Problem, Section};
use crate::fault::{Fault, position};
use crate::live::Live;
use crate::triage::rulebook::Rulebook;

/// Most bytes of a mail that a test names.
const MAX_MAIL: u64 = 32 * 1024 * 1024;

/// All tests of a folder, in the order of files and lines.
#[derive(Debug)]
pub struct Suite {
    /// The tests.
    pub tests: Vec<Test>,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// What it is called; unique within its file.
    pub name: String,
    /// The file as a person would name it.
    pub file: PathBuf,
    /// 1-based line of its name.
    pub line: usize,
    /// The mail, RFC 5322.
    pub mail: Vec<u8>,
    /// When the desk gets it.
    pub at: Timestamp,
    /// What is expected, in the order it is compared.
    pub expects: Vec<Expectation>,
}

/// Loads every `*.toml` of a folder. `live` says which templates and marks there are, and whom plain mails go to,
/// `rules` which topics.
///
/// # Errors
/// Every fault of every file, in the order of the files.
pub fn load(dir: &Path, live: &Live, rules: &Rulebook) -> Result<Suite, Vec<Fault>> {
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(dir) {
        Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
        Err(error) => {
            let fault = Fault::whole(dir, format!("cannot be read: {error}"), "name the folder of the tests");
            return Err(vec![fault]);
        }
    };
    paths.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.ends_with(".toml") && !name.starts_with('.')
    });
    paths.sort();
    let (mut tests, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let (read, wrong) = parse(&path, &text, live, rules);
                tests.extend(read);
                faults.extend(wrong);
            }
            Err(error) => {
                faults.push(Fault::whole(&path, format!("cannot be read: {error}"), "save it as UTF-8"));
            }
        }
    }
    if faults.is_empty() { Ok(Suite { tests }) } else { Err(faults) }
}

/// The tests of one file, and its faults. Mails in files beside it are looked for in its folder.
pub fn parse(path: &Path, text: &str, live: &Live, rules: &Rulebook) -> (Vec<Test>, Vec<Fault>) {
    let doc = Document::new(path, text, 0);
    let mut tests = Vec::new();
    if let Some(table) = doc.parse(text) {
        let root = Section::root(&doc, &table);
        let zone = &live.desk_policy().desk.zone;
        let common = Common {
            text,
            folder: path.parent().unwrap_or(Path::new("")),
            live,
            rules,
            date: root.parsed("date", |text| instant(text, zone)),
            from: root.line("from"),
            to: root.line("to"),
        };
        let mut names = std::collections::BTreeSet::new();
        for section in &root.sections("test") {
            let Some(test) = common.test(section, path) else { continue };
            if names.insert(test.name.clone()) {
                tests.push(test);
            } else {
                section.fault("name", format!("two tests are called `{}`", test.name), "rename one");
            }
        }
        root.finish();
    }
    let (faults, _, _) = doc.close();
    (tests, faults)
}

/// What the tests of a file share.
struct Common<'c> {
    text: &'c str,
    folder: &'c Path,
    live: &'c Live,
    rules: &'c Rulebook,
    date: Option<Timestamp>,
    from: Option<String>,
    to: Option<String>,
}

impl Common<'_> {
    fn test(&self, section: &Section<'_>, path: &Path) -> Option<Test> {
        let name = section.need("name", section.line("name"), "say in a few words what is tested");
        let zone = &self.live.desk_policy().desk.zone;
        let own = section.parsed("date", |text| instant(text, zone));
        let date = if section.has("date") { own } else { self.date };
        let mail = self.mail(section, date);
        let expected = section.section("expect");
        if expected.is_none() && !section.has("expect") {
            let hint = "write [test.expect] below it";
            section.doc.fault(section.offset("name"), "the test expects nothing", hint);
        }
        let expects = expected
            .map(|section| expect::read(&section, self.text, &Known { live: self.live, rules: self.rules }));
        section.finish();
        let line = position(self.text, section.offset("name")).0;
        let (at, mail) = mail?;
        Some(Test { name: name?, file: path.to_owned(), line, mail, at, expects: expects? })
    }

    /// The mail, and when the desk gets it.
    fn mail(&self, section: &Section<'_>, date: Option<Timestamp>) -> Option<(Timestamp, Vec<u8>)> {
        let ways = ["text", "mail", "file"].into_iter().filter(|key| section.has(key)).count();
        let plain = section.parsed("text", |text| Ok(text.to_owned()));
        let raw = section.text("mail").map(|mail| crlf(mail.trim_start_matches('\n')));
        let file = section.line("file");
        let head = Head {
            from: section.line("from").or_else(|| self.from.clone()),
            to: section.line("to").or_else(|| self.to.clone()),
            subject: section.line("subject").unwrap_or_default(),
            more: section.list("header", field),
        };
        if ways != 1 {
            let hint = "give it exactly one of text = \"…\", mail = \"…\" and file = \"mail.eml\"";
            section.doc.fault(section.offset("name"), format!("the test has {ways} mails"), hint);
            return None;
        }
        let bytes = match (plain, raw, file) {
            (Some(text), _, _) => {
                let at = self.needed(section, date)?;
                return Some((at, self.write(section, &head, at, &text)?));
            }
            (None, Some(mail), _) => mail,
            (None, None, Some(file)) => self.beside(section, &file)?,
            // Written, but no string: said already.
            (None, None, None) => return None,
        };
        for key in ["from", "to", "subject", "header"].into_iter().filter(|key| section.has(key)) {
            section.fault(key, format!("`{key}` is for a plain text"), "write it into the mail itself");
        }
        let own = crate::mime::letter(&bytes).ok().and_then(|letter| letter.sent);
        Some((self.needed(section, date.or(own))?, bytes))
    }

    fn needed(&self, section: &Section<'_>, date: Option<Timestamp>) -> Option<Timestamp> {
        if date.is_none() && !section.has("date") {
            let hint = "write date = 2026-08-27T10:00:00+09:00 here or at the top of the file";
            section.doc.fault(section.offset("name"), "the test has no date", hint);
        }
        date
    }

    fn beside(&self, section: &Section<'_>, file: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(file);
        let size = std::fs::metadata(&path).map(|data| data.len());
        let wrong = match size {
            Ok(size) if size <= MAX_MAIL => match std::fs::read(&path) {
                Ok(bytes) => return Some(bytes),
                Err(error) => error.to_string(),
            },
            Ok(size) => format!("it has {size} bytes, more than a mail may have"),
            Err(error) => error.to_string(),
        };
        section.fault("file", format!("`{file}` cannot be read: {wrong}"), "it lies beside the test file");
        None
    }

    /// A plain text as a mail.
    fn write(&self, section: &Section<'_>, head: &Head, at: Timestamp, text: &str) -> Option<Vec<u8>> {
        let zone = &self.live.desk_policy().desk.zone;
        let Some(from) = &head.from else {
            let hint = "write from = \"花子 <hanako@customer.example>\" here or at the top of the file";
            section.doc.fault(section.offset("name"), "nobody wrote this mail", hint);
            return None;
        };
        let to =
            head.to.clone().or_else(|| self.live.looking_as().map(|mailbox| mailbox.address.to_string()));
        let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(zone.clone())).unwrap_or_default();
        let line = position(self.text, section.offset("name")).0;
        let usual = [
            ("Date", date),
            ("From", from.clone()),
            ("To", to.unwrap_or_default()),
            ("Subject", head.subject.clone()),
            ("Message-ID", format!("<line-{line}@tests.invalid>")),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Type", "text/plain; charset=utf-8".to_owned()),
            ("Content-Transfer-Encoding", "8bit".to_owned()),
        ];
        let mut mail = String::new();
        for (name, value) in usual {
            if !head.more.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                mail.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        for (name, value) in &head.more {
            mail.push_str(&format!("{name}: {value}\r\n"));
        }
        mail.push_str("\r\n");
        let mut bytes = mail.into_bytes();
        bytes.extend(crlf(text));
        Some(bytes)
    }
}

/// Header fields of a plain text.
struct Head {
    from: Option<String>,
    to: Option<String>,
    subject: String,
    more: Vec<(String, String)>,
}

/// `Auto-Submitted: auto-replied`.
fn field(text: &str) -> Result<(String, String), Problem> {
    let good = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    match text.split_once(':') {
        Some((name, value)) if good(name) && !value.chars().any(char::is_control) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        Some(_) | None => Err(Problem::new("no header field", "write \"Auto-Submitted: auto-replied\"")),
    }
}

/// An instant with its offset, or wall time of the desk.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, Problem> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let local = text.parse::<DateTime>().ok().and_then(|local| local.to_zoned(zone.clone()).ok());
    local.map(|zoned| zoned.timestamp()).ok_or_else(|| {
        let what = format!("`{text}` is no instant");
        Problem::new(
            what,
            "write 2026-08-27T10:00:00, in the desk's zone, or with an offset: 2026-08-27T10:00:00+09:00",
        )
    })
}

fn crlf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
}
