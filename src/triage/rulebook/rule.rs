//! One rule as its file says it, checked: what it says, and the phrases, patterns and header fields it asks for.
//!
//! Only data. Matching is `page`'s matter.

use regex::Regex;

use crate::triage::verdict::Ignored;

/// A hint that the decision list asks for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cue {
    /// Wants to book or asks for a free slot.
    Book,
    /// Wants to be called back.
    Callback,
    /// Got worse after a treatment, or reports signs of alarm.
    Worse,
    /// Danger, data loss or stopped work.
    Danger,
    /// Sets a short ultimatum.
    Ultimatum,
    /// Threatens or demands: money back, a lawyer, the consumer office. With a short deadline it is an ultimatum.
    Demand,
    /// Marks the day beside it as a deadline.
    Deadline,
    /// Needs staff: disease, medication, operation, pregnancy, numbness, injury.
    Staff,
    /// Is not sure which product or version it is.
    Unsure,
    /// Says nothing: a test.
    Test,
    /// Several people would read it differently (no date, only a rhythm).
    Vague,
    /// The answer is wanted at the address written here.
    AnswerTo,
    /// The slot named is the one already held: a question about it, or lateness.
    Held,
    /// Something is asked or wished for: what stands with it is what the writer wants.
    Request,
    /// Something is told first: what stands with it is the story behind the mail.
    Background,
    /// Says that it is not about the words before (「返金ではなく」).
    Denied,
    /// Asks to be told something: a day in such a question is not yet a wish to come.
    Ask,
}

impl Cue {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 17] = [
        ("book", Self::Book),
        ("callback", Self::Callback),
        ("worse", Self::Worse),
        ("danger", Self::Danger),
        ("ultimatum", Self::Ultimatum),
        ("demand", Self::Demand),
        ("deadline", Self::Deadline),
        ("staff", Self::Staff),
        ("unsure", Self::Unsure),
        ("test", Self::Test),
        ("vague", Self::Vague),
        ("answer_to", Self::AnswerTo),
        ("held", Self::Held),
        ("request", Self::Request),
        ("background", Self::Background),
        ("denied", Self::Denied),
        ("ask", Self::Ask),
    ];

    /// The word of the rule file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, cue)| *cue == self).map_or("", |(word, _)| word)
    }
}

/// What can be seen of a letter without reading it: who sent it, where its links lead, whose form it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Its ids name a mail of ours, or its subject opens with `Re:`.
    Thread,
    /// It has a text that says something.
    Worded,
    /// It holds a link.
    Link,
    /// It holds three links or more.
    Links,
    /// A link leads to a host of others, without encryption.
    PlainLink,
    /// A link leads away from the sender's domain.
    FarLink,
    /// The sender's domain or a link's host looks made by a program: digits among letters.
    OddHost,
    /// A stranger writes under our name: our domain stands in the display name or as a signature.
    ClaimsUs,
    /// It is opened with our mail address instead of a name.
    OurAddress,
    /// It is opened with the name of a shop of ours.
    OurShop,
    /// A stranger's form holds our name, address or number: what we filled in elsewhere.
    OurEntry,
    /// Nobody reads the sender's address.
    Robot,
    /// The sender's address belongs to an office or a program, not to a person.
    Office,
}

impl Shape {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 13] = [
        ("thread", Self::Thread),
        ("worded", Self::Worded),
        ("link", Self::Link),
        ("links", Self::Links),
        ("plain_link", Self::PlainLink),
        ("far_link", Self::FarLink),
        ("odd_host", Self::OddHost),
        ("claims_us", Self::ClaimsUs),
        ("our_address", Self::OurAddress),
        ("our_shop", Self::OurShop),
        ("our_entry", Self::OurEntry),
        ("robot", Self::Robot),
        ("office", Self::Office),
    ];

    /// The word of the rule file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, shape)| *shape == self).map_or("", |(word, _)| word)
    }
}

/// Where a group of phrases may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The writer's own words or the subject.
    Either,
    /// The writer's own words.
    Words,
    /// The subject.
    Subject,
    /// The whole text but quoted history: form labels and footers included.
    Text,
    /// The same, or the subject.
    Whole,
    /// Display name and address of `From`.
    From,
}

/// What a rule says when it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// The letter is about this.
    Topic(String),
    /// A hint.
    Cue(Cue),
    /// Machine mail.
    Machine(Ignored),
    /// A person's words: speaks against these kinds of machine mail.
    Person(Vec<Ignored>),
    /// Why the writer came: the name of a tag (「DMをみた」).
    Tag(String),
    /// Nothing but its marks.
    Mark,
}

impl Says {
    /// The word for what it says: a topic, a cue, a reason, or `mark`.
    pub fn word(&self) -> &str {
        match self {
            Self::Topic(topic) => topic,
            Self::Cue(cue) => cue.word(),
            Self::Machine(reason) => reason.word(),
            Self::Person(_) => "person",
            Self::Tag(_) => "tag",
            Self::Mark => "mark",
        }
    }
}

/// Phrases of which one must stand in a scope.
#[derive(Debug, Clone)]
pub struct Group {
    /// The key it is written under: `any`, `with`, `subject`, …
    pub key: &'static str,
    /// Where.
    pub scope: Scope,
    /// Phrases, of which one is enough.
    pub phrases: Vec<Phrase>,
    /// Patterns, of which one is enough too.
    pub patterns: Vec<Pattern>,
}

/// A phrase as the supervisor wrote it. Latin words match whole words; a final `*` leaves the end open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// As written.
    pub text: String,
    /// Line and column, from 1.
    pub at: (usize, usize),
}

/// A pattern over folded text.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// Compiled, within the size limit.
    pub regex: Regex,
    /// Sets of words: a text that matches holds one word of each set. Never empty.
    pub needs: Vec<Vec<String>>,
    /// Line and column, from 1.
    pub at: (usize, usize),
}

/// One rule of a file.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique name.
    pub name: String,
    /// `rules/ja.toml:12`.
    pub place: String,
    /// Language of the mails it reads, from the file's name; `None`: all.
    pub lang: Option<String>,
    /// What it says.
    pub says: Says,
    /// How heavy it is as evidence: a topic rule's own weight, or its topic's. A rule for machine mail without a
    /// weight decides alone.
    pub weight: i32,
    /// All groups must match.
    pub groups: Vec<Group>,
    /// None of these may match.
    pub unless: Option<Group>,
    /// Header fields (lower-case name, folded text it must contain; empty: any value), of which one must match.
    pub headers: Vec<(String, String)>,
    /// What must be seen of the letter, all of it.
    pub shapes: Vec<Shape>,
    /// Template for the first answer.
    pub template: Option<String>,
    /// Marks by meaning.
    pub marks: Vec<String>,
}

/// When an answer template is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Staff must be asked.
    NeedsStaff,
    /// Class B with a slot.
    Reservation,
    /// Nobody knows who wrote.
    NoName,
    /// The topic's own rule names a template, or else the topic does.
    TopicRule,
    /// The topic is this one.
    Topic(String),
    /// Always.
    Always,
}

/// A line of the answer list: the first that fits chooses the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Name for the evidence.
    pub name: String,
    /// `rules/answers.toml:3`.
    pub place: String,
    /// When it fits.
    pub when: When,
    /// Template; `None` for [`When::TopicRule`].
    pub template: Option<String>,
}
