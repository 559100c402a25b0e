//! Short answers to agents: what was understood, what was not, who was first, what stands still.
//!
//! Each is a function from plain texts to a mail in the case's conversation. The tone is calm: a person with a
//! customer on the phone reads it in three seconds. No token, and no customer's words.

use super::html::{self, QUIET, card, lines, page, sayings};
use super::voice::Voice;
use super::{InternalMail, defang, subject, wording};
use crate::answer::Why;
use crate::triage::approval::Unclear;
use crate::triage::id::{Address, CaseId};

/// Whom it is for and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The reader's language.
    pub voice: Voice,
    /// The reader.
    pub to: &'a Address,
    /// The case.
    pub case: &'a CaseId,
    /// The reader is a shop's staff and no colleague: fewer words are explained.
    pub staff: bool,
}

/// The command was understood and done. `command`: its word in records; `due`: when the case comes up again, or empty.
pub fn done(heading: Heading<'_>, command: &str, due: &str) -> InternalMail {
    handed_over(heading, command, due, None)
}

/// The same. `missing`: what a case that was handed over still lacks.
pub fn handed_over(heading: Heading<'_>, command: &str, due: &str, missing: Option<&str>) -> InternalMail {
    let voice = heading.voice;
    let none = String::new;
    let (short, more) = match command {
        "メモ" => (voice.done_note(), voice.done_note_more()),
        "電話×" => (voice.done_no_answer(), voice.done_no_answer_more()),
        "店舗" => (voice.done_shop(), voice.done_shop_more()),
        "保留" if due.is_empty() => (voice.done_hold(), voice.done_hold_more()),
        "保留" => (voice.done_hold(), voice.done_hold_until(due)),
        "担当" => (voice.done_assign(), none()),
        "分類" => (voice.done_class(), none()),
        "移動" => (voice.done_move(), voice.done_move_more()),
        "優先" => (voice.done_priority(), voice.done_priority_more()),
        "引継" => (voice.done_hand_over(), voice.done_hand_over_more()),
        "完了" => (voice.done_done(), voice.done_archived()),
        "対応します" => (voice.done_accept(), voice.done_accept_more()),
        "予約確定" => (voice.done_booked(), voice.done_archived()),
        "不成立" => (voice.done_lost(), voice.done_archived()),
        "確認" => (voice.done_check(), voice.done_check_more()),
        "依頼" => (voice.done_delegate(), voice.done_delegate_more()),
        "回答" => (voice.done_reply(), voice.done_reply_more()),
        "通話中" => (voice.done_on_call(), voice.done_on_call_more()),
        "済" => (voice.done_call_over(), none()),
        "取消" => (voice.done_cancel(), voice.done_cancel_more()),
        other => (voice.done_any(&wording::command(voice, other)), none()),
    };
    let more = [more.as_str(), missing.unwrap_or_default()];
    let more: Vec<&str> = more.into_iter().filter(|line| !line.is_empty()).collect();
    mail(heading, &short, &more.join("\n"), "")
}

/// The reader's own time on a day was put right. `day` in words.
pub fn spent(heading: Heading<'_>, day: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.done_time(day), &voice.done_time_more(), "")
}

/// Somebody else was first. `at`: 「8月27日(木) 10:20」; `what`: the command's word in records.
pub fn decided(heading: Heading<'_>, by: &str, at: &str, what: &str) -> InternalMail {
    let voice = heading.voice;
    let more = voice.decided_more(at, by, &wording::command(voice, what));
    mail(heading, &voice.decided(), &with_nothing(voice, &more), "")
}

/// What was asked has been settled in the mailbox, by nobody we can name. `what`: a sentence's first half, such as
/// 「お客様への返信が手で送られました」.
pub fn settled_by_hand(heading: Heading<'_>, at: &str, what: &str) -> InternalMail {
    let voice = heading.voice;
    let more = with_nothing(voice, &voice.settled_by_hand_more(at, what));
    mail(heading, &voice.settled_by_hand(), &more, "")
}

