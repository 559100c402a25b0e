//! The daemon: opens the store, connects everything, runs until told to stop.
//!
//! It says READY when every mailbox has been looked at once or is known to be closed to us, feeds the watchdog from the loop that fires
//! timers while that comes round, drains on SIGTERM (what is in the air ends, nothing new begins), reloads on SIGHUP or keeps what it has
//! and says why. It decides nothing and touches no mail itself.

mod connect;
mod fleet;
mod timers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::control;
use crate::desk::intake::Tally;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::fault::Fault;
use crate::health::{Board, Health};
use crate::notify::Notify;
use crate::operator;
use crate::outbox::post::Post;
use crate::outbox::{Dispatcher, memos};
use crate::secret::SecretError;
use crate::smtp::{SetupError, Smtp};
use crate::store::StoreError;
use crate::triage::id::MailboxName;
use crate::watcher::{WatchError, Watcher};

use fleet::{Fleet, Workers};
use timers::Turn;

pub use connect::{account, load, mark_names, open_store, sender};

/// How often timers are looked at when none is known to be due sooner. Also how soon a moved wall clock is noticed.
const TICK: Duration = Duration::from_secs(20);
/// How often the journal is rotated, besides when it has grown.
const ROTATE: Duration = Duration::from_secs(24 * 3600);
/// READY is said at the latest after this, well within the service manager's patience (90 s unless told otherwise).
const READY_AFTER: Duration = Duration::from_secs(60);
/// How long a stop waits beyond the longest stage of sending.
const DRAIN: Duration = Duration::from_secs(15);

/// What `run` was told.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Work everything new, settle the outbox, and end.
    pub once: bool,
    /// Begin with mail that arrived since this day, where a mailbox has no cursor yet.
    pub since: Option<Date>,
    /// Rehearse: act as if it were this instant.
    pub at: Option<Timestamp>,
}

