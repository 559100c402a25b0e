//! Which facts of cases go into a mail about deadlines, and what a request says of queue, tier and deadline. What the mail
//! says about them is in `render`.

use crate::desk::{Desk, DeskError, keys};
use crate::live::Live;
use crate::render::InternalMail;
use crate::render::alert::{self, AlertView};
use crate::render::voice::Voice;
use crate::triage::alert::{Item, Stage};
use crate::triage::case::{Case, Owner};
use crate::triage::id::{Address, CaseId};
use crate::triage::level::{Deadline, Due, Goal, Tier};
use crate::triage::people::Position;
use crate::triage::words;

/// The mail about these deadlines. A case that is over by now is left out; `None` when nothing is left to say.
pub(super) async fn mail(
    desk: &Desk,
    live: &Live,
    to: &Address,
    items: &[Item],
) -> Result<Option<InternalMail>, DeskError> {
    let person = live.config.people.iter().find(|person| person.address == *to);
    let voice = person.map_or(Voice::DESK, |person| Voice::of(person.lang));
    let (mut breached, mut near) = (Vec::new(), Vec::new());
    for item in items {
        let Some((case, _)) = desk.case(&item.case).await? else { continue };
        if case.open().is_none() {
            continue;
        }
        let line = line(voice, live, &case, item);
        match item.stage {
            Stage::Breach => breached.push(line),
            Stage::Warning => near.push(line),
        }
    }
    if breached.is_empty() && near.is_empty() {
        return Ok(None);
    }
    let supervisor = person.is_some_and(|person| person.position == Position::Supervisor);
    let callbacks = if supervisor { callback_lines(desk, live, voice).await? } else { Vec::new() };
    Ok(Some(alert::alerts(&AlertView { voice, to, breached, near, callbacks })))
}

fn line(voice: Voice, live: &Live, case: &Case, item: &Item) -> String {
    let goal = match item.goal {
        Goal::FirstAnswer => voice.goal_first_answer(),
        Goal::Resolution => voice.goal_resolution(),
    };
    let at = voice.moment(item.by, live.zone(&case.mailbox));
    let topic = live.rules(&case.mailbox).topics().shown(&case.matter.topic);
    let number = format!("C-{}", case.id);
    voice.alert_line(&number, &name(voice, case), topic, &goal, &at, &owner(voice, live, case))
}

fn name(voice: Voice, case: &Case) -> String {
    let name = case.customer.name.as_deref();
    name.map_or_else(|| voice.name_missing(), |name| voice.customer_name(name))
}

/// Who has a case, by name; its queue where nobody has it.
pub(super) fn owner(voice: Voice, live: &Live, case: &Case) -> String {
    match case.open().map(|open| &open.owner) {
        Some(Owner::Agent(agent)) => {
            let person = live.config.people.iter().find(|person| person.address == *agent);
            person.map_or_else(|| agent.to_string(), |person| person.name.clone())
        }
        Some(Owner::Desk) => {
            case.placement.queue.as_ref().map_or_else(|| voice.alert_nobody(), |queue| voice.in_queue(queue))
        }
        Some(Owner::Supervisors) => voice.alert_supervisors(),
        Some(Owner::Shop(_)) => voice.alert_shop(),
        Some(Owner::Customer | Owner::Machine) | None => voice.alert_desk(),
    }
}

async fn callback_lines(desk: &Desk, live: &Live, voice: Voice) -> Result<Vec<String>, DeskError> {
    let cases = callbacks(desk).await?;
    Ok(cases
        .iter()
        .map(|case| {
            let phone = case.customer.phone.as_deref().map(words::phone).unwrap_or_default();
            let since = case.placement.escalated.unwrap_or(case.opened);
            let at = voice.moment(since, live.zone(&case.mailbox));
            voice.callback_line(&format!("C-{}", case.id), &name(voice, case), &phone, &at)
        })
        .collect())
}

/// The priority callbacks, those that were handed over first before the others.
pub async fn callbacks(desk: &Desk) -> Result<Vec<Case>, DeskError> {
    let mut found = Vec::new();
    let mut pages = desk.store().pages(keys::CALLBACK);
    while let Some(rows) = pages.next().await? {
        let ids: Vec<CaseId> = rows.iter().filter_map(|row| keys::last_case(row.key.as_str())).collect();
        for id in ids {
            found.extend(desk.case(&id).await?.map(|(case, _)| case).filter(Case::is_callback));
        }
    }
    Ok(found)
}

/// What a request says first of a case that is a priority callback, has a queue, or was promised more than others.
pub(super) fn opening(voice: Voice, live: &Live, case: &Case) -> Vec<String> {
    let mut lines = Vec::new();
    if case.is_callback() {
        lines.push(voice.callback_notice());
    }
    let mut facts: Vec<String> = Vec::new();
    facts.extend(case.placement.queue.as_deref().map(|queue| voice.placed_queue(queue)));
    if case.placement.tier == Tier::Premium {
        facts.push(voice.placed_premium());
    }
    if facts.is_empty() {
        return lines;
    }
    facts.extend(deadline_lines(voice, live, case, case.opened));
    lines.push(facts.join(voice.between()));
    lines
}

/// By when a case is to be answered and to be over, as far as that is still to come.
pub(in crate::outbox) fn deadline_lines(
    voice: Voice,
    live: &Live,
    case: &Case,
    now: jiff::Timestamp,
) -> Vec<String> {
    let policy = live.policy(&case.mailbox);
    let moment = |at| voice.moment(at, live.zone(&case.mailbox));
    let of = |goal| Deadline::of(&policy.levels, &policy.calendar, case, goal, now);
    let mut lines = Vec::new();
    if case.service.first_answer.is_none() {
        lines
            .extend(of(Goal::FirstAnswer).and_then(|one| one.by()).map(|by| voice.placed_first(&moment(by))));
    }
    match of(Goal::Resolution).map(|one| one.due) {
        Some(Due::At(by)) => lines.push(voice.placed_resolution(&moment(by))),
        Some(Due::Paused { .. }) if case.open().is_some() => lines.push(voice.placed_paused()),
        Some(Due::Paused { .. } | Due::Never) | None => {}
    }
    lines
}
