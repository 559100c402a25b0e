//! `status`: how the daemon fares.

use std::path::Path;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::ask::{ask, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// More mailboxes than this are counted; only those are listed that need a look.
const LISTED: usize = 20;
/// What a terminal shows on one line.
const COLUMNS: usize = 80;

/// Show how the daemon fares: mailboxes, open cases, outbox, store, last report
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi status
  madoguchi status --all
  madoguchi status --mailbox krakow
  madoguchi status --json | jq '.mailboxes[] | select(.trouble)'

With many mailboxes only those in trouble or with a backlog are listed.
Exits with 1 when no daemon runs, or a mailbox is in trouble or silent.")]
pub(super) struct Args {
    /// List every mailbox.
    #[arg(long)]
    all: bool,
    /// Everything about one mailbox.
    #[arg(long, value_name = "NAME")]
    mailbox: Option<String>,
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
    if let Some(name) = &args.mailbox {
        return one(status, name, args.json);
    }
    if args.json {
        out::json(status);
    } else {
        lines(status, args.all).iter().for_each(|line| out::line(line));
    }
    if running && !mailboxes(status).any(|(_, state)| is_troubled(state)) { Exit::Ok } else { Exit::No }
}

fn mailboxes(status: &Value) -> impl Iterator<Item = (&String, &Value)> {
    status.get("mailboxes").and_then(Value::as_object).into_iter().flatten()
}

fn is_true(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_bool).unwrap_or(false)
}

fn is_troubled(mailbox: &Value) -> bool {
    !text(mailbox, "trouble").is_empty() || is_true(mailbox, "silent")
}

/// One mailbox, field by field.
fn one(status: &Value, name: &str, json: bool) -> Exit {
    let Some((_, mailbox)) = mailboxes(status).find(|(known, _)| *known == name) else {
        let known: Vec<&str> = mailboxes(status).map(|(name, _)| name.as_str()).collect();
        return out::complain(
            &format!("there is no mailbox {name}; known: {}", known.join(", ")),
            Exit::Usage,
        );
    };
    if json {
        out::json(mailbox);
    } else {
        for (field, label) in [
            ("name", "name"),
            ("state", "state"),
            ("backlog", "still to read"),
            ("trouble", "trouble"),
            ("trouble_since", "since"),
            ("failures", "attempts"),
            ("next_try", "next try"),
            ("looked", "last look"),
            ("last_new", "last new mail"),
            ("waiting", "waiting effects"),
            ("watched_by", "watched by"),
            ("marks", "marks"),
            ("folder", "folder"),
        ] {
            let value = text(mailbox, field);
            if !value.is_empty() {
                out::line(&format!("{label:<16} {value}"));
            }
        }
    }
    if is_troubled(mailbox) || status.get("running").is_none() { Exit::No } else { Exit::Ok }
}

/// The whole status, no line wider than a terminal.
fn lines(status: &Value, all: bool) -> Vec<String> {
    let running = status.get("running").is_some();
    let mut lines = vec![format!("daemon    {}", if running { "running" } else { "not running" })];
    let known: Vec<(&String, &Value)> = mailboxes(status).collect();
    if running {
        lines.push(format!("mailboxes {}", summary(&known)));
    }
    let needs_look = |state: &Value| is_troubled(state) || text(state, "state") == "working";
    let (troubled, others): (Vec<_>, Vec<_>) = known.iter().partition(|(_, state)| needs_look(state));
    for (name, state) in
        troubled.into_iter().chain(others.into_iter().filter(|_| all || known.len() <= LISTED))
    {
        lines.extend(mailbox(name, state, running));
    }
    lines.push(format!("cases     {} open{}", text(status, "open_cases"), counts(status, "states")));
    let first = counts(status, "first_answers");
    if !first.is_empty() {
        lines.push(format!("answers   first{first}"));
    }
    let over = counts(status, "resolutions");
    if !over.is_empty() {
        lines.push(format!("over      resolution{over}"));
    }
    if let Some(callbacks @ 1..) = status.get("callbacks").and_then(Value::as_u64) {
        lines.push(format!("callbacks {callbacks} wait before all others: madoguchi callbacks"));
    }
    let next = text(status, "next_timer");
    if !next.is_empty() {
        lines.push(format!("timer     next {next}"));
    }
    let waiting = counts(status, "outbox");
    lines.push(format!(
        "outbox    {}",
        if waiting.is_empty() { "empty" } else { waiting.trim_start_matches(": ") }
    ));
    if let Some(kept @ 1..) = status.get("kept_back").and_then(Value::as_u64) {
        lines.push(format!("kept back questions about {kept} cases; they go out one a second"));
    }
    if let Some(store) = status.get("store") {
        lines.push(format!(
            "store     {} rows, commit {}, journal {} bytes",
            text(store, "rows"),
            text(store, "sequence"),
            text(store, "journal_bytes")
        ));
    }
    if let Some(report) = status.get("last_report").filter(|report| !report.is_null()) {
        lines.push(format!("report    {} {}", text(report, "date"), text(report, "phase")));
    }
    lines.iter().map(|line| cut(line)).collect()
}

/// `3: 1 watching, 1 working, 1 in trouble`
fn summary(known: &[(&String, &Value)]) -> String {
    let count = |wanted: &str| known.iter().filter(|(_, state)| text(state, "state") == wanted).count();
    let parts: Vec<String> = [
        ("watching", "watching"),
        ("working", "working"),
        ("starting", "starting"),
        ("trouble", "in trouble"),
    ]
    .into_iter()
    .map(|(word, shown)| (count(word), shown))
    .filter(|(count, _)| *count > 0)
    .map(|(count, shown)| format!("{count} {shown}"))
    .collect();
    let silent = known.iter().filter(|(_, state)| is_true(state, "silent")).count();
    let silent = if silent > 0 { format!(", {silent} silent") } else { String::new() };
    format!("{}: {}{silent}", known.len(), parts.join(", "))
}

