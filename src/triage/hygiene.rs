//! What does not belong into a mail to a customer: somebody else's address or number, a token, a note of the house.
//!
//! A template or an agent may carry such a thing there by accident, most easily by copying from another customer's mail.
//! Whoever approves is shown what was found; a change that brings it in is never sent without being shown. Tokens are
//! found by their shape. Names cannot be told from other words and are not looked for. Never changes a draft.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::case::Case;
use super::draft::Draft;
use super::id::Address;
use super::policy::Policy;

/// Something in a draft that a person should look at before it leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// A mail address that is neither the customer's nor ours, as written.
    Address(String),
    /// A telephone number that is neither the customer's nor ours, as written.
    Phone(String),
    /// Words that stand in an internal note of this case.
    Note(String),
    /// The number of a case, which is for us.
    CaseNumber(String),
}

/// Findings of one kind that are listed; more would hide the draft.
const MOST: usize = 5;
/// Characters of a note that make it more than an accident of wording.
const NOTE_CHARS: usize = 12;

/// What a person should look at before this draft leaves, in the order of [`Concern`].
pub fn concerns(policy: &Policy, case: &Case, draft: &Draft) -> Vec<Concern> {
    let text: String = format!("{}\n{}", draft.subject, draft.body).nfkc().collect();
    let mut found = BTreeSet::new();
    found.extend(addresses(policy, case, draft, &text).into_iter().take(MOST).map(Concern::Address));
    found.extend(phones(policy, case, &text).into_iter().take(MOST).map(Concern::Phone));
    let notes = case.record.iter().filter(|entry| matches!(entry.what.as_str(), "メモ" | "回答" | "確認"));
    // A question stands in the record behind the name of whom it was put to.
    let questions = case.checks.iter().map(|check| check.question.as_str());
    let notes = notes.map(|entry| entry.note.as_str()).chain(questions);
    let notes = notes.map(|note| note.trim().nfkc().collect::<String>());
    let notes = notes.filter(|note| note.chars().count() >= NOTE_CHARS && text.contains(note.as_str()));
    found.extend(notes.take(MOST).map(Concern::Note));
    // A customer who was told it may be answered with it.
    let words = customers_words(case);
    let numbers = CASE.find_iter(&text).map(|number| number.as_str().to_owned());
    let numbers = numbers.filter(|number| !words.contains(&number.to_lowercase()));
    found.extend(numbers.take(MOST).map(Concern::CaseNumber));
    found.into_iter().collect()
}

/// Whether a text holds something of the shape of our tokens, wrapped or not, or announces one. Such a text may never
/// leave the house.
pub fn holds_token(text: &str) -> bool {
    let tight: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !super::approval::invisible(*c))
        .collect();
    TOKEN.is_match(&tight)
}

fn addresses(policy: &Policy, case: &Case, draft: &Draft, text: &str) -> BTreeSet<String> {
    let words = customers_words(case);
    let staff = |address: &Address| policy.shops.iter().any(|shop| shop.addresses.contains(address));
    ADDRESS
        .find_iter(text)
        .map(|found| found.as_str())
        .filter(|written| {
            let Some(address) = Address::parse(written) else { return true };
            let theirs = case.customer.address.as_ref() == Some(&address)
                || draft.to == address
                || words.contains(&written.to_lowercase());
            !(theirs || policy.desk.owns(&address) || staff(&address) || described(policy, written))
        })
        .map(str::to_owned)
        .collect()
}

fn phones(policy: &Policy, case: &Case, text: &str) -> BTreeSet<String> {
    let words = digits(&customers_words(case));
    let shops = policy.shops.iter().filter_map(|shop| shop.phone.as_deref());
    let ours: Vec<String> =
        policy.desk.phones.iter().map(String::as_str).chain(shops).map(national).collect();
    PHONE
        .find_iter(text)
        .filter(|found| is_phone(text, found))
        .map(|found| found.as_str())
        .filter(|written| {
            let number = national(written);
            let theirs = case.customer.phone.as_deref().map(national).as_ref() == Some(&number)
                || words.contains(&number);
            !(theirs || ours.contains(&number) || described(policy, written))
        })
        .map(|written| written.trim().to_owned())
        .collect()
}

/// Whether it is as long as a number at home, or begins with a country; a piece of an order number or a day is neither.
fn is_phone(text: &str, found: &regex::Match<'_>) -> bool {
    let before: Vec<char> = text.get(..found.start()).unwrap_or_default().chars().rev().take(2).collect();
    let piece = matches!(before.as_slice(), ['-' | '/' | '.', digit] if digit.is_ascii_digit());
    let abroad = found.as_str().starts_with('+');
    abroad || (!piece && matches!(digits(found.as_str()).len(), 10 | 11))
}

/// Whether what is written stands in what templates may say about the desk and its shops: hours, access, telephone.
fn described(policy: &Policy, written: &str) -> bool {
    let shops = policy.shops.iter().flat_map(|shop| [&shop.access, &shop.hours]).flatten();
    policy
        .desk_values
        .0
        .values()
        .chain(shops)
        .any(|value| value.nfkc().collect::<String>().contains(written.trim()))
}

/// Everything the customer wrote, as far as the case keeps it.
fn customers_words(case: &Case) -> String {
    let words = case.mails.iter().flat_map(|mail| [mail.subject.as_str(), mail.words.as_str()]);
    words.collect::<Vec<_>>().join("\n").nfkc().collect::<String>().to_lowercase()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A number as it is dialled at home: `+81 90-…` and `090-…` are one.
fn national(written: &str) -> String {
    let number = digits(written);
    match number.strip_prefix("81") {
        Some(rest) if written.trim_start().starts_with('+') => format!("0{}", rest.trim_start_matches('0')),
        Some(_) | None => number,
    }
}

#[expect(clippy::expect_used, reason = "the patterns are constants of this file; a test uses every one")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"));
/// Japanese numbers with their hyphens or bare mobile ones, and numbers with a country's prefix. Japanese writes no spaces, so
/// only letters and digits of ASCII end a number.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\+\d[\d ().-]{7,18}\d|(?-u:\b)0\d{1,4}[-‐–—―−ー ]\d{1,4}[-‐–—―−ー ]\d{3,4}(?-u:\b)|(?-u:\b)0[5789]0\d{8}(?-u:\b)|\(0\d{1,4}\) ?\d{1,4}[-‐–—―−ー]\d{4}(?-u:\b)",
    )
});
static CASE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u:\b)C-[0-9A-HJKMNP-TV-Z]{10}(?-u:\b)"));
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"token:[0-9a-z-]{8}|[0-9a-hjkmnp-tv-z]{10}-[0-9a-hjkmnp-tv-z]{1,6}-[0-9a-hjkmnp-tv-z]{37}")
});

#[cfg(test)]
mod tests;
