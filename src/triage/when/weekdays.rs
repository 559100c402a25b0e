//! Weekdays of one character: 月・水・金, 火か木, 月〜金, (土), or a field that holds nothing but 火.
//!
//! Alone such a character is a moon, a fire or a Sunday paper; it is a weekday only in a list of its kind, in
//! brackets of its own, behind a word for a week, or as the whole answer.

use jiff::civil::Weekday;

use super::lexicon::Tongue;
use super::scan::{Kind, Token};
use super::word::Word;

/// A weekday of one character with its place; `alone` when it is no part of a list.
struct Short {
    start: usize,
    end: usize,
    weekday: Weekday,
    alone: bool,
}

/// Puts short weekdays among the tokens, in place of those they overlap (日 and 月 are units, too).
pub(super) fn join(text: &str, tokens: Vec<Token>, tongue: &Tongue) -> Vec<Token> {
    let found = find(text, tongue);
    if found.is_empty() {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len() + found.len());
    let mut tokens = tokens.into_iter().peekable();
    for Short { start, end, weekday, alone } in found {
        while let Some(token) = tokens.next_if(|token| token.end <= start) {
            out.push(token);
        }
        while tokens.next_if(|token| token.start < end).is_some() {}
        out.push(Token { start, end, kind: Kind::Word(Word::ShortWeekday { weekday, alone }) });
    }
    out.extend(tokens);
    out
}

fn find(text: &str, tongue: &Tongue) -> Vec<Short> {
    let mut found = Vec::new();
    if !tongue.lists_weekdays {
        return found;
    }
    let of_one = |(word, weekday): &(String, Weekday)| {
        let mut chars = word.chars();
        chars.next().filter(|_| chars.next().is_none()).map(|c| (c, *weekday))
    };
    let table: Vec<(char, Weekday)> = tongue.short_weekdays.iter().filter_map(of_one).collect();
    // Kana are most of the text, and no weekday is written with one.
    let first = table.iter().map(|&(word, _)| word).min();
    let short = |c: char| {
        let known = first.is_some_and(|first| first <= c).then(|| table.iter().find(|(word, _)| *word == c));
        known.flatten().map(|&(_, weekday)| weekday)
    };
    let whole = text.trim().trim_end_matches(['に', 'で', 'は', 'が', 'を', '。']);
    let mut chars = text.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((start, c)) = chars.next() {
        let Some(weekday) = short(c).filter(|_| opens(before)) else {
            before = Some(c);
            continue;
        };
        let mut run = vec![(start, c, weekday)];
        before = Some(c);
        // A separator and the next one, as often as they come.
        while run.len() < 7
            && let Some(&(_, separator)) = chars.peek()
            && matches!(separator, '・' | '、' | ',' | '/' | '~' | '-' | 'か' | 'と')
        {
            let mut ahead = chars.clone();
            ahead.next();
            let Some((at, next)) = ahead.next() else { break };
            let Some(weekday) = short(next) else { break };
            run.push((at, next, weekday));
            chars = ahead;
            before = Some(next);
        }
        let after = chars.peek().map(|&(_, c)| c);
        let bracketed = text.get(..start).is_some_and(|text| text.ends_with('(')) && after == Some(')');
        let answer = run.len() == 1 && whole.chars().eq([c]);
        let label = run.len() == 2 && matches!(run.as_slice(), [(_, '月', _), (_, '日', _)]);
        let list = run.len() > 1 && closes(after) && !label;
        let free = bracketed && !dated(text.get(..start).unwrap_or_default());
        if list || answer || (free && run.len() == 1) {
            let alone = run.len() == 1;
            found.extend(run.iter().map(|&(start, c, weekday)| Short {
                start,
                end: start + c.len_utf8(),
                weekday,
                alone,
            }));
        }
    }
    found
}

/// A weekday may begin behind this.
fn opens(before: Option<char>) -> bool {
    before.is_none_or(|c| !c.is_alphanumeric() || matches!(c, 'の' | 'は' | 'が' | '週' | 'で' | 'に' | 'や'))
}

/// A list of weekdays may end before this.
fn closes(after: Option<char>) -> bool {
    after.is_none_or(|c| {
        !c.is_alphanumeric()
            || matches!(c, 'ぁ'..='ゖ' | '曜' | '以' | '限' | '午' | '夜' | '朝' | '夕' | '祝')
    }) || after.is_some_and(|c| c.is_ascii_digit())
}

/// The bracket belongs to a date before it.
fn dated(before: &str) -> bool {
    let before = before.trim_end_matches('(').trim_end_matches(' ');
    before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '日' | '週' | '月' | '時'))
}
