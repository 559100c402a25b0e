//! What can be asked about the desk: cases, one case, status, a night report. Used by the commands themselves and by
//! the control socket, so that both give the same answers.
//!
//! Answers are JSON objects, one a line; the commands turn them into text. Names and words of customers are in the
//! answers (the operator asked for them) and never in a log.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::Shift;
use crate::desk::customers::Field;
use crate::desk::{Desk, DeskError, keys};
use crate::nights;
use crate::outbox::row::ReportPhase;
use crate::record;
use crate::render::voice::Voice;
use crate::render::wording;
use crate::triage::case::{Case, Owner};
use crate::triage::id::CaseId;
use crate::triage::level::Goal;

mod audit;
pub(crate) mod complaints;
mod customers;
mod dossier;
pub mod figures;
mod person;
mod queues;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Cases, newest first.
    Cases {
        /// Closed ones too.
        all: bool,
        /// At most so many.
        limit: usize,
        /// Only those with this tag, 「DMをみた」.
        #[serde(default)]
        tag: Option<String>,
    },
    /// One case with its record.
    Case {
        /// Its number, as typed.
        id: String,
    },
    /// Complaints by their progress.
    Complaints {
        /// Ended ones too.
        all: bool,
    },
    /// The night report.
    Report {
        /// Of which night, `2026-08-28`.
        date: String,
        /// Of which shift; `None` = the desk's own.
        #[serde(default)]
        shift: Option<String>,
        /// Only show it.
        dry_run: bool,
    },
    /// The audit trail.
    Audit {
        /// Whose notes, by case number; `None`: only whether the chain holds.
        #[serde(default)]
        case: Option<String>,
        /// A head that must be in the chain.
        #[serde(default)]
        head: Option<String>,
    },
    /// Every queue, with its people and what waits.
    Queues,
    /// The priority callbacks, in order.
    Callbacks,
    /// How the daemon fares.
    Status,
    /// Customers to take into the directory.
    TakeCustomers {
        /// Each as the JSON text of its record.
        customers: Vec<String>,
        /// The fields that are written.
        given: BTreeSet<Field>,
        /// Only say what would be.
        dry_run: bool,
    },
    /// Customers by number, address or name.
    FindCustomers {
        /// As typed.
        text: String,
    },
    /// Customers who share a number or an address.
    DuplicateCustomers,
    /// An import found these: the supervisors are told of those that are new to them.
    TellDuplicates {
        /// Customer number, the other one, and what they share, in the words of the answers.
        pairs: Vec<[String; 3]>,
        /// Pairs beyond those.
        more: usize,
    },
    /// A customer's record is erased on a legal request.
    EraseCustomer {
        /// The customer number.
        id: String,
        /// Why, for the audit trail.
        reason: String,
    },
    /// What was done on some days.
    Figures {
        /// Which, and as what.
        wanted: figures::Wanted,
    },
    /// Everything about one person.
    Person {
        /// Number, address, name, customer number or case number, as typed.
        text: String,
    },
    /// Every row of the store.
    Export,
}

/// Answers a question, object by object.
pub async fn answer(desk: &Desk, question: &Question) -> Result<Vec<Value>, DeskError> {
    match question {
        Question::Cases { all, limit, tag } => cases(desk, *all, *limit, tag.as_deref()).await,
        Question::Case { id } => match CaseId::parse(id.trim_start_matches("C-")) {
            Some(id) => match desk.case(&id).await? {
                Some((case, _)) => {
                    let mut value = full(desk, &case);
                    person::link(desk, &case, &mut value).await?;
                    Ok(vec![value])
                }
                None => Ok(Vec::new()),
            },
            None => Ok(Vec::new()),
        },
        Question::Complaints { all } => complaints::list(desk, *all).await,
        Question::Report { date, shift, dry_run } => {
            let live = desk.live();
            let wanted = shift.as_ref().unwrap_or(&live.config.night.shift);
            let shift = live.config.shifts().into_iter().find(|shift| shift.name == *wanted);
            match (date.parse(), shift) {
                (Ok(date), Some(shift)) => report(desk, &shift, date, *dry_run).await,
                (Ok(_), None) | (Err(_), _) => Ok(Vec::new()),
            }
        }
        Question::Audit { case, head } => audit::audit(desk, case.as_deref(), head.as_deref()).await,
        Question::Queues => queues::queues(desk).await,
        Question::Callbacks => queues::callbacks(desk).await,
        Question::Status => Ok(vec![status(desk).await?]),
        Question::TakeCustomers { customers, given, dry_run } => {
            customers::take(desk, customers, given, *dry_run).await
        }
        Question::FindCustomers { text } => customers::find(desk, text).await,
        Question::DuplicateCustomers => customers::duplicates(desk).await,
        Question::TellDuplicates { pairs, more } => customers::tell(desk, pairs, *more).await,
        Question::EraseCustomer { id, reason } => customers::erase(desk, id, reason).await,
        Question::Figures { wanted } => figures::figures(desk, wanted).await,
        Question::Person { text } => person::person(desk, text).await,
        Question::Export => export(desk).await,
    }
}

