//! A stand-in for Gmail's IMAP server on loopback, in this process: labels as folders, threads, `\All`, and its oddities.
//!
//! Built from Google's documents and, where they are silent, from what others measured; each behaviour names its
//! source where it is built, and `docs/gmail.md` lists what only a real account can show. Mails live in memory.
//!
//! | file | story |
//! |---|---|
//! | `world` | accounts, mails, labels, folders as views |
//! | `labels`, `folders` | how they are written; names by language, special use |
//! | `session`, `signin` | the connection: greeting, states, IDLE; passwords and tokens |
//! | `command` | reading commands |
//! | `fetch`, `search`, `raw`, `change` | FETCH; SEARCH and Gmail's own query; STORE, COPY, MOVE, APPEND |
//! | `mime` | parts and envelopes |
//! | `human` | a person at the web UI |
//! | `as_server` | the stand-in for tests that hold for any server |
//!
//! ```ignore
//! let gmail = Gmail::start(Options::default());
//! let id = gmail.deliver("desk", raw);
//! gmail.human("desk").label(id, "対応済");
//! let account = gmail.account("desk", Security::Tls);
//! ```

mod as_server;
mod change;
mod command;
mod fetch;
mod folders;
mod human;
mod labels;
mod mime;
mod raw;
mod search;
mod session;
mod signin;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoguchi::credentials::Credentials;
use madoguchi::imap::{Account as Way, Patience, Security};
use madoguchi::secret::Secret;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

pub use folders::Language;
pub use human::Human;
pub use labels::Label;
pub use world::Expunged;

use world::{Account, World};

/// How the account is set up, and what the server lets happen.
#[derive(Debug, Clone)]
pub struct Options {
    /// Users; the password is `pass-` and the name. A user with an `@` is signed in by the whole address.
    pub users: Vec<String>,
    /// Names the system folders.
    pub language: Language,
    /// "Show in IMAP" of All Mail.
    pub show_all_mail: bool,
    /// IMAP is enabled for the account (the administrator of a domain may forbid it).
    pub imap_enabled: bool,
    /// `autoExpunge`: `\Deleted` works at once. Gmail's default.
    pub auto_expunge: bool,
    /// What happens to a mail expunged from its last visible folder. Gmail's default archives.
    pub expunged: Expunged,
    /// Keywords stay on a mail. Documents do not promise it, so tests can have it either way.
    pub keywords: bool,
    /// X-GM-RAW is answered. Off: BAD, as from a server that imitates Gmail.
    pub raw: bool,
    /// X-GM-RAW knows the kinds of stars (`has:green-check`). Off: such a query finds nothing.
    pub stars: bool,
    /// Simultaneous connections an account may have: 15 (<https://support.google.com/mail/answer/7126229>).
    pub connections: usize,
    /// Bytes an account may fetch; Google allows 2500 MB a day (<https://support.google.com/a/answer/1071518>).
    pub download: Option<u64>,
    /// Announced as APPENDLIMIT; Gmail's is 35651584 (measured).
    pub append_limit: usize,
    /// An edited draft keeps its Message-ID header. Measured by others: it gets a new one.
    pub draft_keeps_message_id: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            users: vec!["desk".into(), "other".into()],
            language: Language::English,
            show_all_mail: true,
            imap_enabled: true,
            auto_expunge: true,
            expunged: Expunged::Archive,
            keywords: true,
            raw: true,
            stars: true,
            connections: 15,
            download: None,
            append_limit: 35_651_584,
            draft_keeps_message_id: false,
        }
    }
}

/// A mail as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// X-GM-MSGID.
    pub id: u64,
    /// X-GM-THRID.
    pub thread: u64,
    /// The Message-ID header, with its angle brackets.
    pub message_id: String,
    /// The Subject header as it stands there.
    pub subject: String,
    /// Labels; system labels as `\Inbox`.
    pub labels: BTreeSet<String>,
    /// Flags as a client sees them.
    pub flags: BTreeSet<String>,
    /// The kind of star, such as `green-check`.
    pub star: Option<&'static str>,
    pub raw: Vec<u8>,
    /// Its UIDs by the decoded name of the folder.
    pub uids: BTreeMap<String, u32>,
}

impl Message {
    /// Whether it wears a label; system labels as `\Inbox`.
    pub fn has(&self, label: &str) -> bool {
        self.labels.contains(label)
    }
}

