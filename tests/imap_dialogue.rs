//! The mailbox layer against scripted servers: refusals, broken lines, lies.
//!
//! Server texts carry the word HUSH where mail could stand; no error may repeat it.

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::imap::act::{Archived, Marked, Place, Saved, Target};
use madoguchi::imap::command::Command;
use madoguchi::imap::fetch::Content;
use madoguchi::imap::session::{IdleEnd, Session};
use madoguchi::imap::watch::{Anchor, Batch, Begin, Cursor, Rescan};
use madoguchi::imap::{ImapError, Security};
use madoguchi::triage::id::MessageId;
use support::dialogue::{Dialogue, opened, signed_in};
use tokio::io::AsyncWriteExt;

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);

fn cursor(uid_validity: u32, next_uid: u32) -> Cursor {
    Cursor { uid_validity, next_uid, since: Timestamp::UNIX_EPOCH, rescan_below: 0, anchor: None }
}

fn target(uid: u32) -> Target {
    Target {
        place: Place { folder: "INBOX".into(), uid_validity: 7, uid },
        message_id: MessageId::parse("a@b"),
        size: 10,
        server_id: None,
    }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

async fn look(scripts: impl IntoIterator<Item = String>) -> Result<Batch, ImapError> {
    let server = Dialogue::start(scripts).await;
    let batch = server.mailbox().look("INBOX", None, EPOCH, 100).await;
    server.finish().await;
    if let Err(error) = &batch {
        assert!(!format!("{error} {error:?}").contains("HUSH"), "{error:?}");
    }
    batch
}

/// The question about the last mail of a batch, answered with nothing.
fn anchor(uid: u32) -> String {
    format!("C: UID FETCH {uid} (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])\nS: $ OK\n")
}

fn contents(batch: &Batch) -> Vec<(u32, &Content)> {
    batch.found.iter().map(|found| (found.uid, &found.content)).collect()
}

#[tokio::test]
async fn endings_of_a_command_are_told_apart() {
    let verb = "EXAMINE";
    for (ending, expected) in [
        ("S: $ NO [NONEXISTENT] HUSH", ImapError::No { verb, code: "NONEXISTENT".into() }),
        ("S: $ NO HUSH", ImapError::No { verb, code: String::new() }),
        ("S: $ BAD HUSH", ImapError::Bad { verb, code: String::new() }),
        ("S: * BYE [UNAVAILABLE] HUSH", ImapError::Bye { verb, code: "UNAVAILABLE".into() }),
        ("R: * 1 EXIS", ImapError::Closed { verb }),
        ("R: * 1 FETCH (UID 1 BODY[] {100}\\r\\nHUSH", ImapError::Closed { verb }),
        ("S: HUSH what is this", ImapError::Parse { verb }),
        ("S: * 1 FETCH (UID 1 BODY[] HUSH)", ImapError::Parse { verb }),
        ("S: Z9 OK HUSH", ImapError::Parse { verb: "unknown tag" }),
        ("S: + HUSH", ImapError::Parse { verb }),
        ("R: * 1 FETCH (UID 1 BODY[] {999999999}\\r\\nHUSH", ImapError::Parse { verb }),
        ("F: 200001 * OK HUSH", ImapError::Untagged { verb }),
        ("", ImapError::Closed { verb }),
    ] {
        let ending = if ending.is_empty() { String::new() } else { format!("{ending}\n") };
        let script = signed_in("") + "C: EXAMINE \"INBOX\"\n" + &ending;
        assert_eq!(look([script]).await.unwrap_err(), expected, "{ending}");
    }
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_and_anything_else_ends_it() {
    let again = opened("EXAMINE", "INBOX", 7, 1);
    let refused = signed_in("") + "C: EXAMINE\nS: $ NO not now\n" + &again;
    let server = Dialogue::start([refused]).await;
    let mut mailbox = server.mailbox();
    assert!(mailbox.look("INBOX", None, EPOCH, 10).await.is_err());
    assert!(mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found.is_empty());
    server.finish().await;

    let ended = signed_in("") + "C: EXAMINE\nS: * BYE\n";
    let server = Dialogue::start([ended, signed_in("") + &again]).await;
    let mut mailbox = server.mailbox();
    assert!(mailbox.look("INBOX", None, EPOCH, 10).await.unwrap_err().is_transient());
    assert!(mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found.is_empty());
    server.finish().await;
}

#[tokio::test]
async fn a_silent_server_runs_into_the_deadline() {
    let server = Dialogue::start([signed_in("") + "C: NOOP\nW:\n"]).await;
    let mut mailbox = server.mailbox();
    let session = mailbox.session().await.unwrap();
    let command = Command::new("NOOP");
    let answer = session.exec_with(&command, Duration::from_millis(20), &mut |_| {}).await;
    assert_eq!(answer, Err(ImapError::Deadline { verb: "NOOP" }));
    assert_eq!(session.noop().await, Err(ImapError::Closed { verb: "NOOP" }));
    drop(mailbox);
    server.finish().await;
}

#[tokio::test]
async fn a_dropped_command_poisons_the_session() {
    let server = Dialogue::start([signed_in("") + "C: NOOP\nW:\n"]).await;
    let mut mailbox = server.mailbox();
    let session = mailbox.session().await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(20), session.noop()).await;
    assert!(dropped.is_err());
    assert!(!session.is_usable());
    assert_eq!(session.noop().await, Err(ImapError::Closed { verb: "NOOP" }));
    drop(mailbox);
    server.finish().await;
}

#[tokio::test]
async fn sign_in_tells_a_wrong_password_from_a_server_in_trouble() {
    let before = "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 ID\nS: $ OK\n";
    let sign_in = |code: &str| ImapError::SignIn { code: code.into() };
    for (script, expected) in [
        (
            format!("{before}C: LOGIN\nS: $ NO [AUTHENTICATIONFAILED] HUSH\n"),
            Some(sign_in("AUTHENTICATIONFAILED")),
        ),
        (format!("{before}C: LOGIN\nS: $ NO HUSH\n"), Some(sign_in(""))),
        (
            format!("{before}C: LOGIN\nS: $ NO [UNAVAILABLE] HUSH\n"),
            Some(ImapError::No { verb: "LOGIN", code: "UNAVAILABLE".into() }),
        ),
        ("S: * BYE HUSH\n".into(), Some(ImapError::Bye { verb: "greeting", code: String::new() })),
        ("S: HTTP/1.1 400 HUSH\n".into(), Some(ImapError::Parse { verb: "greeting" })),
        ("S: * NO HUSH\n".into(), Some(ImapError::Parse { verb: "greeting" })),
        ("S: * PREAUTH welcome\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: $ OK\n".into(), None),
        (
            // A new list may come with the OK, and ID is sent where it is offered; its refusal does no harm.
            format!(
                "{before}C: LOGIN\nS: $ OK [CAPABILITY IMAP4rev1] in\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 ID\nS: $ OK\nC: ID (\"name\" \"madoguchi\"\nS: $ NO HUSH\n"
            ),
            None,
        ),
    ] {
        let server = Dialogue::start([script]).await;
        let outcome = Session::connect(&server.account(Security::Plain)).await.map(drop);
        assert_eq!(outcome.err(), expected);
        server.finish().await;
    }
    let disabled =
        "S: * OK\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED\nS: $ OK\nW:\n".to_owned();
    let server = Dialogue::start([disabled]).await;
    let outcome = Session::connect(&server.account(Security::Plain)).await.map(drop);
    assert!(matches!(outcome, Err(ImapError::Config(_))), "{outcome:?}");
    server.finish().await;
}

#[tokio::test]
async fn no_password_is_sent_without_the_tls_that_was_asked_for() {
    // After each refusal the script waits for the client to go: a LOGIN would fail it.
    for script in [
        "S: * OK ready\nC: STARTTLS\nS: $ BAD unknown command\n",
        "S: * OK ready\nC: STARTTLS\nS: $ NO not today\n",
        "S: * OK ready\nC: STARTTLS\nR: T1 OK begin\\r\\n* OK injected\\r\\n\n",
        "S: * PREAUTH no need\n",
    ] {
        let server = Dialogue::start([script.to_owned()]).await;
        let outcome = Session::connect(&server.account(Security::StartTls)).await.map(drop);
        assert!(matches!(outcome, Err(ImapError::Tls(_))), "{script}: {outcome:?}");
        server.finish().await;
    }
    // A documentation address: the refusal comes before any packet.
    let server = Dialogue::start([]).await;
    let mut account = server.account(Security::Plain);
    account.host = "192.0.2.1".into();
    let outcome = Session::connect(&account).await.map(drop);
    assert!(matches!(outcome, Err(ImapError::Config(_))), "{outcome:?}");
    server.finish().await;
}

#[tokio::test]
async fn unsolicited_answers_and_vanished_mails_are_no_mails() {
    let script = signed_in("")
        + &opened("EXAMINE", "INBOX", 7, 4)
        + "C: UID FETCH 1:3 (UID FLAGS
S: * 9 FETCH (FLAGS (\\Seen))
S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 2)
S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 2)
S: * 3 FETCH (UID 3 FLAGS () RFC822.SIZE 2)
S: * 77 FETCH (UID 77 FLAGS ())
S: $ OK
C: UID FETCH 1:3 (UID BODY.PEEK[])
S: * 1 FETCH (FLAGS (\\Seen))
S: * 1 FETCH (UID 1 FLAGS (\\Seen))
S: * 2 FETCH (UID 2 BODY[] NIL)
S: * 77 FETCH (UID 77 BODY[] \"no\")
R: * 3 FETCH (UID 3 BODY[] {2}\\r\\nhi)\\r\\n
S: * 5 EXPUNGE
S: $ OK
" + &anchor(3);
    let batch = look([script]).await.unwrap();
    assert_eq!(contents(&batch), [(3, &Content::Whole(b"hi".to_vec()))]);
    assert_eq!((batch.next.next_uid, batch.more), (4, false));
}

