//! Reads what async-imap's parser made of an answer. Its types stop here and in `parts`.
//!
//! Free text of a server is dropped on the way: it may hold mail. Never decides anything.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enums are the parser's, non-exhaustive, and we want one or two of many arms"
)]

use std::collections::BTreeSet;

use async_imap::imap_proto::rfc4315::UidSetMember;
use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, MessageSection, NameAttribute, Outcome, Response, ResponseCode,
    SectionPath, Status, StatusAttribute,
};

use super::folders::Use;
use super::labels;
use super::limit::Limit;

/// A command that the server carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// UIDs of a COPYUID code (RFC 4315): target UIDVALIDITY, and pairs (old UID, new UID).
    pub copied: Option<(u32, Vec<(u32, u32)>)>,
    /// UIDVALIDITY and UID of an APPENDUID code.
    pub appended: Option<(u32, u32)>,
    /// `READ-ONLY` was said.
    pub read_only: bool,
}

/// An answer by its kind.
pub(super) enum Heard {
    Tagged { tag: String, status: Status, code: String, done: Done, capabilities: Option<BTreeSet<String>> },
    Go,
    Bye(String),
    Preauth,
    Untagged,
}

impl Heard {
    /// Tells what kind of answer this is.
    pub(super) fn of(response: &Response<'_>) -> Self {
        match response {
            Response::Done { tag, status, outcome } => Self::Tagged {
                tag: tag.0.clone(),
                status: status_of(status),
                code: code_of(outcome),
                done: done_of(outcome),
                capabilities: match &outcome.code {
                    Some(ResponseCode::Capabilities(list)) => Some(words(list)),
                    _ => None,
                },
            },
            Response::Continue(_) => Self::Go,
            Response::Data { status: Status::Bye, outcome } => Self::Bye(code_of(outcome)),
            Response::Data { status: Status::PreAuth, .. } => Self::Preauth,
            _ => Self::Untagged,
        }
    }
}

/// What a continuation (`+ …`) carries.
pub(super) fn continued<'r>(response: &'r Response<'_>) -> Option<&'r str> {
    match response {
        Response::Continue(outcome) => Some(outcome.information.as_deref().unwrap_or_default()),
        _ => None,
    }
}

/// Whether an untagged answer means that the mailbox changed.
pub(super) fn rings(response: &Response<'_>) -> bool {
    matches!(
        response,
        Response::MailboxData(MailboxDatum::Exists(_))
            | Response::Expunge(_)
            | Response::Vanished { .. }
            | Response::Fetch(..)
    )
}

fn status_of(status: &Status) -> Status {
    match status {
        Status::Ok => Status::Ok,
        Status::No => Status::No,
        Status::Bad => Status::Bad,
        Status::PreAuth => Status::PreAuth,
        Status::Bye => Status::Bye,
    }
}

/// The response code as a bare atom. Its arguments and the text after it may be personal and are dropped.
fn code_of(outcome: &Outcome<'_>) -> String {
    if let Some(limit) = outcome.information.as_deref().and_then(Limit::said) {
        return limit.code().to_owned();
    }
    if let Some(code) = &outcome.code {
        let name = match code {
            ResponseCode::Alert => "ALERT",
            ResponseCode::TryCreate => "TRYCREATE",
            ResponseCode::ReadOnly => "READ-ONLY",
            ResponseCode::Parse => "PARSE",
            _ => "",
        };
        return name.to_owned();
    }
    let text = outcome.information.as_deref().unwrap_or_default();
    let inside = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let atom = inside.and_then(|(code, _)| code.split(' ').next()).unwrap_or_default();
    let known = atom.len() <= 30 && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if known { atom.to_ascii_uppercase() } else { String::new() }
}

pub(super) fn done_of(outcome: &Outcome<'_>) -> Done {
    let mut done = Done::default();
    if let Some(ResponseCode::CopyUid(validity, from, to)) = &outcome.code {
        done.copied = Some((*validity, members(from).zip(members(to)).collect()));
    } else if let Some(ResponseCode::AppendUid(validity, uids)) = &outcome.code {
        done.appended = members(uids).next().map(|uid| (*validity, uid));
    } else if let Some(ResponseCode::ReadOnly) = outcome.code {
        done.read_only = true;
    }
    done
}

/// The UIDs of a set in order, at most as many as we ever ask to be moved.
fn members(set: &[UidSetMember]) -> impl Iterator<Item = u32> {
    let ranges = set.iter().map(|member| match member {
        UidSetMember::UidRange(range) => range.clone(),
        UidSetMember::Uid(uid) => *uid..=*uid,
    });
    ranges.flatten().take(10_000)
}

