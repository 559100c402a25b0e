//! Figures as people and programs want them: tables on the terminal, CSV, a workbook, a picture, JSON.
//!
//! Everything is a pure function of its arguments: the same figures give the same bytes, at any hour and on any machine.
//! Names come from strangers and are made harmless once, when a table is built. Counting is done in `triage::figures`.

mod brief;
mod csv;
mod picture;
#[cfg(test)]
mod tests;
mod text;
mod workbook;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::render::voice::Voice;
use crate::render::wording;
use crate::report::line;
use crate::triage::figures::{Book, Period, Sums, median};
use crate::triage::id::{Address, MailboxName};

pub use picture::{Bar, CASES, TIME};
pub(crate) use text::span;

/// How people and mailboxes are called.
pub trait Names {
    /// A person, by their address.
    fn person(&self, address: &Address) -> String;
    /// A mailbox.
    fn mailbox(&self, name: &MailboxName) -> String;
}

/// What stands in one place of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, made harmless.
    Text(String),
    /// A day.
    Day(Date),
    /// How many.
    Count(usize),
    /// How long; `None`: there is nothing to say.
    Time(Option<SignedDuration>),
    /// So many of so many.
    Kept {
        /// So many.
        met: usize,
        /// Of so many.
        all: usize,
    },
}

/// A column: its name for programs, and its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// In JSON.
    pub key: &'static str,
    /// For people.
    pub title: String,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name for programs: one of [`TABLES`].
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// The last row sums up those above.
    pub total: bool,
}

/// The tables there are.
pub const TABLES: [&str; 8] = ["people", "days", "mailboxes", "queues", "topics", "classes", "tags", "cases"];

/// Figures of some days, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The days.
    pub period: Period,
    /// In which words.
    pub voice: Voice,
    /// All tables, in the order of [`TABLES`].
    pub tables: Vec<Table>,
    /// The same in short, for eyes: nobody reads sixty rows of zeros.
    pub brief: Vec<Table>,
    /// What the picture shows: a row for each person, in the order of the first table.
    pub bars: Vec<Bar>,
    /// All together.
    pub total: Sums,
}

impl Sheet {
    /// Puts figures into tables.
    pub fn of(book: &Book, names: &dyn Names, voice: Voice, period: Period) -> Self {
        // Nobody stands behind everybody who is known.
        let people = book.by(|fact| (fact.by.is_none(), fact.by.clone()));
        let told = |sums: &Sums| sum_cells(sums).iter().any(|cell| !is_nothing(cell));
        let people: Vec<(String, Sums)> = people
            .into_iter()
            .filter(|(_, sums)| told(sums))
            .map(|((_, by), sums)| (called(by.as_ref(), names, voice), sums))
            .collect();
        let worked = |(name, sums): &(String, Sums)| {
            let bar = Bar { name: name.clone(), cases: sums.handled, time: sums.worked() };
            (bar.cases > 0).then_some(bar)
        };
        let total = book.total();
        Self {
            period,
            voice,
            bars: people.iter().filter_map(worked).collect(),
            brief: brief::tables(book, &people, &total, names, voice, period),
            tables: vec![
                people_table(&people, &total, voice),
                days_table(book, &total, names, voice),
                mailboxes_table(book, &total, names, voice),
                queues_table(book, &total, voice),
                counts_table("topics", voice.table_topics(), voice.col_topic(), &people, voice, |sums| {
                    sums.topics.clone()
                }),
                counts_table("classes", voice.table_classes(), voice.col_class(), &people, voice, |sums| {
                    classes(sums, voice)
                }),
                counts_table("tags", voice.table_tags(), voice.col_tag(), &people, voice, |sums| {
                    sums.tags.clone()
                }),
                cases_table(book, names, voice),
            ],
            total,
        }
    }

    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The tables for a terminal of so many columns.
    pub fn text(&self, width: u16) -> String {
        text::sheet(self, width)
    }

    /// One table as CSV: UTF-8 with a byte order mark, CRLF, no formula.
    pub fn csv(&self, table: &str) -> Vec<u8> {
        self.table(table).map(csv::write).unwrap_or_default()
    }

    /// All tables as a workbook (XLSX).
    ///
    /// # Errors
    /// When the workbook cannot be written; the words of the library.
    pub fn workbook(&self) -> Result<Vec<u8>, String> {
        workbook::write(self)
    }

    /// Bars of cases and time for each person, as PNG. It holds digits and no words: none are lost where there is no
    /// font, and the words stand beside it.
    ///
    /// # Errors
    /// When the picture cannot be written; the words of the library.
    pub fn picture(&self) -> Result<Vec<u8>, String> {
        picture::write(&self.bars)
    }

