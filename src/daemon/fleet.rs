//! The mailboxes that are watched: each has a watcher and a worker, and comes and goes without the others noticing.
//!
//! A mailbox is a few tasks and channels, no thread; its connections go through one gate. What becomes of it is written
//! on the board. A reload replaces only what was changed or is in trouble.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tracing::{error, info, warn};

use super::{DRAIN, DaemonError, RunOptions, connect};
use crate::config::{self, Since};
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::health::{Board, Health};
use crate::imap::gate::Gate;
use crate::imap::mailbox::Mailbox;
use crate::imap::watch::Begin;
use crate::outbox::Dispatcher;
use crate::outbox::shelf::Shelf;
use crate::triage::id::MailboxName;
use crate::watcher::Watcher;

/// The first look at each of many mailboxes is put off by up to so much a mailbox, so that they do not come at once.
const SPREAD: Duration = Duration::from_millis(5);
/// No mailbox waits longer than this for its first look.
const LONGEST_SPREAD: Duration = Duration::from_secs(10);

/// All mailboxes.
pub(super) struct Fleet {
    desk: Desk,
    options: RunOptions,
    gate: Arc<Gate>,
    dispatcher: Arc<Dispatcher>,
    board: Board,
    berths: BTreeMap<MailboxName, Berth>,
    /// Mailboxes whose tasks have been told to stop and have not ended yet.
    leaving: BTreeSet<MailboxName>,
    freed: mpsc::UnboundedSender<MailboxName>,
}

/// One mailbox that is watched.
struct Berth {
    config: config::Mailbox,
    whole: u32,
    stop: watch::Sender<bool>,
    health: watch::Receiver<Health>,
    parked: watch::Receiver<Option<usize>>,
    tasks: Vec<AbortHandle>,
}

/// Tasks that work until they are told to stop; each ends with whether it was told.
pub(super) type Workers = JoinSet<bool>;

impl Fleet {
    /// No mailbox yet. Names come out of the receiver when a mailbox that was to leave has left.
    pub(super) fn new(
        desk: &Desk,
        options: &RunOptions,
        dispatcher: Arc<Dispatcher>,
    ) -> (Self, mpsc::UnboundedReceiver<MailboxName>) {
        let (freed, left) = mpsc::unbounded_channel();
        let per_host = desk.live().config.limits.connects_per_host;
        let fleet = Self {
            desk: desk.clone(),
            options: options.clone(),
            gate: Arc::new(Gate::new(usize::try_from(per_host).unwrap_or(1))),
            dispatcher,
            board: Board::default(),
            berths: BTreeMap::new(),
            leaving: BTreeSet::new(),
            freed,
        };
        (fleet, left)
    }

    /// Where the state of every mailbox can be read.
    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// What each worker of a mailbox says about waiting rows.
    pub(super) fn parked(&self) -> impl Iterator<Item = watch::Receiver<Option<usize>>> {
        self.berths.values().map(|berth| berth.parked.clone())
    }

    /// Tells every mailbox to stop.
    pub(super) fn stop(&self) {
        for berth in self.berths.values() {
            // Nobody may be listening any more; then there is nobody to stop.
            let _ = berth.stop.send(true);
        }
    }

    /// Takes in every mailbox of the config that has no berth. Their watchers are given back, to be run or asked.
    pub(super) async fn dock_all(&mut self, workers: &mut Workers) -> Result<Vec<Watcher>, DaemonError> {
        let live = self.desk.live();
        let new: Vec<&config::Mailbox> = live
            .config
            .mailboxes
            .iter()
            .filter(|mailbox| {
                !self.berths.contains_key(&mailbox.name) && !self.leaving.contains(&mailbox.name)
            })
            .collect();
        let begun = begun(&self.desk, new.iter().map(|mailbox| &mailbox.name)).await?;
        let mut watchers = Vec::new();
        for mailbox in new {
            let begin = self.begin(mailbox, begun.get(&mailbox.name).copied());
            watchers.push(self.dock(mailbox, begin, workers)?);
        }
        Ok(watchers)
    }

