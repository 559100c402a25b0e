//! The connection to the mailbox, cut at every 200th byte of a session: nothing lost, nothing twice, and in the end
//! everything is where it is after a run that nobody cut.
//!
//! One prepared office is copied for each cut: a store, a mailbox on one real Dovecot, a sending server. The session
//! takes in a new wish and an agent's OK: it reads, marks, saves a draft, archives, retires a draft and files a copy,
//! over the connection that watches and the one that works. `MADOGUCHI_CUT_STEP` sets another distance of the cuts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "helpers of a test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use madoguchi::imap::Security;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::marking::MarkNames;
use support::dovecot::Dovecot;
use support::office::{form, header, shelves};
use support::proxy::Proxy;
use support::smtp_sink::Sink;
use support::story::{HANAKO, SATO, Story, instant, to};
use tokio::task::JoinSet;

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
const JIRO: &str = "jiro@customer.example";
/// Bytes between two cuts.
const STEP: i64 = 200;
/// Mailboxes that are kept ready: one for each cut.
const MOST_CUTS: usize = 1_000;
/// Cuts at work at the same time.
const TOGETHER: usize = 4;

/// What is there when everything is done.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    shelves: String,
    /// Whom each mail went to, and its Message-ID, sorted.
    sent: Vec<String>,
}

/// The prepared office.
struct Template {
    story: Story,
}

/// A copy of it, over its own mailbox.
struct Copy {
    template: Arc<Template>,
    dir: tempfile::TempDir,
    user: String,
    sink: Sink,
    proxy: Proxy,
}

impl Template {
    async fn prepare() -> Self {
        let copies: Vec<String> = (0..MOST_CUTS).map(name).collect();
        let users: Vec<&str> = copies.iter().map(String::as_str).chain(["reservation1"]).collect();
        let story = Story::over(Dovecot::start_for(&users, "mail_max_userip_connections = 1000")).await;
        story.hanako_asks(WISH);
        let asked = story.at("27 10:05");
        story.answer(to(&asked, SATO), SATO, "OK");
        let date = "Thu, 27 Aug 2026 10:10:00 +0900";
        let id = "form2@web.example";
        story.office.deliver(&form(id, date, "鈴木 次郎", "03-9876-5432", JIRO, WISH));
        Self { story }
    }
}

fn name(number: usize) -> String {
    format!("cut{number:04}")
}

/// Copies a folder with owners and times.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success(), "cp {} {}", from.display(), to.display());
}

impl Copy {
    async fn of(template: Arc<Template>, number: usize, cut: i64) -> Self {
        let office = &template.story.office;
        let user = name(number);
        let dir = tempfile::Builder::new().prefix("madoguchi-cut-").tempdir().unwrap();
        let (sink, proxy) = (Sink::plain().await, Proxy::cutting(office.server.port, cut).await);
        let maildir = office.server.maildir(&user);
        let home = maildir.parent().unwrap();
        copy(office.server.maildir("reservation1").parent().unwrap(), home);
        copy(office.dir.path(), &dir.path().join("office"));
        let mut config = fs::read_to_string(office.config()).unwrap();
        let port = |number: u16| format!("port = {number}\n");
        for (from, to) in [
            ("user = \"reservation1\"".to_owned(), format!("user = \"{user}\"")),
            (port(office.server.port), port(proxy.address.port())),
            (port(template.story.sink.addr.port()), port(sink.addr.port())),
        ] {
            assert!(config.contains(&from), "the config has no {from:?}");
            config = config.replace(&from, &to);
        }
        let copied = Self { template: Arc::clone(&template), dir, user, sink, proxy };
        fs::write(copied.config(), config).unwrap();
        fs::write(copied.dir.path().join("office/secrets/imap"), format!("pass-{}", copied.user)).unwrap();
        copied
    }

    fn config(&self) -> PathBuf {
        self.dir.path().join("office/config.toml")
    }

