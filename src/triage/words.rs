//! Days, wishes and telephone numbers in the words of a mail. Pure wording: nothing here decides or resolves a date.

use jiff::civil::{Date, DateTime, DateTimeRound, Weekday};
use jiff::{RoundMode, Unit};
use phonenumber::{Mode, country};

use super::verdict::{Grain, Moment, Role, Wish};

/// A day as a customer reads it: `8月27日(木)`, `Thu 27 Aug`, `27.08 (czw.)`, `8月27日（周四）`. Languages other than
/// `en`, `pl` and `zh` read as Japanese.
pub fn day(date: Date, lang: &str) -> String {
    let (month, day) = (date.month(), date.day());
    let weekday = weekday(date.weekday(), lang);
    match lang {
        "en" => format!("{weekday} {day} {}", month_name(month)),
        "pl" => format!("{day}.{month:02} ({weekday})"),
        "zh" => format!("{month}月{day}日（{weekday}）"),
        _ => format!("{month}月{day}日({weekday})"),
    }
}

/// A wish as a customer reads it: `8月27日(木) 14:00`, `8月27日(木) 14:00〜16:00`, `8月27日(木)〜8月29日(土)`.
pub fn wish(wish: &Wish, lang: &str) -> String {
    let to = if matches!(lang, "en" | "pl") { "–" } else { "〜" };
    match (wish.start, wish.end) {
        (Moment::On(start), Some(end)) if end.date() > start => {
            format!("{}{to}{}", day(start, lang), day(end.date(), lang))
        }
        (Moment::On(start), _) => day(start, lang),
        (Moment::At(start), Some(Moment::At(end))) if end.date() == start.date() => {
            format!("{} {}{to}{}", day(start.date(), lang), clock(start), clock(end))
        }
        (Moment::At(start), Some(Moment::At(end))) => {
            format!(
                "{} {}{to}{} {}",
                day(start.date(), lang),
                clock(start),
                day(end.date(), lang),
                clock(end)
            )
        }
        (Moment::At(start), _) => {
            // Without an end a part of the day, or a range, is open.
            let open = if wish.grain == Grain::Part { to } else { "" };
            format!("{} {}{open}", day(start.date(), lang), clock(start))
        }
    }
}

/// The wanted slots, first choice first, each in words. Excluded and past dates are left out.
pub fn wishes(all: &[Wish], lang: &str) -> Vec<String> {
    let mut wanted: Vec<&Wish> = all.iter().filter(|wish| wish.role == Role::Wish).collect();
    wanted.sort_by_key(|wish| wish.choice);
    wanted.into_iter().map(|one| wish(one, lang)).collect()
}

/// A number with the hyphens of its country, as people dial it here: `03-1234-5678`, `+48 22 123 45 67`. What is no
/// number stays as it is.
pub fn phone(number: &str) -> String {
    match phonenumber::parse(Some(country::JP), number) {
        Ok(parsed) if phonenumber::is_valid(&parsed) => {
            let home = parsed.country().code() == 81;
            let mode = if home { Mode::National } else { Mode::International };
            parsed.format().mode(mode).to_string()
        }
        Ok(_) | Err(_) => number.to_owned(),
    }
}

/// By when something will be done, as a customer reads it: `8月27日(木) 14:05`. Rounded up to five minutes: nobody promises
/// seconds.
pub fn deadline(at: DateTime, lang: &str) -> String {
    let round = DateTimeRound::new().smallest(Unit::Minute).increment(5).mode(RoundMode::Ceil);
    let at = at.round(round).unwrap_or(at);
    format!("{} {}", day(at.date(), lang), clock(at))
}

fn clock(at: DateTime) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

fn weekday(weekday: Weekday, lang: &str) -> &'static str {
    let [ja, en, pl, zh] = match weekday {
        Weekday::Monday => ["月", "Mon", "pon.", "周一"],
        Weekday::Tuesday => ["火", "Tue", "wt.", "周二"],
        Weekday::Wednesday => ["水", "Wed", "śr.", "周三"],
        Weekday::Thursday => ["木", "Thu", "czw.", "周四"],
        Weekday::Friday => ["金", "Fri", "pt.", "周五"],
        Weekday::Saturday => ["土", "Sat", "sob.", "周六"],
        Weekday::Sunday => ["日", "Sun", "niedz.", "周日"],
    };
    match lang {
        "en" => en,
        "pl" => pl,
        "zh" => zh,
        _ => ja,
    }
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(month - 1).ok().and_then(|index| NAMES.get(index)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::verdict::{Source, Span};
    use super::*;

    fn slot(start: Moment, end: Option<Moment>, grain: Grain, choice: u32, role: Role) -> Wish {
        Wish {
            text: String::new(),
            span: Span::default(),
            start,
            end,
            grain,
            choice,
            role,
            explicit: true,
            source: Source::Text,
            contradicts: false,
        }
    }

    #[test]
    fn numbers_get_the_hyphens_of_their_country() {
        for (digits, shown) in [
            ("09012345678", "090-1234-5678"),
            ("0312345678", "03-1234-5678"),
            ("0120123456", "0120-123-456"),
            ("+48221234567", "+48 22 123 45 67"),
            ("12", "12"),
            ("内線 5", "内線 5"),
        ] {
            assert_eq!(phone(digits), shown, "{digits}");
        }
    }

    #[test]
    fn deadlines_are_rounded_up() {
        for (hour, minute, second, lang, expected) in [
            (14, 0, 0, "ja", "8月27日(木) 14:00"),
            (14, 0, 1, "ja", "8月27日(木) 14:05"),
            (14, 4, 59, "en", "Thu 27 Aug 14:05"),
            (9, 31, 0, "pl", "27.08 (czw.) 9:35"),
            (23, 58, 0, "zh", "8月28日（周五） 0:00"),
        ] {
            assert_eq!(deadline(date(2026, 8, 27).at(hour, minute, second, 0), lang), expected);
        }
    }

    #[test]
    fn days_in_every_language() {
        for (lang, expected) in [
            ("ja", "8月27日(木)"),
            ("en", "Thu 27 Aug"),
            ("pl", "27.08 (czw.)"),
            ("zh", "8月27日（周四）"),
            ("", "8月27日(木)"),
        ] {
            assert_eq!(day(date(2026, 8, 27), lang), expected, "{lang}");
        }
    }

    #[test]
    fn wishes_first_choice_first() {
        let at = |day, hour, minute| Moment::At(date(2026, 8, day).at(hour, minute, 0, 0));
        let on = |day| Moment::On(date(2026, 8, day));
        let all = [
            slot(at(28, 9, 0), Some(at(28, 12, 0)), Grain::Part, 3, Role::Wish),
            slot(at(27, 14, 0), None, Grain::Hour, 1, Role::Wish),
            slot(on(26), None, Grain::Day, 1, Role::Excluded),
            slot(on(29), Some(on(30)), Grain::Day, 4, Role::Wish),
            slot(on(29), Some(on(29)), Grain::Day, 5, Role::Wish),
            slot(at(28, 17, 5), None, Grain::Part, 2, Role::Wish),
        ];
        assert_eq!(
            wishes(&all, "ja"),
            [
                "8月27日(木) 14:00",
                "8月28日(金) 17:05〜",
                "8月28日(金) 9:00〜12:00",
                "8月29日(土)〜8月30日(日)",
                "8月29日(土)"
            ]
        );
        assert_eq!(
            wishes(&all, "en").get(2..4),
            Some(&["Fri 28 Aug 9:00–12:00".to_owned(), "Sat 29 Aug–Sun 30 Aug".to_owned()][..])
        );
    }
}
