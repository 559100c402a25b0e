//! Deadlines of complaints: so many business days after a day, and the end of a day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::triage::calendar::Calendar;

/// The end of business on the `days`-th business day after the day of `start`; where nobody is ever there, so many days later.
pub fn business_days(calendar: &Calendar, start: Timestamp, days: u16) -> Timestamp {
    let today = start.to_zoned(calendar.zone().clone()).date();
    let wanted = usize::from(days.max(1));
    let mut counted: Vec<Date> = Vec::new();
    let mut end = None;
    for stretch in calendar.stretches(start).filter(|stretch| stretch.day > today) {
        if counted.last() != Some(&stretch.day) {
            if counted.len() == wanted {
                break;
            }
            counted.push(stretch.day);
        }
        end = Some(stretch.until);
    }
    let elapsed = SignedDuration::from_hours(24 * i64::from(days.max(1)));
    let instead = start.checked_add(elapsed).unwrap_or(Timestamp::MAX);
    end.filter(|_| counted.len() == wanted).unwrap_or(instead)
}

/// The first instant that no longer belongs to a day.
pub fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.checked_add(1.day()).unwrap_or(day);
    next.to_zoned(zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}
