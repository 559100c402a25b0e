//! Reads mails: a listing in ranges, small mails whole and in batches, large ones by their text parts.
//!
//! A mail whose answer cannot be parsed is narrowed down and set aside as unreadable; the others still arrive.
//! Never lists by one giant SEARCH, never uses sequence numbers, never reads without PEEK.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::AttributeValue;
use jiff::Timestamp;
use tracing::{info, warn};

use super::answer::{fetched, flags_of, whole_body};
use super::command::Command;
use super::error::ImapError;
use super::mailbox::Mailbox;
use super::quirk::Quirk;
use super::session::Session;

/// Mails up to this size in bytes are fetched whole.
pub const SMALL: u32 = 256 * 1024;
/// UIDs named in one fetch command.
const BATCH: usize = 200;
/// Fetch commands in flight.
pub(super) const DEPTH: usize = 4;
/// Bytes asked for by one command, roughly.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;
/// Width of one listing command in UIDs.
const RANGE: u32 = 2_000;
/// Width of one listing command where the UIDs before it were unused; one answer must stay far from a flood.
const WIDEST: u32 = 1 << 16;
/// Reconnections spent on bad answers within one fetch before the server is given up for now.
const MAX_FALLS: usize = 200;

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

/// The bytes of a mail, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// As it is on the server.
    Whole(Vec<u8>),
    /// Headers and text parts; attachments are there by name, without their bytes.
    Parts(Vec<u8>),
    /// No way to read it: a person has to look.
    Unreadable,
    /// It was gone when we asked.
    Gone,
}

impl Content {
    /// The bytes a parser can read.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(bytes) | Self::Parts(bytes) => Some(bytes),
            Self::Unreadable | Self::Gone => None,
        }
    }
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
        let command =
            Command::new("UID FETCH").raw(&format!("{from}:{to} (UID FLAGS RFC822.SIZE INTERNALDATE)"));
        let mut found: BTreeMap<u32, Listed> = BTreeMap::new();
        self.exec_with(&command, self.time_for(0), &mut |response| {
            if let Some((uid, attributes)) = fetched(response)
                && (from..=to).contains(&uid)
            {
                note(found.entry(uid).or_default(), attributes);
            }
        })
        .await?;
        Ok(found)
    }

    /// UIDs in a range whose mail arrived on a day or later (by the server's calendar).
    async fn arrived_since(
        &mut self,
        from: u32,
        to: u32,
        since: Timestamp,
    ) -> Result<BTreeSet<u32>, ImapError> {
        let day = since.strftime("%d-%b-%Y");
        let mut found =
            self.search(Command::new("UID SEARCH").raw(&format!("UID {from}:{to} SINCE {day}"))).await?;
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

    /// Fetches several chunks whole, all in flight at once. What arrived before an error is kept in `into`.
    async fn fetch_whole(
        &mut self,
        chunks: &[Vec<u32>],
        bytes: u64,
        into: &mut BTreeMap<u32, Content>,
    ) -> Result<(), ImapError> {
        let wanted: BTreeSet<u32> = chunks.iter().flatten().copied().collect();
        let commands: Vec<Command> = chunks
            .iter()
            .map(|chunk| {
                Command::new("UID FETCH")
                    .raw(&format!("{} (UID BODY.PEEK[])", uid_set(chunk.iter().copied())))
            })
            .collect();
        let answers = self
            .exec_all(&commands, self.time_for(bytes), &mut |response| {
                let Some((uid, attributes)) = fetched(response) else { return };
                if let Some(body) = whole_body(attributes)
                    && wanted.contains(&uid)
                {
                    into.insert(uid, body.map_or(Content::Gone, |bytes| Content::Whole(bytes.to_vec())));
                }
            })
            .await?;
        answers.into_iter().collect::<Result<Vec<_>, _>>().map(drop)
    }
}

