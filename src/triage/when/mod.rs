//! The date and time grammar: a writer's own words to slots with the part each plays.
//!
//! ```text
//! text ─ fold ─► tokens (scan) ─► atoms (atom) ─► slots (compose) ─► days (resolve) + roles (role) ─► wishes
//! ```
//! Words come from the [`Lexicon`], one [`Tongue`] per language; structure is code and the same for all. One pass
//! over the text, linear in its length. It never guesses: a weekday that contradicts its date is flagged, a time
//! without any day is left out.

mod answer;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a reader names the words that open what it reads; all others are for the next one"
)]
mod atom;
mod complete;
mod compose;
mod count;
mod feast;
mod han;
mod law;
mod lexicon;
mod links;
mod mention;
mod moment;
mod numeral;
mod passage;
mod period;
mod pointer;
mod resolve;
mod role;
mod scan;
mod slot;
mod spec;
mod weekdays;
mod wish;
mod word;

use jiff::civil::{Date, DateTime, Time};

pub use self::answer::Offered;
use self::answer::Pointed;
use self::complete::complete;
pub use self::law::DaysOff;
pub use self::lexicon::{Lexicon, Script, Tongue};
pub use self::mention::{Bound, Mention, mentions};
use self::passage::{Found, Label, PassageReader, Place, read_label};
pub use self::period::Slice;
use self::resolve::Calendar;
use self::wish::{Numbered, number, wish};
pub use self::word::{Cue, Holiday, Link, Part, Pick, Spell, Unit, Word};
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
    answer(text, passages, anchor, lexicon, &[])
}

/// The same for an answer to slots offered before, in their order: 15時で is on the day offered, 2番目で the second one.
pub fn answer(
    text: &str,
    passages: &[Passage<'_>],
    anchor: &Anchor,
    lexicon: &Lexicon,
    offered: &[Offered],
) -> Vec<Wish> {
    let calendar = Calendar::of(anchor);
    let (mut found, pointers) = gather(text, passages, calendar, lexicon);
    answer::complete(&mut found, offered, calendar);
    let mut wishes: Vec<Numbered> = found.iter().filter_map(|found| wish(text, found, calendar)).collect();
    wishes.extend(answer::pointed(text, &pointers, &found, offered, calendar));
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
    frame(&mut wishes);
    number(&mut wishes);
    wishes.into_iter().map(|(wish, _)| wish).collect::<Vec<_>>()
}

/// A week or month beside a finer wish only frames it, and a day that is wanted at a time is not wanted whole, too.
fn frame(wishes: &mut [Numbered]) {
    let wanted = |wish: &Wish| wish.role == Role::Wish;
    let fine = wishes.iter().any(|(wish, _)| wanted(wish) && wish.grain <= Grain::Day);
    let timed: Vec<Date> = wishes
        .iter()
        .filter(|(wish, _)| wanted(wish) && wish.grain < Grain::Day)
        .map(|(wish, _)| wish.start.date())
        .collect();
    for (wish, _) in wishes.iter_mut().filter(|(wish, _)| wish.role == Role::Wish) {
        let whole = wish.grain == Grain::Day && wish.end.is_none() && timed.contains(&wish.start.date());
        if whole || (fine && wish.grain > Grain::Day) {
            wish.role = Role::Mention;
        }
    }
}

/// The dates and times of all passages, each time with its day where it has one.
fn gather(
    text: &str,
    passages: &[Passage<'_>],
    calendar: Calendar,
    lexicon: &Lexicon,
) -> (Vec<Found>, Vec<Pointed>) {
    let kana = text.chars().any(lexicon::is_kana);
    let (mut found, mut pointed) = (Vec::new(), Vec::new());
    for (index, passage) in passages.iter().enumerate() {
        let Some(words) = text.get(passage.span.start..passage.span.end) else { continue };
        let folded = Folded::new(words);
        let Some(tongue) = lexicon.tongue_of(folded.text(), kana) else { continue };
        let label = passage.label.map_or(Label::default(), |label| read_label(label, kana, lexicon));
        let written = tongue.spelled(folded.text());
        let place = Place { index, base: passage.span.start, folded: &folded };
        let reader = PassageReader { place, text: &written, tongue, label, calendar };
        reader.read(&mut found, &mut pointed);
    }
    (complete(found), pointed)
}

/// No person names more dates in one mail; a robot may, and is cut short.
const MOST: usize = 200;
