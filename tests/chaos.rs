//! Chaos: while mails arrive and agents answer, somebody marks, unmarks, archives, un-archives, moves, expunges and
//! sends at random, in the same mailbox, for as long as the test is told.
//!
//! Everything the daemon says to the server goes through a proxy that keeps it; afterwards each STORE and MOVE is held
//! against the mail it touched and against what the person had done before. `MADOGUCHI_CHAOS_SECONDS` (15) says how
//! long, `MADOGUCHI_CHAOS_SEED` which chaos.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "helpers of a test"
)]

#[path = "chaos/ear.rs"]
mod ear;
#[path = "chaos/hands.rs"]
mod hands;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use ear::{Ear, Touch};
use hands::{Act, Deed, Hands};
use support::dovecot::Dovecot;
use support::office::{answer_from, form, letter};
use support::pace;
use support::proxy::Proxy;
use support::story::{SATO, SUZUKI, Story, instant};

/// A form's customer.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub name: String,
    pub address: String,
}

const SURNAMES: [&str; 20] = [
    "伊藤", "加藤", "木村", "工藤", "近藤", "斎藤", "佐野", "高木", "田村", "中村", "西村", "野村", "浜田",
    "藤田", "松本", "三浦", "森田", "山本", "吉田", "渡辺",
];
const GIVEN: [&str; 20] = [
    "一郎", "二郎", "三郎", "四郎", "五郎", "花子", "桃子", "梅子", "桜子", "松子", "春男", "夏男", "秋男",
    "冬男", "正", "清", "実", "茂", "勇", "進",
];
const WORDS: [&str; 3] = [
    "8月29日の14時に新宿院を予約したいのですが、空いていますか。",
    "領収書は発行できますか。",
    "駐車場はありますか。",
];

impl Customer {
    fn number(number: usize) -> Self {
        let (surname, given) = (SURNAMES[number % 20], GIVEN[number / 20 % 20]);
        Self {
            id: format!("form{number}@web.example"),
            name: format!("{surname} {given}"),
            address: format!("c{number}@customer.example"),
        }
    }

    fn mail(&self, words: &str) -> String {
        form(&self.id, "Thu, 27 Aug 2026 10:00:00 +0900", &self.name, "", &self.address, words)
    }
}

/// What happened, besides what the hands did.
#[derive(Default)]
struct Day {
    customers: Vec<Customer>,
    answered: BTreeSet<String>,
    /// When an agent's OK about a customer was put into the mailbox, by address.
    approved: BTreeMap<String, Instant>,
    decoys: usize,
}

impl Day {
    /// A customer writes.
    fn customer(&mut self, story: &Story, random: &mut fastrand::Rng) {
        let customer = Customer::number(self.customers.len());
        story.office.deliver(&customer.mail(WORDS[random.usize(..WORDS.len())]));
        self.customers.push(customer);
    }

    /// A mail that is nobody's business.
    fn decoy(&mut self, story: &Story) {
        self.decoys += 1;
        let id = format!("news{}@shop.example", self.decoys);
        let bulk =
            "List-Id: <news.shop.example>\nPrecedence: bulk\nList-Unsubscribe: <mailto:no@shop.example>\n";
        story.office.deliver(&letter(
            "news@shop.example",
            "all@shop.example",
            "News",
            &id,
            bulk,
            "今月のお知らせ",
        ));
    }