    /// Runs the program to its end.
    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.arg("--config").arg(self.config()).args(arguments).stdin(Stdio::null());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// Works once at a minute; `Err` holds what was logged when it did not end well.
    async fn work(&self, day_and_time: &str) -> Result<(), String> {
        let output =
            self.run(&["run", "--once", "--at", &instant(day_and_time), "--since", "2026-01-01"]).await;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => Ok(()),
            // "Temporary trouble", and nothing worse, may come of a cut.
            Some(4) => Err(log),
            other => panic!("{}: ended with {other:?}:\n{log}", self.user),
        }
    }

    /// States of the cases, sorted.
    async fn states(&self) -> Vec<String> {
        let listed = self.run(&["cases", "--all", "--json"]).await;
        let state = |line: &str| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            case["state"].as_str().unwrap().to_owned()
        };
        let mut states: Vec<String> = String::from_utf8(listed.stdout).unwrap().lines().map(state).collect();
        states.sort();
        states
    }

    async fn outcome(&self) -> Outcome {
        let account = self.template.story.office.server.account(&self.user, Security::Plain);
        let names = FolderNames { create: false, ..FolderNames::default() };
        let shelves = shelves(&mut Mailbox::new(account, names, MarkNames::default())).await;
        let mut sent: Vec<String> = self
            .sink
            .delivered()
            .iter()
            .map(|mail| {
                let id = header(&String::from_utf8_lossy(&mail.bytes), "Message-ID").unwrap();
                // A question's token says until when it holds, and that depends on when it was asked.
                let parts: Vec<&str> = id.splitn(3, '-').take(2).collect();
                format!("{} {}", mail.to.join(" "), parts.join("-"))
            })
            .collect();
        sent.sort();
        Outcome { shelves, sent }
    }
}

/// One run that is cut, and what a later one makes of it. The states of the cases are asked for after every tenth cut:
/// they follow from what is on the shelves.
async fn cut_at(template: Arc<Template>, number: usize, byte: i64) -> (i64, bool, Outcome) {
    let copy = Copy::of(template, number, byte).await;
    let first = copy.work("27 10:20").await;
    let (passed, cut) = (copy.proxy.passed(), copy.proxy.let_pass());
    assert!(first.is_ok() || cut, "nobody cut, and yet: {first:?}");
    copy.work("27 11:00").await.unwrap_or_else(|log| panic!("after a cut at byte {byte}:\n{log}"));
    if number.is_multiple_of(10) {
        assert_eq!(copy.states().await, ["asked", "awaiting_reply"], "after a cut at byte {byte}");
    }
    (passed, cut, copy.outcome().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_anywhere_costs_nothing() {
    let step = std::env::var("MADOGUCHI_CUT_STEP").map_or(STEP, |step| step.parse().unwrap());
    let template = Arc::new(Template::prepare().await);
    let (bytes, cut, expected) = cut_at(Arc::clone(&template), 0, i64::MAX).await;
    assert!(!cut && bytes > 2_000, "the session has {bytes} bytes");
    let to_hanako = expected.sent.iter().filter(|mail| mail.starts_with(HANAKO)).count();
    assert_eq!(to_hanako, 1, "{expected:#?}");
    assert!(expected.shelves.contains("<form1@web.example> $AwaitingReply $Chat"), "{}", expected.shelves);
    assert!(expected.shelves.contains("<form2@web.example> $Asked $Chat"), "{}", expected.shelves);

    let mut places = (0..bytes).step_by(usize::try_from(step).unwrap()).zip(1..);
    let mut running = JoinSet::new();
    let mut cuts = 0;
    loop {
        while running.len() < TOGETHER
            && let Some((byte, number)) = places.next()
        {
            assert!(number < MOST_CUTS, "the session is longer than foreseen");
            let template = Arc::clone(&template);
            running.spawn(async move { (byte, cut_at(template, number, byte).await) });
        }
        let Some(ended) = running.join_next().await else { break };
        let (byte, (_, cut, outcome)) = ended.unwrap();
        cuts += usize::from(cut);
        assert_eq!(outcome, expected, "after a cut at byte {byte}");
    }
    println!("{cuts} cuts in a session of {bytes} bytes");
    assert!(cuts > 0, "nothing was cut");
}
