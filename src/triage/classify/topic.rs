//! What a letter is about: each topic rule that holds is evidence, and the readings are weighed against each other.
//!
//! A rule weighs what its file says, more where its words stand with a request, less in the story behind the mail, and a
//! little more for what is spoken of first. Two readings nearer than the margin are both kept. All figures are data.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::standing::{Sentences, Standing};
use super::{PassedOver, Question, asked_time, built_in, concrete, wished};
use crate::triage::rulebook::{Cue, Hit, LabelKind, Rule, Says};
use crate::triage::topics::{Silent, Topic, Visits, WithSlot};
use crate::triage::verdict::{Evidence, Reason, Span, Wish};

/// The topic and what speaks for it.
pub(super) struct Decided<'a> {
    /// The topic; `None` only where the rules list no topic for such a mail.
    pub(super) topic: Option<&'a Topic>,
    /// The topic rule that decided, where one did.
    pub(super) rule: Option<&'a Rule>,
    /// The other reading, nearer than the margin.
    pub(super) rival: Option<(&'a Topic, Evidence)>,
}

/// A topic rule that holds, as evidence.
struct Reading<'a> {
    hit: &'a Hit<'a>,
    topic: &'a Topic,
    standing: Standing,
    /// Where its words stand; `usize::MAX` outside of the writer's words.
    at: usize,
    weight: i32,
    order: usize,
}

/// The heaviest reading. Without any, what the mail names: a slot, a product, nothing.
pub(super) fn topic<'a>(
    question: &Question<'a>,
    rules: &mut Vec<Evidence>,
    others: &mut PassedOver,
) -> Decided<'a> {
    let topics = question.rules.topics();
    let spoken = heaviest(question, question.hits, others);
    // 「13時でお願いします」 answers whatever the thread is about.
    let slight = spoken.as_ref().is_some_and(|(best, _)| best.hit.rule.weight < topics.weighing.slight);
    let thread = slight.then(|| heaviest(question, question.thread_hits, others)).flatten();
    if let Some((best, rival)) = thread.or(spoken) {
        rules.push(best.hit.evidence());
        if gives_way(question, best.topic)
            && let Some(wish) = concrete(&question.facts.wishes).find(|wish| says_so(wish, best.topic))
            && let Some(slot) = topics.taking(Silent::Slot)
        {
            rules.push(built_in("topic:slot", vec![wish.text.clone()]));
            others.note(|| best.hit.passed(Reason::Slot));
            return Decided { topic: Some(slot), rule: None, rival: None };
        }
        let rival = rival.map(|rival| (rival.topic, rival.hit.evidence()));
        return Decided { topic: Some(best.topic), rule: Some(best.hit.rule), rival };
    }
    let mut silent = |silent: Silent, name: &str, matched: Vec<String>| {
        rules.push(built_in(name, matched));
        Decided { topic: topics.taking(silent), rule: None, rival: None }
    };
    let slots: Vec<String> = wished(&question.facts.wishes).map(|wish| wish.text.clone()).collect();
    // The weather of a day, the films of an evening: a day in a question about something else is no booking.
    let elsewhere =
        !question.follow_up && question.cue(Cue::Ask).is_some() && question.cue(Cue::Book).is_none();
    if !slots.is_empty() && !elsewhere {
        return silent(Silent::Slot, "topic:slot", slots);
    }
    let software = [LabelKind::Product, LabelKind::Version];
    // A form that was sent without a word asks for nothing, whatever product it names.
    let spoken = question.facts.content.is_some();
    if spoken && software.iter().any(|kind| question.form.of(*kind).next().is_some()) {
        return silent(Silent::Product, "topic:product-form", Vec::new());
    }
    if let Some((best, _)) = heaviest(question, question.thread_hits, others) {
        rules.push(best.hit.evidence());
        return Decided { topic: Some(best.topic), rule: Some(best.hit.rule), rival: None };
    }
    if question.follow_up {
        return silent(Silent::Reply, "topic:reply", Vec::new());
    }
    silent(Silent::Nothing, "topic:nothing", Vec::new())
}

