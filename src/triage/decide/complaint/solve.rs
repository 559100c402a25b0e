//! The solution of a complaint and its tasks: proposed, split, objected to, decided again, closed. Each task has exactly one
//! person and one deadline.

use super::{deadline, done, led, opened, refuse, report, shortened, write, write_all};
use crate::triage::complaint::{
    Complaint, MOST_TASKS, Objection, Occasion, Piece, Refusal, Solution, Statement, Task, TaskOrder,
    TaskState, answers, end_of,
};
use crate::triage::decide::plan::Plan;
use crate::triage::effect::Notice;
use crate::triage::id::Address;

/// `案 text`, perhaps with its tasks.
pub(super) fn propose(plan: &mut Plan<'_>, by: &Address, piece: Piece, text: &str, tasks: &[TaskOrder]) {
    let rules = plan.policy.complaints.clone();
    let Some(complaint) = led(plan, by, piece, "案") else { return };
    let incomplete = rules.as_deref().is_some_and(|rules| !complaint.missing(rules).is_empty());
    // What was said before stands only where a part of it is asked for again: a new solution answers everything.
    let whole = complaint.proposed();
    let known = if whole { vec![String::new(); complaint.demands.len()] } else { complaint.answers() };
    let said = answers(text, &known);
    if incomplete {
        refuse(plan, by, Refusal::Incomplete);
        return;
    }
    let answers = match said {
        Ok(answers) => answers,
        Err(open) => return refuse(plan, by, Refusal::Unanswered(open)),
    };
    let Some(tasks) = understood(plan, by, tasks) else { return };
    report::recall(plan);
    let statement = Statement { at: plan.now, by: by.clone(), text: shortened(text) };
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    complaint.solution =
        Some(Solution { statement, answers: answers.iter().map(|one| shortened(one)).collect() });
    for objection in complaint.objections.iter_mut().filter(|one| one.task.is_none()) {
        objection.settled = true;
    }
    let everybody = complaint.people.all();
    plan.record(Some(by), "案", "");
    assign(plan, tasks);
    write_all(plan, &everybody, &Occasion::Proposed);
}

/// `作業 @who 8/30 text`: new tasks take the place of those that were objected to.
pub(super) fn give(plan: &mut Plan<'_>, by: &Address, piece: Piece, tasks: &[TaskOrder]) {
    let Some(complaint) = led(plan, by, piece, "作業") else { return };
    if complaint.solution.is_none() {
        refuse(plan, by, Refusal::NoSolution);
        return;
    }
    let Some(tasks) = understood(plan, by, tasks) else { return };
    report::recall(plan);
    plan.record(Some(by), "作業", &tasks.len().to_string());
    assign(plan, tasks);
    // Once more to everybody who may object.
    let everybody = plan.case.complaint.as_deref().map(|one| one.people.all()).unwrap_or_default();
    write_all(plan, &everybody, &Occasion::Proposed);
}

/// The tasks with their people; nothing at all where one of them cannot be.
fn understood(plan: &mut Plan<'_>, by: &Address, orders: &[TaskOrder]) -> Option<Vec<Task>> {
    let zone = plan.policy.desk.zone.clone();
    let today = plan.now.to_zoned(zone.clone()).date();
    let known = plan.case.complaint.as_deref().map_or(0, |complaint| complaint.tasks.len());
    let (mut tasks, mut unknown) = (Vec::new(), Vec::new());
    for order in orders {
        match plan.policy.anybody_called(&order.who) {
            Some(who) => tasks.push(Task {
                who,
                day: order.day,
                due: end_of(order.day, &zone),
                text: shortened(&order.text),
                at: plan.now,
                state: TaskState::Open,
            }),
            None => unknown.push(order.who.clone()),
        }
    }
    if !unknown.is_empty() {
        refuse(plan, by, Refusal::Unknown(unknown));
        return None;
    }
    if tasks.iter().any(|task| task.day < today) {
        refuse(plan, by, Refusal::Past);
        return None;
    }
    if known.saturating_add(tasks.len()) > MOST_TASKS {
        refuse(plan, by, Refusal::Settled);
        return None;
    }
    Some(tasks)
}

fn assign(plan: &mut Plan<'_>, tasks: Vec<Task>) {
    if tasks.is_empty() {
        return;
    }
    let now = plan.now;
    let Some(complaint) = plan.case.complaint.as_deref_mut() else { return };
    let mut withdrawn = Vec::new();
    for (number, task) in (1_u16..).zip(&mut complaint.tasks) {
        if task.state == TaskState::Objected {
            task.state = TaskState::Withdrawn { at: now };
            withdrawn.push((number, task.who.clone()));
        }
    }
    for objection in complaint.objections.iter_mut().filter(|one| one.task.is_some()) {
        objection.settled = true;
    }
    let first = complaint.tasks.len();
    complaint.tasks.extend(tasks);
    let new: Vec<(u16, Address)> = (1..)
        .zip(&complaint.tasks)
        .skip(first)
        .map(|(number, task): (u16, &Task)| (number, task.who.clone()))
        .collect();
    for (number, who) in withdrawn {
        write_all(plan, &[who], &Occasion::Withdrawn(number));
    }
    for (number, who) in new {
        write(plan, &who, Occasion::Task(number), 0);
    }
}

