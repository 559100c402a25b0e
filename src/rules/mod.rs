//! Rule files to a [`Rulebook`]: reads `rules/*.toml` in sorted order and reports every fault at its place.
//!
//! Each entry of a file is read by itself, key by key, so no mistake hides another. Topics are read before the rules that
//! name them, whatever the files are called. Nothing here matches anything; files named `when-*.toml` belong to the
//! date grammar, see [`when`].

mod decision;
mod field;
pub mod lint;
mod lists;
mod pattern;
mod rule;
mod source;
pub mod when;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::lint::Warning;
use self::source::{Source, Word};
use crate::fault::Fault;
use crate::triage::rulebook::{Parts, Rulebook, WordList};

/// The topics of the release, for a folder without a `topics.toml` of its own.
const TOPICS: (&str, &str) = ("rules/topics.toml", include_str!("../../rules/topics.toml"));

/// The facts that can be asked for, for a folder that names none.
const FIELDS: (&str, &str) = ("rules/fields.toml", include_str!("../../rules/fields.toml"));

/// Sections that are read before all others: what a topic needs are fields, and rules name topics.
const FIRST: [&str; 3] = ["field", "decision", "weighing"];
/// Sections that are lists of entries.
const LISTS: [&str; 11] =
    ["label", "words", "answer", "topic", "cue", "machine", "person", "tag", "mark", "decision", "field"];

/// Loads all rule files of a directory. `templates`: the names a rule may choose; `None` where they are not known.
///
/// # Errors
/// Every fault of every file, in the order of the files.
pub fn load(dir: &Path, templates: Option<&BTreeSet<String>>) -> Result<Rulebook, Vec<Fault>> {
    Ok(opened(dir, templates)?.finish(dir)?.0)
}

/// The same, with everything in the rules that does nothing.
///
/// # Errors
/// As [`load`].
pub fn inspect(
    dir: &Path,
    templates: Option<&BTreeSet<String>>,
) -> Result<(Rulebook, Vec<Warning>), Vec<Fault>> {
    Ok(with_lint(opened(dir, templates)?.finish(dir)?))
}

fn with_lint((rules, mut warnings): (Rulebook, Vec<Warning>)) -> (Rulebook, Vec<Warning>) {
    warnings.extend(lint::lint(&rules));
    warnings.sort();
    (rules, warnings)
}

/// The files of a directory.
fn opened(dir: &Path, templates: Option<&BTreeSet<String>>) -> Result<Loader, Vec<Fault>> {
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(dir) {
        Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
        Err(error) => {
            return Err(vec![Fault::whole(dir, format!("cannot be read: {error}"), "create the directory")]);
        }
    };
    paths.retain(|path| {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        name.ends_with(".toml") && !name.starts_with('.')
    });
    paths.sort();
    let mut loader = Loader { templates: templates.cloned(), ..Loader::default() };
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(text) if is_grammar(&path) => loader.grammar.push((path, text)),
            Ok(text) => loader.files.push(File { shown: shown(dir, &path), path, text }),
            Err(error) => loader.faults.push(Fault::whole(
                &path,
                format!("cannot be read: {error}"),
                "save it as UTF-8",
            )),
        }
    }
    Ok(loader)
}

/// Whether a file is the date grammar's.
fn is_grammar(path: &Path) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(|name| name.starts_with("when-"))
}

/// `rules/ja.toml` for `/etc/madoguchi/rules/ja.toml`: how evidence and faults name the file.
fn shown(dir: &Path, path: &Path) -> String {
    let folder = dir.file_name().and_then(|n| n.to_str()).unwrap_or("rules");
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    format!("{folder}/{name}")
}

/// Rules from texts instead of files: (name, content). For tests and for `check` on unsaved text.
///
/// # Errors
/// As [`load`].
pub fn parse(files: &[(&str, &str)], templates: Option<&BTreeSet<String>>) -> Result<Rulebook, Vec<Fault>> {
    Ok(given(files, templates).finish(Path::new("rules"))?.0)
}

