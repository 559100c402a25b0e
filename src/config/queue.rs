//! `[[queue]]`, how people work in queues (`[[agent]] skills, capacity, shifts`), and `[level.alerts]`. Checked into values of
//! the core. What only the rules can tell is judged when their topics are known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::desk::unique;
use super::section::{Problem, Section};
use super::{Mailbox, calendar, value};
use crate::fault::Fault;
use crate::triage::calendar::{Calendar, Hours, Plan};
use crate::triage::id::Address;
use crate::triage::level::{Alerts, Warn};
use crate::triage::people::{Person, Position};
use crate::triage::queue::{Queue, Work};

/// How many cases a person holds at most, where neither the person nor the queue says so.
const CAPACITY: u64 = 10;

/// The queues, and where each is written.
#[derive(Debug, Clone, Default)]
pub struct Queues {
    /// As the core sees them, in the order of the file.
    pub list: Arc<[Queue]>,
    places: Vec<(usize, usize)>,
    topics: Vec<Vec<(String, (usize, usize))>>,
}

/// How a person works.
pub(super) fn work(section: &Section<'_>, zone: &TimeZone) -> Work {
    let skills = section.list("skills", value::line).into_iter().collect();
    let capacity =
        section.has("capacity").then(|| section.number("capacity", 1, 1_000, CAPACITY)).and_then(small);
    let lines = section.list("shifts", calendar::hours_line);
    let shifts = section.has("shifts").then(|| week(section, lines, zone)).flatten();
    Work { skills, capacity, shifts }
}

fn small(number: u64) -> Option<u32> {
    u32::try_from(number).ok()
}

/// The shifts of a week in the desk's zone. Nobody works holidays apart: days off are the calendar's.
fn week(
    section: &Section<'_>,
    lines: Vec<(BTreeSet<usize>, Vec<Hours>)>,
    zone: &TimeZone,
) -> Option<Calendar> {
    let mut week: [Vec<Hours>; 7] = Default::default();
    for (days, spans) in &lines {
        if days.iter().any(|day| *day >= week.len()) {
            section.fault(
                "shifts",
                "a shift stands in the days of a week",
                "leave out holiday: who works on a holiday is said by its weekday",
            );
            return None;
        }
        for (_, hours) in week.iter_mut().enumerate().filter(|(day, _)| days.contains(day)) {
            for span in spans {
                if hours.iter().any(|known| known.overlaps(*span)) {
                    section.fault(
                        "shifts",
                        "two shifts of one day overlap",
                        "let one end where the other begins",
                    );
                    return None;
                }
                hours.push(*span);
            }
        }
    }
    if lines.is_empty() {
        section.fault(
            "shifts",
            "`shifts` says nothing: the person would never be there",
            "write for example shifts = [\"mon-fri 09:00-18:00\"], or leave it out",
        );
        return None;
    }
    Some(Calendar::new(zone.clone(), Arc::new(Plan::new(week))))
}

pub(super) fn read_all(root: &Section<'_>, people: &[Person]) -> Queues {
    let (mut names, mut taken) = (BTreeSet::new(), BTreeMap::new());
    let (mut list, mut places, mut topics) = (Vec::new(), Vec::new(), Vec::new());
    for section in &root.sections("queue") {
        let Some((queue, own)) = read(section, people, &mut taken) else { continue };
        unique(section, "name", &mut names, &queue.name);
        places.push(section.place());
        topics.push(own.into_iter().map(|topic| (topic, section.place())).collect());
        list.push(queue);
    }
    Queues { list: list.into(), places, topics }
}

fn read(
    section: &Section<'_>,
    people: &[Person],
    taken: &mut BTreeMap<String, String>,
) -> Option<(Queue, Vec<String>)> {
    let name = section.need("name", section.line("name"), "what people write behind 移動");
    let topics = section.list("topics", value::line);
    let skills: BTreeSet<String> = section.list("skills", value::line).into_iter().collect();
    let called = |text: &str| person(text, people);
    let agents = section.list("agents", called);
    let mention = section.list("mention", called);
    let capacity = small(section.number("capacity", 1, 1_000, CAPACITY))?;
    section.finish();
    let name = name?;
    for topic in &topics {
        if let Some(other) = taken.insert(topic.clone(), name.clone()) {
            section.fault(
                "topics",
                format!("the topic `{topic}` leads to two queues, `{other}` and `{name}`"),
                "take it out of one",
            );
        }
    }
    for skill in &skills {
        let known: BTreeSet<&str> =
            people.iter().flat_map(|person| &person.work.skills).map(String::as_str).collect();
        if !known.contains(skill.as_str()) {
            let hint = match value::nearest(skill, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write it into skills = […] of an [[agent]]".to_owned(),
            };
            section.fault("skills", format!("nobody has the skill `{skill}`"), hint);
        }
    }
    let queue = Queue { name, topics: topics.clone(), skills, agents, mention, capacity };
    let served = people.iter().any(|person| serves(&queue, person));
    let known = queue.skills.iter().all(|skill| people.iter().any(|one| one.work.skills.contains(skill)));
    if !served && known && !people.is_empty() {
        section.fault(
            "name",
            format!("nobody can serve the queue `{}`", queue.name),
            "give one of its agents all of its skills, or ask for fewer",
        );
    }
    Some((queue, topics))
}

