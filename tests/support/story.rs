//! Stories: one office, a sending server (scripted, or Postfix with everybody's mailbox), and what people do, step by step,
//! each step at its own time.
//!
//! Every step runs the real program once (`run --once --at …`) and hands back the mails that went out in it.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::dovecot::Dovecot;
use super::office::{DESK, Office, answer_from, form, header, text};
use super::postfix::{Postfix, Setup, send};
use super::server::MailServer;
use super::smtp_sink::Sink;

/// The agents and the supervisor of the documented config, and the customer of most stories.
pub const SATO: &str = "sato@agents.example";
pub const SUZUKI: &str = "suzuki@agents.example";
pub const TANAKA: &str = "tanaka@agents.example";
pub const HANAKO: &str = "hanako@customer.example";
pub const IKEBUKURO: &str = "ikebukuro@jitanbody.example";
pub const SHINJUKU: &str = "shinjuku@jitanbody.example";
pub const REPORTS: &str = "booking-report@jitanbody.example";

/// The robot that sends what customers type into the form.
const FORMS: &str = "form@jitanbody.example";

/// A mail that went out, as its reader sees it.
#[derive(Debug, Clone)]
pub struct Post {
    pub to: String,
    pub subject: String,
    pub id: String,
    pub text: String,
    pub raw: String,
}

/// What carries the mails of a story.
pub trait Carrier {
    /// What reached its readers so far, in order, once nothing is on the way.
    fn delivered(&self) -> Vec<(Vec<String>, Vec<u8>)>;

    /// Brings a mail to an address of the shared mailbox.
    fn bring<S: MailServer>(&self, office: &Office<S>, from: &str, to: &str, mail: &str);
}

impl Carrier for Sink {
    fn delivered(&self) -> Vec<(Vec<String>, Vec<u8>)> {
        Self::delivered(self).into_iter().map(|mail| (mail.to, mail.bytes)).collect()
    }

    fn bring<S: MailServer>(&self, office: &Office<S>, _from: &str, _to: &str, mail: &str) {
        office.deliver(mail);
    }
}

/// Postfix, and everybody's mailbox on one machine: whatever is said in it goes by mail.
pub struct Town {
    pub postfix: Postfix,
    people: Vec<&'static str>,
    _mail: tempfile::TempDir,
}

impl Carrier for Town {
    fn delivered(&self) -> Vec<(Vec<String>, Vec<u8>)> {
        self.postfix.settle().unwrap_or_else(|why| panic!("{why}"));
        self.postfix.all(&self.people).into_iter().map(|(to, bytes)| (vec![to], bytes)).collect()
    }

    fn bring<S: MailServer>(&self, _office: &Office<S>, from: &str, to: &str, mail: &str) {
        send(self.postfix.port, from, to, mail);
        self.postfix.settle().unwrap_or_else(|why| panic!("{why}"));
    }
}

/// An office and its sending server: over Dovecot and scripted, unless told otherwise.
pub struct Story<S = Dovecot, C = Sink> {
    pub office: Office<S>,
    pub sink: C,
    read: AtomicUsize,
}

impl Story {
    /// The office of the documented config.
    pub async fn open() -> Self {
        let sink = Sink::plain().await;
        Self { office: Office::open(sink.addr.port(), ""), sink, read: AtomicUsize::new(0) }
    }
}

impl<S: MailServer> Story<S> {
    /// The same over a mailbox server of the story's own making.
    pub async fn over(server: S) -> Self {
        let sink = Sink::plain().await;
        Self { office: Office::with(server, sink.addr.port(), ""), sink, read: AtomicUsize::new(0) }
    }
}

impl Story<Dovecot, Town> {
    /// The same with nothing scripted: Postfix carries every mail, from and to everybody of the documented config, the
    /// customer of most stories and these people. `extra` is added to the config.
    pub fn in_town(people: &[&'static str], extra: &str) -> Self {
        let mail = tempfile::Builder::new().prefix("madoguchi-mail-").tempdir().unwrap();
        // The folder is made with Postfix; Dovecot serves what Postfix delivers.
        let folder = format!("mail_location = maildir:{}/%n", mail.path().display());
        let dovecot = Dovecot::start_for(&["reservation1"], &folder);
        let people: Vec<&str> = [SATO, SUZUKI, TANAKA, HANAKO, IKEBUKURO, SHINJUKU, REPORTS]
            .iter()
            .chain(people)
            .copied()
            .collect();
        let users: Vec<&str> = people.iter().copied().chain([DESK]).collect();
        let postfix = Postfix::start_with(&Setup {
            users: &users,
            mail_root: Some(mail.path()),
            owner: Some(dovecot.owner()),
            extra: "",
        })
        .unwrap_or_else(|why| panic!("{why}"));
        let office = Office::with(dovecot, postfix.port, extra);
        Self { office, sink: Town { postfix, people, _mail: mail }, read: AtomicUsize::new(0) }
    }
}

impl<S: MailServer, C: Carrier> Story<S, C> {
    /// The customer Yamada Hanako fills in the form on 8/27 at 10:00.
    pub fn hanako_asks(&self, words: &str) {
        self.deliver(FORMS, &hanako(words));
    }

