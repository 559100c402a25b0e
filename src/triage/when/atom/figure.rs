//! Numbers without a unit word: 8/27, 14:00, 27.08., 3pm, and the lists that share one unit.

use super::super::lexicon::Script;
use super::super::links::{gap, leading};
use super::super::word::{Link, Unit, Word};
use super::{Atom, AtomKind, Clock, Day, DaySpec, Reader, written};
use crate::triage::when::scan::Kind;

/// What is counted and never dated, right behind a number.
const COUNTERS: [char; 8] = ['回', '個', '枚', '名', '点', '%', '倍', '杯'];

impl Reader<'_> {
    /// The number goes on from digits that were not read (`045-555-…`, `v3.1.0`), or belongs to a code.
    pub(super) fn inside_longer_number(&self, at: usize) -> bool {
        let Some(token) = self.token(at) else { return true };
        if at
            .checked_sub(1)
            .and_then(|before| self.token(before))
            .is_some_and(|word| word.end == token.start && matches!(word.kind, Kind::Word(_)))
        {
            return false;
        }
        let mut before = self.slice(token.start.saturating_sub(4), token.start).chars().rev();
        if self.text.get(token.start.saturating_sub(4)..token.start).is_none() {
            before = self.slice(token.start.saturating_sub(1), token.start).chars().rev();
        }
        let (near, far) = (before.next(), before.next());
        if self.atoms.last().is_some_and(|atom| atom.end == token.start) {
            return false;
        }
        if near.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '#' | '¥' | '$' | '_')) {
            return true;
        }
        let read = self.atoms.last().is_some_and(|atom| atom.end + 1 >= token.start);
        !read
            && near.is_some_and(|c| matches!(c, '-' | '.' | '/' | ':'))
            && far.is_some_and(|c| c.is_ascii_digit())
    }

    /// Dates and times in figures: 2026/8/27, 8/27, 14:00, 27.08.2026.
    pub(super) fn figures(&mut self, at: usize) -> Option<usize> {
        let (first, digits) = self.number(at)?;
        let separator = self.between(at)?;
        let (second, second_digits) = self.number(at + 1)?;
        if digits == 0 || second_digits == 0 {
            return None;
        }
        let third = self.number(at + 2).filter(|_| self.between(at + 1) == Some(separator));
        let script = self.tongue.script;
        let latin = script == Script::Latin;
        match (separator, third) {
            ("/" | "-" | ".", Some((day, 1..=2))) if digits == 4 && second_digits <= 2 => {
                let spec = written(Some(first), Some(second), day)?;
                self.day(at, at + 2, spec);
                // 2026-11-21T14:00: the T joins date and time.
                let rest = self.after(at + 2).strip_prefix('t');
                let timed = rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                if let Some(atom) = self.atoms.last_mut().filter(|_| timed) {
                    atom.end += 1;
                }
                Some(at + 3)
            }
            ("/" | ".", Some((year, 4))) if digits <= 2 && second_digits <= 2 => {
                let day_first = separator == "." || first > 12;
                let (month, day) = if day_first { (second, first) } else { (first, second) };
                self.day(at, at + 2, written(Some(year), Some(month), day)?);
                Some(at + 3)
            }
            ("-", Some((year, 4))) if script != Script::Kana && digits <= 2 && second_digits <= 2 => {
                let (month, day) = if first > 12 { (second, first) } else { (first, second) };
                self.day(at, at + 2, written(Some(year), Some(month), day)?);
                Some(at + 3)
            }
            // 3/15/26, 15.03.26
            ("/" | "." | "-", Some((year, 2)))
                if script != Script::Kana && digits <= 2 && second_digits <= 2 =>
            {
                let day_first = separator == "." || first > 12;
                let (month, day) = if day_first { (second, first) } else { (first, second) };
                let century = if year < 70 { 2000 } else { 1900 };
                self.day(at, at + 2, written(Some(century + year), Some(month), day)?);
                Some(at + 3)
            }
            ("/", None) if script != Script::Kana && digits <= 2 && second_digits == 4 => {
                let month = i8::try_from(first).ok().filter(|month| (1..=12).contains(month))?;
                let year = i16::try_from(second).ok().filter(|year| (1900..2200).contains(year))?;
                self.day(at, at + 1, DaySpec::MonthNamed { year: Some(year), month });
                Some(at + 2)
            }
            // 26/8/27: a year of two digits is one only where it can be no month.
            ("/" | ".", Some((day, 1..=2))) if digits == 2 && first > 12 && second_digits <= 2 && !latin => {
                self.day(at, at + 2, written(Some(2000 + first), Some(second), day)?);
                Some(at + 3)
            }
            // 2026/8, 2026.08
            ("/" | "." | "-", None) if digits == 4 && second_digits <= 2 && self.ends_month(at + 1) => {
                let month = i8::try_from(second).ok().filter(|month| (1..=12).contains(month))?;
                let year = i16::try_from(first).ok().filter(|year| (1990..2100).contains(year))?;
                self.day(at, at + 1, DaySpec::MonthNamed { year: Some(year), month });
                Some(at + 2)
            }
            // 10/20回: a share or a count.
            ("/", None) if self.after(at + 1).starts_with(COUNTERS) => None,
            ("/", None) if digits <= 2 && second_digits <= 2 => {
                // 5/7, 2027
                let year = self.year_behind(at + 1).filter(|_| latin);
                let last = year.map_or(at + 1, |(_, last)| last);
                let year = year.map(|(year, _)| year);
                let spec = written(year, Some(first), second)
                    .or_else(|| written(year, Some(second), first).filter(|_| latin))?;
                self.day(at, last, spec);
                Some(last + 1)
            }
            (":" | ";", seconds) if digits <= 2 && second_digits == 2 && first <= 24 => {
                let seconds = seconds.filter(|&(_, digits)| digits == 2);
                let last = if seconds.is_some() { at + 2 } else { at + 1 };
                self.exact(at, last, first, (Some(second), seconds.map(|(value, _)| value)))
            }
            // 7/1612時40分: the blank between day and hour is missing.
            ("/", None) if digits <= 2 && self.unit(at + 1) == Some(Unit::Hour) => {
                self.run_together(at, first, second, second_digits)
            }
            (".", None) if latin && digits <= 2 && second_digits == 2 => {
                if matches!(self.word(at + 2), Some(Word::Meridiem(_))) && self.touches(at + 1) {
                    return self.hour(at, at + 1, first, Some(second));
                }
                if at.checked_sub(1).and_then(|before| self.word(before)).is_some_and(Word::leads_hour) {
                    return self.hour(at, at + 1, first, Some(second));
                }
                let led = self.tongue.link_before(self.slice(self.line_start(at), self.token(at)?.start));
                let beside =
                    self.atoms.last().is_some_and(|day| day.end + 1 == self.token(at).map_or(0, |t| t.start));
                led.filter(|&link| beside || matches!(link, Link::Glue | Link::Moved))
                    .or(beside.then_some(Link::Glue))?;
                self.day(at, at + 1, written(None, Some(second), first)?);
                Some(at + 2)
            }
            _ => None,
        }
    }

    /// A year and a month in figures end here: no digit, unit or part of a code follows.
    fn ends_month(&self, at: usize) -> bool {
        let next = self.after(at).chars().next();
        next.is_none_or(|c| {
            matches!(c, ' ' | '\n' | '(' | ')' | '、' | '。' | '~' | 'ぁ'..='ゖ' | '以' | '現' | '頃')
        })
    }

    /// `7/1612時40分`: a day and an hour run together.
    fn run_together(&mut self, at: usize, month: i32, figures: i32, digits: usize) -> Option<usize> {
        if !matches!(digits, 3 | 4) {
            return None;
        }
        let (day, hour) = (figures / 100, figures % 100);
        // 161時: the day takes two digits where it can.
        let (day, hour) = if digits == 3 { (figures / 10, figures % 10) } else { (day, hour) };
        let spec = written(None, Some(month), day)?;
        if hour > 24 {
            return None;
        }
        self.day(at, at + 1, spec);
        let cut = self.token(at + 1)?.start + 2;
        if let Some(atom) = self.atoms.last_mut() {
            atom.end = cut;
        }
        let next = self.timed(at + 1, hour)?;
        if let Some(atom) = self.atoms.last_mut() {
            atom.start = cut;
        }
        Some(next)
    }

    /// `0829 1400`: month, day, hour and minute as two blocks of four digits; the second block alone behind a date.
    pub(super) fn blocks(&mut self, at: usize) -> Option<usize> {
        let (first, digits) = self.number(at)?;
        if digits != 4 || self.tongue.script == Script::Latin {
            return None;
        }
        let free = |at: usize| {
            self.after(at)
                .chars()
                .next()
                .is_none_or(|c| matches!(c, ' ' | '\n' | '~' | '、' | '。' | 'ぁ'..='ゖ'))
        };
        let clock = |value: i32| {
            (value / 100 <= 24 && value % 100 < 60 && value % 5 == 0).then_some((value / 100, value % 100))
        };
        let dated = self.atoms.last().is_some_and(|atom| {
            matches!(atom.kind, AtomKind::Day(Day { spec: DaySpec::Written { .. }, .. }))
                && self.slice(atom.end, self.token(at).map_or(0, |token| token.start)) == " "
        });
        if dated && free(at) {
            let (hour, minute) = clock(first)?;
            return self.hour(at, at, hour, Some(minute));
        }
        let (second, second_digits) = self.number(at + 1)?;
        if second_digits != 4 || self.between(at) != Some(" ") || !free(at + 1) {
            return None;
        }
        let (hour, minute) = clock(second)?;
        self.day(at, at, written(None, Some(first / 100), first % 100)?);
        self.hour(at + 1, at + 1, hour, Some(minute))
    }

    /// Where the text before a token may be looked at: a few words back.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let end = self.token(at).map_or(0, |token| token.start);
        self.text.floor_char_boundary(end.saturating_sub(24))
    }

    /// An hour with what stands behind it: am, pm, po południu.
    pub(super) fn hour(&mut self, from: usize, to: usize, hour: i32, minute: Option<i32>) -> Option<usize> {
        self.exact(from, to, hour, (minute, None))
    }

    /// An hour with its minutes and seconds; 25時 is one o'clock of the next day.
    pub(super) fn exact(
        &mut self,
        from: usize,
        to: usize,
        hour: i32,
        (minute, second): (Option<i32>, Option<i32>),
    ) -> Option<usize> {
        let hour = i8::try_from(hour).ok().filter(|hour| (0..30).contains(hour))?;
        let sixtieth = |value: Option<i32>| match value {
            Some(value) => i8::try_from(value).ok().filter(|value| (0..60).contains(value)).map(Some),
            None => Some(None),
        };
        let (minute, second) = (sixtieth(minute)?, sixtieth(second)?);
        let behind = self.word(to + 1).filter(|_| self.touches(to));
        let (to, afternoon) = match behind {
            Some(Word::Meridiem(afternoon)) => (to + 1, Some(afternoon)),
            Some(Word::Part(part)) if self.tongue.script == Script::Latin && !part.noun => {
                // 10 w nocy is before midnight, 2 w nocy behind it.
                let night = part.from.hour() >= 21 && part.afternoon.is_some();
                (to + 1, if night { Some((7..12).contains(&hour)) } else { part.afternoon })
            }
            _ => (to, None),
        };
        // PM3:00: the mark stands before the hour.
        let ahead = from.checked_sub(1).filter(|&before| afternoon.is_none() && self.touches(before));
        let (from, afternoon) = match ahead.map(|before| (before, self.word(before))) {
            Some((before, Some(Word::Meridiem(afternoon)))) => (before, Some(afternoon)),
            _ => (from, afternoon),
        };
        // 9:00 PST is another hour here, and nobody knows which: the day may stand, the hour not.
        let zoned = |between: &str| matches!(between.trim(), "" | "(");
        if self.word(to + 1) == Some(Word::Zone) && self.between(to).is_some_and(zoned) {
            return Some(to + 2);
        }
        let letter = self.letter_mark(from, to, minute.is_some()).filter(|_| afternoon.is_none());
        self.clock(from, to, Clock::At { hour, minute, second, afternoon: afternoon.or(letter) });
        if let (Some(_), Some(atom)) = (letter, self.atoms.last_mut()) {
            atom.end += 1;
        }
        Some(to + 1)
    }

    /// `9:15p`, `at 3a`: a single letter right behind the figures is am or pm.
    fn letter_mark(&self, from: usize, to: usize, minutes: bool) -> Option<bool> {
        let led = from.checked_sub(1).is_some_and(|before| self.word(before).is_some_and(Word::leads_hour));
        let mut rest = self.after(to).chars();
        let mark = match rest.next() {
            Some('a') => Some(false),
            Some('p') => Some(true),
            _ => None,
        };
        let ends = rest.next().is_none_or(|c| !c.is_alphanumeric());
        mark.filter(|_| ends && (minutes || led) && self.tongue.script == Script::Latin)
    }

    /// `27、28、29日`, `10~12時`, `2-4pm`: the unit at the end belongs to all of them.
    pub(super) fn shared_unit(&mut self, at: usize) -> Option<usize> {
        let mut last = at;
        let mut ranged = false;
        while last < at + 6 && self.number(last + 1).is_some_and(|(value, digits)| digits <= 2 && value <= 31)
        {
            let links = gap(self.between(last)?, self.tongue)?;
            let [Link::Or | Link::Comma | Link::Range] = links.list.as_slice() else { break };
            ranged |= links.has(Link::Range);
            last += 1;
        }
        if last == at || self.number(at)?.1 > 2 {
            return None;
        }
        match (self.unit(last), self.word(last + 1).filter(|_| self.touches(last))) {
            (Some(Unit::Day), _) => {
                if self.word(last + 2).is_some_and(|word| matches!(word, Word::Later | Word::Ago))
                    && self.touches(last + 1)
                {
                    return Some(last + 3);
                }
                let (first, second) = (self.number(at)?.0, self.number(last)?.0);
                let glued = leading(self.after(last + 1), self.tongue).has(Link::Glue);
                if second == first + 1 && second <= 8 && (!ranged || !glued) {
                    return Some(last + 2);
                }
                for each in at..=last {
                    let spec = written(None, None, self.number(each)?.0)?;
                    self.day(each, if each == last { each + 1 } else { each }, spec);
                    if let Some(Atom { kind: AtomKind::Day(day), .. }) = self.atoms.last_mut() {
                        day.shares = each < last;
                    }
                }
                Some(last + 2)
            }
            (Some(Unit::Hour), _) => {
                for each in at..last {
                    self.hour(each, each, self.number(each)?.0, None)?;
                }
                self.with_unit(last)
            }
            (_, Some(Word::Meridiem(afternoon))) => {
                for each in at..=last {
                    let hour = i8::try_from(self.number(each)?.0).ok()?;
                    let end = if each == last { each + 1 } else { each };
                    // 11 to 3pm: the first one is before noon, or on a clock of 24 hours.
                    let later = afternoon && hour % 12 > i8::try_from(self.number(last)?.0).ok()? % 12;
                    let afternoon = if later { (hour < 12).then_some(false) } else { Some(afternoon) };
                    self.clock(each, end, Clock::At { hour, minute: None, second: None, afternoon });
                }
                Some(last + 2)
            }
            (_, _) => None,
        }
    }

    /// `8/27、28、29`: a bare number that goes on from a written date.
    pub(super) fn continued(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        let token = self.token(at)?;
        let before = self.atoms.last()?;
        let AtomKind::Day(Day {
            spec: DaySpec::Written { month: Some(_), .. } | DaySpec::Written { month: None, .. },
            ..
        }) = before.kind
        else {
            return None;
        };
        let links = gap(self.slice(before.end, token.start), self.tongue)?;
        let joined =
            matches!(links.list.as_slice(), [Link::Or | Link::Comma | Link::Range]) && !links.newline;
        let next = self.after(at).chars().next();
        let ends = next.is_none_or(|c| {
            matches!(c, ' ' | '\n' | '、' | ',' | '.' | '・' | '。' | '(' | '~' | '-')
                || "かとやのではをにが".contains(c)
        });
        if !joined || !ends || !(1..=2).contains(&digits) {
            return None;
        }
        self.day(at, at, written(None, None, value)?);
        Some(at + 1)
    }
}
