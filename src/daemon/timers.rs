//! What happens by the clock: the timers of cases, service levels, night reports, the journal's rotation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil::Date;
use tokio::sync::watch;
use tracing::{error, info};

use super::TICK;
use crate::days;
use crate::desk::{Desk, DeskError, Extra, Handled, keys};
use crate::nights;
use crate::notify::Notify;
use crate::record;
use crate::smtp::Smtp;
use crate::store::BlobId;
use crate::triage::event::Event;

/// How often waiting answers are looked at; each says when it is due.
const LOOK: Duration = Duration::from_secs(5);
/// Stored mails that nothing refers to are kept this long: a commit that refers to them may still be under way.
const SPARE: Duration = Duration::from_secs(3600);

/// Works that are done one after the other, none of which keeps the next from its turn.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The first failure.
    pub(super) failed: Option<DeskError>,
}

impl Turn {
    /// Takes in how one of them ended, and says so in the log where it failed: in which words is the caller's.
    pub(super) fn took<T>(&mut self, words: &'static str, ended: Result<T, DeskError>) {
        if let Err(error) = ended {
            error!(%error, "{words}");
            self.failed.get_or_insert(error);
        }
    }
}

/// Everything that the main loop does by the clock.
pub(super) async fn clocks(desk: &Desk, turn: &mut Turn) {
    turn.took("Timers could not be fired; trying again.", fire(desk).await);
    turn.took("People could not be told of service levels; trying again.", tell_levels(desk).await);
}

/// Feeds the watchdog. To be called when the main loop has come round, so one that hangs goes hungry; a work that failed
/// has come round, too. A store that takes nothing any more, or could not be read in this turn, must be opened again: then
/// the watchdog shall bite.
pub(super) fn feed(desk: &Desk, manager: &Notify, turn: &Turn) {
    let read = !matches!(turn.failed, Some(DeskError::Store(_)));
    if read && desk.store().stats().healthy {
        manager.alive();
    } else {
        error!("The store cannot be read or takes nothing any more; waiting to be started again.");
    }
}

/// Fires every timer that is due.
async fn fire(desk: &Desk) -> Result<(), DeskError> {
    loop {
        let now = desk.now();
        let rows = desk.store().scan(keys::DUE, None, 500).await?;
        let due: Vec<_> = rows
            .iter()
            .filter_map(|row| keys::parse_due(row.key.as_str()))
            .take_while(|(at, _)| *at <= now)
            .map(|(_, id)| id)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        let mut moved = false;
        for id in due {
            match desk.handle(&id, &Event::Due, Extra::default()).await {
                Ok(handled) => moved |= matches!(handled, Handled::Changed(_)),
                // One case must not stop the clocks of all others.
                Err(error) => error!(case = %id, %error, "A timer could not be fired; trying again."),
            }
        }
        // A timer that changes nothing stays where it is: look again later, not at once.
        if !moved {
            return Ok(());
        }
    }
}

/// Tells people of service levels until there is nobody to tell now.
async fn tell_levels(desk: &Desk) -> Result<(), DeskError> {
    while desk.tell_levels().await? {}
    Ok(())
}

/// Makes and sends the reports that are due. What is made already goes out, whatever else cannot be made.
pub(super) async fn reports(desk: &Desk, smtp: &Smtp, first: Date, turn: &mut Turn) {
    turn.took("A night report cannot be made; trying again.", nights::plan_due(desk, first).await);
    turn.took("Night reports are delayed.", nights::deliver(desk, smtp).await);
    turn.took("A report of the day cannot be made; trying again.", days::plan_due(desk, first).await);
    turn.took("Reports of the day are delayed.", days::deliver(desk, smtp).await);
}

/// Makes and sends reports when they are due.
/// It holds `_working` until it ends, which is what a stop waits for.
pub(super) async fn night_watch(
    desk: Desk,
    smtp: Arc<Smtp>,
    first: Date,
    mut stop: watch::Receiver<bool>,
    _working: watch::Sender<Option<usize>>,
) {
    loop {
        reports(&desk, &smtp, first, &mut Turn::default()).await;
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Brings older cases into the indexes beside all other work, then rests until it is told to stop.
pub(super) async fn index_watch(desk: Desk, mut stop: watch::Receiver<bool>) {
    while let Err(error) = desk.index_days().await {
        error!(%error, "Older cases could not be indexed; trying again.");
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
    // The sender is gone only when the daemon is.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Looks again at answers whose domain nobody could vouch for.
pub(super) async fn held_watch(desk: Desk, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = desk.look_again().await {
            error!(%error, "Answers that wait cannot be looked at; trying again.");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Writes a snapshot and starts a new journal, then lets go of stored mails that nothing refers to any more.
pub(super) async fn tidy_store(desk: &Desk) {
    let tidied = async {
        // Before the snapshot, so that what is forgotten is not in it.
        desk.forget_spent().await?;
        desk.store().rotate().await?;
        let kept = referred(desk).await?;
        let before = SystemTime::now().checked_sub(SPARE).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok::<usize, DeskError>(desk.store().sweep_blobs(kept, before).await?)
    };
    match tidied.await {
        Ok(swept) => info!(swept, "Rotated the journal."),
        Err(error) => error!(%error, "The journal could not be rotated; trying again tomorrow."),
    }
}

/// The bytes of mails that were approved or reported, and of answers that wait.
async fn referred(desk: &Desk) -> Result<BTreeSet<BlobId>, DeskError> {
    let mut kept: BTreeSet<BlobId> =
        nights::all(desk).await?.iter().filter_map(|report| BlobId::parse(&report.blob)).collect();
    kept.extend(days::waiting(desk).await?.iter().filter_map(|mail| BlobId::parse(&mail.blob)));
    let mut pages = desk.store().pages(keys::SENT);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
            kept.extend(value.get("blob").and_then(|blob| blob.as_str()).and_then(BlobId::parse));
        }
    }
    let mut pages = desk.store().pages(keys::HELD);
    while let Some(rows) = pages.next().await? {
        kept.extend(rows.iter().filter_map(|row| Some(record::held_from_json(&row.value).ok()?.blob)));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests;
