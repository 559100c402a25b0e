//! The reports of a day on a real store, without servers: who gets one, what the next summary tells, how long a day is open.

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
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::clock::Clock;
use madoguchi::days;
use madoguchi::desk::intake::Incoming;
use madoguchi::desk::{Desk, Extra, keys};
use madoguchi::live::Live;
use madoguchi::record::{self, Confirmed, DayToken};
use madoguchi::secret::Secret;
use madoguchi::store::{Batch, BlobId, Key, Options, Store};
use madoguchi::token::{Content, Keyring};
use madoguchi::triage::approval::Mode;
use madoguchi::triage::case::{Case, Place};
use madoguchi::triage::id::{Address, CaseId, MailboxName, MessageId, Revision};
use tokio::sync::mpsc;

const SATO: &str = "sato@agents.example";
const SUZUKI: &str = "suzuki@agents.example";
const TANAKA: &str = "tanaka@agents.example";
const DAY: Date = date(2026, 8, 27);

fn signer() -> Signer {
    Signer::new("agents.example", "s1", 7)
}

fn ring() -> Keyring {
    Keyring::new(Secret::new("the key of this office, long enough".to_owned()), None)
}

/// `27 17:50` of August, or `09-05 08:00`.
fn instant(minute: &str) -> Timestamp {
    let minute = if minute.contains('-') { minute.to_owned() } else { format!("08-{minute}") };
    format!("2026-{}:00+09:00", minute.replace(' ', "T")).parse().unwrap()
}

struct Office {
    store: Store,
    dir: tempfile::TempDir,
}

impl Office {
    /// Of a version that knew no indexes.
    async fn older() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(Options::new(dir.path().join("store"))).await.unwrap();
        Self { store, dir }
    }

    /// With every case in the index of days.
    async fn open() -> Self {
        let office = Self::older().await;
        office.put(vec![(keys::work_indexed().unwrap(), keys::NOTHING.to_vec())]).await;
        office
    }

    /// The desk at a minute of August 2026, `27 17:50`, with these people besides its own.
    fn at(&self, minute: &str, more: &[&str]) -> Desk {
        let mut live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
        live.config.day.enabled = true;
        for (number, address) in more.iter().enumerate() {
            let mut person = live.config.people[0].clone();
            (person.name, person.address) = (format!("人{number}"), Address::parse(address).unwrap());
            live.config.people.push(person);
        }
        let dns = Box::new(Zone::Text(signer().zone()));
        live.auth = Authenticator::new(Checks { mode: Mode::Dkim, authserv_id: None, dns });
        live.ring = Some(ring());
        let (planned, _rows) = mpsc::unbounded_channel();
        Desk::new(self.store.clone(), live, Clock::starting_at(instant(minute)), planned)
    }

    async fn put(&self, put: Vec<(Key, Vec<u8>)>) {
        // Nothing is expected in it, so nothing conflicts.
        let _ = self.store.commit(Batch { put, ..Batch::default() }).await.unwrap();
    }

    /// A case of its own number that somebody worked on for ten minutes, until then.
    async fn worked(&self, number: u8, by: &str, until: &str) -> CaseId {
        let case = self.unindexed(number, by, until).await;
        self.put(vec![(keys::worked(DAY, &case).unwrap(), keys::NOTHING.to_vec())]).await;
        case
    }

    async fn unindexed(&self, number: u8, by: &str, until: &str) -> CaseId {
        let (opened, until) = (instant("27 09:30"), instant(until));
        let from = until - SignedDuration::from_mins(10);
        let json = format!(
            r#"{{"v":1,"id":"{number:010}","mailbox":"reservation1","opened":"{opened}","day":"2026-08-27",
            "customer":{{"name":"山田 花子","address":"k{number}@example.com"}},
            "matter":{{"class":"inquiry","topic":"price","urgent":false,"ambiguous":false,"needs_staff":false,"lang":"ja",
            "wishes":[],"missing":[],"template":"price"}},
            "service":{{"channel":"form","first_answer":"{until}"}},
            "handling":{{"spells":[{{"by":"{by}","from":"{from}","until":"{until}","worked":600,"basis":"seen"}}]}},
            "mails":[{{"fingerprint":"{number:032x}","subject":"お問い合わせ","words":"料金はいくらですか。","sent":"{opened}",
            "place":{{"folder":"INBOX","uid_validity":1,"uid":1,"size":900}},"fixed_marks":[],"marks":["handled"],"archived":true}}],
            "revision":1,"record":[{{"at":"{until}","by":"{by}","what":"承認","note":""}}],"effects":3,
            "state":{{"kind":"closed","outcome":"answered","at":"{until}"}}}}"#
        );
        let case: Case = record::case_from_json(json.as_bytes()).unwrap();
        self.put(vec![(keys::case(&case.id).unwrap(), record::case_to_json(&case))]).await;
        case.id
    }

    /// Makes what is due at a minute, and takes what waits: to whom, under which name, in which words.
    async fn plan(&self, minute: &str, more: &[&str]) -> Vec<(String, String, String)> {
        let desk = self.at(minute, more);
        days::plan_due(&desk, DAY).await.unwrap();
        self.take(&desk).await
    }

    async fn take(&self, desk: &Desk) -> Vec<(String, String, String)> {
        let mut mails = Vec::new();
        for waits in days::waiting(desk).await.unwrap() {
            let bytes = self.store.blob(&BlobId::parse(&waits.blob).unwrap()).await.unwrap();
            let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
            mails.push((waits.to.to_string(), waits.name.as_str().to_owned(), text));
            let delete = vec![keys::posting(&waits.name).unwrap()];
            desk.write(Extra { delete, ..Extra::default() }).await.unwrap();
        }
        mails
    }

    /// An answer of Sato's to the report of the day, which went out at 17:50 and reaches us at one minute and is read at
    /// another.
    async fn answers(&self, words: &str, received: Timestamp, read: &str) -> Vec<(String, String, String)> {
        let desk = self.at(read, &[]);
        let sato = Address::parse(SATO).unwrap();
        let content = Content::of_day(DAY, "day", &sato);
        let expires = instant("27 17:50") + SignedDuration::from_hours(7 * 24);
        let token = ring().issue(&content.as_case(), Revision::FIRST, content, &sato, expires);
        let id = token.message_id("jitanbody.example").unwrap();
        let raw = format!(
            "From: {SATO}\nTo: reservation1@jitanbody.example\nSubject: Re: day\nDate: Thu, 27 Aug 2026 18:00:00 +0900\n\
             Message-ID: <{}@agents.example>\nIn-Reply-To: {id}\nReferences: {id}\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}\n\n> token: {token}\n",
            received.as_second()
        );
        let raw = signer().sign(&raw.replace('\n', "\r\n"));
        let size = u32::try_from(raw.len()).unwrap();
        let place = Place { folder: "INBOX".into(), uid_validity: 1, uid: 1, size, server_id: None };
        let mail = Incoming { place, received, content: Ok(raw.into_bytes()) };
        let tally = desk.take_in(&MailboxName::parse("reservation1").unwrap(), vec![mail]).await.unwrap();
        assert_eq!(tally.commands, 1, "it is heard");
        self.take(&desk).await
    }

    async fn close(self) {
        self.store.close().await.unwrap();
        self.dir.close().unwrap();
    }
}

