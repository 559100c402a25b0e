//! Asks the running daemon, or answers from the store where none runs.

use std::path::Path;

use serde_json::Value;
use tokio::sync::mpsc;

use super::{out, store_exit};
use crate::answers::{self, Question};
use crate::clock::Clock;
use crate::control;
use crate::desk::{Desk, DeskError};
use crate::exit::Exit;
use crate::live::Live;
use crate::store::{Options, Store};

/// The answers, or the exit to end with (its reason is said already).
pub(super) async fn ask(config: &Path, question: &Question) -> Result<Vec<Value>, Exit> {
    let live = Live::load(config).map_err(|faults| super::faults(&faults))?;
    match control::ask(&live.config.control.socket, question).await {
        Ok(Some(answers)) => return Ok(answers),
        Ok(None) => {}
        Err(error) => return Err(out::complain(&format!("the daemon: {error}"), Exit::Failed)),
    }
    if !live.config.store.dir.is_dir() {
        return Err(out::complain(
            "there is no store yet; start the daemon once with: madoguchi run",
            Exit::No,
        ));
    }
    let opened = Store::open(Options::new(&live.config.store.dir)).await;
    let (store, report) = opened.map_err(|error| out::complain(&error.to_string(), store_exit(&error)))?;
    for repair in &report.repairs {
        out::note(&repair.to_string());
    }
    let (planned, _rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, Clock::system(), planned);
    let answered = answers::answer(&desk, question).await;
    let closed = desk.store().close().await;
    let answers = answered.map_err(|error| match &error {
        DeskError::Store(store) => out::complain(&error.to_string(), store_exit(store)),
        DeskError::Record { .. } => out::complain(&error.to_string(), Exit::Store),
        DeskError::Contended(_) => out::complain(&error.to_string(), Exit::Failed),
    })?;
    closed.map_err(|error| out::complain(&error.to_string(), store_exit(&error)))?;
    Ok(answers)
}

/// A field as text; empty when absent.
pub(super) fn text(value: &Value, field: &str) -> String {
    match value.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
