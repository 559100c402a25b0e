//! The leaves of records: core values stored as one string or number, read back through their own doors.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::store::BlobId;
use crate::triage::directory::CustomerId;
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::{case, command};

/// A core value that is stored as a string.
pub(super) trait Door: Sized {
    /// What to say when the door refuses; one of [`WHATS`].
    const WHAT: &'static str;
    /// Writes exactly what `read` takes.
    fn write(&self) -> impl fmt::Display;
    /// The door.
    fn read(text: &str) -> Option<Self>;
}

/// A value behind a [`Door`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<T>(pub(super) T);

impl<T: Door> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.write())
    }
}

impl<'de, T: Door> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::read(&text).map(Text).ok_or_else(|| D::Error::custom(T::WHAT))
    }
}

/// Gives a core type its door, and collects what the doors say, so that errors may repeat it.
macro_rules! doors {
    ($($type:ty, $what:literal, $write:expr, $read:expr;)*) => {
        $(impl Door for $type {
            const WHAT: &'static str = $what;
            fn write(&self) -> impl fmt::Display {
                let write: fn(&Self) -> _ = $write;
                write(self)
            }
            fn read(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<Self> = $read;
                read(text)
            }
        })*
        /// Every sentence of a door. They hold no data, so errors may repeat them.
        pub(super) const WHATS: [&str; 14] = [$($what,)* NOT_A_REVISION, NOT_THIS_VERSION];
    };
}

const NOT_A_REVISION: &str = "not a revision";
const NOT_THIS_VERSION: &str = "not this version";

doors! {
    Address, "not a mail address", |value| value.as_str().to_owned(), Address::parse;
    MessageId, "not a Message-ID", |value| value.as_str().to_owned(), MessageId::parse;
    CustomerId, "not a customer number", |value| value.as_str().to_owned(), CustomerId::parse;
    CaseId, "not a case number", |value| value.as_str().to_owned(), CaseId::parse;
    MailboxName, "not a mailbox name", |value| value.as_str().to_owned(), MailboxName::parse;
    Fingerprint, "not a fingerprint", |value| *value, Fingerprint::parse;
    Timestamp, "not an instant", |value| *value, |text| text.parse().ok();
    Date, "not a day", |value| *value, |text| text.parse().ok();
    CommandWord, "not a command's word", |value| value.0, |text| command::known_word(text).map(Self);
    StateWord, "not a state's word", |value| value.0, |text| case::known_state_word(text).map(Self);
    BlobId, "not the name of a blob", |value| value.as_str().to_owned(), BlobId::parse;
    BlobHash, "not a hash", |value| value.0.clone(), BlobHash::parse;
}

/// A word of [`command::known_word`].
#[derive(Debug, Clone)]
pub(super) struct CommandWord(pub(super) &'static str);

/// A word of [`case::known_state_word`].
#[derive(Debug, Clone)]
pub(super) struct StateWord(pub(super) &'static str);

/// A hexadecimal SHA-256. It becomes a file name, so nothing else may pass.
#[derive(Debug, Clone)]
pub(super) struct BlobHash(pub(super) String);

impl BlobHash {
    fn parse(text: &str) -> Option<Self> {
        let good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        good.then(|| Self(text.to_owned()))
    }
}

/// A revision, stored as its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) Revision);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0.number())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        Revision::new(number).map(Self).ok_or_else(|| D::Error::custom(NOT_A_REVISION))
    }
}

/// The `"v":1` at the head of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(super::VERSION)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = u32::deserialize(deserializer)?;
        if found == super::VERSION { Ok(Self) } else { Err(D::Error::custom(NOT_THIS_VERSION)) }
    }
}

/// Mirrors an enum without data as words in snake case; a variant missing on either side breaks the build.
macro_rules! mirror {
    ($form:ident = $core:ident { $($variant:ident),* $(,)? }) => {
        #[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $form { $($variant,)* }

        impl From<$core> for $form {
            fn from(value: $core) -> Self {
                match value { $($core::$variant => Self::$variant,)* }
            }
        }

        impl From<$form> for $core {
            fn from(form: $form) -> Self {
                match form { $($form::$variant => Self::$variant,)* }
            }
        }
    };
}
pub(super) use mirror;
