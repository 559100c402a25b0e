//! From approval to the mail being out: two agents, a customer in between, and endings nobody saw.

use expect_test::expect;

use super::world::check;

#[test]
fn the_first_decision_wins_and_the_other_is_told_whose() {
    check(
        "mail B; end ask done; ann 承認; ann 承認; bob 却下; bob 修正 small",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        ann 承認 => sending machine 30m r1 [asked] | tell ann already 承認 by ann
        bob 却下 => sending machine 30m r1 [asked] | tell bob already 承認 by ann
        bob 修正 small => sending machine 30m r1 [asked] | tell bob already 承認 by ann
    "#]],
    );
    check(
        "mail B; ann 却下 敬語; bob@1 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 却下 敬語 => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
        bob@1 承認 => at_desk desk 1h r2 [asked] | tell bob already 却下 by ann
    "#]],
    );
    check(
        "mail B; ann 修正 small; bob@1 承認; end send sent; bob@1 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 修正 small => sending machine 30m r2 [asked] | retire r1, SEND r2#1
        bob@1 承認 => sending machine 30m r2 [asked] | tell bob already 修正 by ann
        end send sent => awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r2, file r2, ask ann Outcome r2, mark +awaiting_reply -asked archive
        bob@1 承認 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell bob already 修正 by ann
    "#]],
    );
    // A remark is no decision: who approved is what the other has to know.
    check(
        "mail B; ann 承認; bob メモ 急ぎ; bob 承認",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            bob メモ 急ぎ => sending machine 30m r1 [asked] | tell bob done メモ
            bob 承認 => sending machine 30m r1 [asked] | tell bob already 承認 by ann
        "#]],
    );
    check(
        "mail B; mail A; ann@1 承認; ann 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        mail A => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        ann@1 承認 => drafted desk 10m r2 [asked] [asked] | tell ann retired
        ann 承認 => sending machine 30m r2 [asked] [asked] | SEND r2#1
    "#]],
    );
    check(
        "mail B; ann 承認; end send unknown; ann 送らない; bob 再送",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            ann 送らない => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            bob 再送 => awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 送らない by ann
        "#]],
    );
    check(
        "mail B; ann 承認; end send unknown; ann 再送; bob 再送; bob 送らない",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            ann 再送 => sending machine 30m r1 [asked] | SEND r1#2
            bob 再送 => sending machine 30m r1 [asked] | tell bob already 再送 by ann
            bob 送らない => sending machine 30m r1 [asked] | tell bob already 再送 by ann
        "#]],
    );
    // Nobody decided: the night report closed it.
    check(
        "mail A; ann 電話×; settle; ann 対応します",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 電話× => drafted desk 10m r1 [asked] | tell ann done 電話×
            settle => settled
            ann 対応します => drafted desk 10m r1 [asked] | tell ann not now 対応します drafted
        "#]],
    );
}

#[test]
fn the_customer_writes_between_approval_and_sending() {
    check(
        "mail B; ann 承認; mail A; end send sent",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        mail A => sending machine 30m r1 [asked] [asked] | mark +asked
        end send sent => at_desk desk 1h r2 [asked] [asked] | retire r1, file r1, ask ann Write r2, ask bob Write r2
    "#]],
    );
    check(
        "mail B; ann 承認; mail A; end send refused; ann 再送",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            mail A => sending machine 30m r1 [asked] [asked] | mark +asked
            end send refused => at_desk desk 1h r2 [asked] [asked] | retire r1, ask ann Write r2, ask bob Write r2
            ann 再送 => at_desk desk 1h r2 [asked] [asked] | tell ann not now 再送 at_desk
        "#]],
    );
    check(
        "mail B; ann 承認; mail A; end send unknown; ann 再送; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            mail A => sending machine 30m r1 [asked] [asked] | mark +asked
            end send unknown => unknown machine 30m r1 [asked] [asked] | look r1#1 in 30s
            ann 再送 => sending machine 30m r1 [asked] [asked] | SEND r1#2
            end send sent => at_desk desk 1h r2 [asked] [asked] | retire r1, file r1, ask ann Write r2, ask bob Write r2
        "#]],
    );
    check(
        "mail B; ann 承認; end send unknown; mail A; end look_for_sent sent",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
        mail A => unknown machine 30m r1 [asked] [asked] | mark +asked
        end look_for_sent sent => at_desk desk 1h r2 [asked] [asked] | retire r1, file r1, ask ann Write r2, ask bob Write r2
    "#]],
    );
}

