//! Telephone numbers: found in folded text, told from dates and order numbers by the numbering plan.
//!
//! Values are digits with the leading 0 for Japan (ITU-T E.164 country 81 becomes 0) and `+` and digits for other
//! countries. Fax numbers, our own numbers and extensions are left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::triage::form::Field;
use crate::triage::rulebook::LabelKind;
use crate::triage::verdict::{Found, Span};

use super::Sheet;

/// More numbers than one writer has.
const MAX_NUMBERS: usize = 20;

/// Main number and all numbers of the writer.
pub(super) fn read(sheet: &Sheet<'_>) -> (Option<Found<String>>, Vec<String>) {
    let mut found: Vec<Found<String>> = Vec::new();
    let mut add = |one: Found<String>| {
        let value = digits(&one.value);
        let own = sheet.desk.phones.iter().any(|own| digits(own) == value);
        if !own && found.len() < MAX_NUMBERS && !found.iter().any(|f: &Found<String>| f.value == one.value) {
            found.push(one);
        }
    };
    for field in sheet.form.of(LabelKind::Phone) {
        let numbers = numbers(sheet, field.value);
        if numbers.is_empty() {
            // A foreign number without its prefix stays as written.
            let value = digits(sheet.text(field.value));
            if (7..=15).contains(&value.len()) {
                add(sheet.found(value, field.value, &field.rule, 60));
            }
        }
        for (value, place) in numbers {
            add(sheet.found(value, place, &field.rule, 95));
        }
    }
    for span in sheet.parts.own.iter().chain(&sheet.parts.signature) {
        for (value, place) in numbers(sheet, *span) {
            if !barred(sheet, place) {
                add(sheet.found(value, place, "text:phone", 80));
            }
        }
        for (value, place) in foreign(sheet, *span) {
            if !barred(sheet, place) {
                add(sheet.found(value, place, "text:phone", 60));
            }
        }
    }
    (found.first().cloned(), found.into_iter().map(|f| f.value).collect())
}

/// Whether a number stands in a field that is not about telephones, or behind the word fax.
fn barred(sheet: &Sheet<'_>, place: Span) -> bool {
    let holds = |field: &&Field| field.value.start <= place.start && place.end <= field.value.end;
    let kind = sheet.form.fields.iter().find(holds).and_then(|field| field.kind);
    let other = match kind {
        Some(
            LabelKind::Fax
            | LabelKind::Order
            | LabelKind::Other
            | LabelKind::Received
            | LabelKind::Version
            | LabelKind::Product,
        ) => true,
        Some(
            LabelKind::Name
            | LabelKind::Family
            | LabelKind::Given
            | LabelKind::Kana
            | LabelKind::Phone
            | LabelKind::Mail
            | LabelKind::Content
            | LabelKind::Remark
            | LabelKind::Subject
            | LabelKind::When
            | LabelKind::Shop
            | LabelKind::Company,
        )
        | None => false,
    };
    other || after_fax(sheet, place)
}

/// `TEL 03-… FAX 03-…`: the nearest word before the number on its line decides.
fn after_fax(sheet: &Sheet<'_>, place: Span) -> bool {
    let folded = sheet.folded.text();
    let at = sheet.folded.folded(place).start;
    let before = folded.get(folded.floor_char_boundary(at.saturating_sub(60))..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    // The words for it begin with these.
    if !line.contains(['f', 'フ', '传']) {
        return false;
    }
    let last = |words: &[&str]| words.iter().filter_map(|w| line.rfind(w)).max();
    let fax = last(&["fax", "ファックス", "ファクス", "faks", "传真", "f:", "f)"]);
    let tel = last(&["tel", "電話", "携帯", "phone", "mobile", "手机", "电话", "自宅"]);
    fax.is_some_and(|f| tel.is_none_or(|t| t < f))
}

static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:tel|telefon|phone|mobile|kom|cell|call me (?:on|at)|电话|手机|電話|携帯)[^0-9+\n]{0,8}([1-9][0-9 ().-]{6,16}[0-9])").ok()
});

/// `601 555 204`: nine figures in threes, as Poland writes them.
static IN_THREES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9+.,-] ?)\b([4-8][0-9]{2}([ -])[0-9]{3}[ -][0-9]{3})(?:$|[^0-9 -]|[ -]*\n)").ok()
});

/// `(212) 555-0148`, as North America writes it.
static AMERICAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\([2-9][0-9]{2}\) ?[2-9][0-9]{2}-[0-9]{4})\b").ok());

