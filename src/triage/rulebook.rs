//! The compiled rules: what phrases mean, in one automaton over all of them.
//!
//! The rule files become a [`Rulebook`] once (see `rules`); a mail's folded texts are walked a single time, however
//! many phrases there are, and only rules whose words were found are looked at. The predicates are a closed set:
//! phrases, patterns, header fields, and the places they may stand. Nothing here knows Japanese; the words live in
//! `rules/*.toml`.

mod automaton;
mod label;
mod page;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::BuildError;

use self::automaton::{Automaton, Place};
pub use self::label::{Label, LabelKind, WordList};
pub use self::page::{Hit, Miss, Page, Scan, Source, Texts, is_word};
pub use self::rule::{Answer, Cue, Group, Pattern, Phrase, Rule, Says, Scope, When};
use super::topics::Topics;
use super::verdict::{Reason, Span};
use super::when::Lexicon;

/// Everything the rule files said, checked.
#[derive(Debug, Default)]
pub struct Parts {
    /// Topics and the order of decisions.
    pub topics: Topics,
    /// Rules in the order of the files.
    pub rules: Vec<Rule>,
    /// Answer list.
    pub answers: Vec<Answer>,
    /// Form labels.
    pub labels: Vec<Label>,
    /// Word lists, folded.
    pub lists: BTreeMap<WordList, BTreeSet<String>>,
    /// Words of the date grammar.
    pub when: Lexicon,
}

/// The compiled rules.
#[derive(Debug)]
pub struct Rulebook {
    topics: Topics,
    rules: Vec<Rule>,
    answers: Vec<Answer>,
    labels: BTreeMap<String, Label>,
    longest_label: usize,
    lists: BTreeMap<WordList, BTreeSet<String>>,
    when: Lexicon,
    automaton: Automaton,
    /// Rules that hold without a word: header fields alone.
    wordless: Vec<usize>,
}

/// Where the words of all rules stand in the texts of a letter, sorted by rule and group.
#[derive(Debug)]
pub struct Walk {
    places: Vec<Place>,
}

impl Rulebook {
    /// Compiles checked rules.
    ///
    /// # Errors
    /// The automaton's own limits: more phrases than memory addresses.
    pub fn new(parts: Parts) -> Result<Self, BuildError> {
        let automaton = Automaton::new(&parts.rules)?;
        let labels: BTreeMap<String, Label> = parts.labels.into_iter().map(|l| (l.word.clone(), l)).collect();
        let rules = parts.rules.iter().enumerate();
        Ok(Self {
            longest_label: labels.keys().map(|word| word.chars().count()).max().unwrap_or(0),
            wordless: rules.filter(|(_, rule)| rule.groups.is_empty()).map(|(at, _)| at).collect(),
            topics: parts.topics,
            rules: parts.rules,
            answers: parts.answers,
            labels,
            lists: parts.lists,
            when: parts.when,
            automaton,
        })
    }

    /// Topics and the order of decisions.
    pub const fn topics(&self) -> &Topics {
        &self.topics
    }

    /// Words of the date grammar.
    pub const fn when(&self) -> &Lexicon {
        &self.when
    }

    /// The answer list.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// Rules in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether a folded word is in a list.
    pub fn lists(&self, list: WordList, word: &str) -> bool {
        self.lists.get(&list).is_some_and(|words| words.contains(word))
    }

