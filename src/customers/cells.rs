//! The cells of a CSV text (RFC 4180), each with the place where it stands: faults must point at it. Takes commas,
//! semicolons or tabs, whichever the first line has most of. Knows nothing of customers.

use super::Wrong;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// 1-based line, counting line ends inside quotes.
    pub(super) line: usize,
    /// 1-based column in characters; of a workbook the number of the cell.
    pub(super) column: usize,
    /// Without its quotes.
    pub(super) text: String,
}

pub(super) fn rows(text: &str) -> Result<Vec<Vec<Cell>>, Wrong> {
    let between = separator(text);
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let (mut line, mut column) = (1_usize, 1_usize);
    let mut cell = Cell { line, column, text: String::new() };
    // Inside quotes; and whether this cell had quotes, behind which a quote is text.
    let (mut inside, mut quoted) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        column = column.saturating_add(1);
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                column = column.saturating_add(1);
                cell.text.push('"');
            }
            '"' if inside => inside = false,
            '"' if !quoted && cell.text.is_empty() => (inside, quoted) = (true, true),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                line = line.saturating_add(1);
                column = 1;
                if inside {
                    cell.text.push('\n');
                } else {
                    row.push(std::mem::replace(&mut cell, Cell { line, column, text: String::new() }));
                    rows.push(std::mem::take(&mut row));
                    quoted = false;
                }
            }
            c if c == between && !inside => {
                row.push(std::mem::replace(&mut cell, Cell { line, column, text: String::new() }));
                quoted = false;
            }
            c => cell.text.push(c),
        }
    }
    if inside {
        return Err(Wrong {
            line: cell.line,
            column: cell.column,
            what: "the quote that opens here is never closed".to_owned(),
            hint: "add a \", or double one that belongs to the text",
        });
    }
    if !cell.text.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

fn separator(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    if count('\t') > count(',').max(count(';')) {
        '\t'
    } else if count(';') > count(',') {
        ';'
    } else {
        ','
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_their_places() {
        for (text, expected) in [
            ("a,b\nc,d\n", &[(1, 1, "a"), (1, 3, "b"), (2, 1, "c"), (2, 3, "d")][..]),
            ("a,b\r\nc,d", &[(1, 1, "a"), (1, 3, "b"), (2, 1, "c"), (2, 3, "d")]),
            ("氏名,\"x,y\",z", &[(1, 1, "氏名"), (1, 4, "x,y"), (1, 10, "z")]),
            ("a,\"1\n2\",b\nc", &[(1, 1, "a"), (1, 3, "1\n2"), (2, 4, "b"), (3, 1, "c")]),
            ("\"say \"\"yes\"\"\",b", &[(1, 1, "say \"yes\""), (1, 15, "b")]),
            ("a\tb,c\td", &[(1, 1, "a"), (1, 3, "b,c"), (1, 7, "d")]),
            ("a;b;c", &[(1, 1, "a"), (1, 3, "b"), (1, 5, "c")]),
            ("5\" tape,b", &[(1, 1, "5\" tape"), (1, 9, "b")]),
            ("", &[]),
        ] {
            let found: Vec<Cell> = rows(text).ok().unwrap().into_iter().flatten().collect();
            let found: Vec<(usize, usize, &str)> =
                found.iter().map(|cell| (cell.line, cell.column, cell.text.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        let wrong = rows("a\nb,\"c\nd").err().unwrap();
        assert_eq!((wrong.line, wrong.column), (2, 3));
    }
}
