//! The layout of forms: which lines are a label and its value, whatever the site's separator.
//!
//! `氏名：…`, `[お名前] …`, `■お名前` with the value below, padded labels, tabs from HTML tables, several pairs on
//! a line. Labels are synonyms from the rules; an unknown label ends a value when it is written in the same style.
//! Reads layout only: what a value means is `fields`' business.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::Folded;
use super::rulebook::{Label, LabelKind, Rulebook};
use super::thread::Parts;
use super::verdict::Span;

/// One label and its value, as spans of the letter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What the label stands for; `None` for a label the rules do not know.
    pub kind: Option<LabelKind>,
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
        self.fields.iter().filter(move |field| field.kind == Some(kind))
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
                .any(|field| !field.signed && field.kind.is_some_and(|kind| kinds.contains(&kind)))
        };
        let asked = ASKED.iter().filter(has).count();
        asked >= 1 && asked + REACHED.iter().filter(has).count() >= 2
    }
}

/// How a label is set off from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    /// `label：value`
    Colon,
    /// `label = value`
    Equals,
    /// `label → value`
    Arrow,
    /// `label|value`, a tab, or a cell border.
    Cell,
    /// `【label】value`
    Bracket,
    /// `label   value`
    Gap,
    /// `■label`, the value below.
    Alone,
}

/// A line's label.
struct Head {
    style: Style,
    label: Span,
    /// Where the value begins.
    value: usize,
    kind: Option<LabelKind>,
    rule: String,
    choice: Option<u32>,
    exact: bool,
}

struct Line<'a> {
    span: Span,
    text: &'a str,
}

/// Longest label in characters.
const MAX_LABEL: usize = 30;

/// Finds the fields in everything of a text that is not quoted.
pub fn read(text: &str, parts: &Parts, rules: &Rulebook) -> Form {
    let mut spans: Vec<Span> = parts.own.iter().chain(&parts.signature).copied().collect();
    spans.sort_by_key(|span| span.start);
    let lines = lines_of(text, &spans);
    let mut heads: Vec<Option<Head>> = lines.iter().map(|line| head(line, rules)).collect();
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
    let blank = line.text.trim().is_empty();
    let empty = text.get(last.value.start..last.value.end).unwrap_or_default().trim().is_empty();
    match last.kind {
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

/// Reads a line's label, if it has one.
fn head(line: &Line<'_>, rules: &Rulebook) -> Option<Head> {
    let lead = line.text.len() - line.text.trim_start_matches(is_ornament).len();
    let ornament = line.text.get(..lead).unwrap_or_default().trim();
    let rest = line.text.get(lead..)?.trim_end();
    let numbered = numbering(rest);
    let ornament = if numbered > 0 { rest.get(..numbered).unwrap_or_default() } else { ornament };
    let start = line.span.start + lead + numbered;
    let rest = rest.get(numbered..)?;
    if rest.is_empty() {
        return None;
    }
    bracketed(rest, start, rules)
        .or_else(|| mirrored(rest, start, ornament, rules))
        .or_else(|| separated(rest, start, rules))
        .or_else(|| gapped(rest, start, rules))
        .or_else(|| alone(rest, start, ornament, rules))
}

/// Length of `1. `, `Q2.`, `(3) ` before a label; a date or an hour is none.
fn numbering(rest: &str) -> usize {
    let bare = rest.trim_start_matches(['Q', 'q', 'Ｑ', '(', '（']);
    let after = bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９'));
    if after.len() == bare.len() || bare.len() - after.len() > 6 {
        return 0;
    }
    let behind = after.trim_start_matches(['.', '．', ')', '）', '、']);
    let label = behind.trim_start();
    let word = label.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if behind.len() == after.len() || !word { 0 } else { rest.len() - label.len() }
}

/// Bullets and blanks before a label.
fn is_ornament(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '■' | '□'
                | '●'
                | '○'
                | '◆'
                | '◇'
                | '◎'
                | '▼'
                | '▽'
                | '▲'
                | '△'
                | '▶'
                | '▷'
                | '►'
                | '★'
                | '☆'
                | '・'
                | '･'
                | '•'
                | '*'
                | '＊'
                | '※'
                | '#'
                | '＃'
                | '+'
                | '✓'
                | '✔'
                | '☑'
                | '-'
                | '－'
                | '─'
                | '❏'
                | '⬛'
                | '▪'
                | '◾'
                | '➤'
        )
}

/// `【label】value`, also `[label]: value`.
fn bracketed(rest: &str, start: usize, rules: &Rulebook) -> Option<Head> {
    let open = rest.chars().next()?;
    let close = match open {
        '【' => '】',
        '[' => ']',
        '［' => '］',
        '〔' => '〕',
        '「' => '」',
        '『' => '』',
        '<' => '>',
        '＜' => '＞',
        '《' => '》',
        '≪' => '≫',
        '〈' => '〉',
        '(' => ')',
        '（' => '）',
        _ => return None,
    };
    let inner = rest.get(open.len_utf8()..)?;
    let end = inner.find(close)?;
    let label = inner.get(..end)?;
    let after = inner.get(end + close.len_utf8()..)?;
    let value =
        after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '=' | '＝' | '→'));
    let at = start + open.len_utf8();
    let value_at = start + rest.len() - value.len();
    named(label, at, value_at, Style::Bracket, rules)
}

