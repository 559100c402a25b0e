//! The streams of an account: the folders that are followed with a cursor each, and what a mail in them is.
//!
//! Most servers keep what arrived and what was sent in two folders; Gmail keeps everything in one and tells by labels.
//! Also tells, where the server can (CONDSTORE, RFC 7162), whether anything in a folder has changed at all. Never
//! reads a mail, never marks one.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::status_told;
use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::list::Listed;
use super::mailbox::Mailbox;
use super::utf7;

/// What a mail is to the account it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It came in: it lies in the inbox.
    Arrived,
    /// Somebody sent it from this account.
    Sent,
    /// Somebody is writing it.
    Draft,
    /// Anything else.
    Elsewhere,
}

/// A folder that is followed with a cursor of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The folder, decoded.
    pub folder: String,
    /// What its mails are; `None` where each mail tells for itself.
    pub role: Option<Role>,
}

/// As much of a folder as tells that nothing in it has changed: no mail, no flag (RFC 7162 section 3.1.2). Mails that
/// are gone do not raise HIGHESTMODSEQ on every server, so they are told by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// Number of mails.
    pub exists: u32,
    /// HIGHESTMODSEQ; never 0.
    pub modseq: u64,
}

impl Mailbox {
    /// The streams of this account, in the order in which they are to be read: what people have sent is known before
    /// anybody is asked about what arrived. Connects when needed.
    pub async fn streams(&mut self) -> Result<Vec<Stream>, ImapError> {
        if let Some(folder) = self.every_mail().await? {
            return Ok(vec![Stream { folder, role: None }]);
        }
        let inbox = self.inbox().to_owned();
        let sent = self.folders().sent.clone().filter(|sent| *sent != inbox);
        let sent = sent.map(|folder| Stream { folder, role: Some(Role::Sent) });
        let arrived = Stream { folder: inbox, role: Some(Role::Arrived) };
        Ok(sent.into_iter().chain([arrived]).collect())
    }

    /// The stream in which new mail rings, and which is waited for in IDLE. Connects when needed.
    pub async fn doorbell(&mut self) -> Result<Stream, ImapError> {
        Ok(match self.every_mail().await? {
            Some(folder) => Stream { folder, role: None },
            None => Stream { folder: self.inbox().to_owned(), role: Some(Role::Arrived) },
        })
    }

    /// What a mail is, by its labels where there are any, else by its folder.
    pub(super) fn role(&self, folder: &str, mail: &Listed) -> Role {
        match (&mail.labels, self.role_of(folder)) {
            (Some(labels), _) => self.role_by_labels(labels),
            // A person has to see it, wherever it is.
            (None, Role::Elsewhere) if mail.unreadable => Role::Arrived,
            (None, role) => role,
        }
    }

    /// What the mails of a folder are.
    fn role_of(&self, folder: &str) -> Role {
        let is = |found: &Option<String>| found.as_deref() == Some(folder);
        if folder == self.inbox() {
            Role::Arrived
        } else if is(&self.folders().sent) {
            Role::Sent
        } else if is(&self.folders().drafts) {
            Role::Draft
        } else {
            Role::Elsewhere
        }
    }

    /// The states of some folders, asked for in one go and without opening any; one that is open is let go first. A
    /// folder that is missing, or whose server keeps no modification sequence for it, is missing from the answer: then
    /// nothing is known.
    pub async fn states(
        &mut self,
        folders: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, FolderState>, ImapError> {
        let gmail = self.flavour().await? == Flavour::Gmail;
        let session = self.session().await?;
        let mut states = BTreeMap::new();
        // Whether a changed label raises HIGHESTMODSEQ on Gmail is written nowhere. Of a folder that a connection has open
        // Dovecot 2.3 tells an old one; where it cannot be let go (RFC 3691), nothing is known.
        let open = session.selected().is_some();
        let blind = gmail || (open && !session.can("UNSELECT"));
        if blind || (!session.can("CONDSTORE") && !session.can("QRESYNC")) {
            return Ok(states);
        }
        let status = folders.iter().map(|folder| {
            Command::new("STATUS").folder(folder).raw("(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)")
        });
        let commands: Vec<Command> =
            open.then(|| Command::new("UNSELECT")).into_iter().chain(status).collect();
        session.selected = None;
        let within = session.time_for(0);
        let answers = session
            .exec_all(&commands, within, &mut |response| {
                let Some((name, told)) = status_told(response) else { return };
                let name = utf7::decode(&name);
                // INBOX is spelled in any case (RFC 3501 section 5.1).
                let Some(folder) = folders.iter().find(|folder| same_folder(folder, &name)) else { return };
                if let (Some(uid_validity), Some(uid_next), Some(exists), Some(modseq @ 1..)) =
                    (told.uid_validity, told.uid_next, told.exists, told.modseq)
                {
                    let state = FolderState { uid_validity, uid_next, exists, modseq };
                    states.insert(folder.clone(), state);
                }
            })
            .await?;
        // A refusal says nothing about the other folders.
        drop(answers);
        Ok(states)
    }
}

/// Whether two names are one folder's.
pub(super) fn same_folder(a: &str, b: &str) -> bool {
    a == b || (a.eq_ignore_ascii_case("INBOX") && b.eq_ignore_ascii_case("INBOX"))
}
