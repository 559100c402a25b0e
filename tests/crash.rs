//! `kill -9` at every step and at random moments, against real servers: no item lost, no second mail to a customer
//! that a person did not ask for, no item without a deadline, one night report a night.
//!
//! Compiled with the feature `crash-points` only. Every test prints what it did, for the record.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

#[path = "crash/audit.rs"]
mod audit;
#[path = "crash/days.rs"]
mod days;
#[path = "crash/disk.rs"]
mod disk;
mod support;
#[path = "crash/town.rs"]
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use audit::{Books, audit};
use madoguchi::triage::case::Step;
use support::smtp_sink::{Act, At};
use town::{Customer, Fate, Post, Town};

const APPROVED: Fate = Fate::Approved { twice: false };

/// Where a run is killed while it takes in mails and asks about them.
const MORNING: [&str; 11] = [
    "watch.fetched",
    "store.appended",
    "store.synced",
    "store.applied",
    "desk.before_commit",
    "desk.committed",
    "watch.taken_in",
    "watch.cursor_saved",
    "shelf.marked",
    "post.told",
    "shelf.draft_saved",
];
/// Where a run is killed while it does what the agents said.
const NOON: [&str; 14] = [
    "desk.before_commit",
    "desk.committed",
    "post.intent",
    "post.before_dot",
    "post.dot",
    "post.after_dot",
    "post.before_settle",
    "post.after_settle",
    "shelf.marked",
    "shelf.archived",
    "shelf.draft_retired",
    "shelf.filed",
    "store.synced",
    "watch.taken_in",
];
/// Where a run is killed while it reports, each night another way.
const EVENINGS: [&[&str]; 3] = [
    &["report.before_plan", "report.planned", "report.before_send", "report.dot", "report.told"],
    &["report.before_plan", "report.after_dot", "report.told"],
    &["report.planned", "report.before_send", "report.before_settle", "report.case_settled"],
];
/// After an unknown ending.
const LOOKS: &str = "shelf.looked";

/// Of an acknowledgement: where the run was killed, whether the customer has it then, and after the next run. What may be
/// out is never sent again, and nobody is asked: it is only a courtesy.
const COURTESY: [(&str, usize, usize); 3] =
    [("acknowledge.before_dot", 0, 1), ("acknowledge.dot", 0, 0), ("acknowledge.after_dot", 1, 1)];

