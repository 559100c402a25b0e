//! Posts mail: requests and answers to agents, and the customer's mail, which goes out at most once.
//!
//! The customer's mail (design: sending once). Its bytes were rendered and stored with the approval. An attempt is
//! counted before it is made. `phase = dot` is committed after the server's 354 and before the first byte of the
//! mail, and only while the case still wants it; from there on, an ending that nobody saw is `Unknown`, and only a person may send again. A row found with
//! `phase = dot` at start is such an ending.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};
use tracing::{info, warn};

use super::acknowledge::{self, Telling};
use super::letters::{self, Written};
use super::queue::Queue;
use super::row::{Phase, Row};
use super::{Next, after, pause, settle};
use crate::crash;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::record;
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::store::{BlobId, Commit, StoreError};
use crate::triage::case::{Case, Open, State, Step};
use crate::triage::decide::message_id;
use crate::triage::effect::Effect;
use crate::triage::event::Ending;
use crate::triage::id::Address;

/// Mails in the air at the same time. A server that keeps one waiting delays no other.
const SIDE_BY_SIDE: usize = 4;
/// Attempts at a customer's mail before a person is asked (about half a day of pauses).
const SEND_ATTEMPTS: u32 = 150;

/// The worker that posts.
pub struct Post {
    desk: Desk,
    smtp: Arc<Smtp>,
    stop: watch::Receiver<bool>,
}

impl Post {
    /// A worker over a sending server.
    pub fn new(desk: Desk, smtp: Arc<Smtp>, stop: watch::Receiver<bool>) -> Self {
        Self { desk, smtp, stop }
    }

    /// Works until told to stop; then finishes what is in the air and takes nothing new.
    pub async fn run(self, mut rows: mpsc::UnboundedReceiver<Row>, parked: watch::Sender<Option<usize>>) {
        let mut queue = Queue::default();
        let mut air = FuturesUnordered::new();
        loop {
            while let Ok(row) = rows.try_recv() {
                queue.push(row);
            }
            let stopping = *self.stop.borrow();
            if !stopping {
                let room = SIDE_BY_SIDE.saturating_sub(air.len());
                for row in queue.ready(self.desk.now(), room) {
                    air.push(self.one(row));
                }
            }
            // Receivers only look at the last value, so nothing is lost by sending into the void.
            let resting = air.is_empty() && queue.next().is_none_or(|next| next > self.desk.now());
            let _ = parked.send(resting.then(|| queue.len()));
            if stopping && air.is_empty() {
                return;
            }
            let mut stop = self.stop.clone();
            let wait = queue.next().map(|next| self.desk.clock().until(next));
            tokio::select! {
                Some(back) = air.next() => queue.extend(back),
                row = rows.recv(), if !stopping => match row {
                    Some(row) => queue.push(row),
                    None => return,
                },
                () = sleep(wait), if !stopping && air.len() < SIDE_BY_SIDE => {}
                _ = stop.wait_for(|stop| *stop), if !stopping => {}
            }
        }
    }

    /// One attempt. Gives the row back when it must be tried again.
    fn one(&self, row: Row) -> impl Future<Output = Option<Row>> + use<> {
        let (desk, smtp, mut stop) = (self.desk.clone(), Arc::clone(&self.smtp), self.stop.clone());
        async move {
            let mut row = row;
            let next = match attempt(&desk, &smtp, &mut row).await {
                Ok(next) => next,
                Err(error) => Next::Retry(error.to_string()),
            };
            match next {
                Next::End(ending) => {
                    crash::point("post.before_settle");
                    settle(&desk, &row, Some(ending), &mut stop).await;
                    crash::point("post.after_settle");
                    None
                }
                Next::Drop => {
                    settle(&desk, &row, None, &mut stop).await;
                    None
                }
                Next::Retry(why) | Next::Rest(why, _) => {
                    // A customer's mail was counted before the attempt, and durably.
                    if !matches!(row.effect, Effect::Send { .. }) {
                        row.attempts = row.attempts.saturating_add(1);
                    }
                    row.not_before = after(desk.now(), pause(row.attempts));
                    warn!(case = %row.case, effect = row.effect.word(), attempts = row.attempts, why,
                        "A mail did not go out; trying again.");
                    Some(row)
                }
            }
        }
    }
}

