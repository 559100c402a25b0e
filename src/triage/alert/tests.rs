//! Who is told what: rows, and a week in which everything is told once, in service hours, within the budget.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::triage::calendar::tests::office;
use crate::triage::case::{Open, State};
use crate::triage::decide::{decide, fixtures};
use crate::triage::event::Event;
use crate::triage::id::Fingerprint;
use crate::triage::level::{Cell, Key, Levels, Span, Table, Warn};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn person(name: &str) -> Address {
    Address::parse(&format!("{name}@desk.example")).unwrap()
}

/// A desk with office hours where everything is answered within two hours of business, and warned half an hour before.
fn policy(group: i64, per_hour: u32) -> Policy {
    let key = Key { tier: None, kind: None, priority: None };
    let cell = Cell { key, span: Span { within: minutes(120), elapsed: false } };
    let levels = Levels { first_response: Table { cells: vec![cell] }, ..Levels::default() };
    Policy {
        levels: std::sync::Arc::new(levels),
        alerts: Some(Alerts { warn: Warn::Before(minutes(30)), group: minutes(group), per_hour }),
        calendar: std::sync::Arc::new(office("Asia/Tokyo")),
        ..fixtures().0
    }
}

fn at(wall: &str) -> Timestamp {
    format!("2026-08-{wall}:00+09:00").parse().unwrap()
}

/// A case that came at an instant and is asked of ann.
fn case(number: u8, came: Timestamp) -> Case {
    let mut case = fixtures().1;
    case.id = CaseId::of(Fingerprint::new([number; 16]));
    case.placement.received = Some(came);
    if let State::Open(open) = case.state.clone() {
        case.state = State::Open(Open { owner: Owner::Agent(person("ann")), ..open });
    }
    case
}

