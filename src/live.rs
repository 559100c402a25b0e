//! What is in force: config, rules, templates, and the key of the tokens. Loaded whole or not at all.
//! A mailbox has its own rules, templates and policy, or shares the desk's; each folder is loaded once.
//!
//! A reload that fails leaves the old one standing and says why; nothing here runs on half a rule file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::auth::Authenticator;
use crate::config::{self, Config, KEY_BYTES, Mailbox};
use crate::fault::Fault;
use crate::rules;
use crate::secret::SecretError;
use crate::templates::{self, Templates};
use crate::token::Keyring;
use crate::triage::case::Case;
use crate::triage::event::Event;
use crate::triage::id::{Address, MailboxName};
use crate::triage::people::Shop;
use crate::triage::policy::Policy;
use crate::triage::rulebook::Rulebook;

mod ways;

use ways::{people, policy};

/// Everything in force at one moment.
pub struct Live {
    /// The checked config.
    pub config: Config,
    /// Who is asked whether an agent's domain stands behind an answer.
    pub auth: Authenticator,
    /// The keys of the tokens; absent where only files are looked at.
    pub ring: Option<Keyring>,
    /// What mailboxes have of their own. One that is not here goes by the desk's.
    own: BTreeMap<MailboxName, Arc<Ways>>,
    common: Arc<Ways>,
    /// The mailbox as which files are looked at; `None` = the desk as a whole.
    looking_as: Option<MailboxName>,
}

/// What a mail of one mailbox is read, decided and answered by. Mailboxes that differ in nothing share it.
struct Ways {
    rules: Arc<Rulebook>,
    templates: Arc<Templates>,
    policy: Policy,
}

/// Every folder of rules and templates that a config names, loaded once each.
struct Folders {
    rules: BTreeMap<PathBuf, Arc<Rulebook>>,
    templates: BTreeMap<PathBuf, Arc<Templates>>,
}

