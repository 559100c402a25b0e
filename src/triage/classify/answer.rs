//! Which template the first answer begins with, and which marks the rules ask for.

use super::Question;
use crate::triage::rulebook::{Rule, Says, When};
use crate::triage::topics::Topic;
use crate::triage::verdict::{Class, Evidence};

/// Template of the first answer and marks, from the rules.
pub(super) fn answer(
    question: &Question<'_>,
    topic: Option<&Topic>,
    topic_rule: Option<&Rule>,
    class: Option<Class>,
    needs_staff: bool,
    rules: &mut Vec<Evidence>,
) -> (Option<String>, Vec<String>) {
    let mut marks: Vec<String> = Vec::new();
    for hit in question.hits {
        let speaks = match &hit.rule.says {
            Says::Mark => true,
            Says::Topic(_) => topic_rule.is_some_and(|rule| rule.name == hit.rule.name),
            Says::Cue(_) | Says::Tag(_) => true,
            Says::Machine(_) | Says::Person(_) => false,
        };
        if !speaks || hit.rule.marks.is_empty() {
            continue;
        }
        rules.push(hit.evidence());
        for mark in &hit.rule.marks {
            if !marks.contains(mark) {
                marks.push(mark.clone());
            }
        }
    }
    if question.follow_up {
        return (None, marks);
    }
    let own = topic_rule
        .and_then(|rule| rule.template.as_ref())
        .or_else(|| topic.and_then(|topic| topic.template.as_ref()));
    let chosen = question.rules.answers().iter().find_map(|answer| {
        let fits = match &answer.when {
            When::NeedsStaff => needs_staff,
            When::Reservation => class == Some(Class::Reservation),
            When::NoName => question.facts.name.is_none(),
            When::TopicRule => own.is_some(),
            When::Topic(wanted) => topic.is_some_and(|topic| topic.name == *wanted),
            When::Always => true,
        };
        let template = answer.template.as_ref().or(own).cloned();
        (fits && template.is_some()).then_some((answer, template))
    });
    match chosen {
        Some((answer, template)) => {
            let matched = template.iter().cloned().collect();
            rules.push(Evidence {
                name: answer.name.clone(),
                file: answer.place.clone(),
                matched,
                spans: Vec::new(),
            });
            (template, marks)
        }
        None => (None, marks),
    }
}
