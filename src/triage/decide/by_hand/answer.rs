//! Answers that people wrote to the customer without us, and mails of ours that stand in Sent.
//!
//! A case goes on from a person's answer as from one of ours. The report of a complaint is owed all the same, unless the
//! answer is that very report: then the complaint is over, wherever the case stands by now.

use jiff::Timestamp;

use super::withdraw;
use crate::triage::case::{Asking, Case, Outcome, Owner, Sent, State, Step, Then, Why};
use crate::triage::decide::ended::{after_sending, hand_to_shop, wait_after_answer};
use crate::triage::decide::plan::Plan;
use crate::triage::decide::{self, complaint, to_desk};
use crate::triage::effect::Notice;
use crate::triage::hand::HandAnswer;
use crate::triage::id::{Address, MessageId, Revision};

/// A person answered the customer without us. Nobody is asked again; those who had been asked are told once.
/// One that is older than the customer's last mail answers an earlier one.
pub(in crate::triage::decide) fn answered(plan: &mut Plan<'_>, answer: &HandAnswer) -> bool {
    if plan.case.sent.as_ref().is_some_and(|sent| sent.message_id == answer.message_id) {
        return false;
    }
    let earlier = plan.case.mails.iter().any(|mail| mail.sent > answer.at);
    let report = complaint::sent_by_hand(&plan.case, answer);
    if report && complaint::reporting(&plan.case) {
        report_sent(plan, answer, earlier);
        return true;
    }
    if report {
        // The case has gone on to later words of the customer, and stands to them as after any other mail.
        complaint::sent(plan, &answer.message_id, None);
    }
    if earlier {
        wrote_besides(plan, answer);
    } else {
        go_on_from(plan, answer);
    }
    true
}

/// A person sent the report of a complaint while the case was about it: both are over, as when we send it. `earlier`: before
/// the customer's last mail.
fn report_sent(plan: &mut Plan<'_>, answer: &HandAnswer, earlier: bool) {
    let unread = earlier && waits_for_the_desk(&plan.case);
    let approver = plan.call_back();
    tell_of_answer(plan, answer.at.min(plan.now), approver);
    plan.record(None, Case::ANSWERED_BY_HAND, answer.matched_by.word());
    let leaves = complaint::leaving(&plan.case);
    plan.retire_draft();
    plan.turn();
    // Perhaps ours leaves as well: the draft is kept, so that its ending is still understood.
    plan.case.draft = plan.case.draft.take().filter(|_| leaves);
    note_sent(plan, answer);
    complaint::sent(plan, &answer.message_id, None);
    plan.close(Outcome::Answered);
    if unread {
        plan.case.draft = None;
        to_desk(plan, Why::CustomerAnswered);
    }
}

/// Whether the customer has written words that nobody has answered while the report was on its way.
fn waits_for_the_desk(case: &Case) -> bool {
    matches!(
        case.open().map(|open| &open.step),
        Some(
            Step::Sending { answered: true, .. }
                | Step::Unknown { answered: true, .. }
                | Step::AtDesk { why: Why::CustomerAnswered, .. }
        )
    )
}

/// What a person wrote changes nothing about where the case stands.
fn wrote_besides(plan: &mut Plan<'_>, answer: &HandAnswer) {
    plan.record(None, Case::WROTE_BY_HAND, answer.matched_by.word());
    note_sent(plan, answer);
}

pub(in crate::triage::decide) fn note_sent(plan: &mut Plan<'_>, answer: &HandAnswer) {
    let (at, revision) = (answer.at.min(plan.now), plan.case.revision);
    plan.case.sent = Some(Sent { message_id: answer.message_id.clone(), revision, at });
}

/// The case goes on from a person's answer to its last mail.
pub(in crate::triage::decide) fn go_on_from(plan: &mut Plan<'_>, answer: &HandAnswer) {
    // A report is owed whatever else the customer is told, and only its ending says whether it has left.
    if complaint::leaving(&plan.case) {
        heard(plan);
        wrote_besides(plan, answer);
        return;
    }
    let approver = plan.call_back();
    let step = plan.case.open().map(|open| open.step.clone());
    let at = answer.at.min(plan.now);
    let then = plan.case.leads_to().unwrap_or(Then::Reply);
    match step {
        Some(
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::Quarantined { .. }
            | Step::Unknown { .. },
        ) => {
            tell_of_answer(plan, at, approver);
            plan.record(None, Case::ANSWERED_BY_HAND, answer.matched_by.word());
            withdraw(plan);
            go_on(plan, then);
        }
        // Perhaps both leave: the draft is kept, so that the ending of ours is still understood.
        Some(Step::Sending { .. }) => {
            tell_the_asked(plan, Notice::AnsweredByHand { at });
            plan.record(None, Case::ANSWERED_BY_HAND, answer.matched_by.word());
            plan.retire_draft();
            plan.turn();
            go_on(plan, then);
        }
        Some(Step::AwaitingReply { .. }) => {
            plan.record(None, Case::WROTE_BY_HAND, answer.matched_by.word());
            plan.go(Step::AwaitingReply { since: at }, Owner::Customer, plan.policy.timing.window);
        }
        // A holding mail, most likely: the shop keeps the case and its deadline.
        Some(Step::AtShop { .. } | Step::Answered { .. } | Step::Complaint { .. }) | None => {
            plan.record(None, Case::WROTE_BY_HAND, answer.matched_by.word());
        }
    }
    note_sent(plan, answer);
}

