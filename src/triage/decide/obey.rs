//! An agent's command. Sender and token were checked outside; here it is checked against the state.
//!
//! First decision wins: a later one is told by whom and when. Commands about a revision need that revision to be
//! the current one; commands about the case (`予約確定`, `メモ`, …) do not.

use super::ended::{after_sending, hand_to_shop, wait_after_answer};
use super::plan::Plan;
use super::{arrive, ask, calls, complaint, delegate, draft, handling, hold, place, remote, to_desk_then};
use crate::triage::case::{Asking, Case, Open, Outcome, Owner, State, Step, Then, Why};
use crate::triage::command::{Away, Command};
use crate::triage::draft::Author;
use crate::triage::effect::{Notice, Question};
use crate::triage::event::Said;
use crate::triage::id::{Address, Revision};
use crate::triage::people::Absence;
use crate::triage::verdict::Class;

/// What an agent's mail came to: a command, something unclear, or a token past its day.
pub(super) fn answer(plan: &mut Plan<'_>, by: &Address, revision: Revision, said: &Said) -> bool {
    match said {
        Said::Command(command) => obey(plan, by, revision, command),
        Said::Complaint { piece, command } => complaint::answer(plan, by, *piece, command.as_ref()),
        Said::OfDay { day, minutes } => {
            handling::correct(plan, by, *minutes, *day);
            true
        }
        Said::Unclear(why) => {
            plan.answer(by, Notice::NotUnderstood { why: (*why).to_owned() });
            true
        }
        Said::Late => {
            let notice = decided(plan).unwrap_or(Notice::Retired);
            plan.answer(by, notice);
            true
        }
        Said::Expired => {
            if let Some((question, asking)) = again(plan, by) {
                plan.answer(by, Notice::Expired);
                plan.ask(by.clone(), question, asking);
            } else {
                // No new request comes, so none is promised.
                let notice = decided(plan).unwrap_or(Notice::Status);
                plan.answer(by, notice);
            }
            true
        }
    }
}

/// The same question to the same person, with a fresh token, where there is one. The shop's staff are only ever asked as
/// the shop's staff, and who is nobody of this mailbox any more is asked nothing.
fn again(plan: &Plan<'_>, by: &Address) -> Option<(Question, Asking)> {
    let question = question_now(plan)?;
    let may = plan.policy.person(by).is_some() || (question == Question::Shop && plan.policy.is_staff(by));
    may.then(|| (question, plan.asking(Then::Reply)))
}

/// What is asked about the case as it stands, if anything is.
pub(super) fn question_now(plan: &Plan<'_>) -> Option<Question> {
    Some(match plan.case.open().map(|open| &open.step)? {
        Step::Drafted { .. } | Step::Asked { .. } => Question::Approve,
        Step::AtDesk { .. } => Question::Write,
        Step::AtShop { .. } => Question::Shop,
        Step::Unknown { asking: Some(_), .. } => Question::Unknown,
        Step::Quarantined { .. } => Question::Quarantine,
        Step::AwaitingReply { .. } | Step::Answered { .. } => Question::Outcome,
        Step::Sending { leaves: Some(_), .. } => Question::Undo,
        Step::Unknown { asking: None, .. } | Step::Sending { leaves: None, .. } | Step::Complaint { .. } => {
            return None;
        }
    })
}

