//! The night report: once per date and shift, empty or not, and the labels come off afterwards.

use expect_test::expect;

use crate::support::office::form;
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{HANAKO, REPORTS, SATO, Story, TANAKA, holds, instant, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// One plain inquiry and one wish to book of 8/27, both answered, and one wish nobody has looked at.
async fn a_day() -> Story {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    story.office.deliver(&form(
        "form2@web.example",
        "Thu, 27 Aug 2026 11:00:00 +0900",
        "鈴木 次郎",
        "03-9876-5432",
        "jiro@customer.example",
        "領収書は発行できますか。",
    ));
    let asked = story.at("27 11:05");
    for request in asked.iter().filter(|post| post.to == SATO) {
        story.answer(request, SATO, "OK");
    }
    story.at("27 11:20");
    story.office.deliver(&form(
        "form3@web.example",
        "Thu, 27 Aug 2026 21:40:00 +0900",
        "高橋 三郎",
        "",
        "saburo@customer.example",
        "明日の18時に池袋院へ行きたいです。",
    ));
    story.at("27 21:45");
    story
}

/// The lines of a report that say what is in it: head, sums, sections, who.
fn outline(report: &str) -> String {
    let start = |line: &&str| line.starts_with(['<', 'A', '■', '※']) || line.contains(" 様");
    report.lines().filter(start).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn inquiries_of_the_day_and_wishes_of_the_day_before_are_named_and_lose_their_label() {
    let story = a_day().await;
    let first = story.at("27 22:05");
    expect![[r#"
        <8/27予約に至らなかったメール>
        A 1件 / B 0件 / 未対応 1件
        ■A お問い合わせ 1件
        1. 8/27 11:00 鈴木 次郎 様
        ■B 予約希望 該当なし
        ■未対応(済むまで毎晩載ります) 1件
        1. 8/27 21:40 【至急】高橋 三郎 様"#]]
    .assert_eq(&outline(&to(&first, REPORTS).text));
    let shelves = story.office.shelves().await;
    holds(&shelves, &["<form1@web.example> $AwaitingReply $Chat", "<form2@web.example> $Chat $Handled"]);
    let second = story.at("28 22:05");
    expect![[r#"
        <8/28予約に至らなかったメール>
        A 0件 / B 1件 / 未対応 1件
        ■A お問い合わせ 該当なし
        ■B 予約希望 1件
        1. 8/27 10:00 山田 花子 様
        ■未対応(済むまで毎晩載ります) 1件
        1. 8/27 21:40 【至急】高橋 三郎 様"#]]
    .assert_eq(&outline(&to(&second, REPORTS).text));
    assert!(!story.office.shelves().await.contains("$AwaitingReply"), "the label is off");
    assert_eq!(story.at("28 23:00").iter().filter(|post| post.to == REPORTS).count(), 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_without_a_case_is_reported_too() {
    let story = Story::open().await;
    story.at("27 12:00");
    let out = story.at("27 22:01");
    let report = to(&out, REPORTS);
    holds(&report.text, &["<8/27予約に至らなかったメール>", "該当なし"]);
    holds(&report.subject, &["<8/27予約に至らなかったメール>"]);
    assert!(!report.text.contains("遅れて"), "{}", report.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_shows_the_report_and_changes_nothing() {
    let story = a_day().await;
    let before = story.office.shelves().await;
    let shown = story.says(&["report", "night", "--date", "2026-08-28", "--dry-run"]);
    holds(&shown, &["<8/28予約に至らなかったメール>", "山田 花子", "未対応 1件"]);
    let csv = story.says(&["report", "night", "--date", "2026-08-28", "--dry-run", "--csv"]);
    assert!(csv.lines().count() >= 3, "{csv}");
    assert_eq!(story.office.shelves().await, before);
    assert_eq!(story.posted().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_made_by_hand_is_the_one_of_that_night() {
    let story = a_day().await;
    // Over the socket: the running daemon's clock is the rehearsed one.
    let daemon = story.office.start(&["--at", &instant("27 21:50")]);
    holds(&story.says(&["report", "night", "--date", "2026-08-27"]), &["鈴木 次郎"]);
    let again = story.office.run(&["report", "night", "--date", "2026-08-27"]);
    assert_eq!(again.status.code(), Some(1));
    daemon.stop();
    story.at("27 21:55");
    story.at("27 22:05");
    assert_eq!(story.mails_to(REPORTS), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_may_be_lost_is_told_and_its_cases_come_again() {
    let story = a_day().await;
    story.sink.play(At::Dot, Act::Cut);
    let out = story.at("27 22:05");
    holds(&to(&out, TANAKA).text, &["届いたかどうか分かりません", "次の報告にもう一度載ります"]);
    let next = story.at("28 22:05");
    holds(&to(&next, REPORTS).text, &["鈴木 次郎", "山田 花子"]);
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_report_is_told_and_a_busy_server_only_delays_it() {
    let story = Story::open().await;
    story.at("27 12:00");
    story.sink.play(At::Mail, Act::Reply("421 4.3.2 busy"));
    assert_eq!(story.at("27 22:05").len(), 0);
    holds(&to(&story.at("27 22:10"), REPORTS).subject, &["<8/27予約に至らなかったメール>"]);
    story.sink.play(At::Rcpt, Act::Reply("550 5.1.1 no such user"));
    let told = story.at("28 22:05");
    holds(&to(&told, TANAKA).text, &["断られました", "--date 2026-08-28 --dry-run"]);
}
