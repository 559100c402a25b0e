//! A person says yes, once: by a browser on this machine or another, or by typing a code on another device.
//!
//! Authorization code with PKCE (RFC 7636, S256 only) over a loopback redirect (RFC 8252), or the device grant (RFC 8628).
//! Ends with the refresh token in its private file. Never shows a token; what a person has to see is handed to the caller.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::answer::{self, Denied, Granted};
use super::error::TokenError;
use super::fetch::{self, Failed};
use super::keep::{Kept, trace};
use super::plan::{Grant, Plan, Provider};
use super::redirect;
use crate::secret::Secret;

/// How long a person may take.
pub const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// For one request to an endpoint.
const WITHIN: Duration = Duration::from_secs(30);

/// Pause between two questions to the endpoint where it names none (RFC 8628 section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// Why there is no consent.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The account does not work this way. The text is ours.
    #[error("{0}")]
    Impossible(String),
    /// The person, or the provider, said no.
    #[error("access was not granted ({0})")]
    Denied(String),
    /// Nobody answered in time.
    #[error("nobody answered within {} minutes", PATIENCE.as_secs() / 60)]
    Late,
    /// The port for the browser's way back cannot be had.
    #[error("no port on loopback: {0}")]
    Port(std::io::Error),
    /// The endpoint, or this machine.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl From<Failed> for AuthorizeError {
    fn from(failed: Failed) -> Self {
        Self::Token(failed.error)
    }
}

/// What a person has to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// Open this address in a browser.
    Browser {
        /// The provider's page.
        url: Url,
        /// The port on this machine to which the browser comes back.
        port: u16,
    },
    /// Open this address on any device and type the code.
    Device {
        /// The provider's page.
        url: String,
        /// What to type there.
        code: String,
    },
}

/// What the browser brought back.
pub(super) enum Return {
    /// The code, for this one redirect address.
    Code(Secret),
    /// The provider's error code.
    Error(String),
}

/// Asks by a browser. `port` 0: any. `pasted` brings addresses that a person copied out of a browser elsewhere; those
/// that do not fit are passed over.
///
/// # Errors
/// [`AuthorizeError`] says why there is no consent. Nothing was kept then.
pub async fn by_browser(
    plan: &Plan,
    port: u16,
    show: impl FnOnce(&Prompt),
    mut pasted: mpsc::UnboundedReceiver<String>,
) -> Result<(), AuthorizeError> {
    let plan = Arc::new(installed_app(plan)?);
    let page = plan.authorize_url.clone().ok_or_else(|| impossible("oauth.authorize_url is missing"))?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(AuthorizeError::Port)?;
    let port = listener.local_addr().map_err(AuthorizeError::Port)?.port();
    // Microsoft ignores the port of `localhost` only; Google recommends the address, and so does RFC 8252 section 8.3.
    let host = if plan.provider == Provider::Microsoft { "localhost" } else { "127.0.0.1" };
    let back = format!("http://{host}:{port}/");
    let (state, verifier) = (random(), random());
    let url = consent_page(&plan, page, &back, &state, &verifier);
    show(&Prompt::Browser { url, port });
    let paste = async {
        while let Some(address) = pasted.recv().await {
            if let Some(returned) = redirect::understand(&address, &state) {
                return returned;
            }
        }
        // Nobody can paste; the browser may still come.
        std::future::pending().await
    };
    let returned = async {
        tokio::select! {
            returned = redirect::wait(listener, &state) => returned,
            returned = paste => returned,
        }
    };
    let code = match timeout(PATIENCE, returned).await.map_err(|_| AuthorizeError::Late)? {
        Return::Code(code) => code,
        Return::Error(code) => return Err(AuthorizeError::Denied(code)),
    };
    let proof = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", back.as_str()),
        ("code_verifier", verifier.expose()),
    ];
    let granted = fetch::redeem(&plan, &proof, WITHIN).await?;
    keep(&plan, granted).await
}

