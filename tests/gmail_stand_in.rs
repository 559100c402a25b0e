//! The stand-in for Gmail, by raw dialogue: each behaviour a row. Nothing of the program is used here.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test that cannot go on fails")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use support::gmail::{Expunged, Gmail, Label, Language, Message, Options};

/// A client that says what it is told to.
struct Client {
    stream: BufReader<TcpStream>,
    tag: usize,
}

impl Client {
    fn new(gmail: &Gmail) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", gmail.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut client = Self { stream: BufReader::new(stream), tag: 0 };
        let greeting = client.line();
        assert!(greeting.starts_with("* OK Gimap ready for requests from 127.0.0.1 "), "{greeting}");
        client
    }

    fn signed_in(gmail: &Gmail) -> Self {
        let mut client = Self::new(gmail);
        let answer = client.says("LOGIN desk pass-desk");
        assert!(answer.ends_with("A1 OK desk authenticated (Success)\r\n"), "{answer}");
        client
    }

    /// In a folder.
    fn at(gmail: &Gmail, folder: &str) -> Self {
        let mut client = Self::signed_in(gmail);
        let answer = client.says(&format!("SELECT {folder}"));
        assert!(answer.contains("OK [READ-WRITE] "), "{answer}");
        client
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        String::from_utf8(line).unwrap()
    }

    fn send(&mut self, text: &str) {
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// Says a command and hears the whole answer.
    fn says(&mut self, command: &str) -> String {
        self.tag += 1;
        let tag = format!("A{} ", self.tag);
        self.send(&format!("{tag}{command}\r\n"));
        let mut answer = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the server left after {command:?}: {answer}");
            answer.push_str(&line);
            if line.starts_with(&tag) {
                return answer;
            }
        }
    }
}

fn mail(number: u32) -> Vec<u8> {
    format!(
        "From: a@example.jp\r\nTo: desk@example.jp\r\nSubject: Number {number}\r\nDate: Sat, 1 Aug 2026 10:00:00 \
         +0900\r\nMessage-ID: <m{number}@example.jp>\r\n\r\nHello {number}.\r\n"
    )
    .into_bytes()
}

/// An answer to a mail of [`mail`].
fn reply(number: u32, to: u32, subject: &str) -> Vec<u8> {
    format!(
        "From: b@example.jp\r\nSubject: {subject}\r\nMessage-ID: <m{number}@example.jp>\r\nIn-Reply-To: \
         <m{to}@example.jp>\r\n\r\nHello.\r\n"
    )
    .into_bytes()
}

/// What the server says to a row of commands, each compared whole. The tag of an answer is written `A`.
fn dialogue(client: &mut Client, rows: &[(&str, &str)]) {
    for (command, expected) in rows {
        let answer = client.says(command);
        let (rest, end) = answer.rsplit_once(&format!("A{} ", client.tag)).unwrap();
        assert_eq!(format!("{rest}A {end}").trim_end().replace("\r\n", "\n"), *expected, "{command}");
    }
}

fn labels(mail: &Message) -> Vec<&str> {
    mail.labels.iter().map(String::as_str).collect()
}

/// An account with one mail in the inbox.
fn one() -> (Gmail, u64) {
    with(Options::default())
}

fn with(options: Options) -> (Gmail, u64) {
    let gmail = Gmail::start(options);
    let id = gmail.deliver("desk", &mail(1));
    (gmail, id)
}

#[test]
fn the_open_folders_own_label_is_missing() {
    let (gmail, id) = one();
    for label in ["対応済", "two words", "(brackets)", "[square]", "fav", "a\"b", "\\Starred", "\\Important"]
    {
        gmail.human("desk").label(id, label);
    }
    let all = "&W,5f3G4I- \"(brackets)\" \"[square]\" \"\\\\Important\" \"\\\\Inbox\" \"\\\\Starred\" {3}\na\"b fav \"two words\"";
    for (folder, own) in [
        ("\"[Gmail]/All Mail\"", ""),
        ("INBOX", " \"\\\\Inbox\""),
        ("\"[Gmail]/Starred\"", " \"\\\\Starred\""),
        ("fav", " fav"),
        ("\"&W,5f3G4I-\"", "&W,5f3G4I- "),
    ] {
        let expected = format!(
            "* 1 FETCH (X-GM-THRID {id} X-GM-MSGID {id} X-GM-LABELS ({}) UID 1 FLAGS (\\Flagged))\nA OK Success",
            all.replacen(own, "", 1)
        );
        let command = "UID FETCH 1:* (FLAGS X-GM-LABELS X-GM-THRID X-GM-MSGID)";
        dialogue(&mut Client::at(&gmail, folder), &[(command, &expected)]);
    }
}