/// `◆label◆ value`: the ornament before the label closes it, too.
fn mirrored(rest: &str, start: usize, ornament: &str, rules: &Rulebook) -> Option<Head> {
    let mark = ornament.chars().next_back()?;
    let end = rest.find(mark)?;
    let value = start + end + mark.len_utf8();
    let head = named(rest.get(..end)?, start, value, Style::Bracket, rules)?;
    head.kind.is_some().then_some(head)
}

/// `label：value` and its kin: the first separator on the line.
fn separated(rest: &str, start: usize, rules: &Rulebook) -> Option<Head> {
    for (at, c) in rest.char_indices() {
        let style = match c {
            ':' | '：' | '﹕' | '︰' => Style::Colon,
            '=' | '＝' => Style::Equals,
            '→' | '⇒' | '➡' | '⇨' => Style::Arrow,
            '|' | '｜' | '│' | '┃' | '\t' => Style::Cell,
            '】' | '」' | ']' | '］' => Style::Bracket,
            '。' | '、' | '？' | '?' | '@' | '＠' => return None,
            _ => continue,
        };
        let value_at = start + at + c.len_utf8();
        return named(rest.get(..at)?, start, value_at, style, rules);
    }
    None
}

/// `お名前　　山田`, `第一希望日　　…`: only an exact or a counted synonym before a wide gap.
fn gapped(rest: &str, start: usize, rules: &Rulebook) -> Option<Head> {
    let wide = rest.find('\u{3000}');
    let double = rest.find("  ");
    // `氏　　名　山田`: the last gap parts label and value, so the longest exact synonym is tried first.
    let mut cuts: Vec<usize> = rest
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, _)| at)
        .filter(|at| wide.is_some_and(|w| w <= *at) || double.is_some_and(|d| d <= *at))
        .take(12)
        .collect();
    cuts.reverse();
    cuts.into_iter().find_map(|at| {
        let head = named(rest.get(..at)?, start, start + at, Style::Gap, rules)?;
        ((head.exact || head.choice.is_some()) && head.kind.is_some()).then_some(head)
    })
}

/// `■お名前` alone on its line: an exact synonym, or any known one behind a bullet.
fn alone(rest: &str, start: usize, ornament: &str, rules: &Rulebook) -> Option<Head> {
    let head = named(rest, start, start + rest.len(), Style::Alone, rules)?;
    // One-letter labels are words of the text.
    let short = rest.trim().chars().count() < 2;
    // `お名前 *`: the mark of an obligatory question is as good as a bullet.
    let folded = Folded::new(rest.trim());
    let asked =
        ["*", "必須", "(必須)", "[必須]", "任意", "(任意)"].iter().any(|must| folded.text().ends_with(must));
    let bullet = !ornament.is_empty() || asked;
    // 「ご担当者様」 greets us.
    let greets = head.kind == Some(LabelKind::Name) && !bullet && rest.trim().ends_with('様');
    let lone = LONE.contains(&head.kind) && (head.exact || head.choice.is_some());
    (head.kind.is_some() && !short && !greets && (bullet || lone)).then_some(head)
}

