//! Conversations as they happen: which answers pass every lock, and what becomes of the others.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop at once")]

use jiff::civil::date;
use madoguchi::answer::{Alarm, Heard, Request, Room, Why, hear};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::{Doubt, Judgement, MachineSign, NotYet, Refusal, Unclear, rehearsal};
use madoguchi::triage::command::Command;
use madoguchi::triage::complaint::Piece;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, Revision};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// What a row expects, without addresses and tokens.
#[derive(Debug, PartialEq, Eq)]
enum Ends {
    Does(Command),
    Asks(Why),
    Late,
    Expired,
    Alarm(Alarm),
    Machine(MachineSign),
    Away,
}

impl Ends {
    fn of(heard: Heard) -> Self {
        match heard {
            Heard::Command { command, .. } => Self::Does(command),
            Heard::Ask { why, .. } => Self::Asks(why),
            Heard::Wait { .. } => panic!("it waits"),
            Heard::Late { .. } => Self::Late,
            Heard::Expired { .. } => Self::Expired,
            Heard::Alarm(alarm) => Self::Alarm(alarm),
            Heard::Machine(sign) => Self::Machine(sign),
            Heard::Away { .. } => Self::Away,
            Heard::Day { .. } => panic!("nobody was asked about a day"),
            Heard::Complaint { .. } => panic!("nobody was asked about a complaint"),
        }
    }
}

