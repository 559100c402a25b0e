//! What is counted inside a period: `the third Tuesday of September`, `last day of October`, `4th quarter 2018`,
//! `the beginning of next month`.

use super::super::count::{Count, Counted, MonthOf, YearOf};
use super::super::lexicon::Script;
use super::super::period::Slice;
use super::super::scan::Kind;
use super::super::word::{Holiday, Link, Unit, Word};
use super::{Atom, AtomKind, DaySpec, Reader};

impl Reader<'_> {
    /// At an ordinal, or at "last" as −1.
    pub(super) fn nth(&mut self, at: usize, nth: i32) -> Option<usize> {
        let mut what_at = at + 1;
        let mut nth = i8::try_from(nth).ok()?;
        // the second last week
        if nth > 0 && matches!(self.word(what_at), Some(Word::Week { weeks: -1, alone: false })) {
            (nth, what_at) = (-nth, what_at + 1);
        }
        if !self.touches(what_at - 1) {
            return None;
        }
        if nth > 0 && self.word(what_at) == Some(Word::Week { weeks: -1, alone: true }) {
            return self.week_of_month(at, what_at, -nth);
        }
        let what = match self.word(what_at) {
            Some(Word::Weekday(weekday)) => Counted::Weekday(weekday),
            Some(Word::Period(Unit::Day)) => Counted::Day,
            Some(Word::Period(Unit::Week)) => Counted::Week,
            Some(Word::Period(Unit::Quarter)) => return self.quarter(at, what_at, nth),
            Some(Word::Period(Unit::Month)) => return self.nth_of_year(at, what_at, nth),
            _ => return None,
        };
        if let Some(next) = self.nth_of_year(at, what_at, nth) {
            return Some(next);
        }
        let glued = self.links(what_at, what_at + 1)?.only(&[Link::Glue]);
        let (month, last) = self.month_of(what_at + 1).filter(|_| glued)?;
        self.day(at, last, DaySpec::Count(Count::NthIn { nth, what, month }));
        Some(last + 1)
    }

    /// `last week of October`: the words for last week, when a month follows them.
    pub(super) fn week_of_month(&mut self, at: usize, last: usize, nth: i8) -> Option<usize> {
        let links = self.links(last, last + 1)?;
        let glued = !links.list.is_empty() && links.only(&[Link::Glue]);
        let (month, last) = self.month_of(last + 1).filter(|_| glued)?;
        let what = Counted::Week;
        self.day(at, last, DaySpec::Count(Count::NthIn { nth, what, month }));
        Some(last + 1)
    }

    /// A month, by name or from now, with the token that ends it.
    pub(super) fn month_of(&self, at: usize) -> Option<(MonthOf, usize)> {
        match self.word(at) {
            Some(Word::MonthName(month) | Word::MonthMaybe(month)) => {
                let year = self.year_behind(at);
                let last = year.map_or(at, |(_, last)| last);
                let year = year.and_then(|(year, _)| i16::try_from(year).ok());
                Some((MonthOf::Named { year, month }, last))
            }
            Some(Word::Month(months)) => Some((MonthOf::From(months), at)),
            Some(Word::Week { weeks: by, alone: false }) => self.this_month(at, by),
            Some(Word::This) => self.this_month(at, 0),
            Some(Word::Coming) => self.this_month(at, 1),
            _ => None,
        }
    }

    fn this_month(&self, at: usize, by: i32) -> Option<(MonthOf, usize)> {
        let month = self.word(at + 1) == Some(Word::Period(Unit::Month)) && self.touches(at);
        month.then_some((MonthOf::From(by), at + 1))
    }

    /// `the third week of 2027`, `the ninth month of next year`.
    fn nth_of_year(&mut self, at: usize, what_at: usize, nth: i8) -> Option<usize> {
        let (year, last) = self.which_year(what_at);
        if year == YearOf::Open {
            return None;
        }
        let spec = match self.word(what_at) {
            Some(Word::Period(Unit::Week)) => Count::NthWeek { year, nth },
            Some(Word::Period(Unit::Month)) => Count::NthMonth { year, nth },
            _ => return None,
        };
        self.day(at, last, DaySpec::Count(spec));
        Some(last + 1)
    }

    fn quarter(&mut self, at: usize, last: usize, nth: i8) -> Option<usize> {
        if !(1..=4).contains(&nth) {
            return None;
        }
        let (year, last) = self.which_year(last);
        self.day(at, last, DaySpec::Quarter(nth));
        self.in_year(year);
        Some(last + 1)
    }

    /// The year behind a quarter or season, with the token that ends it.
    fn which_year(&self, at: usize) -> (YearOf, usize) {
        if let Some((year, last)) = self.year_behind(at)
            && let Ok(year) = i16::try_from(year)
        {
            return (YearOf::Number(year), last);
        }
        let glued = self
            .token(at + 1)
            .and_then(|_| self.links(at, at + 1))
            .is_some_and(|links| links.only(&[Link::Glue]));
        match self.word(at + 1).filter(|_| glued) {
            Some(Word::Year(years)) => (YearOf::From(years), at + 1),
            Some(Word::Week { weeks: by, alone: false })
                if self.word(at + 2) == Some(Word::Period(Unit::Year)) && self.touches(at + 1) =>
            {
                (YearOf::From(by), at + 2)
            }
            _ => (YearOf::Open, at),
        }
    }

    /// `Halloween 2027`, `Easter of next year`.
    pub(super) fn holiday(&mut self, at: usize, holiday: Holiday) -> Option<usize> {
        let latin = self.tongue.script == Script::Latin;
        let (year, last) = if latin { self.which_year(at) } else { (YearOf::Open, at) };
        self.day(at, last, DaySpec::Holiday(holiday));
        self.in_year(year);
        Some(last + 1)
    }

    /// Gives the date just read its year.
    fn in_year(&mut self, year: YearOf) {
        if let Some(Atom { kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
            match year {
                YearOf::Number(year) => day.year = Some(year),
                YearOf::From(years) => day.years = Some(years),
                YearOf::Open => {}
            }
        }
    }

    /// `summer 2027`, `spring of next year`; a season alone is no date.
    pub(super) fn season(&mut self, at: usize, nth: i8) -> Option<usize> {
        let (year, last) = self.which_year(at);
        if year == YearOf::Open {
            return None;
        }
        self.day(at, last, DaySpec::Count(Count::Season { year, nth }));
        Some(last + 1)
    }

    fn edge_of_year(&mut self, at: usize, edge: Slice) -> Option<usize> {
        let year = self.year_like(at + 1)?;
        self.day(at, at + 1, DaySpec::YearNamed(year));
        if let Some(Atom { kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
            day.slice = Some(edge);
        }
        Some(at + 2)
    }

    /// `the week of April 10th`: the date behind it, with its whole week.
    pub(super) fn week_of(&mut self, at: usize) -> Option<usize> {
        let links = self.links(at, at + 1)?;
        let date = match self.token(at + 1)?.kind {
            Kind::Number { value, .. } => value <= 31 && !matches!(self.word(at + 2), Some(Word::Period(_))),
            Kind::Word(word) => matches!(
                word,
                Word::MonthName(_) | Word::MonthMaybe(_) | Word::Ordinal { .. } | Word::Holiday(_)
            ),
        };
        if !date || links.list.is_empty() || !links.only(&[Link::Glue]) {
            return None;
        }
        let (start, before) = (self.token(at)?.start, self.atoms.len());
        let next = self.step(at + 1)?;
        let made = self.atoms.len() == before + 1;
        if let Some(Atom { start: begin, kind: AtomKind::Day(day), .. }) =
            self.atoms.last_mut().filter(|_| made)
        {
            (*begin, day.week_of) = (start, true);
        }
        Some(next)
    }

    /// `early March`, `end of the month`: the date behind it, cut to a third.
    pub(super) fn edge(&mut self, at: usize, edge: Slice) -> Option<usize> {
        let glued = self.links(at, at + 1)?.only(&[Link::Glue]);
        if !glued {
            return None;
        }
        let start = self.token(at)?.start;
        let before = self.atoms.len();
        if let Some(next) = self.edge_of_year(at, edge) {
            return Some(next);
        }
        let next = match self.word(at + 1) {
            Some(Word::Period(unit @ (Unit::Week | Unit::Month | Unit::Year))) => {
                self.day(at + 1, at + 1, DaySpec::Count(Count::Run { unit, from: 0, count: 1 }));
                at + 2
            }
            Some(Word::MonthName(month) | Word::MonthMaybe(month)) => self.month_name(at + 1, month, true)?,
            Some(Word::Month(_) | Word::Week { .. } | Word::This | Word::Coming) => self.step(at + 1)?,
            _ => return None,
        };
        let made = self.atoms.len() == before + 1;
        if let Some(Atom { start: begin, kind: AtomKind::Day(day), .. }) =
            self.atoms.last_mut().filter(|_| made)
        {
            let long = matches!(
                day.spec,
                DaySpec::Week(_) | DaySpec::Month(_) | DaySpec::MonthNamed { .. } | DaySpec::Count(_)
            );
            if long {
                (*begin, day.slice) = (start, Some(edge));
            }
        }
        Some(next)
    }
}
