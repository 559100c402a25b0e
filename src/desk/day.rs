//! Hears what people answer to the report of their day: `OK`, or a line for each case whose time they put right. Such an
//! answer decides nothing else, whatever it says.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::intake::{Became, Incoming, seen};
use super::{Desk, DeskError, Extra, keys};
use crate::days::{self, Receipt};
use crate::live::Live;
use crate::outbox::row::{Phase, Row};
use crate::record::{self, Confirmed, DayToken};
use crate::token::Token;
use crate::triage::approval::{DayAnswer, Proof};
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Said};
use crate::triage::figures::Period;
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName};
use crate::triage::label;
use crate::triage::mail::Letter;

/// An answer whose sender and token are checked.
pub(super) struct Heard<'a> {
    pub(super) mailbox: &'a MailboxName,
    pub(super) letter: &'a Letter,
    pub(super) incoming: &'a Incoming,
    pub(super) agent: &'a Address,
    pub(super) token: &'a Token,
    pub(super) proof: &'a Proof,
}

impl Desk {
    /// Whose day a token is about, if it is one of those.
    pub(super) async fn day_of(&self, token: &Token) -> Result<Option<DayToken>, DeskError> {
        let Some(row) = self.store().get(&keys::day_token(token.case())?).await? else { return Ok(None) };
        let day = record::day_token_from_json(&row.value)
            .map_err(|source| DeskError::Record { key: "day-token", source })?;
        Ok(Some(day))
    }

    /// What a person said about their day. Done twice it is the same: the mail is known only when all is written.
    pub(super) async fn hear_day(
        &self,
        live: &Live,
        heard: Heard<'_>,
        answer: DayAnswer,
    ) -> Result<Became, DeskError> {
        let Some(day) = self.day_of(heard.token).await? else { return Ok(Became::Command) };
        info!(date = %day.date, "A person answered the report of their day.");
        // What came in time counts, however long it waited to be read.
        let in_time = heard.incoming.received < heard.token.expires();
        // Who is none of the house's people any more says nothing about a day of theirs.
        let house = live.config.people.iter().any(|person| person.address == *heard.agent);
        let answer = (in_time && house).then_some(answer);
        let (receipt, said) = match answer {
            None => (Receipt::Closed, None),
            Some(answer) => self.take_day(&heard, day.date, answer).await?,
        };
        let mut extra = seen(heard.letter.fingerprint, "command")?;
        if let Some(corrected) = said {
            let key = keys::confirmed(day.date, &day.shift, heard.agent)?;
            // Who put some of it right and then says OK has put some of it right.
            let before = self.store().get(&key).await?;
            let before = before.and_then(|row| record::confirmed_from_json(&row.value).ok());
            let corrected = corrected || before.is_some_and(|before| before.corrected);
            let confirmed = Confirmed { at: self.now(), corrected };
            extra.put.push((key, record::confirmed_to_json(confirmed)));
        }
        let row = put_away(&heard, self.now());
        extra.put.push((keys::out(&row.case, row.number)?, record::row_to_json(&row)));
        let posting = days::receipt(self, live, &day, heard.letter, &receipt).await?;
        extra.put.extend(posting);
        self.write(extra).await?;
        self.hand_out(vec![row]);
        Ok(Became::Command)
    }

    /// Writes down what a person said about their day in time. Also returned: whether they put some of it right, if it was
    /// understood.
    async fn take_day(
        &self,
        heard: &Heard<'_>,
        day: Date,
        answer: DayAnswer,
    ) -> Result<(Receipt, Option<bool>), DeskError> {
        Ok(match answer {
            DayAnswer::Confirmed => (Receipt::Thanks, Some(false)),
            DayAnswer::Corrected(corrections) => {
                let own = self.handled_on(day, heard.agent).await?;
                match corrections.iter().find(|(case, _)| !own.contains(case)) {
                    Some((case, _)) => (Receipt::Unknown(format!("C-{case}")), None),
                    None => {
                        let mut corrected: usize = 0;
                        for (case, minutes) in &corrections {
                            let done = self.correct(heard, case, *minutes, day).await?;
                            corrected = corrected.saturating_add(usize::from(done));
                        }
                        (Receipt::Corrected(corrected), Some(true))
                    }
                }
            }
            DayAnswer::Line(line) => (Receipt::Line(line), None),
            DayAnswer::Unclear(_) => (Receipt::Unclear, None),
        })
    }

    /// The cases that a person handled on a day.
    async fn handled_on(&self, day: Date, person: &Address) -> Result<BTreeSet<CaseId>, DeskError> {
        let book = self.figures(Period::day(day)).await?.of_person(person);
        Ok(book.handled().map(|(fact, _)| fact.case.clone()).collect())
    }

    /// Whether a case says now what the person says.
    async fn correct(
        &self,
        heard: &Heard<'_>,
        id: &CaseId,
        minutes: u32,
        day: Date,
    ) -> Result<bool, DeskError> {
        let Some((case, _)) = self.case(id).await? else { return Ok(false) };
        let event = Event::Agent {
            by: heard.agent.clone(),
            proof: heard.proof.clone(),
            revision: case.revision,
            said: Said::OfDay { day, minutes },
            mail: None,
        };
        self.handle(id, &event, Extra::default()).await?;
        let said = self.case(id).await?.and_then(|(case, _)| case.handling.said(heard.agent, day));
        Ok(said == Some(SignedDuration::from_mins(i64::from(minutes))))
    }
}

/// The answer itself leaves the inbox like every answer. No case owns it, so the row goes by the token's own number.
fn put_away(heard: &Heard<'_>, now: Timestamp) -> Row {
    let Heard { mailbox, letter, incoming, token, .. } = heard;
    Row {
        case: token.case().clone(),
        mailbox: (*mailbox).clone(),
        number: number(letter.fingerprint),
        not_before: now,
        attempts: 0,
        phase: Phase::Planned,
        blob: None,
        effect: Effect::Mark {
            mail: letter.fingerprint,
            message_id: letter.message_id.clone(),
            place: incoming.place.clone(),
            add: [label::HANDLED.to_owned()].into(),
            remove: BTreeSet::new(),
            archive: true,
        },
    }
}

/// Several answers to one report have a number each.
fn number(fingerprint: Fingerprint) -> u32 {
    let digits = fingerprint.to_string();
    let head = digits.get(..5).and_then(|head| u32::from_str_radix(head, 16).ok());
    head.unwrap_or(0) % 1_000_000
}
