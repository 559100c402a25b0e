//! How often something may be done: so many times within a while, and not at all during a storm. Pure; who counts what is
//! kept elsewhere.

use jiff::{SignedDuration, Timestamp};

/// So many times within a while that slides along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many times.
    pub most: usize,
    /// Within how long.
    pub within: SignedDuration,
}

impl Budget {
    /// Takes one, if there is one left; `taken` holds the instants of those before and is tidied.
    pub fn take(&self, taken: &mut Vec<Timestamp>, now: Timestamp) -> bool {
        forget(taken, self.within, now);
        let left = taken.len() < self.most;
        if left {
            taken.push(now);
        }
        left
    }
}

/// Many mails at once are an attack or a machine gone wild: then silence for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storm {
    /// So many mails …
    pub mails: usize,
    /// … within so long …
    pub within: SignedDuration,
    /// … bring silence for so long.
    pub pause: SignedDuration,
}

/// What is known of a storm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weather {
    /// When the last mails came.
    pub recent: Vec<Timestamp>,
    /// Until when nothing is said.
    pub quiet_until: Option<Timestamp>,
    /// Whether the operator has still to hear of it.
    pub untold: bool,
}

impl Storm {
    /// One more mail came. True where it may be answered.
    pub fn feel(&self, weather: &mut Weather, now: Timestamp) -> bool {
        forget(&mut weather.recent, self.within, now);
        if weather.quiet_until.is_some_and(|until| now < until) {
            return false;
        }
        weather.quiet_until = None;
        weather.recent.push(now);
        if weather.recent.len() < self.mails {
            return true;
        }
        weather.quiet_until = Some(now.checked_add(self.pause).unwrap_or(Timestamp::MAX));
        weather.untold = true;
        weather.recent.clear();
        false
    }
}

/// Instants that no longer count. One that lies ahead, after a clock was put back, counts like one that lies behind.
fn forget(taken: &mut Vec<Timestamp>, within: SignedDuration, now: Timestamp) {
    taken.retain(|at| now.duration_since(*at).abs() < within);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + minute * 60).unwrap()
    }

    #[test]
    fn a_budget_slides() {
        let budget = Budget { most: 2, within: SignedDuration::from_mins(60) };
        let mut taken = Vec::new();
        for (minute, expected) in [
            (0, true),
            (10, true),
            (59, false),
            (60, true),
            (69, false),
            (70, true),
            (119, false),
            (500, true),
        ] {
            assert_eq!(budget.take(&mut taken, at(minute)), expected, "minute {minute}");
        }
        assert_eq!(taken, [at(500)]);
        assert!(!Budget { most: 0, ..budget }.take(&mut Vec::new(), at(0)));
    }

    #[test]
    fn a_clock_put_back_gives_no_second_budget() {
        let budget = Budget { most: 1, within: SignedDuration::from_mins(60) };
        let mut taken = vec![at(30)];
        assert!(!budget.take(&mut taken, at(0)));
        assert!(budget.take(&mut taken, at(-40)));
    }

    #[test]
    fn a_storm_brings_silence_once() {
        let storm =
            Storm { mails: 3, within: SignedDuration::from_mins(10), pause: SignedDuration::from_mins(60) };
        let mut weather = Weather::default();
        for (minute, expected, untold) in [
            (0, true, false),
            (9, true, false),
            (11, true, false),
            (12, false, true),
            (13, false, true),
            (71, false, true),
            (72, true, true),
        ] {
            assert_eq!(storm.feel(&mut weather, at(minute)), expected, "minute {minute}");
            assert_eq!(weather.untold, untold, "minute {minute}");
        }
    }
}
