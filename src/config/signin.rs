//! How an account signs in: `password`, or `oauth = { … }`; and where a secret comes from. Resolves nothing.

use std::path::{Path, PathBuf};

use url::Url;

use super::section::{Problem, Section};
use super::value;
use crate::oauth::{Grant, Mechanism, Plan, Provider, endpoint};
use crate::secret::{Secret, SecretSource};

/// What an account signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// A password or an app password.
    Password(SecretSource),
    /// OAuth 2.
    OAuth(Box<Plan>),
}

/// Whose sign-in is read.
pub(super) struct Whose<'w> {
    /// Folder that relative paths start from.
    pub(super) base: &'w Path,
    /// What `madoguchi authorize` calls it; `None` when the name has a fault of its own.
    pub(super) account: Option<String>,
    /// The login name; `None` when it has a fault of its own.
    pub(super) user: Option<String>,
    /// Where the refresh token is kept unless `token_file` says otherwise.
    pub(super) token_file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    InstalledApp,
    ServiceAccount,
    ClientCredentials,
}

const FLOWS: [(&str, Flow); 3] = [
    ("installed_app", Flow::InstalledApp),
    ("service_account", Flow::ServiceAccount),
    ("client_credentials", Flow::ClientCredentials),
];

const MECHANISMS: [(&str, Mechanism); 2] =
    [("xoauth2", Mechanism::Xoauth2), ("oauthbearer", Mechanism::Oauthbearer)];

/// Reads whichever of `password` and `oauth` is written; the caller says what it means that neither is.
pub(super) fn read(section: &Section<'_>, whose: &Whose<'_>) -> Option<SignIn> {
    let password = secret(section, "password", whose.base).map(SignIn::Password);
    let table = section.section("oauth");
    let oauth = table.as_ref().and_then(|table| plan(table, whose)).map(|plan| SignIn::OAuth(Box::new(plan)));
    if section.has("password") && section.has("oauth") {
        section.fault(
            "oauth",
            format!("`{}` and `{}` are both written", section.dotted("password"), section.dotted("oauth")),
            "keep the one that the account signs in with",
        );
    }
    password.or(oauth)
}

fn plan(table: &Section<'_>, whose: &Whose<'_>) -> Option<Plan> {
    let word = table.parsed("provider", |text| value::choice(text, &Provider::WORDS));
    let provider = table.need("provider", word, "\"google\", \"microsoft\" or \"other\"");
    let flow = table.choice("flow", &FLOWS, Flow::InstalledApp);
    let tenant = tenant(table, provider, flow);
    let client_id = table.line("client_id");
    let client_secret = secret(table, "client_secret", whose.base);
    let key = secret(table, "key", whose.base);
    let seed = secret(table, "refresh_token", whose.base);
    let file = table.line("token_file").map(|file| whose.base.join(file));
    let scopes = table.list("scopes", scope);
    let [token_url, authorize_url, device_url] =
        ["token_url", "authorize_url", "device_url"].map(|key| table.parsed(key, address));
    let ca_file = table.line("ca").map(|file| whose.base.join(file));
    let mechanism = table.parsed("mechanism", |text| value::choice(text, &MECHANISMS));
    table.finish();
    let provider = provider?;
    fits(table, provider, flow);
    let [usual_token, usual_authorize, usual_device] =
        provider.addresses(&tenant).map(|text| text.and_then(|text| endpoint(&text).ok()));
    let scopes = match scopes.is_empty() {
        true => provider.scopes(flow == Flow::ClientCredentials),
        false => scopes,
    };
    let grant = match flow {
        Flow::InstalledApp => Grant::Refresh { file: file.unwrap_or_else(|| whose.token_file.clone()), seed },
        Flow::ServiceAccount => Grant::ServiceAccount { key: key? },
        Flow::ClientCredentials => Grant::ClientCredentials,
    };
    let client_id = if flow == Flow::ServiceAccount { String::new() } else { client_id? };
    Some(Plan {
        account: whose.account.clone()?,
        user: whose.user.clone()?,
        provider,
        client_id,
        client_secret,
        scopes,
        // A service account's key file names its own endpoint.
        token_url: token_url.or(usual_token.filter(|_| flow != Flow::ServiceAccount)),
        authorize_url: authorize_url.or(usual_authorize),
        device_url: device_url.or(usual_device),
        ca_file,
        mechanism,
        grant,
    })
}

