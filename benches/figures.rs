//! Speed of figures: a store of many cases, a day and a month of them, and every file made from a month.
//!
//! `cargo bench --bench figures [cases]`; a hundred thousand over ninety days unless told. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

use std::path::Path;
use std::time::Instant;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use madoguchi::clock::Clock;
use madoguchi::desk::worked::House;
use madoguchi::desk::{Desk, Extra, keys};
use madoguchi::figures::Sheet;
use madoguchi::live::Live;
use madoguchi::record;
use madoguchi::render::voice::Voice;
use madoguchi::store::{Options, Store};
use madoguchi::triage::figures::Period;
use tokio::sync::mpsc;

/// A closed case as the store keeps it: answered in four minutes by one of twenty people.
fn case(number: usize) -> String {
    let first: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let minute = i64::try_from(number).unwrap() * 90 * 24 * 60 / 100_000;
    let opened = first + SignedDuration::from_mins(minute);
    let until = opened + SignedDuration::from_mins(4);
    let (day, by) = (opened.to_zoned(jiff::tz::TimeZone::UTC).date(), number % 20);
    format!(
        r#"{{"v":1,"id":"{number:010}","mailbox":"reservation1","opened":"{opened}","day":"{day}",
        "customer":{{"name":"山田 {number}子","address":"k{number}@example.com"}},
        "matter":{{"class":"inquiry","topic":"price","urgent":false,"ambiguous":false,"needs_staff":false,"lang":"ja",
        "wishes":[],"missing":[],"template":"price"}},
        "service":{{"channel":"form","first_answer":"{until}"}},
        "handling":{{"spells":[{{"by":"agent{by}@agents.example","from":"{opened}","until":"{until}","worked":240,"basis":"assumed"}}]}},
        "mails":[{{"fingerprint":"{number:032x}","subject":"お問い合わせ","words":"初回の料金はいくらですか。","sent":"{opened}",
        "place":{{"folder":"INBOX","uid_validity":1,"uid":1,"size":900}},"fixed_marks":[],"marks":["handled"],"archived":true}}],
        "revision":1,"record":[{{"at":"{until}","by":"agent{by}@agents.example","what":"承認","note":""}}],"effects":3,
        "state":{{"kind":"closed","outcome":"answered","at":"{until}"}}}}"#
    )
}

#[tokio::main]
async fn main() {
    let count: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(100_000);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir_in(root.join("target")).unwrap();
    let live = Live::load(&root.join("config.toml")).unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    let (planned, _rows) = mpsc::unbounded_channel();
    let clock = Clock::starting_at("2026-09-15T00:00:00Z".parse().unwrap());
    let desk = Desk::new(store, live, clock, planned);

    let start = Instant::now();
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(500) {
        let mut put = Vec::with_capacity(chunk.len());
        for number in chunk {
            let case = record::case_from_json(case(*number).as_bytes()).unwrap();
            put.push((keys::case(&case.id).unwrap(), record::case_to_json(&case)));
        }
        desk.write(Extra { put, ..Extra::default() }).await.unwrap();
    }
    println!("{count} cases written in {:?}", start.elapsed());
    let start = Instant::now();
    desk.index_days().await.unwrap();
    println!("all of them read and indexed in {:?}", start.elapsed());
    let day = date(2026, 7, 15);
    for (what, period) in
        [("a day", Period::day(day)), ("a week", Period::week(day)), ("a month", Period::month(day))]
    {
        let start = Instant::now();
        let book = desk.figures(period).await.unwrap();
        let counted = start.elapsed();
        let house = House { live: desk.live(), now: desk.now() };
        let start = Instant::now();
        let sheet = Sheet::of(&book, &house, Voice::DESK, period);
        println!(
            "{what}: {} cases of {} people counted in {counted:?}, put into tables in {:?}",
            sheet.total.handled,
            sheet.bars.len(),
            start.elapsed()
        );
        let start = Instant::now();
        let sizes =
            [sheet.csv("cases").len(), sheet.workbook().unwrap().len(), sheet.picture().unwrap().len()];
        println!("  CSV, workbook and picture of {sizes:?} bytes in {:?}", start.elapsed());
    }
    desk.store().close().await.unwrap();
}
