//! The config: what the operator and the supervisor write in `config.toml`, checked into plain values.
//!
//! The commented `config.toml` at the root of the project is the reference: a test keeps it equal to the keys
//! read here. Loading collects every fault, never contacts a server, and never fetches a secret: values keep
//! their [`SecretSource`](crate::secret::SecretSource), resolved by whoever opens the connection.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::fault::Fault;
use crate::triage::complaint::Rules as Complaints;
use crate::triage::id::{Address, MailboxName};
use crate::triage::level::Alerts;
use crate::triage::people::{Contact, Group, Person, Shop};

mod acknowledge;
mod approval;
mod calendar;
mod calls;
mod complaint;
mod contact;
mod desk;
mod house;
mod level;
mod mailbox;
mod marks;
mod operator;
mod queue;
mod report;
pub(crate) mod section;
mod shift;
mod signin;
mod smtp;
pub(crate) mod value;
mod work;

pub use acknowledge::Acknowledge;
pub use approval::{Approval, Authentication, KEY_BYTES, Resolver};
pub use calendar::Calendar;
pub use calls::Calls;
pub use desk::Desk;
pub use level::{Levels, Placed};
pub use mailbox::{Mailbox, OwnDesk, OwnReport, Since};
pub use marks::{Mark, Marking, Marks, STANDARD_MARKS, stays_in_inbox};
pub use operator::Operator;
pub use queue::Queues;
pub use report::{DayReport, Handling};
pub use signin::SignIn;
pub use smtp::{Login, SentCopy, Smtp, StageLimits};
pub use work::{Control, Engine, Limits, Log, LogFormat, NightReport, Reply, Store};

use section::{Document, Section, table};

/// A whole config, checked: names are unique, references lead somewhere, paths are absolute or relative to the
/// working directory as the config file's own path is.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[desk]`: who we are.
    pub desk: Desk,
    /// `[[calendar]]`: when somebody is there.
    pub calendars: Vec<Calendar>,
    /// `[level]`: how soon cases of a kind are answered and over.
    pub levels: Levels,
    /// `[level.alerts]`: how people are warned.
    pub alerts: Option<Alerts>,
    /// `[[queue]]`: which topics lead to whom.
    pub queues: Queues,
    /// `[[shop]]`: branches that answer what the desk may not.
    pub shops: Vec<Shop>,
    /// `[[mailbox]]`: at least one.
    pub mailboxes: Vec<Mailbox>,
    /// `[smtp]`: how mail leaves.
    pub smtp: Smtp,
    /// `[[agent]]`: agents and supervisors, at least one.
    pub people: Vec<Person>,
    /// `[[contact]]`: who is asked by mail and decides nothing about drafts.
    pub contacts: Arc<[Contact]>,
    /// `[[group]]`: several people and contacts under one name.
    pub groups: Arc<[Group]>,
    /// `[complaint]`: how complaints are dealt with.
    pub complaints: Option<Complaints>,
    /// `[approval]`: how answers of agents are trusted.
    pub approval: Approval,
    /// `[reply]`: windows and deadlines of an answer.
    pub reply: Reply,
    /// `[calls]`: when a telephone call is long, and who looks after it.
    pub calls: Calls,
    /// `[report.night]`: the night shift's report.
    pub night: NightReport,
    /// `[report.day]`: what people confirm about their day.
    pub day: DayReport,
    /// `[handling]`: how people's time is reckoned.
    pub handling: Handling,
    /// `[operator]`: who hears of a mailbox that is silent.
    pub operator: Operator,
    /// `[store]`: where state lives.
    pub store: Store,
    /// `[control]`: the socket of the running daemon.
    pub control: Control,
    /// `[log]`: how the daemon talks.
    pub log: Log,
    /// `[limits]`: sizes and batches.
    pub limits: Limits,
    /// `rules`: folder of the rule files.
    pub rules: PathBuf,
    /// `templates`: folder of the templates.
    pub templates: PathBuf,
    /// What works but deserves a look.
    pub warnings: Vec<Fault>,
}

