//! What loads and yet does nothing: dead, shadowed and doubled words of rules. Warnings, never faults.
//!
//! A warning is only given where it follows from the rules alone, whatever the mail says. How rules match is
//! `triage::rulebook`'s matter; here it is only asked what can still happen.

mod cover;

use std::collections::BTreeMap;
use std::path::PathBuf;

use self::cover::{Word, covered, implied, reaches};
use crate::fault::Fault;
use crate::triage::fold::Folded;
use crate::triage::rulebook::{Group, Phrase, Rule, Rulebook, Says, When};

/// What is the matter with a word or a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It can never match, or nothing follows from it.
    Dead,
    /// Something else always matches or decides before it.
    Shadowed,
    /// It is written twice.
    Double,
}

impl Kind {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Shadowed => "shadowed",
            Self::Double => "double",
        }
    }
}

/// A place worth a second look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// Where, what, and what to do.
    pub fault: Fault,
    /// What kind of trouble.
    pub kind: Kind,
    /// The place that makes it so: `rules/ja.toml:12:7`.
    pub other: Option<String>,
}

/// Everything in the rules that does nothing, in the order of the files.
pub fn lint(rules: &Rulebook) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for rule in rules.rules() {
        useless(rule, &mut warnings);
        for group in &rule.groups {
            against_unless(rule, group, &mut warnings);
        }
        for group in rule.groups.iter().chain(&rule.unless) {
            unreachable(rule, group, &mut warnings);
            within(rule, group, &mut warnings);
        }
    }
    doubles(rules, &mut warnings);
    outweighed(rules, &mut warnings);
    idle(rules, &mut warnings);
    labels(rules, &mut warnings);
    warnings.sort();
    warnings.dedup();
    warnings
}

/// The file of `rules/ja.toml:12`, and the line.
fn split(place: &str) -> (&str, usize) {
    let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
    (file, line.parse().unwrap_or(0))
}

fn at(place: &str, (line, column): (usize, usize)) -> String {
    format!("{}:{line}:{column}", split(place).0)
}

fn warning(
    kind: Kind,
    place: &str,
    at: (usize, usize),
    what: String,
    hint: &str,
    other: Option<String>,
) -> Warning {
    let file = PathBuf::from(split(place).0);
    Warning { fault: Fault { file, line: at.0, column: at.1, what, hint: hint.to_owned() }, kind, other }
}

/// A warning about a rule as a whole.
fn about(kind: Kind, place: &str, what: String, hint: &str, other: Option<String>) -> Warning {
    warning(kind, place, (split(place).1, 0), what, hint, other)
}

/// Keys that mean nothing where they stand.
fn useless(rule: &Rule, warnings: &mut Vec<Warning>) {
    let name = &rule.name;
    let mut dead = |what: String, hint: &str| warnings.push(about(Kind::Dead, &rule.place, what, hint, None));
    match rule.says {
        Says::Topic(_) => {}
        Says::Mark if rule.marks.is_empty() => {
            dead(format!("rule `{name}` sets no mark, so nothing follows from it"), "add marks = [\"…\"]");
        }
        Says::Cue(_) | Says::Machine(_) | Says::Person(_) | Says::Tag(_) | Says::Mark => {}
    }
    if matches!(rule.says, Says::Cue(_) | Says::Tag(_) | Says::Mark) && rule.weight != 0 {
        dead(
            format!("`weight` of `{name}` is never asked for"),
            "only [[topic]], [[machine]] and [[person]] rules are weighed",
        );
    }
    if !matches!(rule.says, Says::Topic(_)) && rule.template.is_some() {
        dead(format!("`template` of `{name}` is never asked for"), "only [[topic]] rules choose one");
    }
    if matches!(rule.says, Says::Machine(_)) && !rule.marks.is_empty() {
        dead(format!("`marks` of `{name}` are never set"), "machine mail is left alone");
    }
}

