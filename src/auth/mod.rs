//! Whether an agent's domain stands behind a mail: the witnesses of the second lock of approvals.
//!
//! Hears what the mode of the config asks for, our own check of DKIM and DMARC and the receiving server's
//! `Authentication-Results`, and lets the core judge ([`judge`]). Asks DNS and nobody else, decides nothing about a
//! case, and is asked only about mails that carry a token of ours.

mod breaker;
mod dkim;
mod dmarc;
pub mod dns;
mod fields;
mod results;
mod tags;
pub mod zone;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::{Authentication, Resolver};
use crate::triage::approval::{Dkim, Judgement, Mode, NotYet, judge, rehearsal};
use crate::triage::id::Address;
use breaker::Breaker;
use dns::{Answer, Txt};

/// All questions about one mail together.
const LIMIT: Duration = Duration::from_secs(20);

/// Hears the witnesses of a mail. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator(Option<Arc<Checks>>);

/// What is asked of a mail.
pub struct Checks {
    /// Which witnesses are needed.
    pub mode: Mode,
    /// The name under which the receiving server writes its results, exactly; needed unless the mode is `dkim`.
    pub authserv_id: Option<String>,
    /// Who looks up keys and DMARC records.
    pub dns: Box<dyn Txt>,
}

impl Authenticator {
    /// What the config asks for.
    pub fn of(auth: &Authentication) -> Self {
        let Authentication::Checked { mode, authserv_id, resolver } = auth else { return Self::rehearsal() };
        let dns: Box<dyn Txt> = match resolver {
            Resolver::System => Box::new(Breaker::new(dns::System::default())),
            Resolver::Servers(addresses) => Box::new(Breaker::new(dns::System::at(addresses.clone()))),
            Resolver::Zone(file) => Box::new(zone::Zone::File(file.clone())),
        };
        Self::new(Checks { mode: *mode, authserv_id: authserv_id.clone(), dns })
    }

    /// Asks for these checks.
    pub fn new(checks: Checks) -> Self {
        Self(Some(Arc::new(checks)))
    }

    /// Believes every sender: for a rehearsal on one machine.
    pub fn rehearsal() -> Self {
        Self(None)
    }

    /// Whether DNS says anything about a domain; `None` where it is not asked.
    pub async fn reaches(&self, domain: &str) -> Option<Result<(), NotYet>> {
        let checks = self.0.as_ref().filter(|checks| checks.mode != Mode::Authserv)?;
        Some(match checks.dns.txt(&format!("_dmarc.{domain}")).await {
            Answer::Records(_) | Answer::Nothing => Ok(()),
            Answer::Unclear(why) => Err(why),
        })
    }

    /// What the witnesses say of a mail from this address. `raw` is the whole mail; `from` is the sender on which two
    /// readers agree.
    pub async fn judge(&self, raw: &[u8], from: &Address, now: Timestamp) -> Judgement {
        let Some(checks) = &self.0 else { return rehearsal() };
        let Checks { mode, authserv_id, dns } = &**checks;
        let dns = &**dns;
        let stated = match mode {
            Mode::Dkim => None,
            Mode::Both | Mode::Authserv => {
                authserv_id.as_deref().map(|authserv_id| results::stated(raw, authserv_id, from))
            }
        };
        // What the server says costs nothing to read; where it settles the matter, DNS is not asked.
        let settled = judge(*mode, from.domain(), None, stated.as_ref());
        match mode {
            Mode::Authserv => return settled,
            Mode::Both | Mode::Dkim if matches!(settled, Judgement::Refused(_)) => return settled,
            Mode::Both | Mode::Dkim => {}
        }
        // Each question has a limit of its own; a mail that leads to many must not hold up those behind it.
        let checked = tokio::time::timeout(LIMIT, dkim::check(raw, from, now, dns)).await;
        let dkim = checked.unwrap_or(Dkim::Wait(NotYet::NoAnswer));
        judge(*mode, from.domain(), Some(&dkim), stated.as_ref())
    }
}
