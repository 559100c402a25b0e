//! Which changes are told: each person whose day is another one now, and nobody else.

use jiff::SignedDuration;
use jiff::civil::date;

use super::changes;
use crate::record::{Summed, Told};
use crate::triage::id::Address;

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
            .map(|one| format!("{} {} → {}", one.person.local(), told(one.before), told(one.now)))
            .collect();
        assert_eq!(found, expected, "{what}");
    }
}
