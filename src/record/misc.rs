//! The small records: how far a folder has been read, and which cases a person has.

use serde::{Deserialize, Serialize};

use super::leaf::{Text, Version};
use super::{Record, RecordError};
use crate::triage::id::CaseId;

/// How far a folder has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorRecord {
    /// UIDVALIDITY (RFC 3501 section 2.3.1.1) that `next_uid` belongs to.
    pub uid_validity: u32,
    /// The lowest UID not yet read.
    pub next_uid: u32,
}

impl CursorRecord {
    /// Writes the cursor down.
    pub fn to_json(&self) -> Vec<u8> {
        let Self { uid_validity, next_uid } = *self;
        super::write(&CursorForm { v: Version, uid_validity, next_uid })
    }

    /// Reads what [`CursorRecord::to_json`] wrote.
    ///
    /// # Errors
    /// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
    pub fn from_json(json: &[u8]) -> Result<Self, RecordError> {
        let CursorForm { v: Version, uid_validity, next_uid } = super::read(json)?;
        Ok(Self { uid_validity, next_uid })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CursorForm {
    v: Version,
    uid_validity: u32,
    next_uid: u32,
}

impl Record for CursorForm {
    const NAME: &'static str = "cursor";
}

/// The cases of one person, by telephone number, address or name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonIndex {
    /// Newest last, at most [`PersonIndex::MOST`]; each once.
    pub cases: Vec<CaseId>,
}

impl PersonIndex {
    /// How many cases are kept: the newest.
    pub const MOST: usize = 50;

    /// Makes a case the newest, and lets the oldest beyond the bound go.
    pub fn push(&mut self, case: CaseId) {
        self.cases.retain(|known| *known != case);
        self.cases.push(case);
        let beyond = self.cases.len().saturating_sub(Self::MOST);
        self.cases.drain(..beyond);
    }

    /// Writes the index down; of too many cases the newest.
    pub fn to_json(&self) -> Vec<u8> {
        let beyond = self.cases.len().saturating_sub(Self::MOST);
        let cases = self.cases.iter().skip(beyond).cloned().map(Text).collect();
        super::write(&PersonForm { v: Version, cases })
    }

    /// Reads what [`PersonIndex::to_json`] wrote.
    ///
    /// # Errors
    /// Damaged or foreign bytes, an unknown version, a field with a wrong value, or more cases than are kept.
    pub fn from_json(json: &[u8]) -> Result<Self, RecordError> {
        let PersonForm { v: Version, cases } = super::read(json)?;
        if cases.len() > Self::MOST {
            let (field, problem) = ("cases".to_owned(), "more than are kept");
            return Err(RecordError::Field { record: PersonForm::NAME, field, problem });
        }
        Ok(Self { cases: cases.into_iter().map(|case| case.0).collect() })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonForm {
    v: Version,
    cases: Vec<Text<CaseId>>,
}

impl Record for PersonForm {
    const NAME: &'static str = "person";
}
