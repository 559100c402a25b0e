//! The control socket: commands reach the running daemon, because the store admits one process.
//!
//! One question a connection, as one line of JSON; the answer is one JSON object a line and a last line
//! `{"end":true}` or `{"error":"…"}`. The socket is made with mode 0600: whoever may read it may read the store.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tracing::{debug, info};

use crate::answers::{Question, answer, instant};
use crate::desk::Desk;
use crate::health::{Board, Health};

/// Longest question in bytes.
const QUESTION: u64 = 64 * 1024;
/// How long a client may take to ask.
const PATIENCE: Duration = Duration::from_secs(10);

/// Binds the socket and returns the server that answers on it.
///
/// # Errors
/// When the socket cannot be made, for example because its folder is missing.
pub fn serve(
    desk: Desk,
    board: Board,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<impl Future<Output = ()> + Send> {
    let path = desk.live().config.control.socket.clone();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Whoever holds the store is the daemon; a socket that lies about is from one that was killed.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    info!(socket = %path.display(), "Listening for commands.");
    Ok(async move {
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        let (desk, board) = (desk.clone(), board.clone());
                        tokio::spawn(async move {
                            if let Err(error) = converse(stream, &desk, &board).await {
                                debug!(%error, "A command went away.");
                            }
                        });
                    }
                }
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        // The next start removes it anyway.
        let _ = std::fs::remove_file(&path);
    })
}

async fn converse(stream: UnixStream, desk: &Desk, board: &Board) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut reader = BufReader::new(tokio::io::AsyncReadExt::take(read, QUESTION));
    tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await??;
    let mut out = String::new();
    match serde_json::from_str::<Question>(&line) {
        Err(_) => out.push_str(
            &json!({ "error": "the question was not understood; is the command of another version?" })
                .to_string(),
        ),
        Ok(question) => match answer(desk, &question).await {
            Err(error) => out.push_str(&json!({ "error": error.to_string() }).to_string()),
            Ok(answers) => {
                for mut value in answers {
                    if question == Question::Status {
                        add_health(&mut value, desk, board);
                    }
                    out.push_str(&value.to_string());
                    out.push('\n');
                }
                out.push_str(&json!({ "end": true }).to_string());
            }
        },
    }
    out.push('\n');
    write.write_all(out.as_bytes()).await?;
    write.shutdown().await
}

/// What only the running daemon knows: how each mailbox fares.
fn add_health(status: &mut Value, desk: &Desk, board: &Board) {
    let live = desk.live();
    let zone = &live.config.desk.zone;
    let Some(object) = status.as_object_mut() else { return };
    object.insert("running".to_owned(), json!(true));
    let Some(mailboxes) = object.get_mut("mailboxes").and_then(Value::as_object_mut) else { return };
    for (name, health) in board.all() {
        let health = health.borrow().clone();
        let limit = live.config.mailbox(&name).map(|mailbox| live.config.silent_after(mailbox));
        let silent = limit.is_some_and(|limit| health.alive.elapsed() >= limit);
        let known = mailboxes.entry(name.to_string()).or_insert_with(|| json!({}));
        if let (Some(known), Value::Object(fares)) = (known.as_object_mut(), fares(&health, silent, zone)) {
            known.extend(fares);
        }
    }
}

fn fares(health: &Health, silent: bool, zone: &TimeZone) -> Value {
    let shown = |at: Option<Timestamp>| at.map(|at| instant(at, zone));
    let trouble = health.trouble.as_ref();
    json!({
        "state": health.state().word(),
        "silent": silent,
        "looked": shown(health.looked),
        "last_new": shown(health.last_new),
        "backlog": health.backlog,
        "watched_by": health.ways.watch,
        "marks": health.ways.marks,
        "trouble": trouble.map(|trouble| &trouble.what),
        "trouble_since": shown(trouble.map(|trouble| trouble.since)),
        "next_try": shown(trouble.map(|trouble| trouble.next_try)),
        "failures": trouble.map(|trouble| trouble.failures),
        "needs_person": trouble.is_some_and(|trouble| trouble.needs_person),
    })
}

/// Asks the daemon behind a socket. `None`: nobody listens there.
///
/// # Errors
/// When the daemon goes away in mid-answer or refuses the question.
pub async fn ask(socket: &Path, question: &Question) -> std::io::Result<Option<Vec<Value>>> {
    use std::io::{Error, ErrorKind};

    let stream = match UnixStream::connect(socket).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let (read, mut write) = stream.into_split();
    write.write_all(format!("{}\n", serde_json::to_string(question)?).as_bytes()).await?;
    let mut lines = BufReader::new(read).lines();
    let mut answers = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let value: Value = serde_json::from_str(&line)?;
        if value.get("end").is_some() {
            return Ok(Some(answers));
        }
        if let Some(error) = value.get("error").and_then(Value::as_str) {
            return Err(Error::other(error.to_owned()));
        }
        answers.push(value);
    }
    Err(Error::new(ErrorKind::UnexpectedEof, "the daemon went away in mid-answer"))
}
