//! Which cell counts, what a table lacks, and deadlines against a reckoning that walks every minute.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::triage::calendar::tests::{Walk, office, random};

/// `standard form high 30`: the columns and the minutes; `-` behind them for time as it passes.
fn table(cells: &[&str]) -> Table<Channel> {
    let cells = cells.iter().map(|cell| {
        let [tier, kind, priority, minutes] = cell.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{cell}")
        };
        let key = Key {
            tier: Tier::WORDS.iter().find(|(word, _)| *word == tier).map(|(_, tier)| *tier),
            kind: Channel::WORDS.iter().find(|(word, _)| *word == kind).map(|(_, kind)| *kind),
            priority: Priority::WORDS
                .iter()
                .find(|(word, _)| *word == priority)
                .map(|(_, priority)| *priority),
        };
        let within = SignedDuration::from_mins(minutes.trim_end_matches('-').parse().unwrap());
        Cell { key, span: Span { within, elapsed: minutes.ends_with('-') } }
    });
    Table { cells: cells.collect() }
}

#[test]
fn the_cell_that_says_most_counts() {
    let table = table(&[
        "* * * 1",
        "standard * * 2",
        "* form * 3",
        "* * high 4",
        "standard form * 5",
        "standard * low 6",
        "* chat medium 7",
        "premium chat * 8",
        "premium mail critical 9",
    ]);
    for (tier, channel, priority, expected) in [
        (Tier::Premium, Channel::Social, Priority::Medium, 1),
        (Tier::Standard, Channel::Mail, Priority::Medium, 2),
        (Tier::Premium, Channel::Form, Priority::Medium, 3),
        // The priority goes before the source, and that before the tier.
        (Tier::Premium, Channel::Form, Priority::High, 4),
        (Tier::Standard, Channel::Form, Priority::High, 5),
        (Tier::Standard, Channel::Form, Priority::Low, 6),
        (Tier::Premium, Channel::Chat, Priority::Medium, 7),
        (Tier::Premium, Channel::Chat, Priority::High, 8),
        (Tier::Premium, Channel::Mail, Priority::Critical, 9),
    ] {
        let found = table.cell(tier, Some(&channel), priority).map(|cell| cell.span.within.as_mins());
        assert_eq!(found, Some(expected), "{tier} {channel} {priority}");
    }
    // Of no known kind.
    let found = table.cell(Tier::Premium, None, Priority::Low).map(|cell| cell.span.within.as_mins());
    assert_eq!(found, Some(1));
}

#[test]
fn a_table_knows_what_is_wrong_with_it() {
    let kinds = Channel::WORDS.map(|(_, channel)| channel);
    type Pairs = &'static [(usize, usize)];
    let rows: [(&[&str], &str, Pairs, &[usize]); 6] = [
        (&["* * * 1"], "", &[], &[]),
        (&["* * high 1", "* * critical 1"], "* * medium, * * low", &[], &[]),
        (
            &["standard * * 1", "premium mail * 1", "premium form * 1"],
            "premium chat *, premium phone *, premium social *",
            &[],
            &[],
        ),
        (&["* * * 1", "* form * 1", "* * * 2"], "", &[(0, 2)], &[]),
        // Every case of the first is said more exactly by the two behind it.
        (&["* * * 1", "standard * * 1", "premium * * 1"], "", &[], &[0]),
        (&["* form * 1", "* * critical 1", "* * high 1", "* * medium 1", "* * low 1"], "", &[], &[0]),
    ];
    for (cells, missing, doubled, unreachable) in rows {
        let survey = table(cells).survey(&kinds);
        let said: Vec<String> = survey.missing.iter().map(ToString::to_string).collect();
        assert_eq!(said.join(", "), missing, "{cells:?}");
        assert_eq!(survey.doubled, doubled, "{cells:?}");
        assert_eq!(survey.unreachable, unreachable, "{cells:?}");
    }
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00+09:00").parse().unwrap()
}

