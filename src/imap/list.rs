//! Lists mails by UID: flags, size, date. In ranges, never by one giant SEARCH.
//!
//! A mail whose listing breaks the parser is narrowed down and listed as unreadable. Never reads a mail.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::AttributeValue;
use jiff::Timestamp;
use tracing::{info, warn};

use super::answer::{fetched, flags_of, labels_of, server_id_of, server_thread_of, size_of};
use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::mailbox::Mailbox;
use super::quirk::Quirk;
use super::session::Session;

/// Width of one listing command in UIDs.
const RANGE: u32 = 2_000;
/// Width of one listing command where the UIDs before it were unused; one answer must stay far from a flood.
pub(super) const WIDEST: u32 = 1 << 16;

/// Bad answers in one listing after which what was found so far has to do.
const MAX_FALLS: usize = 100;

/// What a listing says about a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Flags and keywords as the server spells them.
    pub flags: BTreeSet<String>,
    /// RFC822.SIZE in bytes; 0 when the server did not say.
    pub size: u32,
    /// When it arrived in the mailbox.
    pub internal_date: Option<Timestamp>,
    /// The listing of this mail cannot be parsed: set it aside.
    pub unreadable: bool,
    /// Gmail's labels, decoded.
    pub labels: Option<BTreeSet<String>>,
    /// The server's lasting number for the mail (X-GM-MSGID).
    pub server_id: Option<u64>,
    /// The server's number for its conversation (X-GM-THRID).
    pub server_thread: Option<u64>,
}

/// What a listing is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// First UID.
    pub(super) from: u32,
    /// Last UID.
    pub(super) to: u32,
    /// Below this UID only mail that arrived after `since` counts.
    pub(super) old_below: u32,
    /// See `old_below`; precise to a day.
    pub(super) since: Timestamp,
    /// Stop when this many mails are found.
    pub(super) at_least: usize,
}

/// UIDs as a set for the wire: `1:3,7`.
pub(crate) fn uid_set(uids: impl IntoIterator<Item = u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let written: Vec<String> =
        runs.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") }).collect();
    written.join(",")
}

impl Session {
    /// Flags, size and date of the mails with UIDs in a range, ends included.
    pub async fn list_range(&mut self, from: u32, to: u32) -> Result<BTreeMap<u32, Listed>, ImapError> {
        let more = Flavour::of(self).listed_too();
        let command =
            Command::new("UID FETCH").raw(&format!("{from}:{to} (UID FLAGS RFC822.SIZE INTERNALDATE{more})"));
        let mut found: BTreeMap<u32, Listed> = BTreeMap::new();
        let mut twice = false;
        self.exec_with(&command, self.time_for(0), &mut |response| {
            if let Some((uid, attributes)) = fetched(response)
                && (from..=to).contains(&uid)
            {
                let listed = found.entry(uid).or_default();
                // An answer in two parts is one mail; one that tells a size again is another mail.
                twice |= listed.size > 0 && size_of(attributes).is_some_and(|size| size != listed.size);
                note(listed, attributes);
            }
        })
        .await?;
        if twice {
            Quirk::DuplicateUid.met();
            warn!("Two mails of a folder have one UID; only one of them can be worked on.");
        }
        Ok(found)
    }

    /// UIDs of a range that are there; with `since`, of mails that arrived on that day or later (by the server's calendar).
    pub(super) async fn present(
        &mut self,
        from: u32,
        to: u32,
        since: Option<Timestamp>,
    ) -> Result<BTreeSet<u32>, ImapError> {
        let day = since.map(|since| format!(" SINCE {}", since.strftime("%d-%b-%Y"))).unwrap_or_default();
        let mut found = self.search(Command::new("UID SEARCH").raw(&format!("UID {from}:{to}{day}"))).await?;
        found.retain(|uid| (from..=to).contains(uid));
        Ok(found)
    }

    /// Flags of some mails; those that are gone are missing from the answer.
    pub async fn flags(
        &mut self,
        uids: &BTreeSet<u32>,
    ) -> Result<BTreeMap<u32, BTreeSet<String>>, ImapError> {
        let mut found = BTreeMap::new();
        let all: Vec<u32> = uids.iter().copied().collect();
        for chunk in all.chunks(1000) {
            let command =
                Command::new("UID FETCH").raw(&format!("{} (UID FLAGS)", uid_set(chunk.iter().copied())));
            self.exec_with(&command, self.time_for(0), &mut |response| {
                if let Some((uid, attributes)) = fetched(response)
                    && uids.contains(&uid)
                {
                    found.extend(flags_of(attributes).map(|flags| (uid, flags)));
                }
            })
            .await?;
        }
        Ok(found)
    }

