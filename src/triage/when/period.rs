//! Periods and lengths counted from now: this quarter, the last two weeks, in half an hour, the third Tuesday of May.
//!
//! Whole units lie on the calendar (next week is Monday to Sunday, the last two months are whole months); a length
//! with a direction is a point. Pure arithmetic: knows no words.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use super::resolve::{Calendar, Context, Days};
use super::word::{Edge, Holiday, Unit};
use crate::triage::verdict::Grain;

/// A stretch of time described by units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    /// So many whole units, the first one so many from the current one.
    Run { unit: Unit, from: i32, count: i32 },
    /// A point so far from now.
    Shift(Shift),
    /// A year by its number.
    Year(i16),
    /// The nth quarter of a year.
    Quarter { year: YearOf, nth: i8 },
    /// A season (0 is spring) of a year, or so many from the current one.
    Season { year: YearOf, nth: i8 },
    /// The nth day, week or weekday of a month; from the end if negative.
    NthIn { nth: i8, what: Counted, month: MonthOf },
    /// This Tuesday: today or the next one.
    This(Weekday),
    /// A named weekday so many of them away (3 Fridays from now); before today if negative.
    Weekdays { weekday: Weekday, count: i32 },
    /// A holiday, the next one or the last one.
    Feast { holiday: Holiday, past: bool },
    /// This very moment.
    Now,
}

/// Which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YearOf {
    Number(i16),
    /// From the current one.
    From(i32),
    /// The next one that has not ended.
    Open,
}

/// Which month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthOf {
    Named { year: Option<i16>, month: i8 },
    From(i32),
}

/// What is counted in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Day,
    Week,
    Weekday(Weekday),
}

/// A length with a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shift {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) seconds: i32,
    /// Seconds were named, not only minutes or hours.
    pub(super) exact: bool,
}

impl Shift {
    /// So many quarters of a unit: 4 for a whole one.
    pub(super) fn of(unit: Unit, quarters: i32) -> Option<Self> {
        let whole = |factor: i32| (quarters % 4 == 0).then(|| (quarters / 4).checked_mul(factor)).flatten();
        let seconds = |factor: i32| quarters.checked_mul(factor / 4);
        let none = Self::default();
        Some(match unit {
            Unit::Year => Self { months: quarters.checked_mul(3)?, ..none },
            Unit::Quarter => Self { months: whole(3)?, ..none },
            Unit::Month if quarters % 4 == 2 => Self { months: quarters / 4, days: 15, ..none },
            Unit::Month => Self { months: whole(1)?, ..none },
            Unit::Week => Self { days: whole(7)?, ..none },
            Unit::Day if quarters % 4 == 0 => Self { days: whole(1)?, ..none },
            Unit::Day => Self { seconds: seconds(86_400)?, ..none },
            Unit::Hour => Self { seconds: seconds(3600)?, ..none },
            Unit::Minute => Self { seconds: seconds(60)?, ..none },
            Unit::Second => Self { seconds: whole(1)?, exact: true, ..none },
            Unit::Half => return None,
        })
    }

    pub(super) fn and(self, more: Self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_add(more.months)?,
            days: self.days.checked_add(more.days)?,
            seconds: self.seconds.checked_add(more.seconds)?,
            exact: self.exact || more.exact,
        })
    }

    /// The same length, forward for 1 and backward for -1.
    pub(super) const fn signed(self, sign: i32) -> Self {
        Self { months: self.months * sign, days: self.days * sign, seconds: self.seconds * sign, ..self }
    }

    pub(super) fn from(self, start: DateTime) -> Option<DateTime> {
        let span = jiff::Span::new().try_months(self.months).ok()?.try_days(self.days).ok()?;
        start.checked_add(span).ok()?.checked_add(jiff::Span::new().try_seconds(self.seconds).ok()?).ok()
    }

    /// Counted in days or longer units only.
    pub(super) const fn whole_days(self) -> bool {
        self.seconds == 0
    }
}

