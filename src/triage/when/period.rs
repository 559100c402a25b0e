//! Periods of the calendar: years, quarters, parts of a month, lengths counted from today. Dates in, dates out.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::resolve::{Calendar, Days};
use crate::triage::verdict::Grain;

/// A length of time as written (1か月と2日, 3時間).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Length {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) seconds: i64,
}

impl Length {
    /// So many of a unit; years and quarters are months, weeks are days.
    pub(super) fn of(unit: super::word::Unit, count: i32) -> Self {
        use super::word::Unit;
        let zero = Self::default();
        let seconds = |each: i64| Self { seconds: i64::from(count) * each, ..zero };
        match unit {
            Unit::Year => Self { months: count.saturating_mul(12), ..zero },
            Unit::Quarter => Self { months: count.saturating_mul(3), ..zero },
            Unit::Month => Self { months: count, ..zero },
            Unit::Week => Self { days: count.saturating_mul(7), ..zero },
            Unit::Day => Self { days: count, ..zero },
            Unit::Hour => seconds(3600),
            Unit::Half => seconds(1800),
            Unit::Minute => seconds(60),
            Unit::Second => seconds(1),
        }
    }

    /// Half of one such unit (半年, 2時間半); days have no halves here.
    pub(super) fn half(unit: super::word::Unit) -> Self {
        use super::word::Unit;
        let zero = Self::default();
        match unit {
            Unit::Year => Self { months: 6, ..zero },
            Unit::Month => Self { days: 15, ..zero },
            Unit::Week => Self { days: 3, ..zero },
            Unit::Hour => Self { seconds: 1800, ..zero },
            Unit::Minute => Self { seconds: 30, ..zero },
            Unit::Quarter | Unit::Day | Unit::Half | Unit::Second => zero,
        }
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            months: self.months.saturating_add(other.months),
            days: self.days.saturating_add(other.days),
            seconds: self.seconds.saturating_add(other.seconds),
        }
    }

    /// So many whole weeks and nothing else.
    pub(super) fn whole_weeks(self) -> Option<i32> {
        let weeks = self.months == 0 && self.seconds == 0 && self.days % 7 == 0 && self.days != 0;
        weeks.then_some(self.days / 7)
    }

    pub(super) const fn back(self) -> Self {
        Self {
            months: self.months.saturating_neg(),
            days: self.days.saturating_neg(),
            seconds: self.seconds.saturating_neg(),
        }
    }

    const fn grain(self) -> Grain {
        if self.seconds == 0 {
            Grain::Day
        } else if self.seconds % 60 == 0 {
            Grain::Minute
        } else {
            Grain::Second
        }
    }

    /// The moment so long after another.
    pub(super) fn from(self, at: DateTime) -> Option<DateTime> {
        let span = jiff::Span::new().try_months(self.months).ok()?.try_days(self.days).ok()?;
        at.checked_add(span.try_seconds(self.seconds).ok()?).ok()
    }
}

/// Part of a month, year or week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// 月初, 頭: the first days.
    Start,
    /// 上旬: the first third.
    Early,
    /// 中旬: the middle third.
    Middle,
    /// 下旬: the last third.
    Late,
    /// 月末: the last days.
    Close,
    /// 前半.
    FirstHalf,
    /// 後半.
    SecondHalf,
}

/// A moment counted from now, with its end where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) start: DateTime,
    pub(super) end: Option<DateTime>,
    pub(super) grain: Grain,
}

/// So long after (or before) a day near today.
pub(super) fn shift(length: Length, from: i32, calendar: Calendar) -> Option<Days> {
    let base = calendar.now.checked_add(jiff::Span::new().try_days(from).ok()?).ok()?;
    let start = length.from(base)?;
    let grain = length.grain();
    if grain == Grain::Day {
        return Some(Days::one(start.date()));
    }
    Some(Days { at: Some(Point { start, end: None, grain }), ..Days::one(start.date()) })
}

