//! Dates that begin with a word: 明日, 来週の火曜, 第2希望, February 14.

use super::super::lexicon::Script;
use super::super::links::gap;
use super::super::word::{Link, Unit, Word};
use super::weekday::{WEEKEND, WORKDAYS};
use super::{Atom, AtomKind, Clock, Day, DaySpec, Reader};

impl Reader<'_> {
    pub(super) fn rank(&mut self, from: usize, to: usize, value: i32) {
        if let (Some(first), Some(last), Ok(rank)) = (self.token(from), self.token(to), u32::try_from(value))
        {
            self.atoms.push(Atom { start: first.start, end: last.end, kind: AtomKind::Rank(rank) });
        }
    }

    pub(super) fn by_word(&mut self, at: usize, word: Word) -> Option<usize> {
        let spec = match word {
            Word::Era(base) => return self.era(at, i32::from(base)),
            Word::Weekday(weekday) => return self.weekday(at, weekday),
            Word::EveryWeekday(weekday) => return self.every_weekday(at, weekday),
            Word::ShortWeekday { weekday, alone } => return self.short_weekday(at, weekday, alone),
            Word::Workdays => return self.recurring(at, WORKDAYS),
            Word::Recurring { weekend: true } => return self.recurring(at, WEEKEND),
            Word::Nth(nth) => return self.nth_word(at, nth),
            Word::Slice(part) if self.tongue.script == Script::Latin => return self.edge(at, part),
            Word::Slice(part) => return self.slice_word(at, part),
            Word::Quarters(quarters) => DaySpec::Quarters(quarters),
            Word::Year(years) => DaySpec::Year(years),
            Word::Some | Word::Unit(Unit::Half) if self.tongue.script == Script::Kana => {
                return self.length(at);
            }
            Word::Day(days) => DaySpec::Offset(days),
            Word::DayPart(days, part) => {
                self.day(at, at, DaySpec::Offset(days));
                let token = self.token(at)?;
                self.atoms.push(Atom {
                    start: token.end,
                    end: token.end,
                    kind: AtomKind::Clock(Clock::Part(part)),
                });
                return Some(at + 1);
            }
            Word::Week { weeks, alone } => return self.week(at, weeks, alone),
            Word::Coming => match self.word(at + 1) {
                Some(Word::Weekday(weekday)) if self.glued(at) => {
                    self.day(at, at + 1, DaySpec::Weekday { weekday, weeks: None });
                    return Some(at + 2);
                }
                Some(Word::Recurring { weekend: true }) if self.glued(at) => {
                    self.day(at, at + 1, DaySpec::Weekend(0));
                    return Some(at + 2);
                }
                _ => return None,
            },
            Word::Weekend(weeks) => DaySpec::Weekend(weeks),
            Word::Now => {
                // 今里, 新今宮: a place.
                let token = self.token(at)?;
                let han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
                let before = self.text.get(..token.start).and_then(|text| text.chars().next_back());
                if before.is_some_and(han) || self.after(at).starts_with(han) {
                    return None;
                }
                DaySpec::Now
            }
            Word::Following(days) => DaySpec::Following(days),
            Word::WeekStart => DaySpec::WeekStart,
            Word::Month(months) => return self.month_word(at, months),
            Word::MonthName(month) => return self.month_name(at, month, true),
            Word::MonthMaybe(month) => return self.month_name(at, month, false),
            Word::Season(nth) => return self.season(at, nth),
            Word::DaysOff(kind) => DaySpec::DaysOff(kind),
            Word::Spell(spell) => DaySpec::Spell(spell),
            Word::Holiday(holiday) => return self.holiday(at, holiday),
            Word::Part(part) if self.lone_part(at) || (part.noun && self.counted(at)) => return None,
            Word::Part(part) => {
                self.clock(at, at, Clock::Part(part));
                return Some(at + 1);
            }
            Word::Clock(time) => {
                self.clock(at, at, Clock::Named(time));
                return Some(at + 1);
            }
            Word::Opening => {
                self.clock(at, at, Clock::Opening);
                return Some(at + 1);
            }
            Word::Rank(rank) => {
                self.rank(at, at, i32::try_from(rank).ok()?);
                return Some(at + 1);
            }
            Word::RankOpen => return self.ranked(at),
            Word::Ordinal { nth, hour } => return self.ordinal(at, nth, hour),
            Word::Minutes(minutes) => return self.past_or_to(at, i32::try_from(minutes).ok()?),
            Word::Some
            | Word::Unit(_)
            | Word::Numeral(_)
            | Word::Article
            | Word::WithinAhead
            | Word::This
            | Word::OrdinalMark(_)
            | Word::ThisMark(_)
            | Word::Counted
            | Word::Period(_)
            | Word::Later
            | Word::Back
            | Word::Forth
            | Word::Within
            | Word::Ago
            | Word::Ahead
            | Word::Recurring { weekend: false } => return None,
            Word::Meridiem(_)
            | Word::Zone
            | Word::AfterNext
            | Word::Past
            | Word::At
            | Word::RankClose
            | Word::Pick(_)
            | Word::Cue(_) => {
                return None;
            }
        };
        self.day(at, at, spec);
        Some(at + 1)
    }

    /// A number that is nothing else stands right before it (2 nights).
    fn counted(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|&before| self.touches(before)) else { return false };
        let taken = self
            .atoms
            .last()
            .is_some_and(|atom| self.token(before).is_some_and(|number| atom.end >= number.end));
        self.number(before).is_some() && !taken
    }

    /// A part of the day in one Chinese character (周五晚, 晚7点) is none where neither a day nor a number touches it.
    fn lone_part(&self, at: usize) -> bool {
        let Some(token) = self.token(at) else { return true };
        let short = token.end - token.start == '晚'.len_utf8() && self.tongue.script == Script::Han;
        let beside = self.atoms.last().is_some_and(|atom| atom.end == token.start);
        short && !beside && !(self.number(at + 1).is_some() && self.touches(at))
    }

    pub(super) fn week(&mut self, at: usize, weeks: i32, alone: bool) -> Option<usize> {
        let next = self.word(at + 1).filter(|_| self.glued(at));
        match next {
            Some(Word::Weekday(weekday)) => {
                self.day(at, at + 1, DaySpec::Weekday { weekday, weeks: Some(weeks) });
                return Some(at + 2);
            }
            Some(Word::Recurring { weekend: true }) => {
                self.day(at, at + 1, DaySpec::Weekend(weeks));
                return Some(at + 2);
            }
            Some(Word::ShortWeekday { weekday, .. }) => {
                self.day(at, at + 1, DaySpec::Weekday { weekday, weeks: Some(weeks) });
                return Some(at + 2);
            }
            _ => {}
        }
        // 来週火, 来週(火): short weekdays only where nothing else can be meant.
        let rest = self.after(at);
        let opened = rest.strip_prefix('(');
        let short = self
            .tongue
            .short_weekdays
            .iter()
            .find(|(word, _)| opened.unwrap_or(rest).starts_with(word.as_str()));
        if let (Some(&(ref word, weekday)), Some(_)) = (short, opened) {
            self.day(at, at, DaySpec::Weekday { weekday, weeks: Some(weeks) });
            if let Some(atom) = self.atoms.last_mut() {
                atom.end += word.len() + 1;
            }
            return Some(at + 1);
        }
        // 下周二: the weekday goes without its own word.
        if let (Some(&(ref word, weekday)), Script::Han, true) = (short, self.tongue.script, alone) {
            let end = self.token(at)?.end + word.len();
            self.day(at, at, DaySpec::Weekday { weekday, weeks: Some(weeks) });
            if let Some(atom) = self.atoms.last_mut() {
                atom.end = end;
            }
            let inside = self.token(at + 1).is_some_and(|token| token.start < end);
            return Some(if inside { at + 2 } else { at + 1 });
        }
        // Tuesday next week, we wtorek w przyszłym tygodniu.
        let token = self.token(at)?;
        let (text, tongue) = (self.text, self.tongue);
        if let Some(Atom {
            end,
            kind: AtomKind::Day(Day { spec: DaySpec::Weekday { weeks: unset @ None, .. }, .. }),
            ..
        }) = self.atoms.last_mut()
        {
            let near = gap(text.get(*end..token.start).unwrap_or_default(), tongue);
            if tongue.script == Script::Latin
                && near.is_some_and(|links| links.only(&[Link::Glue]) && !links.newline)
            {
                *unset = Some(weeks);
                *end = token.end;
                return Some(at + 1);
            }
        }
        if alone {
            self.day(at, at, DaySpec::Week(weeks));
        }
        Some(at + 1)
    }

    pub(super) fn month_word(&mut self, at: usize, months: i32) -> Option<usize> {
        let day = self.number(at + 1).filter(|_| self.glued(at) && self.unit(at + 1) == Some(Unit::Day));
        if let Some((day, _)) = day {
            self.day(at, at + 2, DaySpec::InMonth { months, day: i8::try_from(day).ok()? });
            return self.weekday_behind(at + 2);
        }
        self.day(at, at, DaySpec::Month(months));
        Some(at + 1)
    }
}
