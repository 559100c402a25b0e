//! The words of each language, with what they mean to the date grammar.
//!
//! A [`Tongue`] is one language: an automaton over its words and cues, and a list of links (the short words that
//! stand between a date and a time). It holds no grammar: composition and resolution are the same for all.
//! Loading the words from files is `rules::when`'s matter.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Weekday;

use super::super::finder::{Finder, TooManyWords};
use super::super::fold::Folded;
use super::super::rulebook::is_word;
use super::super::verdict::Span;
use super::han::{chinese, simplified};
use super::word::{Link, Word};

/// All languages that can be read.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    tongues: Vec<Tongue>,
}

impl Lexicon {
    /// A lexicon of these languages; the first of a script is preferred where nothing tells them apart.
    pub const fn new(tongues: Vec<Tongue>) -> Self {
        Self { tongues }
    }

    /// The languages in the order given.
    pub fn tongues(&self) -> &[Tongue] {
        &self.tongues
    }

    /// The language to read a folded piece of text with. Kana means Japanese, and so do kanji alone if
    /// the rest of the mail has kana; otherwise the language with the most words of its own in the text.
    pub fn tongue_of(&self, piece: &str, mail_has_kana: bool) -> Option<&Tongue> {
        let of = |script: Script| self.tongues.iter().find(|tongue| tongue.script == script);
        let Letters { kana, hiragana, han, latin, any } = Letters::of(piece);
        // A product's or a branch's name in kana or kanji makes no Japanese of a Polish sentence.
        let named = latin > FOREIGN * (kana + han);
        // Nor does a name in katakana of a Chinese one.
        if kana > 0 && !named && (hiragana > 0 || !chinese(piece)) {
            return of(Script::Kana);
        }
        if han > 0 && !named {
            if mail_has_kana && !(kana > 0 && hiragana == 0) {
                return of(Script::Kana);
            }
            if chinese(piece) && of(Script::Han).is_some() {
                return of(Script::Han);
            }
            let weight = |script| of(script).map_or(0, |tongue| tongue.weight(piece));
            let kana = weight(Script::Kana) >= weight(Script::Han);
            return of(if kana { Script::Kana } else { Script::Han }).or_else(|| of(Script::Kana));
        }
        if !any {
            return self.tongues.first();
        }
        let latin = self.tongues.iter().filter(|tongue| tongue.script == Script::Latin);
        // Of several with the same weight the first one wins, so the order of the files decides.
        let weighed = latin.map(|tongue| (tongue.weight(piece), tongue));
        let best = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, tongue)| tongue).or_else(|| self.tongues.first())
    }
}

/// How many letters of each script a piece of text has.
#[derive(Default)]
struct Letters {
    kana: usize,
    hiragana: usize,
    han: usize,
    latin: usize,
    /// Any letter at all, of whatever script.
    any: bool,
}

impl Letters {
    fn of(piece: &str) -> Self {
        let mut letters = Self::default();
        for c in piece.chars() {
            if is_kana(c) {
                letters.kana += 1;
                letters.hiragana += usize::from(matches!(c, 'ぁ'..='ゖ'));
            } else if is_han(c) {
                letters.han += 1;
            } else if u32::from(c) < 0x0250 && c.is_alphabetic() {
                letters.latin += 1;
            }
            letters.any = letters.any || c.is_alphabetic();
        }
        letters
    }
}

/// Latin letters to one of another script from which on the others are only names in the text.
const FOREIGN: usize = 6;

/// Hiragana or katakana.
pub(super) const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ')
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '々')
}

/// The script that leads to a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Kana among the letters (Japanese).
    Kana,
    /// Han characters without kana (Chinese).
    Han,
    /// Latin letters.
    Latin,
}

/// One language.
#[derive(Debug, Clone)]
pub struct Tongue {
    /// Language code such as `ja`.
    pub lang: String,
    /// Script by which the language is recognised.
    pub script: Script,
    /// The verb that gives a date its role stands behind it (Japanese) instead of mostly before it.
    pub verb_last: bool,
    /// Bracketed or otherwise marked short weekdays (`水`), never read on their own.
    pub short_weekdays: Vec<(String, Weekday)>,
    /// Single characters in a list are weekdays (火・木).
    pub lists_weekdays: bool,
    /// What may go on behind a length that is over then (経ったら).
    pub passed: Vec<String>,
    /// What goes on behind a word of asking or booking when it is settled already (していた).
    pub done: Vec<String>,
    /// What ends a topic, so that the date behind it is what is said of it (電話は).
    pub topics: Vec<String>,
    /// What stands behind a length by which a slot is moved back (遅らせて).
    pub delayed: Vec<String>,
    /// What stands behind a length by which a slot is moved forward (早めて).
    pub sooner: Vec<String>,
    automaton: Finder<u32>,
    meanings: Vec<Word>,
    links: Vec<(String, Link)>,
    /// The same by their first letter: what stands behind a date is looked up again and again.
    links_by_first: BTreeMap<char, Vec<(String, Link)>>,
}

