//! Whether a mail must be seen today.
//!
//! (a) A slot is today, or tomorrow when the mail came in the evening; (b) somebody got worse; (c) danger, loss or an
//! ultimatum, where the topic knows such things. Which words say so stands in the rules.

use jiff::civil::{Date, DateTime, Weekday};

use super::{Question, built_in};
use crate::triage::rulebook::{Cue, Hit, Says};
use crate::triage::topics::{Topic, Urgent};
use crate::triage::verdict::{Evidence, Grain, Moment, Role, Wish};

/// From this hour on, tomorrow is as near as today.
const EVENING: i8 = 18;
/// Working days that make an ultimatum short.
const SHORT: u8 = 2;
/// How near a mark of a deadline stands to its day, in bytes of folded text.
const BESIDE: usize = 6;

/// Whether a mail must be seen today; the reason goes to `rules`.
pub(super) fn urgent(question: &Question<'_>, topic: Option<&Topic>, rules: &mut Vec<Evidence>) -> bool {
    if let Some(hit) = question.cue(Cue::Worse) {
        rules.push(hit.evidence());
        return true;
    }
    let by = |urgent: Urgent| topic.is_some_and(|topic| topic.urgent.contains(&urgent));
    if by(Urgent::Danger)
        && let Some(hit) = question.cue(Cue::Danger).or_else(|| question.cue(Cue::Ultimatum))
    {
        rules.push(hit.evidence());
        return true;
    }
    let Some(sent) = question.letter.sent else { return false };
    let sent = sent.to_zoned(question.desk.zone.clone()).datetime();
    let found = match () {
        () if by(Urgent::Danger)
            && let Some(wish) = deadline(question, sent.date()) =>
        {
            Some(("urgent:deadline", wish))
        }
        () => question
            .facts
            .wishes
            .iter()
            .find(|wish| match wish.role {
                Role::Wish => by(Urgent::Today) && near(wish, sent),
                Role::CurrentBooking => by(Urgent::Held) && near(wish, sent),
                Role::Excluded | Role::Past | Role::Callback | Role::Mention => false,
            })
            .map(|wish| ("urgent:slot", wish)),
    };
    if let Some((name, wish)) = found {
        rules.push(built_in(name, vec![wish.text.clone()]));
    }
    found.is_some()
}

/// Whether a slot is today and not over, or tomorrow where the mail came in the evening.
fn near(wish: &Wish, sent: DateTime) -> bool {
    let day = wish.start.date();
    let late = sent.hour() >= EVENING && sent.date().tomorrow().is_ok_and(|tomorrow| day == tomorrow);
    let over = match wish.end {
        Some(Moment::At(end)) => end < sent,
        Some(Moment::On(_)) | None => false,
    };
    wish.grain <= Grain::Day && !over && (day == sent.date() || late)
}

/// A day that a demand gives us, marked as a deadline, no further than two working days ahead.
fn deadline<'a>(question: &Question<'a>, today: Date) -> Option<&'a Wish> {
    question.cue(Cue::Demand)?;
    let folded = question.page.texts.text;
    let marks = question.hits.iter().filter(|hit| hit.rule.says == Says::Cue(Cue::Deadline));
    let marks: Vec<_> = marks.flat_map(Hit::spans).collect();
    let last = working_day(today, SHORT)?;
    question.facts.wishes.iter().find(|wish| {
        let span = folded.folded(wish.span);
        let day = wish.end.unwrap_or(wish.start).date();
        let marked = |mark: &crate::triage::verdict::Span| {
            mark.start <= span.end.saturating_add(BESIDE) && span.start <= mark.end.saturating_add(BESIDE)
        };
        (today..=last).contains(&day) && wish.role != Role::Past && marks.iter().any(marked)
    })
}

/// The `count`th day after `from` that is neither Saturday nor Sunday.
fn working_day(from: Date, count: u8) -> Option<Date> {
    let mut day = from;
    for _ in 0..count {
        day = day.tomorrow().ok()?;
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.tomorrow().ok()?;
        }
    }
    Some(day)
}
