//! Earlier contacts of a customer, newest first, and whose name a nameless mail may carry. Facts only: they are put
//! in words where the reader's language is known.

use jiff::civil::Date;

use super::customers::Known;
use super::{Desk, DeskError, keys};
use crate::triage::case::Case;
use crate::triage::id::CaseId;
use crate::triage::verdict::Class;

/// Contacts shown.
const MOST: usize = 5;

/// Earlier contacts, as far as they help with the present mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The newest other cases of the same address, newest first.
    pub earlier: Vec<Earlier>,
    /// How many there are, those not listed included.
    pub contacts: usize,
    /// Whose mail it may be, the likeliest first, only where the present mail has no name: candidates, not facts.
    pub candidates: Vec<Candidate>,
    /// Who in the customer directory it may be, the strongest reason first; empty: not registered. `None`: there is no
    /// directory, or nothing to look for.
    pub registered: Option<Vec<Known>>,
    /// The case this one grew out of, and the word for where that stands.
    pub linked: Option<(CaseId, &'static str)>,
}

/// An earlier case of the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The day of its first mail.
    pub day: Date,
    /// A or B.
    pub class: Class,
    /// Its topic, as the rules show it.
    pub topic: String,
    /// The shop it named.
    pub shop: Option<String>,
    /// Where it stands or how it ended, by the state's word.
    pub state: &'static str,
}

/// A name from an earlier case of the same address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As typed then.
    pub name: String,
    /// The day of that case.
    pub day: Date,
    /// What else speaks for it or against it.
    pub phone: SamePhone,
}

/// Whether the telephone number agrees, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SamePhone {
    /// Both mails have the same number.
    Yes,
    /// One of them has none.
    Unknown,
    /// The numbers differ: families and firms share addresses.
    No,
}

impl Desk {
    /// Other cases of the same address.
    pub async fn history(&self, case: &Case) -> Result<History, DeskError> {
        let mut history = History { registered: self.registered(case).await?, ..History::default() };
        if let Some(registered) = &mut history.registered {
            registered.truncate(MOST);
        }
        if let Some(id) = &case.linked {
            history.linked = self.case(id).await?.map(|(from, _)| (id.clone(), from.state_word()));
        }
        let Some(address) = &case.customer.address else { return Ok(history) };
        let rows = self.store().scan(&keys::person_mail(address), None, 1000).await?;
        let mut seen: Vec<CaseId> = Vec::new();
        for id in rows.iter().rev().filter_map(|row| keys::last_case(row.key.as_str())) {
            if id != case.id && !seen.contains(&id) {
                seen.push(id);
            }
        }
        history.contacts = seen.len();
        let live = self.live();
        for id in seen.into_iter().take(MOST) {
            let Some((earlier, _)) = self.case(&id).await? else { continue };
            history.candidates.extend(candidate(case, &earlier));
            let topics = live.rules(&earlier.mailbox).topics();
            history.earlier.push(Earlier {
                day: earlier.day,
                class: earlier.matter.class,
                topic: topics.shown(&earlier.matter.topic).to_owned(),
                state: earlier.state_word(),
                shop: earlier.customer.shop,
            });
        }
        history.candidates = ranked(history.candidates);
        Ok(history)
    }
}

/// The name an earlier case lends to one that has none.
fn candidate(case: &Case, earlier: &Case) -> Option<Candidate> {
    let name = earlier.customer.name.clone().filter(|_| case.customer.name.is_none())?;
    let phone = match (&case.customer.phone, &earlier.customer.phone) {
        (Some(now), Some(then)) if now == then => SamePhone::Yes,
        (Some(_), Some(_)) => SamePhone::No,
        (None, _) | (_, None) => SamePhone::Unknown,
    };
    Some(Candidate { name, day: earlier.day, phone })
}

/// Each name once, for its best reason; those with the same number first, then the newest.
fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| candidate.phone);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if !kept.iter().any(|known| known.name == candidate.name) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_same_number_speaks_louder_than_a_newer_day() {
        let candidate = |name: &str, day, phone| Candidate { name: name.to_owned(), day, phone };
        let (june, july, august) = (date(2026, 6, 3), date(2026, 7, 3), date(2026, 8, 3));
        let ranked = ranked(vec![
            candidate("山田 太郎", august, SamePhone::No),
            candidate("山田", july, SamePhone::Unknown),
            candidate("山田 花子", july, SamePhone::Unknown),
            candidate("山田 花子", june, SamePhone::Yes),
        ]);
        assert_eq!(
            ranked,
            [
                candidate("山田 花子", june, SamePhone::Yes),
                candidate("山田", july, SamePhone::Unknown),
                candidate("山田 太郎", august, SamePhone::No),
            ]
        );
    }
}
