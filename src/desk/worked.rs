//! Which cases something happened to on a day, and the figures made from them: a day costs no more than its cases.
//!
//! The index goes by days of UTC, so that no change of zone or shift makes it wrong: whoever asks looks at the days
//! around, and the figures themselves go by the instants in the cases.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use tracing::info;

use super::keys::NOTHING;
use super::{Desk, DeskError, Extra, keys};
use crate::figures::Names;
use crate::live::Live;
use crate::store::{Batch, StoreError};
use crate::triage::case::Case;
use crate::triage::figures::{Answered, Book, Known, Period, Resolved, counts, ended};
use crate::triage::id::{Address, CaseId, MailboxName};
use crate::triage::level::{self, Due, Priority, Standing, Tier};

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

/// The days on which something happened to a case, as far as the case itself tells.
fn days(case: &Case) -> BTreeSet<Date> {
    let record = case.record.iter().map(|entry| entry.at);
    let spells = case.handling.spells.iter().map(|spell| spell.until);
    let ends = case.service.first_answer.into_iter().chain(ended(case));
    let instants = record.chain(spells).chain(ends).chain([case.opened]);
    instants.map(utc).chain(case.handling.corrected.iter().map(|said| said.day)).collect()
}

impl Desk {
    /// Indexes the cases of a store that was written before there was an index; once.
    ///
    /// # Errors
    /// When the store refuses; it is begun anew at the next start.
    pub async fn index_work(&self) -> Result<(), DeskError> {
        let done = keys::work_indexed()?;
        if self.store().get(&done).await?.is_some() {
            return Ok(());
        }
        let mut indexed: usize = 0;
        let mut pages = self.store().pages(keys::CASE);
        while let Some(rows) = pages.next().await? {
            let mut put = Vec::new();
            for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
                let Some((case, _)) = self.case(&id).await? else { continue };
                for day in days(&case) {
                    put.push((keys::worked(day, &id)?, NOTHING.to_vec()));
                }
                indexed = indexed.saturating_add(1);
            }
            for some in put.chunks(500) {
                self.write(Extra { put: some.to_vec(), ..Extra::default() }).await?;
            }
        }
        self.write(Extra { put: vec![(done, NOTHING.to_vec())], ..Extra::default() }).await?;
        if indexed > 0 {
            info!(cases = indexed, "Indexed what was done on which day.");
        }
        Ok(())
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
            cases.extend(self.case(id).await?.map(|(case, _)| case));
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

    fn tags(&self, _case: &Case) -> Vec<String> {
        Vec::new()
    }

    fn first_answer(&self, case: &Case) -> Option<Answered> {
        let at = case.service.first_answer?;
        let policy = self.live.policy(&case.mailbox);
        let level = level::first_answer(&policy.levels, &policy.calendar, case, self.now);
        let within = level.and_then(|(_, standing)| match standing {
            Standing::Met => Some(true),
            Standing::Breached => Some(false),
            Standing::Waiting | Standing::Moot => None,
        });
        Some(Answered { at, took: policy.calendar.between(case.opened, at), within })
    }

    fn resolved(&self, case: &Case) -> Option<Resolved> {
        let at = ended(case)?;
        let policy = self.live.policy(&case.mailbox);
        let priority = Priority::of(case.matter.urgent);
        let cell = policy.levels.resolution.cell(Tier::Standard, Some(&case.matter.topic), priority);
        let within = cell.and_then(|cell| match cell.span.due(&policy.calendar, case.opened, &[]) {
            Due::At(by) => Some(at <= by),
            Due::Paused { .. } | Due::Never => None,
        });
        Some(Resolved { at, within })
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
