//! What servers do against expectation, one row for each name in `imap::quirk`, against a scripted server.
//!
//! A row plays what the server does and says what the adapter makes of it. `play` lists every name, so that a new one
//! without a row does not compile.

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::imap::Security;
use madoguchi::imap::act::{Archived, Marked, Place, Saved, Target};
use madoguchi::imap::fetch::Content;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::marking::MarkNames;
use madoguchi::imap::quirk::Quirk;
use madoguchi::imap::session::IdleEnd;
use madoguchi::imap::watch::{Anchor, Batch, Begin, Cursor, Rescan};
use madoguchi::triage::id::MessageId;
use support::dialogue::{Dialogue, opened, signed_in};

const EPOCH: Begin = Begin::Since(Timestamp::UNIX_EPOCH);

/// Message-ID and flags of mail 1, asked before it is touched.
const IDENTITY: &str = "C: UID FETCH 1 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])
R: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10 BODY[HEADER.FIELDS (Message-ID)] {21}\\r\\nMessage-ID: <a@b>\\r\\n\\r\\n)\\r\\n
S: $ OK
";

fn cursor(uid_validity: u32, next_uid: u32, anchor: Option<(u32, &str)>) -> Cursor {
    let anchor = anchor.map(|(uid, id)| Anchor { uid, message_id: id.into() });
    Cursor { uid_validity, next_uid, since: Timestamp::UNIX_EPOCH, rescan_below: 0, anchor }
}

fn target() -> Target {
    Target {
        place: Place { folder: "INBOX".into(), uid_validity: 7, uid: 1 },
        message_id: MessageId::parse("a@b"),
        size: 10,
        server_id: None,
    }
}

