//! Earlier contacts of a customer, newest first, what else of theirs is open, and whose name a nameless mail may carry.
//! Facts only: they are put in words where the reader's language is known.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::customers::Known;
use super::{Desk, DeskError, keys};
use crate::triage::case::Case;
use crate::triage::directory::{Handle, phone};
use crate::triage::id::CaseId;
use crate::triage::verdict::Class;

/// Contacts shown.
const MOST: usize = 5;
/// Cases looked into for one request: a firm that shares a number may have very many.
const LOOKED_INTO: usize = 30;

/// Earlier contacts, as far as they help with the present mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The newest other cases of the same address, newest first; of the same number where there is no address.
    pub earlier: Vec<Earlier>,
    /// How many there are, those not listed included.
    pub contacts: usize,
    /// Whose mail it may be, the likeliest first, only where the present mail has no name: candidates, not facts.
    pub candidates: Vec<Candidate>,
    /// Who in the customer directory it may be, the strongest reason first; empty: not registered. `None`: there is no
    /// directory, or nothing to look for.
    pub registered: Option<Vec<Known>>,
    /// How many more the directory has.
    pub registered_more: usize,
    /// What else of the same address or number is open, newest first.
    pub open: Vec<OpenCase>,
    /// Products named in the earlier cases.
    pub products: Vec<String>,
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

/// Another case that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// Its number.
    pub case: CaseId,
    /// The day of its first mail.
    pub day: Date,
    /// Its topic, as the rules show it.
    pub topic: String,
    /// Where it stands, by the state's word.
    pub state: &'static str,
}

/// A name from an earlier case, or from a booking system's notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As typed then.
    pub name: String,
    /// The day of that case or notice.
    pub day: Date,
    /// What it is known by.
    pub by: KnownBy,
    /// What else speaks for it or against it.
    pub phone: SamePhone,
}

/// By what a candidate is known, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownBy {
    /// A case of the same address.
    Address,
    /// A booking notice with the same address or number.
    Notice,
    /// A case of the same telephone number alone: families and firms share them.
    Phone,
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
    /// Other cases of the same address and number, and what the directory and booking notices know.
    ///
    /// # Errors
    /// What the store says.
    pub async fn history(&self, case: &Case) -> Result<History, DeskError> {
        let mut history = History::default();
        if let Some(holders) = self.registered(case).await? {
            let mut known = holders.known;
            known.truncate(MOST);
            history.registered_more = holders.all.saturating_sub(known.len());
            history.registered = Some(known);
        }
        if let Some(id) = &case.linked {
            history.linked = self.case(id).await?.map(|(from, _)| (id.clone(), from.state_word()));
        }
        let number = case.customer.phone.as_deref().and_then(phone);
        let mut found: BTreeMap<CaseId, (Timestamp, KnownBy)> = BTreeMap::new();
        if let Some(number) = &number {
            self.of_prefix(case, &keys::person(&Handle::Phone(number.clone())), KnownBy::Phone, &mut found)
                .await?;
        }
        if let Some(address) = &case.customer.address {
            self.of_prefix(case, &keys::person_mail(address), KnownBy::Address, &mut found).await?;
        }
        let own = if case.customer.address.is_some() { KnownBy::Address } else { KnownBy::Phone };
        history.contacts = found.values().filter(|(_, by)| *by == own).count();
        let mut newest: Vec<(CaseId, Timestamp, KnownBy)> =
            found.into_iter().map(|(id, (at, by))| (id, at, by)).collect();
        newest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let live = self.live();
        for (id, _, by) in newest.into_iter().take(LOOKED_INTO) {
            let Some((earlier, _)) = self.case(&id).await? else { continue };
            let topic = live.rules(&earlier.mailbox).topics().shown(&earlier.matter.topic).to_owned();
            let state = earlier.state_word();
            if earlier.open().is_some() && history.open.len() < MOST {
                history.open.push(OpenCase { case: id, day: earlier.day, topic: topic.clone(), state });
            }
            if let Some(product) = earlier.dossier.product.as_ref().filter(|_| by == own)
                && !history.products.contains(product)
            {
                history.products.push(product.clone());
            }
            if history.candidates.len() < MOST.saturating_mul(2) {
                history.candidates.extend(candidate(case, &earlier, by));
            }
            if by == own && history.earlier.len() < MOST {
                history.earlier.push(Earlier {
                    day: earlier.day,
                    class: earlier.matter.class,
                    topic,
                    state,
                    shop: earlier.customer.shop,
                });
            }
        }
        if case.customer.name.is_none() {
            let handles = number.into_iter().map(Handle::Phone);
            let handles = handles.chain(case.customer.address.clone().map(Handle::Mail));
            for handle in handles {
                history.candidates.extend(self.noticed_names(&handle).await?);
            }
        }
        history.candidates = ranked(history.candidates);
        Ok(history)
    }

    /// Other cases under a prefix, each with the newest instant of a mail of theirs; a stronger tie takes the place of a
    /// weaker one.
    async fn of_prefix(
        &self,
        case: &Case,
        prefix: &str,
        by: KnownBy,
        found: &mut BTreeMap<CaseId, (Timestamp, KnownBy)>,
    ) -> Result<(), DeskError> {
        for row in self.store().scan(prefix, None, 1000).await? {
            let Some((at, id)) = keys::parse_person(row.key.as_str(), prefix) else { continue };
            if id == case.id {
                continue;
            }
            let entry = found.entry(id).or_insert((at, by));
            *entry = (entry.0.max(at), entry.1.min(by));
        }
        Ok(())
    }

    /// Names in booking notices with a number or an address, the newest first.
    async fn noticed_names(&self, handle: &Handle) -> Result<Vec<Candidate>, DeskError> {
        let prefix = keys::noticed_by(handle);
        let zone = self.live().config.desk.zone.clone();
        let mut rows = self.store().scan(&prefix, None, 1000).await?;
        rows.reverse();
        let name = |value: &[u8]| {
            let value: serde_json::Value = serde_json::from_slice(value).unwrap_or_default();
            value.get("name").and_then(|name| name.as_str()).map(str::to_owned)
        };
        let candidates = rows.iter().filter_map(|row| {
            let at = keys::parse_noticed(row.key.as_str(), &prefix)?;
            let day = at.to_zoned(zone.clone()).date();
            let phone = if matches!(handle, Handle::Phone(_)) { SamePhone::Yes } else { SamePhone::Unknown };
            Some(Candidate { name: name(&row.value)?, day, by: KnownBy::Notice, phone })
        });
        Ok(candidates.take(MOST).collect())
    }
}