/// A running stand-in.
pub struct Gmail {
    shared: Arc<Shared>,
    /// Port for plain text (loopback only; Gmail itself has none).
    pub port: u16,
    /// Port for TLS from the first byte.
    pub tls_port: u16,
    dir: tempfile::TempDir,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    world: Mutex<World>,
    /// Counts changes, for sessions that wait.
    changed: watch::Sender<u64>,
    /// The same for tests that wait.
    told: Condvar,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic while the world was held")
    }

    /// Tells everybody who waits that something has changed.
    pub(crate) fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
        self.told.notify_all();
    }

    /// Changes the world and says so.
    pub(crate) fn act<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = change(&mut self.lock());
        self.tell();
        result
    }
}

impl Gmail {
    /// Starts a server with its own accounts.
    pub fn start(options: Options) -> Self {
        let dir = tempfile::Builder::new().prefix("madoguchi-gmail-").tempdir().unwrap();
        super::server::write_certificates(dir.path());
        let certificates: Vec<CertificateDer<'static>> =
            CertificateDer::pem_file_iter(dir.path().join("cert.pem")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(dir.path().join("key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        let accounts = options.users.iter().map(|user| (user.clone(), Account::new())).collect();
        let world =
            World { options, accounts, commands: Vec::new(), sessions: BTreeMap::new(), next_session: 0 };
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            told: Condvar::new(),
        });
        let plain = bind();
        let secure = bind();
        let (port, tls_port) = (plain.local_addr().unwrap().port(), secure.local_addr().unwrap().port());
        let stop = watch::Sender::new(false);
        let (ours, stopped) = (Arc::clone(&shared), stop.subscribe());
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let thread = std::thread::spawn(move || serve(&ours, plain, secure, &acceptor, stopped));
        Self { shared, port, tls_port, dir, stop, thread: Some(thread) }
    }

    /// How to reach a user's mailbox.
    pub fn account(&self, user: &str, security: Security) -> Way {
        Way {
            host: "localhost".into(),
            port: if security == Security::Tls { self.tls_port } else { self.port },
            security,
            ca_file: (security != Security::Plain).then(|| self.ca_file()),
            user: user.into(),
            credentials: Credentials::fixed(Secret::new(format!("pass-{user}"))),
            patience: Patience::default(),
        }
    }

    /// The certificate authority that signed the server's certificate (PEM).
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// A mail arrives from outside: unread, in the inbox. Returns its X-GM-MSGID.
    pub fn deliver(&self, user: &str, raw: &[u8]) -> u64 {
        self.take_in(user, raw, &[Label::Inbox])
    }

    /// A mail was sent through Gmail's SMTP server: it stands in Sent by itself, read; and in the inbox, too, when it
    /// was sent to the account itself.
    pub fn sent(&self, user: &str, raw: &[u8]) -> u64 {
        let to = mime::header(raw, "To").unwrap_or_default();
        let labels = if user.contains('@') && to.contains(user) {
            vec![Label::Sent, Label::Inbox]
        } else {
            vec![Label::Sent]
        };
        let id = self.take_in(user, raw, &labels);
        self.change(user, |account| {
            account.mails.get_mut(&id).expect("just taken in").flags.insert("\\Seen".to_owned());
            account.changed(id);
        });
        id
    }

    /// A mail with given labels, as a filter of the account would file it.
    pub fn take_in(&self, user: &str, raw: &[u8], labels: &[Label]) -> u64 {
        self.change(user, |account| account.take_in(raw, labels, Timestamp::now()))
    }

    /// A person at the web UI of a user's account.
    pub fn human<'a>(&'a self, user: &'a str) -> Human<'a> {
        Human::new(self, user)
    }

    /// A user's mails, oldest first.
    pub fn messages(&self, user: &str) -> Vec<Message> {
        messages(&self.shared.lock(), user)
    }

    /// One mail by its X-GM-MSGID; `None` once it is deleted for good.
    pub fn message(&self, user: &str, id: u64) -> Option<Message> {
        self.messages(user).into_iter().find(|mail| mail.id == id)
    }

    /// Waits until a user's mails are as the test expects; fails after 20 seconds with what they are then.
    pub fn wait_for(&self, user: &str, what: &str, good: impl Fn(&[Message]) -> bool) -> Vec<Message> {
        let world = self.wait(what, |world| good(&messages(world, user)));
        messages(&world, user)
    }

    /// Waits until a user has this many connections in IDLE.
    pub fn wait_for_idle(&self, user: &str, count: usize) {
        drop(self.wait("IDLE", |world| {
            let idle = |session: &&world::Connected| session.idle && session.user.as_deref() == Some(user);
            world.sessions.values().filter(idle).count() >= count
        }));
    }

    fn wait(&self, what: &str, good: impl Fn(&World) -> bool) -> MutexGuard<'_, World> {
        let until = Instant::now() + Duration::from_secs(20);
        let mut world = self.shared.lock();
        while !good(&world) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}: {:?} {:?}", world.accounts, world.commands);
            world = self.shared.told.wait_timeout(world, left).unwrap().0;
        }
        world
    }

    /// What clients said after their tags, over all connections, without secrets and literals.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().commands.iter().map(|(_, line)| line.clone()).collect()
    }

    /// Open connections of a user.
    pub fn connections(&self, user: &str) -> usize {
        self.shared.lock().sessions.values().filter(|one| one.user.as_deref() == Some(user)).count()
    }

    /// Lets a token sign a user in.
    pub fn allow_token(&self, user: &str, token: &str) {
        self.change(user, |account| account.tokens.insert(token.to_owned()));
    }

    /// A user's tokens are refused from now on; their sessions end as Google ends them.
    pub fn expire_tokens(&self, user: &str) {
        self.change(user, |account| account.tokens.clear());
        // "Gmail closes the connection with a message saying that the session expired": the words are measured
        // (https://github.com/emailjs/emailjs-imap-client/issues/142).
        self.end(
            |one| one.by_token && one.user.as_deref() == Some(user),
            b"* BYE Session expired, please login again.\r\n",
        );
    }

    /// All sessions expire, as they do after about 24 hours.
    pub fn expire_sessions(&self) {
        self.end(|_| true, b"* BYE Session expired, please login again.\r\n");
    }

    /// Cuts every connection without a word.
    pub fn cut(&self) {
        self.end(|_| true, b"");
    }

    fn end(&self, which: impl Fn(&world::Connected) -> bool, words: &[u8]) {
        self.shared.act(|world| {
            for session in world.sessions.values_mut().filter(|session| which(session)) {
                session.end = Some(words.to_vec());
            }
        });
    }

    /// Changes what the server lets happen, from now on.
    pub fn set(&self, change: impl FnOnce(&mut Options)) {
        self.shared.act(|world| change(&mut world.options));
    }

    pub(crate) fn change<T>(&self, user: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        self.shared.act(|world| change(world.accounts.get_mut(user).expect("a user of this server")))
    }
}