#[test]
fn conversations() {
    let old = Keyring::new(Secret::new("old".to_owned()), None);
    let ring = Keyring::new(Secret::new("new".to_owned()), Some(Secret::new("old".to_owned())));
    let (agent, other) = (address("sato@corp.test"), address("suzuki@corp.test"));
    let case = CaseId::of(Fingerprint::new([9; 16]));
    let content = |revision: u32| Content::of(&address("c@example.com"), "s", &format!("body {revision}"));
    let issue = |ring: &Keyring, number: u32, agent: &Address, expires: &str| {
        ring.issue(&case, Revision::new(number).unwrap(), content(number), agent, expires.parse().unwrap())
    };
    let (soon, past) = ("2026-08-27T09:00:00Z", "2026-08-25T09:00:00Z");
    let first = issue(&ring, 1, &agent, soon);
    let second = issue(&ring, 2, &agent, soon);
    let late = issue(&ring, 3, &agent, past);
    let rotated = issue(&old, 4, &agent, soon);
    let theirs = issue(&ring, 2, &other, soon);
    let request = |token: &Token| {
        let number = token.revision().number();
        (*token.case() == case && number <= 4).then(|| Request {
            content: Some(content(number)),
            checks: 0,
            pieces: vec![],
            settled: number == 1,
            day: false,
        })
    };
    let plus = |token: &Token| token.plus_address(&address("desk@corp.test")).unwrap();
    let ask = |token: &Token| token.message_id("corp.test").unwrap();

    for (what, header, body, expected) in [
        (
            "a button: a new mail to the plus-address",
            format!("To: {}\r\nSubject: OK", plus(&second)),
            "OK\r\n".to_owned(),
            Ends::Does(Command::Approve),
        ),
        (
            "a button with a signature of the phone",
            format!("To: {}", plus(&second)),
            "CALLED\r\n\r\niPhoneから送信\r\n".to_owned(),
            Ends::Does(Command::Called { minutes: None, note: String::new() }),
        ),
        (
            "a button of a desk with a long name: the token in the text",
            "To: desk@corp.test".to_owned(),
            format!("OK\r\n\r\ntoken: {second}\r\n"),
            Ends::Does(Command::Approve),
        ),
        (
            "an answer to a transcript deep in the conversation that quotes both requests",
            format!(
                "To: desk@corp.test\r\nIn-Reply-To: <t7@corp.test>\r\nReferences: <case.x@corp.test> {}\r\n {} <t7@corp.test>",
                ask(&first),
                ask(&second)
            ),
            format!("OK\r\n\r\n> もう一度お願いします\r\n>> token: {second}\r\n>>> token: {first}\r\n"),
            Ends::Does(Command::Approve),
        ),
        (
            "an answer to the request of a retired revision",
            format!("To: {}\r\nIn-Reply-To: {}", plus(&first), ask(&first)),
            "OK\r\n".to_owned(),
            Ends::Late,
        ),
        (
            "the new request's id with the retired request's quote",
            format!("To: desk@corp.test\r\nIn-Reply-To: {}", ask(&second)),
            format!("OK\r\n\r\n> token: {first}\r\n"),
            Ends::Late,
        ),
        ("too late", format!("To: {}", plus(&late)), "OK\r\n".to_owned(), Ends::Expired),
        (
            "one's own time, whenever it is said",
            format!("To: {}", plus(&late)),
            "時間 15m\r\n".to_owned(),
            Ends::Does(Command::Time { minutes: 15, day: None }),
        ),
        (
            "made with the key before",
            format!("To: {}", plus(&rotated)),
            "OK\r\n".to_owned(),
            Ends::Does(Command::Approve),
        ),
        (
            "another agent's token",
            format!("To: {}", plus(&theirs)),
            "OK\r\n".to_owned(),
            Ends::Alarm(Alarm::Forged),
        ),
        (
            "two tokens that were never one request",
            format!("To: {}\r\nIn-Reply-To: {}", plus(&second), ask(&theirs)),
            "OK\r\n".to_owned(),
            Ends::Alarm(Alarm::Tokens),
        ),
        (
            "a token line cut short",
            format!("To: desk@corp.test\r\nIn-Reply-To: {}", ask(&second)),
            "OK\r\n\r\n> token: 0123\r\n".to_owned(),
            Ends::Alarm(Alarm::Tokens),
        ),
        ("no token", "To: desk@corp.test".to_owned(), "OK\r\n".to_owned(), Ends::Asks(Why::NoToken)),
        (
            "a token in the subject only",
            format!("To: desk@corp.test\r\nSubject: OK token: {second}"),
            "OK\r\n".to_owned(),
            Ends::Asks(Why::NoToken),
        ),
        (
            "Gmail's HTML alone",
            format!("To: {}\r\nContent-Type: text/html; charset=utf-8", plus(&second)),
            format!(
                "<div dir=\"auto\">電話済　明日また来るそうです</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">\
                 2026年8月26日(水) 10:15 窓口 &lt;<a href=\"mailto:desk@corp.test\">desk@corp.test</a>&gt;:<br></div>\
                 <blockquote>token: {second}</blockquote></div>\r\n"
            ),
            Ends::Does(Command::Called { minutes: None, note: "明日また来るそうです".to_owned() }),
        ),
        (
            "two parts that say different things",
            format!("To: {}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b", plus(&second)),
            "--b\r\nContent-Type: text/plain\r\n\r\nOK\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>NG</p>\r\n--b--\r\n"
                .to_owned(),
            Ends::Asks(Why::Unclear(Unclear::PartsDiffer)),
        ),
        (
            "an automatic answer to a button",
            format!("To: {}\r\nAuto-Submitted: auto-replied", plus(&second)),
            "OK\r\n".to_owned(),
            Ends::Away,
        ),
        (
            "our own mark",
            format!("To: {}\r\nX-Madoguchi-Ref: C-1", plus(&second)),
            "OK\r\n".to_owned(),
            Ends::Machine(MachineSign::Own),
        ),
        (
            "an honest Auto-Submitted: no",
            format!("To: {}\r\nAuto-Submitted: no", plus(&second)),
            "承認\r\n".to_owned(),
            Ends::Does(Command::Approve),
        ),
        (
            "a second From",
            format!("To: {}\r\nFrom: e@evil.test", plus(&second)),
            "OK\r\n".to_owned(),
            Ends::Alarm(Alarm::Header(Refusal::ManyFrom)),
        ),
    ] {
        let raw = format!("From: =?utf-8?B?5L2Q6Jek?= <sato@corp.test>\r\n{header}\r\n\r\n{body}");
        let raw = raw.as_bytes();
        let now = "2026-08-26T02:00:00Z".parse().unwrap();
        let room = Room { agents: &[agent.clone(), other.clone()], staff: &[], ring: &ring, now, today: date(2026, 8, 26) };
        let letter = madoguchi::mime::letter(raw).unwrap();
        let ends = Ends::of(hear(&letter, raw, room, &rehearsal(), request));
        assert_eq!(ends, expected, "{what}");
    }
}