#[test]
fn the_beginning_and_the_end_sound_like_google() {
    let gmail = Gmail::start(Options::default());
    let mut client = Client::new(&gmail);
    dialogue(
        &mut client,
        &[
            (
                "CAPABILITY",
                "* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR \
                 AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER\nA OK Thats all she wrote! k2if6111337rvb",
            ),
            ("SELECT INBOX", "A BAD Unknown command in this state"),
            ("IDLE", "A BAD Unknown command in this state"),
            ("LOGIN desk wrong", "A NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
            ("LOGIN nobody pass-nobody", "A NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
            (
                "LOGIN \"desk\" \"pass-desk\"",
                "* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE \
                 CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584\n\
                 A OK desk authenticated (Success)",
            ),
            ("NOOP", "A OK Success"),
            ("NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\nA OK Success"),
            (
                "GETQUOTAROOT INBOX",
                "* QUOTAROOT \"INBOX\" \"\"\n* QUOTA \"\" (STORAGE 0 15728640)\nA OK Success",
            ),
            ("ENABLE CONDSTORE QRESYNC", "* ENABLED CONDSTORE\nA OK Success"),
            ("COMPRESS DEFLATE", "A BAD Unknown command in this state"),
            ("FETCH 1 FLAGS", "A BAD Unknown command in this state"),
            ("SELECT missing", "A NO [NONEXISTENT] Unknown Mailbox: missing (Failure)"),
            ("LOGOUT", "* BYE LOGOUT Requested\nA OK 73 good day (Success)"),
        ],
    );
    assert!(!gmail.commands().join("\n").contains("pass-desk"), "no secret in the log");
}

#[test]
fn folders_are_named_by_language_and_marked_by_use() {
    for (language, special) in [
        (
            Language::English,
            [
                "(\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"",
                "(\\Drafts \\HasNoChildren) \"/\" \"[Gmail]/Drafts\"",
                "(\\HasNoChildren \\Important) \"/\" \"[Gmail]/Important\"",
                "(\\HasNoChildren \\Sent) \"/\" \"[Gmail]/Sent Mail\"",
                "(\\HasNoChildren \\Junk) \"/\" \"[Gmail]/Spam\"",
                "(\\Flagged \\HasNoChildren) \"/\" \"[Gmail]/Starred\"",
                "(\\HasNoChildren \\Trash) \"/\" \"[Gmail]/Trash\"",
            ],
        ),
        (
            Language::British,
            [
                "(\\All \\HasNoChildren) \"/\" \"[Google Mail]/All Mail\"",
                "(\\HasNoChildren \\Trash) \"/\" \"[Google Mail]/Bin\"",
                "(\\Drafts \\HasNoChildren) \"/\" \"[Google Mail]/Drafts\"",
                "(\\HasNoChildren \\Important) \"/\" \"[Google Mail]/Important\"",
                "(\\HasNoChildren \\Sent) \"/\" \"[Google Mail]/Sent Mail\"",
                "(\\HasNoChildren \\Junk) \"/\" \"[Google Mail]/Spam\"",
                "(\\Flagged \\HasNoChildren) \"/\" \"[Google Mail]/Starred\"",
            ],
        ),
        (
            Language::Japanese,
            [
                "(\\All \\HasNoChildren) \"/\" \"[Gmail]/&MFkweTBmMG4w4TD8MOs-\"",
                "(\\HasNoChildren \\Trash) \"/\" \"[Gmail]/&MLQw33ux-\"",
                "(\\Flagged \\HasNoChildren) \"/\" \"[Gmail]/&MLkwvzD8TtgwTQ-\"",
                "(\\Drafts \\HasNoChildren) \"/\" \"[Gmail]/&Tgtm+DBN-\"",
                "(\\HasNoChildren \\Junk) \"/\" \"[Gmail]/&j,dg0TDhMPww6w-\"",
                "(\\HasNoChildren \\Sent) \"/\" \"[Gmail]/&kAFP4W4IMH8w4TD8MOs-\"",
                "(\\HasNoChildren \\Important) \"/\" \"[Gmail]/&kc2JgQ-\"",
            ],
        ),
    ] {
        let gmail = Gmail::start(Options { language, ..Options::default() });
        let parent = if language == Language::British { "[Google Mail]" } else { "[Gmail]" };
        let special: String = special.iter().map(|line| format!("* LIST {line}\n")).collect();
        let inbox = "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\n";
        let parent = format!("* LIST (\\HasChildren \\Noselect) \"/\" \"{parent}\"\n");
        let mut client = Client::signed_in(&gmail);
        dialogue(
            &mut client,
            &[
                ("LIST \"\" \"*\"", &format!("{inbox}{parent}{special}A OK Success")),
                ("LIST \"\" \"%\"", &format!("{inbox}{parent}A OK Success")),
                ("LIST \"\" inbox", &format!("{inbox}A OK Success")),
                ("LIST (SPECIAL-USE) \"\" \"*\"", &format!("{special}A OK Success")),
                ("LIST \"\" \"*\" RETURN (SPECIAL-USE)", &format!("{inbox}{parent}{special}A OK Success")),
                ("LIST \"\" \"\"", "* LIST (\\Noselect) \"/\" \"/\"\nA OK Success"),
            ],
        );
    }
}

#[test]
fn folders_can_be_hidden_made_and_counted() {
    let (gmail, _) = with(Options { show_all_mail: false, ..Options::default() });
    let mut client = Client::signed_in(&gmail);
    dialogue(
        &mut client,
        &[
            ("SELECT \"[Gmail]/All Mail\"", "A NO [NONEXISTENT] Unknown Mailbox: [Gmail]/All Mail (Failure)"),
            ("CREATE \"&W,5f3G4I-/shop\"", "A OK Success"),
            ("CREATE \"[Gmail]/mine\"", "A NO [CANNOT] Invalid folder name (Failure)"),
            (
                "LIST \"\" \"&W,5f3G4I-*\"",
                "* LIST (\\HasChildren \\Noselect) \"/\" \"&W,5f3G4I-\"\n* LIST (\\HasNoChildren) \"/\" \
                 \"&W,5f3G4I-/shop\"\nA OK Success",
            ),
            (
                "STATUS INBOX (MESSAGES UNSEEN RECENT UIDNEXT UIDVALIDITY)",
                "* STATUS \"INBOX\" (MESSAGES 1 UNSEEN 1 RECENT 0 UIDNEXT 2 UIDVALIDITY 11)\nA OK Success",
            ),
            (
                "LIST \"\" INBOX RETURN (STATUS (MESSAGES))",
                "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\n* STATUS \"INBOX\" (MESSAGES 1)\nA OK Success",
            ),
        ],
    );
    assert!(!client.says("XLIST \"\" \"*\"").contains("\\AllMail"));
}

#[test]
fn opening_tells_what_google_tells() {
    let (gmail, _) = one();
    let mut client = Client::signed_in(&gmail);
    let told = "* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing)\n* OK [PERMANENTFLAGS ";
    let rest = "* OK [UIDVALIDITY 11] UIDs valid.\n* 1 EXISTS\n* 0 RECENT\n* OK [UIDNEXT 2] Predicted next UID.\n\
                * OK [HIGHESTMODSEQ 1002]\n";
    let all = "(\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing \\*)";
    dialogue(
        &mut client,
        &[
            (
                "SELECT INBOX",
                &format!("{told}{all}] Flags permitted.\n{rest}A OK [READ-WRITE] INBOX selected. (Success)"),
            ),
            (
                "EXAMINE INBOX",
                &format!("{told}()] Flags permitted.\n{rest}A OK [READ-ONLY] INBOX selected. (Success)"),
            ),
            ("STORE 1 +FLAGS (x)", "A NO [READ-ONLY] STORE attempt on READ-ONLY folder (Failure)"),
            (
                "UID MOVE 1 \"[Gmail]/All Mail\"",
                "A NO [READ-ONLY] MOVE attempt on READ-ONLY folder (Failure)",
            ),
            ("UNSELECT", "A OK Returned to authenticated state. (Success)"),
        ],
    );
}

#[test]
fn fetches_are_answered_whole() {
    let (gmail, id) = one();
    let mut client = Client::at(&gmail, "INBOX");
    let size = mail(1).len();
    let text = String::from_utf8(mail(1)).unwrap().replace("\r\n", "\n");
    let header = text.split_once("\n\n").unwrap().0;
    dialogue(
        &mut client,
        &[
            (
                "UID FETCH 1 (RFC822.SIZE X-GM-MSGID MODSEQ)",
                &format!("* 1 FETCH (X-GM-MSGID {id} UID 1 RFC822.SIZE {size} MODSEQ (1002))\nA OK Success"),
            ),
            (
                "UID FETCH 1 BODY.PEEK[]",
                &format!("* 1 FETCH (UID 1 BODY[] {{{size}}}\n{text})\nA OK Success"),
            ),
            (
                "FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[TEXT]<2.3>)",
                &format!(
                    "* 1 FETCH (BODY[HEADER] {{{}}}\n{header}\n\n BODY[TEXT]<2> {{3}}\nllo)\nA OK Success",
                    size - "Hello 1.\r\n".len()
                ),
            ),
            (
                "UID FETCH 1 BODY.PEEK[HEADER.FIELDS (Message-ID Subject)]",
                "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (Message-ID Subject)] {50}\nSubject: Number 1\n\
                 Message-ID: <m1@example.jp>\n\n)\nA OK Success",
            ),
            (
                "UID FETCH 1 (ENVELOPE BODYSTRUCTURE)",
                "* 1 FETCH (UID 1 ENVELOPE (\"Sat, 1 Aug 2026 10:00:00 +0900\" \"Number 1\" ((NIL NIL \"a\" \"example.jp\")) \
                 ((NIL NIL \"a\" \"example.jp\")) ((NIL NIL \"a\" \"example.jp\")) ((NIL NIL \"desk\" \"example.jp\")) NIL \
                 NIL NIL \"<m1@example.jp>\") BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 10 \
                 1 NIL NIL NIL))\nA OK Success",
            ),
            ("UID FETCH 2:9 FLAGS", "A OK Success"),
            ("UID FETCH 1 (FLAGS) (CHANGEDSINCE 1002)", "A OK Success"),
            (
                "UID FETCH 1 (FLAGS) (CHANGEDSINCE 1001)",
                "* 1 FETCH (UID 1 MODSEQ (1002) FLAGS ())\nA OK Success",
            ),
            (
                "UID FETCH 1 BODY[1]",
                "* 1 FETCH (UID 1 BODY[1] {10}\nHello 1.\n)\n* 1 FETCH (UID 1 FLAGS (\\Seen))\nA OK Success",
            ),
            ("UID FETCH 1 (NONSENSE)", "A BAD Could not parse command"),
            ("UID FETCH x FLAGS", "A BAD Could not parse command"),
        ],
    );
}

#[test]
fn parts_have_numbers() {
    let gmail = Gmail::start(Options::default());
    let raw = "Subject: x\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n--b 1\r\n\
               Content-Type: text/plain; charset=iso-2022-jp\r\n\r\none\r\n--b 1\r\n\
               Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntwo\r\n\r\n--b 1\r\n\
               Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\
               Content-Disposition: attachment; filename=a.pdf\r\n\r\nQUJD\r\n--b 1--\r\n";
    gmail.deliver("desk", raw.as_bytes());
    let mut client = Client::at(&gmail, "INBOX");
    dialogue(
        &mut client,
        &[
            (
                "FETCH 1 BODYSTRUCTURE",
                "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"iso-2022-jp\") NIL NIL \"7BIT\" 3 0 NIL NIL \
                 NIL)(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 23 (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) \
                 (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 5 1 NIL NIL NIL) 3 NIL NIL \
                 NIL)(\"APPLICATION\" \"PDF\" (\"NAME\" \"a.pdf\") NIL NIL \"BASE64\" 4 NIL (\"ATTACHMENT\" (\"FILENAME\" \
                 \"a.pdf\")) NIL) \"MIXED\" (\"BOUNDARY\" \"b 1\") NIL NIL))\nA OK Success",
            ),
            ("FETCH 1 BODY.PEEK[1]", "* 1 FETCH (BODY[1] {3}\none)\nA OK Success"),
            (
                "FETCH 1 (BODY.PEEK[1.MIME] BODY.PEEK[3])",
                "* 1 FETCH (BODY[1.MIME] {49}\nContent-Type: text/plain; charset=iso-2022-jp\n\n BODY[3] {4}\nQUJD)\nA OK \
                 Success",
            ),
            (
                "FETCH 1 (BODY.PEEK[2.HEADER] BODY.PEEK[2.1] BODY.PEEK[4])",
                "* 1 FETCH (BODY[2.HEADER] {18}\nSubject: inner\n\n BODY[2.1] {5}\ntwo\n BODY[4] NIL)\nA OK Success",
            ),
        ],
    );
}

#[test]
fn labels_are_stored_and_folders_follow() {
    let (gmail, id) = one();
    let mut client = Client::at(&gmail, "\"[Gmail]/All Mail\"");
    dialogue(
        &mut client,
        &[
            (
                "UID STORE 1 +X-GM-LABELS (fav \"two words\" &W,5f3G4I-)",
                "* 1 FETCH (X-GM-LABELS (&W,5f3G4I- \"\\\\Inbox\" fav \"two words\") UID 1)\nA OK Success",
            ),
            (
                "UID STORE 1 -X-GM-LABELS (FAV \"\\\\Inbox\")",
                "* 1 FETCH (X-GM-LABELS (&W,5f3G4I- \"two words\") UID 1)\nA OK Success",
            ),
            ("UID STORE 1 +X-GM-LABELS.SILENT (\\Inbox)", "A OK Success"),
            (
                "STORE 1 X-GM-LABELS (\\Starred x)",
                "* 1 FETCH (X-GM-LABELS (\"\\\\Starred\" x))\nA OK Success",
            ),
            (
                "UID STORE 1 +X-GM-LABELS (\\Sent)",
                "* 1 FETCH (X-GM-LABELS (\"\\\\Starred\" x) UID 1)\nA OK Success",
            ),
            ("UID STORE 7 +X-GM-LABELS (x)", "A OK Success"),
            ("UID STORE 1 +X-GM-NONSENSE (x)", "A BAD Could not parse command"),
        ],
    );
    let message = gmail.message("desk", id).unwrap();
    assert_eq!(labels(&message), ["\\Starred", "x"]);
    assert_eq!(message.uids.keys().collect::<Vec<_>>(), ["[Gmail]/All Mail", "[Gmail]/Starred", "x"]);
}

#[test]
fn a_label_with_a_quotation_mark_is_stored_as_a_literal() {
    let (gmail, id) = one();
    let mut client = Client::at(&gmail, "INBOX");
    client.send("L1 UID STORE 1 +X-GM-LABELS ({3}\r\n");
    assert_eq!(client.line(), "+ go ahead\r\n");
    client.send("a\"b)\r\n");
    assert_eq!(client.line(), "* 1 FETCH (X-GM-LABELS ({3}\r\n");
    assert_eq!(client.line(), "a\"b) UID 1)\r\n");
    assert_eq!(client.line(), "L1 OK Success\r\n");
    assert!(gmail.message("desk", id).unwrap().has("a\"b"));
    // LITERAL- (RFC 7888): without a pause only up to 4096 bytes.
    client.send(&format!("L2 APPEND INBOX {{4097+}}\r\n{}\r\n", "x".repeat(4097)));
    assert_eq!(client.line(), "L2 BAD Literal too long\r\n");
}

/// What a client does in the inbox, and what is left of the mail: labels and folders.
#[test]
fn moving_labels_and_deleting_unlabels() {
    let inbox = "INBOX";
    let all = "\"[Gmail]/All Mail\"";
    for (name, options, folder, commands, expected, told) in [
        (
            "archive by a move",
            Options::default(),
            inbox,
            vec![format!("UID MOVE 1 {all}")],
            Some(vec![]),
            "* 1 EXPUNGE",
        ),
        (
            "move to a label",
            Options::default(),
            inbox,
            vec!["CREATE shop".into(), "UID MOVE 1 shop".into()],
            Some(vec!["shop"]),
            "* 1 EXPUNGE",
        ),
        (
            "move out of All Mail",
            Options::default(),
            all,
            vec!["CREATE shop".into(), "UID MOVE 1 shop".into()],
            Some(vec!["\\Inbox", "shop"]),
            "OK [COPYUID ",
        ),
        (
            "copy to a label",
            Options::default(),
            inbox,
            vec!["CREATE shop".into(), "UID COPY 1 shop".into()],
            Some(vec!["\\Inbox", "shop"]),
            "OK [COPYUID 19 1 1] (Success)",
        ),
        (
            "a folder that is not there",
            Options::default(),
            inbox,
            vec!["UID MOVE 1 shop".into()],
            Some(vec!["\\Inbox"]),
            "NO [TRYCREATE] No folder shop (Failure)",
        ),
        (
            "into the trash",
            Options::default(),
            inbox,
            vec!["UID COPY 1 \"[Gmail]/Trash\"".into()],
            Some(vec!["\\Trash"]),
            "* 1 EXPUNGE",
        ),
        (
            "deleted in the inbox",
            Options::default(),
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Deleted)".into()],
            Some(vec![]),
            "* 1 EXPUNGE",
        ),
        (
            "deleted in the inbox, not at once",
            Options { auto_expunge: false, ..Options::default() },
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Deleted)".into()],
            Some(vec!["\\Inbox"]),
            "* 1 FETCH (UID 1 FLAGS (\\Deleted))",
        ),
        (
            "and expunged by UID",
            Options { auto_expunge: false, ..Options::default() },
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Deleted)".into(), "UID EXPUNGE 2".into(), "UID EXPUNGE 1".into()],
            Some(vec![]),
            "* 1 EXPUNGE",
        ),
        (
            "deleted from the last folder that is shown, into the trash",
            Options { show_all_mail: false, expunged: Expunged::Trash, ..Options::default() },
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Deleted)".into()],
            Some(vec!["\\Trash"]),
            "* 1 EXPUNGE",
        ),
        (
            "or for good",
            Options { show_all_mail: false, expunged: Expunged::Delete, ..Options::default() },
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Deleted)".into()],
            None,
            "* 1 EXPUNGE",
        ),
        (
            "deleted in the trash",
            Options::default(),
            inbox,
            vec![
                "UID MOVE 1 \"[Gmail]/Trash\"".into(),
                "SELECT \"[Gmail]/Trash\"".into(),
                "STORE 1 +FLAGS.SILENT (\\Deleted)".into(),
                "NOOP".into(),
            ],
            None,
            "* 1 EXPUNGE",
        ),
        (
            "out of the trash",
            Options::default(),
            inbox,
            vec![
                "UID MOVE 1 \"[Gmail]/Trash\"".into(),
                "SELECT \"[Gmail]/Trash\"".into(),
                "UID MOVE 1 INBOX".into(),
            ],
            Some(vec!["\\Inbox"]),
            "* 1 EXPUNGE",
        ),
        (
            "a star is a flag",
            Options::default(),
            inbox,
            vec!["UID STORE 1 +FLAGS (\\Flagged)".into()],
            Some(vec!["\\Inbox", "\\Starred"]),
            "* 1 FETCH (UID 1 FLAGS (\\Flagged))",
        ),
    ] {
        let (gmail, id) = with(options);
        let mut client = Client::at(&gmail, folder);
        let mut last = String::new();
        for command in commands {
            last = client.says(&command);
        }
        assert!(last.contains(told), "{name}: {last}");
        let found = gmail.message("desk", id);
        assert_eq!(found.as_ref().map(labels), expected, "{name}");
    }
}

