//! Lengths of time that become dates: 3日後, 1か月と2日前, 今から2時間後, 過去7日間, 3日以内. A length that says neither
//! where it starts nor where it ends is no date and is passed over.

use super::super::links::gap;
use super::super::period::Length;
use super::super::scan::Kind;
use super::super::word::{Link, Unit, Word};
use super::{Atom, AtomKind, Day, DaySpec, Reader};

/// A length as read from the text.
struct Measured {
    length: Length,
    /// The first token behind it.
    next: usize,
    /// Roughly (数日, 3日ほど).
    about: bool,
    /// Every unit is one of length, so the words can be nothing else.
    sure: bool,
    /// The smallest unit.
    unit: Unit,
}

impl Reader<'_> {
    /// A length with what gives it a direction; a mere length is passed over.
    pub(super) fn length(&mut self, at: usize) -> Option<usize> {
        let measured = self.measure(at)?;
        let before = at.checked_sub(1).filter(|&before| self.glued(before)).and_then(|b| self.word(b));
        let (last, spec) = match (before, self.behind(&measured)) {
            (_, Some((last, Some(sign)))) => {
                let length = if sign < 0 { measured.length.back() } else { measured.length };
                (last, DaySpec::Shift { length, from: 0 })
            }
            (_, Some((last, None))) => {
                (last, DaySpec::Window { length: measured.length, back: false, from: 0 })
            }
            (Some(Word::Ahead), None) => {
                (measured.next - 1, DaySpec::Shift { length: measured.length, from: 0 })
            }
            (Some(Word::Back), None) => {
                (measured.next - 1, DaySpec::Window { length: measured.length, back: true, from: 0 })
            }
            (Some(Word::Forth | Word::Coming), None) if measured.sure => {
                // 今後3日 begins tomorrow, 今後3時間 now.
                let from = i32::from(measured.length.seconds == 0);
                (measured.next - 1, DaySpec::Window { length: measured.length, back: false, from })
            }
            (_, None) => return measured.sure.then_some(measured.next),
        };
        // 2週間後の月曜: a day of that week.
        if let DaySpec::Shift { length, .. } = spec
            && length.days % 7 == 0
            && (length.months, length.seconds) == (0, 0)
            && let Some(Word::Weekday(weekday)) = self.word(last + 1).filter(|_| self.glued(last))
        {
            self.day(at, last + 1, DaySpec::Weekday { weekday, weeks: Some(length.days / 7) });
            return Some(last + 2);
        }
        let ahead = matches!(before, Some(Word::Ahead | Word::Back | Word::Forth | Word::Coming));
        let from = if ahead { at - 1 } else { at };
        self.push_counted(from, last, spec, measured.about);
        Some(last + 1)
    }

    /// Pushes a counted day; `今日から`, `明日から` before it say where the count begins.
    fn push_counted(&mut self, from: usize, last: usize, spec: DaySpec, about: bool) {
        let (Some(first), Some(end)) = (self.token(from), self.token(last)) else { return };
        let mut start = first.start;
        let mut spec = spec;
        if let Some(Atom { start: earlier, end: until, kind: AtomKind::Day(Day { spec: base, .. }) }) =
            self.atoms.last().copied()
            && let Some(days) = base.days_from_now()
            && gap(self.slice(until, start), self.tongue)
                .is_some_and(|links| !links.newline && links.only(&[Link::Range, Link::Glue]))
        {
            match &mut spec {
                DaySpec::Shift { from, .. } | DaySpec::Window { from, .. } => *from = days,
                _ => {}
            }
            self.atoms.pop();
            start = earlier;
        }
        let day = Day { about, ..Day::new(spec) };
        self.atoms.push(Atom { start, end: end.end, kind: AtomKind::Day(day) });
    }

    /// What stands behind a length: a direction (後 1, 前 -1) or `None` for 以内, with its last token.
    fn behind(&self, measured: &Measured) -> Option<(usize, Option<i32>)> {
        let last = measured.next.checked_sub(1)?;
        let near = || gap(self.between(last)?, self.tongue).filter(|links| links.list.is_empty());
        let word = self.word(measured.next).filter(|_| near().is_some_and(|links| !links.newline));
        match word {
            Some(Word::Later) => Some((measured.next, Some(1))),
            Some(Word::Ago) => Some((measured.next, Some(-1))),
            Some(Word::Within) => Some((measured.next, None)),
            // 2ヶ月過ぎたら: the text goes on with a word that is none of ours.
            _ => {
                let rest = self.after(last);
                let counted = matches!(measured.unit, Unit::Year | Unit::Month | Unit::Week) || measured.sure;
                let passed = rest.trim() == "で"
                    || self.tongue.passed.iter().any(|word| rest.starts_with(word.as_str()));
                (counted && passed).then_some((last, Some(1)))
            }
        }
    }

    /// Counts with units, as far as they go: 1か月と2日, 2時間半, 数日.
    fn measure(&self, at: usize) -> Option<Measured> {
        let mut found: Option<Measured> = None;
        let mut at = at;
        loop {
            let piece = self.piece(at);
            let Some(piece) = piece else { break };
            at = piece.next;
            found = Some(match found {
                None => piece,
                Some(before) => Measured {
                    length: before.length.plus(piece.length),
                    next: piece.next,
                    about: before.about || piece.about,
                    sure: before.sure && piece.sure,
                    unit: piece.unit,
                },
            });
            // と or a comma may join two of them.
            let joined = at.checked_sub(1).and_then(|last| self.between(last)).is_some_and(|between| {
                between.is_empty() || matches!(between.trim(), "" | "と" | "、" | "," | "and" | "i")
            });
            if !joined || found.as_ref().is_some_and(|found| found.next > at + 12) {
                break;
            }
        }
        found
    }

    /// One count with its unit; dates in figures (2026年, 8月) are none.
    fn piece(&self, at: usize) -> Option<Measured> {
        let (count, about) = match self.token(at)?.kind {
            Kind::Number { value, digits } if digits <= 3 => (i32::try_from(value).ok()?, false),
            Kind::Number { .. } => return None,
            Kind::Word(Word::Some) => (3, true),
            Kind::Word(Word::Unit(Unit::Half)) => (0, false),
            Kind::Word(_) => return None,
        };
        let half_first = self.word(at) == Some(Word::Unit(Unit::Half));
        let (unit, sure) = match self.word(at + 1).filter(|_| self.touches(at))? {
            Word::Period(unit) => (unit, true),
            Word::Unit(unit @ (Unit::Year | Unit::Month)) if half_first || about => (unit, true),
            Word::Unit(Unit::Year) if count >= 1000 => return None,
            Word::Unit(unit @ (Unit::Year | Unit::Day | Unit::Minute | Unit::Second | Unit::Week)) => {
                (unit, about)
            }
            _ => return None,
        };
        let half = half_first || (self.word(at + 2) == Some(Word::Unit(Unit::Half)) && self.touches(at + 1));
        let length =
            if half { Length::of(unit, count).plus(Length::half(unit)) } else { Length::of(unit, count) };
        let next = if half && !half_first { at + 3 } else { at + 2 };
        Some(Measured { length, next, about, sure, unit })
    }
}

impl DaySpec {
    /// Days from today, where that is how the day is said.
    const fn days_from_now(self) -> Option<i32> {
        match self {
            Self::Offset(days) => Some(days),
            Self::Now => Some(0),
            _ => None,
        }
    }
}
