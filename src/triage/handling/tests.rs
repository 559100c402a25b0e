//! Days, and what a person says about their own time.

use jiff::SignedDuration;
use jiff::civil::{date, time};
use jiff::tz::TimeZone;

use super::{Basis, Handling, Reckoning};
use crate::triage::id::Address;

#[test]
fn a_day_begins_when_the_house_says_so() {
    let day = Reckoning::usual(TimeZone::get("Asia/Tokyo").unwrap());
    let night = Reckoning { begins: time(12, 0, 0, 0), ..day.clone() };
    for (at, by_day, by_night) in [
        ("2026-08-27T00:00:00+09:00", 27, 26),
        ("2026-08-27T11:59:59+09:00", 27, 26),
        ("2026-08-27T12:00:00+09:00", 27, 27),
        ("2026-08-27T23:59:59+09:00", 27, 27),
        ("2026-08-28T05:00:00+09:00", 28, 27),
    ] {
        let at = at.parse().unwrap();
        assert_eq!(day.day_of(at), date(2026, 8, by_day), "{at}");
        assert_eq!(night.day_of(at), date(2026, 8, by_night), "{at}");
        assert!(night.begin_of(date(2026, 8, by_night)) <= at && at < night.end_of(date(2026, 8, by_night)));
    }
    // Also where the clock is put forward and a day has 23 hours.
    let warsaw = Reckoning::usual(TimeZone::get("Europe/Warsaw").unwrap());
    let day = date(2026, 3, 29);
    assert_eq!(warsaw.end_of(day).duration_since(warsaw.begin_of(day)), SignedDuration::from_hours(23));
}

#[test]
fn what_a_person_says_goes_before_what_is_reckoned() {
    let (ann, bob) =
        (Address::parse("ann@desk.example").unwrap(), Address::parse("bob@desk.example").unwrap());
    let reckoning = Reckoning::usual(TimeZone::UTC);
    let now = "2026-08-27T10:00:00Z".parse().unwrap();
    let today = date(2026, 8, 27);
    let minutes = SignedDuration::from_mins;
    let mut handling = Handling::default();
    handling.called(&ann, 25, now);
    assert_eq!((handling.spells[0].basis, handling.total(&ann, &reckoning)), (Basis::Said, minutes(25)));
    handling.called(&ann, 10, now);
    assert_eq!(handling.total(&ann, &reckoning), minutes(25), "the longer time stands, once");
    handling.correct(&ann, today, minutes(5), now);
    handling.correct(&ann, today, minutes(40), now);
    assert_eq!(handling.total(&ann, &reckoning), minutes(40), "the last word counts");
    assert_eq!(handling.total(&bob, &reckoning), SignedDuration::ZERO);
    handling.correct(&ann, date(2026, 8, 28), minutes(2), now);
    assert_eq!(handling.total(&ann, &reckoning), minutes(42), "each day has its own");
}
