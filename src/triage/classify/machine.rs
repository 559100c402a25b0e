//! Why a letter is machine mail, if it is.
//!
//! Delivery reports are known by their form. All else stands in the rules: strong signs decide alone, in the order that
//! the rules give; light ones are added up for each kind, and what only people say is taken from the sum. A sign that
//! a person speaks spares the mail, as the rules say for each kind.

use super::{PassedOver, built_in, from_us};
use crate::triage::form::Form;
use crate::triage::id::Address;
use crate::triage::mail::{Letter, ReportKind};
use crate::triage::policy::Desk;
use crate::triage::rulebook::{Hit, LabelKind, Rulebook, Says, Scan, Shape};
use crate::triage::topics::{Spare, Weighing};
use crate::triage::verdict::{Evidence, Ignored, Reason};

/// What the head of a letter says about where it comes from.
#[derive(Debug, Clone, Copy)]
pub(in crate::triage) struct Origin {
    /// Its ids name a mail of ours: somebody's or some machine's answer, no circular.
    pub(in crate::triage) named: bool,
    /// Its subject opens with `Re:`: no system's notice.
    pub(in crate::triage) reply: bool,
    /// Somebody forwards a mail and says something to it.
    pub(in crate::triage) forward: bool,
}

/// Why a letter is machine mail whatever it says: a report by its form, a mail of ours come back.
pub(in crate::triage) fn known(letter: &Letter, desk: &Desk) -> Option<(Ignored, Vec<Evidence>)> {
    let built =
        |because: Ignored, name: &str, matched: Vec<String>| Some((because, vec![built_in(name, matched)]));
    if let Some(report) = &letter.report {
        return match report.kind {
            ReportKind::Failed | ReportKind::Delayed | ReportKind::Delivered => {
                built(Ignored::Bounce, "report:delivery", vec![report.status.clone()])
            }
            ReportKind::Disposition => built(Ignored::ReadReceipt, "report:disposition", Vec::new()),
            ReportKind::Other => built(Ignored::SystemNotice, "report:other", Vec::new()),
        };
    }
    let marked = letter.header("x-madoguchi-ref").next().is_some();
    if marked && from_us(letter, desk) {
        return built(Ignored::Own, "own:ref", Vec::new());
    }
    // Another desk like ours: what its people approved is a person's mail, what its machine says is not.
    if marked && letter.header("auto-submitted").any(|value| !value.trim().eq_ignore_ascii_case("no")) {
        return built(Ignored::AutoReply, "loop:desk", Vec::new());
    }
    // A forwarder writes into X-Loop where it has seen the mail.
    let seen = letter.header("x-loop").filter_map(|value| Address::parse(value.trim()));
    if seen.into_iter().any(|address| desk.addresses.contains(&address)) {
        return built(Ignored::Own, "loop:seen", Vec::new());
    }
    None
}

