//! Something about a complaint is late: first who owes it hears, then who is responsible and the manager, then the
//! supervisors, in growing pauses. Never silent, and never decides.

use jiff::SignedDuration;

use super::write;
use crate::triage::case::Owner;
use crate::triage::complaint::{Complaint, Duty, Occasion};
use crate::triage::decide::plan::Plan;
use crate::triage::id::Address;

/// The longest time between two reminders.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

/// Rings every alarm that is due. `false`: none was.
pub(in crate::triage::decide) fn ring(plan: &mut Plan<'_>) -> bool {
    let now = plan.now;
    let Some(complaint) = plan.case.complaint.as_deref().filter(|complaint| complaint.is_open()) else {
        return false;
    };
    let due: Vec<Duty> =
        complaint.alarms.iter().filter(|(_, alarm)| alarm.next <= now).map(|(duty, _)| *duty).collect();
    if due.is_empty() {
        return false;
    }
    succeed(plan);
    for duty in due {
        remind(plan, duty);
    }
    true
}

fn remind(plan: &mut Plan<'_>, duty: Duty) {
    let (now, escalate) = (plan.now, plan.policy.timing.escalate);
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let Some(alarm) = complaint.alarms.get_mut(&duty) else { return };
    alarm.reminders = alarm.reminders.saturating_add(1);
    let reminders = alarm.reminders;
    let doublings = u32::from(reminders.saturating_sub(1)).min(8);
    let pause = escalate.checked_mul(1_i32.checked_shl(doublings).unwrap_or(1)).unwrap_or(LONGEST_PAUSE);
    // An alarm that is never set anew would ring for ever at the same instant.
    let pause = pause.clamp(SignedDuration::from_mins(1), LONGEST_PAUSE);
    alarm.next = now.checked_add(pause).unwrap_or(jiff::Timestamp::MAX);
    for to in readers(plan, duty, reminders) {
        write(plan, &to, Occasion::Late(duty), reminders);
    }
}

/// Who hears the `reminders`-th reminder. Somebody always does, as long as there is anybody.
fn readers(plan: &Plan<'_>, duty: Duty, reminders: u8) -> Vec<Address> {
    let Some(complaint) = plan.case.complaint.as_deref() else { return Vec::new() };
    let there = |who: &Address| plan.policy.knows(who) && !plan.is_away(who);
    let owners = match complaint.owner_of(duty) {
        Some(owner) => vec![owner.clone()],
        None => plan.addresses(&Owner::Desk),
    };
    let heads = [complaint.people.responsible.clone(), complaint.people.manager.clone()];
    let mut readers: Vec<Address> = owners.into_iter().filter(&there).collect();
    if readers.is_empty() || reminders > 1 {
        readers.extend(heads.iter().filter(|who| there(who)).cloned());
    }
    if readers.is_empty() || reminders > 2 {
        readers.extend(plan.policy.supervisors());
    }
    let mut seen: Vec<Address> = Vec::new();
    readers.retain(|who| {
        let new = !seen.contains(who);
        if new {
            seen.push(who.clone());
        }
        new
    });
    readers
}

/// Whoever left the house is followed by whom the config names for the type now.
fn succeed(plan: &mut Plan<'_>) {
    let policy = plan.policy;
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let Complaint { kind, people, .. } = complaint;
    let Some(now) = policy.complaints.as_deref().and_then(|rules| rules.kind(kind)) else { return };
    if !policy.knows(&people.responsible) && people.manager != now.responsible {
        people.responsible.clone_from(&now.responsible);
    }
    if !policy.knows(&people.manager) && people.responsible != now.manager {
        people.manager.clone_from(&now.manager);
    }
}
