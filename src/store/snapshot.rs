//! Snapshots: every row at one head, in one file with a checksum over all of it.
//!
//! ```text
//! magic "MDGSNAP1" | generation u64 | head (64 bytes) | rows: version u64, key (sized), value (sized) | SHA-256 of all before
//! ```
//! Rows are in order and counted by the head. A snapshot is written beside its name, synced, read back and only then
//! renamed; a deleted row is not in the next one, which is how erasure gets through.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::contract::{KEY_LIMIT, StoreError, VALUE_LIMIT};
use super::head::{Bytes, Head, push_sized};
use super::layout;

const MAGIC: &[u8; 8] = b"MDGSNAP1";

/// Writes rows to `path` and syncs them; fails if they are not what `head` says.
pub(crate) fn write(
    path: &Path,
    generation: u64,
    head: &Head,
    rows: impl Iterator<Item = Result<(Vec<u8>, u64, Vec<u8>), StoreError>>,
) -> Result<(), StoreError> {
    let io = || StoreError::io("write a snapshot");
    let mut out = BufWriter::with_capacity(1 << 20, layout::create(path)?);
    let mut hasher = Sha256::new();
    let mut buffer = MAGIC.to_vec();
    buffer.extend_from_slice(&generation.to_le_bytes());
    head.encode(&mut buffer);
    let mut sum = Head { sequence: head.sequence, hash: head.hash, ..Head::default() };
    for row in rows {
        let (key, version, value) = row?;
        sum.add(&key, version, &value);
        buffer.extend_from_slice(&version.to_le_bytes());
        push_sized(&mut buffer, &key);
        push_sized(&mut buffer, &value);
        if buffer.len() > 1 << 16 {
            hasher.update(&buffer);
            out.write_all(&buffer).map_err(io())?;
            buffer.clear();
        }
    }
    hasher.update(&buffer);
    out.write_all(&buffer).map_err(io())?;
    out.write_all(&hasher.finalize()).map_err(io())?;
    let file = out.into_inner().map_err(|error| io()(error.into_error()))?;
    file.sync_all().map_err(io())?;
    if sum == *head {
        Ok(())
    } else {
        Err(StoreError::Engine("the rows in sled are not those that were committed".to_owned()))
    }
}

/// Reads a snapshot row by row and checks all of it. `Ok(None)`: no such file, or it is not what was written.
/// Rows must not be believed before this returns a head.
pub(crate) fn read(
    path: &Path,
    mut row: impl FnMut(&str, u64, &[u8]) -> Result<(), StoreError>,
) -> Result<Option<(u64, Head)>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("open a snapshot")(error)),
    };
    let length = file.metadata().map_err(StoreError::io("measure a snapshot"))?.len();
    let mut input = Hashing { input: BufReader::with_capacity(1 << 20, file), hasher: Sha256::new() };
    let Some(mut left) = length.checked_sub((16 + Head::SIZE + 32) as u64) else { return Ok(None) };
    let Some(start) = input.take(16 + Head::SIZE)? else { return Ok(None) };
    let mut start = Bytes(&start);
    if start.take(8) != Some(MAGIC) {
        return Ok(None);
    }
    let (Some(generation), Some(head)) = (start.u64(), Head::decode(&mut start)) else { return Ok(None) };
    let mut sum = Head { sequence: head.sequence, hash: head.hash, ..Head::default() };
    while left > 0 {
        let Some((key, version, value, size)) = input.row()? else { return Ok(None) };
        let Some(rest) = left.checked_sub(size) else { return Ok(None) };
        left = rest;
        let Ok(key) = std::str::from_utf8(&key) else { return Ok(None) };
        sum.add(key.as_bytes(), version, &value);
        row(key, version, &value)?;
    }
    let digest = input.hasher.clone().finalize();
    let Some(stored) = input.take(32)? else { return Ok(None) };
    Ok((digest.as_slice() == stored.as_slice() && sum == head).then_some((generation, head)))
}

struct Hashing {
    input: BufReader<File>,
    hasher: Sha256,
}

impl Hashing {
    fn take(&mut self, count: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = vec![0; count];
        match self.input.read_exact(&mut bytes) {
            Ok(()) => {
                self.hasher.update(&bytes);
                Ok(Some(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(StoreError::io("read a snapshot")(error)),
        }
    }

    fn sized(&mut self, limit: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(length) = self.take(4)? else { return Ok(None) };
        match Bytes(&length).u32().map(|length| length as usize) {
            Some(length) if length <= limit => self.take(length),
            Some(_) | None => Ok(None),
        }
    }

    #[expect(clippy::type_complexity, reason = "one row, read once")]
    fn row(&mut self) -> Result<Option<(Vec<u8>, u64, Vec<u8>, u64)>, StoreError> {
        let Some(version) = self.take(8)? else { return Ok(None) };
        let Some(version) = Bytes(&version).u64() else { return Ok(None) };
        let Some(key) = self.sized(KEY_LIMIT)? else { return Ok(None) };
        let Some(value) = self.sized(VALUE_LIMIT)? else { return Ok(None) };
        let size = (16 + key.len() + value.len()) as u64;
        Ok(Some((key, version, value, size)))
    }
}
