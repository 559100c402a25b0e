//! A question is handed to somebody who needs no account (workflow W3): a person, a contact, or a group, by mail, with a
//! deadline. What they answer is an internal note; who does not answer is reminded, and whoever asked hears of it.
//!
//! Decides nothing about the case: a draft can be approved meanwhile, and nothing said here reaches a customer.

use jiff::{SignedDuration, Timestamp};

use super::ask::{MOST, shortened};
use super::plan::{Plan, later};
use crate::triage::case::{Case, Check, Open, State, Step, Then};
use crate::triage::effect::{Notice, Question};
use crate::triage::id::Address;

/// Reminders are doubled in distance up to this.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);
/// From this reminder on the supervisors hear of it, too.
const SUPERVISORS_FROM: u8 = 2;

/// `依頼 @who 2日 question`: everybody meant gets the question by mail; the first answer of a group counts for all.
pub(super) fn delegate(plan: &mut Plan<'_>, by: &Address, who: &str, minutes: Option<u32>, question: &str) {
    let Some(mut people) = plan.policy.everybody_called(who) else {
        plan.answer(by, Notice::UnknownColleague { who: who.to_owned() });
        return;
    };
    people.retain(|of| of != by);
    if people.is_empty() || plan.case.open().is_none() {
        plan.answer(by, Notice::NotNow { command: "依頼", state: plan.case.state_word() });
        return;
    }
    let present: Vec<Address> = people.iter().filter(|of| !plan.is_away(of)).cloned().collect();
    let people = if present.is_empty() { people } else { present };
    let span =
        minutes.map_or(plan.policy.timing.delegated, |minutes| SignedDuration::from_mins(i64::from(minutes)));
    let until = plan.after(span);
    let question = shortened(question);
    plan.record(Some(by), "依頼", &format!("@{who} {question}"));
    for of in people.into_iter().take(MOST) {
        remember(plan, Check { until: Some(until), ..Check::of(of.clone(), by, plan.now, &question) });
        put(plan, of, 0);
    }
    wait(plan);
    plan.done(by, "依頼");
}

/// Keeps a question. A full list loses those that were answered first, then the oldest.
pub(super) fn remember(plan: &mut Plan<'_>, check: Check) {
    let checks = &mut plan.case.checks;
    // A question without a deadline does not take the deadline of another away.
    let waits = |known: &Check| known.until.is_some() && known.answered.is_none() && check.until.is_none();
    checks.retain(|known| known.of != check.of || known.by != check.by || waits(known));
    if checks.len() >= MOST {
        let spent = checks.iter().position(|known| known.answered.is_some() || known.until.is_none());
        checks.remove(spent.unwrap_or(0));
    }
    checks.push(check);
}

fn put(plan: &mut Plan<'_>, of: Address, reminders: u8) {
    let asking = crate::triage::case::Asking { reminders, ..plan.asking(Then::Reply) };
    plan.ask(of, Question::Check, asking);
}

/// While somebody else has the question, those at the desk are not reminded of the case.
fn wait(plan: &mut Plan<'_>) {
    let Some(until) = plan.case.delegated_until() else { return };
    let Some(open) = plan.case.open().cloned() else { return };
    if let Step::Asked { .. } | Step::AtDesk { .. } = open.step {
        plan.case.state = State::Open(Open { due: open.due.max(until), ..open });
    }
}

/// Somebody has answered: the desk's own clock runs again as soon as nobody else is waited for.
pub(super) fn answered(plan: &mut Plan<'_>, by: &Address) {
    let (now, reminder) = (plan.now, plan.after(plan.policy.timing.reminder));
    let waited = plan.case.delegated_until().is_some();
    for check in plan.case.checks.iter_mut().filter(|check| check.of == *by && check.answered.is_none()) {
        check.answered = Some(now);
    }
    if !waited || plan.case.delegated_until().is_some() {
        return;
    }
    let Some(open) = plan.case.open().cloned() else { return };
    if let Step::Asked { .. } | Step::AtDesk { .. } = open.step {
        plan.case.state = State::Open(Open { due: open.due.min(reminder), ..open });
    }
}

/// Somebody did not answer in time: they are asked again, and whoever asked hears of it; after a while the supervisors,
/// too. False: nobody is late.
pub(super) fn late(plan: &mut Plan<'_>) -> bool {
    let now = plan.now;
    let waiting: Vec<Check> = plan.case.waiting().cloned().collect();
    let late: Vec<Check> =
        waiting.into_iter().filter(|check| check.until.is_some_and(|until| until <= now)).collect();
    for check in &late {
        let known = plan.policy.person(&check.of).is_some() || plan.policy.is_outside(&check.of);
        let reminders = check.reminders.saturating_add(1);
        // Who is nobody of ours any more is not waited for.
        let until = known.then(|| later(now, pause(plan, reminders)));
        for kept in plan.case.checks.iter_mut().filter(|kept| *kept == check) {
            (kept.reminders, kept.until) = (reminders, until);
        }
        if known {
            put(plan, check.of.clone(), reminders);
        }
    }
    let mut questions: Vec<(&Address, Timestamp)> = late.iter().map(|check| (&check.by, check.at)).collect();
    questions.dedup();
    for (by, at) in questions {
        let put: Vec<&Check> = late.iter().filter(|check| check.by == *by && check.at == at).collect();
        no_word(plan, by, at, &put);
    }
    if !late.is_empty() {
        wait(plan);
    }
    !late.is_empty()
}

/// Once the customer has been answered nobody is waited for any more; a late answer is heard all the same.
pub(super) fn forget(case: &mut Case) {
    let over = match case.open().map(|open| &open.step) {
        Some(Step::AwaitingReply { .. } | Step::Answered { .. }) | None => true,
        Some(
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AtShop { .. }
            | Step::Quarantined { .. }
            | Step::Complaint { .. },
        ) => false,
    };
    if over {
        case.checks.iter_mut().for_each(|check| check.until = None);
    }
}

/// Whoever asked hears that there is no answer; after a while, and where that is nobody any more, the supervisors.
fn no_word(plan: &mut Plan<'_>, by: &Address, since: Timestamp, put: &[&Check]) {
    let mut hear: Vec<Address> =
        plan.policy.person(by).map(|asker| asker.address.clone()).into_iter().collect();
    let again = put.iter().map(|check| check.reminders.saturating_add(1)).max().unwrap_or_default();
    if again >= SUPERVISORS_FROM || hear.is_empty() {
        hear.extend(plan.policy.supervisors());
    }
    hear.sort();
    hear.dedup();
    for to in hear {
        let of: Vec<Address> = put.iter().map(|check| check.of.clone()).filter(|of| *of != to).collect();
        if !of.is_empty() {
            plan.tell(&to, Notice::NoWord { of, since });
        }
    }
}

fn pause(plan: &Plan<'_>, reminders: u8) -> SignedDuration {
    let doublings = u32::from(reminders.saturating_sub(1)).min(8);
    let pause = plan.policy.timing.escalate.checked_mul(1_i32.checked_shl(doublings).unwrap_or(1));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}
