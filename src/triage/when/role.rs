//! The part a date plays, read from the cues of its clause.
//!
//! Japanese says it behind the date (…は不可, …に変更), the other languages mostly before it. A date without a cue of
//! its own goes with its neighbour in the same sentence. Which side of a date speaks is the matter of [`behind`] and
//! [`around`]; here is what both know of a text.

mod around;
mod behind;

use super::lexicon::{Script, Tongue};
use super::links::leading;
use super::scan::{Kind, Token};
use super::word::{Cue, Word};
use crate::triage::verdict::Role;

/// Farthest a verb is looked for beyond the end of a line, in bytes of folded text.
const REACH: usize = 240;

/// Words beside a date that make a statement of its sentence, in languages with blanks between words.
const WORDS: usize = 3;

/// Letters that do so in languages without.
const SIGNS: usize = 5;

/// The cues of a folded text, in order.
pub(super) struct Cues<'a> {
    text: &'a str,
    tongue: &'a Tongue,
    cues: Vec<(usize, usize, Cue)>,
    /// Ends of sentences, in order.
    stops: Vec<usize>,
    /// Ends of lines and sentences, in order.
    lines: Vec<usize>,
}

/// Where a slot stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The next slot takes its place.
    pub(super) moved: bool,
    /// It names a day, not only a time.
    pub(super) day: bool,
}

/// What the cues said, with the past left open: whether a date can be past is the calendar's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) role: Option<Role>,
    /// A past verb stands first.
    pub(super) past: bool,
    /// The words say that the date is wanted; otherwise the role is only taken over or supposed.
    pub(super) explicit: bool,
    /// Its sentence states something without a word of wanting.
    pub(super) stated: bool,
    /// A topic before the date says it, so that it goes for the dates joined to it.
    topic: bool,
}

impl<'a> Cues<'a> {
    pub(super) fn new(text: &'a str, tokens: &[Token], tongue: &'a Tongue) -> Self {
        let cue = |token: &Token| match token.kind {
            Kind::Word(Word::Cue(cue)) => Some((token.start, token.end, cue)),
            Kind::Word(_) | Kind::Number { .. } => None,
        };
        let cues = tokens.iter().filter_map(cue).collect();
        let (mut stops, mut lines) = (Vec::new(), Vec::new());
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let next = bytes.get(at + 1);
            let (at, stop) = match byte {
                b'!' | b'?' => (at, true),
                b'.' => (at, matches!(next, None | Some(b'\n' | b' '))),
                b'\n' => (at, next == Some(&b'\n')),
                // The last byte of 。.
                0x82 if bytes.get(..at).is_some_and(|before| before.ends_with(&[0xe3, 0x80])) => {
                    (at - 2, true)
                }
                _ => continue,
            };
            if stop {
                stops.push(at);
            }
            if stop || *byte == b'\n' {
                lines.push(at);
            }
        }
        Self { text, tongue, cues, stops, lines }
    }

    fn between(&self, from: usize, to: usize) -> &[(usize, usize, Cue)] {
        let first = self.cues.partition_point(|&(start, _, _)| start < from);
        let last = self.cues.partition_point(|&(start, _, _)| start < to);
        self.cues.get(first..last).unwrap_or_default()
    }

    fn stop_after(&self, at: usize) -> usize {
        let index = self.stops.partition_point(|&stop| stop < at);
        self.stops.get(index).copied().unwrap_or(self.text.len())
    }

    fn stop_before(&self, at: usize) -> usize {
        let index = self.stops.partition_point(|&stop| stop < at);
        index.checked_sub(1).and_then(|index| self.stops.get(index)).map_or(0, |stop| stop + 1)
    }

    fn line_after(&self, at: usize) -> usize {
        let index = self.lines.partition_point(|&stop| stop < at);
        self.lines.get(index).copied().unwrap_or(self.text.len())
    }

    /// From–to between two places means a move: `13日から14日に変更`, `change from Friday to Monday`.
    pub(super) fn moves(&self, start: usize, end: usize) -> bool {
        if self.tongue.verb_last {
            return self.between(end, end + 12).iter().any(|&(_, _, cue)| cue == Cue::ChangeTo);
        }
        let from = self.stop_before(start).max(start.saturating_sub(REACH));
        self.between(from, start).iter().any(|&(_, _, cue)| matches!(cue, Cue::Change | Cue::ChangeTo))
    }

    /// The first cue of any text: for labels.
    pub(super) fn first(&self) -> Option<Role> {
        self.cues.iter().find_map(
            |&(_, _, cue)| {
                if cue == Cue::Call { Some(Role::Callback) } else { Said::by(cue).role }
            },
        )
    }

    /// What is said about each slot, given their places. Slots are in order.
    pub(super) fn read(&self, slots: &[Spot]) -> Vec<Said> {
        if self.tongue.verb_last { self.behind(slots) } else { self.around(slots) }
    }

    /// More stands in a piece of text than what joins dates: a statement.
    fn states(&self, from: usize, to: usize) -> bool {
        let text = self.text.get(from..to).unwrap_or_default();
        // A question states nothing.
        if self.text.get(to..).is_some_and(|rest| rest.starts_with('?')) || text.ends_with('か') {
            return false;
        }
        let rest = text.get(leading(text, self.tongue).len..).unwrap_or_default();
        if self.tongue.script == Script::Latin {
            return rest.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1).count() >= WORDS;
        }
        rest.chars().filter(|c| c.is_alphabetic()).count() >= SIGNS
    }
}

impl Said {
    /// Nothing is said.
    const NOTHING: Self = Self { role: None, past: false, explicit: false, stated: false, topic: false };

    const fn of(role: Role) -> Self {
        Self { role: Some(role), ..Self::NOTHING }
    }

    const fn wanted() -> Self {
        Self { explicit: true, ..Self::of(Role::Wish) }
    }

    const fn speaks(&self) -> bool {
        self.role.is_some() || self.past
    }

    /// What a cue says by itself.
    const fn by(cue: Cue) -> Self {
        match cue {
            Cue::Want | Cue::ChangeTo => Self::wanted(),
            Cue::Ask => Self::of(Role::Wish),
            Cue::Excluded => Self::of(Role::Excluded),
            Cue::Booking | Cue::Change => Self::of(Role::CurrentBooking),
            Cue::Callback => Self::of(Role::Callback),
            Cue::Mention | Cue::Due => Self::of(Role::Mention),
            Cue::Past | Cue::Last => Self { past: true, ..Self::NOTHING },
            Cue::Held | Cue::Call | Cue::MakeTo | Cue::Nothing | Cue::Aside | Cue::Reason => Self::NOTHING,
        }
    }
}
