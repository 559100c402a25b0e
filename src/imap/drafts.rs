//! The heads of all drafts: which of ours lie there, and who else is writing to whom. Never changes a draft.

use std::collections::BTreeSet;

use super::answer::{fetched, header_of, size_of};
use super::command::Command;
use super::error::ImapError;
use super::find::{Place, bare, header_field};
use super::mailbox::Mailbox;
use crate::triage::id::Address;

/// What can be told of a draft from its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftHead {
    /// Where it lies.
    pub place: Place,
    /// Size in bytes (RFC822.SIZE).
    pub size: u32,
    /// Message-ID without its brackets; empty when there is none.
    pub message_id: String,
    /// `X-Madoguchi-Ref`; empty when there is none.
    pub reference: String,
    /// Everybody it is written to, as far as the addresses can be read.
    pub to: BTreeSet<Address>,
}

impl Mailbox {
    /// The heads of all drafts; `None` where there is no drafts folder, or none that can be opened.
    pub async fn drafts(&mut self) -> Result<Option<Vec<DraftHead>>, ImapError> {
        let session = self.session().await?;
        let within = session.time_for(0);
        let Some(folder) = self.folders().drafts.clone() else { return Ok(None) };
        let session = self.session().await?;
        let uid_validity = match session.examine(&folder).await {
            Ok(open) if open.exists == 0 => return Ok(Some(Vec::new())),
            Ok(open) => open.uid_validity,
            Err(error) if error.leaves_connection() => return Ok(None),
            Err(error) => return Err(error),
        };
        let command = Command::new("UID FETCH")
            .raw("1:* (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID X-Madoguchi-Ref To)])");
        let mut heads = Vec::new();
        session
            .exec_with(&command, within, &mut |response| {
                let Some((uid, attributes)) = fetched(response) else { return };
                let Some(header) = header_of(attributes) else { return };
                let field = |name| header_field(header, name).unwrap_or_default();
                heads.push(DraftHead {
                    place: Place { folder: folder.clone(), uid_validity, uid },
                    size: size_of(attributes).unwrap_or_default(),
                    message_id: bare(&field("Message-ID")).to_owned(),
                    reference: field("X-Madoguchi-Ref"),
                    to: addresses(&field("To")),
                });
            })
            .await?;
        Ok(Some(heads))
    }
}

impl Mailbox {
    /// One mail's bytes, large ones without their attachments; `None` when it is gone or cannot be read.
    pub async fn fetch_one(&mut self, place: &Place) -> Result<Option<Vec<u8>>, ImapError> {
        let session = self.session().await?;
        if session.examine(&place.folder).await?.uid_validity != place.uid_validity {
            return Ok(None);
        }
        let listed = session.list_range(place.uid, place.uid).await?;
        let content = self.fetch(&place.folder, &listed).await?.remove(&place.uid);
        Ok(content.and_then(|content| content.bytes().map(<[u8]>::to_vec)))
    }
}

/// The addresses in a field's value: what stands in angle brackets, or the bare word. Names that hold a comma only add
/// pieces that are no address.
fn addresses(value: &str) -> BTreeSet<Address> {
    value
        .split(',')
        .filter_map(|piece| {
            let inner = piece.rsplit_once('<').map_or(piece, |(_, rest)| rest);
            Address::parse(inner.split('>').next().unwrap_or(inner).trim())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_of_a_draft_are_read_from_its_head() {
        for (field, expected) in [
            ("hanako@customer.example", vec!["hanako@customer.example"]),
            ("\"Yamada, Hanako\" <Hanako@Customer.example>", vec!["hanako@customer.example"]),
            ("=?UTF-8?B?5bGx55Sw?= <a@b.example>, c@d.example", vec!["a@b.example", "c@d.example"]),
            ("undisclosed-recipients:;", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<String> = addresses(field).iter().map(Address::to_string).collect();
            assert_eq!(found, expected, "{field}");
        }
    }
}
