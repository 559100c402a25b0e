//! Finds the words of a set in a text, all of them and wherever they overlap, in one walk.
//!
//! The automaton goes by characters, not bytes: a Japanese word is a third as many steps, and thousands of words take
//! a few hundred kilobytes (docs/performance.md). What a found word means is its value's matter.

use daachorse::errors::DaachorseError;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

use super::verdict::Span;

/// A set of words, each with a value. A word may be there more than once.
#[derive(Clone, Default)]
pub(super) struct Finder<V: Copy>(Option<CharwiseDoubleArrayAhoCorasick<V>>);

/// More words than an automaton can number.
#[derive(Debug, thiserror::Error)]
#[error("too many words for one automaton: {0}")]
pub struct TooManyWords(DaachorseError);

impl<V: Copy> Finder<V> {
    /// Takes the words; empty ones are left out, because they stand everywhere.
    pub(super) fn new<P: AsRef<str>>(words: impl IntoIterator<Item = (P, V)>) -> Result<Self, TooManyWords> {
        let mut words = words.into_iter().filter(|(word, _)| !word.as_ref().is_empty()).peekable();
        if words.peek().is_none() {
            return Ok(Self(None));
        }
        // The prefilter pays off where words are rare; in a mail one stands at every third letter.
        let builder = CharwiseDoubleArrayAhoCorasickBuilder::new();
        let builder = builder.match_kind(MatchKind::Standard).use_prefilter(false);
        builder.build_with_values(words).map(|automaton| Self(Some(automaton))).map_err(TooManyWords)
    }

    /// Every place of every word, with its value, in the order in which the words end.
    pub(super) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Span, V)> + 't {
        let hits = self.0.iter().flat_map(move |automaton| automaton.find_overlapping_iter(text));
        hits.map(|hit| (Span { start: hit.start(), end: hit.end() }, hit.value()))
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, CharwiseDoubleArrayAhoCorasick::heap_bytes)
    }
}

impl<V: Copy> std::fmt::Debug for Finder<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Finder({} bytes)", self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_overlap() {
        for (words, text, expected) in [
            (vec!["予約", "予約を", "約"], "予約を", vec![(0, 6, 0), (3, 6, 2), (0, 9, 1)]),
            (vec!["ab", "ab"], "xab", vec![(1, 3, 0), (1, 3, 1)]),
            (vec!["a", ""], "aa", vec![(0, 1, 0), (1, 2, 0)]),
            (vec![""], "a", vec![]),
            (vec![], "a", vec![]),
        ] {
            let finder = Finder::new(words.iter().zip(0_u32..)).unwrap();
            let mut found: Vec<_> =
                finder.find(text).map(|(span, value)| (span.start, span.end, value)).collect();
            found.sort_by_key(|(start, end, value)| (*end, std::cmp::Reverse(end - start), *value));
            let mut expected = expected;
            expected.sort_by_key(|(start, end, value)| (*end, std::cmp::Reverse(end - start), *value));
            assert_eq!(found, expected, "{words:?} in {text:?}");
        }
    }
}
