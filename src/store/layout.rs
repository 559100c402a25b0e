//! Names of the files in a store's directory, the lock, and the manifest.
//!
//! Owns how files are created (mode 0600, in directories of 0700) and replaced (temporary file, fsync, rename,
//! fsync of the directory). Never looks into a journal, a snapshot or sled.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::contract::StoreError;
use super::head::{Bytes, Head};

/// The paths of one store.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) dir: PathBuf,
}

impl Layout {
    pub(crate) fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }
    pub(crate) fn manifest(&self) -> PathBuf {
        self.dir.join("manifest")
    }
    pub(crate) fn seal(&self) -> PathBuf {
        self.dir.join("seal")
    }
    pub(crate) fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }
    pub(crate) fn sled(&self) -> PathBuf {
        self.dir.join("sled")
    }
    pub(crate) fn blobs(&self) -> PathBuf {
        self.dir.join("blobs")
    }
    pub(crate) fn journal(&self, generation: u64) -> PathBuf {
        self.dir.join(format!("journal-{generation:010}"))
    }
    pub(crate) fn snapshot(&self, generation: u64) -> PathBuf {
        self.dir.join(format!("snapshot-{generation:010}"))
    }
    pub(crate) fn trail(&self, generation: u64) -> PathBuf {
        self.dir.join(format!("trail-{generation:010}"))
    }

    /// A free name for something set aside.
    pub(crate) fn damaged(&self, name: &str) -> PathBuf {
        (0_u32..)
            .map(|number| self.dir.join(format!("damaged-{name}-{number}")))
            .find(|path| !path.exists())
            .unwrap_or_else(|| self.dir.join(format!("damaged-{name}")))
    }

    /// The numbers of the files called `<kind>-<number>`, ascending.
    pub(crate) fn generations(&self, kind: &str) -> Result<Vec<u64>, StoreError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(StoreError::io("list the store's directory"))? {
            let name = entry.map_err(StoreError::io("list the store's directory"))?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(kind))
                .and_then(|rest| rest.strip_prefix('-'))
                .filter(|rest| rest.len() == 10)
                .and_then(|rest| rest.parse::<u64>().ok());
            found.extend(number);
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Every trail and journal in the order of their commits. A damaged journal is set into the trail while an older one
    /// still stands, so kinds alone tell no order.
    pub(crate) fn chain(&self) -> Result<Vec<PathBuf>, StoreError> {
        let trails = self.generations("trail")?.into_iter().map(|number| (number, self.trail(number)));
        let journals = self.generations("journal")?.into_iter().map(|number| (number, self.journal(number)));
        let mut files: Vec<_> = trails.chain(journals).collect();
        files.sort_by_key(|(number, _)| *number);
        Ok(files.into_iter().map(|(_, path)| path).collect())
    }

    /// Writes a file so that after a crash either the old or the new one is there, whole.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let temporary = path.with_extension("tmp");
        let mut file = create(&temporary)?;
        file.write_all(bytes).map_err(StoreError::io("write a file of the store"))?;
        file.sync_all().map_err(StoreError::io("sync a file of the store"))?;
        fs::rename(&temporary, path).map_err(StoreError::io("rename a file of the store"))?;
        sync_dir(&self.dir)
    }
}

/// Creates or empties a file only its owner may read.
pub(crate) fn create(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(StoreError::io("create a file of the store"))
}

/// Creates a directory, and those above it, that only its owner may enter.
pub(crate) fn create_dir(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(StoreError::io("create a directory of the store"))
}

/// Makes creations, renames and removals in a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(StoreError::io("sync a directory of the store"))
}

/// Reads a file; `None` if there is none.
pub(crate) fn read_if_any(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read a file of the store")(error)),
    }
}

/// Holds the store for this process until dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock(File);

/// Said aloud to the system: a process just being forked elsewhere holds the same open file until it executes, and merely
/// closing ours would leave the lock with it.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Lock {
    pub(crate) fn take(layout: &Layout) -> Result<Self, StoreError> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(layout.lock())
            .map_err(StoreError::io("open the lock file"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(StoreError::Busy { pid });
            }
            Err(fs::TryLockError::Error(error)) => return Err(StoreError::io("lock the store")(error)),
        }
        // The number is a courtesy for the next one who comes; a full disk must not keep us out.
        let _ = file.set_len(0);
        let _ = file.seek(SeekFrom::Start(0));
        let _ = writeln!(file, "{}", std::process::id());
        Ok(Self(file))
    }
}

const MANIFEST_MAGIC: &[u8; 8] = b"MDGSTOR1";

/// What was true when it was last written: at open, at rotation and at a clean end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The current generation.
    pub(crate) generation: u64,
    /// Nothing before this may be missing; after a clean end, this is the end.
    pub(crate) head: Head,
    /// Whether the store was closed in order.
    pub(crate) clean: bool,
}

impl Manifest {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = MANIFEST_MAGIC.to_vec();
        out.extend_from_slice(&self.generation.to_le_bytes());
        self.head.encode(&mut out);
        out.push(u8::from(self.clean));
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    pub(crate) fn decode(file: &[u8]) -> Option<Self> {
        let (content, crc) = file.split_at_checked(file.len().checked_sub(4)?)?;
        if crc32fast::hash(content).to_le_bytes() != *crc {
            return None;
        }
        let mut bytes = Bytes(content);
        if bytes.take(8)? != MANIFEST_MAGIC {
            return None;
        }
        Some(Self {
            generation: bytes.u64()?,
            head: Head::decode(&mut bytes)?,
            clean: matches!(bytes.take(1)?, [1]),
        })
    }
}
