//! The stand-in as one of the servers that stories run on: its labels told as the marks of the documented config.

use madoguchi::imap::{Account, Security};

use super::super::server::{MailServer, Sight};
use super::{Gmail, Options};

/// The keywords of the documented config, and the labels that stand for them here.
const MARKS: [(&str, &str); 6] = [
    ("$Handled", "対応済"),
    ("$AwaitingReply", "返信待ち"),
    ("$AskedShop", "店舗依頼"),
    ("$Chat", "チャット"),
    ("$Asked", "確認中"),
    ("$TriagePoison", "要確認"),
];

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
        self.account(user, security)
    }

    fn deliver(&self, user: &str, mail: &[u8]) {
        let _id = self.deliver(user, mail);
    }

    /// Labels are the marks; without `\Inbox` a mail is in the archive, unless it is a draft or was sent.
    fn sight(&self, user: &str, id: &str) -> Option<Sight> {
        let mail = self.messages(user).into_iter().find(|mail| bare(&mail.message_id) == bare(id))?;
        let folder = [("\\Inbox", "INBOX"), ("\\Draft", "Drafts"), ("\\Sent", "Sent")]
            .into_iter()
            .find_map(|(label, folder)| mail.has(label).then_some(folder));
        let marks =
            MARKS.iter().filter(|(_, label)| mail.has(label)).map(|(keyword, _)| (*keyword).to_owned());
        let mut marks: Vec<String> = marks.collect();
        marks.sort();
        Some(Sight { folder: folder.unwrap_or("Archive").to_owned(), marks })
    }

    fn unmark_by_hand(&self, user: &str, id: &str, mark: &str) {
        let mail = self.messages(user).into_iter().find(|mail| bare(&mail.message_id) == bare(id));
        let (_, label) = MARKS.iter().find(|(keyword, _)| *keyword == mark).expect("a mark of the config");
        self.human(user).unlabel(mail.expect("the mail is there").id, label);
    }

    fn said(&self) -> String {
        self.commands().join("\n").to_ascii_uppercase()
    }

    fn log(&self) -> String {
        self.commands().join("\n")
    }
}

fn bare(id: &str) -> &str {
    id.trim().trim_start_matches('<').trim_end_matches('>')
}
