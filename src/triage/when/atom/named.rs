//! Dates with the month in words, and ordinals: `14 February 2015`, `March the third`, `18-tego lutego`, `the 27th`.

use super::super::count::MonthOf;
use super::super::links::{Links, gap};
use super::super::scan::Kind;
use super::super::word::{Link, Word};
use super::{Atom, AtomKind, Day, DaySpec, Reader, written};

impl Reader<'_> {
    /// What stands between two tokens, when it is nothing but links on one line.
    pub(super) fn links(&self, from: usize, to: usize) -> Option<Links> {
        let between = self.slice(self.token(from)?.end, self.token(to)?.start);
        gap(between, self.tongue).filter(|links| !links.newline)
    }

    /// A day of the month, in figures, words or as an ordinal.
    fn day_number(&self, at: usize) -> Option<(i32, bool)> {
        let (value, ordinal) = match self.token(at)?.kind {
            Kind::Number { value, digits } if digits <= 2 => (i32::try_from(value).ok()?, false),
            Kind::Word(Word::Ordinal { nth, .. }) => (nth, true),
            Kind::Number { .. } | Kind::Word(_) => return None,
        };
        (1..=31).contains(&value).then_some((value, ordinal))
    }

    /// A year right behind a date, with the token that ends it.
    pub(super) fn year_behind(&self, at: usize) -> Option<(i32, usize)> {
        // in 2027: the short word may be one of the grammar's own.
        let led = matches!(self.word(at + 1), Some(Word::WithinAhead));
        let next = if led { at + 2 } else { at + 1 };
        let (year, digits) = self.number(next)?;
        let between = self.slice(self.token(at)?.end, self.token(next)?.start);
        let full = (1900..=2199).contains(&year) && digits != 3;
        let near = matches!(between.trim(), "" | "," | "." | "-" | "/")
            || gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue]) && !links.newline);
        if full && near && between.len() < 9 && !self.after(next).starts_with(':') {
            return Some((year, next));
        }
        // Sep '14, 9 Aug 96
        let century = if year < 70 { 2000 } else { 1900 };
        let short = match between.trim() {
            "'" => true,
            "" | "," => year > 31 && !matches!(self.word(next + 1), Some(Word::Period(_) | Word::Unit(_))),
            _ => false,
        };
        (digits == 2 && short && !self.after(next).starts_with([':', '.', '%']))
            .then_some((century + year, next))
    }

    /// `2027/Sep/3`, `3-Sep-27`: a year joined to the month by the sign that joins the day.
    fn year_by_sign(&self, month: usize, day_first: bool) -> Option<(i32, usize)> {
        let before = month.checked_sub(1)?;
        let sign = self.between(before).filter(|sign| matches!(*sign, "/" | "-"))?;
        if self.between(month) != Some(sign) {
            return None;
        }
        let at = if day_first { month + 1 } else { before };
        let (year, digits) = self.number(at)?;
        match digits {
            4 if (1900..=2199).contains(&year) => Some((year, at)),
            2 if day_first => Some((if year < 70 { 2000 + year } else { 1900 + year }, at)),
            _ => None,
        }
    }

    /// A day number with its month behind it: the month and the token that ends it.
    fn month_behind(&self, at: usize, ordinal: bool) -> Option<(MonthOf, usize)> {
        let month = match self.word(at + 1) {
            Some(Word::MonthName(month) | Word::MonthMaybe(month)) => MonthOf::Named { year: None, month },
            Some(Word::Month(months)) => MonthOf::From(months),
            // the 20th of the previous month
            Some(Word::Week { .. } | Word::This | Word::Coming) => {
                let (month, last) = self.month_of(at + 1)?;
                return self.links(at, at + 1)?.only(&[Link::Glue]).then_some((month, last));
            }
            _ => return None,
        };
        let between = self.between(at)?;
        let glued = || gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue]));
        let near = matches!(between.trim(), "" | "of" | "." | "-" | "/" | "of the")
            || (ordinal && glued())
            || (matches!(month, MonthOf::From(_)) && glued());
        (near && between.len() < 10 && !between.contains('\n')).then_some((month, at + 1))
    }

    /// `14 February`, `the 15th of next month`, and the first of `13 to 15 July`.
    pub(super) fn day_and_month(&mut self, at: usize) -> Option<usize> {
        let (day, ordinal) = self.day_number(at)?;
        if let Some((month, last)) = self.month_behind(at, ordinal) {
            return self.with_month(at, last, day, month);
        }
        // The second day may stand behind a word such as "until".
        let second = [at + 1, at + 2].into_iter().find(|&second| self.day_number(second).is_some())?;
        let links = self.links(at, second)?;
        let joined = links.has(Link::Range) || links.has(Link::Or) || links.has(Link::Comma);
        if !joined || !links.only(&[Link::Range, Link::Or, Link::Comma, Link::Glue]) {
            return None;
        }
        let (last_day, second_ordinal) = self.day_number(second)?;
        let (month, end) = self.month_behind(second, ordinal || second_ordinal)?;
        if last_day <= day {
            return None;
        }
        let year = self.year_behind(end).map(|(year, _)| year);
        let spec = match month {
            MonthOf::Named { month, .. } => written(year, Some(i32::from(month)), day)?,
            MonthOf::From(months) => DaySpec::InMonth { months, day: i8::try_from(day).ok()? },
        };
        self.day(at, at, spec);
        if let Some(Atom { kind: AtomKind::Day(first), .. }) = self.atoms.last_mut() {
            first.shares = !links.has(Link::Range);
        }
        Some(second)
    }

    fn with_month(&mut self, from: usize, last: usize, day: i32, month: MonthOf) -> Option<usize> {
        match month {
            MonthOf::Named { month, .. } => {
                let year = self.year_by_sign(last, true).or_else(|| self.year_behind(last));
                let spec = written(year.map(|(year, _)| year), Some(i32::from(month)), day)?;
                let last = year.map_or(last, |(_, last)| last);
                self.day(from, last, spec);
                Some(last + 1)
            }
            MonthOf::From(months) => {
                self.day(from, last, DaySpec::InMonth { months, day: i8::try_from(day).ok()? });
                Some(last + 1)
            }
        }
    }

    /// `February 14`, `Feb. 14th, 2026`, `March the third`, `October 2014`; a name that is also another word (may)
    /// needs its number.
    pub(super) fn month_name(&mut self, at: usize, month: i8, sure: bool) -> Option<usize> {
        let month_number = Some(i32::from(month));
        if let Some((day, ordinal)) = self.day_number(at + 1)
            && let Some(between) = self.between(at)
            && (matches!(between.trim(), "" | "." | "the" | "-" | "/" | ",")
                || (ordinal && gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue]))))
            && !between.contains('\n')
            && !self.counts_hours(at + 1)
        {
            let ahead = self.year_by_sign(at, false);
            let year = ahead.or_else(|| self.year_behind(at + 1));
            let last = year.map_or(at + 1, |(_, last)| last.max(at + 1));
            let first = ahead.map_or(at, |(_, first)| first);
            self.day(first, last, written(year.map(|(year, _)| year), month_number, day)?);
            return Some(last + 1);
        }
        let year = self.year_behind(at);
        let led = || {
            let before = self.token(at).map_or("", |token| self.slice(self.line_start(at), token.start));
            self.tongue.link_before(before).is_some()
        };
        if year.is_none() && !sure && !led() {
            return None;
        }
        let last = year.map_or(at, |(_, last)| last);
        let year = year.and_then(|(year, _)| i16::try_from(year).ok());
        self.day(at, last, DaySpec::MonthNamed { year, month });
        Some(last + 1)
    }

    /// The number is an hour: minutes, am or pm follow.
    fn counts_hours(&self, at: usize) -> bool {
        let rest = self.after(at);
        let minutes =
            rest.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let marked = matches!(self.word(at + 1), Some(Word::Meridiem(_) | Word::Unit(_))) && self.touches(at);
        minutes || marked
    }

    /// An ordinal that stands alone: a rank, an hour (o trzeciej), or a day of the month (the 27th).
    pub(super) fn ordinal(&mut self, at: usize, nth: i32, hour: bool) -> Option<usize> {
        if let Some(next) = self.day_and_month(at).or_else(|| self.nth(at, nth)) {
            return Some(next);
        }
        match self.word(at + 1).filter(|_| self.touches(at)) {
            Some(Word::RankClose) => {
                self.rank(at, at + 1, nth);
                return Some(at + 2);
            }
            Some(Word::Counted) => return Some(at + 2),
            _ => {}
        }
        if hour {
            return self.spoken_hour(at, nth);
        }
        // In words it is a date only where a date is announced: on the first, Tuesday the nineteenth.
        let token = self.token(at)?;
        let figures =
            self.text.get(token.start..).is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        let weekday = self.atoms.last().is_some_and(|atom| {
            matches!(atom.kind, AtomKind::Day(Day { spec: DaySpec::Weekday { .. }, .. }))
                && gap(self.slice(atom.end, token.start), self.tongue).is_some_and(|links| !links.newline)
        });
        let before = self.slice(self.line_start(at), token.start);
        let announced = before.ends_with("on the ") || (nth > 12 && before.ends_with("the "));
        if !figures && !weekday && !announced {
            return None;
        }
        self.day(at, at, written(None, None, nth)?);
        Some(at + 1)
    }
}
