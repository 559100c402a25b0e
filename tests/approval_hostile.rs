//! Other people's mails: reading them never panics, none of them approves anything, and what a person typed under
//! an OK is never cut away. The corpus lies beside the checkout; without it the test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::path::{Path, PathBuf};

use jiff::civil::date;
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::triage::approval::{Judgement, Mode, Understood, machine, raw_from, understand};
use madoguchi::triage::command::Command;

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/hostile");
    if !folder.exists() {
        println!("skipped: no corpus beside the checkout");
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

fn approves(text: &str) -> bool {
    understand(text, date(2026, 8, 27)) == Understood::Command(Command::Approve)
}

#[test]
fn nobody_elses_mail_approves() {
    let Some(corpus) = corpus() else { return };
    let mut found = Vec::new();
    files(&corpus, &mut found);
    let (mut mails, mut machines, mut plain) = (0, 0, 0);
    for file in &found {
        let raw = std::fs::read(file).unwrap();
        plain += usize::from(raw_from(&raw).is_ok());
        let text = String::from_utf8_lossy(&raw);
        assert!(!approves(&text), "{}", file.display());
        // In a debug build the library's own assertions fire on some of these; `mime` guards against that.
        let read = std::panic::catch_unwind(|| madoguchi::mime::letter(&raw).ok());
        if let Ok(Some(letter)) = read {
            mails += 1;
            machines += usize::from(machine(&letter).is_some());
            assert!(!approves(&letter.text), "{}", file.display());
        }
    }
    println!("{} files, {mails} read, {machines} from machines, {plain} with one plain From", found.len());
}

/// Nobody vouches for other people's mails: their keys are not in our DNS, and no server of theirs is ours.
#[tokio::test]
async fn nobody_elses_mail_is_vouched_for() {
    let Some(corpus) = corpus() else { return };
    let mut found = Vec::new();
    files(&corpus, &mut found);
    let of = |mode| {
        let dns = Box::new(Zone::Text(String::new()));
        Authenticator::new(Checks { mode, authserv_id: Some("mx.desk.test".to_owned()), dns })
    };
    let (dkim, authserv) = (of(Mode::Dkim), of(Mode::Authserv));
    let now = "2026-08-27T00:00:00Z".parse().unwrap();
    let mut judged = 0;
    for file in &found {
        let raw = std::fs::read(file).unwrap();
        let Ok(from) = raw_from(&raw) else { continue };
        judged += 1;
        for auth in [&dkim, &authserv] {
            let judgement = auth.judge(&raw, &from, now).await;
            assert!(matches!(judgement, Judgement::Refused(_)), "{}: {judgement:?}", file.display());
        }
    }
    println!("{judged} mails, none vouched for");
}

#[test]
fn an_ok_over_what_programs_add_is_an_ok_and_over_what_people_add_is_not() {
    let Some(corpus) = corpus() else { return };
    let texts = |part: &str| {
        let mut found = Vec::new();
        files(&corpus.join("discourse-ert/test").join(part), &mut found);
        found.into_iter().map(|file| (std::fs::read_to_string(&file).unwrap_or_default(), file))
    };
    let (mut history, mut seen) = (0, 0);
    for (text, _) in texts("elided").filter(|(text, _)| !text.trim().is_empty()) {
        seen += 1;
        history += usize::from(approves(&format!("OK\n\n{text}")));
    }
    let mut wrong = Vec::new();
    let mut typed = 0;
    for (text, file) in texts("trimmed")
        .filter(|(text, _)| text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('>')))
    {
        typed += 1;
        if approves(&format!("OK\n{text}")) {
            wrong.push(file.file_name().unwrap().to_owned());
        }
    }
    println!("history cut whole: {history} of {seen}; typed text cut away: {} of {typed}", wrong.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}
