//! Looking at a store without changing it: every journal, snapshot, trail and blob, and sled through a copy.
//!
//! Takes the lock, so it never runs beside a daemon. sled cannot be opened without being written to, so a copy is opened
//! (`verify.tmp` inside the directory, removed afterwards).

use std::collections::BTreeMap;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use super::blob;
use super::contract::StoreError;
use super::head::{Head, row_hash};
use super::journal::{self, Record};
use super::layout::{self, Layout, Lock, Manifest};
use super::sled::Table;
use super::snapshot;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Sequence of the last commit in the journal.
    pub sequence: u64,
    /// Rows in sled.
    pub rows: u64,
    /// Blobs looked at.
    pub blobs: u64,
    /// Whether the store was closed in order.
    pub clean: bool,
    /// Everything that is not as it should be; empty when all is well.
    pub problems: Vec<Problem>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file or directory.
    pub file: PathBuf,
    /// What is wrong, without a full stop.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.what)
    }
}

/// The rows as snapshot and journal say they are: version and hash, by key.
struct Replica {
    head: Head,
    rows: BTreeMap<String, u128>,
}

/// Checks the store in `dir`. An error means that it could not be checked, not that it is damaged.
pub fn verify(dir: &Path) -> Result<VerifyReport, StoreError> {
    let layout = Layout { dir: dir.to_owned() };
    if !dir.is_dir() {
        return Err(StoreError::Engine("there is no store in this directory".to_owned()));
    }
    let _lock = Lock::take(&layout)?;
    let mut report = VerifyReport::default();
    let manifest = layout::read_if_any(&layout.manifest())?.as_deref().and_then(Manifest::decode);
    match manifest {
        Some(manifest) => report.clean = manifest.clean,
        None => report.note(layout.manifest(), "missing or damaged"),
    }
    let replica = history(&layout, &mut report)?;
    report.sequence = replica.head.sequence;
    if let Some(manifest) = manifest
        && manifest.head.sequence > replica.head.sequence
    {
        let what = format!("ends at {}, before commit {}", replica.head.sequence, manifest.head.sequence);
        report.note(layout.journal(manifest.generation), &what);
    }
    index(&layout, &replica, &mut report)?;
    for (id, path) in blob::list(&layout.blobs())? {
        let Some(id) = id else { continue };
        report.blobs += 1;
        if let Err(error) = blob::read(&layout.blobs(), &id) {
            report.note(path, &error.to_string());
        }
    }
    Ok(report)
}

impl VerifyReport {
    fn note(&mut self, file: PathBuf, what: &str) {
        self.problems.push(Problem { file, what: what.to_owned() });
    }
}

/// Walks trails, snapshots and journals from old to new; returns the state they lead to.
fn history(layout: &Layout, report: &mut VerifyReport) -> Result<Replica, StoreError> {
    let mut replica = Replica { head: Head::default(), rows: BTreeMap::new() };
    for generation in layout.generations("trail")? {
        records(&layout.trail(generation), report, |_| {})?;
    }
    for generation in layout.generations("snapshot")? {
        let path = layout.snapshot(generation);
        let mut rows = BTreeMap::new();
        let read = snapshot::read(&path, |key, version, value| {
            rows.insert(key.to_owned(), row_hash(key.as_bytes(), version, value));
            Ok(())
        })?;
        match read {
            Some((_, head)) => replica = Replica { head, rows },
            None => report.note(path, "damaged: its checksum does not match"),
        }
    }
    let journals = layout.generations("journal")?;
    if journals.is_empty() {
        report.note(layout.journal(1), "missing");
    }
    for generation in journals {
        records(&layout.journal(generation), report, |record| replica.follow(&record))?;
    }
    Ok(replica)
}

