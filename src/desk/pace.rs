//! How fast people are asked. A backlog must not become a burst of mail: beyond a first lot, questions and drafts of new
//! matters are kept back, durably, and let go a few a minute. Everything else is never kept back.
//!
//! What is kept back stands in the store under `later/`, in the order in which the cases were opened. It is let go from
//! both ends in turn: the oldest have waited longest, and the newest are still warm. Never posts anything itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::sync::{Notify, watch};
use tracing::error;

use super::{Desk, DeskError, Extra, keys};
use crate::record;
use crate::store::{Commit, Row as StoredRow};
use crate::triage::effect::Effect;
use crate::triage::event::Event;

/// Cases whose questions go out at once after a quiet time.
const BURST: u32 = 30;
/// After that, one case in this time: 60 a minute are more than a desk can answer, and less than servers take for abuse.
const EVERY: Duration = Duration::from_secs(1);

/// The allowance of questions.
#[derive(Debug)]
pub(super) struct Pace {
    allowance: Mutex<(u32, Instant)>,
    /// Whether cases may be kept back in the store.
    behind: AtomicBool,
    let_go: AtomicBool,
    kept: Notify,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            allowance: Mutex::new((BURST, Instant::now())),
            // An earlier process may have left some: the first round finds out.
            behind: AtomicBool::new(true),
            let_go: AtomicBool::new(false),
            kept: Notify::new(),
        }
    }

    /// How many cases may be asked about now.
    fn allowed(&self) -> u32 {
        self.refilled().0
    }

    fn spend(&self) -> bool {
        let mut allowance = self.refilled();
        let left = allowance.0.checked_sub(1);
        allowance.0 = left.unwrap_or(0);
        left.is_some()
    }

    /// The allowance with what time has added to it.
    fn refilled(&self) -> MutexGuard<'_, (u32, Instant)> {
        let mut allowance = self.allowance.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = *allowance;
        let passed = u32::try_from(since.elapsed().as_millis() / EVERY.as_millis()).unwrap_or(BURST);
        if passed > 0 {
            let at = since.checked_add(EVERY.saturating_mul(passed)).unwrap_or_else(Instant::now);
            *allowance = (left.saturating_add(passed).min(BURST), at);
        }
        allowance
    }

    /// Whether the questions of one more new matter must wait.
    pub(super) fn holds(&self) -> bool {
        !self.spend()
    }

    /// Something was kept back.
    pub(super) fn keeps(&self) {
        self.behind.store(true, Ordering::SeqCst);
        self.kept.notify_one();
    }
}

/// Whether an effect may be kept back. An agent who has just answered is waiting for what follows; customers' mail,
/// marks and drafts that are to go never wait.
pub(super) const fn can_wait(effect: &Effect, event: &Event) -> bool {
    matches!(effect, Effect::Ask { .. } | Effect::SaveDraft { .. })
        && matches!(event, Event::Arrived(_) | Event::Unreadable { .. } | Event::Due)
}

impl Desk {
    /// Lets go what the allowance permits of what was kept back; says how many cases.
    ///
    /// # Errors
    /// The store.
    pub async fn let_go(&self) -> Result<usize, DeskError> {
        let pace = &self.inner.pace;
        let mut gone = 0;
        while pace.behind.load(Ordering::SeqCst) {
            let allowed = pace.allowed();
            if allowed == 0 {
                break;
            }
            let kept = self.next_kept(usize::try_from(allowed).unwrap_or(1)).await?;
            if kept.is_empty() {
                pace.behind.store(false, Ordering::SeqCst);
                break;
            }
            // Side by side, so that the store can write them down together; every one to its end.
            let freed = join_all(kept.into_iter().map(|row| self.free(row))).await;
            for freed in freed {
                gone += usize::from(freed?);
            }
        }
        Ok(gone)
    }

    /// So many cases that were kept back, from both ends in turn.
    async fn next_kept(&self, most: usize) -> Result<Vec<StoredRow>, DeskError> {
        let oldest = !self.inner.pace.let_go.fetch_xor(true, Ordering::SeqCst);
        let half = most / 2;
        let (first, last) = if oldest { (most - half, half) } else { (half, most - half) };
        let mut rows = self.store().latest(keys::LATER, last).await?;
        rows.extend(self.store().scan(keys::LATER, None, first).await?);
        // Few are left: both ends meet.
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        rows.dedup_by(|one, other| one.key == other.key);
        Ok(rows)
    }

    /// Lets one case go; false when somebody was faster.
    async fn free(&self, row: StoredRow) -> Result<bool, DeskError> {
        let rows = record::rows_from_json(&row.value)
            .map_err(|source| DeskError::Record { key: "later", source })?;
        let mut extra = Extra {
            expect: vec![(row.key.clone(), Some(row.version))],
            delete: vec![row.key],
            ..Extra::default()
        };
        for row in &rows {
            extra.put.push((keys::out(&row.case, row.number)?, record::row_to_json(row)));
        }
        let Commit::Done(_) = self.commit(&extra).await? else { return Ok(false) };
        self.inner.pace.spend();
        self.hand_out(rows);
        Ok(true)
    }

    /// Lets go what was kept back, for as long as the daemon runs.
    pub async fn keep_pace(self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.let_go().await {
                error!(%error, "Questions that were kept back cannot be let go; trying again.");
            }
            let pace = &self.inner.pace;
            let next = async {
                if pace.behind.load(Ordering::SeqCst) {
                    tokio::time::sleep(EVERY).await;
                } else {
                    pace.kept.notified().await;
                }
            };
            tokio::select! {
                () = next => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_goes_at_once_and_the_rest_waits() {
        let pace = Pace::new();
        let at_once = (0..BURST + 50).filter(|_| !pace.holds()).count();
        assert!((30..40).contains(&at_once), "{at_once}");
        pace.allowance.lock().unwrap().1 -= EVERY * 3;
        assert_eq!((0..10).filter(|_| !pace.holds()).count(), 3);
        pace.allowance.lock().unwrap().1 -= EVERY * 100_000;
        assert_eq!(pace.allowed(), BURST);
    }
}
