//! The service level of a mail: which cell counts, and how its time is used up. Shows; reckons nothing of its own.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::triage::calendar::Stretch;
use crate::triage::level::{Channel, Due, Priority, Span, Tier};
use crate::triage::mail::Letter;
use crate::triage::policy::Policy;
use crate::triage::verdict::{Disposition, Reading};

/// Steps that are shown to people; programs get all.
const MOST_STEPS: usize = 8;

/// By when the first answer to a mail and its end would be due, and why.
#[derive(Debug)]
pub struct Clock {
    tier: Tier,
    channel: Channel,
    priority: Priority,
    topic: String,
    since: Timestamp,
    first: Option<Part>,
    resolution: Option<Part>,
    zone: TimeZone,
}

/// One of the two.
#[derive(Debug)]
struct Part {
    cell: String,
    span: Span,
    by: Option<Timestamp>,
    steps: Vec<(Stretch, SignedDuration)>,
}

impl Part {
    fn of(cell: String, span: Span, policy: &Policy, since: Timestamp) -> Self {
        let by = match span.due(&policy.calendar, since, &[]) {
            Due::At(by) => Some(by),
            Due::Paused { .. } | Due::Never => None,
        };
        Self { cell, span, by, steps: span.steps(&policy.calendar, since) }
    }
}

impl Clock {
    /// For a mail that would open a case, where a cell speaks of it. The clock is taken to start with the mail's date.
    pub fn of(
        policy: &Policy,
        letter: &Letter,
        reading: &Reading,
        tier: Tier,
        priority: Option<Priority>,
    ) -> Option<Self> {
        if reading.verdict.disposition != Disposition::Case {
            return None;
        }
        let channel = reading.facts.channel;
        let priority = priority.unwrap_or(Priority::of(reading.verdict.urgent));
        let topic = reading.verdict.topic.clone();
        let since = letter.sent?;
        let first = policy.levels.first_response.cell(tier, Some(&channel), priority);
        let first = first.map(|cell| Part::of(cell.key.to_string(), cell.span, policy, since));
        let resolution = policy.levels.resolution.cell(tier, Some(&topic), priority);
        let resolution = resolution.map(|cell| Part::of(cell.key.to_string(), cell.span, policy, since));
        if first.is_none() && resolution.is_none() {
            return None;
        }
        let zone = policy.calendar.zone().clone();
        Some(Self { tier, channel, priority, topic, since, first, resolution, zone })
    }

    fn wall(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// The object for programs: the first answer, and the end under `resolution`.
    pub(super) fn json(&self) -> Value {
        let mut object = json!({
            "tier": self.tier.word(),
            "source": self.channel.word(),
            "priority": self.priority.word(),
            "since": self.instant(self.since),
        });
        let Some(fields) = object.as_object_mut() else { return object };
        if let Some(first) = &self.first {
            fields.extend(self.part(first, "answer_by"));
        }
        let resolution = self.resolution.as_ref().map(|part| Value::Object(self.part(part, "by")));
        fields.insert("resolution".to_owned(), json!(resolution));
        object
    }

    fn instant(&self, at: Timestamp) -> String {
        self.wall(at, "%Y-%m-%dT%H:%M:%S%:z")
    }

    fn part(&self, part: &Part, by: &str) -> Map<String, Value> {
        let steps = part.steps.iter().map(|(stretch, left)| {
            let (from, until) = (self.instant(stretch.from), self.instant(stretch.until));
            json!({ "from": from, "until": until, "left_seconds": left.as_secs() })
        });
        Map::from_iter([
            ("cell".to_owned(), json!(part.cell)),
            ("within_seconds".to_owned(), json!(part.span.within.as_secs())),
            ("elapsed".to_owned(), json!(part.span.elapsed)),
            (by.to_owned(), json!(part.by.map(|by| self.instant(by)))),
            ("steps".to_owned(), json!(steps.collect::<Vec<_>>())),
        ])
    }

    /// The lines for people, each with its label; an empty label belongs to the line above.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let first = format!("{} {} {}", self.tier, self.channel, self.priority);
        let over = format!("{} {} {}", self.tier, self.topic, self.priority);
        let parts = [("初回期限", first, &self.first), ("解決期限", over, &self.resolution)];
        let mut lines = Vec::new();
        for (label, case, part) in parts {
            let Some(part) = part else { continue };
            let told = self.told(part, &case).into_iter().enumerate();
            lines.extend(told.map(|(index, line)| (if index == 0 { label } else { "" }, line)));
        }
        lines
    }

    fn told(&self, part: &Part, case: &str) -> Vec<String> {
        let by =
            part.by.map_or_else(|| "なし(窓口が開きません)".to_owned(), |by| self.wall(by, "%Y-%m-%d %H:%M"));
        let kind = if part.span.elapsed { "経過時間" } else { "営業時間" };
        let mut lines = vec![
            by,
            format!("{case} → [{}] {} {kind}", part.cell, spoken(part.span.within)),
            format!("受信 {}", self.wall(self.since, "%Y-%m-%d %H:%M")),
        ];
        for (stretch, left) in part.steps.iter().take(MOST_STEPS) {
            let (from, until) =
                (self.wall(stretch.from, "%m-%d %H:%M"), self.wall(stretch.until, "%m-%d %H:%M"));
            lines.push(format!("{from} 〜 {until}  残り {}", spoken(*left)));
        }
        if part.steps.len() > MOST_STEPS {
            lines.push("(以下略)".to_owned());
        }
        lines
    }
}

/// `3h30m`
fn spoken(span: SignedDuration) -> String {
    let (hours, minutes) = (span.as_hours(), span.as_mins() % 60);
    match (hours, minutes) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes:02}m"),
    }
}
