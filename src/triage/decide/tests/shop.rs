//! The hand-over to a shop, and the night report.

use std::fmt::Write as _;

use expect_test::expect;

use super::world::{World, check, day};
use crate::triage::night::section;

#[test]
fn to_the_shop() {
    check(
        "mail A 本店; ann 店舗; mail A; staff メモ 明日; staff 対応します",
        expect![[r#"
            mail A 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
            mail A => at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | ask staff Shop r3, mark +asked_shop
            staff メモ 明日 => at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | tell staff done メモ, tell ann staff says 明日, tell bob staff says 明日
            staff 対応します => referred r3 [handled archived] [handled archived] | tell staff done 対応します, mark +handled -asked_shop archive, mark +handled -asked_shop archive
        "#]],
    );
    check(
        "mail A 本店; ann 店舗; due",
        expect![[r#"
        mail A 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
        due => referred r2 [handled archived] | mark +handled -asked_shop archive
    "#]],
    );
    // A shop without addresses, or one nobody knows: the desk telephones.
    check(
        "mail A 電話; ann 店舗; ann 対応します",
        expect![[r#"
            mail A 電話 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => at_shop shop:電話 168h r2 [asked_shop] | retire r1, ask ann Shop r2, ask bob Shop r2, tell ann done 店舗, mark +asked_shop -asked
            ann 対応します => referred r2 [handled archived] | tell ann done 対応します, mark +handled -asked_shop archive
        "#]],
    );
    check(
        "mail A; ann 店舗",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => at_shop shop: 168h r2 [asked_shop] | retire r1, ask ann Shop r2, ask bob Shop r2, tell ann done 店舗, mark +asked_shop -asked
        "#]],
    );
}

#[test]
fn to_a_shop_whose_staff_are_away() {
    check(
        "mail A 留守; ann 店舗; bob 承認; end send sent; staff 対応します",
        expect![[r#"
        mail A 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
        bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
        end send sent => at_shop shop:留守 168h r3 [asked_shop] | retire r2, file r2, ask staff Shop r3, ask bob Outcome r3, mark +asked_shop -asked
        staff 対応します => referred r3 [handled archived] | tell staff done 対応します, mark +handled -asked_shop archive
    "#]],
    );
    check(
        "mail A 本店; ann 店舗 away; bob 承認; end send refused; ann 修正 しばらくお待ちください。; ann 承認; end send sent",
        expect![[r#"
            mail A 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 away => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
            bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
            end send refused => at_desk desk 1h r3 [asked] | retire r2, ask ann Write r3, ask bob Write r3
            ann 修正 しばらくお待ちください。 => drafted desk 10m r4 [asked] | retire r2, save r4, ask ann Approve r4
            ann 承認 => sending machine 30m r4 [asked] | SEND r4#1
            end send sent => at_shop shop:本店 168h r5 [asked_shop] | retire r4, file r4, ask staff Shop r5, ask ann Outcome r5, mark +asked_shop -asked
        "#]],
    );
    check(
        "mail A 留守 noaddr; ann 店舗",
        expect![[r#"
        mail A 留守 noaddr => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
        ann 店舗 => at_desk desk 1h r2 [asked] | ask ann Write r2, ask bob Write r2
    "#]],
    );
}

#[test]
fn a_holding_mail_stays_one() {
    check(
        "mail A 留守; ann 店舗; bob 分類 B; bob 承認; end send sent",
        expect![[r#"
        mail A 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
        bob 分類 B => drafted desk 10m r2 [asked] | tell bob done 分類
        bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
        end send sent => at_shop shop:留守 168h r3 [asked_shop] | retire r2, file r2, ask staff Shop r3, ask bob Outcome r3, mark +asked_shop -asked
    "#]],
    );
    check(
        "mail A 留守; ann 店舗; mail A; bob 修正 少々お待ちください。; bob 承認; end send sent",
        expect![[r#"
            mail A 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
            mail A => at_desk desk 1h r3 [asked] [asked] | retire r2, ask ann Write r3, ask bob Write r3, mark +asked
            bob 修正 少々お待ちください。 => drafted desk 10m r4 [asked] [asked] | retire r2, save r4, ask bob Approve r4
            bob 承認 => sending machine 30m r4 [asked] [asked] | SEND r4#1
            end send sent => at_shop shop:留守 168h r5 [asked_shop] [asked_shop] | retire r4, file r4, ask staff Shop r5, ask bob Outcome r5, mark +asked_shop -asked, mark +asked_shop -asked
        "#]],
    );
    check(
        "mail A 留守; ann 店舗; bob 却下 敬語; bob 修正 少々お待ちください。; bob 承認; end send sent",
        expect![[r#"
            mail A 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
            bob 却下 敬語 => at_desk desk 1h r3 [asked] | retire r2, ask ann Write r3, ask bob Write r3
            bob 修正 少々お待ちください。 => drafted desk 10m r4 [asked] | save r4, ask bob Approve r4
            bob 承認 => sending machine 30m r4 [asked] | SEND r4#1
            end send sent => at_shop shop:留守 168h r5 [asked_shop] | retire r4, file r4, ask staff Shop r5, ask bob Outcome r5, mark +asked_shop -asked
        "#]],
    );
    check(
        "mail A 留守 noaddr; ann 店舗; mail A; bob 修正 少々お待ちください。; bob 承認; end send sent",
        expect![[r#"
            mail A 留守 noaddr => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
            ann 店舗 => at_desk desk 1h r2 [asked] | ask ann Write r2, ask bob Write r2
            mail A => at_desk desk 1h r3 [asked] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
            bob 修正 少々お待ちください。 => drafted desk 10m r4 [asked] [asked] | save r4, ask bob Approve r4
            bob 承認 => sending machine 30m r4 [asked] [asked] | SEND r4#1
            end send sent => at_shop shop:留守 168h r5 [asked_shop] [asked_shop] | retire r4, file r4, ask staff Shop r5, ask bob Outcome r5, mark +asked_shop -asked, mark +asked_shop -asked
        "#]],
    );
    check(
        "mail A 留守; ann 店舗; bob 承認; mail A; end send sent",
        expect![[r#"
        mail A 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
        bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
        mail A => sending machine 30m r2 [asked] [asked] | mark +asked
        end send sent => at_shop shop:留守 168h r3 [asked_shop] [asked_shop] | retire r2, file r2, ask staff Shop r3, ask bob Outcome r3, mark +asked_shop -asked, mark +asked_shop -asked
    "#]],
    );
}

/// In which reports of four nights a case stands, when each report that settles it is sent.
fn nights(script: &str) -> String {
    let mut world = World::new();
    world.play(script);
    let mut seen = String::new();
    for date in ["08-26", "08-27", "08-28", "08-29"] {
        let found = section(world.case.as_ref().unwrap(), day(date), world.policy.night.since);
        let _ = write!(seen, "{date} {} ", found.map_or("-".to_owned(), |section| format!("{section:?}")));
        if matches!(
            found,
            Some(crate::triage::night::Section::Inquiry | crate::triage::night::Section::Reservation)
        ) {
            world.act(&format!("report {date}"));
        }
    }
    format!("{seen}{}", world.case.unwrap().state_word())
}

#[test]
fn reports_name_a_case_once() {
    let mut seen = String::new();
    for script in [
        "mail A; ann 承認; end send sent",
        "mail B; ann 承認; end send sent",
        "mail B; ann 承認; end send sent; settle; off awaiting_reply",
        "mail B; ann 電話済",
        "mail B; ann 不成立",
        "mail A; ann 完了",
        "mail B 本店; ann 店舗",
        "mail B",
        "unreadable",
        "mail A; ann 承認; end send sent; due",
        "mail A; ann 承認; end send sent; report 08-27; mail A",
    ] {
        let _ = writeln!(seen, "{script} => {}", nights(script));
    }
    expect![[r#"
        mail A; ann 承認; end send sent => 08-26 - 08-27 Inquiry 08-28 - 08-29 - closed
        mail B; ann 承認; end send sent => 08-26 - 08-27 - 08-28 Reservation 08-29 - unconverted
        mail B; ann 承認; end send sent; settle; off awaiting_reply => 08-26 - 08-27 - 08-28 - 08-29 - converted
        mail B; ann 電話済 => 08-26 - 08-27 - 08-28 Reservation 08-29 - unconverted
        mail B; ann 不成立 => 08-26 - 08-27 - 08-28 Reservation 08-29 - unconverted
        mail A; ann 完了 => 08-26 - 08-27 - 08-28 - 08-29 - dismissed
        mail B 本店; ann 店舗 => 08-26 - 08-27 - 08-28 Reservation 08-29 - at_shop
        mail B => 08-26 - 08-27 Unfinished 08-28 Unfinished 08-29 Unfinished drafted
        unreadable => 08-26 - 08-27 Unfinished 08-28 Unfinished 08-29 Unfinished quarantined
        mail A; ann 承認; end send sent; due => 08-26 - 08-27 Inquiry 08-28 - 08-29 - closed
        mail A; ann 承認; end send sent; report 08-27; mail A => 08-26 - 08-27 Unfinished 08-28 Unfinished 08-29 Unfinished at_desk
    "#]].assert_eq(&seen);
}

#[test]
fn reports_start_on_a_day() {
    let mut world = World::new();
    world.play("mail A; ann 承認; end send sent");
    let case = world.case.unwrap();
    let found = |since| section(&case, day("08-28"), Some(day(since))).is_some();
    assert_eq!([found("08-26"), found("08-27"), found("08-28")], [true, true, false]);
}
