//! Short answers to agents: what was understood, what was not, who was first, what went wrong.
//!
//! Each is a function from a plain struct to a mail in the case's conversation. The tone is calm: a person with
//! a customer on the phone reads it in three seconds. No token, and no customer's text beyond what is asked for.

use super::html::{QUIET, card, escape, lines, page};
use super::{InternalMail, defang, subject};
use crate::answer::Why;
use crate::triage::approval::Unclear;
use crate::triage::command::Command;
use crate::triage::id::{Address, CaseId};

/// Whom it is for and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The agent.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
}

/// A command was understood and carried out.
#[derive(Debug, Clone, Copy)]
pub struct Understood<'a> {
    /// Whom it is for.
    pub heading: Heading<'a>,
    /// The command.
    pub command: &'a Command,
    /// Seconds until the mail leaves, for an approval.
    pub undo_seconds: u32,
}

/// Says what was understood and what happens now.
pub fn understood(view: &Understood<'_>) -> InternalMail {
    let (short, more) = match view.command {
        Command::Approve => {
            let wait = view.undo_seconds;
            let more = if wait == 0 {
                "お客様へ送信します。".to_owned()
            } else {
                format!(
                    "{wait} 秒後にお客様へ送信します。やめるときは、それまでに「取消」と返信してください。"
                )
            };
            ("承認を受け付けました", more)
        }
        Command::Reject { .. } => ("送らないことにしました", "お客様には何も送っていません。".to_owned()),
        Command::Edit { .. } => {
            ("修正を受け付けました", "新しい本文で、もう一度承認をお願いすることがあります。".to_owned())
        }
        Command::Called { .. } => ("電話済として記録しました", "返信案は取り下げました。".to_owned()),
        Command::NoAnswer => {
            ("つながらなかったと記録しました", "メールでの返信案を承認できます。".to_owned())
        }
        Command::Shop { away: None } => {
            ("店舗へ確認を依頼しました", "回答があるまで受信トレイに残します。".to_owned())
        }
        Command::Shop { away: Some(away) } => (
            "店舗へ確認を依頼しました",
            format!(
                "店舗は {} から {} まで不在、{} から回答と承りました。お客様への一次返信の案をお送りします。",
                day(away.from),
                day(away.until),
                day(away.back)
            ),
        ),
        Command::ShopAccepts => ("店舗の対応として記録しました", String::new()),
        Command::Hold { minutes } => {
            ("保留にしました", format!("{}後にもう一度お知らせします。", span(*minutes)))
        }
        Command::Booked { .. } => ("予約確定として記録しました", String::new()),
        Command::Lost => ("予約に至らなかったと記録しました", String::new()),
        Command::Assign { .. } => ("担当を替えました", String::new()),
        Command::Note { .. } => ("メモを残しました", "お客様には見えません。".to_owned()),
        Command::Classify(_) => ("分類を直しました", String::new()),
        Command::Cancel => ("取り消しました", "お客様には何も送っていません。".to_owned()),
        Command::Resend => ("もう一度送ります", String::new()),
        Command::Skip => ("送らずに、届いたものとして扱います", String::new()),
        Command::Done => ("完了にしました", String::new()),
        Command::Status | Command::Help => ("お問い合わせの件", String::new()),
    };
    mail(view.heading, short, &more, "")
}

