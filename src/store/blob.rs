//! Large bytes (rendered mails) as files named by their SHA-256.
//!
//! A blob is whole or absent: temporary file, fsync, rename, fsync of the directory. Whoever refers to it commits after
//! this returns. Never knows who refers to what; `sweep` is told.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::contract::StoreError;
use super::layout;

/// The name of a blob: the SHA-256 of its bytes, 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(String);

impl BlobId {
    /// Reads a name as it was written.
    pub fn parse(text: &str) -> Option<Self> {
        let right = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        right.then(|| Self(text.to_owned()))
    }

    /// The name these bytes would get.
    pub fn of(bytes: &[u8]) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(bytes)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder a blob lies in.
    pub(crate) fn folder(&self, dir: &Path) -> PathBuf {
        dir.join(self.0.get(..2).unwrap_or("00"))
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells two writers of the same bytes apart.
static TEMPORARY: AtomicU64 = AtomicU64::new(0);

pub(crate) fn put(dir: &Path, bytes: &[u8]) -> Result<BlobId, StoreError> {
    let id = BlobId::of(bytes);
    let folder = id.folder(dir);
    if !folder.exists() {
        layout::create_dir(&folder)?;
        layout::sync_dir(dir)?;
    }
    // Written even if it is there: that mends a damaged one and makes its time new, which keeps the sweep away.
    let temporary = folder.join(format!("{}.tmp", TEMPORARY.fetch_add(1, Ordering::Relaxed)));
    let written = layout::create(&temporary).and_then(|mut file| {
        file.write_all(bytes).map_err(StoreError::io("write a blob"))?;
        file.sync_all().map_err(StoreError::io("sync a blob"))?;
        fs::rename(&temporary, folder.join(id.as_str())).map_err(StoreError::io("rename a blob"))
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    layout::sync_dir(&folder)?;
    Ok(id)
}

pub(crate) fn read(dir: &Path, id: &BlobId) -> Result<Vec<u8>, StoreError> {
    let bytes = layout::read_if_any(&id.folder(dir).join(id.as_str()))?
        .ok_or_else(|| StoreError::BlobMissing(id.to_string()))?;
    if BlobId::of(&bytes) == *id { Ok(bytes) } else { Err(StoreError::BlobDamaged(id.to_string())) }
}

/// All blobs, and files that were never finished (`None`), with their paths.
pub(crate) fn list(dir: &Path) -> Result<Vec<(Option<BlobId>, PathBuf)>, StoreError> {
    let io = || StoreError::io("list blobs");
    let mut found = Vec::new();
    if !dir.exists() {
        return Ok(found);
    }
    for folder in fs::read_dir(dir).map_err(io())? {
        let folder = folder.map_err(io())?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).map_err(io())? {
            let path = file.map_err(io())?.path();
            found.push((path.file_name().and_then(|name| name.to_str()).and_then(BlobId::parse), path));
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn sweep(
    dir: &Path,
    referenced: &BTreeSet<BlobId>,
    before: SystemTime,
) -> Result<usize, StoreError> {
    let mut removed = 0;
    for (id, path) in list(dir)? {
        let Ok(stored) = fs::metadata(&path).and_then(|data| data.modified()) else { continue };
        if stored >= before || id.is_some_and(|id| referenced.contains(&id)) {
            continue;
        }
        fs::remove_file(&path).map_err(StoreError::io("remove a blob"))?;
        removed += 1;
    }
    Ok(removed)
}
