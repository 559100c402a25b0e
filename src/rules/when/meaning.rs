//! What a key or a value in a language file means: the closed set of words, links and days. Reports no fault; a key it
//! does not know is `None`.

use jiff::civil::Weekday;

use crate::triage::when::{Cue, DaysOff, Holiday, Link, Pick, Slice, Spell, Unit, Word};

pub(super) const WEEKDAYS: &str = "mon, tue, wed, thu, fri, sat or sun";
pub(super) const UNITS: &str = "year, quarter, month, week, day, hour, half, minute or second";

pub(super) fn weekday(key: &str) -> Option<Weekday> {
    Some(match key {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

pub(super) fn unit(key: &str) -> Option<Unit> {
    Some(match key {
        "year" => Unit::Year,
        "month" => Unit::Month,
        "week" => Unit::Week,
        "day" => Unit::Day,
        "hour" => Unit::Hour,
        "half" => Unit::Half,
        "minute" => Unit::Minute,
        "second" => Unit::Second,
        "quarter" => Unit::Quarter,
        _ => return None,
    })
}

pub(super) fn days_off(key: &str) -> Option<DaysOff> {
    Some(match key {
        "public" => DaysOff::Public,
        "substitute" => DaysOff::Substitute,
        "run" => DaysOff::Run,
        "after_run" => DaysOff::AfterRun,
        _ => return None,
    })
}

/// `08-13~08-16`: the same days of every year.
pub(super) fn spell(text: &str) -> Option<Spell> {
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        Some((in_range(month, 1..=12)?, in_range(day, 1..=31)?))
    };
    let (from, to) = text.split_once('~')?;
    Some(Spell { from: day(from)?, to: day(to)? })
}

pub(super) fn pick(key: &str) -> Option<Pick> {
    Some(match key {
        "this" => Pick::This,
        "first" => Pick::First,
        "last" => Pick::Last,
        "earliest" => Pick::Earliest,
        "latest" => Pick::Latest,
        "any" => Pick::Any,
        "nth" => Pick::Nth,
        _ => return None,
    })
}

pub(super) fn slice(key: &str) -> Option<Slice> {
    Some(match key {
        "start" => Slice::Start,
        "early" => Slice::Early,
        "middle" => Slice::Middle,
        "late" => Slice::Late,
        "end" => Slice::Close,
        "first_half" => Slice::FirstHalf,
        "second_half" => Slice::SecondHalf,
        _ => return None,
    })
}

pub(super) fn cue(key: &str) -> Option<Word> {
    Some(Word::Cue(match key {
        "want" => Cue::Want,
        "excluded" => Cue::Excluded,
        "past" => Cue::Past,
        "booking" => Cue::Booking,
        "held" => Cue::Held,
        "change" => Cue::Change,
        "change_to" => Cue::ChangeTo,
        "callback" => Cue::Callback,
        "mention" => Cue::Mention,
        "aside" => Cue::Aside,
        "ask" => Cue::Ask,
        "last" => Cue::Last,
        "due" => Cue::Due,
        "reason" => Cue::Reason,
        "make_to" => Cue::MakeTo,
        "call" => Cue::Call,
        "nothing" => Cue::Nothing,
        _ => return None,
    }))
}

pub(super) fn link(key: &str) -> Option<Link> {
    Some(match key {
        "glue" => Link::Glue,
        "or" => Link::Or,
        "comma" => Link::Comma,
        "range" => Link::Range,
        "between" => Link::Between,
        "after" => Link::After,
        "after_ahead" => Link::AfterAhead,
        "until" => Link::Until,
        "until_ahead" => Link::UntilAhead,
        "about" => Link::About,
        "moved" => Link::Moved,
        "same" => Link::Same,
        _ => return None,
    })
}

pub(super) fn word(key: &str) -> Option<Word> {
    Some(match key {
        "later" => Word::Later,
        "ago" => Word::Ago,
        "ahead" => Word::Ahead,
        "workdays" => Word::Workdays,
        "within_ahead" => Word::WithinAhead,
        "this" => Word::This,
        "recurring" => Word::Recurring { weekend: false },
        "weekend" => Word::Recurring { weekend: true },
        "coming" => Word::Coming,
        "week_start" => Word::WeekStart,
        "opening" => Word::Opening,
        "now" => Word::Now,
        "back" => Word::Back,
        "forth" => Word::Forth,
        "within" => Word::Within,
        "some" => Word::Some,
        "am" => Word::Meridiem(false),
        "pm" => Word::Meridiem(true),
        "at" => Word::At,
        "ordinal" => Word::OrdinalMark(false),
        "ordinal_hour" => Word::OrdinalMark(true),
        "this_ordinal" => Word::ThisMark(false),
        "this_ordinal_hour" => Word::ThisMark(true),
        "counted" => Word::Counted,
        "article" => Word::Article,
        "zone" => Word::Zone,
        "past_hour" => Word::Past,
        "after_next" => Word::AfterNext,
        "rank_open" => Word::RankOpen,
        "rank_close" => Word::RankClose,
        _ => return None,
    })
}

/// `12-25`, `01-2-mon` (second Monday of January), `05-last-mon`, `11-4-thu+1`, `lunar-08-15`, `easter+1`.
pub(super) fn holiday(text: &str) -> Option<Holiday> {
    if let Some(season) = text.strip_suffix("_equinox") {
        return matches!(season, "spring" | "autumn").then(|| Holiday::Equinox(season == "autumn"));
    }
    if text == "qingming" {
        return Some(Holiday::Qingming);
    }
    if let Some(rest) = text.strip_prefix("lunar-") {
        let (month, day) = rest.split_once('-')?;
        let (month, day) = (in_range(month, 1..=12)?, in_range(day, 0..=30)?);
        return Some(Holiday::Lunar(month, day));
    }
    for (name, holiday) in MOVING {
        if let Some(days) = text.strip_prefix(name) {
            return Some(holiday(if days.is_empty() { 0 } else { days.parse().ok()? }));
        }
    }
    let (text, later) = match text.split_once('+') {
        Some((text, days)) => (text, Some(days.parse().ok()?)),
        None => (text, None),
    };
    let mut parts = text.split('-');
    let month = in_range(parts.next()?, 1..=12)?;
    let day = parts.next()?;
    let nth = if day == "last" { Some(-1) } else { in_range(day, 1..=5) };
    match (parts.next(), parts.next(), later) {
        (None, None, None) => Some(Holiday::Fixed(month, in_range(day, 1..=31)?)),
        (Some(key), None, None) => Some(Holiday::Nth(month, nth?, weekday(key)?)),
        (Some(key), None, Some(days)) => Some(Holiday::AfterNth(month, nth?, weekday(key)?, days)),
        (_, _, _) => None,
    }
}

/// So many days after a feast.
type Moving = fn(i32) -> Holiday;

/// Feasts counted from one that moves.
const MOVING: [(&str, Moving); 6] = [
    ("easter", Holiday::Easter),
    ("orthodox", Holiday::Orthodox),
    ("passover", Holiday::Passover),
    ("rosh", Holiday::Rosh),
    ("hanukkah", Holiday::Hanukkah),
    ("shevat", Holiday::Shevat),
];

fn in_range(text: &str, range: std::ops::RangeInclusive<i8>) -> Option<i8> {
    text.parse().ok().filter(|number| range.contains(number))
}
