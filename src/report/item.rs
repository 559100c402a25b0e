//! One case in a night report: its facts as plain, harmless words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::line;
use crate::triage::case::{Case, Open, Outcome, Owner, State, Step, Why};
use crate::triage::id::{Address, CaseId};
use crate::triage::night::Section;
use crate::triage::verdict::Class;

/// More wishes than any honest mail has; all of them fit a cell of a spreadsheet.
const MOST_WISHES: usize = 50;

/// One case as a report names it. Every text is a single line, bounded, free of control characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// In which part of the report.
    pub section: Section,
    /// The day of the first mail, by which it is reported.
    pub day: Date,
    /// When the first mail was written, in the desk's zone.
    pub received: Zoned,
    /// The case.
    pub case: CaseId,
    /// Customer's name as typed.
    pub name: Option<String>,
    /// Main number: digits with leading 0 for Japan, `+…` for foreign ones.
    pub phone: Option<String>,
    /// Customer's address.
    pub address: Option<Address>,
    /// Shop named in the mail.
    pub shop: Option<String>,
    /// Topic by its name in the rules; may be empty.
    pub topic: String,
    /// A or B.
    pub class: Class,
    /// A person has yet to decide which class it is.
    pub ambiguous: bool,
    /// Must be seen today.
    pub urgent: bool,
    /// The wanted slots, best first, 50 at most.
    pub wishes: Vec<String>,
    /// Where it stands: `返信待ち`, `対応済`, `店舗依頼中`, `未対応` …
    pub state: &'static str,
    /// Since when it stands there, in the desk's zone.
    pub since: Zoned,
    /// Who has it, while it is open: 窓口, a shop, an agent's address or name. `None` when closed.
    pub owner: Option<String>,
    /// Nights between its day and the report's.
    pub nights: u32,
    /// How many mails the customer has written.
    pub mails: usize,
}

impl Item {
    /// Puts a case into words for the report of `date`.
    pub(super) fn of(case: &Case, section: Section, date: Date, zone: &TimeZone) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(line::clean).filter(|text| !text.is_empty());
        let received = case.mails.first().map_or(case.opened, |mail| mail.sent);
        let (state, since) = standing(case);
        Self {
            section,
            day: case.day,
            received: received.to_zoned(zone.clone()),
            case: case.id.clone(),
            name: text(&case.customer.name),
            phone: text(&case.customer.phone),
            address: case.customer.address.clone(),
            shop: text(&case.customer.shop),
            topic: line::clean(&case.matter.topic),
            class: case.matter.class,
            ambiguous: case.matter.ambiguous,
            urgent: case.matter.urgent,
            wishes: case.matter.wishes.iter().take(MOST_WISHES).map(|wish| line::clean(wish)).collect(),
            state,
            since: since.to_zoned(zone.clone()),
            owner: case.open().map(|open| owner(&open.owner)),
            nights: nights(case.day, date),
            mails: case.mails.len(),
        }
    }

    /// By section, day and time; the number only so that the order is always the same.
    pub(super) fn order(&self) -> (Section, Date, Timestamp, &CaseId) {
        (self.section, self.day, self.received.timestamp(), &self.case)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        json!({
            "section": match self.section {
                Section::Inquiry => "inquiry",
                Section::Reservation => "reservation",
                Section::Unfinished => "unfinished",
                Section::ByHand => "by_hand",
            },
            "day": self.day.to_string(),
            "received": line::rfc3339(&self.received),
            "case": self.case.as_str(),
            "name": self.name,
            "phone": self.phone,
            "address": self.address.as_ref().map(Address::as_str),
            "shop": self.shop,
            "topic": self.topic,
            "class": self.class.word(),
            "ambiguous": self.ambiguous,
            "urgent": self.urgent,
            "wishes": self.wishes,
            "state": self.state,
            "since": line::rfc3339(&self.since),
            "owner": self.owner,
            "nights": self.nights,
            "mails": self.mails,
        })
    }
}

/// `A お問い合わせ` or `B 予約希望`: the class as the call centre calls it.
pub(super) const fn class_title(class: Class) -> &'static str {
    match class {
        Class::Inquiry => "A お問い合わせ",
        Class::Reservation => "B 予約希望",
    }
}

