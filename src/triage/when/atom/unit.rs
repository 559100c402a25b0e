//! Numbers with a unit behind them: 8月27日, 14時半, 3日後. A length without a direction is no date.

use super::super::lexicon::Script;
use super::super::links::leading;
use super::super::word::{Unit, Word};
use super::{Atom, AtomKind, DaySpec, Reader, written};

impl Reader<'_> {
    /// A number with a unit of its own language.
    pub(super) fn with_unit(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        if let Some(next) = self.length(at) {
            return Some(next);
        }
        match self.unit(at) {
            Some(Unit::Year) if digits == 4 || value >= 1900 => self.after_year(at, at + 2, value),
            Some(Unit::Month) => self.month(at, at, None),
            Some(Unit::Day) => {
                // 明日一日: all day, not the first.
                if value == 1
                    && self
                        .atoms
                        .last()
                        .is_some_and(|day| Some(day.end) == self.token(at).map(|one| one.start))
                {
                    return Some(at + 2);
                }
                // どこか1日: one of several days.
                let before = self.slice(0, self.token(at)?.start);
                if value == 1
                    && ["どこか", "いずれか", "どれか", "まる", "丸"]
                        .iter()
                        .any(|word| before.ends_with(word))
                {
                    return Some(at + 2);
                }
                self.day(at, at + 1, written(None, None, value)?);
                self.weekday_behind(at + 1)
            }
            Some(Unit::Hour) => self.timed(at, value),
            Some(Unit::Week | Unit::Half | Unit::Minute | Unit::Second | Unit::Quarter | Unit::Year) => {
                Some(at + 2)
            }
            None => self
                .marked(at, value)
                .or_else(|| self.month_part(at, value))
                .or_else(|| self.mistyped(at, value, digits)),
        }
    }

    /// `6月頭`, `8月半ば`: the word for the part brings the 月 of its month along.
    fn month_part(&mut self, at: usize, value: i32) -> Option<usize> {
        let Some(Word::Slice(part)) = self.word(at + 1).filter(|_| self.touches(at)) else { return None };
        let month = i8::try_from(value).ok().filter(|month| (1..=12).contains(month))?;
        if !self.after(at).starts_with('月') {
            return None;
        }
        self.day(at, at + 1, DaySpec::MonthNamed { year: None, month });
        if let Some(Atom { kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
            day.slice = Some(part);
        }
        Some(at + 2)
    }

    /// 10月12号，星期一
    fn comma(&self, at: usize) -> bool {
        self.tongue.script == Script::Han && self.between(at).is_some_and(|between| between.trim() == ",")
    }

    /// An hour with the minutes and seconds behind it: 14時半, 14時30, 8時5分20秒.
    pub(super) fn timed(&mut self, at: usize, hour: i32) -> Option<usize> {
        let counted = |at: usize, unit: Unit| {
            self.number(at).filter(|_| self.touches(at - 1) && self.unit(at) == Some(unit)).map(|(n, _)| n)
        };
        let (mut last, mut minute, mut second) = (at + 1, None, None);
        if let Some(Word::Minutes(quarter)) = self.word(at + 2).filter(|_| self.touches(at + 1)) {
            (last, minute) = (at + 2, i32::try_from(quarter).ok());
        } else if self.word(at + 2) == Some(Word::Unit(Unit::Half)) && self.touches(at + 1) {
            (last, minute) = (at + 2, Some(30));
        } else if let Some(minutes) = counted(at + 2, Unit::Minute) {
            (last, minute) = (at + 3, Some(minutes));
        } else if counted(at + 2, Unit::Second).is_none()
            && let Some((minutes, digits)) = self.number(at + 2)
            && (digits == 2 || (digits == 0 && self.spoken_minute(at + 2, minutes)))
            && minutes < 60
            && self.between(at + 1) == Some("")
            && self.unit(at + 2).is_none()
        {
            // 14時30: two digits right behind the hour are minutes.
            (last, minute) = (at + 2, Some(minutes));
        }
        if let Some(seconds) = counted(last + 1, Unit::Second) {
            (last, second) = (last + 2, Some(seconds));
            minute = minute.or(Some(0));
        }
        self.exact(at, last, hour, (minute, second))
    }

    /// 三点十五: without the unit, minutes in words need two figures or a zero (零五).
    fn spoken_minute(&self, at: usize, minute: i32) -> bool {
        let zero = self.token(at).is_some_and(|token| self.slice(token.start, token.end).starts_with('零'));
        self.tongue.script == Script::Han && (minute > 10 || zero)
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

    /// `8月27日14持`: 持 for 時, right behind a date.
    fn mistyped(&mut self, at: usize, value: i32, digits: usize) -> Option<usize> {
        let start = self.token(at)?.start;
        let dated = self.atoms.last().is_some_and(|atom| {
            matches!(atom.kind, AtomKind::Day(_)) && self.slice(atom.end, start).trim().is_empty()
        });
        if !dated || digits > 2 || !self.after(at).starts_with('持') {
            return None;
        }
        let next = self.hour(at, at, value, None)?;
        if let Some(atom) = self.atoms.last_mut() {
            atom.end += '持'.len_utf8();
        }
        Some(next)
    }

    /// At a number with 月 behind it, with or without a day.
    pub(super) fn month(&mut self, from: usize, at: usize, year: Option<i32>) -> Option<usize> {
        let month = self.number(at)?.0;
        let near = self.touches(at + 1) || matches!(self.between(at + 1), Some("の" | "/"));
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
        let Some(Word::Weekday(weekday)) = self
            .word(at + 1)
            .filter(|_| self.touches(at) || self.between(at) == Some("の") || self.comma(at))
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
