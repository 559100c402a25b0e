//! A case becomes a complaint: by an agent's word or by the topic of its mail. What is missing is asked for all at once.

use std::collections::BTreeMap;

use super::{deadline, refuse, report, shortened, write, write_all};
use crate::triage::case::{Case, Owner};
use crate::triage::complaint::{
    Complaint, Deadlines, Field, Kind, MOST_DEMANDS, Occasion, People, Refusal, Rules, Severity, Verdict,
    business_days, demand_number,
};
use crate::triage::decide::plan::Plan;
use crate::triage::id::Address;

/// What fields say, understood.
#[derive(Default)]
struct Given {
    kind: Option<String>,
    severity: Option<Severity>,
    seller: Option<Address>,
    demands: BTreeMap<usize, String>,
    values: BTreeMap<String, String>,
    unknown: Vec<String>,
    wrong: Vec<Field>,
}

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
        Some(true) if report::can_change(&plan.case) => complete(plan, &rules, given, by),
        Some(_) => refuse(plan, by, Refusal::Settled),
    }
}

/// A mail whose topic is a complaint's, whichever mail of its case it is: what it gives is filled in, and the desk is asked for
/// the rest. One complaint a case: a word of thanks below the old mails reads as they did, and opens none anew.
pub(in crate::triage::decide) fn from_mail(plan: &mut Plan<'_>, topic: &str, labelled: &[(String, String)]) {
    let Some(rules) = plan.policy.complaints.clone() else { return };
    let known = plan.case.complaint.is_some();
    let Some(kind) = rules.kind_of_topic(topic).filter(|_| !known) else { return };
    let given = Given { kind: Some(kind.name.clone()), ..from_customer(plan, &rules, labelled) };
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
        demands: given.demands.into_values().take(MOST_DEMANDS).collect(),
        deadlines: deadlines(plan, rules, severity),
        solution: None,
        tasks: Vec::new(),
        objections: Vec::new(),
        cause: None,
        prevention: None,
        verdict: Verdict::Unasked,
        version: 0,
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

/// What was missing is given, or what was wrong is corrected. The clocks go on from when it was opened.
fn complete(plan: &mut Plan<'_>, rules: &Rules, given: Given, by: &Address) {
    report::recall(plan);
    let opened = plan.case.complaint.as_ref().map(|complaint| complaint.opened);
    let severity = given.severity;
    let handling = opened.map(|at| {
        let days =
            |severity| if severity == Severity::Urgent { rules.spans.urgent } else { rules.spans.ordinary };
        severity.map(|severity| business_days(&plan.policy.calendar, at, days(severity)))
    });
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let was_missing = !complaint.missing(rules).is_empty();
    if let Some(severity) = severity {
        complaint.severity = severity;
    }
    if let Some(Some(handling)) = handling {
        complaint.deadlines.handling = handling;
        complaint.deadlines.proposal = complaint.deadlines.proposal.min(handling);
    }
    // Another type means other people; once they have begun it stays theirs.
    if let Some(kind) = given.kind.as_deref().and_then(|name| rules.kind(name))
        && complaint.solution.is_none()
        && kind.name != complaint.kind
    {
        complaint.kind.clone_from(&kind.name);
        complaint.people = people(kind, complaint.people.seller.take());
    }
    complaint.people.seller = given.seller.or_else(|| complaint.people.seller.take());
    complaint.fields.extend(given.values);
    for (number, demand) in given.demands {
        if let Some(known) = complaint.demands.get_mut(number.saturating_sub(1)) {
            *known = demand;
        } else if complaint.demands.len() < MOST_DEMANDS {
            complaint.demands.push(demand);
        }
    }
    unanswered(complaint);
    let (everybody, missing) = (complaint.people.all(), !complaint.missing(rules).is_empty());
    plan.record(Some(by), "苦情", "");
    if missing {
        write(plan, by, Occasion::Missing, 0);
        return;
    }
    if was_missing {
        write_all(plan, &everybody, &Occasion::Opened);
    }
    super::done(plan, by, "苦情");
}

/// A demand that came after the solution is not answered by it: a solution is owed anew.
fn unanswered(complaint: &mut Complaint) {
    let answered = complaint.solution.as_ref().map(|solution| solution.answers.len());
    if answered.is_some_and(|answered| answered != complaint.demands.len()) {
        complaint.solution = None;
    }
}

fn people(kind: &Kind, seller: Option<Address>) -> People {
    People {
        responsible: kind.responsible.clone(),
        manager: kind.manager.clone(),
        seller: seller.or_else(|| kind.seller.clone()),
        named: kind.people.clone(),
    }
}

fn deadlines(plan: &Plan<'_>, rules: &Rules, severity: Severity) -> Deadlines {
    let spans = &rules.spans;
    let handling = match severity {
        Severity::Urgent => spans.urgent,
        Severity::Ordinary => spans.ordinary,
    };
    let handling = deadline(plan, |_| handling);
    Deadlines {
        fields: deadline(plan, |rules| rules.spans.fields),
        // What must be dealt with in two days cannot wait three for a proposal.
        proposal: deadline(plan, |rules| rules.spans.proposal).min(handling),
        handling,
        explanation: deadline(plan, |rules| rules.spans.explanation),
    }
}

/// Reads labels and values against the rules.
fn understand(plan: &Plan<'_>, rules: &Rules, fields: &[(String, String)]) -> Given {
    let mut given = Given::default();
    for (label, value) in fields {
        let value = shortened(value);
        if let Some(number) = demand_number(label) {
            let number = if number == 0 { given.demands.len().saturating_add(1) } else { number };
            if value.is_empty() || given.demands.insert(number, value).is_some() {
                given.wrong.push(Field::Demands);
            }
            continue;
        }
        let Some(field) = rules.field(label) else {
            given.unknown.push(label.clone());
            continue;
        };
        let taken = match &field {
            Field::Kind => {
                given.kind = rules.kind(&value).map(|kind| kind.name.clone());
                given.kind.is_some()
            }
            Field::Severity => {
                given.severity = Severity::parse(&value);
                given.severity.is_some()
            }
            Field::Seller => {
                given.seller = plan.policy.anybody_called(&value);
                given.seller.is_some()
            }
            Field::Order
            | Field::Product
            | Field::Date
            | Field::What
            | Field::Contact
            | Field::Own(_)
            | Field::Demands => {
                !value.is_empty() && given.values.insert(field.label().to_owned(), value).is_none()
            }
        };
        if !taken {
            given.wrong.push(field);
        }
    }
    given
}

/// What the customer's own mail says. A stranger's mail names none of our people, and no type.
fn from_customer(plan: &Plan<'_>, rules: &Rules, labelled: &[(String, String)]) -> Given {
    let known = labelled.iter().filter(|(label, _)| {
        demand_number(label).is_some()
            || matches!(
                rules.field(label),
                Some(Field::Order | Field::Product | Field::Date | Field::What | Field::Own(_))
            )
    });
    let known: Vec<(String, String)> = known.cloned().collect();
    let found = understand(plan, rules, &known);
    Given { demands: found.demands, values: found.values, ..Given::default() }
}

/// What nobody has said yet, as far as the case knows it: how to reach the customer, and what happened in their words.
fn fill_in(plan: &Plan<'_>, given: &mut Given) {
    let Case { customer, mails, .. } = &plan.case;
    let contact =
        [customer.name.clone(), customer.phone.clone(), customer.address.as_ref().map(ToString::to_string)];
    let contact: Vec<String> = contact.into_iter().flatten().collect();
    if customer.address.is_some() || customer.phone.is_some() {
        given.values.entry(Field::Contact.label().to_owned()).or_insert_with(|| contact.join(" / "));
    }
    let words = shortened(mails.last().map(|mail| mail.words.as_str()).unwrap_or_default());
    if !words.is_empty() {
        given.values.entry(Field::What.label().to_owned()).or_insert(words);
    }
}
