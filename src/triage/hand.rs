//! What people do by hand in the mailbox, as the core sees it: where a mail lies, and mails that people wrote themselves.
//!
//! Types only. What they mean for a case is decided in `decide`; how they are found out is the adapter's and the desk's.

use jiff::Timestamp;

use super::id::{MessageId, Revision};

/// Where a mail lies, by what the folder is for and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whereabouts {
    /// The folder that is watched for new mail; on Gmail: it carries `\Inbox`.
    Inbox,
    /// The archive; on Gmail: anywhere in `\All` without `\Inbox`.
    Archive,
    /// `\Trash`.
    Trash,
    /// `\Junk`.
    Junk,
    /// Any other folder, such as one a person made.
    Elsewhere,
    /// Nowhere, after two looks at every folder: deleted for good.
    Gone,
}

impl Whereabouts {
    /// The word for records, journals and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Archive => "archive",
            Self::Trash => "trash",
            Self::Junk => "junk",
            Self::Elsewhere => "elsewhere",
            Self::Gone => "gone",
        }
    }
}

/// A mail to the customer that a person wrote and sent without us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandAnswer {
    /// Its Message-ID; the customer's answer will name it.
    pub message_id: MessageId,
    /// When the server took it.
    pub at: Timestamp,
    /// How it was told to belong to the case.
    pub matched_by: MatchedBy,
}

/// How a mail that a person sent was told to belong to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// It is our own draft of this revision, sent from Drafts: by its Message-ID or its `X-Madoguchi-Ref`.
    Draft(Revision),
    /// It answers a mail of the case (In-Reply-To, References, or the server's own thread) and goes to the customer.
    Thread,
    /// It goes to the customer of an open case and is newer than the case's last mail.
    Address,
}

impl MatchedBy {
    /// The word for records and journals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft(_) => "draft",
            Self::Thread => "thread",
            Self::Address => "address",
        }
    }
}
