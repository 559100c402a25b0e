//! The date and time grammar: a writer's own words to slots with the part each plays.
//!
//! ```text
//! text ─ fold ─► tokens (scan) ─► atoms (atom) ─► slots (compose) ─► days (resolve) + roles (role) ─► wishes
//! ```
//! Words come from the [`Lexicon`], one [`Tongue`] per language; structure is code and the same for all. One pass
//! over the text, linear in its length. It never guesses: a weekday that contradicts its date is flagged, a time
//! without any day is left out.

mod atom;
mod complete;
mod compose;
mod count;
mod feast;
mod han;
mod lexicon;
mod links;
mod mention;
mod moment;
mod numeral;
mod passage;
mod period;
mod resolve;
mod role;
mod scan;
mod slot;
mod weekdays;
mod wish;
mod word;

use jiff::civil::{Date, DateTime, Time};

use self::complete::complete;
pub use self::lexicon::{Lexicon, Script, Tongue};
pub use self::mention::{Bound, Mention, mentions};
use self::passage::{Found, Label, PassageReader, Place, read_label};
pub use self::period::Slice;
use self::resolve::Calendar;
use self::wish::{Numbered, number, wish};
pub use self::word::{Cue, Holiday, Link, Part, Unit, Word};
use super::fold::Folded;
use super::verdict::{Grain, Moment, Role, Span, Wish};

/// One piece of the writer's own text; a form line has its label. Quotes, signatures and the form's own time
/// stamps are already left out by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage<'a> {
    /// Where it stands in the text.
    pub span: Span,
    /// The label of its form line, as written (`第一希望日`).
    pub label: Option<&'a str>,
}

/// When the mail was sent, and when the day begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The mail's date as wall time in the desk's zone.
    pub sent: DateTime,
    /// When the desk's shops open: 朝一.
    pub opening: Time,
}

/// All dates and times of the passages with the part each plays, in the order of the text. Spans that lie outside
/// the text or inside a character yield nothing.
pub fn read(text: &str, passages: &[Passage<'_>], anchor: &Anchor, lexicon: &Lexicon) -> Vec<Wish> {
    let calendar = Calendar::of(anchor);
    let found = gather(text, passages, calendar, lexicon);
    let mut wishes: Vec<Numbered> = found.iter().filter_map(|found| wish(text, found, calendar)).collect();
    wishes.sort_by_key(|wish| wish.0.span.start);
    wishes.truncate(MOST);
    let mut seen: Vec<(Moment, Option<Moment>, Role)> = Vec::new();
    wishes.retain(|(wish, _)| {
        // 今日、今から: said twice, wanted once.
        let key = (wish.start, wish.end, wish.role);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    // 明日の午後…, 明日しかない: the day said again is no wish of its own.
    let timed: Vec<Date> =
        wishes.iter().filter(|(wish, _)| timed(wish)).map(|(wish, _)| wish.start.date()).collect();
    wishes.retain(|(wish, _)| {
        let whole = wish.role == Role::Wish && wish.grain == Grain::Day && wish.end.is_none();
        !(whole && timed.contains(&wish.start.date()))
    });
    number(&mut wishes);
    wishes.into_iter().map(|(wish, _)| wish).collect::<Vec<_>>()
}

/// A wanted time of one day.
fn timed(wish: &Wish) -> bool {
    wish.role == Role::Wish && matches!(wish.start, Moment::At(_)) && wish.grain < Grain::Day
}

/// The dates and times of all passages, each time with its day where it has one.
fn gather(text: &str, passages: &[Passage<'_>], calendar: Calendar, lexicon: &Lexicon) -> Vec<Found> {
    let kana = text.chars().any(lexicon::is_kana);
    let mut found = Vec::new();
    for (index, passage) in passages.iter().enumerate() {
        let Some(words) = text.get(passage.span.start..passage.span.end) else { continue };
        let folded = Folded::new(words);
        let Some(tongue) = lexicon.tongue_of(folded.text(), kana) else { continue };
        let label = passage.label.map_or(Label::default(), |label| read_label(label, kana, lexicon));
        let written = tongue.spelled(folded.text());
        let place = Place { index, base: passage.span.start, folded: &folded };
        let reader = PassageReader { place, text: &written, tongue, label, calendar };
        reader.read(&mut found);
    }
    complete(found)
}

/// No person names more dates in one mail; a robot may, and is cut short.
const MOST: usize = 200;
