//! The sending server as configured, and whom to trust. Connects to nothing.

use std::path::PathBuf;
use std::time::Duration;

use crate::credentials::Credentials;
use crate::tls::TrustError;

/// How the line to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465, RFC 8314).
    Implicit,
    /// STARTTLS (RFC 3207), required: a server that does not offer it is not spoken to.
    StartTls,
    /// No TLS. Only for a server on this machine: any other peer is refused after connecting.
    Plain,
}

/// A name and what proves it, for AUTH.
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// A password or access tokens.
    pub credentials: Credentials,
}

/// How long each stage may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP connection, every address of the host together.
    pub connect: Duration,
    /// Greeting and EHLO; also STARTTLS with its handshake.
    pub greeting: Duration,
    /// Each of AUTH, MAIL and RCPT.
    pub command: Duration,
    /// DATA to its 354.
    pub data: Duration,
    /// From the first byte of the mail to the reply after the dot (RFC 5321 section 4.5.3.2.6: 10 minutes).
    pub after_dot: Duration,
    /// QUIT; its ending changes nothing.
    pub quit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(60),
            command: Duration::from_secs(60),
            data: Duration::from_secs(120),
            after_dot: Duration::from_secs(600),
            quit: Duration::from_secs(5),
        }
    }
}

/// The sending server as configured.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host name or IP address; the certificate must carry it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the line.
    pub security: Security,
    /// PEM file with the only authorities to trust; `None`: the machine's own store.
    pub ca_file: Option<PathBuf>,
    /// AUTH, when the server wants it. Never sent over an unprotected line to another machine.
    pub login: Option<Login>,
    /// Our name in EHLO; `None`: the host name of this machine.
    pub hello: Option<String>,
    /// Time limits.
    pub timeouts: Timeouts,
}

/// Why a [`Server`] cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is nobody to trust.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The host cannot stand in a certificate.
    #[error("the host is neither a name nor an address")]
    Host,
    /// `hello` would break the protocol.
    #[error("The name for EHLO may only hold letters, digits, '.', ':', '-', '[' and ']'")]
    Hello,
}
