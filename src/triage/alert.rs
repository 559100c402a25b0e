//! Who is told that time runs out: a warning to whoever has the case, an alert to the supervisors too when it is over
//! (workflow W5). One mail names all that is due together; nobody gets more of them than the config allows, and what does
//! not go out now goes into the next.
//!
//! Pure: cases, policies, what has gone out and the instant go in, mails and marks come out. Nothing is told outside
//! service hours.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::case::{Case, Owner};
use super::id::{Address, CaseId};
use super::level::{Alerts, Deadline, Goal, Sent, Standing};
use super::policy::Policy;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// There is little time left.
    Warning,
    /// It is over.
    Breach,
}

impl Stage {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Breach => "breach",
        }
    }
}

/// Who was told of a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// Which one.
    pub goal: Goal,
    /// How far it had come.
    pub stage: Stage,
    /// Its instant then; a case that is reckoned anew is told anew.
    pub by: Timestamp,
    /// Who was told.
    pub told: Vec<Address>,
    /// Who is to be told with the next mail they may get.
    pub owed: Vec<Address>,
}

/// One line of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The case.
    pub case: CaseId,
    /// Which deadline.
    pub goal: Goal,
    /// How far it has come.
    pub stage: Stage,
    /// Its instant.
    pub by: Timestamp,
}

/// What one person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who.
    pub to: Address,
    /// Of what, the most pressing first; never empty.
    pub items: Vec<Item>,
}

/// What follows from a look at the clocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// The mails.
    pub letters: Vec<Letter>,
    /// What is to be kept in each case.
    pub told: BTreeMap<CaseId, Vec<Telling>>,
}

/// A deadline that is to be told, and from when on.
struct Pending {
    goal: Goal,
    stage: Stage,
    by: Timestamp,
    at: Timestamp,
    owed: Option<Vec<Address>>,
}

/// When somebody has to be told of a case next; `None`: nobody, as it stands.
pub fn next(policy: &Policy, case: &Case, now: Timestamp) -> Option<Timestamp> {
    pending(policy, policy.alerts?, case, now).into_iter().map(|pending| pending.at).min()
}

/// Drops what was told of deadlines that no longer stand.
pub(in crate::triage) fn forget(policy: &Policy, case: &mut Case, now: Timestamp) {
    if case.placement.told.is_empty() {
        return;
    }
    let standing: Vec<(Goal, Timestamp)> = Goal::ALL
        .into_iter()
        .filter_map(|goal| {
            let deadline = Deadline::of(&policy.levels, &policy.calendar, case, goal, now)?;
            Some((goal, deadline.by()?))
        })
        .collect();
    case.placement.told.retain(|told| standing.contains(&(told.goal, told.by)));
}

fn pending(policy: &Policy, alerts: Alerts, case: &Case, now: Timestamp) -> Vec<Pending> {
    let mut found = Vec::new();
    if case.open().is_none() {
        return found;
    }
    for goal in Goal::ALL {
        let Some(deadline) = Deadline::of(&policy.levels, &policy.calendar, case, goal, now) else {
            continue;
        };
        if !matches!(deadline.standing, Standing::Waiting | Standing::Breached) {
            continue;
        }
        // A first answer that came late is over and done with.
        if goal == Goal::FirstAnswer && case.service.first_answer.is_some() {
            continue;
        }
        let Some(by) = deadline.by() else { continue };
        let warning = deadline.warning(alerts.warn, &policy.calendar, case).filter(|at| *at < by && now < by);
        for (stage, at) in [(Stage::Warning, warning), (Stage::Breach, Some(by))] {
            let told = case.placement.told.iter();
            let told = told.filter(|told| told.goal == goal && told.by == by);
            let known = told.rev().find(|told| told.stage == stage);
            let owed = known.map(|told| told.owed.clone());
            let (Some(at), false) = (at, owed.as_ref().is_some_and(Vec::is_empty)) else { continue };
            // Outside service hours nobody is told; where nobody is ever there, nobody is.
            let Some(at) = policy.calendar.next_open(at) else { continue };
            found.push(Pending { goal, stage, by, at, owed });
        }
    }
    found
}

