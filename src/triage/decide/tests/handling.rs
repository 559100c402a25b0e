//! Who has had a case in hand, and for how long.

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::desk::{address, proof};
use super::world::World;
use crate::triage::calendar::tests as calendars;
use crate::triage::event::{Event, Said};
use crate::triage::handling::Basis;

/// What a story leaves: each spell with its minutes, and what people said.
fn spells(world: &World) -> String {
    let case = world.case.as_ref().unwrap();
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let mut seen = String::new();
    for spell in &case.handling.spells {
        let clock = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%d %H:%M").to_string();
        let _ = writeln!(
            seen,
            "{} {}..{} {}m {:?}",
            spell.by.local(),
            clock(spell.from),
            clock(spell.until),
            spell.worked.as_mins(),
            spell.basis
        );
    }
    for running in &case.handling.running {
        let _ = writeln!(seen, "{} has it, {}m", running.by.local(), running.worked.as_mins());
    }
    for said in &case.handling.corrected {
        let _ = writeln!(seen, "{} says {}m on {}", said.by.local(), said.worked.as_mins(), said.day);
    }
    seen
}

#[track_caller]
fn check(script: &str, expected: Expect) {
    let mut world = World::new();
    world.play(script);
    expected.assert_eq(&spells(&world));
}

#[test]
fn from_the_request_to_the_answer_where_nobody_says_more() {
    check(
        "mail B 本店; end ask done; +10m; ann 承認; end send sent",
        expect!["ann 27 10:00..27 10:10 10m Assumed\n"],
    );
    // Nobody looks at one draft for hours: no more than the bound is believed.
    check("mail B 本店; end ask done; +5h; ann 電話済", expect!["ann 27 10:00..27 15:00 15m Assumed\n"]);
    // The reminder is what was answered.
    check(
        "mail B 本店; end ask done; +1h; due; +4m; bob 却下 違う",
        expect!["bob 27 11:00..27 11:04 4m Assumed\n"],
    );
}

