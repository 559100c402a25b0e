//! Short answers to agents: what was understood, what was not, who was first, what stands still.
//!
//! Each is a function from plain texts to a mail in the case's conversation. The tone is calm: a person with a
//! customer on the phone reads it in three seconds. No token, and no customer's words.

use super::html::{QUIET, card, escape, lines, page};
use super::{InternalMail, defang, subject, wording};
use crate::answer::Why;
use crate::triage::approval::Unclear;
use crate::triage::id::{Address, CaseId};

/// Whom it is for and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The reader.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
    /// The reader is a shop's staff and no colleague: fewer words are explained.
    pub staff: bool,
}

/// The command was understood and done. `command`: its word; `due`: when the case comes up again, or empty.
pub fn done(heading: Heading<'_>, command: &str, due: &str) -> InternalMail {
    let recorded = format!("「{command}」を記録しました");
    let (short, more) = match command {
        "メモ" => ("メモを残しました", "お客様には見えません。".to_owned()),
        "電話×" => {
            ("つながらなかったと記録しました", "返信案があるときは、そのまま承認できます。".to_owned())
        }
        "店舗" => (
            "店舗へ確認を依頼しました",
            "回答があるまで受信トレイに残します。1 週間で自動的にアーカイブします。".to_owned(),
        ),
        "保留" if due.is_empty() => ("保留にしました", "時間になったらもう一度お知らせします。".to_owned()),
        "保留" => ("保留にしました", format!("{due} にもう一度お知らせします。")),
        "担当" => ("担当を替えました", String::new()),
        "分類" => ("分類を直しました", String::new()),
        "完了" => ("完了にしました", "アーカイブしました。".to_owned()),
        "対応します" => (
            "店舗の対応として記録しました",
            "ありがとうございます。お客様へのご連絡をよろしくお願いいたします。".to_owned(),
        ),
        "予約確定" => ("予約確定として記録しました", "アーカイブしました。".to_owned()),
        "不成立" => ("予約に至らなかったと記録しました", "アーカイブしました。".to_owned()),
        _ => (recorded.as_str(), String::new()),
    };
    mail(heading, short, &more, "")
}

/// Somebody else was first. `at`: 「8月27日(木) 10:20」; `what`: 「承認」「却下」「電話済」.
pub fn decided(heading: Heading<'_>, by: &str, at: &str, what: &str) -> InternalMail {
    let more = format!("{at} に {by} さんが「{what}」と返事しています。\n{NOTHING}");
    mail(heading, "すでに決まっています", &more, "")
}

/// What was asked has been settled in the mailbox, by nobody we can name. `what`: a sentence's first half, such as
/// 「お客様への返信が手で送られました」.
pub fn settled_by_hand(heading: Heading<'_>, at: &str, what: &str) -> InternalMail {
    let more = format!("{at} に確認: {what}。\n{NOTHING}");
    mail(heading, "メールボックスですでに対応されています", &more, "")
}

/// A person answered the customer without us; said once to everybody who had been asked.
pub fn answered_by_hand(heading: Heading<'_>, at: &str) -> InternalMail {
    let more = format!(
        "{at} に、お客様への返信が手で送られました。お願いしていた確認は取り下げます。お返事は要りません。\n\
         この件への返信ではなかったときは、元のメールから対応をお願いします。"
    );
    mail(heading, "手で返信済みです", &more, "")
}

/// The draft was replaced by a newer one before this answer came.
pub fn retired(heading: Heading<'_>) -> InternalMail {
    let more = format!(
        "返事をいただいた案は、その前に新しい案に替わりました。{NOTHING}\n新しい依頼のメールに返信してください。"
    );
    mail(heading, "新しい案があります", &more, "")
}

/// The command does not fit where the case stands. `state`: in Japanese.
pub fn not_now(heading: Heading<'_>, command: &str, state: &str) -> InternalMail {
    let more = format!("この件はいま「{state}」のため、「{command}」はできません。{NOTHING}");
    mail(heading, "いまはできません", &more, "")
}

/// The token was too old; a fresh request follows.
pub fn expired(heading: Heading<'_>) -> InternalMail {
    let more = format!("{NOTHING}\n新しい依頼をお送りするので、そちらに返信してください。");
    mail(heading, "依頼の期限が切れています", &more, "")
}

/// `担当`: nobody, or more than one person, is called so.
pub fn unknown_colleague(heading: Heading<'_>, who: &str) -> InternalMail {
    let more = format!(
        "「{who}」という担当者が見つからないか、2 人以上います。設定の名前かアドレスで書いてください。"
    );
    mail(heading, "担当者が分かりません", &more, "")
}

/// There is no address to send to.
pub fn no_address(heading: Heading<'_>) -> InternalMail {
    let more = "お客様のメールアドレスが見つからないため、メールは作れません。お電話での対応をお願いします。";
    mail(heading, "宛先がありません", more, "")
}

