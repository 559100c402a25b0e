//! `check`: every mistake in the files, all at once; then the secrets and the servers.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::out;
use crate::config::{Config, Mailbox};
use crate::daemon;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::imap::folders::FolderNames;
use crate::imap::mailbox;
use crate::imap::probe::judge;
use crate::live::Live;
use crate::rules::{self, lint::Warning};
use crate::smtp::{Outcome, Stage};

/// Look for mistakes in config, rules and templates, then try the servers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi check                     files, then secrets and servers
  madoguchi check --offline           files only
  madoguchi check --json              one object a finding

Prints every fault with its place and a way out:
  rules/ja.toml:12:7: unclosed group; close the bracket
and warns of words in the rules that do nothing: dead, shadowed, written twice.
Then asks each mailbox what its server allows, changing nothing: how marks can
be written, whether All Mail of Gmail is shown, IDLE, connections, quota …:
  warn    reservation idle: no IDLE; set a short `poll` in [[mailbox]]
Exits with 0 when all is well or only less than best (warn), 1 when an account
cannot be worked with (bad), 3 for faults in files, 4 or 5 for servers.")]
pub(super) struct Args {
    /// Do not touch secrets or servers.
    #[arg(long)]
    offline: bool,
    /// Only this mailbox's server, of all of them.
    #[arg(long, value_name = "NAME")]
    mailbox: Option<String>,
    /// One JSON object a finding.
    #[arg(long)]
    json: bool,
}

/// What is asked about DNS.
const RESOLVER: &str = "[approval] resolver";

/// One finding about a server or a secret.
struct Finding {
    what: String,
    trouble: Option<(String, Exit)>,
}

impl Finding {
    fn exit(&self) -> Exit {
        self.trouble.as_ref().map_or(Exit::Ok, |(_, exit)| *exit)
    }

    fn print(&self, objects: bool) {
        match (&self.trouble, objects) {
            (None, false) => out::line(&format!("ok      {}", self.what)),
            (Some((why, _)), false) => out::line(&format!("FAILED  {}: {why}", self.what)),
            (trouble, true) => out::json(&json!({
                "check": self.what,
                "ok": trouble.is_none(),
                "error": trouble.as_ref().map(|(why, _)| why),
            })),
        }
    }
}

/// One finding about what an account allows.
fn print_probed(mailbox: &str, found: &judge::Finding, objects: bool) {
    let judge::Finding { topic, level, says, advice } = found;
    if objects {
        out::json(&json!({
            "mailbox": mailbox,
            "topic": topic,
            "level": level.word(),
            "says": says,
            "advice": if advice.is_empty() { None } else { Some(advice) },
        }));
    } else {
        let advice = if advice.is_empty() { String::new() } else { format!("; {advice}") };
        out::line(&format!("{:<8}{mailbox} {topic}: {says}{advice}", level.word()));
    }
}

/// The exit code so far, and the next: the first trouble stays, but a server that cannot be reached says more than an
/// account that lacks something.
fn worse(exit: Exit, next: Exit) -> Exit {
    if matches!(exit, Exit::Ok | Exit::No) && next != Exit::Ok { next } else { exit }
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let mut live = match Live::load(config) {
        Ok(live) => live,
        Err(faults) if args.json => {
            faults.iter().for_each(|fault| out::json(&as_json(fault)));
            return Exit::Config;
        }
        Err(faults) => return super::faults(&faults),
    };
    if let Some(name) = &args.mailbox
        && !live.config.mailboxes.iter().any(|mailbox| mailbox.name.as_str() == name)
    {
        return super::no_mailbox(&live, name);
    }
    for warning in &live.config.warnings {
        out::note(&format!("warning: {warning}"));
    }
    idle_words(&live, args.json);
    files(&live).print(args.json);
    let mut exit = Exit::Ok;
    if !args.offline {
        let unlocked = live.unlock().map_err(|error| (error.to_string(), Exit::Config));
        let secret = Finding { what: "[approval] secret".to_owned(), trouble: unlocked.err() };
        secret.print(args.json);
        exit = worse(exit, secret.exit());
        let chosen =
            |mailbox: &&Mailbox| args.mailbox.as_deref().is_none_or(|name| mailbox.name.as_str() == name);
        for mailbox in live.config.mailboxes.iter().filter(chosen) {
            let (finding, probed) = imap(mailbox).await;
            finding.print(args.json);
            exit = worse(exit, finding.exit());
            for found in &probed {
                print_probed(mailbox.name.as_str(), found, args.json);
                if found.level == judge::Level::Bad {
                    exit = worse(exit, Exit::No);
                }
            }
        }
        if let Some(dns) = dns(&live).await {
            dns.print(args.json);
            exit = worse(exit, dns.exit());
        }
        let smtp = smtp(&live.config).await;
        smtp.print(args.json);
        exit = worse(exit, smtp.exit());
    }
    exit
}