impl Calendar {
    /// The days or the moment a period stands for.
    pub(super) fn period(&self, period: Period, context: Context) -> Option<Days> {
        Some(match period {
            Period::Run { unit, from, count } => return self.run(unit, from, count),
            Period::Shift(shift) => {
                let at = shift.from(self.now)?;
                if shift.whole_days() {
                    return Some(Days::one(at.date()));
                }
                let grain = if shift.exact { Grain::Second } else { Grain::Minute };
                moment(at, grain)
            }
            Period::Now => moment(self.now, Grain::Second),
            Period::Year(year) => {
                let first = Date::new(year, 1, 1).ok()?;
                Days::span(first, first.last_of_year(), Grain::Year)
            }
            Period::Quarter { year, nth } => {
                let of = |year: i16| {
                    let first = Date::new(year, nth.checked_mul(3)?.checked_sub(2)?, 1).ok()?;
                    Some(Days::span(
                        first,
                        first.checked_add(2.months()).ok()?.last_of_month(),
                        Grain::Quarter,
                    ))
                };
                self.of_year(year, context, of)?
            }
            Period::Season { year, nth } => {
                let of = |year: i16| {
                    let start = |nth: i8, year: i16| {
                        let (month, day) =
                            *[(3, 20), (6, 21), (9, 23), (12, 21)].get(usize::try_from(nth).ok()?)?;
                        Date::new(year, month, day).ok()
                    };
                    let next = start((nth + 1) % 4, if nth == 3 { year + 1 } else { year })?;
                    Some(Days::span(start(nth, year)?, next.yesterday().ok()?, Grain::Quarter))
                };
                // The winter that runs in January began the year before.
                let early = nth == 3 && (self.today.month(), self.today.day()) < (3, 20);
                let year = match year {
                    YearOf::From(years) if early => YearOf::From(years - 1),
                    YearOf::Open if early => YearOf::From(-1),
                    other => other,
                };
                self.of_year(year, context, of)?
            }
            Period::NthIn { nth, what, month } => return self.nth_in(nth, what, month, context),
            Period::This(weekday) => {
                let today = self.today;
                Days::one(if today.weekday() == weekday {
                    today
                } else {
                    today.nth_weekday(1, weekday).ok()?
                })
            }
            Period::Feast { holiday, past } => {
                let year = self.today.year();
                let this = holiday.in_year(year)?;
                let right = if past { this < self.today } else { this >= self.today };
                let other = if past { year - 1 } else { year + 1 };
                Days::one(if right { this } else { holiday.in_year(other)? })
            }
            Period::Weekdays { weekday, count } => Days::one(self.today.nth_weekday(count, weekday).ok()?),
        })
    }

    /// The same thing in the year meant.
    fn of_year(&self, year: YearOf, context: Context, of: impl Fn(i16) -> Option<Days>) -> Option<Days> {
        let current = self.today.year();
        match year {
            YearOf::Number(year) => of(year),
            YearOf::From(years) => of(i16::try_from(i32::from(current) + years).ok()?),
            YearOf::Open => {
                let this = of(current)?;
                let over = this.last.is_some_and(|last| last < self.today);
                if over && !context.past { of(current + 1) } else { Some(this) }
            }
        }
    }

    fn run(&self, unit: Unit, from: i32, count: i32) -> Option<Days> {
        let last = from.checked_add(count)?.checked_sub(1)?;
        let days =
            |first: Date, behind: Date, grain| Some(Days::span(first, behind.yesterday().ok()?, grain));
        let month = |months: i32| {
            let span = jiff::Span::new().try_months(months).ok()?;
            self.today.first_of_month().checked_add(span).ok()
        };
        match unit {
            Unit::Year => days(self.year_start(from)?, self.year_start(last.checked_add(1)?)?, Grain::Year),
            Unit::Quarter => {
                let back = i32::from((self.today.month() - 1) % 3);
                let quarter = |n: i32| month(n.checked_mul(3)?.checked_sub(back)?);
                days(quarter(from)?, quarter(last.checked_add(1)?)?, Grain::Quarter)
            }
            Unit::Month => days(month(from)?, month(last.checked_add(1)?)?, Grain::Month),
            Unit::Week => days(self.monday(from)?, self.monday(last.checked_add(1)?)?, Grain::Week),
            Unit::Day => {
                let first = self.shift(from)?;
                if count == 1 {
                    Some(Days::one(first))
                } else {
                    days(first, self.shift(last.checked_add(1)?)?, Grain::Day)
                }
            }
            Unit::Hour | Unit::Minute | Unit::Second => {
                let now = self.now;
                let start = match unit {
                    Unit::Hour => now.with().minute(0).second(0).subsec_nanosecond(0).build().ok()?,
                    Unit::Minute => now.with().second(0).subsec_nanosecond(0).build().ok()?,
                    _ => now,
                };
                let (seconds, grain) = match unit {
                    Unit::Hour => (3600, Grain::Hour),
                    Unit::Minute => (60, Grain::Minute),
                    _ => (1, Grain::Second),
                };
                let span = jiff::Span::new().try_seconds(i64::from(from) * seconds).ok()?;
                Some(moment(start.checked_add(span).ok()?, grain))
            }
            Unit::Half => None,
        }
    }

