//! The beginning and the end of a connection: greeting, sign-in, capabilities, leave-taking.
//!
//! Capabilities are read again after signing in: servers offer more then. A wrong password is told apart from a
//! server in trouble. Never logs a user name.

use std::collections::BTreeSet;

use async_imap::Client;
use async_imap::imap_proto::{Response, Status};
use tokio::time::Instant;
use tracing::info;

use super::answer::{Done, Heard, continued, told_in, words};
use super::command::Command;
use super::connect::{self, Account};
use super::error::ImapError;
use super::flavour::Flavour;
use super::lease::{Lease, is_expiry};
use super::limit::Limit;
use super::quirk::Quirk;
use super::session::Session;
use super::wire::{Io, Wire};
use crate::credentials::{Credentials, Proof};
use crate::oauth::{AccessToken, Mechanism};
use crate::sasl;
use crate::secret::Secret;

impl Session {
    /// Connects, signs in and reads the capabilities anew. A password or token that is refused and has been replaced
    /// meanwhile is tried once more, over another connection.
    pub async fn connect(account: &Account) -> Result<Self, ImapError> {
        let proof = account.credentials.proof().await?;
        match Self::attempt(account, &proof).await {
            Err(ImapError::SignIn { .. } | ImapError::TokenRefused { .. })
                if account.credentials.have_other(&proof).await =>
            {
                Self::attempt(account, &account.credentials.proof().await?).await
            }
            done => done,
        }
    }

    async fn attempt(account: &Account, proof: &Proof) -> Result<Self, ImapError> {
        let (stream, greeted) = connect::open(account).await?;
        Self::begin(stream, greeted, account, proof).await
    }

    /// The same over a stream that is there already (tests, tunnels), with one attempt.
    pub async fn over(stream: Box<dyn Io>, greeted: bool, account: &Account) -> Result<Self, ImapError> {
        let proof = account.credentials.proof().await?;
        Self::begin(stream, greeted, account, &proof).await
    }

