//! The stand-in as one of the servers for which a test is written once: labels read as the marks they stand for.
//!
//! Never does anything that `Gmail` itself does not offer.

use madoguchi::config::STANDARD_MARKS;
use madoguchi::imap::{Account, Security};

use super::super::server::{MailServer, Sight};
use super::{Gmail, Message, Options};

impl MailServer for Gmail {
    const NAME: &'static str = "gmail";

    fn start_for(users: &[&str]) -> Self {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        Self::start(Options { users, ..Options::default() })
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn account(&self, user: &str, security: Security) -> Account {
        Self::account(self, user, security)
    }

    fn deliver(&self, user: &str, mail: &[u8]) {
        Self::deliver(self, user, mail);
    }

    fn sight(&self, user: &str, id: &str) -> Option<Sight> {
        self.of(user, id).map(|mail| Sight { folder: folder(&mail).to_owned(), marks: marks(&mail) })
    }

    fn unmark_by_hand(&self, user: &str, id: &str, mark: &str) {
        let mail = self.of(user, id).expect("the mail is there");
        let label = STANDARD_MARKS.iter().find(|(_, keyword, _)| *keyword == mark).map(|(.., label)| *label);
        self.human(user).unlabel(mail.id, label.expect("a mark of the documented config"));
    }

    fn said(&self) -> String {
        self.commands().join("\n").to_ascii_uppercase()
    }

    fn log(&self) -> String {
        self.commands().join("\n")
    }
}

impl Gmail {
    /// A user's mail by its Message-ID, with or without angle brackets.
    pub fn of(&self, user: &str, id: &str) -> Option<Message> {
        let bare = |id: &str| id.trim_matches(['<', '>']).to_owned();
        self.messages(user).into_iter().find(|mail| bare(&mail.message_id) == bare(id))
    }
}

fn folder(mail: &Message) -> &'static str {
    let places = [
        ("\\Trash", "Trash"),
        ("\\Spam", "Spam"),
        ("\\Inbox", "INBOX"),
        ("\\Draft", "Drafts"),
        ("\\Sent", "Sent"),
    ];
    places.into_iter().find(|(label, _)| mail.has(label)).map_or("Archive", |(_, folder)| folder)
}

/// Flags, and the labels of marks as the keywords they stand for; other labels as they are.
fn marks(mail: &Message) -> Vec<String> {
    let keyword = |label: &String| {
        let mark = STANDARD_MARKS.iter().find(|(.., name)| name == label);
        mark.map_or_else(|| label.clone(), |(_, keyword, _)| (*keyword).to_owned())
    };
    let labels = mail.labels.iter().filter(|label| !label.starts_with('\\'));
    let mut marks: Vec<String> = labels.map(keyword).chain(mail.flags.iter().cloned()).collect();
    marks.sort();
    marks
}
