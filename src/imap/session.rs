//! The one strict command layer: one connection, one owner, no answer misread.
//!
//! async-imap's convenience calls take NO, BAD and even a closed connection for success with fewer items. So only
//! its reader is used; commands, tags, literals, deadlines and the reading of outcomes are ours. After anything but
//! a plain NO or BAD, and after a dropped future, the session refuses to go on: its state is unknown.
//! Never interprets mail, never retries, never reconnects (`mailbox` does).

use std::collections::BTreeSet;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::rfc4315::UidSetMember;
use async_imap::imap_proto::{Capability, MailboxDatum, Outcome, Response, ResponseCode, Status};
use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};
use tracing::{debug, info};

use super::command::{Command, Part};
use super::connect::{self, Account, Patience};
use super::error::ImapError;
use super::wire::{Io, Wire};

/// Called with every answer that belongs to no tag.
pub(crate) type OnUntagged<'a> = &'a mut (dyn FnMut(&Response<'_>) + Send);

/// Untagged lines accepted during one round of commands. A fetch of 200 mails has a few hundred.
const MAX_UNTAGGED: usize = 200_000;

/// A command that the server carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// UIDs of a COPYUID code (RFC 4315): target UIDVALIDITY, and pairs (old UID, new UID).
    pub copied: Option<(u32, Vec<(u32, u32)>)>,
    /// UIDVALIDITY and UID of an APPENDUID code.
    pub appended: Option<(u32, u32)>,
    /// `READ-ONLY` was said.
    pub read_only: bool,
}

/// The mailbox in use, as the server described it when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Name, decoded.
    pub folder: String,
    /// UIDVALIDITY; 0 when the server does not say (its UIDs do not last then).
    pub uid_validity: u32,
    /// UIDNEXT where the server says it.
    pub uid_next: Option<u32>,
    /// Number of mails.
    pub exists: u32,
    /// PERMANENTFLAGS: what may be kept with a mail; `\*` allows new keywords.
    pub permanent: BTreeSet<String>,
    /// Opened with EXAMINE, or the server gave us no more.
    pub read_only: bool,
}

/// How IDLE ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleEnd {
    /// Something changed: look.
    Rung,
    /// Time was up.
    Elapsed,
    /// We were asked to stop.
    Stopped,
}

/// One connection. Owned by one task; `Send`.
#[derive(Debug)]
pub struct Session {
    client: Client<Wire>,
    tag: u64,
    usable: bool,
    untagged: usize,
    changed: bool,
    capabilities: BTreeSet<String>,
    selected: Option<Selected>,
    patience: Patience,
}

/// An answer by its kind.
enum Heard {
    Tagged { tag: String, status: Status, code: String, done: Done, capabilities: Option<BTreeSet<String>> },
    Go,
    Bye(String),
    Preauth,
    Untagged,
}

impl Session {
    /// Connects, signs in and reads the capabilities anew.
    pub async fn connect(account: &Account) -> Result<Self, ImapError> {
        let (stream, greeted) = connect::open(account).await?;
        Self::over(stream, greeted, account).await
    }

