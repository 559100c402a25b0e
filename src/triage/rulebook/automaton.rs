//! One automaton over the phrases of all rules in all languages, and over the words that patterns cannot do without.
//!
//! A text is walked once. What it costs depends on the text and on what is found in it, not on how many rules there
//! are: a pattern is tried only where its words stand. Which places count, and what they mean, is decided elsewhere.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use regex::Regex;

use super::page::{Source, Texts, is_word};
use super::rule::Rule;
use crate::triage::fold::Folded;
use crate::triage::verdict::Span;

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

/// What a word of the automaton is good for.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is a phrase of a group; `open` where its end is (`rezerw*`).
    Phrase { slot: Slot, open: bool },
    /// It is one of the words of which a pattern needs one.
    Need { pattern: usize, set: u8 },
}

/// A pattern and the group it belongs to.
#[derive(Debug)]
struct Search {
    slot: Slot,
    regex: Regex,
    /// One bit for each set of words that it needs.
    needs: u8,
}

/// The automaton and what its words mean.
#[derive(Debug)]
pub(super) struct Automaton {
    words: AhoCorasick,
    uses: Vec<Vec<Use>>,
    searches: Vec<Search>,
}

impl Automaton {
    /// Builds it. The kind is fixed: left to itself the library takes a table of transitions for few phrases, whose
    /// price a grown rule set would notice at once (see docs/performance.md).
    pub(super) fn new(rules: &[Rule]) -> Result<Self, BuildError> {
        let mut table: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        let mut searches = Vec::new();
        for (rule, spec) in rules.iter().enumerate() {
            for (group, content) in spec.groups.iter().chain(&spec.unless).enumerate() {
                let slot = Slot { rule, group };
                for phrase in &content.phrases {
                    let open = phrase.text.ends_with('*');
                    let folded = Folded::new(phrase.text.trim_end_matches('*')).text().to_owned();
                    table.entry(folded).or_default().push(Use::Phrase { slot, open });
                }
                for pattern in &content.patterns {
                    let mut needs = 0;
                    for (set, words) in (0_u8..8).zip(&pattern.needs) {
                        needs |= 1 << set;
                        for word in words {
                            let need = Use::Need { pattern: searches.len(), set };
                            table.entry(word.clone()).or_default().push(need);
                        }
                    }
                    searches.push(Search { slot, regex: pattern.regex.clone(), needs });
                }
            }
        }
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(table.keys())?;
        Ok(Self { words, uses: table.into_values().collect(), searches })
    }

    /// All places of all phrases and patterns, sorted by rule and group.
    pub(super) fn walk(&self, texts: &Texts<'_>) -> Vec<Place> {
        let mut places = Vec::new();
        for source in Source::ALL {
            let text = texts.of(source);
            let mut wanting: Vec<u8> = self.searches.iter().map(|search| search.needs).collect();
            for hit in self.words.find_overlapping_iter(text) {
                let span = Span { start: hit.start(), end: hit.end() };
                for used in self.uses.get(hit.pattern().as_usize()).into_iter().flatten() {
                    match *used {
                        Use::Phrase { slot, open } => {
                            if is_word(text, span, open) {
                                places.push(Place { slot, source, span });
                            }
                        }
                        Use::Need { pattern, set } => {
                            if let Some(wanting) = wanting.get_mut(pattern) {
                                *wanting &= !(1 << set);
                            }
                        }
                    }
                }
            }
            for (search, _) in self.searches.iter().zip(wanting).filter(|(_, wanting)| *wanting == 0) {
                places.extend(search.regex.find_iter(text).take(MOST_PLACES).map(|hit| Place {
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
