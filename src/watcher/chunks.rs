//! Takes in what is new, chunk by chunk: one is on its way, one is read, one is made durable, all at the same time.
//!
//! The cursor moves only after the desk has made a chunk durable; after a crash the mails in between are fetched once
//! more and known by their fingerprints. Never decides anything.

use std::sync::Arc;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::{info, warn};

use super::{WatchError, Watcher};
use crate::crash;
use crate::desk::copies::Copy;
use crate::desk::intake::{Incoming, Studied, Taken, Tally, Turn};
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::health::Health;
use crate::imap::act::Target;
use crate::imap::fetch::Content;
use crate::imap::stream::{Role, Stream};
use crate::imap::watch::{Batch, Cursor, Found};
use crate::record;
use crate::triage::case::Place;
use crate::triage::id::MailboxName;

/// Chunks read at the same time, each on a core of its own.
const READ_AHEAD: usize = 2;

/// What may be between fetching and the store at the same time, in KiB of [`weight`].
const IN_HAND: u32 = 4 * 1024;
/// What a mail takes beside its bytes, in KiB: its text, its reading, its case.
const READ: usize = 24;

/// Chunks taken in between two writes of the cursor.
const KEEP_EVERY: u32 = 5;

impl Watcher {
    /// What has just rung the bell, with as few questions as possible.
    pub(super) async fn rung(&mut self) -> Result<Tally, WatchError> {
        let stream = self.mailbox.doorbell().await?;
        let Some(cursor) = self.cursor(&stream).await? else { return Ok(Tally::default()) };
        let Some(batch) = self.mailbox.few(&stream.folder, &cursor).await? else {
            return Ok(Tally::default());
        };
        let (pass_on, read) = mpsc::channel(1);
        let chunk = studied(&self.desk, &self.name, batch, None).await?;
        // The channel has room for one, and its other end is in our hands.
        let _ = pass_on.send(chunk).await;
        drop(pass_on);
        let done =
            take_all(&self.desk, &self.name, &stream, (&self.stop, &self.health), Some(cursor), read).await?;
        self.finish(&stream, done).await
    }

    /// One stream to its end.
    pub(super) async fn follow(&mut self, stream: &Stream) -> Result<Tally, WatchError> {
        let live = self.desk.live();
        let limit = usize::try_from(live.config.limits.fetch_batch).unwrap_or(200);
        let cursor = self.cursor(stream).await?;
        let Self { desk, name, mailbox, begin, stop, health, .. } = self;
        let (desk, name): (&Desk, &MailboxName) = (desk, name);
        let mut pass = mailbox.pass(&stream.folder, cursor.as_ref(), *begin, limit).await?;
        let (hand, mut chunks) = mpsc::channel(1);
        // Many chunks of light mails, or one of heavy ones.
        let room = Arc::new(Semaphore::new(usize::try_from(IN_HAND).unwrap_or(usize::MAX)));
        let fetching = async {
            // Moved in, so that the others see the end of it.
            let hand = hand;
            while let Some(batch) = mailbox.chunk(&mut pass).await? {
                let bytes = |found: &Found| found.content.bytes().map_or(0, <[u8]>::len);
                let weight = weight(batch.found.iter().map(bytes));
                // Nobody closes it.
                let place = Arc::clone(&room).acquire_many_owned(weight).await.ok();
                if hand.send((batch, place)).await.is_err() {
                    break;
                }
            }
            Ok::<(), WatchError>(())
        };
        let (pass_on, read) = mpsc::channel(1);
        let reading = async {
            let pass_on = pass_on;
            let batches = futures_util::stream::poll_fn(move |context| chunks.poll_recv(context));
            let mut read = std::pin::pin!(
                batches.map(|(batch, place)| studied(desk, name, batch, place)).buffered(READ_AHEAD)
            );
            while let Some(chunk) = read.next().await {
                if pass_on.send(chunk?).await.is_err() {
                    break;
                }
            }
            Ok::<(), WatchError>(())
        };
        let taking = take_all(desk, name, stream, (stop, health), cursor, read);
        let (fetched, read, taken) = futures_util::join!(fetching, reading, taking);
        desk.activity().backlog(name, false);
        fetched.and(read)?;
        self.finish(stream, taken?).await
    }

    /// Puts further copies away, and lets the cursor go past them. A copy beside the first one is one only if the first
    /// one is still there: else a person has moved it, and that stays as it is.
    async fn finish(&mut self, stream: &Stream, done: Done) -> Result<Tally, WatchError> {
        for copy in done.copies {
            let beside = match &copy.first {
                Some(first) => self.mailbox.is_there(&Target::at(first, copy.message_id.clone())).await?,
                None => true,
            };
            if beside {
                self.desk.put_copy_away(&self.name, copy).await?;
            }
        }
        if let Some(cursor) = done.unkept {
            keep(&self.desk, &self.name, stream, &cursor).await?;
            crash::point("watch.cursor_saved");
        }
        Ok(done.tally)
    }

    async fn cursor(&self, stream: &Stream) -> Result<Option<Cursor>, DeskError> {
        let key = keys::stream_cursor(&self.name, stream.role)?;
        let Some(row) = self.desk.store().get(&key).await? else { return Ok(None) };
        record::cursor_from_json(&row.value)
            .map(Some)
            .map_err(|source| DeskError::Record { key: "cursor", source })
    }
}