/// Labels that may stand on a line of their own without a bullet.
const LONE: [Option<LabelKind>; 5] = [
    Some(LabelKind::Name),
    Some(LabelKind::Phone),
    Some(LabelKind::Mail),
    Some(LabelKind::Content),
    Some(LabelKind::When),
];

/// A label text to a head; `None` when it cannot be a label.
fn named(raw: &str, at: usize, value: usize, style: Style, rules: &Rulebook) -> Option<Head> {
    let label = raw.trim();
    if label.is_empty() || label.chars().count() > MAX_LABEL {
        return None;
    }
    let start = at + (raw.len() - raw.trim_start().len());
    let span = Span { start, end: start + label.len() };
    let (bare, choice) = bare(label);
    let found = half_name(label, rules).or_else(|| rules.label(&bare));
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    if found.is_none()
        && (digits > 2 || bare.is_empty() || bare.contains("http") || label.chars().count() > 14)
    {
        return None;
    }
    Some(Head {
        style,
        label: span,
        value,
        kind: found.map(|(label, _)| label.kind),
        rule: format!("label:{label}"),
        choice,
        exact: found.is_some_and(|(_, exact)| exact),
    })
}

/// `お名前 (姓)`: what stands in the bracket says which half of the name is asked for.
fn half_name<'r>(label: &str, rules: &'r Rulebook) -> Option<(&'r Label, bool)> {
    let folded = Folded::new(label);
    let (_, inside) =
        folded.text().trim_end().strip_suffix([')', ']', '】'])?.rsplit_once(['(', '[', '【'])?;
    rules
        .label(inside.trim())
        .filter(|(label, exact)| *exact && matches!(label.kind, LabelKind::Family | LabelKind::Given))
}

/// A label folded, without blanks, brackets' content, marks of obligation and trailing numbers.
fn bare(label: &str) -> (String, Option<u32>) {
    let folded = Folded::new(label);
    let mut out = String::new();
    let mut number = String::new();
    let mut inside = String::new();
    let mut depth = 0_usize;
    for c in folded.text().chars() {
        match c {
            '(' | '[' | '【' | '<' | '「' | '〔' => depth += 1,
            ')' | ']' | '】' | '>' | '」' | '〕' => depth = depth.saturating_sub(1),
            c if depth > 0 => inside.push(c),
            c if c.is_whitespace() || matches!(c, '*' | '※' | '■' | '●' | '・' | '_' | '~' | '◆') => {
            }
            c => out.push(c),
        }
    }
    for must in ["必須", "任意", "required", "optional"] {
        if out.len() > must.len() {
            out = out.replace(must, "");
        }
    }
    // 第二希望, 希望日時2, (2) from ②.
    let kanji = [('一', 1), ('二', 2), ('三', 3), ('四', 4), ('五', 5)];
    let mut choice = inside.trim().parse().ok();
    if let Some((_, after)) = out.split_once('第') {
        let first = after.chars().next();
        choice = choice.or_else(|| {
            first.and_then(|c| {
                c.to_digit(10).or_else(|| kanji.iter().find(|(k, _)| *k == c).map(|(_, value)| *value))
            })
        });
    }
    while let Some(c) = out.chars().next_back().filter(char::is_ascii_digit) {
        number.insert(0, c);
        out.pop();
    }
    if out.is_empty() {
        return (number, None);
    }
    (out, choice.or_else(|| number.parse().ok()))
}

/// A line may hold several pairs: `氏名：山田　TEL：090…`. A further pair needs an exact synonym and a colon.
fn split_pairs(text: &str, line: &Line<'_>, head: Head, rules: &Rulebook, fields: &mut Vec<Field>) {
    let line_end = line.span.end;
    let free = matches!(head.kind, Some(LabelKind::Content | LabelKind::Remark));
    let mut field = Field {
        kind: head.kind,
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
