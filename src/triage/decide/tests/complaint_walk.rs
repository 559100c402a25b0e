//! Random things happen to complaints, in any order and with any token, against the laws of workflow W4.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::complaint::{TWO_TASKS, house, play, says};
use super::world::World;
use crate::triage::approval::{Understood, understand};
use crate::triage::case::{Case, State, Step, Then};
use crate::triage::complaint::{Complaint, Duty, Occasion, Verdict};
use crate::triage::decide::Decision;
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Said};

/// What people write, whoever they are.
const WORDS: [&str; 26] = [
    "苦情 品質\n商品: 皿",
    "苦情 配送 通常",
    "苦情 品質\n注文番号: A-2\n商品: 椀\n発生日: 8/1\n内容: 欠け\n要求 1: 返金",
    "苦情\n要求 3: 謝罪",
    "苦情 至急",
    "案 要求1: 交換\n要求2: お詫び\n要求3: 謝罪",
    "案 返金します\n作業 @tom 8/29 送る",
    "作業 @tom 8/29 送る",
    "作業 @pia 9/3 調べる\n作業 @ann 9/4 書く",
    "作業 @誰か 9/3 調べる",
    "異議 できません",
    "異議 #1 できません",
    "続行",
    "続行 #2",
    "済 終わりました",
    "済",
    "原因 梱包が薄い",
    "対策 二重にする",
    "原因 不明\n対策 検査",
    "OK",
    "OK",
    "NG 足りない",
    "担当 pia",
    "苦情終了 取り下げ",
    "完了",
    "メモ 確認中",
];

const PEOPLE: [&str; 8] = ["ann", "sue", "lea", "lea", "max", "pia", "tom", "zoe"];
const TOKENS: [&str; 8] = ["", "/lead", "/lead", "/named", "/fields", "/task1", "/task2", "/verdict1"];

