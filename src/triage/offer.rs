//! What can be said in answer to a question: the words a request offers.
//!
//! Every word offered is obeyed in the state the question is asked in; a test walks all of them through
//! `approval::understand` and `decide`. More is understood than is offered. Nothing here decides or words a mail.

use super::case::{Case, Outcome, State, Step, Then, Why};
use super::effect::Question;
use super::policy::Policy;

/// One thing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    /// Send this draft.
    Approve,
    /// Do not send it.
    Reject,
    /// A new text on the following lines.
    Edit,
    /// Settled by telephone.
    Called,
    /// Nobody picked up.
    NoAnswer,
    /// The shop has to answer.
    Shop,
    /// Ask again in two hours.
    Hold,
    /// Send the same mail again.
    Resend,
    /// Count it as sent.
    Skip,
    /// A booking was made.
    Booked,
    /// No booking came of it.
    Lost,
    /// Over without an answer of ours.
    Done,
    /// The shop takes it.
    ShopAccepts,
    /// An internal note, with its text.
    Note,
    /// Take the approval back.
    Cancel,
    /// Note remote guidance and draft the mail with the tool.
    Remote,
    /// The customer is on the telephone now.
    OnCall,
    /// A long call is over.
    CallOver,
}

impl Offer {
    /// The word in ASCII, as a button writes it into a mail: every mail program keeps it whole.
    pub const fn typed(self) -> &'static str {
        match self {
            Self::Approve => "OK",
            Self::Reject => "NG",
            Self::Edit => "EDIT",
            Self::Called => "CALLED",
            Self::NoAnswer => "NOANSWER",
            Self::Shop => "SHOP",
            Self::Hold => "HOLD 2h",
            Self::Resend => "RESEND",
            Self::Skip => "SKIP",
            Self::Booked => "BOOKED",
            Self::Lost => "LOST",
            Self::Done => "DONE",
            Self::ShopAccepts => "ACCEPT",
            Self::Note => "NOTE",
            Self::Cancel => "CANCEL",
            Self::Remote => "REMOTE",
            Self::OnCall => "ONCALL",
            Self::CallOver => "OVER",
        }
    }

    /// The word as people say it.
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::Approve => "承認",
            Self::Reject => "却下",
            Self::Edit => "修正",
            Self::Called => "電話済",
            Self::NoAnswer => "電話×",
            Self::Shop => "店舗",
            Self::Hold => "保留 2h",
            Self::Resend => "再送",
            Self::Skip => "送らない",
            Self::Booked => "予約確定",
            Self::Lost => "不成立",
            Self::Done => "完了",
            Self::ShopAccepts => "対応します",
            Self::Note => "メモ",
            Self::Cancel => "取消",
            Self::Remote => "遠隔",
            Self::OnCall => "通話中",
            Self::CallOver => "済",
        }
    }

    /// Whether the word alone says nothing yet: a text has to follow.
    pub const fn needs_text(self) -> bool {
        matches!(self, Self::Edit | Self::Note)
    }
}

/// The same, with remote guidance where the topic is one of those it helps with.
pub fn offers_with_remote(question: Question, case: &Case, staff: bool, policy: &Policy) -> Vec<Offer> {
    let mut offers = offers(question, case, staff);
    let helps = policy.calls.remote.is_some() && policy.needs.remote(&case.matter.topic);
    let asks = matches!(question, Question::Approve | Question::Write | Question::Outcome);
    let open = case.open().is_some() && case.customer.address.is_some();
    let for_shop = case.asking().is_some_and(|asking| asking.then == Then::Shop);
    if helps && asks && open && !staff && !for_shop {
        offers.push(Offer::Remote);
    }
    offers
}

/// What to offer, the likeliest first. `staff`: the reader is a shop's staff and no colleague, who may say little.
pub fn offers(question: Question, case: &Case, staff: bool) -> Vec<Offer> {
    let mut offers = all(question, case, staff);
    // An open complaint is ended by none of these.
    if case.complaint.as_ref().is_some_and(|complaint| complaint.is_open()) {
        offers
            .retain(|offer| !matches!(offer, Offer::Booked | Offer::Lost | Offer::Done | Offer::ShopAccepts));
    }
    offers
}

fn all(question: Question, case: &Case, staff: bool) -> Vec<Offer> {
    use Offer::{
        Approve, Booked, Called, Done, Edit, Hold, Lost, NoAnswer, Note, Reject, Resend, ShopAccepts, Skip,
    };
    let step = case.open().map(|open| &open.step);
    let holding = case.asking().is_some_and(|asking| asking.then == Then::Shop);
    let shop = (!holding).then_some(Offer::Shop);
    match question {
        Question::Approve => {
            let report = case.asking().is_some_and(|asking| asking.then == Then::Report);
            if report {
                return vec![Approve, Reject, NoAnswer, Hold, Edit];
            }
            [Approve, Reject, Called, NoAnswer].into_iter().chain(shop).chain([Hold, Edit]).collect()
        }
        Question::Write => {
            let reachable = case.draft.is_some() || case.customer.address.is_some();
            let refused = matches!(step, Some(Step::AtDesk { why: Why::Refused { .. }, .. }));
            let resend = (refused && case.draft.is_some()).then_some(Resend);
            let words = reachable.then_some(Edit).into_iter().chain(resend);
            words.chain([Called, NoAnswer]).chain(shop).chain([Hold, Booked, Lost, Done]).collect()
        }
        Question::Shop if staff => vec![ShopAccepts, Note],
        Question::Shop => vec![ShopAccepts, Called, Booked, Lost, Done, Note],
        Question::Unknown => vec![Resend, Skip, Hold],
        Question::Quarantine => vec![Done, Called, Hold],
        Question::Undo => vec![Offer::Cancel],
        // Answered in the reader's own words: no button could say them.
        Question::Check => Vec::new(),
        Question::LongCall => vec![Offer::CallOver, Note],
        Question::Outcome => match &case.state {
            State::Open(_) => vec![Booked, Lost, Note],
            State::Closed { outcome: Outcome::Unconverted, .. } => vec![Booked, Note],
            State::Closed { .. } => vec![Note],
        },
    }
}
