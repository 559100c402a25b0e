//! Service levels: how soon a case of a kind is answered, and how soon it is over (workflow W5).
//!
//! A [`Table`] has cells of tier, source or type, and priority; a cell may leave any of them open. For a case the cell
//! that says most about it counts: the one that names more columns; of two that name as many, the one that names the
//! priority, then the one that names the source or type. A [`Span`] is business time, or time as it passes. Never sends a
//! warning and never decides what becomes of a case.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::calendar::{Calendar, Stretch};
use super::label;

mod clock;
mod survey;
#[cfg(test)]
mod tests;

pub use clock::{Alerts, Deadline, Goal, Sent, Warn};
pub use survey::Survey;

/// How much was promised to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tier {
    /// What everybody gets.
    #[default]
    Standard,
    /// What some pay for.
    Premium,
}

impl Tier {
    /// Every tier, with its word in the config.
    pub const WORDS: [(&'static str, Self); 2] = [("standard", Self::Standard), ("premium", Self::Premium)];
}

/// How a customer reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Channel {
    /// A mail of their own.
    #[default]
    Mail,
    /// A contact form.
    Form,
    /// A chat that nobody answered in time.
    Chat,
    /// A call.
    Phone,
    /// A message on a social network.
    Social,
}

impl Channel {
    /// Every channel, with its word in the config.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("mail", Self::Mail),
        ("form", Self::Form),
        ("chat", Self::Chat),
        ("phone", Self::Phone),
        ("social", Self::Social),
    ];

    /// How a mail reached us: by a mark that a rule set, as the transcript of a chat, or through a form.
    pub fn of(marked: impl Fn(&str) -> bool, transcript: bool, form: bool) -> Self {
        if marked(label::SOCIAL) {
            Self::Social
        } else if transcript || marked(label::CHAT) {
            Self::Chat
        } else if form {
            Self::Form
        } else {
            Self::Mail
        }
    }
}

/// How pressing a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Everything else waits.
    Critical,
    /// To be seen today.
    High,
    /// As usual.
    Medium,
    /// When there is time.
    Low,
}

impl Priority {
    /// Every priority, with its word in the config.
    pub const WORDS: [(&'static str, Self); 4] =
        [("critical", Self::Critical), ("high", Self::High), ("medium", Self::Medium), ("low", Self::Low)];

    /// What reading a mail tells: an urgent one is high, every other one medium.
    pub const fn of(urgent: bool) -> Self {
        if urgent { Self::High } else { Self::Medium }
    }
}

macro_rules! spoken {
    ($($name:ident),*) => {$(
        impl $name {
            /// Its word in the config.
            pub fn word(self) -> &'static str {
                Self::WORDS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| *word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    )*};
}
spoken!(Tier, Channel, Priority);

/// For which cases a cell is meant; what is left open fits all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<K> {
    /// The tier.
    pub tier: Option<Tier>,
    /// The source, or the type by its topic.
    pub kind: Option<K>,
    /// The priority.
    pub priority: Option<Priority>,
}

impl<K: PartialEq> Key<K> {
    /// Whether a case is meant. A case of no known type is meant by cells that leave the type open.
    pub fn fits(&self, tier: Tier, kind: Option<&K>, priority: Priority) -> bool {
        let kind_fits = self.kind.is_none() || self.kind.as_ref() == kind;
        self.tier.is_none_or(|own| own == tier)
            && kind_fits
            && self.priority.is_none_or(|own| own == priority)
    }

    /// How much it says: of two cells that fit a case the one with the greater rank counts, and equal ranks are equal keys.
    const fn rank(&self) -> (u8, bool, bool) {
        let (tier, kind, priority) = (self.tier.is_some(), self.kind.is_some(), self.priority.is_some());
        (tier as u8 + kind as u8 + priority as u8, priority, kind)
    }
}

impl<K: fmt::Display> fmt::Display for Key<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn part<T: fmt::Display>(value: Option<&T>) -> String {
            value.map_or_else(|| "*".to_owned(), ToString::to_string)
        }
        let (tier, kind) = (part(self.tier.as_ref()), part(self.kind.as_ref()));
        write!(f, "{tier} {kind} {}", part(self.priority.as_ref()))
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// So long.
    pub within: SignedDuration,
    /// As time passes, whether somebody is there or not.
    pub elapsed: bool,
}

/// Time in which the clock stands: the customer has the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None` = it still stands.
    pub until: Option<Timestamp>,
}

