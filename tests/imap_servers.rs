//! The mailbox layer against real servers: what holds for any of them, once for each, and what only one of them does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "rows of tests, generic over the server")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::credentials::Credentials;
use madoguchi::imap::act::{Archived, Marked, Place, Saved, Target};
use madoguchi::imap::fetch::Content;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::session::IdleEnd;
use madoguchi::imap::watch::{Begin, Found};
use madoguchi::imap::{ImapError, MarkNames, Security};
use madoguchi::secret::Secret;
use madoguchi::triage::id::MessageId;
use support::cyrus::Cyrus;
use support::dovecot::Dovecot;
use support::person::Person;
use support::server::MailServer;

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);

fn mail(number: usize) -> Vec<u8> {
    format!(
        "From: a@example.jp\r\nTo: desk@example.jp\r\nSubject: {number}\r\nDate: Thu, 27 Aug 2026 10:00:00 +0900\r\n\
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

fn desk(server: &impl MailServer) -> Mailbox {
    Mailbox::new(server.account("desk", Security::Tls), FolderNames::default(), MarkNames::default())
}

/// Every row, once for each server.
macro_rules! on_every_server {
    ($($row:ident)*) => {
        mod dovecot {
            $(#[tokio::test] async fn $row() { super::$row::<super::Dovecot>().await })*
        }
        mod cyrus {
            $(#[tokio::test] async fn $row() { super::$row::<super::Cyrus>().await })*
        }
    };
}

on_every_server! {
    a_mail_is_found_marked_archived_and_answered
    every_way_in_works_and_a_wrong_password_is_said_so
    a_backlog_is_read_in_batches_oldest_first
    idle_hears_a_mail_and_a_stop
    a_first_start_begins_now
    of_a_large_mail_only_header_and_text_travel
    people_are_noticed_and_followed
}

/// Whether this is the mail as delivered; a delivery agent puts lines of its own on top (RFC 5321 section 4.4).
fn is_whole(content: &Content, mail: &[u8]) -> bool {
    matches!(content, Content::Whole(bytes) if bytes.ends_with(mail))
}

async fn a_mail_is_found_marked_archived_and_answered<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    server.deliver("desk", &mail(1));
    server.deliver("desk", &mail(2));
    let mut mailbox = desk(&server);

    let batch = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    assert!(!batch.more);
    let found = batch.found;
    assert_eq!(found.iter().map(|mail| mail.uid).collect::<Vec<_>>(), [1, 2]);
    assert!(is_whole(&found[0].content, &mail(1)), "{:?}", found[0].content);
    assert_eq!(found[0].size as usize, found[0].content.bytes().unwrap().len());
    assert!(found[0].flags.iter().all(|flag| flag == "\\Recent"), "{:?}", found[0].flags);

    let first = target(&found[0], 1);
    for _again in 0..2 {
        let marked =
            mailbox.mark(std::slice::from_ref(&first), &words(&["chat"]), &words(&[])).await.unwrap();
        let Marked::Done { place, marks } = &marked[0] else { panic!("{marked:?}") };
        assert_eq!((place, marks), (&first.place, &words(&["chat"])));
    }
    let flags = mailbox.flags("INBOX", &BTreeSet::from([1, 2])).await.unwrap().by_uid;
    assert!(flags[&1].contains("$Chat") && !flags[&1].contains("\\Seen"), "{flags:?}");
    assert!(!flags[&2].contains("$Chat") && !flags[&2].contains("\\Seen"), "{flags:?}");

    let archived = mailbox.archive(std::slice::from_ref(&first)).await.unwrap();
    let [Archived::Moved(Some(place))] = archived.as_slice() else { panic!("{archived:?}") };
    assert_eq!(place.folder, "Archive");
    let again = mailbox.archive(std::slice::from_ref(&first)).await.unwrap();
    assert_eq!(again, [Archived::Already(place.clone())]);

    // The mark finds the mail in the archive, by its Message-ID.
    let marked =
        mailbox.mark(std::slice::from_ref(&first), &words(&["handled"]), &words(&["chat"])).await.unwrap();
    let Marked::Done { place: there, marks } = &marked[0] else { panic!("{marked:?}") };
    assert_eq!((there, marks), (place, &words(&["handled"])));

    let saved = mailbox.save_draft(&mail(7), &id(7)).await.unwrap();
    let Saved::New(Some(draft)) = saved else { panic!("{saved:?}") };
    assert_eq!(mailbox.save_draft(&mail(7), &id(7)).await.unwrap(), Saved::Already(draft.clone()));
    let (mails, ids): (Vec<_>, Vec<_>) = (7..=9).map(|number| (mail(number), id(number))).unzip();
    let several: Vec<_> = mails.iter().map(Vec::as_slice).zip(&ids).collect();
    let first = mailbox.save_drafts(&several).await.unwrap();
    assert_eq!(first[0], Ok(Saved::Already(draft.clone())));
    let [_, Ok(Saved::New(Some(second))), Ok(Saved::New(Some(third)))] = first.as_slice() else {
        panic!("{first:?}")
    };
    let again = [&draft, second, third].map(|place| Ok(Saved::Already(place.clone())));
    assert_eq!(mailbox.save_drafts(&several).await.unwrap(), again);
    let flags = mailbox.flags("Drafts", &BTreeSet::from([draft.uid])).await.unwrap();
    assert!(flags.by_uid[&draft.uid].contains("\\Draft"));
    assert!(matches!(mailbox.file_sent(&mail(8), &id(8)).await.unwrap(), Saved::New(Some(_))));
    assert!(mailbox.find("Sent", &id(8)).await.unwrap().is_some());
    assert!(mailbox.find("Sent", &id(9)).await.unwrap().is_none());
    assert!(mailbox.find("No such folder", &id(9)).await.unwrap().is_none());

    mailbox.leave().await;
    drop_and_check_law(&server);
}

/// What was said to the server never breaks the neutral law. The one `\Seen` is our own copy in Sent.
fn drop_and_check_law(server: &impl MailServer) {
    let said = server.said();
    assert!(said.contains("UID FETCH") && said.contains("UID MOVE"), "the server's log is there");
    for line in said.lines() {
        assert!(!line.contains("\\DELETED") && !line.contains("EXPUNGE"), "{line}");
        assert!(!line.contains("\\SEEN") || line.contains("APPEND \"SENT\""), "{line}");
        assert!(!line.contains(" BODY["), "{line}");
    }
}

async fn every_way_in_works_and_a_wrong_password_is_said_so<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    for security in [Security::Tls, Security::StartTls, Security::Plain] {
        let mut mailbox =
            Mailbox::new(server.account("desk", security), FolderNames::default(), MarkNames::default());
        mailbox.session().await.unwrap_or_else(|error| panic!("{security:?}: {error}"));
        let mut account = server.account("desk", security);
        account.credentials = Credentials::fixed(Secret::new("wrong".into()));
        let refused =
            Mailbox::new(account, FolderNames::default(), MarkNames::default()).session().await.map(drop);
        assert!(matches!(refused, Err(ImapError::SignIn { .. })), "{security:?}: {refused:?}");
    }
    let mut stranger = server.account("desk", Security::Tls);
    stranger.ca_file = None;
    let refused =
        Mailbox::new(stranger, FolderNames::default(), MarkNames::default()).session().await.map(drop);
    assert!(matches!(refused, Err(ImapError::Tls(_) | ImapError::Config(_))), "{refused:?}");
}

async fn a_backlog_is_read_in_batches_oldest_first<S: MailServer>() {
    const MAILS: usize = 2_000;
    let server = S::start_for(&["desk"]);
    server.deliver_all("desk", &(1..=MAILS).map(mail).collect::<Vec<_>>());
    let mut mailbox = desk(&server);
    mailbox.session().await.unwrap();
    let mut cursor = None;
    let mut seen = 0;
    loop {
        let batch = mailbox.look("INBOX", cursor.as_ref(), EPOCH, 800).await.unwrap();
        for found in &batch.found {
            seen += 1;
            assert!(is_whole(&found.content, &mail(seen)), "uid {}", found.uid);
        }
        cursor = Some(batch.next);
        if !batch.more {
            break;
        }
    }
    assert_eq!(seen, MAILS);

    // Nothing is new now; a later mail is found alone; and asking again with the old cursor finds it again.
    let quiet = mailbox.look("INBOX", cursor.as_ref(), EPOCH, 800).await.unwrap();
    assert!(quiet.found.is_empty() && quiet.rescan.is_none());
    server.deliver("desk", &mail(MAILS + 1));
    for _again in 0..2 {
        let news = mailbox.look("INBOX", cursor.as_ref(), EPOCH, 800).await.unwrap();
        assert_eq!(news.found.len(), 1);
    }

    let uids: Vec<u32> = (1..=u32::try_from(MAILS).unwrap()).collect();
    let targets: Vec<Target> = uids
        .iter()
        .map(|uid| Target {
            place: Place { folder: "INBOX".into(), uid_validity: quiet.next.uid_validity, uid: *uid },
            message_id: Some(id(*uid as usize)),
            size: 0,
            server_id: None,
        })
        .collect();
    let marked = mailbox.mark(&targets, &words(&["chat"]), &words(&[])).await.unwrap();
    assert!(marked.iter().all(|marked| matches!(marked, Marked::Done { .. })));
    mailbox.leave().await;
}

async fn idle_hears_a_mail_and_a_stop<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    let mut mailbox = desk(&server);
    let begin = Begin::Now(Timestamp::now());
    let first = mailbox.look("INBOX", None, begin, 10).await.unwrap();
    let (end, ()) =
        tokio::join!(mailbox.idle("INBOX", Duration::from_secs(60), std::future::pending()), async {
            server.deliver("desk", &mail(1))
        },);
    assert_eq!(end, Ok(IdleEnd::Rung));
    let batch = mailbox.look("INBOX", Some(&first.next), begin, 10).await.unwrap();
    assert_eq!(batch.found.len(), 1);

    let end = mailbox.idle("INBOX", Duration::from_secs(60), std::future::ready(())).await;
    assert_eq!(end, Ok(IdleEnd::Stopped));
    let end = mailbox.idle("INBOX", Duration::from_millis(1), std::future::pending()).await;
    assert_eq!(end, Ok(IdleEnd::Elapsed));
    // The session lives on.
    assert!(mailbox.look("INBOX", Some(&batch.next), begin, 10).await.unwrap().found.is_empty());
}

async fn a_first_start_begins_now<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    server.deliver("desk", &mail(1));
    let mut mailbox = desk(&server);
    let now = Begin::Now(Timestamp::now());
    let batch = mailbox.look("INBOX", None, now, 10).await.unwrap();
    assert!(batch.found.is_empty() && !batch.more);
    server.deliver("desk", &mail(2));
    let batch = mailbox.look("INBOX", Some(&batch.next), now, 10).await.unwrap();
    assert_eq!(batch.found.iter().map(|found| found.uid).collect::<Vec<_>>(), [2]);
}

