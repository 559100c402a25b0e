//! Measures the reading against labelled mails, those in `tests/zoo` and those beside the project; floors catch regressions.
//!
//! Set `MADOGUCHI_PREDICTIONS` to a folder to keep the predictions of each set, `MADOGUCHI_EVAL` where
//! the mails beside the project lie elsewhere.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot read its data has failed; the figures are what it is run for"
)]

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

/// Share of both lists that agrees, as F1.
#[derive(Default)]
struct Agreement {
    hit: usize,
    said: usize,
    meant: usize,
}

impl Agreement {
    fn percent(&self) -> usize {
        200 * self.hit / (self.said + self.meant).max(1)
    }
}

/// Start and grain of what the writer wishes, sorted; a day is compared without its hour.
fn wishes(reading: &Value) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = [&reading["wishes"], &reading["dates"]]
        .into_iter()
        .find_map(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|wish| wish["role"] == "wish")
        .map(|wish| {
            let grain = wish["grain"].as_str().unwrap().to_owned();
            let long = if matches!(grain.as_str(), "day" | "week" | "month") { 10 } else { 16 };
            (wish["start"].as_str().unwrap_or_default().chars().take(long).collect(), grain)
        })
        .collect();
    found.sort();
    found
}

/// What a folder of labelled mails says about the reading, in percent by figure.
#[derive(Default)]
struct Figures {
    shares: BTreeMap<&'static str, Share>,
    class: Agreement,
    wishes: Agreement,
    predictions: String,
}

impl Figures {
    /// Reads every mail that `gold.jsonl` in `labels` names, from the folder `mails`.
    fn of(labels: &Path, mails: &Path) -> Figures {
        let own = std::fs::read_to_string(labels.join("own.json")).unwrap();
        let desk = desk(&serde_json::from_str(&own).unwrap());
        let rules = rules::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), None).unwrap_or_else(
            |faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()),
        );
        let mut figures = Figures::default();
        for gold in lines(&labels.join("gold.jsonl")) {
            let file = gold["file"].as_str().unwrap();
            let letter = mime::letter(&std::fs::read(mails.join(file)).unwrap()).unwrap();
            let reading = read(&letter, &desk, &rules, &Context::default());
            let ours = explain(&Explained::read(file, &letter, &reading));
            figures.predictions.push_str(&format!("{ours}\n"));
            figures.compare(&ours, &gold);
        }
        figures
    }

    fn add(&mut self, figure: &'static str, right: bool) {
        self.shares.entry(figure).or_default().add(right);
    }

    fn compare(&mut self, ours: &Value, gold: &Value) {
        self.add("disposition", ours["disposition"] == gold["disposition"]);
        if gold["disposition"] == "ignored" {
            return;
        }
        self.add("topic", ours["topic"] == gold["topic"]);
        for field in ["name", "phone", "email"] {
            self.add(field, same(&ours["fields"][field]["value"], &gold["fields"][field]));
        }
        for flag in ["urgent", "needs_staff"] {
            self.add(flag, ours[flag] == gold[flag]);
        }
        let set = |v: &Value| -> BTreeSet<String> {
            v.as_array().unwrap().iter().map(|m| m.as_str().unwrap().to_owned()).collect()
        };
        self.add("missing", set(&ours["missing"]) == set(&gold["missing"]));
        if gold["ambiguous"] == true {
            return;
        }
        let (mut said, meant) = (wishes(ours), wishes(gold));
        self.wishes.said += said.len();
        self.wishes.meant += meant.len();
        for wish in meant {
            if let Some(at) = said.iter().position(|s| *s == wish) {
                said.remove(at);
                self.wishes.hit += 1;
            }
        }
        if gold["disposition"] == "case" {
            let (said, meant) = (ours["class"] == "reservation", gold["class"] == "reservation");
            self.class.said += usize::from(said);
            self.class.meant += usize::from(meant);
            self.class.hit += usize::from(said && meant);
        }
    }

    /// Fails on the first figure below its floor; keeps the predictions where `MADOGUCHI_PREDICTIONS` asks for them.
    fn hold(&self, set: &str, floors: &[(&str, usize)]) {
        if let Ok(folder) = std::env::var("MADOGUCHI_PREDICTIONS") {
            std::fs::write(Path::new(&folder).join(format!("{set}.jsonl")), &self.predictions).unwrap();
        }
        for (figure, floor) in floors {
            let reached = match *figure {
                "class" => self.class.percent(),
                "wishes" => self.wishes.percent(),
                share => self.shares[share].percent(),
            };
            println!("{set} {figure}: {reached}");
            assert!(reached >= *floor, "{set} {figure}: {reached} %, at least {floor} % before");
        }
    }
}

/// Mails written before anything was run on them; they lie in the project.
#[test]
fn the_zoo_is_read_as_well_as_before() {
    let zoo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo");
    Figures::of(&zoo, &zoo).hold("zoo", &ZOO_FLOORS);
}

/// A little below the measured figures, in percent.
const ZOO_FLOORS: [(&str, usize); 10] = [
    ("disposition", 98),
    ("class", 95),
    ("topic", 92),
    ("name", 88),
    ("phone", 97),
    ("email", 97),
    ("missing", 88),
    ("urgent", 97),
    ("needs_staff", 97),
    ("wishes", 91),
];

#[test]
fn labelled_mails_are_read_as_well_as_before() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval");
    let eval = std::env::var_os("MADOGUCHI_EVAL").map_or(beside, PathBuf::from);
    if !eval.join("gold.jsonl").is_file() {
        println!("skipped: no labelled mails beside the project");
        return;
    }
    Figures::of(&eval, &eval.join("mails")).hold("eval", &EVAL_FLOORS);
}

/// A little below the measured figures, in percent.
const EVAL_FLOORS: [(&str, usize); 10] = [
    ("disposition", 98),
    ("class", 96),
    ("topic", 95),
    ("name", 97),
    ("phone", 98),
    ("email", 98),
    ("missing", 96),
    ("urgent", 96),
    ("needs_staff", 96),
    ("wishes", 96),
];