/// Obeys, or tells the agent why not. Always changes something: at least a transcript is planned.
fn obey(plan: &mut Plan<'_>, by: &Address, revision: Revision, command: &Command) -> bool {
    let word = command.word();
    // A token outlives its owner's job: who is neither a colleague nor staff any more decides nothing.
    let may = plan.policy.person(by).is_some()
        || (plan.policy.is_outside(by) && open_to_staff(command))
        || (plan.policy.calls.tell.contains(by) && calls::open_to_group(command));
    if !may {
        plan.answer(by, Notice::NotNow { command: word, state: plan.case.state_word() });
        return true;
    }
    if needs_revision(command) && !plan.current(revision) {
        let notice = decided(plan).unwrap_or(Notice::Retired);
        plan.answer(by, notice);
        return true;
    }
    match command {
        Command::Approve => draft::approve(plan, by),
        Command::Reject { reason } => draft::reject(plan, by, reason),
        Command::Edit { text } => draft::edit(plan, by, text),
        Command::Called { minutes, note } => {
            if called(plan, by, note) {
                calls::called(plan, by, *minutes, note);
            }
        }
        Command::NoAnswer => {
            calls::no_answer(plan, by);
            note(plan, by, word, "");
        }
        Command::OnCall => calls::on_call(plan, by),
        Command::Remote => remote::guide(plan, by),
        Command::Shop { away } => shop(plan, by, away.as_ref()),
        Command::ShopAccepts => shop_accepts(plan, by),
        Command::Hold { wait } => hold::hold(plan, by, *wait),
        Command::Move { queue } => place::move_to(plan, by, queue),
        Command::Prioritise(priority) => place::prioritise(plan, by, *priority),
        Command::HandOver { text } => place::hand_over(plan, by, text),
        Command::Booked { when } => booked(plan, by, when),
        Command::Lost => end(plan, by, word, Outcome::Unconverted),
        Command::Done => end(plan, by, word, Outcome::Dismissed),
        Command::Assign { who } => assign(plan, by, who),
        Command::Note { text } => {
            note(plan, by, word, text);
            ask::pass_on(plan, by, text);
        }
        Command::Check { who, text } => ask::check(plan, by, who, text),
        Command::Delegate { who, minutes, text } => delegate::delegate(plan, by, who, *minutes, text),
        Command::Reply { text, check, good_until } => ask::reply(plan, by, text, *check, *good_until),
        Command::Classify(class) => classify(plan, by, *class),
        Command::Time { minutes, day } => handling::put_right(plan, by, *minutes, *day),
        Command::Cancel => draft::cancel(plan, by),
        Command::Resend => resend(plan, by),
        Command::Skip => skip(plan, by),
        Command::Ended { note } => calls::over(plan, by, note),
        Command::Complaint(order) => complaint::order_by(plan, by, order),
        // Asked for in so many words, which no machine does: these are answers and no transcripts.
        Command::Status => {
            plan.works(by);
            plan.tell(by, Notice::Status);
        }
        Command::Help => plan.tell(by, Notice::Help),
    }
    // Whoever decides for others, as a supervisor does, is not asked what follows and must hear that it was done.
    if !plan.speaks_to(by) {
        plan.done(by, word);
    }
    true
}

/// What a shop's staff, who are not agents, may say.
pub const fn open_to_staff(command: &Command) -> bool {
    matches!(
        command,
        Command::ShopAccepts | Command::Note { .. } | Command::Reply { .. } | Command::Status | Command::Help
    )
}

const fn needs_revision(command: &Command) -> bool {
    matches!(
        command,
        Command::Approve | Command::Reject { .. } | Command::Edit { .. } | Command::Resend | Command::Skip
    )
}

/// Who decided, when, and what.
fn decided(plan: &Plan<'_>) -> Option<Notice> {
    plan.case.last_decision().map(|entry| Notice::AlreadyDecided {
        by: entry.by.clone(),
        at: entry.at,
        what: entry.what.clone(),
    })
}

/// Tells who decided, or that nobody did and the command does not fit.
pub(super) fn too_late(plan: &mut Plan<'_>, by: &Address, command: &'static str) {
    match decided(plan) {
        Some(notice) => plan.answer(by, notice),
        None => not_now(plan, by, command),
    }
}

pub(super) fn not_now(plan: &mut Plan<'_>, by: &Address, command: &'static str) {
    plan.answer(by, Notice::NotNow { command, state: plan.case.state_word() });
}

/// A step in which a draft waits for a decision, with what its sending leads to.
pub(super) fn awaiting_approval(plan: &Plan<'_>) -> Option<Then> {
    match plan.case.open().map(|open| &open.step) {
        Some(Step::Drafted { asking } | Step::Asked { asking }) => {
            Some(asking.then).filter(|then| complaint::may_leave(plan, *then))
        }
        Some(_) | None => None,
    }
}

/// A step in which the desk has the word.
pub(super) fn at_desk(plan: &Plan<'_>) -> bool {
    match plan.case.open().map(|open| &open.step) {
        Some(Step::Drafted { .. } | Step::Asked { .. } | Step::AtDesk { .. }) => true,
        Some(
            Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. }
            | Step::AtShop { .. }
            | Step::Complaint { .. }
            | Step::Quarantined { .. },
        )
        | None => false,
    }
}

/// Whether what is asked about is the report of a complaint: the customer is owed it in writing, by us.
fn reports(plan: &Plan<'_>) -> bool {
    plan.case.asking().is_some_and(|asking| complaint::is_report(asking.then))
}

