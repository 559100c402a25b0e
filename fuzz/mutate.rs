//! Mutates mails for some minutes and reads what comes out: does anything panic, do spans hold, what is slow?
//!
//! `cargo run --release --example mutate -- MINUTES SEED FOLDER...`. The same seed and folders give the same mails, so
//! a number in the report is enough to make a mail again: `... -- --only NUMBER SEED FOLDER... > bad.eml`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "run by hand; it shows its findings there")]

#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "../tests/support/reading.rs"]
mod support;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fastrand::Rng;
use madoguchi::mime::{self, Unreadable};
use madoguchi::triage::mail::Letter;
use madoguchi::triage::verdict::{Found, Reading, Source};
use support::{Mail, of_letter};

/// Largest mail that is made, in bytes.
const LARGEST: usize = 300_000;
/// Slowest mails that are shown.
const SHOWN: usize = 12;
/// Dates and times that one mail yields at most.
const MOST_WISHES: usize = 200;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let only = args.first().is_some_and(|arg| arg == "--only").then(|| args.remove(0)).is_some();
    let [number, seed, folders @ ..] = args.as_slice() else {
        println!("mutate MINUTES SEED FOLDER...\nmutate --only NUMBER SEED FOLDER...");
        return;
    };
    let (number, seed): (u64, u64) = (number.parse().unwrap(), seed.parse().unwrap());
    let mut seeds = Vec::new();
    folders.iter().for_each(|folder| collect(Path::new(folder), &mut seeds));
    seeds.sort();
    let seeds: Vec<Vec<u8>> = seeds
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .filter(|mail| mail.len() < LARGEST)
        .collect();
    if only {
        std::io::stdout().write_all(&made(number, seed, &seeds)).unwrap();
        return;
    }
    let mut report = Report::default();
    let start = Instant::now();
    of_letter(&mime::letter(b"From: a@b.example\r\n\r\n090-1234-5678").unwrap());
    while start.elapsed() < Duration::from_secs(60 * number) {
        report.read(&made(report.mails, seed, &seeds));
    }
    report.show(seeds.len(), start.elapsed());
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), out);
        } else {
            out.push(entry.path());
        }
    }
}

/// The mail of a number.
fn made(number: u64, seed: u64, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number);
    let mut mail = match rng.choice(seeds) {
        Some(mail) if rng.u8(..) > 60 => mail.clone(),
        _ => composed(&mut rng),
    };
    for _ in 0..rng.usize(1..8) {
        mutate(&mut mail, &mut rng, seeds);
    }
    mail.truncate(LARGEST);
    mail
}

/// A mail of pieces that mean something to the readers, some of them very often.
fn composed(rng: &mut Rng) -> Vec<u8> {
    let mut text = String::new();
    for _ in 0..rng.usize(1..12) {
        let (_, piece) = rng.choice(hostile::PIECES).unwrap();
        let times = if rng.u8(..) < 40 { rng.usize(1..4000) } else { rng.usize(1..6) };
        text.push_str(&piece.repeat(times.min(60_000 / piece.len())));
        if rng.bool() {
            text.push('\n');
        }
    }
    if rng.bool() {
        text = hostile::in_form(&text, text.len() * 2);
    }
    let html = rng.u8(..) < 50;
    if html {
        let (_, tag) = rng.choice(hostile::TAGS).unwrap();
        text = text.replace('\n', tag);
    }
    Mail { subtype: if html { "html" } else { "plain" }, ..Mail::new(&text) }.bytes()
}

