//! The measuring programs behind `scripts/bench`: the floor below every figure, a relay that delays, stand-in servers.
//!
//! One binary, because each part is small: `yardstick raw|bare|relay|sink|latency|idle|cases …`, each with JSON on
//! stdout. They judge nothing and touch nothing but what they are pointed at. Never part of the program people run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring tool for developers: it stops at whatever it did not expect, and shows its figures"
)]

mod bare;
mod cases;
mod client;
mod raw;
mod read;
mod relay;
mod sink;
mod stand_in;

use std::collections::BTreeMap;

const USAGE: &str = "yardstick raw     --port N --user U [--folder INBOX] [--login-only yes]
yardstick bare    --port N --user U --dir EMPTY
yardstick relay   --to PORT [--delay-ms 0]          until stdin closes
yardstick sink    (an SMTP server)                  until stdin closes
yardstick latency [--mails 200] [--gap-ms 50]       a server that tells a watching client of mails
yardstick idle    [--mailboxes 1] [--ca FILE]       until stdin closes
yardstick read    --config FILE --mails FOLDER [--times 1] [--dump FILE]
yardstick cases   --from STATE --into STATE [--count 1000000]
yardstick open    --store STATE";

/// `--name value` pairs.
pub(crate) struct Arguments(BTreeMap<String, String>);

impl Arguments {
    fn read(words: &[String]) -> Self {
        Self(
            words
                .chunks(2)
                .map(|pair| (pair[0].trim_start_matches("--").to_owned(), pair[1].clone()))
                .collect(),
        )
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("--{name} is missing\n{USAGE}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.0.get(name).map_or(otherwise, |text| text.parse().unwrap())
    }

    pub(crate) fn port(&self, name: &str) -> u16 {
        self.text(name).parse().unwrap()
    }
}

/// Says a fact as one line of JSON, at once: whoever started us is waiting for it.
pub(crate) fn say(value: &serde_json::Value) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").unwrap();
    out.flush().unwrap();
}

/// Returns when whoever started us closes our standard input or ends.
pub(crate) fn wait_for_the_end() {
    let _nobody_reads = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((what, rest)) = words.split_first().filter(|(_, rest)| rest.len() % 2 == 0) else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let arguments = Arguments::read(rest);
    match what.as_str() {
        "raw" => raw::run(&arguments),
        "read" => read::run(&arguments),
        "bare" => bare::run(&arguments),
        "relay" => relay::run(&arguments),
        "sink" => sink::run(),
        "latency" => stand_in::latency(&arguments),
        "idle" => stand_in::idle(&arguments),
        "cases" => cases::run(&arguments),
        "open" => cases::open(&arguments),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
}
