//! Which changes are told: each person whose day is another one now, and nobody else.

use jiff::SignedDuration;
use jiff::civil::date;

use super::changes;
use crate::record::{Summed, Told, summed_from_json, summed_to_json};
use crate::triage::id::Address;

/// `ann` confirmed it or did not.
fn said(confirmed: Option<bool>, handled: usize) -> Summed {
    let mut summed = summed(&[("ann", handled, 30)]);
    summed.values_mut().for_each(|told| told.confirmed = confirmed);
    summed
}

fn summed(people: &[(&str, usize, i64)]) -> Summed {
    let one = |(name, handled, minutes): &(&str, usize, i64)| {
        let person = Address::parse(&format!("{name}@desk.example")).unwrap();
        let worked = SignedDuration::from_mins(*minutes);
        (person, Told { handled: *handled, worked, ..Told::default() })
    };
    people.iter().map(one).collect()
}

#[test]
fn a_change_is_a_difference_of_somebodys_day() {
    for (what, before, now, expected) in [
        ("nothing", summed(&[("ann", 2, 30)]), summed(&[("ann", 2, 30)]), vec![]),
        ("late work", summed(&[("ann", 2, 30)]), summed(&[("ann", 3, 40)]), vec!["ann 2 30 → 3 40"]),
        ("a corrected time", summed(&[("ann", 2, 30)]), summed(&[("ann", 2, 20)]), vec!["ann 2 30 → 2 20"]),
        ("who came late", summed(&[]), summed(&[("bob", 1, 5)]), vec!["bob 0 0 → 1 5"]),
        ("who is gone", summed(&[("bob", 1, 5)]), summed(&[]), vec!["bob 1 5 → 0 0"]),
        ("a late OK", said(Some(false), 2), said(Some(true), 2), vec!["ann confirmed"]),
        (
            "an OK and late work",
            said(Some(false), 2),
            said(Some(true), 3),
            vec!["ann 2 30 → 3 30", "ann confirmed"],
        ),
        ("an OK that was told", said(Some(true), 2), said(Some(true), 2), vec![]),
        ("told by an earlier version", said(None, 2), said(Some(true), 2), vec![]),
        (
            "several, in order",
            summed(&[("ann", 1, 5), ("bob", 1, 5), ("eve", 1, 5)]),
            summed(&[("ann", 1, 6), ("bob", 1, 5), ("eve", 2, 5)]),
            vec!["ann 1 5 → 1 6", "eve 1 5 → 2 5"],
        ),
    ] {
        let told = |told: Told| format!("{} {}", told.handled, told.worked.as_mins());
        let found: Vec<String> = changes(date(2026, 8, 27), &before, &now)
            .into_iter()
            .flat_map(|one| {
                let figures = format!("{} {} → {}", one.person.local(), told(one.before), told(one.now));
                let figures = one.of_figures().then_some(figures);
                figures
                    .into_iter()
                    .chain(one.confirmed().then(|| format!("{} confirmed", one.person.local())))
            })
            .collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn what_was_told_is_read_as_it_was_written_also_by_an_earlier_version() {
    let told = said(Some(true), 2);
    assert_eq!(summed_from_json(&summed_to_json(&told)), Ok(told));
    let older = br#"{"v":1,"people":[{"person":"ann@desk.example","handled":2,"seconds":1800,"calls":0,"unanswered":0}]}"#;
    assert_eq!(summed_from_json(older), Ok(said(None, 2)));
}
