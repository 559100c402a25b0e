//! Every date and time of a text, whatever part it plays: for search, for measuring, for answers to an offer.
//!
//! A time without a day is the next such time from the moment of writing on. Lengths and ages are no dates.

use super::Anchor;
use super::compose::Slot;
use super::lexicon::{Lexicon, is_kana};
use super::moment::{self, When};
use super::passage::slots;
use super::resolve::{Calendar, Context, Days};
use super::role::Cues;
use super::scan::scan;
use crate::triage::fold::Folded;
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
    let folded = Folded::new(text);
    let Some(tongue) = lexicon.tongue_of(folded.text(), text.chars().any(is_kana)) else { return Vec::new() };
    let calendar = Calendar::of(anchor);
    let mut context = Context::default();
    let mut found = Vec::new();
    let tokens = scan(folded.text(), tongue);
    let cues = Cues::new(folded.text(), &tokens, tongue);
    for slot in slots(folded.text(), &tokens, tongue, &cues, None) {
        let days = slot.days(calendar, context);
        if let Some(days) = days.filter(|days| days.grain == Grain::Day) {
            context.date = Some(days.last.unwrap_or(days.first));
        }
        let span = folded.original(Span { start: slot.start, end: slot.end });
        found.extend(mention(&slot, days, calendar).map(|mention| Mention { span, ..mention }));
    }
    found
}

fn mention(slot: &Slot, days: Option<Days>, calendar: Calendar) -> Option<Mention> {
    let When { start, end, grain } = match (slot.day, days) {
        (Some(_), days) => moment::when(slot, &days?, calendar)?,
        (None, _) => moment::next(slot, calendar)?,
    };
    let bound = match (slot.until, slot.open) {
        (true, _) => Bound::Until,
        (false, true) => Bound::From,
        (false, false) => Bound::At,
    };
    Some(Mention {
        span: Span::default(),
        start,
        end,
        grain,
        has_day: slot.day.is_some(),
        recurring: slot.day.is_some_and(|day| day.recurring),
        approximate: slot.about || slot.day.is_some_and(|day| day.about),
        bound,
    })
}
