//! Why a letter is machine mail, if it is.
//!
//! Delivery reports are known by their form. All else stands in the rules: strong signs decide alone, in the order that
//! the rules give; light ones are added up for each kind, and what only people say is taken from the sum. A sign that
//! a person speaks spares the mail, as the rules say for each kind.

use super::{built_in, from_us};
use crate::triage::form::Form;
use crate::triage::mail::{Letter, ReportKind};
use crate::triage::policy::Desk;
use crate::triage::rulebook::{Hit, LabelKind, Rulebook, Says, Scan, Shape};
use crate::triage::topics::{Spare, Weighing};
use crate::triage::verdict::{Evidence, Ignored, Passed, Reason};

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

/// What was found out about machines.
#[derive(Debug, Default)]
pub(in crate::triage) struct Machine {
    /// The reason that holds, with its rules.
    pub(in crate::triage) because: Option<(Ignored, Vec<Evidence>)>,
    /// Rules for machine mail that did not decide.
    pub(in crate::triage) passed: Vec<Passed>,
}

/// Why a letter is machine mail, if it is.
pub(in crate::triage) fn machine(
    letter: &Letter,
    desk: &Desk,
    rules: &Rulebook,
    form: &Form,
    scan: &Scan<'_>,
    shapes: &[Shape],
    origin: Origin,
) -> Machine {
    let built = |because: Ignored, name: &str, matched: Vec<String>| Machine {
        because: Some((because, vec![built_in(name, matched)])),
        passed: Vec::new(),
    };
    if let Some(report) = &letter.report {
        return match report.kind {
            ReportKind::Failed | ReportKind::Delayed | ReportKind::Delivered => {
                built(Ignored::Bounce, "report:delivery", vec![report.status.clone()])
            }
            ReportKind::Disposition => built(Ignored::ReadReceipt, "report:disposition", Vec::new()),
            ReportKind::Other => built(Ignored::SystemNotice, "report:other", Vec::new()),
        };
    }
    let ours = from_us(letter, desk);
    if ours && letter.header("x-madoguchi-ref").next().is_some() {
        return built(Ignored::Own, "own:ref", Vec::new());
    }
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
    let mut machine = Machine::default();
    let mut light = Vec::new();
    for refusal in &rules.topics().refusals {
        let spared = refusal.spared.iter().copied().find(|spare| holds(*spare));
        let hits = scan.hits.iter().filter(|hit| hit.rule.says == Says::Machine(refusal.because));
        let (strong, slight): (Vec<&Hit<'_>>, _) = hits.partition(|hit| hit.rule.weight == 0);
        if spared.is_none() {
            light.push((refusal.because, slight));
        }
        for hit in strong {
            match (&machine.because, spared) {
                (_, Some(spare)) => machine.passed.push(hit.passed(Reason::Spared(spare.word()))),
                (Some((_, winner)), None) => {
                    let than = winner.first().map_or_else(String::new, |rule| rule.name.clone());
                    machine.passed.push(hit.passed(Reason::Earlier { than }));
                }
                (None, None) => machine.because = Some((refusal.because, vec![hit.evidence()])),
            }
        }
    }
    if machine.because.is_none() {
        machine.weigh(&light, scan, shapes, &rules.topics().weighing);
    }
    let machines = scan.misses.iter().filter(|miss| matches!(miss.rule.says, Says::Machine(_)));
    machine.passed.extend(machines.map(|miss| miss.passed()));
    machine
}

impl Machine {
    /// Adds up the light signs of each kind, takes off what only people say, and keeps the heaviest kind that comes
    /// to what is needed; the earlier of two that weigh the same.
    fn weigh(
        &mut self,
        light: &[(Ignored, Vec<&Hit<'_>>)],
        scan: &Scan<'_>,
        shapes: &[Shape],
        weighing: &Weighing,
    ) {
        let sum = |hits: &[&Hit<'_>]| hits.iter().fold(0_i32, |sum, hit| sum.saturating_add(hit.rule.weight));
        let mut best: Option<(i32, Ignored, Vec<Evidence>)> = None;
        for (because, hits) in light.iter().filter(|(_, hits)| !hits.is_empty()) {
            let speaks =
                |hit: &&Hit<'_>| matches!(&hit.rule.says, Says::Person(kinds) if kinds.contains(because));
            let against: Vec<&Hit<'_>> = scan.hits.iter().filter(speaks).collect();
            let mut weight = sum(hits).saturating_sub(sum(&against));
            let mut evidence: Vec<Evidence> = hits.iter().map(|hit| hit.evidence()).collect();
            for (holds, more, name) in [
                (against.is_empty() && shapes.contains(&Shape::Worded), weighing.silent, "machine:silent"),
                (shapes.contains(&Shape::Office), weighing.office, "machine:office"),
            ] {
                if holds {
                    weight = weight.saturating_add(more);
                    evidence.push(built_in(name, Vec::new()));
                }
            }
            if weight < weighing.machine {
                let by = against.first().map_or_else(String::new, |hit| hit.rule.name.clone());
                self.passed.extend(hits.iter().map(|hit| {
                    hit.passed(Reason::Outweighed {
                        by: by.clone(),
                        weight: weighing.machine,
                        against: weight,
                    })
                }));
            } else if best.as_ref().is_none_or(|(most, ..)| weight > *most) {
                best = Some((weight, *because, evidence));
            }
        }
        self.because = best.map(|(_, because, evidence)| (because, evidence));
    }
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
