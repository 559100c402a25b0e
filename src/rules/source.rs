//! One rule file being read: places in it, and its entries key by key, so that one mistake hides no other.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::Fault;
use crate::triage::rulebook::Phrase;

/// A file being read, for places.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) shown: &'a str,
    text: &'a str,
    /// Where lines begin.
    lines: Vec<usize>,
}

/// A word of a file and where it stands.
pub(super) type Word = Spanned<String>;

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Path, shown: &'a str, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, shown, text, lines }
    }

    pub(super) fn fault(&self, at: usize, what: impl Into<String>, hint: impl Into<String>) -> Fault {
        let (line, column) = self.position(at);
        Fault { file: self.path.to_owned(), line, column, what: what.into(), hint: hint.into() }
    }

    /// `rules/pl.toml` is about Polish mails; a longer name is about all.
    pub(super) fn language(&self) -> Option<String> {
        let stem = self.path.file_stem()?.to_str()?;
        (stem.len() == 2).then(|| stem.to_owned())
    }

    /// 1-based line and column, in characters. Files are long, and every phrase keeps its place.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|before| self.lines.get(before)).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }

    /// `rules/ja.toml:12`.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.shown, self.position(at).0)
    }

    /// A phrase with its place.
    pub(super) fn phrase(&self, word: Word) -> Phrase {
        let at = self.position(word.span().start);
        Phrase { text: word.into_inner(), at }
    }
}

/// One entry of a file, taken apart key by key.
pub(super) struct Entry<'s, 'd, 'f> {
    source: &'s Source<'s>,
    fields: DeTable<'d>,
    /// Where the entry begins.
    pub(super) at: usize,
    /// Keys that were asked for.
    known: Vec<&'static str>,
    faults: &'f mut Vec<Fault>,
}

impl<'s, 'd, 'f> Entry<'s, 'd, 'f> {
    /// An entry; `None` with a fault where it is no table.
    pub(super) fn new(
        source: &'s Source<'s>,
        value: Spanned<DeValue<'d>>,
        faults: &'f mut Vec<Fault>,
    ) -> Option<Self> {
        let Range { start: at, .. } = value.span();
        match value.into_inner() {
            DeValue::Table(fields) => Some(Self { source, fields, at, known: Vec::new(), faults }),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => {
                faults.push(source.fault(at, "an entry is no table", "write keys and values below it"));
                None
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'d>>> {
        self.known.push(key);
        self.fields.remove(key)
    }

    fn wrong(&mut self, at: usize, key: &str, wanted: &str) {
        self.faults.push(self.source.fault(
            at,
            format!("`{key}` is no {wanted}"),
            format!("write a {wanted}"),
        ));
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Word> {
        let value = self.take(key)?;
        let span = value.span();
        if let DeValue::String(text) = value.into_inner() {
            return Some(Spanned::new(span, text.into_owned()));
        }
        self.wrong(span.start, key, "text in quotation marks");
        None
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, key: &'static str) -> Option<Word> {
        if !self.fields.contains_key(key) {
            self.known.push(key);
            self.faults.push(self.source.fault(
                self.at,
                format!("missing field `{key}`"),
                format!("add {key} = \"…\""),
            ));
            return None;
        }
        self.text(key)
    }

    /// A list of texts; empty where it is not written.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<Word> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            self.wrong(span.start, key, "list in square brackets");
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in items {
            let span = item.span();
            match item.into_inner() {
                DeValue::String(text) => words.push(Spanned::new(span, text.into_owned())),
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => self.wrong(span.start, key, "list of texts in quotation marks"),
            }
        }
        words
    }

    /// A whole number.
    pub(super) fn number(&mut self, key: &'static str) -> Option<Spanned<i32>> {
        let value = self.take(key)?;
        let span = value.span();
        let number = match value.get_ref() {
            DeValue::Integer(digits) => i32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            DeValue::String(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        if number.is_none() {
            self.wrong(span.start, key, "whole number");
        }
        Some(Spanned::new(span, number?))
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let at = value.span().start;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.wrong(at, key, "true or false");
        None
    }

    /// Yes or no, or a word between the two (`None`).
    pub(super) fn flag_or(&mut self, key: &'static str, word: &str) -> Option<Option<bool>> {
        let value = self.take(key)?;
        let at = value.span().start;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(Some(*flag));
        }
        if value.get_ref().as_str() == Some(word) {
            return Some(None);
        }
        self.wrong(at, key, &format!("true, false or \"{word}\""));
        None
    }

    /// Ends the entry: every key that nobody asked for is a fault.
    pub(super) fn done(self) {
        for key in self.fields.keys() {
            let name = key.get_ref();
            let close = self.known.iter().find(|known| near(known, name));
            let hint = match close {
                Some(known) => format!("did you mean `{known}`? Known: {}", self.known.join(", ")),
                None => format!("known: {}", self.known.join(", ")),
            };
            self.faults.push(self.source.fault(key.span().start, format!("unknown field `{name}`"), hint));
        }
    }
}

/// Whether two keys are one slip of the finger apart: the same letters, or the same start.
fn near(known: &str, written: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let start = |word: &str| word.chars().take(3).collect::<String>();
    letters(known) == letters(written) || (written.chars().count() > 3 && start(known) == start(written))
}
