//! What the daemon said to the server, as the proxy kept it: which mails it touched, and what it knew of them.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::support::proxy::{Said, Side};

/// A mark set or removed, or a mail moved.
#[derive(Debug, Clone)]
pub struct Touch {
    pub at: Instant,
    pub folder: String,
    pub uid: u32,
    /// What the server had told on this connection about the mail at this UID: its Message-ID.
    pub id: Option<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub moved: Option<String>,
}

/// Everything that matters of what was said.
#[derive(Debug, Default)]
pub struct Ear {
    pub touches: Vec<Touch>,
    /// Commands that break the neutral law.
    pub forbidden: Vec<String>,
    /// When a mail was first told to the daemon, by Message-ID.
    pub first_read: BTreeMap<String, Instant>,
    pub commands: usize,
}

/// One connection as it goes on.
#[derive(Default)]
struct Line {
    client: Vec<u8>,
    server: Vec<u8>,
    folder: String,
    /// Message-IDs told on this connection, by folder and UID. They hold when the folder is opened anew: the server
    /// keeps its UIDVALIDITY, and the daemon compares it.
    known: BTreeMap<(String, u32), String>,
}

impl Ear {
    pub fn of(said: &[Said]) -> Self {
        let mut ear = Self::default();
        let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
        for part in said {
            let line = lines.entry(part.connection).or_default();
            match part.side {
                Side::Client => {
                    line.client.extend_from_slice(&part.bytes);
                    while let Some(command) = take(&mut line.client) {
                        ear.command(line, &String::from_utf8_lossy(&command), part.at);
                    }
                }
                Side::Server => {
                    line.server.extend_from_slice(&part.bytes);
                    while let Some(answer) = take(&mut line.server) {
                        ear.answer(line, &String::from_utf8_lossy(&answer), part.at);
                    }
                }
            }
        }
        ear
    }

    fn command(&mut self, line: &mut Line, text: &str, at: Instant) {
        let Some((_, command)) = text.trim_end().split_once(' ') else { return };
        self.commands += 1;
        let upper = command.to_ascii_uppercase();
        let words: Vec<&str> = command.split(' ').collect();
        let unpeeked = upper.starts_with("UID FETCH") && upper.contains("BODY[");
        let flags =
            upper.starts_with("UID STORE") && (upper.contains("\\SEEN") || upper.contains("\\DELETED"));
        if unpeeked || flags || upper.contains("EXPUNGE") || upper.starts_with("CLOSE") {
            self.forbidden.push(command.to_owned());
        }
        if upper.starts_with("SELECT ") || upper.starts_with("EXAMINE ") {
            words[1].trim_matches('"').clone_into(&mut line.folder);
        }
        let store = upper.starts_with("UID STORE ");
        if store || upper.starts_with("UID MOVE ") {
            let marks = command.split_once('(').map_or("", |(_, marks)| marks.trim_end_matches(')'));
            let marks: Vec<String> = marks.split_whitespace().map(str::to_owned).collect();
            let adds = store && words[3].starts_with('+');
            for uid in uids(words[2]) {
                self.touches.push(Touch {
                    at,
                    folder: line.folder.clone(),
                    uid,
                    id: line.known.get(&(line.folder.clone(), uid)).cloned(),
                    added: if adds { marks.clone() } else { Vec::new() },
                    removed: if store && !adds { marks.clone() } else { Vec::new() },
                    moved: (!store).then(|| words[3].trim_matches('"').to_owned()),
                });
            }
        }
    }

    fn answer(&mut self, line: &mut Line, text: &str, at: Instant) {
        let Some((_, about)) = text.split_once(" FETCH (").filter(|(head, _)| head.starts_with("* ")) else {
            return;
        };
        let Some((_, rest)) = about.split_once("UID ") else { return };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let Ok(uid) = digits.parse() else { return };
        let Some(id) = message_id(about) else { return };
        self.first_read.entry(id.clone()).or_insert(at);
        line.known.insert((line.folder.clone(), uid), id);
    }
}

fn message_id(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Takes the next command or answer with its literals, once it is whole.
fn take(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut from = 0;
    loop {
        let end = from + buffer[from..].iter().position(|byte| *byte == b'\n')? + 1;
        let line = buffer[from..end].trim_ascii_end();
        let literal = line.strip_suffix(b"}").and_then(|line| {
            let open = line.iter().rposition(|byte| *byte == b'{')?;
            std::str::from_utf8(&line[open + 1..]).ok()?.trim_end_matches('+').parse::<usize>().ok()
        });
        match literal {
            Some(size) if buffer.len() >= end + size => from = end + size,
            Some(_) => return None,
            None => return Some(buffer.drain(..end).collect()),
        }
    }
}

/// The numbers of a set such as `1:3,7`.
fn uids(set: &str) -> Vec<u32> {
    set.split(',')
        .flat_map(|part| {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap()
        })
        .collect()
}
