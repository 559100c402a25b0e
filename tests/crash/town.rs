//! An office, its customers and its agents, and ways to kill the program at work.
//!
//! The agents are honest: they answer every request once, by what they would know in life. Asked whether a mail
//! whose ending is unknown shall be sent again, they look whether the customer has it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::postfix::Postfix;
use crate::support::office::{Daemon, Office, form, header, reply, text};
use crate::support::smtp_sink::Sink;

/// What will become of a customer's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The draft is approved, by both agents where `twice` says so.
    Approved { twice: bool },
    /// The agent writes other words, then approves them.
    Edited,
    /// The draft is rejected and the customer called.
    Called,
    /// Nobody answers.
    Waits,
}

/// A customer of the story.
#[derive(Debug)]
pub struct Customer {
    pub address: String,
    pub fate: Fate,
    /// Message-IDs of the form's mails, as they stand in the header.
    pub mails: Vec<String>,
}

/// Where mail goes.
pub enum Post {
    /// Counts exactly, misbehaves when told.
    Sink(Sink),
    /// A real server that delivers to these people.
    Postfix(Box<Postfix>, Vec<String>),
}

/// A mail that reached somebody.
pub struct Received {
    pub to: String,
    pub id: String,
    pub bytes: Vec<u8>,
}

impl Post {
    fn port(&self) -> u16 {
        match self {
            Self::Sink(sink) => sink.addr.port(),
            Self::Postfix(postfix, _) => postfix.port,
        }
    }

    /// Everything delivered so far.
    pub fn received(&self) -> Vec<Received> {
        let received = |to: &str, bytes: Vec<u8>| {
            let id = header(&String::from_utf8_lossy(&bytes), "Message-ID").unwrap();
            Received { to: to.to_owned(), id, bytes }
        };
        match self {
            Self::Sink(sink) => {
                let one = |mail: crate::support::smtp_sink::Delivered| {
                    let bytes = mail.bytes;
                    mail.to.into_iter().map(move |to| received(&to, bytes.clone())).collect::<Vec<_>>()
                };
                sink.delivered().into_iter().flat_map(one).collect()
            }
            Self::Postfix(postfix, people) => people
                .iter()
                .flat_map(|to| postfix.mails(to).into_iter().map(move |bytes| received(to, bytes)))
                .collect(),
        }
    }
}

/// The office and everybody around it.
pub struct Town {
    pub office: Office,
    pub post: Post,
    pub customers: Vec<Customer>,
    /// The moment of the next run.
    pub now: Timestamp,
    /// Runs that ended by SIGKILL.
    pub kills: usize,
    /// The longest whole run seen.
    pub longest: Duration,
    answered: BTreeSet<String>,
    replies: usize,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub log: String,
}

impl Ended {
    pub fn killed(&self) -> bool {
        self.status.signal() == Some(9)
    }
}

impl Town {
    /// An office that opens on 27 August 2026 at nine.
    pub fn open(post: Post) -> Self {
        let office = Office::open(post.port(), "");
        Self {
            office,
            post,
            customers: Vec::new(),
            now: "2026-08-27T09:00:00+09:00".parse().unwrap(),
            kills: 0,
            longest: Duration::ZERO,
            answered: BTreeSet::new(),
            replies: 0,
        }
    }

    /// The office with a server that counts.
    pub async fn with_sink() -> Self {
        Self::open(Post::Sink(Sink::plain().await))
    }

    pub fn sink(&self) -> &Sink {
        match &self.post {
            Post::Sink(sink) => sink,
            Post::Postfix(..) => panic!("this town has a real server"),
        }
    }

    fn local(&self) -> Zoned {
        self.now.in_tz("Asia/Tokyo").unwrap()
    }

