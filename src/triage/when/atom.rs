//! Tokens to atoms: one date or one time each, as written and not yet resolved.
//!
//! Here it is decided that `8/27 14時` is a day and an hour (never the year 2014), that 60分 is a length, that the
//! middle of a telephone number is nothing, and that in `27、28、29日` all three are days.

mod amount;
mod bare;
mod figure;
mod length;
mod named;
mod nth;
mod relative;
mod spoken;
mod unit;
mod weekday;
mod word;
mod year;

use super::lexicon::{Script, Tongue};
use super::links::gap;
use super::scan::{Kind, Token};
pub(super) use super::spec::{Clock, Day, DaySpec};
use super::word::{Link, Unit, Word};

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
        let mut atom = Atom { start: first.start, end: last.end, kind: AtomKind::Day(Day::new(spec)) };
        self.lead_year(&mut atom);
        self.lead_weekday(&mut atom);
        self.bracket_weekday(&mut atom);
        // 8月24日の週
        let rest = self.slice(atom.end, self.text.len());
        if let (AtomKind::Day(day), Some(rest)) = (&mut atom.kind, rest.strip_prefix("の週"))
            && matches!(day.spec, DaySpec::Written { .. })
            && !rest.starts_with('末')
        {
            day.week_of = true;
            atom.end += "の週".len();
        }
        self.atoms.push(atom);
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
        if self.tongue.script != Script::Kana && near && written {
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

    /// `午後3時`, `夜の8時`, `夜、午後8時`: the parts before the hour say how to read it; 正午12時 says it twice.
    fn lead_part(&mut self, atom: &mut Atom) {
        while let AtomKind::Clock(Clock::At { hour, minute, afternoon, .. }) = &mut atom.kind {
            let Some(before) = self.atoms.last().copied() else { return };
            let near = gap(self.slice(before.end, atom.start), self.tongue);
            let near = near.is_some_and(|links| {
                !links.newline && links.only(&[Link::Glue, Link::Comma]) && links.list.len() < 2
            });
            match before.kind {
                AtomKind::Clock(Clock::Part(part)) if near => {
                    if part.from.hour() >= 18 && afternoon.is_none() {
                        // 夜の12時, 深夜2時: the night goes on into the next day.
                        *hour = match *hour {
                            12 => 24,
                            1..=4 => *hour + 24,
                            other => other,
                        };
                    }
                    *afternoon = afternoon.or(part.afternoon);
                }
                AtomKind::Clock(Clock::Named(time))
                    if near && time.hour() % 12 == *hour % 12 && minute.is_none() =>
                {
                    *hour = time.hour();
                }
                AtomKind::Clock(_) | AtomKind::Day(_) | AtomKind::Rank(_) => return,
            }
            atom.start = before.start;
            self.atoms.pop();
        }
    }

    fn step(&mut self, at: usize) -> Option<usize> {
        // Read already, as the bracket behind a date.
        if self.atoms.last().is_some_and(|atom| self.token(at).is_some_and(|token| token.start < atom.end)) {
            return None;
        }
        if self.tongue.script != Script::Kana
            && !self.inside_longer_number(at)
            && let Some(next) = self.relative(at)
        {
            return Some(next);
        }
        match self.token(at)?.kind {
            Kind::Number { digits, .. } => {
                if digits > 0 && self.inside_longer_number(at) {
                    return None;
                }
                self.blocks(at)
                    .or_else(|| self.figures(at))
                    .or_else(|| self.shared_year(at))
                    .or_else(|| self.shared_unit(at))
                    .or_else(|| self.with_unit(at))
                    .or_else(|| self.latin_number(at))
                    .or_else(|| self.continued(at))
            }
            Kind::Word(word) => self.by_word(at, word),
        }
    }
}

/// A date in range, not yet checked against the calendar.
fn written(year: Option<i32>, month: Option<i32>, day: i32) -> Option<DaySpec> {
    let in_range = |value: i32, last: i32| i8::try_from(value).ok().filter(|_| (1..=last).contains(&value));
    let year = match year {
        Some(year) => Some(i16::try_from(year).ok().filter(|year| (1000..=2199).contains(year))?),
        None => None,
    };
    let month = match month {
        Some(month) => Some(in_range(month, 12)?),
        None => None,
    };
    Some(DaySpec::Written { year, month, day: in_range(day, 31)? })
}
