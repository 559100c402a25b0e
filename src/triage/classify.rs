//! The decision list: machine mail, answer or new matter; topic; class; urgency; what staff must see.
//!
//! Each decision takes the first reason that holds and keeps it as evidence. The words are rules; the order of the
//! questions and the workflows' definitions (a reservation is a wish to book *and* a concrete slot) are here.

use jiff::civil::Date;

use super::form::Form;
use super::mail::{Letter, ReportKind};
use super::policy::Desk;
use super::rulebook::{Cue, Hit, LabelKind, Rule, Rulebook, Says, When};
use super::verdict::{Class, Disposition, Evidence, Facts, Grain, Ignored, Role, Verdict, Wish};

/// Everything the decisions look at.
pub(super) struct Question<'a> {
    pub(super) letter: &'a Letter,
    pub(super) desk: &'a Desk,
    pub(super) rules: &'a Rulebook,
    pub(super) form: &'a Form,
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
    Evidence { name: name.to_owned(), file: "built-in".to_owned(), matched }
}

/// What the head of a letter says about where it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Its ids name a mail of ours: somebody's or some machine's answer, no circular.
    pub(super) named: bool,
    /// Its subject opens with `Re:`: no system's notice.
    pub(super) reply: bool,
}

/// Why a letter is machine mail, if it is.
pub(super) fn machine(
    letter: &Letter,
    desk: &Desk,
    form: &Form,
    hits: &[Hit<'_>],
    origin: Origin,
) -> Option<(Ignored, Evidence)> {
    if let Some(report) = &letter.report {
        match report.kind {
            ReportKind::Failed | ReportKind::Delayed | ReportKind::Delivered => {
                return Some((Ignored::Bounce, built_in("report:delivery", vec![report.status.clone()])));
            }
            ReportKind::Disposition => {
                return Some((Ignored::ReadReceipt, built_in("report:disposition", Vec::new())));
            }
            ReportKind::Other => {
                return Some((Ignored::SystemNotice, built_in("report:other", Vec::new())));
            }
        }
    }
    if letter.header("x-madoguchi-ref").next().is_some() && from_us(letter, desk) {
        return Some((Ignored::Own, built_in("own:ref", Vec::new())));
    }
    let ours = from_us(letter, desk);
    hits.iter().find_map(|hit| {
        let Says::Machine(reason) = hit.rule.says else { return None };
        // A customer's words reach us through our own form robot; its headers say nothing about them.
        let customer_form = form.is_form() && (ours || asks(form));
        let spared = match reason {
            Ignored::Bounce | Ignored::ReadReceipt | Ignored::AutoReply | Ignored::Own => customer_form,
            // A shared mailbox that is a mailing list of ours marks every mail as list mail.
            Ignored::Newsletter => customer_form || origin.named || our_list(letter, desk),
            Ignored::Spam => customer_form || origin.named,
            Ignored::SystemNotice => customer_form || origin.named || origin.reply,
            // Portals send forms too: name, time, telephone of a booking that exists already.
            Ignored::BookingNotice => origin.named || origin.reply || (ours && form.is_form()),
        };
        (!spared).then(|| (reason, hit.evidence()))
    })
}

fn our_list(letter: &Letter, desk: &Desk) -> bool {
    ["list-id", "list-post", "sender"].iter().flat_map(|name| letter.header(name)).any(|value| {
        let value = value.to_ascii_lowercase();
        desk.domains.iter().any(|domain| value.contains(domain.as_str()))
    })
}

/// A form that carries somebody's words to us: it has a content field.
fn asks(form: &Form) -> bool {
    form.of(LabelKind::Content).any(|field| field.value.end > field.value.start)
}

fn from_us(letter: &Letter, desk: &Desk) -> bool {
    letter
        .from
        .iter()
        .filter_map(|person| super::id::Address::parse(&person.address))
        .any(|address| desk.owns(&address))
}

/// The verdict on a letter that a person wrote.
pub(super) fn judge(question: &Question<'_>) -> Verdict {
    let mut rules = Vec::new();
    let (topic, topic_rule) = topic(question, &mut rules);
    let class = (!question.follow_up).then(|| class(question, &topic, &mut rules));
    let needs_staff = match question.cue(Cue::Staff).or_else(|| question.cue(Cue::Worse)) {
        Some(hit) if !matches!(topic.as_str(), "sales" | "job" | "order" | "purchase" | "support") => {
            rules.push(hit.evidence());
            true
        }
        Some(_) | None => false,
    };
    let urgent = urgent(question, &topic, &mut rules);
    let ambiguous = ambiguous(question, &topic, &mut rules);
    let (template, marks) = answer(question, &topic, topic_rule, class, needs_staff, &mut rules);
    Verdict {
        disposition: if question.follow_up { Disposition::FollowUp } else { Disposition::Case },
        class,
        topic,
        urgent,
        ambiguous,
        needs_staff,
        rules,
        template,
        marks,
    }
}

/// The heaviest topic rule; equal ones in the order of the mail. Without any, a wished slot means a booking.
fn topic<'a>(question: &Question<'a>, rules: &mut Vec<Evidence>) -> (String, Option<&'a Rule>) {
    let heaviest = |hits: &'a [Hit<'a>]| {
        hits.iter()
            .filter_map(|hit| match &hit.rule.says {
                Says::Topic(topic) => Some((hit, topic)),
                Says::Cue(_) | Says::Machine(_) | Says::Mark => None,
            })
            .max_by_key(|(hit, _)| (hit.rule.weight, std::cmp::Reverse(hit.first)))
    };
    if let Some((hit, topic)) = heaviest(question.hits) {
        rules.push(hit.evidence());
        // Whoever names a complaint of the body and a slot wants the slot.
        let slot =
            topic == "symptom" && question.cue(Cue::Book).is_some() && question.cue(Cue::Worse).is_none();
        if slot && let Some(wish) = concrete(&question.facts.wishes).next() {
            rules.push(built_in("topic:slot", vec![wish.text.clone()]));
            return ("booking".to_owned(), None);
        }
        // A form's own time is a booking, with a question beside it.
        let question_beside = matches!(topic.as_str(), "price" | "access" | "hours");
        if question_beside
            && asked_time(question.form)
            && let Some(wish) = concrete(&question.facts.wishes).next()
        {
            rules.push(built_in("topic:slot", vec![wish.text.clone()]));
            return ("booking".to_owned(), None);
        }
        return (topic.clone(), Some(hit.rule));
    }
    let slots: Vec<String> = wished(&question.facts.wishes).map(|wish| wish.text.clone()).collect();
    // The weather of a day, the films of an evening: a day in a question about something else is no booking.
    let elsewhere =
        !question.follow_up && question.cue(Cue::Ask).is_some() && question.cue(Cue::Book).is_none();
    if !slots.is_empty() && !elsewhere {
        rules.push(built_in("topic:slot", slots));
        return ("booking".to_owned(), None);
    }
    let software = [LabelKind::Product, LabelKind::Version];
    if software.iter().any(|kind| question.form.of(*kind).next().is_some()) {
        rules.push(built_in("topic:product-form", Vec::new()));
        return ("support".to_owned(), None);
    }
    if let Some((hit, topic)) = heaviest(question.thread_hits) {
        rules.push(hit.evidence());
        return (topic.clone(), Some(hit.rule));
    }
    let topic = if question.follow_up { "booking" } else { "other" };
    rules.push(built_in(&format!("topic:{topic}"), Vec::new()));
    (topic.to_owned(), None)
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
fn class(question: &Question<'_>, topic: &str, rules: &mut Vec<Evidence>) -> Class {
    let asked = asked_time(question.form);
    let bookable = matches!(topic, "booking" | "change" | "support" | "purchase");
    // A form that asks for a time makes a booking of a question about the price, too.
    let with_time = asked && matches!(topic, "price" | "access" | "hours" | "symptom" | "other");
    if !bookable && !with_time {
        return Class::Inquiry;
    }
    let concrete: Vec<&Wish> = concrete(&question.facts.wishes).collect();
    if concrete.is_empty() {
        return Class::Inquiry;
    }
    let booked = question.cue(Cue::Book);
    // A booking or a move is a wish by itself.
    if !asked && booked.is_none() && !matches!(topic, "booking" | "change") {
        return Class::Inquiry;
    }
    if let Some(hit) = booked {
        rules.push(hit.evidence());
    }
    rules.push(built_in("class:slot", concrete.iter().map(|wish| wish.text.clone()).collect()));
    Class::Reservation
}

