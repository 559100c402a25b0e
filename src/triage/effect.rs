//! What the desk does to the world: one closed list, planned here, executed in `outbox` alone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::alert::Item;
use super::case::Place;
use super::complaint::{Occasion, Piece};
use super::id::{Address, Fingerprint, MessageId, Revision};

/// One act upon the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Set and clear marks on a mail, then archive it where asked.
    Mark {
        /// Which mail.
        mail: Fingerprint,
        /// Its Message-ID, to be sure of it on the server.
        message_id: Option<MessageId>,
        /// Where it was last seen.
        place: Place,
        /// Marks to set, by meaning.
        add: BTreeSet<String>,
        /// Marks to clear, by meaning.
        remove: BTreeSet<String>,
        /// Move it to the archive afterwards.
        archive: bool,
    },
    /// Save the draft in Drafts.
    SaveDraft {
        /// Which draft.
        revision: Revision,
    },
    /// Take our own unsent or already sent draft out of Drafts into the archive, so that nobody sends it by hand.
    RetireDraft {
        /// Which draft.
        revision: Revision,
    },
    /// Ask one person by mail, with a token.
    Ask {
        /// Whom.
        to: Address,
        /// What about.
        question: Question,
        /// The revision the answer will be about.
        revision: Revision,
        /// When the question was first put.
        at: Timestamp,
        /// Until when the token is good.
        until: Timestamp,
        /// 0 for the first time, then counting reminders.
        reminder: u8,
        /// For [`Question::Check`]: which one, by its number.
        check: Option<u32>,
    },
    /// Tell one person something that needs no token.
    Tell {
        /// Whom.
        to: Address,
        /// What.
        notice: Notice,
        /// When it was decided (part of the Message-ID).
        at: Timestamp,
    },
    /// Send the approved draft to the customer. The only dangerous one.
    Send {
        /// Which draft.
        revision: Revision,
        /// 1 for the approval, one more for each RESEND of a person.
        attempt: u32,
    },
    /// Write to one person about a complaint (workflow W4).
    Complaint {
        /// Whom.
        to: Address,
        /// What the reader's token is good for; `None`: there is nothing to say.
        piece: Option<Piece>,
        /// Why.
        occasion: Occasion,
        /// When it was decided.
        at: Timestamp,
        /// Until when the token is good.
        until: Timestamp,
        /// 0 for the first time, then counting reminders.
        reminder: u8,
    },
    /// Look for the mail in Sent, after an unknown ending.
    LookForSent {
        /// Which draft.
        revision: Revision,
        /// 1, 2, 3.
        look: u8,
    },
    /// File a copy of the sent mail in Sent, where the server does not.
    FileSent {
        /// Which draft.
        revision: Revision,
    },
    /// Tell the customer that the mail has come and by when it will be answered. Nobody approves it, so it holds no word
    /// of the customer's, and it is sent at most once.
    Acknowledge {
        /// The customer.
        to: Address,
        /// The robot of the form through which the mail came; `None` where the customer wrote himself.
        form: Option<Address>,
        /// By when a person will have answered.
        answer_by: Timestamp,
        /// When it was decided.
        at: Timestamp,
    },
}

/// What running an effect a second time would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// The same again, or nothing: it may be tried until it works.
    Harmless,
    /// Harm: it is done at most once by the machine.
    Once,
}

impl Effect {
    /// Whether the effect may be tried again after an ending nobody saw.
    pub const fn repeat(&self) -> Repeat {
        match self {
            Self::Send { .. } | Self::Acknowledge { .. } => Repeat::Once,
            Self::Mark { .. }
            | Self::SaveDraft { .. }
            | Self::RetireDraft { .. }
            | Self::Ask { .. }
            | Self::Tell { .. }
            | Self::Complaint { .. }
            | Self::LookForSent { .. }
            | Self::FileSent { .. } => Repeat::Harmless,
        }
    }

