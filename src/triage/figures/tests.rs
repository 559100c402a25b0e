//! Counting: parts and wholes agree, and what people say counts.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Answered, Book, Known, Period, Resolved, Sums, counts, median};
use crate::triage::case::Case;
use crate::triage::handling::{Basis, Corrected, Reckoning, Spell};
use crate::triage::id::{Address, CaseId, Fingerprint};

/// Knows what the case says.
struct Plain;

impl Known for Plain {
    fn topic(&self, case: &Case) -> String {
        case.matter.topic.clone()
    }

    fn tags(&self, case: &Case) -> Vec<String> {
        if case.matter.urgent { vec!["DM".to_owned(), "カタログ".to_owned()] } else { Vec::new() }
    }

    fn first_answer(&self, case: &Case) -> Option<Answered> {
        let at = case.service.first_answer?;
        Some(Answered { at, took: at.duration_since(case.opened), within: Some(true) })
    }

    fn resolved(&self, case: &Case) -> Option<Resolved> {
        Some(Resolved { at: super::ended(case)?, within: None })
    }
}

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@desk.example")).unwrap()
}

fn reckoning() -> Reckoning {
    Reckoning::usual(TimeZone::get("Asia/Tokyo").unwrap())
}

fn at(text: &str) -> Timestamp {
    format!("2026-08-{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
}

/// A case of its own number.
fn case(number: u8) -> Case {
    let (_, mut case) = crate::triage::decide::fixtures();
    case.id = CaseId::of(Fingerprint::new([number; 16]));
    case
}

fn spell(by: &str, until: &str, minutes: i64, basis: Basis) -> Spell {
    let (until, worked) = (at(until), SignedDuration::from_mins(minutes));
    Spell { by: address(by), from: until - worked, until, worked, basis }
}

fn book(cases: &[Case], day: Date) -> Book {
    Book::of(cases, &Plain, &reckoning(), Period::day(day), at("30 12:00"))
}

const DAY: Date = date(2026, 8, 27);

#[test]
fn ten_answers_in_a_minute_share_it() {
    let cases: Vec<Case> = (1..=10)
        .map(|number| {
            let mut case = case(number);
            let until = format!("27 10:{:02}", 14 + number / 10);
            case.handling.spells = vec![spell("ann", &until, 15, Basis::Assumed)];
            case
        })
        .collect();
    let sums = book(&cases, DAY).of_person(&address("ann")).total();
    // The first is believed to have taken its fifteen minutes, all others what lay between.
    assert_eq!((sums.handled, sums.worked()), (10, SignedDuration::from_mins(16)));
    assert_eq!(sums.times.len(), 2);
}

#[test]
fn a_corrected_time_takes_the_place_of_what_was_reckoned() {
    let mut case = case(1);
    case.handling.spells =
        vec![spell("ann", "27 10:15", 15, Basis::Assumed), spell("bob", "27 11:00", 20, Basis::Seen)];
    let said = |by: &str, day| Corrected {
        by: address(by),
        day,
        worked: SignedDuration::from_mins(40),
        at: at("28 09:00"),
    };
    case.handling.corrected = vec![said("ann", DAY), said("bob", date(2026, 8, 28))];
    let by = book(&[case.clone()], DAY).by(|fact| fact.by.clone());
    let ann = &by[&Some(address("ann"))];
    assert_eq!((ann.worked(), ann.corrected), (SignedDuration::from_mins(40), 1));
    let bob = &by[&Some(address("bob"))];
    assert_eq!((bob.worked(), bob.corrected), (SignedDuration::from_mins(20), 0));
    // Time without a word is a case all the same.
    let next = book(&[case], date(2026, 8, 28)).total();
    assert_eq!((next.handled, next.worked()), (1, SignedDuration::from_mins(40)));
}

#[test]
fn a_day_holds_its_own_calls_answers_and_ends() {
    let mut case = case(1);
    let ann = address("ann");
    case.opened = at("27 09:00");
    case.matter.urgent = true;
    case.note(at("27 09:20"), Some(&ann), "電話×", "");
    case.note(at("27 09:40"), Some(&ann), "電話済", "");
    case.note(at("28 09:00"), Some(&address("bob")), "予約確定", "");
    case.service.first_answer = Some(at("27 09:40"));
    case.handling.spells =
        vec![spell("ann", "27 09:40", 20, Basis::Seen), spell("bob", "28 09:00", 0, Basis::Assumed)];
    let outcome = crate::triage::case::Outcome::Converted;
    case.state = crate::triage::case::State::Closed { outcome, at: at("28 09:00") };
    let first = book(std::slice::from_ref(&case), DAY);
    let sums = first.by(|fact| fact.by.clone());
    let own = &sums[&Some(ann)];
    assert_eq!((own.handled, own.calls, own.unanswered, own.first.len(), own.resolved), (1, 1, 1, 1, 0));
    assert_eq!(
        own.tags.iter().map(|(tag, count)| (tag.as_str(), *count)).collect::<Vec<_>>(),
        [("DM", 1), ("カタログ", 1)]
    );
    assert_eq!(first.handled().map(|(_, handled)| handled.last.as_str()).collect::<Vec<_>>(), ["電話済"]);
    assert_eq!(sums[&None].arrived, 1);
    let second = book(&[case], date(2026, 8, 28)).total();
    assert_eq!((second.handled, second.resolved, second.arrived, second.times.len()), (1, 1, 0, 0));
}

#[test]
fn what_stands_open_is_counted_today() {
    let case = case(1);
    let now = at("30 12:00");
    let today = Book::of([&case], &Plain, &reckoning(), Period::day(date(2026, 8, 30)), now).total();
    let yesterday = Book::of([&case], &Plain, &reckoning(), Period::day(date(2026, 8, 29)), now).total();
    assert_eq!((today.open, yesterday.open), (1, 0));
}

#[test]
fn weeks_begin_on_monday_and_months_end_when_they_do() {
    let week = Period::week(date(2026, 8, 27));
    assert_eq!((week.from, week.to), (date(2026, 8, 24), date(2026, 8, 30)));
    let month = Period::month(date(2024, 2, 10));
    assert_eq!((month.from, month.to, month.days().count()), (date(2024, 2, 1), date(2024, 2, 29), 29));
}

#[test]
fn the_middle_of_times() {
    let secs = |all: &[i64]| median(&all.iter().map(|s| SignedDuration::from_secs(*s)).collect::<Vec<_>>());
    for (all, middle) in [
        (&[][..], None),
        (&[5], Some(5)),
        (&[9, 1], Some(5)),
        (&[1, 100, 3], Some(3)),
        (&[4, 1, 2, 9], Some(3)),
    ] {
        assert_eq!(secs(all).map(|middle| middle.as_secs()), middle, "{all:?}");
    }
}

#[test]
fn only_what_counts_is_indexed() {
    let case = case(1);
    let mut marked = case.clone();
    marked.mails[0].archived = true;
    assert!(!counts(Some(&case), &marked), "marks are nobody's work");
    assert!(counts(None, &case));
    let mut called = case.clone();
    called.note(at("27 10:00"), Some(&address("ann")), "電話×", "");
    assert!(counts(Some(&case), &called));
}

fn add(sums: &Sums, whole: &mut Sums) {
    whole.handled += sums.handled;
    whole.calls += sums.calls;
    whole.unanswered += sums.unanswered;
    whole.corrected += sums.corrected;
    whole.arrived += sums.arrived;
    whole.resolved += sums.resolved;
    whole.open += sums.open;
    whole.times.extend(&sums.times);
    whole.first.extend(&sums.first);
    for (topic, count) in &sums.topics {
        *whole.topics.entry(topic.clone()).or_default() += count;
    }
}

fn any_case() -> impl Strategy<Value = Case> {
    let who = || select(vec!["ann", "bob", "sue"]);
    let spells =
        vec((who(), 0_u32..4_000, 0_u32..120, select(vec![Basis::Seen, Basis::Assumed, Basis::Said])), 0..5);
    let corrected = vec((who(), 25_i8..30, 0_i64..90), 0..3);
    let words = vec((who(), select(vec!["電話済", "電話×", "承認", "メモ"]), 0_u32..4_000), 0..5);
    (any::<u8>(), spells, corrected, words, select(vec!["price", "hours"])).prop_map(
        |(number, spells, corrected, words, topic)| {
            let mut case = case(number);
            case.matter.topic = topic.to_owned();
            let after = |minutes: u32| at("25 00:00") + SignedDuration::from_mins(i64::from(minutes));
            for (by, until, minutes, basis) in spells {
                let (until, worked) = (after(until), SignedDuration::from_mins(i64::from(minutes)));
                let from = until - worked;
                case.handling.spells.push(Spell { by: address(by), from, until, worked, basis });
            }
            for (by, day, minutes) in corrected {
                let worked = SignedDuration::from_mins(minutes);
                case.handling.correct(&address(by), date(2026, 8, day), worked, at("28 12:00"));
            }
            for (by, word, minutes) in words {
                case.note(after(minutes), Some(&address(by)), word, "");
            }
            case
        },
    )
}

proptest! {
    #[test]
    fn every_total_is_the_sum_of_its_parts(cases in vec(any_case(), 0..12), shift in 0_usize..12) {
        let period = Period { from: date(2026, 8, 25), to: date(2026, 8, 29) };
        let now = at("28 12:00");
        let numbered = |(number, case): (u8, Case)| Case { id: CaseId::of(Fingerprint::new([number; 16])), ..case };
        let cases: Vec<Case> = (0..).zip(cases).map(numbered).collect();
        let whole = Book::of(&cases, &Plain, &reckoning(), period, now);
        let mut turned = cases.clone();
        if !turned.is_empty() {
            let by = shift % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(&whole, &Book::of(&turned, &Plain, &reckoning(), period, now));
        let total = whole.total();
        let by_person: BTreeMap<_, _> = whole.by(|fact| fact.by.clone());
        let by_day = whole.by(|fact| fact.day);
        let by_box = whole.by(|fact| fact.mailbox.clone());
        let days: Vec<Sums> = period.days().map(|day| {
            Book::of(&cases, &Plain, &reckoning(), Period::day(day), now).total()
        }).collect();
        for parts in [
            by_person.values().collect::<Vec<_>>(),
            by_day.values().collect(),
            by_box.values().collect(),
            days.iter().collect(),
        ] {
            let mut sum = Sums::default();
            parts.iter().for_each(|part| add(part, &mut sum));
            prop_assert_eq!((sum.handled, sum.calls, sum.unanswered), (total.handled, total.calls, total.unanswered));
            prop_assert_eq!((sum.arrived, sum.resolved, sum.open), (total.arrived, total.resolved, total.open));
            prop_assert_eq!((sum.worked(), sum.corrected), (total.worked(), total.corrected));
            prop_assert_eq!(&sum.topics, &total.topics);
            prop_assert_eq!(median(&sum.times), median(&total.times));
        }
        // What people said stands, whatever was reckoned.
        for (fact, handled) in whole.handled() {
            let known = turned.iter().filter(|case| case.id == fact.case);
            let said: Vec<_> =
                known.filter_map(|case| case.handling.said(fact.by.as_ref().unwrap(), fact.day)).collect();
            if handled.corrected {
                prop_assert!(said.contains(&handled.worked));
            }
        }
    }
}
