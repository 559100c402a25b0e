//! Labelled mails: the same figures as the scorer that comes with them.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use madoguchi::explain::{Explained, explain};
use madoguchi::mime;
use madoguchi::triage::fold::Folded;
use madoguchi::triage::read::{Context, read_fully};
use serde_json::{Map, Value, json};

use crate::desk::Bench;
use crate::files::{lines, stem};
use crate::table::{Figure, Found, Share, Sheet};

/// Reads every mail that a gold file names. The mails lie in `mails/` or beside the gold.
pub(crate) fn sheet(folder: &Path, gold: &Path, bench: &Bench<'_>) -> Result<Sheet, Box<dyn Error>> {
    let inner = folder.join("mails");
    let place = if inner.is_dir() { inner } else { folder.to_path_buf() };
    let mut tally = Tally::default();
    let golds = lines(gold)?;
    let mut predictions = Vec::new();
    for gold in &golds {
        let file = gold.get("file").and_then(Value::as_str).ok_or("a gold row without `file`")?;
        let name = Path::new(file).file_name().ok_or("a gold row without a file name")?;
        let path = place.join(name);
        let raw = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let ours = match mime::letter(&raw) {
            Ok(letter) => {
                let reading = read_fully(&letter, &bench.desk, bench.rules, &Context::default());
                explain(&Explained::read(file, &letter, &reading))
            }
            Err(unreadable) => {
                let outcome = Err(unreadable);
                explain(&Explained {
                    file,
                    outcome,
                    topics: None,
                    clock: None,
                    add: Vec::new(),
                    remove: Vec::new(),
                })
            }
        };
        tally.compare(file, gold, &ours);
        predictions.push(ours);
    }
    let name = format!("{}/{}", stem(folder), stem(gold));
    Ok(Sheet { name, rows: golds.len(), figures: tally.figures(), predictions, misses: tally.misses })
}

#[derive(Default)]
struct Tally {
    disposition: Share,
    because: Share,
    ignored: Found,
    class: Found,
    topic: Share,
    name: Share,
    phone: Share,
    email: Share,
    wishes: Found,
    wishes_with_ambiguous: Found,
    staff: Found,
    urgent: Share,
    missing: Share,
    misses: Vec<(&'static str, String)>,
}

impl Tally {
    fn figures(&self) -> Vec<(&'static str, Figure)> {
        vec![
            ("disposition", Figure::Share(self.disposition)),
            ("ignored", Figure::Found(self.ignored)),
            ("ignored because", Figure::Share(self.because)),
            ("class reservation F1", Figure::Found(self.class)),
            ("topic", Figure::Share(self.topic)),
            ("name", Figure::Share(self.name)),
            ("phone", Figure::Share(self.phone)),
            ("email", Figure::Share(self.email)),
            ("wishes F1", Figure::Found(self.wishes)),
            ("wishes F1 with ambiguous", Figure::Found(self.wishes_with_ambiguous)),
            ("needs_staff F1", Figure::Found(self.staff)),
            ("urgent", Figure::Share(self.urgent)),
            ("missing", Figure::Share(self.missing)),
        ]
    }

    fn miss(&mut self, figure: &'static str, file: &str, gold: &Value, ours: &Value, note: &Value) {
        let note = note.as_str().unwrap_or_default();
        self.misses.push((figure, format!("{file} {figure}: expected {gold}, read {ours}  [{note}]")));
    }

