//! `decide`: from a case and an event to the next case and the effects that follow. Pure.
//!
//! An event that does not fit the state changes nothing and yields `None`. All deadlines, marks and mails of
//! workflow W1 are planned here; nothing is done here. One file per kind of event.

mod arrive;
mod ask;
mod by_hand;
mod calls;
mod complaint;
mod delegate;
mod draft;
mod due;
mod ended;
mod handling;
mod hold;
mod noticed;
mod obey;
mod place;
mod plan;
mod remote;
#[cfg(test)]
pub(in crate::triage) mod tests;

use jiff::Timestamp;

use super::case::{Case, Open, Outcome, State, Step, Why};
use super::event::{Event, Planned};
use super::id::{CaseId, MessageId, Revision};
use super::policy::Policy;
use plan::Plan;

pub use calls::still_long;
pub use obey::open_to_staff;

/// A policy and a case that is asked about, for tests of what works on both.
#[cfg(test)]
pub(in crate::triage) fn fixtures() -> (Policy, Case) {
    tests::asked_case()
}

/// What follows from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The case as it is from now on.
    pub next: Case,
    /// What to do, in order.
    pub effects: Vec<Planned>,
}

/// Decides what an event means for a case; `case` is `None` for a matter nobody has seen yet.
///
/// `now` is the only clock. The same arguments always give the same answer.
pub fn decide(policy: &Policy, case: Option<&Case>, event: &Event, now: Timestamp) -> Option<Decision> {
    let Some(case) = case else {
        return match event {
            Event::Arrived(arrival) => Some(arrive::open(policy, arrival, now)),
            Event::Unreadable { id, mailbox, day, mail, why } => {
                Some(arrive::quarantine(policy, id, mailbox, *day, mail, why, now))
            }
            Event::Bounced { .. }
            | Event::Agent { .. }
            | Event::Away { .. }
            | Event::MarkRemoved { .. }
            | Event::MarkAdded { .. }
            | Event::Starred { .. }
            | Event::Moved { .. }
            | Event::DraftChanged { .. }
            | Event::AnsweredByHand(_)
            | Event::SeenInSent { .. }
            | Event::Noticed { .. }
            | Event::Copied { .. }
            | Event::Due
            | Event::Ended { .. }
            | Event::Reported { .. }
            | Event::Alerted { .. } => None,
        };
    };
    let mut plan = Plan::of(policy, case, now);
    let changed = match event {
        Event::Arrived(arrival) => arrive::join(&mut plan, arrival),
        Event::Unreadable { .. } => false,
        Event::Bounced { about } => ended::bounced(&mut plan, about),
        Event::Agent { by, proof: _, revision, said, mail } => {
            if let Some((fingerprint, message_id, place)) = mail {
                plan.put_away(*fingerprint, message_id.clone(), place, true);
            }
            obey::answer(&mut plan, by, *revision, said)
        }
        Event::Away { by } => due::away(&mut plan, by),
        Event::MarkRemoved { mail, mark } => by_hand::mark_removed(&mut plan, *mail, mark),
        Event::MarkAdded { mail, mark } => by_hand::mark_added(&mut plan, *mail, mark),
        Event::Starred { mail, mark } => by_hand::starred(&mut plan, *mail, mark),
        Event::Moved { mail, to, place } => by_hand::moved(&mut plan, *mail, *to, place),
        Event::DraftChanged { revision, change } => by_hand::draft_changed(&mut plan, *revision, *change),
        Event::AnsweredByHand(answer) => by_hand::answered(&mut plan, answer),
        Event::SeenInSent { message_id } => by_hand::seen_in_sent(&mut plan, message_id),
        Event::Noticed { notice } => noticed::noticed(&mut plan, notice),
        Event::Copied { copy, message_id, place, archive } => {
            plan.put_away(*copy, message_id.clone(), place, *archive);
            true
        }
        Event::Due => due::due(&mut plan),
        Event::Ended { number, effect, ending } => ended::ended(&mut plan, *number, effect, ending),
        Event::Reported { date } => reported(&mut plan, *date),
        Event::Alerted { told, letters } => place::alerted(&mut plan, told, letters),
    };
    changed.then(|| plan.finish())
}

/// The Message-ID of the customer mail of a revision: the same for every attempt, so that copies can be found.
pub fn message_id(id: &CaseId, revision: Revision, policy: &Policy) -> MessageId {
    MessageId::of_reply(id, revision, &policy.message_domain)
}

/// A night report that names this case is out (workflow W1): the label comes off, the case is over.
fn reported(plan: &mut Plan<'_>, date: jiff::civil::Date) -> bool {
    if plan.case.reported.is_some() {
        return false;
    }
    plan.case.reported = Some(date);
    match plan.case.open().map(|open| &open.step) {
        Some(Step::AwaitingReply { .. }) => plan.close(Outcome::Unconverted),
        Some(Step::Answered { .. }) => plan.close(Outcome::Answered),
        // Named in the report while still on somebody's desk: it goes on.
        Some(_) | None => {}
    }
    true
}

/// A case goes back to a person, who is asked to write or decide.
fn to_desk(plan: &mut Plan<'_>, why: Why) {
    to_desk_then(plan, why, super::case::Then::Reply);
}

/// The same, keeping in mind what the mail was for.
fn to_desk_then(plan: &mut Plan<'_>, why: Why, then: super::case::Then) {
    plan.retire_draft();
    plan.turn();
    let asking = plan.asking(then);
    let owner = plan.desk_owner();
    let due = plan.after(plan.policy.timing.reminder);
    plan.case.state = State::Open(Open { step: Step::AtDesk { why, asking }, owner, due });
    plan.ask_owner(super::effect::Question::Write, asking);
}
