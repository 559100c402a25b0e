//! The parts of a mail and where they stand, without decoding them.
//!
//! The parser decodes every part that it meets, attachments too, and we decode the few that are read ourselves. So it
//! is kept from seeing how parts are encoded, and is asked a second time, in full, wherever that could change what it
//! finds: a part encoded in a way that it would refuse, a mail inside of a mail that is encoded as a whole.

use std::sync::LazyLock;

use mail_parser::{Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{charset, slice};

/// Of the header fields only these are taken as the parser reads them; all others are decoded by us.
static FULL: LazyLock<MessageParser> =
    LazyLock::new(|| MessageParser::new().with_mime_headers().with_date_headers().default_header_raw());

/// The same, blind to the encoding of parts, and without a look at fields that nobody takes from it.
static STRUCTURE: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_date(HeaderName::Date)
        .header_raw(HeaderName::MessageId)
        .default_header_ignore()
});

/// Parses a mail. Bodies of parts are those of the raw mail where the parts are encoded.
pub(super) fn of(bytes: &[u8]) -> Option<Message<'_>> {
    let mut message = STRUCTURE.parse(bytes)?;
    let reported = message.parts.first().and_then(|part| part.content_type()).is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    let mut encodings = Vec::with_capacity(message.parts.len());
    for part in &message.parts {
        encodings.push(plainly(part, bytes, reported));
    }
    if encodings.contains(&None) {
        return FULL.parse(bytes);
    }
    for (part, encoding) in message.parts.iter_mut().zip(encodings) {
        part.encoding = encoding.unwrap_or(Encoding::None);
    }
    Some(message)
}

/// How a part is encoded; `None` where the full parser might have found another structure.
fn plainly(part: &MessagePart<'_>, raw: &[u8], reported: bool) -> Option<Encoding> {
    let declared = declared(part, raw)?;
    // What a report says is taken from its parts in more than one way, and a mail inside of a mail is parsed with it:
    // none of them may be encoded.
    let mail = part.content_type().is_none_or(|kind| kind.ctype().eq_ignore_ascii_case("message"));
    if declared != Encoding::None && (mail || reported) {
        return None;
    }
    if let PartType::Message(inside) = &part.body
        && !inside.parts.iter().all(|part| plainly(part, raw, true) == Some(Encoding::None))
    {
        return None;
    }
    if part.is_encoding_problem || matches!(part.body, PartType::Multipart(_)) {
        return Some(Encoding::None);
    }
    let text = matches!(part.body, PartType::Text(_) | PartType::Html(_));
    let body = slice(raw, part.offset_body, part.offset_end)?;
    let regular = match declared {
        Encoding::None => true,
        Encoding::Base64 => !text || charset::is_regular_base64(body),
        Encoding::QuotedPrintable => !text || charset::is_regular_quoted_printable(body),
    };
    regular.then_some(declared)
}

/// The encoding that the last such field names; `None` where it would have to be decoded itself.
fn declared(part: &MessagePart<'_>, raw: &[u8]) -> Option<Encoding> {
    let field = part.headers.iter().rev().find(|header| header.name == HeaderName::ContentTransferEncoding);
    let Some(field) = field else { return Some(Encoding::None) };
    let value = slice(raw, field.offset_start, field.offset_end)?.trim_ascii();
    match () {
        () if value.eq_ignore_ascii_case(b"base64") => Some(Encoding::Base64),
        () if value.eq_ignore_ascii_case(b"quoted-printable") => Some(Encoding::QuotedPrintable),
        () if value.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-')) => {
            Some(Encoding::None)
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken from the parser.
    fn shape(message: &Message<'_>) -> String {
        let kind = |part: &MessagePart<'_>| match part.body {
            PartType::Text(_) => "text",
            PartType::Html(_) => "html",
            PartType::Binary(_) | PartType::InlineBinary(_) => "binary",
            PartType::Message(_) => "mail",
            PartType::Multipart(_) => "parts",
        };
        let part = |part: &MessagePart<'_>| (kind(part), part.encoding, part.offset_body, part.offset_end);
        let parts: Vec<_> = message.parts.iter().map(part).collect();
        format!("{:?} {:?} {:?} {parts:?}", message.text_body, message.html_body, message.attachments)
    }

    /// Rows: type, encoding and body of the first of two parts.
    #[test]
    fn what_is_found_is_what_the_full_parser_finds() {
        for (kind, encoding, body) in [
            ("text/plain", "base64", "YWJj\r\nZA=="),
            ("text/plain", " BASE64 ", "YWJj\r\nZA=="),
            ("text/plain", "base64", "YWJj--\r\nZA=="),
            ("text/plain", "base64", "nothing of the kind!"),
            ("text/html", "base64", "nothing of the kind!"),
            ("text/html", "quoted-printable", "a=3Db =\r\nc"),
            ("text/html", "quoted-printable", "a==3D"),
            ("text/plain", "quoted-printable", "a=--b"),
            ("text/plain", "=?utf-8?q?base64?=", "YWJj"),
            ("text/plain", "x-odd", "YWJj"),
            ("image/png", "base64", "YWJj"),
            ("message/rfc822", "base64", "U3ViamVjdDogeA0KDQp5DQo="),
            ("message/rfc822", "7bit", "Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj--ZA=="),
        ] {
            let part = format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}");
            let two = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part}\r\n--b");
            for mail in [part.clone(), format!("{two}\r\n\r\nz\r\n--b--\r\n"), two] {
                let full = FULL.parse(mail.as_bytes()).as_ref().map(shape);
                assert_eq!(of(mail.as_bytes()).as_ref().map(shape), full, "{mail}");
            }
        }
    }
}
