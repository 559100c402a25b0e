//! Beginning a new generation: snapshot, new journal, manifest; dropping what is two generations old.
//!
//! The order makes every crash in between harmless: the snapshot is written beside its name and read back first; then
//! the new journal gets its name, then the manifest speaks of it, then the snapshot gets its name. So a snapshot with a
//! name always had a journal. The generation before is kept whole as a fallback; of older journals only the trail stays:
//! the records without their rows.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use super::contract::StoreError;
use super::filter::Filter;
use super::head::Head;
use super::journal::{self, Header};
use super::layout::{self, Layout, Manifest};
use super::sled::Table;
use super::snapshot;

/// Opens a journal for appending.
pub(crate) fn open_journal(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new().append(true).read(true).open(path).map_err(StoreError::io("open the journal"))
}

/// Creates a journal that holds only its header.
pub(crate) fn create_journal(layout: &Layout, generation: u64, base: Head) -> Result<File, StoreError> {
    let path = layout.journal(generation);
    layout.replace(&path, &Header { generation, base }.encode())?;
    open_journal(&path)
}

/// Writes and checks the snapshot of `generation`, then makes that generation the current one. Answers its journal and the
/// keys there are.
pub(crate) fn begin(
    layout: &Layout,
    table: &Table,
    generation: u64,
    head: Head,
) -> Result<(File, Filter), StoreError> {
    let path = layout.snapshot(generation);
    let temporary = path.with_extension("tmp");
    let mut keys = Filter::with_room(head.rows);
    let rows = table.rows().inspect(|row| {
        if let Ok((key, _, _)) = row {
            keys.insert(key);
        }
    });
    let written = snapshot::write(&temporary, generation, &head, rows)
        .and_then(|()| snapshot::read(&temporary, |_, _, _| Ok(())));
    match written {
        Ok(Some(read)) if read == (generation, head) => {}
        Ok(_) => {
            let _ = fs::remove_file(&temporary);
            return Err(StoreError::Engine("a snapshot did not read back as written".to_owned()));
        }
        Err(error) => {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
    }
    let journal = create_journal(layout, generation, head)?;
    layout.replace(&layout.manifest(), &Manifest { generation, head, clean: false }.encode())?;
    fs::rename(&temporary, &path).map_err(StoreError::io("rename a snapshot"))?;
    layout::sync_dir(&layout.dir)?;
    Ok((journal, keys))
}

/// Drops the generations before `keep`; notes of their journals move to the trail first.
pub(crate) fn drop_before(layout: &Layout, keep: u64) -> Result<(), StoreError> {
    for generation in layout.generations("journal")?.into_iter().filter(|number| *number < keep) {
        keep_trail(layout, generation, &layout.journal(generation))?;
        fs::remove_file(layout.journal(generation)).map_err(StoreError::io("remove an old journal"))?;
    }
    for generation in layout.generations("snapshot")?.into_iter().filter(|number| *number < keep) {
        fs::remove_file(layout.snapshot(generation)).map_err(StoreError::io("remove an old snapshot"))?;
    }
    layout::sync_dir(&layout.dir)
}

/// Copies a journal's records, without their rows, to the trail.
pub(crate) fn keep_trail(layout: &Layout, generation: u64, journal: &Path) -> Result<(), StoreError> {
    let Some(bytes) = layout::read_if_any(journal)? else { return Ok(()) };
    let scan = journal::scan(&bytes);
    let base = scan.header.map(|header| header.base).unwrap_or_default();
    let mut out = Header { generation, base }.encode();
    for (_, record) in &scan.records {
        record.without_changes().encode(&mut out);
    }
    layout.replace(&layout.trail(generation), &out)
}
