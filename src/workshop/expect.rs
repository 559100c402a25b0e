//! What a test may expect of a mail, and how that is compared with what came out.
//!
//! Each key of `[test.expect]` becomes one expectation with its place. What is not written is not compared. Nothing
//! here reads a mail or decides; it is handed the outcome.

use std::collections::BTreeSet;

use super::slot::{self, Slot};
use super::trial::Outcome;
use crate::config::section::{Problem, Section};
use crate::config::value::{choice, nearest};
use crate::fault::position;
use crate::live::Live;
use crate::triage::fold::Folded;
use crate::triage::rulebook::{Rulebook, Says};
use crate::triage::verdict::Ignored;

/// One thing that is expected, and where that is written.
#[derive(Debug)]
pub struct Expectation {
    /// 1-based line and column in the test file.
    pub place: (usize, usize),
    want: Want,
}

/// An expectation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Which key of the test.
    pub key: &'static str,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub got: String,
}

#[derive(Debug)]
enum Want {
    /// One word of the outcome.
    Word(&'static str, String),
    /// A list without order.
    Set(&'static str, BTreeSet<String>),
    /// A field of the mail, compared without blanks, width and case; empty: it must not be found.
    Field(&'static str, String),
    /// Every wish, and other dates that are named.
    Wishes(Vec<Slot>),
    /// A rule that must have spoken.
    Rule(String),
    /// An effect that must be planned.
    Planned(String),
    /// An effect that must not be planned.
    Never(String),
}

/// What there is to be named in a test.
pub(super) struct Known<'k> {
    pub(super) live: &'k Live,
    pub(super) rules: &'k Rulebook,
}

/// Facts that a test may name under `fields`.
pub(super) const FIELDS: [&str; 9] =
    ["name", "phone", "phones", "email", "shop", "order_no", "product", "version", "content"];

const DISPOSITIONS: [&str; 5] = ["case", "follow_up", "command", "ignored", "quarantined"];
const CLASSES: [&str; 2] = ["inquiry", "reservation"];
const LANGUAGES: [&str; 4] = ["ja", "en", "pl", "zh"];
const MISSING: [&str; 6] = ["name", "phone", "email", "content", "version", "order_no"];
/// Effects by the words of the program, and what may stand behind a colon.
const EFFECTS: [&str; 11] = [
    "mark",
    "unmark",
    "archive",
    "save_draft",
    "retire_draft",
    "ask",
    "tell",
    "complaint",
    "send",
    "look_for_sent",
    "file_sent",
];
pub(super) const QUESTIONS: [&str; 6] = ["approve", "write", "shop", "unknown", "quarantine", "outcome"];
const REASONS: [Ignored; 8] = [
    Ignored::Bounce,
    Ignored::AutoReply,
    Ignored::Newsletter,
    Ignored::BookingNotice,
    Ignored::SystemNotice,
    Ignored::ReadReceipt,
    Ignored::Spam,
    Ignored::Own,
];

/// Reads `[test.expect]`; what is wrong with it is noted in the document.
pub(super) fn read(section: &Section<'_>, text: &str, known: &Known<'_>) -> Vec<Expectation> {
    let mut found = Vec::new();
    let mut keep = |section: &Section<'_>, key: &str, want: Want| {
        found.push(Expectation { place: position(text, section.offset(key)), want });
    };
    let reasons = REASONS.map(Ignored::word);
    let topics: Vec<&str> = known.rules.topics().list.iter().map(|topic| topic.name.as_str()).collect();
    let closed: [(&'static str, &[&str]); 6] = [
        ("disposition", &DISPOSITIONS),
        ("because", &reasons),
        ("class", &CLASSES),
        ("topic", &topics),
        ("second", &topics),
        ("lang", &LANGUAGES),
    ];
    for (key, words) in closed {
        // Empty: there must be none.
        let none = |text: &str| text.is_empty() && matches!(key, "because" | "class" | "topic" | "second");
        let parse = |text: &str| if none(text) { Ok(String::new()) } else { one_of(text, words) };
        if let Some(word) = section.parsed(key, parse) {
            keep(section, key, Want::Word(key, word));
        }
    }
    for key in ["urgent", "needs_staff", "ambiguous"] {
        if section.has(key) {
            keep(section, key, Want::Word(key, section.flag(key, false).to_string()));
        }
    }
    if let Some(name) = section.parsed("template", |name| known.template(name)) {
        keep(section, "template", Want::Word("template", name));
    }
    let fields = known.rules.topics().fields.iter().map(|field| field.name.clone()).collect();
    for (key, words) in [
        ("marks", known.marks()),
        ("missing", MISSING.map(str::to_owned).to_vec()),
        ("asks", fields),
        ("tags", known.tags()),
    ] {
        if section.has(key) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let listed = section.list(key, |text| one_of(text, &words));
            keep(section, key, Want::Set(key, listed.into_iter().collect()));
        }
    }
    for rule in section.list("rules", |text| Ok(text.to_owned())) {
        keep(section, "rules", Want::Rule(rule));
    }
    if let Some(fields) = section.section("fields") {
        for key in FIELDS {
            if let Some(value) = fields.parsed(key, |text| Ok(text.to_owned())) {
                keep(&fields, key, Want::Field(key, value));
            }
        }
        fields.finish();
    }
    if section.has("wishes") {
        let slots = section.sections("wishes").iter().filter_map(slot::read).collect();
        keep(section, "wishes", Want::Wishes(slots));
    }
    for effect in section.list("effects", |text| known.effect(text)) {
        keep(section, "effects", Want::Planned(effect));
    }
    for effect in section.list("never", |text| known.effect(text)) {
        keep(section, "never", Want::Never(effect));
    }
    section.finish();
    found
}

fn one_of(text: &str, words: &[&str]) -> Result<String, Problem> {
    let words: Vec<(&str, ())> = words.iter().map(|word| (*word, ())).collect();
    choice(text, &words).map(|()| text.to_owned())
}

impl Known<'_> {
    /// A template's name; empty: none may be chosen.
    fn template(&self, name: &str) -> Result<String, Problem> {
        if name.is_empty() || self.live.desk_templates().get(name).is_some() {
            return Ok(name.to_owned());
        }
        let names = || self.live.desk_templates().iter().map(|template| template.name.as_str());
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
        };
        Err(Problem::new(format!("there is no template `{name}`"), hint))
    }

    /// Every mark by its meaning.
    fn marks(&self) -> Vec<String> {
        let boxes = self.live.config.mailboxes.iter();
        let all: BTreeSet<String> =
            boxes.flat_map(|mailbox| mailbox.marks.iter().map(|(meaning, _)| meaning.to_owned())).collect();
        all.into_iter().collect()
    }

    /// Every tag of the rules.
    fn tags(&self) -> Vec<String> {
        let rules = self.rules.rules().iter();
        let tags =
            rules.filter_map(|rule| if let Says::Tag(tag) = &rule.says { Some(tag.clone()) } else { None });
        tags.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// `send`, `save_draft:price`, `mark:chat`. A mistyped word here would forbid nothing, so it is refused.
    fn effect(&self, text: &str) -> Result<String, Problem> {
        let (word, about) = text.split_once(':').map_or((text, None), |(word, about)| (word, Some(about)));
        one_of(word, &EFFECTS)?;
        match (word, about) {
            (_, None) => {}
            ("save_draft", Some(name)) if !name.is_empty() => drop(self.template(name)?),
            ("mark" | "unmark", Some(meaning)) => {
                let marks = self.marks();
                drop(one_of(meaning, &marks.iter().map(String::as_str).collect::<Vec<_>>())?);
            }
            ("ask", Some(question)) => drop(one_of(question, &QUESTIONS)?),
            (_, Some(_)) => {
                let hint =
                    "write save_draft:TEMPLATE, mark:MEANING, unmark:MEANING, ask:QUESTION or the word alone";
                return Err(Problem::new(format!("`{text}` says too much"), hint));
            }
        }
        Ok(text.to_owned())
    }
}

