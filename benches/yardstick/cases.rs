//! Fills a store with closed cases, by its own interface: what a desk has after years.
//!
//! The cases of a store that the program itself has written serve as patterns, so that every field is as real desks
//! have it; identities are made new, and nobody waits for anything any more.

use std::time::Instant;

use jiff::ToSpan;
use madoguchi::desk::keys;
use madoguchi::record;
use madoguchi::store::{Batch, Commit, Options, Store};
use madoguchi::triage::case::{Case, Outcome, State};
use madoguchi::triage::directory::Handle;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, MessageId};
use sha2::{Digest, Sha256};

use crate::Arguments;

/// Cases in one commit.
const TOGETHER: u64 = 500;
/// Patterns taken from the other store.
const PATTERNS: usize = 500;
/// Cases of one day.
const A_DAY: u64 = 500;

pub(crate) fn run(arguments: &Arguments) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(fill(arguments));
}

async fn fill(arguments: &Arguments) {
    let (from, _) = Store::open(Options::new(arguments.text("from"))).await.unwrap();
    let rows = from.scan(keys::CASE, None, PATTERNS).await.unwrap();
    let patterns: Vec<Case> = rows.iter().map(|row| record::case_from_json(&row.value).unwrap()).collect();
    assert!(!patterns.is_empty(), "the store to take patterns from has no case");
    from.close().await.unwrap();
    let begun = Instant::now();
    let (into, _) = Store::open(Options::new(arguments.text("into"))).await.unwrap();
    let count = arguments.number("count", 1_000_000);
    let mut number = 0;
    while number < count {
        let mut batch = Batch::default();
        for _ in 0..TOGETHER.min(count - number) {
            let pattern = &patterns[usize::try_from(number).unwrap() % patterns.len()];
            batch.put.extend(rows_of(&closed(pattern, number, count)));
            number += 1;
        }
        assert!(matches!(into.commit(batch).await, Ok(Commit::Done(_))));
    }
    into.rotate().await.unwrap();
    into.close().await.unwrap();
    crate::say(&serde_json::json!({ "cases": count, "seconds": begun.elapsed().as_secs_f64() }));
}

/// The same matter, of another customer, long ago and over.
fn closed(pattern: &Case, number: u64, count: u64) -> Case {
    let mut case = pattern.clone();
    let days = i64::try_from((count - number) / A_DAY + 30).unwrap();
    let at = case.opened.checked_sub((days * 24).hours()).unwrap();
    for (nth, mail) in case.mails.iter_mut().enumerate() {
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(format!("{number}/{nth}"))[..16]);
        mail.fingerprint = Fingerprint::new(short);
        mail.message_id = MessageId::parse(&format!("<{number}.{nth}@closed.example>"));
        mail.sent = at;
        mail.pending = None;
    }
    case.id = CaseId::of(case.mails[0].fingerprint);
    case.customer.address = Address::parse(&format!("customer{number}@mail.example"));
    case.opened = at;
    case.day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    case.reported = Some(case.day);
    case.state = State::Closed { outcome: Outcome::Answered, at };
    case
}

/// What the desk keeps of such a case: itself, its mails, their ids, its customer.
fn rows_of(case: &Case) -> Vec<(madoguchi::store::Key, Vec<u8>)> {
    let points_here = serde_json::json!({ "v": 1, "case": case.id.as_str() }).to_string().into_bytes();
    let mut rows = vec![(keys::case(&case.id).unwrap(), record::case_to_json(case))];
    for mail in &case.mails {
        rows.push((keys::mail(mail.fingerprint).unwrap(), points_here.clone()));
        let id = mail.message_id.as_ref().unwrap();
        rows.push((keys::thread(id).unwrap(), points_here.clone()));
    }
    let address = case.customer.address.as_ref().unwrap();
    rows.push((
        keys::person_case(&Handle::Mail(address.clone()), case.opened, &case.id).unwrap(),
        b"null".to_vec(),
    ));
    rows
}

/// Opens a store and closes it.
pub(crate) fn open(arguments: &Arguments) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let begun = Instant::now();
        let (store, report) = Store::open(Options::new(arguments.text("store"))).await.unwrap();
        let seconds = begun.elapsed().as_secs_f64();
        store.close().await.unwrap();
        crate::say(&serde_json::json!({ "rows": report.rows, "seconds": seconds }));
    });
}