/// The heaviest reading of some hits, and one of another topic that is nearly as heavy.
fn heaviest<'a>(
    question: &Question<'a>,
    hits: &'a [Hit<'a>],
    others: &mut PassedOver,
) -> Option<(Reading<'a>, Option<Reading<'a>>)> {
    let topics = question.rules.topics();
    let mut readings = readings(question, hits);
    readings.sort_by_key(|reading| (Reverse(reading.weight), reading.at, reading.order));
    let mut readings = readings.into_iter();
    let best = readings.next()?;
    let slot = topics.taking(Silent::Slot).is_some_and(|slot| slot.name == best.topic.name);
    let mut rival = None;
    for reading in readings {
        let near = best.weight.saturating_sub(reading.weight);
        let why = || match () {
            () if reading.topic.name == best.topic.name => {
                Reason::SameTopic { by: best.hit.rule.name.clone() }
            }
            () if reading.hit.rule.weight == best.hit.rule.weight && reading.standing == best.standing => {
                Reason::Later { than: best.hit.rule.name.clone() }
            }
            () => Reason::Outweighed {
                by: best.hit.rule.name.clone(),
                weight: best.weight,
                against: reading.weight,
            },
        };
        others.note(|| reading.hit.passed(why()));
        // A question beside a wish to book is part of it.
        let beside = slot && reading.topic.yields != WithSlot::Never;
        let other = reading.topic.name != best.topic.name;
        if rival.is_none() && other && !beside && near < topics.weighing.margin {
            rival = Some(reading);
        }
    }
    Some((best, rival))
}

fn readings<'a>(question: &Question<'a>, hits: &'a [Hit<'a>]) -> Vec<Reading<'a>> {
    let topics = question.rules.topics();
    let weighing = &topics.weighing;
    let verb_last = weighing.verb_last.iter().any(|lang| lang == question.page.lang);
    let text = question.page.texts.text.text();
    let sentences = Sentences::new(text, &question.page.words, question.hits, verb_last);
    // What facts and further places add is the same for all rules of a topic.
    let mut added: BTreeMap<&str, i32> = BTreeMap::new();
    let mut readings: Vec<Reading<'a>> =
        hits.iter()
            .filter_map(|hit| {
                let Says::Topic(name) = &hit.rule.says else { return None };
                let topic = topics.named(name)?;
                let own = hit.spans().filter(|span| question.page.own(*span));
                let best = own.map(|span| (sentences.standing(span), Reverse(span.start))).max();
                let (standing, Reverse(at)) = best.unwrap_or((Standing::Plain, Reverse(usize::MAX)));
                let shift = match standing {
                    Standing::Request => weighing.request,
                    Standing::Plain => 0,
                    Standing::Background => weighing.background.saturating_neg(),
                    Standing::Denied => weighing.denied.saturating_neg(),
                };
                let weight =
                    hit.rule.weight.saturating_add(shift).saturating_add(*added.entry(name).or_insert_with(
                        || beside(question, topic).saturating_add(again(question, hits, name)),
                    ));
                Some(Reading { hit, topic, standing, at, weight, order: topics.order(name) })
            })
            .collect();
    let first = readings.iter_mut().filter(|reading| reading.at != usize::MAX);
    let first = first.min_by_key(|reading| {
        // Of rules that found the same words, the heavier one knows them better.
        (Reverse(reading.standing), reading.at, Reverse(reading.weight), reading.order)
    });
    if let Some(first) = first {
        first.weight = first.weight.saturating_add(weighing.first);
    }
    readings
}

/// What the facts of the mail add to a topic.
fn beside(question: &Question<'_>, topic: &Topic) -> i32 {
    let asked = question.form.of(LabelKind::Product).next().is_some();
    let product = if asked || question.facts.product.is_some() { topic.with_product } else { 0 };
    let order = if question.facts.order_no.is_some() { topic.with_order_no } else { 0 };
    product.saturating_add(order)
}

/// What further places of the writer's words add to a topic.
fn again(question: &Question<'_>, hits: &[Hit<'_>], topic: &str) -> i32 {
    let weighing = &question.rules.topics().weighing;
    let mut spans: Vec<Span> = hits
        .iter()
        .filter(|hit| matches!(&hit.rule.says, Says::Topic(name) if name == topic))
        .flat_map(Hit::spans)
        .filter(|span| question.page.own(*span))
        .collect();
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let text = question.page.texts.text.text();
    let (mut end, mut words) = (0, Vec::new());
    for span in spans {
        let word = text.get(span.start..span.end).unwrap_or_default();
        if span.start >= end && !words.contains(&word) && words.len() < 8 {
            words.push(word);
            end = span.end;
        }
    }
    let further = i32::try_from(words.len().saturating_sub(1)).unwrap_or(0);
    further.saturating_mul(weighing.again).min(weighing.again_most)
}

/// Whether a wish counts in a topic where dates are seldom wishes.
fn says_so(wish: &Wish, topic: &Topic) -> bool {
    wish.explicit || topic.visits == Visits::All
}

/// Whether a wanted slot says more about what the writer is after than the topic does.
fn gives_way(question: &Question<'_>, topic: &Topic) -> bool {
    match topic.yields {
        WithSlot::Always => true,
        // Whoever names a complaint of the body and a slot wants the slot.
        WithSlot::OnRequest => question.cue(Cue::Book).is_some() && question.cue(Cue::Worse).is_none(),
        // A form's own time is a booking, with a question beside it.
        WithSlot::InForm => asked_time(question.form),
        WithSlot::Never => false,
    }
}
