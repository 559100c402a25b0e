//! When reports are due: rows over zones, clock changes, late starts.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::super::schedule::{due_nights, next, planned};

const TEN: Time = time(22, 0, 0, 0);
const HALF_PAST_ONE: Time = time(1, 30, 0, 0);
const HALF_PAST_TWO: Time = time(2, 30, 0, 0);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn planned_instants() {
    // Clocks: Warsaw forward 2026-03-29 02→03, back 10-25 03→02; New York forward 2026-03-08, back 11-01 02→01.
    for (name, at, date, expected) in [
        ("Asia/Tokyo", TEN, date(2026, 8, 28), "2026-08-28T13:00:00Z"),
        ("Asia/Tokyo", HALF_PAST_ONE, date(2026, 8, 28), "2026-08-28T16:30:00Z"),
        ("Asia/Tokyo", HALF_PAST_ONE, date(2026, 12, 31), "2026-12-31T16:30:00Z"),
        ("Asia/Tokyo", time(0, 0, 0, 0), date(2026, 8, 28), "2026-08-28T15:00:00Z"),
        ("Asia/Tokyo", time(11, 59, 0, 0), date(2026, 8, 28), "2026-08-29T02:59:00Z"),
        ("Asia/Tokyo", time(12, 0, 0, 0), date(2026, 8, 28), "2026-08-28T03:00:00Z"),
        ("Europe/Warsaw", TEN, date(2026, 3, 28), "2026-03-28T21:00:00Z"),
        ("Europe/Warsaw", TEN, date(2026, 3, 29), "2026-03-29T20:00:00Z"),
        ("Europe/Warsaw", HALF_PAST_TWO, date(2026, 3, 28), "2026-03-29T01:30:00Z"),
        ("Europe/Warsaw", HALF_PAST_TWO, date(2026, 10, 24), "2026-10-25T00:30:00Z"),
        ("Europe/Warsaw", TEN, date(2026, 10, 25), "2026-10-25T21:00:00Z"),
        ("America/New_York", HALF_PAST_TWO, date(2026, 3, 7), "2026-03-08T07:30:00Z"),
        ("America/New_York", HALF_PAST_ONE, date(2026, 10, 31), "2026-11-01T05:30:00Z"),
        ("America/New_York", TEN, date(2026, 11, 1), "2026-11-02T03:00:00Z"),
        // Samoa went without 2011-12-30 altogether.
        ("Pacific/Apia", TEN, date(2011, 12, 30), "2011-12-31T08:00:00Z"),
    ] {
        assert_eq!(planned(date, at, &zone(name)), Some(instant(expected)), "{name} {date} {at}");
    }
}

#[test]
fn due_and_not_yet_sent() {
    let tokyo = zone("Asia/Tokyo");
    for (why, first, at, now, sent, expected) in [
        ("a second before", 27, TEN, "2026-08-28T12:59:59Z", &[27][..], &[][..]),
        ("on the second", 27, TEN, "2026-08-28T13:00:00Z", &[27], &[28]),
        ("sent already", 27, TEN, "2026-08-28T13:00:00Z", &[27, 28], &[]),
        ("after a night off", 27, TEN, "2026-08-29T01:00:00Z", &[27], &[28]),
        ("after three nights off", 25, TEN, "2026-08-29T14:00:00Z", &[25, 26], &[27, 28, 29]),
        ("a gap in what was sent", 25, TEN, "2026-08-29T14:00:00Z", &[25, 27, 29], &[26, 28]),
        ("never before the first", 28, TEN, "2026-08-29T14:00:00Z", &[], &[28, 29]),
        ("first in the future", 30, TEN, "2026-08-29T14:00:00Z", &[], &[]),
        ("a month off", 1, TEN, "2026-08-29T14:00:00Z", &[1, 2], &[23, 24, 25, 26, 27, 28, 29]),
        ("and no more after those", 1, TEN, "2026-08-29T14:00:00Z", &[23, 24, 25, 26, 27, 28, 29], &[]),
        ("past midnight, not yet", 27, HALF_PAST_ONE, "2026-08-28T16:29:59Z", &[27], &[]),
        ("past midnight belongs to the evening", 27, HALF_PAST_ONE, "2026-08-28T16:30:00Z", &[27], &[28]),
        ("the clock was set back", 27, TEN, "2026-08-20T13:00:00Z", &[27, 28], &[]),
    ] {
        let day = |day: &i8| date(2026, 8, *day);
        let sent: BTreeSet<Date> = sent.iter().map(day).collect();
        let due = due_nights(day(&first), at, &tokyo, instant(now), &sent);
        let expected: Vec<_> =
            expected.iter().map(day).map(|day| (day, planned(day, at, &tokyo).unwrap())).collect();
        assert_eq!(due, expected, "{why}");
    }
}

#[test]
fn the_next_instant() {
    for (name, at, now, expected) in [
        ("Asia/Tokyo", TEN, "2026-08-28T12:59:59Z", "2026-08-28T13:00:00Z"),
        ("Asia/Tokyo", TEN, "2026-08-28T13:00:00Z", "2026-08-29T13:00:00Z"),
        ("Asia/Tokyo", HALF_PAST_ONE, "2026-08-28T14:59:00Z", "2026-08-28T16:30:00Z"),
        ("Asia/Tokyo", HALF_PAST_ONE, "2026-08-28T16:30:00Z", "2026-08-29T16:30:00Z"),
        ("Europe/Warsaw", HALF_PAST_TWO, "2026-03-28T23:00:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Warsaw", HALF_PAST_TWO, "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
        // 02:30 comes twice; the second time is not another night.
        ("Europe/Warsaw", HALF_PAST_TWO, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("America/New_York", TEN, "2026-11-01T03:00:00Z", "2026-11-02T03:00:00Z"),
    ] {
        assert_eq!(next(at, &zone(name), instant(now)), instant(expected), "{name} {at} {now}");
    }
}

/// A year of looks at the clock at uneven times: every night comes exactly once, in order, never early, and a
/// daemon that sleeps until `next` never misses one.
#[test]
fn every_night_exactly_once() {
    let first = date(2026, 1, 1);
    for name in ["Asia/Tokyo", "Europe/Warsaw", "America/New_York", "America/Havana", "Australia/Lord_Howe"] {
        let zone = zone(name);
        for at in [TEN, HALF_PAST_ONE, HALF_PAST_TWO, time(0, 0, 0, 0), time(23, 59, 59, 0)] {
            let mut now = first.to_zoned(zone.clone()).unwrap().timestamp();
            let mut sent = BTreeSet::new();
            let mut order = Vec::new();
            for step in [37, 211, 1440, 3, 4321].into_iter().cycle().take(300) {
                for (date, planned) in due_nights(first, at, &zone, now, &sent) {
                    assert!(planned <= now, "{name} {at} {date} came early");
                    assert!(sent.insert(date), "{name} {at} {date} came twice");
                    order.push(date);
                }
                let next = next(at, &zone, now);
                assert!(next > now && next <= now + 49.hours(), "{name} {at} {now} sleeps until {next}");
                now += step.minutes();
            }
            let last = *order.last().unwrap();
            let all: Vec<Date> = first.series(1.day()).take_while(|date| *date <= last).collect();
            assert_eq!(order, all, "{name} {at}");
        }
    }
}