/// One shift that reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its name, part of the report's identity.
    pub name: String,
    /// When it reports, wall time of `zone`.
    pub at: Time,
    /// Who gets the report.
    pub to: Vec<Address>,
    /// Its zone.
    pub zone: TimeZone,
    /// Whose cases it names; empty for the desk's own shift: all that no other names.
    pub mailboxes: BTreeSet<MailboxName>,
}

/// Which encryption a connection uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314): ports 993 and 465.
    Implicit,
    /// An upgrade after the greeting, required: ports 143 and 587.
    Starttls,
    /// No encryption; only towards this machine.
    None,
}

impl Tls {
    const WORDS: [(&'static str, Self); 3] =
        [("implicit", Self::Implicit), ("starttls", Self::Starttls), ("none", Self::None)];
}

/// Loads a config file.
///
/// # Errors
/// Every fault at once, in the order of the file.
pub fn load(path: &Path) -> Result<Config, Broken> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let what = format!("the config cannot be read: {error}");
        Broken { faults: vec![Fault::whole(path, what, "name it with --config")], others: None }
    })?;
    let (config, others, _) = examine(path, &text);
    config.map_err(|faults| Broken { faults, others: others.map(Box::new) })
}

/// A config with faults, and where the other files are that may have faults too.
#[derive(Debug)]
pub struct Broken {
    /// The config's own faults, in the order of the file.
    pub faults: Vec<Fault>,
    /// Unknown when the file is not even TOML.
    pub others: Option<Box<Others>>,
}

/// What of a config is needed to look for faults in rules and templates.
#[derive(Debug)]
pub struct Others {
    /// Every folder of rule files, each once.
    pub rules: BTreeSet<PathBuf>,
    /// Every folder of templates, each once.
    pub templates: BTreeSet<PathBuf>,
    /// What templates must say.
    pub reply: Reply,
}

/// Checks the text of a config. `path` names it in faults, and its folder is what relative paths start from.
///
/// # Errors
/// Every fault at once, in the order of the file.
pub fn parse(path: &Path, text: &str) -> Result<Config, Vec<Fault>> {
    examine(path, text).0
}

/// The dotted names of all keys that loading `text` asked for, such as `mailbox.host`: what a reader may write.
/// Keys of a table are listed only if the table is written.
pub fn known_keys(path: &Path, text: &str) -> BTreeSet<String> {
    examine(path, text).2
}

fn examine(path: &Path, text: &str) -> (Result<Config, Vec<Fault>>, Option<Others>, BTreeSet<String>) {
    let doc = Document::new(path, text, 0);
    let (config, others) = match doc.parse(text) {
        Some(table) => {
            let (config, others) = read(&Section::root(&doc, &table));
            (config, Some(others))
        }
        None => (None, None),
    };
    let (mut faults, warnings, keys) = doc.close();
    if config.is_none() && faults.is_empty() {
        faults.push(Fault::whole(path, "the config could not be understood", ""));
    }
    let result = match config {
        Some(config) if faults.is_empty() => Ok(Config { warnings, ..config }),
        Some(_) | None => Err(faults),
    };
    (result, others, keys)
}

