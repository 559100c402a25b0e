//! Holds the reading to what it has reached on labelled mails: those in `tests/zoo`, and those beside the project.
//!
//! The figures are computed by the tool behind `scripts/quality`; here are only the floors that nobody may fall
//! below. `MADOGUCHI_EVAL` says where the mails beside the project lie elsewhere.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot read its data has failed")]

#[path = "../examples/quality/desk.rs"]
mod desk;
#[path = "../examples/quality/files.rs"]
mod files;
#[path = "../examples/quality/mails.rs"]
mod mails;
#[path = "../examples/quality/table.rs"]
#[expect(dead_code, reason = "the table is for people, the floors are for this test")]
mod table;

use std::path::{Path, PathBuf};

use madoguchi::rules;

use crate::desk::Bench;

/// A floor in thousandths for each figure of [`mails`].
type Floors = [(&'static str, usize)];

/// Fails on every figure of a folder that is below its floor; all its sets are taken together.
fn hold(folder: &Path, floors: &Floors) {
    let rules = rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()));
    let bench = Bench::of(folder, &rules).unwrap();
    let sets = files::sets(folder, "gold").unwrap();
    assert!(!sets.is_empty(), "no gold in {}", folder.display());
    let sheets: Vec<_> = sets.iter().map(|gold| mails::sheet(folder, gold, &bench).unwrap()).collect();
    let mut below = Vec::new();
    for (name, floor) in floors {
        let (mut right, mut of) = (0, 0);
        for (_, figure) in sheets.iter().flat_map(|sheet| &sheet.figures).filter(|(figure, _)| figure == name)
        {
            let (part, whole) = figure.parts();
            right += part;
            of += whole;
        }
        assert!(of > 0, "nothing was measured for {name}");
        let reached = right * 1000 / of;
        println!("{} {name}: {reached}", folder.display());
        if reached < *floor {
            below.push(format!("{name}: {reached} of 1000, at least {floor} before"));
        }
    }
    assert!(below.is_empty(), "{}:\n{}", folder.display(), below.join("\n"));
}

/// Mails that were labelled before anything was run on them; they lie in the project.
#[test]
fn the_zoo_is_read_as_well_as_before() {
    hold(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo"),
        &[
            ("disposition", 985),
            ("ignored because", 960),
            ("class reservation F1", 965),
            ("topic", 920),
            ("name", 970),
            ("phone", 985),
            ("email", 990),
            ("wishes F1", 945),
            ("needs_staff F1", 930),
            ("urgent", 975),
            ("missing", 955),
        ],
    );
}

#[test]
fn labelled_mails_are_read_as_well_as_before() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval");
    let eval = std::env::var_os("MADOGUCHI_EVAL").map_or(beside, PathBuf::from);
    if !eval.join("gold.jsonl").is_file() {
        println!("skipped: no labelled mails beside the project");
        return;
    }
    hold(
        &eval,
        &[
            ("disposition", 980),
            ("ignored because", 980),
            ("class reservation F1", 970),
            ("topic", 960),
            ("name", 970),
            ("phone", 990),
            ("email", 990),
            ("wishes F1", 960),
            ("needs_staff F1", 950),
            ("urgent", 970),
            ("missing", 970),
        ],
    );
}