    fn year_start(&self, years: i32) -> Option<Date> {
        Date::new(i16::try_from(i32::from(self.today.year()).checked_add(years)?).ok()?, 1, 1).ok()
    }

    /// The nth of something in a month; a month without a year is the next one where the day is still to come.
    fn nth_in(&self, nth: i8, what: Counted, month: MonthOf, context: Context) -> Option<Days> {
        let find = |first: Date| match what {
            Counted::Day => {
                let day = if nth > 0 { nth } else { first.days_in_month() + 1 + nth };
                Some(Days::one(Date::new(first.year(), first.month(), day).ok()?))
            }
            Counted::Weekday(weekday) => Some(Days::one(first.nth_weekday_of_month(nth, weekday).ok()?)),
            Counted::Week => {
                let monday = if nth > 0 {
                    first.nth_weekday_of_month(nth, Weekday::Monday).ok()?
                } else {
                    // Whole weeks: the last one ends inside the month.
                    let sunday = first.nth_weekday_of_month(nth, Weekday::Sunday).ok()?;
                    sunday.checked_sub(6.days()).ok()?
                };
                Some(Days::span(monday, monday.checked_add(6.days()).ok()?, Grain::Week))
            }
        };
        match month {
            MonthOf::Named { year: Some(year), month } => find(Date::new(year, month, 1).ok()?),
            MonthOf::From(months) => {
                let span = jiff::Span::new().try_months(months).ok()?;
                find(self.today.first_of_month().checked_add(span).ok()?)
            }
            MonthOf::Named { year: None, month } => {
                let this = find(Date::new(self.today.year(), month, 1).ok()?)?;
                let end = this.last.unwrap_or(this.first);
                let right = if context.past { this.first <= self.today } else { end >= self.today };
                if right {
                    return Some(this);
                }
                let year = if context.past { self.today.year() - 1 } else { self.today.year() + 1 };
                find(Date::new(year, month, 1).ok()?)
            }
        }
    }
}

/// A moment counted from now.
fn moment(at: DateTime, grain: Grain) -> Days {
    Days { at: Some((at, grain)), ..Days::one(at.date()) }
}

impl Days {
    /// The beginning, middle or end of a week, month or year; days have none.
    pub(super) fn edge(self, edge: Edge) -> Option<Self> {
        let last = self.last?;
        let day = |date: Date, days: i32| date.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
        let (first, last) = match (self.grain, edge) {
            (Grain::Week, Edge::Early) => (self.first, day(self.first, 2)?),
            (Grain::Week, Edge::Mid) => (day(self.first, 2)?, day(self.first, 3)?),
            (Grain::Week, Edge::Late) => (day(last, -2)?, last),
            (Grain::Month, Edge::Early) => (self.first, day(self.first, 9)?),
            (Grain::Month, Edge::Mid) => (day(self.first, 10)?, day(self.first, 19)?),
            (Grain::Month, Edge::Late) => (day(self.first, 20)?, last),
            (Grain::Year, Edge::Early) => (self.first, Date::new(self.first.year(), 3, 31).ok()?),
            (Grain::Year, Edge::Mid) => {
                (Date::new(self.first.year(), 5, 1).ok()?, Date::new(self.first.year(), 8, 31).ok()?)
            }
            (Grain::Year, Edge::Late) => (Date::new(self.first.year(), 9, 1).ok()?, last),
            (
                Grain::Second | Grain::Minute | Grain::Hour | Grain::Part | Grain::Day | Grain::Quarter,
                Edge::Early | Edge::Mid | Edge::Late,
            ) => return None,
        };
        Some(Self {
            first,
            last: Some(last),
            grain: if self.grain == Grain::Year { Grain::Month } else { Grain::Day },
            ..self
        })
    }
}
