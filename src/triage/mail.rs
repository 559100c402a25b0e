//! A mail as the core sees it: decoded, bounded, without MIME. Made by `mime`, never changed afterwards.

use super::id::{Fingerprint, MessageId};

/// A decoded mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identity across folders and duplicate delivery.
    pub fingerprint: Fingerprint,
    /// `Message-ID`, when there is a usable one.
    pub message_id: Option<MessageId>,
    /// `In-Reply-To`, in order.
    pub in_reply_to: Vec<MessageId>,
    /// `References`, oldest first.
    pub references: Vec<MessageId>,
    /// `Date` as an instant with the writer's offset; `None` when missing or nonsense.
    pub sent: Option<jiff::Timestamp>,
    /// Every mailbox of every `From` field, in order (a sane mail has exactly one).
    pub from: Vec<Correspondent>,
    /// `Reply-To`.
    pub reply_to: Vec<Correspondent>,
    /// `To`.
    pub to: Vec<Correspondent>,
    /// `Cc`.
    pub cc: Vec<Correspondent>,
    /// `Subject`, decoded, on one line.
    pub subject: String,
    /// The text to read: the plain part, or the HTML rendered to text. LF line ends, no NUL.
    pub text: String,
    /// Where `text` came from.
    pub origin: TextOrigin,
    /// Header fields that tell machines from people, in the order of the mail, names in lower case.
    /// At least: return-path, auto-submitted, precedence, the `List-` fields, feedback-id, received,
    /// x-auto-response-suppress, x-autoreply, x-autorespond and their kin, x-loop, x-mailer, content-type,
    /// delivered-to, authentication-results, x-madoguchi-ref.
    pub headers: Vec<(String, String)>,
    /// What a `multipart/report` (RFC 6522) reports, and about which of our mails.
    pub report: Option<Report>,
    /// Names and sizes of attachments; their content is never fetched into the core.
    pub attachments: Vec<Attachment>,
    /// Something in the mail could not be decoded faithfully (for the agent to know).
    pub damaged: bool,
}

impl Letter {
    /// All values of a header field kept in `headers`, first to last. `name` in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every id this mail says it answers: `In-Reply-To` first, then `References` from the newest.
    pub fn answers(&self) -> impl Iterator<Item = &MessageId> {
        self.in_reply_to.iter().chain(self.references.iter().rev())
    }
}

/// A display name and an address as they stand in a header field. The address is as written: it may be
/// nonsense, and it may break RFC 5322 the way Japanese carriers' addresses do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correspondent {
    /// The display name, decoded; empty when there is none.
    pub name: String,
    /// The addr-spec as written; empty when there is none.
    pub address: String,
}

/// Which part the text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextOrigin {
    /// A `text/plain` part.
    Plain,
    /// `text/html`, rendered.
    Html,
    /// No text part at all.
    Nothing,
}

/// A machine's report about one of our mails (RFC 3464, RFC 8098).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What kind of report.
    pub kind: ReportKind,
    /// The Message-ID of the mail it is about, where the report carries it.
    pub about: Option<MessageId>,
    /// `Status` of the first recipient, such as `5.1.1`; empty when absent.
    pub status: String,
}

/// The kinds of `multipart/report` we tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// Delivery failed for good.
    Failed,
    /// Delivery is late; the server goes on trying.
    Delayed,
    /// Delivered, relayed or expanded.
    Delivered,
    /// A read receipt.
    Disposition,
    /// Any other report (abuse, TLS).
    Other,
}

/// An attachment by its outside only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name; may be empty.
    pub name: String,
    /// `type/subtype` in lower case.
    pub media_type: String,
    /// Size in bytes as transferred.
    pub size: usize,
}
