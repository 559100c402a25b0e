//! `保留`: a case is put off, for a span, for days of business, or until a day and a time. Its clock goes on.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::obey::{at_desk, not_now};
use super::plan::Plan;
use crate::triage::approval::Unclear;
use crate::triage::case::{Open, State, Step};
use crate::triage::command::Wait;
use crate::triage::effect::Notice;
use crate::triage::id::Address;

/// Nobody can put a case off for longer than 31 days: that would be no deadline.
const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

pub(super) fn hold(plan: &mut Plan<'_>, by: &Address, wait: Wait) {
    let holdable = match plan.case.open().map(|open| &open.step) {
        Some(Step::Unknown { asking, .. }) => asking.is_some(),
        Some(Step::Quarantined { .. }) => true,
        Some(_) | None => at_desk(plan),
    };
    let Some(open) = plan.case.open().cloned().filter(|_| holdable) else {
        not_now(plan, by, "保留");
        return;
    };
    let Some(due) = until(plan, wait).map(|due| due.min(plan.after(LONGEST))) else {
        plan.answer(by, Notice::NotUnderstood { why: Unclear::HOLD_TIME.to_owned() });
        return;
    };
    plan.case.state = State::Open(Open { due, ..open });
    let note = match wait {
        Wait::Minutes(minutes) => format!("{minutes}m"),
        Wait::BusinessDays(_) | Wait::Until { .. } => {
            due.to_zoned(plan.policy.desk.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
        }
    };
    plan.record(Some(by), "保留", &note);
    plan.done(by, "保留");
}

/// The instant; `None` for one that is past.
fn until(plan: &Plan<'_>, wait: Wait) -> Option<Timestamp> {
    let zone = &plan.policy.desk.zone;
    let today = plan.now.to_zoned(zone.clone()).date();
    let wall = |day: Date, time: Time| day.to_datetime(time).to_zoned(zone.clone()).ok();
    let at = match wait {
        Wait::Minutes(minutes) => plan.after(SignedDuration::from_mins(i64::from(minutes))),
        Wait::BusinessDays(days) => opening(plan, today, days)?,
        // A day without a time begins when the desk does.
        Wait::Until { day: Some(day), time: None } => match opens_on(plan, day) {
            // Where the desk never closes it opens at midnight, which nobody means.
            Some(opens) if opens > wall(day, Time::midnight())?.timestamp() => opens,
            Some(_) | None => wall(day, plan.policy.desk.opening)?.timestamp(),
        },
        Wait::Until { day, time } => {
            let time = time.unwrap_or(plan.policy.desk.opening);
            wall(day.unwrap_or(today), time)?.timestamp()
        }
    };
    (at > plan.now || matches!(wait, Wait::Minutes(0))).then_some(at)
}

/// When the desk opens on a day; `None`: nobody is there. A night that began the day before is that day's.
fn opens_on(plan: &Plan<'_>, day: Date) -> Option<Timestamp> {
    let midnight = day.to_zoned(plan.policy.desk.zone.clone()).ok()?.timestamp();
    let own = plan.policy.calendar.stretches(midnight).find(|stretch| stretch.day >= day)?;
    (own.day == day).then_some(own.from)
}

/// When the desk opens on the so-manieth day of business after today.
fn opening(plan: &Plan<'_>, today: Date, days: u32) -> Option<Timestamp> {
    const HORIZON: usize = 400;
    let skipped = usize::try_from(days.checked_sub(1)?).ok()?;
    let days = today.tomorrow().ok()?.series(1.day()).take(HORIZON);
    days.filter_map(|day| opens_on(plan, day)).nth(skipped)
}
