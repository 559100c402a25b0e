//! The seam between kinds of servers: which operations differ, and how the plain way does them.
//!
//! Gmail is recognised by its capability and served the plain way for now: keywords as flags, archive by MOVE to the
//! folder with `\Archive` or else `\All`. Its labels, thread ids and raw search are not used yet.

use super::session::Session;

/// Which kind of server this is, as far as our operations differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Any IMAP4rev1 server.
    Plain,
    /// Gmail (`X-GM-EXT-1`).
    Gmail,
}

impl Flavour {
    /// Tells by the capabilities of a connection.
    pub fn of(session: &Session) -> Self {
        if session.can("X-GM-EXT-1") { Self::Gmail } else { Self::Plain }
    }

    /// Whether the server files a copy of what is sent through its SMTP by itself, so that we must not.
    pub const fn files_sent_mail(self) -> bool {
        match self {
            Self::Plain => false,
            Self::Gmail => true,
        }
    }
}
