//! The report that ends a complaint: on its way while a person writes, and come back; and which mails open a complaint by
//! their topic.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::complaint::{TWO_TASKS, house, play};
use super::world::World;
use crate::triage::belonging::{Answered, Belonging, Identity, by_reference};
use crate::triage::complaint::{Duty, Ended, How};

/// The first answer has left, everything is done and approved: the report is asked about.
const TO_THE_REPORT: &str = "ann OK\n--\nend send sent\n--\ntom/task1 済 送った\n--\npia/task2 済 書いた\n--\n\
    lea/lead 原因 梱包\n対策 二重\n--\nmax/verdict1 OK";

/// A world in which the report is asked about.
pub(super) fn reported() -> World {
    let mut world = house();
    play(&mut world, &format!("{TWO_TASKS}\n--\n{TO_THE_REPORT}"));
    assert_eq!(world.case.as_ref().unwrap().state_word(), "drafted");
    world
}

/// What became of the complaint: `open`, `reported by …`, `without`.
pub(super) fn ending(world: &World) -> String {
    let complaint = world.case.as_ref().and_then(|case| case.complaint.as_deref());
    let ended = complaint.map(|complaint| complaint.ended.as_ref());
    match ended {
        None => "none".to_owned(),
        Some(None) => "open".to_owned(),
        Some(Some(Ended { how: How::Without { .. }, .. })) => "without".to_owned(),
        Some(Some(Ended { how: How::Reported { mail }, .. })) => {
            let local = mail.as_ref().and_then(|mail| mail.as_str().split('@').next());
            let number = local.and_then(|local| local.rsplit_once('.')).map_or("?", |(_, number)| number);
            format!("reported by {number}")
        }
    }
}

/// Plays each line from where a world stands.
pub(super) fn check(world: &mut World, script: &str, expected: Expect) {
    expected.assert_eq(&lines(world, script));
}

/// What each line of a script led to, and what became of the complaint.
pub(super) fn lines(world: &mut World, script: &str) -> String {
    let mut seen = String::new();
    for act in script.split(';').map(str::trim) {
        let line = play(world, act);
        let _ = writeln!(seen, "{} | {}", line.trim_end(), ending(world));
    }
    seen
}

