//! What the rules are matched against, and what came of it: rules that hold, and rules that nearly did.
//!
//! Decides nothing: which of the rules that hold wins is `classify`'s matter.

use super::automaton::Place;
use super::rule::{Rule, Scope, Shape};
use crate::triage::fold::Folded;
use crate::triage::mail::Letter;
use crate::triage::verdict::{Evidence, Passed, Reason, Source, Span};

/// The texts of a letter, folded.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// The letter's text.
    pub text: &'a Folded,
    /// The subject.
    pub subject: &'a Folded,
    /// Display name and address of `From`.
    pub from: &'a str,
}

impl<'a> Texts<'a> {
    /// The place in the original text; in the sender, which is put together of several fields, there is none.
    pub(super) fn original(&self, source: Source, span: Span) -> Span {
        match source {
            Source::Text => self.text.original(span),
            Source::Subject => self.subject.original(span),
            Source::Header => Span::default(),
        }
    }

    /// The text of a source.
    pub(super) fn of(&self, source: Source) -> &'a str {
        match source {
            Source::Text => self.text.text(),
            Source::Subject => self.subject.text(),
            Source::Header => self.from,
        }
    }
}

/// Which parts of the texts count. Spans count in the folded text.
#[derive(Debug)]
pub struct Page<'a> {
    /// The texts that were walked.
    pub texts: Texts<'a>,
    /// The writer's own words in the text.
    pub words: Vec<Span>,
    /// Everything in the text that is not quoted history.
    pub unquoted: Vec<Span>,
    /// Whether the subject is the writer's.
    pub subject: bool,
    /// The letter, for its header fields.
    pub letter: &'a Letter,
    /// What is seen of the letter without reading it.
    pub shapes: &'a [Shape],
    /// Language of the writer's words.
    pub lang: &'a str,
}

/// All texts that rules look at; of the header it is the sender.
pub(super) const SOURCES: [Source; 3] = [Source::Text, Source::Subject, Source::Header];

/// A rule that holds. What it found is worked out when somebody asks: most rules that hold decide nothing.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The rule.
    pub rule: &'a Rule,
    found: Found<'a>,
}

impl<'a> Hit<'a> {
    /// Folded spans in the text, where the match stands there.
    pub fn spans(&self) -> impl Iterator<Item = Span> + use<'a> {
        self.found.of_groups().filter(|place| place.source() == Source::Text).map(Place::span)
    }

    /// The rule as evidence.
    pub fn evidence(&self) -> Evidence {
        self.found.evidence()
    }

    /// The rule as one that was passed over.
    pub fn passed(&self, why: Reason) -> Passed {
        Passed { rule: self.evidence(), says: self.rule.says.word().to_owned(), why }
    }
}

/// A rule whose first words stand there, and that does not hold.
#[derive(Debug, Clone, Copy)]
pub struct Miss<'a> {
    /// The rule.
    pub rule: &'a Rule,
    found: Found<'a>,
}

impl Miss<'_> {
    /// The rule as one that was passed over.
    pub fn passed(&self) -> Passed {
        let (rule, page) = (self.rule, self.found.page);
        let without = self.found.without();
        let why = match () {
            () if foreign(rule, page) => Reason::Language { of: "zh".to_owned(), mail: page.lang.to_owned() },
            () if !without.is_empty() => Reason::Without(without),
            () => Reason::Unless(self.found.words(self.found.against())),
        };
        Passed { rule: self.found.evidence(), says: rule.says.word().to_owned(), why }
    }
}

/// What the rules say about a page, in the order of the files.
#[derive(Debug, Default)]
pub struct Scan<'a> {
    /// Rules that hold.
    pub hits: Vec<Hit<'a>>,
    /// Rules that nearly did.
    pub misses: Vec<Miss<'a>>,
}

impl<'a> Scan<'a> {
    /// Judges a rule, given the places of its words.
    pub(super) fn judge(&mut self, rule: &'a Rule, places: &'a [Place], page: &'a Page<'a>) {
        let found = Found { rule, places, page };
        match found.holds() {
            Some(true) => self.hits.push(Hit { rule, found }),
            Some(false) => self.misses.push(Miss { rule, found }),
            None => {}
        }
    }
}

/// Matched words and places that a rule keeps as evidence; a hostile mail can hold very many.
const MOST_WORDS: usize = 40;

/// A rule before a page, with the places of its words, those that do not count among them.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    rule: &'a Rule,
    places: &'a [Place],
    page: &'a Page<'a>,
}

