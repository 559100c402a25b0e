//! The stored forms of core values: versioned JSON, one document a record.
//!
//! Every document is an object with `"v":1` first. Instants are RFC 3339, days are ISO 8601, choices are words
//! in snake case, and choices with data are objects with the word under `kind`. What is read goes through the
//! same doors as what came from outside (`Address::parse`, …), unknown fields are refused, and nothing panics:
//! a record may have been damaged, or written by a newer version.
//!
//! Stored types live here and mirror the core's, so that the core knows no serde and a change of the core
//! breaks the build here instead of the records on a disk. Nothing here reads or writes a store.

mod case;
mod complaint;
mod cursor;
mod customer;
mod dossier;
mod draft;
mod effect;
mod handling;
mod held;
mod leaf;
mod mail;
mod occasion;
mod outage;
mod outbox;
mod placement;
mod posting;
mod step;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use case::{case_from_json, case_to_json};
pub use cursor::{cursor_from_json, cursor_to_json};
pub use customer::{customer_from_json, customer_to_json};
pub use held::{Held, held_from_json, held_to_json};
pub use outage::{outage_from_json, outage_to_json};
pub use outbox::{
    report_from_json, report_to_json, row_from_json, row_to_json, rows_from_json, rows_to_json,
};
pub use posting::{
    Confirmed, DayToken, Posting, Summed, Told, confirmed_from_json, confirmed_to_json, day_token_from_json,
    day_token_to_json, posting_from_json, posting_to_json, summed_from_json, summed_to_json,
};

/// The version written, and the only one read.
const VERSION: u32 = 1;

/// Why a record could not be read. Names fields, never what stands in them: it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON at all, or cut off.
    #[error("{record} record: not JSON (line {line}, column {column})")]
    NotJson {
        /// Which kind of record.
        record: &'static str,
        /// 1-based line.
        line: usize,
        /// 1-based column in bytes.
        column: usize,
    },
    /// Written by another version of the program, or not a record of ours.
    #[error("{record} record: {}, this program reads version {VERSION}", said(*found))]
    Version {
        /// Which kind of record.
        record: &'static str,
        /// The number under `v`; `None` when there is none.
        found: Option<u64>,
    },
    /// A field is missing, unknown, or holds what it cannot hold.
    #[error("{record} record: field {field}: {problem}")]
    Field {
        /// Which kind of record.
        record: &'static str,
        /// The way to the field, such as `mails[0].place.uid`. Inside a choice with `kind` it may end at the choice.
        field: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// A stored form with its name in errors.
trait Record: Serialize + DeserializeOwned {
    /// Name in errors.
    const NAME: &'static str;
}

fn write<T: Record>(form: &T) -> Vec<u8> {
    // Forms are structs, strings and numbers: nothing in them can refuse to be written, and a Vec takes all.
    serde_json::to_vec(form).expect("stored forms have string keys and no failing Serialize")
}

/// Reads a whole document. Of one that cannot be read, the version is looked at first, so that a newer record is called
/// newer and not damaged.
fn read<T: Record>(json: &[u8]) -> Result<T, RecordError> {
    // Nearly every record is whole: only one that is not is looked at again, to say where and why.
    match serde_json::from_slice(json) {
        Ok(form) => Ok(form),
        Err(_) => explain(json),
    }
}

/// Reads a document slowly, naming what is wrong with it.
fn explain<T: Record>(json: &[u8]) -> Result<T, RecordError> {
    let record = T::NAME;
    let found = version(record, json)?;
    if found != Some(u64::from(VERSION)) {
        return Err(RecordError::Version { record, found });
    }
    let mut source = serde_json::Deserializer::from_slice(json);
    serde_path_to_error::deserialize(&mut source)
        .map_err(|error| field(record, &error.path().to_string(), &error.inner().to_string()))
}

/// The number under `v`, if the document is an object that has one.
fn version(record: &'static str, json: &[u8]) -> Result<Option<u64>, RecordError> {
    let document: serde_json::Value = serde_json::from_slice(json).map_err(|error| RecordError::NotJson {
        record,
        line: error.line(),
        column: error.column(),
    })?;
    Ok(document.get("v").and_then(serde_json::Value::as_u64))
}

/// How an unknown version is told.
fn said(found: Option<u64>) -> String {
    found.map_or_else(|| "no version".to_owned(), |number| format!("version {number}"))
}

/// The field and what is wrong with it: our own sentences and names, never a value, which serde would quote.
fn field(record: &'static str, path: &str, error: &str) -> RecordError {
    let named = error.split('`').nth(1).unwrap_or_default();
    let (inner, problem) = if let Some(what) = leaf::WHATS.into_iter().find(|what| error.starts_with(what)) {
        ("", what)
    } else if error.starts_with("missing field") {
        (named, "missing")
    } else if error.starts_with("duplicate field") {
        (named, "there twice")
    } else if error.starts_with("unknown field") {
        ("", "unknown")
    } else if error.starts_with("unknown variant") {
        ("", "unknown word")
    } else {
        ("", "wrong type or out of range")
    };
    // "." is the document itself.
    let path: Vec<&str> = [path, inner].into_iter().filter(|part| !matches!(*part, "" | ".")).collect();
    RecordError::Field { record, field: safe(&path.join(".")), problem }
}

/// A path keeps the characters of our own field names; a foreign key becomes question marks.
fn safe(path: &str) -> String {
    const LONGEST: usize = 80;
    path.chars()
        .take(LONGEST)
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() || "_.[]?".contains(c) { c } else { '?' })
        .collect()
}
