//! Which words are found wherever others are: the arithmetic behind the warnings. Never says "maybe".

use crate::triage::fold::Folded;
use crate::triage::rulebook::{Group, Phrase, Rule, Scope, is_word};
use crate::triage::verdict::Span;

/// A phrase as it is matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    /// Folded, without the final `*`.
    text: String,
    /// Its end is open.
    open: bool,
}

impl Word {
    pub(super) fn of(phrase: &Phrase) -> Self {
        let open = phrase.text.ends_with('*');
        Self { text: Folded::new(phrase.text.trim_end_matches('*')).text().to_owned(), open }
    }
}

/// Whether `by` is found wherever `word` is.
pub(super) fn covered(word: &Word, by: &Word) -> bool {
    word.text.match_indices(by.text.as_str()).any(|(start, found)| {
        let span = Span { start, end: start + found.len() };
        // Behind an open end anything may follow.
        let followed = word.open && !by.open && span.end == word.text.len() && ends_latin(&word.text);
        !followed && is_word(&word.text, span, by.open)
    })
}

fn ends_latin(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| c.is_alphabetic() && u32::from(c) < 0x250)
}

/// Whether a group of scope `wide` sees every place that one of scope `narrow` sees.
pub(super) fn reaches(wide: Scope, narrow: Scope) -> bool {
    match wide {
        Scope::Either => matches!(narrow, Scope::Either | Scope::Words | Scope::Subject),
        Scope::Whole => !matches!(narrow, Scope::From),
        Scope::Text => matches!(narrow, Scope::Text | Scope::Words),
        Scope::Words => narrow == Scope::Words,
        Scope::Subject => narrow == Scope::Subject,
        Scope::From => narrow == Scope::From,
    }
}

/// Whether `by` holds wherever `rule` does.
pub(super) fn implied(rule: &Rule, by: &Rule) -> bool {
    let foreign = by.lang.as_deref() == Some("zh") && rule.lang.as_deref() != Some("zh");
    if foreign || !by.headers.is_empty() || rule.name == by.name {
        return false;
    }
    let held = by.groups.iter().all(|wanted| rule.groups.iter().any(|given| follows(given, wanted)));
    let free = match (&by.unless, &rule.unless) {
        (None, _) => true,
        // Whatever takes the other rule back takes this one back, too.
        (Some(theirs), Some(ours)) => follows(theirs, ours),
        (Some(_), None) => false,
    };
    held && free
}

/// Whether a match of `wanted` follows from any match of `given`.
fn follows(given: &Group, wanted: &Group) -> bool {
    let patterns =
        given.patterns.iter().all(|pattern| wanted.patterns.iter().any(|known| known.text == pattern.text));
    let known: Vec<Word> = wanted.phrases.iter().map(Word::of).collect();
    reaches(wanted.scope, given.scope)
        && patterns
        && given.phrases.iter().all(|phrase| {
            let word = Word::of(phrase);
            known.iter().any(|by| covered(&word, by))
        })
}
