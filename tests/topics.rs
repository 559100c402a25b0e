//! Topics as data: a topic nobody compiled, the weighing of two readings, and what is said about rules passed over.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its rules has failed")]

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::time;
use jiff::tz::TimeZone;
use madoguchi::triage::id::Address;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::read::{Context, read_fully};
use madoguchi::triage::rulebook::Rulebook;
use madoguchi::triage::verdict::{Class, Reading, Reason};
use madoguchi::{mime, rules};

static SHIPPED: LazyLock<Rulebook> = LazyLock::new(|| {
    rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
});

static DESK: LazyLock<Desk> = LazyLock::new(|| Desk {
    name: "みどり堂".to_owned(),
    zone: TimeZone::get("Asia/Tokyo").unwrap(),
    addresses: Address::parse("desk@midori.example").into_iter().collect(),
    domains: vec!["midori.example".to_owned()],
    phones: [].into(),
    shops: Vec::new(),
    products: Vec::new(),
    opening: time(9, 0, 0, 0),
});

fn reading(rules: &Rulebook, text: &str) -> Reading {
    let mail = format!(
        "Date: Wed, 10 Jun 2026 10:00:00 +0900\r\nFrom: a@example.com\r\nTo: desk@midori.example\r\n\
         Content-Type: text/plain; charset=utf-8\r\nMessage-ID: <x@example.com>\r\n\r\n{text}\r\n"
    );
    read_fully(&mime::letter(mail.as_bytes()).unwrap(), &DESK, rules, &Context::default())
}

/// Figures of our own: those that are shipped may be tuned.
const WEIGHING: &str =
    "[weighing]\nmargin = 3\nrequest = 4\nbackground = 30\nfirst = 2\nverb_last = [\"ja\"]\n";

fn book(text: &str) -> Rulebook {
    let shipped = include_str!("../rules/topics.toml");
    let (_, decisions) = shipped.split_once("[[decision]]\nbecause").unwrap();
    let topics = format!("{WEIGHING}[[decision]]\nbecause{decisions}");
    let files = [
        ("rules/ja.toml", text),
        ("rules/topics.toml", &topics),
        ("rules/when-ja.toml", include_str!("../rules/when-ja.toml")),
    ];
    rules::parse(&files, None).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

const TWO: &str = r#"
[[topic]]
name = "umbrella"
topic = "other"
weight = 60
any = ["日傘"]

[[topic]]
name = "till"
topic = "price"
weight = 60
any = ["値札"]
unless = ["値札なし"]

[[topic]]
name = "both"
topic = "access"
weight = 60
any = ["裏口"]
with = ["荷物"]

[[cue]]
name = "asks"
cue = "request"
any = ["ですか", "ください"]

[[cue]]
name = "tells"
cue = "background"
any = ["のですが", "ましたが"]
"#;

/// A topic that no code knows, with its own rule, slot and template.
#[test]
fn a_topic_is_added_without_code() {
    let text = r#"
[[decision]]
topic = "rental"
ja = "レンタル"
en = "rental"
weight = 70
books = "always"
urgent = ["today"]
template = "rental-form"

[[topic]]
name = "house-rental"
topic = "rental"
any = ["貸衣装"]

[[answer]]
name = "own"
when = "topic_rule"
"#;
    let rules = book(text);
    for (mail, topic, class, urgent, template) in [
        ("貸衣装は6月20日の15時に見られますか。", "rental", Class::Reservation, false, Some("rental-form")),
        ("貸衣装は今日の15時に見られますか。", "rental", Class::Reservation, true, Some("rental-form")),
        ("貸衣装はありますか。", "rental", Class::Inquiry, false, Some("rental-form")),
        ("こんにちは。", "other", Class::Inquiry, false, None),
    ] {
        let verdict = reading(&rules, mail).verdict;
        assert_eq!(
            (verdict.topic.as_str(), verdict.class, verdict.urgent, verdict.template.as_deref()),
            (topic, Some(class), urgent, template),
            "{mail}"
        );
    }
    let rental = rules.topics().named("rental").unwrap();
    assert_eq!((rental.ja.as_str(), rental.en.as_str()), ("レンタル", "rental"));
}

/// Rows: words, the topic, and the second topic where the two are too near.
#[test]
fn readings_are_weighed() {
    let rules = book(TWO);
    for (mail, topic, second) in [
        ("日傘はどこですか。", "other", None),
        // Equal rules: the first thing asked for wins by less than the margin, and both are kept.
        ("日傘はどこですか。値札はいくつですか。", "other", Some("price")),
        ("値札はいくつですか。日傘はどこですか。", "price", Some("other")),
        // What is only told does not compete with what is asked.
        ("先日は日傘を見たのですが、値札をください。", "price", None),
        ("日傘を買いましたが、値札はいくつですか。", "price", None),
        ("値札はいくつですか。先日は日傘を見たのですが、助かりました。", "price", None),
    ] {
        let verdict = reading(&rules, mail).verdict;
        let found = verdict.second.as_ref().map(|second| second.topic.as_str());
        assert_eq!((verdict.topic.as_str(), found), (topic, second), "{mail}");
        assert_eq!(verdict.ambiguous, second.is_some(), "{mail}");
    }
}

/// Rows: words, a rule that did not decide, and why.
#[test]
fn rules_passed_over_say_why() {
    let rules = book(TWO);
    let outweighed = |by: &str, weight, against| Reason::Outweighed { by: by.to_owned(), weight, against };
    for (mail, rule, why) in [
        ("値札なしですか。", "till", Reason::Unless(vec!["値札なし".to_owned()])),
        ("裏口はどこですか。", "both", Reason::Without(vec!["with"])),
        ("日傘はどこですか。値札はいくつですか。", "till", Reason::Later { than: "umbrella".to_owned() }),
        ("先日は日傘を見たのですが、値札をください。", "umbrella", outweighed("till", 66, 30)),
    ] {
        let verdict = reading(&rules, mail).verdict;
        let passed = verdict.passed.iter().find(|passed| passed.rule.name == rule);
        assert_eq!(passed.map(|passed| &passed.why), Some(&why), "{mail}");
        assert!(passed.is_some_and(|passed| passed.rule.file.starts_with("rules/ja.toml:")), "{mail}");
    }
}

/// The shipped rules: what is told first is not what is wanted.
#[test]
fn the_story_behind_a_mail_is_no_wish() {
    for (mail, topic) in [
        (
            "先週は予約を変更していただき助かりました。次に伺う日は車なのですが、駐車場はありますか。",
            "access",
        ),
        ("I booked a session last month. Could you tell me where the nearest station is?", "access"),
    ] {
        let verdict = reading(&SHIPPED, mail).verdict;
        assert_eq!(verdict.topic, topic, "{mail} {:?}", verdict.rules);
    }
}
