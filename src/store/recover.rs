//! Opening: comparing manifest, journal, snapshot and sled, and coming back to the last commit or refusing.
//!
//! The rule, in one sentence: *a source (sled if every row proves whole, else a snapshot) plus the journal records
//! that follow it without a hole must reach everything known to have been acknowledged; otherwise nothing is opened.*
//!
//! Known to have been acknowledged is: the head in the manifest (exact after a clean end), the head in a sled that
//! proves whole (sled is written after the journal), and the `durable` mark in every readable journal record (written
//! with the group after the one it names). So a torn, never acknowledged tail is cut and kept aside, while damage in
//! the middle, or a truncation that takes acknowledged commits, is only passed where sled still has those commits: then a
//! new snapshot and journal are written from sled. A missing journal is passed only with sled whole after a clean end.
//! What cannot be seen: commits that were acknowledged and had not reached sled at a crash (those of the last second, or
//! of a few MiB while much is written), if at the same time the disk lost the end of the journal exactly at a record's
//! border.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use super::contract::StoreError;
use super::filter::Filter;
use super::head::Head;
use super::index::Index;
use super::journal::{self, Gap, HEADER, Header, Record};
use super::layout::{self, Layout, Manifest};
use super::pending::Pending;
use super::report::{OpenReport, Repair};
use super::rotate;
use super::seal;
use super::sled::Table;
use super::snapshot;
use super::unfinished;

/// A store ready for its writer.
pub(crate) struct Opened {
    pub(crate) index: Arc<Index>,
    pub(crate) journal: File,
    pub(crate) length: u64,
    pub(crate) generation: u64,
    pub(crate) head: Head,
    pub(crate) report: OpenReport,
}

/// Everything that the journals say.
struct History {
    records: BTreeMap<u64, Record>,
    /// The current journal, if there is one.
    current: Option<Current>,
    /// Base heads of all journals that have a readable header, by generation.
    bases: BTreeMap<u64, Head>,
    first_gap: Option<(PathBuf, Gap)>,
}

struct Current {
    header: Option<Header>,
    /// Sequence and end offset of each record, in file order.
    ends: Vec<(u64, u64)>,
    gaps: Vec<Gap>,
    length: u64,
}

/// Opens or creates the store in `layout`, whose lock the caller holds.
pub(crate) fn open(layout: &Layout) -> Result<Opened, StoreError> {
    remove_temporaries(layout)?;
    let manifest_bytes = layout::read_if_any(&layout.manifest())?;
    let manifest = manifest_bytes.as_deref().and_then(Manifest::decode);
    let journals = layout.generations("journal")?;
    let snapshots = layout.generations("snapshot")?;
    if manifest_bytes.is_none() && journals.is_empty() && snapshots.is_empty() && !layout.sled().exists() {
        return create(layout);
    }
    if let Some(opened) = seal::open(layout, manifest.as_ref(), &journals, &snapshots)? {
        return Ok(opened);
    }
    let generation = [journals.last(), snapshots.last(), manifest.as_ref().map(|m| &m.generation)]
        .into_iter()
        .flatten()
        .max()
        .copied()
        .unwrap_or(1);
    let clean = manifest.is_some_and(|manifest| manifest.clean);
    let mut report = OpenReport { clean, ..OpenReport::default() };
    if manifest.is_none() {
        report.repairs.push(Repair::ManifestRewritten);
    }
    let history = read_history(layout, &journals, generation)?;
    let Looked { found, begun, why } = open_table(layout, &history);
    let table_head = found.as_ref().map(|(_, head)| *head);
    let floor = [manifest.map(|m| m.head.sequence), table_head.map(|h| h.sequence), begun]
        .into_iter()
        .flatten()
        .chain(history.records.values().map(|record| record.durable))
        .max()
        .unwrap_or(0);
    let journal_gone =
        history.current.as_ref().is_none_or(|current| current.header.is_none() && current.ends.is_empty());
    if journal_gone && !clean {
        return Err(refuse(
            layout,
            generation,
            &history,
            floor,
            "the journal is gone or unreadable and the store was not closed in order",
        ));
    }

    let reached = table_head.map(|head| reach(&history.records, &head));
    let (index, head) = match (found, reached) {
        (Some((index, head)), Some(reached)) if reached >= floor => {
            let after = replay(&index, head, &history.records)?;
            if after.sequence > head.sequence {
                report.repairs.push(Repair::Replayed { from: head.sequence, to: after.sequence });
            }
            (index, after)
        }
        (found, _) => {
            drop(found);
            let Some((source, base)) = choose_source(layout, &snapshots, &history, floor)? else {
                return Err(refuse(
                    layout,
                    generation,
                    &history,
                    floor,
                    "commits that were acknowledged cannot be read",
                ));
            };
            let (index, head) = rebuild(layout, source, base, &history.records)?;
            let why = why.unwrap_or_else(|| "it lacks commits".to_owned());
            report.repairs.push(Repair::Rebuilt { why, rows: head.rows });
            (index, head)
        }
    };
    finish(layout, generation, index, head, &history, &snapshots, report)
}

