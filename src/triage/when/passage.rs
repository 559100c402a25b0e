//! One passage to its dates: slots, their days, and the part each plays. Never looks beyond its passage.

use jiff::civil::Date;

use super::answer::{Offered, Pointed};
use super::atom::{Clock, DaySpec, atoms};
use super::compose::Composer;
use super::lexicon::{Lexicon, Tongue};
use super::links::{gap, leading};
use super::moment::{self, When};
use super::pointer::{Pointer, Target, pointers};
use super::resolve::{Calendar, Context, Days};
use super::role::{Cues, Said, Spot};
use super::scan::{self, Token};
use super::slot::Slot;
use super::word::{Link, Word};
use crate::triage::fold::Folded;
use crate::triage::verdict::{Grain, Role, Span};

/// Days beyond which a month and day without a year is no longer taken for the last one before the mail.
const LONG_AGO: i32 = 300;

/// Most characters between a weekday and the week said behind it.
const NEAR: usize = 4;

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

const fn pointed_at(pointer: &Pointer) -> Spot {
    Spot { start: pointer.start, end: pointer.end, moved: false, day: true }
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
    /// The slot offered before that this day is.
    pub(super) offered: Option<Offered>,
}

impl Found {
    /// A day, not a period or a moment counted from now.
    pub(super) fn takes_time(&self) -> bool {
        self.slot.day.is_some_and(|day| day.recurring || day.spec.bookable())
    }

    /// When it is, where its day is known.
    pub(super) fn when(&self, calendar: Calendar) -> Option<When> {
        if let Some(Offered { start, end, grain }) = self.offered {
            return Some(When { start, end, grain });
        }
        let days = self.days?;
        if self.slot.until && self.slot.clock.is_some() {
            return moment::until(&self.slot, &days, calendar);
        }
        moment::when(&self.slot, &days, calendar)
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
    pub(super) fn read(&self, found: &mut Vec<Found>, pointed: &mut Vec<Pointed>) {
        let text = self.text;
        let tokens = scan::scan(text, self.tongue);
        let cues = Cues::new(text, &tokens, self.tongue);
        let slots = slots(text, &tokens, self.tongue, &cues, self.label.rank);
        let pointers = pointers(text, &tokens, &slots, self.tongue);
        if slots.is_empty() && pointers.is_empty() {
            return;
        }
        let said = self.said(&cues, &slots, &pointers, pointed);
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
                .then(|| {
                    slot.days(
                        self.calendar,
                        Context { past: true, named: context.named, ..Context::default() },
                    )
                })
                .flatten();
            let (days, role) = self.role(slot, said, days, past);
            if let (Some(day), Some(days)) = (slot.day, days) {
                let named = |spec| {
                    if let DaySpec::Weekday { weeks, .. } = spec {
                        return weeks;
                    }
                    if let DaySpec::Week(weeks) = spec { Some(weeks) } else { None }
                };
                if let DaySpec::Week(weeks) = day.spec {
                    self.corrected(found, slot, weeks);
                }
                context.weeks = named(day.spec).or(weeks);
                // 来週、できれば火曜: the week only frames the day.
                let framed = weeks.is_some() && role != Role::Excluded;
                if framed && matches!(day.spec, DaySpec::Weekday { weeks: None, .. }) {
                    frame(found);
                }
                if days.grain == Grain::Day {
                    context.named = Some(days.last.unwrap_or(days.first));
                    month_frame(found, days.first);
                }
                if days.grain == Grain::Day && role != Role::Past {
                    let month_known =
                        !matches!(day.spec, DaySpec::Written { month: None, .. }) || context.date.is_some();
                    context.date = Some(days.last.unwrap_or(days.first)).filter(|_| month_known);
                }
            }
            before = Some(slot);
            let span = self.original(slot.start, slot.end);
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
                    offered: None,
                });
            }
        }
    }

    /// What is said about each slot; what is said about the pointing words between them goes to `pointed`.
    fn said(
        &self,
        cues: &Cues<'_>,
        slots: &[Slot],
        pointers: &[Pointer],
        pointed: &mut Vec<Pointed>,
    ) -> Vec<Said> {
        let mut places: Vec<_> = slots.iter().map(|slot| (spot(slot), None)).collect();
        places.extend(pointers.iter().map(|pointer| (pointed_at(pointer), Some(pointer.target))));
        places.sort_by_key(|place| place.0.start);
        let bare: Vec<Spot> = places.iter().map(|place| place.0).collect();
        let mut of_slots = Vec::with_capacity(slots.len());
        for ((Spot { start, end, .. }, target), said) in places.into_iter().zip(cues.read(&bare)) {
            let Some(target) = target else {
                of_slots.push(said);
                continue;
            };
            let moves = matches!(target, Target::Moved(_));
            let role = match said.role {
                _ if said.past => None,
                Some(Role::Wish) | None => Some(Role::Wish),
                Some(Role::CurrentBooking) if moves => Some(Role::Wish),
                Some(Role::Excluded | Role::CurrentBooking) if !moves => said.role,
                Some(Role::Excluded | Role::CurrentBooking | Role::Past | Role::Callback | Role::Mention) => {
                    None
                }
            };
            let span = self.original(start, end);
            pointed.extend(role.map(|role| Pointed { passage: self.place.index, span, target, role }));
        }
        of_slots
    }

    /// 金曜の20時って来週なら: the week said behind a bare weekday is the week that is meant.
    fn corrected(&self, found: &mut [Found], week: Slot, weeks: i32) {
        let Some(before) = found.last_mut().filter(|found| found.passage == self.place.index) else { return };
        let between = self.text.get(before.slot.end..week.start).unwrap_or_default();
        let near = between.chars().count() <= NEAR && !between.contains(['、', ',', '。', '\n', '?', 'か']);
        if let Some(day) = before.slot.day.as_mut()
            && let DaySpec::Weekday { weeks: unsaid @ None, .. } = &mut day.spec
            && near
            && self.tongue.verb_last
        {
            *unsaid = Some(weeks);
            before.days = before.slot.days(self.calendar, Context::default());
        }
    }

    /// A place of the folded passage in the whole text.
    fn original(&self, start: usize, end: usize) -> Span {
        let here = self.place.folded.original(Span { start, end });
        Span { start: self.place.base + here.start, end: self.place.base + here.end }
    }

    /// The slot fills a line, or is a field's answer.
    fn own_line(&self, slot: Slot) -> bool {
        let text = self.text;
        let before = text.get(..slot.start).is_none_or(|before| {
            before.trim_end_matches(' ').ends_with(['\n', ':']) || before.trim().is_empty()
        });
        let after = text.get(slot.end..).is_none_or(|after| {
            after.trim_start_matches([' ', '。', ')']).starts_with('\n') || after.trim().is_empty()
        });
        self.label.given || (before && after)
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
            _ if slot.until && !self.label.given => Role::Mention,
            // 昼から運動会: a part of the day in a sentence of its own is no time to come.
            _ if slot.day.is_none() && slot.clock.is_some_and(Clock::is_part) && !self.own_line(slot) => {
                Role::Mention
            }
            _ => Role::Wish,
        });
        (days, role)
    }
}
