//! Hands one mail to the sending server, stage by stage, and says exactly how far it came.
//!
//! Every mail gets a fresh connection; every stage has its own timeout and the connection is dropped when one
//! runs out. Right before the first byte of the mail goes out the caller's hook runs: what it commits is true
//! from then on ("from here on the ending may be unknown"). Nothing here repeats, decides or stores, and no
//! error text carries an address, a subject or the server's free text.

mod outcome;
mod server;
mod signin;
mod stream;

use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Quit, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use outcome::{Outcome, Stage};
pub use server::{Login, Security, Server, SetupError, Timeouts};

use crate::credentials::Proof;
use crate::dial;
use crate::oauth::TokenError;
use crate::tls;
use crate::triage::id::Address;

/// One mail with its envelope (RFC 5321 section 2.3.1).
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// MAIL FROM: where bounces go; `None` for a mail that must bounce nowhere (RFC 3834, section 3.3).
    pub from: Option<&'a Address>,
    /// RCPT TO; when the server refuses one, nobody gets the mail.
    pub to: &'a [Address],
    /// The rendered mail: 7-bit, CRLF line ends, no line over 998 bytes.
    pub bytes: &'a [u8],
}

/// The sending server, ready for use. Cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    server: Server,
    /// The name that the certificate has to carry; none on a line without TLS.
    name: Option<ServerName<'static>>,
    hello: ClientId,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Reads the CA file and prepares TLS. Connects to nothing.
    ///
    /// # Errors
    /// An unreadable or empty CA file, settings the TLS library refuses, an EHLO name with strange characters.
    pub fn new(server: Server) -> Result<Self, SetupError> {
        let name = match server.security {
            Security::Implicit | Security::StartTls => {
                // Looked up again at each connection; here so that a mistake shows at the start.
                tls::client(server.ca_file.as_deref())?;
                Some(ServerName::try_from(server.host.clone()).map_err(|_| SetupError::Host)?)
            }
            Security::Plain => None,
        };
        let hello = match &server.hello {
            None => ClientId::default(),
            Some(name)
                if !name.is_empty()
                    && name.bytes().all(|b| {
                        b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']')
                    }) =>
            {
                ClientId::Domain(name.clone())
            }
            Some(_) => return Err(SetupError::Hello),
        };
        Ok(Self { server, name, hello })
    }

    /// Connects, protects the line, logs in and leaves: what `check --connect` and the start-up want to know.
    ///
    /// # Errors
    /// [`Outcome::Refused`] or [`Outcome::NotSent`] with the stage that failed.
    pub async fn probe(&self) -> Result<(), Outcome> {
        let mut line = self.open().await?;
        self.leave(&mut line).await;
        Ok(())
    }

    /// Sends one mail over a fresh connection.
    ///
    /// `before_dot` runs after the server's 354 and before the first byte of the mail. When it fails, the
    /// connection is dropped and the server, having seen no byte of the mail, discards it. Dropping the returned
    /// future after the hook ran leaves the ending unknown, like a crash.
    pub async fn send<F, Fut, E>(&self, parcel: Parcel<'_>, before_dot: F) -> Outcome
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<(), E>>,
    {
        match self.attempt(parcel, before_dot).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn attempt<F, Fut, E>(&self, parcel: Parcel<'_>, before_dot: F) -> Result<Outcome, Outcome>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<(), E>>,
    {
        fit(&parcel)?;
        let limits = self.server.timeouts;
        let mut line = self.open().await?;

        let mail = format!("MAIL FROM:<{}>\r\n", parcel.from.map(path).unwrap_or_default());
        self.say(&mut line, Stage::Mail, limits.command, mail).await?;
        for to in parcel.to {
            let rcpt = format!("RCPT TO:<{}>\r\n", path(to));
            self.say(&mut line, Stage::Rcpt, limits.command, rcpt).await?;
        }
        let reply = self.say(&mut line, Stage::Data, limits.data, Data).await?;
        if !reply.has_code(354) {
            return Err(Outcome::not_sent(
                Stage::Data,
                "the server answered DATA with another code than 354",
            ));
        }
        if before_dot().await.is_err() {
            return Err(Outcome::not_sent(Stage::Hook, "the step before sending failed on our side"));
        }

        // From here on only the server's own reply makes the ending certain.
        let body = parcel.bytes.strip_suffix(b"\r\n").unwrap_or(parcel.bytes); // lettre adds CRLF before the dot
        let outcome = match timeout(limits.after_dot, line.message(body)).await {
            Err(_) => Outcome::unknown(format!("no reply within {} s", limits.after_dot.as_secs())),
            Ok(Ok(reply)) => match u16::from(reply.code()) {
                code @ 200..=299 => Outcome::Sent { code },
                code => Outcome::unknown(format!("the server's last reply was {code}")),
            },
            Ok(Err(error)) => match Outcome::refusal(Stage::Dot, &error) {
                Some(refused) => refused,
                None => Outcome::unknown(outcome::reason(&error)),
            },
        };
        match &outcome {
            Outcome::Sent { .. } | Outcome::Refused { .. } => self.leave(&mut line).await,
            Outcome::NotSent { .. } | Outcome::Unknown { .. } => {} // dropped as it is
        }
        Ok(outcome)
    }

    /// Connect, greeting, EHLO, TLS, AUTH. A password or token that is refused and has been replaced meanwhile is tried
    /// once more, over another connection.
    async fn open(&self) -> Result<AsyncSmtpConnection, Outcome> {
        let Some(login) = &self.server.login else { return self.open_line().await };
        let no_token = |error: TokenError| Outcome::not_sent(Stage::Auth, error.to_string());
        let proof = login.credentials.proof().await.map_err(no_token)?;
        match self.signed_in(login, &proof).await {
            Err(refused) if signin::is_refusal(&refused) && login.credentials.have_other(&proof).await => {
                let proof = login.credentials.proof().await.map_err(no_token)?;
                self.signed_in(login, &proof).await
            }
            done => done,
        }
    }

    async fn signed_in(&self, login: &Login, proof: &Proof) -> Result<AsyncSmtpConnection, Outcome> {
        let mut line = self.open_line().await?;
        match signin::sign_in(&mut line, &self.server, &self.hello, login, proof).await {
            Ok(()) => Ok(line),
            Err(outcome) => {
                if matches!(outcome, Outcome::Refused { .. }) {
                    self.leave(&mut line).await;
                }
                Err(outcome)
            }
        }
    }

    /// Connect, TLS, greeting, EHLO; with STARTTLS the last two come before TLS as well.
    async fn open_line(&self) -> Result<AsyncSmtpConnection, Outcome> {
        let tcp = self.connect().await?;
        match (self.server.security, &self.name) {
            (Security::Implicit, Some(name)) => {
                let wait = self.server.timeouts.connect;
                let stream = stream::Sealed::new(self.handshake(name, tcp, wait).await?);
                self.greet(Box::new(stream)).await
            }
            (Security::StartTls, Some(name)) => {
                let wait = self.server.timeouts.greeting;
                let sip = stream::Sip::new(tcp);
                let mut line = self.greet(Box::new(sip.clone())).await?;
                if !line.can_starttls() {
                    return Err(Outcome::not_sent(Stage::Tls, "the server offers no STARTTLS"));
                }
                let reply = staged(Stage::Tls, wait, line.command(Starttls)).await?;
                let tcp = sip.take().filter(|_| reply.has_code(220));
                let refused = || Outcome::not_sent(Stage::Tls, "the server does not begin TLS");
                let stream =
                    stream::Sealed::greeted(self.handshake(name, tcp.ok_or_else(refused)?, wait).await?);
                self.greet(Box::new(stream)).await
            }
            (Security::Implicit | Security::StartTls | Security::Plain, _) => {
                if !tcp.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) {
                    let why = "a line without TLS is only for a server on this machine";
                    return Err(Outcome::not_sent(Stage::Connect, why));
                }
                self.greet(Box::new(stream::Sip::new(tcp))).await
            }
        }
    }

    /// Greeting and EHLO.
    async fn greet(&self, stream: Box<dyn AsyncTokioStream>) -> Result<AsyncSmtpConnection, Outcome> {
        let greeting = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        staged(Stage::Greeting, self.server.timeouts.greeting, greeting).await
    }

    async fn handshake(
        &self,
        name: &ServerName<'static>,
        tcp: TcpStream,
        wait: Duration,
    ) -> Result<TlsStream<TcpStream>, Outcome> {
        let config = tls::client(self.server.ca_file.as_deref())
            .map_err(|error| Outcome::not_sent(Stage::Tls, error.to_string()))?;
        match timeout(wait, TlsConnector::from(config).connect(name.clone(), tcp)).await {
            Err(_) => Err(Outcome::late(Stage::Tls, wait)),
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Outcome::not_sent(Stage::Tls, outcome::io_reason(&error))),
        }
    }

    async fn connect(&self) -> Result<TcpStream, Outcome> {
        let wait = self.server.timeouts.connect;
        match timeout(wait, dial::connect(&self.server.host, self.server.port)).await {
            Err(_) => Err(Outcome::late(Stage::Connect, wait)),
            Ok(Err(error)) => Err(Outcome::not_sent(Stage::Connect, outcome::io_reason(&error))),
            Ok(Ok(tcp)) => Ok(tcp),
        }
    }

    async fn say(
        &self,
        line: &mut AsyncSmtpConnection,
        stage: Stage,
        wait: Duration,
        command: impl std::fmt::Display,
    ) -> Result<Response, Outcome> {
        let reply = staged(stage, wait, line.command(command)).await;
        if let Err(Outcome::Refused { .. }) = reply {
            self.leave(line).await;
        }
        reply
    }

    async fn leave(&self, line: &mut AsyncSmtpConnection) {
        let _ = timeout(self.server.timeouts.quit, line.command(Quit)).await;
    }
}

