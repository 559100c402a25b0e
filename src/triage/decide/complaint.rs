//! A complaint beside the mails of its case (workflow W4): who may say what about it, and where a case rests meanwhile.
//!
//! A token about a complaint is good for one thing, and who holds it must still be who the complaint names. Nothing here
//! writes to the customer: the report is a draft like any other.

use jiff::SignedDuration;

use super::plan::Plan;
use crate::triage::case::{Case, Open, Outcome, Owner, State, Step, Then};
use crate::triage::command::Command;
use crate::triage::complaint::{
    Complaint, Duty, LONGEST, Occasion, Order, Piece, Refusal, Rules, Verdict, business_days,
};
use crate::triage::effect::{Effect, Notice};
use crate::triage::id::Address;
use crate::triage::people::Position;

mod alarm;
mod change;
mod explain;
mod given;
mod open;
mod report;
mod solve;

pub(super) use alarm::ring;
pub(super) use open::from_mail;
pub(super) use report::{came_back, drafted, edited, leaving, may_leave, reporting, sent, sent_by_hand};

/// How long a token about a complaint is good; whether its piece still is, is looked at when it is used.
const TOKEN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What an answer to a mail about a complaint came to. `None`: its token was too old.
pub(super) fn answer(plan: &mut Plan<'_>, by: &Address, piece: Piece, command: Option<&Command>) -> bool {
    let Some(command) = command else {
        renew(plan, by, piece);
        return true;
    };
    if !plan.policy.knows(by) {
        plan.answer(by, Notice::NotNow { command: command.word(), state: plan.case.state_word() });
        return true;
    }
    match command {
        Command::Complaint(given) => order(plan, by, piece, given),
        Command::Ended { note } => solve::close(plan, by, piece, note),
        Command::Approve => explain::approve(plan, by, piece),
        Command::Reject { reason } => explain::send_back(plan, by, piece, reason),
        Command::Note { text } | Command::Reply { text, .. } => note(plan, by, command.word(), text),
        Command::Assign { who } => hand_over(plan, by, piece, who),
        // The answer names all the reader can say.
        Command::Status | Command::Help => write(plan, by, Occasion::Status, 0),
        Command::Edit { .. }
        | Command::Called { .. }
        | Command::NoAnswer
        | Command::OnCall
        | Command::Remote
        | Command::Move { .. }
        | Command::Prioritise(_)
        | Command::HandOver { .. }
        | Command::Shop { .. }
        | Command::ShopAccepts
        | Command::Hold { .. }
        | Command::Booked { .. }
        | Command::Lost
        | Command::Check { .. }
        | Command::Delegate { .. }
        | Command::Time { .. }
        | Command::Classify(_)
        | Command::Cancel
        | Command::Resend
        | Command::Skip
        | Command::Done => refuse(plan, by, Refusal::NotYours { word: command.word() }),
    }
    true
}

/// An order in answer to any other request of the case: its sender speaks as whoever they are to the complaint.
pub(super) fn order_by(plan: &mut Plan<'_>, by: &Address, given: &Order) {
    let lead = plan.case.complaint.as_ref().is_some_and(|complaint| complaint.people.responsible == *by);
    order(plan, by, if lead { Piece::Lead } else { Piece::Named }, given);
}

fn order(plan: &mut Plan<'_>, by: &Address, piece: Piece, given: &Order) {
    if let (Piece::Task(_), false) = (piece, matches!(given, Order::Object { .. })) {
        refuse(plan, by, Refusal::NotYours { word: given.word() });
        return;
    }
    match given {
        Order::Open { fields } => open::open(plan, by, fields),
        Order::Propose { text, tasks } => solve::propose(plan, by, piece, text, tasks),
        Order::Tasks(tasks) => solve::give(plan, by, piece, tasks),
        Order::Object { task, reason } => solve::object(plan, by, piece, *task, reason),
        Order::Proceed { task } => solve::proceed(plan, by, piece, *task),
        Order::Explain { cause, prevention } => {
            explain::explain(plan, by, piece, cause.as_deref(), prevention.as_deref());
        }
        Order::End { reason } => report::end(plan, by, reason),
    }
}

/// The open complaint, or the reader hears that there is none.
fn opened<'p>(plan: &'p mut Plan<'_>, by: &Address) -> Option<&'p mut Complaint> {
    if plan.case.complaint.as_ref().is_none_or(|complaint| !complaint.is_open()) {
        refuse(plan, by, Refusal::NoComplaint);
        return None;
    }
    plan.case.complaint.as_deref_mut()
}

