//! The daemon: opens the store, connects everything, runs until told to stop.
//!
//! It says READY after the first successful look at every mailbox, feeds the watchdog from the loop that fires
//! timers, drains on SIGTERM (what is in the air ends, nothing new begins), reloads on SIGHUP or keeps what it has
//! and says why. It decides nothing and touches no mail itself.

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
use crate::config::{self, Config, Since, Tls};
use crate::control;
use crate::desk::intake::Tally;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::fault::Fault;
use crate::imap::folders::FolderNames;
use crate::imap::mailbox::Mailbox;
use crate::imap::watch::Begin;
use crate::imap::{Account, Patience, Security};
use crate::live::Live;
use crate::nights;
use crate::notify::Notify;
use crate::outbox::Dispatcher;
use crate::outbox::post::Post;
use crate::outbox::shelf::Shelf;
use crate::secret::SecretError;
use crate::smtp::{self, Login, Server, SetupError, Smtp, Timeouts};
use crate::store::{Options, Store, StoreError};
use crate::triage::event::Event;
use crate::triage::id::MailboxName;
use crate::watcher::{Health, WatchError, Watcher};

/// How often timers are looked at when none is known to be due sooner. Also how soon a moved wall clock is noticed.
const TICK: Duration = Duration::from_secs(20);
/// How often the journal is rotated, besides when it has grown.
const ROTATE: Duration = Duration::from_secs(24 * 3600);
/// How long a stop waits for what is in the air; the wait after a final dot is longer, and its ending is then
/// unknown and looked for at the next start.
const DRAIN: Duration = Duration::from_secs(75);

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

/// Loads everything in force, keys of the tokens included.
///
/// # Errors
/// All faults at once, or the secret that could not be had.
pub async fn load(path: &Path) -> Result<Live, DaemonError> {
    let path = path.to_owned();
    let loaded = tokio::task::spawn_blocking(move || {
        let mut live = Live::load(&path).map_err(DaemonError::Faults)?;
        live.unlock()
            .map_err(|source| DaemonError::Secret { what: "[approval] secret".to_owned(), source })?;
        Ok(live)
    });
    match loaded.await {
        Ok(live) => live,
        Err(error) => {
            Err(DaemonError::System { what: "loading the config", source: std::io::Error::other(error) })
        }
    }
}

/// The account of a mailbox, its password resolved.
///
/// # Errors
/// When the secret cannot be had.
pub fn account(mailbox: &config::Mailbox) -> Result<(Account, FolderNames), DaemonError> {
    let what = || format!("[[mailbox]] {} password", mailbox.name);
    let password =
        mailbox.password.resolve().map_err(|source| DaemonError::Secret { what: what(), source })?;
    let defaults = FolderNames::default();
    let names = FolderNames {
        inbox: mailbox.folder.clone(),
        archive: mailbox.archive.clone().unwrap_or(defaults.archive),
        drafts: mailbox.drafts.clone().unwrap_or(defaults.drafts),
        sent: mailbox.sent.clone().unwrap_or(defaults.sent),
        create: defaults.create,
    };
    let account = Account {
        host: mailbox.host.clone(),
        port: mailbox.port,
        security: match mailbox.tls {
            Tls::Implicit => Security::Tls,
            Tls::Starttls => Security::StartTls,
            Tls::None => Security::Plain,
        },
        ca_file: mailbox.ca.clone(),
        user: mailbox.user.clone(),
        password,
        patience: Patience::default(),
    };
    Ok((account, names))
}

/// The sending server, its password resolved.
///
/// # Errors
/// When the secret or the private authority cannot be had.
pub fn sender(config: &Config) -> Result<Smtp, DaemonError> {
    let smtp = &config.smtp;
    let login = match &smtp.login {
        Some((user, source)) => Some(Login {
            user: user.clone(),
            password: source
                .resolve()
                .map_err(|source| DaemonError::Secret { what: "[smtp] password".to_owned(), source })?,
        }),
        None => None,
    };
    Ok(Smtp::new(Server {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.tls {
            Tls::Implicit => smtp::Security::Implicit,
            Tls::Starttls => smtp::Security::StartTls,
            Tls::None => smtp::Security::Plain,
        },
        ca_file: smtp.ca.clone(),
        login,
        hello: None,
        timeouts: Timeouts {
            connect: smtp.limits.connect,
            greeting: smtp.limits.command,
            command: smtp.limits.command,
            data: smtp.limits.command,
            after_dot: smtp.limits.dot,
            ..Timeouts::default()
        },
    })?)
}

/// Opens the store and says aloud what was mended.
///
/// # Errors
/// When it is in use, damaged beyond what can be proven, or the disk refuses.
pub async fn open_store(config: &Config) -> Result<Store, StoreError> {
    let (store, report) = Store::open(Options::new(&config.store.dir)).await?;
    for repair in &report.repairs {
        warn!(%repair, "Mended the store.");
    }
    info!(rows = report.rows, sequence = report.sequence, clean = report.clean, "Opened the store.");
    Ok(store)
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
    let smtp = Arc::new(off_thread_sender(&live).await?);
    let mut accounts = Vec::new();
    for mailbox in &live.config.mailboxes {
        accounts.push((mailbox.name.clone(), account(mailbox)?, account(mailbox)?));
    }
    let store = open_store(&live.config).await?;
    let clock = options.at.map_or_else(Clock::system, Clock::starting_at);
    let (planned, rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, clock, planned);
    let first = first_start(&desk).await?;
    let house = House::build(&desk, &smtp, accounts, &options, rows).await?;
    let ended = if options.once {
        house.once(&desk, &smtp, first).await
    } else {
        house.serve(&desk, &smtp, first, path).await
    };
    desk.store().close().await?;
    ended
}

