//! Telephone calls (workflow W2): they are kept, the support group hears of one that takes long, and 済 ends that.
//!
//! 「通話中」 plans the group's mails for when the time will be up; a call that has ended by then yields none. The group may
//! only say that it is over, or leave a note. Nothing here speaks to a customer.

use jiff::{SignedDuration, Timestamp};

use super::obey::not_now;
use super::plan::Plan;
use crate::triage::case::{Case, Open, Owner, State, Step, Then, Why};
use crate::triage::command::Command;
use crate::triage::dossier::{Call, CallOutcome, LongCall, OnCall};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::event::Ending;
use crate::triage::id::Address;

/// How often one of the group is reminded of a long call; after that it ends by itself.
const REMINDERS: u8 = 2;
/// The longest call that is believed where nobody says how long it was: 「通話中」 may be forgotten.
const MOST_MINUTES: u32 = 12 * 60;

/// What the support group may say, who need not be agents of the mailbox.
pub(super) const fn open_to_group(command: &Command) -> bool {
    matches!(command, Command::Ended { .. } | Command::Note { .. } | Command::Status | Command::Help)
}

/// One of us has taken a call and tells the desk: that person has the case and is asked, and nobody else.
pub(super) fn phoned_in(plan: &mut Plan<'_>, by: &Address) {
    plan.record(Some(by), Case::PHONED_IN, "");
    plan.case.dossier.taken_by = Some(by.clone());
    let call = Call {
        by: by.clone(),
        at: plan.now,
        minutes: None,
        outcome: CallOutcome::Talked,
        note: String::new(),
    };
    plan.case.dossier.called(call);
    let asking = plan.asking(Then::Reply);
    let step = Step::AtDesk { why: Why::PhonedIn { by: by.clone() }, asking };
    plan.go(step, Owner::Agent(by.clone()), plan.policy.timing.reminder);
    plan.ask_owner(Question::Write, asking);
}

/// `電話済 25m note`. A call that was begun by 「通話中」 is measured where nobody says how long it took.
pub(super) fn called(plan: &mut Plan<'_>, by: &Address, minutes: Option<u32>, note: &str) {
    let begun = plan.case.dossier.on_call.take_if(|call| call.by == *by);
    let measured = begun.map(|call| since(call.since, plan.now)).filter(|minutes| *minutes <= MOST_MINUTES);
    let minutes = minutes.or(measured);
    let (at, outcome, note) = (plan.now, CallOutcome::Talked, note.to_owned());
    plan.case.dossier.called(Call { by: by.clone(), at, minutes, outcome, note });
    if let Some(minutes) = minutes {
        plan.called(by, minutes);
    }
    if plan.case.dossier.long.is_some() {
        // The group knew of it while it ran; now it is over.
        end_long(plan, by, minutes);
        return;
    }
    let span = minutes.map(|minutes| SignedDuration::from_mins(i64::from(minutes)));
    if span.is_some_and(|span| span > plan.policy.calls.long) {
        tell_group(plan, by, minutes, SignedDuration::ZERO);
    }
}

/// `電話×`.
pub(super) fn no_answer(plan: &mut Plan<'_>, by: &Address) {
    if plan.case.dossier.on_call.take_if(|call| call.by == *by).is_some() {
        end_long(plan, by, None);
    }
    let (at, outcome, note) = (plan.now, CallOutcome::NoAnswer, String::new());
    plan.case.dossier.called(Call { by: by.clone(), at, minutes: None, outcome, note });
}

/// `通話中`: the group hears of it when the time is up and the call still runs.
pub(super) fn on_call(plan: &mut Plan<'_>, by: &Address) {
    if plan.case.open().is_none() || plan.case.dossier.on_call.is_some() {
        not_now(plan, by, "通話中");
        return;
    }
    plan.record(Some(by), "通話中", "");
    plan.case.dossier.on_call = Some(OnCall { by: by.clone(), since: plan.now });
    let wait = plan.policy.calls.long;
    for to in plan.policy.calls.tell.clone() {
        ask_group(plan, to, plan.now, 0, wait);
    }
    plan.done(by, "通話中");
}

/// `済`: the long call, or the one that was begun by 「通話中」, is over.
pub(super) fn over(plan: &mut Plan<'_>, by: &Address, note: &str) {
    let running = plan.case.dossier.on_call.take();
    if running.is_none() && plan.case.dossier.long.is_none() {
        not_now(plan, by, "済");
        return;
    }
    plan.record(Some(by), "済", note);
    let known = plan.case.dossier.long.as_ref().and_then(|long| long.minutes);
    let measured = running.map(|call| since(call.since, plan.now)).filter(|minutes| *minutes <= MOST_MINUTES);
    let minutes = known.or(measured);
    end_long(plan, by, minutes);
    plan.done(by, "済");
}

