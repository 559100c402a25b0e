//! The stored forms of the reports of the day: a mail that waits, whose report a token belongs to, what its reader said, and
//! what the summary told of everybody.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::leaf::{BlobHash, Text, Version};
use super::outbox::ReportPhaseForm;
use super::{Record, RecordError};
use crate::outbox::row::ReportPhase;
use crate::triage::id::{Address, MessageId};

/// A mail about the figures of a day whose bytes are fixed and that has not left yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The day.
    pub date: Date,
    /// Who gets it.
    pub to: Address,
    /// What it is called: its Message-ID, unless that holds a token.
    pub name: MessageId,
    /// The rendered bytes, by hash.
    pub blob: String,
    /// When its content was fixed.
    pub at: Timestamp,
    /// Attempts begun so far.
    pub attempts: u32,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// How far it got.
    pub phase: ReportPhase,
}

/// Whose day a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayToken {
    /// The day.
    pub date: Date,
    /// The shift.
    pub shift: String,
    /// Whose.
    pub person: Address,
}

/// What a person said about the figures of their day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub at: Timestamp,
    /// Whether they put some of them right.
    pub corrected: bool,
}

/// What a summary tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Cases handled.
    pub handled: usize,
    /// Time of all of them.
    pub worked: SignedDuration,
    /// Calls that reached the customer.
    pub calls: usize,
    /// Calls that nobody answered.
    pub unanswered: usize,
    /// Whether they had confirmed it; `None`: an earlier version did not write it down.
    pub confirmed: Option<bool>,
}

/// What was told of the people of a day.
pub type Summed = BTreeMap<Address, Told>;

/// Writes a waiting mail down.
pub fn posting_to_json(posting: &Posting) -> Vec<u8> {
    let Posting { date, to, name, blob, at, attempts, not_before, phase } = posting.clone();
    super::write(&PostingForm {
        v: Version,
        date: Text(date),
        to: Text(to),
        name: Text(name),
        blob: Text(BlobHash(blob)),
        at: Text(at),
        attempts,
        not_before: Text(not_before),
        phase: (&phase).into(),
    })
}

/// Reads what [`posting_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn posting_from_json(json: &[u8]) -> Result<Posting, RecordError> {
    let form: PostingForm = super::read(json)?;
    Ok(Posting {
        date: form.date.0,
        to: form.to.0,
        name: form.name.0,
        blob: form.blob.0.0,
        at: form.at.0,
        attempts: form.attempts,
        not_before: form.not_before.0,
        phase: form.phase.into(),
    })
}

/// Writes down whose day a token is about.
pub fn day_token_to_json(token: &DayToken) -> Vec<u8> {
    let DayToken { date, shift, person } = token.clone();
    super::write(&DayTokenForm { v: Version, date: Text(date), shift, person: Text(person) })
}

/// Reads what [`day_token_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn day_token_from_json(json: &[u8]) -> Result<DayToken, RecordError> {
    let form: DayTokenForm = super::read(json)?;
    Ok(DayToken { date: form.date.0, shift: form.shift, person: form.person.0 })
}

/// Writes down what a person said.
pub fn confirmed_to_json(confirmed: Confirmed) -> Vec<u8> {
    let Confirmed { at, corrected } = confirmed;
    super::write(&ConfirmedForm { v: Version, at: Text(at), corrected })
}

/// Reads what [`confirmed_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn confirmed_from_json(json: &[u8]) -> Result<Confirmed, RecordError> {
    let form: ConfirmedForm = super::read(json)?;
    Ok(Confirmed { at: form.at.0, corrected: form.corrected })
}

/// Writes down what a summary told.
pub fn summed_to_json(summed: &Summed) -> Vec<u8> {
    let people = summed.iter().map(|(person, told)| ToldForm {
        person: Text(person.clone()),
        handled: told.handled,
        seconds: told.worked.as_secs(),
        calls: told.calls,
        unanswered: told.unanswered,
        confirmed: told.confirmed,
    });
    super::write(&SummedForm { v: Version, people: people.collect() })
}

/// Reads what [`summed_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn summed_from_json(json: &[u8]) -> Result<Summed, RecordError> {
    let form: SummedForm = super::read(json)?;
    let told = |form: ToldForm| {
        let ToldForm { person, handled, seconds, calls, unanswered, confirmed } = form;
        let worked = SignedDuration::from_secs(seconds);
        (person.0, Told { handled, worked, calls, unanswered, confirmed })
    };
    Ok(form.people.into_iter().map(told).collect())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostingForm {
    v: Version,
    date: Text<Date>,
    to: Text<Address>,
    name: Text<MessageId>,
    blob: Text<BlobHash>,
    at: Text<Timestamp>,
    attempts: u32,
    not_before: Text<Timestamp>,
    phase: ReportPhaseForm,
}

impl Record for PostingForm {
    const NAME: &'static str = "posting";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DayTokenForm {
    v: Version,
    date: Text<Date>,
    shift: String,
    person: Text<Address>,
}

impl Record for DayTokenForm {
    const NAME: &'static str = "day token";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfirmedForm {
    v: Version,
    at: Text<Timestamp>,
    corrected: bool,
}

impl Record for ConfirmedForm {
    const NAME: &'static str = "confirmed day";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SummedForm {
    v: Version,
    people: Vec<ToldForm>,
}

impl Record for SummedForm {
    const NAME: &'static str = "summed day";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldForm {
    person: Text<Address>,
    handled: usize,
    seconds: i64,
    calls: usize,
    unanswered: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
}
