//! Commands in the air: sent one by one, answered one by one, so that the next can leave before the last has landed.
//!
//! While anything is in the air nothing else can be said on the connection; one that is dropped or fails meanwhile is
//! given up like after any other doubt. Never decides what to send, never reconnects.

use tokio::time::Instant;
use tracing::debug;

use super::answer::Heard;
use super::command::Command;
use super::error::ImapError;
use super::session::{Done, OnUntagged, Session};

/// The commands of one connection that are not answered yet, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    waiting: Vec<(String, &'static str)>,
}

impl Flight {
    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl Session {
    /// Sends a command of one line without waiting for its answer.
    pub(crate) async fn launch(&mut self, flight: &mut Flight, command: &Command) -> Result<(), ImapError> {
        let verb = command.verb();
        command.check()?;
        if !command.is_one_line() {
            return Err(ImapError::Config(format!("{verb} with a literal cannot be sent ahead")));
        }
        if flight.is_empty() && !self.usable {
            return Err(ImapError::Closed { verb });
        }
        // True again when the last one has landed.
        self.usable = false;
        let tag = self.next_tag();
        let by = Instant::now() + self.patience.command;
        self.write(command, &tag, by).await?;
        self.flush(by, verb).await?;
        flight.waiting.push((tag, verb));
        Ok(())
    }

    /// Waits until the oldest command in the air is answered. A server that answers a later one first is left, and the
    /// commands are sent again on a new connection.
    ///
    /// The outer error means that the connection is lost; an inner one is a NO or BAD to that command alone.
    pub(crate) async fn land(
        &mut self,
        flight: &mut Flight,
        bytes: u64,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Result<Done, ImapError>, ImapError> {
        let Some((_, verb)) = flight.waiting.first().cloned() else {
            return Err(ImapError::Closed { verb: "nothing" });
        };
        self.untagged = 0;
        let end = Instant::now() + self.time_for(bytes);
        let mut answers = vec![None; flight.waiting.len()];
        loop {
            // Silence ends sooner than a long transfer may last.
            let by = end.min(Instant::now() + self.time_for(super::session::QUIET_BYTES));
            let heard = self.hear_counted(verb, by, on_untagged).await;
            match heard.inspect_err(|error| debug!(verb, %error, "Connection is given up."))? {
                Heard::Untagged => {}
                Heard::Go | Heard::Preauth => return Err(ImapError::Parse { verb }),
                Heard::Bye(code) => return Err(ImapError::Bye { verb, code }),
                tagged @ Heard::Tagged { .. } => self.settle(tagged, &flight.waiting, &mut answers)?,
            }
            let out_of_turn = answers.iter().skip(1).any(Option::is_some);
            if out_of_turn {
                // RFC 3501 section 5.5 allows it, no server we know does it for FETCH; nothing is lost by starting over.
                return Err(ImapError::Closed { verb });
            }
            if let Some(Some(answer)) = answers.first_mut().map(Option::take) {
                flight.waiting.remove(0);
                self.usable = flight.is_empty();
                return Ok(answer);
            }
        }
    }
}
