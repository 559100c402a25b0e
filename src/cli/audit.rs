//! `audit`: who decided what, when, about which revision and with which proof; and whether the journal still says so.

use std::path::Path;

use serde_json::Value;

use super::ask::{ask, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;
use crate::store::AuditHead;

/// Show who decided what about a case, or prove that nobody has changed the record
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi audit C-7K3M9Q2WXA
  madoguchi audit C-7K3M9Q2WXA --json
  madoguchi audit verify
  madoguchi audit verify --head 12345-3f2a9c01b2c3d4e55e4d3c2b1a09f8e7

Every night report ends with the head of that night. `verify --head` proves that
the record still is what it was then. Exits with 1 when there is no such case or
head, with 6 when the chain is broken.")]
pub(super) struct Args {
    /// A case number, or `verify`.
    #[arg(value_name = "CASE|verify")]
    what: String,
    /// A head from a night report that must be in the chain.
    #[arg(long, value_name = "HEAD")]
    head: Option<String>,
    /// JSON, one object a line.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let verify = args.what == "verify";
    if args.head.is_some() && !verify {
        return out::complain("--head goes with `verify`: madoguchi audit verify --head …", Exit::Usage);
    }
    if let Some(head) = &args.head
        && AuditHead::parse(head).is_none()
    {
        let how = "a head is a number, `-` and 32 hexadecimal digits, as at the end of a night report";
        return out::complain(how, Exit::Usage);
    }
    let case = (!verify).then(|| super::case::number(&args.what).to_owned());
    let answers = match ask(config, &Question::Audit { case: case.clone(), head: args.head.clone() }).await {
        Ok(answers) => answers,
        Err(exit) => return exit,
    };
    let Some((summary, notes)) = answers.split_first() else {
        return out::complain("the journal gave no answer", Exit::Failed);
    };
    let broken = summary.get("breaks").and_then(Value::as_array).is_some_and(|breaks| !breaks.is_empty());
    match case {
        Some(case) if notes.is_empty() && !broken => {
            return out::complain(&format!("the record knows no case {case}"), Exit::No);
        }
        Some(_) if args.json => notes.iter().for_each(out::json),
        Some(case) => show(&case, notes),
        None if args.json => out::json(summary),
        None => verified(summary),
    }
    let unknown_head = summary.get("contains") == Some(&Value::Bool(false));
    if broken {
        breaks(summary);
        Exit::Store
    } else if unknown_head {
        out::complain("this head is not in the chain: the record is not what it was then", Exit::No)
    } else {
        Exit::Ok
    }
}

fn show(case: &str, notes: &[Value]) {
    out::line(&format!("C-{case}"));
    for note in notes {
        let said = match (text(note, "said"), text(note, "kind")) {
            (said, kind) if said.is_empty() => kind,
            (said, _) => said,
        };
        let revision = match text(note, "revision") {
            revision if revision.is_empty() => revision,
            revision => format!(" r{revision}"),
        };
        let state = text(note, "state");
        out::line(&format!("{}  {said}{revision} -> {state}  #{}", text(note, "at"), text(note, "sequence")));
        for (label, field) in [("by", "by"), ("proof", "proof"), ("words", "content")] {
            let value = text(note, field);
            if !value.is_empty() {
                out::line(&format!("  {label:<6}{value}"));
            }
        }
    }
}

fn verified(summary: &Value) {
    let (first, records) = (text(summary, "first"), text(summary, "records"));
    out::line(&format!("{records} records from commit {first}"));
    out::line(&format!("head {}", text(summary, "head")));
    if summary.get("contains") == Some(&Value::Bool(true)) {
        out::line("the head that was asked about is in the chain");
    }
}

fn breaks(summary: &Value) {
    for what in summary.get("breaks").and_then(Value::as_array).into_iter().flatten() {
        out::note(what.as_str().unwrap_or_default());
    }
    out::note("The record has been damaged or changed. Keep a copy of the store before anything else.");
}
