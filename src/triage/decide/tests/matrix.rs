//! Every state against every command, every arrival and the clock.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::world::{STEPS, World};

/// One line per state: what `act` leads to there.
fn everywhere(acts: &[&str], expected: Expect) {
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
              taken_over: taken_over r1 [] | tell bob not now 承認 taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 却下 taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 修正 taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 修正 taken_over
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
              taken_over: taken_over r1 [] | tell bob retired
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
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 電話済 quarantined
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
              taken_over: taken_over r1 [] | tell staff not now 対応します taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 予約確定 taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 不成立 taken_over
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
              taken_over: taken_over r1 [] | tell bob not now 完了 taken_over
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
          unknown: awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
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
          at_desk: at_desk desk 1h r2 [asked] | tell bob not now 取消 at_desk
          sending: sending machine 30m r1 [asked] | tell bob not now 取消 sending
          unknown: unknown machine 30m r1 [asked] | tell bob not now 取消 unknown
          awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 取消 awaiting_reply
          answered: answered machine 48h r1 [handled archived] | tell bob not now 取消 answered
          at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 取消 at_shop
          quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 取消 quarantined
          converted: converted r1 [handled archived] | tell bob not now 取消 converted
          unconverted: unconverted r1 [handled archived] | tell bob not now 取消 unconverted
          taken_over: taken_over r1 [] | tell bob not now 取消 taken_over
    "#]],
    );
}

