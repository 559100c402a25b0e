//! Leaves DNS alone for a while when it does not answer, so that a dead resolver holds up nobody: answers wait meanwhile.
//!
//! "Not asked" is no answer. Never remembers what DNS said, and never turns a wait into a yes or a no.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tracing::{info, warn};

use super::dns::{Answer, Txt};
use crate::triage::approval::NotYet;

/// Questions in a row without an answer after which nobody is asked for a while.
const MOST: u32 = 5;
/// The first rest; each failed try after it doubles the next.
const FIRST_REST: Duration = Duration::from_secs(30);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// Asks through another, unless that one has not answered for a while.
pub(super) struct Breaker<T> {
    dns: T,
    state: Mutex<State>,
}

impl<T: Txt> Breaker<T> {
    pub(super) fn new(dns: T) -> Self {
        Self { dns, state: Mutex::new(State::default()) }
    }

    async fn ask(&self, name: &str) -> Answer {
        if !self.state.lock().unwrap_or_else(PoisonError::into_inner).may_ask(Instant::now()) {
            return Answer::Unclear(NotYet::NotAsked);
        }
        let answer = self.dns.txt(name).await;
        let answered = match &answer {
            Answer::Records(_) | Answer::Nothing => true,
            Answer::Unclear(_) => false,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.heard(answered, Instant::now()) {
            Some(Turn::Rests(rest)) => {
                warn!(
                    failures = state.failures,
                    rest = rest.as_secs(),
                    "DNS does not answer; agents' answers wait."
                );
            }
            Some(Turn::Back) => info!("DNS answers again."),
            None => {}
        }
        answer
    }
}

impl<T: Txt> Txt for Breaker<T> {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer> {
        self.ask(name).boxed()
    }
}

/// What is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It is left alone from now on, for so long at first.
    Rests(Duration),
    /// It answers again.
    Back,
}

#[derive(Debug, Default)]
struct State {
    /// Questions in a row without an answer.
    failures: u32,
    /// Until when nobody is asked.
    until: Option<Instant>,
    /// How long the next rest will be.
    rest: Option<Duration>,
}

impl State {
    /// Whether DNS may be asked. After a rest one question at a time is let through, to see whether it is back.
    fn may_ask(&mut self, now: Instant) -> bool {
        match self.until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                // Whoever asks next waits for what this one hears.
                self.until = now.checked_add(FIRST_REST);
                true
            }
        }
    }

    /// Takes note of how a question ended; says so when that changes what is asked from now on.
    fn heard(&mut self, answered: bool, now: Instant) -> Option<Turn> {
        if answered {
            let was_resting = self.until.is_some();
            *self = Self::default();
            return was_resting.then_some(Turn::Back);
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures < MOST {
            return None;
        }
        let rest = self.rest.unwrap_or(FIRST_REST);
        let first = self.rest.is_none();
        // Questions that were under way together end together and are one failure.
        if first || self.until.is_none_or(|until| until <= now.checked_add(FIRST_REST).unwrap_or(now)) {
            self.until = now.checked_add(rest);
            self.rest = Some(rest.saturating_mul(2).min(LONGEST_REST));
        }
        first.then_some(Turn::Rests(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_after_five_failures_and_comes_back_with_one_answer() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut state = State::default();
        for second in 0..4 {
            assert!(state.may_ask(at(second)));
            assert_eq!(state.heard(false, at(second)), None);
        }
        assert_eq!(state.heard(true, at(4)), None, "an answer between starts over");
        for second in 5..9 {
            assert_eq!(state.heard(false, at(second)), None);
        }
        assert_eq!(state.heard(false, at(9)), Some(Turn::Rests(FIRST_REST)));
        assert_eq!(state.heard(false, at(9)), None, "a question that was under way, and no second line");
        assert!(!state.may_ask(at(38)));
        // One question is let through; the others wait for it.
        assert!(state.may_ask(at(80)));
        assert!(!state.may_ask(at(80)));
        assert_eq!(state.heard(false, at(95)), None);
        assert!(!state.may_ask(at(130)), "it rests longer each time");
        assert!(state.may_ask(at(500)));
        assert_eq!(state.heard(true, at(501)), Some(Turn::Back));
        assert!(state.may_ask(at(501)) && state.may_ask(at(501)));
    }

    /// DNS that counts how often it is asked.
    #[derive(Default)]
    struct Dead(std::sync::atomic::AtomicU32);

    impl Txt for Dead {
        fn txt<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Answer> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            std::future::ready(Answer::Unclear(NotYet::NoAnswer)).boxed()
        }
    }

    #[tokio::test]
    async fn what_is_dead_is_not_asked_and_never_says_that_there_is_nothing() {
        let breaker = Breaker::new(Dead::default());
        for _ in 0..100 {
            assert!(matches!(breaker.txt("a.test").await, Answer::Unclear(_)));
        }
        assert_eq!(breaker.dns.0.load(std::sync::atomic::Ordering::Relaxed), MOST);
    }
}