#[test]
fn the_clock_stands_while_the_customer_has_the_word() {
    let calendar = office("Asia/Tokyo");
    let pause =
        |from: &str, until: &str| Pause { from: at(from), until: (!until.is_empty()).then(|| at(until)) };
    let minutes = SignedDuration::from_mins;
    let rows: [(i64, bool, &[Pause], Due); 7] = [
        (120, false, &[], Due::At(at("2026-08-27T14:00"))),
        (120, true, &[], Due::At(at("2026-08-27T13:00"))),
        // An hour is spent, a night and a morning do not count, an hour is left.
        (120, false, &[pause("2026-08-27T12:00", "2026-08-28T10:00")], Due::At(at("2026-08-28T11:00"))),
        (120, false, &[pause("2026-08-27T11:30", "")], Due::Paused { left: minutes(90) }),
        (120, true, &[pause("2026-08-27T11:30", "2026-08-27T20:00")], Due::At(at("2026-08-27T21:30"))),
        // It was over before the clock was stopped.
        (30, false, &[pause("2026-08-27T11:30", "")], Due::At(at("2026-08-27T11:30"))),
        // Pauses that overlap count once.
        (
            120,
            true,
            &[pause("2026-08-27T12:00", "2026-08-27T14:00"), pause("2026-08-27T13:00", "2026-08-27T15:00")],
            Due::At(at("2026-08-27T16:00")),
        ),
    ];
    for (within, elapsed, pauses, expected) in rows {
        let span = Span { within: minutes(within), elapsed };
        assert_eq!(span.due(&calendar, at("2026-08-27T11:00"), pauses), expected, "{within} {pauses:?}");
    }
}

#[test]
fn a_case_classified_anew_keeps_what_was_spent() {
    let table = table(&["* mail high 60", "* mail * 240"]);
    let calendar = office("Asia/Tokyo");
    let pauses = [Pause { from: at("2026-08-27T11:30"), until: Some(at("2026-08-27T13:00")) }];
    for (priority, expected) in [(Priority::Medium, "2026-08-27T16:30"), (Priority::High, "2026-08-27T13:30")]
    {
        let cell = table.cell(Tier::Standard, Some(&Channel::Mail), priority).unwrap();
        assert_eq!(cell.span.due(&calendar, at("2026-08-27T11:00"), &pauses), Due::At(at(expected)));
    }
}

/// Every deadline, with pauses and in nights when the clock is put, is what a walk minute by minute finds.
#[test]
fn reckoning_agrees_with_walking() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let pauses = proptest::collection::vec((0_i64..1_500, 1_i64..900), 0..4);
    let outcome = runner.run(&(random(), pauses, any::<[bool; 2]>()), |(case, pauses, [elapsed, open])| {
        let (calendar, start) = (case.calendar(), case.start());
        let span = Span { within: SignedDuration::from_mins(case.minutes.max(1)), elapsed };
        let mut reached = start;
        let mut told: Vec<Pause> = Vec::new();
        for (after, length) in pauses {
            let from = reached + SignedDuration::from_mins(after);
            reached = from + SignedDuration::from_mins(length);
            told.push(Pause { from, until: Some(reached) });
        }
        if let Some(last) = told.last_mut().filter(|_| open) {
            last.until = None;
        }
        let mut walk = Walk::until(&calendar, start);
        let mut left = case.minutes.max(1);
        for _ in 0..14 * 1_440 {
            let stands = told
                .iter()
                .any(|pause| pause.from <= walk.now && pause.until.is_none_or(|until| walk.now < until));
            if !stands && (elapsed || walk.open()) {
                left -= 1;
            }
            walk.step();
            if left == 0 {
                break;
            }
        }
        let due = span.due(&calendar, start, &told);
        let still = told.last().is_some_and(|pause| pause.until.is_none());
        if left == 0 {
            prop_assert_eq!(due, Due::At(walk.now));
        } else if still {
            prop_assert_eq!(due, Due::Paused { left: SignedDuration::from_mins(left) });
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
