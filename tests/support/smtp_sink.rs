//! An SMTP server for tests that takes every mail, or fails exactly where a test says.
//!
//! Each connection plays the next [`Play`] of the script; without one everything is accepted. What was delivered
//! can be waited for. It speaks only as much SMTP as our client needs, and never checks whether a mail is good.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test binaries; each uses another part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// Where the server stops being friendly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first line of the mail, before the dot.
    Body,
    /// After the final dot.
    Dot,
}

/// What it does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Answers this instead of the friendly reply (without line end).
    Reply(&'static str),
    /// Closes the line.
    Cut,
    /// Says nothing and keeps the line open until the client leaves.
    Hang,
    /// At the dot: takes the mail, then closes the line without a reply.
    DeliverAndCut,
    /// At the dot: takes the mail, then says nothing.
    DeliverAndHang,
    /// At the dot: takes the mail, and says so only after [`Sink::release`].
    DeliverSlowly,
}

/// One connection's misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play(pub At, pub Act);

/// A delivered mail with its envelope; dots unstuffed, CRLF line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    /// The user of AUTH, if there was one.
    pub user: Option<String>,
    /// Whether the line was encrypted.
    pub encrypted: bool,
}

/// How the line is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    None,
    StartTls,
    Implicit,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<VecDeque<Play>>,
    delivered: watch::Sender<Vec<Delivered>>,
    connections: watch::Sender<usize>,
    released: watch::Sender<bool>,
    protection: Protection,
    login: Option<(String, String)>,
}

/// The running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Sink {
    /// Where it listens: a free port of 127.0.0.1.
    pub addr: SocketAddr,
    /// The authority that signed its certificate, as PEM.
    pub ca_pem: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sink {
    /// A server without TLS and AUTH.
    pub async fn plain() -> Self {
        Self::start(Protection::None, None).await
    }

    /// A server with a certificate for `localhost` and 127.0.0.1; with `login` it wants AUTH before MAIL.
    pub async fn start(protection: Protection, login: Option<(&str, &str)>) -> Self {
        let (acceptor, ca_pem) = certificate();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(VecDeque::new()),
            delivered: watch::channel(Vec::new()).0,
            connections: watch::channel(0).0,
            released: watch::channel(false).0,
            protection,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
        });
        let task = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
                    let play = shared.script.lock().unwrap().pop_front();
                    shared.connections.send_modify(|count| *count += 1);
                    tokio::spawn(async move { serve(tcp, &shared, &acceptor, play).await });
                }
            }
        });
        Self { addr, ca_pem, shared, task }
    }

    /// The next connection without a play of its own does this.
    pub fn play(&self, at: At, act: Act) {
        self.shared.script.lock().unwrap().push_back(Play(at, act));
    }

    /// Forgets what is left of the script.
    pub fn behave(&self) {
        self.shared.script.lock().unwrap().clear();
    }

    /// What was delivered so far, in order.
    pub fn delivered(&self) -> Vec<Delivered> {
        self.shared.delivered.borrow().clone()
    }

    /// Waits until `count` mails were delivered. Put a timeout round it.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivered> {
        let mut changes = self.shared.delivered.subscribe();
        changes.wait_for(|mails| mails.len() >= count).await.unwrap().clone()
    }

    /// Lets every [`Act::DeliverSlowly`] go on.
    pub fn release(&self) {
        self.shared.released.send_replace(true);
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        *self.shared.connections.borrow()
    }
}

/// What a step of the dialogue leads to.
enum Next {
    On,
    Leave,
}

async fn serve(tcp: TcpStream, shared: &Shared, acceptor: &TlsAcceptor, play: Option<Play>) {
    if shared.protection == Protection::Implicit {
        if let Ok(stream) = acceptor.accept(tcp).await {
            talk(&mut BufReader::new(stream), shared, play, true, true).await;
        }
        return;
    }
    let mut stream = BufReader::new(tcp);
    if talk(&mut stream, shared, play.clone(), false, true).await
        && let Ok(stream) = acceptor.accept(stream.into_inner()).await
    {
        talk(&mut BufReader::new(stream), shared, play, true, false).await;
    }
}

