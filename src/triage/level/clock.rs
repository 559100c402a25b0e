//! By when a case is to be answered and to be over: one pure function of the case and the tables, so that a move, another
//! topic, tier or priority, or a change of the tables is reckoned again from the beginning, with the same pauses.

use jiff::{SignedDuration, Timestamp};

use super::{Due, Levels, Span, Standing};
use crate::triage::calendar::Calendar;
use crate::triage::case::Case;
use crate::triage::id::Address;

/// What is to be reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Our first answer.
    FirstAnswer,
    /// The end of the case.
    Resolution,
}

impl Goal {
    /// Both.
    pub const ALL: [Self; 2] = [Self::FirstAnswer, Self::Resolution];

    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstAnswer => "first_answer",
            Self::Resolution => "resolution",
        }
    }
}

/// A deadline of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Of what.
    pub goal: Goal,
    /// The cell that counts, as people write it: `premium * high`.
    pub cell: String,
    /// How long it may take.
    pub span: Span,
    /// When it is over.
    pub due: Due,
    /// How the case stands to it.
    pub standing: Standing,
}

impl Deadline {
    /// The instant, where there is one now.
    pub const fn by(&self) -> Option<Timestamp> {
        match self.due {
            Due::At(by) => Some(by),
            Due::Paused { .. } | Due::Never => None,
        }
    }

    /// The deadline of a case; `None` where no cell speaks of it.
    pub fn of(levels: &Levels, calendar: &Calendar, case: &Case, goal: Goal, now: Timestamp) -> Option<Self> {
        let (tier, priority) = (case.placement.tier, case.priority());
        let (cell, span) = match goal {
            Goal::FirstAnswer => {
                let cell = levels.first_response.cell(tier, Some(&case.service.channel), priority)?;
                (cell.key.to_string(), cell.span)
            }
            Goal::Resolution => {
                let cell = levels.resolution.cell(tier, Some(case.kind()), priority)?;
                (cell.key.to_string(), cell.span)
            }
        };
        let due = match (goal, case.service.first_answer) {
            // Once it is answered, what comes later moves nothing.
            (Goal::FirstAnswer, Some(_)) => span.due(calendar, case.clock_began(), &before_answer(case)),
            (Goal::FirstAnswer, None) | (Goal::Resolution, _) => {
                span.due(calendar, case.clock_began(), &case.placement.pauses)
            }
        };
        let standing = match goal {
            Goal::FirstAnswer => first_answer(case, due, now),
            Goal::Resolution => resolution(case, due, now),
        };
        Some(Self { goal, cell, span, due, standing })
    }

    /// When people are warned, so much before it is over; `None` where it has no instant.
    pub fn warning(&self, warn: Warn, calendar: &Calendar, case: &Case) -> Option<Timestamp> {
        let by = self.by()?;
        let ahead = match warn {
            Warn::Share(percent) => {
                let seconds = self.span.within.as_secs().saturating_mul(i64::from(percent)) / 100;
                SignedDuration::from_secs(seconds)
            }
            Warn::Before(span) => span,
        };
        let within = self.span.within.saturating_sub(ahead).max(SignedDuration::ZERO);
        let early = Span { within, ..self.span };
        match early.due(calendar, case.clock_began(), &case.placement.pauses) {
            Due::At(at) => Some(at.min(by)),
            Due::Paused { .. } | Due::Never => Some(by),
        }
    }
}

/// How long before a deadline people are warned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warn {
    /// So many percent of the span before it is over.
    Share(u8),
    /// So much of its time before.
    Before(SignedDuration),
}

/// How warnings and alerts are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alerts {
    /// When people are warned.
    pub warn: Warn,
    /// What happens within so long is told in one mail, and nobody gets two mails within it.
    pub group: SignedDuration,
    /// Most such mails to one person in an hour; the rest is gathered into the next one.
    pub per_hour: u32,
}

impl Alerts {
    /// When a person may get the next such mail, after those that went out at these instants; `None`: now.
    pub fn next_mail(&self, sent: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
        const HOUR: SignedDuration = SignedDuration::from_hours(1);
        let after = |at: Timestamp, span| at.checked_add(span).unwrap_or(Timestamp::MAX);
        let mut recent: Vec<Timestamp> =
            sent.iter().copied().filter(|at| *at <= now && after(*at, HOUR) > now).collect();
        recent.sort_unstable();
        let spaced = sent.iter().filter(|at| **at <= now).max().map(|last| after(*last, self.group));
        let most = usize::try_from(self.per_hour).unwrap_or(usize::MAX);
        let full = recent.len().checked_sub(most).and_then(|at| recent.get(at));
        let full = full.map(|oldest| after(*oldest, HOUR));
        spaced.max(full).filter(|next| *next > now)
    }
}

/// Addresses to which mails went out, and when.
pub type Sent = std::collections::BTreeMap<Address, Vec<Timestamp>>;

fn before_answer(case: &Case) -> Vec<super::Pause> {
    let answered = case.service.first_answer.unwrap_or(Timestamp::MAX);
    case.placement.pauses.iter().filter(|pause| pause.from < answered).copied().collect()
}

fn first_answer(case: &Case, due: Due, now: Timestamp) -> Standing {
    match (case.service.first_answer, due) {
        (Some(at), Due::At(by)) if at <= by => Standing::Met,
        (Some(_), Due::At(_)) => Standing::Breached,
        (Some(_), Due::Paused { .. } | Due::Never) => Standing::Met,
        (None, _) if case.open().is_none() => Standing::Moot,
        (None, Due::Paused { .. }) => Standing::Paused,
        (None, Due::At(by)) if now > by => Standing::Breached,
        (None, Due::At(_) | Due::Never) => Standing::Waiting,
    }
}

fn resolution(case: &Case, due: Due, now: Timestamp) -> Standing {
    let stopped = case.placement.pauses.last().filter(|pause| pause.until.is_none()).map(|pause| pause.from);
    match (due, case.open().is_some()) {
        (Due::Paused { .. }, true) => Standing::Paused,
        (Due::Paused { .. } | Due::Never, false) => Standing::Met,
        (Due::Never, true) => Standing::Waiting,
        (Due::At(by), false) if stopped.is_none_or(|at| at <= by) => Standing::Met,
        (Due::At(by), true) if now <= by => Standing::Waiting,
        (Due::At(_), true | false) => Standing::Breached,
    }
}
