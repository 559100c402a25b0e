//! One passage to its dates: slots, their days, and the part each plays. Never looks beyond its passage.

use jiff::civil::Date;

use super::atom::{DaySpec, atoms};
use super::compose::Composer;
use super::lexicon::{Lexicon, Tongue};
use super::links::{gap, leading};
use super::resolve::{Calendar, Context, Days};
use super::role::{Cues, Said, Spot};
use super::scan::{self, Token};
use super::slot::Slot;
use super::word::{Link, Word};
use crate::triage::fold::Folded;
use crate::triage::verdict::{Grain, Role, Span};

/// Days beyond which a month and day without a year is no longer taken for the last one before the mail.
const LONG_AGO: i32 = 300;

/// What a label says before its value is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Label {
    pub(super) given: bool,
    pub(super) rank: Option<u32>,
    pub(super) role: Option<Role>,
}

pub(super) fn read_label(label: &str, kana: bool, lexicon: &Lexicon) -> Label {
    let folded = Folded::new(label);
    let Some(tongue) = lexicon.tongue_of(folded.text(), kana) else { return Label::default() };
    let text = tongue.spelled(folded.text());
    let tokens = scan::scan(&text, tongue);
    let role = Cues::new(&text, &tokens, tongue).first();
    let counted = |at: usize| {
        tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next.kind, scan::Kind::Word(Word::Unit(_) | Word::Period(_))))
    };
    let number = tokens.iter().enumerate().find_map(|(at, token)| match token.kind {
        scan::Kind::Number { value, .. } if !counted(at) => Some(value),
        scan::Kind::Word(Word::Rank(rank)) => Some(rank),
        scan::Kind::Number { .. } | scan::Kind::Word(_) => None,
    });
    Label { given: true, rank: number.filter(|number| (1..=9).contains(number)), role }
}

/// The dates and times of a folded text, not yet resolved. `rank` is the rank it starts with.
pub(super) fn slots(
    text: &str,
    tokens: &[Token],
    tongue: &Tongue,
    cues: &Cues<'_>,
    rank: Option<u32>,
) -> Vec<Slot> {
    let atoms = atoms(text, tokens, tongue);
    Composer { text, atoms: &atoms, tongue, moves: |start, end| cues.moves(start, end) }.slots(rank)
}

const fn spot(slot: &Slot) -> Spot {
    Spot { start: slot.start, end: slot.end, moved: slot.moved, day: slot.day.is_some() }
}

/// The month read last only frames a day in it (11月は6日か13日).
fn month_frame(found: &mut [Found], day: Date) {
    if let Some(month) = found.last_mut()
        && let Some(Days { first, last: Some(last), grain: Grain::Month, .. }) = month.days
        && (first..=last).contains(&day)
    {
        month.role = Role::Mention;
    }
}

/// The week read last is no wish of its own.
fn frame(found: &mut [Found]) {
    if let Some(week) = found.last_mut()
        && week.days.is_some_and(|days| days.grain == Grain::Week)
    {
        week.role = Role::Mention;
    }
}

/// A slot with its days and role, on the way to a wish.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) passage: usize,
    pub(super) labelled: bool,
    /// Place in the whole text.
    pub(super) span: Span,
    pub(super) slot: Slot,
    pub(super) days: Option<Days>,
    pub(super) role: Role,
    /// The writing says so.
    pub(super) explicit: bool,
    /// Its sentence states something without a word of wanting.
    pub(super) stated: bool,
}

impl Found {
    /// A day, not a period or a moment counted from now.
    pub(super) fn takes_time(&self) -> bool {
        self.slot.day.is_some_and(|day| day.recurring || day.spec.bookable())
    }

    /// A wanted day that still has no time.
    pub(super) fn wants_time(&self) -> bool {
        self.slot.clock.is_none()
            && self.takes_time()
            && self.role == Role::Wish
            && self.days.is_some_and(|days| days.grain == Grain::Day)
    }
}

/// Where a passage stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Which passage of the text it is.
    pub(super) index: usize,
    /// Where it begins in the whole text.
    pub(super) base: usize,
    /// The way back from its folded text.
    pub(super) folded: &'a Folded,
}

pub(super) struct PassageReader<'a> {
    pub(super) place: Place<'a>,
    /// Its folded text in the spelling of the words.
    pub(super) text: &'a str,
    pub(super) tongue: &'a Tongue,
    pub(super) label: Label,
    pub(super) calendar: Calendar,
}

