//! What was missing of a complaint is given, or what was wrong is corrected: who hears of it, what is owed anew, and by when.
//!
//! The clocks go on from when it was opened. Nothing that was said about a demand is said about another one in its place.

use super::given::Given;
use super::open::{deadlines, people};
use super::{deadline, refuse, report, write, write_all};
use crate::triage::complaint::{Complaint, Field, Kind, Occasion, Refusal, Rules, Severity, Verdict};
use crate::triage::decide::plan::Plan;
use crate::triage::id::Address;

/// `苦情` and fields about a complaint that is open. Nothing of it counts where a part cannot be.
pub(super) fn complete(plan: &mut Plan<'_>, rules: &Rules, given: Given, by: &Address) {
    let Some(before) = plan.case.complaint.as_deref().cloned() else { return };
    let kind =
        given.kind.as_deref().and_then(|name| rules.kind(name)).filter(|kind| kind.name != before.kind);
    // Another type means other people; once they have begun it stays theirs.
    if kind.is_some() && before.solution.is_some() {
        refuse(plan, by, Refusal::Begun);
        return;
    }
    let Some(demands) = given.demands(&before.demands) else {
        refuse(plan, by, Refusal::Fields { unknown: Vec::new(), wrong: vec![Field::Demands] });
        return;
    };
    report::recall(plan);
    let mut next = before.clone();
    next.fields.extend(given.values);
    if let Some(kind) = kind {
        pass_on(&mut next, rules, kind);
    }
    next.people.seller = given.seller.or_else(|| next.people.seller.take());
    next.severity = given.severity.unwrap_or_else(|| severity(before.severity, kind));
    if next.severity != before.severity {
        let due = deadlines(&plan.policy.calendar, rules, next.severity, before.opened);
        (next.deadlines.handling, next.deadlines.proposal) = (due.handling, due.proposal);
    }
    // It has to be decided or written again: the time for that is not over before it begins.
    let again = deadline(plan, |rules| rules.spans.objection);
    demand(&mut next, demands);
    if next.solution.is_some() && !next.proposed() {
        next.deadlines.proposal = next.deadlines.proposal.max(again);
    }
    let asks = next.people.manager != before.people.manager && judged_anew(&mut next, plan, again);
    plan.case.complaint = Some(Box::new(next.clone()));
    let what = match kind {
        Some(kind) => format!("{} {}", kind.name, next.severity.word()),
        None if next.severity != before.severity => next.severity.word().to_owned(),
        None => String::new(),
    };
    plan.record(Some(by), "苦情", &what);
    tell(plan, rules, (&before, &next), by, asks);
}

/// Who hears of it: whoever is new to the complaint all of it, and the others what has changed.
fn tell(
    plan: &mut Plan<'_>,
    rules: &Rules,
    (before, next): (&Complaint, &Complaint),
    by: &Address,
    asks: bool,
) {
    let (known, everybody) = (before.people.all(), next.people.all());
    let missing = !next.missing(rules).is_empty();
    let completed = !missing && !before.missing(rules).is_empty();
    let new = |one: &&Address| completed || !known.contains(one);
    let opened: Vec<Address> = everybody.iter().filter(new).cloned().collect();
    write_all(plan, &opened, &Occasion::Opened);
    let another = next.kind != before.kind || next.severity != before.severity;
    // While fields are missing everybody is told of all of them in the end.
    let demanded = next.demands != before.demands && before.missing(rules).is_empty();
    if another || demanded {
        let lead = &next.people.responsible;
        let led = *lead == before.people.responsible || opened.contains(lead);
        let mut others = everybody;
        others.extend(known);
        others.retain(|one| !opened.contains(one) && (led || one != lead));
        if !led {
            write_all(plan, std::slice::from_ref(lead), &Occasion::HandedOver);
        }
        write_all(plan, &others, &Occasion::Changed);
    }
    if asks {
        write_all(plan, std::slice::from_ref(&next.people.manager), &Occasion::Verdict(next.version));
    }
    if missing {
        write(plan, by, Occasion::Missing, 0);
        return;
    }
    super::done(plan, by, "苦情");
}

/// The complaint becomes one of another type: its people deal with it from now on.
fn pass_on(complaint: &mut Complaint, rules: &Rules, kind: &Kind) {
    let usual = rules.kind(&complaint.kind).and_then(|old| old.seller.as_ref());
    // A seller whom nobody named goes with the type.
    let named = complaint.people.seller.take().filter(|seller| usual != Some(seller));
    complaint.kind.clone_from(&kind.name);
    complaint.people = people(kind, named);
}

/// How soon it has to be dealt with where nobody says so: as before, or sooner where the new type is always urgent.
fn severity(before: Severity, kind: Option<&Kind>) -> Severity {
    kind.and_then(|kind| kind.severity).map_or(before, |own| own.min(before))
}

/// Takes the demands. One that came or changed after the solution is not answered by it: an answer is owed anew.
fn demand(complaint: &mut Complaint, demands: Vec<String>) {
    let kept: Vec<String> = (0..)
        .zip(&demands)
        .zip(complaint.answers().into_iter().chain(std::iter::repeat(String::new())))
        .map(
            |((at, demand), answer)| {
                if complaint.demands.get(at) == Some(demand) { answer } else { String::new() }
            },
        )
        .collect();
    if let Some(solution) = &mut complaint.solution {
        solution.answers = kept;
    }
    complaint.demands = demands;
}

/// Another manager: what was approved or asked is asked of them. Where they wrote a part of it themselves it has to be written
/// anew, for nobody approves their own words. Whether they are asked.
fn judged_anew(complaint: &mut Complaint, plan: &Plan<'_>, again: jiff::Timestamp) -> bool {
    if complaint.verdict == Verdict::Unasked {
        return false;
    }
    let manager = &complaint.people.manager;
    let own = [&complaint.cause, &complaint.prevention].into_iter().flatten().any(|one| one.by == *manager);
    if own {
        complaint.verdict = Verdict::Unasked;
        complaint.deadlines.explanation = complaint.deadlines.explanation.max(again);
    } else {
        complaint.verdict = Verdict::Asked { due: deadline(plan, |rules| rules.spans.verdict) };
    }
    !own
}
