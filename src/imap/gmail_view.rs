//! What Gmail shows of mails by their labels: what they are, and what people did to them.
//!
//! Gmail tells nobody about a label that was changed, and does not document that labels raise HIGHESTMODSEQ: so the
//! labels of followed mails are asked for at every look, a thousand in one command. Never changes a mail.

use std::collections::BTreeSet;

use super::error::ImapError;
use super::find::{Identity, Place};
use super::folders::Use;
use super::labels::{DRAFT, SENT};
use super::mailbox::Mailbox;
use super::presence::{Followed, Presence};
use super::stream::Role;
use crate::triage::hand::Whereabouts;

impl Mailbox {
    /// What a mail with these labels is. One that was sent from this account to itself has arrived, too: contact forms
    /// are often sent so.
    pub(super) fn role_by_labels(&self, labels: &BTreeSet<String>) -> Role {
        let has = |wanted: &str| labels.iter().any(|label| label.to_lowercase() == wanted.to_lowercase());
        let watched = self.inbox();
        let arrived = if watched.eq_ignore_ascii_case("INBOX") { "\\Inbox" } else { watched };
        if DRAFT.iter().any(|draft| has(draft)) {
            Role::Draft
        } else if has(arrived) {
            Role::Arrived
        } else if has(SENT) {
            Role::Sent
        } else {
            Role::Elsewhere
        }
    }

    /// Where mails are and which marks they carry: among all mails, else in the trash or the junk.
    pub(super) async fn presence_by_labels(
        &mut self,
        followed: &[Followed],
    ) -> Result<Vec<Presence>, ImapError> {
        let targets: Vec<_> = followed.iter().map(|mail| mail.target.clone()).collect();
        let located = self.locate(&targets).await?;
        let mut answers = Vec::with_capacity(followed.len());
        for (mail, found) in followed.iter().zip(located) {
            answers.push(match found {
                Some((place, identity)) => self.by_labels(mail, place, &identity),
                None => self.thrown_away(mail).await?,
            });
        }
        Ok(answers)
    }

    fn by_labels(&self, mail: &Followed, place: Place, identity: &Identity) -> Presence {
        let Some(labels) = &identity.labels else { return Presence::Unclear };
        let inbox = self.inbox_labels();
        let in_inbox =
            labels.iter().any(|label| inbox.iter().any(|one| one.to_lowercase() == label.to_lowercase()));
        let whereabouts = if in_inbox { Whereabouts::Inbox } else { Whereabouts::Archive };
        let known = mail.marks.iter().filter(|meaning| self.marks.marks.get(meaning).is_none());
        // A meaning that left the config is not missing, it is unknown.
        let marks = self.marks.by_labels(labels).into_iter().chain(known.cloned()).collect();
        Presence::Here { place, marks, whereabouts }
    }

    /// A mail that is not among all mails: trash and junk are apart (Google, "IMAP actions").
    async fn thrown_away(&mut self, mail: &Followed) -> Result<Presence, ImapError> {
        if mail.target.server_id.is_none() && mail.target.message_id.is_none() {
            return Ok(Presence::Unclear);
        }
        for (purpose, whereabouts) in [(Use::Trash, Whereabouts::Trash), (Use::Junk, Whereabouts::Junk)] {
            let folders = &self.folders().all;
            let folder =
                folders.iter().find(|folder| folder.uses.contains(&purpose)).map(|found| found.name.clone());
            let Some(folder) = folder else { continue };
            match self.search_all(&folder, &mail.target).await {
                Ok(Some((place, _))) => {
                    return Ok(Presence::Here { place, marks: mail.marks.clone(), whereabouts });
                }
                Ok(None) => {}
                Err(error) if error.leaves_connection() => return Ok(Presence::Unclear),
                Err(error) => return Err(error),
            }
        }
        Ok(Presence::Gone)
    }
}
