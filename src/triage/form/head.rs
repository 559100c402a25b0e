//! Where a label stands on its line: before a separator, in brackets, before a gap, alone. Knows layout, no words.

use crate::triage::fold::Folded;
use crate::triage::rulebook::{LabelKind, Rulebook};
use crate::triage::verdict::Span;

use super::Line;
use super::label::{may_be_label, named};

/// How a label is set off from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
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
pub(super) struct Head {
    pub(super) style: Style,
    pub(super) label: Span,
    /// Where the value begins.
    pub(super) value: usize,
    pub(super) kind: Option<LabelKind>,
    /// What the same field asks for besides.
    pub(super) also: Option<LabelKind>,
    pub(super) rule: String,
    pub(super) choice: Option<u32>,
    pub(super) exact: bool,
}

/// Reads a line's label, if it has one.
pub(super) fn head(line: &Line<'_>, rules: &Rulebook) -> Option<Head> {
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

/// The label of a line between two rules: as good as a bullet.
pub(super) fn ruled(line: &Line<'_>, rules: &Rulebook) -> Option<Head> {
    let lead = line.text.len() - line.text.trim_start().len();
    alone(line.text.trim(), line.span.start + lead, "■", rules)
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
        // `label ： value` and `label ::: value`: one separator in several signs.
        let behind = rest.get(at + c.len_utf8()..)?;
        let value = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '>'));
        return named(rest.get(..at)?, start, start + rest.len() - value.len(), style, rules);
    }
    None
}

/// `お名前　　山田`: only an exact or a counted synonym before a wide gap.
fn gapped(rest: &str, start: usize, rules: &Rulebook) -> Option<Head> {
    let wide = rest.find('\u{3000}');
    let double = if rest.contains(' ') { rest.find("  ") } else { None };
    if wide.is_none() && double.is_none() {
        return None;
    }
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
    if !may_be_label(rest, rules) {
        return None;
    }
    let head = named(rest, start, start + rest.len(), Style::Alone, rules)?;
    // One-letter labels are words of the text.
    let short = rest.trim().chars().nth(1).is_none();
    if head.kind.is_none() || short {
        return None;
    }
    // `お名前 *`: the mark of an obligatory question is as good as a bullet.
    let folded = Folded::new(rest.trim());
    let asked =
        ["*", "必須", "(必須)", "[必須]", "任意", "(任意)"].iter().any(|must| folded.text().ends_with(must));
    let bullet = !ornament.is_empty() || asked;
    // 「ご担当者様」 greets us.
    let greets = head.kind == Some(LabelKind::Name) && !bullet && rest.trim().ends_with('様');
    let lone = LONE.contains(&head.kind) && (head.exact || head.choice.is_some());
    (!greets && (bullet || lone)).then_some(head)
}

/// Labels that may stand on a line of their own without a bullet.
const LONE: [Option<LabelKind>; 5] = [
    Some(LabelKind::Name),
    Some(LabelKind::Phone),
    Some(LabelKind::Mail),
    Some(LabelKind::Content),
    Some(LabelKind::When),
];
