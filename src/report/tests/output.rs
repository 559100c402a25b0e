//! Golden texts, tables and JSON.

use expect_test::expect;

use super::*;

fn csv(night: &Night) -> String {
    String::from_utf8(night.csv()).unwrap().replace('\u{feff}', "<BOM>").replace("\r\n", "<CRLF>\n")
}

#[test]
fn a_usual_night_as_text() {
    let report = report(&usual_cases(), 28).naming(&people());
    expect![[r#"
        <8/28予約に至らなかったメール>
        A 2件 / B 2件 / 未対応 2件

        ■A お問い合わせ 2件

        1. 8/27 21:40 Olga Nowak 様
        TEL +48 22 123 45 67 / olga@example.pl
        池袋院 / 症状 / 店舗依頼中 8/27 22:15 / No.081040G208

        2. 8/28 10:05 山田 太郎 様
        TEL 090-1234-5678 / taro@example.com
        新宿院 / 料金 / 対応済 8/28 10:40 / No.040G208104

        ■B 予約希望 2件

        1. 8/26 23:59 お名前不明
        TEL 0120-123-456
        予約 / 不成立 8/27 12:00 / No.0G2081040G
        希望 8月28日(金) 10:00

        2. 8/27 9:00 佐々木 花子 様
        TEL 03-1234-5678 / hana..ko.@docomo.ne.jp
        新宿院 / 予約 / 返信待ち 8/27 9:30 / No.0C1G60R30C
        希望 8月29日(土) 14:00、8月29日(土) 16:00〜18:00、8月30日(日)

        ■未対応(済むまで毎晩載ります) 2件

        1. 8/26 18:00 お名前不明
        連絡先不明
        A お問い合わせ / 分類要確認 / 料金
        未対応(宛先なし) 担当:責任者 8/26 18:01〜(2日経過) / No.0R30C1G60R

        2. 8/28 20:10 【至急】高橋 様
        takahashi@example.com
        B 予約希望 / 予約 / 確認中 担当:佐藤 8/28 20:12〜 / No.0M2GA1850M
        希望 8月31日(月) 9:00〜12:00
    "#]]
    .assert_eq(&report.text());
    expect!["<8/28予約に至らなかったメール> 【JITANBODY整体院】 A 2件 B 2件 未対応 2件"]
        .assert_eq(&report.subject("JITANBODY整体院"));
}

#[test]
fn a_usual_night_as_csv() {
    expect![[r#"
        <BOM>"報告日","区分","受信日","受信時刻","受付番号","お名前","電話番号","メールアドレス","店舗","用件","種別","至急","希望日時","状態","担当","状態の開始","経過日数","メール数"<CRLF>
        "2026-08-28","A お問い合わせ","2026-08-27","21:40","081040G208","Olga Nowak","'+48 22 123 45 67","olga@example.pl","池袋院","症状","A お問い合わせ","","","店舗依頼中","池袋院","2026-08-27 22:15","1","1"<CRLF>
        "2026-08-28","A お問い合わせ","2026-08-28","10:05","040G208104","山田 太郎","090-1234-5678","taro@example.com","新宿院","料金","A お問い合わせ","","","対応済","","2026-08-28 10:40","0","1"<CRLF>
        "2026-08-28","B 予約希望","2026-08-26","23:59","0G2081040G","","0120-123-456","","","予約","B 予約希望","","8月28日(金) 10:00","不成立","","2026-08-27 12:00","2","1"<CRLF>
        "2026-08-28","B 予約希望","2026-08-27","09:00","0C1G60R30C","佐々木 花子","03-1234-5678","hana..ko.@docomo.ne.jp","新宿院","予約","B 予約希望","","8月29日(土) 14:00、8月29日(土) 16:00〜18:00、8月30日(日)","返信待ち","お客様","2026-08-27 09:30","1","1"<CRLF>
        "2026-08-28","未対応","2026-08-26","18:00","0R30C1G60R","","","","","料金","A お問い合わせ(要確認)","","","未対応(宛先なし)","責任者","2026-08-26 18:01","2","1"<CRLF>
        "2026-08-28","未対応","2026-08-28","20:10","0M2GA1850M","高橋","","takahashi@example.com","","予約","B 予約希望","至急","8月31日(月) 9:00〜12:00","確認中","佐藤","2026-08-28 20:12","0","1"<CRLF>
    "#]].assert_eq(&csv(&report(&usual_cases(), 28).naming(&people())));
}

#[test]
fn a_usual_night_as_json() {
    let night = report(&usual_cases(), 28);
    expect![[r#"
        {
          "date": "2026-08-28",
          "shift": "night",
          "heading": "<8/28予約に至らなかったメール>",
          "planned": "2026-08-28T22:00:00+09:00",
          "made": "2026-08-28T22:00:00+09:00",
          "late": false,
          "counts": {
            "inquiry": 2,
            "reservation": 2,
            "unfinished": 2
          },
          "by_hand": {
            "archived": 0,
            "moved": 0,
            "deleted": 0,
            "marked": 0
          },
          "complaints": [],
          "audit_head": null,
          "items": [
            {
              "section": "inquiry",
              "day": "2026-08-27",
              "received": "2026-08-27T21:40:00+09:00",
              "case": "081040G208",
              "name": "Olga Nowak",
              "phone": "+48221234567",
              "address": "olga@example.pl",
              "shop": "池袋院",
              "topic": "症状",
              "class": "inquiry",
              "ambiguous": false,
              "urgent": false,
              "wishes": [],
              "state": "店舗依頼中",
              "since": "2026-08-27T22:15:00+09:00",
              "owner": "池袋院",
              "nights": 1,
              "mails": 1
            },
            {
              "section": "inquiry",
              "day": "2026-08-28",
              "received": "2026-08-28T10:05:00+09:00",
              "case": "040G208104",
              "name": "山田 太郎",
              "phone": "09012345678",
              "address": "taro@example.com",
              "shop": "新宿院",
              "topic": "料金",
              "class": "inquiry",
              "ambiguous": false,
              "urgent": false,
              "wishes": [],
              "state": "対応済",
              "since": "2026-08-28T10:40:00+09:00",
              "owner": null,
              "nights": 0,
              "mails": 1
            },
            {
              "section": "reservation",
              "day": "2026-08-26",
              "received": "2026-08-26T23:59:00+09:00",
              "case": "0G2081040G",
              "name": null,
              "phone": "0120123456",
              "address": null,
              "shop": null,
              "topic": "予約",
              "class": "reservation",
              "ambiguous": false,
              "urgent": false,
              "wishes": [
                "8月28日(金) 10:00"
              ],
              "state": "不成立",
              "since": "2026-08-27T12:00:00+09:00",
              "owner": null,
              "nights": 2,
              "mails": 1
            },
            {
              "section": "reservation",
              "day": "2026-08-27",
              "received": "2026-08-27T09:00:00+09:00",
              "case": "0C1G60R30C",
              "name": "佐々木 花子",
              "phone": "0312345678",
              "address": "hana..ko.@docomo.ne.jp",
              "shop": "新宿院",
              "topic": "予約",
              "class": "reservation",
              "ambiguous": false,
              "urgent": false,
              "wishes": [
                "8月29日(土) 14:00",
                "8月29日(土) 16:00〜18:00",
                "8月30日(日)"
              ],
              "state": "返信待ち",
              "since": "2026-08-27T09:30:00+09:00",
              "owner": "お客様",
              "nights": 1,
              "mails": 1
            },
            {
              "section": "unfinished",
              "day": "2026-08-26",
              "received": "2026-08-26T18:00:00+09:00",
              "case": "0R30C1G60R",
              "name": null,
              "phone": null,
              "address": null,
              "shop": null,
              "topic": "料金",
              "class": "inquiry",
              "ambiguous": true,
              "urgent": false,
              "wishes": [],
              "state": "未対応(宛先なし)",
              "since": "2026-08-26T18:01:00+09:00",
              "owner": "責任者",
              "nights": 2,
              "mails": 1
            },
            {
              "section": "unfinished",
              "day": "2026-08-28",
              "received": "2026-08-28T20:10:00+09:00",
              "case": "0M2GA1850M",
              "name": "高橋",
              "phone": null,
              "address": "takahashi@example.com",
              "shop": null,
              "topic": "予約",
              "class": "reservation",
              "ambiguous": false,
              "urgent": true,
              "wishes": [
                "8月31日(月) 9:00〜12:00"
              ],
              "state": "確認中",
              "since": "2026-08-28T20:12:00+09:00",
              "owner": "sato@jitanbody.example",
              "nights": 0,
              "mails": 1
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&night.json()).unwrap());
}

#[test]
fn an_empty_night_is_a_report_too() {
    let night = report(&[], 28);
    expect![[r#"
        <8/28予約に至らなかったメール>
        該当なし
    "#]]
    .assert_eq(&night.text());
    expect!["<8/28予約に至らなかったメール> 【JITANBODY整体院】 該当なし"]
        .assert_eq(&night.subject("JITANBODY整体院"));
    expect![[r#"
        <BOM>"報告日","区分","受信日","受信時刻","受付番号","お名前","電話番号","メールアドレス","店舗","用件","種別","至急","希望日時","状態","担当","状態の開始","経過日数","メール数"<CRLF>
    "#]].assert_eq(&csv(&night));
    expect![[r#"{"date":"2026-08-28","shift":"night","heading":"<8/28予約に至らなかったメール>","planned":"2026-08-28T22:00:00+09:00","made":"2026-08-28T22:00:00+09:00","late":false,"counts":{"inquiry":0,"reservation":0,"unfinished":0},"by_hand":{"archived":0,"moved":0,"deleted":0,"marked":0},"complaints":[],"audit_head":null,"items":[]}"#]].assert_eq(&night.json().to_string());
}

#[test]
fn a_section_without_cases_says_so() {
    let booking = booking(case(1, at(27, 9, 5), closed(Outcome::Unconverted, at(28, 1, 0))), &[]);
    let night = report(&[booking], 28);
    expect![[r#"
        <8/28予約に至らなかったメール>
        A 0件 / B 1件 / 未対応 0件

        ■A お問い合わせ 該当なし

        ■B 予約希望 1件

        1. 8/27 9:05 お名前不明
        連絡先不明
        予約 / 不成立 8/28 1:00 / No.040G208104
    "#]]
    .assert_eq(&night.text());
    expect!["<8/28予約に至らなかったメール> 【desk】 A 0件 B 1件"].assert_eq(&night.subject("desk"));
}

#[test]
fn late_and_early_reports_say_so() {
    for (now, expected) in [
        (
            at(28, 22, 0),
            expect![[r#"
            <8/28予約に至らなかったメール>
            該当なし
        "#]],
        ),
        (
            at(28, 22, 14),
            expect![[r#"
            <8/28予約に至らなかったメール>
            該当なし
        "#]],
        ),
        (
            at(28, 22, 15),
            expect![[r#"
            <8/28予約に至らなかったメール>
            ※8/28 22:00の予定に遅れて8/28 22:15に作成しました
            該当なし
        "#]],
        ),
        (
            at(29, 6, 5),
            expect![[r#"
            <8/28予約に至らなかったメール>
            ※8/28 22:00の予定に遅れて8/29 6:05に作成しました
            該当なし
        "#]],
        ),
        (
            at(28, 14, 30),
            expect![[r#"
            <8/28予約に至らなかったメール>
            ※8/28 14:30時点の途中経過です(報告は8/28 22:00)
            該当なし
        "#]],
        ),
    ] {
        expected.assert_eq(&made(&[], 28, now).text());
    }
}

#[test]
fn headings_have_no_leading_zeros() {
    for (date, expected) in [
        (date(2026, 8, 28), "<8/28予約に至らなかったメール>"),
        (date(2026, 12, 1), "<12/1予約に至らなかったメール>"),
        (date(2027, 1, 9), "<1/9予約に至らなかったメール>"),
    ] {
        let night = night(&[], date, "night", None, &tokyo(), at(28, 22, 0), at(28, 22, 0));
        assert_eq!(night.heading(), expected);
        assert_eq!(night.text().lines().next(), Some(expected));
    }
}

#[test]
fn topics_are_called_as_the_rules_call_them() {
    let own = "[[decision]]\ntopic = \"bikes\"\nja = \"自転車\"\nen = \"bikes\"\n";
    let rules = crate::rules::parse(&[("rules/bikes.toml", own)], None).unwrap();
    for (topic, shown) in [("bikes", "自転車"), ("price", "料金"), ("gone", "gone")] {
        let mut case = usual_cases().remove(0);
        case.matter.topic = topic.to_owned();
        let report = report(&[case], 28).calling(|_| rules.topics());
        assert_eq!(report.items.iter().map(|item| item.topic.as_str()).collect::<Vec<_>>(), [shown]);
    }
}