/// A phrase that `unless` takes back wherever it stands.
fn against_unless(rule: &Rule, group: &Group, warnings: &mut Vec<Warning>) {
    let Some(unless) = rule.unless.as_ref().filter(|unless| reaches(unless.scope, group.scope)) else {
        return;
    };
    for phrase in &group.phrases {
        let taken = unless.phrases.iter().find(|against| covered(&Word::of(phrase), &Word::of(against)));
        if let Some(against) = taken {
            warnings.push(warning(
                Kind::Dead,
                &rule.place,
                phrase.at,
                format!("`{}` never counts: `unless` names `{}`", phrase.text, against.text),
                "remove one of them",
                Some(at(&rule.place, against.at)),
            ));
        }
    }
}

/// Words that no folded text of that scope can hold.
fn unreachable(rule: &Rule, group: &Group, warnings: &mut Vec<Warning>) {
    for phrase in &group.phrases {
        if phrase.text.contains('\n') && matches!(group.key, "subject" | "from") {
            warnings.push(warning(
                Kind::Dead,
                &rule.place,
                phrase.at,
                format!(
                    "`{}` holds a line break, and `{}` is one line",
                    phrase.text.escape_debug(),
                    group.key
                ),
                "split it",
                None,
            ));
        }
    }
    for pattern in &group.patterns {
        let strange = pattern.needs.iter().find_map(|words| {
            let strange = |word: &&String| Folded::new(word).text() != word.as_str();
            let first = words.first().filter(strange)?;
            words.iter().all(|word| strange(&word)).then_some(first)
        });
        if let Some(word) = strange {
            warnings.push(warning(
                Kind::Dead,
                &rule.place,
                pattern.at,
                format!("the pattern needs `{word}`, which no folded text holds"),
                &format!("write `{}`", Folded::new(word).text()),
                None,
            ));
        }
    }
}

/// A phrase that another one of its group finds already.
fn within(rule: &Rule, group: &Group, warnings: &mut Vec<Warning>) {
    let words: Vec<(Word, &Phrase)> = group.phrases.iter().map(|phrase| (Word::of(phrase), phrase)).collect();
    for (index, (word, phrase)) in words.iter().enumerate() {
        for (other, (by, shorter)) in words.iter().enumerate() {
            let same = word == by;
            if other == index || (same && other > index) || !covered(word, by) {
                continue;
            }
            let (kind, what) = if same {
                (Kind::Double, format!("`{}` stands twice in `{}`", phrase.text, group.key))
            } else {
                let what = format!("`{}` is found by the shorter `{}` already", phrase.text, shorter.text);
                (Kind::Shadowed, what)
            };
            let place = at(&rule.place, shorter.at);
            warnings.push(warning(kind, &rule.place, phrase.at, what, "remove it", Some(place)));
            break;
        }
    }
}

/// A phrase in two rules that say the same under the same conditions.
fn doubles(rules: &Rulebook, warnings: &mut Vec<Warning>) {
    let mut seen: BTreeMap<(String, Word), (&Rule, &Phrase)> = BTreeMap::new();
    for rule in rules.rules().iter().filter(|rule| rule.headers.is_empty()) {
        let [group] = rule.groups.as_slice() else { continue };
        let mut unless: Vec<&str> =
            rule.unless.iter().flat_map(|u| &u.phrases).map(|p| p.text.as_str()).collect();
        unless.extend(rule.unless.iter().flat_map(|unless| &unless.patterns).map(|p| p.text.as_str()));
        unless.sort_unstable();
        let kind = match &rule.says {
            Says::Topic(topic) => format!("topic {topic} {unless:?}"),
            Says::Cue(cue) => format!("cue {} {unless:?}", cue.word()),
            Says::Machine(_) if rule.weight != 0 => continue,
            Says::Machine(reason) => format!("machine {} {unless:?}", reason.word()),
            // Marks and light signs add up; two rules may well share a word.
            Says::Tag(tag) => format!("tag {tag} {unless:?}"),
            Says::Mark | Says::Person(_) => continue,
        };
        for phrase in &group.phrases {
            let key = (format!("{kind} {:?} {:?}", group.scope, rule.lang), Word::of(phrase));
            match seen.get(&key) {
                Some((first, by)) if first.name != rule.name => warnings.push(warning(
                    Kind::Double,
                    &rule.place,
                    phrase.at,
                    format!("`{}` stands in rule `{}` too, which says the same", phrase.text, first.name),
                    "remove it from one",
                    Some(at(&first.place, by.at)),
                )),
                Some(_) => {}
                None => {
                    seen.insert(key, (rule, phrase));
                }
            }
        }
    }
}

