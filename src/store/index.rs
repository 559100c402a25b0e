//! The index: what readers see of the store. Rows that were committed lately lie in memory, all others in sled.
//!
//! Every commit is durable in the journal before it comes here, so sled may follow later: rows gather in memory and go
//! into sled together, in order of their keys. A row that is written, changed and removed within that time never reaches
//! sled at all, and most new keys are told from old ones without asking it (see `filter`). After a crash what had not
//! reached sled is replayed from the journal.
//!
//! One thread writes; any may read. Never appends to the journal and never decides what is durable.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::contract::{Key, Row, StoreError, Version};
use super::filter::Filter;
use super::head::Head;
use super::sled::{Change, Table};

/// What a row in memory takes beside its bytes: entries of the tree and of the allocator.
const ENTRY_BYTES: usize = 96;

/// Rows in sled under those that have not reached it yet.
#[derive(Debug)]
pub(crate) struct Index {
    table: Table,
    lately: RwLock<Lately>,
}

#[derive(Debug)]
struct Lately {
    changes: BTreeMap<String, Change>,
    /// Where the store stands with them; `None` once they are in sled.
    head: Option<Head>,
    bytes: usize,
    /// The keys of sled and of `changes`; `None` where nobody has counted them.
    keys: Option<Filter>,
}

impl Index {
    /// An index over a table whose rows are all there is. Without a filter every key may be in it.
    pub(crate) fn new(table: Table, keys: Option<Filter>) -> Self {
        let lately = RwLock::new(Lately { changes: BTreeMap::new(), head: None, bytes: 0, keys });
        Self { table, lately }
    }

    fn lately(&self) -> RwLockReadGuard<'_, Lately> {
        self.lately.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A row as last committed: its version and value.
    pub(crate) fn get(&self, key: &str) -> Result<Change, StoreError> {
        self.look(key, |row| row.map(|(version, value)| (version, value.to_vec())))
    }

    /// Looks at a row, its version and its value, without copying it.
    pub(crate) fn look<T>(
        &self,
        key: &str,
        see: impl FnOnce(Option<(u64, &[u8])>) -> T,
    ) -> Result<T, StoreError> {
        {
            let lately = self.lately();
            if let Some(change) = lately.changes.get(key) {
                return Ok(see(change.as_ref().map(|(version, value)| (*version, value.as_slice()))));
            }
            if lately.keys.as_ref().is_some_and(|keys| !keys.may_have(key.as_bytes())) {
                return Ok(see(None));
            }
        }
        self.table.look(key, see)
    }

    /// Rows whose key begins with `prefix`, after `from`, in order, at most `limit`.
    pub(crate) fn scan(
        &self,
        prefix: &str,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let start = match from {
            Some(from) if from >= prefix && !from.starts_with(prefix) => return Ok(Vec::new()),
            Some(from) if from >= prefix => Bound::Excluded(from),
            Some(_) | None => Bound::Included(prefix),
        };
        // Held to the end: what leaves memory meanwhile would be missed in both places.
        let lately = self.lately();
        let end = end(prefix);
        let new = lately.changes.range::<str, _>((start, end.as_ref().map(String::as_str)));
        merge(new, self.table.scan(prefix, from), |one, other| one < other, limit)
    }

    /// The last rows whose keys begin with `prefix`, the very last first.
    pub(crate) fn latest(&self, prefix: &str, most: usize) -> Result<Vec<Row>, StoreError> {
        let lately = self.lately();
        let end = end(prefix);
        let end = end.as_ref().map(String::as_str);
        let new = lately.changes.range::<str, _>((Bound::Included(prefix), end)).rev();
        merge(new, self.table.latest(prefix), |one, other| one > other, most)
    }

    /// Takes in changes that are durable, with the head they lead to.
    pub(crate) fn absorb(&self, changes: BTreeMap<String, Change>, head: Head) {
        let mut lately = self.lately.write().unwrap_or_else(PoisonError::into_inner);
        for (key, change) in changes {
            if let (Some(keys), Some(_)) = (&mut lately.keys, &change) {
                keys.insert(key.as_bytes());
            }
            let size = weight(&key, &change);
            let before = lately.changes.get(&key).map_or(0, |before| weight(&key, before));
            lately.changes.insert(key, change);
            lately.bytes = (lately.bytes + size).saturating_sub(before);
        }
        lately.head = Some(head);
    }

    /// Bytes of memory that await sled, about.
    pub(crate) fn awaiting(&self) -> usize {
        let lately = self.lately();
        lately.bytes
    }

    /// Whether sled lacks something.
    pub(crate) fn is_behind(&self) -> bool {
        self.lately().head.is_some()
    }

    /// Brings everything into sled. Readers go on meanwhile.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        {
            let lately = self.lately();
            let Some(head) = &lately.head else { return Ok(()) };
            let changes = lately.changes.iter().map(|(key, change)| (key.as_str(), change));
            self.table.apply(changes, head)?;
        }
        // Only the one writer settles and absorbs, so that nothing has come in between.
        let mut lately = self.lately.write().unwrap_or_else(PoisonError::into_inner);
        lately.changes = BTreeMap::new();
        (lately.head, lately.bytes) = (None, 0);
        Ok(())
    }

    /// Brings everything into sled and lets sled hand it to the system.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.settle()?;
        self.table.flush()
    }

    /// The table itself, for who reads every row; settle before.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// Goes on with keys that were counted afresh while nothing awaited sled.
    pub(crate) fn count(&self, keys: Filter) {
        self.lately.write().unwrap_or_else(PoisonError::into_inner).keys = Some(keys);
    }

    /// The keys as a file, if they were counted.
    pub(crate) fn keys(&self, head: &Head) -> Option<Vec<u8>> {
        self.lately().keys.as_ref().map(|keys| keys.encode(head))
    }
}

