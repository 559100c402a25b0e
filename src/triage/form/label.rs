//! What a label says, without what forms write round it: obligation, numbers, brackets, a polite request.

use crate::triage::fold::Folded;
use crate::triage::rulebook::{Label, LabelKind, Rulebook};
use crate::triage::verdict::Span;

use super::head::{Head, Style};

/// Longest label in characters.
const MAX_LABEL: usize = 30;

/// A label text to a head; `None` when it cannot be a label.
pub(super) fn named(raw: &str, at: usize, value: usize, style: Style, rules: &Rulebook) -> Option<Head> {
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
