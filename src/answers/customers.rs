//! What can be asked about the customer directory, as objects. Takes customers in and finds them; removes none and makes
//! no two into one, and there is no question that would.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::desk::customers::{Field, Known, Pair};
use crate::desk::{Desk, DeskError};
use crate::record;
use crate::triage::directory::{Handle, Reason};
use crate::triage::words;

/// Takes in customers, each as its record's JSON text.
pub(super) async fn take(
    desk: &Desk,
    customers: &[String],
    given: &BTreeSet<Field>,
    dry_run: bool,
) -> Result<Vec<Value>, DeskError> {
    let read = |json: &String| record::customer_from_json(json.as_bytes());
    let customers: Result<Vec<_>, _> = customers.iter().map(read).collect();
    let customers = customers.map_err(|source| DeskError::Record { key: "customer", source })?;
    let taken = desk.take_customers(&customers, given, dry_run).await?;
    let updated: Vec<Value> = taken
        .updated
        .iter()
        .map(|(id, fields)| {
            let fields: Vec<&str> = fields.iter().map(|field| field.word()).collect();
            json!({ "customer": id.as_str(), "changed": fields })
        })
        .collect();
    let pairs: Vec<Value> = taken.pairs.iter().map(shared).collect();
    Ok(vec![json!({ "new": taken.new, "same": taken.same, "updated": updated, "duplicates": pairs })])
}

/// Whoever fits what was typed. Names are looked for as a whole first, then by their beginning.
pub(super) async fn find(desk: &Desk, text: &str) -> Result<Vec<Value>, DeskError> {
    let Some(handle) = Handle::parse(text) else { return Ok(Vec::new()) };
    let mut known = desk.find_customers(std::slice::from_ref(&handle)).await?;
    if known.is_empty() && handle.reason() == Reason::Name {
        known = desk.find_beginning(&handle).await?;
    }
    Ok(known.iter().map(shown).collect())
}

/// Everybody who may be somebody else, too.
pub(super) async fn duplicates(desk: &Desk) -> Result<Vec<Value>, DeskError> {
    Ok(desk.duplicate_customers().await?.iter().map(shared).collect())
}

pub(super) fn shown(known: &Known) -> Value {
    let record = &known.record;
    let reasons: Vec<&str> = known.reasons.iter().map(|reason| reason.words()).collect();
    let phones: Vec<String> = record.phones.iter().map(|number| words::phone(number)).collect();
    let mails: Vec<&str> = record.mails.iter().map(crate::triage::id::Address::as_str).collect();
    json!({
        "customer": record.id.as_str(),
        "name": record.name,
        "kana": record.kana,
        "company": record.company,
        "phones": phones,
        "mails": mails,
        "tier": record.tier.word(),
        "linked": record.linked,
        "note": record.note,
        "reasons": reasons,
    })
}

fn shared((one, other, reason): &Pair) -> Value {
    json!({ "customers": [one.as_str(), other.as_str()], "reason": reason.words() })
}
