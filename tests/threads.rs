//! Which mails are one case, which are two, and whose they are: desk, store, config and rules as shipped, no servers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use madoguchi::answers::{Question, answer};
use madoguchi::clock::Clock;
use madoguchi::desk::Desk;
use madoguchi::desk::intake::{Incoming, Tally};
use madoguchi::live::Live;
use madoguchi::outbox::row::Row;
use madoguchi::store::{Options, Store};
use madoguchi::triage::approval::rehearsal;
use madoguchi::triage::case::{Case, Place};
use madoguchi::triage::command::Command;
use madoguchi::triage::decide::message_id;
use madoguchi::triage::effect::Effect;
use madoguchi::triage::event::{Ending, Event, Said};
use madoguchi::triage::id::{CaseId, MailboxName};
use serde_json::Value;
use tokio::sync::mpsc;

const NOON: &str = "2026-08-27T12:00:00+09:00";

struct Office {
    desk: Desk,
    rows: mpsc::UnboundedReceiver<Row>,
    uid: u32,
    _dir: tempfile::TempDir,
}

/// A mail as rows write it.
#[derive(Clone, Copy, Default)]
struct Mail<'a> {
    from: &'a str,
    to: &'a str,
    subject: &'a str,
    answers: &'a str,
    text: &'a str,
}

impl Office {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(Options::new(dir.path().join("store"))).await.unwrap();
        let live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
        let (planned, rows) = mpsc::unbounded_channel();
        let noon: Timestamp = NOON.parse().unwrap();
        Self { desk: Desk::new(store, live, Clock::starting_at(noon), planned), rows, uid: 0, _dir: dir }
    }

    /// Lets go of the store before its folder goes: sled shares a lock among all stores of a process.
    async fn close(self) {
        self.desk.store().close().await.unwrap();
    }

    fn mailbox() -> MailboxName {
        MailboxName::parse("reservation1").unwrap()
    }

    fn incoming(&mut self, mail: Mail<'_>) -> Incoming {
        self.uid += 1;
        let to = if mail.to.is_empty() { "reservation1@jitanbody.example" } else { mail.to };
        let answers = match mail.answers {
            "" => String::new(),
            id => format!("In-Reply-To: <{id}>\nReferences: <{id}>\n"),
        };
        let raw = format!(
            "From: {}\nTo: {to}\nSubject: {}\nDate: Thu, 27 Aug 2026 11:{:02}:00 +0900\nMessage-ID: <m{}@mail.example>\n{answers}\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}",
            mail.from, mail.subject, self.uid, self.uid, mail.text
        );
        let place =
            Place { folder: "INBOX".into(), uid_validity: 1, uid: self.uid, size: 1000, server_id: None };
        // What a person sends comes after what it answers.
        let received = self.desk.now() + SignedDuration::from_mins(2 * i64::from(self.uid));
        Incoming { place, received, content: Ok(raw.into_bytes()) }
    }

    /// Mails arrive together.
    async fn mails(&mut self, mails: &[Mail<'_>]) -> Tally {
        let incoming = mails.iter().map(|mail| self.incoming(*mail)).collect();
        self.desk.take_in(&Self::mailbox(), incoming).await.unwrap()
    }

    async fn mail(&mut self, mail: Mail<'_>) -> Tally {
        self.mails(&[mail]).await
    }

    /// A person of ours writes by hand.
    async fn by_hand(&mut self, mail: Mail<'_>) -> usize {
        let incoming = self.incoming(mail);
        self.desk.take_sent(&Self::mailbox(), vec![incoming]).await.unwrap()
    }

    async fn ended(&self, row: &Row, ending: Ending) {
        let event = Event::Ended { number: row.number, effect: Box::new(row.effect.clone()), ending };
        self.desk.handle(&row.case, &event, Default::default()).await.unwrap();
    }

    fn row(&mut self, word: &str) -> Row {
        loop {
            let row = self.rows.try_recv().unwrap();
            if row.effect.word() == word {
                return row;
            }
        }
    }

    /// An agent approves what was asked last, and it goes out; the Message-ID of the answer.
    async fn answered(&mut self) -> (CaseId, String) {
        let ask = self.row("ask");
        self.ended(&ask, Ending::Done).await;
        let Effect::Ask { to, revision, .. } = ask.effect.clone() else { panic!("{ask:?}") };
        let proof = rehearsal().proof().unwrap().clone();
        let said = Said::Command(Command::Approve);
        let event = Event::Agent { by: to, proof, revision, said, mail: None };
        self.desk.handle(&ask.case, &event, Default::default()).await.unwrap();
        let send = self.row("send");
        let Effect::Send { revision, .. } = send.effect else { panic!("{send:?}") };
        let case = self.case(&ask.case).await;
        let id = message_id(&case.id, revision, self.desk.live().policy(&case.mailbox));
        self.ended(&send, Ending::Sent(id.clone())).await;
        while self.rows.try_recv().is_ok() {}
        (ask.case, id.as_str().to_owned())
    }

    async fn case(&self, id: &CaseId) -> Case {
        self.desk.case(id).await.unwrap().unwrap().0
    }

    async fn asked(&self, question: Question) -> Vec<Value> {
        answer(&self.desk, &question).await.unwrap()
    }

    /// All cases, oldest first: whose, how many mails, and whether one grew out of another.
    async fn cases(&self) -> Vec<String> {
        let mut cases = Vec::new();
        for value in self.asked(Question::Cases { all: true, limit: 100, tag: None }).await {
            cases.push(self.case(&CaseId::parse(value["case"].as_str().unwrap()).unwrap()).await);
        }
        cases.sort_by_key(|case| case.mails[0].place.uid);
        let number = |id: &CaseId| cases.iter().position(|case| case.id == *id).unwrap() + 1;
        cases
            .iter()
            .map(|case| {
                let whose = case.customer.address.as_ref().map_or("nobody", |address| address.as_str());
                let linked = case.linked.as_ref().map(|from| format!(" from {}", number(from)));
                format!("{whose} {}{}", case.mails.len(), linked.unwrap_or_default())
            })
            .collect()
    }
}

