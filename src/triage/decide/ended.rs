//! An effect ended: done, refused, or nobody knows.

use jiff::{SignedDuration, Timestamp};

use super::plan::{Plan, later};
use super::{calls, complaint, to_desk, to_desk_then};
use crate::triage::case::{Case, CaseMail, Open, Outcome, Owner, Place, Sent, State, Step, Then, Why};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::event::Ending;
use crate::triage::id::{Fingerprint, MessageId, Revision};
use crate::triage::verdict::Class;

/// When Sent is searched after an unknown ending, counted from that ending.
pub(super) const LOOKS: [SignedDuration; 3] =
    [SignedDuration::from_secs(30), SignedDuration::from_secs(120), SignedDuration::from_secs(600)];

/// Dispatches by effect. A state that has moved on makes most endings old news.
pub(super) fn ended(plan: &mut Plan<'_>, number: u32, effect: &Effect, ending: &Ending) -> bool {
    match effect {
        Effect::Mark { mail, .. } => marked(plan, number, *mail, ending),
        Effect::Ask { to, question: Question::LongCall, reminder, .. } => {
            calls::told(plan, to, *reminder, ending)
        }
        Effect::Ask { to, question, revision, .. } => asked(plan, *question, *revision, to, ending),
        Effect::Send { revision, .. } => sent_or_not(plan, *revision, ending),
        Effect::LookForSent { revision, look } => looked(plan, *revision, *look, ending),
        // Nothing follows from these; that they ended is enough.
        Effect::SaveDraft { .. }
        | Effect::RetireDraft { .. }
        | Effect::Tell { .. }
        | Effect::Complaint { .. }
        | Effect::FileSent { .. }
        | Effect::Acknowledge { .. } => false,
    }
}

fn marked(plan: &mut Plan<'_>, number: u32, fingerprint: Fingerprint, ending: &Ending) -> bool {
    let Some(mail) = plan.case.mails.iter_mut().find(|mail| mail.fingerprint == fingerprint) else {
        return false;
    };
    match ending {
        Ending::Placed(place) => settled(mail, number, place),
        // Not where we look for mails to mark: it carries none of our marks, and where it is the next look at what
        // people did will find out.
        Ending::Gone if mail.pending == Some(number) => {
            mail.pending = None;
            mail.marks.retain(|mark| mail.fixed_marks.contains(mark));
            true
        }
        Ending::Refused(_) if mail.pending == Some(number) => {
            mail.pending = Some(CaseMail::BARRED);
            true
        }
        Ending::Done
        | Ending::Gone
        | Ending::Refused(_)
        | Ending::Sent(_)
        | Ending::Unknown
        | Ending::NotFound => false,
    }
}

/// Only the newest act on a mail says where it lies; an older one that ends later is old news.
fn settled(mail: &mut CaseMail, number: u32, place: &Place) -> bool {
    match mail.pending {
        Some(pending) if pending == number => mail.pending = None,
        Some(pending) if pending > number && mail.place != *place => {}
        Some(_) | None => return false,
    }
    mail.place = place.clone();
    true
}

fn asked(
    plan: &mut Plan<'_>,
    question: Question,
    revision: Revision,
    to: &crate::triage::id::Address,
    ending: &Ending,
) -> bool {
    match ending {
        Ending::Done | Ending::Unknown | Ending::Sent(_) => {
            let reminder = plan.policy.timing.reminder;
            let Some(Open { step: Step::Drafted { asking }, owner, .. }) = plan.case.open().cloned() else {
                return false;
            };
            if question != Question::Approve || !plan.current(revision) {
                return false;
            }
            plan.go(Step::Asked { asking }, owner, reminder);
            true
        }
        // Nobody waits for an answer to this question any more.
        Ending::Refused(_) if plan.case.open().is_none() || !plan.current(revision) => false,
        Ending::Refused(_) => {
            // An agent who cannot be reached must not make a case wait: the supervisors hear of it, and reminders
            // go on from here.
            if let Some(Open { step: Step::Drafted { asking }, owner, .. }) = plan.case.open().cloned() {
                plan.go(Step::Asked { asking }, owner, plan.policy.timing.reminder);
            }
            let state = plan.case.state_word();
            plan.record(None, "request_undeliverable", "");
            for supervisor in plan.policy.supervisors() {
                if supervisor != *to {
                    plan.tell(&supervisor, Notice::Overdue { state });
                }
            }
            true
        }
        Ending::Placed(_) | Ending::Gone | Ending::NotFound => false,
    }
}

