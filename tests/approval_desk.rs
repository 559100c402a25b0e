//! Answers at the desk: a witness that comes late, refusals at the same time, mails too large to check, colleagues, absences.
//! Store, config and rules as shipped, no servers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

#[path = "support/dkim.rs"]
#[allow(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod dkim;

use std::path::Path;

use dkim::Signer;
use jiff::{SignedDuration, Timestamp};
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::clock::Clock;
use madoguchi::desk::Desk;
use madoguchi::desk::intake::{Incoming, Tally};
use madoguchi::live::Live;
use madoguchi::outbox::letters;
use madoguchi::outbox::row::Row;
use madoguchi::secret::Secret;
use madoguchi::store::{Options, Store};
use madoguchi::token::{Content, Keyring, Token, find_in};
use madoguchi::triage::approval::{Mode, rehearsal};
use madoguchi::triage::case::{Case, Place};
use madoguchi::triage::command::Command;
use madoguchi::triage::effect::{Effect, Notice, Question};
use madoguchi::triage::event::{Event, Said};
use madoguchi::triage::id::{Address, CaseId, MailboxName, Revision};
use madoguchi::triage::mail::Letter;
use tokio::sync::mpsc;

const SATO: &str = "sato@agents.example";
const SUZUKI: &str = "suzuki@agents.example";
const TANAKA: &str = "tanaka@agents.example";
const NOON: &str = "2026-08-27T12:00:00+09:00";
const FORM: &str = "氏名：山田花子\n電話番号：090-1234-5678\nメールアドレス：hanako@customer.example\n内容：8月29日の14時に予約したいです。\n";

struct Office {
    desk: Desk,
    store: Store,
    ring: Keyring,
    rows: mpsc::UnboundedReceiver<Row>,
    uid: u32,
    dir: tempfile::TempDir,
}

fn signer() -> Signer {
    Signer::new("agents.example", "s1", 7)
}

fn at(instant: Timestamp, store: &Store, ring: &Keyring) -> (Desk, mpsc::UnboundedReceiver<Row>) {
    let mut live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
    let dns = Box::new(Zone::Text(signer().zone()));
    live.auth = Authenticator::new(Checks { mode: Mode::Dkim, authserv_id: None, dns });
    live.ring = Some(ring.clone());
    let (planned, rows) = mpsc::unbounded_channel();
    (Desk::new(store.clone(), live, Clock::starting_at(instant), planned), rows)
}

impl Office {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(Options::new(dir.path().join("store"))).await.unwrap();
        let ring = Keyring::new(Secret::new("the key of this office, long enough".to_owned()), None);
        let (desk, rows) = at(NOON.parse().unwrap(), &store, &ring);
        Self { desk, store, ring, rows, uid: 0, dir }
    }

    /// The same store a while later.
    fn later(&mut self, minutes: i64) {
        let instant = self.desk.now() + SignedDuration::from_mins(minutes);
        (self.desk, self.rows) = at(instant, &self.store, &self.ring);
    }

    fn incoming(&mut self, raw: String) -> Incoming {
        self.uid += 1;
        let size = u32::try_from(raw.len()).unwrap();
        let place = Place { folder: "INBOX".into(), uid_validity: 1, uid: self.uid, size, server_id: None };
        Incoming { place, received: self.desk.now(), content: Ok(raw.into_bytes()) }
    }

    async fn take(&self, mails: Vec<Incoming>) -> Tally {
        let name = MailboxName::parse("reservation1").unwrap();
        self.desk.take_in(&name, mails).await.unwrap()
    }

    /// A form asks for a slot; the case, the revision that is asked about and what it says.
    async fn asked(&mut self) -> (CaseId, Revision, Content) {
        let raw = format!(
            "From: form@jitanbody.example\nTo: reservation1@jitanbody.example\nSubject: form\n\
             Date: Thu, 27 Aug 2026 11:00:00 +0900\nMessage-ID: <form@web.example>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{FORM}"
        );
        let mail = self.incoming(raw);
        assert_eq!(self.take(vec![mail]).await.cases, 1);
        let id = loop {
            let row = self.rows.try_recv().unwrap();
            if let Effect::Ask { .. } = row.effect {
                break row.case;
            }
        };
        let case = self.case(&id).await;
        let draft = case.draft.as_ref().unwrap();
        (id, draft.revision, Content::of(&draft.to, &draft.subject, &draft.body))
    }

    fn token(&self, case: &CaseId, revision: Revision, content: Content, agent: &str) -> Token {
        let expires = self.desk.now() + SignedDuration::from_hours(24);
        self.ring.issue(case, revision, content, &Address::parse(agent).unwrap(), expires)
    }

    async fn case(&self, id: &CaseId) -> Case {
        self.desk.case(id).await.unwrap().unwrap().0
    }

    /// What the record holds, in words.
    async fn record(&self, id: &CaseId) -> Vec<String> {
        let case = self.case(id).await;
        case.record.iter().map(|entry| format!("{} {}", entry.what, entry.note)).collect()
    }

    /// A colleague hands a question over.
    async fn hands_over(&self, case: &CaseId, by: &str, who: &str, minutes: u32, text: &str) {
        let delegate =
            Command::Delegate { who: who.to_owned(), minutes: Some(minutes), text: text.to_owned() };
        let event = Event::Agent {
            by: Address::parse(by).unwrap(),
            proof: rehearsal().proof().unwrap().clone(),
            revision: self.case(case).await.revision,
            said: Said::Command(delegate),
            mail: None,
        };
        self.desk.handle(case, &event, Default::default()).await.unwrap();
    }

    /// The mails to one person that were planned since the last time, as far as they are wanted.
    async fn mails(&mut self, to: &str, wanted: impl Fn(&Effect) -> bool) -> Vec<Letter> {
        let to = Address::parse(to).unwrap();
        let mut letters = Vec::new();
        while let Ok(row) = self.rows.try_recv() {
            let case = self.case(&row.case).await;
            let written = letters::write(&self.desk, &case, row.number, &row.effect).await.unwrap();
            if let Some(written) = written.filter(|written| written.to == to && wanted(&row.effect)) {
                letters.push(madoguchi::mime::letter(&written.bytes).unwrap());
            }
        }
        letters
    }

    async fn refused(&self) -> Vec<(String, u64)> {
        self.desk.refusals().await.unwrap().by_reason.into_iter().collect()
    }
}

