//! Business time against a reckoning that walks every minute, and holidays against the lists of the government.

use jiff::civil::{Date, DateTime};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;

/// National holidays by year: to 2027 as published by the Cabinet Office, then by the law.
const HOLIDAYS: [(i16, &str); 7] = [
    (
        2024,
        "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23",
    ),
    (
        2025,
        "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24",
    ),
    (
        2026,
        "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
    ),
    (
        2027,
        "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
    ),
    (2028, "01-01 01-10 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-22 10-09 11-03 11-23"),
    (
        2029,
        "01-01 01-08 02-11 02-12 02-23 03-20 04-29 04-30 05-03 05-04 05-05 07-16 08-11 09-17 09-23 09-24 10-08 11-03 11-23",
    ),
    (
        2030,
        "01-01 01-14 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 11-03 11-04 11-23",
    ),
];

#[test]
fn holidays_of_japan() {
    for (year, expected) in HOLIDAYS {
        let first = Date::constant(year, 1, 1);
        let days = first.series(1.day()).take_while(|day| day.year() == year);
        let found: Vec<String> = days
            .filter(|day| japanese_holiday(*day).is_some())
            .map(|day| format!("{:02}-{:02}", day.month(), day.day()))
            .collect();
        assert_eq!(found.join(" "), expected, "{year}");
    }
}

#[test]
fn holidays_by_name() {
    for (date, expected) in [
        ("2026-01-01", Some("元日")),
        ("2026-05-06", Some("振替休日")),
        ("2026-09-21", Some("敬老の日")),
        ("2026-09-22", Some("国民の休日")),
        ("2026-09-23", Some("秋分の日")),
        ("2027-03-21", Some("春分の日")),
        ("2027-03-22", Some("振替休日")),
        ("2026-12-31", None),
    ] {
        assert_eq!(japanese_holiday(date.parse().unwrap()), expected, "{date}");
    }
}

fn hours(text: &str) -> Vec<Hours> {
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':').unwrap();
        hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
    };
    let one = |text: &str| {
        let (from, until) = text.split_once('-').unwrap();
        Hours::new(minutes(from), minutes(until)).unwrap()
    };
    text.split_whitespace().map(one).collect()
}

fn once(first: &str, last: &str) -> Days {
    Days::Once { first: first.parse().unwrap(), last: last.parse().unwrap() }
}

/// Weekdays with a break, Saturday until two, a night from Friday, a closure over New Year, one extra Sunday.
pub(in crate::triage) fn office(zone: &str) -> Calendar {
    let week = [
        "09:00-12:00 13:00-18:00",
        "09:00-12:00 13:00-18:00",
        "09:00-12:00 13:00-18:00",
        "09:00-12:00 13:00-18:00",
        "09:00-12:00 22:00-06:00",
        "10:00-14:00",
        "",
    ];
    let plan = Plan::new(week.map(hours))
        .keeping(Holidays::Japan, Vec::new())
        .closed([Days::Yearly { first: (12, 29), last: (1, 3) }, once("2026-08-13", "2026-08-14")])
        .open(once("2026-12-27", "2026-12-27"), hours("10:00-12:00"));
    Calendar::new(TimeZone::get(zone).unwrap(), Arc::new(plan))
}

fn at(zone: &str, wall: &str) -> Timestamp {
    wall.parse::<DateTime>().unwrap().in_tz(zone).unwrap().timestamp()
}

#[test]
fn deadlines() {
    for (start, minutes, expected) in [
        // Over the break, over the evening, over the night that belongs to Friday.
        ("2026-08-27T11:00", 120, Some("2026-08-27T14:00")),
        ("2026-08-27T17:30", 60, Some("2026-08-28T09:30")),
        ("2026-08-28T11:00", 120, Some("2026-08-28T23:00")),
        ("2026-08-29T03:00", 240, Some("2026-08-29T11:00")),
        // A span that fills a day ends with it; none ends when somebody is there.
        ("2026-08-27T09:00", 480, Some("2026-08-27T18:00")),
        ("2026-08-27T07:00", 0, Some("2026-08-27T09:00")),
        ("2026-08-27T10:00", 0, Some("2026-08-27T10:00")),
        // Three holidays in a row, the middle one only because of the others; then the closure and the extra Sunday.
        ("2026-09-19T13:30", 60, Some("2026-09-24T09:30")),
        ("2026-08-12T17:00", 120, Some("2026-08-15T11:00")),
        ("2026-12-27T11:30", 60, Some("2026-12-28T09:30")),
        ("2026-12-28T17:30", 60, Some("2027-01-04T09:30")),
        // A century of hours is not to be had in ten years.
        ("2026-08-27T09:00", 60 * 24 * 36_525, None),
    ] {
        let found = office("Asia/Tokyo").add(at("Asia/Tokyo", start), SignedDuration::from_mins(minutes));
        assert_eq!(found, expected.map(|wall| at("Asia/Tokyo", wall)), "{start} + {minutes} min");
    }
}

