//! The date and time grammar: a writer's own words to slots with the part each plays.
//!
//! ```text
//! text ─ fold ─► tokens (scan) ─► atoms (atom) ─► slots (compose) ─► days (resolve) + roles (role) ─► wishes
//! ```
//! Words come from the [`Lexicon`], one [`Tongue`] per language; structure is code and the same for all. One pass
//! over the text, linear in its length. It never guesses: a weekday that contradicts its date is flagged, a time
//! without any day is left out.

mod atom;
mod compose;
mod lexicon;
mod links;
mod resolve;
mod role;
mod scan;

use jiff::civil::{Date, DateTime, Time};

use self::atom::{DaySpec, atoms};
use self::compose::{Composer, Slot};
pub use self::lexicon::{Cue, Holiday, Lexicon, Link, Part, Script, Tongue, Unit, Word};
use self::links::{gap, leading};
use self::resolve::{Calendar, Context, Days};
use self::role::{Cues, Said};
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
    let kana = text.chars().any(lexicon::is_kana);
    let calendar = Calendar { today: anchor.sent.date(), opening: anchor.opening };
    let mut found = Vec::new();
    for (index, passage) in passages.iter().enumerate() {
        let Some(words) = text.get(passage.span.start..passage.span.end) else { continue };
        let folded = Folded::new(words);
        let Some(tongue) = lexicon.tongue_of(folded.text(), kana) else { continue };
        let label = passage.label.map_or(Label::default(), |label| read_label(label, kana, lexicon));
        let reader =
            PassageReader { index, base: passage.span.start, folded: &folded, tongue, label, calendar };
        reader.read(&mut found);
    }
    let found = complete(found);
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
    number(&mut wishes);
    wishes.into_iter().map(|(wish, _)| wish).collect::<Vec<_>>()
}

/// What a label says before its value is read.
#[derive(Debug, Clone, Copy, Default)]
struct Label {
    given: bool,
    rank: Option<u32>,
    role: Option<Role>,
}

fn read_label(label: &str, kana: bool, lexicon: &Lexicon) -> Label {
    let folded = Folded::new(label);
    let Some(tongue) = lexicon.tongue_of(folded.text(), kana) else { return Label::default() };
    let tokens = scan::scan(folded.text(), tongue);
    let role = Cues::new(folded.text(), &tokens, tongue).first();
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
struct Found {
    passage: usize,
    labelled: bool,
    /// Place in the whole text.
    span: Span,
    slot: Slot,
    days: Option<Days>,
    role: Role,
}

impl Found {
    /// A wanted day that still has no time.
    fn wants_time(&self) -> bool {
        self.slot.clock.is_none()
            && self.role == Role::Wish
            && self.days.is_some_and(|days| days.grain == Grain::Day)
    }
}

struct PassageReader<'a> {
    index: usize,
    base: usize,
    folded: &'a Folded,
    tongue: &'a Tongue,
    label: Label,
    calendar: Calendar,
}

