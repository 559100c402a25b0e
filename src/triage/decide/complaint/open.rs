//! A case becomes a complaint: by an agent's word or by the topic of its mail. What is missing is asked for all at once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::given::{Given, fill_in, from_mail_of, understand};
use super::{change, refuse, report, write, write_all};
use crate::triage::calendar::Calendar;
use crate::triage::case::Owner;
use crate::triage::complaint::{
    Complaint, Deadlines, Kind, Occasion, People, Refusal, Rules, Severity, Verdict, business_days,
};
use crate::triage::decide::plan::Plan;
use crate::triage::event::Arrival;
use crate::triage::id::Address;

/// `苦情` and fields, in answer to any mail of the case: opens a complaint, or completes one.
pub(super) fn open(plan: &mut Plan<'_>, by: &Address, fields: &[(String, String)]) {
    let Some(rules) = plan.policy.complaints.clone() else {
        refuse(plan, by, Refusal::NotConfigured);
        return;
    };
    let leads =
        |complaint: &Complaint| complaint.people.responsible == *by || complaint.people.manager == *by;
    let may = plan.policy.person(by).is_some() || plan.case.complaint.as_deref().is_some_and(leads);
    if !may {
        refuse(plan, by, Refusal::NotYours { word: "苦情" });
        return;
    }
    let given = understand(plan, &rules, fields);
    if !given.unknown.is_empty() || !given.wrong.is_empty() {
        refuse(plan, by, Refusal::Fields { unknown: given.unknown, wrong: given.wrong });
        return;
    }
    match plan.case.complaint.as_deref().map(Complaint::is_open) {
        None => begin(plan, &rules, given, Some(by)),
        Some(true) if report::can_change(&plan.case) => change::complete(plan, &rules, given, by),
        Some(_) => refuse(plan, by, Refusal::Settled),
    }
}

/// A mail whose topic is a complaint's, whichever mail of its case it is: what it gives is filled in, and the desk is asked for
/// the rest. One complaint a matter: a word of thanks below the old mails reads as they did, and opens none anew, neither here
/// nor in a case that grew out of the one with the complaint.
pub(in crate::triage::decide) fn from_mail(plan: &mut Plan<'_>, arrival: &Arrival) {
    let Some(rules) = plan.policy.complaints.clone() else { return };
    let known = plan.case.complaint.is_some() || arrival.origin.complaint;
    let Some(kind) = rules.kind_of_topic(&arrival.matter.topic).filter(|_| !known) else { return };
    let given = Given { kind: Some(kind.name.clone()), ..from_mail_of(plan, &rules, arrival) };
    begin(plan, &rules, given, None);
}

fn begin(plan: &mut Plan<'_>, rules: &Rules, mut given: Given, by: Option<&Address>) {
    let kind = match (&given.kind, rules.kinds.as_slice()) {
        (Some(name), _) => rules.kind(name),
        (None, [only]) => Some(only),
        (None, _) => rules.kind_of_topic(&plan.case.matter.topic),
    };
    let Some(kind) = kind else {
        if let Some(by) = by {
            refuse(plan, by, Refusal::WhichKind);
        }
        return;
    };
    // Neither an order nor a customer's mail is understood to demand more than may be kept.
    let demands = given.demands(&[]).unwrap_or_default();
    fill_in(plan, &mut given);
    let by_mail = if plan.case.matter.urgent { Severity::Urgent } else { Severity::Ordinary };
    let severity = given.severity.or(kind.severity).unwrap_or(by_mail);
    let complaint = Complaint {
        kind: kind.name.clone(),
        severity,
        opened: plan.now,
        by: by.cloned(),
        people: people(kind, given.seller.clone()),
        fields: given.values,
        demands,
        deadlines: deadlines(&plan.policy.calendar, rules, severity, plan.now),
        solution: None,
        tasks: Vec::new(),
        objections: Vec::new(),
        cause: None,
        prevention: None,
        verdict: Verdict::Unasked,
        version: 0,
        report: None,
        alarms: BTreeMap::new(),
        ended: None,
    };
    let everybody = complaint.people.all();
    let incomplete = !complaint.missing(rules).is_empty();
    plan.record(by, "苦情", &format!("{} {}", complaint.kind, severity.word()));
    plan.case.complaint = Some(Box::new(complaint));
    write_all(plan, &everybody, &Occasion::Opened);
    match by {
        Some(by) if incomplete => write(plan, by, Occasion::Missing, 0),
        Some(by) => super::done(plan, by, "苦情"),
        None if incomplete => {
            for agent in plan.addresses(&Owner::Desk) {
                write(plan, &agent, Occasion::Missing, 0);
            }
        }
        None => {}
    }
}

/// Who deals with a complaint of a type.
pub(super) fn people(kind: &Kind, seller: Option<Address>) -> People {
    People {
        responsible: kind.responsible.clone(),
        manager: kind.manager.clone(),
        seller: seller.or_else(|| kind.seller.clone()),
        named: kind.people.clone(),
    }
}

/// By when what must stand of a complaint that was opened at `start`.
pub(super) fn deadlines(
    calendar: &Calendar,
    rules: &Rules,
    severity: Severity,
    start: Timestamp,
) -> Deadlines {
    let spans = &rules.spans;
    let end = |days| business_days(calendar, start, days);
    let handling = end(match severity {
        Severity::Urgent => spans.urgent,
        Severity::Ordinary => spans.ordinary,
    });
    Deadlines {
        fields: end(spans.fields),
        // What must be dealt with in two days cannot wait three for a proposal.
        proposal: end(spans.proposal).min(handling),
        handling,
        explanation: end(spans.explanation),
    }
}
