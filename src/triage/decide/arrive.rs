//! A customer's mail arrives: it opens a case, or joins the one it belongs to.

use jiff::Timestamp;
use jiff::civil::Date;

use super::ended::wait_after_answer;
use super::plan::Plan;
use super::{Decision, by_hand, calls, complaint, place, to_desk, to_desk_then};
use crate::triage::acknowledge::answer_by;
use crate::triage::belonging::{Writer, surely_same};
use crate::triage::case::{Case, CaseMail, Customer, Matter, Open, Owner, Service, State, Step, Then, Why};
use crate::triage::dossier::Dossier;
use crate::triage::draft::Author;
use crate::triage::effect::{Effect, Question};
use crate::triage::event::Arrival;
use crate::triage::hand::HandAnswer;
use crate::triage::handling::Handling;
use crate::triage::id::{CaseId, MailboxName, Revision};
use crate::triage::level::Span;
use crate::triage::needs::Reads;
use crate::triage::placement::Placement;
use crate::triage::policy::Policy;
use crate::triage::verdict::Class;

/// A matter nobody has seen yet.
pub(super) fn open(policy: &Policy, arrival: &Arrival, now: Timestamp) -> Decision {
    let case = blank(
        arrival.id.clone(),
        arrival.mailbox.clone(),
        arrival.day,
        arrival.customer.clone(),
        arrival.matter.clone(),
        arrival.mail.clone(),
        now,
    );
    let service = Service { channel: arrival.channel, first_answer: None };
    let mut case = Case { service, linked: arrival.linked.clone(), ..case };
    case.dossier.take(&arrival.dossier);
    let mut plan = Plan::new(policy, case, now);
    place::enter(&mut plan, arrival);
    match (&arrival.phoned, &arrival.answered) {
        (Some(phoned), _) => calls::phoned_in(&mut plan, &phoned.by),
        (None, Some(answer)) => already_answered(&mut plan, answer),
        (None, None) => {
            write(&mut plan);
            place::mention(&mut plan);
            acknowledge(&mut plan, arrival);
        }
    }
    complaint::from_mail(&mut plan, arrival);
    plan.finish()
}

/// The customer is told at once that the mail has come, where the mailbox promises an answer and the mail is one to
/// answer by a machine.
fn acknowledge(plan: &mut Plan<'_>, arrival: &Arrival) {
    let policy = plan.policy;
    let (Some(promise), Some(asked)) = (&policy.promise, &arrival.asked) else { return };
    let Some(to) = plan.case.customer.address.clone() else { return };
    // A server's clock may be ahead of ours; the promise counts from now at the latest.
    let received = asked.received.min(plan.now);
    let (tier, channel) = (plan.case.placement.tier, plan.case.service.channel);
    let cell = policy.levels.first_response.cell(tier, Some(&channel), plan.case.priority());
    let span = cell.map_or(Span { within: promise.within, elapsed: false }, |cell| cell.span);
    let Some(answer_by) = answer_by(span, &policy.calendar, received, plan.now) else { return };
    plan.act(Effect::Acknowledge { to, form: asked.form.clone(), answer_by, at: plan.now });
}

/// A person answered before the mail was read here: nobody is asked.
fn already_answered(plan: &mut Plan<'_>, answer: &HandAnswer) {
    plan.record(None, Case::ANSWERED_BY_HAND, answer.matched_by.word());
    by_hand::note_sent(plan, answer);
    wait_after_answer(plan);
}

/// A mail that could not be read: marked, left where it is, and the supervisors are told once.
pub(super) fn quarantine(
    policy: &Policy,
    id: &CaseId,
    mailbox: &MailboxName,
    day: Date,
    mail: &CaseMail,
    why: &str,
    now: Timestamp,
) -> Decision {
    let matter = Matter {
        class: Class::Inquiry,
        topic: String::new(),
        urgent: false,
        ambiguous: true,
        rival: None,
        needs_staff: false,
        lang: "ja".to_owned(),
        wishes: Vec::new(),
        missing: Vec::new(),
        template: String::new(),
    };
    let case = blank(id.clone(), mailbox.clone(), day, Customer::default(), matter, mail.clone(), now);
    let mut plan = Plan::new(policy, case, now);
    let asking = plan.asking(Then::Reply);
    plan.go(Step::Quarantined { why: why.to_owned(), asking }, Owner::Supervisors, policy.timing.escalate);
    plan.ask_owner(Question::Quarantine, asking);
    plan.finish()
}