impl Expectation {
    /// The expectation held against what came out.
    pub fn check(&self, outcome: &Outcome) -> Option<Miss> {
        let miss = |key, expected: &str, got: String| {
            let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
            Some(Miss { key, expected: shown(expected), got: shown(&got) })
        };
        match &self.want {
            Want::Word(key, expected) => {
                let got = outcome.word(key);
                if got == *expected { None } else { miss(key, expected, got) }
            }
            Want::Set(key, expected) => {
                let got = outcome.set(key);
                if got == *expected { None } else { miss(key, &join(expected), join(&got)) }
            }
            Want::Field(key, expected) => {
                let got = outcome.field(key);
                if plain(&got) == plain(expected) { None } else { miss(key, expected, got) }
            }
            Want::Wishes(slots) => {
                let dates = outcome.dates();
                let written = slots.iter().map(Slot::to_string).collect::<Vec<_>>().join(", ");
                let said = dates.iter().map(slot::said).collect::<Vec<_>>().join(", ");
                if slot::fits(slots, dates) { None } else { miss("wishes", &written, said) }
            }
            Want::Rule(name) => {
                if outcome.spoke(name) {
                    None
                } else {
                    miss("rules", name, join(&outcome.rules()))
                }
            }
            Want::Planned(effect) => {
                if outcome.plans(effect) {
                    None
                } else {
                    miss("effects", effect, join(outcome.effects()))
                }
            }
            Want::Never(effect) => {
                let never = format!("never {effect}");
                if outcome.plans(effect) { miss("never", &never, join(outcome.effects())) } else { None }
            }
        }
    }

    /// What decided the part of the outcome that is expected here, for the outcome's own `because`.
    pub const fn about(&self) -> &'static str {
        match &self.want {
            Want::Word(key, _) | Want::Set(key, _) | Want::Field(key, _) => key,
            Want::Wishes(_) => "wishes",
            Want::Rule(_) => "rules",
            Want::Planned(_) | Want::Never(_) => "effects",
        }
    }
}

fn join<'a>(words: impl IntoIterator<Item = &'a String>) -> String {
    words.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Blanks, width and case do not matter.
fn plain(text: &str) -> String {
    Folded::new(text).text().split_whitespace().collect()
}
