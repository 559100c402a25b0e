//! The part a date plays, read from the cues of its clause.
//!
//! Japanese says it behind the date (…は不可, …に変更), the other languages mostly before it. A date without a cue of
//! its own goes with its neighbour in the same sentence.

use super::lexicon::Tongue;
use super::links::gap;
use super::scan::{Kind, Token};
use super::word::{Cue, Link, Word};
use crate::triage::verdict::Role;

/// Farthest a verb is looked for beyond the end of a line, in bytes of folded text.
const REACH: usize = 240;

/// Farthest a past verb stands behind its date when the sentence goes on to a wish, in bytes of folded text.
const NEAR: usize = 18;

/// Farthest a word such as 前回 stands before its date, in bytes of folded text.
const CLOSE: usize = 6;

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

/// What the cues said, with the past left open: whether a date can be past is the calendar's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) role: Option<Role>,
    /// A past verb stands first.
    pub(super) past: bool,
}

impl<'a> Cues<'a> {
    pub(super) fn new(text: &'a str, tokens: &[Token], tongue: &'a Tongue) -> Self {
        let cue = |token: &Token| match token.kind {
            Kind::Word(Word::Cue(cue)) => Some((token.start, token.end, cue)),
            Kind::Word(_) | Kind::Number { .. } => None,
        };
        let cues = tokens.iter().filter_map(cue).collect();
        let (mut stops, mut lines) = (Vec::new(), Vec::new());
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|&(_, c)| c);
            let stop = match c {
                '。' | '!' | '?' => true,
                '.' => next.is_none_or(|c| c == '\n' || c == ' '),
                '\n' => next == Some('\n'),
                _ => false,
            };
            if stop {
                stops.push(at);
            }
            if stop || c == '\n' {
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
        self.cues.iter().find_map(|&(_, _, cue)| plain(cue))
    }

    /// What is said about each slot, given their places. Slots are in order.
    pub(super) fn read(&self, slots: &[(usize, usize, bool)]) -> Vec<Said> {
        if self.tongue.verb_last { self.behind(slots) } else { self.around(slots) }
    }

