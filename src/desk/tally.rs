//! What became of the mails of a batch, counted. Decides nothing.

use crate::triage::verdict::Ignored;

/// What became of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New cases.
    pub cases: usize,
    /// Mails that joined a case.
    pub follow_ups: usize,
    /// Answers of agents.
    pub commands: usize,
    /// Machine mail and our own.
    pub ignored: usize,
    /// Mails that could not be read.
    pub quarantined: usize,
    /// Answers that wait until their domain can be checked.
    pub held: usize,
    /// Mails seen before.
    pub known: usize,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            cases: self.cases.saturating_add(other.cases),
            follow_ups: self.follow_ups.saturating_add(other.follow_ups),
            commands: self.commands.saturating_add(other.commands),
            ignored: self.ignored.saturating_add(other.ignored),
            quarantined: self.quarantined.saturating_add(other.quarantined),
            held: self.held.saturating_add(other.held),
            known: self.known.saturating_add(other.known),
        }
    }

    /// Mails that were not known before.
    pub const fn fresh(self) -> usize {
        self.cases
            .saturating_add(self.follow_ups)
            .saturating_add(self.commands)
            .saturating_add(self.ignored)
            .saturating_add(self.quarantined)
            .saturating_add(self.held)
    }

    pub(super) fn count(&mut self, became: Became) {
        let slot = match became {
            Became::Case => &mut self.cases,
            Became::FollowUp => &mut self.follow_ups,
            Became::Command => &mut self.commands,
            Became::Ignored(_) => &mut self.ignored,
            Became::Quarantined => &mut self.quarantined,
            Became::Held => &mut self.held,
            Became::Known => &mut self.known,
        };
        *slot = slot.saturating_add(1);
    }
}

/// What became of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    Case,
    FollowUp,
    Command,
    Ignored(Ignored),
    Quarantined,
    Held,
    Known,
}
