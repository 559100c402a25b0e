//! One template file: front matter, subject, body, and everything that can be wrong with them before a mail is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::variable::{
    IN_ACKNOWLEDGEMENTS, ONLY_IN_ACKNOWLEDGEMENTS, ONLY_IN_REPORTS, VARIABLES, Variable, variable,
};
use super::{Options, Template};
use crate::config::section::{Document, Problem, Section};
use crate::config::value::nearest;
use crate::fault::Fault;
use crate::triage::verdict::Class;

/// The languages a template can be written in.
pub(super) const LANGUAGES: [(&str, &str); 4] = [("ja", "ja"), ("en", "en"), ("pl", "pl"), ("zh", "zh")];

/// An engine with nothing in it but what templates need: no escaping, no globals, no way to another file.
pub(super) fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    // A line that holds only `{% … %}` leaves no empty line. Building fails on odd delimiters only; ours are usual.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    engine.set_syntax(syntax.unwrap_or_default());
    // Debug information would carry customers' names into error texts.
    engine.set_debug(false);
    engine.add_test("defined", minijinja::tests::is_defined);
    engine.add_filter("sama", sama);
    engine.add_filter("trim", minijinja::filters::trim);
    engine
}

/// 山田 becomes 山田様; お客様 stays as it is.
fn sama(name: String) -> String {
    let polite = ["様", "さま", "さん", "御中"].iter().any(|ending| name.trim_end().ends_with(ending));
    if polite { name } else { format!("{}様", name.trim_end()) }
}

/// A file taken apart. Offsets count in the whole text.
struct Parts<'t> {
    front: (usize, &'t str),
    body: (usize, &'t str),
}

fn take_apart(text: &str) -> Result<Parts<'_>, Problem> {
    let hint = "begin with a line `---`, then subject = \"…\", then a line `---`, then the text";
    let opening = text.find('\n').map_or("", |end| text.get(..end).unwrap_or(""));
    if opening.trim_end() != "---" {
        return Err(Problem::new("no front matter", hint));
    }
    let start = opening.len() + 1;
    let mut at = start;
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        if line.trim_end() == "---" {
            let front = (start, text.get(start..at).unwrap_or(""));
            let body = at + line.len();
            return Ok(Parts { front, body: (body, text.get(body..).unwrap_or("")) });
        }
        at += line.len();
    }
    Err(Problem::new("the front matter is not closed", hint))
}

/// The name of a template and the language in its file name: `first-answer.en.txt`.
fn name_of(path: &Path) -> Result<(String, Option<&'static str>), Problem> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let (name, suffix) = stem.split_once('.').map_or((stem, None), |(name, suffix)| (name, Some(suffix)));
    let good = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let lang = suffix.map(|suffix| LANGUAGES.iter().find(|(word, _)| *word == suffix).map(|(_, lang)| *lang));
    match (good, lang) {
        (true, None) => Ok((name.to_owned(), None)),
        (true, Some(Some(lang))) => Ok((name.to_owned(), Some(lang))),
        (_, _) => Err(Problem::new(
            "a template's file name is NAME.txt or NAME.LANGUAGE.txt",
            "NAME in a-z, 0-9, - and _; LANGUAGE one of ja, en, pl, zh",
        )),
    }
}

