//! A sled that was left in the middle of being written: some rows are of the head it had, some of the one it was to get.
//!
//! The journal has every commit between the two, and a commit says how its rows are in the end, whatever they were. So
//! all of them are written once more. Whether the rows are then those of the head is for [`Table::verify`] to say.

use std::collections::BTreeMap;

use super::contract::StoreError;
use super::journal::{Changes, Record};
use super::sled::{Change, Table};

/// Finishes what was begun, if anything was and the journal has all of it; else leaves sled as it is.
pub(crate) fn finish(table: &Table, records: &BTreeMap<u64, Record>) -> Result<(), StoreError> {
    let Some(to) = table.unfinished()? else { return Ok(()) };
    let Some(from) = table.head()?.filter(|from| from.sequence < to.sequence) else { return Ok(()) };
    let (mut sequence, mut hash) = (from.sequence, from.hash);
    let mut rows: BTreeMap<String, Change> = BTreeMap::new();
    while sequence < to.sequence {
        let record = records.get(&(sequence + 1)).filter(|record| record.follows(sequence, &hash));
        let Some((record, changes)) = record.and_then(|record| Some((record, record.changes()?))) else {
            return Ok(());
        };
        (sequence, hash) = (record.sequence, record.hash);
        rows.extend(in_the_end(changes, record.sequence));
    }
    if hash != to.hash {
        return Ok(());
    }
    table.apply(rows.iter().map(|(key, change)| (key.as_str(), change)), &to)
}

/// The rows of a commit as it leaves them.
fn in_the_end(changes: Changes, version: u64) -> impl Iterator<Item = (String, Change)> {
    let put = changes.put.into_iter().map(move |(key, value)| (key, Some((version, value))));
    let gone = changes.delete.into_iter().map(|key| (key, None));
    put.chain(gone).map(|(key, change)| (key.as_str().to_owned(), change))
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Batch, Key};
    use super::super::head::Head;
    use super::*;

    /// Commits of ten rows each, some of which the next one changes or removes; their records and the heads they lead to.
    fn commits(count: u64) -> (Vec<Head>, BTreeMap<u64, Record>, Vec<Changes>) {
        let key = |number: u64| Key::new(format!("case/{number:04}")).unwrap();
        let mut rows: BTreeMap<String, (u64, Vec<u8>)> = BTreeMap::new();
        let (mut heads, mut records, mut all) = (vec![Head::default()], BTreeMap::new(), Vec::new());
        for commit in 0..count {
            let put: Vec<_> =
                (0..10).map(|n| (key(commit * 7 + n), format!("\"{commit}\"").into_bytes())).collect();
            let delete = vec![key(commit * 7 + 20)];
            let batch = Batch { put: put.clone(), delete: delete.clone(), ..Batch::default() };
            let before = *heads.last().unwrap();
            let record = Record::new(&before, before.sequence, &batch, commit);
            for (key, value) in &put {
                rows.insert(key.as_str().to_owned(), (record.sequence, value.clone()));
            }
            delete.iter().for_each(|key| drop(rows.remove(key.as_str())));
            let mut head = Head { sequence: record.sequence, hash: record.hash, ..Head::default() };
            rows.iter().for_each(|(key, (version, value))| head.add(key.as_bytes(), *version, value));
            heads.push(head);
            records.insert(record.sequence, record);
            all.push(Changes { put, delete });
        }
        (heads, records, all)
    }

    #[test]
    fn whatever_was_written_of_it_the_rest_follows() {
        let (heads, records, all) = commits(20);
        let mut rows: BTreeMap<String, Change> = BTreeMap::new();
        for (version, changes) in (1..).zip(all) {
            rows.extend(in_the_end(changes, version));
        }
        let last = heads.last().unwrap();
        for written in [0, 1, 63, 64, 100, rows.len()] {
            let dir = tempfile::tempdir().unwrap();
            let table = Table::open(dir.path()).unwrap();
            table.apply(std::iter::empty(), &heads[0]).unwrap();
            table.begin(last).unwrap();
            table.fill(rows.iter().take(written).map(|(key, change)| (key.as_str(), change))).unwrap();

            // A journal that lacks a commit finishes nothing.
            let mut holed = records.clone();
            holed.remove(&7);
            finish(&table, &holed).unwrap();
            assert_eq!(table.unfinished().unwrap(), Some(*last));

            finish(&table, &records).unwrap();
            assert_eq!(table.unfinished().unwrap(), None);
            let (found, _) = table.verify().unwrap().expect("the rows are those of the head");
            assert_eq!(&found, last, "{written} rows were there");
        }
    }
}
