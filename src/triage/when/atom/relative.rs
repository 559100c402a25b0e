//! Dates counted from now or from another date: `in half an hour`, `3 weeks ago`, `the next two days`, `last quarter`,
//! `two days after Easter`, `za 2,5 godziny`, `前两个月`.

use super::super::count::{Count, YearOf};
use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::period::Length;
use super::super::scan::Kind;
use super::super::word::{Link, Unit, Word};
use super::amount::Amount;
use super::{Atom, AtomKind, Clock, DaySpec, Reader};

impl Reader<'_> {
    /// At a word or number that may begin a relative date.
    pub(super) fn relative(&mut self, at: usize) -> Option<usize> {
        match self.token(at)?.kind {
            Kind::Word(Word::Ahead) => self.ahead(at, true),
            Kind::Word(Word::WithinAhead) => self.ahead(at, false),
            Kind::Word(Word::Week { weeks: -1, alone: true }) => self.week_of_month(at, at, -1),
            Kind::Word(Word::Week { weeks: -1, alone: false }) => {
                self.nth(at, -1).or_else(|| self.turn(at, -1))
            }
            Kind::Word(Word::Week { weeks, alone: false }) => self.turn(at, weeks),
            Kind::Word(Word::Later | Word::Ago) if self.tongue.script == Script::Han => self.led(at),
            Kind::Number { digits: 2, .. } if self.short_year(at).is_some() => {
                let year = self.short_year(at)?;
                self.after_year(at, at + 2, year)
            }
            Kind::Word(Word::Back) => self.window(at, true),
            Kind::Word(Word::Forth) => self.window(at, false),
            Kind::Word(Word::Coming) => self.turn(at, 1),
            Kind::Word(Word::This) => self.this(at),
            Kind::Number { .. }
                if matches!(self.word(at + 1), Some(Word::Weekday(_) | Word::EveryWeekday(_))) =>
            {
                self.counted_weekdays(at)
            }
            Kind::Word(Word::Period(Unit::Week)) if self.tongue.script == Script::Latin => {
                self.week_of(at).or_else(|| self.measured(at))
            }
            Kind::Number { .. }
            | Kind::Word(Word::Article | Word::Minutes(_) | Word::Period(_) | Word::Unit(Unit::Half)) => {
                self.measured(at)
            }
            Kind::Word(_) => None,
        }
    }

    /// The token behind a leading word, links such as "about" skipped.
    fn behind_lead(&self, at: usize) -> Option<usize> {
        let next = if self.word(at + 1).is_some_and(Word::leads_hour) { at + 2 } else { at + 1 };
        let links = self.links(at, next)?;
        links.list.is_empty().then_some(next)
    }

    /// `in 3 days`, `za tydzień`; a bare unit only where the word allows it.
    fn ahead(&mut self, at: usize, bare: bool) -> Option<usize> {
        let first = self.behind_lead(at)?;
        if let Some(next) = self.minutes_ahead(at, first) {
            return Some(next);
        }
        let amount = self.amount(first)?;
        if amount.count.is_none() && !bare {
            return None;
        }
        // I came in three weeks ago: the word belongs to the verb.
        if matches!(self.word(amount.last + 1), Some(Word::Ago)) {
            return self.measured(first);
        }
        self.day(at, amount.last, DaySpec::Shift { length: amount.length, from: 0 });
        Some(amount.last + 1)
    }

    /// 前三天 and 后两个小时 are whole units, 之前三天 and 之后两个小时 reach from now.
    fn led(&mut self, at: usize) -> Option<usize> {
        let token = self.token(at)?;
        let back = self.word(at) == Some(Word::Ago);
        if token.end - token.start > '前'.len_utf8() {
            return self.window(at, back);
        }
        self.turn(at, if back { -1 } else { 1 })
    }

    /// 18年10月, 07年: a year of two figures, told from a length by its month or its zero.
    fn short_year(&self, at: usize) -> Option<i32> {
        let (value, _) = self.number(at)?;
        let year = self.tongue.script == Script::Han && self.unit(at) == Some(Unit::Year);
        let month =
            self.number(at + 2).is_some() && self.touches(at + 1) && self.unit(at + 2) == Some(Unit::Month);
        let century = if value < 70 { 2000 } else { 1900 };
        (year && (month || self.leads_with_zero(at))).then_some(century + value)
    }

    /// `过去十年`, `未来三天`: up to now, or from now on.
    fn window(&mut self, at: usize, back: bool) -> Option<usize> {
        let amount = self.amount(self.behind_lead(at)?)?;
        amount.count?;
        self.day(at, amount.last, DaySpec::Window { length: amount.length, back, from: 0 });
        Some(amount.last + 1)
    }

    /// `next quarter`, `the last two weeks`, `next March`, `last summer`.
    fn turn(&mut self, at: usize, by: i32) -> Option<usize> {
        let next = self.behind_lead(at)?;
        if let Some(amount) = self.amount(next) {
            if amount.unit == Unit::Week && amount.count.is_none() && self.joins_weekday(at, amount.last, by)
            {
                return Some(amount.last + 1);
            }
            let (from, count) = match (amount.count, by) {
                (None, by) => (by, 1),
                (Some(_), 0) => return None,
                (Some(count), 1..) => (1, count),
                (Some(count), _) => (-count, count),
            };
            // "this hour" is as good as now, and "to godzina" says something else.
            let fine = matches!(amount.unit, Unit::Hour | Unit::Minute | Unit::Second);
            if count < 1 || (by == 0 && fine) {
                return None;
            }
            self.day(at, amount.last, DaySpec::Count(Count::Run { unit: amount.unit, from, count }));
            return Some(amount.last + 1);
        }
        match self.word(next) {
            // last night, next morning
            Some(Word::Part(part)) if self.tongue.script == Script::Latin => {
                self.day(at, at, DaySpec::Offset(by));
                self.clock(next, next, Clock::Part(part));
                Some(next + 1)
            }
            Some(Word::Season(nth)) => {
                self.day(at, next, DaySpec::Count(Count::Season { year: YearOf::From(by), nth }));
                Some(next + 1)
            }
            Some(Word::Holiday(holiday)) => {
                self.day(at, next, DaySpec::Count(Count::Feast { holiday, past: by < 0 }));
                Some(next + 1)
            }
            _ => None,
        }
    }

    /// `niedziela poprzedniego tygodnia`: the weekday before it lies in that week.
    fn joins_weekday(&mut self, at: usize, last: usize, by: i32) -> bool {
        let (Some(first), Some(end)) = (self.token(at), self.token(last)) else { return false };
        let (text, tongue) = (self.text, self.tongue);
        let Some(Atom { end: until, kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() else {
            return false;
        };
        let DaySpec::Weekday { weeks: unset @ None, .. } = &mut day.spec else { return false };
        let near = gap(text.get(*until..first.start).unwrap_or_default(), tongue);
        if !near.is_some_and(|links| !links.newline && links.only(&[Link::Glue])) {
            return false;
        }
        (*unset, *until) = (Some(by), end.end);
        true
    }

    /// `this quarter`, `this Tuesday`, `ten tydzień`.
    fn this(&mut self, at: usize) -> Option<usize> {
        let next = self.behind_lead(at)?;
        if let Some(Word::Weekday(weekday)) = self.word(next) {
            self.day(at, next, DaySpec::Count(Count::This(weekday)));
            return Some(next + 1);
        }
        self.turn(at, 0)
    }

    /// A length with what gives it a direction: `2 weeks ago`, `three days after Easter`. Without one it is no date,
    /// and what belongs to it is passed over.
    fn measured(&mut self, at: usize) -> Option<usize> {
        // 20 minutes past three, quarter past three
        let quarter = self.word(at) == Some(Word::Period(Unit::Quarter));
        if let Some(minutes) = self.number(at).map(|(value, _)| value).or(quarter.then_some(15))
            && let Some(next) = self.past_or_to(at, minutes)
        {
            return Some(next);
        }
        let amount = self.amount(at)?;
        let behind = self.token(amount.last + 1).and_then(|_| self.links(amount.last, amount.last + 1));
        let near = behind.is_some_and(|links| links.only(&[Link::Glue, Link::Comma]));
        let sign = match self.word(amount.last + 1).filter(|_| near) {
            Some(Word::Later) => 1,
            Some(Word::Ago) => -1,
            // 三天内: the end of the time named.
            Some(Word::Within) => 1,
            _ => {
                if let Some(next) = self.counted_from(at, amount) {
                    return Some(next);
                }
                return amount.count.filter(|_| !amount.dated).map(|_| amount.last + 1);
            }
        };
        self.day(at, amount.last + 1, DaySpec::Shift { length: signed(amount.length, sign), from: 0 });
        Some(amount.last + 2)
    }

    /// `3 Fridays from now`, `2 Thursdays ago`.
    fn counted_weekdays(&mut self, at: usize) -> Option<usize> {
        let (count, _) = self.number(at).filter(|_| self.touches(at) && self.touches(at + 1))?;
        let Some(Word::Weekday(weekday) | Word::EveryWeekday(weekday)) = self.word(at + 1) else {
            return None;
        };
        let count = match self.word(at + 2) {
            Some(Word::Later) => count,
            Some(Word::Ago) => -count,
            _ => return None,
        };
        self.day(at, at + 2, DaySpec::Count(Count::Weekdays { weekday, count }));
        Some(at + 3)
    }

    /// `a week from tomorrow`, `two days before Christmas`: the date behind it, moved.
    fn counted_from(&mut self, at: usize, amount: Amount) -> Option<usize> {
        if amount.length.seconds != 0 {
            return None;
        }
        let base = if self.word(amount.last + 1).is_some_and(Word::leads_hour) {
            amount.last + 2
        } else {
            amount.last + 1
        };
        let between = self.slice(self.token(amount.last)?.end, self.token(base)?.start).trim();
        let (len, sign) = match self.tongue.link(between) {
            Some((len, Link::AfterAhead)) => (len, 1),
            Some((len, Link::UntilAhead)) => (len, -1),
            _ => return None,
        };
        let rest = between.get(len..)?;
        let rest = gap(rest, self.tongue)?;
        let known = match self.token(base)?.kind {
            Kind::Number { .. } => self.single_amount(base).is_none(),
            Kind::Word(word) => matches!(
                word,
                Word::Day(_)
                    | Word::Holiday(_)
                    | Word::Weekday(_)
                    | Word::MonthName(_)
                    | Word::MonthMaybe(_)
                    | Word::Ordinal { .. }
                    | Word::Week { alone: false, .. }
                    | Word::This
            ),
        };
        if !known || !rest.only(&[Link::Glue]) {
            return None;
        }
        let before = self.atoms.len();
        let next = self.step(base)?;
        let start = self.token(at)?.start;
        let made = self.atoms.len() == before + 1;
        let Some(Atom { start: begin, kind: AtomKind::Day(day), .. }) =
            self.atoms.last_mut().filter(|_| made)
        else {
            return Some(next);
        };
        (*begin, day.moved) = (start, Some(signed(amount.length, sign)));
        Some(next)
    }
}

/// The same length, forward for 1 and backward for -1.
const fn signed(length: Length, sign: i32) -> Length {
    if sign < 0 { length.back() } else { length }
}
