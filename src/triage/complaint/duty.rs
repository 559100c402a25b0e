//! What is owed to a complaint, by whom and by when, and the alarms that follow from it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Complaint, Rules, TaskState, Verdict};
use crate::triage::id::Address;

/// What somebody owes a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// The desk: fields that are missing.
    Fields,
    /// The responsible person: a solution, split into tasks.
    Proposal,
    /// The responsible person: an answer to an objection.
    Objection,
    /// The task's person: the task of this number.
    Task(u16),
    /// The responsible person: that everything is dealt with.
    Handling,
    /// The responsible person: cause and prevention.
    Explanation,
    /// The manager: approval of both.
    Verdict,
    /// The responsible person: that the report leaves.
    Report,
}

impl Duty {
    /// The word for people and programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Proposal => "proposal",
            Self::Objection => "objection",
            Self::Task(_) => "task",
            Self::Handling => "handling",
            Self::Explanation => "explanation",
            Self::Verdict => "verdict",
            Self::Report => "report",
        }
    }
}

/// When a duty is looked at next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// When it was or is due.
    pub due: Timestamp,
    /// When somebody is reminded next: at first when it is due.
    pub next: Timestamp,
    /// Reminders so far.
    pub reminders: u8,
}

impl Complaint {
    /// What is owed now and by when. Nothing once it has ended; something as long as it has not.
    pub fn duties(&self, rules: Option<&Rules>) -> BTreeMap<Duty, Timestamp> {
        let mut duties = BTreeMap::new();
        if !self.is_open() {
            return duties;
        }
        let deadlines = &self.deadlines;
        if rules.is_some_and(|rules| !self.missing(rules).is_empty()) {
            duties.insert(Duty::Fields, deadlines.fields);
        }
        if !self.proposed() || self.live_tasks().next().is_none() {
            duties.insert(Duty::Proposal, deadlines.proposal);
        }
        if let Some(due) = self.objections.iter().filter(|one| !one.settled).map(|one| one.due).min() {
            duties.insert(Duty::Objection, due);
        }
        for (number, task) in self.live_tasks().filter(|(_, task)| task.state == TaskState::Open) {
            duties.insert(Duty::Task(number), task.due);
        }
        if !self.dealt_with() {
            duties.insert(Duty::Handling, deadlines.handling);
        }
        match &self.verdict {
            Verdict::Unasked => drop(duties.insert(Duty::Explanation, deadlines.explanation)),
            Verdict::Asked { due } => drop(duties.insert(Duty::Verdict, *due)),
            // It is late only where nothing else is missing.
            Verdict::Approved { report_due, .. } if duties.is_empty() => {
                duties.insert(Duty::Report, *report_due);
            }
            Verdict::Approved { .. } => {}
        }
        duties
    }

    /// Brings the alarms in line with what is owed now. What is owed anew and late already rings at `late`.
    pub fn settle_alarms(&mut self, rules: Option<&Rules>, now: Timestamp, late: Timestamp) {
        let duties = self.duties(rules);
        self.alarms.retain(|duty, alarm| duties.get(duty) == Some(&alarm.due));
        for (duty, due) in duties {
            let next = if due > now { due } else { late };
            self.alarms.entry(duty).or_insert(Alarm { due, next, reminders: 0 });
        }
    }

    /// Whether the report has become due just now: nothing else is owed any more.
    pub fn owes_report_anew(&self, rules: Option<&Rules>) -> bool {
        !self.alarms.contains_key(&Duty::Report) && self.duties(rules).contains_key(&Duty::Report)
    }

    /// When the next alarm sounds.
    pub fn due(&self) -> Option<Timestamp> {
        self.alarms.values().map(|alarm| alarm.next).min().filter(|_| self.is_open())
    }

    /// What is due first, and when: the first that is late, or the next.
    pub fn first_duty(&self) -> Option<(Duty, Timestamp)> {
        self.alarms.iter().map(|(duty, alarm)| (*duty, alarm.due)).min_by_key(|(duty, due)| (*due, *duty))
    }

    /// Who owes a duty; `None`: the desk.
    pub fn owner_of(&self, duty: Duty) -> Option<&Address> {
        match duty {
            Duty::Fields => None,
            Duty::Task(number) => self.task(number).map(|task| &task.who),
            Duty::Verdict => Some(&self.people.manager),
            Duty::Proposal | Duty::Objection | Duty::Handling | Duty::Explanation | Duty::Report => {
                Some(&self.people.responsible)
            }
        }
    }
}
