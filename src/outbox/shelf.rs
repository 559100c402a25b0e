//! Works on one mailbox: marks, archive, drafts, filed copies, looks into Sent. Everything may be repeated.
//!
//! It has a connection of its own, so that watching never waits for working. Marks of many mails go out together,
//! one STORE per set of marks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tracing::{info, warn};

use super::answer::{Problem, after_archive, stored, target};
use super::letters;
use super::queue::Queue;
use super::row::Row;
use super::{Next, after, pause, settle, settled};
use crate::config::SentCopy;
use crate::crash;
use crate::desk::settled::is_plain;
use crate::desk::{Desk, DeskError};
use crate::health::Health;
use crate::imap::act::{Marked, Saved, Target};
use crate::imap::mailbox::Mailbox;
use crate::store::BlobId;
use crate::triage::case::Step;
use crate::triage::decide::message_id;
use crate::triage::draft::Draft;
use crate::triage::effect::Effect;
use crate::triage::event::Ending;
use crate::triage::id::{MailboxName, MessageId, Revision};

/// Rows worked on together: as many as one STORE may name, for each of a few sets of marks.
const BATCH: usize = 2000;
/// Marks written down at the same time: each holds its case as it was and as it will be.
const SETTLED_AT_ONCE: usize = 64;
/// The longest that marks wait for others in the middle of a backlog.
const GATHER: Duration = Duration::from_secs(2);

/// Drafts put down together. Those behind them wait until marks that came meanwhile are set.
const DRAFTS: usize = 50;

/// A connection that was not used for this long is given back.
const UNUSED: Duration = Duration::from_secs(60);

/// The worker of one mailbox.
pub struct Shelf {
    desk: Desk,
    name: MailboxName,
    mailbox: Mailbox,
    stop: watch::Receiver<bool>,
    health: watch::Receiver<Health>,
}

/// One group of marks: the same meanings to set and clear, the same wish to archive.
type Group = (BTreeSet<String>, BTreeSet<String>, bool);

impl Shelf {
    /// A worker with its own connection. While `health` says that the account is closed to us it does not even try: a
    /// password that is wrong for the watcher is wrong here, too.
    pub fn new(
        desk: Desk,
        name: MailboxName,
        mailbox: Mailbox,
        stop: watch::Receiver<bool>,
        health: watch::Receiver<Health>,
    ) -> Self {
        Self { desk, name, mailbox, stop, health }
    }

    /// Works until told to stop.
    pub async fn run(
        mut self,
        mut rows: mpsc::UnboundedReceiver<Box<Row>>,
        parked: watch::Sender<Option<usize>>,
    ) {
        let mut queue = Queue::default();
        let mut backlog = self.desk.activity().follow(&self.name);
        loop {
            while let Ok(row) = rows.try_recv() {
                queue.push(*row);
            }
            if !queue.is_empty() && queue.len() < BATCH && *backlog.borrow() {
                self.gather(&mut queue, &mut rows, &mut backlog).await;
            }
            let shut = self.health.borrow_and_update().trouble.as_ref().is_some_and(|is| is.needs_person);
            let ready = if shut { Vec::new() } else { queue.ready(self.desk.now(), BATCH) };
            if ready.is_empty() {
                let _ = parked.send(Some(queue.len()));
                let next = queue.next().filter(|_| !shut);
                let wait = next.map(|next| self.desk.clock().until(next));
                let mut unused = false;
                tokio::select! {
                    row = rows.recv() => match row {
                        Some(row) => queue.push(*row),
                        None => break,
                    },
                    () = super::post::sleep(wait) => {}
                    Ok(()) = self.health.changed(), if shut => {}
                    // The connection that watches is enough for a mailbox where nothing is to be done.
                    () = tokio::time::sleep(UNUSED), if self.mailbox.is_connected() => unused = true,
                    _ = self.stop.wait_for(|stop| *stop) => break,
                }
                if unused {
                    self.mailbox.leave().await;
                }
                continue;
            }
            let _ = parked.send(None);
            // In a box: what work needs is given back while there is none.
            queue.extend(Box::pin(self.work(ready)).await);
            if *self.stop.borrow() {
                break;
            }
        }
        self.mailbox.leave().await;
    }

