//! What the writer wrote now, what is quoted, what is a signature. Pure: text in, spans out.
//!
//! Works line by line on layout and on the fixed phrases of mail programs (attribution lines, header blocks,
//! phone trailers), which are no supervisor's words and therefore live here and not in `rules/`. Knows nothing of
//! forms, names or topics, and never drops anything: every byte is in exactly one of the three lists.

mod forward;
mod quote;
mod signature;

pub use forward::{Forwarded, forwarded};

use super::fold::Folded;
use super::verdict::Span;

/// A text taken apart. The spans of all three lists together cover the text; each list is in order and its
/// neighbours are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// The writer's own lines.
    pub own: Vec<Span>,
    /// Quoted history with its attribution lines and header blocks.
    pub quote: Vec<Span>,
    /// Signatures, footers and trailers of mail programs. They still hold names and numbers.
    pub signature: Vec<Span>,
}

impl Parts {
    /// The writer's own text without signature, as one string; for short answers such as commands.
    pub fn own_text(&self, text: &str) -> String {
        self.own.iter().filter_map(|span| text.get(span.start..span.end)).collect()
    }

    /// Whether a byte offset stands in quoted history.
    pub fn quoted(&self, at: usize) -> bool {
        self.quote.iter().any(|span| span.start <= at && at < span.end)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Quote,
    Signature,
}

struct Line {
    span: Span,
    /// Folded and trimmed.
    text: String,
    kind: Kind,
}

/// Takes a text apart. Linear in the number of lines.
pub fn cut(text: &str) -> Parts {
    let mut lines = lines_of(text);
    quote::mark(&mut lines);
    signature::mark(&mut lines);
    sorted(&lines)
}

/// The spans of each kind, neighbours joined.
fn sorted(lines: &[Line]) -> Parts {
    let mut parts = Parts::default();
    for line in lines {
        let list = match line.kind {
            Kind::Own => &mut parts.own,
            Kind::Quote => &mut parts.quote,
            Kind::Signature => &mut parts.signature,
        };
        match list.last_mut() {
            Some(last) if last.end == line.span.start => last.end = line.span.end,
            _ => list.push(line.span),
        }
    }
    parts
}

fn lines_of(text: &str) -> Vec<Line> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|raw| {
            let span = Span { start: at, end: at + raw.len() };
            at = span.end;
            // A line longer than this is prose; its end is never asked for.
            let head = raw.get(..raw.floor_char_boundary(2_000)).unwrap_or(raw);
            Line { span, text: Folded::new(head).text().trim().to_owned(), kind: Kind::Own }
        })
        .collect()
}

fn set(lines: &mut [Line], from: usize, to: usize, kind: Kind) {
    for line in lines.iter_mut().take(to).skip(from) {
        line.kind = kind;
    }
}

/// Blank lines between two lines of a kind belong to it.
fn swallow_blank(lines: &mut [Line], kind: Kind) {
    let mut last: Option<usize> = None;
    for index in 0..lines.len() {
        let Some(line) = lines.get(index) else { break };
        if line.kind == kind {
            if let Some(from) = last {
                set(lines, from, index, kind);
            }
            last = Some(index + 1);
        } else if !line.text.is_empty() {
            last = None;
        }
    }
}

#[cfg(test)]
mod tests;