fn to<'m>(mails: &'m [(String, String, String)], person: &str) -> &'m str {
    let found: Vec<_> = mails.iter().filter(|(to, ..)| to == person).collect();
    assert_eq!(found.len(), 1, "{person}: {mails:#?}");
    &found[0].2
}

#[tokio::test]
async fn people_whose_addresses_look_alike_get_a_report_each() {
    let office = Office::open().await;
    let alike = ["a.b@agents.example", "a@b.agents.example"];
    for (number, person) in (1..).zip(alike) {
        office.worked(number, person, "27 17:00").await;
    }
    let mails = office.plan("27 17:50", &alike).await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    assert_ne!(mails[0].1, mails[1].1);
    for person in alike {
        assert!(to(&mails, person).contains("10分"));
    }
    assert_eq!(office.plan("27 17:51", &alike).await, [], "once");
    office.close().await;
}

#[tokio::test]
async fn no_day_is_told_before_older_cases_are_indexed() {
    let office = Office::older().await;
    // More than go into one commit.
    for number in 1..=201 {
        office.unindexed(number, SATO, "27 17:00").await;
    }
    assert_eq!(office.plan("27 17:50", &[]).await, [], "what it would tell is not true yet");
    office.at("27 17:50", &[]).index_days().await.unwrap();
    assert!(to(&office.plan("27 17:50", &[]).await, SATO).contains("201件"));
    office.at("27 17:50", &[]).index_people().await.unwrap();
    let known = office.store.scan("person/", None, 1000).await.unwrap();
    assert_eq!(known.len(), 2 * 201, "by address and by name");
    let written = office.store.stats().sequence;
    office.at("27 17:51", &[]).index_days().await.unwrap();
    assert_eq!(office.store.stats().sequence, written, "once");
    office.close().await;
}

