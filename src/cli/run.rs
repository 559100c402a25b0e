//! `run`: the daemon.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{out, store_exit};
use crate::config;
use crate::daemon::{self, DaemonError, RunOptions};
use crate::desk::DeskError;
use crate::desk::intake::Tally;
use crate::exit::Exit;
use crate::live::Live;
use crate::telemetry;
use crate::watcher::WatchError;

/// Watch the mailboxes until told to stop
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi run                       watch until SIGTERM or Ctrl-C
  madoguchi run --once                work everything new, settle the outbox, end
  madoguchi run --since 2026-08-20    at the first start, begin with older mail
  madoguchi run --once --at 2026-08-28T22:05:00+09:00
                                      rehearse: act as if it were that moment

SIGHUP reloads config, rules and templates, or keeps the old ones and says why.
SIGTERM finishes what is in the air and stops.")]
pub(super) struct Args {
    /// Work everything new, settle the outbox, end.
    #[arg(long)]
    once: bool,
    /// Where a mailbox has never been looked at: begin with mail of this day.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Rehearse: act as if it were this instant (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    at: Option<Timestamp>,
    /// With --once: print what was taken in as JSON.
    #[arg(long, requires = "once")]
    json: bool,
}

pub(super) async fn run(config: PathBuf, args: &Args) -> Exit {
    // The log is in the config. Rules and templates are read once, by the daemon; here only to tell all faults at once.
    let (level, format) = match config::load(&config) {
        Ok(config) => (config.log.level, config.log.format),
        Err(_) => match Live::load(&config) {
            Ok(live) => (live.config.log.level, live.config.log.format),
            Err(faults) => return super::faults(&faults),
        },
    };
    telemetry::start(level, format);
    let options = RunOptions { once: args.once, since: args.since, at: args.at };
    match daemon::run(config, options).await {
        Ok(tally) => {
            show(args, tally);
            Exit::Ok
        }
        Err(error) => {
            if let DaemonError::Mailboxes { tally, .. } = &error {
                show(args, *tally);
            }
            exit(&error)
        }
    }
}

fn show(args: &Args, tally: Tally) {
    if args.once && args.json {
        out::json(&serde_json::json!({
            "cases": tally.cases,
            "follow_ups": tally.follow_ups,
            "commands": tally.commands,
            "ignored": tally.ignored,
            "quarantined": tally.quarantined,
            "held": tally.held,
        }));
    }
}

fn exit(error: &DaemonError) -> Exit {
    match error {
        DaemonError::Faults(faults) => super::faults(faults),
        DaemonError::Secret { .. } | DaemonError::Smtp(_) => out::complain(&error.to_string(), Exit::Config),
        DaemonError::Store(store) | DaemonError::Desk(DeskError::Store(store)) => {
            out::complain(&error.to_string(), store_exit(store))
        }
        DaemonError::Desk(DeskError::Record { .. }) => out::complain(&error.to_string(), Exit::Store),
        DaemonError::Desk(DeskError::Contended(_)) | DaemonError::System { .. } => {
            out::complain(&error.to_string(), Exit::Failed)
        }
        DaemonError::Mailbox { source, .. } => out::complain(&error.to_string(), code(source)),
        DaemonError::Mailboxes { failed, .. } => {
            let codes: Vec<Exit> = failed.values().map(code).collect();
            // What only a person can mend goes before what may pass.
            let worst = [Exit::Config, Exit::SignIn].into_iter().find(|exit| codes.contains(exit));
            out::complain(&error.to_string(), worst.unwrap_or(Exit::Unreachable))
        }
    }
}

fn code(why: &WatchError) -> Exit {
    match why {
        WatchError::Imap(error) => super::imap_exit(error),
        WatchError::Desk(DeskError::Store(store)) => store_exit(store),
        WatchError::Desk(_) => Exit::Failed,
    }
}
