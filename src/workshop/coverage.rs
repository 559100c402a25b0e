//! Which rules no test reaches.
//!
//! A topic, a machine sign or an answer is reached when it decides about a mail; a hint or a mark when it holds;
//! people's words when a machine's light signs do not add up beside them.
//! Labels, word lists and the date grammar are lists, not rules: nothing is said about them.

use std::collections::BTreeSet;

use crate::triage::rulebook::{Rulebook, When};

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
    let mut missed: Vec<Unreached> = all
        .chain(answers(rules))
        .filter(|(name, _)| !reached.contains(*name))
        .map(|(name, place)| Unreached { name: name.clone(), place: place.clone() })
        .collect();
    missed.sort_by_cached_key(|rule| {
        let (file, line) = rule.place.rsplit_once(':').unwrap_or((&rule.place, ""));
        (file.to_owned(), line.parse::<usize>().unwrap_or(0))
    });
    missed
}

/// How many rules and answers there are to be reached.
pub fn all(rules: &Rulebook) -> usize {
    rules.rules().len() + answers(rules).count()
}

/// Names and places of the answers; one for rules and topics with a template of their own counts
/// where there are any.
fn answers(rules: &Rulebook) -> impl Iterator<Item = (&String, &String)> {
    let own = rules.rules().iter().any(|rule| rule.template.is_some())
        || rules.topics().list.iter().any(|topic| topic.template.is_some());
    let asked = rules.answers().iter().filter(move |answer| own || answer.when != When::TopicRule);
    asked.map(|answer| (&answer.name, &answer.place))
}