#[tokio::test]
async fn a_mail_that_breaks_the_parser_is_set_aside_and_the_others_arrive() {
    let open = opened("EXAMINE", "INBOX", 7, 4);
    let listing = "C: UID FETCH 1:3 (UID FLAGS
S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 2)
S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 2)
S: * 3 FETCH (UID 3 FLAGS () RFC822.SIZE 2)
S: $ OK
";
    let batch = look([
        signed_in("") + &open + listing
            + "C: UID FETCH 1:3 (UID BODY.PEEK[])\nS: * 1 FETCH (UID 1 BODY[] \"m1\")\nS: * 2 FETCH (UID 2 BODY[] HUSH)\nW:\n",
        signed_in("") + &open + "C: UID FETCH 2 (UID BODY.PEEK[])\nS: * 2 FETCH (UID 2 BODY[] HUSH)\nW:\n",
        signed_in("") + &open
            + "C: UID FETCH 2 (UID)\nS: * 2 FETCH (UID 2)\nS: $ OK\nC: UID FETCH 3 (UID BODY.PEEK[])\nS: * 3 FETCH (UID 3 BODY[] \"m3\")\nS: $ OK\n" + &anchor(3),
    ])
    .await
    .unwrap();
    assert_eq!(
        contents(&batch),
        [
            (1, &Content::Whole(b"m1".to_vec())),
            (2, &Content::Unreadable),
            (3, &Content::Whole(b"m3".to_vec()))
        ]
    );
}