/// A colleague who is asked for a word, and a shop's staff: their own words are notes, whatever they say.
#[test]
fn a_word_that_was_asked_for_decides_nothing() {
    let ring = Keyring::new(Secret::new("new".to_owned()), None);
    let (colleague, staff) = (address("suzuki@corp.test"), address("shop@corp.test"));
    let case = CaseId::of(Fingerprint::new([9; 16]));
    let content = Content::of(&address("c@example.com"), "s", "b");
    let issue = |content: Content, number: u32, to: &Address, expires: &str| {
        ring.issue(&case, Revision::new(number).unwrap(), content, to, expires.parse().unwrap())
    };
    let (soon, past) = ("2026-08-27T09:00:00Z", "2026-08-25T09:00:00Z");
    let request = |token: &Token| {
        (*token.case() == case).then(|| Request {
            content: Some(content),
            checks: 0,
            pieces: vec![],
            settled: token.revision().number() == 1,
            day: false,
        })
    };
    let check = issue(content.for_check(None), 2, &colleague, soon);
    let settled = issue(content.for_check(None), 1, &colleague, soon);
    let expired = issue(content.for_check(None), 2, &colleague, past);
    let theirs = issue(content.for_check(None), 2, &staff, soon);
    let decides = issue(content, 2, &colleague, soon);
    let shop = issue(content, 2, &staff, soon);
    let old_shop = issue(content, 1, &staff, soon);
    let old = issue(content, 1, &colleague, soon);
    let reply = |text: &str| {
        let command = Command::Reply { text: text.to_owned(), check: None, good_until: None };
        Ends::Does(command.by_token(check.expires(), None))
    };
    let time = |minutes| Ends::Does(Command::Time { minutes, day: None });
    for (what, from, token, body, expected) in [
        ("an OK is a word", &colleague, &check, "OK", reply("OK")),
        ("an approval is a word", &colleague, &check, "承認します\n\n> token: x", reply("承認します")),
        (
            "words between quotes",
            &colleague,
            &check,
            "> いつ？\n14時です\n> 料金は？\n5,500円",
            reply("14時です\n\n5,500円"),
        ),
        (
            "when all is decided",
            &colleague,
            &settled,
            "遅くなりました。大丈夫です。",
            reply("遅くなりました。大丈夫です。"),
        ),
        ("too late", &colleague, &expired, "OK", Ends::Expired),
        ("one's time on a question", &colleague, &check, "時間 15m", time(15)),
        ("one's time on a question after its hour", &colleague, &expired, "時間 15m", time(15)),
        ("more than one's time on a question", &colleague, &check, "時間 15m です", reply("時間 15m です")),
        ("the shop keeps no time", &staff, &shop, "時間 15m", reply("時間 15m")),
        ("nothing", &colleague, &check, "> x", Ends::Asks(Why::Empty)),
        ("another's token", &colleague, &theirs, "OK", Ends::Alarm(Alarm::Forged)),
        ("who may decide decides", &colleague, &decides, "OK", Ends::Does(Command::Approve)),
        (
            "who may decide says one command",
            &colleague,
            &decides,
            "14時です",
            Ends::Asks(Why::Unclear(Unclear::NotACommand)),
        ),
        ("the shop takes it", &staff, &shop, "対応します", Ends::Does(Command::ShopAccepts)),
        ("the shop notes", &staff, &shop, "メモ 満席", Ends::Does(Command::Note { text: "満席".to_owned() })),
        (
            "the shop in its own words",
            &staff,
            &shop,
            "14時は満席です。\n15時なら空いています。",
            reply("14時は満席です。\n15時なら空いています。"),
        ),
        ("the shop decides nothing", &staff, &shop, "OK", reply("OK")),
        (
            "the shop, when the case has moved on",
            &staff,
            &old_shop,
            "14時は満席です。",
            reply("14時は満席です。"),
        ),
        ("a command of the shop, too late", &staff, &old_shop, "対応します", Ends::Late),
        (
            "a note of the shop, whenever",
            &staff,
            &old_shop,
            "メモ 満席",
            Ends::Does(Command::Note { text: "満席".to_owned() }),
        ),
        ("a command, too late", &colleague, &old, "OK", Ends::Late),
        (
            "a note, whenever",
            &colleague,
            &old,
            "メモ 要折返",
            Ends::Does(Command::Note { text: "要折返".to_owned() }),
        ),
        (
            "one's own time, whenever",
            &colleague,
            &old,
            "時間 15m",
            Ends::Does(Command::Time { minutes: 15, day: None }),
        ),
        ("where it stands, whenever", &colleague, &old, "STATUS", Ends::Does(Command::Status)),
        ("nothing from the shop", &staff, &shop, "", Ends::Asks(Why::Empty)),
    ] {
        let body = body.replace("> token: x", &format!("> token: {token}")).replace('\n', "\r\n");
        let to = token.plus_address(&address("desk@corp.test")).unwrap();
        let raw = format!("From: {from}\r\nTo: {to}\r\n\r\n{body}\r\n");
        let now = "2026-08-26T02:00:00Z".parse().unwrap();
        let agents = [colleague.clone(), staff.clone()];
        let staff = [staff.clone()];
        let room = Room { agents: &agents, staff: &staff, ring: &ring, now, today: date(2026, 8, 26) };
        let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
        let ends = Ends::of(hear(&letter, raw.as_bytes(), room, &rehearsal(), request));
        assert_eq!(ends, expected, "{what}");
    }
}

