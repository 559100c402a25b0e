//! What the rules are matched against, and what came of it: rules that hold, and rules that nearly did.
//!
//! Decides nothing: which of the rules that hold wins is `classify`'s matter.

use super::rule::{Rule, Scope};
use crate::triage::fold::Folded;
use crate::triage::mail::Letter;
use crate::triage::verdict::{Evidence, Passed, Reason, Span};

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
    /// The text of a source.
    pub(super) fn of(&self, source: Source) -> &'a str {
        match source {
            Source::Text => self.text.text(),
            Source::Subject => self.subject.text(),
            Source::From => self.from,
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
    /// Language of the writer's words.
    pub lang: &'a str,
}

/// Which text a phrase was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The letter's text.
    Text,
    /// The subject.
    Subject,
    /// The sender.
    From,
}

impl Source {
    /// All texts.
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::Subject, Self::From];
}

/// A rule that holds.
#[derive(Debug, Clone)]
pub struct Hit<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Folded spans in the text, where the match stands there.
    pub spans: Vec<Span>,
    /// Folded spans in the subject.
    pub in_subject: Vec<Span>,
    /// First place in the writer's words; `usize::MAX` when it matched elsewhere only.
    pub first: usize,
    /// The folded words that matched.
    pub matched: Vec<String>,
}

impl Hit<'_> {
    /// The rule as evidence.
    pub fn evidence(&self) -> Evidence {
        evidence(self.rule, &self.matched)
    }

    /// The rule as one that was passed over.
    pub fn passed(&self, why: Reason) -> Passed {
        Passed { rule: self.evidence(), says: self.rule.says.word().to_owned(), why }
    }
}

/// A rule whose first words stand there, and that does not hold.
#[derive(Debug, Clone)]
pub struct Miss<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The folded words that matched.
    pub matched: Vec<String>,
    /// What it lacks.
    pub why: Reason,
}

impl Miss<'_> {
    /// The rule as one that was passed over.
    pub fn passed(&self) -> Passed {
        Passed {
            rule: evidence(self.rule, &self.matched),
            says: self.rule.says.word().to_owned(),
            why: self.why.clone(),
        }
    }
}

/// What the rules say about a page, in the order of the files.
#[derive(Debug, Default)]
pub struct Scan<'r> {
    /// Rules that hold.
    pub hits: Vec<Hit<'r>>,
    /// Rules that nearly did.
    pub misses: Vec<Miss<'r>>,
}

fn evidence(rule: &Rule, matched: &[String]) -> Evidence {
    Evidence { name: rule.name.clone(), file: rule.place.clone(), matched: matched.to_vec() }
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
            Source::From => scope == Scope::From,
        }
    }

    /// Whether a span of the text lies in the writer's words.
    pub fn own(&self, span: Span) -> bool {
        inside(span, &self.words)
    }

    /// Start of the first of some spans of the text that lie in the writer's words.
    pub(super) fn first(&self, spans: &[Span]) -> usize {
        let own = spans.iter().filter(|span| self.own(**span));
        own.map(|span| span.start).min().unwrap_or(usize::MAX)
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
    let latin = |c: char| c.is_alphabetic() && u32::from(c) < 0x250;
    let word = text.get(span.start..span.end).unwrap_or_default();
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let after = text.get(span.end..).and_then(|t| t.chars().next());
    let starts = word.chars().next().is_some_and(latin) && before.is_some_and(latin);
    let ends = word.chars().next_back().is_some_and(latin) && after.is_some_and(latin);
    !starts && (open || !ends)
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
