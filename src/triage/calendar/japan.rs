//! The national holidays of Japan (国民の祝日に関する法律), as the law has stood since 2022. Knows no other country.
//!
//! The equinoxes follow from the usual formula for 1980 to 2099; the government fixes each in the February before, and
//! has never fixed another day. Years before 2022 are reckoned by the same law and may differ.

use jiff::civil::{Date, Weekday};

/// What a day is called when it is a national holiday, substitutes (振替休日) and citizen's holidays (国民の休日) included.
pub fn holiday(date: Date) -> Option<&'static str> {
    named(date).or_else(|| {
        let (before, after) = (date.yesterday().ok()?, date.tomorrow().ok()?);
        if follows_a_sunday(before) {
            return Some("振替休日");
        }
        (named(before).is_some() && named(after).is_some()).then_some("国民の休日")
    })
}

/// Whether a run of holidays that ends on this day began on a Sunday or went through one.
fn follows_a_sunday(last: Date) -> bool {
    let mut day = last;
    while named(day).is_some() {
        if day.weekday() == Weekday::Sunday {
            return true;
        }
        let Ok(before) = day.yesterday() else { return false };
        day = before;
    }
    false
}

/// The holidays that the law names.
fn named(date: Date) -> Option<&'static str> {
    match (date.month(), date.day()) {
        (1, 1) => Some("元日"),
        (1, _) => nth_monday(date, 2).then_some("成人の日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) => Some("天皇誕生日"),
        (3, day) => (i32::from(day) == equinox(date.year(), SPRING)).then_some("春分の日"),
        (4, 29) => Some("昭和の日"),
        (5, 3) => Some("憲法記念日"),
        (5, 4) => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (7, _) => nth_monday(date, 3).then_some("海の日"),
        (8, 11) => Some("山の日"),
        (9, _) if nth_monday(date, 3) => Some("敬老の日"),
        (9, day) => (i32::from(day) == equinox(date.year(), AUTUMN)).then_some("秋分の日"),
        (10, _) => nth_monday(date, 2).then_some("スポーツの日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        _ => None,
    }
}

fn nth_monday(date: Date, nth: i8) -> bool {
    date.weekday() == Weekday::Monday && (date.day() - 1) / 7 + 1 == nth
}

/// Days of the month at the beginning of 1980, in millionths.
const SPRING: i32 = 20_843_100;
const AUTUMN: i32 = 23_248_800;

/// The day of the month on which an equinox falls.
fn equinox(year: i16, start: i32) -> i32 {
    let years = i32::from(year) - 1980;
    (start + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4)
}
