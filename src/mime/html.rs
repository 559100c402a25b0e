//! HTML to text for reading: blocks become lines, table cells are parted by a tab, definition terms end with a
//! colon, quoted blocks carry `> `. One pass over the bytes with a flat stack, so depth costs nothing.
//!
//! Rendering widths, colours and links' targets are dropped on purpose: label/value rows must stay one line each.

use std::borrow::Cow;

use mail_parser::decoders::html::add_html_token;

/// Longest text made from HTML, in bytes.
const MAX_TEXT: usize = 256 * 1024;
/// Deepest quoting that is still told apart.
const MAX_QUOTE: usize = 8;

/// Renders HTML as text with LF line ends.
pub(super) fn to_text(html: &str) -> String {
    render(html, Page::default())
}

/// The same with empty paragraphs as empty lines: for a text that goes to a customer as it was typed. Forms read better
/// without them.
pub(super) fn as_typed(html: &str) -> String {
    render(html, Page { gaps: true, ..Page::default() })
}

fn render(html: &str, mut page: Page) -> String {
    let mut rest = html;
    while !rest.is_empty() && page.out.len() < MAX_TEXT {
        let Some(at) = rest.find('<') else {
            page.words(rest);
            break;
        };
        let (before, tag) = rest.split_at(at);
        page.words(before);
        rest = match tag.get(1..2) {
            Some("!") => after_comment(tag),
            Some(c) if c == "/" || c == "?" || c.chars().all(|c| c.is_ascii_alphabetic()) => {
                let (inside, after) = split_tag(tag);
                page.tag(inside);
                after
            }
            _ => {
                page.words("<");
                tag.get(1..).unwrap_or_default()
            }
        };
    }
    page.finish()
}

fn after_comment(tag: &str) -> &str {
    if tag.starts_with("<!--") {
        return tag.split_once("-->").map_or("", |(_, after)| after);
    }
    tag.split_once('>').map_or("", |(_, after)| after)
}