/// Reads one journal or trail; notes holes and breaks of the chain.
fn records(path: &Path, report: &mut VerifyReport, mut each: impl FnMut(Record)) -> Result<(), StoreError> {
    let scan = journal::scan(&layout::read_if_any(path)?.unwrap_or_default());
    if scan.header.is_none() {
        report.note(path.to_owned(), "its header is missing or damaged");
    }
    for gap in &scan.gaps {
        report.note(path.to_owned(), &format!("no valid record in bytes {} to {}", gap.start, gap.end));
    }
    let mut last = scan.header.map(|header| (header.base.sequence, header.base.hash));
    for (end, record) in scan.records {
        if let Some((sequence, hash)) = last
            && !record.follows(sequence, &hash)
        {
            let what = format!("the record ending at byte {end} does not follow commit {sequence}");
            report.note(path.to_owned(), &what);
        }
        last = Some((record.sequence, record.hash));
        each(record);
    }
    Ok(())
}

impl Replica {
    fn follow(&mut self, record: &Record) {
        if !record.follows(self.head.sequence, &self.head.hash) {
            return;
        }
        let Some(changes) = record.changes() else { return };
        for (key, value) in changes.put {
            let hash = row_hash(key.as_str().as_bytes(), record.sequence, &value);
            self.rows.insert(key.as_str().to_owned(), hash);
        }
        for key in changes.delete {
            self.rows.remove(key.as_str());
        }
        (self.head.sequence, self.head.hash) = (record.sequence, record.hash);
    }

    fn head(&self) -> Head {
        let fold = self.rows.values().fold(0_u128, |sum, hash| sum.wrapping_add(*hash));
        Head { rows: self.rows.len() as u64, fold, ..self.head }
    }
}

/// What a copy of sled is.
enum Sled {
    /// Its rows are those of its head.
    Whole(Head),
    /// They are not.
    Untrue,
    /// It was being brought to a later head.
    Unfinished,
}

/// Compares sled, through a copy, with what snapshot and journal lead to.
fn index(layout: &Layout, replica: &Replica, report: &mut VerifyReport) -> Result<(), StoreError> {
    if !layout.sled().exists() {
        report.note(layout.sled(), "missing");
        return Ok(());
    }
    let copy = layout.dir.join("verify.tmp");
    let io = || StoreError::io("copy sled to look at it");
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(io())?;
    }
    copy_dir(&layout.sled(), &copy)?;
    let looked = std::panic::catch_unwind(AssertUnwindSafe(|| -> Result<_, StoreError> {
        let table = Table::open(&copy)?;
        // Left in the middle of being written: the next start finishes it.
        if table.unfinished()?.is_some_and(|to| to.sequence <= replica.head.sequence) {
            return Ok(Sled::Unfinished);
        }
        Ok(table.verify()?.map_or(Sled::Untrue, |(head, _)| Sled::Whole(head)))
    }));
    fs::remove_dir_all(&copy).map_err(io())?;
    let expected = replica.head();
    match looked {
        Ok(Ok(Sled::Unfinished)) => report.rows = expected.rows,
        Ok(Ok(Sled::Whole(head))) => {
            report.rows = head.rows;
            if head.sequence == expected.sequence && head != expected {
                report.note(layout.sled(), "its rows are not those of snapshot and journal");
            } else if head.sequence > expected.sequence {
                let what =
                    format!("is at commit {}, ahead of the journal at {}", head.sequence, expected.sequence);
                report.note(layout.sled(), &what);
            } else if head.sequence < expected.sequence && report.clean {
                let what = format!(
                    "is at commit {}, behind the journal at {}, after a clean end",
                    head.sequence, expected.sequence
                );
                report.note(layout.sled(), &what);
            }
        }
        Ok(Ok(Sled::Untrue)) => report.note(layout.sled(), "rows are missing or altered"),
        Ok(Err(error)) => report.note(layout.sled(), &error.to_string()),
        Err(_) => report.note(layout.sled(), "cannot be read"),
    }
    Ok(())
}

fn copy_dir(from: &Path, to: &Path) -> Result<(), StoreError> {
    let io = || StoreError::io("copy sled to look at it");
    layout::create_dir(to)?;
    for entry in fs::read_dir(from).map_err(io())? {
        let entry = entry.map_err(io())?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).map_err(io())?;
        }
    }
    Ok(())
}
