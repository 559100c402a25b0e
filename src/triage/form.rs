//! The layout of forms: which lines are a label and its value, whatever the site's separator.
//!
//! `氏名：…`, `[お名前] …`, `■お名前` with the value below, padded labels, tabs from HTML tables, several pairs on
//! a line. Labels are synonyms from the rules; an unknown label ends a value when it is written in the same style.
//! Reads layout only: what a value means is `fields`' business.

mod head;
mod label;

pub(crate) use label::plain;

use std::collections::{BTreeMap, BTreeSet};

use super::rulebook::{LabelKind, Rulebook};
use super::thread::{Parts, is_rule};
use super::verdict::Span;
use head::{Head, Style, head, ruled};
use label::named;

/// One label and its value, as spans of the letter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What the label stands for; `None` for a label the rules do not know.
    pub kind: Option<LabelKind>,
    /// What the same field asks for besides (「お名前・お電話」).
    pub also: Option<LabelKind>,
    /// The label as typed, without ornament.
    pub label: Span,
    /// The value, trimmed; empty when nothing was filled in.
    pub value: Span,
    /// `label:お名前`, for the evidence.
    pub rule: String,
    /// Number written in the label (希望日時②, 第二希望).
    pub choice: Option<u32>,
    /// It stands in a signature or footer.
    pub signed: bool,
}

/// All fields of a text, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The fields.
    pub fields: Vec<Field>,
}

impl Form {
    /// Fields of a kind, in order.
    pub fn of(&self, kind: LabelKind) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.kind == Some(kind) || field.also == Some(kind))
    }

    /// Whether this is a form at all: labels for at least two of name, content, time, telephone and address, of
    /// which one is not a contact. `TEL:` and `E-mail:` alone are how people sign.
    pub fn is_form(&self) -> bool {
        const ASKED: [&[LabelKind]; 3] = [
            &[LabelKind::Name, LabelKind::Family, LabelKind::Given],
            &[LabelKind::Content, LabelKind::Remark],
            &[LabelKind::When],
        ];
        const REACHED: [&[LabelKind]; 2] = [&[LabelKind::Phone], &[LabelKind::Mail]];
        let has = |kinds: &&&[LabelKind]| {
            self.fields
                .iter()
                .filter(|field| !field.signed)
                .any(|field| field.kind.iter().chain(&field.also).any(|kind| kinds.contains(kind)))
        };
        let asked = ASKED.iter().filter(has).count();
        asked >= 1 && asked + REACHED.iter().filter(has).count() >= 2
    }
}

struct Line<'a> {
    span: Span,
    text: &'a str,
}

/// Finds the fields in everything of a text that is not quoted.
pub fn read(text: &str, parts: &Parts, rules: &Rulebook) -> Form {
    let mut spans: Vec<Span> = parts.own.iter().chain(&parts.signature).copied().collect();
    spans.sort_by_key(|span| span.start);
    let lines = lines_of(text, &spans);
    let mut heads: Vec<Option<Head>> = lines.iter().map(|line| head(line, rules)).collect();
    for (index, three) in lines.windows(3).enumerate() {
        if let [above, line, below] = three
            && is_rule(above.text)
            && is_rule(below.text)
            && let Some(slot @ None) = heads.get_mut(index + 1)
        {
            *slot = ruled(line, rules);
        }
    }
    settle_unknown(&mut heads);
    let mut fields: Vec<Field> = Vec::new();
    let mut open = false;
    let mut seen: BTreeSet<LabelKind> = BTreeSet::new();
    let mut words: Option<Style> = None;
    for (index, line) in lines.iter().enumerate() {
        let head = heads.get_mut(index).and_then(Option::take);
        match head.filter(|head| words.is_none_or(|style| ends_words(style, head, &seen))) {
            Some(head) => {
                words =
                    matches!(head.kind, Some(LabelKind::Content | LabelKind::Remark)).then_some(head.style);
                seen.extend(head.kind);
                split_pairs(text, line, head, rules, &mut fields);
                open = true;
            }
            None if open => {
                let upcoming = heads.get(index + 1).is_some_and(Option::is_some);
                open = extend(text, line, &mut fields, upcoming);
            }
            None => {}
        }
    }
    for field in &mut fields {
        field.value = trim(text, field.value);
        // `→ value` below its label.
        let value = text.get(field.value.start..field.value.end).unwrap_or_default();
        let plain = value.trim_start_matches(['→', '⇒', '➡', '⇨']);
        field.value = trim(text, Span { start: field.value.end - plain.len(), ..field.value });
        // Nobody wishes for a second: `date` beside an address is the form's own stamp.
        let value = text.get(field.value.start..field.value.end).unwrap_or_default();
        if field.kind == Some(LabelKind::When) && has_seconds(value) {
            field.kind = Some(LabelKind::Received);
        }
        field.signed = parts
            .signature
            .iter()
            .any(|span| span.start <= field.label.start && field.label.start < span.end);
    }
    Form { fields }
}

/// `13:02:50` and nothing but a stamp: one line.
fn has_seconds(value: &str) -> bool {
    let clock = value.split_whitespace().last().unwrap_or_default();
    let parts: Vec<&str> = clock.split(':').collect();
    let figures = |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(figures) && parts.last().is_some_and(|seconds| *seconds != "00")
}

fn lines_of<'a>(text: &'a str, spans: &[Span]) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for span in spans {
        let mut at = span.start;
        for raw in text.get(span.start..span.end).unwrap_or_default().split_inclusive('\n') {
            let end = at + raw.len();
            lines.push(Line { span: Span { start: at, end }, text: raw });
            at = end;
        }
    }
    lines
}

