//! Queues and clocks: which queue a case enters and who gets it, and what 移動, 優先 and 引継 do (workflow W5). At the end of
//! every decision the clock is kept and the next alarm is set. Who fits is said in `queue`, who is told in `alert`.

use super::obey::{at_desk, not_now, question_now};
use super::plan::Plan;
use crate::triage::alert::{self, Letter, Telling};
use crate::triage::case::{Case, Open, Owner, State, Step, Then, Why};
use crate::triage::effect::{Notice, Question};
use crate::triage::event::Arrival;
use crate::triage::id::Address;
use crate::triage::level::Priority;
use crate::triage::placement::Placement;
use crate::triage::queue::{Queue, Wish};

/// Characters kept of what is handed over; the mail itself is in the mailbox.
const LONGEST: usize = 2_000;

/// Where a fresh case belongs, before anybody is asked.
pub(super) fn enter(plan: &mut Plan<'_>, arrival: &Arrival) {
    let origin = &arrival.origin;
    plan.case.placement = Placement {
        queue: plan.policy.queue_of(&arrival.matter.topic).map(|queue| queue.name.clone()),
        tier: origin.tier.unwrap_or_default(),
        priority: origin.priority,
        received: Some(origin.received.min(plan.now)).filter(|received| *received != plan.case.opened),
        ..Placement::default()
    };
    let text = format!("{} {}", arrival.mail.subject, arrival.mail.words);
    plan.named = plan.policy.named_in(&text).map(|person| person.address.clone());
    plan.before = origin.before.clone();
}

/// Tells the people whom the queue mentions that a case has entered it; a person the customer named is mentioned alone, and
/// has been asked.
pub(super) fn mention(plan: &mut Plan<'_>) {
    let Some(queue) = queue(plan) else { return };
    let owner = plan.case.open().map(|open| &open.owner);
    if matches!((owner, &plan.named), (Some(Owner::Agent(agent)), Some(named)) if agent == named) {
        return;
    }
    let name = queue.name.clone();
    for person in queue.mention.clone() {
        if plan.policy.person(&person).is_some() && !plan.speaks_to(&person) {
            plan.tell(&person, Notice::Entered { queue: name.clone() });
        }
    }
}

/// What a further mail of the customer changes: the tier, and the queue where the topic has changed and nobody moved the
/// case elsewhere. `topic`: what it was about before.
pub(super) fn joined(plan: &mut Plan<'_>, arrival: &Arrival, topic: &str) {
    if let Some(tier) = arrival.origin.tier {
        plan.case.placement.tier = tier;
    }
    let text = format!("{} {}", arrival.mail.subject, arrival.mail.words);
    plan.named = plan.policy.named_in(&text).map(|person| person.address.clone());
    if plan.case.matter.topic == topic {
        return;
    }
    if arrival.origin.priority.is_some() {
        plan.case.placement.priority = arrival.origin.priority;
    }
    let name = |queue: Option<&Queue>| queue.map(|queue| queue.name.clone());
    let of_old = name(plan.policy.queue_of(topic));
    let of_new = name(plan.policy.queue_of(&plan.case.matter.topic));
    if plan.case.placement.queue == of_old && of_new.is_some() && of_new != of_old {
        plan.case.placement.queue = of_new;
        plan.case.placement.kind = None;
        let_go(plan);
    }
}

/// The queue of the case, where it has one that is still written.
pub(super) fn queue<'p>(plan: &Plan<'p>) -> Option<&'p Queue> {
    plan.case.placement.queue.as_deref().and_then(|name| plan.policy.queue(name))
}

/// Who answers for a case of a queue at the desk: who has it, if they are there; else whoever fits best, and where nobody
/// does the queue as a whole. `None`: the case is in no queue.
pub(super) fn owner(plan: &Plan<'_>) -> Option<Owner> {
    let holder = holder(plan);
    if plan.case.placement.escalated.is_some() && holder == Some(&Owner::Supervisors) {
        return Some(Owner::Supervisors);
    }
    let queue = queue(plan)?;
    let has = match holder {
        Some(Owner::Agent(agent)) => Some(agent),
        Some(Owner::Desk | Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine) | None => {
            None
        }
    };
    if let Some(agent) = has.filter(|agent| plan.policy.is_there(agent, plan.now)) {
        return Some(Owner::Agent(agent.clone()));
    }
    let last = plan.case.placement.agent.as_ref().or(plan.before.as_ref());
    let wish = Wish { first: [plan.named.as_ref(), last], holds: has, not: None };
    Some(plan.policy.choose(queue, wish, plan.now).map_or(Owner::Desk, Owner::Agent))
}

