//! The access token of one account, for everybody who signs in for it.
//!
//! One request at a time, however many connections ask. A token is renewed before it ends; when that fails, the old one
//! serves to its end. After trouble nobody asks the endpoint again until a pause is over, and after a refusal not until
//! what entitles us has changed or ten minutes have passed. Never signs in anywhere.

use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::error::TokenError;
use super::fetch::{self, Failed, Unsaved};
use super::plan::{Grant, Plan};
use crate::secret::{Secret, SecretSource};

/// How patiently a token is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For one request, connection included.
    pub within: Duration,
    /// Requests for one token before the askers are told.
    pub attempts: u32,
    /// Pause after the first of them; doubled each time, with jitter.
    pub first_pause: Duration,
    /// Longest pause between rounds of requests while the endpoint is in trouble.
    pub longest_pause: Duration,
    /// Pause after a refusal, if nothing changes before.
    pub after_refusal: Duration,
    /// A token younger than this is not thrown away when a server refuses it: the next would be no better.
    pub youngest: Duration,
    /// A connection is renewed after this at the latest. Google ends them after about an hour.
    pub longest_session: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            within: Duration::from_secs(20),
            attempts: 3,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(300),
            after_refusal: Duration::from_secs(600),
            youngest: Duration::from_secs(30),
            longest_session: Duration::from_secs(50 * 60),
        }
    }
}

/// How often [`TokenSource::mended`] looks.
const LOOK: Duration = Duration::from_secs(3);

/// An access token and how long it is good.
#[derive(Debug, Clone)]
pub struct AccessToken {
    secret: Secret,
    fetched: Instant,
    lives: Duration,
    number: u64,
}

impl AccessToken {
    /// The token itself, for the one message that needs it.
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }

    /// How long it is still good.
    pub fn remaining(&self) -> Duration {
        self.lives.saturating_sub(self.fetched.elapsed())
    }

    /// How long before its end it is renewed: ten minutes of an hour, less of a shorter life.
    fn margin(&self) -> Duration {
        (self.lives / 6).min(Duration::from_secs(600))
    }

    /// One that nobody handed out.
    #[cfg(test)]
    pub(crate) fn for_tests(text: &str) -> Self {
        let secret = Secret::new(text.to_owned());
        Self { secret, fetched: Instant::now(), lives: Duration::from_secs(3600), number: 1 }
    }

    fn is_fresh(&self) -> bool {
        self.remaining() > self.margin()
    }
}

/// The tokens of one account. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    plan: Arc<Plan>,
    pace: Pace,
    held: Mutex<Option<AccessToken>>,
    flight: Arc<tokio::sync::Mutex<Flight>>,
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("account", &self.0.plan.account).finish_non_exhaustive()
    }
}

/// What only the one who is asking the endpoint touches.
#[derive(Default)]
struct Flight {
    fetched: u64,
    failures: u32,
    trouble: Option<Trouble>,
    unsaved: Unsaved,
}

/// Why nobody asks for now.
#[derive(Clone)]
struct Trouble {
    error: TokenError,
    until: Instant,
    entitled_by: Marks,
}

/// What the files that entitle us are like.
type Marks = Vec<Option<(u64, i64, i64)>>;

impl TokenSource {
    /// A source that has asked nobody yet.
    pub fn new(plan: Plan, pace: Pace) -> Self {
        Self(Arc::new(Inner { plan: Arc::new(plan), pace, held: Mutex::default(), flight: Arc::default() }))
    }

