//! Every effect with every ending, and endings that come late.

use std::fmt::Write as _;

use expect_test::expect;

use super::world::{World, check};

/// A script after which an effect of this kind is out.
const OUT: [(&str, &str); 8] = [
    ("mark", "mail B"),
    ("save_draft", "mail B"),
    ("retire_draft", "mail B; ann 却下"),
    ("ask", "mail B"),
    ("tell", "mail B; ann HELP"),
    ("send", "mail B; ann 承認"),
    ("look_for_sent", "mail B; ann 承認; end send unknown"),
    ("file_sent", "mail B; ann 承認; end send sent"),
];

#[test]
fn every_effect_with_every_ending() {
    let mut seen = String::new();
    for (effect, way) in OUT {
        for ending in ["done", "placed", "gone", "refused", "sent", "unknown", "not_found"] {
            let mut world = World::new();
            world.play(way);
            let outcome = world.act(&format!("end {effect} {ending}"));
            if outcome != "-" {
                let _ = writeln!(seen, "{effect} {ending}: {outcome}");
            }
        }
    }
    expect![[r#"
        mark placed: drafted desk 10m r1 [asked] |
        mark gone: drafted desk 10m r1 [] |
        mark refused: drafted desk 10m r1 [asked] |
        ask done: asked desk 1h r1 [asked] |
        ask refused: asked desk 1h r1 [asked] | tell sue overdue asked
        ask sent: asked desk 1h r1 [asked] |
        ask unknown: asked desk 1h r1 [asked] |
        send refused: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
        send sent: awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        send unknown: unknown machine 30m r1 [asked] | look r1#1 in 30s
        look_for_sent gone: unknown machine 30m r1 [asked] | look r1#2 in 2m
        look_for_sent refused: unknown machine 30m r1 [asked] | look r1#2 in 2m
        look_for_sent sent: awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        look_for_sent not_found: unknown machine 30m r1 [asked] | look r1#2 in 2m
    "#]].assert_eq(&seen);
}

#[test]
fn an_old_ending_says_nothing_about_what_followed() {
    // The mail came back before its own ending was known; the answer to it is another mail.
    check(
        "mail B; ann 承認; bounce 1; ann 修正 改めて; ann 承認; end send#1 sent; end send#2 sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            bounce 1 => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
            ann 修正 改めて => drafted desk 10m r3 [asked] | retire r1, save r3, ask ann Approve r3
            ann 承認 => sending machine 30m r3 [asked] | SEND r3#1
            end send#1 sent => -
            end send#2 sent => awaiting_reply customer 336h r3 [awaiting_reply archived] | retire r3, file r3, ask ann Outcome r3, mark +awaiting_reply -asked archive
        "#]],
    );
    check(
        "mail B; ann 承認; end send unknown; ann 再送; end send#2 unknown; end look_for_sent#1 not_found; end look_for_sent#2 not_found",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            ann 再送 => sending machine 30m r1 [asked] | SEND r1#2
            end send#2 unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            end look_for_sent#1 not_found => unknown machine 30m r1 [asked] | look r1#2 in 2m
            end look_for_sent#2 not_found => -
        "#]],
    );
    check(
        "mail B; ann 却下; end ask#1 refused",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 却下 => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
            end ask#1 refused => -
        "#]],
    );
    check(
        "mail B; ann 完了; end ask#1 refused",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 完了 => dismissed r1 [handled archived] | retire r1, tell ann done 完了, mark +handled -asked archive
            end ask#1 refused => -
        "#]],
    );
}
#[test]
fn a_late_place_does_not_replace_a_newer_one() {
    let mut world = World::new();
    world.play("mail B; ann 完了; end mark#2 placed; end mark#1 stayed");
    assert_eq!(world.case.unwrap().mails[0].place.folder, "Archive");
}