/// The same, with everything in the rules that does nothing.
///
/// # Errors
/// As [`load`].
pub fn inspect_texts(files: &[(&str, &str)]) -> Result<(Rulebook, Vec<Warning>), Vec<Fault>> {
    Ok(with_lint(given(files, None).finish(Path::new("rules"))?))
}

fn given(files: &[(&str, &str)], templates: Option<&BTreeSet<String>>) -> Loader {
    let mut loader = Loader { templates: templates.cloned(), ..Loader::default() };
    for (name, text) in files {
        if is_grammar(Path::new(name)) {
            loader.grammar.push((PathBuf::from(name), (*text).to_owned()));
            continue;
        }
        loader.files.push(File {
            path: PathBuf::from(name),
            shown: (*name).to_owned(),
            text: (*text).to_owned(),
        });
    }
    loader
}

/// A rule file as it was read.
struct File {
    path: PathBuf,
    /// How evidence names it.
    shown: String,
    text: String,
}

#[derive(Default)]
struct Loader {
    parts: Parts,
    faults: Vec<Fault>,
    /// Rule names and where they were used first.
    names: BTreeMap<String, String>,
    /// Labels and where they were written first.
    labels: BTreeMap<String, String>,
    /// Fields that topics name, with the faults to tell where there is none.
    wanted: Vec<(String, Fault)>,
    /// Words of lists and where they were written first.
    listed: BTreeMap<(WordList, String), String>,
    /// Words of lists that were written again.
    doubles: Vec<Warning>,
    /// Patterns that hang on single letters.
    weak: usize,
    /// Patterns of all files so far.
    patterns: usize,
    /// Phrases of all files so far.
    phrases: usize,
    files: Vec<File>,
    /// Templates a rule may name, where they are known.
    templates: Option<BTreeSet<String>>,
    /// Files of the date grammar.
    grammar: Vec<(PathBuf, String)>,
}

/// What stands below one heading of a file.
type Section<'d> = (Spanned<std::borrow::Cow<'d, str>>, Spanned<DeValue<'d>>);

impl Loader {
    /// Reads all files, topics first.
    fn read(&mut self) {
        let files = std::mem::take(&mut self.files);
        if !files.iter().any(|file| file.path.file_name().is_some_and(|name| name == "fields.toml")) {
            let source = Source::new(Path::new(FIELDS.0), FIELDS.0, FIELDS.1);
            for (name, value) in self.sections(&source, FIELDS.1) {
                self.section(&source, name.get_ref(), value);
            }
        }
        if !files.iter().any(|file| file.path.file_name().is_some_and(|name| name == "topics.toml")) {
            let source = Source::new(Path::new(TOPICS.0), TOPICS.0, TOPICS.1);
            for (name, value) in self.sections(&source, TOPICS.1) {
                self.section(&source, name.get_ref(), value);
            }
        }
        let mut rest = Vec::new();
        for file in &files {
            let source = Source::new(&file.path, &file.shown, &file.text);
            let mut later = Vec::new();
            for (name, value) in self.sections(&source, &file.text) {
                if FIRST.contains(&name.get_ref().as_ref()) {
                    self.section(&source, name.get_ref(), value);
                } else {
                    later.push((name, value));
                }
            }
            rest.push((source, later));
        }
        for (source, sections) in rest {
            for (name, value) in sections {
                self.section(&source, name.get_ref(), value);
            }
        }
    }

