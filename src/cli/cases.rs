//! `cases`: what is open.

use std::path::Path;

use serde_json::Value;

use super::ask::{list, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// List open cases, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi cases
  madoguchi cases --tag DMをみた --all
  madoguchi cases --all --limit 500 --json | jq -r .case")]
pub(super) struct Args {
    /// Closed cases too.
    #[arg(long)]
    all: bool,
    /// At most so many.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// Only cases with this tag, such as DMをみた.
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// One JSON object a case.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let question = Question::Cases { all: args.all, limit: args.limit, tag: args.tag.clone() };
    list(config, &question, args.json, |cases| out::line(&table(cases)), "no cases").await
}

fn table(cases: &[Value]) -> String {
    // A state broken in two lines cannot be read at a glance; names and topics can.
    let mut table = out::table(["CASE", "DAY", "STATE", "A/B", "TOPIC", "NAME", "OWNER"], &[2]);
    for case in cases {
        let class = if text(case, "class") == "reservation" { "B" } else { "A" };
        table.add_row([
            text(case, "case"),
            text(case, "day"),
            text(case, "state_ja"),
            class.to_owned(),
            text(case, "topic"),
            text(case, "name"),
            text(case, "owner"),
        ]);
    }
    table.trim_fmt()
}
