//! How long a sign-in by token is good, and what an end before that looks like.
//!
//! Google ends a connection about an hour after it signed in, Microsoft when the token ends. So a connection is made anew
//! with a fresh token some minutes before. Never fetches a token itself.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::Done;
use super::error::ImapError;
use super::session::Session;
use crate::oauth::{AccessToken, TokenSource};

/// A sign-in that ends.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) source: TokenSource,
    pub(super) token: AccessToken,
    since: Instant,
    pub(super) until: Instant,
}

impl Lease {
    pub(super) fn new(source: TokenSource, token: AccessToken) -> Self {
        let since = Instant::now();
        let until = since + source.session_life(&token);
        Self { source, token, since, until }
    }
}

/// Response codes that mean: sign in again (RFC 5530).
pub(super) fn is_expiry(code: &str) -> bool {
    matches!(code, "AUTHENTICATIONFAILED" | "EXPIRED")
}

impl Session {
    /// Whether the connection should be made anew.
    pub(super) fn is_due(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.until <= Instant::now())
    }

    /// A wait that ends when the connection is due.
    pub(super) fn within_lease(&self, wait: Duration) -> Duration {
        let left = self.lease.as_ref().map(|lease| lease.until.saturating_duration_since(Instant::now()));
        left.map_or(wait, |left| wait.min(left))
    }

    /// Whether the connection ended because the sign-in did: the server says so, or takes leave of a connection that is
    /// not young (Google gives no code: "Session expired, please login again"). From young ones no conclusion is drawn, so
    /// that a server that always takes leave is met with growing pauses.
    pub(super) fn outlived_by(&self, error: &ImapError) -> bool {
        let Some(lease) = &self.lease else { return false };
        match error {
            ImapError::Bye { code, .. } if is_expiry(code) => lease.source.reject(&lease.token),
            ImapError::Bye { .. } => lease.since.elapsed() >= lease.source.youngest(),
            ImapError::Closed { .. } => lease.token.remaining().is_zero(),
            ImapError::No { .. }
            | ImapError::Bad { .. }
            | ImapError::Deadline { .. }
            | ImapError::Parse { .. }
            | ImapError::Panic { .. }
            | ImapError::Untagged { .. }
            | ImapError::Tls(_)
            | ImapError::SignIn { .. }
            | ImapError::TokenRefused { .. }
            | ImapError::Token(_)
            | ImapError::Config(_) => false,
        }
    }

    /// A refusal because the sign-in has ended is no answer to the command: the connection is over, and the command may
    /// be given again on the next one.
    pub(super) fn unless_expired(
        &self,
        answers: Result<Vec<Result<Done, ImapError>>, ImapError>,
    ) -> Result<Vec<Result<Done, ImapError>>, ImapError> {
        let Some(lease) = &self.lease else { return answers };
        let expired = match &answers {
            Ok(answers) => answers.iter().find_map(|answer| match answer {
                Err(ImapError::No { verb, code }) if is_expiry(code) => {
                    Some(ImapError::Bye { verb, code: code.clone() })
                }
                Ok(_) | Err(_) => None,
            }),
            Err(ImapError::Bye { verb, code }) if is_expiry(code) => {
                Some(ImapError::Bye { verb, code: code.clone() })
            }
            Err(_) => None,
        };
        let Some(expired) = expired else { return answers };
        // Too young to be at fault: then the next sign-in tells.
        let _ = lease.source.reject(&lease.token);
        Err(expired)
    }
}