const HANA: &str = "=?UTF-8?B?5bGx55Sw6Iqx5a2Q?= <hana@customer.example>";
const PRICE: &str = "料金を教えてください。";
const PARKING: &str = "駐車場はありますか。";

fn form(name: &str, phone: &str, email: &str, words: &str) -> String {
    format!("氏名：{name}\n電話番号：{phone}\nメールアドレス：{email}\n内容：{words}\n")
}

fn mail<'a>(from: &'a str, subject: &'a str, text: &'a str) -> Mail<'a> {
    Mail { from, subject, text, ..Mail::default() }
}

#[tokio::test]
async fn two_mails_before_an_answer_are_one_case_also_in_one_batch() {
    let mut office = Office::open().await;
    let (price, parking) = (mail(HANA, "料金について", PRICE), mail(HANA, "駐車場について", PARKING));
    office.mails(&[price, parking]).await;
    assert_eq!(office.cases().await, ["hana@customer.example 2"]);
    office.mail(mail(HANA, "追加です", "営業時間も教えてください。")).await;
    assert_eq!(office.cases().await, ["hana@customer.example 3"]);
    office.close().await;
}

#[tokio::test]
async fn a_reply_goes_on_with_the_case_and_one_with_a_new_subject_begins_a_linked_one() {
    let mut office = Office::open().await;
    office.mail(mail(HANA, "料金について", PRICE)).await;
    let (first, answer) = office.answered().await;
    let reply = Mail {
        answers: &answer, ..mail(HANA, "Re: お問い合わせありがとうございます", PRICE)
    };
    office.mail(reply).await;
    assert_eq!(office.cases().await, ["hana@customer.example 2"]);
    office.mail(Mail { answers: &answer, ..mail(HANA, "回数券について", PRICE) }).await;
    assert_eq!(office.cases().await, ["hana@customer.example 2", "hana@customer.example 1 from 1"]);

    let shown = office.asked(Question::Case { id: first.to_string() }).await;
    let grown = shown[0]["grown"].as_array().unwrap().clone();
    assert_eq!(grown.len(), 1, "{shown:?}");
    let second = office.asked(Question::Case { id: grown[0].as_str().unwrap().to_owned() }).await;
    assert_eq!(second[0]["linked"], first.as_str());
    // It is read for itself and drafted, not taken for an answer to what we wrote.
    assert_eq!(second[0]["state"], "drafted");
    office.close().await;
}

