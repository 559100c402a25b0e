//! A mail inside a mail: what a colleague or a form's relay passed on, taken out of its wrapping.
//!
//! Reads the header block that mail programs put above a forwarded text, in their languages. Never decides who may
//! forward: that is the caller's business.

use crate::triage::mail::Correspondent;
use crate::triage::verdict::Span;

use super::quote::{FROM, SENT, header_block, labelled, separator};
use super::{Parts, cut, lines_of};

/// A forwarded mail as far as its header block tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Its writer.
    pub from: Correspondent,
    /// Its subject, when the block has one.
    pub subject: Option<String>,
    /// Its text taken apart; the wrapping counts as quoted. Spans of the whole text.
    pub parts: Parts,
}

/// Labels of the other lines of a header block, folded.
const OTHERS: [&str; 31] = [
    "宛先",
    "宛て先",
    "受信者",
    "cc",
    "bcc",
    "to",
    "reply-to",
    "件名",
    "題名",
    "subject",
    "do",
    "dw",
    "temat",
    "an",
    "betreff",
    "收件人",
    "收件者",
    "抄送",
    "副本",
    "主题",
    "主題",
    "主旨",
    "à",
    "objet",
    "importance",
    "添付ファイル",
    "attachments",
    "重要度",
    "返信先",
    "kopia",
    "dodatek",
];
const SUBJECT: [&str; 9] = ["件名", "題名", "subject", "temat", "betreff", "主题", "主題", "主旨", "objet"];

/// The first forwarded mail of a text.
pub fn forwarded(text: &str) -> Option<Forwarded> {
    let lines = lines_of(text);
    // The block follows a separator, or stands alone as Outlook writes it.
    let block = (0..lines.len()).find_map(|index| {
        if header_block(&lines, index) {
            return Some(index);
        }
        if !separator(&lines, index) {
            return None;
        }
        let near = (index + 1..lines.len()).take(4);
        near.into_iter().find(|at| lines.get(*at).is_some_and(|line| labelled(&line.text, &FROM)))
    })?;
    let value = |index: usize| {
        let raw = lines.get(index).and_then(|line| text.get(line.span.start..line.span.end))?;
        let (_, value) = raw.split_once([':', '：'])?;
        Some(value.trim().trim_matches('*').trim().to_owned())
    };
    let from = correspondent(&value(block)?);
    let mut subject = None;
    let mut body = block + 1;
    while let Some(line) = lines.get(body) {
        let known = [&FROM[..], &SENT[..], &OTHERS[..]].iter().any(|list| labelled(&line.text, list));
        if labelled(&line.text, &SUBJECT) {
            subject = value(body);
        }
        // Long lists of receivers are wrapped.
        let wrapped = !known && line.text.contains('@') && line.text.ends_with(['>', ';', ',']);
        if !known && !wrapped {
            break;
        }
        body += 1;
    }
    let start = lines.get(body).map_or(text.len(), |line| line.span.start);
    let inner = cut(text.get(start..)?);
    let shift = |spans: Vec<Span>| -> Vec<Span> {
        spans.into_iter().map(|span| Span { start: span.start + start, end: span.end + start }).collect()
    };
    let mut quote = vec![Span { start: 0, end: start }];
    quote.extend(shift(inner.quote));
    let parts = Parts { own: shift(inner.own), quote, signature: shift(inner.signature) };
    Some(Forwarded { from, subject, parts })
}

/// `Name <address>`, `Name [mailto:address]`, an address or a name.
fn correspondent(raw: &str) -> Correspondent {
    let clean = |name: &str| name.trim().trim_matches(['"', '\'', '“', '”', '*']).trim().to_owned();
    if let Some((name, rest)) = raw.split_once(['<', '＜', '[']) {
        let address = rest.split(['>', '＞', ']']).next().unwrap_or(rest).trim();
        let address = address.strip_prefix("mailto:").unwrap_or(address).trim();
        return Correspondent { name: clean(name), address: address.to_owned() };
    }
    if raw.contains('@') {
        return Correspondent { name: String::new(), address: raw.trim().to_owned() };
    }
    Correspondent { name: clean(raw), address: String::new() }
}
