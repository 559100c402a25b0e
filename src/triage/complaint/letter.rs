//! Mails about a complaint: on which occasion, and what the reader's token is good for. Rendered outside.

use super::{Duty, Field};

/// What a token about a complaint is good for. It is bound to this, so it can never do anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// The desk: fields.
    Fields,
    /// The responsible person: solution, tasks, cause and prevention.
    Lead,
    /// The person of one task, counted from 1: close it or object.
    Task(u16),
    /// The manager: approve this version of cause and prevention, or not.
    Verdict(u16),
    /// Somebody named: object, or leave a note.
    Named,
}

impl Piece {
    /// The text that is part of what a token is bound to: `task 3`.
    pub fn bound(self) -> String {
        match self {
            Self::Fields => "fields".to_owned(),
            Self::Lead => "lead".to_owned(),
            Self::Task(number) => format!("task {number}"),
            Self::Verdict(version) => format!("verdict {version}"),
            Self::Named => "named".to_owned(),
        }
    }
}

/// Why somebody gets a mail about a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// It was opened, or its fields are complete now.
    Opened,
    /// Type, urgency or demands are others now.
    Changed,
    /// Fields are missing.
    Missing,
    /// A solution is proposed, with its tasks.
    Proposed,
    /// A task of the reader's.
    Task(u16),
    /// Somebody objects; the number of the objection, counted from 1.
    Objected(u16),
    /// The task stands although somebody objected.
    Stands(u16),
    /// A task was replaced: there is nothing to do.
    Withdrawn(u16),
    /// A task was closed.
    Closed(u16),
    /// Cause and prevention wait for the manager.
    Verdict(u16),
    /// The manager sent cause and prevention back.
    SentBack {
        /// Why; may be empty.
        reason: String,
    },
    /// The manager approved.
    Approved,
    /// The reader became the responsible person.
    HandedOver,
    /// Something is late.
    Late(Duty),
    /// It is over.
    Ended,
    /// Where it stands, because the reader asked.
    Status,
    /// The reader's order was not carried out.
    Refused(Refusal),
}

/// Why an order about a complaint was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The reader's token or place does not allow it.
    NotYours {
        /// The order's word.
        word: &'static str,
    },
    /// There is no open complaint.
    NoComplaint,
    /// Complaints are not configured.
    NotConfigured,
    /// Which of several types is meant is not said.
    WhichKind,
    /// Labels that are no field, or values that cannot be.
    Fields {
        /// Labels as typed that are no field.
        unknown: Vec<String>,
        /// Fields whose value cannot be.
        wrong: Vec<Field>,
    },
    /// Fields have to be complete first.
    Incomplete,
    /// The solution says nothing about these demands, counted from 1.
    Unanswered(Vec<u16>),
    /// Nobody, or more than one person, is called so.
    Unknown(Vec<String>),
    /// A solution was proposed: the type stays, and with it the people.
    Begun,
    /// A task needs a solution to be a part of.
    NoSolution,
    /// The day of a task lies before today.
    Past,
    /// There is nothing to decide: no such objection, task closed already.
    Settled,
    /// An ordinary end does not end a complaint.
    StillOpen {
        /// The command's word.
        word: &'static str,
    },
    /// The manager must not approve what they wrote themselves.
    OwnWork,
}