    /// Time passes.
    pub fn later(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    /// Time passes until this hour of this or the next day.
    pub fn until(&mut self, hour: i8, minute: i8) {
        let today = self.local().with().hour(hour).minute(minute).second(0).build().unwrap();
        let then = if today.timestamp() > self.now {
            today
        } else {
            today.tomorrow().unwrap().with().hour(hour).minute(minute).build().unwrap()
        };
        self.now = then.timestamp();
    }

    /// A new customer fills in the form.
    pub fn customer(&mut self, fate: Fate) -> String {
        let number = self.customers.len();
        let address = format!("k{number}@customer.example");
        self.customers.push(Customer { address: address.clone(), fate, mails: Vec::new() });
        let wish = self.local().checked_add(jiff::Span::new().days(3)).unwrap();
        // Every other one wants to book; the rest only ask.
        let words = if number.is_multiple_of(2) {
            format!("{}月{}日の14時に新宿院を予約したいのですが、空いていますか。", wish.month(), wish.day())
        } else {
            "新宿院の営業時間を教えてください。".to_owned()
        };
        self.write(number, &words);
        address
    }

    /// A customer writes again.
    pub fn writes_again(&mut self, number: usize) {
        self.write(number, "先ほどの者です。駐車場はありますか。");
    }

    fn write(&mut self, number: usize, words: &str) {
        let customer = &mut self.customers[number];
        let id = format!("m{}.{number}@form.example", customer.mails.len());
        let date = self.now.in_tz("Asia/Tokyo").unwrap().strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
        let phone = format!("090-1234-{:04}", number);
        self.office.deliver(&form(&id, &date, &format!("山田 {number}子"), &phone, &customer.address, words));
        customer.mails.push(format!("<{id}>"));
    }

    /// The agents answer what they have been asked since, `most` of it. `calm`: also what needs a look at the
    /// customer's side.
    pub fn agents_answer(&mut self, calm: bool, most: usize) {
        let mut left = most;
        let received = self.post.received();
        let copies = |id: &str| received.iter().filter(|mail| mail.id == id).count();
        for mail in received.iter().filter(|mail| mail.id.starts_with("<ask.")) {
            let words = text(&mail.bytes);
            let Some(number) =
                self.customers.iter().position(|c| words.contains(&format!("メール: {}\n", c.address)))
            else {
                continue;
            };
            let case: Vec<&str> = mail.id["<ask.".len()..].splitn(3, '-').collect();
            let (case, revision) = (case[0], case[1]);
            let fate = self.customers[number].fate;
            let first = mail.to.starts_with("sato@");
            let answer = if words.contains("送信中に接続が切れ") {
                let sent = copies(&format!("<reply.{case}.{revision}@jitanbody.example>")) > 0;
                (calm && first).then_some(if sent { "送らない" } else { "再送" })
            } else if words.contains("■ 返信案") {
                match fate {
                    Fate::Approved { twice } => (first || twice).then_some("OK"),
                    Fate::Edited if revision == "1" => first.then_some(
                        "修正\nお待たせして申し訳ございません。担当者より改めてお電話いたします。どうぞよろしくお願いいたします。",
                    ),
                    Fate::Edited => first.then_some("OK"),
                    Fate::Called => first.then_some("NG 電話します"),
                    Fate::Waits => None,
                }
            } else if words.contains("にお客様へ送信しました") || words.contains("電話済として記録")
            {
                None
            } else {
                (first && fate != Fate::Waits).then_some("電話済 折り返しました")
            };
            let Some(answer) = answer else { continue };
            // Reminders carry other tokens for the same question; a person answers once. Only after an unknown
            // ending there can be a second round.
            let question = if answer == "再送" || answer == "送らない" {
                mail.id.clone()
            } else {
                format!("{case} {revision} {} {answer}", mail.to)
            };
            if left > 0 && self.answered.insert(question) {
                left -= 1;
                self.replies += 1;
                let id = format!("a{}@agents.example", self.replies);
                self.office.deliver(&reply(&mail.bytes, &mail.to, &id, answer));
            }
        }
    }

    fn command(&self, once: bool) -> Command {
        let at = self.now.to_string();
        let mut arguments = vec!["run", "--at", &at, "--since", "2026-01-01"];
        if once {
            arguments.push("--once");
        }
        let mut command = self.office.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// One whole run, which may die at a crash point. A minute passes.
    pub fn run(&mut self, crash: Option<&str>) -> Ended {
        let mut command = self.command(true);
        if let Some(place) = crash {
            command.env("MADOGUCHI_CRASH_AT", place);
        }
        let began = Instant::now();
        let output = command.output().unwrap();
        let ended =
            Ended { status: output.status, log: String::from_utf8_lossy(&output.stderr).into_owned() };
        self.later(1);
        self.kills += usize::from(ended.killed());
        if !ended.killed() {
            assert!(ended.status.success(), "a run ended with {}:\n{}", ended.status, ended.log);
            self.longest = self.longest.max(began.elapsed());
        }
        ended
    }

    /// A whole run that must end well.
    pub fn work(&mut self) -> String {
        let ended = self.run(None);
        assert!(!ended.killed());
        ended.log
    }

    /// A run that is killed after `delay`, unless it ends before. `once: false` is the daemon itself.
    pub fn kill_after(&mut self, delay: Duration, once: bool) -> bool {
        let mut child = self.command(once).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let (ended, end) = channel();
        let reader = std::thread::spawn(move || {
            let mut log = String::new();
            // A log cut in mid-character by the kill is no matter.
            let _ = stderr.read_to_string(&mut log);
            let _ = ended.send(());
            log
        });
        // Its stderr closes when it ends. The moment of the kill is random, so nothing else can be waited for.
        if end.recv_timeout(delay).is_err() {
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        let log = reader.join().unwrap();
        let killed = status.signal() == Some(9);
        assert!(killed || status.success(), "a run ended with {status}:\n{log}");
        assert!(!log.contains("panicked"), "{log}");
        self.kills += usize::from(killed);
        self.later(1);
        killed
    }

    /// Everything that is under way comes to its end: agents answer, unknown endings are looked into and decided.
    pub fn calm_down(&mut self) {
        // Longer than any pause of the outbox, and than the looks after an unknown ending.
        for minutes in [0, 6, 6, 1, 12, 1, 12, 1, 1] {
            self.later(minutes);
            self.work();
            self.agents_answer(true, usize::MAX);
        }
        self.work();
    }

    /// The daemon itself, watched by the test.
    pub fn daemon(&mut self) -> Daemon {
        let command = self.command(false);
        self.later(1);
        Daemon::spawn(command)
    }

    /// Waits until a real server has delivered the first requests: it does so when it likes.
    pub fn wait_for_requests(&self, count: usize) {
        if let Post::Postfix(postfix, _) = &self.post {
            for agent in ["sato@agents.example", "suzuki@agents.example"] {
                postfix.wait_for(agent, count).unwrap();
            }
        }
    }

    /// How many copies of each mail everybody has.
    pub fn copies(&self) -> BTreeMap<(String, String), usize> {
        let mut copies = BTreeMap::new();
        for mail in self.post.received() {
            *copies.entry((mail.to, mail.id)).or_default() += 1;
        }
        copies
    }
}