/// Open cases come from their timers, so that a million closed ones cost nothing.
async fn cases(desk: &Desk, all: bool, limit: usize, tag: Option<&str>) -> Result<Vec<Value>, DeskError> {
    let mut found: Vec<Case> = Vec::new();
    let prefix = if all { keys::CASE } else { keys::DUE };
    let mut pages = desk.store().pages(prefix);
    while let Some(rows) = pages.next().await? {
        for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
            let case = desk.case(&id).await?.map(|(case, _)| case);
            found.extend(case.filter(|case| tag.is_none_or(|tag| dossier::has_tag(case, tag))));
        }
    }
    found.sort_by(|a, b| b.opened.cmp(&a.opened).then_with(|| a.id.cmp(&b.id)));
    let live = desk.live();
    Ok(found.iter().take(limit).map(|case| short(case, live.zone(&case.mailbox))).collect())
}

/// An instant as a person at the desk reads it and a program too: RFC 3339 with the desk's offset, whole seconds.
pub(crate) fn instant(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn short(case: &Case, zone: &TimeZone) -> Value {
    let open = case.open();
    json!({
        "case": case.id.as_str(),
        "mailbox": case.mailbox.as_str(),
        "day": case.day.to_string(),
        "state": case.state_word(),
        "state_ja": wording::state(Voice::DESK, case.state_word()),
        "class": case.matter.class.word(),
        "topic": case.matter.topic,
        "urgent": case.matter.urgent,
        "name": case.customer.name,
        "owner": open.map(|open| owner(&open.owner)),
        "due": case.due().map(|due| instant(due, zone)),
        "mails": case.mails.len(),
        "tags": case.dossier.tags,
    })
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Desk => "desk".to_owned(),
        Owner::Agent(address) => address.to_string(),
        Owner::Shop(name) => format!("shop {name}").trim_end().to_owned(),
        Owner::Supervisors => "supervisors".to_owned(),
        Owner::Customer => "customer".to_owned(),
        Owner::Machine => "machine".to_owned(),
    }
}

fn full(desk: &Desk, case: &Case) -> Value {
    let live = desk.live();
    let zone = live.zone(&case.mailbox);
    let mut value = short(case, zone);
    if let Some(object) = value.as_object_mut() {
        object.insert("email".to_owned(), json!(case.customer.address.as_ref().map(ToString::to_string)));
        object.insert("phone".to_owned(), json!(case.customer.phone));
        object.insert("shop".to_owned(), json!(case.customer.shop));
        object.insert("source".to_owned(), json!(case.service.channel.word()));
        queues::placed(&live, case, zone, desk.now(), object);
        object.insert("handling".to_owned(), figures::handling(case, &live.config.reckoning()));
        let waiting: Vec<Value> = case
            .waiting()
            .map(|check| {
                let until = check.until.map(|until| instant(until, zone));
                json!({ "of": check.of.as_str(), "by": check.by.as_str(), "since": instant(check.at, zone), "until": until })
            })
            .collect();
        object.insert("waits_for".to_owned(), json!(waiting));
        object.insert("wishes".to_owned(), json!(case.matter.wishes));
        object.insert("ambiguous".to_owned(), json!(case.matter.ambiguous));
        object.insert("needs_staff".to_owned(), json!(case.matter.needs_staff));
        object.insert("reported".to_owned(), json!(case.reported.map(|date| date.to_string())));
        let draft = case.draft.as_ref().map(|draft| {
            json!({ "revision": draft.revision.number(), "to": draft.to.as_str(), "subject": draft.subject, "body": draft.body })
        });
        object.insert("draft".to_owned(), json!(draft));
        let sent = case.sent.as_ref().map(|sent| {
            json!({ "at": instant(sent.at, zone), "revision": sent.revision.number(), "message_id": sent.message_id.as_str() })
        });
        object.insert("sent".to_owned(), json!(sent));
        let mails: Vec<Value> = case
            .mails
            .iter()
            .map(|mail| {
                json!({
                    "sent": mail.sent.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
                    "subject": mail.subject,
                    "folder": mail.place.folder,
                    "uid": mail.place.uid,
                    "marks": mail.marks,
                    "archived": mail.archived,
                    "words": mail.words,
                })
            })
            .collect();
        object.insert("mail".to_owned(), json!(mails));
        let record: Vec<Value> = case
            .record
            .iter()
            .map(|entry| {
                json!({
                    "at": entry.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
                    "by": entry.by.as_ref().map(ToString::to_string),
                    "what": entry.what,
                    "note": entry.note,
                })
            })
            .collect();
        object.insert("record".to_owned(), json!(record));
        object.insert("dossier".to_owned(), dossier::shown(&live, case));
        if let Some(complaint) = complaints::shown(&live, case) {
            object.insert("complaint".to_owned(), complaint);
        }
    }
    value
}