/// (a) The slot is today, or tomorrow when the mail came at 18:00 or later; (b) somebody got worse; (c) danger, loss
/// or an ultimatum in a complaint or a support case.
fn urgent(question: &Question<'_>, topic: &str, rules: &mut Vec<Evidence>) -> bool {
    if let Some(hit) = question.cue(Cue::Worse) {
        rules.push(hit.evidence());
        return true;
    }
    if matches!(topic, "complaint" | "support")
        && let Some(hit) = question.cue(Cue::Danger).or_else(|| question.cue(Cue::Ultimatum))
    {
        rules.push(hit.evidence());
        return true;
    }
    if !matches!(
        topic,
        "booking" | "change" | "cancel" | "symptom" | "price" | "access" | "other" | "support" | "purchase"
    ) {
        return false;
    }
    let Some((today, late)) = question.letter.sent.map(|sent| {
        let local = sent.to_zoned(question.desk.zone.clone());
        (local.date(), local.hour() >= 18)
    }) else {
        return false;
    };
    let near = |day: Date| day == today || (late && today.tomorrow().is_ok_and(|tomorrow| day == tomorrow));
    let slot = question.facts.wishes.iter().find(|wish| {
        let counted = match wish.role {
            Role::Wish | Role::CurrentBooking => true,
            Role::Excluded | Role::Past | Role::Callback | Role::Mention => false,
        };
        counted && wish.grain <= Grain::Day && near(wish.start.date())
    });
    if let Some(wish) = slot {
        rules.push(built_in("urgent:slot", vec![wish.text.clone()]));
    }
    slot.is_some()
}