/// One or two lines about a mailbox.
fn mailbox(name: &str, state: &Value, running: bool) -> Vec<String> {
    let waiting = match text(state, "waiting").as_str() {
        "" | "0" => String::new(),
        count => format!(", {count} waiting"),
    };
    let label = text(state, "name");
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    if !running {
        return vec![format!("mailbox   {name}{label}{waiting}")];
    }
    let trouble = text(state, "trouble");
    if !trouble.is_empty() {
        let person = if is_true(state, "needs_person") { "; needs a person" } else { "" };
        return vec![
            format!("mailbox   {name}{label}: trouble since {}{person}", short(state, "trouble_since")),
            format!("          {trouble}"),
            format!("          next try {}{waiting}", short(state, "next_try")),
        ];
    }
    let silent = if is_true(state, "silent") { "SILENT, " } else { "" };
    let doing = match text(state, "state").as_str() {
        "working" => format!("working, at most {} mails left", text(state, "backlog")),
        other => other.to_owned(),
    };
    let known = [("looked", "looked"), ("new", "last_new")].into_iter().filter_map(|(word, field)| {
        let at = short(state, field);
        (!at.is_empty()).then(|| format!("{word} {at}"))
    });
    let waiting = waiting.trim_start_matches(", ").to_owned();
    let mut lines = vec![format!("mailbox   {name}{label}: {silent}{doing}")];
    for part in known.chain(std::iter::once(waiting)).filter(|part| !part.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.width() + part.width() + 2 <= COLUMNS => {
                line.push_str(", ");
                line.push_str(&part);
            }
            Some(_) | None => lines.push(format!("          {part}")),
        }
    }
    lines
}

/// `08-28 10:05:33` of an instant.
fn short(state: &Value, field: &str) -> String {
    let full = text(state, field);
    match (full.get(5..10), full.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        (_, _) => full,
    }
}

/// Cut to the width of a terminal; a Japanese character takes two columns.
fn cut(line: &str) -> String {
    if line.width() <= COLUMNS {
        return line.to_owned();
    }
    let mut kept = String::new();
    for c in line.chars() {
        kept.push(c);
        if kept.width() > COLUMNS - 1 {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// `: asked 3, at_shop 1`, or nothing.
fn counts(status: &Value, field: &str) -> String {
    let counts = status.get(field).and_then(Value::as_object).into_iter().flatten();
    let parts: Vec<String> = counts.map(|(word, count)| format!("{word} {count}")).collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn status(mailboxes: &Value) -> Value {
        json!({
            "running": true, "mailboxes": mailboxes, "open_cases": 3, "states": { "asked": 3 },
            "outbox": { "mark": 2 }, "store": { "rows": 9, "sequence": 8, "journal_bytes": 7 },
        })
    }

    #[test]
    fn each_mailbox_has_its_line() {
        let shown = lines(
            &status(&json!({
                "krakow": { "name": "Kraków", "state": "trouble", "trouble": "the server refuses user name or password",
                    "trouble_since": "2026-08-28T10:05:33+09:00", "next_try": "2026-08-28T10:35:33+09:00",
                    "needs_person": true, "silent": true, "waiting": 2 },
                "reservation1": { "name": "JITANBODY整体院", "state": "watching", "looked": "2026-08-28T10:05:33+09:00",
                    "last_new": "2026-08-28T09:00:00+09:00", "waiting": 0 },
                "shinjuku": { "name": "新宿院", "state": "working", "backlog": 1234, "silent": false, "waiting": 7 },
            })),
            false,
        );
        expect![[r#"
            daemon    running
            mailboxes 3: 1 watching, 1 working, 1 in trouble, 1 silent
            mailbox   krakow (Kraków): trouble since 08-28 10:05:33; needs a person
                      the server refuses user name or password
                      next try 08-28 10:35:33, 2 waiting
            mailbox   shinjuku (新宿院): working, at most 1234 mails left, 7 waiting
            mailbox   reservation1 (JITANBODY整体院): watching, looked 08-28 10:05:33
                      new 08-28 09:00:00
            cases     3 open: asked 3
            outbox    mark 2
            store     9 rows, commit 8, journal 7 bytes"#]]
        .assert_eq(&shown.join("\n"));
        assert!(shown.iter().all(|line| line.width() <= COLUMNS));
    }

    #[test]
    fn a_thousand_mailboxes_are_counted_and_the_troubled_named() {
        let mut mailboxes = serde_json::Map::new();
        for n in 0..1000 {
            let trouble = (n % 500 == 7).then_some("the connection is closed (connect)");
            let state = if trouble.is_some() { "trouble" } else { "watching" };
            mailboxes.insert(format!("m{n:04}"), json!({ "state": state, "trouble": trouble, "looked": "" }));
        }
        let status = status(&Value::Object(mailboxes));
        let shown = lines(&status, false);
        expect!["mailboxes 1000: 998 watching, 2 in trouble"].assert_eq(shown.get(1).unwrap());
        assert_eq!(shown.iter().filter(|line| line.starts_with("mailbox   ")).count(), 2, "{shown:#?}");
        assert_eq!(lines(&status, true).iter().filter(|line| line.starts_with("mailbox   ")).count(), 1000);
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        for (line, expected) in [
            ("短い".to_owned(), "短い".to_owned()),
            ("院".repeat(41), format!("{}…", "院".repeat(39))),
            ("x".repeat(81), format!("{}…", "x".repeat(79))),
        ] {
            assert_eq!(cut(&line), expected);
        }
    }
}
