//! Signs that a machine wrote a mail, or sends it round in a circle (RFC 3834, RFC 5321 section 6.3, and what came before).
//!
//! Machines never decide, and a machine never answers a machine: approvals and acknowledgements ask the same list. Looks at
//! one letter and knows no rules; what a customer's mail is about, is told elsewhere.

use super::mail::Letter;

/// A mail that has passed more servers than this goes round (RFC 5321 section 6.3 allows a hundred; people's mails pass
/// ten).
const MOST_HOPS: usize = 30;

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
    /// `X-Autoreply`, `X-Autorespond` or one of their kin.
    AutoReply,
    /// `X-Auto-Response-Suppress` that forbids every answer of a machine: only machines ask for that.
    Suppress,
    /// A `List-` field: it came through a mailing list, or is a circular.
    List,
    /// It was delivered to the same address twice, or passed too many servers.
    Circle,
    /// The sender's address is one that nobody reads.
    Sender,
    /// A subject that only automatic answers have.
    Subject,
    /// Several signs that say little alone.
    Several,
}

/// The sign that a machine wrote this letter, if there is one.
pub fn machine(letter: &Letter) -> Option<MachineSign> {
    let has = |name: &'static str| letter.header(name).next().is_some();
    let any = |names: &[&'static str]| names.iter().copied().any(has);
    if any(&["x-madoguchi-ref", "x-triage-loop", "x-loop"]) {
        return Some(MachineSign::Own);
    }
    if letter.header("auto-submitted").any(|value| word(value) != "no") {
        return Some(MachineSign::AutoSubmitted);
    }
    let reports = |value: &str| value.trim_start().to_ascii_lowercase().starts_with("multipart/report");
    if letter.report.is_some() || letter.header("content-type").any(reports) {
        return Some(MachineSign::Report);
    }
    if letter.header("return-path").any(|value| value.trim() == "<>" || value.trim().is_empty()) {
        return Some(MachineSign::NullReturnPath);
    }
    let bulk =
        |value: &str| matches!(word(value).as_str(), "bulk" | "junk" | "list" | "auto_reply" | "auto-reply");
    if letter.header("precedence").any(bulk) {
        return Some(MachineSign::Precedence);
    }
    if any(&AUTO_REPLY) {
        return Some(MachineSign::AutoReply);
    }
    if letter.header("x-auto-response-suppress").any(|value| suppresses(value, &["all", "autoreply"])) {
        return Some(MachineSign::Suppress);
    }
    if any(&["list-id", "list-unsubscribe", "list-post", "list-help", "list-owner", "list-subscribe"]) {
        return Some(MachineSign::List);
    }
    if goes_round(letter) {
        return Some(MachineSign::Circle);
    }
    if letter.from.iter().any(|from| nobody_reads(&from.address)) {
        return Some(MachineSign::Sender);
    }
    let subject = letter.subject.trim().to_lowercase();
    if STARTS.iter().any(|start| subject.starts_with(start)) {
        return Some(MachineSign::Subject);
    }
    let light = [
        WORDS.iter().any(|words| subject.contains(words)),
        has("feedback-id"),
        has("x-auto-response-suppress"),
        has("x-campaign-id"),
        has("x-failed-recipients"),
    ];
    (light.into_iter().filter(|sign| *sign).count() > 1).then_some(MachineSign::Several)
}

/// Whether this is somebody's out-of-office, as far as the mail says itself. Reports never are.
pub fn is_away(letter: &Letter) -> bool {
    let Some(sign) = machine(letter) else { return false };
    match sign {
        MachineSign::Own
        | MachineSign::Report
        | MachineSign::List
        | MachineSign::Circle
        | MachineSign::Sender => false,
        MachineSign::AutoReply | MachineSign::Subject => true,
        MachineSign::AutoSubmitted
        | MachineSign::NullReturnPath
        | MachineSign::Precedence
        | MachineSign::Suppress
        | MachineSign::Several => {
            let subject = letter.subject.trim().to_lowercase();
            letter.header("auto-submitted").any(|value| word(value) == "auto-replied")
                || letter.header("precedence").any(|value| word(value).starts_with("auto"))
                || AUTO_REPLY.iter().any(|name| letter.header(name).next().is_some())
                || STARTS.iter().any(|start| subject.starts_with(start))
        }
    }
}

/// Whether an address is by its name one that a program sends from and nobody reads.
pub fn nobody_reads(address: &str) -> bool {
    const NAMES: [&str; 13] = [
        "mailer-daemon",
        "mailerdaemon",
        "postmaster",
        "noreply",
        "donotreply",
        "nobody",
        "bounce",
        "bounces",
        "autoreply",
        "autoresponder",
        "listserv",
        "majordomo",
        "mdaemon",
    ];
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local).trim().to_ascii_lowercase();
    let name = local.split('+').next().unwrap_or_default();
    let tight: String = name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    let known = NAMES.iter().any(|known| *known == name || *known == tight);
    let begins = ["noreply", "donotreply"].iter().any(|start| tight.starts_with(start));
    let lists = name.starts_with("owner-") || name.starts_with("bounce-") || name.starts_with("bounces-");
    let ends = ["-request", "-bounces", "-bounce", "-owner"].iter().any(|end| name.ends_with(end));
    known || begins || lists || ends
}

/// Fields that only automatic answers have.
const AUTO_REPLY: [&str; 6] = [
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-autogenerated",
    "x-autoreply-from",
    "x-mail-autoreply",
];

