//! Numbers that nothing marks, read by their neighbours: a year behind "in" or "since" or in a range of years, a day
//! of the month behind its weekday (Sunday 31). Anything else stays a number.

use super::super::lexicon::Script;
use super::super::word::{Link, Word};
use super::{AtomKind, Day, DaySpec, Reader, written};

impl Reader<'_> {
    /// A year in figures or words, where its neighbours say that it is one.
    pub(super) fn bare_year(&mut self, at: usize) -> Option<usize> {
        let year = self.year_like(at).filter(|_| self.tongue.script == Script::Latin)?;
        let next = at + 1;
        let counted = matches!(self.word(next), Some(Word::Period(_) | Word::Unit(_))) && self.touches(at);
        let follows = at.checked_sub(1).is_some_and(|other| {
            let year = matches!(
                self.atoms.last().map(|atom| atom.kind),
                Some(AtomKind::Day(Day { spec: DaySpec::YearNamed(_), .. }))
            );
            year && self
                .links(other, at)
                .is_some_and(|links| matches!(links.list.as_slice(), [Link::Range | Link::Or | Link::Comma]))
        });
        let leads = self.year_like(next).is_some()
            && self.links(at, next).is_some_and(|links| matches!(links.list.as_slice(), [Link::Range]));
        let month = matches!(self.word(next), Some(Word::MonthName(_) | Word::MonthMaybe(_)));
        let beside = follows || leads || (month && self.touches(at));
        if !beside && (counted || !self.year_is_led(at)) {
            return None;
        }
        self.day(at, at, DaySpec::YearNamed(year));
        Some(next)
    }

    pub(super) fn year_like(&self, at: usize) -> Option<i16> {
        let (value, _) = self.number(at).filter(|&(_, digits)| digits == 4 || digits == 0)?;
        i16::try_from(value).ok().filter(|year| (1900..=2099).contains(year))
    }

    /// A short word such as "in" stands before the number, and no sum, code or time goes on behind it.
    fn year_is_led(&self, at: usize) -> bool {
        let Some(token) = self.token(at) else { return false };
        let before = self.slice(self.line_start(at), token.start);
        let mut rest = self.after(at).chars();
        let next = rest.next();
        let ends = next.is_none_or(|c| !matches!(c, ':' | '/' | '-' | '%' | '$' | '€' | '.' | ',' | '\''))
            || (matches!(next, Some('.' | ',')) && rest.next().is_none_or(|c| !c.is_ascii_digit()));
        ends && before.ends_with(' ') && self.tongue.link_before(before).is_some()
    }

    /// `Sunday 31`: too large for an hour that is said with a weekday.
    pub(super) fn day_behind_weekday(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        let token = self.token(at)?;
        let weekday = self.atoms.last().is_some_and(|atom| {
            matches!(atom.kind, AtomKind::Day(Day { spec: DaySpec::Weekday { weeks: None, .. }, .. }))
                && matches!(self.slice(atom.end, token.start), " " | ", ")
        });
        let ends = !self.after(at).starts_with([':', '.', '/', '-', 'h']);
        if !weekday || digits != 2 || !(13..=31).contains(&value) || !ends {
            return None;
        }
        self.day(at, at, written(None, None, value)?);
        Some(at + 1)
    }
}
