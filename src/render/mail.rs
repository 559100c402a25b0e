//! Writes mails (RFC 5322, RFC 2045, RFC 2047): 7-bit, CRLF, lines of at most 76 characters, text as base64.

use data_encoding::BASE64;
use jiff::Zoned;
use sha2::{Digest, Sha256};

use crate::smtp::path;
use crate::triage::hygiene;
use crate::triage::id::{Address, MessageId};

/// Why a mail cannot be written. Names the field, never its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A line break or another control character where none may stand.
    #[error("{0} holds a control character")]
    Control(&'static str),
    /// Nothing but blanks.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Characters that may not stand in this field, or too many.
    #[error("{0} cannot be written")]
    Unfit(&'static str),
    /// Something of the shape of our tokens, which would let its reader decide.
    #[error("{0} holds an approval token")]
    Token(&'static str),
}

/// What every mail of ours carries in its header.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The desk's address.
    pub from: &'a Address,
    /// The desk's name as people see it; may be empty.
    pub from_name: &'a str,
    /// Where answers go when not to `from` (requests: the plus-address with the token).
    pub reply_to: Option<&'a Address>,
    /// Chosen by the caller, the same for every repeat.
    pub message_id: &'a MessageId,
    /// The mail this one answers.
    pub in_reply_to: Option<&'a MessageId>,
    /// The conversation, oldest first.
    pub references: &'a [MessageId],
    /// The moment of writing, in the desk's zone.
    pub date: &'a Zoned,
    /// `X-Madoguchi-Ref`: letters, digits, `.`, `_`, `-`.
    pub reference: &'a str,
}

/// A mail to a customer: plain text and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Header fields.
    pub envelope: Envelope<'a>,
    /// The customer.
    pub to: &'a Address,
    /// One line.
    pub subject: &'a str,
    /// Plain text, LF line ends.
    pub body: &'a str,
}

/// A mail to our own people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalMail {
    /// Who gets it.
    pub to: Vec<Address>,
    /// One line; control characters become blanks.
    pub subject: String,
    /// Plain text, LF line ends.
    pub text: String,
    /// The same for eyes, when there is more to it.
    pub html: Option<String>,
    /// Files.
    pub attachments: Vec<Attached>,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// File name with extension.
    pub name: String,
    /// `type/subtype`, with parameters if needed: `text/csv; charset=utf-8`.
    pub media_type: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// A picture that the HTML shows, as `cid:NAME`.
    pub shown: bool,
}

/// Writes a mail that a person approved. It is no automatic mail, so it does not call itself one.
///
/// # Errors
/// Control characters in names or subject, or in the body other than tabs and line ends; an empty subject or body.
pub fn customer_mail(mail: &Outgoing<'_>) -> Result<Vec<u8>, RenderError> {
    if mail.subject.trim().is_empty() {
        return Err(RenderError::Empty("the subject"));
    }
    if mail.body.trim().is_empty() {
        return Err(RenderError::Empty("the body"));
    }
    for (text, field) in [(mail.subject, "the subject"), (mail.body, "the body")] {
        if hygiene::holds_token(text) {
            return Err(RenderError::Token(field));
        }
    }
    if mail.body.replace("\r\n", "\n").chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(RenderError::Control("the body"));
    }
    let mut out = header(&mail.envelope, std::slice::from_ref(mail.to), mail.subject)?;
    part(&mut out, "text/plain; charset=utf-8", &text_lines(mail.body));
    Ok(out.into_bytes())
}

/// Writes what a machine says to a customer by itself, marked so that no machine answers it (RFC 3834, section 5).
///
/// # Errors
/// As [`customer_mail`].
pub fn automatic_mail(mail: &Outgoing<'_>) -> Result<Vec<u8>, RenderError> {
    let bytes = customer_mail(mail)?;
    let marks = b"Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n";
    Ok([marks.as_slice(), &bytes].concat())
}

