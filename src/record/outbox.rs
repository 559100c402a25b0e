//! The stored forms of what waits in the outbox.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::effect::EffectForm;
use super::leaf::{BlobHash, Text, Version, mirror};
use super::{Record, RecordError};
use crate::outbox::row::{Phase, ReportPhase, ReportRow, Row};
use crate::triage::id::{Address, CaseId, MailboxName, MessageId};
use crate::triage::night::Section;

/// Writes an effect's row down.
pub fn row_to_json(row: &Row) -> Vec<u8> {
    super::write(&RowForm::from(row))
}

/// Reads what [`row_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn row_from_json(json: &[u8]) -> Result<Row, RecordError> {
    super::read::<RowForm>(json).map(Row::from)
}

/// Writes the rows of a case down that are kept back together.
pub fn rows_to_json(rows: &[Row]) -> Vec<u8> {
    super::write(&RowsForm { v: Version, rows: rows.iter().map(RowForm::from).collect() })
}

/// Reads what [`rows_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn rows_from_json(json: &[u8]) -> Result<Vec<Row>, RecordError> {
    Ok(super::read::<RowsForm>(json)?.rows.into_iter().map(Row::from).collect())
}

/// Writes a night report's row down.
pub fn report_to_json(row: &ReportRow) -> Vec<u8> {
    super::write(&ReportForm::from(row))
}

/// Reads what [`report_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn report_from_json(json: &[u8]) -> Result<ReportRow, RecordError> {
    super::read::<ReportForm>(json).map(ReportRow::from)
}

mirror!(PhaseForm = Phase { Planned, Dot });
mirror!(SectionForm = Section { Inquiry, Reservation, Unfinished, ByHand });

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowForm {
    v: Version,
    case: Text<CaseId>,
    mailbox: Text<MailboxName>,
    number: u32,
    not_before: Text<Timestamp>,
    attempts: u32,
    phase: PhaseForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<Text<BlobHash>>,
    effect: EffectForm,
}

impl Record for RowForm {
    const NAME: &'static str = "effect";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsForm {
    v: Version,
    rows: Vec<RowForm>,
}

impl Record for RowsForm {
    const NAME: &'static str = "effects";
}

impl From<&Row> for RowForm {
    fn from(row: &Row) -> Self {
        let Row { case, mailbox, number, not_before, attempts, phase, blob, effect } = row;
        Self {
            v: Version,
            case: Text(case.clone()),
            mailbox: Text(mailbox.clone()),
            number: *number,
            not_before: Text(*not_before),
            attempts: *attempts,
            phase: (*phase).into(),
            blob: blob.clone().map(BlobHash).map(Text),
            effect: effect.into(),
        }
    }
}

impl From<RowForm> for Row {
    fn from(form: RowForm) -> Self {
        Self {
            case: form.case.0,
            mailbox: form.mailbox.0,
            number: form.number,
            not_before: form.not_before.0,
            attempts: form.attempts,
            phase: form.phase.into(),
            blob: form.blob.map(|blob| blob.0.0),
            effect: form.effect.into(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportForm {
    v: Version,
    date: Text<Date>,
    shift: String,
    at: Text<Timestamp>,
    cases: Vec<NamedForm>,
    to: Vec<Text<Address>>,
    message_id: Text<MessageId>,
    blob: Text<BlobHash>,
    attempts: u32,
    not_before: Text<Timestamp>,
    phase: ReportPhaseForm,
    settled: bool,
}

impl Record for ReportForm {
    const NAME: &'static str = "report";
}

impl From<&ReportRow> for ReportForm {
    fn from(row: &ReportRow) -> Self {
        let ReportRow { date, shift, at, cases, to, message_id, blob, attempts, not_before, phase, settled } =
            row;
        Self {
            v: Version,
            date: Text(*date),
            shift: shift.clone(),
            at: Text(*at),
            cases: cases.iter().map(NamedForm::from).collect(),
            to: to.iter().cloned().map(Text).collect(),
            message_id: Text(message_id.clone()),
            blob: Text(BlobHash(blob.clone())),
            attempts: *attempts,
            not_before: Text(*not_before),
            phase: phase.into(),
            settled: *settled,
        }
    }
}

impl From<ReportForm> for ReportRow {
    fn from(form: ReportForm) -> Self {
        Self {
            date: form.date.0,
            shift: form.shift,
            at: form.at.0,
            cases: form.cases.into_iter().map(|named| (named.case.0, named.section.into())).collect(),
            to: form.to.into_iter().map(|to| to.0).collect(),
            message_id: form.message_id.0,
            blob: form.blob.0.0,
            attempts: form.attempts,
            not_before: form.not_before.0,
            phase: form.phase.into(),
            settled: form.settled,
        }
    }
}

/// A case that a report names.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedForm {
    case: Text<CaseId>,
    section: SectionForm,
}

impl From<&(CaseId, Section)> for NamedForm {
    fn from((case, section): &(CaseId, Section)) -> Self {
        Self { case: Text(case.clone()), section: (*section).into() }
    }
}

/// Variants without data have braces: only so does serde refuse unknown fields in them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ReportPhaseForm {
    Planned {},
    Dot {},
    Sent {},
    Unknown {},
    Refused { what: String },
}

impl From<&ReportPhase> for ReportPhaseForm {
    fn from(phase: &ReportPhase) -> Self {
        match phase {
            ReportPhase::Planned => Self::Planned {},
            ReportPhase::Dot => Self::Dot {},
            ReportPhase::Sent => Self::Sent {},
            ReportPhase::Unknown => Self::Unknown {},
            ReportPhase::Refused(what) => Self::Refused { what: what.clone() },
        }
    }
}

impl From<ReportPhaseForm> for ReportPhase {
    fn from(form: ReportPhaseForm) -> Self {
        match form {
            ReportPhaseForm::Planned {} => Self::Planned,
            ReportPhaseForm::Dot {} => Self::Dot,
            ReportPhaseForm::Sent {} => Self::Sent,
            ReportPhaseForm::Unknown {} => Self::Unknown,
            ReportPhaseForm::Refused { what } => Self::Refused(what),
        }
    }
}