#[tokio::test]
async fn a_server_that_breaks_every_answer_blames_no_mail() {
    let open = opened("EXAMINE", "INBOX", 7, 2);
    let listing = "C: UID FETCH 1:1 (UID FLAGS\nS: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 2)\nS: $ OK\n";
    let outcome = look([
        signed_in("") + &open + listing + "C: UID FETCH 1 (UID BODY.PEEK[])\nS: HUSH\nW:\n",
        signed_in("") + &open + "C: UID FETCH 1 (UID)\nS: HUSH\nW:\n",
    ])
    .await;
    assert_eq!(outcome.unwrap_err(), ImapError::Parse { verb: "UID FETCH" });
}

#[tokio::test]
async fn a_mail_that_cuts_the_line_twice_is_set_aside() {
    let open = opened("EXAMINE", "INBOX", 7, 2);
    let listing = "C: UID FETCH 1:1 (UID FLAGS\nS: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 9)\nS: $ OK\n";
    let alive = "C: UID FETCH 1 (UID)\nS: $ OK\n";
    let cut = "C: UID FETCH 1 (UID BODY.PEEK[])\nR: * 1 FETCH (UID 1 BODY[] {9}\\r\\nHUSH\n";
    let batch = look([
        signed_in("") + &open + listing + cut,
        signed_in("") + &open + alive + cut,
        signed_in("") + &open + alive,
    ])
    .await
    .unwrap();
    assert_eq!(contents(&batch), [(1, &Content::Unreadable)]);

    // A server in trouble as a whole blames nobody.
    let limited = "C: UID FETCH 1 (UID BODY.PEEK[])\nS: $ NO [LIMIT] HUSH\n";
    let outcome = look([signed_in("") + &open + listing + limited]).await;
    assert_eq!(outcome.unwrap_err(), ImapError::No { verb: "UID FETCH", code: "LIMIT".into() });
}

#[tokio::test]
async fn a_listing_that_breaks_the_parser_is_narrowed_down() {
    let open = opened("EXAMINE", "INBOX", 7, 3);
    let bad = "S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 2 BODY[] HUSH)\nW:\n";
    let good = "S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 2 INTERNALDATE \" 1-Aug-2026 09:00:00 +0900\")\n";
    let batch = look([
        signed_in("") + &open + "C: UID FETCH 1:2 (UID FLAGS\n" + good + bad,
        signed_in("") + &open + "C: UID FETCH 1:1 (UID FLAGS\n" + good + "S: $ OK\nC: UID FETCH 2:2 (UID FLAGS\n" + bad,
        signed_in("") + &open
            + "C: UID FETCH 2 (UID)\nS: * 2 FETCH (UID 2)\nS: $ OK\nC: UID FETCH 1 (UID BODY.PEEK[])\nS: * 1 FETCH (UID 1 BODY[] \"m1\")\nS: $ OK\n" + &anchor(1),
    ])
    .await
    .unwrap();
    assert_eq!(contents(&batch), [(1, &Content::Whole(b"m1".to_vec())), (2, &Content::Unreadable)]);
    let arrived: Timestamp = "2026-08-01T00:00:00Z".parse().unwrap();
    assert_eq!(batch.found[0].internal_date, Some(arrived));
}