/// Every crash point there is in `src/`.
fn points(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            points(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let names =
            text.split("crash::point(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        found.extend(names);
    }
}

#[test]
fn every_crash_point_has_its_row() {
    let mut there = BTreeSet::new();
    points(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut there);
    let rows = MORNING.iter().chain(&NOON).chain(EVENINGS.into_iter().flatten()).chain([&LOOKS]);
    let rows = rows.chain(COURTESY.iter().map(|(name, _, _)| name));
    let rows = rows.chain(days::DAYS.iter().map(|(name, _)| name));
    assert_eq!(there, rows.map(|name| (*name).to_owned()).collect(), "crash points and rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_for_the_first_second_and_third_time() {
    let mut town = Town::with_sink().await;
    let mut died: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for (passage, evening) in (1..=3).zip(EVENINGS) {
        let mut kill = |town: &mut Town, place: &'static str, time: u32| {
            if town.run(Some(&format!("{place}:{time}"))).killed() {
                died.entry(place).or_default().insert(time);
            }
        };
        town.until(9, 0);
        for place in MORNING {
            for fate in [APPROVED, Fate::Waits, APPROVED].into_iter().take(passage as usize) {
                town.customer(fate);
            }
            kill(&mut town, place, passage);
        }
        for fate in
            [Fate::Approved { twice: true }, Fate::Edited, Fate::Called, Fate::Edited, APPROVED, APPROVED]
        {
            town.customer(fate);
        }
        town.work();
        for place in NOON {
            town.agents_answer(false, passage as usize + 1);
            kill(&mut town, place, passage);
        }
        town.work();
        // The last look falls due ten minutes after an ending that nobody saw, however slow the machine was then.
        town.later(2);
        kill(&mut town, LOOKS, passage);
        town.calm_down();
        audit(&town).await;
        town.until(22, 5);
        for place in evening {
            let time = if *place == "report.case_settled" { passage } else { 1 };
            kill(&mut town, place, time);
        }
        town.calm_down();
        audit(&town).await;
    }
    let never: Vec<_> = MORNING.iter().chain(&NOON).filter(|place| !died.contains_key(**place)).collect();
    assert!(never.is_empty(), "never killed at {never:?}; killed at {died:?}");
    assert!(EVENINGS.into_iter().flatten().chain([&LOOKS]).all(|place| died.contains_key(place)), "{died:?}");
    println!("{} kills at {} crash points, {} customers", town.kills, died.len(), town.customers.len());
    for (place, times) in died {
        println!("  {place} {times:?}");
    }
}

/// Of a customer's mail: where the run was killed, whether the customer has it then, whether a person is asked.
const ONE_MAIL: [(&str, usize, bool); 6] = [
    ("post.intent", 0, false),
    ("post.before_dot", 0, false),
    ("post.dot", 0, true),
    ("post.after_dot", 1, true),
    ("post.before_settle", 1, true),
    ("post.after_settle", 1, false),
];

fn mails_to(town: &Town, customer: &str) -> usize {
    town.copies().iter().filter(|((to, _), _)| to == customer).map(|(_, count)| count).sum()
}

fn unknown(books: &Books, customer: &Customer) -> bool {
    let case = books.case_of(customer);
    case.record.iter().any(|entry| entry.what == "send_unknown")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_be_out_is_sent_again_by_a_person_only() {
    let mut town = Town::with_sink().await;
    for _ in ONE_MAIL {
        town.customer(APPROVED);
    }
    town.work();
    for (row, (place, delivered, _)) in ONE_MAIL.iter().enumerate() {
        town.agents_answer(false, 1);
        assert!(town.run(Some(place)).killed(), "{place} was never reached");
        // Customers are asked about in no certain order: whose turn it was shows in the total.
        let before: usize =
            ONE_MAIL.iter().take(row).map(|(_, delivered, asks)| if *asks { *delivered } else { 1 }).sum();
        let total: usize = town.customers.iter().map(|customer| mails_to(&town, &customer.address)).sum();
        assert_eq!(total, before + delivered, "killed at {place}");
        town.work();
    }
    // All looks are over and nothing was found; nothing has been sent again.
    for minutes in [2, 3, 12, 60] {
        town.later(minutes);
        town.work();
    }
    let total: usize = town.customers.iter().map(|customer| mails_to(&town, &customer.address)).sum();
    assert_eq!(total, ONE_MAIL.len() - 1, "one of them never left");
    let books = Books::read(&town);
    let asked = town.customers.iter().filter(|customer| unknown(&books, customer)).count();
    assert_eq!(asked, ONE_MAIL.iter().filter(|(_, _, asks)| *asks).count());
    for customer in &town.customers {
        let hangs = matches!(
            books.case_of(customer).open().map(|open| &open.step),
            Some(Step::Unknown { asking: Some(_), .. })
        );
        assert_eq!(hangs, unknown(&books, customer), "{}", customer.address);
    }
    // The person says RESEND, and the line breaks again: again nobody but a person sends.
    town.agents_answer(true, usize::MAX);
    assert!(town.run(Some("post.dot")).killed());
    town.calm_down();
    audit(&town).await;
    println!("{} kills around the dot of one mail", town.kills);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_that_may_be_out_is_never_sent_again() {
    let mut town = Town::with_sink().await;
    town.office.edit("enabled = false\n", "enabled = true\n");
    town.work();
    for (place, killed, after) in COURTESY {
        let customer = town.customer(Fate::Waits);
        assert!(town.run(Some(place)).killed(), "{place} was never reached");
        assert_eq!(mails_to(&town, &customer), killed, "killed at {place}");
        for _ in 0..2 {
            town.work();
            assert_eq!(mails_to(&town, &customer), after, "after {place}");
        }
    }
    assert_eq!(Books::read(&town).reports.len(), 0);
}

/// One story with kills at random moments. Delays are drawn from the time a whole run takes.
async fn random_story(seed: u64, kills: usize) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    println!("seed {seed}");
    let mut town = Town::with_sink().await;
    town.customer(APPROVED);
    town.work();
    let mut today = 0;
    while town.kills < kills {
        for _ in 0..random.usize(0..3) {
            let fate = match random.u8(0..6) {
                0 | 1 => APPROVED,
                2 => Fate::Approved { twice: true },
                3 => Fate::Edited,
                4 => Fate::Called,
                _ => Fate::Waits,
            };
            town.customer(fate);
        }
        let fresh = today..town.customers.len();
        if !fresh.is_empty() && random.u8(0..6) == 0 {
            let number = random.usize(fresh);
            if matches!(town.customers[number].fate, Fate::Approved { .. })
                && town.customers[number].mails.len() == 1
            {
                town.writes_again(number);
            }
        }
        town.agents_answer(false, random.usize(0..5));
        // A third is aimed at the short while in which the agents' answers are carried out.
        match random.u8(0..3) {
            0 => town.kill_soon_after("An agent answered.", Duration::from_millis(random.u64(0..80))),
            mode => town.kill_after(town.moment(&mut random), mode == 1),
        };
        // Now and then it is night, and later morning.
        if random.u8(0..14) == 0 {
            town.work();
            town.until(22, 5);
            for _ in 0..random.usize(1..4) {
                let delay = town.moment(&mut random);
                town.kill_after(delay, random.bool());
            }
            town.work();
            town.until(9, 0);
            town.work();
            today = town.customers.len();
        }
    }
    town.calm_down();
    town.until(22, 5);
    town.calm_down();
    let books = audit(&town).await;
    let unknown = town.customers.iter().filter(|customer| unknown(&books, customer)).count();
    println!(
        "seed {seed}: {} random kills, {} customers, {} nights, {unknown} unknown endings, longest run {:?}",
        town.kills,
        town.customers.len(),
        books.reports.len(),
        town.whole.iter().max().unwrap()
    );
    town.kills
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_first_office() {
    assert!(random_story(8, 70).await >= 70);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_second_office() {
    assert!(random_story(27, 70).await >= 70);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_third_office() {
    assert!(random_story(2026, 70).await >= 70);
}

/// What the server does to the customer's mail, whether it is delivered by that, whether the ending is unknown.
const CUTS: [(At, Act, usize, bool); 9] = [
    (At::Greeting, Act::Cut, 0, false),
    (At::Ehlo, Act::Cut, 0, false),
    (At::Mail, Act::Cut, 0, false),
    (At::Rcpt, Act::Reply("451 4.3.0 later"), 0, false),
    (At::Data, Act::Cut, 0, false),
    (At::Dot, Act::Reply("451 4.3.0 later"), 0, false),
    (At::Body, Act::Cut, 0, true),
    (At::Dot, Act::Cut, 0, true),
    (At::Dot, Act::DeliverAndCut, 1, true),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_cut_costs_no_mail_and_doubles_none() {
    let mut town = Town::with_sink().await;
    for _ in CUTS {
        town.customer(APPROVED);
    }
    town.work();
    let (mut sent, mut in_doubt) = (0, 0);
    for (at, act, delivered, unknown_now) in CUTS {
        town.agents_answer(false, 1);
        town.sink().play(at, act.clone());
        town.work();
        let total: usize = town.customers.iter().map(|customer| mails_to(&town, &customer.address)).sum();
        assert_eq!(total, sent + delivered, "{at:?} {act:?}");
        town.work();
        sent += if unknown_now { delivered } else { 1 };
        in_doubt += usize::from(unknown_now);
        let books = Books::read(&town);
        let doubtful = town.customers.iter().filter(|customer| unknown(&books, customer)).count();
        assert_eq!(doubtful, in_doubt, "{at:?} {act:?}");
        let total: usize = town.customers.iter().map(|customer| mails_to(&town, &customer.address)).sum();
        assert_eq!(total, sent, "{at:?} {act:?}");
    }
    town.calm_down();
    audit(&town).await;
    // Anything may be cut anywhere: requests, answers, customers' mails, the report.
    let mut random = fastrand::Rng::with_seed(94);
    for _ in 0..12 {
        town.customer(if random.bool() { APPROVED } else { Fate::Edited });
    }
    for _ in 0..16 {
        let at = random.choice([At::Mail, At::Data, At::Body, At::Dot, At::Dot]).unwrap();
        let act = if at == At::Dot && random.bool() { Act::DeliverAndCut } else { Act::Cut };
        town.sink().play(at, act);
        town.agents_answer(false, 4);
        town.work();
    }
    town.sink().behave();
    town.calm_down();
    town.until(22, 5);
    town.sink().play(At::Dot, Act::DeliverAndCut);
    town.calm_down();
    let books = audit(&town).await;
    let doubtful = town.customers.iter().filter(|customer| unknown(&books, customer)).count();
    println!("26 cut lines, {} customers, {doubtful} unknown endings", town.customers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_beside_a_real_postfix() {
    let customers: Vec<String> = (0..6).map(|number| format!("k{number}@customer.example")).collect();
    let ours = [
        "sato@agents.example",
        "suzuki@agents.example",
        "tanaka@agents.example",
        "booking-report@jitanbody.example",
    ];
    let people: Vec<String> = customers.into_iter().chain(ours.map(str::to_owned)).collect();
    let users: Vec<&str> = people.iter().map(String::as_str).collect();
    let postfix = support::postfix::Postfix::start(&users).unwrap_or_else(|why| panic!("{why}"));
    let mut town = Town::open(Post::Postfix(Box::new(postfix), people));
    for _ in 0..6 {
        town.customer(APPROVED);
    }
    town.run(Some("post.told:3"));
    town.work();
    town.wait_for_requests(6);
    for place in [
        "post.before_dot",
        "post.dot",
        "post.after_dot",
        "post.before_settle",
        "post.after_settle:2",
        "post.dot:2",
    ] {
        town.agents_answer(false, 1);
        town.run(Some(place));
    }
    town.calm_down();
    town.until(22, 5);
    town.run(Some("report.before_settle"));
    town.work();
    audit(&town).await;
    println!("{} kills beside a real Postfix", town.kills);
}
