//! Speed of a comparison: an mbox of made-up mails, read by two sets of rules on every core.
//!
//! `cargo bench --bench backtest [mails]`; ten thousand unless told. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use jiff::SignedDuration;
use madoguchi::live::Live;
use madoguchi::workshop::archive::Archive;
use madoguchi::workshop::bench::{Bench, Seen};
use madoguchi::workshop::compare::compare;
use madoguchi::workshop::suite;

fn main() {
    let count: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(10_000);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let live = Live::load(&root.join("config.toml")).unwrap();
    let other = live.other_rules(&live.config.rules).unwrap();
    let tests = suite::load(&live.config.rules.join("tests"), &live, live.desk_rules()).unwrap().tests;

    // The mails of the shipped tests, each many times under another id, some with a long text below.
    let mut file = tempfile::Builder::new().suffix(".mbox").tempfile().unwrap();
    let mut out = BufWriter::new(file.as_file_mut());
    for number in 0..count {
        let mail =
            String::from_utf8_lossy(&tests.get(number % tests.len()).unwrap().mail).replace("\r\n", "\n");
        let (head, text) = mail.split_once("\n\n").unwrap();
        let head: String = head
            .lines()
            .filter(|line| !line.starts_with("Message-ID"))
            .map(|line| format!("{line}\n"))
            .collect();
        let long = if number % 5 == 0 {
            "ご利用の案内です。長い文が続きます。\n".repeat(200)
        } else {
            String::new()
        };
        write!(
            out,
            "From x Thu Aug 27 10:00:00 2026\n{head}Message-ID: <{number}@bench.example>\n\n{text}\n{long}\n"
        )
        .unwrap();
    }
    out.flush().unwrap();
    drop(out);

    let archive = Archive::open(&[file.path().to_owned()]).unwrap();
    let start = Instant::now();
    let bench = Bench::new(&live, Some(&other));
    let mut mails = Vec::new();
    let mut batch = Vec::new();
    for raw in archive.mails() {
        batch.push(raw);
        if batch.len() == 512 {
            mails.extend(bench.read_all(std::mem::take(&mut batch)));
        }
    }
    mails.extend(bench.read_all(batch));
    let read = mails.len();
    let mails = mails
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::Mail(mail) => Some(*mail),
            Seen::Answer(_) | Seen::Internal | Seen::Damaged { .. } => None,
        })
        .collect();
    let comparison = compare(mails, &[], &[], SignedDuration::from_hours(24), true);
    let took = start.elapsed();
    println!(
        "{read} mails, {} MB, read twice in {:.2} s: {:.0} a second; {} compared",
        archive.size() / 1_000_000,
        took.as_secs_f64(),
        f64::from(u32::try_from(read).unwrap()) / took.as_secs_f64(),
        comparison.totals.mails
    );
}
