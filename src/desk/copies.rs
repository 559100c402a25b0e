//! The same mail a second time: delivered twice, sent to two of our mailboxes, or come back through a mailing list that
//! put its footer under it. One matter stays one case; the copy is put away so that nobody answers twice.
//!
//! What is the same: the fingerprint; or the same Message-ID with the same words, whatever was added below. A Message-ID
//! that was used again for other words is another mail. Whether a copy really lies beside the first one, and is not the
//! first one that a person has moved, only the server knows: whoever watches asks it.

use super::intake::seen;
use super::matter::said;
use super::study::hash;
use super::{Desk, DeskError, Handled, keys};
use crate::triage::case::Place;
use crate::triage::event::Event;
use crate::triage::id::{CaseId, Fingerprint, MailboxName, MessageId};
use crate::triage::mail::Letter;
use crate::triage::verdict::Reading;

/// Fewest characters that tell a text from others.
const TELLING: usize = 12;

/// A further copy of a mail that belongs to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The case.
    pub case: CaseId,
    /// The Message-ID, the same for both.
    pub message_id: Option<MessageId>,
    /// Where the first one was last seen, if it is in the same mailbox.
    pub first: Option<Place>,
    /// Where the copy lies.
    pub place: Place,
}

impl Desk {
    /// Whether a mail that is known lies somewhere else than where it is known to lie.
    pub(super) async fn copy_of(
        &self,
        mailbox: &MailboxName,
        fingerprint: Fingerprint,
        message_id: Option<&MessageId>,
        place: &Place,
    ) -> Result<Option<Copy>, DeskError> {
        let Some(id) = self.case_of_mail(fingerprint).await? else { return Ok(None) };
        let Some((case, _)) = self.case(&id).await? else { return Ok(None) };
        let first = case.mails.iter().find(|mail| mail.fingerprint == fingerprint).or_else(|| {
            case.mails.iter().find(|mail| message_id.is_some() && mail.message_id.as_ref() == message_id)
        });
        let Some(first) = first else { return Ok(None) };
        let copy =
            |first| Copy { case: id.clone(), message_id: message_id.cloned(), first, place: place.clone() };
        if case.mailbox != *mailbox {
            return Ok(Some(copy(None)));
        }
        let known = &first.place;
        let same_folder = known.folder == place.folder;
        // After a renumbering every mail looks like a copy of itself.
        let renumbered = same_folder && known.uid_validity != place.uid_validity;
        let same = same_folder && known.uid == place.uid;
        Ok((!same && !renumbered).then(|| copy(Some(known.clone()))))
    }

    /// The case of a mail with the same Message-ID and the same words.
    pub(super) async fn twin(&self, letter: &Letter, reading: &Reading) -> Result<Option<CaseId>, DeskError> {
        let Some(message_id) = &letter.message_id else { return Ok(None) };
        let Some(id) = self.thread_of(message_id).await? else { return Ok(None) };
        let Some((case, _)) = self.case(&id).await? else { return Ok(None) };
        let text = said(letter, reading);
        let twin = |words: &str| same_words(words, text);
        let found =
            case.mails.iter().any(|mail| mail.message_id.as_ref() == Some(message_id) && twin(&mail.words));
        Ok(found.then_some(id))
    }

    /// Marks a copy as handled; one that lies beside the first leaves the inbox. Doing it again changes nothing.
    ///
    /// # Errors
    /// The store.
    pub async fn put_copy_away(&self, mailbox: &MailboxName, copy: Copy) -> Result<(), DeskError> {
        let Copy { case, message_id, first, place } = copy;
        let Place { folder, uid_validity, uid, .. } = &place;
        let name = hash(format!("copy\0{mailbox}\0{folder}\0{uid_validity}\0{uid}").as_bytes());
        let mut extra = seen(name, "copy")?;
        extra.answered_in = Some(mailbox.clone());
        let event = Event::Copied { copy: name, message_id, place, archive: first.is_some() };
        match self.handle(&case, &event, extra).await? {
            Handled::Changed(_) => tracing::info!(%case, "A further copy of a mail was put away."),
            Handled::Unchanged | Handled::Stale => {}
        }
        Ok(())
    }

    async fn case_of_mail(&self, fingerprint: Fingerprint) -> Result<Option<CaseId>, DeskError> {
        let Some(row) = self.store().get(&keys::mail(fingerprint)?).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        Ok(value.get("case").and_then(|case| case.as_str()).and_then(CaseId::parse))
    }
}

/// Whether two texts are the same but for white space and what was added below. `known` may have been cut.
fn same_words(known: &str, new: &str) -> bool {
    let plain = |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let (known, new) = (plain(known.trim_end_matches('…')), plain(new));
    let shorter = known.len().min(new.len());
    shorter >= TELLING && known.get(..shorter) == new.get(..shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footer_or_a_line_break_makes_no_other_text() {
        for (known, new, same) in [
            (
                "8/27の14時に予約をお願いします。",
                "8/27の14時に予約をお願いします。\n-- \n配信停止はこちら",
                true,
            ),
            ("I would like to book\na massage.", "I would like to\r\nbook a massage.", true),
            ("I would like to book a mass…", "I would like to book a massage.", true),
            ("I would like to book a massage.", "I would like to book", true),
            ("I would like to book a massage.", "I would like to cancel.", false),
            ("ok", "ok, and now something else entirely", false),
            ("", "", false),
        ] {
            assert_eq!(same_words(known, new), same, "{known:?} {new:?}");
        }
    }
}
