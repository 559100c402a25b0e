//! One connection: greeting, states, opening folders, what is told unasked, IDLE.
//!
//! Sources: the words of greeting, capabilities and completions are those of logs that others published, such as
//! <https://github.com/DirectoryTree/ImapEngine/issues/76> and <https://github.com/jstedfast/MailKit/issues/28>.
//! Capabilities come untagged before the tagged OK of the sign-in (<https://github.com/modern-email/defects/issues/18>).
//! Told unasked are EXISTS and EXPUNGE, never a FETCH for what others changed (measured; polled with CHANGEDSINCE).
//! COMPRESS=DEFLATE, which Gmail announces, is left out: nothing here inflates. Never changes a mail.

use std::sync::Arc;

use madoguchi::imap::utf7;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};

use super::Shared;
use super::command::{self, Arg, Command};
use super::folders::{self, Kind};
use super::world::{Connected, Folder, World};

/// Before signing in.
const AT_FIRST: &str = "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 \
                        AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER";
/// After it, without APPENDLIMIT. CONDSTORE, but no QRESYNC; LITERAL-, not LITERAL+.
const LATER: &str = "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE \
                     ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE";

/// An open folder.
pub(super) struct Selected {
    pub(super) kind: Kind,
    pub(super) read_only: bool,
    /// UIDs by sequence number, as the client knows them.
    pub(super) view: Vec<u32>,
}

/// A connection.
pub(super) struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) number: usize,
    pub(super) user: Option<String>,
    pub(super) selected: Option<Selected>,
    /// CONDSTORE is in use: MODSEQ is told with every change of our own (RFC 7162 section 3.1).
    pub(super) condstore: bool,
    /// Names go as UTF-8 (RFC 6855).
    pub(super) utf8: bool,
}

/// Anything a session can speak over.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Line for T {}

/// Serves one client to its end.
pub(super) async fn serve(shared: Arc<Shared>, stream: impl Line) {
    let number = shared.act(|world| {
        world.next_session += 1;
        world.sessions.insert(world.next_session, Connected::default());
        world.next_session
    });
    let mut session = Session {
        shared: Arc::clone(&shared),
        number,
        user: None,
        selected: None,
        condstore: false,
        utf8: false,
    };
    // A client that goes away ends nothing but its session.
    let _gone = session.talk(&mut BufStream::new(stream)).await;
    shared.act(|world| world.sessions.remove(&number));
}

/// What woke us.
enum Woken {
    Line(Vec<u8>),
    Changed,
}

impl Session {
    async fn talk<S: Line>(&mut self, stream: &mut BufStream<S>) -> std::io::Result<()> {
        let greeting = format!("* OK Gimap ready for requests from 127.0.0.1 {}\r\n", self.token());
        stream.write_all(greeting.as_bytes()).await?;
        stream.flush().await?;
        let mut changed = self.shared.changed.subscribe();
        let mut line = Vec::new();
        loop {
            let Some(Woken::Line(first)) = self.wake(stream, &mut line, &mut changed).await? else {
                if self.ended(stream).await? {
                    return Ok(());
                }
                continue;
            };
            let Some(command) = command::read(stream, first).await? else {
                stream.write_all(b"* BAD Could not parse command\r\n").await?;
                stream.flush().await?;
                continue;
            };
            self.note(&command);
            match command.verb.as_str() {
                "AUTHENTICATE" => self.authenticate(stream, &command).await?,
                "IDLE" => {
                    if self.idle(stream, &command, &mut line, &mut changed).await? {
                        return Ok(());
                    }
                }
                "LOGOUT" => {
                    let tag = &command.tag;
                    let words = format!("* BYE LOGOUT Requested\r\n{tag} OK 73 good day (Success)\r\n");
                    stream.write_all(words.as_bytes()).await?;
                    return stream.flush().await;
                }
                _ => {
                    let answer = self.answer(&command);
                    stream.write_all(&answer).await?;
                }
            }
            stream.flush().await?;
            if self.ended(stream).await? {
                return Ok(());
            }
        }
    }