#[test]
fn uids_of_all_mail_stay_and_others_begin_anew() {
    let (gmail, id) = one();
    gmail.deliver("desk", &mail(2));
    let before = gmail.message("desk", id).unwrap().uids;
    gmail.human("desk").archive(id);
    gmail.human("desk").to_inbox(id);
    let after = gmail.message("desk", id).unwrap().uids;
    assert_eq!((before["[Gmail]/All Mail"], before["INBOX"]), (1, 1));
    assert_eq!((after["[Gmail]/All Mail"], after["INBOX"]), (1, 3));
}

#[test]
fn keywords_are_kept_or_not() {
    for (keywords, kept) in [(true, "$Done \\Seen"), (false, "\\Seen")] {
        let (gmail, _) = with(Options { keywords, ..Options::default() });
        let mut client = Client::at(&gmail, "INBOX");
        let answer = client.says("UID STORE 1 +FLAGS ($Done \\Seen)");
        assert_eq!(answer.lines().next().unwrap(), format!("* 1 FETCH (UID 1 FLAGS ({kept}))"));
        let answer = client.says("SELECT INBOX");
        assert_eq!(answer.contains("$Done"), keywords, "{answer}");
        assert_eq!(answer.contains("\\*)]"), keywords, "{answer}");
    }
}

