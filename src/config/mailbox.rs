//! `[[mailbox]]`: what is watched, and how marks are written there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::acknowledge::{self, Acknowledge};
use super::desk::{unique, web_address};
use super::marks::{self, Marking, Marks};
use super::section::{Problem, Section};
use super::signin::{self, SignIn, Whose};
use super::work::shift;
use super::{Tls, tls_and_port, value};
use crate::triage::id::{Address, MailboxName};

/// One watched mailbox. Two are equal when nothing about them was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Our name for it, unique.
    pub name: MailboxName,
    /// Its own mail address, unique.
    pub address: Address,
    /// IMAP host: a name or an address literal without brackets.
    pub host: String,
    /// IMAP port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Certificates to trust instead of the system's (PEM file).
    pub ca: Option<PathBuf>,
    /// Login name.
    pub user: String,
    /// What it signs in with.
    pub sign_in: SignIn,
    /// The watched folder, decoded (not modified UTF-7).
    pub folder: String,
    /// Archive folder; `None` = the one with SPECIAL-USE `\Archive` (RFC 6154).
    pub archive: Option<String>,
    /// Drafts folder; `None` = `\Drafts`.
    pub drafts: Option<String>,
    /// Sent folder; `None` = `\Sent`.
    pub sent: Option<String>,
    /// How often it is looked at, IDLE or not.
    pub poll: Duration,
    /// Whether IDLE (RFC 2177) is used between polls.
    pub idle: bool,
    /// Names of the people asked about its mails, in order; never empty.
    pub agents: Vec<String>,
    /// Where the first start begins.
    pub since: Since,
    /// How each meaning is written.
    pub marks: Marks,
    /// Which way marks are written.
    pub marking: Marking,
    /// The folder under which folders of marks are made; levels are divided by `/`.
    pub mark_parent: Option<String>,
    /// The marks that leave a mail in the inbox where marks are folders, by meaning.
    pub inbox_marks: BTreeSet<String>,
    /// Its own folder of rules; `None` = the desk's.
    pub rules: Option<PathBuf>,
    /// Its own folder of templates; `None` = the desk's.
    pub templates: Option<PathBuf>,
    /// The address its customers see; `None` = the one in `[smtp]`.
    pub from: Option<Address>,
    /// The display name its customers see; `None` = the one in `[smtp]`.
    pub from_name: Option<String>,
    /// What is different from `[desk]` here.
    pub desk: OwnDesk,
    /// Its own report instead of a place in the desk's.
    pub report: Option<OwnReport>,
    /// How its customers are told that mail has come; `None` = not at all.
    pub acknowledge: Option<Acknowledge>,
    /// The operator hears of it after so long without a look; `None` = as `[operator]` says.
    pub silent_after: Option<Duration>,
}

/// `[mailbox.desk]`: what a mailbox says otherwise than `[desk]`. `None` = as the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDesk {
    /// The name its customers know.
    pub name: Option<String>,
    /// The zone of its dates and shifts.
    pub zone: Option<TimeZone>,
    /// The calendar of its business time, by name.
    pub calendar: Option<String>,
    /// Its opening time.
    pub opening: Option<Time>,
    /// The number shown to its customers, as written.
    pub phone: Option<String>,
    /// The web site shown to its customers.
    pub url: Option<String>,
}

/// `[mailbox.report]`: a report of this mailbox's shift, in its zone. Mailboxes with the same shift share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReport {
    /// Name of the shift, part of the report's identity.
    pub shift: String,
    /// When, wall time of the mailbox's zone; `None` = as `[report.night]`.
    pub at: Option<Time>,
    /// Who gets it; empty = as `[report.night]`.
    pub to: Vec<Address>,
}

/// Where the first start of a mailbox begins. Later starts go on where they stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// With the next mail that arrives.
    Now,
    /// With mails received on or after a day.
    Day(Date),
}

pub(super) fn read_all(root: &Section<'_>, base: &Path, state: &Path) -> Vec<Mailbox> {
    let sections = root.sections("mailbox");
    if sections.is_empty() && !root.has("mailbox") {
        root.doc.fault_whole("no [[mailbox]]: nothing to watch", "add [[mailbox]] with name, host and user");
    }
    // Every written name counts, so that a fault in an agent's address does not show up here as well.
    let agents: Vec<String> =
        root.sections("agent").iter().filter_map(|section| section.line("name")).collect();
    let mut names = BTreeSet::new();
    let mut addresses = BTreeSet::new();
    let mut mailboxes = Vec::new();
    for section in &sections {
        let Some(mailbox) = read(section, base, state, &agents) else { continue };
        unique(section, "name", &mut names, mailbox.name.as_str());
        let address = if section.has("address") { "address" } else { "user" };
        unique(section, address, &mut addresses, mailbox.address.as_str());
        mailboxes.push(mailbox);
    }
    mailboxes
}

