//! Opens mailboxes and searches them.

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode, Status};

use super::command::Command;
use super::error::ImapError;
use super::session::Session;

/// The mailbox in use, as the server described it when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Name, decoded.
    pub folder: String,
    /// UIDVALIDITY; 0 when the server does not say (its UIDs do not last then).
    pub uid_validity: u32,
    /// UIDNEXT where the server says it.
    pub uid_next: Option<u32>,
    /// Number of mails.
    pub exists: u32,
    /// PERMANENTFLAGS: what may be kept with a mail; `\*` allows new keywords. `None` when the server does not say.
    pub permanent: Option<BTreeSet<String>>,
    /// Opened with EXAMINE, or the server gave us no more.
    pub read_only: bool,
}

impl Session {
    /// Opens a mailbox to look only (EXAMINE).
    pub async fn examine(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open_folder("EXAMINE", folder).await
    }

    /// Opens a mailbox to set marks (SELECT).
    pub async fn select(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open_folder("SELECT", folder).await
    }

    async fn open_folder(&mut self, verb: &'static str, folder: &str) -> Result<Selected, ImapError> {
        self.selected = None;
        let mut seen = Selected {
            folder: folder.to_owned(),
            uid_validity: 0,
            uid_next: None,
            exists: 0,
            permanent: None,
            read_only: verb == "EXAMINE",
        };
        let command = Command::new(verb).folder(folder);
        let within = self.patience.command;
        let done = self.exec_with(&command, within, &mut |response| note(response, &mut seen)).await?;
        seen.read_only |= done.read_only;
        self.selected = Some(seen.clone());
        Ok(seen)
    }

    /// UIDs of the open mailbox that match search keys of ours. The answer is one line: ask bounded questions only.
    pub async fn search(&mut self, keys: Command) -> Result<BTreeSet<u32>, ImapError> {
        let mut found = BTreeSet::new();
        self.exec_with(&keys, self.patience.command, &mut |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied());
            }
        })
        .await?;
        Ok(found)
    }

    /// Says nothing and hears what changed; keeps the connection alive.
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.exec(&Command::new("NOOP")).await.map(drop)
    }
}

/// Notes what SELECT and EXAMINE tell about a mailbox.
fn note(response: &Response<'_>, seen: &mut Selected) {
    if let Response::MailboxData(MailboxDatum::Exists(count)) = response {
        seen.exists = *count;
    }
    let Response::Data { status: Status::Ok, outcome } = response else { return };
    if let Some(ResponseCode::UidValidity(value)) = outcome.code {
        seen.uid_validity = value;
    } else if let Some(ResponseCode::UidNext(value)) = outcome.code {
        seen.uid_next = Some(value);
    } else if let Some(ResponseCode::PermanentFlags(flags)) = &outcome.code {
        seen.permanent = Some(flags.iter().map(|flag| flag.to_string()).collect());
    }
}
