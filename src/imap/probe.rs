//! What a server lets us do with one account, asked on the account itself; for `madoguchi check`.
//!
//! [`Mailbox::examine_account`] asks; what the answers mean is said by [`judge`](judge::judge). Nothing is stored: folders are listed and opened, a few numbers read. SELECT is said once, because a folder opened with
//! EXAMINE tells nothing about keywords; like any client's, it uses up `\Recent`. Never reads a mail.

pub mod judge;

use std::collections::BTreeSet;

use async_imap::imap_proto::rfc2087::QuotaResourceName;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use jiff::{SignedDuration, Timestamp};

use super::answer::fetched;
use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::folders::{Folders, Use};
use super::mailbox::Mailbox;
use super::session::Session;
use super::stars::STARS;

/// Connections the program may have open at once: the watcher, the shelf, and one that is being replaced.
pub(crate) const CONNECTIONS: usize = 3;

/// Days of mail in which stars are looked for: the answer is one line, so the question has to be bounded.
const STAR_DAYS: i64 = 90;

/// What the answers said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Gmail, by its capability.
    pub gmail: bool,
    /// MOVE (RFC 6851).
    pub can_move: bool,
    /// UIDPLUS (RFC 4315).
    pub uid_plus: bool,
    /// IDLE (RFC 2177).
    pub idle: bool,
    /// CONDSTORE (RFC 7162).
    pub condstore: bool,
    /// Folders by purpose.
    pub folders: Folders,
    /// Number of mails in the watched folder.
    pub exists: u32,
    /// New keywords may be made (`\*` of PERMANENTFLAGS).
    pub new_keywords: bool,
    /// Keywords that the watched folder knows.
    pub keywords: BTreeSet<String>,
    /// When the newest mail of the watched folder arrived, by the server's clock.
    pub newest: Option<Timestamp>,
    /// How many mails of the last 90 days carry each of [`STARS`]; `None` when such a question is not answered.
    pub stars: Option<Vec<(&'static str, usize)>>,
    /// Kibibytes used and allowed (RFC 2087).
    pub quota: Option<(u64, u64)>,
    /// Connections that stood at the same time, of 3.
    pub connections: usize,
}

impl Mailbox {
    /// Asks everything. A server that refuses a single question is no error; one that cannot be worked with is.
    ///
    /// # Errors
    /// When sign-in, the list of folders or the watched folder fails.
    pub async fn examine_account(&mut self, now: Timestamp) -> Result<Seen, ImapError> {
        let inbox = self.inbox().to_owned();
        self.session().await?;
        let folders = self.folders().clone();
        let session = self.session().await?;
        let gmail = Flavour::of(session) == Flavour::Gmail;
        let keywords = keywords(session, &inbox).await?;
        let opened = session.select(&inbox).await?;
        let newest = newest(session, opened.exists).await?;
        let mut seen = Seen {
            gmail,
            can_move: session.can("MOVE"),
            uid_plus: session.can("UIDPLUS"),
            idle: session.can("IDLE"),
            condstore: session.can("CONDSTORE"),
            exists: opened.exists,
            new_keywords: opened.permanent.as_ref().is_none_or(|kept| kept.contains("\\*")),
            keywords: keywords
                .union(&opened.permanent.clone().unwrap_or_default())
                .filter(|word| !word.starts_with('\\'))
                .cloned()
                .collect(),
            newest,
            stars: None,
            quota: None,
            connections: 1,
            folders,
        };
        let all = seen.folders.all.iter().find(|folder| folder.selectable && folder.uses.contains(&Use::All));
        if let Some(all) = all.map(|folder| folder.name.clone()).filter(|_| gmail) {
            seen.stars = stars(self, &all, now).await?;
        }
        seen.connections += self.others().await;
        // Last, because an answer that cannot be read costs the connection.
        seen.quota = quota(self, &inbox).await;
        Ok(seen)
    }

    /// How many more connections stand beside this one.
    async fn others(&self) -> usize {
        let mut open = Vec::new();
        for _ in 1..CONNECTIONS {
            match self.another().await {
                Ok(session) => open.push(session),
                Err(_refused) => break,
            }
        }
        let count = open.len();
        for session in open {
            // Nothing hangs on the answer.
            drop(session.logout().await);
        }
        count
    }
}

/// The keywords that a folder knows, from the FLAGS of EXAMINE.
async fn keywords(session: &mut Session, folder: &str) -> Result<BTreeSet<String>, ImapError> {
    let mut found = BTreeSet::new();
    let examine = Command::new("EXAMINE").folder(folder);
    let within = session.time_for(0);
    session
        .exec_with(&examine, within, &mut |response| {
            if let Response::MailboxData(MailboxDatum::Flags(flags)) = response {
                found.extend(flags.iter().map(|flag| flag.to_string()));
            }
        })
        .await?;
    Ok(found)
}

/// When the mail with the highest number arrived.
async fn newest(session: &mut Session, exists: u32) -> Result<Option<Timestamp>, ImapError> {
    if exists == 0 {
        return Ok(None);
    }
    let mut found = None;
    let fetch = Command::new("UID FETCH").raw("*:* (UID INTERNALDATE)");
    let within = session.time_for(0);
    session
        .exec_with(&fetch, within, &mut |response| {
            let attributes = fetched(response).map(|(_, attributes)| attributes).unwrap_or_default();
            for attribute in attributes {
                if let AttributeValue::InternalDate(date) = attribute {
                    found = Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", date.trim()).ok();
                }
            }
        })
        .await?;
    Ok(found)
}

/// Counts the mails with each star; `None` when the server does not understand the question.
async fn stars(
    mailbox: &mut Mailbox,
    all: &str,
    now: Timestamp,
) -> Result<Option<Vec<(&'static str, usize)>>, ImapError> {
    let session = mailbox.examine(all).await?;
    let since = now.saturating_sub(SignedDuration::from_hours(24 * STAR_DAYS)).unwrap_or(now);
    let since = since.strftime("%d-%b-%Y");
    let among = format!("SINCE {since}");
    let mut counts = Vec::new();
    for (star, _) in STARS {
        let Some(uids) = session.starred(&among, star).await? else { return Ok(None) };
        counts.push((star, uids.len()));
    }
    Ok(Some(counts))
}

/// Storage used and allowed; `None` when the server does not say.
async fn quota(mailbox: &mut Mailbox, folder: &str) -> Option<(u64, u64)> {
    let session = mailbox.session().await.ok()?;
    if !session.can("QUOTA") {
        return None;
    }
    let mut found = None;
    let within = session.time_for(0);
    let asked = session
        .exec_with(&Command::new("GETQUOTAROOT").folder(folder), within, &mut |response| {
            if let Response::Quota(quota) = response {
                let storage =
                    quota.resources.iter().find(|resource| resource.name == QuotaResourceName::Storage);
                found = storage.map(|storage| (storage.usage, storage.limit));
            }
        })
        .await;
    asked.ok().and(found)
}
