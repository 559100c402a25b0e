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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Live;
    use crate::mime;
    use std::path::Path;

    fn live() -> Live {
        Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap()
    }

    fn letter(head: &str) -> Letter {
        mime::letter(format!("{head}Subject: x\r\n\r\ntext\r\n").as_bytes()).unwrap()
    }

    #[test]
    fn only_a_mail_to_a_stranger_is_an_answer() {
        let live = live();
        let desk = &live.desk_policy().desk;
        for (head, expected) in [
            ("From: reservation1@jitanbody.example\r\nTo: a@c.example\r\n", true),
            (
                "From: reservation1@jitanbody.example\r\nTo: a@c.example\r\nCc: shinjuku@jitanbody.example\r\n",
                true,
            ),
            // The form's robot, a request to an agent, a customer, nobody.
            ("From: form@jitanbody.example\r\nTo: reservation1@jitanbody.example\r\n", false),
            ("From: reservation1@jitanbody.example\r\nTo: sato@agents.example\r\n", false),
            ("From: a@c.example\r\nTo: reservation1@jitanbody.example\r\n", false),
            ("From: reservation1@jitanbody.example\r\n", false),
            ("To: a@c.example\r\n", false),
        ] {
            assert_eq!(is_outgoing(&letter(head), desk), expected, "{head}");
        }
    }

    #[test]
    fn a_template_is_recognised_after_an_edit_and_not_by_its_greeting() {
        let live = live();
        let patterns = Patterns::of(live.desk_templates());
        for template in live.desk_templates().iter() {
            let mut lines: Vec<String> = template.fixed_lines().map(|line| format!("{line}\n")).collect();
            lines.insert(0, "花田様\n".to_owned());
            lines.push("> 引用した文\n".to_owned());
            let found = patterns.resembled(&lines.concat()).unwrap();
            assert_eq!((found.name.as_str(), found.class), (template.name.as_str(), template.class));
        }
        let greeting = live.desk_templates().get("price").unwrap().fixed_lines().next().unwrap().to_owned();
        for text in ["", "承知しました。", &greeting] {
            assert_eq!(patterns.resembled(text), None, "{text}");
        }
    }
}