/// A weekday that contradicts its date, or a wish to book without any slot but with a rhythm or a week.
fn ambiguous(question: &Question<'_>, topic: &str, rules: &mut Vec<Evidence>) -> bool {
    let wishes = &question.facts.wishes;
    if let Some(wish) = wishes.iter().find(|wish| wish.contradicts) {
        rules.push(built_in("ambiguous:weekday", vec![wish.text.clone()]));
        return true;
    }
    if question.follow_up || topic != "booking" {
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

/// Template of the first answer and marks, from the rules.
fn answer(
    question: &Question<'_>,
    topic: &str,
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
            Says::Cue(_) => true,
            Says::Machine(_) => false,
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
    let chosen = question.rules.answers().iter().find_map(|answer| {
        let fits = match &answer.when {
            When::NeedsStaff => needs_staff,
            When::Reservation => class == Some(Class::Reservation),
            When::NoName => question.facts.name.is_none(),
            When::TopicRule => topic_rule.is_some_and(|rule| rule.template.is_some()),
            When::Topic(wanted) => wanted == topic,
            When::Always => true,
        };
        let template = answer.template.clone().or_else(|| topic_rule.and_then(|rule| rule.template.clone()));
        (fits && template.is_some()).then_some((answer, template))
    });
    match chosen {
        Some((answer, template)) => {
            let matched = template.iter().cloned().collect();
            rules.push(Evidence { name: answer.name.clone(), file: answer.place.clone(), matched });
            (template, marks)
        }
        None => (None, marks),
    }
}