impl Live {
    /// Loads everything a person wrote, without touching a secret or a server.
    ///
    /// # Errors
    /// Every fault in config, rules and templates at once.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        let mut config = config::load(path).map_err(also_in_others)?;
        let folders = Folders::load(&config)?;
        let mut faults = folders.two_people(path, &config);
        let topics = folders.topics();
        let (of_levels, warnings) = config.levels.judge(path, &topics);
        faults.extend(of_levels);
        faults.extend(folders.complaints(path, &config));
        config.warnings.extend(warnings);
        let (of_queues, warnings) =
            config.queues.judge(path, &topics, &config.people, &config.mailboxes, &config.calendar_of(None));
        faults.extend(of_queues);
        config.warnings.extend(warnings);
        if !faults.is_empty() {
            return Err(faults);
        }
        Self::assemble(config, &folders)
    }

    /// Fetches the keys of the tokens. May run a program for up to ten seconds.
    ///
    /// # Errors
    /// When the secret cannot be had or is too short.
    pub fn unlock(&mut self) -> Result<(), SecretError> {
        let approval = &self.config.approval;
        let key = approval.secret.resolve_key(KEY_BYTES)?;
        let previous = approval.previous.as_ref().map(|old| old.resolve_key(KEY_BYTES)).transpose()?;
        self.ring = Some(Keyring::new(key, previous));
        Ok(())
    }

    /// Rules of another folder, checked against the templates in force.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn other_rules(&self, dir: &Path) -> Result<Rulebook, Vec<Fault>> {
        rules::load(dir, Some(&names(&self.common.templates)))
    }

    fn assemble(config: Config, folders: &Folders) -> Result<Self, Vec<Fault>> {
        let ours = config.own_addresses();
        let phones = config.own_phones();
        let shops: Arc<[Shop]> = config.shops.iter().cloned().collect();
        let build = |mailbox: Option<&Mailbox>| -> Option<Ways> {
            let templates = mailbox.map_or(&*config.templates, |mailbox| config.templates_of(mailbox));
            let rules = mailbox.map_or(&*config.rules, |mailbox| config.rules_of(mailbox));
            let templates = Arc::clone(folders.templates.get(templates)?);
            let desk = config.core_desk(mailbox, &ours, &phones);
            let rules = Arc::clone(folders.rules.get(rules)?);
            let policy = policy(&config, mailbox, desk, &shops, &rules, &templates);
            Some(Ways { rules, templates, policy })
        };
        let missing = || vec![Fault::whole(&config.rules, "rules or templates were not loaded", "")];
        let common = Arc::new(build(None).ok_or_else(missing)?);
        // Mailboxes that say the same share one: a thousand of them cost no more than their differences.
        let mut known: Vec<(&Mailbox, Arc<Ways>)> = Vec::new();
        let mut own = BTreeMap::new();
        for mailbox in &config.mailboxes {
            let ways = match known.iter().find(|(other, _)| same_ways(other, mailbox)) {
                Some((_, ways)) => Arc::clone(ways),
                None => {
                    let ways = Arc::new(build(Some(mailbox)).ok_or_else(missing)?);
                    known.push((mailbox, Arc::clone(&ways)));
                    ways
                }
            };
            own.insert(mailbox.name.clone(), ways);
        }
        drop(known);
        let faults: Vec<Fault> =
            config.mailboxes.iter().filter_map(|mailbox| unsaid(&config, mailbox, folders)).collect();
        let faults: Vec<Fault> = faults.into_iter().chain(unguided(&config, folders)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let auth = Authenticator::of(&config.approval.auth);
        Ok(Self { config, auth, ring: None, own, common, looking_as: None })
    }

    /// The same, seen from one mailbox: what it has of its own stands in the place of the desk's. For commands that
    /// read files as one mailbox would.
    ///
    /// # Errors
    /// The same unchanged when there is no such mailbox.
    pub fn seen_from(mut self, mailbox: &str) -> Result<Self, Box<Self>> {
        let known = self.own.iter().find(|(name, _)| name.as_str() == mailbox);
        let Some((name, ways)) = known.map(|(name, ways)| (name.clone(), Arc::clone(ways))) else {
            return Err(Box::new(self));
        };
        (self.common, self.looking_as) = (ways, Some(name));
        Ok(self)
    }

    /// The mailbox as which files are looked at; the first one where none was chosen.
    pub fn looking_as(&self) -> Option<&Mailbox> {
        match &self.looking_as {
            Some(name) => self.config.mailbox(name),
            None => self.config.mailboxes.first(),
        }
    }

    fn ways(&self, mailbox: &MailboxName) -> &Ways {
        self.own.get(mailbox).unwrap_or(&self.common)
    }

    /// The rules of a mailbox; of the whole desk for a mailbox that is no longer configured.
    pub fn rules(&self, mailbox: &MailboxName) -> &Arc<Rulebook> {
        &self.ways(mailbox).rules
    }

    /// The templates of a mailbox; of the whole desk for a mailbox that is no longer configured.
    pub fn templates(&self, mailbox: &MailboxName) -> &Arc<Templates> {
        &self.ways(mailbox).templates
    }

    /// The policy of a mailbox; of the whole desk for a mailbox that is no longer configured.
    pub fn policy(&self, mailbox: &MailboxName) -> &Policy {
        &self.ways(mailbox).policy
    }

    /// The zone in which a mailbox means its dates and counts its days.
    pub fn zone(&self, mailbox: &MailboxName) -> &TimeZone {
        &self.policy(mailbox).desk.zone
    }

    /// The rules of the desk as a whole.
    pub fn desk_rules(&self) -> &Arc<Rulebook> {
        &self.common.rules
    }

    /// The templates of the desk as a whole.
    pub fn desk_templates(&self) -> &Arc<Templates> {
        &self.common.templates
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
                | Event::Away { .. }
                | Event::MarkRemoved { .. }
                | Event::MarkAdded { .. }
                | Event::Starred { .. }
                | Event::Moved { .. }
                | Event::DraftChanged { .. }
                | Event::AnsweredByHand(_)
                | Event::SeenInSent { .. }
                | Event::Noticed { .. }
                | Event::Copied { .. }
                | Event::Due
                | Event::Ended { .. }
                | Event::Reported { .. }
                | Event::Alerted { .. },
            ) => &self.common.policy,
        }
    }

    /// The policy of the desk as a whole.
    pub fn desk_policy(&self) -> &Policy {
        &self.common.policy
    }
}

