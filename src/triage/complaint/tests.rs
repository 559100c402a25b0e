//! Rows: deadlines in business days, `label: value` lines, and which demand a solution answers.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::triage::calendar::tests::office;
use crate::triage::calendar::{Calendar, Plan};
use crate::triage::form::{self, Form};
use crate::triage::rulebook::LabelKind;
use crate::triage::thread;
use crate::triage::verdict::Span;

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
        (
            "・商品：皿\n・内容：割れた\n箱も濡れた",
            Some(vec![("商品", "皿"), ("内容", "割れた\n箱も濡れた")]),
        ),
        ("内容: 10:30 に届いた", Some(vec![("内容", "10:30 に届いた")])),
        (
            "内容: 見てください\nhttps://example.com/1",
            Some(vec![("内容", "見てください\nhttps://example.com/1")]),
        ),
        ("", Some(vec![])),
        ("割れていました", None),
    ] {
        let found = field_lines(text);
        let found = found
            .as_ref()
            .map(|found| found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>());
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

/// What a form asks for, by its label in the text.
fn form(text: &str, labels: &[&str]) -> Form {
    let field = |label: &&str| {
        let start = text.find(label)?;
        let span = Span { start, end: start.saturating_add(label.len()) };
        let (rule, kind) = (String::new(), Some(LabelKind::Phone));
        Some(form::Field { kind, also: None, label: span, value: span, rule, choice: None, signed: false })
    };
    Form { fields: labels.iter().filter_map(field).collect() }
}

#[test]
fn a_customers_labels_hold_what_stands_under_them() {
    let rules = Rules {
        kinds: vec![],
        required: vec![],
        optional: vec![Field::Own("経緯".to_owned())],
        spans: Spans {
            fields: 1,
            urgent: 1,
            ordinary: 1,
            proposal: 1,
            explanation: 1,
            objection: 1,
            verdict: 1,
            report: 1,
        },
        template: String::new(),
    };
    for (text, expected) in [
        // Sentences go on to the next label, over blank lines; a number or an order is its line.
        (
            "内容: 届いた。\n割れていた。\n\n10:30 に届いた分です。\n注文番号: A-1\nよろしくお願いします。",
            &[("内容", "届いた。\n割れていた。\n\n10:30 に届いた分です。"), ("注文番号", "A-1")][..],
        ),
        ("■内容：\n\n割れていた。\n箱も。", &[("内容", "割れていた。\n箱も。")]),
        (
            "要求 1: 交換\nできれば今週\n要求 2: お詫び\n要求: 返金\n要求: 値引き",
            &[("要求 1", "交換\nできれば今週"), ("要求 2", "お詫び"), ("要求", "返金"), ("要求", "値引き")],
        ),
        // A label that stands alone is followed by a block.
        ("商品:\n皿\n\nよろしく", &[("商品", "皿")]),
        ("経緯:\n一\n二\n\n三", &[("経緯", "一\n二")]),
        ("経緯: 一\n二", &[("経緯", "一")]),
        ("商品:\n注文番号: A-1", &[("注文番号", "A-1")]),
        // Quoted mails, signatures and what else a form asks for are no part of it.
        ("内容: 割れた\n箱も\n\n> 内容: 前の話\n> 商品: 椀", &[("内容", "割れた\n箱も")]),
        ("内容: 割れた\n\n-- \n山田 花子\n090-1234-5678", &[("内容", "割れた")]),
        ("内容: 割れた\n箱も\n電話番号: 090-1234-5678\n夜なら", &[("内容", "割れた\n箱も")]),
        // What stands twice counts where it stands first, with what is under it.
        ("内容: 割れた\n内容: 別\nの話", &[("内容", "割れた")]),
    ] {
        let parts = thread::cut(text);
        let found = labelled_lines(text, &rules, &parts, &form(text, &["電話番号"]));
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }
    let long = format!("内容: 割れた\n{}", "長い話\n".repeat(LONGEST));
    let found = labelled_lines(&long, &rules, &thread::cut(&long), &Form::default());
    assert!(found[0].1.chars().count() < LONGEST + 10);
}

#[test]
fn a_solution_answers_every_demand() {
    for (text, known, expected) in [
        ("交換します", &[""][..], Ok(vec!["交換します"])),
        (
            "まとめ\n要求1: 交換\nします\n\n社内向け\n要求2: お詫び",
            &["", ""],
            Ok(vec!["交換\nします", "お詫び"]),
        ),
        ("要求 1: 交換", &["", ""], Err(vec![2])),
        ("交換します", &["", ""], Err(vec![1, 2])),
        ("要求 3: 何か", &[""], Err(vec![1])),
        ("要求 1:", &[""], Err(vec![1])),
        // What was said before stands where nothing else is said.
        ("要求 2: お詫び", &["交換", ""], Ok(vec!["交換", "お詫び"])),
        ("お詫びします", &["交換", ""], Ok(vec!["交換", "お詫びします"])),
        ("要求 1: 返金\n要求 2: お詫び", &["交換", ""], Ok(vec!["返金", "お詫び"])),
        ("要求 2: お詫び", &["交換", "", ""], Err(vec![3])),
    ] {
        let known: Vec<String> = known.iter().map(|one| (*one).to_owned()).collect();
        let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(answers(text, &known), expected, "{text:?} {known:?}");
    }
}

#[test]
fn a_report_says_nothing_internal() {
    let who = |name: &str| Address::parse(&format!("{name}@works.example")).unwrap();
    let statement =
        |text: &str| Statement { at: at("2026-08-27T10:00"), by: who("lea"), text: text.to_owned() };
    let when = at("2026-08-27T10:00");
    let complaint = Complaint {
        kind: "内部種類".to_owned(),
        severity: Severity::Urgent,
        opened: when,
        by: Some(who("ann")),
        people: People {
            responsible: who("lea"),
            manager: who("max"),
            seller: None,
            named: vec![who("pia")],
        },
        fields: [("注文番号", "A-1"), ("内容", "割れた"), ("連絡先", "内部連絡先"), ("棚番号", "内部棚")]
            .map(|(label, value)| (label.to_owned(), value.to_owned()))
            .into(),
        demands: vec!["交換".to_owned()],
        deadlines: Deadlines { fields: when, proposal: when, handling: when, explanation: when },
        solution: Some(Solution {
            statement: statement("内部案"), answers: vec!["交換します".to_owned()]
        }),
        tasks: vec![Task {
            who: who("tom"),
            day: date(2026, 8, 28),
            due: when,
            text: "内部作業".to_owned(),
            at: when,
            state: TaskState::Done { at: when, note: "内部メモ".to_owned() },
        }],
        objections: vec![Objection {
            by: who("tom"),
            at: when,
            task: Some(1),
            reason: "内部異議".to_owned(),
            due: when,
            settled: true,
        }],
        cause: Some(statement("梱包")),
        prevention: Some(statement("二重")),
        verdict: Verdict::Unasked,
        version: 1,
        report: None,
        alarms: BTreeMap::new(),
        ended: None,
    };
    let mut values = Values::default();
    complaint.describe(&mut values, date(2026, 8, 26), "ja");
    let said: Vec<String> = values.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        said,
        [
            "complaint_cause=梱包",
            "complaint_demands=1. 交換\n   → 交換します",
            "complaint_order=A-1",
            "complaint_prevention=二重",
            "complaint_received=8月26日(水)",
            "complaint_what=割れた",
        ]
    );
}