/// Before this are all keys that begin with `prefix` or come before them.
fn end(prefix: &str) -> Bound<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Steps over the surrogates, which no text holds; after the last character of all comes nothing.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Bound::Excluded(end);
        }
    }
    Bound::Unbounded
}

/// Two orders of rows become one; of two rows with one key the new one counts.
fn merge<'a>(
    new: impl Iterator<Item = (&'a String, &'a Change)>,
    old: impl Iterator<Item = Result<Row, StoreError>>,
    comes_before: impl Fn(&str, &str) -> bool,
    most: usize,
) -> Result<Vec<Row>, StoreError> {
    let (mut new, mut old) = (new.peekable(), old.peekable());
    let mut rows = Vec::new();
    while rows.len() < most {
        let (Some((key, _)), Some(Ok(row))) = (new.peek(), old.peek()) else {
            // Only one of them is left, or sled failed.
            match (old.next(), new.next()) {
                (Some(row), _) => rows.push(row?),
                (None, Some((key, change))) => rows.extend(self::row(key, change)?),
                (None, None) => break,
            }
            continue;
        };
        if comes_before(row.key.as_str(), key) {
            rows.extend(old.next().transpose()?);
            continue;
        }
        if row.key.as_str() == key.as_str() {
            old.next();
        }
        if let Some((key, change)) = new.next() {
            rows.extend(self::row(key, change)?);
        }
    }
    Ok(rows)
}

fn row(key: &str, change: &Change) -> Result<Option<Row>, StoreError> {
    let Some((version, value)) = change else { return Ok(None) };
    Ok(Some(Row { key: Key::new(key)?, value: value.clone(), version: Version(*version) }))
}

fn weight(key: &str, change: &Change) -> usize {
    ENTRY_BYTES + key.len() + change.as_ref().map_or(0, |(_, value)| value.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Do {
        Put(String, u8),
        Delete(String),
        Settle,
    }

    fn key() -> impl Strategy<Value = String> {
        prop_oneof!["a/[ab]{0,2}", "b/[ab]{1,2}", Just("a".to_owned()), "a/\u{10FFFF}?[ab]"]
    }

    fn deed() -> impl Strategy<Value = Do> {
        prop_oneof![
            4 => (key(), any::<u8>()).prop_map(|(key, value)| Do::Put(key, value)),
            2 => key().prop_map(Do::Delete),
            1 => Just(Do::Settle),
        ]
    }

    fn short(rows: Vec<Row>) -> Vec<(String, u64, Vec<u8>)> {
        rows.into_iter().map(|row| (row.key.as_str().to_owned(), row.version.0, row.value)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_a_map_wherever_its_rows_lie(deeds in prop::collection::vec(deed(), 1..40), counted in any::<bool>()) {
            let dir = tempfile::tempdir().unwrap();
            let table = Table::open(dir.path()).unwrap();
            let index = Index::new(table, counted.then(|| Filter::with_room(0)));
            let mut map = BTreeMap::new();
            for (version, deed) in (1..).zip(deeds) {
                let head = Head { sequence: version, ..Head::default() };
                match deed {
                    Do::Put(key, value) => {
                        index.absorb(BTreeMap::from([(key.clone(), Some((version, vec![value])))]), head);
                        map.insert(key, (version, vec![value]));
                    }
                    Do::Delete(key) => {
                        index.absorb(BTreeMap::from([(key.clone(), None)]), head);
                        map.remove(&key);
                    }
                    Do::Settle => {
                        index.settle().unwrap();
                        prop_assert_eq!((index.awaiting(), index.is_behind()), (0, false));
                    }
                }
                for key in ["a", "a/", "a/a", "a/bb", "b/a", "b/bb"] {
                    prop_assert_eq!(index.get(key).unwrap(), map.get(key).cloned());
                }
                for (prefix, from) in [("", None), ("a", None), ("a/", Some("a/a")), ("a/a", None), ("b/", Some("a/z")), ("a/a", Some("a/z"))] {
                    let within = |key: &str| key.starts_with(prefix) && from.is_none_or(|from| key > from);
                    let rows = map.iter().filter(|(key, _)| within(key)).map(|(key, (version, value))| (key.clone(), *version, value.clone()));
                    let all: Vec<_> = rows.collect();
                    for limit in [1, 3, 100] {
                        let expected: Vec<_> = all.iter().take(limit).cloned().collect();
                        prop_assert_eq!(short(index.scan(prefix, from, limit).unwrap()), expected);
                        if from.is_none() {
                            let expected: Vec<_> = all.iter().rev().take(limit).cloned().collect();
                            prop_assert_eq!(short(index.latest(prefix, limit).unwrap()), expected);
                        }
                    }
                }
            }
        }
    }
}
