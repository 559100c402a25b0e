//! Every date and time of a text, whatever part it plays: for search, for measuring, for answers to an offer.
//!
//! A time without a day is the next such time from the moment of writing on. Lengths and ages are no dates.

use super::lexicon::Lexicon;
use super::moment::{self, When};
use super::passage::Found;
use super::resolve::Calendar;
use super::{Anchor, Passage, gather};
use crate::triage::verdict::{Grain, Moment, Span};

/// A date or time as it stands in a text. Wall time of the desk's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// The moment named: a day for grains day and coarser, a wall time otherwise.
    pub start: Moment,
    /// End of a range, part, week or coarser period, as named; for whole days the last one.
    pub end: Option<Moment>,
    /// How fine it is.
    pub grain: Grain,
    /// A day was written, not only a time.
    pub has_day: bool,
    /// Comes back (毎週土曜, 平日の夜); `start` is the next one.
    pub recurring: bool,
    /// Roughly (14時頃, 数日前).
    pub approximate: bool,
    /// Which side of `start` is meant.
    pub bound: Bound,
}

/// Which side of a moment is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The moment or period itself.
    At,
    /// From there on (15時以降).
    From,
    /// Up to there (17時まで).
    Until,
}

/// All dates and times of a text, in its order.
pub fn mentions(text: &str, anchor: &Anchor, lexicon: &Lexicon) -> Vec<Mention> {
    let calendar = Calendar::of(anchor);
    let whole = Passage { span: Span { start: 0, end: text.len() }, label: None };
    let (found, _) = gather(text, &[whole], calendar, lexicon);
    let mut mentions: Vec<_> = found.iter().filter_map(|found| mention(found, calendar)).collect();
    mentions.sort_by_key(|mention| mention.span.start);
    mentions
}

fn mention(found: &Found, calendar: Calendar) -> Option<Mention> {
    let slot = &found.slot;
    let When { start, end, grain } = match &found.days {
        Some(days) => moment::when(slot, days, calendar)?,
        None => moment::next(slot, calendar)?,
    };
    let bound = match (slot.until, slot.open) {
        (true, _) => Bound::Until,
        (false, true) => Bound::From,
        (false, false) => Bound::At,
    };
    Some(Mention {
        span: found.span,
        start,
        end,
        grain,
        has_day: slot.day.is_some(),
        recurring: slot.day.is_some_and(|day| day.recurring),
        approximate: slot.about || slot.day.is_some_and(|day| day.about),
        bound,
    })
}