    /// What the picture shows, in words.
    pub fn picture_in_words(&self) -> String {
        let rows: Vec<String> = (1_usize..)
            .zip(&self.bars)
            .map(|(number, bar)| {
                let (number, cases) = (number.to_string(), bar.cases.to_string());
                self.voice.picture_alt_row(&number, &bar.name, &cases, &span(self.voice, bar.time))
            })
            .collect();
        self.voice.picture_alt(&rows.join(" "))
    }

    /// Everything for programs; times are whole seconds.
    pub fn json(&self) -> Value {
        let mut tables = Map::new();
        for table in &self.tables {
            let rows = table.rows.iter().map(|row| {
                let cells = table.columns.iter().zip(row);
                Value::Object(cells.map(|(column, cell)| (column.key.to_owned(), value(cell))).collect())
            });
            let last = usize::from(table.total);
            let rows: Vec<Value> = rows.take(table.rows.len().saturating_sub(last)).collect();
            tables.insert(table.name.to_owned(), Value::Array(rows));
        }
        json!({
            "from": self.period.from.to_string(),
            "to": self.period.to.to_string(),
            "handled": self.total.handled,
            "seconds": self.total.worked().as_secs(),
            "arrived": self.total.arrived,
            "open": self.total.open,
            "tables": tables,
        })
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Day(day) => json!(day.to_string()),
        Cell::Count(count) => json!(count),
        Cell::Time(time) => json!(time.map(|time| time.as_secs())),
        Cell::Kept { met, all } => json!({ "met": met, "all": all }),
    }
}

fn called(by: Option<&Address>, names: &dyn Names, voice: Voice) -> String {
    by.map_or_else(|| voice.nobody(), |by| line::clean(&names.person(by)))
}

fn column(key: &'static str, title: String) -> Column {
    Column { key, title }
}

/// What is told of every group: people, days, mailboxes, queues.
fn sum_columns(voice: Voice) -> Vec<Column> {
    vec![
        column("handled", voice.col_handled()),
        column("seconds", voice.col_time()),
        column("median", voice.col_median()),
        column("calls", voice.col_calls()),
        column("unanswered", voice.col_unanswered()),
        column("first_median", voice.col_first()),
        column("first_level", voice.col_first_level()),
        column("resolved_level", voice.col_resolved_level()),
        column("open", voice.col_open()),
    ]
}

fn sum_cells(sums: &Sums) -> Vec<Cell> {
    vec![
        Cell::Count(sums.handled),
        Cell::Time(Some(sums.worked())),
        Cell::Time(median(&sums.times)),
        Cell::Count(sums.calls),
        Cell::Count(sums.unanswered),
        Cell::Time(median(&sums.first)),
        Cell::Kept { met: sums.first_level.met, all: sums.first_level.all() },
        Cell::Kept { met: sums.resolved_level.met, all: sums.resolved_level.all() },
        Cell::Count(sums.open),
    ]
}

fn with(front: Vec<Cell>, sums: &Sums) -> Vec<Cell> {
    front.into_iter().chain(sum_cells(sums)).collect()
}

fn people_table(people: &[(String, Sums)], total: &Sums, voice: Voice) -> Table {
    let mut columns = vec![column("person", voice.col_person())];
    columns.extend(sum_columns(voice));
    let mut rows: Vec<Vec<Cell>> =
        people.iter().map(|(name, sums)| with(vec![Cell::Text(name.clone())], sums)).collect();
    rows.push(with(vec![Cell::Text(voice.total())], total));
    Table { name: "people", title: voice.table_people(), columns, rows, total: true }
}

fn days_table(book: &Book, total: &Sums, names: &dyn Names, voice: Voice) -> Table {
    let mut columns = vec![column("day", voice.col_day()), column("person", voice.col_person())];
    columns.extend(sum_columns(voice));
    let days = book.by(|fact| (fact.day, fact.by.is_none(), fact.by.clone()));
    let mut rows: Vec<Vec<Cell>> = days
        .iter()
        .filter(|(_, sums)| sum_cells(sums).iter().any(|cell| !is_nothing(cell)))
        .map(|((day, _, by), sums)| {
            with(vec![Cell::Day(*day), Cell::Text(called(by.as_ref(), names, voice))], sums)
        })
        .collect();
    rows.push(with(vec![Cell::Text(voice.total()), Cell::Text(String::new())], total));
    Table { name: "days", title: voice.table_days(), columns, rows, total: true }
}

