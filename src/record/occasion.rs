//! The stored form of mails about a complaint: why they are written, and what their token is good for.

use serde::{Deserialize, Serialize};

use super::complaint::DutyForm;
use super::leaf::{CommandWord, Text};
use crate::triage::complaint::{Field, Occasion, Piece, Refusal};

/// What a token about a complaint is good for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum PieceForm {
    Fields {},
    Lead {},
    Task { number: u16 },
    Verdict { version: u16 },
    Named {},
}

impl From<Piece> for PieceForm {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Fields => Self::Fields {},
            Piece::Lead => Self::Lead {},
            Piece::Task(number) => Self::Task { number },
            Piece::Verdict(version) => Self::Verdict { version },
            Piece::Named => Self::Named {},
        }
    }
}

impl From<PieceForm> for Piece {
    fn from(form: PieceForm) -> Self {
        match form {
            PieceForm::Fields {} => Self::Fields,
            PieceForm::Lead {} => Self::Lead,
            PieceForm::Task { number } => Self::Task(number),
            PieceForm::Verdict { version } => Self::Verdict(version),
            PieceForm::Named {} => Self::Named,
        }
    }
}

/// Why somebody gets a mail about a complaint.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum OccasionForm {
    Opened {},
    Changed {},
    Missing {},
    Proposed {},
    Task { number: u16 },
    Objected { number: u16 },
    Stands { number: u16 },
    Withdrawn { number: u16 },
    Closed { number: u16 },
    Verdict { version: u16 },
    SentBack { reason: String },
    Approved {},
    HandedOver {},
    Late { duty: DutyForm },
    Ended {},
    Status {},
    NotYours { word: Text<CommandWord> },
    NoComplaint {},
    NotConfigured {},
    WhichKind {},
    WrongFields { unknown: Vec<String>, wrong: Vec<String> },
    Incomplete {},
    Unanswered { demands: Vec<u16> },
    Unknown { people: Vec<String> },
    Begun {},
    NoSolution {},
    Past {},
    Settled {},
    StillOpen { word: Text<CommandWord> },
    OwnWork {},
}

impl From<Occasion> for OccasionForm {
    fn from(occasion: Occasion) -> Self {
        match occasion {
            Occasion::Opened => Self::Opened {},
            Occasion::Changed => Self::Changed {},
            Occasion::Missing => Self::Missing {},
            Occasion::Proposed => Self::Proposed {},
            Occasion::Task(number) => Self::Task { number },
            Occasion::Objected(number) => Self::Objected { number },
            Occasion::Stands(number) => Self::Stands { number },
            Occasion::Withdrawn(number) => Self::Withdrawn { number },
            Occasion::Closed(number) => Self::Closed { number },
            Occasion::Verdict(version) => Self::Verdict { version },
            Occasion::SentBack { reason } => Self::SentBack { reason },
            Occasion::Approved => Self::Approved {},
            Occasion::HandedOver => Self::HandedOver {},
            Occasion::Late(duty) => Self::Late { duty: duty.into() },
            Occasion::Ended => Self::Ended {},
            Occasion::Status => Self::Status {},
            Occasion::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<Refusal> for OccasionForm {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotYours { word } => Self::NotYours { word: Text(CommandWord(word)) },
            Refusal::NoComplaint => Self::NoComplaint {},
            Refusal::NotConfigured => Self::NotConfigured {},
            Refusal::WhichKind => Self::WhichKind {},
            Refusal::Fields { unknown, wrong } => {
                let wrong = wrong.iter().map(|field| field.label().to_owned()).collect();
                Self::WrongFields { unknown, wrong }
            }
            Refusal::Incomplete => Self::Incomplete {},
            Refusal::Unanswered(demands) => Self::Unanswered { demands },
            Refusal::Unknown(people) => Self::Unknown { people },
            Refusal::Begun => Self::Begun {},
            Refusal::NoSolution => Self::NoSolution {},
            Refusal::Past => Self::Past {},
            Refusal::Settled => Self::Settled {},
            Refusal::StillOpen { word } => Self::StillOpen { word: Text(CommandWord(word)) },
            Refusal::OwnWork => Self::OwnWork {},
        }
    }
}

impl From<OccasionForm> for Occasion {
    fn from(form: OccasionForm) -> Self {
        Self::Refused(match form {
            OccasionForm::Opened {} => return Self::Opened,
            OccasionForm::Changed {} => return Self::Changed,
            OccasionForm::Missing {} => return Self::Missing,
            OccasionForm::Proposed {} => return Self::Proposed,
            OccasionForm::Task { number } => return Self::Task(number),
            OccasionForm::Objected { number } => return Self::Objected(number),
            OccasionForm::Stands { number } => return Self::Stands(number),
            OccasionForm::Withdrawn { number } => return Self::Withdrawn(number),
            OccasionForm::Closed { number } => return Self::Closed(number),
            OccasionForm::Verdict { version } => return Self::Verdict(version),
            OccasionForm::SentBack { reason } => return Self::SentBack { reason },
            OccasionForm::Approved {} => return Self::Approved,
            OccasionForm::HandedOver {} => return Self::HandedOver,
            OccasionForm::Late { duty } => return Self::Late(duty.into()),
            OccasionForm::Ended {} => return Self::Ended,
            OccasionForm::Status {} => return Self::Status,
            OccasionForm::NotYours { word } => Refusal::NotYours { word: word.0.0 },
            OccasionForm::NoComplaint {} => Refusal::NoComplaint,
            OccasionForm::NotConfigured {} => Refusal::NotConfigured,
            OccasionForm::WhichKind {} => Refusal::WhichKind,
            OccasionForm::WrongFields { unknown, wrong } => {
                Refusal::Fields { unknown, wrong: wrong.iter().map(|label| Field::called(label)).collect() }
            }
            OccasionForm::Incomplete {} => Refusal::Incomplete,
            OccasionForm::Unanswered { demands } => Refusal::Unanswered(demands),
            OccasionForm::Unknown { people } => Refusal::Unknown(people),
            OccasionForm::Begun {} => Refusal::Begun,
            OccasionForm::NoSolution {} => Refusal::NoSolution,
            OccasionForm::Past {} => Refusal::Past,
            OccasionForm::Settled {} => Refusal::Settled,
            OccasionForm::StillOpen { word } => Refusal::StillOpen { word: word.0.0 },
            OccasionForm::OwnWork {} => Refusal::OwnWork,
        })
    }
}
