//! Tokens to atoms: one date or one time each, as written and not yet resolved.
//!
//! Here it is decided that `8/27 14時` is a day and an hour (never the year 2014), that 60分 is a length, that the
//! middle of a telephone number is nothing, and that in `27、28、29日` all three are days.

use jiff::civil::{Time, Weekday};

use super::lexicon::{Cue, Holiday, Link, Part, Script, Tongue, Unit, Word};
use super::links::{gap, leading};
use super::scan::{Kind, Token};

/// A piece of a date with its place in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: AtomKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtomKind {
    Day(Day),
    Clock(Clock),
    Rank(u32),
}

/// A day, week or month as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) spec: DaySpec,
    /// A weekday written beside it.
    pub(super) weekday: Option<Weekday>,
    /// Shares its unit with the day behind it (`27、28日`), and so its time too.
    pub(super) shares: bool,
    /// A year said in words before it (来年).
    pub(super) years: Option<i32>,
    /// The same day said another way before it (明日(28日)): it must agree.
    pub(super) also: Option<DaySpec>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DaySpec {
    Written { year: Option<i16>, month: Option<i8>, day: i8 },
    InMonth { months: i32, day: i8 },
    NthWeekday { months: i32, nth: i8, weekday: Weekday },
    Weekday { weekday: Weekday, weeks: Option<i32> },
    Offset(i32),
    MonthsFromToday(i32),
    Week(i32),
    Weekend(i32),
    WeekStart,
    Month(i32),
    MonthNamed { year: Option<i16>, month: i8 },
    Holiday(Holiday),
}

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    At {
        hour: i8,
        minute: Option<i8>,
        /// Said to be before (`false`) or after noon.
        afternoon: Option<bool>,
    },
    Part(Part),
    Named(Time),
    Opening,
}

/// Reads all atoms, left to right.
pub(super) fn atoms(text: &str, tokens: &[Token], tongue: &Tongue) -> Vec<Atom> {
    let mut reader = Reader { text, tokens, tongue, atoms: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = reader.step(at).unwrap_or(at + 1).max(at + 1);
    }
    reader.atoms
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    tongue: &'a Tongue,
    atoms: Vec<Atom>,
}

impl<'a> Reader<'a> {
    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn word(&self, at: usize) -> Option<Word> {
        match self.token(at)?.kind {
            Kind::Word(word) => Some(word),
            Kind::Number { .. } => None,
        }
    }

    /// A number of at most four digits.
    fn number(&self, at: usize) -> Option<(i32, usize)> {
        match self.token(at)?.kind {
            Kind::Number { value, digits } if digits <= 4 => Some((i32::try_from(value).ok()?, digits)),
            Kind::Number { .. } | Kind::Word(_) => None,
        }
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The text between a token and the next one.
    fn between(&self, at: usize) -> Option<&'a str> {
        Some(self.slice(self.token(at)?.end, self.token(at + 1)?.start))
    }

