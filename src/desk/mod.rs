//! The desk: loads a case, lets the core decide, and commits what follows in one durable step.
//!
//! Everything that happens comes through [`Desk::handle`]. A commit holds the next case, its timer, its index
//! entries and one outbox row per effect; only afterwards may the outbox act. A conflict with another writer
//! means: load again, decide again. The desk talks to the store and to nobody else, with one exception: before an
//! answer is taken in, [`crate::auth`] is asked whether its domain stands behind it.

mod absent;
pub mod acknowledge;
mod acquainted;
pub mod answer;
mod belonging;
mod commit;
pub mod copies;
pub mod customers;
mod day;
pub mod duplicates;
pub mod erasure;
pub mod hand;
pub mod held;
mod history;
mod indexed;
pub mod intake;
pub mod keys;
mod lanes;
mod load;
pub(crate) mod matter;
pub mod memo;
mod notice;
mod pace;
mod phoned;
mod readers;
pub mod settled;
mod study;
mod tally;
mod together;
pub mod worked;

use absent::Absent;
use commit::Rows;
pub use history::{Candidate, Earlier, History, KnownBy, OpenCase, SamePhone};
use load::Loads;
use pace::Pace;

use std::borrow::Cow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use tracing::error;

use crate::clock::Clock;
use crate::crash;
use crate::live::Live;
use crate::outbox::activity::Activity;
use crate::outbox::row::Row;
use crate::record;
use crate::store::{Commit, Key, Store, StoreError, Version};
use crate::triage::case::Case;
use crate::triage::decide::{Decision, decide};
use crate::triage::event::Event;
use crate::triage::id::{CaseId, MailboxName};
use crate::triage::policy::Policy;
use crate::triage::queue::Load;

/// What can go wrong at the desk. Never holds words of a mail.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored record cannot be understood.
    #[error("record {key}: {source}")]
    Record {
        /// Under which kind of key.
        key: &'static str,
        /// What is wrong with it.
        source: record::RecordError,
    },
    /// Other writers won every time.
    #[error("the case kept changing under the decision; given up after {0} attempts")]
    Contended(u32),
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    live: ArcSwap<Live>,
    clock: Clock,
    planned: mpsc::UnboundedSender<Row>,
    activity: Activity,
    pace: Pace,
    absent: ArcSwap<Absent>,
    loads: Loads,
    refused: Notify,
    memos: Notify,
}

/// How an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    /// Decided and durable.
    Changed(Box<Case>),
    /// The event did not fit the case; nothing was changed but the extra rows.
    Unchanged,
    /// An extra expectation did not hold: somebody else was here first.
    Stale,
}

/// Rows that go into the same commit as a decision: what became of a mail, an outbox row that is done.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    /// Conditions; a failed one means [`Handled::Stale`].
    pub expect: Vec<(Key, Option<Version>)>,
    /// Rows to write.
    pub put: Vec<(Key, Vec<u8>)>,
    /// Rows to delete.
    pub delete: Vec<Key>,
    /// The mailbox in which an answer lies that is to be put away; it need not be the case's own.
    pub answered_in: Option<MailboxName>,
}

