//! What is new in a mailbox since a cursor, and which marks people changed.
//!
//! The cursor belongs to the consumer: it is handed in, the next one is handed out, and moves only when the consumer
//! has committed what it found. Nothing here remembers a mail, and nothing here marks one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};
use tracing::{info, warn};

use super::error::ImapError;
use super::fetch::Content;
use super::list::{Listed, Wanted};
use super::mailbox::{Looked, Mailbox};
use super::quirk::Quirk;
use super::session::Selected;
use super::stream::Role;

/// Bytes of mail handed out at once, roughly.
const BATCH_BYTES: u64 = 32 * 1024 * 1024;
/// What a large mail counts for in that sum.
const LARGE_AS: u32 = 1024 * 1024;

/// How far a folder has been seen. Keep it with what was made of the mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// UIDVALIDITY the UIDs belong to.
    pub uid_validity: u32,
    /// Every UID below this one has been seen.
    pub next_uid: u32,
    /// The beginning of the watch: in a rescan, mail that arrived before it stays untouched.
    pub since: Timestamp,
    /// UIDs below this one are looked at only if they arrived after `since` (0: none).
    pub rescan_below: u32,
    /// The last mail seen: it tells whether the server renumbered behind our back.
    pub anchor: Option<Anchor>,
}

/// A mail by its UID and what its Message-ID was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The UID.
    pub uid: u32,
    /// The Message-ID field, trimmed; empty when the mail has none.
    pub message_id: String,
}

/// Where to begin with a folder that has no cursor yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With what arrives from now on (the present instant, from the caller's clock).
    Now(Timestamp),
    /// With what arrived since then.
    Since(Timestamp),
    /// With what arrived since then and not a day earlier: a mailbox that was to begin "now" could only be looked at
    /// later. What came in between is new, what lay there before stays untouched.
    From(Timestamp),
}

/// Why the folder is read again from its beginning. The consumer knows mails it has seen by their fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rescan {
    /// UIDVALIDITY changed.
    UidValidity,
    /// UIDNEXT went backwards.
    UidNext,
    /// A UID that we know belongs to another mail now.
    Renumbered,
}

/// A mail as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder it is in.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uid_validity: u32,
    /// Its UID.
    pub uid: u32,
    /// Flags and keywords.
    pub flags: BTreeSet<String>,
    /// When it arrived.
    pub internal_date: Option<Timestamp>,
    /// Size on the server in bytes.
    pub size: u32,
    /// The bytes; `Unreadable` when no way was found to read it.
    pub content: Content,
    /// What the mail is to the account.
    pub role: Role,
    /// The server's own identity of the mail (X-GM-MSGID), where it has one.
    pub server_id: Option<u64>,
    /// The server's own thread of the mail (X-GM-THRID), where it has one.
    pub server_thread: Option<u64>,
}

/// What a look found, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The mails.
    pub found: Vec<Found>,
    /// The cursor to keep once these mails are committed.
    pub next: Cursor,
    /// There is more to see at once.
    pub more: bool,
    /// At most so many mails are still to be seen.
    pub left: u32,
    /// The folder is being read again, and why. Said once, with the first batch of the rescan.
    pub rescan: Option<Rescan>,
    /// These mails arrived during a long pass and are handed over ahead of their turn; `next` does not speak of them.
    pub ahead: bool,
}

/// Flags of some mails of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// UIDVALIDITY the UIDs belong to.
    pub uid_validity: u32,
    /// Flags by UID; a mail that is gone is missing.
    pub by_uid: BTreeMap<u32, BTreeSet<String>>,
}

