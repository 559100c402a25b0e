//! `[[level.first_response]]` and `[[level.resolution]]`: service levels, checked into tables of the core. What a table
//! lacks, and which of its cells never count, is judged when the topics of the rules are known.

use std::fmt::Display;
use std::path::Path;

use jiff::SignedDuration;

use super::section::{Problem, Section};
use super::value;
use crate::fault::Fault;
use crate::triage::level::{self, Cell, Channel, Key, Priority, Span, Table, Tier};

/// A cell and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<K> {
    /// The cell.
    pub cell: Cell<K>,
    /// Its line and column.
    pub at: (usize, usize),
}

/// `[level]`: both tables, in the order of the file; empty where none is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// How soon the first answer comes, by source.
    pub first_response: Vec<Placed<Channel>>,
    /// How soon a case is over, by type: the name of a topic of the rules.
    pub resolution: Vec<Placed<String>>,
}

/// What stands for everything.
const ANY: &str = "*";

pub(super) fn read(section: Option<&Section<'_>>) -> Levels {
    let Some(section) = section else { return Levels::default() };
    let first_response = section.sections("first_response");
    let resolution = section.sections("resolution");
    section.finish();
    Levels {
        first_response: first_response
            .iter()
            .filter_map(|section| cell(section, "source", |text| value::choice(text, &Channel::WORDS)))
            .collect(),
        resolution: resolution.iter().filter_map(|section| cell(section, "type", value::line)).collect(),
    }
}

fn cell<K>(
    section: &Section<'_>,
    column: &str,
    kind: impl Fn(&str) -> Result<K, Problem>,
) -> Option<Placed<K>> {
    let tier = open_or(section, "tier", |text| value::choice(text, &Tier::WORDS));
    let kind = open_or(section, column, kind);
    let priority = open_or(section, "priority", |text| value::choice(text, &Priority::WORDS));
    let within = section.parsed("within", |text| {
        value::duration(text).map(|span| SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX))
    });
    let within = section.need("within", within, "say how soon: within = \"4h\"");
    let elapsed = section.flag("elapsed", false);
    section.finish();
    let key = Key { tier: tier?, kind: kind?, priority: priority? };
    Some(Placed { cell: Cell { key, span: Span { within: within?, elapsed } }, at: section.place() })
}

