//! Everything that can happen to a case: one closed list. An event that does not fit a state changes nothing.

use jiff::Timestamp;
use jiff::civil::Date;

use super::acknowledge::Asked;
use super::alert::{Letter, Telling};
use super::approval::Proof;
use super::case::{CaseMail, Customer, Matter, Place};
use super::command::Command;
use super::complaint::Piece;
use super::dossier::Dossier;
use super::effect::Effect;
use super::hand::{HandAnswer, Whereabouts};
use super::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use super::level::Channel;
use super::notice::BookingNotice;
use super::placement::Origin;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A customer's mail: opens a case, or joins the one it answers.
    Arrived(Box<Arrival>),
    /// A mail that could not be read.
    Unreadable {
        /// The number the case will have.
        id: CaseId,
        /// The mailbox.
        mailbox: MailboxName,
        /// The day it came, in the desk's zone.
        day: Date,
        /// Where it lies.
        mail: Box<CaseMail>,
        /// What was wrong, without personal data.
        why: String,
    },
    /// A mail of ours came back.
    Bounced {
        /// Which one.
        about: MessageId,
    },
    /// A person answered a request of ours; sender, domain and token are already checked.
    Agent {
        /// Who.
        by: Address,
        /// That it comes from there.
        proof: Proof,
        /// The revision the token is bound to.
        revision: Revision,
        /// What was said.
        said: Said,
        /// The mail that said it, to be put away.
        mail: Option<(Fingerprint, Option<MessageId>, Place)>,
    },
    /// A person's mail program answered a request: they are away. Sender, domain and token are already checked.
    Away {
        /// Who.
        by: Address,
    },
    /// A person took a mark off by hand.
    MarkRemoved {
        /// On which mail.
        mail: Fingerprint,
        /// Which mark, by meaning.
        mark: String,
    },
    /// A person set a mark by hand.
    MarkAdded {
        /// On which mail.
        mail: Fingerprint,
        /// Which mark, by meaning.
        mark: String,
    },
    /// A person gave a mail a star that means a mark (workflow W1: green check, purple star).
    Starred {
        /// Which mail.
        mail: Fingerprint,
        /// The mark it stands for, by meaning.
        mark: String,
    },
    /// A person archived, moved, deleted or brought back a mail; or it was found again where it was believed to be.
    Moved {
        /// Which mail.
        mail: Fingerprint,
        /// What the folder is for.
        to: Whereabouts,
        /// Where it lies now; where it lay, when it is gone.
        place: Place,
    },
    /// A person touched our draft in Drafts.
    DraftChanged {
        /// Which draft.
        revision: Revision,
        /// What was done to it.
        change: DraftChange,
    },
    /// A person answered the customer without us.
    AnsweredByHand(HandAnswer),
    /// A mail of ours to the customer was seen in Sent.
    SeenInSent {
        /// The Message-ID we gave it.
        message_id: MessageId,
    },
    /// A booking system told of a booking that may be this case's customer's.
    Noticed {
        /// What it told.
        notice: Box<BookingNotice>,
    },
    /// A further copy of a mail of the case turned up.
    Copied {
        /// A name for this copy alone; it is no mail of the case.
        copy: Fingerprint,
        /// Its Message-ID.
        message_id: Option<MessageId>,
        /// Where it lies.
        place: Place,
        /// Whether it leaves the inbox: it lies beside the first one and would only be in the way.
        archive: bool,
    },
    /// The case's timer fired.
    Due,
    /// An effect ended.
    Ended {
        /// Its number within the case.
        number: u32,
        /// Which effect.
        effect: Box<Effect>,
        /// How.
        ending: Ending,
    },
    /// A night report that names this case has been sent.
    Reported {
        /// The report's date.
        date: Date,
    },
    /// The clocks of service levels were looked at.
    Alerted {
        /// Who was told of which deadline of this case; empty where only the alarm is set anew.
        told: Vec<Telling>,
        /// The mails that tell it, of which this case carries those that name it first.
        letters: Vec<Letter>,
    },
}

/// What an agent's mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// One command.
    Command(Command),
    /// Something about a complaint, with a token that is good for this piece of it and for nothing else.
    Complaint {
        /// What the token is good for.
        piece: Piece,
        /// One command; `None`: the token is too old.
        command: Option<Command>,
    },
    /// How long they were at the case on a day, said in answer to the report of that day. The report names it as theirs, so it
    /// is heard wherever they work by now; its answer is one for all cases of the day.
    OfDay {
        /// The day.
        day: Date,
        /// How long.
        minutes: u32,
    },
    /// Nothing that can be obeyed; the word says why, without the mail's own words.
    Unclear(&'static str),
    /// The token belongs to a revision that was decided or replaced.
    Late,
    /// The token is too old; whoever holds it is asked anew.
    Expired,
}

/// What a person did to a draft of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftChange {
    /// Its words are not ours any more, or another draft to the same customer stands in its place.
    Edited,
    /// It is not there any more, and nothing stands in its place.
    Deleted,
}

impl DraftChange {
    /// The word for journals and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
        }
    }
}

/// A customer's mail, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The number the case will have if it is new.
    pub id: CaseId,
    /// The mailbox.
    pub mailbox: MailboxName,
    /// The day it was written, in the desk's zone.
    pub day: Date,
    /// The mail.
    pub mail: CaseMail,
    /// Who asks.
    pub customer: Customer,
    /// What is asked.
    pub matter: Matter,
    /// What a mail that opens a complaint says of it, label by label as written: `注文番号`, `A-1`.
    pub labelled: Vec<(String, String)>,
    /// How it reached us.
    pub channel: Channel,
    /// What is known of its case besides.
    pub origin: Origin,
    /// The case it grew out of, where it begins one of its own.
    pub linked: Option<CaseId>,
    /// A person has answered it already, before it was read here.
    pub answered: Option<HandAnswer>,
    /// Whether its writer may be told by a machine that it has come.
    pub asked: Option<Asked>,
    /// What it gives of what is needed, and why it was written.
    pub dossier: Dossier,
    /// It is no customer's mail: one of us writes down a telephone call.
    pub phoned: Option<Phoned>,
}

/// Who took a telephone call, and how we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phoned {
    /// Who.
    pub by: Address,
    /// That the mail comes from there.
    pub proof: Proof,
}

/// How an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Done.
    Done,
    /// A mark or archive was done; the mail now lies here.
    Placed(Place),
    /// The mail is nowhere to be found.
    Gone,
    /// It cannot be done; trying again would not help. A code or state, never a text of the server.
    Refused(String),
    /// Sent, under this Message-ID.
    Sent(MessageId),
    /// It may or may not have happened.
    Unknown,
    /// A look that found nothing.
    NotFound,
}

/// A number an effect has within its case, and the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// From 0, never used again in this case.
    pub number: u32,
    /// Not to be done before this instant.
    pub not_before: Timestamp,
    /// What to do.
    pub effect: Effect,
}