/// The last so long before now, in whole units (過去7日間, 直近1時間), or from now on (3日以内, 今後5年).
pub(super) fn window(length: Length, back: bool, from: i32, calendar: Calendar) -> Option<Days> {
    let now = calendar.now.checked_add(jiff::Span::new().try_days(from).ok()?).ok()?;
    if length.seconds == 0 {
        let other = if back { length.back() } else { length }.from(now)?.date();
        let (first, last) =
            if back { (other, calendar.today.yesterday().ok()?) } else { (now.date(), other) };
        return (first <= last).then(|| Days::span(first, last, Grain::Day));
    }
    let unit = if length.seconds % 3600 == 0 {
        3600
    } else if length.seconds % 60 == 0 {
        60
    } else {
        1
    };
    let grain = match unit {
        3600 => Grain::Hour,
        60 => Grain::Minute,
        _ => Grain::Second,
    };
    let (start, end) = if back {
        let inside = (i64::from(now.minute()) * 60 + i64::from(now.second())) % unit;
        let whole = now.checked_sub(jiff::Span::new().try_seconds(inside).ok()?).ok()?;
        (length.back().from(whole)?, whole)
    } else {
        (now, length.from(now)?)
    };
    Some(Days { at: Some(Point { start, end: Some(end), grain }), ..Days::one(start.date()) })
}

/// A whole year.
pub(super) fn year(year: i16) -> Option<Days> {
    Some(Days::span(Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?, Grain::Year))
}

/// A quarter of a year, 1 to 4.
pub(super) fn quarter(year: i16, quarter: i8) -> Option<Days> {
    let first = Date::new(year, quarter.checked_mul(3)?.checked_sub(2)?, 1).ok()?;
    Some(Days::span(first, first.checked_add(2.months()).ok()?.last_of_month(), Grain::Quarter))
}

/// A part of a month, year or week; of anything else there is none.
pub(super) fn slice(days: Days, slice: Slice) -> Option<Days> {
    let (first, last) = (days.first, days.last?);
    let after = |count: i32| first.checked_add(jiff::Span::new().try_days(count).ok()?).ok();
    let before = |count: i32| last.checked_sub(jiff::Span::new().try_days(count).ok()?).ok();
    let month = |from: i8, to: i8| {
        let first = Date::new(first.year(), from, 1).ok()?;
        Some((first, Date::new(first.year(), to, 1).ok()?.last_of_month()))
    };
    let (first, last, grain) = match (days.grain, slice) {
        (Grain::Month, Slice::Start) => (first, after(6)?, Grain::Week),
        (Grain::Month, Slice::Early) => (first, after(9)?, Grain::Week),
        (Grain::Month, Slice::Middle) => (after(10)?, after(19)?, Grain::Week),
        (Grain::Month, Slice::Late) => (after(20)?, last, Grain::Week),
        (Grain::Month, Slice::Close) => (before(6)?, last, Grain::Week),
        (Grain::Month, Slice::FirstHalf) => (first, after(14)?, Grain::Week),
        (Grain::Month, Slice::SecondHalf) => (after(15)?, last, Grain::Week),
        (Grain::Year, part) => {
            let (from, to) = match part {
                Slice::Start => (1, 1),
                Slice::Early => (1, 4),
                Slice::Middle => (5, 8),
                Slice::Late => (9, 12),
                Slice::Close => (12, 12),
                Slice::FirstHalf => (1, 6),
                Slice::SecondHalf => (7, 12),
            };
            let (first, last) = month(from, to)?;
            (first, last, Grain::Month)
        }
        (Grain::Week, Slice::Start | Slice::Early | Slice::FirstHalf) => (first, after(2)?, Grain::Day),
        (Grain::Week, Slice::Middle) => (after(1)?, after(3)?, Grain::Day),
        (Grain::Week, Slice::Late | Slice::Close | Slice::SecondHalf) => (after(3)?, last, Grain::Day),
        (
            Grain::Second | Grain::Minute | Grain::Hour | Grain::Part | Grain::Day | Grain::Quarter,
            Slice::Start
            | Slice::Early
            | Slice::Middle
            | Slice::Late
            | Slice::Close
            | Slice::FirstHalf
            | Slice::SecondHalf,
        ) => return None,
    };
    Some(Days { first, last: Some(last), grain, ..days })
}
