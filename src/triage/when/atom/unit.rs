//! Numbers with a unit behind them: 8月27日, 14時半, 3日後. A length without a direction is no date.

use super::super::links::leading;
use super::super::word::{Unit, Word};
use super::{Atom, AtomKind, DaySpec, Reader, written};

impl Reader<'_> {
    /// A number with a unit of its own language.
    pub(super) fn with_unit(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        match self.unit(at) {
            Some(Unit::Year) if digits == 4 || value >= 1900 => self.after_year(at, at + 2, value),
            Some(Unit::Month) => self.month(at, at, None),
            Some(Unit::Day) => {
                if let Some(sign) = self.direction(at + 1) {
                    self.day(at, at + 2, DaySpec::Offset(sign * value));
                    return Some(at + 3);
                }
                // 明日一日: all day, not the first.
                if value == 1
                    && self
                        .atoms
                        .last()
                        .is_some_and(|day| Some(day.end) == self.token(at).map(|one| one.start))
                {
                    return Some(at + 2);
                }
                self.day(at, at + 1, written(None, None, value)?);
                self.weekday_behind(at + 1)
            }
            Some(Unit::Hour) => {
                if self.word(at + 2) == Some(Word::Unit(Unit::Half)) && self.touches(at + 1) {
                    return self.hour(at, at + 2, value, Some(30));
                }
                let minute = self
                    .number(at + 2)
                    .filter(|_| self.touches(at + 1) && self.unit(at + 2) == Some(Unit::Minute));
                // 14時30: two digits right behind the hour are minutes.
                let short = self
                    .number(at + 2)
                    .filter(|&(_, digits)| digits == 2 && self.between(at + 1) == Some(""));
                match minute {
                    None if short.is_some_and(|(minute, _)| minute < 60) && self.unit(at + 2).is_none() => {
                        self.hour(at, at + 2, value, short.map(|(minute, _)| minute))
                    }
                    Some((minute, _)) => self.hour(at, at + 3, value, Some(minute)),
                    None => self.hour(at, at + 1, value, None),
                }
            }
            Some(Unit::Week | Unit::Half | Unit::Minute | Unit::Second | Unit::Quarter | Unit::Year) => {
                Some(at + 2)
            }
            None => self.length(at, value).or_else(|| self.marked(at, value)),
        }
    }

    /// `23(日)14時`: the weekday in brackets makes the number a day.
    fn marked(&mut self, at: usize, value: i32) -> Option<usize> {
        let inside = self.after(at).strip_prefix('(')?;
        let short = self.tongue.short_weekdays.iter();
        short
            .filter_map(|(word, _)| inside.strip_prefix(word.as_str()))
            .find(|rest| rest.starts_with(')'))?;
        self.day(at, at, written(None, None, value)?);
        Some(at + 1)
    }

    /// Behind a length: 後 is +1, 前 is -1.
    pub(super) fn direction(&self, at: usize) -> Option<i32> {
        match self.word(at + 1).filter(|_| self.touches(at)) {
            Some(Word::Later) => Some(1),
            Some(Word::Ago) => Some(-1),
            _ => None,
        }
    }

    /// `3週間後`, `za 3 dni`; a length without direction is no date.
    pub(super) fn length(&mut self, at: usize, value: i32) -> Option<usize> {
        let Some(Word::Period(unit)) = self.word(at + 1).filter(|_| self.touches(at)) else { return None };
        let ahead = at
            .checked_sub(1)
            .filter(|&before| self.word(before) == Some(Word::Ahead) && self.touches(before));
        let (first, last, sign) = match (ahead, self.direction(at + 1)) {
            (_, Some(sign)) => (at, at + 2, sign),
            (Some(before), None) => (before, at + 1, 1),
            (None, None) => return Some(at + 2),
        };
        let spec = match unit {
            Unit::Day => DaySpec::Offset(sign * value),
            Unit::Week => DaySpec::Offset(sign * value * 7),
            Unit::Month => DaySpec::MonthsFromToday(sign * value),
            Unit::Year => DaySpec::MonthsFromToday(sign * value * 12),
            Unit::Hour | Unit::Half | Unit::Minute | Unit::Second | Unit::Quarter => return Some(last + 1),
        };
        self.day(first, last, spec);
        Some(last + 1)
    }

    pub(super) fn after_year(&mut self, from: usize, at: usize, year: i32) -> Option<usize> {
        if self.touches(at - 1) && self.unit(at) == Some(Unit::Month) {
            return self.month(from, at, Some(year));
        }
        Some(at)
    }

    /// At a number with 月 behind it, with or without a day.
    pub(super) fn month(&mut self, from: usize, at: usize, year: Option<i32>) -> Option<usize> {
        let month = self.number(at)?.0;
        let near = self.touches(at + 1) || self.between(at + 1) == Some("の");
        let day = self.number(at + 2).filter(|_| near && self.unit(at + 2) == Some(Unit::Day));
        // `8月27、28日`: the first day of a list goes without its unit.
        let bare = self.number(at + 2).filter(|&(_, digits)| self.touches(at + 1) && digits <= 2);
        let bare = bare.filter(|_| !leading(self.after(at + 2), self.tongue).list.is_empty());
        if let Some((day, _)) = day.or(bare) {
            let end = if self.unit(at + 2) == Some(Unit::Day) { at + 3 } else { at + 2 };
            self.day(from, end, written(year, Some(month), day)?);
            return self.weekday_behind(end);
        }
        let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
        let year = year.and_then(|year| i16::try_from(year).ok());
        self.day(from, at + 1, DaySpec::MonthNamed { year, month });
        Some(at + 2)
    }

    /// `27日水曜日`, `27日の水曜`: the weekday that checks the day.
    pub(super) fn weekday_behind(&mut self, at: usize) -> Option<usize> {
        let Some(Word::Weekday(weekday)) =
            self.word(at + 1).filter(|_| self.touches(at) || self.between(at) == Some("の"))
        else {
            return Some(at + 1);
        };
        let end = self.token(at + 1)?.end;
        if let Some(Atom { kind: AtomKind::Day(day), end: last, .. }) = self.atoms.last_mut() {
            (day.weekday, *last) = (Some(weekday), end);
        }
        Some(at + 2)
    }
}
