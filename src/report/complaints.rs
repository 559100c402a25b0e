//! Complaints in reports (workflow W4): how far each is, what is owed next and by whom, and which customers have their
//! report. Pure; a clock decides nothing here, because a reminder that went out says what is late.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use super::line;
use crate::outbox::complaint::duty;
use crate::render::voice::Voice;
use crate::triage::case::Case;
use crate::triage::complaint::{Complaint, Duty, Field, How, Severity, TaskState};
use crate::triage::id::{Address, CaseId};

/// Half-width columns of a field.
const FIELD: usize = 24;
/// An ended complaint is named for so many days.
const NAMED_DAYS: i64 = 7;

/// One complaint on a few lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The case.
    pub case: CaseId,
    /// Its type.
    pub kind: String,
    /// 至急 or 通常.
    pub severity: Severity,
    /// The order it is about, where it is known.
    pub order: Option<String>,
    /// When it was opened.
    pub opened: Zoned,
    /// Who is responsible, by name.
    pub responsible: String,
    /// What is owed first: what, by whom, by when, and how often who owes it was reminded. `None` once it has ended.
    pub next: Option<Next>,
    /// Tasks done, of all.
    pub tasks: (usize, usize),
    /// Whether the customer has the report.
    pub report: Report,
    /// When it ended.
    pub ended: Option<Zoned>,
}

/// What is owed first.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// What.
    pub duty: Duty,
    /// Who, by name.
    pub who: String,
    /// By when.
    pub due: Zoned,
    /// Reminders so far: more than none means that it is late.
    pub reminders: u8,
}

/// Whether the customer has the report of cause and prevention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Not yet.
    Unsent,
    /// Yes.
    Sent,
    /// It ended without one.
    None,
}

impl Report {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::Sent => "sent",
            Self::None => "none",
        }
    }

    /// The word for people.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Unsent => "未送付",
            Self::Sent => "送付済",
            Self::None => "報告なし",
        }
    }
}

/// The complaint of a case; `None` where it has none. `name` says what people are called.
pub fn of(case: &Case, zone: &TimeZone, name: impl Fn(&Address) -> String) -> Option<Line> {
    let complaint = case.complaint.as_deref()?;
    let zoned = |at: Timestamp| at.to_zoned(zone.clone());
    let next = complaint.first_duty().map(|(duty, due)| Next {
        duty,
        who: complaint.owner_of(duty).map_or_else(|| "窓口".to_owned(), |who| line::clean(&name(who))),
        due: zoned(due),
        reminders: complaint.alarms.get(&duty).map_or(0, |alarm| alarm.reminders),
    });
    Some(Line {
        case: case.id.clone(),
        kind: line::clean(&complaint.kind),
        severity: complaint.severity,
        order: complaint.fields.get(Field::Order.label()).map(|order| line::clean(order)),
        opened: zoned(complaint.opened),
        responsible: line::clean(&name(&complaint.people.responsible)),
        next,
        tasks: complaint.progress(),
        report: match complaint.ended.as_ref().map(|ended| &ended.how) {
            None => Report::Unsent,
            Some(How::Reported { .. }) => Report::Sent,
            Some(How::Without { .. }) => Report::None,
        },
        ended: complaint.ended.as_ref().map(|ended| zoned(ended.at)),
    })
}

/// Whether the report of a night names a complaint: it is open, or ended within the last week.
pub fn is_named(line: &Line, date: Date) -> bool {
    let days =
        line.ended.as_ref().and_then(|ended| ended.date().until(date).ok()).map(|span| span.get_days());
    line.opened.date() <= date && days.is_none_or(|days| i64::from(days) <= NAMED_DAYS)
}