/// A new store: the journal first, then the manifest that speaks of it.
fn create(layout: &Layout) -> Result<Opened, StoreError> {
    let head = Head::default();
    let journal = rotate::create_journal(layout, 1, head)?;
    layout.replace(&layout.manifest(), &Manifest { generation: 1, head, clean: false }.encode())?;
    let table = Table::open(&layout.sled())?;
    table.apply(std::iter::empty(), &head)?;
    let report = OpenReport { repairs: vec![Repair::Created], clean: true, ..OpenReport::default() };
    let index = Arc::new(Index::new(table, Some(Filter::with_room(0))));
    Ok(Opened { index, journal, length: HEADER as u64, generation: 1, head, report })
}

fn remove_temporaries(layout: &Layout) -> Result<(), StoreError> {
    let listing = fs::read_dir(&layout.dir).map_err(StoreError::io("list the store's directory"))?;
    for path in listing.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "tmp") {
            continue;
        }
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(StoreError::io("remove a temporary file"))?;
    }
    Ok(())
}

fn read_history(layout: &Layout, journals: &[u64], generation: u64) -> Result<History, StoreError> {
    let mut history =
        History { records: BTreeMap::new(), current: None, bases: BTreeMap::new(), first_gap: None };
    for number in journals {
        let path = layout.journal(*number);
        let Some(bytes) = layout::read_if_any(&path)? else { continue };
        let scan = journal::scan(&bytes);
        if let Some(header) = scan.header {
            history.bases.insert(*number, header.base);
        }
        if let (None, Some(gap)) = (&history.first_gap, scan.gaps.first()) {
            history.first_gap = Some((path, *gap));
        }
        let ends = scan.records.iter().map(|(end, record)| (record.sequence, *end)).collect();
        if *number == generation {
            let length = bytes.len() as u64;
            history.current = Some(Current { header: scan.header, ends, gaps: scan.gaps, length });
        }
        history.records.extend(scan.records.into_iter().map(|(_, record)| (record.sequence, record)));
    }
    Ok(history)
}

/// What a look at sled says.
struct Looked {
    /// sled and its head, if it can be believed.
    found: Option<(Index, Head)>,
    /// The sequence it was being brought to at a crash: nothing goes there that was not acknowledged.
    begun: Option<u64>,
    /// Why it cannot be believed.
    why: Option<String>,
}

