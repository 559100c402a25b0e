//! What opening a store found and mended, for machines (the enum) and for people (its sentences).

use std::fmt;
use std::path::PathBuf;

/// The result of opening: nothing in `repairs` means that all was as left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// What was mended, in order.
    pub repairs: Vec<Repair>,
    /// Whether the store had been closed in order the last time.
    pub clean: bool,
    /// The last sequence after opening.
    pub sequence: u64,
    /// Rows after opening.
    pub rows: u64,
}

/// One thing that was found wrong and mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// There was no store; an empty one was made.
    Created,
    /// The manifest was missing or damaged.
    ManifestRewritten,
    /// sled lacked commits that the journal had.
    Replayed {
        /// The last sequence sled had.
        from: u64,
        /// The last sequence it has now.
        to: u64,
    },
    /// sled could not be believed and was built anew from snapshot and journal.
    Rebuilt {
        /// What was wrong with it.
        why: String,
        /// Rows it has now.
        rows: u64,
    },
    /// The journal ended in bytes that are no record; they were set aside.
    TailCut {
        /// Where the bytes are now.
        kept: PathBuf,
        /// How many bytes.
        bytes: u64,
        /// The last sequence before them.
        sequence: u64,
    },
    /// The journal was damaged or gone, but sled proved whole: a new snapshot and journal were written from it.
    JournalReplaced {
        /// Where the damaged journal is now, if there was one.
        kept: Option<PathBuf>,
        /// The last sequence, all of which sled had.
        sequence: u64,
    },
    /// A snapshot that should be there was not; a new one was written.
    SnapshotRewritten,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created => write!(f, "Made a new, empty store."),
            Self::ManifestRewritten => write!(f, "The manifest was missing or damaged and was rewritten."),
            Self::Replayed { from, to } => {
                write!(f, "Applied commits {} to {to} from the journal to sled.", from.saturating_add(1))
            }
            Self::Rebuilt { why, rows } => {
                write!(f, "Rebuilt sled from snapshot and journal ({rows} rows) because {why}.")
            }
            Self::TailCut { kept, bytes, sequence } => write!(
                f,
                "The journal ended in {bytes} bytes that are no record, after commit {sequence}; \
                 they were cut off and kept in {}.",
                kept.display()
            ),
            Self::JournalReplaced { kept: Some(kept), sequence } => write!(
                f,
                "The journal was damaged; sled proved whole up to commit {sequence}, so a new snapshot and journal \
                 were written from it and the damaged one was kept in {}.",
                kept.display()
            ),
            Self::JournalReplaced { kept: None, sequence } => write!(
                f,
                "The journal was gone; sled proved whole up to commit {sequence}, so a new snapshot and journal \
                 were written from it."
            ),
            Self::SnapshotRewritten => write!(f, "A snapshot was missing; a new one was written."),
        }
    }
}