    /// The highest UID, for servers that do not tell UIDNEXT; 0 when the mailbox is empty.
    pub(crate) async fn last_uid(&mut self) -> Result<u32, ImapError> {
        let mut last = 0;
        let command = Command::new("UID FETCH").raw("* (UID)");
        self.exec_with(&command, self.time_for(0), &mut |response| {
            last = last.max(fetched(response).map_or(0, |(uid, _)| uid));
        })
        .await?;
        Ok(last)
    }
}

pub(super) fn note(listed: &mut Listed, attributes: &[AttributeValue<'_>]) {
    if let Some(flags) = flags_of(attributes) {
        listed.flags = flags;
    }
    if let Some(labels) = labels_of(attributes) {
        listed.labels = Some(labels);
    }
    listed.server_id = server_id_of(attributes).or(listed.server_id);
    listed.server_thread = server_thread_of(attributes).or(listed.server_thread);
    for attribute in attributes {
        if let AttributeValue::Rfc822Size(size) = attribute {
            listed.size = *size;
        } else if let AttributeValue::InternalDate(date) = attribute {
            listed.internal_date = Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", date.trim()).ok();
        }
    }
}

impl Mailbox {
    /// Lists a folder from a UID on, in ranges, until enough mails are found; also tells the first UID not looked at.
    /// A range whose answer breaks the parser is halved down to the mail to blame, which is listed as unreadable.
    pub(super) async fn list(
        &mut self,
        folder: &str,
        wanted: &Wanted,
    ) -> Result<(BTreeMap<u32, Listed>, u32), ImapError> {
        let mut found = BTreeMap::new();
        let mut falls = 0;
        let mut start = wanted.from;
        let mut width = u32::try_from(wanted.at_least).unwrap_or(RANGE).clamp(100, RANGE);
        let may_go_on = |start: u32, falls: usize| start == wanted.from || falls < MAX_FALLS;
        while start <= wanted.to && found.len() < wanted.at_least && may_go_on(start, falls) {
            let mut end = wanted.to.min(start.saturating_add(width - 1));
            let session = self.examine(folder).await?;
            let mut first = start;
            if start < wanted.old_below {
                // Among old mail only what arrived since is of interest; its sizes may be costly for the server.
                let recent = session.present(start, end, Some(wanted.since)).await?;
                let last = recent.iter().take(usize::try_from(RANGE).unwrap_or(1)).next_back().copied();
                let (Some(head), Some(last)) = (recent.first().copied(), last) else {
                    start = end.saturating_add(1);
                    width = width.saturating_mul(2).min(WIDEST);
                    continue;
                };
                if recent.last() != Some(&last) {
                    end = last;
                }
                first = head;
            }
            match session.list_range(first, end).await {
                Ok(part) => {
                    // Gaps are skipped quickly, and after a bad mail the width grows back.
                    width = width.saturating_mul(2).min(if part.is_empty() { WIDEST } else { RANGE });
                    found.extend(part);
                    start = end.saturating_add(1);
                }
                Err(error) if error.blames_answer() && falls < MAX_FALLS => {
                    falls += 1;
                    if first == end {
                        self.prove_alive(folder, first, &error).await?;
                        found.insert(first, Listed { unreadable: true, ..Listed::default() });
                        start = end.saturating_add(1);
                    } else {
                        start = first;
                        width = ((end - first) / 2).max(1);
                    }
                }
                Err(error) => return Err(error),
            }
            if end == u32::MAX {
                break;
            }
        }
        Ok((found, start))
    }

    /// After a bad answer: a harmless question about the same mail must succeed on a new connection, or else it is
    /// the server that is broken and no mail is to blame.
    pub(super) async fn prove_alive(
        &mut self,
        folder: &str,
        uid: u32,
        error: &ImapError,
    ) -> Result<(), ImapError> {
        let session = self.examine(folder).await?;
        let command = Command::new("UID FETCH").raw(&format!("{uid} (UID)"));
        session.exec(&command).await.map_err(|_| error.clone())?;
        Quirk::BadAnswer.met();
        info!(uid, "Narrowed a bad answer down to one mail.");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_written_as_runs() {
        for (uids, expected) in [
            (vec![], ""),
            (vec![5], "5"),
            (vec![1, 2, 3, 7], "1:3,7"),
            (vec![4_294_967_294, 4_294_967_295], "4294967294:4294967295"),
        ] {
            assert_eq!(uid_set(uids), expected);
        }
    }
}
