//! An office, its customers and its agents, and ways to kill the program at work.
//!
//! The agents are honest: they answer every request once, by what they would know in life. Asked whether a mail
//! whose ending is unknown shall be sent again, they look whether the customer has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::support::office::{Daemon, Office, answer_as, form, header, text};
use crate::support::postfix::Postfix;
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

/// How many copies of each mail (to whom, Message-ID) were delivered.
pub type Copies = BTreeMap<(String, String), usize>;

/// What an agent is asked, as the mail says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Approve,
    Write,
    Unknown,
    Outcome,
}

/// A request that reached an agent.
struct Request {
    id: String,
    to: String,
    case: String,
    revision: String,
    customer: usize,
    kind: Kind,
    bytes: Vec<u8>,
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
    /// How long whole runs took.
    pub whole: Vec<Duration>,
    answered: BTreeSet<String>,
    requests: Vec<Request>,
    log: String,
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
            whole: Vec::new(),
            answered: BTreeSet::new(),
            requests: Vec::new(),
            log: String::new(),
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

    /// Reads what came to the agents since the last time.
    fn read_requests(&mut self) {
        for mail in self.post.received() {
            let Some(asked) = mail.id.strip_prefix("<ask.") else { continue };
            if self.requests.iter().any(|known| known.id == mail.id) {
                continue;
            }
            let words = text(&mail.bytes);
            let asked: Vec<&str> = asked.splitn(3, '-').collect();
            let about = |customer: &Customer| words.contains(&format!("メール: {}\n", customer.address));
            // The first request of a case names the customer's address; later ones may not.
            let known = self.requests.iter().find(|known| known.case == asked[0]).map(|known| known.customer);
            let Some(customer) = self.customers.iter().position(about).or(known) else { continue };
            let kind = if words.contains("届いたか分かりません") {
                Kind::Unknown
            } else if words.contains("返信案の確認をお願いします") {
                Kind::Approve
            } else if words.contains("お客様へ送信しました") || words.contains("電話済として記録しました")
            {
                Kind::Outcome
            } else {
                Kind::Write
            };
            let (case, revision) = (asked[0].to_owned(), asked[1].to_owned());
            let Received { to, id, bytes } = mail;
            self.requests.push(Request { id, to, case, revision, customer, kind, bytes });
        }
    }

    /// The agents answer what they have been asked, `most` of it. `calm`: also what needs a look at the customer's
    /// side.
    pub fn agents_answer(&mut self, calm: bool, most: usize) {
        self.read_requests();
        let copies = self.copies();
        let mut left = most;
        // The newest first: reminders carry fresh tokens for the same question.
        for request in self.requests.iter().rev() {
            let Request { id, to, case, revision, customer, kind, bytes } = request;
            let Some(answer) = self.answer(request, calm, &copies) else { continue };
            let expired = format!("<tell.expired.{case}.");
            let late = copies.keys().filter(|(told, id)| told == to && id.starts_with(&expired)).count();
            // A person answers a question once, and once more when told that it was too late. Only after an unknown
            // ending there are further rounds.
            let question = match kind {
                Kind::Unknown => id.clone(),
                Kind::Approve | Kind::Outcome | Kind::Write => {
                    format!("{customer} {revision} {to} {kind:?} {late}")
                }
            };
            if left > 0 && self.answered.insert(question) {
                left -= 1;
                let number = self.answered.len();
                self.office.deliver(&answer_as(&format!("a{number}@agents.example"), bytes, to, answer));
            }
        }
    }

    fn answer(&self, request: &Request, calm: bool, copies: &Copies) -> Option<&'static str> {
        let fate = self.customers[request.customer].fate;
        let first = request.to.starts_with("sato@");
        match request.kind {
            Kind::Unknown => {
                let id = format!("<reply.{}.{}@jitanbody.example>", request.case, request.revision);
                let there = copies.keys().any(|(_, known)| *known == id);
                calm.then_some(if there { "送らない" } else { "再送" })
            }
            Kind::Approve => match fate {
                Fate::Approved { twice } => (first || twice).then_some("OK"),
                Fate::Edited if request.revision == "1" => first.then_some(
                    "修正\nお待たせして申し訳ございません。担当者より改めてお電話いたします。どうぞよろしくお願いいたします。",
                ),
                Fate::Edited => first.then_some("OK"),
                Fate::Called => first.then_some("NG 電話します"),
                Fate::Waits => None,
            },
            Kind::Outcome => None,
            Kind::Write => (first && fate != Fate::Waits).then_some("電話済 折り返しました"),
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
        self.remember(&ended.log, &format!("{crash:?} {}", ended.status));
        self.kills += usize::from(ended.killed());
        if !ended.killed() {
            assert!(ended.status.success(), "a run ended with {}:\n{}", ended.status, ended.log);
            self.whole.push(began.elapsed());
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
        self.kill_at(None, delay, once)
    }

    /// A run that is killed `delay` after it said something; it may end without saying it.
    pub fn kill_soon_after(&mut self, said: &'static str, delay: Duration) -> bool {
        self.kill_at(Some(said), delay, true)
    }

    fn kill_at(&mut self, said: Option<&'static str>, delay: Duration, once: bool) -> bool {
        let mut child = self.command(once).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (report, reports) = channel();
        let reader = std::thread::spawn(move || {
            let mut log = String::new();
            // The last line may be cut in mid-character by the kill; that is no matter.
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if said.is_some_and(|said| line.contains(said)) {
                    let _ = report.send(());
                }
                writeln!(log, "{line}").unwrap();
            }
            log
        });
        if said.is_some() {
            // An error means that it has ended: its stderr is closed.
            let _ = reports.recv();
        }
        let until = Instant::now() + delay;
        // The moment of the kill is random, so nothing can be waited for but the end of the run.
        while let Ok(()) = reports.recv_timeout(until.saturating_duration_since(Instant::now())) {}
        if Instant::now() >= until {
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        let log = reader.join().unwrap();
        let killed = status.signal() == Some(9);
        assert!(killed || status.success(), "a run ended with {status}:\n{log}");
        assert!(!log.contains("panicked"), "{log}");
        self.kills += usize::from(killed);
        self.remember(&log, &format!("after {delay:?} {status}"));
        killed
    }

    /// A random moment of a run, by what whole runs took lately.
    pub fn moment(&self, random: &mut fastrand::Rng) -> Duration {
        let lately = self.whole.iter().rev().take(5).max().copied().unwrap_or_default();
        lately.mul_f64(random.f64())
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

    /// Keeps a run's log for a failing test; a minute passes.
    fn remember(&mut self, log: &str, ended: &str) {
        write!(self.log, "--- {} {ended}\n{log}", self.now).unwrap();
        self.later(1);
    }

    /// What all runs said about a case.
    pub fn story(&self, case: &str) -> String {
        if let Ok(path) = std::env::var("MADOGUCHI_TEST_CRASH_LOG") {
            std::fs::write(path, &self.log).unwrap();
        }
        self.log
            .lines()
            .filter(|line| line.starts_with("---") || line.contains(case))
            .map(|l| format!("{l}\n"))
            .collect()
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
    pub fn copies(&self) -> Copies {
        let mut copies = Copies::new();
        for mail in self.post.received() {
            *copies.entry((mail.to, mail.id)).or_default() += 1;
        }
        copies
    }
}
