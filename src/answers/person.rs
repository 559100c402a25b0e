//! What can be asked about one person: who they are in the customer directory, and all their cases, newest first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::customers;
use crate::desk::{Desk, DeskError, keys};
use crate::triage::case::Case;
use crate::triage::directory::{self, CustomerId, Handle, Reason};
use crate::triage::id::CaseId;

/// Cases shown of one person.
const MOST: usize = 200;

/// A person by telephone number, mail address, name, customer number or case number: first one object for each record of
/// the directory, then one for each case with the reason why it is shown.
pub(super) async fn person(desk: &Desk, text: &str) -> Result<Vec<Value>, DeskError> {
    let mut handles: BTreeSet<Handle> = Handle::parse(text).into_iter().collect();
    let case = CaseId::parse(text.trim().trim_start_matches("C-"));
    if let Some((case, _)) = match case {
        Some(id) => desk.case(&id).await?,
        None => None,
    } {
        handles = of_case(&case);
    }
    if let Some(id) = CustomerId::parse(text)
        && let Some(record) = desk.customer_called(&id).await?
    {
        handles = record.handles();
    }
    let holders = desk.find_customers(&handles.iter().cloned().collect::<Vec<_>>()).await?;
    let known = &holders.known;
    let mut answer: Vec<Value> = known
        .iter()
        .map(|known| {
            let mut value = customers::shown(known, holders.all);
            if let Some(object) = value.as_object_mut() {
                object.insert("kind".to_owned(), json!("customer"));
            }
            value
        })
        .collect();
    // A record names further numbers and addresses of the same person, and so do the cases found by one; a name alone would
    // bring in namesakes.
    let certain = known.iter().filter(|known| is_certain(&known.reasons));
    handles.extend(certain.flat_map(|known| known.record.handles()).filter(|handle| !handle.is_name()));
    let mut found = BTreeMap::new();
    gather(desk, &handles, &mut found).await?;
    let further: BTreeSet<Handle> = found
        .values()
        .filter(|(_, reasons)| is_certain(reasons))
        .flat_map(|(case, _)| of_case(case))
        .filter(|handle| !handle.is_name() && !handles.contains(handle))
        .collect();
    gather(desk, &further, &mut found).await?;
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by(|(a, _), (b, _)| b.opened.cmp(&a.opened).then_with(|| a.id.cmp(&b.id)));
    let live = desk.live();
    for (case, reasons) in found.iter().take(MOST) {
        let mut value = super::short(case, live.zone(&case.mailbox));
        if let Some(object) = value.as_object_mut() {
            let why: Vec<&str> = reasons.iter().map(|reason| reason.words()).collect();
            object.insert("kind".to_owned(), json!("case"));
            object.insert("why".to_owned(), json!(why));
            object.insert("shop".to_owned(), json!(case.customer.shop));
            object.insert("linked".to_owned(), json!(case.linked.as_ref().map(CaseId::as_str)));
        }
        answer.push(value);
    }
    Ok(answer)
}

/// Says which case this one grew out of, and which ones grew out of it.
pub(super) async fn link(desk: &Desk, case: &Case, value: &mut Value) -> Result<(), DeskError> {
    let rows = desk.store().scan(&keys::grown_from(&case.id), None, MOST).await?;
    let grown: Vec<CaseId> = rows.iter().filter_map(|row| keys::last_case(row.key.as_str())).collect();
    if let Some(object) = value.as_object_mut() {
        object.insert("linked".to_owned(), json!(case.linked.as_ref().map(CaseId::as_str)));
        object.insert("grown".to_owned(), grown.iter().map(CaseId::as_str).collect());
    }
    Ok(())
}

/// Adds the cases of whoever is known by one of the handles.
async fn gather(
    desk: &Desk,
    handles: &BTreeSet<Handle>,
    found: &mut BTreeMap<CaseId, (Case, BTreeSet<Reason>)>,
) -> Result<(), DeskError> {
    for handle in handles {
        let prefix = keys::person(handle);
        let mut pages = desk.store().pages(&prefix);
        while let Some(rows) = pages.next().await? {
            for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
                if let Some((_, reasons)) = found.get_mut(&id) {
                    reasons.insert(handle.reason());
                } else if let Some((case, _)) = desk.case(&id).await? {
                    found.insert(id, (case, BTreeSet::from([handle.reason()])));
                }
            }
        }
    }
    Ok(())
}

fn is_certain(reasons: &BTreeSet<Reason>) -> bool {
    reasons.iter().any(|reason| matches!(reason, Reason::Phone | Reason::Mail))
}

fn of_case(case: &Case) -> BTreeSet<Handle> {
    let (names, certain): (BTreeSet<_>, BTreeSet<_>) =
        directory::handles(&case.customer).into_iter().partition(Handle::is_name);
    if certain.is_empty() { names } else { certain }
}
