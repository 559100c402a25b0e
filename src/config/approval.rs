//! `[approval]`: where agents answer, and what an answer must carry to be believed.
//!
//! Domain authentication (DKIM, trusted Authentication-Results) is not built yet. Until it is, `auth = "none"`
//! must be written out, and beyond this machine the operator must say in a whole sentence that they accept it.

use std::path::Path;
use std::time::Duration;

use super::section::Section;
use super::signin::secret;
use super::value;
use crate::secret::SecretSource;
use crate::triage::id::Address;

/// `[approval]`.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Where agents answer.
    pub address: Address,
    /// Whether the token may stand in a plus-address (`desk+token@…`).
    pub plus_addressing: bool,
    /// Key of the tokens' HMAC: resolve with [`SecretSource::resolve_key`] and [`KEY_BYTES`].
    pub secret: SecretSource,
    /// How long a token is good.
    pub ttl: Duration,
    /// After how long without an answer the agent is reminded.
    pub reminder: Duration,
    /// After how long without an answer the next agent is asked; later than the reminder.
    pub escalate: Duration,
    /// How the sender's domain is checked.
    pub auth: Authentication,
}

/// How the domain of an agent's answer is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all: address and token decide.
    Nothing,
}

/// The least length of the HMAC key, in bytes.
pub const KEY_BYTES: usize = 32;

/// The sentence that `acknowledge_unauthenticated` must hold, letter by letter.
pub const ACKNOWLEDGEMENT: &str =
    "I accept that anyone who can forge an agent's address and read a token can approve";

pub(super) fn read(
    section: &Section<'_>,
    base: &Path,
    first_mailbox: Option<&Address>,
    hosts: &[&str],
) -> Option<Approval> {
    let address = section.address("address").or_else(|| first_mailbox.cloned());
    let plus_addressing = section.flag("plus_addressing", true);
    let secret = section.need(
        "secret",
        secret(section, "secret", base),
        "such as secret = { file = \"approval.key\" }; make one: openssl rand -base64 48",
    );
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);
    let ttl = section.duration("ttl", hours(24));
    let reminder = section.duration("reminder", hours(2));
    let escalate = section.duration("escalate", hours(6));
    if escalate <= reminder {
        section.fault("escalate", "`approval.escalate` is not later than `approval.reminder`", "");
    }
    let auth = authentication(section, hosts);
    section.finish();
    Some(Approval {
        address: address?,
        plus_addressing,
        secret: secret?,
        ttl,
        reminder,
        escalate,
        auth: auth?,
    })
}

fn authentication(section: &Section<'_>, hosts: &[&str]) -> Option<Authentication> {
    const KINDS: [(&str, Authentication); 1] = [("none", Authentication::Nothing)];
    let auth = section.parsed("auth", |text| value::choice(text, &KINDS));
    let auth = section.need(
        "auth",
        auth,
        "answers are not authenticated by domain yet: write auth = \"none\" to say that you know",
    );
    let accepted = section.line("acknowledge_unauthenticated");
    let exact = accepted.as_deref() == Some(ACKNOWLEDGEMENT);
    if accepted.is_some() && !exact {
        section.fault(
            "acknowledge_unauthenticated",
            "this is not the sentence",
            format!("write exactly \"{ACKNOWLEDGEMENT}\""),
        );
    }
    let outside = hosts.iter().find(|host| !value::is_loopback(host));
    if let (Some(Authentication::Nothing), Some(host), None) = (auth, outside, &accepted) {
        section.fault(
            "auth",
            format!("`{host}` is not this machine, and answers are not authenticated"),
            format!("run against localhost, or add acknowledge_unauthenticated = \"{ACKNOWLEDGEMENT}\""),
        );
    }
    if exact && let Some(host) = outside {
        section.doc.warn(
            section.offset("auth"),
            format!("agents' answers through `{host}` are not authenticated by domain"),
            "whoever forges an agent's address and reads a token can approve",
        );
    }
    auth
}