#[test]
fn threads_are_kept_by_reference_and_subject() {
    let (gmail, id) = one();
    for (subject, same) in [("Re: Number 1", true), ("RE: re: number 1", true), ("Another matter", false)] {
        let answer = gmail.deliver("desk", &reply(2, 1, subject));
        assert_eq!(gmail.message("desk", answer).unwrap().thread == id, same, "{subject}");
        gmail.human("desk").delete_forever(answer);
    }
    let stranger = gmail.deliver("desk", &reply(3, 9, "Re: Number 1"));
    assert_eq!(gmail.message("desk", stranger).unwrap().thread, stranger);
}

#[test]
fn searches_find_what_they_should() {
    let (gmail, first) = one();
    let second = gmail.deliver("desk", &reply(2, 1, "Re: Number 1"));
    let third = gmail.sent("desk", &mail(3));
    let human = gmail.human("desk");
    human.star(first, "green-check");
    human.star(second, "purple-star");
    human.label(first, "two words");
    human.read(first);
    let mut client = Client::at(&gmail, "\"[Gmail]/All Mail\"");
    client.says("UID STORE 2 +FLAGS ($Done)");
    for (query, expected) in [
        ("ALL".to_owned(), "1 2 3"),
        ("UID 2:*".into(), "2 3"),
        ("UID 9:*".into(), "3"),
        ("1:2".into(), "1 2"),
        ("HEADER Message-ID <m2@example.jp>".into(), "2"),
        ("HEADER Message-ID \"m1@example.jp\"".into(), "1"),
        ("KEYWORD $done".into(), "2"),
        ("UNKEYWORD $Done".into(), "1 3"),
        ("UNSEEN".into(), "2"),
        ("FLAGGED".into(), "1 2"),
        ("NOT FLAGGED".into(), "3"),
        ("OR (UID 1) (FROM b@example.jp)".into(), "1 2"),
        ("CHARSET UTF-8 SUBJECT number".into(), "1 2 3"),
        ("SINCE 1-Jan-2020".into(), "1 2 3"),
        ("BEFORE 1-Jan-2020".into(), ""),
        ("SENTSINCE 1-Aug-2026 SENTBEFORE 2-Aug-2026 SUBJECT \"number 3\"".into(), "3"),
        (format!("X-GM-MSGID {third}"), "3"),
        (format!("X-GM-THRID {first}"), "1 2"),
        ("X-GM-LABELS \"two words\"".into(), "1"),
        ("X-GM-LABELS \\Sent".into(), "3"),
        ("X-GM-RAW \"has:green-check\"".into(), "1"),
        ("X-GM-RAW has:purple-star".into(), "2"),
        ("X-GM-RAW has:yellow-star".into(), ""),
        ("X-GM-RAW is:starred".into(), "1 2"),
        ("X-GM-RAW \"label:two-words -is:unread\"".into(), "1"),
        ("X-GM-RAW \"in:inbox\"".into(), "1 2"),
        ("X-GM-RAW \"in:sent OR has:green-check\"".into(), "1 3"),
        ("X-GM-RAW \"{in:sent has:green-check}\"".into(), "1 3"),
        ("X-GM-RAW \"rfc822msgid:m2@example.jp\"".into(), "2"),
        ("X-GM-RAW \"from:b@example.jp is:unread\"".into(), "2"),
        ("X-GM-RAW \"subject:\\\"number 3\\\"\"".into(), "3"),
    ] {
        let answer = client.says(&format!("UID SEARCH {query}"));
        let found = answer.lines().next().unwrap().trim_start_matches("* SEARCH").trim();
        assert_eq!(found, expected, "{query}: {answer}");
        assert!(answer.ends_with("OK SEARCH completed (Success)\r\n"), "{query}: {answer}");
    }
    let answer = client.says("UID SEARCH RETURN (ALL COUNT MIN MAX) UNDELETED");
    assert_eq!(
        answer.lines().next().unwrap(),
        format!("* ESEARCH (TAG \"A{}\") UID MIN 1 MAX 3 ALL 1,2,3 COUNT 3", client.tag)
    );
    for bad in ["NONSENSE", "UID x", "SINCE 2026-01-01", ""] {
        assert!(client.says(&format!("UID SEARCH {bad}")).contains("BAD Could not parse command"), "{bad}");
    }
}