#[tokio::test]
async fn renumbered_mailboxes_are_read_again() {
    let anchored = Cursor { anchor: Some(Anchor { uid: 2, message_id: "<old@b>".into() }), ..cursor(7, 3) };
    let header = "C: UID FETCH 2 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])
R: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (Message-ID)] {23}\\r\\nMessage-ID: <new@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
";
    for (cursor, validity, header, expected) in [
        (cursor(6, 3), 7, "", Rescan::UidValidity),
        (
            cursor(7, 9),
            7,
            // UIDNEXT may lie: the last mail is asked before everything is read again.
            "C: UID FETCH * (UID)\nS: * 2 FETCH (UID 2)\nS: $ OK\n",
            Rescan::UidNext,
        ),
        (anchored, 7, header, Rescan::Renumbered),
    ] {
        let script = signed_in("")
            + &opened("EXAMINE", "INBOX", validity, 3)
            + header
            + "C: UID FETCH 1:2 (UID FLAGS
S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 2 INTERNALDATE \"01-Aug-1960 09:00:00 +0000\")
S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 2)
S: $ OK
C: UID FETCH 2 (UID BODY.PEEK[])
S: * 2 FETCH (UID 2 BODY[] \"m2\")
S: $ OK
" + &anchor(2);
        let server = Dialogue::start([script]).await;
        let batch = server.mailbox().look("INBOX", Some(&cursor), EPOCH, 10).await.unwrap();
        assert_eq!(batch.rescan, Some(expected));
        // Mail from before the watch began is not new because it was renumbered.
        assert_eq!(contents(&batch), [(2, &Content::Whole(b"m2".to_vec()))]);
        assert_eq!((batch.next.uid_validity, batch.next.next_uid), (7, 3));
        server.finish().await;
    }
}

const IDENTITY: &str = "C: UID FETCH 1 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])
R: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10 BODY[HEADER.FIELDS (Message-ID)] {21}\\r\\nMessage-ID: <a@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
";

#[tokio::test]
async fn without_move_a_mail_stays() {
    let script = signed_in("") + &opened("SELECT", "INBOX", 7, 2) + IDENTITY;
    let server = Dialogue::start([script]).await;
    assert_eq!(server.mailbox().archive(&[target(1)]).await, Ok(vec![Archived::NoMove]));
    server.finish().await;
}