fn sent_or_not(plan: &mut Plan<'_>, revision: Revision, ending: &Ending) -> bool {
    let going = plan.case.open().cloned().filter(|_| on_its_way(plan, revision));
    let Some(Open { step: Step::Sending { by, then, answered, .. }, .. }) = going else {
        return left_besides(plan, revision, ending);
    };
    match ending {
        Ending::Sent(message_id) => after_sending(plan, revision, message_id, then, answered),
        // The customer has written since: the same bytes are no answer any more, so they cannot be sent again.
        Ending::Refused(what) if answered => {
            plan.record(None, "send_refused", what);
            to_desk_then(plan, Why::CustomerAnswered, then);
        }
        Ending::Refused(what) => {
            plan.record(None, "send_refused", what);
            to_desk_then(plan, Why::Refused { what: what.clone() }, then);
        }
        Ending::Unknown => {
            let since = plan.now;
            plan.record(None, "send_unknown", "");
            let step = Step::Unknown { by, then, since, looks: 0, asking: None, answered };
            // The looks carry their own times; this is the watch over them.
            plan.go(step, Owner::Machine, plan.policy.timing.send_within);
            look(plan, revision, 1, since);
        }
        Ending::Done | Ending::Placed(_) | Ending::Gone | Ending::NotFound => return false,
    }
    true
}

/// A person answered by hand while ours was between us and the server, and ours left all the same; another mail may have been
/// drafted since.
fn left_besides(plan: &mut Plan<'_>, revision: Revision, ending: &Ending) -> bool {
    let by_hand = plan.case.record.iter().any(|entry| entry.what == Case::ANSWERED_BY_HAND);
    let what = match ending {
        Ending::Sent(_) if by_hand => "sent_besides",
        Ending::Unknown if by_hand => "send_unknown",
        Ending::Sent(_)
        | Ending::Unknown
        | Ending::Done
        | Ending::Placed(_)
        | Ending::Gone
        | Ending::Refused(_)
        | Ending::NotFound => return false,
    };
    plan.record(None, what, "");
    if matches!(ending, Ending::Sent(_)) {
        plan.act(Effect::FileSent { revision });
    }
    if on_its_way(plan, revision) {
        plan.case.draft = None;
    }
    true
}

/// Whether the mail between us and the server is this one.
fn on_its_way(plan: &Plan<'_>, revision: Revision) -> bool {
    plan.case.draft.as_ref().is_some_and(|draft| draft.revision == revision)
}

fn look(plan: &mut Plan<'_>, revision: Revision, number: u8, since: Timestamp) {
    let span = LOOKS.get(usize::from(number).saturating_sub(1)).copied().unwrap_or_default();
    plan.act_at(Effect::LookForSent { revision, look: number }, later(since, span));
}

fn looked(plan: &mut Plan<'_>, revision: Revision, number: u8, ending: &Ending) -> bool {
    let Some(Open { step: Step::Unknown { by, then, since, looks, asking, answered }, owner, due }) =
        plan.case.open().cloned()
    else {
        return false;
    };
    if !on_its_way(plan, revision) {
        return false;
    }
    match ending {
        Ending::Sent(message_id) => after_sending(plan, revision, message_id, then, answered),
        // One left over from before a RESEND: its round of looks has been replaced.
        Ending::NotFound | Ending::Refused(_) | Ending::Gone if number != looks.saturating_add(1) => {
            return false;
        }
        Ending::NotFound | Ending::Refused(_) | Ending::Gone => {
            let step = Step::Unknown { by, then, since, looks: number, asking, answered };
            plan.case.state = State::Open(Open { step, owner, due });
            if usize::from(number) < LOOKS.len() {
                look(plan, revision, number.saturating_add(1), since);
            } else if asking.is_none() {
                ask_what_to_do(plan);
            }
        }
        Ending::Done | Ending::Placed(_) | Ending::Unknown => return false,
    }
    true
}

/// Absence proves nothing: a person decides between RESEND and SKIP.
pub(super) fn ask_what_to_do(plan: &mut Plan<'_>) {
    let Some(Open { step: Step::Unknown { by, then, since, looks, answered, .. }, .. }) =
        plan.case.open().cloned()
    else {
        return;
    };
    let asking = plan.asking(then);
    let owner = if plan.policy.person(&by).is_some() { Owner::Agent(by.clone()) } else { Owner::Desk };
    let step = Step::Unknown { by, then, since, looks, asking: Some(asking), answered };
    plan.go(step, owner, plan.policy.timing.reminder);
    plan.ask_owner(Question::Unknown, asking);
}

