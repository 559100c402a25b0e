//! When a customer is told by a machine that a mail has come: once, as the case opens, and never late.

use jiff::{SignedDuration, Timestamp};

use super::desk::{answer, arrival, morning, policy};
use crate::triage::calendar::{Calendar, Plan};
use crate::triage::decide::decide;
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Planned};
use crate::triage::hand::MatchedBy;
use crate::triage::level::{Cell, Channel, Deadline, Goal, Key, Levels, Span, Standing, Table};

fn promised(effects: &[Planned]) -> Option<Timestamp> {
    effects.iter().find_map(|planned| match &planned.effect {
        Effect::Acknowledge { answer_by, .. } => Some(*answer_by),
        Effect::Mark { .. }
        | Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::Ask { .. }
        | Effect::Tell { .. }
        | Effect::Complaint { .. }
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. } => None,
    })
}

#[test]
fn a_case_that_opens_is_acknowledged_while_the_mail_is_fresh() {
    let minutes = SignedDuration::from_mins;
    for (words, age, expected) in [
        ("A fresh", 0, Some(240)),
        ("A fresh", 60, Some(180)),
        // A server's clock that is ahead promises nothing later.
        ("A fresh", -90, Some(240)),
        ("B fresh fault", 5, Some(235)),
        ("A fresh", 61, None),
        ("A", 0, None),
        ("A fresh answered", 0, None),
        ("A fresh noaddr", 0, None),
    ] {
        let now = morning();
        let event = Event::Arrived(Box::new(arrival(1, words, now - minutes(age))));
        let decision = decide(&policy(), None, &event, now).unwrap();
        let expected = expected.map(|after| now + minutes(after));
        assert_eq!(promised(&decision.effects), expected, "{words}, {age} min old");
    }
}

#[test]
fn a_service_level_goes_before_the_promise_of_the_mailbox() {
    let minutes = SignedDuration::from_mins;
    let key = Key { tier: None, kind: Some(Channel::Chat), priority: None };
    let cell = Cell { key, span: Span { within: minutes(30), elapsed: true } };
    let levels = Levels { first_response: Table { cells: vec![cell] }, ..Levels::default() };
    let policy = crate::triage::policy::Policy { levels: levels.into(), ..policy() };
    for (words, expected) in [("A fresh chat", 30), ("A fresh", 240)] {
        let event = Event::Arrived(Box::new(arrival(1, words, morning())));
        let decision = decide(&policy, None, &event, morning()).unwrap();
        assert_eq!(promised(&decision.effects), Some(morning() + minutes(expected)), "{words}");
    }
}

#[test]
fn the_first_answer_is_met_or_late() {
    let minutes = SignedDuration::from_mins;
    let key = Key { tier: None, kind: None, priority: None };
    let cell = Cell { key, span: Span { within: minutes(30), elapsed: false } };
    let levels = Levels { first_response: Table { cells: vec![cell] }, ..Levels::default() };
    let policy = policy();
    for (answered, now, expected) in [
        (None, 30, Standing::Waiting),
        (None, 31, Standing::Breached),
        (Some(30), 90, Standing::Met),
        (Some(31), 90, Standing::Breached),
    ] {
        let event = Event::Arrived(Box::new(arrival(1, "A", morning())));
        let case = decide(&policy, None, &event, morning()).unwrap().next;
        let case = match answered {
            Some(after) => {
                let event =
                    Event::AnsweredByHand(answer("ann", morning() + minutes(after), MatchedBy::Address));
                decide(&policy, Some(&case), &event, morning() + minutes(60)).unwrap().next
            }
            None => case,
        };
        assert_eq!(case.service.first_answer, answered.map(|after| morning() + minutes(after)));
        let at = morning() + minutes(now);
        let found = Deadline::of(&levels, &policy.calendar, &case, Goal::FirstAnswer, at).unwrap();
        assert_eq!(
            (found.by(), found.standing),
            (Some(morning() + minutes(30)), expected),
            "{answered:?} {now}"
        );
    }
    assert_eq!(
        Deadline::of(
            &Levels::default(),
            &policy.calendar,
            &{
                let event = Event::Arrived(Box::new(arrival(1, "A", morning())));
                decide(&policy, None, &event, morning()).unwrap().next
            },
            Goal::FirstAnswer,
            morning()
        ),
        None
    );
}

#[test]
fn a_mailbox_that_promises_nothing_says_nothing() {
    let event = Event::Arrived(Box::new(arrival(1, "A fresh", morning())));
    let silent = crate::triage::policy::Policy { promise: None, ..policy() };
    assert_eq!(promised(&decide(&silent, None, &event, morning()).unwrap().effects), None);
    // Nobody is ever there: nothing can be promised.
    let zone = policy().desk.zone;
    let calendar = Calendar::new(zone, std::sync::Arc::new(Plan::default()));
    let closed = crate::triage::policy::Policy { calendar: calendar.into(), ..policy() };
    assert_eq!(promised(&decide(&closed, None, &event, morning()).unwrap().effects), None);
}

#[test]
fn a_mail_that_joins_is_not_acknowledged() {
    let first = Event::Arrived(Box::new(arrival(1, "A", morning())));
    let case = decide(&policy(), None, &first, morning()).unwrap().next;
    let second = Event::Arrived(Box::new(arrival(2, "A fresh", morning())));
    let joined = decide(&policy(), Some(&case), &second, morning()).unwrap();
    assert_eq!(joined.next.mails.len(), 2);
    assert_eq!(promised(&joined.effects), None);
}
