//! Somebody at an ordinary mail program: the plainest IMAP client there is. Says what it is told; fetches no bodies.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A second client, signed in.
pub struct Person {
    stream: BufReader<TcpStream>,
}

impl Person {
    /// Signs in on a plain port; the password is `pass-` and the name.
    pub fn sign_in(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut person = Self { stream: BufReader::new(stream) };
        person.says(&format!("LOGIN {user} pass-{user}"));
        person
    }

    /// Says a command and returns the answer; a refusal fails the test.
    #[track_caller]
    pub fn says(&mut self, command: &str) -> String {
        self.tries(command).unwrap_or_else(|answer| panic!("{command}: {answer}"))
    }

    /// Says a command and returns the answer, `Err` when it is refused.
    #[track_caller]
    pub fn tries(&mut self, command: &str) -> Result<String, String> {
        self.stream.get_mut().write_all(format!("x {command}\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            assert!(self.stream.read_line(&mut line).unwrap() > 0, "{command}: {answer}");
            answer += line.trim_end();
            answer.push('\n');
            if line.starts_with("x ") {
                return if line.starts_with("x OK") { Ok(answer) } else { Err(answer) };
            }
        }
    }

    /// Puts a mail with CRLF line ends into a folder.
    #[track_caller]
    pub fn files(&mut self, folder: &str, flags: &str, mail: &[u8]) {
        let announced = format!("x APPEND {folder} ({flags}) {{{}}}\r\n", mail.len());
        self.stream.get_mut().write_all(announced.as_bytes()).unwrap();
        let mut go = String::new();
        while !go.starts_with('+') {
            go.clear();
            assert!(self.stream.read_line(&mut go).unwrap() > 0 && !go.starts_with("x "), "APPEND: {go}");
        }
        self.stream.get_mut().write_all(mail).unwrap();
        self.stream.get_mut().write_all(b"\r\n").unwrap();
        let mut line = String::new();
        while !line.starts_with("x ") {
            line.clear();
            assert!(self.stream.read_line(&mut line).unwrap() > 0, "APPEND");
        }
        assert!(line.starts_with("x OK"), "APPEND: {line}");
    }

    /// UIDs of the mails with a Message-ID in a folder, which is open for changes then.
    #[track_caller]
    pub fn find(&mut self, folder: &str, id: &str) -> Vec<u32> {
        self.says(&format!("SELECT \"{folder}\""));
        numbers(&self.says(&format!("UID SEARCH HEADER Message-ID \"{id}\"")))
    }

    /// Flags of a mail in the open folder, `\Recent` aside; `None` when it is gone.
    #[track_caller]
    pub fn flags(&mut self, uid: u32) -> Option<Vec<String>> {
        let answer = self.says(&format!("UID FETCH {uid} (UID FLAGS)"));
        let line = answer.lines().find(|line| line.contains(" FETCH ") && line.contains("FLAGS ("))?;
        let (_, flags) = line.split_once("FLAGS (").unwrap();
        let (flags, _) = flags.split_once(')').unwrap();
        let flags = flags.split_whitespace().filter(|flag| *flag != "\\Recent");
        Some(flags.map(str::to_owned).collect())
    }
}

/// The numbers of a SEARCH answer.
fn numbers(answer: &str) -> Vec<u32> {
    let line = answer.lines().find_map(|line| line.strip_prefix("* SEARCH"));
    line.unwrap_or_default().split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// UIDs for the wire.
pub fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