fn blank(
    id: CaseId,
    mailbox: MailboxName,
    day: Date,
    customer: Customer,
    matter: Matter,
    mail: CaseMail,
    now: Timestamp,
) -> Case {
    let asking = crate::triage::case::Asking { at: now, until: now, reminders: 0, then: Then::Reply };
    Case {
        id,
        mailbox,
        opened: now,
        day,
        customer,
        matter,
        service: Service::default(),
        placement: Placement::default(),
        handling: Handling::default(),
        linked: None,
        mails: vec![mail],
        draft: None,
        revision: Revision::FIRST,
        sent: None,
        reported: None,
        record: Vec::new(),
        checks: Vec::new(),
        told: Vec::new(),
        dossier: Dossier::default(),
        complaint: None,
        effects: 0,
        // Replaced before anybody sees it; a case without a state cannot be written down.
        state: State::Open(Open { step: Step::Drafted { asking }, owner: Owner::Desk, due: now }),
    }
}

/// Drafts the answer and asks for approval, or asks a person to write where that cannot be done.
fn write(plan: &mut Plan<'_>) {
    let template = plan.case.matter.template.clone();
    // An answer to a mail we do not know has no template: a person reads it.
    let drafted = if template.is_empty() {
        Err(Why::CustomerAnswered)
    } else {
        plan.draft_from(&template, None, Then::Reply)
    };
    match drafted {
        Ok(()) => ask_for_approval(plan),
        Err(why) => {
            plan.retire_draft();
            plan.turn();
            let asking = plan.asking(Then::Reply);
            let owner = plan.desk_owner();
            plan.go(Step::AtDesk { why, asking }, owner, plan.policy.timing.reminder);
            plan.ask_owner(Question::Write, asking);
        }
    }
}

/// Puts the draft that was just made to its owner.
pub(super) fn ask_for_approval(plan: &mut Plan<'_>) {
    if let Some(asking) = plan.case.asking().copied() {
        plan.ask_owner(Question::Approve, asking);
    }
}

/// A further mail of the same customer in the same matter.
pub(super) fn join(plan: &mut Plan<'_>, arrival: &Arrival) -> bool {
    if plan.case.mails.iter().any(|mail| mail.fingerprint == arrival.mail.fingerprint) {
        return false;
    }
    plan.case.mails.push(arrival.mail.clone());
    forget_old_words(plan);
    let topic = plan.case.matter.topic.clone();
    merge(plan, arrival);
    place::joined(plan, arrival, &topic);
    plan.record(None, "customer_wrote", "");
    let going = matches!(
        plan.case.open().map(|open| &open.step),
        Some(Step::Sending { leaves: None, .. } | Step::Unknown { .. })
    );
    match arrival.answered.as_ref().filter(|_| !going) {
        // A person has answered this very mail: the case goes on from there, and nobody is asked.
        Some(answer) => by_hand::go_on_from(plan, answer),
        None => take_up(plan),
    }
    complaint::from_mail(plan, arrival);
    true
}

/// The customer has written again: somebody reads it, or hears of it when what is on its way has ended.
fn take_up(plan: &mut Plan<'_>) {
    match plan.case.state.clone() {
        State::Closed { .. } => to_desk(plan, Why::CustomerAnswered),
        State::Open(open) => match open.step {
            Step::Drafted { .. } | Step::Asked { .. } => redraft(plan),
            Step::AtDesk { asking, .. } if asking.then == Then::Shop => {
                to_desk_then(plan, Why::CustomerAnswered, Then::Shop);
            }
            Step::AtDesk { why: Why::Fault(_) | Why::NoAddress, .. } | Step::Quarantined { .. } => {
                write(plan)
            }
            Step::AtDesk { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. }
            | Step::Complaint { .. } => {
                to_desk(plan, Why::CustomerAnswered);
            }
            // Approved without knowing these words: it stays, and the desk looks again.
            Step::Sending { leaves: Some(_), .. } => {
                plan.call_back_and_tell(None);
                redraft(plan);
            }
            // It is on its way and cannot be called back: the desk hears of the new mail afterwards.
            Step::Sending { by, then, leaves: None, .. } => {
                let step = Step::Sending { by, then, answered: true, leaves: None };
                plan.case.state = State::Open(Open { step, ..open });
            }
            Step::Unknown { by, then, since, looks, asking, .. } => {
                let step = Step::Unknown { by, then, since, looks, asking, answered: true };
                plan.case.state = State::Open(Open { step, ..open });
            }
            // The shop keeps it and its deadline; the staff see the new words.
            Step::AtShop { since, .. } => {
                plan.turn();
                let asking = plan.asking(Then::Shop);
                let step = Step::AtShop { since, asking };
                plan.case.state = State::Open(Open { step, ..open });
                plan.ask_owner(Question::Shop, asking);
            }
        },
    }
}

