//! The topics a mail may have and the order of decisions, as the rule files list them.
//!
//! Which topics there are, what a wanted slot means for each, and what keeps a mail from being taken for a machine's
//! is data (`rules/topics.toml`). This file only says what can be said; it knows no topic by name.

use super::level::Priority;
use super::needs;
use super::needs::Field;
use super::verdict::Ignored;

/// When something holds for a mail that names a wanted slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WithSlot {
    /// Whatever else it says.
    Always,
    /// When it also asks to book, or its form asks for a time.
    OnRequest,
    /// When its form asks for a time and one was filled in.
    InForm,
    /// Never.
    Never,
}

impl WithSlot {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("always", Self::Always),
        ("on_request", Self::OnRequest),
        ("in_form", Self::InForm),
        ("never", Self::Never),
    ];
}

/// Which dates of a mail are wished visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visits {
    /// All that nothing is said against.
    All,
    /// Those of which the writing says that they are wanted.
    Explicit,
    /// None.
    None,
}

/// What makes a mail of a topic urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgent {
    /// A slot wanted today, or tomorrow when the mail came in the evening.
    Today,
    /// A slot held then: it is to be moved, given up, or joined late.
    Held,
    /// Danger, loss or an ultimatum.
    Danger,
}

impl Urgent {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 3] =
        [("today", Self::Today), ("held", Self::Held), ("danger", Self::Danger)];
}

/// A fact that a topic cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Product or version, for certain.
    Version,
    /// Order number.
    OrderNo,
}

impl Need {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 2] = [("version", Self::Version), ("order_no", Self::OrderNo)];
}

/// A mail for which no topic rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silent {
    /// It names a wanted slot.
    Slot,
    /// Its form names a product or a version.
    Product,
    /// It answers a mail of ours.
    Reply,
    /// Nothing of the kind.
    Nothing,
}

impl Silent {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("slot", Self::Slot),
        ("product", Self::Product),
        ("reply", Self::Reply),
        ("nothing", Self::Nothing),
    ];

    /// The word of the rule file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slot => "slot",
            Self::Product => "product",
            Self::Reply => "reply",
            Self::Nothing => "nothing",
        }
    }
}

/// A topic and its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Name in rules and in JSON: `booking`.
    pub name: String,
    /// Where it is written: `rules/topics.toml:12`.
    pub place: String,
    /// Name as Japanese readers see it.
    pub ja: String,
    /// Name as English readers see it.
    pub en: String,
    /// Weight of its rules that name none.
    pub weight: i32,
    /// When a wanted slot makes it a reservation.
    pub books: WithSlot,
    /// When a wanted slot makes it the topic of [`Silent::Slot`]: the slot is what the writer is after.
    pub yields: WithSlot,
    /// Which dates in it are wished visits; the others are mentioned only (delivery, interview).
    pub visits: Visits,
    /// What makes it urgent.
    pub urgent: Vec<Urgent>,
    /// Medical detail in it must be seen by the shop's staff.
    pub staff: bool,
    /// A wish without a day (a week, a rhythm) leaves open what is wanted.
    pub wants_day: bool,
    /// Facts it cannot do without.
    pub needs: Vec<Need>,
    /// What the customer is asked for, and whether remote guidance helps.
    pub need: needs::Need,
    /// Mails without a topic rule that it takes.
    pub takes: Vec<Silent>,
    /// What it demands is told apart; elsewhere such words are words of every day.
    pub demands: bool,
    /// Added where the mail names a product of the desk, or its form asks for one.
    pub with_product: i32,
    /// Added where the mail names an order number.
    pub with_order_no: i32,
    /// Template of the first answer, where its rule names none.
    pub template: Option<String>,
    /// How pressing its cases are, where it says so: service levels go by it.
    pub priority: Option<Priority>,
}

/// What shows that a person's words are in a mail that has a machine's signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spare {
    /// A form of ours, or one with a content field, brought it.
    Form,
    /// A form of ours brought it.
    OwnForm,
    /// It answers a mail of ours.
    Answer,
    /// Its subject opens with `Re:`.
    Reply,
    /// Somebody forwards it with words of their own.
    Forward,
    /// The mailing list is ours.
    OurList,
}

impl Spare {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("form", Self::Form),
        ("own_form", Self::OwnForm),
        ("answer", Self::Answer),
        ("reply", Self::Reply),
        ("forward", Self::Forward),
        ("our_list", Self::OurList),
    ];

    /// The word of the rule file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::OwnForm => "own_form",
            Self::Answer => "answer",
            Self::Reply => "reply",
            Self::Forward => "forward",
            Self::OurList => "our_list",
        }
    }
}

/// One kind of machine mail and its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why such mail is left alone.
    pub because: Ignored,
    /// Where it is written.
    pub place: String,
    /// What keeps a mail from it.
    pub spared: Vec<Spare>,
}

/// How the readings of a mail are weighed against each other. All figures are weights.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weighing {
    /// Two topics nearer than this are both kept, and the mail is ambiguous.
    pub margin: i32,
    /// Added to a rule whose words stand with a request.
    pub request: i32,
    /// Taken from a rule whose words stand in the story behind the mail.
    pub background: i32,
    /// Taken from a rule whose words are denied (「返金ではなく」).
    pub denied: i32,
    /// Added to the topic that is spoken of first.
    pub first: i32,
    /// What the light signs of a kind of machine mail must come to together.
    pub machine: i32,
    /// Added to a kind that has signs where nothing in the mail is said as only people say it.
    pub silent: i32,
    /// Added to a kind that has signs where the address belongs to an office or a program.
    pub office: i32,
    /// Added to a topic for each further place that speaks for it.
    pub again: i32,
    /// The most that further places add.
    pub again_most: i32,
    /// In an answer, rules lighter than this give way to what the thread is about.
    pub slight: i32,
    /// Languages whose sentences end with what is wanted (`ja`); in all others it stands before.
    pub verb_last: Vec<String>,
}

/// Everything the files say about the order of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topics {
    /// Kinds of machine mail, the first to be asked first.
    pub refusals: Vec<Refusal>,
    /// Topics, the first to be asked first.
    pub list: Vec<Topic>,
    /// How they are weighed.
    pub weighing: Weighing,
    /// Facts that can be asked for, in the order of the files.
    pub fields: Vec<Field>,
}

impl Topics {
    /// A topic by its name.
    pub fn named(&self, name: &str) -> Option<&Topic> {
        self.list.iter().find(|topic| topic.name == name)
    }

    /// What Japanese readers call a topic; a topic that is no longer listed keeps its name.
    pub fn shown<'a>(&'a self, name: &'a str) -> &'a str {
        self.named(name).map_or(name, |topic| topic.ja.as_str())
    }

    /// The topic that takes mails for which no rule speaks.
    pub fn taking(&self, silent: Silent) -> Option<&Topic> {
        self.list.iter().find(|topic| topic.takes.contains(&silent))
    }

    /// Place in the order; behind all others where it is not listed.
    pub fn order(&self, name: &str) -> usize {
        self.list.iter().position(|topic| topic.name == name).unwrap_or(usize::MAX)
    }
}