impl PassageReader<'_> {
    pub(super) fn read(&self, found: &mut Vec<Found>) {
        let text = self.text;
        let tokens = scan::scan(text, self.tongue);
        let cues = Cues::new(text, &tokens, self.tongue);
        let slots = slots(text, &tokens, self.tongue, &cues, self.label.rank);
        if slots.is_empty() {
            return;
        }
        let places: Vec<_> = slots.iter().map(spot).collect();
        let said = cues.read(&places);
        let mut context = Context::default();
        let mut before: Option<Slot> = None;
        for (mut slot, said) in slots.into_iter().zip(said) {
            if slot.clock.is_none() && self.same_time(slot) {
                let timed = |found: &&Found| found.passage == self.place.index && found.slot.clock.is_some();
                slot = found.iter().rev().find(timed).map_or(slot, |earlier| Slot {
                    clock: earlier.slot.clock,
                    clock_end: earlier.slot.clock_end,
                    open: earlier.slot.open,
                    ..slot
                });
            }
            let joined = before.is_some_and(|before| self.joined(before, slot));
            let weeks = context.weeks.filter(|_| joined);
            let days = slot.days(self.calendar, Context { weeks, past: false, ..context });
            let past = said
                .past
                .then(|| slot.days(self.calendar, Context { weeks: None, date: None, past: true, ..context }))
                .flatten();
            let (days, role) = self.role(slot, said, days, past);
            if let (Some(day), Some(days)) = (slot.day, days) {
                let named = |spec| {
                    if let DaySpec::Weekday { weeks, .. } = spec {
                        return weeks;
                    }
                    if let DaySpec::Week(weeks) = spec { Some(weeks) } else { None }
                };
                context.weeks = named(day.spec).or(weeks);
                // 来週、できれば火曜: the week only frames the day.
                if weeks.is_some() && matches!(day.spec, DaySpec::Weekday { weeks: None, .. }) {
                    frame(found);
                }
                if days.grain == Grain::Day {
                    context.last = Some(days.last.unwrap_or(days.first));
                    month_frame(found, days.first);
                }
                if days.grain == Grain::Day && role != Role::Past {
                    let month_known =
                        !matches!(day.spec, DaySpec::Written { month: None, .. }) || context.date.is_some();
                    context.date = Some(days.last.unwrap_or(days.first)).filter(|_| month_known);
                }
            }
            before = Some(slot);
            let here = self.place.folded.original(Span { start: slot.start, end: slot.end });
            let span = Span { start: self.place.base + here.start, end: self.place.base + here.end };
            if slot.day.is_none() || days.is_some() {
                found.push(Found {
                    passage: self.place.index,
                    labelled: self.label.given,
                    span,
                    slot,
                    days,
                    role,
                    explicit: said.explicit || self.label.given,
                    stated: said.stated,
                });
            }
        }
    }

    /// 18日の同じ時間: the day takes the time named last.
    fn same_time(&self, slot: Slot) -> bool {
        let behind = self.text.get(slot.end..).unwrap_or_default();
        slot.day.is_some() && leading(behind, self.tongue).has(Link::Same)
    }

    /// Only links stand between two slots, so they are one list.
    fn joined(&self, before: Slot, slot: Slot) -> bool {
        let between = self.text.get(before.end..slot.start).unwrap_or_default();
        gap(between, self.tongue).is_some()
    }

    /// The role of a slot; for a past verb the days are those before the mail.
    fn role(&self, slot: Slot, said: Said, days: Option<Days>, past: Option<Days>) -> (Option<Days>, Role) {
        let today = self.calendar.today;
        if said.past {
            // Most of a year back is not what a date without a year means.
            let yearless = matches!(
                slot.day.map(|day| day.spec),
                Some(DaySpec::Written { year: None, month: Some(_), .. })
            );
            let near =
                |date: Date| !yearless || today.since(date).is_ok_and(|ago| ago.get_days() <= LONG_AGO);
            match past.filter(|earlier| earlier.first <= today && near(earlier.first)) {
                Some(earlier) => return (Some(earlier), Role::Past),
                None if said.role.is_none() && yearless => return (days, Role::Mention),
                None => {}
            }
        }
        let over = days.is_some_and(|days| days.last.unwrap_or(days.first) < today);
        if over {
            return (
                days,
                if said.role == Some(Role::CurrentBooking) { Role::CurrentBooking } else { Role::Past },
            );
        }
        let role = said.role.or(self.label.role).unwrap_or_else(|| match days.map(|days| days.grain) {
            Some(Grain::Month) => Role::Mention,
            _ if slot.day.is_some_and(|day| !day.recurring && !day.spec.bookable()) => Role::Mention,
            _ if slot.until && slot.clock.is_none() => Role::Mention,
            _ => Role::Wish,
        });
        (days, role)
    }
}
