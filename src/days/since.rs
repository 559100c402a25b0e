//! What became of days after their summary: work that was done late, times that were put right, people who confirmed late. The
//! next summary tells it, each change once. Nothing is sent here.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use tracing::error;

use crate::desk::{Desk, DeskError, Extra, keys};
use crate::record::{self, Confirmed, Summed, Told};
use crate::store::{Key, Version};
use crate::triage::figures::{Book, Period, Sums};
use crate::triage::id::Address;

/// How many days a summary looks back: a report may be answered for a week, and its answer may have to wait.
const LOOK_BACK: i64 = 14;

/// A person's day as it was told, and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) date: Date,
    pub(super) person: Address,
    pub(super) before: Told,
    pub(super) now: Told,
}

impl Change {
    /// Whether the figures are others now.
    pub(super) fn of_figures(&self) -> bool {
        figures(self.before) != figures(self.now)
    }

    /// Whether the person confirmed the day since.
    pub(super) fn confirmed(&self) -> bool {
        self.before.confirmed == Some(false) && self.now.confirmed == Some(true)
    }
}

fn figures(told: Told) -> Told {
    Told { confirmed: None, ..told }
}

/// What a summary tells of everybody in some figures.
pub(super) fn told(book: &Book, confirmed: &BTreeMap<Address, Confirmed>) -> Summed {
    let people = book.by(|fact| fact.by.clone()).into_iter();
    people
        .filter_map(|(by, sums)| Some((by?, of(&sums))))
        .filter(|(_, told)| *told != Told::default())
        .map(|(by, told)| {
            let confirmed = Some(confirmed.contains_key(&by));
            (by, Told { confirmed, ..told })
        })
        .collect()
}

fn of(sums: &Sums) -> Told {
    let Sums { handled, calls, unanswered, .. } = *sums;
    Told { handled, worked: sums.worked(), calls, unanswered, confirmed: None }
}

/// Where two tellings of a day differ, by person.
fn changes(date: Date, before: &Summed, now: &Summed) -> Vec<Change> {
    let people: std::collections::BTreeSet<&Address> = before.keys().chain(now.keys()).collect();
    let of = |told: &Summed, person| told.get(person).copied().unwrap_or_default();
    let changes = people.into_iter().map(|person| Change {
        date,
        person: person.clone(),
        before: of(before, person),
        now: of(now, person),
    });
    changes.filter(|change| change.of_figures() || change.confirmed()).collect()
}

/// What changed in the days before `date` since they were told, oldest first, and the rows by which it counts as told.
pub(super) async fn before(desk: &Desk, shift: &str, date: Date) -> Result<(Vec<Change>, Extra), DeskError> {
    let (mut found, mut extra) = (Vec::new(), Extra::default());
    let period = Period { from: date.saturating_sub(LOOK_BACK.days()), to: date.saturating_sub(1.day()) };
    let mut known: Vec<(Date, Key, Version, Summed)> = Vec::new();
    for day in period.days() {
        let key = keys::day_summary(day, shift)?;
        let Some(row) = desk.store().get(&key).await? else { continue };
        // An earlier version did not write down what it told.
        let Ok(summed) = record::summed_from_json(&row.value) else { continue };
        known.push((day, key, row.version, summed));
    }
    if known.is_empty() {
        return Ok((found, extra));
    }
    let book = desk.figures(period).await?;
    for (day, key, version, summed) in known {
        let facts = book.facts.iter().filter(|fact| fact.day == day);
        let now = told(&Book { facts: facts.cloned().collect() }, &confirmations(desk, shift, day).await?);
        let changed = changes(day, &summed, &now);
        if !changed.is_empty() {
            extra.expect.push((key.clone(), Some(version)));
            extra.put.push((key, record::summed_to_json(&now)));
            found.extend(changed);
        }
    }
    Ok((found, extra))
}

/// What people said about a day.
pub(super) async fn confirmations(
    desk: &Desk,
    shift: &str,
    date: Date,
) -> Result<BTreeMap<Address, Confirmed>, DeskError> {
    let mut confirmed = BTreeMap::new();
    let prefix = keys::confirmed_on(date, shift);
    let mut pages = desk.store().pages(&prefix);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            let person = row.key.as_str().strip_prefix(&prefix).and_then(Address::parse);
            match (person, record::confirmed_from_json(&row.value)) {
                (Some(person), Ok(said)) => drop(confirmed.insert(person, said)),
                (None, _) | (_, Err(_)) => {
                    error!(%date, "What somebody said about a day cannot be read; going on without it.");
                }
            }
        }
    }
    Ok(confirmed)
}

#[cfg(test)]
mod tests;
