//! One test: its mail is read, what would follow is decided on a fresh case and thrown away, and the result is compared.
//!
//! Pure but for a caught panic: no store, no server, no clock. The desk's own code reads and decides, nothing is imitated.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::expect::Miss;
use super::plans;
use super::suite::Test;
use crate::live::Live;
use crate::mime;
use crate::token::{Found, find_in};
use crate::triage::decide::decide;
use crate::triage::needs::Needs;
use crate::triage::read::{Context, read_noting};
use crate::triage::rulebook::{Cue, Rulebook, Says};
use crate::triage::verdict::{Class, Disposition, Evidence, Ignored, Reading, Reason, Wish};

/// How a test went.
#[derive(Debug)]
pub struct Trial {
    /// Every expectation that does not hold.
    pub failures: Vec<Failure>,
    /// Names of the rules that the test reaches: those that decided something, hints and marks that held, and people's
    /// words that outweighed a machine's light signs.
    pub reached: BTreeSet<String>,
}

/// An expectation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// 1-based line and column in the test file.
    pub place: (usize, usize),
    /// What was expected and what came out.
    pub miss: Miss,
    /// Place and name of what is responsible; `None` where nothing spoke.
    pub rule: Option<String>,
}

/// What came out of a mail.
#[derive(Debug)]
pub struct Outcome<'r> {
    rules: &'r Rulebook,
    /// `None` for bytes that are no mail.
    reading: Option<Reading>,
    effects: Vec<String>,
    /// What the draft asks the customer for, by the names of fields.
    asks: BTreeSet<String>,
    /// Hints and marks that held, and people's words that outweighed light signs, by name.
    held: BTreeSet<String>,
}

/// Runs one test by the given rules; everything else is what is in force.
pub fn run(live: &Live, rules: &Rulebook, test: &Test) -> Trial {
    let outcome = Outcome::of(live, rules, test);
    let mut failures: Vec<Failure> = test
        .expects
        .iter()
        .filter_map(|expectation| {
            let miss = expectation.check(&outcome)?;
            Some(Failure { place: expectation.place, miss, rule: outcome.because(expectation.about()) })
        })
        .collect();
    failures.sort_by_key(|failure| failure.place);
    Trial { failures, reached: outcome.rules() }
}

impl<'r> Outcome<'r> {
    fn of(live: &Live, rules: &'r Rulebook, test: &Test) -> Self {
        let mut held = BTreeSet::new();
        let mut people = Vec::new();
        let letter = mime::letter(&test.mail).ok();
        let reading = letter.as_ref().and_then(|letter| {
            let read = || {
                let desk = &live.desk_policy().desk;
                read_noting(letter, desk, rules, &Context::default(), &mut |rule| match &rule.says {
                    Says::Cue(_) | Says::Tag(_) | Says::Mark => {
                        held.insert(rule.name.clone());
                    }
                    Says::Person(kinds) => people.push((rule.name.clone(), kinds.clone())),
                    Says::Topic(_) | Says::Machine(_) => {}
                })
            };
            catch_unwind(AssertUnwindSafe(read)).ok()
        });
        // People's words are no evidence of a case: they only keep light signs from adding up.
        let outweighed = |kinds: &[Ignored]| {
            reading.iter().flat_map(|reading| &reading.verdict.passed).any(|passed| {
                matches!(passed.why, Reason::Outweighed { .. })
                    && kinds.iter().any(|kind| kind.word() == passed.says)
            })
        };
        held.extend(people.into_iter().filter(|(_, kinds)| outweighed(kinds)).map(|(name, _)| name));
        let mut outcome = Self { rules, reading, effects: Vec::new(), asks: BTreeSet::new(), held };
        if let (Some(letter), Some(reading)) = (&letter, &mut outcome.reading)
            && find_in(letter) != Found::Nothing
        {
            reading.verdict.disposition = Disposition::Command;
            reading.verdict.class = None;
        }
        let event = plans::event(live, test, letter.as_ref(), outcome.reading.as_ref());
        let decision = event.and_then(|event| decide(live.policy_for(None, &event), None, &event, test.at));
        outcome.effects = decision.iter().flat_map(plans::words).collect();
        let needs = Needs::from(rules.topics());
        let case = decision.as_ref().map(|decision| &decision.next);
        let asks = case.into_iter().flat_map(|case| needs.asked_now(case));
        outcome.asks = asks.map(|field| field.name.clone()).collect();
        outcome
    }

    fn disposition(&self) -> Disposition {
        self.reading.as_ref().map_or(Disposition::Quarantined, |reading| reading.verdict.disposition)
    }

    /// One word of the outcome; empty when there is none.
    pub(super) fn word(&self, key: &str) -> String {
        if key == "disposition" {
            return self.disposition().word().to_owned();
        }
        let Some(Reading { facts, verdict }) = &self.reading else { return String::new() };
        match key {
            "because" => match verdict.disposition {
                Disposition::Ignored(reason) => reason.word().to_owned(),
                Disposition::Case
                | Disposition::FollowUp
                | Disposition::Command
                | Disposition::Quarantined => String::new(),
            },
            "class" => verdict.class.map_or("", Class::word).to_owned(),
            "topic" => verdict.topic.clone(),
            "second" => verdict.second.as_ref().map_or_else(String::new, |second| second.topic.clone()),
            "lang" => facts.lang.to_owned(),
            "template" => verdict.template.clone().unwrap_or_default(),
            "urgent" => verdict.urgent.to_string(),
            "needs_staff" => verdict.needs_staff.to_string(),
            "ambiguous" => verdict.ambiguous.to_string(),
            _ => String::new(),
        }
    }

