//! Tells a customer that a mail has come, at most once and within the budgets; and says nothing when in doubt.
//!
//! Nobody approves this mail, so it is the other way round than with an answer: what is not certain is dropped. The
//! budgets are taken and `phase = dot` is written in one commit, before the first byte of the mail; a row found with
//! `dot` at start is over, whatever became of it. A server that cannot take it now is asked again for an hour, because a
//! promise that comes late is a lie. It leaves without an envelope sender: what nobody wrote need not come back.

use jiff::Timestamp;
use tracing::{info, warn};

use super::Next;
use super::letters::reference;
use super::row::{Phase, Row};
use crate::config::Acknowledge;
use crate::crash;
use crate::desk::{Desk, DeskError};
use crate::live::Live;
use crate::render::{self, Envelope, Outgoing};
use crate::smtp::{Outcome, Parcel, Smtp, Stage};
use crate::triage::acknowledge::{FRESH, waits};
use crate::triage::case::Case;
use crate::triage::event::Ending;
use crate::triage::id::{Address, MessageId};
use crate::triage::words;

/// What is to be said, and to whom.
pub(super) struct Telling<'a> {
    pub(super) to: &'a Address,
    pub(super) form: Option<&'a Address>,
    pub(super) answer_by: Timestamp,
    pub(super) at: Timestamp,
}

/// One attempt.
pub(super) async fn send(
    desk: &Desk,
    smtp: &Smtp,
    row: &Row,
    case: &Case,
    telling: Telling<'_>,
) -> Result<Next, DeskError> {
    let silent = |why: &str| {
        info!(case = %row.case, why, "Nobody is told that this mail has come.");
        Ok(Next::Drop)
    };
    let live = desk.live();
    let mailbox = live.config.mailbox(&case.mailbox);
    let Some(config) = mailbox.and_then(|mailbox| mailbox.acknowledge.as_ref()) else {
        return silent("switched off");
    };
    if row.phase == Phase::Dot {
        return silent("it may be out already");
    }
    if desk.now().duration_since(telling.at) > FRESH {
        return silent("too late");
    }
    if !waits(case) {
        return silent("the case has moved on");
    }
    if row.attempts == 0 && !desk.feel_storm(&case.mailbox, config).await? {
        return silent("storm");
    }
    if let Err(spent) = desk.allowance(&case.mailbox, config, telling.to, telling.form).await? {
        return silent(spent.word());
    }
    let id = MessageId::of_acknowledgement(&case.id, &live.policy(&case.mailbox).message_domain);
    let bytes = match write(&live, config, case, &telling, &id) {
        Ok(bytes) => bytes,
        Err(why) => {
            warn!(case = %row.case, why, "An acknowledgement cannot be written; check its template.");
            return Ok(Next::Drop);
        }
    };
    let parcel = Parcel { from: None, to: std::slice::from_ref(telling.to), bytes: &bytes };
    let at_dot = Row { phase: Phase::Dot, ..row.clone() };
    let outcome = smtp
        .send(parcel, || async {
            crash::point("acknowledge.before_dot");
            let gone = desk.spend_on(&at_dot, config, telling.to, telling.form, &id).await;
            crash::point("acknowledge.dot");
            match gone {
                Ok(true) => Ok(()),
                // The next attempt finds out why.
                Ok(false) | Err(_) => Err(()),
            }
        })
        .await;
    crash::point("acknowledge.after_dot");
    info!(case = %row.case, %outcome, "Told a customer that a mail has come.");
    Ok(match outcome {
        Outcome::Sent { .. } => Next::End(Ending::Done),
        Outcome::Refused { permanent: true, stage: Stage::Rcpt, .. } => {
            desk.never_tell(telling.to).await?;
            Next::Drop
        }
        Outcome::Refused { stage: Stage::Dot, .. }
        | Outcome::Refused { permanent: true, .. }
        | Outcome::Unknown { .. } => Next::Drop,
        Outcome::Refused { .. } | Outcome::NotSent { .. } => Next::Retry(outcome.to_string()),
    })
}

/// The bytes. Nothing in them comes from outside but the address in To and the id of a mail the customer sent himself.
fn write(
    live: &Live,
    config: &Acknowledge,
    case: &Case,
    telling: &Telling<'_>,
    id: &MessageId,
) -> Result<Vec<u8>, String> {
    let lang = case.matter.lang.as_str();
    let zone = live.zone(&case.mailbox);
    let mut values = live.policy(&case.mailbox).desk_values.clone();
    let answer_by = telling.answer_by.to_zoned(zone.clone()).datetime();
    values.set("answer_by", words::deadline(answer_by, lang));
    if config.case_number {
        values.set("case_number", case.id.to_string());
    }
    let composed = live.templates(&case.mailbox).acknowledge(&config.template, lang, &values)?;
    // The customer never saw the id of what a form sent.
    let answered = case.mails.first().filter(|_| telling.form.is_none());
    let answered = answered.and_then(|mail| mail.message_id.as_ref());
    let references: Vec<MessageId> = answered.cloned().into_iter().collect();
    let mail = Outgoing {
        envelope: Envelope {
            from: live.config.from_of(&case.mailbox),
            from_name: live.config.from_name_of(&case.mailbox),
            reply_to: live.config.mailbox(&case.mailbox).map(|mailbox| &mailbox.address),
            message_id: id,
            in_reply_to: answered,
            references: &references,
            date: &telling.at.to_zoned(zone.clone()),
            reference: &reference(id),
        },
        to: telling.to,
        subject: &composed.subject,
        body: &composed.body,
    };
    render::automatic_mail(&mail).map_err(|error| error.to_string())
}