fn open_table(layout: &Layout, history: &History) -> Looked {
    let unseen = |why: String| Looked { found: None, begun: None, why: Some(why) };
    if !layout.sled().exists() {
        return unseen("its files are gone".to_owned());
    }
    let table = match Table::open(&layout.sled()) {
        Ok(table) => table,
        Err(error) => return unseen(format!("it does not open ({error})")),
    };
    let begun = std::panic::catch_unwind(AssertUnwindSafe(|| table.unfinished()));
    let begun = begun.ok().and_then(Result::ok).flatten().map(|head| head.sequence);
    // sled may panic in the middle of reading a damaged file.
    let verified = std::panic::catch_unwind(AssertUnwindSafe(|| {
        unfinished::finish(&table, &history.records)?;
        table.verify()
    }));
    let give_up = |table: Table, why: String| {
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(table)));
        Looked { found: None, begun, why: Some(why) }
    };
    let (head, keys) = match verified {
        Ok(Ok(Some(found))) => found,
        Ok(Ok(None)) => return give_up(table, "rows are missing or altered in it".to_owned()),
        Ok(Err(error)) => return give_up(table, format!("it cannot be read ({error})")),
        Err(_) => return give_up(table, "it cannot be read (panic)".to_owned()),
    };
    let same = |sequence: u64, hash: &[u8; 32]| sequence != head.sequence || *hash == head.hash;
    let ours = history.records.values().all(|record| same(record.sequence, &record.hash))
        && history.bases.values().all(|base| same(base.sequence, &base.hash));
    if ours {
        Looked { found: Some((Index::new(table, Some(keys)), head)), begun, why: None }
    } else {
        give_up(table, "it belongs to another history".to_owned())
    }
}

/// The last sequence that follows `head` without a hole.
fn reach(records: &BTreeMap<u64, Record>, head: &Head) -> u64 {
    let (mut sequence, mut hash) = (head.sequence, head.hash);
    while let Some(record) = records.get(&(sequence + 1)).filter(|record| record.follows(sequence, &hash)) {
        sequence = record.sequence;
        hash = record.hash;
    }
    sequence
}

/// Applies all records that follow `head` without a hole.
fn replay(index: &Index, head: Head, records: &BTreeMap<u64, Record>) -> Result<Head, StoreError> {
    let mut pending = Pending::new(head);
    for (sequence, record) in records.range(head.sequence + 1..) {
        if !record.follows(pending.head.sequence, &pending.head.hash) {
            break;
        }
        let changes = record
            .changes()
            .ok_or_else(|| StoreError::Engine(format!("journal record {sequence} holds no changes")))?;
        pending.take(index, record, changes)?;
        if pending.len() >= 2000 {
            pending.apply(index);
            index.settle()?;
        }
    }
    if pending.head != head {
        pending.apply(index);
        index.settle()?;
    }
    Ok(pending.head)
}

/// The newest snapshot (or the empty beginning) from which the journals reach `floor`.
fn choose_source(
    layout: &Layout,
    snapshots: &[u64],
    history: &History,
    floor: u64,
) -> Result<Option<(Option<PathBuf>, Head)>, StoreError> {
    for generation in snapshots.iter().rev() {
        let path = layout.snapshot(*generation);
        if let Some((_, head)) = snapshot::read(&path, |_, _, _| Ok(()))?
            && reach(&history.records, &head) >= floor
        {
            return Ok(Some((Some(path), head)));
        }
    }
    let empty = Head::default();
    let from_the_beginning = history.bases.get(&1) == Some(&empty) || history.records.contains_key(&1);
    Ok((from_the_beginning && reach(&history.records, &empty) >= floor).then_some((None, empty)))
}

/// Fills a new sled. Its head is written last, so that a crash in between leaves a sled that is not believed.
fn rebuild(
    layout: &Layout,
    source: Option<PathBuf>,
    base: Head,
    records: &BTreeMap<u64, Record>,
) -> Result<(Index, Head), StoreError> {
    if layout.sled().exists() {
        fs::remove_dir_all(layout.sled()).map_err(StoreError::io("remove the damaged sled"))?;
    }
    let table = Table::open(&layout.sled())?;
    if let Some(path) = source {
        let mut rows = Vec::new();
        snapshot::read(&path, |key, version, value| {
            rows.push((key.to_owned(), Some((version, value.to_vec()))));
            if rows.len() >= 5000 {
                table.fill(rows.iter().map(|(key, change)| (key.as_str(), change)))?;
                rows.clear();
            }
            Ok(())
        })?;
        table.fill(rows.iter().map(|(key, change)| (key.as_str(), change)))?;
    }
    table.apply(std::iter::empty(), &base)?;
    let index = Index::new(table, None);
    let head = replay(&index, base, records)?;
    index.flush()?;
    match index.table().verify()? {
        Some((found, keys)) if found == head => {
            index.count(keys);
            Ok((index, head))
        }
        Some(_) | None => Err(StoreError::Engine("sled does not hold what was written into it".to_owned())),
    }
}

