//! The store: an ordered key-value map with atomic compare-and-commit, durable when it says so.
//!
//! One contract, several engines; callers see [`Store`] only. The local engine pairs sled (an index for reading) with a
//! journal (the truth). Its directory:
//!
//! ```text
//! lock                    held by the process that has the store open; holds its pid
//! manifest                current generation, a head nothing may be missing before, closed in order or not
//! journal-0000000007      every commit since the snapshot of that number, fdatasynced before sled is touched
//! snapshot-0000000007     every row as of the beginning of that journal (generation 1 begins empty and has none)
//! journal-…6 snapshot-…6  the generation before, kept whole as a fallback
//! trail-0000000005        older journals without their rows: hashes and audit notes
//! sled/                   the index; can be deleted at any time and is rebuilt
//! keys                    which keys sled has, roughly; written at a clean end, only spares work
//! seal                    what sled's files were at a clean end; while it fits, not every row is read to open
//! blobs/ab/abcdef…        large bytes by SHA-256
//! damaged-…               what was found damaged and set aside; may hold personal data, delete when understood
//! ```
//!
//! `journal` and `snapshot` describe their formats, `recover` the rule by which a damaged directory is mended or refused,
//! `rotate` how erasure gets through: a deleted row is gone from snapshots and journals after two rotations.
//! A scan is not a snapshot: rows committed while it runs may or may not be in it, so whoever acts on a scan names the
//! versions it saw in `expect`.

mod audit;
mod blob;
mod contract;
mod disk;
mod filter;
mod head;
mod index;
mod journal;
mod layout;
mod local;
mod pending;
mod recover;
mod report;
mod rotate;
mod seal;
mod sled;
mod snapshot;
mod transfer;
mod unfinished;
mod verify;
mod writer;

use std::collections::BTreeSet;
use std::time::SystemTime;

pub use audit::{Audit, AuditHead};
pub use blob::BlobId;
pub use contract::{BATCH_LIMIT, Batch, Commit, KEY_LIMIT, Key, Note, Row, StoreError, VALUE_LIMIT, Version};
pub use disk::{Disk, RealDisk};
pub use head::Head;
pub use local::{NoteRow, Options, Stats};
pub use report::{OpenReport, Repair};
pub use transfer::{Transferred, export, import};
pub use verify::{Problem, VerifyReport, verify};

/// An open store. Cheap to clone; all clones are one store.
#[derive(Clone, Debug)]
pub enum Store {
    /// sled and journal in a directory of this machine.
    Local(local::Local),
}

impl Store {
    /// Opens or creates the store in a directory, mends what can be proven, and says what it mended.
    pub async fn open(options: Options) -> Result<(Self, OpenReport), StoreError> {
        let (local, report) = local::Local::open(options).await?;
        Ok((Self::Local(local), report))
    }

    /// One row as last committed.
    pub async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        match self {
            Self::Local(local) => local.get(key),
        }
    }

    /// Rows whose key begins with `prefix`, in bytewise order of keys, at most `limit`; after `from` when given, which is how
    /// to page: pass the last key seen.
    pub async fn scan(&self, prefix: &str, from: Option<&str>, limit: usize) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Local(local) => local.scan(prefix, from, limit).await,
        }
    }

    /// The last row under a prefix in bytewise order of keys, at the cost of one look-up.
    pub async fn last(&self, prefix: &str) -> Result<Option<Row>, StoreError> {
        Ok(self.latest(prefix, 1).await?.pop())
    }

    /// The last rows under a prefix, the very last first, at most `most`.
    pub async fn latest(&self, prefix: &str, most: usize) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Local(local) => local.latest(prefix, most),
        }
    }

    /// All rows under a prefix in order, page by page, so that a large store is never in memory as a whole. Not a
    /// snapshot: rows written meanwhile may be among them or not.
    pub fn pages<'s>(&'s self, prefix: &'s str) -> Pages<'s> {
        Pages { store: self, prefix, from: None }
    }

    /// Commits all of a batch or nothing. When this returns [`Commit::Done`] the batch is durable.
    ///
    /// Dropping the future does not take the batch back.
    pub async fn commit(&self, batch: Batch) -> Result<Commit, StoreError> {
        match self {
            Self::Local(local) => local.commit(batch).await,
        }
    }

    /// The audit notes of commits after sequence `after`, in order, those of at most `limit` commits.
    pub async fn notes(&self, after: u64, limit: usize) -> Result<Vec<NoteRow>, StoreError> {
        match self {
            Self::Local(local) => local.notes(after, limit).await,
        }
    }

    /// Walks the audit trail from its beginning: the notes of one case, and whether the chain holds. `known`: a head that
    /// must be in it.
    pub async fn audit(&self, case: Option<String>, known: Option<AuditHead>) -> Result<Audit, StoreError> {
        match self {
            Self::Local(local) => local.audit(case, known).await,
        }
    }

    /// The end of the audit trail as of now; `None` before the first commit.
    pub fn audit_head(&self) -> Option<AuditHead> {
        match self {
            Self::Local(local) => local.audit_head(),
        }
    }

    /// Stores large bytes under their SHA-256; durable when this returns. Storing the same bytes again is harmless.
    pub async fn put_blob(&self, bytes: Vec<u8>) -> Result<BlobId, StoreError> {
        match self {
            Self::Local(local) => local.put_blob(bytes).await,
        }
    }

    /// The bytes of a blob, checked against its name.
    pub async fn blob(&self, id: &BlobId) -> Result<Vec<u8>, StoreError> {
        match self {
            Self::Local(local) => local.blob(id).await,
        }
    }

    /// The names of all blobs, in order.
    pub async fn blobs(&self) -> Result<Vec<BlobId>, StoreError> {
        match self {
            Self::Local(local) => local.blobs().await,
        }
    }

    /// Removes blobs that no row refers to and that were stored before `before` (a younger one may belong to a commit that
    /// is still on its way). Returns how many were removed.
    pub async fn sweep_blobs(
        &self,
        referenced: BTreeSet<BlobId>,
        before: SystemTime,
    ) -> Result<usize, StoreError> {
        match self {
            Self::Local(local) => local.sweep_blobs(referenced, before).await,
        }
    }

    /// Writes a snapshot and begins a new journal; drops what is two generations old. Commits wait meanwhile
    /// (some seconds with a million rows). See [`Stats::rotation_due`].
    pub async fn rotate(&self) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.rotate().await,
        }
    }

    /// Where the store stands.
    pub fn stats(&self) -> Stats {
        match self {
            Self::Local(local) => local.stats(),
        }
    }

    /// Ends in order: everything flushed, the lock released. All clones are closed with it.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.close().await,
        }
    }
}

/// Rows under a prefix, a page at a time.
#[derive(Debug)]
pub struct Pages<'s> {
    store: &'s Store,
    prefix: &'s str,
    from: Option<String>,
}

impl Pages<'_> {
    /// The next page; `None` after the last one.
    ///
    /// # Errors
    /// As [`Store::scan`].
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        const PAGE: usize = 1000;
        let rows = self.store.scan(self.prefix, self.from.as_deref(), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.from = Some(last.key.as_str().to_owned());
        Ok(Some(rows))
    }
}
