//! The stored forms of an answer: its draft, and the mark that it left.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Number, Text};
use crate::triage::case::Sent;
use crate::triage::draft::{Author, Draft};
use crate::triage::id::{Address, MessageId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftForm {
    revision: Number,
    to: Text<Address>,
    subject: String,
    body: String,
    author: AuthorForm,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    large: bool,
    #[serde(default, skip_serializing_if = "is_none")]
    edited: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approved: Option<Text<Address>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl From<&Draft> for DraftForm {
    fn from(draft: &Draft) -> Self {
        let Draft { revision, to, subject, body, author, large, edited, approved } = draft.clone();
        let (author, approved) = (author.into(), approved.map(Text));
        Self { revision: Number(revision), to: Text(to), subject, body, author, large, edited, approved }
    }
}

impl From<DraftForm> for Draft {
    fn from(form: DraftForm) -> Self {
        let DraftForm { revision, to, subject, body, author, large, edited, approved } = form;
        let (author, approved) = (author.into(), approved.map(|by| by.0));
        Self { revision: revision.0, to: to.0, subject, body, author, large, edited, approved }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum AuthorForm {
    Template { name: String },
    Agent { address: Text<Address> },
}

impl From<Author> for AuthorForm {
    fn from(author: Author) -> Self {
        match author {
            Author::Template(name) => Self::Template { name },
            Author::Agent(address) => Self::Agent { address: Text(address) },
        }
    }
}

impl From<AuthorForm> for Author {
    fn from(form: AuthorForm) -> Self {
        match form {
            AuthorForm::Template { name } => Self::Template(name),
            AuthorForm::Agent { address } => Self::Agent(address.0),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentForm {
    message_id: Text<MessageId>,
    revision: Number,
    at: Text<Timestamp>,
}

impl From<&Sent> for SentForm {
    fn from(sent: &Sent) -> Self {
        let Sent { message_id, revision, at } = sent.clone();
        Self { message_id: Text(message_id), revision: Number(revision), at: Text(at) }
    }
}

impl From<SentForm> for Sent {
    fn from(form: SentForm) -> Self {
        let SentForm { message_id, revision, at } = form;
        Self { message_id: message_id.0, revision: revision.0, at: at.0 }
    }
}
