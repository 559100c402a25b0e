//! Lengths as Latin letters and Chinese write them: `3 days`, `an hour and a half`, `2.5 godziny`, `一个半小时`. Says
//! how long, never from when.

use super::super::lexicon::Script;
use super::super::period::Length;
use super::super::scan::Kind;
use super::super::word::{Link, Unit, Word};
use super::Reader;

/// A length as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) length: Length,
    pub(super) unit: Unit,
    /// Whole units, where a number was written.
    pub(super) count: Option<i32>,
    /// Its unit is also that of a date (三年, 27号).
    pub(super) dated: bool,
    /// Token that ends it.
    pub(super) last: usize,
}

impl Reader<'_> {
    /// A length: `3 days`, `an hour and a half`, `2.5 hours`, `半小时`, `1 hour and 20 minutes`.
    pub(super) fn amount(&self, at: usize) -> Option<Amount> {
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

    pub(super) fn single_amount(&self, at: usize) -> Option<Amount> {
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
    pub(super) fn leads_with_zero(&self, at: usize) -> bool {
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
        match self.word(at) {
            Some(Word::Period(unit)) => Some(unit),
            Some(Word::Unit(unit @ (Unit::Year | Unit::Month | Unit::Day | Unit::Second)))
                if self.tongue.script == Script::Han =>
            {
                Some(unit)
            }
            Some(Word::Unit(unit @ Unit::Hour)) if self.tongue.script == Script::Latin => Some(unit),
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