/// Out-of-office is heard from whom it comes; every other machine is nobody.
#[test]
fn who_is_away_is_known_by_a_genuine_token_alone() {
    let ring = Keyring::new(Secret::new("new".to_owned()), None);
    let (agent, other) = (address("sato@corp.test"), address("suzuki@corp.test"));
    let case = CaseId::of(Fingerprint::new([9; 16]));
    let content = Content::of(&address("c@example.com"), "s", "b");
    let token = |content, agent: &Address| {
        let expires = "2026-08-27T09:00:00Z".parse().unwrap();
        ring.issue(&case, Revision::FIRST, content, agent, expires)
    };
    let (own, check) = (token(content, &agent), token(content.for_check(None), &agent));
    let theirs = token(content, &other);
    let waits = Judgement::Wait(NotYet::NoAnswer);
    let refused = Judgement::Refused(Doubt::NeverClear);
    let replied = "Auto-Submitted: auto-replied";
    for (what, from, token, header, judgement, expected) in [
        ("away", "sato", &own, replied, rehearsal(), Ends::Away),
        ("away when asked for a word", "sato", &check, replied, rehearsal(), Ends::Away),
        ("an older Exchange", "sato", &own, "Subject: Automatic reply: D-1", rehearsal(), Ends::Away),
        ("another's token", "sato", &theirs, replied, rehearsal(), Ends::Machine(MachineSign::AutoSubmitted)),
        ("a stranger", "e", &own, replied, rehearsal(), Ends::Machine(MachineSign::AutoSubmitted)),
        ("nobody vouches", "sato", &own, replied, refused, Ends::Machine(MachineSign::AutoSubmitted)),
        ("nobody can say", "sato", &own, replied, waits, Ends::Machine(MachineSign::AutoSubmitted)),
        (
            "another machine",
            "sato",
            &own,
            "Auto-Submitted: auto-generated",
            rehearsal(),
            Ends::Machine(MachineSign::AutoSubmitted),
        ),
        (
            "a list",
            "sato",
            &own,
            "List-Id: <x.y>\r\nSubject: 不在通知",
            rehearsal(),
            Ends::Machine(MachineSign::List),
        ),
        (
            "a bounce",
            "sato",
            &own,
            "Subject: Automatic reply\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
            rehearsal(),
            Ends::Machine(MachineSign::Report),
        ),
    ] {
        let id = token.message_id("corp.test").unwrap();
        let raw =
            format!("From: {from}@corp.test\r\nIn-Reply-To: {id}\r\n{header}\r\n\r\n出張中です。OK\r\n");
        let now = "2026-08-26T02:00:00Z".parse().unwrap();
        let agents = [agent.clone(), other.clone()];
        let room = Room { agents: &agents, staff: &[], ring: &ring, now, today: date(2026, 8, 26) };
        let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
        let request = |_: &Token| {
            Some(Request { content: Some(content), checks: 0, pieces: vec![], settled: true, day: false })
        };
        let ends = Ends::of(hear(&letter, raw.as_bytes(), room, &judgement, request));
        assert_eq!(ends, expected, "{what}");
    }
}

