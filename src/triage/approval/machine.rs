//! Signs that a machine wrote a mail (RFC 3834 and what came before it). Machines never decide.

use crate::triage::mail::Letter;

/// The first sign found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MachineSign {
    /// One of our own mails come back, or a loop marker.
    Own,
    /// `Auto-Submitted` with another value than `no`.
    AutoSubmitted,
    /// A `multipart/report`: bounce, delay, read receipt.
    Report,
    /// `Return-Path: <>`.
    NullReturnPath,
    /// `Precedence: bulk`, `junk`, `list` or `auto_reply`.
    Precedence,
    /// `X-Autoreply`, `X-Autorespond` or `X-Autoresponse`.
    AutoReply,
    /// `List-Id`: it came through a mailing list.
    List,
    /// A subject that only automatic answers have.
    Subject,
}

/// The sign that a machine wrote this letter, if there is one.
pub fn machine(letter: &Letter) -> Option<MachineSign> {
    let has = |name: &'static str| letter.header(name).next().is_some();
    let word = |value: &str| {
        let end = value.find([';', ' ', '(', '\t']).unwrap_or(value.len());
        value.get(..end).unwrap_or(value).to_ascii_lowercase()
    };
    if ["x-madoguchi-ref", "x-triage-loop", "x-loop"].into_iter().any(has) {
        return Some(MachineSign::Own);
    }
    if letter.header("auto-submitted").any(|value| word(value.trim()) != "no") {
        return Some(MachineSign::AutoSubmitted);
    }
    let reports = |value: &str| value.trim_start().to_ascii_lowercase().starts_with("multipart/report");
    if letter.report.is_some() || letter.header("content-type").any(reports) {
        return Some(MachineSign::Report);
    }
    if letter.header("return-path").any(|value| value.trim() == "<>" || value.trim().is_empty()) {
        return Some(MachineSign::NullReturnPath);
    }
    let bulk = |value: &str| {
        matches!(word(value.trim()).as_str(), "bulk" | "junk" | "list" | "auto_reply" | "auto-reply")
    };
    if letter.header("precedence").any(bulk) {
        return Some(MachineSign::Precedence);
    }
    if ["x-autoreply", "x-autorespond", "x-autoresponse"].into_iter().any(has) {
        return Some(MachineSign::AutoReply);
    }
    if has("list-id") {
        return Some(MachineSign::List);
    }
    automatic(&letter.subject).then_some(MachineSign::Subject)
}

/// Subjects of automatic answers that carry no header saying so (older Exchange, Notes, carriers).
fn automatic(subject: &str) -> bool {
    const STARTS: [&str; 15] = [
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "out of office",
        "out of the office",
        "自動返信",
        "自動応答",
        "【自動返信",
        "[自動返信",
        "不在通知",
        "不在のお知らせ",
        "automatische antwort",
        "abwesenheitsnotiz",
        "odpowiedź automatyczna",
    ];
    let subject = subject.trim().to_lowercase();
    STARTS.iter().any(|start| subject.starts_with(start))
}
