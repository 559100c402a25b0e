//! IDLE (RFC 2177): a doorbell, nothing more.
//!
//! Its own deadline runs through keep-alives; leaving has its own short one.

use std::future::Future;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::time::Instant;

use super::answer::{Heard, rings};
use super::command::Command;
use super::error::ImapError;
use super::quirk::Quirk;
use super::session::{Done, OnUntagged, Session};

/// How IDLE ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleEnd {
    /// Something changed: look.
    Rung,
    /// Time was up.
    Elapsed,
    /// We were asked to stop.
    Stopped,
    /// The server offers IDLE and does not do it: poll.
    Unable,
}

/// What came of asking for IDLE.
enum Plus {
    /// The server waits with us.
    Came,
    /// The command ended at once; the connection is good.
    Refused,
    /// Nothing came; the connection is of no more use.
    Silence,
}

impl Session {
    /// Waits in IDLE (RFC 2177) until something changes, the time is up or `stop` ends. A doorbell only: look
    /// afterwards, whatever it says. `exists` follows the number of mails that the server tells. Keep `limit` well under 29 minutes.
    pub async fn idle(
        &mut self,
        limit: Duration,
        stop: impl Future<Output = ()> + Send,
        exists: &mut u32,
    ) -> Result<IdleEnd, ImapError> {
        const VERB: &str = "IDLE";
        if !self.usable {
            return Err(ImapError::Closed { verb: VERB });
        }
        self.usable = false;
        self.untagged = 0;
        let tag = self.next_tag();
        let waiting = [(tag.clone(), VERB)];
        let mut answers = [None];
        let mut rung = false;
        let start = Instant::now() + self.patience.command;
        self.write(&Command::new(VERB), &tag, start).await?;
        self.flush(start, VERB).await?;
        let mut bell = |response: &Response<'_>| {
            rung |= rings(response);
            count(response, exists);
        };
        match self.plus(&tag, start, &waiting, &mut answers, &mut bell).await? {
            Plus::Came => {}
            Plus::Refused => {
                self.usable = true;
                return Ok(IdleEnd::Unable);
            }
            Plus::Silence => return Ok(IdleEnd::Unable),
        }
        let end = if rung { IdleEnd::Rung } else { self.wait_for_bell(limit, stop, exists).await? };
        let by = Instant::now() + self.patience.done;
        self.put(b"DONE\r\n", by, VERB).await?;
        self.flush(by, VERB).await?;
        while matches!(answers, [None]) {
            match self.hear_counted(VERB, by, &mut |response| count(response, exists)).await? {
                Heard::Untagged => {}
                Heard::Bye(code) => return Err(ImapError::Bye { verb: VERB, code }),
                Heard::Go | Heard::Preauth => return Err(ImapError::Parse { verb: VERB }),
                tagged @ Heard::Tagged { .. } => self.settle(tagged, &waiting, &mut answers)?,
            }
        }
        self.usable = true;
        Ok(end)
    }

    /// Waits for the `+`.
    async fn plus(
        &mut self,
        tag: &str,
        by: Instant,
        waiting: &[(String, &'static str)],
        answers: &mut [Option<Result<Done, ImapError>>],
        bell: OnUntagged<'_>,
    ) -> Result<Plus, ImapError> {
        const VERB: &str = "IDLE";
        loop {
            match self.hear_counted(VERB, by, bell).await {
                Ok(Heard::Go) => return Ok(Plus::Came),
                Ok(Heard::Untagged) => {}
                Ok(Heard::Preauth) => return Err(ImapError::Parse { verb: VERB }),
                Ok(Heard::Bye(code)) => return Err(ImapError::Bye { verb: VERB, code }),
                Ok(Heard::Tagged { tag: other, status, code, done, capabilities }) => {
                    let quirk =
                        if status == Status::Ok { Quirk::IdleWithoutPlus } else { Quirk::IdleRefused };
                    let ours = other == tag;
                    let heard = Heard::Tagged { tag: other, status, code, done, capabilities };
                    self.settle(heard, waiting, answers)?;
                    if ours {
                        quirk.met();
                        return Ok(Plus::Refused);
                    }
                }
                Err(ImapError::Deadline { .. }) => {
                    Quirk::IdleWithoutPlus.met();
                    return Ok(Plus::Silence);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn wait_for_bell(
        &mut self,
        limit: Duration,
        stop: impl Future<Output = ()> + Send,
        exists: &mut u32,
    ) -> Result<IdleEnd, ImapError> {
        const VERB: &str = "IDLE";
        let by = Instant::now() + limit;
        let mut stop = std::pin::pin!(stop);
        self.rest();
        loop {
            let mut rung = false;
            let mut bell = |response: &Response<'_>| {
                rung |= rings(response);
                count(response, exists);
            };
            let heard = tokio::select! {
                () = &mut stop => return Ok(IdleEnd::Stopped),
                heard = self.hear_counted(VERB, by, &mut bell) => heard,
            };
            match heard {
                Err(ImapError::Deadline { .. }) => return Ok(IdleEnd::Elapsed),
                Err(error) => return Err(error),
                Ok(Heard::Untagged) if rung => return Ok(IdleEnd::Rung),
                // Keep-alives; our own deadline goes on running.
                Ok(Heard::Untagged) => {}
                Ok(Heard::Bye(code)) => return Err(ImapError::Bye { verb: VERB, code }),
                Ok(Heard::Go | Heard::Preauth | Heard::Tagged { .. }) => {
                    return Err(ImapError::Parse { verb: VERB });
                }
            }
        }
    }
}

/// Follows EXISTS. Mails that go meanwhile make it too low: it says how many came at least, and nothing more hangs on it
/// than whether one question for everything new may be asked.
fn count(response: &Response<'_>, exists: &mut u32) {
    if let Response::MailboxData(MailboxDatum::Exists(now)) = response {
        *exists = *now;
    }
}
