//! Measures the reading against labelled mails where they lie beside the project; floors catch regressions.
//!
//! Set `MADOGUCHI_PREDICTIONS` to a file name to keep the predictions for the scorer.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use madoguchi::explain::{Explained, explain};
use madoguchi::triage::id::Address;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::read::{Context, read};
use madoguchi::{mime, rules};
use serde_json::Value;

fn eval_dir() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval");
    dir.join("gold.jsonl").is_file().then_some(dir)
}

fn desk(own: &Value) -> Desk {
    let list = |key: &str| -> Vec<String> {
        own[key].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    Desk {
        // The labelled desk has no name of its own.
        name: String::new(),
        zone: TimeZone::get(own["timezone"].as_str().unwrap()).unwrap(),
        addresses: list("own_addresses").iter().filter_map(|a| Address::parse(a)).collect(),
        domains: list("own_domains"),
        phones: list("own_phones"),
        shops: list("shops"),
        products: list("products"),
        opening: own["opening"].as_str().unwrap().parse::<Time>().unwrap(),
    }
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Spaces, case and ornament do not matter.
fn same(ours: &Value, gold: &Value) -> bool {
    let plain = |v: &Value| -> Option<String> {
        let text = v.as_str()?;
        let folded = madoguchi::triage::fold::Folded::new(text);
        let kept: String =
            folded.text().chars().filter(|c| c.is_alphanumeric() || matches!(c, '@' | '+')).collect();
        (!kept.is_empty()).then_some(kept)
    };
    plain(ours) == plain(gold)
}

#[derive(Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.all += 1;
        self.right += usize::from(right);
    }

    fn percent(&self) -> usize {
        self.right * 100 / self.all.max(1)
    }
}

#[test]
fn labelled_mails_are_read_as_well_as_before() {
    let Some(eval) = eval_dir() else {
        println!("skipped: no labelled mails beside the project");
        return;
    };
    let own: Value = serde_json::from_str(&std::fs::read_to_string(eval.join("own.json")).unwrap()).unwrap();
    let desk = desk(&own);
    let rules = rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()));
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let (mut hit, mut said, mut meant) = (0, 0, 0);
    let mut predictions = String::new();
    for gold in lines(&eval.join("gold.jsonl")) {
        let file = gold["file"].as_str().unwrap();
        let bytes = std::fs::read(eval.join("mails").join(file)).unwrap();
        let letter = mime::letter(&bytes).unwrap();
        let reading = read(&letter, &desk, &rules, &Context::default());
        let ours = explain(&Explained::read(file, &letter, &reading));
        predictions.push_str(&format!("{ours}\n"));
        shares.entry("disposition").or_default().add(ours["disposition"] == gold["disposition"]);
        if gold["disposition"] == "ignored" {
            continue;
        }
        shares.entry("topic").or_default().add(ours["topic"] == gold["topic"]);
        for field in ["name", "phone", "email"] {
            let right = same(&ours["fields"][field]["value"], &gold["fields"][field]);
            shares.entry(field).or_default().add(right);
        }
        for flag in ["urgent", "needs_staff"] {
            shares.entry(flag).or_default().add(ours[flag] == gold[flag]);
        }
        let set = |v: &Value| -> BTreeSet<String> {
            v.as_array().unwrap().iter().map(|m| m.as_str().unwrap().to_owned()).collect()
        };
        shares.entry("missing").or_default().add(set(&ours["missing"]) == set(&gold["missing"]));
        if gold["disposition"] == "case" && gold["ambiguous"] == false {
            let (ours, gold) = (ours["class"] == "reservation", gold["class"] == "reservation");
            said += usize::from(ours);
            meant += usize::from(gold);
            hit += usize::from(ours && gold);
        }
    }
    if let Ok(file) = std::env::var("MADOGUCHI_PREDICTIONS") {
        std::fs::write(file, predictions).unwrap();
    }
    let class = 200 * hit / (said + meant).max(1);
    for (what, floor) in FLOORS {
        let reached = if what == "class" { class } else { shares[what].percent() };
        println!("{what}: {reached}");
        assert!(reached >= floor, "{what}: {reached} %, at least {floor} % before");
    }
}

/// A little below the measured figures, in percent.
const FLOORS: [(&str, usize); 9] = [
    ("disposition", 98),
    ("class", 96),
    ("topic", 95),
    ("name", 97),
    ("phone", 98),
    ("email", 98),
    ("missing", 96),
    ("urgent", 96),
    ("needs_staff", 96),
];
