//! Bytes to a [`Letter`]: the only place that knows MIME.
//!
//! mail-parser finds the structure; charsets, header words and HTML are decoded here from the raw bytes, because
//! measured Japanese mail needs more than the parser gives (words split inside a character, vendors' charset
//! names, undeclared ISO-2022-JP, raw 8-bit headers). Never reads attachments' content, never fetches anything.
//! A panic of the parser is caught and becomes [`Unreadable::Panicked`].

mod charset;
mod html;
mod report;
mod structure;
mod words;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Encoding, Header, HeaderName, Message, MessagePart, MimeHeaders, PartType};
use ring::digest::{Context, SHA256};

pub(crate) use html::to_text as html_to_text;

use crate::triage::id::{Fingerprint, MessageId};
use crate::triage::mail::{Attachment, Correspondent, Letter, TextOrigin};

/// Largest mail that is parsed, in bytes; larger ones are fetched in parts.
pub const MAX_MAIL: usize = 32 * 1024 * 1024;
/// Longest text that is read, in bytes.
const MAX_TEXT: usize = 256 * 1024;
/// Longest HTML that is rendered, in bytes.
const MAX_HTML: usize = 2 * 1024 * 1024;
/// Longest header field kept, in bytes after decoding.
const MAX_FIELD: usize = 8 * 1024;
/// Most message ids taken from one field.
const MAX_IDS: usize = 100;

/// Header fields handed to the core besides those with a place of their own.
const KEPT: [&str; 21] = [
    "return-path",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "list-post",
    "feedback-id",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-loop",
    "x-mailer",
    "x-failed-recipients",
    "x-campaign-id",
    "x-spam-flag",
    "content-type",
    "delivered-to",
    "authentication-results",
    "sender",
    "importance",
    "x-madoguchi-ref",
];

/// Why bytes did not become a letter. Says nothing of their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`MAX_MAIL`].
    #[error("the mail has {0} bytes, more than are read at once")]
    TooLarge(usize),
    /// No header field at all.
    #[error("the bytes have no mail header")]
    NoHeader,
    /// The MIME parser gave up in a way that only its author can mend.
    #[error("the MIME parser failed on this mail")]
    Panicked,
}

/// Decodes a mail.
///
/// # Errors
/// [`Unreadable`]: a person has to look at the mail in the mailbox.
pub fn letter(bytes: &[u8]) -> Result<Letter, Unreadable> {
    if bytes.len() > MAX_MAIL {
        return Err(Unreadable::TooLarge(bytes.len()));
    }
    // Files that an old Macintosh wrote end their lines in a bare CR, which the parser does not know.
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        let mended: Vec<u8> = bytes.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect();
        return caught(&mended);
    }
    caught(bytes)
}

fn caught(bytes: &[u8]) -> Result<Letter, Unreadable> {
    catch_unwind(AssertUnwindSafe(|| parse(bytes))).unwrap_or(Err(Unreadable::Panicked))
}

fn parse(bytes: &[u8]) -> Result<Letter, Unreadable> {
    let message = structure::of(bytes).ok_or(Unreadable::NoHeader)?;
    let fields = Fields::of(&message);
    if fields.0.is_empty() {
        return Err(Unreadable::NoHeader);
    }
    let body = body(&message);
    let subject = fields.first("subject").map(words::text).unwrap_or_default();
    let message_id = fields.ids("message-id").into_iter().next();
    let mut letter = Letter {
        fingerprint: Fingerprint::new([0; 16]),
        message_id,
        in_reply_to: fields.ids("in-reply-to"),
        references: fields.ids("references"),
        sent: sent(&message),
        from: fields.mailboxes("from"),
        reply_to: fields.mailboxes("reply-to"),
        to: fields.mailboxes("to"),
        cc: fields.mailboxes("cc"),
        subject,
        text: body.text,
        origin: body.origin,
        headers: fields.kept(),
        report: report::of(&message),
        attachments: attachments(&message),
        damaged: body.damaged,
    };
    letter.fingerprint = fingerprint(&message, &fields, letter.message_id.as_ref());
    Ok(letter)
}

/// Some header fields of a raw mail, in order, by names in lower case: for fields that mean nothing to the core, such as
/// the labels of an archive. Looks at no part of the body.
pub fn fields(mail: &[u8], names: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut wanted = false;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some((_, value)) = found.last_mut().filter(|_| wanted) {
                value.extend_from_slice(line);
            }
            continue;
        }
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let field = halves.next().unwrap_or_default().trim_ascii();
        let name = names.iter().find(|name| field.eq_ignore_ascii_case(name.as_bytes()));
        wanted = name.is_some();
        found.extend(name.map(|name| (*name, halves.next().unwrap_or_default().to_vec())));
    }
    found.into_iter().map(|(name, raw)| (name.to_owned(), cut(words::text(&raw), MAX_FIELD).0)).collect()
}