/// Settled by telephone; false where that does not fit.
fn called(plan: &mut Plan<'_>, by: &Address, note: &str) -> bool {
    // Who opened an unreadable mail and telephoned has answered it.
    let elsewhere = matches!(
        plan.case.open().map(|open| &open.step),
        Some(Step::AtShop { .. } | Step::Quarantined { .. })
    );
    if (!at_desk(plan) && !elsewhere) || reports(plan) {
        if plan.case.dossier.on_call.as_ref().is_some_and(|call| call.by == *by) {
            // The call is over, and changes nothing about where the case stands.
            plan.record(Some(by), "電話済", note);
            plan.done(by, "電話済");
            return true;
        }
        not_now(plan, by, "電話済");
        return false;
    }
    plan.record(Some(by), "電話済", note);
    plan.retire_draft();
    plan.turn();
    plan.case.draft = None;
    wait_after_answer(plan);
    if at_desk(plan) {
        plan.done(by, "電話済");
        return true;
    }
    let until = plan.after(plan.policy.timing.window);
    let asking = Asking { at: plan.now, until, reminders: 0, then: Then::Reply };
    plan.ask(by.clone(), Question::Outcome, asking);
    true
}

fn note(plan: &mut Plan<'_>, by: &Address, command: &'static str, text: &str) {
    plan.record(Some(by), command, text);
    plan.done(by, command);
}

/// Hands the case to the shop. While its staff are away the customer gets a holding mail first.
fn shop(plan: &mut Plan<'_>, by: &Address, away: Option<&Away>) {
    if !at_desk(plan) || reports(plan) {
        not_now(plan, by, "店舗");
        return;
    }
    plan.record(Some(by), "店舗", "");
    let absence = away.map(|away| Absence { away: away.clone(), who: None }).or_else(|| known_absence(plan));
    let Some(absence) = absence else {
        plan.retire_draft();
        plan.case.draft = None;
        hand_to_shop(plan);
        plan.done(by, "店舗");
        return;
    };
    match plan.draft_from("holding", Some(&absence), Then::Shop) {
        Ok(()) => arrive::ask_for_approval(plan),
        Err(why) => to_desk_then(plan, why, Then::Shop),
    }
}

/// The shop's absence that covers today, from the config.
fn known_absence(plan: &Plan<'_>) -> Option<Absence> {
    let today = plan.now.to_zoned(plan.policy.desk.zone.clone()).date();
    plan.shop()?.absent_on(today).cloned()
}

fn shop_accepts(plan: &mut Plan<'_>, by: &Address) {
    match plan.case.open().map(|open| &open.step) {
        Some(Step::AtShop { .. }) => end(plan, by, "対応します", Outcome::Referred),
        Some(_) | None => too_late(plan, by, "対応します"),
    }
}

fn booked(plan: &mut Plan<'_>, by: &Address, when: &str) {
    if matches!(plan.case.state, State::Closed { outcome: Outcome::Unconverted, .. }) {
        // It came about after all: the outcome is corrected, the report stays as it was sent.
        plan.record(Some(by), "予約確定", when);
        plan.close(Outcome::Converted);
        plan.done(by, "予約確定");
        return;
    }
    end_with_note(plan, by, "予約確定", when, Outcome::Converted);
}

fn end(plan: &mut Plan<'_>, by: &Address, command: &'static str, outcome: Outcome) {
    end_with_note(plan, by, command, "", outcome);
}

/// Closes an open case, unless a customer mail is between us and the server.
fn end_with_note(plan: &mut Plan<'_>, by: &Address, command: &'static str, note: &str, outcome: Outcome) {
    if complaint::keeps_open(plan, by, command) {
        return;
    }
    match plan.case.open().map(|open| &open.step) {
        None => too_late(plan, by, command),
        Some(Step::Sending { .. } | Step::Unknown { .. }) => not_now(plan, by, command),
        Some(
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. }
            | Step::AtShop { .. }
            | Step::Complaint { .. }
            | Step::Quarantined { .. },
        ) => {
            if at_desk(plan) {
                plan.retire_draft();
            }
            plan.record(Some(by), command, note);
            plan.close(outcome);
            plan.done(by, command);
        }
    }
}

