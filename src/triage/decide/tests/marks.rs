//! What a person does to our marks by hand is an answer, and stays.

use std::fmt::Write as _;

use expect_test::expect;

use super::world::{STEPS, World, check};

#[test]
fn marks_taken_off_by_hand() {
    // Ours are still on their way: nothing can be read into it.
    check(
        "mail B; off asked",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        off asked => -
    "#]],
    );
    // Off 「返信待ち」: a booking.
    check(
        "mail B; ann 承認; end send sent; settle; off awaiting_reply; off handled; report 08-28",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        settle => settled
        off awaiting_reply => converted r1 [handled archived] | mark +handled
        off handled => -
        report 08-28 => converted r1 [handled archived] |
    "#]],
    );
    check(
        "mail B 本店; ann 店舗; settle; off asked_shop; staff 対応します",
        expect![[r#"
            mail B 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
            settle => settled
            off asked_shop => taken_over r2 [] |
            staff 対応します => taken_over r2 [] | tell staff already label_removed_by_hand by desk
        "#]],
    );
    check(
        "unreadable; settle; off triage_poison; due",
        expect![[r#"
        unreadable => quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1, mark +triage_poison
        settle => settled
        off triage_poison => taken_over r1 [] |
        due => -
    "#]],
    );
    check(
        "mail B; settle; off nonsense; off 7 asked",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        settle => settled
        off nonsense => -
        off 7 asked => -
    "#]],
    );
}

#[test]
fn every_state_with_its_mark_taken_off() {
    let mut seen = String::new();
    for (step, way) in STEPS {
        for settle in ["", "settle"] {
            let mut world = World::new();
            world.play(way);
            world.play(settle);
            let mark = world.case.as_ref().unwrap().mails[0].marks.first().cloned().unwrap_or_default();
            let outcome = world.act(&format!("off {mark}"));
            let _ = writeln!(seen, "{step} {settle} -{mark}: {outcome}");
        }
    }
    expect![[r#"
        drafted  -asked: -
        drafted settle -asked: drafted desk 10m r1 [] |
        asked  -asked: -
        asked settle -asked: asked desk 1h r1 [] |
        at_desk  -asked: -
        at_desk settle -asked: at_desk desk 1h r2 [] |
        sending  -asked: -
        sending settle -asked: sending machine 30m r1 [] |
        unknown  -asked: -
        unknown settle -asked: unknown machine 30m r1 [] |
        awaiting_reply  -awaiting_reply: -
        awaiting_reply settle -awaiting_reply: converted r1 [handled archived] | mark +handled
        answered  -handled: -
        answered settle -handled: answered machine 48h r1 [ archived] |
        at_shop  -asked_shop: -
        at_shop settle -asked_shop: taken_over r2 [] |
        quarantined  -triage_poison: -
        quarantined settle -triage_poison: taken_over r1 [] |
        converted  -handled: -
        converted settle -handled: converted r1 [ archived] |
        unconverted  -handled: -
        unconverted settle -handled: unconverted r1 [ archived] |
        taken_over  -: -
        taken_over settle -: -
    "#]]
    .assert_eq(&seen);
}

#[test]
fn a_mark_taken_off_by_hand_stays_off_until_another_is_wanted() {
    check(
        "mail B chat; settle; off asked; ann メモ x; off chat; ann 承認; due; end send sent",
        expect![[r#"
            mail B chat => drafted desk 10m r1 [asked,chat] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked +chat
            settle => settled
            off asked => drafted desk 10m r1 [chat] |
            ann メモ x => drafted desk 10m r1 [chat] | tell ann done メモ
            off chat => drafted desk 10m r1 [] |
            ann 承認 => sending machine 30m r1 [] | SEND r1#1
            due => sending machine 2h r1 [] | tell sue overdue sending
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply archive
        "#]],
    );
    check(
        "mail A; ann 承認; end send sent; settle; off handled; report 08-27; ann メモ x",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => answered machine 48h r1 [handled archived] | retire r1, file r1, ask ann Outcome r1, mark +handled -asked archive
            settle => settled
            off handled => answered machine 48h r1 [ archived] |
            report 08-27 => closed r1 [ archived] |
            ann メモ x => closed r1 [ archived] | tell ann done メモ
        "#]],
    );
}

#[test]
fn older_mails_of_a_case() {
    check(
        "mail B; ann 承認; end send sent; settle; mail A; settle; off 1 handled; ann 修正 はい。; ann 承認; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            settle => settled
            mail A => at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
            settle => settled
            off 1 handled => at_desk desk 1h r2 [ archived] [asked] |
            ann 修正 はい。 => drafted desk 10m r3 [ archived] [asked] | retire r1, save r3, ask ann Approve r3
            ann 承認 => sending machine 30m r3 [ archived] [asked] | SEND r3#1
            end send sent => awaiting_reply customer 336h r3 [ archived] [awaiting_reply archived] | retire r3, file r3, ask ann Outcome r3, mark +awaiting_reply -asked archive
        "#]],
    );
    check(
        "mail B; settle; mail A; settle; off 1 asked; ann メモ x; ann 完了",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            settle => settled
            mail A => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
            settle => settled
            off 1 asked => drafted desk 10m r2 [] [asked] |
            ann メモ x => drafted desk 10m r2 [] [asked] | tell ann done メモ
            ann 完了 => dismissed r2 [handled archived] [handled archived] | retire r2, tell ann done 完了, mark +handled archive, mark +handled -asked archive
        "#]],
    );
}

#[test]
fn every_mark_has_a_name() {
    let mut world = World::new();
    world.play("mail B chat");
    let marks: Vec<_> = world.case.as_ref().unwrap().mails[0].marks.iter().cloned().collect();
    assert_eq!(marks, ["asked", "chat"]);
    world.play("settle; off chat");
    assert!(
        world.case.unwrap().mails[0].fixed_marks.is_empty(),
        "a rule's mark that a person took off is gone"
    );
}
