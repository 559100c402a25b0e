//! `queues`: who is there, what they hold, what waits.

use std::path::Path;

use serde_json::Value;

use super::ask::{list, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;

/// List queues: people on shift, what they hold, what waits, the next deadline
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi queues
  madoguchi queues --json | jq 'select(.unassigned > 0) | .queue'

Behind each name on shift stands how many cases the person holds, and how many
at most; a name in brackets is not on shift. Exits with 1 without any queue.")]
pub(super) struct Args {
    /// One JSON object a queue.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let none = "no queues; write [[queue]] into the config";
    list(config, &Question::Queues, args.json, |queues| out::line(&table(queues)), none).await
}

fn table(queues: &[Value]) -> String {
    let mut table = out::table(["QUEUE", "PEOPLE", "WAITING", "OLDEST", "NEXT DEADLINE"], &[]);
    for queue in queues {
        let waiting = match queue.get("unassigned").and_then(Value::as_u64) {
            Some(free @ 1..) => format!("{} ({free} nobody's)", text(queue, "waiting")),
            Some(0) | None => text(queue, "waiting"),
        };
        table.add_row([
            text(queue, "queue"),
            people(queue),
            waiting,
            out::short_moment(&text(queue, "oldest")),
            out::short_moment(&text(queue, "next_deadline")),
        ]);
    }
    table.trim_fmt()
}

fn people(queue: &Value) -> String {
    let people = queue.get("people").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let shown = people.iter().map(|person| {
        let held = format!("{} {}/{}", text(person, "name"), text(person, "held"), text(person, "capacity"));
        let on = person.get("on_shift").and_then(Value::as_bool).unwrap_or(false);
        if on { held } else { format!("({held})") }
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn a_list_fits_eighty_columns() {
        let person =
            |name: &str, on: bool| json!({ "name": name, "on_shift": on, "held": 3, "capacity": 10 });
        let people: Vec<Value> = (0..6).map(|n| person("佐々木 健太郎", n % 2 == 0)).collect();
        let queue = json!({
            "queue": "Support_Escalation", "people": people, "waiting": 12, "unassigned": 3,
            "oldest": "2026-08-27T10:00:00+09:00", "next_deadline": "2026-08-27T12:00:00+09:00",
        });
        let table = table(&[queue]);
        assert!(table.lines().all(|line| line.width() <= 80), "{table}");
        for part in ["佐々木", "3/10", "08-27 10:00", "08-27 12:00"] {
            assert!(table.contains(part), "{part} in {table}");
        }
    }
}
