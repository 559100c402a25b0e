//! `check`: every mistake in the files, all at once; then the secrets and the servers.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::out;
use crate::config::{Config, Mailbox};
use crate::daemon;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::imap::folders::FolderNames;
use crate::imap::{ImapError, mailbox};
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
Exits with 0 when all is well, 3 for faults in files, 4 or 5 for servers.")]
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

/// One finding about a server or a secret.
struct Finding {
    what: String,
    trouble: Option<(String, Exit)>,
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
    let mut findings = vec![files(&live)];
    if !args.offline {
        let unlocked = live.unlock().map_err(|error| (error.to_string(), Exit::Config));
        findings.push(Finding { what: "[approval] secret".to_owned(), trouble: unlocked.err() });
        let chosen =
            |mailbox: &&Mailbox| args.mailbox.as_deref().is_none_or(|name| mailbox.name.as_str() == name);
        for mailbox in live.config.mailboxes.iter().filter(chosen) {
            findings.push(imap(mailbox).await);
        }
        findings.push(smtp(&live.config).await);
    }
    let mut exit = Exit::Ok;
    for finding in findings {
        match (&finding.trouble, args.json) {
            (None, false) => out::line(&format!("ok      {}", finding.what)),
            (Some((why, _)), false) => out::line(&format!("FAILED  {}: {why}", finding.what)),
            (trouble, true) => out::json(&json!({
                "check": finding.what,
                "ok": trouble.is_none(),
                "error": trouble.as_ref().map(|(why, _)| why),
            })),
        }
        if let (Some((_, code)), Exit::Ok) = (&finding.trouble, exit) {
            exit = *code;
        }
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

async fn imap(config: &Mailbox) -> Finding {
    let what = format!("mailbox {}", config.name);
    let account = tokio::task::block_in_place(|| daemon::account(config));
    let (account, names) = match account {
        Ok(pair) => pair,
        Err(error) => return Finding { what, trouble: Some((error.to_string(), Exit::Config)) },
    };
    // A look changes nothing: missing folders are made by the daemon.
    let mut mailbox =
        mailbox::Mailbox::new(account, FolderNames { create: false, ..names }, daemon::mark_names(config));
    let opened = async {
        let session = mailbox.session().await?;
        session.examine(&config.folder).await?;
        Ok::<(), ImapError>(())
    };
    let trouble = opened.await.err().map(|error| (error.to_string(), super::imap_exit(&error)));
    let folders = mailbox.folders();
    let part =
        |name: &str, folder: &Option<String>| format!("{name} {}", folder.as_deref().unwrap_or("(none)"));
    let what = match trouble {
        None => format!(
            "{what}: {}, {}, {}",
            part("archive", &folders.archive),
            part("drafts", &folders.drafts),
            part("sent", &folders.sent)
        ),
        Some(_) => what,
    };
    mailbox.leave().await;
    Finding { what, trouble }
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