#[derive(Debug, Clone)]
enum Act {
    Says(&'static str, &'static str, &'static str),
    /// Whoever owes what is due first does it, as long as that is one of these.
    Obliges,
    World(&'static str),
    Left(&'static str),
}

fn act() -> impl Strategy<Value = Act> {
    let world = select(vec![
        "mail A",
        "mail B",
        "mail A complaint",
        "due",
        "due",
        "due",
        "+5h",
        "ann OK",
        "ann OK",
        "ann NG",
        "ann 修正 全く別の文章をお送りします。",
        "ann 電話済",
        "ann 店舗",
        "ann 完了",
        "ann 予約確定",
        "end ask done",
        "end send sent",
        "end send sent",
        "end send refused",
        "end send unknown",
        "on handled",
        "on awaiting_reply",
        "moved trash",
        "report 09-30",
        "bounce 2",
        "hand 1",
        "hand_before 1",
        "hand_draft",
        "hand_draft",
        "hand_draft_before 2",
        "draft edited",
        "draft edited",
        "bounce_hand 1",
        "settle",
        "dot",
    ]);
    prop_oneof![
        8 => (select(&PEOPLE[..]), select(&TOKENS[..]), select(&WORDS[..]))
            .prop_map(|(who, token, words)| Act::Says(who, token, words)),
        8 => Just(Act::Obliges),
        8 => world.prop_map(Act::World),
        1 => select(vec!["lea", "tom", "max"]).prop_map(Act::Left),
    ]
}

/// What the person in question would say next, so that walks come far.
fn obliging(case: &Case) -> Option<(String, &'static str)> {
    let complaint = case.complaint.as_deref().filter(|complaint| complaint.is_open())?;
    let (duty, _) = complaint.first_duty()?;
    let lead = format!("{}/lead", complaint.people.responsible.local());
    Some(match duty {
        Duty::Fields => (
            "ann/fields".into(),
            "苦情\n注文番号: A\n商品: 皿\n発生日: 8/1\n内容: x\n要求 1: 返金\n要求 2: 謝罪",
        ),
        Duty::Proposal => (lead, "案 要求1: a\n要求2: b\n要求3: c\n作業 @tom 9/20 送る"),
        Duty::Objection => (lead, "続行"),
        Duty::Task(number) => {
            (format!("{}/task{number}", complaint.task(number)?.who.local()), "済 終わりました")
        }
        Duty::Handling => (lead, "続行"),
        Duty::Explanation => (lead, "原因 x\n対策 y"),
        Duty::Verdict => (format!("{}/verdict{}", complaint.people.manager.local(), complaint.version), "OK"),
        Duty::Report => ("ann".into(), "OK"),
    })
}

type Law = Result<(), &'static str>;

fn law(holds: bool, name: &'static str) -> Law {
    if holds { Ok(()) } else { Err(name) }
}

fn laws(world: &World, before: &Case, event: &Event, decision: Option<&Decision>) -> Law {
    let Some(decision) = decision else {
        return law(!matches!(event, Event::Agent { .. }), "whoever speaks is answered");
    };
    let (next, now) = (&decision.next, world.now);
    law(before.complaint.is_none() || next.complaint.is_some(), "a complaint is never forgotten")?;
    sends(world, before, decision)?;
    let Some(complaint) = next.complaint.as_deref() else { return Ok(()) };
    law(
        !matches!(&next.state, State::Closed { .. }) || !complaint.is_open(),
        "an open complaint keeps its case open",
    )?;
    law(next.open().is_none() || next.due().is_some(), "open has a deadline")?;
    if complaint.is_open() {
        law(!complaint.alarms.is_empty(), "an open complaint owes something")?;
        let rules = world.policy.complaints.as_deref();
        let owed: BTreeSet<Duty> = complaint.duties(rules).into_keys().collect();
        law(
            owed == complaint.alarms.keys().copied().collect(),
            "what is owed has an alarm, and nothing else",
        )?;
    }
    let edited = complaint.report.is_some_and(|report| report.edited.is_some());
    law(!(edited && offered(next)), "nobody is asked about a report that lies edited in Drafts")?;
    tasks(before.complaint.as_deref(), complaint)?;
    if matches!(event, Event::Due) {
        heard(before.complaint.as_deref(), decision, now)?;
        law(next.due().is_none_or(|due| due > now), "a timer that fired is set anew")?;
    }
    authority(world, before.complaint.as_deref(), complaint, event)
}

/// Whether a draft of the report is asked about, or leaves.
fn offered(case: &Case) -> bool {
    match case.open().map(|open| &open.step) {
        Some(Step::Drafted { asking } | Step::Asked { asking }) => asking.then == Then::Report,
        Some(Step::Sending { then, .. } | Step::Unknown { then, .. }) => *then == Then::Report,
        Some(
            Step::AtDesk { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. }
            | Step::AtShop { .. }
            | Step::Complaint { .. }
            | Step::Quarantined { .. },
        )
        | None => false,
    }
}

/// The report leaves only while cause and prevention are approved, and once.
fn sends(world: &World, before: &Case, decision: &Decision) -> Law {
    let sends =
        decision.effects.iter().any(|planned| matches!(planned.effect, Effect::Send { attempt: 1, .. }));
    let report =
        matches!(decision.next.open().map(|open| &open.step), Some(Step::Sending { then: Then::Report, .. }));
    if sends && report {
        let rules = world.policy.complaints.as_deref();
        let ready = before.complaint.as_ref().is_some_and(|complaint| complaint.ready(rules));
        law(ready, "a report leaves only when cause and prevention are approved and all is done")?;
    }
    let ended = |case: &Case| case.complaint.as_ref().is_some_and(|complaint| complaint.reported());
    law(!(sends && report && ended(before)), "a report is sent once")
}

/// A task keeps its number, its person and its day, and none is lost.
fn tasks(before: Option<&Complaint>, after: &Complaint) -> Law {
    let Some(before) = before else { return Ok(()) };
    law(after.tasks.len() >= before.tasks.len(), "no task is lost")?;
    for (old, new) in before.tasks.iter().zip(&after.tasks) {
        let same = (&old.who, old.day, old.due, &old.text) == (&new.who, new.day, new.due, &new.text);
        law(same, "a task has one person and one deadline for good")?;
    }
    law(after.tasks.iter().all(|task| task.due > task.at), "a task has time")
}

/// Whatever is late is told to somebody.
fn heard(before: Option<&Complaint>, decision: &Decision, now: Timestamp) -> Law {
    let Some(before) = before.filter(|complaint| complaint.is_open()) else { return Ok(()) };
    for (duty, _) in before.alarms.iter().filter(|(_, alarm)| alarm.next <= now) {
        let told = decision.effects.iter().any(|planned| {
            matches!(&planned.effect, Effect::Complaint { occasion: Occasion::Late(late), .. } if late == duty)
        });
        law(told, "every deadline that is missed reaches somebody")?;
    }
    Ok(())
}

/// Who changed what.
fn authority(world: &World, before: Option<&Complaint>, after: &Complaint, event: &Event) -> Law {
    let Event::Agent { by, said, .. } = event else { return Ok(()) };
    let Some(before) = before else {
        return law(world.policy.person(by).is_some(), "the desk opens complaints");
    };
    law(before == after || world.policy.knows(by), "only who is known changes a complaint")?;
    let approved = |one: &Complaint| matches!(one.verdict, Verdict::Approved { .. });
    if approved(after) && !approved(before) {
        law(*by == before.people.manager, "only the manager approves")?;
    }
    let words = |one: &Complaint| (one.cause.clone(), one.prevention.clone());
    law(
        words(before) == words(after) || *by == before.people.responsible,
        "only the responsible person explains",
    )?;
    for (old, new) in before.tasks.iter().zip(&after.tasks) {
        let done = old.state != new.state && new.state.word() == "done";
        law(!done || *by == old.who, "only its person closes a task")?;
    }
    if let Said::Complaint { piece: crate::triage::complaint::Piece::Task(number), .. } = said {
        let others = |one: &Complaint| {
            let others = (1..).zip(&one.tasks).filter(|(other, _): &(u16, _)| other != number);
            (
                others.map(|(_, task)| task.clone()).collect::<Vec<_>>(),
                one.solution.clone(),
                words(one),
                one.people.clone(),
            )
        };
        law(others(before) == others(after), "a task's token changes its task alone")?;
    }
    Ok(())
}

fn step(world: &mut World, event: &Event) -> Result<(), TestCaseError> {
    let Some(before) = world.case.clone() else {
        world.happen(event);
        return Ok(());
    };
    let decision = world.happen(event);
    laws(world, &before, event, decision.as_ref()).map_err(|law| {
        TestCaseError::fail(format!(
            "{law}\n{event:?}\nfrom {:?} {:#?}\nto {decision:#?}",
            before.state, before.complaint
        ))
    })
}

fn walk(acts: &[Act], begun: bool, reached: &mut BTreeSet<&'static str>) -> Result<(), TestCaseError> {
    let mut world = house();
    play(&mut world, if begun { TWO_TASKS } else { "mail A\n--\nend ask done" });
    for act in acts {
        let event = match act {
            Act::Says(who, token, words) => says(&world, &format!("{who}{token}"), words),
            Act::Obliges => match world.case.as_ref().and_then(obliging) {
                Some((who, words)) => says(&world, &who, words),
                None => continue,
            },
            Act::World("settle" | "dot") => {
                let Act::World(act) = act else { continue };
                world.act(act);
                continue;
            }
            Act::World(act) => {
                let (word, rest) = act.split_once(' ').unwrap_or((act, ""));
                if word.starts_with('+') {
                    world.act(act);
                    continue;
                }
                if word == "end" && !world.planned.iter().any(|one| rest.starts_with(one.effect.word())) {
                    continue;
                }
                if word == "due" {
                    world.now = world.now.max(world.case.as_ref().and_then(Case::due).unwrap_or(world.now));
                }
                let today = world.now.to_zoned(world.policy.desk.zone.clone()).date();
                match word {
                    "ann" if matches!(understand(rest, today), Understood::Command(_)) => {
                        says(&world, word, rest)
                    }
                    _ => world.event(word, rest),
                }
            }
            Act::Left(who) => {
                let kept = world.policy.contacts.iter().filter(|contact| contact.name != *who).cloned();
                world.policy.contacts = kept.collect::<Vec<_>>().into();
                continue;
            }
        };
        step(&mut world, &event)?;
        let case = world.case.as_ref();
        let duty = case.and_then(|case| case.complaint.as_ref()).and_then(|one| one.first_duty());
        reached.extend(duty.map(|(duty, _)| duty.word()));
        let reported = case.and_then(|case| case.complaint.as_ref()).is_some_and(|one| one.reported());
        reached.extend(reported.then_some("reported"));
        reached.extend(case.map(Case::state_word).filter(|word| *word == "complaint"));
    }
    Ok(())
}

/// `MADOGUCHI_PROPERTY_CASES` asks for a longer walk; the walk itself is always the same.
#[test]
fn no_order_of_events_breaks_a_law_of_complaints() {
    let cases = std::env::var("MADOGUCHI_PROPERTY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let reached = RefCell::new(BTreeSet::new());
    let walked = runner.run(&(vec(act(), 1..60), any::<bool>()), |(acts, begun)| {
        walk(&acts, begun, &mut reached.borrow_mut())
    });
    walked.unwrap_or_else(|error| panic!("{error}"));
    let all = [
        "complaint",
        "explanation",
        "fields",
        "handling",
        "objection",
        "proposal",
        "report",
        "reported",
        "task",
        "verdict",
    ];
    assert_eq!(
        reached.into_inner().into_iter().collect::<Vec<_>>(),
        all,
        "every duty and the end were walked through"
    );
}
