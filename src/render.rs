//! Turns what the desk says into bytes: customers' mails, requests to agents, short answers to them.
//!
//! Same input, same bytes: date and Message-ID are arguments. Whatever could become a header line of its own is
//! refused. Nothing here decides, sends or stores.

pub mod alert;
pub mod complaint;
pub mod day;
mod html;
pub mod link;
mod mail;
pub mod notice;
mod page;
pub mod request;
pub mod voice;
pub mod wording;

pub use mail::{
    Attached, Envelope, InternalMail, Outgoing, RenderError, automatic_mail, customer_mail, internal_mail,
};

use crate::triage::id::{CaseId, MessageId};

/// Shows a customer's own "token:" with a wide colon, so that an answer quoting it is not taken for tampering
/// with ours.
fn defang(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find("token:") {
        let (before, after) = rest.split_at(at + "token".len());
        out.push_str(before);
        out.push('：');
        rest = after.strip_prefix(':').unwrap_or(after);
    }
    out.push_str(rest);
    out
}

/// The subject of every mail to our own people about a case. It never changes, whatever is asked, so that Gmail
/// keeps one conversation, and it names nobody: subjects show on locked screens.
pub fn subject(case: &CaseId) -> String {
    format!("[窓口] C-{case}")
}

/// The id that every mail about a case refers to (`References`), though no mail carries it.
pub fn thread_id(case: &CaseId, domain: &str) -> Option<MessageId> {
    MessageId::parse(&format!("case.{case}@{domain}"))
}