/// The open complaint, for an order that only the responsible person gives, while the report may still be changed.
fn led<'p>(
    plan: &'p mut Plan<'_>,
    by: &Address,
    piece: Piece,
    word: &'static str,
) -> Option<&'p mut Complaint> {
    let theirs = opened(plan, by)?.people.responsible == *by && piece == Piece::Lead;
    if !theirs {
        refuse(plan, by, Refusal::NotYours { word });
        return None;
    }
    if !report::can_change(&plan.case) {
        refuse(plan, by, Refusal::Settled);
        return None;
    }
    plan.case.complaint.as_deref_mut()
}

/// Whether somebody decides who is responsible, and may end a complaint: its manager, or a supervisor.
fn heads(plan: &Plan<'_>, by: &Address) -> bool {
    let manager = plan.case.complaint.as_ref().is_some_and(|complaint| complaint.people.manager == *by);
    manager || plan.policy.person(by).is_some_and(|person| person.position == Position::Supervisor)
}

/// `担当 who`: somebody else becomes responsible.
fn hand_over(plan: &mut Plan<'_>, by: &Address, piece: Piece, who: &str) {
    if !heads(plan, by) || matches!(piece, Piece::Task(_)) {
        refuse(plan, by, Refusal::NotYours { word: "担当" });
        return;
    }
    let Some(new) = plan.policy.anybody_called(who) else {
        refuse(plan, by, Refusal::Unknown(vec![who.to_owned()]));
        return;
    };
    let Some(complaint) = opened(plan, by) else { return };
    if new == complaint.people.manager {
        // Nobody approves what they wrote.
        refuse(plan, by, Refusal::OwnWork);
        return;
    }
    complaint.people.responsible = new.clone();
    plan.record(Some(by), "担当", "");
    write(plan, &new, Occasion::HandedOver, 0);
    done(plan, by, "担当");
}

/// A note of anybody's; the responsible person reads it.
fn note(plan: &mut Plan<'_>, by: &Address, word: &'static str, text: &str) {
    let text = shortened(text);
    plan.record(Some(by), word, &text);
    let responsible = plan.case.complaint.as_ref().map(|complaint| complaint.people.responsible.clone());
    if let Some(responsible) = responsible.filter(|responsible| responsible != by) {
        plan.tell(&responsible, Notice::Remark { by: by.clone(), text });
    }
    done(plan, by, word);
}

/// A fresh token for the same piece, where there still is something to say.
fn renew(plan: &mut Plan<'_>, by: &Address, piece: Piece) {
    let occasion = match piece {
        Piece::Fields => Occasion::Missing,
        Piece::Task(number) => Occasion::Task(number),
        Piece::Verdict(version) => Occasion::Verdict(version),
        Piece::Lead | Piece::Named => Occasion::Status,
    };
    if plan.policy.knows(by) {
        plan.answer(by, Notice::Expired);
        write(plan, by, occasion, 0);
    }
}

/// What was ordered is done: said without counting, because no machine gives orders.
fn done(plan: &mut Plan<'_>, by: &Address, command: &'static str) {
    if !plan.speaks_to(by) {
        plan.tell(by, Notice::Done { command });
    }
}

/// What was ordered is not done, and why: never left unsaid, because whoever ordered it believes that it stands.
fn refuse(plan: &mut Plan<'_>, by: &Address, why: Refusal) {
    write(plan, by, Occasion::Refused(why), 0);
}

/// An ordinary end was asked for while the complaint is open. `true`: it was refused.
pub(super) fn keeps_open(plan: &mut Plan<'_>, by: &Address, word: &'static str) -> bool {
    let open = plan.case.complaint.as_ref().is_some_and(|complaint| complaint.is_open());
    if open {
        refuse(plan, by, Refusal::StillOpen { word });
    }
    open
}

/// Writes to one person, with a token for what they may say.
fn write(plan: &mut Plan<'_>, to: &Address, occasion: Occasion, reminder: u8) {
    let piece = piece_for(plan, to, &occasion);
    // Two mails of one minute to one reader need two tokens: a server that knows the first one's id would drop the second.
    let minutes = i64::from(plan.case.effects % 60);
    let until = plan.after(TOKEN.saturating_add(SignedDuration::from_mins(minutes)));
    let (to, at) = (to.clone(), plan.now);
    plan.act(Effect::Complaint { to, piece, occasion, at, until, reminder });
}

/// Writes to several people, each once, as far as they are still known.
fn write_all(plan: &mut Plan<'_>, people: &[Address], occasion: &Occasion) {
    let mut reached: Vec<&Address> = Vec::new();
    for to in people {
        if plan.policy.knows(to) && !reached.contains(&to) {
            reached.push(to);
            write(plan, to, occasion.clone(), 0);
        }
    }
}