async fn off_thread_sender(live: &Live) -> Result<Smtp, DaemonError> {
    // Resolving a secret may run a program; at start that may block, as nothing else runs yet.
    tokio::task::block_in_place(|| sender(&live.config))
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
        accounts: Vec<(MailboxName, (Account, FolderNames), (Account, FolderNames))>,
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
            let mailbox = Mailbox::new(working.0, working.1);
            workers.spawn(
                Shelf::new(desk.clone(), name.clone(), mailbox, stopped.clone()).run(shelf_rows, resting),
            );
            shelves.insert(name.clone(), shelf);
            parked.push(rests);
            let (health, state) = watch::channel(Health::default());
            let mailbox = Mailbox::new(watching.0, watching.1);
            let begin = begin(desk, &name, options);
            let watcher = Watcher::new(desk.clone(), name.clone(), mailbox, begin, stopped.clone(), health);
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
        workers.spawn(async move {
            while let Some(row) = rows.recv().await {
                dispatcher.dispatch(row);
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
            fire_timers(desk).await?;
            nights::plan_due(desk, first).await?;
            nights::deliver(desk, smtp).await?;
            settled(desk, &mut self.parked).await;
            total = total.plus(round);
            if round.fresh() == 0 {
                break;
            }
        }
        self.drain().await;
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
        self.workers.spawn(night_watch(desk.clone(), Arc::clone(smtp), first, self.stop.subscribe()));
        let mut ready = ready(self.health.clone());
        let mut announced = false;
        let manager = Notify::from_env();
        let mut tick = tokio::time::interval(manager.interval().map_or(TICK, |interval| TICK.min(interval)));
        let mut rotated = tokio::time::Instant::now();
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => reload(desk, &path, &manager).await,
                () = &mut ready, if !announced => {
                    announced = true;
                    info!("Looked at every mailbox; ready.");
                    manager.ready("watching");
                }
                _ = tick.tick() => {
                    if let Err(error) = fire_timers(desk).await {
                        error!(%error, "Timers could not be fired; trying again.");
                        continue;
                    }
                    if rotated.elapsed() >= ROTATE || desk.store().stats().rotation_due {
                        rotated = tokio::time::Instant::now();
                        if let Err(error) = desk.store().rotate().await {
                            error!(%error, "The journal could not be rotated; trying again tomorrow.");
                        }
                    }
                    // Fed by progress: a store that no longer answers lets the watchdog bite.
                    manager.alive();
                }
            }
        }
        info!("Told to stop; finishing what is in the air.");
        manager.stopping("finishing what is in the air");
        self.drain().await;
        Ok(Tally::default())
    }

    async fn drain(mut self) {
        // Nobody may be listening any more; then there is nobody to stop.
        let _ = self.stop.send(true);
        let all = async { while self.workers.join_next().await.is_some() {} };
        // The dispatcher ends with the desk's last handle, not before; it has nothing to finish.
        let _ = tokio::time::timeout(DRAIN.min(Duration::from_secs(75)), wait_for(all, &self.parked)).await;
    }
}

/// Waits until every worker has come to rest or ended.
async fn wait_for(all: impl Future<Output = ()>, parked: &[watch::Receiver<Option<usize>>]) {
    let mut parked = parked.to_vec();
    let rest = async {
        for worker in &mut parked {
            // An error means that the worker has ended.
            let _ = worker.wait_for(|parked| parked.is_some()).await;
            while worker.changed().await.is_ok() {}
        }
    };
    tokio::select! {
        () = all => {}
        () = rest => {}
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

/// Fires every timer that is due.
async fn fire_timers(desk: &Desk) -> Result<(), DeskError> {
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
            moved |= matches!(
                desk.handle(&id, &Event::Due, Extra::default()).await?,
                crate::desk::Handled::Changed(_)
            );
        }
        // A timer that changes nothing stays where it is: look again later, not at once.
        if !moved {
            return Ok(());
        }
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

/// Makes and sends night reports when they are due.
async fn night_watch(desk: Desk, smtp: Arc<Smtp>, first: Date, mut stop: watch::Receiver<bool>) {
    loop {
        let round = async {
            nights::plan_due(&desk, first).await?;
            nights::deliver(&desk, &smtp).await
        };
        if let Err(error) = round.await {
            error!(%error, "The night report is delayed.");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
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

/// Takes up changed files, or keeps the old ones and says why.
async fn reload(desk: &Desk, path: &Path, manager: &Notify) {
    manager.reloading();
    match load(path).await {
        Ok(live) => {
            let old = desk.live();
            if live.config.mailboxes.iter().map(|m| &m.name).ne(old.config.mailboxes.iter().map(|m| &m.name))
            {
                warn!("Mailboxes were added or removed; that takes effect at the next start.");
            }
            desk.replace(live);
            info!("Reloaded config, rules and templates.");
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
