//! The mailbox layer against the stand-in for Gmail: labels, arrivals, archive, identity, limits.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::imap::act::{Archived, Marked, Place, Saved, Target};
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::marking::Way;
use madoguchi::imap::presence::{Followed, Presence};
use madoguchi::imap::session::IdleEnd;
use madoguchi::imap::stream::Role;
use madoguchi::imap::watch::{Batch, Begin, Found};
use madoguchi::imap::{ImapError, Limit, MarkNames, Security};
use madoguchi::triage::hand::Whereabouts;
use madoguchi::triage::id::MessageId;
use support::gmail::{Gmail, Label, Language, Options};

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);
const ALL: &str = "[Gmail]/All Mail";

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

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn watching(gmail: &Gmail, inbox: &str) -> Mailbox {
    let names = FolderNames { inbox: inbox.into(), ..FolderNames::default() };
    Mailbox::new(gmail.account("desk", Security::Tls), names, MarkNames::default())
}

fn desk(gmail: &Gmail) -> Mailbox {
    watching(gmail, "INBOX")
}

async fn look(mailbox: &mut Mailbox) -> Batch {
    let streams = mailbox.streams().await.unwrap();
    let [stream] = streams.as_slice() else { panic!("{streams:?}") };
    assert_eq!(stream.role, None);
    mailbox.look(&stream.folder, None, EPOCH, 5_000).await.unwrap()
}

fn target(found: &Found) -> Target {
    Target {
        place: Place { folder: found.folder.clone(), uid_validity: found.uid_validity, uid: found.uid },
        message_id: None,
        size: found.size,
        server_id: found.server_id,
    }
}

/// What was said keeps the neutral law, and nothing of ours was put into Sent.
fn check_law(gmail: &Gmail) {
    let said = gmail.commands();
    assert!(!said.is_empty());
    for line in said.iter().map(|line| line.to_ascii_uppercase()) {
        for bad in ["\\SEEN", "\\DELETED", "EXPUNGE", "\\TRASH", " BODY[", "SENT MAIL"] {
            assert!(!line.contains(bad), "{line}");
        }
    }
}

#[tokio::test]
async fn arrivals_carry_the_inbox_label_whatever_folders_are_called() {
    for (language, all) in [(Language::English, ALL), (Language::Japanese, "[Gmail]/すべてのメール")] {
        let gmail = Gmail::start(Options { language, ..Options::default() });
        let first = gmail.deliver("desk", &mail(1));
        // A contact form sends through the account to the account: it is in Sent and in the inbox.
        let form = gmail.take_in("desk", &mail(2), &[Label::Sent, Label::Inbox]);
        let sent = gmail.sent("desk", &mail(3));
        gmail.take_in("desk", &mail(4), &[Label::Draft]);
        gmail.take_in("desk", &mail(5), &[Label::User("filtered".into())]);
        gmail.human("desk").archive(gmail.deliver("desk", &mail(6)));
        let mut mailbox = desk(&gmail);
        let batch = look(&mut mailbox).await;
        let found: Vec<_> = batch.found.iter().map(|mail| (mail.server_id, mail.role)).collect();
        let expected = [(Some(first), Role::Arrived), (Some(form), Role::Arrived), (Some(sent), Role::Sent)];
        assert_eq!(found, expected);
        assert_eq!(batch.found[0].folder, all);
        assert_eq!(batch.found[0].server_thread, Some(first), "a thread begins with its first mail");
        assert_eq!(mailbox.way().await, Ok(Way::Labels));

        // What comes later is found alone, and rings.
        let (end, later) =
            tokio::join!(mailbox.idle("INBOX", Duration::from_secs(60), std::future::pending()), async {
                gmail.deliver("desk", &mail(7))
            },);
        assert_eq!(end, Ok(IdleEnd::Rung));
        let news = mailbox.look(all, Some(&batch.next), EPOCH, 10).await.unwrap();
        assert_eq!(news.found.iter().map(|mail| mail.server_id).collect::<Vec<_>>(), [Some(later)]);
        check_law(&gmail);
    }
}

