//! `[approval]`: where agents answer, and what an answer must carry to be believed.
//!
//! `auth` says who must vouch for an agent's domain: our own check of DKIM, the receiving server, or both. A token alone
//! decides nothing. Only where every server is this machine, `auth = "none"` lets a rehearsal do without.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::section::{Problem, Section};
use super::signin::secret;
use super::value;
use crate::secret::SecretSource;
use crate::triage::approval::Mode;
use crate::triage::id::Address;
use crate::triage::policy::TwoPeople;

/// `[approval]`.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Where agents answer.
    pub address: Address,
    /// Whether the token may stand in a plus-address (`desk+token@…`).
    pub plus_addressing: bool,
    /// Key of the tokens' HMAC: resolve with [`SecretSource::resolve_key`] and [`KEY_BYTES`].
    pub secret: SecretSource,
    /// The key before this one, whose tokens stay good until they expire.
    pub previous: Option<SecretSource>,
    /// How long a token is good.
    pub ttl: Duration,
    /// How long an approved mail waits before it leaves; until then 取消 takes the approval back.
    pub undo: Duration,
    /// What two people must approve.
    pub two_people: TwoPeople,
    /// After how long without an answer the agent is reminded.
    pub reminder: Duration,
    /// After how long without an answer the next agent is asked; later than the reminder.
    pub escalate: Duration,
    /// By when a question that was handed over (`依頼`) is to be answered.
    pub delegated: Duration,
    /// How the sender's domain is checked.
    pub auth: Authentication,
}

/// How the domain of an agent's answer is authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all, for a rehearsal: every server is this machine.
    Rehearsal,
    /// By these witnesses.
    Checked {
        /// Who must vouch for it.
        mode: Mode,
        /// The name under which the receiving server writes `Authentication-Results`, exactly; always there unless the
        /// mode is `dkim`.
        authserv_id: Option<String>,
        /// Where keys and DMARC records are looked up.
        resolver: Resolver,
    },
}

/// Where DNS is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolver {
    /// The name servers of `/etc/resolv.conf`.
    System,
    /// These.
    Servers(Vec<SocketAddr>),
    /// A file instead of DNS, for a rehearsal: every server is this machine.
    Zone(PathBuf),
}

/// The least length of the HMAC key, in bytes.
pub const KEY_BYTES: usize = 32;

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
    let previous = super::signin::secret(section, "previous_secret", base);
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);
    let ttl = section.duration("ttl", hours(24));
    let reminder = section.duration("reminder", hours(2));
    let escalate = section.duration("escalate", hours(6));
    let delegated = section.duration("delegated", hours(24));
    if escalate <= reminder {
        section.fault("escalate", "`approval.escalate` is not later than `approval.reminder`", "");
    }
    let undo = section.parsed("undo", undo).unwrap_or(Duration::from_secs(60));
    let about = section.list("two_people", |text| Ok(text.to_owned())).into_iter().collect();
    let edit =
        usize::try_from(section.number("two_people_edit", 1, 100_000, 0)).ok().filter(|edit| *edit > 0);
    let two_people = TwoPeople { about, edit };
    let auth = authentication(section, base, hosts);
    section.finish();
    Some(Approval {
        address: address?,
        plus_addressing,
        secret: secret?,
        previous,
        ttl,
        undo,
        two_people,
        reminder,
        escalate,
        delegated,
        auth: auth?,
    })
}

/// `"none"`, or how long an approved mail waits.
fn undo(text: &str) -> Result<Duration, Problem> {
    const LONGEST: Duration = Duration::from_secs(3_600);
    if text == "none" {
        return Ok(Duration::ZERO);
    }
    let span = value::duration(text)?;
    if span > LONGEST {
        return Err(Problem::new(
            format!("`{text}` would keep approved answers back for more than an hour"),
            "write \"60s\", or \"none\" to send at once",
        ));
    }
    Ok(span)
}

