//! Whose address the header carries: exactly one `From` with exactly one plain address.
//!
//! Two readers must agree: the MIME library's ([`sender`]) and a small strict one over the raw bytes
//! ([`raw_from`]), because every known trick lives in the difference between two readers. Strictness costs an
//! honest agent with an exotic client a question back; leniency would cost a customer mail nobody approved.

use std::fmt;

mod unfold;

pub use unfold::{Field, unfolded};

use crate::triage::id::Address;
use crate::triage::mail::Letter;

/// Why a header is not trusted to name one person. Carries no address and may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// No `From` field or no address in it.
    NoFrom,
    /// Several `From` fields or several addresses.
    ManyFrom,
    /// A NUL, a bare CR or another control character in the header.
    ControlCharacter,
    /// A header line without a field name.
    BrokenHeader,
    /// A comment in brackets.
    Comment,
    /// A group (`name: a, b;`).
    Group,
    /// An encoded word where the address stands.
    EncodedAddress,
    /// A display name that itself is an address, or hides a line break.
    TrickyName,
    /// No plain address: other alphabets, quotes, a trailing dot, a missing domain.
    NotPlain,
    /// The two readers disagree.
    Disagree,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFrom => "no From address",
            Self::ManyFrom => "more than one From",
            Self::ControlCharacter => "a control character in the header",
            Self::BrokenHeader => "a header line without a name",
            Self::Comment => "a comment in From",
            Self::Group => "a group in From",
            Self::EncodedAddress => "an encoded address in From",
            Self::TrickyName => "a display name that pretends to be an address",
            Self::NotPlain => "no plain address in From",
            Self::Disagree => "From reads differently to two readers",
        })
    }
}

/// The one sender according to the MIME library.
///
/// # Errors
/// Everything that is not one `From` with one plain address.
pub fn sender(letter: &Letter) -> Result<Address, Refusal> {
    let one = match letter.from.as_slice() {
        [] => return Err(Refusal::NoFrom),
        [one] => one,
        [_, _, ..] => return Err(Refusal::ManyFrom),
    };
    if one.name.chars().any(char::is_control) || pretends(&one.name, &one.address) {
        return Err(Refusal::TrickyName);
    }
    plain(&one.address)
}

/// The one sender according to both readers. `raw` is the mail, or at least its header block.
///
/// # Errors
/// What either reader refuses, or [`Refusal::Disagree`].
pub fn agreed(letter: &Letter, raw: &[u8]) -> Result<Address, Refusal> {
    let strict = raw_from(raw)?;
    let library = sender(letter)?;
    if strict == library { Ok(strict) } else { Err(Refusal::Disagree) }
}

/// The one sender according to a strict reading of the raw header block (RFC 5322 section 3.4 without comments,
/// groups, routes, quoted local parts and obsolete forms).
///
/// # Errors
/// Everything that is not one `From` with one plain address; control characters anywhere in the header.
pub fn raw_from(bytes: &[u8]) -> Result<Address, Refusal> {
    // "From :" is obsolete syntax that some readers take for From and others do not: count it as one.
    let all = unfolded(bytes)?;
    let mut from = all.iter().filter(|field| field.name.trim_ascii().eq_ignore_ascii_case(b"from"));
    let value = match (from.next(), from.next()) {
        (None, _) => return Err(Refusal::NoFrom),
        (Some(_), Some(_)) => return Err(Refusal::ManyFrom),
        (Some(one), None) => std::str::from_utf8(&one.value).map_err(|_| Refusal::NotPlain)?,
    };
    mailbox(value.trim())
}

/// `addr-spec`, or a phrase and `<addr-spec>` at the end.
fn mailbox(value: &str) -> Result<Address, Refusal> {
    let mut phrase = String::new();
    let mut address: Option<String> = None;
    let mut quoted = false;
    let mut escaped = false;
    let mut angle = false;
    for c in value.chars() {
        if quoted {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            phrase.push(c);
            continue;
        }
        match c {
            '(' | ')' => return Err(Refusal::Comment),
            ',' => return Err(Refusal::ManyFrom),
            ':' | ';' => return Err(Refusal::Group),
            '\\' | '[' | ']' => return Err(Refusal::NotPlain),
            '<' if address.is_some() => return Err(Refusal::ManyFrom),
            '<' => {
                address = Some(String::new());
                angle = true;
            }
            '>' if !angle => return Err(Refusal::NotPlain),
            '>' => angle = false,
            '"' if angle => return Err(Refusal::NotPlain),
            '"' => {
                quoted = true;
                phrase.push(c);
            }
            c => match (&mut address, angle) {
                (Some(inside), true) => inside.push(c),
                (Some(_), false) if c.is_whitespace() => {}
                (Some(_), false) => return Err(Refusal::NotPlain),
                (None, _) => phrase.push(c),
            },
        }
    }
    if quoted || angle {
        return Err(Refusal::NotPlain);
    }
    match address {
        None => plain(phrase.trim()),
        Some(address) => {
            if pretends(&phrase, &address) || hides_break(&phrase) {
                return Err(Refusal::TrickyName);
            }
            plain(&address)
        }
    }
}