/// Whose the case is as far as the desk goes: whoever had it, while others have a part in it. Whoever owes the next step of a
/// complaint does not thereby answer for the customer's mails.
pub(super) fn holder<'p>(plan: &'p Plan<'_>) -> Option<&'p Owner> {
    let open = plan.case.open()?;
    if matches!(open.step, Step::Complaint { .. }) {
        return None;
    }
    Some(plan.case.placement.holder.as_ref().unwrap_or(&open.owner))
}

/// Whose an open case is that others do not have a part in any more; without a loan it stays with whoever was asked.
pub(super) fn given_back(plan: &Plan<'_>, asked: Owner) -> Owner {
    if plan.case.placement.holder.is_some() { plan.desk_owner() } else { asked }
}

/// Others get a part in the case: it stays whose it is, until a decision ends in which it is lent no more.
pub(super) fn lend(plan: &mut Plan<'_>) {
    let kept = plan.case.placement.holder.take();
    plan.case.placement.holder = kept.or_else(|| match plan.case.open()? {
        // Only asked what became of the mail.
        Open { step: Step::Unknown { .. }, .. } => None,
        Open { owner: owner @ (Owner::Agent(_) | Owner::Supervisors), .. } => Some(owner.clone()),
        Open { owner: Owner::Desk | Owner::Shop(_) | Owner::Customer | Owner::Machine, .. } => None,
    });
}

/// Whose the case was does not have it any more.
fn let_go(plan: &mut Plan<'_>) {
    plan.case.placement.agent = None;
    if matches!(plan.case.placement.holder, Some(Owner::Agent(_))) {
        plan.case.placement.holder = None;
    }
    if let Some(open) = plan.case.open().cloned()
        && matches!(open.owner, Owner::Agent(_))
    {
        plan.case.state = State::Open(Open { owner: Owner::Desk, ..open });
    }
}

/// Who has a case when it is asked about again: one that was asked of a whole queue is given to whoever has come and has
/// room, and so is one of somebody whose shift is over or who is away. Who was named from outside the queue keeps it, and the
/// first of two who must approve does not get it.
pub(super) fn again(plan: &Plan<'_>, asked: Owner) -> Owner {
    let Some(queue) = queue(plan) else { return asked };
    let holds = match &asked {
        Owner::Desk => None,
        Owner::Agent(agent) => {
            let own = plan.policy.people_of(queue).iter().any(|person| person.address == *agent);
            if !own || plan.policy.is_there(agent, plan.now) {
                return asked;
            }
            Some(agent)
        }
        Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine => return asked,
    };
    let first = plan.case.draft.as_ref().and_then(|draft| draft.approved.as_ref());
    let not = first.filter(|_| question_now(plan) == Some(Question::Approve));
    let wish = Wish { first: [plan.case.placement.agent.as_ref(), None], holds, not };
    plan.policy.choose(queue, wish, plan.now).map_or_else(|| asked.clone(), Owner::Agent)
}

/// `移動 queue`: another queue, other people, other deadlines. Those who were asked before hold tokens that are retired.
pub(super) fn move_to(plan: &mut Plan<'_>, by: &Address, name: &str) {
    let Some(queue) = plan.policy.queue_called(name) else {
        let known = plan.policy.queues.iter().map(|queue| queue.name.clone()).collect();
        plan.answer(by, Notice::UnknownQueue { name: name.to_owned(), known });
        return;
    };
    let to = queue.name.clone();
    let known = queue.topics.is_empty() || queue.topics.contains(&plan.case.matter.topic);
    let kind = queue.topics.first().filter(|_| !known).cloned();
    if plan.case.open().is_none() || plan.case.placement.queue.as_ref() == Some(&to) {
        not_now(plan, by, "移動");
        return;
    }
    let from = plan.case.placement.queue.take().unwrap_or_default();
    plan.record(Some(by), "移動", format!("{from} → {to}").trim_start());
    plan.case.placement.queue = Some(to);
    plan.case.placement.kind = kind;
    let_go(plan);
    if at_desk(plan) {
        ask_anew(plan);
        mention(plan);
    }
    plan.done(by, "移動");
}

