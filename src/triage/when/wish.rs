//! What was found to wishes: start, end and grain, the order of preference, nothing said twice.

use jiff::civil::{Date, Time};

use super::passage::Found;
use super::resolve::Calendar;
use crate::triage::verdict::{Grain, Moment, Role, Wish};

/// A wish and the rank written for it.
pub(super) type Numbered = (Wish, Option<u32>);

pub(super) fn wish(text: &str, found: &Found, calendar: Calendar) -> Option<Numbered> {
    let days = found.days?;
    let (start, end, grain) = match found.slot.clock.filter(|_| days.grain == Grain::Day) {
        None => (Moment::On(days.first), days.last.map(Moment::On), days.grain),
        Some(clock) => {
            let at = |date: Date, time: Time| Moment::At(date.to_datetime(time));
            let (from, part_end, grain) = calendar.time(clock, None)?;
            let to = match found.slot.clock_end {
                None => part_end.filter(|_| !found.slot.open),
                Some(last) => {
                    calendar.time(last, Some(from)).map(|(time, part_end, _)| part_end.unwrap_or(time))
                }
            };
            let last = days.last.unwrap_or(days.first);
            if found.slot.until {
                (at(days.first, calendar.opening), Some(at(last, part_end.unwrap_or(from))), grain)
            } else {
                let end = to.map(|to| at(last, to)).or_else(|| days.last.map(|last| at(last, from)));
                (at(days.first, from), end, grain)
            }
        }
    };
    let wish = Wish {
        text: text.get(found.span.start..found.span.end)?.to_owned(),
        span: found.span,
        start,
        end,
        grain,
        choice: 1,
        role: found.role,
        contradicts: days.contradicts,
    };
    Some((wish, found.slot.rank))
}

/// Counts wishes from 1; a written rank wins.
pub(super) fn number(wishes: &mut [Numbered]) {
    let mut next = 1;
    for (wish, rank) in wishes.iter_mut().filter(|(wish, _)| wish.role == Role::Wish) {
        wish.choice = rank.unwrap_or(next);
        next = wish.choice + 1;
    }
}
