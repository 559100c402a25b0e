//! Words that name no date but point at one: その時間で, 2番目で, 早い方で, 1時間遅らせて.

use super::lexicon::Tongue;
use super::links::leading;
use super::period::Length;
use super::scan::{Kind, Token};
use super::slot::Slot;
use super::word::{Cue, Pick, Unit, Word};

/// What is pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// One of the slots offered.
    Offered(Pick),
    /// The nth of them.
    Nth(u32),
    /// The slot held or offered, so much later or (negative) sooner.
    Moved(Length),
}

/// A pointing word with its place in the folded text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pointer {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) target: Target,
}

/// How far behind a rank a date may stand that it belongs to, in bytes of folded text.
const NEAR: usize = 24;

/// All pointing words that are no part of a slot, in order.
pub(super) fn pointers(text: &str, tokens: &[Token], slots: &[Slot], tongue: &Tongue) -> Vec<Pointer> {
    let reader = Reader { text, tokens, slots, tongue };
    let free = |pointer: &Pointer| {
        let at = slots.partition_point(|slot| slot.end <= pointer.start);
        slots.get(at).is_none_or(|slot| slot.start >= pointer.end)
    };
    (0..tokens.len()).filter_map(|at| reader.at(at)).filter(free).collect()
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    slots: &'a [Slot],
    tongue: &'a Tongue,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> Option<Word> {
        match self.tokens.get(at)?.kind {
            Kind::Word(word) => Some(word),
            Kind::Number { .. } => None,
        }
    }

    fn touches(&self, at: usize) -> bool {
        match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(here), Some(next)) => here.end == next.start,
            _ => false,
        }
    }

    fn rest(&self, from: usize) -> &str {
        self.text.get(from..).unwrap_or_default()
    }

    fn at(&self, at: usize) -> Option<Pointer> {
        let token = self.tokens.get(at)?;
        let pointer = |end, target| Some(Pointer { start: token.start, end, target });
        match token.kind {
            Kind::Word(Word::Pick(pick)) if pick != Pick::Nth => pointer(token.end, Target::Offered(pick)),
            Kind::Word(Word::RankOpen) => {
                let Kind::Number { value, .. } = self.tokens.get(at + 1)?.kind else { return None };
                let close = self.tokens.get(at + 2)?;
                let closed = matches!(close.kind, Kind::Word(Word::RankClose | Word::Cue(Cue::Want)));
                (closed && self.touches(at) && self.touches(at + 1) && self.alone(close.end)).then_some(())?;
                pointer(close.end, Target::Nth(value))
            }
            Kind::Number { value, digits } if digits < 3 => {
                let next = self.tokens.get(at + 1);
                if self.word(at + 1) == Some(Word::Pick(Pick::Nth)) && self.touches(at) {
                    return pointer(next?.end, Target::Nth(value));
                }
                // ①でお願いします
                let circled = self.text.get(..token.start).is_some_and(|text| text.ends_with('('))
                    && self.rest(token.end).starts_with(')');
                if circled && self.alone(token.end + 1) {
                    return pointer(token.end, Target::Nth(value));
                }
                let (length, end) = self.length(at, i32::try_from(value).ok()?)?;
                let skipped = leading(self.rest(end), self.tongue);
                let behind = self.rest(end + if skipped.list.is_empty() { skipped.len } else { 0 });
                let begins = |words: &[String]| {
                    words.iter().find(|word| behind.starts_with(word.as_str())).map(String::len)
                };
                let (word, length) = match (begins(&self.tongue.delayed), begins(&self.tongue.sooner)) {
                    (Some(word), _) => (word, length),
                    (None, Some(word)) => (word, length.back()),
                    (None, None) => return None,
                };
                let end = self.text.len() - behind.len() + word;
                pointer(end, Target::Moved(length))
            }
            Kind::Word(_) | Kind::Number { .. } => None,
        }
    }

    /// Behind a rank stands what is said of it, and no date of its own.
    fn alone(&self, end: usize) -> bool {
        let near = self.slots.partition_point(|slot| slot.start < end);
        let dated = self.slots.get(near).is_some_and(|slot| slot.start < end + NEAR);
        !dated && self.rest(end).starts_with(['で', 'が', 'を', 'に', 'の'])
    }

    /// Hours and minutes at a number, with their end.
    fn length(&self, at: usize, count: i32) -> Option<(Length, usize)> {
        let (Word::Period(unit @ (Unit::Hour | Unit::Minute)) | Word::Unit(unit @ Unit::Minute)) =
            self.word(at + 1)?
        else {
            return None;
        };
        if !self.touches(at) {
            return None;
        }
        let half = self.word(at + 2) == Some(Word::Unit(Unit::Half)) && self.touches(at + 1);
        let length = Length::of(unit, count);
        let length = if half { length.plus(Length::half(unit)) } else { length };
        Some((length, self.tokens.get(if half { at + 2 } else { at + 1 })?.end))
    }
}
