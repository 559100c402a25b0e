//! Export and import: the whole store as JSON Lines, for moving between machines and engines.
//!
//! ```text
//! {"madoguchi":"store","format":1}
//! {"key":"case/…","value":{…}}                 every row, in order of keys
//! {"blob":"<sha256>","base64":"…"}             every blob, in order of names
//! {"rows":2,"blobs":1,"sha256":"…"}            SHA-256 of all bytes before this line
//! ```
//! Versions and the audit trail belong to the store they came from and do not travel. An import goes into an
//! empty place only, is built beside it, and appears whole or not at all.

use std::fs;
use std::io::{BufRead, Write};
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::Store;
use super::contract::{Batch, Commit, Key, StoreError};
use super::journal;
use super::layout::{self, Layout, Lock, Manifest};
use super::local::Options;

const FORMAT: u32 = 1;
const PAGE: usize = 1000;
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 2 * 1024 * 1024;

/// How much went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transferred {
    /// Rows.
    pub rows: u64,
    /// Blobs.
    pub blobs: u64,
}

/// One line, as written.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Row { key: String, value: &'a RawValue },
    Blob { blob: String, base64: String },
    Start { madoguchi: String, format: u32 },
    End { rows: u64, blobs: u64, sha256: String },
}

/// One line, as read: a value taken raw cannot pass through an untagged enum.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    key: Option<String>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    blob: Option<String>,
    base64: Option<String>,
    madoguchi: Option<String>,
    format: Option<u32>,
    rows: Option<u64>,
    blobs: Option<u64>,
    sha256: Option<String>,
}

impl<'a> Line<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        let fields: Fields<'a> = serde_json::from_slice(text).ok()?;
        if let Some(key) = fields.key {
            // JSON null reads as an absent field.
            return Some(Self::Row { key, value: fields.value.unwrap_or(RawValue::NULL) });
        }
        if let Some(blob) = fields.blob {
            return Some(Self::Blob { blob, base64: fields.base64? });
        }
        if let Some(madoguchi) = fields.madoguchi {
            return Some(Self::Start { madoguchi, format: fields.format? });
        }
        Some(Self::End { rows: fields.rows?, blobs: fields.blobs?, sha256: fields.sha256? })
    }
}

struct Lines<W> {
    out: W,
    hasher: Sha256,
}

impl<W: Write> Lines<W> {
    fn write(&mut self, line: &Line<'_>) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec(line)
            .map_err(|error| StoreError::Engine(format!("a row is not JSON: {:?}", error.classify())))?;
        // Raw line ends in JSON text are white space between tokens: inside strings they are escaped.
        text.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        text.push(b'\n');
        self.hasher.update(&text);
        self.out.write_all(&text).map_err(StoreError::io("write the export"))
    }
}

/// Writes the whole store. Fails if it is written to meanwhile: an export is one moment or nothing.
pub async fn export(store: &Store, out: impl Write) -> Result<Transferred, StoreError> {
    let before = store.stats().sequence;
    let mut lines = Lines { out, hasher: Sha256::new() };
    let mut count = Transferred::default();
    lines.write(&Line::Start { madoguchi: "store".to_owned(), format: FORMAT })?;
    let mut last: Option<String> = None;
    loop {
        let page = store.scan("", last.as_deref(), PAGE).await?;
        for row in &page {
            let value = serde_json::from_slice(&row.value)
                .map_err(|_| StoreError::Engine("a stored value is not JSON".to_owned()))?;
            lines.write(&Line::Row { key: row.key.as_str().to_owned(), value })?;
            count.rows += 1;
        }
        match page.last() {
            Some(row) => last = Some(row.key.as_str().to_owned()),
            None => break,
        }
    }
    for id in store.blobs().await? {
        let bytes = store.blob(&id).await?;
        lines.write(&Line::Blob { blob: id.to_string(), base64: BASE64.encode(&bytes) })?;
        count.blobs += 1;
    }
    if store.stats().sequence != before {
        return Err(StoreError::Engine("the store was written to during the export".to_owned()));
    }
    let sha256 = HEXLOWER.encode(&lines.hasher.clone().finalize());
    lines.write(&Line::End { rows: count.rows, blobs: count.blobs, sha256 })?;
    lines.out.flush().map_err(StoreError::io("write the export"))?;
    Ok(count)
}

/// Makes a store in `dir` from an export. `dir` must hold no store, or one that nothing was ever committed to.
pub async fn import(dir: &Path, input: impl BufRead) -> Result<Transferred, StoreError> {
    let layout = Layout { dir: dir.to_owned() };
    layout::create_dir(dir)?;
    let lock = Lock::take(&layout)?;
    require_untouched(&layout)?;
    let workshop = Layout { dir: dir.join("import.tmp") };
    remove(&workshop.dir)?;
    let filled = fill(&workshop, input).await;
    let moved = filled.and_then(|count| move_in(&workshop, &layout).map(|()| count));
    remove(&workshop.dir)?;
    drop(lock);
    moved
}

