//! Who else is meant, and what is demanded: found by the words of the rules in the writer's own words, with their
//! places. A demand that the same clause takes back is none.

use crate::triage::rulebook::WordList;
use crate::triage::verdict::{Demand, Found, Other, Span};

use super::Sheet;

/// Bytes of a clause looked at on either side of a demand.
const CLAUSE: usize = 48;

/// Who else is meant, and what is demanded. Most mails hold no word of these lists: only those that stand in the
/// writer's words are looked for again.
pub(super) fn read(sheet: &Sheet<'_>) -> (Vec<Found<Other>>, Vec<Found<Demand>>) {
    let parts = sheet.words.iter().map(|span| sheet.folded.folded(*span));
    let standing: Vec<WordList> = parts.flat_map(|part| sheet.rules.pleas(sheet.walk, part)).collect();
    (others(sheet, &standing), demands(sheet, &standing))
}

/// People besides the writer: those who come along, and those for whom the writer asks.
fn others(sheet: &Sheet<'_>, standing: &[WordList]) -> Vec<Found<Other>> {
    [(WordList::Along, Other::Along), (WordList::Behalf, Other::Behalf)]
        .into_iter()
        .filter(|(list, _)| standing.contains(list))
        .filter_map(|(list, other)| {
            let (_, word, place) = places(sheet, list).into_iter().min_by_key(|(at, _, _)| *at)?;
            Some(sheet.found(other, place, format!("{}:{word}", other.word()), 70))
        })
        .collect()
}

/// What the writer demands, each once, in the order of the text.
fn demands(sheet: &Sheet<'_>, standing: &[WordList]) -> Vec<Found<Demand>> {
    let mut found: Vec<(usize, Found<Demand>)> = Demand::ALL
        .into_iter()
        .filter(|demand| standing.contains(&WordList::Demand(*demand)))
        .filter_map(|demand| {
            let (at, word, place) = places(sheet, WordList::Demand(demand))
                .into_iter()
                .filter(|(at, word, _)| !taken_back(sheet, *at, word.len()))
                .min_by_key(|(at, _, _)| *at)?;
            Some((at, sheet.found(demand, place, format!("demand:{word}"), 75)))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, demand)| demand).collect()
}

/// Where words of a list first stand in the writer's words: folded offset, word, original place.
fn places<'r>(sheet: &Sheet<'r>, list: WordList) -> Vec<(usize, &'r str, Span)> {
    let text = sheet.folded.text();
    let mut out = Vec::new();
    for span in sheet.words {
        let inside = sheet.folded.folded(*span);
        let Some(words) = text.get(inside.start..inside.end) else { continue };
        for word in sheet.rules.words(list) {
            let Some(at) = words.match_indices(word).map(|(at, _)| at).find(|at| whole(words, *at, word))
            else {
                continue;
            };
            let start = inside.start + at;
            let place = sheet.folded.original(Span { start, end: start + word.len() });
            out.push((start, word, place));
        }
    }
    out
}

/// Latin words begin where a word begins.
fn whole(text: &str, at: usize, word: &str) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    !word.starts_with(|c: char| c.is_ascii_alphabetic()) || before.is_none_or(|c| !c.is_alphanumeric())
}

/// What stands in the same clause before and behind some words of the folded text.
pub(super) fn clause(text: &str, at: usize, length: usize) -> (&str, &str) {
    let ends = ['。', '、', '\n', '!', '?', ';', '，', ',', '.'];
    let from = text.floor_char_boundary(at.saturating_sub(CLAUSE));
    let to = text.floor_char_boundary((at + length + CLAUSE).min(text.len()));
    let before = text.get(from..at).and_then(|t| t.rsplit(ends).next()).unwrap_or_default();
    let after = text.get(at + length..to).and_then(|t| t.split(ends).next()).unwrap_or_default();
    (before, after)
}

/// 「返金は結構です」, `I do not want a refund`: the clause of a demand says that it is none.
fn taken_back(sheet: &Sheet<'_>, at: usize, length: usize) -> bool {
    let (before, after) = clause(sheet.folded.text(), at, length);
    let says = |text: &str, list| sheet.rules.words(list).any(|word| text.contains(word));
    says(after, WordList::NotAfter) || says(before, WordList::NotBefore)
}
