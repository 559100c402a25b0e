//! Spans and days in commands: `2h`, `1日`, `8/28~8/30 8/31`. Input is folded.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::{Captures, Regex};

use super::words::bare;

/// The longest time a case may be put aside: two weeks.
const LONGEST: u32 = 14 * 24 * 60;

/// Minutes in `30m`, `2h`, `1h30m`, `2時間`, `30分`, `1日`; `None` for anything else, zero, or over two weeks.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let mut rest = text.strip_suffix('後').unwrap_or(text);
    let mut total = 0_u32;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at_checked(digits)?;
        let unit_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(unit_end)?;
        let factor = minutes_in(unit)?;
        total = total.checked_add(number.parse::<u32>().ok()?.checked_mul(factor)?)?;
        rest = next;
    }
    (1..=LONGEST).contains(&total).then_some(total)
}

/// The minutes in a unit of time.
fn minutes_in(unit: &str) -> Option<u32> {
    Some(match unit {
        "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分間" => 1,
        "h" | "hr" | "hrs" | "hour" | "hours" | "時間" => 60,
        "d" | "day" | "days" | "日" | "日間" => 24 * 60,
        "w" | "week" | "weeks" | "週間" => 7 * 24 * 60,
        _ => return None,
    })
}

/// Whether it is a length of time in any unit, one that cannot be taken included: `2営業日`, `30d`, `0h`.
pub(super) fn is_span(text: &str) -> bool {
    const OTHERS: [&str; 6] = ["営業日", "営業日後", "週", "か月", "ヶ月", "ヵ月"];
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && (minutes_in(unit).is_some() || OTHERS.contains(&unit))
}

/// The longest time one person can have been at one case on one day.
const LONGEST_SPENT: u32 = 24 * 60;

/// Minutes as in [`minutes`], none included (`0分`), a day at most: how long somebody was at a case.
pub(in crate::triage::approval) fn spent(text: &str) -> Option<u32> {
    if matches!(text, "0m" | "0分" | "0min") {
        return Some(0);
    }
    let unit = text.contains("後") || text.contains(['d', 'w', '日', '週']);
    minutes(text).filter(|minutes| !unit && *minutes <= LONGEST_SPENT)
}

/// How long somebody was at a case, and on which day, where one stands before it: `15m`, `8/27 40m`, 「8月27日の40分」. Nobody was
/// at anything on a day that has not come: without a year it is the last such day.
pub(super) fn spent_on(text: &str, today: Date) -> Option<(u32, Option<Date>)> {
    // Digits alone must not run from the day into the time.
    const END: &str = r"(?:日?(?:\([日月火水木金土]\))の?|日の?|の|[\s:,、])";
    #[expect(clippy::expect_used, reason = "the pattern is constant and compiled by the tests")]
    static ON: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = format!(r"^(?:(\d{{4}})[-/年])?(\d{{1,2}})[-/月](\d{{1,2}}){END}(.+)$");
        Regex::new(&pattern).expect("constant pattern")
    });
    let Some(found) = ON.captures(text) else { return Some((spent(&bare(text))?, None)) };
    let past = |date: &Date| *date <= today;
    let on = on(&found, 1)?;
    let date = match on.year {
        Some(year) => on.of(year).filter(past),
        None => [today.year(), today.year() - 1].into_iter().filter_map(|year| on.of(year)).find(past),
    };
    Some((spent(&bare(found.get(4)?.as_str()))?, Some(date?)))
}

/// First day away, last day away, first day back. One day alone is first and last; without a day back it is the
/// day after the last. Days without a year are the ones nearest to `today`.
pub(super) fn away(text: &str, today: Date) -> Option<(Date, Date, Date)> {
    const DAY: &str = r"(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?(?:\([日月火水木金土]\))?";
    #[expect(clippy::expect_used, reason = "the pattern is constant and compiled by the tests")]
    static AWAY: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = format!(
            r"^{DAY}(?:\s?(?:[~〜\-–]|から)\s?{DAY}(?:まで)?)?(?:[\s,、]+(?:back\s)?{DAY}\s?(?:[~〜]|から|以降)?)?$"
        );
        Regex::new(&pattern).expect("constant pattern")
    });
    let found = AWAY.captures(text)?;
    let from = day(&found, 1, today)??;
    let until = match day(&found, 4, from) {
        None => from,
        Some(until) => until?,
    };
    let back = match day(&found, 7, until) {
        None => until.checked_add(1.day()).ok()?,
        Some(back) => back?,
    };
    (from <= until && until < back).then_some((from, until, back))
}

/// The day in groups `at`, `at + 1`, `at + 2`: outer `None` when it is not written, inner when it does not exist.
fn day(found: &Captures<'_>, at: usize, near: Date) -> Option<Option<Date>> {
    let on = on(found, at)?;
    Some(match on.year {
        Some(year) => on.of(year),
        None => [near.year() - 1, near.year(), near.year() + 1]
            .into_iter()
            .filter_map(|year| on.of(year))
            .min_by_key(|date| near.until(*date).map_or(i32::MAX, |span| span.get_days().abs())),
    })
}

/// A day as it is written; it may not exist.
struct On {
    year: Option<i16>,
    month: i16,
    day: i16,
}

impl On {
    fn of(&self, year: i16) -> Option<Date> {
        Date::new(year, i8::try_from(self.month).ok()?, i8::try_from(self.day).ok()?).ok()
    }
}

fn on(found: &Captures<'_>, at: usize) -> Option<On> {
    let number = |at: usize| found.get(at).and_then(|group| group.as_str().parse::<i16>().ok());
    Some(On { year: number(at), month: number(at + 1)?, day: number(at + 2)? })
}
