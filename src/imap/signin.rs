//! The beginning and the end of a connection: greeting, sign-in, capabilities, leave-taking.
//!
//! Capabilities are read again after signing in: servers offer more then. A wrong password is told apart from a
//! server in trouble. Never logs a user name.

use std::collections::BTreeSet;

use async_imap::Client;
use async_imap::imap_proto::{Response, Status};
use tokio::time::Instant;
use tracing::info;

use super::answer::{Heard, words};
use super::command::Command;
use super::connect::{self, Account};
use super::error::ImapError;
use super::flavour::Flavour;
use super::limit::Limit;
use super::session::Session;
use super::wire::{Io, Wire};

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
                if Limit::of_code(&code).is_some()
                    || matches!(code.as_str(), "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" | "ALERT") =>
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
        if Flavour::of(self) == Flavour::Gmail {
            self.client.get_mut().mend_labels();
        }
        Ok(())
    }

    /// Takes leave politely; an error means only that nobody answered.
    pub async fn logout(mut self) -> Result<(), ImapError> {
        match self.exec(&Command::new("LOGOUT")).await {
            Ok(_) | Err(ImapError::Bye { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
