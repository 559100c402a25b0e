//! Every state against every command that decides.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::world::{STEPS, World};

/// One line per state: what `act` leads to there.
pub(super) fn everywhere(acts: &[&str], expected: Expect) {
    let mut seen = String::new();
    for act in acts {
        let _ = writeln!(seen, "{act}");
        for (step, way) in STEPS {
            let mut world = World::new();
            world.play(way);
            world.play("settle");
            assert_eq!(world.case.as_ref().unwrap().state_word(), step);
            let _ = writeln!(seen, "  {step}: {}", world.play(act));
        }
    }
    expected.assert_eq(&seen);
}

#[test]
fn decisions_about_the_draft() {
    everywhere(
        &["bob 承認", "bob 却下 違う", "bob 修正 small", "bob 修正 別の文です。", "bob@9 承認"],
        expect![[r#"
            bob 承認
              drafted: sending machine 30m r1 [asked] | SEND r1#1
              asked: sending machine 30m r1 [asked] | SEND r1#1
              at_desk: at_desk desk 1h r2 [asked] | tell bob already 却下 by ann
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 承認 quarantined
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob 却下 違う
              drafted: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              asked: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              at_desk: at_desk desk 1h r2 [asked] | tell bob already 却下 by ann
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 却下 quarantined
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob 修正 small
              drafted: sending machine 30m r2 [asked] | retire r1, SEND r2#1
              asked: sending machine 30m r2 [asked] | retire r1, SEND r2#1
              at_desk: drafted desk 10m r3 [asked] | save r3, ask bob Approve r3
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 修正 quarantined
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob 修正 別の文です。
              drafted: drafted desk 10m r2 [asked] | retire r1, save r2, ask bob Approve r2
              asked: drafted desk 10m r2 [asked] | retire r1, save r2, ask bob Approve r2
              at_desk: drafted desk 10m r3 [asked] | save r3, ask bob Approve r3
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 修正 quarantined
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob@9 承認
              drafted: drafted desk 10m r1 [asked] | tell bob retired
              asked: asked desk 1h r1 [asked] | tell bob retired
              at_desk: at_desk desk 1h r2 [asked] | tell bob already 却下 by ann
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob retired
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
        "#]],
    );
}

#[test]
fn decisions_about_the_matter() {
    everywhere(
        &[
            "bob 電話済",
            "bob 店舗",
            "bob 店舗 away",
            "staff 対応します",
            "bob 予約確定 8/28",
            "bob 不成立",
            "bob 完了",
        ],
        expect![[r#"
            bob 電話済
              drafted: awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, ask bob Outcome r2, mark +awaiting_reply -asked archive
              asked: awaiting_reply customer 336h r2 [awaiting_reply archived] | retire r1, ask bob Outcome r2, mark +awaiting_reply -asked archive
              at_desk: awaiting_reply customer 336h r3 [awaiting_reply archived] | ask bob Outcome r3, mark +awaiting_reply -asked archive
              sending: sending machine 30m r1 [asked] | tell bob not now 電話済 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 電話済 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 電話済 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 電話済 answered
              at_shop: awaiting_reply customer 336h r3 [awaiting_reply archived] | ask bob Outcome r3, mark +awaiting_reply -asked_shop archive
              quarantined: answered machine 48h r2 [handled archived] | ask bob Outcome r2, mark +handled -triage_poison archive
              converted: converted r1 [handled archived] | tell bob not now 電話済 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 電話済 unconverted
              taken_over: taken_over r1 [] | tell bob not now 電話済 taken_over
            bob 店舗
              drafted: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell bob done 店舗, mark +asked_shop -asked
              asked: at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell bob done 店舗, mark +asked_shop -asked
              at_desk: at_shop shop:本店 168h r3 [asked_shop] | ask staff Shop r3, tell bob done 店舗, mark +asked_shop -asked
              sending: sending machine 30m r1 [asked] | tell bob not now 店舗 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 店舗 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 店舗 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 店舗 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 店舗 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 店舗 quarantined
              converted: converted r1 [handled archived] | tell bob not now 店舗 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 店舗 unconverted
              taken_over: taken_over r1 [] | tell bob not now 店舗 taken_over
            bob 店舗 away
              drafted: drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
              asked: drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
              at_desk: drafted desk 10m r3 [asked] | save r3, ask ann Approve r3, ask bob Approve r3
              sending: sending machine 30m r1 [asked] | tell bob not now 店舗 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 店舗 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 店舗 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 店舗 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 店舗 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 店舗 quarantined
              converted: converted r1 [handled archived] | tell bob not now 店舗 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 店舗 unconverted
              taken_over: taken_over r1 [] | tell bob not now 店舗 taken_over
            staff 対応します
              drafted: drafted desk 10m r1 [asked] | tell staff not now 対応します drafted
              asked: asked desk 1h r1 [asked] | tell staff not now 対応します asked
              at_desk: at_desk desk 1h r2 [asked] | tell staff already 却下 by ann
              sending: sending machine 30m r1 [asked] | tell staff already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell staff already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell staff already 承認 by ann
              at_shop: referred r2 [handled archived] | tell staff done 対応します, mark +handled -asked_shop archive
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff not now 対応します quarantined
              converted: converted r1 [handled archived] | tell staff already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell staff already 承認 by ann
              taken_over: taken_over r1 [] | tell staff already label_removed_by_hand by desk
            bob 予約確定 8/28
              drafted: converted r1 [handled archived] | retire r1, tell bob done 予約確定, mark +handled -asked archive
              asked: converted r1 [handled archived] | retire r1, tell bob done 予約確定, mark +handled -asked archive
              at_desk: converted r2 [handled archived] | tell bob done 予約確定, mark +handled -asked archive
              sending: sending machine 30m r1 [asked] | tell bob not now 予約確定 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 予約確定 unknown
              awaiting_reply: converted r1 [handled archived] | tell bob done 予約確定, mark +handled -awaiting_reply
              answered: converted r1 [handled archived] | tell bob done 予約確定
              at_shop: converted r2 [handled archived] | tell bob done 予約確定, mark +handled -asked_shop archive
              quarantined: converted r1 [handled archived] | tell bob done 予約確定, mark +handled -triage_poison archive
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: converted r1 [handled archived] | tell bob done 予約確定
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob 不成立
              drafted: unconverted r1 [handled archived] | retire r1, tell bob done 不成立, mark +handled -asked archive
              asked: unconverted r1 [handled archived] | retire r1, tell bob done 不成立, mark +handled -asked archive
              at_desk: unconverted r2 [handled archived] | tell bob done 不成立, mark +handled -asked archive
              sending: sending machine 30m r1 [asked] | tell bob not now 不成立 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 不成立 unknown
              awaiting_reply: unconverted r1 [handled archived] | tell bob done 不成立, mark +handled -awaiting_reply
              answered: unconverted r1 [handled archived] | tell bob done 不成立
              at_shop: unconverted r2 [handled archived] | tell bob done 不成立, mark +handled -asked_shop archive
              quarantined: unconverted r1 [handled archived] | tell bob done 不成立, mark +handled -triage_poison archive
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
            bob 完了
              drafted: dismissed r1 [handled archived] | retire r1, tell bob done 完了, mark +handled -asked archive
              asked: dismissed r1 [handled archived] | retire r1, tell bob done 完了, mark +handled -asked archive
              at_desk: dismissed r2 [handled archived] | tell bob done 完了, mark +handled -asked archive
              sending: sending machine 30m r1 [asked] | tell bob not now 完了 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 完了 unknown
              awaiting_reply: dismissed r1 [handled archived] | tell bob done 完了, mark +handled -awaiting_reply
              answered: dismissed r1 [handled archived] | tell bob done 完了
              at_shop: dismissed r2 [handled archived] | tell bob done 完了, mark +handled -asked_shop archive
              quarantined: dismissed r1 [handled archived] | tell bob done 完了, mark +handled -triage_poison archive
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
        "#]],
    );
}

#[test]
fn decisions_after_an_unknown_ending() {
    everywhere(
        &["bob 再送", "bob 送らない", "bob 取消"],
        expect![[r#"
            bob 再送
              drafted: drafted desk 10m r1 [asked] | tell bob not now 再送 drafted
              asked: asked desk 1h r1 [asked] | tell bob not now 再送 asked
              at_desk: at_desk desk 1h r2 [asked] | tell bob not now 再送 at_desk
              sending: sending machine 30m r1 [asked] | tell bob not now 再送 sending
              unknown: sending machine 30m r1 [asked] | SEND r1#2
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 再送 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 再送 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 再送 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 再送 quarantined
              converted: converted r1 [handled archived] | tell bob not now 再送 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 再送 unconverted
              taken_over: taken_over r1 [] | tell bob not now 再送 taken_over
            bob 送らない
              drafted: drafted desk 10m r1 [asked] | tell bob not now 送らない drafted
              asked: asked desk 1h r1 [asked] | tell bob not now 送らない asked
              at_desk: at_desk desk 1h r2 [asked] | tell bob not now 送らない at_desk
              sending: sending machine 30m r1 [asked] | tell bob not now 送らない sending
              unknown: awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, tell bob done 送らない, mark +awaiting_reply -asked archive
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 送らない awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 送らない answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 送らない at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 送らない quarantined
              converted: converted r1 [handled archived] | tell bob not now 送らない converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 送らない unconverted
              taken_over: taken_over r1 [] | tell bob not now 送らない taken_over
            bob 取消
              drafted: drafted desk 10m r1 [asked] | tell bob not now 取消 drafted
              asked: asked desk 1h r1 [asked] | tell bob not now 取消 asked
              at_desk: at_desk desk 1h r2 [asked] | tell bob already 却下 by ann
              sending: sending machine 30m r1 [asked] | tell bob already 承認 by ann
              unknown: unknown machine 30m r1 [asked] | tell bob already 承認 by ann
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob already 承認 by ann
              answered: answered machine 48h r1 [handled archived] | tell bob already 承認 by ann
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob already 店舗 by ann
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 取消 quarantined
              converted: converted r1 [handled archived] | tell bob already 予約確定 by ann
              unconverted: unconverted r1 [handled archived] | tell bob already 承認 by ann
              taken_over: taken_over r1 [] | tell bob already label_removed_by_hand by desk
        "#]],
    );
}