#[test]
fn open_or_not() {
    for (wall, expected, next) in [
        ("2026-08-27T08:59", false, "2026-08-27T09:00"),
        ("2026-08-27T09:00", true, "2026-08-27T09:00"),
        ("2026-08-27T12:00", false, "2026-08-27T13:00"),
        ("2026-08-29T05:59", true, "2026-08-29T05:59"),
        ("2026-08-29T06:00", false, "2026-08-29T10:00"),
        ("2026-08-30T12:00", false, "2026-08-31T09:00"),
    ] {
        let (calendar, at) = (office("Asia/Tokyo"), at("Asia/Tokyo", wall));
        assert_eq!(calendar.is_open(at), expected, "{wall}");
        assert_eq!(calendar.next_open(at), Some(self::at("Asia/Tokyo", next)), "{wall}");
    }
}

#[test]
fn why_a_day_is_shut() {
    let calendar = office("Asia/Tokyo");
    for (date, expected) in [
        ("2026-08-30", Day::Shut(Shut::Weekday)),
        ("2026-09-22", Day::Shut(Shut::Holiday("国民の休日"))),
        ("2026-12-29", Day::Shut(Shut::Own)),
        ("2027-01-01", Day::Shut(Shut::Own)),
        ("2026-12-27", Day::Open(&hours("10:00-12:00"))),
    ] {
        assert_eq!(calendar.day(date.parse().unwrap()), expected, "{date}");
    }
}

#[test]
fn nights_when_the_clock_is_put() {
    let night = Plan::new(std::array::from_fn(|_| hours("22:00-06:00")));
    let calendar = Calendar::new(TimeZone::get("Europe/Warsaw").unwrap(), Arc::new(night));
    for (wall, hours) in [("2026-03-28T22:00", 7), ("2026-10-24T22:00", 9), ("2026-06-01T22:00", 8)] {
        let length = calendar.stretches(at("Europe/Warsaw", wall)).next().unwrap().length();
        assert_eq!(length, SignedDuration::from_hours(hours), "{wall}");
    }
    // An hour that the clock leaps over begins and ends at the leap.
    let early = Plan::new(std::array::from_fn(|_| hours("02:30-04:00")));
    let calendar = Calendar::new(TimeZone::get("Europe/Warsaw").unwrap(), Arc::new(early));
    let stretch = calendar.stretches(at("Europe/Warsaw", "2026-03-29T00:00")).next().unwrap();
    assert_eq!(stretch.from, at("Europe/Warsaw", "2026-03-29T03:00"));
}

#[test]
fn nobody_is_ever_there() {
    let calendar = Calendar::new(TimeZone::UTC, Arc::new(Plan::default()));
    assert_eq!(calendar.next_open(Timestamp::UNIX_EPOCH), None);
    assert_eq!(calendar.add(Timestamp::UNIX_EPOCH, SignedDuration::from_mins(1)), None);
    let always = Calendar::always(TimeZone::UTC);
    let later = always.add(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(50)).unwrap();
    assert_eq!(later.as_second(), 50 * 3600);
}

/// Business time by walking: the wall clock's furthest reading says which hours have begun and which are over.
pub(in crate::triage) struct Walk<'c> {
    calendar: &'c Calendar,
    pub(in crate::triage) now: Timestamp,
    furthest: DateTime,
}

