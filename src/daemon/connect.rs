//! From the config to what the daemon works with: everything in force, accounts, the sending server, the store.
//!
//! Secrets are fetched here and nowhere else. Nothing is connected yet: that is each part's own business.

use std::path::Path;

use tracing::{info, warn};

use super::DaemonError;
use crate::config::{self, Config, SignIn, Tls};
use crate::credentials::{Credentials, Password};
use crate::imap::folders::FolderNames;
use crate::imap::{Account, MarkNames, Patience, Security};
use crate::live::Live;
use crate::oauth::TokenSource;
use crate::secret::SecretError;
use crate::smtp::{self, Login, Server, Smtp, Timeouts};
use crate::store::{Options, Store, StoreError};

/// Loads everything in force, keys of the tokens included.
///
/// # Errors
/// All faults at once, or the secret that could not be had.
pub async fn load(path: &Path) -> Result<Live, DaemonError> {
    let path = path.to_owned();
    let loaded = tokio::task::spawn_blocking(move || {
        let mut live = Live::load(&path).map_err(DaemonError::Faults)?;
        live.unlock()
            .map_err(|source| DaemonError::Secret { what: "[approval] secret".to_owned(), source })?;
        Ok(live)
    });
    match loaded.await {
        Ok(live) => live,
        Err(error) => {
            Err(DaemonError::System { what: "loading the config", source: std::io::Error::other(error) })
        }
    }
}

/// The account of a mailbox, its password resolved.
///
/// # Errors
/// When the secret cannot be had.
pub fn account(mailbox: &config::Mailbox) -> Result<(Account, FolderNames), DaemonError> {
    let credentials = credentials(&mailbox.sign_in).map_err(|source| DaemonError::Secret {
        what: format!("[[mailbox]] {} password", mailbox.name),
        source,
    })?;
    let defaults = FolderNames::default();
    let names = FolderNames {
        inbox: mailbox.folder.clone(),
        archive: mailbox.archive.clone().unwrap_or(defaults.archive),
        drafts: mailbox.drafts.clone().unwrap_or(defaults.drafts),
        sent: mailbox.sent.clone().unwrap_or(defaults.sent),
        create: defaults.create,
    };
    let account = Account {
        host: mailbox.host.clone(),
        port: mailbox.port,
        security: match mailbox.tls {
            Tls::Implicit => Security::Tls,
            Tls::Starttls => Security::StartTls,
            Tls::None => Security::Plain,
        },
        ca_file: mailbox.ca.clone(),
        user: mailbox.user.clone(),
        credentials,
        patience: Patience::default(),
    };
    Ok((account, names))
}

/// A password fetched now, or the one source of tokens that everything of an account shares.
fn credentials(sign_in: &SignIn) -> Result<Credentials, SecretError> {
    Ok(match sign_in {
        SignIn::Password(source) => Credentials::Password(Password::fetch(source.clone())?),
        SignIn::OAuth(plan) => Credentials::Token(TokenSource::shared(plan)),
    })
}

/// How meanings are written in a mailbox.
pub fn mark_names(mailbox: &config::Mailbox) -> MarkNames {
    MarkNames {
        marks: mailbox.marks.clone(),
        by: mailbox.marking,
        parent: mailbox.mark_parent.clone(),
        in_inbox: mailbox.inbox_marks.clone(),
    }
}

/// The sending server, its password resolved.
///
/// # Errors
/// When the secret or the private authority cannot be had.
pub fn sender(config: &Config) -> Result<Smtp, DaemonError> {
    let smtp = &config.smtp;
    let login = match &smtp.login {
        Some(login) => Some(Login {
            user: login.user.clone(),
            credentials: credentials(&login.sign_in)
                .map_err(|source| DaemonError::Secret { what: "[smtp] password".to_owned(), source })?,
        }),
        None => None,
    };
    Ok(Smtp::new(Server {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.tls {
            Tls::Implicit => smtp::Security::Implicit,
            Tls::Starttls => smtp::Security::StartTls,
            Tls::None => smtp::Security::Plain,
        },
        ca_file: smtp.ca.clone(),
        login,
        hello: None,
        timeouts: Timeouts {
            connect: smtp.limits.connect,
            greeting: smtp.limits.command,
            command: smtp.limits.command,
            data: smtp.limits.command,
            after_dot: smtp.limits.dot,
            ..Timeouts::default()
        },
    })?)
}

/// Opens the store and says aloud what was mended.
///
/// # Errors
/// When it is in use, damaged beyond what can be proven, or the disk refuses.
pub async fn open_store(config: &Config) -> Result<Store, StoreError> {
    let (store, report) = Store::open(Options::new(&config.store.dir)).await?;
    for repair in &report.repairs {
        warn!(%repair, "Mended the store.");
    }
    info!(rows = report.rows, sequence = report.sequence, clean = report.clean, "Opened the store.");
    Ok(store)
}