/// Why a letter is machine mail by what it says, if it is, with the rules that say so. Rules that do not decide go to `others`.
#[expect(clippy::too_many_arguments, reason = "a letter is seen from every side, once")]
pub(in crate::triage) fn machine(
    letter: &Letter,
    desk: &Desk,
    rules: &Rulebook,
    form: &Form,
    scan: &Scan<'_>,
    shapes: &[Shape],
    origin: Origin,
    others: &mut PassedOver,
) -> Option<(Ignored, Vec<Evidence>)> {
    let ours = from_us(letter, desk);
    let holds = |spare: Spare| match spare {
        // A customer's words reach us through our own form robot; its headers say nothing about them.
        Spare::Form => form.is_form() && (ours || asks(form)) && !shapes.contains(&Shape::OurEntry),
        // Portals send forms too: name, time, telephone of a booking that exists already.
        Spare::OwnForm => form.is_form() && ours,
        Spare::Answer => origin.named,
        Spare::Reply => origin.reply,
        Spare::Forward => origin.forward,
        // A shared mailbox that is a mailing list of ours marks every mail as list mail.
        Spare::OurList => our_list(letter, desk),
    };
    let mut found: Option<(Ignored, Vec<Evidence>)> = None;
    let mut light = Vec::new();
    for refusal in &rules.topics().refusals {
        let spared = refusal.spared.iter().copied().find(|spare| holds(*spare));
        let hits = scan.hits.iter().filter(|hit| hit.rule.says == Says::Machine(refusal.because));
        let (strong, slight): (Vec<&Hit<'_>>, _) = hits.partition(|hit| hit.rule.weight == 0);
        if spared.is_none() {
            light.push((refusal.because, slight));
        }
        for hit in strong {
            match (&found, spared) {
                (_, Some(spare)) => others.note(|| hit.passed(Reason::Spared(spare.word()))),
                (Some((_, winner)), None) => others.note(|| {
                    let than = winner.first().map_or_else(String::new, |rule| rule.name.clone());
                    hit.passed(Reason::Earlier { than })
                }),
                (None, None) => found = Some((refusal.because, vec![hit.evidence()])),
            }
        }
    }
    let found = found.or_else(|| weigh(&light, scan, shapes, &rules.topics().weighing, others));
    for miss in scan.misses.iter().filter(|miss| matches!(miss.rule.says, Says::Machine(_))) {
        others.note(|| miss.passed());
    }
    found
}

/// Whether a letter that was taken for a person's may be a machine's after all: a sign that decides alone was spared, or
/// the light ones of a kind come half way. Nobody is told by a machine that such a mail has come.
pub(in crate::triage) fn doubtful(scan: &Scan<'_>, rules: &Rulebook) -> bool {
    let mut sums: Vec<(Ignored, i32)> = Vec::new();
    for hit in &scan.hits {
        let Says::Machine(because) = &hit.rule.says else { continue };
        if hit.rule.weight == 0 {
            return true;
        }
        match sums.iter_mut().find(|(known, _)| known == because) {
            Some((_, sum)) => *sum = sum.saturating_add(hit.rule.weight),
            None => sums.push((*because, hit.rule.weight)),
        }
    }
    sums.iter().any(|(because, sum)| {
        let speaks =
            |hit: &&Hit<'_>| matches!(&hit.rule.says, Says::Person(kinds) if kinds.contains(because));
        let against =
            scan.hits.iter().filter(speaks).fold(0_i32, |all, hit| all.saturating_add(hit.rule.weight));
        sum.saturating_sub(against) >= rules.topics().weighing.machine / 2
    })
}

/// Adds up the light signs of each kind, takes off what only people say, and keeps the heaviest kind that comes to
/// what is needed; the earlier of two that weigh the same.
fn weigh(
    light: &[(Ignored, Vec<&Hit<'_>>)],
    scan: &Scan<'_>,
    shapes: &[Shape],
    weighing: &Weighing,
    others: &mut PassedOver,
) -> Option<(Ignored, Vec<Evidence>)> {
    let sum = |hits: &[&Hit<'_>]| hits.iter().fold(0_i32, |sum, hit| sum.saturating_add(hit.rule.weight));
    let mut best: Option<(i32, Ignored, Vec<Evidence>)> = None;
    for (because, hits) in light.iter().filter(|(_, hits)| !hits.is_empty()) {
        let speaks =
            |hit: &&Hit<'_>| matches!(&hit.rule.says, Says::Person(kinds) if kinds.contains(because));
        let against: Vec<&Hit<'_>> = scan.hits.iter().filter(speaks).collect();
        let mut weight = sum(hits).saturating_sub(sum(&against));
        let mut built = Vec::new();
        for (holds, more, name) in [
            (against.is_empty() && shapes.contains(&Shape::Worded), weighing.silent, "machine:silent"),
            (shapes.contains(&Shape::Office), weighing.office, "machine:office"),
        ] {
            if holds {
                weight = weight.saturating_add(more);
                built.push(name);
            }
        }
        if weight < weighing.machine {
            let by = || against.first().map_or_else(String::new, |hit| hit.rule.name.clone());
            for hit in hits {
                others.note(|| {
                    hit.passed(Reason::Outweighed { by: by(), weight: weighing.machine, against: weight })
                });
            }
        } else if best.as_ref().is_none_or(|(most, ..)| weight > *most) {
            let of_rules = hits.iter().map(|hit| hit.evidence());
            let of_shapes = built.into_iter().map(|name| built_in(name, Vec::new()));
            best = Some((weight, *because, of_rules.chain(of_shapes).collect()));
        }
    }
    best.map(|(_, because, evidence)| (because, evidence))
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
