//! The local engine: readers ask sled, commits go through the queue of the one writer.
//!
//! Owns the handles; never writes journal or sled itself.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::Thread;
use std::time::SystemTime;

use tokio::sync::{mpsc, oneshot};

use super::audit::{self, Audit, AuditHead};
use super::blob::{self, BlobId};
use super::contract::{Batch, Commit, Key, Note, Row, StoreError, Version};
use super::disk::{Disk, RealDisk};
use super::index::Index;
use super::journal;
use super::layout::{self, Layout, Lock};
use super::recover;
use super::report::OpenReport;
use super::writer::{Progress, Reply, Request, Shared, Writer};

/// So many rows are read where they are asked for: that takes less time than waking another thread.
const FEW: usize = 64;

/// Where the store is and how careful it is.
#[derive(Clone)]
pub struct Options {
    /// The store's directory; made if missing.
    pub dir: PathBuf,
    /// Room that must stay free on the disk, in bytes; below it commits are refused with [`StoreError::Full`].
    pub reserve: u64,
    /// Journal size from which [`Stats::rotation_due`] is true, in bytes.
    pub rotate_at: u64,
    /// The disk; tests bring one that fails.
    pub disk: Arc<dyn Disk>,
}

impl Options {
    /// The usual: 32 MiB reserve, rotation from 64 MiB.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), reserve: 32 << 20, rotate_at: 64 << 20, disk: Arc::new(RealDisk) }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("dir", &self.dir)
            .field("reserve", &self.reserve)
            .finish_non_exhaustive()
    }
}

/// Where a store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Sequence of the last commit.
    pub sequence: u64,
    /// Number of rows.
    pub rows: u64,
    /// Number of the current journal.
    pub generation: u64,
    /// Its size in bytes.
    pub journal_bytes: u64,
    /// Whether the journal has grown enough to rotate for its size; rotating for its age is the daemon's clock.
    pub rotation_due: bool,
    /// Whether commits are accepted; `false` after a disk failure whose outcome is in doubt: open again.
    pub healthy: bool,
}

/// An audit note with its place in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// The commit it came with.
    pub sequence: u64,
    /// That commit's time, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The note.
    pub note: Note,
}

/// Handle to the local engine.
#[derive(Clone)]
pub struct Local {
    layout: Layout,
    options: Options,
    queue: mpsc::Sender<Request>,
    /// The one that takes from the queue; it may be dozing.
    writer: Thread,
    shared: Arc<Shared>,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("dir", &self.layout.dir).finish_non_exhaustive()
    }
}

impl Local {
    pub(super) async fn open(options: Options) -> Result<(Self, OpenReport), StoreError> {
        blocking(move || {
            let layout = Layout { dir: options.dir.clone() };
            layout::create_dir(&layout.dir)?;
            layout::create_dir(&layout.blobs())?;
            let lock = Lock::take(&layout)?;
            let opened = recover::open(&layout)?;
            let report = opened.report.clone();
            let shared = Arc::new(Shared {
                index: RwLock::new(Some(Arc::clone(&opened.index))),
                progress: Mutex::new(Progress::default()),
            });
            let disk = Arc::clone(&options.disk);
            let writer =
                Writer::new(layout.clone(), lock, disk, options.reserve, opened, Arc::clone(&shared));
            let (queue, requests) = mpsc::channel(4096);
            let writer = std::thread::Builder::new()
                .name("store-writer".to_owned())
                .spawn(move || writer.run(requests))
                .map_err(StoreError::io("start the writer thread"))?;
            let writer = writer.thread().clone();
            Ok((Self { layout, options, queue, writer, shared }, report))
        })
        .await
    }

    fn index(&self) -> Result<Arc<Index>, StoreError> {
        let index = self.shared.index.read().unwrap_or_else(PoisonError::into_inner);
        index.clone().ok_or(StoreError::Closed)
    }