fn read(section: &Section<'_>, base: &Path, state: &Path, known: &[String]) -> Option<Mailbox> {
    let name =
        section.need("name", section.parsed("name", mailbox_name), "a short name for logs and commands");
    let host = section.need("host", section.parsed("host", value::host), "such as \"imap.gmail.com\"");
    let (tls, port) = tls_and_port(section, host.as_deref(), [993, 143, 143]);
    let ca = section.line("ca").map(|file| base.join(file));
    let user = section.need("user", section.line("user"), "the login name");
    let whose = Whose {
        base,
        account: name.as_ref().map(ToString::to_string),
        user: user.clone(),
        token_file: token_file(state, name.as_ref()),
    };
    let mut sign_in = signin::read(section, &whose);
    if !section.has("oauth") {
        sign_in = section.need("password", sign_in, "such as password = { credential = \"imap\" }; or oauth");
    }
    let address = section.address("address").or_else(|| user.as_deref().and_then(Address::parse));
    if address.is_none() && user.is_some() && !section.has("address") {
        section.fault("user", "the login name is not a mail address", "add address = \"desk@example.co.jp\"");
    }
    let folder = section.line("folder").unwrap_or_else(|| "INBOX".to_owned());
    let archive = section.line("archive");
    let drafts = section.line("drafts");
    let sent = section.line("sent");
    let poll = section.duration("poll", Duration::from_secs(120));
    let idle = section.flag("idle", true);
    let agents = agents(section, known);
    let since = section.parsed("since", since).unwrap_or(Since::Now);
    let own_marks = section.section("marks").map_or_else(Marks::default, |section| marks::read(&section));
    let marking = section.parsed("marking", marks::marking).unwrap_or_default();
    let mark_parent = section.parsed("mark_parent", marks::folder_name);
    let inbox_marks = marks::in_inbox(section, &own_marks);
    if marking == Marking::Keywords && mark_parent.is_some() {
        section.fault(
            "mark_parent",
            "marks are keywords here, so no folders are made",
            "remove one of the two",
        );
    }
    let rules = section.line("rules").map(|folder| base.join(folder));
    let templates = section.line("templates").map(|folder| base.join(folder));
    let from = section.address("from");
    let from_name = section.line("from_name");
    let desk = section.section("desk").map(|section| own_desk(&section)).unwrap_or_default();
    let report = section.section("report").and_then(|section| own_report(&section));
    let acknowledge = section.section("acknowledge").and_then(|section| acknowledge::read(&section));
    let silent_after = section.parsed("silent_after", value::duration);
    if silent_after.is_some_and(|after| after <= poll) {
        section.fault(
            "silent_after",
            "`mailbox.silent_after` is not longer than `mailbox.poll`",
            "a mailbox that is looked at so seldom would always count as silent",
        );
    }
    section.finish();
    Some(Mailbox {
        name: name?,
        address: address?,
        host: host?,
        port,
        tls,
        ca,
        user: user?,
        sign_in: sign_in?,
        folder,
        archive,
        drafts,
        sent,
        poll,
        idle,
        agents,
        since,
        marks: own_marks,
        marking,
        mark_parent,
        inbox_marks,
        rules,
        templates,
        from,
        from_name,
        desk,
        report,
        acknowledge,
        silent_after,
    })
}

/// Where a mailbox's refresh token is kept.
fn token_file(state: &Path, name: Option<&MailboxName>) -> PathBuf {
    state.join("oauth").join(format!("mailbox-{}.json", name.map_or("", MailboxName::as_str)))
}

fn own_desk(section: &Section<'_>) -> OwnDesk {
    let phone = section.line("phone");
    if let Some(Err(problem)) = phone.as_deref().map(value::phone) {
        section.fault("phone", problem.what, problem.hint);
    }
    let desk = OwnDesk {
        name: section.line("name"),
        zone: section.parsed("zone", value::zone),
        calendar: section.line("calendar"),
        opening: section.time("opening"),
        phone,
        url: web_address(section),
    };
    section.finish();
    desk
}

fn own_report(section: &Section<'_>) -> Option<OwnReport> {
    let shift = section.need("shift", section.parsed("shift", shift), "the name of this report's shift");
    let at = section.time("at");
    let to = section.list("to", value::address);
    section.finish();
    Some(OwnReport { shift: shift?, at, to })
}

fn mailbox_name(text: &str) -> Result<MailboxName, Problem> {
    MailboxName::parse(text).ok_or_else(|| {
        Problem::new(
            format!("`{text}` is not a mailbox name"),
            "use letters, digits, `-`, `_` and `.`, 64 at most",
        )
    })
}

fn since(text: &str) -> Result<Since, Problem> {
    if text == "now" {
        return Ok(Since::Now);
    }
    let wrong =
        |_| Problem::new(format!("`{text}` is not a start"), "write \"now\" or a day such as 2026-08-27");
    value::date(text).map(Since::Day).map_err(wrong)
}

fn agents(section: &Section<'_>, known: &[String]) -> Vec<String> {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let chosen = section.list("agents", |name| {
        if names.contains(&name) {
            return Ok(name.to_owned());
        }
        let hint = match value::nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add an [[agent]] of this name".to_owned(),
        };
        Err(Problem::new(format!("no agent is called `{name}`"), hint))
    });
    if chosen.is_empty() { names.into_iter().map(str::to_owned).collect() } else { chosen }
}
