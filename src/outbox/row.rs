//! What waits in the outbox: one row per effect, and one per night report. Plain values; `record` writes them down.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::triage::effect::Effect;
use crate::triage::id::{Address, CaseId, MailboxName, MessageId};
use crate::triage::night::Section;

/// One planned effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case that planned it.
    pub case: CaseId,
    /// The mailbox of that case.
    pub mailbox: MailboxName,
    /// Its number within the case.
    pub number: u32,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// Attempts begun so far; counted before they are made, so that a mail that breaks the code runs out of them.
    pub attempts: u32,
    /// How far it got.
    pub phase: Phase,
    /// For mails: the rendered bytes, by hash (hexadecimal SHA-256). Every attempt sends these.
    pub blob: Option<String>,
    /// What to do.
    pub effect: Effect,
}

/// How far an effect got before the world could see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing irrevocable has happened.
    Planned,
    /// The final dot may have gone out. After a crash this is an unknown ending.
    Dot,
}

/// One night report, from the moment its content is fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The night it reports on.
    pub date: Date,
    /// The shift that reports.
    pub shift: String,
    /// When its content was fixed.
    pub at: Timestamp,
    /// The cases it names, with their section.
    pub cases: Vec<(CaseId, Section)>,
    /// Where it goes.
    pub to: Vec<Address>,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// The rendered bytes, by hash.
    pub blob: String,
    /// Attempts begun so far.
    pub attempts: u32,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// How far it got.
    pub phase: ReportPhase,
    /// Every case it names has heard of it (labels off).
    pub settled: bool,
}

/// How far a report got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportPhase {
    /// Content fixed, nothing sent.
    Planned,
    /// The final dot may have gone out.
    Dot,
    /// The server took it.
    Sent,
    /// It may have been delivered; a person decides whether to send it again.
    Unknown,
    /// The server refused it for good: stage and code.
    Refused(String),
}
