//! Earlier contacts of a customer, as an agent wants to see them: one line each, newest first.

use super::{Desk, DeskError, keys};
use crate::outbox::letters::{class_word, state_ja, topic_word};
use crate::triage::case::Case;
use crate::triage::id::CaseId;
use crate::triage::words;

/// Lines shown.
const MOST: usize = 5;

impl Desk {
    /// Other cases of the same address.
    pub async fn history(&self, case: &Case) -> Result<Vec<String>, DeskError> {
        let Some(address) = &case.customer.address else { return Ok(Vec::new()) };
        let rows = self.store().scan(&keys::person_mail(address), None, 1000).await?;
        let mut seen: Vec<CaseId> = Vec::new();
        for id in rows.iter().rev().filter_map(|row| keys::last_case(row.key.as_str())) {
            if id != case.id && !seen.contains(&id) {
                seen.push(id);
            }
            if seen.len() >= MOST {
                break;
            }
        }
        let mut lines = Vec::with_capacity(seen.len());
        for id in seen {
            if let Some((earlier, _)) = self.case(&id).await? {
                lines.push(line(case, &earlier));
            }
        }
        Ok(lines)
    }
}

/// The name stands in the line only where the present mail has none: it is a candidate then.
fn line(now: &Case, earlier: &Case) -> String {
    let day = words::day(earlier.day, "ja");
    let class = class_word(earlier.matter.class);
    let topic = topic_word(&earlier.matter.topic);
    let state = state_ja(earlier.state_word());
    let name = match (&now.customer.name, &earlier.customer.name) {
        (None, Some(name)) => format!(" お名前: {name}"),
        _ => String::new(),
    };
    let shop = earlier.customer.shop.as_ref().map_or_else(String::new, |shop| format!(" {shop}"));
    format!("{day} {class}・{topic}{shop} → {state}{name}")
}
