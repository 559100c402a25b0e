//! `[smtp]`: how mail leaves the house.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mailbox::Mailbox;
use super::section::Section;
use super::signin::{self, SignIn, Whose};
use super::{Tls, tls_and_port, value};
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
    /// How to sign in; `None` for a relay on this machine that asks for nothing.
    pub login: Option<Login>,
    /// The address customers see and answer.
    pub from: Address,
    /// The display name customers see, on one line.
    pub from_name: Option<String>,
    /// How long each stage may take.
    pub limits: StageLimits,
    /// Who puts a copy into Sent.
    pub sent_copy: SentCopy,
}

/// A login name and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Login name.
    pub user: String,
    /// What proves it. With `account` the mailbox's own, so that both share their tokens.
    pub sign_in: SignIn,
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

pub(super) fn read(section: &Section<'_>, base: &Path, state: &Path, mailboxes: &[Mailbox]) -> Option<Smtp> {
    const COPIES: [(&str, SentCopy); 2] = [("append", SentCopy::Append), ("server", SentCopy::Server)];
    let host = section.need("host", section.parsed("host", value::host), "such as \"smtp.gmail.com\"");
    let (tls, port) = tls_and_port(section, host.as_deref(), [465, 587, 25]);
    let ca = section.line("ca").map(|file| base.join(file));
    let login = login(section, base, state, mailboxes);
    let from = section.need("from", section.address("from"), "the address customers see");
    let from_name = section.line("from_name");
    let limits = limits(section.section("timeout").as_ref());
    let sent_copy = section.choice("sent_copy", &COPIES, SentCopy::Append);
    section.finish();
    Some(Smtp { host: host?, port, tls, ca, login, from: from?, from_name, limits, sent_copy })
}

/// Nothing, an own user with a password or oauth, or the account of a mailbox.
fn login(section: &Section<'_>, base: &Path, state: &Path, mailboxes: &[Mailbox]) -> Option<Login> {
    let user = section.line("user");
    let account = section.line("account");
    let whose = Whose {
        base,
        account: Some("--smtp".to_owned()),
        user: user.clone(),
        token_file: state.join("oauth").join("smtp.json"),
    };
    let sign_in = signin::read(section, &whose);
    let proof = ["password", "oauth"].into_iter().find(|key| section.has(key));
    if section.has("account") {
        for key in ["user"].into_iter().chain(proof).filter(|key| section.has(key)) {
            section.fault(
                key,
                format!("`smtp.account` and `smtp.{key}` are both written"),
                "the account of a mailbox brings its own; remove one",
            );
        }
        let account = account?;
        let found = mailboxes.iter().find(|mailbox| mailbox.name.as_str() == account);
        // A mailbox with faults of its own is missing here; then there are faults already.
        if found.is_none() && !section.doc.has_faults() {
            let names = mailboxes.iter().map(|mailbox| mailbox.name.as_str());
            let hint = match value::nearest(&account, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the name of a [[mailbox]]".to_owned(),
            };
            section.fault("account", format!("no mailbox is called `{account}`"), hint);
        }
        return found.map(|mailbox| Login { user: mailbox.user.clone(), sign_in: mailbox.sign_in.clone() });
    }
    match (section.has("user"), proof) {
        (true, None) => {
            section.fault(
                "user",
                "`smtp.user` and `smtp.password` go together",
                "write both, user and oauth, or neither",
            );
        }
        (false, Some(key)) => {
            section.fault(key, format!("`smtp.user` and `smtp.{key}` go together"), "write both or neither");
        }
        (true, Some(_)) | (false, None) => {}
    }
    Some(Login { user: user?, sign_in: sign_in? })
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
