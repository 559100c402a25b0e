//! What reading a letter yields: facts with their places, and a verdict with its evidence.
//!
//! Every value keeps the span it was read from and the rule that read it, so that `explain` can show why and a
//! deeper reader can be put in without changing who uses the result. Nothing here reads; `read` does.

use jiff::civil::{Date, DateTime};

use super::id::Address;
use super::notice::BookingNotice;
pub use super::plea::{Demand, Other};

/// Facts and verdict of one letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Who wants what and when.
    pub facts: Facts,
    /// What kind of letter it is and what follows from that.
    pub verdict: Verdict,
}

/// A half-open byte range of `Letter::text` (or of the subject, or of a header: see [`Source`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Which text a span counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Source {
    /// `Letter::text`.
    #[default]
    Text,
    /// `Letter::subject`.
    Subject,
    /// A header field such as `From`; the span is empty.
    Header,
}

/// A value with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The normalised value.
    pub value: T,
    /// The words it was read from, exactly as they stand in the mail.
    pub text: String,
    /// Where those words stand.
    pub span: Span,
    /// In which text.
    pub source: Source,
    /// The rule that found it, such as `label:お名前` or `sentence:と申します`.
    pub rule: String,
    /// How sure the rule is, 0 to 100.
    pub confidence: u8,
}

/// Who wants what and when. A missing fact is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// The writer's name as typed.
    pub name: Option<Found<String>>,
    /// Main telephone number: digits with leading 0 for Japan, `+…` for foreign ones.
    pub phone: Option<Found<String>>,
    /// All numbers of the writer, main number first.
    pub phones: Vec<String>,
    /// Where an answer should go.
    pub email: Option<Found<Address>>,
    /// The writer's own words: the form's content field, or the text without quotes and signature.
    pub content: Option<Found<String>>,
    /// Shop or branch named in the mail, as configured in `desk.shops`.
    pub shop: Option<Found<String>>,
    /// Order number.
    pub order_no: Option<Found<String>>,
    /// Product, as configured in `desk.products`.
    pub product: Option<Found<String>>,
    /// Software version.
    pub version: Option<Found<String>>,
    /// Dates and times in the order they stand in the mail, whatever their role.
    pub wishes: Vec<Wish>,
    /// People besides the writer whom the mail is about: at most one finding of each kind.
    pub others: Vec<Found<Other>>,
    /// What a complaint, or a matter of goods and software, demands; each once, in the order of the mail.
    pub demands: Vec<Found<Demand>>,
    /// Fields of the rules that the mail gives, by name, beside name, number, address and shop.
    pub given: Vec<(String, Found<String>)>,
    /// Products of ours that the mail names besides the one found.
    pub named: Vec<String>,
    /// Why it was written, by the names of the rules' tags, each once.
    pub tags: Vec<Found<String>>,
    /// What a booking system tells, where the letter is its notice.
    pub notice: Option<Box<BookingNotice>>,
    /// Facts that were looked for and are not there: `name`, `phone`, `email`, `content`, `version`, `order_no`.
    pub missing: Vec<&'static str>,
    /// Language of most of the writer's text: `ja`, `en`, `pl`, `zh`.
    pub lang: &'static str,
    /// How the writer reached us.
    pub channel: super::level::Channel,
}

/// A date or time with the part it plays. Wall time of the desk's zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// A literal substring of the mail.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Start: a day for grains day and coarser, a wall time otherwise.
    pub start: Moment,
    /// End of a range, part, week or month.
    pub end: Option<Moment>,
    /// How fine it is.
    pub grain: Grain,
    /// Order of preference from 1, counted among wishes of role [`Role::Wish`]; 1 for other roles.
    pub choice: u32,
    /// The part it plays.
    pub role: Role,
    /// The writing itself says so: a word that wants, or a form's field for the time. Without it the role is only
    /// what a date plays when nothing is said of it.
    pub explicit: bool,
    /// In which text it stands: a wish found only in the subject has no place in the text.
    pub source: Source,
    /// The weekday written beside the date contradicts it: flagged, never guessed.
    pub contradicts: bool,
}

/// A day or a minute of wall time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A whole day.
    On(Date),
    /// A time of day.
    At(DateTime),
}

impl Moment {
    /// The day it falls on.
    pub fn date(self) -> Date {
        match self {
            Self::On(date) => date,
            Self::At(at) => at.date(),
        }
    }
}

impl std::fmt::Display for Moment {
    /// `2026-08-27` or `2026-08-27T14:00`, as the JSON of `explain` promises.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(date) => write!(f, "{date}"),
            Self::At(at) => write!(f, "{}T{:02}:{:02}", at.date(), at.hour(), at.minute()),
        }
    }
}

/// How fine a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// Seconds were written.
    Second,
    /// Minutes were written.
    Minute,
    /// Only the hour was written.
    Hour,
    /// A part of the day (午前, 夕方).
    Part,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl Grain {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Part => "part",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// The part a date plays in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The writer wants to come then.
    Wish,
    /// The writer cannot come then.
    Excluded,
    /// It is over.
    Past,
    /// The slot the writer already holds.
    CurrentBooking,
    /// When to call back.
    Callback,
    /// Mentioned, without a part in the matter.
    Mention,
}