#[test]
fn remarks() {
    everywhere(
        &[
            "bob 電話×",
            "bob メモ 確認中",
            "bob 保留 120",
            "bob 担当 ann",
            "bob 担当 誰か",
            "bob 分類 A",
            "bob 分類 B",
            "bob STATUS",
            "bob HELP",
        ],
        expect![[r#"
            bob 電話×
              drafted: drafted desk 10m r1 [asked] | tell bob done 電話×
              asked: asked desk 1h r1 [asked] | tell bob done 電話×
              at_desk: at_desk desk 1h r2 [asked] | tell bob done 電話×
              sending: sending machine 30m r1 [asked] | tell bob done 電話×
              unknown: unknown machine 30m r1 [asked] | tell bob done 電話×
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob done 電話×
              answered: answered machine 48h r1 [handled archived] | tell bob done 電話×
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob done 電話×
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob done 電話×
              converted: converted r1 [handled archived] | tell bob done 電話×
              unconverted: unconverted r1 [handled archived] | tell bob done 電話×
              taken_over: taken_over r1 [] | tell bob done 電話×
            bob メモ 確認中
              drafted: drafted desk 10m r1 [asked] | tell bob done メモ
              asked: asked desk 1h r1 [asked] | tell bob done メモ
              at_desk: at_desk desk 1h r2 [asked] | tell bob done メモ
              sending: sending machine 30m r1 [asked] | tell bob done メモ
              unknown: unknown machine 30m r1 [asked] | tell bob done メモ
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob done メモ
              answered: answered machine 48h r1 [handled archived] | tell bob done メモ
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob done メモ
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob done メモ
              converted: converted r1 [handled archived] | tell bob done メモ
              unconverted: unconverted r1 [handled archived] | tell bob done メモ
              taken_over: taken_over r1 [] | tell bob done メモ
            bob 保留 120
              drafted: drafted desk 2h r1 [asked] | tell bob done 保留
              asked: asked desk 2h r1 [asked] | tell bob done 保留
              at_desk: at_desk desk 2h r2 [asked] | tell bob done 保留
              sending: sending machine 30m r1 [asked] | tell bob not now 保留 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 保留 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 保留 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 保留 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 保留 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob done 保留
              converted: converted r1 [handled archived] | tell bob not now 保留 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 保留 unconverted
              taken_over: taken_over r1 [] | tell bob not now 保留 taken_over
            bob 担当 ann
              drafted: drafted ann 10m r1 [asked] | ask ann Approve r1, tell bob done 担当
              asked: asked ann 1h r1 [asked] | ask ann Approve r1, tell bob done 担当
              at_desk: at_desk ann 1h r2 [asked] | ask ann Write r2, tell bob done 担当
              sending: sending machine 30m r1 [asked] | tell bob not now 担当 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 担当 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 担当 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 担当 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 担当 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 担当 quarantined
              converted: converted r1 [handled archived] | tell bob not now 担当 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 担当 unconverted
              taken_over: taken_over r1 [] | tell bob not now 担当 taken_over
            bob 担当 誰か
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
            bob 分類 A
              drafted: drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
              asked: drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
              at_desk: at_desk desk 1h r2 [asked] | tell bob done 分類
              sending: sending machine 30m r1 [asked] | tell bob done 分類
              unknown: unknown machine 30m r1 [asked] | tell bob done 分類
              awaiting_reply: answered machine 48h r1 [handled archived] | tell bob done 分類, mark +handled -awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob done 分類
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob done 分類
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob done 分類
              converted: converted r1 [handled archived] | tell bob done 分類
              unconverted: unconverted r1 [handled archived] | tell bob done 分類
              taken_over: taken_over r1 [] | tell bob done 分類
            bob 分類 B
              drafted: drafted desk 10m r1 [asked] | tell bob done 分類
              asked: asked desk 1h r1 [asked] | tell bob done 分類
              at_desk: at_desk desk 1h r2 [asked] | tell bob done 分類
              sending: sending machine 30m r1 [asked] | tell bob done 分類
              unknown: unknown machine 30m r1 [asked] | tell bob done 分類
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob done 分類
              answered: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob done 分類, mark +awaiting_reply -handled
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob done 分類
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob done 分類
              converted: converted r1 [handled archived] | tell bob done 分類
              unconverted: unconverted r1 [handled archived] | tell bob done 分類
              taken_over: taken_over r1 [] | tell bob done 分類
            bob STATUS
              drafted: drafted desk 10m r1 [asked] | tell bob status
              asked: asked desk 1h r1 [asked] | tell bob status
              at_desk: at_desk desk 1h r2 [asked] | tell bob status
              sending: sending machine 30m r1 [asked] | tell bob status
              unknown: unknown machine 30m r1 [asked] | tell bob status
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob status
              answered: answered machine 48h r1 [handled archived] | tell bob status
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob status
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob status
              converted: converted r1 [handled archived] | tell bob status
              unconverted: unconverted r1 [handled archived] | tell bob status
              taken_over: taken_over r1 [] | tell bob status
            bob HELP
              drafted: drafted desk 10m r1 [asked] | tell bob help
              asked: asked desk 1h r1 [asked] | tell bob help
              at_desk: at_desk desk 1h r2 [asked] | tell bob help
              sending: sending machine 30m r1 [asked] | tell bob help
              unknown: unknown machine 30m r1 [asked] | tell bob help
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob help
              answered: answered machine 48h r1 [handled archived] | tell bob help
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob help
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob help
              converted: converted r1 [handled archived] | tell bob help
              unconverted: unconverted r1 [handled archived] | tell bob help
              taken_over: taken_over r1 [] | tell bob help
        "#]],
    );
}

#[test]
fn staff_may_accept_note_and_ask_and_nothing_else() {
    everywhere(
        &["staff 承認", "staff 完了", "staff メモ はい", "staff STATUS", "zoe 対応します"],
        expect![[r#"
            staff 承認
              drafted: drafted desk 10m r1 [asked] | tell staff not now 承認 drafted
              asked: asked desk 1h r1 [asked] | tell staff not now 承認 asked
              at_desk: at_desk desk 1h r2 [asked] | tell staff not now 承認 at_desk
              sending: sending machine 30m r1 [asked] | tell staff not now 承認 sending
              unknown: unknown machine 30m r1 [asked] | tell staff not now 承認 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff not now 承認 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell staff not now 承認 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell staff not now 承認 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff not now 承認 quarantined
              converted: converted r1 [handled archived] | tell staff not now 承認 converted
              unconverted: unconverted r1 [handled archived] | tell staff not now 承認 unconverted
              taken_over: taken_over r1 [] | tell staff not now 承認 taken_over
            staff 完了
              drafted: drafted desk 10m r1 [asked] | tell staff not now 完了 drafted
              asked: asked desk 1h r1 [asked] | tell staff not now 完了 asked
              at_desk: at_desk desk 1h r2 [asked] | tell staff not now 完了 at_desk
              sending: sending machine 30m r1 [asked] | tell staff not now 完了 sending
              unknown: unknown machine 30m r1 [asked] | tell staff not now 完了 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff not now 完了 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell staff not now 完了 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell staff not now 完了 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff not now 完了 quarantined
              converted: converted r1 [handled archived] | tell staff not now 完了 converted
              unconverted: unconverted r1 [handled archived] | tell staff not now 完了 unconverted
              taken_over: taken_over r1 [] | tell staff not now 完了 taken_over
            staff メモ はい
              drafted: drafted desk 10m r1 [asked] | tell staff done メモ
              asked: asked desk 1h r1 [asked] | tell staff done メモ
              at_desk: at_desk desk 1h r2 [asked] | tell staff done メモ
              sending: sending machine 30m r1 [asked] | tell staff done メモ
              unknown: unknown machine 30m r1 [asked] | tell staff done メモ
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff done メモ
              answered: answered machine 48h r1 [handled archived] | tell staff done メモ
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell staff done メモ
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff done メモ
              converted: converted r1 [handled archived] | tell staff done メモ
              unconverted: unconverted r1 [handled archived] | tell staff done メモ
              taken_over: taken_over r1 [] | tell staff done メモ
            staff STATUS
              drafted: drafted desk 10m r1 [asked] | tell staff status
              asked: asked desk 1h r1 [asked] | tell staff status
              at_desk: at_desk desk 1h r2 [asked] | tell staff status
              sending: sending machine 30m r1 [asked] | tell staff status
              unknown: unknown machine 30m r1 [asked] | tell staff status
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff status
              answered: answered machine 48h r1 [handled archived] | tell staff status
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell staff status
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff status
              converted: converted r1 [handled archived] | tell staff status
              unconverted: unconverted r1 [handled archived] | tell staff status
              taken_over: taken_over r1 [] | tell staff status
            zoe 対応します
              drafted: drafted desk 10m r1 [asked] | tell zoe not now 対応します drafted
              asked: asked desk 1h r1 [asked] | tell zoe not now 対応します asked
              at_desk: at_desk desk 1h r2 [asked] | tell zoe not now 対応します at_desk
              sending: sending machine 30m r1 [asked] | tell zoe not now 対応します sending
              unknown: unknown machine 30m r1 [asked] | tell zoe not now 対応します unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell zoe not now 対応します awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell zoe not now 対応します answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell zoe not now 対応します at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell zoe not now 対応します quarantined
              converted: converted r1 [handled archived] | tell zoe not now 対応します converted
              unconverted: unconverted r1 [handled archived] | tell zoe not now 対応します unconverted
              taken_over: taken_over r1 [] | tell zoe not now 対応します taken_over
        "#]],
    );
}

#[test]
fn another_mail_and_the_same_again() {
    everywhere(
        &["mail A", "mail B", "again A", "unreadable"],
        expect![[r#"
            mail A
              drafted: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              asked: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              at_desk: at_desk desk 1h r3 [asked] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
              sending: sending machine 30m r1 [asked] [asked] | mark +asked
              unknown: unknown machine 30m r1 [asked] [asked] | mark +asked
              awaiting_reply: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
              answered: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              at_shop: at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | ask staff Shop r3, mark +asked_shop
              quarantined: drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked -triage_poison, mark +asked
              converted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              unconverted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              taken_over: at_desk desk 1h r2 [asked] [asked] | ask ann Write r2, ask bob Write r2, mark +asked, mark +asked
            mail B
              drafted: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              asked: drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
              at_desk: at_desk desk 1h r3 [asked] [asked] | ask ann Write r3, ask bob Write r3, mark +asked
              sending: sending machine 30m r1 [asked] [asked] | mark +asked
              unknown: unknown machine 30m r1 [asked] [asked] | mark +asked
              awaiting_reply: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +handled -awaiting_reply, mark +asked
              answered: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              at_shop: at_shop shop:本店 168h r3 [asked_shop] [asked_shop] | ask staff Shop r3, mark +asked_shop
              quarantined: drafted desk 10m r2 [asked] [asked] | save r2, ask ann Approve r2, ask bob Approve r2, mark +asked -triage_poison, mark +asked
              converted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              unconverted: at_desk desk 1h r2 [handled archived] [asked] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked
              taken_over: at_desk desk 1h r2 [asked] [asked] | ask ann Write r2, ask bob Write r2, mark +asked, mark +asked
            again A
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
            unreadable
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
fn the_clock() {
    everywhere(
        &["early", "due", "due; due", "+10000h; due"],
        expect![[r#"
        early
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
        due
          drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
          asked: asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
          at_desk: at_desk desk 2h r2 [asked] | ask ann Write r2 again1, ask bob Write r2 again1
          sending: sending machine 2h r1 [asked] | tell sue overdue sending
          unknown: unknown ann 1h r1 [asked] | ask ann Unknown r1
          awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
          answered: closed r1 [handled archived] |
          at_shop: referred r2 [handled archived] | mark +handled -asked_shop archive
          quarantined: quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1 again1
          converted: -
          unconverted: -
          taken_over: -
        due; due
          drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
          asked: asked desk 4h r1 [asked] | ask ann Approve r1 again2, ask bob Approve r1 again2, ask sue Approve r1 again2
          at_desk: at_desk desk 4h r2 [asked] | ask ann Write r2 again2, ask bob Write r2 again2, ask sue Write r2 again2
          sending: sending machine 2h r1 [asked] | tell sue overdue sending
          unknown: unknown ann 2h r1 [asked] | ask ann Unknown r1 again1, ask bob Unknown r1 again1
          awaiting_reply: -
          answered: -
          at_shop: -
          quarantined: quarantined supervisors 4h r1 [triage_poison] | ask sue Quarantine r1 again2
          converted: -
          unconverted: -
          taken_over: -
        +10000h; due
          drafted: drafted desk 2h r1 [asked] | tell sue overdue drafted
          asked: asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
          at_desk: at_desk desk 2h r2 [asked] | ask ann Write r2 again1, ask bob Write r2 again1
          sending: sending machine 2h r1 [asked] | tell sue overdue sending
          unknown: unknown ann 1h r1 [asked] | ask ann Unknown r1
          awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
          answered: closed r1 [handled archived] |
          at_shop: referred r2 [handled archived] | mark +handled -asked_shop archive
          quarantined: quarantined supervisors 2h r1 [triage_poison] | ask sue Quarantine r1 again1
          converted: -
          unconverted: -
          taken_over: -
    "#]],
    );
}

#[test]
fn a_report_and_a_returned_mail() {
    everywhere(
        &["report 08-28", "bounce 1", "bounce 7"],
        expect![[r#"
            report 08-28
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: unconverted r1 [handled archived] | mark +handled -awaiting_reply
              answered: closed r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: quarantined supervisors 2h r1 [triage_poison] |
              converted: converted r1 [handled archived] |
              unconverted: -
              taken_over: taken_over r1 [] |
            bounce 1
              drafted: -
              asked: -
              at_desk: -
              sending: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              unknown: at_desk desk 1h r2 [asked] | retire r1, ask ann Write r2, ask bob Write r2
              awaiting_reply: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -awaiting_reply
              answered: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -handled
              at_shop: -
              quarantined: -
              converted: -
              unconverted: at_desk desk 1h r2 [asked archived] | retire r1, ask ann Write r2, ask bob Write r2, mark +asked -handled
              taken_over: -
            bounce 7
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
