//! X-GM-RAW: a subset of the query language of Gmail's search box.
//!
//! Sources: X-GM-RAW takes the syntax of the web interface ("IMAP Extensions" of Google); operators from "Refine
//! searches in Gmail" (<https://support.google.com/mail/answer/7190>), among them `has:yellow-star`, `has:green-check`
//! and `has:purple-star`, `label:`, `in:`, `is:`, `rfc822msgid:`, `from:`, `subject:`, `-`, `OR`, `{ }`, `( )`. Spaces of
//! a label are written as hyphens there. That the star operators answer over IMAP is written nowhere: `madoguchi
//! check` asks. An operator that is not known finds nothing, as a word that stands in no mail. Never changes anything.

use super::labels::Label;
use super::world::Mail;

/// Whether a mail is found by a query.
pub(super) fn matches(query: &str, mail: &Mail, stars: bool) -> bool {
    let mut terms = terms(query).into_iter().peekable();
    let mut holds = true;
    while let Some(term) = terms.next() {
        let mut this = term_holds(&term, mail, stars);
        while terms.peek().is_some_and(|next| next == "OR") {
            terms.next();
            this |= terms.next().is_some_and(|term| term_holds(&term, mail, stars));
        }
        holds &= this;
    }
    holds
}

/// Cuts at blanks outside quotes and brackets.
fn terms(query: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut depth, mut in_quotes) = (0_usize, false);
    for character in query.chars() {
        match character {
            '"' => in_quotes = !in_quotes,
            '(' | '{' if !in_quotes => depth += 1,
            ')' | '}' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        if character == ' ' && depth == 0 && !in_quotes {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    found.retain(|term| !term.is_empty());
    found
}

fn term_holds(term: &str, mail: &Mail, stars: bool) -> bool {
    if let Some(rest) = term.strip_prefix('-').filter(|rest| !rest.is_empty()) {
        return !term_holds(rest, mail, stars);
    }
    if let Some(inner) = term.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        return matches(inner, mail, stars);
    }
    if let Some(inner) = term.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
        return terms(inner).iter().any(|term| term_holds(term, mail, stars));
    }
    let Some((operator, value)) = term.split_once(':') else {
        return within(&String::from_utf8_lossy(&mail.raw), term.trim_matches('"'));
    };
    let value = value.trim_matches('"');
    match operator.to_ascii_lowercase().as_str() {
        "label" => mail.labels.iter().any(|label| hyphened(&label.name()) == hyphened(value)),
        "in" => place(value, mail),
        "is" => match value.to_ascii_lowercase().as_str() {
            "starred" => mail.labels.contains(&Label::Starred),
            "important" => mail.labels.contains(&Label::Important),
            "read" => mail.flags.contains("\\Seen"),
            "unread" => !mail.flags.contains("\\Seen"),
            _ => false,
        },
        "has" => match value.to_ascii_lowercase().as_str() {
            "userlabels" => mail.labels.iter().any(|label| matches!(label, Label::User(_))),
            "nouserlabels" => !mail.labels.iter().any(|label| matches!(label, Label::User(_))),
            star => stars && mail.star == Some(star),
        },
        "from" | "to" | "cc" | "bcc" | "subject" => within(&mail.header(operator), value),
        "rfc822msgid" => mail.header("Message-ID").trim_matches(['<', '>']) == value.trim_matches(['<', '>']),
        _ => false,
    }
}

fn place(value: &str, mail: &Mail) -> bool {
    let label = match value.to_ascii_lowercase().as_str() {
        "inbox" => Label::Inbox,
        "sent" => Label::Sent,
        "drafts" | "draft" => Label::Draft,
        "trash" => Label::Trash,
        "spam" => Label::Spam,
        "starred" => Label::Starred,
        "anywhere" => return true,
        _ => return false,
    };
    mail.labels.contains(&label)
}

/// System labels are written without their backslash, blanks and slashes as hyphens.
fn hyphened(label: &str) -> String {
    label.trim_start_matches('\\').to_lowercase().replace([' ', '/'], "-")
}

fn within(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}
