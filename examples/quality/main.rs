//! Measures the reading on folders of labelled data and prints one table. Started by `scripts/quality`.
//!
//! Two shapes of folder are known: labelled mails (`mails/`, `gold.jsonl`, `own.json`) and sets of JSON Lines, where
//! each row has a `text` and what is expected of it. It measures and never changes anything.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table on stdout is what it is run for")]

mod desk;
mod expect;
mod expressions;
mod files;
mod labels;
mod mails;
mod table;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use madoguchi::rules;
use madoguchi::triage::rulebook::Rulebook;
use serde_json::{Value, json};

use crate::desk::Bench;
use crate::table::Sheet;

/// How well mails and sentences are read, measured on labelled folders.
#[derive(Debug, Parser)]
#[command(name = "scripts/quality", after_help = EXAMPLES)]
struct Cli {
    /// Folders: labelled mails (mails/, gold.jsonl, own.json) or sets of JSON Lines.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// List what was read otherwise than expected, of all sets or of those whose name holds WORD.
    #[arg(long, value_name = "WORD", num_args = 0..=1, default_missing_value = "")]
    show: Option<String>,
    /// At most this many lines of each set with --show.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// The figures as JSON.
    #[arg(long)]
    json: bool,
    /// Write what was read, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Rule files to read with.
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))]
    rules: PathBuf,
}

const EXAMPLES: &str = "Examples:
  scripts/quality ../shared/eval ../shared/eval/public
  scripts/quality tests/zoo --show wishes
  scripts/quality ../shared/eval --json --predictions /tmp/read.jsonl";

fn main() -> ExitCode {
    match measure(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("scripts/quality: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(cli: &Cli) -> Result<ExitCode, Box<dyn Error>> {
    let rulebook = rules::load(&cli.rules, None)
        .map_err(|faults| faults.iter().map(|fault| format!("{fault}\n")).collect::<String>())?;
    let (mut sheets, mut known) = (Vec::new(), false);
    for folder in &cli.folders {
        if !folder.is_dir() {
            eprintln!("skipped: there is no folder {}", folder.display());
            continue;
        }
        known = true;
        sheets.extend(folder_sheets(folder, &rulebook)?);
    }
    if let Some(file) = &cli.predictions {
        let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
        for line in sheets.iter().flat_map(|sheet| &sheet.predictions) {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
    }
    if cli.json {
        let figures: Vec<Value> = sheets.iter().map(Sheet::json).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "sets": figures }))?);
    } else {
        print!("{}", table::render(&sheets));
        if let Some(word) = &cli.show {
            print!("{}", table::misses(&sheets, word, cli.limit));
        }
    }
    Ok(if known { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The sheets of one folder, whatever shapes lie in it.
fn folder_sheets(folder: &Path, rules: &Rulebook) -> Result<Vec<Sheet>, Box<dyn Error>> {
    let bench = Bench::of(folder, rules)?;
    let mut sheets = Vec::new();
    for gold in files::sets(folder, "gold")? {
        sheets.push(mails::sheet(folder, &gold, &bench)?);
    }
    for set in files::sets(folder, "")? {
        let name = files::stem(&set);
        if name.starts_with("gold") {
            continue;
        }
        let rows = files::lines(&set)?;
        sheets.push(if rows.iter().any(|row| row.get("label").is_some()) {
            labels::sheet(&name, &rows, &bench)
        } else {
            expressions::sheet(&name, &rows, &bench)
        });
    }
    if sheets.is_empty() {
        eprintln!("nothing to measure in {}: no gold.jsonl and no sets of JSON Lines", folder.display());
    }
    Ok(sheets)
}
