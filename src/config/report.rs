//! `[handling]` and `[report.day]`: how people's time is reckoned, and the report of the day that
//! they confirm (workflow W2).

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::section::Section;
use super::{Config, value, work};
use crate::triage::handling::Reckoning;
use crate::triage::id::Address;
use crate::triage::people::{Person, Position};

/// `[handling]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    /// The most that is believed of the time between a request and its answer.
    pub asked: Duration,
    /// The most that is believed of the time between two words of one person about a case.
    pub idle: Duration,
    /// When a day of figures begins.
    pub begins: Time,
}

/// `[report.day]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayReport {
    /// Whether people get a report of their day at all.
    pub enabled: bool,
    /// When they get it, wall time of the desk's zone: before they leave.
    pub at: Time,
    /// When the summary goes out: later.
    pub summary: Time,
    /// Who gets the summary.
    pub to: Vec<Address>,
    /// Name of the shift: one report for each day, shift and person.
    pub shift: String,
}

pub(super) fn handling(section: Option<&Section<'_>>) -> Handling {
    let mut handling = Handling {
        asked: Duration::from_secs(15 * 60),
        idle: Duration::from_secs(60 * 60),
        begins: Time::midnight(),
    };
    let Some(section) = section else { return handling };
    handling.asked = section.duration("asked", handling.asked);
    handling.idle = section.duration("idle", handling.idle);
    handling.begins = section.time("begins").unwrap_or(handling.begins);
    section.finish();
    handling
}

pub(super) fn day(section: Option<&Section<'_>>, people: &[Person]) -> DayReport {
    let mut day = DayReport {
        enabled: false,
        at: Time::constant(17, 45, 0, 0),
        summary: Time::constant(18, 45, 0, 0),
        to: Vec::new(),
        shift: "day".to_owned(),
    };
    if let Some(section) = section {
        day.enabled = section.flag("enabled", false);
        day.at = section.time("at").unwrap_or(day.at);
        day.summary = section.time("summary").unwrap_or_else(|| an_hour_later(day.at));
        day.to = value::each_once(section.list("to", value::address));
        day.shift = section.parsed("shift", work::shift).unwrap_or(day.shift);
        if night_last(day.summary) <= night_last(day.at) {
            section.fault(
                "summary",
                "the summary is not later than the reports it sums up",
                "write a later time than `at`; a time before noon is in the night after the day",
            );
        }
        section.finish();
    }
    if day.to.is_empty() {
        let supervisors = people.iter().filter(|person| person.position == Position::Supervisor);
        day.to = supervisors.map(|person| person.address.clone()).collect();
    }
    if let Some(section) = section.filter(|_| day.enabled && day.to.is_empty() && !people.is_empty()) {
        section.fault(
            "enabled",
            "nobody would get the summary of the day",
            "set `to` in [report.day], or give an [[agent]] role = \"supervisor\"",
        );
    }
    day
}

/// Times in the order of a day and its night: those before noon come last.
fn night_last(at: Time) -> (bool, i8, i8) {
    (at.hour() < 12, at.hour(), at.minute())
}

/// Past midnight it is a time of the next morning.
fn an_hour_later(at: Time) -> Time {
    at.wrapping_add(SignedDuration::from_hours(1))
}

impl Config {
    /// How people's time is reckoned. A person works for several mailboxes, so their day is the desk's.
    pub fn reckoning(&self) -> Reckoning {
        let span = |duration: Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let zone: TimeZone = self.desk.zone.clone();
        Reckoning {
            asked: span(self.handling.asked),
            idle: span(self.handling.idle),
            zone,
            begins: self.handling.begins,
        }
    }
}