pub(super) async fn sleep(wait: Option<std::time::Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

async fn attempt(desk: &Desk, smtp: &Smtp, row: &mut Row) -> Result<Next, DeskError> {
    let Some((case, _)) = desk.case(&row.case).await? else { return Ok(Next::Drop) };
    if let Effect::Send { revision, .. } = &row.effect {
        return send(desk, smtp, row, &case, *revision).await;
    }
    if let Effect::Acknowledge { to, form, answer_by, at } = &row.effect {
        let telling = Telling { to, form: form.as_ref(), answer_by: *answer_by, at: *at };
        return acknowledge::send(desk, smtp, row, &case, telling).await;
    }
    let Some(Written { to, bytes }) = letters::write(desk, &case, row.number, &row.effect).await? else {
        return Ok(Next::Drop);
    };
    let live = desk.live();
    let parcel = Parcel { from: Some(&live.config.smtp.from), to: std::slice::from_ref(&to), bytes: &bytes };
    let outcome = smtp.send(parcel, || async { Ok::<(), std::convert::Infallible>(()) }).await;
    crash::point("post.told");
    info!(case = %row.case, effect = row.effect.word(), %outcome, "Posted a mail to one of us.");
    Ok(match outcome {
        Outcome::Sent { .. } => Next::End(Ending::Done),
        Outcome::Refused { permanent: true, .. } => Next::End(Ending::Refused(outcome.to_string())),
        Outcome::Refused { .. } | Outcome::NotSent { .. } | Outcome::Unknown { .. } => {
            Next::Retry(outcome.to_string())
        }
    })
}

/// The customer's mail.
async fn send(
    desk: &Desk,
    smtp: &Smtp,
    row: &mut Row,
    case: &Case,
    revision: crate::triage::id::Revision,
) -> Result<Next, DeskError> {
    if row.phase == Phase::Dot {
        warn!(case = %row.case, "A customer's mail was under way when we stopped; its ending is unknown.");
        return Ok(Next::End(Ending::Unknown));
    }
    let approved = matches!(case.open().map(|open| &open.step), Some(Step::Sending { .. }));
    let Some(draft) = case.draft.as_ref().filter(|draft| approved && draft.revision == revision) else {
        return Ok(Next::Drop);
    };
    let Some(blob) = row.blob.as_deref().and_then(BlobId::parse) else {
        return Ok(Next::End(Ending::Refused("render".to_owned())));
    };
    if row.attempts >= SEND_ATTEMPTS {
        return Ok(Next::End(Ending::Refused("given up after many attempts".to_owned())));
    }
    row.attempts = row.attempts.saturating_add(1);
    keep(desk, row).await?;
    let bytes = match desk.store().blob(&blob).await {
        Ok(bytes) => bytes,
        Err(StoreError::BlobMissing(_) | StoreError::BlobDamaged(_)) => {
            return Ok(Next::End(Ending::Refused("the approved text is damaged".to_owned())));
        }
        Err(error) => return Err(error.into()),
    };
    crash::point("post.intent");
    let live = desk.live();
    let to: &Address = &draft.to;
    let from = live.config.from_of(&case.mailbox);
    let parcel = Parcel { from: Some(from), to: std::slice::from_ref(to), bytes: &bytes };
    let at_dot = Row { phase: Phase::Dot, ..row.clone() };
    let outcome = smtp
        .send(parcel, || async {
            crash::point("post.before_dot");
            keep_unless_moved_on(desk, &at_dot, revision).await?;
            crash::point("post.dot");
            Ok::<(), MovedOn>(())
        })
        .await;
    crash::point("post.after_dot");
    info!(case = %row.case, revision = revision.number(), %outcome, "Tried to send a customer's mail.");
    let next = match &outcome {
        Outcome::Sent { .. } => {
            Next::End(Ending::Sent(message_id(&case.id, revision, live.policy(&case.mailbox))))
        }
        Outcome::Refused { permanent: true, .. } => Next::End(Ending::Refused(outcome.to_string())),
        Outcome::Unknown { .. } => Next::End(Ending::Unknown),
        Outcome::Refused { .. } | Outcome::NotSent { .. } => Next::Retry(outcome.to_string()),
    };
    if matches!(next, Next::Retry(_)) {
        // Certainly not delivered: the next attempt starts from before the dot.
        keep(desk, row).await?;
    }
    Ok(next)
}

/// Writes a row down as it is now.
async fn keep(desk: &Desk, row: &Row) -> Result<(), DeskError> {
    let key = keys::out(&row.case, row.number)?;
    desk.write(Extra { put: vec![(key, record::row_to_json(row))], ..Extra::default() }).await
}

/// Writes the row down together with the proof that the case still wants the mail: a person who answered by hand, seen
/// before this, stops it.
async fn keep_unless_moved_on(
    desk: &Desk,
    row: &Row,
    revision: crate::triage::id::Revision,
) -> Result<(), MovedOn> {
    loop {
        let Some((case, version)) = desk.case(&row.case).await? else { return Err(MovedOn::Away) };
        let sending = matches!(case.open().map(|open| &open.step), Some(Step::Sending { .. }));
        if !sending || case.draft.as_ref().is_none_or(|draft| draft.revision != revision) {
            info!(case = %row.case, "The case moved on before its mail left; it is not sent.");
            return Err(MovedOn::Away);
        }
        let mut extra = Extra {
            expect: vec![(keys::case(&row.case)?, Some(version))],
            put: vec![(keys::out(&row.case, row.number)?, record::row_to_json(row))],
            ..Extra::default()
        };
        // From here on nobody can take it back: whoever tries meets this version of the case.
        if let Some(gone) = beyond_recall(case) {
            extra.put.push((keys::case(&row.case)?, record::case_to_json(&gone)));
        }
        if let Commit::Done(_) = desk.commit(&extra).await? {
            return Ok(());
        }
    }
}

/// The case whose mail can no longer be called back; `None` where it could not anyway.
fn beyond_recall(mut case: Case) -> Option<Case> {
    let State::Open(Open { step: Step::Sending { leaves, .. }, .. }) = &mut case.state else { return None };
    leaves.take().map(|_| case)
}

/// Why a mail does not leave although the server is ready for it.
enum MovedOn {
    /// The case wants it no more.
    Away,
    /// The store; the next attempt tells.
    Unwritten,
}

impl From<DeskError> for MovedOn {
    fn from(_: DeskError) -> Self {
        Self::Unwritten
    }
}

impl From<StoreError> for MovedOn {
    fn from(_: StoreError) -> Self {
        Self::Unwritten
    }
}