/// Complains about what a flow needs and has not, or has and does not use.
fn fits(table: &Section<'_>, provider: Provider, flow: Flow) {
    match (provider, flow) {
        (Provider::Microsoft | Provider::Other, Flow::ServiceAccount) => table.fault(
            "flow",
            "service accounts are Google's",
            "write \"client_credentials\" where no person is to say yes",
        ),
        (Provider::Google, Flow::ClientCredentials) => table.fault(
            "flow",
            "Google gives no access to mailboxes by client credentials",
            "use a service account: flow = \"service_account\"",
        ),
        (Provider::Google | Provider::Microsoft | Provider::Other, _) => {}
    }
    let (needed, unused): (&[&str], &[&str]) = match flow {
        Flow::InstalledApp => (&["client_id"], &["key"]),
        Flow::ServiceAccount => (
            &["key"],
            &["client_id", "client_secret", "refresh_token", "token_file", "authorize_url", "device_url"],
        ),
        Flow::ClientCredentials => (
            &["client_id", "client_secret"],
            &["key", "refresh_token", "token_file", "authorize_url", "device_url"],
        ),
    };
    let addresses: &[&str] = match (provider, flow) {
        (Provider::Other, Flow::InstalledApp) => &["token_url", "authorize_url", "scopes"],
        (Provider::Other, Flow::ClientCredentials) => &["token_url"],
        (Provider::Google | Provider::Microsoft | Provider::Other, _) => &[],
    };
    for key in needed.iter().chain(addresses) {
        table.need::<()>(key, None, "this flow needs it; see docs/sign-in.md");
    }
    for key in unused.iter().filter(|key| table.has(key)) {
        table.fault(
            key,
            format!("`{}` has no use in this flow", table.dotted(key)),
            "remove it, or change `flow`",
        );
    }
    if provider == Provider::Google && flow == Flow::InstalledApp && !table.has("client_secret") {
        table.doc.warn(
            table.offset(""),
            "no client_secret: Google gives one to each desktop client and asks for it",
            "such as client_secret = { file = \"secrets/google\" }",
        );
    }
}

fn tenant(table: &Section<'_>, provider: Option<Provider>, flow: Flow) -> String {
    let tenant = table.parsed("tenant", |text| {
        let fits =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if fits {
            return Ok(text.to_owned());
        }
        Err(Problem::new(
            "this is not the name of a tenant",
            "write its domain or its id (Microsoft calls it directory id)",
        ))
    });
    if table.has("tenant") && provider.is_some_and(|provider| provider != Provider::Microsoft) {
        table.fault("tenant", "only Microsoft has tenants", "remove it");
    }
    if flow == Flow::ClientCredentials && provider == Some(Provider::Microsoft) && !table.has("tenant") {
        table.need::<()>("tenant", None, "a client acts in one tenant: write its domain or id");
    }
    tenant.unwrap_or_else(|| "common".to_owned())
}

fn scope(text: &str) -> Result<String, Problem> {
    // RFC 6749 section 3.3.
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
    if fits {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{}` is not a scope", text.escape_debug()),
        "write each scope as one entry, without blanks",
    ))
}

fn address(text: &str) -> Result<Url, Problem> {
    endpoint(text).map_err(|why| {
        Problem::new(
            format!("this address {why}"),
            "write https://…; http is for a server on this machine only",
        )
    })
}

/// Where a secret comes from: a table with exactly one of three keys.
pub(super) fn secret(section: &Section<'_>, key: &str, base: &Path) -> Option<SecretSource> {
    const HINT: &str =
        "write { credential = \"name\" }, { file = \"path\" } or { command = [\"pass\", \"show\", \"x\"] }";
    if section.is_text(key) {
        let what = format!("`{}` is written out in the config", section.dotted(key));
        if !section.doc.literals_allowed() {
            section.fault(key, what, HINT);
            return None;
        }
        section.doc.warn(
            section.offset(key),
            what,
            "allow_literal_secrets permits it; a file of its own is safer",
        );
        return section.line(key).map(|text| SecretSource::Literal(Secret::new(text)));
    }
    let source = section.section(key)?;
    let credential = source.parsed("credential", value::credential).map(SecretSource::Credential);
    let file = source.line("file").map(|file| SecretSource::File(base.join(file)));
    let words = source.list("command", value::line);
    let command = (!words.is_empty()).then_some(SecretSource::Command(words));
    source.finish();
    let mut given = [credential, file, command].into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(one), None) => Some(one),
        // A source that is written but wrong has been complained about.
        (None, None) if source.has("credential") || source.has("file") => None,
        (_, _) => {
            section.fault(key, format!("`{}` needs exactly one source", section.dotted(key)), HINT);
            None
        }
    }
}