impl<'c> Walk<'c> {
    /// Begins two days early, so that a clock put back just before is noticed.
    pub(in crate::triage) fn until(calendar: &'c Calendar, start: Timestamp) -> Self {
        let now = start - SignedDuration::from_hours(48);
        let mut walk = Self { calendar, now, furthest: now.to_zoned(calendar.zone.clone()).datetime() };
        while walk.now < start {
            walk.step();
        }
        walk
    }

    pub(in crate::triage) fn step(&mut self) {
        self.now += SignedDuration::from_mins(1);
        self.furthest = self.furthest.max(self.now.to_zoned(self.calendar.zone.clone()).datetime());
    }

    pub(in crate::triage) fn open(&self) -> bool {
        let wall = self.furthest;
        let minute = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute())).unwrap();
        let within = |date: Date, minute: u16| match self.calendar.day(date) {
            Day::Open(hours) => hours.iter().any(|hours| (hours.from()..hours.until()).contains(&minute)),
            Day::Shut(_) => false,
        };
        within(wall.date(), minute) || within(wall.date().yesterday().unwrap(), minute + Hours::DAY)
    }
}

#[derive(Debug, Clone)]
pub(in crate::triage) struct Case {
    zone: &'static str,
    near: &'static str,
    offset: i64,
    pub(in crate::triage) minutes: i64,
    week: Vec<Vec<(u16, u16)>>,
    extra: Vec<(i8, u16, u16)>,
}

impl Case {
    pub(in crate::triage) fn calendar(&self) -> Calendar {
        let hours = |(from, until): &(u16, u16)| Hours::new(from * 15, until * 15).unwrap();
        let mut days = self.week.iter().map(|day| day.iter().map(hours).collect::<Vec<_>>());
        let mut plan =
            Plan::new(std::array::from_fn(|_| days.next().unwrap())).keeping(Holidays::Japan, Vec::new());
        for (days, from, until) in &self.extra {
            let date = self.near.parse::<Date>().unwrap().checked_add(i64::from(*days).days()).unwrap();
            plan = plan.open(Days::Once { first: date, last: date }, vec![hours(&(*from, *until))]);
        }
        Calendar::new(TimeZone::get(self.zone).unwrap(), Arc::new(plan))
    }

    pub(in crate::triage) fn start(&self) -> Timestamp {
        at(self.zone, &format!("{}T00:00", self.near)) + SignedDuration::from_mins(self.offset)
    }
}

/// Calendars near days on which the clock is put, an instant and a span.
pub(in crate::triage) fn random() -> impl Strategy<Value = Case> {
    // Days on which the clock is put in one of the zones, and some holidays.
    let near = select(vec![
        ("Asia/Tokyo", "2026-09-20"),
        ("Asia/Tokyo", "2027-01-01"),
        ("Europe/Warsaw", "2026-03-29"),
        ("Europe/Warsaw", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
    ]);
    // Quarters of an hour on a day; an end that is not later lies on the next day.
    let span = || (0_u16..96, 1_u16..97).prop_filter("hours without an end", |(from, until)| from != until);
    let week = vec(vec(span(), 0..3), 7);
    let extra = vec((1_i8..6, 0_u16..40, 41_u16..90), 0..2);
    (near, -4_000_i64..3_000, 0_i64..3_000, week, extra).prop_map(
        |((zone, near), offset, minutes, week, extra)| Case { zone, near, offset, minutes, week, extra },
    )
}

/// Every deadline, every opening and every length is what a walk minute by minute finds.
#[test]
fn reckoning_agrees_with_walking() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&random(), |case| {
        let (calendar, start) = (case.calendar(), case.start());
        let mut walk = Walk::until(&calendar, start);
        prop_assert_eq!(calendar.is_open(start), walk.open());
        let due = calendar.add(start, SignedDuration::from_mins(case.minutes));
        let (mut left, mut opened) = (case.minutes, None);
        for _ in 0..14 * 1_440 {
            if walk.open() {
                opened = opened.or(Some(walk.now));
                left -= 1;
                if left <= 0 {
                    break;
                }
            }
            walk.step();
        }
        if opened.is_some() {
            prop_assert_eq!(calendar.next_open(start), opened);
        }
        if left <= 0 && case.minutes > 0 {
            let end = walk.now + SignedDuration::from_mins(1);
            prop_assert_eq!(due, Some(end));
            prop_assert_eq!(calendar.between(start, end), SignedDuration::from_mins(case.minutes));
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