/// A person answered the customer without us; said once to everybody who had been asked.
pub fn answered_by_hand(heading: Heading<'_>, at: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.answered_by_hand(), &voice.answered_by_hand_more(at), "")
}

/// The draft was replaced by a newer one before this answer came.
pub fn retired(heading: Heading<'_>) -> InternalMail {
    let voice = heading.voice;
    let more = format!("{}\n{}", with_nothing(voice, &voice.retired_more()), voice.retired_way_out());
    mail(heading, &voice.retired(), &more, "")
}

/// The command does not fit where the case stands. Both by their words in records.
pub fn not_now(heading: Heading<'_>, command: &str, state: &str) -> InternalMail {
    let voice = heading.voice;
    let more = voice.not_now_more(&wording::state(voice, state), &wording::command(voice, command));
    mail(heading, &voice.not_now(), &with_nothing(voice, &more), "")
}

/// The token was too old; a fresh request follows.
pub fn expired(heading: Heading<'_>) -> InternalMail {
    let voice = heading.voice;
    let more = format!("{}\n{}", voice.nothing_done(), voice.expired_way_out());
    mail(heading, &voice.expired(), &more, "")
}

/// `担当`: nobody, or more than one person, is called so.
pub fn unknown_colleague(heading: Heading<'_>, who: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.unknown_colleague(), &voice.unknown_colleague_more(who), "")
}

/// `依頼`, `確認`: more people than can be asked at the same time.
pub fn too_many_questions(heading: Heading<'_>, most: u32, waiting: u32, more: u32) -> InternalMail {
    let voice = heading.voice;
    let [most, waiting, more] =
        [most, waiting, more].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let text = with_nothing(voice, &voice.too_many_questions_more(most, waiting, more));
    mail(heading, &voice.too_many_questions(), &text, "")
}

/// `移動`: no queue is called so.
pub fn unknown_queue(heading: Heading<'_>, name: &str, known: &[String]) -> InternalMail {
    let voice = heading.voice;
    let known = if known.is_empty() { voice.no_queues() } else { known.join(voice.between()) };
    let more = with_nothing(voice, &voice.unknown_queue_more(name, &known));
    mail(heading, &voice.unknown_queue(), &more, "")
}

/// A case has entered a queue of which the reader is told. `owner`: who has it.
pub fn entered(heading: Heading<'_>, queue: &str, owner: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.entered(queue), &voice.entered_more(owner), "")
}

/// There is no address to send to.
pub fn no_address(heading: Heading<'_>) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.no_address(), &voice.no_address_more(), "")
}

/// Nothing has moved for too long. `state`: by its word; `since`: 「8月27日(木) 10:20」.
pub fn overdue(heading: Heading<'_>, state: &str, since: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.overdue(), &voice.overdue_more(since, &wording::state(voice, state)), "")
}

/// Two people must approve; the first has.
pub fn second_needed(heading: Heading<'_>, by: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.second_needed(), &voice.second_needed_more(by), "")
}

/// The approval was taken back before the mail left; `by` nobody when the customer wrote or somebody acted by hand.
pub fn recalled(heading: Heading<'_>, by: Option<&str>) -> InternalMail {
    let voice = heading.voice;
    let more = by.map_or_else(|| voice.recalled_by_event(), |by| voice.recalled_more(by));
    mail(heading, &voice.recalled(), &more, "")
}

/// A colleague or the shop answered a question.
pub fn remark(heading: Heading<'_>, by: &str, text: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.remark(), &voice.remark_more(by, text), "")
}

/// A long call is over. `minutes`: how long it took, where that is known.
pub fn call_over(heading: Heading<'_>, by: &str, minutes: Option<u32>) -> InternalMail {
    let voice = heading.voice;
    let count = minutes.and_then(|minutes| usize::try_from(minutes).ok());
    let more = count.map_or_else(|| voice.call_over_more(by), |count| voice.call_over_after(by, count));
    mail(heading, &voice.call_over(), &more, "")
}