/// The root part's header fields in order: name as written and raw value.
struct Fields<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> Fields<'a> {
    fn of(message: &'a Message<'_>) -> Self {
        let raw = message.raw_message.as_ref();
        let headers = message.parts.first().map(|part| part.headers.as_slice()).unwrap_or_default();
        let value = |header: &'a Header<'_>| slice(raw, header.offset_start, header.offset_end);
        Self(headers.iter().filter_map(|header| Some((header.name.as_str(), value(header)?))).collect())
    }

    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The first of several: a field added below the sender's own is not the sender's.
    fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    fn mailboxes(&self, name: &str) -> Vec<Correspondent> {
        self.all(name).flat_map(words::mailboxes).collect()
    }

    fn ids(&self, name: &str) -> Vec<MessageId> {
        self.all(name).flat_map(|raw| ids(&words::text(raw))).take(MAX_IDS).collect()
    }

    fn kept(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(name, _)| KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept)))
            .map(|(name, raw)| (name.to_ascii_lowercase(), cut(words::text(raw), MAX_FIELD).0))
            .collect()
    }
}

/// Message ids of a field. Anything between angle brackets counts; without brackets, blank-separated words do
/// if they hold an `@` (old mailers write prose into `In-Reply-To`).
fn ids(text: &str) -> Vec<MessageId> {
    if text.contains('<') {
        return text
            .split('<')
            .skip(1)
            .filter_map(|piece| piece.split('>').next())
            .filter_map(|id| MessageId::parse(&id.split_whitespace().collect::<String>()))
            .collect();
    }
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(only), None) => MessageId::parse(only).into_iter().collect(),
        _ => text.split_whitespace().filter(|w| w.contains('@')).filter_map(MessageId::parse).collect(),
    }
}

fn sent(message: &Message<'_>) -> Option<jiff::Timestamp> {
    let headers = &message.parts.first()?.headers;
    let date = headers.iter().filter(|h| h.name == HeaderName::Date).find_map(|h| h.value.as_datetime())?;
    if !date.is_valid() {
        return None;
    }
    jiff::Timestamp::from_second(date.to_timestamp()).ok()
}

struct Body {
    text: String,
    origin: TextOrigin,
    damaged: bool,
}

/// The text to read: all plain parts meant for display, unless they are empty or only point at the HTML.
fn body(message: &Message<'_>) -> Body {
    let plain = gather(message, &message.text_body, false);
    let stub = plain.as_ref().is_none_or(|(text, _)| is_stub(text));
    if stub && let Some((text, damaged)) = gather(message, &message.html_body, true) {
        return Body { text, origin: TextOrigin::Html, damaged };
    }
    match plain {
        Some((text, damaged)) => Body { text, origin: TextOrigin::Plain, damaged },
        None => Body { text: String::new(), origin: TextOrigin::Nothing, damaged: false },
    }
}

/// Text of the parts of one kind (`html` or plain), joined; `None` when there is none or nothing in it.
fn gather(message: &Message<'_>, ids: &[u32], html: bool) -> Option<(String, bool)> {
    let mut text = String::new();
    let mut damaged = false;
    for part in ids.iter().filter_map(|id| message.parts.get(usize::try_from(*id).ok()?)) {
        let fits = match part.body {
            PartType::Html(_) => html,
            PartType::Text(_) => !html,
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
        if html {
            let (page, clipped) = cut(decoded, MAX_HTML);
            damaged |= clipped;
            text.push_str(&html::to_text(&page));
        } else {
            tidy(&decoded, &mut text);
        }
    }
    let (text, clipped) = cut(text, MAX_TEXT);
    (!text.trim().is_empty()).then_some((text, damaged || clipped))
}

/// Decodes one text part from its raw bytes.
fn part_text(raw: &[u8], part: &MessagePart<'_>) -> charset::Decoded {
    let content_type = part.content_type();
    let label = content_type.and_then(|c| c.attribute("charset"));
    let Some(bytes) = slice(raw, part.offset_body, part.offset_end) else {
        return (part.text_contents().unwrap_or_default().to_owned(), true);
    };
    let bytes = transfer_decoded(bytes, part);
    let html_label = if label.is_none() && part.is_text_html() { meta_charset(&bytes) } else { None };
    charset::decode(&bytes, label.or(html_label.as_deref()))
}

fn transfer_decoded<'b>(bytes: &'b [u8], part: &MessagePart<'_>) -> Cow<'b, [u8]> {
    match part.encoding {
        Encoding::None => Cow::Borrowed(bytes),
        Encoding::QuotedPrintable => Cow::Owned(charset::quoted_printable(bytes, false)),
        Encoding::Base64 => Cow::Owned(charset::base64(bytes)),
    }
}

/// `charset=` inside the first kilobytes of an HTML page.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head: String = bytes.iter().take(4096).map(|b| char::from(b.to_ascii_lowercase())).collect();
    let (_, after) = head.split_once("charset=")?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(40)
        .collect();
    (!label.is_empty()).then_some(label)
}

