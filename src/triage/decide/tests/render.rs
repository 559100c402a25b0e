//! A decision on one line: state, owner, deadline counted from now, revision, marks, planned effects.

use std::fmt::Write as _;

use super::world::World;
use crate::triage::case::{Owner, State};
use crate::triage::decide::Decision;
use crate::triage::effect::{Effect, Notice};
use crate::triage::event::Planned;

/// `state owner due rN marks | effects`.
pub(super) fn render(world: &World, decision: &Decision) -> String {
    let case = &decision.next;
    let mut line = case.state_word().to_owned();
    if let State::Open(open) = &case.state {
        let owner = match &open.owner {
            Owner::Desk => "desk".to_owned(),
            Owner::Agent(agent) => agent.local().to_owned(),
            Owner::Shop(name) => format!("shop:{name}"),
            Owner::Supervisors => "supervisors".into(),
            Owner::Customer => "customer".into(),
            Owner::Machine => "machine".into(),
        };
        let _ = write!(line, " {owner} {:#}", open.due.duration_since(world.now));
    }
    let _ = write!(line, " r{}", case.revision);
    for mail in &case.mails {
        let marks: Vec<&str> = mail.marks.iter().map(String::as_str).collect();
        let _ = write!(line, " [{}{}]", marks.join(","), if mail.archived { " archived" } else { "" });
    }
    let effects: Vec<String> = decision.effects.iter().map(|planned| effect(world, planned)).collect();
    let _ = write!(line, " | {}", effects.join(", "));
    line.trim_end().to_owned()
}

fn effect(world: &World, planned: &Planned) -> String {
    let wait = planned.not_before.duration_since(world.now);
    let wait = if wait.is_zero() { String::new() } else { format!(" in {wait:#}") };
    let what = match &planned.effect {
        Effect::Mark { add, remove, archive, .. } => {
            let signs = add.iter().map(|m| format!("+{m}")).chain(remove.iter().map(|m| format!("-{m}")));
            let moved = archive.then(|| "archive".to_owned());
            format!("mark {}", signs.chain(moved).collect::<Vec<_>>().join(" "))
        }
        Effect::SaveDraft { revision } => format!("save r{revision}"),
        Effect::RetireDraft { revision } => format!("retire r{revision}"),
        Effect::Ask { to, question, revision, reminder, .. } => {
            let again = if *reminder == 0 { String::new() } else { format!(" again{reminder}") };
            format!("ask {} {question:?} r{revision}{again}", to.local())
        }
        Effect::Complaint { to, occasion, .. } => format!("complaint {} {occasion:?}", to.local()),
        Effect::Tell { to, notice, .. } => format!("tell {} {}", to.local(), told(notice)),
        Effect::Send { revision, attempt } => format!("SEND r{revision}#{attempt}"),
        Effect::LookForSent { revision, look } => format!("look r{revision}#{look}"),
        Effect::FileSent { revision } => format!("file r{revision}"),
        Effect::Acknowledge { to, answer_by, .. } => {
            format!("acknowledge {} by {:#}", to.local(), answer_by.duration_since(world.now))
        }
    };
    format!("{what}{wait}")
}

fn told(notice: &Notice) -> String {
    match notice {
        Notice::Done { command } => format!("done {command}"),
        Notice::AlreadyDecided { by, what, .. } => {
            format!("already {what} by {}", by.as_ref().map_or("desk", |by| by.local()))
        }
        Notice::NotUnderstood { why } => format!("not understood: {why}"),
        Notice::Expired => "expired".to_owned(),
        Notice::Retired => "retired".into(),
        Notice::NotNow { command, state } => format!("not now {command} {state}"),
        Notice::UnknownColleague { who } => format!("nobody is {who}"),
        Notice::TooManyQuestions { most, waiting, more } => {
            format!("no more than {most} with {waiting} and {more}")
        }
        Notice::NoAddress => "no address".into(),
        Notice::AnsweredByHand { .. } => "answered by hand".into(),
        Notice::Overdue { state } => format!("overdue {state}"),
        Notice::NoWord { of, .. } => {
            format!("no word of {}", of.iter().map(|of| of.local()).collect::<Vec<_>>().join("+"))
        }
        Notice::SecondNeeded { by } => format!("second after {}", by.local()),
        Notice::Recalled { by } => {
            format!("recalled by {}", by.as_ref().map_or("desk", |by| by.local()))
        }
        Notice::Remark { by, text } => format!("{} says {text}", by.local()),
        Notice::Entered { queue } => format!("entered {queue}"),
        Notice::UnknownQueue { name, known } => format!("no queue {name} of {}", known.join("+")),
        Notice::Alerts { items } => format!("alerts {}", items.len()),
        Notice::CallOver { by, minutes } => {
            let minutes = minutes.map_or_else(String::new, |minutes| format!(" after {minutes}m"));
            format!("call over says {}{minutes}", by.local())
        }
        Notice::CannotDraft { why } => format!("cannot draft: {why}"),
        Notice::Spent { day } => format!("own time of {day}"),
        Notice::Status => "status".into(),
        Notice::Help => "help".into(),
    }
}