/// Reads and tries one template. Faults go into the list; a template is returned when there are none.
pub(super) fn read(path: &Path, text: &str, options: &Options, faults: &mut Vec<Fault>) -> Option<Template> {
    let before = faults.len();
    let (base, suffix) = match name_of(path) {
        Ok(name) => name,
        Err(problem) => {
            faults.push(Fault::whole(path, problem.what, problem.hint));
            return None;
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parts = match take_apart(text) {
        Ok(parts) => parts,
        Err(problem) => {
            faults.push(Fault::at(path, text, 0, problem.what, problem.hint));
            return None;
        }
    };
    let doc = Document::new(path, text, parts.front.0);
    let front = doc.parse(parts.front.1).map(|table| front(&Section::root(&doc, &table), suffix));
    faults.extend(doc.close().0);
    let front = front?;

    let (acknowledges, reports) = (front.acknowledges, front.reports);
    let mut source = Source { path, text, options, acknowledges, reports, faults };
    let mut variables = BTreeSet::new();
    if let Some(subject) = &front.subject {
        let offset = parts.front.0 + front.subject_at;
        // The value begins behind its quotation mark.
        variables.extend(source.examine(offset + 1, subject, offset).into_iter().flatten());
    }
    if parts.body.1.trim().is_empty() {
        source.fault(parts.body.0, "the template has no text", "write it below the second `---`");
    } else if let Some(in_body) = source.examine(parts.body.0, parts.body.1, parts.body.0) {
        source.apology(&front, &in_body, parts.body);
        variables.extend(in_body);
    }
    let subject = front.subject?;
    (faults.len() == before).then(|| Template {
        name: suffix.map_or_else(|| base.clone(), |lang| format!("{base}.{lang}")),
        file: path.to_owned(),
        class: front.class,
        topic: front.topic,
        acknowledges: front.acknowledges,
        guides: front.guides,
        reports: front.reports,
        language: front.language,
        fallback: front.fallback,
        variables,
        subject,
        body: parts.body.1.to_owned(),
    })
}

struct Front {
    subject: Option<String>,
    subject_at: usize,
    class: Option<Class>,
    topic: Option<String>,
    language: &'static str,
    fallback: BTreeMap<&'static str, String>,
    apology: bool,
    acknowledges: bool,
    guides: bool,
    reports: bool,
}

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Answer,
    Acknowledgement,
    Remote,
    ComplaintReport,
}

fn front(section: &Section<'_>, suffix: Option<&'static str>) -> Front {
    const CLASSES: [(&str, Class); 2] =
        [(Class::Inquiry.word(), Class::Inquiry), (Class::Reservation.word(), Class::Reservation)];
    let subject =
        section.need("subject", section.line("subject"), "such as subject = \"【{{ desk_name }}】…\"");
    let subject_at = section.offset("subject");
    let class = section.parsed("class", |text| crate::config::value::choice(text, &CLASSES));
    let topic = section.line("topic");
    let language = section.choice("language", &LANGUAGES, suffix.unwrap_or("ja"));
    if suffix.is_some_and(|suffix| suffix != language) {
        section.fault("language", "`language` is not the one in the file name", "make them agree");
    }
    let mut fallback = BTreeMap::new();
    if let Some(table) = section.section("fallback") {
        for known in &VARIABLES {
            if let Some(value) = table.text(known.name) {
                fallback.insert(known.name, value);
            }
        }
        table.finish();
    }
    const PURPOSES: [(&str, Purpose); 4] = [
        ("answer", Purpose::Answer),
        ("acknowledgement", Purpose::Acknowledgement),
        ("remote", Purpose::Remote),
        ("complaint_report", Purpose::ComplaintReport),
    ];
    let purpose = section.choice("purpose", &PURPOSES, Purpose::Answer);
    let (acknowledges, guides) = (purpose == Purpose::Acknowledgement, purpose == Purpose::Remote);
    let reports = purpose == Purpose::ComplaintReport;
    // Nobody has waited yet when a mail has just come.
    let apology = section.flag("apology", purpose == Purpose::Answer);
    section.finish();
    Front { subject, subject_at, class, topic, language, fallback, apology, acknowledges, guides, reports }
}

/// The text of a file while its faults are collected.
struct Source<'s> {
    path: &'s Path,
    text: &'s str,
    options: &'s Options,
    acknowledges: bool,
    reports: bool,
    faults: &'s mut Vec<Fault>,
}

