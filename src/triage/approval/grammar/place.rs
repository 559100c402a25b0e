//! What follows 移動, 優先 and 引継, and until when 保留 waits. The whole rest must say one thing.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use regex::Regex;

use super::{bare, days, fold};
use crate::triage::approval::Unclear;
use crate::triage::command::{Command, Wait};
use crate::triage::level::Priority;

/// Longest name of a queue, in characters.
const NAME: usize = 60;
/// Most days of business a case may be put off.
const DAYS: u32 = 20;

/// `移動 QUEUE`: the name as it is written in the config, also between quotes.
pub(super) fn moved(rest: &str) -> Result<Command, Unclear> {
    let name = rest.trim().trim_end_matches(['。', '!', '！']);
    let name = ["へ", "に"].iter().find_map(|to| name.strip_suffix(to)).unwrap_or(name);
    let name = name.trim_matches(|c: char| c.is_whitespace() || "「」『』\"“”".contains(c));
    if name.is_empty() {
        return Err(Unclear::QueueMissing);
    }
    if name.ends_with(['?', '？']) {
        return Err(Unclear::Question);
    }
    if name.contains('\n') || name.chars().count() > NAME {
        return Err(Unclear::SaysMore);
    }
    Ok(Command::Move { queue: name.to_owned() })
}

/// `優先 至急|高|中|低`.
pub(super) fn priority(rest: &str) -> Result<Command, Unclear> {
    let priority = match bare(&fold(rest)).as_str() {
        "critical" | "至急" | "最優先" | "緊急" => Priority::Critical,
        "high" | "高" | "高い" => Priority::High,
        "medium" | "normal" | "中" | "普通" | "通常" => Priority::Medium,
        "low" | "低" | "低い" => Priority::Low,
        _ => return Err(Unclear::PriorityMissing),
    };
    Ok(Command::Prioritise(priority))
}

/// `引継 text`: whatever it says is for the supervisors.
pub(super) fn handed_over(rest: &str) -> Result<Command, Unclear> {
    match rest.trim() {
        "" => Err(Unclear::HandOverMissing),
        text => Ok(Command::HandOver { text: text.to_owned() }),
    }
}

/// `2h`, `3営業日`, `明日10時`, `8/28 10:00`, `月曜`.
pub(super) fn wait(rest: &str, today: Date) -> Option<Wait> {
    if let Some(minutes) = days::minutes(&bare(&fold(rest))) {
        return Some(Wait::Minutes(minutes));
    }
    let folded = fold(rest);
    let text = folded.trim_end_matches(['。', '.', '!']).trim();
    let text = ["までお願いします", "までです", "まで"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    let text = text.strip_prefix("until").unwrap_or(text).trim();
    let business = ["営業日後", "営業日", "business days", "business day", "working days", "working day"];
    if let Some(count) = business.iter().find_map(|end| text.strip_suffix(end)) {
        let count = count.trim();
        let count = if count == "翌" { 1 } else { count.parse().ok()? };
        return (1..=DAYS).contains(&count).then_some(Wait::BusinessDays(count));
    }
    let (day, rest) = day(text, today);
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'の' | ',' | '、'));
    let rest = if day.is_some() { rest.strip_prefix("at ").unwrap_or(rest) } else { rest };
    let rest: String = rest.split_whitespace().collect();
    match (day, rest.is_empty()) {
        (Some(day), true) => Some(Wait::Until { day: Some(day), time: None }),
        (day, false) => Some(Wait::Until { day, time: Some(time(&rest)?) }),
        (None, true) => None,
    }
}

/// A day at the beginning of a text, and what follows it.
fn day(text: &str, today: Date) -> (Option<Date>, &str) {
    const NEAR: [(&str, i64); 11] = [
        ("今日", 0),
        ("本日", 0),
        ("today", 0),
        ("明後日", 2),
        ("あさって", 2),
        ("明日", 1),
        ("あした", 1),
        ("あす", 1),
        ("翌日", 1),
        ("tomorrow", 1),
        ("jutro", 1),
    ];
    const WEEK: [[&str; 4]; 7] = [
        ["月曜日", "月曜", "monday", "mon"],
        ["火曜日", "火曜", "tuesday", "tue"],
        ["水曜日", "水曜", "wednesday", "wed"],
        ["木曜日", "木曜", "thursday", "thu"],
        ["金曜日", "金曜", "friday", "fri"],
        ["土曜日", "土曜", "saturday", "sat"],
        ["日曜日", "日曜", "sunday", "sun"],
    ];
    if let Some((rest, ahead)) = NEAR.iter().find_map(|(word, days)| Some((text.strip_prefix(word)?, *days)))
    {
        return (today.checked_add(ahead.days()).ok(), rest);
    }
    for (number, names) in (0_i64..).zip(WEEK) {
        if let Some(rest) = names.iter().find_map(|name| text.strip_prefix(name)) {
            let now = i64::from(today.weekday().to_monday_zero_offset());
            // 「月曜」 said on a Monday is the next one.
            let ahead = (number - now - 1).rem_euclid(7) + 1;
            return (today.checked_add(ahead.days()).ok(), rest);
        }
    }
    dated(text, today)
}

/// `8/28`, `8月28日`, `2026-08-28`, with a weekday in brackets or without. A day without a year is the next such day.
fn dated(text: &str, today: Date) -> (Option<Date>, &str) {
    #[expect(clippy::expect_used, reason = "the pattern is constant and compiled by the tests")]
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"^(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?(?:\([日月火水木金土]\))?";
        Regex::new(pattern).expect("constant pattern")
    });
    let Some(found) = DAY.captures(text) else { return (None, text) };
    let number = |at: usize| found.get(at).and_then(|group| group.as_str().parse::<i16>().ok());
    let on = |year: i16| Date::new(year, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?).ok();
    let date = match number(1) {
        Some(year) => on(year),
        None => on(today.year()).filter(|date| *date >= today).or_else(|| on(today.year().saturating_add(1))),
    };
    let end = found.get(0).map_or(0, |whole| whole.end());
    (date, if date.is_some() { text.get(end..).unwrap_or_default() } else { text })
}

/// `10時`, `10時半`, `10:30`, `午後3時`, `3pm`.
fn time(text: &str) -> Option<Time> {
    let half = |text: &str| -> Option<(i8, String)> {
        let named = [("午後", 12), ("午前", 0), ("朝", 0)];
        if let Some((rest, add)) = named.iter().find_map(|(word, add)| Some((text.strip_prefix(word)?, *add)))
        {
            return Some((add, rest.to_owned()));
        }
        let ends = [("pm", 12), ("am", 0)];
        let found = ends.iter().find_map(|(word, add)| Some((text.strip_suffix(word)?, *add)));
        found.map(|(rest, add)| (add, rest.to_owned()))
    };
    let (add, text) = half(text).map_or((None, text.to_owned()), |(add, rest)| (Some(add), rest));
    let text = text.strip_suffix("頃").or_else(|| text.strip_suffix("ごろ")).unwrap_or(&text);
    let (hour, minute) = if let Some((hour, minute)) = text.split_once(':') {
        (hour, if minute.len() == 2 { minute.parse().ok()? } else { return None })
    } else if let Some((hour, rest)) = text.split_once('時') {
        let minute = match rest {
            "" => 0,
            "半" => 30,
            other => other.strip_suffix('分')?.parse().ok()?,
        };
        (hour, minute)
    } else if add.is_some() {
        (text, 0)
    } else {
        return None;
    };
    let hour: i8 = hour.parse().ok()?;
    let hour = match add {
        Some(_) if hour > 12 => return None,
        Some(add) => hour % 12 + add,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}
