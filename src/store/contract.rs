//! The contract every engine keeps: keys, versions, rows, batches and the errors callers branch on.
//!
//! Nothing here knows an engine, a file or a clock.

use std::fmt;
use std::path::PathBuf;

/// The longest key, in bytes.
pub const KEY_LIMIT: usize = 1024;
/// The longest value, in bytes. 16 KiB and less is what sled likes; a complaint with all its demands and tasks takes more, and
/// must never be refused by its own size.
pub const VALUE_LIMIT: usize = 1024 * 1024;
/// The largest batch: keys, values and notes together, in bytes.
pub const BATCH_LIMIT: usize = 8 * 1024 * 1024;

/// The name of a row: reads like a path (`case/…`, `due/<instant>/…`), ordered bytewise.
///
/// Not empty, at most [`KEY_LIMIT`] bytes, no control characters (which includes NUL).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Checks a key at the door.
    pub fn new(text: impl Into<String>) -> Result<Self, StoreError> {
        let text = text.into();
        if text.is_empty() {
            return Err(StoreError::Key("a key must not be empty"));
        }
        if text.len() > KEY_LIMIT {
            return Err(StoreError::Key("a key must not be longer than 1024 bytes"));
        }
        if text.chars().any(char::is_control) {
            return Err(StoreError::Key("a key must not hold control characters"));
        }
        Ok(Self(text))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first `/`, which says what kind of row it is and names nobody.
    pub fn kind(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

/// Keys may hold a phone number or an address, so only their kind is shown.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}/…)", self.kind())
    }
}

/// The revision of one key's value. It changes with every put and never comes back, not even after a delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// One row as it was committed.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub key: Key,
    /// UTF-8 JSON text. Engines may change white space and the order of members, never the meaning.
    pub value: Vec<u8>,
    /// Its revision.
    pub version: Version,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({:?}, {} bytes, version {})", self.key, self.value.len(), self.version.0)
    }
}

/// A line of the audit trail. It lives only in the journal and outlives every erasure: never put personal text in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The case it speaks of.
    pub case: String,
    /// What happened, as a fixed word.
    pub kind: String,
    /// Particulars as JSON text: numbers, states, hashes; no personal text.
    pub data: String,
}

/// Changes that become true together or not at all.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must hold for the batch to be accepted: this version, or (`None`) no such key.
    pub expect: Vec<(Key, Option<Version>)>,
    /// Rows to write, values as UTF-8 JSON text.
    pub put: Vec<(Key, Vec<u8>)>,
    /// Rows to remove; removing what is not there is no fault.
    pub delete: Vec<Key>,
    /// Lines for the audit trail.
    pub notes: Vec<Note>,
    /// When, in microseconds since 1970-01-01 UTC, by the caller's clock; only recorded.
    pub at: i64,
}

impl Batch {
    /// Whether the batch would leave no trace.
    pub fn changes_nothing(&self) -> bool {
        self.put.is_empty() && self.delete.is_empty() && self.notes.is_empty()
    }

    /// Checks sizes and shapes, so that an engine refuses nothing later for what the batch itself says.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut size = 0;
        let mut named = std::collections::BTreeSet::new();
        for (key, value) in &self.put {
            if value.len() > VALUE_LIMIT {
                return Err(StoreError::ValueTooLarge { size: value.len(), limit: VALUE_LIMIT });
            }
            if serde_json::from_slice::<serde::de::IgnoredAny>(value).is_err() {
                return Err(StoreError::Batch("a value is not JSON text"));
            }
            size += key.as_str().len() + value.len();
            if !named.insert(key) {
                return Err(StoreError::Batch("a key is written twice in one batch"));
            }
        }
        for key in &self.delete {
            size += key.as_str().len();
            if !named.insert(key) {
                return Err(StoreError::Batch(
                    "a key is written and deleted, or deleted twice, in one batch",
                ));
            }
        }
        for note in &self.notes {
            size += note.case.len() + note.kind.len() + note.data.len();
        }
        if size > BATCH_LIMIT {
            return Err(StoreError::Batch("a batch is larger than 8 MiB"));
        }
        Ok(())
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("expect", &self.expect)
            .field("put", &self.put.iter().map(|(key, value)| (key, value.len())).collect::<Vec<_>>())
            .field("delete", &self.delete)
            .field("notes", &self.notes)
            .field("at", &self.at)
            .finish()
    }
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a conflict must be answered by loading and deciding again"]
pub enum Commit {
    /// Durable. Every row of the batch now has this version.
    Done(Version),
    /// Nothing was changed: the key named first in `expect` that did not hold.
    Conflict(Key),
}

/// What can go wrong. No message holds a key, a value or any other personal text.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text cannot be a key.
    #[error("not a key: {0}")]
    Key(&'static str),
    /// A value above [`VALUE_LIMIT`]; large bytes belong into blobs.
    #[error("a value of {size} bytes is above the limit of {limit}")]
    ValueTooLarge {
        /// What was asked for, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The batch contradicts itself or breaks a limit.
    #[error("not a batch: {0}")]
    Batch(&'static str),
    /// No room on the disk. Nothing was changed; the same commit may be tried again when there is room.
    #[error("the disk holding the store is full; nothing was changed")]
    Full,
    /// Another process has the store open.
    #[error("the store is in use by another process{}", match .pid { Some(pid) => format!(" (pid {pid})"), None => String::new() })]
    Busy {
        /// That process, if it left its number.
        pid: Option<u32>,
    },
    /// Files are damaged or gone in a way that would lose commits. Nothing was changed.
    #[error("{}: damaged at byte {offset}, after sequence {sequence}: {what}", .file.display())]
    Damaged {
        /// The file that no longer tells the truth.
        file: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// The last sequence that can be proven.
        sequence: u64,
        /// What was found and what helps.
        what: String,
    },
    /// Whether the commit is durable cannot be known before the store is opened again.
    #[error("the fate of the commit is unknown until the store is opened again: {0}")]
    Unknown(String),
    /// An earlier failure left the disk in doubt; nothing is accepted until the store is opened again.
    #[error("the store stopped after a disk failure and must be opened again")]
    Poisoned,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// There is no blob of that name.
    #[error("blob {0} is missing")]
    BlobMissing(String),
    /// A blob's bytes no longer match its name.
    #[error("blob {0} is damaged")]
    BlobDamaged(String),
    /// The file to import is not a whole export, or the store to import into is not empty.
    #[error("cannot import: {0}")]
    Import(String),
    /// The operating system refused something.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The engine refused something.
    #[error("store engine: {0}")]
    Engine(String),
}

impl StoreError {
    /// Wraps the system's answer; a full disk is told apart from the rest.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| {
            if is_full(&source) { Self::Full } else { Self::Io { what, source } }
        }
    }
}

impl StoreError {
    /// The same error once more, for the next one in a group that failed together.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Poisoned => Self::Poisoned,
            Self::Closed => Self::Closed,
            Self::Unknown(what) => Self::Unknown(what.clone()),
            Self::Io { what, source } => Self::Io {
                what: what.clone(),
                source: std::io::Error::new(source.kind(), source.to_string()),
            },
            Self::Key(_)
            | Self::ValueTooLarge { .. }
            | Self::Batch(_)
            | Self::Busy { .. }
            | Self::Damaged { .. }
            | Self::BlobMissing(_)
            | Self::BlobDamaged(_)
            | Self::Import(_)
            | Self::Engine(_) => Self::Engine(self.to_string()),
        }
    }
}

/// Whether the system says that there is no room.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge
    )
}
