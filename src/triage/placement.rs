//! Where a case belongs and what is promised for it: its queue and who last had it, tier and priority, when its clock began
//! and stood, and who was told that time runs out (workflow W5). Values with their few rules; who is chosen stands in
//! `queue`, who is told in `alert`, and what follows for the case in `decide`.

use jiff::{SignedDuration, Timestamp};

use super::alert::Telling;
use super::case::{Case, Open, Owner, State, Step};
use super::id::Address;
use super::level::{Pause, Priority, Tier};

/// Pauses that are remembered; no honest case has as many. What is forgotten counts as time that passed.
const MOST_PAUSES: usize = 60;

/// Where a case belongs. A case of before there were queues has an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placement {
    /// Its queue, by name; `None` where its topic leads to none.
    pub queue: Option<String>,
    /// The type it is reckoned as, where it was moved to a queue that its topic does not lead to; `None`: its topic.
    pub kind: Option<String>,
    /// What was promised to its customer.
    pub tier: Tier,
    /// As a person or a topic says; `None`: as urgent as it was read.
    pub priority: Option<Priority>,
    /// When its first mail reached us: its clock begins then. `None`: when the case was opened.
    pub received: Option<Timestamp>,
    /// Handed over to the supervisors then (引継); `None` again when the customer was called back, or the case is over.
    pub escalated: Option<Timestamp>,
    /// Whose it was last, where there are queues: who gets it back when the customer writes again.
    pub agent: Option<Address>,
    /// Since when it has been theirs.
    pub assigned: Option<Timestamp>,
    /// Whose it stays while others have a part in it: a mail of ours is on its way, or the second of two is asked. One agent
    /// or the supervisors; `None`: it is the queue's or the desk's.
    pub holder: Option<Owner>,
    /// When its clock stood, in order; only the last one may still be open.
    pub pauses: Vec<Pause>,
    /// Who was told of which deadline. Only of those that stand.
    pub told: Vec<Telling>,
    /// When somebody has to be told next.
    pub alarm: Option<Timestamp>,
}

/// What is known about a mail's case besides the mail itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// When the mail reached us.
    pub received: Timestamp,
    /// What the customer directory says; `None`: the customer is not in it.
    pub tier: Option<Tier>,
    /// What the topic says.
    pub priority: Option<Priority>,
    /// Who had the customer's last case, while that is fresh.
    pub before: Option<Address>,
    /// The case it grew out of has a complaint, open or over.
    pub complaint: bool,
}

impl Origin {
    /// A mail of which nothing else is known.
    pub const fn at(received: Timestamp) -> Self {
        Self { received, tier: None, priority: None, before: None, complaint: false }
    }
}

impl Case {
    /// How pressing it is.
    pub fn priority(&self) -> Priority {
        self.placement.priority.unwrap_or(Priority::of(self.matter.urgent))
    }

    /// What its end is reckoned by: its topic, unless it was moved.
    pub fn kind(&self) -> &String {
        self.placement.kind.as_ref().unwrap_or(&self.matter.topic)
    }

    /// When its clock began: when the first mail reached us.
    pub fn clock_began(&self) -> Timestamp {
        self.placement.received.unwrap_or(self.opened)
    }

    /// How long its clock has stood until now, as time passes.
    pub fn stood_for(&self, now: Timestamp) -> SignedDuration {
        let pauses = self.placement.pauses.iter();
        let lengths =
            pauses.map(|pause| pause.until.unwrap_or(now).max(pause.from).duration_since(pause.from));
        lengths.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Whether it is on the list of priority callbacks: it was handed over to the supervisors, the customer has had a
    /// first answer, and the desk has the word.
    pub fn is_callback(&self) -> bool {
        self.placement.escalated.is_some() && self.service.first_answer.is_some() && self.desk_has_word()
    }

    /// Whether somebody at the desk has to do something.
    pub const fn desk_has_word(&self) -> bool {
        matches!(
            self.state,
            State::Open(Open { step: Step::Drafted { .. } | Step::Asked { .. } | Step::AtDesk { .. }, .. })
        )
    }

    /// Whether somebody else has a part in it, and gives it back: a mail of ours is on its way, or the second of two is asked.
    pub(in crate::triage) fn is_lent(&self) -> bool {
        match self.open().map(|open| &open.step) {
            Some(Step::Sending { .. } | Step::Unknown { .. }) => true,
            Some(Step::Drafted { .. } | Step::Asked { .. }) => {
                self.draft.as_ref().is_some_and(|draft| draft.approved.is_some())
            }
            Some(
                Step::AtDesk { .. }
                | Step::AwaitingReply { .. }
                | Step::Answered { .. }
                | Step::AtShop { .. }
                | Step::Complaint { .. }
                | Step::Quarantined { .. },
            )
            | None => false,
        }
    }

    /// The one person who has an open case to work on. Whoever owes the next step of a complaint does not thereby answer for
    /// the customer's mails: it is no case of theirs.
    pub fn in_hands_of(&self) -> Option<&Address> {
        match self.open()? {
            Open { step: Step::Complaint { .. }, .. } => None,
            Open { owner: Owner::Agent(agent), .. } => Some(agent),
            Open {
                owner: Owner::Desk | Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine,
                ..
            } => None,
        }
    }

    /// Since when the customer has the word; `None` while we have it. A case put off (保留) waits for us.
    const fn customer_has_word(&self) -> Option<Timestamp> {
        match &self.state {
            State::Open(Open { step: Step::AwaitingReply { since } | Step::Answered { since }, .. }) => {
                Some(*since)
            }
            State::Open(_) => None,
            State::Closed { at, .. } => Some(*at),
        }
    }

    /// Stops the clock when the customer gets the word, and lets it run when we get it back.
    pub(in crate::triage) fn keep_clock(&mut self, now: Timestamp) {
        let since = self.customer_has_word();
        let began = self.clock_began();
        let pauses = &mut self.placement.pauses;
        match (pauses.last_mut().filter(|pause| pause.until.is_none()), since) {
            (Some(open), None) => open.until = Some(now.max(open.from)),
            (None, Some(since)) => {
                let earliest = pauses.last().and_then(|pause| pause.until).unwrap_or(began);
                pauses.push(Pause { from: since.min(now).max(earliest), until: None });
                if pauses.len() > MOST_PAUSES {
                    pauses.remove(0);
                }
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}
