//! What an agent's answer by mail says, and whether a person of ours wrote it.
//!
//! Four questions, each pure: did a machine write it ([`machine()`]), whose address does the header carry
//! ([`sender`], [`raw_from`]), does the domain stand behind it ([`judge()`], from witnesses heard elsewhere), and which one
//! command is the whole of the text ([`understand`]). Tokens are another lock, kept elsewhere; nothing here decides
//! about a case.

mod cut;
mod grammar;
mod header;
mod judge;

use super::command::Command;
use super::id::CaseId;

pub use super::machine::{MachineSign, is_away, machine};
pub(super) use cut::{fold as folded, invisible};
pub use grammar::{about_call, remark, understand, understand_day};
pub use header::{Field, Refusal, agreed, raw_from, sender, unfolded};
pub use judge::{
    Carrier, Dkim, DkimFault, Doubt, Judgement, Mode, NotYet, Proof, Signed, Stated, StatedFault, judge,
    rehearsal, sent_from_here,
};

/// What the text of an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Understood {
    /// Exactly one command and nothing else.
    Command(Command),
    /// Something, but not exactly one command: nothing happens, a transcript asks.
    Unclear(Unclear),
    /// Nothing but quotes, signature and blanks.
    Empty,
}

/// What the answer to a report of the day comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayAnswer {
    /// It is right.
    Confirmed,
    /// So many minutes on each of these cases; all others are right.
    Corrected(Vec<(CaseId, u32)>),
    /// This line cannot be read; nothing is done.
    Line(String),
    /// Something else, or nothing.
    Unclear(Unclear),
}

/// Why a text is not a command; each has its own sentence in the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unclear {
    /// No command word.
    NotACommand,
    /// A command word with a question mark.
    Question,
    /// A command word, and more than the command takes (`OKですが`, `OK but …`).
    SaysMore,
    /// Words between or on both sides of quoted lines.
    BetweenQuotes,
    /// Signed or encrypted in a form that is not read (PGP, S/MIME).
    Encrypted,
    /// `修正` without a text.
    EditEmpty,
    /// `修正` with the text on the same line: the new text starts on the next line.
    EditSameLine,
    /// The new text holds a token.
    EditHoldsToken,
    /// The new text holds quoted lines (`>`).
    EditHoldsQuote,
    /// `保留` without a time that can be read (`2h`, `30m`, `1日`).
    HoldTime,
    /// 依頼 with a length of time that cannot be its deadline.
    DelegateTime,
    /// `時間` without a time that can be read (`15m`, `1h10m`).
    SpentTime,
    /// `店舗 不在` without days that can be read (`8/28~8/30 8/31`).
    AwayDays,
    /// `担当` without a name.
    WhoMissing,
    /// `メモ` without a text.
    TextMissing,
    /// `分類` without `a` or `b`.
    ClassMissing,
    /// `移動` without a queue.
    QueueMissing,
    /// `優先` without one of its four words.
    PriorityMissing,
    /// `引継` without a text.
    HandOverMissing,
    /// A mail about a long call can only be answered by `済`, `メモ` and `STATUS`.
    NotForCall,
    /// `苦情` with lines that are no `label: value`.
    FieldLines,
    /// `作業` without a person, a day or words (`作業 @佐藤 8/30 …`).
    TaskLine,
    /// The plain and the HTML part say different things.
    PartsDiffer,
    /// Longer than any answer of a person (256 KiB).
    TooLong,
}

impl Unclear {
    /// The word under which a transcript says that the time of a `保留` cannot be read or is past.
    pub const HOLD_TIME: &'static str = "hold_time";
}

/// Compares what the plain and the HTML part of one mail say. Layout differs between the two, so new texts and
/// notes only have to be the same kind of command. A new text is taken from the HTML where the plain part says the same words:
/// programs break the lines of plain text where no writer did.
pub fn reconcile(plain: Understood, html: &Understood) -> Understood {
    if let (
        Understood::Command(Command::Edit { text }),
        Understood::Command(Command::Edit { text: unbroken }),
    ) = (&plain, html)
        && text.split_whitespace().eq(unbroken.split_whitespace())
    {
        return html.clone();
    }
    let same = match (&plain, html) {
        (Understood::Command(plain), Understood::Command(html)) => {
            std::mem::discriminant(plain) == std::mem::discriminant(html)
        }
        (Understood::Command(_), Understood::Unclear(_) | Understood::Empty)
        | (Understood::Empty, Understood::Command(_)) => false,
        (Understood::Unclear(_), _) | (Understood::Empty, Understood::Unclear(_) | Understood::Empty) => true,
    };
    if same { plain } else { Understood::Unclear(Unclear::PartsDiffer) }
}
