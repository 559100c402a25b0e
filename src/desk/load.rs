//! What everybody holds, kept in memory: rebuilt from the store at the start and kept by every commit. A decision that gives
//! somebody a case says which state of it it saw; where that has changed, it is made again, so that two mails that come side
//! by side do not both go to the one with the least to do. Who gets a case is the core's business.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{Desk, DeskError, keys};
use crate::triage::case::Case;
use crate::triage::id::{Address, CaseId};
use crate::triage::queue::Load;

/// The state of it; cheap to look at.
#[derive(Debug, Default)]
pub(super) struct Loads(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    /// Who holds which open case.
    holders: BTreeMap<CaseId, Address>,
    load: Arc<Load>,
    version: u64,
    /// Whether the cases of before the start are in it.
    complete: bool,
}

impl Book {
    /// Puts a case into somebody's hands, or into nobody's. Who had it before.
    fn put(&mut self, case: &CaseId, holder: Option<&Address>, at: Option<Timestamp>) -> Option<Address> {
        let before = match holder {
            Some(holder) => self.holders.insert(case.clone(), holder.clone()),
            None => self.holders.remove(case),
        };
        if before.as_ref() == holder && at.is_none() {
            return before;
        }
        self.version = self.version.wrapping_add(1);
        let load = &mut Arc::make_mut(&mut self.load).0;
        if before.as_ref() != holder {
            if let Some(held) = before.as_ref().and_then(|before| load.get_mut(before)) {
                held.cases = held.cases.saturating_sub(1);
            }
            if let Some(holder) = holder {
                let held = load.entry(holder.clone()).or_default();
                held.cases = held.cases.saturating_add(1);
            }
        }
        if let Some(holder) = holder {
            let held = load.entry(holder.clone()).or_default();
            held.last = held.last.max(at);
        }
        before
    }
}

/// A change that holds once its commit is durable, and is taken back otherwise.
pub(super) struct Claim<'l> {
    loads: &'l Loads,
    /// The case and who held it.
    back: Option<(CaseId, Option<Address>)>,
}

impl Claim<'_> {
    /// The commit is durable.
    pub(super) fn keep(mut self) {
        self.back = None;
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some((case, before)) = self.back.take() {
            self.loads.book().put(&case, before.as_ref(), None);
        }
    }
}

impl Loads {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What everybody holds, and which state of it that is.
    pub(super) fn seen(&self) -> (Arc<Load>, u64) {
        let book = self.book();
        (Arc::clone(&book.load), book.version)
    }

    /// Notes what a decision makes of a case. `None`: it gives somebody a case by a state that is past.
    pub(super) fn claim(
        &self,
        id: &CaseId,
        before: Option<&Case>,
        next: Option<&Case>,
        seen: u64,
        now: Timestamp,
    ) -> Option<Claim<'_>> {
        let (was, is) = (before.and_then(Case::in_hands_of), next.and_then(Case::in_hands_of));
        if next.is_none() || was == is {
            return Some(Claim { loads: self, back: None });
        }
        let mut book = self.book();
        if is.is_some() && book.version != seen {
            return None;
        }
        let back = book.put(id, is, is.map(|_| now));
        Some(Claim { loads: self, back: Some((id.clone(), back)) })
    }
}

impl Desk {
    /// Looks at every open case, where queues or alerts ask for it: what everybody holds, and whether its alarm stands where
    /// the tables in force put it. At the start and after a reload.
    ///
    /// # Errors
    /// What the store says.
    pub async fn take_stock(&self) -> Result<(), DeskError> {
        let live = self.live();
        let counts = !live.config.queues.list.is_empty() && !self.inner.loads.book().complete;
        if !counts && live.config.alerts.is_none() {
            return Ok(());
        }
        let mut pages = self.store().pages(keys::DUE);
        while let Some(rows) = pages.next().await? {
            for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
                let Some((case, _)) = self.case(&id).await? else { continue };
                if counts && let Some(holder) = case.in_hands_of() {
                    let mut book = self.inner.loads.book();
                    // What was committed since the start is newer than what was read here.
                    if !book.holders.contains_key(&id) {
                        let at = case.placement.assigned.unwrap_or(case.opened);
                        book.put(&id, Some(holder), Some(at));
                    }
                }
                self.set_alarm(&live, &case).await?;
            }
        }
        self.inner.loads.book().complete |= counts;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Address {
        Address::parse(&format!("{name}@desk.example")).unwrap()
    }

    fn case(number: u8) -> CaseId {
        CaseId::of(crate::triage::id::Fingerprint::new([number; 16]))
    }

    #[test]
    fn what_was_not_committed_is_taken_back_and_a_past_state_gives_nothing() {
        let loads = Loads::default();
        let (ann, bob) = (person("ann"), person("bob"));
        let held = |who: &Address| loads.seen().0.of(who).cases;
        loads.book().put(&case(1), Some(&ann), Some(Timestamp::UNIX_EPOCH));
        loads.book().put(&case(2), Some(&ann), Some(Timestamp::UNIX_EPOCH));
        assert_eq!((held(&ann), held(&bob)), (2, 0));
        // From ann to bob, and back because the commit failed.
        let back = loads.book().put(&case(1), Some(&bob), None);
        assert_eq!((held(&ann), held(&bob)), (1, 1));
        drop(Claim { loads: &loads, back: Some((case(1), back)) });
        assert_eq!((held(&ann), held(&bob)), (2, 0));
        // A case that is over is nobody's.
        loads.book().put(&case(2), None, None);
        assert_eq!(held(&ann), 1);
        let (_, seen) = loads.seen();
        loads.book().put(&case(3), Some(&bob), Some(Timestamp::UNIX_EPOCH));
        assert_ne!(loads.seen().1, seen);
    }
}
