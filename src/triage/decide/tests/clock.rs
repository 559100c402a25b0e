//! The clock of a case through answers, new mails, moves and other priorities, against a reckoning that walks every minute,
//! in zones where the clock is put too.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::place::queues;
use super::world::World;
use crate::triage::calendar::tests::{Walk, random};
use crate::triage::case::{Case, State, Step};
use crate::triage::level::{
    Alerts, Cell, Deadline, Due, Goal, Key, Levels, Priority, Span, Standing, Table, Warn,
};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A resolution by type and priority, in minutes; one row as time passes.
fn levels(base: i64) -> Levels {
    let cell = |kind: Option<&str>, priority, within: i64, elapsed| Cell {
        key: Key { tier: None, kind: kind.map(str::to_owned), priority },
        span: Span { within: minutes(within), elapsed },
    };
    let cells = vec![
        cell(None, None, base, false),
        cell(Some("order"), None, base * 2 + 7, false),
        cell(None, Some(Priority::Critical), base / 2 + 3, true),
        cell(Some("order"), Some(Priority::Low), base * 3 + 11, false),
    ];
    Levels { resolution: Table { cells }, ..Levels::default() }
}

fn within(base: i64, case: &Case) -> (i64, bool) {
    match (case.kind().as_str(), case.priority()) {
        (_, Priority::Critical) => (base / 2 + 3, true),
        ("order", Priority::Low) => (base * 3 + 11, false),
        ("order", _) => (base * 2 + 7, false),
        (_, _) => (base, false),
    }
}

/// The desk promises, and tells of it.
pub(super) fn with_levels(world: &mut World) {
    let key = Key { tier: None, kind: None, priority: None };
    let span = Span { within: minutes(90), elapsed: false };
    let first_response = Table { cells: vec![Cell { key, span }] };
    world.policy.levels = Arc::new(Levels { first_response, ..levels(600) });
    world.policy.alerts = Some(Alerts { warn: Warn::Share(20), group: minutes(10), per_hour: 4 });
}

#[test]
fn deadlines_follow_moves_and_pauses() {
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let acts = select(vec![
        "ann 電話済",
        "ann 電話済",
        "mail B",
        "mail B",
        "mail A",
        "ann 移動 注文",
        "ann 移動 台帳",
        "ann 優先 critical",
        "ann 優先 low",
        "ann 優先 medium",
        "ann 保留 30",
        "ann 完了",
        "ann 引継 お願いします",
        "ann 分類 A",
        "ann 分類 B",
    ]);
    let acts = vec((1_i64..400, acts), 0..7);
    let outcome = runner.run(&(random(), acts), |(case, acts)| {
        let (calendar, start) = (case.calendar(), case.start());
        let base = case.minutes.clamp(1, 1_500);
        let mut world = World::new();
        world.policy.queues = queues();
        world.policy.calendar = Arc::new(calendar.clone());
        world.policy.levels = Arc::new(levels(base));
        world.now = start;
        world.play("mail B; end ask done");
        // Since when the customer has the word, or we: minute by minute from the beginning.
        let mut turns: Vec<(Timestamp, bool)> = vec![(start, false)];
        for (after, act) in &acts {
            world.now += minutes(*after);
            world.play(act);
            let now_case = world.case.as_ref().unwrap();
            let stands = match &now_case.state {
                State::Closed { .. } => true,
                State::Open(open) => {
                    matches!(open.step, Step::AwaitingReply { .. } | Step::Answered { .. })
                }
            };
            turns.push((world.now, stands));
        }
        let end = world.case.as_ref().unwrap();
        let (minutes_left, elapsed) = within(base, end);
        let mut left = minutes_left;
        let mut walk = Walk::until(&calendar, start);
        for _ in 0..20 * 1_440 {
            let stands =
                turns.iter().rev().find(|(at, _)| *at <= walk.now).is_some_and(|(_, stands)| *stands);
            if !stands && (elapsed || walk.open()) {
                left -= 1;
            }
            walk.step();
            if left == 0 {
                break;
            }
        }
        let deadline =
            Deadline::of(&world.policy.levels, &calendar, end, Goal::Resolution, world.now).unwrap();
        let still = turns.last().is_some_and(|(_, stands)| *stands);
        if left == 0 {
            prop_assert_eq!(deadline.due, Due::At(walk.now));
            let late = world.now > walk.now
                && !(end.open().is_none() && turns.last().is_some_and(|(at, _)| *at <= walk.now));
            prop_assert_eq!(deadline.standing == Standing::Breached, late, "{:?}", deadline);
        } else if still {
            prop_assert_eq!(deadline.due, Due::Paused { left: minutes(left) });
            let expected = if end.open().is_some() { Standing::Paused } else { Standing::Met };
            prop_assert_eq!(deadline.standing, expected);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
