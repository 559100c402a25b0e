//! Reading one TOML table key by key, with the place of every fault.
//!
//! serde stops at the first fault; a person wants all of them. So each key is asked for by name, what was never
//! asked for is unknown, and every complaint goes into one list. This module knows no key of its own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jiff::civil::{Date, Time};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value;
use crate::fault::{Fault, position};
use crate::triage::id::Address;

/// A file under examination.
pub(crate) struct Document<'d> {
    /// The file as the user would name it.
    pub(crate) file: &'d Path,
    /// The whole text.
    text: &'d str,
    /// Where in `text` the TOML begins (templates carry it as front matter).
    base: usize,
    faults: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<Fault>>,
    keys: RefCell<BTreeSet<String>>,
    literals: Cell<bool>,
}

impl<'d> Document<'d> {
    pub(crate) fn new(file: &'d Path, text: &'d str, base: usize) -> Self {
        let empty = || RefCell::new(Vec::new());
        Self {
            file,
            text,
            base,
            faults: empty(),
            warnings: empty(),
            keys: RefCell::default(),
            literals: Cell::new(false),
        }
    }

    /// Parses TOML; every syntax fault goes into the list and yields `None`.
    pub(crate) fn parse<'t>(&self, toml: &'t str) -> Option<Spanned<DeTable<'t>>> {
        let (table, errors) = DeTable::parse_recoverable(toml);
        if errors.is_empty() {
            return Some(table);
        }
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            self.fault(offset, error.message().trim().replace('\n', ", "), "");
        }
        None
    }

    /// Notes a fault at an offset of the TOML text.
    pub(crate) fn fault(&self, offset: usize, what: impl Into<String>, hint: impl Into<String>) {
        let fault = Fault::at(self.file, self.text, self.base + offset, what, hint);
        self.faults.borrow_mut().push(fault);
    }

    /// Notes a fault of the file as a whole.
    pub(crate) fn fault_whole(&self, what: impl Into<String>, hint: impl Into<String>) {
        self.faults.borrow_mut().push(Fault::whole(self.file, what, hint));
    }

    /// Notes something that works but deserves a look.
    pub(crate) fn warn(&self, offset: usize, what: impl Into<String>, hint: impl Into<String>) {
        let fault = Fault::at(self.file, self.text, self.base + offset, what, hint);
        self.warnings.borrow_mut().push(fault);
    }

    /// Line and column of an offset of the TOML text, for what can be judged only later.
    pub(crate) fn place(&self, offset: usize) -> (usize, usize) {
        position(self.text, self.base + offset)
    }

    /// Whether anything is wrong so far.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.borrow().is_empty()
    }

    /// Says whether secrets may be written out in this file.
    pub(crate) fn allow_literals(&self, allowed: bool) {
        self.literals.set(allowed);
    }

    /// Whether secrets may be written out in this file.
    pub(crate) fn literals_allowed(&self) -> bool {
        self.literals.get()
    }

    /// Faults and warnings in the order of the file, and every key that was asked for.
    pub(crate) fn close(self) -> (Vec<Fault>, Vec<Fault>, BTreeSet<String>) {
        let sorted = |list: RefCell<Vec<Fault>>| {
            let mut list = list.into_inner();
            list.sort();
            list.dedup();
            list
        };
        (sorted(self.faults), sorted(self.warnings), self.keys.into_inner())
    }
}

/// What is wrong with a value, and what to do.
pub(crate) struct Problem {
    pub(crate) what: String,
    pub(crate) hint: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }
}

/// One table being read.
pub(crate) struct Section<'d> {
    pub(crate) doc: &'d Document<'d>,
    table: &'d DeTable<'d>,
    /// Dotted path of keys; empty at the root.
    path: String,
    /// Offset of the table, for keys that are missing.
    at: usize,
    asked: RefCell<BTreeSet<String>>,
}

impl<'d> Section<'d> {
    pub(crate) fn root(doc: &'d Document<'d>, table: &'d Spanned<DeTable<'d>>) -> Self {
        Self { doc, table: table.get_ref(), path: String::new(), at: 0, asked: RefCell::default() }
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.doc.keys.borrow_mut().insert(self.dotted(key));
        self.table.get(key)
    }

