//! The mails of the desk as bytes: the customer's mail, its draft, and the mails to our own people.
//!
//! Headers, ids and conversations are settled here; which facts of a case go into a mail to one of us is in `facts`.
//! An effect that the case has left behind yields no mail at all.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tracing::error;

use crate::config::Config;
use crate::desk::{Desk, DeskError};
use crate::live::Live;
use crate::render::{self, Envelope, InternalMail, Outgoing, RenderError};
use crate::token::{Content, Token};
use crate::triage::case::{Case, Step};
use crate::triage::complaint::Piece;
use crate::triage::decide::still_long;
use crate::triage::draft::Draft;
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::id::{Address, MessageId};
use crate::triage::mail::Letter;

use super::alerts;
use super::complaint::{self, About};
use super::facts::{self, Asked};

/// A mail to one of us, ready for the server.
#[derive(Debug)]
pub struct Written {
    /// Whom it goes to.
    pub to: Address,
    /// RFC 5322, CRLF line ends.
    pub bytes: Vec<u8>,
}

/// What a token of the case's current revision is bound to, as hexadecimal text.
pub fn asked_hash(case: &Case) -> String {
    content(case).to_hex()
}

/// Recipient, subject and words of a draft, as a hash in hexadecimal.
pub fn content_hash(draft: &Draft) -> String {
    Content::of(&draft.to, &draft.subject, &draft.body).to_hex()
}

fn content(case: &Case) -> Content {
    match case.draft.as_ref().filter(|draft| draft.revision == case.revision) {
        Some(draft) => Content::of(&draft.to, &draft.subject, &draft.body),
        None => Content::of_question(),
    }
}

/// The reference every mail of ours carries in `X-Madoguchi-Ref`: it survives a server that rewrites Message-IDs.
pub fn reference(id: &MessageId) -> String {
    const MOST: usize = 60;
    let local = id.as_str().split_once('@').map_or(id.as_str(), |(local, _)| local);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    local.chars().filter(plain).take(MOST).collect()
}

/// What a draft says, as hexadecimal text: receivers, subject and words, as a reader sees them. Two drafts with the
/// same hash say the same, however a server or a mail program has written them down; `None` when it cannot be read.
pub fn said_by(mail: &[u8]) -> Option<String> {
    let letter = crate::mime::letter(mail).ok()?;
    let mut hash = Sha256::new();
    for to in &letter.to {
        hash.update(to.address.to_ascii_lowercase().as_bytes());
        hash.update([0]);
    }
    let attached = letter.attachments.iter().map(|attachment| attachment.name.as_str());
    for text in [letter.subject.trim(), letter.text.trim()].into_iter().chain(attached) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a letter is one of our own mails that came back to the mailbox.
pub fn is_ours(live: &Live, letter: &Letter) -> bool {
    if letter.header("x-madoguchi-ref").next().is_none() {
        return false;
    }
    let Some(from) = letter.from.first().and_then(|from| Address::parse(&from.address)) else { return false };
    let own = live.config.mailboxes.iter().filter_map(|mailbox| mailbox.from.as_ref());
    own.chain([&live.config.smtp.from]).any(|ours| *ours == from)
}

/// The customer's mail of a revision. The same case and draft give the same bytes.
///
/// # Errors
/// When subject or address would break the mail's header.
pub fn customer_mail(
    live: &Live,
    case: &Case,
    draft: &Draft,
    now: Timestamp,
) -> Result<Vec<u8>, RenderError> {
    let id = crate::triage::decide::message_id(&case.id, draft.revision, live.policy(&case.mailbox));
    draft_mail(live, case, draft, &id, now)
}

/// The draft as it lies in Drafts, under its own id.
///
/// # Errors
/// When subject or address would break the mail's header.
pub fn draft_mail(
    live: &Live,
    case: &Case,
    draft: &Draft,
    id: &MessageId,
    at: Timestamp,
) -> Result<Vec<u8>, RenderError> {
    let config = &live.config;
    // Threads with our earlier answer to the customer; never with the form's mail, which the customer never saw.
    let earlier: Vec<MessageId> = case.sent.iter().map(|sent| sent.message_id.clone()).collect();
    // Nor with the mail by which one of us wrote a call down: it is internal.
    let internal = usize::from(case.dossier.taken_by.is_some());
    let theirs = case.mails.iter().skip(internal);
    let answered = theirs.rev().find(|_| case.sent.is_some()).and_then(|mail| mail.message_id.as_ref());
    let date = at.to_zoned(live.zone(&case.mailbox).clone());
    render::customer_mail(&Outgoing {
        envelope: Envelope {
            from: config.from_of(&case.mailbox),
            from_name: config.from_name_of(&case.mailbox),
            reply_to: reply_address(config, case),
            message_id: id,
            in_reply_to: answered,
            references: &earlier,
            date: &date,
            reference: &reference(id),
        },
        to: &draft.to,
        subject: &draft.subject,
        body: &draft.body,
    })
}

/// Customers answer to the mailbox that is watched, whatever address sends.
fn reply_address<'c>(config: &'c Config, case: &Case) -> Option<&'c Address> {
    let address = config.mailbox(&case.mailbox).map(|mailbox| &mailbox.address)?;
    (address != config.from_of(&case.mailbox)).then_some(address)
}