/// What loads and does nothing. It stops nobody: the exit code stays what it is.
fn idle_words(live: &Live, objects: bool) {
    let own = live.config.mailboxes.iter().map(|mailbox| live.config.rules_of(mailbox));
    let folders: BTreeSet<&Path> = own.chain([&*live.config.rules]).collect();
    let inspected = folders.into_iter().filter_map(|folder| rules::inspect(folder, None).ok());
    for Warning { fault, kind, other } in &inspected.flat_map(|(_, warnings)| warnings).collect::<Vec<_>>() {
        if objects {
            out::json(&json!({
                "severity": "warning",
                "kind": kind.word(),
                "file": fault.file.display().to_string(),
                "line": fault.line,
                "column": fault.column,
                "what": fault.what,
                "hint": fault.hint,
                "other": other,
            }));
        } else {
            let other = other.as_ref().map_or_else(String::new, |place| format!(" (see {place})"));
            out::note(&format!("warning: {fault}{other}"));
        }
    }
}

fn as_json(fault: &Fault) -> serde_json::Value {
    json!({
        "severity": "fault",
        "file": fault.file.display().to_string(),
        "line": fault.line,
        "column": fault.column,
        "what": fault.what,
        "hint": fault.hint,
    })
}

fn files(live: &Live) -> Finding {
    let what = format!(
        "files: {} mailboxes, {} people, {} rules, {} templates",
        live.config.mailboxes.len(),
        live.config.people.len(),
        live.desk_rules().rules().len(),
        live.desk_templates().iter().count()
    );
    Finding { what, trouble: None }
}

/// Opens a mailbox and asks what its server allows.
async fn imap(config: &Mailbox) -> (Finding, Vec<judge::Finding>) {
    let what = format!("mailbox {}", config.name);
    let account = tokio::task::block_in_place(|| daemon::account(config));
    let (account, names) = match account {
        Ok(pair) => pair,
        Err(error) => {
            return (Finding { what, trouble: Some((error.to_string(), Exit::Config)) }, Vec::new());
        }
    };
    // A look changes nothing: missing folders are made by the daemon.
    let names = FolderNames { create: false, ..names };
    let mut mailbox = mailbox::Mailbox::new(account, names, daemon::mark_names(config));
    let now = Timestamp::now();
    let seen = mailbox.examine_account(now).await;
    mailbox.leave().await;
    match seen {
        Err(error) => {
            let exit = super::imap_exit(&error);
            (Finding { what, trouble: Some((error.to_string(), exit)) }, Vec::new())
        }
        Ok(seen) => {
            let ours = config.marks.iter().map(|(_, mark)| mark.keyword.clone()).collect();
            (Finding { what, trouble: None }, judge::judge(&seen, &ours, now))
        }
    }
}

/// Whether DNS answers about the agents' domains, where it vouches for them.
async fn dns(live: &Live) -> Option<Finding> {
    let domains: BTreeSet<&str> = live.config.people.iter().map(|person| person.address.domain()).collect();
    let mut asked = false;
    for domain in domains {
        match live.auth.reaches(domain).await? {
            Ok(()) => asked = true,
            Err(_) => {
                let why = format!("DNS says nothing about {domain}; answers from there would wait");
                return Some(Finding { what: RESOLVER.to_owned(), trouble: Some((why, Exit::Unreachable)) });
            }
        }
    }
    asked.then(|| Finding { what: RESOLVER.to_owned(), trouble: None })
}

async fn smtp(config: &Config) -> Finding {
    let what = format!("smtp {}:{}", config.smtp.host, config.smtp.port);
    let trouble = match tokio::task::block_in_place(|| daemon::sender(config)) {
        Err(error) => Some((error.to_string(), Exit::Config)),
        Ok(smtp) => smtp.probe().await.err().map(|outcome| {
            let code = match &outcome {
                Outcome::Refused { stage: Stage::Auth, .. } => Exit::SignIn,
                Outcome::Sent { .. }
                | Outcome::Refused { .. }
                | Outcome::NotSent { .. }
                | Outcome::Unknown { .. } => Exit::Unreachable,
            };
            (outcome.to_string(), code)
        }),
    };
    Finding { what, trouble }
}
