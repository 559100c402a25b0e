//! `report`: the night report by hand.

use std::path::Path;

use clap::Subcommand;
use jiff::civil::Date;

use super::ask::{ask, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// Show or make a report
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi report night --date 2026-08-28 --dry-run")]
pub(super) struct Args {
    #[command(subcommand)]
    report: Report,
}

#[derive(Debug, Subcommand)]
enum Report {
    Night(Night),
}

/// Show the night report of a date, or make it now
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi report night --date 2026-08-28 --dry-run          show it
  madoguchi report night --date 2026-08-28 --dry-run --csv    the attachment
  madoguchi report night --date 2026-08-28                    make it; the daemon sends it

A report exists once per date and shift: making it twice changes nothing.")]
struct Night {
    /// The night shift's date.
    #[arg(long, value_name = "DATE")]
    date: Date,
    /// The shift, where a mailbox has a report of its own; default: the desk's.
    #[arg(long, value_name = "NAME")]
    shift: Option<String>,
    /// Only show it; nothing is sent and no label is taken off.
    #[arg(long)]
    dry_run: bool,
    /// Show the CSV attachment instead of the text.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let Report::Night(night) = &args.report;
    let question =
        Question::Report { date: night.date.to_string(), shift: night.shift.clone(), dry_run: night.dry_run };
    let answers = match ask(config, &question).await {
        Ok(answers) => answers,
        Err(exit) => return exit,
    };
    let Some(report) = answers.first() else {
        return out::complain("no shift of this name reports", Exit::Usage);
    };
    if night.json {
        out::json(report);
    } else if night.csv {
        out::line(text(report, "csv").trim_end());
    } else {
        out::line(text(report, "text").trim_end());
    }
    match report.get("planned").and_then(serde_json::Value::as_bool) {
        Some(true) => out::note("Made. The daemon sends it as soon as it runs."),
        Some(false) => {
            return out::complain("this report has been made already; nothing was changed", Exit::No);
        }
        None => {}
    }
    Exit::Ok
}
