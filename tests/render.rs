//! Mails to agents as a whole: sizes, buttons, what they hold and what they must not hold. The pages are left in
//! the target folder (`tmp/*.html`) to be looked at.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

use jiff::civil::date;
use madoguchi::answer::Why;
use madoguchi::render::request::{CustomerCard, DraftView, RequestView, mailto, request};
use madoguchi::render::{Envelope, InternalMail, internal_mail, subject, thread_id, transcript};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::Unclear;
use madoguchi::triage::approval::{Understood, understand};
use madoguchi::triage::command::Command;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, MessageId, Revision};

const DRAFT: &str = "山田 花子 様\n\nお問い合わせありがとうございます。JITANBODY整体院 渋谷店でございます。\n\
    チャットでのお返事ができず、お待たせして申し訳ございません。\n\nご希望の 8月27日(木) 14:00 でご予約をお取りできます。\n\
    このお時間でよろしければ、このメールにご返信ください。\n\nJITANBODY整体院 渋谷店\n電話 03-0000-0000";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn token() -> Token {
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let case = CaseId::of(Fingerprint::new(*b"madoguchi-render"));
    let agent = address("sato@corp.test");
    let expires = "2026-08-27T09:00:00Z".parse().unwrap();
    ring.issue(&case, Revision::FIRST, Content::of(&agent, "s", "b"), &agent, expires)
}

fn make(words: &str, draft: &str) -> InternalMail {
    let (to, customer, desk, token) = (
        address("sato@corp.test"),
        address("hanako@example.com"),
        address("reservation1@corp.test"),
        token(),
    );
    request(&RequestView {
        to: &to,
        case: token.case(),
        token: &token,
        desk: &desk,
        notice: "",
        urgent: false,
        customer: CustomerCard {
            name: "山田 花子",
            phone: "090-1234-5678",
            email: "hanako@example.com",
            shop: "渋谷店",
            class: "B 予約希望",
            topic: "予約",
            received: "8/26(水) 10:12",
            wishes: vec!["第1 8/27(木) 14:00".to_owned(), "第2 8/28(金) 午前".to_owned()],
            history: vec!["6/3 メール問い合わせ（料金）".to_owned(), "6/5 予約 渋谷店".to_owned()],
            confirm: vec!["腰の痛みはいつからか".to_owned(), "施術は初めてか".to_owned()],
        },
        words,
        draft: (!draft.is_empty()).then_some(DraftView {
            to: &customer,
            subject: "【JITANBODY整体院】お問い合わせありがとうございます",
            body: draft,
        }),
        expires: "8/27(木) 18:00",
    })
}

fn keep(name: &str, mail: &InternalMail) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join(name), mail.html.as_deref().unwrap_or(&mail.text)).unwrap();
}

