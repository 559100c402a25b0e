//! What is asked of whom: drafts, edits, reminders, and what cannot be drafted.

use expect_test::expect;

use super::world::check;

#[test]
fn edits() {
    check(
        "mail B; ann 修正 全く別の文章をお送りします。; end ask done; bob 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 修正 全く別の文章をお送りします。 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2
        end ask done => asked desk 1h r2 [asked] |
        bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
    "#]],
    );
    check(
        "mail B; ann 修正  ",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 修正 => drafted desk 10m r1 [asked] | tell ann not now 修正 drafted
        "#]],
    );
    check(
        "mail B noaddr; ann 修正 はい。",
        expect![[r#"
        mail B noaddr => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
        ann 修正 はい。 => at_desk desk 1h r1 [asked] | tell ann no address
    "#]],
    );
}

#[test]
fn nothing_is_put_off_for_ever() {
    check(
        "mail B; ann 保留 0; ann 保留 120; bob 保留 4294967295; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 保留 0 => drafted desk 0s r1 [asked] | tell ann done 保留
        ann 保留 120 => drafted desk 2h r1 [asked] | tell ann done 保留
        bob 保留 4294967295 => drafted desk 744h r1 [asked] | tell bob done 保留
        due => drafted desk 2h r1 [asked] | tell sue overdue drafted
    "#]],
    );
}

#[test]
fn an_agent_who_left() {
    check(
        "mail B; ann 担当 bob; left bob; due; bob 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 担当 bob => drafted bob 10m r1 [asked] | ask bob Approve r1, tell ann done 担当
        left bob => left the company
        due => drafted bob 2h r1 [asked] | tell sue overdue drafted
        bob 承認 => drafted bob 2h r1 [asked] | tell bob not now 承認 drafted
    "#]],
    );
    check(
        "mail B; ann 承認; left ann; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            left ann => left the company
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask bob Outcome r1, mark +awaiting_reply -asked archive
        "#]],
    );
    check(
        "mail B; ann 担当 bob; left bob; mail A",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 担当 bob => drafted bob 10m r1 [asked] | ask bob Approve r1, tell ann done 担当
            left bob => left the company
            mail A => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, mark +asked
        "#]],
    );
}

#[test]
fn reminders_grow_apart_and_reach_the_supervisors() {
    check(
        "mail B; end ask done; due; due; due; due; due; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        due => asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
        due => asked desk 4h r1 [asked] | ask ann Approve r1 again2, ask bob Approve r1 again2, ask sue Approve r1 again2
        due => asked desk 8h r1 [asked] | ask ann Approve r1 again3, ask bob Approve r1 again3, ask sue Approve r1 again3
        due => asked desk 16h r1 [asked] | ask ann Approve r1 again4, ask bob Approve r1 again4, ask sue Approve r1 again4
        due => asked desk 24h r1 [asked] | ask ann Approve r1 again5, ask bob Approve r1 again5, ask sue Approve r1 again5
        due => asked desk 24h r1 [asked] | ask ann Approve r1 again6, ask bob Approve r1 again6, ask sue Approve r1 again6
    "#]],
    );
    check(
        "mail B; due; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        due => drafted desk 2h r1 [asked] | tell sue overdue drafted
        due => drafted desk 2h r1 [asked] | tell sue overdue drafted
    "#]],
    );
}

#[test]
fn what_cannot_be_drafted() {
    check(
        "mail B fault; mail A; ann 修正 はい。",
        expect![[r#"
        mail B fault => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
        mail A => at_desk desk 1h r2 [asked] [asked] | ask ann Write r2, ask bob Write r2, mark +asked
        ann 修正 はい。 => drafted desk 10m r3 [asked] [asked] | save r3, ask ann Approve r3
    "#]],
    );
    check(
        "mail B noaddr; ann 承認; mail A",
        expect![[r#"
            mail B noaddr => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
            ann 承認 => at_desk desk 1h r1 [asked] | tell ann not now 承認 at_desk
            mail A => drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        "#]],
    );
    check(
        "unreadable; mail A",
        expect![[r#"
            unreadable => quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1, mark +triage_poison
            mail A => drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked -triage_poison, mark +asked
        "#]],
    );
    check(
        "mail A ambiguous; ann 分類 B; ann 分類 B",
        expect![[r#"
        mail A ambiguous => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 分類 B => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
        ann 分類 B => drafted desk 10m r2 [asked] | tell ann done 分類
    "#]],
    );
    // Words an agent wrote belong to no class.
    check(
        "mail A; ann 修正 私の言葉で書きます。; bob 分類 B",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 修正 私の言葉で書きます。 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2
            bob 分類 B => drafted desk 10m r2 [asked] | tell bob done 分類
        "#]],
    );
}
