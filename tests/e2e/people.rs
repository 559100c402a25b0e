//! What people decide: by mail, one command each, and by hand in the mailbox.

use crate::support::office::{DESK, answer_from, form, letter};
use crate::support::story::{HANAKO, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// Hanako's wish, asked at 10:05, and the requests that went out.
async fn asked() -> (Story, Vec<crate::support::story::Post>) {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    (story, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_decision_wins_and_the_second_agent_hears_whose_it_was() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.answer(to(&asked, SUZUKI), SUZUKI, "NG 満席です");
    let out = story.at("27 10:20");
    assert_eq!(story.mails_to(HANAKO), 1);
    holds(&to(&out, SUZUKI).text, &["佐藤", "8月27日(木) 10:2", "承認"]);
    assert_eq!(story.state(), "awaiting_reply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_draft_comes_back_with_the_reason_and_is_written_anew() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "NG その日は満席です");
    let rejected = story.at("27 10:20");
    assert_eq!(receivers(&rejected), [SATO, SUZUKI]);
    holds(&to(&rejected, SUZUKI).text, &["却下", "その日は満席です"]);
    holds(&story.office.shelves().await, &["Drafts\nSent\n"]);

    let words =
        "山田様\n\nお待たせして申し訳ございません。\n8月29日は満席でした。30日の14時はいかがでしょうか。";
    story.answer(to(&rejected, SUZUKI), SUZUKI, &format!("修正\n{words}"));
    let shown = story.at("27 10:30");
    holds(&to(&shown, SUZUKI).text, &["30日の14時はいかがでしょうか。", "宛先: hanako@customer.example"]);
    assert_eq!(story.mails_to(HANAKO), 0, "new words are shown back first");

    story.answer(to(&shown, SUZUKI), SUZUKI, "OK");
    let out = story.at("27 10:40");
    assert_eq!(to(&out, HANAKO).text.trim(), words);
    assert_eq!(story.mails_to(HANAKO), 1);
    assert_eq!(story.state(), "awaiting_reply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_edit_goes_out_at_once() {
    let (story, asked) = asked().await;
    let draft = story.case()["draft"]["body"].as_str().unwrap().to_owned();
    story.answer(to(&asked, SATO), SATO, &format!("修正\n{}", draft.replace("新宿院", "新宿本院")));
    let out = story.at("27 10:20");
    holds(&to(&out, HANAKO).text, &["新宿本院", "お待たせして申し訳ございません。"]);
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_call_answers_without_a_mail() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "電話済 29日14時で仮押さえ");
    let out = story.at("27 10:20");
    holds(&to(&out, SATO).text, &["予約確定", "不成立"]);
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 0));
    holds(&story.office.shelves().await, &["<form1@web.example> $AwaitingReply $Chat", "Drafts\nSent\n"]);
    story.answer(to(&out, SATO), SATO, "予約確定 8/29 14:00");
    story.at("27 10:40");
    assert_eq!(story.state(), "converted");
    holds(&story.office.shelves().await, &["<form1@web.example> $Chat $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_the_label_off_by_hand_means_a_booking() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    story.office.flag("Archive", "form1@web.example", "-FLAGS", "$AwaitingReply");
    story.at("27 15:00");
    assert_eq!(story.state(), "converted");
    let reports = story.at("28 22:05");
    assert!(reports.iter().all(|report| !report.text.contains("山田")), "{reports:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_and_mails_without_their_token_decide_nothing() {
    let (story, asked) = asked().await;
    let request = to(&asked, SATO);
    let raw = request.raw.as_bytes();
    let away =
        answer_from(raw, SATO, "OK").replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version");
    let colleague = answer_from(raw, SUZUKI, "OK");
    let without = letter(SATO, DESK, "Re: OK", "bare@agents.example", "", "OK");
    let numbered = letter(SATO, DESK, &format!("Re: {}", request.subject), "lost@agents.example", "", "OK");
    let forged = letter("x@evil.example", DESK, &request.subject, "forged@evil.example", "", "OK");
    for mail in [away, colleague, without, numbered, forged] {
        story.office.deliver(&mail);
    }
    let out = story.at("27 10:20");
    let asked = |case: &str| case.contains("\"state\":\"asked\"");
    assert!(asked(&story.says(&["cases", "--json"])), "{out:#?}");
    assert_eq!(story.mails_to(HANAKO), 0);
    let told: Vec<_> = out.iter().filter(|post| post.subject.contains(&request.subject)).collect();
    assert_eq!(told.len(), 1, "who named the case hears that the token is missing: {out:#?}");
    assert_eq!(told[0].to, SATO);
    holds(&told[0].text, &["依頼のメールに返信してください"]);
    assert_eq!(story.mails_to("x@evil.example"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_a_token_decides_nothing_and_is_shown_to_a_person() {
    let (story, asked) = asked().await;
    story.office.deliver(&answer_from(to(&asked, SATO).raw.as_bytes(), "someone@evil.example", "OK"));
    let out = story.at("27 10:20");
    assert_eq!((story.mails_to(HANAKO), story.mails_to("someone@evil.example")), (0, 0));
    assert!(out.iter().all(|post| [SATO, SUZUKI].contains(&post.to.as_str())), "{out:#?}");
    let cases = story.says(&["cases", "--json"]);
    assert_eq!((cases.lines().count(), cases.matches("\"state\":\"asked\"").count()), (2, 1), "{cases}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_answer_gets_a_transcript_and_changes_nothing() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OKですが、時間だけ確認してもらえますか");
    let out = story.at("27 10:20");
    assert_eq!(receivers(&out), [SATO]);
    holds(&out[0].text, &["OK", "修正", "C-"]);
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("asked", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_brings_reminders_then_supervisors_and_never_a_mail() {
    let (story, _) = asked().await;
    let first = story.at("27 12:10");
    assert_eq!(receivers(&first), [SATO, SUZUKI]);
    holds(&to(&first, SATO).text, &["1 回目"]);
    let second = story.at("27 18:20");
    assert_eq!(receivers(&second), [SATO, SUZUKI, TANAKA]);
    assert_eq!(story.mails_to(HANAKO), 0);
    // The newest reminder counts like the first request.
    story.answer(to(&second, SATO), SATO, "OK");
    story.at("27 18:30");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_its_day_is_asked_again_with_a_fresh_token() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    let late = story.at("28 11:00");
    assert_eq!(story.mails_to(HANAKO), 0);
    let fresh = late.iter().filter(|post| post.to == SATO).find(|post| post.text.contains("token: "));
    story.answer(fresh.unwrap(), SATO, "OK");
    story.at("28 11:10");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_already_read_or_delivered_twice_is_triaged_once() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    story.hanako_asks(WISH);
    story.office.flag("INBOX", "form1@web.example", "+FLAGS", "\\Seen");
    assert_eq!(receivers(&story.at("27 10:05")), [SATO, SUZUKI]);
    assert_eq!(story.says(&["cases", "--all", "--json"]).lines().count(), 1);
    holds(&story.office.shelves().await, &["<form1@web.example> $Asked $Chat \\Seen"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn assigned_to_a_colleague_only_that_one_is_asked() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "担当 田中");
    let out = story.at("27 10:20");
    assert_eq!(receivers(&out), [SATO, TANAKA]);
    story.answer(to(&out, TANAKA), TANAKA, "OK");
    story.at("27 10:30");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_customers_stay_apart() {
    let story = Story::open().await;
    let people = ["伊藤 一", "加藤 二", "木村 三", "工藤 四", "近藤 五"];
    for (number, name) in people.iter().enumerate() {
        story.office.deliver(&form(
            &format!("form{number}@web.example"),
            "Thu, 27 Aug 2026 10:00:00 +0900",
            name,
            "",
            &format!("c{number}@customer.example"),
            WISH,
        ));
    }
    let asked = story.at("27 10:05");
    for request in asked.iter().filter(|post| post.to == SATO) {
        story.answer(request, SATO, "OK");
    }
    let out = story.at("27 10:20");
    for (number, name) in people.iter().enumerate() {
        let mail = to(&out, &format!("c{number}@customer.example"));
        holds(&mail.text, &[name]);
        for other in people.iter().filter(|other| *other != name) {
            assert!(!mail.raw.contains(other) && !mail.text.contains(other), "{other} in {}", mail.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_plus_addresses_are_refused_the_token_travels_in_the_mail() {
    let story = Story::open().await;
    story.office.edit("plus_addressing = true", "plus_addressing = false");
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    let request = to(&asked, SATO);
    assert!(!request.raw.contains("reservation1+"), "{:?}", request.header("Reply-To"));
    story.answer(request, SATO, "OK");
    story.at("27 10:20");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_moved_by_hand_meanwhile_is_answered_all_the_same() {
    let (story, asked) = asked().await;
    story.office.move_to("INBOX", "form1@web.example", "Archive");
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
    holds(&story.office.shelves().await, &["INBOX\nArchive\n", "<form1@web.example> $AwaitingReply $Chat"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_notes_of_agents_are_answered_and_kept() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "メモ 夫の名前で予約歴あり");
    story.at("27 10:20");
    story.answer(to(&asked, SATO), SATO, "電話×");
    story.at("27 10:30");
    story.answer(to(&asked, SATO), SATO, "STATUS");
    let told = story.at("27 10:40");
    holds(&to(&told, SATO).text, &["佐藤", "夫の名前で予約歴あり", "電話×"]);
    story.answer(to(&asked, SATO), SATO, "HELP");
    holds(&to(&story.at("27 10:50"), SATO).text, &["OK", "NG", "修正", "店舗", "予約確定"]);
    story.answer(to(&asked, SATO), SATO, "OK");
    let out = story.at("27 11:00");
    assert!(
        !to(&out, HANAKO).raw.contains("メモ") && !to(&out, HANAKO).text.contains("予約歴"),
        "notes stay inside"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_label_taken_off_stays_off_and_the_case_goes_on() {
    let (story, asked) = asked().await;
    story.office.flag("INBOX", "form1@web.example", "-FLAGS", "$Asked");
    story.at("27 12:10");
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $Chat\n"]);
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 12:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
    holds(&story.office.shelves().await, &["<form1@web.example> $AwaitingReply $Chat\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_one_case_and_one_answer() {
    let story = Story::open().await;
    for id in ["form1@web.example", "form2@web.example"] {
        let date = "Thu, 27 Aug 2026 10:00:00 +0900";
        story.office.deliver(&form(id, date, "山田 花子", "090-1234-5678", HANAKO, WISH));
    }
    // The first question may be out before the second mail is read: then it is asked anew.
    for request in story.at("27 10:05").iter().filter(|post| post.to == SATO) {
        story.answer(request, SATO, "OK");
    }
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
    assert!(story.office.shelves().await.starts_with("INBOX\nArchive\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_after_the_report_is_still_a_booking() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    let out = story.at("27 10:20");
    story.at("28 22:05");
    assert_eq!(story.state(), "unconverted");
    story.answer(to(&out, SATO), SATO, "予約確定 8/30 11:00");
    story.at("29 10:00");
    assert_eq!(story.state(), "converted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nameless_customer_is_asked_who_they_are() {
    let story = Story::open().await;
    let date = "Thu, 27 Aug 2026 10:00:00 +0900";
    story.office.deliver(&form("form1@web.example", date, "", "", HANAKO, "領収書は発行できますか。"));
    let asked = story.at("27 10:05");
    holds(&to(&asked, SATO).text, &["お名前", "お電話番号", "お待たせして申し訳ございません。"]);
    story.answer(to(&asked, SATO), SATO, "OK");
    holds(&to(&story.at("27 10:20"), HANAKO).text, &["お客様"]);
}
