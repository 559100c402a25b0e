//! Rows that lead to cases and that a store of an earlier version lacks: written once for all its cases and marked as done.
//! Whatever is written since has its rows from its own commit. A case that cannot be read keeps no other from it: the mark names
//! it, and it is tried again at each start, with a version that reads it.

use tracing::info;

use super::{Desk, DeskError, Extra, belonging, keys, worked};
use crate::store::{Commit, Key, StoreError};
use crate::triage::case::Case;
use crate::triage::id::CaseId;

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
        let mut indexed: usize = 0;
        let mut left: Vec<CaseId> = Vec::new();
        let mark = self.store().get(&done).await?;
        if let Some(mark) = &mark {
            let missing = left_in(&mark.value);
            for some in missing.chunks(AT_ONCE) {
                let some = some.iter().map(keys::case).collect::<Result<Vec<Key>, StoreError>>()?;
                indexed = indexed.saturating_add(self.index_some(&some, rows_of, &mut left).await?);
            }
            if left.len() == missing.len() {
                return Ok(());
            }
        } else {
            let mut pages = self.store().pages(keys::CASE);
            while let Some(rows) = pages.next().await? {
                for some in rows.chunks(AT_ONCE) {
                    let some: Vec<Key> = some.iter().map(|row| row.key.clone()).collect();
                    indexed = indexed.saturating_add(self.index_some(&some, rows_of, &mut left).await?);
                }
            }
        }
        self.write(Extra { put: vec![(done, mark_of(&left))], ..Extra::default() }).await?;
        if indexed > 0 {
            info!(cases = indexed, index, "Indexed older cases.");
        }
        Ok(())
    }

    /// Writes the rows of some cases as they are, and says of how many. Those that cannot be read are added to `left`.
    async fn index_some(
        &self,
        cases: &[Key],
        rows_of: RowsOf,
        left: &mut Vec<CaseId>,
    ) -> Result<usize, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut extra = Extra::default();
            let mut unread = Vec::new();
            for key in cases {
                let Some(id) = keys::last_case(key.as_str()) else { continue };
                let Some((case, version, _)) = self.readable(&id).await? else {
                    if self.store().get(key).await?.is_some() {
                        unread.push(id);
                    }
                    continue;
                };
                extra.expect.push((key.clone(), Some(version)));
                extra.put.extend(rows_of(&case)?.into_iter().map(|row| (row, keys::NOTHING.to_vec())));
            }
            // A case that changes meanwhile is read again: what it was like then leads nobody to it.
            if matches!(self.commit(&extra).await?, Commit::Done(_)) {
                left.extend(unread);
                return Ok(extra.expect.len());
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }
}

/// The cases that a mark names.
fn left_in(mark: &[u8]) -> Vec<CaseId> {
    let names: Vec<String> = serde_json::from_slice(mark).unwrap_or_default();
    names.iter().filter_map(|name| CaseId::parse(name)).collect()
}

fn mark_of(left: &[CaseId]) -> Vec<u8> {
    if left.is_empty() {
        return keys::NOTHING.to_vec();
    }
    let names: Vec<String> = left.iter().map(ToString::to_string).collect();
    serde_json::json!(names).to_string().into_bytes()
}