#[tokio::test]
async fn marks_are_labels_and_archive_is_leaving_the_inbox() {
    let gmail = Gmail::start(Options::default());
    let ids: Vec<u64> = (1..=5).map(|number| gmail.deliver("desk", &mail(number))).collect();
    gmail.human("desk").label(ids[4], "返信待ち");
    let mut mailbox = desk(&gmail);
    let found = look(&mut mailbox).await.found;
    let targets: Vec<Target> = found.iter().map(target).collect();
    for _again in 0..2 {
        let marked =
            mailbox.mark(&targets, &words(&["awaiting_reply", "chat"]), &words(&["asked"])).await.unwrap();
        for (target, marked) in targets.iter().zip(&marked) {
            let done =
                Marked::Done { place: target.place.clone(), marks: words(&["awaiting_reply", "chat"]) };
            assert_eq!(*marked, done);
        }
    }
    // One command for each distinct difference: the fifth mail lacked one label only.
    let said = |what: &str| gmail.commands().iter().filter(|line| line.contains(what)).count();
    assert_eq!(said("UID STORE"), 2, "{:?}", gmail.commands());
    assert_eq!(said("CREATE"), 1, "one label was there: {:?}", gmail.commands());

    let archived = mailbox.archive(&targets).await.unwrap();
    for (target, archived) in targets.iter().zip(&archived) {
        assert_eq!(*archived, Archived::Moved(Some(target.place.clone())), "the UID outlives it");
    }
    assert_eq!(said("-X-GM-LABELS (\\Inbox)"), 1, "{:?}", gmail.commands());
    let again = mailbox.archive(&targets[..1]).await.unwrap();
    assert_eq!(again, [Archived::Already(targets[0].place.clone())]);
    let marked =
        mailbox.mark(&targets[..1], &words(&["handled"]), &words(&["awaiting_reply"])).await.unwrap();
    assert!(
        matches!(&marked[0], Marked::Done { marks, .. } if *marks == words(&["chat", "handled"])),
        "{marked:?}"
    );

    for mail in gmail.messages("desk") {
        let mark = if mail.id == ids[0] { "対応済" } else { "返信待ち" };
        assert_eq!(mail.labels, words(&["チャット", mark]));
        assert!(!mail.flags.contains("\\Seen"));
    }
    check_law(&gmail);
}

#[tokio::test]
async fn many_mails_are_marked_and_archived_in_few_commands() {
    const MAILS: usize = 1_200;
    let gmail = Gmail::start(Options::default());
    for number in 0..MAILS {
        gmail.deliver("desk", &mail(number));
    }
    let mut mailbox = desk(&gmail);
    let targets: Vec<Target> = look(&mut mailbox).await.found.iter().map(target).collect();
    assert_eq!(targets.len(), MAILS);
    let marked = mailbox.mark(&targets, &words(&["handled"]), &words(&[])).await.unwrap();
    assert!(marked.iter().all(|marked| matches!(marked, Marked::Done { .. })));
    let archived = mailbox.archive(&targets).await.unwrap();
    assert!(archived.iter().all(|archived| matches!(archived, Archived::Moved(Some(_)))));
    let stores = gmail.commands().iter().filter(|line| line.contains("UID STORE")).count();
    assert_eq!(stores, 4);
}

#[tokio::test]
async fn labels_of_any_spelling_do_no_harm() {
    let gmail = Gmail::start(Options::default());
    let odd = ["客 \"VIP\" (東京)", "a) X-GM-LABELS (b", "back\\slash", "{3}", "A & B", "\"", "50%", "x/y"];
    let ids: Vec<u64> = (0..3).map(|number| gmail.deliver("desk", &mail(number))).collect();
    for label in odd {
        gmail.human("desk").label(ids[1], label);
    }
    let mut mailbox = desk(&gmail);
    let found = look(&mut mailbox).await.found;
    assert_eq!(
        found.iter().map(|mail| mail.server_id).collect::<Vec<_>>(),
        ids.iter().copied().map(Some).collect::<Vec<_>>()
    );
    let targets: Vec<Target> = found.iter().map(target).collect();
    let marked = mailbox.mark(&targets, &words(&["asked"]), &words(&[])).await.unwrap();
    assert!(marked.iter().all(|marked| matches!(marked, Marked::Done { .. })), "{marked:?}");
    let labels = gmail.message("desk", ids[1]).unwrap().labels;
    for label in odd.into_iter().chain(["確認中", "\\Inbox"]) {
        assert!(labels.contains(label), "{label}: {labels:?}");
    }

    // Marks of such names are set, read back and taken off as well.
    for label in odd.into_iter().filter(|label| !label.contains('\\')) {
        let mut names = MarkNames::default();
        let mark = names.marks.get("chat").unwrap().clone();
        names.marks.set("chat", madoguchi::config::Mark { label: label.into(), ..mark });
        let mut mailbox = Mailbox::new(gmail.account("desk", Security::Tls), FolderNames::default(), names);
        let one = &targets[..1];
        let on = mailbox.mark(one, &words(&["chat"]), &words(&[])).await.unwrap();
        assert!(matches!(&on[0], Marked::Done { marks, .. } if marks.contains("chat")), "{label}: {on:?}");
        assert!(gmail.message("desk", ids[0]).unwrap().has(label), "{label}");
        let off = mailbox.mark(one, &words(&[]), &words(&["chat"])).await.unwrap();
        assert!(matches!(&off[0], Marked::Done { marks, .. } if !marks.contains("chat")), "{label}: {off:?}");
        assert!(!gmail.message("desk", ids[0]).unwrap().has(label), "{label}");
    }
}