/// The mail an effect wants, or nothing when the case has moved on. `number`: the effect's within the case. It stands in the
/// id of a notice, so that no two notices to one person share one, also where one decision makes both.
pub async fn write(
    desk: &Desk,
    case: &Case,
    number: u32,
    effect: &Effect,
) -> Result<Option<Written>, DeskError> {
    let live = desk.live();
    match effect {
        Effect::Ask { to, question, revision, at, until, reminder, check } => {
            let about_call = *question == Question::LongCall;
            // A long call goes on whatever becomes of the draft.
            let moved_on = if about_call { !still_long(case, *at) } else { *revision != case.revision };
            if moved_on || !still_asked(case, *question) || !still_kept(case, to, *check) {
                return Ok(None);
            }
            let Some(ring) = &live.ring else { return Ok(None) };
            // Who is only asked for a word gets a token that can never decide.
            let content = content(case);
            let bound = match question {
                Question::Check => content.for_check(*check),
                Question::LongCall => Content::of_call(),
                Question::Approve
                | Question::Write
                | Question::Shop
                | Question::Unknown
                | Question::Quarantine
                | Question::Outcome
                | Question::Undo => content,
            };
            // Planned long before it was due: it is dated when it goes out.
            let date = if about_call { desk.now() } else { *at };
            let token = ring.issue(&case.id, *revision, bound, to, *until);
            let history = desk.history(case).await?;
            let asked = Asked {
                to,
                question: *question,
                token: &token,
                since: *at,
                reminder: *reminder,
                check: *check,
                history,
            };
            let mail = facts::ask(&live, case, asked);
            let id = token.message_id(live.config.smtp.from.domain());
            let reply_to = reply_to(&live, &token);
            Ok(id.and_then(|id| finish(&live, case, &mail, &id, Some(&reply_to), date, to)))
        }
        Effect::Tell { to, notice, at } => {
            let mail = if let Notice::Alerts { items } = notice {
                alerts::mail(desk, &live, to, items).await?
            } else {
                Some(facts::tell(&live, case, to, notice, *at))
            };
            let Some(mail) = mail else { return Ok(None) };
            let word = match notice {
                Notice::Done { .. } => "done",
                Notice::AlreadyDecided { .. } => "decided",
                Notice::Retired => "retired",
                Notice::NotNow { .. } => "notnow",
                Notice::NotUnderstood { .. } => "unclear",
                Notice::Expired => "expired",
                Notice::UnknownColleague { .. } => "colleague",
                Notice::TooManyQuestions { .. } => "toomany",
                Notice::NoAddress => "noaddress",
                Notice::AnsweredByHand { .. } => "byhand",
                Notice::Overdue { .. } => "overdue",
                Notice::NoWord { .. } => "noword",
                Notice::SecondNeeded { .. } => "second",
                Notice::Recalled { .. } => "recalled",
                Notice::Remark { .. } => "remark",
                Notice::Entered { .. } => "entered",
                Notice::UnknownQueue { .. } => "queue",
                Notice::Alerts { .. } => "alerts",
                Notice::CallOver { .. } => "callover",
                Notice::CannotDraft { .. } => "nodraft",
                Notice::Spent { .. } => "spent",
                Notice::Status => "status",
                Notice::Help => "help",
            };
            let person = to.in_id();
            let domain = live.config.smtp.from.domain();
            let at_ms = at.as_millisecond();
            let id = format!("tell.{word}.{}.{at_ms}.{number}.{person}@{domain}", case.id);
            let id = MessageId::parse(&id);
            Ok(id.and_then(|id| finish(&live, case, &mail, &id, None, *at, to)))
        }
        Effect::Complaint { to, piece, occasion, at, until, reminder } => {
            if !complaint::still_wanted(case, occasion) {
                return Ok(None);
            }
            let Some(ring) = &live.ring else { return Ok(None) };
            let bound = |piece: Piece| Content::of_complaint(&piece.bound());
            let token = piece.map(|piece| ring.issue(&case.id, case.revision, bound(piece), to, *until));
            let about = About { to, piece: *piece, occasion, token: token.as_ref(), reminder: *reminder };
            let mail = complaint::mail(&live, case, &about);
            let domain = live.config.smtp.from.domain();
            let id = match &token {
                Some(token) => token.message_id(domain),
                None => MessageId::parse(&format!(
                    "tell.complaint.{}.{}.{number}.{}@{domain}",
                    case.id,
                    until.as_millisecond(),
                    to.in_id()
                )),
            };
            let reply_to = token.as_ref().map(|token| reply_to(&live, token));
            Ok(id.and_then(|id| finish(&live, case, &mail, &id, reply_to.as_ref(), *at, to)))
        }
        Effect::Mark { .. }
        | Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. }
        | Effect::Acknowledge { .. } => Ok(None),
    }
}

