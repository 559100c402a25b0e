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
    /// Every word once, with a bit for each list that has it, by length first: texts are asked about word by word, and
    /// most words are told apart without a look at their letters.
    lists_of: Vec<(Arc<str>, u32)>,
    /// The words of each list in their order.
    words: BTreeMap<WordList, Vec<Arc<str>>>,
    /// The words of `Along`, `Behalf` and the demands, with the list of each.
    pleas: Finder<WordList>,
    /// The words of `NotName` that stand anywhere in a text.
    not_name: Finder<()>,
    /// The words of [`SOUGHT`], with the list and the place of each there.
    sought: Finder<(WordList, u32)>,
}

/// Lists whose words are looked for one by one, in their order: few texts hold more than one or two of them.
const SOUGHT: [WordList; 4] =
    [WordList::NameBefore, WordList::NameAfter, WordList::Polish, WordList::Chinese];

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
        let mut lists_of: Vec<(Arc<str>, u32)> = known.into_iter().collect();
        lists_of.sort_unstable_by(|(a, _), (b, _)| by_length(a, b));
        let of = |list: WordList| words.get(&list).into_iter().flatten();
        let pleas = [WordList::Along, WordList::Behalf].into_iter().chain(Demand::ALL.map(WordList::Demand));
        let pleas = Finder::new(pleas.flat_map(|list| of(list).map(move |word| (word, list))))?;
        let not_name = of(WordList::NotName).filter(|word| !word.is_ascii()).map(|word| (word, ()));
        let numbered = |list: WordList| of(list).zip(0_u32..).map(move |(word, at)| (word, (list, at)));
        let sought = Finder::new(SOUGHT.into_iter().flat_map(numbered))?;
        Ok(Self { pleas, not_name: Finder::new(not_name)?, sought, lists_of, words })
    }

    /// Whether a list has a word.
    pub(super) fn has(&self, list: WordList, word: &str) -> bool {
        let at = self.lists_of.binary_search_by(|(known, _)| by_length(known, word));
        at.ok().and_then(|at| self.lists_of.get(at)).is_some_and(|(_, lists)| lists & bit(list) != 0)
    }

    /// The words of a list, in their order.
    pub(super) fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.words.get(&list).into_iter().flatten().map(AsRef::as_ref)
    }

    /// The words of some lists that stand somewhere in a text, each once, list by list in their order. Only those of
    /// [`SOUGHT`] are found.
    pub(super) fn standing(&self, lists: &[WordList], text: &str) -> Vec<(WordList, &str)> {
        let hits = self.sought.find(text).map(|(_, hit)| hit).filter(|(list, _)| lists.contains(list));
        let found: BTreeSet<(WordList, u32)> = hits.collect();
        let word = |(list, at): (WordList, u32)| {
            let words = self.words.get(&list)?;
            words.get(usize::try_from(at).ok()?).map(|word| (list, word.as_ref()))
        };
        found.into_iter().filter_map(word).collect()
    }

    /// Lists of pleas of which a word stands somewhere in the texts.
    pub(super) fn pleas<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<WordList> {
        let mut found: Vec<WordList> = Vec::new();
        for (_, list) in texts.flat_map(|text| self.pleas.find(text)) {
            if !found.contains(&list) {
                found.push(list);
            }
        }
        found
    }

    /// Whether a text holds a word of `NotName`: a Latin one as a whole word, another anywhere.
    pub(super) fn has_not_name(&self, text: &str) -> bool {
        self.not_name.find(text).next().is_some()
            || text.split_whitespace().any(|word| word.is_ascii() && self.has(WordList::NotName, word))
    }
}

fn by_length(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The bit of a list: its place among all of them.
fn bit(list: WordList) -> u32 {
    let place = WordList::WORDS.iter().position(|(_, one)| *one == list);
    place.and_then(|place| u32::try_from(place).ok()).and_then(|place| 1_u32.checked_shl(place)).unwrap_or(0)
}
