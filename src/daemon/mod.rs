//! The daemon: opens the store, connects everything, runs until told to stop.
//!
//! It says READY after the first successful look at every mailbox, feeds the watchdog from the loop that fires
//! timers, drains on SIGTERM (what is in the air ends, nothing new begins), reloads on SIGHUP or keeps what it has
//! and says why. It decides nothing and touches no mail itself.

mod connect;
mod timers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::config::{Config, Since};
use crate::control;
use crate::desk::intake::Tally;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::fault::Fault;
use crate::imap::mailbox::Mailbox;
use crate::imap::watch::Begin;
use crate::nights;
use crate::notify::Notify;
use crate::outbox::Dispatcher;
use crate::outbox::post::Post;
use crate::outbox::shelf::Shelf;
use crate::secret::SecretError;
use crate::smtp::{SetupError, Smtp};
use crate::store::StoreError;
use crate::triage::id::MailboxName;
use crate::watcher::{Health, WatchError, Watcher};

pub use connect::{account, load, mark_names, open_store, sender};

/// How often timers are looked at when none is known to be due sooner. Also how soon a moved wall clock is noticed.
const TICK: Duration = Duration::from_secs(20);
/// How often the journal is rotated, besides when it has grown.
const ROTATE: Duration = Duration::from_secs(24 * 3600);
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
    /// A mailbox, in `--once`.
    #[error("mailbox {name}: {source}")]
    Mailbox {
        /// Its name.
        name: MailboxName,
        /// Why.
        source: WatchError,
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

/// Runs until stopped.
///
/// # Errors
/// What keeps it from starting; with `once` also a mailbox that cannot be reached.
pub async fn run(path: PathBuf, options: RunOptions) -> Result<Tally, DaemonError> {
    let live = load(&path).await?;
    for warning in &live.config.warnings {
        warn!("{warning}");
    }
    // Resolving a secret may run a program; at start that may block, as nothing else runs yet.
    let smtp = Arc::new(tokio::task::block_in_place(|| sender(&live.config))?);
    let mut accounts = Vec::new();
    for mailbox in &live.config.mailboxes {
        let (account, names) = tokio::task::block_in_place(|| account(mailbox))?;
        // One connection watches, one works: neither waits for the other.
        let marks = mark_names(mailbox);
        let watching = Mailbox::new(account.clone(), names.clone(), marks.clone())
            .fetching_whole(live.config.limits.max_mail_bytes);
        accounts.push((mailbox.name.clone(), watching, Mailbox::new(account, names, marks)));
    }
    let store = open_store(&live.config).await?;
    let clock = options.at.map_or_else(Clock::system, Clock::starting_at);
    let (planned, rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, clock, planned);
    let first = first_start(&desk).await?;
    desk.watch_all().await?;
    let house = House::build(&desk, &smtp, accounts, &options, rows).await?;
    let ended = if options.once {
        house.once(&desk, &smtp, first).await
    } else {
        house.serve(&desk, &smtp, first, path).await
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
    stop: watch::Sender<bool>,
    watchers: Vec<(MailboxName, Watcher)>,
    health: BTreeMap<MailboxName, watch::Receiver<Health>>,
    parked: Vec<watch::Receiver<Option<usize>>>,
    workers: JoinSet<()>,
}

impl House {
    async fn build(
        desk: &Desk,
        smtp: &Arc<Smtp>,
        accounts: Vec<(MailboxName, Mailbox, Mailbox)>,
        options: &RunOptions,
        mut rows: mpsc::UnboundedReceiver<crate::outbox::row::Row>,
    ) -> Result<Self, DaemonError> {
        let (stop, stopped) = watch::channel(false);
        let mut workers = JoinSet::new();
        let mut parked = Vec::new();
        let mut shelves = BTreeMap::new();
        let mut watchers = Vec::new();
        let mut healths = BTreeMap::new();
        for (name, watching, working) in accounts {
            let (shelf, shelf_rows) = mpsc::unbounded_channel();
            let (resting, rests) = watch::channel(None);
            let worker = Shelf::new(desk.clone(), name.clone(), working, stopped.clone());
            workers.spawn(worker.run(shelf_rows, resting));
            shelves.insert(name.clone(), shelf);
            parked.push(rests);
            let (health, state) = watch::channel(Health::default());
            let begin = begin(desk, &name, options);
            let watcher = Watcher::new(desk.clone(), name.clone(), watching, begin, stopped.clone(), health);
            watchers.push((name.clone(), watcher));
            healths.insert(name, state);
        }
        let (post, post_rows) = mpsc::unbounded_channel();
        let (resting, rests) = watch::channel(None);
        parked.push(rests);
        workers.spawn(Post::new(desk.clone(), Arc::clone(smtp), stopped.clone()).run(post_rows, resting));
        let dispatcher = Dispatcher { post, shelves };
        let waiting = dispatcher.resume(desk).await?;
        if waiting > 0 {
            info!(waiting, "Took up effects that were waiting.");
        }
        let handed = desk.clone();
        workers.spawn(async move {
            while let Some(row) = rows.recv().await {
                dispatcher.dispatch(&handed, row);
            }
        });
        Ok(Self { stop, watchers, health: healths, parked, workers })
    }

    /// Everything new, until nothing moves any more.
    async fn once(mut self, desk: &Desk, smtp: &Smtp, first: Date) -> Result<Tally, DaemonError> {
        let mut total = Tally::default();
        loop {
            let mut round = Tally::default();
            for (name, watcher) in &mut self.watchers {
                let tally = watcher
                    .once()
                    .await
                    .map_err(|source| DaemonError::Mailbox { name: name.clone(), source })?;
                round = round.plus(tally);
            }
            timers::fire(desk).await?;
            nights::plan_due(desk, first).await?;
            nights::deliver(desk, smtp).await?;
            settled(desk, &mut self.parked).await;
            total = total.plus(round);
            if round.fresh() == 0 {
                break;
            }
        }
        self.drain(DRAIN).await;
        Ok(total)
    }

    async fn serve(
        mut self,
        desk: &Desk,
        smtp: &Arc<Smtp>,
        first: Date,
        path: PathBuf,
    ) -> Result<Tally, DaemonError> {
        let system = |what| move |source| DaemonError::System { what, source };
        let mut terminate = signal(SignalKind::terminate()).map_err(system("SIGTERM"))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(system("SIGINT"))?;
        let mut hangup = signal(SignalKind::hangup()).map_err(system("SIGHUP"))?;
        for (_, watcher) in self.watchers.drain(..) {
            self.workers.spawn(watcher.run());
        }
        let server = control::serve(desk.clone(), self.health.clone(), self.stop.subscribe())
            .map_err(system("the control socket"))?;
        self.workers.spawn(server);
        // A report that is under way is waited for like any other mail.
        let (reporting, reported) = watch::channel(Some(0));
        self.parked.push(reported);
        let nights =
            timers::night_watch(desk.clone(), Arc::clone(smtp), first, self.stop.subscribe(), reporting);
        self.workers.spawn(nights);
        let mut ready = ready(self.health.clone());
        let mut announced = false;
        let manager = Notify::from_env();
        let mut tick = tokio::time::interval(manager.interval().map_or(TICK, |interval| TICK.min(interval)));
        let mut rotated = tokio::time::Instant::now();
        loop {
            tokio::select! {
                biased;
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                Some(ended) = self.workers.join_next() => {
                    // No worker ends before it is told to: a service that has lost one must not look alive.
                    error!(panicked = ended.is_err(), "A worker ended by itself; stopping, to be started again.");
                    self.drain(DRAIN).await;
                    return Err(DaemonError::System {
                        what: "a worker",
                        source: std::io::Error::other("ended by itself"),
                    });
                }
                _ = hangup.recv() => reload(desk, &path, &manager).await,
                () = &mut ready, if !announced => {
                    announced = true;
                    info!("Looked at every mailbox; ready.");
                    manager.ready("watching");
                }
                _ = tick.tick() => {
                    if let Err(error) = timers::fire(desk).await {
                        error!(%error, "Timers could not be fired; trying again.");
                        continue;
                    }
                    if rotated.elapsed() >= ROTATE || desk.store().stats().rotation_due {
                        rotated = tokio::time::Instant::now();
                        timers::tidy_store(desk).await;
                    }
                    // Fed by progress: a store that no longer answers lets the watchdog bite.
                    manager.alive();
                }
            }
        }
        info!("Told to stop; finishing what is in the air.");
        manager.stopping("finishing what is in the air");
        let patience = desk.live().config.smtp.limits.dot.saturating_add(DRAIN);
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
        let mut parked = self.parked;
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

fn begin(desk: &Desk, name: &MailboxName, options: &RunOptions) -> Begin {
    let live = desk.live();
    let configured = match live.config.mailbox(name).map(|mailbox| mailbox.since) {
        Some(Since::Day(day)) => Some(day),
        Some(Since::Now) | None => None,
    };
    let start_of =
        |day: Date| day.to_zoned(live.config.desk.zone.clone()).map(|start| start.timestamp()).ok();
    match options.since.or(configured).and_then(start_of) {
        Some(since) => Begin::Since(since),
        None => Begin::Now(desk.now()),
    }
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

/// Completes when every mailbox has been looked at once.
fn ready(
    health: BTreeMap<MailboxName, watch::Receiver<Health>>,
) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        for (_, mut mailbox) in health {
            // An error means that the watcher has ended: it will never be ready.
            if mailbox.wait_for(|health| health.looked.is_some()).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    })
}

/// What is connected once, at the start.
fn connections(config: &Config) -> Vec<String> {
    let mailbox = |m: &crate::config::Mailbox| {
        format!(
            "{} {} {:?} {} {:?} {} {:?} {:?} {:?}",
            m.host, m.port, m.tls, m.user, m.sign_in, m.folder, m.archive, m.drafts, m.sent
        )
    };
    let smtp = &config.smtp;
    let sending = format!("{} {} {:?} {:?} {}", smtp.host, smtp.port, smtp.tls, smtp.login, smtp.from);
    config.mailboxes.iter().map(mailbox).chain([sending]).collect()
}

/// Takes up changed files, or keeps the old ones and says why.
async fn reload(desk: &Desk, path: &Path, manager: &Notify) {
    manager.reloading();
    match load(path).await {
        Ok(live) => {
            let old = desk.live();
            if live.config.mailboxes.iter().map(|m| &m.name).ne(old.config.mailboxes.iter().map(|m| &m.name))
            {
                error!(
                    "Mailboxes were added, removed or renamed: that needs a restart. Kept the old config, rules and templates."
                );
            } else {
                if connections(&live.config) != connections(&old.config) {
                    warn!("Servers, folders or sign-in were changed: that takes effect at the next start.");
                }
                desk.replace(live);
                info!("Reloaded config, rules and templates.");
            }
        }
        Err(DaemonError::Faults(faults)) => {
            for fault in &faults {
                error!("{fault}");
            }
            error!(faults = faults.len(), "Kept the old config, rules and templates.");
        }
        Err(error) => error!(%error, "Kept the old config, rules and templates."),
    }
    manager.ready("watching");
}
