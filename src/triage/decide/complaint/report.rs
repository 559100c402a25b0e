//! The report to the customer: a draft made from what was recorded, approved and sent like any other, once cause and
//! prevention are approved. With its sending the complaint ends, whether we send it or a person does from Drafts.

use super::{close_if_resting, done, heads, is_report, opened, refuse, shortened, write_all};
use crate::triage::case::{Case, Open, Outcome, Owner, State, Step, Then, Why};
use crate::triage::complaint::{Complaint, Ended, How, Occasion, Refusal, Rules};
use crate::triage::decide::plan::Plan;
use crate::triage::decide::{arrive, to_desk_then};
use crate::triage::hand::{HandAnswer, MatchedBy};
use crate::triage::id::{Address, MessageId};

/// Drafts the report and asks for approval; a person writes it where the template cannot be filled.
pub(super) fn draft(plan: &mut Plan<'_>, rules: &Rules) {
    // It is a matter of the whole desk again, not of whoever dealt with the complaint.
    if let Some(open) = plan.case.open().cloned() {
        plan.case.state = State::Open(Open { owner: Owner::Desk, ..open });
    }
    match plan.draft_from(&rules.template, None, Then::Report) {
        Ok(()) => arrive::ask_for_approval(plan),
        Err(why) => to_desk_then(plan, why, Then::Report),
    }
}

/// What the mail of the case that is being asked about or is leaving leads to.
fn under_way(case: &Case) -> Option<Then> {
    match case.open().map(|open| &open.step)? {
        Step::Drafted { asking } | Step::Asked { asking } | Step::AtDesk { asking, .. } => Some(asking.then),
        Step::Sending { then, .. } | Step::Unknown { then, .. } => Some(*then),
        Step::AwaitingReply { .. }
        | Step::Answered { .. }
        | Step::AtShop { .. }
        | Step::Quarantined { .. }
        | Step::Complaint { .. } => None,
    }
}

/// Whether what the report says may still be changed: not while it is between us and the server.
pub(super) fn can_change(case: &Case) -> bool {
    !leaving(case)
}

/// Whether the report is between us and the server, so that only its ending says what became of it.
pub(in crate::triage::decide) fn leaving(case: &Case) -> bool {
    matches!(
        case.open().map(|open| &open.step),
        Some(
            Step::Sending { then: Then::Report, leaves: None, .. } | Step::Unknown { then: Then::Report, .. }
        )
    )
}

/// Whether a mail that a person sent is the report: our own draft of it, sent from Drafts. Anything else they wrote is not
/// known to be.
pub(in crate::triage::decide) fn sent_by_hand(case: &Case, answer: &HandAnswer) -> bool {
    let MatchedBy::Draft(revision) = answer.matched_by else { return false };
    // Edited by hand it is no draft of ours any more, and is waited for.
    let edited =
        matches!(case.open().map(|open| &open.step), Some(Step::AtDesk { why: Why::DraftEdited, .. }));
    let ours = case.draft.as_ref().is_some_and(|draft| draft.revision == revision);
    case.complaint.as_deref().is_some_and(Complaint::is_open)
        && under_way(case).is_some_and(is_report)
        && (edited || ours)
}

/// What it says changes: a report that was drafted from the old facts is taken back.
pub(super) fn recall(plan: &mut Plan<'_>) {
    if !under_way(&plan.case).is_some_and(is_report) || !can_change(&plan.case) {
        return;
    }
    plan.call_back_and_tell(None);
    plan.retire_draft();
    plan.turn();
    plan.case.draft = None;
    let since = plan.now;
    plan.go(Step::Complaint { since }, Owner::Desk, plan.policy.timing.escalate);
}

/// Whether a mail that leads to this may be sent: a report only while everything it says is approved.
pub(in crate::triage::decide) fn may_leave(plan: &Plan<'_>, then: Then) -> bool {
    let rules = plan.policy.complaints.as_deref();
    !is_report(then) || plan.case.complaint.as_ref().is_some_and(|complaint| complaint.ready(rules))
}

/// The report has left in this mail: the complaint is over, and everybody named hears so; so does whoever approved it.
pub(in crate::triage::decide) fn sent(plan: &mut Plan<'_>, mail: &MessageId, approver: Option<Address>) {
    let now = plan.now;
    if let Some(complaint) = plan.case.complaint.as_deref_mut() {
        let mut readers = complaint.people.all();
        readers.extend(approver);
        complaint.ended = Some(Ended { at: now, how: How::Reported { mail: Some(mail.clone()) } });
        complaint.alarms.clear();
        plan.record(None, "complaint_reported", "");
        write_all(plan, &readers, &Occasion::Ended);
    }
    plan.close(Outcome::Answered);
}

/// The mail that carried the report came back: the customer does not have it, and the complaint is open again. `false`: it
/// was another mail.
pub(in crate::triage::decide) fn came_back(plan: &mut Plan<'_>, about: &MessageId) -> bool {
    if !carried_report(&plan.case, about) {
        return false;
    }
    if let Some(complaint) = plan.case.complaint.as_deref_mut() {
        complaint.ended = None;
    }
    true
}

fn carried_report(case: &Case, about: &MessageId) -> bool {
    match case.complaint.as_deref().and_then(|complaint| complaint.ended.as_ref()) {
        Some(Ended { how: How::Reported { mail: Some(mail) }, .. }) => mail == about,
        // Which mail it was is not kept: it left at the very instant at which the complaint ended.
        Some(Ended { how: How::Reported { mail: None }, at }) => {
            case.sent.as_ref().is_some_and(|sent| sent.at == *at && sent.message_id == *about)
        }
        Some(Ended { how: How::Without { .. }, .. }) | None => false,
    }
}

/// `苦情終了 reason`: over without a report, by the manager or a supervisor.
pub(super) fn end(plan: &mut Plan<'_>, by: &Address, reason: &str) {
    if opened(plan, by).is_none() {
        return;
    }
    if !heads(plan, by) {
        refuse(plan, by, Refusal::NotYours { word: "苦情終了" });
        return;
    }
    if !can_change(&plan.case) {
        refuse(plan, by, Refusal::Settled);
        return;
    }
    recall(plan);
    let now = plan.now;
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let reason = shortened(reason);
    complaint.ended = Some(Ended { at: now, how: How::Without { by: by.clone(), reason: reason.clone() } });
    complaint.alarms.clear();
    let mut readers = complaint.people.all();
    readers.retain(|one| one != by);
    plan.record(Some(by), "苦情終了", &reason);
    write_all(plan, &readers, &Occasion::Ended);
    close_if_resting(plan, Outcome::Dismissed);
    done(plan, by, "苦情終了");
}