    /// A few microseconds from the cache, one disk read beside it: not worth another thread.
    pub(super) fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        let found = self.index()?.get(key.as_str())?;
        Ok(found.map(|(version, value)| Row { key: key.clone(), value, version: Version(version) }))
    }

    /// Each as quick as [`Local::get`]; meant for a few.
    pub(super) fn latest(&self, prefix: &str, most: usize) -> Result<Vec<Row>, StoreError> {
        self.index()?.latest(prefix, most)
    }

    pub(super) async fn scan(
        &self,
        prefix: &str,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let index = self.index()?;
        let mut rows = index.scan(prefix, from, limit.min(FEW))?;
        let Some(last) = rows.last().filter(|_| rows.len() == FEW && limit > FEW) else { return Ok(rows) };
        let (prefix, from) = (prefix.to_owned(), last.key.as_str().to_owned());
        rows.extend(blocking(move || index.scan(&prefix, Some(&from), limit - FEW)).await?);
        Ok(rows)
    }

    pub(super) async fn commit(&self, batch: Batch) -> Result<Commit, StoreError> {
        batch.check()?;
        self.ask(|reply| Request::Commit(batch, reply)).await
    }

    pub(super) async fn rotate(&self) -> Result<(), StoreError> {
        self.ask(Request::Rotate).await
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.ask(Request::Close).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(request(reply)).await.map_err(|_| StoreError::Closed)?;
        self.writer.unpark();
        // No answer: closed with the request still in the queue, or the writer died in the middle of it.
        answer.await.unwrap_or_else(|_| Err(StoreError::Unknown("the writer is gone".to_owned())))
    }

    pub(super) async fn notes(&self, after: u64, limit: usize) -> Result<Vec<NoteRow>, StoreError> {
        let (layout, last) = (self.layout.clone(), self.stats().sequence);
        blocking(move || {
            let mut rows = Vec::new();
            let mut next = after + 1;
            let mut commits = 0;
            for path in layout.chain()? {
                let bytes = layout::read_if_any(&path)?.unwrap_or_default();
                for (_, record) in journal::scan(&bytes).records {
                    // A journal set into the trail twice, or one being appended to just now, says nothing new.
                    if record.sequence < next || record.sequence > last || commits >= limit {
                        continue;
                    }
                    next = record.sequence + 1;
                    let notes = record.notes();
                    commits += usize::from(!notes.is_empty());
                    let (sequence, at) = (record.sequence, record.at);
                    rows.extend(notes.into_iter().map(|note| NoteRow { sequence, at, note }));
                }
            }
            Ok(rows)
        })
        .await
    }

    pub(super) async fn audit(
        &self,
        case: Option<String>,
        known: Option<AuditHead>,
    ) -> Result<Audit, StoreError> {
        let (layout, last) = (self.layout.clone(), self.stats().sequence);
        blocking(move || audit::walk(&layout, last, case.as_deref(), known.as_ref())).await
    }

    pub(super) fn audit_head(&self) -> Option<AuditHead> {
        let progress = *self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let head = progress.head;
        (head.sequence > 0).then(|| AuditHead::new(head.sequence, &head.hash))
    }

    pub(super) async fn put_blob(&self, bytes: Vec<u8>) -> Result<BlobId, StoreError> {
        let (dir, options) = (self.layout.blobs(), self.options.clone());
        blocking(move || {
            let free = options.disk.free(&dir).map_err(StoreError::io("measure free room"))?;
            if free < options.reserve.saturating_add(bytes.len() as u64) {
                return Err(StoreError::Full);
            }
            blob::put(&dir, &bytes)
        })
        .await
    }

    pub(super) async fn blob(&self, id: &BlobId) -> Result<Vec<u8>, StoreError> {
        let (dir, id) = (self.layout.blobs(), id.clone());
        blocking(move || blob::read(&dir, &id)).await
    }

    pub(super) async fn blobs(&self) -> Result<Vec<BlobId>, StoreError> {
        let dir = self.layout.blobs();
        blocking(move || Ok(blob::list(&dir)?.into_iter().filter_map(|(id, _)| id).collect())).await
    }

    pub(super) async fn sweep_blobs(
        &self,
        referenced: BTreeSet<BlobId>,
        before: SystemTime,
    ) -> Result<usize, StoreError> {
        let dir = self.layout.blobs();
        blocking(move || blob::sweep(&dir, &referenced, before)).await
    }

    pub(super) fn stats(&self) -> Stats {
        let progress = *self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner);
        Stats {
            sequence: progress.head.sequence,
            rows: progress.head.rows,
            generation: progress.generation,
            journal_bytes: progress.journal_bytes,
            rotation_due: progress.journal_bytes >= self.options.rotate_at,
            healthy: !progress.poisoned,
        }
    }
}

/// Runs what touches the disk off the runtime's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(StoreError::Engine("a task of the store panicked".to_owned())))
}
