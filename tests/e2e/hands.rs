//! What people do by hand in the mailbox while the desk works: each act by a second client, on a real server.

use crate::support::office::{DESK, form, letter};
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{HANAKO, Post, SATO, SUZUKI, Story, hanako, holds, instant, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
const FORM: &str = "form1@web.example";

/// Hanako's wish, asked at 10:05, and the requests that went out.
async fn asked() -> (Story, Vec<Post>) {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    (story, asked)
}

/// A mail that somebody writes from the shared mailbox, as it lies in Sent.
fn written(to: &str, id: &str, extra: &str) -> String {
    letter(DESK, to, "ご予約について", id, extra, "山田様\n\n29日14時でお取りしました。")
        .replace(&format!("Return-Path: <{DESK}>\n"), "")
}

/// The same, in answer to the form's mail.
fn in_thread(to: &str, id: &str) -> String {
    written(to, id, &format!("In-Reply-To: <{FORM}>\nReferences: <{FORM}>\n"))
}

/// A draft or a mail without the field of this name.
fn without(mail: &str, field: &str) -> String {
    let start = mail.find(&format!("{field}:")).unwrap();
    let end = start + mail[start..].find("\r\n").unwrap() + 2;
    format!("{}{}", &mail[..start], &mail[end..])
}

fn last_record(story: &Story) -> String {
    let case = story.case();
    case["record"].as_array().unwrap().last().unwrap()["what"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_sent_by_hand_is_the_answer_and_an_ok_afterwards_sends_nothing() {
    let (story, asked) = asked().await;
    let draft = story.office.only_mail("Drafts").await;
    // A mail program sends the draft: it leaves Drafts and stands in Sent, under its own Message-ID or a new one.
    story.office.delete("Drafts", "draft.");
    story.office.put("Sent", "\\Seen", &draft);
    let told = story.at("27 10:20");
    assert_eq!(receivers(&told), [SATO, SUZUKI], "each who was asked is told once");
    holds(&to(&told, SATO).text, &["手で返信済みです", "お返事は要りません"]);
    assert_eq!(story.state(), "awaiting_reply");
    story.answer(to(&asked, SATO), SATO, "OK");
    let late = story.at("27 10:30");
    assert_eq!(receivers(&late), [SATO]);
    holds(&late[0].text, &["お客様への返信が手で送られました", "今回の返事では何もしていません"]);
    assert_eq!(story.mails_to(HANAKO), 0, "the one mail is the one that was sent by hand");
    holds(&story.office.shelves().await, &["$AwaitingReply", "Drafts\nSent\n"]);
    assert!(story.at("27 18:00").is_empty(), "nobody is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_sent_by_a_program_that_gives_it_a_new_message_id() {
    let (story, _) = asked().await;
    let draft = story.office.only_mail("Drafts").await;
    let rewritten = without(&draft, "Message-ID");
    story.office.delete("Drafts", "draft.");
    story.office.put("Sent", "\\Seen", &format!("Message-ID: <new.1@mail.example>\r\n{rewritten}"));
    story.at("27 10:20");
    assert_eq!(story.state(), "awaiting_reply");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_written_from_scratch_moves_the_case_on_and_the_customers_reply_finds_it() {
    let (story, _) = asked().await;
    story.office.put("Sent", "\\Seen", &written(HANAKO, "own.1@people.example", ""));
    assert_eq!(receivers(&story.at("27 10:20")), [SATO, SUZUKI]);
    assert_eq!(story.state(), "awaiting_reply");
    holds(
        &story.office.shelves().await,
        &["INBOX\nArchive\n", "  <form1@web.example> $AwaitingReply $Chat\nDrafts\nSent\n"],
    );
    let answer = letter(
        HANAKO,
        DESK,
        "Re: ご予約について",
        "reply.1@customer.example",
        "In-Reply-To: <own.1@people.example>\nReferences: <own.1@people.example>\n",
        "ありがとうございます。やはり15時でお願いします。",
    );
    story.office.deliver(&answer);
    let asked = story.at("27 12:00");
    assert_eq!(receivers(&asked), [SATO, SUZUKI]);
    assert_eq!(story.state(), "at_desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_answered_before_it_was_read_here_is_asked_of_nobody() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    story.office.put("Sent", "\\Seen", &in_thread(HANAKO, "own.1@people.example"));
    assert!(story.at("27 10:20").is_empty());
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 0));
    holds(&story.office.shelves().await, &["$AwaitingReply", "Drafts\nSent\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_to_the_customer_changes_nothing() {
    let (story, asked) = asked().await;
    let token = to(&asked, SATO).header("Reply-To").unwrap();
    for mail in [
        // Forwarded to a colleague, a colleague outside the config, and the customer in Cc alone.
        in_thread(SUZUKI, "own.1@people.example"),
        in_thread("partner@elsewhere.example", "own.2@people.example"),
        in_thread(&format!("{SUZUKI}\nCc: {HANAKO}"), "own.3@people.example"),
        // An absence note, an approval sent from the shared mailbox itself.
        written(HANAKO, "own.4@people.example", "Auto-Submitted: auto-replied\n"),
        written(&token, "own.5@people.example", ""),
        // The acknowledgement of the site's form.
        written(HANAKO, "own.7@people.example", "X-Mailer: PHPMailer 6.9.1 (https://github.com/PHPMailer)\n"),
        // To another customer.
        written("jiro@customer.example", "own.6@people.example", ""),
    ] {
        story.office.put("Sent", "\\Seen", &mail);
    }
    assert!(story.at("27 10:20").is_empty());
    assert_eq!(story.state(), "asked");
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:30");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
    // Our own copy in Sent is no person's answer either.
    let before = last_record(&story);
    story.at("27 10:40");
    assert_eq!(last_record(&story), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_draft_is_left_alone_and_waited_for() {
    let (story, asked) = asked().await;
    let draft = story.office.only_mail("Drafts").await;
    // As Thunderbird does it: the same Message-ID, other words, the old one deleted.
    let mail = without(&draft, "Content-Transfer-Encoding");
    let head = mail.split("\r\n\r\n").next().unwrap();
    let words = "山田様\r\n\r\n30日はいかがですか。";
    let edited = format!("{head}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{words}\r\n");
    story.office.delete("Drafts", "draft.");
    story.office.put("Drafts", "\\Draft", &edited);
    assert!(story.at("27 10:20").is_empty(), "whoever edits it is not disturbed");
    assert_eq!(story.state(), "at_desk");
    story.answer(to(&asked, SATO), SATO, "OK");
    holds(&to(&story.at("27 10:30"), SATO).text, &["下書きが手で直されました"]);
    assert_eq!(story.mails_to(HANAKO), 0);
    let reminded = story.at("27 13:00");
    holds(&to(&reminded, SATO).text, &["下書きが手で直されたまま", "1 回目"]);
    // However the case goes on, the edited draft stays where it is.
    story.answer(to(&reminded, SATO), SATO, "完了");
    story.at("27 13:10");
    assert_eq!(story.state(), "dismissed");
    holds(&story.office.only_mail("Drafts").await, &["30日はいかがですか。"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_replaced_by_ones_own_is_an_edited_draft() {
    let (story, _) = asked().await;
    story.office.delete("Drafts", "draft.");
    story.office.put("Drafts", "\\Draft", &written(HANAKO, "new.draft@mail.example", ""));
    story.at("27 10:20");
    assert_eq!((story.state(), last_record(&story)), ("at_desk".into(), "draft_edited_by_hand".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_draft_leaves_the_request_good() {
    let (story, asked) = asked().await;
    story.office.delete("Drafts", "draft.");
    story.at("27 10:20");
    assert_eq!((story.state(), last_record(&story)), ("asked".into(), "draft_deleted_by_hand".into()));
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:30");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_archived_by_hand_is_taken_over_and_counted_in_the_report() {
    let (story, asked) = asked().await;
    story.office.move_to("INBOX", FORM, "Archive");
    assert!(story.at("27 10:20").is_empty());
    assert_eq!(story.state(), "taken_over");
    holds(
        &story.office.shelves().await,
        &["INBOX\nArchive\n", "  <form1@web.example> $Chat\nDrafts\nSent\n"],
    );
    story.answer(to(&asked, SATO), SATO, "OK");
    holds(&to(&story.at("27 10:30"), SATO).text, &["手でアーカイブされました"]);
    assert_eq!(story.mails_to(HANAKO), 0);
    let report = story.at("28 22:05");
    holds(&report[0].text, &["■手動対応 1件(アーカイブ 1)"]);
    assert!(!report[0].text.contains("山田"), "{}", report[0].text);
    assert!(story.at("29 22:05").iter().all(|mail| !mail.text.contains("手動対応")), "counted once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_wish_is_named_to_the_supervisor() {
    let (story, _) = asked().await;
    story.office.delete("INBOX", FORM);
    assert!(story.at("27 10:20").is_empty());
    assert_eq!((story.state(), last_record(&story)), ("taken_over".into(), "deleted_by_hand".into()));
    let report = story.at("28 22:05");
    holds(&report[0].text, &["■手動対応 1件(削除 1)", "山田 花子", "手動対応(削除)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_gone_at_once_is_no_persons_doing() {
    let story = Story::open().await;
    for number in 1..=3 {
        let date = "Thu, 27 Aug 2026 10:00:00 +0900";
        let customer = format!("c{number}@customer.example");
        story.office.deliver(&form(
            &format!("form{number}@web.example"),
            date,
            "伊藤 一",
            "",
            &customer,
            WISH,
        ));
    }
    story.at("27 10:05");
    story.office.delete("INBOX", "@web.example");
    let log = story.office.work(&instant("27 10:20"));
    holds(&log, &["vanished at once"]);
    let cases = story.says(&["cases", "--json"]);
    assert_eq!(cases.matches("\"state\":\"asked\"").count(), 3, "{cases}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_put_back_into_the_inbox_stays_there() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    story.office.move_to("Archive", FORM, "INBOX");
    story.at("27 10:30");
    assert_eq!(last_record(&story), "put_back_by_hand");
    story.at("28 22:05");
    assert_eq!(story.state(), "unconverted");
    let inbox = story.office.folder("INBOX").await;
    assert_eq!(inbox, ["<form1@web.example> $Chat $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_set_by_hand_say_what_became_of_the_case() {
    for (mark, state, kept) in [
        ("$AwaitingReply", "awaiting_reply", "$AwaitingReply $Chat"),
        ("$AskedShop", "at_shop", "$AskedShop $Chat"),
        ("$Handled", "taken_over", "$Chat $Handled"),
    ] {
        let (story, _) = asked().await;
        story.office.flag("INBOX", FORM, "+FLAGS", mark);
        story.at("27 10:20");
        assert_eq!(story.state(), state, "{mark}");
        let shelves = story.office.shelves().await;
        holds(&shelves, &[&format!("<form1@web.example> {kept}\n"), "Drafts\nSent\n"]);
        assert_eq!(story.mails_to(HANAKO), 0);
        story.at("27 18:00");
        assert_eq!(story.office.shelves().await, shelves, "{mark}: nothing is undone later");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_is_none_of_ours_means_nothing() {
    let (story, _) = asked().await;
    story.office.flag("INBOX", FORM, "+FLAGS", "$Followup");
    story.office.flag("INBOX", FORM, "+FLAGS", "\\Flagged");
    assert!(story.at("27 10:20").is_empty());
    assert_eq!(story.state(), "asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_daemon_hears_of_it() {
    let story = Story::open().await;
    story.office.deliver(&hanako(WISH));
    let at = instant("27 10:05");
    let mut daemon = story.office.start(&["--at", &at, "--since", "2026-01-01"]);
    // Two requests, one draft, one mark: then nothing of ours is on its way.
    daemon.wait_for_all(&["effect=\"mark\"", "effect=\"save_draft\"", "effect=\"ask\"", "effect=\"ask\""]);
    story.office.flag("INBOX", FORM, "+FLAGS", "$Handled");
    daemon.wait_for("A person changed the mailbox by hand.");
    daemon.stop();
    assert_eq!(story.state(), "taken_over");
    assert_eq!(story.mails_to(HANAKO), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_hand_that_is_seen_before_ours_leaves_stops_ours() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.sink.play(At::Rcpt, Act::Reply("451 4.3.0 try again later"));
    story.at("27 10:10");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("sending", 0));
    story.office.put("Sent", "\\Seen", &written(HANAKO, "own.1@people.example", ""));
    // A minute earlier: the next attempt is not due when Sent is read, however slow the machine is.
    assert_eq!(receivers(&story.at("27 10:09")), [SATO], "whoever approved is told");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 0));
    story.at("27 10:20");
    assert_eq!(story.mails_to(HANAKO), 0, "the approved mail never leaves");
    holds(&story.office.shelves().await, &["<form1@web.example> $AwaitingReply $Chat\n", "Drafts\nSent\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_mail_seen_in_sent_settles_an_ending_nobody_saw() {
    let (story, asked) = asked().await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.sink.play(At::Dot, Act::DeliverAndCut);
    let out = story.at("27 10:10");
    assert_eq!((story.state().as_str(), receivers(&out)), ("unknown", vec![HANAKO]));
    story.office.put("Sent", "\\Seen", &out[0].raw);
    story.at("27 10:10");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}