fn nights(day: Date, date: Date) -> u32 {
    let days = date.since(day).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// Where a case stands in the desk's words, and since when.
fn standing(case: &Case) -> (&'static str, Timestamp) {
    match &case.state {
        State::Open(Open { step, .. }) => match step {
            Step::Drafted { asking } => ("未対応", asking.at),
            Step::Asked { asking } => ("確認中", asking.at),
            Step::AtDesk { why, asking } => (obstacle(why), asking.at),
            Step::Sending { .. } => ("送信中", last_move(case)),
            Step::Unknown { since, .. } => ("送信結果不明", *since),
            Step::AwaitingReply { since } => ("返信待ち", *since),
            Step::Answered { since } => ("対応済", *since),
            Step::AtShop { since, .. } => ("店舗依頼中", *since),
            Step::Complaint { since } => ("苦情対応中", *since),
            Step::Quarantined { asking, .. } => ("要確認", asking.at),
        },
        State::Closed { outcome: Outcome::TakenOver, at } => (HandsOff::of(case).state(), *at),
        State::Closed { outcome, at } => (ending(*outcome), *at),
    }
}

/// How a case left the desk's hands in the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HandsOff {
    /// Archived.
    Archived,
    /// Moved to another folder.
    Moved,
    /// Thrown away, or deleted for good.
    Deleted,
    /// By a mark set or taken off.
    Marked,
}

impl HandsOff {
    /// Reads it from the record: the last thing that a person did to the mail itself.
    fn of(case: &Case) -> Self {
        let told = case.record.iter().rev().find_map(|entry| match entry.what.as_str() {
            Case::ARCHIVED_BY_HAND => Some(Self::Archived),
            Case::MOVED_BY_HAND => Some(Self::Moved),
            Case::DELETED_BY_HAND => Some(Self::Deleted),
            Case::HANDLED_BY_HAND | "label_removed_by_hand" => Some(Self::Marked),
            _ => None,
        });
        told.unwrap_or(Self::Marked)
    }

    /// In the desk's words.
    const fn state(self) -> &'static str {
        match self {
            Self::Archived => "手動対応(アーカイブ)",
            Self::Moved => "手動対応(移動)",
            Self::Deleted => "手動対応(削除)",
            Self::Marked => "手動対応",
        }
    }
}

impl Item {
    /// How it left the desk's hands, where it did.
    pub(super) fn hands_off(&self) -> Option<HandsOff> {
        let every = [HandsOff::Archived, HandsOff::Moved, HandsOff::Deleted, HandsOff::Marked];
        every
            .into_iter()
            .filter(|_| self.section == Section::ByHand)
            .find(|hands| hands.state() == self.state)
    }
}

/// Sending keeps no instant of its own: it began with the last thing that somebody did.
fn last_move(case: &Case) -> Timestamp {
    case.record.last().map_or(case.opened, |entry| entry.at)
}

/// Why a person has to write. The sentences of faults and refusals stay out: they are the operator's.
const fn obstacle(why: &Why) -> &'static str {
    match why {
        Why::Fault(_) => "未対応(テンプレート不備)",
        Why::NoAddress => "未対応(宛先なし)",
        Why::Rejected { .. } => "未対応(差し戻し)",
        Why::CustomerAnswered => "未対応(お客様から返信あり)",
        Why::Bounced => "未対応(不達)",
        Why::Refused { .. } => "未対応(送信拒否)",
        Why::DraftEdited => "未対応(下書きを手で修正中)",
        Why::HandedOver { .. } => "未対応(引継)",
        Why::CallBack => "未対応(優先折り返し)",
        Why::PhonedIn { .. } => "未対応(電話受付)",
    }
}

const fn ending(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Converted => "予約確定",
        Outcome::Unconverted => "不成立",
        Outcome::Answered => "対応済",
        Outcome::Referred => "店舗対応",
        Outcome::Dismissed => "完了",
        Outcome::TakenOver => "手動対応",
    }
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Desk => "窓口".to_owned(),
        Owner::Agent(address) => address.as_str().to_owned(),
        Owner::Shop(name) if name.is_empty() => "店舗".to_owned(),
        Owner::Shop(name) => line::clean(name),
        Owner::Supervisors => "責任者".to_owned(),
        Owner::Customer => "お客様".to_owned(),
        Owner::Machine => "自動処理".to_owned(),
    }
}