impl Desk {
    /// A desk over a store. Rows it plans are also sent into `planned`, for the outbox to act on at once.
    pub fn new(store: Store, live: Live, clock: Clock, planned: mpsc::UnboundedSender<Row>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                live: ArcSwap::from_pointee(live),
                clock,
                planned,
                activity: Activity::default(),
                pace: Pace::new(),
                refused: Notify::new(),
                memos: Notify::new(),
                absent: ArcSwap::default(),
                loads: Loads::default(),
            }),
        }
    }

    /// The present instant of this desk.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The desk's clock.
    pub fn clock(&self) -> Clock {
        self.inner.clock
    }

    /// Config, rules and templates in force.
    pub fn live(&self) -> Arc<Live> {
        self.inner.live.load_full()
    }

    /// Puts other rules in force, from the next event on.
    pub fn replace(&self, live: Live) {
        self.inner.live.store(Arc::new(live));
    }

    /// How many effects are on their way.
    pub fn activity(&self) -> &Activity {
        &self.inner.activity
    }

    /// Wakes whoever tells the operator of refused answers.
    pub fn refused(&self) -> &Notify {
        &self.inner.refused
    }

    /// Wakes whoever sends mails that belong to no case.
    pub fn memos(&self) -> &Notify {
        &self.inner.memos
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// A case and its version.
    pub async fn case(&self, id: &CaseId) -> Result<Option<(Case, Version)>, DeskError> {
        Ok(self.case_and_size(id).await?.map(|(case, version, _)| (case, version)))
    }

    /// As [`case`](Self::case), with the bytes of its row.
    async fn case_and_size(&self, id: &CaseId) -> Result<Option<(Case, Version, usize)>, DeskError> {
        let Some(row) = self.store().get(&keys::case(id)?).await? else { return Ok(None) };
        let mut case =
            record::case_from_json(&row.value).map_err(|source| DeskError::Record { key: "case", source })?;
        settled::settle(self.store(), &mut case).await?;
        Ok(Some((case, row.version, row.value.len())))
    }

    /// As [`case_and_size`](Self::case_and_size) for whoever looks at many: one that cannot be read is told in the log and
    /// keeps nobody from the others.
    async fn readable(&self, id: &CaseId) -> Result<Option<(Case, Version, usize)>, DeskError> {
        match self.case_and_size(id).await {
            Err(error @ DeskError::Record { .. }) => {
                error!(case = %id, %error, "A case cannot be read; going on without it.");
                Ok(None)
            }
            found => found,
        }
    }

    /// Writes rows that no decision belongs to.
    pub async fn write(&self, extra: Extra) -> Result<(), DeskError> {
        // Only a failed expectation conflicts, and whoever sets one here wants to lose quietly.
        self.commit(&extra).await.map(drop)
    }

    /// Writes rows that no decision belongs to, and says whether their expectations held.
    pub async fn commit(&self, extra: &Extra) -> Result<Commit, DeskError> {
        Ok(self.store().commit(commit::only(extra, self.now())).await?)
    }

    /// Hands rows that are durable to the outbox.
    fn hand_out(&self, rows: Vec<Row>) {
        for row in rows {
            self.inner.activity.began();
            // The outbox may be gone while the daemon stops; the row is safe in the store.
            let _ = self.inner.planned.send(row);
        }
    }

    /// Lets an event happen to a case.
    pub async fn handle(&self, id: &CaseId, event: &Event, extra: Extra) -> Result<Handled, DeskError> {
        const ATTEMPTS: u32 = 50;
        self.note_presence(event).await?;
        for _ in 0..ATTEMPTS {
            let before = self.case(id).await?;
            let live = self.live();
            let now = self.now();
            let case = before.as_ref().map(|(case, _)| case);
            let absent = self.inner.absent.load_full();
            let (load, seen) = self.inner.loads.seen();
            let policy = as_it_is(live.policy_for(case, event), &absent, &load);
            let decision = decide(&policy, case, event, now);
            let next = decision.as_ref().map(|decision| &decision.next);
            // Somebody else was given a case meanwhile: who has the least to do may be another one now.
            let Some(claim) = self.inner.loads.claim(id, case, next, seen, now) else { continue };
            let (batch, rows) = match &decision {
                Some(decision) => self.plan(&live, before.as_ref(), decision, event, &extra, now).await?,
                None if extra.put.is_empty() && extra.delete.is_empty() => return Ok(Handled::Unchanged),
                None => (commit::only(&extra, now), Rows::default()),
            };
            crash::point("desk.before_commit");
            match self.store().commit(batch).await? {
                Commit::Done(_) => {
                    claim.keep();
                    crash::point("desk.committed");
                    if rows.kept {
                        self.inner.pace.keeps();
                    }
                    self.hand_out(rows.at_once);
                    return Ok(match decision {
                        Some(Decision { next, .. }) => Handled::Changed(Box::new(next)),
                        None => Handled::Unchanged,
                    });
                }
                Commit::Conflict(key) if extra.expect.iter().any(|(expected, _)| *expected == key) => {
                    return Ok(Handled::Stale);
                }
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }
}

/// The policy as it is while people are away and hold cases; usually nobody is away and nothing is shared out.
fn as_it_is<'p>(policy: &'p Policy, absent: &Absent, load: &Arc<Load>) -> Cow<'p, Policy> {
    if absent.is_empty() && policy.queues.is_empty() {
        return Cow::Borrowed(policy);
    }
    Cow::Owned(Policy { away: absent.clone(), load: Arc::clone(load), ..policy.clone() })
}
