//! A complaint (workflow W4): what is complained about, who deals with it, what was promised and done, and by when.
//!
//! It is a part of a case and goes on beside it: mails, drafts and approvals of the case work as ever, while the duties of
//! the complaint have clocks of their own. Everything here is a value; what follows from an event is decided in
//! `decide::complaint`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::draft::Values;
use super::id::{Address, MessageId, Revision};
use super::words;

mod clock;
mod duty;
mod letter;
mod lines;
mod order;
mod rules;
#[cfg(test)]
mod tests;

pub use clock::{business_days, end_of};
pub use duty::{Alarm, Duty};
pub use letter::{Occasion, Piece, Refusal};
pub(in crate::triage) use lines::demand_number;
pub use lines::{answers, field_lines, labelled_lines};
pub use order::{Order, TaskOrder, WORDS, is_remark};
pub use rules::{Field, Kind, Rules, Spans};

/// Characters kept of what somebody writes about a complaint. With the other bounds a case fits into its row, whatever
/// people write.
pub const LONGEST: usize = 1_500;
/// Demands that are kept of one complaint.
pub const MOST_DEMANDS: usize = 20;
/// Tasks, and objections, that one complaint may have.
pub const MOST_TASKS: usize = 40;

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Its type by name, such as `品質`.
    pub kind: String,
    /// How soon it has to be dealt with.
    pub severity: Severity,
    /// When it was taken for a complaint; the clocks start here.
    pub opened: Timestamp,
    /// Who took it for one; `None`: the topic of the mail did.
    pub by: Option<Address>,
    /// Who deals with it.
    pub people: People,
    /// The fields by name, as typed. Demands are apart.
    pub fields: BTreeMap<String, String>,
    /// What the customer demands, item by item; the first is demand 1.
    pub demands: Vec<String>,
    /// By when what must stand.
    pub deadlines: Deadlines,
    /// The proposed solution.
    pub solution: Option<Solution>,
    /// The tasks it was split into; task 1 is the first. None is ever removed.
    pub tasks: Vec<Task>,
    /// Objections, oldest first.
    pub objections: Vec<Objection>,
    /// Why it happened, as the customer will read it.
    pub cause: Option<Statement>,
    /// What prevents it from happening again, as the customer will read it.
    pub prevention: Option<Statement>,
    /// What the manager says about cause and prevention.
    pub verdict: Verdict,
    /// How often cause or prevention was written: a verdict is about one version.
    pub version: u16,
    /// The newest draft of the report that still says what stands.
    pub report: Option<ReportDraft>,
    /// How often who was reminded of what.
    pub alarms: BTreeMap<Duty, Alarm>,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// How soon a complaint has to be dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// 至急: within two days.
    Urgent,
    /// 通常: within five days.
    Ordinary,
}

impl Severity {
    /// Words in the config, in mails and in records.
    pub const WORDS: [(&'static str, Self); 2] = [("至急", Self::Urgent), ("通常", Self::Ordinary)];

    /// The word people know it by.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Urgent => "至急",
            Self::Ordinary => "通常",
        }
    }

    /// Reads a word, Japanese or English.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "至急" | "urgent" | "Urgent" | "URGENT" => Some(Self::Urgent),
            "通常" | "ordinary" | "Ordinary" | "ORDINARY" => Some(Self::Ordinary),
            _ => None,
        }
    }
}

/// Who deals with a complaint. Fixed when it is opened; people are told apart by their addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Proposes, splits into tasks, explains.
    pub responsible: Address,
    /// Approves cause and prevention; the sales manager.
    pub manager: Address,
    /// Who sold it, and hears of every task that is closed.
    pub seller: Option<Address>,
    /// Everybody the type names; they may object.
    pub named: Vec<Address>,
}

impl People {
    /// Whether somebody may object to what is proposed.
    pub fn includes(&self, who: &Address) -> bool {
        *who == self.responsible
            || *who == self.manager
            || self.seller.as_ref() == Some(who)
            || self.named.contains(who)
    }

