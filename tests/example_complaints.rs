//! `examples/complaints` runs as it is: its files load, and its own tests of the rules hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop at once")]

use std::path::Path;

use madoguchi::live::Live;
use madoguchi::workshop::{suite, trial};

#[test]
fn the_example_of_complaints_loads_and_its_tests_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complaints");
    let live = Live::load(&folder.join("config.toml")).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(live.config.warnings, []);
    let kinds = live.config.complaints.as_ref().unwrap().kinds.iter().map(|kind| kind.name.as_str());
    assert_eq!(kinds.collect::<Vec<_>>(), ["品質", "配送"]);
    let rules = live.desk_rules();
    let suite = suite::load(&folder.join("rules/tests"), &live, rules).unwrap();
    assert!(suite.tests.len() > 5);
    for test in &suite.tests {
        let failures = trial::run(&live, rules, test).failures;
        assert!(failures.is_empty(), "{}: {failures:#?}", test.name);
    }
}
