//! One account: connects when needed, knows its folders by purpose, starts over after a broken connection.
//!
//! Everything above the command layer is a method of [`Mailbox`]. It never retries by itself (bad answers in a fetch
//! apart): the caller sees [`ImapError::is_transient`] and waits as long as it thinks right.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use super::connect::Account;
use super::error::ImapError;
use super::flavour::Flavour;
use super::folders::{Folder, FolderNames, Folders};
use super::gate::Gate;
use super::marking::{MarkNames, Way};
use super::session::{IdleEnd, Selected, Session};

/// One account with its connection. Owned by one task; `Send`.
#[derive(Debug)]
pub struct Mailbox {
    account: Account,
    names: FolderNames,
    gate: Option<Arc<Gate>>,
    pub(super) marks: MarkNames,
    session: Option<Session>,
    folders: Folders,
    /// How marks are written, once it is known. Not asked again: a server that hesitates for a moment must not move
    /// everybody's mail.
    way: Option<Way>,
    /// Mails up to this many bytes are fetched whole.
    pub(super) whole: u32,
    /// What each folder was like at the last look.
    pub(super) looked: BTreeMap<String, Looked>,
    /// Set while the bell of a folder has just rung on a connection that has had it open since it was last looked at.
    pub(super) standing: Option<Standing>,
    /// IDLE was offered and did not work: it is not tried again.
    polls: bool,
}

/// A folder that has been open since it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) folder: String,
    pub(super) uid_validity: u32,
    /// Mails that came since, going by the number of mails the server told.
    pub(super) news: u32,
}

/// As much of a folder as tells whether mail has come since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looked {
    uid_validity: u32,
    /// UIDNEXT, or the number of mails where the server does not tell it.
    edge: u32,
    exists: u32,
}

impl Looked {
    /// The folder as it must be when so many mails up to this edge were read and nothing has come since.
    pub(super) fn after(before: Option<Self>, uid_validity: u32, edge: u32, news: usize) -> Self {
        let news = u32::try_from(news).unwrap_or(u32::MAX);
        let exists = before.map_or(0, |before| before.exists).saturating_add(news);
        Self { uid_validity, edge, exists }
    }

    pub(super) fn of(open: &Selected) -> Self {
        Self {
            uid_validity: open.uid_validity,
            edge: open.uid_next.unwrap_or(open.exists),
            exists: open.exists,
        }
    }

    /// Whether mail may have come since: the edge moved, or there is more than before.
    pub(super) fn has_news(self, now: Self) -> bool {
        self.uid_validity != now.uid_validity || self.edge != now.edge || now.exists > self.exists
    }

    /// Whether more mails came than UIDNEXT admits: each takes a UID at least (RFC 3501 section 2.3.1.1).
    pub(super) fn hides(self, now: Self) -> bool {
        self.uid_validity == now.uid_validity
            && now.exists.saturating_sub(self.exists) > now.edge.saturating_sub(self.edge)
    }
}

impl Mailbox {
    /// A mailbox that is not connected yet.
    pub fn new(account: Account, names: FolderNames, marks: MarkNames) -> Self {
        Self {
            account,
            names,
            gate: None,
            marks,
            session: None,
            folders: Folders::default(),
            way: None,
            whole: super::fetch::SMALL,
            looked: BTreeMap::new(),
            standing: None,
            polls: false,
        }
    }

    /// The same, fetching mails up to this many bytes whole.
    #[must_use]
    pub fn fetching_whole(self, bytes: u32) -> Self {
        Self { whole: bytes, ..self }
    }

    /// The same, connecting through a gate.
    #[must_use]
    pub fn through(self, gate: Arc<Gate>) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// Whether a connection is held and the server offers something, such as `IDLE`.
    pub fn can(&self, capability: &str) -> bool {
        self.session.as_ref().is_some_and(|session| session.can(capability))
    }

    /// Nothing is to be done for a while: gives back what only work needs.
    pub fn rest(&mut self) {
        if let Some(session) = &mut self.session {
            session.rest();
        }
    }

    /// Whether a connection is held.
    pub fn is_connected(&self) -> bool {
        self.session.is_some()
    }

