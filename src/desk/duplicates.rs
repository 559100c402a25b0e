//! Customers who may be one and the same are told to the supervisors after an import, each pair once: one mail for all of
//! them. Nothing is removed and nothing is put together; a person decides in the customer system (workflow W2).

use super::customers::Pair;
use super::memo::Memo;
use super::{Desk, DeskError, Extra, keys};
use crate::render::voice::Voice;
use crate::triage::directory::Reason;

/// Pairs named in one mail; how many more there are is said below them.
const NAMED: usize = 50;

impl Desk {
    /// Tells the supervisors of pairs they have not heard of; how many that were. `more`: pairs beyond those given.
    ///
    /// # Errors
    /// What the store says.
    pub async fn tell_duplicates(&self, pairs: &[Pair], more: usize) -> Result<usize, DeskError> {
        let mut fresh: Vec<&Pair> = Vec::new();
        let mut extra = Extra::default();
        for pair in pairs {
            let key = keys::duplicate(pair)?;
            if self.store().get(&key).await?.is_none() {
                extra.put.push((key, keys::NOTHING.to_vec()));
                fresh.push(pair);
            }
        }
        if fresh.is_empty() {
            return Ok(0);
        }
        let live = self.live();
        let mut supervisors: Vec<_> = live.config.supervisors().collect();
        if supervisors.is_empty() {
            supervisors = live.config.people.iter().collect();
        }
        let all = fresh.len().saturating_add(more);
        for person in supervisors {
            let voice = Voice::of(person.lang);
            let mut lines = vec![voice.duplicates_told(), String::new()];
            for (one, other, reason) in fresh.iter().take(NAMED) {
                let why = match reason {
                    Reason::Phone => voice.known_by_phone(),
                    Reason::Mail => voice.known_by_mail(),
                    Reason::Name | Reason::NameBegins => voice.known_by_name(),
                };
                lines.push(format!(
                    "{}{}",
                    voice.bullet(),
                    voice.duplicates_pair(one.as_str(), other.as_str(), &why)
                ));
            }
            let left = all.saturating_sub(NAMED);
            if left > 0 {
                lines.push(voice.duplicates_more(left));
            }
            let memo = Memo {
                mailbox: None,
                to: person.address.clone(),
                subject: voice.duplicates_subject(all),
                text: format!("{}\n", lines.join("\n")),
                at: self.now(),
            };
            extra.put.push(memo.row()?);
        }
        self.write(extra).await?;
        self.memos().notify_one();
        Ok(fresh.len())
    }
}
