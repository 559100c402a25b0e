//! Dates counted from now or from another date: `in half an hour`, `3 weeks ago`, `the next two days`, `last quarter`,
//! `two days after Easter`, `za 2,5 godziny`, `前两个月`.

use super::super::count::{Count, YearOf};
use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::period::Length;
use super::super::scan::Kind;
use super::super::word::{Link, Unit, Word};
use super::{Atom, AtomKind, Clock, DaySpec, Reader};

/// A length as written.
#[derive(Debug, Clone, Copy)]
struct Amount {
    length: Length,
    unit: Unit,
    /// Whole units, where a number was written.
    count: Option<i32>,
    /// Its unit is also that of a date (三年, 27号).
    dated: bool,
    /// Token that ends it.
    last: usize,
}

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
            Kind::Word(Word::Later) if self.tongue.script == Script::Han => self.turn(at, 1),
            Kind::Word(Word::Ago) if self.tongue.script == Script::Han => self.turn(at, -1),
            Kind::Word(Word::Back) => self.window(at, true),
            Kind::Word(Word::Forth) => self.window(at, false),
            Kind::Word(Word::Coming) => self.turn(at, 1),
            Kind::Word(Word::This) => self.this(at),
            Kind::Number { .. } if self.word(at + 1).is_some_and(|word| matches!(word, Word::Weekday(_))) => {
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
        links.only(&[Link::Glue]).then_some(next)
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
            if count < 1 {
                return None;
            }
            self.day(at, amount.last, DaySpec::Count(Count::Run { unit: amount.unit, from, count }));
            return Some(amount.last + 1);
        }
        match self.word(next)? {
            // last night, next morning
            Word::Part(part) if self.tongue.script == Script::Latin => {
                self.day(at, at, DaySpec::Offset(by));
                self.clock(next, next, Clock::Part(part));
                Some(next + 1)
            }
            Word::Season(nth) => {
                self.day(at, next, DaySpec::Count(Count::Season { year: YearOf::From(by), nth }));
                Some(next + 1)
            }
            Word::Holiday(holiday) => {
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
        let Some(Word::Weekday(weekday)) = self.word(at + 1) else { return None };
        let count = match self.word(at + 2)? {
            Word::Later => count,
            Word::Ago => -count,
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
        let (len, link) = self.tongue.link(between)?;
        let sign = match link {
            Link::AfterAhead => 1,
            Link::UntilAhead => -1,
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

    /// A length: `3 days`, `an hour and a half`, `2.5 hours`, `半小时`, `1 hour and 20 minutes`.
    fn amount(&self, at: usize) -> Option<Amount> {
        let mut amount = self.single_amount(at)?;
        while let Some(next) = self.token(amount.last + 1).map(|_| amount.last + 1) {
            let between = self.between(amount.last)?.trim();
            let joined = between.is_empty()
                || between == ","
                || self
                    .tongue
                    .link(between)
                    .is_some_and(|(len, link)| len == between.len() && link == Link::Or);
            let Kind::Number { .. } = self.token(next)?.kind else { break };
            let Some(more) = self.single_amount(next).filter(|more| joined && finer(more.unit, amount.unit))
            else {
                break;
            };
            let length = amount.length.plus(more.length);
            amount = Amount {
                length,
                unit: more.unit,
                count: Some(0),
                dated: amount.dated || more.dated,
                last: more.last,
            };
        }
        Some(amount)
    }

    fn single_amount(&self, at: usize) -> Option<Amount> {
        let (quarters, counted, mut unit_at) = match self.token(at)?.kind {
            Kind::Number { value, digits } if digits <= 3 && !self.leads_with_zero(at) => {
                self.quarters(at, i32::try_from(value).ok()?)?
            }
            Kind::Word(Word::Article) => (4, true, at + 1),
            Kind::Word(Word::Minutes(30) | Word::Unit(Unit::Half)) => (2, true, at + 1),
            Kind::Word(Word::Period(_)) => (4, false, at),
            Kind::Number { .. } | Kind::Word(_) => return None,
        };
        if unit_at > at && self.word(unit_at) == Some(Word::Article) {
            unit_at += 1;
        }
        let near = unit_at == at
            || self.between(unit_at - 1).is_some_and(|between| {
                matches!(between.trim_matches([' ', '-', '个', '個']), "" | "more" | "of" | "of an")
            });
        if !near {
            return None;
        }
        let unit = self.length_unit(unit_at)?;
        let mut quarters = quarters;
        let mut last = unit_at;
        // an hour and a half
        if let Some(half) = self.and_half(last).filter(|_| counted) {
            quarters += 2;
            last = half;
        }
        let count = (quarters % 4 == 0).then_some(quarters / 4);
        let count = if counted { Some(count.unwrap_or(0)) } else { None };
        let dated = matches!(self.word(unit_at), Some(Word::Unit(_)));
        Some(Amount { length: length(unit, quarters)?, unit, count, dated, last })
    }

    /// 07年 is a year.
    fn leads_with_zero(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| self.slice(token.start, token.end).starts_with('0'))
    }

    /// A number of units in quarters, whether it was written, and the token its unit must be.
    fn quarters(&self, at: usize, value: i32) -> Option<(i32, bool, usize)> {
        let whole = value.checked_mul(4)?;
        let next = || self.number(at + 1);
        match self.between(at).map(str::trim) {
            Some("." | ",") if self.between(at).is_some_and(|between| between.len() == 1) => {
                let quarters = match next() {
                    Some((5, 1)) => 2,
                    Some((25, 2)) => 1,
                    Some((75, 2)) => 3,
                    _ => return None,
                };
                Some((whole + quarters, true, at + 2))
            }
            Some("/") => match (value, next()) {
                (1, Some((2, _))) => Some((2, true, at + 2)),
                (1, Some((4, _))) => Some((1, true, at + 2)),
                (3, Some((4, _))) => Some((3, true, at + 2)),
                _ => None,
            },
            _ if self.and_half(at).is_some() => Some((whole + 2, true, self.and_half(at)? + 1)),
            _ => Some((whole, true, at + 1)),
        }
    }

    /// The token of the half in `and a half`, 个半.
    fn and_half(&self, at: usize) -> Option<usize> {
        let article = self.word(at + 1) == Some(Word::Article);
        let half = if article { at + 2 } else { at + 1 };
        let named = matches!(self.word(half)?, Word::Minutes(30) | Word::Unit(Unit::Half));
        let between = self.slice(self.token(at)?.end, self.token(half)?.start);
        let joined = matches!(between.trim(), "and" | "and a" | "and an" | "i" | "" | "个");
        (named && joined).then_some(half)
    }

    /// A unit of length; in Chinese some are also names of dates (年, 日).
    fn length_unit(&self, at: usize) -> Option<Unit> {
        match self.word(at)? {
            Word::Period(unit) => Some(unit),
            Word::Unit(unit @ (Unit::Year | Unit::Month | Unit::Day | Unit::Second))
                if self.tongue.script == Script::Han =>
            {
                Some(unit)
            }
            Word::Unit(unit @ Unit::Hour) if self.tongue.script == Script::Latin => Some(unit),
            _ => None,
        }
    }
}

/// So many quarters of a unit; `None` where such a part has no length.
fn length(unit: Unit, quarters: i32) -> Option<Length> {
    let whole = Length::of(unit, quarters / 4);
    match (quarters % 4, unit) {
        (0, _) => Some(whole),
        (rest, Unit::Hour) => Some(whole.plus(Length::of(Unit::Minute, rest * 15))),
        (rest, Unit::Minute) => Some(whole.plus(Length::of(Unit::Second, rest * 15))),
        (rest, Unit::Day) => Some(whole.plus(Length::of(Unit::Hour, rest * 6))),
        (2, Unit::Year | Unit::Month) => Some(whole.plus(Length::half(unit))),
        (_, _) => None,
    }
}

/// The same length, forward for 1 and backward for -1.
const fn signed(length: Length, sign: i32) -> Length {
    if sign < 0 { length.back() } else { length }
}

/// The first unit is shorter than the second.
const fn finer(unit: Unit, than: Unit) -> bool {
    rank(unit) < rank(than)
}

const fn rank(unit: Unit) -> u8 {
    match unit {
        Unit::Second => 0,
        Unit::Minute => 1,
        Unit::Half => 2,
        Unit::Hour => 3,
        Unit::Day => 4,
        Unit::Week => 5,
        Unit::Month => 6,
        Unit::Quarter => 7,
        Unit::Year => 8,
    }
}
