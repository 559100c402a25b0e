//! Delivery reports and read receipts (RFC 6522, 3464, 8098): what kind, and about which of our mails.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use crate::triage::id::MessageId;
use crate::triage::mail::{Report, ReportKind};

use super::{charset, media_type, slice, transfer_decoded};

/// The report a `multipart/report` carries; `None` for any other mail.
pub(super) fn of(message: &Message<'_>) -> Option<Report> {
    let content_type = message.parts.first()?.content_type()?;
    if !content_type.ctype().eq_ignore_ascii_case("multipart")
        || !content_type.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report"))
    {
        return None;
    }
    let declared = content_type.attribute("report-type").unwrap_or_default().to_ascii_lowercase();
    let mut report = Report { kind: ReportKind::Other, about: None, status: String::new() };
    let mut kind = (declared == "disposition-notification").then_some(ReportKind::Disposition);
    for part in &message.parts {
        match media_type(part).as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                let text = text_of(message, part);
                report.status = field(&text, "status").unwrap_or_default();
                kind = Some(delivery_kind(&field(&text, "action").unwrap_or_default(), &report.status));
            }
            "message/disposition-notification" | "message/global-disposition-notification" => {
                kind = Some(ReportKind::Disposition);
                let text = text_of(message, part);
                report.about = field(&text, "original-message-id").and_then(|id| MessageId::parse(&id));
            }
            "message/rfc822"
            | "text/rfc822-headers"
            | "message/global"
            | "message/global-headers"
            | "message/rfc822-headers" => {
                report.about = report.about.take().or_else(|| original_id(message, part));
            }
            _ => {}
        }
    }
    report.kind =
        kind.unwrap_or(if declared == "delivery-status" { ReportKind::Failed } else { ReportKind::Other });
    Some(report)
}

fn delivery_kind(action: &str, status: &str) -> ReportKind {
    match action.to_ascii_lowercase().as_str() {
        "failed" => ReportKind::Failed,
        "delayed" => ReportKind::Delayed,
        "delivered" | "relayed" | "expanded" => ReportKind::Delivered,
        // The class digit of the status says it as well (RFC 3463).
        _ => match status.bytes().next() {
            Some(b'4') => ReportKind::Delayed,
            Some(b'2') => ReportKind::Delivered,
            _ => ReportKind::Failed,
        },
    }
}

fn original_id(message: &Message<'_>, part: &MessagePart<'_>) -> Option<MessageId> {
    if let PartType::Message(nested) = &part.body
        && let Some(id) = nested.message_id()
    {
        return MessageId::parse(id);
    }
    field(&text_of(message, part), "message-id").and_then(|id| MessageId::parse(&id))
}

fn text_of(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let bytes = slice(message.raw_message.as_ref(), part.offset_body, part.offset_end).unwrap_or_default();
    let mut text = charset::decode(&transfer_decoded(bytes, part), None).0;
    if text.trim().is_empty() {
        text = part.text_contents().unwrap_or_default().to_owned();
    }
    text
}

/// First value of a `Name: value` line, continuation lines joined.
fn field(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = line.split_once(':') else { continue };
        if !key.trim().eq_ignore_ascii_case(name) {
            continue;
        }
        let mut value = value.trim().to_owned();
        while let Some(more) = lines.next_if(|l| l.starts_with([' ', '\t'])) {
            value.push(' ');
            value.push_str(more.trim());
        }
        let value = value.trim().to_owned();
        return (!value.is_empty()).then_some(value);
    }
    None
}