#[test]
fn an_unknown_ending_is_looked_for_and_then_asked_about() {
    check(
        "mail B; ann 承認; end send unknown; end look_for_sent not_found; end look_for_sent not_found; \
         end look_for_sent not_found; due; ann 再送; end send sent",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
            end look_for_sent not_found => unknown machine 30m r1 [asked] | look r1#2 in 2m
            end look_for_sent not_found => unknown machine 30m r1 [asked] | look r1#3 in 10m
            end look_for_sent not_found => unknown ann 1h r1 [asked] | ask ann Unknown r1
            due => unknown ann 2h r1 [asked] | ask ann Unknown r1 again1
            ann 再送 => sending machine 30m r1 [asked] | SEND r1#2
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        "#]],
    );
    check(
        "mail B; ann 承認; end send unknown; due; end look_for_sent not_found; ann 送らない",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
        due => unknown ann 1h r1 [asked] | ask ann Unknown r1
        end look_for_sent not_found => unknown ann 1h r1 [asked] | look r1#2 in 28m ago
        ann 送らない => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
    "#]],
    );
}

#[test]
fn refused_and_returned_mails() {
    check(
        "mail B; ann 承認; end send refused; ann 再送; end send sent",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send refused => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
        ann 再送 => sending machine 30m r2 [asked] | SEND r1#2
        end send sent => awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r2, mark +awaiting_reply -asked archive
    "#]],
    );
    check(
        "mail B; ann 承認; end send refused; ann 修正 別の文です。; ann 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send refused => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
        ann 修正 別の文です。 => drafted desk 10m r3 [asked] | retire r1, save r3, ask ann Approve r3
        ann 承認 => sending machine 30m r3 [asked] | SEND r3#1
    "#]],
    );
    check(
        "mail B; ann 承認; end send sent; ann 完了; bounce 1; bounce 1",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
        ann 完了 => dismissed r1 [handled archived] | tell ann done 完了, mark +handled -awaiting_reply
        bounce 1 => at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -handled
        bounce 1 => -
    "#]],
    );
    check(
        "mail B; ann 承認; end send sent; mail A; ann 修正 はい。; ann 承認; bounce 1; bounce 3",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            mail A => at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
            ann 修正 はい。 => drafted desk 10m r3 [handled archived] [asked] | retire r1, save r3, ask ann Approve r3
            ann 承認 => sending machine 30m r3 [handled archived] [asked] | SEND r3#1
            bounce 1 => -
            bounce 3 => at_desk desk 1h r4 [handled archived] [asked] | retire r3, ask ann Write r4, ask bob Write r4
        "#]],
    );
}

#[test]
fn a_look_that_ends_after_the_question_asks_no_second_time() {
    let look = "end look_for_sent not_found";
    check(
        &format!("mail B; ann 承認; end send unknown; due; {look}; {look}; {look}"),
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        end send unknown => unknown machine 30m r1 [asked] | look r1#1 in 30s
        due => unknown ann 1h r1 [asked] | ask ann Unknown r1
        end look_for_sent not_found => unknown ann 1h r1 [asked] | look r1#2 in 28m ago
        end look_for_sent not_found => unknown ann 1h r1 [asked] | look r1#3 in 20m ago
        end look_for_sent not_found => unknown ann 1h r1 [asked] |
    "#]],
    );
}

#[test]
fn every_attempt_has_a_higher_number() {
    let notes = "ann メモ x; ".repeat(70);
    let script = format!("mail B; ann 承認; end send unknown; ann 再送; end send unknown; {notes} ann 再送");
    let mut world = super::world::World::new();
    assert!(world.play(&script).contains("SEND r1#3"));
}