/// Everybody of the group who was told hears that it is over; whoever says so knows.
fn end_long(plan: &mut Plan<'_>, by: &Address, minutes: Option<u32>) {
    let Some(long) = plan.case.dossier.long.take() else { return };
    for to in long.told.iter().filter(|to| *to != by) {
        plan.tell(to, Notice::CallOver { by: by.clone(), minutes });
    }
}

/// The group is told now of a call that took long.
fn tell_group(plan: &mut Plan<'_>, by: &Address, minutes: Option<u32>, wait: SignedDuration) {
    let group = plan.policy.calls.tell.clone();
    if group.is_empty() {
        return;
    }
    plan.record(None, Case::LONG_CALL, &minutes.map(|minutes| minutes.to_string()).unwrap_or_default());
    plan.case.dossier.long =
        Some(LongCall { by: by.clone(), at: plan.now, minutes, told: group.iter().cloned().collect() });
    for to in group {
        ask_group(plan, to, plan.now, 0, wait);
    }
}

/// A mail to one of the group. `at` says which call it is about; one that is over by the time it is due yields no mail.
fn ask_group(plan: &mut Plan<'_>, to: Address, at: Timestamp, reminder: u8, wait: SignedDuration) {
    let due = plan.after(wait);
    let until = super::plan::later(due, plan.policy.timing.token);
    let revision = plan.case.revision;
    let question = Question::LongCall;
    plan.act_at(Effect::Ask { to, question, revision, at, until, reminder, check: None }, due);
}

/// Whether a mail to the group, planned at an instant, is still about something.
pub fn still_long(case: &Case, planned: Timestamp) -> bool {
    let dossier = &case.dossier;
    dossier.on_call.as_ref().is_some_and(|call| call.since == planned)
        || dossier.long.as_ref().is_some_and(|long| long.at == planned)
}

/// One of the group has been told, or cannot be reached. Reminders follow until somebody says 済; after the last the
/// supervisors have heard as well, and it ends by itself.
pub(super) fn told(plan: &mut Plan<'_>, to: &Address, reminder: u8, ending: &Ending) -> bool {
    match ending {
        Ending::Done | Ending::Unknown | Ending::Sent(_) | Ending::Refused(_) => {}
        Ending::Placed(_) | Ending::Gone | Ending::NotFound => return false,
    }
    // The call still runs and the time is up: from here on the group looks after it.
    if let Some(call) = plan.case.dossier.on_call.clone().filter(|_| plan.case.dossier.long.is_none()) {
        plan.record(None, Case::LONG_CALL, "");
        let told = plan.policy.calls.tell.iter().cloned().collect();
        let (by, at) = (call.by, call.since);
        plan.case.dossier.long = Some(LongCall { by, at, minutes: None, told });
    }
    let Some(long) = plan.case.dossier.long.clone() else { return false };
    if matches!(ending, Ending::Refused(_)) {
        unreachable_one(plan, to);
    }
    if reminder >= REMINDERS {
        // Said often enough: a person has the case anyway, and its own deadline goes on.
        (plan.case.dossier.long, plan.case.dossier.on_call) = (None, None);
        for supervisor in plan.policy.supervisors() {
            if !long.told.contains(&supervisor) {
                plan.tell(&supervisor, Notice::Status);
            }
        }
        return true;
    }
    let wait = if reminder == 0 { plan.policy.timing.reminder } else { plan.policy.timing.escalate };
    ask_group(plan, to.clone(), long.at, reminder.saturating_add(1), wait);
    true
}

/// A mail to one of the group was refused: the supervisors hear of it.
fn unreachable_one(plan: &mut Plan<'_>, to: &Address) {
    let state = plan.case.state_word();
    plan.record(None, "request_undeliverable", "");
    for supervisor in plan.policy.supervisors() {
        if supervisor != *to {
            plan.tell(&supervisor, Notice::Overdue { state });
        }
    }
}

/// Minutes between two instants, rounded up; never negative.
fn since(from: Timestamp, now: Timestamp) -> u32 {
    let seconds = now.duration_since(from).as_secs().max(0);
    u32::try_from(seconds.saturating_add(59) / 60).unwrap_or(u32::MAX)
}

/// The state of a case whose customer can be written to besides its own course: our answer is out, or the desk has it.
pub(super) fn may_be_drafted(plan: &Plan<'_>) -> bool {
    match &plan.case.state {
        State::Open(Open { step, .. }) => match step {
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. } => true,
            Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AtShop { .. }
            | Step::Quarantined { .. }
            | Step::Complaint { .. } => false,
        },
        State::Closed { .. } => false,
    }
}