    fn after(&self, at: usize) -> &'a str {
        self.token(at).map_or("", |token| self.slice(token.end, self.text.len()))
    }

    /// The next token follows with at most blanks between.
    fn touches(&self, at: usize) -> bool {
        self.between(at).is_some_and(|between| between.len() < 3 && between.chars().all(|c| c == ' '))
    }

    /// The next token follows with only の, of or blanks between.
    fn glued(&self, at: usize) -> bool {
        self.between(at)
            .and_then(|between| gap(between, self.tongue))
            .is_some_and(|links| !links.newline && links.only(&[Link::Glue]))
    }

    fn unit(&self, at: usize) -> Option<Unit> {
        match self.word(at + 1) {
            Some(Word::Unit(unit)) if self.touches(at) => Some(unit),
            _ => None,
        }
    }

    fn day(&mut self, from: usize, to: usize, spec: DaySpec) {
        let (Some(first), Some(last)) = (self.token(from), self.token(to)) else { return };
        let mut atom = Atom {
            start: first.start,
            end: last.end,
            kind: AtomKind::Day(Day { spec, weekday: None, shares: false, years: None, also: None }),
        };
        self.lead_year(from, &mut atom);
        self.lead_weekday(&mut atom);
        self.bracket_weekday(&mut atom);
        self.atoms.push(atom);
    }

    /// `来年1月5日`, `今年の10/5`.
    fn lead_year(&self, from: usize, atom: &mut Atom) {
        let Some(before) = from.checked_sub(1).filter(|&before| self.glued(before)) else { return };
        let (AtomKind::Day(day), Some(Word::Year(years))) = (&mut atom.kind, self.word(before)) else {
            return;
        };
        if matches!(day.spec, DaySpec::Written { month: Some(_), .. } | DaySpec::MonthNamed { .. }) {
            day.years = Some(years);
            atom.start = self.token(before).map_or(atom.start, |word| word.start);
        }
    }

    /// `8/27(木)`, `(土・祝)`: a weekday in a bracket behind the date checks it.
    fn bracket_weekday(&self, atom: &mut Atom) {
        let AtomKind::Day(day) = &mut atom.kind else { return };
        let rest = self.slice(atom.end, self.text.len());
        let Some(inside) = rest.trim_start_matches(' ').strip_prefix('(') else {
            // 8/25 火 11:00: a short weekday between blanks.
            let between = |word: &str| {
                rest.strip_prefix(' ')?.strip_prefix(word)?.starts_with(' ').then_some(word.len())
            };
            let short = self.tongue.short_weekdays.iter();
            if let Some((len, weekday)) =
                short.filter_map(|(word, weekday)| Some((between(word)?, *weekday))).next()
                && matches!(day.spec, DaySpec::Written { .. })
            {
                day.weekday = day.weekday.or(Some(weekday));
                atom.end += 1 + len;
            }
            return;
        };
        let short = self.tongue.short_weekdays.iter().find(|(word, _)| {
            inside
                .strip_prefix(word.as_str())
                .is_some_and(|rest| rest.starts_with([')', '・', '/', ',', '、', '祝']))
        });
        let full = || match self.tokens.get(self.tokens.partition_point(|token| token.start < atom.end)) {
            Some(Token { start, kind: Kind::Word(Word::Weekday(weekday)), .. }) => {
                (*start + inside.len() == self.text.len()).then_some(*weekday)
            }
            _ => None,
        };
        let Some(weekday) = short.map(|&(_, weekday)| weekday).or_else(full) else { return };
        if matches!(day.spec, DaySpec::Weekday { .. }) {
            return;
        }
        day.weekday = day.weekday.or(Some(weekday));
        if let Some(close) = inside.char_indices().take(14).find(|&(_, c)| c == ')') {
            atom.end = self.text.len() - inside.len() + close.0 + 1;
        }
    }

    /// `Friday, February 14`: the weekday before the date belongs to it.
    fn lead_weekday(&mut self, atom: &mut Atom) {
        let Some(before) = self.atoms.last().copied() else { return };
        let AtomKind::Day(Day { spec: DaySpec::Weekday { weekday, weeks: None }, .. }) = before.kind else {
            return;
        };
        let AtomKind::Day(day) = &mut atom.kind else { return };
        let near = gap(self.slice(before.end, atom.start), self.tongue);
        let near = near.is_some_and(|links| !links.newline && links.only(&[Link::Comma, Link::Glue]));
        let written = matches!(day.spec, DaySpec::Written { .. });
        if self.tongue.script == Script::Latin && near && written {
            day.weekday = Some(weekday);
            atom.start = before.start;
            self.atoms.pop();
        }
    }

    fn clock(&mut self, from: usize, to: usize, clock: Clock) {
        let (Some(first), Some(last)) = (self.token(from), self.token(to)) else { return };
        let mut atom = Atom { start: first.start, end: last.end, kind: AtomKind::Clock(clock) };
        self.lead_part(&mut atom);
        self.atoms.push(atom);
    }

    /// `午後3時`, `夜の8時`: the part before the hour says how to read it.
    fn lead_part(&mut self, atom: &mut Atom) {
        let AtomKind::Clock(Clock::At { afternoon, .. }) = &mut atom.kind else { return };
        let Some(before) = self.atoms.last().copied() else { return };
        let AtomKind::Clock(Clock::Part(part)) = before.kind else { return };
        let near = gap(self.slice(before.end, atom.start), self.tongue);
        if near.is_some_and(|links| !links.newline && links.only(&[Link::Glue]) && links.list.len() < 2) {
            *afternoon = part.afternoon;
            atom.start = before.start;
            self.atoms.pop();
        }
    }

    fn step(&mut self, at: usize) -> Option<usize> {
        // Read already, as the bracket behind a date.
        if self.atoms.last().is_some_and(|atom| self.token(at).is_some_and(|token| token.start < atom.end)) {
            return None;
        }
        match self.token(at)?.kind {
            Kind::Number { digits, .. } => {
                if digits > 0 && self.inside_longer_number(at) {
                    return None;
                }
                self.figures(at)
                    .or_else(|| self.shared_unit(at))
                    .or_else(|| self.with_unit(at))
                    .or_else(|| self.latin_number(at))
                    .or_else(|| self.continued(at))
            }
            Kind::Word(word) => self.by_word(at, word),
        }
    }

    /// The number goes on from digits that were not read (`045-555-…`, `v3.1.0`), or belongs to a code.
    fn inside_longer_number(&self, at: usize) -> bool {
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
        if near.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '#' | '¥' | '$' | '_')) {
            return true;
        }
        let read = self.atoms.last().is_some_and(|atom| atom.end + 1 >= token.start);
        !read
            && near.is_some_and(|c| matches!(c, '-' | '.' | '/' | ':'))
            && far.is_some_and(|c| c.is_ascii_digit())
    }

    /// Dates and times in figures: 2026/8/27, 8/27, 14:00, 27.08.2026.
    fn figures(&mut self, at: usize) -> Option<usize> {
        let (first, digits) = self.number(at)?;
        let separator = self.between(at)?;
        let (second, second_digits) = self.number(at + 1)?;
        if digits == 0 || second_digits == 0 {
            return None;
        }
        let third = self.number(at + 2).filter(|_| self.between(at + 1) == Some(separator));
        let latin = self.tongue.script == Script::Latin;
        match (separator, third) {
            ("/" | "-" | ".", Some((day, 1..=2))) if digits == 4 && second_digits <= 2 => {
                let spec = written(Some(first), Some(second), day)?;
                self.day(at, at + 2, spec);
                Some(at + 3)
            }
            ("/" | ".", Some((year, 4))) if digits <= 2 && second_digits <= 2 => {
                let day_first = separator == "." || first > 12;
                let (month, day) = if day_first { (second, first) } else { (first, second) };
                self.day(at, at + 2, written(Some(year), Some(month), day)?);
                Some(at + 3)
            }
            ("/", None) if digits <= 2 && second_digits <= 2 => {
                let spec = written(None, Some(first), second)
                    .or_else(|| written(None, Some(second), first).filter(|_| latin))?;
                self.day(at, at + 1, spec);
                Some(at + 2)
            }
            (":", seconds) if digits <= 2 && second_digits == 2 => {
                let last = if seconds.is_some() { at + 2 } else { at + 1 };
                self.hour(at, last, first, Some(second))
            }
            (".", None) if latin && digits <= 2 && second_digits == 2 => {
                if at.checked_sub(1).and_then(|before| self.word(before)) == Some(Word::At) {
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

    /// Where the text before a token may be looked at: a few words back.
    fn line_start(&self, at: usize) -> usize {
        let end = self.token(at).map_or(0, |token| token.start);
        self.text.floor_char_boundary(end.saturating_sub(24))
    }

    /// An hour with what stands behind it: am, pm, po południu.
    fn hour(&mut self, from: usize, to: usize, hour: i32, minute: Option<i32>) -> Option<usize> {
        let hour = i8::try_from(hour).ok().filter(|hour| (0..=24).contains(hour))?;
        let minute = match minute {
            Some(minute) => Some(i8::try_from(minute).ok().filter(|minute| (0..60).contains(minute))?),
            None => None,
        };
        let behind = self.word(to + 1).filter(|_| self.touches(to));
        let (to, afternoon) = match behind {
            Some(Word::Meridiem(afternoon)) => (to + 1, Some(afternoon)),
            Some(Word::Part(part)) if self.tongue.script == Script::Latin => (to + 1, part.afternoon),
            _ => (to, None),
        };
        // PM3:00: the mark stands before the hour.
        let ahead = from.checked_sub(1).filter(|&before| afternoon.is_none() && self.touches(before));
        let (from, afternoon) = match ahead.map(|before| (before, self.word(before))) {
            Some((before, Some(Word::Meridiem(afternoon)))) => (before, Some(afternoon)),
            _ => (from, afternoon),
        };
        self.clock(from, to, Clock::At { hour, minute, afternoon });
        Some(to + 1)
    }

    /// `27、28、29日`, `10~12時`, `2-4pm`: the unit at the end belongs to all of them.
    fn shared_unit(&mut self, at: usize) -> Option<usize> {
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
                    self.clock(each, end, Clock::At { hour, minute: None, afternoon: Some(afternoon) });
                }
                Some(last + 2)
            }
            (_, _) => None,
        }
    }

    /// A number with a unit of its own language.
    fn with_unit(&mut self, at: usize) -> Option<usize> {
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
            Some(Unit::Week | Unit::Half | Unit::Minute | Unit::Year) => Some(at + 2),
            None => self.length(at, value),
        }
    }

    /// Behind a length: 後 is +1, 前 is -1.
    fn direction(&self, at: usize) -> Option<i32> {
        match self.word(at + 1).filter(|_| self.touches(at)) {
            Some(Word::Later) => Some(1),
            Some(Word::Ago) => Some(-1),
            _ => None,
        }
    }

    /// `3週間後`, `za 3 dni`; a length without direction is no date.
    fn length(&mut self, at: usize, value: i32) -> Option<usize> {
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
            Unit::Hour | Unit::Half | Unit::Minute => return Some(last + 1),
        };
        self.day(first, last, spec);
        Some(last + 1)
    }

    fn after_year(&mut self, from: usize, at: usize, year: i32) -> Option<usize> {
        if self.touches(at - 1) && self.unit(at) == Some(Unit::Month) {
            return self.month(from, at, Some(year));
        }
        Some(at)
    }

    /// At a number with 月 behind it, with or without a day.
    fn month(&mut self, from: usize, at: usize, year: Option<i32>) -> Option<usize> {
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
    fn weekday_behind(&mut self, at: usize) -> Option<usize> {
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

    /// Numbers of languages that put months in words: `14 February`, `14th`, `at 2`, `3pm`.
    fn latin_number(&mut self, at: usize) -> Option<usize> {
        let (value, digits) = self.number(at)?;
        if digits > 2 || digits == 0 {
            return None;
        }
        let ordinal = leading_ordinal(self.after(at));
        if let Some(Word::MonthName(month)) = self.word(at + 1) {
            let between = self.between(at)?.get(ordinal.unwrap_or(0)..)?;
            if matches!(between.trim(), "" | "of" | ".") && between.len() < 6 {
                let year = self.number(at + 2).filter(|&(_, digits)| {
                    digits == 4 && self.between(at + 1).is_some_and(|t| matches!(t.trim(), "" | ","))
                });
                self.day(
                    at,
                    if year.is_some() { at + 2 } else { at + 1 },
                    written(year.map(|(year, _)| year), Some(i32::from(month)), value)?,
                );
                return Some(at + if year.is_some() { 3 } else { 2 });
            }
        }
        if let Some(Word::Meridiem(_)) = self.word(at + 1).filter(|_| self.touches(at)) {
            return self.hour(at, at, value, None);
        }
        if let Some(len) = ordinal {
            if self.word(at + 1) == Some(Word::RankClose) {
                self.rank(at, at + 1, value);
                return Some(at + 2);
            }
            self.day(at, at, written(None, None, value)?);
            if let Some(atom) = self.atoms.last_mut() {
                atom.end += len;
            }
            return Some(at + 1);
        }
        let led =
            at.checked_sub(1).filter(|&before| self.word(before) == Some(Word::At) && self.touches(before));
        let ranged =
            self.atoms.last().filter(|atom| matches!(atom.kind, AtomKind::Clock(Clock::At { .. }))).and_then(
                |atom| {
                    let links = gap(self.slice(atom.end, self.token(at)?.start), self.tongue)?;
                    (self.tongue.script == Script::Latin
                        && matches!(links.list.as_slice(), [Link::Range | Link::Or]))
                    .then_some(())
                },
            );
        if led.is_some() || ranged.is_some() {
            return self.hour(at, at, value, None);
        }
        None
    }

    /// `8/27、28、29`: a bare number that goes on from a written date.
    fn continued(&mut self, at: usize) -> Option<usize> {
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

    fn rank(&mut self, from: usize, to: usize, value: i32) {
        if let (Some(first), Some(last), Ok(rank)) = (self.token(from), self.token(to), u32::try_from(value))
        {
            self.atoms.push(Atom { start: first.start, end: last.end, kind: AtomKind::Rank(rank) });
        }
    }

    fn by_word(&mut self, at: usize, word: Word) -> Option<usize> {
        let spec = match word {
            Word::Era(base) => {
                if self.between(at) == Some("元") && self.word(at + 1) == Some(Word::Unit(Unit::Year)) {
                    return self.after_year(at, at + 2, i32::from(base) + 1);
                }
                let (value, _) = self.number(at + 1).filter(|_| self.touches(at))?;
                if self.unit(at + 1) != Some(Unit::Year) {
                    return None;
                }
                return self.after_year(at, at + 3, i32::from(base) + value);
            }
            Word::Weekday(weekday) => {
                let before = at.checked_sub(1);
                let every =
                    before.filter(|&before| self.word(before) == Some(Word::Recurring { weekend: false }));
                if every.is_some_and(|before| self.glued(before)) {
                    return None;
                }
                DaySpec::Weekday { weekday, weeks: None }
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
            Word::WeekStart => DaySpec::WeekStart,
            Word::Month(months) => return self.month_word(at, months),
            Word::MonthName(month) => return self.month_name(at, month),
            Word::Holiday(holiday) => DaySpec::Holiday(holiday),
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
            Word::Unit(_)
            | Word::Period(_)
            | Word::Later
            | Word::Ago
            | Word::Ahead
            | Word::Year(_)
            | Word::Recurring { .. } => return None,
            Word::Meridiem(_) | Word::At | Word::RankClose | Word::Cue(_) => return None,
        };
        self.day(at, at, spec);
        Some(at + 1)
    }

    /// `第2希望`, or the second such weekday of the month named before: `来月の第2火曜`.
    fn ranked(&mut self, at: usize) -> Option<usize> {
        let (value, _) = self.number(at + 1).filter(|_| self.touches(at) && self.touches(at + 1))?;
        match self.word(at + 2) {
            Some(Word::RankClose | Word::Cue(Cue::Want)) => {
                self.rank(at, at + 2, value);
                Some(at + 3)
            }
            Some(Word::Weekday(weekday)) => {
                let before = self.atoms.last().copied()?;
                let AtomKind::Day(Day { spec: DaySpec::Month(months), .. }) = before.kind else {
                    return Some(at + 3);
                };
                gap(self.slice(before.end, self.token(at)?.start), self.tongue)?;
                self.atoms.pop();
                self.day(at, at + 2, DaySpec::NthWeekday { months, nth: i8::try_from(value).ok()?, weekday });
                if let Some(atom) = self.atoms.last_mut() {
                    atom.start = before.start;
                }
                Some(at + 3)
            }
            _ => None,
        }
    }

    fn week(&mut self, at: usize, weeks: i32, alone: bool) -> Option<usize> {
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
        if let (Some(&(ref word, weekday)), Script::Han) = (short, self.tongue.script) {
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

    fn month_word(&mut self, at: usize, months: i32) -> Option<usize> {
        let day = self.number(at + 1).filter(|_| self.glued(at) && self.unit(at + 1) == Some(Unit::Day));
        if let Some((day, _)) = day {
            self.day(at, at + 2, DaySpec::InMonth { months, day: i8::try_from(day).ok()? });
            return self.weekday_behind(at + 2);
        }
        self.day(at, at, DaySpec::Month(months));
        Some(at + 1)
    }

    /// `February 14`, `Feb. 14th, 2026`; a month's name without a number is left alone (may, march).
    fn month_name(&mut self, at: usize, month: i8) -> Option<usize> {
        let (day, digits) = self.number(at + 1)?;
        if !matches!(self.between(at)?.trim(), "" | "." | "the")
            || digits > 2
            || self.after(at + 1).starts_with(':')
        {
            return None;
        }
        let ordinal = leading_ordinal(self.after(at + 1)).unwrap_or(0);
        let year = self.number(at + 2).filter(|&(_, digits)| digits == 4);
        let year = year.filter(|_| {
            self.between(at + 1)
                .and_then(|text| text.get(ordinal..))
                .is_some_and(|text| matches!(text.trim(), "" | ","))
        });
        let last = if year.is_some() { at + 2 } else { at + 1 };
        self.day(at, last, written(year.map(|(year, _)| year), Some(i32::from(month)), day)?);
        if year.is_none()
            && let Some(atom) = self.atoms.last_mut()
        {
            atom.end += ordinal;
        }
        Some(last + 1)
    }
}

/// The length of `st`, `nd`, `rd` or `th` at the start of a text.
fn leading_ordinal(text: &str) -> Option<usize> {
    let suffix = ["st", "nd", "rd", "th"].iter().find(|suffix| text.starts_with(**suffix))?;
    let more = text.get(suffix.len()..)?.chars().next().is_some_and(char::is_alphanumeric);
    (!more).then_some(suffix.len())
}

/// A date in range, not yet checked against the calendar.
fn written(year: Option<i32>, month: Option<i32>, day: i32) -> Option<DaySpec> {
    let in_range = |value: i32, last: i32| i8::try_from(value).ok().filter(|_| (1..=last).contains(&value));
    let year = match year {
        Some(year) => Some(i16::try_from(year).ok().filter(|year| (1900..=2199).contains(year))?),
        None => None,
    };
    let month = match month {
        Some(month) => Some(in_range(month, 12)?),
        None => None,
    };
    Some(DaySpec::Written { year, month, day: in_range(day, 31)? })
}
