//! Whether a machine may tell a customer that a mail has come (RFC 3834), and by when it promises an answer.
//!
//! A machine that answers can be made to answer machines, strangers and floods. So whoever is told must have written
//! himself, or have filled in a form whose robot is known and proved; everybody else hears nothing. Never words a mail,
//! never counts: budgets are kept where mail leaves.

use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::case::{Case, Step};
use super::id::Address;
use super::level::{Due, Span};
use super::machine::{MachineSign, goes_round, machine, nobody_reads};
use super::mail::Letter;
use super::policy::Desk;

/// A mail is acknowledged while it is as fresh as this, and not at all later: it would promise what is past.
pub const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// Between what a mail says of its date and its arrival, at most: mail that was copied from elsewhere is old.
const ON_THE_WAY: SignedDuration = SignedDuration::from_hours(24);

/// What a mailbox promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// The first answer comes within so much business time, where no service level says otherwise.
    pub within: SignedDuration,
}

/// By when a mail received at an instant will be answered; `None` where nothing can be promised any more.
pub fn answer_by(span: Span, calendar: &Calendar, received: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let fresh = now.duration_since(received) <= FRESH;
    match span.due(calendar, received, &[]) {
        Due::At(by) => Some(by).filter(|by| fresh && *by > now),
        Due::Paused { .. } | Due::Never => None,
    }
}

/// A mail whose writer may be told that it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When it came.
    pub received: Timestamp,
    /// The robot of the form through which it came; `None` where the customer wrote himself.
    pub form: Option<Address>,
}

/// Why nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No address, or none that can be told from the others.
    NoAddress,
    /// It would go to one of us.
    Ours,
    /// It would go to an address that nobody reads.
    Unread,
    /// It would go to somebody else than the sender, and no form that we know sent it.
    Elsewhere,
    /// It says that it comes from a form of ours, and nobody vouches for that.
    Unproved,
    /// A machine wrote it, or it goes round.
    Machine(MachineSign),
    /// It may be a machine's, or is no new matter.
    Doubtful,
    /// It was written long before it came.
    Old,
}

/// What is known about a mail besides its words.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The customer, as the mail was read.
    pub customer: Option<&'a Address>,
    /// Whether it may be a machine's mail, or is no new matter.
    pub doubtful: bool,
    /// The robots of our forms.
    pub form_senders: &'a [Address],
    /// Whether the sender's domain stands behind the mail.
    pub proved: bool,
    /// When it came.
    pub received: Timestamp,
}

/// Whether the writer of a letter may be told by a machine that it has come.
///
/// # Errors
/// Why not.
pub fn asked(letter: &Letter, desk: &Desk, sight: &Sight<'_>) -> Result<Asked, Silence> {
    let [from] = letter.from.as_slice() else { return Err(Silence::NoAddress) };
    let from = Address::parse(&from.address).ok_or(Silence::NoAddress)?;
    let to = sight.customer.ok_or(Silence::NoAddress)?;
    let form = sight.form_senders.contains(&from);
    if form {
        if !sight.proved {
            return Err(Silence::Unproved);
        }
        // A form's robot is a machine and says so; what goes round does so under its name, too.
        if letter.report.is_some() || goes_round(letter) || letter.header("x-madoguchi-ref").next().is_some()
        {
            return Err(Silence::Machine(MachineSign::Circle));
        }
    } else {
        if let Some(sign) = machine(letter) {
            return Err(Silence::Machine(sign));
        }
        if sight.doubtful || carries_a_mail(letter) {
            return Err(Silence::Doubtful);
        }
        if desk.owns(&from) {
            return Err(Silence::Ours);
        }
        if !same(&from, to) {
            return Err(Silence::Elsewhere);
        }
    }
    if desk.owns(to) {
        return Err(Silence::Ours);
    }
    if nobody_reads(to.as_str()) {
        return Err(Silence::Unread);
    }
    if letter.sent.is_some_and(|sent| sight.received.duration_since(sent) > ON_THE_WAY) {
        return Err(Silence::Old);
    }
    Ok(Asked { received: sight.received, form: form.then_some(from) })
}

/// Whether another mail lies in a letter, as in reports and complaints that do not say what they are.
fn carries_a_mail(letter: &Letter) -> bool {
    let mail = |kind: &str| kind.starts_with("message/") || kind == "text/rfc822-headers";
    letter.attachments.iter().any(|attachment| mail(&attachment.media_type))
}

/// Whether a case still waits for its first answer.
pub fn waits(case: &Case) -> bool {
    let step = case.open().map(|open| &open.step);
    let unanswered = case.sent.is_none();
    unanswered && matches!(step, Some(Step::Drafted { .. } | Step::Asked { .. } | Step::AtDesk { .. }))
}

fn same(a: &Address, b: &Address) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

#[cfg(test)]
mod tests;
