//! Kinds of Gmail's stars that people use as marks: a green check for handled, a purple star for asked at the shop.
//!
//! Over IMAP every star is `\Flagged`; only a search tells the kinds apart (X-GM-RAW, "IMAP Extensions" of Google, with
//! the words of <https://support.google.com/mail/answer/7190>). That such a search is answered over IMAP stands in no
//! document, so a refusal is an answer: no stars. Never sets a star: IMAP cannot say which.

use std::collections::{BTreeMap, BTreeSet};

use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::session::Session;
use crate::triage::label::{ASKED_SHOP, HANDLED};

/// The stars that mean something, as Gmail's search names them, and the meaning of the mark they stand for.
pub const STARS: [(&str, &str); 2] = [("green-check", HANDLED), ("purple-star", ASKED_SHOP)];

/// UIDs in one question: a command line of Gmail's may have 8 KiB or so (RFC 7162 section 4), an answer one line.
const BATCH: usize = 500;

impl Mailbox {
    /// Which of these mails of a folder carry a star with a meaning: meaning to UIDs. `None` where the server is not
    /// Gmail or does not answer for kinds of stars. Mails without `\Flagged` have no star and need not be asked about.
    ///
    /// A star stays when the marks of a mail change: whoever acts on one remembers it, or acts again at every look.
    ///
    /// # Errors
    /// When the folder cannot be opened or the connection breaks.
    pub async fn stars(
        &mut self,
        folder: &str,
        uids: &BTreeSet<u32>,
    ) -> Result<Option<BTreeMap<&'static str, BTreeSet<u32>>>, ImapError> {
        if self.flavour().await? != Flavour::Gmail {
            return Ok(None);
        }
        let session = self.examine(folder).await?;
        let mut found: BTreeMap<&'static str, BTreeSet<u32>> = BTreeMap::new();
        let uids: Vec<u32> = uids.iter().copied().collect();
        for chunk in uids.chunks(BATCH) {
            let among = format!("UID {}", uid_set(chunk.iter().copied()));
            for (star, meaning) in STARS {
                let Some(starred) = session.starred(&among, star).await? else { return Ok(None) };
                // Only what was asked about counts, whatever the server says.
                let asked = starred.into_iter().filter(|uid| chunk.binary_search(uid).is_ok());
                found.entry(meaning).or_default().extend(asked);
            }
        }
        found.retain(|_, uids| !uids.is_empty());
        Ok(Some(found))
    }
}

impl Session {
    /// Mails of the open folder with a kind of star, among those that search keys of ours name; `None` when the server
    /// refuses the question.
    pub(super) async fn starred(
        &mut self,
        among: &str,
        star: &str,
    ) -> Result<Option<BTreeSet<u32>>, ImapError> {
        let question = Command::new("UID SEARCH").raw(among).raw("X-GM-RAW").string(&format!("has:{star}"));
        match self.search(question).await {
            Ok(uids) => Ok(Some(uids)),
            Err(ImapError::Bad { .. }) => Ok(None),
            // A refusal with a code is about something else: bandwidth, a fault of the server.
            Err(ImapError::No { code, .. }) if matches!(code.as_str(), "" | "CANNOT" | "BADCHARSET") => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
