//! `callbacks`: whom to call back before all others, in order.

use std::path::Path;

use serde_json::Value;

use super::ask::{list, text};
use super::out;
use crate::answers::Question;
use crate::exit::Exit;
use crate::triage::words::phone;

/// List priority callbacks: cases handed over to supervisors, in the order to call
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi callbacks
  madoguchi callbacks --json | jq -r .phone

A case comes onto the list with 引継, once the customer has had a first answer,
and leaves it with the next one. Exits with 1 when nobody waits.")]
pub(super) struct Args {
    /// One JSON object a case.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let none = "nobody waits to be called back first";
    list(config, &Question::Callbacks, args.json, |cases| out::line(&table(cases)), none).await
}

fn table(cases: &[Value]) -> String {
    // A number broken in two lines cannot be dialled.
    let mut table = out::table(["CASE", "NAME", "PHONE", "QUEUE", "HANDED OVER", "OVER BY"], &[2]);
    for case in cases {
        table.add_row([
            text(case, "case"),
            text(case, "name"),
            phone(&text(case, "phone")),
            text(case, "queue"),
            out::short_moment(&text(case, "handed_over")),
            out::short_moment(&text(case, "resolution_by")),
        ]);
    }
    table.trim_fmt()
}
