//! The tables in short, for a terminal: sums instead of every row, and a week as a table of people by days.

use std::collections::BTreeMap;

use super::{
    Cell, Column, Names, Table, called, classes, column, counted, mailboxes_table, people_table,
    queues_table, text,
};
use crate::render::voice::Voice;
use crate::triage::figures::{Book, Period, Sums};

/// More days than a week do not fit side by side.
const SIDE_BY_SIDE: usize = 7;

pub(super) fn tables(
    book: &Book,
    people: &[(String, Sums)],
    total: &Sums,
    names: &dyn Names,
    voice: Voice,
    period: Period,
) -> Vec<Table> {
    let mut tables = vec![people_table(people, total, voice)];
    if period.from != period.to {
        let narrow = period.days().count() <= SIDE_BY_SIDE;
        tables.push(if narrow {
            by_person(book, names, voice, period)
        } else {
            by_day(book, total, voice, period)
        });
    }
    tables.push(mailboxes_table(book, total, names, voice));
    // A desk without queues need not read that it has none.
    if book.facts.iter().any(|fact| fact.queue.is_some()) {
        tables.push(queues_table(book, total, voice));
    }
    tables.push(counts("topics", voice.table_topics(), voice.col_topic(), &total.topics, voice));
    tables.push(counts("classes", voice.table_classes(), voice.col_class(), &classes(total, voice), voice));
    tables.push(counts("tags", voice.table_tags(), voice.col_tag(), &total.tags, voice));
    tables
}

/// A row for each person, a column for each day: cases, and the time they took.
fn by_person(book: &Book, names: &dyn Names, voice: Voice, period: Period) -> Table {
    let mut columns = vec![column("person", voice.col_person())];
    columns.extend(
        period.days().map(|day| Column { key: "day", title: format!("{}/{}", day.month(), day.day()) }),
    );
    columns.push(column("total", voice.total()));
    let sums = book.by(|fact| (fact.by.clone(), fact.day));
    let whole = book.by(|fact| fact.by.clone());
    let by_day = book.by(|fact| fact.day);
    let mut rows: Vec<Vec<Cell>> = whole
        .iter()
        .filter(|(_, sums)| sums.handled > 0)
        .map(|(by, total)| {
            let days = period.days().map(|day| short(sums.get(&(by.clone(), day))));
            let name = Cell::Text(called(by.as_ref(), names, voice));
            [name].into_iter().chain(days).chain([short(Some(total))]).collect()
        })
        .collect();
    let days = period.days().map(|day| short(by_day.get(&day)));
    let total = book.total();
    rows.push([Cell::Text(voice.total())].into_iter().chain(days).chain([short(Some(&total))]).collect());
    Table { name: "days", title: voice.table_days(), columns, rows, total: true }
}

/// `3 1:47`: cases and time; nothing where there is nothing.
fn short(sums: Option<&Sums>) -> Cell {
    let told = sums.filter(|sums| sums.handled > 0);
    Cell::Text(
        told.map_or_else(String::new, |sums| format!("{} {}", sums.handled, text::clock(sums.worked()))),
    )
}

fn by_day(book: &Book, total: &Sums, voice: Voice, period: Period) -> Table {
    let sums = book.by(|fact| fact.day);
    let days: Vec<(String, Sums)> =
        period.days().filter_map(|day| Some((day.to_string(), sums.get(&day)?.clone()))).collect();
    let table = people_table(&days, total, voice);
    let mut columns = table.columns;
    if let Some(first) = columns.first_mut() {
        first.title = voice.col_day();
    }
    Table { name: "days", title: voice.table_days(), columns, ..table }
}

fn counts(
    name: &'static str,
    title: String,
    of: String,
    counts: &BTreeMap<String, usize>,
    voice: Voice,
) -> Table {
    let columns = vec![column("name", of), column("handled", voice.col_handled())];
    let rows = counted(counts).into_iter().map(|(name, count)| vec![Cell::Text(name), Cell::Count(count)]);
    Table { name, title, columns, rows: rows.collect(), total: false }
}