    /// Everybody, each once: the responsible person first.
    pub fn all(&self) -> Vec<Address> {
        let everybody = [&self.responsible, &self.manager].into_iter().chain(&self.named).chain(&self.seller);
        let mut all: Vec<Address> = Vec::new();
        for one in everybody {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
        all
    }
}

/// By when what must stand. All were reckoned in business days when the complaint was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Every mandatory field is known.
    pub fields: Timestamp,
    /// A solution is proposed and split into tasks.
    pub proposal: Timestamp,
    /// Every task is closed: the complaint is dealt with.
    pub handling: Timestamp,
    /// Cause and prevention are written.
    pub explanation: Timestamp,
}

/// A proposed solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The words, as typed.
    pub statement: Statement,
    /// What is done about each demand, in their order: the customer reads it in the report. Empty where the demand changed
    /// since.
    pub answers: Vec<String>,
}

/// What somebody wrote, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Address,
    /// What.
    pub text: String,
}

/// A part of the solution: one person, one deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Who does it.
    pub who: Address,
    /// The last day on which it is in time.
    pub day: Date,
    /// The end of that day.
    pub due: Timestamp,
    /// What is to be done.
    pub text: String,
    /// When it was given.
    pub at: Timestamp,
    /// Where it stands.
    pub state: TaskState,
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// To be done.
    Open,
    /// Somebody objects: the responsible person decides again.
    Objected,
    /// Done.
    Done {
        /// When.
        at: Timestamp,
        /// What was done; internal.
        note: String,
    },
    /// Replaced by other tasks after an objection.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl TaskState {
    /// The word for people and programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Objected => "objected",
            Self::Done { .. } => "done",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// An objection of the task's person, or of somebody named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Who.
    pub by: Address,
    /// When.
    pub at: Timestamp,
    /// Against which task, counted from 1; `None`: against the solution.
    pub task: Option<u16>,
    /// Why.
    pub reason: String,
    /// By when the responsible person has decided again.
    pub due: Timestamp,
    /// The responsible person has.
    pub settled: bool,
}

/// What the manager says about cause and prevention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// One of the two is not written yet, or was sent back.
    Unasked,
    /// The manager is asked.
    Asked {
        /// By when an answer is due.
        due: Timestamp,
    },
    /// Approved: the report may be written.
    Approved {
        /// By whom.
        by: Address,
        /// When.
        at: Timestamp,
        /// By when the report has left.
        report_due: Timestamp,
    },
}

/// A draft of the report to the customer. It stays one wherever the case goes before it is seen to have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportDraft {
    /// Which revision of the case's answer it is.
    pub revision: Revision,
    /// When it was drafted, once a person has edited it in Drafts: some servers give it another name then, so that it is known
    /// by nothing but by being waited for.
    pub edited: Option<Timestamp>,
}

/// How a complaint ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: How,
}

/// Whether the customer got the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It was sent.
    Reported {
        /// The mail that carried it, so that one that comes back is known; `None`: from before it was kept.
        mail: Option<MessageId>,
    },
    /// The manager ended it without one.
    Without {
        /// Who.
        by: Address,
        /// Why.
        reason: String,
    },
}

impl Complaint {
    /// Whether it still has to be dealt with.
    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// The mandatory fields that are not known yet, by name, in the order of the rules.
    pub fn missing(&self, rules: &Rules) -> Vec<Field> {
        rules
            .required
            .iter()
            .filter(|field| match field {
                Field::Demands => self.demands.is_empty(),
                Field::Seller => self.people.seller.is_none(),
                // A complaint is of a type and has a severity from the start.
                Field::Kind | Field::Severity => false,
                Field::Order
                | Field::Product
                | Field::Date
                | Field::What
                | Field::Contact
                | Field::Own(_) => self.fields.get(field.label()).is_none_or(|value| value.trim().is_empty()),
            })
            .cloned()
            .collect()
    }

    /// Every piece that a token about this complaint may be good for.
    pub fn pieces(&self) -> Vec<Piece> {
        let tasks = (1..).zip(&self.tasks).map(|(number, _)| Piece::Task(number));
        let verdicts = (1..=self.version).map(Piece::Verdict);
        [Piece::Fields, Piece::Lead, Piece::Named].into_iter().chain(tasks).chain(verdicts).collect()
    }