/// Asks by a code that is typed on another device.
///
/// # Errors
/// [`AuthorizeError`] says why there is no consent. Nothing was kept then.
pub async fn by_device(plan: &Plan, show: impl FnOnce(&Prompt)) -> Result<(), AuthorizeError> {
    let plan = Arc::new(installed_app(plan)?);
    let url = plan.device_url.clone().ok_or_else(|| {
        impossible(match plan.provider {
            Provider::Google => {
                "Google grants no access to mail by device; run without --device: the browser may be on another machine"
            }
            Provider::Microsoft | Provider::Other => "oauth.device_url is missing",
        })
    })?;
    let scope = plan.scope();
    let form = [("client_id", plan.client_id.as_str()), ("scope", scope.as_str())];
    let reply = fetch::send(&plan, &url, &form, WITHIN).await?;
    let fields = answer::fields(&reply).map_err(|denied| fetch::failed(&plan, denied))?;
    let text =
        |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| is_shown(text)).map(str::to_owned);
    // Google's spelling of the standard's `verification_uri` is in use elsewhere, too.
    let page = text("verification_uri").or_else(|| text("verification_url"));
    let (Some(device), Some(code), Some(page)) = (text("device_code"), text("user_code"), page) else {
        return Err(TokenError::Unavailable("the endpoint's answer names no code".to_owned()).into());
    };
    let device = Secret::new(device);
    let lives = fields.get("expires_in").and_then(answer::seconds).unwrap_or(PATIENCE).min(PATIENCE);
    let until = Instant::now() + lives;
    let mut pause = fields.get("interval").and_then(answer::seconds).unwrap_or(INTERVAL);
    show(&Prompt::Device { url: page, code });
    let proof =
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", device.expose())];
    loop {
        if Instant::now() + pause > until {
            return Err(AuthorizeError::Late);
        }
        sleep(pause).await;
        let failed = match fetch::redeem(&plan, &proof, WITHIN).await {
            Ok(granted) => return keep(&plan, granted).await,
            Err(failed) => failed,
        };
        match &failed.error {
            // RFC 8628 section 3.5: slower after a dead connection, too.
            TokenError::Unavailable(_) => pause += INTERVAL,
            TokenError::Withdrawn { code, .. } | TokenError::Refused { code, .. } => match code.as_str() {
                "authorization_pending" => {}
                "slow_down" => pause += INTERVAL,
                "expired_token" => return Err(AuthorizeError::Late),
                "access_denied" | "authorization_declined" => {
                    return Err(AuthorizeError::Denied(code.clone()));
                }
                _ => return Err(failed.into()),
            },
            TokenError::NotGranted { .. } | TokenError::Setup(_) => return Err(failed.into()),
        }
    }
}

fn impossible(text: &str) -> AuthorizeError {
    AuthorizeError::Impossible(text.to_owned())
}

fn installed_app(plan: &Plan) -> Result<Plan, AuthorizeError> {
    match plan.grant {
        Grant::Refresh { .. } => Ok(plan.clone()),
        Grant::ServiceAccount { .. } | Grant::ClientCredentials => {
            Err(impossible("this account signs in without a person: there is nothing to authorise"))
        }
    }
}

fn consent_page(plan: &Plan, mut page: Url, back: &str, state: &Secret, verifier: &Secret) -> Url {
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.expose().as_bytes()));
    page.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &plan.client_id)
        .append_pair("redirect_uri", back)
        .append_pair("scope", &plan.scope())
        .append_pair("state", state.expose())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(consent_extras(plan));
    page
}

/// What a provider wants to be told beside the standard.
fn consent_extras(plan: &Plan) -> Vec<(&'static str, &str)> {
    match plan.provider {
        // Without these Google gives a refresh token the first time only.
        Provider::Google => {
            vec![("login_hint", &plan.user), ("access_type", "offline"), ("prompt", "consent")]
        }
        // No hint: into a shared mailbox a person signs in under their own name.
        Provider::Microsoft => vec![("prompt", "select_account")],
        Provider::Other => vec![("login_hint", &plan.user)],
    }
}

/// 256 bits, as 43 characters that need no quoting anywhere.
fn random() -> Secret {
    let mut bytes = [0_u8; 32];
    #[expect(clippy::expect_used, reason = "a system without randomness can do nothing safely")]
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    Secret::new(BASE64URL_NOPAD.encode(&bytes))
}

/// What an endpoint wants shown goes to a terminal: nothing that steers it.
fn is_shown(text: &str) -> bool {
    (1..=2048).contains(&text.len()) && !text.chars().any(char::is_control)
}

async fn keep(plan: &Arc<Plan>, granted: Granted) -> Result<(), AuthorizeError> {
    let Some(refresh) = granted.refresh else {
        let none = Denied::Trouble(
            "the provider gave no refresh token; withdraw the client's access in the account and try again"
                .to_owned(),
            None,
        );
        return Err(fetch::failed(plan, none).into());
    };
    let kept = fetch::off_thread(Arc::clone(plan), move |plan| {
        let Some(keep) = fetch::keep(&plan) else { return Ok(()) };
        // What a person said now outranks a token that is configured, until another one is.
        let seed = match &plan.grant {
            Grant::Refresh { seed: Some(seed), .. } => seed.resolve().ok().as_ref().map(trace),
            Grant::Refresh { seed: None, .. } | Grant::ServiceAccount { .. } | Grant::ClientCredentials => {
                None
            }
        };
        let held = keep.lock()?;
        let saved = keep.save(&Kept { refresh, seed });
        drop(held);
        saved
    });
    kept.await.map_err(Into::into)
}
