//! Marks as folders: on a real Dovecot whose users may not keep keywords, and on scripted servers that can do less.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use madoguchi::config::Marking;
use madoguchi::imap::act::{Archived, Marked, Place, Target};
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::marking::Way;
use madoguchi::imap::presence::{Followed, Presence};
use madoguchi::imap::watch::{Begin, Found};
use madoguchi::imap::{MarkNames, Security};
use madoguchi::triage::hand::Whereabouts;
use madoguchi::triage::id::MessageId;
use support::dialogue::{Dialogue, opened, signed_in};
use support::dovecot::Dovecot;
use support::person::Person;
use support::server::open_up;

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);
/// 返信待ち and 店舗依頼 as they stand on the wire.
const AWAITING: &str = "&j9RP4V+FMGE-";
const AT_SHOP: &str = "&XpeCF0+dmDw-";

fn mail(number: usize) -> Vec<u8> {
    format!("From: a@example.jp\r\nSubject: {number}\r\nMessage-ID: <m{number}@example.jp>\r\n\r\nHello {number}.\r\n")
        .into_bytes()
}

fn id(number: usize) -> MessageId {
    MessageId::parse(&format!("m{number}@example.jp")).expect("a Message-ID")
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn target(found: &Found, number: usize) -> Target {
    Target {
        place: Place { folder: found.folder.clone(), uid_validity: found.uid_validity, uid: found.uid },
        message_id: Some(id(number)),
        size: found.size,
        server_id: None,
    }
}

fn at(target: &Target, place: &Place) -> Target {
    Target { place: place.clone(), ..target.clone() }
}

/// A Dovecot whose users may do everything but set flags other than `\Seen` and `\Deleted` (RFC 4314, right `w`).
fn without_keywords() -> (Dovecot, tempfile::TempDir) {
    let dir = tempfile::Builder::new().prefix("madoguchi-acl-").tempdir().unwrap();
    open_up(dir.path());
    let file = dir.path().join("acl");
    fs::write(&file, "* owner lrstipekxa\n").unwrap();
    let extra = format!("mail_plugins = $mail_plugins acl\nplugin {{\n  acl = vfile:{}\n}}", file.display());
    (Dovecot::start_with(&extra), dir)
}

fn desk(server: &Dovecot, marks: MarkNames) -> Mailbox {
    Mailbox::new(server.account("desk", Security::Tls), FolderNames::default(), marks)
}

fn place_of(marked: &[Marked]) -> &Place {
    match marked {
        [Marked::Done { place, .. }] => place,
        other => panic!("{other:?}"),
    }
}

fn check_law(server: &Dovecot) {
    let said = server.said();
    assert!(said.contains("UID MOVE"), "the server's log is there");
    for line in said.lines() {
        for bad in ["UID STORE", "\\SEEN", "\\DELETED", "EXPUNGE", " BODY["] {
            assert!(!line.contains(bad), "{line}");
        }
    }
}

#[tokio::test]
async fn a_mail_lies_in_the_folder_of_its_mark() {
    let (server, _acl) = without_keywords();
    for number in 1..=3 {
        server.deliver("desk", &mail(number));
    }
    let mut mailbox = desk(&server, MarkNames::default());
    assert_eq!(mailbox.way().await, Ok(Way::Folders), "{}", server.log());
    let found = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found;
    let targets: Vec<Target> = found.iter().zip(1..).map(|(found, number)| target(found, number)).collect();

    // Asking an agent leaves it where it is, with or without a mark from the rules.
    let marked = mailbox.mark(&targets, &words(&["asked", "chat"]), &words(&[])).await.unwrap();
    for (target, marked) in targets.iter().zip(&marked) {
        assert_eq!(*marked, Marked::Done { place: target.place.clone(), marks: words(&["asked", "chat"]) });
    }

    // The answer is out: two at once, into a folder that people see.
    let waiting = mailbox.mark(&targets[..2], &words(&["awaiting_reply"]), &words(&["asked"])).await.unwrap();
    let places: Vec<Place> = waiting.iter().map(|one| place_of(std::slice::from_ref(one)).clone()).collect();
    assert!(places.iter().all(|place| place.folder == "返信待ち"), "{places:?}");
    assert_eq!(server.said().matches("UID MOVE").count(), 1, "many mails in one command");
    let mut person = Person::sign_in(server.port, "desk");
    assert!(person.says("LSUB \"\" \"*\"").contains(AWAITING));
    assert_eq!(person.find(AWAITING, "m1@example.jp").len(), 1);
    let archived = mailbox.archive(&[at(&targets[0], &places[0])]).await.unwrap();
    assert_eq!(archived, [Archived::Already(places[0].clone())], "it has left the inbox");

    // Again with the place it had before: it is found where it went.
    let again = mailbox.mark(&targets[..1], &words(&["awaiting_reply"]), &words(&["asked"])).await.unwrap();
    assert_eq!(place_of(&again), &places[0]);

    // The customer answered, then it was dealt with.
    let first = [at(&targets[0], &places[0])];
    let back = mailbox.mark(&first, &words(&["asked"]), &words(&["awaiting_reply"])).await.unwrap();
    assert_eq!(place_of(&back).folder, "INBOX");
    let first = [at(&targets[0], place_of(&back))];
    let done = mailbox.mark(&first, &words(&["handled"]), &words(&["asked"])).await.unwrap();
    assert_eq!(place_of(&done).folder, "Archive");
    let archived = mailbox.archive(&[at(&targets[0], place_of(&done))]).await.unwrap();
    assert_eq!(archived, [Archived::Already(place_of(&done).clone())]);
    let uid = person.find("Archive", "m1@example.jp")[0];
    assert_eq!(person.flags(uid), Some(vec![]), "nobody has read it, nothing was marked");

    mailbox.leave().await;
    check_law(&server);
}

#[tokio::test]
async fn dragging_a_mail_changes_its_mark() {
    let (server, _acl) = without_keywords();
    for number in 1..=5 {
        server.deliver("desk", &mail(number));
    }
    let mut mailbox = desk(&server, MarkNames::default());
    let found = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found;
    let targets: Vec<Target> = found.iter().zip(1..).map(|(found, number)| target(found, number)).collect();
    let waiting = mailbox.mark(&targets[..4], &words(&["awaiting_reply"]), &words(&[])).await.unwrap();
    let mut followed: Vec<Followed> = targets
        .iter()
        .zip(&waiting)
        .map(|(target, marked)| Followed {
            target: at(target, place_of(std::slice::from_ref(marked))),
            marks: words(&["awaiting_reply", "chat"]),
        })
        .collect();
    followed.push(Followed { target: targets[4].clone(), marks: words(&["asked"]) });

    let mut person = Person::sign_in(server.port, "desk");
    person.says(&format!("CREATE {AT_SHOP}"));
    person.says("CREATE own");
    for (number, folder) in [(1, AT_SHOP), (2, "INBOX"), (3, "own")] {
        let uid = person.find(AWAITING, &format!("m{number}@example.jp"))[0];
        person.says(&format!("UID MOVE {uid} \"{folder}\""));
    }
    mailbox.leave().await;
    let seen = mailbox.presence(&followed, &Default::default()).await.unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|presence| match presence {
            Presence::Here { place, marks, whereabouts } => {
                (place.folder.as_str(), marks.clone(), *whereabouts)
            }
            other @ (Presence::Gone | Presence::Unclear) => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("店舗依頼", words(&["asked_shop", "chat"]), Whereabouts::Inbox),
        ("INBOX", words(&["chat"]), Whereabouts::Inbox),
        ("own", words(&["awaiting_reply", "chat"]), Whereabouts::Elsewhere),
        ("返信待ち", words(&["awaiting_reply", "chat"]), Whereabouts::Archive),
        ("INBOX", words(&["asked"]), Whereabouts::Inbox),
    ];
    assert_eq!(seen, expected);
    check_law(&server);
}

#[tokio::test]
async fn folders_may_be_wanted_and_have_a_parent() {
    let server = Dovecot::start();
    server.deliver("desk", &mail(1));
    let marks = MarkNames { by: Marking::Folders, parent: Some("窓口/印".into()), ..MarkNames::default() };
    let mut mailbox = desk(&server, marks);
    assert_eq!(mailbox.way().await, Ok(Way::Folders));
    let found = mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found;
    let one = [target(&found[0], 1)];
    let marked = mailbox.mark(&one, &words(&["triage_poison"]), &words(&[])).await.unwrap();
    assert_eq!(place_of(&marked).folder, "窓口/印/要確認");
    assert_eq!(desk(&server, MarkNames::default()).way().await, Ok(Way::Keywords));
}

/// A server that keeps no keywords, with the identity of one mail.
fn poor(capabilities: &str) -> String {
    signed_in(capabilities)
        + &opened("SELECT", "INBOX", 7, 2).replace("(\\Seen \\*)", "(\\Seen)")
        + "C: UID FETCH 1 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])
R: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10 BODY[HEADER.FIELDS (Message-ID)] {21}\\r\\nMessage-ID: <a@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
"
}

fn scripted() -> [Target; 1] {
    let place = Place { folder: "INBOX".into(), uid_validity: 7, uid: 1 };
    [Target { place, message_id: MessageId::parse("a@b"), size: 10, server_id: None }]
}

#[tokio::test]
async fn without_keywords_and_move_a_mail_stays_as_it_is() {
    let server = Dialogue::start([poor("") + "W:\n"]).await;
    let mut mailbox = server.mailbox();
    let marked = mailbox.mark(&scripted(), &words(&["awaiting_reply"]), &words(&["asked"])).await.unwrap();
    assert_eq!(marked, [Marked::Unwritten { place: scripted()[0].place.clone() }]);
    assert_eq!(mailbox.way().await, Ok(Way::Unwritten));
    drop(mailbox);
    server.finish().await;
}

#[tokio::test]
async fn without_uidplus_a_moved_mail_is_found_by_its_message_id() {
    let there = format!(
        "C: UID MOVE 1 \"{AWAITING}\"\nS: * 1 EXPUNGE\nS: $ OK moved\n{}C: UID SEARCH HEADER Message-ID \"a@b\"
S: * SEARCH 3
S: $ OK
C: UID FETCH 3 (
R: * 3 FETCH (UID 3 FLAGS () RFC822.SIZE 10 BODY[HEADER.FIELDS (Message-ID)] {{21}}\\r\\nMessage-ID: <a@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
",
        opened("EXAMINE", AWAITING, 5, 4)
    );
    let made = format!("C: CREATE \"{AWAITING}\"\nS: $ OK\nC: SUBSCRIBE \"{AWAITING}\"\nS: $ NO\n");
    let server = Dialogue::start([poor("MOVE") + &made + &there]).await;
    let marked = server.mailbox().mark(&scripted(), &words(&["awaiting_reply"]), &words(&[])).await.unwrap();
    let place = Place { folder: "返信待ち".into(), uid_validity: 5, uid: 3 };
    assert_eq!(marked, [Marked::Done { place, marks: words(&["awaiting_reply"]) }]);
    server.finish().await;
}

#[tokio::test]
async fn a_folder_that_is_refused_beside_the_inbox_is_made_under_it() {
    let script = poor("MOVE").replace(" \"/\" ", " \".\" ")
        + &format!(
            "C: CREATE \"{AWAITING}\"\nS: $ NO HUSH\nC: CREATE \"INBOX.{AWAITING}\"\nS: $ OK\n\
             C: SUBSCRIBE \"INBOX.{AWAITING}\"\nS: $ OK\n\
             C: UID MOVE 1 \"INBOX.{AWAITING}\"\nS: * OK [COPYUID 5 1 3] moved\nS: $ OK\n"
        );
    let server = Dialogue::start([script]).await;
    let marked = server.mailbox().mark(&scripted(), &words(&["awaiting_reply"]), &words(&[])).await.unwrap();
    let place = Place { folder: "INBOX.返信待ち".into(), uid_validity: 5, uid: 3 };
    assert_eq!(marked, [Marked::Done { place, marks: words(&["awaiting_reply"]) }]);
    server.finish().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_at_all_is_a_refusal() {
    let script = poor("MOVE")
        + &format!(
            "C: CREATE \"{AWAITING}\"\nS: $ NO [NOPERM] HUSH\nC: CREATE \"INBOX/{AWAITING}\"\nS: $ NO HUSH\n"
        );
    let server = Dialogue::start([script]).await;
    let error =
        server.mailbox().mark(&scripted(), &words(&["awaiting_reply"]), &words(&[])).await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("NOPERM"), "{error}");
    server.finish().await;
}
