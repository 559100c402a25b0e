//! The timer of a case fires: nobody has moved in time. Reminders, escalation, ends; never a send.

use jiff::SignedDuration;

use super::by_hand::asked;
use super::ended::ask_what_to_do;
use super::obey::question_now;
use super::plan::Plan;
use super::{complaint, delegate};
use crate::triage::case::{Asking, Case, Open, Outcome, Owner, State, Step};
use crate::triage::effect::{Notice, Question};
use crate::triage::id::Address;

/// Reminders are doubled in distance up to this.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

/// Does what the deadline says. A timer that fires early changes nothing.
pub(super) fn due(plan: &mut Plan<'_>) -> bool {
    // Both look at their own deadlines, whatever the open step's is.
    let (rang, late) = (complaint::ring(plan), delegate::late(plan));
    let Some(open) = plan.case.open().cloned() else { return rang || late };
    if plan.now < open.due {
        return rang || late;
    }
    match open.step {
        Step::Asked { asking } => {
            remind(plan, |asking| Step::Asked { asking }, open.owner, asking, Question::Approve);
        }
        Step::AtDesk { why, asking } => {
            let step = |asking| Step::AtDesk { why, asking };
            remind(plan, step, open.owner, asking, Question::Write);
        }
        Step::Quarantined { why, asking } => {
            let step = |asking| Step::Quarantined { why, asking };
            remind(plan, step, open.owner, asking, Question::Quarantine);
        }
        Step::Unknown { asking: None, .. } => ask_what_to_do(plan),
        Step::Unknown { by, then, since, looks, asking: Some(asking), answered } => {
            let step = |asking| Step::Unknown { by, then, since, looks, asking: Some(asking), answered };
            remind(plan, step, open.owner, asking, Question::Unknown);
        }
        // The outbox still holds the request or the mail: asking or sending again would double it.
        Step::Drafted { .. } | Step::Sending { .. } => overdue(plan, open),
        Step::AtShop { .. } => {
            plan.record(None, "shop_deadline", "");
            plan.close(Outcome::Referred);
        }
        Step::AwaitingReply { .. } => plan.close(Outcome::Unconverted),
        Step::Answered { .. } => plan.close(Outcome::Answered),
        // Its alarms have rung, and it rests until the next one.
        Step::Complaint { .. } => {}
    }
    true
}

/// First the same people again, then the next agent where it was one agent's, then the supervisors too, with fresh tokens
/// and growing pauses.
fn remind(
    plan: &mut Plan<'_>,
    step: impl FnOnce(Asking) -> Step,
    owner: Owner,
    asking: Asking,
    question: Question,
) {
    let owner = super::place::again(plan, owner);
    let reminders = asking.reminders.saturating_add(1);
    let asking = Asking { reminders, until: plan.after(plan.policy.timing.token), ..asking };
    let pause = pause(plan, &owner, reminders);
    plan.go(step(asking), owner.clone(), pause);
    let supervisors = plan.policy.supervisors();
    // Somebody is on it and shall not be disturbed; that it still waits must reach somebody all the same.
    let people = if in_hand(plan, asking) && !supervisors.is_empty() {
        supervisors
    } else {
        asked(plan, &owner, asking)
    };
    // The first of two has said what there is to say; without anybody else the question goes to whoever there is, so that
    // no case waits for nobody.
    let first = spoken(plan, question);
    let others = |people: &[Address]| {
        people.iter().filter(|to| first.as_ref() != Some(to)).cloned().collect::<Vec<_>>()
    };
    let wider =
        [people.clone(), asked(plan, &owner, asking), plan.policy.supervisors(), plan.policy.agents()];
    let reached = wider.iter().map(|people| others(people)).find(|people| !people.is_empty());
    for to in reached.unwrap_or(people) {
        plan.ask(to, question, asking);
    }
}

/// The first of two who must approve, where it is their approval that is asked for.
fn spoken(plan: &Plan<'_>, question: Question) -> Option<Address> {
    let first = plan.case.draft.as_ref().and_then(|draft| draft.approved.clone());
    first.filter(|_| question == Question::Approve)
}

/// Whether a person took 「確認中」 off since the question was put.
fn in_hand(plan: &Plan<'_>, asking: Asking) -> bool {
    plan.case.record.iter().any(|entry| entry.what == Case::TAKEN_IN_HAND && entry.at >= asking.at)
}

/// A person's mail program says that they are away. Where the case waited for them alone, the next one is asked at once.
pub(super) fn away(plan: &mut Plan<'_>, by: &Address) -> bool {
    plan.record(Some(by), Case::AWAY, "");
    let Some(open) = plan.case.open().cloned() else { return true };
    let (Some(question), Some(asking)) = (question_now(plan), plan.case.asking().copied()) else {
        return true;
    };
    // The first of two is there, and has said what there is to say.
    let first = spoken(plan, question);
    if !plan.waited_for(&open.owner, by, first.as_ref()) {
        return true;
    }
    // At the shop no reminder follows: its deadline is the end of the case, and stays.
    let due = match open.step {
        Step::AtShop { .. } => open.due,
        Step::Drafted { .. }
        | Step::Asked { .. }
        | Step::AtDesk { .. }
        | Step::Sending { .. }
        | Step::Unknown { .. }
        | Step::AwaitingReply { .. }
        | Step::Answered { .. }
        | Step::Complaint { .. }
        | Step::Quarantined { .. } => plan.after(plan.policy.timing.reminder),
    };
    let owner = super::place::again(plan, open.owner.clone());
    let people = plan.addresses(&owner);
    let out = |to: &Address| to == by || Some(to) == first.as_ref();
    let people = if people.iter().all(out) { plan.policy.supervisors() } else { people };
    plan.case.state = State::Open(Open { due, owner, ..open });
    for to in people.into_iter().filter(|to| !out(to)) {
        plan.ask(to, question, asking);
    }
    true
}

fn pause(plan: &Plan<'_>, owner: &Owner, reminders: u8) -> SignedDuration {
    // One agent is followed by the next before anybody's pause grows.
    let free = if matches!(owner, Owner::Agent(_)) { 2 } else { 1 };
    let doublings = u32::from(reminders.saturating_sub(free)).min(8);
    let pause = plan.policy.timing.escalate.checked_mul(1_i32.checked_shl(doublings).unwrap_or(1));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// A request that reached nobody, or a mail neither out nor refused: the supervisors hear of it, the outbox goes on.
fn overdue(plan: &mut Plan<'_>, open: Open) {
    let state = open.step.word();
    let due = plan.after(plan.policy.timing.escalate);
    plan.case.state = State::Open(Open { due, ..open });
    for supervisor in plan.policy.supervisors() {
        plan.tell(&supervisor, Notice::Overdue { state });
    }
}
