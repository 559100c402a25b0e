//! Where a case is stuck, for how long, and with whom (workflow W3), in the reader's language. What is to be done about it is
//! said elsewhere.

use jiff::{SignedDuration, Timestamp};

use super::{is_staff, name_of};
use crate::live::Live;
use crate::outbox::alerts::deadline_lines;
use crate::render::voice::Voice;
use crate::render::wording;
use crate::triage::case::{Case, Owner, Step};
use crate::triage::id::Address;

/// Where a case stands, in lines. The staff of a shop and contacts see what was done, and no notes but their own.
pub(super) fn status(voice: Voice, live: &Live, case: &Case, to: &Address, now: Timestamp) -> Vec<String> {
    let staff = is_staff(live, to);
    let zone = live.zone(&case.mailbox);
    let mut lines = vec![voice.status_state(&wording::state(voice, case.state_word()))];
    lines.extend(held_by(voice, live, case, now));
    for check in case.waiting().filter(|check| !staff || check.of == *to) {
        let until = check.until.map(|until| voice.moment(until, zone)).unwrap_or_default();
        let (since, span) = (voice.moment(check.at, zone), span(voice, now.duration_since(check.at)));
        lines.push(voice.status_delegated(&name_of(live, &check.of), &since, &span, &until));
    }
    if let Some(due) = case.due() {
        lines.push(voice.status_due(&voice.moment(due, zone)));
    }
    if !staff {
        lines.extend(case.placement.queue.as_deref().map(|queue| voice.placed_queue(queue)));
        lines.extend(deadline_lines(voice, live, case, now));
    }
    if !staff {
        lines.extend(crate::outbox::complaint::status(voice, live, case));
    }
    for entry in &case.record {
        let by = entry.by.as_ref().map_or_else(|| voice.desk(), |by| name_of(live, by));
        let what =
            wording::record(voice, &entry.what).unwrap_or_else(|| wording::command(voice, &entry.what));
        let silent = entry.note.is_empty() || (staff && entry.by.as_ref() != Some(to));
        let note = if silent { String::new() } else { format!(" {}", entry.note) };
        lines.push(format!("{} {by} {what}{note}", voice.moment(entry.at, zone)));
    }
    lines
}

/// Who has an open case, and since when.
fn held_by(voice: Voice, live: &Live, case: &Case, now: Timestamp) -> Option<String> {
    let open = case.open()?;
    let since = match &open.step {
        Step::Drafted { asking }
        | Step::Asked { asking }
        | Step::AtDesk { asking, .. }
        | Step::Quarantined { asking, .. } => asking.at,
        Step::AtShop { since, .. }
        | Step::Unknown { since, .. }
        | Step::AwaitingReply { since }
        | Step::Complaint { since }
        | Step::Answered { since } => *since,
        // A minute at most: the record says the rest.
        Step::Sending { .. } => return None,
    };
    let who = match &open.owner {
        Owner::Desk => voice.owner_desk(),
        Owner::Agent(agent) => voice.person(&name_of(live, agent)),
        Owner::Shop(name) if name.is_empty() => voice.owner_shop(),
        Owner::Shop(name) => name.clone(),
        Owner::Supervisors => voice.owner_supervisors(),
        Owner::Customer => voice.owner_customer(),
        Owner::Machine => voice.owner_machine(),
    };
    let zone = live.zone(&case.mailbox);
    Some(voice.status_with(&who, &voice.moment(since, zone), &span(voice, now.duration_since(since))))
}

/// A span in its largest unit: days from two on, hours from two on, else minutes.
fn span(voice: Voice, span: SignedDuration) -> String {
    let minutes = usize::try_from(span.as_mins()).unwrap_or_default();
    match minutes {
        0..120 => voice.span_minutes(minutes),
        120..2880 => voice.span_hours(minutes / 60),
        _ => voice.span_days(minutes / 1440),
    }
}
