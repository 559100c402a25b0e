//! Moves mails between folders, many in one command, and says where they lie afterwards.
//!
//! MOVE only (RFC 6851): without it a copy would need `\Deleted` and a purge of the original, and a mail stays where
//! it is instead. The caller has made sure which mails these are.

use std::collections::BTreeMap;

use async_imap::imap_proto::Response;

use super::answer::done_of;
use super::command::Command;
use super::error::ImapError;
use super::find::{Place, Target};
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::quirk::Quirk;

/// UIDs in one MOVE.
const MOVE_BATCH: usize = 1000;

impl Mailbox {
    /// Moves mails that were found under these UIDs. Tells the new places as far as they could be found, by old UID.
    pub(super) async fn move_mails(
        &mut self,
        from: (&str, u32),
        mails: &BTreeMap<u32, &Target>,
        to: &str,
    ) -> Result<BTreeMap<u32, Place>, ImapError> {
        let (folder, uid_validity) = from;
        let uids: Vec<u32> = mails.keys().copied().collect();
        let commands: Vec<Command> = uids
            .chunks(MOVE_BATCH)
            .map(|chunk| Command::new("UID MOVE").raw(&uid_set(chunk.iter().copied())).folder(to))
            .collect();
        let session = self.select_same(folder, uid_validity).await?;
        let mut copied = Vec::new();
        let answers = session
            .exec_all(&commands, session.time_for(0), &mut |response| {
                // RFC 6851 section 4.3: COPYUID comes untagged, before the mail goes.
                if let Response::Data { outcome, .. } = response {
                    copied.extend(done_of(outcome).copied);
                }
            })
            .await?;
        for answer in answers {
            copied.extend(answer.map_err(|error| self.relearn_folders(error))?.copied);
        }
        let mut places = BTreeMap::new();
        for (uid_validity, pairs) in copied {
            for (old, uid) in pairs {
                places.insert(old, Place { folder: to.to_owned(), uid_validity, uid });
            }
        }
        if !mails.keys().all(|uid| places.contains_key(uid)) {
            Quirk::NoCopyUid.met();
        }
        for (uid, target) in mails {
            if let Some(message_id) = target.message_id.as_ref().filter(|_| !places.contains_key(uid)) {
                let found = self.find_in(to, "Message-ID", message_id.as_str(), target.size).await?;
                places.extend(found.map(|(place, _)| (*uid, place)));
            }
        }
        Ok(places)
    }
}