/// Where the answer to a mail with this token goes.
fn reply_to(live: &Live, token: &Token) -> Address {
    let approval = &live.config.approval;
    let plus = approval.plus_addressing.then(|| token.plus_address(&approval.address));
    plus.flatten().unwrap_or_else(|| approval.address.clone())
}

pub(super) fn finish(
    live: &Live,
    case: &Case,
    mail: &InternalMail,
    id: &MessageId,
    reply_to: Option<&Address>,
    at: Timestamp,
    to: &Address,
) -> Option<Written> {
    let date = at.to_zoned(live.zone(&case.mailbox).clone());
    let root = render::thread_id(&case.id, live.config.smtp.from.domain());
    let references: Vec<MessageId> = root.into_iter().collect();
    let envelope = Envelope {
        from: &live.config.smtp.from,
        from_name: live.config.from_name_of(&case.mailbox),
        reply_to,
        message_id: id,
        in_reply_to: references.first(),
        references: &references,
        date: &date,
        reference: &reference(id),
    };
    match render::internal_mail(&envelope, mail) {
        Ok(bytes) => Some(Written { to: to.clone(), bytes }),
        // Addresses come from the config and texts are encoded: only a broken config could end here.
        Err(error) => {
            error!(case = %case.id, %error, "A mail to one of us cannot be rendered; check [smtp] and [approval].");
            None
        }
    }
}

/// Whether a question of a colleague is still kept: one that was put anew since has a mail of its own.
fn still_kept(case: &Case, to: &Address, check: Option<u32>) -> bool {
    check.is_none() || case.question_to(to, check, None).is_some()
}

fn still_asked(case: &Case, question: Question) -> bool {
    let step = case.open().map(|open| &open.step);
    match question {
        Question::Approve => matches!(step, Some(Step::Drafted { .. } | Step::Asked { .. })),
        Question::Write => matches!(step, Some(Step::AtDesk { .. })),
        Question::Shop => matches!(step, Some(Step::AtShop { .. })),
        Question::Unknown => matches!(step, Some(Step::Unknown { .. })),
        Question::Quarantine => matches!(step, Some(Step::Quarantined { .. })),
        Question::Undo => matches!(step, Some(Step::Sending { leaves: Some(_), .. })),
        Question::Outcome | Question::Check | Question::LongCall => true,
    }
}
