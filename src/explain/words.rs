//! The Japanese words of `explain`: decisions, roles of dates, and why a rule did not decide.

use crate::triage::topics::Topics;
use crate::triage::verdict::{Class, Disposition, Reading, Reason, Role};

/// What was decided about the mail.
pub(super) fn decision(reading: &Reading) -> String {
    let verdict = &reading.verdict;
    let kind = match verdict.disposition {
        Disposition::Case => "新しい案件 (case)".to_owned(),
        Disposition::FollowUp => "返信 (follow_up)".to_owned(),
        Disposition::Command => "担当者の指示 (command)".to_owned(),
        Disposition::Ignored(reason) => format!("対象外 (ignored: {})", reason.word()),
        Disposition::Quarantined => "隔離 (quarantined)".to_owned(),
    };
    match verdict.class {
        Some(known) => format!("{kind} / {}", class(known)),
        None => kind,
    }
}

pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::Reservation => "予約希望 (reservation)",
        Class::Inquiry => "お問い合わせ (inquiry)",
    }
}

/// A topic as people call it, with its name in the rules.
pub(super) fn topic(name: &str, topics: Option<&Topics>) -> String {
    match topics.and_then(|topics| topics.named(name)) {
        Some(topic) => format!("{} ({name})", topic.ja),
        None => name.to_owned(),
    }
}

pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Wish => "希望",
        Role::Excluded => "不可",
        Role::Past => "過去",
        Role::CurrentBooking => "現在の予約",
        Role::Callback => "折り返し",
        Role::Mention => "言及",
    }
}

/// Why a rule did not decide.
pub(super) fn why(reason: &Reason) -> String {
    match reason {
        Reason::Outweighed { by, weight, against } => {
            format!("{by} の方が重いため(この文では {weight} 対 {against})")
        }
        Reason::Later { than } => format!("重さは同じで、{than} の方が先に書かれているため"),
        Reason::SameTopic { by } => format!("同じ話題の {by} が決めたため"),
        Reason::Slot => "希望の日時があり、予約の話としたため".to_owned(),
        Reason::Unless(matched) => format!("unless の「{}」があるため", matched.join("」「")),
        Reason::Without(keys) => format!("{} に合う語がないため", keys.join("、")),
        Reason::Language { of, mail } => format!("{of} のメール用のルールで、このメールは {mail} のため"),
        Reason::Spared(sign) => match *sign {
            "form" | "own_form" => "フォームから届いたお客様の言葉のため",
            "answer" => "こちらのメールへの返信のため",
            "reply" => "件名が返信(Re:)のため",
            "our_list" => "自社のメーリングリストのため",
            _ => "人の言葉と分かるしるしがあるため",
        }
        .to_owned(),
        Reason::Earlier { than } => format!("先に {than} で決まったため"),
    }
}
