//! One automaton over the phrases of all rules in all languages, and over the words that patterns cannot do without.
//!
//! A text is walked once. What it costs depends on the text and on what is found in it, not on how many rules there
//! are: a pattern is tried only where its words stand. Which places count, and what they mean, is decided elsewhere.

use super::page::{SOURCES, Texts, is_word};
use super::rule::{Pattern, Rule};
use crate::triage::finder::{Finder, TooManyWords};
use crate::triage::fold::Folded;
use crate::triage::verdict::{Source, Span};

/// Places kept of one pattern in one text; a hostile mail can hold very many.
const MOST_PLACES: usize = 20;

/// A group of phrases of a rule; its `unless` is the group behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) rule: usize,
    pub(super) group: usize,
}

/// A place where a phrase or a pattern of a group stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) slot: Slot,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// What a word of the automaton is good for. There are very many: numbers are as small as they can be.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is a phrase of a group; `open` where its end is (`rezerw*`).
    Phrase { rule: u32, group: u8, open: bool },
    /// It is one of the words of which a pattern needs one.
    Need { pattern: u32, set: u8 },
}

/// Where a pattern stands among the rules.
#[derive(Debug)]
struct Search {
    slot: Slot,
    /// Its place in the group.
    pattern: usize,
    /// One bit for each set of words that it needs.
    needs: u8,
}

/// The automaton and the patterns to try.
#[derive(Debug)]
pub(super) struct Automaton {
    words: Finder<Use>,
    searches: Vec<Search>,
    /// What each pattern lacks before a word has been found.
    wanting: Vec<u8>,
}

impl Automaton {
    /// Builds it over the rules as they stand; `walk` must be given the same ones.
    pub(super) fn new(rules: &[Rule]) -> Result<Self, TooManyWords> {
        let mut words: Vec<(String, Use)> = Vec::new();
        let mut searches = Vec::new();
        for (number, rule) in (0_u32..).zip(rules) {
            // A rule has one group for each of its keys: far fewer than a byte counts.
            for (group, content) in (0_u8..=u8::MAX).zip(rule.groups.iter().chain(&rule.unless)) {
                for phrase in &content.phrases {
                    let open = phrase.text.ends_with('*');
                    let folded = Folded::new(phrase.text.trim_end_matches('*')).text().to_owned();
                    words.push((folded, Use::Phrase { rule: number, group, open }));
                }
                for (pattern, spec) in content.patterns.iter().enumerate() {
                    let at = u32::try_from(searches.len()).unwrap_or(u32::MAX);
                    let mut needs = 0;
                    for (set, needed) in (0_u8..8).zip(&spec.needs) {
                        needs |= 1 << set;
                        words
                            .extend(needed.iter().map(|word| (word.clone(), Use::Need { pattern: at, set })));
                    }
                    searches.push(Search { slot: slot(number, group), pattern, needs });
                }
            }
        }
        let wanting = searches.iter().map(|search| search.needs).collect();
        Ok(Self { words: Finder::new(words)?, searches, wanting })
    }

    /// All places of all phrases and patterns, sorted by rule and group.
    pub(super) fn walk(&self, texts: &Texts<'_>, rules: &[Rule]) -> Vec<Place> {
        let mut places = Vec::new();
        for source in SOURCES {
            let text = texts.of(source);
            let mut wanting = self.wanting.clone();
            for (span, used) in self.words.find(text) {
                match used {
                    Use::Phrase { rule, group, open } => {
                        if is_word(text, span, open) {
                            places.push(Place { slot: slot(rule, group), source, span });
                        }
                    }
                    Use::Need { pattern, set } => {
                        if let Some(wanting) =
                            usize::try_from(pattern).ok().and_then(|at| wanting.get_mut(at))
                        {
                            *wanting &= !(1 << set);
                        }
                    }
                }
            }
            for (search, _) in self.searches.iter().zip(wanting).filter(|(_, wanting)| *wanting == 0) {
                let Some(pattern) = search.of(rules) else { continue };
                places.extend(pattern.regex.find_iter(text).take(MOST_PLACES).map(|hit| Place {
                    slot: search.slot,
                    source,
                    span: Span { start: hit.start(), end: hit.end() },
                }));
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }
}

impl Search {
    /// The pattern itself.
    fn of<'r>(&self, rules: &'r [Rule]) -> Option<&'r Pattern> {
        let rule = rules.get(self.slot.rule)?;
        rule.groups.iter().chain(&rule.unless).nth(self.slot.group)?.patterns.get(self.pattern)
    }
}

fn slot(rule: u32, group: u8) -> Slot {
    Slot { rule: usize::try_from(rule).unwrap_or(usize::MAX), group: usize::from(group) }
}
