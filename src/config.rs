//! The config: what the operator and the supervisor write in `config.toml`, checked into plain values.
//!
//! The commented `config.toml` at the root of the project is the reference: a test keeps it equal to the keys
//! read here. Loading collects every fault, never contacts a server, and never fetches a secret: values keep
//! their [`SecretSource`](crate::secret::SecretSource), resolved by whoever opens the connection.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::triage::draft::Values;
use crate::triage::id::{Address, MailboxName};
use crate::triage::people::{Person, Position, Shop};
use crate::triage::policy;

mod approval;
mod desk;
mod mailbox;
pub(crate) mod section;
mod smtp;
pub(crate) mod value;
mod work;

pub use approval::{ACKNOWLEDGEMENT, Approval, Authentication, KEY_BYTES};
pub use desk::Desk;
pub use mailbox::{Mailbox, Mark, Marking, Marks, STANDARD_MARKS, Since};
pub use smtp::{SentCopy, Smtp, StageLimits};
pub use work::{Control, Engine, Limits, Log, LogFormat, NightReport, Reply, Store};

use section::{Document, Section};

/// A whole config, checked: names are unique, references lead somewhere, paths are absolute or relative to the
/// working directory as the config file's own path is.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[desk]`: who we are.
    pub desk: Desk,
    /// `[[shop]]`: branches that answer what the desk may not.
    pub shops: Vec<Shop>,
    /// `[[mailbox]]`: at least one.
    pub mailboxes: Vec<Mailbox>,
    /// `[smtp]`: how mail leaves.
    pub smtp: Smtp,
    /// `[[agent]]`: agents and supervisors, at least one.
    pub people: Vec<Person>,
    /// `[approval]`: how answers of agents are trusted.
    pub approval: Approval,
    /// `[reply]`: windows and deadlines of an answer.
    pub reply: Reply,
    /// `[report.night]`: the night shift's report.
    pub night: NightReport,
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

impl Config {
    /// The desk as the core sees it: every address of the house counts as ours.
    pub fn core_desk(&self) -> policy::Desk {
        let listed = self.desk.addresses.iter();
        let boxes = self.mailboxes.iter().map(|mailbox| &mailbox.address);
        let shops = self.shops.iter().flat_map(|shop| &shop.addresses);
        let people = self.people.iter().map(|person| &person.address);
        let all: BTreeSet<&Address> = listed
            .chain(boxes)
            .chain(shops)
            .chain(people)
            .chain([&self.smtp.from, &self.approval.address])
            .collect();
        policy::Desk {
            name: self.desk.name.clone(),
            zone: self.desk.zone.clone(),
            addresses: all.into_iter().cloned().collect(),
            domains: self.desk.domains.clone(),
            phones: self.desk.phones.clone(),
            shops: self.shops.iter().map(|shop| shop.name.clone()).collect(),
            products: self.desk.products.clone(),
            opening: self.desk.opening,
        }
    }

    /// What templates may say about the desk: `desk_…`.
    pub fn desk_values(&self) -> Values {
        let mut values = Values::default();
        values.set("desk_name", &*self.desk.name);
        values.set("desk_phone", self.desk.phone.as_deref().unwrap_or(""));
        values.set("desk_url", self.desk.url.as_deref().unwrap_or(""));
        values
    }

    /// A mailbox by name.
    pub fn mailbox(&self, name: &MailboxName) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == *name)
    }

    /// The agents of a mailbox in the order they are asked.
    pub fn agents_of<'c>(&'c self, mailbox: &'c Mailbox) -> impl Iterator<Item = &'c Person> {
        mailbox.agents.iter().filter_map(|name| self.people.iter().find(|person| person.name == *name))
    }

    /// The supervisors in the order of the config.
    pub fn supervisors(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.position == Position::Supervisor)
    }
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
    /// Folder of the rule files.
    pub rules: PathBuf,
    /// Folder of the templates.
    pub templates: PathBuf,
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

    let desk = table(root, "desk", "say who you are: [desk] name = \"…\"").and_then(|s| desk::read(&s));
    let shops = desk::shops(&root.sections("shop"));
    let people = desk::people(root);
    let mailboxes = mailbox::read_all(root, base);
    let smtp =
        table(root, "smtp", "say how mail leaves: [smtp] host = \"…\"").and_then(|s| smtp::read(&s, base));

    let hosts = mailboxes.iter().map(|mailbox| mailbox.host.as_str());
    let hosts: Vec<&str> = hosts.chain(smtp.as_ref().map(|smtp| smtp.host.as_str())).collect();
    let first = mailboxes.first().map(|mailbox| &mailbox.address);
    let approval = table(root, "approval", "say how agents' answers are trusted: [approval] auth = \"none\"")
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

    let reply = work::reply(root.section("reply").as_ref());
    let night = work::night(root, &people);
    let store = work::store(root.section("store").as_ref(), base);
    let control = work::control(root.section("control").as_ref(), base);
    let log = work::log(root.section("log").as_ref());
    let limits = work::limits(root.section("limits").as_ref());
    root.finish();
    let others = Others { rules: rules.clone(), templates: templates.clone(), reply: reply.clone() };
    let (Some(desk), Some(smtp), Some(approval)) = (desk, smtp, approval) else { return (None, others) };
    let config = Config {
        desk,
        shops,
        mailboxes,
        smtp,
        people,
        approval,
        reply,
        night,
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

/// A table that must be there.
fn table<'d>(root: &Section<'d>, key: &str, hint: &str) -> Option<Section<'d>> {
    let found = root.section(key);
    if found.is_none() && !root.has(key) {
        root.doc.fault_whole(format!("missing table [{key}]"), hint);
    }
    found
}

/// Where a secret comes from: a table with exactly one of three keys.
fn secret(section: &Section<'_>, key: &str, base: &Path) -> Option<crate::secret::SecretSource> {
    use crate::secret::SecretSource;
    const HINT: &str =
        "write { credential = \"name\" }, { file = \"path\" } or { command = [\"pass\", \"show\", \"x\"] }";
    if section.is_text(key) {
        section.fault(key, format!("`{}` is written out in the config", section.dotted(key)), HINT);
        return None;
    }
    let source = section.section(key)?;
    let credential = source.parsed("credential", value::credential).map(SecretSource::Credential);
    let file = source.line("file").map(|file| SecretSource::File(base.join(file)));
    let words = source.list("command", value::line);
    let command = (!words.is_empty()).then_some(SecretSource::Command(words));
    source.finish();
    let mut given = [credential, file, command].into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(one), None) => Some(one),
        // A source that is written but wrong has been complained about.
        (None, None) if source.has("credential") || source.has("file") => None,
        (_, _) => {
            section.fault(key, format!("`{}` needs exactly one source", section.dotted(key)), HINT);
            None
        }
    }
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
