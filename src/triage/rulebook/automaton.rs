//! One automaton over the phrases of all rules in all languages, and over the words that patterns cannot do without.
//!
//! The words of some lists are found on the way. A text is walked once. What it costs depends on the text and on what is found in it, not on how many rules there
//! are: a pattern is tried only where its words stand. Which places count, and what they mean, is decided elsewhere.

use super::label::WordList;
use super::page::{SOURCES, Texts, is_word};
use super::rule::{Pattern, Rule};
use crate::triage::finder::{Finder, TooManyWords};
use crate::triage::fold::Folded;
use crate::triage::verdict::{Source, Span};

/// Places kept of one pattern in one text; a hostile mail can hold very many.
const MOST_PLACES: usize = 20;

/// A group of phrases of a rule; its `unless` is the group behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    rule: u32,
    group: u8,
}

/// A place where a phrase or a pattern of a group stands. Two numbers that sort by rule, group, text and place: there
/// are many to compare. A rule has far fewer than 256 groups, and a text far fewer than 2^30 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// From the highest bit on: 24 for the rule, 8 for the group, 2 for the text, 30 for the start.
    order: u64,
    end: u32,
}

/// Largest start of a place.
const FURTHEST: u64 = (1 << 30) - 1;

impl Place {
    fn new(slot: Slot, source: Source, start: usize, end: usize) -> Self {
        let number = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        let source = match source {
            Source::Text => 0,
            Source::Subject => 1,
            Source::Header => 2,
        };
        let slot = u64::from(slot.rule) << 8 | u64::from(slot.group);
        let order = slot << 32 | source << 30 | number(start).min(FURTHEST);
        Self { order, end: u32::try_from(end).unwrap_or(u32::MAX) }
    }

    /// The number of its rule.
    pub(super) fn rule(&self) -> usize {
        usize::try_from(self.order >> 40).unwrap_or(usize::MAX)
    }

    /// The number of its group in the rule.
    pub(super) fn group(&self) -> usize {
        usize::try_from(self.order >> 32 & 0xff).unwrap_or(usize::MAX)
    }

    /// The text it stands in.
    pub(super) const fn source(&self) -> Source {
        match self.order >> 30 & 3 {
            0 => Source::Text,
            1 => Source::Subject,
            _ => Source::Header,
        }
    }

    /// Where it stands there.
    pub(super) fn span(&self) -> Span {
        let start = usize::try_from(self.order & FURTHEST).unwrap_or(usize::MAX);
        Span { start, end: usize::try_from(self.end).unwrap_or(usize::MAX) }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({}/{}, {:?} {:?})", self.rule(), self.group(), self.source(), self.span())
    }
}

/// A word of a list where it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) list: WordList,
    /// Its place in the list.
    pub(super) word: u32,
    pub(super) span: Span,
}

/// What a word of the automaton is good for. There are very many: numbers are as small as they can be.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is a phrase of a group; `open` where its end is (`rezerw*`).
    Phrase { rule: u32, group: u8, open: bool },
    /// It is one of the words of which a pattern needs one.
    Need { pattern: u32, set: u8 },
    /// It stands in a list that is looked for in the text.
    Listed { list: WordList, word: u32 },
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
    pub(super) fn new<'w>(
        rules: &[Rule],
        listed: impl Iterator<Item = (WordList, u32, &'w str)>,
    ) -> Result<Self, TooManyWords> {
        let listed = listed.map(|(list, word, text)| (text.to_owned(), Use::Listed { list, word }));
        let mut words: Vec<(String, Use)> = listed.collect();
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
                    searches.push(Search { slot: Slot { rule: number, group }, pattern, needs });
                }
            }
        }
        let wanting = searches.iter().map(|search| search.needs).collect();
        Ok(Self { words: Finder::new(words)?, searches, wanting })
    }

    /// All places of all phrases and patterns, sorted by rule and group, and the words of lists that stand in the text.
    pub(super) fn walk(&self, texts: &Texts<'_>, rules: &[Rule]) -> (Vec<Place>, Vec<Listed>) {
        let (mut places, mut listed) = (Vec::new(), Vec::new());
        for source in SOURCES {
            let text = texts.of(source);
            let mut wanting = self.wanting.clone();
            for (span, used) in self.words.find(text) {
                match used {
                    Use::Phrase { rule, group, open } => {
                        if is_word(text, span, open) {
                            places.push(Place::new(Slot { rule, group }, source, span.start, span.end));
                        }
                    }
                    Use::Need { pattern, set } => {
                        if let Some(wanting) =
                            usize::try_from(pattern).ok().and_then(|at| wanting.get_mut(at))
                        {
                            *wanting &= !(1 << set);
                        }
                    }
                    Use::Listed { list, word } => {
                        if source == Source::Text {
                            listed.push(Listed { list, word, span });
                        }
                    }
                }
            }
            for (search, _) in self.searches.iter().zip(wanting).filter(|(_, wanting)| *wanting == 0) {
                let Some(pattern) = search.of(rules) else { continue };
                let hits = pattern.regex.find_iter(text).take(MOST_PLACES);
                places.extend(hits.map(|hit| Place::new(search.slot, source, hit.start(), hit.end())));
            }
        }
        places.sort_unstable();
        places.dedup();
        (places, listed)
    }
}

impl Search {
    /// The pattern itself.
    fn of<'r>(&self, rules: &'r [Rule]) -> Option<&'r Pattern> {
        let rule = rules.get(usize::try_from(self.slot.rule).ok()?)?;
        let group = rule.groups.iter().chain(&rule.unless).nth(usize::from(self.slot.group))?;
        group.patterns.get(self.pattern)
    }
}
