//! Growth of the work on text that was made to be hard: four times the text should cost about four times as much.
//!
//! `cargo bench --bench hostile [piece]`. Decoding cuts a text at 256 kB, so reading is measured behind it, with
//! texts that no mail can have; the last column is what a mail of 1 MB costs in truth. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "../tests/support/reading.rs"]
mod support;

use std::time::{Duration, Instant};

use hostile::{PIECES, TAGS, in_form, repeated};
use madoguchi::mime;
use support::{Mail, of_letter};

const SMALL: usize = 256 * 1024;
const LARGE: usize = 1024 * 1024;
/// Beyond this nobody waits for the larger text.
const ENOUGH: Duration = Duration::from_secs(20);

fn main() {
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let plain = Mail { from: "柏木 遥 <k@mail.example>".to_owned(), ..Mail::new("") };
    of_letter(&mime::letter(&plain.bytes()).unwrap());
    println!("{:<24} {:>10} {:>10} {:>7} {:>12}", "text of", "256 kB", "1 MB", "growth", "mail of 1 MB");
    for (name, piece) in PIECES.into_iter().filter(|(name, _)| wanted.as_deref().is_none_or(|w| w == *name)) {
        for (form, make) in [("", repeated as fn(&str, usize) -> String), (" in a form", in_form)] {
            let text = |size| {
                let mut letter = mime::letter(&plain.bytes()).unwrap();
                letter.text = make(piece, size);
                timed(|| drop(of_letter(&letter)))
            };
            let mail = Mail { text: make(piece, LARGE), ..plain.clone() }.bytes();
            row(&format!("{name}{form}"), text, || drop(of_letter(&mime::letter(&mail).unwrap())));
        }
    }
    for (name, piece) in TAGS.into_iter().filter(|(name, _)| wanted.as_deref().is_none_or(|w| w == *name)) {
        let page = |size| Mail { subtype: "html", text: repeated(piece, size), ..plain.clone() }.bytes();
        let (small, large) = (page(SMALL), page(LARGE));
        let text = |size| {
            let bytes = if size == SMALL { &small } else { &large };
            timed(|| drop(of_letter(&mime::letter(bytes).unwrap())))
        };
        row(name, text, || drop(of_letter(&mime::letter(&large).unwrap())));
    }
    heads(wanted.as_deref());
}

/// Header fields as long as a mail.
fn heads(wanted: Option<&str>) {
    for (field, piece) in [
        ("Subject", "=?utf-8?B?44GC?= "),
        ("Subject", "=?"),
        ("Subject", "1/1か"),
        ("From", "a@b.example, "),
        ("From", "("),
        ("From", "<"),
        ("To", "\"a"),
        ("References", "<a@b> "),
        ("References", "<"),
        ("List-Id", "a"),
        ("X-Long", "a\r\n "),
        ("Content-Type", "text/plain; a=b; "),
    ] {
        let name = format!("{field}: {piece}");
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        let mail = |size| {
            let value = repeated(piece, size);
            format!("From: k@mail.example\r\nDate: Wed, 10 Jun 2026 10:00:00 +0900\r\n{field}: {value}\r\n\r\na\r\n")
                .into_bytes()
        };
        let (small, large) = (mail(SMALL), mail(LARGE));
        let text = |size| {
            let bytes = if size == SMALL { &small } else { &large };
            timed(|| drop(mime::letter(bytes).map(|letter| of_letter(&letter))))
        };
        row(&name, text, || drop(mime::letter(&large).map(|letter| of_letter(&letter))));
    }
}

/// The shortest of three: what the machine does beside it only ever adds.
fn timed(work: impl Fn()) -> Duration {
    let once = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    once().min(once()).min(once())
}

fn row(name: &str, text: impl Fn(usize) -> Duration, mail: impl Fn()) {
    let name = name.replace(['\r', '\n'], "\\n");
    let small = text(SMALL);
    if small > ENOUGH {
        println!("{name:<24} {:>8.1} ms, and no end in sight", small.as_secs_f64() * 1e3);
        return;
    }
    let large = text(LARGE);
    let growth = large.as_secs_f64() / small.as_secs_f64();
    let mark = if growth > 5.0 { "  more than in proportion" } else { "" };
    println!(
        "{name:<24} {:>7.1} ms {:>7.1} ms {growth:>7.1} {:>9.1} ms{mark}",
        small.as_secs_f64() * 1e3,
        large.as_secs_f64() * 1e3,
        timed(mail).as_secs_f64() * 1e3,
    );
}