/// One dialogue; true when the client asked for TLS and got its 220.
async fn talk<S>(
    stream: &mut BufReader<S>,
    shared: &Shared,
    play: Option<Play>,
    encrypted: bool,
    greet: bool,
) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut mail =
        Delivered { from: String::new(), to: Vec::new(), bytes: Vec::new(), user: None, encrypted };
    if greet && matches!(step(stream, &play, At::Greeting, "220 sink ready").await, Next::Leave) {
        return false;
    }
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let command = line.trim_end();
        let upper = command.to_ascii_uppercase();
        let next = if upper.starts_with("EHLO") {
            let mut reply = "250-sink\r\n250-ENHANCEDSTATUSCODES".to_owned();
            if shared.protection == Protection::StartTls && !encrypted {
                reply.push_str("\r\n250-STARTTLS");
            }
            if shared.login.is_some() {
                reply.push_str("\r\n250-AUTH PLAIN LOGIN");
            }
            step(stream, &play, At::Ehlo, &format!("{reply}\r\n250 8BITMIME")).await
        } else if upper == "STARTTLS" {
            match step(stream, &play, At::StartTls, "220 go ahead").await {
                Next::On if !matches!(play, Some(Play(At::StartTls, _))) => return true,
                left @ (Next::On | Next::Leave) => left,
            }
        } else if let Some(given) = command.strip_prefix("AUTH PLAIN ") {
            let given = data_encoding::BASE64.decode(given.as_bytes()).unwrap_or_default();
            let right =
                shared.login.as_ref().map(|(user, password)| format!("\0{user}\0{password}").into_bytes());
            if right.as_ref() == Some(&given) {
                mail.user = shared.login.as_ref().map(|(user, _)| user.clone());
                step(stream, &play, At::Auth, "235 2.7.0 welcome").await
            } else {
                step(stream, &play, At::Auth, "535 5.7.8 wrong user or password").await
            }
        } else if let Some(from) = command.strip_prefix("MAIL FROM:") {
            mail.from = inside(from);
            mail.to.clear();
            if shared.login.is_some() && mail.user.is_none() {
                step(stream, &None, At::Mail, "530 5.7.0 log in first").await
            } else {
                step(stream, &play, At::Mail, "250 2.1.0 ok").await
            }
        } else if let Some(to) = command.strip_prefix("RCPT TO:") {
            mail.to.push(inside(to));
            step(stream, &play, At::Rcpt, "250 2.1.5 ok").await
        } else if upper == "DATA" {
            match step(stream, &play, At::Data, "354 go on").await {
                Next::On if !matches!(play, Some(Play(At::Data, _))) => {
                    take(stream, shared, &play, &mut mail).await
                }
                left @ (Next::On | Next::Leave) => left,
            }
        } else if upper == "QUIT" {
            let _ = stream.get_mut().write_all(b"221 2.0.0 bye\r\n").await;
            return false;
        } else {
            step(stream, &None, At::Greeting, "502 5.5.1 not here").await
        };
        if matches!(next, Next::Leave) {
            return false;
        }
    }
}

/// The mail up to the dot, and the reply.
async fn take<S>(
    stream: &mut BufReader<S>,
    shared: &Shared,
    play: &Option<Play>,
    mail: &mut Delivered,
) -> Next
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    mail.bytes.clear();
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return Next::Leave;
        }
        if let Some(Play(At::Body, act)) = play {
            match act {
                Act::Hang | Act::DeliverAndHang => hang(stream).await,
                Act::Reply(_) | Act::Cut | Act::DeliverAndCut | Act::DeliverSlowly => {}
            }
            return Next::Leave;
        }
        if line == b".\r\n" {
            break;
        }
        mail.bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    let deliver = !matches!(play, Some(Play(At::Dot, Act::Reply(_) | Act::Cut | Act::Hang)));
    if deliver {
        shared.delivered.send_modify(|mails| mails.push(mail.clone()));
    }
    if matches!(play, Some(Play(At::Dot, Act::DeliverSlowly))) {
        let mut released = shared.released.subscribe();
        // An error means that the sink is gone, and the test with it.
        let _ = released.wait_for(|released| *released).await;
    }
    step(stream, play, At::Dot, "250 2.0.0 taken").await
}

/// Replies, or does what the play says at this place.
async fn step<S>(stream: &mut BufReader<S>, play: &Option<Play>, here: At, reply: &str) -> Next
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let reply_as_usual = reply;
    let reply = match play {
        Some(Play(at, act)) if *at == here => match act {
            Act::Reply(reply) => reply,
            Act::DeliverSlowly => reply_as_usual,
            Act::Cut | Act::DeliverAndCut => return Next::Leave,
            Act::Hang | Act::DeliverAndHang => {
                hang(stream).await;
                return Next::Leave;
            }
        },
        _ => reply,
    };
    match stream.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await {
        Ok(()) => {
            let _ = stream.get_mut().flush().await;
            Next::On
        }
        Err(_) => Next::Leave,
    }
}

/// Swallows everything until the client leaves.
async fn hang<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) {
    let mut nowhere = tokio::io::sink();
    let _ = tokio::io::copy(stream, &mut nowhere).await;
}

fn inside(path: &str) -> String {
    let start = path.find('<').map_or(0, |at| at + 1);
    let end = path.rfind('>').unwrap_or(path.len());
    path.get(start..end).unwrap_or_default().to_owned()
}

/// An authority and a leaf for `localhost` and 127.0.0.1 (self-signed leaves are refused by rustls).
fn certificate() -> (TlsAcceptor, String) {
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let ca_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let leaf = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(leaf.pem().as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), ca_pem)
}