async fn report(desk: &Desk, shift: &Shift, date: Date, dry_run: bool) -> Result<Vec<Value>, DeskError> {
    let night = nights::draw_up(desk, shift, date).await?;
    let planned = if dry_run { None } else { Some(nights::plan(desk, shift, date).await?) };
    Ok(vec![json!({
        "date": date.to_string(),
        "shift": shift.name,
        "subject": night.subject(&nights::shift_name(&desk.live(), shift)),
        "text": night.text(),
        "csv": String::from_utf8_lossy(&night.csv()),
        "report": night.json(),
        "planned": planned,
    })])
}

async fn status(desk: &Desk) -> Result<Value, DeskError> {
    let live = desk.live();
    let zone = live.config.desk.zone.clone();
    let mut first_answers: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut resolutions: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut callbacks: usize = 0;
    let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut open: usize = 0;
    let mut next: Option<String> = None;
    let mut pages = desk.store().pages(keys::DUE);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            let Some((at, id)) = keys::parse_due(row.key.as_str()) else { continue };
            next.get_or_insert_with(|| instant(at, &zone));
            if let Some((case, _)) = desk.case(&id).await? {
                open = open.saturating_add(1);
                let count = states.entry(case.state_word()).or_default();
                *count = count.saturating_add(1);
                for (goal, counts) in
                    [(Goal::FirstAnswer, &mut first_answers), (Goal::Resolution, &mut resolutions)]
                {
                    if let Some(word) = queues::in_status(&live, &case, goal, desk.now()) {
                        let count = counts.entry(word).or_default();
                        *count = count.saturating_add(1);
                    }
                }
                callbacks = callbacks.saturating_add(usize::from(case.is_callback()));
            }
        }
    }
    let mut waiting: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut per_mailbox: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = desk.store().pages(keys::OUT);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            let row = record::row_from_json(&row.value)
                .map_err(|source| DeskError::Record { key: "out", source })?;
            let count = waiting.entry(row.effect.word()).or_default();
            *count = count.saturating_add(1);
            let count = per_mailbox.entry(row.mailbox.to_string()).or_default();
            *count = count.saturating_add(1);
        }
    }
    let mut kept: usize = 0;
    let mut pages = desk.store().pages(keys::LATER);
    while let Some(rows) = pages.next().await? {
        kept = kept.saturating_add(rows.len());
    }
    let stats = desk.store().stats();
    let reports = nights::all(desk).await?;
    let last = reports.last().map(|report| {
        json!({ "date": report.date.to_string(), "shift": report.shift, "phase": phase(&report.phase), "settled": report.settled })
    });
    let mailboxes: serde_json::Map<String, Value> = live
        .config
        .mailboxes
        .iter()
        .map(|mailbox| {
            let waiting = per_mailbox.get(mailbox.name.as_str()).copied().unwrap_or(0);
            let name = live.policy(&mailbox.name).desk.name.clone();
            (mailbox.name.to_string(), json!({ "name": name, "folder": mailbox.folder, "waiting": waiting }))
        })
        .collect();
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "mailboxes": mailboxes,
        "open_cases": open,
        "states": states,
        "first_answers": first_answers,
        "resolutions": resolutions,
        "callbacks": callbacks,
        "next_timer": next,
        "outbox": waiting,
        "kept_back": kept,
        "store": { "rows": stats.rows, "sequence": stats.sequence, "journal_bytes": stats.journal_bytes, "healthy": stats.healthy },
        "last_report": last,
    }))
}

const fn phase(phase: &ReportPhase) -> &'static str {
    match phase {
        ReportPhase::Planned => "planned",
        ReportPhase::Dot => "sending",
        ReportPhase::Sent => "sent",
        ReportPhase::Unknown => "unknown",
        ReportPhase::Refused(_) => "refused",
    }
}

/// The export format is the store's own; its lines travel as they are.
async fn export(desk: &Desk) -> Result<Vec<Value>, DeskError> {
    let mut lines = Vec::new();
    crate::store::export(desk.store(), &mut lines).await?;
    let text = String::from_utf8_lossy(&lines);
    Ok(text.lines().map(|line| Value::String(line.to_owned())).collect())
}