async fn of_a_large_mail_only_header_and_text_travel<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    let filling = "QUFB".repeat(19) + "\r\n";
    let attachment = filling.repeat(400_000 / filling.len());
    let large = format!(
        "From: a@example.jp\r\nMessage-ID: <big@example.jp>\r\nSubject: big\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"o\"\r\n\r\n\
         --o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n\
         --i\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n予約したいです\r\n\
         --i\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>html</p>\r\n--i--\r\n\
         --o\r\nContent-Type: image/png; name=\"p.png\"\r\nContent-Disposition: attachment; filename=\"p.png\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attachment}\r\n--o--\r\n"
    );
    server.deliver("desk", large.as_bytes());
    let mut mailbox = desk(&server);
    let batch = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    let [found] = batch.found.as_slice() else { panic!("one mail") };
    assert!(found.size > 400_000);
    let Content::Parts(bytes) = &found.content else { panic!("parts") };
    assert!(bytes.len() < 2_000, "{}", bytes.len());

    let parsed = mail_parser::MessageParser::default().parse(bytes).unwrap();
    assert_eq!(parsed.subject(), Some("big"));
    assert_eq!(parsed.message_id(), Some("big@example.jp"));
    assert_eq!(parsed.body_text(0).unwrap().trim(), "予約したいです");
    assert_eq!(parsed.body_text(1), None, "the alternative is not a second text");
    let names: Vec<_> = parsed.attachments().map(mail_parser::MimeHeaders::attachment_name).collect();
    assert_eq!(names, [Some("p.png")]);
}