fn authentication(section: &Section<'_>, base: &Path, hosts: &[&str]) -> Option<Authentication> {
    const HOW: &str =
        "say who vouches for an agent's domain: auth = \"authserv\" with authserv_id, \"dkim\", or \"both\"";
    const WORDS: [(&str, Option<Mode>); 4] = [
        ("both", Some(Mode::Both)),
        ("dkim", Some(Mode::Dkim)),
        ("authserv", Some(Mode::Authserv)),
        ("none", None),
    ];
    let outside = hosts.iter().find(|host| !value::is_loopback(host)).copied();
    let mode = section.parsed("auth", |text| value::choice(text, &WORDS));
    let mode = section.need("auth", mode, HOW);
    let authserv_id = section.parsed("authserv_id", authserv_id);
    let resolver = resolver(section, base, outside);
    let idle = |key: &str, why: &str| {
        if section.has(key) {
            section.fault(
                key,
                format!("`approval.{key}` does nothing here: {why}"),
                "remove the line, or write auth = \"both\"",
            );
        }
    };
    match mode? {
        None => {
            if let Some(host) = outside {
                let what = format!("`{host}` is not this machine, and answers are not authenticated");
                section.fault("auth", what, HOW);
            }
            idle("authserv_id", "auth = \"none\" believes everybody");
            idle("resolver", "auth = \"none\" believes everybody");
            return Some(Authentication::Rehearsal);
        }
        Some(Mode::Dkim) => idle("authserv_id", "auth = \"dkim\" does not listen to the server"),
        Some(Mode::Authserv) => idle("resolver", "auth = \"authserv\" does not ask DNS"),
        Some(Mode::Both) => {}
    }
    let mode = mode??;
    if mode != Mode::Dkim {
        let hint =
            "the first word of Authentication-Results in a mail you received; for Gmail \"mx.google.com\"";
        section.need("authserv_id", authserv_id.as_ref(), hint)?;
    }
    Some(Authentication::Checked { mode, authserv_id, resolver: resolver? })
}

/// The name of a server as it stands in `Authentication-Results`: compared letter by letter.
fn authserv_id(text: &str) -> Result<String, Problem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !text.is_empty() && text.len() <= 253 && text.bytes().all(plain) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{text}` is not the name of a server"),
        "copy the first word after `Authentication-Results:`, without the semicolon",
    ))
}

/// `"system"`, `"zone:FILE"`, or a list of addresses.
fn resolver(section: &Section<'_>, base: &Path, outside: Option<&str>) -> Option<Resolver> {
    const HOW: &str = "write \"system\", or the addresses of name servers: [\"192.0.2.53\"]";
    if !section.has("resolver") {
        // Asked for, so that it counts as known.
        let _ = section.is_text("resolver");
        return Some(Resolver::System);
    }
    if !section.is_text("resolver") {
        let servers = section.list("resolver", server);
        if servers.is_empty() {
            section.fault("resolver", "`approval.resolver` names no server", HOW);
        }
        return Some(Resolver::Servers(servers));
    }
    let resolver = section.parsed("resolver", |text| match text.strip_prefix("zone:") {
        _ if text == "system" => Ok(Resolver::System),
        Some(file) if !file.is_empty() => Ok(Resolver::Zone(base.join(file))),
        Some(_) | None => Err(Problem::new(format!("`{text}` is no resolver"), HOW)),
    })?;
    if let (Resolver::Zone(_), Some(host)) = (&resolver, outside) {
        section.fault("resolver", format!("`{host}` is not this machine, and a file is not DNS"), HOW);
    }
    Some(resolver)
}

/// `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`.
fn server(text: &str) -> Result<SocketAddr, Problem> {
    let plain = || text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
    text.parse().or_else(|_| plain()).map_err(|_| {
        Problem::new(
            format!("`{text}` is not the address of a name server"),
            "write an address, with a port if it is not 53: \"192.0.2.53:5353\"",
        )
    })
}
