//! The person: does something at random, and remembers what was done to which mail, and when.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::Customer;
use crate::support::person::Person;

const FOLDERS: [&str; 3] = ["INBOX", "Archive", "Privat"];
const MARKS: [&str; 5] = ["$Asked", "$AwaitingReply", "$AskedShop", "$Handled", "$Chat"];

/// Something done by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Marked(String),
    Unmarked(String),
    /// Into this folder.
    Moved(String),
    Expunged,
    Read,
}

impl Act {
    /// Whether it set or removed this mark.
    pub fn concerns(&self, mark: &str) -> bool {
        match self {
            Self::Marked(own) | Self::Unmarked(own) => own.eq_ignore_ascii_case(mark),
            Self::Moved(_) | Self::Expunged | Self::Read => false,
        }
    }

    /// Whether it put the mail somewhere.
    pub fn places(&self) -> bool {
        matches!(self, Self::Moved(_))
    }

    /// Whether the mail may have left the watched folder.
    pub fn takes_away(&self) -> bool {
        matches!(self, Self::Moved(_) | Self::Expunged)
    }
}

/// What was done to a mail.
#[derive(Debug, Clone)]
pub struct Deed {
    /// When the server had said yes.
    pub at: Instant,
    /// Message-ID with angle brackets.
    pub id: String,
    pub act: Act,
}

/// A person's hands on a mail program.
pub struct Hands {
    person: Person,
    pub deeds: Vec<Deed>,
    /// What was seen at a folder's UID.
    pub seen: BTreeMap<(String, u32), String>,
    sent: usize,
}

impl Hands {
    pub fn at(port: u16) -> Self {
        let person = Person::sign_in(port, "reservation1");
        Self { person, deeds: Vec::new(), seen: BTreeMap::new(), sent: 0 }
    }

    /// Does something to a random mail.
    pub fn act(&mut self, random: &mut fastrand::Rng) {
        // The inbox is where people work most.
        let folder = FOLDERS[[0, 0, 0, 1, 1, 2][random.usize(..6)]];
        self.person.says(&format!("SELECT {folder}"));
        let found = self.person.says("UID SEARCH UNDELETED");
        let line = found.lines().find_map(|line| line.strip_prefix("* SEARCH")).unwrap_or_default();
        let uids: Vec<u32> = line.split_whitespace().map(|uid| uid.parse().unwrap()).collect();
        let Some(uid) = random.choice(uids) else { return };
        let Some((id, flags)) = self.look(folder, uid) else { return };
        let present: Vec<&str> =
            MARKS.into_iter().filter(|mark| flags.iter().any(|flag| flag == mark)).collect();
        let (command, act) = match random.u32(..100) {
            0..35 => {
                let Some(mark) = random.choice(present) else { return };
                (format!("UID STORE {uid} -FLAGS ({mark})"), Act::Unmarked(mark.to_owned()))
            }
            35..50 => {
                let mark = MARKS[random.usize(..MARKS.len())];
                (format!("UID STORE {uid} +FLAGS ({mark})"), Act::Marked(mark.to_owned()))
            }
            50..60 => (format!("UID STORE {uid} +FLAGS (\\Seen)"), Act::Read),
            60..90 => {
                let to = ["INBOX", "Archive", "Archive", "Privat", "Trash"][random.usize(..5)];
                if to == folder {
                    return;
                }
                (format!("UID MOVE {uid} {to}"), Act::Moved(to.to_owned()))
            }
            _ => {
                self.person.says(&format!("UID STORE {uid} +FLAGS (\\Deleted)"));
                (format!("UID EXPUNGE {uid}"), Act::Expunged)
            }
        };
        let answer = self.person.says(&command);
        // Somebody was quicker: nothing was done.
        let done = match act {
            Act::Moved(_) => answer.contains("COPYUID"),
            Act::Expunged => answer.contains(" EXPUNGE"),
            Act::Marked(_) | Act::Unmarked(_) | Act::Read => answer.contains(" FETCH ("),
        };
        if done {
            self.deeds.push(Deed { at: Instant::now(), id, act });
        }
    }

    /// Message-ID and flags of a mail of the open folder.
    fn look(&mut self, folder: &str, uid: u32) -> Option<(String, Vec<String>)> {
        let answer =
            self.person.says(&format!("UID FETCH {uid} (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"));
        let id = answer.lines().find_map(|line| line.strip_prefix("Message-ID: "))?.to_owned();
        self.seen.insert((folder.to_owned(), uid), id.clone());
        let (_, flags) = answer.split_once("FLAGS (")?;
        let (flags, _) = flags.split_once(')')?;
        Some((id, flags.split_whitespace().map(str::to_owned).collect()))
    }

    /// Writes to a customer and files the mail in Sent, as a mail program does.
    pub fn send(&mut self, customer: &Customer) {
        self.sent += 1;
        let mail = format!(
            "From: reservation1@jitanbody.example\r\nTo: {}\r\nSubject: Re: \r\n\
             Date: Thu, 27 Aug 2026 10:30:00 +0900\r\nMessage-ID: <byhand{}@jitanbody.example>\r\n\
             In-Reply-To: <{}>\r\n\r\nBy hand.\r\n",
            customer.address, self.sent, customer.id
        );
        self.person.files("Sent", "\\Seen", mail.as_bytes());
    }
}