#[tokio::test]
async fn a_mail_in_several_folders_is_one_and_a_watched_label_is_seen() {
    let gmail = Gmail::start(Options::default());
    let id = gmail.deliver("desk", &mail(1));
    for label in ["予約", "店", "返信待ち"] {
        gmail.human("desk").label(id, label);
    }
    let unmarked = gmail.deliver("desk", &mail(2));
    let batch = look(&mut desk(&gmail)).await;
    assert_eq!(batch.found.len(), 2);

    // A desk that watches a label: in the label's own folder the label itself would be missing from the list.
    let mut mailbox = watching(&gmail, "予約");
    let batch = look(&mut mailbox).await;
    assert_eq!(batch.found.iter().map(|mail| mail.server_id).collect::<Vec<_>>(), [Some(id)]);
    let one = [target(&batch.found[0])];
    assert!(matches!(mailbox.archive(&one).await.unwrap()[0], Archived::Moved(Some(_))));
    assert_eq!(gmail.message("desk", id).unwrap().labels, words(&["店", "返信待ち"]));
    assert!(gmail.message("desk", unmarked).unwrap().has("\\Inbox"));
}

#[tokio::test]
async fn a_mail_is_known_by_its_number_wherever_it_was() {
    let gmail = Gmail::start(Options::default());
    let first = gmail.deliver("desk", &mail(1));
    let second = gmail.deliver("desk", &mail(2));
    let mut mailbox = desk(&gmail);
    let found = look(&mut mailbox).await.found;
    let (one, two) = (target(&found[0]), target(&found[1]));
    let place = |folder: &str, uid_validity, uid| Place { folder: folder.into(), uid_validity, uid };
    for (name, target, expected) in [
        ("another UID", Target { place: two.place.clone(), ..one.clone() }, Some(first)),
        (
            "another UIDVALIDITY",
            Target { place: place(ALL, one.place.uid_validity + 1, 1), ..one.clone() },
            Some(first),
        ),
        (
            "the inbox, before we kept numbers",
            Target { place: place("INBOX", 1, 1), message_id: Some(id(2)), server_id: None, ..one.clone() },
            Some(second),
        ),
        ("a number of nobody", Target { server_id: Some(1), ..one.clone() }, None),
        (
            "another number than the Message-ID's",
            Target { server_id: Some(second), message_id: Some(id(1)), ..one.clone() },
            Some(second),
        ),
    ] {
        let marked = mailbox.mark(&[target], &words(&["chat"]), &words(&[])).await.unwrap();
        let carrying = |id| gmail.message("desk", id).unwrap().has("チャット");
        match expected {
            None => assert_eq!(marked, [Marked::Gone], "{name}"),
            Some(id) => {
                assert!(matches!(marked[0], Marked::Done { .. }), "{name}: {marked:?}");
                let other = if id == first { second } else { first };
                assert_eq!((carrying(id), carrying(other)), (true, false), "{name}");
                gmail.human("desk").unlabel(id, "チャット");
            }
        }
    }
}