#[test]
fn the_query_language_can_be_absent_or_know_no_stars() {
    for (options, expected) in [
        (Options { raw: false, ..Options::default() }, "A3 BAD Could not parse command\r\n"),
        (Options { stars: false, ..Options::default() }, "* SEARCH\r\nA3 OK SEARCH completed (Success)\r\n"),
    ] {
        let (gmail, id) = with(options);
        gmail.human("desk").star(id, "green-check");
        let mut client = Client::at(&gmail, "INBOX");
        assert_eq!(client.says("UID SEARCH X-GM-RAW \"has:green-check\""), expected);
    }
}

#[test]
fn mails_that_are_put_down_get_the_folders_label() {
    let gmail = Gmail::start(Options::default());
    let mut client = Client::signed_in(&gmail);
    client.says("CREATE shop");
    for (number, folder, flags, labels_expected, flags_expected) in [
        (1, "INBOX", "", vec!["\\Inbox"], vec![]),
        (2, "\"[Gmail]/Drafts\"", "(\\Draft \\Seen) ", vec!["\\Draft"], vec!["\\Draft", "\\Seen"]),
        (3, "\"[Gmail]/All Mail\"", "", vec![], vec![]),
        (4, "\"[Gmail]/Sent Mail\"", "(\\Seen) ", vec!["\\Sent"], vec!["\\Seen"]),
        (5, "shop", "($Done) \"01-Aug-2026 10:00:00 +0900\" ", vec!["shop"], vec!["$Done"]),
    ] {
        let raw = String::from_utf8(mail(number)).unwrap();
        client.send(&format!("P{number} APPEND {folder} {flags}{{{}}}\r\n", raw.len()));
        assert_eq!(client.line(), "+ go ahead\r\n");
        client.send(&format!("{raw}\r\n"));
        let answer = client.line();
        assert!(answer.starts_with(&format!("P{number} OK [APPENDUID ")), "{folder}: {answer}");
        let found = gmail.messages("desk").pop().unwrap();
        assert_eq!(labels(&found), labels_expected, "{folder}");
        assert_eq!(found.flags.iter().collect::<Vec<_>>(), flags_expected, "{folder}");
    }
    client.says("SELECT shop");
    assert!(client.says("FETCH 1 INTERNALDATE").contains("INTERNALDATE \"01-Aug-2026 01:00:00 +0000\""));
    client.send("P6 APPEND nowhere {3}\r\n");
    client.line();
    client.send("x\r\n\r\n");
    assert_eq!(client.line(), "P6 NO [TRYCREATE] No folder nowhere (Failure)\r\n");
    gmail.set(|options| options.append_limit = 2);
    client.send("P7 APPEND INBOX {3+}\r\nxyz\r\n");
    assert_eq!(client.line(), "P7 NO [TOOBIG] Message too large. (Failure)\r\n");
}

