//! Which rules no test reaches.
//!
//! A topic, a machine sign or an answer is reached when it decides about a mail; a hint or a mark when it holds.
//! Labels, word lists and the date grammar are lists, not rules: nothing is said about them.

use std::collections::BTreeSet;

use crate::triage::rulebook::Rulebook;

/// A rule that no test reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// Its name.
    pub name: String,
    /// `rules/ja.toml:12`.
    pub place: String,
}

/// Every rule and answer whose name is not among the reached ones, in the order of the files.
pub fn unreached(rules: &Rulebook, reached: &BTreeSet<String>) -> Vec<Unreached> {
    let all = rules.rules().iter().map(|rule| (&rule.name, &rule.place));
    let answers = rules.answers().iter().map(|answer| (&answer.name, &answer.place));
    all.chain(answers)
        .filter(|(name, _)| !reached.contains(*name))
        .map(|(name, place)| Unreached { name: name.clone(), place: place.clone() })
        .collect()
}

/// How many rules and answers there are.
pub fn all(rules: &Rulebook) -> usize {
    rules.rules().len() + rules.answers().len()
}