    /// Somebody writes to the shared mailbox.
    pub fn deliver(&self, from: &str, mail: &str) {
        self.sink.bring(&self.office, from, DESK, mail);
    }

    /// Works at a minute of August 2026, `27 10:05`, and returns what went out meanwhile.
    pub fn at(&self, day_and_time: &str) -> Vec<Post> {
        self.office.work(&instant(day_and_time));
        self.posted()
    }

    /// What went out since the last look.
    pub fn posted(&self) -> Vec<Post> {
        let all = self.sink.delivered();
        let read = self.read.swap(all.len(), Ordering::SeqCst);
        all.get(read..).unwrap_or_default().iter().map(|(to, mail)| Post::of(to, mail)).collect()
    }

    /// Somebody answers a request, from the mail program's point of view.
    pub fn answer(&self, request: &Post, from: &str, words: &str) {
        let mail = answer_from(request.raw.as_bytes(), from, words);
        self.sink.bring(&self.office, from, &request.header("Reply-To").unwrap(), &mail);
    }

    /// How often a customer was written to, all in all.
    pub fn mails_to(&self, address: &str) -> usize {
        self.sink.delivered().iter().filter(|(to, _)| to.iter().any(|to| to == address)).count()
    }

    /// What the command line says, stdout only; fails the test when it does not end well.
    pub fn says(&self, arguments: &[&str]) -> String {
        let output = self.office.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The only case there is, as `case --json` shows it.
    pub fn case(&self) -> serde_json::Value {
        let listed = self.says(&["cases", "--all", "--json"]);
        let cases: Vec<serde_json::Value> =
            listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(cases.len(), 1, "{listed}");
        let id = cases[0]["case"].as_str().unwrap().to_owned();
        serde_json::from_str(&self.says(&["case", &id, "--json"])).unwrap()
    }

    /// State word of the only case.
    pub fn state(&self) -> String {
        self.case()["state"].as_str().unwrap().to_owned()
    }
}

impl Post {
    /// A mail as it left.
    pub fn of(to: &[String], bytes: &[u8]) -> Self {
        let raw = String::from_utf8_lossy(bytes).into_owned();
        let letter = madoguchi::mime::letter(bytes).unwrap();
        Self {
            to: to.join(" "),
            subject: letter.subject,
            id: header(&raw, "Message-ID").unwrap_or_default(),
            text: text(bytes),
            raw,
        }
    }

    /// A field of its header.
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.raw, name)
    }
}

/// The one mail to somebody among these.
pub fn to<'p>(posts: &'p [Post], address: &str) -> &'p Post {
    let found: Vec<&Post> = posts.iter().filter(|post| post.to == address).collect();
    match found.as_slice() {
        [one] => one,
        other => panic!("{} mails to {address}, expected one; all: {posts:#?}", other.len()),
    }
}

/// Whom these mails went to, sorted.
pub fn receivers(posts: &[Post]) -> Vec<&str> {
    let mut receivers: Vec<&str> = posts.iter().map(|post| post.to.as_str()).collect();
    receivers.sort_unstable();
    receivers
}

/// Asserts that a text holds each of these.
#[track_caller]
pub fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

/// Yamada Hanako's form of 8/27, 10:00.
pub fn hanako(words: &str) -> String {
    form("form1@web.example", "Thu, 27 Aug 2026 10:00:00 +0900", "山田 花子", "090-1234-5678", HANAKO, words)
}

/// `27 10:05` is that minute of August 2026 in Tokyo; `09-03 10:05` names the month too.
pub fn instant(day_and_time: &str) -> String {
    let (day, time) = day_and_time.split_once(' ').unwrap();
    let day = if day.contains('-') { day.to_owned() } else { format!("08-{day}") };
    format!("2026-{day}T{time}:00+09:00")
}