    /// Waits for a line or a change. `line` keeps what was read of an unfinished one.
    async fn wake<S: Line>(
        &self,
        stream: &mut BufStream<S>,
        line: &mut Vec<u8>,
        changed: &mut tokio::sync::watch::Receiver<u64>,
    ) -> std::io::Result<Option<Woken>> {
        tokio::select! {
            read = stream.read_until(b'\n', line) => {
                if read? == 0 {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
                Ok(Some(Woken::Line(std::mem::take(line))))
            }
            _ = changed.changed() => Ok(Some(Woken::Changed)),
        }
    }

    /// Whether a test wants this session ended; says its last words.
    async fn ended<S: Line>(&self, stream: &mut BufStream<S>) -> std::io::Result<bool> {
        let end = self.shared.lock().sessions.get(&self.number).and_then(|session| session.end.clone());
        let Some(words) = end else { return Ok(false) };
        stream.write_all(&words).await?;
        stream.flush().await?;
        Ok(true)
    }

    /// IDLE (RFC 2177); true when the session has ended.
    async fn idle<S: Line>(
        &mut self,
        stream: &mut BufStream<S>,
        command: &Command,
        line: &mut Vec<u8>,
        changed: &mut tokio::sync::watch::Receiver<u64>,
    ) -> std::io::Result<bool> {
        if self.user.is_none() {
            let words = format!("{} BAD Unknown command in this state\r\n", command.tag);
            stream.write_all(words.as_bytes()).await?;
            return Ok(false);
        }
        stream.write_all(b"+ idling\r\n").await?;
        stream.flush().await?;
        self.be_idle(true);
        let done = loop {
            let news = self.tell(true);
            stream.write_all(&news).await?;
            stream.flush().await?;
            match self.wake(stream, line, changed).await? {
                Some(Woken::Line(line)) => break line,
                Some(Woken::Changed) | None => {
                    if self.ended(stream).await? {
                        return Ok(true);
                    }
                }
            }
        };
        self.be_idle(false);
        let words = if done.trim_ascii().eq_ignore_ascii_case(b"DONE") {
            format!("{} OK IDLE terminated (Success)\r\n", command.tag)
        } else {
            format!("{} BAD Could not parse command\r\n", command.tag)
        };
        stream.write_all(words.as_bytes()).await?;
        Ok(false)
    }

    fn be_idle(&self, idle: bool) {
        self.shared.act(|world| {
            if let Some(session) = world.sessions.get_mut(&self.number) {
                session.idle = idle;
            }
        });
    }

    /// Google's name for a connection, in its completions.
    fn token(&self) -> String {
        format!("k2if{}rvb", 6_111_336 + self.number)
    }

    /// Writes a command into the log; secrets stay out.
    fn note(&self, command: &Command) {
        let line = match command.verb.as_str() {
            "LOGIN" => "LOGIN".to_owned(),
            "AUTHENTICATE" => {
                format!("AUTHENTICATE {}", command.args.first().map(Arg::word).unwrap_or_default())
            }
            _ => command.line.clone(),
        };
        self.shared.act(|world| world.commands.push((self.number, line)));
    }

    fn answer(&mut self, command: &Command) -> Vec<u8> {
        let tag = &command.tag;
        if command.too_long {
            return format!("{tag} BAD Literal too long\r\n").into_bytes();
        }
        let result = match (command.verb.as_str(), self.user.is_some(), self.selected.is_some()) {
            ("CAPABILITY", ..) => Ok(self.capability()),
            ("ID", ..) => Ok(self.id()),
            ("NOOP", ..) => Ok(Answer::ok("Success")),
            ("LOGIN", false, _) => self.login(command),
            ("LIST" | "XLIST" | "LSUB", true, _) => self.list(command),
            ("SELECT" | "EXAMINE", true, _) => self.select(command),
            ("STATUS", true, _) => self.status(command),
            ("NAMESPACE", true, _) => {
                Ok(Answer::with("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n".into(), "Success"))
            }
            ("ENABLE", true, _) => Ok(self.enable(command)),
            ("GETQUOTAROOT" | "GETQUOTA", true, _) => self.quota(command),
            ("CREATE", true, _) => self.create(command),
            ("SUBSCRIBE" | "UNSUBSCRIBE", true, _) => Ok(Answer::ok("Success")),
            ("APPEND", true, _) => self.append(command),
            ("CHECK", true, true) => Ok(Answer::ok("Success")),
            ("UNSELECT" | "CLOSE", true, true) => Ok(self.close(command)),
            ("FETCH" | "UID FETCH", true, true) => self.fetch(command),
            ("SEARCH" | "UID SEARCH", true, true) => self.search(command),
            ("STORE" | "UID STORE", true, true) => self.store(command),
            ("COPY" | "UID COPY" | "MOVE" | "UID MOVE", true, true) => self.carry(command),
            ("EXPUNGE" | "UID EXPUNGE", true, true) => self.expunge(command),
            (verb, true, true) => Err(No::bad(&format!("Unknown command {verb}"))),
            _ => Err(No::bad("Unknown command in this state")),
        };
        let (mut out, end) = match result {
            Ok(answer) => (answer.untagged, format!("OK {}", answer.words)),
            Err(no) => (Vec::new(), no.0),
        };
        // EXPUNGE must not be told while a command counts by sequence numbers (RFC 3501 section 7.4.1).
        let counts = matches!(command.verb.as_str(), "FETCH" | "STORE" | "SEARCH");
        out.extend(self.tell(!counts));
        out.extend(format!("{tag} {end}\r\n").into_bytes());
        out
    }

    pub(super) fn capabilities(&self, signed_in: bool) -> String {
        if signed_in {
            format!("* CAPABILITY {LATER} APPENDLIMIT={}\r\n", self.shared.lock().options.append_limit)
        } else {
            format!("* CAPABILITY {AT_FIRST}\r\n")
        }
    }

    fn capability(&self) -> Answer {
        let signed_in = self.user.is_some();
        let words =
            if signed_in { "Success".to_owned() } else { format!("Thats all she wrote! {}", self.token()) };
        Answer::with(self.capabilities(signed_in), &words)
    }

    fn id(&self) -> Answer {
        let token = self.token();
        Answer::with(
            format!(
                "* ID (\"name\" \"GImap\" \"vendor\" \"Google, Inc.\" \"support-url\" \
                 \"https://support.google.com/mail\" \"remote-host\" \"127.0.0.1\" \"connection-token\" \"{token}\")\r\n"
            ),
            &format!("Success {token}"),
        )
    }

    fn enable(&mut self, command: &Command) -> Answer {
        let mut enabled = String::new();
        for word in command.args.iter().map(Arg::word) {
            match word.as_str() {
                "CONDSTORE" => self.condstore = true,
                "UTF8=ACCEPT" => self.utf8 = true,
                _ => continue,
            }
            enabled = format!("{enabled} {word}");
        }
        Answer::with(format!("* ENABLED{enabled}\r\n"), "Success")
    }

    /// A folder's name as a client wrote it.
    pub(super) fn name(&self, arg: Option<&Arg>) -> Result<String, No> {
        let name = arg.and_then(Arg::text).ok_or_else(|| No::bad("Could not parse command"))?;
        Ok(if self.utf8 { name } else { utf7::decode(&name) })
    }

    /// The folder of that name that IMAP shows.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        let world = self.shared.lock();
        self.shown(&world).into_iter().find(|kind| match kind.name(world.options.language) {
            inbox if inbox == "INBOX" => name.eq_ignore_ascii_case("INBOX"),
            other => other == name,
        })
    }