    /// The known sections of a file; all others are faults.
    fn sections<'d>(&mut self, source: &Source<'_>, text: &'d str) -> Vec<Section<'d>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.faults.push(source.fault(at, error.message().trim().to_owned(), "see the TOML syntax"));
        }
        let mut sections = Vec::new();
        for (section, value) in table.into_inner() {
            let name = section.get_ref();
            if LISTS.contains(&name.as_ref()) || name == "weighing" {
                sections.push((section, value));
                continue;
            }
            self.faults.push(source.fault(
                section.span().start,
                format!("unknown section `{name}`"),
                "use [[topic]], [[cue]], [[machine]], [[person]], [[tag]], [[mark]], [[label]], [[words]], \
                 [[answer]], [[field]], [[decision]] or [weighing]",
            ));
        }
        sections
    }

    fn section(&mut self, source: &Source<'_>, name: &str, value: Spanned<DeValue<'_>>) {
        if name == "weighing" {
            return self.weighing(source, value);
        }
        let at = value.span().start;
        let DeValue::Array(entries) = value.into_inner() else {
            self.faults.push(source.fault(
                at,
                format!("`{name}` is no list of entries"),
                format!("write [[{name}]] with double brackets"),
            ));
            return;
        };
        for entry in entries {
            match name {
                "decision" => self.decision(source, entry),
                "field" => self.field(source, entry),
                "label" => self.label(source, entry),
                "words" => self.words(source, entry),
                "answer" => self.answer(source, entry),
                _ => self.rule(source, name, entry),
            }
        }
    }

    /// The topic of that name, if there is one.
    fn known_topic(&mut self, source: &Source<'_>, word: &Word, topic: &str) -> Option<String> {
        if self.parts.topics.named(topic).is_some() {
            return Some(topic.to_owned());
        }
        let names: Vec<String> = self.parts.topics.list.iter().map(|topic| topic.name.clone()).collect();
        let mut hint = format!("known: {}", names.join(", "));
        hint.push_str("; a new one needs a [[decision]] in topics.toml");
        self.faults.push(source.fault(word.span().start, format!("unknown topic `{topic}`"), hint));
        None
    }

    fn template(&mut self, source: &Source<'_>, template: &Word) -> String {
        let name = template.get_ref();
        if let Some(known) = self.templates.clone()
            && !known.contains(name)
        {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(source, template, "template", name, &names);
        }
        name.clone()
    }

    fn unique(&mut self, source: &Source<'_>, name: &Word) {
        let at = name.span().start;
        if name.get_ref().trim().is_empty() {
            self.faults.push(source.fault(at, "a rule has an empty name", "name it after what it says"));
            return;
        }
        if let Some(old) = self.names.insert(name.get_ref().clone(), source.place(at)) {
            self.faults.push(source.fault(
                at,
                format!("two rules are called `{}`", name.get_ref()),
                format!("the other stands at {old}: rename one"),
            ));
        }
    }

    fn choose<T: Copy>(
        &mut self,
        source: &Source<'_>,
        word: &Word,
        what: &str,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        let found = known.iter().find(|(name, _)| name == word.get_ref()).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.unknown(source, word, what, word.get_ref(), &names);
        }
        found
    }

    fn unknown(&mut self, source: &Source<'_>, word: &Word, what: &str, said: &str, known: &[&str]) {
        let hint = format!("known: {}", known.join(", "));
        self.faults.push(source.fault(word.span().start, format!("unknown {what} `{said}`"), hint));
    }

    fn finish(mut self, dir: &Path) -> Result<(Rulebook, Vec<Warning>), Vec<Fault>> {
        if self.files.is_empty() {
            self.faults.push(Fault::whole(
                dir,
                "holds no rule file",
                "copy the rules directory of the release",
            ));
        }
        self.read();
        self.unknown_fields();
        self.undecided(dir);
        let grammar = self.grammar.iter().map(|(path, text)| (path.as_path(), text.as_str()));
        match when::merge(grammar) {
            Ok(lexicon) => self.parts.when = lexicon,
            Err(faults) => self.faults.extend(faults),
        }
        if !self.faults.is_empty() {
            self.faults.sort();
            return Err(self.faults);
        }
        let rules = Rulebook::new(self.parts)
            .map_err(|error| vec![Fault::whole(dir, format!("too many phrases: {error}"), "remove some")])?;
        Ok((rules, self.doubles))
    }
}

#[cfg(test)]
mod tests;
