//! Figures as a workbook (XLSX): a sheet for each table. Every text is written as text, so none can calculate; its dates
//! are those of the figures, so the same figures give the same bytes.

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Sheet, Table};

/// Seconds of a day: a spreadsheet's time is a part of one.
const DAY: f64 = 86_400.0;

pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, String> {
    workbook(sheet).map_err(|error| error.to_string())
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = at(sheet.period.to)?;
    let properties = DocProperties::new().set_author("Madoguchi").set_creation_datetime(&made);
    workbook.set_properties(&properties);
    for table in &sheet.tables {
        let page = workbook.add_worksheet();
        page.set_name(&table.title)?;
        fill(page, table)?;
    }
    workbook.save_to_buffer()
}

fn at(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let (month, of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), month, of_month)
}

fn fill(page: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let (time, day) = (Format::new().set_num_format("[h]:mm:ss"), Format::new().set_num_format("yyyy-mm-dd"));
    for (column, head) in (0_u16..).zip(&table.columns) {
        page.write_string_with_format(0, column, &head.title, &bold)?;
        let wide = match head.key {
            "person" | "mailbox" | "queue" | "name" | "customer" | "topic" | "tags" => 24.0,
            "day" | "case" => 14.0,
            _ => 11.0,
        };
        page.set_column_width(column, wide)?;
    }
    let last = table.rows.len();
    for (row, cells) in (1_u32..).zip(&table.rows) {
        let total = table.total && usize::try_from(row) == Ok(last);
        let plain = if total { bold.clone() } else { Format::new() };
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => page.write_string_with_format(row, column, text, &plain)?,
                Cell::Day(date) => page.write_datetime_with_format(row, column, at(*date)?, &day)?,
                Cell::Count(count) => {
                    let count = u32::try_from(*count).unwrap_or(u32::MAX);
                    page.write_number_with_format(row, column, f64::from(count), &plain)?
                }
                Cell::Time(Some(span)) => {
                    page.write_number_with_format(row, column, span.as_secs_f64() / DAY, &time)?
                }
                Cell::Kept { met, all } if *all > 0 => {
                    page.write_string_with_format(row, column, format!("{met} / {all}"), &plain)?
                }
                Cell::Time(None) | Cell::Kept { .. } => continue,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}
