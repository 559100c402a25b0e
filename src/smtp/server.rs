//! The sending server as configured, and whom to trust. Connects to nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters, TlsParametersBuilder};

use crate::credentials::Credentials;

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
    /// The file with the private authority cannot be read.
    #[error("Cannot read the CA file {path}: {source}")]
    CaFile {
        /// As configured.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds no usable certificate.
    #[error("The CA file {path} holds no PEM certificate")]
    CaContent {
        /// As configured.
        path: PathBuf,
    },
    /// The TLS library refuses the settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// `hello` would break the protocol.
    #[error("The name for EHLO may only hold letters, digits, '.', ':', '-', '[' and ']'")]
    Hello,
}

/// Trust for TLS: the file's authorities alone, or the machine's own store.
pub(super) fn trust(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParametersBuilder::new(host.to_owned());
    if let Some(path) = ca_file {
        let pem =
            std::fs::read(path).map_err(|source| SetupError::CaFile { path: path.to_owned(), source })?;
        if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
            return Err(SetupError::CaContent { path: path.to_owned() });
        }
        let authority =
            Certificate::from_pem(&pem).map_err(|_| SetupError::CaContent { path: path.to_owned() })?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    builder.build_rustls().map_err(|error| SetupError::Tls(error.to_string()))
}