/// Says that nothing was done, why, and what can be said.
pub fn unclear(heading: Heading<'_>, why: Why) -> InternalMail {
    let reason = match why {
        Why::NoToken => "どの件への返事か分かりませんでした。承認依頼のメールに返信してください。",
        Why::Empty => "本文が空でした。",
        Why::Unclear(Unclear::NotACommand) => "本文の言葉を読み取れませんでした。",
        Why::Unclear(Unclear::Question) => "質問のように読めたため、何もしていません。",
        Why::Unclear(Unclear::SaysMore) => "ひとことの後に続きがあるため、何もしていません。",
        Why::Unclear(Unclear::BetweenQuotes) => {
            "引用の間に書かれた返事は読み取れません。いちばん上に書いてください。"
        }
        Why::Unclear(Unclear::Encrypted) => {
            "署名または暗号化された本文は読み取れません。普通のメールで返信してください。"
        }
        Why::Unclear(Unclear::EditEmpty) => "「修正」の次の行から、新しい本文を書いてください。",
        Why::Unclear(Unclear::EditSameLine) => {
            "「修正」は 1 行目に単独で書き、次の行から新しい本文の全文を書いてください。"
        }
        Why::Unclear(Unclear::EditHoldsToken) => {
            "新しい本文に承認用の記号（token）が入っています。取り除いてください。"
        }
        Why::Unclear(Unclear::EditHoldsQuote) => {
            "新しい本文に引用（> の行）が入っています。取り除いてください。"
        }
        Why::Unclear(Unclear::HoldTime) => {
            "保留の時間を「保留 2h」「保留 30m」「保留 1日」のように書いてください。"
        }
        Why::Unclear(Unclear::AwayDays) => "不在の日を「店舗 不在 8/28~8/30 8/31」のように書いてください。",
        Why::Unclear(Unclear::WhoMissing) => "担当する人を「担当 名前」のように書いてください。",
        Why::Unclear(Unclear::TextMissing) => "メモの内容を「メモ」の後に書いてください。",
        Why::Unclear(Unclear::ClassMissing) => "「分類 a」か「分類 b」と書いてください。",
        Why::Unclear(Unclear::TooLong) => {
            "メールが長すぎて読み取れません。引用を消して、もう一度返信してください。"
        }
        Why::Unclear(Unclear::PartsDiffer) => {
            "メールの表示が 2 通りに読めたため、何もしていません。もう一度返信してください。"
        }
    };
    let more = format!("{reason}\nお客様には何も送っていません。");
    mail(heading, "もう一度お願いします", &more, WORDS)
}

/// Answers HELP.
pub fn help(heading: Heading<'_>) -> InternalMail {
    mail(heading, "使える言葉", "", WORDS)
}

/// Answers STATUS.
pub fn status(heading: Heading<'_>, lines: &[String]) -> InternalMail {
    mail(heading, "いまの状況", &lines.join("\n"), "")
}

/// Somebody else was first.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// Whom it is for.
    pub heading: Heading<'a>,
    /// Who decided: name or address of the agent.
    pub by: &'a str,
    /// When: 「11/22(日) 10:20」.
    pub at: &'a str,
    /// What: 「承認」「却下」「電話済」, or why the draft was retired.
    pub what: &'a str,
}

/// Says who decided and when.
pub fn decided(view: &Decided<'_>) -> InternalMail {
    let more = format!(
        "{} に {} さんが「{}」と返事しています。\n今回の返事では何もしていません。",
        view.at, view.by, view.what
    );
    mail(view.heading, "すでに決まっています", &more, "")
}

/// Says that the request was too old. `at`: when it ended.
pub fn expired(heading: Heading<'_>, at: &str) -> InternalMail {
    let more = format!(
        "この依頼は {at} に期限が切れました。何も送っていません。\n新しい依頼をお送りするので、そちらに返信してください。"
    );
    mail(heading, "期限が切れています", &more, "")
}

/// There is no draft to approve.
#[derive(Debug, Clone, Copy)]
pub struct NoDraft<'a> {
    /// Whom it is for.
    pub heading: Heading<'a>,
    /// The template's name.
    pub template: &'a str,
    /// Which variable is missing, or what else is wrong, in a sentence.
    pub why: &'a str,
}

/// Says why there is no draft and what to do.
pub fn no_draft(view: &NoDraft<'_>) -> InternalMail {
    let more = format!(
        "テンプレート {} から返信案を作れませんでした。\n{}\n「修正」に続けて本文を書くか、「電話済」と返信してください。",
        view.template, view.why
    );
    mail(view.heading, "返信案がありません", &more, "")
}

/// Asks what to do after an ending that nobody knows. `at`: when it was sent.
pub fn send_unknown(heading: Heading<'_>, at: &str) -> InternalMail {
    let more = format!(
        "{at} の送信中に接続が切れ、お客様に届いたかどうか分かりません。送信済みの中には見つかりませんでした。\n\
         自動で送り直すことはありません。"
    );
    mail(
        heading,
        "届いたか分かりません",
        &more,
        "再送（RESEND） … 同じメールをもう一度送る（2 通届くことがあります）\n送らない（SKIP） … 届いたものとして扱う",
    )
}

/// A mail was certainly not sent.
#[derive(Debug, Clone, Copy)]
pub struct SendFailed<'a> {
    /// Whom it is for.
    pub heading: Heading<'a>,
    /// What the server said, in a few words: [`crate::smtp::Outcome`]'s text.
    pub why: &'a str,
    /// Trying again is useless.
    pub permanent: bool,
}

