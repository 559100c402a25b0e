//! Reads mails: small ones whole and in batches, large ones by their text parts.
//!
//! A mail whose answer cannot be parsed is narrowed down and set aside as unreadable; the others still arrive.
//! Never uses sequence numbers, never reads without PEEK.

use std::collections::{BTreeMap, BTreeSet};

use tracing::warn;

use super::answer::{fetched, whole_body};
use super::command::Command;
use super::error::ImapError;
pub use super::list::Listed;
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::quirk::Quirk;
use super::session::Session;

/// Mails up to this size in bytes are fetched whole, unless told otherwise.
pub const SMALL: u32 = 256 * 1024;
/// UIDs named in one fetch command.
const BATCH: usize = 200;
/// Fetch commands in flight.
pub(super) const DEPTH: usize = 4;
/// Bytes asked for by one command, roughly.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;

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

impl Session {
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

impl Mailbox {
    /// Fetches mails of a folder: small ones whole and pipelined, large ones by parts.
    pub async fn fetch(
        &mut self,
        folder: &str,
        listed: &BTreeMap<u32, Listed>,
    ) -> Result<BTreeMap<u32, Content>, ImapError> {
        let whole = self.whole;
        let mut found = BTreeMap::new();
        let readable = || listed.iter().filter(|(_, mail)| !mail.unreadable);
        let small: Vec<(u32, u32)> =
            readable().filter(|(_, mail)| mail.size <= whole).map(|(uid, mail)| (*uid, mail.size)).collect();
        self.fetch_small(folder, &small, &mut found).await?;
        let large: Vec<u32> = readable().filter(|(_, mail)| mail.size > whole).map(|(uid, _)| *uid).collect();
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
        // Narrowing down every single mail must be possible: else a batch of bad ones would stop the watch for good.
        let mut falls_left = 20 + 3 * mails.len();
        let mut suspects = BTreeSet::new();
        while !queue.is_empty() {
            let window: Vec<Vec<u32>> = queue.drain(..depth.min(queue.len())).collect();
            let bytes = window.iter().flatten().filter_map(|uid| sizes.get(uid)).map(|n| u64::from(*n)).sum();
            let session = self.examine(folder).await?;
            match session.fetch_whole(&window, bytes, found).await {
                Ok(()) => depth = DEPTH,
                Err(error) if error.may_blame_mail() && falls_left > 0 => {
                    falls_left -= 1;
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
    fn batches_are_cut_by_number_and_by_bytes() {
        let many: Vec<(u32, u32)> = (1..=450).map(|uid| (uid, 1000)).collect();
        assert_eq!(batches(&many).iter().map(Vec::len).collect::<Vec<_>>(), [200, 200, 50]);
        let heavy: Vec<(u32, u32)> = (1..=3).map(|uid| (uid, 5 * 1024 * 1024)).collect();
        assert_eq!(batches(&heavy).len(), 3);
    }
}
