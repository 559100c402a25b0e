//! `[[topic]]`, `[[cue]]`, `[[machine]]`, `[[person]]`, `[[tag]]`, `[[mark]]`: entries that share their predicates.

use toml::Spanned;
use toml::de::DeValue;

use super::Loader;
use super::decision::REASONS;
use super::source::{Entry, Source, Word};
use crate::triage::fold::Folded;
use crate::triage::rulebook::{Cue, Group, Rule, Says, Scope, Shape};

/// A rule as it is written.
struct Raw {
    name: Word,
    topic: Option<Word>,
    cue: Option<Word>,
    because: Option<Word>,
    tag: Option<Word>,
    against: Vec<Word>,
    weight: Option<Spanned<i32>>,
    any: Vec<Word>,
    with: Vec<Word>,
    unless: Vec<Word>,
    subject: Vec<Word>,
    words: Vec<Word>,
    text: Vec<Word>,
    from: Vec<Word>,
    header: Vec<Word>,
    shape: Vec<Word>,
    regex: Vec<Word>,
    unless_regex: Vec<Word>,
    template: Option<Word>,
    marks: Vec<Word>,
}

/// Phrases in all files together; they take about 100 bytes each, and walking a text past them costs hardly more
/// (docs/performance.md).
const MAX_PHRASES: usize = 50_000;

impl Loader {
    pub(super) fn rule(&mut self, source: &Source<'_>, section: &str, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let raw = Entry::new(source, entry, &mut faults).and_then(|mut entry| {
            let raw = entry.needed("name").map(|name| Raw {
                name,
                topic: entry.text("topic"),
                cue: entry.text("cue"),
                because: entry.text("because"),
                tag: entry.text("tag"),
                against: entry.list("against"),
                weight: entry.number("weight"),
                any: entry.list("any"),
                with: entry.list("with"),
                unless: entry.list("unless"),
                subject: entry.list("subject"),
                words: entry.list("words"),
                text: entry.list("text"),
                from: entry.list("from"),
                header: entry.list("header"),
                shape: entry.list("shape"),
                regex: entry.list("regex"),
                unless_regex: entry.list("unless_regex"),
                template: entry.text("template"),
                marks: entry.list("marks"),
            })?;
            entry.done();
            Some(raw)
        });
        self.faults.append(&mut faults);
        if let Some(raw) = raw {
            self.checked(source, section, raw);
        }
    }

    fn checked(&mut self, source: &Source<'_>, section: &str, raw: Raw) {
        self.unique(source, &raw.name);
        let at = raw.name.span().start;
        let Some(says) = self.says(source, section, &raw) else { return };
        let main = if matches!(section, "machine" | "person") { Scope::Whole } else { Scope::Either };
        let mut groups = Vec::new();
        let any_key = if raw.any.is_empty() { "regex" } else { "any" };
        let mut any = self.group(source, any_key, main, raw.any);
        any.patterns = self.patterns(source, raw.regex);
        for group in [
            any,
            self.group(source, "with", main, raw.with),
            self.group(source, "subject", Scope::Subject, raw.subject),
            self.group(source, "words", Scope::Words, raw.words),
            self.group(source, "text", Scope::Text, raw.text),
            self.group(source, "from", Scope::From, raw.from),
        ] {
            if !group.phrases.is_empty() || !group.patterns.is_empty() {
                groups.push(group);
            }
        }
        let headers = self.headers(source, raw.header);
        let shapes = self.all(source, &raw.shape, "shape", &Shape::WORDS);
        if groups.is_empty() && headers.is_empty() && shapes.is_empty() {
            self.faults.push(source.fault(
                at,
                format!("rule `{}` can never match", raw.name.get_ref()),
                "give it `any`, `subject`, `text`, `from`, `header`, `shape` or `regex`",
            ));
        }
        let mut unless = self.group(source, "unless", main, raw.unless);
        unless.patterns = self.patterns(source, raw.unless_regex);
        let unless = (!unless.phrases.is_empty() || !unless.patterns.is_empty()).then_some(unless);
        let template = raw.template.map(|t| self.template(source, &t));
        let marks = raw.marks.into_iter().map(Spanned::into_inner).collect();
        let default = match &says {
            Says::Topic(topic) => self.parts.topics.named(topic).map(|topic| topic.weight),
            Says::Cue(_) | Says::Machine(_) | Says::Person(_) | Says::Tag(_) | Says::Mark => None,
        };
        self.parts.rules.push(Rule {
            name: raw.name.into_inner(),
            place: source.place(at),
            lang: source.language(),
            says,
            weight: raw.weight.map(Spanned::into_inner).or(default).unwrap_or(0),
            groups,
            unless,
            headers,
            shapes,
            template,
            marks,
        });
    }

    fn says(&mut self, source: &Source<'_>, section: &str, raw: &Raw) -> Option<Says> {
        let at = raw.name.span().start;
        let wants = |field: &str| {
            source.fault(
                at,
                format!("rule `{}` has no `{field}`", raw.name.get_ref()),
                format!("add {field} = \"…\""),
            )
        };
        for (field, allowed, value) in [
            ("topic", "topic", &raw.topic),
            ("cue", "cue", &raw.cue),
            ("because", "machine", &raw.because),
            ("tag", "tag", &raw.tag),
        ] {
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
                self.known_topic(source, topic, topic.get_ref()).map(Says::Topic)
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
            "person" => {
                let against = self.all(source, &raw.against, "reason", &REASONS);
                if against.is_empty() {
                    self.faults.push(wants("against"));
                }
                if raw.weight.is_none() {
                    self.faults.push(wants("weight"));
                }
                Some(Says::Person(against))
            }
            // Shown in brackets to people: the same in every language's rules, or the rule's own name.
            "tag" => Some(Says::Tag(raw.tag.as_ref().unwrap_or(&raw.name).get_ref().trim().to_owned())),
            _ => Some(Says::Mark),
        }
    }

    fn group(&mut self, source: &Source<'_>, key: &'static str, scope: Scope, words: Vec<Word>) -> Group {
        let mut phrases = Vec::with_capacity(words.len());
        for word in words {
            self.phrases += 1;
            if self.phrases == MAX_PHRASES + 1 {
                self.faults.push(source.fault(
                    word.span().start,
                    format!("this is phrase {} of all rule files, and {MAX_PHRASES} are the most", self.phrases),
                    "remove what `madoguchi check` calls useless, or let `*` stand for several endings of a word",
                ));
            }
            if Folded::new(word.get_ref().trim_end_matches('*')).text().trim().is_empty() {
                self.faults.push(source.fault(
                    word.span().start,
                    "empty phrase",
                    "it would match every mail: remove it",
                ));
            } else {
                phrases.push(source.phrase(word));
            }
        }
        Group { key, scope, phrases, patterns: Vec::new() }
    }

    fn headers(&mut self, source: &Source<'_>, raw: Vec<Word>) -> Vec<(String, String)> {
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
}