/// Beginnings of subjects of automatic answers that carry no field saying so (older Exchange, Notes, carriers).
const STARTS: [&str; 24] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response:",
    "automatic response:",
    "out of office",
    "out of the office",
    "自動返信",
    "自動応答",
    "自動回答",
    "【自動返信",
    "[自動返信",
    "【自動応答",
    "[自動応答",
    "不在通知",
    "不在のお知らせ",
    "automatische antwort",
    "abwesenheitsnotiz",
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "autoodpowiedź",
    "réponse automatique",
    "自动回复",
];

/// What such subjects hold, and people's now and then.
const WORDS: [&str; 12] = [
    "自動返信",
    "自動応答",
    "不在",
    "休暇",
    "out of office",
    "vacation",
    "auto-reply",
    "automatic reply",
    "nieobecność",
    "urlop",
    "abwesenheit",
    "undeliver",
];

/// The first word of a value, in lower case.
fn word(value: &str) -> String {
    let value = value.trim();
    let end = value.find([';', ' ', '(', '\t']).unwrap_or(value.len());
    value.get(..end).unwrap_or(value).to_ascii_lowercase()
}

fn suppresses(value: &str, kinds: &[&str]) -> bool {
    value.split([',', ';', ' ']).any(|kind| kinds.contains(&kind.trim().to_ascii_lowercase().as_str()))
}

/// The same `Delivered-To` twice, which servers that write it refuse to add, or more `Received` than people's mails have.
pub fn goes_round(letter: &Letter) -> bool {
    let mut delivered: Vec<String> =
        letter.header("delivered-to").map(|to| to.trim().to_ascii_lowercase()).collect();
    let times = delivered.len();
    delivered.sort();
    delivered.dedup();
    delivered.len() < times || letter.header("received").count() > MOST_HOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_machines() {
        use MachineSign::{
            AutoReply, AutoSubmitted, Circle, List, NullReturnPath, Own, Precedence, Report, Sender, Several,
            Subject, Suppress,
        };
        let hops = "Received: from a by b\n".repeat(31);
        let few = "Received: from a by b\n".repeat(30);
        for (header, expected) in [
            ("", None),
            ("Auto-Submitted: no", None),
            ("Return-Path: <a@corp.test>\nPrecedence: normal\nDelivered-To: a@x\nDelivered-To: b@x", None),
            ("X-Auto-Response-Suppress: DR, NDR, RN, NRN", None),
            ("Feedback-ID: 1:2:3:gmail", None),
            ("Subject: Re: 自動返信の件", None),
            ("Subject: 休暇中の予約", None),
            (few.as_str(), None),
            ("From: nora@corp.test", None),
            ("From: bouncer@club.test", None),
            ("From: system@club.test", None),
            ("X-Madoguchi-Ref: ask.1", Some(Own)),
            ("X-Loop: a@x", Some(Own)),
            ("Auto-Submitted: auto-replied (vacation)", Some(AutoSubmitted)),
            ("Auto-Submitted: auto-generated; x=y", Some(AutoSubmitted)),
            ("Content-Type: multipart/report; report-type=x", Some(Report)),
            ("Return-Path: <>", Some(NullReturnPath)),
            ("Precedence: BULK", Some(Precedence)),
            ("X-Autogenerated: Reply", Some(AutoReply)),
            ("X-Autorespond: x", Some(AutoReply)),
            ("X-Auto-Response-Suppress: DR, OOF, AutoReply", Some(Suppress)),
            ("X-Auto-Response-Suppress: All", Some(Suppress)),
            ("List-Unsubscribe: <https://x.test>", Some(List)),
            ("List-Help: <https://x.test>", Some(List)),
            ("Delivered-To: a@x\nDelivered-To: b@x\nDelivered-To: A@x", Some(Circle)),
            (hops.as_str(), Some(Circle)),
            ("From: MAILER-DAEMON@x.test", Some(Sender)),
            ("From: No-Reply <no_reply+1@x.test>", Some(Sender)),
            ("From: noreply-jp@x.test", Some(Sender)),
            ("From: bounces+12=a=b@x.test", Some(Sender)),
            ("From: owner-all@x.test", Some(Sender)),
            ("From: all-request@x.test", Some(Sender)),
            ("Subject: 【自動返信】お問い合わせ", Some(Subject)),
            ("Subject: Automatic reply: D-1", Some(Subject)),
            ("Subject: Automatyczna odpowiedź: D-1", Some(Subject)),
            ("Subject: Re: 休暇中です\nFeedback-ID: 1:2:3:x", Some(Several)),
        ] {
            let from = if header.contains("From:") { "" } else { "From: a@corp.test\n" };
            let header = if header.is_empty() { "X-A: b" } else { header.trim_end() };
            let letter = crate::mime::letter(format!("{from}{header}\n\nOK\n").as_bytes()).unwrap();
            assert_eq!(machine(&letter), expected, "{header}");
        }
    }

    #[test]
    fn who_is_away_says_so() {
        for (header, away) in [
            ("Auto-Submitted: auto-replied", true),
            ("Auto-Submitted: auto-generated\nSubject: Automatic reply: D-1", true),
            ("Return-Path: <>\nSubject: 自動返信: D-1", true),
            ("Return-Path: <>\nX-Autoreply: yes\nPrecedence: bulk", true),
            ("Precedence: auto_reply", true),
            ("Subject: 不在通知", true),
            ("Auto-Submitted: auto-generated", false),
            ("Return-Path: <>", false),
            ("Auto-Submitted: no", false),
            ("List-Id: <a.x>\nSubject: 不在通知", false),
            (
                "Content-Type: multipart/report; report-type=delivery-status; boundary=x\nSubject: 自動返信",
                false,
            ),
        ] {
            let letter =
                crate::mime::letter(format!("From: a@corp.test\n{header}\n\nx\n").as_bytes()).unwrap();
            assert_eq!(is_away(&letter), away, "{header}");
        }
    }
}