fn assign(plan: &mut Plan<'_>, by: &Address, who: &str) {
    let Some(address) = plan.policy.person_called(who).map(|person| person.address.clone()) else {
        plan.answer(by, Notice::UnknownColleague { who: who.to_owned() });
        return;
    };
    let question = match plan.case.open().map(|open| &open.step) {
        Some(Step::Drafted { .. } | Step::Asked { .. }) => Question::Approve,
        Some(Step::AtDesk { .. }) => Question::Write,
        Some(_) | None => {
            not_now(plan, by, "担当");
            return;
        }
    };
    if let Some(open) = plan.case.open().cloned() {
        plan.case.state = State::Open(Open { owner: Owner::Agent(address.clone()), ..open });
        plan.case.placement.holder = None;
    }
    plan.record(Some(by), "担当", "");
    plan.hands_over(by, &address);
    if let Some(asking) = plan.case.asking().copied()
        && address != *by
    {
        plan.ask(address, question, asking);
    }
    plan.done(by, "担当");
}

/// The class was read wrong. A draft made for the other class is made anew.
fn classify(plan: &mut Plan<'_>, by: &Address, class: Class) {
    let changed = plan.case.matter.class != class;
    let from_template =
        plan.case.draft.as_ref().is_some_and(|draft| matches!(draft.author, Author::Template(_)));
    let answers = matches!(
        plan.case.open().map(|open| &open.step),
        Some(Step::Sending { then: Then::Reply, leaves: Some(_), .. })
    );
    if changed && from_template && answers {
        // Approved for the class it was read as; the words for the other class are asked about anew.
        plan.call_back_and_tell(Some(by));
    }
    plan.record(Some(by), "分類", class.word());
    plan.case.matter.class = class;
    plan.case.matter.ambiguous = false;
    plan.case.matter.rival = None;
    if !changed {
        plan.done(by, "分類");
        return;
    }
    class.first_template().clone_into(&mut plan.case.matter.template);
    match plan.case.open().map(|open| &open.step) {
        // Only a template was chosen for the class; an agent's own words and a holding mail stay as they are.
        Some(Step::Drafted { asking } | Step::Asked { asking })
            if from_template && asking.then == Then::Reply =>
        {
            arrive::redraft(plan);
        }
        Some(Step::AwaitingReply { .. } | Step::Answered { .. }) => {
            wait_after_answer(plan);
            plan.done(by, "分類");
        }
        Some(_) | None => plan.done(by, "分類"),
    }
}

/// A person wants the same bytes sent again, after an unknown ending or a refusal.
fn resend(plan: &mut Plan<'_>, by: &Address) {
    let (then, attempt) = match plan.case.open().map(|open| &open.step) {
        Some(Step::Unknown { then, .. }) => (*then, next_attempt(plan)),
        Some(Step::AtDesk { why: Why::Refused { .. }, asking }) => (asking.then, next_attempt(plan)),
        Some(_) | None => {
            unless_decided(plan, by, "再送");
            return;
        }
    };
    plan.record(Some(by), Case::RESENT, &attempt.to_string());
    plan.send(by, then, attempt);
}

/// A colleague has answered the question after the unknown ending already, or nobody asked it.
fn unless_decided(plan: &mut Plan<'_>, by: &Address, command: &'static str) {
    match plan.case.last_decision() {
        Some(entry) if matches!(entry.what.as_str(), "再送" | "送らない") => {
            too_late(plan, by, command)
        }
        Some(_) | None => not_now(plan, by, command),
    }
}

/// One more than the last attempt, as the record keeps it; the approval was the first.
fn next_attempt(plan: &Plan<'_>) -> u32 {
    let last = plan.case.record.iter().rev().find(|entry| entry.what == Case::RESENT);
    last.and_then(|entry| entry.note.parse().ok()).unwrap_or(1_u32).saturating_add(1)
}

/// A person says it was delivered, or that it shall not be sent again.
fn skip(plan: &mut Plan<'_>, by: &Address) {
    let Some(Step::Unknown { then, answered, .. }) = plan.case.open().map(|open| open.step.clone()) else {
        unless_decided(plan, by, "送らない");
        return;
    };
    plan.record(Some(by), "送らない", "");
    let Some(revision) = plan.case.draft.as_ref().map(|draft| draft.revision) else { return };
    let message_id = super::message_id(&plan.case.id, revision, plan.policy);
    after_sending(plan, revision, &message_id, then, answered);
}