async fn fill(workshop: &Layout, input: impl BufRead) -> Result<Transferred, StoreError> {
    let (store, _) = Store::open(Options::new(&workshop.dir)).await?;
    let read = read_lines(&store, input).await;
    let closed = store.close().await;
    read.and_then(|count| closed.map(|()| count))
}

async fn read_lines(store: &Store, mut input: impl BufRead) -> Result<Transferred, StoreError> {
    let mut hasher = Sha256::new();
    let mut count = Transferred::default();
    let mut batch = Batch::default();
    let mut size = 0;
    let mut text = Vec::new();
    for number in 1_u64.. {
        text.clear();
        let length = input.read_until(b'\n', &mut text).map_err(StoreError::io("read the export"))?;
        let fault = |what: &str| StoreError::Import(format!("line {number}: {what}"));
        if length == 0 {
            return Err(fault("the file ends before its closing line"));
        }
        match Line::parse(&text).ok_or_else(|| fault("not a line of an export"))? {
            Line::Start { madoguchi, format } => {
                if number != 1 || madoguchi != "store" || format != FORMAT {
                    return Err(fault("not the first line of an export of format 1"));
                }
            }
            Line::Row { .. } | Line::Blob { .. } | Line::End { .. } if number == 1 => {
                return Err(fault("not the first line of an export of format 1"));
            }
            Line::Row { key, value } => {
                let key = Key::new(key).map_err(|error| fault(&error.to_string()))?;
                size += value.get().len();
                count.rows += 1;
                batch.expect.push((key.clone(), None));
                batch.put.push((key, value.get().as_bytes().to_vec()));
                if batch.put.len() >= BATCH_ROWS || size >= BATCH_BYTES {
                    size = 0;
                    commit(store, std::mem::take(&mut batch)).await?;
                }
            }
            Line::Blob { blob, base64 } => {
                let bytes = BASE64.decode(base64.as_bytes()).map_err(|_| fault("not base64"))?;
                count.blobs += 1;
                if store.put_blob(bytes).await?.as_str() != blob {
                    return Err(fault("the blob is not what its name says"));
                }
            }
            Line::End { rows, blobs, sha256 } => {
                let right =
                    (Transferred { rows, blobs }) == count && sha256 == HEXLOWER.encode(&hasher.finalize());
                if !right {
                    return Err(fault("counts or checksum do not match what was read"));
                }
                text.clear();
                let more = input.read_until(b'\n', &mut text).map_err(StoreError::io("read the export"))?;
                if more > 0 {
                    return Err(StoreError::Import("there is more after the closing line".to_owned()));
                }
                commit(store, batch).await?;
                return Ok(count);
            }
        }
        hasher.update(&text);
    }
    Err(StoreError::Import("the file has no end".to_owned()))
}

async fn commit(store: &Store, batch: Batch) -> Result<(), StoreError> {
    match store.commit(batch).await? {
        Commit::Done(_) => Ok(()),
        Commit::Conflict(_) => Err(StoreError::Import("a key comes twice".to_owned())),
    }
}

/// Nothing there, or a store without a single commit, which then makes room.
fn require_untouched(layout: &Layout) -> Result<(), StoreError> {
    let occupied = || StoreError::Import("there already is a store with commits in it".to_owned());
    if !layout.generations("snapshot")?.is_empty() || !layout.generations("trail")?.is_empty() {
        return Err(occupied());
    }
    match layout::read_if_any(&layout.manifest())? {
        None if layout.generations("journal")?.is_empty() && !layout.sled().exists() => return Ok(()),
        None => return Err(occupied()),
        Some(bytes) => {
            let manifest = Manifest::decode(&bytes).ok_or_else(occupied)?;
            let journal = layout::read_if_any(&layout.journal(1))?.ok_or_else(occupied)?;
            let scan = journal::scan(&journal);
            if manifest.head.sequence > 0 || !scan.records.is_empty() || !scan.gaps.is_empty() {
                return Err(occupied());
            }
        }
    }
    remove(&layout.sled())?;
    fs::remove_file(layout.journal(1)).map_err(StoreError::io("make room for the import"))?;
    fs::remove_file(layout.manifest()).map_err(StoreError::io("make room for the import"))?;
    layout::sync_dir(&layout.dir)
}

/// The manifest goes last: a crash in between leaves something that is refused, not something that looks whole.
fn move_in(workshop: &Layout, layout: &Layout) -> Result<(), StoreError> {
    let io = || StoreError::io("move the imported store into place");
    for (id, path) in super::blob::list(&workshop.blobs())? {
        let Some(id) = id else { continue };
        let folder = id.folder(&layout.blobs());
        layout::create_dir(&folder)?;
        fs::rename(path, folder.join(id.as_str())).map_err(io())?;
        layout::sync_dir(&folder)?;
    }
    if layout.blobs().exists() {
        layout::sync_dir(&layout.blobs())?;
    }
    fs::rename(workshop.sled(), layout.sled()).map_err(io())?;
    fs::rename(workshop.journal(1), layout.journal(1)).map_err(io())?;
    layout::sync_dir(&layout.dir)?;
    fs::rename(workshop.manifest(), layout.manifest()).map_err(io())?;
    layout::sync_dir(&layout.dir)
}

fn remove(dir: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io("remove a directory")(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
