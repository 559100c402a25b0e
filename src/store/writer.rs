//! The one writer: takes commits from a queue, groups them, and makes each group durable with one fdatasync.
//!
//! Order of a group: check each batch against what the ones before it leave behind; append all records; fdatasync; show
//! the rows to readers; answer everyone. sled follows when enough has gathered or nothing has been asked for a while. A
//! failed append is taken back and answered with `Full`; after a failed fdatasync the fate is in doubt, and a sled that
//! fails cannot be read from, so nothing is accepted then until the store is opened again.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::contract::{Batch, Commit, StoreError, Version};
use super::disk::Disk;
use super::head::Head;
use super::index::Index;
use super::journal::{Changes, HEADER, Record};
use super::layout::{self, Layout, Lock, Manifest};
use super::pending::Pending;
use super::recover::Opened;
use super::rotate;
use super::seal;
use crate::crash;

const GROUP_BATCHES: usize = 512;
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of rows that gather before they go into sled. More saves work, since rows are written again and removed within
/// a short time; all of it is memory, and what a crash leaves to be replayed.
const SETTLE_BYTES: usize = 2 * 1024 * 1024;
/// After so long without a request rows go into sled however few they are.
const QUIET: Duration = Duration::from_millis(500);

pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the writer is asked to do.
pub(crate) enum Request {
    Commit(Batch, Reply<Commit>),
    Rotate(Reply<()>),
    Close(Reply<()>),
}

impl Request {
    /// Answers a request that came after the end.
    fn turn_away(self) {
        match self {
            Self::Commit(_, reply) => drop(reply.send(Err(StoreError::Closed))),
            Self::Rotate(reply) | Self::Close(reply) => drop(reply.send(Err(StoreError::Closed))),
        }
    }
}

/// What readers may see of the writer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    pub(crate) head: Head,
    pub(crate) generation: u64,
    pub(crate) journal_bytes: u64,
    pub(crate) poisoned: bool,
}

/// What writer and readers share.
pub(crate) struct Shared {
    /// Gone once closed, so that sled lets go of its files whoever still holds a handle of ours.
    pub(crate) index: RwLock<Option<Arc<Index>>>,
    pub(crate) progress: Mutex<Progress>,
}

pub(crate) struct Writer {
    layout: Layout,
    lock: Lock,
    disk: Arc<dyn Disk>,
    reserve: u64,
    index: Arc<Index>,
    journal: File,
    length: u64,
    generation: u64,
    head: Head,
    poisoned: bool,
    sled_died: bool,
    shared: Arc<Shared>,
}

impl Writer {
    pub(crate) fn new(
        layout: Layout,
        lock: Lock,
        disk: Arc<dyn Disk>,
        reserve: u64,
        opened: Opened,
        shared: Arc<Shared>,
    ) -> Self {
        let Opened { index, journal, length, generation, head, report: _ } = opened;
        let writer = Self {
            layout,
            lock,
            disk,
            reserve,
            index,
            journal,
            length,
            generation,
            head,
            poisoned: false,
            sled_died: false,
            shared,
        };
        writer.publish();
        writer
    }

