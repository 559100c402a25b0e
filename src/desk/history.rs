//! Earlier contacts of a customer, as an agent wants to see them: one line each, newest first.

use super::{Desk, DeskError, keys};
use crate::render::wording::{class_word, state_ja};
use crate::triage::case::Case;
use crate::triage::id::CaseId;
use crate::triage::topics::Topics;
use crate::triage::words;

/// Lines shown.
const MOST: usize = 5;

/// Earlier contacts, as far as they help with the present mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// One line a case, newest first.
    pub lines: Vec<String>,
    /// The names those cases carry, newest first, only where the present mail has none: candidates, not facts.
    pub names: Vec<String>,
}

impl Desk {
    /// Other cases of the same address.
    pub async fn history(&self, case: &Case) -> Result<History, DeskError> {
        let mut history = History::default();
        let Some(address) = &case.customer.address else { return Ok(history) };
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
        let live = self.live();
        for id in seen {
            let Some((earlier, _)) = self.case(&id).await? else { continue };
            history.lines.push(line(&earlier, live.rules(&earlier.mailbox).topics()));
            if let (None, Some(name)) = (&case.customer.name, earlier.customer.name)
                && !history.names.contains(&name)
            {
                history.names.push(name);
            }
        }
        Ok(history)
    }
}

fn line(earlier: &Case, topics: &Topics) -> String {
    let day = words::day(earlier.day, "ja");
    let class = class_word(earlier.matter.class);
    let topic = topics.shown(&earlier.matter.topic);
    let state = state_ja(earlier.state_word());
    let shop = earlier.customer.shop.as_ref().map_or_else(String::new, |shop| format!(" {shop}"));
    format!("{day} {class}・{topic}{shop} → {state}")
}
