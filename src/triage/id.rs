//! Names of things: cases, mailboxes, messages, drafts. Each is its own type, so none can stand for another.
//!
//! Every constructor is the only door and refuses what would be wrong later. Nothing here hashes or generates:
//! identity comes from the mail itself, so the same mail always leads to the same case.

use std::fmt;

/// Identity of a mail across folders, renumbering and duplicate delivery: a hash over Message-ID and body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Wraps the first 128 bits of the hash that `mime` computed.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the 32 hexadecimal digits that `Display` writes.
    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A case number: ten characters of Crockford base32 (50 bits), safe to read aloud and to type on a phone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(String);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl CaseId {
    /// Length of the written form in bytes.
    pub const LEN: usize = 10;

    /// The case that a mail opens. Deterministic: a mail seen twice cannot open two cases.
    pub fn of(fingerprint: Fingerprint) -> Self {
        let mut bits = fingerprint.0.iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let mut written = [0_u8; Self::LEN];
        for slot in &mut written {
            let index = usize::try_from(bits >> 59).unwrap_or(0);
            *slot = CROCKFORD.get(index).copied().unwrap_or(b'0');
            bits <<= 5;
        }
        Self(written.iter().map(|byte| char::from(*byte)).collect())
    }

    /// Reads a case number as a person types it: any case, `O` for `0`, `I` or `L` for `1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = String::with_capacity(Self::LEN);
        for c in text.trim().chars() {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if !c.is_ascii() || !CROCKFORD.contains(&u8::try_from(c).ok()?) {
                return None;
            }
            id.push(c);
        }
        (id.len() == Self::LEN).then_some(Self(id))
    }

    /// The ten characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a watched mailbox in the config (`[[mailbox]] name`): letters, digits, `-`, `_`, `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName(String);

impl MailboxName {
    /// Refuses anything that could not stand in a store key or a log line.
    pub fn parse(text: &str) -> Option<Self> {
        let good = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        good.then(|| Self(text.to_owned()))
    }

    /// The name as configured.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Message-ID (RFC 5322 section 3.6.4) without its angle brackets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// Accepts what real mail carries (no `@` is common) but nothing that could break a header or a command.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let good = !text.is_empty()
            && text.len() <= 900
            && text.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '<' && c != '>');
        good.then(|| Self(text.to_owned()))
    }

    /// The id without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the mail that answers a customer: one per case and revision, whatever happens.
    pub fn of_reply(case: &CaseId, revision: Revision, domain: &str) -> Self {
        Self(format!("reply.{case}.{revision}@{domain}"))
    }

    /// The id of the draft of a revision in Drafts. Never the id of the mail itself: a draft is no proof of sending.
    pub fn of_draft(case: &CaseId, revision: Revision, domain: &str) -> Self {
        Self(format!("draft.{case}.{revision}@{domain}"))
    }

    /// The id of the mail that says that a customer's mail has come: one per case.
    pub fn of_acknowledgement(case: &CaseId, domain: &str) -> Self {
        Self(format!("ack.{case}@{domain}"))
    }

    /// What stands after the last `@`, in lower case; empty when there is none.
    pub fn domain(&self) -> String {
        self.0.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_ascii_lowercase())
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

/// The number of a draft's version within its case, from 1. An edit makes the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u32);

impl Revision {
    /// The first draft of a case.
    pub const FIRST: Self = Self(1);

    /// Revisions start at one; zero does not exist.
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The plain number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A mail address (RFC 5322 addr-spec), compared without regard to case. Rule-breaking local parts of Japanese
/// carriers (`foo..bar.@docomo.ne.jp`) are allowed: they exist and their owners expect an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// One `@`, a local part without blanks, quotes or brackets, and a domain with a dot or `localhost`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| {
                b.is_ascii_graphic()
                    && !matches!(
                        b,
                        b'@' | b'<' | b'>' | b'(' | b')' | b'"' | b',' | b';' | b':' | b'\\' | b'[' | b']'
                    )
            });
        let domain_fits = !domain.is_empty()
            && domain.len() <= 253
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        let named = domain.contains('.') || domain.eq_ignore_ascii_case("localhost");
        (local_fits && domain_fits && named).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The whole address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a part of a Message-ID, which holds one `@` only: the last `=` stands for it, as in VERP. A domain holds none, so no
    /// two addresses are written alike.
    pub fn in_id(&self) -> String {
        format!("{}={}", self.local(), self.domain())
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_ids_are_ten_characters_and_stable() {
        let id = CaseId::of(Fingerprint::new([0xff; 16]));
        assert_eq!(id.as_str(), "ZZZZZZZZZZ");
        assert_eq!(CaseId::of(Fingerprint::new([0; 16])).as_str(), "0000000000");
        for (typed, expected) in [
            ("zzzzzzzzzz", Some("ZZZZZZZZZZ")),
            (" oil0000000 ", Some("0110000000")),
            ("ZZZ", None),
            ("ZZZZZZZZZU", None),
            ("窓口窓口窓口窓口窓口", None),
        ] {
            assert_eq!(CaseId::parse(typed).as_ref().map(CaseId::as_str), expected, "{typed:?}");
        }
    }

    #[test]
    fn fingerprints_round_trip() {
        let fingerprint = Fingerprint::new(*b"0123456789abcdef");
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Some(fingerprint));
        assert_eq!(Fingerprint::parse("zz"), None);
    }

    #[test]
    fn addresses_take_what_carriers_gave_out() {
        for (text, fits) in [
            ("taro@example.com", true),
            ("foo..bar.@docomo.ne.jp", true),
            (".dash-@ezweb.ne.jp", true),
            ("root@localhost", true),
            ("taro@example", false),
            ("taro@@example.com", false),
            ("ta ro@example.com", false),
            ("<taro@example.com>", false),
            ("taro@-example.com", false),
            ("@example.com", false),
            ("taro\r\nBcc:x@example.com", false),
        ] {
            assert_eq!(Address::parse(text).is_some(), fits, "{text:?}");
        }
    }

    #[test]
    fn message_ids_lose_brackets_and_refuse_control_characters() {
        assert_eq!(MessageId::parse("<a@b>").unwrap().as_str(), "a@b");
        assert_eq!(MessageId::parse("a@B.Example").unwrap().domain(), "b.example");
        assert!(MessageId::parse("a\r\nBcc: x").is_none());
        assert!(MessageId::parse("<>").is_none());
    }
}
