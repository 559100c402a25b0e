//! How each mailbox fares: written by its watcher, read by `status`, READY, the service manager and the alarm.
//!
//! Nothing here waits or acts. Waits are measured by the monotonic clock, so that a wall clock that is set right never
//! makes a mailbox silent; what people read is wall time.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::triage::id::MailboxName;

/// How one mailbox fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The last time it was looked at in full.
    pub looked: Option<Timestamp>,
    /// The last sign of life by the monotonic clock: a look, a batch taken in, or the beginning of the watch.
    pub alive: Instant,
    /// The last time new mail was taken in.
    pub last_new: Option<Timestamp>,
    /// Mails of a backlog that are certainly not more than this; `None` when nothing is being caught up with.
    pub backlog: Option<u32>,
    /// What is wrong now.
    pub trouble: Option<Trouble>,
    /// How it is watched and how marks are written, as words for `status`; empty before the first look.
    pub ways: Ways,
}

/// What is wrong with a mailbox, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In words fit for a log.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
    /// When it is tried again.
    pub next_try: Timestamp,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// Trying again will not help until somebody mends the config or the account.
    pub needs_person: bool,
}

/// How a mailbox is served, in words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// `idle` or `poll`.
    pub watch: &'static str,
    /// `keywords`, `labels` or `folders`; `unknown` before the first look.
    pub marks: &'static str,
}

/// What a mailbox is doing, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something is wrong.
    Trouble,
    /// Not looked at yet.
    Starting,
    /// Catching up.
    Working,
    /// Waiting for new mail.
    Watching,
}

impl State {
    /// The word `status` shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trouble => "trouble",
            Self::Starting => "starting",
            Self::Working => "working",
            Self::Watching => "watching",
        }
    }
}

impl Health {
    /// A watch that begins now.
    pub fn starting() -> Self {
        Self {
            looked: None,
            alive: Instant::now(),
            last_new: None,
            backlog: None,
            trouble: None,
            ways: Ways::default(),
        }
    }

    /// What the mailbox is doing.
    pub fn state(&self) -> State {
        match (&self.trouble, self.looked, self.backlog) {
            (Some(_), _, _) => State::Trouble,
            (None, _, Some(_)) => State::Working,
            (None, None, None) => State::Starting,
            (None, Some(_), None) => State::Watching,
        }
    }

    /// A batch was taken in and at most `left` mails are still to be read. What goes on is not in trouble.
    pub fn took_in(&mut self, now: Timestamp, left: u32) {
        self.alive = Instant::now();
        self.last_new = Some(now);
        self.backlog = (left > 0).then_some(left);
        self.trouble = None;
    }

    /// The mailbox was looked at in full.
    pub fn looked(&mut self, now: Timestamp) {
        self.alive = Instant::now();
        self.looked = Some(now);
        self.backlog = None;
        self.trouble = None;
    }

    /// An attempt failed; the next one comes after `wait`.
    pub fn failed(&mut self, what: String, needs_person: bool, now: Timestamp, wait: Duration) {
        let before = self.trouble.take();
        self.trouble = Some(Trouble {
            what,
            since: before.as_ref().map_or(now, |before| before.since),
            next_try: crate::outbox::after(now, wait),
            failures: before.map_or(0, |before| before.failures).saturating_add(1),
            needs_person,
        });
    }

    /// Looked at, or found to be closed to us: there is nothing left to wait for.
    pub fn is_known(&self) -> bool {
        self.looked.is_some() || self.trouble.is_some()
    }
}

/// Every mailbox that is watched. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<RwLock<BTreeMap<MailboxName, watch::Receiver<Health>>>>);

impl Board {
    /// Shows a mailbox, in the place of one of the same name.
    pub fn put(&self, name: MailboxName, health: watch::Receiver<Health>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name, health);
    }

    /// A mailbox that is no longer watched.
    pub fn take_off(&self, name: &MailboxName) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Where the state of each mailbox can be waited for.
    pub fn all(&self) -> BTreeMap<MailboxName, watch::Receiver<Health>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The state of one mailbox.
    pub fn of(&self, name: &MailboxName) -> Option<Health> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).map(|health| health.borrow().clone())
    }

    /// One line for the service manager: `watching 12 mailboxes; 1 in trouble: krakow`.
    pub fn line(&self) -> String {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let state = |health: &watch::Receiver<Health>| health.borrow().state();
        let troubled: Vec<&MailboxName> =
            all.iter().filter(|(_, health)| state(health) == State::Trouble).map(|(name, _)| name).collect();
        let plural = if all.len() == 1 { "" } else { "es" };
        let mut line = format!("watching {} mailbox{plural}", all.len());
        if let Some(first) = troubled.first() {
            line.push_str(&format!("; {} in trouble: {first}", troubled.len()));
            if troubled.len() > 1 {
                line.push_str(", …");
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn a_mailbox_says_what_it_does() {
        let mut health = Health::starting();
        assert_eq!(health.state(), State::Starting);
        health.failed("refused".to_owned(), false, at(10), Duration::from_secs(2));
        health.failed("refused".to_owned(), false, at(12), Duration::from_secs(4));
        assert!(health.is_known());
        let trouble = health.trouble.clone().unwrap();
        assert_eq!((trouble.since, trouble.next_try, trouble.failures), (at(10), at(16), 2));
        for (left, state) in [(300, State::Working), (0, State::Starting)] {
            health.took_in(at(20), left);
            assert_eq!(health.state(), state);
        }
        health.looked(at(30));
        assert_eq!(
            (health.state(), health.looked, health.last_new),
            (State::Watching, Some(at(30)), Some(at(20)))
        );
    }

    #[tokio::test]
    async fn the_line_counts_and_names_one() {
        let board = Board::default();
        assert_eq!(board.line(), "watching 0 mailboxes");
        let mut troubled = Health::starting();
        troubled.failed("x".to_owned(), true, at(1), Duration::ZERO);
        for (name, health, line) in [
            ("a", Health::starting(), "watching 1 mailbox"),
            ("b", troubled.clone(), "watching 2 mailboxes; 1 in trouble: b"),
            ("c", troubled, "watching 3 mailboxes; 2 in trouble: b, …"),
        ] {
            board.put(MailboxName::parse(name).unwrap(), watch::channel(health).1);
            assert_eq!(board.line(), line);
        }
    }
}