    fn dock(
        &mut self,
        mailbox: &config::Mailbox,
        begin: Begin,
        workers: &mut Workers,
    ) -> Result<Watcher, DaemonError> {
        // Resolving a secret may run a program for some seconds.
        let (account, names) = tokio::task::block_in_place(|| connect::account(mailbox))?;
        let whole = self.desk.live().config.limits.max_mail_bytes;
        // One connection watches, one works and is closed when there is nothing to do: neither waits for the other.
        let marks = connect::mark_names(mailbox);
        let watching = Mailbox::new(account.clone(), names.clone(), marks.clone())
            .fetching_whole(whole)
            .through(Arc::clone(&self.gate));
        let working = Mailbox::new(account, names, marks).through(Arc::clone(&self.gate));
        let name = &mailbox.name;
        let (stop, stopped) = watch::channel(false);
        let (health, state) = watch::channel(Health::starting());
        let (to_shelf, rows) = mpsc::unbounded_channel();
        let (resting, parked) = watch::channel(None);
        let shelf = Shelf::new(self.desk.clone(), name.clone(), working, stopped.clone(), state.clone());
        let told = stopped.clone();
        let task = workers.spawn(async move {
            shelf.run(rows, resting).await;
            *told.borrow()
        });
        self.dispatcher.open(name.clone(), to_shelf);
        self.board.put(name.clone(), state.clone());
        let berth = Berth { config: mailbox.clone(), whole, stop, health: state, parked, tasks: vec![task] };
        self.berths.insert(name.clone(), berth);
        Ok(Watcher::new(self.desk.clone(), name.clone(), watching, begin, stopped, health))
    }