/// Numbers of other countries written without their prefix: only behind a word that names them, digits as written.
fn foreign(sheet: &Sheet<'_>, span: Span) -> Vec<(String, Span)> {
    let inside = sheet.folded.folded(span);
    let text = sheet.folded.text().get(inside.start..inside.end).unwrap_or_default();
    // The shortest of them has eight figures, and all stand close together.
    if !has_long_number(text) {
        return Vec::new();
    }
    let (Some(named), Some(threes), Some(american)) = (NAMED.as_ref(), IN_THREES.as_ref(), AMERICAN.as_ref())
    else {
        return Vec::new();
    };
    let threes = (has_threes(text) && sheet.rules.is_polish(text))
        .then(|| threes.captures_iter(text))
        .into_iter()
        .flatten();
    let american = text.contains('(').then(|| american.captures_iter(text)).into_iter().flatten();
    let named = has_named(text).then(|| named.captures_iter(text)).into_iter().flatten();
    named
        .chain(threes)
        .chain(american)
        .filter_map(|hit| {
            let hit = hit.get(1)?;
            // +1 (415) …: the prefix has been read.
            if text.get(..hit.start()).is_some_and(|t| t.trim_end().ends_with(|c: char| c.is_ascii_digit())) {
                return None;
            }
            let value = digits(hit.as_str());
            let place = Span { start: inside.start + hit.start(), end: inside.start + hit.end() };
            (8..=12).contains(&value.len()).then(|| (value, sheet.folded.original(place)))
        })
        .collect()
}

/// Whether eight figures stand in a row, with nothing between them but what stands in written numbers.
fn has_long_number(text: &str) -> bool {
    let mut figures = 0;
    text.bytes().any(|byte| {
        figures = match byte {
            b'0'..=b'9' => figures + 1,
            b' ' | b'(' | b')' | b'.' | b'-' => figures,
            _ => 0,
        };
        figures >= 8
    })
}

/// Whether a text can hold what [`NAMED`] looks for: a number that opens with neither zero nor plus.
fn has_named(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut before = b' ';
    bytes.iter().enumerate().any(|(at, byte)| {
        let opens = matches!(byte, b'1'..=b'9') && !before.is_ascii_digit() && before != b'+';
        before = *byte;
        opens && {
            let rest = bytes.get(at..).unwrap_or_default();
            let number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b' ' | b'(' | b')' | b'.' | b'-');
            rest.iter().take(8).take_while(number).count() == 8
        }
    })
}

/// Whether a text can hold what [`IN_THREES`] looks for.
fn has_threes(text: &str) -> bool {
    text.as_bytes().array_windows::<11>().any(|window| {
        let [a, b, c, first, d, e, f, second, g, h, i] = window;
        matches!(a, b'4'..=b'8')
            && matches!((first, second), (b' ' | b'-', b' ' | b'-'))
            && [b, c, d, e, f, g, h, i].into_iter().all(u8::is_ascii_digit)
    })
}

/// Where a written number may begin, from a place on: `+8`, `+ (8`, `03`, `(03`, `0(3`.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'+' | b'(' | b'0'))?;
        match bytes.get(at..).unwrap_or_default() {
            [b'+', b'0'..=b'9', ..] | [b'+', b' ' | b'(', b'0'..=b'9', ..] => return Some(at),
            [b'(', b'0', b'0'..=b'9' | b'(', ..] | [b'0', b'0'..=b'9' | b'(', ..] => return Some(at),
            _ => at += 1,
        }
    }
}

static KANJI: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[〇零○][〇零○一二三四五六七八九]{1,4}(?:[の・()\- ]{0,2}[〇零○一二三四五六七八九]{1,5}){2,4}",
    )
    .ok()
});

/// What such a number begins with.
const ZEROS: [char; 3] = ['〇', '零', '○'];

/// `零四六六・二七・八八三一`: numbers in the numerals of letters.
fn in_kanji(sheet: &Sheet<'_>, span: Span) -> Vec<(String, Span)> {
    let inside = sheet.folded.folded(span);
    let text = sheet.folded.text().get(inside.start..inside.end).unwrap_or_default();
    let Some(pattern) = KANJI.as_ref() else { return Vec::new() };
    if !ZEROS.iter().any(|zero| text.contains(*zero)) {
        return Vec::new();
    }
    pattern
        .find_iter(text)
        .filter_map(|hit| {
            let digits: String = hit.as_str().chars().filter_map(numeral).collect();
            let (value, used) = japanese(&digits)?;
            let place = Span { start: inside.start + hit.start(), end: inside.start + hit.end() };
            (used == digits.len()).then(|| (value, sheet.folded.original(place)))
        })
        .collect()
}

fn numeral(c: char) -> Option<char> {
    let at = "〇一二三四五六七八九".chars().position(|numeral| numeral == c);
    let at = at.or_else(|| matches!(c, '零' | '○').then_some(0))?;
    char::from_digit(u32::try_from(at).ok()?, 10)
}

