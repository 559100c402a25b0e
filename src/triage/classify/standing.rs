//! Whether words stand with a request or in the story behind it.
//!
//! 「先日予約を変更していただいた件ですが、駐車場はありますか」 asks for parking. The marks of requests and stories are
//! cues of the rules; here is only how far a mark reaches: to the end of its sentence, and to the words next to it.

use crate::triage::rulebook::{Cue, Hit, Says};
use crate::triage::verdict::Span;

/// How words stand in the mail, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Named to say that it is not meant.
    Denied,
    /// In the story behind the mail.
    Background,
    /// Neither.
    Plain,
    /// With a request.
    Request,
}

/// How far a denial reaches, in bytes of folded text: about ten Japanese characters.
const BESIDE: usize = 30;

/// The sentences of a mail and the marks in them. Positions count in the folded text.
#[derive(Debug)]
pub(super) struct Sentences {
    /// Where sentences end, sorted.
    ends: Vec<usize>,
    /// Marks sorted by place.
    marks: Vec<(Span, Standing)>,
    /// Words that deny what stands beside them, sorted by place.
    denials: Vec<Span>,
    /// What is wanted stands at the end of a sentence.
    verb_last: bool,
}

impl Sentences {
    /// Takes the writer's words apart. Linear in the text.
    pub(super) fn new(text: &str, words: &[Span], hits: &[Hit<'_>], verb_last: bool) -> Self {
        let mut ends: Vec<usize> = words.iter().flat_map(|span| [span.start, span.end]).collect();
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let length = match byte {
                b'!' | b'?' | b'.' | b'\n' => 1,
                // The last byte of 。 and the first one of ！ and ？.
                0x82 if bytes.get(..at).is_some_and(|before| before.ends_with(&[0xe3, 0x80])) => 1,
                0xef if matches!(bytes.get(at..), Some([_, 0xbc, 0x81 | 0x9f, ..])) => 3,
                _ => continue,
            };
            let Some(next) = text.get(at + length..).and_then(|rest| rest.chars().next()) else { continue };
            // Mail programs and writers break lines inside of sentences; an empty line ends one.
            let ended = match byte {
                b'.' => next.is_whitespace(),
                b'\n' => next == '\n',
                _ => true,
            };
            if ended {
                ends.push(at + length);
            }
        }
        ends.sort_unstable();
        ends.dedup();
        let mut marks: Vec<(Span, Standing)> = hits
            .iter()
            .filter_map(|hit| match hit.rule.says {
                Says::Cue(Cue::Request) => Some((hit, Standing::Request)),
                Says::Cue(Cue::Background) => Some((hit, Standing::Background)),
                Says::Cue(_)
                | Says::Topic(_)
                | Says::Machine(_)
                | Says::Person(_)
                | Says::Tag(_)
                | Says::Mark => None,
            })
            .flat_map(|(hit, standing)| hit.spans().map(move |span| (span, standing)))
            .collect();
        marks.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let denials = hits.iter().filter(|hit| hit.rule.says == Says::Cue(Cue::Denied));
        let mut denials: Vec<Span> = denials.flat_map(Hit::spans).collect();
        denials.sort_by_key(|span| span.start);
        Self { ends, marks, denials, verb_last }
    }

    /// A denial reaches the words beside it: before it where the verb comes last, else on both sides.
    fn denied(&self, span: Span, end: usize) -> bool {
        // 「キャンセルで」 may be the words and 「ではありません」 the denial.
        let from = if self.verb_last { span.start + 1 } else { span.start.saturating_sub(BESIDE) };
        let first = self.denials.partition_point(|denial| denial.start < from);
        let near = |denial: &Span| denial.start <= span.end.saturating_add(BESIDE) && denial.start < end;
        self.denials.get(first).is_some_and(near)
    }

    /// How the words of a span stand.
    pub(super) fn standing(&self, span: Span) -> Standing {
        let behind = self.ends.partition_point(|end| *end <= span.start);
        let start = behind.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0);
        let end = self.ends.get(behind).copied().unwrap_or(usize::MAX);
        if self.denied(span, end) {
            return Standing::Denied;
        }
        let after = self.marks.partition_point(|(mark, _)| mark.start < span.start);
        let next = self.marks.get(after).filter(|(mark, _)| mark.start < end);
        let upto = self.marks.partition_point(|(mark, _)| mark.start < span.end);
        let last =
            upto.checked_sub(1).and_then(|at| self.marks.get(at)).filter(|(mark, _)| mark.start >= start);
        let mark = if self.verb_last { next } else { last.or(next) };
        mark.map_or(Standing::Plain, |(_, standing)| *standing)
    }
}