/// A topic rule that another one always outweighs.
fn outweighed(rules: &Rulebook, warnings: &mut Vec<Warning>) {
    let topics: Vec<&Rule> =
        rules.rules().iter().filter(|rule| matches!(rule.says, Says::Topic(_))).collect();
    for rule in &topics {
        let heavier = topics.iter().find(|by| {
            let ahead = by.weight.saturating_sub(rule.weight);
            ahead > slack(rules, rule, by) && implied(rule, by)
        });
        if let Some(by) = heavier {
            let what = format!(
                "rule `{}` can never win: `{}` holds wherever it does and is heavier ({} to {})",
                rule.name, by.name, by.weight, rule.weight
            );
            let hint = "raise its weight, or narrow the other rule by `with` or `unless`";
            warnings.push(about(Kind::Shadowed, &rule.place, what, hint, Some(by.place.clone())));
        }
    }
}

/// What a mail can add to a rule and not to one of another topic that holds with it.
fn slack(rules: &Rulebook, rule: &Rule, by: &Rule) -> i32 {
    let topics = rules.topics();
    match &rule.says {
        Says::Topic(name) if rule.says != by.says => {
            let topic = topics.named(name);
            let facts = topic.map_or([0; 2], |topic| [topic.with_product, topic.with_order_no]);
            let words = [topics.weighing.again_most, topics.weighing.first];
            facts.into_iter().chain(words).fold(0, |sum, figure| sum.saturating_add(figure.max(0)))
        }
        Says::Topic(_) | Says::Cue(_) | Says::Machine(_) | Says::Person(_) | Says::Tag(_) | Says::Mark => 0,
    }
}

/// Topics without a rule, and answers behind one that always fits.
fn idle(rules: &Rulebook, warnings: &mut Vec<Warning>) {
    for topic in rules.topics().list.iter().filter(|topic| topic.takes.is_empty()) {
        let spoken =
            rules.rules().iter().any(|rule| matches!(&rule.says, Says::Topic(t) if *t == topic.name));
        if !spoken {
            let what = format!("no rule says that a mail is about `{}`", topic.name);
            warnings.push(about(Kind::Dead, &topic.place, what, "add a [[topic]] rule", None));
        }
    }
    let mut before: Vec<(&When, &str)> = Vec::new();
    for answer in rules.answers() {
        let earlier = before.iter().find(|(when, _)| **when == When::Always || **when == answer.when);
        if let Some((_, place)) = earlier {
            let what = format!("answer `{}` is never reached", answer.name);
            let hint = "move it up: the first answer that fits decides";
            warnings.push(about(Kind::Dead, &answer.place, what, hint, Some((*place).to_owned())));
        }
        if answer.when != When::TopicRule {
            before.push((&answer.when, &answer.place));
        }
    }
}

/// A label that the end of another file's label stands for already. Inside one file such words are meant: written
/// out, they are known without a colon, too.
fn labels(rules: &Rulebook, warnings: &mut Vec<Warning>) {
    let known: BTreeMap<&str, _> = rules.labels().map(|label| (label.word.as_str(), label)).collect();
    for label in rules.labels() {
        let ends = label.word.char_indices().skip(1).filter_map(|(from, _)| label.word.get(from..));
        let shorter = ends.filter_map(|end| known.get(end)).find(|by| by.word.chars().count() > 1);
        let Some(by) = shorter else { continue };
        if by.kind == label.kind && split(&by.place).0 != split(&label.place).0 {
            warnings.push(warning(
                Kind::Shadowed,
                &label.place,
                label.at,
                format!("label `{}` is read by its end `{}` already", label.word, by.word),
                "remove it, unless the form writes it without a colon",
                Some(at(&by.place, by.at)),
            ));
        }
    }
}

#[cfg(test)]
mod tests;
