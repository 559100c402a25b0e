//! Counts effects on their way, so that `run --once` knows when everything is settled.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many effects have been planned and not yet settled.
#[derive(Debug, Default)]
pub struct Activity(AtomicUsize);

impl Activity {
    /// One more.
    pub(crate) fn began(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// One less.
    pub(crate) fn ended(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    /// How many are on their way or wait for a later attempt.
    pub fn open(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}
