//! The two doors: stdout for data, stderr for everything else.

use std::io::Write;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde_json::Value;

use crate::exit::Exit;

/// Writes a line of data. A reader that went away (`| head`) ends nothing but the writing.
pub(super) fn line(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Writes one object a line.
pub(super) fn json(value: &Value) {
    line(&value.to_string());
}

/// Writes a line for the person at the terminal.
pub(super) fn note(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A list for a terminal of 80 columns. Cells of `whole` columns are never broken in two lines; the others may be.
pub(super) fn table<const N: usize>(header: [&str; N], whole: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(80);
    table.set_header(header);
    for column in whole {
        if let Some(column) = table.column_mut(*column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

/// Says why a command ends so.
pub(super) fn complain(text: &str, exit: Exit) -> Exit {
    note(&format!("madoguchi: {text}"));
    exit
}

/// A span in seconds as people read it: `2h05m`, `12m`.
pub(super) fn span(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    if hours == 0 { format!("{minutes}m") } else { format!("{hours}h{minutes:02}m") }
}

/// An instant of an answer without year, seconds and offset: `08-27 14:05`.
pub(super) fn short_moment(instant: &str) -> String {
    let (day, time) = instant.split_once('T').unwrap_or((instant, ""));
    let day = day.split_once('-').map_or(day, |(_, day)| day);
    format!("{day} {}", time.get(..5).unwrap_or(time)).trim_end().to_owned()
}
