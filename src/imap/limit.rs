//! Limits of a server on an account as a whole, which only time lifts.
//!
//! Gmail has no response code of its own for them, so its words have to do; they reach nobody else. Never waits itself.

use std::time::Duration;

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Too many connections at once, people's programs included. Gmail allows 15
    /// (<https://support.google.com/mail/answer/7126229>).
    Connections,
    /// Too much was moved. Gmail counts by the day, and lets go within hours
    /// (<https://support.google.com/a/answer/1071518>).
    Bandwidth,
}

impl Limit {
    const ALL: [Self; 2] = [Self::Connections, Self::Bandwidth];

    /// Recognises Gmail's words in the text of an answer.
    pub(super) fn said(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if text.contains("too many simultaneous connections") {
            Some(Self::Connections)
        } else if text.contains("exceeded command or bandwidth limits") {
            Some(Self::Bandwidth)
        } else {
            None
        }
    }

    /// Stands in an error where a response code would.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Connections => "TOO-MANY-CONNECTIONS",
            Self::Bandwidth => "BANDWIDTH-LIMIT",
        }
    }

    /// The limit behind such a code.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.code() == code)
    }

    /// How long to leave the server alone: asking sooner only counts against us.
    pub const fn rest(self) -> Duration {
        match self {
            Self::Connections => Duration::from_secs(5 * 60),
            Self::Bandwidth => Duration::from_secs(30 * 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_known_by_their_words() {
        for (text, expected) in [
            ("[ALERT] Too many simultaneous connections. (Failure)", Some(Limit::Connections)),
            ("[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", Some(Limit::Bandwidth)),
            ("[OVERQUOTA] Mailbox is full", None),
            ("", None),
        ] {
            assert_eq!(Limit::said(text), expected, "{text}");
        }
        for limit in Limit::ALL {
            assert_eq!(Limit::of_code(limit.code()), Some(limit));
        }
    }
}
