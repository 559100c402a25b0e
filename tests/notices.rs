//! A booking system's notice at the desk: store, config and rules as shipped, no servers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::path::Path;

use jiff::Timestamp;
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
use tokio::sync::mpsc;

struct Office {
    desk: Desk,
    rows: mpsc::UnboundedReceiver<Row>,
    uid: u32,
    _dir: tempfile::TempDir,
}

impl Office {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(Options::new(dir.path().join("store"))).await.unwrap();
        let live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
        let (planned, rows) = mpsc::unbounded_channel();
        let noon: Timestamp = "2026-08-27T12:00:00+09:00".parse().unwrap();
        Self { desk: Desk::new(store, live, Clock::starting_at(noon), planned), rows, uid: 0, _dir: dir }
    }

    fn mailbox() -> MailboxName {
        MailboxName::parse("reservation1").unwrap()
    }

    /// A mail arrives.
    async fn mail(&mut self, from: &str, subject: &str, text: &str) -> Tally {
        self.uid += 1;
        let raw = format!(
            "From: {from}\nTo: reservation1@jitanbody.example\nSubject: {subject}\nDate: Thu, 27 Aug 2026 11:0{0}:00 +0900\n\
             Message-ID: <n{0}@web.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n{text}",
            self.uid
        );
        let place =
            Place { folder: "INBOX".into(), uid_validity: 1, uid: self.uid, size: 1000, server_id: None };
        let received = self.desk.now();
        let incoming = Incoming { place, received, content: Ok(raw.into_bytes()) };
        self.desk.take_in(&Self::mailbox(), vec![incoming]).await.unwrap()
    }

    async fn ended(&self, row: &Row, ending: Ending) {
        let event = Event::Ended { number: row.number, effect: Box::new(row.effect.clone()), ending };
        self.desk.handle(&row.case, &event, Default::default()).await.unwrap();
    }

    /// The next row of a kind; others end well.
    async fn row(&mut self, word: &str) -> Row {
        loop {
            let row = self.rows.try_recv().unwrap();
            if row.effect.word() == word {
                return row;
            }
        }
    }

    /// Forgets what is planned: other agents' requests, marks on the way.
    fn drain(&mut self) {
        while self.rows.try_recv().is_ok() {}
    }

    /// A form asks for a slot, an agent approves the answer, and it goes out: the case waits for its customer.
    async fn waiting(&mut self, name: &str, phone: &str, words: &str) -> CaseId {
        let text = format!(
            "氏名：{name}\n電話番号：{phone}\nメールアドレス：guest{}@customer.example\n内容：{words}\n",
            self.uid
        );
        self.drain();
        let tally = self.mail("form@jitanbody.example", "form", &text).await;
        assert_eq!(tally.cases, 1, "{tally:?}");
        let ask = self.row("ask").await;
        self.ended(&ask, Ending::Done).await;
        let Effect::Ask { to, revision, .. } = ask.effect.clone() else { panic!("{ask:?}") };
        let said = Said::Command(Command::Approve);
        let proof = rehearsal().proof().unwrap().clone();
        let event = Event::Agent { by: to, proof, revision, said, mail: None };
        self.desk.handle(&ask.case, &event, Default::default()).await.unwrap();
        let send = self.row("send").await;
        let Effect::Send { revision, .. } = send.effect else { panic!("{send:?}") };
        let case = self.case(&ask.case).await;
        let live = self.desk.live();
        let sent = Ending::Sent(message_id(&case.id, revision, live.policy(&case.mailbox)));
        self.ended(&send, sent).await;
        self.drain();
        assert_eq!(self.case(&ask.case).await.state_word(), "awaiting_reply");
        ask.case
    }

    async fn case(&self, id: &CaseId) -> Case {
        self.desk.case(id).await.unwrap().unwrap().0
    }

    /// State, and what the record says of notices.
    async fn stands(&self, id: &CaseId) -> String {
        let case = self.case(id).await;
        let notices = case.record.iter().filter(|entry| entry.what.starts_with("booking_notice"));
        let notices: Vec<String> = notices.map(|entry| format!(" {} {}", entry.what, entry.note)).collect();
        format!("{}{}", case.state_word(), notices.concat())
    }
}

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

fn salon(name: &str, when: &str) -> String {
    format!(
        "新宿院 様\n\nネットから予約が入りました。\n\n◇予約番号\nBE778812\n◇氏名\n{name}\n◇来店日時\n{when}\n◇メニュー\n全身60分\n"
    )
}

#[tokio::test]
async fn a_booking_under_the_same_number_or_name_and_slot_ends_the_waiting() {
    for (from, notice) in [
        (
            "EPARK <no-reply@epark.example>",
            "お客様名：倉持 みお 様\n電話番号：090-2345-6789\n予約日時：2026/08/30 11:00\n受付番号：E-1\n"
                .to_owned(),
        ),
        (
            "SALON BOARD <info@salonboard.example>",
            salon("倉持 みお（クラモチ ミオ）", "2026年08月29日（土）14:00"),
        ),
    ] {
        let mut office = Office::open().await;
        let case = office.waiting("倉持 みお", "090-2345-6789", WISH).await;
        let tally = office.mail(from, "new booking", &notice).await;
        assert_eq!((tally.ignored, tally.cases), (1, 0));
        let stands = office.stands(&case).await;
        assert!(stands.starts_with("converted booking_notice "), "{stands}");
        let mark = office.row("mark").await;
        let Effect::Mark { remove, .. } = &mark.effect else { panic!("{mark:?}") };
        assert!(remove.iter().any(|mark| mark == "awaiting_reply"), "{mark:?}");
    }
}

#[tokio::test]
async fn a_namesake_at_another_time_is_a_note_and_a_stranger_is_nothing() {
    let mut office = Office::open().await;
    let case = office.waiting("倉持 みお", "090-2345-6789", WISH).await;
    let from = "SALON BOARD <info@salonboard.example>";
    office.mail(from, "new booking", &salon("持田 玲", "2026年08月29日（土）14:00")).await;
    assert_eq!(office.stands(&case).await, "awaiting_reply");
    office.mail(from, "new booking", &salon("倉持 みお", "2026年09月03日（木）10:00")).await;
    assert_eq!(
        office.stands(&case).await,
        "awaiting_reply booking_notice_like SALON BOARD 9月3日(木) 10:00 BE778812"
    );
}

#[tokio::test]
async fn of_two_cases_with_one_number_the_newest_is_meant() {
    let mut office = Office::open().await;
    // A family's telephone: another name is another person's case.
    let old = office.waiting("倉持 健", "090-2345-6789", WISH).await;
    let new = office.waiting("倉持 みお", "090-2345-6789", "8月30日の10時に池袋院を予約したいです。").await;
    assert_ne!(old, new);
    let notice =
        "お客様名：倉持 みお 様\n電話番号：090-2345-6789\n予約日時：2026/08/30 10:00\n受付番号：E-1\n";
    office.mail("EPARK <no-reply@epark.example>", "new booking", notice).await;
    assert_eq!(office.stands(&old).await, "awaiting_reply");
    assert!(office.stands(&new).await.starts_with("converted"));
    let again = office.desk.store().scan("mail/", None, 10).await.unwrap().len();
    assert_eq!(again, 3, "every mail is remembered once");
}