#[tokio::test]
async fn what_people_do_is_seen() {
    let gmail = Gmail::start(Options::default());
    let human = gmail.human("desk");
    let ids: Vec<u64> = (0..6).map(|number| gmail.deliver("desk", &mail(number))).collect();
    let mut mailbox = desk(&gmail);
    let targets: Vec<Target> = look(&mut mailbox).await.found.iter().map(target).collect();
    mailbox.mark(&targets, &words(&["asked"]), &words(&[])).await.unwrap();
    human.unlabel(ids[0], "確認中");
    human.label(ids[1], "対応済");
    human.archive(ids[1]);
    human.trash(ids[2]);
    human.spam(ids[3]);
    human.delete_forever(ids[4]);
    let followed: Vec<Followed> =
        targets.into_iter().map(|target| Followed { target, marks: words(&["asked"]) }).collect();
    let seen = mailbox.presence(&followed, &Default::default()).await.unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|presence| match presence {
            Presence::Here { marks, whereabouts, .. } => (whereabouts.word(), marks.clone()),
            Presence::Gone => (Whereabouts::Gone.word(), BTreeSet::new()),
            Presence::Unclear => ("unclear", BTreeSet::new()),
        })
        .collect();
    let expected = [
        ("inbox", words(&[])),
        ("archive", words(&["asked", "handled"])),
        ("trash", words(&["asked"])),
        ("junk", words(&["asked"])),
        ("gone", words(&[])),
        ("inbox", words(&["asked"])),
    ];
    assert_eq!(seen, expected);
    check_law(&gmail);
}

#[tokio::test]
async fn drafts_are_kept_and_sent_mail_is_left_to_gmail() {
    let gmail = Gmail::start(Options { language: Language::Japanese, ..Options::default() });
    let mut mailbox = desk(&gmail);
    for _again in 0..2 {
        mailbox.save_draft(&mail(7), &id(7)).await.unwrap();
    }
    let [draft] = <[_; 1]>::try_from(gmail.messages("desk")).expect("one draft");
    assert_eq!(draft.labels, words(&["\\Draft"]));
    assert_eq!(mailbox.file_sent(&mail(8), &id(8)).await, Ok(Saved::ServerFiles));
    assert_eq!(gmail.messages("desk").len(), 1);
    check_law(&gmail);
}

#[tokio::test]
async fn a_hidden_folder_of_all_mail_is_told_with_the_way_out() {
    let gmail = Gmail::start(Options { show_all_mail: false, ..Options::default() });
    let mut mailbox = desk(&gmail);
    let Err(error) = mailbox.streams().await else { panic!("no folder of all mail") };
    assert!(!error.is_transient());
    let text = error.to_string();
    assert!(text.contains("Show in IMAP") && text.contains("All Mail"), "{text}");
    assert!(
        !gmail.commands().iter().any(|line| line.starts_with("CREATE \"Archive")),
        "{:?}",
        gmail.commands()
    );
}

#[tokio::test]
async fn limits_are_told_apart_and_waited_out() {
    let gmail = Gmail::start(Options { connections: 1, ..Options::default() });
    let id = gmail.deliver("desk", &mail(1));
    let mut first = desk(&gmail);
    first.session().await.unwrap();
    let error = desk(&gmail).session().await.map(drop).unwrap_err();
    assert_eq!((error.limit(), error.is_transient()), (Some(Limit::Connections), true), "{error}");
    gmail.set(|options| options.download = Some(1));
    let streams = first.streams().await.unwrap();
    let error = first.look(&streams[0].folder, None, EPOCH, 10).await.unwrap_err();
    assert_eq!((error.limit(), error.is_transient()), (Some(Limit::Bandwidth), true), "{error}");
    assert!(error.limit().unwrap().rest() > Duration::from_secs(600));
    gmail.set(|options| options.download = None);
    assert_eq!(look(&mut first).await.found[0].server_id, Some(id));
}

#[tokio::test]
async fn an_expired_session_is_begun_again_and_nothing_is_done_twice() {
    let gmail = Gmail::start(Options::default());
    let id = gmail.deliver("desk", &mail(1));
    let mut mailbox = desk(&gmail);
    let one = [target(&look(&mut mailbox).await.found[0])];
    gmail.expire_sessions();
    let mut errors = 0;
    let marked = loop {
        match mailbox.mark(&one, &words(&["asked"]), &words(&[])).await {
            Ok(marked) => break marked,
            Err(error @ (ImapError::Bye { .. } | ImapError::Closed { .. })) if errors == 0 => {
                assert!(error.is_transient());
                errors += 1;
            }
            Err(error) => panic!("{error}"),
        }
    };
    assert!(matches!(&marked[0], Marked::Done { .. }));
    assert_eq!(gmail.message("desk", id).unwrap().labels, words(&["\\Inbox", "確認中"]));
    mailbox.leave().await;
    check_law(&gmail);
}