    fn compare(&mut self, file: &str, gold: &Value, ours: &Value) {
        let at = |value: &Value, key: &str| value.get(key).cloned().unwrap_or(Value::Null);
        let note = at(gold, "note");
        let (want, got) = (at(gold, "disposition"), at(ours, "disposition"));
        self.disposition.add(want == got);
        if want != got {
            self.miss("disposition", file, &want, &got, &note);
        }
        self.ignored.add(want == "ignored", got == "ignored");
        let reserved = at(ours, "class") == "reservation" && got != "ignored";
        if want == "ignored" {
            if got == "ignored" {
                let (want, got) = (at(gold, "ignored_because"), at(ours, "ignored_because"));
                self.because.add(want == got);
                if want != got {
                    self.miss("because", file, &want, &got, &note);
                }
            } else {
                self.class.extra += usize::from(reserved && got == "case");
                self.wishes.extra += wishes(ours).len();
                self.wishes_with_ambiguous.extra += wishes(ours).len();
            }
            return;
        }
        let ambiguous = at(gold, "ambiguous") == true;
        if want == "case" && !ambiguous {
            let wanted = at(gold, "class") == "reservation";
            self.class.add(wanted, reserved);
            if wanted != reserved {
                self.miss("class", file, &at(gold, "class"), &at(ours, "class"), &note);
            }
        }
        if at(gold, "topic").is_string() {
            let right = at(gold, "topic") == at(ours, "topic");
            self.topic.add(right);
            if !right {
                self.miss("topic", file, &at(gold, "topic"), &at(ours, "topic"), &note);
            }
        }
        for field in ["name", "phone", "email"] {
            let wanted = at(&at(gold, "fields"), field);
            let read = at(&at(&at(ours, "fields"), field), "value");
            let right = plain(field, &wanted) == plain(field, &read);
            match field {
                "name" => self.name.add(right),
                "phone" => self.phone.add(right),
                _ => self.email.add(right),
            }
            if !right {
                self.miss(field, file, &wanted, &read, &note);
            }
        }
        let (wanted, mut read) = (wishes(gold), if got == "ignored" { Vec::new() } else { wishes(ours) });
        let shown = (json!(wanted), json!(read));
        let mut found = Found::default();
        for wish in &wanted {
            match read.iter().position(|other| other == wish) {
                Some(at) => {
                    read.swap_remove(at);
                    found.hit += 1;
                }
                None => found.lost += 1,
            }
        }
        found.extra = read.len();
        for sum in [Some(&mut self.wishes_with_ambiguous), (!ambiguous).then_some(&mut self.wishes)] {
            let Some(sum) = sum else { continue };
            sum.hit += found.hit;
            sum.extra += found.extra;
            sum.lost += found.lost;
        }
        if found.lost + found.extra > 0 && !ambiguous {
            self.miss("wishes", file, &shown.0, &shown.1, &note);
        }
        let (wanted, read) = (at(gold, "needs_staff") == true, at(ours, "needs_staff") == true);
        self.staff.add(wanted, read);
        if wanted != read {
            self.miss("staff", file, &json!(wanted), &json!(read), &note);
        }
        let (wanted, read) = (at(gold, "urgent") == true, at(ours, "urgent") == true);
        self.urgent.add(wanted == read);
        if wanted != read {
            self.miss("urgent", file, &json!(wanted), &json!(read), &note);
        }
        if want == "case" {
            let (wanted, read) = (set(gold.get("missing")), set(ours.get("missing")));
            self.missing.add(wanted == read);
            if wanted != read {
                self.miss("missing", file, &json!(wanted), &json!(read), &note);
            }
        }
    }
}

fn set(list: Option<&Value>) -> BTreeSet<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Start and grain of what the writer wishes; a day is compared without its hour.
fn wishes(reading: &Value) -> Vec<(String, String)> {
    let empty = Map::new();
    let reading = reading.as_object().unwrap_or(&empty);
    let list = ["wishes", "dates"].iter().find_map(|key| reading.get(*key)?.as_array());
    list.into_iter()
        .flatten()
        .filter(|wish| wish.get("role").is_none_or(|role| role == "wish"))
        .map(|wish| {
            let word = |key: &str| wish.get(key).and_then(Value::as_str).unwrap_or_default();
            let long = if matches!(word("grain"), "day" | "week" | "month") { 10 } else { 16 };
            (word("start").chars().take(long).collect(), word("grain").to_owned())
        })
        .collect()
}

/// A field without what does not matter: spaces, case, width, honorifics, ornament.
fn plain(field: &str, value: &Value) -> Option<String> {
    let folded = Folded::new(value.as_str()?).text().to_owned();
    let kept: String = match field {
        "email" => folded.trim().trim_matches(['<', '>']).to_owned(),
        "phone" => folded.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        _ => {
            let bare = folded.trim();
            let bare = ["様", "さま", "さん", "氏", "殿"]
                .iter()
                .find_map(|end| bare.strip_suffix(end))
                .unwrap_or(bare);
            bare.chars().filter(|c| c.is_alphanumeric()).collect()
        }
    };
    (!kept.is_empty()).then_some(kept)
}
