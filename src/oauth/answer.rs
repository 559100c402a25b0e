//! What a token endpoint's answer means (RFC 6749 section 5). Keeps the tokens and the error's code; everything else
//! of an answer may be personal and is dropped.

use std::time::Duration;

use serde_json::{Map, Value};

use super::http::Reply;
use crate::secret::Secret;

/// An endpoint that does not say how long a token is good means about an hour.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// No token is believed to be good for longer.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Tokens.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    /// The access token.
    pub(super) access: Secret,
    /// How long it is good, from now.
    pub(super) lives: Duration,
    /// A refresh token, new or as before.
    pub(super) refresh: Option<Secret>,
}

/// No tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Denied {
    /// The endpoint says no, with its code.
    Refused(String),
    /// The endpoint is in trouble: later may do. How long it asks us to wait, if it does.
    Trouble(String, Option<Duration>),
}

/// Reads an answer of the token endpoint.
pub(super) fn granted(reply: &Reply) -> Result<Granted, Denied> {
    let fields = fields(reply)?;
    let odd = |what: &str| Denied::Trouble(format!("the token endpoint's answer {what}"), None);
    let kind = fields.get("token_type").and_then(Value::as_str);
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(odd("is no bearer token"));
    }
    let access = token(&fields, "access_token").ok_or_else(|| odd("holds no access token"))?;
    let lives = fields.get("expires_in").and_then(seconds).unwrap_or(USUAL_LIFE).min(LONGEST_LIFE);
    Ok(Granted { access, lives, refresh: token(&fields, "refresh_token") })
}

/// The fields of a good answer, or what a bad one means.
pub(super) fn fields(reply: &Reply) -> Result<Map<String, Value>, Denied> {
    let object = match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(object)) => Some(object),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
            None
        }
    };
    let status = reply.status;
    let trouble = |what: String| Denied::Trouble(what, reply.retry_after);
    match (status, object) {
        (200..=299, Some(object)) => Ok(object),
        (200..=299, None) => Err(trouble("the token endpoint's answer cannot be read".to_owned())),
        (408 | 429 | 500..=599, _) => {
            Err(trouble(format!("the token endpoint answered with status {status}")))
        }
        (400..=499, Some(object)) => match code(&object) {
            Some(code) if matches!(code.as_str(), "temporarily_unavailable" | "server_error") => {
                Err(trouble(format!("the token endpoint answered {code}")))
            }
            Some(code) => Err(Denied::Refused(code)),
            None => Err(trouble(format!("the token endpoint answered with status {status} and no reason"))),
        },
        // A proxy's page, a redirect: whoever answers is not the endpoint.
        (_, _) => Err(trouble(format!("the token endpoint answered with status {status}"))),
    }
}

/// The error's code; with Microsoft's number beside it, which says far more than the code.
fn code(object: &Map<String, Value>) -> Option<String> {
    let code = object.get("error")?.as_str()?;
    let fits = (1..=60).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let code = if fits { code } else { "an unknown error" };
    let number = object.get("error_description").and_then(Value::as_str).and_then(|text| {
        let (_, rest) = text.split_once("AADSTS")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).take(12).collect();
        (!digits.is_empty()).then_some(digits)
    });
    Some(number.map_or_else(|| code.to_owned(), |number| format!("{code} AADSTS{number}")))
}

/// A token of printable ASCII without blanks (RFC 6750 section 2.1): anything else could break out of the SASL message
/// that carries it.
fn token(fields: &Map<String, Value>, key: &str) -> Option<Secret> {
    let text = fields.get(key)?.as_str()?;
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| Secret::new(text.to_owned()))
}

/// Whole seconds; some endpoints write them as text.
pub(super) fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.or_else(|| value.as_f64().map(|number| number as u64)).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.as_bytes().to_vec(), retry_after: None }
    }

    #[test]
    fn good_answers() {
        for (body, lives, refresh) in [
            (r#"{"access_token":"a.b-c","token_type":"Bearer","expires_in":3599}"#, 3599, None),
            (r#"{"access_token":"a","token_type":"bearer","expires_in":"120"}"#, 120, None),
            (r#"{"access_token":"a","expires_in":59.9,"refresh_token":"r"}"#, 59, Some("r")),
            (r#"{"access_token":"a","refresh_token":"r\r\nx"}"#, 3600, None),
            (r#"{"access_token":"a","expires_in":9999999999}"#, 86_400, None),
            (r#"{"access_token":"a","expires_in":-5}"#, 0, None),
        ] {
            let granted = granted(&reply(200, body)).unwrap();
            assert_eq!(granted.lives, Duration::from_secs(lives), "{body}");
            assert_eq!(granted.refresh.as_ref().map(Secret::expose), refresh, "{body}");
        }
    }

    #[test]
    fn bad_answers() {
        let trouble = |text: &str| Denied::Trouble(text.to_owned(), None);
        let refused = |text: &str| Denied::Refused(text.to_owned());
        for (status, body, expected) in [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"Token of taro@example.jp revoked"}"#,
                refused("invalid_grant"),
            ),
            (
                400,
                r#"{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired"}"#,
                refused("invalid_grant AADSTS700082"),
            ),
            (401, r#"{"error":"invalid_client"}"#, refused("invalid_client")),
            (400, r#"{"error":"<b>taro@example.jp</b>"}"#, refused("an unknown error")),
            (
                400,
                r#"{"error":"temporarily_unavailable"}"#,
                trouble("the token endpoint answered temporarily_unavailable"),
            ),
            (400, "{}", trouble("the token endpoint answered with status 400 and no reason")),
            (403, "<html>", trouble("the token endpoint answered with status 403")),
            (302, "", trouble("the token endpoint answered with status 302")),
            (500, r#"{"error":"invalid_grant"}"#, trouble("the token endpoint answered with status 500")),
            (200, "garbage", trouble("the token endpoint's answer cannot be read")),
            (200, "[1]", trouble("the token endpoint's answer cannot be read")),
            (200, "{}", trouble("the token endpoint's answer holds no access token")),
            (
                200,
                r#"{"access_token":"a\u0001b"}"#,
                trouble("the token endpoint's answer holds no access token"),
            ),
            (
                200,
                r#"{"access_token":"a","token_type":"mac"}"#,
                trouble("the token endpoint's answer is no bearer token"),
            ),
        ] {
            assert_eq!(granted(&reply(status, body)).unwrap_err(), expected, "{status} {body}");
        }
    }
}
