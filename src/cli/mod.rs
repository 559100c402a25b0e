//! The command line: one file per command, each thin.
//!
//! Data goes to stdout, everything else to stderr; `--json` prints one object a line. Exit codes are an interface
//! (see [`crate::exit`]). While the daemon runs, commands ask it over its socket; otherwise they open the store.

mod ask;
mod audit;
mod authorize;
mod backtest;
mod callbacks;
mod case;
mod cases;
mod check;
mod complaints;
mod customers;
mod explain;
mod figures;
mod out;
mod person;
mod progress;
mod queues;
mod report;
mod run;
mod status;
mod store;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::exit::Exit;
use crate::fault::Fault;
use crate::imap::ImapError;
use crate::live::Live;
use crate::oauth::TokenError;
use crate::store::StoreError;

/// 窓口: triage for shared mailboxes. Reads, labels, drafts, asks by mail, sends once, reports.
#[derive(Debug, Parser)]
#[command(name = "madoguchi", version, max_term_width = 80, after_help = AFTER)]
struct Cli {
    /// The config file.
    #[arg(long, short, global = true, default_value = "config.toml", value_name = "FILE")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
Examples:
  madoguchi check                 look for mistakes, then try the servers
  madoguchi explain mail.eml      why was this mail read so?
  madoguchi run                   watch the mailboxes
  madoguchi cases                 what is open
  madoguchi report night --date 2026-08-28 --dry-run

Exit codes: 0 done, 1 the answer is no, 2 usage, 3 config, 4 no server,
5 sign-in refused, 6 store damaged or full, 7 store in use, 8 anything else.";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Check(check::Args),
    Authorize(authorize::Args),
    Explain(explain::Args),
    Test(test::Args),
    Backtest(backtest::Args),
    Cases(cases::Args),
    Case(case::Args),
    Complaints(complaints::Args),
    Customers(customers::Args),
    Queues(queues::Args),
    Callbacks(callbacks::Args),
    Person(person::Args),
    Audit(audit::Args),
    Report(report::Args),
    Figures(figures::Args),
    Store(store::Args),
    Status(status::Args),
}

/// The command line as it is defined, for whatever checks or describes it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Threads that wait for the network. The work is elsewhere, and each thread keeps memory of its own.
const MOST_WORKERS: usize = 4;
/// Threads for reading mails, files and names: enough that one that hangs holds up nobody. Memory that one of them gave
/// back lies idle with it, so hundreds of them would cost what a backlog costs.
const MOST_BLOCKING: usize = 16;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(cores().min(MOST_WORKERS)).max_blocking_threads(MOST_BLOCKING);
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return out::complain(&format!("cannot start: {error}"), Exit::Failed).into(),
    };
    let exit = runtime.block_on(async {
        match cli.command {
            Command::Run(args) => run::run(cli.config, &args).await,
            Command::Check(args) => check::run(&cli.config, &args).await,
            Command::Authorize(args) => authorize::run(&cli.config, &args).await,
            Command::Explain(args) => explain::run(&cli.config, &args),
            Command::Test(args) => test::run(&cli.config, &args),
            Command::Backtest(args) => backtest::run(&cli.config, &args).await,
            Command::Cases(args) => cases::run(&cli.config, &args).await,
            Command::Case(args) => case::run(&cli.config, &args).await,
            Command::Complaints(args) => complaints::run(&cli.config, &args).await,
            Command::Customers(args) => customers::run(&cli.config, &args).await,
            Command::Queues(args) => queues::run(&cli.config, &args).await,
            Command::Callbacks(args) => callbacks::run(&cli.config, &args).await,
            Command::Person(args) => person::run(&cli.config, &args).await,
            Command::Audit(args) => audit::run(&cli.config, &args).await,
            Command::Report(args) => report::run(&cli.config, &args).await,
            Command::Figures(args) => figures::run(&cli.config, &args).await,
            Command::Store(args) => store::run(&cli.config, &args).await,
            Command::Status(args) => status::run(&cli.config, &args).await,
        }
    });
    // A blocked look-up of a name must not keep a finished command from ending.
    runtime.shutdown_background();
    exit.into()
}

/// Prints faults, one a line, with a count.
fn faults(faults: &[Fault]) -> Exit {
    for fault in faults {
        out::note(&fault.to_string());
    }
    let count = faults.len();
    out::complain(&format!("{count} fault{}", if count == 1 { "" } else { "s" }), Exit::Config)
}

/// Everything in force, seen from a mailbox where one is named. The exit to end with when that cannot be had; its
/// reason is said already.
fn load_for(config: &Path, mailbox: Option<&str>) -> Result<Live, Exit> {
    let live = Live::load(config).map_err(|found| faults(&found))?;
    let Some(name) = mailbox else { return Ok(live) };
    live.seen_from(name).map_err(|live| no_mailbox(&live, name))
}

/// Says which mailboxes there are.
fn no_mailbox(live: &Live, name: &str) -> Exit {
    let known: Vec<&str> = live.config.mailboxes.iter().map(|mailbox| mailbox.name.as_str()).collect();
    out::complain(&format!("there is no mailbox {name}; known: {}", known.join(", ")), Exit::Usage)
}

/// Which exit a mailbox's refusal means.
fn imap_exit(error: &ImapError) -> Exit {
    match error {
        ImapError::SignIn { .. } | ImapError::TokenRefused { .. } => Exit::SignIn,
        ImapError::Config(_) => Exit::Config,
        ImapError::Token(error) => token_exit(error),
        ImapError::No { .. }
        | ImapError::Bad { .. }
        | ImapError::Bye { .. }
        | ImapError::Closed { .. }
        | ImapError::Deadline { .. }
        | ImapError::Parse { .. }
        | ImapError::Panic { .. }
        | ImapError::Untagged { .. }
        | ImapError::Tls(_) => Exit::Unreachable,
    }
}

/// Which exit a missing access token means.
fn token_exit(error: &TokenError) -> Exit {
    match error {
        TokenError::NotGranted { .. } | TokenError::Withdrawn { .. } | TokenError::Refused { .. } => {
            Exit::SignIn
        }
        TokenError::Setup(_) => Exit::Config,
        TokenError::Unavailable(_) => Exit::Unreachable,
    }
}

/// Which exit a store's refusal means.
fn store_exit(error: &StoreError) -> Exit {
    match error {
        StoreError::Busy { .. } => Exit::Busy,
        StoreError::Import(_) => Exit::Failed,
        StoreError::Key(_)
        | StoreError::ValueTooLarge { .. }
        | StoreError::Batch(_)
        | StoreError::Full
        | StoreError::Damaged { .. }
        | StoreError::Unknown(_)
        | StoreError::Poisoned
        | StoreError::Closed
        | StoreError::BlobMissing(_)
        | StoreError::BlobDamaged(_)
        | StoreError::Io { .. }
        | StoreError::Engine(_) => Exit::Store,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
