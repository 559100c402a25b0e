//! The call sheet of a request (workflow W2): what to ask first, what was given, products, open cases, calls. What the
//! staff of a shop see none of.

use super::name_of;
use crate::desk::History;
use crate::live::Live;
use crate::render::voice::Voice;
use crate::render::wording;
use crate::triage::case::Case;
use crate::triage::dossier::{Call, CallOutcome};
use crate::triage::needs::{Field, Needs, Reads};

/// Lines under one heading.
const MOST: usize = 6;

/// What to find out before answering, first things first.
pub(super) fn confirm(voice: Voice, live: &Live, case: &Case, history: &History) -> Vec<String> {
    let needs = &live.policy(&case.mailbox).needs;
    let topic = case.matter.topic.as_str();
    let mut lines = Vec::new();
    let first = needs.first_missing(case);
    if !first.is_empty() {
        lines.push(voice.sheet_first(&names(voice, &first)));
    }
    let rest: Vec<&Field> =
        needs.missing_for(case, topic).into_iter().filter(|field| !first.contains(field)).collect();
    if !rest.is_empty() {
        lines.push(voice.sheet_missing(&names(voice, &rest)));
    }
    lines.extend(products_differ(voice, case, history));
    match history.registered.as_deref() {
        Some([]) if case.customer.address.is_none() => lines.push(voice.sheet_ask_mail()),
        Some([known]) if !known.record.linked => lines.push(voice.sheet_link()),
        Some(_) | None => {}
    }
    // What the topic asks for by its own list is not asked for twice.
    let missing: Vec<&str> =
        case.matter.missing.iter().map(String::as_str).filter(|word| !covered(needs, topic, word)).collect();
    lines.extend(wording::confirm(voice, &case.matter, &missing));
    lines
}

/// What a case that is handed over still lacks, in one line.
pub(super) fn missing(voice: Voice, live: &Live, case: &Case) -> Option<String> {
    let needs = &live.policy(&case.mailbox).needs;
    let missing = needs.missing_for(case, &case.matter.topic);
    (!missing.is_empty()).then(|| voice.sheet_missing(&names(voice, &missing)))
}

/// Whether the list of a topic asks for what a mail was found to lack.
fn covered(needs: &Needs, topic: &str, word: &str) -> bool {
    let reads: &[Reads] = match word {
        "name" => &[Reads::Name],
        "phone" => &[Reads::Phone],
        "email" => &[Reads::Mail],
        "version" => &[Reads::Version, Reads::Product],
        "order_no" => &[Reads::Order],
        _ => &[],
    };
    reads.iter().any(|reads| needs.wants(topic, *reads))
}

fn names(voice: Voice, fields: &[&Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.called(voice.lang())).collect();
    names.join(if voice == Voice::DESK { "、" } else { ", " })
}

/// Who ticks "Tough" and owns a "mini" gets the wrong answer, and a long one (workflow W2).
fn products_differ(voice: Voice, case: &Case, history: &History) -> Vec<String> {
    let Some(given) = &case.dossier.product else { return Vec::new() };
    let mut lines = Vec::new();
    if !case.dossier.named.is_empty() {
        let named: Vec<&str> = case.dossier.named.iter().map(String::as_str).take(MOST).collect();
        lines.push(voice.product_named(given, &named.join(", ")));
    }
    let owned = owned(history);
    if !owned.is_empty() && !owned.contains(given) {
        lines.push(voice.product_owned(given, &owned.join(", ")));
    }
    lines
}

/// The products of whoever the customer surely is.
fn owned(history: &History) -> Vec<String> {
    match history.registered.as_deref() {
        Some([only]) => only.record.products.clone(),
        Some(_) | None => Vec::new(),
    }
}

/// Headings with their lines; a heading without lines is left out.
pub(super) fn sheet(voice: Voice, live: &Live, case: &Case, history: &History) -> Vec<(String, Vec<String>)> {
    let policy = live.policy(&case.mailbox);
    let (zone, dossier) = (live.zone(&case.mailbox), &case.dossier);
    let own =
        |field: &Field| matches!(field.reads, Some(Reads::Name | Reads::Phone | Reads::Mail | Reads::Shop));
    let given = policy.needs.given(case).into_iter().filter(|(field, _)| !own(field));
    let given: Vec<String> =
        given.map(|(field, value)| format!("{}: {value}", field.called(voice.lang()))).collect();
    let tags: Vec<String> = dossier.tags.iter().map(|tag| voice.tag_shown(tag)).collect();
    let mut products = owned(history);
    products.extend(
        history.products.iter().filter(|product| !products.contains(product)).cloned().collect::<Vec<_>>(),
    );
    products.truncate(MOST);
    let open = history.open.iter().map(|open| {
        let state = wording::state(voice, open.state);
        voice.open_case(open.case.as_str(), &voice.day(open.day), &open.topic, &state)
    });
    let mut calls: Vec<String> =
        dossier.calls.iter().rev().take(MOST).map(|call| called(voice, live, case, call)).collect();
    calls.reverse();
    if let Some((count, last)) = dossier.unanswered().filter(|(count, _)| *count > 1) {
        calls.push(voice.calls_unanswered(count, &voice.moment(last, zone)));
    }
    if let Some(call) = &dossier.on_call {
        calls.push(voice.call_running(&name_of(live, &call.by), &voice.moment(call.since, zone)));
    }
    match &dossier.remote {
        Some(remote) => {
            calls.push(voice.remote_offered(&voice.moment(remote.at, zone), &name_of(live, &remote.by)));
        }
        None if policy.calls.remote.is_some() && policy.needs.remote(&case.matter.topic) => {
            calls.push(voice.remote_helps());
        }
        None => {}
    }
    let sections = [
        (voice.label_tags(), tags),
        (voice.label_given(), given),
        (voice.label_products(), products),
        (voice.label_open_cases(), open.collect()),
        (voice.label_calls(), calls),
    ];
    sections.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn called(voice: Voice, live: &Live, case: &Case, call: &Call) -> String {
    let at = voice.moment(call.at, live.zone(&case.mailbox));
    let by = name_of(live, &call.by);
    let line = match (call.outcome, call.minutes.and_then(|minutes| usize::try_from(minutes).ok())) {
        (CallOutcome::NoAnswer, _) => voice.call_unanswered(&at, &by),
        (CallOutcome::Talked, Some(count)) => voice.call_talked_for(&at, &by, count),
        (CallOutcome::Talked, None) => voice.call_talked(&at, &by),
    };
    if call.note.is_empty() { line } else { format!("{line} {}", call.note) }
}

/// What the support group is told of a long call.
pub(super) fn long_call(voice: Voice, live: &Live, case: &Case) -> Option<String> {
    let dossier = &case.dossier;
    let limit = usize::try_from(live.policy(&case.mailbox).calls.long.as_mins()).unwrap_or_default();
    let running = |by, since| {
        let since = voice.moment(since, live.zone(&case.mailbox));
        voice.long_call_running(&name_of(live, by), &since, limit)
    };
    match (&dossier.long, &dossier.on_call) {
        (Some(long), _) => Some(match long.minutes.and_then(|minutes| usize::try_from(minutes).ok()) {
            Some(count) => voice.long_call_ended(&name_of(live, &long.by), count),
            None => running(&long.by, long.at),
        }),
        (None, Some(call)) => Some(running(&call.by, call.since)),
        (None, None) => None,
    }
}