impl<'a> Found<'a> {
    /// The places of a group that count.
    fn of(self, group: usize, scope: Scope) -> impl Iterator<Item = &'a Place> {
        let page = self.page;
        let of_group = self.places.iter().filter(move |place| place.group() == group);
        of_group.filter(move |place| page.admits(scope, place.source(), place.span()))
    }

    /// The places of all groups that count.
    fn of_groups(self) -> impl Iterator<Item = &'a Place> {
        self.rule.groups.iter().enumerate().flat_map(move |(at, group)| self.of(at, group.scope))
    }

    /// The places of the words that speak against the rule.
    fn against(self) -> impl Iterator<Item = &'a Place> {
        let unless = self.rule.unless.iter();
        unless.flat_map(move |unless| self.of(self.rule.groups.len(), unless.scope))
    }

    /// Whether the rule holds; `None` where not even its first words stand there.
    fn holds(self) -> Option<bool> {
        let Self { rule, page, .. } = self;
        let mut groups = rule.groups.iter().enumerate();
        if let Some((at, first)) = groups.next() {
            self.of(at, first.scope).next()?;
        }
        let headers = headers(rule, page.letter).is_some();
        let shapes = rule.shapes.iter().all(|shape| page.shapes.contains(shape));
        if rule.groups.is_empty() && !(headers && shapes) {
            return None;
        }
        let words = groups.all(|(at, group)| self.of(at, group.scope).next().is_some());
        Some(headers && shapes && words && !foreign(rule, page) && self.against().next().is_none())
    }

    /// What the rule lacks.
    fn without(self) -> Vec<&'static str> {
        let Self { rule, page, .. } = self;
        let groups = rule.groups.iter().enumerate();
        let lacks = groups.filter(|(at, group)| self.of(*at, group.scope).next().is_none());
        let mut without: Vec<&'static str> = lacks.map(|(_, group)| group.key).collect();
        if headers(rule, page.letter).is_none() {
            without.push("header");
        }
        if !rule.shapes.iter().all(|shape| page.shapes.contains(shape)) {
            without.push("shape");
        }
        without
    }

    /// The folded words at some places, each once.
    fn words(self, places: impl Iterator<Item = &'a Place>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for place in places {
            let (text, span) = (self.page.texts.of(place.source()), place.span());
            let word = text.get(span.start..span.end).unwrap_or_default();
            if words.len() < MOST_WORDS && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    }

    /// Header fields, shapes and words that matched, and where the words stand in the original texts.
    fn evidence(self) -> Evidence {
        let Self { rule, page, .. } = self;
        let mut matched = headers(rule, page.letter).unwrap_or_default();
        matched.extend(rule.shapes.iter().map(|shape| shape.word().to_owned()));
        matched.append(&mut self.words(self.of_groups()));
        let original = |place: &Place| (place.source(), page.texts.original(place.source(), place.span()));
        Evidence {
            name: rule.name.clone(),
            file: rule.place.clone(),
            matched,
            spans: self.of_groups().take(MOST_WORDS).map(original).collect(),
        }
    }
}

/// Chinese words are half of Japanese ones; the other languages share no letters worth fearing.
fn foreign(rule: &Rule, page: &Page<'_>) -> bool {
    rule.lang.as_deref() == Some("zh") && page.lang != "zh"
}

impl Page<'_> {
    /// Whether a place counts for a group of this scope.
    pub(super) fn admits(&self, scope: Scope, source: Source, span: Span) -> bool {
        match source {
            Source::Text => match scope {
                Scope::Text | Scope::Whole => inside(span, &self.unquoted),
                Scope::Words | Scope::Either => inside(span, &self.words),
                Scope::Subject | Scope::From => false,
            },
            Source::Subject => self.subject && matches!(scope, Scope::Subject | Scope::Either | Scope::Whole),
            Source::Header => scope == Scope::From,
        }
    }

    /// Whether a span of the text lies in the writer's words.
    pub fn own(&self, span: Span) -> bool {
        inside(span, &self.words)
    }
}

/// Whether a span lies in one of a sorted list.
fn inside(span: Span, spans: &[Span]) -> bool {
    let before = spans.partition_point(|s| s.start <= span.start);
    before.checked_sub(1).and_then(|index| spans.get(index)).is_some_and(|s| span.end <= s.end)
}

/// Whether a span of a text stands there as a word: `later` is not `late`. Scripts without spaces match anywhere; with
/// `open` anything may follow.
pub fn is_word(text: &str, span: Span, open: bool) -> bool {
    let latin = |c: char| u32::from(c) < 0x250 && c.is_alphabetic();
    // A character of three bytes is no Latin letter: most words need no look round.
    let wide = |at: usize| text.as_bytes().get(at).is_some_and(|byte| matches!(byte, 0xe0..=0xef));
    let word = text.get(span.start..span.end).unwrap_or_default();
    let starts = !wide(span.start)
        && word.chars().next().is_some_and(latin)
        && text.get(..span.start).and_then(|t| t.chars().next_back()).is_some_and(latin);
    let ends = !open
        && !wide(span.end.saturating_sub(3))
        && word.chars().next_back().is_some_and(latin)
        && text.get(span.end..).and_then(|t| t.chars().next()).is_some_and(latin);
    !starts && !ends
}

/// Header fields of the rule that the letter has; `None` when it asks for some and none is there.
pub(super) fn headers(rule: &Rule, letter: &Letter) -> Option<Vec<String>> {
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