/// Why the daemon could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Config, rules or templates have faults.
    #[error("{} in config, rules or templates", .0.len())]
    Faults(Vec<Fault>),
    /// A secret could not be had.
    #[error("{what}: {source}")]
    Secret {
        /// What it is for.
        what: String,
        /// Why.
        source: SecretError,
    },
    /// The sending server cannot be used as configured.
    #[error("[smtp]: {0}")]
    Smtp(#[from] SetupError),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A mailbox, in `--once`, where the desk is what failed.
    #[error("mailbox {name}: {source}")]
    Mailbox {
        /// Its name.
        name: MailboxName,
        /// Why.
        source: WatchError,
    },
    /// Mailboxes, in `--once`, after all others were worked.
    #[error("{}", each(failed))]
    Mailboxes {
        /// Which, and why.
        failed: BTreeMap<MailboxName, WatchError>,
        /// What was taken in from the others.
        tally: Tally,
    },
    /// The operating system.
    #[error("{what}: {source}")]
    System {
        /// What was being done.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

/// One line for each mailbox.
fn each(failed: &BTreeMap<MailboxName, WatchError>) -> String {
    let lines: Vec<String> = failed.iter().map(|(name, why)| format!("mailbox {name}: {why}")).collect();
    lines.join("\n")
}

/// Runs until stopped.
///
/// # Errors
/// What keeps it from starting; with `once` also the mailboxes that could not be worked, after all others were.
pub async fn run(path: PathBuf, options: RunOptions) -> Result<Tally, DaemonError> {
    let live = load(&path).await?;
    for warning in &live.config.warnings {
        warn!("{warning}");
    }
    // Resolving a secret may run a program; at start that may block, as nothing else runs yet.
    let smtp = Arc::new(tokio::task::block_in_place(|| sender(&live.config))?);
    let store = open_store(&live.config).await?;
    let clock = options.at.map_or_else(Clock::system, Clock::starting_at);
    let (planned, rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, clock, planned);
    let first = first_start(&desk).await?;
    desk.watch_all().await?;
    // Before any mail is read: who writes from another address would get a second case.
    desk.index_people().await?;
    desk.remember_absent().await?;
    desk.take_stock().await?;
    let ended = match House::build(&desk, &smtp, &options, rows).await {
        Ok(house) if options.once => house.once(&smtp, first).await,
        Ok(house) => house.serve(&smtp, first, path).await,
        Err(error) => Err(error),
    };
    desk.store().close().await?;
    ended
}

/// The day the desk first opened: no night before it is reported.
async fn first_start(desk: &Desk) -> Result<Date, DeskError> {
    let key = keys::first_start()?;
    let today = desk.now().to_zoned(desk.live().config.desk.zone.clone()).date();
    if let Some(row) = desk.store().get(&key).await? {
        let stored = serde_json::from_slice::<String>(&row.value).ok().and_then(|date| date.parse().ok());
        return Ok(stored.unwrap_or(today));
    }
    let value = serde_json::Value::String(today.to_string()).to_string().into_bytes();
    desk.write(Extra { expect: vec![(key.clone(), None)], put: vec![(key, value)], ..Extra::default() })
        .await?;
    Ok(today)
}

/// The running parts.
struct House {
    desk: Desk,
    stop: watch::Sender<bool>,
    fleet: Fleet,
    /// Mailboxes that were to leave and have left.
    left: mpsc::UnboundedReceiver<MailboxName>,
    /// Watchers that do not run yet.
    watchers: Vec<Watcher>,
    parked: Vec<watch::Receiver<Option<usize>>>,
    workers: Workers,
}

impl House {
    async fn build(
        desk: &Desk,
        smtp: &Arc<Smtp>,
        options: &RunOptions,
        mut rows: mpsc::UnboundedReceiver<crate::outbox::row::Row>,
    ) -> Result<Self, DaemonError> {
        let (stop, stopped) = watch::channel(false);
        let mut workers = Workers::new();
        let (post, post_rows) = mpsc::unbounded_channel();
        let (resting, rests) = watch::channel(None);
        let worker = Post::new(desk.clone(), Arc::clone(smtp), stopped.clone());
        spawn(&mut workers, &stop, worker.run(post_rows, resting));
        let dispatcher = Arc::new(Dispatcher::new(post));
        let (mut fleet, left) = Fleet::new(desk, options, Arc::clone(&dispatcher));
        let watchers = fleet.dock_all(&mut workers).await?;
        let waiting = dispatcher.resume(desk, None).await?;
        if waiting > 0 {
            info!(waiting, "Took up effects that were waiting.");
        }
        if !options.once {
            spawn(&mut workers, &stop, desk.clone().keep_pace(stopped.clone()));
        }
        let handed = desk.clone();
        spawn(&mut workers, &stop, async move {
            while let Some(row) = rows.recv().await {
                dispatcher.dispatch(&handed, row);
            }
        });
        Ok(Self { desk: desk.clone(), stop, fleet, left, watchers, parked: vec![rests], workers })
    }

    /// Everything new, until nothing moves any more. A mailbox that cannot be worked keeps no other from it.
    async fn once(mut self, smtp: &Smtp, first: Date) -> Result<Tally, DaemonError> {
        let mut total = Tally::default();
        let mut failed = BTreeMap::new();
        let mut watchers = std::mem::take(&mut self.watchers);
        let mut parked: Vec<_> = self.fleet.parked().chain(self.parked.iter().cloned()).collect();
        loop {
            let mut round = Tally::default();
            let looks = watchers.into_iter().map(|mut watcher| async {
                let looked = watcher.once().await;
                (watcher, looked)
            });
            // All at once: one that keeps us waiting delays only itself.
            let looks = futures_util::future::join_all(looks);
            let (looked, indexed) = tokio::join!(looks, self.desk.index_days());
            watchers = Vec::with_capacity(looked.len());
            for (watcher, looked) in looked {
                match looked {
                    Ok(tally) => {
                        round = round.plus(tally);
                        watchers.push(watcher);
                    }
                    Err(source @ WatchError::Desk(_)) => {
                        return Err(DaemonError::Mailbox { name: watcher.name().clone(), source });
                    }
                    Err(source) => {
                        error!(mailbox = %watcher.name(), error = %source, "Cannot work the mailbox.");
                        failed.insert(watcher.name().clone(), source);
                    }
                }
            }
            let mut turn = Turn::default();
            turn.took("Older cases could not be indexed.", indexed);
            turn.took("Answers that wait could not be looked at.", self.desk.look_again().await);
            timers::clocks(&self.desk, &mut turn).await;
            turn.took("Effects that are kept back could not be let go.", self.desk.let_go().await);
            turn.took("A mail to one of us is delayed.", memos::deliver(&self.desk, smtp).await);
            timers::reports(&self.desk, smtp, first, &mut turn).await;
            settled(&self.desk, &mut parked).await;
            if let Some(error) = turn.failed {
                drop(parked);
                self.drain(DRAIN).await;
                return Err(error.into());
            }
            total = total.plus(round);
            if round.fresh() == 0 {
                break;
            }
        }
        drop(parked);
        self.drain(DRAIN).await;
        if failed.is_empty() { Ok(total) } else { Err(DaemonError::Mailboxes { failed, tally: total }) }
    }

    async fn serve(mut self, smtp: &Arc<Smtp>, first: Date, path: PathBuf) -> Result<Tally, DaemonError> {
        let system = |what| move |source| DaemonError::System { what, source };
        let mut terminate = signal(SignalKind::terminate()).map_err(system("SIGTERM"))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(system("SIGINT"))?;
        let mut hangup = signal(SignalKind::hangup()).map_err(system("SIGHUP"))?;
        let board = self.fleet.board().clone();
        self.fleet.sail(std::mem::take(&mut self.watchers), &mut self.workers);
        let server = control::serve(self.desk.clone(), board.clone(), self.stop.subscribe())
            .map_err(system("the control socket"))?;
        spawn(&mut self.workers, &self.stop, server);
        let alarm = operator::run(self.desk.clone(), Arc::clone(smtp), board.clone(), self.stop.subscribe());
        spawn(&mut self.workers, &self.stop, alarm);
        let memos = memos::run(self.desk.clone(), Arc::clone(smtp), self.stop.subscribe());
        spawn(&mut self.workers, &self.stop, memos);
        let waiting = timers::held_watch(self.desk.clone(), self.stop.subscribe());
        spawn(&mut self.workers, &self.stop, waiting);
        let older = timers::index_watch(self.desk.clone(), self.stop.subscribe());
        spawn(&mut self.workers, &self.stop, older);
        // A report that is under way is waited for like any other mail.
        let (reporting, reported) = watch::channel(Some(0));
        self.parked.push(reported);
        let nights =
            timers::night_watch(self.desk.clone(), Arc::clone(smtp), first, self.stop.subscribe(), reporting);
        spawn(&mut self.workers, &self.stop, nights);
        let mut ready = ready(&board);
        let mut announced = false;
        let manager = Notify::from_env();
        let mut line = String::new();
        let mut tick = tokio::time::interval(manager.interval().map_or(TICK, |interval| TICK.min(interval)));
        let mut rotated = tokio::time::Instant::now();
        loop {
            tokio::select! {
                biased;
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                Some(ended) = self.workers.join_next() => {
                    match ended {
                        Ok(true) => continue,
                        Err(error) if error.is_cancelled() => continue,
                        Ok(false) | Err(_) => {}
                    }
                    // No worker ends before it is told to: a service that has lost one must not look alive.
                    error!(panicked = ended.is_err(), "A worker ended by itself; stopping, to be started again.");
                    self.drain(DRAIN).await;
                    return Err(DaemonError::System {
                        what: "a worker",
                        source: std::io::Error::other("ended by itself"),
                    });
                }
                _ = hangup.recv() => {
                    manager.reloading();
                    if reload(&self.desk, &path).await {
                        self.fleet.reload(&mut self.workers).await;
                    }
                    line = board.line();
                    manager.ready(&line);
                }
                Some(name) = self.left.recv() => self.fleet.left(&name, &mut self.workers).await,
                () = &mut ready, if !announced => {
                    announced = true;
                    line = board.line();
                    info!("Looked at every mailbox that can be reached; ready.");
                    manager.ready(&line);
                }
                _ = tick.tick() => {
                    let mut turn = Turn::default();
                    timers::clocks(&self.desk, &mut turn).await;
                    if rotated.elapsed() >= ROTATE || self.desk.store().stats().rotation_due {
                        rotated = tokio::time::Instant::now();
                        timers::tidy_store(&self.desk).await;
                    }
                    let now = board.line();
                    if announced && now != line {
                        manager.status(&now);
                        line = now;
                    }
                    timers::feed(&self.desk, &manager, &turn);
                }
            }
        }
        info!("Told to stop; finishing what is in the air.");
        manager.stopping("finishing what is in the air");
        let patience = self.desk.live().config.smtp.limits.dot.saturating_add(DRAIN);
        tokio::select! {
            () = self.drain(patience) => {}
            // Told twice: whoever asks does not want to wait. An ending nobody saw is looked for at the next start.
            _ = terminate.recv() => warn!("Told to stop again; leaving what is in the air."),
            _ = interrupt.recv() => warn!("Told to stop again; leaving what is in the air."),
        }
        Ok(Tally::default())
    }

    /// Lets the workers finish what they have begun.
    async fn drain(self, patience: Duration) {
        // Nobody may be listening any more; then there is nobody to stop.
        let _ = self.stop.send(true);
        self.fleet.stop();
        let mut parked: Vec<_> = self.fleet.parked().chain(self.parked).collect();
        let ended = async {
            for worker in &mut parked {
                // A worker that ends drops its side, which is an error here and what is waited for.
                while worker.changed().await.is_ok() {}
            }
        };
        if tokio::time::timeout(patience, ended).await.is_err() {
            warn!("A server keeps us waiting; leaving it.");
        }
    }
}

/// Lets something work until it is told to stop.
fn spawn(workers: &mut Workers, stop: &watch::Sender<bool>, work: impl Future<Output = ()> + Send + 'static) {
    let told = stop.subscribe();
    workers.spawn(async move {
        work.await;
        *told.borrow()
    });
}

/// Waits until every effect is settled or parked for a later attempt.
async fn settled(desk: &Desk, parked: &mut [watch::Receiver<Option<usize>>]) {
    loop {
        for worker in parked.iter_mut() {
            if worker.wait_for(|parked| parked.is_some()).await.is_err() {
                return;
            }
        }
        let resting: Option<usize> = parked.iter().map(|worker| *worker.borrow()).sum();
        if resting == Some(desk.activity().open()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Completes when every mailbox has been looked at once, or is known to be closed to us; or when that takes too long. A
/// dead server must not keep the service manager waiting for all others.
fn ready(board: &Board) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    let mailboxes = board.all();
    Box::pin(async move {
        let all = async {
            for (_, mut mailbox) in mailboxes {
                // An error means that the watcher has ended: nothing is left to wait for.
                let _ = mailbox.wait_for(Health::is_known).await;
            }
        };
        if tokio::time::timeout(READY_AFTER, all).await.is_err() {
            warn!("Some servers keep us waiting; ready all the same.");
        }
    })
}

/// Takes up changed files, or keeps the old ones and says why.
async fn reload(desk: &Desk, path: &Path) -> bool {
    match load(path).await {
        Ok(live) => {
            let old = desk.live();
            let (new, old) = (&live.config, &old.config);
            if (&new.smtp.host, new.smtp.port, new.smtp.tls) != (&old.smtp.host, old.smtp.port, old.smtp.tls)
                || new.store != old.store
                || new.control != old.control
            {
                warn!(
                    "The sending server, the store or the socket was changed: that takes effect at the next start."
                );
            }
            desk.replace(live);
            if let Err(error) = desk.take_stock().await {
                error!(%error, "Open cases could not be looked at; their alarms follow with their next event.");
            }
            info!("Reloaded config, rules and templates.");
            true
        }
        Err(DaemonError::Faults(faults)) => {
            for fault in &faults {
                error!("{fault}");
            }
            error!(faults = faults.len(), "Kept the old config, rules and templates.");
            false
        }
        Err(error) => {
            error!(%error, "Kept the old config, rules and templates.");
            false
        }
    }
}
