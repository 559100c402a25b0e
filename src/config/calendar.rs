//! `[[calendar]]`: when somebody is there. Checked into a plan of the core; knows no deadline.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::desk::unique;
use super::section::{Problem, Section};
use super::{Config, Mailbox, value};
use crate::triage::calendar::{self, Days, Holidays, Hours, Plan};

/// One calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its name, unique.
    pub name: String,
    /// The zone of its hours; `None` = that of the desk or mailbox that goes by it.
    pub zone: Option<TimeZone>,
    /// Its days.
    pub plan: Arc<Plan>,
}

impl Config {
    /// The business time that a mailbox goes by, or the desk as a whole: every hour where no calendar is named.
    pub fn calendar_of(&self, mailbox: Option<&Mailbox>) -> calendar::Calendar {
        let own = mailbox.map(|mailbox| &mailbox.desk);
        let zone = own.and_then(|own| own.zone.as_ref()).unwrap_or(&self.desk.zone);
        let name = own.and_then(|own| own.calendar.as_ref()).or(self.desk.calendar.as_ref());
        match name.and_then(|name| self.calendars.iter().find(|calendar| calendar.name == *name)) {
            Some(Calendar { zone: own, plan, .. }) => {
                let zone = own.as_ref().unwrap_or(zone);
                calendar::Calendar::new(zone.clone(), Arc::clone(plan))
            }
            None => calendar::Calendar::always(zone.clone()),
        }
    }
}

/// Names of the days of a week, Monday first, in both languages; then what stands for holidays.
const DAYS: [[&str; 2]; 8] = [
    ["mon", "月"],
    ["tue", "火"],
    ["wed", "水"],
    ["thu", "木"],
    ["fri", "金"],
    ["sat", "土"],
    ["sun", "日"],
    ["holiday", "祝"],
];
const HOLIDAY: usize = 7;

pub(super) fn read_all(root: &Section<'_>) -> Vec<Calendar> {
    let mut names = BTreeSet::new();
    let mut calendars = Vec::new();
    for section in &root.sections("calendar") {
        let Some(calendar) = read(section) else { continue };
        unique(section, "name", &mut names, &calendar.name);
        calendars.push(calendar);
    }
    for section in root.section("desk").iter() {
        known(section, &names);
    }
    for section in root.sections("mailbox").iter().filter_map(|mailbox| mailbox.section("desk")) {
        known(&section, &names);
    }
    calendars
}

/// A calendar that a desk or mailbox goes by must be written.
fn known(section: &Section<'_>, names: &BTreeSet<String>) {
    let Some(name) = section.line("calendar").filter(|name| !names.contains(name)) else { return };
    let hint = match value::nearest(&name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add a [[calendar]] of this name".to_owned(),
    };
    section.fault("calendar", format!("no calendar is called `{name}`"), hint);
}

fn read(section: &Section<'_>) -> Option<Calendar> {
    let name = section.need("name", section.line("name"), "a short name for this calendar");
    let zone = section.parsed("zone", value::zone);
    let mut week: [Vec<Hours>; 8] = Default::default();
    let written_lines = Cell::new(0);
    let lines = section.list("hours", |line| {
        written_lines.set(written_lines.get() + 1);
        hours_line(line)
    });
    if written_lines.get() == 0 {
        section.fault(
            "hours",
            format!("`{}` says nothing: nobody would ever be there", section.dotted("hours")),
            "write for example hours = [\"mon-fri 09:00-12:00 13:00-18:00\"]",
        );
    }
    for (days, spans) in lines {
        for (day, hours) in week.iter_mut().enumerate().filter(|(day, _)| days.contains(day)) {
            for span in &spans {
                if hours.iter().any(|known| known.overlaps(*span)) {
                    overlap(section, day, *span, "hours of the same day");
                }
                hours.push(*span);
            }
        }
    }
    let [mon, tue, wed, thu, fri, sat, sun, on_holidays] = week;
    let week = [mon, tue, wed, thu, fri, sat, sun];
    for (day, (hours, next)) in week.iter().zip(week.iter().cycle().skip(1)).enumerate() {
        for span in hours.iter().filter(|span| next.iter().any(|next| span.reaches_into(*next))) {
            overlap(section, day, *span, "hours of the next day");
        }
    }
    let holidays =
        section.choice("holidays", &[("none", Holidays::None), ("jp", Holidays::Japan)], Holidays::None);
    if !on_holidays.is_empty() && holidays == Holidays::None {
        section.fault("hours", "there are hours for holidays, and none are kept", "add holidays = \"jp\"");
    }
    let mut plan = Plan::new(week).keeping(holidays, on_holidays).closed(section.list("closed", closed_days));
    for (days, hours) in section.list("open", open_days) {
        plan = plan.open(days, hours);
    }
    section.finish();
    Some(Calendar { name: name?, zone, plan: Arc::new(plan) })
}

fn overlap(section: &Section<'_>, day: usize, span: Hours, with: &str) {
    let [name, _] = DAYS.get(day).copied().unwrap_or_default();
    let what = format!("`{name} {}` overlaps {with}", written(span));
    section.fault("hours", what, "let one end where the other begins, or earlier");
}

