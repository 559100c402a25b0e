//! Times as they are said: `at three`, `quarter to five`, `ten thirty am`, `wpół do trzeciej`, `8 tonight`.

use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::scan::Kind;
use super::super::word::{Link, Unit, Word};
use super::{AtomKind, Clock, Day, DaySpec, Reader};

impl Reader<'_> {
    /// A number in a language that puts months in words: a date or a time.
    pub(super) fn latin_number(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        if let Some(next) = self.day_and_month(at) {
            return Some(next);
        }
        if let Some(next) = self.past_or_to(at, value).or_else(|| self.bare_year(at)) {
            return Some(next);
        }
        if let Some(next) = self.hour_and_minutes(at, value, digits) {
            return Some(next);
        }
        if let Some(next) = self.day_behind_weekday(at) {
            return Some(next);
        }
        if digits > 2 || value > 24 {
            return None;
        }
        match self.word(at + 1).filter(|_| self.touches(at)) {
            Some(Word::Meridiem(_)) => return self.hour(at, at, value, None),
            Some(Word::Part(part))
                if part.afternoon.is_some() && !part.noun && (1..=12).contains(&value) && digits > 0 =>
            {
                return self.hour(at, at, value, None);
            }
            // 8 tonight, 9 tomorrow: the time goes with the day behind it.
            Some(Word::DayPart(days, part)) if (1..=12).contains(&value) => {
                self.clock(
                    at,
                    at,
                    Clock::At {
                        hour: i8::try_from(value).ok()?,
                        minute: None,
                        second: None,
                        afternoon: part.afternoon,
                    },
                );
                self.day(at + 1, at + 1, DaySpec::Offset(days));
                return Some(at + 2);
            }
            Some(Word::Day(0..=2)) if (1..=24).contains(&value) && self.tongue.script == Script::Latin => {
                return self.hour(at, at, value, None);
            }
            _ => {}
        }
        if self.goes_on_in_days(at)
            && let Some(next) = self.continued(at)
        {
            return Some(next);
        }
        let led = at
            .checked_sub(1)
            .is_some_and(|before| self.word(before).is_some_and(Word::leads_hour) && self.touches(before));
        // from 2.7 to 2.8: a version, no hour.
        let decimal = |rest: &str| {
            rest.strip_prefix(['.', ',']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        // one at 2 and one at 3: a number before another hour counts something.
        let counts = digits == 0 && self.word(at + 1).is_some_and(Word::leads_hour) && self.touches(at);
        if (led || self.ranged(at)) && !counts && !decimal(self.after(at)) {
            return self.hour(at, at, value, None);
        }
        None
    }

    /// `July 13 to 15`: behind a day that stands after its month, a greater number goes on in days.
    fn goes_on_in_days(&self, at: usize) -> bool {
        let (Some(token), Some(atom), Some((value, _))) =
            (self.token(at), self.atoms.last(), self.number(at))
        else {
            return false;
        };
        let AtomKind::Day(Day { spec: DaySpec::Written { day, .. }, .. }) = atom.kind else { return false };
        let month_first = self.slice(atom.start, atom.end).starts_with(char::is_alphabetic);
        let ranged = gap(self.slice(atom.end, token.start), self.tongue)
            .is_some_and(|links| links.list.as_slice() == [Link::Range]);
        month_first && ranged && value > i32::from(day)
    }

    /// Goes on from a time, as its end or alternative.
    fn ranged(&self, at: usize) -> bool {
        let (Some(token), Some(atom)) = (self.token(at), self.atoms.last()) else { return false };
        let links = gap(self.slice(atom.end, token.start), self.tongue);
        self.tongue.script == Script::Latin
            && matches!(atom.kind, AtomKind::Clock(Clock::At { .. }))
            && links.is_some_and(|links| matches!(links.list.as_slice(), [Link::Range | Link::Or]))
    }

    /// `ten thirty am`, `at 12 15`, `at 730 in the evening`, `o trzeciej piętnaście`.
    fn hour_and_minutes(&mut self, at: usize, value: i32, digits: usize) -> Option<usize> {
        let led = at
            .checked_sub(1)
            .is_some_and(|before| self.word(before).is_some_and(Word::leads_hour) && self.touches(before));
        let marked = |end: usize| {
            let next = self.word(end + 1).filter(|_| self.touches(end));
            match next {
                Some(Word::Meridiem(_)) => true,
                Some(Word::Part(part)) => part.afternoon.is_some() && !part.noun,
                _ => false,
            }
        };
        if matches!(digits, 3 | 4) {
            let (hour, minute) = (value / 100, value % 100);
            let plain = led && !(1900..=2100).contains(&value);
            let fits = (1..=23).contains(&hour) && minute < 60 && (plain || marked(at));
            return if fits { self.hour(at, at, hour, Some(minute)) } else { None };
        }
        let (minute, minute_digits) = self.number(at + 1).filter(|_| self.touches(at))?;
        let written = minute_digits == 2 && digits > 0;
        let spoken = minute_digits == 0 && digits == 0;
        let fits = (1..=24).contains(&value) && (10..60).contains(&minute);
        if fits && (spoken || written) && (led || marked(at + 1)) {
            return self.hour(at, at + 1, value, Some(minute));
        }
        None
    }

    /// An ordinal hour with what belongs to it: `o piętnastej`, `trzecia piętnaście`, `ósma wieczorem`.
    pub(super) fn spoken_hour(&mut self, at: usize, hour: i32) -> Option<usize> {
        if !(1..=24).contains(&hour) {
            return None;
        }
        let minute = self.number(at + 1).filter(|&(minute, _)| self.touches(at) && (1..60).contains(&minute));
        let minute =
            minute.filter(|_| !matches!(self.word(at + 2), Some(Word::Period(_) | Word::MonthName(_))));
        let last = if minute.is_some() { at + 1 } else { at };
        let before =
            at.checked_sub(1).filter(|&before| self.touches(before)).and_then(|before| self.word(before));
        let behind = self.word(last + 1).filter(|_| self.touches(last));
        let led = matches!(before, Some(Word::At | Word::Past | Word::Part(_) | Word::Period(Unit::Hour)));
        let followed = match behind {
            Some(Word::Meridiem(_) | Word::Day(_) | Word::DayPart(..)) => true,
            Some(Word::Part(part)) => part.afternoon.is_some() && !part.noun,
            Some(Word::Unit(Unit::Hour) | Word::Period(Unit::Hour)) => {
                let next = self.hour(at, last, hour, minute.map(|(minute, _)| minute))?;
                return Some(next.max(last + 2));
            }
            _ => false,
        };
        if !led && !followed && !self.ranged(at) {
            return None;
        }
        self.hour(at, last, hour, minute.map(|(minute, _)| minute))
    }

    /// `quarter past three`, `20 minutes to 5`, `wpół do szesnastej`, `half three`.
    pub(super) fn past_or_to(&mut self, at: usize, minutes: i32) -> Option<usize> {
        if self.tongue.script != Script::Latin {
            return None;
        }
        let named = matches!(self.word(at), Some(Word::Minutes(_) | Word::Period(Unit::Quarter)));
        let counted = self.word(at + 1) == Some(Word::Period(Unit::Minute)) && self.touches(at);
        let last = if counted { at + 1 } else { at };
        // The hour may stand behind a word such as "after".
        let hour_at = [last + 1, last + 2].into_iter().find(|&next| self.said_hour(next).is_some())?;
        let past = hour_at == last + 2
            && matches!(self.word(last + 1), Some(Word::Past | Word::Week { weeks: -1, alone: false }));
        let between = self.slice(self.token(last)?.end, self.token(hour_at)?.start).trim();
        let link = self.tongue.link(between).filter(|&(len, _)| len == between.len()).map(|(_, link)| link);
        let (hour, minute) = match link {
            Some(Link::AfterAhead) if named || counted => (0, minutes),
            Some(Link::AfterAhead) if past && minutes % 5 == 0 => (0, minutes),
            Some(Link::Range | Link::UntilAhead) if named || counted => (-1, 60 - minutes),
            None if between.is_empty() && named && minutes == 30 => (0, 30),
            _ => return None,
        };
        if !(1..60).contains(&minute) {
            return None;
        }
        let (named_hour, end) = self.said_hour(hour_at)?;
        let hour = (named_hour + hour + 24) % 24;
        // "to one" is before one o'clock, so the twelfth hour: noon or midnight as the mark says.
        self.hour(at, end, hour, Some(minute))
    }

    /// `za kwadrans trzecia`: so many minutes before the hour, said with the word that else counts ahead.
    pub(super) fn minutes_ahead(&mut self, at: usize, first: usize) -> Option<usize> {
        let minutes = match self.token(first)?.kind {
            Kind::Word(Word::Minutes(minutes)) => i32::try_from(minutes).ok()?,
            Kind::Number { value, .. } => i32::try_from(value).ok()?,
            Kind::Word(_) => return None,
        };
        let spoken = matches!(self.word(first + 1), Some(Word::Ordinal { hour: true, .. }));
        let (hour, end) = self.said_hour(first + 1).filter(|_| spoken && self.touches(first))?;
        if !(1..60).contains(&minutes) {
            return None;
        }
        self.hour(at, end, (hour + 23) % 24, Some(60 - minutes))
    }

    /// An hour on its own, with the token that ends it.
    fn said_hour(&self, at: usize) -> Option<(i32, usize)> {
        let hour = match self.token(at)?.kind {
            Kind::Number { value, digits: 0..=2 } => i32::try_from(value).ok()?,
            Kind::Word(Word::Ordinal { nth, hour: true }) => nth,
            Kind::Word(Word::Clock(time)) => i32::from(time.hour()),
            Kind::Number { .. } | Kind::Word(_) => return None,
        };
        let unit = self.word(at + 1) == Some(Word::Unit(Unit::Hour)) && self.touches(at);
        (0..=24).contains(&hour).then_some((hour, if unit { at + 1 } else { at }))
    }
}