fn mailboxes_table(book: &Book, total: &Sums, names: &dyn Names, voice: Voice) -> Table {
    let mailboxes = book.by(|fact| fact.mailbox.clone());
    let rows = mailboxes.iter().map(|(name, sums)| (line::clean(&names.mailbox(name)), sums));
    let (name, title) = ("mailboxes", voice.table_mailboxes());
    arrivals_table(name, title, column("mailbox", voice.col_mailbox()), rows, total, voice)
}

/// A case counts where it is now, also if it was moved. Those in no queue come last.
fn queues_table(book: &Book, total: &Sums, voice: Voice) -> Table {
    let queues = book.by(|fact| (fact.queue.is_none(), fact.queue.clone()));
    let called = |name: Option<&String>| name.map_or_else(|| voice.no_queue(), |name| line::clean(name));
    let rows = queues.iter().map(|((_, name), sums)| (called(name.as_ref()), sums));
    arrivals_table("queues", voice.table_queues(), column("queue", voice.col_queue()), rows, total, voice)
}

/// A row for each place in which cases arrive.
fn arrivals_table<'s>(
    name: &'static str,
    title: String,
    of: Column,
    places: impl Iterator<Item = (String, &'s Sums)>,
    total: &Sums,
    voice: Voice,
) -> Table {
    let mut columns = vec![of, column("arrived", voice.col_arrived())];
    columns.extend(sum_columns(voice));
    let row = |name: String, sums: &Sums| with(vec![Cell::Text(name), Cell::Count(sums.arrived)], sums);
    let mut rows: Vec<Vec<Cell>> = places.map(|(name, sums)| row(name, sums)).collect();
    rows.push(row(voice.total(), total));
    Table { name, title, columns, rows, total: true }
}

/// How many cases of each kind each person handled.
fn counts_table(
    name: &'static str,
    title: String,
    of: String,
    people: &[(String, Sums)],
    voice: Voice,
    kinds: impl Fn(&Sums) -> BTreeMap<String, usize>,
) -> Table {
    let columns = vec![
        column("person", voice.col_person()),
        column("name", of),
        column("handled", voice.col_handled()),
    ];
    let rows = people.iter().flat_map(|(person, sums)| {
        counted(&kinds(sums))
            .into_iter()
            .map(|(name, count)| vec![Cell::Text(person.clone()), Cell::Text(name), Cell::Count(count)])
    });
    Table { name, title, columns, rows: rows.collect(), total: false }
}

/// The most frequent first, equal ones by name; names made harmless.
pub(crate) fn counted(counts: &BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    counts.into_iter().map(|(name, count)| (line::clean(name), *count)).collect()
}

/// How many cases of each class, by the class's word.
pub(crate) fn classes(sums: &Sums, voice: Voice) -> BTreeMap<String, usize> {
    sums.classes.iter().map(|(class, count)| (wording::class_word(voice, *class), *count)).collect()
}

/// Whether a cell tells nothing.
fn is_nothing(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => text.is_empty(),
        Cell::Day(_) => false,
        Cell::Count(count) => *count == 0,
        Cell::Time(time) => time.is_none_or(|time| time.is_zero()),
        Cell::Kept { all, .. } => *all == 0,
    }
}

fn cases_table(book: &Book, names: &dyn Names, voice: Voice) -> Table {
    let columns = vec![
        column("day", voice.col_day()),
        column("person", voice.col_person()),
        column("case", voice.col_case()),
        column("customer", voice.col_customer()),
        column("topic", voice.col_topic()),
        column("class", voice.col_class()),
        column("tags", voice.col_tags()),
        column("seconds", voice.col_time()),
        column("corrected", voice.col_corrected()),
        column("last", voice.col_last()),
    ];
    let rows = book.handled().map(|(fact, handled)| {
        let text = |text: &str| Cell::Text(line::clean(text));
        vec![
            Cell::Day(fact.day),
            Cell::Text(called(fact.by.as_ref(), names, voice)),
            text(fact.case.as_str()),
            text(handled.name.as_deref().unwrap_or("")),
            text(&handled.topic),
            Cell::Text(wording::class_word(voice, handled.class)),
            text(&handled.tags.join(" ")),
            Cell::Time(Some(handled.worked)),
            Cell::Text(if handled.corrected { voice.col_corrected() } else { String::new() }),
            Cell::Text(line::clean(&wording::command(voice, &handled.last))),
        ]
    });
    let rows = rows.collect();
    Table { name: "cases", title: voice.table_cases(), columns, rows, total: false }
}
