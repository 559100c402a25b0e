//! Public holidays of Japan by the law on national holidays (1948, as of 2022): their days, the substitute for one on
//! a Sunday, the day between two of them, and the runs of days off they make with weekends.
//!
//! Exceptions that a law made for one year (2019 to 2021) are left out.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Days off that follow from the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaysOff {
    /// The next public holiday.
    Public,
    /// The next substitute holiday.
    Substitute,
    /// The next run of three days off or more.
    Run,
    /// The day after that run.
    AfterRun,
}

/// The day of the spring or autumn equinox, 1980 to 2099 (formula of the Tokyo observatory's tables).
pub(super) fn equinox(year: i16, autumn: bool) -> Option<Date> {
    let n = i32::from(year) - 1980;
    let (month, base) = if autumn { (9, 23_248_800) } else { (3, 20_843_100) };
    let day = (base + 242_194 * n) / 1_000_000 - n / 4;
    (0..120).contains(&n).then(|| Date::new(year, month, i8::try_from(day).ok()?).ok())?
}

/// A day the law names.
fn named(date: Date) -> bool {
    let nth = |month: i8, nth: i8| {
        date.month() == month
            && date.weekday() == Weekday::Monday
            && (nth - 1) * 7 < date.day()
            && date.day() <= nth * 7
    };
    matches!(
        (date.month(), date.day()),
        (1, 1) | (2, 11 | 23) | (4, 29) | (5, 3..=5) | (8, 11) | (11, 3 | 23)
    ) || nth(1, 2)
        || nth(7, 3)
        || nth(9, 3)
        || nth(10, 2)
        || equinox(date.year(), false) == Some(date)
        || equinox(date.year(), true) == Some(date)
}

/// A holiday on a Sunday is made up for on the next day that is none.
fn substitute(date: Date) -> bool {
    if named(date) {
        return false;
    }
    let mut before = date.yesterday().ok();
    while let Some(day) = before.filter(|&day| named(day)) {
        if day.weekday() == Weekday::Sunday {
            return true;
        }
        before = day.yesterday().ok();
    }
    false
}

/// A public holiday of any kind.
pub(super) fn holiday(date: Date) -> bool {
    let between = || {
        let beside = |day: Option<Date>| day.is_some_and(named);
        beside(date.yesterday().ok()) && beside(date.tomorrow().ok())
    };
    named(date) || substitute(date) || between()
}

fn off(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) || holiday(date)
}

/// The next such days from a day on: the first and, of a run, the last.
pub(super) fn next(kind: DaysOff, today: Date) -> Option<(Date, Option<Date>)> {
    let days = || (0..400).filter_map(|step| today.checked_add(jiff::Span::new().days(step)).ok());
    let run = || {
        days().find_map(|first| {
            let starts = off(first) && !first.yesterday().is_ok_and(off);
            let last = || first.series(1.day()).take_while(|&day| off(day)).take(31).last();
            let last = starts.then(last).flatten()?;
            (first.until(last).ok()?.get_days() >= 2).then_some((first, last))
        })
    };
    match kind {
        DaysOff::Public => days().find(|&day| holiday(day)).map(|day| (day, None)),
        DaysOff::Substitute => days().find(|&day| substitute(day)).map(|day| (day, None)),
        DaysOff::Run => run().map(|(first, last)| (first, Some(last))),
        DaysOff::AfterRun => run().and_then(|(_, last)| Some((last.tomorrow().ok()?, None))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn holidays_of_a_year() {
        let days = |year: i16| -> Vec<String> {
            date(year, 1, 1)
                .series(1.day())
                .take_while(|day| day.year() == year)
                .filter(|&day| holiday(day))
                .map(|day| day.strftime("%m-%d").to_string())
                .collect()
        };
        assert_eq!(
            days(2026).join(" "),
            "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23"
        );
        assert_eq!(
            days(2027).join(" "),
            "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23"
        );
    }

    #[test]
    fn runs_of_days_off() {
        assert_eq!(next(DaysOff::Run, date(2026, 8, 19)), Some((date(2026, 9, 19), Some(date(2026, 9, 23)))));
        assert_eq!(next(DaysOff::AfterRun, date(2026, 8, 19)), Some((date(2026, 9, 24), None)));
        assert_eq!(next(DaysOff::Substitute, date(2026, 1, 5)), Some((date(2026, 5, 6), None)));
    }
}