    /// A list of the outcome.
    pub(super) fn set(&self, key: &str) -> BTreeSet<String> {
        let Some(Reading { facts, verdict }) = &self.reading else { return BTreeSet::new() };
        match key {
            "asks" => self.asks.clone(),
            "tags" => facts.tags.iter().map(|tag| tag.value.clone()).collect(),
            "marks" => verdict.marks.iter().cloned().collect(),
            "missing" => facts.missing.iter().map(|field| (*field).to_owned()).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// A field as it was read; empty when it was not found.
    pub(super) fn field(&self, key: &str) -> String {
        let Some(Reading { facts, .. }) = &self.reading else { return String::new() };
        let found = match key {
            "name" => &facts.name,
            "phone" => &facts.phone,
            "shop" => &facts.shop,
            "order_no" => &facts.order_no,
            "product" => &facts.product,
            "version" => &facts.version,
            "content" => &facts.content,
            "email" => {
                return facts.email.as_ref().map_or_else(String::new, |email| email.value.to_string());
            }
            "phones" => return facts.phones.join(","),
            _ => return String::new(),
        };
        found.as_ref().map_or_else(String::new, |found| found.value.clone())
    }

    pub(super) fn dates(&self) -> &[Wish] {
        self.reading.as_ref().map_or(&[], |reading| reading.facts.wishes.as_slice())
    }

    fn evidence(&self) -> &[Evidence] {
        self.reading.as_ref().map_or(&[], |reading| reading.verdict.rules.as_slice())
    }

    pub(super) fn effects(&self) -> &[String] {
        &self.effects
    }

    /// Whether an effect is planned: `save_draft` is any draft, `save_draft:price` that one.
    pub(super) fn plans(&self, effect: &str) -> bool {
        let is = |planned: &String| {
            planned == effect || planned.split_once(':').is_some_and(|(word, _)| word == effect)
        };
        self.effects.iter().any(is)
    }

    /// Whether a rule decided something, held as a hint, or outweighed light signs.
    pub(super) fn spoke(&self, name: &str) -> bool {
        self.held.contains(name) || self.evidence().iter().any(|rule| rule.name == name)
    }

    /// Every rule that spoke, by name: what a test reaches.
    pub(super) fn rules(&self) -> BTreeSet<String> {
        self.evidence().iter().map(|rule| rule.name.clone()).chain(self.held.iter().cloned()).collect()
    }

    /// Place and name of what decided a part of the outcome.
    pub(super) fn because(&self, about: &str) -> Option<String> {
        let written = |name: &str| self.rules.rules().iter().find(|rule| rule.name == name);
        let says = |evidence: &Evidence, wanted: fn(&Says) -> bool| {
            written(&evidence.name).is_some_and(|rule| wanted(&rule.says))
        };
        let answers =
            |evidence: &Evidence| self.rules.answers().iter().any(|answer| answer.name == evidence.name);
        let about_it = |evidence: &&Evidence| match about {
            "topic" => {
                evidence.name.starts_with("topic:") || says(evidence, |says| matches!(says, Says::Topic(_)))
            }
            "class" => {
                evidence.name.starts_with("class:")
                    || says(evidence, |says| matches!(says, Says::Cue(Cue::Book)))
            }
            "urgent" => {
                evidence.name.starts_with("urgent:")
                    || says(evidence, |says| {
                        matches!(says, Says::Cue(Cue::Worse | Cue::Danger | Cue::Ultimatum))
                    })
            }
            "needs_staff" => says(evidence, |says| matches!(says, Says::Cue(Cue::Staff | Cue::Worse))),
            "second" => evidence.name == "ambiguous:margin",
            "ambiguous" => {
                evidence.name.starts_with("ambiguous:")
                    || says(evidence, |says| matches!(says, Says::Cue(Cue::Vague)))
            }
            "marks" => written(&evidence.name).is_some_and(|rule| !rule.marks.is_empty()),
            "template" | "effects" => answers(evidence),
            "disposition" | "because" => says(evidence, |says| matches!(says, Says::Machine(_))),
            _ => false,
        };
        if let Some(evidence) = self.evidence().iter().rev().find(about_it) {
            return Some(format!("{} {}", evidence.file, evidence.name));
        }
        // Where nothing spoke about a decision, whatever decided the topic is next; a field has a rule of its own.
        match about {
            "disposition" | "because" | "class" | "urgent" | "needs_staff" | "ambiguous" | "template"
            | "effects" | "rules" => {
                self.evidence().first().map(|first| format!("{} {}", first.file, first.name))
            }
            _ => self.field_rule(about),
        }
    }

    fn field_rule(&self, about: &str) -> Option<String> {
        let facts = &self.reading.as_ref()?.facts;
        let found = match about {
            "name" => &facts.name,
            "phone" | "phones" => &facts.phone,
            "shop" => &facts.shop,
            "order_no" => &facts.order_no,
            "product" => &facts.product,
            "version" => &facts.version,
            "content" => &facts.content,
            "email" => return facts.email.as_ref().map(|email| email.rule.clone()),
            _ => return None,
        };
        found.as_ref().map(|found| found.rule.clone())
    }
}
