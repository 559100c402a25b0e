//! The small languages inside strings: durations, times, days, addresses, words of a closed list.
//!
//! Each parser either understands the whole text or says what it expected. Nothing here knows a key.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::section::Problem;
use crate::triage::id::Address;

/// `30s`, `5m`, `2h`, `7d`: a whole number above zero and one unit, a year at most.
pub(crate) fn duration(text: &str) -> Result<Duration, Problem> {
    let wrong = || {
        Problem::new(
            format!("`{text}` is not a duration"),
            "write a number and a unit: 30s, 5m, 2h or 7d (a year at most)",
        )
    };
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let digits = text.strip_suffix(unit).unwrap_or("");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    match count.checked_mul(seconds) {
        Some(total) if total > 0 && total <= 366 * 86_400 => Ok(Duration::from_secs(total)),
        Some(_) | None => Err(wrong()),
    }
}

/// `09:00`; seconds are allowed when they are zero, because TOML's own times carry them.
pub(crate) fn time(text: &str) -> Result<Time, Problem> {
    let wrong =
        || Problem::new(format!("`{text}` is not a time of day"), "write hours and minutes: \"09:00\"");
    let short = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
    let (hour, minute) = short.split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let fits = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<i8>().ok()).flatten()
    };
    let hour = digits(hour, 1..=2).ok_or_else(wrong)?;
    let minute = digits(minute, 2..=2).ok_or_else(wrong)?;
    Time::new(hour, minute, 0, 0).map_err(|_| wrong())
}

/// `2026-08-27`.
pub(crate) fn date(text: &str) -> Result<Date, Problem> {
    let wrong = || Problem::new(format!("`{text}` is not a day"), "write year, month and day: 2026-08-27");
    if text.len() != 10 {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

/// A zone by its IANA name.
pub(crate) fn zone(text: &str) -> Result<TimeZone, Problem> {
    TimeZone::get(text).map_err(|_| {
        Problem::new(format!("`{text}` is not a known time zone"), "use an IANA name such as Asia/Tokyo")
    })
}

/// A mail address, without a display name.
pub(crate) fn address(text: &str) -> Result<Address, Problem> {
    Address::parse(text).ok_or_else(|| {
        Problem::new(format!("`{text}` is not a mail address"), "write it bare: desk@example.co.jp")
    })
}

/// A text on one line, for lists.
pub(crate) fn line(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(Problem::new(
            "an entry is empty or contains a control character",
            "write a value or remove the entry",
        ));
    }
    Ok(text.to_owned())
}

/// A domain without `@`, in lower case.
pub(crate) fn domain(text: &str) -> Result<String, Problem> {
    match Address::parse(&format!("x@{text}")) {
        Some(address) => Ok(address.domain().to_owned()),
        None => Err(Problem::new(
            format!("`{text}` is not a domain"),
            "write it without @ or http: example.co.jp",
        )),
    }
}

/// The name of a credential. The text is not repeated in the fault: it may be a password put in the wrong place.
pub(crate) fn credential(text: &str) -> Result<String, Problem> {
    let good = !text.is_empty()
        && text.len() <= 255
        && !text.starts_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if good {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        "this is not the name of a credential",
        "use the name in LoadCredential=, of letters, digits, `-`, `_` and `.`; for a path write { file = \"…\" }",
    ))
}

/// A telephone number as people write it, kept as digits with leading 0 or `+`.
pub(crate) fn phone(text: &str) -> Result<String, Problem> {
    let kept: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '(' | ')' | '.')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    let known_start = kept.starts_with(['+', '0']);
    if known_start && (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(kept);
    }
    Err(Problem::new(
        format!("`{text}` is not a telephone number"),
        "write it with area code, 03-1234-5678, or with +81",
    ))
}

/// A host name or address literal for a connection.
pub(crate) fn host(text: &str) -> Result<String, Problem> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let name_fits = !bare.is_empty()
        && bare.len() <= 253
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if name_fits || bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_ascii_lowercase());
    }
    Err(Problem::new(
        format!("`{text}` is not a host"),
        "write only the name, without a scheme or port: imap.example.co.jp",
    ))
}

/// Whether a host can only be this machine: `localhost`, 127.0.0.0/8, `::1`.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// One word of a closed list.
pub(crate) fn choice<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, Problem> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let list = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    Err(Problem::new(format!("`{text}` is not a choice here"), format!("write one of {list}")))
}

/// The known name a typing mistake was probably meant to be.
pub(crate) fn nearest<'n>(typed: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = match typed.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    known
        .map(|name| (distance(typed, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance in characters, where two neighbours swapped count as one mistake.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let change = at(&row, j) + usize::from(from != *to);
            let mut best = change.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let previous = j.checked_sub(1).and_then(|k| Some((k, *b.get(k)?)));
            if let Some((k, earlier)) = previous
                && earlier == from
                && last == Some(*to)
            {
                best = best.min(at(&before, k) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(from);
    }
    at(&row, b.len())
}

/// The same list without what stands in it before.
pub(super) fn each_once(list: Vec<Address>) -> Vec<Address> {
    let mut seen = BTreeSet::new();
    list.into_iter().filter(|one| seen.insert(one.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("30s", Some(30)),
            ("5m", Some(300)),
            ("2h", Some(7_200)),
            ("7d", Some(604_800)),
            ("366d", Some(31_622_400)),
            ("367d", None),
            ("0s", None),
            ("", None),
            ("m", None),
            ("5", None),
            ("+5m", None),
            ("5 m", None),
            ("5分", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(duration(text).ok(), seconds.map(Duration::from_secs), "{text:?}");
        }
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("09:00", Some((9, 0))),
            ("9:30", Some((9, 30))),
            ("22:00:00", Some((22, 0))),
            ("24:00", None),
            ("9:5", None),
            ("10:00:30", None),
            ("-1:00", None),
            ("", None),
        ] {
            let parsed = time(text).ok().map(|time| (time.hour(), time.minute()));
            assert_eq!(parsed, expected, "{text:?}");
        }
    }

    #[test]
    fn phones_lose_their_hyphens() {
        for (text, expected) in [
            ("03-1234-5678", Some("0312345678")),
            ("+81 3 1234 5678", Some("+81312345678")),
            ("(06) 1234.5678", Some("0612345678")),
            ("110", None),
            ("1234567890", None),
            ("03-1234-567x", None),
        ] {
            assert_eq!(phone(text).ok().as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST", true),
            ("127.0.0.1", true),
            ("127.8.9.1", true),
            ("::1", true),
            ("127.0.0.1.example.com", false),
            ("localhost.example.com", false),
            ("192.168.0.1", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn suggestions_are_near() {
        for (typed, expected) in [
            ("passwrod", Some("password")),
            ("hots", Some("host")),
            ("hst", Some("host")),
            ("portt", Some("port")),
            ("mailbx", Some("mailbox")),
            ("colour", None),
        ] {
            assert_eq!(
                nearest(typed, ["host", "port", "password", "mailbox"].into_iter()),
                expected,
                "{typed}"
            );
        }
    }
}
