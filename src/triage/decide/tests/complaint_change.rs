//! What is known of a complaint changes: who hears of it, which answers and verdicts still stand, and by when what is due.

use std::sync::Arc;

use expect_test::{Expect, expect};

use super::complaint::{TWO_TASKS, house, play};
use super::desk::address;
use super::world::World;
use crate::triage::complaint::{Complaint, LONGEST, MOST_DEMANDS, Rules, Severity};
use crate::triage::event::Event;

/// As [`house`], but 配送 is always urgent, and `tom` and `pia` deal with it.
fn two_types() -> World {
    let mut world = house();
    let mut rules: Rules = world.policy.complaints.as_deref().unwrap().clone();
    let other = &mut rules.kinds[1];
    other.severity = Some(Severity::Urgent);
    (other.responsible, other.manager) = (address("tom"), address("pia"));
    (other.people, other.seller) = (vec![address("pia")], Some(address("zoe")));
    world.policy.complaints = Some(Arc::new(rules));
    world
}

fn complaint(world: &World) -> &Complaint {
    world.case.as_ref().unwrap().complaint.as_deref().unwrap()
}

/// What happened after so many lines.
fn check(world: &mut World, script: &str, after: usize, expected: Expect) {
    let seen = play(world, script);
    let seen: String = seen.lines().skip(after).map(|line| format!("{line}\n")).collect();
    expected.assert_eq(&seen);
}

const OPENED: &str = "mail A\n--\nend ask done\n--\nann 苦情 品質 通常\n注文番号: A-1\n商品: 皿\n発生日: 8/25\n内容: 割れていた\n要求: 交換";

