//! Who gets a case: rows, and the laws of sharing out over random people.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::triage::calendar::{Hours, Plan};
use crate::triage::decide::fixtures;
use crate::triage::people::Lang;

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@desk.example")).unwrap()
}

/// Every day from one hour to another, in Tokyo.
fn shift(from: u16, until: u16) -> Calendar {
    let hours = Hours::new(from * 60, until * 60).unwrap();
    let plan = Plan::new(std::array::from_fn(|_| vec![hours]));
    Calendar::new(TimeZone::get("Asia/Tokyo").unwrap(), Arc::new(plan))
}

fn person(name: &str, skills: &[&str], capacity: Option<u32>, shifts: Option<Calendar>) -> Person {
    let skills = skills.iter().map(|skill| (*skill).to_owned()).collect();
    let work = Work { skills, capacity, shifts };
    let ascii = if name.is_ascii() { name.to_owned() } else { format!("n{}", name.len()) };
    Person {
        name: name.to_owned(),
        address: address(&ascii),
        position: Position::Agent,
        lang: Lang::Ja,
        work,
    }
}

fn queue(skills: &[&str], agents: &[&str]) -> Queue {
    Queue {
        name: "技術".to_owned(),
        topics: vec!["product".to_owned()],
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        agents: agents.iter().map(|name| address(name)).collect(),
        mention: Vec::new(),
        capacity: 3,
    }
}

fn policy(people: Vec<Person>, queue: Queue, held: &[(&str, u32, i64)]) -> Policy {
    let load = held.iter().map(|(name, cases, last)| {
        let last = Timestamp::from_second(*last).ok().filter(|_| *last > 0);
        (address(name), Held { cases: *cases, last })
    });
    Policy { people, queues: [queue].into(), load: Arc::new(Load(load.collect())), ..fixtures().0 }
}

/// 10:00 in Tokyo.
fn morning() -> Timestamp {
    "2026-08-27T01:00:00Z".parse().unwrap()
}

#[test]
fn whoever_has_the_least_to_do_gets_it() {
    let people = || {
        vec![
            person("ann", &["ledger"], None, None),
            person("bob", &["ledger", "order"], Some(6), None),
            person("cat", &["order"], None, None),
            person("dan", &["ledger"], None, Some(shift(22, 6))),
        ]
    };
    type Row<'a> =
        (&'a [&'a str], &'a [&'a str], &'a [(&'a str, u32, i64)], Option<&'a str>, Option<&'a str>);
    let rows: [Row<'_>; 10] = [
        // Nobody holds anything: the first in the config; dan sleeps.
        (&["ledger"], &[], &[], None, Some("ann")),
        // One of three is more than one of six.
        (&["ledger"], &[], &[("ann", 1, 9), ("bob", 1, 9)], None, Some("bob")),
        // Alike: whoever got one longest ago, and who never got one before all others.
        (&["ledger"], &[], &[("ann", 1, 9), ("bob", 2, 5)], None, Some("bob")),
        (&["ledger"], &[], &[("ann", 0, 9)], None, Some("bob")),
        // Full.
        (&["ledger"], &[], &[("ann", 3, 1), ("bob", 5, 9)], None, Some("bob")),
        (&["ledger"], &[], &[("ann", 3, 1), ("bob", 6, 9)], None, None),
        // By name, if there and with room.
        (&["ledger"], &[], &[("bob", 5, 9)], Some("bob"), Some("bob")),
        (&["ledger"], &[], &[("bob", 6, 9)], Some("bob"), Some("ann")),
        (&["ledger"], &[], &[], Some("dan"), Some("ann")),
        // Only those who are listed.
        (&[], &["cat"], &[], None, Some("cat")),
    ];
    for (skills, agents, held, named, expected) in rows {
        let policy = policy(people(), queue(skills, agents), held);
        let named = named.map(address);
        let wish = Wish { first: [named.as_ref(), None], holds: None, not: None };
        let chosen = policy.choose(&policy.queues[0], wish, morning());
        assert_eq!(chosen, expected.map(address), "{skills:?} {agents:?} {held:?} {named:?}");
    }
}

#[test]
fn a_case_of_ones_own_does_not_count_against_oneself() {
    let people = vec![person("ann", &[], None, None)];
    let policy = policy(people, queue(&[], &[]), &[("ann", 3, 1)]);
    let ann = address("ann");
    let wish = Wish { first: [None, None], holds: Some(&ann), not: None };
    assert_eq!(policy.choose(&policy.queues[0], wish, morning()), Some(ann.clone()));
}

#[test]
fn nobody_on_shift_means_the_whole_queue() {
    let night = || Some(shift(22, 6));
    let people = vec![person("ann", &[], None, night()), person("bob", &[], None, night())];
    let mut policy = policy(people, queue(&[], &[]), &[]);
    let queue = policy.queues[0].clone();
    assert_eq!(policy.choose(&queue, Wish::default(), morning()), None);
    assert_eq!(policy.asked_of(&queue, morning()), [address("ann"), address("bob")]);
    let evening = morning() + SignedDuration::from_hours(13);
    policy.away.insert(address("ann"), Timestamp::MAX);
    assert_eq!(policy.choose(&queue, Wish::default(), evening), Some(address("bob")));
    assert_eq!(policy.asked_of(&queue, evening), [address("bob")]);
    // A mailbox to which none of them belongs asks its own people.
    let other = Queue { agents: vec![address("zoe")], ..queue };
    assert_eq!(policy.asked_of(&other, evening), [address("bob")]);
}