    /// An agent approves a request that nobody has answered.
    fn agent(&mut self, story: &Story, random: &mut fastrand::Rng) {
        let open: Vec<_> = story
            .sink
            .delivered()
            .into_iter()
            .filter(|mail| mail.to.iter().any(|to| [SATO, SUZUKI].contains(&to.as_str())))
            .filter_map(|mail| {
                let raw = String::from_utf8_lossy(&mail.bytes).into_owned();
                let id = support::office::header(&raw, "Message-ID")?;
                let text = support::office::text(&mail.bytes);
                let customer = self.customers.iter().find(|who| text.contains(&who.address))?;
                let due = text.contains("token: ") && !self.approved.contains_key(&customer.address);
                (due && !self.answered.contains(&id)).then(|| (id, mail, customer.address.clone()))
            })
            .collect();
        let Some((id, mail, address)) = random.choice(open) else { return };
        story.office.deliver(&answer_from(&mail.bytes, &mail.to[0], "OK"));
        self.answered.insert(id);
        self.approved.insert(address, Instant::now());
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_people_do_meanwhile_is_respected() {
    let (seconds, seed) = (number("MADOGUCHI_CHAOS_SECONDS", 15), number("MADOGUCHI_CHAOS_SEED", 7));
    let mut random = fastrand::Rng::with_seed(seed);
    let extra = "mail_max_userip_connections = 50\nnamespace inbox {\n  mailbox Privat {\n    auto = create\n  }\n  \
                 mailbox Trash {\n    auto = create\n    special_use = \\Trash\n  }\n}";
    let story = Story::over(Dovecot::start_for(&["reservation1"], extra)).await;
    let proxy = Proxy::keeping(story.office.server.port).await;
    story.office.edit(
        &format!("port = {}\n", story.office.server.port),
        &format!("port = {}\n", proxy.address.port()),
    );
    story.office.edit("poll = \"2m\"", "poll = \"2s\"");
    let daemon = story.office.start(&["--at", &instant("27 10:00"), "--since", "2026-01-01"]);

    let mut hands = Hands::at(story.office.server.port);
    let mut day = Day::default();
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        match random.u32(..100) {
            0..25 => day.customer(&story, &mut random),
            25..30 => day.decoy(&story),
            30..50 => day.agent(&story, &mut random),
            50..55 => {
                let customer = random.choice(&day.customers).cloned();
                if let Some(customer) = customer {
                    hands.send(&customer);
                }
            }
            _ => hands.act(&mut random),
        }
        pace::breathe(random.u64(20..120)).await;
    }
    // What is under way ends; two more looks at everything.
    pace::breathe(6_000).await;
    let log = daemon.stop();
    story.office.work(&instant("27 12:00"));

    let ear = Ear::of(&proxy.said());
    let mut faults = Vec::new();
    wrong_mails(&ear, &hands, &mut faults);
    undone(&ear, &hands, &mut faults);
    lost(&story, &day, &ear, &hands, &mut faults);
    for customer in &day.customers {
        let copies = story.mails_to(&customer.address);
        if copies > 1 {
            faults.push(format!("{} was written to {copies} times", customer.id));
        }
    }
    println!(
        "seed {seed}, {seconds} s: {} customers, {} approvals, {} deeds by hand, {} touches by the daemon, {} commands",
        day.customers.len(),
        day.approved.len(),
        hands.deeds.len(),
        ear.touches.len(),
        ear.commands,
    );
    assert!(ear.touches.len() > day.customers.len() / 2, "the daemon was at work:\n{log}");
    assert!(faults.is_empty(), "{} faults:\n{}\n", faults.len(), faults.join("\n"));
}

/// Only mails whose identity was asked on the same connection are touched, only those that are the desk's business, and
/// never with a forbidden flag.
fn wrong_mails(ear: &Ear, hands: &Hands, faults: &mut Vec<String>) {
    faults.extend(ear.forbidden.iter().map(|command| format!("said {command}")));
    for touch in &ear.touches {
        let Some(id) = &touch.id else {
            faults.push(format!("touched without knowing what it is: {touch:?}"));
            continue;
        };
        let ours = id.starts_with("<form") || id.contains("@answers.example") || id.starts_with("<draft.");
        if !ours {
            faults.push(format!("touched what is none of its business: {touch:?}"));
        }
        let truth = hands.seen.get(&(touch.folder.clone(), touch.uid));
        if truth.is_some_and(|truth| truth != id) {
            faults.push(format!("took {touch:?} for another mail than the person saw there: {truth:?}"));
        }
    }
}

/// No mark that was taken off comes back, and no mail that was put somewhere is moved.
fn undone(ear: &Ear, hands: &Hands, faults: &mut Vec<String>) {
    for touch in &ear.touches {
        let Some(id) = &touch.id else { continue };
        let before: Vec<&Deed> =
            hands.deeds.iter().filter(|deed| deed.id == *id && deed.at < touch.at).collect();
        for mark in &touch.added {
            let last = before.iter().rev().find(|deed| deed.act.concerns(mark));
            if let Some(Deed { act: Act::Unmarked(_), at, .. }) = last {
                faults.push(format!(
                    "{mark} came back {} after it was taken off: {touch:?}",
                    since(*at, touch)
                ));
            }
        }
        for mark in &touch.removed {
            let last = before.iter().rev().find(|deed| deed.act.concerns(mark));
            if let Some(Deed { act: Act::Marked(_), at, .. }) = last {
                println!("note: {mark} was set by hand and taken off {} later: {touch:?}", since(*at, touch));
            }
        }
        if let Some(to) = &touch.moved
            && let Some(deed) = before.iter().rev().find(|deed| deed.act.places())
        {
            faults.push(format!("moved to {to} {} after {:?}: {touch:?}", since(deed.at, touch), deed.act));
        }
    }
}

fn since(at: Instant, touch: &Touch) -> String {
    format!("{} ms", touch.at.duration_since(at).as_millis())
}

/// Every customer is known, unless the person took the mail away before it was read.
fn lost(story: &Story, day: &Day, ear: &Ear, hands: &Hands, faults: &mut Vec<String>) {
    let cases = story.says(&["cases", "--all", "--limit", "100000", "--json"]);
    for customer in &day.customers {
        if cases.contains(&customer.name) {
            continue;
        }
        let id = format!("<{}>", customer.id);
        let taken = hands.deeds.iter().find(|deed| deed.id == id && deed.act.takes_away());
        let read = ear.first_read.get(&id);
        if taken.is_none_or(|deed| read.is_some_and(|read| *read < deed.at)) {
            faults.push(format!("{id} was delivered and is not known; read: {}", read.is_some()));
        }
    }
}
