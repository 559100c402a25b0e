//! The seam between kinds of servers: where our operations differ.
//!
//! Gmail is recognised by its capability. What is done differently there stands in `gmail` (marks and archive),
//! `labels` (the wire) and `find` (identity).

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

    /// What is asked of every mail beside flags and date: Gmail's lasting numbers and labels.
    pub(super) const fn listed_too(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gmail => " X-GM-MSGID X-GM-THRID X-GM-LABELS",
        }
    }

    /// Whether the server files a copy of what is sent through its SMTP by itself, so that we must not.
    pub const fn files_sent_mail(self) -> bool {
        match self {
            Self::Plain => false,
            Self::Gmail => true,
        }
    }

    /// Whether dealt-with mail goes into the folder that holds every mail. Elsewhere `\All` is a view that takes none.
    pub const fn archives_into_all(self) -> bool {
        match self {
            Self::Plain => false,
            Self::Gmail => true,
        }
    }
}
