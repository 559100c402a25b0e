//! A slot: a date, a time, or both, as they belong together, and the days it comes to.

use super::atom::{Clock, Day, DaySpec};
use super::lexicon::Tongue;
use super::links::gap;
use super::resolve::{Calendar, Context, Days};
use super::word::Link;

/// A date, a time, or both, not yet resolved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Place of its own words in the folded text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) day: Option<Day>,
    pub(super) day_end: Option<Day>,
    pub(super) clock: Option<Clock>,
    pub(super) clock_end: Option<Clock>,
    /// 以降.
    pub(super) open: bool,
    /// まで.
    pub(super) until: bool,
    /// 第2希望.
    pub(super) rank: Option<u32>,
    /// The next slot takes the place of this one (11時を12時に).
    pub(super) moved: bool,
    /// The time at the end belongs to the day at the end (27日14時から28日12時).
    pub(super) paired: bool,
    /// Roughly (14時頃).
    pub(super) about: bool,
}

impl Slot {
    /// The calendar's days for it; `None` when it names none, or one that does not exist.
    pub(super) fn days(&self, calendar: Calendar, context: Context) -> Option<Days> {
        let day = self.day?;
        let mut days = calendar.days(day, context)?;
        if let Some(last) = self.day_end {
            let weeks = if let DaySpec::Weekday { weeks, .. } = day.spec { weeks } else { None };
            let context = Context { date: Some(days.first), named: Some(days.first), weeks, past: false };
            // 12/26から1/7, 周五到周一: the end is the first such day behind the start.
            let said = matches!(last.spec, DaySpec::Weekday { .. }) && weeks.is_some();
            let bare = matches!(last.spec, DaySpec::Written { month: None, .. });
            let behind = if (last.spec.floats() && !said) || bare {
                Calendar { today: days.first, ..calendar }
            } else {
                calendar
            };
            let end = behind.days(last, context)?;
            let dated = matches!(
                last.spec,
                DaySpec::Written { year: Some(_), .. } | DaySpec::MonthNamed { year: Some(_), .. }
            ) && matches!(day.spec, DaySpec::Written { .. } | DaySpec::MonthNamed { .. });
            if day.spec.floats() && !last.spec.floats() && (dated || end.first < days.first) {
                // 11月から2017年2月5日: the year at the end says which November.
                let before = Calendar { today: end.first, ..calendar };
                days = before.days(day, Context { past: true, ..Context::default() })?;
            }
            if end.first < days.first {
                return None;
            }
            days.contradicts |= end.contradicts;
            days.last = Some(end.last.unwrap_or(end.first));
        }
        Some(days)
    }
}

/// Joins what two slots say of one range: 27日14時から28日12時まで, 9/1以降9/5まで, 10時以降15時まで. Each is compared with the
/// one before it only.
pub(super) fn join(
    slots: Vec<Slot>,
    text: &str,
    tongue: &Tongue,
    moves: &impl Fn(usize, usize) -> bool,
) -> Vec<Slot> {
    let mut out: Vec<Slot> = Vec::with_capacity(slots.len());
    for slot in slots {
        let joined = out.last().and_then(|before| {
            let links = gap(text.get(before.end..slot.start)?, tongue)?;
            let free = before.day_end.is_none()
                && before.clock_end.is_none()
                && slot.day_end.is_none()
                && slot.clock_end.is_none()
                && !before.moved
                && before.rank == slot.rank
                && !links.newline;
            if !free {
                return None;
            }
            let ranged = links.has(Link::Range) && links.only(&[Link::Range, Link::Glue]);
            let both =
                before.day.is_some() && before.clock.is_some() && slot.day.is_some() && slot.clock.is_some();
            let bounded = before.open && slot.until && links.only(&[Link::After, Link::Glue]);
            let to = Slot { end: slot.end, day_end: slot.day, clock_end: slot.clock, open: false, ..*before };
            match (before.clock.is_some(), slot.clock.is_some(), slot.day.is_some()) {
                _ if both && ranged && !moves(before.start, slot.end) => Some(Slot { paired: true, ..to }),
                (false, false, true) | (true, true, false) if bounded => Some(to),
                _ => None,
            }
        });
        match (joined, out.last_mut()) {
            (Some(joined), Some(last)) => *last = joined,
            (_, _) => out.push(slot),
        }
    }
    out
}