/// Says that a mail was not sent.
pub fn send_failed(view: &SendFailed<'_>) -> InternalMail {
    let (next, words) = if view.permanent {
        ("宛先を確かめ、電話でのご連絡もご検討ください。", "電話済 メモ / 修正 … 次の行から新しい本文 / 完了")
    } else {
        ("時間をおいて自動で送り直します。お待ちください。", "")
    };
    mail(
        view.heading,
        "送信できませんでした",
        &format!("お客様には届いていません。\n{next}\n（{}）", view.why),
        words,
    )
}

/// The customer wrote again. `received`: when; `words`: the new text, already cut to what matters.
pub fn follow_up(heading: Heading<'_>, received: &str, words: &str) -> InternalMail {
    let more = format!("{received} に届きました。前の返信案は取り下げました。\n\n{}", words.trim());
    mail(heading, "お客様から続きのメール", &more, "")
}

/// A mail could not be read. `place`: mailbox and day; `why`: in a sentence, without content.
pub fn quarantine(heading: Heading<'_>, place: &str, why: &str) -> InternalMail {
    let more =
        format!("{place} のメールを読み取れませんでした。\n{why}\n元のメールを開いて、対応をお願いします。");
    mail(heading, "読み取れないメール", &more, "電話済 メモ / 完了")
}

/// Nobody answered yet.
#[derive(Debug, Clone, Copy)]
pub struct Reminder<'a> {
    /// Whom it is for.
    pub heading: Heading<'a>,
    /// Since when it waits: 「11/22(日) 10:15」.
    pub since: &'a str,
    /// The customer's deadline; may be empty.
    pub deadline: &'a str,
    /// It is now also with somebody else; may be empty.
    pub next: &'a str,
}

/// Reminds of an open request.
pub fn reminder(view: &Reminder<'_>) -> InternalMail {
    let mut more = format!("{} から返事を待っています。", view.since);
    if !view.deadline.is_empty() {
        more.push_str(&format!("\n回答の期限は {} です。", view.deadline));
    }
    if !view.next.is_empty() {
        more.push_str(&format!("\n{} さんにもお願いしました。", view.next));
    }
    more.push_str("\n上の承認依頼のメールに返信してください。返事がなければ送りません。");
    mail(view.heading, "返事をお待ちしています", &more, "")
}

/// What can be said, one line each.
const WORDS: &str = "OK（承認） … 返信案を送る\nNG 理由（却下） … 送らない\n修正 … 次の行から新しい本文\n電話済 メモ / 電話×\n\
店舗 / 店舗 不在 8/28~8/30 8/31\n保留 2h\n予約確定 日時 / 不成立\n担当 名前 / メモ 内容 / 分類 a か b\n取消 / 完了 / STATUS / HELP";

/// A headline and what follows from it.
pub(super) fn short(heading: Heading<'_>, headline: &str, more: &str) -> InternalMail {
    mail(heading, headline, more, "")
}

fn mail(heading: Heading<'_>, short: &str, more: &str, words: &str) -> InternalMail {
    let more = defang(more);
    let mut text = format!("{short}\n");
    let mut content = format!("<div style=\"font-size:18px;font-weight:bold\">{}</div>", escape(short));
    if !more.is_empty() {
        text.push_str(&format!("\n{more}\n"));
        content.push_str(&format!("<div style=\"margin:6px 0 0\">{}</div>", lines(&more)));
    }
    let mut html = card("", &content);
    if !words.is_empty() {
        text.push_str(&format!("\n■ 返信できる言葉（本文はひとことだけ）\n{words}\n"));
        html.push_str(&card(
            "返信できる言葉（本文はひとことだけ）",
            &format!("<div style=\"font-size:15px\">{}</div>", lines(words)),
        ));
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

fn day(date: jiff::civil::Date) -> String {
    format!("{}/{}", date.month(), date.day())
}

fn span(minutes: u32) -> String {
    match (minutes / (24 * 60), minutes / 60, minutes) {
        (days @ 1.., _, _) if minutes.is_multiple_of(24 * 60) => format!(" {days} 日"),
        (_, hours @ 1.., _) if minutes.is_multiple_of(60) => format!(" {hours} 時間"),
        (_, _, minutes) => format!(" {minutes} 分"),
    }
}