#[tokio::test]
async fn odd_mails_do_not_stop_the_others() {
    let server = Dovecot::start();
    let odd: [&[u8]; 6] = [
        b"",
        b"\r\n",
        b"no header at all",
        b"Message-ID: <nul@example.jp>\r\nSubject: \0\r\n\r\n\0\0\0",
        b"Message-ID: <raw@example.jp>\r\nSubject: \x82\xa0\x82\xa2\r\n\r\n\xff\xfe",
        b"Subject: brackets \"( {10}\r\n\r\n(((((((((((({99}\r\n",
    ];
    for mail in odd {
        server.deliver("desk", mail);
    }
    server.deliver("desk", &mail(1));
    let mut mailbox = desk(&server);
    let batch = mailbox.look("INBOX", None, EPOCH, 100).await.unwrap();
    assert_eq!(batch.found.len(), 7);
    assert!(batch.found.iter().all(|found| matches!(found.content, Content::Whole(_))));
    assert_eq!(batch.found[6].content, Content::Whole(mail(1)));

    // A mail without a Message-ID is known by its size.
    let nameless = |size| Target {
        place: Place { folder: "INBOX".into(), uid_validity: batch.next.uid_validity, uid: 3 },
        message_id: None,
        size,
        server_id: None,
    };
    let marked = mailbox
        .mark(&[nameless(batch.found[2].size), nameless(1)], &words(&["chat"]), &words(&[]))
        .await
        .unwrap();
    assert!(matches!(marked.as_slice(), [Marked::Done { .. }, Marked::Gone]), "{marked:?}");
}

