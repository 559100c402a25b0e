//! Business time: when somebody is there, and when so much of that time has passed.
//!
//! A [`Plan`] says what is written down about days; a [`Calendar`] is a plan in a zone, and reckons in instants. Hours
//! begin and end at the first instant at which the wall clock shows that time or a later one: a night in which the
//! clock is put back is an hour longer, and one in which it is put forward an hour shorter. Knows no deadline and no
//! mail; promises and service levels are made from it elsewhere.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

mod japan;
mod plan;
#[cfg(test)]
pub(in crate::triage) mod tests;

pub use japan::holiday as japanese_holiday;
pub use plan::{Day, Days, Holidays, Hours, Plan, Shut};

/// How many days are looked at before business time counts as out of reach.
const HORIZON: usize = 3_700;

/// A plan in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    plan: Arc<Plan>,
}

/// One stretch of business time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The day to whose hours it belongs: a night belongs to the day on which it begins.
    pub day: Date,
    /// Its first instant.
    pub from: Timestamp,
    /// The instant at which it is over.
    pub until: Timestamp,
}

impl Stretch {
    /// How long it is.
    pub fn length(&self) -> SignedDuration {
        self.until.duration_since(self.from)
    }
}

impl Calendar {
    /// A plan in a zone.
    pub const fn new(zone: TimeZone, plan: Arc<Plan>) -> Self {
        Self { zone, plan }
    }

    /// A calendar on which somebody is always there.
    pub fn always(zone: TimeZone) -> Self {
        Self::new(zone, Arc::new(Plan::always()))
    }

    /// The zone of its hours.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What applies on a day, and why: for explanations.
    pub fn day(&self, date: Date) -> Day<'_> {
        self.plan.day(date)
    }

    /// Whether somebody is there at an instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.stretches(at).next().is_some_and(|stretch| stretch.from <= at)
    }

    /// The first instant from `at` on at which somebody is there; `None` where nobody is for ten years.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        self.stretches(at).next().map(|stretch| stretch.from)
    }

    /// The instant at which so much business time has passed since `start`: a span that fills a day ends when that day
    /// does, and none at all ends when somebody is there. `None` where it lies more than ten years ahead.
    pub fn add(&self, start: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        self.spend(start, span).last().filter(|(_, left)| left.is_zero()).map(|(stretch, _)| stretch.until)
    }

    /// How a span is used up from `start` on: each stretch, and what of the span is left after it. The last stretch ends
    /// where the span does.
    pub fn spend(
        &self,
        start: Timestamp,
        span: SignedDuration,
    ) -> impl Iterator<Item = (Stretch, SignedDuration)> + '_ {
        let mut left = Some(span.max(SignedDuration::ZERO));
        self.stretches(start).map_while(move |stretch| {
            let before = left?;
            let used = before.min(stretch.length());
            let after = before.saturating_sub(used);
            left = (!after.is_zero()).then_some(after);
            let until = stretch.from.checked_add(used).unwrap_or(stretch.until);
            Some((Stretch { until, ..stretch }, after))
        })
    }

    /// How much business time lies between two instants; none where the second is not after the first.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> SignedDuration {
        let stretches = self.stretches(start).take_while(|stretch| stretch.from < end);
        let lengths = stretches.map(|stretch| stretch.until.min(end).duration_since(stretch.from));
        lengths.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Business time from an instant on, in order and without overlaps; ends after ten years.
    pub fn stretches(&self, from: Timestamp) -> impl Iterator<Item = Stretch> + '_ {
        let today = from.to_zoned(self.zone.clone()).date();
        // Hours of yesterday may reach into today.
        let first = today.yesterday().unwrap_or(today);
        let mut reached = from;
        first.series(1.day()).take(HORIZON).flat_map(|day| self.of(day)).filter_map(move |stretch| {
            let clipped = Stretch { from: stretch.from.max(reached), ..stretch };
            reached = reached.max(clipped.until);
            (clipped.from < clipped.until).then_some(clipped)
        })
    }

    /// The stretches of one day.
    fn of(&self, day: Date) -> Vec<Stretch> {
        let hours = match self.plan.day(day) {
            Day::Open(hours) => hours,
            Day::Shut(_) => return Vec::new(),
        };
        let stretch = |hours: &Hours| {
            let (from, until) = (self.reaches(day, hours.from())?, self.reaches(day, hours.until())?);
            Some(Stretch { day, from, until })
        };
        hours.iter().filter_map(stretch).collect()
    }

    /// The first instant at which the wall clock shows so many minutes after a day's midnight, or more.
    fn reaches(&self, day: Date, minutes: u16) -> Option<Timestamp> {
        let (days, rest) = (minutes / Hours::DAY, minutes % Hours::DAY);
        let date = day.checked_add(i64::from(days).days()).ok()?;
        let time = Time::new(i8::try_from(rest / 60).ok()?, i8::try_from(rest % 60).ok()?, 0, 0).ok()?;
        let wall = DateTime::from_parts(date, time);
        match self.zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                offset.to_timestamp(wall).ok()
            }
            // The clock never shows it: what counts is the leap over it.
            AmbiguousOffset::Gap { after, .. } => {
                let before_the_leap = after.to_timestamp(wall).ok()?;
                self.zone.following(before_the_leap).next().map(|leap| leap.timestamp())
            }
        }
    }
}
