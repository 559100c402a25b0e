//! What people did to our drafts in Drafts: edited, replaced, deleted. Told by what a draft says, not by its
//! Message-ID, which some mail programs keep. Decides nothing, changes nothing.

use tracing::{error, info};

use super::WatchError;
use super::hands::SUSPICIOUS;
use crate::desk::hand::NotedDraft;
use crate::desk::{Desk, DeskError, Extra, Handled, keys};
use crate::imap::drafts::DraftHead;
use crate::imap::mailbox::Mailbox;
use crate::outbox::letters;
use crate::store::Version;
use crate::triage::case::{Case, Step};
use crate::triage::event::{DraftChange, Event};
use crate::triage::id::{Address, CaseId, MessageId, Revision};

/// A draft of ours that waits for approval, as it was put into Drafts.
pub(super) struct OurDraft {
    case: CaseId,
    version: Version,
    revision: Revision,
    message_id: MessageId,
    customer: Address,
    noted: NotedDraft,
}

/// The draft of a case that waits for approval, once it lies in Drafts.
pub(super) async fn ours(
    desk: &Desk,
    case: &Case,
    version: Version,
    domain: &str,
) -> Result<Option<OurDraft>, DeskError> {
    let waits = matches!(case.open().map(|open| &open.step), Some(Step::Drafted { .. } | Step::Asked { .. }));
    let Some(draft) = case.draft.as_ref().filter(|_| waits) else { return Ok(None) };
    let Some(noted) = desk.noted_draft(&case.id, draft.revision).await? else { return Ok(None) };
    Ok(Some(OurDraft {
        case: case.id.clone(),
        version,
        revision: draft.revision,
        message_id: MessageId::of_draft(&case.id, draft.revision, domain),
        customer: draft.to.clone(),
        noted,
    }))
}

/// Compares our drafts with what lies in Drafts, and tells the desk; true when a case changed by it.
pub(super) async fn compare(
    desk: &Desk,
    mailbox: &mut Mailbox,
    ours: &[OurDraft],
) -> Result<bool, WatchError> {
    let Some(heads) = mailbox.drafts().await? else { return Ok(false) };
    let found = |draft: &OurDraft| heads.iter().find(|head| head.message_id == draft.message_id.as_str());
    if ours.len() >= SUSPICIOUS && ours.iter().all(|draft| found(draft).is_none()) {
        error!(drafts = ours.len(), "Every draft of ours vanished at once; nothing is concluded from that.");
        return Ok(false);
    }
    let mut changed = false;
    for draft in ours {
        let change = match found(draft) {
            Some(head) if u64::from(head.size) == draft.noted.size => continue,
            Some(head) => {
                let bytes = mailbox.fetch_one(&head.place).await?;
                let said = bytes.and_then(|bytes| letters::said_by(&bytes));
                if said.is_none_or(|said| said == draft.noted.said) {
                    continue;
                }
                DraftChange::Edited
            }
            None if heads.iter().any(|head| stands_in(head, draft)) => DraftChange::Edited,
            None => DraftChange::Deleted,
        };
        let event = Event::DraftChanged { revision: draft.revision, change };
        let expect = vec![(keys::case(&draft.case).map_err(DeskError::from)?, Some(draft.version))];
        let extra = Extra { expect, ..Extra::default() };
        if let Handled::Changed(_) = desk.handle(&draft.case, &event, extra).await? {
            info!(case = %draft.case, change = change.word(), "A person changed our draft.");
            changed = true;
        }
    }
    Ok(changed)
}

/// Whether a draft is what became of ours: it says so, or it goes to the same customer.
fn stands_in(head: &DraftHead, draft: &OurDraft) -> bool {
    head.reference == letters::reference(&draft.message_id) || head.to.contains(&draft.customer)
}