#[tokio::test]
async fn a_move_is_followed_by_its_codes_or_by_message_id() {
    let there = opened("EXAMINE", "Archive", 9, 6)
        + "C: UID SEARCH HEADER Message-ID \"a@b\"
S: * SEARCH 5
S: $ OK
C: UID FETCH 5 (
R: * 5 FETCH (UID 5 FLAGS () RFC822.SIZE 10 BODY[HEADER.FIELDS (Message-ID)] {21}\\r\\nMessage-ID: <a@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
";
    let moved = Place { folder: "Archive".into(), uid_validity: 9, uid: 5 };
    for (name, ending, expected) in [
        (
            "untagged",
            "S: * OK [COPYUID 9 1 5] moved\nS: $ OK done\n".to_owned(),
            Archived::Moved(Some(moved.clone())),
        ),
        ("tagged", "S: $ OK [COPYUID 9 1 5] moved\n".to_owned(), Archived::Moved(Some(moved.clone()))),
        ("silent", format!("S: $ OK done\n{there}"), Archived::Moved(Some(moved.clone()))),
        (
            "nowhere",
            format!(
                "S: $ OK done\n{}C: UID SEARCH\nS: * SEARCH\nS: $ OK\n",
                opened("EXAMINE", "Archive", 9, 6)
            ),
            Archived::Gone,
        ),
    ] {
        let script = signed_in("MOVE")
            + &opened("SELECT", "INBOX", 7, 2)
            + IDENTITY
            + "C: UID MOVE 1 \"Archive\"\n"
            + &ending;
        let server = Dialogue::start([script]).await;
        assert_eq!(server.mailbox().archive(&[target(1)]).await, Ok(vec![expected]), "{name}");
        server.finish().await;
    }
}

#[tokio::test]
async fn marks_are_only_believed_when_read_back() {
    let add = words(&["chat"]);
    for (flags, expected) in [
        ("S: * 1 FETCH (UID 1 FLAGS ($chat))\n", "Done"),
        ("S: * 1 FETCH (UID 1 FLAGS (\\Seen))\n", "Refused"),
        ("", "Gone"),
    ] {
        let script = signed_in("")
            + &opened("SELECT", "INBOX", 7, 2)
            + IDENTITY
            + "C: UID STORE 1 +FLAGS.SILENT ($Chat)\nS: $ OK done\nC: UID FETCH 1 (UID FLAGS)\n"
            + flags
            + "S: $ OK done\n";
        let server = Dialogue::start([script]).await;
        let marked = server.mailbox().mark(&[target(1)], &add, &words(&[])).await.unwrap();
        let name = match marked.as_slice() {
            [Marked::Done { .. }] => "Done",
            [Marked::Refused { .. }] => "Refused",
            [Marked::Gone] => "Gone",
            _ => "several",
        };
        assert_eq!(name, expected);
        server.finish().await;
    }
}

#[tokio::test]
async fn a_folder_that_keeps_no_keywords_is_named_as_the_reason() {
    let open = opened("SELECT", "INBOX", 7, 2).replace("(\\Seen \\*)", "(\\Seen $Chat)");
    let server = Dialogue::start([signed_in("") + &open + IDENTITY + "W:\n"]).await;
    let outcome = server.mailbox().mark(&[target(1)], &words(&["handled"]), &words(&[])).await;
    assert!(matches!(&outcome, Err(ImapError::Config(text)) if text.contains("$Handled")), "{outcome:?}");
    server.finish().await;
}

#[tokio::test]
async fn a_draft_is_put_down_once_and_patiently() {
    let nothing =
        opened("EXAMINE", "Drafts", 3, 1) + "C: UID SEARCH HEADER Message-ID\nS: * SEARCH\nS: $ OK\n";
    let id = MessageId::parse("d@b").unwrap();
    let new = Saved::New(Some(Place { folder: "Drafts".into(), uid_validity: 3, uid: 1 }));
    for (name, capabilities, ending, expected) in [
        (
            "untagged lines before the plus",
            "",
            "C: APPEND \"Drafts\" (\\Draft) {4}\nS: * 1 EXISTS\nS: * OK still here\nS: + go\nL: a\nL: b\nS: $ OK [APPENDUID 3 1] done\n",
            Ok(new.clone()),
        ),
        (
            "in one go",
            "LITERAL+",
            "C: APPEND \"Drafts\" (\\Draft) {4+}\nL: a\nL: b\nS: $ OK [APPENDUID 3 1] done\n",
            Ok(new),
        ),
        (
            "refused before the plus",
            "",
            "C: APPEND\nS: $ NO [OVERQUOTA] HUSH\n",
            Err(ImapError::No { verb: "APPEND", code: "OVERQUOTA".into() }),
        ),
        ("cut off", "", "C: APPEND\nS: + go\nL: a\n", Err(ImapError::Closed { verb: "APPEND" })),
    ] {
        let server = Dialogue::start([signed_in(capabilities) + &nothing + ending]).await;
        assert_eq!(server.mailbox().save_draft(b"a\r\nb", &id).await, expected, "{name}");
        server.finish().await;
    }
}

#[tokio::test]
async fn several_drafts_are_searched_for_together_and_sent_before_the_first_is_answered() {
    let script = signed_in("LITERAL+")
        + &opened("EXAMINE", "Drafts", 3, 2)
        + "C: UID SEARCH OR HEADER Message-ID \"a@b\" HEADER Message-ID \"b@b\"\nS: * SEARCH\nS: $ OK\n\
           C: APPEND \"Drafts\" (\\Draft) {4+}\nL: a\nL: b\n\
           C: APPEND \"Drafts\" (\\Draft) {4+}\nL: c\nL: d\n\
           S: M00007 NO [OVERQUOTA] HUSH\nS: $ OK [APPENDUID 3 2] done\n";
    let server = Dialogue::start([script]).await;
    let (a, b) = (MessageId::parse("a@b").unwrap(), MessageId::parse("b@b").unwrap());
    let saved = server.mailbox().save_drafts(&[(b"a\r\nb", &a), (b"c\r\nd", &b)]).await.unwrap();
    let place = Place { folder: "Drafts".into(), uid_validity: 3, uid: 2 };
    let refused = ImapError::No { verb: "APPEND", code: "OVERQUOTA".into() };
    assert_eq!(saved, [Err(refused), Ok(Saved::New(Some(place)))]);
    server.finish().await;
}

#[tokio::test]
async fn idle_is_a_doorbell() {
    let open = opened("EXAMINE", "INBOX", 7, 3);
    let closed = ImapError::Closed { verb: "IDLE" };
    for (name, talk, limit, expected) in [
        (
            "rung",
            "C: IDLE\nS: + idling\nS: * OK still here\nS: * 3 EXISTS\nL: DONE\nS: $ OK\n",
            60_000,
            Ok(IdleEnd::Rung),
        ),
        (
            "rung before the plus",
            "C: IDLE\nS: * 3 EXISTS\nS: + idling\nL: DONE\nS: $ OK\n",
            60_000,
            Ok(IdleEnd::Rung),
        ),
        ("quiet", "C: IDLE\nS: + idling\nL: DONE\nS: $ OK\n", 20, Ok(IdleEnd::Elapsed)),
        (
            "refused",
            // Waited for as on a server without IDLE.
            "C: IDLE\nS: $ NO HUSH\n",
            20,
            Ok(IdleEnd::Elapsed),
        ),
        ("hung up", "C: IDLE\nS: + idling\n", 60_000, Err(closed)),
        (
            "thrown out",
            "C: IDLE\nS: + idling\nS: * BYE [INUSE] HUSH\n",
            60_000,
            Err(ImapError::Bye { verb: "IDLE", code: "INUSE".into() }),
        ),
    ] {
        let server = Dialogue::start([signed_in("IDLE") + &open + talk]).await;
        let end = server.mailbox().idle("INBOX", Duration::from_millis(limit), std::future::pending()).await;
        assert_eq!(end, expected, "{name}");
        server.finish().await;
    }
    // A mail that came after the look, while a mark was set, rings at once: the server will not tell it again.
    let newer = opened("EXAMINE", "INBOX", 7, 4);
    let server = Dialogue::start([signed_in("IDLE") + &open + &newer]).await;
    let mut mailbox = server.mailbox();
    let now = Begin::Now(Timestamp::UNIX_EPOCH);
    assert!(mailbox.look("INBOX", None, now, 10).await.unwrap().found.is_empty());
    let end = mailbox.idle("INBOX", Duration::from_secs(60), std::future::pending()).await;
    assert_eq!(end, Ok(IdleEnd::Rung));
    server.finish().await;
}

#[tokio::test]
async fn structures_may_be_deep_but_not_without_end() {
    let open = opened("EXAMINE", "INBOX", 7, 2);
    let listing = "C: UID FETCH 1:1 (UID FLAGS\nS: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 900000)\nS: $ OK\n";
    let nested = |depth: usize| {
        let text = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1)"#;
        let ends = r#" "MIXED")"#.repeat(depth);
        format!("S: * 1 FETCH (UID 1 BODYSTRUCTURE {}{text}{ends})\n", "(".repeat(depth))
    };
    let ask = "C: UID FETCH 1 (UID BODYSTRUCTURE)\n";
    let deep = look([signed_in("")
        + &open
        + listing
        + ask
        + &nested(90)
        + "S: $ OK\nC: UID FETCH 1 (UID BODY.PEEK[HEADER] BODY.PEEK[1.1.
R: * 1 FETCH (UID 1 BODY[HEADER] {17}\\r\\nSubject: deep\\r\\n\\r\\n)\\r\\n
S: $ OK
" + &anchor(1)])
    .await
    .unwrap();
    assert!(matches!(deep.found[0].content, Content::Parts(_)));

    // Too deep: asked about alone once more, then its beginning is taken.
    let broken = || open.clone() + ask + &nested(5_000) + "W:\n";
    let endless = look([
        signed_in("") + &open + listing + ask + &nested(5_000) + "W:\n",
        signed_in("") + &broken(),
        signed_in("")
            + &open
            + "C: UID FETCH 1 (UID BODY.PEEK[]<0.\nS: * 1 FETCH (UID 1 BODY[]<0> \"beginning\")\nS: $ OK\n"
            + &anchor(1),
    ])
    .await
    .unwrap();
    assert_eq!(contents(&endless), [(1, &Content::Parts(b"beginning".to_vec()))]);
}

/// Gmail with every mail in `[Gmail]/すべて`, one of them open and known by its number.
fn gmail() -> String {
    let all = "[Gmail]/&MFkweTBm-";
    let listed = format!("S: * LIST (\\All) \"/\" \"{all}\"\n");
    signed_in("X-GM-EXT-1 MOVE").replace("S: * LIST (\\Archive) \"/\" Archive\n", &listed)
        + &opened("SELECT", all, 9, 6)
        + "C: UID FETCH 5 (UID FLAGS RFC822.SIZE X-GM-MSGID X-GM-LABELS)\n"
}

fn numbered() -> Target {
    let place = Place { folder: "[Gmail]/すべて".into(), uid_validity: 9, uid: 5 };
    Target { place, message_id: None, size: 10, server_id: Some(77) }
}

#[tokio::test]
async fn gmail_labels_are_read_however_they_are_written() {
    for (name, labels) in [
        (
            "atoms",
            r"S: * 5 FETCH (X-GM-LABELS (\Inbox \Sent VIP) X-GM-MSGID 77 UID 5 FLAGS () RFC822.SIZE 10)",
        ),
        ("quoted", r#"S: * 5 FETCH (X-GM-MSGID 77 X-GM-LABELS ("\\Inbox" "a \"b\"") UID 5 FLAGS ())"#),
        (
            "a literal",
            r"R: * 5 FETCH (X-GM-LABELS ({9}\r\na ) {1}\r\n \Inbox) X-GM-MSGID 77 UID 5 FLAGS ())\r\n",
        ),
        (
            "unasked for as well",
            "S: * 5 FETCH (FLAGS (\\Seen))\nS: * 5 FETCH (X-GM-MSGID 77 X-GM-LABELS (\\Inbox) UID 5)",
        ),
    ] {
        let script = gmail()
            + labels
            + "\nS: $ OK\nC: UID STORE 5 -X-GM-LABELS (\\Inbox)\nS: $ OK\nC: UID FETCH 5 (UID X-GM-LABELS)\n\
               S: * 5 FETCH (UID 5 X-GM-LABELS ())\nS: $ OK\n";
        let server = Dialogue::start([script]).await;
        let archived = server.mailbox().archive(&[numbered()]).await;
        assert_eq!(archived, Ok(vec![Archived::Moved(Some(numbered().place))]), "{name}");
        server.finish().await;
    }
}

#[tokio::test]
async fn gmail_is_believed_only_when_labels_are_read_back() {
    for (labels, expected) in
        [("S: * 5 FETCH (UID 5 X-GM-LABELS (\\Inbox))\n", Archived::Refused), ("", Archived::Gone)]
    {
        let script = gmail()
            + "S: * 5 FETCH (UID 5 X-GM-MSGID 77 X-GM-LABELS (\\Inbox))\nS: $ OK\nC: UID STORE 5 -X-GM-LABELS (\\Inbox)\n\
               S: $ OK\nC: UID FETCH 5 (UID X-GM-LABELS)\n"
            + labels
            + "S: $ OK\n";
        let server = Dialogue::start([script]).await;
        assert_eq!(server.mailbox().archive(&[numbered()]).await, Ok(vec![expected]));
        server.finish().await;
    }
}

#[tokio::test]
async fn a_label_that_cannot_be_made_is_set_all_the_same() {
    let script = gmail()
        + "S: * 5 FETCH (UID 5 X-GM-MSGID 77 X-GM-LABELS ())\nS: $ OK\nC: CREATE \"&MMEw4zDDMMg-\"\n\
           S: $ NO HUSH\nC: UID STORE 5 +X-GM-LABELS (\"&MMEw4zDDMMg-\")\nS: $ OK\n\
           C: UID FETCH 5 (UID X-GM-LABELS)\nS: * 5 FETCH (UID 5 X-GM-LABELS (\"&MMEw4zDDMMg-\"))\nS: $ OK\n";
    let server = Dialogue::start([script]).await;
    let marked = server.mailbox().mark(&[numbered()], &words(&["chat"]), &words(&[])).await.unwrap();
    assert_eq!(marked, [Marked::Done { place: numbered().place, marks: words(&["chat"]) }]);
    server.finish().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_does_not_stop_the_watch() {
    let before = signed_in("").replace("S: * LIST (\\Archive) \"/\" Archive\n", "")
        + "C: CREATE \"Archive\"\nS: $ NO [CANNOT] HUSH\n"
        + &opened("EXAMINE", "INBOX", 7, 1);
    assert!(look([before]).await.unwrap().found.is_empty());
}

/// A script cut off before its `number`th expectation, with a goodbye in place of the answer.
fn goodbye_at(script: &str, number: usize) -> Option<String> {
    let (before, rest) = script.split_at(script.match_indices("C: ").nth(number)?.0);
    let line = rest.lines().next()?;
    Some(format!("{before}{line}\nS: * BYE [UNAVAILABLE] HUSH\n"))
}

#[tokio::test]
async fn a_goodbye_at_any_stage_is_an_error_that_passes() {
    let look = signed_in("MOVE IDLE")
        + &opened("EXAMINE", "INBOX", 7, 2)
        + "C: UID FETCH 1:1 (UID FLAGS\nS: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10)\nS: $ OK\n"
        + "C: UID FETCH 1 (UID BODY.PEEK[])\nS: * 1 FETCH (UID 1 BODY[] \"m1\")\nS: $ OK\n"
        + &anchor(1);
    let script = look
        + &opened("SELECT", "INBOX", 7, 2)
        + IDENTITY
        + "C: UID STORE 1\nS: $ OK\nC: UID FETCH 1 (UID FLAGS)\nS: * 1 FETCH (UID 1 FLAGS ($Handled))\nS: $ OK\n"
        + &opened("SELECT", "INBOX", 7, 2)
        + IDENTITY
        + "C: UID MOVE\nS: $ OK [COPYUID 9 1 5]\n"
        + &opened("EXAMINE", "Drafts", 3, 1)
        + "C: UID SEARCH HEADER\nS: * SEARCH\nS: $ OK\n"
        + "C: APPEND \"Drafts\" (\\Draft) {1}\nS: + go\nL: x\nS: $ OK [APPENDUID 3 1]\n"
        + &opened("EXAMINE", "INBOX", 7, 2)
        + "C: IDLE\nS: + idling\nS: * 1 EXISTS\nL: DONE\nS: $ OK\n";
    let id = MessageId::parse("d@b").unwrap();
    let day = async |mut mailbox: madoguchi::imap::mailbox::Mailbox| -> Result<(), ImapError> {
        mailbox.look("INBOX", None, EPOCH, 10).await?;
        mailbox.mark(&[target(1)], &words(&["handled"]), &words(&[])).await?;
        mailbox.archive(&[target(1)]).await?;
        mailbox.save_draft(b"x", &id).await?;
        mailbox.idle("INBOX", Duration::from_secs(60), std::future::pending()).await?;
        Ok(())
    };
    let server = Dialogue::start([script.clone()]).await;
    assert_eq!(day(server.mailbox()).await, Ok(()));
    server.finish().await;

    let mut stages = 0;
    while let Some(cut) = goodbye_at(&script, stages) {
        let server = Dialogue::start([cut]).await;
        let ended = day(server.mailbox()).await;
        // A fetch that loses its connection asks again about fewer mails; then there is nobody left to ask.
        assert!(ended.as_ref().is_err_and(ImapError::is_transient), "stage {stages}: {ended:?}");
        assert!(!format!("{ended:?}").contains("HUSH"));
        stages += 1;
    }
    assert_eq!(stages, script.matches("C: ").count());
}

/// What a broken server may say instead of an answer: fragments of IMAP in any order, and noise.
fn noise(seed: u64) -> Vec<u8> {
    const FRAGMENTS: [&[u8]; 24] = [
        b"* ",
        b"M00001 ",
        b"+ ",
        b"OK ",
        b"NO ",
        b"[",
        b"] ",
        b"(",
        b")",
        b"\r\n",
        b"\n",
        b"\0",
        b"{5}\r\n",
        b"{0}\r\n",
        b"\"",
        b"1 FETCH ",
        b"UID 1 ",
        b"BODY[] ",
        b"NIL ",
        b"LIST ",
        b"\xff\xe3\x81",
        b"CAPABILITY IMAP4rev1",
        b"INTERNALDATE ",
        b"99999999999 EXISTS",
    ];
    let mut random = fastrand::Rng::with_seed(seed);
    let length = random.usize(1..60);
    (0..length).filter_map(|_| random.choice(FRAGMENTS)).flatten().copied().collect()
}

#[tokio::test]
async fn noise_ends_in_an_error_and_never_in_a_hang() {
    let account = Dialogue::start([]).await.account(Security::Plain);
    for seed in 0..2_000 {
        let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
        theirs.write_all(b"* OK ready\r\n").await.unwrap();
        theirs.write_all(&noise(seed)).await.unwrap();
        theirs.shutdown().await.unwrap();
        let outcome = Session::over(Box::new(ours), false, &account).await.map(drop);
        assert!(outcome.is_err(), "seed {seed}");
    }
}

#[tokio::test]
async fn an_archive_that_was_removed_is_made_again() {
    let open = opened("SELECT", "INBOX", 7, 2);
    let gone = signed_in("MOVE") + &open + IDENTITY + "C: UID MOVE 1 \"Archive\"\nS: $ NO [TRYCREATE] HUSH\n";
    let again = signed_in("MOVE").replace("S: * LIST (\\Archive) \"/\" Archive\n", "")
        + "C: CREATE \"Archive\"\nS: $ OK\n"
        + &open
        + IDENTITY
        + "C: UID MOVE 1 \"Archive\"\nS: $ OK [COPYUID 9 1 5]\n";
    let server = Dialogue::start([gone, again]).await;
    let mut mailbox = server.mailbox();
    let refused = mailbox.archive(&[target(1)]).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    let archived = mailbox.archive(&[target(1)]).await.unwrap();
    assert!(matches!(archived.as_slice(), [Archived::Moved(Some(_))]), "{archived:?}");
    server.finish().await;
}

#[tokio::test]
async fn a_server_without_uidnext_is_asked_for_its_last_mail() {
    let open = opened("EXAMINE", "INBOX", 7, 4).replace("S: * OK [UIDNEXT 4] next\n", "");
    let empty = open.replace("* 3 EXISTS", "* 0 EXISTS");
    // The last mail was archived meanwhile: the highest UID went down, which is no renumbering.
    let script = signed_in("") + &open + "C: UID FETCH * (UID)\nS: * 3 FETCH (UID 3)\nS: $ OK\n" + &empty;
    let server = Dialogue::start([script]).await;
    let mut mailbox = server.mailbox();
    for _look in 0..2 {
        let batch = mailbox.look("INBOX", Some(&cursor(7, 5)), EPOCH, 10).await.unwrap();
        assert_eq!((batch.rescan, batch.found.len(), batch.more), (None, 0, false));
    }
    server.finish().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_searched_is_not_an_empty_one() {
    let id = MessageId::parse("d@b").unwrap();
    let busy = ImapError::No { verb: "EXAMINE", code: "INUSE".into() };
    for (refusal, expected) in [("NO [INUSE] HUSH", Err(busy)), ("NO [NONEXISTENT] HUSH", Ok(None))] {
        let script = signed_in("") + &format!("C: EXAMINE \"Drafts\"\nS: $ {refusal}\n");
        let server = Dialogue::start([script]).await;
        assert_eq!(server.mailbox().find("Drafts", &id).await, expected);
        server.finish().await;
    }
}
