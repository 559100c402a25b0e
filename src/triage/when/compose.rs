//! Atoms to slots: which time belongs to which day.
//!
//! Days joined by か or と share the time behind them; behind a comma each keeps its own. A range of days takes a
//! common time. A time without a day stays alone here; whoever knows the whole mail gives it its day.

use super::atom::{Atom, AtomKind, Clock, Day, DaySpec};
use super::count::Count;
use super::lexicon::{Script, Tongue};
use super::links::{Links, gap, leading};
use super::slot::{Slot, join};
use super::word::Link;

/// One or two atoms from–to.
#[derive(Debug, Clone, Copy)]
struct Stretch<T> {
    start: usize,
    end: usize,
    first: T,
    last: Option<T>,
    open: bool,
    until: bool,
    moved: bool,
}

pub(super) struct Composer<'a, M: Fn(usize, usize) -> bool> {
    pub(super) text: &'a str,
    pub(super) atoms: &'a [Atom],
    pub(super) tongue: &'a Tongue,
    /// From–to between these places is a move from one slot to another.
    pub(super) moves: M,
}

impl<M: Fn(usize, usize) -> bool> Composer<'_, M> {
    /// All slots, left to right. `rank` is the rank the passage starts with.
    pub(super) fn slots(&self, mut rank: Option<u32>) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut at = 0;
        while let Some(atom) = self.atoms.get(at) {
            match atom.kind {
                AtomKind::Rank(number) => {
                    rank = Some(number);
                    at += 1;
                }
                AtomKind::Day(_) => {
                    let (days, next) = self.days(at);
                    let (clocks, next) = self.clocks_of(next);
                    at = next;
                    push(&mut slots, &days, &clocks, rank);
                }
                AtomKind::Clock(_) => {
                    let (mut clocks, next) = self.clocks(at);
                    let (mut days, next) = self.days_of(next);
                    at = self.part_behind(&mut clocks, &mut days, next);
                    push(&mut slots, &days, &clocks, rank);
                }
            }
        }
        join(slots, self.text, self.tongue, &self.moves)
    }

    /// `at 5 tomorrow afternoon`: the part behind the day belongs to the hour before it.
    fn part_behind(&self, clocks: &mut [Stretch<Clock>], days: &mut [Stretch<Day>], at: usize) -> usize {
        let (Some(day), Some((atom, Clock::Part(part)))) = (days.last_mut(), self.clock(at)) else {
            return at;
        };
        let near = self.gap(at - 1).is_some_and(|links| !links.newline && links.only(&[Link::Glue]));
        let hours = clocks.iter().all(|clock| matches!(clock.first, Clock::At { .. }));
        if !near || !hours || self.tongue.script != Script::Latin {
            return at;
        }
        for clock in clocks {
            for said in [Some(&mut clock.first), clock.last.as_mut()].into_iter().flatten() {
                if let Clock::At { afternoon, .. } = said {
                    *afternoon = afternoon.or(part.afternoon);
                }
            }
        }
        day.end = atom.end;
        at + 1
    }

    fn gap(&self, at: usize) -> Option<Links> {
        let (here, next) = (self.atoms.get(at)?, self.atoms.get(at + 1)?);
        gap(self.text.get(here.end..next.start)?, self.tongue)
    }

    fn day(&self, at: usize) -> Option<(Atom, Day)> {
        let atom = *self.atoms.get(at)?;
        if let AtomKind::Day(day) = atom.kind { Some((atom, day)) } else { None }
    }

    fn clock(&self, at: usize) -> Option<(Atom, Clock)> {
        let atom = *self.atoms.get(at)?;
        if let AtomKind::Clock(clock) = atom.kind { Some((atom, clock)) } else { None }
    }

    /// Days from `at` on that go together.
    fn days(&self, mut at: usize) -> (Vec<Stretch<Day>>, usize) {
        let mut days = Vec::new();
        while let Some((atom, first)) = self.day(at) {
            let (mut end, mut first, mut last, mut moved) = (atom.end, first, None, false);
            // 明日(28日), 来週土曜 8/29: two names of one day; the written one counts.
            if let Some((other, second)) = self.day(at + 1)
                && self.same(at, first, second)
            {
                let weekday =
                    if let DaySpec::Weekday { weekday, .. } = first.spec { Some(weekday) } else { None };
                let spec = match (first.spec, second.spec) {
                    (DaySpec::Month(months), DaySpec::Written { year: None, month: None, day }) => {
                        DaySpec::InMonth { months, day }
                    }
                    (_, spec) => {
                        first.also = Some(first.spec);
                        spec
                    }
                };
                (first.spec, first.weekday, end) = (spec, second.weekday.or(weekday), other.end);
                at += 1;
            }
            if let (Some((other, second)), Some(links)) = (self.day(at + 1), self.gap(at))
                && (links.has(Link::Range) && links.only(&[Link::Range, Link::Glue])
                    || (links.has(Link::Or)
                        && links.only(&[Link::Or, Link::Glue])
                        && self.leads_between(atom)))
            {
                if (self.moves)(atom.start, other.end) {
                    moved = true;
                } else {
                    (last, end) = (Some(second), other.end);
                    at += 1;
                }
            }
            // 今週か来週の土曜: the weekday is said once.
            if let (
                DaySpec::Week(weeks),
                Some((_, Day { spec: DaySpec::Weekday { weekday, weeks: Some(_) }, .. })),
            ) = (first.spec, self.day(at + 1))
                && self.gap(at).is_some_and(|links| links.has(Link::Or))
            {
                first.spec = DaySpec::Weekday { weekday, weeks: Some(weeks) };
            }
            let tail = leading(self.text.get(end..).unwrap_or_default(), self.tongue);
            let open = tail.list.first() == Some(&Link::After)
                || (tail.list.as_slice() == [Link::Range]
                    && last.is_none()
                    && !self.follows(at, end + tail.len));
            let until = tail.list.first() == Some(&Link::Until) && last.is_none();
            days.push(Stretch { start: atom.start, end, first, last, open, until, moved });
            let joined = self.gap(at).is_some_and(|links| {
                let or = links.has(Link::Or) && links.only(&[Link::Or, Link::Comma, Link::Glue]);
                !links.newline && (or || (first.shares && links.only(&[Link::Comma])))
            });
            at += 1;
            if !joined || self.day(at).is_none() {
                break;
            }
        }
        (days, at)
    }

    /// "Between" stands before it, so that "and" is the middle of a range.
    fn leads_between(&self, atom: Atom) -> bool {
        let mut before = self.text.get(..atom.start).unwrap_or_default();
        // between the 24th and the 28th
        if self.tongue.link_before(before) == Some(Link::Glue) {
            before = before.trim_end().rsplit_once(' ').map_or("", |(rest, _)| rest);
        }
        self.tongue.link_before(before) == Some(Link::Between)
    }

    /// The next atom begins at a place.
    fn follows(&self, at: usize, place: usize) -> bool {
        self.atoms.get(at + 1).is_some_and(|next| next.start == place)
    }

    /// The second day only says the first one again.
    fn same(&self, at: usize, first: Day, second: Day) -> bool {
        let (Some(here), Some(next)) = (self.atoms.get(at), self.atoms.get(at + 1)) else { return false };
        let between = self.text.get(here.end..next.start).unwrap_or_default();
        let latin = self.tongue.script == Script::Latin;
        let near = matches!(between.trim_matches(' '), "" | "(" | "の" | ":")
            || (latin && gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue])));
        let spoken = matches!(
            first.spec,
            DaySpec::Offset(_)
                | DaySpec::Weekday { .. }
                | DaySpec::Holiday(_)
                | DaySpec::DaysOff(_)
                | DaySpec::Spell(_)
                | DaySpec::Week(_)
                | DaySpec::Month(_)
                | DaySpec::WeekStart
                | DaySpec::Count(Count::This(_))
        );
        near && spoken && matches!(second.spec, DaySpec::Written { .. })
    }

    /// The times that belong to the days before `at`.
    fn clocks_of(&self, at: usize) -> (Vec<Stretch<Clock>>, usize) {
        let before = at.saturating_sub(1);
        let near = self.clock(at).is_some()
            && self.gap(before).is_some_and(|links| {
                let once = links.list.iter().filter(|&&link| link == Link::Comma).count() < 2;
                once && !links.has(Link::Or)
                    && (!links.has(Link::Moved) || !self.tongue.verb_last)
                    && !links.has(Link::Until)
            });
        if near { self.clocks(at) } else { (Vec::new(), at) }
    }

    /// The days behind a time: `2pm on Friday`.
    fn days_of(&self, at: usize) -> (Vec<Stretch<Day>>, usize) {
        let latin = self.tongue.script == Script::Latin;
        let allowed: &[Link] = if latin { &[Link::Glue, Link::Comma] } else { &[Link::Glue] };
        let gap = self.gap(at.saturating_sub(1));
        let near = gap
            .is_some_and(|links| !links.newline && links.only(allowed) && (latin || !links.list.is_empty()));
        if !near || self.day(at).is_none() {
            return (Vec::new(), at);
        }
        let (days, next) = self.days(at);
        // A day with a time of its own does not take the one before it.
        if latin || self.clocks_of(next).0.is_empty() { (days, next) } else { (Vec::new(), at) }
    }

    fn clocks(&self, mut at: usize) -> (Vec<Stretch<Clock>>, usize) {
        let mut clocks = Vec::new();
        while let Some((atom, first)) = self.clock(at) {
            let (mut end, mut first, mut last, mut moved) = (atom.end, first, None, false);
            // 午前中(10時~12時): the bracket is the finer time.
            if let (Clock::Part(part), Some((other, Clock::At { hour, minute, second, afternoon }))) =
                (first, self.clock(at + 1))
                && self.text.get(end..other.start).is_some_and(|between| between.trim() == "(")
            {
                first = Clock::At { hour, minute, second, afternoon: afternoon.or(part.afternoon) };
                end = other.end;
                at += 1;
            }
            let lead = self.text.get(..atom.start).and_then(|before| self.tongue.link_before(before));
            if let (Some((other, second)), Some(links)) = (self.clock(at + 1), self.gap(at)) {
                let range = links.has(Link::Range) && links.only(&[Link::Range, Link::Glue])
                    || (lead == Some(Link::Between) && links.list.as_slice() == [Link::Or]);
                if links.has(Link::Moved) || (range && (self.moves)(atom.start, other.end)) {
                    moved = true;
                } else if range {
                    (last, end) = (Some(second), other.end);
                    at += 1;
                }
            }
            let tail = leading(self.text.get(end..).unwrap_or_default(), self.tongue);
            let behind = tail.list.first().copied();
            let open = last.is_none()
                && (lead == Some(Link::AfterAhead)
                    || behind == Some(Link::After)
                    || (behind == Some(Link::Range) && !moved && !self.follows(at, end + tail.len)));
            // Latin words such as "do" and "until" mean a range between two times and an end before one.
            let led_by_range = self.tongue.script == Script::Latin && lead == Some(Link::Range);
            let until = last.is_none()
                && (lead == Some(Link::UntilAhead) || led_by_range || behind == Some(Link::Until));
            let end = if open || until { end + first_len(&tail, self.text, end, self.tongue) } else { end };
            clocks.push(Stretch { start: atom.start, end, first, last, open, until, moved });
            let joined = self
                .gap(at)
                .is_some_and(|links| !links.newline && (links.has(Link::Or) || links.has(Link::Comma)))
                && !moved;
            at += 1;
            let own_day = self.tongue.script == Script::Latin
                && self.day(at + 1).is_some()
                && self.gap(at).is_some_and(|links| links.only(&[Link::Glue]));
            if !joined || self.clock(at).is_none() || own_day {
                break;
            }
        }
        (clocks, at)
    }
}

