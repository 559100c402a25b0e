//! The table: rows in sled, with the head of the store written last.
//!
//! sled is a fast index here, never the truth: its `flush()` is not fsync, a damaged sector can open with rows
//! missing or none at all without an error, and a full disk kills the handle (0.34.7). So nothing read from it is
//! believed before [`Table::verify`] has counted and hashed every row against the head.
//! A row is stored as version (u64, little-endian) and value; the head under a key no caller can form.

use std::ops::Bound;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use super::contract::{Key, Row, StoreError, Version};
use super::filter::Filter;
use super::head::{Bytes, Head};

const HEAD_KEY: &[u8] = b"\0head";
const UNFINISHED_KEY: &[u8] = b"\0unfinished";
/// Rows of one batch of sled.
const PIECE: usize = 32;
/// The first bytes a caller's key may begin with: control characters are refused.
const FIRST_KEY: &[u8] = b" ";
/// Where two threads share the work of reading everything: `case/`, `due/` before, `mail/`, `person/`, `thread/` after.
/// UTF-8 never holds the byte 0xFF, so that is the end.
const MIDDLE: &[u8] = b"m";
/// What sled keeps of its pages, as they are on the disk; in memory they take two to three times that. The rest is read
/// from the system's cache.
const CACHE_BYTES: u64 = 4 * 1024 * 1024;
/// How often sled writes and tidies its file by itself, in milliseconds. It only keeps the file small, and what a start
/// after a crash has to replay: the journal is what lasts, and an idle daemon should sleep.
const FLUSH_MS: u64 = 5_000;
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

/// A row to write (version and value) or, with `None`, to remove.
pub(crate) type Change = Option<(u64, Vec<u8>)>;

/// The open table. Cheap to clone; reads may come from any thread, writes from the one writer.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    db: ::sled::Db,
}

impl Table {
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        // Our own lock is held, so a lock on sled's file is only the echo of a close: another thread was forking a child,
        // which holds the same open file until it executes. That takes milliseconds.
        for _ in 0..LOCK_TRIES {
            match Self::open_once(dir) {
                Err(error) if error.to_string().contains("could not acquire lock") => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                ended => return ended,
            }
        }
        Self::open_once(dir)
    }

    fn open_once(dir: &Path) -> Result<Self, StoreError> {
        let config =
            ::sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_MS));
        // sled panics on some damaged files; a panic here means the same as an error: do not believe it.
        std::panic::catch_unwind(AssertUnwindSafe(|| config.open()))
            .map_err(|_| StoreError::Engine("sled panicked while opening".to_owned()))?
            .map(|db| Self { db })
            .map_err(engine)
    }

    /// The head as last applied; `None` if there is none that decodes.
    pub(crate) fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.db.get(HEAD_KEY).map_err(engine)?.and_then(|bytes| stamped(&bytes)))
    }

    /// Reads every row and compares with the head: the head and the keys if the table is whole, else `None`.
    pub(crate) fn verify(&self) -> Result<Option<(Head, Filter)>, StoreError> {
        let Some(head) = self.head()? else { return Ok(None) };
        let (low, high) = std::thread::scope(|scope| {
            let high = scope.spawn(|| self.fold(MIDDLE, b"\xFF", head.rows));
            let low = self.fold(FIRST_KEY, MIDDLE, head.rows);
            (low, high.join().unwrap_or_else(|_| Err(StoreError::Engine("sled panicked".to_owned()))))
        });
        let ((low, keys), (high, more)) = (low?, high?);
        let rows = low.rows.wrapping_add(high.rows);
        let fold = low.fold.wrapping_add(high.fold);
        Ok((rows == head.rows && fold == head.fold).then(|| (head, keys.join(more))))
    }

    /// Sums the rows from one key up to another, and collects their keys.
    fn fold(&self, from: &[u8], to: &[u8], rows: u64) -> Result<(Head, Filter), StoreError> {
        let (mut sum, mut keys) = (Head::default(), Filter::with_room(rows / 2));
        for item in self.db.range(from..to) {
            let (key, stored) = item.map_err(engine)?;
            let (version, value) = split(&stored)?;
            sum.add(&key, version, value);
            keys.insert(&key);
        }
        Ok((sum, keys))
    }

    /// Every row in order: key, version, value.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Result<(Vec<u8>, u64, Vec<u8>), StoreError>> {
        self.db.range(FIRST_KEY..).map(|item| {
            let (key, stored) = item.map_err(engine)?;
            let (version, value) = split(&stored)?;
            Ok((key.to_vec(), version, value.to_vec()))
        })
    }

    /// Looks at one row: its version and its value.
    pub(crate) fn look<T>(
        &self,
        key: &str,
        see: impl FnOnce(Option<(u64, &[u8])>) -> T,
    ) -> Result<T, StoreError> {
        let stored = self.db.get(key.as_bytes()).map_err(engine)?;
        Ok(see(stored.as_deref().map(split).transpose()?))
    }

    /// Rows whose key begins with `prefix`, after `from`, in order.
    pub(crate) fn scan(
        &self,
        prefix: &str,
        from: Option<&str>,
    ) -> impl Iterator<Item = Result<Row, StoreError>> + use<> {
        let start = match from {
            Some(from) if from >= prefix => Bound::Excluded(from.as_bytes().to_vec()),
            Some(_) | None => Bound::Included(prefix.as_bytes().max(FIRST_KEY).to_vec()),
        };
        let prefix = prefix.as_bytes().to_vec();
        self.db
            .range::<Vec<u8>, _>((start, Bound::Unbounded))
            .map(|item| item.map_err(engine))
            .take_while(move |item| item.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix)))
            .map(|item| item.and_then(|(key, stored)| row(&key, &stored)))
    }

    /// The rows whose keys begin with `prefix`, the very last first.
    pub(crate) fn latest(&self, prefix: &str) -> impl Iterator<Item = Result<Row, StoreError>> + use<> {
        self.db
            .scan_prefix(prefix.as_bytes())
            .rev()
            .map(|item| item.map_err(engine))
            // An empty prefix would also find the head, which sorts before every row.
            .take_while(|item| item.as_ref().map_or(true, |(key, _)| key.as_ref() >= FIRST_KEY))
            .map(|item| item.and_then(|(key, stored)| row(&key, &stored)))
    }

    /// Writes rows, in order of their keys, and the head they lead to. Not durable: the journal is.
    ///
    /// Many rows go in piece by piece, because sled frees nothing that a batch has replaced before the batch ends, and
    /// keeps the keys of a batch in no order. What a crash leaves in between is told by [`Table::unfinished`].
    pub(crate) fn apply<'a>(
        &self,
        mut changes: impl ExactSizeIterator<Item = (&'a str, &'a Change)>,
        head: &Head,
    ) -> Result<(), StoreError> {
        let in_pieces = changes.len() > PIECE;
        if in_pieces {
            self.begin(head)?;
        }
        while changes.len() > PIECE {
            self.db.apply_batch(batch(changes.by_ref().take(PIECE))).map_err(engine)?;
        }
        let mut last = batch(changes);
        last.insert(HEAD_KEY, stamp(head));
        if in_pieces {
            last.remove(UNFINISHED_KEY);
        }
        self.db.apply_batch(last).map_err(engine)
    }

    /// Says that rows which lead to a head are about to be written.
    pub(crate) fn begin(&self, head: &Head) -> Result<(), StoreError> {
        self.db.insert(UNFINISHED_KEY, stamp(head)).map(drop).map_err(engine)
    }

    /// Writes rows of a table that has no head yet and is believed only when it gets one.
    pub(crate) fn fill<'a>(
        &self,
        changes: impl Iterator<Item = (&'a str, &'a Change)>,
    ) -> Result<(), StoreError> {
        self.db.apply_batch(batch(changes)).map_err(engine)
    }

    /// The head that was being written when the program died: then some of its rows are there and some are not.
    pub(crate) fn unfinished(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.db.get(UNFINISHED_KEY).map_err(engine)?.and_then(|bytes| stamped(&bytes)))
    }

    /// Hands everything to the system. Called from the writer thread only: `flush_async` deadlocks in numbers.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.db.flush().map(|_| ()).map_err(engine)
    }
}

