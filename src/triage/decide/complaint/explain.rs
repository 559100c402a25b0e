//! Cause and prevention: written by the responsible person, approved by the manager and nobody else. A verdict is about one
//! version of both.

use super::{deadline, done, led, opened, refuse, report, shortened, write, write_all};
use crate::triage::complaint::{Occasion, Piece, Refusal, Statement, Verdict};
use crate::triage::decide::plan::Plan;
use crate::triage::id::Address;

/// `原因 text`, `対策 text`, or both.
pub(super) fn explain(
    plan: &mut Plan<'_>,
    by: &Address,
    piece: Piece,
    cause: Option<&str>,
    prevention: Option<&str>,
) {
    let word = if cause.is_some() { "原因" } else { "対策" };
    if led(plan, by, piece, word).is_none() {
        return;
    }
    report::recall(plan);
    let due = deadline(plan, |rules| rules.spans.verdict);
    let statement = |text: &str| Statement { at: plan.now, by: by.clone(), text: shortened(text) };
    let (cause, prevention) = (cause.map(statement), prevention.map(statement));
    let said: Vec<&str> =
        [cause.as_ref().map(|_| "原因"), prevention.as_ref().map(|_| "対策")].into_iter().flatten().collect();
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    complaint.cause = cause.or_else(|| complaint.cause.take());
    complaint.prevention = prevention.or_else(|| complaint.prevention.take());
    complaint.version = complaint.version.saturating_add(1);
    let whole = complaint.cause.is_some() && complaint.prevention.is_some();
    complaint.verdict = if whole { Verdict::Asked { due } } else { Verdict::Unasked };
    let (version, manager) = (complaint.version, complaint.people.manager.clone());
    for what in said {
        plan.record(Some(by), what, "");
    }
    if whole {
        write_all(plan, &[manager], &Occasion::Verdict(version));
    }
    done(plan, by, word);
}

/// The manager's `承認`.
pub(super) fn approve(plan: &mut Plan<'_>, by: &Address, piece: Piece) {
    if !asked(plan, by, piece, "承認") {
        return;
    }
    let now = plan.now;
    let report_due = deadline(plan, |rules| rules.spans.report);
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let own = [&complaint.cause, &complaint.prevention].into_iter().flatten().any(|one| one.by == *by);
    if own {
        refuse(plan, by, Refusal::OwnWork);
        return;
    }
    complaint.verdict = Verdict::Approved { by: by.clone(), at: now, report_due };
    let responsible = complaint.people.responsible.clone();
    plan.record(Some(by), "対策承認", "");
    write_all(plan, &[responsible], &Occasion::Approved);
    done(plan, by, "承認");
}

/// The manager's `却下 reason`.
pub(super) fn send_back(plan: &mut Plan<'_>, by: &Address, piece: Piece, reason: &str) {
    if !asked(plan, by, piece, "却下") {
        return;
    }
    let due = deadline(plan, |rules| rules.spans.objection);
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    complaint.verdict = Verdict::Unasked;
    // It has to be written anew: the time for it is not over before it begins.
    complaint.deadlines.explanation = complaint.deadlines.explanation.max(due);
    let responsible = complaint.people.responsible.clone();
    let reason = shortened(reason);
    plan.record(Some(by), "対策却下", &reason);
    if plan.policy.knows(&responsible) {
        write(plan, &responsible, Occasion::SentBack { reason }, 0);
    }
    done(plan, by, "却下");
}

/// Whether the speaker is the manager, asked about this version and nothing else.
fn asked(plan: &mut Plan<'_>, by: &Address, piece: Piece, word: &'static str) -> bool {
    let Some(complaint) = opened(plan, by) else { return false };
    let Piece::Verdict(version) = piece else {
        refuse(plan, by, Refusal::NotYours { word });
        return false;
    };
    let (manager, current) = (complaint.people.manager == *by, complaint.version == version);
    let waits = matches!(complaint.verdict, Verdict::Asked { .. });
    if !manager {
        refuse(plan, by, Refusal::NotYours { word });
    } else if !current || !waits {
        refuse(plan, by, Refusal::Settled);
    }
    manager && current && waits
}