/// Numbers in a span of the text, normalised, with their places in the original.
fn numbers(sheet: &Sheet<'_>, span: Span) -> Vec<(String, Span)> {
    let inside = sheet.folded.folded(span);
    let text = sheet.folded.text().get(inside.start..inside.end).unwrap_or_default();
    let mut out = in_kanji(sheet, span);
    let mut at = 0;
    while let Some(begin) = next_start(text, at) {
        at = begin + 1;
        if text.get(..begin).is_some_and(continues_number) {
            continue;
        }
        if let Some((value, length)) = text.get(begin..).and_then(number) {
            let place = Span { start: inside.start + begin, end: inside.start + begin + length };
            out.push((value, sheet.folded.original(place)));
            at = begin + length;
        }
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    out
}

/// Whether what stands before makes a digit part of something longer (`GB-090…`, `12090…`, a decimal).
fn continues_number(before: &str) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        // ℡03-…, tel/03-…
        Some(c) if c.is_ascii_alphanumeric() => !ends_in_label(before),
        Some('-' | '/' | '.' | '_' | '#') => {
            back.next().is_some_and(|c| c.is_ascii_alphanumeric())
                && !ends_in_label(before.trim_end_matches(['-', '/', '.', '_']))
        }
        Some('+') => true,
        _ => false,
    }
}

/// Whether the text ends in a word for a telephone, as a word.
fn ends_in_label(before: &str) -> bool {
    const WORDS: [&str; 8] = ["tel", "phone", "mobile", "cell", "mob", "fax", "ph", "kom"];
    WORDS.iter().any(|word| {
        let rest = before.strip_suffix(word);
        rest.is_some_and(|rest| rest.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric()))
    })
}

/// A number at the start of `text`: its value and how many bytes it takes.
fn number(text: &str) -> Option<(String, usize)> {
    if let Some(rest) = text.strip_prefix('+') {
        let (digits, length) = run(rest, 15);
        // +44 (0)20 …: the zero is dialled inside the country only.
        let plain = without_trunk_zero(rest, &digits);
        if let Some(national) = plain.strip_prefix("81") {
            let bare = national.trim_start_matches('0');
            let (value, used) = japanese(&format!("0{bare}"))?;
            let skipped = 2 + (national.len() - bare.len()) + (digits.len() - plain.len());
            let taken = length_of(rest, skipped + used - 1)?;
            return Some((value, 1 + taken));
        }
        return (plain.len() >= 8).then(|| (format!("+{plain}"), 1 + length));
    }
    if let Some(rest) = text.strip_prefix("0081").or_else(|| text.strip_prefix("081-")) {
        let (digits, _) = run(rest, 12);
        let (value, used) = japanese(&format!("0{}", digits.trim_start_matches('0')))?;
        let zeros = digits.len() - digits.trim_start_matches('0').len();
        return Some((value, text.len() - rest.len() + length_of(rest, used - 1 + zeros)?));
    }
    let (digits, _) = run(text, 16);
    let (value, used) = japanese(&digits)?;
    let length = length_of(text, used)?;
    let glued = text.get(length..).and_then(|t| t.chars().next()).is_some_and(|c| c.is_ascii_digit());
    (!glued).then_some((value, length))
}

/// Digits up to `most`, over the separators of written numbers; and the bytes up to the last digit.
fn run(text: &str, most: usize) -> (String, usize) {
    let mut digits = String::new();
    let mut end = 0;
    let mut gap = 0;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' if digits.len() < most => {
                digits.push(c);
                end = at + 1;
                gap = 0;
            }
            // 0550の82の3314, 0263・47・1190
            '-' | '(' | ')' | '.' | ' ' | '/' | 'の' | '・' if gap < 3 => gap += 1,
            _ => break,
        }
    }
    (digits, end)
}

/// Bytes up to and with the n-th digit.
fn length_of(text: &str, count: usize) -> Option<usize> {
    text.char_indices().filter(|(_, c)| c.is_ascii_digit()).nth(count.checked_sub(1)?).map(|(at, _)| at + 1)
}

fn without_trunk_zero(text: &str, digits: &str) -> String {
    match text.find("(0)") {
        Some(at) => {
            let before = text.get(..at).unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
            let mut kept = digits.to_owned();
            if before < kept.len() {
                kept.remove(before);
            }
            kept
        }
        None => digits.to_owned(),
    }
}

/// The Japanese numbering plan: how many of the digits are one number. 11 for mobile, IP and 0800; else 10. Ranges
/// of the plan change faster than any list of them, so the beginning and the length decide.
pub(in crate::triage) fn japanese(digits: &str) -> Option<(String, usize)> {
    // 00 chooses a carrier and 010 dials abroad; no area begins so.
    if !digits.starts_with('0') || digits.starts_with("00") || digits.starts_with("010") {
        return None;
    }
    let long = matches!(digits.get(..3), Some("050" | "060" | "070" | "080" | "090" | "020"));
    let want = if long { 11 } else { 10 };
    let value = digits.get(..want)?.to_owned();
    // Nonsense such as 0000000000 and 0111111111 falls out.
    let second = value.as_bytes().get(1).copied();
    let varied = value.bytes().skip(1).any(|digit| Some(digit) != second);
    varied.then_some((value, want))
}

fn digits(text: &str) -> String {
    let folded = crate::triage::fold::Folded::new(text);
    folded.text().chars().filter(char::is_ascii_digit).collect()
}
