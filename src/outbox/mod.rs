//! The outbox: the one place where effects reach the world.
//!
//! Rows come from commits (and, at start, from the store). One worker per mailbox does what concerns the mailbox;
//! one worker posts mail. Every ending is an event like any other and goes back through the desk, in the same
//! commit that takes the row out. Harmless effects are tried until they work; the customer's mail follows the
//! protocol in [`post`]. Nothing here decides.

mod acknowledge;
pub mod activity;
pub mod alerts;
mod answer;
pub mod complaint;
pub mod facts;
pub mod letters;
pub mod memos;
pub mod post;
mod queue;
pub mod row;
pub mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

use crate::desk::{Desk, DeskError, Extra, keys};
use crate::record;
use crate::store::StoreError;
use crate::triage::effect::Effect;
use crate::triage::event::{Ending, Event};
use crate::triage::id::MailboxName;
use row::Row;

/// Hands rows to the workers that can do them.
#[derive(Debug)]
pub struct Dispatcher {
    post: mpsc::UnboundedSender<Row>,
    shelves: RwLock<BTreeMap<MailboxName, ToShelf>>,
}

/// The way to the worker of a mailbox. Rows go in boxes: a channel keeps room for some dozens, and there may be a
/// thousand mailboxes.
pub type ToShelf = mpsc::UnboundedSender<Box<Row>>;

impl Dispatcher {
    /// A dispatcher that knows how to post, and no mailbox yet.
    pub fn new(post: mpsc::UnboundedSender<Row>) -> Self {
        Self { post, shelves: RwLock::default() }
    }

    /// Effects of a mailbox go to this worker from now on.
    pub fn open(&self, mailbox: MailboxName, shelf: ToShelf) {
        self.shelves.write().unwrap_or_else(PoisonError::into_inner).insert(mailbox, shelf);
    }

    /// Effects of a mailbox wait in the store from now on.
    pub fn close(&self, mailbox: &MailboxName) {
        self.shelves.write().unwrap_or_else(PoisonError::into_inner).remove(mailbox);
    }

    /// Sends a row to its worker. One without a worker stays in the store, for a later start.
    pub fn dispatch(&self, desk: &Desk, row: Row) {
        if is_post(&row.effect) {
            // A worker that is gone means that the daemon is stopping; the row is safe in the store.
            drop(self.post.send(row));
            return;
        }
        let shelves = self.shelves.read().unwrap_or_else(PoisonError::into_inner);
        match shelves.get(&row.mailbox) {
            Some(shelf) => drop(shelf.send(Box::new(row))),
            None => {
                desk.activity().ended();
                warn!(case = %row.case, mailbox = %row.mailbox, effect = row.effect.word(),
                    "An effect waits for a mailbox that is not watched.");
            }
        }
    }

    /// Dispatches everything that waits in the store, in order. With `of`, only what is to be done in these mailboxes:
    /// one of them may then get a row that it has got already, and everything done there may be repeated.
    pub async fn resume(&self, desk: &Desk, of: Option<&BTreeSet<MailboxName>>) -> Result<usize, DeskError> {
        let mut waiting = Vec::new();
        // All of them before the first is handed over: what the workers plan meanwhile comes by another way.
        let mut pages = desk.store().pages(keys::OUT);
        while let Some(rows) = pages.next().await? {
            for stored in rows {
                match record::row_from_json(&stored.value) {
                    Ok(row) if of.is_none_or(|of| of.contains(&row.mailbox) && !is_post(&row.effect)) => {
                        waiting.push(row);
                    }
                    Ok(_) => {}
                    Err(error) => error!(%error, "A waiting effect cannot be read; it is left in the store."),
                }
            }
        }
        let resumed = waiting.len();
        for row in waiting {
            desk.activity().began();
            self.dispatch(desk, row);
        }
        Ok(resumed)
    }
}

/// Whether an effect is a mail. All others concern a mailbox.
const fn is_post(effect: &Effect) -> bool {
    match effect {
        Effect::Ask { .. }
        | Effect::Tell { .. }
        | Effect::Complaint { .. }
        | Effect::Send { .. }
        | Effect::Acknowledge { .. } => true,
        Effect::Mark { .. }
        | Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. } => false,
    }
}

/// What is to be done with a row after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// It ended so: tell the desk and take the row out.
    End(Ending),
    /// It no longer matters: take the row out.
    Drop,
    /// Try again after a pause; why, for the log.
    Retry(String),
    /// Try again, and not before so long: the server counts every question.
    Rest(String, Duration),
}

/// Longest pause between two attempts.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);

/// Pause before the next attempt: doubled each time, with jitter so that many rows do not come back at once.
pub(crate) fn pause(attempts: u32) -> Duration {
    let doubled =
        Duration::from_secs(1).saturating_mul(1_u32.checked_shl(attempts.min(10)).unwrap_or(u32::MAX));
    let most = doubled.min(LONGEST);
    jittered(most)
}

/// A pause a quarter shorter or longer, so that many that failed together do not come back together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.75 + fastrand::f64() * 0.5)
}

/// `now + pause`, saturating.
pub(crate) fn after(now: Timestamp, pause: Duration) -> Timestamp {
    let span = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Takes a finished row out, together with what its ending means. Does not give up on a full disk: what has
/// happened in the world must be written down, or it might happen again.
pub(crate) async fn settle(desk: &Desk, row: &Row, ending: Option<Ending>, stop: &mut watch::Receiver<bool>) {
    let mut attempts = 0;
    loop {
        match settle_once(desk, row, ending.clone()).await {
            Ok(()) => {
                settled(desk, row);
                return;
            }
            // What cannot pass must not hold up the other rows: this one stays in the store for the next start.
            Err(error) if !passes(&error) => {
                desk.activity().ended();
                error!(case = %row.case, effect = row.effect.word(), number = row.number, %error,
                    "Cannot write down how an effect ended; it is looked at again at the next start.");
                return;
            }
            Err(error) => {
                error!(case = %row.case, effect = row.effect.word(), %error,
                    "Cannot write down how an effect ended; trying again.");
                attempts += 1;
                tokio::select! {
                    () = tokio::time::sleep(pause(attempts)) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }
    }
}

/// An effect is over, and that is written down.
pub(crate) fn settled(desk: &Desk, row: &Row) {
    desk.activity().ended();
    info!(case = %row.case, effect = row.effect.word(), number = row.number, "Settled an effect.");
}

/// Whether an error may be gone at the next attempt.
const fn passes(error: &DeskError) -> bool {
    matches!(
        error,
        DeskError::Store(StoreError::Full | StoreError::Io { .. } | StoreError::Engine(_))
            | DeskError::Contended(_)
    )
}

async fn settle_once(desk: &Desk, row: &Row, ending: Option<Ending>) -> Result<(), DeskError> {
    let out = keys::out(&row.case, row.number)?;
    let extra = Extra { delete: vec![out], ..Extra::default() };
    match ending {
        Some(ending) => {
            let event = Event::Ended { number: row.number, effect: Box::new(row.effect.clone()), ending };
            desk.handle(&row.case, &event, extra).await?;
        }
        None => desk.write(extra).await?,
    }
    Ok(())
}