    fn shown(&self, world: &World) -> Vec<Kind> {
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        account
            .folders
            .iter()
            .map(|folder| folder.kind.clone())
            .filter(|kind| *kind != Kind::All || world.options.show_all_mail)
            .collect()
    }

    fn list(&mut self, command: &Command) -> Result<Answer, No> {
        let mut args = command.args.as_slice();
        let mut special_only = false;
        // LIST-EXTENDED (RFC 5258): selection options first, return options last.
        if let [Arg::List(options), rest @ ..] = args {
            special_only = options.iter().any(|option| option.word() == "SPECIAL-USE");
            args = rest;
        }
        let [reference, pattern, rest @ ..] = args else { return Err(No::bad("Could not parse command")) };
        let prefix = self.name(Some(reference))?;
        let patterns: Vec<String> = pattern
            .members()
            .iter()
            .map(|pattern| self.name(Some(pattern)).map(|pattern| format!("{prefix}{pattern}")))
            .collect::<Result<_, _>>()?;
        let mut out = String::new();
        if patterns == [prefix.clone()] && prefix.is_empty() {
            return Ok(Answer::with("* LIST (\\Noselect) \"/\" \"/\"\r\n".into(), "Success"));
        }
        let world = self.shared.lock();
        let status = match rest {
            [_, Arg::List(returned)] => returned
                .iter()
                .position(|option| option.word() == "STATUS")
                .and_then(|at| returned.get(at + 1).cloned()),
            _ => None,
        };
        for listed in folders::all(&self.shown(&world), world.options.language) {
            let named = patterns.iter().any(|pattern| folders::matches(pattern, &listed.name));
            if named && (!special_only || listed.is_special()) {
                out.push_str(&self.as_told(listed.line(&command.verb), &listed.name));
                if let (Some(Arg::List(items)), Some(kind)) = (&status, &listed.kind) {
                    out.push_str(&self.status_line(&world, kind, &listed.name, items));
                }
            }
        }
        drop(world);
        Ok(Answer::with(out, "Success"))
    }

