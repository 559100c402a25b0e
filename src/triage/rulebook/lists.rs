//! The plain word lists, and automata that find the words of several of them in one walk over a text.
//!
//! Only finds; what a word of a list means where it stands is for the readers of fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::label::WordList;
use crate::triage::finder::{Finder, TooManyWords};
use crate::triage::verdict::Demand;

/// All lists, folded.
#[derive(Debug)]
pub(super) struct Lists {
    /// Every word once, with a bit for each list that has it: texts are asked about word by word.
    lists_of: Known,
    /// The words of each list in their order.
    words: BTreeMap<WordList, Vec<Arc<str>>>,
    /// The words of `NotName` that stand anywhere in a text.
    not_name: Finder<()>,
    /// The words of `Polish` that are not ASCII.
    polish: Finder<()>,
    /// The words of `Chinese`.
    chinese: Finder<()>,
}

impl Lists {
    /// Builds the automata; fails at their own limits only.
    pub(super) fn new(all: BTreeMap<WordList, BTreeSet<String>>) -> Result<Self, TooManyWords> {
        let mut known: BTreeMap<Arc<str>, u32> = BTreeMap::new();
        let mut words: BTreeMap<WordList, Vec<Arc<str>>> = BTreeMap::new();
        for (list, of_list) in all {
            for word in of_list {
                let word = match known.get_key_value(word.as_str()) {
                    Some((known, _)) => Arc::clone(known),
                    None => Arc::from(word),
                };
                *known.entry(Arc::clone(&word)).or_default() |= bit(list);
                words.entry(list).or_default().push(word);
            }
        }
        words.values_mut().for_each(Vec::shrink_to_fit);
        let lists_of = Known::new(known);
        let of = |list: WordList| words.get(&list).into_iter().flatten();
        let foreign = |list: WordList| of(list).filter(|word| !word.is_ascii()).map(|word| (word, ()));
        let not_name = Finder::new(foreign(WordList::NotName))?;
        let polish = Finder::new(foreign(WordList::Polish))?;
        let chinese = Finder::new(of(WordList::Chinese).map(|word| (word, ())))?;
        Ok(Self { not_name, polish, chinese, lists_of, words })
    }

    /// Whether a list has a word.
    pub(super) fn has(&self, list: WordList, word: &str) -> bool {
        self.lists_of.of(word) & bit(list) != 0
    }

    /// Which of some lists have a word.
    pub(super) fn in_each<const N: usize>(&self, lists: [WordList; N], word: &str) -> [bool; N] {
        let found = self.lists_of.of(word);
        lists.map(|list| found & bit(list) != 0)
    }

    /// The words of a list, in their order.
    pub(super) fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.words.get(&list).into_iter().flatten().map(AsRef::as_ref)
    }

    /// The words that the walk over a text finds, with their list and place in it: what people say round their name, who
    /// else is meant, what is demanded.
    pub(super) fn walked(&self) -> impl Iterator<Item = (WordList, u32, &str)> {
        let lists = [WordList::NameBefore, WordList::NameAfter, WordList::Along, WordList::Behalf];
        let lists = lists.into_iter().chain(Demand::ALL.map(WordList::Demand));
        lists.flat_map(|list| self.words(list).zip(0_u32..).map(move |(word, at)| (list, at, word)))
    }

    /// A word of a list by its place.
    pub(super) fn word(&self, list: WordList, at: u32) -> Option<&str> {
        self.words.get(&list)?.get(usize::try_from(at).ok()?).map(AsRef::as_ref)
    }

    /// Whether a text holds a word of `Polish` with letters of its own.
    pub(super) fn is_polish(&self, text: &str) -> bool {
        self.polish.find(text).next().is_some()
    }

    /// Whether a text holds a word of `Chinese`.
    pub(super) fn is_chinese(&self, text: &str) -> bool {
        self.chinese.find(text).next().is_some()
    }

    /// Whether a text holds a word of `NotName`: a Latin one as a whole word, another anywhere.
    pub(super) fn has_not_name(&self, text: &str) -> bool {
        self.not_name.find(text).next().is_some()
            || text.split_whitespace().any(|word| word.is_ascii() && self.has(WordList::NotName, word))
    }
}

/// Words with the lists of each, in as many pots as there are words, so that hardly a look finds two in its pot.
#[derive(Debug, Default)]
struct Known {
    /// Sorted by pot.
    words: Vec<(Arc<str>, u32)>,
    /// Where each pot begins, and the last one ends.
    pots: Vec<u32>,
}

impl Known {
    fn new(known: BTreeMap<Arc<str>, u32>) -> Self {
        let count = known.len().next_power_of_two();
        let mut words: Vec<(Arc<str>, u32)> = known.into_iter().collect();
        words.sort_by_key(|(word, _)| pot(word, count));
        let begin = |at| u32::try_from(words.partition_point(|(word, _)| pot(word, count) < at));
        let pots = (0..=count).map(|at| begin(at).unwrap_or(u32::MAX)).collect();
        Self { words, pots }
    }

    /// The lists of a word, as bits.
    fn of(&self, word: &str) -> u32 {
        let pot = pot(word, self.pots.len().saturating_sub(1));
        let begin = |at: usize| usize::try_from(*self.pots.get(at)?).ok();
        let (Some(from), Some(to)) = (begin(pot), begin(pot + 1)) else { return 0 };
        let words = self.words.get(from..to).unwrap_or_default();
        words.iter().find(|(known, _)| **known == *word).map_or(0, |(_, lists)| *lists)
    }
}

/// The pot of a word among a power of two. The words are those of the rules: no mail can fill a pot.
fn pot(word: &str, count: usize) -> usize {
    let mut hash = 0_u64;
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    for eight in eights.iter().chain([&last]) {
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(*eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    usize::try_from(hash >> 32).unwrap_or_default() & count.saturating_sub(1)
}

/// The bit of a list.
const fn bit(list: WordList) -> u32 {
    1 << match list {
        WordList::Surname => 0,
        WordList::NotName => 1,
        WordList::Common => 2,
        WordList::Honorific => 3,
        WordList::NameBefore => 4,
        WordList::NameAfter => 5,
        WordList::Robot => 6,
        WordList::Along => 7,
        WordList::Behalf => 8,
        WordList::NotAfter => 9,
        WordList::NotBefore => 10,
        WordList::Office => 11,
        WordList::Reference => 12,
        WordList::Cancelled => 13,
        WordList::Changed => 14,
        WordList::Polish => 15,
        WordList::English => 16,
        WordList::Chinese => 17,
        WordList::NotTag => 26,
        // Eight of them, behind the others of their time.
        WordList::Demand(demand) => 18 + demand as u32,
    }
}
