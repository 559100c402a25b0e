//! Figures of one set, and how they are shown: a table of 80 columns, JSON, and a list of what was missed.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// A share of something that was counted.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) right: usize,
    pub(crate) of: usize,
}

impl Share {
    pub(crate) fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }
}

/// What was found against what was there.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) hit: usize,
    pub(crate) extra: usize,
    pub(crate) lost: usize,
}

impl Found {
    pub(crate) fn add(&mut self, wanted: bool, got: bool) {
        self.hit += usize::from(wanted && got);
        self.extra += usize::from(got && !wanted);
        self.lost += usize::from(wanted && !got);
    }
}

/// One figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Figure {
    Share(Share),
    Found(Found),
}

/// The figures of one set.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: usize,
    pub(crate) figures: Vec<(&'static str, Figure)>,
    /// What was read, one object for each row.
    pub(crate) predictions: Vec<Value>,
    /// What was read otherwise: figure and a line for people.
    pub(crate) misses: Vec<(&'static str, String)>,
}

impl Sheet {
    pub(crate) fn json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|(name, figure)| ((*name).to_owned(), figure.json())).collect();
        json!({ "set": self.name, "rows": self.rows, "figures": figures })
    }
}

impl Figure {
    /// Part and whole of the figure; of what was found and lost, those of F1.
    pub(crate) const fn parts(self) -> (usize, usize) {
        match self {
            Self::Share(share) => (share.right, share.of),
            Self::Found(found) => (2 * found.hit, 2 * found.hit + found.extra + found.lost),
        }
    }

    fn json(self) -> Value {
        let (part, whole) = self.parts();
        match self {
            Self::Share(share) => {
                json!({ "right": share.right, "of": share.of, "rate": rate(part, whole) })
            }
            Self::Found(found) => json!({
                "precision": rate(found.hit, found.hit + found.extra),
                "recall": rate(found.hit, found.hit + found.lost),
                "f1": rate(part, whole),
                "hit": found.hit, "extra": found.extra, "lost": found.lost,
            }),
        }
    }
}

/// A share between 0 and 1, four places; `null` of nothing.
fn rate(part: usize, whole: usize) -> Value {
    let percent = (part * 10_000 + whole / 2).checked_div(whole);
    percent.map_or(Value::Null, |rate| json!(f64::from(u32::try_from(rate).unwrap_or(u32::MAX)) / 10_000.0))
}

/// `97.5`, or a dash for a share of nothing.
fn percent(part: usize, whole: usize) -> String {
    (part * 1000 + whole / 2)
        .checked_div(whole)
        .map_or_else(|| "-".to_owned(), |share| format!("{}.{}", share / 10, share % 10))
}

/// All sheets as text.
pub(crate) fn render(sheets: &[Sheet]) -> String {
    let mut out = String::new();
    for sheet in sheets {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}  ({} rows)", sheet.name, sheet.rows);
        for (name, figure) in &sheet.figures {
            let _ = match figure {
                Figure::Share(share) => {
                    writeln!(
                        out,
                        "  {name:<30} {:>6} %   {} of {}",
                        percent(share.right, share.of),
                        share.right,
                        share.of
                    )
                }
                Figure::Found(found) => writeln!(
                    out,
                    "  {name:<30} {:>6} %   precision {}, recall {}",
                    percent(2 * found.hit, 2 * found.hit + found.extra + found.lost),
                    percent(found.hit, found.hit + found.extra),
                    percent(found.hit, found.hit + found.lost),
                ),
            };
        }
        out.push('\n');
    }
    out
}

/// What was missed in the sets or figures whose names hold a word.
pub(crate) fn misses(sheets: &[Sheet], word: &str, limit: usize) -> String {
    let mut out = String::new();
    for sheet in sheets {
        let all = sheet.name.contains(word);
        let lines: Vec<&String> = sheet
            .misses
            .iter()
            .filter(|(figure, _)| all || figure.contains(word))
            .map(|(_, line)| line)
            .collect();
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}: {} otherwise than expected", sheet.name, lines.len());
        for line in lines.iter().take(limit) {
            let _ = writeln!(out, "  {line}");
        }
        out.push('\n');
    }
    out
}
