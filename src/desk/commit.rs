//! One commit out of one decision: the case, its timer, its index entries, its outbox rows.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::keys::NOTHING;
use super::pace::can_wait;
use super::{Desk, DeskError, Extra, keys, worked};
use crate::live::Live;
use crate::outbox::letters;
use crate::outbox::row::{Phase, Row};
use crate::record;
use crate::store::{Batch, Key, Note, Version};
use crate::triage::case::{Case, Outcome, State};
use crate::triage::command::Command;
use crate::triage::decide::{Decision, message_id};
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Phoned, Planned, Said};
use crate::triage::id::{CaseId, Revision};

/// The effects of one decision: those to be done at once, and whether some are kept back in the store.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) at_once: Vec<Row>,
    pub(super) kept: bool,
}

/// A commit of extra rows alone.
pub(super) fn only(extra: &Extra, now: Timestamp) -> Batch {
    Batch {
        expect: extra.expect.clone(),
        put: extra.put.clone(),
        delete: extra.delete.clone(),
        notes: Vec::new(),
        at: now.as_microsecond(),
    }
}

impl Desk {
    /// Everything that must become true together.
    pub(super) async fn plan(
        &self,
        live: &Live,
        before: Option<&(Case, Version)>,
        decision: &Decision,
        event: &Event,
        extra: &Extra,
        now: Timestamp,
    ) -> Result<(Batch, Rows), DeskError> {
        let next = &decision.next;
        let mut batch = only(extra, now);
        let key = keys::case(&next.id)?;
        batch.expect.push((key.clone(), before.map(|(_, version)| *version)));
        batch.put.push((key, record::case_to_json(next)));
        let old = before.map(|(case, _)| case);
        index(&mut batch, old, next)?;
        worked::index(&mut batch, old, next, now)?;
        let mut rows = Vec::with_capacity(decision.effects.len());
        let mut kept = Vec::new();
        let asks = decision.effects.iter().any(|planned| can_wait(&planned.effect, event));
        let holds = asks && self.inner.pace.holds();
        for planned in &decision.effects {
            let row = self.row(live, next, planned, extra, now).await?;
            let waits = holds && can_wait(&planned.effect, event);
            if !waits {
                batch.put.push((keys::out(&next.id, planned.number)?, record::row_to_json(&row)));
            }
            if let Effect::Ask { revision, .. } = planned.effect {
                let hash = letters::asked_hash(next);
                let value = serde_json::json!({ "v": 1, "hash": hash }).to_string().into_bytes();
                batch.put.push((keys::asked(&next.id, revision)?, value));
            }
            if let (Effect::Send { revision, attempt: 1 }, Some(blob)) = (&planned.effect, &row.blob) {
                let id = message_id(&next.id, *revision, live.policy(&next.mailbox));
                batch.put.push((keys::thread(&id)?, thread_value(&next.id)));
                let value = serde_json::json!({ "v": 1, "blob": blob }).to_string().into_bytes();
                batch.put.push((keys::sent(&next.id, *revision)?, value));
            }
            if waits { kept.push(row) } else { rows.push(row) }
        }
        if let Some(first) = kept.first() {
            let key = keys::later(next.opened, &next.id, first.number)?;
            batch.put.push((key, record::rows_to_json(&kept)));
        }
        // The customer's answer to what a person sent must find the case.
        if let Some(sent) = &next.sent
            && old.and_then(|old| old.sent.as_ref()) != Some(sent)
        {
            batch.put.push((keys::thread(&sent.message_id)?, thread_value(&next.id)));
        }
        // Several agents are asked about one revision: the same row, once.
        batch.put = batch.put.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect();
        batch.notes.push(note(next, event));
        Ok((batch, Rows { at_once: rows, kept: !kept.is_empty() }))
    }

