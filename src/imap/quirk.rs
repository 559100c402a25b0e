//! What servers do against expectation, by name, with who does it and when it was seen.
//!
//! A quirk is met where it matters and survived there; this file only names it, so that a log tells which ones an
//! installation lives with.

use tracing::debug;

/// One way in which a server surprises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    /// SELECT tells no UIDNEXT. 163.com, 2023-11.
    NoUidNext,
    /// STORE says OK for a mail that is gone. Dovecot 2.3.19, 2026-11.
    StoreOnGone,
    /// MOVE tells no COPYUID. Servers without UIDPLUS (RFC 6851 section 4.3 only recommends it).
    NoCopyUid,
    /// APPEND tells no APPENDUID. Servers without UIDPLUS.
    NoAppendUid,
    /// INTERNALDATE is NIL, or an answer breaks our parser in another way; the mail is read around it.
    BadAnswer,
    /// A mail takes the connection down each time it is read. Dovecot 2.3.19 with a file shorter than its index says,
    /// 2026-11.
    CutOnRead,
}

impl Quirk {
    /// Notes that it was met.
    pub(super) fn met(self) {
        debug!(quirk = ?self, "Met a quirk of the server.");
    }
}
