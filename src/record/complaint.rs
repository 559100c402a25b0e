//! The stored form of a complaint.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::leaf::{Number, Text, mirror};
use crate::triage::complaint::{
    Alarm, Complaint, Deadlines, Duty, Ended, How, Objection, People, ReportDraft, Severity, Solution,
    Statement, Task, TaskState, Verdict,
};
use crate::triage::id::{Address, MessageId};

mirror!(SeverityForm = Severity { Urgent, Ordinary });

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ComplaintForm {
    kind: String,
    severity: SeverityForm,
    opened: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<Address>>,
    people: PeopleForm,
    fields: BTreeMap<String, String>,
    demands: Vec<String>,
    deadlines: DeadlinesForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    solution: Option<SolutionForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<TaskForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    objections: Vec<ObjectionForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<StatementForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prevention: Option<StatementForm>,
    verdict: VerdictForm,
    version: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<ReportForm>,
    alarms: Vec<AlarmForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndedForm>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleForm {
    responsible: Text<Address>,
    manager: Text<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seller: Option<Text<Address>>,
    named: Vec<Text<Address>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlinesForm {
    fields: Text<Timestamp>,
    proposal: Text<Timestamp>,
    handling: Text<Timestamp>,
    explanation: Text<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementForm {
    at: Text<Timestamp>,
    by: Text<Address>,
    text: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SolutionForm {
    statement: StatementForm,
    answers: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskForm {
    who: Text<Address>,
    day: Text<Date>,
    due: Text<Timestamp>,
    text: String,
    at: Text<Timestamp>,
    state: TaskStateForm,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum TaskStateForm {
    Open {},
    Objected {},
    Done { at: Text<Timestamp>, note: String },
    Withdrawn { at: Text<Timestamp> },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectionForm {
    by: Text<Address>,
    at: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<u16>,
    reason: String,
    due: Text<Timestamp>,
    settled: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum VerdictForm {
    Unasked {},
    Asked { due: Text<Timestamp> },
    Approved { by: Text<Address>, at: Text<Timestamp>, report_due: Text<Timestamp> },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportForm {
    revision: Number,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited: Option<Text<Timestamp>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlarmForm {
    duty: DutyForm,
    due: Text<Timestamp>,
    next: Text<Timestamp>,
    reminders: u8,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DutyForm {
    Fields {},
    Proposal {},
    Objection {},
    Task { number: u16 },
    Handling {},
    Explanation {},
    Verdict {},
    Report {},
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum EndedForm {
    Reported {
        at: Text<Timestamp>,
        // Reports that were sent before it was kept have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<Text<MessageId>>,
    },
    Without {
        at: Text<Timestamp>,
        by: Text<Address>,
        reason: String,
    },
}

impl From<&Statement> for StatementForm {
    fn from(statement: &Statement) -> Self {
        let Statement { at, by, text } = statement.clone();
        Self { at: Text(at), by: Text(by), text }
    }
}

impl From<StatementForm> for Statement {
    fn from(form: StatementForm) -> Self {
        Self { at: form.at.0, by: form.by.0, text: form.text }
    }
}

impl From<&Complaint> for ComplaintForm {
    fn from(complaint: &Complaint) -> Self {
        let Complaint {
            kind,
            severity,
            opened,
            by,
            people,
            fields,
            demands,
            deadlines,
            solution,
            tasks,
            objections,
            cause,
            prevention,
            verdict,
            version,
            report,
            alarms,
            ended,
        } = complaint;
        let Deadlines { fields: by_fields, proposal, handling, explanation } = *deadlines;
        Self {
            kind: kind.clone(),
            severity: (*severity).into(),
            opened: Text(*opened),
            by: by.clone().map(Text),
            people: PeopleForm {
                responsible: Text(people.responsible.clone()),
                manager: Text(people.manager.clone()),
                seller: people.seller.clone().map(Text),
                named: people.named.iter().cloned().map(Text).collect(),
            },
            fields: fields.clone(),
            demands: demands.clone(),
            deadlines: DeadlinesForm {
                fields: Text(by_fields),
                proposal: Text(proposal),
                handling: Text(handling),
                explanation: Text(explanation),
            },
            solution: solution.as_ref().map(|solution| SolutionForm {
                statement: (&solution.statement).into(),
                answers: solution.answers.clone(),
            }),
            tasks: tasks.iter().map(TaskForm::from).collect(),
            objections: objections.iter().map(ObjectionForm::from).collect(),
            cause: cause.as_ref().map(StatementForm::from),
            prevention: prevention.as_ref().map(StatementForm::from),
            verdict: verdict.into(),
            version: *version,
            report: report.map(|ReportDraft { revision, edited }| ReportForm {
                revision: Number(revision),
                edited: edited.map(Text),
            }),
            alarms: alarms
                .iter()
                .map(|(duty, Alarm { due, next, reminders })| AlarmForm {
                    duty: (*duty).into(),
                    due: Text(*due),
                    next: Text(*next),
                    reminders: *reminders,
                })
                .collect(),
            ended: ended.as_ref().map(|Ended { at, how }| match how.clone() {
                How::Reported { mail } => EndedForm::Reported { at: Text(*at), mail: mail.map(Text) },
                How::Without { by, reason } => EndedForm::Without { at: Text(*at), by: Text(by), reason },
            }),
        }
    }
}

impl From<ComplaintForm> for Complaint {
    fn from(form: ComplaintForm) -> Self {
        let DeadlinesForm { fields, proposal, handling, explanation } = form.deadlines;
        Self {
            kind: form.kind,
            severity: form.severity.into(),
            opened: form.opened.0,
            by: form.by.map(|by| by.0),
            people: People {
                responsible: form.people.responsible.0,
                manager: form.people.manager.0,
                seller: form.people.seller.map(|seller| seller.0),
                named: form.people.named.into_iter().map(|one| one.0).collect(),
            },
            fields: form.fields,
            demands: form.demands,
            deadlines: Deadlines {
                fields: fields.0,
                proposal: proposal.0,
                handling: handling.0,
                explanation: explanation.0,
            },
            solution: form
                .solution
                .map(|form| Solution { statement: form.statement.into(), answers: form.answers }),
            tasks: form.tasks.into_iter().map(Task::from).collect(),
            objections: form.objections.into_iter().map(Objection::from).collect(),
            cause: form.cause.map(Statement::from),
            prevention: form.prevention.map(Statement::from),
            verdict: form.verdict.into(),
            version: form.version,
            report: form
                .report
                .map(|form| ReportDraft { revision: form.revision.0, edited: form.edited.map(|at| at.0) }),
            alarms: form
                .alarms
                .into_iter()
                .map(|form| {
                    let alarm = Alarm { due: form.due.0, next: form.next.0, reminders: form.reminders };
                    (form.duty.into(), alarm)
                })
                .collect(),
            ended: form.ended.map(|ended| match ended {
                EndedForm::Reported { at, mail } => {
                    Ended { at: at.0, how: How::Reported { mail: mail.map(|mail| mail.0) } }
                }
                EndedForm::Without { at, by, reason } => {
                    Ended { at: at.0, how: How::Without { by: by.0, reason } }
                }
            }),
        }
    }
}

impl From<&Task> for TaskForm {
    fn from(task: &Task) -> Self {
        let Task { who, day, due, text, at, state } = task.clone();
        let state = match state {
            TaskState::Open => TaskStateForm::Open {},
            TaskState::Objected => TaskStateForm::Objected {},
            TaskState::Done { at, note } => TaskStateForm::Done { at: Text(at), note },
            TaskState::Withdrawn { at } => TaskStateForm::Withdrawn { at: Text(at) },
        };
        Self { who: Text(who), day: Text(day), due: Text(due), text, at: Text(at), state }
    }
}

impl From<TaskForm> for Task {
    fn from(form: TaskForm) -> Self {
        let TaskForm { who, day, due, text, at, state } = form;
        let state = match state {
            TaskStateForm::Open {} => TaskState::Open,
            TaskStateForm::Objected {} => TaskState::Objected,
            TaskStateForm::Done { at, note } => TaskState::Done { at: at.0, note },
            TaskStateForm::Withdrawn { at } => TaskState::Withdrawn { at: at.0 },
        };
        Self { who: who.0, day: day.0, due: due.0, text, at: at.0, state }
    }
}

impl From<&Objection> for ObjectionForm {
    fn from(objection: &Objection) -> Self {
        let Objection { by, at, task, reason, due, settled } = objection.clone();
        Self { by: Text(by), at: Text(at), task, reason, due: Text(due), settled }
    }
}

impl From<ObjectionForm> for Objection {
    fn from(form: ObjectionForm) -> Self {
        let ObjectionForm { by, at, task, reason, due, settled } = form;
        Self { by: by.0, at: at.0, task, reason, due: due.0, settled }
    }
}

impl From<&Verdict> for VerdictForm {
    fn from(verdict: &Verdict) -> Self {
        match verdict.clone() {
            Verdict::Unasked => Self::Unasked {},
            Verdict::Asked { due } => Self::Asked { due: Text(due) },
            Verdict::Approved { by, at, report_due } => {
                Self::Approved { by: Text(by), at: Text(at), report_due: Text(report_due) }
            }
        }
    }
}

impl From<VerdictForm> for Verdict {
    fn from(form: VerdictForm) -> Self {
        match form {
            VerdictForm::Unasked {} => Self::Unasked,
            VerdictForm::Asked { due } => Self::Asked { due: due.0 },
            VerdictForm::Approved { by, at, report_due } => {
                Self::Approved { by: by.0, at: at.0, report_due: report_due.0 }
            }
        }
    }
}

impl From<Duty> for DutyForm {
    fn from(duty: Duty) -> Self {
        match duty {
            Duty::Fields => Self::Fields {},
            Duty::Proposal => Self::Proposal {},
            Duty::Objection => Self::Objection {},
            Duty::Task(number) => Self::Task { number },
            Duty::Handling => Self::Handling {},
            Duty::Explanation => Self::Explanation {},
            Duty::Verdict => Self::Verdict {},
            Duty::Report => Self::Report {},
        }
    }
}

impl From<DutyForm> for Duty {
    fn from(form: DutyForm) -> Self {
        match form {
            DutyForm::Fields {} => Self::Fields,
            DutyForm::Proposal {} => Self::Proposal,
            DutyForm::Objection {} => Self::Objection,
            DutyForm::Task { number } => Self::Task(number),
            DutyForm::Handling {} => Self::Handling,
            DutyForm::Explanation {} => Self::Explanation,
            DutyForm::Verdict {} => Self::Verdict,
            DutyForm::Report {} => Self::Report,
        }
    }
}
