//! The plain word lists, and automata that find the words of several of them in one walk over a text.
//!
//! Only finds; what a word of a list means where it stands is for the readers of fields.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, BuildError};

use super::label::WordList;
use crate::triage::verdict::Demand;

/// All lists, folded.
#[derive(Debug)]
pub(super) struct Lists {
    words: BTreeMap<WordList, BTreeSet<String>>,
    /// The words of `Along`, `Behalf` and the demands, and the list of each.
    pleas: AhoCorasick,
    plea_of: Vec<WordList>,
    /// The words of `NotName` that stand anywhere in a text.
    not_name: AhoCorasick,
}

impl Lists {
    /// Builds the automata; fails at their own limits only.
    pub(super) fn new(words: BTreeMap<WordList, BTreeSet<String>>) -> Result<Self, BuildError> {
        let lists =
            || [WordList::Along, WordList::Behalf].into_iter().chain(Demand::ALL.map(WordList::Demand));
        let pairs =
            || lists().flat_map(|list| words.get(&list).into_iter().flatten().map(move |w| (list, w)));
        let not_name = words.get(&WordList::NotName).into_iter().flatten().filter(|word| !word.is_ascii());
        Ok(Self {
            pleas: AhoCorasick::new(pairs().map(|(_, word)| word))?,
            plea_of: pairs().map(|(list, _)| list).collect(),
            not_name: AhoCorasick::new(not_name)?,
            words,
        })
    }

    /// The words of a list, where the rules have it.
    pub(super) fn words(&self, list: WordList) -> Option<&BTreeSet<String>> {
        self.words.get(&list)
    }

    /// Lists of pleas of which a word stands somewhere in the texts.
    pub(super) fn pleas<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<WordList> {
        let mut found: Vec<WordList> = Vec::new();
        for hit in texts.flat_map(|text| self.pleas.find_overlapping_iter(text)) {
            if let Some(list) = self.plea_of.get(hit.pattern().as_usize())
                && !found.contains(list)
            {
                found.push(*list);
            }
        }
        found
    }

    /// Whether a text holds a word of `NotName`: a Latin one as a whole word, another anywhere.
    pub(super) fn has_not_name(&self, text: &str) -> bool {
        let latin = |word: &str| self.words(WordList::NotName).is_some_and(|words| words.contains(word));
        self.not_name.is_match(text) || text.split_whitespace().any(|word| word.is_ascii() && latin(word))
    }
}