    /// The live connection, made and its folders found where necessary.
    pub async fn session(&mut self) -> Result<&mut Session, ImapError> {
        if self.session.as_ref().is_some_and(Session::is_due) {
            // A fresh token before the server ends the connection. The leave-taking may not cost more than a moment.
            let _ = tokio::time::timeout(self.account.patience.done, self.leave()).await;
        }
        if !self.session.as_ref().is_some_and(Session::is_usable) {
            self.session = None;
            self.standing = None;
            // In a box: what connecting needs is given back once the connection stands.
            let connect = Box::pin(Session::connect(&self.account));
            let mut session = match &self.gate {
                Some(gate) => gate.pass(&self.account.host, connect).await?,
                None => connect.await?,
            };
            self.folders = session.find_folders(&self.names).await?;
            self.session = Some(session);
        }
        self.session.as_mut().ok_or(ImapError::Closed { verb: "connect" })
    }

    /// The connection as it is, with commands in the air.
    pub(super) fn in_air(&mut self) -> Result<&mut Session, ImapError> {
        self.session.as_mut().ok_or(ImapError::Closed { verb: "connect" })
    }

    /// The connection with a folder open to look. A folder that is open already is not opened again.
    pub(crate) async fn examine(&mut self, folder: &str) -> Result<&mut Session, ImapError> {
        let session = self.session().await?;
        if session.selected().is_none_or(|open| open.folder != folder) {
            session.examine(folder).await?;
        }
        Ok(session)
    }

    /// The connection with a folder open to change mails that were found under this UIDVALIDITY. A reconnection in
    /// between may have given their UIDs to other mails.
    pub(crate) async fn select_same(
        &mut self,
        folder: &str,
        uid_validity: u32,
    ) -> Result<&mut Session, ImapError> {
        let session = self.select(folder).await?;
        if session.selected().is_some_and(|open| open.uid_validity == uid_validity) {
            Ok(session)
        } else {
            Err(ImapError::Closed { verb: "SELECT" })
        }
    }

    /// The connection with a folder open to set marks.
    pub(crate) async fn select(&mut self, folder: &str) -> Result<&mut Session, ImapError> {
        let session = self.session().await?;
        if session.selected().is_none_or(|open| open.folder != folder || open.read_only) {
            session.select(folder).await?;
        }
        Ok(session)
    }

    /// How meanings are written in this mailbox.
    pub fn mark_names(&self) -> &MarkNames {
        &self.marks
    }

    /// Folders by purpose, as found at the last connect.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// Notes a folder that was just made.
    pub(super) fn note_folder(&mut self, name: &str) {
        let delimiter = self.folders.delimiter.clone();
        self.folders.all.push(Folder {
            name: name.to_owned(),
            delimiter,
            uses: Vec::new(),
            selectable: true,
        });
    }

    /// Notes that names of ours begin with INBOX here.
    pub(super) fn learn_prefix(&mut self, prefix: String) {
        self.folders.prefix = prefix;
    }

    /// How marks are written here; connects when needed. Where only the inbox tells, it is opened once.
    pub async fn way(&mut self) -> Result<Way, ImapError> {
        if self.flavour().await? == Flavour::Gmail {
            return Ok(Way::Labels);
        }
        if let Some(way) = self.way {
            return Ok(way);
        }
        let inbox = self.names.inbox.clone();
        let session = self.session().await?;
        let can_move = session.can("MOVE");
        let open = match session.selected().filter(|open| open.folder == inbox && !open.read_only) {
            Some(open) => open.clone(),
            None => session.select(&inbox).await?,
        };
        if open.read_only {
            return Err(ImapError::Config(
                "the server opens the inbox read-only: marks cannot be set".into(),
            ));
        }
        let way = Way::of(&self.marks, &open, can_move);
        match way {
            Way::Unwritten => warn!(
                "The server keeps no keywords and cannot move mail (no MOVE): marks are not written, mail stays in the inbox."
            ),
            Way::Keywords | Way::Labels | Way::Folders => {
                info!(way = way.word(), "Chose how marks are written.")
            }
        }
        self.way = Some(way);
        Ok(way)
    }

