//! `complaints`: how far each complaint is.

use std::path::Path;

use serde_json::Value;

use super::ask::{list, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// List complaints: what each waits for, until when, who has it, and whether the customer has the report
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi complaints
  madoguchi complaints --all --json | jq 'select(.report == \"unsent\") | .case'")]
pub(super) struct Args {
    /// Ended ones too.
    #[arg(long)]
    all: bool,
    /// One JSON object a complaint.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let question = Question::Complaints { all: args.all };
    list(config, &question, args.json, |complaints| out::line(&table(complaints)), "no complaints").await
}

fn table(complaints: &[Value]) -> String {
    let mut table =
        out::table(["CASE", "TYPE", "ORDER", "TASKS", "WAITS FOR", "WHO", "DUE", "REPORT"], &[0, 3, 6]);
    for one in complaints {
        let urgent = if text(one, "severity") == "urgent" { "!" } else { "" };
        let (done, all) = (text(one, "tasks_done"), text(one, "tasks"));
        let late = one.get("reminders").and_then(Value::as_u64).is_some_and(|reminders| reminders > 0);
        let due = out::short_moment(&text(one, "due"));
        let report = match text(one, "report").as_str() {
            "sent" => "sent",
            "none" => "none",
            _ => "not sent",
        };
        table.add_row([
            text(one, "case"),
            format!("{urgent}{}", text(one, "type")),
            text(one, "order"),
            format!("{done}/{all}"),
            text(one, "waits_for"),
            text(one, "who"),
            format!("{due}{}", if late { " late" } else { "" }),
            report.to_owned(),
        ]);
    }
    table.trim_fmt()
}
