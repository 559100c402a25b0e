//! The writer's name: a form field as typed, else how people introduce themselves or sign, else the display name
//! of `From`. Handles, departments, companies and greetings are nobody.

mod shape;
mod signed;
mod spoken;

use crate::triage::fold::Folded;
use crate::triage::form::Field;
use crate::triage::id::Address;
use crate::triage::rulebook::{LabelKind, WordList};
use crate::triage::verdict::{Found, Source, Span};

use super::{Sheet, is_blank};
use shape::{has_not_name, is_eastern_letters, is_handle, is_japanese_name, is_kanji, is_latin_name};

/// Longest name in characters.
const MAX_NAME: usize = 40;

/// Finds the name.
pub(super) fn read(sheet: &Sheet<'_>) -> Option<Found<String>> {
    if let Some(typed) = typed(sheet) {
        return Some(typed);
    }
    // In the order of belief; a later one is taken where it is the fuller form of the same name.
    [signed::signed(sheet), display(sheet)].into_iter().fold(spoken::introduced(sheet), |had, other| {
        match (had, other) {
            (Some(had), Some(other)) if fuller(&other.value, &had.value) => Some(other),
            (Some(had), _) => Some(had),
            (None, other) => other,
        }
    })
}

fn squeeze(name: &str) -> String {
    Folded::new(name).text().split_whitespace().collect()
}

/// Whether one name is the fuller form of the other.
fn fuller(other: &str, had: &str) -> bool {
    let (other, had) = (squeeze(other), squeeze(had));
    other.len() > had.len() && other.contains(&had)
}

/// The name field, or family and given name.
pub(super) fn typed(sheet: &Sheet<'_>) -> Option<Found<String>> {
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
    let value = value.split(['(', '（', '<', '＜', '/', '／', '\t']).next().unwrap_or_default().trim();
    let value = without_number(value);
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

/// `山田 太郎 090-…`, `山田 太郎 TEL …`: what stands behind the name in its field.
fn without_number(value: &str) -> &str {
    let behind = |rest: &str| {
        let rest = rest.trim_start();
        let lower = rest.to_lowercase();
        rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９' | '+' | '＋' | '℡' | '☎'))
            || ["tel", "電話", "携帯", "mail"].iter().any(|word| lower.starts_with(word))
    };
    let cut = value
        .char_indices()
        .find(|(at, c)| {
            *at > 0
                && (c.is_whitespace() || matches!(c, '、' | ',' | '，'))
                && value.get(*at..).is_some_and(behind)
        })
        .map_or(value.len(), |(at, _)| at);
    value.get(..cut).unwrap_or(value).trim_end()
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