#[test]
fn idle_tells_what_comes_and_goes_but_not_what_changes() {
    let (gmail, id) = one();
    let mut client = Client::at(&gmail, "INBOX");
    client.send("I IDLE\r\n");
    assert_eq!(client.line(), "+ idling\r\n");
    gmail.wait_for_idle("desk", 1);
    let human = gmail.human("desk");
    human.label(id, "fav");
    human.star(id, "yellow-star");
    human.read(id);
    // Of these nothing is heard: the next line is about the new mail.
    gmail.deliver("desk", &mail(2));
    assert_eq!(client.line(), "* 2 EXISTS\r\n");
    human.archive(id);
    assert_eq!(client.line(), "* 1 EXPUNGE\r\n");
    client.send("DONE\r\n");
    assert_eq!(client.line(), "I OK IDLE terminated (Success)\r\n");
    // What changed is found by its mod-sequence.
    human.label(gmail.messages("desk")[1].id, "fav");
    let answer = client.says("UID FETCH 1:* (X-GM-LABELS) (CHANGEDSINCE 1000)");
    assert!(answer.contains("X-GM-LABELS (fav) UID 2 MODSEQ ("), "{answer}");
    assert_eq!(gmail.connections("desk"), 1);
}

#[test]
fn all_mail_hears_of_arrivals_and_not_of_archiving() {
    let (gmail, id) = one();
    let mut client = Client::at(&gmail, "\"[Gmail]/All Mail\"");
    gmail.human("desk").archive(id);
    assert_eq!(client.says("NOOP"), "A3 OK Success\r\n");
    gmail.deliver("desk", &mail(2));
    assert_eq!(client.says("NOOP"), "* 2 EXISTS\r\nA4 OK Success\r\n");
    gmail.human("desk").trash(id);
    assert_eq!(client.says("FETCH 1 FLAGS"), "A5 OK Success\r\n", "no EXPUNGE while numbers count");
    assert_eq!(client.says("NOOP"), "* 1 EXPUNGE\r\nA6 OK Success\r\n");
}

