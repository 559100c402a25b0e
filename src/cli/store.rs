//! `store`: look at it, take it out, put it back.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::ask::ask;
use super::{out, store_exit};
use crate::answers::Question;
use crate::exit::Exit;
use crate::live::Live;
use crate::store;

/// Verify, export or import the store
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi store verify
  madoguchi store export > desk.jsonl
  madoguchi store import desk.jsonl")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look at every journal, snapshot and blob; change nothing (stop the daemon first)
    #[command(after_help = "\
Examples:
  madoguchi store verify
  madoguchi store verify --json

Exits with 6 when something is damaged.")]
    Verify {
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Write everything to stdout as JSON Lines, from the running daemon or from the store
    #[command(after_help = "\
Examples:
  madoguchi store export > desk.jsonl
  madoguchi store export | gzip > desk.jsonl.gz")]
    Export,
    /// Fill an empty store from an export (stop the daemon first)
    #[command(after_help = "\
Examples:
  madoguchi store import desk.jsonl
  zcat desk.jsonl.gz | madoguchi store import -")]
    Import {
        /// The export; `-` is stdin.
        file: PathBuf,
    },
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    match &args.action {
        Action::Verify { json } => verify(config, *json).await,
        Action::Export => export(config).await,
        Action::Import { file } => import(config, file).await,
    }
}

async fn verify(config: &Path, as_json: bool) -> Exit {
    let live = match Live::load(config) {
        Ok(live) => live,
        Err(faults) => return super::faults(&faults),
    };
    let dir = live.config.store.dir.clone();
    let verified = tokio::task::block_in_place(|| store::verify(&dir));
    let report = match verified {
        Ok(report) => report,
        Err(error) => return out::complain(&error.to_string(), store_exit(&error)),
    };
    if as_json {
        let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        out::json(&json!({
            "sequence": report.sequence,
            "rows": report.rows,
            "blobs": report.blobs,
            "clean": report.clean,
            "problems": problems,
        }));
    } else {
        out::line(&format!("{} rows, {} blobs, last commit {}", report.rows, report.blobs, report.sequence));
        report.problems.iter().for_each(|problem| out::line(&problem.to_string()));
    }
    if report.problems.is_empty() { Exit::Ok } else { Exit::Store }
}

async fn export(config: &Path) -> Exit {
    match ask(config, &Question::Export).await {
        Err(exit) => exit,
        Ok(lines) => {
            lines.iter().filter_map(serde_json::Value::as_str).for_each(out::line);
            Exit::Ok
        }
    }
}

async fn import(config: &Path, file: &Path) -> Exit {
    let live = match Live::load(config) {
        Ok(live) => live,
        Err(faults) => return super::faults(&faults),
    };
    let dir = &live.config.store.dir;
    let imported = if file == Path::new("-") {
        store::import(dir, BufReader::new(std::io::stdin())).await
    } else {
        match std::fs::File::open(file) {
            Ok(file) => store::import(dir, BufReader::new(file)).await,
            Err(error) => return out::complain(&format!("{}: {error}", file.display()), Exit::Failed),
        }
    };
    match imported {
        Ok(transferred) => {
            out::note(&format!("Imported {} rows and {} blobs.", transferred.rows, transferred.blobs));
            Exit::Ok
        }
        Err(error) => out::complain(&error.to_string(), store_exit(&error)),
    }
}
