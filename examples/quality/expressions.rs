//! Sentences with dates and times: what is found, against what a set expects.
//!
//! Suites differ in convention. A start that differs from the expected one only by what this project decides
//! otherwise on purpose (the year of a date without one, afternoon for 3 o'clock, the hours of an evening, which week
//! a bare weekday is in) is counted apart, never as right.

use jiff::civil::{Date, DateTime};
use madoguchi::triage::verdict::{Grain, Moment, Role, Span};
use madoguchi::triage::when::{self, Anchor, Offered, Passage};
use serde_json::{Value, json};

use crate::desk::Bench;
use crate::expect::{Expect, Want, expectations};
use crate::table::{Figure, Share, Sheet};

/// A date or time that was read.
#[derive(Debug, Clone)]
struct Read {
    text: String,
    start: Moment,
    end: Option<Moment>,
    grain: Grain,
}

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// All that is expected, and nothing else.
    Exact,
    /// The same but for a convention.
    Convention,
    /// A date that is not there.
    Wrong,
    /// Less than expected, and nothing wrong.
    Silent,
}

impl Ending {
    const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Convention => "convention",
            Self::Wrong => "wrong",
            Self::Silent => "silent",
        }
    }
}

/// Compares a set with what is read.
pub(crate) fn sheet(name: &str, rows: &[Value], bench: &Bench<'_>) -> Sheet {
    let mut sheet = Sheet { name: name.to_owned(), rows: rows.len(), ..Sheet::default() };
    let (mut exact, mut convention, mut wrong, mut fine) =
        (Share::default(), Share::default(), Share::default(), Share::default());
    for row in rows {
        let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let expects = expectations(row);
        let (text, found) = found(row, bench);
        let ending = compare(&expects, &found, &text);
        exact.add(ending == Ending::Exact);
        convention.add(matches!(ending, Ending::Exact | Ending::Convention));
        wrong.add(ending == Ending::Wrong);
        // Where a set mixes kinds, the days and times are what a desk lives on.
        let kinds = ["day", "hour", "minute", "date", "datetime"];
        if !expects.is_empty() && expects.iter().all(|expect| kinds.contains(&expect.kind.as_str())) {
            fine.add(matches!(ending, Ending::Exact | Ending::Convention));
        }
        let read: Vec<Value> = found.iter().map(Read::json).collect();
        if ending != Ending::Exact {
            let wanted = row.get("expected").cloned().unwrap_or(Value::Null);
            let line = format!(
                "{} {} | {text} | expected {} | read {}",
                ending.word(),
                word("id"),
                brief(&wanted),
                json!(read)
            );
            sheet.misses.push((ending.word(), line));
        }
        sheet
            .predictions
            .push(json!({ "set": name, "id": word("id"), "found": read, "ending": ending.word() }));
    }
    sheet.figures = vec![
        ("exact", Figure::Share(exact)),
        ("exact but for a convention", Figure::Share(convention)),
        ("  of days, hours, minutes", Figure::Share(fine)),
        ("a wrong date", Figure::Share(wrong)),
    ];
    sheet.figures.retain(|(_, figure)| !matches!(figure, Figure::Share(Share { of: 0, .. })));
    sheet
}

impl Read {
    fn json(&self) -> Value {
        json!({
            "text": self.text, "start": self.start.to_string(),
            "end": self.end.map(|end| end.to_string()), "grain": self.grain.word(),
        })
    }
}

/// An expectation in a few words.
fn brief(expected: &Value) -> String {
    let text = expected.to_string();
    text.get(..text.floor_char_boundary(260)).unwrap_or_default().to_owned()
}

/// Whether a text names any date or time.
pub(crate) fn names_a_time(text: &str, bench: &Bench<'_>) -> bool {
    !mentions(text, DateTime::constant(2010, 1, 4, 10, 0, 0, 0), bench).is_empty()
}

