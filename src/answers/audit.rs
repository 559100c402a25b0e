//! The audit trail as answers: one object about the chain, then one for each note of the case that was asked about.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::instant;
use crate::desk::{Desk, DeskError};
use crate::store::{AuditHead, NoteRow};
use crate::triage::id::CaseId;

pub(super) async fn audit(
    desk: &Desk,
    case: Option<&str>,
    head: Option<&str>,
) -> Result<Vec<Value>, DeskError> {
    let case = case.map(|case| CaseId::parse(case).map_or_else(|| case.to_owned(), |id| id.to_string()));
    let audit = desk.store().audit(case, head.and_then(AuditHead::parse)).await?;
    let breaks: Vec<String> = audit.breaks.iter().map(ToString::to_string).collect();
    let summary = json!({
        "records": audit.records,
        "first": audit.first,
        "head": audit.head.map(|head| head.to_string()),
        "contains": audit.contains,
        "breaks": breaks,
    });
    let live = desk.live();
    let zone = &live.config.desk.zone;
    let notes = audit.notes.iter().map(|row| note(row, zone));
    Ok(std::iter::once(summary).chain(notes).collect())
}

/// A note: what happened, where the case stood afterwards, and what the note says of it.
fn note(row: &NoteRow, zone: &jiff::tz::TimeZone) -> Value {
    let NoteRow { sequence, at, note } = row;
    let at = Timestamp::from_microsecond(*at).map(|at| instant(at, zone)).unwrap_or_default();
    let (kind, state) = note.kind.split_once('>').unwrap_or((note.kind.as_str(), ""));
    let mut value = json!({ "sequence": sequence, "at": at, "kind": kind, "state": state });
    if let (Some(into), Ok(Value::Object(data))) = (value.as_object_mut(), serde_json::from_str(&note.data)) {
        into.extend(data.into_iter().map(|(key, value)| (key, flat(value))));
    }
    value
}

/// `{"mode":"both","dkim":"corp.test"}` as `dkim=corp.test mode=both`: what people read and programs can still take apart.
fn flat(value: Value) -> Value {
    let Value::Object(fields) = &value else { return value };
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let words: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", word(value))).collect();
    Value::String(words.join(" "))
}
