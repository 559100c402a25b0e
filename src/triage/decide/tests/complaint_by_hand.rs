//! The report that ends a complaint, sent by a person: from Drafts as it was, edited, before the customer's next mail.

use expect_test::{Expect, expect};

use super::complaint::play;
use super::complaint_report::{check, ending, lines, reported};

/// Plays each script from where the report is asked about.
fn check_each(scripts: &[&str], expected: Expect) {
    let seen: Vec<String> = scripts.iter().map(|script| lines(&mut reported(), script)).collect();
    expected.assert_eq(&seen.join("\n"));
}

#[test]
fn a_report_that_is_sent_from_drafts_ends_the_complaint_once() {
    check(
        &mut reported(),
        "end ask done; hand_draft; ann OK; hand_draft 9; due",
        expect![[r#"
        end ask done => asked desk 1h owed[report] | | open
        hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2
        ann OK => closed owed[] | AlreadyDecided ann | reported by draft2
        hand_draft 9 => closed owed[] | | reported by draft2
        due => closed owed[] | | reported by draft2
    "#]],
    );
    // Edited by hand it is waited for.
    check(
        &mut reported(),
        "draft edited; hand_draft 2; due",
        expect![[r#"
        draft edited => at_desk desk 1h owed[report] | | open
        hand_draft 2 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2
        due => closed owed[] | | reported by draft2
    "#]],
    );
    // Approved and not gone yet: it is called back, and leaves once.
    check(
        &mut reported(),
        "undo 1m; ann OK; hand_draft; due",
        expect![[r#"
        undo 1m => drafted desk 0s owed[report] | | open
        ann OK => sending machine 1h owed[report] | SEND customer; ask Undo ann | open
        hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2
        due => closed owed[] | | reported by draft2
    "#]],
    );
    // Perhaps both leave.
    check(
        &mut reported(),
        "ann OK; hand_draft; end send sent",
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann; Ended <-> lea,max,pia,sel | reported by draft2
        end send sent => closed owed[] | (file_sent) | reported by draft2
    "#]],
    );
    check(
        &mut reported(),
        "ann OK; end send unknown; mail A; hand_draft; end look_for_sent not_found",
        expect![[r#"
            ann OK => sending machine 1h owed[report] | SEND customer | open
            end send unknown => unknown machine 1h owed[report] | (look_for_sent) | open
            mail A => unknown machine 1h owed[report] | (mark) | open
            hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann; Ended <-> lea,max,pia,sel | reported by draft2
            end look_for_sent not_found => closed owed[] | | reported by draft2
        "#]],
    );
    // The draft of another answer is no report, and neither is anything else.
    check(
        &mut reported(),
        "hand_draft 1; ann OK",
        expect![[r#"
        hand_draft 1 => drafted desk 0s owed[report] | (retire_draft); (save_draft); AnsweredByHand ann,bob; ask Approve ann,bob | open
        ann OK => sending machine 1h owed[report] | SEND customer | open
    "#]],
    );
    check(
        &mut reported(),
        "hand 1; ann OK; end send sent",
        expect![[r#"
        hand 1 => drafted desk 0s owed[report] | (retire_draft); (save_draft); AnsweredByHand ann,bob; ask Approve ann,bob | open
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 4
    "#]],
    );
}

#[test]
fn an_edited_report_counts_under_whatever_name_it_is_sent() {
    check_each(
        &[
            "draft edited; hand 1; due",
            // The customer's next mail was read first.
            "draft edited; +1h; mail A; hand_before 1; ann 電話済",
            // Somebody answers that mail first: the edited report is waited for again, and none is offered beside it.
            "draft edited; +1h; mail A; ann 修正\n承知しました。; ann OK; end send sent; due; hand 1",
            // Sent after it a mail may be an answer to it.
            "draft edited; +1h; mail A; +1h; hand 1; +1h; hand 2",
            // Neither an older draft of ours nor a mail from before it was drafted.
            "draft edited; hand_draft 1; hand_before 1; hand_draft 2",
            // In new words it is ours again.
            "draft edited; ann 修正\n別の報告です。; hand 1",
            // What it says does not stand any more.
            "draft edited; lea/lead 原因 別の原因; hand_draft 2; hand 1",
        ],
        expect![[r#"
            draft edited => at_desk desk 1h owed[report] | | open
            hand 1 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by 1
            due => closed owed[] | | reported by 1

            draft edited => at_desk desk 1h owed[report] | | open
            +1h => at_desk desk 0s owed[report] | | open
            mail A => at_desk desk 1h owed[report] | (mark); ask Write ann,bob | open
            hand_before 1 => at_desk desk 1h owed[] | Ended <-> lea,max,pia,sel | reported by 1
            ann 電話済 => answered machine 48h owed[] | (mark); ask Outcome ann | reported by 1

            draft edited => at_desk desk 1h owed[report] | | open
            +1h => at_desk desk 0s owed[report] | | open
            mail A => at_desk desk 1h owed[report] | (mark); ask Write ann,bob | open
            ann 修正 / 承知しました。 => drafted desk 0s owed[report] | (save_draft); ask Approve ann | open
            ann OK => sending machine 1h owed[report] | SEND customer | open
            end send sent => at_desk desk 1h owed[report] | (file_sent); (retire_draft); ask Outcome ann | open
            due => at_desk desk 2h owed[report] | ask Write ann,bob | open
            hand 1 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by 1

            draft edited => at_desk desk 1h owed[report] | | open
            +1h => at_desk desk 0s owed[report] | | open
            mail A => at_desk desk 1h owed[report] | (mark); ask Write ann,bob | open
            +1h => at_desk desk 0s owed[report] | | open
            hand 1 => at_desk desk 1h owed[report] | AnsweredByHand ann,bob | open
            +1h => at_desk desk 0s owed[report] | | open
            hand 2 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by 2

            draft edited => at_desk desk 1h owed[report] | | open
            hand_draft 1 => at_desk desk 1h owed[report] | AnsweredByHand ann,bob | open
            hand_before 1 => at_desk desk 1h owed[report] | | open
            hand_draft 2 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2

            draft edited => at_desk desk 1h owed[report] | | open
            ann 修正 / 別の報告です。 => drafted desk 0s owed[report] | (save_draft); ask Approve ann | open
            hand 1 => drafted desk 0s owed[report] | (retire_draft); (save_draft); AnsweredByHand ann,bob; ask Approve ann,bob | open

            draft edited => at_desk desk 1h owed[report] | | open
            lea/lead 原因 別の原因 => complaint max 38h owed[verdict] | Done lea; Verdict(2) <verdict2> max | open
            hand_draft 2 => complaint max 38h owed[verdict] | | open
            hand 1 => complaint max 38h owed[verdict] | | open
        "#]],
    );
}

#[test]
fn a_report_that_was_sent_before_the_customers_next_mail_counts_wherever_the_case_stands() {
    check_each(
        &[
            "mail A; hand_draft_before 2; ann 修正\n承知しました。; ann OK; end send sent",
            "mail A; ann 修正\n承知しました。; hand_draft_before 2; ann OK; end send sent",
            "mail A; ann 修正\n承知しました。; ann OK; hand_draft_before 2; end send sent",
            "undo 1m; ann OK; mail A; hand_draft_before 2; ann 電話済",
            "ann NG 不足; hand_draft 2",
            // After that mail it answers that mail, too.
            "mail A; +1h; hand_draft 2",
            "mail A; hand_draft_before 1; lea/lead 原因 別の原因; hand_draft_before 2",
        ],
        expect![[r#"
            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
            hand_draft_before 2 => at_desk desk 1h owed[] | Ended <-> lea,max,pia,sel | reported by draft2
            ann 修正 / 承知しました。 => drafted desk 0s owed[] | (retire_draft); (save_draft); ask Approve ann | reported by draft2
            ann OK => sending machine 1h owed[] | SEND customer | reported by draft2
            end send sent => answered machine 48h owed[] | (file_sent); (mark); (retire_draft); ask Outcome ann | reported by draft2

            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
            ann 修正 / 承知しました。 => drafted desk 0s owed[report] | (retire_draft); (save_draft); ask Approve ann | open
            hand_draft_before 2 => drafted desk 0s owed[] | Ended <-> lea,max,pia,sel | reported by draft2
            ann OK => sending machine 1h owed[] | SEND customer | reported by draft2
            end send sent => answered machine 48h owed[] | (file_sent); (mark); (retire_draft); ask Outcome ann | reported by draft2

            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
            ann 修正 / 承知しました。 => drafted desk 0s owed[report] | (retire_draft); (save_draft); ask Approve ann | open
            ann OK => sending machine 1h owed[report] | SEND customer | open
            hand_draft_before 2 => sending machine 1h owed[] | Ended <-> lea,max,pia,sel | reported by draft2
            end send sent => answered machine 48h owed[] | (file_sent); (mark); (retire_draft); ask Outcome ann | reported by draft2

            undo 1m => drafted desk 0s owed[report] | | open
            ann OK => sending machine 1h owed[report] | SEND customer; ask Undo ann | open
            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); Recalled ann; ask Write ann,bob | open
            hand_draft_before 2 => at_desk desk 1h owed[] | Ended <-> lea,max,pia,sel | reported by draft2
            ann 電話済 => answered machine 48h owed[] | (mark); (retire_draft); ask Outcome ann | reported by draft2

            ann NG 不足 => at_desk desk 1h owed[report] | (retire_draft); ask Write ann,bob | open
            hand_draft 2 => closed owed[] | (mark); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2

            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
            +1h => at_desk desk 0s owed[report] | | open
            hand_draft 2 => answered machine 48h owed[] | (mark); (retire_draft); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2

            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
            hand_draft_before 1 => at_desk desk 1h owed[report] | | open
            lea/lead 原因 別の原因 => at_desk desk 1h owed[verdict] | Done lea; Verdict(2) <verdict2> max | open
            hand_draft_before 2 => at_desk desk 1h owed[verdict] | | open
        "#]],
    );
}

#[test]
fn a_report_from_before_its_draft_was_kept_is_known_by_where_the_case_stands() {
    for (before, by_hand, over) in [
        ("end ask done", "hand_draft 2", true),
        ("end ask done", "hand_draft 1", false),
        ("ann OK", "hand_draft 2", true),
        ("draft edited", "hand_draft 2", true),
        ("draft edited", "hand 1", true),
        ("draft edited", "hand_draft 1", false),
    ] {
        let mut world = reported();
        play(&mut world, before);
        world.case.as_mut().and_then(|case| case.complaint.as_mut()).unwrap().report = None;
        play(&mut world, by_hand);
        assert_eq!(ending(&world) != "open", over, "{before}: {by_hand}");
    }
}
