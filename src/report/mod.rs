//! The night report (workflow W1): what it says, in text, CSV and JSON, and when it is due.
//!
//! Which cases a report names is decided in `triage::night`; here they are put in order and into words. Everything
//! is a pure function of its arguments: no store, no clock, no network. Sending it once is the outbox's work.
//!
//! Names and topics come from strangers. They are made harmless once, when an [`Item`] is built: one line, no
//! control or direction characters, bounded. So no output can lose a line or a cell to them.

pub mod complaints;
mod item;
pub(crate) mod line;
pub mod schedule;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;
mod text;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::json;

pub use item::Item;

use item::HandsOff;

use crate::triage::case::Case;
use crate::triage::id::CaseId;
use crate::triage::night::{self, Section};
use crate::triage::people::Person;
use crate::triage::topics::Topics;

/// From here on a report says that it is late; a busy minute is not worth a word.
const LATE: SignedDuration = SignedDuration::from_mins(15);

/// The report of one night and shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// The night it reports on; its heading shows this day.
    pub date: Date,
    /// Name of the shift, such as `night`; with `date` the report's identity.
    pub shift: String,
    /// What it names, by section, then day and time. May be empty: an empty report is sent too.
    pub items: Vec<Item>,
    /// The complaints it names, oldest first.
    pub complaints: Vec<complaints::Line>,
    /// When it should have been made, in the desk's zone.
    pub planned: Zoned,
    /// When it was made, in the desk's zone.
    pub made: Zoned,
    /// The head of the audit trail when it was made: whoever keeps the report can prove later that nothing before was changed.
    pub head: Option<String>,
}

/// Selects the cases that the report of `date` names, puts them in order and into words.
///
/// `since` is the first day whose mails are reported, `zone` the desk's; `planned` comes from [`schedule`].
/// Cases that do not belong into the report are skipped, so a caller may hand over more than it needs.
pub fn night(
    cases: &[Case],
    date: Date,
    shift: &str,
    since: Option<Date>,
    zone: &TimeZone,
    now: Timestamp,
    planned: Timestamp,
) -> Night {
    let mut items: Vec<Item> = cases
        .iter()
        .filter_map(|case| {
            night::section(case, date, since).map(|section| Item::of(case, section, date, zone))
        })
        .collect();
    items.sort_by(|a, b| a.order().cmp(&b.order()));
    Night {
        date,
        shift: shift.to_owned(),
        items,
        complaints: Vec::new(),
        planned: planned.to_zoned(zone.clone()),
        made: now.to_zoned(zone.clone()),
        head: None,
    }
}

impl Night {
    /// Shows agents by name where only their address is known.
    #[must_use]
    pub fn naming(mut self, people: &[Person]) -> Self {
        for item in &mut self.items {
            let known = people.iter().find(|person| Some(person.address.as_str()) == item.owner.as_deref());
            if let Some(person) = known {
                item.owner = Some(line::clean(&person.name));
            }
        }
        self
    }

    /// Ends with the head of the audit trail.
    #[must_use]
    pub fn sealed_by(mut self, head: Option<String>) -> Self {
        self.head = head;
        self
    }

    /// Names complaints: those that are open, and those that ended within a week.
    #[must_use]
    pub fn with_complaints(mut self, lines: Vec<complaints::Line>) -> Self {
        let date = self.date;
        self.complaints = lines.into_iter().filter(|line| complaints::is_named(line, date)).collect();
        self
    }

    /// Shows topics by the names that the rules of each case give them.
    #[must_use]
    pub fn calling<'t>(mut self, topics: impl Fn(&CaseId) -> &'t Topics) -> Self {
        for item in &mut self.items {
            item.topic = line::clean(topics(&item.case).shown(&item.topic));
        }
        self
    }

    /// `<8/28予約に至らなかったメール>`: month and day without leading zeros.
    pub fn heading(&self) -> String {
        format!("<{}予約に至らなかったメール>", line::month_day(self.date))
    }

    /// `<8/28予約に至らなかったメール> 【desk】 A 3件 B 2件`, then `未対応 1件` if there are any; `該当なし` when it is empty.
    /// One line.
    pub fn subject(&self, desk_name: &str) -> String {
        let head = format!("{} 【{}】", self.heading(), line::clean(desk_name));
        let [inquiries, reservations, unfinished] = self.counts();
        if self.is_empty() {
            return format!("{head} 該当なし");
        }
        let waiting = if unfinished > 0 { format!(" 未対応 {unfinished}件") } else { String::new() };
        format!("{head} A {inquiries}件 B {reservations}件{waiting}")
    }

    /// How many cases stand in the sections お問い合わせ, 予約希望 and 未対応.
    pub fn counts(&self) -> [usize; 3] {
        [Section::Inquiry, Section::Reservation, Section::Unfinished].map(|section| self.of(section).count())
    }

    /// Whether it has nothing to name; what people took over by hand is counted apart.
    fn is_empty(&self) -> bool {
        self.counts() == [0; 3]
    }

    /// How many cases left the desk's hands in the mailbox: archived, moved, deleted, by a mark.
    pub fn by_hand(&self) -> [usize; 4] {
        [HandsOff::Archived, HandsOff::Moved, HandsOff::Deleted, HandsOff::Marked]
            .map(|hands| self.items.iter().filter(|item| item.hands_off() == Some(hands)).count())
    }

    /// The cases it names with their section, in its order: what the outbox keeps and settles.
    pub fn cases(&self) -> Vec<(CaseId, Section)> {
        self.items.iter().map(|item| (item.case.clone(), item.section)).collect()
    }

    /// Whether it was made noticeably (15 minutes) after it was planned.
    pub fn late(&self) -> bool {
        self.made.duration_since(&self.planned) >= LATE
    }

    /// Whether it was made before it was planned, so that more may come: a rehearsal or a look ahead.
    pub fn early(&self) -> bool {
        self.made < self.planned
    }

    /// Plain text, LF line ends, ready to paste into a chat group: the heading alone on the first line, the counts,
    /// then each section with one block per case. Lines keep to 35 full-width columns, addresses apart.
    pub fn text(&self) -> String {
        text::write(self)
    }

    /// A table for a spreadsheet: UTF-8 with byte order mark, CRLF, every field quoted (RFC 4180), a Japanese header
    /// row, one row per case. No cell is a formula, and telephone numbers keep their leading 0.
    pub fn csv(&self) -> Vec<u8> {
        sheet::write(self)
    }

    /// The report for programs: `date`, `shift`, `heading`, `planned`, `made`, `late`, `counts`, `by_hand`, `complaints`, `audit_head`, `items`. Instants are RFC 3339
    /// with the offset of the desk's zone; what is not known is `null`.
    pub fn json(&self) -> serde_json::Value {
        let [inquiries, reservations, unfinished] = self.counts();
        let [archived, moved, deleted, marked] = self.by_hand();
        json!({
            "date": self.date.to_string(),
            "shift": self.shift,
            "heading": self.heading(),
            "planned": line::rfc3339(&self.planned),
            "made": line::rfc3339(&self.made),
            "late": self.late(),
            "counts": { "inquiry": inquiries, "reservation": reservations, "unfinished": unfinished },
            "by_hand": { "archived": archived, "moved": moved, "deleted": deleted, "marked": marked },
            "complaints": self.complaints.iter().map(complaints::json).collect::<Vec<_>>(),
            "audit_head": self.head,
            "items": self.items.iter().map(Item::json).collect::<Vec<_>>(),
        })
    }

    fn of(&self, section: Section) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.section == section)
    }
}
