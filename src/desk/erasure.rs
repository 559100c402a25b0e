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
                notes: vec![Note {
                    case: String::new(),
                    kind: ERASED.to_owned(),
                    data: data.to_string(),
                }],
                at: self.now().as_microsecond(),
            };
            match self.store().commit(batch).await? {
                Commit::Done(_) => {
                    // The generation before is kept as a fallback: after two rotations no file holds the record.
                    self.store().rotate().await?;
                    self.store().rotate().await?;
                    return Ok(Some(Erased { rows, hash }));
                }
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
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
