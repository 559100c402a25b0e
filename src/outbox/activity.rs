//! Counts effects on their way, so that `run --once` knows when everything is settled, and knows which mailboxes are in
//! the middle of a backlog, so that their marks can go out together.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::triage::id::MailboxName;

/// What is under way between the parts of the daemon.
#[derive(Debug, Default)]
pub struct Activity {
    open: AtomicUsize,
    backlogs: Mutex<BTreeMap<MailboxName, watch::Sender<bool>>>,
}

impl Activity {
    /// One more.
    pub(crate) fn began(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    /// One less.
    pub(crate) fn ended(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    /// How many are on their way or wait for a later attempt.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Says whether a mailbox is in the middle of a backlog: more mails will follow at once.
    pub(crate) fn backlog(&self, mailbox: &MailboxName, on: bool) {
        let mut backlogs = self.backlogs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = backlogs.entry(mailbox.clone()).or_insert_with(|| watch::Sender::new(false));
        sender.send_if_modified(|was| std::mem::replace(was, on) != on);
    }

    /// Follows whether a mailbox is in the middle of a backlog.
    pub(crate) fn follow(&self, mailbox: &MailboxName) -> watch::Receiver<bool> {
        let mut backlogs = self.backlogs.lock().unwrap_or_else(PoisonError::into_inner);
        backlogs.entry(mailbox.clone()).or_insert_with(|| watch::Sender::new(false)).subscribe()
    }
}
