//! Approval tokens: who may decide about exactly which draft, until when.
//!
//! A token is a 160-bit HMAC over case, revision, recipient + subject + body, agent and expiry, written so that
//! it survives Message-IDs, plus-addresses, upper- and lower-casing and reading aloud. Whoever changes a byte of
//! the draft, the agent or the hour has another token. Nothing here remembers which tokens were used: single
//! use is a question of the case.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::secret::Secret;
use crate::triage::id::{Address, CaseId, MessageId, Revision};

mod content;
mod find;

pub use content::Content;
pub use find::{Found, find_in};

/// Digits of the written forms (Crockford): no `I`, `L`, `O`, `U`.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Expiry is written in minutes since this instant: five digits reach to the year 2083.
const EPOCH: i64 = 1_577_836_800; // 2020-01-01T00:00:00Z
const EXPIRY_DIGITS: usize = 5;
const MAC_BYTES: usize = 20;
const MAC_DIGITS: usize = 32;
/// Questions of a case that a token is tried against at most.
const MOST_CHECKS: usize = 1_000;

/// A token as it stands in a mail: `CASE-REVISION-EXPIRYMAC`, 50 characters for revisions below 32. Not yet
/// verified.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    case: CaseId,
    revision: Revision,
    expiry: u32,
    mac: [u8; MAC_BYTES],
}

impl Token {
    /// Reads the written form in either case. Everything else, also one character more or less, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (case, revision, tail) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || tail.len() != EXPIRY_DIGITS + MAC_DIGITS || !tail.is_ascii() {
            return None;
        }
        let (expiry, mac) = tail.split_at_checked(EXPIRY_DIGITS)?;
        let number = |text: &str| -> Option<u32> {
            let fits = (1..=6).contains(&text.len());
            fits.then(|| text.bytes().try_fold(0_u32, |sum, b| Some((sum << 5) | u32::from(digit(b)?))))?
        };
        let mut bytes = [0; MAC_BYTES];
        let mut bits = 0_u32;
        let mut held = 0;
        let mut slots = bytes.iter_mut();
        for b in mac.bytes() {
            bits = ((bits << 5) | u32::from(digit(b)?)) & 0xffff;
            held += 5;
            if held >= 8 {
                held -= 8;
                *slots.next()? = u8::try_from((bits >> held) & 0xff).ok()?;
            }
        }
        // A revision has one spelling only, so that equal tokens are equal texts.
        let revision = number(revision).filter(|_| !revision.starts_with('0')).and_then(Revision::new)?;
        Some(Self {
            case: CaseId::parse(case).filter(|_| case.len() == CaseId::LEN)?,
            revision,
            expiry: number(expiry)?,
            mac: bytes,
        })
    }

    /// The case it is about.
    pub fn case(&self) -> &CaseId {
        &self.case
    }

    /// The revision of the draft it is about.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// From this instant on it decides nothing. Whole minutes.
    pub fn expires(&self) -> Timestamp {
        Timestamp::from_second(EPOCH + i64::from(self.expiry) * 60).unwrap_or(Timestamp::MAX)
    }

    /// `ask.TOKEN@domain`: the Message-ID of the request. An answer carries it in In-Reply-To and References.
    pub fn message_id(&self, domain: &str) -> Option<MessageId> {
        MessageId::parse(&format!("ask.{self}@{domain}"))
    }

    /// `local+TOKEN@domain`, where answers and buttons go. `None` when the local part would pass 64 characters
    /// (RFC 5321 section 4.5.3.1.1): desks whose own local part has more than 13 use the body line instead.
    pub fn plus_address(&self, desk: &Address) -> Option<Address> {
        Address::parse(&format!("{}+{self}@{}", desk.local(), desk.domain()))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.case)?;
        let revision = self.revision.number();
        for shift in (0..7).rev() {
            let rest = revision >> (shift * 5);
            if rest > 0 {
                f.write_str(written(rest))?;
            }
        }
        f.write_str("-")?;
        for shift in (0..EXPIRY_DIGITS).rev() {
            f.write_str(written(self.expiry >> (shift * 5)))?;
        }
        let mut bits = 0_u32;
        let mut held = 0;
        for byte in self.mac {
            bits = ((bits << 8) | u32::from(byte)) & 0xffff;
            held += 8;
            while held >= 5 {
                held -= 5;
                f.write_str(written(bits >> held))?;
            }
        }
        Ok(())
    }
}

/// A token opens doors until it is used: `Debug` shows the case only.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}-{}-***)", self.case, self.revision)
    }
}

