//! A customer's record is erased on a legal request: the one door through which a customer leaves the directory.
//!
//! Every row that leads to the record goes in one commit; the journal keeps that an erasure happened, why, and a hash of
//! the customer number, and none of the data. Then the journal is rotated twice, so that no older generation holds the
//! record either. Cases are not touched: they are kept and forgotten by their own rules.

use sha2::{Digest, Sha256};

use super::{Desk, DeskError, keys};
use crate::store::{Batch, Commit, Key, Note};
use crate::triage::directory::CustomerId;

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
    /// Erases a customer's record. `None`: there is no such customer.
    ///
    /// # Errors
    /// What the store says, or that others kept changing the record.
    pub async fn erase_customer(&self, id: &CustomerId, reason: &str) -> Result<Option<Erased>, DeskError> {
        const ATTEMPTS: u32 = 10;
        let hash: String = Sha256::digest(id.as_str()).iter().map(|byte| format!("{byte:02x}")).collect();
        let key = keys::customer(id)?;
        for _ in 0..ATTEMPTS {
            let Some(row) = self.store().get(&key).await? else { return Ok(None) };
            let mut delete = self.rows_of(id).await?;
            delete.push(key.clone());
            let rows = delete.len();
            let data = serde_json::json!({ "customer": hash, "reason": reason, "rows": rows });
            let batch = Batch {
                expect: vec![(key.clone(), Some(row.version))],
                put: Vec::new(),
                delete,
                notes: vec![Note { case: String::new(), kind: ERASED.to_owned(), data: data.to_string() }],
                at: self.now().as_microsecond(),
            };
            match self.store().commit(batch).await? {
                Commit::Done(_) => {
                    self.forget_generations(&hash).await?;
                    return Ok(Some(Erased { rows, hash }));
                }
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// The generation before is kept whole as a fallback, so two new ones are begun; a journal without records would begin
    /// none. What is said in between is that the record is in no file any more.
    async fn forget_generations(&self, hash: &str) -> Result<(), DeskError> {
        self.store().rotate().await?;
        let data = serde_json::json!({ "customer": hash }).to_string();
        let note = Note { case: String::new(), kind: FORGOTTEN.to_owned(), data };
        let batch = Batch { notes: vec![note], at: self.now().as_microsecond(), ..Batch::default() };
        // Nothing is expected in it, so nothing conflicts.
        let _ = self.store().commit(batch).await?;
        Ok(self.store().rotate().await?)
    }

    /// Every row that leads to a customer, by whatever it was found: all are looked at, so that none is left over.
    async fn rows_of(&self, id: &CustomerId) -> Result<Vec<Key>, DeskError> {
        let mut found = Vec::new();
        for prefix in [keys::CUSTOMER_BY, keys::DUPLICATE] {
            let mut pages = self.store().pages(prefix);
            while let Some(rows) = pages.next().await? {
                found.extend(rows.into_iter().map(|row| row.key).filter(|key| names(key.as_str(), id)));
            }
        }
        Ok(found)
    }
}

/// Whether one of a key's parts is this customer.
fn names(key: &str, id: &CustomerId) -> bool {
    key.split('/').any(|part| part == id.as_str())
}
