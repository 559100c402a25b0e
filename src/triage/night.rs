//! The night report (workflow W1): which cases it names. Pure selection; `report` writes it out.
//!
//! The report of date R, made by the night shift of R, is headed `<R予約に至らなかったメール>` and names
//! A: plain inquiries of day R or earlier that no report has named yet, and
//! B: reservation wishes of the day before R or earlier that still wait for the customer or were lost.
//! Cases still on somebody's desk are listed apart, every night until they are done, and those that people took out of
//! the desk's hands once.

use jiff::civil::Date;

use super::case::{Case, Outcome, State, Step};
use super::verdict::Class;

/// In which part of a report a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// 「お問い合わせ」: class A.
    Inquiry,
    /// 「予約希望」: class B that led to no booking.
    Reservation,
    /// Nobody has answered yet: shown, not settled.
    Unfinished,
    /// Taken out of the desk's hands in the mailbox: counted, and named where the mail was deleted.
    ByHand,
}

/// Where a case stands in the report of `date`, or that it does not.
///
/// `since` is the first day whose mails are reported.
pub fn section(case: &Case, date: Date, since: Option<Date>) -> Option<Section> {
    if since.is_some_and(|since| case.day < since) || case.day > date {
        return None;
    }
    match &case.state {
        State::Open(open) => match &open.step {
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::Complaint { .. }
            | Step::Quarantined { .. } => Some(Section::Unfinished),
            Step::AwaitingReply { .. } | Step::Answered { .. } | Step::AtShop { .. } => by_class(case, date),
        },
        State::Closed { outcome, .. } => match outcome {
            Outcome::Answered | Outcome::Unconverted | Outcome::Referred => by_class(case, date),
            // Once, on the first report after it: a mail that was thrown away may be a customer who was.
            Outcome::TakenOver => case.reported.is_none().then_some(Section::ByHand),
            Outcome::Converted | Outcome::Dismissed => None,
        },
    }
}

/// A is reported on its own day, B one day later, and each only once. (A case that came back to the desk after
/// its report is still listed among the unfinished.)
fn by_class(case: &Case, date: Date) -> Option<Section> {
    if case.reported.is_some() {
        return None;
    }
    match case.matter.class {
        Class::Inquiry => Some(Section::Inquiry),
        Class::Reservation => (case.day < date).then_some(Section::Reservation),
    }
}
