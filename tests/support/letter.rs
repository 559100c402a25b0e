//! Bytes to a [`Letter`], as far as approvals look at it, for tests that need no charset repair.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test binaries; each uses another part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot set itself up should stop at once"
)]

use madoguchi::triage::id::{Fingerprint, MessageId};
use madoguchi::triage::mail::{Correspondent, Letter, Report, ReportKind, TextOrigin};
use mail_parser::{HeaderName, HeaderValue, MessageParser, PartType};

/// Reads a mail.
pub fn letter(raw: &[u8]) -> Letter {
    try_letter(raw).unwrap()
}

/// Reads a mail; `None` when the library finds none.
pub fn try_letter(raw: &[u8]) -> Option<Letter> {
    let message = MessageParser::default().parse(raw)?;
    let people = |name: HeaderName<'static>| -> Vec<Correspondent> {
        let mut found = Vec::new();
        for header in message.headers().iter().filter(|header| header.name == name) {
            if let HeaderValue::Address(address) = &header.value {
                found.extend(address.iter().map(|person| Correspondent {
                    name: person.name.as_deref().unwrap_or_default().to_owned(),
                    address: person.address.as_deref().unwrap_or_default().to_owned(),
                }));
            }
        }
        found
    };
    let ids = |value: &HeaderValue<'_>| -> Vec<MessageId> {
        value.as_text_list().unwrap_or_default().iter().filter_map(|id| MessageId::parse(id)).collect()
    };
    let (text, origin) = match message.text_body.first().map(|part| &message.parts[*part as usize].body) {
        Some(PartType::Text(text)) => (text.to_string(), TextOrigin::Plain),
        Some(PartType::Html(html)) => {
            let text =
                html2text::config::plain_no_decorate().string_from_read(html.as_bytes(), 10_000).unwrap();
            (text, TextOrigin::Html)
        }
        _ => (String::new(), TextOrigin::Nothing),
    };
    let headers: Vec<(String, String)> =
        message.headers_raw().map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
    let report =
        headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("multipart/report"));
    Some(Letter {
        fingerprint: Fingerprint::new([0; 16]),
        message_id: message.message_id().and_then(MessageId::parse),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        sent: None,
        from: people(HeaderName::From),
        reply_to: people(HeaderName::ReplyTo),
        to: people(HeaderName::To),
        cc: people(HeaderName::Cc),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: text.replace("\r\n", "\n"),
        origin,
        headers,
        report: report.then(|| Report { kind: ReportKind::Disposition, about: None, status: String::new() }),
        attachments: Vec::new(),
        damaged: false,
    })
}
