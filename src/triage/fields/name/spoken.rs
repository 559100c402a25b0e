//! Names that people say: 「〜と申します」, 「〜です」, `my name is …`.

use std::sync::LazyLock;

use regex::Regex;

use crate::triage::fold::Folded;
use crate::triage::rulebook::WordList;
use crate::triage::verdict::{Found, Source, Span};

use super::super::Sheet;
use super::shape::{
    LONGEST_JAPANESE, has_not_name, is_adverb, is_eastern_letters, is_japanese_name, is_kana, is_kanji,
    is_latin_name, is_name_shape,
};

/// Characters before 「です」 that are searched for a name.
const MAX_SENTENCE: usize = 24;
/// Times that one cue is followed up.
const MAX_CUES: usize = 200;

/// What people say in front of or behind their name.
pub(super) fn introduced(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let folded = sheet.folded.text();
    let mut best: Option<(u8, Span, String)> = None;
    for span in &sheet.parts.own {
        let inside = sheet.folded.folded(*span);
        let text = folded.get(inside.start..inside.end).unwrap_or_default();
        let of = |list: WordList| sheet.rules.standing(sheet.walk, list, inside);
        for (rule, strong) in of(WordList::NameAfter).map(|w| (w, w.contains('と') || w == "いいます")) {
            for (at, _) in text.match_indices(rule).take(MAX_CUES) {
                let before = text.get(..at).unwrap_or_default();
                let after = text.get(at + rule.len()..).unwrap_or_default();
                let whole = folded.get(..inside.start + at).unwrap_or_default();
                // Without a known family name, place and grammar must speak for it.
                let found = companioned(before)
                    .and_then(|first| name_before(sheet, first, true))
                    .or_else(|| name_before(sheet, before, strong))
                    .map(|name| (name, if strong { 85 } else { 70 }))
                    .or_else(|| opening(sheet, before, after, whole).map(|name| (name, 60)));
                let Some(((start, name), confidence)) = found else { continue };
                let place = Span { start: inside.start + start, end: inside.start + start + name.len() };
                if best.as_ref().is_none_or(|(had, _, _)| *had < confidence) {
                    best = Some((confidence, place, format!("sentence:{rule}")));
                }
            }
        }
        for rule in of(WordList::NameBefore) {
            for (at, _) in text.match_indices(rule).take(MAX_CUES) {
                let begin = at + rule.len();
                let boundary =
                    text.get(..at).and_then(|t| t.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
                let Some((start, name)) = text.get(begin..).and_then(|after| name_after(sheet, after)) else {
                    continue;
                };
                if !boundary && rule.is_ascii() {
                    continue;
                }
                let start = inside.start + begin + start;
                if best.as_ref().is_none_or(|(had, _, _)| *had < 75) {
                    let place = Span { start, end: start + name.len() };
                    best = Some((75, place, format!("sentence:{rule}")));
                }
            }
        }
    }
    let (confidence, place, rule) = best?;
    let place = sheet.folded.original(place);
    let value = sheet.text(place).trim().to_owned();
    Some(sheet.found(value, place, rule, confidence))
}

/// The name at the end of `before`. A strong cue (「と申します」) takes any plausible name; a weak one (「です」)
/// needs a known family name.
fn name_before<'t>(sheet: &Sheet<'_>, before: &'t str, strong: bool) -> Option<(usize, &'t str)> {
    // 「田辺(たなべ)と申します」: a reading or an age may stand between.
    let aside = before.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    let before = match aside {
        Some((name, inside)) if inside.chars().count() <= MAX_SENTENCE => name.trim_end(),
        Some(_) | None => before,
    };
    // A name stands close to its cue; looking further back would cost more than it finds.
    let near = before.char_indices().rev().nth(MAX_SENTENCE).map_or(0, |(at, _)| at);
    let line_at = before
        .get(near..)?
        .char_indices()
        .rev()
        .find(|(_, c)| {
            matches!(c, '\n' | '。' | '、' | '!' | '?' | ',' | '・' | ':' | '(' | '「' | '．' | '，')
        })
        .map_or(near, |(at, c)| near + at + c.len_utf8());
    let sentence = before.get(line_at..)?;
    let trimmed = sentence.trim_start();
    let at = line_at + sentence.len() - trimmed.len();
    // A known family name as far left as it leaves a plausible given name to its right.
    let mut letters = trimmed.chars().filter(|c| !c.is_whitespace()).count();
    for (offset, c) in trimmed.char_indices() {
        let fits = letters <= LONGEST_JAPANESE;
        letters -= usize::from(!c.is_whitespace());
        if !fits {
            continue;
        }
        let candidate = trimmed.get(offset..)?;
        let boundary = trimmed.get(..offset).and_then(|t| t.chars().next_back());
        let clean = boundary.is_none_or(|b| !is_kanji(b) || !is_kanji(c));
        if clean
            && is_japanese_name(sheet, candidate, boundary.is_none_or(|b| matches!(b, 'の' | ' ')) || strong)
        {
            return Some((at + offset, candidate.trim_end()));
        }
    }
    if !strong {
        return None;
    }
    let tail = trimmed.rsplit_once('の').map_or(trimmed, |(_, tail)| tail);
    let tail = tail.trim();
    let start = at + trimmed.rfind(tail)?;
    let latin = is_latin_name(sheet, &capitals(tail), false);
    (latin || is_eastern_letters(sheet, tail)).then_some((start, tail))
}

