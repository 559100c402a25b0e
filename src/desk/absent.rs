//! Who is away: an agent whose mail program says so is not asked for a day, or until they say something themselves.
//!
//! Kept in the store, so that a restart does not forget it, and in memory, because every decision looks. Who is asked
//! instead is the core's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Desk, DeskError, Extra, keys};
use crate::triage::event::Event;
use crate::triage::id::Address;

/// How long one such answer counts. Mail programs repeat it only after days, so a longer time would pass over people who
/// are back; a shorter one would let cases wait for people who are not.
const AWAY: SignedDuration = SignedDuration::from_hours(24);

/// Everybody who is away, and until when that counts.
pub(super) type Absent = BTreeMap<Address, Timestamp>;

impl Desk {
    /// Reads who was away when the desk last stopped.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn remember_absent(&self) -> Result<(), DeskError> {
        let rows = self.store().scan(keys::AWAY, None, 10_000).await?;
        let absent = rows.iter().filter_map(|row| {
            let person = Address::parse(row.key.as_str().strip_prefix(keys::AWAY)?)?;
            let until = serde_json::from_slice::<i64>(&row.value).ok()?;
            Some((person, Timestamp::from_millisecond(until).ok()?))
        });
        self.inner.absent.store(Arc::new(absent.collect()));
        Ok(())
    }

    /// What an event says about who is there: whoever speaks is.
    pub(super) async fn note_presence(&self, event: &Event) -> Result<(), DeskError> {
        if let Event::Away { by } = event {
            let until = self.now().checked_add(AWAY).unwrap_or(Timestamp::MAX);
            let value = until.as_millisecond().to_string().into_bytes();
            self.write(Extra { put: vec![(keys::away(by)?, value)], ..Extra::default() }).await?;
            self.change_absent(|absent| {
                absent.insert(by.clone(), until);
            });
        } else if let Event::Agent { by, .. } = event
            && self.inner.absent.load().contains_key(by)
        {
            self.write(Extra { delete: vec![keys::away(by)?], ..Extra::default() }).await?;
            self.change_absent(|absent| {
                absent.remove(by);
            });
        }
        Ok(())
    }

    fn change_absent(&self, change: impl Fn(&mut Absent)) {
        self.inner.absent.rcu(|absent| {
            let mut absent = Absent::clone(absent);
            change(&mut absent);
            absent
        });
    }
}
