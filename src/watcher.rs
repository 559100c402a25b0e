//! Watches one mailbox: takes in what is new, notices what people did by hand, sleeps in IDLE.
//!
//! What is new is taken in by `chunks`; what people did to mails we follow is found out in `hands`.

mod chunks;
mod drafts;
mod hands;
mod known;

use std::time::Duration;

use tokio::sync::watch;
use tracing::{error, warn};

use hands::Hands;

use crate::desk::intake::Tally;
use crate::desk::{Desk, DeskError};
use crate::health::{Health, Ways};
use crate::imap::mailbox::Mailbox;
use crate::imap::marking::Way;
use crate::imap::watch::Begin;
use crate::imap::{ImapError, Limit};
use crate::outbox::{LONGEST, jittered, pause};
use crate::triage::id::MailboxName;

/// IDLE is renewed well under the 29 minutes of RFC 2177, whatever the config says.
const LONGEST_IDLE: Duration = Duration::from_secs(20 * 60);

/// How often a password or token that was refused is tried again. A reload tries it at once, and so does a new token.
const RARELY: Duration = Duration::from_secs(30 * 60);

/// What can go wrong while watching.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The server, or the way to it.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl WatchError {
    /// How long the server must be left alone at least.
    fn rest(&self) -> Duration {
        match self {
            Self::Imap(error) => error.limit().map_or(Duration::ZERO, Limit::rest),
            Self::Desk(_) => Duration::ZERO,
        }
    }

    /// Trying again soon is useless, and a wrong password tried often locks the account.
    fn needs_a_person(&self) -> bool {
        matches!(self, Self::Imap(error) if !error.is_transient())
    }

    /// How long to wait after so many failures in a row.
    fn pause(&self, failures: u32) -> Duration {
        match self {
            Self::Imap(
                error @ (ImapError::SignIn { .. }
                | ImapError::TokenRefused { .. }
                | ImapError::Token(_)
                | ImapError::Config(_)),
            ) if !error.is_transient() => jittered(RARELY),
            Self::Imap(error) if !error.is_transient() => jittered(LONGEST),
            Self::Imap(_) | Self::Desk(_) => pause(failures),
        }
    }
}

/// The watch over one mailbox.
pub struct Watcher {
    desk: Desk,
    name: MailboxName,
    mailbox: Mailbox,
    begin: Begin,
    stop: watch::Receiver<bool>,
    health: watch::Sender<Health>,
    hands: Hands,
}

impl Watcher {
    /// A watch with a connection of its own.
    pub fn new(
        desk: Desk,
        name: MailboxName,
        mailbox: Mailbox,
        begin: Begin,
        stop: watch::Receiver<bool>,
        health: watch::Sender<Health>,
    ) -> Self {
        Self { desk, name, mailbox, begin, stop, health, hands: Hands::default() }
    }

    /// The mailbox it watches.
    pub fn name(&self) -> &MailboxName {
        &self.name
    }

    /// Watches until told to stop. Trouble is retried with growing pauses, for ever: a server comes back.
    pub async fn run(mut self) {
        let mut failures = 0;
        while !*self.stop.borrow() {
            match self.round().await {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    let wait = error.pause(failures).max(error.rest());
                    let wait_s = wait.as_secs();
                    if error.needs_a_person() {
                        error!(mailbox = %self.name, %error, wait_s, "The mailbox stays closed to us until the config or the account is mended.");
                    } else {
                        warn!(mailbox = %self.name, %error, failures, wait_s, "Cannot watch the mailbox; trying again.");
                    }
                    // What comes from now on is no longer the moment we began with.
                    if let Begin::Now(begun) = self.begin {
                        self.begin = Begin::From(begun);
                    }
                    let (what, person, now) = (error.to_string(), error.needs_a_person(), self.desk.now());
                    self.health.send_modify(|health| health.failed(what, person, now, wait));
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        // Somebody ran `authorize`, or replaced a key.
                        () = self.mailbox.mended() => {}
                        _ = self.stop.wait_for(|stop| *stop) => {}
                    }
                }
            }
        }
        self.mailbox.leave().await;
    }

    /// Looks once at everything; for `run --once`. What seems deleted is looked for a second time at once: there will
    /// be no next look.
    pub async fn once(&mut self) -> Result<Tally, WatchError> {
        let tally = self.look().await?;
        if self.hands.suspects() {
            self.by_hand().await?;
        }
        Ok(tally)
    }

    async fn look(&mut self) -> Result<Tally, WatchError> {
        let tally = self.catch_up().await?;
        if self.hands.rest().is_none() {
            self.by_hand().await?;
        }
        self.looked();
        Ok(tally)
    }

    /// What people did by hand since the last look.
    async fn by_hand(&mut self) -> Result<(), WatchError> {
        self.hands.look(&self.desk, &self.name, &mut self.mailbox).await
    }

    fn looked(&self) {
        let now = self.desk.now();
        let live = self.desk.live();
        let may_idle = live.config.mailbox(&self.name).is_some_and(|config| config.idle);
        let watch = if may_idle && self.mailbox.can("IDLE") { "idle" } else { "poll" };
        let ways = Ways { watch, marks: self.mailbox.known_way().map_or("unknown", Way::word) };
        self.health.send_modify(|health| {
            health.looked(now);
            health.ways = ways;
        });
    }

    async fn round(&mut self) -> Result<(), WatchError> {
        // In a box: all that a look needs is given back while the mailbox rests, and there may be a thousand of them.
        Box::pin(self.look()).await?;
        let live = self.desk.live();
        let Some(config) = live.config.mailbox(&self.name) else { return Ok(()) };
        let limit = config.poll.min(LONGEST_IDLE).min(self.hands.rest().unwrap_or(LONGEST_IDLE));
        let mut stop = self.stop.clone();
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if config.idle {
            let folder = self.mailbox.doorbell().await?.folder;
            self.mailbox.idle(&folder, limit, stopped).await?;
        } else {
            self.mailbox.rest();
            tokio::select! {
                () = tokio::time::sleep(limit) => {}
                () = stopped => {}
            }
        }
        Ok(())
    }

    /// Everything since the cursors, oldest first. What people sent is read before what arrived: nobody is asked about
    /// a mail that is answered already. Mail that has just rung the bell comes before both.
    async fn catch_up(&mut self) -> Result<Tally, WatchError> {
        let mut total = self.rung().await?;
        for stream in self.mailbox.streams().await? {
            total = total.plus(self.follow(&stream).await?);
        }
        Ok(total)
    }
}
