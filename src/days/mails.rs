//! The mails about a day, made from its figures: whom they name, in which words. Nothing is read and nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Receipt;
use super::since::Change;
use crate::figures::{Sheet, classes, counted, span};
use crate::live::Live;
use crate::record::{Confirmed, Told};
use crate::render::day::{self as view, DayView, PICTURE, ReceiptView, Somebody, SummaryView, Worked};
use crate::render::voice::Voice;
use crate::render::{Attached, InternalMail};
use crate::report::line;
use crate::token::Token;
use crate::triage::figures::{Book, Fact, Sums, What};
use crate::triage::id::Address;
use crate::triage::people::Person;

/// From here on a summary says that it is late.
const SAYS_LATE: SignedDuration = SignedDuration::from_mins(15);

/// What a summary says besides figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// When it was due.
    pub(super) planned: Timestamp,
    /// When it is made.
    pub(super) now: Timestamp,
    /// Who was asked to confirm.
    pub(super) asked: &'a BTreeSet<Address>,
    /// What they said.
    pub(super) confirmed: &'a BTreeMap<Address, Confirmed>,
    /// What changed in the days before since they were summed up.
    pub(super) changes: &'a [Change],
}

/// People of the house who are in the figures as having done something, in the order of the config.
pub(super) fn people_of<'l>(live: &'l Live, book: &Book) -> Vec<&'l Person> {
    let did = |fact: &&Fact| match fact.what {
        What::Handled(_) | What::Called { .. } => true,
        What::Arrived | What::FirstAnswer { .. } | What::Resolved { .. } | What::Open => false,
    };
    let known: BTreeSet<&Address> =
        book.facts.iter().filter(did).filter_map(|fact| fact.by.as_ref()).collect();
    live.config.people.iter().filter(|person| known.contains(&person.address)).collect()
}

/// A person's cases in words, and their sums.
fn worked(book: &Book, person: &Address, voice: Voice) -> (Vec<Worked>, Sums) {
    let own = book.of_person(person);
    let cases = own.handled().map(|(fact, handled)| Worked {
        case: fact.case.to_string(),
        name: line::clean(handled.name.as_deref().unwrap_or("")),
        topic: line::clean(&handled.topic),
        time: span(voice, handled.worked),
        corrected: handled.corrected,
    });
    (cases.collect(), own.total())
}

/// What a person gets to confirm.
pub(super) fn person(
    live: &Live,
    book: &Book,
    person: &Person,
    date: Date,
    until: Timestamp,
    token: &Token,
) -> InternalMail {
    let voice = Voice::of(person.lang);
    let (worked, sums) = worked(book, &person.address, voice);
    view::person(&DayView {
        voice,
        to: &person.address,
        day: &voice.day(date),
        until: &voice.moment(until, &live.config.desk.zone),
        cases: &sums.handled.to_string(),
        time: &span(voice, sums.worked()),
        worked: &worked,
        token,
        desk: &live.config.approval.address,
    })
}

/// What supervisors get; `None` where workbook or picture cannot be made.
pub(super) fn summary(
    live: &Live,
    book: &Book,
    sheet: &Sheet,
    to: &Address,
    known: Known<'_>,
) -> Option<InternalMail> {
    let Known { planned, now, asked, confirmed, changes } = known;
    let (voice, zone) = (sheet.voice, &live.config.desk.zone);
    let date = sheet.period.to;
    let (mut unconfirmed, mut unasked) = (Vec::new(), Vec::new());
    let mut people = Vec::new();
    let worked = book.by(|fact| (fact.by.is_none(), fact.by.clone()));
    for ((_, by), sums) in worked.iter().filter(|(_, sums)| sums.handled > 0) {
        let name = by.as_ref().map_or_else(|| voice.nobody(), |by| name_of(live, by));
        let said = by.as_ref().and_then(|by| confirmed.get(by));
        let state = match said {
            Some(Confirmed { at, corrected: false }) => voice.confirmed_at(&voice.clock_short(*at, zone)),
            Some(Confirmed { at, corrected: true }) => {
                voice.confirmed_corrected(&voice.clock_short(*at, zone))
            }
            None if by.as_ref().is_none_or(|by| !asked.contains(by)) => {
                unasked.push(name.clone());
                voice.confirmed_unasked()
            }
            None => {
                unconfirmed.push(name.clone());
                voice.confirmed_not()
            }
        };
        people.push(Somebody {
            name,
            cases: sums.handled.to_string(),
            time: span(voice, sums.worked()),
            calls: format!("{}/{}", sums.calls, sums.calls.saturating_add(sums.unanswered)),
            confirmed: state,
        });
    }
    let total = &sheet.total;
    let late = now.duration_since(planned) >= SAYS_LATE;
    let file = |name: String, media_type: &str, bytes: Vec<u8>, shown| Attached {
        name,
        media_type: media_type.to_owned(),
        bytes,
        shown,
    };
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let workbook = file(format!("figures-{date}.xlsx"), XLSX, sheet.workbook().ok()?, false);
    let picture = file(PICTURE.to_owned(), "image/png", sheet.picture().ok()?, true);
    let lead = voice.summary_lead(
        &total.handled.to_string(),
        &span(voice, total.worked()),
        &people.len().to_string(),
    );
    let view = SummaryView {
        voice,
        to,
        day: &voice.day(date),
        late: &if late { voice.summary_late(&voice.moment(now, zone)) } else { String::new() },
        lead: &lead,
        unconfirmed: &unconfirmed.join(voice.between()),
        unasked: &unasked.join(voice.between()),
        people: &people,
        counts: &[
            (voice.table_topics(), counted(&total.topics)),
            (voice.table_classes(), counted(&classes(total, voice))),
            (voice.table_tags(), counted(&total.tags)),
        ],
        since: &changes.iter().flat_map(|change| changed(live, voice, change)).collect::<Vec<_>>(),
        picture: &sheet.picture_in_words(),
    };
    Some(view::summary(&view, workbook, picture))
}

