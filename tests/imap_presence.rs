//! Where followed mails are and which marks they carry, on real servers, while a second client works there too.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use madoguchi::imap::act::{Place, Target};
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::presence::{Followed, Presence};
use madoguchi::imap::stream::Role;
use madoguchi::imap::watch::{Begin, Found};
use madoguchi::imap::{MarkNames, Security};
use madoguchi::triage::hand::Whereabouts;
use madoguchi::triage::id::MessageId;
use support::cyrus::Cyrus;
use support::dovecot::Dovecot;
use support::person::Person;
use support::server::MailServer;

fn mail(number: usize) -> Vec<u8> {
    format!(
        "From: a@example.jp\r\nTo: desk@example.jp\r\nSubject: {number}\r\nDate: Thu, 27 Aug 2026 10:00:00 +0900\r\n\
         Message-ID: <m{number}@example.jp>\r\n\r\nHello {number}.\r\n"
    )
    .into_bytes()
}

fn desk(server: &impl MailServer) -> Mailbox {
    Mailbox::new(server.account("desk", Security::Tls), FolderNames::default(), MarkNames::default())
}

fn followed(found: &Found, number: usize, marks: &[&str]) -> Followed {
    Followed {
        target: Target {
            place: Place { folder: found.folder.clone(), uid_validity: found.uid_validity, uid: found.uid },
            message_id: MessageId::parse(&format!("m{number}@example.jp")),
            size: found.size,
            server_id: None,
        },
        marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
    }
}

/// Mails 1 to `count` in the inbox, marked as asked by us.
async fn asked<S: MailServer>(count: usize) -> (S, Mailbox, Vec<Followed>) {
    let server = S::start_for(&["desk"]);
    for number in 1..=count {
        server.deliver("desk", &mail(number));
    }
    let mut mailbox = desk(&server);
    let everything = Begin::Since(Timestamp::UNIX_EPOCH);
    let found = mailbox.look("INBOX", None, everything, 1000).await.unwrap().found;
    assert!(found.iter().all(|found| found.role == Role::Arrived));
    let mails: Vec<Followed> =
        found.iter().zip(1..).map(|(found, n)| followed(found, n, &["asked"])).collect();
    let targets: Vec<Target> = mails.iter().map(|mail| mail.target.clone()).collect();
    mailbox.mark(&targets, &["asked".to_owned()].into(), &BTreeSet::new()).await.unwrap();
    (server, mailbox, mails)
}

async fn seen(mailbox: &mut Mailbox, mails: &[Followed]) -> Vec<String> {
    let seen = mailbox.presence(mails, &BTreeMap::new()).await.unwrap();
    seen.iter().map(shown).collect()
}

fn shown(presence: &Presence) -> String {
    match presence {
        Presence::Here { marks, whereabouts, .. } => {
            let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
            format!("{} {}", whereabouts.word(), marks.join(","))
        }
        Presence::Gone => "gone".to_owned(),
        Presence::Unclear => "unclear".to_owned(),
    }
}

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
    what_a_person_did_to_each_mail_is_told
    a_look_at_quiet_folders_tells_that_nothing_changed
    of_folders_where_no_mail_came_or_went_only_changes_are_asked_for
    a_mail_of_another_identity_is_not_taken_for_ours
    a_folder_that_vanished_proves_nothing
}

async fn what_a_person_did_to_each_mail_is_told<S: MailServer>() {
    let (server, mut mailbox, mails) = asked::<S>(7).await;
    assert!(seen(&mut mailbox, &mails).await.iter().all(|mail| mail == "inbox asked"));
    let mut person = Person::sign_in(server.port(), "desk");
    person.says("CREATE Mine");
    person.says("CREATE Trash");
    person.says("SELECT INBOX");
    person.says("UID STORE 2 -FLAGS ($Asked)");
    person.says("UID STORE 3 +FLAGS ($Handled $Followup \\Flagged)");
    person.says("UID MOVE 4 Archive");
    person.says("UID MOVE 5 Mine");
    person.says("UID MOVE 6 Trash");
    person.says("UID STORE 7 +FLAGS (\\Deleted)");
    person.says("EXPUNGE");
    // A mailbox that is connected anew knows the folders that were made meanwhile.
    let mut mailbox = desk(&server);
    assert_eq!(
        seen(&mut mailbox, &mails).await,
        [
            "inbox asked",
            "inbox ",
            "inbox asked,handled",
            "archive asked",
            "elsewhere asked",
            "trash asked",
            "gone"
        ]
    );
}