impl Folders {
    fn load(config: &Config) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let options = templates::Options::from(&config.reply);
        let mut pairs = BTreeSet::from([(&*config.rules, &*config.templates)]);
        pairs.extend(config.mailboxes.iter().map(|own| (config.rules_of(own), config.templates_of(own))));
        let mut all_templates: BTreeMap<PathBuf, Option<Arc<Templates>>> = BTreeMap::new();
        let mut all_rules: BTreeMap<PathBuf, Option<Arc<Rulebook>>> = BTreeMap::new();
        for (rules, templates) in pairs {
            let templates_here = all_templates.entry(templates.to_owned()).or_insert_with(|| {
                let loaded = templates::load(templates, &options).map_err(|found| faults.extend(found));
                loaded.ok().map(Arc::new)
            });
            // A rule that chooses a template nobody wrote would fail at night, at the first mail it matches.
            let names = templates_here.as_deref().map(names);
            match all_rules.get(rules) {
                None => {
                    let loaded =
                        rules::load(rules, names.as_ref()).map_err(|found| faults.extend(found)).ok();
                    all_rules.insert(rules.to_owned(), loaded.map(Arc::new));
                }
                Some(Some(known)) => {
                    faults.extend(names.iter().flat_map(|names| unwritten(known, templates, names)));
                }
                Some(None) => {}
            }
        }
        let rules = all_rules.into_iter().filter_map(|(folder, rules)| Some((folder, rules?))).collect();
        let templates = all_templates.into_iter().filter_map(|(folder, all)| Some((folder, all?))).collect();
        if faults.is_empty() {
            return Ok(Self { rules, templates });
        }
        faults.sort();
        faults.dedup();
        Err(faults)
    }
}

impl Folders {
    /// The topics of all rules by name, in order.
    fn topics(&self) -> Vec<String> {
        let topics = self.rules.values().flat_map(|rules| &rules.topics().list);
        let names: BTreeSet<&String> = topics.map(|topic| &topic.name).collect();
        names.into_iter().cloned().collect()
    }

    /// What complaints need of rules and templates and is not there.
    fn complaints(&self, path: &Path, config: &Config) -> Vec<Fault> {
        let Some(complaints) = &config.complaints else { return Vec::new() };
        let known = self.topics();
        let mut faults = Vec::new();
        for topic in
            complaints.kinds.iter().flat_map(|kind| &kind.topics).filter(|topic| !known.contains(topic))
        {
            let what = format!("`complaint.type.topics` names `{topic}`, which is no topic of the rules");
            faults.push(Fault::whole(path, what, "name topics of rules/topics.toml"));
        }
        let name = &complaints.template;
        for (folder, templates) in &self.templates {
            let hint = format!("begin {name}.txt with subject = \"…\" and purpose = \"complaint_report\"");
            match templates.get(name) {
                Some(template) if template.reports => {}
                Some(template) => {
                    let what = "complaints are reported with it, and it has another purpose";
                    faults.push(Fault::whole(&template.file, what, hint));
                }
                None => {
                    let what = format!("complaints are reported with `{name}`, which is not here");
                    faults.push(Fault::whole(folder, what, hint));
                }
            }
        }
        faults
    }

    /// What is wrong with the rule of two people, as far as only the rules can tell.
    fn two_people(&self, path: &Path, config: &Config) -> Vec<Fault> {
        const HOW: &str = "name topics of rules/topics.toml, or marks of [mailbox.marks]";
        let rule = &config.approval.two_people;
        let mut faults = Vec::new();
        let known = |name: &String| {
            config.mailboxes.iter().any(|mailbox| mailbox.marks.get(name).is_some())
                || self.rules.values().any(|rules| rules.topics().named(name).is_some())
        };
        for name in rule.about.iter().filter(|name| !known(name)) {
            let what = format!("`approval.two_people` names `{name}`, which is neither a topic nor a mark");
            faults.push(Fault::whole(path, what, HOW));
        }
        let wanted = !rule.about.is_empty() || rule.edit.is_some();
        if let Some(mailbox) =
            config.mailboxes.iter().find(|mailbox| wanted && people(config, Some(mailbox)).len() < 2)
        {
            let what = format!("two people must approve, and mailbox `{}` has only one", mailbox.name);
            faults.push(Fault::whole(path, what, "add an [[agent]], or take out `approval.two_people`"));
        }
        faults
    }
}

