//! Mails out of a mailbox, looked at and left as they are: EXAMINE and PEEK, by the layer that knows nothing else.
//!
//! Keeps no cursor and remembers nothing.

use jiff::Timestamp;

use super::archive::Raw;
use super::tags::Tags;
use crate::imap::ImapError;
use crate::imap::fetch::Content;
use crate::imap::mailbox::Mailbox;
use crate::imap::watch::Begin;

/// Mails asked for together.
const BATCH: usize = 200;

/// Hands out the mails of a folder that arrived since an instant, oldest first, in batches. `junk`: whatever lies in this folder was
/// called unwanted.
///
/// # Errors
/// The server's; what was handed out stays handed out.
pub async fn mails(
    mailbox: &mut Mailbox,
    folder: &str,
    since: Timestamp,
    junk: bool,
    mut take: impl FnMut(Vec<Raw>),
) -> Result<(), ImapError> {
    let mut cursor = None;
    loop {
        let batch = mailbox.look(folder, cursor.as_ref(), Begin::Since(since), BATCH).await?;
        let recent = batch.found.into_iter().filter(|found| {
            // A look is generous by a day.
            found.internal_date.is_none_or(|arrived| arrived >= since)
        });
        let mails: Vec<Raw> = recent
            .map(|found| Raw {
                name: format!("{folder} {}", found.uid),
                tags: Tags { junk, ..Tags::default() }.with_flags(&found.flags),
                size: u64::from(found.size),
                bytes: match found.content {
                    Content::Whole(bytes) | Content::Parts(bytes) => Ok(bytes),
                    Content::Unreadable | Content::Gone => Err("the server cannot hand it out".to_owned()),
                },
            })
            .collect();
        if !mails.is_empty() {
            take(mails);
        }
        if !batch.more {
            return Ok(());
        }
        cursor = Some(batch.next);
    }
}
