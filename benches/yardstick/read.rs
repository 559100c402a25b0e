//! Reads the mails of a folder, as the desk would: bytes to reading, with the rules of a config. For profilers.

use std::hint::black_box;
use std::time::Instant;

use madoguchi::live::Live;
use madoguchi::mime;
use madoguchi::triage::read::{Context, read, read_fully};

use crate::Arguments;

/// A letter and its reading with everything in them, to compare two versions of the program.
fn whole(mail: &[u8], live: &Live) -> String {
    let Ok(letter) = mime::letter(mail) else { return "unreadable\n".to_owned() };
    let mailbox = &live.config.mailboxes[0].name;
    let reading = read_fully(&letter, &live.policy(mailbox).desk, live.rules(mailbox), &Context::default());
    format!("{letter:?} {reading:?}\n")
}

pub(crate) fn run(arguments: &Arguments) {
    let begun = Instant::now();
    let Ok(live) = Live::load(arguments.text("config").as_ref()) else {
        panic!("the config has faults; madoguchi check names them")
    };
    let loaded = begun.elapsed().as_secs_f64();
    let mut paths: Vec<_> =
        std::fs::read_dir(arguments.text("mails")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mails: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mailbox = &live.config.mailboxes[0].name;
    let (desk, rules) = (&live.policy(mailbox).desk, live.rules(mailbox));
    if arguments.has("dump") {
        let dump: String = mails.iter().map(|mail| whole(mail, &live)).collect();
        std::fs::write(arguments.text("dump"), dump).unwrap();
    }
    let mut times = Vec::new();
    for _ in 0..arguments.number("times", 1) {
        for mail in &mails {
            let start = Instant::now();
            if let Ok(letter) = mime::letter(black_box(mail)) {
                black_box(read(&letter, desk, rules, &Context::default()));
            }
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    let (first, total) = (times[0], times.iter().sum::<f64>());
    let count = times.len();
    times.sort_by(f64::total_cmp);
    let at = |per_mille: usize| times[(count * per_mille / 1000).min(count - 1)];
    crate::say(&serde_json::json!({
        "load_ms": loaded * 1e3, "first_us": first, "mean_us": total / count as f64,
        "p50_us": at(500), "p90_us": at(900), "p99_us": at(990), "reads": count,
    }));
}