#[test]
fn a_change_can_depend_on_the_mod_sequence() {
    let (gmail, id) = one();
    gmail.deliver("desk", &mail(2));
    let mut client = Client::at(&gmail, "INBOX");
    gmail.human("desk").read(id);
    let answer = client.says("UID STORE 1:2 (UNCHANGEDSINCE 1004) +FLAGS.SILENT ($Done)");
    assert_eq!(
        answer,
        "* 2 FETCH (UID 2 MODSEQ (1006))\r\nA3 OK [MODIFIED 1] Conditional STORE failed (Success)\r\n"
    );
    assert_eq!(
        client.says("UID SEARCH MODSEQ 1006"),
        "* SEARCH 2 (MODSEQ 1006)\r\nA4 OK SEARCH completed (Success)\r\n"
    );
}

#[test]
fn a_person_at_the_web_ui() {
    let (gmail, id) = one();
    let human = gmail.human("desk");
    // A draft of a program, in the thread of the mail it answers.
    let draft = gmail.take_in("desk", &reply(7, 1, "Re: Number 1"), &[Label::Draft]);
    let edited = human.edit_draft(draft, "いまから参ります");
    assert!(gmail.message("desk", draft).is_none(), "the old draft is gone");
    let found = gmail.message("desk", edited).unwrap();
    assert_eq!(labels(&found), ["\\Draft"]);
    assert_eq!(found.thread, id);
    assert_ne!(found.message_id, "<m7@example.jp>");
    assert!(found.uids["[Gmail]/Drafts"] > 1);
    let sent = human.send_draft(edited);
    assert!(gmail.message("desk", edited).is_none());
    let found = gmail.message("desk", sent).unwrap();
    assert_eq!((labels(&found), found.thread), (vec!["\\Sent"], id));
    assert!(gmail.message("desk", id).unwrap().flags.contains("\\Answered"));
    let answer = gmail.message("desk", human.answer(id, "Yes.")).unwrap();
    assert_eq!(
        (labels(&answer), answer.thread, answer.subject.as_str()),
        (vec!["\\Sent"], id, "Re: Number 1")
    );
    let text = String::from_utf8(answer.raw).unwrap();
    assert!(
        text.contains("In-Reply-To: <m1@example.jp>\r\n") && text.contains("To: a@example.jp\r\n"),
        "{text}"
    );
    let letter = gmail.message("desk", human.compose("c@example.jp", "別件", "Hello.")).unwrap();
    assert_eq!(letter.thread, letter.id);
    human.label(id, "shop");
    human.delete_label("SHOP");
    assert!(!gmail.message("desk", id).unwrap().has("shop"));
    human.spam(id);
    let found = gmail.message("desk", id).unwrap();
    assert_eq!(
        (labels(&found), found.uids.keys().collect::<Vec<_>>()),
        (vec!["\\Spam"], vec![&"[Gmail]/Spam".to_owned()])
    );
    human.unread(id);
    human.to_inbox(id);
    human.star(id, "green-check");
    human.unstar(id);
    let found = gmail.message("desk", id).unwrap();
    assert_eq!((labels(&found), found.star, found.flags.contains("\\Seen")), (vec!["\\Inbox"], None, false));
}

