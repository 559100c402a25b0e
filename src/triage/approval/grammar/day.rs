//! What a person answers to the report of their day: that it is right, or how long they were at some of its cases, a
//! line each. Nothing else can be said here, and one line that cannot be read leaves all undone.

use super::super::cut::{Typed, fold, typed};
use super::super::{DayAnswer, Unclear};
use super::words::{Word, bare, word};
use super::{days, readable};
use crate::triage::id::CaseId;

/// Reads the answer to a report of the day.
pub fn understand_day(text: &str) -> DayAnswer {
    let lines = match readable(text) {
        Ok(lines) => lines,
        Err(why) => return DayAnswer::Unclear(why),
    };
    let run = match typed(&lines, true) {
        Typed::BetweenQuotes => return DayAnswer::Unclear(Unclear::BetweenQuotes),
        Typed::Run(run) => run,
    };
    let mut corrections = Vec::new();
    let mut confirmed = false;
    for line in run.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        if word(&bare(&fold(line))) == Some(Word::Approve) {
            confirmed = true;
        } else if let Some(correction) = correction(line) {
            corrections.push(correction);
        } else {
            return DayAnswer::Line(line.chars().take(80).collect());
        }
    }
    match (corrections.is_empty(), confirmed) {
        (false, _) => DayAnswer::Corrected(corrections),
        (true, true) => DayAnswer::Confirmed,
        (true, false) => DayAnswer::Unclear(Unclear::NotACommand),
    }
}

/// `時間 C-7K3M9Q2WXA 15m`, with or without the word and the `C-`.
fn correction(line: &str) -> Option<(CaseId, u32)> {
    let folded = fold(line);
    let rest = ["対応時間", "時間", "time"].iter().find_map(|head| folded.strip_prefix(head));
    let rest = rest.unwrap_or(&folded).trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    let rest = rest.strip_prefix("c-").unwrap_or(rest);
    let (case, time) = rest.split_once(|c: char| c.is_whitespace() || matches!(c, ':' | '='))?;
    Some((CaseId::parse(case)?, days::spent(&bare(time))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_confirmed_by_ok_and_corrected_line_by_line() {
        let id = |text: &str| CaseId::parse(text).unwrap();
        let one = |minutes| DayAnswer::Corrected(vec![(id("7K3M9Q2WXA"), minutes)]);
        for (text, expected) in [
            ("OK", DayAnswer::Confirmed),
            ("承認します。", DayAnswer::Confirmed),
            ("OK\n\n> 1. C-7K3M9Q2WXA 15分", DayAnswer::Confirmed),
            ("時間 C-7K3M9Q2WXA 15m", one(15)),
            ("C-7K3M9Q2WXA 1時間10分", one(70)),
            ("7k3m9q2wxa 1h10m", one(70)),
            ("時間 7K3M9Q2WXA ０分", one(0)),
            ("TIME C-7K3M9Q2WXA: 5 min", one(5)),
            (
                "C-7K3M9Q2WXA 15m\nC-0000000001 20分\nOK",
                DayAnswer::Corrected(vec![(id("7K3M9Q2WXA"), 15), (id("0000000001"), 20)]),
            ),
            ("C-7K3M9Q2WXA 15", DayAnswer::Line("C-7K3M9Q2WXA 15".into())),
            ("C-7K3M9Q2WXA 2日", DayAnswer::Line("C-7K3M9Q2WXA 2日".into())),
            ("C-7K3M9Q2WXA 15m\nよろしくお願いします", DayAnswer::Line("よろしくお願いします".into())),
            ("OKですか?", DayAnswer::Line("OKですか?".into())),
            ("NG", DayAnswer::Line("NG".into())),
            ("", DayAnswer::Unclear(Unclear::NotACommand)),
        ] {
            assert_eq!(understand_day(text), expected, "{text}");
        }
    }
}
