//! Every state against further mails, the clock, reports and returned mails.

use expect_test::expect;

use super::decisions::everywhere;

#[test]
fn another_mail_and_the_same_again() {
    everywhere(
        &["mail A", "mail B", "again A", "unreadable"],
        expect![[r#"
            mail A
              drafted: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              asked: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              at_desk: at_desk desk 1h r3 [asked] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
              sending: sending machine 30m r1 [asked] [asked] | mark +asked
              unknown: unknown machine 30m r1 [asked] [asked] | mark +asked
              awaiting_reply: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
              answered: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              at_shop: at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | ask staff Shop r3, mark +asked_shop
              quarantined: drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked -triage_poison, mark +asked
              converted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              unconverted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              taken_over: at_desk desk 1h r2 [asked] [asked] | ask ann Write r2, ask bob Write r2, mark +asked, mark +asked
            mail B
              drafted: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              asked: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              at_desk: at_desk desk 1h r3 [asked] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
              sending: sending machine 30m r1 [asked] [asked] | mark +asked
              unknown: unknown machine 30m r1 [asked] [asked] | mark +asked
              awaiting_reply: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
              answered: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              at_shop: at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | ask staff Shop r3, mark +asked_shop
              quarantined: drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked -triage_poison, mark +asked
              converted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              unconverted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              taken_over: at_desk desk 1h r2 [asked] [asked] | ask ann Write r2, ask bob Write r2, mark +asked, mark +asked
            again A
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
            unreadable
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
        "#]],
    );
}

#[test]
fn the_clock() {
    everywhere(
        &["early", "due", "due; due", "+10000h; due"],
        expect![[r#"
            early
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
            due
              drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
              asked: asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
              at_desk: at_desk desk 2h r2 [asked] | ask ann Write r2 again1, ask bob Write r2 again1
              sending: sending machine 2h r1 [asked] | tell sue overdue sending
              unknown: unknown ann 1h r1 [asked] | ask ann Unknown r1
              awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
              answered: closed r1 [handled archived] |
              at_shop: referred r2 [handled archived] | mark +handled -asked_shop archive
              quarantined: quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1 again1
              converted: -
              unconverted: -
              taken_over: -
            due; due
              drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
              asked: asked desk 4h r1 [asked] | ask ann Approve r1 again2, ask bob Approve r1 again2, ask sue Approve r1 again2
              at_desk: at_desk desk 4h r2 [asked] | ask ann Write r2 again2, ask bob Write r2 again2, ask sue Write r2 again2
              sending: sending machine 2h r1 [asked] | tell sue overdue sending
              unknown: unknown ann 2h r1 [asked] | ask ann Unknown r1 again1
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: quarantined supervisors 4h r1 [triage_poison] | ask sue Quarantine r1 again2
              converted: -
              unconverted: -
              taken_over: -
            +10000h; due
              drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
              asked: asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
              at_desk: at_desk desk 2h r2 [asked] | ask ann Write r2 again1, ask bob Write r2 again1
              sending: sending machine 2h r1 [asked] | tell sue overdue sending
              unknown: unknown ann 1h r1 [asked] | ask ann Unknown r1
              awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
              answered: closed r1 [handled archived] |
              at_shop: referred r2 [handled archived] | mark +handled -asked_shop archive
              quarantined: quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1 again1
              converted: -
              unconverted: -
              taken_over: -
        "#]],
    );
}

#[test]
fn a_report_and_a_returned_mail() {
    everywhere(
        &["report 08-28", "bounce 1", "bounce 7"],
        expect![[r#"
            report 08-28
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
              answered: closed r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: quarantined supervisors 2h r1 [triage_poison] |
              converted: converted r1 [handled archived] |
              unconverted: -
              taken_over: taken_over r1 [] |
            bounce 1
              drafted: -
              asked: -
              at_desk: -
              sending: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              unknown: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              awaiting_reply: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -awaiting_reply
              answered: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -handled
              at_shop: -
              quarantined: -
              converted: -
              unconverted: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -handled
              taken_over: -
            bounce 7
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
        "#]],
    );
}