    /// The key with the path of its table: `mailbox.host`.
    pub(crate) fn dotted(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Whether the key is written, whatever its value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Whether the key holds a string.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// The keys that are written, in order.
    pub(crate) fn written(&self) -> impl Iterator<Item = &'d str> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    /// Line and column of the table itself.
    pub(crate) fn place(&self) -> (usize, usize) {
        self.doc.place(self.at)
    }

    /// Offset of a key's value, or of the table when the key is missing.
    pub(crate) fn offset(&self, key: &str) -> usize {
        self.table.get(key).map_or(self.at, |value| value.span().start)
    }

    /// Notes a fault at a key's value.
    pub(crate) fn fault(&self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.doc.fault(self.offset(key), what, hint);
    }

    /// Complains when a key that must be there is not.
    pub(crate) fn need<T>(&self, key: &str, value: Option<T>, hint: &str) -> Option<T> {
        if value.is_none() && !self.has(key) {
            self.doc.fault(self.at, format!("missing key `{}`", self.dotted(key)), hint);
        }
        value
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let what = format!("`{}` is {}, not {wanted}", self.dotted(key), article(value.get_ref().type_str()));
        self.doc.fault(value.span().start, what, "");
    }

    /// A string, a date or a time as text; several lines are allowed, nothing but blanks is not.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.parsed(key, |text| {
            if text.trim().is_empty() {
                return Err(Problem::new(
                    format!("`{}` is empty", self.dotted(key)),
                    "write a value or remove the line",
                ));
            }
            Ok(text.to_owned())
        })
    }

    /// A string on one line.
    pub(crate) fn line(&self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        if text.chars().any(char::is_control) {
            self.fault(
                key,
                format!("`{}` contains a line break or control character", self.dotted(key)),
                "write it on one line",
            );
            return None;
        }
        Some(text)
    }

    /// A string that `parse` understands.
    pub(crate) fn parsed<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        let value = self.value(key)?;
        let parsed = match value.get_ref() {
            DeValue::String(text) => parse(text),
            DeValue::Datetime(date) => parse(&date.to_string()),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                self.wrong_type(key, value, "a string");
                return None;
            }
        };
        parsed.map_err(|problem| self.doc.fault(value.span().start, problem.what, problem.hint)).ok()
    }

    /// A list of strings that `parse` understands; absent means empty.
    pub(crate) fn list<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of strings");
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in array.iter() {
            let Some(text) = item.get_ref().as_str() else {
                self.wrong_type(key, item, "a list of strings");
                continue;
            };
            match parse(text) {
                Ok(parsed) => list.push(parsed),
                Err(problem) => self.doc.fault(item.span().start, problem.what, problem.hint),
            }
        }
        list
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, default: bool) -> bool {
        let Some(value) = self.value(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, "true or false");
            default
        })
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, key: &str, least: u64, most: u64, default: u64) -> u64 {
        let Some(value) = self.value(key) else { return default };
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(key, value, "a number");
            return default;
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if (least..=most).contains(&number) => number,
            Ok(_) | Err(_) => {
                let what = format!("`{}` is {integer}, outside {least} to {most}", self.dotted(key));
                self.doc.fault(value.span().start, what, "");
                default
            }
        }
    }

    /// A duration such as `"5m"`.
    pub(crate) fn duration(&self, key: &str, default: Duration) -> Duration {
        self.parsed(key, value::duration).unwrap_or(default)
    }

    /// A wall time such as `"09:00"`.
    pub(crate) fn time(&self, key: &str) -> Option<Time> {
        self.parsed(key, value::time)
    }

    /// A day such as `2026-08-27`.
    pub(crate) fn date(&self, key: &str) -> Option<Date> {
        self.parsed(key, value::date)
    }

    /// A mail address.
    pub(crate) fn address(&self, key: &str) -> Option<Address> {
        self.parsed(key, value::address)
    }

    /// One word of a closed list.
    pub(crate) fn choice<T: Copy>(&self, key: &str, words: &[(&str, T)], default: T) -> T {
        self.parsed(key, |text| value::choice(text, words)).unwrap_or(default)
    }

    /// A table within this one; absent is `None`.
    pub(crate) fn section(&self, key: &str) -> Option<Self> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, value, "a table");
        }
        Some(self.below(key, table?, value.span().start))
    }

    /// The tables of an array such as `[[mailbox]]`.
    pub(crate) fn sections(&self, key: &str) -> Vec<Self> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &format!("an array of tables [[{}]]", self.dotted(key)));
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => list.push(self.below(key, table, item.span().start)),
                None => self.wrong_type(key, item, "a table"),
            }
        }
        list
    }

    fn below(&self, key: &str, table: &'d DeTable<'d>, at: usize) -> Self {
        Self { doc: self.doc, table, path: self.dotted(key), at, asked: RefCell::default() }
    }

    /// Complains about every key that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if asked.contains(name) {
                continue;
            }
            let hint = match value::nearest(name, asked.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", asked.iter().cloned().collect::<Vec<_>>().join(", ")),
            };
            self.doc.fault(key.span().start, format!("unknown key `{}`", self.dotted(name)), hint);
        }
    }
}

/// A table that must be there.
pub(super) fn table<'d>(root: &Section<'d>, key: &str, hint: &str) -> Option<Section<'d>> {
    let found = root.section(key);
    if found.is_none() && !root.has(key) {
        root.doc.fault_whole(format!("missing table [{key}]"), hint);
    }
    found
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
