//! The least program that does the job: fetch, parse, match 30 patterns, append to a file and write it through, mark.
//!
//! It decides nothing, knows no case and forgets on a crash what it has done: no honest daemon can be faster.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use regex::RegexSet;

use crate::Arguments;
use crate::client::Client;
use crate::raw::download;

/// Mails written through to the disk together.
const TOGETHER: usize = 200;
/// UIDs marked by one command.
const MARKED: usize = 1000;

pub(crate) fn run(arguments: &Arguments) {
    let begun = Instant::now();
    let mut client = Client::sign_in(arguments.port("port"), arguments.text("user"));
    let (_, next) = client.open("SELECT", "INBOX");
    let patterns = patterns();
    let path = Path::new(arguments.text("dir")).join("read");
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    let (mut groups, mut rows, mut mails) = (BTreeMap::<&str, Vec<u32>>::new(), String::new(), 0_usize);
    download(&mut client, next, |uid, bytes| {
        let Ok(letter) = madoguchi::mime::letter(bytes) else { return };
        let mark = match patterns.matches(&letter.text).iter().next() {
            Some(0..10) => "$Handled",
            Some(10..20) => "$Asked",
            Some(_) => "$Chat",
            None => "$AwaitingReply",
        };
        groups.entry(mark).or_default().push(uid);
        rows.push_str(&format!("{uid} {mark} {}\n", letter.fingerprint));
        mails += 1;
        if mails % TOGETHER == 0 {
            file.write_all(rows.as_bytes()).unwrap();
            file.sync_data().unwrap();
            rows.clear();
        }
    });
    file.write_all(rows.as_bytes()).unwrap();
    file.sync_data().unwrap();
    let mut tags = Vec::new();
    for (mark, uids) in groups {
        for some in uids.chunks(MARKED) {
            tags.push(client.send(&format!("UID STORE {} +FLAGS.SILENT ({mark})", set(some))));
        }
    }
    let stores = tags.len();
    tags.into_iter().for_each(|tag| client.read_to(tag, |_, _| {}));
    client.run("LOGOUT", |_, _| {});
    let seconds = begun.elapsed().as_secs_f64();
    crate::say(&serde_json::json!({ "mails": mails, "stores": stores, "seconds": seconds }));
}

/// UIDs in ascending order as a set with ranges.
fn set(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == *uid => *end = *uid,
            _ => ranges.push((*uid, *uid)),
        }
    }
    ranges.iter().map(|(from, to)| format!("{from}:{to}")).collect::<Vec<_>>().join(",")
}

fn patterns() -> RegexSet {
    let words = [
        "予約",
        "キャンセル",
        "料金",
        "駐車場",
        "営業時間",
        "チャット",
        "院",
        "配信停止",
        "求人",
        "領収書",
        "appointment",
        "cancel",
        "price",
        "parking",
        "opening hours",
        "unsubscribe",
        "invoice",
        "refund",
        "undeliverable",
        "delivery",
        "wizyt",
        "odwołać",
        "cennik",
        "parking",
        "godziny",
        "预约",
        "取消",
        "价格",
        "停车",
        "营业",
    ];
    RegexSet::new(words.map(|word| format!("(?i){word}"))).unwrap()
}
