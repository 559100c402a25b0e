//! The compiled rules: what phrases mean, in one automaton over all of them.
//!
//! The rule files become a [`Rulebook`] once (see `rules`); reading a mail walks its folded text a single time,
//! however many phrases there are. The predicates are a closed set: phrases, patterns, header fields, and the
//! places they may stand. Nothing here knows Japanese; the words live in `rules/*.toml`.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use regex::Regex;

use super::fold::Folded;
use super::mail::Letter;
use super::verdict::{Evidence, Ignored, Span};
use super::when::Lexicon;

/// What a form label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// Full name.
    Name,
    /// Family name alone.
    Family,
    /// Given name alone.
    Given,
    /// Reading of the name in kana: never the name itself.
    Kana,
    /// Telephone.
    Phone,
    /// Fax: never a telephone of the writer.
    Fax,
    /// Mail address.
    Mail,
    /// The writer's own words.
    Content,
    /// Further free words (wishes, remarks).
    Remark,
    /// Subject line of the form.
    Subject,
    /// Wanted date, time, or both.
    When,
    /// Shop or branch.
    Shop,
    /// Order number.
    Order,
    /// Product or device.
    Product,
    /// Software version.
    Version,
    /// Company.
    Company,
    /// When the form was sent: never a wish.
    Received,
    /// Known, and of no use.
    Other,
}

impl LabelKind {
    /// The words of the rule file, in the order of the enum.
    pub const WORDS: [(&'static str, Self); 18] = [
        ("name", Self::Name),
        ("family", Self::Family),
        ("given", Self::Given),
        ("kana", Self::Kana),
        ("phone", Self::Phone),
        ("fax", Self::Fax),
        ("mail", Self::Mail),
        ("content", Self::Content),
        ("remark", Self::Remark),
        ("subject", Self::Subject),
        ("when", Self::When),
        ("shop", Self::Shop),
        ("order", Self::Order),
        ("product", Self::Product),
        ("version", Self::Version),
        ("company", Self::Company),
        ("received", Self::Received),
        ("other", Self::Other),
    ];
}

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
}

impl Cue {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 11] = [
        ("book", Self::Book),
        ("callback", Self::Callback),
        ("worse", Self::Worse),
        ("danger", Self::Danger),
        ("ultimatum", Self::Ultimatum),
        ("staff", Self::Staff),
        ("unsure", Self::Unsure),
        ("test", Self::Test),
        ("vague", Self::Vague),
        ("answer_to", Self::AnswerTo),
        ("held", Self::Held),
    ];
}

/// Plain word lists that the readers of fields ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordList {
    /// Family names: what may stand before 「です」 and be a person.
    Surname,
    /// Words that no person is called (shop, form, support, greetings).
    NotName,
    /// Whole words that stand where names stand and are none (「質問です」).
    Common,
    /// Forms of address behind a name.
    Honorific,
    /// Words before a name when people introduce themselves (`my name is`).
    NameBefore,
    /// Words after a name when people introduce themselves (「と申します」).
    NameAfter,
    /// Local parts of addresses that no person reads.
    Robot,
    /// Labels of a booking's number.
    Reference,
    /// Words of a notice that a booking is off.
    Cancelled,
    /// Words of a notice that a booking was moved.
    Changed,
    /// Frequent words of Polish.
    Polish,
    /// Frequent words of English.
    English,
    /// Words that only Chinese mails hold.
    Chinese,
}

impl WordList {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 13] = [
        ("surname", Self::Surname),
        ("not_name", Self::NotName),
        ("common", Self::Common),
        ("honorific", Self::Honorific),
        ("name_before", Self::NameBefore),
        ("name_after", Self::NameAfter),
        ("robot", Self::Robot),
        ("reference", Self::Reference),
        ("notice_cancelled", Self::Cancelled),
        ("notice_changed", Self::Changed),
        ("polish", Self::Polish),
        ("english", Self::English),
        ("chinese", Self::Chinese),
    ];
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
    /// Nothing but its marks.
    Mark,
}

/// Phrases of which one must stand in a scope.
#[derive(Debug, Clone)]
pub struct Group {
    /// Where.
    pub scope: Scope,
    /// Phrases as the supervisor wrote them. Latin words match whole words; a final `*` leaves the end open.
    pub phrases: Vec<String>,
    /// Patterns over folded text.
    pub patterns: Vec<Regex>,
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
    /// Heavier rules win; equal ones in the order of the mail.
    pub weight: i32,
    /// All groups must match.
    pub groups: Vec<Group>,
    /// None of these may match.
    pub unless: Option<Group>,
    /// Header fields (lower-case name, folded text it must contain; empty: any value), of which one must match.
    pub headers: Vec<(String, String)>,
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
    /// The topic's own rule names a template.
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

/// A synonym of a form label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Folded, without blanks.
    pub word: String,
    /// What it stands for.
    pub kind: LabelKind,
    /// Where it is written.
    pub place: String,
}