    /// The word for the effect, for logs and `status`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Mark { .. } => "mark",
            Self::SaveDraft { .. } => "save_draft",
            Self::RetireDraft { .. } => "retire_draft",
            Self::Ask { .. } => "ask",
            Self::Tell { .. } => "tell",
            Self::Complaint { .. } => "complaint",
            Self::Send { .. } => "send",
            Self::LookForSent { .. } => "look_for_sent",
            Self::FileSent { .. } => "file_sent",
            Self::Acknowledge { .. } => "acknowledge",
        }
    }
}

/// What a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// May this draft go out?
    Approve,
    /// There is no draft: write one or decide.
    Write,
    /// Will the shop take it?
    Shop,
    /// The mail may or may not have been delivered: RESEND or SKIP?
    Unknown,
    /// This mail could not be read: please look.
    Quarantine,
    /// Our answer is out: was a booking made?
    Outcome,
    /// It is approved and leaves in a moment: shall it be taken back?
    Undo,
    /// A colleague wants to know what the reader thinks of this draft. The answer is a note and decides nothing.
    Check,
    /// A colleague is on the telephone for long: the support group looks after it and says 済 when it is over.
    LongCall,
}

/// What a person is told. Rendered outside; holds no words of the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The command was understood and done.
    Done {
        /// The command's word.
        command: &'static str,
    },
    /// The command came too late.
    AlreadyDecided {
        /// Who decided.
        by: Option<Address>,
        /// When.
        at: Timestamp,
        /// What, by the command's word.
        what: String,
    },
    /// The draft was replaced by a newer one before this answer came.
    Retired,
    /// The command does not fit where the case stands.
    NotNow {
        /// The command's word.
        command: &'static str,
        /// The state's word.
        state: &'static str,
    },
    /// The mail was not exactly one command.
    NotUnderstood {
        /// Why, by a word of `approval`.
        why: String,
    },
    /// The token was too old; a fresh request follows.
    Expired,
    /// `担当`: nobody, or more than one, is called so.
    UnknownColleague {
        /// As typed.
        who: String,
    },
    /// `依頼`, `確認`: more people than can be asked at the same time.
    TooManyQuestions {
        /// How many can.
        most: u32,
        /// How many have not answered yet.
        waiting: u32,
        /// How many were to be asked now.
        more: u32,
    },
    /// There is no address to send to.
    NoAddress,
    /// A person answered the customer without us: nothing more is asked.
    AnsweredByHand {
        /// When.
        at: Timestamp,
    },
    /// Nothing has moved for too long.
    Overdue {
        /// The state's word.
        state: &'static str,
    },
    /// Two people must approve this one: the first has, another must.
    SecondNeeded {
        /// Who has.
        by: Address,
    },
    /// The approval was taken back before the mail left.
    Recalled {
        /// By whom; `None`: the customer wrote again, or a person acted in the mailbox.
        by: Option<Address>,
    },
    /// A colleague or the shop answered a question; an internal note.
    Remark {
        /// Who.
        by: Address,
        /// What they wrote.
        text: String,
    },
    /// A case has entered a queue of which the reader is told.
    Entered {
        /// The queue.
        queue: String,
    },
    /// `移動`: no queue is called so.
    UnknownQueue {
        /// As typed.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// Service levels are about to be broken, or are.
    Alerts {
        /// Which ones, of this case and of others.
        items: Vec<Item>,
    },
    /// A long call is over, and the support group need not look after it any more.
    CallOver {
        /// Who said so.
        by: Address,
        /// How long it took, in minutes, where that is known.
        minutes: Option<u32>,
    },
    /// A draft was asked for and cannot be made; the sentence says why and what to do.
    CannotDraft {
        /// The sentence.
        why: String,
    },
    /// A question that was handed over is not answered in time; those it was put to are asked again.
    NoWord {
        /// Who was asked.
        of: Vec<Address>,
        /// When.
        since: Timestamp,
    },
    /// `時間`: the reader's own time on a day was put right.
    Spent {
        /// The day.
        day: Date,
    },
    /// Where the case stands.
    Status,
    /// What can be said.
    Help,
}