fn note(listed: &mut Listed, attributes: &[AttributeValue<'_>]) {
    if let Some(flags) = flags_of(attributes) {
        listed.flags = flags;
    }
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
        while start <= wanted.to && found.len() < wanted.at_least {
            let mut end = wanted.to.min(start.saturating_add(width - 1));
            let session = self.examine(folder).await?;
            let mut first = start;
            if start < wanted.old_below {
                // Among old mail only what arrived since is of interest; its sizes may be costly for the server.
                let recent = session.arrived_since(start, end, wanted.since).await?;
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

    /// Fetches mails of a folder: small ones whole and pipelined, large ones by parts.
    pub async fn fetch(
        &mut self,
        folder: &str,
        listed: &BTreeMap<u32, Listed>,
    ) -> Result<BTreeMap<u32, Content>, ImapError> {
        let mut found = BTreeMap::new();
        let readable = || listed.iter().filter(|(_, mail)| !mail.unreadable);
        let small: Vec<(u32, u32)> =
            readable().filter(|(_, mail)| mail.size <= SMALL).map(|(uid, mail)| (*uid, mail.size)).collect();
        self.fetch_small(folder, &small, &mut found).await?;
        let large: Vec<u32> = readable().filter(|(_, mail)| mail.size > SMALL).map(|(uid, _)| *uid).collect();
        self.fetch_large(folder, &large, &mut found).await?;
        for (uid, mail) in listed {
            let missing = if mail.unreadable { Content::Unreadable } else { Content::Gone };
            found.entry(*uid).or_insert(missing);
        }
        Ok(found)
    }

    async fn fetch_small(
        &mut self,
        folder: &str,
        mails: &[(u32, u32)],
        found: &mut BTreeMap<u32, Content>,
    ) -> Result<(), ImapError> {
        let sizes: BTreeMap<u32, u32> = mails.iter().copied().collect();
        let mut queue = batches(mails);
        let mut depth = DEPTH;
        let mut falls = 0;
        let mut suspects = BTreeSet::new();
        while !queue.is_empty() {
            let window: Vec<Vec<u32>> = queue.drain(..depth.min(queue.len())).collect();
            let bytes = window.iter().flatten().filter_map(|uid| sizes.get(uid)).map(|n| u64::from(*n)).sum();
            let session = self.examine(folder).await?;
            match session.fetch_whole(&window, bytes, found).await {
                Ok(()) => depth = DEPTH,
                Err(error) if error.may_blame_mail() && falls < MAX_FALLS => {
                    falls += 1;
                    depth = 1;
                    let left: Vec<u32> =
                        window.into_iter().flatten().filter(|uid| !found.contains_key(uid)).collect();
                    match left.as_slice() {
                        [] => {}
                        // A broken line may be the network's fault: only the second time alone counts.
                        [bad] if !error.blames_answer() && suspects.insert(*bad) => {
                            self.prove_alive(folder, *bad, &error).await?;
                            queue.insert(0, vec![*bad]);
                        }
                        [bad] => {
                            self.prove_alive(folder, *bad, &error).await?;
                            if !error.blames_answer() {
                                Quirk::CutOnRead.met();
                            }
                            warn!(uid = *bad, %error, "Set a mail aside: it cannot be read.");
                            found.insert(*bad, Content::Unreadable);
                        }
                        // Servers answer in order, so the first one missing is the likely culprit.
                        [first, rest @ ..] => {
                            let (one, two) = rest.split_at(rest.len() / 2);
                            let narrowed = [vec![*first], one.to_vec(), two.to_vec()];
                            let narrowed = narrowed.into_iter().filter(|chunk| !chunk.is_empty());
                            queue.splice(0..0, narrowed);
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
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

/// Cuts mails (UID, size) into commands by number and bytes.
fn batches(mails: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut all = Vec::new();
    let mut batch = Vec::new();
    let mut bytes = 0;
    for (uid, size) in mails {
        if batch.len() >= BATCH || (bytes + u64::from(*size) > BATCH_BYTES && !batch.is_empty()) {
            all.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        batch.push(*uid);
        bytes += u64::from(*size);
    }
    if !batch.is_empty() {
        all.push(batch);
    }
    all
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

    #[test]
    fn batches_are_cut_by_number_and_by_bytes() {
        let many: Vec<(u32, u32)> = (1..=450).map(|uid| (uid, 1000)).collect();
        assert_eq!(batches(&many).iter().map(Vec::len).collect::<Vec<_>>(), [200, 200, 50]);
        let heavy: Vec<(u32, u32)> = (1..=3).map(|uid| (uid, 5 * 1024 * 1024)).collect();
        assert_eq!(batches(&heavy).len(), 3);
    }
}
