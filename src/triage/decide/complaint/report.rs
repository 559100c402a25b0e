//! The report to the customer: a draft made from what was recorded, approved and sent like any other, once cause and
//! prevention are approved. With its sending the complaint ends, whether we send it or a person does from Drafts.

use jiff::Timestamp;

use super::{close_if_resting, done, heads, is_report, opened, refuse, shortened, write_all};
use crate::triage::case::{Asking, Case, Open, Outcome, Owner, State, Step, Then, Why};
use crate::triage::complaint::{Complaint, Ended, How, Occasion, Refusal, ReportDraft, Rules};
use crate::triage::decide::plan::Plan;
use crate::triage::decide::{arrive, to_desk_then};
use crate::triage::hand::{HandAnswer, MatchedBy};
use crate::triage::id::{Address, MessageId, Revision};

/// Drafts the report and asks for approval; a person writes it where the template cannot be filled.
pub(super) fn draft(plan: &mut Plan<'_>, rules: &Rules) {
    // It is a matter of the whole desk again, not of whoever dealt with the complaint.
    if let Some(open) = plan.case.open().cloned() {
        plan.case.state = State::Open(Open { owner: Owner::Desk, ..open });
    }
    if newest(&plan.case).is_some_and(|report| report.edited.is_some()) {
        wait_for_edited(plan);
        return;
    }
    match plan.draft_from(&rules.template, None, Then::Report) {
        Ok(()) => arrive::ask_for_approval(plan),
        Err(why) => to_desk_then(plan, why, Then::Report),
    }
}

/// A person's edited report lies in Drafts: it is waited for again, and no other one is offered beside it.
fn wait_for_edited(plan: &mut Plan<'_>) {
    plan.retire_draft();
    plan.turn();
    plan.case.draft = None;
    let asking = plan.asking(Then::Report);
    let owner = plan.desk_owner();
    plan.go(Step::AtDesk { why: Why::DraftEdited, asking }, owner, plan.policy.timing.reminder);
}

/// The revision of the answer that has just been drafted is the report from now on, if that is what it leads to.
pub(in crate::triage::decide) fn drafted(plan: &mut Plan<'_>, then: Then) {
    let revision = plan.case.revision;
    keep(plan, then, ReportDraft { revision, edited: None });
}

/// A person has edited this draft, which was asked about.
pub(in crate::triage::decide) fn edited(plan: &mut Plan<'_>, revision: Revision, asking: Asking) {
    keep(plan, asking.then, ReportDraft { revision, edited: Some(asking.at) });
}

fn keep(plan: &mut Plan<'_>, then: Then, report: ReportDraft) {
    if let Some(complaint) = plan.case.complaint.as_deref_mut().filter(|_| is_report(then)) {
        complaint.report = Some(report);
    }
}

/// The draft of the report that stands.
fn newest(case: &Case) -> Option<ReportDraft> {
    case.complaint.as_deref()?.report.or_else(|| under_way_now(case))
}

/// The same for a complaint from before it was kept: what is asked about, is leaving, or was edited last.
fn under_way_now(case: &Case) -> Option<ReportDraft> {
    let step = &case.open().filter(|_| reporting(case))?.step;
    if let Step::AtDesk { why, asking } = step {
        let before = case.revision.number().checked_sub(1).and_then(Revision::new);
        let revision = before.filter(|_| *why == Why::DraftEdited)?;
        return Some(ReportDraft { revision, edited: Some(asking.at) });
    }
    case.draft.as_ref().map(|draft| ReportDraft { revision: draft.revision, edited: None })
}

/// Whether the mail that the case is about now is the report.
pub(in crate::triage::decide) fn reporting(case: &Case) -> bool {
    case.leads_to().is_some_and(is_report)
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

/// Whether a mail that a person sent is the report: our own draft of it, sent from Drafts. Any other mail of theirs is not known
/// to be, unless it is what an edited report was waited for to be.
pub(in crate::triage::decide) fn sent_by_hand(case: &Case, answer: &HandAnswer) -> bool {
    let open = case.complaint.as_deref().is_some_and(Complaint::is_open);
    let Some(report) = newest(case).filter(|_| open) else { return false };
    match answer.matched_by {
        MatchedBy::Draft(revision) => revision == report.revision,
        MatchedBy::Thread | MatchedBy::Address => {
            report.edited.is_some_and(|since| waited_for(case, since, answer.at))
        }
    }
}

/// Whether the case waited for an edited report, and for nothing else, when a mail was sent: it does so now, or the customer
/// had not written again by then.
fn waited_for(case: &Case, since: Timestamp, at: Timestamp) -> bool {
    let now = reporting(case)
        && matches!(case.open().map(|open| &open.step), Some(Step::AtDesk { why: Why::DraftEdited, .. }));
    let wrote = case.mails.iter().any(|mail| mail.sent > since && mail.sent <= at);
    at >= since && (now || !wrote)
}

/// What it says changes: a report that was drafted from the old facts is taken back.
pub(super) fn recall(plan: &mut Plan<'_>) {
    if !can_change(&plan.case) {
        return;
    }
    let asked = reporting(&plan.case);
    // Wherever it lies, what it says is not what stands.
    if let Some(complaint) = plan.case.complaint.as_deref_mut() {
        complaint.report = None;
    }
    if !asked {
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

/// The report has left in this mail: the complaint is over, and everybody named hears so; so does whoever approved it. What
/// becomes of a case that is about something else is not said here.
pub(in crate::triage::decide) fn sent(plan: &mut Plan<'_>, mail: &MessageId, approver: Option<Address>) {
    let now = plan.now;
    if let Some(complaint) = plan.case.complaint.as_deref_mut() {
        let mut readers = complaint.people.all();
        readers.extend(approver);
        complaint.ended = Some(Ended { at: now, how: How::Reported { mail: Some(mail.clone()) } });
        complaint.alarms.clear();
        // It is in Drafts no more.
        complaint.report = complaint.report.map(|report| ReportDraft { edited: None, ..report });
        plan.record(None, "complaint_reported", "");
        write_all(plan, &readers, &Occasion::Ended);
    }
    close_if_resting(plan, Outcome::Answered);
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