#[tokio::test]
async fn whoever_takes_a_time_we_offered_answers_us_under_any_subject() {
    let wish = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
    for (subject, text, expected) in [
        ("予約の件", "8月29日14時でお願いします。", vec!["hana@customer.example 2"]),
        ("駐車場の件", PARKING, vec!["hana@customer.example 1", "hana@customer.example 1 from 1"]),
    ] {
        let mut office = Office::open().await;
        office.mail(mail(HANA, "問い合わせ", wish)).await;
        let (_, answer) = office.answered().await;
        office.mail(Mail { answers: &answer, ..mail(HANA, subject, text) }).await;
        assert_eq!(office.cases().await, expected, "{subject}");
        office.close().await;
    }
}

#[tokio::test]
async fn another_person_who_takes_the_time_we_offered_has_a_case_of_their_own() {
    let taro = "=?UTF-8?B?5L2Q6Jek5aSq6YOO?= <taro@other.example>";
    let mut office = Office::open().await;
    office
        .mail(mail(HANA, "問い合わせ", "8月29日の14時に新宿院を予約したいのですが、空いていますか。"))
        .await;
    let (_, answer) = office.answered().await;
    office.mail(Mail { answers: &answer, ..mail(taro, "Re: 予約", "8月29日14時でお願いします。") }).await;
    assert_eq!(office.cases().await, ["hana@customer.example 1", "taro@other.example 1 from 1"]);
    office.close().await;
}

#[tokio::test]
async fn whoever_was_in_copy_has_a_case_of_their_own() {
    let mut office = Office::open().await;
    office.mail(mail("a@one.example", "料金について", PRICE)).await;
    let first = format!("m{}@mail.example", office.uid);
    office.mail(Mail { answers: &first, ..mail("b@two.example", "Re: 料金について", PARKING) }).await;
    assert_eq!(office.cases().await, ["a@one.example 1", "b@two.example 1 from 1"]);

    office.close().await;
    let mut office = Office::open().await;
    office.mail(mail("a@one.example", "料金について", PRICE)).await;
    let by_hand = Mail {
        from: "reservation1@jitanbody.example",
        to: "a@one.example\nCc: b@two.example",
        subject: "Re: 料金について",
        text: "一回 6,600 円です。",
        ..Mail::default()
    };
    assert_eq!(office.by_hand(by_hand).await, 1);
    let sent = format!("m{}@mail.example", office.uid);
    office.mail(Mail { answers: &sent, ..mail("b@two.example", "Re: 料金について", PARKING) }).await;
    assert_eq!(office.cases().await, ["a@one.example 1", "b@two.example 1"]);
    office.close().await;
}

#[tokio::test]
async fn another_person_who_answers_has_a_case_of_their_own() {
    let taro = "=?UTF-8?B?5L2Q6Jek5aSq6YOO?= <taro@other.example>";
    for (from, expected) in [
        // Her own second address: nobody else has our answer.
        ("hana.private@other.example", vec!["hana@customer.example 2"]),
        (taro, vec!["hana@customer.example 1", "taro@other.example 1 from 1"]),
    ] {
        let mut office = Office::open().await;
        office.mail(mail(HANA, "料金について", PRICE)).await;
        let (_, answer) = office.answered().await;
        office.mail(Mail { answers: &answer, ..mail(from, "Re: 料金について", PARKING) }).await;
        assert_eq!(office.cases().await, expected, "{from}");
        office.close().await;
    }
}