/// The text of a row and what is read in it.
fn found(row: &Value, bench: &Bench<'_>) -> (String, Vec<Read>) {
    let reference = row.get("reference").and_then(Value::as_str);
    // A reference is wall time in the desk's zone, whatever offset is written.
    let sent = reference
        .and_then(|at| at.get(..at.len().min(19))?.parse().ok())
        .unwrap_or(DateTime::constant(2026, 1, 5, 10, 0, 0, 0));
    if let Some(turns) = row.get("turns").and_then(Value::as_array) {
        return dialogue(turns, sent, bench);
    }
    let text = row.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    // Rows of dialogues are read as mails are; the suites ask for every expression.
    let talk = row.get("act").is_some();
    let found = if talk { wishes(&text, &[whole(&text)], sent, bench) } else { mentions(&text, sent, bench) };
    (text, found)
}

const fn whole(text: &str) -> Passage<'static> {
    Passage { span: Span { start: 0, end: text.len() }, label: None }
}

/// What the customer's turns come to: each is read as an answer to the slot named before it.
fn dialogue(turns: &[Value], sent: DateTime, bench: &Bench<'_>) -> (String, Vec<Read>) {
    let anchor = Anchor { sent, opening: bench.desk.opening };
    let (mut text, mut last) = (String::new(), None);
    for turn in turns {
        let said = turn.get("text").and_then(Value::as_str).unwrap_or_default();
        text.push_str(said);
        text.push_str(" / ");
        if turn.get("role").is_some_and(|role| role == "user") {
            let on_table: Vec<Offered> = last
                .iter()
                .map(|read: &Read| Offered { start: read.start, end: read.end, grain: read.grain })
                .collect();
            let wishes = when::answer(said, &[whole(said)], &anchor, bench.rules.when(), &on_table);
            let wished = wishes.into_iter().rfind(|wish| wish.role == Role::Wish);
            last = wished
                .map(|wish| Read { text: wish.text, start: wish.start, end: wish.end, grain: wish.grain })
                .or(last);
        }
    }
    (text, last.into_iter().collect())
}

