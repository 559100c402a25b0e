//! The stored form of a customer's mail and of where it lies.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::Text;
use crate::triage::case::{CaseMail, Place};
use crate::triage::id::{Fingerprint, MessageId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailForm {
    fingerprint: Text<Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<Text<MessageId>>,
    pub(super) subject: String,
    pub(super) words: String,
    sent: Text<Timestamp>,
    place: PlaceForm,
    fixed_marks: BTreeSet<String>,
    marks: BTreeSet<String>,
    archived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<u32>,
    #[serde(default, skip_serializing_if = "is_false")]
    gone: bool,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    stars: BTreeSet<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl From<&CaseMail> for MailForm {
    fn from(mail: &CaseMail) -> Self {
        let CaseMail {
            fingerprint,
            message_id,
            subject,
            words,
            sent,
            place,
            fixed_marks,
            marks,
            archived,
            pending,
            gone,
            stars,
        } = mail.clone();
        Self {
            fingerprint: Text(fingerprint),
            message_id: message_id.map(Text),
            subject,
            words,
            sent: Text(sent),
            place: place.into(),
            fixed_marks,
            marks,
            archived,
            pending,
            gone,
            stars,
        }
    }
}

impl From<MailForm> for CaseMail {
    fn from(form: MailForm) -> Self {
        Self {
            fingerprint: form.fingerprint.0,
            message_id: form.message_id.map(|id| id.0),
            subject: form.subject,
            words: form.words,
            sent: form.sent.0,
            place: form.place.into(),
            fixed_marks: form.fixed_marks,
            marks: form.marks,
            archived: form.archived,
            pending: form.pending,
            gone: form.gone,
            stars: form.stars,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceForm {
    folder: String,
    uid_validity: u32,
    uid: u32,
    size: u32,
    /// Records from before Gmail's numbers were kept have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server_id: Option<u64>,
}

impl From<Place> for PlaceForm {
    fn from(place: Place) -> Self {
        let Place { folder, uid_validity, uid, size, server_id } = place;
        Self { folder, uid_validity, uid, size, server_id }
    }
}

impl From<PlaceForm> for Place {
    fn from(form: PlaceForm) -> Self {
        let PlaceForm { folder, uid_validity, uid, size, server_id } = form;
        Self { folder, uid_validity, uid, size, server_id }
    }
}