#[test]
fn a_report_on_its_way_ends_the_complaint_whatever_a_person_writes_meanwhile() {
    check(
        &mut reported(),
        "ann OK; hand 1; end send sent",
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        hand 1 => sending machine 1h owed[report] | | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
    "#]],
    );
    check(
        &mut reported(),
        "ann OK; hand 1; end send refused",
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        hand 1 => sending machine 1h owed[report] | | open
        end send refused => at_desk desk 1h owed[report] | (retire_draft); ask Write ann,bob | open
    "#]],
    );
    check(
        &mut reported(),
        "ann OK; mail A; hand 1; end send sent",
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        mail A => sending machine 1h owed[report] | (mark) | open
        hand 1 => sending machine 1h owed[report] | | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
    "#]],
    );
    check(
        &mut reported(),
        "ann OK; end send unknown; hand 1; in_sent 2",
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send unknown => unknown machine 1h owed[report] | (look_for_sent) | open
        hand 1 => unknown machine 1h owed[report] | | open
        in_sent 2 => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
    "#]],
    );
    check(
        &mut reported(),
        "ann OK; end send unknown; hand 1; end look_for_sent not_found; end look_for_sent not_found; end look_for_sent not_found; ann 再送; end send sent",
        expect![[r#"
            ann OK => sending machine 1h owed[report] | SEND customer | open
            end send unknown => unknown machine 1h owed[report] | (look_for_sent) | open
            hand 1 => unknown machine 1h owed[report] | | open
            end look_for_sent not_found => unknown machine 1h owed[report] | (look_for_sent) | open
            end look_for_sent not_found => unknown machine 1h owed[report] | (look_for_sent) | open
            end look_for_sent not_found => unknown ann 1h owed[report] | ask Unknown ann | open
            ann 再送 => sending machine 1h owed[report] | SEND customer | open
            end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
        "#]],
    );
}

#[test]
fn an_answer_on_its_way_is_filed_although_the_report_was_drafted_meanwhile() {
    let mut world = house();
    let begun = TO_THE_REPORT.replace("end send sent\n--\n", "");
    play(&mut world, &format!("{TWO_TASKS}\n--\n{begun}"));
    check(
        &mut world,
        "hand 1; end send sent; ann OK; end send sent",
        expect![[r#"
        hand 1 => drafted desk 0s owed[report] | (retire_draft); (save_draft); AnsweredByHand ann; ask Approve ann,bob | open
        end send sent => drafted desk 0s owed[report] | (file_sent) | open
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 3
    "#]],
    );
}

#[test]
fn a_complaint_is_open_again_when_its_report_comes_back_and_by_no_other_mail() {
    let sent = "ann OK; end send sent";
    check(
        &mut reported(),
        &format!("{sent}; bounce 2; bounce 2"),
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
        bounce 2 => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
        bounce 2 => at_desk desk 1h owed[report] | | open
    "#]],
    );
    // A later answer of the case comes back.
    let later = "mail A; ann 修正\n承知しました。; ann OK; end send sent";
    check(
        &mut reported(),
        &format!("{sent}; {later}; bounce 4"),
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
        mail A => at_desk desk 1h owed[] | (mark); (retire_draft); ask Write ann,bob | reported by 2
        ann 修正 / 承知しました。 => drafted desk 0s owed[] | (retire_draft); (save_draft); ask Approve ann | reported by 2
        ann OK => sending machine 1h owed[] | SEND customer | reported by 2
        end send sent => answered machine 48h owed[] | (file_sent); (mark); (retire_draft); ask Outcome ann | reported by 2
        bounce 4 => at_desk desk 1h owed[] | (mark); (retire_draft); ask Write ann,bob | reported by 2
    "#]],
    );
    // The report comes back after it.
    check(
        &mut reported(),
        &format!("{sent}; {later}; bounce 2"),
        expect![[r#"
        ann OK => sending machine 1h owed[report] | SEND customer | open
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
        mail A => at_desk desk 1h owed[] | (mark); (retire_draft); ask Write ann,bob | reported by 2
        ann 修正 / 承知しました。 => drafted desk 0s owed[] | (retire_draft); (save_draft); ask Approve ann | reported by 2
        ann OK => sending machine 1h owed[] | SEND customer | reported by 2
        end send sent => answered machine 48h owed[] | (file_sent); (mark); (retire_draft); ask Outcome ann | reported by 2
        bounce 2 => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob | open
    "#]],
    );
    // While somebody has the customer's next mail, that goes on.
    check(
        &mut reported(),
        &format!("{sent}; mail A; bounce 2; ann 修正\n承知しました。; ann OK; end send sent"),
        expect![[r#"
            ann OK => sending machine 1h owed[report] | SEND customer | open
            end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann | reported by 2
            mail A => at_desk desk 1h owed[] | (mark); (retire_draft); ask Write ann,bob | reported by 2
            bounce 2 => at_desk desk 1h owed[report] | | open
            ann 修正 / 承知しました。 => drafted desk 0s owed[report] | (retire_draft); (save_draft); ask Approve ann | open
            ann OK => sending machine 1h owed[report] | SEND customer | open
            end send sent => drafted desk 0s owed[report] | (file_sent); (retire_draft); (save_draft); ask Approve ann,bob; ask Outcome ann | open
        "#]],
    );
    // So do mails that people sent.
    check(
        &mut reported(),
        "hand_draft; hand 1; bounce_hand 1",
        expect![[r#"
        hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2
        hand 1 => closed owed[] | | reported by draft2
        bounce_hand 1 => at_desk desk 1h owed[] | (mark); ask Write ann,bob | reported by draft2
    "#]],
    );
    check(
        &mut reported(),
        "hand_draft; hand 1; bounce_hand draft2",
        expect![[r#"
        hand_draft => closed owed[] | (mark); (retire_draft); AnsweredByHand ann,bob; Ended <-> lea,max,pia,sel | reported by draft2
        hand 1 => closed owed[] | | reported by draft2
        bounce_hand draft2 => at_desk desk 1h owed[report] | (mark); ask Write ann,bob | open
    "#]],
    );
    // From before it was kept which mail the report was.
    for (script, about) in [("", 2), ("+1h; mail A; ann 修正\n承知しました。; ann OK; end send sent", 4)]
    {
        let mut world = reported();
        play(&mut world, &sent.replace("; ", "\n--\n"));
        let complaint = world.case.as_mut().and_then(|case| case.complaint.as_mut()).unwrap();
        complaint.ended.as_mut().unwrap().how = How::Reported { mail: None };
        play(&mut world, &script.replace("; ", "\n--\n"));
        world.act(&format!("bounce {about}"));
        assert_eq!(world.case.as_ref().unwrap().state_word(), "at_desk", "{about}");
        assert_eq!(ending(&world), if about == 2 { "open" } else { "reported by ?" });
    }
}

#[test]
fn a_topic_opens_a_complaint_in_whatever_mail_it_is() {
    for first in [
        "mail A complaint",
        "mail A phoned complaint",
        "mail A answered complaint",
        "mail B noaddr complaint",
    ] {
        let mut world = house();
        let seen = play(&mut world, first);
        assert_eq!(ending(&world), "open", "{seen}");
    }
    check(
        &mut house(),
        "mail A phoned complaint",
        expect![[r#"
        mail A phoned complaint => at_desk ann 1h owed[fields proposal handling explanation] | (mark); Missing <fields> ann,bob; Opened <lead> lea; Opened <named> max,pia,sel; ask Write ann | open
    "#]],
    );
    check(
        &mut house(),
        "mail A answered complaint",
        expect![[r#"
        mail A answered complaint => complaint desk 38h owed[fields proposal handling explanation] | (mark); Missing <fields> ann,bob; Opened <lead> lea; Opened <named> max,pia,sel | open
    "#]],
    );
    // A further mail of a case, wherever that stands.
    for before in [
        "mail A",
        "mail A\n--\nann 店舗",
        "mail A\n--\nann OK",
        "mail A\n--\nann OK\n--\nend send unknown",
        "mail A\n--\nann OK\n--\nend send sent",
        "mail A\n--\nann 完了",
        "mail A\n--\nann NG",
        "unreadable",
    ] {
        for next in ["mail A complaint", "mail A answered complaint"] {
            let mut world = house();
            play(&mut world, before);
            play(&mut world, next);
            assert_eq!(ending(&world), "open", "{before}: {next}");
        }
    }
    // One a case: what is known of it stays.
    check(
        &mut house(),
        "mail A complaint; mail A complaint; max/named 苦情終了 取り下げ; mail A complaint",
        expect![[r#"
            mail A complaint => drafted desk 0s owed[fields proposal handling explanation] | (mark); (save_draft); Missing <fields> ann,bob; Opened <lead> lea; Opened <named> max,pia,sel; ask Approve ann,bob | open
            mail A complaint => drafted desk 0s owed[fields proposal handling explanation] | (mark); (retire_draft); (save_draft); ask Approve ann,bob | open
            max/named 苦情終了 取り下げ => drafted desk 0s owed[] | Done max; Ended <-> lea,pia,sel | without
            mail A complaint => drafted desk 0s owed[] | (mark); (retire_draft); (save_draft); ask Approve ann,bob | without
        "#]],
    );
}

#[test]
fn the_time_for_the_report_begins_when_it_may_be_written() {
    let mut world = house();
    play(
        &mut world,
        &format!(
            "{TWO_TASKS}\n--\nann OK\n--\nend send sent\n--\nlea/lead 原因 梱包\n対策 二重\n--\nmax/verdict1 OK\n--\n\
             tom/task1 済 送った\n--\n+200h\n--\npia/task2 済 書いた"
        ),
    );
    let due = |world: &World| {
        let complaint = world.case.as_ref().unwrap().complaint.clone().unwrap();
        complaint.alarms[&Duty::Report].due
    };
    let first = due(&world);
    assert!(first > world.now, "approved eight days ago, and the last task ended just now");
    // It came back: it has to be written and to leave once more.
    play(&mut world, "end ask done\n--\nann OK\n--\nend send sent\n--\n+200h\n--\nbounce 2");
    assert!(due(&world) > world.now, "{} {}", due(&world), world.now);
}

#[test]
fn after_the_report_a_mail_goes_on_in_a_case_of_its_own() {
    let mut world = reported();
    let belongs = |world: &World| {
        let case = world.case.as_ref().unwrap();
        by_reference(case, Identity::Same, Answered::Ours, "Re: ご指摘の件についてのご報告")
    };
    assert_eq!(belongs(&world), Belonging::Joins);
    play(&mut world, "hand_draft");
    assert_eq!(belongs(&world), Belonging::Continues);
}
