//! When night reports are due. Pure: the instant and the zone are arguments.
//!
//! The report of the night of date R is due at `at` of R. A shift that ends after midnight reports in the small hours: if
//! `at` is before noon, the report of R is due on the morning of R+1, so `at = "01:30"` belongs to the night before.
//!
//! A wall time that a clock change skips is taken as late as the gap is long, one that comes twice is taken the first
//! time (jiff's "compatible" way, RFC 5545 section 3.3.5). So every date has exactly one instant, whether its day has 23,
//! 24 or 25 hours.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// How many nights back a report is still made. After a longer outage the next report names the older cases.
const NIGHTS_BACK: usize = 7;

/// The instant at which the report of `date` is due; `None` only beyond the years that jiff can tell.
pub fn planned(date: Date, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    let day = if at.hour() < 12 { date.tomorrow().ok()? } else { date };
    let zoned = zone.to_ambiguous_zoned(day.to_datetime(at)).compatible().ok()?;
    Some(zoned.timestamp())
}

/// The nights whose report is due and not in `sent`, oldest first, each with the instant it was planned for.
///
/// Never a night before `first`, and none but the last seven that were due, sent or not: a longer outage does not
/// end in a flood. Called again with the returned dates added to `sent` it returns nothing until the next is due.
pub fn due_nights(
    first: Date,
    at: Time,
    zone: &TimeZone,
    now: Timestamp,
    sent: &BTreeSet<Date>,
) -> Vec<(Date, Timestamp)> {
    let mut due: Vec<(Date, Timestamp)> = newest_first(now, zone)
        .filter_map(|date| Some((date, planned(date, at, zone)?)))
        .skip_while(|(_, planned)| *planned > now)
        .take(NIGHTS_BACK)
        .take_while(|(date, _)| *date >= first)
        .filter(|(date, _)| !sent.contains(date))
        .collect();
    due.reverse();
    due
}

/// The first planned instant after `now`.
pub fn next(at: Time, zone: &TimeZone, now: Timestamp) -> Timestamp {
    newest_first(now, zone)
        .map_while(|date| planned(date, at, zone))
        .take_while(|planned| *planned > now)
        .last()
        .unwrap_or(Timestamp::MAX)
}

/// Days backwards, beginning so late that the first is certainly not due at `now`.
fn newest_first(now: Timestamp, zone: &TimeZone) -> impl Iterator<Item = Date> {
    let today = now.to_zoned(zone.clone()).date();
    let ahead = today.tomorrow().and_then(Date::tomorrow).unwrap_or(today);
    std::iter::successors(Some(ahead), |date| date.yesterday().ok())
}
