//! Queues: who gets a case, what 移動, 優先 and 引継 do, and that a case put off is still ours.

use std::sync::Arc;

use jiff::SignedDuration;

use super::desk::{address, arrival, morning};
use super::world::World;
use crate::triage::case::{Open, Owner, State};
use crate::triage::decide::decide;
use crate::triage::event::Event;
use crate::triage::level::{Priority, Tier};
use crate::triage::queue::{Held, Load, Queue};

/// Where the topic of [`arrival`] leads to, and another one.
pub(super) fn queues() -> Arc<[Queue]> {
    let queue = |name: &str, topic: &str, agents: &[&str], mention: &[&str]| Queue {
        name: name.to_owned(),
        topics: vec![topic.to_owned()],
        skills: [].into(),
        agents: agents.iter().map(|name| address(name)).collect(),
        mention: mention.iter().map(|name| address(name)).collect(),
        capacity: 2,
    };
    [queue("台帳", "first", &["ann", "bob"], &["sue"]), queue("注文", "order", &["bob", "sue"], &[])].into()
}

fn world() -> World {
    let mut world = World::new();
    world.policy.queues = queues();
    world
}

fn hold(world: &mut World, held: &[(&str, u32)]) {
    let held = held.iter().map(|(name, cases)| (address(name), Held { cases: *cases, last: None }));
    world.policy.load = Arc::new(Load(held.collect()));
}

#[test]
fn a_case_goes_to_one_person_of_its_queue_and_who_is_mentioned_hears_of_it() {
    for (held, away, expected) in [
        (
            &[][..],
            None,
            "drafted ann 10m r1 [asked] | save r1, ask ann Approve r1, tell sue entered 台帳, mark +asked",
        ),
        (
            &[("ann", 1)],
            None,
            "drafted bob 10m r1 [asked] | save r1, ask bob Approve r1, tell sue entered 台帳, mark +asked",
        ),
        (
            &[],
            Some("ann"),
            "drafted bob 10m r1 [asked] | save r1, ask bob Approve r1, tell sue entered 台帳, mark +asked",
        ),
        // Nobody has room: the queue as a whole is asked, and nobody else.
        (
            &[("ann", 2), ("bob", 2)],
            None,
            "drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, tell sue entered 台帳, mark +asked",
        ),
    ] {
        let mut world = world();
        hold(&mut world, held);
        if let Some(away) = away {
            world.policy.away.insert(address(away), jiff::Timestamp::MAX);
        }
        assert_eq!(world.play("mail B"), expected, "{held:?} {away:?}");
    }
}

#[test]
fn the_colleague_whom_the_customer_names_is_asked_alone() {
    let mut world = world();
    let mut arrival = arrival(1, "B", morning());
    arrival.mail.words = "attn: bob, please".to_owned();
    let decision =
        decide(&world.policy, None, &Event::Arrived(Box::new(arrival.clone())), morning()).unwrap();
    let told: Vec<_> = decision.effects.iter().filter(|planned| planned.effect.word() == "tell").collect();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(decision.next.open().unwrap().owner, Owner::Agent(address("bob")));
    assert_eq!(decision.next.placement.agent, Some(address("bob")));
    // Who had the customer's last case comes next.
    arrival.mail.words.clear();
    arrival.origin.before = Some(address("bob"));
    let decision = decide(&world.policy, None, &Event::Arrived(Box::new(arrival)), morning()).unwrap();
    assert_eq!(decision.next.open().unwrap().owner, Owner::Agent(address("bob")));
    hold(&mut world, &[]);
}

#[test]
fn a_case_is_moved_and_the_old_tokens_are_retired() {
    let mut world = world();
    world.play("mail B; end ask done");
    assert_eq!(
        world.play("ann 移動 どこか"),
        "asked ann 1h r1 [asked] | tell ann no queue どこか of 台帳+注文"
    );
    // The draft stays; the new people are asked with tokens of their own.
    assert_eq!(
        world.play("ann 移動 注文"),
        "drafted bob 10m r2 [asked] | retire r1, save r2, ask bob Approve r2, tell ann done 移動"
    );
    assert_eq!(world.case.as_ref().unwrap().kind(), "order");
    assert_eq!(world.play("ann@1 承認"), "drafted bob 10m r2 [asked] | tell ann retired");
    assert_eq!(world.play("bob 移動 注文"), "drafted bob 10m r2 [asked] | tell bob not now 移動 drafted");
    world.play("end ask done; bob 却下 違います");
    assert_eq!(
        world.play("bob 移動 台帳"),
        "at_desk ann 1h r4 [asked] | ask ann Write r4, tell sue entered 台帳, tell bob done 移動"
    );
    assert_eq!(world.case.as_ref().unwrap().kind(), "first");
}

