//! The journal: every commit as one record in an append-only file, each chained to the one before.
//!
//! ```text
//! file    magic "MDGJRNL1" | generation u64 | base head (64 bytes) | crc32 u32
//! record  magic "\xF5rec"  | length u32 | crc32 u32 of the body | body
//! body    sequence u64 | durable u64 | at i64 | hash [32] | digest of changes [32] | form u8 | notes (sized) | changes (sized)
//! hash    SHA-256(hash before, sequence, at, digest of changes, SHA-256(notes))
//! ```
//! Numbers are little-endian. `durable` is the last sequence that was known to be on the disk when the record was
//! written: a valid record behind a damaged one thus tells whether the damaged one had been acknowledged.
//! The chain binds the *digest* of the changes, so the trail (form 1) can drop the changes when personal data must go
//! and still prove that nothing else was touched. A salt keeps short changes from being guessed from their digest.
//! This file encodes, appends to a buffer and scans; it never decides what a damage means (see `recover`).

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::contract::{Batch, Key, Note, StoreError};
use super::head::{Bytes, Head, push_sized};

const FILE_MAGIC: &[u8; 8] = b"MDGJRNL1";
const RECORD_MAGIC: &[u8; 4] = b"\xF5rec";
const FRAME: usize = 12;
/// A record holds one batch (≤ 8 MiB) and what frames it.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Bytes of a file header.
pub(crate) const HEADER: usize = 8 + 8 + Head::SIZE + 4;

/// The first bytes of a journal file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Which generation the file is.
    pub(crate) generation: u64,
    /// Where the store stood before the first record.
    pub(crate) base: Head,
}

impl Header {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = FILE_MAGIC.to_vec();
        out.extend_from_slice(&self.generation.to_le_bytes());
        self.base.encode(&mut out);
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(file: &[u8]) -> Option<Self> {
        let head = file.get(..HEADER)?;
        let (content, crc) = head.split_at_checked(HEADER - 4)?;
        if crc32fast::hash(content).to_le_bytes() != *crc {
            return None;
        }
        let mut bytes = Bytes(content);
        if bytes.take(8)? != FILE_MAGIC {
            return None;
        }
        Some(Self { generation: bytes.u64()?, base: Head::decode(&mut bytes)? })
    }
}

/// What one commit did to the rows.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Changes {
    pub(crate) put: Vec<(Key, Vec<u8>)>,
    pub(crate) delete: Vec<Key>,
}

/// One commit as the journal holds it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) sequence: u64,
    pub(crate) durable: u64,
    pub(crate) at: i64,
    pub(crate) hash: [u8; 32],
    digest: [u8; 32],
    notes: Vec<u8>,
    /// Encoded changes; `None` where erasure dropped them.
    changes: Option<Vec<u8>>,
}

impl Record {
    /// Makes the record that follows `before`.
    pub(crate) fn new(before: &Head, durable: u64, batch: &Batch, salt: u64) -> Self {
        let mut changes = salt.to_le_bytes().to_vec();
        changes.extend_from_slice(&(batch.put.len() as u32).to_le_bytes());
        for (key, value) in &batch.put {
            push_sized(&mut changes, key.as_str().as_bytes());
            push_sized(&mut changes, value);
        }
        changes.extend_from_slice(&(batch.delete.len() as u32).to_le_bytes());
        for key in &batch.delete {
            push_sized(&mut changes, key.as_str().as_bytes());
        }
        let mut notes = Vec::new();
        if !batch.notes.is_empty() {
            notes.extend_from_slice(&(batch.notes.len() as u32).to_le_bytes());
            for note in &batch.notes {
                for text in [&note.case, &note.kind, &note.data] {
                    push_sized(&mut notes, text.as_bytes());
                }
            }
        }
        let sequence = before.sequence + 1;
        let digest = sha256(&changes);
        let hash = chain(&before.hash, sequence, batch.at, &digest, &notes);
        Self { sequence, durable, at: batch.at, hash, digest, notes, changes: Some(changes) }
    }

    /// Whether the record is the one that follows `hash`.
    pub(crate) fn follows(&self, sequence: u64, hash: &[u8; 32]) -> bool {
        self.sequence == sequence + 1
            && chain(hash, self.sequence, self.at, &self.digest, &self.notes) == self.hash
    }

    /// The rows written and removed; `None` where they were dropped or do not decode.
    pub(crate) fn changes(&self) -> Option<Changes> {
        let mut bytes = Bytes(self.changes.as_deref()?);
        bytes.u64()?;
        let mut changes = Changes::default();
        for _ in 0..bytes.u32()? {
            let key = Key::new(bytes.text()?).ok()?;
            changes.put.push((key, bytes.sized()?.to_vec()));
        }
        for _ in 0..bytes.u32()? {
            changes.delete.push(Key::new(bytes.text()?).ok()?);
        }
        Some(changes)
    }

    /// The audit lines; none where there were none.
    pub(crate) fn notes(&self) -> Vec<Note> {
        fn decode(bytes: &[u8]) -> Option<Vec<Note>> {
            let mut bytes = Bytes(bytes);
            let count = bytes.u32()?;
            (0..count)
                .map(|_| Some(Note { case: bytes.text()?, kind: bytes.text()?, data: bytes.text()? }))
                .collect()
        }
        decode(&self.notes).unwrap_or_default()
    }