#[tokio::test]
async fn two_people_who_answer_one_mail_to_both_are_two_cases() {
    let mut office = Office::open().await;
    office.mail(mail("a@one.example", "料金について", PRICE)).await;
    office.mail(mail("b@two.example", "営業時間", PARKING)).await;
    let bulk = Mail {
        from: "reservation1@jitanbody.example",
        to: "a@one.example, b@two.example, c@three.example",
        subject: "夏季休業のお知らせ",
        text: "お盆は休業いたします。",
        ..Mail::default()
    };
    assert_eq!(office.by_hand(bulk).await, 1);
    let sent = format!("m{}@mail.example", office.uid);
    assert_eq!(office.cases().await, ["a@one.example 1", "b@two.example 1"]);
    for case in office.asked(Question::Cases { all: true, limit: 9, tag: None }).await {
        assert_eq!(case["state"], "answered", "both were answered: {case}");
    }
    for from in ["b@two.example", "a@one.example", "c@three.example"] {
        office.mail(Mail { answers: &sent, ..mail(from, "Re: 夏季休業のお知らせ", PRICE) }).await;
    }
    assert_eq!(office.cases().await, ["a@one.example 2", "b@two.example 2", "c@three.example 1"]);
    office.close().await;
}

#[tokio::test]
async fn a_person_is_known_again_by_number_and_name_without_the_address() {
    let robot = "form@jitanbody.example";
    let rows = [
        // The second form mends a mistyped address.
        ("倉持みお", "090-2345-6789", "mio@customer.example", vec!["mio@customer.example 2"]),
        ("倉持みお", "０９０－２３４５－６７８９", "", vec!["moi@customer.example 2"]),
        // A family's telephone.
        (
            "倉持 健",
            "090-2345-6789",
            "ken@customer.example",
            vec!["moi@customer.example 1", "ken@customer.example 1 from 1"],
        ),
        // A name in another script proves nothing, and no name neither: no answer goes to another address.
        ("Ken Tanaka", "090-2345-6789", "ken@customer.example", vec!["moi@customer.example 2"]),
        ("", "090-2345-6789", "x@customer.example", vec!["moi@customer.example 2"]),
        // Somebody else.
        (
            "佐藤 愛",
            "090-9999-0000",
            "ai@customer.example",
            vec!["moi@customer.example 1", "ai@customer.example 1"],
        ),
        // A shared address, and another name and number.
        (
            "倉持 健",
            "080-1111-2222",
            "moi@customer.example",
            vec!["moi@customer.example 1", "moi@customer.example 1 from 1"],
        ),
    ];
    for (name, phone, email, expected) in rows {
        let mut office = Office::open().await;
        let first = form("倉持 みお", "090-2345-6789", "moi@customer.example", PRICE);
        office.mail(mail(robot, "お客様からお問い合わせがありました", &first)).await;
        let second = form(name, phone, email, PARKING);
        office.mail(mail(robot, "お客様からお問い合わせがありました", &second)).await;
        assert_eq!(office.cases().await, expected, "{name} {phone} {email}");
        office.close().await;
    }
}