/// A draft was asked for and cannot be made; the sentence says why.
pub fn cannot_draft(heading: Heading<'_>, why: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.cannot_draft(), &with_nothing(voice, why), "")
}

/// A question that was handed over is not answered in time. `since`: 「8月27日(木) 10:20」.
pub fn no_word(heading: Heading<'_>, of: &str, since: &str) -> InternalMail {
    let voice = heading.voice;
    mail(heading, &voice.no_word(), &voice.no_word_more(since, of), "")
}

/// Answers STATUS.
pub fn status(heading: Heading<'_>, lines: &[String]) -> InternalMail {
    mail(heading, &heading.voice.status(), &lines.join("\n"), "")
}

/// Answers HELP.
pub fn help(heading: Heading<'_>) -> InternalMail {
    mail(heading, &heading.voice.help(), "", &wording::all_words(heading.voice, heading.staff))
}

/// Says that nothing was done, why, and what can be said.
pub fn unclear(heading: Heading<'_>, why: Why) -> InternalMail {
    let voice = heading.voice;
    let more = with_nothing(voice, &reason(voice, why));
    mail(heading, &voice.unclear(), &more, &wording::all_words(voice, heading.staff))
}

/// That the reader's answer has done nothing.
fn with_nothing(voice: Voice, more: &str) -> String {
    format!("{more}\n{}", voice.nothing_done())
}

fn reason(voice: Voice, why: Why) -> String {
    let unclear = match why {
        Why::NoToken => return voice.unclear_no_token(),
        Why::Empty => return voice.unclear_empty(),
        Why::Unclear(unclear) => unclear,
    };
    match unclear {
        Unclear::NotACommand => voice.unclear_not_a_command(),
        Unclear::Question => voice.unclear_question(),
        Unclear::SaysMore => voice.unclear_says_more(),
        Unclear::BetweenQuotes => voice.unclear_between_quotes(),
        Unclear::Encrypted => voice.unclear_encrypted(),
        Unclear::EditEmpty => voice.unclear_edit_empty(),
        Unclear::EditSameLine => voice.unclear_edit_same_line(),
        Unclear::EditHoldsToken => voice.unclear_edit_holds_token(),
        Unclear::EditHoldsQuote => voice.unclear_edit_holds_quote(),
        Unclear::HoldTime => voice.unclear_hold_time(),
        Unclear::DelegateTime => voice.unclear_delegate_time(),
        Unclear::SpentTime => voice.unclear_spent_time(),
        Unclear::AwayDays => voice.unclear_away_days(),
        Unclear::WhoMissing => voice.unclear_who_missing(),
        Unclear::TextMissing => voice.unclear_text_missing(),
        Unclear::ClassMissing => voice.unclear_class_missing(),
        Unclear::QueueMissing => voice.unclear_queue_missing(),
        Unclear::PriorityMissing => voice.unclear_priority_missing(),
        Unclear::HandOverMissing => voice.unclear_hand_over_missing(),
        Unclear::NotForCall => voice.unclear_not_for_call(),
        Unclear::FieldLines => voice.unclear_field_lines(),
        Unclear::TaskLine => voice.unclear_task_line(),
        Unclear::TooLong => voice.unclear_too_long(),
        Unclear::PartsDiffer => voice.unclear_parts_differ(),
    }
}

fn mail(heading: Heading<'_>, short: &str, more: &str, words: &str) -> InternalMail {
    let more = defang(more);
    let mut text = format!("{short}\n");
    let mut content = html::title(short);
    if !more.is_empty() {
        text.push_str(&format!("\n{more}\n"));
        content.push_str(&format!("<div style=\"margin:6px 0 0\">{}</div>", lines(&more)));
    }
    let mut html = card("", &content);
    if !words.is_empty() {
        let how = heading.voice.answer_words();
        text.push_str(&format!("\n■ {how}\n{words}\n"));
        html.push_str(&card(&how, &format!("<div style=\"font-size:15px\">{}</div>", sayings(words))));
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
        html: Some(page(heading.voice.lang(), &html)),
        attachments: Vec::new(),
    }
}
