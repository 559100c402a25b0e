//! `case`: everything about one case.

use std::path::Path;

use serde_json::Value;

use super::ask::{ask, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// Show one case: customer, mails, draft, and what was done when
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi case 7K3M9Q2WXA
  madoguchi case c-7k3m9q2wxa --json")]
pub(super) struct Args {
    /// The case number, in any case, with or without `C-`.
    id: String,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let id = number(&args.id);
    match ask(config, &Question::Case { id: id.to_owned() }).await {
        Err(exit) => exit,
        Ok(found) => match found.first() {
            None => out::complain(&format!("there is no case {id}"), Exit::No),
            Some(case) if args.json => {
                out::json(case);
                Exit::Ok
            }
            Some(case) => {
                show(case);
                Exit::Ok
            }
        },
    }
}

/// A case number as it was typed, without the `C-` before it. A number may itself begin with C.
pub(super) fn number(typed: &str) -> &str {
    let typed = typed.trim();
    typed.strip_prefix("C-").or_else(|| typed.strip_prefix("c-")).unwrap_or(typed)
}

fn show(case: &Value) {
    out::line(&format!("C-{}  {}", text(case, "case"), text(case, "state_ja")));
    for (label, field) in [
        ("mailbox", "mailbox"),
        ("day", "day"),
        ("class", "class"),
        ("topic", "topic"),
        ("source", "source"),
        ("queue", "queue"),
        ("tier", "tier"),
        ("priority", "priority"),
        ("handed over", "escalated"),
        ("name", "name"),
        ("phone", "phone"),
        ("email", "email"),
        ("shop", "shop"),
        ("owner", "owner"),
        ("due", "due"),
        ("reported", "reported"),
    ] {
        let value = text(case, field);
        if !value.is_empty() {
            out::line(&format!("  {label:<9}{value}"));
        }
    }
    if let Some(first) = case.get("first_answer").filter(|first| !first.is_null()) {
        let at = text(first, "at");
        let at = if at.is_empty() { at } else { format!(", answered {at}") };
        let (by, standing) = (text(first, "by"), text(first, "standing"));
        out::line(&format!("  {:<9}by {by}{at}: {standing}", "answer"));
    }
    if let Some(resolution) = case.get("resolution").filter(|resolution| !resolution.is_null()) {
        let (by, standing) = (text(resolution, "by"), text(resolution, "standing"));
        let left = resolution.get("left_seconds").and_then(Value::as_i64);
        let when = match left {
            Some(left) => format!("{} left", out::span(left)),
            None => format!("by {by}"),
        };
        out::line(&format!("  {:<9}{when}: {standing}", "over"));
    }
    let stood = case.get("paused_seconds").and_then(Value::as_i64).unwrap_or_default();
    if stood >= 60 {
        out::line(&format!("  {:<9}{}, the customer had the word", "paused", out::span(stood)));
    }
    for spent in list(case, "handling") {
        let said = if text(spent, "corrected") == "true" { " (corrected)" } else { "" };
        out::line(&format!("  {:<9}{}m {}{said}", "time", text(spent, "minutes"), text(spent, "by")));
    }
    let from = text(case, "linked");
    if !from.is_empty() {
        out::line(&format!("  {:<9}from C-{from}", "linked"));
    }
    for grown in list(case, "grown") {
        out::line(&format!("  {:<9}to C-{}", "linked", grown.as_str().unwrap_or_default()));
    }
    show_dossier(case);
    for asked in list(case, "waits_for") {
        let (of, since, until) = (text(asked, "of"), text(asked, "since"), text(asked, "until"));
        out::line(&format!("  {:<9}{of} since {since}, by {until}", "waits for"));
    }
    for wish in list(case, "wishes") {
        out::line(&format!("  {:<9}{}", "wish", wish.as_str().unwrap_or_default()));
    }
    for mail in list(case, "mail") {
        out::line("");
        let marks: Vec<&str> = list(mail, "marks").iter().filter_map(Value::as_str).collect();
        out::line(&format!("mail {}  {}  [{}]", text(mail, "sent"), text(mail, "folder"), marks.join(", ")));
        out::line(&indented(&text(mail, "words")));
    }
    if let Some(draft) = case.get("draft").filter(|draft| !draft.is_null()) {
        out::line("");
        out::line(&format!("draft, revision {}, to {}", text(draft, "revision"), text(draft, "to")));
        out::line(&format!("  {}", text(draft, "subject")));
        out::line(&indented(&text(draft, "body")));
    }
    if let Some(sent) = case.get("sent").filter(|sent| !sent.is_null()) {
        out::line("");
        out::line(&format!(
            "sent {}, revision {}, Message-ID {}",
            text(sent, "at"),
            text(sent, "revision"),
            text(sent, "message_id")
        ));
    }
    if let Some(complaint) = case.get("complaint") {
        complaint_lines(complaint).iter().for_each(|line| out::line(line));
    }
    let record = list(case, "record");
    if !record.is_empty() {
        out::line("");
        out::line("record");
    }
    for entry in record {
        let by = match text(entry, "by") {
            by if by.is_empty() => "desk".to_owned(),
            by => by,
        };
        out::line(
            format!("  {} {by} {} {}", text(entry, "at"), text(entry, "what"), text(entry, "note"))
                .trim_end(),
        );
    }
}

/// What was given and what is missing, why they wrote, and what was said by telephone.
fn show_dossier(case: &Value) {
    let Some(dossier) = case.get("dossier") else { return };
    let words =
        |field: &str| list(dossier, field).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    for (name, value) in dossier.get("given").and_then(Value::as_object).into_iter().flatten() {
        out::line(&format!("  {:<9}{name}: {}", "given", value.as_str().unwrap_or_default()));
    }
    for (label, value) in [("missing", words("missing")), ("tags", words("tags"))] {
        if !value.is_empty() {
            out::line(&format!("  {label:<9}{value}"));
        }
    }
    for call in list(dossier, "calls") {
        let minutes = match text(call, "minutes") {
            minutes if minutes.is_empty() => minutes,
            minutes => format!(" {minutes} min"),
        };
        let (at, by, how) = (text(call, "at"), text(call, "by"), text(call, "outcome"));
        out::line(format!("  {:<9}{at} {by} {how}{minutes} {}", "call", text(call, "note")).trim_end());
    }
}

/// A complaint with its tasks, demands and what is owed.
fn complaint_lines(complaint: &Value) -> Vec<String> {
    let head = |field| text(complaint, field);
    let mut lines = vec![
        String::new(),
        format!("complaint {} {}, responsible {}", head("type"), head("severity"), head("responsible")),
    ];
    if !head("waits_for").is_empty() {
        let late = complaint.get("reminders").and_then(Value::as_u64).unwrap_or(0);
        let late = if late > 0 { format!(", reminded {late} times") } else { String::new() };
        lines.push(format!("  waits for {}: {}, by {}{late}", head("waits_for"), head("who"), head("due")));
    }
    lines.push(format!("  report {}", head("report")));
    for (label, value) in complaint.get("fields").and_then(Value::as_object).into_iter().flatten() {
        lines.push(format!("  {label}: {}", value.as_str().unwrap_or_default().replace('\n', " / ")));
    }
    for (number, one) in (1..).zip(list(complaint, "demands")) {
        let answer = text(one, "answer");
        let answer = if answer.is_empty() { answer } else { format!(" -> {}", answer.replace('\n', " / ")) };
        lines.push(format!("  demand {number}: {}{answer}", text(one, "demand")));
    }
    for task in list(complaint, "task_list") {
        let note = text(task, "note");
        let note = if note.is_empty() { note } else { format!(": {note}") };
        lines.push(format!(
            "  task {} {} by {}, {} [{}{note}]",
            text(task, "number"),
            text(task, "who"),
            text(task, "due"),
            text(task, "text"),
            text(task, "state")
        ));
    }
    for (label, field) in [("cause", "cause"), ("prevention", "prevention")] {
        let value = head(field);
        if !value.is_empty() {
            lines.push(format!("  {label}: {}", value.replace('\n', " / ")));
        }
    }
    lines
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