/// `異議 reason`: by the task's person about the task, by anybody named about a task or the whole.
pub(super) fn object(plan: &mut Plan<'_>, by: &Address, piece: Piece, task: Option<u16>, reason: &str) {
    let due = deadline(plan, |rules| rules.spans.objection);
    let now = plan.now;
    let Some(complaint) = opened(plan, by) else { return };
    let target = match piece {
        Piece::Task(own) if task.is_none_or(|named| named == own) => {
            complaint.task(own).is_some_and(|task| task.who == *by).then_some(Some(own))
        }
        Piece::Task(_) => None,
        Piece::Fields | Piece::Lead | Piece::Verdict(_) | Piece::Named => {
            complaint.people.includes(by).then_some(task)
        }
    };
    let Some(target) = target else { return refuse(plan, by, Refusal::NotYours { word: "異議" }) };
    let disputable = match target {
        Some(number) => complaint
            .task(number)
            .is_some_and(|task| matches!(task.state, TaskState::Open | TaskState::Objected)),
        None => complaint.solution.is_some() && !complaint.dealt_with(),
    };
    if !disputable || complaint.objections.len() >= MOST_TASKS {
        refuse(plan, by, Refusal::Settled);
        return;
    }
    if let Some(task) = target.and_then(|number| complaint.task_mut(number)) {
        task.state = TaskState::Objected;
    }
    complaint.objections.push(Objection {
        by: by.clone(),
        at: now,
        task: target,
        reason: shortened(reason),
        due,
        settled: false,
    });
    let number = u16::try_from(complaint.objections.len()).unwrap_or(u16::MAX);
    let deciders = [complaint.people.responsible.clone(), complaint.people.manager.clone()];
    plan.record(Some(by), "異議", &target.map_or_else(String::new, |number| format!("#{number}")));
    write_all(plan, &deciders, &Occasion::Objected(number));
    done(plan, by, "異議");
}

/// `続行`: it stands although somebody objected.
pub(super) fn proceed(plan: &mut Plan<'_>, by: &Address, piece: Piece, task: Option<u16>) {
    let Some(complaint) = led(plan, by, piece, "続行") else { return };
    let meant = |one: &&mut Objection| !one.settled && (task.is_none() || one.task == task);
    let mut numbers: Vec<Option<u16>> = Vec::new();
    let mut objectors: Vec<Address> = Vec::new();
    for objection in complaint.objections.iter_mut().filter(meant) {
        objection.settled = true;
        if !numbers.contains(&objection.task) {
            numbers.push(objection.task);
        }
        objectors.push(objection.by.clone());
    }
    if numbers.is_empty() {
        refuse(plan, by, Refusal::Settled);
        return;
    }
    let mut stands = Vec::new();
    for number in numbers.into_iter().flatten() {
        if let Some(task) = complaint.task_mut(number) {
            task.state = TaskState::Open;
            stands.push((number, task.who.clone()));
        }
    }
    plan.record(Some(by), "続行", &task.map_or_else(String::new, |number| format!("#{number}")));
    for (number, who) in &stands {
        let mut readers = vec![who.clone()];
        readers.extend(objectors.iter().filter(|one| *one != who && *one != by).cloned());
        write_all(plan, &readers, &Occasion::Stands(*number));
    }
    if stands.is_empty() {
        objectors.retain(|one| one != by);
        write_all(plan, &objectors, &Occasion::Proposed);
    }
    done(plan, by, "続行");
}

/// `済 note`: the task is done. Seller, manager and the responsible person hear of it.
pub(super) fn close(plan: &mut Plan<'_>, by: &Address, piece: Piece, note: &str) {
    let now = plan.now;
    let Piece::Task(number) = piece else { return refuse(plan, by, Refusal::NotYours { word: "済" }) };
    if note.trim().is_empty() {
        plan.answer(by, Notice::NotUnderstood { why: "text_missing".to_owned() });
        return;
    }
    let Some(complaint) = opened(plan, by) else { return };
    let Some(task) = complaint.task_mut(number).filter(|task| task.who == *by) else {
        return refuse(plan, by, Refusal::NotYours { word: "済" });
    };
    if !matches!(task.state, TaskState::Open | TaskState::Objected) {
        refuse(plan, by, Refusal::Settled);
        return;
    }
    task.state = TaskState::Done { at: now, note: shortened(note) };
    for objection in complaint.objections.iter_mut().filter(|one| one.task == Some(number)) {
        objection.settled = true;
    }
    let Complaint { people, .. } = &*complaint;
    let readers: Vec<Address> =
        [&people.manager, &people.responsible].into_iter().chain(&people.seller).cloned().collect();
    plan.record(Some(by), "済", &format!("#{number} {}", shortened(note)));
    write_all(plan, &readers, &Occasion::Closed(number));
    done(plan, by, "済");
}