impl Mailbox {
    /// Looks at a folder from a cursor on and reads at most `limit` mails. Looking twice with the same cursor finds the
    /// same mails.
    pub async fn look(
        &mut self,
        folder: &str,
        cursor: Option<&Cursor>,
        begin: Begin,
        limit: usize,
    ) -> Result<Batch, ImapError> {
        let (open, uid_next, mut cursor, rescan) = self.stand(folder, cursor, begin).await?;
        let mut taken = BTreeMap::new();
        let mut bytes = 0;
        while cursor.next_uid < uid_next && taken.len() < limit && bytes < BATCH_BYTES {
            let wanted = Wanted {
                from: cursor.next_uid,
                to: uid_next - 1,
                old_below: cursor.old_below(),
                since: cursor.grace(),
                at_least: limit - taken.len(),
            };
            let (listed, seen_to) = self.list(folder, &wanted).await?;
            cursor.next_uid = seen_to.min(uid_next);
            for (uid, mail) in listed {
                if taken.len() >= limit || bytes >= BATCH_BYTES {
                    cursor.next_uid = uid;
                    break;
                }
                if cursor.is_due(uid, &mail) && self.concerns_us(folder, &mail) {
                    // Of a large mail only its texts travel.
                    bytes += u64::from(mail.size.min(LARGE_AS));
                    taken.insert(uid, mail);
                }
            }
        }
        let found = self.read(folder, open.uid_validity, taken).await?;
        // A reconnection on the way may have opened a mailbox where these UIDs mean other mails.
        let now = self.examine(folder).await?.selected().map(|now| now.uid_validity);
        if now != Some(open.uid_validity) {
            return Err(ImapError::Closed { verb: "EXAMINE" });
        }
        if let Some(last) = found.iter().rfind(|mail| mail.content.bytes().is_some()) {
            cursor.anchor = self.anchor(folder, last.uid).await?.or(cursor.anchor);
        }
        self.looked.insert(folder.to_owned(), Looked::of(&open));
        let left = uid_next.saturating_sub(cursor.next_uid);
        Ok(Batch { found, next: cursor, more: left > 0, left, rescan, ahead: false })
    }

    /// Opens a folder to look and finds out where the cursor stands in it: the folder, its UIDNEXT, the cursor to go on
    /// from, and why it is not the one handed in.
    pub(super) async fn stand(
        &mut self,
        folder: &str,
        cursor: Option<&Cursor>,
        begin: Begin,
    ) -> Result<(Selected, u32, Cursor, Option<Rescan>), ImapError> {
        let open = self.session().await?.examine(folder).await?;
        if open.uid_validity == 0 {
            Quirk::NoUidValidity.met();
        }
        let uid_next = self.uid_next(folder, cursor, &open).await?;
        let (cursor, rescan) = match cursor {
            None => (first(begin, open.uid_validity, uid_next), None),
            Some(cursor) => self.resume(folder, cursor, &open, uid_next).await?,
        };
        Ok((open, uid_next, cursor, rescan))
    }

    /// The first UID that is not there yet. Where the server says nothing about it, or what cannot be, its last mail
    /// is asked.
    async fn uid_next(
        &mut self,
        folder: &str,
        cursor: Option<&Cursor>,
        open: &Selected,
    ) -> Result<u32, ImapError> {
        let Some(told) = open.uid_next.map(|next| next.max(1)) else {
            if open.exists == 0 {
                return Ok(1);
            }
            Quirk::NoUidNext.met();
            return Ok(self.session().await?.last_uid().await?.saturating_add(1));
        };
        let seen = cursor.filter(|cursor| cursor.uid_validity == open.uid_validity);
        let doubtful = open.exists >= told
            || seen.is_some_and(|cursor| told < cursor.next_uid)
            || self.looked.get(folder).is_some_and(|looked| looked.hides(Looked::of(open)));
        if !doubtful || open.exists == 0 {
            return Ok(told);
        }
        let found = self.session().await?.last_uid().await?.saturating_add(1);
        if found > told {
            Quirk::UidNextLow.met();
        }
        Ok(found.max(told))
    }

    /// Whether a mail is handed out. Where all mails lie in one folder, most are neither new nor sent by us: drafts
    /// that are saved every minute, and what a filter put away. A mail that cannot be listed is for a person to see.
    pub(super) fn concerns_us(&self, folder: &str, mail: &Listed) -> bool {
        mail.labels.is_none()
            || mail.unreadable
            || match self.role(folder, mail) {
                Role::Arrived | Role::Sent => true,
                Role::Draft | Role::Elsewhere => false,
            }
    }

