//! A customer's record is erased on a legal request: the one door through which a customer leaves the directory.
//!
//! Every row that leads to the record goes in one commit; the journal keeps that an erasure happened, why, and a hash of
//! the customer number, and none of the data. Then the journal is rotated twice, so that no older generation holds the
//! record either. Until then a row says that the erasure is not finished: whoever asks for it again finishes it. Cases are
//! not touched: they are kept and forgotten by their own rules.

use sha2::{Digest, Sha256};

use super::{Desk, DeskError, keys};
use crate::store::{Batch, Commit, Key, Note};
use crate::triage::directory::CustomerId;

#[cfg(test)]
mod tests;

/// The kind of the note in the journal.
const ERASED: &str = "customer_erased";

/// The kind of the note that follows when a new generation without the record has begun.
const FORGOTTEN: &str = "customer_forgotten";

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Rows that led to the record, itself among them.
    pub rows: usize,
    /// SHA-256 of the customer number, hexadecimal: what the audit trail keeps.
    pub hash: String,
}

impl Desk {
    /// Erases a customer's record, or finishes an erasure that was interrupted. `None`: there is no such customer, and
    /// nothing is left of one.
    ///
    /// # Errors
    /// What the store says, or that others kept changing the record.
    pub async fn erase_customer(&self, id: &CustomerId, reason: &str) -> Result<Option<Erased>, DeskError> {
        let hash = hash_of(id);
        let rows = match self.take_out(id, &hash, reason).await? {
            Some(rows) => Some(rows),
            None => self.unfinished(&hash).await?,
        };
        let Some(rows) = rows else { return Ok(None) };
        self.forget_generations(&hash).await?;
        Ok(Some(Erased { rows, hash }))
    }

    /// Takes everything that leads to a customer out of the store, and says in the same commit that older generations
    /// still hold it. How many rows that were; `None`: there was nothing.
    async fn take_out(&self, id: &CustomerId, hash: &str, reason: &str) -> Result<Option<usize>, DeskError> {
        const ATTEMPTS: u32 = 10;
        let key = keys::customer(id)?;
        for _ in 0..ATTEMPTS {
            let version = self.store().get(&key).await?.map(|row| row.version);
            let mut delete = self.rows_of(id).await?;
            delete.extend(version.map(|_| key.clone()));
            if delete.is_empty() {
                return Ok(None);
            }
            let rows = delete.len();
            let data = serde_json::json!({ "customer": hash, "reason": reason, "rows": rows });
            let unfinished = serde_json::json!({ "v": 1, "rows": rows }).to_string().into_bytes();
            let batch = Batch {
                expect: vec![(key.clone(), version)],
                put: vec![(keys::erasing(hash)?, unfinished)],
                delete,
                notes: vec![Note { case: String::new(), kind: ERASED.to_owned(), data: data.to_string() }],
                at: self.now().as_microsecond(),
            };
            match self.store().commit(batch).await? {
                Commit::Done(_) => return Ok(Some(rows)),
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// How many rows an erasure took out that was interrupted before every file had forgotten them.
    async fn unfinished(&self, hash: &str) -> Result<Option<usize>, DeskError> {
        let Some(row) = self.store().get(&keys::erasing(hash)?).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        let rows = value.get("rows").and_then(serde_json::Value::as_u64).unwrap_or_default();
        Ok(Some(usize::try_from(rows).unwrap_or(usize::MAX)))
    }

    /// The generation before is kept whole as a fallback, so two new ones are begun; a journal without records would begin
    /// none. What is said in between is that the record is in no file any more. Harmless when done again.
    async fn forget_generations(&self, hash: &str) -> Result<(), DeskError> {
        self.store().rotate().await?;
        let data = serde_json::json!({ "customer": hash }).to_string();
        let note = Note { case: String::new(), kind: FORGOTTEN.to_owned(), data };
        let at = self.now().as_microsecond();
        // Nothing is expected in these commits, so nothing conflicts.
        let _ = self.store().commit(Batch { notes: vec![note], at, ..Batch::default() }).await?;
        self.store().rotate().await?;
        let delete = vec![keys::erasing(hash)?];
        let _ = self.store().commit(Batch { delete, at, ..Batch::default() }).await?;
        Ok(())
    }

    /// Every row that leads to a customer, by whatever it was found: all are looked at, so that none is left over.
    async fn rows_of(&self, id: &CustomerId) -> Result<Vec<Key>, DeskError> {
        let mut found = Vec::new();
        for prefix in [keys::CUSTOMER_BY, keys::DUPLICATE] {
            let mut pages = self.store().pages(prefix);
            while let Some(rows) = pages.next().await? {
                found.extend(rows.into_iter().map(|row| row.key).filter(|key| leads_to(key.as_str(), id)));
            }
        }
        Ok(found)
    }
}

fn hash_of(id: &CustomerId) -> String {
    Sha256::digest(id.as_str()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a row leads to this customer: by the place of the number in its key, since the numbers of customers may look like
/// telephone numbers or addresses of others.
fn leads_to(key: &str, id: &CustomerId) -> bool {
    if key.starts_with(keys::CUSTOMER_BY) {
        return keys::last_customer(key).is_some_and(|(_, found)| found == *id);
    }
    keys::parse_duplicate(key).is_some_and(|(one, other)| one == *id || other == *id)
}
