//! How far a folder has been read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, Version};
use super::{Record, RecordError};
use crate::imap::watch::{Anchor, Cursor};

/// Writes a cursor down.
pub fn cursor_to_json(cursor: &Cursor) -> Vec<u8> {
    let Cursor { uid_validity, next_uid, since, rescan_below, anchor } = cursor.clone();
    let anchor = anchor.map(|Anchor { uid, message_id }| AnchorForm { uid, message_id });
    super::write(&CursorForm { v: Version, uid_validity, next_uid, since: Text(since), rescan_below, anchor })
}

/// Reads what [`cursor_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn cursor_from_json(json: &[u8]) -> Result<Cursor, RecordError> {
    let CursorForm { v: Version, uid_validity, next_uid, since, rescan_below, anchor } = super::read(json)?;
    let anchor = anchor.map(|AnchorForm { uid, message_id }| Anchor { uid, message_id });
    Ok(Cursor { uid_validity, next_uid, since: since.0, rescan_below, anchor })
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CursorForm {
    v: Version,
    uid_validity: u32,
    next_uid: u32,
    since: Text<Timestamp>,
    rescan_below: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anchor: Option<AnchorForm>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorForm {
    uid: u32,
    message_id: String,
}

impl Record for CursorForm {
    const NAME: &'static str = "cursor";
}
