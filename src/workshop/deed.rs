//! What people did with a mail, as far as marks, labels and their answers tell, and how a reading suits that.
//!
//! Knows nothing of two sets of rules; where nothing tells, nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::answers::Answer;
use super::bench::Mail;
use super::decided::Decided;
use crate::config::Marks;
use crate::triage::id::{Address, MessageId};
use crate::triage::label::{ASKED_SHOP, AWAITING_REPLY, HANDLED, STATE_MARKS};
use crate::triage::verdict::{Class, Disposition};

/// What people did with a mail.
#[derive(Debug, Default)]
pub(super) struct Deed {
    /// Somebody took it as a person's matter, or did not.
    pub(super) matter: Option<bool>,
    /// They answered it as A or B.
    pub(super) class: Option<Class>,
    /// They left it to the shop.
    pub(super) shop: bool,
    /// Marks that rules set.
    pub(super) marks: BTreeSet<String>,
    /// The same in words.
    pub(super) words: Vec<String>,
    /// Some mark of ours is on it, whatever it tells.
    pub(super) touched: bool,
}

impl Deed {
    /// Each question that this mail answers, and whether the reading answers it alike.
    pub(super) fn judge(&self, decided: &Decided) -> Vec<(&'static str, bool)> {
        let mut judged = Vec::new();
        judged.extend(self.matter.map(|matter| ("matter", matter == decided.is_matter())));
        // A follow-up has no class.
        let class = self.class.filter(|_| decided.disposition == Disposition::Case);
        judged.extend(class.map(|class| ("class", decided.class == Some(class))));
        judged.extend(self.shop.then_some(("staff", decided.needs_staff)));
        let there = |mark: &String| decided.marks.contains(mark);
        judged.extend((!self.marks.is_empty()).then(|| ("marks", self.marks.iter().all(there))));
        judged
    }

    /// What marks, labels and an answer tell.
    pub(super) fn of(mail: &Mail, marks: &[&Marks], answer: Option<&Answer>) -> Self {
        let mut deed = Deed::default();
        let mut took = |words: &mut Vec<String>, word: &str| {
            deed.matter = Some(true);
            words.push(word.to_owned());
        };
        let mut words = Vec::new();
        let meanings: BTreeSet<&str> = mail
            .tags
            .words
            .iter()
            .flat_map(|word| {
                marks.iter().filter_map(move |marks| {
                    marks.meaning_of_keyword(word).or_else(|| marks.meaning_of_label(word))
                })
            })
            .collect();
        for meaning in
            meanings.iter().filter(|meaning| [HANDLED, AWAITING_REPLY, ASKED_SHOP].contains(meaning))
        {
            took(&mut words, meaning);
        }
        if let Some(answer) = answer {
            let template = answer.template.as_ref().map(|template| format!("answered ({})", template.name));
            took(&mut words, template.as_deref().unwrap_or("answered"));
        } else if mail.tags.answered {
            took(&mut words, "answered");
        }
        if mail.tags.junk && deed.matter.is_none() {
            deed.matter = Some(false);
            words.push("junk".to_owned());
        }
        let template = answer.and_then(|answer| answer.template.as_ref());
        deed.shop = meanings.contains(ASKED_SHOP) || template.is_some_and(|template| template.staff);
        deed.class = match template {
            // Chosen whatever the class is.
            Some(template) if template.staff => None,
            Some(template) => template.class,
            None => meanings.contains(AWAITING_REPLY).then_some(Class::Reservation),
        };
        deed.touched = !meanings.is_empty();
        let state = |meaning: &&&str| STATE_MARKS.contains(*meaning);
        deed.marks =
            meanings.iter().filter(|meaning| !state(meaning)).map(|meaning| (*meaning).to_owned()).collect();
        words.extend(deed.marks.iter().cloned());
        deed.words = words;
        deed
    }
}

/// Sent mails by what they answer and by whom they went to.
pub(super) struct Book<'a> {
    by_id: BTreeMap<&'a MessageId, &'a Answer>,
    by_address: BTreeMap<&'a Address, Vec<(Timestamp, &'a Answer)>>,
}

impl<'a> Book<'a> {
    pub(super) fn of(answers: &'a [Answer]) -> Self {
        let (mut by_id, mut by_address) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        for answer in answers {
            for id in &answer.about {
                by_id.entry(id).or_insert(answer);
            }
            if let Some(at) = answer.at {
                for address in &answer.to {
                    by_address.entry(address).or_default().push((at, answer));
                }
            }
        }
        by_address.values_mut().for_each(|sent| sent.sort_by_key(|(at, _)| *at));
        Self { by_id, by_address }
    }

    /// The answer that names the mail; else the first one to its writer within the window. An answer to a form's mail
    /// names nothing that the customer ever saw.
    pub(super) fn answer(&self, mail: &Mail, window: SignedDuration) -> Option<&'a Answer> {
        if let Some(answer) = mail.id.as_ref().and_then(|id| self.by_id.get(id)) {
            return Some(answer);
        }
        let sent = mail.sent?;
        let emails = [&mail.old.email, &mail.new.email];
        emails.into_iter().flatten().find_map(|email| {
            let answers = self.by_address.get(&Address::parse(email)?)?;
            let from = answers.partition_point(|(at, _)| *at < sent);
            let (at, answer) = answers.get(from)?;
            (at.duration_since(sent) <= window).then_some(*answer)
        })
    }
}
