//! The decision list: machine mail, answer or new matter; topic; class; urgency; what staff must see.
//!
//! Each decision takes the first reason that holds and keeps it as evidence. The words, the topics and their order are
//! rules; here are the questions that are asked, and the workflows' definitions (a reservation is a wish to book *and*
//! a concrete slot).

mod answer;
mod machine;
mod passed;
mod shape;
mod standing;
mod topic;
mod urgent;

pub(super) use self::machine::{Origin, doubtful, known, machine};
pub(super) use self::passed::PassedOver;
pub(super) use self::shape::shapes;
use super::form::Form;
use super::mail::Letter;
use super::policy::Desk;
use super::rulebook::{Cue, Hit, LabelKind, Page, Rulebook, Says};
use super::topics::{Topic, WithSlot};
use super::verdict::{Class, Disposition, Evidence, Facts, Grain, Role, Second, Verdict, Wish};

/// Everything the decisions look at.
pub(super) struct Question<'a> {
    pub(super) letter: &'a Letter,
    pub(super) desk: &'a Desk,
    pub(super) rules: &'a Rulebook,
    pub(super) form: &'a Form,
    /// What of the letter the hits were found on.
    pub(super) page: &'a Page<'a>,
    pub(super) hits: &'a [Hit<'a>],
    pub(super) facts: &'a Facts,
    pub(super) follow_up: bool,
    /// Topic rules that hold for the subject of the thread; asked only when the text says nothing.
    pub(super) thread_hits: &'a [Hit<'a>],
}

impl<'a> Question<'a> {
    fn cue(&self, cue: Cue) -> Option<&'a Hit<'a>> {
        self.hits.iter().find(|hit| hit.rule.says == Says::Cue(cue))
    }
}

fn built_in(name: &str, matched: Vec<String>) -> Evidence {
    Evidence { name: name.to_owned(), file: "built-in".to_owned(), matched, spans: Vec::new() }
}

fn from_us(letter: &Letter, desk: &Desk) -> bool {
    letter
        .from
        .iter()
        .filter_map(|person| super::id::Address::parse(&person.address))
        .any(|address| desk.owns(&address))
}

/// The verdict on a letter that a person wrote. Rules that do not decide go to `others`.
pub(super) fn judge(question: &Question<'_>, others: &mut PassedOver) -> Verdict {
    let mut rules = Vec::new();
    let decided = topic::topic(question, &mut rules, others);
    let topic = decided.topic;
    let class = (!question.follow_up).then(|| class(question, topic, &mut rules));
    let second = decided.rival.map(|(topic, rule)| Second {
        topic: topic.name.clone(),
        class: (!question.follow_up).then(|| self::class(question, Some(topic), &mut Vec::new())),
        rule,
    });
    let staff = topic.is_none_or(|topic| topic.staff);
    let needs_staff = match question.cue(Cue::Staff).or_else(|| question.cue(Cue::Worse)) {
        Some(hit) if staff => {
            rules.push(hit.evidence());
            true
        }
        Some(_) | None => false,
    };
    let urgent = urgent::urgent(question, topic, &mut rules);
    let mut ambiguous = ambiguous(question, topic, &mut rules);
    if let Some(second) = &second {
        rules.push(built_in("ambiguous:margin", vec![second.topic.clone()]));
        ambiguous = true;
    }
    let (template, marks) = answer::answer(question, topic, decided.rule, class, needs_staff, &mut rules);
    Verdict {
        disposition: if question.follow_up { Disposition::FollowUp } else { Disposition::Case },
        class,
        topic: topic.map_or_else(String::new, |topic| topic.name.clone()),
        urgent,
        ambiguous,
        doubtful: false,
        needs_staff,
        second,
        rules,
        passed: Vec::new(),
        template,
        marks,
    }
}

/// The form asks for a time, and one was filled in.
fn asked_time(form: &Form) -> bool {
    form.of(LabelKind::When).any(|field| field.value.end > field.value.start)
}

fn wished(wishes: &[Wish]) -> impl Iterator<Item = &Wish> {
    wishes.iter().filter(|wish| wish.role == Role::Wish)
}

/// Wishes of at least a day.
fn concrete(wishes: &[Wish]) -> impl Iterator<Item = &Wish> {
    wished(wishes).filter(|wish| match wish.grain {
        Grain::Second | Grain::Minute | Grain::Hour | Grain::Part | Grain::Day => true,
        Grain::Week | Grain::Month | Grain::Quarter | Grain::Year => false,
    })
}

/// Class B needs a wish to book and a slot of at least a day (workflow W1).
fn class(question: &Question<'_>, topic: Option<&Topic>, rules: &mut Vec<Evidence>) -> Class {
    let slots: Vec<String> = concrete(&question.facts.wishes).map(|wish| wish.text.clone()).collect();
    let booked = question.cue(Cue::Book);
    let asked = asked_time(question.form);
    let books = match topic.map_or(WithSlot::Never, |topic| topic.books) {
        // A booking or a move is a wish by itself.
        WithSlot::Always => true,
        WithSlot::OnRequest => asked || booked.is_some(),
        // A form that asks for a time makes a booking of a question about the price, too.
        WithSlot::InForm => asked,
        WithSlot::Never => false,
    };
    if !books || slots.is_empty() {
        return Class::Inquiry;
    }
    if let Some(hit) = booked {
        rules.push(hit.evidence());
    }
    rules.push(built_in("class:slot", slots));
    Class::Reservation
}

/// A weekday that contradicts its date, or a wish to book without any slot but with a rhythm or a week.
fn ambiguous(question: &Question<'_>, topic: Option<&Topic>, rules: &mut Vec<Evidence>) -> bool {
    let wishes = &question.facts.wishes;
    if let Some(wish) = wishes.iter().find(|wish| wish.contradicts) {
        rules.push(built_in("ambiguous:weekday", vec![wish.text.clone()]));
        return true;
    }
    if question.follow_up || !topic.is_some_and(|topic| topic.wants_day) {
        return false;
    }
    let concrete = wished(wishes).any(|wish| wish.grain <= Grain::Day);
    let coarse = wished(wishes).find(|wish| wish.grain > Grain::Day);
    if concrete {
        return false;
    }
    if let Some(wish) = coarse {
        rules.push(built_in("ambiguous:coarse", vec![wish.text.clone()]));
        return true;
    }
    match question.cue(Cue::Vague) {
        Some(hit) if question.cue(Cue::Callback).is_none() => {
            rules.push(hit.evidence());
            true
        }
        Some(_) | None => false,
    }
}
