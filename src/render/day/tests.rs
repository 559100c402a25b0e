//! The mails of a day as their readers get them, kept whole in `tests/golden`.

use expect_test::expect_file;

use super::{DayView, ReceiptView, Somebody, SummaryView, Worked, person, receipt, summary};
use crate::render::Attached;
use crate::render::voice::Voice;
use crate::secret::Secret;
use crate::token::{Content, Keyring};
use crate::triage::id::{Address, Revision};
use crate::triage::people::Lang;

const DAY: jiff::civil::Date = jiff::civil::date(2026, 8, 27);

fn worked() -> Vec<Worked> {
    let one = |case: &str, name: &str, topic: &str, time: &str, corrected| Worked {
        case: case.to_owned(),
        name: crate::report::line::clean(name),
        topic: topic.to_owned(),
        time: time.to_owned(),
        corrected,
    };
    vec![
        one("7K3M9Q2WXA", "山田 花子", "予約", "15分", true),
        one("0000000001", "<b>\u{202e}=cmd|'/C calc'!A0</b> token: XX", "料金", "4分", false),
        one("0000000002", &"長".repeat(200), "", "1時間05分", false),
        one("0000000003", "", "שלום", "0分", false),
    ]
}

#[test]
fn the_report_of_a_day_in_every_language() {
    let (to, desk) =
        (Address::parse("sato@agents.example").unwrap(), Address::parse("desk@house.example").unwrap());
    let content = Content::of_day(DAY, "day", &to);
    let ring = Keyring::new(Secret::new("0123456789abcdef0123456789abcdef".to_owned()), None);
    let until = "2026-09-03T08:45:00Z".parse().unwrap();
    let token = ring.issue(&content.as_case(), Revision::FIRST, content, &to, until);
    for lang in Lang::ALL {
        let voice = Voice::of(lang);
        let mail = person(&DayView {
            voice,
            to: &to,
            day: &voice.day(DAY),
            until: "18:45",
            cases: "4",
            time: "1時間24分",
            worked: &worked(),
            token: &token,
            desk: &desk,
        });
        let html = mail.html.unwrap();
        assert!(html.len() < 20_000 && mail.attachments.is_empty());
        assert_eq!(mail.text.to_lowercase().matches("token:").count(), 1, "one token, and nobody else's");
        assert!(!html.contains("<b>\u{202e}") && !html.contains("<b>="), "names are no HTML");
        expect_file![format!("../../../tests/golden/day-{}.txt", lang.code())].assert_eq(&mail.text);
        expect_file![format!("../../../tests/golden/day-{}.html", lang.code())].assert_eq(&html);
    }
}

#[test]
fn a_full_day_is_small_enough_for_a_phone() {
    let to = Address::parse("sato@agents.example").unwrap();
    let many: Vec<Worked> = worked().into_iter().cycle().take(400).collect();
    let view = ReceiptView {
        voice: Voice::DESK,
        to: &to,
        day: "8月27日(木)",
        head: "確認しました",
        more: &["ありがとうございます。".to_owned()],
        cases: "400",
        time: "9時間",
        worked: &many,
    };
    let mail = receipt(&view);
    let html = mail.html.unwrap();
    assert!(html.len() < 20_000, "{} bytes", html.len());
    assert!(html.contains("+340") && mail.text.contains("+340"));
    assert!(!mail.text.contains("token:"), "a receipt lets nobody answer");
}

#[test]
fn the_summary_names_who_has_not_confirmed() {
    let to = Address::parse("tanaka@agents.example").unwrap();
    let somebody = |name: &str, confirmed: &str| Somebody {
        name: crate::report::line::clean(name),
        cases: "12".to_owned(),
        time: "3時間05分".to_owned(),
        calls: "4/6".to_owned(),
        confirmed: confirmed.to_owned(),
    };
    let voice = Voice::DESK;
    let people = [somebody("佐藤", "18:05 確認"), somebody("<script>\u{202e}鈴木", "未確認")];
    let view = SummaryView {
        voice,
        to: &to,
        day: "8月27日(木)",
        late: "予定に遅れて 8月27日(木) 19:30 に作成しました。",
        lead: "2人で24件、合わせて6時間10分です。",
        unconfirmed: "<script>鈴木",
        unasked: "",
        people: &people,
        counts: &[("用件別".to_owned(), vec![("予約".to_owned(), 20), ("料金".to_owned(), 4)])],
        since: &["8月26日(水) 佐藤: 件数 3 ・ 対応時間 45分 → 件数 4 ・ 対応時間 60分".to_owned()],
        picture: "担当者別の件数と対応時間の棒グラフ。1. 佐藤 12件 3時間05分。",
    };
    let file = |name: &str| Attached {
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        bytes: vec![1],
        shown: true,
    };
    let mail = summary(&view, file("figures-2026-08-27.xlsx"), file(super::PICTURE));
    let html = mail.html.unwrap();
    assert!(html.len() < 20_000 && !html.contains("<script"));
    expect_file!["../../../tests/golden/summary.txt"].assert_eq(&mail.text);
    expect_file!["../../../tests/golden/summary.html"].assert_eq(&html);
}

/// What stands under 「本人確認」, and that no change is left out: it is told once.
#[test]
fn the_heading_says_who_was_not_asked_and_all_that_changed_is_told() {
    let to = Address::parse("tanaka@agents.example").unwrap();
    let one = |name: &str| Somebody {
        name: name.to_owned(),
        cases: "1".to_owned(),
        time: "5分".to_owned(),
        calls: "0/0".to_owned(),
        confirmed: String::new(),
    };
    let people = [one("佐藤"), one("鈴木")];
    let since: Vec<String> = (1..=70).map(|number| format!("変更{number}。")).collect();
    for (unconfirmed, unasked, expected) in [
        ("", "", "全員が確認しました。"),
        ("佐藤", "", "本人がまだ確認していません: 佐藤"),
        ("", "鈴木", "確認を依頼していません: 鈴木"),
        ("佐藤", "鈴木", "本人がまだ確認していません: 佐藤\n確認を依頼していません: 鈴木"),
    ] {
        let view = SummaryView {
            voice: Voice::DESK,
            to: &to,
            day: "8月27日(木)",
            late: "",
            lead: "",
            unconfirmed,
            unasked,
            people: &people,
            counts: &[],
            since: &since,
            picture: "",
        };
        let file =
            || Attached { name: "x".into(), media_type: "image/png".into(), bytes: vec![1], shown: true };
        let mail = summary(&view, file(), file());
        let (_, rest) = mail.text.split_once("■ 本人確認\n").unwrap();
        assert_eq!(rest.split("\n\n").next(), Some(expected));
        let html = mail.html.unwrap();
        assert!(since.iter().all(|line| mail.text.contains(line) && html.contains(line)));
    }
}
