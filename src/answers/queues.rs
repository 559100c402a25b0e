//! `queues` and `callbacks`, and what `case` and `status` say of queues and service levels.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::{instant, owner};
use crate::desk::{Desk, DeskError, keys};
use crate::live::Live;
use crate::outbox::alerts;
use crate::triage::case::{Case, Owner};
use crate::triage::id::Address;
use crate::triage::level::{Deadline, Due, Goal, Standing};
use crate::triage::queue::Queue;

/// The deadline of a case, where a cell speaks of it.
pub(super) fn deadline(live: &Live, case: &Case, goal: Goal, now: Timestamp) -> Option<Deadline> {
    let policy = live.policy(&case.mailbox);
    Deadline::of(&policy.levels, &policy.calendar, case, goal, now)
}

/// What `case` says of a case's place and clocks.
pub(super) fn placed(
    live: &Live,
    case: &Case,
    zone: &TimeZone,
    now: Timestamp,
    into: &mut Map<String, Value>,
) {
    let placement = &case.placement;
    let mut put = |key: &str, value: Value| drop(into.insert(key.to_owned(), value));
    put("queue", json!(placement.queue));
    put("type", json!(case.kind()));
    put("tier", json!(placement.tier.word()));
    put("priority", json!(case.priority().word()));
    put("clock_began", json!(instant(case.clock_began(), zone)));
    put("paused_seconds", json!(case.stood_for(now).as_secs()));
    put("escalated", json!(placement.escalated.map(|at| instant(at, zone))));
    put("callback", json!(case.is_callback()));
    for (key, goal) in [("first_answer", Goal::FirstAnswer), ("resolution", Goal::Resolution)] {
        let shown = deadline(live, case, goal, now).map(|deadline| {
            let left = match deadline.due {
                Due::Paused { left } => Some(left.as_secs()),
                Due::At(_) | Due::Never => None,
            };
            let mut object = json!({
                "by": deadline.by().map(|by| instant(by, zone)),
                "standing": deadline.standing.word(),
                "cell": deadline.cell,
                "within_seconds": deadline.span.within.as_secs(),
                "left_seconds": left,
            });
            if goal == Goal::FirstAnswer
                && let Some(object) = object.as_object_mut()
            {
                object.insert("at".to_owned(), json!(case.service.first_answer.map(|at| instant(at, zone))));
            }
            object
        });
        put(key, json!(shown));
    }
    let told: Vec<Value> = placement
        .told
        .iter()
        .map(|told| {
            json!({
                "goal": told.goal.word(),
                "stage": told.stage.word(),
                "by": instant(told.by, zone),
                "told": told.told.iter().map(Address::as_str).collect::<Vec<_>>(),
                "owed": told.owed.iter().map(Address::as_str).collect::<Vec<_>>(),
            })
        })
        .collect();
    put("told", json!(told));
}

/// How an open case counts in `status`: one that is late and still to come is what somebody must see.
pub(super) fn in_status(live: &Live, case: &Case, goal: Goal, now: Timestamp) -> Option<&'static str> {
    let standing = deadline(live, case, goal, now)?.standing;
    let came = goal == Goal::FirstAnswer && case.service.first_answer.is_some();
    Some(if standing == Standing::Breached && !came { "overdue" } else { standing.word() })
}

/// Every queue of the config: who is there, what they hold, what waits.
pub(super) async fn queues(desk: &Desk) -> Result<Vec<Value>, DeskError> {
    let live = desk.live();
    let now = desk.now();
    let mut held: BTreeMap<Address, u32> = BTreeMap::new();
    let mut waiting: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let mut pages = desk.store().pages(keys::DUE);
    while let Some(rows) = pages.next().await? {
        for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
            let Some((case, _)) = desk.case(&id).await? else { continue };
            if let Some(agent) = case.in_hands_of() {
                let count = held.entry(agent.clone()).or_default();
                *count = count.saturating_add(1);
            }
            if let Some(queue) = case.placement.queue.clone().filter(|_| case.desk_has_word()) {
                waiting.entry(queue).or_default().push(case);
            }
        }
    }
    let shown = live.config.queues.list.iter().map(|queue| {
        let cases = waiting.get(&queue.name).map_or(&[][..], Vec::as_slice);
        one(&live, queue, cases, &held, now)
    });
    Ok(shown.collect())
}

fn one(live: &Live, queue: &Queue, cases: &[Case], held: &BTreeMap<Address, u32>, now: Timestamp) -> Value {
    let policy = live.desk_policy();
    let zone = &live.config.desk.zone;
    let people: Vec<Value> = policy
        .people_of(queue)
        .into_iter()
        .map(|person| {
            json!({
                "name": person.name,
                "address": person.address.as_str(),
                "on_shift": person.work.is_on(now),
                "held": held.get(&person.address).copied().unwrap_or_default(),
                "capacity": person.work.capacity.unwrap_or(queue.capacity),
            })
        })
        .collect();
    let deadlines = cases.iter().flat_map(|case| {
        Goal::ALL.into_iter().filter_map(|goal| {
            let deadline = deadline(live, case, goal, now)?;
            let answered = goal == Goal::FirstAnswer && case.service.first_answer.is_some();
            deadline.by().filter(|_| !answered)
        })
    });
    let unassigned = cases.iter().filter(|case| case.open().map(|open| &open.owner) == Some(&Owner::Desk));
    json!({
        "queue": queue.name,
        "topics": queue.topics,
        "people": people,
        "waiting": cases.len(),
        "unassigned": unassigned.count(),
        "oldest": cases.iter().map(Case::clock_began).min().map(|at| instant(at, zone)),
        "next_deadline": deadlines.min().map(|at| instant(at, zone)),
    })
}

/// The priority callbacks in the order in which they are to be made.
pub(super) async fn callbacks(desk: &Desk) -> Result<Vec<Value>, DeskError> {
    let live = desk.live();
    let cases = alerts::callbacks(desk).await?;
    Ok(cases
        .iter()
        .map(|case| {
            let zone = live.zone(&case.mailbox);
            let by = deadline(&live, case, Goal::Resolution, desk.now()).and_then(|one| one.by());
            json!({
                "case": case.id.as_str(),
                "name": case.customer.name,
                "phone": case.customer.phone,
                "queue": case.placement.queue,
                "topic": case.matter.topic,
                "owner": case.open().map(|open| owner(&open.owner)),
                "handed_over": case.placement.escalated.map(|at| instant(at, zone)),
                "resolution_by": by.map(|by| instant(by, zone)),
            })
        })
        .collect())
}
