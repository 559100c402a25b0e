//! Words of strangers made fit for one line, and the wording of dates and numbers. Nothing here knows a report.

use jiff::Zoned;
use jiff::civil::Date;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most characters of any text in a report: far beyond honest names, far below a cell's 32,767.
const MOST: usize = 200;

/// One line without control, direction and invisible characters, blanks run together, at most 200 characters; empty
/// when nothing would be seen.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    let text = text.trim_start_matches(|c: char| is_blank(c) || is_hidden(c) || is_joiner(c));
    for (count, c) in text.chars().filter(|c| !is_hidden(*c)).enumerate() {
        if count >= MOST {
            out.push('…');
            break;
        }
        if is_blank(c) {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The joiners that Persian and Indic names need inside, and nobody needs in front.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that show nothing themselves but move, hide or feign their neighbours: Unicode's direction controls,
/// zero widths, fillers, the byte order mark, tags.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// At most `most` half-width columns, the cut shown by `…`.
pub(crate) fn fit(text: &str, most: usize) -> String {
    if columns(text) <= most && text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    // Stacked accents take no column, so they are counted as characters too.
    for c in text.chars().take(most) {
        used += c.width_cjk().unwrap_or(0);
        if used + 2 > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Width in half-width columns, counting characters of doubtful width as wide, as Japanese fonts do.
pub(crate) fn columns(text: &str) -> usize {
    text.width_cjk()
}

/// Text that runs from right to left, kept from turning its neighbours round (Unicode TR9, FSI and PDI).
pub(crate) fn isolate(text: String) -> String {
    let turns = |c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if text.contains(turns) { format!("\u{2068}{text}\u{2069}") } else { text }
}

/// `8/27`
pub(super) fn month_day(date: Date) -> String {
    format!("{}/{}", date.month(), date.day())
}

/// `9:05`
pub(super) fn clock(at: &Zoned) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

/// `8/27 9:05`
pub(super) fn day_clock(at: &Zoned) -> String {
    format!("{} {}", month_day(at.date()), clock(at))
}

/// `2026-08-27T09:05:00+09:00`, without the zone's name, which not every program reads.
pub(super) fn rfc3339(at: &Zoned) -> String {
    at.timestamp().display_with_offset(at.offset()).to_string()
}
