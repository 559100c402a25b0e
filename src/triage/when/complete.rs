//! A time that stands alone gets its day: from a day before it that has no time yet, from the slot it replaces, or
//! from the labelled day of its rank behind it. Never makes up a day.

use super::passage::Found;
use super::slot::Slot;
use crate::triage::verdict::{Grain, Role};

/// How many slots back a time alone looks for its day.
const BACK: usize = 32;

/// Gives times that stand alone their day: the wanted days before them without a time (same rank, if ranks are
/// written), else the day of the slot they replace or stand beside, else the labelled day of their rank behind them.
pub(super) fn complete(mut found: Vec<Found>) -> Vec<Found> {
    settle(&mut found);
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    // Labelled times that wait for a day behind them, and whether one took them.
    let mut waiting: Vec<(Found, bool)> = Vec::new();
    let mut rest = found.into_iter().peekable();
    while let Some(first) = rest.next() {
        if first.slot.day.is_some() {
            let here = out.len();
            out.push(first);
            let fits = |time: &Found| first.wants_time() && near(time, &first);
            let times: Vec<Found> = waiting.iter().map(|(time, _)| *time).filter(|time| fits(time)).collect();
            waiting.iter_mut().for_each(|(time, used)| *used |= fits(time));
            fill(&mut out, here, &times);
            continue;
        }
        let mut times = vec![first];
        while let Some(time) = rest.next_if(|time| {
            time.slot.day.is_none() && time.passage == first.passage && time.slot.rank == first.slot.rank
        }) {
            times.push(time);
        }
        out.extend(times.iter().filter(|time| time.role != Role::Wish));
        times.retain(|time| matches!(time.role, Role::Wish));
        // Every day they fit gets all of them.
        times.truncate(BACK);
        if times.is_empty() || place(&mut out, &times) {
            continue;
        }
        if first.labelled && waiting.len() < BACK {
            waiting.extend(times.into_iter().map(|time| (time, false)));
        } else {
            out.append(&mut times);
        }
    }
    out.extend(waiting.into_iter().filter(|(_, used)| !used).map(|(time, _)| time));
    out
}

/// Where the writing says of one date that it is wanted, a date in a sentence that only states something is mentioned
/// (14日に東京に着きます。15日の10時を希望します).
fn settle(found: &mut [Found]) {
    let wanted = |found: &Found| found.role == Role::Wish && found.explicit;
    if !found.iter().any(wanted) {
        return;
    }
    // A wanted day that still waits for its time.
    let mut open = false;
    for found in found {
        if found.slot.day.is_some() {
            open = found.wants_time();
        }
        let supposed = found.stated && found.role == Role::Wish && !found.explicit;
        if supposed && !(open && found.slot.day.is_none()) {
            found.role = Role::Mention;
        }
    }
}

/// A time may go to this day: same passage or both from form lines, and the same rank where one is written.
fn near(time: &Found, day: &Found) -> bool {
    let ranked = time.slot.rank.is_none() || day.slot.rank == time.slot.rank;
    ranked && (day.passage == time.passage || (time.labelled && day.labelled))
}

/// Gives times to days read before; `false` when there is none.
fn place(out: &mut Vec<Found>, times: &[Found]) -> bool {
    let Some(first) = times.first() else { return false };
    let from = out.len().saturating_sub(BACK);
    let tail = || out.iter().enumerate().skip(from);
    let targets: Vec<usize> =
        tail().filter(|(_, day)| day.wants_time() && near(first, day)).map(|(index, _)| index).collect();
    if targets.is_empty() {
        // A slot held or wanted before: the same day, another time.
        let beside = tail().rev().map(|(_, day)| *day).find(|day| {
            let single = day.days.is_some_and(|days| days.grain == Grain::Day);
            day.passage == first.passage
                && single
                && day.takes_time()
                && matches!(day.role, Role::CurrentBooking | Role::Wish)
        });
        // 20日は開いていますか? 開いていたら13時から: the day asked about, when the time is wanted in so many words.
        let asked = || {
            let mut days = tail().rev().map(|(_, day)| *day).filter(|day| day.passage == first.passage);
            days.next().filter(|day| {
                first.explicit
                    && day.role == Role::Mention
                    && day.takes_time()
                    && day.slot.clock.is_none()
                    && day.days.is_some_and(|days| days.grain == Grain::Day)
            })
        };
        let Some(day) = beside.or_else(asked) else { return false };
        out.extend(times.iter().map(|time| Found {
            days: day.days,
            slot: on_day(time.slot, day.slot),
            ..*time
        }));
        return true;
    }
    for index in targets {
        fill(out, index, times);
    }
    true
}

/// The day at an index gets the first time; further times make further entries, ordered by place later.
fn fill(out: &mut Vec<Found>, index: usize, times: &[Found]) {
    let Some(day) = out.get(index).copied() else { return };
    for (nth, time) in times.iter().enumerate() {
        let filled = Found { slot: Slot { rank: day.slot.rank, ..on_day(time.slot, day.slot) }, ..day };
        match out.get_mut(index).filter(|_| nth == 0) {
            Some(entry) => *entry = filled,
            None => out.push(filled),
        }
    }
}

/// The time of one slot on the day of another.
const fn on_day(time: Slot, day: Slot) -> Slot {
    Slot { day: day.day, day_end: day.day_end, ..time }
}