/// People's own time is heard on every mail about a case, at every hour; on the report of a day it is no answer, and a token that
/// was made for somebody else opens nothing.
#[test]
fn ones_own_time_is_heard_on_every_mail_of_a_case() {
    let ring = Keyring::new(Secret::new("new".to_owned()), None);
    let (agent, contact) = (address("sato@corp.test"), address("tom@maker.test"));
    let case = CaseId::of(Fingerprint::new([9; 16]));
    let content = Content::of(&address("c@example.com"), "s", "b");
    let of_day = Content::of_day(date(2026, 8, 26), "day", &agent);
    let piece = Piece::Task(1);
    let bound = Content::of_complaint(&piece.bound());
    let (soon, past) = ("2026-08-27T09:00:00Z", "2026-06-25T09:00:00Z");
    let own = Command::Time { minutes: 40, day: Some(date(2026, 8, 25)) };
    for (what, from, bound, day, expected) in [
        ("a request", &agent, content, false, Some(&own)),
        ("a word that was asked for", &agent, content.for_check(None), false, Some(&own)),
        ("a long call", &agent, Content::of_call(), false, Some(&own)),
        ("a task of a complaint", &agent, bound, false, Some(&own)),
        ("a task of a contact's", &contact, bound, false, None),
        ("a word of a contact's", &contact, content.for_check(None), false, None),
        ("the report of a day", &agent, of_day, true, None),
    ] {
        for expires in [soon, past] {
            let token = ring.issue(&case, Revision::FIRST, bound, from, expires.parse().unwrap());
            let body = format!("時間 8/25 40m\r\n\r\n> token: {token}\r\n");
            let raw = format!("From: {from}\r\nTo: desk@corp.test\r\n\r\n{body}");
            let letter = madoguchi::mime::letter(raw.as_bytes()).unwrap();
            let room = Room {
                agents: &[agent.clone(), contact.clone()],
                staff: std::slice::from_ref(&contact),
                ring: &ring,
                now: "2026-08-26T02:00:00Z".parse().unwrap(),
                today: date(2026, 8, 26),
            };
            let request = |_: &Token| {
                let content = Some(if day { of_day } else { content });
                Some(Request { content, checks: 0, pieces: vec![piece], settled: true, day })
            };
            let heard = hear(&letter, raw.as_bytes(), room, &rehearsal(), request);
            let own_time = |command: &&Command| matches!(command, Command::Time { .. });
            let command = if let Heard::Command { command, .. } = &heard { Some(command) } else { None };
            let command = command.filter(own_time);
            assert_eq!(command, expected, "{what}: {heard:?}");
            assert!(!matches!(heard, Heard::Alarm(_)), "{what}: {heard:?}");
        }
    }
}
