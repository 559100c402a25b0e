//! Facts counted. Adding is all there is: what is counted apart and put together is the same as counted at once.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{Fact, What};
use crate::triage::verdict::Class;

/// What some facts add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Cases handled: each once for each person and day.
    pub handled: usize,
    /// The same by topic, as people call it.
    pub topics: BTreeMap<String, usize>,
    /// The same by class.
    pub classes: BTreeMap<Class, usize>,
    /// The same by source tag; a case may have several.
    pub tags: BTreeMap<String, usize>,
    /// Time of each case handled, as counted; those without any are left out.
    pub times: Vec<SignedDuration>,
    /// How many of these people said themselves, none included.
    pub corrected: usize,
    /// Calls that reached the customer.
    pub calls: usize,
    /// Calls that nobody answered.
    pub unanswered: usize,
    /// How long each first answer took.
    pub first: Vec<SignedDuration>,
    /// First answers against the level.
    pub first_level: Kept,
    /// Ends against the level.
    pub resolved_level: Kept,
    /// Cases that were over.
    pub resolved: usize,
    /// Cases that came in.
    pub arrived: usize,
    /// Cases that wait for us.
    pub open: usize,
}

/// How a promise was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// In time.
    pub met: usize,
    /// Late.
    pub late: usize,
}

impl Kept {
    const fn count(&mut self, within: Option<bool>) {
        match within {
            Some(true) => self.met = self.met.saturating_add(1),
            Some(false) => self.late = self.late.saturating_add(1),
            None => {}
        }
    }

    /// All that a level speaks of.
    pub const fn all(self) -> usize {
        self.met.saturating_add(self.late)
    }
}

impl Sums {
    /// Counts one fact.
    pub fn count(&mut self, fact: &Fact) {
        let one_more = |count: &mut usize| *count = count.saturating_add(1);
        match &fact.what {
            What::Arrived => one_more(&mut self.arrived),
            What::Handled(handled) => {
                one_more(&mut self.handled);
                one_more(self.topics.entry(handled.topic.clone()).or_default());
                one_more(self.classes.entry(handled.class).or_default());
                for tag in &handled.tags {
                    one_more(self.tags.entry(tag.clone()).or_default());
                }
                if handled.worked.is_positive() {
                    self.times.push(handled.worked);
                }
                if handled.corrected {
                    one_more(&mut self.corrected);
                }
            }
            What::Called { answered: true } => one_more(&mut self.calls),
            What::Called { answered: false } => one_more(&mut self.unanswered),
            What::FirstAnswer { took, within } => {
                self.first.push(*took);
                self.first_level.count(*within);
            }
            What::Resolved { within } => {
                one_more(&mut self.resolved);
                self.resolved_level.count(*within);
            }
            What::Open => one_more(&mut self.open),
        }
    }

    /// All time together.
    pub fn worked(&self) -> SignedDuration {
        self.times.iter().fold(SignedDuration::ZERO, |sum, time| sum.saturating_add(*time))
    }
}

/// The middle of some times, the mean of the two in the middle where they are even; in whole seconds.
pub fn median(times: &[SignedDuration]) -> Option<SignedDuration> {
    let mut sorted: Vec<i64> = times.iter().map(SignedDuration::as_secs).collect();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = if sorted.len() % 2 == 1 { upper } else { *sorted.get(sorted.len() / 2 - 1)? };
    Some(SignedDuration::from_secs(lower.midpoint(upper)))
}