/// Everything the rule files said, checked.
#[derive(Debug, Default)]
pub struct Parts {
    /// Rules in the order of the files.
    pub rules: Vec<Rule>,
    /// Answer list.
    pub answers: Vec<Answer>,
    /// Form labels.
    pub labels: Vec<Label>,
    /// Word lists, folded.
    pub lists: BTreeMap<WordList, BTreeSet<String>>,
    /// Words of the date grammar.
    pub when: Lexicon,
}

/// Where in a rule a phrase belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rule: usize,
    /// Index of the group; `usize::MAX` is `unless`.
    group: usize,
}

const UNLESS: usize = usize::MAX;

#[derive(Debug)]
struct Phrase {
    places: Vec<Place>,
    /// The end is open (`rezerw*`).
    open: bool,
}

/// The compiled rules.
#[derive(Debug)]
pub struct Rulebook {
    rules: Vec<Rule>,
    answers: Vec<Answer>,
    labels: BTreeMap<String, Label>,
    longest_label: usize,
    lists: BTreeMap<WordList, BTreeSet<String>>,
    when: Lexicon,
    automaton: AhoCorasick,
    phrases: Vec<Phrase>,
}

/// What the rules are matched against. Everything folded; spans count in the folded text.
#[derive(Debug)]
pub struct Page<'a> {
    /// The letter's text.
    pub text: &'a Folded,
    /// The writer's own words in it.
    pub words: Vec<Span>,
    /// Everything in it that is not quoted history.
    pub unquoted: Vec<Span>,
    /// The subject; empty when it is not the writer's.
    pub subject: &'a Folded,
    /// Display name and address of `From`, folded.
    pub from: &'a str,
    /// The letter, for its header fields.
    pub letter: &'a Letter,
    /// Language of the writer's words.
    pub lang: &'a str,
}

/// A rule that matched.
#[derive(Debug, Clone)]
pub struct Hit<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Folded spans in the text, where the match stands there.
    pub spans: Vec<Span>,
    /// First place in the writer's words; `usize::MAX` when it matched elsewhere only.
    pub first: usize,
    /// The folded words that matched.
    pub matched: Vec<String>,
}

impl Hit<'_> {
    /// The rule as evidence.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            name: self.rule.name.clone(),
            file: self.rule.place.clone(),
            matched: self.matched.clone(),
        }
    }
}