    /// The words of a list.
    pub fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.lists.get(&list).into_iter().flatten().map(String::as_str)
    }

    /// All form labels, by their words.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.values()
    }

    /// The label a folded, blank-free text stands for: an exact synonym, or one that the text ends with
    /// (the head of a Japanese or English compound stands last: 「ご連絡先電話番号」). The flag says exact.
    pub fn label(&self, text: &str) -> Option<(&Label, bool)> {
        if text.is_empty() || text.chars().count() > self.longest_label + 12 {
            return None;
        }
        if let Some(label) = self.labels.get(text) {
            return Some((label, true));
        }
        text.char_indices()
            .skip(1)
            .filter_map(|(at, _)| self.labels.get(text.get(at..)?))
            // One letter (名) ends too many words.
            .find(|label| label.word.chars().count() > 1)
            .map(|label| (label, false))
    }

    /// Finds the words of every rule, in one walk over each text.
    pub fn walk(&self, texts: &Texts<'_>) -> Walk {
        Walk { places: self.automaton.walk(texts) }
    }

    /// Which rules hold on a page, given where their words stand.
    pub fn scan(&self, walk: &Walk, page: &Page<'_>) -> Scan<'_> {
        let mut scan = Scan::default();
        let mut wordless = self.wordless.iter().copied().peekable();
        for places in walk.places.chunk_by(|a, b| a.slot.rule == b.slot.rule) {
            let Some(index) = places.first().map(|place| place.slot.rule) else { continue };
            while let Some(before) = wordless.next_if(|at| *at < index) {
                self.judge(before, &[], page, &mut scan);
            }
            wordless.next_if_eq(&index);
            self.judge(index, places, page, &mut scan);
        }
        wordless.for_each(|index| self.judge(index, &[], page, &mut scan));
        scan
    }

    /// Whether a rule holds, given the places of its words.
    fn judge<'r>(&'r self, index: usize, places: &[Place], page: &Page<'_>, scan: &mut Scan<'r>) {
        let Some(rule) = self.rules.get(index) else { return };
        let mut found = Found::default();
        let mut without = Vec::new();
        let headers = page::headers(rule, page.letter);
        for (at, group) in rule.groups.iter().enumerate() {
            let before = found.count;
            found.add(places, at, group.scope, page);
            if found.count == before {
                if at == 0 {
                    return;
                }
                without.push(group.key);
            }
        }
        if headers.is_none() {
            if rule.groups.is_empty() {
                return;
            }
            without.push("header");
        }
        let mut matched = headers.unwrap_or_default();
        matched.append(&mut found.matched);
        let mut against = Found::default();
        if let Some(unless) = &rule.unless {
            against.add(places, rule.groups.len(), unless.scope, page);
        }
        // Chinese words are half of Japanese ones; the other languages share no letters worth fearing.
        let foreign = rule.lang.as_deref() == Some("zh") && page.lang != "zh";
        let why = match () {
            () if foreign => Some(Reason::Language { of: "zh".to_owned(), mail: page.lang.to_owned() }),
            () if !without.is_empty() => Some(Reason::Without(without)),
            () if against.count > 0 => Some(Reason::Unless(against.matched)),
            () => None,
        };
        match why {
            Some(why) => scan.misses.push(Miss { rule, matched, why }),
            None => {
                let first = page.first(&found.text);
                scan.hits.push(Hit { rule, spans: found.text, in_subject: found.subject, first, matched });
            }
        }
    }
}

/// Places of a rule's words that count.
#[derive(Default)]
struct Found {
    text: Vec<Span>,
    subject: Vec<Span>,
    matched: Vec<String>,
    count: usize,
}

impl Found {
    fn add(&mut self, places: &[Place], group: usize, scope: Scope, page: &Page<'_>) {
        for place in places.iter().filter(|place| place.slot.group == group) {
            if !page.admits(scope, place.source, place.span) {
                continue;
            }
            self.count += 1;
            match place.source {
                Source::Text => self.text.push(place.span),
                Source::Subject => self.subject.push(place.span),
                Source::From => {}
            }
            let text = page.texts.of(place.source);
            let word = text.get(place.span.start..place.span.end).unwrap_or_default();
            if self.matched.len() < MOST_WORDS && !self.matched.iter().any(|known| known == word) {
                self.matched.push(word.to_owned());
            }
        }
    }
}

/// Matched words that a rule keeps as evidence; a hostile mail can hold very many.
const MOST_WORDS: usize = 40;
