//! Rule files to a [`Rulebook`]: reads `rules/*.toml` in sorted order and reports every fault at its place.
//!
//! Each entry of a file is read by itself, so one bad entry hides no other. Nothing here matches anything; files
//! named `when-*.toml` belong to the date grammar, see [`when`].

pub mod when;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use regex::RegexBuilder;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::fault::{Fault, position};
use crate::triage::fold::Folded;
use crate::triage::rulebook::{
    Answer, Cue, Group, Label, LabelKind, Parts, Rule, Rulebook, Says, Scope, When, WordList,
};
use crate::triage::verdict::Ignored;

/// Topics a rule may name (see the evaluation's conventions).
pub const TOPICS: [&str; 14] = [
    "booking",
    "price",
    "symptom",
    "access",
    "hours",
    "cancel",
    "change",
    "complaint",
    "sales",
    "job",
    "support",
    "order",
    "purchase",
    "other",
];

/// Why machine mail is left alone, as the files say it.
const REASONS: [(&str, Ignored); 7] = [
    ("bounce", Ignored::Bounce),
    ("auto_reply", Ignored::AutoReply),
    ("newsletter", Ignored::Newsletter),
    ("booking_notice", Ignored::BookingNotice),
    ("system_notice", Ignored::SystemNotice),
    ("read_receipt", Ignored::ReadReceipt),
    ("spam", Ignored::Spam),
];

/// Bytes a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 20;

/// Loads all rule files of a directory. `templates`: the names a rule may choose; `None` where they are not known.
///
/// # Errors
/// Every fault of every file, in the order of the files.
pub fn load(dir: &Path, templates: Option<&BTreeSet<String>>) -> Result<Rulebook, Vec<Fault>> {
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
            Ok(text) => loader.file(&path, &shown(dir, &path), &text),
            Err(error) => loader.faults.push(Fault::whole(
                &path,
                format!("cannot be read: {error}"),
                "save it as UTF-8",
            )),
        }
    }
    loader.finish(dir)
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
    let mut loader = Loader { templates: templates.cloned(), ..Loader::default() };
    for (name, text) in files {
        if is_grammar(Path::new(name)) {
            loader.grammar.push((PathBuf::from(name), (*text).to_owned()));
            continue;
        }
        loader.file(Path::new(name), name, text);
    }
    loader.finish(Path::new("rules"))
}

#[derive(Default)]
struct Loader {
    parts: Parts,
    faults: Vec<Fault>,
    /// Rule names and where they were used first.
    names: BTreeMap<String, String>,
    files: usize,
    /// Templates a rule may name, where they are known.
    templates: Option<BTreeSet<String>>,
    /// Files of the date grammar.
    grammar: Vec<(PathBuf, String)>,
}

/// A file being read, for places.
struct Source<'a> {
    path: &'a Path,
    shown: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn fault(&self, at: usize, what: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault::at(self.path, self.text, at, what, hint)
    }

    /// `rules/pl.toml` is about Polish mails; a longer name is about all.
    fn language(&self) -> Option<String> {
        let stem = self.path.file_stem()?.to_str()?;
        (stem.len() == 2).then(|| stem.to_owned())
    }

    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.shown, position(self.text, at).0)
    }
}

type Phrases = Vec<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabel {
    kind: Spanned<String>,
    words: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    list: Spanned<String>,
    words: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    name: Spanned<String>,
    when: Spanned<String>,
    template: Option<Spanned<String>>,
}

/// Topics, cues, machine signs and marks share their predicates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: Spanned<String>,
    topic: Option<Spanned<String>>,
    cue: Option<Spanned<String>>,
    because: Option<Spanned<String>>,
    #[serde(default)]
    weight: i32,
    #[serde(default)]
    any: Phrases,
    #[serde(default)]
    with: Phrases,
    #[serde(default)]
    unless: Phrases,
    #[serde(default)]
    subject: Phrases,
    #[serde(default)]
    words: Phrases,
    #[serde(default)]
    text: Phrases,
    #[serde(default)]
    from: Phrases,
    #[serde(default)]
    header: Phrases,
    #[serde(default)]
    regex: Phrases,
    #[serde(default)]
    unless_regex: Phrases,
    template: Option<Spanned<String>>,
    #[serde(default)]
    marks: Vec<Spanned<String>>,
}

