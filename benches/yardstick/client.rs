//! The least an IMAP client can be: a blocking socket, lines and literals. For measuring servers, not for use.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// UIDs named in one command; measured best together with [`DEPTH`] on a link of 20 ms.
pub(crate) const BATCH: u32 = 200;
/// Commands in flight.
pub(crate) const DEPTH: u32 = 4;

pub(crate) struct Client {
    from: BufReader<TcpStream>,
    to: TcpStream,
    tag: u32,
    line: Vec<u8>,
}

impl Client {
    pub(crate) fn sign_in(port: u16, user: &str) -> Self {
        let to = TcpStream::connect(("127.0.0.1", port)).unwrap();
        to.set_nodelay(true).unwrap();
        let from = BufReader::with_capacity(256 * 1024, to.try_clone().unwrap());
        let mut client = Self { from, to, tag: 0, line: Vec::new() };
        client.next_line();
        client.run(&format!("LOGIN {user} {}", crate::raw::PASSWORD), |_, _| {});
        client
    }

    /// Sends a command without waiting; gives its number.
    pub(crate) fn send(&mut self, command: &str) -> u32 {
        self.tag += 1;
        self.to.write_all(format!("A{} {command}\r\n", self.tag).as_bytes()).unwrap();
        self.tag
    }

    /// Sends a command and reads until its end.
    pub(crate) fn run(&mut self, command: &str, each: impl FnMut(&[u8], Option<&[u8]>)) {
        let tag = self.send(command);
        self.read_to(tag, each);
    }

    /// Reads answers until the one tagged so: each line goes to `each` with the literal that follows it, if any.
    pub(crate) fn read_to(&mut self, tag: u32, mut each: impl FnMut(&[u8], Option<&[u8]>)) {
        let end = format!("A{tag} ");
        let mut literal = Vec::new();
        loop {
            self.next_line();
            if self.line.starts_with(end.as_bytes()) {
                let good = self.line[end.len()..].starts_with(b"OK");
                assert!(good, "{}", String::from_utf8_lossy(&self.line));
                return;
            }
            match announced(&self.line) {
                Some(length) => {
                    literal.resize(length, 0);
                    self.from.read_exact(&mut literal).unwrap();
                    each(&self.line, Some(&literal));
                }
                None => each(&self.line, None),
            }
        }
    }

    fn next_line(&mut self) {
        self.line.clear();
        let read = self.from.read_until(b'\n', &mut self.line).unwrap();
        assert!(read > 0, "the server closed the connection");
    }

    /// Opens a folder and gives EXISTS and UIDNEXT.
    pub(crate) fn open(&mut self, verb: &str, folder: &str) -> (u32, u32) {
        let (mut exists, mut next) = (0, 1);
        self.run(&format!("{verb} {folder}"), |line, _| {
            let line = String::from_utf8_lossy(line);
            let mut words = line.split_whitespace().skip(1);
            if let (Some(count), Some("EXISTS")) = (words.next(), words.next()) {
                exists = count.parse().unwrap();
            }
            if let Some((_, rest)) = line.split_once("[UIDNEXT ") {
                next = rest.split(']').next().unwrap().parse().unwrap();
            }
        });
        (exists, next)
    }
}

/// The length of the literal that a line announces at its end.
pub(crate) fn announced(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\r\n")?.strip_suffix(b"}")?;
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(&line[open + 1..]).ok()?.trim_end_matches('+').parse().ok()
}
