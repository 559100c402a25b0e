//! The one strict command layer: one connection, one owner, no answer misread.
//!
//! async-imap's convenience calls take NO, BAD and even a closed connection for success with fewer items. So only
//! its reader is used; commands, tags, literals, deadlines and the reading of outcomes are ours. After anything but
//! a plain NO or BAD, and after a dropped future, the session refuses to go on: its state is unknown.
//! Never interprets mail, never retries, never reconnects (`mailbox` does).

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::{Response, Status};
use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};
use tracing::debug;

pub use super::answer::Done;
use super::answer::Heard;
use super::command::{Command, Part};
use super::connect::Patience;
use super::error::ImapError;
pub use super::idle::IdleEnd;
use super::lease::Lease;
pub use super::select::Selected;
use super::wire::Wire;

/// Called with every answer that belongs to no tag.
pub(crate) type OnUntagged<'a> = &'a mut (dyn FnMut(&Response<'_>) + Send);

/// The largest single answer for which a slow line is given time, in bytes.
pub(super) const QUIET_BYTES: u64 = 1024 * 1024;

/// No round of commands takes longer, whatever the sum of its parts.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// Untagged lines accepted during one round of commands. A fetch of 200 mails has a few hundred.
const MAX_UNTAGGED: usize = 200_000;

/// One connection. Owned by one task; `Send`.
#[derive(Debug)]
pub struct Session {
    pub(super) client: Client<Wire>,
    pub(super) tag: u64,
    pub(super) usable: bool,
    pub(super) untagged: usize,
    pub(super) capabilities: BTreeSet<String>,
    pub(super) selected: Option<Selected>,
    pub(super) patience: Patience,
    /// Until when this sign-in is good; `None` where it has no end.
    pub(super) lease: Option<Lease>,
}

impl Session {
    /// Whether the server offers something, such as `MOVE`.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(&capability.to_ascii_uppercase())
    }

    /// The mailbox in use.
    pub fn selected(&self) -> Option<&Selected> {
        self.selected.as_ref()
    }

    /// Whether commands can still be sent.
    pub fn is_usable(&self) -> bool {
        self.usable
    }

    /// Nothing is to be said for a while: gives its buffers back.
    pub fn rest(&mut self) {
        self.client.get_mut().rest();
    }

    /// Time allowed for an ordinary command that moves this many bytes.
    pub(crate) fn time_for(&self, bytes: u64) -> Duration {
        let blocks = u32::try_from(bytes / 65_536).unwrap_or(u32::MAX);
        self.patience.command.saturating_add(self.patience.per_64k.saturating_mul(blocks))
    }

    /// A tag that no command in the air has (RFC 3501 section 2.2.1).
    pub(super) fn next_tag(&mut self) -> String {
        self.tag += 1;
        format!("M{:05}", self.tag % 100_000)
    }

    /// Runs one command whose untagged answers do not matter.
    pub async fn exec(&mut self, command: &Command) -> Result<Done, ImapError> {
        self.exec_with(command, self.patience.command, &mut |_| {}).await
    }

    /// Runs one command within a time; every untagged answer passes through `on_untagged`.
    pub async fn exec_with(
        &mut self,
        command: &Command,
        within: Duration,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Done, ImapError> {
        let mut answers = self.exec_all(std::slice::from_ref(command), within, on_untagged).await?;
        answers.pop().unwrap_or(Err(ImapError::Closed { verb: command.verb() }))
    }

    /// Runs commands that do not depend on each other, all in flight at once, and answers in their order.
    /// The outer error means that the connection is lost; an inner one is a NO or BAD to that command alone.
    pub async fn exec_all(
        &mut self,
        commands: &[Command],
        within: Duration,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Vec<Result<Done, ImapError>>, ImapError> {
        let verb = commands.first().map_or("nothing", Command::verb);
        for command in commands {
            command.check()?;
        }
        if !self.usable {
            return Err(ImapError::Closed { verb });
        }
        // Stays false when this future is dropped half-way, or ends in anything that leaves doubt.
        self.usable = false;
        self.untagged = 0;
        let by = Instant::now() + within.min(LONGEST);
        let answers = self.talk(commands, by, on_untagged).await;
        let answers = self.unless_expired(answers);
        match &answers {
            Ok(_) => self.usable = true,
            Err(error) => debug!(verb, %error, "Connection is given up."),
        }
        answers
    }

    async fn talk(
        &mut self,
        commands: &[Command],
        by: Instant,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Vec<Result<Done, ImapError>>, ImapError> {
        let mut waiting: Vec<(String, &'static str)> = Vec::with_capacity(commands.len());
        let mut answers: Vec<Option<Result<Done, ImapError>>> = vec![None; commands.len()];
        for command in commands {
            let tag = self.next_tag();
            waiting.push((tag.clone(), command.verb()));
            if command.is_one_line() {
                self.write(command, &tag, by).await?;
            } else {
                self.write_with_literals(command, &tag, by, &mut waiting, &mut answers, on_untagged).await?;
            }
        }
        self.flush(by, commands.first().map_or("nothing", Command::verb)).await?;
        while let Some(index) = answers.iter().position(Option::is_none) {
            let verb = waiting.get(index).map_or("nothing", |(_, verb)| verb);
            // Silence ends sooner than a long transfer may last.
            let by = by.min(Instant::now() + self.time_for(QUIET_BYTES));
            match self.hear_counted(verb, by, on_untagged).await? {
                Heard::Untagged => {}
                Heard::Go | Heard::Preauth => return Err(ImapError::Parse { verb }),
                Heard::Bye(code) => return Err(ImapError::Bye { verb, code }),
                tagged @ Heard::Tagged { .. } => self.settle(tagged, &waiting, &mut answers)?,
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// Files a tagged answer under its command.
    pub(super) fn settle(
        &mut self,
        heard: Heard,
        waiting: &[(String, &'static str)],
        answers: &mut [Option<Result<Done, ImapError>>],
    ) -> Result<(), ImapError> {
        let Heard::Tagged { tag, status, code, done, capabilities } = heard else { return Ok(()) };
        let found = waiting.iter().position(|(sent, _)| *sent == tag);
        let slot = found.and_then(|index| Some((answers.get_mut(index)?, waiting.get(index)?.1)));
        let Some((slot @ None, verb)) = slot else { return Err(ImapError::Parse { verb: "unknown tag" }) };
        if let Some(capabilities) = capabilities {
            self.capabilities = capabilities;
        }
        *slot = Some(match status {
            Status::Ok => Ok(done),
            Status::No => Err(ImapError::No { verb, code }),
            Status::Bad => Err(ImapError::Bad { verb, code }),
            Status::PreAuth | Status::Bye => return Err(ImapError::Parse { verb }),
        });
        Ok(())
    }

    pub(super) async fn write(&mut self, command: &Command, tag: &str, by: Instant) -> Result<(), ImapError> {
        let mut line = format!("{tag} ");
        for part in command.parts() {
            if let Part::Text(text) = part {
                line.push_str(text);
            }
        }
        line.push_str("\r\n");
        self.put(line.as_bytes(), by, command.verb()).await
    }

    /// Sends a command with literals: in one go where the server offers LITERAL+ or LITERAL- (RFC 7888), else piece by
    /// piece, each after the server's `+`. A refusal instead of the `+` is the command's answer.
    async fn write_with_literals(
        &mut self,
        command: &Command,
        tag: &str,
        by: Instant,
        waiting: &mut [(String, &'static str)],
        answers: &mut [Option<Result<Done, ImapError>>],
        on_untagged: OnUntagged<'_>,
    ) -> Result<(), ImapError> {
        let verb = command.verb();
        self.put(format!("{tag} ").as_bytes(), by, verb).await?;
        for part in command.parts() {
            match part {
                Part::Text(text) => self.put(text.as_bytes(), by, verb).await?,
                Part::Literal(bytes) => {
                    let at_once = self.can("LITERAL+") || (self.can("LITERAL-") && bytes.len() <= 4096);
                    let plus = if at_once { "+" } else { "" };
                    self.put(format!("{{{}{plus}}}\r\n", bytes.len()).as_bytes(), by, verb).await?;
                    if !at_once {
                        self.flush(by, verb).await?;
                        if !self.may_go_on(tag, verb, by, waiting, answers, on_untagged).await? {
                            return Ok(());
                        }
                    }
                    self.put(bytes, by, verb).await?;
                }
            }
        }
        self.put(b"\r\n", by, verb).await
    }

    /// Waits for `+`. False when the server refused the command instead.
    pub(super) async fn may_go_on(
        &mut self,
        tag: &str,
        verb: &'static str,
        by: Instant,
        waiting: &[(String, &'static str)],
        answers: &mut [Option<Result<Done, ImapError>>],
        on_untagged: OnUntagged<'_>,
    ) -> Result<bool, ImapError> {
        loop {
            match self.hear_counted(verb, by, on_untagged).await? {
                Heard::Go => return Ok(true),
                Heard::Untagged => {}
                Heard::Preauth => return Err(ImapError::Parse { verb }),
                Heard::Bye(code) => return Err(ImapError::Bye { verb, code }),
                Heard::Tagged { tag: other, status, code, done, capabilities } => {
                    let ours = other == tag;
                    if ours && status == Status::Ok {
                        return Err(ImapError::Parse { verb });
                    }
                    let heard = Heard::Tagged { tag: other, status, code, done, capabilities };
                    self.settle(heard, waiting, answers)?;
                    if ours {
                        return Ok(false);
                    }
                }
            }
        }
    }

    pub(super) async fn put(
        &mut self,
        bytes: &[u8],
        by: Instant,
        verb: &'static str,
    ) -> Result<(), ImapError> {
        let written = timeout_at(by, self.client.get_mut().write_all(bytes)).await;
        written.map_err(|_| ImapError::Deadline { verb })?.map_err(|_| ImapError::Closed { verb })
    }

    pub(super) async fn flush(&mut self, by: Instant, verb: &'static str) -> Result<(), ImapError> {
        let flushed = timeout_at(by, self.client.get_mut().flush()).await;
        flushed.map_err(|_| ImapError::Deadline { verb })?.map_err(|_| ImapError::Closed { verb })
    }

    /// One answer. Cancel safe: a dropped wait loses no byte.
    pub(super) async fn hear(
        &mut self,
        verb: &'static str,
        by: Instant,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Heard, ImapError> {
        let reading = AssertUnwindSafe(self.client.read_response()).catch_unwind();
        let read = timeout_at(by, reading).await.map_err(|_| ImapError::Deadline { verb })?;
        let answer = match read.map_err(|_panic| ImapError::Panic { verb })? {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(ImapError::Closed { verb }),
            // `Other` is async-imap's parse error (its text holds mail: dropped here), the second kind is `wire`'s.
            Err(error) if matches!(error.kind(), ErrorKind::Other | ErrorKind::FileTooLarge) => {
                return Err(ImapError::Parse { verb });
            }
            Err(_) => return Err(ImapError::Closed { verb }),
        };
        let response = answer.parsed();
        let heard = Heard::of(response);
        // What a continuation carries matters to signing in only, as does what a greeting tells.
        if matches!(heard, Heard::Untagged | Heard::Preauth | Heard::Go) {
            on_untagged(response);
        }
        Ok(heard)
    }

    /// The same, with an end to an untagged flood.
    pub(super) async fn hear_counted(
        &mut self,
        verb: &'static str,
        by: Instant,
        on_untagged: OnUntagged<'_>,
    ) -> Result<Heard, ImapError> {
        self.untagged += 1;
        if self.untagged > MAX_UNTAGGED {
            return Err(ImapError::Untagged { verb });
        }
        self.hear(verb, by, on_untagged).await
    }
}