impl Rulebook {
    /// Compiles checked rules.
    ///
    /// # Errors
    /// The automaton's own limits: more phrases than memory addresses.
    pub fn new(parts: Parts) -> Result<Self, BuildError> {
        let mut table: BTreeMap<(String, bool), Vec<Place>> = BTreeMap::new();
        for (rule, spec) in parts.rules.iter().enumerate() {
            let groups =
                spec.groups.iter().enumerate().chain(spec.unless.iter().map(|group| (UNLESS, group)));
            for (group, phrases) in groups {
                for phrase in &phrases.phrases {
                    let open = phrase.ends_with('*');
                    let folded = Folded::new(phrase.trim_end_matches('*')).text().to_owned();
                    table.entry((folded, open)).or_default().push(Place { rule, group });
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(table.keys().map(|(phrase, _)| phrase))?;
        let phrases = table.into_iter().map(|((_, open), places)| Phrase { places, open }).collect();
        let labels: BTreeMap<String, Label> = parts.labels.into_iter().map(|l| (l.word.clone(), l)).collect();
        Ok(Self {
            longest_label: labels.keys().map(|word| word.chars().count()).max().unwrap_or(0),
            rules: parts.rules,
            answers: parts.answers,
            labels,
            lists: parts.lists,
            when: parts.when,
            automaton,
            phrases,
        })
    }

    /// Words of the date grammar.
    pub fn when(&self) -> &Lexicon {
        &self.when
    }

    /// The answer list.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// Rules in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether a folded word is in a list.
    pub fn lists(&self, list: WordList, word: &str) -> bool {
        self.lists.get(&list).is_some_and(|words| words.contains(word))
    }

    /// The words of a list.
    pub fn words(&self, list: WordList) -> impl Iterator<Item = &str> {
        self.lists.get(&list).into_iter().flatten().map(String::as_str)
    }

    /// The label a folded, blank-free text stands for: an exact synonym, or one that the text ends with
    /// (the head of a Japanese or English compound stands last: 「ご連絡先電話番号」). The flag says exact.
    pub fn label(&self, text: &str) -> Option<(&Label, bool)> {
        if text.is_empty() || text.chars().count() > self.longest_label + 12 {
            return None;
        }
        if let Some(label) = self.labels.get(text) {
            return Some((label, true));
        }
        text.char_indices()
            .skip(1)
            .filter_map(|(at, _)| self.labels.get(text.get(at..)?))
            // One letter (名) ends too many words.
            .find(|label| label.word.chars().count() > 1)
            .map(|label| (label, false))
    }

    /// Matches every rule in one walk over each text.
    pub fn scan(&self, page: &Page<'_>) -> Vec<Hit<'_>> {
        let mut found: BTreeMap<Place, Vec<(Source, Span)>> = BTreeMap::new();
        let texts = [
            (Source::Text, page.text.text()),
            (Source::Subject, page.subject.text()),
            (Source::From, page.from),
        ];
        for (source, text) in texts {
            for hit in self.automaton.find_overlapping_iter(text) {
                let Some(phrase) = self.phrases.get(hit.pattern().as_usize()) else { continue };
                let span = Span { start: hit.start(), end: hit.end() };
                if !whole_word(text, span, phrase.open) {
                    continue;
                }
                for place in &phrase.places {
                    if self.group(*place).is_some_and(|group| admits(group.scope, source, span, page)) {
                        found.entry(*place).or_default().push((source, span));
                    }
                }
            }
        }
        (0..self.rules.len()).filter_map(|index| self.judge(index, &mut found, page)).collect()
    }

    fn group(&self, place: Place) -> Option<&Group> {
        let rule = self.rules.get(place.rule)?;
        if place.group == UNLESS { rule.unless.as_ref() } else { rule.groups.get(place.group) }
    }

    /// Whether a rule holds, given the phrases found.
    fn judge(
        &self,
        index: usize,
        found: &mut BTreeMap<Place, Vec<(Source, Span)>>,
        page: &Page<'_>,
    ) -> Option<Hit<'_>> {
        let rule = self.rules.get(index)?;
        // Chinese words are half of Japanese ones; the other languages share no letters worth fearing.
        if rule.lang.as_deref() == Some("zh") && page.lang != "zh" {
            return None;
        }
        let headers = header_matches(rule, page.letter)?;
        let mut places = Vec::new();
        for (at, group) in rule.groups.iter().enumerate() {
            let mut hits = found.remove(&Place { rule: index, group: at }).unwrap_or_default();
            hits.extend(pattern_matches(group, page));
            if hits.is_empty() {
                return None;
            }
            places.extend(hits);
        }
        if let Some(unless) = &rule.unless {
            let phrase = found.contains_key(&Place { rule: index, group: UNLESS });
            if phrase || !pattern_matches(unless, page).is_empty() {
                return None;
            }
        }
        let mut matched: Vec<String> = headers;
        for (source, span) in &places {
            let text = match source {
                Source::Text => page.text.text(),
                Source::Subject => page.subject.text(),
                Source::From => page.from,
            };
            let word = text.get(span.start..span.end).unwrap_or_default().to_owned();
            if !matched.contains(&word) {
                matched.push(word);
            }
        }
        let spans: Vec<Span> =
            places.iter().filter(|(source, _)| *source == Source::Text).map(|(_, span)| *span).collect();
        let first =
            spans.iter().filter(|s| inside(**s, &page.words)).map(|s| s.start).min().unwrap_or(usize::MAX);
        Some(Hit { rule, spans, first, matched })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Text,
    Subject,
    From,
}

fn admits(scope: Scope, source: Source, span: Span, page: &Page<'_>) -> bool {
    match source {
        Source::Text => match scope {
            Scope::Text | Scope::Whole => inside(span, &page.unquoted),
            Scope::Words | Scope::Either => inside(span, &page.words),
            Scope::Subject | Scope::From => false,
        },
        Source::Subject => matches!(scope, Scope::Subject | Scope::Either | Scope::Whole),
        Source::From => scope == Scope::From,
    }
}

/// Whether a span lies in one of a sorted list.
fn inside(span: Span, spans: &[Span]) -> bool {
    let before = spans.partition_point(|s| s.start <= span.start);
    before.checked_sub(1).and_then(|index| spans.get(index)).is_some_and(|s| span.end <= s.end)
}

/// Latin words match as words: `later` is not `late`. Scripts without spaces match anywhere.
fn whole_word(text: &str, span: Span, open: bool) -> bool {
    let latin = |c: char| c.is_alphabetic() && u32::from(c) < 0x250;
    let word = text.get(span.start..span.end).unwrap_or_default();
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let after = text.get(span.end..).and_then(|t| t.chars().next());
    let starts = word.chars().next().is_some_and(latin) && before.is_some_and(latin);
    let ends = word.chars().next_back().is_some_and(latin) && after.is_some_and(latin);
    !starts && (open || !ends)
}

fn pattern_matches(group: &Group, page: &Page<'_>) -> Vec<(Source, Span)> {
    let mut out = Vec::new();
    for pattern in &group.patterns {
        let texts = [
            (Source::Text, page.text.text()),
            (Source::Subject, page.subject.text()),
            (Source::From, page.from),
        ];
        for (source, text) in texts {
            for hit in pattern.find_iter(text).take(20) {
                let span = Span { start: hit.start(), end: hit.end() };
                if admits(group.scope, source, span, page) {
                    out.push((source, span));
                }
            }
        }
    }
    out
}

/// Header fields of the rule that the letter has; `None` when it asks for some and none is there.
fn header_matches(rule: &Rule, letter: &Letter) -> Option<Vec<String>> {
    if rule.headers.is_empty() {
        return Some(Vec::new());
    }
    let mut matched = Vec::new();
    for (name, want) in &rule.headers {
        if let Some(value) = letter.header(name).find(|value| value.to_lowercase().contains(want.as_str())) {
            let value = value.get(..value.floor_char_boundary(40)).unwrap_or(value);
            matched.push(format!("{name}: {value}"));
        }
    }
    (!matched.is_empty()).then_some(matched)
}