impl PassageReader<'_> {
    fn read(&self, found: &mut Vec<Found>) {
        let text = self.folded.text();
        let tokens = scan::scan(text, self.tongue);
        let atoms = atoms(text, &tokens, self.tongue);
        if atoms.is_empty() {
            return;
        }
        let cues = Cues::new(text, &tokens, self.tongue);
        let moves = |start, end| cues.moves(start, end);
        let slots = Composer { text, atoms: &atoms, tongue: self.tongue, moves }.slots(self.label.rank);
        let places: Vec<_> = slots.iter().map(|slot| (slot.start, slot.end, slot.moved)).collect();
        let said = cues.read(&places);
        let mut context = Context::default();
        let mut before: Option<Slot> = None;
        for (mut slot, said) in slots.into_iter().zip(said) {
            if slot.clock.is_none() && self.same_time(slot) {
                let timed = |found: &&Found| found.passage == self.index && found.slot.clock.is_some();
                slot = found.iter().rev().find(timed).map_or(slot, |earlier| Slot {
                    clock: earlier.slot.clock,
                    clock_end: earlier.slot.clock_end,
                    open: earlier.slot.open,
                    ..slot
                });
            }
            let joined = before.is_some_and(|before| self.joined(before, slot));
            let weeks = context.weeks.filter(|_| joined);
            let days = self.days(slot, Context { weeks, past: false, ..context });
            let past =
                said.past.then(|| self.days(slot, Context { weeks: None, date: None, past: true })).flatten();
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
                if days.grain == Grain::Day && role != Role::Past {
                    let month_known =
                        !matches!(day.spec, DaySpec::Written { month: None, .. }) || context.date.is_some();
                    context.date = Some(days.last.unwrap_or(days.first)).filter(|_| month_known);
                }
            }
            before = Some(slot);
            let here = self.folded.original(Span { start: slot.start, end: slot.end });
            let span = Span { start: self.base + here.start, end: self.base + here.end };
            if slot.day.is_none() || days.is_some() {
                found.push(Found { passage: self.index, labelled: self.label.given, span, slot, days, role });
            }
        }
    }

    /// 18日の同じ時間: the day takes the time named last.
    fn same_time(&self, slot: Slot) -> bool {
        let behind = self.folded.text().get(slot.end..).unwrap_or_default();
        slot.day.is_some() && leading(behind, self.tongue).has(Link::Same)
    }

    /// Only links stand between two slots, so they are one list.
    fn joined(&self, before: Slot, slot: Slot) -> bool {
        let between = self.folded.text().get(before.end..slot.start).unwrap_or_default();
        gap(between, self.tongue).is_some()
    }

    fn days(&self, slot: Slot, context: Context) -> Option<Days> {
        let mut days = self.calendar.days(slot.day?, context)?;
        if let Some(last) = slot.day_end {
            let weeks = if let Some(DaySpec::Weekday { weeks, .. }) = slot.day.map(|day| day.spec) {
                weeks
            } else {
                None
            };
            let context = Context { date: Some(days.first), weeks, past: context.past };
            let mut end = self.calendar.days(last, context)?;
            // 周五到周一: the end is the first such weekday behind the start.
            if end.first < days.first && matches!(last.spec, DaySpec::Weekday { weeks: None, .. }) {
                end.first = end.first.checked_add(jiff::Span::new().days(7)).ok()?;
            }
            if end.first < days.first {
                return None;
            }
            days.contradicts |= end.contradicts;
            days.last = Some(end.last.unwrap_or(end.first));
        }
        Some(days)
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
            _ if slot.until && slot.clock.is_none() => Role::Mention,
            _ => Role::Wish,
        });
        (days, role)
    }
}

/// No person names more dates in one mail; a robot may, and is cut short.
const MOST: usize = 200;

/// Days beyond which a month and day without a year is no longer taken for the last one before the mail.
const LONG_AGO: i32 = 300;

/// How many slots back a time alone looks for its day.
const BACK: usize = 32;

/// Gives times that stand alone their day: the wanted days before them without a time (same rank, if ranks are
/// written), else the day of the slot they replace or stand beside, else the labelled day of their rank behind them.
fn complete(found: Vec<Found>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    let mut waiting: Vec<Found> = Vec::new();
    let mut rest = found.into_iter().peekable();
    while let Some(first) = rest.next() {
        if first.slot.day.is_some() {
            let here = out.len();
            out.push(first);
            let times: Vec<Found> =
                waiting.iter().copied().filter(|time| first.wants_time() && near(time, &first)).collect();
            fill(&mut out, here, &times);
            continue;
        }
        let mut times = vec![first];
        while let Some(time) = rest.next_if(|time| {
            time.slot.day.is_none() && time.passage == first.passage && time.slot.rank == first.slot.rank
        }) {
            times.push(time);
        }
        times.retain(|time| matches!(time.role, Role::Wish));
        if !times.is_empty() && !place(&mut out, &times) && first.labelled && waiting.len() < BACK {
            waiting.append(&mut times);
        }
    }
    out
}