/// Adds text with LF line ends, no NUL or other control characters, no byte order marks; trailing blanks of lines
/// are kept. What stays as it is, which is nearly all, is copied in runs.
fn tidy(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.bytes().position(suspect).unwrap_or(rest.len());
        out.push_str(rest.get(..run).unwrap_or_default());
        rest = rest.get(run..).unwrap_or_default();
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        match c {
            '\r' if rest.starts_with('\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{ad}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

/// First bytes of the characters that [`tidy`] looks at: controls of ASCII, U+0080 to U+00BF, U+2000 to U+2FFF,
/// U+F000 to U+FFFF.
const fn suspect(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0b..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef)
}

/// Whether the plain part only says that the mail is to be seen as HTML.
fn is_stub(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return true;
    }
    // No stub is longer, and most texts are.
    if text.chars().nth(299).is_some() {
        return false;
    }
    let lower = text.to_lowercase();
    lower.contains("html")
        && ["view", "表示", "display", "対応", "ご覧", "support", "reader", "client"]
            .iter()
            .any(|w| lower.contains(w))
}

fn attachments(message: &Message<'_>) -> Vec<Attachment> {
    message
        .attachments
        .iter()
        .filter_map(|id| message.parts.get(usize::try_from(*id).ok()?))
        .take(MAX_IDS)
        .map(|part| Attachment {
            name: attachment_name(message.raw_message.as_ref(), part),
            media_type: media_type(part),
            size: usize::try_from(part.offset_end.saturating_sub(part.offset_body)).unwrap_or(usize::MAX),
        })
        .collect()
}

fn attachment_name(raw: &[u8], part: &MessagePart<'_>) -> String {
    // Japanese mailers put encoded words into the parameter; the parser hands those through undecoded.
    let name = part.attachment_name().unwrap_or_default();
    let name = if name.contains("=?") || name.contains('\u{fffd}') {
        let field = part.headers.iter().find(|h| h.name == HeaderName::ContentDisposition);
        let own = field.and_then(|h: &Header<'_>| slice(raw, h.offset_start, h.offset_end)).map(words::text);
        let own = own
            .as_deref()
            .and_then(|v| v.split_once("filename="))
            .map(|(_, v)| v.trim_matches('"').to_owned());
        own.unwrap_or_else(|| words::text(name.as_bytes()))
    } else {
        words::text(name.as_bytes())
    };
    cut(name, 255).0
}

fn media_type(part: &MessagePart<'_>) -> String {
    part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |c| format!("{}/{}", c.ctype(), c.subtype().unwrap_or("*")).to_ascii_lowercase(),
    )
}

/// Identity of the mail: Message-ID and body; without a Message-ID, date, writer, subject and body. Carriage
/// returns are left out, because a store that turned CRLF into LF still holds the same mail.
fn fingerprint(message: &Message<'_>, fields: &Fields<'_>, id: Option<&MessageId>) -> Fingerprint {
    let raw = message.raw_message.as_ref();
    // Of the two libraries the one that is fast on processors without instructions for it, too.
    let mut hash = Context::new(&SHA256);
    match id {
        Some(id) => hash.update(id.as_str().as_bytes()),
        None => {
            for name in ["date", "from", "subject"] {
                hash.update(fields.first(name).unwrap_or_default());
                hash.update(&[0]);
            }
        }
    }
    hash.update(&[0]);
    let start = message.parts.first().map_or(0, |part| usize::try_from(part.offset_body).unwrap_or(0));
    let body = raw.get(start..).unwrap_or_default();
    match std::str::from_utf8(body) {
        // Text is searched many bytes at a time.
        Ok(text) => text.split('\r').for_each(|line| hash.update(line.as_bytes())),
        Err(_) => body.split(|b| *b == b'\r').for_each(|line| hash.update(line)),
    }
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(hash.finish().as_ref()) {
        *to = *from;
    }
    Fingerprint::new(first)
}

fn slice(raw: &[u8], start: u32, end: u32) -> Option<&[u8]> {
    raw.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// Cuts at a character boundary; the flag says that something went.
fn cut(mut text: String, max: usize) -> (String, bool) {
    if text.len() <= max {
        return (text, false);
    }
    let mut at = max;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.truncate(at);
    (text, true)
}

#[cfg(test)]
mod tests;