/// What people call somebody, made harmless.
fn name_of(live: &Live, person: &Address) -> String {
    let known = live.config.people.iter().find(|known| known.address == *person);
    line::clean(known.map_or_else(|| person.as_str(), |known| known.name.as_str()))
}

/// A change in words: what was told and what is right now, and that it was confirmed since.
fn changed(live: &Live, voice: Voice, change: &Change) -> Vec<String> {
    let Change { date, person, before, now } = change;
    let (day, name) = (voice.day(*date), line::isolate(name_of(live, person)));
    let words = |told: &Told| {
        let calls = format!("{}/{}", told.calls, told.calls.saturating_add(told.unanswered));
        let parts = [
            format!("{} {}", voice.col_handled(), told.handled),
            format!("{} {}", voice.col_time(), span(voice, told.worked)),
            format!("{} {calls}", voice.col_calls()),
        ];
        parts.join(voice.between())
    };
    let figures = change.of_figures().then(|| voice.since_line(&day, &name, &words(before), &words(now)));
    let confirmed = change.confirmed().then(|| voice.since_confirmed(&day, &name));
    figures.into_iter().chain(confirmed).collect()
}

/// What a person hears of their answer. `summed`: the summary has gone out.
pub(super) fn receipt(
    book: &Book,
    person: &Person,
    date: Date,
    receipt: &Receipt,
    summed: bool,
) -> InternalMail {
    let voice = Voice::of(person.lang);
    let (worked, sums) = worked(book, &person.address, voice);
    let (head, mut more) = match receipt {
        Receipt::Thanks => (voice.day_thanks(), vec![voice.day_thanks_more()]),
        Receipt::Corrected(count) => {
            (voice.day_thanks(), vec![voice.day_corrected(&count.to_string()), voice.day_thanks_more()])
        }
        Receipt::Line(line) => (voice.day_not_understood(), vec![voice.day_line_unclear(&line::clean(line))]),
        Receipt::Unknown(line) => {
            (voice.day_not_understood(), vec![voice.day_line_unknown(&line::clean(line))])
        }
        Receipt::Unclear => (voice.day_not_understood(), Vec::new()),
        Receipt::Closed => (voice.day_closed(), Vec::new()),
    };
    match receipt {
        Receipt::Line(_) | Receipt::Unknown(_) | Receipt::Unclear => {
            more.extend([voice.nothing_done(), voice.day_how_ok(), voice.day_how_correct()]);
        }
        Receipt::Closed => more.extend([
            voice.nothing_done(),
            voice.day_closed_more(&date.to_string(), &format!("{}/{}", date.month(), date.day())),
        ]),
        Receipt::Thanks | Receipt::Corrected(_) if summed => more.push(voice.day_too_late()),
        Receipt::Thanks | Receipt::Corrected(_) => {}
    }
    view::receipt(&ReceiptView {
        voice,
        to: &person.address,
        day: &voice.day(date),
        head: &head,
        more: &more,
        cases: &sums.handled.to_string(),
        time: &span(voice, sums.worked()),
        worked: &worked,
    })
}
