//! The first sheet of a workbook as rows of cells. Numbers are written as a person typed them where a workbook still
//! knows. Knows nothing of customers.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::Wrong;
use super::cells::Cell;

/// Cells read of a sheet: a hundred thousand customers with twenty columns, and some.
const MOST: usize = 4_000_000;

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, Wrong> {
    let wrong = |what: &str, hint| Wrong { line: 0, column: 0, what: what.to_owned(), hint };
    let broken = || wrong("it is no XLSX workbook, or a damaged one", "save it again, or as CSV");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let sheet = book.worksheet_range_at(0).ok_or_else(broken)?.map_err(|_| broken())?;
    if sheet.width().saturating_mul(sheet.height()) > MOST {
        return Err(wrong("the sheet is too large", "delete empty rows and columns, or save it as CSV"));
    }
    let (top, left) = sheet.start().unwrap_or_default();
    let place = |start: u32, at: usize| usize::try_from(start).unwrap_or_default().saturating_add(at + 1);
    let rows = sheet.rows().enumerate().map(|(line, row)| {
        let cell = |(column, data): (usize, &Data)| Cell {
            line: place(top, line),
            column: place(left, column),
            text: text(data),
        };
        row.iter().enumerate().map(cell).collect()
    });
    Ok(rows.collect())
}

fn text(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        // 9012345678.0 is what became of a telephone number.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Int(_)
        | Data::Float(_)
        | Data::String(_)
        | Data::Bool(_)
        | Data::DateTime(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_) => data.to_string(),
    }
}
