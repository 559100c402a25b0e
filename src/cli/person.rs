//! `person`: who somebody is and everything they ever asked, in one place.

use std::path::Path;

use serde_json::Value;

use super::ask::{list, text};
use super::{customers, out};
use crate::answers::Question;
use crate::exit::Exit;

/// Show a person's record in the customer directory and all their cases, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi person 090-1234-5678
  madoguchi person hanako@example.com --json
  madoguchi person 山田花子
  madoguchi person C-7K3M9Q2WXA

Telephone numbers, addresses and names may be spelled in any way. From a number
or address it also finds cases under the person's other numbers and addresses;
WHY says what each case was found by. A name alone may be a namesake's.
Exits with 1 when nobody is known by it.")]
pub(super) struct Args {
    /// By what the person is known.
    #[arg(value_name = "PHONE|MAIL|NAME|CUSTOMER|CASE")]
    who: String,
    /// JSON, one object a line.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let none = "nobody is known by this number, address or name";
    list(config, &Question::Person { text: args.who.clone() }, args.json, show, none).await
}

fn show(found: &[Value]) {
    let (cases, records): (Vec<&Value>, Vec<&Value>) =
        found.iter().partition(|value| text(value, "kind") == "case");
    records.iter().for_each(|record| customers::show(record));
    if !cases.is_empty() {
        out::line(&table(&cases));
    }
}

fn table(cases: &[&Value]) -> String {
    let mut table = out::table(["CASE", "DAY", "STATE", "A/B", "TOPIC", "NAME", "WHY"], &[2]);
    for case in cases {
        let class = if text(case, "class") == "reservation" { "B" } else { "A" };
        table.add_row([
            text(case, "case"),
            text(case, "day"),
            text(case, "state_ja"),
            class.to_owned(),
            text(case, "topic"),
            text(case, "name"),
            customers::list(case, "why"),
        ]);
    }
    table.trim_fmt()
}