#[test]
fn another_type_reaches_its_people_and_asks_its_manager() {
    let mut world = two_types();
    // Asked of one manager, then of the other, who alone may say yes.
    check(
        &mut world,
        &format!(
            "{OPENED}\n--\nlea/lead 原因 梱包\n対策 二重\n--\nann 苦情 配送\n--\nmax/verdict1 OK\n--\npia/verdict1 OK"
        ),
        4,
        expect![[r#"
            ann 苦情 配送 => asked desk 1h owed[proposal handling verdict] | Changed <-> lea,max,sel; Changed <named> pia; Done ann; Opened <lead> tom; Verdict(1) <verdict1> pia
            max/verdict1 OK => asked desk 1h owed[proposal handling verdict] | Refused(NotYours { word: "承認" }) <-> max
            pia/verdict1 OK => asked desk 1h owed[proposal handling] | Approved <lead> tom; Done pia
        "#]],
    );
    // Approved by the manager of the first type: that of the second has to approve it, too.
    check(
        &mut two_types(),
        &format!("{OPENED}\n--\nlea/lead 原因 梱包\n対策 二重\n--\nmax/verdict1 OK\n--\nann 苦情 配送"),
        5,
        expect![[r#"
            ann 苦情 配送 => asked desk 1h owed[proposal handling verdict] | Changed <-> lea,max,sel; Changed <named> pia; Done ann; Opened <lead> tom; Verdict(1) <verdict1> pia
        "#]],
    );
    // Nobody approves their own words: where the new manager wrote them they have to be written anew.
    let mut world = two_types();
    play(&mut world, &format!("{OPENED}\n--\nmax/named 担当 pia\n--\npia/lead 原因 梱包\n対策 二重"));
    check(
        &mut world,
        "ann 苦情 配送",
        0,
        expect![[r#"
        ann 苦情 配送 => asked desk 1h owed[proposal handling explanation] | Changed <-> max,sel; Changed <named> pia; Done ann; Opened <lead> tom
    "#]],
    );
    // Whoever was named before and is responsible now hears just that.
    let mut world = two_types();
    let mut rules: Rules = world.policy.complaints.as_deref().unwrap().clone();
    (rules.kinds[1].responsible, rules.kinds[1].manager) = (address("pia"), address("tom"));
    world.policy.complaints = Some(Arc::new(rules));
    check(
        &mut world,
        &format!("{OPENED}\n--\nann 苦情 配送"),
        3,
        expect![[r#"
        ann 苦情 配送 => asked desk 1h owed[proposal handling explanation] | Changed <-> lea,max,sel; Done ann; HandedOver <lead> pia; Opened <named> tom
    "#]],
    );
    // Also while fields are missing.
    check(
        &mut two_types(),
        "mail A\n--\nend ask done\n--\nann 苦情 品質 通常\n--\nann 苦情 配送",
        3,
        expect![[r#"
            ann 苦情 配送 => asked desk 1h owed[fields proposal handling explanation] | Changed <-> lea,max,sel; Changed <named> pia; Missing <fields> ann; Opened <lead> tom
        "#]],
    );
}

#[test]
fn the_type_stays_once_a_solution_was_proposed_and_nothing_else_is_taken() {
    let mut world = two_types();
    play(&mut world, TWO_TASKS);
    let before = complaint(&world).clone();
    check(
        &mut world,
        "ann 苦情 配送\n商品: 椀",
        0,
        expect![[r#"
        ann 苦情 配送 / 商品: 椀 => asked desk 1h owed[task1 task2 handling explanation] | Refused(Begun) <fields> ann
    "#]],
    );
    assert_eq!(*complaint(&world), before);
}

#[test]
fn deadlines_follow_the_urgency() {
    let mut world = two_types();
    play(&mut world, OPENED);
    let due = |world: &World| {
        let Complaint { severity, deadlines, .. } = complaint(world);
        format!("{} {} {}", severity.word(), deadlines.proposal, deadlines.handling)
    };
    let ordinary = due(&world);
    world.act("+1h");
    check(
        &mut world,
        "ann 苦情 至急",
        0,
        expect![[r#"
        ann 苦情 至急 => asked desk 0s owed[proposal handling explanation] | Changed <lead> lea; Changed <named> max,pia,sel; Done ann
    "#]],
    );
    let urgent = due(&world);
    assert_ne!(ordinary, urgent);
    // Back again: what was reckoned from the opening is reckoned so again.
    world.act("+1h");
    play(&mut world, "ann 苦情 通常");
    assert_eq!(due(&world), ordinary);
    // The same word twice changes nothing and tells nobody.
    check(
        &mut world,
        "ann 苦情 通常",
        0,
        expect![[r#"
        ann 苦情 通常 => asked desk 1h ago owed[proposal handling explanation] | Done ann
    "#]],
    );
    // A type that is always urgent, and a word against it.
    play(&mut world, "ann 苦情 配送");
    assert_eq!(due(&world), urgent);
    play(&mut world, "ann 苦情 品質 通常");
    play(&mut world, "ann 苦情 配送 通常");
    assert_eq!(due(&world), ordinary);
}

#[test]
fn a_demand_without_a_number_is_a_further_one() {
    for (first, then, expected) in [
        ("要求: 交換", "要求: お詫び", &["交換", "お詫び"][..]),
        ("要求: 交換\n要求: お詫び", "要求 2: 謝罪", &["交換", "謝罪"]),
        ("要求: 交換\n要求 2: お詫び", "要求: 返金\n要求: 謝罪", &["交換", "お詫び", "返金", "謝罪"]),
        ("要求 2: お詫び\n要求: 交換", "要求 1: 返金\n要求: 謝罪", &["返金", "お詫び", "謝罪"]),
        // Said once more it is no other one.
        ("要求: 交換", "要求: 交換\n商品: 椀", &["交換"]),
    ] {
        let mut world = house();
        play(
            &mut world,
            &format!("mail A\n--\nend ask done\n--\nann 苦情 品質\n{first}\n--\nann 苦情\n{then}"),
        );
        assert_eq!(complaint(&world).demands, expected, "{first} / {then}");
    }
    // More than can be kept are refused, and none is lost in silence.
    let mut world = house();
    let many: String = (0..MOST_DEMANDS).map(|n| format!("\n要求: 品{n}")).collect();
    play(&mut world, &format!("mail A\n--\nend ask done\n--\nann 苦情 品質{many}"));
    assert_eq!(complaint(&world).demands.len(), MOST_DEMANDS);
    check(
        &mut world,
        "ann 苦情\n要求: もう一つ",
        0,
        expect![[r#"
        ann 苦情 / 要求: もう一つ => asked desk 1h owed[fields proposal handling explanation] | Refused(Fields { unknown: [], wrong: [Demands] }) <fields> ann
    "#]],
    );
    assert_eq!(complaint(&world).demands.len(), MOST_DEMANDS);
}

#[test]
fn a_demand_that_changed_is_answered_anew_and_the_others_keep_theirs() {
    let mut world = house();
    play(
        &mut world,
        &format!(
            "{TWO_TASKS}\n--\ntom/task1 済 送った\n--\npia/task2 済 書いた\n--\nlea/lead 原因 a\n対策 b\n--\nmax/verdict1 OK\n--\nann OK\n--\nend send sent"
        ),
    );
    assert_eq!(world.case.as_ref().unwrap().state_word(), "drafted", "the report");
    check(
        &mut world,
        "ann 苦情\n要求 2: 書面でお詫び\n--\nlea/lead 案 書面をお送りします\n--\nann 苦情\n要求: 返金\n要求 1: 修理\n--\n\
         lea/lead 案 要求 3: 返金します\n--\nlea/lead 案 要求 3: 返金します\n要求 1: 修理します\n--\nlea/lead 案 要求 1: 直します",
        0,
        expect![[r#"
            ann 苦情 / 要求 2: 書面でお詫び => complaint lea 62h owed[proposal handling] | (retire_draft); Changed <lead> lea; Changed <named> max,pia,sel; Done ann
            lea/lead 案 書面をお送りします => drafted desk 0s owed[report] | (save_draft); Proposed <lead> lea; Proposed <named> max,pia,sel; ask Approve ann,bob
            ann 苦情 / 要求: 返金 / 要求 1: 修理 => complaint lea 62h owed[proposal handling] | (retire_draft); Changed <lead> lea; Changed <named> max,pia,sel; Done ann
            lea/lead 案 要求 3: 返金します => complaint lea 62h owed[proposal handling] | Refused(Unanswered([1])) <lead> lea
            lea/lead 案 要求 3: 返金します / 要求 1: 修理します => drafted desk 0s owed[report] | (save_draft); Proposed <lead> lea; Proposed <named> max,pia,sel; ask Approve ann,bob
            lea/lead 案 要求 1: 直します => drafted desk 0s owed[report] | Refused(Unanswered([2, 3])) <lead> lea
        "#]],
    );
    assert_eq!(complaint(&world).answers(), ["修理します", "書面をお送りします", "返金します"]);
}

#[test]
fn what_happened_is_said_by_the_customer_and_by_none_of_ours() {
    let told = |mails: &[(&str, &str)], words: &str| {
        let mut world = house();
        for (kind, words) in mails {
            let Event::Arrived(mut arrival) = world.event("mail", kind) else { panic!() };
            (*words).clone_into(&mut arrival.mail.words);
            world.happen(&Event::Arrived(arrival));
        }
        play(&mut world, words);
        complaint(&world).fields.get("内容").cloned()
    };
    let open = "ann 苦情 品質";
    for (mails, words, expected) in [
        (&[("A", "割れた"), ("A", "まだですか")][..], open, Some("割れた")),
        // The first mail is an agent's own, by which a call was written down.
        (&[("phoned", "怒鳴られた。面倒な客")], open, None),
        (&[("phoned", "面倒な客"), ("A", "割れた"), ("A", "まだですか")], open, Some("割れた")),
        (&[("phoned", "面倒な客")], "ann 苦情 品質\n内容: 割れた", Some("割れた")),
        // Words of old mails are forgotten: the oldest that is still known.
        (&[("A", "一"), ("A", "二"), ("A", "三"), ("A", "四")], open, Some("二")),
    ] {
        assert_eq!(told(mails, words).as_deref(), expected, "{mails:?} {words}");
    }
    let long = "長".repeat(LONGEST * 2);
    assert_eq!(told(&[("A", &long)], open).unwrap().chars().count(), LONGEST);
}
