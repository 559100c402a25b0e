//! The two doors: stdout for data, stderr for everything else.

use std::io::Write;

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

/// Says why a command ends so.
pub(super) fn complain(text: &str, exit: Exit) -> Exit {
    note(&format!("madoguchi: {text}"));
    exit
}