    async fn begin(
        stream: Box<dyn Io>,
        greeted: bool,
        account: &Account,
        proof: &Proof,
    ) -> Result<Self, ImapError> {
        let mut session = Self {
            client: Client::new(Wire::new(stream)),
            tag: 0,
            usable: true,
            untagged: 0,
            capabilities: BTreeSet::new(),
            selected: None,
            patience: account.patience,
            lease: None,
        };
        let signed_in = if greeted { false } else { session.greeting().await? };
        session.learn_capabilities().await?;
        if !signed_in {
            session.sign_in(account, proof).await?;
            if let (Credentials::Token(source), Proof::Token(token)) = (&account.credentials, proof) {
                session.lease = Some(Lease::new(source.clone(), token.clone()));
            }
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
        let mut told = None;
        let heard = self
            .hear("greeting", by, &mut |response| {
                good = matches!(response, Response::Data { status: Status::Ok, .. });
                told = told_in(response);
            })
            .await;
        self.capabilities.extend(told.into_iter().flatten());
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

    /// Proves who we are, in the way that the server offers and the proof allows.
    async fn sign_in(&mut self, account: &Account, proof: &Proof) -> Result<(), ImapError> {
        match proof {
            Proof::Password(password) => self.by_password(account, password).await,
            Proof::Token(token) => self.by_token(account, token).await,
        }
    }

    /// LOGIN, which every server knows; PLAIN where LOGIN is switched off, or cannot carry what is not ASCII (RFC 9051
    /// section 6.2.3: its strings have no charset).
    async fn by_password(&mut self, account: &Account, password: &Secret) -> Result<(), ImapError> {
        let plain = self.can("AUTH=PLAIN");
        if self.can("LOGINDISABLED") && !plain {
            return Err(ImapError::Config(
                "the server allows no sign-in by password on this connection; use tls, or oauth".into(),
            ));
        }
        let ascii = account.user.is_ascii() && password.expose().is_ascii();
        let said = if plain && (!ascii || self.can("LOGINDISABLED")) {
            let message = sasl::plain(&account.user, password)
                .ok_or_else(|| ImapError::Config("user name or password holds a NUL".into()))?;
            // `*` cancels (RFC 9051 section 6.2.2): nothing is to be said after PLAIN's one message.
            match self.authenticate("PLAIN", &message, "*").await {
                Ok((outcome, _)) => outcome.map(drop),
                Err(error) => Err(error),
            }
        } else {
            let login = Command::new("LOGIN").string(&account.user).string(password.expose());
            self.exec(&login).await.map(drop)
        };
        said.map_err(|error| refused(error, |code| ImapError::SignIn { code }))
    }

    async fn by_token(&mut self, account: &Account, token: &AccessToken) -> Result<(), ImapError> {
        let Credentials::Token(source) = &account.credentials else {
            return Err(ImapError::Config("a token without a source".into()));
        };
        let offered = |mechanism: &Mechanism| self.can(&format!("AUTH={}", mechanism.name()));
        let mechanism = source.plan().mechanisms().into_iter().find(offered).ok_or_else(|| {
            ImapError::Config("the server offers neither XOAUTH2 nor OAUTHBEARER on this connection".into())
        })?;
        let message = sasl::bearer(mechanism, &account.user, token, &account.host, account.port)
            .ok_or_else(|| ImapError::Config("the user name holds a control character".into()))?;
        let said = self.authenticate(mechanism.name(), &message, sasl::after_error(mechanism)).await;
        let (outcome, status) = said.unwrap_or_else(|error| (Err(error), String::new()));
        outcome.map(drop).map_err(|error| refused(error, |code| ImapError::TokenRefused { code, status }))
    }

    /// AUTHENTICATE (RFC 9051 section 6.2.2), with the message in the command where the server allows it (RFC 4959). A
    /// challenge after the message is an error report: it is answered with `after_error`, and its status is returned
    /// beside the outcome.
    async fn authenticate(
        &mut self,
        mechanism: &str,
        message: &Secret,
        after_error: &str,
    ) -> Result<(Result<Done, ImapError>, String), ImapError> {
        const VERB: &str = "AUTHENTICATE";
        let mut command = Command::new(VERB).raw(mechanism);
        let mut sent = self.can("SASL-IR");
        if sent {
            command = command.raw(message.expose());
        }
        command.check()?;
        if !self.usable {
            return Err(ImapError::Closed { verb: VERB });
        }
        self.usable = false;
        self.untagged = 0;
        let tag = self.next_tag();
        let waiting = [(tag.clone(), VERB)];
        let mut answers = [None];
        let mut status = String::new();
        let by = Instant::now() + self.patience.command;
        self.write(&command, &tag, by).await?;
        self.flush(by, VERB).await?;
        while matches!(answers, [None]) {
            let mut challenge = String::new();
            let mut note = |response: &Response<'_>| {
                if let Some(text) = continued(response) {
                    text.clone_into(&mut challenge);
                }
            };
            match self.hear_counted(VERB, by, &mut note).await? {
                Heard::Untagged => {}
                Heard::Bye(code) => return Err(ImapError::Bye { verb: VERB, code }),
                Heard::Preauth => return Err(ImapError::Parse { verb: VERB }),
                Heard::Go => {
                    let line = if sent { after_error } else { message.expose() };
                    if sent {
                        status = sasl::status(&challenge).unwrap_or_default();
                    }
                    sent = true;
                    self.put(format!("{line}\r\n").as_bytes(), by, VERB).await?;
                    self.flush(by, VERB).await?;
                }
                tagged @ Heard::Tagged { .. } => self.settle(tagged, &waiting, &mut answers)?,
            }
        }
        self.usable = true;
        let [answer] = answers;
        Ok((answer.unwrap_or(Err(ImapError::Parse { verb: VERB })), status))
    }

    async fn learn_capabilities(&mut self) -> Result<(), ImapError> {
        let mut found = BTreeSet::new();
        let asked = self
            .exec_with(&Command::new("CAPABILITY"), self.patience.command, &mut |response| {
                if let Response::Capabilities(list) = response {
                    found = words(list);
                }
            })
            .await;
        match asked {
            // What the greeting or the sign-in told has to do.
            Err(ImapError::No { .. } | ImapError::Bad { .. }) => Quirk::CapabilityInGreeting.met(),
            Err(error) => return Err(error),
            Ok(_) if found.is_empty() => Quirk::CapabilityInGreeting.met(),
            Ok(_) => self.capabilities = found,
        }
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

/// A refusal of the sign-in itself, told apart from a server in trouble (RFC 5530).
fn refused(error: ImapError, of: impl FnOnce(String) -> ImapError) -> ImapError {
    match error {
        ImapError::No { verb, code }
            if Limit::of_code(&code).is_some()
                || matches!(code.as_str(), "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" | "ALERT") =>
        {
            ImapError::No { verb, code }
        }
        ImapError::No { code, .. } => of(code),
        ImapError::Bye { code, .. } if is_expiry(&code) => of(code),
        ImapError::Bad { .. }
        | ImapError::Bye { .. }
        | ImapError::Closed { .. }
        | ImapError::Deadline { .. }
        | ImapError::Parse { .. }
        | ImapError::Panic { .. }
        | ImapError::Untagged { .. }
        | ImapError::Tls(_)
        | ImapError::SignIn { .. }
        | ImapError::TokenRefused { .. }
        | ImapError::Token(_)
        | ImapError::Config(_) => error,
    }
}
