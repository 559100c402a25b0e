//! Several people about one case: taking an approval back, two who must approve, questions to colleagues, who is away.

use expect_test::expect;

use super::world::check;

#[test]
fn an_approval_is_taken_back_until_the_mail_begins_to_leave() {
    check(
        "undo 1m; mail B; end ask done; ann 承認; bob 却下; ann 取消; bob 承認; dot; ann 取消; end send sent",
        expect![[r#"
            undo 1m => undo
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
            bob 却下 => sending machine 31m r1 [asked] | tell bob already 承認 by ann
            ann 取消 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
            bob 承認 => sending machine 31m r2 [asked] | SEND r2#1 in 1m, ask bob Undo r2
            dot => on its way
            ann 取消 => sending machine 31m r2 [asked] | tell ann already 承認 by bob
            end send sent => awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r2, file r2, ask bob Outcome r2, mark +awaiting_reply -asked archive
        "#]],
    );
    check(
        "undo 1m; mail B; end ask done; ann 承認; +2h; bob 取消; end send sent; ann@1 承認",
        expect![[r#"
            undo 1m => undo
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
            +2h => later
            bob 取消 => drafted desk 10m r2 [asked] | tell ann recalled by bob, retire r1, save r2, ask ann Approve r2, ask bob Approve r2
            end send sent => -
            ann@1 承認 => drafted desk 10m r2 [asked] | tell ann already 取消 by bob
        "#]],
    );
    check(
        "undo 1m; mail B; end ask done; ann 修正 small; ann 取消",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 修正 small => sending machine 31m r2 [asked] | retire r1, SEND r2#1 in 1m, ask ann Undo r2
        ann 取消 => drafted desk 10m r3 [asked] | retire r2, save r3, ask ann Approve r3, ask bob Approve r3
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; ann 承認; bob 分類 A",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        bob 分類 A => drafted desk 10m r2 [asked] | tell ann recalled by bob, retire r1, save r2, ask ann Approve r2, ask bob Approve r2
    "#]],
    );
    check(
        "mail B; ann 承認; ann 取消",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
        ann 取消 => sending machine 30m r1 [asked] | tell ann already 承認 by ann
    "#]],
    );
}

#[test]
fn what_happens_meanwhile_stops_a_mail_that_has_not_left() {
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; mail B",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        mail B => drafted desk 10m r2 [asked] [asked] | tell ann recalled by desk, retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; sue 承認; hand 1",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        sue 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask sue Undo r1
        hand 1 => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann answered by hand, tell bob answered by hand, tell sue answered by hand, retire r1, mark +awaiting_reply -asked archive
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; on handled",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        on handled => taken_over r2 [handled] | tell ann recalled by desk, retire r1, mark -asked
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; on awaiting_reply",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        on awaiting_reply => awaiting_reply customer 336h r2 [awaiting_reply archived] | tell ann recalled by desk, retire r1, mark -asked archive
    "#]],
    );
    check(
        "undo 1m; mail B 本店; end ask done; settle; ann 承認; on asked_shop",
        expect![[r#"
        undo 1m => undo
        mail B 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        on asked_shop => at_shop shop:本店 168h r2 [asked_shop] | tell ann recalled by desk, retire r1, ask staff Shop r2, mark -asked
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; moved archive",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        moved archive => taken_over r2 [ archived] | tell ann recalled by desk, retire r1, mark -asked
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; draft edited",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        draft edited => at_desk desk 1h r2 [asked] | tell ann recalled by desk
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; on other",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        on other => sending machine 31m r1 [asked,other] |
    "#]],
    );
    check(
        "undo 1m; mail B; end ask done; settle; ann 承認; dot; mail B",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        settle => settled
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        dot => on its way
        mail B => sending machine 31m r1 [asked] [asked] | mark +asked
    "#]],
    );
}

#[test]
fn two_people_approve_what_takes_two() {
    check(
        "two first; mail B; end ask done; ann 承認; ann 承認; ann 承認; bob 承認",
        expect![[r#"
        two first => two people
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => asked desk 1h r1 [asked] | ask bob Approve r1, tell ann second after ann
        ann 承認 => asked desk 1h r1 [asked] | tell ann second after ann
        ann 承認 => asked desk 1h r1 [asked] |
        bob 承認 => sending machine 30m r1 [asked] | SEND r1#1
    "#]],
    );
    check(
        "two first; mail B; end ask done; ann 承認; due; bob 却下 古い",
        expect![[r#"
            two first => two people
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 承認 => asked desk 1h r1 [asked] | ask bob Approve r1, tell ann second after ann
            due => asked desk 2h r1 [asked] | ask bob Approve r1 again1
            bob 却下 古い => at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
        "#]],
    );
    check(
        "two first; mail B; end ask done; ann 修正 small; ann 承認; bob 承認",
        expect![[r#"
        two first => two people
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 修正 small => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2
        ann 承認 => asked desk 1h r2 [asked] | ask bob Approve r2, tell ann second after ann
        bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
    "#]],
    );
    check(
        "two chat; mail B chat; end ask done; ann 承認; sue 承認",
        expect![[r#"
        two chat => two people
        mail B chat => drafted desk 10m r1 [asked,chat] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked +chat
        end ask done => asked desk 1h r1 [asked,chat] |
        ann 承認 => asked desk 1h r1 [asked,chat] | ask bob Approve r1, tell ann second after ann
        sue 承認 => sending machine 30m r1 [asked,chat] | SEND r1#1
    "#]],
    );
    check(
        "two other; mail B; end ask done; ann 承認",
        expect![[r#"
        two other => two people
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
    "#]],
    );
    check(
        "two_edit 10; mail B; end ask done; ann 修正 全く別の文章をお送りします。; ann 承認; bob 承認",
        expect![[r#"
            two_edit 10 => two people
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 修正 全く別の文章をお送りします。 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2
            ann 承認 => asked desk 1h r2 [asked] | ask bob Approve r2, tell ann second after ann
            bob 承認 => sending machine 30m r2 [asked] | SEND r2#1
        "#]],
    );
    check(
        "two first; left bob; mail B; end ask done; ann 承認; sue 承認",
        expect![[r#"
        two first => two people
        left bob => left the company
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => asked desk 1h r1 [asked] | ask sue Approve r1, tell ann second after ann
        sue 承認 => sending machine 30m r1 [asked] | SEND r1#1
    "#]],
    );
}

#[test]
fn colleagues_are_asked_and_their_word_is_a_note() {
    check(
        "mail B; end ask done; ann 確認 bob これでいいですか; bob 回答 OK; ann 承認",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 確認 bob これでいいですか => asked desk 1h r1 [asked] | ask bob Check r1, tell ann done 確認
        bob 回答 OK => asked desk 1h r1 [asked] | ask ann Approve r1, tell bob done 回答
        ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
    "#]],
    );
    check(
        "mail B; end ask done; ann 確認 誰か; ann 確認 ann",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 確認 誰か => asked desk 1h r1 [asked] | tell ann nobody is 誰か
        ann 確認 ann => asked desk 1h r1 [asked] | tell ann not now 確認 asked
    "#]],
    );
    check(
        "mail B; end ask done; ann 確認 bob; ann 承認; end send sent; bob 回答 遅くなりました",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 確認 bob => asked desk 1h r1 [asked] | ask bob Check r1, tell ann done 確認
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            bob 回答 遅くなりました => awaiting_reply customer 336h r1 [awaiting_reply archived] | tell ann bob says 遅くなりました, tell bob done 回答
        "#]],
    );
    check(
        "mail B; end ask done; ann 確認 bob; mail B; bob@1 回答 よいと思います",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 確認 bob => asked desk 1h r1 [asked] | ask bob Check r1, tell ann done 確認
        mail B => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        bob@1 回答 よいと思います => drafted desk 10m r2 [asked] [asked] | ask ann Approve r2, tell bob done 回答
    "#]],
    );
    check(
        "mail B 本店; end ask done; ann 店舗; staff 回答 来週なら空いています; staff 対応します",
        expect![[r#"
            mail B 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
            staff 回答 来週なら空いています => at_shop shop:本店 168h r2 [asked_shop] | tell ann staff says 来週なら空いています, tell bob staff says 来週なら空いています, tell staff done 回答
            staff 対応します => referred r2 [handled archived] | tell staff done 対応します, mark +handled -asked_shop archive
        "#]],
    );
    check(
        "mail B; end ask done; staff 回答 誰ですか",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        staff 回答 誰ですか => asked desk 1h r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell staff done 回答
    "#]],
    );
    check(
        "mail B; end ask done; ann 完了; ann 確認 bob",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 完了 => dismissed r1 [handled archived] | retire r1, tell ann done 完了, mark +handled -asked archive
        ann 確認 bob => dismissed r1 [handled archived] | tell ann not now 確認 dismissed
    "#]],
    );
}

#[test]
fn who_is_away_is_passed_over() {
    check(
        "mail B; end ask done; ann 担当 bob; away bob; due; +25h; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 担当 bob => asked bob 1h r1 [asked] | ask bob Approve r1, tell ann done 担当
        away bob => asked bob 1h r1 [asked] | ask ann Approve r1
        due => asked bob 2h r1 [asked] | ask ann Approve r1 again1
        +25h => later
        due => asked bob 2h r1 [asked] | ask bob Approve r1 again2, ask ann Approve r1 again2
    "#]],
    );
    check(
        "mail B; end ask done; away ann; away bob; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        away ann => asked desk 1h r1 [asked] |
        away bob => asked desk 1h r1 [asked] | ask sue Approve r1
        due => asked desk 2h r1 [asked] | ask sue Approve r1 again1
    "#]],
    );
    check(
        "away ann; mail B; bob 却下",
        expect![[r#"
        away ann => -
        mail B => drafted desk 10m r1 [asked] | save r1, ask bob Approve r1, mark +asked
        bob 却下 => at_desk desk 1h r2 [asked] | retire r1, ask bob Write r2
    "#]],
    );
    check(
        "away ann; away bob; away sue; mail B",
        expect![[r#"
        away ann => -
        away bob => -
        away sue => -
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
    "#]],
    );
    check(
        "mail B; end ask done; ann 担当 bob; due; due; due; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 担当 bob => asked bob 1h r1 [asked] | ask bob Approve r1, tell ann done 担当
        due => asked bob 2h r1 [asked] | ask bob Approve r1 again1
        due => asked bob 2h r1 [asked] | ask bob Approve r1 again2, ask ann Approve r1 again2
        due => asked bob 4h r1 [asked] | ask bob Approve r1 again3, ask ann Approve r1 again3, ask sue Approve r1 again3
        due => asked bob 8h r1 [asked] | ask bob Approve r1 again4, ask ann Approve r1 again4, ask sue Approve r1 again4
    "#]],
    );
}

#[test]
fn nobody_gets_more_than_two_transcripts_about_one_revision() {
    check(
        "mail B; end ask done; ann メモ x; ann 再送; ann メモ y; ann STATUS; ann HELP; bob メモ z; mail B; ann メモ x",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann メモ x => asked desk 1h r1 [asked] | tell ann done メモ
            ann 再送 => asked desk 1h r1 [asked] | tell ann not now 再送 asked
            ann メモ y => asked desk 1h r1 [asked] |
            ann STATUS => asked desk 1h r1 [asked] | tell ann status
            ann HELP => asked desk 1h r1 [asked] | tell ann help
            bob メモ z => asked desk 1h r1 [asked] | tell bob done メモ
            mail B => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
            ann メモ x => drafted desk 10m r2 [asked] [asked] | tell ann done メモ
        "#]],
    );
}