/// Runs one stage under its timeout. A failure before the dot is always certain.
async fn staged<T>(
    stage: Stage,
    wait: Duration,
    work: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Outcome> {
    match timeout(wait, work).await {
        Err(_) => Err(Outcome::late(stage, wait)),
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Outcome::refusal(stage, &error)
            .unwrap_or_else(|| Outcome::not_sent(stage, outcome::reason(&error)))),
    }
}

/// Refuses what a server could read as something else: a bare CR or LF lets one mail smuggle in another
/// (CVE-2023-51764 and its sisters), 8-bit needs an extension we do not use, an empty envelope is a mistake.
fn fit(parcel: &Parcel<'_>) -> Result<(), Outcome> {
    let refuse = |why: &str| Err(Outcome::not_sent(Stage::Mail, why));
    if parcel.to.is_empty() {
        return refuse("the mail has no recipient");
    }
    if !parcel.bytes.is_ascii() {
        return refuse("the mail holds 8-bit bytes");
    }
    let mut before = b'\n';
    let mut length = 0_usize;
    for byte in parcel.bytes {
        if (before == b'\r') != (*byte == b'\n') {
            return refuse("the mail holds a bare CR or LF");
        }
        length = if *byte == b'\n' { 0 } else { length + 1 };
        if length > 999 {
            return refuse("the mail holds a line over 998 bytes");
        }
        before = *byte;
    }
    if before != b'\n' {
        return refuse("the mail does not end with a line end");
    }
    Ok(())
}

/// The address as a path: local parts that are no dot-atom (carriers gave out `foo..bar.@docomo.ne.jp`) are
/// quoted (RFC 5321 section 4.1.2). [`Address`] admits no quote, backslash, blank or control character.
pub(crate) fn path(address: &Address) -> String {
    let local = address.local();
    let quoted = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if quoted { format!("\"{local}\"@{}", address.domain()) } else { address.to_string() }
}
