//! Colleagues ask each other, and the shop answers: notes of the house, which decide nothing and reach no customer.

use jiff::Timestamp;

use super::delegate;
use super::obey::question_now;
use super::plan::Plan;
use crate::triage::case::{Check, Step};
use crate::triage::effect::Notice;
use crate::triage::id::Address;

/// Characters kept of a question or an answer; the mail itself is in the mailbox.
const LONGEST: usize = 2_000;

/// `確認 @name question`: a colleague is shown the draft and asked for a word.
pub(super) fn check(plan: &mut Plan<'_>, by: &Address, who: &str, question: &str) {
    let Some(of) = plan.policy.person_called(who).map(|person| person.address.clone()) else {
        plan.answer(by, Notice::UnknownColleague { who: who.to_owned() });
        return;
    };
    if of == *by || plan.case.open().is_none() {
        plan.answer(by, Notice::NotNow { command: "確認", state: plan.case.state_word() });
        return;
    }
    if !delegate::has_room(plan, by, std::slice::from_ref(&of), false) {
        return;
    }
    let question = shortened(question);
    plan.record(Some(by), "確認", &format!("{who} {question}"));
    let number = delegate::next_number(plan);
    let check = Check::of(of.clone(), by, plan.now, &question);
    delegate::remember(plan, Check { number: Some(number), ..check });
    let asking = plan.asking(crate::triage::case::Then::Reply);
    plan.ask_check(of, number, asking);
    plan.done(by, "確認");
}

/// What a colleague or the shop's staff say to such a question. Whoever asked sees it beside the draft. `number`, `good_until`:
/// which question their token names, and until when it is good; an answer to a question that is kept no more is a remark.
pub(super) fn reply(
    plan: &mut Plan<'_>,
    by: &Address,
    text: &str,
    number: Option<u32>,
    good_until: Option<Timestamp>,
) {
    let text = shortened(text);
    let meant = plan.case.question_to(by, number, good_until).cloned();
    if let Some(meant) = &meant {
        delegate::answered(plan, meant);
    }
    plan.record(Some(by), "回答", &text);
    let own = || plan.case.checks.iter().filter(|check| check.of == *by);
    let late = meant.is_none() && own().next().is_some();
    let mut askers: Vec<Address> = match &meant {
        Some(meant) => vec![meant.by.clone()],
        None => own().map(|check| check.by.clone()).collect(),
    };
    askers.retain(|asker| plan.policy.person(asker).is_some());
    if askers.is_empty() && plan.policy.is_outside(by) {
        askers = desk(plan);
    }
    askers.sort();
    askers.dedup();
    for asker in askers {
        if late {
            plan.tell(&asker, Notice::Remark { by: by.clone(), text: text.clone() });
        } else {
            hear(plan, asker, by, &text);
        }
    }
    plan.done(by, "回答");
}

/// A note of the shop's staff: the desk does not see their mail otherwise.
pub(super) fn pass_on(plan: &mut Plan<'_>, by: &Address, text: &str) {
    if !plan.policy.is_outside(by) {
        return;
    }
    for agent in desk(plan) {
        plan.tell(&agent, Notice::Remark { by: by.clone(), text: shortened(text) });
    }
}

fn desk(plan: &Plan<'_>) -> Vec<Address> {
    let agents = plan.policy.agents();
    let present: Vec<_> = agents.iter().filter(|agent| !plan.is_away(agent)).cloned().collect();
    if present.is_empty() { agents } else { present }
}

/// Where the asker still has to decide, the question comes again with the answer in it; elsewhere the answer is told.
fn hear(plan: &mut Plan<'_>, asker: Address, by: &Address, text: &str) {
    let waits = matches!(
        plan.case.open().map(|open| &open.step),
        Some(Step::Drafted { .. } | Step::Asked { .. } | Step::AtDesk { .. })
    );
    match (question_now(plan), plan.case.asking().copied()) {
        (Some(question), Some(asking)) if waits => plan.ask(asker, question, asking),
        _ => plan.tell(&asker, Notice::Remark { by: by.clone(), text: text.to_owned() }),
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}
