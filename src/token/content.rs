//! What a token is bound to: a draft, a question, a word about either, or the figures of a person's day. Each has a hash
//! of its own kind, so a token for one is none for another.

use sha2::{Digest, Sha256};

use crate::triage::id::{Address, CaseId, Fingerprint};

/// What exactly would be sent: a hash over recipient, subject and body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content([u8; 32]);

impl Content {
    /// Hashes one revision of a draft. Lengths are part of the hash, so nothing moves from one field to the next.
    pub fn of(to: &Address, subject: &str, body: &str) -> Self {
        let mut hash = Sha256::new();
        for field in [to.as_str(), subject, body] {
            hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(field.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// What a question without a draft is bound to: the case and the revision alone.
    pub fn of_question() -> Self {
        Self(Sha256::digest(b"madoguchi question 1").into())
    }

    /// What a token about a piece of a complaint is bound to: whatever the draft says, and never to a draft.
    pub fn of_complaint(piece: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"madoguchi complaint 1\0");
        hash.update(piece.as_bytes());
        Self(hash.finalize().into())
    }

    /// What the token of a colleague is bound to who is only asked for a word about this content. Such a token is none for
    /// the content itself, so it can never decide; and nothing has to be kept to know it by. `number`: which question of the
    /// case it is, so that an answer to one is none to another; `None`: of before questions were counted.
    pub fn for_check(self, number: Option<u32>) -> Self {
        let mut hash = Sha256::new();
        match number {
            None => hash.update(b"madoguchi check 1\0"),
            Some(number) => {
                hash.update(b"madoguchi check 2\0");
                hash.update(number.to_be_bytes());
            }
        }
        hash.update(self.0);
        Self(hash.finalize().into())
    }

    /// What the token of a person is bound to who is asked about the figures of their day. It is the content of no draft
    /// and of no question about a case, so it decides about none.
    pub fn of_day(date: jiff::civil::Date, shift: &str, person: &Address) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"madoguchi day 1\0");
        for field in [&*date.to_string(), shift, person.as_str()] {
            hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(field.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// The number that stands in such a token where others have the number of a case.
    pub fn as_case(self) -> CaseId {
        let mut head = [0; 16];
        for (to, from) in head.iter_mut().zip(self.0) {
            *to = from;
        }
        CaseId::of(Fingerprint::new(head))
    }

    /// What the token of somebody is bound to who looks after a long call. It is none for any content, so it can never
    /// decide about one.
    pub fn of_call() -> Self {
        Self(Sha256::digest(b"madoguchi call 1").into())
    }

    /// The hash as hexadecimal text, for records.
    pub fn to_hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// Reads what [`Content::to_hex`] wrote.
    pub fn parse(hex: &str) -> Option<Self> {
        Some(Self(data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?))
    }

    /// The hash, for records.
    pub fn bytes(self) -> [u8; 32] {
        self.0
    }
}
