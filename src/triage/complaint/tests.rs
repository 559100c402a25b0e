//! Rows: deadlines in business days, `label: value` lines, and which demand a solution answers.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::triage::calendar::tests::office;
use crate::triage::calendar::{Calendar, Plan};

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00+09:00").parse().unwrap()
}

#[test]
fn deadlines_are_the_ends_of_business_days() {
    let office = office("Asia/Tokyo");
    let always = Calendar::always(tokyo());
    let never = Plan::new([const { Vec::new() }; 7]);
    let never = Calendar::new(tokyo(), Arc::new(never));
    for (calendar, start, days, expected) in [
        // Thursday: Friday and its night, then Saturday count, Sunday does not.
        (&office, "2026-08-27T10:00", 1, "2026-08-29T06:00"),
        (&office, "2026-08-27T10:00", 2, "2026-08-29T14:00"),
        (&office, "2026-08-27T10:00", 3, "2026-08-31T18:00"),
        // The day on which it begins never counts, however early or late.
        (&office, "2026-08-27T00:00", 1, "2026-08-29T06:00"),
        (&office, "2026-08-27T23:59", 1, "2026-08-29T06:00"),
        (&office, "2026-08-30T12:00", 1, "2026-08-31T18:00"),
        (&always, "2026-08-27T10:00", 2, "2026-08-30T00:00"),
        (&never, "2026-08-27T10:00", 2, "2026-08-29T10:00"),
    ] {
        assert_eq!(business_days(calendar, at(start), days), at(expected), "{start} + {days}");
    }
    assert_eq!(end_of(date(2026, 8, 30), &tokyo()), at("2026-08-31T00:00"));
}

#[test]
fn labels_and_values_are_told_apart_from_sentences() {
    for (text, expected) in [
        ("注文番号: A-1", Some(vec![("注文番号", "A-1")])),
        ("・商品：皿\n・内容：割れた\n箱も濡れた", Some(vec![("商品", "皿"), ("内容", "割れた\n箱も濡れた")])),
        ("内容: 10:30 に届いた", Some(vec![("内容", "10:30 に届いた")])),
        ("内容: 見てください\nhttps://example.com/1", Some(vec![("内容", "見てください\nhttps://example.com/1")])),
        ("", Some(vec![])),
        ("割れていました", None),
    ] {
        let found = field_lines(text);
        let found = found.as_ref().map(|found| found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>());
        assert_eq!(found, expected, "{text:?}");
    }
    for (label, expected) in [
        ("要求", Some(0)),
        ("要求 1", Some(1)),
        ("要求２", Some(2)),
        ("Demand 3", Some(3)),
        ("要求0", None),
        ("要求品", None),
        ("商品", None),
    ] {
        assert_eq!(demand_number(label), expected, "{label}");
    }
}

#[test]
fn a_solution_answers_every_demand() {
    for (text, demands, expected) in [
        ("交換します", 1, Ok(vec!["交換します"])),
        ("まとめ\n要求1: 交換\nします\n\n社内向け\n要求2: お詫び", 2, Ok(vec!["交換\nします", "お詫び"])),
        ("要求 1: 交換", 2, Err(vec![2])),
        ("交換します", 2, Err(vec![1, 2])),
        ("要求 3: 何か", 1, Err(vec![1])),
        ("要求 1:", 1, Err(vec![1])),
    ] {
        let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(answers(text, demands), expected, "{text:?}");
    }
}
