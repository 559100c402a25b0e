//! The mailbox layer against a real Dovecot.

mod support;

use std::collections::BTreeSet;

use jiff::Timestamp;
use madoguchi::imap::act::{Archived, Marked, Place, Saved, Target};
use madoguchi::imap::fetch::Content;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::watch::{Begin, Found};
use madoguchi::imap::{ImapError, Security};
use madoguchi::secret::Secret;
use madoguchi::triage::id::MessageId;
use support::dovecot::Dovecot;

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);

fn mail(number: usize) -> Vec<u8> {
    format!(
        "From: a@example.jp\r\nTo: desk@example.jp\r\nSubject: {number}\r\n\
         Message-ID: <m{number}@example.jp>\r\n\r\nHello {number}.\r\n"
    )
    .into_bytes()
}

fn id(number: usize) -> MessageId {
    MessageId::parse(&format!("m{number}@example.jp")).unwrap()
}

fn target(found: &Found, number: usize) -> Target {
    Target {
        place: Place { folder: found.folder.clone(), uid_validity: found.uid_validity, uid: found.uid },
        message_id: Some(id(number)),
        size: found.size,
    }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn desk(server: &Dovecot) -> Mailbox {
    Mailbox::new(server.account("desk", Security::Tls), FolderNames::default())
}

#[tokio::test]
async fn a_mail_is_found_marked_archived_and_answered() {
    let server = Dovecot::start();
    server.deliver("desk", &mail(1));
    server.deliver("desk", &mail(2));
    let mut mailbox = desk(&server);

    let batch = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap();
    assert!(!batch.more);
    let found = batch.found;
    assert_eq!(found.iter().map(|mail| mail.uid).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(found[0].content, Content::Whole(mail(1)));
    assert_eq!(found[0].size as usize, mail(1).len());
    assert!(found[0].flags.iter().all(|flag| flag == "\\Recent"), "{:?}", found[0].flags);

    let first = target(&found[0], 1);
    for _again in 0..2 {
        let marked =
            mailbox.mark(std::slice::from_ref(&first), &words(&["$Chat"]), &words(&[])).await.unwrap();
        let Marked::Done { flags, .. } = &marked[0] else { panic!("{marked:?}") };
        assert!(flags.contains("$Chat") && !flags.contains("\\Seen"), "{flags:?}");
    }
    let (_, marks) = mailbox.marks("INBOX", "$Chat").await.unwrap();
    assert_eq!(marks, BTreeSet::from([1]));

    let archived = mailbox.archive(&first).await.unwrap();
    let Archived::Moved(Some(place)) = archived else { panic!("{archived:?}") };
    assert_eq!(place.folder, "Archive");
    assert_eq!(mailbox.archive(&first).await.unwrap(), Archived::Already(place.clone()));

    // The mark finds the mail in the archive, by its Message-ID.
    let marked =
        mailbox.mark(std::slice::from_ref(&first), &words(&["$Done"]), &words(&["$Chat"])).await.unwrap();
    let Marked::Done { place: there, flags } = &marked[0] else { panic!("{marked:?}") };
    assert_eq!(there, &place);
    assert!(flags.contains("$Done") && !flags.contains("$Chat") && !flags.contains("\\Seen"), "{flags:?}");

    let saved = mailbox.save_draft(&mail(7), &id(7)).await.unwrap();
    let Saved::New(Some(draft)) = saved else { panic!("{saved:?}") };
    assert_eq!(mailbox.save_draft(&mail(7), &id(7)).await.unwrap(), Saved::Already(draft.clone()));
    let flags = mailbox.flags("Drafts", &BTreeSet::from([draft.uid])).await.unwrap();
    assert!(flags.by_uid[&draft.uid].contains("\\Draft"));
    assert!(matches!(mailbox.file_sent(&mail(8), &id(8)).await.unwrap(), Saved::New(Some(_))));
    assert!(mailbox.find("Sent", &id(8)).await.unwrap().is_some());
    assert!(mailbox.find("Sent", &id(9)).await.unwrap().is_none());

    mailbox.leave().await;
    drop_and_check_law(&server);
}

/// What was said to the server never breaks the neutral law. The one `\Seen` is our own copy in Sent.
fn drop_and_check_law(server: &Dovecot) {
    let said = server.said();
    assert!(said.contains("UID FETCH") && said.contains("UID MOVE"), "the server's log is there");
    for line in said.lines() {
        assert!(!line.contains("\\DELETED") && !line.contains("EXPUNGE"), "{line}");
        assert!(!line.contains("\\SEEN") || line.contains("APPEND \"SENT\""), "{line}");
        assert!(!line.contains(" BODY["), "{line}");
    }
}

#[tokio::test]
async fn every_way_in_works_and_a_wrong_password_is_said_so() {
    let server = Dovecot::start();
    for security in [Security::Tls, Security::StartTls, Security::Plain] {
        let mut mailbox = Mailbox::new(server.account("desk", security), FolderNames::default());
        mailbox.session().await.unwrap_or_else(|error| panic!("{security:?}: {error}"));
        let mut account = server.account("desk", security);
        account.password = Secret::new("wrong".into());
        let refused = Mailbox::new(account, FolderNames::default()).session().await.map(drop);
        assert!(matches!(refused, Err(ImapError::SignIn { .. })), "{security:?}: {refused:?}");
    }
    let mut stranger = server.account("desk", Security::Tls);
    stranger.ca_file = None;
    let refused = Mailbox::new(stranger, FolderNames::default()).session().await.map(drop);
    assert!(matches!(refused, Err(ImapError::Tls(_) | ImapError::Config(_))), "{refused:?}");
}
