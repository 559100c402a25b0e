//! A pass over a backlog on a real Dovecot: what it hands over, in which order, and what it asks the server for.

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::imap::act::{Marked, Place, Target};
use madoguchi::imap::fetch::Content;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::session::IdleEnd;
use madoguchi::imap::watch::{Begin, Found};
use madoguchi::imap::{MarkNames, Security};
use madoguchi::triage::id::MessageId;
use support::dovecot::Dovecot;
use support::person::Person;

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);

fn mail(number: usize) -> Vec<u8> {
    format!(
        "From: a@example.jp\r\nTo: desk@example.jp\r\nSubject: {number}\r\n\
         Message-ID: <m{number}@example.jp>\r\n\r\nHello {number}.\r\n"
    )
    .into_bytes()
}

fn id(number: usize) -> MessageId {
    MessageId::parse(&format!("m{number}@example.jp")).expect("a Message-ID")
}

fn target(found: &Found, number: usize) -> Target {
    Target {
        place: Place { folder: found.folder.clone(), uid_validity: found.uid_validity, uid: found.uid },
        message_id: Some(id(number)),
        size: found.size,
        server_id: None,
    }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn desk(server: &Dovecot) -> Mailbox {
    Mailbox::new(server.account("desk", Security::Tls), FolderNames::default(), MarkNames::default())
}

#[tokio::test]
async fn a_pass_hands_over_what_a_look_finds_light_and_heavy_in_order() {
    let server = Dovecot::start();
    let heavy = |number: usize, bytes: usize| {
        let mut mail = mail(number);
        mail.extend(std::iter::repeat_n(&b"line after line\r\n"[..], bytes / 17).flatten());
        mail
    };
    for number in 1..=300 {
        server.deliver(
            "desk",
            &match number {
                17 | 250 => heavy(number, 70_000),
                90 => heavy(number, 400_000),
                _ => mail(number),
            },
        );
    }
    let mut mailbox = desk(&server);
    let expected = mailbox.look("INBOX", None, EPOCH, 1000).await.unwrap();
    for limit in [1, 7, 1000] {
        let mut pass = mailbox.pass("INBOX", None, EPOCH, limit).await.unwrap();
        let (mut found, mut cursor) = (Vec::new(), None);
        while let Some(batch) = mailbox.chunk(&mut pass).await.unwrap() {
            assert!(batch.found.len() <= limit);
            assert!(batch.found.iter().all(|mail| mail.uid < batch.next.next_uid), "the cursor lags behind");
            found.extend(batch.found);
            cursor = Some(batch.next);
        }
        assert_eq!(found, expected.found, "limit {limit}");
        assert_eq!(cursor, Some(expected.next.clone()), "limit {limit}");
    }
    let mut rest = mailbox.pass("INBOX", Some(&expected.next), EPOCH, 10).await.unwrap();
    let last = mailbox.chunk(&mut rest).await.unwrap().unwrap();
    assert_eq!((last.found.len(), last.more, &last.next), (0, false, &expected.next));
    assert_eq!(mailbox.chunk(&mut rest).await.unwrap(), None);
    mailbox.leave().await;
}

#[tokio::test]
async fn mail_that_comes_during_a_pass_goes_ahead_and_is_found_once_more_in_its_turn() {
    let server = Dovecot::start();
    (1..=300).for_each(|number| server.deliver("desk", &mail(number)));
    let mut mailbox = desk(&server);
    let mut pass = mailbox.pass("INBOX", None, EPOCH, 10).await.unwrap();
    let mut batch = mailbox.chunk(&mut pass).await.unwrap().unwrap();
    Person::sign_in(server.port, "desk").files("INBOX", "", &mail(301));
    let (mut ahead, mut cursor) = (Vec::new(), None);
    loop {
        if batch.ahead {
            ahead.extend(batch.found.iter().map(|mail| mail.uid));
            assert!(batch.next.next_uid < 300, "the newcomer waited for the whole backlog");
        } else {
            cursor = Some(batch.next);
        }
        let Some(next) = mailbox.chunk(&mut pass).await.unwrap() else { break };
        batch = next;
    }
    assert_eq!(ahead, [301]);
    let mut rest = mailbox.pass("INBOX", cursor.as_ref(), EPOCH, 10).await.unwrap();
    let last = mailbox.chunk(&mut rest).await.unwrap().unwrap();
    assert_eq!(last.found.iter().map(|mail| mail.uid).collect::<Vec<_>>(), [301]);
    mailbox.leave().await;
}

#[tokio::test]
async fn a_pass_leaves_mail_alone_that_came_before_the_watch_began() {
    let server = Dovecot::start();
    (1..=40).for_each(|number| server.deliver("desk", &mail(number)));
    let mut mailbox = desk(&server);
    let begin = Begin::Since(Timestamp::now().checked_add(jiff::SignedDuration::from_hours(72)).unwrap());
    let mut pass = mailbox.pass("INBOX", None, begin, 10).await.unwrap();
    let only = mailbox.chunk(&mut pass).await.unwrap().unwrap();
    assert_eq!((only.found.len(), only.more, only.next.next_uid), (0, false, 41));
    mailbox.leave().await;
}

#[tokio::test]
async fn a_few_mails_that_rang_the_bell_are_read_with_one_question() {
    let server = Dovecot::start();
    server.deliver("desk", &mail(1));
    let mut mailbox = desk(&server);
    let mut pass = mailbox.pass("INBOX", None, EPOCH, 10).await.unwrap();
    let first = mailbox.chunk(&mut pass).await.unwrap().unwrap();
    assert_eq!(mailbox.few("INBOX", &first.next).await.unwrap(), None, "no bell has rung");
    let (end, ()) =
        tokio::join!(mailbox.idle("INBOX", Duration::from_secs(60), std::future::pending()), async {
            server.deliver("desk", &mail(2))
        });
    assert_eq!(end.unwrap(), IdleEnd::Rung);
    let before = server.said().matches("EXAMINE").count();
    // A bell that rang before IDLE had begun says nothing about how many came.
    if let Some(news) = mailbox.few("INBOX", &first.next).await.unwrap() {
        assert_eq!(
            news.found.iter().map(|mail| (mail.uid, mail.content.clone())).collect::<Vec<_>>(),
            [(2, Content::Whole(mail(2)))]
        );
        assert_eq!((news.next.next_uid, news.more), (3, false));
        assert_eq!(server.said().matches("EXAMINE").count(), before, "the folder was opened again");
        assert_eq!(mailbox.few("INBOX", &news.next).await.unwrap(), None, "the bell was heard");
    }
    mailbox.leave().await;
}

#[tokio::test]
async fn many_mails_are_recognised_by_their_sizes_and_one_stranger_among_them_is_found() {
    let server = Dovecot::start();
    let sized = |number: usize| [mail(number), vec![b'x'; number]].concat();
    (1..=40).for_each(|number| server.deliver("desk", &sized(number)));
    let mut mailbox = desk(&server);
    let batch = mailbox.look("INBOX", None, EPOCH, 100).await.unwrap();
    let mut targets: Vec<Target> =
        batch.found.iter().enumerate().map(|(at, found)| target(found, at + 1)).collect();
    let before = server.said().matches("HEADER.FIELDS").count();
    let marked = mailbox.mark(&targets, &words(&["chat"]), &words(&[])).await.unwrap();
    assert!(marked.iter().all(|marked| matches!(marked, Marked::Done { .. })));
    assert_eq!(server.said().matches("HEADER.FIELDS").count(), before, "sizes were not enough");
    // One that is not the mail we mean: its size gives it away, and then every Message-ID is looked at.
    targets[7] = Target { message_id: Some(id(4711)), size: 3, ..targets[7].clone() };
    let marked = mailbox.mark(&targets, &words(&["handled"]), &words(&[])).await.unwrap();
    let done = marked.iter().filter(|marked| matches!(marked, Marked::Done { .. })).count();
    assert_eq!((done, &marked[7]), (39, &Marked::Gone));
    mailbox.leave().await;
}
