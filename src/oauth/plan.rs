//! How an account gets its tokens: provider, grant, endpoints and scopes. Plain data; asks nobody.
//!
//! Addresses and scopes of Google: <https://developers.google.com/identity/protocols/oauth2/native-app> and
//! <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>. Of Microsoft:
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow> and
//! <https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>.

use std::path::PathBuf;

use url::Url;

use crate::secret::SecretSource;

/// Who hands out the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365 and Outlook.com.
    Microsoft,
    /// Anybody else; every address is configured.
    Other,
}

/// The SASL mechanism that carries the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// Google's own, understood by Microsoft too.
    Xoauth2,
    /// RFC 7628.
    Oauthbearer,
}

impl Mechanism {
    /// Its name in SASL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
        }
    }
}

/// What entitles us to a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A person said yes once; since then a refresh token stands for it (RFC 6749 section 6).
    Refresh {
        /// The private file that keeps the refresh token.
        file: PathBuf,
        /// A refresh token got elsewhere, to begin with.
        seed: Option<SecretSource>,
    },
    /// A Google service account speaks for the mailbox (domain-wide delegation, RFC 7523).
    ServiceAccount {
        /// The JSON key file.
        key: SecretSource,
    },
    /// The client itself is entitled (RFC 6749 section 4.4; Microsoft: application access policy).
    ClientCredentials,
}

/// How one account gets its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What `madoguchi authorize` calls it: the mailbox's name, or `--smtp`.
    pub account: String,
    /// The mailbox's login name: whom the token must speak for.
    pub user: String,
    /// Who hands out the tokens.
    pub provider: Provider,
    /// What entitles us.
    pub grant: Grant,
    /// The client's public name; empty for a service account, whose key says it.
    pub client_id: String,
    /// The client's secret, where it has one.
    pub client_secret: Option<SecretSource>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Where tokens are had; `None`: the service account's key says it.
    pub token_url: Option<Url>,
    /// Where a person says yes.
    pub authorize_url: Option<Url>,
    /// Where another device is announced (RFC 8628).
    pub device_url: Option<Url>,
    /// Certificates to trust instead of the system's, for these addresses (PEM).
    pub ca_file: Option<PathBuf>,
    /// The mechanism to use; `None`: what the server offers.
    pub mechanism: Option<Mechanism>,
}

impl Plan {
    /// The mechanisms in the order in which they are tried. The two providers document XOAUTH2 first; elsewhere the
    /// standard comes first.
    pub const fn mechanisms(&self) -> [Mechanism; 2] {
        match (self.mechanism, self.provider) {
            (Some(one), _) => [one, one],
            (None, Provider::Google | Provider::Microsoft) => [Mechanism::Xoauth2, Mechanism::Oauthbearer],
            (None, Provider::Other) => [Mechanism::Oauthbearer, Mechanism::Xoauth2],
        }
    }

    /// The scopes as they are sent.
    pub(super) fn scope(&self) -> String {
        self.scopes.join(" ")
    }
}

impl Provider {
    /// Words of the config.
    pub const WORDS: [(&'static str, Self); 3] =
        [("google", Self::Google), ("microsoft", Self::Microsoft), ("other", Self::Other)];

    /// Where tokens are had, where a person says yes, and where another device is announced. `tenant`: Microsoft's.
    /// Google's device grant gives no access to mail, so there is no address for it.
    pub fn addresses(self, tenant: &str) -> [Option<String>; 3] {
        let text = |text: &str| Some(text.to_owned());
        match self {
            Self::Google => [
                text("https://oauth2.googleapis.com/token"),
                text("https://accounts.google.com/o/oauth2/v2/auth"),
                None,
            ],
            Self::Microsoft => ["token", "authorize", "devicecode"]
                .map(|last| Some(format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/{last}"))),
            Self::Other => [None, None, None],
        }
    }

    /// What to ask for, for IMAP and SMTP. `alone`: the client acts for itself, without a person.
    pub fn scopes(self, alone: bool) -> Vec<String> {
        let scopes: &[&str] = match (self, alone) {
            (Self::Google, _) => &["https://mail.google.com/"],
            (Self::Microsoft, true) => &["https://outlook.office365.com/.default"],
            (Self::Microsoft, false) => &[
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://outlook.office.com/SMTP.Send",
                "offline_access",
            ],
            (Self::Other, _) => &[],
        };
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }
}