    /// The one source of this process for a plan: the watch, the shelf and the sending server of an account share it.
    /// It is forgotten when its last user goes.
    pub fn shared(plan: &Plan) -> Self {
        static KNOWN: Mutex<Vec<Weak<Inner>>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|source| source.strong_count() > 0);
        if let Some(source) = known.iter().filter_map(Weak::upgrade).find(|source| *source.plan == *plan) {
            return Self(source);
        }
        let source = Self::new(plan.clone(), Pace::default());
        known.push(Arc::downgrade(&source.0));
        source
    }

    /// How tokens are had.
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// A token to sign in with now, fetched if need be.
    ///
    /// # Errors
    /// [`TokenError`] says who can help. An error is remembered for a while, so that many askers are no storm.
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        if let Some(token) = self.held().filter(AccessToken::is_fresh) {
            return Ok(token);
        }
        let flight = Arc::clone(&self.0.flight).lock_owned().await;
        // Somebody else may have fetched it while we waited.
        let held = self.held();
        if let Some(token) = held.clone().filter(AccessToken::is_fresh) {
            return Ok(token);
        }
        let fetched = match flight.trouble.clone() {
            Some(trouble) if trouble.until > Instant::now() && trouble.entitled_by == self.entitled_by() => {
                Err(trouble.error)
            }
            Some(_) | None => {
                // A task of its own: the answer may change the refresh token, so it must be heard even if the asker leaves.
                let renewing = tokio::spawn(self.clone().renew(flight));
                renewing
                    .await
                    .unwrap_or_else(|_| Err(TokenError::Unavailable("the program is ending".to_owned())))
            }
        };
        match (fetched, held.filter(|token| !token.remaining().is_zero())) {
            (Err(_), Some(old)) => Ok(old),
            (fetched, _) => fetched,
        }
    }

    /// A server refused this token. False when another one would be no better: it was fetched a moment ago.
    pub fn reject(&self, token: &AccessToken) -> bool {
        if token.fetched.elapsed() < self.0.pace.youngest {
            return false;
        }
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|held| held.number == token.number) {
            *held = None;
        }
        true
    }

    /// Below this age neither a token nor a connection is blamed on its age.
    pub fn youngest(&self) -> Duration {
        self.0.pace.youngest
    }

    /// How long a connection that signs in with this token may live, before it is made anew with a fresh one.
    pub fn session_life(&self, token: &AccessToken) -> Duration {
        let remaining = token.remaining();
        let good = if remaining > token.margin() { remaining - token.margin() } else { remaining / 2 };
        let least = Duration::from_millis(500);
        let life = good.min(self.0.pace.longest_session).max(least);
        // Many mailboxes that signed in together do not all come back in the same second.
        life.mul_f64(1.0 - fastrand::f64() * 0.05)
    }

    /// Completes when what entitles us has changed since a refusal (somebody ran `authorize`, a key was replaced); never
    /// when there was no refusal.
    pub async fn mended(&self) {
        let refused = match &self.0.flight.lock().await.trouble {
            Some(trouble) if !trouble.error.is_transient() => trouble.entitled_by.clone(),
            Some(_) | None => return std::future::pending().await,
        };
        while self.entitled_by() == refused {
            sleep(LOOK).await;
        }
    }

    fn held(&self) -> Option<AccessToken> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn renew(self, mut flight: OwnedMutexGuard<Flight>) -> Result<AccessToken, TokenError> {
        let entitled_by = self.entitled_by();
        let failed = match self.ask(&mut flight).await {
            Ok(token) => {
                flight.failures = 0;
                flight.trouble = None;
                *self.0.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
                info!(mailbox = %self.0.plan.account, good_s = token.lives.as_secs(), "Fetched an access token.");
                return Ok(token);
            }
            Err(failed) => failed,
        };
        flight.failures = flight.failures.saturating_add(1);
        let pause = if failed.error.is_transient() {
            let doubled = self.0.pace.first_pause.saturating_mul(1_u32 << flight.failures.min(10));
            jitter(doubled.min(self.0.pace.longest_pause))
                .max(failed.wait.unwrap_or_default().min(self.0.pace.longest_pause))
        } else {
            self.0.pace.after_refusal
        };
        warn!(mailbox = %self.0.plan.account, error = %failed.error, pause_s = pause.as_secs(), "No access token.");
        let until = Instant::now() + pause;
        flight.trouble = Some(Trouble { error: failed.error.clone(), until, entitled_by });
        Err(failed.error)
    }

    /// A few requests, as long as the endpoint is in trouble and does not ask us to stay away.
    async fn ask(&self, flight: &mut Flight) -> Result<AccessToken, Failed> {
        let mut attempt = 1;
        loop {
            // Counted from before the request: the endpoint's clock started no later than its answer.
            let fetched = Instant::now();
            let failed = match fetch::fetch(&self.0.plan, &mut flight.unsaved, self.0.pace.within).await {
                Ok(granted) => {
                    flight.fetched += 1;
                    let number = flight.fetched;
                    return Ok(AccessToken { secret: granted.access, fetched, lives: granted.lives, number });
                }
                Err(failed) => failed,
            };
            if !failed.error.is_transient() || failed.wait.is_some() || attempt >= self.0.pace.attempts {
                return Err(failed);
            }
            sleep(jitter(self.0.pace.first_pause.saturating_mul(1_u32 << (attempt - 1).min(10)))).await;
            attempt += 1;
        }
    }

    fn entitled_by(&self) -> Marks {
        let file = |source: Option<&SecretSource>| match source {
            Some(SecretSource::File(path)) => Some(path.clone()),
            Some(SecretSource::Credential(_) | SecretSource::Command(_) | SecretSource::Literal(_))
            | None => None,
        };
        let (kept, given) = match &self.0.plan.grant {
            Grant::Refresh { file: kept, seed } => (Some(kept.clone()), file(seed.as_ref())),
            Grant::ServiceAccount { key } => (None, file(Some(key))),
            Grant::ClientCredentials => (None, None),
        };
        [kept, given, file(self.0.plan.client_secret.as_ref())]
            .iter()
            .map(|path| path.as_deref().and_then(mark))
            .collect()
    }
}

fn mark(path: &Path) -> Option<(u64, i64, i64)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.ino(), about.ctime(), about.ctime_nsec()))
}

fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(0.75 + fastrand::f64() * 0.5)
}
