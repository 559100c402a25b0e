//! What a word of any language can mean to the grammar. A closed set: the files of `rules/` choose from it.

use jiff::civil::{Date, Time, Weekday};

use super::feast;
use super::law::{self, DaysOff};
use super::period::Slice;

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A unit behind a number that names a point in time (8月, 14時).
    Unit(Unit),
    /// A unit of length (2時間, 3か月): never a date unless `ago` or `later` follows.
    Period(Unit),
    /// `後`: a length behind it counts forward.
    Later,
    /// `前`: a length behind it counts backward.
    Ago,
    /// A word before a length that counts it forward (`in 3 days`, `za 3 dni`).
    Ahead,
    /// Like `Ahead`, but a number must follow (within, w).
    WithinAhead,
    /// This one: the current unit, or the nearest such weekday (ten, this).
    This,
    /// An era: the year before its first one.
    Era(i16),
    /// A weekday by its full name.
    Weekday(Weekday),
    /// Days that come back (平日, 土日): no date without a week.
    Recurring {
        /// Saturday and Sunday, which a week turns into a range.
        weekend: bool,
    },
    /// Monday to Friday (平日).
    Workdays,
    /// A weekday of one character, found by its surroundings and never by itself.
    ShortWeekday {
        /// Which one.
        weekday: Weekday,
        /// No part of a list, so one certain day is meant.
        alone: bool,
    },
    /// Days from today.
    Day(i32),
    /// Weeks from this one; `alone` means it is a date by itself (来週), else it needs a weekday (next …).
    Week {
        /// 0 is this week, which starts on Monday.
        weeks: i32,
        /// May stand without a weekday.
        alone: bool,
    },
    /// The nearest future one (今度の).
    Coming,
    /// Saturday to Sunday of a week from this one.
    Weekend(i32),
    /// The next Monday (週明け).
    WeekStart,
    /// Months from this one.
    Month(i32),
    /// Years from this one, before a date (来年1月5日).
    Year(i32),
    /// Quarters from this one.
    Quarters(i32),
    /// Now (今, 現在).
    Now,
    /// Days from the date named before, else from today (翌日).
    Following(i32),
    /// A word before a length that looks back from now (過去).
    Back,
    /// A word before a length that looks ahead from now (今後).
    Forth,
    /// A word behind a length: from now to its end (以内).
    Within,
    /// The nth such weekday or week of a month (最初の); -1 is the last one.
    Nth(i8),
    /// Part of a month, year or week (上旬, 末).
    Slice(Slice),
    /// An unsaid small number (数日).
    Some,
    /// A month by its name.
    MonthName(i8),
    /// A month's name that is also another word (may, march): needs a number or a link beside it.
    MonthMaybe(i8),
    /// Part of the day.
    Part(Part),
    /// A time by its name (正午).
    Clock(Time),
    /// The hour of opening (朝一).
    Opening,
    /// am (`false`) or pm (`true`) behind an hour.
    Meridiem(bool),
    /// A word before a bare hour (`at 2`, `o 14`).
    At,
    /// Days from today with a part of the day (今夜, tonight).
    DayPart(i32, Part),
    /// A holiday.
    Holiday(Holiday),
    /// A number in words (three, dwadzieścia).
    Numeral(u32),
    /// A place in an order, in words or figures (third, 3rd, trzeciego); −1 is the last one.
    Ordinal {
        /// Which place.
        nth: i32,
        /// In the form that names an hour (trzecia, o trzeciej).
        hour: bool,
    },
    /// Makes an ordinal of the figures before it (th, -tego); `true` in the form that names an hour (-tej).
    OrdinalMark(bool),
    /// Both of them: an ordinal mark behind figures (18-tej), else "this" (tej zimy).
    ThisMark(bool),
    /// Makes something counted of the ordinal before it, so that it is no date (floor, time).
    Counted,
    /// Minutes past or to an hour (quarter, kwadrans, 一刻).
    Minutes(u32),
    /// Like `At`, and minutes before it are past the hour behind it (20 past 3, 15 po trzeciej).
    Past,
    /// A time zone: the hour before it is another one on the clocks here.
    Zone,
    /// A weekday that comes back, by its own word (Tuesdays).
    EveryWeekday(Weekday),
    /// One further than the next, behind a weekday (Friday after next).
    AfterNext,
    /// One, before a unit (a week ago).
    Article,
    /// A season: 0 is spring.
    Season(i8),
    /// Days off that follow from the calendar (三連休).
    DaysOff(DaysOff),
    /// The same days of every year (お盆, 年末年始).
    Spell(Spell),
    /// Points at a slot offered before (その時間, 早い方).
    Pick(Pick),
    /// Opens a rank (第).
    RankOpen,
    /// Closes a rank (希望, choice).
    RankClose,
    /// A rank in one word (`first choice`).
    Rank(u32),
    /// A cue for the role.
    Cue(Cue),
}

/// From a month and day to another, every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// Month and day it begins.
    pub from: (i8, i8),
    /// Month and day it ends, in the next year if it lies before `from`.
    pub to: (i8, i8),
}

