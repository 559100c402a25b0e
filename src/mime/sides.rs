//! The text of a mail by its sides, plain and HTML, as it is read and as it was typed.
//!
//! As it was typed: empty paragraphs of HTML stay lines, soft line breaks of plain text (RFC 3676) go. Only for texts that go
//! on to somebody as they are; whoever merely reads is served better by the letter. Decodes nothing itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::{MAX_HTML, MAX_TEXT, cut, html, part_text, structure, tidy};

/// Which text of a mail.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// The plain parts.
    Plain,
    /// The plain parts without soft line breaks.
    Typed,
    /// The HTML parts, rendered in this way.
    Html(fn(&str) -> String),
}

/// Text of the parts of one side, joined; `None` when there is none or nothing in it.
pub(super) fn gather(message: &Message<'_>, side: Side) -> Option<(String, bool)> {
    let mut text = String::new();
    let mut damaged = false;
    let ids = match side {
        Side::Plain | Side::Typed => &message.text_body,
        Side::Html(_) => &message.html_body,
    };
    for part in ids.iter().filter_map(|id| message.parts.get(usize::try_from(*id).ok()?)) {
        let fits = match part.body {
            PartType::Html(_) => matches!(side, Side::Html(_)),
            PartType::Text(_) => matches!(side, Side::Plain | Side::Typed),
            PartType::Binary(_)
            | PartType::InlineBinary(_)
            | PartType::Message(_)
            | PartType::Multipart(_) => false,
        };
        if !fits || text.len() >= MAX_TEXT {
            continue;
        }
        let (decoded, lost) = part_text(message.raw_message.as_ref(), part);
        damaged |= lost;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match side {
            Side::Html(render) => {
                let (page, clipped) = cut(decoded, MAX_HTML);
                damaged |= clipped;
                text.push_str(&render(&page));
            }
            Side::Plain => tidy(&decoded, &mut text),
            Side::Typed => tidy(&unbroken(decoded, part), &mut text),
        }
    }
    let (text, clipped) = cut(text, MAX_TEXT);
    (!text.trim().is_empty()).then_some((text, damaged || clipped))
}

/// The plain side of a mail; `None` when there is none or it cannot be read.
pub(crate) fn typed_plain(mail: &[u8]) -> Option<String> {
    side(mail, Side::Typed)
}

/// The HTML side of a mail as text; `None` when there is none or it cannot be read.
pub(crate) fn typed_html(mail: &[u8]) -> Option<String> {
    side(mail, Side::Html(html::as_typed))
}

fn side(mail: &[u8], side: Side) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| {
        let message = structure::of(mail)?;
        gather(&message, side).map(|(text, _)| text)
    }))
    .unwrap_or(None)
}

/// The text of a part without the breaks that its program made, if it says that it made any.
fn unbroken(text: String, part: &MessagePart<'_>) -> String {
    let says = |name: &str, word: &str| {
        let value = part.content_type().and_then(|kind| kind.attribute(name));
        value.is_some_and(|value| value.eq_ignore_ascii_case(word))
    };
    if says("format", "flowed") { joined(&text, says("delsp", "yes")) } else { text }
}

/// Joins what was broken. `delsp`: the blank that marks a break is no part of the text.
fn joined(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The depth of a line that goes on.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let bare = line.trim_start_matches('>');
        let depth = line.len().saturating_sub(bare.len());
        let bare = bare.strip_prefix(' ').unwrap_or(bare);
        let signature = bare == "-- ";
        // An empty line ends a paragraph, although by the letter it would be joined, too.
        if open.is_some_and(|before| before != depth || signature || bare.is_empty()) {
            out.push('\n');
            open = None;
        }
        if open.is_none() && depth > 0 {
            out.extend(std::iter::repeat_n('>', depth));
            out.push(' ');
        }
        let soft = bare.ends_with(' ') && !signature;
        out.push_str(if soft && delsp { bare.strip_suffix(' ').unwrap_or(bare) } else { bare });
        open = soft.then_some(depth);
        if !soft {
            out.push('\n');
        }
    }
    if open.is_some() {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_go_and_hard_ones_stay() {
        for (text, delsp, expected) in [
            ("one \ntwo\nthree\n", false, "one two\nthree\n"),
            ("お待ち \nして \nおります。\n", true, "お待ちしております。\n"),
            ("a \n\nb\n", false, "a \n\nb\n"),
            ("> a \n> b\n>> c \n> d\n", false, "> a b\n>> c \n> d\n"),
            ("a \n> b\n", false, "a \n> b\n"),
            (" >stuffed\n From x\n", false, ">stuffed\nFrom x\n"),
            ("bye \n-- \nSato \nDesk\n", false, "bye \n-- \nSato Desk\n"),
            ("end ", false, "end \n"),
            ("", false, ""),
        ] {
            assert_eq!(joined(text, delsp), expected, "{text:?}");
        }
    }
}
