//! What an agent can say by mail, once understood. `approval` reads it; `decide` obeys it.

use jiff::civil::Date;

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
    /// `電話済 note`: answered by telephone.
    Called {
        /// What was said; may be empty.
        note: String,
    },
    /// `電話×`: nobody picked up.
    NoAnswer,
    /// `店舗`: the shop has to answer.
    Shop {
        /// The staff are away: a holding mail goes to the customer first.
        away: Option<Away>,
    },
    /// `対応します`: the shop takes it.
    ShopAccepts,
    /// `保留 2h`: ask me again later.
    Hold {
        /// Minutes.
        minutes: u32,
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
    /// `分類 a|b`: the class was read wrong.
    Classify(Class),
    /// `取消`: take the approval back inside the undo window.
    Cancel,
    /// `再送` / `RESEND`: after an unknown ending, send the same bytes again.
    Resend,
    /// `送らない` / `SKIP`: after an unknown ending, count it as sent.
    Skip,
    /// `完了` / `DONE`: the matter is closed without an answer of ours.
    Done,
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