/// When a span is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Then, unless the clock is stopped before.
    At(Timestamp),
    /// The clock stands, and this much is left of the span.
    Paused {
        /// What is left.
        left: SignedDuration,
    },
    /// Not within ten years: nobody is ever there.
    Never,
}

impl Span {
    /// When the span is over for a case that began at an instant. Pauses are in order; what was spent before one stays
    /// spent, so a case that is classified anew is reckoned again from its beginning with the same pauses.
    pub fn due(&self, calendar: &Calendar, created: Timestamp, pauses: &[Pause]) -> Due {
        let calendar = self.clock(calendar);
        let (mut at, mut left) = (created, self.within);
        for pause in pauses {
            let from = pause.from.max(at);
            let spent = calendar.between(at, from);
            if spent >= left {
                break;
            }
            left = left.saturating_sub(spent);
            match pause.until {
                Some(until) => at = from.max(until),
                None => return Due::Paused { left },
            }
        }
        calendar.add(at, left).map_or(Due::Never, Due::At)
    }

    /// How the span is used up, stretch by stretch, with what is left after each: for explanations.
    pub fn steps(&self, calendar: &Calendar, created: Timestamp) -> Vec<(Stretch, SignedDuration)> {
        if self.elapsed {
            let until = created.checked_add(self.within).unwrap_or(Timestamp::MAX);
            let day = created.to_zoned(calendar.zone().clone()).date();
            return vec![(Stretch { day, from: created, until }, SignedDuration::ZERO)];
        }
        calendar.spend(created, self.within).collect()
    }

    fn clock(&self, calendar: &Calendar) -> Calendar {
        if self.elapsed { Calendar::always(calendar.zone().clone()) } else { calendar.clone() }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<K> {
    /// For which cases.
    pub key: Key<K>,
    /// How long.
    pub span: Span,
}

/// Cells, and the order in which they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<K> {
    /// As they are written.
    pub cells: Vec<Cell<K>>,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self { cells: Vec::new() }
    }
}

impl<K: PartialEq> Table<K> {
    /// The cell that counts for a case; the first of two that are written for the same.
    pub fn cell(&self, tier: Tier, kind: Option<&K>, priority: Priority) -> Option<&Cell<K>> {
        let fitting = self.cells.iter().rev().filter(|cell| cell.key.fits(tier, kind, priority));
        fitting.max_by_key(|cell| cell.key.rank())
    }
}

/// The tables of a desk; empty ones promise nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// From the beginning to our first answer.
    pub first_response: Table<Channel>,
    /// From the beginning to the end, by topic.
    pub resolution: Table<String>,
}

/// How a case stands to a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is still to come, and there is time.
    Waiting,
    /// It is still to come, and the clock stands: the customer has the word.
    Paused,
    /// It came in time.
    Met,
    /// It came late, or has not come.
    Breached,
    /// The case is over and nobody answered: there was nothing to answer.
    Moot,
}

impl Standing {
    /// The word for programs and for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Breached => "breached",
            Self::Moot => "closed unanswered",
        }
    }
}

/// By when a case is to be answered for the first time, and whether it was. `None` where no cell speaks of it, and while the
/// clock stands.
pub fn first_answer(
    levels: &Levels,
    calendar: &Calendar,
    case: &super::case::Case,
    now: Timestamp,
) -> Option<(Timestamp, Standing)> {
    let deadline = Deadline::of(levels, calendar, case, Goal::FirstAnswer, now)?;
    Some((deadline.by()?, deadline.standing))
}
