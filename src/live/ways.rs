//! From a config, rules and templates to the policy of one mailbox. Nothing is checked here any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::config::{Config, Mailbox};
use crate::templates::Templates;
use crate::triage::acknowledge::Promise;
use crate::triage::needs::{Calls, Needs};
use crate::triage::people::{Person, Shop};
use crate::triage::policy::{Desk, Night, Policy, Timing};
use crate::triage::rulebook::Rulebook;

/// An approved mail that is neither out nor refused after this is told to the supervisors.
const SEND_WITHIN: SignedDuration = SignedDuration::from_mins(30);
/// Edits up to this many changed characters go out without being shown back.
const SMALL_EDIT: usize = 40;

/// The people of a mailbox and the supervisors; everybody where no mailbox is meant.
pub(super) fn people(config: &Config, mailbox: Option<&Mailbox>) -> Vec<Person> {
    let Some(mailbox) = mailbox else { return config.people.clone() };
    let supervisors = config.supervisors().filter(|person| !mailbox.agents.contains(&person.name));
    config.agents_of(mailbox).chain(supervisors).cloned().collect()
}

/// How the desk works in a mailbox; in the desk as a whole where no mailbox is meant.
pub(super) fn policy(
    config: &Config,
    mailbox: Option<&Mailbox>,
    desk: Desk,
    shops: &Arc<[Shop]>,
    rules: &Rulebook,
    templates: &Arc<Templates>,
) -> Policy {
    let span =
        |duration: std::time::Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    let from = mailbox.and_then(|mailbox| mailbox.from.as_ref()).unwrap_or(&config.smtp.from);
    let report = mailbox.and_then(|mailbox| mailbox.report.as_ref());
    Policy {
        desk,
        message_domain: from.domain().to_owned(),
        people: people(config, mailbox),
        contacts: config.contacts_beside(&people(config, mailbox)),
        groups: Arc::clone(&config.groups),
        complaints: config.complaints.clone().map(Arc::new),
        shops: Arc::clone(shops),
        timing: Timing {
            ask_within: span(config.reply.draft_deadline),
            undo: span(config.approval.undo),
            reminder: span(config.approval.reminder),
            escalate: span(config.approval.escalate),
            delegated: span(config.approval.delegated),
            token: span(config.approval.ttl),
            send_within: SEND_WITHIN,
            window: span(config.reply.window),
            shop: span(config.reply.shop_deadline),
        },
        calendar: Arc::new(config.calendar_of(mailbox)),
        promise: mailbox
            .and_then(|mailbox| mailbox.acknowledge.as_ref())
            .map(|acknowledge| Promise { within: acknowledge.within }),
        levels: Arc::new(config.levels.tables()),
        alerts: config.alerts,
        queues: Arc::clone(&config.queues.list),
        load: Arc::default(),
        handling: Arc::new(config.reckoning()),
        night: Night {
            at: report.and_then(|report| report.at).unwrap_or(config.night.at),
            since: config.desk.reporting_since,
            enabled: config.night.enabled,
        },
        small_edit: SMALL_EDIT,
        two_people: config.approval.two_people.clone(),
        needs: Arc::new(Needs::from(rules.topics())),
        calls: Calls {
            long: span(config.calls.long),
            tell: config.calls.tell.clone(),
            remote: templates.guiding().map(str::to_owned),
        },
        away: BTreeMap::new(),
        desk_values: config.desk_values(mailbox),
        compose: Arc::clone(templates) as Arc<_>,
    }
}