fn id() -> MessageId {
    MessageId::parse("a@b").unwrap()
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// The listing of some mails, of ten bytes each.
fn listed(range: &str, uids: &[u32]) -> String {
    let lines: String =
        uids.iter().map(|uid| format!("S: * {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE 10)\n")).collect();
    format!("C: UID FETCH {range} (UID FLAGS RFC822.SIZE INTERNALDATE)\n{lines}S: $ OK\n")
}

/// The bodies of some mails: `m` and the UID.
fn read(range: &str, uids: &[u32]) -> String {
    let lines: String =
        uids.iter().map(|uid| format!("S: * {uid} FETCH (UID {uid} BODY[] \"m{uid}\")\n")).collect();
    format!("C: UID FETCH {range} (UID BODY.PEEK[])\n{lines}S: $ OK\n")
}

/// The question about the last mail of a batch.
fn anchor(uid: u32, message_id: &str) -> String {
    let header = format!("Message-ID: {message_id}\\r\\n\\r\\n");
    format!(
        "C: UID FETCH {uid} (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])\n\
         R: * {uid} FETCH (UID {uid} BODY[HEADER.FIELDS (Message-ID)] {{{}}}\\r\\n{header})\\r\\nS: $ OK\n",
        message_id.len() + 16
    )
    .replace(")\\r\\nS: $", ")\\r\\n\nS: $")
}

/// Looks once from a cursor and lets the script end.
async fn look_from(cursor: Option<&Cursor>, script: String) -> Batch {
    let server = Dialogue::start([script]).await;
    let batch = server.mailbox().look("INBOX", cursor, EPOCH, 100).await.unwrap();
    server.finish().await;
    batch
}

async fn look(script: String) -> Batch {
    look_from(None, script).await
}

/// UIDs and bytes of a batch.
fn found(batch: &Batch) -> Vec<(u32, String)> {
    let text = |content: &Content| String::from_utf8(content.bytes().unwrap_or(b"?").to_vec()).unwrap();
    batch.found.iter().map(|mail| (mail.uid, text(&mail.content))).collect()
}

fn mails(uids: &[u32]) -> Vec<(u32, String)> {
    uids.iter().map(|uid| (*uid, format!("m{uid}"))).collect()
}

/// The ordinary look at a folder with mails 1 and 2, after `open`.
fn two(open: &str) -> String {
    signed_in("") + open + &listed("1:2", &[1, 2]) + &read("1:2", &[1, 2]) + &anchor(2, "<b@b>")
}

#[tokio::test]
async fn every_quirk_is_survived() {
    for quirk in Quirk::ALL {
        // Shown when the row fails.
        println!("{quirk:?}");
        play(quirk).await;
    }
    let names: BTreeSet<_> = Quirk::ALL.into_iter().collect();
    assert_eq!(names.len(), Quirk::ALL.len(), "a name stands twice");
}

async fn play(quirk: Quirk) {
    let open = opened("EXAMINE", "INBOX", 7, 3);
    let select = opened("SELECT", "INBOX", 7, 2);
    match quirk {
        Quirk::NoUidNext => {
            let silent = open.replace("S: * OK [UIDNEXT 3] next\n", "");
            let ask = "C: UID FETCH * (UID)\nS: * 2 FETCH (UID 2)\nS: $ OK\n";
            let batch = look(two(&(silent + ask))).await;
            assert_eq!((found(&batch), batch.next.next_uid), (mails(&[1, 2]), 3));
        }
        Quirk::UidNextLow => uid_next_low(&open).await,
        Quirk::NoUidValidity => {
            let zero = open.replace("UIDVALIDITY 7", "UIDVALIDITY 0");
            let absent = open.replace("S: * OK [UIDVALIDITY 7] valid\n", "");
            for open in [zero, absent] {
                let first = look(two(&open)).await;
                assert_eq!((found(&first), first.next.uid_validity), (mails(&[1, 2]), 0));
                // The next look goes on, because the last mail is still the same one.
                let script = signed_in("") + &open + &anchor(2, "<b@b>");
                let next = look_from(Some(&first.next), script).await;
                assert_eq!((next.found.len(), next.rescan), (0, None));
            }
        }
        Quirk::Renumbered => {
            let other = anchor(2, "<other@b>");
            let script =
                signed_in("") + &open + &other + &listed("1:2", &[1, 2]) + &read("1:2", &[1, 2]) + &other;
            let batch = look_from(Some(&cursor(7, 3, Some((2, "<b@b>")))), script).await;
            assert_eq!((found(&batch), batch.rescan), (mails(&[1, 2]), Some(Rescan::Renumbered)));
        }
        Quirk::DuplicateUid => {
            let twice = "C: UID FETCH 1:2 (UID FLAGS
S: * 1 FETCH (UID 2 FLAGS () RFC822.SIZE 11)
S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 10)
S: $ OK
C: UID FETCH 2 (UID BODY.PEEK[])
S: * 1 FETCH (UID 2 BODY[] \"first\")
S: * 2 FETCH (UID 2 BODY[] \"m2\")
S: $ OK
";
            let batch = look(signed_in("") + &open + twice + &anchor(2, "<b@b>")).await;
            assert_eq!((batch.found.len(), batch.next.next_uid), (1, 3));
        }
        Quirk::StoreOnGone => {
            let script = signed_in("")
                + &select
                + IDENTITY
                + "C: UID STORE 1 +FLAGS.SILENT ($Chat)\nS: $ OK done\nC: UID FETCH 1 (UID FLAGS)\nS: $ OK\n";
            assert_eq!(mark(script).await, Marked::Gone);
        }
        Quirk::NoCopyUid => {
            let there = opened("EXAMINE", "Archive", 9, 6)
                + "C: UID SEARCH HEADER Message-ID \"a@b\"\nS: * SEARCH 5\nS: $ OK\n"
                + &IDENTITY.replace("FETCH 1 (", "FETCH 5 (").replace("* 1 FETCH (UID 1", "* 1 FETCH (UID 5");
            let script =
                signed_in("MOVE") + &select + IDENTITY + "C: UID MOVE 1 \"Archive\"\nS: $ OK\n" + &there;
            let server = Dialogue::start([script]).await;
            let place = Place { folder: "Archive".into(), uid_validity: 9, uid: 5 };
            assert_eq!(server.mailbox().archive(&[target()]).await, Ok(vec![Archived::Moved(Some(place))]));
            server.finish().await;
        }
        Quirk::NoAppendUid => {
            let nothing = opened("EXAMINE", "Drafts", 3, 1) + "C: UID SEARCH\nS: * SEARCH\nS: $ OK\n";
            let put = "C: APPEND \"Drafts\" (\\Draft) {1}\nS: + go\nL: x\nS: $ OK done\n";
            let there =
                opened("EXAMINE", "Drafts", 3, 2) + "C: UID SEARCH\nS: * SEARCH 1\nS: $ OK\n" + IDENTITY;
            let server = Dialogue::start([signed_in("") + &nothing + put + &there]).await;
            let place = Place { folder: "Drafts".into(), uid_validity: 3, uid: 1 };
            assert_eq!(server.mailbox().save_draft(b"x", &id()).await, Ok(Saved::New(Some(place))));
            server.finish().await;
        }
        Quirk::BadAnswer => {
            let listing =
                "C: UID FETCH 1:1 (UID FLAGS\nS: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 900000)\nS: $ OK\n";
            let open = opened("EXAMINE", "INBOX", 7, 2);
            let bad = "C: UID FETCH 1 (UID BODYSTRUCTURE)\n\
                       S: * 1 FETCH (UID 1 BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" NIL) NIL NIL \"7bit\" 9 1) \"mixed\" (\"boundary\" NIL)))\nW:\n";
            let beginning =
                "C: UID FETCH 1 (UID BODY.PEEK[]<0.\nS: * 1 FETCH (UID 1 BODY[]<0> \"m1\")\nS: $ OK\n";
            let server = Dialogue::start([
                signed_in("") + &open + listing + bad,
                signed_in("") + &open + bad,
                signed_in("") + &open + beginning + &anchor(1, "<a@b>"),
            ])
            .await;
            let batch = server.mailbox().look("INBOX", None, EPOCH, 10).await.unwrap();
            assert_eq!(found(&batch), mails(&[1]));
            server.finish().await;
        }
        Quirk::CutOnRead => {
            let open = opened("EXAMINE", "INBOX", 7, 2);
            let cut = "C: UID FETCH 1 (UID BODY.PEEK[])\nR: * 1 FETCH (UID 1 BODY[] {9}\\r\\nhalf\n";
            let alive = "C: UID FETCH 1 (UID)\nS: $ OK\n";
            let server = Dialogue::start([
                signed_in("") + &open + &listed("1:1", &[1]) + cut,
                signed_in("") + &open + alive + cut,
                signed_in("") + &open + alive,
            ])
            .await;
            let batch = server.mailbox().look("INBOX", None, EPOCH, 10).await.unwrap();
            assert_eq!(batch.found[0].content, Content::Unreadable);
            server.finish().await;
        }
        Quirk::NoInternalDate => {
            let nil = listed("1:2", &[1, 2]).replace("SIZE 10)", "SIZE 10 INTERNALDATE NIL)");
            let batch =
                look(signed_in("") + &open + &nil + &read("1:2", &[1, 2]) + &anchor(2, "<b@b>")).await;
            assert_eq!((found(&batch), batch.found[0].internal_date), (mails(&[1, 2]), None));
        }
        Quirk::NilBody => {
            let nil = read("1:2", &[1, 2]).replace("\"m1\"", "NIL");
            let batch =
                look(signed_in("") + &open + &listed("1:2", &[1, 2]) + &nil + &anchor(2, "<b@b>")).await;
            assert_eq!((found(&batch), batch.next.next_uid), (mails(&[2]), 3));
        }
        Quirk::SilentSearch => {
            let script = signed_in("") + &opened("EXAMINE", "Sent", 3, 1) + "C: UID SEARCH HEADER\nS: $ OK\n";
            let server = Dialogue::start([script]).await;
            assert_eq!(server.mailbox().find("Sent", &id()).await, Ok(None));
            server.finish().await;
        }
        Quirk::SplitAnswer => split_answer(&open, &select).await,
        Quirk::LiteralName => {
            let names = signed_in("").replace("\"/\" Archive", "\"/\" {3}\nS: A\\B");
            let script = names + &opened("EXAMINE", "INBOX", 7, 1);
            let server = Dialogue::start([script]).await;
            let mut mailbox = server.mailbox();
            assert!(mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found.is_empty());
            assert_eq!(mailbox.folders().archive.as_deref(), Some("A\\B"));
            server.finish().await;
        }
        Quirk::StrangeLine => {
            let strange = "S: * LIST (\\HasNoChildren) \"/\" INBOX/Da\tOggetto\tRicevuto\nS: * LIST (\\Sent) \"/\" Sent\n";
            let names = signed_in("").replace("S: * LIST (\\Sent) \"/\" Sent\n", strange);
            let open =
                open.replace("S: $ OK [READ", "S: * STATUS INBOX (X-NEW 1)\nS: * X-NEWS\nS: \nS: $ OK [READ");
            let script = two(&open).replace(&signed_in(""), &names);
            let server = Dialogue::start([script]).await;
            let mut mailbox = server.mailbox();
            assert_eq!(found(&mailbox.look("INBOX", None, EPOCH, 10).await.unwrap()), mails(&[1, 2]));
            assert_eq!(mailbox.folders().sent.as_deref(), Some("Sent"));
            server.finish().await;
        }
        Quirk::ExtraBlanks => {
            let script = two(&open)
                .replace("EXISTS", " EXISTS")
                .replace("(UID 1 FLAGS", "( UID 1  FLAGS")
                .replace("CAPABILITY IMAP4rev1", "CAPABILITY  IMAP4rev1")
                .replace("S: $ OK", "S: $  OK")
                .replace("C: CAPABILITY  ", "C: CAPABILITY ");
            assert_eq!(found(&look(script).await), mails(&[1, 2]));
        }
        Quirk::BareLineFeed => {
            let bare = open
                .replace("S: * 2 EXISTS\n", "R: * 2 EXISTS\\n\n")
                .replace("S: * FLAGS (\\Seen)\n", "R: * FLAGS (\\Seen)\\n\n");
            assert!(bare.contains("R: * 2 EXISTS"), "{bare}");
            assert_eq!(found(&look(two(&bare)).await), mails(&[1, 2]));
        }
        Quirk::OtherCase => {
            let script = two(&open)
                .replace("EXISTS", "exists")
                .replace("[UIDNEXT", "[uidnext")
                .replace("FETCH (UID 1 FLAGS", "fetch (uid 1 flags")
                .replace("(\\Archive) \"/\" Archive", "(\\archive) \"/\" 対応済")
                .replace("S: $ OK", "S: $ ok");
            let server = Dialogue::start([script]).await;
            let mut mailbox = server.mailbox();
            assert_eq!(found(&mailbox.look("INBOX", None, EPOCH, 10).await.unwrap()), mails(&[1, 2]));
            assert_eq!(mailbox.folders().archive.as_deref(), Some("対応済"));
            server.finish().await;
        }
        Quirk::IdleRefused => {
            for refusal in ["S: $ NO not here\n", "S: $ BAD unknown\n"] {
                polls(signed_in("IDLE") + &open + "C: IDLE\n" + refusal + &open).await;
            }
        }
        Quirk::IdleWithoutPlus => {
            polls(signed_in("IDLE") + &open + "C: IDLE\nS: $ OK done\n" + &open).await;
            // Nothing at all: the connection is given up once, and IDLE with it.
            let silent = signed_in("IDLE") + &open + "C: IDLE\nW:\n";
            let server = Dialogue::start([silent, signed_in("IDLE") + &open]).await;
            let mut account = server.account(Security::Plain);
            account.patience.command = Duration::from_millis(200);
            waits_twice(&mut Mailbox::new(account, FolderNames::default(), MarkNames::default())).await;
            server.finish().await;
        }
        Quirk::KeepAlive => {
            let talk = "C: IDLE\nS: + idling\nS: * OK Still here\nS: * OK Still here\nL: DONE\nS: $ OK\n";
            assert_eq!(idle(talk, 100).await, IdleEnd::Elapsed);
        }
        Quirk::NewsBeforePlus => {
            let talk = "C: IDLE\nS: * FLAGS (\\Seen)\nS: * 3 EXISTS\nS: + idling\nL: DONE\nS: $ OK\n";
            assert_eq!(idle(talk, 60_000).await, IdleEnd::Rung);
        }
        Quirk::CapabilityInGreeting => {
            let refused = signed_in("")
                .replace("S: * OK ready", "S: * OK [CAPABILITY IMAP4rev1 MOVE] ready")
                .replace("S: * CAPABILITY IMAP4rev1\nS: $ OK", "S: $ BAD what")
                .replace("S: * CAPABILITY IMAP4rev1 \nS: $ OK", "S: $ OK");
            let server = Dialogue::start([refused]).await;
            let mut mailbox = server.mailbox();
            assert!(mailbox.session().await.unwrap().can("MOVE"));
            server.finish().await;
        }
        Quirk::LogoutWithoutBye => {
            let empty = opened("EXAMINE", "INBOX", 7, 1);
            let server =
                Dialogue::start([signed_in("") + &empty + "C: LOGOUT\n", signed_in("") + &empty]).await;
            let mut mailbox = server.mailbox();
            for _again in 0..2 {
                assert!(mailbox.look("INBOX", None, EPOCH, 10).await.unwrap().found.is_empty());
                mailbox.leave().await;
            }
            server.finish().await;
        }
        Quirk::NoPermanentFlags => {
            let silent = select.replace("S: * OK [PERMANENTFLAGS (\\Seen \\*)] kept\n", "");
            let script = signed_in("")
                + &silent
                + IDENTITY
                + "C: UID STORE 1 +FLAGS.SILENT ($Chat)\nS: $ OK\nC: UID FETCH 1 (UID FLAGS)\nS: * 1 FETCH (UID 1 FLAGS ($Chat))\nS: $ OK\n";
            assert!(matches!(mark(script).await, Marked::Done { .. }));
        }
    }
}

/// More mails than UIDNEXT admits, at the first look and later, without a rescan each time.
async fn uid_next_low(open: &str) {
    let low = open.replace("UIDNEXT 3", "UIDNEXT 1");
    let ask = "C: UID FETCH * (UID)\nS: * 2 FETCH (UID 2)\nS: $ OK\n";
    let batch = look(two(&(low.clone() + ask))).await;
    assert_eq!((found(&batch), batch.next.next_uid), (mails(&[1, 2]), 3));

    let again = signed_in("") + &low + ask + &anchor(2, "<b@b>");
    let quiet = look_from(Some(&batch.next), again).await;
    assert_eq!((quiet.found.len(), quiet.rescan, quiet.next.next_uid), (0, None, 3));

    // UIDNEXT stands still while a mail comes: one more is there than before.
    let far = open.replace("UIDNEXT 3", "UIDNEXT 9");
    let third = far.replace("* 2 EXISTS", "* 3 EXISTS");
    let script = signed_in("")
        + &far
        + &third
        + "C: UID FETCH * (UID)\nS: * 3 FETCH (UID 9)\nS: $ OK\n"
        + &listed("9:9", &[9])
        + &read("9", &[9])
        + &anchor(9, "<c@b>");
    let server = Dialogue::start([script]).await;
    let mut mailbox = server.mailbox();
    let quiet = mailbox.look("INBOX", Some(&cursor(7, 9, None)), EPOCH, 10).await.unwrap();
    assert!(quiet.found.is_empty());
    let news = mailbox.look("INBOX", Some(&quiet.next), EPOCH, 10).await.unwrap();
    assert_eq!((found(&news), news.next.next_uid), (mails(&[9]), 10));
    server.finish().await;
}

/// Flags in an answer of their own: in a listing, and before a mark is taken off.
async fn split_answer(open: &str, select: &str) {
    let split = "C: UID FETCH 1:2 (UID FLAGS
S: * 1 FETCH (UID 1 RFC822.SIZE 10)
S: * 2 FETCH (UID 2 RFC822.SIZE 10)
S: * 1 FETCH (UID 1 FLAGS ($Chat))
S: $ OK
";
    let script = signed_in("") + open + split + &read("1:2", &[1, 2]) + &anchor(2, "<b@b>");
    let batch = look(script).await;
    assert_eq!((found(&batch), batch.found[0].flags.clone()), (mails(&[1, 2]), words(&["$Chat"])));

    let identity = IDENTITY
        .replace("UID 1 FLAGS () RFC", "UID 1 RFC")
        .replace("S: $ OK", "S: * 1 FETCH (UID 1 FLAGS ($Chat))\nS: $ OK");
    let script = signed_in("")
        + select
        + &identity
        + "C: UID STORE 1 -FLAGS.SILENT ($Chat)\nS: $ OK\nC: UID FETCH 1 (UID FLAGS)\nS: * 1 FETCH (UID 1 FLAGS ())\nS: $ OK\n";
    let server = Dialogue::start([script]).await;
    let marked = server.mailbox().mark(&[target()], &words(&[]), &words(&["chat"])).await.unwrap();
    assert!(matches!(marked.as_slice(), [Marked::Done { .. }]), "{marked:?}");
    server.finish().await;
}

/// Sets `$Chat` on mail 1.
async fn mark(script: String) -> Marked {
    let server = Dialogue::start([script]).await;
    let mut marked = server.mailbox().mark(&[target()], &words(&["chat"]), &words(&[])).await.unwrap();
    server.finish().await;
    marked.remove(0)
}

async fn idle(talk: &str, millis: u64) -> IdleEnd {
    let script = signed_in("IDLE") + &opened("EXAMINE", "INBOX", 7, 3) + talk;
    let server = Dialogue::start([script]).await;
    let end = server.mailbox().idle("INBOX", Duration::from_millis(millis), std::future::pending()).await;
    server.finish().await;
    end.unwrap()
}

/// IDLE does not work: it is tried once, and both waits last as long as they should.
async fn polls(script: String) {
    let server = Dialogue::start([script]).await;
    waits_twice(&mut server.mailbox()).await;
    server.finish().await;
}

async fn waits_twice(mailbox: &mut Mailbox) {
    for _again in 0..2 {
        let end = mailbox.idle("INBOX", Duration::from_millis(100), std::future::pending()).await;
        assert_eq!(end, Ok(IdleEnd::Elapsed));
    }
}