/// The name an earlier case lends to one that has none.
fn candidate(case: &Case, earlier: &Case, by: KnownBy) -> Option<Candidate> {
    let name = earlier.customer.name.clone().filter(|_| case.customer.name.is_none())?;
    let phone = match (&case.customer.phone, &earlier.customer.phone) {
        (Some(now), Some(then)) if now == then => SamePhone::Yes,
        (Some(_), Some(_)) => SamePhone::No,
        (None, _) | (_, None) => SamePhone::Unknown,
    };
    Some(Candidate { name, day: earlier.day, by, phone })
}

/// Each name once, for its best reason; the same address before all else, and those with the same number first, then the
/// newest.
fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| (candidate.by, candidate.phone));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.len() < MOST && !kept.iter().any(|known| known.name == candidate.name) {
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
        let candidate = |name: &str, day, by, phone| Candidate { name: name.to_owned(), day, by, phone };
        let (june, july, august) = (date(2026, 6, 3), date(2026, 7, 3), date(2026, 8, 3));
        let ranked = ranked(vec![
            candidate("鈴木", august, KnownBy::Phone, SamePhone::Yes),
            candidate("山田 太郎", august, KnownBy::Address, SamePhone::No),
            candidate("山田", july, KnownBy::Address, SamePhone::Unknown),
            candidate("山田 花子", july, KnownBy::Notice, SamePhone::Yes),
            candidate("山田 花子", june, KnownBy::Address, SamePhone::Yes),
        ]);
        assert_eq!(
            ranked,
            [
                candidate("山田 花子", june, KnownBy::Address, SamePhone::Yes),
                candidate("山田", july, KnownBy::Address, SamePhone::Unknown),
                candidate("山田 太郎", august, KnownBy::Address, SamePhone::No),
                candidate("鈴木", august, KnownBy::Phone, SamePhone::Yes),
            ]
        );
    }
}