fn wishes(text: &str, passages: &[Passage<'_>], sent: DateTime, bench: &Bench<'_>) -> Vec<Read> {
    let anchor = Anchor { sent, opening: bench.desk.opening };
    when::read(text, passages, &anchor, bench.rules.when())
        .into_iter()
        .map(|wish| Read { text: wish.text, start: wish.start, end: wish.end, grain: wish.grain })
        .collect()
}

fn mentions(text: &str, sent: DateTime, bench: &Bench<'_>) -> Vec<Read> {
    let anchor = Anchor { sent, opening: bench.desk.opening };
    when::mentions(text, &anchor, bench.rules.when())
        .into_iter()
        .map(|mention| Read {
            text: text.get(mention.span.start..mention.span.end).unwrap_or_default().to_owned(),
            start: mention.start,
            end: mention.end,
            grain: mention.grain,
        })
        .collect()
}

fn compare(expects: &[Expect], found: &[Read], text: &str) -> Ending {
    let mut convention = false;
    let mut used = vec![false; found.len()];
    let mut lost = false;
    for expect in expects.iter().filter(|expect| !expect.timeless) {
        let hit = |by: &dyn Fn(&Read, Want) -> bool, used: &[bool]| {
            found
                .iter()
                .enumerate()
                .find(|(at, read)| {
                    !used.get(*at).is_some_and(|used| *used) && expect.any.iter().any(|want| by(read, *want))
                })
                .map(|(at, _)| at)
        };
        let exact = hit(&|read, want| fits(read, want), &used);
        let near = exact.or_else(|| hit(&|read, want| by_convention(read, want, text), &used));
        convention |= exact.is_none() && near.is_some();
        match near.and_then(|at| used.get_mut(at)) {
            Some(used) => *used = true,
            None => lost = true,
        }
    }
    // What overlaps nothing that is expected is invented, unless the row speaks of lengths and rhythms.
    let timeless = expects.iter().any(|expect| expect.timeless);
    if used.contains(&false) && !timeless {
        return Ending::Wrong;
    }
    match (lost, convention) {
        (true, _) => Ending::Silent,
        (false, true) => Ending::Convention,
        (false, false) => Ending::Exact,
    }
}

fn fits(read: &Read, want: Want) -> bool {
    match read.start {
        Moment::On(date) => want.fits(date, None),
        Moment::At(at) => want.fits(at.date(), Some((at.hour(), at.minute()))),
    }
}

/// Right but for what this project decides otherwise on purpose.
fn by_convention(read: &Read, want: Want, text: &str) -> bool {
    let date = read.start.date();
    let years =
        text.chars().filter(char::is_ascii_digit).count() >= 4 && text.contains(&date.year().to_string());
    // The next such day against the last one.
    let other_year =
        !years && Want { year: None, weekday: None, ..want } != Want { month: None, ..want } && {
            let yearless = Want { year: None, ..want };
            fits(read, yearless)
        };
    // The week a bare weekday is in.
    let other_week = want.date().is_some_and(|wanted| weeks_apart(wanted, date)) && {
        let timed = Want { year: None, month: None, day: None, weekday: None, ..want };
        fits(read, timed)
    };
    let same_day = want.date().is_none_or(|wanted| wanted == date);
    // Afternoon for an hour from 1 to 6.
    let other_half = same_day
        && match (read.start, want.hour) {
            (Moment::At(at), Some(hour)) => {
                (at.hour() - hour).abs() == 12 && want.minute.is_none_or(|minute| minute == at.minute())
            }
            _ => false,
        };
    // The hours of a part of the day.
    let other_part = same_day && read.grain == Grain::Part;
    other_year || other_week || other_half || other_part
}

fn weeks_apart(a: Date, b: Date) -> bool {
    a != b && a.weekday() == b.weekday() && (a - b).get_days().abs() <= 7
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    fn read(start: Moment, grain: Grain) -> Read {
        Read { text: String::new(), start, end: None, grain }
    }

    fn on(day: Date) -> Want {
        Want {
            year: Some(day.year()),
            month: Some(day.month()),
            day: Some(day.day()),
            whole: true,
            ..Want::default()
        }
    }

    #[test]
    fn a_row_ends_in_one_of_four_ways() {
        let day = date(2026, 8, 27);
        let at = |hour| Moment::At(datetime(2026, 8, 27, hour, 0, 0, 0));
        let want = |want| Expect { any: vec![want], kind: "date".to_owned(), timeless: false };
        let length = Expect { timeless: true, ..Expect::default() };
        let timed = Want { hour: Some(3), minute: Some(0), whole: false, ..on(day) };
        let last_year = on(date(2025, 8, 27));
        for (expects, found, text, ending) in [
            (vec![want(on(day))], vec![read(Moment::On(day), Grain::Day)], "8/27", Ending::Exact),
            (vec![], vec![], "", Ending::Exact),
            (vec![length.clone()], vec![], "60分", Ending::Exact),
            (vec![want(on(day))], vec![], "8/27", Ending::Silent),
            (vec![], vec![read(Moment::On(day), Grain::Day)], "8/27", Ending::Wrong),
            (vec![want(on(day))], vec![read(at(14), Grain::Hour)], "8/27 14時", Ending::Wrong),
            (vec![want(timed)], vec![read(at(15), Grain::Hour)], "3時", Ending::Convention),
            (vec![want(last_year)], vec![read(Moment::On(day), Grain::Day)], "8/27", Ending::Convention),
            (vec![want(last_year)], vec![read(Moment::On(day), Grain::Day)], "2026/8/27", Ending::Wrong),
            (
                vec![want(on(date(2026, 8, 20)))],
                vec![read(Moment::On(day), Grain::Day)],
                "木曜",
                Ending::Convention,
            ),
        ] {
            assert_eq!(compare(&expects, &found, text), ending, "{expects:?} {found:?}");
        }
    }
}
