//! Faults in files a person wrote: config, rules, templates.
//!
//! A fault says where (`rules/ja.toml:12:7`), what is wrong, and what to do. Loaders collect every fault
//! before they give up, so that a supervisor mends a file once. This module never reads a file and never
//! decides whether a fault is fatal.

use std::fmt;
use std::path::{Path, PathBuf};

/// Something wrong in a file, with its place and a way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as the user would name it.
    pub file: PathBuf,
    /// 1-based line; 0 when the fault concerns the whole file.
    pub line: usize,
    /// 1-based column, counted in characters; 0 when the fault concerns the whole line.
    pub column: usize,
    /// What is wrong, without a full stop at the end.
    pub what: String,
    /// What to do about it, without a full stop; empty when `what` already says it.
    pub hint: String,
}

impl Fault {
    /// A fault at a byte offset of `text`; an offset past the end points at the end.
    pub fn at(
        file: &Path,
        text: &str,
        offset: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (line, column) = position(text, offset);
        Self { file: file.to_owned(), line, column, what: what.into(), hint: hint.into() }
    }

    /// A fault of the file as a whole (missing, unreadable, not UTF-8).
    pub fn whole(file: &Path, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, what: what.into(), hint: hint.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.what)?;
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}

/// 1-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut line = 1;
    let mut column = 1;
    for (at, c) in text.char_indices() {
        if at >= offset {
            break;
        }
        if c == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_from_one() {
        for (text, offset, expected) in [
            ("", 0, (1, 1)),
            ("abc", 2, (1, 3)),
            ("窓口\nabc", 3, (1, 2)),
            ("窓口\nabc", 7, (2, 1)),
            ("窓口\nabc", 99, (2, 4)),
        ] {
            assert_eq!(position(text, offset), expected, "{text:?} at {offset}");
        }
    }

    #[test]
    fn a_fault_reads_like_a_compiler_message() {
        let fault = Fault::at(Path::new("rules/ja.toml"), "a\nbcd", 4, "unclosed group", "close the bracket");
        assert_eq!(fault.to_string(), "rules/ja.toml:2:3: unclosed group; close the bracket");
        let whole = Fault::whole(Path::new("config.toml"), "no such file", "");
        assert_eq!(whole.to_string(), "config.toml: no such file");
    }
}
