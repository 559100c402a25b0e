//! Why a letter is machine mail, if it is.
//!
//! Delivery reports are known by their form. All else is words and header fields in the rules, asked in the order that
//! the rules give; a sign that a person speaks spares the mail, as the rules say for each kind.

use super::{built_in, from_us};
use crate::triage::form::Form;
use crate::triage::mail::{Letter, ReportKind};
use crate::triage::policy::Desk;
use crate::triage::rulebook::{LabelKind, Rulebook, Says, Scan};
use crate::triage::topics::Spare;
use crate::triage::verdict::{Evidence, Ignored, Passed, Reason};

/// What the head of a letter says about where it comes from.
#[derive(Debug, Clone, Copy)]
pub(in crate::triage) struct Origin {
    /// Its ids name a mail of ours: somebody's or some machine's answer, no circular.
    pub(in crate::triage) named: bool,
    /// Its subject opens with `Re:`: no system's notice.
    pub(in crate::triage) reply: bool,
}

/// What was found out about machines.
#[derive(Debug, Default)]
pub(in crate::triage) struct Machine {
    /// The reason that holds, with its rule.
    pub(in crate::triage) because: Option<(Ignored, Evidence)>,
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
    origin: Origin,
) -> Machine {
    let built = |because: Ignored, name: &str, matched: Vec<String>| Machine {
        because: Some((because, built_in(name, matched))),
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
        Spare::Form => form.is_form() && (ours || asks(form)),
        // Portals send forms too: name, time, telephone of a booking that exists already.
        Spare::OwnForm => form.is_form() && ours,
        Spare::Answer => origin.named,
        Spare::Reply => origin.reply,
        // A shared mailbox that is a mailing list of ours marks every mail as list mail.
        Spare::OurList => our_list(letter, desk),
    };
    let mut machine = Machine::default();
    for refusal in &rules.topics().refusals {
        let spared = refusal.spared.iter().copied().find(|spare| holds(*spare));
        for hit in scan.hits.iter().filter(|hit| hit.rule.says == Says::Machine(refusal.because)) {
            match (&machine.because, spared) {
                (_, Some(spare)) => machine.passed.push(hit.passed(Reason::Spared(spare.word()))),
                (Some((_, winner)), None) => {
                    machine.passed.push(hit.passed(Reason::Earlier { than: winner.name.clone() }));
                }
                (None, None) => machine.because = Some((refusal.because, hit.evidence())),
            }
        }
    }
    let machines = scan.misses.iter().filter(|miss| matches!(miss.rule.says, Says::Machine(_)));
    machine.passed.extend(machines.map(|miss| miss.passed()));
    machine
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