impl Drop for Gmail {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic in the server has been printed by its own thread.
            let _joined = thread.join();
        }
    }
}

fn messages(world: &World, user: &str) -> Vec<Message> {
    let account = world.accounts.get(user).expect("a user of this server");
    let uids = |id: u64| {
        let uid =
            |folder: &world::Folder| folder.uids.iter().find(|(_, mail)| **mail == id).map(|(uid, _)| *uid);
        account
            .folders
            .iter()
            .filter_map(|folder| Some((folder.kind.name(world.options.language), uid(folder)?)))
            .collect()
    };
    account
        .mails
        .values()
        .map(|mail| Message {
            id: mail.id,
            thread: mail.thread,
            message_id: mail.header("Message-ID"),
            subject: mail.header("Subject"),
            labels: mail.labels.iter().map(Label::name).collect(),
            flags: mail.flags(),
            star: mail.star,
            raw: mail.raw.clone(),
            uids: uids(mail.id),
        })
        .collect()
}

fn bind() -> std::net::TcpListener {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// The server's own thread: tests may be synchronous or not.
fn serve(
    shared: &Arc<Shared>,
    plain: std::net::TcpListener,
    secure: std::net::TcpListener,
    acceptor: &TlsAcceptor,
    mut stopped: watch::Receiver<bool>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (plain, secure) = (TcpListener::from_std(plain).unwrap(), TcpListener::from_std(secure).unwrap());
        loop {
            tokio::select! {
                Ok((stream, _)) = plain.accept() => {
                    let shared = Arc::clone(shared);
                    tokio::spawn(async move { session::serve(shared, stream).await });
                }
                Ok((stream, _)) = secure.accept() => {
                    let (shared, acceptor) = (Arc::clone(shared), acceptor.clone());
                    tokio::spawn(async move {
                        // A client that does not trust us leaves during the handshake.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            session::serve(shared, stream).await;
                        }
                    });
                }
                _ = stopped.changed() => break,
            }
        }
    });
    runtime.shutdown_background();
}
