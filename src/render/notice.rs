//! Short answers to agents that concern the case rather than the wording of a command.
//!
//! The tone is that of `transcript`: calm, three seconds to read, no customer's words.

use super::InternalMail;
use super::transcript::{self, Heading};
use crate::answer::Why;

/// The command was understood and done. `command`: its word.
pub fn done(heading: Heading<'_>, command: &str) -> InternalMail {
    let more = match command {
        "メモ" | "電話×" => "お客様には見えません。",
        "店舗" => "回答があるまで受信トレイに残します。1 週間で自動的にアーカイブします。",
        "保留" => "時間になったらもう一度お知らせします。",
        "完了" | "対応します" | "予約確定" | "不成立" => "アーカイブしました。",
        _ => "",
    };
    transcript::short(heading, &format!("「{command}」を記録しました"), more)
}

/// The draft was replaced by a newer one before this answer came.
pub fn retired(heading: Heading<'_>) -> InternalMail {
    let more = "返事をいただいた案は、その前に新しい案に替わりました。今回の返事では何もしていません。\n新しい依頼のメールに返信してください。";
    transcript::short(heading, "新しい案があります", more)
}

/// The command does not fit where the case stands. `state`: in Japanese.
pub fn not_now(heading: Heading<'_>, command: &str, state: &str) -> InternalMail {
    let more = format!("この件はいま「{state}」のため、「{command}」はできません。何もしていません。");
    transcript::short(heading, "いまはできません", &more)
}

/// The mail was not exactly one command. `why`: a word of [`Why`].
pub fn unclear(heading: Heading<'_>, why: &str) -> InternalMail {
    transcript::unclear(heading, Why::parse(why))
}

/// The token was too old; a fresh request follows.
pub fn expired(heading: Heading<'_>) -> InternalMail {
    let more = "何も送っていません。新しい依頼をお送りするので、そちらに返信してください。";
    transcript::short(heading, "依頼の期限が切れています", more)
}

/// `担当`: nobody, or more than one person, is called so.
pub fn unknown_colleague(heading: Heading<'_>, who: &str) -> InternalMail {
    let more = format!(
        "「{who}」という担当者が見つからないか、2 人以上います。設定の名前かアドレスで書いてください。"
    );
    transcript::short(heading, "担当者が分かりません", &more)
}

/// There is no address to send to.
pub fn no_address(heading: Heading<'_>) -> InternalMail {
    let more = "お客様のメールアドレスが見つからないため、メールは作れません。お電話での対応をお願いします。";
    transcript::short(heading, "宛先がありません", more)
}

/// Nothing has moved for too long. `state`: in Japanese.
pub fn overdue(heading: Heading<'_>, state: &str) -> InternalMail {
    let more = format!("「{state}」のまま時間が過ぎています。窓口は続けて試みますが、確認をお願いします。");
    transcript::short(heading, "止まっている件があります", &more)
}
