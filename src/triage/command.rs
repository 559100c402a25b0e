//! What an agent can say by mail, once understood. `approval` reads it; `decide` obeys it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::complaint::Order;
use super::level::Priority;
use super::verdict::Class;

/// One command of an agent (design: approval by mail). The Japanese words are what people type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `OK` / `承認`: send exactly this revision.
    Approve,
    /// `NG` / `却下 reason`: do not send.
    Reject {
        /// Why; may be empty.
        reason: String,
    },
    /// `修正` + new text: the next revision's body.
    Edit {
        /// The new body, without quote, signature or token.
        text: String,
    },
    /// `電話済 25m note`: answered by telephone.
    Called {
        /// How long it took, where that was said.
        minutes: Option<u32>,
        /// What was said; may be empty.
        note: String,
    },
    /// `電話×`: nobody picked up.
    NoAnswer,
    /// `通話中`: the customer is on the telephone now.
    OnCall,
    /// `遠隔`: remote guidance is noted, and the mail with the tool drafted.
    Remote,
    /// `店舗`: the shop has to answer.
    Shop {
        /// The staff are away: a holding mail goes to the customer first.
        away: Option<Away>,
    },
    /// `対応します`: the shop takes it.
    ShopAccepts,
    /// `保留 2h`, `保留 明日10時`: ask me again later.
    Hold {
        /// Until when.
        wait: Wait,
    },
    /// `移動 QUEUE`: another queue has to answer.
    Move {
        /// Its name as typed.
        queue: String,
    },
    /// `優先 high`: how pressing it is.
    Prioritise(Priority),
    /// `引継 text`: the supervisors take it over.
    HandOver {
        /// What the customer asked.
        text: String,
    },
    /// `予約確定 when`: a booking was made.
    Booked {
        /// When, as typed; may be empty.
        when: String,
    },
    /// `不成立`: no booking came of it.
    Lost,
    /// `担当 who`: somebody else takes it.
    Assign {
        /// Name or address as typed.
        who: String,
    },
    /// `メモ text`: an internal note.
    Note {
        /// The note.
        text: String,
    },
    /// `確認 @name question`: ask a colleague before answering.
    Check {
        /// Name or address as typed, without `@`.
        who: String,
        /// What is asked; may be empty.
        text: String,
    },
    /// `依頼 @who 2日 question`: hand the question to a person, a contact or a group, who answer by mail (workflow W3).
    Delegate {
        /// Name or address as typed, without `@`.
        who: String,
        /// By when an answer is expected, in minutes from now; `None`: as the config says.
        minutes: Option<u32>,
        /// What is asked.
        text: String,
    },
    /// What a colleague or the shop's staff answered to such a question: a note, whatever it says.
    Reply {
        /// The note.
        text: String,
        /// Which question is meant, as the token says that it carries. `None`: the token names none.
        check: Option<u32>,
        /// Until when that token is good; `None`: not known.
        good_until: Option<Timestamp>,
    },
    /// `分類 a|b`: the class was read wrong.
    Classify(Class),
    /// `時間 15m`, `時間 8/27 40m`: how long the writer was at the case.
    Time {
        /// Minutes.
        minutes: u32,
        /// Of which day; `None`: the last one on which they had it in hand.
        day: Option<Date>,
    },
    /// `取消`: take the approval back inside the undo window.
    Cancel,
    /// `再送` / `RESEND`: after an unknown ending, send the same bytes again.
    Resend,
    /// `送らない` / `SKIP`: after an unknown ending, count it as sent.
    Skip,
    /// `完了` / `DONE`: the matter is closed without an answer of ours.
    Done,
    /// `済 note`: what the answered mail is about has ended; what that is, its token says.
    Ended {
        /// What was done; may be empty.
        note: String,
    },
    /// `苦情`, `案`, `作業` and so on: about a complaint.
    Complaint(Order),
    /// `STATUS`: what is known about the case.
    Status,
    /// `HELP`: what can be said.
    Help,
}

/// When the staff of a shop are away (workflow W1: 「▲~▲」, answer from 「▼」).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// First day away.
    pub from: Date,
    /// Last day away.
    pub until: Date,
    /// First day back.
    pub back: Date,
}