/// A time may go to this day: same passage or both from form lines, and the same rank where one is written.
fn near(time: &Found, day: &Found) -> bool {
    let ranked = time.slot.rank.is_none() || day.slot.rank == time.slot.rank;
    ranked && (day.passage == time.passage || (time.labelled && day.labelled))
}

/// Gives times to days read before; `false` when there is none.
fn place(out: &mut Vec<Found>, times: &[Found]) -> bool {
    let Some(first) = times.first() else { return false };
    let from = out.len().saturating_sub(BACK);
    let tail = || out.iter().enumerate().skip(from);
    let targets: Vec<usize> =
        tail().filter(|(_, day)| day.wants_time() && near(first, day)).map(|(index, _)| index).collect();
    if targets.is_empty() {
        // A slot held or wanted before: the same day, another time.
        let beside = tail().rev().map(|(_, day)| *day).find(|day| {
            let single = day.days.is_some_and(|days| days.grain == Grain::Day);
            day.passage == first.passage && single && matches!(day.role, Role::CurrentBooking | Role::Wish)
        });
        let Some(day) = beside else { return false };
        out.extend(times.iter().map(|time| Found {
            days: day.days,
            slot: on_day(time.slot, day.slot),
            ..*time
        }));
        return true;
    }
    for index in targets {
        fill(out, index, times);
    }
    true
}

/// The day at an index gets the first time; further times make further entries, ordered by place later.
fn fill(out: &mut Vec<Found>, index: usize, times: &[Found]) {
    let Some(day) = out.get(index).copied() else { return };
    for (nth, time) in times.iter().enumerate() {
        let filled = Found { slot: Slot { rank: day.slot.rank, ..on_day(time.slot, day.slot) }, ..day };
        match out.get_mut(index).filter(|_| nth == 0) {
            Some(entry) => *entry = filled,
            None => out.push(filled),
        }
    }
}

/// The time of one slot on the day of another.
const fn on_day(time: Slot, day: Slot) -> Slot {
    Slot { day: day.day, day_end: day.day_end, ..time }
}

/// A wish and the rank written for it.
type Numbered = (Wish, Option<u32>);

fn wish(text: &str, found: &Found, calendar: Calendar) -> Option<Numbered> {
    let days = found.days?;
    let (start, end, grain) = match found.slot.clock.filter(|_| days.grain == Grain::Day) {
        None => (Moment::On(days.first), days.last.map(Moment::On), days.grain),
        Some(clock) => {
            let at = |date: Date, time: Time| Moment::At(date.to_datetime(time));
            let (from, part_end, grain) = calendar.time(clock, None)?;
            let to = match found.slot.clock_end {
                None => part_end.filter(|_| !found.slot.open),
                Some(last) => {
                    calendar.time(last, Some(from)).map(|(time, part_end, _)| part_end.unwrap_or(time))
                }
            };
            let last = days.last.unwrap_or(days.first);
            if found.slot.until {
                (at(days.first, calendar.opening), Some(at(last, part_end.unwrap_or(from))), grain)
            } else {
                let end = to.map(|to| at(last, to)).or_else(|| days.last.map(|last| at(last, from)));
                (at(days.first, from), end, grain)
            }
        }
    };
    let wish = Wish {
        text: text.get(found.span.start..found.span.end)?.to_owned(),
        span: found.span,
        start,
        end,
        grain,
        choice: 1,
        role: found.role,
        contradicts: days.contradicts,
    };
    Some((wish, found.slot.rank))
}

/// Counts wishes from 1; a written rank wins.
fn number(wishes: &mut [Numbered]) {
    let mut next = 1;
    for (wish, rank) in wishes.iter_mut().filter(|(wish, _)| wish.role == Role::Wish) {
        wish.choice = rank.unwrap_or(next);
        next = wish.choice + 1;
    }
}