    /// A task by its number, counted from 1.
    pub fn task(&self, number: u16) -> Option<&Task> {
        self.tasks.get(usize::from(number.checked_sub(1)?))
    }

    /// The same, to be changed.
    pub fn task_mut(&mut self, number: u16) -> Option<&mut Task> {
        self.tasks.get_mut(usize::from(number.checked_sub(1)?))
    }

    /// Tasks with their numbers, without those that were replaced.
    pub fn live_tasks(&self) -> impl Iterator<Item = (u16, &Task)> {
        (1..).zip(&self.tasks).filter(|(_, task)| !matches!(task.state, TaskState::Withdrawn { .. }))
    }

    /// How many tasks are done, of how many.
    pub fn progress(&self) -> (usize, usize) {
        let done = |task: &Task| matches!(task.state, TaskState::Done { .. });
        (self.live_tasks().filter(|(_, task)| done(task)).count(), self.live_tasks().count())
    }

    /// Whether somebody's objection waits for the responsible person.
    pub fn disputed(&self) -> bool {
        self.objections.iter().any(|objection| !objection.settled)
    }

    /// What is said about each demand; empty where nothing is, or where the demand came or changed after the solution.
    pub fn answers(&self) -> Vec<String> {
        let said = self.solution.as_ref().map_or(&[][..], |solution| &solution.answers);
        (0..self.demands.len()).map(|at| said.get(at).cloned().unwrap_or_default()).collect()
    }

    /// The demands that the solution says nothing about, counted from 1.
    pub fn unanswered(&self) -> Vec<u16> {
        (1..).zip(self.answers()).filter(|(_, answer)| answer.is_empty()).map(|(number, _)| number).collect()
    }

    /// Whether a solution stands that answers every demand.
    pub fn proposed(&self) -> bool {
        self.solution.is_some() && self.unanswered().is_empty()
    }

    /// Whether a solution stands and everything it consists of is done.
    pub fn dealt_with(&self) -> bool {
        let (done, all) = self.progress();
        self.proposed() && all > 0 && done == all && !self.disputed()
    }

    /// Whether the manager has approved cause and prevention as they stand.
    pub const fn approved(&self) -> bool {
        matches!(self.verdict, Verdict::Approved { .. }) && self.cause.is_some() && self.prevention.is_some()
    }

    /// Whether the report to the customer may be written.
    pub fn ready(&self, rules: Option<&Rules>) -> bool {
        self.is_open()
            && self.dealt_with()
            && self.approved()
            && rules.is_none_or(|rules| self.missing(rules).is_empty())
    }

    /// Whether the report to the customer was sent.
    pub const fn reported(&self) -> bool {
        matches!(self.ended, Some(Ended { how: How::Reported { .. }, .. }))
    }

    /// What the report to the customer may say: `complaint_…`. Public words only: no names of ours, no notes.
    pub fn describe(&self, values: &mut Values, received: Date, lang: &str) {
        let known = [
            ("complaint_order", Field::Order),
            ("complaint_product", Field::Product),
            ("complaint_date", Field::Date),
            ("complaint_what", Field::What),
        ];
        for (name, field) in known {
            values.set(name, self.fields.get(field.label()).cloned().unwrap_or_default());
        }
        let items = (1..).zip(self.demands.iter().zip(self.answers()));
        let items = items.filter(|(_, (_, answer))| !answer.is_empty());
        let items =
            items.map(|(number, (demand, answer)): (usize, _)| format!("{number}. {demand}\n   → {answer}"));
        values.set("complaint_demands", items.collect::<Vec<_>>().join("\n"));
        let text = |statement: &Option<Statement>| statement.as_ref().map(|one| one.text.clone());
        values.set("complaint_cause", text(&self.cause).unwrap_or_default());
        values.set("complaint_prevention", text(&self.prevention).unwrap_or_default());
        values.set("complaint_received", words::day(received, lang));
    }
}