#[test]
fn from_the_first_word_where_there_is_one() {
    check(
        "mail B 本店; end ask done; +40m; ann STATUS; +12m; ann メモ 折り返し; +8m; ann 承認; end send sent",
        expect!["ann 27 10:40..27 11:00 20m Seen\n"],
    );
    check(
        "mail B 本店; end ask done; +5m; sue 担当 ann; +30m; ann 承認; end send sent",
        expect!["ann 27 10:05..27 10:35 30m Seen\n"],
    );
    check(
        "mail B 本店; end ask done; settle; +5m; off asked; +20m; bob 電話済",
        expect!["bob 27 10:05..27 10:25 20m Seen\n"],
    );
    // Nobody is at one case for a night: between two words no more than the bound counts.
    check(
        "mail B 本店; end ask done; ann STATUS; +14h; ann 承認; end send sent",
        expect!["ann 27 10:00..28 00:00 60m Seen\n"],
    );
    // A look that leads to nothing, and a colleague who decides.
    check(
        "mail B 本店; end ask done; ann STATUS; +9m; ann メモ x; +5m; bob 承認; end send sent",
        expect![[r#"
            bob 27 10:00..27 10:14 14m Assumed
            ann 27 10:00..27 10:09 9m Seen
        "#]],
    );
}

#[test]
fn no_time_of_customers_shops_and_holds() {
    check(
        "mail B 本店; end ask done; +3m; ann 保留 120; +2h; due; +5m; ann 承認; end send sent",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            ann 27 12:03..27 12:08 5m Assumed
        "#]],
    );
    check(
        "mail B 本店; end ask done; +3m; ann 承認; end send sent; +20h; mail B; +7m; ann 電話済",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            ann 28 06:03..28 06:10 7m Assumed
        "#]],
    );
    // The shop has it; that a booking came of it takes nobody's time that we know of.
    check(
        "mail B 本店; end ask done; +3m; ann 店舗; +2h; staff 対応します; +1h; ann 予約確定",
        expect!["ann 27 10:00..27 10:03 3m Assumed\n"],
    );
    check(
        "mail B 本店; end ask done; +3m; ann 承認; end send sent; +2h; ann 予約確定",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            ann 27 12:03..27 12:03 0m Assumed
        "#]],
    );
}

#[test]
fn only_while_somebody_is_there() {
    let mut world = World::new();
    world.policy.calendar = Arc::new(calendars::office("Asia/Tokyo"));
    // Two minutes in the evening, four in the morning: the night is nobody's.
    world.play("+7h58m; mail B 本店; end ask done; +15h6m; ann 承認");
    expect!["ann 27 17:58..28 09:04 6m Assumed\n"].assert_eq(&spells(&world));
}

#[test]
fn people_put_their_own_time_right() {
    check(
        "mail B 本店; end ask done; +3m; ann 承認; end send sent; ann 時間 25; +20h; ann 時間 30; bob 時間 5",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            ann says 30m on 2026-08-27
            bob says 5m on 2026-08-28
        "#]],
    );
    // Of the day that is named, not of the last one; and of no day on which the case was not there.
    check(
        "mail B 本店; end ask done; +3m; ann 承認; end send sent; +20h; ann メモ x; ann 時間 2026-08-28 5; \
         ann 時間 2026-08-27 30; ann 時間 2026-08-26 9; ann 時間 2026-08-29 9",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            ann says 5m on 2026-08-28
            ann says 30m on 2026-08-27
        "#]],
    );
    let mut world = World::new();
    let told = world.play("mail B 本店; end ask done; +3m; ann 承認; end send sent; ann 時間 2026-08-27 30");
    assert!(told.contains("own time of 2026-08-27"), "{told}");
}

/// The report named the case as theirs: it is heard wherever they work by now, and its answer is another mail's.
#[test]
fn what_is_said_to_the_report_of_a_day_counts_for_whoever_moved_on() {
    let mut world = World::new();
    world.play("mail B 本店; end ask done; +3m; ann 承認; end send sent");
    world.policy.people.retain(|person| person.address != address("ann"));
    let event = Event::Agent {
        by: address("ann"),
        proof: proof(),
        revision: world.case.as_ref().unwrap().revision,
        said: Said::OfDay { day: jiff::civil::date(2026, 8, 27), minutes: 25 },
        mail: None,
    };
    let decision = world.happen(&event).unwrap();
    assert_eq!(decision.effects, [], "nothing is said by the case");
    expect![[r#"
        ann 27 10:00..27 10:03 3m Assumed
        ann says 25m on 2026-08-27
    "#]]
    .assert_eq(&spells(&world));
}

#[test]
fn two_people_have_a_time_each() {
    check(
        "two first; mail B 本店; end ask done; +3m; ann 承認; +6m; bob 承認; end send sent",
        expect![[r#"
            ann 27 10:00..27 10:03 3m Assumed
            bob 27 10:03..27 10:09 6m Assumed
        "#]],
    );
    check(
        "mail B 本店; end ask done; +4m; ann 確認 bob これでいいですか; +6m; bob 回答 はい; +1m; ann 承認",
        expect![[r#"
            bob 27 10:04..27 10:10 6m Assumed
            ann 27 10:04..27 10:11 7m Seen
        "#]],
    );
}

proptest! {
    #[test]
    fn nobody_has_a_case_in_hand_longer_than_it_is_there(
        acts in vec((select(vec![
            "ann STATUS", "ann メモ x", "ann 承認", "ann 却下 x", "ann 電話済", "ann 保留 30", "ann 担当 bob",
            "bob 担当 bob", "bob 承認", "bob 修正 別の文章です", "bob 予約確定", "bob 電話×", "mail B", "due",
            "off asked", "settle", "end send sent", "ann 店舗", "ann 確認 bob x", "bob 回答 y", "hand 1",
        ]), 0_i64..300), 1..25),
    ) {
        let mut world = World::new();
        world.play("mail B 本店; end ask done");
        let opened = world.now;
        for (act, minutes) in acts {
            world.now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
            if act.starts_with("end") && world.planned.iter().all(|planned| planned.effect.word() != "send") {
                continue;
            }
            world.act(act);
        }
        let handling = &world.case.as_ref().unwrap().handling;
        let there = world.now.duration_since(opened);
        for person in ["ann", "bob"] {
            let own: Vec<_> = handling.spells.iter().filter(|spell| spell.by == address(person)).collect();
            let sum: SignedDuration =
                own.iter().map(|spell| spell.worked).fold(SignedDuration::ZERO, |sum, one| sum + one);
            prop_assert!(sum <= there, "{person}: {sum:#} of {there:#}");
            for spell in &own {
                prop_assert!(spell.from <= spell.until && spell.until <= world.now);
                prop_assert!(spell.worked <= spell.until.duration_since(spell.from));
                prop_assert!(spell.basis != Basis::Said);
            }
            for pair in own.windows(2) {
                prop_assert!(pair[0].until <= pair[1].from, "{pair:?}");
            }
        }
    }
}