#[test]
fn sent_mail_files_itself() {
    let gmail = Gmail::start(Options { users: vec!["desk@example.jp".into()], ..Options::default() });
    let to_self = gmail.sent("desk@example.jp", &mail(1));
    let away = String::from_utf8(mail(2)).unwrap().replace("To: desk@", "To: c@");
    let away = gmail.sent("desk@example.jp", away.as_bytes());
    for (id, expected) in [(to_self, vec!["\\Inbox", "\\Sent"]), (away, vec!["\\Sent"])] {
        let found = gmail.message("desk@example.jp", id).unwrap();
        assert_eq!(labels(&found), expected);
        assert!(found.flags.contains("\\Seen"));
    }
}

#[test]
fn tokens_sign_in_and_expire() {
    use data_encoding::BASE64;
    let gmail = Gmail::start(Options::default());
    gmail.allow_token("desk", "ya29.good");
    let xoauth2 =
        |token: &str| BASE64.encode(format!("user=desk\u{1}auth=Bearer {token}\u{1}\u{1}").as_bytes());
    let bearer = BASE64
        .encode("n,a=desk,\u{1}host=localhost\u{1}port=993\u{1}auth=Bearer ya29.good\u{1}\u{1}".as_bytes());
    let plain = BASE64.encode(b"\0desk\0pass-desk");
    for command in [
        format!("AUTHENTICATE XOAUTH2 {}", xoauth2("ya29.good")),
        format!("AUTHENTICATE OAUTHBEARER {bearer}"),
        format!("AUTHENTICATE PLAIN {plain}"),
    ] {
        let answer = Client::new(&gmail).says(&command);
        assert!(answer.starts_with("* CAPABILITY "), "{answer}");
        assert!(answer.ends_with("A1 OK desk authenticated (Success)\r\n"), "{answer}");
    }
    let mut client = Client::new(&gmail);
    client.send("A1 AUTHENTICATE XOAUTH2\r\n");
    assert_eq!(client.line(), "+ \r\n");
    client.send(&format!("{}\r\n", xoauth2("ya29.bad")));
    let challenge = client.line();
    let json = BASE64.decode(challenge.trim_start_matches("+ ").trim().as_bytes()).unwrap();
    assert_eq!(json, br#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#);
    client.send("\r\n");
    assert_eq!(client.line(), "A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n");

    client.tag = 1;
    assert!(client.says(&format!("AUTHENTICATE XOAUTH2 {}", xoauth2("ya29.good"))).contains("A2 OK"));
    let mut by_password = Client::signed_in(&gmail);
    client.says("SELECT INBOX");
    client.send("A4 IDLE\r\n");
    assert_eq!(client.line(), "+ idling\r\n");
    gmail.expire_tokens("desk");
    assert_eq!(client.line(), "* BYE Session expired, please login again.\r\n");
    assert_eq!(client.line(), "", "and the line is closed");
    assert_eq!(by_password.says("NOOP"), "A2 OK Success\r\n", "a password does not expire with a token");
    gmail.cut();
    assert_eq!(by_password.line(), "");
}

#[test]
fn limits_are_kept() {
    let (gmail, _) = with(Options { connections: 2, ..Options::default() });
    let _first = Client::signed_in(&gmail);
    let mut second = Client::at(&gmail, "INBOX");
    let refused = "A1 NO [ALERT] Too many simultaneous connections. (Failure)\r\n";
    assert_eq!(Client::new(&gmail).says("LOGIN desk pass-desk"), refused);
    Client::new(&gmail).says("LOGIN other pass-other");
    gmail.set(|options| options.download = Some(300));
    assert!(second.says("UID FETCH 1 BODY.PEEK[]").contains("A3 OK"));
    let over = "A4 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)\r\n";
    assert_eq!(second.says("UID FETCH 1 BODY.PEEK[]"), over);
    gmail.set(|options| options.imap_enabled = false);
    let answer = Client::new(&gmail).says("LOGIN other pass-other");
    assert!(answer.starts_with("A1 NO [ALERT] Your account is not enabled for IMAP use."), "{answer}");
}
