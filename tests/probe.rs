//! What `check` finds out about an account: on the Gmail stand-in, on a real Dovecot, on a poor server by script.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeSet;

use jiff::Timestamp;
use madoguchi::imap::Security;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::marking::MarkNames;
use madoguchi::imap::probe::Seen;
use madoguchi::imap::probe::judge::{Level, judge};
use support::dialogue::Dialogue;
use support::gmail::{Gmail, Language, Options};
use support::office::Office;

const MAIL: &[u8] = b"From: a@example.jp\r\nSubject: x\r\nMessage-ID: <1@example.jp>\r\n\r\nHello.\r\n";

async fn seen(gmail: &Gmail) -> Seen {
    let names = FolderNames { create: false, ..FolderNames::default() };
    let mut mailbox = Mailbox::new(gmail.account("desk", Security::Tls), names, MarkNames::default());
    mailbox.examine_account(Timestamp::now()).await.unwrap()
}

/// Topics that are not as they should be.
fn complaints(seen: &Seen) -> Vec<(&'static str, Level)> {
    let ours = BTreeSet::from(["$Asked".to_owned()]);
    let findings = judge(seen, &ours, Timestamp::now());
    findings
        .into_iter()
        .filter(|finding| finding.level != Level::Good)
        .map(|finding| (finding.topic, finding.level))
        .collect()
}