pub(super) fn words(list: &[Capability<'_>]) -> BTreeSet<String> {
    list.iter()
        .map(|capability| match capability {
            Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
            Capability::Auth(how) => format!("AUTH={}", how.to_ascii_uppercase()),
            Capability::Atom(atom) => atom.to_ascii_uppercase(),
        })
        .collect()
}

/// The capabilities that came with a greeting (RFC 3501 section 7.1).
pub(super) fn told_in(response: &Response<'_>) -> Option<BTreeSet<String>> {
    let Response::Data { outcome, .. } = response else { return None };
    match &outcome.code {
        Some(ResponseCode::Capabilities(list)) => Some(words(list)),
        _ => None,
    }
}

/// The UID of a FETCH answer with its attributes; `None` for anything unsolicited.
pub(super) fn fetched<'r, 'a>(response: &'r Response<'a>) -> Option<(u32, &'r [AttributeValue<'a>])> {
    let Response::Fetch(_, attributes) = response else { return None };
    let uid = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })?;
    Some((uid, attributes))
}

/// `BODY[]` of an answer: absent, NIL, or bytes.
pub(super) fn whole_body<'r>(attributes: &'r [AttributeValue<'_>]) -> Option<Option<&'r [u8]>> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data, .. } => Some(data.as_deref()),
        _ => None,
    })
}

pub(super) fn flags_of(attributes: &[AttributeValue<'_>]) -> Option<BTreeSet<String>> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Flags(flags) => Some(flags.iter().map(|flag| flag.to_string()).collect()),
        _ => None,
    })
}

/// Gmail's labels of an answer, decoded; `None` when it does not tell them.
pub(super) fn labels_of(attributes: &[AttributeValue<'_>]) -> Option<BTreeSet<String>> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::GmailLabels(all) => Some(all.iter().map(|label| labels::decode(label)).collect()),
        _ => None,
    })
}

/// Gmail's lasting number of a mail.
pub(super) fn server_id_of(attributes: &[AttributeValue<'_>]) -> Option<u64> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::GmailMsgId(id) => Some(*id),
        _ => None,
    })
}

/// Gmail's number of the conversation a mail belongs to.
pub(super) fn server_thread_of(attributes: &[AttributeValue<'_>]) -> Option<u64> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::GmailThrId(id) => Some(*id),
        _ => None,
    })
}

pub(super) fn is_hollow(attribute: &NameAttribute<'_>) -> bool {
    match attribute {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(word) => word.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    }
}

pub(super) fn use_of(attribute: &NameAttribute<'_>) -> Option<Use> {
    match attribute {
        NameAttribute::All => Some(Use::All),
        NameAttribute::Archive => Some(Use::Archive),
        NameAttribute::Drafts => Some(Use::Drafts),
        NameAttribute::Sent => Some(Use::Sent),
        NameAttribute::Junk => Some(Use::Junk),
        NameAttribute::Trash => Some(Use::Trash),
        _ => None,
    }
}

/// A STATUS answer: the folder's name as the server writes it, and what was told of it.
pub(super) fn status_told(response: &Response<'_>) -> Option<(String, Told)> {
    let Response::MailboxData(MailboxDatum::Status { mailbox, status }) = response else { return None };
    let mut told = Told::default();
    for item in status {
        match item {
            StatusAttribute::HighestModSeq(value) => told.modseq = Some(*value),
            StatusAttribute::Messages(value) => told.exists = Some(*value),
            StatusAttribute::UidNext(value) => told.uid_next = Some(*value),
            StatusAttribute::UidValidity(value) => told.uid_validity = Some(*value),
            _ => {}
        }
    }
    Some((mailbox.to_string(), told))
}

/// What STATUS told of a folder; a server may leave anything out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) uid_validity: Option<u32>,
    pub(super) uid_next: Option<u32>,
    pub(super) exists: Option<u32>,
    pub(super) modseq: Option<u64>,
}

/// The header of an answer, whole or some fields.
pub(super) fn header_of<'r>(attributes: &'r [AttributeValue<'_>]) -> Option<&'r [u8]> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section: Some(SectionPath::Full(MessageSection::Header)),
            data,
            ..
        } => data.as_deref(),
        _ => None,
    })
}

/// RFC822.SIZE of an answer.
pub(super) fn size_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Rfc822Size(size) => Some(*size),
        _ => None,
    })
}