/// An answer, unsigned. `number` makes it another mail.
fn answer(from: &str, token: &Token, number: u32, header: &str, body: &str) -> String {
    let id = token.message_id("jitanbody.example").unwrap();
    format!(
        "From: {from}\nTo: reservation1@jitanbody.example\nSubject: Re: D-1\nDate: Thu, 27 Aug 2026 12:00:00 +0900\n\
         Message-ID: <a{number}@agents.example>\nIn-Reply-To: {id}\nReferences: {id}\n{header}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n\n> token: {token}\n"
    )
    .replace('\n', "\r\n")
}

fn signed(mail: &str) -> String {
    signer().sign(mail)
}

/// Who is known to send from here gets ten minutes for the copy in Sent; it is the witness.
#[tokio::test]
async fn an_answer_that_overtakes_its_copy_in_sent_waits_for_it() {
    let mut office = Office::open().await;
    let (case, revision, content) = office.asked().await;
    let token = office.token(&case, revision, content, SATO);
    let sent = MailboxName::parse("reservation1").unwrap();
    // Nobody knows yet that Sato writes from here: nobody stands behind the answer.
    let first = answer(SATO, &token, 1, "", "STATUS");
    let mail = office.incoming(first);
    assert_eq!(office.take(vec![mail]).await.held, 0);
    assert_eq!(office.refused().await, [("dkim_unsigned".to_owned(), 1)]);
    let earlier = office.incoming(answer(SATO, &token, 2, "", "STATUS"));
    office.desk.take_sent(&sent, vec![earlier]).await.unwrap();

    let approval = office.incoming(answer(SATO, &token, 3, "", "OK"));
    assert_eq!(office.take(vec![approval.clone()]).await.held, 1);
    assert_eq!(office.case(&case).await.state_word(), "drafted", "nothing is decided meanwhile");
    office.desk.take_sent(&sent, vec![approval.clone()]).await.unwrap();
    office.later(1);
    assert_eq!(office.desk.look_again().await.unwrap(), 0);
    assert!(office.record(&case).await.iter().any(|entry| entry.starts_with("承認")));

    // A copy that never comes: after ten minutes nobody stands behind it.
    let forged = office.incoming(answer(SATO, &token, 4, "", "NG"));
    assert_eq!(office.take(vec![forged]).await.held, 1);
    office.later(9);
    assert_eq!(office.desk.look_again().await.unwrap(), 1);
    office.later(2);
    assert_eq!(office.desk.look_again().await.unwrap(), 0);
    assert_eq!(office.refused().await, [("dkim_unsigned".to_owned(), 2)]);
    assert!(!office.record(&case).await.iter().any(|entry| entry.starts_with("却下")));
}

