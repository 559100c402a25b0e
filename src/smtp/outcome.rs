//! How sending ended, and what may be said about it.

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;

/// The steps of handing over a mail, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// TCP connection.
    Connect,
    /// The server's greeting and EHLO.
    Greeting,
    /// STARTTLS or the TLS handshake, with certificate check.
    Tls,
    /// AUTH.
    Auth,
    /// MAIL FROM; also our own check of the mail before anything is said.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA and its 354.
    Data,
    /// The caller's step before the first byte of the mail.
    Hook,
    /// The mail, the final dot and the reply to it.
    Dot,
}

impl Stage {
    /// The word used in logs and records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Hook => "hook",
            Self::Dot => "dot",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How it ended. The texts name no person and may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took responsibility (RFC 5321 section 6.1).
    Sent {
        /// Reply code after the dot, usually 250.
        code: u16,
    },
    /// The server said no. Certain: it was not delivered.
    Refused {
        /// What was refused.
        stage: Stage,
        /// Reply code, 400 to 599.
        code: u16,
        /// Enhanced status code (RFC 3463) such as `5.4.5`, when the reply carries one.
        enhanced: Option<String>,
        /// 5xx: trying again is useless; 4xx: later may do.
        permanent: bool,
    },
    /// It never came to the mail. Certain: it was not delivered.
    NotSent {
        /// Where it stopped.
        stage: Stage,
        /// Why, in a few words.
        why: String,
    },
    /// Bytes of the mail went out and no reply came: it may have been delivered (10 of 10 were, measured).
    Unknown {
        /// Why, in a few words.
        why: String,
    },
}

impl Outcome {
    pub(super) fn not_sent(stage: Stage, why: impl Into<String>) -> Self {
        Self::NotSent { stage, why: why.into() }
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown { why: why.into() }
    }

    pub(super) fn late(stage: Stage, wait: Duration) -> Self {
        Self::not_sent(stage, format!("no answer within {} s", wait.as_secs()))
    }

    /// The server's negative reply, if that is what the error is.
    pub(super) fn refusal(stage: Stage, error: &SmtpError) -> Option<Self> {
        let code = u16::from(error.status()?);
        let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        Some(Self::Refused { stage, code, enhanced: enhanced(code, &text), permanent: code >= 500 })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent { code } => write!(f, "sent ({code})"),
            Self::Refused { stage, code, enhanced, .. } => {
                write!(f, "refused at {stage} with {code}")?;
                enhanced.as_ref().map_or(Ok(()), |status| write!(f, " {status}"))
            }
            Self::NotSent { stage, why } => write!(f, "not sent, stopped at {stage}: {why}"),
            Self::Unknown { why } => write!(f, "unknown: {why}"),
        }
    }
}

/// The enhanced status code at the start of a reply text; its class must agree with the reply code
/// (RFC 2034 section 4).
fn enhanced(code: u16, text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let mut parts = word.split('.');
    let class = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let shaped = rest.len() == 2
        && rest.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (class == (code / 100).to_string() && shaped).then(|| word.to_owned())
}

/// A few words about an error that is no reply. The server's own words are left out: they may quote a mailbox.
pub(super) fn reason(error: &SmtpError) -> String {
    let source = std::error::Error::source(error);
    if let Some(io) = io_cause(error) {
        return io_reason(io);
    }
    if error.is_client() || error.is_tls() {
        // Our side's words: "No compatible authentication mechanism was found", "invalid peer certificate".
        return source.map_or_else(|| error.to_string(), ToString::to_string);
    }
    if error.is_response() {
        return "the line was closed or the reply cannot be read".to_owned();
    }
    "the line broke".to_owned()
}

/// The system's error behind the library's; it may stand several steps deep.
fn io_cause(error: &SmtpError) -> Option<&std::io::Error> {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref() {
            return Some(io);
        }
        cause = inner.source();
    }
    None
}

pub(super) fn io_reason(error: &std::io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => tls.to_string(),     // "invalid peer certificate: UnknownIssuer"
        None => error.kind().to_string(), // "connection refused", "unexpected end of file"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_must_agree_with_the_reply() {
        for (code, text, expected) in [
            (550, "5.4.5 Daily user sending limit exceeded", Some("5.4.5")),
            (451, "4.7.1 try later", Some("4.7.1")),
            (550, "4.7.1 try later", None),
            (550, "no such user", None),
            (550, "5.1 x", None),
            (550, "5.1.1111 x", None),
            (550, "", None),
        ] {
            assert_eq!(enhanced(code, text).as_deref(), expected, "{code} {text}");
        }
    }
}
