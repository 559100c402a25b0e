//! Mails to our own people that belong to no case: durable before anybody sees them, and sent by `outbox::memos`.
//!
//! A memo may go out twice after a crash, which harms nobody. Never one to a customer, and never a customer's words.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Desk, DeskError, Extra, keys};
use crate::store::{Key, Row};
use crate::triage::id::{Address, MailboxName};

/// A mail to one of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// The mailbox it is about, whose name it is sent under; `None`: the desk as a whole.
    pub mailbox: Option<MailboxName>,
    /// Whom it goes to.
    pub to: Address,
    /// Its subject, without the desk's mark in front.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

impl Memo {
    /// Its row in the store.
    ///
    /// # Errors
    /// Never with an address that could be parsed: a key has room for it.
    pub fn row(&self) -> Result<(Key, Vec<u8>), DeskError> {
        let Self { mailbox, to, subject, text, at } = self;
        let value = json!({
            "v": 1,
            "mailbox": mailbox.as_ref().map(MailboxName::as_str),
            "to": to.as_str(),
            "subject": subject,
            "text": text,
            "at": at.to_string(),
        });
        let value = value.to_string().into_bytes();
        let hash = super::study::hash(&value).to_string();
        Ok((keys::memo(*at, &hash)?, value))
    }

    /// Reads a row.
    fn read(value: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(value).ok()?;
        let text = |field: &str| value.get(field).and_then(Value::as_str);
        Some(Self {
            mailbox: text("mailbox").and_then(MailboxName::parse),
            to: text("to").and_then(Address::parse)?,
            subject: text("subject")?.to_owned(),
            text: text("text")?.to_owned(),
            at: text("at")?.parse().ok()?,
        })
    }
}

impl Desk {
    /// Memos that wait, oldest first, with their rows. One that cannot be read is `None`.
    ///
    /// # Errors
    /// What the store says.
    pub async fn waiting_memos(&self) -> Result<Vec<(Key, Option<Memo>)>, DeskError> {
        const AT_ONCE: usize = 100;
        let rows = self.store().scan(keys::MEMO, None, AT_ONCE).await?;
        Ok(rows.into_iter().map(|Row { key, value, .. }| (key, Memo::read(&value))).collect())
    }

    /// A memo has left, or never can.
    ///
    /// # Errors
    /// What the store says.
    pub async fn settle_memo(&self, key: Key) -> Result<(), DeskError> {
        self.write(Extra { delete: vec![key], ..Extra::default() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let memo = Memo {
            mailbox: MailboxName::parse("honten"),
            to: Address::parse("sato@example.com").unwrap(),
            subject: "電話の受付ができませんでした".to_owned(),
            text: "件名か 1 行目を「新規 電話」として…\n".to_owned(),
            at: "2026-08-27T01:00:00Z".parse().unwrap(),
        };
        let (key, value) = memo.row().unwrap();
        assert!(key.as_str().starts_with("memo/01787792400000/"), "{}", key.as_str());
        assert_eq!(Memo::read(&value), Some(memo));
        assert_eq!(Memo::read(b"{}"), None);
    }
}
