//! Days as written to days of the calendar, seen from the day the mail was sent.
//!
//! Conventions: weeks start on Monday; a bare weekday is the next one after today; a month and day without a year is
//! the next one not before today, for something past the last one before; a day of the month alone likewise.
//! A weekday that contradicts its date is reported, never corrected.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::Anchor;
use super::atom::{Day, DaySpec};
use super::law;
use super::period::{self, Point};
use super::word::Spell;
use crate::triage::verdict::Grain;

/// Days back to which a weekday may call a date without a year.
const JUST_GONE: i32 = 60;

/// A day, a range of days, a week or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: Date,
    pub(super) last: Option<Date>,
    pub(super) grain: Grain,
    pub(super) contradicts: bool,
    /// A moment so many hours from now, with its grain.
    pub(super) at: Option<Point>,
}

impl Days {
    /// One whole day.
    pub(super) const fn one(first: Date) -> Self {
        Self { first, last: None, grain: Grain::Day, contradicts: false, at: None }
    }

    /// From one day to another.
    pub(super) const fn span(first: Date, last: Date, grain: Grain) -> Self {
        Self { first, last: Some(last), grain, contradicts: false, at: None }
    }
}

/// What a day is read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) now: DateTime,
    pub(super) today: Date,
    pub(super) opening: Time,
}

/// What stands before a day and may complete it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// The date before, when its month is known: a bare day near it is meant.
    pub(super) date: Option<Date>,
    /// The day named last, whatever part it plays: what 翌日 counts from.
    pub(super) named: Option<Date>,
    /// The week named before in the same list (来週の火曜か水曜).
    pub(super) weeks: Option<i32>,
    /// The clause speaks of the past.
    pub(super) past: bool,
}

impl Calendar {
    /// The calendar of somebody who writes at the anchor's time.
    pub(super) fn of(anchor: &Anchor) -> Self {
        Self { now: anchor.sent, today: anchor.sent.date(), opening: anchor.opening }
    }

    pub(super) fn monday(&self, weeks: i32) -> Option<Date> {
        let back = i32::from(self.today.weekday().to_monday_zero_offset());
        self.shift(weeks.checked_mul(7)?.checked_sub(back)?)
    }

    pub(super) fn shift(&self, days: i32) -> Option<Date> {
        self.today.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }

    fn months(&self, months: i32) -> Option<Date> {
        self.today.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
    }

