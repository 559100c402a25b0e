//! The service level of a mail: which cell counts, and how its time is used up. Shows; reckons nothing of its own.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::triage::calendar::Stretch;
use crate::triage::level::{Channel, Due, Priority, Span, Tier};
use crate::triage::mail::Letter;
use crate::triage::policy::Policy;
use crate::triage::verdict::{Disposition, Reading};

/// Steps that are shown to people; programs get all.
const MOST_STEPS: usize = 8;

/// By when the first answer to a mail would be due, and why.
#[derive(Debug)]
pub struct Clock {
    tier: Tier,
    channel: Channel,
    priority: Priority,
    cell: String,
    span: Span,
    since: Timestamp,
    by: Option<Timestamp>,
    steps: Vec<(Stretch, SignedDuration)>,
    zone: TimeZone,
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
        let (channel, urgent) = (reading.facts.channel, reading.verdict.urgent);
        let priority = priority.unwrap_or(Priority::of(urgent));
        let cell = policy.levels.first_response.cell(tier, Some(&channel), priority)?;
        let since = letter.sent?;
        let by = match cell.span.due(&policy.calendar, since, &[]) {
            Due::At(by) => Some(by),
            Due::Paused { .. } | Due::Never => None,
        };
        Some(Self {
            channel,
            tier,
            priority,
            cell: cell.key.to_string(),
            span: cell.span,
            since,
            by,
            steps: cell.span.steps(&policy.calendar, since),
            zone: policy.calendar.zone().clone(),
        })
    }

    fn wall(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// The object for programs.
    pub(super) fn json(&self) -> Value {
        let instant = |at: Timestamp| self.wall(at, "%Y-%m-%dT%H:%M:%S%:z");
        let steps = self.steps.iter().map(|(stretch, left)| {
            json!({ "from": instant(stretch.from), "until": instant(stretch.until), "left_seconds": left.as_secs() })
        });
        json!({
            "tier": self.tier.word(),
            "source": self.channel.word(),
            "priority": self.priority.word(),
            "cell": self.cell,
            "within_seconds": self.span.within.as_secs(),
            "elapsed": self.span.elapsed,
            "since": instant(self.since),
            "answer_by": self.by.map(instant),
            "steps": steps.collect::<Vec<_>>(),
        })
    }

    /// The lines for people.
    pub(super) fn lines(&self) -> Vec<String> {
        let by =
            self.by.map_or_else(|| "なし(窓口が開きません)".to_owned(), |by| self.wall(by, "%Y-%m-%d %H:%M"));
        let kind = if self.span.elapsed { "経過時間" } else { "営業時間" };
        let case = format!("{} {} {}", self.tier, self.channel, self.priority);
        let mut lines = vec![
            by,
            format!("{case} → [{}] {} {kind}", self.cell, spoken(self.span.within)),
            format!("受信 {}", self.wall(self.since, "%Y-%m-%d %H:%M")),
        ];
        for (stretch, left) in self.steps.iter().take(MOST_STEPS) {
            let (from, until) =
                (self.wall(stretch.from, "%m-%d %H:%M"), self.wall(stretch.until, "%m-%d %H:%M"));
            lines.push(format!("{from} 〜 {until}  残り {}", spoken(*left)));
        }
        if self.steps.len() > MOST_STEPS {
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