    /// Works until closed or until every sender is gone, then ends in order.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut next = self.next(&mut queue);
        while let Some(request) = next.take() {
            match request {
                Request::Commit(batch, reply) => {
                    let mut size = weight(&batch);
                    let mut group = vec![(batch, reply)];
                    while group.len() < GROUP_BATCHES && size < GROUP_BYTES {
                        match queue.try_recv() {
                            Ok(Request::Commit(batch, reply)) => {
                                size += weight(&batch);
                                group.push((batch, reply));
                            }
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.commit(group);
                }
                Request::Rotate(reply) => {
                    let _ = reply.send(self.rotate());
                }
                Request::Close(reply) => {
                    queue.close();
                    while let Ok(late) = queue.try_recv() {
                        late.turn_away();
                    }
                    let result = self.close();
                    let _ = reply.send(result);
                    return;
                }
            }
            if next.is_none() {
                next = self.next(&mut queue);
            }
        }
        let _ = self.close();
    }

    /// The next request; `None` when nobody can ask any more. Rows go into sled when nobody does for a while.
    fn next(&mut self, queue: &mut mpsc::Receiver<Request>) -> Option<Request> {
        let quiet = Instant::now() + QUIET;
        while self.index.is_behind() && !self.poisoned {
            match queue.try_recv() {
                Ok(request) => return Some(request),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let now = Instant::now();
            if now >= quiet {
                self.catch_up();
                break;
            }
            // Whoever asks wakes this thread.
            thread::park_timeout(quiet - now);
        }
        queue.blocking_recv()
    }

    /// Brings sled up to the journal.
    fn catch_up(&mut self) {
        if self.index.settle().is_err() {
            (self.poisoned, self.sled_died) = (true, true);
            self.publish();
        }
    }

    fn commit(&mut self, group: Vec<(Batch, Reply<Commit>)>) {
        let (batches, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        match self.write(batches) {
            Ok(outcomes) => {
                self.publish();
                for (reply, outcome) in replies.into_iter().zip(outcomes) {
                    let _ = reply.send(Ok(outcome));
                }
                if self.index.awaiting() >= SETTLE_BYTES {
                    self.catch_up();
                }
            }
            Err(error) => {
                self.publish();
                for reply in replies {
                    let _ = reply.send(Err(error.again()));
                }
            }
        }
    }

    /// Makes a group durable and visible, or changes nothing, or poisons the writer.
    fn write(&mut self, batches: Vec<Batch>) -> Result<Vec<Commit>, StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        let mut pending = Pending::new(self.head);
        let mut bytes = Vec::new();
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            outcomes.push(self.take(&mut pending, &mut bytes, batch)?);
        }
        if bytes.is_empty() {
            return Ok(outcomes);
        }
        self.append(&bytes)?;
        crash::point("store.appended");
        if let Err(error) = self.disk.sync(&self.journal) {
            self.poisoned = true;
            return Err(StoreError::Unknown(format!("fdatasync of the journal failed: {error}")));
        }
        crash::point("store.synced");
        self.length += bytes.len() as u64;
        self.head = pending.head;
        pending.apply(&self.index);
        crash::point("store.applied");
        Ok(outcomes)
    }

    /// Checks one batch and adds its record to `bytes`.
    fn take(&self, pending: &mut Pending, bytes: &mut Vec<u8>, batch: Batch) -> Result<Commit, StoreError> {
        for (key, expected) in &batch.expect {
            let found = pending.version(&self.index, key.as_str())?.map(Version);
            if found != *expected {
                return Ok(Commit::Conflict(key.clone()));
            }
        }
        if batch.changes_nothing() {
            return Ok(Commit::Done(Version(pending.head.sequence)));
        }
        let record = Record::new(&pending.head, self.head.sequence, &batch, fastrand::u64(..));
        record.encode(bytes);
        pending.take(&self.index, &record, Changes { put: batch.put, delete: batch.delete })?;
        Ok(Commit::Done(Version(record.sequence)))
    }

    /// Appends, or takes the attempt back.
    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        // sled writes more than the journal does, and must never be the one to meet a full disk: it would not survive.
        let free = self.disk.free(&self.layout.dir).map_err(StoreError::io("measure free room"))?;
        if free < self.reserve.saturating_add(4 * (bytes.len() + self.index.awaiting()) as u64) {
            return Err(StoreError::Full);
        }
        let Err(error) = self.disk.append(&mut self.journal, bytes) else { return Ok(()) };
        // Synced, so that a crash now cannot bring back what we are about to call refused.
        let taken_back = self.journal.set_len(self.length).and_then(|()| self.journal.sync_data());
        if taken_back.is_err() {
            self.poisoned = true;
            return Err(StoreError::Unknown(format!("appending failed and could not be undone: {error}")));
        }
        Err(StoreError::io("append to the journal")(error))
    }

    /// Begins a new generation; see `rotate`. A journal without records is left as it is.
    fn rotate(&mut self) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        if self.length == HEADER as u64 {
            return Ok(());
        }
        let next = self.generation + 1;
        let free = self.disk.free(&self.layout.dir).map_err(StoreError::io("measure free room"))?;
        let expected = self.head.rows.saturating_mul(512);
        if free < self.reserve.saturating_add(expected) {
            return Err(StoreError::Full);
        }
        self.settle()?;
        match rotate::begin(&self.layout, self.index.table(), next, self.head) {
            Ok((journal, keys)) => {
                self.journal = journal;
                self.index.count(keys);
            }
            Err(error) => {
                // Rows that are not those committed, or a half-begun generation: only opening again sorts it out.
                self.poisoned = matches!(error, StoreError::Engine(_)) || self.layout.journal(next).exists();
                self.publish();
                return Err(error);
            }
        }
        (self.generation, self.length) = (next, HEADER as u64);
        self.publish();
        rotate::drop_before(&self.layout, next - 1)
    }

    /// sled's `flush()` is not fsync.
    fn settle(&self) -> Result<(), StoreError> {
        self.index.flush()?;
        sync_files(&self.layout.sled())
    }

    fn close(self) -> Result<(), StoreError> {
        if self.sled_died {
            // Dropping a sled that met a full disk waits for ever (0.34.7). Its files are not believed again anyway.
            std::mem::forget(Arc::clone(&self.index));
        }
        let settled = if self.poisoned { Err(StoreError::Poisoned) } else { self.settle() };
        let keys = self.index.keys(&self.head);
        self.shared.index.write().unwrap_or_else(PoisonError::into_inner).take();
        let Self { index, layout, generation, head, lock, journal, .. } = self;
        drop((index, journal));
        // sled writes once more when it is dropped; only then is the end clean.
        let result = settled.and_then(|()| sync_files(&layout.sled())).and_then(|()| {
            seal::close(&layout, &head, keys.as_deref())?;
            layout.replace(&layout.manifest(), &Manifest { generation, head, clean: true }.encode())
        });
        drop(lock);
        result
    }

    fn publish(&self) {
        *self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner) = Progress {
            head: self.head,
            generation: self.generation,
            journal_bytes: self.length,
            poisoned: self.poisoned,
        };
    }
}

fn weight(batch: &Batch) -> usize {
    batch.put.iter().map(|(key, value)| key.as_str().len() + value.len()).sum()
}

/// Makes the plain files of a directory durable.
fn sync_files(dir: &Path) -> Result<(), StoreError> {
    let listing = std::fs::read_dir(dir).map_err(StoreError::io("list sled's directory"))?;
    for path in listing.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
        File::open(&path).and_then(|file| file.sync_data()).map_err(StoreError::io("sync sled"))?;
    }
    layout::sync_dir(dir)
}