/// The section of a report: counts, then each complaint on two lines. Nothing at all where there is none.
pub(super) fn write(complaints: &[Line], lines: &mut Vec<String>) {
    if complaints.is_empty() {
        return;
    }
    let count = |report| complaints.iter().filter(|one| one.report == report).count();
    lines.push(String::new());
    lines.push(format!("■苦情 {}件", complaints.len()));
    lines.push(format!("対策報告 送付済 {}件 / 未送付 {}件", count(Report::Sent), count(Report::Unsent)));
    for (number, one) in (1..).zip(complaints) {
        lines.push(String::new());
        let order =
            one.order.as_deref().map(|order| format!(" {}", line::fit(order, FIELD))).unwrap_or_default();
        let urgent = if one.severity == Severity::Urgent { "【至急】" } else { "" };
        lines.push(format!("{number}. {urgent}{}{order} No.{}", line::fit(&one.kind, FIELD), one.case));
        let (done, all) = one.tasks;
        lines.push(format!(
            "{}から 担当:{} 作業 {done}/{all}",
            line::month_day(one.opened.date()),
            line::fit(&one.responsible, FIELD)
        ));
        lines.push(match (&one.next, &one.ended) {
            (Some(next), _) => {
                let late =
                    if next.reminders > 0 { format!("(催促{}回)", next.reminders) } else { String::new() };
                let what = duty(Voice::DESK, next.duty);
                format!(
                    "待ち:{what} {} {}まで{late}",
                    line::fit(&next.who, FIELD),
                    line::day_clock(&next.due)
                )
            }
            (None, Some(ended)) => format!("{} {}", one.report.shown(), line::day_clock(ended)),
            (None, None) => one.report.shown().to_owned(),
        });
    }
}

/// One complaint for programs. Instants are RFC 3339 with the offset of the desk's zone.
pub fn json(one: &Line) -> Value {
    json!({
        "case": one.case.as_str(),
        "type": one.kind,
        "severity": match one.severity {
            Severity::Urgent => "urgent",
            Severity::Ordinary => "ordinary",
        },
        "order": one.order,
        "opened": line::rfc3339(&one.opened),
        "responsible": one.responsible,
        "waits_for": one.next.as_ref().map(|next| next.duty.word()),
        "waits_for_ja": one.next.as_ref().map(|next| duty(Voice::DESK, next.duty)),
        "who": one.next.as_ref().map(|next| &next.who),
        "due": one.next.as_ref().map(|next| line::rfc3339(&next.due)),
        "reminders": one.next.as_ref().map_or(0, |next| next.reminders),
        "tasks_done": one.tasks.0,
        "tasks": one.tasks.1,
        "report": one.report.word(),
        "ended": one.ended.as_ref().map(line::rfc3339),
    })
}

/// All of a complaint for `case`: its line, then fields, demands, tasks, objections, cause and prevention. The operator asked
/// for it, so names, words and notes are in it.
pub fn whole(complaint: &Complaint, one: &Line, name: impl Fn(&Address) -> String) -> Value {
    let zone = one.opened.time_zone();
    let at = |at: Timestamp| line::rfc3339(&at.to_zoned(zone.clone()));
    let mut value = json(one);
    let Some(object) = value.as_object_mut() else { return value };
    let tasks: Vec<Value> = (1..)
        .zip(&complaint.tasks)
        .map(|(number, task): (u16, _)| {
            let (ended, note) = match &task.state {
                TaskState::Done { at: ended, note } => (Some(at(*ended)), Some(note.clone())),
                TaskState::Withdrawn { at: ended } => (Some(at(*ended)), None),
                TaskState::Open | TaskState::Objected => (None, None),
            };
            json!({
                "number": number,
                "who": name(&task.who),
                "due": task.day.to_string(),
                "text": task.text,
                "state": task.state.word(),
                "ended": ended,
                "note": note,
            })
        })
        .collect();
    let objections: Vec<Value> = complaint
        .objections
        .iter()
        .map(|one| {
            json!({
                "at": at(one.at),
                "by": name(&one.by),
                "task": one.task,
                "reason": one.reason,
                "settled": one.settled,
            })
        })
        .collect();
    let demands = complaint.demands.iter().zip(complaint.answers());
    let demands: Vec<Value> = demands
        .map(|(demand, answer)| json!({ "demand": demand, "answer": Some(answer).filter(|text| !text.is_empty()) }))
        .collect();
    for (key, more) in [
        ("manager", json!(name(&complaint.people.manager))),
        ("fields", json!(complaint.fields)),
        ("demands", json!(demands)),
        ("solution", json!(complaint.solution.as_ref().map(|solution| &solution.statement.text))),
        ("task_list", json!(tasks)),
        ("objections", json!(objections)),
        ("cause", json!(complaint.cause.as_ref().map(|cause| &cause.text))),
        ("prevention", json!(complaint.prevention.as_ref().map(|prevention| &prevention.text))),
        ("approved", json!(complaint.approved())),
    ] {
        object.insert(key.to_owned(), more);
    }
    value
}
