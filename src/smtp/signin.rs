//! AUTH for submission (RFC 4954): PLAIN or LOGIN for a password, XOAUTH2 or OAUTHBEARER for a token.
//!
//! The library's own AUTH leaves the exchange open when a token is refused, and knows no OAUTHBEARER; so tokens are handed
//! over here. Never says what the server said in words.

use lettre::transport::smtp::authentication::{Credentials as Pair, Mechanism as Known};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::ClientId;

use super::outcome::{Outcome, Stage};
use super::server::{Login, Server};
use super::staged;
use crate::credentials::{Credentials, Proof};
use crate::oauth::AccessToken;
use crate::sasl;

/// Longest command line that every server takes (RFC 5321 section 4.5.3.1.4), line end included. A longer message waits
/// for the server's 334; tokens of Microsoft are that long.
const MAX_COMMAND: usize = 512;

/// Proves who we are on a line that may carry secrets.
pub(super) async fn sign_in(
    line: &mut AsyncSmtpConnection,
    server: &Server,
    hello: &ClientId,
    login: &Login,
    proof: &Proof,
) -> Result<(), Outcome> {
    match proof {
        Proof::Password(password) => {
            let pair = Pair::new(login.user.clone(), password.expose().to_owned());
            let auth = line.auth(&[Known::Plain, Known::Login], &pair);
            staged(Stage::Auth, server.timeouts.command, auth).await.map(drop)
        }
        Proof::Token(token) => by_token(line, server, hello, login, token).await,
    }
}

async fn by_token(
    line: &mut AsyncSmtpConnection,
    server: &Server,
    hello: &ClientId,
    login: &Login,
    token: &AccessToken,
) -> Result<(), Outcome> {
    let wait = server.timeouts.command;
    let refuse = |why: &str| Outcome::not_sent(Stage::Auth, why);
    let Credentials::Token(source) = &login.credentials else {
        return Err(refuse("a token without a source"));
    };
    // Asked again, because the library keeps only the mechanisms it knows.
    let offers = staged(Stage::Auth, wait, line.command(Ehlo::new(hello.clone()))).await?;
    let offered: Vec<String> = offers.message().filter_map(mechanisms).flatten().collect();
    let mechanism = source
        .plan()
        .mechanisms()
        .into_iter()
        .find(|mechanism| offered.iter().any(|name| name == mechanism.name()))
        .ok_or_else(|| refuse("the server offers neither XOAUTH2 nor OAUTHBEARER"))?;
    let message = sasl::bearer(mechanism, &login.user, token, &server.host, server.port)
        .ok_or_else(|| refuse("the user name holds a control character"))?;
    let at_once = format!("AUTH {} {}\r\n", mechanism.name(), message.expose());
    let mut reply = if at_once.len() <= MAX_COMMAND {
        staged(Stage::Auth, wait, line.command(at_once)).await?
    } else {
        let asked = staged(Stage::Auth, wait, line.command(format!("AUTH {}\r\n", mechanism.name()))).await?;
        if !asked.has_code(334) {
            return Err(refuse("the server does not ask for the token"));
        }
        staged(Stage::Auth, wait, line.command(format!("{}\r\n", message.expose()))).await?
    };
    if reply.has_code(334) {
        // An error report; the refusal itself comes after our answer to it.
        let over = format!("{}\r\n", sasl::after_error(mechanism));
        reply = staged(Stage::Auth, wait, line.command(over)).await?;
    }
    if reply.has_code(235) { Ok(()) } else { Err(refuse("the server's reply to AUTH is not 235")) }
}

/// The mechanisms of an EHLO line such as `AUTH PLAIN XOAUTH2`; also in the old spelling `AUTH=PLAIN`.
fn mechanisms(line: &str) -> Option<Vec<String>> {
    let upper = line.to_ascii_uppercase();
    let rest = upper.strip_prefix("AUTH ").or_else(|| upper.strip_prefix("AUTH="))?;
    Some(rest.split_ascii_whitespace().map(str::to_owned).collect())
}

/// Whether the server refused what we proved ourselves with, for good (RFC 4954 section 6).
pub(super) fn is_refusal(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused { stage: Stage::Auth, permanent, .. } => *permanent,
        Outcome::Sent { .. }
        | Outcome::Refused { .. }
        | Outcome::NotSent { .. }
        | Outcome::Unknown { .. } => false,
    }
}
