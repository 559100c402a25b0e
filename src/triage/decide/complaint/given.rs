//! What fields say about a complaint, understood: an agent's, a customer's, and what the case knows by itself.

use std::collections::BTreeMap;

use super::shortened;
use crate::triage::case::Case;
use crate::triage::complaint::{Field, MOST_DEMANDS, Rules, Severity, demand_number};
use crate::triage::decide::plan::Plan;
use crate::triage::event::Arrival;
use crate::triage::id::Address;
use crate::triage::words;

/// What fields say, understood.
#[derive(Default)]
pub(super) struct Given {
    pub(super) kind: Option<String>,
    pub(super) severity: Option<Severity>,
    pub(super) seller: Option<Address>,
    /// Demands by the number that was written before them.
    pub(super) demands: BTreeMap<usize, String>,
    /// Demands without a number, in their order.
    pub(super) further: Vec<String>,
    pub(super) values: BTreeMap<String, String>,
    pub(super) unknown: Vec<String>,
    pub(super) wrong: Vec<Field>,
}

impl Given {
    /// The demands known so far with these: a number says which one is meant, and one without comes behind them all. What
    /// is there word for word is no further demand. `None`: there are too many.
    pub(super) fn demands(&self, known: &[String]) -> Option<Vec<String>> {
        let mut numbered = self.demands.clone();
        let mut next = known.len().saturating_add(1);
        for demand in &self.further {
            if known.contains(demand) || numbered.values().any(|other| other == demand) {
                continue;
            }
            while numbered.contains_key(&next) {
                next = next.saturating_add(1);
            }
            numbered.insert(next, demand.clone());
        }
        let mut all = known.to_vec();
        for (number, demand) in numbered {
            match number.checked_sub(1).and_then(|at| all.get_mut(at)) {
                Some(one) => *one = demand,
                None => all.push(demand),
            }
        }
        (all.len() <= MOST_DEMANDS).then_some(all)
    }
}

/// Reads labels and values against the rules.
pub(super) fn understand(plan: &Plan<'_>, rules: &Rules, fields: &[(String, String)]) -> Given {
    let mut given = Given::default();
    for (label, value) in fields {
        let value = shortened(value);
        if let Some(number) = demand_number(label) {
            let room = given.demands.len().saturating_add(given.further.len()) < MOST_DEMANDS;
            if value.is_empty() || !room || given.demands.contains_key(&number) {
                given.wrong.push(Field::Demands);
            } else if number == 0 {
                given.further.push(value);
            } else {
                given.demands.insert(number, value);
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

/// What a mail says that came in. A stranger's mail names none of our people, and no type; and where one of us wrote a call
/// down, what happened and what is demanded are their words, which the customer must not read as their own.
pub(super) fn from_mail_of(plan: &Plan<'_>, rules: &Rules, arrival: &Arrival) -> Given {
    let theirs = arrival.phoned.is_none();
    let known = arrival.labelled.iter().filter(|(label, _)| match rules.field(label) {
        _ if demand_number(label).is_some() => theirs,
        Some(Field::What) => theirs,
        Some(Field::Order | Field::Product | Field::Date | Field::Own(_)) => true,
        Some(Field::Kind | Field::Severity | Field::Seller | Field::Contact | Field::Demands) | None => false,
    });
    let known: Vec<(String, String)> = known.cloned().collect();
    let found = understand(plan, rules, &known);
    Given { demands: found.demands, further: found.further, values: found.values, ..Given::default() }
}

/// What nobody has said yet, as far as the case knows it: how to reach the customer, and what happened in the words of their
/// first mail. The mail by which one of us wrote a call down is none of theirs, and the customer must not read it.
pub(super) fn fill_in(plan: &Plan<'_>, given: &mut Given) {
    let Case { customer, mails, dossier, .. } = &plan.case;
    let contact = [
        customer.name.clone(),
        customer.phone.as_deref().map(words::phone),
        customer.address.as_ref().map(ToString::to_string),
    ];
    let contact: Vec<String> = contact.into_iter().flatten().collect();
    if customer.address.is_some() || customer.phone.is_some() {
        given.values.entry(Field::Contact.label().to_owned()).or_insert_with(|| contact.join(" / "));
    }
    let internal = usize::from(dossier.taken_by.is_some());
    let words =
        mails.iter().skip(internal).map(|mail| shortened(&mail.words)).find(|words| !words.is_empty());
    if let Some(words) = words {
        given.values.entry(Field::What.label().to_owned()).or_insert(words);
    }
}