    /// In the middle of a backlog more marks follow at once: waits until they fill a command, or the backlog ends, but
    /// not for long.
    async fn gather(
        &mut self,
        queue: &mut Queue,
        rows: &mut mpsc::UnboundedReceiver<Box<Row>>,
        backlog: &mut watch::Receiver<bool>,
    ) {
        let until = tokio::time::Instant::now() + GATHER;
        while queue.len() < BATCH {
            tokio::select! {
                row = rows.recv() => match row {
                    Some(row) => queue.push(*row),
                    None => return,
                },
                _ = backlog.wait_for(|on| !on) => return,
                () = tokio::time::sleep_until(until) => return,
                _ = self.stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Works on some rows; gives back those to be tried again.
    async fn work(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let (marks, others): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| matches!(row.effect, Effect::Mark { .. }));
        let (mut drafts, others): (Vec<Row>, Vec<Row>) =
            others.into_iter().partition(|row| matches!(row.effect, Effect::SaveDraft { .. }));
        let mut again = self.mark_all(marks).await;
        again.extend(drafts.split_off(DRAFTS.min(drafts.len())));
        again.extend(self.save_all(drafts).await);
        for row in others {
            let next = self.other(&row).await.unwrap_or_else(|problem| problem.next());
            again.extend(self.finish(row, next).await);
        }
        again
    }

    async fn finish(&mut self, row: Row, next: Next) -> Option<Row> {
        match next {
            Next::End(ending) => settle(&self.desk, &row, Some(ending), &mut self.stop).await,
            Next::Drop => settle(&self.desk, &row, None, &mut self.stop).await,
            Next::Retry(why) => return Some(self.later(row, &why, Duration::ZERO)),
            Next::Rest(why, rest) => return Some(self.later(row, &why, rest)),
        }
        None
    }

    fn later(&self, mut row: Row, why: &str, rest: Duration) -> Row {
        row.attempts = row.attempts.saturating_add(1);
        row.not_before = after(self.desk.now(), pause(row.attempts).max(rest));
        warn!(mailbox = %self.name, case = %row.case, effect = row.effect.word(),
                    attempts = row.attempts, why, "The mailbox did not take an effect; trying again.");
        row
    }

    async fn mark_all(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let mut groups: BTreeMap<Group, Vec<Row>> = BTreeMap::new();
        for row in rows {
            if let Effect::Mark { add, remove, archive, .. } = &row.effect {
                groups.entry((add.clone(), remove.clone(), *archive)).or_default().push(row);
            }
        }
        let mut again = Vec::new();
        for ((add, remove, archive), rows) in groups {
            let targets: Vec<Target> = rows.iter().filter_map(target).collect();
            let endings = match self.mailbox.mark(&targets, &add, &remove).await {
                Ok(marked) => self.archive_all(&targets, marked, archive).await,
                Err(error) => vec![Problem::from(error).next(); rows.len()],
            };
            crash::point("shelf.marked");
            let mut settling = Vec::new();
            for (row, next) in rows.into_iter().zip(endings) {
                match next {
                    Next::End(ending) => {
                        if !matches!(ending, Ending::Placed(_)) {
                            warn!(mailbox = %self.name, case = %row.case, ?ending, "A mail could not be marked.");
                        }
                        settling.push((row, ending));
                    }
                    Next::Drop | Next::Retry(_) | Next::Rest(..) => {
                        again.extend(self.finish(row, next).await)
                    }
                }
            }
            let (plain, mut settling): (Vec<_>, Vec<_>) =
                settling.into_iter().partition(|(row, ending)| is_plain(row, ending));
            settling.extend(self.marks_set(plain).await);
            // Side by side, so that the store can write them down together.
            let settling = settling.into_iter().map(|(row, ending)| {
                let (desk, mut stop) = (self.desk.clone(), self.stop.clone());
                async move { settle(&desk, &row, Some(ending), &mut stop).await }
            });
            stream::iter(settling).buffer_unordered(SETTLED_AT_ONCE).for_each(|()| async {}).await;
        }
        again
    }

    /// Writes down together what needs no event of its own; gives back what could not be written so.
    async fn marks_set(&self, mut plain: Vec<(Row, Ending)>) -> Vec<(Row, Ending)> {
        let mut left = Vec::new();
        while !plain.is_empty() {
            let rest = plain.split_off(SETTLED_AT_ONCE.min(plain.len()));
            let (rows, endings): (Vec<Row>, Vec<Ending>) = plain.into_iter().unzip();
            match self.desk.marks_set(&rows).await {
                Ok(true) => rows.iter().for_each(|row| settled(&self.desk, row)),
                // Each on its own, with the patience that a full disk asks for.
                Ok(false) | Err(_) => left.extend(rows.into_iter().zip(endings)),
            }
            plain = rest;
        }
        left
    }

    async fn archive_all(&mut self, targets: &[Target], marked: Vec<Marked>, archive: bool) -> Vec<Next> {
        let mut endings = Vec::with_capacity(marked.len());
        let mut leaving = Vec::new();
        for (target, marked) in targets.iter().zip(marked) {
            endings.push(match marked {
                Marked::Gone => Next::End(Ending::Gone),
                Marked::Refused { .. } => Next::Retry("the server did not keep the marks".to_owned()),
                Marked::Done { place, .. } | Marked::Unwritten { place } => {
                    let target = Target { place, ..target.clone() };
                    let ending = Ending::Placed(stored(&target.place, &target));
                    if archive {
                        leaving.push((endings.len(), target));
                    }
                    Next::End(ending)
                }
            });
        }
        if leaving.is_empty() {
            return endings;
        }
        let (indices, targets): (Vec<usize>, Vec<Target>) = leaving.into_iter().unzip();
        let archived = self.mailbox.archive(&targets).await;
        crash::point("shelf.archived");
        let nexts: Vec<Next> = match archived {
            Ok(archived) => {
                targets.iter().zip(archived).map(|(target, how)| after_archive(target, how)).collect()
            }
            Err(error) => vec![Problem::from(error).next(); targets.len()],
        };
        for (index, next) in indices.into_iter().zip(nexts) {
            if let Some(ending) = endings.get_mut(index) {
                *ending = next;
            }
        }
        endings
    }

    /// Puts drafts down together, and writes down together what came of it.
    async fn save_all(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let mut again = Vec::new();
        let mut drafts = Vec::with_capacity(rows.len());
        for row in rows {
            match self.draft(&row).await {
                Ok(draft) => drafts.push((row, draft)),
                Err(next) => again.extend(self.finish(row, next).await),
            }
        }
        if drafts.is_empty() {
            return again;
        }
        let mails: Vec<_> = drafts.iter().map(|(_, (bytes, id))| (bytes.as_slice(), id)).collect();
        let saved = match self.mailbox.save_drafts(&mails).await {
            Ok(saved) => saved,
            Err(error) => vec![Err(error); mails.len()],
        };
        crash::point("shelf.draft_saved");
        let settling = drafts.into_iter().zip(saved).map(|((row, (bytes, _)), saved)| {
            let (desk, mut stop) = (self.desk.clone(), self.stop.clone());
            async move {
                match saved {
                    Ok(Saved::New(_) | Saved::Already(_)) => {
                        if let Effect::SaveDraft { revision } = row.effect
                            && let Err(error) = desk.note_draft(&row.case, revision, &bytes).await
                        {
                            return Some((row, Problem::from(error).next()));
                        }
                    }
                    Ok(Saved::NoFolder | Saved::ServerFiles) => {}
                    Err(error) => return Some((row, Problem::from(error).next())),
                }
                settle(&desk, &row, Some(Ending::Done), &mut stop).await;
                None
            }
        });
        for (row, next) in futures_util::future::join_all(settling).await.into_iter().flatten() {
            again.extend(self.finish(row, next).await);
        }
        again
    }

    /// A draft that is still to be put down, and its Message-ID; else what becomes of the row.
    async fn draft(&self, row: &Row) -> Result<(Vec<u8>, MessageId), Next> {
        let live = self.desk.live();
        let found = self.desk.case(&row.case).await.map_err(|error| Problem::from(error).next())?;
        let (Some((case, _)), Effect::SaveDraft { revision }) = (found, &row.effect) else {
            return Err(Next::Drop);
        };
        // One that was kept back may have been overtaken: only what agents are asked about is saved.
        let asked_about =
            matches!(case.open().map(|open| &open.step), Some(Step::Drafted { .. } | Step::Asked { .. }));
        let current = |draft: &&Draft| asked_about && draft.revision == *revision;
        let draft = case.draft.as_ref().filter(current).ok_or(Next::Drop)?;
        let id = MessageId::of_draft(&case.id, *revision, &live.policy(&case.mailbox).message_domain);
        let bytes = letters::draft_mail(&live, &case, draft, &id, case.opened)
            .map_err(|_| Next::End(Ending::Refused("render".to_owned())))?;
        Ok((bytes, id))
    }

    async fn other(&mut self, row: &Row) -> Result<Next, Problem> {
        let live = self.desk.live();
        let Some((case, _)) = self.desk.case(&row.case).await? else { return Ok(Next::Drop) };
        let policy = live.policy(&case.mailbox);
        match &row.effect {
            Effect::RetireDraft { revision } => {
                let id = MessageId::of_draft(&case.id, *revision, &policy.message_domain);
                self.retire(row, *revision, &id).await?;
                crash::point("shelf.draft_retired");
            }
            Effect::LookForSent { revision, .. } => {
                let id = message_id(&case.id, *revision, policy);
                let found = self.was_sent(&id).await?;
                crash::point("shelf.looked");
                return Ok(Next::End(if found { Ending::Sent(id) } else { Ending::NotFound }));
            }
            Effect::FileSent { revision } => {
                let blob = row.blob.as_deref().and_then(BlobId::parse);
                if let (SentCopy::Append, Some(blob)) = (live.config.smtp.sent_copy, blob) {
                    let bytes = self.desk.store().blob(&blob).await.map_err(DeskError::from)?;
                    let id = message_id(&case.id, *revision, policy);
                    self.mailbox.file_sent(&bytes, &id).await?;
                    crash::point("shelf.filed");
                }
            }
            Effect::Mark { .. }
            | Effect::SaveDraft { .. }
            | Effect::Ask { .. }
            | Effect::Tell { .. }
            | Effect::Complaint { .. }
            | Effect::Send { .. }
            | Effect::Acknowledge { .. } => return Ok(Next::Drop),
        }
        Ok(Next::End(Ending::Done))
    }

    /// Takes a draft of ours out of Drafts, unless a person has changed it: some mail programs keep the Message-ID of
    /// a draft that is saved anew, so what it says decides.
    async fn retire(&mut self, row: &Row, revision: Revision, id: &MessageId) -> Result<(), Problem> {
        self.mailbox.session().await?;
        let Some(drafts) = self.mailbox.folders().drafts.clone() else { return Ok(()) };
        let Some(place) = self.mailbox.find(&drafts, id).await? else { return Ok(()) };
        if let Some(ours) = self.desk.noted_draft(&row.case, revision).await? {
            let found = self.mailbox.fetch_one(&place).await?;
            if found.is_none_or(|bytes| letters::said_by(&bytes).as_ref() != Some(&ours.said)) {
                info!(case = %row.case, "A person has changed our draft; it is left alone.");
                return Ok(());
            }
        }
        let target = Target { place, message_id: Some(id.clone()), size: 0, server_id: None };
        self.mailbox.archive(std::slice::from_ref(&target)).await?;
        Ok(())
    }

    /// Looks for a mail of ours in Sent: by its Message-ID, then by the reference that survives rewriting.
    async fn was_sent(&mut self, id: &MessageId) -> Result<bool, Problem> {
        self.mailbox.session().await?;
        let Some(sent) = self.mailbox.folders().sent.clone() else { return Ok(false) };
        if self.mailbox.find(&sent, id).await?.is_some() {
            return Ok(true);
        }
        let reference = letters::reference(id);
        Ok(self.mailbox.find_header(&sent, "X-Madoguchi-Ref", &reference).await?.is_some())
    }
}