/// What the reader's token is good for.
fn piece_for(plan: &Plan<'_>, to: &Address, occasion: &Occasion) -> Option<Piece> {
    let colleague = plan.policy.person(to).is_some().then_some(Piece::Fields);
    let complaint = plan.case.complaint.as_deref().filter(|complaint| complaint.is_open())?;
    let task = |number: u16| {
        let theirs = complaint.task(number).is_some_and(|task| task.who == *to);
        theirs.then_some(Piece::Task(number))
    };
    let manager = complaint.people.manager == *to;
    let special = match occasion {
        Occasion::Task(number) | Occasion::Stands(number) | Occasion::Late(Duty::Task(number)) => {
            task(*number)
        }
        Occasion::Verdict(_) | Occasion::Late(Duty::Verdict) if manager => {
            Some(Piece::Verdict(complaint.version))
        }
        Occasion::Missing | Occasion::Late(Duty::Fields) if complaint.people.responsible != *to => colleague,
        Occasion::Opened
        | Occasion::Changed
        | Occasion::Missing
        | Occasion::Proposed
        | Occasion::Objected(_)
        | Occasion::Withdrawn(_)
        | Occasion::Closed(_)
        | Occasion::Verdict(_)
        | Occasion::SentBack { .. }
        | Occasion::Approved
        | Occasion::HandedOver
        | Occasion::Late(_)
        | Occasion::Ended
        | Occasion::Status
        | Occasion::Refused(_) => None,
    };
    special.or_else(|| {
        if complaint.people.responsible == *to {
            Some(Piece::Lead)
        } else if complaint.people.includes(to) {
            Some(Piece::Named)
        } else {
            colleague
        }
    })
}

/// Brings case and complaint into line after whatever happened: an open complaint keeps its case open, its alarms follow
/// what is owed, and the report is drafted as soon as it may be.
pub(super) fn settle(plan: &mut Plan<'_>) {
    let rules = plan.policy.complaints.clone();
    let rules = rules.as_deref();
    let late = plan.after(plan.policy.timing.escalate);
    let report_by = deadline(plan, |rules| rules.spans.report);
    let now = plan.now;
    let Some(complaint) = plan.case.complaint.as_deref_mut().filter(|complaint| complaint.is_open()) else {
        return;
    };
    // The time for the report begins when it may be written, whenever cause and prevention were approved.
    if complaint.owes_report_anew(rules)
        && let Verdict::Approved { report_due, .. } = &mut complaint.verdict
    {
        *report_due = (*report_due).max(report_by);
    }
    complaint.settle_alarms(rules, now, late);
    if !rests(&plan.case) {
        return;
    }
    rest(plan);
    let ready = plan.case.complaint.as_ref().is_some_and(|complaint| complaint.ready(rules));
    if let (true, Some(rules)) = (ready, rules) {
        report::draft(plan, rules);
    }
}

/// Whether nobody at the desk has the word: here the complaint alone says when something happens next.
fn rests(case: &Case) -> bool {
    match &case.state {
        State::Closed { .. } => true,
        State::Open(open) => match open.step {
            Step::AwaitingReply { .. } | Step::Answered { .. } | Step::Complaint { .. } => true,
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AtShop { .. }
            | Step::Quarantined { .. } => false,
        },
    }
}

/// 「苦情対応中」: whoever owes what is due first has the case.
fn rest(plan: &mut Plan<'_>) {
    let since = match plan.case.open().map(|open| &open.step) {
        Some(Step::Complaint { since }) => *since,
        Some(_) | None => plan.now,
    };
    let Some(complaint) = plan.case.complaint.as_deref() else { return };
    let owner = complaint.first_duty().and_then(|(duty, _)| complaint.owner_of(duty));
    let owner = owner.map_or(Owner::Desk, |owner| Owner::Agent(owner.clone()));
    let due = complaint.due().unwrap_or_else(|| plan.after(plan.policy.timing.escalate));
    plan.case.state = State::Open(Open { step: Step::Complaint { since }, owner, due });
}

/// The deadline that begins now.
fn deadline(plan: &Plan<'_>, days: impl Fn(&Rules) -> u16) -> jiff::Timestamp {
    let days = plan.policy.complaints.as_deref().map_or(1, days);
    business_days(&plan.policy.calendar, plan.now, days)
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

/// Where a case goes whose complaint has ended.
fn close_if_resting(plan: &mut Plan<'_>, outcome: Outcome) {
    if matches!(plan.case.open().map(|open| &open.step), Some(Step::Complaint { .. })) {
        plan.close(outcome);
    }
}

/// Whether a mail that leads to this is the report.
pub(super) const fn is_report(then: Then) -> bool {
    matches!(then, Then::Report)
}