async fn people_are_noticed_and_followed<S: MailServer>() {
    let server = S::start_for(&["desk"]);
    server.deliver("desk", &mail(1));
    server.deliver("desk", &mail(2));
    let mut ours = desk(&server);
    let batch = ours.look("INBOX", None, EPOCH, 10).await.unwrap();
    let targets = [target(&batch.found[0], 1), target(&batch.found[1], 2)];
    ours.mark(&targets, &words(&["chat"]), &words(&[])).await.unwrap();

    // Another client takes a mark off and moves a mail to a folder of its own making.
    let mut theirs = desk(&server);
    theirs.mark(&targets[1..], &words(&[]), &words(&["chat"])).await.unwrap();
    let archived = theirs.archive(&targets[..1]).await.unwrap();
    let [Archived::Moved(Some(place))] = archived.as_slice() else { panic!("{archived:?}") };

    let flags = ours.flags("INBOX", &BTreeSet::from([1, 2])).await.unwrap();
    assert_eq!(flags.by_uid.keys().copied().collect::<Vec<_>>(), [2]);
    assert!(!flags.by_uid[&2].contains("$Chat"));
    let marked = ours.mark(&targets[..1], &words(&["handled"]), &words(&[])).await.unwrap();
    assert!(matches!(&marked[0], Marked::Done { place: there, .. } if there == place), "{marked:?}");

    // Somebody takes it back into the inbox: it is not archived over their head.
    let mut person = Person::sign_in(server.port(), "desk");
    let uids = person.find("Archive", "m1@example.jp");
    person.says(&format!("UID MOVE {} INBOX", uids[0]));
    let archived = ours.archive(&targets[..1]).await.unwrap();
    assert!(matches!(&archived[0], Archived::Already(place) if place.folder == "INBOX"), "{archived:?}");

    // Another mail under the same UID is left alone.
    let mut wrong = targets[1].clone();
    wrong.message_id = Some(id(99));
    let marked = ours.mark(&[wrong], &words(&["handled"]), &words(&[])).await.unwrap();
    assert_eq!(marked, [Marked::Gone]);
    let flags = ours.flags("INBOX", &BTreeSet::from([2])).await.unwrap();
    assert!(!flags.by_uid[&2].contains("$Handled"));
}