async fn a_look_at_quiet_folders_tells_that_nothing_changed<S: MailServer>() {
    let (server, mut mailbox, mails) = asked::<S>(3).await;
    let folders: BTreeSet<String> = ["INBOX", "Archive", "Nowhere"].map(str::to_owned).into();
    let before = mailbox.states(&folders).await.unwrap();
    assert_eq!(before.keys().collect::<Vec<_>>(), ["Archive", "INBOX"], "a missing folder is no news");
    assert_eq!(mailbox.states(&folders).await.unwrap(), before);
    let mut person = Person::sign_in(server.port(), "desk");
    for (act, changed) in [
        ("UID STORE 1 +FLAGS (\\Flagged)", vec!["INBOX"]),
        ("UID STORE 1 -FLAGS ($Asked)", vec!["INBOX"]),
        ("UID MOVE 2 Archive", vec!["Archive", "INBOX"]),
        ("UID STORE 3 +FLAGS (\\Deleted)", vec!["INBOX"]),
        ("EXPUNGE", vec!["INBOX"]),
    ] {
        let before = mailbox.states(&folders).await.unwrap();
        person.says("SELECT INBOX");
        person.says(act);
        let now = mailbox.states(&folders).await.unwrap();
        let differ: Vec<&String> =
            now.keys().filter(|folder| now.get(*folder) != before.get(*folder)).collect();
        assert_eq!(differ, changed, "{act}");
    }
    assert_eq!(seen(&mut mailbox, &mails).await, ["inbox ", "archive asked", "gone"]);
}

async fn of_folders_where_no_mail_came_or_went_only_changes_are_asked_for<S: MailServer>() {
    let (server, mut mailbox, mails) = asked::<S>(3).await;
    let inbox: BTreeSet<String> = ["INBOX".to_owned()].into();
    let since = mailbox.states(&inbox).await.unwrap()["INBOX"].modseq;
    let mut person = Person::sign_in(server.port(), "desk");
    person.says("SELECT INBOX");
    person.says("UID STORE 2 -FLAGS ($Asked)");
    let unchanged = BTreeMap::from([("INBOX".to_owned(), since)]);
    let seen = mailbox.presence(&mails, &unchanged).await.unwrap();
    assert_eq!(seen.iter().map(shown).collect::<Vec<_>>(), ["inbox asked", "inbox ", "inbox asked"]);
}

async fn a_mail_of_another_identity_is_not_taken_for_ours<S: MailServer>() {
    let (_server, mut mailbox, mails) = asked::<S>(2).await;
    // The desk believes the second mail to lie where the first one does, and that it carries other marks.
    let mut moved = mails[1].clone();
    moved.target.place = mails[0].target.place.clone();
    moved.marks = ["handled".to_owned()].into();
    let presence = mailbox.presence(&[moved], &BTreeMap::new()).await.unwrap();
    let [Presence::Here { place, whereabouts: Whereabouts::Inbox, .. }] = presence.as_slice() else {
        panic!("{presence:?}")
    };
    assert_eq!(*place, mails[1].target.place, "found again by its Message-ID");
    // Without one it is followed where it lies, and nothing is concluded when it is not there.
    let mut nameless = mails[1].clone();
    nameless.target.message_id = None;
    nameless.target.place.uid = 99;
    assert_eq!(seen(&mut mailbox, &[nameless]).await, ["unclear"]);
}

async fn a_folder_that_vanished_proves_nothing<S: MailServer>() {
    let (server, mut mailbox, mails) = asked::<S>(1).await;
    let mut person = Person::sign_in(server.port(), "desk");
    person.says("CREATE Mine");
    person.says("SELECT INBOX");
    person.says("UID MOVE 1 Mine");
    let mut connected_anew = desk(&server);
    let Presence::Here { place, .. } = &mailbox_sees(&mut connected_anew, &mails).await[0] else { panic!() };
    let mut there = mails[0].clone();
    there.target.place = place.clone();
    person.says("SELECT INBOX");
    person.says("DELETE Mine");
    assert_eq!(seen(&mut mailbox, &[there]).await, ["unclear"]);
}

async fn mailbox_sees(mailbox: &mut Mailbox, mails: &[Followed]) -> Vec<Presence> {
    mailbox.presence(mails, &BTreeMap::new()).await.unwrap()
}
