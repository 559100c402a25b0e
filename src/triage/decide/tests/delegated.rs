//! Questions that are handed to somebody else: who gets them, who is reminded, whose answer counts.

use expect_test::expect;

use super::decisions::everywhere;
use super::world::check;

#[test]
fn a_question_goes_to_whoever_is_meant_and_the_case_waits_for_them() {
    check(
        "mail B; end ask done; ann 依頼 dan 在庫は; dan 回答 あります; ann 承認; end send sent; +48h; early",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 在庫は => asked desk 24h r1 [asked] | ask dan Check r1, tell ann done 依頼
            dan 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            +48h => later
            early => -
        "#]],
    );
}

#[test]
fn of_a_group_the_first_answer_counts_and_later_ones_are_heard() {
    check(
        "mail B; end ask done; ann 依頼 tech 60 在庫は; eve 回答 あります; due; dan 回答 ありません",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 tech 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, ask eve Check r1, tell ann done 依頼
            eve 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell eve done 回答
            due => asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
            dan 回答 ありません => asked desk 2h r1 [asked] | ask ann Approve r1 again1, tell dan done 回答
        "#]],
    );
}

#[test]
fn who_does_not_answer_is_asked_again_and_the_asker_hears_of_it() {
    check(
        "mail B; end ask done; ann 依頼 dan 60 在庫は; due; due; due; bob STATUS; dan 回答 あります; due",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
            due => asked desk 2h r1 [asked] | ask dan Check r1 again1, tell ann no word of dan
            due => asked desk 4h r1 [asked] | ask dan Check r1 again2, tell ann no word of dan, tell sue no word of dan
            due => asked desk 8h r1 [asked] | ask dan Check r1 again3, tell ann no word of dan, tell sue no word of dan
            bob STATUS => asked desk 8h r1 [asked] | tell bob status
            dan 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答
            due => asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
        "#]],
    );
    // Who is away is passed over, and who is nobody any more is not waited for.
    check(
        "mail B; end ask done; away dan; ann 依頼 tech 60 在庫は; left ann; due; left_contact eve; due; due",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            away dan => asked desk 1h r1 [asked] |
            ann 依頼 tech 60 在庫は => asked desk 1h r1 [asked] | ask eve Check r1, tell ann done 依頼
            left ann => left the company
            due => asked desk 2h r1 [asked] | ask eve Check r1 again1, tell sue no word of eve
            left_contact eve => left
            due => asked desk 2h r1 [asked] | tell sue no word of eve, ask bob Approve r1 again1
            due => asked desk 4h r1 [asked] | ask bob Approve r1 again2, ask sue Approve r1 again2
        "#]],
    );
}

#[test]
fn a_case_that_is_answered_waits_for_nobody_else() {
    check(
        "mail A; end ask done; ann 依頼 dan 60 在庫は; bob 承認; end send sent; +3h; early; dan 回答 遅くなりました",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
            bob 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => answered machine 48h r1 [handled archived] | retire r1, file r1, ask bob Outcome r1, mark +handled -asked archive
            +3h => later
            early => -
            dan 回答 遅くなりました => answered machine 45h r1 [handled archived] | tell ann dan says 遅くなりました, tell dan done 回答
        "#]],
    );
    check(
        "mail B; end ask done; ann 依頼 dan 60 在庫は; mail B; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
        mail B => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        due => drafted desk 2h r2 [asked] [asked] | tell sue overdue drafted
    "#]],
    );
}

#[test]
fn every_state_and_a_question_handed_over() {
    everywhere(
        &["bob 依頼 dan 在庫は", "bob 依頼 誰か 在庫は", "bob 依頼 bob 在庫は", "dan 回答 はい", "dan 承認"],
        expect![[r#"
            bob 依頼 dan 在庫は
              drafted: drafted desk 10m r1 [asked] | ask dan Check r1, tell bob done 依頼
              asked: asked desk 24h r1 [asked] | ask dan Check r1, tell bob done 依頼
              at_desk: at_desk desk 24h r2 [asked] | ask dan Check r2, tell bob done 依頼
              sending: sending machine 30m r1 [asked] | ask dan Check r1, tell bob done 依頼
              unknown: unknown machine 30m r1 [asked] | ask dan Check r1, tell bob done 依頼
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | ask dan Check r1, tell bob done 依頼
              answered: answered machine 48h r1 [handled archived] | ask dan Check r1, tell bob done 依頼
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | ask dan Check r2, tell bob done 依頼
              quarantined: quarantined supervisors 2h r1 [triage_poison] | ask dan Check r1, tell bob done 依頼
              converted: converted r1 [handled archived] | tell bob not now 依頼 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 依頼 unconverted
              taken_over: taken_over r1 [] | tell bob not now 依頼 taken_over
            bob 依頼 誰か 在庫は
              drafted: drafted desk 10m r1 [asked] | tell bob nobody is 誰か
              asked: asked desk 1h r1 [asked] | tell bob nobody is 誰か
              at_desk: at_desk desk 1h r2 [asked] | tell bob nobody is 誰か
              sending: sending machine 30m r1 [asked] | tell bob nobody is 誰か
              unknown: unknown machine 30m r1 [asked] | tell bob nobody is 誰か
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob nobody is 誰か
              answered: answered machine 48h r1 [handled archived] | tell bob nobody is 誰か
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob nobody is 誰か
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob nobody is 誰か
              converted: converted r1 [handled archived] | tell bob nobody is 誰か
              unconverted: unconverted r1 [handled archived] | tell bob nobody is 誰か
              taken_over: taken_over r1 [] | tell bob nobody is 誰か
            bob 依頼 bob 在庫は
              drafted: drafted desk 10m r1 [asked] | tell bob not now 依頼 drafted
              asked: asked desk 1h r1 [asked] | tell bob not now 依頼 asked
              at_desk: at_desk desk 1h r2 [asked] | tell bob not now 依頼 at_desk
              sending: sending machine 30m r1 [asked] | tell bob not now 依頼 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 依頼 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 依頼 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 依頼 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 依頼 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 依頼 quarantined
              converted: converted r1 [handled archived] | tell bob not now 依頼 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 依頼 unconverted
              taken_over: taken_over r1 [] | tell bob not now 依頼 taken_over
            dan 回答 はい
              drafted: drafted desk 10m r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell dan done 回答
              asked: asked desk 1h r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell dan done 回答
              at_desk: at_desk desk 1h r2 [asked] | ask ann Write r2, ask bob Write r2, tell dan done 回答
              sending: sending machine 30m r1 [asked] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              unknown: unknown machine 30m r1 [asked] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              answered: answered machine 48h r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              converted: converted r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              unconverted: unconverted r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              taken_over: taken_over r1 [] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
            dan 承認
              drafted: drafted desk 10m r1 [asked] | tell dan not now 承認 drafted
              asked: asked desk 1h r1 [asked] | tell dan not now 承認 asked
              at_desk: at_desk desk 1h r2 [asked] | tell dan not now 承認 at_desk
              sending: sending machine 30m r1 [asked] | tell dan not now 承認 sending
              unknown: unknown machine 30m r1 [asked] | tell dan not now 承認 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell dan not now 承認 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell dan not now 承認 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell dan not now 承認 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell dan not now 承認 quarantined
              converted: converted r1 [handled archived] | tell dan not now 承認 converted
              unconverted: unconverted r1 [handled archived] | tell dan not now 承認 unconverted
              taken_over: taken_over r1 [] | tell dan not now 承認 taken_over
        "#]],
    );
}
