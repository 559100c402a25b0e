//! Whom a machine would tell that mail has come, over other people's bounces, vacation notices and labelled mail.
//!
//! Age is left out of it: every mail is held to have come the moment it was written. The corpora beside the checkout are
//! looked at where they are there.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot read its data has failed")]

#[path = "../examples/quality/desk.rs"]
#[expect(dead_code, reason = "the rules are loaded here, too")]
mod desk;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::Timestamp;
use madoguchi::triage::acknowledge::{Asked, Sight, asked};
use madoguchi::triage::approval::machine;
use madoguchi::triage::mail::Letter;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::read::{Context, read};
use madoguchi::triage::rulebook::Rulebook;
use madoguchi::triage::verdict::Disposition;
use madoguchi::{mime, rules};
use serde_json::Value;

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
});

fn beside(folder: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
    }
    folder.exists().then_some(folder)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

fn letter(file: &Path) -> Option<Letter> {
    let raw = std::fs::read(file).unwrap();
    // In a debug build the library's own assertions fire on some of these; `mime` guards against that.
    std::panic::catch_unwind(|| mime::letter(&raw).ok()).ok().flatten()
}

/// What the desk would do with a letter; every form of ours is proved.
fn told(letter: &Letter, desk: &Desk) -> Option<Asked> {
    let reading = read(letter, desk, &RULES, &Context::default());
    if reading.verdict.disposition != Disposition::Case {
        return None;
    }
    let sight = Sight {
        customer: reading.facts.email.as_ref().map(|email| &email.value),
        doubtful: reading.verdict.doubtful,
        form_senders: &desk.addresses,
        proved: true,
        received: letter.sent.unwrap_or(Timestamp::UNIX_EPOCH),
    };
    asked(letter, desk, &sight).ok()
}

#[test]
fn no_bounce_is_told_anything() {
    let Some(folder) = beside("corpus/hostile/sisimai") else { return };
    let bench = desk::Bench::of(&folder, &RULES).unwrap();
    let mut found = Vec::new();
    files(&folder, &mut found);
    let read = found.iter().filter_map(|file| Some((file, letter(file)?)));
    let told: Vec<_> = read.filter(|(_, letter)| told(letter, &bench.desk).is_some()).collect();
    let told: Vec<_> = told.iter().map(|(file, _)| file.file_name().unwrap()).collect();
    println!("{} bounces, {} told", found.len(), told.len());
    assert!(found.len() > 800 && told.is_empty(), "{told:?}");
}

#[test]
fn whatever_shows_a_sign_of_a_machine_is_told_nothing() {
    let Some(folder) = beside("corpus/hostile") else { return };
    let bench = desk::Bench::of(&folder, &RULES).unwrap();
    let mut found = Vec::new();
    files(&folder, &mut found);
    let (mut mails, mut people) = (0, 0);
    for file in &found {
        let Some(letter) = letter(file) else { continue };
        mails += 1;
        if told(&letter, &bench.desk).is_some() {
            people += 1;
            assert_eq!(machine(&letter), None, "{}", file.display());
        }
    }
    println!("{mails} mails, {people} told");
}

/// Machine mail told by its label, and people's own mails that hear nothing, of a folder of labelled mails.
fn labelled(folder: &Path) -> (Vec<String>, usize, usize) {
    let bench = desk::Bench::of(folder, &RULES).unwrap();
    let mails = if folder.join("mails").is_dir() { folder.join("mails") } else { folder.to_owned() };
    let (mut wrong, mut told_people, mut people) = (Vec::new(), 0, 0);
    for gold in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if gold.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&gold).unwrap().lines() {
            let label: Value = serde_json::from_str(line).unwrap();
            let file = label.get("file").and_then(Value::as_str).unwrap();
            let Some(letter) = letter(&mails.join(file)) else { continue };
            let told = told(&letter, &bench.desk).is_some();
            match label.get("disposition").and_then(Value::as_str) {
                Some("ignored") if told => {
                    wrong.push(format!("{file}: {}", label.get("ignored_because").unwrap_or(&Value::Null)))
                }
                Some("case") if label.pointer("/fields/email").is_some_and(Value::is_string) => {
                    people += 1;
                    told_people += usize::from(told);
                }
                _ => {}
            }
        }
    }
    (wrong, told_people, people)
}

#[test]
fn labelled_machines_are_told_nothing_and_most_people_are() {
    let zoo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo");
    for folder in [Some(zoo), beside("eval")].into_iter().flatten() {
        let (wrong, told, people) = labelled(&folder);
        println!("{}: machines told {wrong:?}, people told {told} of {people}", folder.display());
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(told * 100 > people * 95, "{told} of {people}");
    }
}
