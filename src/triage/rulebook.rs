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

use self::automaton::{Automaton, Listed, Place};
pub use self::label::{Label, LabelKind, WordList};
use self::lists::Lists;
pub use self::page::{Hit, Miss, Page, Scan, Texts, is_word};
pub use self::rule::{Answer, Cue, Group, Pattern, Phrase, Rule, Says, Scope, Shape, When};
pub use super::finder::TooManyWords;
use super::topics::Topics;
use super::verdict::Span;
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
    /// Words of lists in the text.
    listed: Vec<Listed>,
}

impl Walk {
    /// The words of lists that stand in a part of the folded text.
    fn inside(&self, part: Span) -> impl Iterator<Item = &Listed> {
        self.listed.iter().filter(move |one| part.start <= one.span.start && one.span.end <= part.end)
    }
}

impl Rulebook {
    /// Compiles checked rules.
    ///
    /// # Errors
    /// The automaton's own limits: more phrases than memory addresses.
    pub fn new(parts: Parts) -> Result<Self, TooManyWords> {
        let lists = Lists::new(parts.lists)?;
        let automaton = Automaton::new(&parts.rules, lists.walked())?;
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
            lists,
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

    /// The same for several lists.
    pub fn listed<const N: usize>(&self, lists: [WordList; N], word: &str) -> [bool; N] {
        self.lists.in_each(lists, word)
    }

    /// The words of a list.
    pub fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.lists.words(list)
    }

    /// Whether a folded text holds a word of Polish that has letters of its own.
    pub fn is_polish(&self, text: &str) -> bool {
        self.lists.is_polish(text)
    }

    /// Whether a folded text holds a word of Chinese.
    pub fn is_chinese(&self, text: &str) -> bool {
        self.lists.is_chinese(text)
    }

    /// The words of a list that stand in a part of the folded text, each once, in the order of the list. For the lists
    /// of what people say round their name.
    pub fn standing(&self, walk: &Walk, list: WordList, part: Span) -> impl Iterator<Item = &str> {
        let words: BTreeSet<u32> =
            walk.inside(part).filter(|one| one.list == list).map(|one| one.word).collect();
        words.into_iter().filter_map(move |word| self.lists.word(list, word))
    }

    /// The lists of who else is meant and what is demanded of which a word stands in a part of the folded text.
    pub fn pleas(&self, walk: &Walk, part: Span) -> impl Iterator<Item = WordList> {
        walk.inside(part).map(|one| one.list)
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

    /// Whether a label ends in a letter.
    pub fn ends_label(&self, last: char) -> bool {
        self.endings.contains_key(&last)
    }

    /// Finds the words of every rule, in one walk over each text.
    pub fn walk(&self, texts: &Texts<'_>) -> Walk {
        let (places, listed) = self.automaton.walk(texts, &self.rules);
        Walk { places, listed }
    }

    /// Which rules hold on a page, given where their words stand.
    pub fn scan<'a>(&'a self, walk: &'a Walk, page: &'a Page<'a>) -> Scan<'a> {
        self.scan_for(walk, page, |_| true)
    }

    /// The same for those rules only that say one of some things.
    pub fn scan_for<'a>(
        &'a self,
        walk: &'a Walk,
        page: &'a Page<'a>,
        asked: impl Fn(&Says) -> bool,
    ) -> Scan<'a> {
        let mut scan = Scan::default();
        let mut judge = |index: usize, places: &'a [Place]| {
            if let Some(rule) = self.rules.get(index).filter(|rule| asked(&rule.says)) {
                scan.judge(rule, places, page);
            }
        };
        let mut wordless = self.wordless.iter().copied().peekable();
        for places in walk.places.chunk_by(|a, b| a.rule() == b.rule()) {
            let Some(index) = places.first().map(Place::rule) else { continue };
            while let Some(before) = wordless.next_if(|at| *at < index) {
                judge(before, &[]);
            }
            wordless.next_if_eq(&index);
            judge(index, places);
        }
        wordless.for_each(|index| judge(index, &[]));
        scan
    }
}
