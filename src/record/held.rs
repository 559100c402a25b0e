//! An answer that waits until somebody can say whether its domain stands behind it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, Version};
use super::mail::PlaceForm;
use super::{Record, RecordError};
use crate::store::BlobId;
use crate::triage::case::Place;
use crate::triage::id::{CaseId, MailboxName};

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where it came in.
    pub mailbox: MailboxName,
    /// The case its token names; of a telephone call the one it would open.
    pub case: CaseId,
    /// Where it lies.
    pub place: Place,
    /// The server's INTERNALDATE.
    pub received: Timestamp,
    /// Its bytes.
    pub blob: BlobId,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it is looked at again.
    pub next: Timestamp,
    /// How often it was looked at.
    pub looks: u32,
}

/// Writes a kept answer down.
pub fn held_to_json(held: &Held) -> Vec<u8> {
    let Held { mailbox, case, place, received, blob, since, next, looks } = held.clone();
    super::write(&HeldForm {
        v: Version,
        mailbox: Text(mailbox),
        case: Text(case),
        place: place.into(),
        received: Text(received),
        blob: Text(blob),
        since: Text(since),
        next: Text(next),
        looks,
    })
}

/// Reads what [`held_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn held_from_json(json: &[u8]) -> Result<Held, RecordError> {
    let form: HeldForm = super::read(json)?;
    Ok(Held {
        mailbox: form.mailbox.0,
        case: form.case.0,
        place: form.place.into(),
        received: form.received.0,
        blob: form.blob.0,
        since: form.since.0,
        next: form.next.0,
        looks: form.looks,
    })
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeldForm {
    v: Version,
    mailbox: Text<MailboxName>,
    case: Text<CaseId>,
    place: PlaceForm,
    received: Text<Timestamp>,
    blob: Text<BlobId>,
    since: Text<Timestamp>,
    next: Text<Timestamp>,
    looks: u32,
}

impl Record for HeldForm {
    const NAME: &'static str = "held answer";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::id::Fingerprint;

    #[test]
    fn what_was_written_is_read() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let held = Held {
            mailbox: MailboxName::parse("desk").unwrap(),
            case: CaseId::of(Fingerprint::new([3; 16])),
            place: Place { folder: "INBOX".into(), uid_validity: 7, uid: 9, size: 120, server_id: None },
            received: at(1_788_000_000),
            blob: BlobId::of(b"OK"),
            since: at(1_788_000_010),
            next: at(1_788_000_030),
            looks: 2,
        };
        assert_eq!(held_from_json(&held_to_json(&held)), Ok(held));
        for damaged in ["", "{}", "{\"v\":1}"] {
            assert!(held_from_json(damaged.as_bytes()).is_err());
        }
    }
}
