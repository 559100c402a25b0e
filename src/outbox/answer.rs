//! What the answers of a mailbox mean for the row that is being worked on.
//!
//! Pure: from an answer to an ending or to another attempt, and from a row to the mail it means. Never asks a server.

use super::Next;
use super::row::Row;
use crate::desk::DeskError;
use crate::imap::ImapError;
use crate::imap::act::{self, Archived, Target};
use crate::triage::case::Place;
use crate::triage::effect::Effect;
use crate::triage::event::Ending;

/// Why an effect on a mailbox failed.
pub(super) enum Problem {
    Imap(ImapError),
    Desk(DeskError),
}

impl From<ImapError> for Problem {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl Problem {
    /// A plain refusal ends the effect. Anything else may pass: a wrong password is mended in the config, and
    /// then the effect must still be there.
    pub(super) fn next(self) -> Next {
        match self {
            Self::Imap(error) if error.leaves_connection() && !error.is_transient() => {
                Next::End(Ending::Refused(error.to_string()))
            }
            Self::Imap(error) => match error.limit() {
                Some(limit) => Next::Rest(error.to_string(), limit.rest()),
                None => Next::Retry(error.to_string()),
            },
            Self::Desk(error) => Next::Retry(error.to_string()),
        }
    }
}

pub(super) fn target(row: &Row) -> Option<Target> {
    match &row.effect {
        Effect::Mark { message_id, place, .. } => Some(Target::at(place, message_id.clone())),
        Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::Ask { .. }
        | Effect::Tell { .. }
        | Effect::Complaint { .. }
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. }
        | Effect::Acknowledge { .. } => None,
    }
}

pub(super) fn stored(place: &act::Place, target: &Target) -> Place {
    Place {
        folder: place.folder.clone(),
        uid_validity: place.uid_validity,
        uid: place.uid,
        size: target.size,
        server_id: target.server_id,
    }
}

/// A mail that cannot be archived stays, with its marks: that is an ending too.
pub(super) fn after_archive(target: &Target, archived: Archived) -> Next {
    Next::End(match archived {
        Archived::Moved(Some(place)) | Archived::Already(place) => Ending::Placed(stored(&place, target)),
        Archived::Moved(None) | Archived::NoMove | Archived::NoFolder => {
            Ending::Placed(stored(&target.place, target))
        }
        Archived::Refused => return Next::Retry("the server kept the mail in the inbox".to_owned()),
        Archived::Gone => Ending::Gone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::Limit;

    #[test]
    fn a_refusal_ends_it_a_limit_rests_and_anything_else_is_tried_again() {
        let no = |code: &str| ImapError::No { verb: "UID STORE", code: code.to_owned() };
        let limit = no("BANDWIDTH-LIMIT");
        let rest = limit.limit().map(Limit::rest);
        assert!(matches!(Problem::from(limit).next(), Next::Rest(_, some) if Some(some) == rest));
        assert!(matches!(Problem::from(no("NOPERM")).next(), Next::End(Ending::Refused(_))));
        let closed = ImapError::Closed { verb: "UID STORE" };
        assert!(matches!(Problem::from(closed).next(), Next::Retry(_)));
    }
}
