//! What is in force: config, rules, templates, and the key of the tokens. Loaded whole or not at all.
//!
//! A reload that fails leaves the old one standing and says why; nothing here runs on half a rule file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::config::{self, Config, KEY_BYTES};
use crate::fault::Fault;
use crate::rules;
use crate::secret::SecretError;
use crate::templates::{self, Templates};
use crate::token::Keyring;
use crate::triage::case::Case;
use crate::triage::event::Event;
use crate::triage::id::MailboxName;
use crate::triage::policy::{Night, Policy, Timing};
use crate::triage::rulebook::Rulebook;

/// An approved mail that is neither out nor refused after this is told to the supervisors.
const SEND_WITHIN: SignedDuration = SignedDuration::from_mins(30);
/// Edits up to this many changed characters go out without being shown back.
const SMALL_EDIT: usize = 40;

/// Everything in force at one moment.
pub struct Live {
    /// The checked config.
    pub config: Config,
    /// The compiled rules.
    pub rules: Arc<Rulebook>,
    /// The checked templates.
    pub templates: Arc<Templates>,
    /// The keys of the tokens; absent where only files are looked at.
    pub ring: Option<Keyring>,
    policies: BTreeMap<MailboxName, Policy>,
    common: Policy,
}

impl Live {
    /// Loads everything a person wrote, without touching a secret or a server.
    ///
    /// # Errors
    /// Every fault in config, rules and templates at once.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        let config = config::load(path).map_err(also_in_others)?;
        let mut faults = Vec::new();
        let options = templates::Options::from(&config.reply);
        let templates =
            templates::load(&config.templates, &options).map_err(|found| faults.extend(found)).ok();
        // A rule that chooses a template nobody wrote would fail at night, at the first mail it matches.
        let names: Option<BTreeSet<String>> =
            templates.as_ref().map(|all| all.iter().map(|template| template.name.clone()).collect());
        let rules = rules::load(&config.rules, names.as_ref()).map_err(|found| faults.extend(found)).ok();
        match (rules, templates) {
            (Some(rules), Some(templates)) if faults.is_empty() => {
                Ok(Self::assemble(config, rules, templates))
            }
            _ => {
                faults.sort();
                Err(faults)
            }
        }
    }

    /// Fetches the key of the tokens. May run a program for up to ten seconds.
    ///
    /// # Errors
    /// When the secret cannot be had or is too short.
    pub fn unlock(&mut self) -> Result<(), SecretError> {
        let key = self.config.approval.secret.resolve_key(KEY_BYTES)?;
        self.ring = Some(Keyring::new(key, None));
        Ok(())
    }

    /// Rules of another folder, checked against the templates in force.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn other_rules(&self, dir: &Path) -> Result<Rulebook, Vec<Fault>> {
        let names = self.templates.iter().map(|template| template.name.clone()).collect();
        rules::load(dir, Some(&names))
    }

    fn assemble(config: Config, rules: Rulebook, templates: Templates) -> Self {
        let templates = Arc::new(templates);
        let common = policy(&config, &templates, config.people.clone());
        let policies = config
            .mailboxes
            .iter()
            .map(|mailbox| {
                let supervisors = config.supervisors().cloned();
                let mut people: Vec<_> = config.agents_of(mailbox).cloned().collect();
                people.extend(supervisors.filter(|person| !mailbox.agents.contains(&person.name)));
                (mailbox.name.clone(), policy(&config, &templates, people))
            })
            .collect();
        Self { config, rules: Arc::new(rules), templates, ring: None, policies, common }
    }

    /// The policy of a mailbox; of the whole desk for a mailbox that is no longer configured.
    pub fn policy(&self, mailbox: &MailboxName) -> &Policy {
        self.policies.get(mailbox).unwrap_or(&self.common)
    }

    /// The policy under which an event is decided.
    pub fn policy_for(&self, case: Option<&Case>, event: &Event) -> &Policy {
        match (case, event) {
            (Some(case), _) => self.policy(&case.mailbox),
            (None, Event::Arrived(arrival)) => self.policy(&arrival.mailbox),
            (None, Event::Unreadable { mailbox, .. }) => self.policy(mailbox),
            (
                None,
                Event::Bounced { .. }
                | Event::Agent { .. }
                | Event::MarkRemoved { .. }
                | Event::Noticed { .. }
                | Event::Copied { .. }
                | Event::Due
                | Event::Ended { .. }
                | Event::Reported { .. },
            ) => &self.common,
        }
    }

    /// The policy of the desk as a whole.
    pub const fn desk_policy(&self) -> &Policy {
        &self.common
    }
}

/// A fault in the config hides none in rules and templates.
fn also_in_others(broken: config::Broken) -> Vec<Fault> {
    let mut faults = broken.faults;
    if let Some(others) = broken.others {
        faults.extend(rules::load(&others.rules, None).err().into_iter().flatten());
        let options = templates::Options::from(&others.reply);
        faults.extend(templates::load(&others.templates, &options).err().into_iter().flatten());
    }
    faults
}

fn policy(config: &Config, templates: &Arc<Templates>, people: Vec<crate::triage::people::Person>) -> Policy {
    let span =
        |duration: std::time::Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    Policy {
        desk: config.core_desk(),
        message_domain: config.smtp.from.domain().to_owned(),
        people,
        shops: config.shops.clone(),
        timing: Timing {
            ask_within: span(config.reply.draft_deadline),
            reminder: span(config.approval.reminder),
            escalate: span(config.approval.escalate),
            token: span(config.approval.ttl),
            send_within: SEND_WITHIN,
            window: span(config.reply.window),
            shop: span(config.reply.shop_deadline),
        },
        night: Night {
            at: config.night.at,
            since: config.desk.reporting_since,
            enabled: config.night.enabled,
        },
        small_edit: SMALL_EDIT,
        desk_values: config.desk_values(),
        compose: Arc::clone(templates) as Arc<_>,
    }
}
