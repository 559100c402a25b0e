//! A question is handed to somebody who needs no account (workflow W3): a person, a contact, or a group, by mail, with a
//! deadline. What they answer is an internal note; who does not answer is reminded, and whoever asked hears of it.
//!
//! Decides nothing about the case: a draft can be approved meanwhile, and nothing said here reaches a customer.

use jiff::{SignedDuration, Timestamp};

use super::ask::shortened;
use super::plan::{Plan, later};
use crate::triage::case::{Case, Check, Open, State, Step, Then};
use crate::triage::effect::Notice;
use crate::triage::id::Address;
use crate::triage::people::MOST_ASKED;

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
    if !has_room(plan, by, &people, true) {
        return;
    }
    let span =
        minutes.map_or(plan.policy.timing.delegated, |minutes| SignedDuration::from_mins(i64::from(minutes)));
    let until = plan.after(span);
    let question = shortened(question);
    plan.record(Some(by), "依頼", &format!("@{who} {question}"));
    let number = next_number(plan);
    for of in people {
        let check = Check::of(of.clone(), by, plan.now, &question);
        remember(plan, Check { until: Some(until), number: Some(number), ..check });
        put(plan, of, number, 0);
    }
    wait(plan);
    plan.done(by, "依頼");
}

/// Whether so many people can be asked besides those who still have to answer; else whoever asks hears how many can.
/// `waits`: with a deadline, which takes the place of an earlier question to the same person.
pub(super) fn has_room(plan: &mut Plan<'_>, by: &Address, people: &[Address], waits: bool) -> bool {
    let replaced = |known: &Check| waits && known.by == *by && people.contains(&known.of);
    let waiting = plan.case.unanswered().filter(|known| !replaced(known)).count();
    let fits = waiting.saturating_add(people.len()) <= MOST_ASKED;
    if !fits {
        let (waiting, more) = (count(waiting), count(people.len()));
        plan.answer(by, Notice::TooManyQuestions { most: count(MOST_ASKED), waiting, more });
    }
    fits
}

/// The number of the next question.
pub(super) fn next_number(plan: &Plan<'_>) -> u32 {
    plan.case.questions_put().saturating_add(1)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Keeps a question, in place of an earlier one to the same person. A full list loses those that were answered first, then
/// the oldest that nobody waits for; there is one, because [`has_room`] was asked.
pub(super) fn remember(plan: &mut Plan<'_>, check: Check) {
    let good_until = Some(plan.after(plan.policy.timing.token));
    let case = &mut plan.case;
    // A question without a deadline does not take the deadline of another away.
    let waits = |known: &Check| known.until.is_some() && known.answered.is_none() && check.until.is_none();
    let earlier = |known: &Check| known.of == check.of && known.by == check.by && !waits(known);
    let replaced = |known: &Check, case: &Case| earlier(known) && !is_shared(case, known);
    while let Some(at) = case.checks.iter().position(|known| replaced(known, case)) {
        case.checks.remove(at);
    }
    // Their answer to the earlier question still counts for the others of the group.
    for known in case.checks.iter_mut().filter(|known| earlier(known)) {
        known.until = None;
    }
    if case.checks.len() >= MOST_ASKED {
        let answered = case.checks.iter().position(|known| case.is_spent(known));
        let spent = answered.or_else(|| case.checks.iter().position(|known| known.until.is_none()));
        drop_one(case, spent.unwrap_or(0));
    }
    case.checks.push(Check { good_until, ..check });
}

/// Whether others of the same group have not been let go.
fn is_shared(case: &Case, check: &Check) -> bool {
    let others = case.checks.iter().filter(|other| other.of != check.of && other.is_shared_with(check));
    others.into_iter().any(|other| other.until.is_some())
}

/// Drops a question. Where it is what tells that a group has answered, nobody else of the group is waited for.
fn drop_one(case: &mut Case, at: usize) {
    let gone = case.checks.remove(at);
    if gone.answered.is_some() {
        for other in case.checks.iter_mut().filter(|other| other.is_shared_with(&gone)) {
            other.until = None;
        }
    }
}

fn put(plan: &mut Plan<'_>, of: Address, number: u32, reminders: u8) {
    let asking = crate::triage::case::Asking { reminders, ..plan.asking(Then::Reply) };
    plan.ask_check(of, number, asking);
}

/// While somebody else has the question, those at the desk are not reminded of the case.
fn wait(plan: &mut Plan<'_>) {
    let Some(until) = plan.case.delegated_until() else { return };
    let Some(open) = plan.case.open().cloned() else { return };
    if let Step::Asked { .. } | Step::AtDesk { .. } = open.step {
        plan.case.state = State::Open(Open { due: open.due.max(until), ..open });
    }
}

/// Somebody has answered this question, and no other one they were asked: the desk's own clock runs again as soon as nobody
/// else is waited for.
pub(super) fn answered(plan: &mut Plan<'_>, meant: &Check) {
    let (now, reminder) = (plan.now, plan.after(plan.policy.timing.reminder));
    let waited = plan.case.delegated_until().is_some();
    for check in plan.case.checks.iter_mut().filter(|check| *check == meant) {
        check.answered.get_or_insert(now);
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
        // One of before questions were counted is counted now, so that its answer is known from here on.
        let number = check.number.unwrap_or_else(|| next_number(plan));
        for kept in plan.case.checks.iter_mut().filter(|kept| *kept == check) {
            (kept.reminders, kept.until, kept.number) = (reminders, until, Some(number));
        }
        if known {
            put(plan, check.of.clone(), number, reminders);
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
