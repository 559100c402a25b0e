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
    ask_each(config, std::slice::from_ref(question)).await
}

/// The answers to several questions in their order, all from the daemon or all from the store.
pub(super) async fn ask_each(config: &Path, questions: &[Question]) -> Result<Vec<Value>, Exit> {
    let live = Live::load(config).map_err(|faults| super::faults(&faults))?;
    let mut all = Vec::new();
    for (asked, question) in questions.iter().enumerate() {
        match control::ask(&live.config.control.socket, question).await {
            Ok(Some(answers)) => all.extend(answers),
            Ok(None) if asked == 0 => return from_store(live, questions).await,
            Ok(None) => {
                return Err(out::complain("the daemon went away in the middle; ask again", Exit::Failed));
            }
            Err(error) => return Err(out::complain(&format!("the daemon: {error}"), Exit::Failed)),
        }
    }
    Ok(all)
}

async fn from_store(live: Live, questions: &[Question]) -> Result<Vec<Value>, Exit> {
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
    let mut all = Vec::new();
    let mut failed = None;
    for question in questions {
        match answers::answer(&desk, question).await {
            Ok(answers) => all.extend(answers),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    let closed = desk.store().close().await;
    let complain = |error: DeskError| match &error {
        DeskError::Store(store) => out::complain(&error.to_string(), store_exit(store)),
        DeskError::Record { .. } => out::complain(&error.to_string(), Exit::Store),
        DeskError::Contended(_) => out::complain(&error.to_string(), Exit::Failed),
    };
    if let Some(error) = failed {
        return Err(complain(error));
    }
    closed.map_err(|error| out::complain(&error.to_string(), store_exit(&error)))?;
    Ok(all)
}

/// Lists the answers to a question, one JSON object a line or as `shown`; without any it says `none` and ends with 1.
pub(super) async fn list(
    config: &Path,
    question: &Question,
    json: bool,
    shown: impl FnOnce(&[Value]),
    none: &str,
) -> Exit {
    let found = match ask(config, question).await {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if found.is_empty() {
        return out::complain(none, Exit::No);
    }
    if json {
        found.iter().for_each(out::json);
    } else {
        shown(&found);
    }
    Exit::Ok
}

/// A field as text; empty when absent.
pub(super) fn text(value: &Value, field: &str) -> String {
    match value.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
