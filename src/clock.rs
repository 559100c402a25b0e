//! Wall time, and a wall time that can be moved for a rehearsal.
//!
//! Deadlines, dates and shifts are wall time; durations of waits use tokio's monotonic clock elsewhere. The core
//! never sees this: it gets `now` as an argument.

use jiff::{SignedDuration, Timestamp};

/// Tells the time, shifted by a constant in a rehearsal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    shift: SignedDuration,
}

impl Clock {
    /// The system's wall time.
    pub const fn system() -> Self {
        Self { shift: SignedDuration::ZERO }
    }

    /// A clock that shows `instant` now and runs on from there.
    pub fn starting_at(instant: Timestamp) -> Self {
        Self { shift: instant.duration_since(Timestamp::now()) }
    }

    /// The present instant, to the millisecond: that is what the store keeps.
    pub fn now(&self) -> Timestamp {
        let exact = Timestamp::now().checked_add(self.shift).unwrap_or(Timestamp::MAX);
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }

    /// How long until `instant`, zero when it is past.
    pub fn until(&self, instant: Timestamp) -> std::time::Duration {
        std::time::Duration::try_from(instant.duration_since(self.now())).unwrap_or_default()
    }
}
