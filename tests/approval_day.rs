//! The token of a person's day: it says whether the figures of that day are right, and nothing about any case.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop at once")]

use jiff::civil::date;
use madoguchi::answer::{Alarm, Heard, Request, Room, hear};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Rejected, Token};
use madoguchi::triage::approval::{DayAnswer, rehearsal};
use madoguchi::triage::id::{Address, CaseId, Revision};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn ring() -> Keyring {
    Keyring::new(Secret::new("0123456789abcdef0123456789abcdef".to_owned()), None)
}

fn issue(content: Content, person: &Address) -> Token {
    let until = "2026-09-03T08:45:00Z".parse().unwrap();
    ring().issue(&content.as_case(), Revision::FIRST, content, person, until)
}

#[test]
fn such_a_token_is_none_for_anything_else() {
    let (sato, suzuki) = (address("sato@corp.test"), address("suzuki@corp.test"));
    let day = date(2026, 8, 27);
    let own = Content::of_day(day, "day", &sato);
    let token = issue(own, &sato);
    let now = "2026-08-27T09:00:00Z".parse().unwrap();
    assert_eq!(ring().verify(&token, own, &sato, now), Ok(()));
    for (what, content, person) in [
        ("another day", Content::of_day(date(2026, 8, 28), "day", &sato), &sato),
        ("another shift", Content::of_day(day, "night", &sato), &sato),
        ("another person's", Content::of_day(day, "day", &suzuki), &suzuki),
        ("in another hand", own, &suzuki),
        ("a draft", Content::of(&sato, "", ""), &sato),
        ("a question", Content::of_question(), &sato),
        ("a word about a draft", own.for_check(None), &sato),
    ] {
        assert_eq!(ring().verify(&token, content, person, now), Err(Rejected::Forged), "{what}");
    }
}

#[test]
fn whatever_is_answered_to_it_is_about_the_day() {
    let sato = address("sato@corp.test");
    let content = Content::of_day(date(2026, 8, 27), "day", &sato);
    let token = issue(content, &sato);
    let id = CaseId::parse("7K3M9Q2WXA").unwrap();
    for (typed, expected) in [
        ("OK", DayAnswer::Confirmed),
        ("時間 C-7K3M9Q2WXA 15m", DayAnswer::Corrected(vec![(id, 15)])),
        ("完了", DayAnswer::Line("完了".to_owned())),
        ("NG", DayAnswer::Line("NG".to_owned())),
        ("予約確定", DayAnswer::Line("予約確定".to_owned())),
    ] {
        let ask = token.message_id("corp.test").unwrap();
        let raw = format!(
            "From: sato@corp.test\r\nTo: desk@corp.test\r\nIn-Reply-To: {ask}\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{typed}\r\n"
        );
        let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
        let agents = [sato.clone()];
        let ring = ring();
        let heard = |day, now: &str| {
            let now = now.parse().unwrap();
            let room = Room { agents: &agents, staff: &[], ring: &ring, now, today: date(2026, 8, 27) };
            let request = |_: &Token| {
                Some(Request { content: Some(content), checks: 0, pieces: Vec::new(), settled: false, day })
            };
            hear(&letter, raw.as_bytes(), room, &rehearsal(), request)
        };
        // After its week, too: the desk says then that it is too late.
        for now in ["2026-08-27T09:00:00Z", "2026-09-10T09:00:00Z"] {
            let said = heard(true, now);
            let Heard::Day { agent, answer, .. } = said else { panic!("{typed}: {said:?}") };
            assert_eq!((agent, answer), (sato.clone(), expected.clone()), "{typed} {now}");
        }
    }
    // In the place of a question about a case it is a forgery.
    let raw = format!(
        "From: sato@corp.test\r\nIn-Reply-To: {}\r\n\r\nOK\r\n",
        token.message_id("corp.test").unwrap()
    );
    let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
    let (agents, ring) = ([sato], ring());
    let now = "2026-08-27T09:00:00Z".parse().unwrap();
    let room = Room { agents: &agents, staff: &[], ring: &ring, now, today: date(2026, 8, 27) };
    let request = |_: &Token| {
        Some(Request {
            content: Some(Content::of_question()),
            checks: 0,
            pieces: Vec::new(),
            settled: false,
            day: false,
        })
    };
    let heard = hear(&letter, raw.as_bytes(), room, &rehearsal(), request);
    assert!(matches!(heard, Heard::Alarm(Alarm::Forged)), "{heard:?}");
}
