//! Workflow W3: one entry, many departments. Questions go by mail to people without any account, and come back as notes.

use crate::support::office::{letter, text};
use crate::support::story::{HANAKO, Post, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

const TAKAGI: &str = "takagi@works.example";
const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
const SECRET: &str = "在庫は倉庫の赤い棚にあります。";

/// A colleague outside answers with "reply to all" and puts the customer in Cc; everything is quoted.
fn to_all(request: &Post, words: &str) -> String {
    let quoted: String = text(request.raw.as_bytes()).lines().map(|line| format!("> {line}\n")).collect();
    let to = request.header("Reply-To").unwrap();
    let extra = format!("Cc: <{HANAKO}>\nIn-Reply-To: {0}\nReferences: {0}\n", request.id);
    letter(
        TAKAGI,
        &to,
        &format!("Re: {}", request.subject),
        "all@works.example",
        &extra,
        &format!("{words}\n\n{quoted}"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_to_another_department_and_its_answer_stays_in_the_house() {
    let story = Story::in_town(&[TAKAGI], "");
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "依頼 @技術・高木 4h 29日の14時に機械は使えますか。");
    let out = story.at("27 10:20");
    assert_eq!(receivers(&out), [SATO, TAKAGI]);
    let question = to(&out, TAKAGI);
    holds(&question.text, &["佐藤", "29日の14時に機械は使えますか。", "14:20", WISH]);
    assert!(question.header("Cc").is_none() && !question.raw.contains(&format!("To: {HANAKO}")));

    // Where it is stuck, for how long, with whom.
    story.answer(to(&asked, SUZUKI), SUZUKI, "STATUS");
    let status = story.at("27 12:40");
    holds(&to(&status, SUZUKI).text, &["担当者全員", "技術・高木", "2 時間", "14:20"]);

    // The customer is in Cc of the answer, and answers to all, with the request and its token quoted.
    story.deliver(TAKAGI, &to_all(question, &format!("使えます。{SECRET}")));
    let heard = story.at("27 12:50");
    let note = to(&heard, SATO);
    holds(&note.text, &["技術・高木", "使えます。", SECRET]);
    assert_eq!((story.mails_to(HANAKO), story.state().as_str()), (0, "asked"), "a word is no approval");
    let leaked: String = text(question.raw.as_bytes()).lines().map(|line| format!("> {line}\n")).collect();
    let extra = format!(
        "Cc: <{TAKAGI}>\nIn-Reply-To: <all@works.example>\nReferences: {} <all@works.example>\n",
        question.id
    );
    let reply_to = question.header("Reply-To").unwrap();
    let subject = format!("Re: {}", question.subject);
    let words = format!("OK\n\n{leaked}");
    story.deliver(HANAKO, &letter(HANAKO, &reply_to, &subject, "hanako2@customer.example", &extra, &words));
    let again = story.at("27 13:00");
    assert_eq!(story.mails_to(HANAKO), 0, "a token in a customer's hands decides nothing: {again:#?}");
    let case = story.case();
    assert_eq!(case["mails"], 2, "it is her mail, in her case");

    let newest = again.iter().rfind(|post| post.to == SATO).unwrap();
    story.answer(newest, SATO, "OK");
    let sent = story.at("27 13:20");
    let answer = to(&sent, HANAKO);
    for inside in [SECRET, "高木", "機械は使えますか", "C-", "token"] {
        assert!(!answer.raw.contains(inside) && !answer.text.contains(inside), "{inside}: {}", answer.text);
    }
    let record = case["record"].to_string();
    holds(&record, &["依頼", "回答", SECRET]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_in_time_is_asked_again_and_the_asker_hears_of_it() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "依頼 @技術部 2h 在庫はありますか。");
    let out = story.at("27 10:20");
    assert_eq!(receivers(&out), [SATO, TAKAGI, TANAKA], "everybody of the group");
    assert!(story.at("27 12:15").is_empty(), "nobody is disturbed while the question is out");

    let late = story.at("27 12:25");
    assert_eq!(receivers(&late), [SATO, TAKAGI, TANAKA]);
    holds(&to(&late, SATO).text, &["技術・高木", "もう一度お願いしました"]);
    holds(&to(&late, TAKAGI).text, &["1 回目", "在庫はありますか。"]);

    // Only a word in the house: an approval by a contact is a note, and the first answer ends the waiting.
    story.answer(to(&late, TAKAGI), TAKAGI, "承認");
    let heard = story.at("27 12:40");
    holds(&to(&heard, SATO).text, &["技術・高木", "承認"]);
    assert_eq!((story.mails_to(HANAKO), story.state().as_str()), (0, "asked"));
    assert!(story.at("27 14:30").is_empty());
}