    /// How marks are written here, if it is known by now.
    pub fn known_way(&self) -> Option<Way> {
        self.way
    }

    /// The folder watched for new mail.
    pub fn inbox(&self) -> &str {
        &self.names.inbox
    }

    /// Which kind of server this is, as far as it matters; connects when needed.
    pub async fn flavour(&mut self) -> Result<Flavour, ImapError> {
        Ok(Flavour::of(self.session().await?))
    }

    /// Waits in IDLE until the folder changes, the time is up or `stop` ends; on a server without IDLE it just waits.
    /// Look afterwards in every case. Keep `limit` well under 29 minutes.
    pub async fn idle(
        &mut self,
        folder: &str,
        limit: Duration,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<IdleEnd, ImapError> {
        // On Gmail mail arrives where all of it is.
        let every = self.every_mail().await?;
        let folder = every.as_deref().unwrap_or(folder);
        // Opened anew: what came since the last look, while another folder or SELECT was in use, will not ring.
        let seen = self.looked.get(folder).copied();
        let polls = self.polls;
        let session = self.session().await?;
        let open = session.examine(folder).await?;
        let now = Looked::of(&open);
        if seen.is_some_and(|seen| seen.has_news(now)) {
            return Ok(IdleEnd::Rung);
        }
        let mut stop = std::pin::pin!(stop);
        if session.can("IDLE") && !polls {
            let mut exists = open.exists;
            let limit = session.within_lease(limit.min(Duration::from_secs(25 * 60)));
            match session.idle(limit, &mut stop, &mut exists).await {
                Ok(IdleEnd::Unable) => {}
                // The server ended it because the token did: the next look signs in with a fresh one.
                Err(error) if session.outlived_by(&error) => return Ok(IdleEnd::Rung),
                ended => {
                    self.standing = seen.map(|_| Standing {
                        folder: folder.to_owned(),
                        uid_validity: open.uid_validity,
                        news: exists.saturating_sub(open.exists),
                    });
                    return ended;
                }
            }
            self.polls = true;
        }
        self.rest();
        let poll = limit.min(Duration::from_secs(60));
        Ok(tokio::select! {
            () = stop => IdleEnd::Stopped,
            () = tokio::time::sleep(poll) => IdleEnd::Elapsed,
        })
    }

    /// After a refusal that says a folder is missing: the next call connects anew and finds or makes the folders again.
    pub(super) fn relearn_folders(&mut self, error: ImapError) -> ImapError {
        if matches!(&error, ImapError::No { code, .. } if code == "TRYCREATE") {
            self.session = None;
        }
        error
    }

    /// A second connection beside this one, for a moment.
    pub(super) async fn another(&self) -> Result<Session, ImapError> {
        Session::connect(&self.account).await
    }

    /// Completes when something has changed that kept us out until a person acted; else never.
    pub async fn mended(&self) {
        self.account.credentials.mended().await;
    }

    /// Takes leave. The next call connects again.
    pub async fn leave(&mut self) {
        if let Some(session) = self.session.take()
            && session.is_usable()
        {
            // Nothing hangs on the answer.
            drop(session.logout().await);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;
    use crate::imap::watch::Begin;
    use crate::imap::{Patience, Security};
    use crate::secret::Secret;
    use jiff::Timestamp;

    async fn a_round(mut mailbox: Mailbox) -> Result<(), ImapError> {
        mailbox.look("INBOX", None, Begin::Now(Timestamp::UNIX_EPOCH), 1).await?;
        mailbox.idle("INBOX", Duration::ZERO, std::future::ready(())).await?;
        mailbox.mark(&[], &Default::default(), &Default::default()).await?;
        mailbox.leave().await;
        Ok(())
    }

    #[test]
    fn a_mailbox_can_live_in_a_task() {
        fn is_send<T: Send>(_: T) {}
        let account = Account {
            host: "localhost".into(),
            port: 993,
            security: Security::Tls,
            ca_file: None,
            user: String::new(),
            credentials: Credentials::fixed(Secret::new(String::new())),
            patience: Patience::default(),
        };
        is_send(a_round(Mailbox::new(account, FolderNames::default(), MarkNames::default())));
    }
}
