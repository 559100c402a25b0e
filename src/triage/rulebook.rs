//! The compiled rules: what phrases mean, in one automaton over all of them.
//!
//! The rule files become a [`Rulebook`] once (see `rules`); a mail's folded texts are walked a single time, however
//! many phrases there are, and only rules whose words were found are looked at. The predicates are a closed set:
//! phrases, patterns, header fields, and the places they may stand. Nothing here knows Japanese; the words live in
//! `rules/*.toml`.

mod automaton;
mod label;
mod lists;
mod page;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use self::automaton::{Automaton, Place};
pub use self::label::{Label, LabelKind, WordList};
use self::lists::Lists;
pub use self::page::{Hit, Miss, Page, Scan, Texts, is_word};
pub use self::rule::{Answer, Cue, Group, Pattern, Phrase, Rule, Says, Scope, Shape, When};
pub use super::finder::TooManyWords;
use super::topics::Topics;
use super::verdict::{Reason, Source, Span};
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
    /// By the last letter of a label, the letters of the longest one that ends so.
    endings: BTreeMap<char, usize>,
    lists: Lists,
    when: Lexicon,
    automaton: Automaton,
    /// Rules that hold without a word: header fields or shapes alone.
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
    pub fn new(parts: Parts) -> Result<Self, TooManyWords> {
        let automaton = Automaton::new(&parts.rules)?;
        let labels: BTreeMap<String, Label> = parts.labels.into_iter().map(|l| (l.word.clone(), l)).collect();
        let mut endings: BTreeMap<char, usize> = BTreeMap::new();
        for word in labels.keys() {
            if let Some(last) = word.chars().next_back() {
                let longest = endings.entry(last).or_default();
                *longest = word.chars().count().max(*longest);
            }
        }
        let rules = parts.rules.iter().enumerate();
        Ok(Self {
            longest_label: labels.keys().map(|word| word.chars().count()).max().unwrap_or(0),
            wordless: rules.filter(|(_, rule)| rule.groups.is_empty()).map(|(at, _)| at).collect(),
            topics: parts.topics,
            rules: parts.rules,
            answers: parts.answers,
            labels,
            endings,
            lists: Lists::new(parts.lists)?,
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
        self.lists.has(list, word)
    }

    /// The words of a list.
    pub fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.lists.words(list)
    }

    /// The words of some lists that stand somewhere in a folded text, each once, list by list in their order. For the
    /// lists of what people say round their name and of the words of Polish and Chinese only.
    pub fn standing(&self, lists: &[WordList], text: &str) -> Vec<(WordList, &str)> {
        self.lists.standing(lists, text)
    }

    /// The lists of who else is meant and what is demanded of which a word stands somewhere in some folded texts.
    pub fn pleas<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<WordList> {
        self.lists.pleas(texts)
    }

    /// Whether a folded text holds a word that no person is called; Latin ones count as whole words.
    pub fn has_not_name(&self, text: &str) -> bool {
        self.lists.has_not_name(text)
    }

    /// All form labels, by their words.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.values()
    }

    /// The label a folded, blank-free text stands for: an exact synonym, or one that the text ends with
    /// (the head of a Japanese or English compound stands last: 「ご連絡先電話番号」). The flag says exact.
    pub fn label(&self, text: &str) -> Option<(&Label, bool)> {
        // Most lines of a mail end in a letter that ends no label.
        let longest = *self.endings.get(&text.chars().next_back()?)?;
        let count = text.chars().count();
        if count > self.longest_label + 12 {
            return None;
        }
        if let Some(label) = self.labels.get(text) {
            return Some((label, true));
        }
        text.char_indices()
            .skip(count.saturating_sub(longest).max(1))
            .filter_map(|(at, _)| self.labels.get(text.get(at..)?))
            // One letter (名) ends too many words.
            .find(|label| label.word.chars().count() > 1)
            .map(|label| (label, false))
    }

    /// Finds the words of every rule, in one walk over each text.
    pub fn walk(&self, texts: &Texts<'_>) -> Walk {
        Walk { places: self.automaton.walk(texts, &self.rules) }
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
        if !rule.shapes.iter().all(|shape| page.shapes.contains(shape)) {
            if rule.groups.is_empty() {
                return;
            }
            without.push("shape");
        }
        let mut matched = headers.unwrap_or_default();
        matched.extend(rule.shapes.iter().map(|shape| shape.word().to_owned()));
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
            Some(why) => scan.misses.push(Miss { rule, matched, places: found.places, why }),
            None => {
                let first = page.first(&found.text);
                scan.hits.push(Hit { rule, spans: found.text, places: found.places, first, matched });
            }
        }
    }
}

/// Places of a rule's words that count.
#[derive(Default)]
struct Found {
    text: Vec<Span>,
    places: Vec<(Source, Span)>,
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
            if place.source == Source::Text {
                self.text.push(place.span);
            }
            if self.places.len() < MOST_WORDS {
                self.places.push((place.source, page.texts.original(place.source, place.span)));
            }
            let text = page.texts.of(place.source);
            let word = text.get(place.span.start..place.span.end).unwrap_or_default();
            if self.matched.len() < MOST_WORDS && !self.matched.iter().any(|known| known == word) {
                self.matched.push(word.to_owned());
            }
        }
    }
}

/// Matched words and places that a rule keeps as evidence; a hostile mail can hold very many.
const MOST_WORDS: usize = 40;