/// Which of the slots offered is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The only one (その時間で).
    This,
    /// The first one named.
    First,
    /// The last one named.
    Last,
    /// The first one by time.
    Earliest,
    /// The last one by time.
    Latest,
    /// Any of them.
    Any,
    /// The nth of them, the number before the word (2番目).
    Nth,
}

impl Word {
    /// Stands before a bare hour.
    pub(super) fn leads_hour(self) -> bool {
        matches!(self, Self::At | Self::Past)
    }
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Year.
    Year,
    /// Month.
    Month,
    /// Week.
    Week,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Half past.
    Half,
    /// Minute.
    Minute,
    /// Second.
    Second,
    /// Quarter of a year.
    Quarter,
}

/// A part of the day and how an hour behind it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Start.
    pub from: Time,
    /// End.
    pub to: Time,
    /// Names the part, so that a number before it counts nights and not hours.
    pub noun: bool,
    /// An hour beside it is before noon (`false`, 午前) or after noon (`true`, 夜); `None` says nothing (昼).
    pub afternoon: Option<bool>,
}

/// When a holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// Month and day.
    Fixed(i8, i8),
    /// The nth weekday of a month.
    Nth(i8, i8, Weekday),
    /// Days after the nth weekday of a month (Black Friday).
    AfterNth(i8, i8, Weekday, i32),
    /// Days after Easter Sunday (Gregorian).
    Easter(i32),
    /// Days after Easter Sunday of the Orthodox churches.
    Orthodox(i32),
    /// Days after the first day of Passover.
    Passover(i32),
    /// Days after Rosh Hashanah.
    Rosh(i32),
    /// Days after the first day of Hanukkah.
    Hanukkah(i32),
    /// Days after the New Year of Trees.
    Shevat(i32),
    /// Month and day of the Chinese lunar year; day 0 is the eve of the month.
    Lunar(i8, i8),
    /// Qingming.
    Qingming,
    /// The spring (`false`) or autumn equinox in Japan.
    Equinox(bool),
}

impl Holiday {
    /// The day in a year, where it exists.
    pub fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(year, month, day).ok(),
            Self::Nth(month, nth, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::AfterNth(month, nth, weekday, days) => {
                later(Self::Nth(month, nth, weekday).in_year(year)?, days)
            }
            Self::Easter(days) => later(feast::easter(year)?, days),
            Self::Orthodox(days) => later(feast::orthodox_easter(year)?, days),
            Self::Passover(days) => later(feast::passover(year)?, days),
            Self::Rosh(days) => later(feast::rosh_hashanah(year)?, days),
            Self::Hanukkah(days) => later(feast::hanukkah(year)?, days),
            Self::Shevat(days) => later(feast::shevat(year)?, days),
            Self::Lunar(month, day) => feast::lunar(year, month, day),
            Self::Qingming => feast::qingming(year),
            Self::Equinox(autumn) => law::equinox(year, autumn),
        }
    }
}

fn later(date: Date, days: i32) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// What a cue says about the dates of its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// Wanted.
    Want,
    /// Asked for in words that go with anything (お願いします).
    Ask,
    /// Not possible.
    Excluded,
    /// Over.
    Past,
    /// Stands before something that is over (前回).
    Last,
    /// By then: what is asked for with it is no visit, unless a word says so.
    Due,
    /// Ends a clause that only gives the reason for the next one (ので).
    Reason,
    /// Held already, or held and given up.
    Booking,
    /// A booking is named; whether it is held or wanted is for the verb to say.
    Held,
    /// Something held is moved away.
    Change,
    /// Moved to the date directly before (に変更).
    ChangeTo,
    /// Made so, when it stands directly behind a date (10時にして); else it speaks of something else.
    MakeTo,
    /// A call or an answer is named; a date it is the topic of is when to call (電話は18時).
    Call,
    /// When to call.
    Callback,
    /// Deadline, delivery, opening hours: no part in the matter.
    Mention,
    /// A time left open (先ほど): past verbs behind it are not about the date.
    Aside,
    /// When to call, said before the date (電話は…).

    /// Over, said right before the date (前回12/4).

    /// Says nothing, but must not be mistaken for another cue it contains.
    Nothing,
}

/// Short words between dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Joins what belongs together (の, at).
    Glue,
    /// Choice or sum (か, と, or).
    Or,
    /// A comma.
    Comma,
    /// From–to.
    Range,
    /// Stands before the first of two times that "and" joins to a range (between).
    Between,
    /// Open end, behind the time (以降, onwards).
    After,
    /// Open end, before the time (after).
    AfterAhead,
    /// Only an end, behind the time (まで).
    Until,
    /// Only an end, before the time (until).
    UntilAhead,
    /// Roughly (頃, できれば): stands anywhere and changes nothing.
    About,
    /// What is before is moved to what is behind (を).
    Moved,
    /// The day before it takes the time named last (の同じ時間, same time).
    Same,
}
