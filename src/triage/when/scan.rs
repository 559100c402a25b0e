//! Folded text to tokens: the language's words and the numbers between them, in order. One pass, no meaning yet.

use super::lexicon::Tongue;
use super::word::Word;
use super::{numeral, weekdays};

/// A word or a number with its place in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The two kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word(Word),
    Number {
        value: u32,
        /// How many digits were written; 0 for kanji numerals.
        digits: usize,
    },
}

/// All tokens of a folded text.
pub(super) fn scan(text: &str, tongue: &Tongue) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut done = 0;
    for (start, end, word) in tongue.words(text) {
        numbers(text, done, start, &mut tokens);
        tokens.push(Token { start, end, kind: Kind::Word(word) });
        done = end;
    }
    numbers(text, done, text.len(), &mut tokens);
    outside(&addresses(text), &mut tokens);
    weekdays::join(text, numeral::join(text, tokens), tongue)
}

/// Web addresses, in order: `/2026/06/20/` in one is a path and no date.
fn addresses(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("://")) {
        let rest = text.get(from + at..).unwrap_or_default();
        let stops = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"');
        let end = from + at + rest.find(stops).unwrap_or(rest.len());
        found.push((from + at, end));
        from = end;
    }
    found
}

/// Drops the tokens inside some places.
fn outside(places: &[(usize, usize)], tokens: &mut Vec<Token>) {
    tokens.retain(|token| {
        let before = places.partition_point(|&(start, _)| start <= token.start);
        before.checked_sub(1).and_then(|at| places.get(at)).is_none_or(|&(_, end)| end <= token.start)
    });
}

/// Adds the numbers between two places. A number too long to be part of a date keeps its digits count and the
/// value 0, so that nobody takes it for one.
fn numbers(text: &str, from: usize, to: usize, tokens: &mut Vec<Token>) {
    let piece = text.get(from..to).unwrap_or_default();
    // First bytes of figures and of the numerals below: most of a text is neither.
    let may = |byte: u8| matches!(byte, b'0'..=b'9' | 0xe3..=0xe5 | 0xe9);
    if !piece.bytes().any(may) {
        return;
    }
    let mut chars = piece.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        // Kana are most of what is left.
        if matches!(c, 'ぁ'..='ヿ') {
            continue;
        }
        let start = from + at;
        let mut end = start + c.len_utf8();
        if c.is_ascii_digit() {
            while let Some((at, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
                end = from + at + c.len_utf8();
            }
            let digits = end - start;
            let value = text.get(start..end).and_then(|number| number.parse().ok()).filter(|_| digits <= 4);
            tokens.push(Token { start, end, kind: Kind::Number { value: value.unwrap_or(0), digits } });
        } else if kanji_digit(c).is_some() {
            while let Some((at, c)) = chars.next_if(|&(_, c)| kanji_digit(c).is_some()) {
                end = from + at + c.len_utf8();
            }
            if let Some(value) = text.get(start..end).and_then(kanji_number) {
                tokens.push(Token { start, end, kind: Kind::Number { value, digits: 0 } });
            }
        }
    }
}

const fn kanji_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        _ => return None,
    })
}

/// 二十七 (27), 十四 (14), 二〇二六 (2026); `None` above four digits.
fn kanji_number(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut digit = None;
    for c in text.chars().take(5) {
        match (kanji_digit(c)?, digit) {
            (20, _) => (total, digit) = (total + 20, None),
            (10, before) => (total, digit) = (total + 10 * before.unwrap_or(1), None),
            (value, Some(before)) => digit = Some(before * 10 + value),
            (value, None) => digit = Some(value),
        }
    }
    (text.chars().nth(5).is_none() && total < 100).then_some(total + digit.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kanji_numerals_are_numbers() {
        for (text, expected) in [
            ("一", Some(1)),
            ("十", Some(10)),
            ("十四", Some(14)),
            ("二十七", Some(27)),
            ("三十", Some(30)),
            ("廿三", Some(23)),
            ("二〇二六", Some(2026)),
            ("一二三四五六", None),
        ] {
            assert_eq!(kanji_number(text), expected, "{text}");
        }
    }
}
