//! Years, eras, quarters and parts of them: 2027年, 令和9年, R9.8.27, 来年の第1四半期, 8月上旬, 月末.

use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::period::Slice;
use super::super::word::{Link, Unit, Word};
use super::{Atom, AtomKind, Day, DaySpec, Reader, written};

impl Reader<'_> {
    /// `令和8年8月27日`, `R8.8.27`; a letter is an era only before a whole date.
    pub(super) fn era(&mut self, at: usize, base: i32) -> Option<usize> {
        if self.between(at) == Some("元") && self.word(at + 1) == Some(Word::Unit(Unit::Year)) {
            return self.after_year(at, at + 2, base + 1);
        }
        let (value, digits) = self.number(at + 1).filter(|_| self.touches(at))?;
        if self.unit(at + 1) == Some(Unit::Year) {
            return self.after_year(at, at + 3, base + value);
        }
        let separator = self.between(at + 1)?;
        let (month, _) = self.number(at + 2)?;
        let (day, _) = self.number(at + 3)?;
        let same = self.between(at + 2) == Some(separator);
        if digits <= 2 && same && matches!(separator, "/" | "." | "-" | ",") {
            self.day(at, at + 3, written(Some(base + value), Some(month), day)?);
            return Some(at + 4);
        }
        None
    }

    /// Behind 2027年: its month, or the year alone.
    pub(super) fn after_year(&mut self, from: usize, at: usize, year: i32) -> Option<usize> {
        let near = self.touches(at - 1) || matches!(self.between(at - 1), Some("の" | "/"));
        if near && self.unit(at) == Some(Unit::Month) {
            return self.month(from, at, Some(year));
        }
        let year = i16::try_from(year).ok().filter(|year| (1..=2199).contains(year))?;
        self.day(from, at - 1, DaySpec::YearNamed(year));
        Some(at)
    }

    /// `2020~2021年`: the unit at the end belongs to both.
    pub(super) fn shared_year(&mut self, at: usize) -> Option<usize> {
        let (first, digits) = self.number(at)?;
        let (last, last_digits) = self.number(at + 1)?;
        let links = gap(self.between(at)?, self.tongue)?;
        if digits != 4 || last_digits != 4 || !links.only(&[Link::Range, Link::Or, Link::Comma]) {
            return None;
        }
        if links.list.len() != 1 || self.unit(at + 1) != Some(Unit::Year) {
            return None;
        }
        let year = |year: i32| i16::try_from(year).ok().filter(|year| (1900..=2199).contains(year));
        self.day(at, at, DaySpec::YearNamed(year(first)?));
        self.day(at + 1, at + 2, DaySpec::YearNamed(year(last)?));
        Some(at + 3)
    }

    /// `来年1月5日`, `今年の10/5`, `2027年の海の日`: the year before it belongs to it.
    pub(super) fn lead_year(&mut self, atom: &mut Atom) {
        let AtomKind::Day(day) = &mut atom.kind else { return };
        let Some(Atom { start, end, kind: AtomKind::Day(before) }) = self.atoms.last().copied() else {
            return;
        };
        let takes = match day.spec {
            DaySpec::Written { year, month, .. } => year.is_none() && month.is_some(),
            DaySpec::MonthNamed { year, .. } => year.is_none(),
            DaySpec::NthNamed { month, .. } | DaySpec::NthWeek { month, .. } => month.is_some(),
            DaySpec::Holiday(_) | DaySpec::Quarter(_) => true,
            _ => false,
        };
        let near = gap(self.slice(end, atom.start), self.tongue).is_some_and(|links| {
            let comma = self.tongue.script == Script::Han && links.only(&[Link::Comma]);
            !links.newline && (comma || links.only(&[Link::Glue])) && links.list.len() < 2
        });
        if !takes || !near || before.slice.is_some() {
            return;
        }
        match before.spec {
            DaySpec::Year(years) => day.years = Some(years),
            DaySpec::YearNamed(year) => {
                day.year = Some(year);
                if let DaySpec::Written { year: unset, .. } | DaySpec::MonthNamed { year: unset, .. } =
                    &mut day.spec
                {
                    *unset = Some(year);
                }
            }
            _ => return,
        }
        atom.start = start;
        self.atoms.pop();
    }

    /// `8月上旬`, `来月末`, `今週後半`; 月末 and 下旬 stand for this month where none is named.
    pub(super) fn slice_word(&mut self, at: usize, part: Slice) -> Option<usize> {
        let token = self.token(at)?;
        let (text, tongue) = (self.text, self.tongue);
        if let Some(Atom { end, kind: AtomKind::Day(day), .. }) = self.atoms.last_mut()
            && day.slice.is_none()
            && matches!(
                day.spec,
                DaySpec::Month(_)
                    | DaySpec::MonthNamed { .. }
                    | DaySpec::Year(_)
                    | DaySpec::YearNamed(_)
                    | DaySpec::Week(_)
            )
            && gap(text.get(*end..token.start).unwrap_or_default(), tongue)
                .is_some_and(|links| !links.newline && links.only(&[Link::Glue]) && links.list.len() < 2)
        {
            day.slice = Some(part);
            *end = token.end;
            return Some(at + 1);
        }
        let word = self.slice(token.start, token.end);
        let spec = if word.starts_with('週') {
            DaySpec::Week(0)
        } else if word.starts_with('月') || word.ends_with('旬') {
            DaySpec::Month(0)
        } else {
            return None;
        };
        let day = Day { slice: Some(part), ..Day::new(spec) };
        self.atoms.push(Atom { start: token.start, end: token.end, kind: AtomKind::Day(day) });
        Some(at + 1)
    }
}
