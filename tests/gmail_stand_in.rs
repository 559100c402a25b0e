//! The stand-in for Gmail, by raw dialogue: each behaviour a row. Nothing of the program is used here.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use support::gmail::{Gmail, Options};

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

/// An account with one mail in the inbox.
fn one() -> (Gmail, u64) {
    let gmail = Gmail::start(Options::default());
    let id = gmail.deliver("desk", &mail(1));
    (gmail, id)
}

/// One command in one folder, and a line of the answer.
#[test]
fn labels_are_folders_and_attributes() {
    let (gmail, id) = one();
    for label in ["対応済", "two words", "(brackets)", "[square]", "fav", "a\"b", "\\Starred", "\\Important"]
    {
        gmail.human("desk").label(id, label);
    }
    let all = "\"(brackets)\" \"[square]\" \"\\\\Important\" \"\\\\Inbox\" \"\\\\Starred\"";
    let inbox = "\"(brackets)\" \"[square]\" \"\\\\Important\" \"\\\\Starred\"";
    let own = "&W,5f3G4I- {3}\r\na\"b fav \"two words\"";
    for (folder, labels) in [
        ("INBOX", format!("{} {}", inbox.replacen('"', "\"", 1), own)),
        ("\"[Gmail]/All Mail\"", format!("{all} {own}")),
        ("fav", format!("{all} {}", own.replace("fav ", ""))),
        ("\"[Gmail]/Starred\"", format!("{} {own}", all.replace(" \"\\\\Starred\"", ""))),
    ] {
        let mut client = Client::at(&gmail, folder);
        let answer = client.says("UID FETCH 1:* (X-GM-LABELS FLAGS X-GM-THRID X-GM-MSGID)");
        let (head, list) = answer.split_once("X-GM-LABELS (").unwrap();
        assert_eq!(head, format!("* 1 FETCH (X-GM-THRID {id} X-GM-MSGID {id} "), "{folder}");
        let mut found: Vec<&str> = Vec::new();
        let (list, tail) = list.split_once(") UID 1 ").unwrap();
        found.push(list);
        assert_eq!(tail.lines().next().unwrap(), "FLAGS (\\Flagged))", "{folder}");
        let sorted = |list: &str| {
            let mut words: Vec<String> =
                list.replace("two words", "two_words").split(' ').map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(list), sorted(&labels), "{folder}");
    }
}