/// Writes a mail to our own people: marked as automatic, so that no vacation notice answers it.
///
/// # Errors
/// Control characters in names; no recipient; a strange reference.
pub fn internal_mail(envelope: &Envelope<'_>, mail: &InternalMail) -> Result<Vec<u8>, RenderError> {
    if mail.to.is_empty() {
        return Err(RenderError::Empty("the list of recipients"));
    }
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut out = header(envelope, &mail.to, &subject)?;
    out.push_str("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
    let text = text_lines(&printable(&mail.text));
    let boundary = Boundary::of(envelope.message_id);
    let mut body = String::new();
    match &mail.html {
        None => part(&mut body, "text/plain; charset=utf-8", &text),
        Some(html) => {
            let kind = boundary.begin(&mut body, "alternative");
            boundary.next(&mut body, kind);
            part(&mut body, "text/plain; charset=utf-8", &text);
            boundary.next(&mut body, kind);
            part(&mut body, "text/html; charset=utf-8", &text_lines(&printable(html)));
            boundary.end(&mut body, kind);
        }
    }
    if mail.attachments.is_empty() {
        out.push_str(&body);
        return Ok(out.into_bytes());
    }
    let kind = boundary.begin(&mut out, "mixed");
    boundary.next(&mut out, kind);
    out.push_str(&body);
    for file in &mail.attachments {
        boundary.next(&mut out, kind);
        attachment(&mut out, file)?;
    }
    boundary.end(&mut out, kind);
    Ok(out.into_bytes())
}

fn header(envelope: &Envelope<'_>, to: &[Address], subject: &str) -> Result<String, RenderError> {
    let mut out = String::new();
    let from_name = words(envelope.from_name, "the sender's name")?;
    if from_name.is_empty() {
        field(&mut out, "From", &path(envelope.from));
    } else {
        field(&mut out, "From", &format!("{}\r\n <{}>", phrase(&from_name), path(envelope.from)));
    }
    if let Some(reply_to) = envelope.reply_to {
        field(&mut out, "Reply-To", &format!("<{}>", path(reply_to)));
    }
    let to: Vec<String> = to.iter().map(path).collect();
    field(&mut out, "To", &to.join(",\r\n "));
    field(&mut out, "Subject", &words(subject, "the subject")?);
    field(&mut out, "Date", &envelope.date.strftime("%a, %d %b %Y %H:%M:%S %z").to_string());
    field(&mut out, "Message-ID", &id(envelope.message_id).ok_or(RenderError::Unfit("the Message-ID"))?);
    if let Some(answered) = envelope.in_reply_to.and_then(id) {
        field(&mut out, "In-Reply-To", &answered);
    }
    // Twenty are plenty for every mail program, and foreign ids that do not fit a line are left out.
    let skipped = envelope.references.len().saturating_sub(20);
    let references: Vec<String> = envelope.references.iter().skip(skipped).filter_map(id).collect();
    if !references.is_empty() {
        field(&mut out, "References", &references.join("\r\n "));
    }
    let reference = envelope.reference;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if reference.is_empty() || reference.len() > 60 || !reference.bytes().all(plain) {
        return Err(RenderError::Unfit("the reference"));
    }
    field(&mut out, "X-Madoguchi-Ref", reference);
    field(&mut out, "MIME-Version", "1.0");
    Ok(out)
}

fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(value);
    out.push_str("\r\n");
}

fn id(id: &MessageId) -> Option<String> {
    let fits = id.as_str().is_ascii() && id.as_str().len() <= 250;
    fits.then(|| id.to_string())
}

/// A header text: short printable ASCII as it is, everything else as encoded words (RFC 2047).
fn words(text: &str, field: &'static str) -> Result<String, RenderError> {
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(RenderError::Control(field));
    }
    let text = text.trim();
    if text.is_ascii() && text.len() <= 60 && !text.contains("=?") {
        return Ok(text.to_owned());
    }
    let mut words: Vec<String> = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        // 45 bytes make 60 characters of base64: with "=?UTF-8?B??=" and the longest field name under 76 + name.
        if chunk.len() + c.len_utf8() > 39 {
            words.push(format!("=?UTF-8?B?{}?=", BASE64.encode(chunk.as_bytes())));
            chunk.clear();
        }
        chunk.push(c);
    }
    words.push(format!("=?UTF-8?B?{}?=", BASE64.encode(chunk.as_bytes())));
    Ok(words.join("\r\n "))
}