/// How long a case is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// So many minutes.
    Minutes(u32),
    /// Until the desk opens on the so-manieth day of business after today.
    BusinessDays(u32),
    /// Until a day and a time of the desk's zone.
    Until {
        /// The day; `None`: today.
        day: Option<Date>,
        /// The time; `None`: when the desk opens.
        time: Option<Time>,
    },
}

impl Command {
    /// The same, said in a mail whose token is good until then and bound to this question of a colleague.
    #[must_use]
    pub fn by_token(mut self, expires: Timestamp, asked: Option<u32>) -> Self {
        if let Self::Reply { check, good_until, .. } = &mut self {
            (*check, *good_until) = (asked, Some(expires));
        }
        self
    }

    /// The word people know the command by; also its name in records.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Approve => "承認",
            Self::Reject { .. } => "却下",
            Self::Edit { .. } => "修正",
            Self::Called { .. } => "電話済",
            Self::NoAnswer => "電話×",
            Self::OnCall => "通話中",
            Self::Remote => "遠隔",
            Self::Shop { .. } => "店舗",
            Self::ShopAccepts => "対応します",
            Self::Hold { .. } => "保留",
            Self::Move { .. } => "移動",
            Self::Prioritise(_) => "優先",
            Self::HandOver { .. } => "引継",
            Self::Booked { .. } => "予約確定",
            Self::Lost => "不成立",
            Self::Assign { .. } => "担当",
            Self::Note { .. } => "メモ",
            Self::Check { .. } => "確認",
            Self::Delegate { .. } => "依頼",
            Self::Reply { .. } => "回答",
            Self::Classify(_) => "分類",
            Self::Time { .. } => "時間",
            Self::Cancel => "取消",
            Self::Resend => "再送",
            Self::Skip => "送らない",
            Self::Done => "完了",
            Self::Ended { .. } => "済",
            Self::Complaint(order) => order.word(),
            Self::Status => "STATUS",
            Self::Help => "HELP",
        }
    }
}

/// Every word of [`Command::word`].
const WORDS: [&str; 29] = [
    "承認",
    "却下",
    "修正",
    "電話済",
    "電話×",
    "通話中",
    "遠隔",
    "店舗",
    "対応します",
    "保留",
    "移動",
    "優先",
    "引継",
    "予約確定",
    "不成立",
    "担当",
    "メモ",
    "確認",
    "依頼",
    "回答",
    "分類",
    "時間",
    "取消",
    "再送",
    "送らない",
    "完了",
    "済",
    "STATUS",
    "HELP",
];

/// The word of a command, found by its spelling; `None` for a word no command has.
pub fn known_word(text: &str) -> Option<&'static str> {
    WORDS.into_iter().chain(super::complaint::WORDS).find(|word| *word == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_word_is_known() {
        let none = String::new;
        let commands = [
            Command::Approve,
            Command::Reject { reason: none() },
            Command::Edit { text: none() },
            Command::Called { minutes: None, note: none() },
            Command::NoAnswer,
            Command::OnCall,
            Command::Remote,
            Command::Shop { away: None },
            Command::ShopAccepts,
            Command::Hold { wait: Wait::Minutes(1) },
            Command::Move { queue: none() },
            Command::Prioritise(Priority::High),
            Command::HandOver { text: none() },
            Command::Booked { when: none() },
            Command::Lost,
            Command::Assign { who: none() },
            Command::Note { text: none() },
            Command::Check { who: none(), text: none() },
            Command::Delegate { who: none(), minutes: None, text: none() },
            Command::Reply { text: none(), check: None, good_until: None },
            Command::Classify(Class::Inquiry),
            Command::Time { minutes: 1, day: None },
            Command::Cancel,
            Command::Resend,
            Command::Skip,
            Command::Done,
            Command::Ended { note: none() },
            Command::Status,
            Command::Help,
        ];
        let words: Vec<_> = commands.iter().map(Command::word).collect();
        assert_eq!(words, WORDS, "the list and `word` say the same, in the same order");
        for word in words {
            assert_eq!(known_word(word), Some(word));
        }
        assert_eq!(known_word("ok"), None);
    }
}