    /// With UTF8=ACCEPT names go as they are.
    fn as_told(&self, line: String, name: &str) -> String {
        if self.utf8 { line.replace(&folders::quoted(name), &format!("\"{name}\"")) } else { line }
    }

    fn folder<'a>(&self, world: &'a World, kind: &Kind) -> Option<&'a Folder> {
        world.accounts[self.user.as_deref().unwrap_or_default()].folder(kind)
    }

    fn select(&mut self, command: &Command) -> Result<Answer, No> {
        self.selected = None;
        let name = self.name(command.args.first())?;
        let unknown = || No::because(&format!("[NONEXISTENT] Unknown Mailbox: {name} (Failure)"));
        let kind = self.kind(&name).ok_or_else(unknown)?;
        let read_only = command.verb == "EXAMINE";
        if let Some(Arg::List(options)) = command.args.get(1) {
            self.condstore |= options.iter().any(|option| option.word() == "CONDSTORE");
        }
        let world = self.shared.lock();
        let folder = self.folder(&world, &kind).ok_or_else(unknown)?;
        let view: Vec<u32> = folder.uids.keys().copied().collect();
        let keywords: String = folder.keywords.iter().map(|word| format!(" {word}")).collect();
        let flags = format!("\\Answered \\Flagged \\Draft \\Deleted \\Seen{keywords}");
        // A folder opened for reading keeps nothing; whether `\*` of Gmail keeps keywords is not documented.
        let permanent = match (read_only, world.options.keywords) {
            (true, _) => String::new(),
            (false, true) => format!("{flags} \\*"),
            (false, false) => flags.clone(),
        };
        let out = format!(
            "* FLAGS ({flags})\r\n* OK [PERMANENTFLAGS ({permanent})] Flags permitted.\r\n\
             * OK [UIDVALIDITY {}] UIDs valid.\r\n* {} EXISTS\r\n* 0 RECENT\r\n\
             * OK [UIDNEXT {}] Predicted next UID.\r\n* OK [HIGHESTMODSEQ {}]\r\n",
            folder.validity,
            view.len(),
            folder.next_uid,
            world.accounts[self.user.as_deref().unwrap_or_default()].modseq,
        );
        drop(world);
        let mode = if read_only { "READ-ONLY" } else { "READ-WRITE" };
        let words = format!("[{mode}] {} selected. (Success)", utf7::encode(&name));
        self.selected = Some(Selected { kind, read_only, view });
        Ok(Answer::with(out, &words))
    }

    fn status(&mut self, command: &Command) -> Result<Answer, No> {
        let name = self.name(command.args.first())?;
        let kind = self
            .kind(&name)
            .ok_or_else(|| No::because(&format!("[NONEXISTENT] Unknown Mailbox: {name} (Failure)")))?;
        let Some(Arg::List(items)) = command.args.get(1) else {
            return Err(No::bad("Could not parse command"));
        };
        self.condstore |= items.iter().any(|item| item.word() == "HIGHESTMODSEQ");
        let line = self.status_line(&self.shared.lock(), &kind, &name, items);
        Ok(Answer::with(line, "Success"))
    }

    fn status_line(&self, world: &World, kind: &Kind, name: &str, items: &[Arg]) -> String {
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        let Some(folder) = account.folder(kind) else { return String::new() };
        let unseen = |id: &&u64| account.mails.get(id).is_some_and(|mail| !mail.flags.contains("\\Seen"));
        let values: Vec<String> = items
            .iter()
            .map(Arg::word)
            .filter_map(|item| {
                let value = match item.as_str() {
                    "MESSAGES" => folder.uids.len().to_string(),
                    "RECENT" => "0".to_owned(),
                    "UIDNEXT" => folder.next_uid.to_string(),
                    "UIDVALIDITY" => folder.validity.to_string(),
                    "UNSEEN" => folder.uids.values().filter(unseen).count().to_string(),
                    "HIGHESTMODSEQ" => account.modseq.to_string(),
                    "APPENDLIMIT" => world.options.append_limit.to_string(),
                    _ => return None,
                };
                Some(format!("{item} {value}"))
            })
            .collect();
        format!("* STATUS {} ({})\r\n", folders::quoted(name), values.join(" "))
    }

    /// Storage is shared by all of Google's services; kibibytes (RFC 2087).
    fn quota(&self, command: &Command) -> Result<Answer, No> {
        let world = self.shared.lock();
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        let used: usize = account.mails.values().map(|mail| mail.raw.len()).sum::<usize>() / 1024;
        let root = if command.verb == "GETQUOTAROOT" {
            format!("* QUOTAROOT {} \"\"\r\n", folders::quoted(&self.name(command.args.first())?))
        } else {
            String::new()
        };
        Ok(Answer::with(format!("{root}* QUOTA \"\" (STORAGE {used} 15728640)\r\n"), "Success"))
    }

    fn create(&mut self, command: &Command) -> Result<Answer, No> {
        let name = self.name(command.args.first())?;
        if self.kind(&name).is_some() {
            return Err(No::because(&format!("[ALREADYEXISTS] Duplicate folder name {name} (Failure)")));
        }
        if name.starts_with("[Gmail]") || name.starts_with("[Google Mail]") {
            return Err(No::because("[CANNOT] Invalid folder name (Failure)"));
        }
        self.change(|account, _| account.create(Kind::Of(super::Label::User(name))));
        Ok(Answer::ok("Success"))
    }

    fn close(&mut self, command: &Command) -> Answer {
        if command.verb == "CLOSE" {
            self.expunge_marked(None);
        }
        self.selected = None;
        Answer::ok("Returned to authenticated state. (Success)")
    }

    /// What has come and gone since the client last heard of it.
    pub(super) fn tell(&mut self, expunged: bool) -> Vec<u8> {
        let Some(selected) = &mut self.selected else { return Vec::new() };
        let world = self.shared.lock();
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        let Some(folder) = account.folder(&selected.kind) else { return Vec::new() };
        let mut out = String::new();
        if expunged {
            let mut at = 0;
            while let Some(uid) = selected.view.get(at) {
                if folder.uids.contains_key(uid) {
                    at += 1;
                } else {
                    selected.view.remove(at);
                    out.push_str(&format!("* {} EXPUNGE\r\n", at + 1));
                }
            }
        }
        let last = selected.view.last().copied().unwrap_or_default();
        let fresh: Vec<u32> = folder.uids.range(last + 1..).map(|(uid, _)| *uid).collect();
        if !fresh.is_empty() {
            selected.view.extend(fresh);
            out.push_str(&format!("* {} EXISTS\r\n", selected.view.len()));
        }
        out.into_bytes()
    }

    /// The mails that a set means: sequence number, UID.
    pub(super) fn chosen(&self, arg: Option<&Arg>, by_uid: bool) -> Result<Vec<(u32, u32)>, No> {
        let bad = || No::bad("Could not parse command");
        let text = arg.and_then(Arg::text).ok_or_else(bad)?;
        let view = self.selected.as_ref().map(|selected| selected.view.as_slice()).unwrap_or_default();
        let numbered = view.iter().enumerate().map(|(at, uid)| (at as u32 + 1, *uid));
        let largest = if by_uid { view.last().copied().unwrap_or(0) } else { view.len() as u32 };
        let set = command::set(&text, largest).ok_or_else(bad)?;
        Ok(numbered
            .filter(|(number, uid)| command::contains(&set, if by_uid { *uid } else { *number }))
            .collect())
    }

    /// Changes the account; everybody who waits is told.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut super::world::Account, &super::Options) -> T,
    ) -> T {
        let user = self.user.as_deref().unwrap_or_default();
        self.shared.act(|world| {
            let account = world.accounts.get_mut(user).expect("signed in");
            change(account, &world.options)
        })
    }
}

/// A good answer: untagged lines, and the words after the tagged OK.
pub(super) struct Answer {
    pub(super) untagged: Vec<u8>,
    pub(super) words: String,
}

impl Answer {
    pub(super) fn ok(words: &str) -> Self {
        Self { untagged: Vec::new(), words: words.to_owned() }
    }

    pub(super) fn with(untagged: String, words: &str) -> Self {
        Self { untagged: untagged.into_bytes(), words: words.to_owned() }
    }
}

/// A refusal: what follows the tag.
pub(super) struct No(pub(super) String);

impl No {
    pub(super) fn because(words: &str) -> Self {
        Self(format!("NO {words}"))
    }

    pub(super) fn bad(words: &str) -> Self {
        Self(format!("BAD {words}"))
    }
}
