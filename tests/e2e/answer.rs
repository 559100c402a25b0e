//! From the form to the customer's answer: one approved mail, its marks, and what the customer says then.

use expect_test::expect;

use crate::support::office::{DESK, answer_as, form, letter};
use crate::support::story::{HANAKO, SATO, SUZUKI, Story, holds, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
const QUESTION: &str = "領収書は発行できますか。";

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_book_is_drafted_asked_and_waits_in_the_inbox() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    assert_eq!(receivers(&asked), [SATO, SUZUKI]);
    let request = to(&asked, SATO);
    holds(
        &request.text,
        &["山田 花子", "8月29日(土) 14:00", WISH, "お待たせして申し訳ございません。", HANAKO, "token: "],
    );
    expect![[r#"
        INBOX
          <form1@web.example> $Asked $Chat
        Archive
        Drafts
          <draft.GSSFHFN4NY.1@jitanbody.example> \Draft
        Sent
    "#]]
    .assert_eq(&story.office.shelves().await);
    assert_eq!(story.mails_to(HANAKO), 0, "nothing leaves without approval");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_answer_goes_out_once_and_the_mail_waits_in_the_archive() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    // Under a Message-ID of its own: that of a request changes with the minute, and shows on the shelves.
    story.office.deliver(&answer_as("ok@answers.example", to(&asked, SATO).raw.as_bytes(), SATO, "OK"));
    let out = story.at("27 10:20");
    assert_eq!(receivers(&out), [HANAKO, SATO]);
    let sent = to(&out, HANAKO);
    assert_eq!(sent.subject, "【JITANBODY整体院】ご予約のご希望を承りました");
    assert_eq!(sent.header("In-Reply-To"), None, "a new mail, never an answer to the form");
    assert_eq!(sent.header("References"), None);
    assert!(!sent.raw.contains("token") && !sent.raw.contains("web.example"), "{}", sent.raw);
    holds(&to(&out, SATO).text, &["予約確定", "不成立"]);
    expect![[r#"
        INBOX
        Archive
          <draft.GSSFHFN4NY.1@jitanbody.example> \Draft
          <form1@web.example> $AwaitingReply $Chat
          <ok@answers.example> $Handled
        Drafts
        Sent
          <reply.GSSFHFN4NY.1@jitanbody.example> \Seen
    "#]]
    .assert_eq(&story.office.shelves().await);
    assert_eq!(story.at("27 10:30").len(), 0, "a restart sends nothing again");
    assert_eq!(story.mails_to(HANAKO), 1);
    assert_eq!(story.mails_to("form@jitanbody.example"), 0);
    for forbidden in ["EXPUNGE", "\\DELETED", "+FLAGS (\\SEEN", "BODY["] {
        assert!(!story.office.server.said().contains(forbidden), "the program said {forbidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_inquiry_is_done_with_its_answer() {
    let story = Story::open().await;
    story.hanako_asks(QUESTION);
    let asked = story.at("27 10:05");
    holds(&to(&asked, SATO).text, &["A お問い合わせ"]);
    story.answer(to(&asked, SUZUKI), SUZUKI, "承認します");
    assert_eq!(receivers(&story.at("27 10:20")), [HANAKO, SUZUKI]);
    holds(&story.office.shelves().await, &["Archive\n", "<form1@web.example> $Chat $Handled"]);
    assert_eq!(story.state(), "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_thread_takes_the_case_back_to_the_desk() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    let sent = to(&story.at("27 10:20"), HANAKO).id.clone();
    // From another address than the form's: the thread says where it belongs.
    let reply = letter(
        "hanako.work@other.example",
        DESK,
        "Re: answer",
        "c1@other.example",
        &format!("In-Reply-To: {sent}\nReferences: {sent}\n"),
        "15時でもお願いできますか。",
    );
    story.office.deliver(&reply);
    let again = story.at("27 13:00");
    holds(&to(&again, SATO).text, &["続きのメール", "15時でもお願いできますか。"]);
    assert_eq!(story.state(), "at_desk");
    holds(
        &story.office.shelves().await,
        &["INBOX\n  <c1@other.example> $Asked\n", "<form1@web.example> $Chat $Handled"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_address_within_the_window_is_the_same_matter_and_later_a_new_one() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    let plain = |id: &str, date: &str| form(id, date, "山田 花子", "", HANAKO, "やはり16時でお願いします。");
    story.office.deliver(&plain("form2@web.example", "Sat, 29 Aug 2026 09:00:00 +0900"));
    story.at("29 09:05");
    assert_eq!(story.case()["mail"].as_array().unwrap().len(), 2, "one case, two mails");
    story.office.deliver(&plain("form3@web.example", "Thu, 01 Oct 2026 09:00:00 +0900"));
    story.at("10-01 09:05");
    assert_eq!(story.says(&["cases", "--all", "--json"]).lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_before_the_approval_gets_no_outdated_answer() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.office.deliver(&form(
        "form2@web.example",
        "Thu, 27 Aug 2026 10:10:00 +0900",
        "山田 花子",
        "090-1234-5678",
        HANAKO,
        "すみません、8月30日の10時に変更してください。",
    ));
    story.answer(to(&asked, SATO), SATO, "OK");
    let out = story.at("27 10:20");
    assert_eq!(story.mails_to(HANAKO), 0, "the approved words are not the answer any more");
    let to_sato: Vec<_> = out.iter().filter(|post| post.to == SATO).collect();
    assert_eq!(to_sato.len(), 2, "the new draft, and why the old approval did nothing: {out:#?}");
    holds(&to(&out, SUZUKI).text, &["8月30日(日) 10:00", "改訂 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_the_desk_is_told_to_telephone() {
    let story = Story::open().await;
    story.office.deliver(&form(
        "form1@web.example",
        "Thu, 27 Aug 2026 10:00:00 +0900",
        "山田 花子",
        "090-1234-5678",
        "",
        QUESTION,
    ));
    let asked = story.at("27 10:05");
    holds(&to(&asked, SATO).text, &["メールアドレスが見つからない", "お電話"]);
    story.answer(to(&asked, SATO), SATO, "電話済 駐車場なしと案内");
    story.at("27 10:30");
    assert_eq!(story.state(), "answered");
    holds(&story.office.shelves().await, &["<form1@web.example> $Chat $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_lacks_a_fact_makes_no_draft_but_says_so() {
    let story = Story::open().await;
    // No shop is named, so the template `access` has no way to describe.
    story.hanako_asks("最寄り駅からの行き方を教えてください。");
    let asked = story.at("27 10:05");
    let request = to(&asked, SATO);
    holds(&request.text, &["返信案を作れませんでした", "access"]);
    assert!(!request.text.contains("宛先: "), "no draft: {}", request.text);
    holds(&story.office.shelves().await, &["Drafts\nSent\n", "INBOX\n  <form1@web.example> $Asked $Chat"]);
    assert_eq!(story.state(), "at_desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_bad_night_the_customer_still_reaches_the_desk() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    let sent = to(&story.at("27 10:20"), HANAKO).id.clone();
    story.at("28 22:05");
    assert_eq!(story.state(), "unconverted");
    let thread = format!("In-Reply-To: {sent}\nReferences: {sent}\n");
    let reply =
        letter(HANAKO, DESK, "Re: answer", "c1@customer.example", &thread, "では30日の11時でお願いします。");
    story.office.deliver(&reply);
    let again = story.at("29 09:00");
    holds(&to(&again, SUZUKI).text, &["30日の11時"]);
    assert_eq!(story.state(), "at_desk", "a closed case opens again in its own thread");
}
