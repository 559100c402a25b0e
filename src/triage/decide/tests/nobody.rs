//! Nobody is forgotten: not the second of two, not whoever is away, answers late, or decides for others.

use expect_test::expect;

use super::world::{World, check};
use crate::triage::effect::{Effect, Question};

#[test]
fn a_case_that_needs_two_never_waits_for_nobody() {
    // The supervisor was the first, and somebody is on it: the agents are reminded all the same.
    check(
        "two first; mail B; end ask done; settle; sue 承認; +1m; off asked; due; due",
        expect![[r#"
            two first => two people
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            settle => settled
            sue 承認 => asked desk 1h r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell sue second after sue
            +1m => later
            off asked => asked desk 1h r1 [] |
            due => asked desk 2h r1 [] | ask ann Approve r1 again1, ask bob Approve r1 again1
            due => asked desk 4h r1 [] | ask ann Approve r1 again2, ask bob Approve r1 again2
        "#]],
    );
    // Nobody else is left: the one who is there hears that it still waits.
    check(
        "two first; mail B; end ask done; left bob; left sue; ann 承認; due",
        expect![[r#"
        two first => two people
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        left bob => left the company
        left sue => left the company
        ann 承認 => asked desk 1h r1 [asked] | tell ann second after ann
        due => asked desk 2h r1 [asked] | ask ann Approve r1 again1
    "#]],
    );
    // The second is away: the supervisor is asked at once.
    check(
        "two first; mail B; end ask done; ann 承認; away bob",
        expect![[r#"
        two first => two people
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => asked desk 1h r1 [asked] | ask bob Approve r1, tell ann second after ann
        away bob => asked desk 1h r1 [asked] | ask sue Approve r1
    "#]],
    );
}

#[test]
fn an_answer_after_its_day_brings_a_new_request_to_whoever_may_still_answer_it() {
    check(
        "mail B; end ask done; expired ann; expired staff; left bob; expired bob",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        expired ann => asked desk 1h r1 [asked] | tell ann expired, ask ann Approve r1
        expired staff => asked desk 1h r1 [asked] | tell staff status
        left bob => left the company
        expired bob => asked desk 1h r1 [asked] | tell bob status
    "#]],
    );
    check(
        "mail B 本店; end ask done; ann 店舗; expired staff; staff 対応します; expired staff",
        expect![[r#"
        mail B 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
        expired staff => at_shop shop:本店 168h r2 [asked_shop] | tell staff expired, ask staff Shop r2
        staff 対応します => referred r2 [handled archived] | tell staff done 対応します, mark +handled -asked_shop archive
        expired staff => referred r2 [handled archived] |
    "#]],
    );
}

#[test]
fn a_shop_that_is_away_keeps_its_week() {
    check(
        "mail B 本店; end ask done; ann 店舗; away staff; +3h; early",
        expect![[r#"
        mail B 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
        away staff => at_shop shop:本店 168h r2 [asked_shop] | ask ann Shop r2, ask bob Shop r2
        +3h => later
        early => -
    "#]],
    );
}

#[test]
fn a_question_put_again_is_a_mail_of_its_own() {
    let mut world = World::new();
    world.play("mail B; end ask done; ann 確認 bob これでいいですか; +5m; bob 回答 いいと思います; +5m; sue 担当 ann");
    let mut asked = Vec::new();
    for planned in &world.planned {
        if let Effect::Ask { to, question: Question::Approve, revision, until, .. } = &planned.effect {
            asked.push((to.clone(), *revision, *until));
        }
    }
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(
        (all, asked.len()),
        (4, 4),
        "a token makes the Message-ID, and a server drops one that it knows"
    );
}

#[test]
fn a_supervisor_who_decides_for_others_hears_that_it_was_done() {
    check(
        "undo 1m; mail B; end ask done; ann 承認; sue 取消; sue 却下",
        expect![[r#"
        undo 1m => undo
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 承認 => sending machine 31m r1 [asked] | SEND r1#1 in 1m, ask ann Undo r1
        sue 取消 => drafted desk 10m r2 [asked] | tell ann recalled by sue, retire r1, save r2, ask ann Approve r2, ask bob Approve r2, tell sue done 取消
        sue 却下 => at_desk desk 1h r3 [asked] | retire r2, ask ann Write r3, ask bob Write r3, tell sue done 却下
    "#]],
    );
}

#[test]
fn small_steps_take_two_people_like_one_large_step() {
    check(
        "two_edit 40; mail B; end ask done; ann 修正 全く別の文章をお送りします。; ann 修正 もう一度、まるで別の文章を書いてお送りいたします。; ann 承認",
        expect![[r#"
            two_edit 40 => two people
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 修正 全く別の文章をお送りします。 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2
            ann 修正 もう一度、まるで別の文章を書いてお送りいたします。 => drafted desk 10m r3 [asked] | retire r2, save r3, ask ann Approve r3
            ann 承認 => asked desk 1h r3 [asked] | ask bob Approve r3, tell ann second after ann
        "#]],
    );
}
