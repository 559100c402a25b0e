//! The quick way to open: after a clean end, where nothing has touched the files since, nothing is read row by row.
//!
//! A clean end leaves a seal: the head, and of each of sled's files name, length, inode and times, as the system gives
//! them to whatever is written, copied or put back from a backup. It is believed only if the manifest says the same head,
//! the journal is whole up to that head and ends there, and sled has that head too; whatever does not fit is left to
//! `recover`.
//!
//! ```text
//! magic "MDGSEAL1" | head (64 bytes) | of each file: name (sized), length, inode u64, changed, written i128 (ns)
//! ```
//! The files themselves are not read: with a million cases they are gigabytes. What rots on a disk is found when it is
//! read, by sled's own checksums; that the rows are those that were committed is proven by every rotation (once a day) and
//! by `store verify`.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::contract::StoreError;
use super::filter::Filter;
use super::head::{Head, push_sized};
use super::index::Index;
use super::journal;
use super::layout::{self, Layout, Manifest};
use super::recover::Opened;
use super::report::OpenReport;
use super::rotate;
use super::sled::Table;

const MAGIC: &[u8; 8] = b"MDGSEAL1";

/// Seals sled's files as they are now, with the keys in them if they were counted. Nobody may write them any more.
pub(crate) fn close(layout: &Layout, head: &Head, keys: Option<&[u8]>) -> Result<(), StoreError> {
    if let Some(keys) = keys {
        layout.replace(&layout.keys(), keys)?;
    }
    let seal = seal(layout, head).map_err(StoreError::io("look at sled to seal it"))?;
    layout.replace(&layout.seal(), &seal)
}

/// The store as it was left; `None` if that cannot be told without a closer look. Changes nothing then, except what sled
/// itself does when it is opened.
pub(crate) fn open(
    layout: &Layout,
    manifest: Option<&Manifest>,
    journals: &[u64],
    snapshots: &[u64],
) -> Result<Option<Opened>, StoreError> {
    let Some(Manifest { generation, head, clean: true }) = manifest.copied() else { return Ok(None) };
    let current = journals.last() == Some(&generation)
        && snapshots.last().is_none_or(|last| *last <= generation)
        && (generation == 1 || snapshots.contains(&generation));
    if !current || !is_unbroken(layout, &head)? {
        return Ok(None);
    }
    let path = layout.journal(generation);
    let Some(length) = journal::whole_until(&path, generation, &head)? else { return Ok(None) };
    // sled may panic over files it does not understand, sealed or not.
    let opened = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let table = Table::open(&layout.sled()).ok()?;
        (table.head().ok()? == Some(head)).then_some(table)
    }));
    let Ok(Some(table)) = opened else { return Ok(None) };
    let journal = rotate::open_journal(&path)?;
    layout.replace(&layout.manifest(), &Manifest { generation, head, clean: false }.encode())?;
    let (sequence, rows) = (head.sequence, head.rows);
    let report = OpenReport { repairs: Vec::new(), clean: true, sequence, rows };
    // Without them the store is slower until the next rotation and nothing else.
    let keys = layout::read_if_any(&layout.keys())?.and_then(|file| Filter::decode(&file, &head));
    let index = Arc::new(Index::new(table, keys));
    Ok(Some(Opened { index, journal, length, generation, head, report }))
}

/// Whether the seal is there, is of this head, and fits the files.
fn is_unbroken(layout: &Layout, head: &Head) -> Result<bool, StoreError> {
    let Some(found) = layout::read_if_any(&layout.seal())? else { return Ok(false) };
    // An old one is known without reading sled.
    if !found.starts_with(&beginning(head)) {
        return Ok(false);
    }
    // A file that cannot be read is looked at more closely by `recover`.
    Ok(seal(layout, head).is_ok_and(|expected| expected == found))
}

fn beginning(head: &Head) -> Vec<u8> {
    let mut seal = MAGIC.to_vec();
    head.encode(&mut seal);
    seal
}