/// What people say before their name without a stop.
const GREETINGS: [&str; 14] = [
    "すみません",
    "すいません",
    "こんにちは",
    "こんばんは",
    "おはようございます",
    "はじめまして",
    "初めまして",
    "お世話になります",
    "お世話になっております",
    "お世話になってます",
    "いつもお世話になっております",
    "失礼します",
    "失礼いたします",
    "ごめんなさい",
];

/// Lines at the beginning in which people say who they are.
const FIRST_LINES: usize = 6;
/// Ends of the words for where somebody works, before 「の」.
const PLACES: [&str; 34] = [
    "予約",
    "予約中",
    "予約した",
    "利用",
    "通院中",
    "在住",
    "市",
    "区",
    "町",
    "県",
    "分",
    "件",
    "利用中",
    "年生",
    "会社",
    "(株)",
    "(有)",
    "社",
    "部",
    "課",
    "室",
    "係",
    "店",
    "院",
    "所",
    "会",
    "組",
    "堂",
    "建設",
    "工業",
    "工務店",
    "設備",
    "製作所",
    "事務所",
];

/// Who comes along, behind 「と」.
pub(super) const RELATIVES: [&str; 18] = [
    "長男", "長女", "嫁", "孫", "妻", "夫", "主人", "家内", "娘", "息子", "母", "父", "友人", "友達", "同僚",
    "彼氏", "彼女", "家族",
];

static READ_ALOUD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\p{Han}ぁ-ヺ]|の)(\p{Han}{1,4}(?: ?[\p{Han}ぁ-ヺ]{1,4})?) ?\(([ぁ-ゖ]{2,10}|[ァ-ヺー]{2,10})(?: [ぁ-ゖァ-ヺー]{1,8})?\)").ok()
});

/// 「帯刀（たてわき）」: only names are written with their reading. In the subject, then in the text.
pub(super) fn with_reading(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let pattern = READ_ALOUD.as_ref()?;
    let subject = Folded::new(&sheet.letter.subject);
    let name = |text: &str| {
        let hit = pattern.captures(text)?.get(1)?;
        (!has_not_name(sheet, hit.as_str())).then(|| Span { start: hit.start(), end: hit.end() })
    };
    if let Some(place) = name(subject.text()) {
        let span = subject.original(place);
        let value = sheet.letter.subject.get(span.start..span.end)?.trim().to_owned();
        let rule = "subject:reading".to_owned();
        return Some(Found {
            text: value.clone(),
            value,
            span,
            source: Source::Subject,
            rule,
            confidence: 60,
        });
    }
    sheet.parts.own.iter().find_map(|span| {
        let inside = sheet.folded.folded(*span);
        let place = name(sheet.folded.text().get(inside.start..inside.end)?)?;
        let place = Span { start: inside.start + place.start, end: inside.start + place.end };
        let place = sheet.folded.original(place);
        Some(sheet.found(sheet.text(place).trim().to_owned(), place, "text:reading", 55))
    })
}

/// 「御厨 遼と妻の千景です」: whoever is named first writes. The text up to 「と」.
fn companioned(before: &str) -> Option<&str> {
    let near = before.char_indices().rev().nth(MAX_SENTENCE).map_or(0, |(at, _)| at);
    let clause = before.get(near..)?;
    let line = clause.rfind(['\n', '。', '、']).map_or(near, |at| near + at + 1);
    let line = (line..=before.len()).find(|at| before.is_char_boundary(*at))?;
    let (first, other) = before.get(line..)?.split_once('と')?;
    let along = RELATIVES.iter().any(|word| other.trim_start().starts_with(word));
    (along && !first.trim().is_empty()).then(|| before.get(..line + first.len())).flatten()
}

