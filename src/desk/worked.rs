//! Which cases something happened to on a day, and the figures made from them: a day costs no more than its cases.
//!
//! The index goes by days of UTC, so that no change of zone or shift makes it wrong: whoever asks looks at the days
//! around, and the figures themselves go by the instants in the cases.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::keys::NOTHING;
use super::{Desk, DeskError, keys};
use crate::figures::Names;
use crate::live::Live;
use crate::store::{Batch, Key, StoreError};
use crate::triage::case::Case;
use crate::triage::figures::{Answered, Book, Known, Period, Resolved, counts, ended};
use crate::triage::id::{Address, CaseId, MailboxName};
use crate::triage::level::{Deadline, Goal, Standing};

/// The index entries of a change.
pub(super) fn index(
    batch: &mut Batch,
    old: Option<&Case>,
    next: &Case,
    now: Timestamp,
) -> Result<(), StoreError> {
    let today = utc(now);
    // A case of today has its entry of today since it came in.
    if counts(old, next) && old.is_none_or(|old| utc(old.opened) != today) {
        batch.put.push((keys::worked(today, &next.id)?, NOTHING.to_vec()));
    }
    let known = old.map(|old| old.handling.corrected.as_slice()).unwrap_or_default();
    for said in next.handling.corrected.iter().filter(|said| !known.contains(said)) {
        batch.put.push((keys::worked(said.day, &next.id)?, NOTHING.to_vec()));
    }
    Ok(())
}

fn utc(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The index entries of a case that was written before there was an index: the days on which something happened to it, as
/// far as the case itself tells.
pub(super) fn rows_of(case: &Case) -> Result<Vec<Key>, StoreError> {
    let record = case.record.iter().map(|entry| entry.at);
    let spells = case.handling.spells.iter().map(|spell| spell.until);
    let ends = case.service.first_answer.into_iter().chain(ended(case));
    let instants = record.chain(spells).chain(ends).chain([case.opened]);
    let said = case.handling.corrected.iter().map(|said| said.day);
    let days: BTreeSet<Date> = instants.map(utc).chain(said).collect();
    days.into_iter().map(|day| keys::worked(day, &case.id)).collect()
}

impl Desk {
    /// Whether every case is in the index, also those that were written before there was one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn is_work_indexed(&self) -> Result<bool, DeskError> {
        Ok(self.store().get(&keys::work_indexed()?).await?.is_some())
    }

    /// The figures of some days.
    ///
    /// # Errors
    /// When the store refuses, or a case cannot be read.
    pub async fn figures(&self, period: Period) -> Result<Book, DeskError> {
        let live = self.live();
        let now = self.now();
        let reckoning = live.config.reckoning();
        let mut ids: BTreeSet<CaseId> = BTreeSet::new();
        let around = Period {
            from: period.from.saturating_sub(1.day()),
            to: period.to.saturating_add(2.days()).min(utc(now).saturating_add(1.day())),
        };
        for day in around.days() {
            self.take_cases(&keys::worked_on(day), &mut ids).await?;
        }
        if period.holds(reckoning.day_of(now)) {
            self.take_cases(keys::DUE, &mut ids).await?;
        }
        let mut cases = Vec::with_capacity(ids.len());
        for id in &ids {
            cases.extend(self.readable(id).await?.map(|(case, _, _)| case));
        }
        let known = House { live: Arc::clone(&live), now };
        Ok(Book::of(&cases, &known, &reckoning, period, now))
    }

    async fn take_cases(&self, prefix: &str, ids: &mut BTreeSet<CaseId>) -> Result<(), DeskError> {
        let mut pages = self.store().pages(prefix);
        while let Some(rows) = pages.next().await? {
            ids.extend(rows.iter().filter_map(|row| keys::last_case(row.key.as_str())));
        }
        Ok(())
    }
}

/// What the config, the rules and the levels say about cases and people.
pub struct House {
    /// Everything in force.
    pub live: Arc<Live>,
    /// Now.
    pub now: Timestamp,
}

impl Known for House {
    fn topic(&self, case: &Case) -> String {
        self.live.rules(&case.mailbox).topics().shown(&case.matter.topic).to_owned()
    }

    fn tags(&self, case: &Case) -> Vec<String> {
        case.dossier.tags.iter().cloned().collect()
    }

    fn first_answer(&self, case: &Case) -> Option<Answered> {
        let at = case.service.first_answer?;
        let took = self.live.policy(&case.mailbox).calendar.between(case.clock_began(), at);
        Some(Answered { at, took, within: self.within(case, Goal::FirstAnswer) })
    }

    fn resolved(&self, case: &Case) -> Option<Resolved> {
        Some(Resolved { at: ended(case)?, within: self.within(case, Goal::Resolution) })
    }
}

impl House {
    /// Whether a case reached a goal in time; `None` where it is not decided, or no table speaks of it.
    fn within(&self, case: &Case, goal: Goal) -> Option<bool> {
        let policy = self.live.policy(&case.mailbox);
        let deadline = Deadline::of(&policy.levels, &policy.calendar, case, goal, self.now)?;
        match deadline.standing {
            Standing::Met => Some(true),
            Standing::Breached => Some(false),
            Standing::Waiting | Standing::Paused | Standing::Moot => None,
        }
    }
}

impl Names for House {
    fn person(&self, address: &Address) -> String {
        let person = self.live.config.people.iter().find(|person| person.address == *address);
        person.map_or_else(|| address.to_string(), |person| person.name.clone())
    }

    fn mailbox(&self, name: &MailboxName) -> String {
        name.to_string()
    }
}