    /// Asks about a mail just as `resume` will ask again: some servers rewrite headers.
    pub(super) async fn anchor(&mut self, folder: &str, uid: u32) -> Result<Option<Anchor>, ImapError> {
        match self.examine(folder).await?.identities(&BTreeSet::from([uid])).await {
            Ok(known) => Ok(known.into_values().next().map(|is| Anchor { uid, message_id: is.message_id })),
            Err(error) if error.may_blame_mail() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn read(
        &mut self,
        folder: &str,
        uid_validity: u32,
        listed: BTreeMap<u32, Listed>,
    ) -> Result<Vec<Found>, ImapError> {
        let contents = self.fetch(folder, &listed).await?;
        Ok(self.found(folder, uid_validity, listed, contents))
    }

    /// Mails as listed and fetched, together; those that went away meanwhile are left out.
    pub(super) fn found(
        &self,
        folder: &str,
        uid_validity: u32,
        listed: BTreeMap<u32, Listed>,
        mut contents: BTreeMap<u32, Content>,
    ) -> Vec<Found> {
        let mut found = Vec::with_capacity(listed.len());
        for (uid, mail) in listed {
            match contents.remove(&uid) {
                None | Some(Content::Gone) => info!(uid, "A mail was gone before it could be read."),
                Some(content) => found.push(Found {
                    role: self.role(folder, &mail),
                    folder: folder.to_owned(),
                    uid_validity,
                    uid,
                    flags: mail.flags,
                    internal_date: mail.internal_date,
                    size: mail.size,
                    content,
                    server_id: mail.server_id,
                    server_thread: mail.server_thread,
                }),
            }
        }
        found
    }

    /// Goes on from a cursor if its UIDs still mean the same mails, else starts a rescan.
    async fn resume(
        &mut self,
        folder: &str,
        cursor: &Cursor,
        open: &Selected,
        uid_next: u32,
    ) -> Result<(Cursor, Option<Rescan>), ImapError> {
        let reason = if cursor.uid_validity != open.uid_validity {
            Some(Rescan::UidValidity)
        } else if open.uid_next.is_some() && uid_next < cursor.next_uid {
            Some(Rescan::UidNext)
        } else if let Some(anchor) = &cursor.anchor {
            let known = self.examine(folder).await?.identities(&BTreeSet::from([anchor.uid])).await?;
            // A mail that is gone proves nothing: people archive.
            let other = known.get(&anchor.uid).is_some_and(|now| now.message_id != anchor.message_id);
            if other {
                Quirk::Renumbered.met();
            }
            other.then_some(Rescan::Renumbered)
        } else {
            None
        };
        let Some(reason) = reason else { return Ok((cursor.clone(), None)) };
        warn!(?reason, "UIDs of a folder changed their meaning; reading it again.");
        let rescan = Cursor {
            uid_validity: open.uid_validity,
            next_uid: 1,
            since: cursor.since,
            rescan_below: uid_next,
            anchor: None,
        };
        Ok((rescan, Some(reason)))
    }

    /// Flags of some mails, as they are now.
    pub async fn flags(&mut self, folder: &str, uids: &BTreeSet<u32>) -> Result<Flags, ImapError> {
        let session = self.session().await?;
        let open = session.examine(folder).await?;
        let by_uid = session.flags(uids).await?;
        Ok(Flags { uid_validity: open.uid_validity, by_uid })
    }
}

fn first(begin: Begin, uid_validity: u32, uid_next: u32) -> Cursor {
    let (since, next_uid, rescan_below) = match begin {
        Begin::Now(now) => (now, uid_next, 0),
        Begin::Since(since) => (since, 1, uid_next),
        // The day of grace is taken back: here the border is known to the second.
        Begin::From(at) => (at.checked_add(24.hours()).unwrap_or(Timestamp::MAX), 1, uid_next),
    };
    Cursor { uid_validity, next_uid, since, rescan_below, anchor: None }
}

impl Cursor {
    /// A day before the watch began: servers' clocks and zones are off.
    pub(super) fn grace(&self) -> Timestamp {
        self.since.checked_sub(24.hours()).unwrap_or(Timestamp::MIN)
    }

    /// Below this UID the server is asked which mails arrived after the watch began (0: nowhere). "Everything" needs no
    /// search, and servers stumble over dates before 1970.
    pub(super) fn old_below(&self) -> u32 {
        if self.grace() > Timestamp::UNIX_EPOCH { self.rescan_below } else { 0 }
    }

    /// Whether a mail is to be handed out: everything new, and in a rescan what arrived after the watch began.
    pub(super) fn is_due(&self, uid: u32, mail: &Listed) -> bool {
        uid >= self.rescan_below || mail.internal_date.is_none_or(|arrived| arrived >= self.grace())
    }
}