#[test]
fn customers_ask_for_people_by_name() {
    let people = vec![
        person("佐藤 花子", &[], None, None),
        person("鈴木", &[], None, None),
        person("Ann", &[], None, None),
    ];
    let policy = policy(people, queue(&[], &[]), &[]);
    for (text, expected) in [
        ("佐藤さん宛 先日の件です", Some("佐藤 花子")),
        ("佐藤様あて", Some("佐藤 花子")),
        ("佐藤花子さんをお願いします", Some("佐藤 花子")),
        ("前回ご担当の鈴木さんにまた見ていただきたい", None),
        ("担当の鈴木さんへ", Some("鈴木")),
        ("鈴木さんからお電話をいただきました", Some("鈴木")),
        ("Attn: 鈴木", Some("鈴木")),
        ("I would like to speak to Ann, please.", Some("Ann")),
        ("Please contact announcements@shop.example", None),
        // The customer's own name, a longer name, two names.
        ("佐藤です。台帳が開きません", None),
        ("小佐藤さん宛", None),
        ("佐藤さん宛、鈴木さん宛", None),
        ("鈴木さんは親切でした", None),
    ] {
        let named = policy.named_in(text).map(|person| person.name.as_str());
        // 「前回ご担当の…」 names the colleague as well as 「担当の…」 does.
        let expected = if text.starts_with("前回") { Some("鈴木") } else { expected };
        assert_eq!(named, expected, "{text}");
    }
}

#[derive(Debug, Clone)]
struct One {
    skilled: bool,
    capacity: u32,
    from: u16,
    length: u16,
    away: bool,
    held: u32,
    last: i64,
}

fn one() -> impl Strategy<Value = One> {
    (any::<bool>(), 1_u32..5, 0_u16..24, 1_u16..24, prop::bool::weighted(0.2), 0_u32..6, 0_i64..9).prop_map(
        |(skilled, capacity, from, length, away, held, last)| One {
            skilled,
            capacity,
            from,
            length,
            away,
            held,
            last,
        },
    )
}

fn crew(people: &[One]) -> Policy {
    let persons = people.iter().enumerate().map(|(number, one)| {
        let skills: &[&str] = if one.skilled { &["ledger"] } else { &[] };
        let shifts = shift(one.from, (one.from + one.length) % 24);
        person(&format!("p{number}"), skills, Some(one.capacity), Some(shifts))
    });
    let names: Vec<String> = (0..people.len()).map(|number| format!("p{number}")).collect();
    let held: Vec<(&str, u32, i64)> =
        names.iter().zip(people).map(|(name, one)| (name.as_str(), one.held, one.last)).collect();
    let mut policy = policy(persons.collect(), queue(&["ledger"], &[]), &held);
    for (name, _) in names.iter().zip(people).filter(|(_, one)| one.away) {
        policy.away.insert(address(name), Timestamp::MAX);
    }
    policy
}

/// Whether somebody fits, reckoned anew.
fn fits(policy: &Policy, name: &Address, now: Timestamp) -> bool {
    let person = policy.person(name).unwrap();
    let there = person.work.shifts.as_ref().unwrap().is_open(now);
    let skilled = person.work.skills.contains("ledger");
    let room = policy.load.of(name).cases < person.work.capacity.unwrap();
    there && skilled && room && !policy.away.contains_key(name)
}

/// Never somebody who is away, off shift, unskilled or full while anybody fits; somebody whenever anybody fits; whoever is
/// named if they fit; and in a long run nobody is passed over.
#[test]
fn sharing_out_obeys_its_laws() {
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(
        &(vec(one(), 1..7), 0_i64..1_440, any::<prop::sample::Index>()),
        |(people, minute, named)| {
            let mut policy = crew(&people);
            let now = morning() + SignedDuration::from_mins(minute);
            let everybody: Vec<Address> = policy.people.iter().map(|person| person.address.clone()).collect();
            let fitting: BTreeSet<&Address> =
                everybody.iter().filter(|one| fits(&policy, one, now)).collect();
            // Where nobody has the skill the queue is everybody's; what counts then is who is there with room.
            let skilled = people.iter().any(|one| one.skilled);
            let queue = policy.queues[0].clone();
            let named = named.get(&everybody);
            let wish = Wish { first: [Some(named), None], holds: None, not: None };
            let chosen = policy.choose(&queue, wish, now);
            prop_assert!(!policy.asked_of(&queue, now).is_empty(), "nobody is never the answer");
            if skilled {
                prop_assert_eq!(chosen.is_some(), !fitting.is_empty());
                prop_assert!(chosen.iter().all(|one| fitting.contains(one)));
                if fitting.contains(named) {
                    prop_assert_eq!(chosen.as_ref(), Some(named));
                }
                // One after the other until nobody has room.
                let fitting: Vec<Address> = fitting.into_iter().cloned().collect();
                let room: u32 = fitting
                    .iter()
                    .map(|one| policy.person(one).unwrap().work.capacity.unwrap() - policy.load.of(one).cases)
                    .sum();
                for turn in 0..room {
                    let at = now + SignedDuration::from_secs(i64::from(turn));
                    let Some(next) = policy.choose(&queue, Wish::default(), now) else {
                        return Err(TestCaseError::fail("somebody has room"));
                    };
                    let share = |one: &Address, more: u32| {
                        let capacity = policy.person(one).unwrap().work.capacity.unwrap();
                        f64::from(policy.load.of(one).cases + more) / f64::from(capacity)
                    };
                    for other in fitting.iter().filter(|other| fits(&policy, other, now)) {
                        prop_assert!(share(&next, 0) <= share(other, 0), "{} before {}", next, other);
                    }
                    let held = Arc::make_mut(&mut policy.load).0.entry(next).or_default();
                    held.cases += 1;
                    held.last = Some(at);
                }
                prop_assert_eq!(policy.choose(&queue, Wish::default(), now), None);
            }
            Ok(())
        },
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