fn serves(queue: &Queue, person: &Person) -> bool {
    let listed = match (queue.agents.is_empty(), queue.skills.is_empty()) {
        (false, _) => queue.agents.contains(&person.address),
        (true, false) => true,
        (true, true) => person.position == Position::Agent,
    };
    listed && queue.skills.is_subset(&person.work.skills)
}

/// A person by the name of an `[[agent]]`.
fn person(name: &str, people: &[Person]) -> Result<Address, Problem> {
    if let Some(person) = people.iter().find(|person| person.name == name) {
        return Ok(person.address.clone());
    }
    let hint = match value::nearest(name, people.iter().map(|person| person.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the name of an [[agent]]".to_owned(),
    };
    Err(Problem::new(format!("nobody is called `{name}`"), hint))
}

/// `[level.alerts]`; `None` where it is not written: then nobody is warned.
pub(super) fn alerts(level: Option<&Section<'_>>) -> Option<Alerts> {
    let section = level?.section("alerts")?;
    let span =
        |duration: std::time::Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    let warn = section.parsed("warn", |text| match text.strip_suffix('%') {
        Some(percent) => percent
            .parse::<u8>()
            .ok()
            .filter(|percent| (1..=90).contains(percent))
            .map(Warn::Share)
            .ok_or_else(|| {
                Problem::new(format!("`{text}` is no share"), "write 1% to 90%, or a span: \"15m\"")
            }),
        None => value::duration(text).map(|duration| Warn::Before(span(duration))),
    });
    let group = section.duration("group", std::time::Duration::from_secs(600));
    let per_hour = small(section.number("per_hour", 1, 60, 4)).unwrap_or(4);
    section.finish();
    Some(Alerts { warn: warn.unwrap_or(Warn::Share(20)), group: span(group), per_hour })
}

impl Queues {
    /// Faults and warnings that only the rules, the people and the calendar together can tell; `topics` are the names of the
    /// rules' topics.
    pub fn judge(
        &self,
        path: &Path,
        topics: &[String],
        people: &[Person],
        mailboxes: &[Mailbox],
        open: &Calendar,
    ) -> (Vec<Fault>, Vec<Fault>) {
        let fault = |(line, column): (usize, usize), what: String, hint: String| Fault {
            file: path.to_owned(),
            line,
            column,
            what,
            hint,
        };
        let mut faults = Vec::new();
        for (topic, at) in self.topics.iter().flatten().filter(|(topic, _)| !topics.contains(topic)) {
            let hint = match value::nearest(topic, topics.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a topic of rules/topics.toml".to_owned(),
            };
            faults.push(fault(*at, format!("`{topic}` is no topic of the rules"), hint));
        }
        let mut warnings = Vec::new();
        for (queue, at) in self.list.iter().zip(&self.places) {
            let serving: Vec<&Person> = people.iter().filter(|person| serves(queue, person)).collect();
            let nowhere = serving.iter().find(|person| {
                person.position == Position::Agent
                    && mailboxes.iter().all(|mailbox| !mailbox.agents.contains(&person.name))
            });
            if let Some(person) = nowhere {
                warnings.push(fault(
                    *at,
                    format!(
                        "`{}` serves the queue `{}` and is an agent of no mailbox",
                        person.name, queue.name
                    ),
                    "add the name to `agents` of the mailboxes whose cases they are to get".to_owned(),
                ));
            }
            if !serving.is_empty() && !serving.iter().any(|person| meets(person, open)) {
                warnings.push(fault(
                    *at,
                    format!("the shifts of queue `{}` never meet the service hours", queue.name),
                    "let somebody's shifts reach into them; until then the whole queue is asked".to_owned(),
                ));
            }
        }
        (faults, warnings)
    }
}

/// Whether a person is ever there while the desk is open, in the four weeks after a day of no account.
fn meets(person: &Person, open: &Calendar) -> bool {
    let Some(shifts) = &person.work.shifts else { return true };
    let start = Timestamp::from_second(1_767_571_200).unwrap_or_default();
    let end = start.checked_add(SignedDuration::from_hours(28 * 24)).unwrap_or(start);
    let mut stretches = open.stretches(start).take_while(|stretch| stretch.from < end);
    stretches.any(|stretch| !shifts.between(stretch.from, stretch.until).is_zero())
}

#[cfg(test)]
mod tests;
