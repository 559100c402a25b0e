//! The few disk calls whose failure decides about commits, behind a trait so that tests can break them.
//!
//! Only the journal's append, its fdatasync and the question for free room go through here.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Appending, syncing and measuring. [`RealDisk`] is the one in use; tests bring one that fails.
pub trait Disk: Send + Sync {
    /// Writes all bytes at the end of the file, or an error; part of them may then have been written.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was written durable.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Bytes an ordinary user may still write on the file system of `dir`.
    fn free(&self, dir: &Path) -> io::Result<u64>;
}

/// The disk as the system offers it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn free(&self, dir: &Path) -> io::Result<u64> {
        let figures = nix::sys::statvfs::statvfs(dir)?;
        #[allow(clippy::unnecessary_cast, reason = "the width of these fields differs between systems")]
        Ok((figures.blocks_available() as u64).saturating_mul(figures.fragment_size() as u64))
    }
}