/// The digit for the lowest five bits.
fn written(bits: u32) -> &'static str {
    let at = usize::try_from(bits & 31).unwrap_or(0);
    DIGITS.get(at..=at).and_then(|digit| std::str::from_utf8(digit).ok()).unwrap_or("0")
}

/// The value of a digit; `O`, `I` and `L` count as the digits they look like.
fn digit(byte: u8) -> Option<u8> {
    let upper = match byte.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    DIGITS.iter().position(|digit| *digit == upper).and_then(|at| u8::try_from(at).ok())
}

/// What a genuine token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To decide.
    Decide,
    /// To say a word that decides nothing ([`Content::for_check`]), to the question of this number; `None`: it names none.
    Remark(Option<u32>),
    /// To say that a long call is over, or a word that decides nothing ([`Content::of_call`]).
    Call,
}

/// Why a token decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rejected {
    /// Not made by us for this agent and exactly this draft.
    #[error("the token does not belong to this draft and this agent")]
    Forged,
    /// Genuine, but too late.
    #[error("the token has expired")]
    Expired,
}

/// The key in use and the one before it, so that a key can be changed while requests are open.
#[derive(Debug, Clone)]
pub struct Keyring {
    current: Secret,
    previous: Option<Secret>,
}

impl Keyring {
    /// New tokens are made with `current`; tokens made with `previous` stay good until they expire.
    pub fn new(current: Secret, previous: Option<Secret>) -> Self {
        Self { current, previous }
    }

    /// Makes the token with which `agent` may decide about one revision. Same input, same token.
    pub fn issue(
        &self,
        case: &CaseId,
        revision: Revision,
        content: Content,
        agent: &Address,
        expires: Timestamp,
    ) -> Token {
        let minutes = expires.as_second().saturating_sub(EPOCH).div_euclid(60);
        let expiry = u32::try_from(minutes.clamp(0, (1 << 25) - 1)).unwrap_or(0);
        let mac = mac(&self.current, case, revision, expiry, content, agent);
        Token { case: case.clone(), revision, expiry, mac }
    }

    /// Whether `token` was made for this content and this agent and is not late. Takes the same time for every
    /// wrong token.
    ///
    /// # Errors
    /// [`Rejected::Forged`] before [`Rejected::Expired`]: only a genuine token is told that it is late.
    pub fn verify(
        &self,
        token: &Token,
        content: Content,
        agent: &Address,
        now: Timestamp,
    ) -> Result<(), Rejected> {
        let with = |key: &Secret| {
            let right = mac(key, &token.case, token.revision, token.expiry, content, agent);
            right.ct_eq(&token.mac)
        };
        let mut genuine = with(&self.current);
        if let Some(previous) = &self.previous {
            genuine |= with(previous);
        }
        if !bool::from(genuine) {
            return Err(Rejected::Forged);
        }
        if now >= token.expires() { Err(Rejected::Expired) } else { Ok(()) }
    }
}

impl Keyring {
    /// What a token is good for that was made about this content, or about one of so many questions about it.
    ///
    /// # Errors
    /// As [`Keyring::verify`].
    pub fn right(
        &self,
        token: &Token,
        content: Content,
        checks: u32,
        agent: &Address,
        now: Timestamp,
    ) -> Result<Right, Rejected> {
        // A damaged count must not keep us busy for ever; no honest case comes near.
        let newest = (1..=checks).rev().take(MOST_CHECKS).map(Some);
        let remarks = newest.chain([None]).map(|check| (content.for_check(check), Right::Remark(check)));
        let rights =
            [(content, Right::Decide)].into_iter().chain(remarks).chain([(Content::of_call(), Right::Call)]);
        for (content, right) in rights {
            match self.verify(token, content, agent, now) {
                Err(Rejected::Forged) => {}
                genuine => return genuine.map(|()| right),
            }
        }
        Err(Rejected::Forged)
    }
}

/// The first 160 bits of HMAC-SHA-256 (RFC 2104; truncation: section 5).
fn mac(
    key: &Secret,
    case: &CaseId,
    revision: Revision,
    expiry: u32,
    content: Content,
    agent: &Address,
) -> [u8; MAC_BYTES] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("any key length fits");
    hmac.update(b"madoguchi approval 1\0");
    hmac.update(case.as_str().as_bytes()); // fixed length
    hmac.update(&revision.number().to_be_bytes());
    hmac.update(&expiry.to_be_bytes());
    hmac.update(&content.bytes());
    hmac.update(agent.as_str().as_bytes()); // last, so its length needs no mark
    let full = hmac.finalize().into_bytes();
    let mut short = [0; MAC_BYTES];
    for (to, from) in short.iter_mut().zip(full) {
        *to = from;
    }
    short
}

#[cfg(test)]
mod tests;