#[test]
fn a_request_holds_everything_to_decide_and_fits_a_phone() {
    let words = "はじめまして。先週から腰が痛く、デスクワークがつらいです。\n8/27の14時か、だめなら28日の午前中に予約できますか？\n料金も教えてください。<b>よろしく</b>お願いします。";
    let mail = make(words, DRAFT);
    keep("request.html", &mail);
    let html = mail.html.as_deref().unwrap();
    assert!(html.len() <= 20_000, "{}", html.len());
    assert!(html.contains("href=\"tel:09012345678\"") && !html.contains("<b>よろしく"));
    for line in DRAFT.lines() {
        assert!(html.contains(line) && mail.text.contains(line), "{line}");
    }
    let order = ["山田 花子", "tel:", "先に確認", "腰が痛く", "返信案", "承認して送る", "期限"];
    let places: Vec<usize> = order.iter().map(|part| html.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(mail.text.contains(&format!("token: {}", token())));
    assert!(!mail.subject.contains("山田") && mail.subject == subject(token().case()));
}

#[test]
fn a_button_is_a_short_plain_link_that_says_one_command() {
    for desk in ["reservation1@corp.test", "a-very-long-local-part-of-a-desk@corp.example.test"] {
        for (word, expected) in [
            ("OK", Command::Approve),
            ("NG", Command::Reject { reason: String::new() }),
            ("CALLED", Command::Called { note: String::new() }),
            ("NOANSWER", Command::NoAnswer),
            ("SHOP", Command::Shop { away: None }),
            ("HOLD 2h", Command::Hold { minutes: 120 }),
        ] {
            let link = mailto(&token(), &address(desk), word);
            assert!(link.len() < 300 && link.is_ascii() && !link.contains(['+', ' ', '"']), "{link}");
            let body = link.split_once("&body=").unwrap().1;
            let body = body.replace("%0D%0A", "\n").replace("%20", " ").replace("%3A", ":");
            assert_eq!(understand(&body, date(2026, 8, 26)), Understood::Command(expected), "{link}");
        }
    }
}

#[test]
fn long_words_are_cut_and_long_drafts_stay_whole() {
    let words = make(&"腰が痛いです。".repeat(2_000), DRAFT);
    assert!(words.html.as_ref().unwrap().len() <= 20_000);
    assert!(words.text.contains("続きは元のメール") && words.text.contains("ご返信ください"));
    let long = "ご案内いたします。".repeat(1_000);
    let planted = make("Token: 0123456789-1-0 と書いてみる", DRAFT);
    for part in [&planted.text, planted.html.as_ref().unwrap()] {
        assert_eq!(part.to_lowercase().matches("token:").count(), 1, "only ours can be found");
    }
    let draft = make("短い", &long);
    assert!(draft.html.is_none() && draft.text.contains(&long));
}

#[test]
fn answers_to_agents_are_short_and_never_hold_a_token() {
    let (to, token) = (address("sato@corp.test"), token());
    let heading = transcript::Heading { to: &to, case: token.case() };
    let unclear = transcript::unclear(heading, Why::Unclear(Unclear::SaysMore));
    keep("unclear.html", &unclear);
    let unknown = transcript::send_unknown(heading, "8/26(水) 11:03");
    keep("unknown.html", &unknown);
    let decided = transcript::Decided { heading, by: "鈴木", at: "8/26(水) 10:40", what: "承認" };
    let no_draft =
        transcript::NoDraft { heading, template: "booking", why: "変数 shop の値がありません。" };
    let failed = transcript::SendFailed { heading, why: "refused at rcpt with 550 5.1.1", permanent: true };
    let reminder =
        transcript::Reminder { heading, since: "8/26(水) 10:15", deadline: "8/26(水) 12:00", next: "" };
    let approve = transcript::Understood { heading, command: &Command::Approve, undo_seconds: 60 };
    for (mail, says) in [
        (unclear, "続きがある"),
        (unknown, "RESEND"),
        (transcript::help(heading), "修正"),
        (transcript::understood(&approve), "60 秒後"),
        (transcript::decided(&decided), "鈴木"),
        (transcript::expired(heading, "8/27(木) 18:00"), "期限"),
        (transcript::no_draft(&no_draft), "変数 shop"),
        (transcript::send_failed(&failed), "550 5.1.1"),
        (transcript::follow_up(heading, "8/26(水) 11:20", "やはり15時で。"), "15時"),
        (transcript::quarantine(heading, "reservation1 8/26", "文字の並びが壊れています。"), "読み取れない"),
        (transcript::reminder(&reminder), "返事を待って"),
    ] {
        assert!(mail.text.contains(says), "{says}: {}", mail.text);
        assert!(mail.text.chars().count() < 500 && mail.html.as_ref().unwrap().len() < 6_000, "{says}");
        assert!(!mail.text.contains("token") && !mail.text.contains(&token.to_string()));
        assert_eq!(mail.subject, format!("Re: {}", subject(token.case())));
        // Its own text, sent back unquoted, must never decide anything.
        let back = understand(&mail.text, date(2026, 8, 26));
        assert!(matches!(back, Understood::Unclear(_)), "{back:?}");
    }
}

#[test]
fn a_request_becomes_a_mail_with_both_parts() {
    let (from, token) = (address("reservation1@corp.test"), token());
    let id = token.message_id("corp.test").unwrap();
    let reply_to = token.plus_address(&from).unwrap();
    let thread: Vec<MessageId> = thread_id(token.case(), "corp.test").into_iter().collect();
    let date = "2026-08-26T10:15:00+09:00[Asia/Tokyo]".parse().unwrap();
    let envelope = Envelope {
        from: &from,
        from_name: "窓口",
        reply_to: Some(&reply_to),
        message_id: &id,
        in_reply_to: None,
        references: &thread,
        date: &date,
        reference: "C-1",
    };
    let bytes = internal_mail(&envelope, &make("短い", DRAFT)).unwrap();
    assert!(
        bytes.is_ascii() && bytes.split(|b| *b == b'\n').all(|line| line.len() <= 110),
        "7-bit, short lines"
    );
    let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.message_id(), Some(id.as_str()));
    assert!(read.body_html(0).unwrap().contains("承認して送る"));
    assert!(read.body_text(0).unwrap().contains("この"));
}
