//! `customers`: the customer directory. Takes lists in, finds people, names possible duplicates; nothing here removes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};

use super::ask::{ask, ask_each, text};
use super::out;
use crate::answers::Question;
use crate::customers;
use crate::exit::Exit;
use crate::record;

/// Bytes of customers in one question: a line to the daemon is at most 64 KiB, and JSON within JSON grows.
const CHUNK: usize = 24 * 1024;

/// Import customers, find one, or list possible duplicates
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi customers import customers.csv --dry-run
  madoguchi customers find 090-1234-5678
  madoguchi customers duplicates

Nothing removes a customer and nothing makes two into one: a supervisor decides
that in the customer system.")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Take in a list of customers, by the running daemon or into the store
    #[command(after_help = "\
Examples:
  madoguchi customers import customers.csv --dry-run
  madoguchi customers import customers.xlsx

A customer who is known by number is updated, field by field; what the list has
no column for stays. Exits with 3 when the list has a fault, and writes nothing.")]
    Import {
        /// A CSV file (UTF-8 or Shift_JIS) or an XLSX workbook, its first line headings.
        file: PathBuf,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Find a customer by telephone number, mail address or name, in any spelling
    #[command(after_help = "\
Examples:
  madoguchi customers find 09012345678
  madoguchi customers find hanako@example.com
  madoguchi customers find ヤマダ

Exits with 1 when there is none: not registered. \"not linked\" is something else:
registered, but the telephone system does not show it.")]
    Find {
        /// What to look for.
        #[arg(value_name = "PHONE|MAIL|NAME")]
        what: String,
        /// JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// List customers who share a telephone number or a mail address
    #[command(after_help = "\
Examples:
  madoguchi customers duplicates
  madoguchi customers duplicates --json")]
    Duplicates {
        /// JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    match &args.action {
        Action::Import { file, dry_run, json } => import(config, file, *dry_run, *json).await,
        Action::Find { what, json } => find(config, what, *json).await,
        Action::Duplicates { json } => duplicates(config, *json).await,
    }
}

async fn import(config: &Path, file: &Path, dry_run: bool, as_json: bool) -> Exit {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return out::complain(&format!("{}: {error}", file.display()), Exit::Failed),
    };
    let listed = match customers::read(file, &bytes) {
        Ok(listed) => listed,
        Err(faults) => return super::faults(&faults),
    };
    for heading in &listed.ignored {
        out::note(&format!("{}: the column {heading} is left out.", file.display()));
    }
    let mut chunks: Vec<Vec<String>> = vec![Vec::new()];
    let mut size = 0_usize;
    for customer in &listed.customers {
        let json = String::from_utf8_lossy(&record::customer_to_json(customer)).into_owned();
        size = size.saturating_add(json.len());
        if size > CHUNK {
            size = json.len();
            chunks.push(Vec::new());
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(json);
        }
    }
    let questions: Vec<Question> = chunks
        .into_iter()
        .map(|customers| Question::TakeCustomers { customers, given: listed.given.clone(), dry_run })
        .collect();
    match ask_each(config, &questions).await {
        Err(exit) => exit,
        Ok(answers) => {
            told(&answers, dry_run, as_json);
            Exit::Ok
        }
    }
}

/// One account of all chunks.
fn told(answers: &[Value], dry_run: bool, as_json: bool) {
    let sum =
        |field: &str| answers.iter().filter_map(|a| a.get(field)?.as_u64()).fold(0, u64::saturating_add);
    let all = |field: &str| -> Vec<&Value> {
        answers.iter().filter_map(|a| a.get(field)?.as_array()).flatten().collect()
    };
    let (new, same, updated) = (sum("new"), sum("same"), all("updated"));
    let mut seen = BTreeSet::new();
    let mut pairs = all("duplicates");
    pairs.retain(|pair| seen.insert(pair.to_string()));
    if as_json {
        out::json(&json!({
            "dry_run": dry_run, "new": new, "same": same, "updated": updated, "duplicates": pairs,
        }));
        return;
    }
    for one in &updated {
        out::line(&format!("updated {}: {}", text(one, "customer"), list(one, "changed")));
    }
    pairs.iter().for_each(|pair| out::line(&said(pair)));
    let (count, possible) = (updated.len(), pairs.len());
    let would = if dry_run { " (nothing is written)" } else { "" };
    out::line(&format!(
        "{new} new, {count} updated, {same} unchanged, {possible} possible duplicates{would}"
    ));
}

async fn find(config: &Path, what: &str, as_json: bool) -> Exit {
    let found = match ask(config, &Question::FindCustomers { text: what.to_owned() }).await {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if found.is_empty() {
        return out::complain("not registered: no customer has this number, address or name", Exit::No);
    }
    for customer in &found {
        if as_json {
            out::json(customer);
        } else {
            show(customer);
        }
    }
    Exit::Ok
}

pub(super) fn show(customer: &Value) {
    let linked = customer.get("linked") == Some(&Value::Bool(true));
    let linked = if linked { "registered, linked" } else { "registered, not linked" };
    out::line(&format!("{}  {}  {linked}", text(customer, "customer"), text(customer, "name")));
    let rows = [
        ("why", list(customer, "reasons")),
        ("tier", text(customer, "tier")),
        ("kana", text(customer, "kana")),
        ("company", text(customer, "company")),
        ("phone", list(customer, "phones")),
        ("mail", list(customer, "mails")),
        ("note", text(customer, "note")),
    ];
    for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        out::line(&format!("  {label:<9}{value}"));
    }
}

async fn duplicates(config: &Path, as_json: bool) -> Exit {
    match ask(config, &Question::DuplicateCustomers).await {
        Err(exit) => exit,
        Ok(pairs) => {
            for pair in &pairs {
                if as_json {
                    out::json(pair);
                } else {
                    out::line(&said(pair));
                }
            }
            Exit::Ok
        }
    }
}

fn said(pair: &Value) -> String {
    format!("possible duplicate: {} ({})", list(pair, "customers"), text(pair, "reason"))
}

pub(super) fn list(value: &Value, field: &str) -> String {
    let all = value.get(field).and_then(Value::as_array);
    let all: Vec<&str> = all.into_iter().flatten().filter_map(Value::as_str).collect();
    all.join(", ")
}
