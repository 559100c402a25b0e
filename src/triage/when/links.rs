//! What stands between two dates or times: commas, か, の, から, brackets. Short by nature, so it is read from the
//! gap and not searched for in the whole mail.

use super::lexicon::Tongue;
use super::word::Link;

/// Longest gap that can still join a date and a time, in bytes of folded text.
const LONGEST: usize = 64;

/// The links at the start of a text, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links {
    pub(super) list: Vec<Link>,
    /// A line ends among them.
    pub(super) newline: bool,
    /// Bytes read.
    pub(super) len: usize,
}

impl Links {
    pub(super) fn has(&self, link: Link) -> bool {
        self.list.contains(&link)
    }

    pub(super) fn only(&self, allowed: &[Link]) -> bool {
        self.list.iter().all(|link| allowed.contains(link))
    }
}

/// The links a gap consists of; `None` when it holds anything else.
pub(super) fn gap(text: &str, tongue: &Tongue) -> Option<Links> {
    if text.len() > LONGEST {
        return None;
    }
    let links = leading(text, tongue);
    (links.len == text.len()).then_some(links)
}

/// The links a text begins with.
pub(super) fn leading(text: &str, tongue: &Tongue) -> Links {
    let mut links = Links::default();
    while let Some(rest) = text.get(links.len..).filter(|rest| !rest.is_empty() && links.len < LONGEST) {
        let Some(c) = rest.chars().next() else { break };
        let (len, link) = match c {
            '\n' => {
                links.newline = true;
                (1, None)
            }
            ' ' => (1, None),
            ',' | '、' => (c.len_utf8(), Some(Link::Comma)),
            '・' | '/' | '|' => (c.len_utf8(), Some(Link::Or)),
            '~' | '-' => (1, Some(Link::Range)),
            '→' => (c.len_utf8(), Some(Link::Moved)),
            ':' => (1, Some(Link::Glue)),
            // 8/27.28: a full stop right between two figures.
            '.' if rest
                .get(1..)
                .is_some_and(|rest| rest.chars().next().is_none_or(|c| c.is_ascii_digit())) =>
            {
                (1, Some(Link::Comma))
            }
            '(' => match bracket(rest, tongue) {
                Some(len) => (len, None),
                None => break,
            },
            _ => match tongue.link(rest) {
                Some((len, link)) => (len, Some(link)),
                None => break,
            },
        };
        links.len += len;
        links.list.extend(link.filter(|&link| link != Link::About));
    }
    links
}

/// A short bracket that holds a weekday or a holiday mark, `(水)` or `(土・祝)`: its length.
fn bracket(text: &str, tongue: &Tongue) -> Option<usize> {
    let inside = text.strip_prefix('(')?;
    let end = inside.char_indices().take(14).find(|&(_, c)| c == ')')?.0;
    let words = inside.get(..end)?;
    let known = tongue.short_weekdays.iter().any(|(word, _)| words.trim_start().starts_with(word.as_str()))
        || words.chars().next()? == '祝'
        || tongue
            .words(words)
            .next()
            .is_some_and(|(start, _, word)| start == 0 && matches!(word, super::word::Word::Weekday(_)));
    known.then_some(end + 2)
}
