//! Reading the audit trail: the notes of one case, and whether the chain from the first record to the last holds.
//!
//! Only reads, and takes no lock, so it also works while a daemon writes: what is being appended just now is left out.
//! Each record's hash binds the one before it, its notes and a digest of its rows (see `journal`); so a head that was
//! written down elsewhere, such as in a night report, proves that nothing before it has been changed since.

use std::fmt;
use std::path::Path;

use super::contract::StoreError;
use super::journal::{self, Record};
use super::layout::{self, Layout};
use super::local::NoteRow;
use super::verify::Problem;

/// Hexadecimal digits of a head as people copy it: 128 bits.
const DIGITS: usize = 32;

/// A place in the chain: the sequence of a commit and the beginning of its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The commit.
    pub sequence: u64,
    /// The first 16 bytes of its hash, in lower-case hexadecimal.
    pub hash: String,
}

impl AuditHead {
    pub(super) fn new(sequence: u64, hash: &[u8; 32]) -> Self {
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { sequence, hash: hash.chars().take(DIGITS).collect() }
    }

    /// Reads `12345-3f2a…` with all its digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (sequence, hash) = text.trim().split_once('-')?;
        let hash = hash.to_ascii_lowercase();
        let plain = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { sequence: sequence.parse().ok()?, hash }).filter(|_| plain)
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.sequence, self.hash)
    }
}

/// What the trail says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Records read.
    pub records: u64,
    /// The first commit that is there; the trail of an imported store begins later than 1.
    pub first: u64,
    /// The last one; `None` where there is no record yet.
    pub head: Option<AuditHead>,
    /// The notes of the case that was asked about, in order.
    pub notes: Vec<NoteRow>,
    /// Where the chain does not hold; empty when all is well.
    pub breaks: Vec<Problem>,
    /// Whether the head that was asked about is in the chain; `None` where none was.
    pub contains: Option<bool>,
}

/// Walks the whole chain up to commit `last`. `case`: whose notes are wanted; `known`: a head to look for.
pub(super) fn walk(
    layout: &Layout,
    last: u64,
    case: Option<&str>,
    known: Option<&AuditHead>,
) -> Result<Audit, StoreError> {
    let mut audit = Audit { contains: known.map(|_| false), ..Audit::default() };
    let mut before: Option<(u64, [u8; 32])> = None;
    for path in layout.chain()? {
        let scan = journal::scan(&layout::read_if_any(&path)?.unwrap_or_default());
        if before.is_none() {
            before = scan.header.map(|header| (header.base.sequence, header.base.hash));
        }
        for (_, record) in scan.records {
            let behind = before.is_some_and(|(sequence, _)| record.sequence <= sequence);
            if record.sequence > last || behind {
                // Being appended just now, or a journal that stands in the trail, too.
                continue;
            }
            audit.link(&path, before, &record);
            audit.read(&record, case, known);
            before = Some((record.sequence, record.hash));
        }
    }
    Ok(audit)
}

impl Audit {
    /// Whether this record is the one after `before`.
    fn link(&mut self, path: &Path, before: Option<(u64, [u8; 32])>, record: &Record) {
        let what = match before {
            Some((sequence, _)) if record.sequence != sequence.saturating_add(1) => {
                format!(
                    "commits {} to {} are missing",
                    sequence.saturating_add(1),
                    record.sequence.saturating_sub(1)
                )
            }
            Some((sequence, hash)) if !record.follows(sequence, &hash) => {
                format!(
                    "commit {} does not follow commit {sequence}: one of them was changed",
                    record.sequence
                )
            }
            Some(_) | None => return,
        };
        self.breaks.push(Problem { file: path.to_owned(), what });
    }

    fn read(&mut self, record: &Record, case: Option<&str>, known: Option<&AuditHead>) {
        if self.records == 0 {
            self.first = record.sequence;
        }
        self.records = self.records.saturating_add(1);
        let head = AuditHead::new(record.sequence, &record.hash);
        if known == Some(&head) {
            self.contains = Some(true);
        }
        self.head = Some(head);
        let wanted = record.notes().into_iter().filter(|note| case == Some(note.case.as_str()));
        let (sequence, at) = (record.sequence, record.at);
        self.notes.extend(wanted.map(|note| NoteRow { sequence, at, note }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Batch, Note};
    use super::super::head::Head;
    use super::super::journal::Header;
    use super::*;

    /// Writes a file of the chain with one commit, and says where the store stands behind it.
    fn write(path: &Path, generation: u64, base: Head) -> Head {
        let note =
            Note { case: "C-1".to_owned(), kind: format!("note {}", base.sequence + 1), data: String::new() };
        let record = Record::new(&base, base.sequence, &Batch { notes: vec![note], ..Batch::default() }, 7);
        let mut bytes = Header { generation, base }.encode();
        record.encode(&mut bytes);
        std::fs::write(path, bytes).unwrap();
        Head { sequence: record.sequence, hash: record.hash, ..base }
    }

    #[test]
    fn a_journal_set_into_the_trail_before_an_older_one_breaks_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout { dir: dir.path().to_owned() };
        let mut head = Head::default();
        let files =
            [layout.trail(1), layout.journal(2), layout.trail(3), layout.journal(3), layout.journal(4)];
        for (path, generation) in files.iter().zip([1, 2, 3, 3, 4]) {
            let after = write(path, generation, head);
            // Generation 3 stands in both.
            head = if *path == layout.trail(3) { head } else { after };
        }
        let audit = walk(&layout, head.sequence, Some("C-1"), None).unwrap();
        assert_eq!((audit.records, audit.first, audit.breaks), (4, 1, vec![]));
        let notes: Vec<_> = audit.notes.iter().map(|row| row.note.kind.as_str()).collect();
        assert_eq!(notes, ["note 1", "note 2", "note 3", "note 4"]);
        std::fs::remove_file(layout.journal(2)).unwrap();
        let audit = walk(&layout, head.sequence, None, None).unwrap();
        assert_eq!(audit.breaks.len(), 1, "a file that is gone is missed");
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = AuditHead::new(12_345, &[0xab; 32]);
        assert_eq!(head.to_string(), "12345-abababababababababababababababab");
        assert_eq!(AuditHead::parse(&head.to_string().to_uppercase()), Some(head));
        for wrong in [
            "",
            "12345",
            "12345-ab",
            "x-abababababababababababababababab",
            "1-zbababababababababababababababab",
        ] {
            assert_eq!(AuditHead::parse(wrong), None, "{wrong}");
        }
    }
}
