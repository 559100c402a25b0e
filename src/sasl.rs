//! The messages with which an account proves itself (SASL, RFC 4422): PLAIN, XOAUTH2, OAUTHBEARER.
//!
//! Turns credentials into bytes, and a server's error challenge into one harmless word. Knows neither IMAP nor SMTP;
//! never sends or logs anything.

use data_encoding::BASE64;
use serde_json::Value;

use crate::oauth::{AccessToken, Mechanism};
use crate::secret::Secret;

/// PLAIN (RFC 4616), in base64. `None` when name or password holds a NUL, which would shift the fields.
pub fn plain(user: &str, password: &Secret) -> Option<Secret> {
    let fits = !user.contains('\0') && !password.expose().contains('\0');
    fits.then(|| encoded(&format!("\0{user}\0{}", password.expose())))
}

/// A message that carries a token, in base64. XOAUTH2 is Google's
/// (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#the_sasl_xoauth2_mechanism>), OAUTHBEARER is
/// RFC 7628. `None` when the name holds a control character, which would shift the fields.
pub fn bearer(
    mechanism: Mechanism,
    user: &str,
    token: &AccessToken,
    host: &str,
    port: u16,
) -> Option<Secret> {
    if user.chars().any(char::is_control) {
        return None;
    }
    let token = token.expose();
    Some(encoded(&match mechanism {
        Mechanism::Xoauth2 => format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"),
        Mechanism::Oauthbearer => {
            // RFC 5801 section 4: the two characters that mean something in the GS2 header.
            let name = user.replace('=', "=3D").replace(',', "=2C");
            format!("n,a={name},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}")
        }
    }))
}

/// What is said to an error challenge, so that the server ends the exchange: nothing, or a lone 0x01 (RFC 7628
/// section 3.2.3), in base64.
pub const fn after_error(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Xoauth2 => "",
        Mechanism::Oauthbearer => "AQ==",
    }
}

/// The status in an error challenge, such as `400` or `invalid_token`. The rest of it may name a person or a service
/// and is dropped, and so is a status that is no plain word.
pub fn status(challenge: &str) -> Option<String> {
    let bytes = BASE64.decode(challenge.trim().as_bytes()).ok()?;
    let object: Value = serde_json::from_slice(&bytes).ok()?;
    let status = object.get("status")?;
    let word =
        status.as_str().map(str::to_owned).or_else(|| status.as_u64().map(|number| number.to_string()))?;
    let fits = (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    fits.then_some(word)
}

fn encoded(message: &str) -> Secret {
    Secret::new(BASE64.encode(message.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: Option<Secret>) -> Option<String> {
        let bytes = BASE64.decode(message?.expose().as_bytes()).unwrap();
        Some(String::from_utf8(bytes).unwrap().replace('\u{1}', "^").replace('\0', "|"))
    }

    #[test]
    fn messages_are_as_the_documents_show_them() {
        let token = AccessToken::for_tests("ya29.vF9dft4");
        let oauth = |mechanism, user| shown(bearer(mechanism, user, &token, "imap.example.com", 993));
        for (found, expected) in [
            (shown(plain("taro", &Secret::new("語".into()))), Some("|taro|語")),
            (shown(plain("ta\0ro", &Secret::new("x".into()))), None),
            (
                oauth(Mechanism::Xoauth2, "someuser@example.com"),
                Some("user=someuser@example.com^auth=Bearer ya29.vF9dft4^^"),
            ),
            (
                oauth(Mechanism::Oauthbearer, "a=b,c@example.com"),
                Some("n,a=a=3Db=2Cc@example.com,^host=imap.example.com^port=993^auth=Bearer ya29.vF9dft4^^"),
            ),
            (oauth(Mechanism::Xoauth2, "a\u{1}b"), None),
        ] {
            assert_eq!(found.as_deref(), expected);
        }
    }

    #[test]
    fn of_an_error_challenge_only_the_status_is_kept() {
        let encode = |text: &str| BASE64.encode(text.as_bytes());
        for (challenge, expected) in [
            // Google's example.
            ("eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K".to_owned(), Some("401")),
            (encode(r#"{"status":"invalid_token","openid-configuration":"https://x"}"#), Some("invalid_token")),
            (encode(r#"{"status":400}"#), Some("400")),
            (encode(r#"{"status":"taro@example.jp"}"#), None),
            (encode(r#"{"status":""}"#), None),
            (encode("[]"), None),
            ("not base64".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(status(&challenge).as_deref(), expected, "{challenge}");
        }
    }
}