    /// A customer's mail is rendered here, once: every attempt sends these bytes.
    async fn row(
        &self,
        live: &Live,
        case: &Case,
        planned: &Planned,
        extra: &Extra,
        now: Timestamp,
    ) -> Result<Row, DeskError> {
        let blob = match (&planned.effect, &case.draft) {
            (Effect::Send { revision, attempt: 1 }, Some(draft)) if draft.revision == *revision => {
                match letters::customer_mail(live, case, draft, now) {
                    Ok(bytes) => Some(self.store().put_blob(bytes).await?.as_str().to_owned()),
                    // No bytes, no mail: the outbox refuses the row and the desk hears of it.
                    Err(_) => None,
                }
            }
            (Effect::Send { revision, .. } | Effect::FileSent { revision }, _) => {
                self.sent_blob(case, *revision).await?
            }
            _ => None,
        };
        // A mark belongs to the mailbox its mail lies in: an agent's answer may have come to another one.
        let foreign = |fingerprint| case.mails.iter().all(|mail| mail.fingerprint != fingerprint);
        let mailbox = if let Effect::Mark { mail, .. } = &planned.effect
            && foreign(*mail)
        {
            extra.answered_in.as_ref().unwrap_or(&case.mailbox)
        } else {
            &case.mailbox
        };
        Ok(Row {
            case: case.id.clone(),
            mailbox: mailbox.clone(),
            number: planned.number,
            not_before: planned.not_before,
            attempts: 0,
            phase: Phase::Planned,
            blob,
            effect: planned.effect.clone(),
        })
    }
}

impl Desk {
    /// The bytes that were approved for a revision, by hash: a second attempt sends the same ones.
    pub async fn sent_blob(&self, case: &Case, revision: Revision) -> Result<Option<String>, DeskError> {
        let Some(row) = self.store().get(&keys::sent(&case.id, revision)?).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        Ok(value.get("blob").and_then(|blob| blob.as_str()).map(str::to_owned))
    }
}

/// What a `thread/` or `mail/` row says about its case.
pub(super) fn thread_value(id: &CaseId) -> Vec<u8> {
    serde_json::json!({ "v": 1, "case": id.as_str() }).to_string().into_bytes()
}

/// Timer, report and watch entries follow the case's state.
fn index(batch: &mut Batch, old: Option<&Case>, next: &Case) -> Result<(), DeskError> {
    let id = &next.id;
    let due = |case: &Case| case.due().map(|at| keys::due(at, id)).transpose();
    swap(batch, old.map(due).transpose()?.flatten(), due(next)?);
    let level = |case: &Case| case.placement.alarm.map(|at| keys::level(at, id)).transpose();
    swap(batch, old.map(level).transpose()?.flatten(), level(next)?);
    let callback = |case: &Case| {
        let since = case.placement.escalated.filter(|_| case.is_callback());
        since.map(|since| keys::callback(since, id)).transpose()
    };
    swap(batch, old.map(callback).transpose()?.flatten(), callback(next)?);
    let night = |case: &Case| reportable(case).then(|| keys::night(case.day, id)).transpose();
    swap(batch, old.map(night).transpose()?.flatten(), night(next)?);
    if next.complaint.is_some() && old.is_none_or(|old| old.complaint.is_none()) {
        batch.put.push((keys::complaint(id)?, NOTHING.to_vec()));
    }
    let watch = |case: &Case| case.open().map(|_| keys::watch(&case.mailbox, id)).transpose();
    let (before, now) = (old.map(watch).transpose()?.flatten(), watch(next)?);
    match now {
        Some(key) if before.as_ref() == Some(&key) => {
            if old.map(watch_value) != Some(watch_value(next)) {
                batch.put.push((key, watch_value(next)));
            }
        }
        Some(key) => {
            batch.delete.extend(before);
            batch.put.push((key, watch_value(next)));
        }
        None => batch.delete.extend(before),
    }
    Ok(())
}

/// A `watch/` row also says whether there is anything to look at yet, so that a backlog of fresh cases is not loaded: while
/// an act of ours is on its way to the newest mail, nothing can be read into how it looks.
fn watch_value(case: &Case) -> Vec<u8> {
    case.mails.last().and_then(|mail| mail.pending).map_or_else(|| NOTHING.to_vec(), keys::awaits)
}

