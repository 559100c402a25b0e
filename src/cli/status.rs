//! `status`: how the daemon fares.

use std::path::Path;

use serde_json::Value;

use super::ask::{ask, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// Show how the daemon fares: mailboxes, open cases, outbox, store, last report
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi status
  madoguchi status --json | jq .mailboxes

Exits with 1 when no daemon runs or a mailbox is in trouble.")]
pub(super) struct Args {
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let answers = match ask(config, &Question::Status).await {
        Ok(answers) => answers,
        Err(exit) => return exit,
    };
    let Some(status) = answers.first() else { return Exit::Failed };
    let running = status.get("running").is_some();
    let troubled = troubles(status);
    if args.json {
        out::json(status);
    } else {
        show(status, running);
    }
    if running && troubled == 0 { Exit::Ok } else { Exit::No }
}

fn mailboxes(status: &Value) -> impl Iterator<Item = (&String, &Value)> {
    status.get("mailboxes").and_then(Value::as_object).into_iter().flatten()
}

fn troubles(status: &Value) -> usize {
    mailboxes(status).filter(|(_, state)| !text(state, "trouble").is_empty()).count()
}

fn show(status: &Value, running: bool) {
    out::line(&format!("daemon    {}", if running { "running" } else { "not running" }));
    for (name, state) in mailboxes(status) {
        let trouble = text(state, "trouble");
        let state = if trouble.is_empty() { format!("looked {}", text(state, "looked")) } else { trouble };
        out::line(&format!("mailbox   {name}: {state}"));
    }
    out::line(&format!("cases     {} open{}", text(status, "open_cases"), counts(status, "states")));
    let next = text(status, "next_timer");
    if !next.is_empty() {
        out::line(&format!("timer     next {next}"));
    }
    let waiting = counts(status, "outbox");
    out::line(&format!(
        "outbox    {}",
        if waiting.is_empty() { "empty" } else { waiting.trim_start_matches(": ") }
    ));
    if let Some(kept @ 1..) = status.get("kept_back").and_then(Value::as_u64) {
        out::line(&format!("kept back questions about {kept} cases; they go out one a second"));
    }
    if let Some(store) = status.get("store") {
        out::line(&format!(
            "store     {} rows, commit {}, journal {} bytes",
            text(store, "rows"),
            text(store, "sequence"),
            text(store, "journal_bytes")
        ));
    }
    if let Some(report) = status.get("last_report").filter(|report| !report.is_null()) {
        out::line(&format!("report    {} {}", text(report, "date"), text(report, "phase")));
    }
}

/// `: asked 3, at_shop 1`, or nothing.
fn counts(status: &Value, field: &str) -> String {
    let counts = status.get(field).and_then(Value::as_object).into_iter().flatten();
    let parts: Vec<String> = counts.map(|(word, count)| format!("{word} {count}")).collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}
