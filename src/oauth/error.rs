//! Why there is no token, sorted by who can help.
//!
//! Carries our own words, the endpoint's error code (an identifier such as `invalid_grant`) and names of files; never
//! a token, a secret, a user name or free text of the endpoint.

/// No token could be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nobody has said yes so far.
    #[error("access was never granted; run: madoguchi authorize {account}")]
    NotGranted {
        /// What to authorise.
        account: String,
    },
    /// The grant was good once and is not any more: withdrawn, expired, password changed (RFC 6749 section 5.2).
    #[error("access needs a person: the grant is no longer good ({code}); {remedy}")]
    Withdrawn {
        /// The endpoint's code.
        code: String,
        /// What to do.
        remedy: String,
    },
    /// The endpoint refuses the client or the request itself.
    #[error("access needs a person: the token endpoint refuses us ({code}); {remedy}")]
    Refused {
        /// The endpoint's code.
        code: String,
        /// What to do.
        remedy: String,
    },
    /// Something on this machine is missing or wrong. The text is ours.
    #[error("{0}")]
    Setup(String),
    /// The endpoint cannot be reached or is in trouble. The text is ours.
    #[error("no access token for now: {0}")]
    Unavailable(String),
}

impl TokenError {
    /// Whether asking again later, unchanged, may succeed.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::NotGranted { .. } | Self::Withdrawn { .. } | Self::Refused { .. } | Self::Setup(_) => false,
        }
    }
}
