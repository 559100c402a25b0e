//! The links behind buttons: `mailto:` with one word already written (RFC 6068), `tel:` to dial (RFC 3966).

use crate::token::Token;
use crate::triage::id::Address;

/// The link behind a button: a new mail to the plus-address, its one word already written. Under 300 bytes, and
/// ASCII, because some mail programs break other subjects.
pub fn mailto(token: &Token, desk: &Address, word: &str) -> String {
    let subject = format!("{word} C-{}", token.case());
    match token.plus_address(desk) {
        Some(plus) => {
            format!("mailto:{}?subject={}&body={}", percent(plus.as_str()), percent(&subject), percent(word))
        }
        // The local part is too long for a plus-address: the token travels in the text.
        None => format!(
            "mailto:{}?subject={}&body={}%0D%0A%0D%0Atoken%3A%20{token}",
            percent(desk.as_str()),
            percent(&subject),
            percent(word)
        ),
    }
}

/// The same for a word that wants a text under it: the cursor waits on the next line. `None` where the token would
/// have to travel in that text; the reader answers the mail instead.
pub(super) fn mailto_with_text(token: &Token, desk: &Address, word: &str) -> Option<String> {
    token.plus_address(desk)?;
    Some(format!("{}%0D%0A", mailto(token, desk, word)))
}

/// The `tel:` link of a number with digits in it.
pub(super) fn tel(phone: &str) -> Option<String> {
    let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    number.contains(|c: char| c.is_ascii_digit()).then(|| format!("tel:{number}"))
}

/// Percent-encodes everything but unreserved characters and `@` (RFC 6068; `+` must not be read as a blank).
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
