//! A list of customers from a file: CSV or XLSX, headings in Japanese or English. Names every fault with its place, and
//! gives customers only when there is none. Never looks into the store.

mod cells;
mod heads;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::desk::customers::Field;
use crate::fault::Fault;
use crate::triage::directory::{CustomerId, Record, Tier, mail, phone};
use crate::triage::fold::Folded;
use crate::triage::id::Address;
use cells::Cell;
use heads::Head;

/// Longest text in a field, in characters.
const TEXT: usize = 1000;

/// The customers of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// In the order of the file.
    pub customers: Vec<Record>,
    /// The fields it has columns for.
    pub given: BTreeSet<Field>,
    /// Headings of columns that mean nothing here.
    pub ignored: Vec<String>,
}

/// Reads a file by its bytes; `file` is only named, and tells a workbook by its ending.
///
/// # Errors
/// Every fault of the file.
pub fn read(file: &Path, bytes: &[u8]) -> Result<Listed, Vec<Fault>> {
    let rows = if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        xlsx::rows(bytes)
    } else {
        text(bytes).and_then(|text| cells::rows(&text))
    };
    let rows = rows.map_err(|wrong| vec![wrong.fault(file)])?;
    let mut rows = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.text.trim().is_empty()));
    let Some(heads) = rows.next() else {
        return Err(vec![Fault::whole(file, "there is no line in it", "begin with a line of headings")]);
    };
    let mut reader = Reader::new(file, &heads)?;
    let customers: Vec<Record> = rows.filter_map(|row| reader.customer(&row)).collect();
    if reader.faults.is_empty() {
        let given = reader.heads.iter().filter_map(|head| head.as_ref().map(|head| head.field)).collect();
        return Ok(Listed { customers, given, ignored: reader.ignored });
    }
    Err(reader.faults)
}

/// Something wrong at a place of a file whose name is known elsewhere.
struct Wrong {
    line: usize,
    column: usize,
    what: String,
    hint: &'static str,
}

impl Wrong {
    fn fault(self, file: &Path) -> Fault {
        let Self { line, column, what, hint } = self;
        Fault { file: file.to_owned(), line, column, what, hint: hint.to_owned() }
    }
}

/// The name of a product.
fn product(text: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let text = text.trim();
    let good = !text.is_empty() && text.chars().nth(LONGEST).is_none() && !text.contains(char::is_control);
    (good && !text.contains([',', '、', ';', '；'])).then(|| text.to_owned())
}

/// UTF-8, with a mark in front or not; otherwise Shift_JIS, as Excel in Japan saves CSV.
fn text(bytes: &[u8]) -> Result<String, Wrong> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    match encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(Wrong {
            line: 0,
            column: 0,
            what: "it is neither UTF-8 nor Shift_JIS".to_owned(),
            hint: "save it as \"CSV UTF-8\"",
        }),
    }
}

struct Reader<'f> {
    file: &'f Path,
    heads: Vec<Option<Head>>,
    ignored: Vec<String>,
    seen: BTreeMap<CustomerId, usize>,
    faults: Vec<Fault>,
}

impl<'f> Reader<'f> {
    fn new(file: &'f Path, row: &[Cell]) -> Result<Self, Vec<Fault>> {
        let mut reader =
            Self { file, heads: Vec::new(), ignored: Vec::new(), seen: BTreeMap::new(), faults: Vec::new() };
        for cell in row {
            let head = heads::head(&cell.text);
            if head.is_none() && !cell.text.trim().is_empty() {
                reader.ignored.push(cell.text.trim().to_owned());
            }
            let twice = head.as_ref().filter(|head| {
                !head.many && reader.heads.iter().flatten().any(|known| known.field == head.field)
            });
            if let Some(head) = twice {
                let what = format!("a second column for the {}", head.field.word());
                reader.fault(cell, what, "take one of them out");
            }
            reader.heads.push(head);
        }
        if !reader.heads.iter().flatten().any(|head| head.field == Field::Id) {
            let line = row.first().map_or(1, |cell| cell.line);
            let place = Cell { line, column: 1, text: String::new() };
            reader.fault(
                &place,
                "there is no column of customer numbers",
                "name one 顧客番号 or customer number",
            );
        }
        if reader.faults.is_empty() { Ok(reader) } else { Err(reader.faults) }
    }

    fn fault(&mut self, cell: &Cell, what: impl Into<String>, hint: &'static str) {
        let wrong = Wrong { line: cell.line, column: cell.column, what: what.into(), hint };
        self.faults.push(wrong.fault(self.file));
    }

