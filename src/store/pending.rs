//! Changes that are decided but not yet durable: what a group of commits builds up over the index.
//!
//! Keeps the head's count and fold in step with every change. Shared by the writer and by replay, so that both
//! come to the same head. Never touches a file.

use std::collections::BTreeMap;

use super::contract::StoreError;
use super::head::Head;
use super::index::Index;
use super::journal::{Changes, Record};
use super::sled::Change;

/// An overlay over the index.
pub(crate) struct Pending {
    pub(crate) head: Head,
    changes: BTreeMap<String, Change>,
}

impl Pending {
    pub(crate) fn new(head: Head) -> Self {
        Self { head, changes: BTreeMap::new() }
    }

    /// How many keys would be written.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// The version of the row as it will be.
    pub(crate) fn version(&self, index: &Index, key: &str) -> Result<Option<u64>, StoreError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.as_ref().map(|(version, _)| *version)),
            None => index.look(key, |row| row.map(|(version, _)| version)),
        }
    }

    /// Takes in one commit: every put gets the commit's sequence as its version.
    pub(crate) fn take(
        &mut self,
        index: &Index,
        record: &Record,
        changes: Changes,
    ) -> Result<(), StoreError> {
        for (key, value) in changes.put {
            self.forget(index, key.as_str())?;
            self.head.add(key.as_str().as_bytes(), record.sequence, &value);
            self.changes.insert(key.as_str().to_owned(), Some((record.sequence, value)));
        }
        for key in changes.delete {
            self.forget(index, key.as_str())?;
            self.changes.insert(key.as_str().to_owned(), None);
        }
        self.head.sequence = record.sequence;
        self.head.hash = record.hash;
        Ok(())
    }

    /// Hands everything to the index, with the head it leads to, and starts afresh.
    pub(crate) fn apply(&mut self, index: &Index) {
        index.absorb(std::mem::take(&mut self.changes), self.head);
    }

    /// Takes the row as it is out of the sum.
    fn forget(&mut self, index: &Index, key: &str) -> Result<(), StoreError> {
        let head = &mut self.head;
        let mut remove = |row: Option<(u64, &[u8])>| {
            if let Some((version, value)) = row {
                head.remove(key.as_bytes(), version, value);
            }
        };
        match self.changes.get(key) {
            Some(change) => {
                remove(change.as_ref().map(|(version, value)| (*version, value.as_slice())));
                Ok(())
            }
            None => index.look(key, remove),
        }
    }
}