    /// Verb-last languages: right to left, so that what is said of the last date reaches the ones before it.
    fn behind(&self, slots: &[(usize, usize, bool)]) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::with_capacity(slots.len());
        let mut next: Option<(usize, Said, bool)> = None;
        // The date behind is struck out on its own line (17日 NG): a line of a list, not the end of a sentence.
        let mut struck = false;
        for &(start, end, moved) in slots.iter().rev() {
            let stop = self.stop_after(end).min(end + REACH);
            let line = self.line_after(end);
            let limit = next.map_or(usize::MAX, |(start, _, _)| start.max(end));
            let (mut here, mut held) = self.decide(end, line.min(limit));
            let own = here.role == Some(Role::Excluded);
            if here.role.is_none() && !here.past && line < limit && line < stop {
                (here, held) = self.decide(end, stop.min(limit));
            }
            let in_sentence = limit < stop;
            let mut changes = self
                .between(end, stop.min(limit))
                .iter()
                .any(|&(_, _, cue)| matches!(cue, Cue::Change | Cue::ChangeTo));
            if moved {
                here = Said { role: Some(Role::CurrentBooking), past: false };
            } else if struck && here.role.is_none() && limit > line && self.ends_item(end, line) {
                here = Said { role: None, past: here.past };
            } else if let (None, false, true, Some((next_start, then, moving))) =
                (here.role, here.past, in_sentence, next)
            {
                let target = matches!(then.role, Some(Role::Wish | Role::CurrentBooking));
                let links = gap(self.text.get(end..next_start).unwrap_or_default(), self.tongue);
                let listed =
                    links.as_ref().is_some_and(|links| !links.has(Link::Range) && !links.has(Link::Moved));
                let moved = links.as_ref().is_some_and(|links| links.has(Link::Moved));
                here = if moved && (target || then.role.is_none()) {
                    // 8/20→8/21, 8/20を8/21に.
                    if let Some(later) = said.last_mut() {
                        later.role = Some(Role::Wish);
                    }
                    Said { role: Some(Role::CurrentBooking), past: false }
                } else if (held || (!listed && then.role == Some(Role::Wish))) && moving && target {
                    // 27日の予約を28日の同じ時間に変更: the later one is wanted.
                    if let Some(later) = said.last_mut() {
                        later.role = Some(Role::Wish);
                    }
                    Said { role: Some(Role::CurrentBooking), past: false }
                } else {
                    then
                };
                changes |= moving && listed;
            }
            if matches!(here.role, None | Some(Role::Wish))
                && let Some(ahead) = self.ahead(start)
            {
                here = ahead;
            }
            struck = own;
            said.push(here);
            // A booking named behind the date itself is what is changed, not the target.
            next = Some((start, here, changes && !held));
        }
        said.reverse();
        said
    }

    /// What is said before a date: 電話は明日の…, 前回12/4の….
    fn ahead(&self, start: usize) -> Option<Said> {
        let sentence = self.stop_before(start).max(start.saturating_sub(REACH));
        self.between(sentence, start).iter().rev().find_map(|&(_, end, cue)| {
            if cue == Cue::CallbackAhead {
                return Some(Said { role: Some(Role::Callback), past: false });
            }
            let over = cue == Cue::PastAhead && start.saturating_sub(end) <= CLOSE;
            over.then_some(Said { role: None, past: true })
        })
    }

    /// A line of a list ends here: no comma or か leads on to the next one.
    fn ends_item(&self, end: usize, line: usize) -> bool {
        let rest = self.text.get(end..line).unwrap_or_default().trim_end();
        !rest.ends_with([',', '、', 'か', 'と', 'や', 'は', 'も'])
    }

    /// The first deciding cue from one place to another, and whether a booking is named there.
    fn decide(&self, from: usize, to: usize) -> (Said, bool) {
        let (mut held, mut past, mut verb, mut aside) = (false, false, from, false);
        for &(start, end, cue) in self.between(from, to) {
            match cue {
                Cue::Held => held = true,
                // した is past, したい a wish, したら a condition.
                Cue::Past => match self.text.get(end..).and_then(|rest| rest.chars().next()) {
                    Some('い' | 'く') => return (Said { role: Some(Role::Wish), past }, held),
                    Some('ら' | 'り') => {}
                    // 先ほど教えていただいた: said of something else.
                    _ if aside => {}
                    _ => {
                        past = true;
                        verb = start;
                    }
                },
                Cue::ChangeTo => {
                    let near =
                        self.text.get(from..start).is_some_and(|between| gap(between, self.tongue).is_some());
                    let role = if near && !held { Role::Wish } else { Role::CurrentBooking };
                    return (Said { role: Some(role), past }, held);
                }
                Cue::Nothing | Cue::CallbackAhead | Cue::PastAhead => {}
                Cue::Aside => aside = true,
                Cue::Want | Cue::Excluded | Cue::Booking | Cue::Change | Cue::Callback | Cue::Mention => {
                    // 14時に、先ほど教えていただいた店から…お願いします: the past verb belongs to something else.
                    let past = past && verb - from <= NEAR;
                    return (Said { role: plain(cue), past }, held);
                }
            }
        }
        (Said { role: None, past }, held)
    }

    /// Other languages: the clause before the date, then behind it, then the whole sentence, then the neighbour.
    fn around(&self, slots: &[(usize, usize, bool)]) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::with_capacity(slots.len());
        let mut previous_end = 0;
        for (index, &(start, end, moved)) in slots.iter().enumerate() {
            let sentence = self.stop_before(start);
            let from = sentence.max(previous_end.min(start));
            let next = slots.get(index + 1).map_or(usize::MAX, |&(start, _, _)| start.max(end));
            let to = self.stop_after(end).min(next).min(end + REACH);
            let head = self.clause_start(from, start);
            let tail = self.clause_end(end, to);
            let backward = |from: usize, to: usize| {
                self.between(from, to).iter().rev().find_map(|&(_, _, cue)| said_by(cue)).filter(Said::speaks)
            };
            // "except Thursday", "nie mogę w czwartek": a refusal right before the next date is not about this one.
            let of_next = |until: usize, cue: Cue| {
                cue == Cue::Excluded
                    && self.text.get(until..next).is_some_and(|between| {
                        gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue]))
                    })
            };
            let forward = |from: usize, to: usize| {
                let cues = self.between(from, to).iter().filter(|&&(_, until, cue)| !of_next(until, cue));
                cues.clone().find_map(|&(_, _, cue)| said_by(cue)).filter(Said::speaks)
            };
            let after_move =
                index.checked_sub(1).and_then(|before| slots.get(before)).is_some_and(|&(_, _, moved)| moved);
            let here = if moved {
                Some(Said { role: Some(Role::CurrentBooking), past: false })
            } else if after_move || self.target(sentence, start) {
                Some(Said { role: Some(Role::Wish), past: false })
            } else {
                let neighbour = said.last().copied().filter(|_| previous_end > sentence);
                backward(head, start)
                    .or_else(|| forward(end, tail))
                    .or_else(|| backward(from, start))
                    .or_else(|| forward(end, to))
                    .or(neighbour)
            };
            said.push(here.unwrap_or(Said { role: None, past: false }));
            previous_end = end;
        }
        said
    }

    /// `move it to Tuesday`, `przełożyć na wtorek`: the date a booking is moved to.
    fn target(&self, sentence: usize, start: usize) -> bool {
        let from = sentence.max(start.saturating_sub(REACH));
        let changes = self.between(from, start).iter().any(|&(_, _, cue)| cue == Cue::Change);
        let mut before = self.text.get(from..start).unwrap_or_default();
        // to the 24th: the article stands between.
        if self.tongue.link_before(before) == Some(Link::Glue) {
            before = before.trim_end().rsplit_once(' ').map_or("", |(rest, _)| rest);
        }
        let before = self.tongue.link_before(before);
        changes && matches!(before, Some(Link::Range | Link::Moved))
    }

    fn clause_start(&self, from: usize, to: usize) -> usize {
        let text = self.text.get(from..to).unwrap_or_default();
        text.rfind([',', ';', ':', '、']).map_or(from, |at| from + at)
    }

    fn clause_end(&self, from: usize, to: usize) -> usize {
        let text = self.text.get(from..to).unwrap_or_default();
        text.find([',', ';', ':', '、']).map_or(to, |at| from + at)
    }
}

impl Said {
    const fn speaks(&self) -> bool {
        self.role.is_some() || self.past
    }
}

fn said_by(cue: Cue) -> Option<Said> {
    match cue {
        Cue::Past => Some(Said { role: None, past: true }),
        Cue::ChangeTo => Some(Said { role: Some(Role::Wish), past: false }),
        Cue::Held | Cue::Nothing | Cue::Aside | Cue::CallbackAhead | Cue::PastAhead => None,
        Cue::Want | Cue::Excluded | Cue::Booking | Cue::Change | Cue::Callback | Cue::Mention => {
            Some(Said { role: plain(cue), past: false })
        }
    }
}

const fn plain(cue: Cue) -> Option<Role> {
    match cue {
        Cue::Want | Cue::ChangeTo => Some(Role::Wish),
        Cue::Excluded => Some(Role::Excluded),
        Cue::Booking | Cue::Change => Some(Role::CurrentBooking),
        Cue::Callback => Some(Role::Callback),
        Cue::Mention => Some(Role::Mention),
        Cue::Past | Cue::Held | Cue::Nothing | Cue::Aside | Cue::CallbackAhead | Cue::PastAhead => None,
    }
}
