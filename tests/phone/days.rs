//! The mails about a person's day, made from made-up figures.

use madoguchi::render::Attached;
use madoguchi::render::day::{
    DayView, PICTURE, ReceiptView, Somebody, SummaryView, Worked, person, receipt, summary,
};
use madoguchi::render::voice::Voice;
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring};
use madoguchi::triage::id::{Address, Revision};
use madoguchi::triage::people::Lang;

use super::Fixture;

fn worked(case: &str, name: &str, topic: &str, corrected: bool) -> Worked {
    let (case, name, topic) = (case.to_owned(), name.to_owned(), topic.to_owned());
    Worked { case, name, topic, time: "1h05".to_owned(), corrected }
}

fn somebody(name: &str, confirmed: &str) -> Somebody {
    let [cases, time, calls] = ["12", "3h05", "4/6"].map(str::to_owned);
    Somebody { name: name.to_owned(), cases, time, calls, confirmed: confirmed.to_owned() }
}

fn file(name: &str) -> Attached {
    Attached {
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        bytes: vec![0],
        shown: name == PICTURE,
    }
}

/// The report, an answer to it, and the summary, in one language.
pub(super) fn of(lang: Lang) -> Vec<Fixture> {
    let voice = Voice::of(lang);
    let to = Address::parse("sato@agents.example").unwrap();
    let day = "2026-08-27".parse().unwrap();
    let content = Content::of_day(day, "day", &to);
    let ring = Keyring::new(Secret::new("0123456789abcdef0123456789abcdef".to_owned()), None);
    let until = "2026-09-03T08:45:00Z".parse().unwrap();
    let token = ring.issue(&content.as_case(), Revision::FIRST, content, &to, until);
    let desk = Address::parse("reservation1@jitanbody.example").unwrap();
    let shown = voice.day(day);
    let cases = [
        worked("7K3M9Q2WXA", "山田 花子", "予約", true),
        worked("0000000001", "Wolfeschlegelsteinhausenber…", "price", false),
        worked("0000000002", "", "", false),
    ];
    let asked = person(&DayView {
        voice,
        to: &to,
        day: &shown,
        until: "18:45",
        cases: "3",
        time: "3h15",
        worked: &cases,
        token: &token,
        desk: &desk,
    });
    let answered = receipt(&ReceiptView {
        voice,
        to: &to,
        day: &shown,
        head: "OK",
        more: &["C-7K3M9Q2WXA".to_owned()],
        cases: "3",
        time: "3h15",
        worked: &cases,
    });
    let people = [somebody("佐藤", "18:05"), somebody("Wolfeschlegelsteinhausenber…", "-")];
    let summed = summary(
        &SummaryView {
            voice,
            to: &to,
            day: &shown,
            late: "19:30",
            lead: "2 / 24",
            unconfirmed: "Wolfeschlegelsteinhausenber…",
            unasked: "",
            people: &people,
            counts: &[(voice.day(day), vec![("予約".to_owned(), 20), ("料金".to_owned(), 4)])],
            since: &["Wolfeschlegelsteinhausenber…: 3 45m 1/2 → 4 1h05 1/2".to_owned()],
            picture: "1. 佐藤 12 3h05",
        },
        file("figures.xlsx"),
        file(PICTURE),
    );
    let facts = |facts: &[&str]| facts.iter().map(|fact| (*fact).to_owned()).collect();
    let named = |what: &str| format!("{what}-{}", lang.code());
    vec![
        Fixture { name: named("day"), mail: asked, facts: facts(&["C-7K3M9Q2WXA", "1h05", "山田 花子"]) },
        Fixture { name: named("day-answer"), mail: answered, facts: facts(&["C-0000000001", "price"]) },
        Fixture {
            name: named("day-sum"), mail: summed, facts: facts(&["佐藤", "3h05", "18:05", "予約"])
        },
    ]
}