    /// The same over a stream that is there already (tests, tunnels).
    pub async fn over(stream: Box<dyn Io>, greeted: bool, account: &Account) -> Result<Self, ImapError> {
        let mut session = Self {
            client: Client::new(Wire::new(stream)),
            tag: 0,
            usable: true,
            untagged: 0,
            changed: false,
            capabilities: BTreeSet::new(),
            selected: None,
            patience: account.patience,
        };
        let signed_in = if greeted { false } else { session.greeting().await? };
        session.learn_capabilities().await?;
        if !signed_in {
            session.sign_in(account).await?;
            session.learn_capabilities().await?;
        }
        if session.can("ID") {
            let about = concat!(r#"("name" "madoguchi" "version" ""#, env!("CARGO_PKG_VERSION"), r#"")"#);
            match session.exec(&Command::new("ID").raw(about)).await {
                Err(error) if !error.leaves_connection() => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        info!(port = account.port, "Signed in.");
        Ok(session)
    }

    /// Reads the greeting; true when the server signed us in by itself (PREAUTH).
    async fn greeting(&mut self) -> Result<bool, ImapError> {
        let by = Instant::now() + self.patience.connect;
        let mut good = false;
        let heard = self
            .hear("greeting", by, &mut |response| {
                good = matches!(response, Response::Data { status: Status::Ok, .. });
            })
            .await;
        let verdict = match heard {
            Ok(Heard::Preauth) => Ok(true),
            Ok(Heard::Bye(code)) => Err(ImapError::Bye { verb: "greeting", code }),
            Ok(Heard::Untagged) if good => Ok(false),
            Ok(Heard::Untagged | Heard::Tagged { .. } | Heard::Go) => {
                Err(ImapError::Parse { verb: "greeting" })
            }
            Err(error) => Err(error),
        };
        self.usable = verdict.is_ok();
        verdict
    }

    async fn sign_in(&mut self, account: &Account) -> Result<(), ImapError> {
        if self.can("LOGINDISABLED") {
            return Err(ImapError::Config(
                "the server does not allow LOGIN on this connection; use tls".into(),
            ));
        }
        let login = Command::new("LOGIN").string(&account.user).string(account.password.expose());
        match self.exec(&login).await {
            Ok(_) => Ok(()),
            // These say that the server has trouble, not that the password is wrong (RFC 5530).
            Err(ImapError::No { verb, code })
                if matches!(code.as_str(), "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" | "ALERT") =>
            {
                Err(ImapError::No { verb, code })
            }
            Err(ImapError::No { code, .. }) => Err(ImapError::SignIn { code }),
            Err(error) => Err(error),
        }
    }

    async fn learn_capabilities(&mut self) -> Result<(), ImapError> {
        let mut found = BTreeSet::new();
        self.exec_with(&Command::new("CAPABILITY"), self.patience.command, &mut |response| {
            if let Response::Capabilities(list) = response {
                found = words(list);
            }
        })
        .await?;
        self.capabilities = found;
        Ok(())
    }

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

    /// Time allowed for an ordinary command that moves this many bytes.
    pub(crate) fn time_for(&self, bytes: u64) -> Duration {
        let blocks = u32::try_from(bytes / 65_536).unwrap_or(u32::MAX);
        self.patience.command.saturating_add(self.patience.per_64k.saturating_mul(blocks))
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
        let by = Instant::now() + within;
        let answers = self.talk(commands, by, on_untagged).await;
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
            self.tag += 1;
            let tag = format!("M{:05}", self.tag % 100_000);
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
    fn settle(
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

    async fn write(&mut self, command: &Command, tag: &str, by: Instant) -> Result<(), ImapError> {
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
    async fn may_go_on(
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

    async fn put(&mut self, bytes: &[u8], by: Instant, verb: &'static str) -> Result<(), ImapError> {
        let written = timeout_at(by, self.client.get_mut().write_all(bytes)).await;
        written.map_err(|_| ImapError::Deadline { verb })?.map_err(|_| ImapError::Closed { verb })
    }

    async fn flush(&mut self, by: Instant, verb: &'static str) -> Result<(), ImapError> {
        let flushed = timeout_at(by, self.client.get_mut().flush()).await;
        flushed.map_err(|_| ImapError::Deadline { verb })?.map_err(|_| ImapError::Closed { verb })
    }

    /// One answer. Cancel safe: a dropped wait loses no byte.
    async fn hear(
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
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::Other | std::io::ErrorKind::FileTooLarge) =>
            {
                return Err(ImapError::Parse { verb });
            }
            Err(_) => return Err(ImapError::Closed { verb }),
        };
        let response = answer.parsed();
        if let Response::Done { tag, status, outcome } = response {
            let capabilities = match &outcome.code {
                Some(ResponseCode::Capabilities(list)) => Some(words(list)),
                _ => None,
            };
            let (tag, status, code) = (tag.0.clone(), status_of(status), code_of(outcome));
            return Ok(Heard::Tagged { tag, status, code, done: done_of(outcome), capabilities });
        }
        if matches!(response, Response::Continue(_)) {
            return Ok(Heard::Go);
        }
        if let Response::Data { status, outcome } = response {
            if *status == Status::Bye {
                return Ok(Heard::Bye(code_of(outcome)));
            }
            if *status == Status::PreAuth {
                return Ok(Heard::Preauth);
            }
        }
        // News between two commands must ring the bell of the next IDLE: the server will not repeat it.
        if let Some(open) = &self.selected {
            self.changed |= match response {
                Response::MailboxData(MailboxDatum::Exists(count)) => *count != open.exists,
                Response::Expunge(_) | Response::Vanished { .. } => true,
                _ => false,
            };
        }
        on_untagged(response);
        Ok(Heard::Untagged)
    }

    /// The same, with an end to an untagged flood.
    async fn hear_counted(
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

    /// Opens a mailbox to look only (EXAMINE).
    pub async fn examine(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open_folder("EXAMINE", folder).await
    }

    /// Opens a mailbox to set marks (SELECT).
    pub async fn select(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open_folder("SELECT", folder).await
    }

    async fn open_folder(&mut self, verb: &'static str, folder: &str) -> Result<Selected, ImapError> {
        self.selected = None;
        self.changed = false;
        let mut seen = Selected {
            folder: folder.to_owned(),
            uid_validity: 0,
            uid_next: None,
            exists: 0,
            permanent: BTreeSet::new(),
            read_only: verb == "EXAMINE",
        };
        let command = Command::new(verb).folder(folder);
        let within = self.patience.command;
        let done = self.exec_with(&command, within, &mut |response| note(response, &mut seen)).await?;
        seen.read_only |= done.read_only;
        self.selected = Some(seen.clone());
        Ok(seen)
    }

    /// UIDs of the open mailbox that match search keys of ours. The answer is one line: ask bounded questions only.
    pub async fn search(&mut self, keys: Command) -> Result<BTreeSet<u32>, ImapError> {
        let mut found = BTreeSet::new();
        self.exec_with(&keys, self.patience.command, &mut |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied());
            }
        })
        .await?;
        Ok(found)
    }

    /// Says nothing and hears what changed; keeps the connection alive.
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.exec(&Command::new("NOOP")).await.map(drop)
    }

    /// Waits in IDLE (RFC 2177) until something changes, the time is up or `stop` ends. A doorbell only: look
    /// afterwards, whatever it says. Keep `limit` well under 29 minutes.
    pub async fn idle(
        &mut self,
        limit: Duration,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<IdleEnd, ImapError> {
        const VERB: &str = "IDLE";
        if !self.usable {
            return Err(ImapError::Closed { verb: VERB });
        }
        if self.changed {
            return Ok(IdleEnd::Rung);
        }
        self.usable = false;
        self.untagged = 0;
        self.tag += 1;
        let tag = format!("M{:05}", self.tag % 100_000);
        let waiting = [(tag.clone(), VERB)];
        let mut answers = [None];
        let mut rung = false;
        let start = Instant::now() + self.patience.command;
        self.write(&Command::new(VERB), &tag, start).await?;
        self.flush(start, VERB).await?;
        let mut bell = |response: &Response<'_>| rung |= rings(response);
        if !self.may_go_on(&tag, VERB, start, &waiting, &mut answers, &mut bell).await? {
            self.usable = true;
            let [answer] = answers;
            return answer.unwrap_or(Err(ImapError::Parse { verb: VERB })).map(|_| IdleEnd::Elapsed);
        }
        let end = if rung { IdleEnd::Rung } else { self.wait_for_bell(limit, stop).await? };
        let by = Instant::now() + self.patience.done;
        self.put(b"DONE\r\n", by, VERB).await?;
        self.flush(by, VERB).await?;
        while matches!(answers, [None]) {
            match self.hear_counted(VERB, by, &mut |_| {}).await? {
                Heard::Untagged => {}
                Heard::Bye(code) => return Err(ImapError::Bye { verb: VERB, code }),
                Heard::Go | Heard::Preauth => return Err(ImapError::Parse { verb: VERB }),
                tagged @ Heard::Tagged { .. } => self.settle(tagged, &waiting, &mut answers)?,
            }
        }
        self.usable = true;
        Ok(end)
    }

    async fn wait_for_bell(
        &mut self,
        limit: Duration,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<IdleEnd, ImapError> {
        const VERB: &str = "IDLE";
        let by = Instant::now() + limit;
        let mut stop = std::pin::pin!(stop);
        loop {
            let mut rung = false;
            let mut bell = |response: &Response<'_>| rung |= rings(response);
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

    /// Takes leave politely; an error means only that nobody answered.
    pub async fn logout(mut self) -> Result<(), ImapError> {
        match self.exec(&Command::new("LOGOUT")).await {
            Ok(_) | Err(ImapError::Bye { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Notes what SELECT and EXAMINE tell about a mailbox.
fn note(response: &Response<'_>, seen: &mut Selected) {
    if let Response::MailboxData(MailboxDatum::Exists(count)) = response {
        seen.exists = *count;
    }
    let Response::Data { status: Status::Ok, outcome } = response else { return };
    if let Some(ResponseCode::UidValidity(value)) = outcome.code {
        seen.uid_validity = value;
    } else if let Some(ResponseCode::UidNext(value)) = outcome.code {
        seen.uid_next = Some(value);
    } else if let Some(ResponseCode::PermanentFlags(flags)) = &outcome.code {
        seen.permanent = flags.iter().map(|flag| flag.to_string()).collect();
    }
}

/// Whether an untagged answer means that the mailbox changed.
fn rings(response: &Response<'_>) -> bool {
    matches!(
        response,
        Response::MailboxData(MailboxDatum::Exists(_))
            | Response::Expunge(_)
            | Response::Vanished { .. }
            | Response::Fetch(..)
    )
}

fn status_of(status: &Status) -> Status {
    match status {
        Status::Ok => Status::Ok,
        Status::No => Status::No,
        Status::Bad => Status::Bad,
        Status::PreAuth => Status::PreAuth,
        Status::Bye => Status::Bye,
    }
}

/// The response code as a bare atom. Its arguments and the text after it may be personal and are dropped.
fn code_of(outcome: &Outcome<'_>) -> String {
    if let Some(code) = &outcome.code {
        let name = match code {
            ResponseCode::Alert => "ALERT",
            ResponseCode::TryCreate => "TRYCREATE",
            ResponseCode::ReadOnly => "READ-ONLY",
            ResponseCode::Parse => "PARSE",
            _ => "",
        };
        return name.to_owned();
    }
    let text = outcome.information.as_deref().unwrap_or_default();
    let inside = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let atom = inside.and_then(|(code, _)| code.split(' ').next()).unwrap_or_default();
    let known = atom.len() <= 30 && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if known { atom.to_ascii_uppercase() } else { String::new() }
}

pub(crate) fn done_of(outcome: &Outcome<'_>) -> Done {
    let mut done = Done::default();
    if let Some(ResponseCode::CopyUid(validity, from, to)) = &outcome.code {
        done.copied = Some((*validity, members(from).zip(members(to)).collect()));
    } else if let Some(ResponseCode::AppendUid(validity, uids)) = &outcome.code {
        done.appended = members(uids).next().map(|uid| (*validity, uid));
    } else if let Some(ResponseCode::ReadOnly) = outcome.code {
        done.read_only = true;
    }
    done
}

/// The UIDs of a set in order, at most as many as we ever ask to be moved.
fn members(set: &[UidSetMember]) -> impl Iterator<Item = u32> {
    let ranges = set.iter().map(|member| match member {
        UidSetMember::UidRange(range) => range.clone(),
        UidSetMember::Uid(uid) => *uid..=*uid,
    });
    ranges.flatten().take(10_000)
}

fn words(list: &[Capability<'_>]) -> BTreeSet<String> {
    list.iter()
        .map(|capability| match capability {
            Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
            Capability::Auth(how) => format!("AUTH={}", how.to_ascii_uppercase()),
            Capability::Atom(atom) => atom.to_ascii_uppercase(),
        })
        .collect()
}