/// Whether a display name looks like an address other than the real one. Many programs repeat the real one.
fn pretends(name: &str, address: &str) -> bool {
    let name = name.trim().trim_matches(['"', '\'']);
    name.contains('@') && !name.eq_ignore_ascii_case(address)
}

/// Whether an encoded word (RFC 2047) in a display name decodes to an address or a line break ("mailsploit").
fn hides_break(phrase: &str) -> bool {
    let lower = phrase.to_ascii_lowercase();
    lower
        .split("=?")
        .filter_map(|word| word.split_once("?q?"))
        .map(|(_, text)| text.split("?=").next().unwrap_or_default())
        .any(|text| ["=00", "=0a", "=0d", "=40"].iter().any(|code| text.contains(code)))
}

/// An address in plain ASCII without any decoration.
fn plain(text: &str) -> Result<Address, Refusal> {
    if text.is_empty() {
        return Err(Refusal::NoFrom);
    }
    if text.contains("=?") {
        return Err(Refusal::EncodedAddress);
    }
    Address::parse(text).filter(|address| address.as_str().len() == text.len()).ok_or(Refusal::NotPlain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_address_or_nothing() {
        let good = |text: &str| Ok(Address::parse(text).unwrap());
        for (header, expected) in [
            ("From: a@corp.test\r\n\r\nFrom: b@c.test", good("a@corp.test")),
            ("From: Agent <A@Corp.test>\n\nx", good("a@corp.test")),
            ("from: \"Yamada, (Taro)\" <a@corp.test>\r\n", good("a@corp.test")),
            ("From: =?utf-8?B?5bGx55Sw?=\r\n <a@corp.test>\r\n", good("a@corp.test")),
            ("From: 山田 <a@corp.test>\r\n", good("a@corp.test")),
            ("Subject: x\r\n", Err(Refusal::NoFrom)),
            ("From:\r\n", Err(Refusal::NoFrom)),
            ("From: a@corp.test\r\nFrom: b@corp.test\r\n", Err(Refusal::ManyFrom)),
            ("From: e@evil.test\r\nFrom : a@corp.test\r\n", Err(Refusal::ManyFrom)),
            ("From: a@corp.test, b@corp.test\r\n", Err(Refusal::ManyFrom)),
            ("From: <a@corp.test> <b@corp.test>\r\n", Err(Refusal::ManyFrom)),
            ("From: a@corp.test (x) <e@evil.test>\r\n", Err(Refusal::Comment)),
            ("From: a@corp.test: e@evil.test;\r\n", Err(Refusal::Group)),
            ("From: =?utf-8?b?YWdlbnRAY29ycC50ZXN0?=@evil.test\r\n", Err(Refusal::EncodedAddress)),
            ("From: =?utf-8?Q?a=40corp.test=0A?= <e@evil.test>\r\n", Err(Refusal::TrickyName)),
            ("From: a@corp.test <e@evil.test>\r\n", Err(Refusal::TrickyName)),
            ("From: \"A@corp.test\" <a@corp.test>\r\n", good("a@corp.test")),
            ("From: \"a@corp.test\" <e@evil.test>\r\n", Err(Refusal::TrickyName)),
            ("From: agent@соrp.test\r\n", Err(Refusal::NotPlain)),
            ("From: agent@corp.test.\r\n", Err(Refusal::NotPlain)),
            ("From: \"a\"@corp.test\r\n", Err(Refusal::NotPlain)),
            ("From: <@relay.test:a@corp.test>\r\n", Err(Refusal::Group)),
            ("From: a@corp.test\0@evil.test\r\n", Err(Refusal::ControlCharacter)),
            ("X: y\rFrom: a@corp.test\r\nFrom: e@evil.test\r\n", Err(Refusal::ControlCharacter)),
            ("no colon here\r\nFrom: a@corp.test\r\n", Err(Refusal::BrokenHeader)),
            (" x\r\nFrom: a@corp.test\r\n", Err(Refusal::BrokenHeader)),
            ("From: a@corp.test\r\n \t\r\nTo: b@corp.test\r\n", Err(Refusal::BrokenHeader)),
        ] {
            assert_eq!(raw_from(header.as_bytes()), expected, "{header:?}");
        }
    }
}
