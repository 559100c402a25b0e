//! A service account's statement that it acts for a mailbox: a JWT signed with RS256 (RFC 7523, RFC 7515).
//!
//! <https://developers.google.com/identity/protocols/oauth2/service-account#httprest>. The key never leaves this
//! module; errors name what is wrong with the key file, never what is in it.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::http::endpoint;
use crate::secret::Secret;

/// How long a statement is good; Google allows an hour at most.
const LIFE_S: i64 = 3600;
/// Taken off the start, for a clock of ours that is ahead.
const SLACK_S: i64 = 60;

/// What of Google's JSON key file is needed.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type")]
    kind: String,
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
    token_uri: String,
}

/// A key ready to sign.
pub(super) struct ServiceKey {
    email: String,
    id: Option<String>,
    /// Where the statement is handed in, as the key file says.
    pub(super) token_url: Url,
    pair: RsaKeyPair,
}

impl ServiceKey {
    /// Reads a key file's text.
    pub(super) fn read(text: &Secret) -> Result<Self, &'static str> {
        let file: KeyFile =
            serde_json::from_str(text.expose()).map_err(|_| "is not the JSON key of a service account")?;
        if file.kind != "service_account" {
            return Err("is JSON of another kind; create a key of type JSON for the service account");
        }
        let token_url = endpoint(&file.token_uri).map_err(|_| "holds a token_uri that cannot be used")?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes())
            .map_err(|_| "holds a private_key that is not PKCS#8 in PEM")?;
        let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())
            .map_err(|_| "holds a private_key that is not an RSA key of 2048 bits or more")?;
        Ok(Self { email: file.client_email, id: file.private_key_id, token_url, pair })
    }

    /// The signed statement: this account, for `user`, now.
    pub(super) fn assertion(
        &self,
        user: &str,
        scope: &str,
        audience: &Url,
        now: Timestamp,
    ) -> Result<Secret, &'static str> {
        let issued = now.as_second() - SLACK_S;
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let (Some(id), Some(header)) = (&self.id, header.as_object_mut()) {
            header.insert("kid".to_owned(), json!(id));
        }
        let claims = json!({
            "iss": self.email,
            "sub": user,
            "scope": scope,
            "aud": audience.as_str(),
            "iat": issued,
            "exp": issued + LIFE_S,
        });
        let encoded = |value: &serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", encoded(&header), encoded(&claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| "cannot sign")?;
        Ok(Secret::new(format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_that_cannot_be_used_says_why_and_no_more() {
        let file = |kind: &str, uri: &str, key: &str| {
            json!({ "type": kind, "client_email": "a@b", "token_uri": uri, "private_key": key }).to_string()
        };
        let good = "https://oauth2.googleapis.com/token";
        for (text, expected) in [
            ("hunter2".to_owned(), "is not the JSON key of a service account"),
            ("{}".to_owned(), "is not the JSON key of a service account"),
            (file("authorized_user", good, ""), "is JSON of another kind"),
            (file("service_account", "http://evil.example/", ""), "holds a token_uri"),
            (file("service_account", good, "-----BEGIN X-----"), "holds a private_key that is not PKCS#8"),
            (
                file(
                    "service_account",
                    good,
                    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                ),
                "holds a private_key that is not an RSA key",
            ),
        ] {
            let why = ServiceKey::read(&Secret::new(text.clone())).err().unwrap();
            assert!(why.starts_with(expected), "{text}: {why}");
        }
    }
}