/// `ann: !1 2; sue: !1`: who is told of which cases, a breach with a mark.
fn said(round: &Round, cases: &[Case]) -> String {
    let number = |id: &CaseId| cases.iter().position(|case| case.id == *id).unwrap() + 1;
    let letters = round.letters.iter().map(|letter| {
        let items = letter.items.iter().map(|item| {
            let mark = if item.stage == Stage::Breach { "!" } else { "" };
            format!("{mark}{}", number(&item.case))
        });
        let name = letter.to.as_str().split('@').next().unwrap();
        format!("{name}: {}", items.collect::<Vec<_>>().join(" "))
    });
    letters.collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_due_together_is_told_together() {
    // Due at 13:00 (11:00 and two hours with a break until 13:00 count to 14:00): warned at 13:30.
    let cases = [case(1, at("27T10:00")), case(2, at("27T10:08")), case(3, at("27T10:30"))];
    for (now, sent, expected) in [
        ("27T11:29", vec![], ""),
        // The second would be warned eight minutes later and comes along; the third does not.
        ("27T11:30", vec![], "ann: 1 2"),
        // Not again so soon; whoever had one three minutes ago waits for the next.
        ("27T11:30", vec!["27T11:27"], ""),
        ("27T11:37", vec!["27T11:27"], "ann: 1 2"),
        // A breach is never said before it is one; supervisors hear of it too.
        ("27T13:00", vec![], "ann: !1 2 3; sue: !1"),
        // Three in the hour are enough.
        ("27T13:05", vec!["27T12:10", "27T12:30", "27T12:50"], "sue: !1"),
        // In the evening nobody is told.
        ("27T19:00", vec![], ""),
    ] {
        let policy = policy(10, 3);
        let sent: Sent = [(person("ann"), sent.into_iter().map(at).collect())].into();
        let now = at(now);
        let listed: Vec<(&Case, &Policy)> = cases.iter().map(|case| (case, &policy)).collect();
        let round = round(&listed, &sent, now);
        assert_eq!(said(&round, &cases), expected, "{now}");
    }
}

#[test]
fn who_waits_for_the_next_mail_is_remembered() {
    let policy = policy(10, 3);
    let case = case(1, at("27T10:00"));
    let sent: Sent = [(person("ann"), vec![at("27T13:00")])].into();
    let told = &round(&[(&case, &policy)], &sent, at("27T13:01")).told[&case.id];
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((told.told.as_slice(), told.owed.as_slice()), (&[person("sue")][..], &[person("ann")][..]));
    let event = Event::Alerted { told: vec![told.clone()], letters: vec![] };
    let next = decide(&policy, Some(&case), &event, at("27T13:01")).unwrap().next;
    // The alarm stands until everybody has heard.
    assert_eq!(next.placement.alarm, Some(at("27T13:00")));
    let again = round(&[(&next, &policy)], &sent, at("27T13:05"));
    assert_eq!((again.told.len(), again.letters.len()), (0, 0), "nothing new");
    let last = round(&[(&next, &policy)], &sent, at("27T13:10"));
    assert_eq!(said(&last, std::slice::from_ref(&case)), "ann: !1");
    let event = Event::Alerted { told: last.told[&case.id].clone(), letters: vec![] };
    let done = decide(&policy, Some(&next), &event, at("27T13:10")).unwrap().next;
    assert_eq!(done.placement.alarm, None);
    let [told] = done.placement.told.as_slice() else { panic!("{:?}", done.placement.told) };
    assert_eq!((told.told.len(), told.owed.len()), (2, 0));
}

/// A week with random cases, budgets and restarts: every deadline that passes while a case waits is told to everybody
/// concerned exactly once; never outside service hours, never above the budget, never two mails within a group.
#[test]
fn everything_is_told_once_and_nobody_too_often() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let cases = vec((0_i64..3 * 1_440, prop::bool::weighted(0.3)), 1..12);
    let outcome = runner.run(&(cases, 1_i64..30, 1_u32..4), |(wanted, group, per_hour)| {
        let policy = policy(group, per_hour);
        let start = at("24T00:00");
        let mut cases: Vec<Case> = wanted
            .iter()
            .zip(1_u8..)
            .map(|((after, _), number)| case(number, start + minutes(*after)))
            .collect();
        let mut sent = Sent::new();
        let mut heard: BTreeMap<(CaseId, Stage, Address), u32> = BTreeMap::new();
        for minute in 0..8 * 1_440 {
            let now = start + minutes(minute);
            let there: Vec<usize> =
                (0..cases.len()).filter(|index| cases[*index].clock_began() <= now).collect();
            let listed: Vec<(&Case, &Policy)> = there.iter().map(|index| (&cases[*index], &policy)).collect();
            // The store lists a case when its alarm is due; asking always must come to the same.
            let Round { letters, told } = round(&listed, &sent, now);
            prop_assert!(letters.is_empty() || policy.calendar.is_open(now));
            for Letter { to, items } in letters {
                let before = sent.entry(to.clone()).or_default();
                prop_assert!(before.last().is_none_or(|last| now.duration_since(*last) >= minutes(group)));
                let hour = before.iter().filter(|at| now.duration_since(**at) < minutes(60)).count();
                prop_assert!(hour < per_hour as usize);
                before.push(now);
                for item in items {
                    if item.stage == Stage::Breach {
                        prop_assert!(item.by <= now);
                    }
                    *heard.entry((item.case, item.stage, to.clone())).or_default() += 1;
                }
            }
            for case in &mut cases {
                if let Some(told) = told.get(&case.id) {
                    let event = Event::Alerted { told: told.clone(), letters: vec![] };
                    *case = decide(&policy, Some(case), &event, now).unwrap().next;
                }
            }
        }
        for case in &cases {
            for who in ["ann", "sue"] {
                let count = heard.get(&(case.id.clone(), Stage::Breach, person(who))).copied();
                prop_assert_eq!(count, Some(1), "{} of {}", who, case.id);
            }
            prop_assert_eq!(case.placement.alarm, None);
        }
        prop_assert!(heard.values().all(|count| *count == 1), "{heard:?}");
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
