//! One request for an access token, by whichever grant the account has.
//!
//! A refresh token that comes with the answer is on the disk before anybody sees the access token: an endpoint that
//! changes it with each use may refuse the old one from then on. Never repeats a request; that is `source`'s business.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tracing::{error, info};
use url::Url;

use super::answer::{self, Denied, Granted};
use super::assertion::ServiceKey;
use super::error::TokenError;
use super::http::{self, HttpError, Reply};
use super::keep::{Keep, Kept, Owner, trace};
use super::plan::{Grant, Plan};
use crate::secret::{Secret, SecretSource};

/// Why there is no token, and how long the endpoint asks us to wait.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: TokenError,
    pub(super) wait: Option<Duration>,
}

impl From<TokenError> for Failed {
    fn from(error: TokenError) -> Self {
        Self { error, wait: None }
    }
}

/// A refresh token that the disk did not take. Used until the process ends; each renewal tries the disk again.
pub(super) type Unsaved = Option<Kept>;

/// Asks for a token once. Must not be dropped half-way: the answer may carry a new refresh token.
pub(super) async fn fetch(
    plan: &Arc<Plan>,
    unsaved: &mut Unsaved,
    within: Duration,
) -> Result<Granted, Failed> {
    match &plan.grant {
        Grant::Refresh { .. } => by_refresh_token(plan, unsaved, within).await,
        Grant::ServiceAccount { key } => by_assertion(plan, key.clone(), within).await,
        Grant::ClientCredentials => {
            let secret = off_thread(Arc::clone(plan), |plan| client_secret(&plan)).await?;
            let scope = plan.scope();
            let mut form = vec![("grant_type", "client_credentials"), ("scope", &scope)];
            identify(&mut form, plan, secret.as_ref());
            ask(plan, token_url(plan)?, &form, within).await
        }
    }
}

/// Trades what a person's consent gave (a code) for tokens, and keeps the refresh token.
pub(super) async fn redeem(
    plan: &Arc<Plan>,
    proof: &[(&str, &str)],
    within: Duration,
) -> Result<Granted, Failed> {
    let secret = off_thread(Arc::clone(plan), |plan| client_secret(&plan)).await?;
    let mut form = proof.to_vec();
    identify(&mut form, plan, secret.as_ref());
    ask(plan, token_url(plan)?, &form, within).await
}

/// The file in which an account's refresh token is kept; `None` where there is no such token.
pub(super) fn keep(plan: &Plan) -> Option<Keep> {
    let Grant::Refresh { file, .. } = &plan.grant else { return None };
    let owner = Owner {
        client_id: plan.client_id.clone(),
        token_url: plan.token_url.as_ref().map(Url::to_string).unwrap_or_default(),
        user: plan.user.clone(),
    };
    Some(Keep::new(file.clone(), owner))
}

async fn by_refresh_token(
    plan: &Arc<Plan>,
    unsaved: &mut Unsaved,
    within: Duration,
) -> Result<Granted, Failed> {
    let in_memory = unsaved.clone();
    let (held, kept, secret) = off_thread(Arc::clone(plan), move |plan| {
        let keep = keep(&plan).ok_or_else(|| TokenError::NotGranted { account: plan.account.clone() })?;
        let held = keep.lock()?;
        let kept = match in_memory {
            Some(kept) => kept,
            None => current(&plan, &keep)?,
        };
        Ok((held, kept, client_secret(&plan)?))
    })
    .await?;
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", kept.refresh.expose())];
    identify(&mut form, plan, secret.as_ref());
    let granted = ask(plan, token_url(plan)?, &form, within).await?;
    let refresh = granted.refresh.clone().unwrap_or_else(|| kept.refresh.clone());
    if refresh != kept.refresh || unsaved.is_some() {
        let next = Kept { refresh, seed: kept.seed.clone() };
        let writing = next.clone();
        let saved =
            off_thread(Arc::clone(plan), move |plan| keep(&plan).map_or(Ok(()), |keep| keep.save(&writing)));
        match saved.await {
            Ok(()) => {
                *unsaved = None;
                info!(mailbox = %plan.account, "Kept a new refresh token.");
            }
            Err(why) => {
                error!(mailbox = %plan.account, error = %why, "A new refresh token could not be kept: make room or mend the folder before the next start, or sign-in will need a person.");
                *unsaved = Some(next);
            }
        }
    }
    drop(held);
    Ok(granted)
}

/// The refresh token in force: the file's, unless the configured one is another than the one the file's came from.
fn current(plan: &Plan, keep: &Keep) -> Result<Kept, TokenError> {
    let Grant::Refresh { seed: Some(seed), .. } = &plan.grant else {
        return keep.load()?.ok_or_else(|| TokenError::NotGranted { account: plan.account.clone() });
    };
    let seed = seed.resolve().map_err(|error| TokenError::Setup(format!("oauth.refresh_token: {error}")))?;
    let origin = trace(&seed);
    match keep.load()? {
        Some(kept) if kept.seed.as_ref() == Some(&origin) => Ok(kept),
        Some(_) | None => Ok(Kept { refresh: seed, seed: Some(origin) }),
    }
}

