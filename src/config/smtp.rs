//! `[smtp]`: how mail leaves the house.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::section::Section;
use super::{Tls, secret, tls_and_port, value};
use crate::secret::SecretSource;
use crate::triage::id::Address;

/// `[smtp]`.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Host: a name or an address literal without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Certificates to trust instead of the system's (PEM file).
    pub ca: Option<PathBuf>,
    /// Login name and password; `None` for a relay on this machine that asks for none.
    pub login: Option<(String, SecretSource)>,
    /// The address customers see and answer.
    pub from: Address,
    /// The display name customers see, on one line.
    pub from_name: Option<String>,
    /// How long each stage may take.
    pub limits: StageLimits,
    /// Who puts a copy into Sent.
    pub sent_copy: SentCopy,
}

/// How long each stage of SMTP may take (RFC 5321 section 4.5.3.2 has the reasons).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageLimits {
    /// TCP, TLS and greeting together.
    pub connect: Duration,
    /// Each command up to 354.
    pub command: Duration,
    /// From the first byte of the mail to the answer after the final dot.
    pub dot: Duration,
}

/// Who puts a copy of a sent mail into the Sent folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentCopy {
    /// We do, by APPEND.
    Append,
    /// The server does (Gmail): an APPEND would make two.
    Server,
}

pub(super) fn read(section: &Section<'_>, base: &Path) -> Option<Smtp> {
    const COPIES: [(&str, SentCopy); 2] = [("append", SentCopy::Append), ("server", SentCopy::Server)];
    let host = section.need("host", section.parsed("host", value::host), "such as \"smtp.gmail.com\"");
    let (tls, port) = tls_and_port(section, host.as_deref(), [465, 587, 25]);
    let ca = section.line("ca").map(|file| base.join(file));
    let user = section.line("user");
    let password = secret(section, "password", base);
    if section.has("user") != section.has("password") {
        let there = if section.has("user") { "user" } else { "password" };
        section.fault(there, "`smtp.user` and `smtp.password` go together", "write both or neither");
    }
    let from = section.need("from", section.address("from"), "the address customers see");
    let from_name = section.line("from_name");
    let limits = limits(section.section("timeout").as_ref());
    let sent_copy = section.choice("sent_copy", &COPIES, SentCopy::Append);
    section.finish();
    Some(Smtp {
        host: host?,
        port,
        tls,
        ca,
        login: user.zip(password),
        from: from?,
        from_name,
        limits,
        sent_copy,
    })
}

fn limits(section: Option<&Section<'_>>) -> StageLimits {
    let defaults = StageLimits {
        connect: Duration::from_secs(30),
        command: Duration::from_secs(300),
        dot: Duration::from_secs(600),
    };
    let Some(section) = section else { return defaults };
    let limits = StageLimits {
        connect: section.duration("connect", defaults.connect),
        command: section.duration("command", defaults.command),
        dot: section.duration("dot", defaults.dot),
    };
    section.finish();
    limits
}
