//! What the desk knows of open cases whose mails are followed, a page of them at a time: as much as a look needs, and
//! no word of a mail. Asks no server, changes nothing.

use super::drafts::{self, OurDraft};
use crate::desk::{Desk, DeskError, keys};
use crate::imap::act::Target;
use crate::imap::presence::Followed;
use crate::store::{Row, Version};
use crate::triage::case::CaseMail;
use crate::triage::id::CaseId;

/// A mail of an open case, as the desk knew it before the look.
pub(super) struct Watched {
    pub(super) case: CaseId,
    pub(super) version: Version,
    pub(super) mail: CaseMail,
}

/// What the desk knows of a page of cases, read before the server is asked.
#[derive(Default)]
pub(super) struct Known {
    pub(super) mails: Vec<Watched>,
    pub(super) drafts: Vec<OurDraft>,
    /// Acts of ours are still on their way to some mails.
    pub(super) unsettled: bool,
}

/// Reads some open cases.
pub(super) async fn known(desk: &Desk, rows: Vec<Row>) -> Result<Known, DeskError> {
    let live = desk.live();
    let mut known = Known::default();
    for row in rows {
        if row.value != keys::NOTHING {
            known.unsettled = true;
            continue;
        }
        let Some(id) = keys::last_case(row.key.as_str()) else { continue };
        let Some((case, version)) = desk.case(&id).await? else { continue };
        let domain = &live.policy(&case.mailbox).message_domain;
        known.drafts.extend(drafts::ours(desk, &case, version, domain).await?);
        let newest = case.mails.len().saturating_sub(1);
        for (index, mut mail) in case.mails.into_iter().enumerate() {
            // An older mail that has left the inbox is done with.
            if mail.gone || (index != newest && mail.archived) {
                continue;
            }
            if mail.pending.is_some() {
                known.unsettled = true;
                continue;
            }
            // Nobody's business here, and most of what a mail takes.
            (mail.words, mail.subject) = (String::new(), String::new());
            known.mails.push(Watched { case: id.clone(), version, mail });
        }
    }
    Ok(known)
}

/// The mail as the server is asked about it.
pub(super) fn followed(mail: &CaseMail) -> Followed {
    Followed { target: Target::at(&mail.place, mail.message_id.clone()), marks: mail.marks.clone() }
}