/// How much of the text behind a time the first link takes, so that 以降 is shown with it.
fn first_len(tail: &Links, text: &str, end: usize, tongue: &Tongue) -> usize {
    match tail.list.first() {
        Some(Link::After | Link::Until | Link::Range) => {
            let rest = text.get(end..).unwrap_or_default();
            tongue.link(rest).map_or_else(|| usize::from(rest.starts_with('~')), |(len, _)| len)
        }
        _ => 0,
    }
}

/// Every day with every time, day by day.
fn push(slots: &mut Vec<Slot>, days: &[Stretch<Day>], clocks: &[Stretch<Clock>], rank: Option<u32>) {
    let empty = Slot {
        start: 0,
        end: 0,
        day: None,
        day_end: None,
        clock: None,
        clock_end: None,
        open: false,
        until: false,
        rank,
        moved: false,
        paired: false,
        about: false,
    };
    let with_clock = |slot: Slot, clock: &Stretch<Clock>| Slot {
        clock: Some(clock.first),
        clock_end: clock.last,
        open: clock.open,
        until: clock.until,
        moved: clock.moved,
        ..slot
    };
    for (index, day) in days.iter().enumerate() {
        let slot = Slot { start: day.start, end: day.end, day: Some(day.first), day_end: day.last, ..empty };
        if clocks.is_empty() {
            slots.push(Slot { open: day.open, until: day.until, moved: day.moved, ..slot });
        }
        for (nth, clock) in clocks.iter().enumerate() {
            let (start, end) = match (index + 1 == days.len(), nth) {
                (true, 0) => (day.start.min(clock.start), clock.end.max(day.end)),
                (true, _) => (clock.start, clock.end),
                (false, _) => (day.start, day.end),
            };
            slots.push(with_clock(Slot { start, end, ..slot }, clock));
        }
    }
    if days.is_empty() {
        slots.extend(
            clocks
                .iter()
                .map(|clock| with_clock(Slot { start: clock.start, end: clock.end, ..empty }, clock)),
        );
    }
}
