//! What was found to wishes: start, end and grain, the order of preference, nothing said twice.

use super::moment::When;
use super::passage::Found;
use super::resolve::Calendar;
use crate::triage::verdict::{Role, Source, Wish};

/// A wish and the rank written for it.
pub(super) type Numbered = (Wish, Option<u32>);

pub(super) fn wish(text: &str, found: &Found, calendar: Calendar) -> Option<Numbered> {
    let days = found.days?;
    // What comes back is no slot; a year or a moment from now is no visit.
    if found.slot.day.is_some_and(|day| !day.spec.bookable() || day.recurring) {
        return None;
    }
    let When { start, end, grain } = found.when(calendar)?;
    let wish = Wish {
        text: text.get(found.span.start..found.span.end)?.to_owned(),
        span: found.span,
        start,
        end,
        grain,
        choice: 1,
        role: found.role,
        explicit: found.explicit,
        source: Source::Text,
        contradicts: days.contradicts,
    };
    Some((wish, found.slot.rank))
}

/// Counts wishes from 1; a written rank wins.
pub(super) fn number(wishes: &mut [Numbered]) {
    let mut next = 1;
    for (wish, rank) in wishes.iter_mut().filter(|(wish, _)| wish.role == Role::Wish) {
        wish.choice = rank.unwrap_or(next);
        next = wish.choice + 1;
    }
}