/// The mail is out: what follows depends on what it was and on who has written meanwhile.
pub(super) fn after_sending(
    plan: &mut Plan<'_>,
    revision: Revision,
    message_id: &MessageId,
    then: Then,
    answered: bool,
) {
    let by = sender(plan);
    plan.case.sent = Some(Sent { message_id: message_id.clone(), revision, at: plan.now });
    plan.act(Effect::RetireDraft { revision });
    plan.act(Effect::FileSent { revision });
    // Whoever answers next has to see the new words: the desk, or the shop's staff when they are asked now anyway.
    if complaint::is_report(then) {
        complaint::sent(plan, message_id, by.clone());
        plan.close(Outcome::Answered);
    }
    if answered && then != Then::Shop {
        plan.case.draft = None;
        to_desk(plan, Why::CustomerAnswered);
        return;
    }
    match then {
        // Whoever approved it has heard.
        Then::Report => return,
        Then::Shop => hand_to_shop(plan),
        Then::Reply => wait_after_answer(plan),
    }
    if let Some(by) = by.filter(|_| !super::obey::at_desk(plan)) {
        let until = plan.after(plan.policy.timing.window);
        let asking = crate::triage::case::Asking { at: plan.now, until, reminders: 0, then };
        for to in plan.addresses(&Owner::Agent(by)) {
            plan.ask(to, Question::Outcome, asking);
        }
    }
}

fn sender(plan: &Plan<'_>) -> Option<crate::triage::id::Address> {
    match plan.case.open().map(|open| &open.step) {
        Some(Step::Sending { by, .. } | Step::Unknown { by, .. }) => Some(by.clone()),
        Some(_) | None => None,
    }
}

/// A waits for the report, B for the customer (workflow W1).
pub(super) fn wait_after_answer(plan: &mut Plan<'_>) {
    if super::place::calls_back(plan) {
        return;
    }
    let since = plan.now;
    match plan.case.matter.class {
        Class::Reservation => {
            plan.go(Step::AwaitingReply { since }, Owner::Customer, plan.policy.timing.window);
        }
        Class::Inquiry => plan.go(Step::Answered { since }, Owner::Machine, SignedDuration::from_hours(48)),
    }
}

/// The shop's staff have it from here, for one week at most.
pub(super) fn hand_to_shop(plan: &mut Plan<'_>) {
    let since = plan.now;
    let name = plan.shop().map_or_else(String::new, |shop| shop.name.clone());
    plan.turn();
    let mut asking = plan.asking(Then::Shop);
    asking.until = plan.after(plan.policy.timing.shop);
    plan.go(Step::AtShop { since, asking }, Owner::Shop(name), plan.policy.timing.shop);
    plan.ask_owner(Question::Shop, asking);
}

/// A delivery report about a mail of ours.
pub(super) fn bounced(plan: &mut Plan<'_>, about: &MessageId) -> bool {
    let ours = plan.case.sent.as_ref().is_some_and(|sent| sent.message_id == *about);
    let going = plan
        .case
        .draft
        .as_ref()
        .is_some_and(|draft| super::message_id(&plan.case.id, draft.revision, plan.policy) == *about);
    // A complaint is reported by one mail; whatever became of the others of its case, it stays reported.
    let reopened = complaint::came_back(plan, about);
    let then = match plan.case.open().map(|open| &open.step) {
        // The notice itself proves that the mail left: no second copy, but the customer does not have it.
        Some(Step::Sending { then, .. } | Step::Unknown { then, .. }) if going => {
            if complaint::is_report(*then) { Then::Report } else { Then::Reply }
        }
        Some(Step::AwaitingReply { .. } | Step::Answered { .. } | Step::Complaint { .. }) | None
            if reopened =>
        {
            Then::Report
        }
        // Somebody has another mail of the case in hand, which goes on: the report is drafted anew after it.
        Some(_) if reopened => {
            plan.record(None, "bounced", "");
            return true;
        }
        Some(
            Step::AwaitingReply { .. } | Step::Answered { .. } | Step::AtShop { .. } | Step::Complaint { .. },
        )
        | None
            if ours =>
        {
            Then::Reply
        }
        Some(_) | None => return false,
    };
    plan.record(None, "bounced", "");
    to_desk_then(plan, Why::Bounced, then);
    true
}
