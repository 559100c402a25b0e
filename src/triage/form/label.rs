//! What a label says, without what forms write round it: obligation, numbers, brackets, a polite request.

use crate::triage::fold::Folded;
use crate::triage::rulebook::{Label, LabelKind, Rulebook};
use crate::triage::verdict::Span;

use super::head::{Head, Style};

/// Longest label in characters.
const MAX_LABEL: usize = 30;

/// Whether a text may be a label that the rules know, by its last letter. Most lines of a mail end in one that ends
/// no label. Where signs stand that [`bare`] takes away, or words, the last letter says nothing.
pub(super) fn may_be_label(raw: &str, rules: &Rulebook) -> bool {
    let raw = raw.trim();
    // No character takes more than four bytes.
    if raw.len() > 4 * MAX_LABEL {
        return false;
    }
    let Some(last) = raw.chars().next_back() else { return false };
    let letter = |c: char| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='\u{9fff}' | 'a'..='z');
    let sign = |c: char| matches!(c, '。' | '、');
    let taken_away = matches!(last, 'い' | 'す' | 'か' | '須' | '意' | 'd' | 'l');
    if !(letter(last) || sign(last)) || taken_away || rules.ends_label(last) {
        return true;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | 'ー' | ',' | '.' | '\'' | '!' | '?');
    !raw.chars().all(|c| letter(c) || sign(c) || plain(c))
}

/// A label text to a head; `None` when it cannot be a label.
pub(super) fn named(raw: &str, at: usize, value: usize, style: Style, rules: &Rulebook) -> Option<Head> {
    let label = raw.trim();
    if label.is_empty() || label.chars().nth(MAX_LABEL).is_some() {
        return None;
    }
    let folded = Folded::new(label);
    // 「自宅 03(5557)4402」 is a label and its value.
    if folded.text().bytes().filter(u8::is_ascii_digit).count() > 2 {
        return None;
    }
    let start = at + (raw.len() - raw.trim_start().len());
    let span = Span { start, end: start + label.len() };
    let (bare, choice) = bare(folded.text());
    let found = half_name(folded.text(), rules).or_else(|| rules.label(&bare)).filter(|(found, exact)| {
        *exact || !found.word.is_ascii() || ends_in_word(folded.text(), &found.word)
    });
    let also = if found.is_some_and(|(_, exact)| exact) { None } else { second(folded.text(), rules) };
    let (found, also) = match also {
        Some((first, other)) => (Some((first, true)), Some(other)),
        None => (found, None),
    };
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
        also,
        rule: format!("label:{label}"),
        choice,
        exact: found.is_some_and(|(_, exact)| exact),
    })
}

/// Whether a label ends in a Latin word of the rules as a word: `Guest name`, not `Username`. Words that end many
/// questions stand for themselves only.
fn ends_in_word(folded: &str, word: &str) -> bool {
    let text = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some(before) = text.strip_suffix(word) else {
        // The rules know the word without its blanks.
        return word.chars().count() > 4;
    };
    !["from", "od", "von"].contains(&word)
        && before.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
}

/// `お名前・お電話`: two facts asked for in one field. Both words must be known.
fn second<'r>(folded: &str, rules: &'r Rulebook) -> Option<(&'r Label, LabelKind)> {
    let (first, other) = folded
        .split_once(['・', '/', '&', '、', '+'])
        .or_else(|| folded.split_once(" and "))
        .or_else(|| folded.split_once('と'))?;
    let exact = |word: &str| rules.label(&bare(word).0).filter(|(_, exact)| *exact).map(|(label, _)| label);
    let (first, other) = (exact(first)?, exact(other)?);
    (first.kind != other.kind).then_some((first, other.kind))
}

/// `お名前 (姓)`: what stands in the bracket says which half of the name is asked for.
fn half_name<'r>(folded: &str, rules: &'r Rulebook) -> Option<(&'r Label, bool)> {
    let (_, inside) = folded.trim_end().strip_suffix([')', ']', '】'])?.rsplit_once(['(', '[', '【'])?;
    rules
        .label(inside.trim())
        .filter(|(label, exact)| *exact && matches!(label.kind, LabelKind::Family | LabelKind::Given))
}

/// How questionnaires ask behind a label, folded and without blanks; the longer first.
const ASKED: [&str; 27] = [
    "をご記入ください",
    "をご記入下さい",
    "を記入してください",
    "を記入して下さい",
    "をご入力ください",
    "をご入力下さい",
    "を入力してください",
    "を入力して下さい",
    "をお選びください",
    "をお選び下さい",
    "を選択してください",
    "を選択して下さい",
    "をご選択ください",
    "をお書きください",
    "をお書き下さい",
    "をお聞かせください",
    "をお知らせください",
    "をお知らせ下さい",
    "を教えてください",
    "を教えて下さい",
    "をお教えください",
    "をお願いします",
    "をお願いいたします",
    "は何ですか?",
    "は何ですか",
    "はいつですか?",
    "についてご記入ください",
];
/// How they ask before one.
const ASKED_FIRST: [&str; 14] = [
    "pleaseenteryour",
    "pleaseenter",
    "enteryour",
    "whatisyour",
    "what'syour",
    "pleaseprovideyour",
    "podajswoje",
    "podajswój",
    "proszępodać",
    "podaj",
    "jakiejesttwoje",
    "请输入您的",
    "请填写您的",
    "请填写",
];

/// A label as the rules write it: folded, without blanks and what forms write round it.
pub(crate) fn plain(label: &str) -> String {
    bare(Folded::new(label.trim()).text()).0
}

/// A folded label without blanks, brackets' content, marks of obligation and trailing numbers.
fn bare(folded: &str) -> (String, Option<u32>) {
    let mut out = String::with_capacity(folded.len());
    let mut number = String::new();
    let mut inside = String::new();
    let mut depth = 0_usize;
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' | '<' | '「' | '〔' => depth += 1,
            ')' | ']' | '】' | '>' | '」' | '〕' => depth = depth.saturating_sub(1),
            c if depth > 0 => inside.push(c),
            c if c.is_whitespace() || matches!(c, '*' | '※' | '■' | '●' | '・' | '_' | '~' | '◆') => {
            }
            c => out.push(c),
        }
    }
    // Each of them holds one of these letters, and hardly a label does.
    if out.contains(['須', '意', 'q', 'p']) {
        for must in ["必須", "任意", "required", "optional"] {
            if out.len() > must.len() && out.contains(must) {
                out = out.replace(must, "");
            }
        }
    }
    // `お名前......`: leaders to the value.
    let leaders = out.trim_end_matches(['.', '…', '‥', '-', '_', '・', '─']).len();
    out.truncate(leaders);
    let out_len = out.len();
    // The last letters of all of them.
    let asked = if out.ends_with(['い', 'す', 'か', '?']) { ASKED.as_slice() } else { &[] };
    for asked in asked {
        if let Some(rest) = out.strip_suffix(asked).filter(|rest| !rest.is_empty()) {
            out.truncate(rest.len());
            break;
        }
    }
    if out.len() == out_len && out.starts_with(['p', 'e', 'w', '请']) {
        for asked in ASKED_FIRST {
            if let Some(rest) = out.strip_prefix(asked).filter(|rest| !rest.is_empty()) {
                out = rest.trim_end_matches('?').to_owned();
                break;
            }
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
