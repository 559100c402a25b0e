//! What an answer says about the slots offered before: a time without a day is on their day, その時間で is the one
//! offered, 1時間遅らせて moves what is held or offered.
//!
//! Only what can be meant by one slot alone is taken for it; of several that fit equally none is chosen.

use jiff::civil::DateTime;

use super::passage::Found;
use super::period::Length;
use super::pointer::Target;
use super::resolve::{Calendar, Days};
use super::wish::{Numbered, wish};
use super::word::Pick;
use crate::triage::verdict::{Grain, Moment, Role, Span, Wish};

/// A slot offered or named before in the same matter, in the order it was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// A day for whole days, else a wall time.
    pub start: Moment,
    /// End of a range or part of the day.
    pub end: Option<Moment>,
    /// How fine it is.
    pub grain: Grain,
}

/// A pointing word with its place in the whole text and what is said about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pointed {
    pub(super) passage: usize,
    pub(super) span: Span,
    pub(super) target: Target,
    pub(super) role: Role,
}

/// Gives times without a day the day of the slots offered, and days the time offered on them.
pub(super) fn complete(found: &mut [Found], offered: &[Offered], calendar: Calendar) {
    let timed = found.iter().any(|found| found.slot.clock.is_some());
    for found in found.iter_mut() {
        if found.slot.day.is_none() && found.days.is_none() {
            let named = |slot: &&Offered| same_time(found, slot.start, calendar);
            let day = only(offered.iter().filter(named).map(|slot| slot.start.date()))
                .or_else(|| only(offered.iter().map(|slot| slot.start.date())));
            found.days = day.map(Days::one);
        } else if !timed && found.wants_time() {
            // 28日で: the only time offered on the 28th.
            let day = found.days.filter(|days| days.last.is_none()).map(|days| days.first);
            let times = offered.iter().filter(|slot| Some(slot.start.date()) == day);
            found.offered = only(times.copied()).filter(|slot| matches!(slot.start, Moment::At(_)));
        }
    }
}

/// Whether a time without a day is the hour and minute of a moment.
fn same_time(found: &Found, at: Moment, calendar: Calendar) -> bool {
    let on_that_day = Found { days: Some(Days::one(at.date())), ..*found };
    on_that_day.when(calendar).is_some_and(|when| when.start == at)
}

/// The wishes of pointing words.
pub(super) fn pointed(
    text: &str,
    pointers: &[Pointed],
    found: &[Found],
    offered: &[Offered],
    calendar: Calendar,
) -> Vec<Numbered> {
    let spoken = found.iter().any(|found| found.role == Role::Wish && wish(text, found, calendar).is_some());
    let mut wishes = Vec::new();
    for pointer in pointers {
        let chosen = match pointer.target {
            Target::Moved(length) => {
                let held = held(pointer, found, calendar);
                let base = held.or_else(|| only(offered.iter().copied()));
                base.and_then(|slot| shift(slot, length)).into_iter().collect()
            }
            // その日の15時で: the time says what is wanted.
            _ if spoken && pointer.role == Role::Wish => Vec::new(),
            Target::Offered(pick) => picked(pick, offered),
            Target::Nth(nth) => {
                let index = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1));
                index.and_then(|index| offered.get(index)).copied().into_iter().collect()
            }
        };
        wishes.extend(chosen.into_iter().filter_map(|slot| {
            let wish = Wish {
                text: text.get(pointer.span.start..pointer.span.end)?.to_owned(),
                span: pointer.span,
                start: slot.start,
                end: slot.end,
                grain: slot.grain,
                choice: 1,
                role: pointer.role,
                explicit: true,
                source: crate::triage::verdict::Source::Text,
                contradicts: false,
            };
            Some((wish, None))
        }));
    }
    wishes
}

/// The slot named last before a pointing word in the same passage.
fn held(pointer: &Pointed, found: &[Found], calendar: Calendar) -> Option<Offered> {
    let before = |found: &&Found| {
        found.passage == pointer.passage
            && found.span.start < pointer.span.start
            && matches!(found.role, Role::CurrentBooking | Role::Wish)
    };
    let when = found.iter().rev().filter(before).find_map(|found| found.when(calendar))?;
    matches!(when.start, Moment::At(_)).then_some(Offered {
        start: when.start,
        end: when.end,
        grain: when.grain,
    })
}

fn picked(pick: Pick, offered: &[Offered]) -> Vec<Offered> {
    let one = |slot: Option<Offered>| slot.into_iter().collect();
    match pick {
        Pick::This => one(only(offered.iter().copied())),
        Pick::First => one(offered.first().copied()),
        Pick::Last => one(offered.last().copied()),
        Pick::Earliest => one(offered.iter().min_by_key(|slot| begins(slot.start)).copied()),
        Pick::Latest => one(offered.iter().max_by_key(|slot| begins(slot.start)).copied()),
        Pick::Any => offered.to_vec(),
        Pick::Nth => Vec::new(),
    }
}

/// When a moment begins.
fn begins(moment: Moment) -> DateTime {
    match moment {
        Moment::On(date) => date.to_datetime(jiff::civil::Time::midnight()),
        Moment::At(at) => at,
    }
}

fn shift(slot: Offered, length: Length) -> Option<Offered> {
    let moved = |moment: Moment| match moment {
        Moment::At(at) => length.from(at).map(Moment::At),
        Moment::On(_) => None,
    };
    let whole = length.seconds % 3600 == 0;
    let grain = if slot.grain == Grain::Hour && whole { Grain::Hour } else { Grain::Minute };
    Some(Offered { start: moved(slot.start)?, end: slot.end.and_then(moved), grain })
}

/// The value all agree on, where there is one.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}