    /// A customer, where nothing is wrong in the line.
    fn customer(&mut self, row: &[Cell]) -> Option<Record> {
        let before = self.faults.len();
        let line = row.first().map_or(0, |cell| cell.line);
        let mut id = None;
        let (mut name, mut kana, mut company, mut note) = Default::default();
        let (mut phones, mut mails): (Vec<String>, Vec<Address>) = Default::default();
        let mut products: Vec<String> = Vec::new();
        let (mut tier, mut linked) = (Tier::Standard, false);
        for (at, cell) in row.iter().enumerate() {
            let Some(head) = self.heads.get(at) else {
                if !cell.text.trim().is_empty() {
                    self.fault(cell, "there is no heading above it", "quote a text that holds commas");
                }
                continue;
            };
            match head.as_ref().map(|head| head.field) {
                None => {}
                Some(Field::Id) => id = self.number(cell),
                Some(Field::Name) => name = self.plain(cell),
                Some(Field::Kana) => kana = self.plain(cell),
                Some(Field::Company) => company = self.plain(cell),
                Some(Field::Note) => note = self.plain(cell),
                Some(Field::Phone) => self.several(cell, &mut phones, phone, PHONE),
                Some(Field::Mail) => self.several(cell, &mut mails, mail, MAIL),
                Some(Field::Product) => self.several(cell, &mut products, product, PRODUCT),
                Some(Field::Tier) => tier = self.one_of(cell, heads::tier, TIER).unwrap_or_default(),
                Some(Field::Linked) => linked = self.one_of(cell, heads::yes, LINKED).unwrap_or_default(),
            }
        }
        if id.is_none() && self.faults.len() == before {
            let place = Cell { line, column: 1, text: String::new() };
            self.fault(&place, "the customer number is missing", "give every customer one");
        }
        let id = id.filter(|_| self.faults.len() == before)?;
        Some(Record { id, name, kana, company, phones, mails, tier, linked, products, note })
    }

    fn number(&mut self, cell: &Cell) -> Option<CustomerId> {
        let Some(id) = CustomerId::parse(&cell.text) else {
            let what = "this is no customer number";
            self.fault(cell, what, "use at most 64 letters, figures and signs, no blank and no slash");
            return None;
        };
        match self.seen.insert(id.clone(), cell.line) {
            None => Some(id),
            Some(first) => {
                self.fault(cell, format!("line {first} has this customer number, too"), "keep one of them");
                None
            }
        }
    }

    fn plain(&mut self, cell: &Cell) -> String {
        let text: String = cell.text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().count() > TEXT {
            self.fault(cell, format!("the text is longer than {TEXT} characters"), "shorten it");
            return String::new();
        }
        text
    }

    /// One value, or several with commas and the like between them.
    fn several<T: PartialEq>(
        &mut self,
        cell: &Cell,
        into: &mut Vec<T>,
        read: fn(&str) -> Option<T>,
        (what, hint): (&str, &'static str),
    ) {
        /// Values kept of a customer.
        const SOME: usize = 50;
        if cell.text.trim().is_empty() {
            return;
        }
        let all: Option<Vec<T>> = match read(&cell.text) {
            Some(one) => Some(vec![one]),
            None => cell
                .text
                .split([',', '、', '，', ';', '；', '/', '／', '\n'])
                .filter(|part| !part.trim().is_empty())
                .map(read)
                .collect(),
        };
        match all {
            None => self.fault(cell, what, hint),
            Some(all) if all.len().saturating_add(into.len()) > SOME => {
                self.fault(cell, format!("more than {SOME} of a kind"), "keep those in use");
            }
            Some(all) => {
                for one in all {
                    if !into.contains(&one) {
                        into.push(one);
                    }
                }
            }
        }
    }

    fn one_of<T>(
        &mut self,
        cell: &Cell,
        read: fn(&str) -> Option<T>,
        (what, hint): (&str, &'static str),
    ) -> Option<T> {
        let folded = Folded::new(cell.text.trim());
        if folded.text().is_empty() {
            return None;
        }
        let value = read(folded.text());
        if value.is_none() {
            self.fault(cell, what, hint);
        }
        value
    }
}

const PHONE: (&str, &str) = (
    "this is no telephone number",
    "write it with its leading 0 (in Excel: a column of text), a foreign one with + and its country",
);
const PRODUCT: (&str, &str) = ("this is no product", "write its name in at most 100 characters");
const MAIL: (&str, &str) =
    ("this is no mail address", "write name@example.com, several with a comma between");
const TIER: (&str, &str) = ("this is no tier", "write standard or premium (一般, プレミアム)");
const LINKED: (&str, &str) = ("this is neither yes nor no", "write yes or no (済, 未)");

#[cfg(test)]
mod tests;