/// A display name: quoted when it holds characters with a meaning in addresses.
fn phrase(name: &str) -> String {
    if name.starts_with("=?") || name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ') {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Customers' words in our own mails may hold anything; what cannot be seen is left out.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// CRLF line ends, one at the end.
fn text_lines(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.trim_end_matches(['\n', '\r']).split('\n') {
        out.push_str(line.strip_suffix('\r').unwrap_or(line));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn part(out: &mut String, media_type: &str, bytes: &[u8]) {
    field(out, "Content-Type", media_type);
    field(out, "Content-Transfer-Encoding", "base64");
    out.push_str("\r\n");
    base64(out, bytes);
}

fn base64(out: &mut String, bytes: &[u8]) {
    for line in bytes.chunks(57) {
        BASE64.encode_append(line, out);
        out.push_str("\r\n");
    }
}

fn attachment(out: &mut String, file: &Attached) -> Result<(), RenderError> {
    if file.media_type.chars().any(|c| c.is_control() || !c.is_ascii()) || !file.media_type.contains('/') {
        return Err(RenderError::Unfit("the attachment's type"));
    }
    if file.name.chars().any(char::is_control) {
        return Err(RenderError::Control("the attachment's name"));
    }
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let plain: String = file.name.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    let mut written = String::new();
    for byte in file.name.bytes() {
        if safe(char::from(byte)) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    field(out, "Content-Type", &file.media_type);
    let kind = if file.shown { "inline" } else { "attachment" };
    let name = format!("{kind};\r\n filename*=UTF-8''{written};\r\n filename=\"{plain}\""); // RFC 2231
    field(out, "Content-Disposition", &name);
    if file.shown {
        field(out, "Content-ID", &format!("<{plain}>"));
    }
    field(out, "Content-Transfer-Encoding", "base64");
    out.push_str("\r\n");
    base64(out, &file.bytes);
    Ok(())
}

/// Lines between the parts: `=_` cannot stand in base64, and the rest is the Message-ID's hash.
struct Boundary(String);

impl Boundary {
    fn of(id: &MessageId) -> Self {
        let hash = Sha256::digest(id.as_str().as_bytes());
        Self(hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect())
    }

    fn begin(&self, out: &mut String, kind: &'static str) -> &'static str {
        field(out, "Content-Type", &format!("multipart/{kind};\r\n boundary=\"=_{kind}_{}\"", self.0));
        out.push_str("\r\n");
        kind
    }

    fn next(&self, out: &mut String, kind: &str) {
        out.push_str(&format!("--=_{kind}_{}\r\n", self.0));
    }

    fn end(&self, out: &mut String, kind: &str) {
        out.push_str(&format!("--=_{kind}_{}--\r\n", self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{MessageParser, MimeHeaders};

    fn with<T>(check: impl FnOnce(Envelope<'_>, &Address) -> T) -> T {
        let from = Address::parse("desk@corp.test").unwrap();
        let to = Address::parse("foo..bar.@docomo.ne.jp").unwrap();
        let id = MessageId::parse("m1@corp.test").unwrap();
        let date: Zoned = "2026-11-22T10:15:00+09:00[Asia/Tokyo]".parse().unwrap();
        let references = vec![id.clone(); 30];
        let envelope = Envelope {
            from: &from,
            from_name: "JITANBODY整体院, 受付 \"本店\"",
            reply_to: None,
            message_id: &id,
            in_reply_to: Some(&id),
            references: &references,
            date: &date,
            reference: "C-0123456789-1",
        };
        check(envelope, &to)
    }

    fn tidy(bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(
            text.is_ascii() && text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n'])
        );
        assert!(text.split("\r\n").all(|line| line.len() <= 78), "{text}");
    }

    #[test]
    fn a_customer_mail_reads_back_as_it_was_written() {
        with(|envelope, to| {
            let subject = "【JITANBODY整体院】お問い合わせありがとうございます。ご予約についてのご案内";
            let body = "山田様\n\n.お待たせして申し訳ございません。\n--\n整体院\n";
            let mail = Outgoing { envelope, to, subject, body };
            let bytes = customer_mail(&mail).unwrap();
            assert_eq!(bytes, customer_mail(&mail).unwrap(), "same input, same bytes");
            tidy(&bytes);
            let read = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(read.subject(), Some(subject));
            assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), body);
            let from = read.from().unwrap().first().unwrap();
            assert_eq!(from.name(), Some(envelope.from_name));
            assert_eq!(from.address(), Some("desk@corp.test"));
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("To: \"foo..bar.\"@docomo.ne.jp\r\n"));
            assert!(text.contains("Date: Sun, 22 Nov 2026 10:15:00 +0900\r\n"));
            assert!(text.contains("X-Madoguchi-Ref: C-0123456789-1\r\n"));
            assert!(!text.contains("Auto-Submitted") && !text.to_lowercase().contains("bcc"));
        });
    }

    #[test]
    fn nothing_becomes_a_header_of_its_own() {
        with(|envelope, to| {
            let mail = Outgoing { envelope, to, subject: "s", body: "b" };
            for (mail, expected) in [
                (Outgoing { subject: "x\r\nBcc: e@evil.test", ..mail }, RenderError::Control("the subject")),
                (Outgoing { subject: "x\nBcc: e", ..mail }, RenderError::Control("the subject")),
                (Outgoing { subject: " ", ..mail }, RenderError::Empty("the subject")),
                (Outgoing { body: "\n", ..mail }, RenderError::Empty("the body")),
                (Outgoing { body: "a\0", ..mail }, RenderError::Control("the body")),
                (
                    Outgoing { body: "a 0123456789-1-ABCDE0123456789ABCDEFGHJKMNPQRSTVWXYZ", ..mail },
                    RenderError::Token("the body"),
                ),
                (
                    Outgoing { envelope: Envelope { from_name: "a\rb", ..envelope }, ..mail },
                    RenderError::Control("the sender's name"),
                ),
                (
                    Outgoing { envelope: Envelope { reference: "a\r\nb", ..envelope }, ..mail },
                    RenderError::Unfit("the reference"),
                ),
            ] {
                assert_eq!(customer_mail(&mail), Err(expected));
            }
        });
    }

    #[test]
    fn an_internal_mail_says_so_and_carries_files() {
        with(|envelope, to| {
            let mail = InternalMail {
                to: vec![to.clone()],
                subject: "[承認] C-0123456789\r\nBcc: x".to_owned(),
                text: "本文".to_owned(),
                html: Some("<p>本文</p>".to_owned()),
                attachments: vec![Attached {
                    name: "報告 11-22.csv".to_owned(),
                    media_type: "text/csv; charset=utf-8".to_owned(),
                    bytes: "\u{feff}件名,数\r\n".into(),
                    shown: false,
                }],
            };
            let bytes = internal_mail(&envelope, &mail).unwrap();
            tidy(&bytes);
            let read = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(read.subject(), Some("[承認] C-0123456789  Bcc: x"));
            assert_eq!(read.body_text(0).unwrap().trim(), "本文");
            assert_eq!(read.body_html(0).unwrap().trim(), "<p>本文</p>");
            let file = read.attachment(0).unwrap();
            assert_eq!(file.attachment_name(), Some("報告 11-22.csv"));
            assert_eq!(file.contents(), "\u{feff}件名,数\r\n".as_bytes());
            let text = String::from_utf8(bytes).unwrap();
            for line in ["Auto-Submitted: auto-generated\r\n", "X-Auto-Response-Suppress: All\r\n"] {
                assert!(text.contains(line), "{line}");
            }
        });
    }
}