/// The templates that a rule may choose for an answer.
fn names(templates: &Templates) -> BTreeSet<String> {
    let answers = |template: &&templates::Template| !template.acknowledges && !template.reports;
    templates.iter().filter(answers).map(|template| template.name.clone()).collect()
}

/// An acknowledgement that a mailbox promises and that is not written.
fn unsaid(config: &Config, mailbox: &Mailbox, folders: &Folders) -> Option<Fault> {
    let name = &mailbox.acknowledge.as_ref()?.template;
    let folder = config.templates_of(mailbox);
    let hint = format!("begin {name}.txt with subject = \"…\" and purpose = \"acknowledgement\"");
    match folders.templates.get(folder)?.get(name) {
        Some(template) if template.acknowledges => None,
        Some(template) => {
            let what = format!("mailbox \"{}\" acknowledges with it, and it is an answer's", mailbox.name);
            Some(Fault::whole(&template.file, what, hint))
        }
        None => {
            let what = format!("mailbox \"{}\" acknowledges with `{name}`, which is not here", mailbox.name);
            Some(Fault::whole(folder, what, hint))
        }
    }
}

/// Remote guidance that a topic offers and no template brings.
fn unguided(config: &Config, folders: &Folders) -> BTreeSet<Fault> {
    let own = config.mailboxes.iter().map(|own| (config.rules_of(own), config.templates_of(own)));
    let pairs: BTreeSet<(&Path, &Path)> = own.chain([(&*config.rules, &*config.templates)]).collect();
    let mut faults = BTreeSet::new();
    for (rules, templates) in pairs {
        let (Some(rules), Some(loaded)) = (folders.rules.get(rules), folders.templates.get(templates)) else {
            continue;
        };
        let offering = rules.topics().list.iter().find(|topic| topic.need.remote);
        if let Some(topic) = offering.filter(|_| loaded.guiding().is_none()) {
            let what = format!(
                "topic `{}` ({}) offers remote guidance, and no template brings it",
                topic.name, topic.place
            );
            let hint = "begin one with subject = \"…\" and purpose = \"remote\", or remove remote = true";
            faults.insert(Fault::whole(templates, what, hint));
        }
    }
    faults
}

/// Templates that rules choose and that one of several folders beside them lacks.
fn unwritten<'f>(
    rules: &'f Rulebook,
    folder: &'f Path,
    names: &'f BTreeSet<String>,
) -> impl Iterator<Item = Fault> + 'f {
    rules.rules().iter().filter_map(move |rule| {
        let template = rule.template.as_ref().filter(|template| !names.contains(*template))?;
        let what = format!("rule \"{}\" ({}) chooses `{template}`, which is not here", rule.name, rule.place);
        Some(Fault::whole(folder, what, format!("add {template}.txt, or give the mailbox rules of its own")))
    })
}

/// Whether two mailboxes are read, decided and answered alike.
fn same_ways(a: &Mailbox, b: &Mailbox) -> bool {
    a.rules == b.rules
        && a.templates == b.templates
        && a.agents == b.agents
        && a.desk == b.desk
        && a.report == b.report
        && a.acknowledge == b.acknowledge
        && a.from.as_ref().map(Address::domain) == b.from.as_ref().map(Address::domain)
}

/// A fault in the config hides none in rules and templates.
fn also_in_others(broken: config::Broken) -> Vec<Fault> {
    let mut faults = broken.faults;
    if let Some(others) = broken.others {
        let options = templates::Options::from(&others.reply);
        let rules = others.rules.iter().filter_map(|folder| rules::load(folder, None).err());
        faults.extend(rules.flatten());
        let templates = others.templates.iter().filter_map(|folder| templates::load(folder, &options).err());
        faults.extend(templates.flatten());
    }
    faults
}
