//! The writer's name: a form field as typed, else how people introduce themselves or sign, else the display name
//! of `From`. Handles, departments, companies and greetings are nobody.

use crate::triage::fold::Folded;
use crate::triage::form::Field;
use crate::triage::id::Address;
use crate::triage::rulebook::{LabelKind, WordList};
use crate::triage::verdict::{Found, Source, Span};

use super::{Sheet, is_blank};

/// Longest name in characters.
const MAX_NAME: usize = 40;
/// Characters before 「です」 that are searched for a name.
const MAX_SENTENCE: usize = 24;
/// Times that one cue is followed up.
const MAX_CUES: usize = 200;
/// Own lines at the end that may be a signature without a mark.
const TAIL: usize = 6;

/// Finds the name.
pub(super) fn read(sheet: &Sheet<'_>) -> Option<Found<String>> {
    if let Some(typed) = typed(sheet) {
        return Some(typed);
    }
    let display = display(sheet);
    let spoken = introduced(sheet).or_else(|| signed(sheet));
    match (spoken, display) {
        (Some(spoken), Some(display)) if fuller(&display.value, &spoken.value) => Some(display),
        (Some(spoken), _) => Some(spoken),
        (None, display) => display,
    }
}

fn squeeze(name: &str) -> String {
    Folded::new(name).text().split_whitespace().collect()
}

/// Whether the display name is the fuller form of the name in the text.
fn fuller(display: &str, spoken: &str) -> bool {
    let (display, spoken) = (squeeze(display), squeeze(spoken));
    display.len() > spoken.len() && display.contains(&spoken)
}

/// The name field, or family and given name.
fn typed(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let whole = sheet.form.of(LabelKind::Name).find_map(|field| field_name(sheet, field));
    if whole.is_some() {
        return whole;
    }
    let family = sheet.form.of(LabelKind::Family).find_map(|field| field_name(sheet, field));
    let given = sheet.form.of(LabelKind::Given).find_map(|field| field_name(sheet, field));
    match (family, given) {
        (Some(family), Some(given)) => {
            let western = given.span.start < family.span.start;
            let value = if western {
                format!("{} {}", given.value, family.value)
            } else {
                format!("{} {}", family.value, given.value)
            };
            Some(Found { value, ..family })
        }
        (one, other) => one.or(other),
    }
}

fn field_name(sheet: &Sheet<'_>, field: &Field) -> Option<Found<String>> {
    let raw = sheet.text(field.value);
    let value = raw.lines().next().unwrap_or_default();
    // 佐藤 (サトウ) · 佐藤 / さとう · 佐藤 <s@example.jp> · 佐藤 様
    let value = value.split(['(', '（', '<', '＜', '/', '／']).next().unwrap_or_default().trim();
    let value = without_office(sheet, without_honorific(sheet, value));
    let plain = Folded::new(value);
    let nobody = ["anonymous", "guest", "ゲスト", "テスト", "てすと", "test"];
    let hidden = ["匿名", "名無し", "ななし", "ナナシ"];
    if value.is_empty()
        || is_blank(value)
        || value.chars().count() > MAX_NAME
        || is_handle(value)
        || nobody.contains(&plain.text().trim())
        || hidden.iter().any(|word| plain.text().contains(word))
    {
        return None;
    }
    let lead = raw.find(value).unwrap_or_default();
    let span = Span { start: field.value.start + lead, end: field.value.start + lead + value.len() };
    Some(sheet.found(value.to_owned(), span, &field.rule, 95))
}

/// A company or department before the name falls away; alone it is nobody.
fn without_office<'a>(sheet: &Sheet<'_>, name: &'a str) -> &'a str {
    let mut rest = name;
    loop {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let known = is_japanese_name(sheet, word, true) || word.is_ascii();
        if rest.is_empty() || known || !has_not_name(sheet, word) {
            return rest;
        }
        rest = behind.trim_start();
    }
}

fn without_honorific<'a>(sheet: &Sheet<'_>, name: &'a str) -> &'a str {
    let mut name = name.trim();
    for honorific in sheet.rules.words(WordList::Honorific) {
        let cut = name.strip_suffix(honorific).filter(|rest| !rest.trim().is_empty());
        // Latin titles stand in front and need a blank.
        if let Some(rest) = cut
            && !honorific.is_ascii()
        {
            name = rest.trim();
        }
    }
    name
}

