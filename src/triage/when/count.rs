//! What is counted in whole units: this quarter, the last two weeks, the third Tuesday of May, next winter.
//!
//! Whole units lie on the calendar: next week is Monday to Sunday, the last two months are whole months. Pure
//! arithmetic: knows no words.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::period::Point;
use super::resolve::{Calendar, Context, Days};
use super::word::{Holiday, Unit};
use crate::triage::verdict::Grain;

/// A stretch of time described by units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// So many whole units, the first one so many from the current one.
    Run { unit: Unit, from: i32, count: i32 },
    /// A season (0 is spring) of a year, or so many from the current one.
    Season { year: YearOf, nth: i8 },
    /// The nth week of a year as ISO 8601 counts them.
    NthWeek { year: YearOf, nth: i8 },
    /// The nth month of a year.
    NthMonth { year: YearOf, nth: i8 },
    /// The nth day, week or weekday of a month; from the end if negative.
    NthIn { nth: i8, what: Counted, month: MonthOf },
    /// This Tuesday: today or the next one.
    This(Weekday),
    /// The nth such weekday from tomorrow on, before today if negative (3 Fridays from now).
    Weekdays { weekday: Weekday, count: i32 },
    /// A holiday, the next one or the last one.
    Feast { holiday: Holiday, past: bool },
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

impl Count {
    /// Names a day, or a period a visit could fall in.
    pub(super) const fn bookable(self) -> bool {
        match self {
            Self::Run { unit, .. } => matches!(unit, Unit::Day | Unit::Week | Unit::Month),
            Self::NthWeek { .. }
            | Self::NthMonth { .. }
            | Self::NthIn { .. }
            | Self::This(_)
            | Self::Weekdays { .. }
            | Self::Feast { .. } => true,
            Self::Season { .. } => false,
        }
    }
}

impl Calendar {
    /// The days or the moment a period stands for.
    pub(super) fn count(&self, count: Count, context: Context) -> Option<Days> {
        Some(match count {
            Count::Run { unit, from, count } => return self.run(unit, from, count),
            Count::Season { year, nth } => {
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
                    YearOf::Number(_) | YearOf::From(_) | YearOf::Open => year,
                };
                self.of_year(year, context, of)?
            }
            Count::NthWeek { year, nth } => {
                let of = |year: i16| {
                    let first = ISOWeekDate::new(year, 1, Weekday::Monday).ok()?;
                    let nth = if nth > 0 { nth } else { first.weeks_in_year() + 1 + nth };
                    let monday = ISOWeekDate::new(year, nth, Weekday::Monday).ok()?.date();
                    Some(Days::span(monday, monday.checked_add(6.days()).ok()?, Grain::Week))
                };
                self.of_year(year, context, of)?
            }
            Count::NthMonth { year, nth } => {
                let of = |year: i16| {
                    let first = Date::new(year, if nth > 0 { nth } else { 13 + nth }, 1).ok()?;
                    Some(Days::span(first, first.last_of_month(), Grain::Month))
                };
                self.of_year(year, context, of)?
            }
            Count::NthIn { nth, what, month } => return self.nth_in(nth, what, month, context),
            Count::This(weekday) => {
                let today = self.today;
                Days::one(if today.weekday() == weekday {
                    today
                } else {
                    today.nth_weekday(1, weekday).ok()?
                })
            }
            Count::Weekdays { weekday, count } => Days::one(self.today.nth_weekday(count, weekday).ok()?),
            Count::Feast { holiday, past } => {
                let year = self.today.year();
                let this = holiday.in_year(year)?;
                let right = if past { this < self.today } else { this >= self.today };
                let other = if past { year - 1 } else { year + 1 };
                Days::one(if right { this } else { holiday.in_year(other)? })
            }
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
                let whole = now.with().second(0).subsec_nanosecond(0);
                let (start, seconds, grain) = if unit == Unit::Hour {
                    (whole.minute(0).build().ok()?, 3600, Grain::Hour)
                } else if unit == Unit::Minute {
                    (whole.build().ok()?, 60, Grain::Minute)
                } else {
                    (now, 1, Grain::Second)
                };
                let span = jiff::Span::new().try_seconds(i64::from(from) * seconds).ok()?;
                let (start, length) = (start.checked_add(span).ok()?, i64::from(count) * seconds);
                let end = start.checked_add(jiff::Span::new().try_seconds(length).ok()?).ok()?;
                Some(Days { at: Some(Point { start, end: Some(end), grain }), ..Days::one(start.date()) })
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