/// Puts the question to whoever has the case now, with fresh tokens; the draft stays word for word.
fn ask_anew(plan: &mut Plan<'_>) {
    match plan.case.open().map(|open| open.step.clone()) {
        Some(Step::Drafted { asking } | Step::Asked { asking }) => {
            if let Some(draft) = plan.case.draft.clone() {
                plan.draft(draft, asking.then);
            }
        }
        Some(Step::AtDesk { why, asking }) => {
            plan.turn();
            let asking = plan.asking(asking.then);
            let owner = plan.desk_owner();
            plan.go(Step::AtDesk { why, asking }, owner, plan.policy.timing.reminder);
        }
        Some(
            Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AwaitingReply { .. }
            | Step::Answered { .. }
            | Step::AtShop { .. }
            | Step::Quarantined { .. }
            | Step::Complaint { .. },
        )
        | None => return,
    }
    if let (Some(question), Some(asking)) = (question_now(plan), plan.case.asking().copied()) {
        plan.ask_owner(question, asking);
    }
}

/// `優先 high`: how pressing the case is; its deadlines are reckoned anew.
pub(super) fn prioritise(plan: &mut Plan<'_>, by: &Address, priority: Priority) {
    if plan.case.open().is_none() {
        not_now(plan, by, "優先");
        return;
    }
    plan.record(Some(by), "優先", priority.word());
    plan.case.placement.priority = Some(priority);
    plan.done(by, "優先");
}

/// `引継 text`: the supervisors take the case over and see what was asked.
pub(super) fn hand_over(plan: &mut Plan<'_>, by: &Address, text: &str) {
    let answered = matches!(
        plan.case.open().map(|open| &open.step),
        Some(Step::AwaitingReply { .. } | Step::Answered { .. })
    );
    if !at_desk(plan) && !answered {
        not_now(plan, by, "引継");
        return;
    }
    let text: String = text.trim().chars().take(LONGEST).collect();
    plan.record(Some(by), "引継", &text);
    if at_desk(plan) {
        plan.retire_draft();
    }
    plan.case.placement.escalated = Some(plan.now);
    to_supervisors(plan, Why::HandedOver { by: by.clone(), text });
    plan.done(by, "引継");
}

fn to_supervisors(plan: &mut Plan<'_>, why: Why) {
    plan.turn();
    let asking = plan.asking(Then::Reply);
    plan.go(Step::AtDesk { why, asking }, Owner::Supervisors, plan.policy.timing.reminder);
    plan.ask_owner(Question::Write, asking);
}

/// A case that was handed over has been answered. The first answer says that somebody will call back: the case goes on the
/// list of priority callbacks. The next one is that call, and takes it off.
pub(super) fn calls_back(plan: &mut Plan<'_>) -> bool {
    if plan.case.placement.escalated.is_none() {
        return false;
    }
    if plan.case.service.first_answer.is_some() {
        plan.case.placement.escalated = None;
        return false;
    }
    to_supervisors(plan, Why::CallBack);
    true
}

/// People are told that time runs out; what is kept of it stands in the case.
pub(super) fn alerted(plan: &mut Plan<'_>, told: &[Telling], letters: &[Letter]) -> bool {
    plan.case.keep_told(told);
    for Letter { to, items } in letters {
        plan.tell(to, Notice::Alerts { items: items.clone() });
    }
    // Also where nobody is told: the alarm may stand where older tables put it.
    true
}

/// At the end of every decision: whose the case is, how its clock runs, when somebody must be told.
pub(super) fn settle(plan: &mut Plan<'_>) {
    let (policy, now) = (plan.policy, plan.now);
    let case: &mut Case = &mut plan.case;
    if !case.is_lent() {
        case.placement.holder = None;
    }
    // Who only has a part in it is not whose it was.
    if let Some(agent) = case.in_hands_of().filter(|_| case.placement.holder.is_none()).cloned()
        && !policy.queues.is_empty()
        && case.placement.agent.as_ref() != Some(&agent)
    {
        case.placement.agent = Some(agent);
        case.placement.assigned = Some(now);
    }
    if case.open().is_none() {
        case.placement.escalated = None;
    }
    case.keep_clock(now);
    alert::forget(policy, case, now);
    case.placement.alarm = alert::next(policy, case, now);
}
