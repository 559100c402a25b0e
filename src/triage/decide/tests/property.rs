//! Random events in any order, stale and nonsensical ones among them, against the laws in [`super::laws`].

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::desk::{address, answer, arrival, command, fingerprint, notice, proof};
use super::laws::Laws;
use super::world::{STEPS, World, day, ending_called, going, moved, whereabouts};
use crate::triage::case::Case;
use crate::triage::decide::{decide, message_id};
use crate::triage::event::{DraftChange, Event, Said};
use crate::triage::hand::{MatchedBy, Whereabouts};
use crate::triage::id::{MessageId, Revision};
use crate::triage::label;

/// Something that may happen, before the case is known.
#[derive(Debug, Clone)]
enum Act {
    Mail(u8, String),
    Unreadable,
    Says { who: &'static str, off_by: i64, word: &'static str, rest: &'static str },
    Ends { effect: Index, newest: bool, ending: &'static str },
    Settle,
    Off(u8, &'static str),
    On(u8, &'static str),
    Moved(u8, Whereabouts),
    Draft(DraftChange),
    Hand(u8, i64),
    InSent(u32),
    Due,
    Wait(i64),
    Report(&'static str),
    Bounce(u32),
    Leaves(&'static str),
    Notice(&'static str),
    Dot,
    Away(&'static str),
}

fn says() -> impl Strategy<Value = Act> {
    let who = select(vec!["ann", "ann", "bob", "bob", "sue", "staff", "dan", "zoe"]);
    let off_by = select(vec![0, 0, 0, 0, 0, -1, -2, 1]);
    let spoken = select(vec![
        ("承認", ""),
        ("承認", ""),
        ("承認", ""),
        ("却下", "違う"),
        ("修正", "small"),
        ("修正", "全く別の文章をお送りします。"),
        ("修正", ""),
        ("電話済", ""),
        ("電話×", ""),
        ("店舗", ""),
        ("店舗", "away"),
        ("対応します", ""),
        ("保留", "0"),
        ("保留", "4294967295"),
        ("予約確定", ""),
        ("不成立", ""),
        ("担当", "ann"),
        ("担当", "bob"),
        ("担当", "誰か"),
        ("メモ", "x"),
        ("分類", "A"),
        ("分類", "B"),
        ("時間", "15"),
        ("取消", ""),
        ("取消", ""),
        ("確認", "bob これでいいですか"),
        ("確認", "誰か"),
        ("依頼", "dan いつですか"),
        ("依頼", "tech 30 いつですか"),
        ("依頼", "誰か いつですか"),
        ("回答", "いいと思います"),
        ("再送", ""),
        ("再送", ""),
        ("送らない", ""),
        ("完了", ""),
        ("STATUS", ""),
        ("HELP", ""),
    ]);
    (who, off_by, spoken).prop_map(|(who, off_by, (word, rest))| Act::Says { who, off_by, word, rest })
}

fn act() -> impl Strategy<Value = Act> {
    let class = select(vec!["A", "B"]);
    let flags = select(vec!["", "fresh", "noaddr", "fault", "noname", "chat", "ambiguous"]);
    let shop = select(vec!["", "本店", "留守", "電話"]);
    let mail = (1_u8..6, class, flags, shop)
        .prop_map(|(number, class, flag, shop)| Act::Mail(number, format!("{class} {flag} {shop}")));
    let ending = select(vec!["done", "placed", "stayed", "gone", "refused", "sent", "unknown", "not_found"]);
    let ends = (any::<Index>(), any::<bool>(), ending).prop_map(|(effect, newest, ending)| Act::Ends {
        effect,
        newest,
        ending,
    });
    let marks = vec!["asked", "handled", "awaiting_reply", "asked_shop", "triage_poison", "chat", "other"];
    let places = ["inbox", "archive", "trash", "junk", "elsewhere", "gone"].map(whereabouts).to_vec();
    // Of what happens to a send, the outcomes that matter are rare among all endings of all effects.
    let outcome = select(vec!["sent", "refused", "unknown", "not_found"]);
    prop_oneof![
        3 => mail,
        1 => Just(Act::Unreadable),
        10 => says(),
        4 => ends,
        6 => (any::<Index>(), outcome).prop_map(|(effect, ending)| Act::Ends { effect, newest: true, ending }),
        2 => Just(Act::Settle),
        3 => (1_u8..6, select(marks.clone())).prop_map(|(mail, mark)| Act::Off(mail, mark)),
        3 => (1_u8..6, select(marks)).prop_map(|(mail, mark)| Act::On(mail, mark)),
        3 => (1_u8..6, select(places)).prop_map(|(mail, to)| Act::Moved(mail, to)),
        1 => select(vec![DraftChange::Edited, DraftChange::Deleted]).prop_map(Act::Draft),
        2 => (1_u8..9, -90_i64..2).prop_map(|(mail, minutes)| Act::Hand(mail, minutes)),
        1 => (1_u32..9).prop_map(Act::InSent),
        3 => Just(Act::Due),
        2 => (-3000_i64..3000).prop_map(Act::Wait),
        1 => select(vec!["08-26", "08-27", "08-28", "09-30"]).prop_map(Act::Report),
        1 => (1_u32..9).prop_map(Act::Bounce),
        1 => select(vec!["ann", "bob"]).prop_map(Act::Leaves),
        2 => Just(Act::Dot),
        1 => select(vec!["ann", "bob", "sue"]).prop_map(Act::Away),
        2 => select(vec!["booked mail", "booked name", "cancelled mail", "booked stranger"]).prop_map(Act::Notice),
    ]
}

impl World {
    /// What an act means now; `None` where it is no event.
    fn meant(&mut self, act: &Act) -> Option<Event> {
        let case = self.case.clone();
        let id = |revision| {
            let case = case.as_ref()?;
            Some(message_id(&case.id, Revision::new(revision)?, &self.policy))
        };
        match act {
            Act::Mail(number, words) => Some(Event::Arrived(Box::new(arrival(*number, words, self.now)))),
            Act::Unreadable => {
                let a = arrival(1, "A", self.now);
                let (id, mailbox, day) = (a.id, a.mailbox, a.day);
                Some(Event::Unreadable { id, mailbox, day, mail: Box::new(a.mail), why: "x".into() })
            }
            Act::Says { who, off_by, word, rest } => {
                let now = case.as_ref().map_or(1, |case| i64::from(case.revision.number()));
                let revision = u32::try_from(now + off_by).ok().and_then(Revision::new)?;
                Some(Event::Agent {
                    by: address(who),
                    proof: proof(),
                    revision,
                    said: Said::Command(command(word, rest)),
                    mail: None,
                })
            }
            Act::Ends { effect, newest, ending } => {
                let planned = match newest {
                    true => self.planned.iter().rev().find(|planned| going(&planned.effect).is_some())?,
                    false => self.planned.get(effect.index(self.planned.len().max(1)))?,
                };
                let revision = going(&planned.effect).unwrap_or(1);
                let id: MessageId = id(revision)?;
                let effect = Box::new(planned.effect.clone());
                Some(Event::Ended { number: planned.number, effect, ending: ending_called(ending, id) })
            }
            Act::Settle => {
                self.play("settle");
                None
            }
            Act::Off(mail, mark) => {
                Some(Event::MarkRemoved { mail: fingerprint(*mail), mark: (*mark).into() })
            }
            Act::On(mail, mark) => {
                let known = label::STATE_MARKS.contains(mark) || *mark == label::CHAT;
                known.then(|| Event::MarkAdded { mail: fingerprint(*mail), mark: (*mark).into() })
            }
            Act::Moved(mail, to) => Some(moved(*mail, *to)),
            Act::Draft(change) => {
                let revision = case.as_ref()?.revision;
                Some(Event::DraftChanged { revision, change: *change })
            }
            Act::Hand(mail, minutes) => {
                let at = self.now.checked_add(SignedDuration::from_mins(*minutes)).unwrap_or(self.now);
                Some(Event::AnsweredByHand(answer(&mail.to_string(), at, MatchedBy::Thread)))
            }
            Act::InSent(revision) => Some(Event::SeenInSent { message_id: id(*revision)? }),
            Act::Due => {
                self.now = case.as_ref().and_then(Case::due).unwrap_or(self.now);
                Some(Event::Due)
            }
            Act::Wait(minutes) => {
                self.now = self.now.checked_add(SignedDuration::from_mins(*minutes)).unwrap_or(self.now);
                Some(Event::Due)
            }
            Act::Report(date) => Some(Event::Reported { date: day(date) }),
            Act::Bounce(revision) => Some(Event::Bounced { about: id(*revision)? }),
            Act::Notice(words) => Some(Event::Noticed { notice: Box::new(notice(words)) }),
            Act::Dot => {
                self.dot_if_sending();
                None
            }
            Act::Away(who) => {
                let until = self.now.checked_add(SignedDuration::from_hours(24)).unwrap_or(self.now);
                self.policy.away.insert(address(who), until);
                Some(Event::Away { by: address(who) })
            }
            Act::Leaves(who) => {
                self.play(&format!("left {who}"));
                None
            }
        }
    }
}

/// A walk: the way to some state, then anything.
fn holds(
    (way, undo, two): (&str, bool, bool),
    acts: &[Act],
    reached: &mut BTreeSet<&'static str>,
) -> Result<(), TestCaseError> {
    let mut world = World::new();
    if undo {
        world.play("undo 1m");
    }
    let mut laws = Laws::default();
    for act in way.split(';').map(str::trim) {
        let (word, rest) = act.split_once(' ').unwrap_or((act, ""));
        if word == "settle" {
            world.play(word);
            continue;
        }
        let event = world.event(word, rest);
        step(&mut world, &mut laws, &event)?;
    }
    if two {
        world.play("two first");
    }
    for act in acts {
        if let Some(event) = world.meant(act) {
            step(&mut world, &mut laws, &event)?;
        }
        reached.extend(world.case.as_ref().map(Case::state_word));
    }
    Ok(())
}

fn step(world: &mut World, laws: &mut Laws, event: &Event) -> Result<(), TestCaseError> {
    let before = world.case.clone();
    let once = decide(&world.policy, before.as_ref(), event, world.now);
    let decision = world.happen(event);
    prop_assert_eq!(&once, &decision, "the same arguments give the same answer");
    laws.hold(world, before.as_ref(), event, decision.as_ref()).map_err(|law| {
        let state = before.map(|case| (case.state, case.revision));
        TestCaseError::fail(format!("{law}\n{event:?}\nfrom {state:?}\nto {decision:#?}"))
    })
}

/// `MADOGUCHI_PROPERTY_CASES` asks for a longer walk; the walk itself is always the same.
#[test]
fn no_order_of_events_breaks_a_law() {
    let cases = std::env::var("MADOGUCHI_PROPERTY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let reached = RefCell::new(BTreeSet::new());
    let walk = (select(&STEPS), any::<bool>(), any::<bool>(), vec(act(), 1..60));
    let walked = runner
        .run(&walk, |((_, way), undo, two, acts)| holds((way, undo, two), &acts, &mut reached.borrow_mut()));
    walked.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(reached.into_inner().len(), 15, "every step and every outcome was walked through");
}
