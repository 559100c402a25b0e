//! What can go wrong with a mailbox, sorted by who can help.
//!
//! Never carries server text, names or addresses: only our own verb and the server's response code (an
//! atom such as `OVERQUOTA`), so that an error may be logged as it is.

use thiserror::Error;

use super::limit::Limit;
use crate::oauth::TokenError;

/// One failed operation on a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImapError {
    /// The server said NO; the connection is still good.
    #[error("the server refused {verb} (NO{})", dash(code))]
    No {
        /// The command, such as `UID MOVE`.
        verb: &'static str,
        /// Response code in capitals (RFC 5530); empty when there was none.
        code: String,
    },
    /// The server said BAD: a bug of ours or a server that does not know the command. The connection is still good.
    #[error("the server does not understand {verb} (BAD{})", dash(code))]
    Bad {
        /// The command.
        verb: &'static str,
        /// Response code in capitals; empty when there was none.
        code: String,
    },
    /// The server took leave.
    #[error("the server said goodbye during {verb} (BYE{})", dash(code))]
    Bye {
        /// The command.
        verb: &'static str,
        /// Response code in capitals; empty when there was none.
        code: String,
    },
    /// The connection could not be made or is gone.
    #[error("the connection is closed ({verb})")]
    Closed {
        /// The command.
        verb: &'static str,
    },
    /// No answer in time.
    #[error("no answer to {verb} in time")]
    Deadline {
        /// The command.
        verb: &'static str,
    },
    /// The answer is not IMAP, or larger or deeper than we accept.
    #[error("the answer to {verb} cannot be read")]
    Parse {
        /// The command.
        verb: &'static str,
    },
    /// The parser panicked on the answer.
    #[error("the answer to {verb} makes the parser panic")]
    Panic {
        /// The command.
        verb: &'static str,
    },
    /// More untagged lines than any honest answer has.
    #[error("the server floods us during {verb}")]
    Untagged {
        /// The command.
        verb: &'static str,
    },
    /// TLS cannot be had: certificate, protocol, or STARTTLS refused. The text is ours or rustls's.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Name or password is wrong. Permanent until the config changes.
    #[error("the server refuses user name or password{}", dash(code))]
    SignIn {
        /// Response code in capitals; empty when there was none.
        code: String,
    },
    /// The server does not take the access token, not even a fresh one. Permanent until a person acts.
    #[error(
        "the server refuses the access token{}{}; check that IMAP is allowed, and user and scopes",
        dash(code),
        in_brackets(status)
    )]
    TokenRefused {
        /// Response code in capitals; empty when there was none.
        code: String,
        /// The status in the server's challenge, such as `400`; empty when there was none.
        status: String,
    },
    /// There is no access token to sign in with.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// What we were asked to do cannot be done as configured. The text is ours.
    #[error("{0}")]
    Config(String),
}

/// ` [CODE]`, or nothing.
fn dash(code: &str) -> String {
    if code.is_empty() { String::new() } else { format!(" [{code}]") }
}

/// ` (status 400)`, or nothing.
fn in_brackets(status: &str) -> String {
    if status.is_empty() { String::new() } else { format!(" (status {status})") }
}

impl ImapError {
    /// The limit of the server that was reached, if that is what went wrong.
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Self::No { code, .. } | Self::Bad { code, .. } | Self::Bye { code, .. } => Limit::of_code(code),
            Self::Closed { .. }
            | Self::Deadline { .. }
            | Self::Parse { .. }
            | Self::Panic { .. }
            | Self::Untagged { .. }
            | Self::Tls(_)
            | Self::SignIn { .. }
            | Self::TokenRefused { .. }
            | Self::Token(_)
            | Self::Config(_) => None,
        }
    }

    /// Whether trying again later, unchanged, may succeed.
    pub fn is_transient(&self) -> bool {
        if self.limit().is_some() {
            return true;
        }
        match self {
            Self::No { code, .. } => {
                !matches!(code.as_str(), "CANNOT" | "NOPERM" | "OVERQUOTA" | "NONEXISTENT")
            }
            Self::Bye { .. }
            | Self::Closed { .. }
            | Self::Deadline { .. }
            | Self::Parse { .. }
            | Self::Panic { .. }
            | Self::Untagged { .. } => true,
            Self::Token(error) => error.is_transient(),
            Self::Bad { .. }
            | Self::Tls(_)
            | Self::SignIn { .. }
            | Self::TokenRefused { .. }
            | Self::Config(_) => false,
        }
    }

    /// Whether the connection may be used further: only a plain refusal leaves it in a known state.
    pub fn leaves_connection(&self) -> bool {
        match self {
            Self::No { .. } | Self::Bad { .. } | Self::Config(_) => true,
            Self::Bye { .. }
            | Self::Closed { .. }
            | Self::Deadline { .. }
            | Self::Parse { .. }
            | Self::Panic { .. }
            | Self::Untagged { .. }
            | Self::Tls(_)
            | Self::SignIn { .. }
            | Self::TokenRefused { .. }
            | Self::Token(_) => false,
        }
    }

    /// Whether one mail may be to blame for a failed fetch of many, so that asking for fewer helps: its bytes break the
    /// parser, the server cannot read it, or dies of it. Limits and troubles of the server as a whole are not such.
    pub(crate) fn may_blame_mail(&self) -> bool {
        match self {
            Self::No { code, .. } => {
                matches!(
                    code.as_str(),
                    "" | "SERVERBUG" | "CORRUPTION" | "EXPUNGEISSUED" | "PARSE" | "UNKNOWN-CTE"
                )
            }
            Self::Bad { .. }
            | Self::Bye { .. }
            | Self::Closed { .. }
            | Self::Parse { .. }
            | Self::Panic { .. } => true,
            Self::Deadline { .. }
            | Self::Untagged { .. }
            | Self::Tls(_)
            | Self::SignIn { .. }
            | Self::TokenRefused { .. }
            | Self::Token(_)
            | Self::Config(_) => false,
        }
    }

    /// Whether the bytes of the answer are to blame, so that asking for less may work.
    pub(crate) fn blames_answer(&self) -> bool {
        matches!(self, Self::Parse { .. } | Self::Panic { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_who_can_help() {
        let verb = "UID MOVE";
        for (error, transient, text) in [
            (
                ImapError::No { verb, code: "OVERQUOTA".into() },
                false,
                "the server refused UID MOVE (NO [OVERQUOTA])",
            ),
            (ImapError::No { verb, code: String::new() }, true, "the server refused UID MOVE (NO)"),
            (
                ImapError::Bad { verb, code: "BANDWIDTH-LIMIT".into() },
                true,
                "the server does not understand UID MOVE (BAD [BANDWIDTH-LIMIT])",
            ),
            (ImapError::Closed { verb }, true, "the connection is closed (UID MOVE)"),
            (ImapError::SignIn { code: String::new() }, false, "the server refuses user name or password"),
            (
                ImapError::TokenRefused { code: "AUTHENTICATIONFAILED".into(), status: "400".into() },
                false,
                "the server refuses the access token [AUTHENTICATIONFAILED] (status 400); check that IMAP is allowed, and user and scopes",
            ),
            (ImapError::Token(TokenError::Unavailable("late".into())), true, "no access token for now: late"),
            (
                ImapError::Token(TokenError::NotGranted { account: "desk".into() }),
                false,
                "access was never granted; run: madoguchi authorize desk",
            ),
        ] {
            assert_eq!(error.is_transient(), transient, "{error:?}");
            assert_eq!(error.to_string(), text);
        }
    }
}