/// `user_01`, `k.t`, `abc123`: no name to address anybody by.
fn is_handle(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let odd =
        name.chars().any(|c| c.is_ascii_digit() || matches!(c, '_' | '@' | '/' | '#' | '+' | '=' | '*'));
    let initials =
        name.split([' ', '.', '\u{3000}']).filter(|w| !w.is_empty()).all(|w| w.chars().count() == 1);
    odd || letters == 0 || (initials && name.is_ascii())
}

/// What people say in front of or behind their name.
fn introduced(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let folded = sheet.folded.text();
    let mut best: Option<(u8, Span, String)> = None;
    for span in &sheet.parts.own {
        let inside = sheet.folded.folded(*span);
        let text = folded.get(inside.start..inside.end).unwrap_or_default();
        for (rule, strong) in sheet.rules.words(WordList::NameAfter).map(|w| (w, w.contains('と'))) {
            for (at, _) in text.match_indices(rule).take(MAX_CUES) {
                let before = text.get(..at).unwrap_or_default();
                let Some((start, name)) = name_before(sheet, before, strong) else { continue };
                let confidence = if strong { 85 } else { 70 };
                let place = Span { start: inside.start + start, end: inside.start + start + name.len() };
                if best.as_ref().is_none_or(|(had, _, _)| *had < confidence) {
                    best = Some((confidence, place, format!("sentence:{rule}")));
                }
            }
        }
        for rule in sheet.rules.words(WordList::NameBefore) {
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
    for (offset, c) in trimmed.char_indices() {
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
    if clause.chars().next().is_some_and(is_kanji) {
        let spoken = sheet.rules.words(WordList::NameAfter).filter_map(|end| clause.find(end)).min();
        let whole = clause.get(..spoken.unwrap_or(clause.len()))?.trim_end();
        if is_japanese_name(sheet, whole, true) {
            return Some((lead, whole));
        }
        let stop = clause.find(|c: char| !is_kanji(c) && c != ' ').unwrap_or(clause.len());
        let name = clause.get(..stop)?.trim_end();
        let length = name.chars().filter(|c| !c.is_whitespace()).count();
        let fits = (2..=4).contains(&length) && !has_not_name(sheet, name);
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

fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '々' | '\u{3400}'..='\u{4dbf}')
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

fn has_not_name(sheet: &Sheet<'_>, name: &str) -> bool {
    let folded = Folded::new(name);
    let lower = folded.text();
    sheet.rules.words(WordList::NotName).any(|word| {
        if word.is_ascii() { lower.split_whitespace().any(|w| w == word) } else { lower.contains(word) }
    }) || sheet.desk.shops.iter().any(|shop| lower.contains(Folded::new(shop).text()))
        || (!sheet.desk.name.is_empty() && lower.contains(Folded::new(&sheet.desk.name).text()))
}

/// A known family name, alone or with a given name of up to four letters behind it.
fn is_japanese_name(sheet: &Sheet<'_>, text: &str, alone: bool) -> bool {
    let text = text.trim();
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    if count == 0
        || count > 8
        || !text.chars().all(|c| is_kanji(c) || is_kana(c) || c == ' ' || c == '\u{3000}')
    {
        return false;
    }
    let known = (1..=3).rev().any(|length| {
        let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
        let Some((family, given)) = text.split_at_checked(end) else { return false };
        if family.chars().count() != length || !sheet.rules.lists(WordList::Surname, family) {
            return false;
        }
        let given = given.trim();
        let letters = given.chars().count();
        // One-letter family names begin many words: they count alone at the start of a sentence.
        let particle = given.starts_with(['は', 'が', 'を', 'に', 'で', 'と', 'も', 'の', 'へ', 'や', 'か']);
        if letters == 0 {
            length > 1 || alone
        } else {
            letters <= 4 && !particle && (length > 1 || letters <= 3)
        }
    });
    known && !has_not_name(sheet, text)
}

/// Letters of a Japanese or Chinese name without a known family name.
fn is_eastern_letters(sheet: &Sheet<'_>, text: &str) -> bool {
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    let kanji = text.chars().filter(|c| is_kanji(*c)).count();
    (2..=8).contains(&count)
        && text.chars().all(|c| is_kanji(c) || is_kana(c) || c.is_whitespace())
        && (kanji >= 1 || text.contains([' ', '\u{3000}']) || count >= 3)
        && !has_not_name(sheet, text)
}

/// One to four words of letters. A single one needs `single`; words of a name begin with a capital or are all
/// lower case.
fn is_latin_name(sheet: &Sheet<'_>, text: &str, single: bool) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let letters = |word: &&str| {
        word.chars().all(|c| c.is_alphabetic() && u32::from(c) < 0x250 || matches!(c, '-' | '\'' | '.'))
            && word.chars().next().is_some_and(char::is_alphabetic)
    };
    let long = words.iter().any(|word| word.chars().count() >= 3);
    let capital = words.iter().any(|word| word.chars().next().is_some_and(char::is_uppercase));
    (1..=4).contains(&words.len())
        && words.iter().all(letters)
        && long
        && (words.len() > 1 || (single && capital))
        && !has_not_name(sheet, text)
}

/// A line at the end, or in a signature, that is a name and nothing else (a company may stand before it).
fn signed(sheet: &Sheet<'_>) -> Option<Found<String>> {
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
        let latin = is_latin_name(sheet, candidate, candidate == raw) && starts_capital(candidate);
        let eastern = at == 0
            && candidate == raw
            && (marked || candidate.contains([' ', '\u{3000}']) || candidate.chars().all(is_kanji))
            && is_eastern_letters(sheet, candidate)
            && candidate.chars().count() <= 6
            && candidate.chars().any(is_kanji);
        if japanese || (at == 0 && latin) || eastern {
            let start = line.start + at + (rest.len() - rest.trim_start().len());
            return Some((candidate.to_owned(), Span { start, end: start + candidate.len() }));
        }
        // 中野建設株式会社　中野 学: try from the next word on.
        at += rest.char_indices().skip(1).find(|(_, c)| c.is_whitespace()).map(|(i, c)| i + c.len_utf8())?;
    }
}

fn starts_capital(text: &str) -> bool {
    text.split_whitespace().all(|word| word.chars().next().is_some_and(char::is_uppercase))
}

/// The display name of the first `From` that is a person's.
fn display(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let person = sheet.letter.from.first()?;
    let robot = Address::parse(&person.address).is_some_and(|address| sheet.is_robot(&address));
    let raw = person.name.trim();
    if robot || raw.is_empty() || raw.contains('@') {
        return None;
    }
    let name = raw.split(['(', '（', '/', '／', '|', '【', '<']).next().unwrap_or_default();
    // "Bell, Anna" and 「福島, ゆき」 as Outlook's address books write them.
    let name = name.replace(',', " ");
    let name = without_honorific(sheet, name.trim());
    // Words of a company or department beside the name fall away: 「広告代理店アドワン 青木」.
    let kept: Vec<&str> = name.split_whitespace().filter(|word| !has_not_name(sheet, word)).collect();
    let value = kept.join(" ");
    // 久保田家: a family writes together.
    let family = value.strip_suffix('家').filter(|name| sheet.rules.lists(WordList::Surname, name));
    let value = family.map_or(value.clone(), str::to_owned);
    let kanji = value.chars().any(is_kanji);
    let cut = kept.len() < name.split_whitespace().count();
    let eastern = is_eastern_letters(sheet, &value) && kanji && value.chars().count() <= 7;
    let kana_pair = !cut && value.contains(' ') && is_eastern_letters(sheet, &value);
    let fits = is_japanese_name(sheet, &value, true)
        || (!cut && (eastern || kana_pair || is_latin_name(sheet, &value, true)) && !is_handle(&value));
    fits.then(|| Found {
        value: value.clone(),
        text: raw.to_owned(),
        span: Span::default(),
        source: Source::Header,
        rule: "header:From".to_owned(),
        confidence: 65,
    })
}