    /// The record without its rows: what the trail keeps.
    pub(crate) fn without_changes(&self) -> Self {
        Self { changes: None, ..self.clone() }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let mut body = Vec::with_capacity(128);
        body.extend_from_slice(&self.sequence.to_le_bytes());
        body.extend_from_slice(&self.durable.to_le_bytes());
        body.extend_from_slice(&self.at.to_le_bytes());
        body.extend_from_slice(&self.hash);
        body.extend_from_slice(&self.digest);
        body.push(u8::from(self.changes.is_none()));
        push_sized(&mut body, &self.notes);
        push_sized(&mut body, self.changes.as_deref().unwrap_or_default());
        out.extend_from_slice(RECORD_MAGIC);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        out.extend_from_slice(&body);
    }

    /// The record at the start of `bytes` and its length, if one is there, whole and true to its checksums.
    fn decode(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut frame = Bytes(bytes);
        if frame.take(4)? != RECORD_MAGIC {
            return None;
        }
        let length = usize::try_from(frame.u32()?).ok().filter(|length| *length <= BODY_LIMIT)?;
        let crc = frame.u32()?;
        let content = frame.take(length)?;
        if crc32fast::hash(content) != crc {
            return None;
        }
        let mut body = Bytes(content);
        let sequence = body.u64()?;
        let durable = body.u64()?;
        let at = i64::from_le_bytes(body.array()?);
        let hash = body.array()?;
        let digest = body.array()?;
        let form = body.take(1)?;
        let notes = body.sized()?.to_vec();
        let changes = body.sized()?;
        let changes = match form {
            [0] => Some(changes.to_vec()).filter(|changes| sha256(changes) == digest),
            _ => None,
        };
        if form == [0] && changes.is_none() {
            return None;
        }
        Some((Self { sequence, durable, at, hash, digest, notes, changes }, FRAME + length))
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn chain(before: &[u8; 32], sequence: u64, at: i64, digest: &[u8; 32], notes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(sequence.to_le_bytes());
    hasher.update(at.to_le_bytes());
    hasher.update(digest);
    hasher.update(sha256(notes));
    hasher.finalize().into()
}

/// The length of a journal that is its header and whole records, one following the other, up to `head` and not a byte
/// more; `None` for any other. Holds one record at a time.
pub(crate) fn whole_until(path: &Path, generation: u64, head: &Head) -> Result<Option<u64>, StoreError> {
    let io = || StoreError::io("read the journal");
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io()(error)),
    };
    let mut left = file.metadata().map_err(io())?.len();
    let mut input = BufReader::with_capacity(1 << 16, file);
    let mut bytes = Vec::new();
    let mut length = 0;
    // The next so many bytes after those in `bytes`, if the file has them.
    let mut take = |bytes: &mut Vec<u8>, count: usize| -> Result<bool, StoreError> {
        let Some(rest) = left.checked_sub(count as u64) else { return Ok(false) };
        let start = bytes.len();
        bytes.resize(start + count, 0);
        let room = bytes.get_mut(start..).unwrap_or_default();
        input.read_exact(room).map_err(io())?;
        (left, length) = (rest, length + count as u64);
        Ok(true)
    };
    if !take(&mut bytes, HEADER)? {
        return Ok(None);
    }
    let Some(header) = Header::decode(&bytes).filter(|header| header.generation == generation) else {
        return Ok(None);
    };
    let Head { mut sequence, mut hash, .. } = header.base;
    loop {
        bytes.clear();
        if !take(&mut bytes, FRAME)? {
            break;
        }
        let body =
            Bytes(bytes.get(4..).unwrap_or_default()).u32().and_then(|body| usize::try_from(body).ok());
        let Some(body) = body.filter(|body| *body <= BODY_LIMIT) else { return Ok(None) };
        if !take(&mut bytes, body)? {
            return Ok(None);
        }
        let Some((record, _)) = Record::decode(&bytes).filter(|(record, _)| record.follows(sequence, &hash))
        else {
            return Ok(None);
        };
        (sequence, hash) = (record.sequence, record.hash);
    }
    let ended = left == 0 && sequence == head.sequence && hash == head.hash;
    Ok(ended.then_some(length))
}

/// A stretch of a file that holds no valid record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// First bad byte.
    pub(crate) start: u64,
    /// First good byte after it, or the end of the file.
    pub(crate) end: u64,
}

/// All that can be read of a journal file.
pub(crate) struct Scan {
    pub(crate) header: Option<Header>,
    /// Valid records with the offset at which each ends.
    pub(crate) records: Vec<(u64, Record)>,
    pub(crate) gaps: Vec<Gap>,
}

/// Reads a file's bytes; looks for valid records behind damage too.
pub(crate) fn scan(file: &[u8]) -> Scan {
    let header = Header::decode(file);
    let mut scan = Scan { header, records: Vec::new(), gaps: Vec::new() };
    let mut at = if header.is_some() { HEADER } else { 0 };
    while at < file.len() {
        let rest = file.get(at..).unwrap_or_default();
        if let Some((record, length)) = Record::decode(rest) {
            at += length;
            scan.records.push((at as u64, record));
            continue;
        }
        // Not a record here: the next one, if any, begins at the next magic that decodes.
        let start = at;
        at = next_record(file, at + 1);
        scan.gaps.push(Gap { start: start as u64, end: at as u64 });
    }
    if file.is_empty() {
        scan.gaps.push(Gap { start: 0, end: 0 });
    }
    scan
}

fn next_record(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(rest) = file.get(at..) {
        match rest.windows(RECORD_MAGIC.len()).position(|window| window == RECORD_MAGIC) {
            None => break,
            Some(offset) => {
                at += offset;
                if file.get(at..).and_then(Record::decode).is_some() {
                    return at;
                }
                at += 1;
            }
        }
    }
    file.len()
}
