//! What a call centre may not answer goes to the shop, and comes back or is done after a week.

use crate::support::office::form;
use crate::support::story::{HANAKO, IKEBUKURO, SATO, SHINJUKU, SUZUKI, Story, holds, receivers, to};

const SYMPTOM: &str = "池袋院でヘルニアの施術は受けられますか。足のしびれがあります。";
const AT_SHINJUKU: &str = "新宿院でヘルニアの施術は受けられますか。足のしびれがあります。";

/// A question for the shop, handed over by Sato at 10:20.
async fn handed_over() -> (Story, Vec<crate::support::story::Post>) {
    let story = Story::open().await;
    story.hanako_asks(SYMPTOM);
    let asked = story.at("27 10:05");
    holds(&to(&asked, SATO).text, &["店舗スタッフに確認"]);
    story.answer(to(&asked, SATO), SATO, "店舗");
    let out = story.at("27 10:20");
    (story, out)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_accept_and_the_mail_leaves_the_inbox() {
    let (story, out) = handed_over().await;
    assert_eq!(receivers(&out), [IKEBUKURO, SATO]);
    holds(&to(&out, IKEBUKURO).text, &["対応します", "足のしびれ", "090"]);
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $AskedShop $Chat\n"]);
    story.answer(to(&out, IKEBUKURO), IKEBUKURO, "対応します");
    story.at("28 09:00");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("referred", 0));
    holds(&story.office.shelves().await, &["INBOX\nArchive\n", "<form1@web.example> $Chat $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_it_is_archived_after_a_week_and_not_before() {
    let (story, _) = handed_over().await;
    story.at("09-03 10:00");
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $AskedShop $Chat\n"]);
    story.at("09-03 10:30");
    assert_eq!(story.state(), "referred");
    holds(&story.office.shelves().await, &["INBOX\nArchive\n", "<form1@web.example> $Chat $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_staff_are_away_the_customer_hears_until_when() {
    let story = Story::open().await;
    story.hanako_asks(AT_SHINJUKU);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "店舗");
    let shown = story.at("27 10:20");
    let days = ["担当スタッフの山本", "8月27日(木)", "8月29日(土)", "8月30日(日)以降", "申し訳ございません"];
    holds(&to(&shown, SATO).text, &days);
    story.answer(to(&shown, SATO), SATO, "OK");
    let out = story.at("27 10:30");
    holds(&to(&out, HANAKO).text, &days);
    holds(&to(&out, SHINJUKU).text, &["対応します", "足のしびれ"]);
    assert_eq!(story.state(), "at_shop");
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $AskedShop $Chat\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_away_can_be_told_in_the_answer() {
    let story = Story::open().await;
    story.hanako_asks(SYMPTOM);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "店舗 不在 8/28~8/30 8/31");
    let shown = story.at("27 10:20");
    holds(&to(&shown, SATO).text, &["8月28日(金)", "8月30日(日)", "8月31日(月)以降"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_cannot_approve_a_customers_mail() {
    let (story, out) = handed_over().await;
    story.answer(to(&out, IKEBUKURO), IKEBUKURO, "OK");
    let told = story.at("27 10:30");
    // Whatever the staff say in their own words is a note, and the desk reads it.
    assert_eq!(receivers(&told), [IKEBUKURO, SATO, SUZUKI]);
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("at_shop", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_again_is_heard_by_the_staff() {
    let (story, _) = handed_over().await;
    story.office.deliver(&form(
        "form2@web.example",
        "Thu, 27 Aug 2026 15:00:00 +0900",
        "山田 花子",
        "090-1234-5678",
        HANAKO,
        "痛み止めを飲んでいることを書き忘れました。",
    ));
    let out = story.at("27 15:05");
    holds(&to(&out, IKEBUKURO).text, &["痛み止めを飲んでいる"]);
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("at_shop", 0));
    assert!(!to(&out, IKEBUKURO).text.contains("返信案"), "the staff are asked, not shown a draft");
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_the_shops_mark_off_by_hand_takes_the_case_over() {
    let (story, out) = handed_over().await;
    story.office.flag("INBOX", "form1@web.example", "-FLAGS", "$AskedShop");
    story.at("27 12:00");
    assert_eq!(story.state(), "taken_over");
    story.answer(to(&out, IKEBUKURO), IKEBUKURO, "対応します");
    story.at("27 12:10");
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $Chat\n"]);
    assert_eq!(story.at("09-05 12:00").iter().filter(|post| post.to == IKEBUKURO).count(), 0);
}