#[tokio::test]
async fn the_next_summary_tells_what_came_after_the_last_one() {
    let office = Office::open().await;
    // The day before was summed up by a version that did not write down what it told.
    office.put(vec![(keys::day_summary(date(2026, 8, 26), "day").unwrap(), keys::NOTHING.to_vec())]).await;
    office.worked(1, SATO, "27 17:00").await;
    assert_eq!(office.plan("27 17:50", &[]).await.len(), 1);
    // Between report and summary, and after it.
    office.worked(2, SUZUKI, "27 18:30").await;
    let mails = office.plan("27 18:50", &[]).await;
    let summary = to(&mails, TANAKA);
    let line =
        |name: &str| summary.lines().find(|line| line.contains(name) && line.contains("10分")).unwrap();
    assert!(line("佐藤").ends_with("未確認"), "{summary}");
    assert!(line("鈴木").ends_with("依頼なし"), "nobody asked her:\n{summary}");
    let heading = "■ 本人確認\n本人がまだ確認していません: 佐藤\n確認を依頼していません: 鈴木\n";
    assert!(summary.contains(heading), "{summary}");
    assert!(!summary.contains("集計のあと"), "{summary}");
    office.worked(3, SATO, "27 19:30").await;

    let mails = office.plan("28 18:50", &[]).await;
    let summary = to(&mails, TANAKA);
    let told =
        "8月27日(木) 佐藤: 件数 1 ・ 対応時間 10分 ・ 電話済 0/0 → 件数 2 ・ 対応時間 20分 ・ 電話済 0/0";
    assert!(summary.contains("集計のあとに変わった分"), "{summary}");
    assert!(summary.contains(told), "{summary}");
    assert!(!summary.contains("鈴木"), "she was told of:\n{summary}");
    let mails = office.plan("29 18:50", &[]).await;
    assert!(!to(&mails, TANAKA).contains("集計のあと"), "each change once: {mails:#?}");
    // A Sunday on which nobody came does not hide what changed; one without a change is passed over.
    office.worked(4, SUZUKI, "27 20:00").await;
    let mails = office.plan("30 18:50", &[]).await;
    assert!(to(&mails, TANAKA).contains("鈴木: 件数 1"), "{mails:#?}");
    assert_eq!(office.plan("09-06 18:50", &[]).await, []);
    office.close().await;
}

#[tokio::test]
async fn a_day_is_open_for_a_week_and_says_so_when_it_is_not() {
    let office = Office::open().await;
    let case = office.worked(1, SATO, "27 17:00").await;
    assert_eq!(office.plan("27 17:50", &[]).await.len(), 1);
    let week = instant("27 17:50") + SignedDuration::from_hours(7 * 24);
    let minute = SignedDuration::from_mins(1);
    let words = format!("時間 C-{case} 25m");
    // Sent in time, and read when all others had been.
    let told = office.answers(&words, week - minute, "09-05 08:00").await;
    assert!(to(&told, SATO).contains("1件の時間を直しました"), "{told:#?}");
    let corrected = office.at("09-05 08:00", &[]).case(&case).await.unwrap().unwrap().0.handling.corrected;
    assert_eq!(corrected.iter().map(|said| said.worked.as_mins()).collect::<Vec<_>>(), [25]);
    for (words, seconds) in [("OK", 0), ("時間 C-0000000001 5m", 1), ("完了", 2)] {
        let late = week + SignedDuration::from_secs(seconds);
        let told = office.answers(words, late, "09-05 08:00").await;
        let text = to(&told, SATO);
        for part in
            ["期限を過ぎています", "何もしていません", "時間 8/27 15m", "madoguchi figures --day 2026-08-27"]
        {
            assert!(text.contains(part), "{words}: {text}");
        }
    }
    let (after, _) = office.at("09-05 08:00", &[]).case(&case).await.unwrap().unwrap();
    assert_eq!(after.handling.corrected, corrected, "nothing was done");
    office.close().await;
}

#[tokio::test]
async fn a_confirmation_after_the_summary_is_told_by_the_next_one() {
    let office = Office::open().await;
    office.worked(1, SATO, "27 17:00").await;
    assert_eq!(office.plan("27 17:50", &[]).await.len(), 1);
    assert!(to(&office.plan("27 18:50", &[]).await, TANAKA).contains("本人がまだ確認していません: 佐藤"));
    let told = office.answers("OK", instant("27 19:00"), "27 19:00").await;
    assert!(to(&told, SATO).contains("次の集計で知らせます"), "{told:#?}");
    let mails = office.plan("28 18:50", &[]).await;
    let summary = to(&mails, TANAKA);
    assert!(summary.contains("■ 集計のあとに変わった分\n8月27日(木) 佐藤: 確認しました\n"), "{summary}");
    assert!(!summary.contains('→'), "nothing else changed:\n{summary}");
    assert!(!to(&office.plan("29 18:50", &[]).await, TANAKA).contains("集計のあと"), "once");
    office.close().await;
}