impl Source<'_> {
    fn fault(&mut self, offset: usize, what: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(Fault::at(self.path, self.text, offset, what, hint));
    }

    /// Checks syntax and variables of a piece that begins at `start`, and tries it with example values.
    /// `place` is where to point when the fault's own place is unknown. Returns the variables it uses, or `None`
    /// when it cannot be parsed.
    fn examine(&mut self, start: usize, piece: &str, place: usize) -> Option<BTreeSet<&'static str>> {
        let engine = engine();
        let template = match engine.template_from_str(piece) {
            Ok(template) => template,
            Err(error) => {
                self.engine_fault(start, place, &error);
                return None;
            }
        };
        let names: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
        let mut known = BTreeSet::new();
        let mut unknown = false;
        for name in &names {
            if let Some(variable) = variable(name) {
                known.insert(variable.name);
                self.fits(variable.name, place_of(piece, name).map_or(place, |at| start + at));
                continue;
            }
            unknown = true;
            let offset = place_of(piece, name).map_or(place, |at| start + at);
            let hint = match nearest(name, VARIABLES.iter().map(|variable| variable.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "docs/templates.md lists the variables".to_owned(),
            };
            self.fault(offset, format!("unknown variable `{name}`"), hint);
        }
        // Once with every value, once without those the template asks about: both ways round each `if`.
        for examples in [examples(|_| true), examples(|name| !guards(piece, name))] {
            match template.render(examples) {
                Err(error) if !unknown && error.kind() != ErrorKind::UndefinedError => {
                    self.engine_fault(start, place, &error);
                }
                Ok(_) | Err(_) => {}
            }
        }
        Some(known)
    }

    /// An acknowledgement goes out unread, to whatever address somebody typed: it repeats nothing that came from outside.
    fn fits(&mut self, name: &str, offset: usize) {
        if self.acknowledges && !IN_ACKNOWLEDGEMENTS.contains(&name) {
            let what = format!("`{name}` may not stand in an acknowledgement, which nobody approves");
            self.fault(offset, what, format!("it may say {}", IN_ACKNOWLEDGEMENTS.join(", ")));
        }
        if !self.acknowledges && ONLY_IN_ACKNOWLEDGEMENTS.contains(&name) {
            let what = format!("`{name}` is known in acknowledgements only");
            self.fault(offset, what, "write purpose = \"acknowledgement\" in the front matter, or remove it");
        }
        if !self.reports && !self.acknowledges && ONLY_IN_REPORTS.contains(&name) {
            let what = format!("`{name}` is known in the report of a complaint only");
            self.fault(
                offset,
                what,
                "write purpose = \"complaint_report\" in the front matter, or remove it",
            );
        }
    }

    fn engine_fault(&mut self, start: usize, place: usize, error: &Error) {
        let offset = error.range().map_or(place, |range| start + range.start);
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let hint = if error.kind() == ErrorKind::UnknownFilter {
            "the filters are `sama` and `trim`"
        } else if error.kind() == ErrorKind::UnknownTest {
            "the only test is `is defined`"
        } else {
            "docs/templates.md shows what can be written"
        };
        self.fault(offset, what, hint);
    }

    /// A template apologises unless it says `apology = false` or the config does not ask for it.
    fn apology(&mut self, front: &Front, used: &BTreeSet<&str>, body: (usize, &str)) {
        if !self.options.apology_required || !front.apology || used.contains("apology") {
            return;
        }
        let text = body.1.to_lowercase();
        if self.options.apology_phrases.iter().any(|phrase| text.contains(&phrase.to_lowercase())) {
            return;
        }
        self.fault(
            body.0,
            "the template does not apologise for the wait",
            "write {{ apology }}, one of [reply] apology_phrases, or apology = false in the front matter",
        );
    }
}

fn examples(wanted: impl Fn(&str) -> bool) -> BTreeMap<&'static str, &'static str> {
    let all = VARIABLES.iter().filter(|variable| wanted(variable.name));
    all.map(|Variable { name, example, .. }| (*name, *example)).collect()
}

/// Whether a text asks first if a variable is there.
fn guards(text: &str, variable: &str) -> bool {
    ["is defined", "is not defined"].iter().any(|test| text.contains(&format!("{variable} {test}")))
}

/// Where a name stands inside `{{ … }}` or `{% … %}`.
fn place_of(piece: &str, name: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    piece.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = piece.get(..*at).unwrap_or("");
        let after = piece.get(at + name.len()..).unwrap_or("");
        let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        let opened = before.rfind("{{").max(before.rfind("{%"));
        let closed = before.rfind("}}").max(before.rfind("%}"));
        whole && opened.is_some() && opened > closed
    })
}

/// The template files of a folder, sorted by name; files that do not end in `.txt` are none of ours.
pub(super) fn files(dir: &Path) -> Result<Vec<PathBuf>, Fault> {
    let unreadable = |error: std::io::Error| {
        Fault::whole(
            dir,
            format!("the folder of templates cannot be read: {error}"),
            "set `templates` in the config",
        )
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Fault::whole(dir, "no templates here", "a template is a file that ends in .txt"));
    }
    Ok(files)
}
