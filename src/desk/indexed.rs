//! Rows that lead to cases and that a store of an earlier version lacks: written once for all its cases and
//! marked as done. Whatever is written since has its rows from its own commit.

use tracing::info;

use super::{Desk, DeskError, Extra, belonging, keys, worked};
use crate::store::{Commit, Key, StoreError};
use crate::triage::case::Case;

/// Cases whose rows are written in one commit.
const AT_ONCE: usize = 200;
/// How often a commit is tried while its cases keep changing.
const ATTEMPTS: u32 = 20;

/// The rows of one case; their keys say everything.
pub(super) type RowsOf = fn(&Case) -> Result<Vec<Key>, StoreError>;

impl Desk {
    /// Brings the cases of a store of an earlier version into the index of people, once. To be done before mail is read.
    ///
    /// # Errors
    /// What the store says, or that cases kept changing. It is begun anew when called again.
    pub async fn index_people(&self) -> Result<(), DeskError> {
        self.index_once(keys::person_all()?, "people", belonging::rows_of).await
    }

    /// The same for the index of days, beside all other work: only figures need it.
    ///
    /// # Errors
    /// As for people.
    pub async fn index_days(&self) -> Result<(), DeskError> {
        self.index_once(keys::work_indexed()?, "days", worked::rows_of).await
    }

    async fn index_once(&self, done: Key, index: &'static str, rows_of: RowsOf) -> Result<(), DeskError> {
        if self.store().get(&done).await?.is_some() {
            return Ok(());
        }
        let mut indexed: usize = 0;
        let mut pages = self.store().pages(keys::CASE);
        while let Some(rows) = pages.next().await? {
            for some in rows.chunks(AT_ONCE) {
                let some: Vec<Key> = some.iter().map(|row| row.key.clone()).collect();
                indexed = indexed.saturating_add(self.index_some(&some, rows_of).await?);
            }
        }
        self.write(Extra { put: vec![(done, keys::NOTHING.to_vec())], ..Extra::default() }).await?;
        if indexed > 0 {
            info!(cases = indexed, index, "Indexed older cases.");
        }
        Ok(())
    }

    /// Writes the rows of some cases as they are, and says of how many.
    async fn index_some(&self, cases: &[Key], rows_of: RowsOf) -> Result<usize, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut extra = Extra::default();
            for key in cases {
                let Some(id) = keys::last_case(key.as_str()) else { continue };
                let Some((case, version, _)) = self.readable(&id).await? else { continue };
                extra.expect.push((key.clone(), Some(version)));
                extra.put.extend(rows_of(&case)?.into_iter().map(|row| (row, keys::NOTHING.to_vec())));
            }
            // A case that changes meanwhile is read again: what it was like then leads nobody to it.
            if matches!(self.commit(&extra).await?, Commit::Done(_)) {
                return Ok(extra.expect.len());
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }
}