/// A word, or `*` for all of them, which is also what a column that is left out means; `None` for a wrong one.
fn open_or<T>(
    section: &Section<'_>,
    key: &str,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Option<Option<T>> {
    let read = section.parsed(key, |text| if text == ANY { Ok(None) } else { parse(text).map(Some) });
    if section.has(key) { read } else { Some(None) }
}

impl Levels {
    /// The tables of the core.
    pub fn tables(&self) -> level::Levels {
        level::Levels { first_response: table(&self.first_response), resolution: table(&self.resolution) }
    }

    /// Faults and warnings of both tables; `topics` are the names of the rules' topics.
    pub fn judge(&self, path: &Path, topics: &[String]) -> (Vec<Fault>, Vec<Fault>) {
        let channels = Channel::WORDS.map(|(_, channel)| channel);
        let (mut faults, mut warnings) = judge(path, "first_response", &self.first_response, &channels);
        for placed in &self.resolution {
            let unknown = placed.cell.key.kind.as_ref().filter(|topic| !topics.contains(topic));
            let Some(topic) = unknown else { continue };
            let hint = match value::nearest(topic, topics.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a topic of rules/topics.toml, or \"*\"".to_owned(),
            };
            faults.push(fault(path, placed.at, format!("`{topic}` is no topic of the rules"), hint));
        }
        // A topic that is not there would be called unreachable, too.
        if faults.is_empty() {
            let (more, others) = judge(path, "resolution", &self.resolution, topics);
            faults.extend(more);
            warnings.extend(others);
        }
        (faults, warnings)
    }
}

fn table<K: Clone>(cells: &[Placed<K>]) -> Table<K> {
    Table { cells: cells.iter().map(|placed| placed.cell.clone()).collect() }
}

fn judge<K: PartialEq + Clone + Display>(
    path: &Path,
    name: &str,
    cells: &[Placed<K>],
    kinds: &[K],
) -> (Vec<Fault>, Vec<Fault>) {
    let Some(first) = cells.first() else { return Default::default() };
    let survey = table(cells).survey(kinds);
    let mut faults = Vec::new();
    for (first, again) in survey.doubled {
        let (Some(first), Some(again)) = (cells.get(first), cells.get(again)) else { continue };
        let what = format!("level.{name} has two cells for {}", again.cell.key);
        faults.push(fault(
            path,
            again.at,
            what,
            format!("remove this one, or the one in line {}", first.at.0),
        ));
    }
    for placed in survey.unreachable.iter().filter_map(|place| cells.get(*place)) {
        let what = format!("the cell of level.{name} for {} never counts", placed.cell.key);
        faults.push(fault(path, placed.at, what, "other cells say more about each of its cases; remove it"));
    }
    let missing = survey.missing.iter().map(|key| {
        let what = format!("level.{name} has no cell for {key}");
        fault(
            path,
            first.at,
            what,
            "add one, or one with \"*\" in its columns; until then nothing is promised there",
        )
    });
    (faults, missing.collect())
}

fn fault(path: &Path, (line, column): (usize, usize), what: String, hint: impl Into<String>) -> Fault {
    Fault { file: path.to_owned(), line, column, what, hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    const SAMPLE: &str = include_str!("../../config.toml");

    fn read(cells: &str) -> Result<Levels, String> {
        let text = format!("{SAMPLE}\n{cells}");
        let first = 1 + SAMPLE.matches('\n').count();
        config::parse(Path::new("config.toml"), &text)
            .map(|config| config.levels)
            .map_err(|faults| said(&faults, first))
    }

    fn said(faults: &[Fault], first: usize) -> String {
        let said = faults.iter().map(|fault| {
            let line = fault.line.cast_signed() - first.cast_signed();
            format!("{line}:{}: {}; {}", fault.column, fault.what, fault.hint)
        });
        said.collect::<Vec<_>>().join("\n")
    }

    /// Faults, then warnings, with lines counted from the first cell.
    fn judged(cells: &str) -> (String, String) {
        let first = 1 + SAMPLE.matches('\n').count();
        let topics = ["booking", "price"].map(str::to_owned);
        let (faults, warnings) = read(cells).unwrap().judge(Path::new("config.toml"), &topics);
        (said(&faults, first), said(&warnings, first))
    }

    #[test]
    fn a_cell_needs_little() {
        let read = read("[[level.first_response]]\nwithin = \"4h\"\n[[level.resolution]]\ntype = \"price\"\npriority = \"*\"\nwithin = \"1d\"\nelapsed = true").unwrap();
        let first = &read.first_response.first().unwrap().cell;
        assert_eq!((first.key.to_string().as_str(), first.span.elapsed), ("* * *", false));
        assert_eq!(first.span.within, SignedDuration::from_hours(4));
        let second = &read.resolution.first().unwrap().cell;
        assert_eq!((second.key.to_string().as_str(), second.span.elapsed), ("* price *", true));
    }

    #[test]
    fn mistakes_are_placed_and_explained() {
        for (cells, expected) in [
            (
                "[[level.first_response]]",
                "1:1: missing key `level.first_response.within`; say how soon: within = \"4h\"",
            ),
            (
                "[[level.first_response]]\nwithin = \"4h\"\nsource = \"fax\"",
                "3:10: `fax` is not a choice here; write one of \"mail\", \"form\", \"chat\", \"phone\", \"social\"",
            ),
            (
                "[[level.resolution]]\nwithin = \"4h\"\nsource = \"mail\"",
                "3:1: unknown key `level.resolution.source`; known keys: elapsed, priority, tier, type, within",
            ),
        ] {
            assert_eq!(read(cells).err().as_deref(), Some(expected), "{cells}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_whole_table_is_said() {
        let all = "[[level.first_response]]\nwithin = \"4h\"\n";
        let price = "[[level.resolution]]\ntype = \"price\"\nwithin = \"4h\"\n";
        let prize = price.replace("price", "prize");
        let booking = price.replace("price", "booking");
        let any = "[[level.resolution]]\nwithin = \"4h\"\n";
        for (cells, faults, warnings) in [
            (all.to_owned(), "", ""),
            (
                format!("{all}{all}"),
                "3:1: level.first_response has two cells for * * *; remove this one, or the one in line 0",
                "",
            ),
            (prize, "1:1: `prize` is no topic of the rules; did you mean `price`?", ""),
            (
                price.to_owned(),
                "",
                "1:1: level.resolution has no cell for * booking *; add one, or one with \"*\" in its columns; until then nothing is promised there",
            ),
            (
                format!("{price}{booking}{any}"),
                "7:1: the cell of level.resolution for * * * never counts; other cells say more about each of its cases; remove it",
                "",
            ),
        ] {
            let (found, others) = judged(&cells);
            let line = format!("in line {}", 2 + SAMPLE.matches('\n').count());
            assert_eq!(
                (found.replace(&line, "in line 0").as_str(), others.as_str()),
                (faults, warnings),
                "{cells}"
            );
        }
    }
}
