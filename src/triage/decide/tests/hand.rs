//! What people do by hand in the mailbox, in every state, and the stories that hang on it.

use expect_test::expect;

use super::decisions::everywhere;
use super::world::check;

#[test]
fn a_mark_set_by_hand_in_every_state() {
    everywhere(
        &["on handled", "on awaiting_reply", "on asked_shop", "on chat", "on asked"],
        expect![[r#"
        on handled
          drafted: taken_over r2 [handled] | retire r1, mark -asked
          asked: taken_over r2 [handled] | retire r1, mark -asked
          at_desk: taken_over r3 [handled] | mark -asked
          sending: sending machine 30m r1 [asked,handled] |
          unknown: unknown machine 30m r1 [asked,handled] |
          awaiting_reply: taken_over r2 [handled archived] | retire r1, mark -awaiting_reply
          answered: -
          at_shop: taken_over r3 [handled] | mark -asked_shop
          quarantined: dismissed r2 [handled archived] | mark -triage_poison archive
          converted: -
          unconverted: -
          taken_over: taken_over r1 [handled] |
        on awaiting_reply
          drafted: awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, mark -asked archive
          asked: awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, mark -asked archive
          at_desk: awaiting_reply customer 336h r3 [awaiting_reply archived] | mark -asked archive
          sending: sending machine 30m r1 [asked,awaiting_reply] |
          unknown: unknown machine 30m r1 [asked,awaiting_reply] |
          awaiting_reply: -
          answered: awaiting_reply customer 336h r1 [awaiting_reply archived] | mark -handled
          at_shop: awaiting_reply customer 336h r3 [awaiting_reply archived] | mark -asked_shop archive
          quarantined: awaiting_reply customer 336h r2 [awaiting_reply archived] | mark -triage_poison archive
          converted: converted r1 [awaiting_reply,handled archived] |
          unconverted: unconverted r1 [awaiting_reply,handled archived] |
          taken_over: taken_over r1 [awaiting_reply] |
        on asked_shop
          drafted: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, mark -asked
          asked: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, mark -asked
          at_desk: at_shop shop:本店 168h r3 [asked_shop] | ask staff Shop r3, mark -asked
          sending: sending machine 30m r1 [asked,asked_shop] |
          unknown: unknown machine 30m r1 [asked,asked_shop] |
          awaiting_reply: at_shop shop:本店 168h r2 [asked_shop archived] | retire r1, ask staff Shop r2, mark -awaiting_reply
          answered: at_shop shop:本店 168h r2 [asked_shop archived] | retire r1, ask staff Shop r2, mark -handled
          at_shop: -
          quarantined: at_shop shop: 168h r2 [asked_shop] | ask ann Shop r2, ask bob Shop r2, mark -triage_poison
          converted: converted r1 [asked_shop,handled archived] |
          unconverted: unconverted r1 [asked_shop,handled archived] |
          taken_over: taken_over r1 [asked_shop] |
        on chat
          drafted: drafted desk 10m r1 [asked,chat] |
          asked: asked desk 1h r1 [asked,chat] |
          at_desk: at_desk desk 1h r2 [asked,chat] |
          sending: sending machine 30m r1 [asked,chat] |
          unknown: unknown machine 30m r1 [asked,chat] |
          awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply,chat archived] |
          answered: answered machine 48h r1 [chat,handled archived] |
          at_shop: at_shop shop:本店 168h r2 [asked_shop,chat] |
          quarantined: quarantined supervisors 2h r1 [chat,triage_poison] |
          converted: converted r1 [chat,handled archived] |
          unconverted: unconverted r1 [chat,handled archived] |
          taken_over: taken_over r1 [chat] |
        on asked
          drafted: -
          asked: -
          at_desk: -
          sending: -
          unknown: -
          awaiting_reply: awaiting_reply customer 336h r1 [asked,awaiting_reply archived] |
          answered: answered machine 48h r1 [asked,handled archived] |
          at_shop: at_shop shop:本店 168h r2 [asked,asked_shop] |
          quarantined: quarantined supervisors 2h r1 [asked,triage_poison] |
          converted: converted r1 [asked,handled archived] |
          unconverted: unconverted r1 [asked,handled archived] |
          taken_over: taken_over r1 [asked] |
    "#]],
    );
}

#[test]
fn a_star_in_every_state() {
    everywhere(
        &["starred handled", "starred asked_shop"],
        expect![[r#"
        starred handled
          drafted: taken_over r2 [] | retire r1, mark -asked
          asked: taken_over r2 [] | retire r1, mark -asked
          at_desk: taken_over r3 [] | mark -asked
          sending: sending machine 30m r1 [asked] |
          unknown: unknown machine 30m r1 [asked] |
          awaiting_reply: taken_over r2 [ archived] | retire r1, mark -awaiting_reply
          answered: answered machine 48h r1 [handled archived] |
          at_shop: taken_over r3 [] | mark -asked_shop
          quarantined: dismissed r2 [handled archived] | mark +handled -triage_poison archive
          converted: converted r1 [handled archived] |
          unconverted: unconverted r1 [handled archived] |
          taken_over: taken_over r1 [] |
        starred asked_shop
          drafted: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, mark +asked_shop -asked
          asked: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, mark +asked_shop -asked
          at_desk: at_shop shop:本店 168h r3 [asked_shop] | ask staff Shop r3, mark +asked_shop -asked
          sending: sending machine 30m r1 [asked] |
          unknown: unknown machine 30m r1 [asked] |
          awaiting_reply: at_shop shop:本店 168h r2 [asked_shop archived] | retire r1, ask staff Shop r2, mark +asked_shop -awaiting_reply
          answered: at_shop shop:本店 168h r2 [asked_shop archived] | retire r1, ask staff Shop r2, mark +asked_shop -handled
          at_shop: at_shop shop:本店 168h r2 [asked_shop] |
          quarantined: at_shop shop: 168h r2 [asked_shop] | ask ann Shop r2, ask bob Shop r2, mark +asked_shop -triage_poison
          converted: converted r1 [handled archived] |
          unconverted: unconverted r1 [handled archived] |
          taken_over: taken_over r1 [] |
    "#]],
    );
}

#[test]
fn a_mail_moved_by_hand_in_every_state() {
    everywhere(
        &["moved archive", "moved elsewhere", "moved trash", "moved gone", "moved inbox"],
        expect![[r#"
            moved archive
              drafted: taken_over r2 [ archived] | retire r1, mark -asked
              asked: taken_over r2 [ archived] | retire r1, mark -asked
              at_desk: taken_over r3 [ archived] | mark -asked
              sending: sending machine 30m r1 [asked archived] |
              unknown: unknown machine 30m r1 [asked archived] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: referred r2 [handled archived] | mark +handled -asked_shop
              quarantined: taken_over r2 [ archived] | mark -triage_poison
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [ archived] |
            moved elsewhere
              drafted: taken_over r2 [ archived] | retire r1, mark -asked
              asked: taken_over r2 [ archived] | retire r1, mark -asked
              at_desk: taken_over r3 [ archived] | mark -asked
              sending: sending machine 30m r1 [asked archived] |
              unknown: unknown machine 30m r1 [asked archived] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop archived] |
              quarantined: taken_over r2 [ archived] | mark -triage_poison
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [ archived] |
            moved trash
              drafted: taken_over r2 [ archived] | retire r1, mark -asked
              asked: taken_over r2 [ archived] | retire r1, mark -asked
              at_desk: taken_over r3 [ archived] | mark -asked
              sending: sending machine 30m r1 [asked archived] |
              unknown: unknown machine 30m r1 [asked archived] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: taken_over r2 [ archived] | mark -asked_shop
              quarantined: taken_over r2 [ archived] | mark -triage_poison
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [ archived] |
            moved gone
              drafted: taken_over r2 [asked archived] | retire r1
              asked: taken_over r2 [asked archived] | retire r1
              at_desk: taken_over r3 [asked archived] |
              sending: sending machine 30m r1 [asked archived] |
              unknown: unknown machine 30m r1 [asked archived] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: taken_over r2 [asked_shop archived] |
              quarantined: taken_over r2 [triage_poison archived] |
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [ archived] |
            moved inbox
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply] |
              answered: answered machine 48h r1 [handled] |
              at_shop: -
              quarantined: -
              converted: converted r1 [handled] |
              unconverted: unconverted r1 [handled] |
              taken_over: -
        "#]],
    );
}

#[test]
fn a_draft_touched_by_hand_in_every_state() {
    everywhere(
        &["draft edited", "draft deleted", "draft deleted; draft deleted"],
        expect![[r#"
        draft edited
          drafted: at_desk desk 1h r2 [asked] |
          asked: at_desk desk 1h r2 [asked] |
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
        draft deleted
          drafted: drafted desk 10m r1 [asked] |
          asked: asked desk 1h r1 [asked] |
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
        draft deleted; draft deleted
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
fn an_answer_by_hand_in_every_state() {
    everywhere(
        &["hand 1", "hand 1; hand 1", "hand_before 1", "in_sent 1"],
        expect![[r#"
            hand 1
              drafted: awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, mark +awaiting_reply -asked archive
              asked: awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, tell bob answered by hand, retire r1, mark +awaiting_reply -asked archive
              at_desk: awaiting_reply customer 336h r3 [awaiting_reply archived] | tell ann answered by hand, tell bob answered by hand, mark +awaiting_reply -asked archive
              sending: awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, retire r1, mark +awaiting_reply -asked archive
              unknown: awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, retire r1, mark +awaiting_reply -asked archive
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: answered machine 48h r2 [handled archived] | tell sue answered by hand, mark +handled -triage_poison archive
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [] |
            hand 1; hand 1
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
            hand_before 1
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: quarantined supervisors 2h r1 [triage_poison] |
              converted: converted r1 [handled archived] |
              unconverted: unconverted r1 [handled archived] |
              taken_over: taken_over r1 [] |
            in_sent 1
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
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
fn an_ok_after_an_answer_by_hand_is_told_and_sends_nothing() {
    check(
        "mail B; end ask done; settle; hand 1; ann@1 承認; settle; mail A",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        hand 1 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, tell bob answered by hand, retire r1, mark +awaiting_reply -asked archive
        ann@1 承認 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann already answered_by_hand by desk
        settle => settled
        mail A => at_desk desk 1h r3 [handled archived] [asked] | ask ann Write r3, ask bob Write r3, mark +handled -awaiting_reply, mark +asked
    "#]],
    );
    // Nobody had been reached yet: nobody is told.
    check(
        "mail A; hand 1; due",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        hand 1 => answered machine 48h r2 [handled archived] | retire r1, mark +handled -asked archive
        due => closed r2 [handled archived] |
    "#]],
    );
    check(
        "mail B answered; due",
        expect![[r#"
        mail B answered => awaiting_reply customer 336h r1 [awaiting_reply archived] | mark +awaiting_reply archive
        due => unconverted r1 [handled archived] | mark +handled -awaiting_reply
    "#]],
    );
    check(
        "mail B; end ask done; ann 承認; end send sent; settle; mail B answered",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        settle => settled
        mail B answered => awaiting_reply customer 336h r1 [handled archived] [awaiting_reply archived] | mark +handled -awaiting_reply, mark +awaiting_reply archive
    "#]],
    );
}

#[test]
fn an_answer_by_hand_while_ours_is_on_its_way() {
    check(
        "mail B; end ask done; ann 承認; hand 1; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            hand 1 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, retire r1, mark +awaiting_reply -asked archive
            end send sent => awaiting_reply customer 336h r2 [awaiting_reply archived] | file r1
        "#]],
    );
    check(
        "mail B; end ask done; ann 承認; hand 1; end send refused; due",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            hand 1 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, retire r1, mark +awaiting_reply -asked archive
            end send refused => -
            due => unconverted r2 [handled archived] | mark +handled -awaiting_reply
        "#]],
    );
    check(
        "mail B; end ask done; ann 承認; end send unknown; hand 1; end look_for_sent not_found; ann 再送",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            hand 1 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, retire r1, mark +awaiting_reply -asked archive
            end look_for_sent not_found => -
            ann 再送 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann not now 再送 awaiting_reply
        "#]],
    );
    check(
        "mail B; end ask done; ann 承認; end send unknown; in_sent 1; end look_for_sent sent",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
        in_sent 1 => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        end look_for_sent sent => -
    "#]],
    );
}

#[test]
fn a_draft_edited_by_hand_waits_for_whoever_edited_it() {
    check(
        "mail B; end ask done; draft edited; ann@1 承認; due; due; hand 1; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        draft edited => at_desk desk 1h r2 [asked] |
        ann@1 承認 => at_desk desk 1h r2 [asked] | tell ann already draft_edited_by_hand by desk
        due => at_desk desk 2h r2 [asked] | ask ann Write r2 again1, ask bob Write r2 again1
        due => at_desk desk 4h r2 [asked] | ask ann Write r2 again2, ask bob Write r2 again2, ask sue Write r2 again2
        hand 1 => awaiting_reply customer 336h r3 [awaiting_reply archived] | tell ann answered by hand, tell bob answered by hand, tell sue answered by hand, mark +awaiting_reply -asked archive
        due => unconverted r3 [handled archived] | mark +handled -awaiting_reply
    "#]],
    );
}

#[test]
fn a_mark_taken_off_while_asked_keeps_colleagues_undisturbed() {
    check(
        "mail B; end ask done; settle; off asked; due; due; ann 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        off asked => asked desk 1h r1 [] |
        due => asked desk 2h r1 [] | ask sue Approve r1 again1
        due => asked desk 4h r1 [] | ask sue Approve r1 again2
        ann 承認 => sending machine 30m r1 [] | SEND r1#1
    "#]],
    );
    // A new mail is a new question.
    check(
        "mail B; end ask done; settle; off asked; +1h; mail A; end ask done; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        off asked => asked desk 1h r1 [] |
        +1h => later
        mail A => drafted desk 10m r2 [] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        end ask done => asked desk 1h r2 [] [asked] |
        due => asked desk 2h r2 [] [asked] | ask ann Approve r2 again1, ask bob Approve r2 again1
    "#]],
    );
}

#[test]
fn a_mail_put_back_stays_in_the_inbox_until_the_next_answer() {
    check(
        "mail B; ann 承認; end send sent; settle; moved inbox; due; report 08-30",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        settle => settled
        moved inbox => awaiting_reply customer 336h r1 [awaiting_reply] |
        due => unconverted r1 [handled] | mark +handled -awaiting_reply
        report 08-30 => unconverted r1 [handled] |
    "#]],
    );
    check(
        "mail B; ann 承認; end send sent; settle; moved inbox; mail A; settle; ann 修正 はい。; ann 承認; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            settle => settled
            moved inbox => awaiting_reply customer 336h r1 [awaiting_reply] |
            mail A => at_desk desk 1h r2 [asked] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -awaiting_reply, mark +asked
            settle => settled
            ann 修正 はい。 => drafted desk 10m r3 [asked] [asked] | retire r1, save r3, ask ann Approve r3
            ann 承認 => sending machine 30m r3 [asked] [asked] | SEND r3#1
            end send sent => awaiting_reply customer 336h r3 [handled archived] [awaiting_reply archived] | retire r3, file r3, ask ann Outcome r3, mark +handled -asked archive, mark +awaiting_reply -asked archive
        "#]],
    );
}

#[test]
fn a_mail_thrown_away_stays_thrown_away() {
    check(
        "mail B; end ask done; ann 承認; settle; moved trash; end send sent; settle; off awaiting_reply",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            settle => settled
            moved trash => sending machine 30m r1 [asked archived] |
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked
            settle => settled
            off awaiting_reply => converted r1 [handled archived] | mark +handled
        "#]],
    );
    check(
        "mail B; end ask done; settle; moved gone; ann@1 承認; mail A",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        moved gone => taken_over r2 [asked archived] | retire r1
        ann@1 承認 => taken_over r2 [asked archived] | tell ann already deleted_by_hand by desk
        mail A => at_desk desk 1h r3 [asked archived] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
    "#]],
    );
}

#[test]
fn a_mark_that_found_no_mail_leaves_the_mail_to_be_looked_for() {
    check(
        "mail B; end ask done; end mark gone; moved elsewhere",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        end mark gone => asked desk 1h r1 [] |
        moved elsewhere => taken_over r2 [ archived] | retire r1
    "#]],
    );
}