/// Goes on with the current journal if it is sound up to `head`, else begins a new generation from sled.
fn finish(
    layout: &Layout,
    generation: u64,
    index: Index,
    head: Head,
    history: &History,
    snapshots: &[u64],
    mut report: OpenReport,
) -> Result<Opened, StoreError> {
    (report.sequence, report.rows) = (head.sequence, head.rows);
    let snapshot_there = generation == 1 || snapshots.contains(&generation);
    let sound = history.current.as_ref().and_then(|current| current.sound_until(&head));
    if let (Some((length, end)), true) = (sound, snapshot_there) {
        if end > length {
            report.repairs.push(cut_tail(layout, generation, length, head.sequence)?);
        }
        let journal = rotate::open_journal(&layout.journal(generation))?;
        layout.replace(&layout.manifest(), &Manifest { generation, head, clean: false }.encode())?;
        let index = Arc::new(index);
        return Ok(Opened { index, journal, length, generation, head, report });
    }
    let next = generation + 1;
    let (journal, keys) = rotate::begin(layout, index.table(), next, head)?;
    index.count(keys);
    if sound.is_some_and(|(length, end)| length == end) {
        report.repairs.push(Repair::SnapshotRewritten);
    } else {
        let path = layout.journal(generation);
        let kept = path.exists().then(|| layout.damaged(&format!("journal-{generation:010}")));
        if let Some(kept) = &kept {
            rotate::keep_trail(layout, generation, &path)?;
            fs::rename(&path, kept).map_err(StoreError::io("set the damaged journal aside"))?;
            layout::sync_dir(&layout.dir)?;
        }
        report.repairs.push(Repair::JournalReplaced { kept, sequence: head.sequence });
    }
    let index = Arc::new(index);
    Ok(Opened { index, journal, length: HEADER as u64, generation: next, head, report })
}

impl Current {
    /// Where to append after `head` and where the file ends now, if all before is header and records without a hole.
    fn sound_until(&self, head: &Head) -> Option<(u64, u64)> {
        let base = self.header?.base;
        let mut length = HEADER as u64;
        let mut sequence = base.sequence;
        for (number, end) in self.ends.iter().take_while(|(number, _)| *number <= head.sequence) {
            if *number != sequence + 1 {
                return None;
            }
            (sequence, length) = (*number, *end);
        }
        let whole = sequence == head.sequence && self.gaps.iter().all(|gap| gap.start >= length);
        whole.then_some((length, self.length))
    }
}

/// Sets the bytes after `length` aside and cuts them off.
fn cut_tail(layout: &Layout, generation: u64, length: u64, sequence: u64) -> Result<Repair, StoreError> {
    let path = layout.journal(generation);
    let bytes = fs::read(&path).map_err(StoreError::io("read the journal"))?;
    let tail = usize::try_from(length).ok().and_then(|length| bytes.get(length..)).unwrap_or_default();
    let kept = layout.damaged(&format!("tail-{generation:010}"));
    layout.replace(&kept, tail)?;
    let journal = rotate::open_journal(&path)?;
    journal.set_len(length).map_err(StoreError::io("cut the journal"))?;
    journal.sync_all().map_err(StoreError::io("sync the journal"))?;
    Ok(Repair::TailCut { kept, bytes: tail.len() as u64, sequence })
}

fn refuse(layout: &Layout, generation: u64, history: &History, floor: u64, what: &str) -> StoreError {
    let (file, offset) = match &history.first_gap {
        Some((path, gap)) => (path.clone(), gap.start),
        None => (layout.journal(generation), history.current.as_ref().map_or(0, |current| current.length)),
    };
    let start = history.bases.values().next().copied().unwrap_or_default();
    StoreError::Damaged {
        file,
        offset,
        sequence: reach(&history.records, &start),
        what: format!(
            "{what} (acknowledged up to at least {floor}); nothing was changed; restore the directory or import an export"
        ),
    }
}