/// Bytes that are lost judge nothing; what waits behind them is heard.
#[tokio::test]
async fn a_waiting_answer_that_is_lost_keeps_nobody_from_being_heard() {
    let mut office = Office::open().await;
    let (case, revision, content) = office.asked().await;
    let token = office.token(&case, revision, content, SATO);
    let sent = MailboxName::parse("reservation1").unwrap();
    let earlier = office.incoming(answer(SATO, &token, 2, "", "STATUS"));
    office.desk.take_sent(&sent, vec![earlier]).await.unwrap();
    let waits = office.incoming(answer(SATO, &token, 3, "", "NG"));
    assert_eq!(office.take(vec![waits]).await.held, 1);
    for entry in std::fs::read_dir(office.dir.path().join("store/blobs")).unwrap() {
        std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    office.later(1);
    assert_eq!(office.desk.look_again().await.unwrap(), 0);
    assert_eq!(office.refused().await.len(), 1, "the operator hears of it");
    let next = office.incoming(signed(&answer(SATO, &token, 4, "", "OK")));
    office.take(vec![next]).await;
    assert!(office.record(&case).await.iter().any(|entry| entry.starts_with("承認")));
}

#[tokio::test]
async fn refusals_at_the_same_time_are_all_counted() {
    let mut office = Office::open().await;
    let (case, revision, content) = office.asked().await;
    let token = office.token(&case, revision, content, SATO);
    let forged = (0..12).map(|number| office.incoming(answer(SUZUKI, &token, number, "", "OK")));
    let mails: Vec<Incoming> = forged.collect();
    // One after the other within a lane, so each comes as a batch of its own.
    let takes = mails.into_iter().map(|mail| office.take(vec![mail]));
    futures_util::future::join_all(takes).await;
    assert_eq!(office.refused().await, [("token_forged".to_owned(), 12)]);
}

#[tokio::test]
async fn an_answer_too_large_to_check_is_called_so() {
    let mut office = Office::open().await;
    let (case, revision, content) = office.asked().await;
    let token = office.token(&case, revision, content, SATO);
    let whole = signed(&answer(SATO, &token, 1, "", "OK"));
    // A part of it was fetched: the server says how large the mail is.
    let mut part = office.incoming(whole.replace("\r\nOK\r\n", "\r\nOK \r\n\r\nx\r\n"));
    part.place.size = 300_000;
    office.take(vec![part]).await;
    assert_eq!(office.refused().await, [("mail_too_large".to_owned(), 1)]);
}

#[tokio::test]
async fn a_colleagues_word_is_a_note_and_an_absence_is_noted() {
    let mut office = Office::open().await;
    let (case, revision, content) = office.asked().await;
    let check = office.token(&case, revision, content.for_check(None), SUZUKI);
    let decides = office.token(&case, revision, content, SUZUKI);
    let word = office.incoming(signed(&answer(SUZUKI, &check, 1, "", "OK")));
    assert_eq!(office.take(vec![word]).await.commands, 1);
    let record = office.record(&case).await;
    assert!(record.contains(&"回答 OK".to_owned()), "{record:?}");
    assert_eq!(office.case(&case).await.state_word(), "drafted");

    let away = "Auto-Submitted: auto-replied\n";
    let unsigned = office.incoming(answer(SUZUKI, &decides, 2, away, "出張中です。"));
    office.take(vec![unsigned]).await;
    assert!(!office.record(&case).await.iter().any(|entry| entry.starts_with(Case::AWAY)));
    let signed = office.incoming(signed(&answer(SUZUKI, &decides, 3, away, "出張中です。")));
    office.take(vec![signed]).await;
    assert!(office.record(&case).await.iter().any(|entry| entry.starts_with(Case::AWAY)));
    assert_eq!(office.refused().await, []);
}

#[tokio::test]
async fn two_questions_to_one_person_are_two_mails_and_each_has_its_own_answer() {
    let mut office = Office::open().await;
    let (case, ..) = office.asked().await;
    office.hands_over(&case, SATO, SUZUKI, 240, "機械は使えますか").await;
    office.hands_over(&case, TANAKA, SUZUKI, 2880, "在庫は").await;
    let check = |effect: &Effect| matches!(effect, Effect::Ask { question: Question::Check, .. });
    let asked = office.mails(SUZUKI, check).await;
    let [older, newer] = asked.as_slice() else { panic!("{} mails", asked.len()) };
    assert!(older.text.contains("機械は使えますか") && newer.text.contains("在庫は"));
    assert_ne!(older.message_id, newer.message_id);
    let token = find_in(newer).tokens().remove(0);
    let word = office.incoming(signed(&answer(SUZUKI, &token, 1, "", "あります")));
    assert_eq!(office.take(vec![word]).await.commands, 1);
    let checks = office.case(&case).await.checks;
    let open = checks.iter().filter(|check| check.answered.is_none());
    assert_eq!(open.map(|check| check.question.as_str()).collect::<Vec<_>>(), ["機械は使えますか"]);
    assert_eq!(office.refused().await, []);
}

#[tokio::test]
async fn two_notices_of_one_decision_to_one_person_are_two_mails() {
    let mut office = Office::open().await;
    let (case, ..) = office.asked().await;
    office.hands_over(&case, SATO, SUZUKI, 0, "機械は使えますか").await;
    office.hands_over(&case, SATO, TANAKA, 0, "在庫は").await;
    office.desk.handle(&case, &Event::Due, Default::default()).await.unwrap();
    let no_word = |effect: &Effect| matches!(effect, Effect::Tell { notice: Notice::NoWord { .. }, .. });
    let told = office.mails(SATO, no_word).await;
    let [first, second] = told.as_slice() else { panic!("{} mails", told.len()) };
    assert_ne!(first.message_id, second.message_id);
    assert_ne!(first.header("x-madoguchi-ref").next(), second.header("x-madoguchi-ref").next());
}