#[test]
fn after_the_customer_has_written_again_who_had_it_gets_it_back() {
    let mut world = world();
    world.play("mail B; end ask done; ann 承認; end send sent");
    let written = world.play("+1h; mail B");
    assert!(written.starts_with("at_desk ann "), "{written}");
    world.play("ann 電話済");
    world.policy.away.insert(address("ann"), jiff::Timestamp::MAX);
    let written = world.play("+1h; mail B");
    assert!(written.starts_with("at_desk bob "), "{written}");
}

#[test]
fn a_queue_asked_as_a_whole_is_shared_out_with_the_reminder() {
    let mut world = world();
    hold(&mut world, &[("ann", 2), ("bob", 2)]);
    world.play("mail B; end ask done");
    hold(&mut world, &[("ann", 2), ("bob", 1)]);
    let reminded = world.play("due");
    assert_eq!(reminded, "asked bob 2h r1 [asked] | ask bob Approve r1 again1");
}

#[test]
fn who_goes_home_or_is_away_does_not_keep_a_case() {
    let day = crate::triage::calendar::Hours::new(9 * 60, 11 * 60).unwrap();
    let plan = crate::triage::calendar::Plan::new(std::array::from_fn(|_| vec![day]));
    let mut world = world();
    let zone = world.policy.desk.zone.clone();
    world.policy.people[0].work.shifts = Some(crate::triage::calendar::Calendar::new(zone, Arc::new(plan)));
    assert!(world.play("mail B; end ask done").starts_with("asked ann "));
    // Ann goes home at eleven, when the reminder is due.
    assert_eq!(world.play("due"), "asked bob 2h r1 [asked] | ask bob Approve r1 again1");
    // Bob's mail program says that he is away: nobody is there with room, and the queue is asked as a whole.
    let away = world.play("away bob");
    assert_eq!(away, "asked bob 1h r1 [asked] | ask ann Approve r1 again1");
}

#[test]
fn an_approval_taken_back_returns_to_who_had_it() {
    let mut world = world();
    world.play("undo 1m; mail B; end ask done; ann 承認");
    let back = world.play("ann 取消");
    assert!(back.starts_with("drafted ann "), "{back}");
}

#[test]
fn whose_it_is_gets_it_back_however_a_mail_of_ours_ends() {
    let ways = [
        ("a call-back", "undo 1m; OK; sue 取消"),
        ("a further mail before it left", "undo 1m; OK; mail B"),
        ("a refusal", "OK; dot; end send refused"),
        ("a refusal after a further mail", "OK; dot; mail B; end send refused"),
        ("a refusal of a second attempt", "OK; dot; end send unknown; due; sue 再送; dot; end send refused"),
    ];
    // What leads there, whose it is then, and what that person does not have any more: room.
    let cases = [
        (
            "the supervisors took over",
            "ann 引継 責任者と話したい; sue 修正 折り返します。",
            "supervisors",
            true,
        ),
        ("one agent has it, in a full day", "", "ann", true),
        ("a colleague from outside the queue", "ann 担当 sue", "sue", true),
        ("one agent has it, and there are no queues", "ann 担当 bob", "bob", false),
        (
            "the supervisors, and there are no queues",
            "ann 引継 至急; sue 修正 折り返します。",
            "supervisors",
            false,
        ),
    ];
    for (how, way) in ways {
        for (what, leads, whose, queued) in cases {
            let mut world = World::new();
            if queued {
                world.policy.queues = queues();
            }
            world.play(&format!("mail B; end ask done; {leads}"));
            hold(&mut world, &[("ann", 2), ("bob", 1), ("sue", 9)]);
            world.play(&way.replace("OK", "sue 承認"));
            let owner = world.case.as_ref().and_then(|case| case.open()).map(|open| open.owner.clone());
            let expected =
                if whose == "supervisors" { Owner::Supervisors } else { Owner::Agent(address(whose)) };
            assert_eq!(owner, Some(expected), "{what}: {how}");
            assert_eq!(world.case.as_ref().unwrap().placement.holder, None, "{what}: {how}");
        }
    }
}