/// Nothing has moved for too long. `state`: in Japanese; `since`: 「8月27日(木) 10:20」.
pub fn overdue(heading: Heading<'_>, state: &str, since: &str) -> InternalMail {
    let more = format!(
        "{since} に始まった件が「{state}」のまま進んでいません。\n窓口は続けて試みますが、確認をお願いします。"
    );
    mail(heading, "止まっている件があります", &more, "")
}

/// Two people must approve; the first has.
pub fn second_needed(heading: Heading<'_>, by: &str) -> InternalMail {
    let more = format!("{by} さんが承認しました。この件は、もう一人の承認のあとに送信します。");
    mail(heading, "二人目の承認を待っています", &more, "")
}

/// The approval was taken back before the mail left. `by`: empty when nobody we can name did.
pub fn recalled(heading: Heading<'_>, by: &str) -> InternalMail {
    let more = if by.is_empty() {
        "送信の前に新しいメールまたは手での対応があったため、送っていません。".to_owned()
    } else {
        format!("{by} さんが送信の前に取り消しました。お客様へは送っていません。")
    };
    mail(heading, "送信を取りやめました", &more, "")
}

/// A colleague or the shop answered a question.
pub fn remark(heading: Heading<'_>, by: &str, text: &str) -> InternalMail {
    mail(heading, "回答がありました", &format!("{by} さん:\n{text}"), "")
}

/// Answers STATUS.
pub fn status(heading: Heading<'_>, lines: &[String]) -> InternalMail {
    mail(heading, "いまの状況", &lines.join("\n"), "")
}

/// Answers HELP.
pub fn help(heading: Heading<'_>) -> InternalMail {
    mail(heading, "使える言葉", "", wording::all_words(heading.staff))
}

/// Says that nothing was done, why, and what can be said.
pub fn unclear(heading: Heading<'_>, why: Why) -> InternalMail {
    let more = format!("{}\n{NOTHING}", reason(why));
    mail(heading, "もう一度お願いします", &more, wording::all_words(heading.staff))
}

/// True in every state, also after our answer is out.
const NOTHING: &str = "今回の返事では何もしていません。";

const fn reason(why: Why) -> &'static str {
    let unclear = match why {
        Why::NoToken => return "どの件への返事か分かりませんでした。依頼のメールに返信してください。",
        Why::Empty => return "本文が空でした。",
        Why::Unclear(unclear) => unclear,
    };
    match unclear {
        Unclear::NotACommand => "本文の言葉を読み取れませんでした。",
        Unclear::Question => "質問のように読めました。",
        Unclear::SaysMore => "ひとことの後に続きがあります。",
        Unclear::BetweenQuotes => "引用の間に書かれた返事は読み取れません。いちばん上に書いてください。",
        Unclear::Encrypted => "署名または暗号化された本文は読み取れません。普通のメールで返信してください。",
        Unclear::EditEmpty => "「修正」の次の行から、新しい本文を書いてください。",
        Unclear::EditSameLine => {
            "「修正」は 1 行目に単独で書き、次の行から新しい本文の全文を書いてください。"
        }
        Unclear::EditHoldsToken => "新しい本文に承認用の記号（token）が入っています。取り除いてください。",
        Unclear::EditHoldsQuote => "新しい本文に引用（> の行）が入っています。取り除いてください。",
        Unclear::HoldTime => "保留の時間を「保留 2h」「保留 30m」「保留 1日」のように書いてください。",
        Unclear::AwayDays => "不在の日を「店舗 不在 8/28~8/30 8/31」のように書いてください。",
        Unclear::WhoMissing => "担当する人を「担当 名前」のように書いてください。",
        Unclear::TextMissing => "メモの内容を「メモ」の後に書いてください。",
        Unclear::ClassMissing => "「分類 a」か「分類 b」と書いてください。",
        Unclear::TooLong => "メールが長すぎて読み取れません。引用を消して、もう一度返信してください。",
        Unclear::PartsDiffer => "メールの表示が 2 通りに読めました。もう一度返信してください。",
    }
}

fn mail(heading: Heading<'_>, short: &str, more: &str, words: &str) -> InternalMail {
    const HOW: &str = "返信できる言葉（本文はひとことだけ）";
    let more = defang(more);
    let mut text = format!("{short}\n");
    let mut content = format!("<div style=\"font-size:18px;font-weight:bold\">{}</div>", escape(short));
    if !more.is_empty() {
        text.push_str(&format!("\n{more}\n"));
        content.push_str(&format!("<div style=\"margin:6px 0 0\">{}</div>", lines(&more)));
    }
    let mut html = card("", &content);
    if !words.is_empty() {
        text.push_str(&format!("\n■ {HOW}\n{words}\n"));
        html.push_str(&card(HOW, &format!("<div style=\"font-size:15px\">{}</div>", lines(words))));
    }
    text.push_str(&format!("\nC-{}\n", heading.case));
    html.push_str(&format!(
        "<div style=\"font-size:12px;color:{QUIET};padding:0 6px\">C-{}</div>",
        heading.case
    ));
    InternalMail {
        to: vec![heading.to.clone()],
        subject: format!("Re: {}", subject(heading.case)),
        text,
        html: Some(page(&html)),
        attachments: Vec::new(),
    }
}
