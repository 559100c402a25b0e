//! A table as CSV for a spreadsheet that opens it by a double click: UTF-8 with a byte order mark, CRLF, everything
//! quoted, and no text that could be taken for a formula (OWASP, "CSV Injection").

use super::{Cell, Table};
use crate::report::sheet::{BYTE_ORDER_MARK, guard};

pub(super) fn write(table: &Table) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let heads = table.columns.iter().map(|column| column.title.clone()).collect();
    for row in std::iter::once(heads).chain(table.rows.iter().map(|row| row.iter().map(cell).collect())) {
        let row: Vec<String> = row;
        let written = csv.write_record(&row);
        debug_assert!(written.is_ok(), "memory takes every row, and every row is as long as the headings");
    }
    csv.into_inner().unwrap_or_default()
}

/// Times are hours, minutes and seconds, which every spreadsheet reads as a time.
fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guard(text).into_owned(),
        Cell::Day(day) => day.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Time(None) | Cell::Kept { all: 0, .. } => String::new(),
        Cell::Time(Some(time)) => {
            let seconds = time.as_secs().max(0);
            format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        }
        // Without the blank a spreadsheet takes it for a day of the year.
        Cell::Kept { met, all } => format!("{met} / {all}"),
    }
}
