//! From a host name to a stream we trust: TCP, TLS, STARTTLS.
//!
//! Plain text is spoken with loopback addresses only. STARTTLS is required where configured: a server (or somebody
//! between) that does not offer it, or that talks into the gap, gets no password. Never signs in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::error::ImapError;
use super::wire::Io;
use crate::credentials::Credentials;
use crate::dial;
use crate::tls;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 993, RFC 8314).
    Tls,
    /// Plain at first, TLS before anything of worth is said (port 143). Required, never optional.
    StartTls,
    /// No TLS: loopback addresses only.
    Plain,
}

/// Where a mailbox lives and how to get in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Host name or address; also the name the certificate has to carry.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// User name.
    pub user: String,
    /// What to sign in with.
    pub credentials: Credentials,
    /// How long to wait for what.
    pub patience: Patience,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For connection, TLS and greeting, each.
    pub connect: Duration,
    /// For one ordinary command.
    pub command: Duration,
    /// Extra time for a transfer, per started 64 KiB.
    pub per_64k: Duration,
    /// For leaving IDLE.
    pub done: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(60),
            per_64k: Duration::from_secs(4),
            done: Duration::from_secs(15),
        }
    }
}

const VERB: &str = "connect";

/// A stream ready for IMAP, and whether the greeting has been read already (it comes before STARTTLS).
pub(crate) async fn open(account: &Account) -> Result<(Box<dyn Io>, bool), ImapError> {
    let by = Instant::now() + account.patience.connect;
    let tcp = dial(account, by).await?;
    match account.security {
        Security::Plain => Ok((Box::new(tcp), false)),
        Security::Tls => Ok((wrap(account, tcp).await?, false)),
        Security::StartTls => {
            let asked = timeout_at(by, start_tls(tcp)).await;
            let tcp = asked.map_err(|_| ImapError::Deadline { verb: "STARTTLS" })??;
            Ok((wrap(account, tcp).await?, true))
        }
    }
}

async fn dial(account: &Account, by: Instant) -> Result<TcpStream, ImapError> {
    let closed = |_| ImapError::Closed { verb: VERB };
    let lookup = tokio::net::lookup_host((account.host.as_str(), account.port));
    let found = timeout_at(by, lookup).await.map_err(|_| ImapError::Deadline { verb: VERB })?;
    let addresses: Vec<SocketAddr> = found.map_err(closed)?.collect();
    if account.security == Security::Plain && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(ImapError::Config(
            "a connection without TLS is allowed to loopback addresses only; use tls or starttls".into(),
        ));
    }
    let tcp = timeout_at(by, dial::to_any(&addresses));
    tcp.await.map_err(|_| ImapError::Deadline { verb: VERB })?.map_err(closed)
}

/// Asks for TLS in plain text. Ends with nothing read beyond the OK: what follows must be the handshake.
async fn start_tls(tcp: TcpStream) -> Result<TcpStream, ImapError> {
    let mut stream = BufReader::new(tcp);
    let greeting = line(&mut stream).await?;
    if greeting.starts_with("* BYE") {
        return Err(ImapError::Bye { verb: "STARTTLS", code: String::new() });
    }
    if !greeting.starts_with("* OK") {
        // PREAUTH would skip TLS altogether (RFC 9051 section 11.1).
        return Err(ImapError::Tls("the server's greeting leaves no room for STARTTLS".into()));
    }
    let sent = stream.get_mut().write_all(b"T1 STARTTLS\r\n").await;
    sent.map_err(|_| ImapError::Closed { verb: "STARTTLS" })?;
    // A few untagged lines may come first; an honest server has no reason for more.
    for _ in 0..20 {
        let answer = line(&mut stream).await?;
        if answer.starts_with("* BYE") {
            return Err(ImapError::Bye { verb: "STARTTLS", code: String::new() });
        }
        if let Some(status) = answer.strip_prefix("T1 ") {
            if !status.starts_with("OK") {
                return Err(ImapError::Tls("the server does not offer STARTTLS".into()));
            }
            if !stream.buffer().is_empty() {
                return Err(ImapError::Tls("plain text after STARTTLS: somebody may be in between".into()));
            }
            return Ok(stream.into_inner());
        }
    }
    Err(ImapError::Untagged { verb: "STARTTLS" })
}

/// One line of at most 8 KiB, upper-cased so that `ok` is `OK`.
async fn line(stream: &mut BufReader<TcpStream>) -> Result<String, ImapError> {
    let mut bytes = Vec::new();
    let read = stream.take(8192).read_until(b'\n', &mut bytes).await;
    if read.is_err() || !bytes.ends_with(b"\n") {
        return Err(ImapError::Closed { verb: "STARTTLS" });
    }
    Ok(String::from_utf8_lossy(&bytes).to_ascii_uppercase())
}

async fn wrap(account: &Account, tcp: TcpStream) -> Result<Box<dyn Io>, ImapError> {
    let config =
        tls::client(account.ca_file.as_deref()).map_err(|error| ImapError::Config(error.to_string()))?;
    let name = ServerName::try_from(account.host.clone())
        .map_err(|_| ImapError::Config("the host is neither a name nor an address".into()))?;
    let handshake = TlsConnector::from(config).connect(name, tcp);
    let by = Instant::now() + account.patience.connect;
    match timeout_at(by, handshake).await {
        Err(_) => Err(ImapError::Deadline { verb: "TLS handshake" }),
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => {
            let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            match reason {
                Some(reason) => Err(ImapError::Tls(reason.to_string())),
                None => Err(ImapError::Closed { verb: "TLS handshake" }),
            }
        }
    }
}
