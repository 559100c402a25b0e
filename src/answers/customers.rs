//! What can be asked about the customer directory, as objects. Takes customers in and finds them, and erases one on a legal
//! request; makes no two into one, and there is no question that would.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::desk::customers::{Field, Known, Pair};
use crate::desk::{Desk, DeskError};
use crate::record;
use crate::triage::directory::{CustomerId, Handle, Reason};
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
    let mut holders = desk.find_customers(std::slice::from_ref(&handle)).await?;
    if holders.known.is_empty() && handle.reason() == Reason::Name {
        holders = desk.find_beginning(&handle).await?;
    }
    Ok(holders.known.iter().map(|known| shown(known, holders.all)).collect())
}

/// Everybody who may be somebody else, too.
pub(super) async fn duplicates(desk: &Desk) -> Result<Vec<Value>, DeskError> {
    Ok(desk.duplicate_customers().await?.iter().map(shared).collect())
}

/// Tells the supervisors of pairs they have not heard of.
pub(super) async fn tell(desk: &Desk, pairs: &[[String; 3]], more: usize) -> Result<Vec<Value>, DeskError> {
    let reason =
        |words: &str| [Reason::Phone, Reason::Mail].into_iter().find(|reason| reason.words() == words);
    let pairs: Vec<Pair> = pairs
        .iter()
        .filter_map(|[one, other, why]| {
            Some((CustomerId::parse(one)?, CustomerId::parse(other)?, reason(why)?))
        })
        .collect();
    let told = desk.tell_duplicates(&pairs, more).await?;
    Ok(vec![json!({ "told": told })])
}

/// Erases a customer's record; nothing where there is none.
pub(super) async fn erase(desk: &Desk, id: &str, reason: &str) -> Result<Vec<Value>, DeskError> {
    let Some(id) = CustomerId::parse(id) else { return Ok(Vec::new()) };
    let erased = desk.erase_customer(&id, reason).await?;
    Ok(erased.map(|erased| json!({ "rows": erased.rows, "hash": erased.hash })).into_iter().collect())
}

/// A customer; `holders`: how many have what was looked for.
pub(super) fn shown(known: &Known, holders: usize) -> Value {
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
        "products": record.products,
        "note": record.note,
        "reasons": reasons,
        "holders": holders,
    })
}

fn shared((one, other, reason): &Pair) -> Value {
    json!({ "customers": [one.as_str(), other.as_str()], "reason": reason.words() })
}