#[test]
fn the_second_approval_is_asked_of_somebody_else_and_changes_nothing_about_whose_it_is() {
    let mut world = world();
    world.play("two first; mail B; end ask done");
    assert_eq!(
        world.play("ann 承認"),
        "asked desk 1h r1 [asked] | ask bob Approve r1, tell ann second after ann"
    );
    // Ann had it last and has the most room; she has said what there is to say.
    hold(&mut world, &[("bob", 1)]);
    assert_eq!(world.play("due"), "asked bob 2h r1 [asked] | ask bob Approve r1 again1");
    let refused = world.play("bob 却下 違います");
    assert!(refused.starts_with("at_desk ann "), "{refused}");
    assert_eq!(world.case.as_ref().unwrap().placement.agent, Some(address("ann")));
    // Whoever it is assigned to meanwhile has it from then on.
    world = self::world();
    world.play("two first; mail B; end ask done; ann 承認; sue 担当 bob");
    hold(&mut world, &[("bob", 2)]);
    let refused = world.play("bob 承認; dot; end send refused");
    assert!(refused.starts_with("at_desk bob "), "{refused}");
    // Nobody else has room: the queue as a whole is asked.
    let mut world = self::world();
    world.play("two first; mail B; end ask done; ann 承認");
    hold(&mut world, &[("bob", 2)]);
    assert_eq!(world.play("due"), "asked desk 2h r1 [asked] | ask bob Approve r1 again1");
}

#[test]
fn a_draft_edited_by_hand_while_the_second_of_two_is_asked_leaves_the_case_with_whose_it_is() {
    for (asked, away, whose) in [
        ("ann 承認", None, "ann"),
        ("ann 承認; due", None, "ann"),
        ("ann 承認; sue 担当 bob", None, "bob"),
        ("undo 1m; ann 承認; bob 承認", None, "ann"),
        // Who is not there does not get it back: whoever of the queue is there has it.
        ("ann 承認", Some("ann"), "bob"),
    ] {
        let mut world = world();
        world.play(&format!("two first; mail B; end ask done; {asked}"));
        if let Some(away) = away {
            world.policy.away.insert(address(away), jiff::Timestamp::MAX);
        }
        let edited = world.play("draft edited");
        assert!(edited.starts_with(&format!("at_desk {whose} ")), "{asked}: {edited}");
        assert_eq!(world.case.as_ref().unwrap().placement.holder, None, "{asked}");
    }
    // Without queues it is whoever it was assigned to.
    let mut world = World::new();
    world.play("two first; mail B; end ask done; ann 担当 bob; bob 承認");
    let edited = world.play("draft edited");
    assert!(edited.starts_with("at_desk bob "), "{edited}");
}

#[test]
fn whoever_deals_with_a_complaint_does_not_hold_the_customers_mails() {
    let mut world = super::complaint::house();
    let mut rules = world.policy.complaints.as_deref().cloned().unwrap();
    for kind in &mut rules.kinds {
        kind.responsible = address("sue");
    }
    world.policy.complaints = Some(Arc::new(rules));
    world.policy.queues = queues();
    let opened = "mail A\n--\nend ask done\n--\nann 苦情 品質\n注文番号: A-1\n商品: 皿\n発生日: 8/25\n内容: 割れていた\n要求: 交換";
    super::complaint::play(&mut world, opened);
    world.play("ann 承認; end send sent");
    let case = world.case.as_ref().unwrap();
    assert_eq!(case.state_word(), "complaint");
    assert_eq!(case.open().map(|open| &open.owner), Some(&Owner::Agent(address("sue"))));
    assert_eq!(case.in_hands_of(), None, "it is no case of the queue that sue holds");
    assert_eq!(case.placement.agent, Some(address("ann")));
    let written = world.play("+1h; mail A");
    assert!(written.starts_with("at_desk ann "), "{written}");
}