    /// The days a written day stands for; `None` when the calendar has no such day.
    pub(super) fn days(&self, day: Day, context: Context) -> Option<Days> {
        let (one, span) = (Days::one, Days::span);
        let relative = |years: i32| i16::try_from(i32::from(self.today.year()) + years).ok();
        let year = |year: Option<i16>| match day.years {
            Some(years) => relative(years),
            None => year.or(day.year),
        };
        let mut days = match day.spec {
            DaySpec::Written { year: known, month, day: number } => {
                let date = self.written(year(known), month, number, context)?;
                let agrees = |date: Date| day.weekday.is_none_or(|weekday| date.weekday() == weekday);
                // １/３０(木) in February: its weekday says that the one just gone is meant.
                let alone = month.is_some() || context.date.is_none();
                let gone = (year(known).is_none() && alone && !context.past && !agrees(date))
                    .then(|| self.written(None, month, number, Context { past: true, ..Context::default() }))
                    .flatten()
                    .filter(|&gone| {
                        agrees(gone) && self.today.since(gone).is_ok_and(|ago| ago.get_days() <= JUST_GONE)
                    });
                one(gone.unwrap_or(date))
            }
            DaySpec::InMonth { months, day } => {
                let month = self.months(months)?;
                one(Date::new(month.year(), month.month(), day).ok()?)
            }
            DaySpec::NthWeekday { months, nth, weekday } => {
                one(self.months(months)?.first_of_month().nth_weekday_of_month(nth, weekday).ok()?)
            }
            DaySpec::NthNamed { month, nth, weekday } => {
                let on = |first: Date| first.first_of_month().nth_weekday_of_month(nth, weekday).ok();
                if let (Some(year), Some(month)) = (year(None), month) {
                    return on(Date::new(year, month, 1).ok()?).map(one);
                }
                let mut months =
                    (0..=12).filter_map(|step| self.months(if context.past { -step } else { step }));
                one(months.find_map(|first| {
                    let day = on(first)?;
                    (month.is_none_or(|month| month == day.month()) && self.side(day, context.past))
                        .then_some(day)
                })?)
            }
            DaySpec::Weekday { weekday, weeks } => one(self.weekday(weekday, weeks, context)?),
            DaySpec::Offset(days) => one(self.shift(days)?),
            DaySpec::Week(weeks) => {
                let monday = self.monday(weeks)?;
                span(monday, monday.checked_add(6.days()).ok()?, Grain::Week)
            }
            DaySpec::Weekend(weeks) => {
                let saturday = self.monday(weeks)?.checked_add(5.days()).ok()?;
                span(saturday, saturday.tomorrow().ok()?, Grain::Day)
            }
            DaySpec::WeekStart => one(self.monday(1)?),
            DaySpec::Month(months) => {
                let month = self.months(months)?;
                span(month.first_of_month(), month.last_of_month(), Grain::Month)
            }
            DaySpec::MonthNamed { year: known, month } => {
                let year = year(known);
                let past = Context { past: context.past, ..Context::default() };
                let first = self.written(year, Some(month), 1, past);
                let this =
                    Date::new(self.today.year(), month, 1).ok().filter(|_| month == self.today.month());
                let first = if year.is_none() { this.or(first)? } else { first? };
                span(first, first.last_of_month(), Grain::Month)
            }
            DaySpec::Count(count) => self.count(count, context)?,
            DaySpec::Holiday(holiday) => {
                if let Some(year) = year(None) {
                    return holiday.in_year(year).map(one);
                }
                let this = holiday.in_year(self.today.year());
                let near = if context.past {
                    this.filter(|&date| date <= self.today)
                } else {
                    this.filter(|&date| date >= self.today)
                };
                let other = self.today.year() + if context.past { -1 } else { 1 };
                one(near.or_else(|| holiday.in_year(other))?)
            }
            DaySpec::DaysOff(kind) => {
                let (first, last) = law::next(kind, self.today)?;
                Days { last, ..one(first) }
            }
            DaySpec::Spell(Spell { from, to }) => {
                let wraps = i16::from(to < from);
                let run = |year: i16| {
                    Some((
                        Date::new(year, from.0, from.1).ok()?,
                        Date::new(year.checked_add(wraps)?, to.0, to.1).ok()?,
                    ))
                };
                let this = self.today.year();
                let years = match year(None) {
                    Some(year) => [year, year, year],
                    None if context.past => [this, this - 1, this - 2],
                    None => [this - 1, this, this + 1],
                };
                let fits = |&(first, last): &(Date, Date)| {
                    year(None).is_some()
                        || if context.past { first <= self.today } else { last >= self.today }
                };
                let (first, last) = years.into_iter().filter_map(run).find(fits)?;
                span(first, last, Grain::Day)
            }
            DaySpec::NthWeek { months, month, nth } => {
                let first = match (months, month) {
                    (Some(months), _) => self.months(months)?.first_of_month(),
                    (None, Some(month)) => self.written(
                        year(None),
                        Some(month),
                        1,
                        Context { past: context.past, ..Context::default() },
                    )?,
                    (None, None) => self.today.first_of_month(),
                };
                let monday = first.nth_weekday_of_month(nth, Weekday::Monday).ok()?;
                span(monday, monday.checked_add(6.days()).ok()?, Grain::Week)
            }
            DaySpec::Following(days) => match context.named {
                Some(date) => one(date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?),
                None => one(self.shift(days)?),
            },
            DaySpec::Shift { length, from } => period::shift(length, from, *self)?,
            DaySpec::Window { length, back, from } => period::window(length, back, from, *self)?,
            DaySpec::Now => {
                let at = Point { start: self.now, end: None, grain: Grain::Second };
                Days { at: Some(at), ..one(self.today) }
            }
            DaySpec::Year(years) => period::year(relative(years)?)?,
            DaySpec::YearNamed(year) => period::year(year)?,
            DaySpec::Quarter(quarter) => {
                let this = period::quarter(self.today.year(), quarter)?;
                match year(None) {
                    Some(year) => period::quarter(year, quarter)?,
                    None if this.last.is_some_and(|last| last < self.today) && !context.past => {
                        period::quarter(relative(1)?, quarter)?
                    }
                    None => this,
                }
            }
            DaySpec::Quarters(quarters) => {
                let inside = self.months(quarters.checked_mul(3)?)?;
                period::quarter(inside.year(), (inside.month() - 1) / 3 + 1)?
            }
            DaySpec::Recurring(weekdays) => {
                let chosen = |date: &Date| {
                    let index = usize::try_from(date.weekday().to_monday_zero_offset()).ok();
                    index.and_then(|index| weekdays.get(index)).copied().unwrap_or(false)
                };
                one((0..7).filter_map(|days| self.shift(days)).find(chosen)?)
            }
        };
        if let Some(part) = day.slice {
            days = period::slice(days, part)?;
        }
        if let Some(length) = day.moved {
            days = one(length.from(days.first.at(0, 0, 0, 0))?.date());
        }
        if day.week_of && days.grain == Grain::Day {
            let back = i32::from(days.first.weekday().to_monday_zero_offset());
            let monday = days.first.checked_sub(jiff::Span::new().try_days(back).ok()?).ok()?;
            days = span(monday, monday.checked_add(6.days()).ok()?, Grain::Week);
        }
        days.contradicts = day.weekday.is_some_and(|weekday| days.first.weekday() != weekday);
        if let Some(spec) = day.also {
            let also = self.days(Day { spec, weekday: None, also: None, ..day }, Context::default())?;
            let inside = also.first <= days.first && days.first <= also.last.unwrap_or(also.first);
            days.contradicts |= !inside;
        }
        Some(days)
    }

