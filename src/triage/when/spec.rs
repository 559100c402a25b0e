//! A date or a time as written: what was said, not yet which day of the calendar it is.

use jiff::civil::{Time, Weekday};

use super::count::Count;
use super::law::DaysOff;
use super::period::{Length, Slice};
use super::word::{Holiday, Part, Spell};

/// A day, week or month as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) spec: DaySpec,
    /// A weekday written beside it.
    pub(super) weekday: Option<Weekday>,
    /// Shares its unit with the day behind it (`27、28日`), and so its time too.
    pub(super) shares: bool,
    /// A year said in words before it (来年).
    pub(super) years: Option<i32>,
    /// A year in figures before it (2027年のこどもの日).
    pub(super) year: Option<i16>,
    /// The part of a month, year or week that is meant (上旬).
    pub(super) slice: Option<Slice>,
    /// The whole week of that day (8月24日の週).
    pub(super) week_of: bool,
    /// The same day said another way before it (明日(28日)): it must agree.
    pub(super) also: Option<DaySpec>,
    /// Moved from the date named (two days after Easter).
    pub(super) moved: Option<Length>,
    /// Comes back (平日, 毎週土曜).
    pub(super) recurring: bool,
    /// Roughly (数日後).
    pub(super) about: bool,
}

impl Day {
    /// A day with nothing beside it.
    pub(super) const fn new(spec: DaySpec) -> Self {
        Self {
            spec,
            weekday: None,
            shares: false,
            years: None,
            year: None,
            slice: None,
            week_of: false,
            also: None,
            moved: None,
            recurring: false,
            about: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DaySpec {
    Written {
        year: Option<i16>,
        month: Option<i8>,
        day: i8,
    },
    InMonth {
        months: i32,
        day: i8,
    },
    NthWeekday {
        months: i32,
        nth: i8,
        weekday: Weekday,
    },
    /// 4月の第3土曜; without a month the next one.
    NthNamed {
        month: Option<i8>,
        nth: i8,
        weekday: Weekday,
    },
    Weekday {
        weekday: Weekday,
        weeks: Option<i32>,
    },
    Offset(i32),
    Week(i32),
    Weekend(i32),
    WeekStart,
    Month(i32),
    MonthNamed {
        year: Option<i16>,
        month: i8,
    },
    /// The nth week of a month that begins in it; without a month of this one.
    NthWeek {
        months: Option<i32>,
        month: Option<i8>,
        nth: i8,
    },
    Holiday(Holiday),
    DaysOff(DaysOff),
    Spell(Spell),
    /// Counted in units, from now or in a month.
    Count(Count),
    /// Days from the date named before.
    Following(i32),
    /// A length before or after a day so many days from today.
    Shift {
        length: Length,
        from: i32,
    },
    /// A length that ends now, or begins now.
    Window {
        length: Length,
        back: bool,
        /// The day it begins at, from today, where it looks ahead.
        from: i32,
    },
    Now,
    Year(i32),
    YearNamed(i16),
    Quarter(i8),
    Quarters(i32),
    /// One of these weekdays, Monday first.
    Recurring([bool; 7]),
}

impl DaySpec {
    /// Says neither its year nor how far from today it is, so what stands beside it may decide.
    pub(super) const fn floats(self) -> bool {
        match self {
            Self::Written { year, month, .. } => year.is_none() && month.is_some(),
            Self::MonthNamed { year, .. } => year.is_none(),
            Self::Weekday { weeks, .. } => weeks.is_none(),
            Self::NthNamed { .. } | Self::Holiday(_) | Self::Quarter(_) => true,
            Self::InMonth { .. }
            | Self::NthWeekday { .. }
            | Self::Offset(_)
            | Self::Week(_)
            | Self::Weekend(_)
            | Self::WeekStart
            | Self::Month(_)
            | Self::NthWeek { .. }
            | Self::DaysOff(_)
            | Self::Spell(_)
            | Self::Count(_)
            | Self::Following(_)
            | Self::Shift { .. }
            | Self::Window { .. }
            | Self::Now
            | Self::Year(_)
            | Self::YearNamed(_)
            | Self::Quarters(_)
            | Self::Recurring(_) => false,
        }
    }

    /// Names one day, or one period a visit could fall in: a year, a quarter and a length are no wish.
    pub(super) const fn bookable(self) -> bool {
        match self {
            Self::Written { .. }
            | Self::InMonth { .. }
            | Self::NthWeekday { .. }
            | Self::NthNamed { .. }
            | Self::Weekday { .. }
            | Self::Offset(_)
            | Self::Week(_)
            | Self::Weekend(_)
            | Self::WeekStart
            | Self::Month(_)
            | Self::MonthNamed { .. }
            | Self::NthWeek { .. }
            | Self::Holiday(_)
            | Self::DaysOff(_)
            | Self::Spell(_)
            | Self::Following(_) => true,
            Self::Count(count) => count.bookable(),
            Self::Shift { length, .. } => length.seconds == 0,
            Self::Window { .. }
            | Self::Now
            | Self::Year(_)
            | Self::YearNamed(_)
            | Self::Quarter(_)
            | Self::Quarters(_)
            | Self::Recurring(_) => false,
        }
    }
}

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    At {
        hour: i8,
        minute: Option<i8>,
        second: Option<i8>,
        /// Said to be before (`false`) or after noon.
        afternoon: Option<bool>,
    },
    Part(Part),
    Named(Time),
    Opening,
}

impl Clock {
    /// Names a part of the day and no hour.
    pub(super) const fn is_part(self) -> bool {
        matches!(self, Self::Part(_))
    }
}
