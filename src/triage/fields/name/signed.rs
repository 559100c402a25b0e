//! Names that stand at the end: a line in a signature, or among the last lines, that is a name and nothing else.

use crate::triage::fold::Folded;
use crate::triage::verdict::{Found, Span};

use super::super::Sheet;
use super::shape::{
    has_not_name, is_eastern_letters, is_japanese_name, is_kana, is_kanji, is_latin_name, is_name_shape,
};
use super::{MAX_NAME, without_honorific};

/// Own lines at the end that may be a signature without a mark.
const TAIL: usize = 6;

/// A line at the end, or in a signature, that is a name and nothing else (a company may stand before it).
pub(super) fn signed(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let lines = |spans: &[Span]| -> Vec<Span> {
        let mut out = Vec::new();
        for span in spans {
            let mut at = span.start;
            for raw in sheet.text(*span).split_inclusive('\n') {
                let line =
                    crate::triage::form::trim(&sheet.letter.text, Span { start: at, end: at + raw.len() });
                at += raw.len();
                if line.end > line.start {
                    out.push(line);
                }
            }
        }
        out
    };
    let own = lines(&sheet.parts.own);
    let only = own.len() <= 1;
    let tail: Vec<Span> = own.into_iter().rev().take(TAIL).collect();
    let marked = lines(&sheet.parts.signature);
    let candidates = marked
        .iter()
        .map(|line| (*line, "signature"))
        .chain(tail.iter().filter(|_| !only).map(|line| (*line, "last lines")));
    for (line, rule) in candidates {
        if let Some((value, place)) = name_in_line(sheet, line, rule == "signature") {
            return Some(sheet.found(value, place, rule, 75));
        }
    }
    None
}

fn name_in_line(sheet: &Sheet<'_>, line: Span, marked: bool) -> Option<(String, Span)> {
    let raw = sheet.text(line);
    if raw.chars().count() > MAX_NAME || raw.contains(['@', '。', '、', '?', '？', '!', '！']) {
        return None;
    }
    if let Some(found) = beside_number(sheet, line) {
        return Some(found);
    }
    // Numbers may follow the name on its line.
    let head_end =
        raw.find(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９' | '(' | '（')).unwrap_or(raw.len());
    let head = raw.get(..head_end)?;
    let head = ["TEL", "Tel", "tel", "電話", "携帯"].iter().fold(head, |h, w| h.split(w).next().unwrap_or(h));
    let head = head
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '（' | ':' | '：' | '/' | '+'));
    let mut at = 0;
    loop {
        let rest = head.get(at..)?;
        let candidate = without_honorific(sheet, rest);
        if candidate.is_empty() {
            return None;
        }
        let japanese = is_japanese_name(sheet, candidate, true);
        let latin = is_latin_name(sheet, candidate, candidate == raw || marked) && starts_capital(candidate);
        let office =
            head.get(..at).is_some_and(|before| before.split_whitespace().all(|w| is_office(sheet, w)));
        let words: Vec<&str> = candidate.split_whitespace().collect();
        let office = office && words.len() <= 2 && words.first().is_some_and(|w| !is_office(sheet, w));
        let letters = candidate.chars().filter(|c| !c.is_whitespace()).count();
        let eastern = office
            && (marked || at > 0 || candidate.contains([' ', '\u{3000}']) || candidate.chars().all(is_kanji))
            && is_eastern_letters(sheet, candidate)
            && letters <= 8
            && candidate.chars().any(is_kanji);
        let shaped = office && candidate.contains([' ', '\u{3000}']) && is_name_shape(sheet, candidate);
        let eastern = eastern || shaped;
        if japanese || (at == 0 && latin) || eastern {
            let start = line.start + at + (rest.len() - rest.trim_start().len());
            return Some((candidate.to_owned(), Span { start, end: start + candidate.len() }));
        }
        // 中野建設株式会社　中野 学: try from the next word on.
        at += rest.char_indices().skip(1).find(|(_, c)| c.is_whitespace()).map(|(i, c)| i + c.len_utf8())?;
    }
}

/// `090-… けんいち`: beside a telephone number on a line of its own, kana are a name, too.
fn beside_number(sheet: &Sheet<'_>, line: Span) -> Option<(String, Span)> {
    let raw = sheet.text(line);
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '０'..='９');
    let digits = raw.chars().filter(|c| digit(*c)).count();
    if !(10..=13).contains(&digits) {
        return None;
    }
    let (first, last) = (raw.find(digit)?, raw.rfind(digit)?);
    let after = raw.get(last..)?.trim_start_matches(digit);
    let sides = [raw.get(..first)?, after];
    sides.into_iter().find_map(|side| {
        let edge = |c: char| !c.is_alphabetic();
        let name = without_honorific(sheet, side.trim_matches(edge));
        let letters = name.chars().count();
        let kana = (2..=6).contains(&letters) && name.chars().all(is_kana) && !has_not_name(sheet, name);
        let start = line.start
            + raw.find(name).filter(|_| (kana || is_name_shape(sheet, name)) && !is_office(sheet, name))?;
        Some((name.to_owned(), Span { start, end: start + name.len() }))
    })
}

/// A company, department, title or label before a name.
fn is_office(sheet: &Sheet<'_>, word: &str) -> bool {
    const ENDS: [char; 12] = ['部', '課', '室', '係', '店', '院', '社', '会', '所', '長', '任', '役'];
    has_not_name(sheet, word)
        || (word.ends_with(ENDS) && word.chars().count() > 1 && !is_japanese_name(sheet, word, false))
        || sheet.rules.label(Folded::new(word).text()).is_some_and(|(_, exact)| exact)
}

fn starts_capital(text: &str) -> bool {
    text.split_whitespace().all(|word| word.chars().next().is_some_and(char::is_uppercase))
}