/// 「渡会です。」: a clause of its own among the first lines, in the shape of a name, with nothing before it but
/// where the writer works. `whole` is the text up to the cue.
fn opening<'t>(sheet: &Sheet<'_>, before: &'t str, after: &str, whole: &str) -> Option<(usize, &'t str)> {
    let closed = ["。", "\n", "!", "、", "が、", "が。", ".", ",", "♪", "☆", "m(", "(", "\u{3000}"];
    let after = after.trim_start_matches([' ', '\t']);
    if !after.is_empty() && !closed.iter().any(|end| after.starts_with(end)) {
        return None;
    }
    let lines = || whole.lines().filter(|line| !line.trim().is_empty());
    if lines().nth(FIRST_LINES).is_some() {
        return None;
    }
    let aside = before.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    let before = aside.map_or(before, |(name, _)| name.trim_end());
    let near = before.char_indices().rev().nth(MAX_SENTENCE * 2).map_or(0, |(at, _)| at);
    let clause_at = before
        .get(near..)?
        .char_indices()
        .rev()
        .find(|(_, c)| matches!(c, '\n' | '。' | '、' | '!' | '?' | '！' | '，' | '♪' | '☆'))
        .map_or(near, |(at, c)| near + at + c.len_utf8());
    let clause = before.get(clause_at..)?.trim_end();
    let (office, name) = clause.rsplit_once('の').unwrap_or(("", clause));
    // 「すみません松阪です」, 「おはようございます　かんなづきです」
    let name = GREETINGS.iter().find_map(|hello| name.trim().strip_prefix(hello)).unwrap_or(name);
    let name = name.trim_start_matches(['、', '。', ' ', '\u{3000}', '!', '♪']);
    let placed = office.is_empty() || PLACES.iter().any(|end| office.trim().ends_with(end));
    let name = name.trim();
    let start = clause_at + before.get(clause_at..)?.rfind(name)?;
    let kana = lines().nth(2).is_none()
        && office.is_empty()
        && (3..=6).contains(&name.chars().count())
        && name.chars().all(is_kana)
        && !is_adverb(name)
        && !has_not_name(sheet, name);
    (placed && (is_name_shape(sheet, name) || kana)).then_some((start, name))
}

/// Folded text has lost its capitals; after a cue the shape of the original does not matter.
fn capitals(folded: &str) -> String {
    folded.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The name at the start of `after`.
fn name_after<'t>(sheet: &Sheet<'_>, after: &'t str) -> Option<(usize, &'t str)> {
    let lead = after.len() - after.trim_start_matches([' ', ':', '、']).len();
    let rest = after.get(lead..)?;
    let end = rest
        .char_indices()
        .find(|(_, c)| matches!(c, '\n' | '.' | ',' | '。' | '、' | '，' | '!' | '(' | ';'))
        .map_or(rest.len(), |(at, _)| at);
    let clause = rest.get(..end)?;
    // 我是上次来过的刘梅
    if let Some((before, last)) = clause.rsplit_once('的')
        && (2..=3).contains(&last.chars().count())
        && last.chars().all(is_kanji)
        && !has_not_name(sheet, last)
    {
        return Some((lead + before.len() + '的'.len_utf8(), last));
    }
    let katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    if clause.trim_start().starts_with(katakana) {
        let at = clause.len() - clause.trim_start().len();
        let rest = clause.get(at..)?;
        let end = rest.find(|c: char| !katakana(c) && c != ' ').unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end();
        let spoken = rest.get(end..).is_some_and(|behind| {
            behind.is_empty() || sheet.rules.words(WordList::NameAfter).any(|cue| behind.starts_with(cue))
        });
        let fits = spoken && (3..=24).contains(&name.chars().count()) && !has_not_name(sheet, name);
        return fits.then_some((lead + at, name));
    }
    if clause.chars().next().is_some_and(is_kanji) {
        let spoken = sheet.rules.words(WordList::NameAfter).filter_map(|end| clause.find(end)).min();
        let whole = clause.get(..spoken.unwrap_or(clause.len()))?.trim_end();
        if is_japanese_name(sheet, whole, true) {
            return Some((lead, whole));
        }
        let stop = clause.find(|c: char| !is_kanji(c) && c != ' ').unwrap_or(clause.len());
        let name = clause.get(..stop)?.trim_end();
        let length = name.chars().filter(|c| !c.is_whitespace()).count();
        // 「私は機械のことは…」: behind the name comes the end of the clause or 「です」.
        let behind = clause.get(name.len()..).unwrap_or_default().trim_start();
        let closed =
            behind.is_empty() || sheet.rules.words(WordList::NameAfter).any(|cue| behind.starts_with(cue));
        let fits = closed && (2..=4).contains(&length) && !has_not_name(sheet, name);
        return fits.then_some((lead, name));
    }
    // One to three words; "I am looking for" is none.
    let words: Vec<&str> = clause.split_whitespace().take_while(|w| !STOP.contains(w)).take(3).collect();
    let last = words.last()?;
    let length = last.as_ptr().addr().checked_sub(clause.as_ptr().addr())? + last.len();
    let name = clause.get(..length)?;
    let proper = words.iter().all(|word| appears_capital(&sheet.letter.text, word));
    (proper && is_latin_name(sheet, &capitals(name), true)).then_some((lead, name))
}

/// Words that end a name in an introduction.
const STOP: [&str; 12] = ["and", "from", "at", "with", "of", "who", "i", "a", "the", "in", "here", "z"];

/// Whether a word occurs with a capital somewhere in the mail.
fn appears_capital(text: &str, word: &str) -> bool {
    text.contains(&capital(word)) || text.contains(&word.to_uppercase())
}