#[tokio::test]
async fn missing_folders_are_made_when_the_config_says_so() {
    let server = Dovecot::start();
    let names = FolderNames { archive: "対応済".into(), ..FolderNames::default() };
    let mut mailbox =
        Mailbox::new(server.account("other", Security::Tls), names.clone(), MarkNames::default());
    mailbox.session().await.unwrap();
    // The attribute wins over the configured name.
    assert_eq!(mailbox.folders().archive.as_deref(), Some("Archive"));

    let bare = Dovecot::start_with(
        "namespace inbox {\n mailbox Archive {\n auto = no\n special_use =\n }\n \
         mailbox Drafts {\n auto = no\n special_use =\n }\n mailbox Sent {\n auto = no\n special_use =\n }\n}",
    );
    bare.deliver("desk", &mail(1));
    let keep = FolderNames { create: false, ..names.clone() };
    let mut mailbox = Mailbox::new(bare.account("desk", Security::Tls), keep, MarkNames::default());
    let batch = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    assert_eq!(mailbox.archive(&[target(&batch.found[0], 1)]).await, Ok(vec![Archived::NoFolder]));
    assert_eq!(mailbox.save_draft(&mail(2), &id(2)).await, Ok(Saved::NoFolder));

    let mut mailbox = Mailbox::new(bare.account("desk", Security::Tls), names, MarkNames::default());
    let archived = mailbox.archive(&[target(&batch.found[0], 1)]).await.unwrap();
    assert!(matches!(archived.as_slice(), [Archived::Moved(Some(place))] if place.folder == "対応済"));
    assert!(matches!(mailbox.save_draft(&mail(2), &id(2)).await, Ok(Saved::New(Some(_)))));
}

#[tokio::test]
async fn a_mail_that_takes_the_connection_down_does_not_stop_the_others() {
    let server = Dovecot::start();
    for number in 1..=5 {
        server.deliver("desk", &mail(number));
    }
    let mut mailbox = desk(&server);
    let first = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    assert_eq!(first.found.len(), 5);

    // The file of the third mail is cut behind the server's back, which has its size in the index.
    let files = server.files("desk");
    std::fs::write(&files[2], b"Subject: cut\r\n\r\n").unwrap();
    mailbox.leave().await;

    let again = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    let texts: Vec<_> = again.found.iter().map(|found| found.content.bytes().unwrap_or_default()).collect();
    // Dovecot hangs up in the middle of the third mail, mends its index, and tells the truth the second time.
    assert_eq!(texts, [&mail(1)[..], &mail(2), b"Subject: cut\r\n\r\n", &mail(4), &mail(5)]);
    assert!(server.log().contains("too little data"), "{}", server.log());
}

#[tokio::test]
async fn of_old_mail_only_what_arrived_since_is_found() {
    let server = Dovecot::start();
    for number in 1..=3 {
        server.deliver("desk", &mail(number));
    }
    // INTERNALDATE is the file's time: the first two arrived in 2001.
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for file in server.files("desk").iter().take(2) {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(long_ago).unwrap();
    }
    let mut mailbox = desk(&server);
    let since: Timestamp = "2010-01-01T00:00:00Z".parse().unwrap();
    let batch = mailbox.look("INBOX", None, Begin::Since(since), 10).await.unwrap();
    assert_eq!(batch.found.iter().map(|found| found.uid).collect::<Vec<_>>(), [3]);
    assert!(!batch.more);

    // The server loses its list of UIDs and numbers anew: what was never ours stays untouched.
    let list = server.maildir("desk").join("dovecot-uidlist");
    mailbox.leave().await;
    std::fs::remove_file(&list).unwrap();
    for index in ["dovecot.index.log", "dovecot.index.cache", "dovecot.index"] {
        let _absent = std::fs::remove_file(server.maildir("desk").join(index));
    }
    let again = mailbox.look("INBOX", Some(&batch.next), EPOCH, 10).await.unwrap();
    assert_eq!(
        again.found.iter().map(|found| found.content.clone()).collect::<Vec<_>>(),
        [Content::Whole(mail(3))]
    );
}
