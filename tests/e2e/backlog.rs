//! A backlog, the same mail twice, and questions that must not become a burst.

use std::collections::BTreeSet;

use crate::support::office::form;
use crate::support::story::{HANAKO, SATO, Story, hanako, holds};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// The mail of customer `number`.
fn customer(number: usize) -> String {
    let (id, address) = (format!("b{number}@web.example"), format!("c{number}@customer.example"));
    let date = format!("Thu, 27 Aug 2026 {:02}:{:02}:{:02} +0900", 9, number / 60 % 60, number % 60);
    form(&id, &date, "佐々木健", &format!("090-{:04}-{:04}", 1000 + number, number), &address, WISH)
}

fn cases(story: &Story) -> usize {
    story.says(&["cases", "--all", "--json", "--limit", "10000"]).lines().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_comes_during_a_backlog_is_taken_once() {
    const BACKLOG: usize = 600;
    let story = Story::open().await;
    story.office.edit("fetch_batch = 200", "fetch_batch = 20");
    (1..=BACKLOG).for_each(|number| story.office.deliver(&customer(number)));
    let mut run = crate::support::office::Daemon::spawn(story.office.command(&[
        "run",
        "--at",
        "2026-08-27T10:05:00+09:00",
        "--since",
        "2026-01-01",
    ]));
    run.wait_for("Took in new mail.");
    story.office.deliver(&customer(BACKLOG + 1));
    // Whenever the server tells of it: that it goes ahead is a row of `imap_pass`.
    run.wait_for(&format!("uid={} ", BACKLOG + 1));
    let log = run.stop();
    let opened = log.lines().filter(|line| line.contains("Opened a case.")).count();
    assert!(opened <= BACKLOG + 1, "{log}");
    story.at("27 10:06");
    assert_eq!(cases(&story), BACKLOG + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_delivered_twice_is_one_case_and_the_copy_is_put_away() {
    let story = Story::open().await;
    let mail = hanako(WISH);
    story.office.deliver(&mail);
    story.office.deliver(&format!("Received: from elsewhere.example by mx.example\n{mail}"));
    let asked = story.at("27 10:05");
    assert_eq!(asked.iter().filter(|post| post.to == SATO).count(), 1, "one case, one question");
    // The same once more through a list that changes the subject and puts its footer under the words.
    let list =
        mail.replacen("Subject: ", "Subject: [desk 12] ", 1) + "-- \n配信停止は https://list.example/ まで\n";
    story.office.deliver(&list);
    story.at("27 10:06");
    let shelves = story.office.shelves().await;
    holds(&shelves, &["INBOX\n  <form1@web.example> $Asked", "Archive\n  <form1@web.example> $Handled"]);
    assert_eq!(shelves.matches("<form1@web.example> $Handled").count(), 2, "{shelves}");
    assert_eq!(cases(&story), 1);

    // Another text under a Message-ID that was used before is another mail.
    story.office.deliver(&hanako("領収書を発行していただけますか。先日の分です。"));
    story.at("27 10:07");
    assert_eq!(story.office.folder("INBOX").await.len(), 2, "the other mail stays");
    assert_eq!(cases(&story), 1, "and joins the customer's case");
    assert_eq!(story.mails_to(HANAKO), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_a_person_puts_back_is_no_copy() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    story.at("27 10:05");
    story.office.move_to("INBOX", "form1@web.example", "Sent");
    story.office.move_to("Sent", "form1@web.example", "INBOX");
    story.at("27 10:06");
    holds(&story.office.shelves().await, &["INBOX\n  <form1@web.example> $Asked", "Archive\nDrafts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_questions_of_a_backlog_are_no_burst_and_none_is_lost() {
    const MAILS: usize = 50;
    let story = Story::open().await;
    (1..=MAILS).for_each(|number| story.office.deliver(&customer(number)));
    let first = story.at("27 10:05");
    let asked = first.iter().filter(|post| post.to == SATO).count();
    assert!((30..MAILS).contains(&asked), "{asked} questions at once");
    // It says that no daemon runs by its exit code, too.
    let status = story.office.run(&["status", "--json"]).stdout;
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap();
    assert_eq!(status["kept_back"], MAILS - asked, "{status}");
    // Marks do not wait for questions.
    let inbox = story.office.folder("INBOX").await;
    assert_eq!(inbox.iter().filter(|mail| mail.contains("$Asked")).count(), MAILS);

    let second = story.at("27 10:10");
    let ids: BTreeSet<&str> =
        first.iter().chain(&second).filter(|post| post.to == SATO).map(|post| post.id.as_str()).collect();
    assert_eq!(ids.len(), MAILS, "every case is asked about once");
    assert_eq!(story.office.folder("Drafts").await.len(), MAILS);
    // An answer to a question that had waited is heard like any other.
    let waited = second.iter().find(|post| post.to == SATO).unwrap();
    story.answer(waited, SATO, "OK");
    let out = story.at("27 10:20");
    assert_eq!(out.iter().filter(|post| post.to.ends_with("@customer.example")).count(), 1);
}