#[tokio::test]
async fn a_persons_history_is_in_one_place() {
    let mut office = Office::open().await;
    let robot = "form@jitanbody.example";
    let first = form("倉持 みお", "090-2345-6789", "mio@customer.example", PRICE);
    office.mail(mail(robot, "お客様からお問い合わせがありました", &first)).await;
    office.answered().await;
    // Over the telephone number the second address is hers as well.
    let second = form("倉持みお", "09023456789", "mio.k@work.example", PARKING);
    office.mail(mail(robot, "お客様からお問い合わせがありました", &second)).await;
    let third = form("佐藤 愛", "090-9999-0000", "ai@customer.example", PRICE);
    office.mail(mail(robot, "お客様からお問い合わせがありました", &third)).await;
    let all = office.asked(Question::Cases { all: true, limit: 9, tag: None }).await;
    for who in ["+81 90-2345-6789", "MIO@customer.example", "mio.k@work.example", "倉持みお様"] {
        let found = office.asked(Question::Person { text: who.to_owned() }).await;
        let names: Vec<&str> = found.iter().filter_map(|case| case["name"].as_str()).collect();
        assert!(!names.is_empty() && names.iter().all(|name| name.starts_with("倉持")), "{who}: {names:?}");
    }
    let mio = all.iter().find(|case| case["name"] == "倉持 みお").unwrap();
    let by_case = office.asked(Question::Person { text: mio["case"].as_str().unwrap().to_owned() }).await;
    assert!(by_case.iter().any(|case| case["case"] == mio["case"]), "{by_case:?}");
    for nobody in ["090-0000-0000", "nobody@customer.example", "存在しない", ""] {
        assert!(office.asked(Question::Person { text: nobody.to_owned() }).await.is_empty(), "{nobody}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_flood_of_one_person_stops_nothing() {
    let mut office = Office::open().await;
    let long = "あ".repeat(300);
    let text = "料金を教えてください。".repeat(500);
    for _ in 0..4 {
        office.mails(&[Mail { text: &text, subject: &long, from: HANA, ..Mail::default() }; 20]).await;
    }
    let expected =
        ["hana@customer.example 30", "hana@customer.example 30 from 1", "hana@customer.example 20 from 2"];
    assert_eq!(office.cases().await, expected);
    office.close().await;
}

#[tokio::test]
async fn answers_to_a_full_case_go_on_in_one_case_until_that_is_full_too() {
    let mut office = Office::open().await;
    office.mail(mail(HANA, "料金について", PRICE)).await;
    let (_, answer) = office.answered().await;
    let reply = Mail {
        answers: &answer, ..mail(HANA, "Re: お問い合わせありがとうございます", PRICE)
    };
    office.mails(&[reply; 29]).await;
    assert_eq!(office.cases().await, ["hana@customer.example 30"]);
    // One by one, and many at once.
    office.mail(reply).await;
    office.mail(reply).await;
    office.mails(&[reply; 20]).await;
    assert_eq!(office.cases().await, ["hana@customer.example 30", "hana@customer.example 22 from 1"]);
    // Also answers to the mails of the customer that are in the second one, and beyond it.
    let own = format!("m{}@mail.example", office.uid);
    office.mails(&[Mail { answers: &own, ..reply }; 10]).await;
    office.mail(reply).await;
    let expected =
        ["hana@customer.example 30", "hana@customer.example 30 from 1", "hana@customer.example 3 from 2"];
    assert_eq!(office.cases().await, expected);
    // Another subject and another person have cases of their own, as ever.
    office.mail(Mail { answers: &answer, ..mail(HANA, "回数券について", PRICE) }).await;
    office.mail(Mail { from: "taro@other.example", ..reply }).await;
    office.mail(reply).await;
    let expected = [
        "hana@customer.example 30",
        "hana@customer.example 30 from 1",
        "hana@customer.example 4 from 2",
        "hana@customer.example 1 from 1",
        "taro@other.example 1 from 1",
    ];
    assert_eq!(office.cases().await, expected);
    office.close().await;
}

#[tokio::test]
async fn no_answer_that_takes_a_time_makes_a_case_larger_than_it_may_be() {
    let mut office = Office::open().await;
    office.mail(mail(HANA, "予約", "8月29日の14時に新宿院を予約したいです。")).await;
    let first = format!("m{}@mail.example", office.uid);
    for _ in 0..2 {
        let taken =
            Mail { answers: &first, ..mail(HANA, "別件", "8月29日14時でお願いします。") };
        office.mails(&[taken; 25]).await;
    }
    let cases = office.cases().await;
    assert_eq!(cases[0], "hana@customer.example 30", "{cases:?}");
    office.close().await;
}
