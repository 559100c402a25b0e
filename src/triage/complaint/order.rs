//! What people say about a complaint by mail, once understood. `approval` reads it, `decide::complaint` obeys it.

use jiff::civil::Date;

/// One order about a complaint. The Japanese words are what people type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// `苦情` and fields: it is a complaint, or what was missing of one.
    Open {
        /// Label and value of each field, as typed; a value may have several lines.
        fields: Vec<(String, String)>,
    },
    /// `案 text`, and perhaps tasks below it.
    Propose {
        /// The solution.
        text: String,
        /// The tasks it is split into; may be empty.
        tasks: Vec<TaskOrder>,
    },
    /// `作業 @who 8/30 text`, one or several.
    Tasks(Vec<TaskOrder>),
    /// `異議 reason`, `異議 #2 reason`.
    Object {
        /// Against which task, counted from 1, where one is named.
        task: Option<u16>,
        /// Why.
        reason: String,
    },
    /// `続行`, `続行 #2`: the task stands although somebody objected.
    Proceed {
        /// Which task, counted from 1; `None`: all that was objected to.
        task: Option<u16>,
    },
    /// `原因 text`, `対策 text`, or both in one mail.
    Explain {
        /// Why it happened.
        cause: Option<String>,
        /// What prevents it.
        prevention: Option<String>,
    },
    /// `苦情終了 reason`: over without a report to the customer.
    End {
        /// Why.
        reason: String,
    },
}

/// One task as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskOrder {
    /// Name or address as typed, without `@`.
    pub who: String,
    /// The last day on which it is in time.
    pub day: Date,
    /// What is to be done.
    pub text: String,
}

impl Order {
    /// The word people know the order by; also its name in records.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "苦情",
            Self::Propose { .. } => "案",
            Self::Tasks(_) => "作業",
            Self::Object { .. } => "異議",
            Self::Proceed { .. } => "続行",
            Self::Explain { cause: Some(_), .. } => "原因",
            Self::Explain { cause: None, .. } => "対策",
            Self::End { .. } => "苦情終了",
        }
    }
}

/// Whether a line of a case's record is about a complaint, so that it decided nothing about a draft.
pub fn is_remark(what: &str) -> bool {
    const OTHERS: [&str; 3] = ["済", "対策承認", "対策却下"];
    WORDS.contains(&what) || OTHERS.contains(&what)
}

/// Every word of [`Order::word`], in its order: they arrange a complaint and decide nothing about a draft.
pub const WORDS: [&str; 8] = ["苦情", "案", "作業", "異議", "続行", "原因", "対策", "苦情終了"];