impl Tongue {
    /// Builds the automaton. Words and links are folded, so that they may be written in any width; of two equal
    /// words the first one counts. Fails only when the word list is too large for an automaton.
    pub fn new(
        lang: String,
        script: Script,
        verb_last: bool,
        short_weekdays: Vec<(String, Weekday)>,
        words: Vec<(String, Word)>,
        links: Vec<(String, Link)>,
    ) -> Result<Self, TooManyWords> {
        let spelled = |word: &str| {
            let folded = Folded::new(word);
            if script == Script::Han {
                simplified(folded.text()).into_owned()
            } else {
                folded.text().to_owned()
            }
        };
        let patterns = words.iter().map(|(word, _)| spelled(word));
        let automaton = Finder::new(patterns.zip(0_u32..))?;
        let meanings = words.into_iter().map(|(_, meaning)| meaning).collect();
        let fold = |(word, link): (String, Link)| (spelled(&word), link);
        let mut links: Vec<_> = links.into_iter().map(fold).collect();
        links.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut links_by_first: BTreeMap<char, Vec<(String, Link)>> = BTreeMap::new();
        for (word, link) in &links {
            if let Some(first) = word.chars().next() {
                links_by_first.entry(first).or_default().push((word.clone(), *link));
            }
        }
        let lists_weekdays = script == Script::Kana;
        let (passed, delayed, sooner) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self {
            lang,
            script,
            verb_last,
            short_weekdays,
            lists_weekdays,
            passed,
            delayed,
            sooner,
            done: Vec::new(),
            topics: Vec::new(),
            automaton,
            meanings,
            links,
            links_by_first,
        })
    }

    /// Adds what may go on behind a length: that it is over, that a slot moves later, or sooner.
    #[must_use]
    pub fn with_lengths(self, passed: &[String], delayed: &[String], sooner: &[String]) -> Self {
        let folded =
            |words: &[String]| words.iter().map(|word| Folded::new(word).text().to_owned()).collect();
        Self { passed: folded(passed), delayed: folded(delayed), sooner: folded(sooner), ..self }
    }

    /// The words of the language in a folded text: start, end, meaning. The longest word at a place counts; words in
    /// Latin letters match only whole, so that "on sun" is not found in "on sunday" and hides nothing there.
    pub(super) fn words<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, Word)> + 't {
        let counts = |start: usize, end: usize, meaning: Word| {
            whole_word(text, start, end)
                && (matches!(meaning, Word::Cue(_) | Word::Unit(_)) || !inside_kana(text, start, end))
        };
        let all = self.automaton.find(text).filter_map(|(Span { start, end }, index)| {
            let meaning = *self.meanings.get(usize::try_from(index).ok()?)?;
            counts(start, end, meaning).then_some((start, end, index, meaning))
        });
        let mut found: Vec<_> = all.collect();
        found.sort_unstable_by_key(|&(start, end, index, _)| (start, std::cmp::Reverse(end), index));
        let mut from = 0;
        found.into_iter().filter_map(move |(start, end, _, meaning)| {
            if start < from {
                return None;
            }
            from = end;
            Some((start, end, meaning))
        })
    }

    /// A folded text in the spelling of the words, place for place: Chinese in simplified characters.
    pub(super) fn spelled<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.script {
            Script::Han => simplified(text),
            Script::Kana | Script::Latin => Cow::Borrowed(text),
        }
    }

    fn weight(&self, text: &str) -> usize {
        // (木) weighs as a word: a weekday in brackets tells two languages apart.
        let bracketed = |word: &str| {
            text.split_once('(')
                .is_some_and(|(_, rest)| rest.strip_prefix(word).is_some_and(|r| r.starts_with(')')))
        };
        let short = self.short_weekdays.iter().filter(|(word, _)| bracketed(word)).count();
        self.words(&self.spelled(text)).map(|(start, end, _)| end - start).sum::<usize>() + short * 3
    }

    /// The longest link at the start of a text, with its length.
    pub(super) fn link(&self, text: &str) -> Option<(usize, Link)> {
        let alike = text.chars().next().and_then(|first| self.links_by_first.get(&first));
        alike
            .into_iter()
            .flatten()
            .find(|(word, _)| text.starts_with(word.as_str()) && whole_word(text, 0, word.len()))
            .map(|&(ref word, link)| (word.len(), link))
    }

    /// The longest link at the end of a text, blanks left out.
    pub(super) fn link_before(&self, text: &str) -> Option<Link> {
        let text = text.trim_end();
        let ends = |word: &str| text.ends_with(word) && whole_word(text, text.len() - word.len(), text.len());
        self.links.iter().find(|(word, _)| ends(word)).map(|&(_, link)| link)
    }
}

/// A word of two hiragana is found in the middle of others: いま in ございます, 思います.
fn inside_kana(text: &str, start: usize, end: usize) -> bool {
    let hiragana = |c: char| matches!(c, 'ぁ'..='ゖ');
    let word = text.get(start..end).unwrap_or_default();
    if word.len() > 2 * 'ぁ'.len_utf8() || !word.chars().all(hiragana) {
        return false;
    }
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let goes_on = |c: char| hiragana(c) && !"にのはでがをもとかへまや".contains(c);
    before.is_some_and(hiragana) || after.is_some_and(goes_on)
}

/// Latin letters must not go on beyond the ends of a word.
fn whole_word(text: &str, start: usize, end: usize) -> bool {
    is_word(text, Span { start, end }, false)
}