/// Reads every table before giving up on any.
fn read(root: &Section<'_>) -> (Option<Config>, Others) {
    let base = root.doc.file.parent().unwrap_or(Path::new(""));
    let folder = |key, default: &str| base.join(root.line(key).unwrap_or_else(|| default.to_owned()));
    let rules = folder("rules", "rules");
    let templates = folder("templates", "templates");

    let calendars = calendar::read_all(root);
    let level = root.section("level");
    let alerts = queue::alerts(level.as_ref());
    let levels = level::read(level.as_ref());
    let desk = table(root, "desk", "say who you are: [desk] name = \"…\"").and_then(|s| desk::read(&s));
    let shops = desk::shops(&root.sections("shop"));
    let zone = desk.as_ref().map_or(TimeZone::UTC, |desk| desk.zone.clone());
    let people = desk::people(root, &zone);
    let queues = queue::read_all(root, &people);
    let store = work::store(root.section("store").as_ref(), base);
    root.doc.allow_literals(root.flag("allow_literal_secrets", false));
    let mailboxes = mailbox::read_all(root, base, &store.dir);
    acknowledge::warn_without_calendar(root);
    let smtp = table(root, "smtp", "say how mail leaves: [smtp] host = \"…\"")
        .and_then(|s| smtp::read(&s, base, &store.dir, &mailboxes));

    let hosts = mailboxes.iter().map(|mailbox| mailbox.host.as_str());
    let hosts: Vec<&str> = hosts.chain(smtp.as_ref().map(|smtp| smtp.host.as_str())).collect();
    let first = mailboxes.first().map(|mailbox| &mailbox.address);
    let approval =
        table(root, "approval", "say how agents' answers are trusted: [approval] auth = \"authserv\"")
            .and_then(|s| approval::read(&s, base, first, &hosts));

    for section in &root.sections("agent") {
        let Some(address) = section.address("address") else { continue };
        let own = mailboxes.iter().any(|mailbox| mailbox.address == address);
        if own || approval.as_ref().is_some_and(|approval| approval.address == address) {
            section.fault(
                "address",
                format!("`{address}` is the desk's own address"),
                "an agent needs an address of their own: whoever answers from it can approve",
            );
        }
    }

    let own = mailboxes.iter().map(|mailbox| mailbox.address.clone());
    let own: Vec<Address> = own.chain(approval.as_ref().map(|approval| approval.address.clone())).collect();
    let contacts = contact::contacts(root, &people, &own);
    let groups = contact::groups(root, &people, &contacts);
    let complaints = complaint::read(root, &people, &contacts);
    let reply = work::reply(root.section("reply").as_ref());
    let calls = calls::read(root.section("calls").as_ref(), &people, &contacts, &groups);
    let (night, day) = work::reports(root, &people);
    let handling = report::handling(root.section("handling").as_ref());
    shift::one_report_each(&root.sections("mailbox"), &mailboxes, &night);
    let operator = operator::read(root.section("operator").as_ref(), &people, &mailboxes);
    let control = work::control(root.section("control").as_ref(), base);
    let log = work::log(root.section("log").as_ref());
    let limits = work::limits(root.section("limits").as_ref());
    root.finish();
    let own_rules = mailboxes.iter().filter_map(|mailbox| mailbox.rules.as_ref());
    let own_templates = mailboxes.iter().filter_map(|mailbox| mailbox.templates.as_ref());
    let others = Others {
        rules: own_rules.chain([&rules]).cloned().collect(),
        templates: own_templates.chain([&templates]).cloned().collect(),
        reply: reply.clone(),
    };
    let (Some(desk), Some(smtp), Some(approval)) = (desk, smtp, approval) else { return (None, others) };
    let config = Config {
        desk,
        calendars,
        levels,
        alerts,
        queues,
        shops,
        mailboxes,
        smtp,
        people,
        contacts: contacts.into(),
        groups: groups.into(),
        complaints,
        approval,
        reply,
        calls,
        night,
        day,
        handling,
        operator,
        store,
        control,
        log,
        limits,
        rules,
        templates,
        warnings: Vec::new(),
    };
    (Some(config), others)
}

/// TLS and port: the port follows from the encryption unless written; no encryption leaves this machine.
fn tls_and_port(section: &Section<'_>, host: Option<&str>, ports: [u16; 3]) -> (Tls, u16) {
    let tls = section.choice("tls", &Tls::WORDS, Tls::Implicit);
    let [implicit, starttls, none] = ports;
    let usual = match tls {
        Tls::Implicit => implicit,
        Tls::Starttls => starttls,
        Tls::None => none,
    };
    if tls == Tls::None && host.is_some_and(|host| !value::is_loopback(host)) {
        section.fault(
            "tls",
            "without TLS the password and every mail could be read on the way",
            "use \"implicit\" or \"starttls\"; \"none\" is for localhost, 127.0.0.0/8 and ::1",
        );
    }
    let port = section.number("port", 1, 65_535, u64::from(usual));
    (tls, u16::try_from(port).unwrap_or(usual))
}
