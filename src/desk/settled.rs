//! Marks that have reached the server, written down without writing every case again.
//!
//! An effect's row in the store is the truth about whether it is still under way; the case only says which effect it waits
//! for. So when a thousand mails have got their marks where they were expected, their rows go with one commit, and the
//! cases stay as they are. Endings that change more than that (a mail was elsewhere, or is gone, or cannot be marked) are
//! events like any other. Never decides anything.

use super::keys::NOTHING;
use super::{Desk, DeskError, Extra, keys};
use crate::outbox::row::Row;
use crate::store::{Commit, Note, Store, StoreError};
use crate::triage::case::{Case, CaseMail, Place};
use crate::triage::effect::Effect;
use crate::triage::event::Ending;

/// What a case waits for and what has ended already: its mails are as if they had heard of it.
pub(super) async fn settle(store: &Store, case: &mut Case) -> Result<(), StoreError> {
    for mail in &mut case.mails {
        if let Some(number) = mail.pending.filter(|number| *number != CaseMail::BARRED)
            && store.get(&keys::out(&case.id, number)?).await?.is_none()
        {
            mail.pending = None;
        }
    }
    Ok(())
}

/// Whether an ending says no more than that the marks are set where the mail was expected.
pub fn is_plain(row: &Row, ending: &Ending) -> bool {
    let expected =
        |place: &Place| matches!(&row.effect, Effect::Mark { place: before, .. } if before == place);
    matches!(ending, Ending::Placed(place) if expected(place))
}

impl Desk {
    /// Writes down that marks are set, of many mails with one commit. Every ending must be [`is_plain`]. `false`: a case
    /// has moved on meanwhile, and nothing was written; each is then an event of its own.
    pub async fn marks_set(&self, rows: &[Row]) -> Result<bool, DeskError> {
        let mut extra = Extra::default();
        let mut notes = Vec::with_capacity(rows.len());
        for row in rows {
            extra.delete.push(keys::out(&row.case, row.number)?);
            let watch = keys::watch(&row.mailbox, &row.case)?;
            if let Some(found) = self.store().get(&watch).await?
                && found.value == keys::awaits(row.number)
            {
                extra.expect.push((watch.clone(), Some(found.version)));
                extra.put.push((watch, NOTHING.to_vec()));
            }
            let data = serde_json::json!({ "effect": row.effect.word(), "number": row.number }).to_string();
            notes.push(Note { case: row.case.to_string(), kind: "ended".to_owned(), data });
        }
        let batch = crate::store::Batch { notes, ..super::commit::only(&extra, self.now()) };
        Ok(matches!(self.store().commit(batch).await?, Commit::Done(_)))
    }
}