#[tokio::test]
async fn gmail_is_found_out_by_row() {
    type Row = (&'static str, Options, fn(&Gmail), &'static [(&'static str, Level)]);
    let rows: [Row; 7] = [
        ("as it comes", Options::default(), |_| {}, &[("stars", Level::Warn)]),
        (
            "with both stars, in Japanese",
            Options { language: Language::Japanese, ..Options::default() },
            |gmail| {
                for star in ["green-check", "purple-star"] {
                    let id = gmail.deliver("desk", MAIL);
                    gmail.human("desk").star(id, star);
                    gmail.human("desk").archive(id);
                }
            },
            &[],
        ),
        ("no raw search", Options { raw: false, ..Options::default() }, |_| {}, &[("stars", Level::Warn)]),
        (
            "All Mail is hidden",
            Options { show_all_mail: false, ..Options::default() },
            |_| {},
            &[("all-mail", Level::Bad), ("archive", Level::Warn), ("stars", Level::Warn)],
        ),
        (
            "two connections are allowed",
            Options { connections: 2, ..Options::default() },
            |_| {},
            &[("stars", Level::Warn), ("connections", Level::Warn)],
        ),
        (
            "keywords are not kept, and need not be",
            Options { keywords: false, ..Options::default() },
            |_| {},
            &[("stars", Level::Warn)],
        ),
        (
            "in Britain",
            Options { language: Language::British, ..Options::default() },
            |_| {},
            &[("stars", Level::Warn)],
        ),
    ];
    for (name, options, change, expected) in rows {
        let gmail = Gmail::start(options);
        change(&gmail);
        let seen = seen(&gmail).await;
        assert_eq!(complaints(&seen), expected, "{name}: {seen:?}");
        assert!(seen.gmail);
        // Nothing was written, and no mail was read.
        let said = gmail.commands().join("\n").to_ascii_uppercase();
        for word in ["STORE", "MOVE", "COPY", "APPEND", "CREATE", "BODY", "EXPUNGE"] {
            assert!(!said.contains(word), "{name}: {said}");
        }
    }
}

#[tokio::test]
async fn stars_are_counted_in_all_mail() {
    let gmail = Gmail::start(Options::default());
    let id = gmail.deliver("desk", MAIL);
    gmail.human("desk").star(id, "green-check");
    gmail.human("desk").archive(id);
    let found = seen(&gmail).await;
    assert_eq!(found.stars, Some(vec![("green-check", 1), ("purple-star", 0)]));
    assert_eq!((found.exists, found.newest), (0, None), "the inbox is empty");
    assert_eq!(found.quota, Some((0, 15_728_640)));
    assert_eq!(found.connections, 3);
    let farewells = gmail.commands().iter().filter(|command| *command == "LOGOUT").count();
    assert_eq!(farewells, 2, "what was opened beside it is closed");
}

#[tokio::test]
async fn stars_are_read_as_the_marks_they_stand_for() {
    let gmail = Gmail::start(Options::default());
    let ids: Vec<u64> = (0..4).map(|_| gmail.deliver("desk", MAIL)).collect();
    for (id, star) in ids.iter().zip(["green-check", "purple-star", "yellow-star", "green-check"]) {
        gmail.human("desk").star(*id, star);
    }
    let meaning = |meaning, uids: &[u32]| (meaning, uids.iter().copied().collect::<BTreeSet<u32>>());
    let mut mailbox =
        Mailbox::new(gmail.account("desk", Security::Tls), FolderNames::default(), MarkNames::default());
    let all = "[Gmail]/All Mail";
    for (uids, expected) in [
        (vec![1, 2, 3, 4], vec![meaning("asked_shop", &[2]), meaning("handled", &[1, 4])]),
        (vec![1, 3], vec![meaning("handled", &[1])]),
        (vec![3, 9], vec![]),
        (vec![], vec![]),
    ] {
        let found = mailbox.stars(all, &uids.iter().copied().collect()).await.unwrap();
        assert_eq!(found, Some(expected.into_iter().collect()), "{uids:?}");
    }
    gmail.set(|options| options.raw = false);
    assert_eq!(mailbox.stars(all, &BTreeSet::from([1])).await.unwrap(), None, "a refusal is an answer");
    mailbox.leave().await;

    let dovecot = support::dovecot::Dovecot::start();
    let account = dovecot.account("desk", Security::Plain);
    let mut mailbox = Mailbox::new(account, FolderNames::default(), MarkNames::default());
    assert_eq!(mailbox.stars("INBOX", &BTreeSet::from([1])).await.unwrap(), None, "no other server is asked");
}

#[tokio::test]
async fn a_server_that_can_nothing_is_said_to_be_so() {
    let script = "S: * OK ready
C: CAPABILITY
S: * CAPABILITY IMAP4rev1
S: $ OK done
C: LOGIN
S: $ OK welcome
C: CAPABILITY
S: * CAPABILITY IMAP4rev1
S: $ OK done
C: LIST
S: * LIST () \".\" INBOX
S: $ OK done
C: EXAMINE \"INBOX\"
S: * FLAGS (\\Seen \\Deleted)
S: * 1 EXISTS
S: * OK [PERMANENTFLAGS ()] none
S: $ OK [READ-ONLY] open
C: SELECT \"INBOX\"
S: * FLAGS (\\Seen \\Deleted)
S: * 1 EXISTS
S: * OK [PERMANENTFLAGS (\\Seen \\Deleted)] some
S: $ OK [READ-WRITE] open
C: UID FETCH *:* (UID INTERNALDATE)
S: * 1 FETCH (UID 7 INTERNALDATE \" 1-Jan-2099 00:00:00 +0900\")
S: $ OK done
C: LOGOUT
S: * BYE bye
S: $ OK done
";
    // A second connection is refused at once.
    let server = Dialogue::side_by_side([script.to_owned(), "S: * BYE too many\n".to_owned()]).await;
    let names = FolderNames { create: false, ..FolderNames::default() };
    let mut mailbox = Mailbox::new(server.account(Security::Plain), names, MarkNames::default());
    let seen = mailbox.examine_account("2026-11-22T00:00:00Z".parse().unwrap()).await;
    mailbox.leave().await;
    server.finish().await;
    let seen = seen.unwrap();
    assert_eq!(
        complaints(&seen),
        [
            ("special-use", Level::Warn),
            ("drafts", Level::Warn),
            ("sent", Level::Warn),
            ("archive", Level::Warn),
            ("marks", Level::Bad),
            ("move", Level::Warn),
            ("uidplus", Level::Warn),
            ("idle", Level::Warn),
            ("condstore", Level::Warn),
            ("connections", Level::Warn),
            ("clock", Level::Warn),
        ]
    );
}

/// The program itself, on two servers: lines, objects, exit codes.
#[tokio::test(flavor = "multi_thread")]
async fn check_prints_what_it_found() {
    let sink = support::smtp_sink::Sink::plain().await;
    let dovecot = Office::open(sink.addr.port(), "");
    let output = dovecot.run(&["check"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{lines}");
    for line in [
        "ok      mailbox reservation1",
        "good    reservation1 server: an IMAP server, 0 mails in the watched folder",
        "good    reservation1 special-use: the server says what its folders are for",
        "good    reservation1 archive: Archive",
        "good    reservation1 marks: as keywords",
        "good    reservation1 move: MOVE",
        "good    reservation1 connections: 3 of 3 at once",
    ] {
        assert!(lines.lines().any(|one| one == line), "no {line:?} in:\n{lines}");
    }
    assert!(!lines.contains("warn ") && !lines.contains("bad "), "{lines}");

    let gmail = Gmail::start(Options {
        users: vec!["reservation1".into()],
        show_all_mail: false,
        ..Options::default()
    });
    let office = Office::with(gmail, sink.addr.port(), "");
    let output = office.run(&["check"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{lines}");
    let line = "bad     reservation1 all-mail: All Mail is hidden from IMAP, and mails can be followed nowhere else; in \
                Gmail: Settings, Labels, All Mail: tick \"Show in IMAP\"";
    assert!(lines.lines().any(|one| one == line), "{lines}");
    assert!(lines.contains("\ngood    reservation1 marks: as labels\n"), "{lines}");
    office.server.set(|options| options.show_all_mail = true);
    let output = office.run(&["check", "--json"]);
    let objects = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "a warning stops nobody: {objects}");
    let objects: Vec<serde_json::Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |topic: &str| objects.iter().find(|object| object["topic"] == topic).unwrap();
    assert_eq!(
        *of("all-mail"),
        serde_json::json!({
            "mailbox": "reservation1", "topic": "all-mail", "level": "good", "says": "All Mail is shown", "advice": null
        })
    );
    assert_eq!(of("stars")["level"], "warn");
    assert_eq!(of("stars")["says"], "green-check 0, purple-star 0 in 90 days");

    office.server.set(|options| options.imap_enabled = false);
    assert_eq!(office.run(&["check"]).status.code(), Some(4), "trouble at the server, not a wrong password");
}