/// Inside of a tag up to its `>` outside quoted attribute values, and what follows.
fn split_tag(tag: &str) -> (&str, &str) {
    let mut quote: Option<u8> = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => {
                return (tag.get(1..at).unwrap_or_default(), tag.get(at + 1..).unwrap_or_default());
            }
            // An unclosed quote must not swallow the rest of the mail.
            (Some(_), b'<') => {
                return (tag.get(1..at).unwrap_or_default(), tag.get(at..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (tag.get(1..).unwrap_or_default(), "")
}

#[derive(Default)]
struct Page {
    out: String,
    /// The line being written, without its quote marks.
    line: String,
    /// A blank is owed before the next word.
    space: bool,
    /// A line end is owed before the next word, unless the next cell of the row comes first.
    pending: bool,
    /// Depth of `blockquote`.
    quote: usize,
    /// Empty paragraphs become empty lines.
    gaps: bool,
    /// Inside `pre` or `textarea`: line ends count.
    pre: usize,
    /// Element whose content is dropped, and how often it is nested.
    hidden: Option<(String, usize)>,
}

impl Page {
    fn words(&mut self, raw: &str) {
        if self.hidden.is_some() || raw.is_empty() {
            return;
        }
        let text = entities(raw);
        let mut rest = text.as_ref();
        while let Some(c) = rest.chars().next() {
            // Letters behind letters are copied at once.
            let run = rest.bytes().position(|byte| byte <= b' ' || matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef));
            let (letters, behind) = rest.split_at_checked(run.unwrap_or(rest.len())).unwrap_or((rest, ""));
            if !letters.is_empty() {
                if self.pending {
                    self.end_line();
                }
                if self.space && !self.line.is_empty() && !self.line.ends_with(['\t', ' ']) {
                    self.line.push(' ');
                }
                self.space = false;
                self.line.push_str(letters);
                rest = behind;
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '\n' if self.pre > 0 => self.end_line(),
                '\u{a0}' => {
                    if self.gaps && self.pending {
                        self.end_line();
                    }
                    self.line.push(' ');
                }
                '\0' | '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
                c if c.is_ascii_whitespace() => {
                    if self.pre > 0 {
                        self.line.push(' ');
                    } else {
                        self.space = true;
                    }
                }
                c => {
                    if self.pending {
                        self.end_line();
                    }
                    if self.space && !self.line.is_empty() && !self.line.ends_with(['\t', ' ']) {
                        self.line.push(' ');
                    }
                    self.space = false;
                    self.line.push(c);
                }
            }
        }
    }

    fn tag(&mut self, inside: &str) {
        let closing = inside.starts_with('/');
        let body = inside.trim_start_matches('/');
        let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let name = body.get(..end).unwrap_or_default().to_ascii_lowercase();
        let attributes = body.get(end..).unwrap_or_default();
        if self.skip_hidden(&name, closing) {
            return;
        }
        match name.as_str() {
            "script" | "style" | "head" | "title" | "template" | "noscript" if !closing => {
                self.hidden = Some((name.clone(), 1));
            }
            "br" => {
                if self.gaps && self.pending {
                    self.end_line();
                }
                self.end_line();
            }
            "p" | "div" if closing && self.gaps && !self.line.is_empty() && self.line.trim().is_empty() => {
                self.end_line();
            }
            "hr" => {
                self.break_line();
                self.line.push_str("--------");
                self.end_line();
            }
            // Outlook writes a cell's text into a paragraph: its end is no line end before the next cell.
            "td" | "th" if !closing && !self.line.trim().is_empty() => {
                self.pending = false;
                self.line.push('\t');
                self.space = false;
            }
            "dt" => {
                if closing && !self.line.is_empty() {
                    self.line.push('：');
                    self.space = false;
                } else {
                    self.break_line();
                }
            }
            // The value stays on the term's line.
            "dd" if closing => self.break_line(),
            "blockquote" => {
                self.break_line();
                self.quote = if closing {
                    self.quote.saturating_sub(1)
                } else {
                    usize::min(self.quote + 1, MAX_QUOTE)
                };
            }
            "pre" | "textarea" => {
                self.break_line();
                self.pre = if closing { self.pre.saturating_sub(1) } else { self.pre + 1 };
            }
            "li" if !closing => {
                self.break_line();
                self.line.push('・');
            }
            "tr" | "table" | "tbody" | "thead" => self.break_line(),
            "p" | "div" | "ul" | "ol" | "li" | "dl" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section"
            | "article" | "header" | "footer" | "center" | "form" | "fieldset" | "body" | "html"
            | "address" | "figure" | "main" | "nav" | "option" | "caption" => {
                self.pending |= !self.line.trim().is_empty() && !self.line.ends_with('\t');
                self.space = false;
            }
            _ => {}
        }
        if !closing && is_hidden(attributes) && !is_void(&name) {
            self.hidden = Some((name, 1));
        }
    }

    /// Handles a tag inside a dropped element; true when the tag has been dealt with.
    fn skip_hidden(&mut self, name: &str, closing: bool) -> bool {
        let Some((open, depth)) = &mut self.hidden else { return false };
        if open == name {
            *depth = if closing { depth.saturating_sub(1) } else { *depth + 1 };
            if *depth == 0 {
                self.hidden = None;
            }
        } else if open == "head" && name == "body" {
            // A head that was never closed.
            self.hidden = None;
            return false;
        }
        true
    }

    /// Ends the line unless nothing stands on it.
    fn break_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        self.line.clear();
        self.space = false;
        self.pending = false;
    }

    fn end_line(&mut self) {
        for _ in 0..self.quote {
            self.out.push_str("> ");
        }
        self.out.push_str(self.line.trim_end());
        self.out.push('\n');
        self.line.clear();
        self.space = false;
        self.pending = false;
    }

    fn finish(mut self) -> String {
        self.break_line();
        self.out
    }
}

fn is_void(name: &str) -> bool {
    matches!(name, "img" | "input" | "meta" | "link" | "br" | "hr" | "col" | "wbr" | "area" | "base")
}

fn is_hidden(attributes: &str) -> bool {
    let said = |c: &char| !c.is_whitespace();
    let same = |(a, b): (char, char)| a.eq_ignore_ascii_case(&b);
    let ends = |text: &str, word: &str| {
        let letters = text.chars().rev().filter(said).take(word.len());
        letters.clone().count() == word.len() && letters.zip(word.chars().rev()).all(same)
    };
    let begins = |text: &str, word: &str| {
        let letters = text.chars().filter(said).take(word.len());
        letters.clone().count() == word.len() && letters.zip(word.chars()).all(same)
    };
    attributes.match_indices(':').any(|(at, _)| {
        let (name, value) = attributes.split_at_checked(at).unwrap_or_default();
        let value = value.get(1..).unwrap_or_default();
        [("display", "none"), ("visibility", "hidden")]
            .iter()
            .any(|(property, hidden)| begins(value, hidden) && ends(name, property))
    })
}

/// Decodes character references; an unknown one stays as written.
fn entities(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        // The longest name has 31 letters.
        let name_end = tail.bytes().take(34).position(|b| b == b';');
        let entity = name_end.and_then(|end| tail.get(..=end)).filter(|e| {
            e.len() > 2 && e.bytes().skip(1).all(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b';'))
        });
        match entity {
            Some(entity) => {
                add_html_token(&mut out, entity.as_bytes(), false);
                rest = tail.get(entity.len()..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_lines() {
        for (html, expected) in [
            ("<p>a</p><p>b</p>", "a\nb\n"),
            ("a<br>b &amp; &#x4e88;&nosuch;", "a\nb & 予&nosuch;\n"),
            (
                "<table><tr><td>名前</td><td>伊藤</td></tr><tr><th>TEL</th><td>1</td></tr></table>",
                "名前\t伊藤\nTEL\t1\n",
            ),
            ("<tr><td><p>名前</p></td><td><p>伊藤</p></td></tr>", "名前\t伊藤\n"),
            ("<td>内容</td><td><p>a</p><p>b</p></td></tr>c", "内容\ta\nb\nc\n"),
            ("<dl><dt>名前</dt><dd>伊藤</dd></dl>", "名前：伊藤\n"),
            ("<head><style>x</style></head><body>y</body>", "y\n"),
            ("<div style='display: none'>x<div>z</div></div>y", "y\n"),
            ("<p style=\"VISIBILITY :\n hidden\">x</p><p style='display:block'>y</p>", "y\n"),
            ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n> b\n> > c\nd\n"),
            ("<!-- x > y -->z", "z\n"),
            ("1 < 2", "1 < 2\n"),
            ("<a href=\"x\">y</a", "y\n"),
        ] {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }

    #[test]
    fn empty_paragraphs_are_lines_where_they_are_wanted() {
        for (html, read, typed) in [
            ("<div>a</div><div><br></div><div>b</div>", "a\nb\n", "a\n\nb\n"),
            ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\nb\n", "a\n\nb\n"),
            ("a<br>b<br><br>c", "a\nb\n\nc\n", "a\nb\n\nc\n"),
            ("<p>a</p><p>b</p>", "a\nb\n", "a\nb\n"),
        ] {
            assert_eq!((to_text(html).as_str(), as_typed(html).as_str()), (read, typed), "{html}");
        }
    }

    #[test]
    fn depth_is_no_burden() {
        let deep = format!("{}x", "<div><table><tr><td>".repeat(50_000));
        assert_eq!(to_text(&deep), "x\n");
    }
}