#[test]
fn a_case_is_handed_over_answered_called_back_and_off_the_list() {
    let mut world = world();
    world.play("mail B; end ask done");
    assert_eq!(
        world.play("ann 引継 責任者と話したい"),
        "at_desk supervisors 1h r2 [asked] | retire r1, ask sue Write r2, tell ann done 引継"
    );
    assert!(!world.case.as_ref().unwrap().is_callback(), "the customer has heard nothing yet");
    // The first answer says that somebody calls back: the case stays with the supervisors, before all others.
    let first = world.play("ann 電話済 折り返しますと伝えた");
    assert!(first.starts_with("at_desk supervisors 1h r4"), "{first}");
    assert!(world.case.as_ref().unwrap().is_callback());
    // Who writes again changes nothing about that.
    let again = world.play("+1h; mail B");
    assert!(again.starts_with("at_desk supervisors "), "{again}");
    assert!(world.case.as_ref().unwrap().is_callback());
    let second = world.play("sue 電話済 解決");
    assert!(second.starts_with("awaiting_reply customer"), "{second}");
    assert!(!world.case.as_ref().unwrap().is_callback());
    assert_eq!(world.case.as_ref().unwrap().placement.escalated, None);
    // After an answer it is a callback at once.
    world.play("+1h; ann 引継 また電話があった");
    assert!(world.case.as_ref().unwrap().is_callback());
    world.play("sue 完了");
    assert_eq!(world.case.as_ref().unwrap().placement.escalated, None);
    assert!(world.play("ann 引継 もう一度").contains("not now 引継"));
}

#[test]
fn tier_and_priority_come_with_the_mail_and_change() {
    let mut world = world();
    let mut arrival = arrival(1, "B", morning());
    arrival.origin.tier = Some(Tier::Premium);
    arrival.origin.priority = Some(Priority::Low);
    arrival.origin.received = morning() - SignedDuration::from_mins(7);
    let opened = decide(&world.policy, None, &Event::Arrived(Box::new(arrival)), morning()).unwrap().next;
    assert_eq!((opened.placement.tier, opened.priority()), (Tier::Premium, Priority::Low));
    assert_eq!(opened.clock_began(), morning() - SignedDuration::from_mins(7));
    world.case = Some(opened);
    let told = world.play("ann 優先 critical");
    assert!(told.ends_with("tell ann done 優先"), "{told}");
    assert_eq!(world.case.as_ref().unwrap().priority(), Priority::Critical);
}

#[test]
fn a_case_put_off_is_still_ours() {
    use crate::triage::command::{Command, Wait};
    let calendar = Arc::new(crate::triage::calendar::tests::office("Asia/Tokyo"));
    // A Thursday at ten; the desk opens at nine, on Saturday at ten, and not on Sunday.
    for (wait, expected) in [
        (Wait::Minutes(90), Some("2026-08-27T11:30")),
        (Wait::BusinessDays(1), Some("2026-08-28T09:00")),
        (Wait::BusinessDays(2), Some("2026-08-29T10:00")),
        (Wait::BusinessDays(3), Some("2026-08-31T09:00")),
        (
            Wait::Until {
                day: Some(jiff::civil::date(2026, 8, 28)),
                time: Some(jiff::civil::time(15, 30, 0, 0)),
            },
            Some("2026-08-28T15:30"),
        ),
        (Wait::Until { day: Some(jiff::civil::date(2026, 8, 29)), time: None }, Some("2026-08-29T10:00")),
        // A day on which nobody is there begins as any other.
        (Wait::Until { day: Some(jiff::civil::date(2026, 8, 30)), time: None }, Some("2026-08-30T09:00")),
        (Wait::Until { day: None, time: Some(jiff::civil::time(15, 0, 0, 0)) }, Some("2026-08-27T15:00")),
        // Past, and too far.
        (Wait::Until { day: None, time: Some(jiff::civil::time(9, 0, 0, 0)) }, None),
        (Wait::Until { day: Some(jiff::civil::date(2027, 8, 30)), time: None }, Some("2026-09-27T10:00")),
    ] {
        let mut world = World::new();
        world.policy.calendar = Arc::clone(&calendar);
        world.play("mail B; end ask done");
        let event = Event::Agent {
            by: address("ann"),
            proof: super::desk::proof(),
            revision: world.case.as_ref().unwrap().revision,
            said: crate::triage::event::Said::Command(Command::Hold { wait }),
            mail: None,
        };
        let before = world.case.as_ref().unwrap().due();
        let held = world.happen(&event).unwrap().next;
        let expected = expected.map(|wall| format!("{wall}:00+09:00").parse().unwrap());
        assert_eq!(held.due(), expected.or(before), "{wait:?}");
        assert_eq!(held.record.iter().any(|entry| entry.what == "保留"), expected.is_some());
        // The clock goes on: the customer waits for us.
        assert_eq!(held.placement.pauses, []);
        let State::Open(Open { owner, .. }) = held.state else { panic!("closed") };
        assert_eq!(owner, Owner::Desk);
    }
}