    /// Lets watchers watch, not all of them from the same moment on.
    pub(super) fn sail(&mut self, watchers: Vec<Watcher>, workers: &mut Workers) {
        let many = u32::try_from(watchers.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let spread = SPREAD.saturating_mul(many).min(LONGEST_SPREAD);
        for watcher in watchers {
            let name = watcher.name().clone();
            let Some(berth) = self.berths.get_mut(&name) else { continue };
            let mut stop = berth.stop.subscribe();
            let late = spread.mul_f64(fastrand::f64());
            berth.tasks.push(workers.spawn(async move {
                tokio::select! {
                    () = tokio::time::sleep(late) => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
                watcher.run().await;
                *stop.borrow()
            }));
        }
    }

    /// After a reload: what is no longer configured leaves; what was changed or is in trouble leaves and comes again;
    /// what is new comes. Everything else goes on undisturbed.
    pub(super) async fn reload(&mut self, workers: &mut Workers) {
        let live = self.desk.live();
        let whole = live.config.limits.max_mail_bytes;
        let leave: Vec<MailboxName> = self
            .berths
            .iter()
            .filter(|(name, berth)| {
                let same = live.config.mailbox(name) == Some(&berth.config) && berth.whole == whole;
                !same || berth.health.borrow().trouble.is_some()
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in leave {
            self.undock(&name);
        }
        self.arrive(workers).await;
    }

    /// Takes in what has a place in the config and none here.
    pub(super) async fn arrive(&mut self, workers: &mut Workers) {
        let live = self.desk.live();
        // One whose secret is missing keeps no other from being watched.
        for mailbox in &live.config.mailboxes {
            let name = &mailbox.name;
            if self.berths.contains_key(name) || self.leaving.contains(name) {
                continue;
            }
            match self.come(mailbox, workers).await {
                Ok(()) => info!(mailbox = %name, "Watching a mailbox."),
                Err(error) => {
                    error!(mailbox = %name, %error, "A mailbox cannot be watched; mend it and reload.");
                    let mut health = Health::starting();
                    health.failed(error.to_string(), true, self.desk.now(), Duration::MAX);
                    self.board.put(name.clone(), watch::channel(health).1);
                }
            }
        }
    }

    async fn come(&mut self, mailbox: &config::Mailbox, workers: &mut Workers) -> Result<(), DaemonError> {
        let begun = begun(&self.desk, std::iter::once(&mailbox.name)).await?;
        let begin = self.begin(mailbox, begun.get(&mailbox.name).copied());
        let watcher = self.dock(mailbox, begin, workers)?;
        self.sail(vec![watcher], workers);
        let waiting =
            self.dispatcher.resume(&self.desk, Some(&BTreeSet::from([mailbox.name.clone()]))).await?;
        if waiting > 0 {
            info!(mailbox = %mailbox.name, waiting, "Took up effects that were waiting.");
        }
        Ok(())
    }

    /// A mailbox that was to leave has left.
    pub(super) async fn left(&mut self, name: &MailboxName, workers: &mut Workers) {
        self.leaving.remove(name);
        self.arrive(workers).await;
    }

    /// Tells one mailbox to stop. Its effects wait in the store meanwhile.
    fn undock(&mut self, name: &MailboxName) {
        let Some(berth) = self.berths.remove(name) else { return };
        info!(mailbox = %name, "Leaving a mailbox.");
        let _ = berth.stop.send(true);
        self.dispatcher.close(name);
        if self.desk.live().config.mailbox(name).is_none() {
            self.board.take_off(name);
        }
        self.leaving.insert(name.clone());
        let (name, freed) = (name.clone(), self.freed.clone());
        let patience = self.desk.live().config.smtp.limits.dot.saturating_add(DRAIN);
        let Berth { mut health, mut parked, tasks, stop, .. } = berth;
        tokio::spawn(async move {
            // Both drop their side when they end, which is an error here and what is waited for.
            let ended = async {
                while parked.changed().await.is_ok() {}
                while health.changed().await.is_ok() {}
            };
            if tokio::time::timeout(patience, ended).await.is_err() {
                warn!(mailbox = %name, "A server keeps us waiting; leaving it.");
                tasks.iter().for_each(AbortHandle::abort);
            }
            drop(stop);
            // The daemon is stopping when nobody listens.
            let _ = freed.send(name);
        });
    }

    /// Where the watch over a mailbox begins that has no cursor yet.
    fn begin(&self, mailbox: &config::Mailbox, begun: Option<Begun>) -> Begin {
        let live = self.desk.live();
        let configured = match mailbox.since {
            Since::Day(day) => Some(day),
            Since::Now => None,
        };
        let zone = live.zone(&mailbox.name);
        let since = self.options.since.or(configured);
        let start = since.and_then(|day| day.to_zoned(zone.clone()).ok()).map(|start| start.timestamp());
        match (start, begun) {
            (Some(since), _) => Begin::Since(since),
            (None, Some(Begun { at, before: true })) => Begin::From(at),
            (None, Some(Begun { at, before: false })) => Begin::Now(at),
            (None, None) => Begin::Now(self.desk.now()),
        }
    }
}

/// When we first started with a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Begun {
    at: Timestamp,
    /// That was in an earlier run.
    before: bool,
}

/// When we first started with each of these mailboxes; durable before any of them is looked at. What arrives from then on
/// is new, also if the server cannot be reached for days.
async fn begun(
    desk: &Desk,
    names: impl Iterator<Item = &MailboxName>,
) -> Result<BTreeMap<MailboxName, Begun>, DeskError> {
    // Servers tell arrivals to the second.
    let now = Timestamp::from_second(desk.now().as_second()).unwrap_or_else(|_| desk.now());
    let mut begun = BTreeMap::new();
    let mut extra = Extra::default();
    for name in names {
        let key = keys::begun(name)?;
        let stored = desk.store().get(&key).await?;
        let at = stored
            .as_ref()
            .and_then(|row| serde_json::from_slice::<String>(&row.value).ok())
            .and_then(|at| at.parse().ok());
        begun.insert(name.clone(), Begun { at: at.unwrap_or(now), before: at.is_some() });
        if at.is_none() {
            extra.put.push((key, serde_json::Value::String(now.to_string()).to_string().into_bytes()));
        }
    }
    if !extra.put.is_empty() {
        desk.write(extra).await?;
    }
    Ok(begun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::row::Row;

    /// What a task keeps in memory for as long as it lives.
    fn size<T, F: Future>(_: impl FnOnce(T) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_mailbox_that_rests_is_small() {
        let watcher = size(Watcher::run);
        let shelf = size(|shelf: Shelf| {
            let (_, rows) = mpsc::unbounded_channel::<Box<Row>>();
            shelf.run(rows, watch::channel(None).0)
        });
        // Of the 64 KiB that a further mailbox may cost; TLS and the parser's buffer take about 20.
        assert!(watcher + shelf <= 16 * 1024, "watcher {watcher}, worker {shelf}");
    }
}