/// A case stays small however often somebody writes: words of older mails are in the mailbox, not in the case.
fn forget_old_words(plan: &mut Plan<'_>) {
    const KEPT: usize = 3;
    let old = plan.case.mails.len().saturating_sub(KEPT);
    for mail in plan.case.mails.iter_mut().take(old) {
        mail.words.clear();
    }
}

/// The new mail wins where it says something; what it does not say stays known.
fn merge(plan: &mut Plan<'_>, arrival: &Arrival) {
    let known = &mut plan.case.customer;
    let new = &arrival.customer;
    // Name and number are the same, and nobody has answered yet: most likely the first address was mistyped.
    let unanswered = plan.case.sent.is_none() && plan.case.service.first_answer.is_none();
    let writer = Writer { address: None, name: new.name.as_deref(), phone: new.phone.as_deref() };
    let again = unanswered && surely_same(known, writer);
    let readdressed =
        again && known.address.is_some() && new.address.is_some() && known.address != new.address;
    if readdressed {
        known.address.clone_from(&new.address);
    }
    known.name = known.name.take().or_else(|| new.name.clone());
    known.phone = new.phone.clone().or_else(|| known.phone.take());
    known.shop = new.shop.clone().or_else(|| known.shop.take());
    known.address = known.address.take().or_else(|| new.address.clone());
    plan.case.dossier.take(&arrival.dossier);
    let unread = matches!(plan.case.open().map(|open| &open.step), Some(Step::Quarantined { .. }));
    let matter = &mut plan.case.matter;
    if unread {
        // Nothing is known from the mail that could not be read.
        matter.clone_from(&arrival.matter);
    }
    if arrival.matter.class == Class::Reservation {
        matter.class = Class::Reservation;
        matter.template.clone_from(&arrival.matter.template);
    }
    // What takes two people to approve does so from the mail on that first says it.
    if plan.policy.two_people.about.contains(&arrival.matter.topic) {
        matter.topic.clone_from(&arrival.matter.topic);
    }
    if !arrival.matter.wishes.is_empty() {
        matter.wishes.clone_from(&arrival.matter.wishes);
    }
    matter.urgent |= arrival.matter.urgent;
    matter.needs_staff |= arrival.matter.needs_staff;
    matter.ambiguous |= arrival.matter.ambiguous;
    if arrival.matter.rival.is_some() {
        matter.rival.clone_from(&arrival.matter.rival);
    }
    let mut missing = std::mem::take(&mut matter.missing);
    let (customer, needs) = (&plan.case.customer, &plan.policy.needs);
    missing.retain(|field| match field.as_str() {
        "name" => customer.name.is_none(),
        "phone" => customer.phone.is_none(),
        "email" => customer.address.is_none(),
        "version" => !needs.has(&plan.case, Reads::Version) && !needs.has(&plan.case, Reads::Product),
        "order_no" => !needs.has(&plan.case, Reads::Order),
        _ => true,
    });
    plan.case.matter.missing = missing;
    if readdressed {
        plan.record(None, Case::READDRESSED, "");
    }
}

/// The draft answered less than the customer has now said. A template can be filled again; words that an agent
/// wrote cannot, so the agent is asked.
pub(super) fn redraft(plan: &mut Plan<'_>) {
    // The desk has decided that the shop answers: no template of ours may take its place.
    if plan.case.asking().is_some_and(|asking| asking.then == Then::Shop) {
        to_desk_then(plan, Why::CustomerAnswered, Then::Shop);
        return;
    }
    // A report says what was found out, not what has just been written: the desk reads it first.
    if plan.case.asking().is_some_and(|asking| complaint::is_report(asking.then)) {
        to_desk(plan, Why::CustomerAnswered);
        return;
    }
    match plan.case.draft.as_ref().map(|draft| &draft.author) {
        Some(Author::Template(_)) => write(plan),
        Some(Author::Agent(_)) | None => to_desk(plan, Why::CustomerAnswered),
    }
}