async fn keep(desk: &Desk, name: &MailboxName, stream: &Stream, cursor: &Cursor) -> Result<(), DeskError> {
    let put = vec![(keys::stream_cursor(name, stream.role)?, record::cursor_to_json(cursor))];
    desk.write(Extra { put, ..Extra::default() }).await
}

/// A batch that was read, and where the cursor stands behind it.
struct Chunk {
    studied: Studied,
    /// What people sent from this account.
    sent: Vec<Incoming>,
    next: Cursor,
    more: bool,
    /// Mails that are still to come, at most.
    left: u32,
    turn: Turn,
    /// Given back when all of it is durable.
    place: Option<OwnedSemaphorePermit>,
}

/// What a batch takes until it is durable, in KiB; never more than there is room for at all.
fn weight(mails: impl Iterator<Item = usize>) -> u32 {
    let all = mails.map(|bytes| READ.saturating_add(bytes / 1024)).fold(0, usize::saturating_add);
    u32::try_from(all).unwrap_or(IN_HAND).min(IN_HAND)
}

async fn studied(
    desk: &Desk,
    name: &MailboxName,
    batch: Batch,
    place: Option<OwnedSemaphorePermit>,
) -> Result<Chunk, WatchError> {
    let Batch { found, next, more, left, rescan, ahead } = batch;
    if let Some(reason) = rescan {
        warn!(mailbox = %name, ?reason, "A folder was renumbered; reading it again. Known mails are recognised.");
    }
    let now = desk.now();
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    for found in found {
        let role = found.role;
        let Some(mail) = incoming(found, now) else { continue };
        match role {
            Role::Sent => sent.push(mail),
            Role::Arrived => arrived.push(mail),
            // What somebody is still writing, or has put away, is nobody's business here.
            Role::Draft | Role::Elsewhere => {}
        }
    }
    crash::point("watch.fetched");
    let studied = desk.study(name, arrived).await?;
    Ok(Chunk { studied, sent, next, more, left, turn: if ahead { Turn::Ahead } else { Turn::Own }, place })
}

/// What chunks came to.
#[derive(Default)]
struct Done {
    tally: Tally,
    /// Further copies, to be looked into once the connection is free.
    copies: Vec<Copy>,
    /// A cursor to be kept when that is done.
    unkept: Option<Cursor>,
}

/// Takes chunks in, one after the other. The cursor follows every few chunks: after a crash the mails in between are
/// fetched once more and known by their fingerprints.
async fn take_all(
    desk: &Desk,
    name: &MailboxName,
    stream: &Stream,
    (stop, health): (&watch::Receiver<bool>, &watch::Sender<Health>),
    mut kept: Option<Cursor>,
    mut chunks: mpsc::Receiver<Chunk>,
) -> Result<Done, WatchError> {
    let mut done = Done::default();
    let mut since = 0;
    while let Some(Chunk { studied, sent, next, more, left, turn, place }) = chunks.recv().await {
        desk.activity().backlog(name, more);
        if !sent.is_empty() {
            desk.take_sent(name, sent).await?;
        }
        let Taken { tally, copies } = desk.take(name, studied, turn).await?;
        drop(place);
        if tally != Tally::default() {
            info!(mailbox = %name, ?tally, "Took in new mail.");
            done.tally = done.tally.plus(tally);
            let now = desk.now();
            health.send_modify(|health| health.took_in(now, left));
        }
        done.copies.extend(copies);
        crash::point("watch.taken_in");
        if turn == Turn::Own && kept.as_ref() != Some(&next) {
            since += 1;
            done.unkept = Some(next);
        }
        // Once there are copies the cursor waits for the end: after a crash they are found again.
        if since >= KEEP_EVERY
            && done.copies.is_empty()
            && let Some(cursor) = done.unkept.take()
        {
            keep(desk, name, stream, &cursor).await?;
            crash::point("watch.cursor_saved");
            (kept, since) = (Some(cursor), 0);
        }
        if *stop.borrow() {
            break;
        }
    }
    Ok(done)
}

/// A mail as the desk takes it. One that went away while we looked is nobody's business.
fn incoming(found: Found, now: Timestamp) -> Option<Incoming> {
    let content = match found.content {
        Content::Whole(bytes) | Content::Parts(bytes) => Ok(bytes),
        Content::Unreadable => Err("the server's answer about this mail cannot be parsed".to_owned()),
        Content::Gone => return None,
    };
    Some(Incoming {
        place: Place {
            folder: found.folder,
            uid_validity: found.uid_validity,
            uid: found.uid,
            size: found.size,
            server_id: found.server_id,
        },
        // Nothing has come from the future: a server's clock may be ahead, and a rehearsal's is behind.
        received: found.internal_date.unwrap_or(now).min(now),
        content,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_way_is_bounded_and_nothing_is_too_heavy_to_go() {
        for (mails, bytes, expected) in [
            (0, 0, 0),
            (1, 0, 24),
            (30, 4096, 840),
            (3, 1 << 20, 3144),
            (100, 1 << 20, IN_HAND),
            (1, usize::MAX, IN_HAND),
        ] {
            assert_eq!(weight(std::iter::repeat_n(bytes, mails)), expected, "{mails} of {bytes}");
        }
    }
}