fn mutate(mail: &mut Vec<u8>, rng: &mut Rng, seeds: &[Vec<u8>]) {
    let at = rng.usize(..=mail.len());
    let end = (at + rng.usize(..64)).min(mail.len());
    match rng.u8(..9) {
        0 => mail.iter_mut().skip(at).take(1).for_each(|byte| *byte = rng.u8(..)),
        1 => drop(mail.drain(at..end)),
        2 => {
            let piece: Vec<u8> = mail.drain(at..end).collect();
            let times = rng.usize(1..400);
            mail.splice(at..at, piece.repeat(times));
        }
        3 => mail.truncate(at),
        4 => {
            let other = rng.choice(seeds).cloned().unwrap_or_default();
            let from = rng.usize(..=other.len());
            mail.truncate(at);
            mail.extend(other.iter().skip(from));
        }
        5 => {
            let (_, piece) = rng.choice(hostile::PIECES).unwrap();
            mail.splice(at..at, piece.repeat(rng.usize(1..200)).into_bytes());
        }
        6 => {
            let (_, tag) = rng.choice(hostile::TAGS).unwrap();
            mail.splice(at..at, tag.repeat(rng.usize(1..200)).into_bytes());
        }
        7 => {
            let pieces: [&[u8]; 10] = [
                b"\x1b$B",
                b"\x1b(B",
                b"=?utf-8?B?",
                b"?=",
                b"\r\n\r\n",
                b"--",
                b"Content-Type: text/html; charset=utf-8\r\n",
                b"Content-Transfer-Encoding: base64\r\n",
                b"\xe2\x80\x8b",
                b"\xff\xfe",
            ];
            mail.splice(at..at, rng.choice(pieces).unwrap().iter().copied());
        }
        _ => {
            let figure = b'0' + rng.u8(..10);
            mail.iter_mut()
                .skip(at)
                .filter(|byte| byte.is_ascii_digit())
                .take(3)
                .for_each(|byte| *byte = figure);
        }
    }
}

#[derive(Default)]
struct Report {
    mails: u64,
    bytes: u64,
    unreadable: u64,
    /// Numbers of mails and what went wrong.
    faults: Vec<(u64, String)>,
    /// Time and time for a byte, with number and size.
    slowest: Vec<(Duration, u64, usize)>,
    steepest: Vec<(u128, u64, usize)>,
}

impl Report {
    fn read(&mut self, mail: &[u8]) {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let letter = mime::letter(mail);
            letter.map(|letter| (of_letter(&letter), letter))
        }));
        let time = start.elapsed();
        match outcome {
            Ok(Ok((reading, letter))) => {
                self.faults.extend(broken(&reading, &letter).map(|what| (self.mails, what)))
            }
            Ok(Err(Unreadable::Panicked)) => {
                self.faults.push((self.mails, "the MIME parser panicked".to_owned()))
            }
            Ok(Err(Unreadable::TooLarge(_) | Unreadable::NoHeader)) => self.unreadable += 1,
            Err(_) => self.faults.push((self.mails, "a reader panicked".to_owned())),
        }
        self.slowest.push((time, self.mails, mail.len()));
        self.slowest.sort_unstable_by(|a, b| b.cmp(a));
        self.slowest.truncate(SHOWN);
        // Small mails cost a little whatever is in them.
        self.steepest.push((time.as_nanos() / (mail.len() as u128 + 2_000), self.mails, mail.len()));
        self.steepest.sort_unstable_by(|a, b| b.cmp(a));
        self.steepest.truncate(SHOWN);
        self.mails += 1;
        self.bytes += mail.len() as u64;
    }

    fn show(&self, seeds: usize, time: Duration) {
        println!(
            "{} mails from {seeds}, {} MB, {} without a header, in {:.0} s",
            self.mails,
            self.bytes / 1_000_000,
            self.unreadable,
            time.as_secs_f64()
        );
        println!("{} faults", self.faults.len());
        for (number, what) in self.faults.iter().take(50) {
            println!("  mail {number}: {what}");
        }
        println!("slowest:");
        for (time, number, size) in &self.slowest {
            println!("  mail {number}: {:.1} ms, {size} bytes", time.as_secs_f64() * 1e3);
        }
        println!("slowest for their size:");
        for (nanos, number, size) in &self.steepest {
            println!("  mail {number}: {nanos} ns a byte, {size} bytes");
        }
    }
}

/// What does not hold in a reading.
fn broken(reading: &Reading, letter: &Letter) -> Option<String> {
    let facts = &reading.facts;
    let strays = |found: &Option<Found<String>>| {
        found.as_ref().is_some_and(|found| {
            let text = match found.source {
                Source::Text => &letter.text,
                Source::Subject => &letter.subject,
                Source::Header => return false,
            };
            text.get(found.span.start..found.span.end).is_none()
        })
    };
    let spans = [
        &facts.name,
        &facts.phone,
        &facts.content,
        &facts.shop,
        &facts.order_no,
        &facts.product,
        &facts.version,
    ];
    if spans.into_iter().any(strays) {
        return Some("a fact's span lies outside the text".to_owned());
    }
    if facts.wishes.len() > MOST_WISHES {
        return Some(format!("{} dates", facts.wishes.len()));
    }
    let said = |text: &str| letter.text.contains(text) || letter.subject.contains(text);
    facts.wishes.iter().any(|wish| !said(&wish.text)).then(|| "a date that the mail does not hold".to_owned())
}