fn batch<'a>(changes: impl Iterator<Item = (&'a str, &'a Change)>) -> ::sled::Batch {
    let mut batch = ::sled::Batch::default();
    for (key, change) in changes {
        match change {
            None => batch.remove(key.as_bytes()),
            Some((version, value)) => {
                let mut stored = Vec::with_capacity(8 + value.len());
                stored.extend_from_slice(&version.to_le_bytes());
                stored.extend_from_slice(value);
                batch.insert(key.as_bytes(), stored);
            }
        }
    }
    batch
}

/// A head with its checksum.
fn stamp(head: &Head) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(Head::SIZE + 4);
    head.encode(&mut bytes);
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// The reverse of [`stamp`].
fn stamped(bytes: &[u8]) -> Option<Head> {
    let (content, crc) = bytes.split_at_checked(Head::SIZE)?;
    (crc32fast::hash(content).to_le_bytes() == *crc).then(|| Head::decode(&mut Bytes(content)))?
}

fn row(key: &[u8], stored: &[u8]) -> Result<Row, StoreError> {
    let (version, value) = split(stored)?;
    let key = std::str::from_utf8(key)
        .ok()
        .and_then(|key| Key::new(key).ok())
        .ok_or_else(|| StoreError::Engine("a stored key is not a key".to_owned()))?;
    Ok(Row { key, value: value.to_vec(), version: Version(version) })
}

fn split(stored: &[u8]) -> Result<(u64, &[u8]), StoreError> {
    stored
        .split_first_chunk::<8>()
        .map(|(version, value)| (u64::from_le_bytes(*version), value))
        .ok_or_else(|| StoreError::Engine("a stored row is too short".to_owned()))
}

/// sled's own words name files and offsets, never rows.
fn engine(error: ::sled::Error) -> StoreError {
    match error {
        ::sled::Error::Io(source) => StoreError::io("sled")(source),
        other @ (::sled::Error::CollectionNotFound(_)
        | ::sled::Error::Unsupported(_)
        | ::sled::Error::ReportableBug(_)
        | ::sled::Error::Corruption { .. }) => StoreError::Engine(other.to_string()),
    }
}