/// Hours as they are written.
fn written(span: Hours) -> String {
    let clock = |minutes: u16| {
        let minutes = if minutes > Hours::DAY { minutes - Hours::DAY } else { minutes };
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    format!("{}-{}", clock(span.from()), clock(span.until()))
}

/// `mon-fri 09:00-12:00 13:00-18:00`.
pub(super) fn hours_line(text: &str) -> Result<(BTreeSet<usize>, Vec<Hours>), Problem> {
    let mut words = text.split_whitespace();
    let days = words.next().ok_or_else(|| Problem::new("an entry of `hours` is empty", "remove it"))?;
    let days = week_days(days)?;
    Ok((days, spans(text, words)?))
}

/// The hours behind the days of a line, none of which overlap.
fn spans<'t>(line: &str, words: impl Iterator<Item = &'t str>) -> Result<Vec<Hours>, Problem> {
    let mut spans: Vec<Hours> = Vec::new();
    for word in words {
        let span = span(word.trim_end_matches(','))?;
        if let Some(known) = spans.iter().find(|known| known.overlaps(span)) {
            let what = format!("`{}` and `{}` overlap", written(*known), written(span));
            return Err(Problem::new(what, "let one end where the other begins, or earlier"));
        }
        spans.push(span);
    }
    if spans.is_empty() {
        return Err(Problem::new(
            format!("`{line}` names days and no hours"),
            "write the hours behind the days: 09:00-18:00; days without hours are left out",
        ));
    }
    Ok(spans)
}

fn week_days(text: &str) -> Result<BTreeSet<usize>, Problem> {
    let place = |word: &str| {
        let lower = word.to_ascii_lowercase();
        let found = DAYS.iter().position(|names| names.contains(&lower.as_str()));
        found.ok_or_else(|| {
            Problem::new(
                format!("`{word}` is not a day"),
                "write mon, tue, wed, thu, fri, sat, sun or holiday (月 … 日, 祝), with - and , between them",
            )
        })
    };
    let mut days = BTreeSet::new();
    for item in text.split([',', '、']) {
        let (first, last) = item.split_once(['-', '〜', '～']).unwrap_or((item, item));
        let (first, last) = (place(first)?, place(last)?);
        if first != last && (first == HOLIDAY || last == HOLIDAY) {
            return Err(Problem::new(
                format!("`{item}` is no range of days"),
                "write holidays apart: \"mon-fri,holiday 09:00-18:00\"",
            ));
        }
        // Saturday to Monday goes over the end of the week.
        let end = if last < first { last + HOLIDAY } else { last };
        days.extend(
            (first..=end).map(|day| if day >= HOLIDAY && first != HOLIDAY { day - HOLIDAY } else { day }),
        );
    }
    Ok(days)
}

/// `09:00-18:00`; `22:00-06:00` ends on the next day.
fn span(text: &str) -> Result<Hours, Problem> {
    let wrong = || {
        Problem::new(
            format!("`{text}` are no hours"),
            "write from and until: \"09:00-18:00\"; \"22:00-06:00\" for a night, \"00:00-24:00\" for a whole day",
        )
    };
    let minutes = |text: &str| match text {
        "24:00" => Some(Hours::DAY),
        text => {
            let time = value::time(text).ok()?;
            u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()
        }
    };
    let (from, until) = text.split_once(['-', '〜', '～']).ok_or_else(wrong)?;
    let (from, until) = (minutes(from).ok_or_else(wrong)?, minutes(until).ok_or_else(wrong)?);
    Hours::new(from, until).ok_or_else(wrong)
}

/// `2026-08-13`, `2026-12-29..2027-01-03`, or `12-29..01-03` in every year.
fn closed_days(text: &str) -> Result<Days, Problem> {
    let wrong = || {
        Problem::new(
            format!("`{text}` are no days"),
            "write 2026-08-13, 2026-12-29..2027-01-03, or 12-29..01-03 for every year",
        )
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (first.trim(), last.trim());
    if let (Some(first), Some(last)) = (month_and_day(first), month_and_day(last)) {
        return Ok(Days::Yearly { first, last });
    }
    let (Ok(first), Ok(last)) = (value::date(first), value::date(last)) else { return Err(wrong()) };
    if last < first {
        return Err(Problem::new(format!("`{text}` ends before it begins"), "write the earlier day first"));
    }
    Ok(Days::Once { first, last })
}

/// `12-29`; the 29th of February is a day.
fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let short = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (month, day) =
        (short(month).then_some(month)?.parse().ok()?, short(day).then_some(day)?.parse().ok()?);
    Date::new(2024, month, day).ok().map(|date| (date.month(), date.day()))
}

/// `2026-11-23 10:00-15:00`.
fn open_days(text: &str) -> Result<(Days, Vec<Hours>), Problem> {
    let mut words = text.split_whitespace();
    let days = closed_days(words.next().unwrap_or(""))?;
    Ok((days, spans(text, words)?))
}

#[cfg(test)]
mod tests;