impl Loader {
    fn file(&mut self, path: &Path, shown: &str, text: &str) {
        self.files += 1;
        let source = Source { path, shown, text };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.faults.push(source.fault(at, error.message().trim().to_owned(), "see the TOML syntax"));
        }
        for (section, value) in table.into_inner() {
            let name: &str = section.get_ref();
            if !matches!(name, "label" | "words" | "answer" | "topic" | "cue" | "machine" | "mark") {
                self.faults.push(source.fault(
                    section.span().start,
                    format!("unknown section `{name}`"),
                    "use [[label]], [[words]], [[topic]], [[cue]], [[machine]], [[mark]] or [[answer]]",
                ));
                continue;
            }
            let span = value.span();
            let DeValue::Array(entries) = value.into_inner() else {
                self.faults.push(source.fault(
                    span.start,
                    format!("`{name}` is no list of entries"),
                    format!("write [[{name}]] with double brackets"),
                ));
                continue;
            };
            for entry in entries {
                self.entry(&source, name, entry);
            }
        }
    }

    fn entry(&mut self, source: &Source<'_>, section: &str, entry: Spanned<DeValue<'_>>) {
        let span = entry.span();
        match section {
            "label" => {
                if let Some(raw) = self.read::<RawLabel>(source, &span, entry) {
                    self.label(source, raw);
                }
            }
            "words" => {
                if let Some(raw) = self.read::<RawWords>(source, &span, entry) {
                    self.words(source, raw);
                }
            }
            "answer" => {
                if let Some(raw) = self.read::<RawAnswer>(source, &span, entry) {
                    self.answer(source, raw);
                }
            }
            _ => {
                if let Some(raw) = self.read::<RawRule>(source, &span, entry) {
                    self.rule(source, section, raw);
                }
            }
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(
        &mut self,
        source: &Source<'_>,
        span: &Range<usize>,
        entry: Spanned<DeValue<'_>>,
    ) -> Option<T> {
        match T::deserialize(ValueDeserializer::from(entry)) {
            Ok(raw) => Some(raw),
            Err(error) => {
                let at = error.span().filter(|s| s.start > 0).map_or(span.start, |s| s.start);
                self.faults.push(source.fault(
                    at,
                    error.message().trim().to_owned(),
                    "compare with the other entries",
                ));
                None
            }
        }
    }

    fn label(&mut self, source: &Source<'_>, raw: RawLabel) {
        let Some(kind) = self.choose(source, &raw.kind, "label kind", &LabelKind::WORDS) else { return };
        for word in raw.words {
            let at = word.span().start;
            let folded: String = Folded::new(word.get_ref()).text().split_whitespace().collect();
            if folded.is_empty() {
                self.faults.push(source.fault(at, "empty phrase", "remove it"));
                continue;
            }
            if let Some(old) = self.parts.labels.iter().find(|l| l.word == folded) {
                let old = old.place.clone();
                self.faults.push(source.fault(
                    at,
                    format!("label `{}` is written twice", word.get_ref()),
                    format!("it already stands at {old}"),
                ));
                continue;
            }
            self.parts.labels.push(Label { word: folded, kind, place: source.place(at) });
        }
    }

    fn words(&mut self, source: &Source<'_>, raw: RawWords) {
        let Some(list) = self.choose(source, &raw.list, "word list", &WordList::WORDS) else { return };
        for word in raw.words {
            let folded = Folded::new(word.get_ref()).text().trim().to_owned();
            if folded.is_empty() {
                self.faults.push(source.fault(word.span().start, "empty phrase", "remove it"));
            } else {
                self.parts.lists.entry(list).or_default().insert(folded);
            }
        }
    }

    fn answer(&mut self, source: &Source<'_>, raw: RawAnswer) {
        self.unique(source, &raw.name);
        let template = raw.template.map(|t| self.template(source, &t));
        let when = match raw.when.get_ref().as_str() {
            "needs_staff" => When::NeedsStaff,
            "reservation" => When::Reservation,
            "no_name" => When::NoName,
            "topic_rule" => When::TopicRule,
            "always" => When::Always,
            other => match other.strip_prefix("topic:") {
                Some(topic) if TOPICS.contains(&topic) => When::Topic(topic.to_owned()),
                Some(topic) => {
                    self.unknown(source, &raw.when, "topic", topic, &TOPICS);
                    return;
                }
                None => {
                    let known =
                        ["needs_staff", "reservation", "no_name", "topic_rule", "topic:<topic>", "always"];
                    self.unknown(source, &raw.when, "condition", other, &known);
                    return;
                }
            },
        };
        if template.is_none() && when != When::TopicRule {
            self.faults.push(source.fault(
                raw.name.span().start,
                format!("answer `{}` names no template", raw.name.get_ref()),
                "add template = \"first-answer\"",
            ));
        }
        let place = source.place(raw.name.span().start);
        self.parts.answers.push(Answer { name: raw.name.into_inner(), place, when, template });
    }

    fn rule(&mut self, source: &Source<'_>, section: &str, raw: RawRule) {
        self.unique(source, &raw.name);
        let at = raw.name.span().start;
        let Some(says) = self.says(source, section, &raw) else { return };
        let main = if section == "machine" { Scope::Whole } else { Scope::Either };
        let mut groups = Vec::new();
        let mut any = self.group(source, main, raw.any);
        any.patterns = self.patterns(source, raw.regex);
        for group in [
            any,
            self.group(source, main, raw.with),
            self.group(source, Scope::Subject, raw.subject),
            self.group(source, Scope::Words, raw.words),
            self.group(source, Scope::Text, raw.text),
            self.group(source, Scope::From, raw.from),
        ] {
            if !group.phrases.is_empty() || !group.patterns.is_empty() {
                groups.push(group);
            }
        }
        let headers = self.headers(source, raw.header);
        if groups.is_empty() && headers.is_empty() {
            self.faults.push(source.fault(
                at,
                format!("rule `{}` can never match", raw.name.get_ref()),
                "give it `any`, `subject`, `text`, `from`, `header` or `regex`",
            ));
        }
        let mut unless = self.group(source, main, raw.unless);
        unless.patterns = self.patterns(source, raw.unless_regex);
        let unless = (!unless.phrases.is_empty() || !unless.patterns.is_empty()).then_some(unless);
        let template = raw.template.map(|t| self.template(source, &t));
        let marks = raw.marks.into_iter().map(Spanned::into_inner).collect();
        let place = source.place(at);
        self.parts.rules.push(Rule {
            name: raw.name.into_inner(),
            place,
            lang: source.language(),
            says,
            weight: raw.weight,
            groups,
            unless,
            headers,
            template,
            marks,
        });
    }

    fn says(&mut self, source: &Source<'_>, section: &str, raw: &RawRule) -> Option<Says> {
        let at = raw.name.span().start;
        let wants = |field: &str| {
            source.fault(
                at,
                format!("rule `{}` has no `{field}`", raw.name.get_ref()),
                format!("add {field} = \"…\""),
            )
        };
        for (field, allowed, value) in
            [("topic", "topic", &raw.topic), ("cue", "cue", &raw.cue), ("because", "machine", &raw.because)]
        {
            if let Some(value) = value
                && section != allowed
            {
                self.faults.push(source.fault(
                    value.span().start,
                    format!("`{field}` does not belong into [[{section}]]"),
                    format!("move the rule to [[{allowed}]]"),
                ));
            }
        }
        match section {
            "topic" => {
                let Some(topic) = &raw.topic else {
                    self.faults.push(wants("topic"));
                    return None;
                };
                if !TOPICS.contains(&topic.get_ref().as_str()) {
                    self.unknown(source, topic, "topic", topic.get_ref(), &TOPICS);
                    return None;
                }
                Some(Says::Topic(topic.get_ref().clone()))
            }
            "cue" => match &raw.cue {
                Some(cue) => self.choose(source, cue, "cue", &Cue::WORDS).map(Says::Cue),
                None => {
                    self.faults.push(wants("cue"));
                    None
                }
            },
            "machine" => match &raw.because {
                Some(reason) => self.choose(source, reason, "reason", &REASONS).map(Says::Machine),
                None => {
                    self.faults.push(wants("because"));
                    None
                }
            },
            _ => Some(Says::Mark),
        }
    }

    fn group(&mut self, source: &Source<'_>, scope: Scope, phrases: Phrases) -> Group {
        let mut kept = Vec::new();
        for phrase in phrases {
            if Folded::new(phrase.get_ref().trim_end_matches('*')).text().trim().is_empty() {
                self.faults.push(source.fault(
                    phrase.span().start,
                    "empty phrase",
                    "it would match every mail: remove it",
                ));
            } else {
                kept.push(phrase.into_inner());
            }
        }
        Group { scope, phrases: kept, patterns: Vec::new() }
    }

    fn patterns(&mut self, source: &Source<'_>, raw: Phrases) -> Vec<regex::Regex> {
        let mut patterns = Vec::new();
        for pattern in raw {
            match RegexBuilder::new(pattern.get_ref())
                .size_limit(MAX_PATTERN)
                .dfa_size_limit(MAX_PATTERN)
                .build()
            {
                Ok(regex) if regex.is_match("") => self.faults.push(source.fault(
                    pattern.span().start,
                    "the pattern matches nothing at all, so it matches every mail",
                    "require at least one character",
                )),
                Ok(regex) => patterns.push(regex),
                Err(error) => {
                    let reason = error.to_string();
                    let last = reason.lines().last().unwrap_or_default().trim().to_owned();
                    self.faults.push(source.fault(
                        pattern.span().start,
                        format!("bad pattern: {last}"),
                        "patterns see folded text: lower case, half width",
                    ));
                }
            }
        }
        patterns
    }

    fn headers(&mut self, source: &Source<'_>, raw: Phrases) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        for header in raw {
            match header.get_ref().split_once(':') {
                Some((name, value)) if !name.trim().is_empty() => {
                    headers.push((name.trim().to_lowercase(), value.trim().to_lowercase()));
                }
                _ => self.faults.push(source.fault(
                    header.span().start,
                    "no header field",
                    "write \"precedence: bulk\", or \"list-id:\" for any value",
                )),
            }
        }
        headers
    }

    fn template(&mut self, source: &Source<'_>, template: &Spanned<String>) -> String {
        let name = template.get_ref();
        if let Some(known) = self.templates.clone()
            && !known.contains(name)
        {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(source, template, "template", name, &names);
        }
        name.clone()
    }

    fn unique(&mut self, source: &Source<'_>, name: &Spanned<String>) {
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
        word: &Spanned<String>,
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

    fn unknown(
        &mut self,
        source: &Source<'_>,
        word: &Spanned<String>,
        what: &str,
        said: &str,
        known: &[&str],
    ) {
        let hint = format!("known: {}", known.join(", "));
        self.faults.push(source.fault(word.span().start, format!("unknown {what} `{said}`"), hint));
    }

    fn finish(mut self, dir: &Path) -> Result<Rulebook, Vec<Fault>> {
        let grammar = self.grammar.iter().map(|(path, text)| (path.as_path(), text.as_str()));
        match when::merge(grammar) {
            Ok(lexicon) => self.parts.when = lexicon,
            Err(faults) => self.faults.extend(faults),
        }
        if self.files == 0 {
            self.faults.push(Fault::whole(
                dir,
                "holds no rule file",
                "copy the rules directory of the release",
            ));
        }
        if !self.faults.is_empty() {
            self.faults.sort();
            return Err(self.faults);
        }
        Rulebook::new(self.parts)
            .map_err(|error| vec![Fault::whole(dir, format!("too many phrases: {error}"), "remove some")])
    }
}

#[cfg(test)]
mod tests;
