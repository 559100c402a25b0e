//! Figures as words: on a terminal, and cell by cell for mails.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, presets};
use jiff::SignedDuration;

use super::{Cell, Sheet, Table};
use crate::render::voice::Voice;
use crate::report::line;

/// Names on a terminal are cut behind so many half-width columns.
const NAME: usize = 14;

/// Times in minutes, as people say them: `15分`, `1時間05分`. Half a minute and more counts as one.
pub(crate) fn span(voice: Voice, time: SignedDuration) -> String {
    let minutes = time.as_secs().max(0).saturating_add(30) / 60;
    if minutes < 60 {
        return voice.only_minutes(&minutes.to_string());
    }
    voice.hours_minutes(&(minutes / 60).to_string(), &format!("{:02}", minutes % 60))
}

/// What a cell says.
pub(super) fn cell(voice: Voice, cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Time(None) | Cell::Kept { all: 0, .. } => "-".to_owned(),
        Cell::Time(Some(time)) => clock(*time),
        Cell::Kept { met, all } => voice.kept(&met.to_string(), &all.to_string()),
    }
}

/// `1:05`: hours and minutes, short enough for nine columns of them.
pub(super) fn clock(time: SignedDuration) -> String {
    let minutes = time.as_secs().max(0).saturating_add(30) / 60;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// The tables that hold something, each under its heading.
pub(super) fn sheet(sheet: &Sheet, width: u16) -> String {
    let period = sheet.period;
    let days = if period.from == period.to {
        period.from.to_string()
    } else {
        format!("{} – {}", period.from, period.to)
    };
    let mut out = vec![days];
    for table in sheet.brief.iter().filter(|table| table.rows.len() > usize::from(table.total)) {
        out.push(format!("\n■ {}\n{}", table.title, grid(sheet.voice, table, width)));
    }
    if sheet.total.handled == 0 {
        out.push(format!("\n{}", sheet.voice.nothing_handled()));
    }
    out.push(String::new());
    out.join("\n")
}

fn grid(voice: Voice, table: &Table, width: u16) -> String {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    grid.set_header(table.columns.iter().map(|column| column.title.as_str()));
    for row in &table.rows {
        grid.add_row(row.iter().map(|one| line::fit(&cell(voice, one), NAME)));
    }
    for (at, column) in table.columns.iter().enumerate() {
        let words = matches!(column.key, "person" | "mailbox" | "queue" | "name");
        if let Some(column) = grid.column_mut(at) {
            column.set_padding((0, 1));
            // A name broken in two lines cannot be read at a glance; headings can.
            if words {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            column.set_cell_alignment(if words { CellAlignment::Left } else { CellAlignment::Right });
        }
    }
    grid.trim_fmt()
}