    fn written(&self, year: Option<i16>, month: Option<i8>, day: i8, context: Context) -> Option<Date> {
        let today = self.today;
        match (year, month) {
            (Some(year), _) => Date::new(year, month.unwrap_or(1), day).ok(),
            (None, Some(month)) => {
                // Up to eight years for 29 February.
                let mut years = (0..=8).map(|step| today.year() + if context.past { -step } else { step });
                years.find_map(|year| {
                    Date::new(year, month, day).ok().filter(|&date| self.side(date, context.past))
                })
            }
            (None, None) => {
                let months = |from: Date, steps: std::ops::RangeInclusive<i32>| {
                    steps.filter_map(move |step| {
                        let month = from
                            .first_of_month()
                            .checked_add(jiff::Span::new().try_months(step).ok()?)
                            .ok()?;
                        Date::new(month.year(), month.month(), day).ok()
                    })
                };
                if let Some(near) = context.date.filter(|_| !context.past) {
                    let right = months(near, 0..=2).filter(|&date| date >= today);
                    return right
                        .min_by_key(|date| near.until(*date).map_or(i32::MAX, |span| span.get_days().abs()));
                }
                if context.past {
                    return months(today, -2..=0).rfind(|&date| date <= today);
                }
                months(today, 0..=2).find(|&date| date >= today)
            }
        }
    }

    fn side(&self, date: Date, past: bool) -> bool {
        if past { date <= self.today } else { date >= self.today }
    }

    fn weekday(&self, weekday: Weekday, weeks: Option<i32>, context: Context) -> Option<Date> {
        if let Some(weeks) = weeks.or(context.weeks) {
            let offset = i32::from(weekday.to_monday_zero_offset());
            return self.monday(weeks)?.checked_add(jiff::Span::new().try_days(offset).ok()?).ok();
        }
        self.today.nth_weekday(if context.past { -1 } else { 1 }, weekday).ok()
    }
}