#[tokio::test]
async fn what_cannot_be_read_stops_nothing_else() {
    let office = Office::open().await;
    let broken = |key: Key| (key, b"{}".to_vec());
    let (sato, suzuki) = (Address::parse(SATO).unwrap(), Address::parse(SUZUKI).unwrap());
    office.worked(1, SATO, "27 17:00").await;
    office
        .put(vec![broken(keys::posting(&MessageId::parse("lost@jitanbody.example").unwrap()).unwrap())])
        .await;
    assert_eq!(office.plan("27 17:50", &[]).await.len(), 1, "the others leave");
    office.answers("OK", instant("27 18:00"), "27 18:00").await;
    office.put(vec![broken(keys::confirmed(DAY, "day", &suzuki).unwrap())]).await;
    assert!(to(&office.plan("27 18:50", &[]).await, TANAKA).contains("全員が確認しました"));
    office.put(vec![broken(keys::confirmed(DAY, "day", &sato).unwrap())]).await;
    assert!(!to(&office.plan("28 18:50", &[]).await, TANAKA).contains("集計のあと"));
    office.close().await;
}

#[tokio::test]
async fn a_case_that_cannot_be_read_is_indexed_when_it_can() {
    let office = Office::older().await;
    let desk = office.at("27 17:50", &[]);
    let case = office.unindexed(1, SATO, "27 17:00").await;
    office.unindexed(2, SUZUKI, "27 17:00").await;
    let key = keys::case(&case).unwrap();
    let whole = office.store.get(&key).await.unwrap().unwrap().value;
    office.put(vec![(key.clone(), b"{}".to_vec())]).await;
    desk.index_people().await.unwrap();
    desk.index_days().await.unwrap();
    let mails = office.plan("27 17:50", &[]).await;
    assert!(to(&mails, SUZUKI).contains("1件"), "it keeps no other from it");
    assert_eq!(mails.len(), 1);
    let written = office.store.stats().sequence;
    desk.index_people().await.unwrap();
    desk.index_days().await.unwrap();
    assert_eq!(office.store.stats().sequence, written, "still unreadable: nothing is written");
    office.put(vec![(key, whole)]).await;
    desk.index_people().await.unwrap();
    desk.index_days().await.unwrap();
    assert!(office.store.get(&keys::worked(DAY, &case).unwrap()).await.unwrap().is_some());
    assert_eq!(office.store.scan("person/", None, 10).await.unwrap().len(), 4);
    let written = office.store.stats().sequence;
    desk.index_people().await.unwrap();
    desk.index_days().await.unwrap();
    assert_eq!(office.store.stats().sequence, written, "once");
    office.close().await;
}

#[tokio::test]
async fn rows_of_days_long_past_go_with_a_summary() {
    let office = Office::open().await;
    office.worked(1, SATO, "27 17:00").await;
    let sato = Address::parse(SATO).unwrap();
    // More than go at once; the last ones are those of a day that may still be answered or told of.
    let days = |first: Date, count: i64| (0..count).map(move |back| first.saturating_sub(back.days()));
    let confirmed = Confirmed { at: instant("27 18:00"), corrected: false };
    let rows = |day: Date| {
        let number = Content::of_day(day, "day", &sato).as_case();
        let token = DayToken { date: day, shift: "day".into(), person: sato.clone() };
        vec![
            (keys::day_asked(day, "day").unwrap(), keys::NOTHING.to_vec()),
            (keys::day_summary(day, "day").unwrap(), keys::NOTHING.to_vec()),
            (keys::confirmed(day, "day", &sato).unwrap(), record::confirmed_to_json(confirmed)),
            (keys::day_token(&number).unwrap(), record::day_token_to_json(&token)),
        ]
    };
    office.put(days(DAY.saturating_sub(1.day()), 300).flat_map(rows).collect()).await;
    let left = async || {
        let mut left = Vec::new();
        for prefix in ["day/", "confirmed/", "day-token/"] {
            left.push(office.store.scan(prefix, None, 2000).await.unwrap().len());
        }
        left
    };
    assert_eq!(left().await, [600, 300, 300]);
    office.plan("27 18:50", &[]).await;
    assert_eq!(left().await, [181, 220, 300], "five hundred at once");
    office.plan("28 18:50", &[]).await;
    // Of today and of the ninety days before; the first evening was not asked about.
    assert_eq!(left().await, [180, 89, 89]);
    office.close().await;
}