fn swap(batch: &mut Batch, old: Option<Key>, new: Option<Key>) {
    if old == new {
        return;
    }
    batch.delete.extend(old);
    batch.put.extend(new.map(|key| (key, NOTHING.to_vec())));
}

/// Whether a night report may still name the case.
fn reportable(case: &Case) -> bool {
    case.reported.is_none()
        && !matches!(case.state, State::Closed { outcome: Outcome::Converted | Outcome::Dismissed, .. })
}

/// The words that were approved or written, as a hash: what left can be held against it.
fn content(case: &Case, said: &Said) -> Option<String> {
    match said {
        Said::Command(Command::Approve | Command::Edit { .. } | Command::Resend) => {
            case.draft.as_ref().map(letters::content_hash)
        }
        Said::Command(_)
        | Said::Complaint { .. }
        | Said::OfDay { .. }
        | Said::Unclear(_)
        | Said::Late
        | Said::Expired => None,
    }
}

/// One line for the audit trail in the journal: who did what, never what was written.
fn note(case: &Case, event: &Event) -> Note {
    let (kind, data) = match event {
        Event::Arrived(arrival) => match &arrival.phoned {
            None => ("arrived", serde_json::json!({})),
            Some(Phoned { by, proof }) => {
                let proof: BTreeMap<_, _> = proof.words().into_iter().collect();
                ("phoned", serde_json::json!({ "by": by.as_str(), "proof": proof }))
            }
        },
        Event::Unreadable { why, .. } => ("unreadable", serde_json::json!({ "why": why })),
        Event::Bounced { .. } => ("bounced", serde_json::json!({})),
        Event::Agent { by, proof, revision, said, mail: _ } => (
            "agent",
            serde_json::json!({
                "by": by.as_str(),
                "proof": proof.words().into_iter().collect::<BTreeMap<_, _>>(),
                "revision": revision.number(),
                "content": content(case, said),
                "said": match said {
                    Said::Command(command) | Said::Complaint { command: Some(command), .. } => command.word(),
                    Said::Complaint { command: None, .. } => "expired",
                    Said::OfDay { .. } => "時間",
                    Said::Unclear(why) => why,
                    Said::Late => "late",
                    Said::Expired => "expired",
                },
            }),
        ),
        Event::Away { by } => ("away", serde_json::json!({ "by": by.as_str() })),
        Event::MarkRemoved { mark, .. } => ("mark_removed", serde_json::json!({ "mark": mark })),
        Event::MarkAdded { mark, .. } => ("mark_added", serde_json::json!({ "mark": mark })),
        Event::Starred { mark, .. } => ("starred", serde_json::json!({ "mark": mark })),
        Event::Moved { to, .. } => ("moved", serde_json::json!({ "to": to.word() })),
        Event::DraftChanged { revision, change } => {
            ("draft_changed", serde_json::json!({ "revision": revision.number(), "change": change.word() }))
        }
        Event::AnsweredByHand(answer) => {
            ("answered_by_hand", serde_json::json!({ "matched_by": answer.matched_by.word() }))
        }
        Event::SeenInSent { .. } => ("seen_in_sent", serde_json::json!({})),
        Event::Noticed { notice } => ("noticed", serde_json::json!({ "kind": notice.kind.word() })),
        Event::Copied { archive, .. } => ("copied", serde_json::json!({ "archive": archive })),
        Event::Due => ("due", serde_json::json!({})),
        Event::Ended { number, effect, .. } => {
            ("ended", serde_json::json!({ "effect": effect.word(), "number": number }))
        }
        Event::Reported { date } => ("reported", serde_json::json!({ "date": date.to_string() })),
        Event::Alerted { told, .. } => ("alerted", serde_json::json!({ "told": told.len() })),
    };
    Note { case: case.id.to_string(), kind: format!("{kind}>{}", case.state_word()), data: data.to_string() }
}
