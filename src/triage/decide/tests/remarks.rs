//! Every state against remarks, arrangements, and those who may say little.

use expect_test::expect;

use super::decisions::everywhere;

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
              drafted: drafted desk 10m r1 [asked] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              asked: asked desk 1h r1 [asked] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              at_desk: at_desk desk 1h r2 [asked] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              sending: sending machine 30m r1 [asked] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              unknown: unknown machine 30m r1 [asked] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              answered: answered machine 48h r1 [handled archived] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              converted: converted r1 [handled archived] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              unconverted: unconverted r1 [handled archived] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
              taken_over: taken_over r1 [] | tell staff done メモ, tell ann staff says はい, tell bob staff says はい
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