/// The customer's last words are answered, whatever becomes of the mail that is between us and the server.
fn heard(plan: &mut Plan<'_>) {
    if let State::Open(open) = &mut plan.case.state
        && let Step::Sending { answered, .. } | Step::Unknown { answered, .. } = &mut open.step
    {
        *answered = false;
    }
}

/// Everybody who was asked hears of the answer, and whoever had approved: that may be a supervisor.
fn tell_of_answer(plan: &mut Plan<'_>, at: Timestamp, approver: Option<Address>) {
    let told = tell_the_asked(plan, Notice::AnsweredByHand { at });
    if let Some(approver) = approver.filter(|by| plan.policy.person(by).is_some() && !told.contains(by)) {
        plan.tell(&approver, Notice::AnsweredByHand { at });
    }
}

fn go_on(plan: &mut Plan<'_>, then: Then) {
    match then {
        // What a person wrote is not known to be the report: it is drafted again.
        Then::Reply | Then::Report => wait_after_answer(plan),
        Then::Shop => hand_to_shop(plan),
    }
}

/// Everybody who holds a question about this case; who that is.
fn tell_the_asked(plan: &mut Plan<'_>, notice: Notice) -> Vec<Address> {
    let Some(open) = plan.case.open().cloned() else { return Vec::new() };
    let asking = match open.step {
        Step::Asked { asking }
        | Step::AtDesk { asking, .. }
        | Step::Quarantined { asking, .. }
        | Step::Unknown { asking: Some(asking), .. } => asking,
        // Whoever approved believes that our mail is the answer.
        Step::Sending { by, .. } | Step::Unknown { by, asking: None, .. } => {
            if plan.policy.person(&by).is_some() {
                plan.tell(&by, notice);
            }
            return vec![by];
        }
        // A later draft: somebody has been asked before, and whoever wrote it waits to see it.
        Step::Drafted { asking } if plan.case.revision > Revision::FIRST => asking,
        // The first request is still on its way, and is dropped with this decision.
        Step::Drafted { .. }
        | Step::AwaitingReply { .. }
        | Step::Answered { .. }
        | Step::Complaint { .. }
        | Step::AtShop { .. } => {
            return Vec::new();
        }
    };
    let people = asked(plan, &open.owner, asking);
    for person in &people {
        plan.tell(person, notice.clone());
    }
    people
}

/// Who has been asked by now: the owner; where that is one agent, from the second reminder on the next agent too; later
/// the supervisors.
pub(in crate::triage::decide) fn asked(plan: &Plan<'_>, owner: &Owner, asking: Asking) -> Vec<Address> {
    let mut people = plan.addresses(owner);
    let alone = matches!(owner, Owner::Agent(_));
    if let Owner::Agent(agent) = owner
        && asking.reminders > 1
    {
        people.extend(plan.next_agent(agent));
    }
    if asking.reminders > if alone { 2 } else { 1 } {
        people.extend(plan.policy.supervisors());
    }
    let mut reached = std::collections::BTreeSet::new();
    people.retain(|person| reached.insert(person.clone()));
    people
}

/// Our own mail stands in Sent: what nobody saw the ending of has been sent.
pub(in crate::triage::decide) fn seen_in_sent(plan: &mut Plan<'_>, message_id: &MessageId) -> bool {
    let Some(Step::Unknown { then, answered, .. }) = plan.case.open().map(|open| open.step.clone()) else {
        return false;
    };
    let Some(revision) = plan.case.draft.as_ref().map(|draft| draft.revision) else { return false };
    if decide::message_id(&plan.case.id, revision, plan.policy) != *message_id {
        return false;
    }
    after_sending(plan, revision, message_id, then, answered);
    true
}