impl Role {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wish => "wish",
            Self::Excluded => "excluded",
            Self::Past => "past",
            Self::CurrentBooking => "current_booking",
            Self::Callback => "callback",
            Self::Mention => "mention",
        }
    }
}

/// What kind of letter it is and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// New matter, answer, command, machine mail, or unreadable.
    pub disposition: Disposition,
    /// A or B of workflow W1; `None` unless the disposition is [`Disposition::Case`].
    pub class: Option<Class>,
    /// Topic by its name in the rules (`booking`, `price`, …); empty for machine mail.
    pub topic: String,
    /// Must be seen today.
    pub urgent: bool,
    /// Several people could reasonably read it differently: a person decides.
    pub ambiguous: bool,
    /// A machine may have written it: a sign of one stood in it and did not decide.
    pub doubtful: bool,
    /// Medical or other detail a call centre may not answer.
    pub needs_staff: bool,
    /// The other reading, where two topics are nearly as likely: a person sees both.
    pub second: Option<Second>,
    /// Why: the rules that spoke, in the order in which they were asked.
    pub rules: Vec<Evidence>,
    /// Rules whose words stand in the mail and that did not decide, with the reason; empty where nobody asked for them.
    pub passed: Vec<Passed>,
    /// The template the rules choose for the first answer, by name.
    pub template: Option<String>,
    /// Marks to add by meaning (`chat`, …), from rules; state marks are not decided here.
    pub marks: Vec<String>,
}

/// What becomes of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// A new matter from a person.
    Case,
    /// A person answers one of our mails.
    FollowUp,
    /// An agent answers a request of ours.
    Command,
    /// Machine mail that needs nobody.
    Ignored(Ignored),
    /// It could not be read; a person looks.
    Quarantined,
}

impl Disposition {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::FollowUp => "follow_up",
            Self::Command => "command",
            Self::Ignored(_) => "ignored",
            Self::Quarantined => "quarantined",
        }
    }
}

/// Why a letter is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ignored {
    /// A delivery report.
    Bounce,
    /// An out-of-office or other automatic answer.
    AutoReply,
    /// A newsletter or bulk mail.
    Newsletter,
    /// A notice of a booking system or portal.
    BookingNotice,
    /// A report or review sent by a system.
    SystemNotice,
    /// A read receipt.
    ReadReceipt,
    /// Phishing or spam.
    Spam,
    /// One of our own mails come back.
    Own,
}

impl Ignored {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::AutoReply => "auto_reply",
            Self::Newsletter => "newsletter",
            Self::BookingNotice => "booking_notice",
            Self::SystemNotice => "system_notice",
            Self::ReadReceipt => "read_receipt",
            Self::Spam => "spam",
            Self::Own => "own",
        }
    }
}

/// The two classes of workflow W1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A: 「ただのお問い合わせ」.
    Inquiry,
    /// B: 「予約希望」, a wish to book with a concrete date or time.
    Reservation,
}

impl Class {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Reservation => "reservation",
        }
    }

    /// The template that answers this class when a person, not a rule, has chosen it.
    pub const fn first_template(self) -> &'static str {
        match self {
            Self::Inquiry => "first-answer",
            Self::Reservation => "reservation-proposal",
        }
    }
}

/// A rule that spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The rule's name.
    pub name: String,
    /// Where it is written: `rules/ja.toml:12`.
    pub file: String,
    /// The words of the mail it matched, folded.
    pub matched: Vec<String>,
    /// Where they stand; empty where the letter's form decided.
    pub spans: Vec<(Source, Span)>,
}

/// A reading that came second by less than the margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// Topic by its name in the rules.
    pub topic: String,
    /// The class that would follow from it; `None` for an answer to a mail of ours.
    pub class: Option<Class>,
    /// The rule that speaks for it.
    pub rule: Evidence,
}

/// A rule that did not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The rule and its words in the mail.
    pub rule: Evidence,
    /// What it would have said: a topic, a cue, a reason, `mark`.
    pub says: String,
    /// Why it did not decide.
    pub why: Reason,
}

/// Why a rule whose words stand in the mail did not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Another rule is heavier.
    Outweighed {
        /// The heavier rule.
        by: String,
        /// Its weight in this mail.
        weight: i32,
        /// The weight of the rule passed over.
        against: i32,
    },
    /// Another topic stands first in the mail, at the same weight.
    Later {
        /// The rule that stands first.
        than: String,
    },
    /// The same topic has a stronger rule.
    SameTopic {
        /// The stronger rule.
        by: String,
    },
    /// A wanted slot says more than the rule.
    Slot,
    /// Words that its `unless` names stand there too.
    Unless(Vec<String>),
    /// These groups found nothing.
    Without(Vec<&'static str>),
    /// The rule reads mails of another language.
    Language {
        /// The language of the rule.
        of: String,
        /// The language of the mail.
        mail: String,
    },
    /// A machine's sign on a person's mail: what shows the person.
    Spared(&'static str),
    /// A person's mail is read by topic; an earlier kind of machine mail was found.
    Earlier {
        /// The rule that decided.
        than: String,
    },
}
