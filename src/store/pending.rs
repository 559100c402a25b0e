//! Changes that are decided but not yet in sled: the overlay a group of commits builds up.
//!
//! Keeps the head's count and fold in step with every change. Shared by the writer and by replay, so that both
//! come to the same head. Never touches a file.

use std::collections::BTreeMap;

use super::contract::StoreError;
use super::head::Head;
use super::journal::{Changes, Record};
use super::sled::{Change, Table};

/// An overlay over the table.
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

    /// The row as it will be: from the overlay, else from the table.
    pub(crate) fn current(&self, table: &Table, key: &str) -> Result<Change, StoreError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.clone()),
            None => table.get(key),
        }
    }

    /// Takes in one commit: every put gets the commit's sequence as its version.
    pub(crate) fn take(
        &mut self,
        table: &Table,
        record: &Record,
        changes: Changes,
    ) -> Result<(), StoreError> {
        for (key, value) in changes.put {
            self.forget(table, key.as_str())?;
            self.head.add(key.as_str().as_bytes(), record.sequence, &value);
            self.changes.insert(key.as_str().to_owned(), Some((record.sequence, value)));
        }
        for key in changes.delete {
            self.forget(table, key.as_str())?;
            self.changes.insert(key.as_str().to_owned(), None);
        }
        self.head.sequence = record.sequence;
        self.head.hash = record.hash;
        Ok(())
    }

    /// Writes everything with the head, in one sled batch, and starts afresh.
    pub(crate) fn apply(&mut self, table: &Table) -> Result<(), StoreError> {
        table.apply(self.changes.iter().map(|(key, change)| (key.as_str(), change)), Some(&self.head))?;
        self.changes.clear();
        Ok(())
    }

    fn forget(&mut self, table: &Table, key: &str) -> Result<(), StoreError> {
        if let Some((version, value)) = self.current(table, key)? {
            self.head.remove(key.as_bytes(), version, &value);
        }
        Ok(())
    }
}
