//! Weekdays: 来週の火・木, 毎週土曜, 第3土曜, 最終金曜, 10月の第1週, 平日.

use super::super::count::Count;
use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::word::{Cue, Link, Unit, Word};
use super::{Atom, AtomKind, Day, DaySpec, Reader};
use jiff::civil::Weekday;

/// Monday to Friday.
pub(super) const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];
/// Saturday and Sunday.
pub(super) const WEEKEND: [bool; 7] = [false, false, false, false, false, true, true];

impl Reader<'_> {
    /// A weekday by its name; behind 毎週 it comes back.
    pub(super) fn weekday(&mut self, at: usize, weekday: Weekday) -> Option<usize> {
        // in two weeks on Friday
        if let Some(atom) = self.atoms.last().copied()
            && let AtomKind::Day(Day { spec: DaySpec::Shift { length, from: 0 }, .. }) = atom.kind
            && let Some(weeks) = length.whole_weeks()
            && gap(self.slice(atom.end, self.token(at)?.start), self.tongue)
                .is_some_and(|links| !links.newline && links.only(&[Link::Glue]))
        {
            self.atoms.pop();
            self.day(at, at, DaySpec::Weekday { weekday, weeks: Some(weeks) });
            if let Some(day) = self.atoms.last_mut() {
                day.start = atom.start;
            }
            return Some(at + 1);
        }
        if self.word(at + 1) == Some(Word::AfterNext) && self.touches(at) {
            self.day(at, at + 1, DaySpec::Count(Count::Weekdays { weekday, count: 2 }));
            return Some(at + 2);
        }
        // Mondays and Wednesday: what comes back takes its neighbour along.
        let joined = self.atoms.last().is_some_and(|atom| {
            let again = matches!(atom.kind, AtomKind::Day(Day { recurring: true, .. }));
            again
                && self.tongue.script == Script::Latin
                && self.token(at).is_some_and(|token| {
                    gap(self.slice(atom.end, token.start), self.tongue)
                        .is_some_and(|links| links.has(Link::Or) && links.only(&[Link::Or, Link::Glue]))
                })
        });
        self.day(at, at, DaySpec::Weekday { weekday, weeks: None });
        if joined {
            self.recurs(at);
        }
        let every = at.checked_sub(1).filter(|&before| self.glued(before)).and_then(|b| self.word(b));
        if every == Some(Word::Recurring { weekend: false }) {
            self.recurs(at - 1);
        }
        Some(at + 1)
    }

    /// `Tuesdays`
    pub(super) fn every_weekday(&mut self, at: usize, weekday: Weekday) -> Option<usize> {
        self.day(at, at, DaySpec::Weekday { weekday, weeks: None });
        self.recurs(at);
        Some(at + 1)
    }

    /// Days that come back without being named: 平日, 土日.
    pub(super) fn recurring(&mut self, at: usize, days: [bool; 7]) -> Option<usize> {
        self.day(at, at, DaySpec::Recurring(days));
        self.recurs(at);
        Some(at + 1)
    }

    /// The day read last comes back; its words begin at a token.
    fn recurs(&mut self, from: usize) {
        let start = self.token(from).map(|token| token.start);
        if let (Some(Atom { start: begin, kind: AtomKind::Day(day), .. }), Some(start)) =
            (self.atoms.last_mut(), start)
        {
            day.recurring = true;
            *begin = start.min(*begin);
        }
    }

    /// `火` in `火・木`, `(火)` or `来週の火、木`: alone it is the next one, in a list it comes back.
    pub(super) fn short_weekday(&mut self, at: usize, weekday: Weekday, alone: bool) -> Option<usize> {
        let before = self.atoms.last().copied();
        let joined = before.filter(|atom| {
            gap(self.slice(atom.end, self.token(at).map_or(0, |token| token.start)), self.tongue)
                .is_some_and(|links| !links.newline && links.list.len() < 2)
        });
        let spec = |weeks| DaySpec::Weekday { weekday, weeks };
        match joined.map(|atom| atom.kind) {
            // 来週の火・木: the week is said once.
            Some(AtomKind::Day(Day { spec: DaySpec::Weekday { weeks: Some(weeks), .. }, .. })) => {
                self.day(at, at, spec(Some(weeks)));
            }
            _ => {
                self.day(at, at, spec(None));
                if !alone {
                    self.recurs(at);
                }
            }
        }
        if !alone && let Some(Atom { kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
            day.shares = true;
        }
        Some(at + 1)
    }

    /// `第2希望`, or the second such weekday or week of the month named before: `来月の第2火曜`, `10月の第1週`.
    pub(super) fn ranked(&mut self, at: usize) -> Option<usize> {
        let (value, _) = self.number(at + 1).filter(|_| self.touches(at))?;
        let near = self.touches(at + 1) || self.between(at + 1) == Some("の");
        let nth = i8::try_from(value).ok().filter(|nth| (1..=5).contains(nth));
        match self.word(at + 2).filter(|_| near) {
            Some(Word::RankClose | Word::Cue(Cue::Want)) => {
                self.rank(at, at + 2, value);
                Some(at + 3)
            }
            Some(Word::Unit(Unit::Quarter)) => {
                self.day(at, at + 2, DaySpec::Quarter(nth.filter(|&nth| nth <= 4)?));
                Some(at + 3)
            }
            Some(Word::Weekday(_) | Word::Period(Unit::Week) | Word::Unit(Unit::Week)) => {
                self.nth_of_month(at, at + 2, nth?)
            }
            _ => None,
        }
    }

    /// `最終土曜`, `来月の最初の金曜日`.
    pub(super) fn nth_word(&mut self, at: usize, nth: i8) -> Option<usize> {
        self.glued(at).then(|| self.nth_of_month(at, at + 1, nth)).flatten()
    }

    /// The nth weekday or week at a token, of the month named before.
    fn nth_of_month(&mut self, from: usize, at: usize, nth: i8) -> Option<usize> {
        let here = self.token(from)?.start;
        let near = |atom: &Atom| {
            gap(self.slice(atom.end, here), self.tongue)
                .is_some_and(|links| !links.newline && links.only(&[Link::Glue, Link::Comma]))
        };
        let before = self.atoms.last().copied().filter(near);
        let month = match before.map(|atom| atom.kind) {
            Some(AtomKind::Day(Day { spec: DaySpec::Month(months), .. })) => Some((Some(months), None, None)),
            Some(AtomKind::Day(Day { spec: DaySpec::MonthNamed { year, month }, years, .. })) => {
                Some((None, Some(month), Some((year, years))))
            }
            Some(_) | None => None,
        };
        let (months, named, years) = month.unwrap_or((None, None, None));
        let spec = match (self.word(at)?, months) {
            (Word::Weekday(weekday), Some(months)) => DaySpec::NthWeekday { months, nth, weekday },
            (Word::Weekday(weekday), None) => DaySpec::NthNamed { month: named, nth, weekday },
            // A bare 最初の週 or 第2週 says no month.
            (Word::Period(Unit::Week) | Word::Unit(Unit::Week), _) if month.is_some() => {
                DaySpec::NthWeek { months, month: named, nth }
            }
            _ => return None,
        };
        let every = from.checked_sub(1).and_then(|before| self.word(before));
        if month.is_some() {
            self.atoms.pop();
        }
        self.day(from, at, spec);
        if let Some(Atom { start, kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
            if let (Some(before), true) = (before, month.is_some()) {
                *start = before.start;
            }
            if let Some((year, years)) = years {
                (day.year, day.years) = (year, years);
            }
        }
        if matches!(every, Some(Word::Recurring { weekend: false })) {
            self.recurs(from - 1);
        }
        Some(at + 1)
    }
}