/// Who is told of a case: whoever has it, and the supervisors when it is too late. Never the staff of a shop, who are no
/// colleagues.
fn people(policy: &Policy, case: &Case, stage: Stage, now: Timestamp) -> Vec<Address> {
    let desk = || {
        let queue = case.placement.queue.as_deref().and_then(|name| policy.queue(name));
        queue.map_or_else(|| policy.agents(), |queue| policy.asked_of(queue, now))
    };
    let owner = match case.open().map(|open| &open.owner) {
        Some(Owner::Agent(agent)) if policy.person(agent).is_some() => vec![agent.clone()],
        Some(Owner::Agent(_) | Owner::Desk | Owner::Shop(_) | Owner::Customer) | None => desk(),
        Some(Owner::Supervisors | Owner::Machine) => policy.supervisors(),
    };
    let present: Vec<Address> = owner.iter().filter(|to| !policy.is_away(to, now)).cloned().collect();
    let mut people = if present.is_empty() { desk() } else { present };
    if stage == Stage::Breach {
        people.extend(policy.supervisors());
    }
    let mut seen = std::collections::BTreeSet::new();
    people.retain(|person| seen.insert(person.clone()));
    people
}

/// Who is told what now. `sent`: when such mails went out to whom, at least over the last hour.
pub fn round(cases: &[(&Case, &Policy)], sent: &Sent, now: Timestamp) -> Round {
    let mut wanted: Vec<(&Case, Alerts, Pending, Vec<Address>)> = Vec::new();
    for (case, policy) in cases {
        let Some(alerts) = policy.alerts else { continue };
        if !policy.calendar.is_open(now) {
            continue;
        }
        let soon = now.checked_add(alerts.group).unwrap_or(now);
        for pending in pending(policy, alerts, case, now) {
            // What is over is never said before; a warning may come with one that is due.
            let horizon = if pending.stage == Stage::Warning { soon } else { now };
            if pending.at <= horizon {
                let known = pending
                    .owed
                    .clone()
                    .map(|owed| owed.into_iter().filter(|to| policy.person(to).is_some()).collect());
                let people = known.unwrap_or_else(|| people(policy, case, pending.stage, now));
                wanted.push((case, alerts, pending, people));
            }
        }
    }
    let mut letters: BTreeMap<&Address, Vec<Item>> = BTreeMap::new();
    for (case, alerts, pending, people) in &wanted {
        for to in people {
            let before = sent.get(to).map_or(&[][..], Vec::as_slice);
            if alerts.next_mail(before, now).is_none() {
                let (goal, stage, by) = (pending.goal, pending.stage, pending.by);
                letters.entry(to).or_default().push(Item { case: case.id.clone(), goal, stage, by });
            }
        }
    }
    // A mail goes out for something that is due; what is only near goes with it.
    let due =
        |to: &Address| wanted.iter().any(|(_, _, pending, people)| pending.at <= now && people.contains(to));
    letters.retain(|to, _| due(to));
    for items in letters.values_mut() {
        items.sort_by(|a, b| b.stage.cmp(&a.stage).then(a.by.cmp(&b.by)).then(a.case.cmp(&b.case)));
    }
    let mut round = Round::default();
    for (case, _, pending, people) in &wanted {
        let (told, owed): (Vec<Address>, Vec<Address>) =
            people.iter().cloned().partition(|to| letters.contains_key(to));
        let early = pending.at > now;
        if early && told.is_empty() {
            continue;
        }
        let known =
            case.placement.told.iter().find(|known| {
                (known.goal, known.stage, known.by) == (pending.goal, pending.stage, pending.by)
            });
        // Nothing new to keep: whoever is owed it is owed it still.
        if told.is_empty() && known.is_some_and(|known| known.owed == owed) {
            continue;
        }
        let mut all = known.map(|known| known.told.clone()).unwrap_or_default();
        all.extend(told);
        let (goal, stage, by) = (pending.goal, pending.stage, pending.by);
        round.told.entry(case.id.clone()).or_default().push(Telling { goal, stage, by, told: all, owed });
    }
    round.letters = letters.into_iter().map(|(to, items)| Letter { to: to.clone(), items }).collect();
    round
}

impl Case {
    /// Keeps who was told, in the place of what was kept of the same deadline.
    pub(in crate::triage) fn keep_told(&mut self, told: &[Telling]) {
        let same = |a: &Telling, b: &Telling| (a.goal, a.stage, a.by) == (b.goal, b.stage, b.by);
        self.placement.told.retain(|known| !told.iter().any(|new| same(known, new)));
        self.placement.told.extend(told.iter().cloned());
    }
}

#[cfg(test)]
mod tests;
