//! What agents say about a draft: send it, do not, other words, take it back. Here and nowhere else a customer's mail
//! gets leave to go.

use super::obey::{at_desk, awaiting_approval, not_now, too_late};
use super::plan::Plan;
use super::{arrive, to_desk_then};
use crate::triage::case::{Asking, Case, Open, Owner, Step, Then, Why};
use crate::triage::draft::{Author, Draft};
use crate::triage::effect::{Notice, Question};
use crate::triage::hygiene;
use crate::triage::id::Address;

/// `OK`: the draft leaves, or waits for the second of two people.
pub(super) fn approve(plan: &mut Plan<'_>, by: &Address) {
    let Some(then) = awaiting_approval(plan).filter(|_| plan.case.draft.is_some()) else {
        too_late(plan, by, "承認");
        return;
    };
    if !takes_two(plan) {
        plan.record(Some(by), "承認", "");
        plan.send(by, then, 1);
        return;
    }
    match plan.case.draft.as_ref().and_then(|draft| draft.approved.clone()) {
        None => first_of_two(plan, by),
        Some(first) if first == *by => plan.answer(by, Notice::SecondNeeded { by: first }),
        Some(_) => {
            plan.record(Some(by), "承認", "");
            plan.send(by, then, 1);
        }
    }
}

/// Whether two people must approve what is asked about now.
fn takes_two(plan: &Plan<'_>) -> bool {
    let rule = &plan.policy.two_people;
    let marked = |mark: &String| rule.about.contains(mark);
    rule.about.contains(&plan.case.matter.topic)
        || plan.case.mails.iter().any(|mail| mail.fixed_marks.iter().any(marked))
        || plan.case.draft.as_ref().is_some_and(|draft| draft.large)
}

/// One of two has approved: everybody else who may is asked, with a reminder of its own.
fn first_of_two(plan: &mut Plan<'_>, by: &Address) {
    plan.record(Some(by), Case::FIRST_APPROVAL, "");
    super::place::lend(plan);
    if let Some(draft) = &mut plan.case.draft {
        draft.approved = Some(by.clone());
    }
    let others = |people: Vec<Address>| people.into_iter().filter(|to| to != by).collect::<Vec<_>>();
    let mut people = others(plan.addresses(&Owner::Desk));
    if people.is_empty() {
        people = others(plan.policy.supervisors());
    }
    if let Some(Open { step: Step::Drafted { asking } | Step::Asked { asking }, .. }) =
        plan.case.open().cloned()
    {
        let asking = Asking { until: plan.after(plan.policy.timing.token), ..asking };
        // Whoever it was assigned to has spoken: now anybody else may, and it comes back to them if nothing is sent.
        plan.go(Step::Asked { asking }, Owner::Desk, plan.policy.timing.reminder);
        for to in people {
            plan.ask(to, Question::Approve, asking);
        }
    }
    plan.answer(by, Notice::SecondNeeded { by: by.clone() });
}

/// `NG reason`.
pub(super) fn reject(plan: &mut Plan<'_>, by: &Address, reason: &str) {
    let Some(then) = awaiting_approval(plan) else {
        too_late(plan, by, "却下");
        return;
    };
    plan.record(Some(by), "却下", reason);
    to_desk_then(plan, Why::Rejected { by: by.clone(), reason: reason.to_owned() }, then);
    plan.case.draft = None;
}

/// `取消`: the approval is taken back, as long as the mail has not begun to leave. The words stand as a new revision, so
/// the old one can never go.
pub(super) fn cancel(plan: &mut Plan<'_>, by: &Address) {
    let Some(Step::Sending { then, leaves: Some(_), .. }) = plan.case.open().map(|open| open.step.clone())
    else {
        too_late(plan, by, "取消");
        return;
    };
    plan.record(Some(by), "取消", "");
    let Some(draft) = plan.case.draft.clone() else { return };
    plan.call_back_and_tell(Some(by));
    plan.draft(draft, then);
    arrive::ask_for_approval(plan);
}

/// New words. A small change to a draft goes out at once; anything else is shown back first.
pub(super) fn edit(plan: &mut Plan<'_>, by: &Address, text: &str) {
    if !at_desk(plan) {
        too_late(plan, by, "修正");
        return;
    }
    if text.trim().is_empty() {
        // No words are no answer, however small the change.
        not_now(plan, by, "修正");
        return;
    }
    // A holding mail that was rejected or refused stays one in its new words.
    let then = plan.case.asking().map_or(Then::Reply, |asking| asking.then);
    let previous = plan.case.draft.clone();
    let Some(to) =
        previous.as_ref().map(|draft| draft.to.clone()).or_else(|| plan.case.customer.address.clone())
    else {
        plan.answer(by, Notice::NoAddress);
        return;
    };
    let subject = previous.as_ref().map_or_else(|| subject(plan), |draft| draft.subject.clone());
    plan.record(Some(by), "修正", "");
    let changed = changed(previous.as_ref().map_or("", |draft| draft.body.as_str()), text);
    let edited = previous.as_ref().map_or(0, |draft| draft.edited).saturating_add(changed);
    let large = plan.policy.two_people.edit.is_some_and(|most| edited > most)
        || previous.as_ref().is_some_and(|draft| draft.large);
    let draft = Draft {
        revision: plan.case.revision,
        to,
        subject,
        body: text.to_owned(),
        author: Author::Agent(by.clone()),
        large,
        edited,
        approved: None,
    };
    let small = awaiting_approval(plan).is_some()
        && previous.is_some()
        && changed <= plan.policy.small_edit
        && !large
        && !takes_two(plan)
        && hygiene::concerns(plan.policy, &plan.case, &draft).is_empty();
    if small {
        plan.retire_draft();
        plan.turn();
        plan.take_draft(draft, then);
        plan.send(by, then, 1);
        return;
    }
    plan.draft(draft, then);
    if let Some(asking) = plan.case.asking().copied() {
        plan.ask(by.clone(), Question::Approve, asking);
    }
}

/// The subject of an answer that no template wrote.
fn subject(plan: &Plan<'_>) -> String {
    format!("【{}】お問い合わせありがとうございます", plan.policy.desk.name)
}

/// How many characters an edit changes, counted between the common head and the common tail.
fn changed(old: &str, new: &str) -> usize {
    let old: Vec<char> = old.trim().chars().collect();
    let new: Vec<char> = new.trim().chars().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()).saturating_sub(head);
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    old.len().max(new.len()).saturating_sub(head).saturating_sub(tail)
}
