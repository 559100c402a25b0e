//! A slot on its days to start, end and grain. Knows the clock face and nothing of words.
//!
//! Hours are read as in an appointment: 1 to 6 without a half of the day are in the afternoon, a range that would
//! end before it starts ends later, on the next day if need be.

use jiff::civil::{Date, DateTime, Time};

use super::atom::Clock;
use super::period::Point;
use super::resolve::{Calendar, Days};
use super::slot::Slot;
use crate::triage::verdict::{Grain, Moment};

/// Seconds of a day.
const DAY: i32 = 24 * 3600;

/// When a slot is: start, end where one is said, and how fine it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    pub(super) start: Moment,
    pub(super) end: Option<Moment>,
    pub(super) grain: Grain,
}

/// Seconds after midnight, which may lie beyond the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    from: i32,
    /// End of a part of the day.
    to: Option<i32>,
    grain: Grain,
}

/// A slot on its days; `None` where its hours do not exist.
pub(super) fn when(slot: &Slot, days: &Days, calendar: Calendar) -> Option<When> {
    if let Some(Point { start, end, grain }) = days.at {
        return Some(When { start: Moment::At(start), end: end.map(Moment::At), grain });
    }
    let clock = slot.clock.filter(|_| days.grain == Grain::Day);
    let Some(clock) = clock else {
        return Some(When {
            start: Moment::On(days.first),
            end: days.last.map(Moment::On),
            grain: days.grain,
        });
    };
    let first = hours(clock, None, calendar)?;
    let last_day = days.last.unwrap_or(days.first);
    let end = match slot.clock_end {
        None => first.to.filter(|_| !slot.open),
        Some(last) => {
            let after = (!slot.paired).then_some(first.from);
            let last = hours(last, after, calendar)?;
            Some(last.to.unwrap_or(last.from))
        }
    };
    let end = match end {
        Some(end) => Some(at(last_day, end)?),
        None => days.last.map(|last| at(last, first.from)).unwrap_or_default(),
    };
    let start = Moment::At(at(days.first, first.from)?);
    Some(When { start, end: end.map(Moment::At), grain: first.grain })
}

/// When a slot ends that says only its end (17時まで): from the opening of that day.
pub(super) fn until(slot: &Slot, days: &Days, calendar: Calendar) -> Option<When> {
    let hours = hours(slot.clock?, None, calendar)?;
    let last = at(days.last.unwrap_or(days.first), hours.to.unwrap_or(hours.from))?;
    let start = Moment::At(days.first.to_datetime(calendar.opening));
    Some(When { start, end: Some(Moment::At(last)), grain: hours.grain })
}

/// The next time of day at or after the moment the text was written.
pub(super) fn next(slot: &Slot, calendar: Calendar) -> Option<When> {
    let today = Days::one(calendar.today);
    let when = when(slot, &today, calendar)?;
    let gone = matches!(when.start, Moment::At(at) if at < calendar.now)
        // A part of the day that still runs is today's.
        && !matches!(when.end, Some(Moment::At(end)) if when.grain == Grain::Part && end > calendar.now);
    if !gone {
        return Some(when);
    }
    self::when(slot, &Days::one(calendar.today.tomorrow().ok()?), calendar)
}

fn at(day: Date, seconds: i32) -> Option<DateTime> {
    day.to_datetime(Time::midnight()).checked_add(jiff::Span::new().try_seconds(seconds).ok()?).ok()
}

/// A time of day with its grain. `after` is the start of a range this time ends.
fn hours(clock: Clock, after: Option<i32>, calendar: Calendar) -> Option<Hours> {
    let seconds = |time: Time| (i32::from(time.hour()) * 60 + i32::from(time.minute())) * 60;
    let point = |time: Time| Hours {
        from: seconds(time),
        to: None,
        grain: if time.minute() == 0 { Grain::Hour } else { Grain::Minute },
    };
    match clock {
        Clock::At { hour, minute, second, afternoon } => {
            let grain = match (minute, second) {
                (_, Some(_)) => Grain::Second,
                (Some(_), None) => Grain::Minute,
                (None, None) => Grain::Hour,
            };
            let rest = i32::from(minute.unwrap_or(0)) * 60 + i32::from(second.unwrap_or(0));
            let hour = i32::from(hour);
            let full = match afternoon {
                Some(true) if hour < 12 => hour + 12,
                Some(false) if hour == 12 => 0,
                None if (1..=6).contains(&hour) => hour + 12,
                Some(_) | None => hour,
            };
            let mut from = full * 3600 + rest;
            if let Some(after) = after
                && from <= after
            {
                let later = from + DAY / 2;
                let raw = hour * 3600 + rest;
                from = if afternoon.is_none() && later > after && full < 12 {
                    later
                } else if afternoon.is_none() && raw < after && full > 12 && hour <= 6 {
                    // 23時から2時: past midnight, and no longer in the afternoon.
                    raw + DAY
                } else {
                    from + DAY
                };
            }
            Some(Hours { from, to: None, grain })
        }
        Clock::Part(part) => {
            let (from, to) = (seconds(part.from), seconds(part.to));
            let to = if to <= from { to + DAY } else { to };
            Some(Hours { from, to: Some(to), grain: Grain::Part })
        }
        Clock::Named(time) => Some(point(time)),
        Clock::Opening => Some(point(calendar.opening)),
    }
}