/// Whether a label ends the writer's free words above it. People write `電話：…` and `1：…` inside their message,
/// so it must look like this form's other labels and ask for something not asked before.
fn ends_words(style: Style, head: &Head, seen: &BTreeSet<LabelKind>) -> bool {
    let Some(kind) = head.kind else { return head.style == style && style == Style::Bracket };
    let asked_often = match kind {
        LabelKind::When
        | LabelKind::Remark
        | LabelKind::Subject
        | LabelKind::Received
        | LabelKind::Content
        | LabelKind::Other => true,
        LabelKind::Name
        | LabelKind::Family
        | LabelKind::Given
        | LabelKind::Kana
        | LabelKind::Phone
        | LabelKind::Fax
        | LabelKind::Mail
        | LabelKind::Shop
        | LabelKind::Order
        | LabelKind::Product
        | LabelKind::Version
        | LabelKind::Company => false,
    };
    // A form may set the message off by a bullet and go on with colons, so another style is no proof.
    asked_often || !seen.contains(&kind)
}

/// Adds a line to the field above it. Free words run on; other values take the first line below an empty label.
/// Returns whether further lines may follow.
fn extend(text: &str, line: &Line<'_>, fields: &mut [Field], before_label: bool) -> bool {
    let Some(last) = fields.last_mut() else { return false };
    // A rule between a label and its value is as good as a blank line.
    let blank = line.text.trim().is_empty()
        || (is_rule(line.text)
            && text.get(last.value.start..last.value.end).is_some_and(|v| v.trim().is_empty()));
    let empty = text.get(last.value.start..last.value.end).unwrap_or_default().trim().is_empty();
    match last.kind {
        Some(LabelKind::Content | LabelKind::Remark) if empty && is_rule(line.text) => {
            last.value = Span { start: line.span.end, end: line.span.end };
            true
        }
        Some(LabelKind::Content | LabelKind::Remark) => {
            if !(blank && before_label) {
                last.value.end = line.span.end;
            }
            true
        }
        Some(LabelKind::When) if !blank => {
            last.value.end = line.span.end;
            true
        }
        Some(LabelKind::When) => empty,
        // Two facts in one field may take two lines.
        Some(_) if last.also.is_some() && !blank => {
            last.value.end = line.span.end;
            true
        }
        Some(_) | None if empty => {
            if !blank {
                last.value = line.span;
            }
            blank
        }
        Some(_) | None => false,
    }
}

/// Unknown labels count only in the style that the known labels of this mail have.
fn settle_unknown(heads: &mut [Option<Head>]) {
    let mut known: BTreeMap<Style, usize> = BTreeMap::new();
    for head in heads.iter().flatten().filter(|head| head.kind.is_some() && head.exact) {
        *known.entry(head.style).or_default() += 1;
    }
    for slot in heads.iter_mut() {
        let drop = slot.as_ref().is_some_and(|head| {
            let same = known.get(&head.style).copied().unwrap_or(0);
            head.kind.is_none() && (same < 2 || head.style == Style::Gap || head.style == Style::Alone)
        });
        if drop {
            *slot = None;
        }
    }
}

/// A line may hold several pairs: `氏名：山田　TEL：090…`. A further pair needs an exact synonym and a colon.
fn split_pairs(text: &str, line: &Line<'_>, head: Head, rules: &Rulebook, fields: &mut Vec<Field>) {
    let line_end = line.span.end;
    let free = matches!(head.kind, Some(LabelKind::Content | LabelKind::Remark));
    let mut field = Field {
        kind: head.kind,
        also: head.also,
        label: head.label,
        value: Span { start: head.value, end: line_end },
        rule: head.rule,
        choice: head.choice,
        signed: false,
    };
    // Free words may hold a colon anywhere: they are never split.
    while let Some((cut, next)) =
        (!free).then(|| next_pair(text, field.value.start, line_end, rules)).flatten()
    {
        field.value.end = cut;
        fields.push(std::mem::replace(&mut field, next));
    }
    fields.push(field);
}

/// The next pair of a line behind `at`: where the value before it ends, and the field.
fn next_pair(text: &str, at: usize, line_end: usize, rules: &Rulebook) -> Option<(usize, Field)> {
    let value = text.get(at..line_end)?;
    // Pairs on one line are short; a long line is prose.
    let value = value.get(..value.floor_char_boundary(400))?;
    for (colon, c) in value.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
        let before = value.get(..colon)?;
        let word_at =
            before.char_indices().rev().find(|(_, c)| c.is_whitespace() || matches!(c, '/' | '／' | '、'));
        let Some((gap, blank)) = word_at else { continue };
        let raw = before.get(gap + blank.len_utf8()..)?;
        let start = at + gap + blank.len_utf8();
        if let Some(head) = named(raw, start, at + colon + c.len_utf8(), Style::Colon, rules)
            && head.exact
        {
            let next = Field {
                kind: head.kind,
                also: head.also,
                label: head.label,
                value: Span { start: head.value, end: line_end },
                rule: head.rule,
                choice: head.choice,
                signed: false,
            };
            return Some((at + gap, next));
        }
    }
    None
}

/// A span without the blanks at its ends.
pub(super) fn trim(text: &str, span: Span) -> Span {
    let raw = text.get(span.start..span.end).unwrap_or_default();
    let start = span.start + (raw.len() - raw.trim_start().len());
    Span { start, end: start + raw.trim().len() }
}