fn seal(layout: &Layout, head: &Head) -> io::Result<Vec<u8>> {
    let dir = layout.sled();
    let mut files = Vec::new();
    list(&dir, &mut files)?;
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut seal = beginning(head);
    for (path, about) in files {
        push_sized(&mut seal, path.strip_prefix(&dir).unwrap_or(&path).as_os_str().as_encoded_bytes());
        seal.extend_from_slice(&about.len().to_le_bytes());
        seal.extend_from_slice(&about.ino().to_le_bytes());
        for (seconds, nanoseconds) in
            [(about.ctime(), about.ctime_nsec()), (about.mtime(), about.mtime_nsec())]
        {
            seal.extend_from_slice(
                &(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)).to_le_bytes(),
            );
        }
    }
    Ok(seal)
}

fn list(dir: &Path, files: &mut Vec<(PathBuf, Metadata)>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push((entry.path(), about));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::contract::{Batch, Commit, Key};
    use super::super::local::{Local, Options};
    use super::*;

    async fn closed(dir: &Path) -> Layout {
        let (store, _) = Local::open(Options::new(dir)).await.unwrap();
        for n in 0..20 {
            let put = vec![(
                Key::new(format!("case/{n}")).unwrap(),
                format!("\"{}\"", "x".repeat(100 * n)).into_bytes(),
            )];
            let done = store.commit(Batch { put, ..Batch::default() }).await.unwrap();
            assert!(matches!(done, Commit::Done(_)));
        }
        store.close().await.unwrap();
        Layout { dir: dir.to_owned() }
    }

    fn opens_quickly(layout: &Layout) -> bool {
        let manifest = layout::read_if_any(&layout.manifest()).unwrap().as_deref().and_then(Manifest::decode);
        let (journals, snapshots) =
            (layout.generations("journal").unwrap(), layout.generations("snapshot").unwrap());
        open(layout, manifest.as_ref(), &journals, &snapshots).unwrap().is_some()
    }

    fn append(path: &Path) {
        fs::File::options().append(true).open(path).unwrap().write_all(b"\0").unwrap();
    }

    fn flip(path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        // Beside it first, so that it is another file however coarse the system's clock is.
        let beside = path.with_extension("new");
        fs::write(&beside, bytes).unwrap();
        fs::rename(beside, path).unwrap();
    }

    #[tokio::test]
    async fn only_what_nobody_has_touched_opens_quickly() {
        type Touch = fn(&Layout);
        let rows: [(&str, bool, Touch); 10] = [
            ("as it was left", true, |_| {}),
            ("a bit of sled", false, |layout| flip(&layout.sled().join("db"))),
            ("a file too many in sled", false, |layout| fs::write(layout.sled().join("more"), b"").unwrap()),
            ("sled gone", false, |layout| fs::remove_dir_all(layout.sled()).unwrap()),
            ("a bit of the journal", false, |layout| flip(&layout.journal(1))),
            ("a longer journal", false, |layout| append(&layout.journal(1))),
            ("another journal", false, |layout| fs::hard_link(layout.journal(1), layout.journal(2)).unwrap()),
            ("no seal", false, |layout| fs::remove_file(layout.seal()).unwrap()),
            ("a bit of the seal", false, |layout| flip(&layout.seal())),
            ("no manifest", false, |layout| fs::remove_file(layout.manifest()).unwrap()),
        ];
        for (name, quick, touch) in rows {
            let dir = tempfile::tempdir().unwrap();
            let layout = closed(dir.path()).await;
            touch(&layout);
            assert_eq!(opens_quickly(&layout), quick, "{name}");
        }
    }

    #[tokio::test]
    async fn a_store_that_was_not_closed_is_read_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let layout = closed(dir.path()).await;
        assert!(opens_quickly(&layout));
        assert!(!opens_quickly(&layout), "nobody closed it since");
    }
}