async fn by_assertion(plan: &Arc<Plan>, key: SecretSource, within: Duration) -> Result<Granted, Failed> {
    let (assertion, url) = off_thread(Arc::clone(plan), move |plan| {
        let setup = |why: String| TokenError::Setup(format!("service account key: {why}"));
        let text = key.resolve_text().map_err(|error| setup(error.to_string()))?;
        let odd = |why: &str| setup(format!("{key} {why}"));
        let service = ServiceKey::read(&text).map_err(odd)?;
        let url = plan.token_url.clone().unwrap_or_else(|| service.token_url.clone());
        let assertion = service.assertion(&plan.user, &plan.scope(), &url, Timestamp::now()).map_err(odd)?;
        Ok((assertion, url))
    })
    .await?;
    let form =
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.expose())];
    ask(plan, &url, &form, within).await
}

/// The client names itself in the form (RFC 6749 section 2.3.1); Google and Microsoft document no other way.
fn identify<'a>(form: &mut Vec<(&'a str, &'a str)>, plan: &'a Plan, secret: Option<&'a Secret>) {
    form.push(("client_id", &plan.client_id));
    if let Some(secret) = secret {
        form.push(("client_secret", secret.expose()));
    }
}

fn client_secret(plan: &Plan) -> Result<Option<Secret>, TokenError> {
    let resolved = plan.client_secret.as_ref().map(SecretSource::resolve).transpose();
    resolved.map_err(|error| TokenError::Setup(format!("oauth.client_secret: {error}")))
}

fn token_url(plan: &Plan) -> Result<&Url, TokenError> {
    plan.token_url.as_ref().ok_or_else(|| TokenError::Setup("oauth.token_url is missing".to_owned()))
}

async fn ask(plan: &Plan, url: &Url, form: &[(&str, &str)], within: Duration) -> Result<Granted, Failed> {
    let reply = send(plan, url, form, within).await?;
    answer::granted(&reply).map_err(|denied| failed(plan, denied))
}

/// One request to an endpoint of the plan.
pub(super) async fn send(
    plan: &Plan,
    url: &Url,
    form: &[(&str, &str)],
    within: Duration,
) -> Result<Reply, TokenError> {
    http::post(url, form, plan.ca_file.as_deref(), within).await.map_err(|error| match error {
        HttpError::Setup(why) => TokenError::Setup(why),
        HttpError::Trouble(why) => TokenError::Unavailable(why.to_owned()),
        // A certificate that is wrong now is as a rule wrong in a minute; but networks with a portal in front heal.
        HttpError::Tls(why) => {
            TokenError::Unavailable(format!("the token endpoint is not who it should be: {why}"))
        }
    })
}

/// What a refusal means for a person.
pub(super) fn failed(plan: &Plan, denied: Denied) -> Failed {
    let code = match denied {
        Denied::Trouble(why, wait) => return Failed { error: TokenError::Unavailable(why), wait },
        Denied::Refused(code) => code,
    };
    let again = format!("run: madoguchi authorize {}", plan.account);
    let (withdrawn, remedy) = match (code.split(' ').next().unwrap_or(""), &plan.grant) {
        (
            "invalid_grant" | "interaction_required" | "consent_required" | "login_required" | "access_denied"
            | "expired_token",
            Grant::Refresh { .. },
        ) => (true, again),
        ("invalid_grant", Grant::ServiceAccount { .. }) => (
            true,
            "check that the mailbox exists under this name, that the key is not deleted, and this machine's clock"
                .to_owned(),
        ),
        ("unauthorized_client" | "access_denied", Grant::ServiceAccount { .. }) => (
            false,
            "a Workspace administrator has to allow the service account this scope (domain-wide delegation)"
                .to_owned(),
        ),
        ("invalid_client", _) => (false, "check client_id and client_secret; secrets of Microsoft expire".to_owned()),
        ("invalid_scope", _) => (false, "check scopes and what the client is allowed".to_owned()),
        ("unauthorized_client", _) => (false, "the client is not allowed this flow; see its registration".to_owned()),
        (_, Grant::Refresh { .. }) => (false, format!("check provider and client; then {again}")),
        (_, _) => (false, "check provider, client and addresses".to_owned()),
    };
    let error =
        if withdrawn { TokenError::Withdrawn { code, remedy } } else { TokenError::Refused { code, remedy } };
    error.into()
}

/// Files, locks and commands wait elsewhere.
pub(super) async fn off_thread<T: Send + 'static>(
    plan: Arc<Plan>,
    work: impl FnOnce(Arc<Plan>) -> Result<T, TokenError> + Send + 'static,
) -> Result<T, TokenError> {
    let done = tokio::task::spawn_blocking(move || work(plan)).await;
    done.unwrap_or_else(|_| Err(TokenError::Unavailable("the program is ending".to_owned())))
}
