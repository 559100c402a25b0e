//! What people sent: whom, when, in answer to what, and which template it resembles.
//!
//! A mail counts as sent when it comes from us and goes to a stranger. Nothing here keeps its words.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::templates::Templates;
use crate::triage::fold::Folded;
use crate::triage::id::{Address, MessageId};
use crate::triage::mail::{Correspondent, Letter};
use crate::triage::policy::Desk;
use crate::triage::verdict::Class;

/// A mail that somebody sent to a customer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The mails it says it answers.
    pub about: Vec<MessageId>,
    /// Whom it went to.
    pub to: Vec<Address>,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// The template it was made from, as far as can be told.
    pub template: Option<Resembled>,
}

/// A template and the class it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resembled {
    /// The template's name.
    pub name: String,
    /// The class it is meant for, where its front matter says so.
    pub class: Option<Class>,
    /// It is for mails that the shop's staff must see, whatever their class.
    pub staff: bool,
}

/// Templates by their fixed lines.
#[derive(Debug)]
pub struct Patterns(Vec<(Resembled, BTreeSet<String>)>);

/// Share of a template's fixed text, in percent, that a mail must hold to resemble it.
const ENOUGH: usize = 70;

impl Patterns {
    /// The lines of all templates.
    pub fn of(templates: &Templates) -> Self {
        let all = templates.iter().map(|template| {
            let lines = template.fixed_lines().map(plain).filter(|line| !line.is_empty()).collect();
            let staff = template.topic.as_deref() == Some("shop");
            (Resembled { name: template.name.clone(), class: template.class, staff }, lines)
        });
        Self(all.collect())
    }

    /// The template a text was made from. Nothing where two of different classes fit alike.
    pub fn resembled(&self, text: &str) -> Option<Resembled> {
        let lines: BTreeSet<String> = text.lines().map(plain).collect();
        let weight = |lines: &mut dyn Iterator<Item = &String>| -> usize { lines.map(String::len).sum() };
        let mut scores: Vec<(usize, &Resembled)> = self
            .0
            .iter()
            .filter_map(|(template, fixed)| {
                let there = weight(&mut fixed.intersection(&lines));
                let percent = (there * 100).checked_div(weight(&mut fixed.iter()))?;
                (percent >= ENOUGH).then_some((percent, template))
            })
            .collect();
        scores.sort_by_key(|(percent, _)| std::cmp::Reverse(*percent));
        let (best, found) = scores.first()?;
        let doubt = scores.iter().any(|(percent, other)| percent == best && other.class != found.class);
        (!doubt).then(|| (*found).clone())
    }
}

/// Without blanks, width and case.
fn plain(line: &str) -> String {
    Folded::new(line).text().split_whitespace().collect()
}

/// Whether a letter went from us to a stranger. Our form robots write to ourselves.
pub fn is_outgoing(letter: &Letter, desk: &Desk) -> bool {
    let ours =
        |person: &Correspondent| Address::parse(&person.address).is_some_and(|address| desk.owns(&address));
    !letter.from.is_empty()
        && letter.from.iter().all(ours)
        && !letter.to.is_empty()
        && !letter.to.iter().any(ours)
}

impl Answer {
    /// What is worth keeping of a sent letter.
    pub fn of(letter: &Letter, patterns: &Patterns) -> Self {
        Self {
            about: letter.answers().cloned().collect(),
            to: letter.to.iter().filter_map(|person| Address::parse(&person.address)).collect(),
            at: letter.sent,
            template: patterns.resembled(&letter.text),
        }
    }
}
