//! A case: one customer's matter from the first mail to its end, and the states it can be in (workflow W1).
//!
//! ```text
//!              a mail arrives
//!                    │
//!        ┌───────────┴─────────────┐ no address, fault in a template
//!        ▼                         ▼
//!     Drafted ──asked──► Asked   AtDesk ◄───────────────────────────────────────┐
//!        │                 │  ▲    │   ▲                                        │
//!        │  修正 (shown back)└──┘    │   │ NG, a new mail while asking, bounce    │
//!        │                         │   └──────────────┐                         │
//!        ├── OK, small 修正 ────────┤ 修正 → Drafted    │                         │
//!        ▼                         │                  │                         │
//!     Sending ──refused for good───┼──────────────────┘                         │
//!        │   └─cut after the dot─► Unknown ──RESEND──► Sending                  │
//!        │                            │ found in Sent, SKIP                     │
//!        ▼ sent ◄─────────────────────┘                                         │
//!        ├── A, 電話済 ───► Answered ───────night report───► Closed              │
//!        ├── B, 電話済 ───► AwaitingReply 「返信待ち」──────────customer answers──┘
//!        │                   ├─ label taken off by hand, 予約確定 ─► Closed(Converted)
//!        │                   └─ night report of D+1, 不成立 ──────► Closed(Unconverted)
//!        └── holding mail ─► AtShop ◄── 店舗 (from Drafted, Asked, AtDesk)
//!                             ├─ 対応します, 7 days ─► Closed(Referred)
//!                             └─ mark taken off by hand ─► Closed(TakenOver)
//!
//!     an open complaint: Complaint 「苦情対応中」 stands where Answered, AwaitingReply and Closed stand above, until its report
//!     is sent (Closed(Answered)) or its manager ends it (Closed(Dismissed))
//!
//!     anything unreadable ─► Quarantined ─ 完了 ─► Closed(Dismissed), mark taken off ─► Closed(TakenOver)
//!     any desk state ─ 完了 ─► Closed(Dismissed), 予約確定 ─► Closed(Converted), 不成立 ─► Closed(Unconverted)
//!
//!     by hand, from any desk state:
//!        answered the customer ───► Answered, AwaitingReply 「返信待ち」, or AtShop after a holding mail
//!        set 「返信待ち」 ─────────► AwaitingReply      set 「店舗依頼」 ─► AtShop
//!        set 「対応済」 ──────────► Closed(Answered) for A, Closed(TakenOver) for B
//!        archived, moved, deleted ► Closed(TakenOver)   edited the draft ─► AtDesk
//! ```
//!
//! Every open state has an owner and an instant at which something happens if nobody moves: the type
//! [`Open`] cannot be built without them. This file holds states and never decides; `decide` does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::complaint::Complaint;
use super::dossier::Dossier;
use super::draft::Draft;
use super::handling::Handling;
use super::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use super::level::Channel;
use super::placement::Placement;
use super::verdict::Class;

/// One customer's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number, derived from the first mail.
    pub id: CaseId,
    /// The mailbox it came to.
    pub mailbox: MailboxName,
    /// When it was opened here.
    pub opened: Timestamp,
    /// The day of the first mail in the desk's zone: the day it is reported under.
    pub day: Date,
    /// Who asks.
    pub customer: Customer,
    /// What is asked.
    pub matter: Matter,
    /// What its service level is reckoned from.
    pub service: Service,
    /// Where it belongs, and how its clock runs.
    pub placement: Placement,
    /// Who has had it in hand, and for how long.
    pub handling: Handling,
    /// The case this one grew out of: the same customer with another subject, or another person who answered its mail.
    pub linked: Option<CaseId>,
    /// The customer's mails, oldest first; never empty.
    pub mails: Vec<CaseMail>,
    /// The draft that may be sent or was sent.
    pub draft: Option<Draft>,
    /// What the desk asks about now. Every new draft and every new question takes the next number, so a
    /// decision about an older one finds itself retired.
    pub revision: Revision,
    /// The last mail of ours that left, if any.
    pub sent: Option<Sent>,
    /// The night report that named this case.
    pub reported: Option<Date>,
    /// Decisions and notes, oldest first.
    pub record: Vec<Entry>,
    /// Questions to colleagues, oldest first: who hears their answers.
    pub checks: Vec<Check>,
    /// How many transcripts people got about the present revision.
    pub told: Vec<Told>,
    /// What was given of what is needed, and what was said by telephone.
    pub dossier: Dossier,
    /// The complaint it is, where it is one (workflow W4).
    pub complaint: Option<Box<Complaint>>,
    /// How many effects were ever planned: the next effect's number.
    pub effects: u32,
    /// Where it stands.
    pub state: State,
}

/// Who asks. Every field may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// As typed.
    pub name: Option<String>,
    /// Where the answer goes.
    pub address: Option<Address>,
    /// Main number.
    pub phone: Option<String>,
    /// Shop named in the mail.
    pub shop: Option<String>,
}

/// What the service level of a case is reckoned from, besides its matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Service {
    /// How the customer reached us first.
    pub channel: Channel,
    /// When a person of ours first answered, by mail, by telephone or by hand.
    pub first_answer: Option<Timestamp>,
}

/// What is asked, as read from the mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// A or B.
    pub class: Class,
    /// Topic by its name in the rules.
    pub topic: String,
    /// Must be seen today.
    pub urgent: bool,
    /// A person has to decide which class it is.
    pub ambiguous: bool,
    /// The other way to read it, nearly as likely, where there is one.
    pub rival: Option<Rival>,
    /// Ask the shop's staff before answering.
    pub needs_staff: bool,
    /// Language of the customer.
    pub lang: String,
    /// The wanted slots, formatted for people, best first.
    pub wishes: Vec<String>,
    /// What could not be found or does not fit: `name`, `phone`, `email`, `version`, `order_no`, `content`, `weekday`.
    pub missing: Vec<String>,
    /// The template chosen for the answer.
    pub template: String,
}

/// A second reading of a mail: what it would be about, and the class that would follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// Topic by its name in the rules.
    pub topic: String,
    /// A or B.
    pub class: Class,
}

/// One mail of the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMail {
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Its Message-ID, for threading and for finding it again.
    pub message_id: Option<MessageId>,
    /// Subject, for the reply's thread; bounded by the reader.
    pub subject: String,
    /// The customer's own words, bounded by the reader.
    pub words: String,
    /// When it was written.
    pub sent: Timestamp,
    /// Where it was last seen.
    pub place: Place,
    /// Marks from rules, which stay whatever the state is.
    pub fixed_marks: BTreeSet<String>,
    /// Marks we placed or are placing.
    pub marks: BTreeSet<String>,
    /// Out of the inbox: archived by us, being archived, or moved away by a person.
    pub archived: bool,
    /// The number of the effect that is still bringing `marks` and `archived` to the server. While there is
    /// one, a difference on the server is ours; afterwards it is a person's doing. [`CaseMail::BARRED`] for a mail that
    /// the server lets nobody mark.
    pub pending: Option<u32>,
    /// Deleted for good by a person: there is nothing left to mark or to move.
    pub gone: bool,
    /// Stars of Gmail that were taken for marks, by meaning. A star stays when the case moves on and is obeyed once.
    pub stars: BTreeSet<String>,
}

impl CaseMail {
    /// The `pending` of a mail that cannot be marked: the number of no effect, so that it never ends and nothing is ever
    /// read into missing marks.
    pub const BARRED: u32 = u32::MAX;
}

/// A hint where a mail lies. Only the fingerprint is identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Folder name as the server writes it, decoded.
    pub folder: String,
    /// UIDVALIDITY of that folder.
    pub uid_validity: u32,
    /// UID; 0 when unknown.
    pub uid: u32,
    /// Size in bytes (RFC822.SIZE): tells mails without a Message-ID apart.
    pub size: u32,
    /// The server's own lasting number for the mail, where it has one (Gmail's X-GM-MSGID).
    pub server_id: Option<u64>,
}

/// A mail of ours that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its Message-ID.
    pub message_id: MessageId,
    /// Which revision.
    pub revision: Revision,
    /// When the server took it.
    pub at: Timestamp,
}

/// A line of the case's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who; `None` is the desk itself.
    pub by: Option<Address>,
    /// What was done, by the command's word.
    pub what: String,
    /// A note, a reason; never shown to the customer.
    pub note: String,
}

/// A question of one colleague to another (`確認`). Its answer is a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Who is asked.
    pub of: Address,
    /// Who asks, and hears the answer.
    pub by: Address,
    /// When.
    pub at: Timestamp,
    /// What is asked; may be empty.
    pub question: String,
    /// By when an answer is expected, where the question was handed over (`依頼`); `None`: whenever it comes (`確認`).
    pub until: Option<Timestamp>,
    /// Reminders sent so far.
    pub reminders: u8,
    /// When they first answered.
    pub answered: Option<Timestamp>,
    /// Until when the token of its first mail is good; an older token is of an earlier question. `None`: nobody has kept it.
    pub good_until: Option<Timestamp>,
    /// Which question of this case it is, counted from 1; a group shares one. The tokens of its mails are bound to it.
    /// `None`: of before questions were counted.
    pub number: Option<u32>,
}

impl Check {
    /// A question that nobody waits for.
    pub fn of(of: Address, by: &Address, at: Timestamp, question: &str) -> Self {
        let (by, question) = (by.clone(), question.to_owned());
        Self {
            of,
            by,
            at,
            question,
            until: None,
            reminders: 0,
            answered: None,
            good_until: None,
            number: None,
        }
    }

    /// Whether it is the same question, put to somebody of the same group.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        (&self.by, self.at, &self.question) == (&other.by, other.at, &other.question)
    }

    /// Whether an answer whose token names no question, and is good until then, can be meant for it: it may be to a reminder,
    /// and not to a question that was put earlier.
    pub fn is_met_by(&self, token: Option<Timestamp>) -> bool {
        // Tokens hold whole minutes.
        let minute = |at: Timestamp| at.as_second().div_euclid(60);
        match (self.good_until, token) {
            (Some(own), Some(token)) => minute(token) >= minute(own),
            (None, _) | (_, None) => true,
        }
    }
}

/// How many transcripts one person got about one revision: mail programs that answer mails must find an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub to: Address,
    /// How many.
    pub count: u8,
}

/// Open with an owner and a deadline, or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Somebody has to do something.
    Open(Open),
    /// Nothing more will happen by itself.
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
}

/// An open case: where it stands, who has it, and when something happens if nobody moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Where it stands.
    pub step: Step,
    /// Who has it.
    pub owner: Owner,
    /// When the timer fires.
    pub due: Timestamp,
}

/// Where an open case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A draft exists; no agent has been reached yet.
    Drafted {
        /// The question being put.
        asking: Asking,
    },
    /// Agents have been asked to approve the draft.
    Asked {
        /// The question that was put.
        asking: Asking,
    },
    /// There is no draft to approve: a person writes or decides.
    AtDesk {
        /// Why.
        why: Why,
        /// The question that was put.
        asking: Asking,
    },
    /// Approved; the mail is on its way out.
    Sending {
        /// Who approved.
        by: Address,
        /// What follows.
        then: Then,
        /// The customer wrote again while it was going out.
        answered: bool,
        /// When it leaves at the earliest, as long as it can be taken back; `None` once it may be between us and the
        /// server.
        leaves: Option<Timestamp>,
    },
    /// The connection broke after the final dot: it may have been delivered.
    Unknown {
        /// Who approved.
        by: Address,
        /// What follows if it was sent.
        then: Then,
        /// When it broke.
        since: Timestamp,
        /// How many looks into Sent have been made.
        looks: u8,
        /// RESEND or SKIP has been asked for.
        asking: Option<Asking>,
        /// The customer wrote again meanwhile.
        answered: bool,
    },
    /// 「返信待ち」: our answer is out, the customer has the word.
    AwaitingReply {
        /// Since when.
        since: Timestamp,
    },
    /// Answered; waits to be named in the night report.
    Answered {
        /// Since when.
        since: Timestamp,
    },
    /// 「店舗依頼」: the shop's staff have it; the mail stays in the inbox.
    AtShop {
        /// Since when.
        since: Timestamp,
        /// The question that was put to the staff.
        asking: Asking,
    },
    /// 「苦情対応中」: a complaint is dealt with, and nobody at the desk has the word (workflow W4).
    Complaint {
        /// Since when.
        since: Timestamp,
    },
    /// It could not be read; marked, left where it is, told once.
    Quarantined {
        /// What was wrong, without personal data.
        why: String,
        /// The question that was put to the supervisors.
        asking: Asking,
    },
}

/// A question put to people by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// When it was put; tokens are derived from it.
    pub at: Timestamp,
    /// Until when its tokens are good.
    pub until: Timestamp,
    /// Reminders sent so far.
    pub reminders: u8,
    /// What a successful send leads to.
    pub then: Then,
}

/// What follows when the mail is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// An answer: wait for the customer (B) or for the report (A).
    Reply,
    /// A holding mail: the shop has it.
    Shop,
    /// The report that ends a complaint.
    Report,
}

/// Why there is no draft to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A template could not be filled; the sentence says which and what to do.
    Fault(String),
    /// The mail holds no address to answer to.
    NoAddress,
    /// An agent rejected the draft.
    Rejected {
        /// Who.
        by: Address,
        /// Why; may be empty.
        reason: String,
    },
    /// The customer answered our mail.
    CustomerAnswered,
    /// Our mail came back.
    Bounced,
    /// The server refused our mail for good.
    Refused {
        /// SMTP stage and code, such as `RCPT 550`.
        what: String,
    },
    /// A person edited our draft in Drafts and is expected to send it.
    DraftEdited,
    /// An agent handed the case over to the supervisors (引継).
    HandedOver {
        /// Who.
        by: Address,
        /// What the customer asked, and what is wanted.
        text: String,
    },
    /// The customer of a case that was handed over has had a first answer, and waits to be called back.
    CallBack,
    /// One of us took a telephone call, and has told the desk of it by mail (workflow W2).
    PhonedIn {
        /// Who.
        by: Address,
    },
}

/// Who has an open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// All agents of the mailbox.
    Desk,
    /// One agent.
    Agent(Address),
    /// The staff of a shop (empty name: the shop is not known).
    Shop(String),
    /// The supervisors.
    Supervisors,
    /// The customer has the word; the desk watches the clock.
    Customer,
    /// The daemon itself, watched by the supervisors.
    Machine,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A booking was made.
    Converted,
    /// No booking came of it.
    Unconverted,
    /// A plain inquiry, answered.
    Answered,
    /// The shop took it.
    Referred,
    /// Closed by a person without an answer of ours.
    Dismissed,
    /// A person took our mark off and goes on by hand; nothing of theirs is undone.
    TakenOver,
}

impl Case {
    /// The word under which the record keeps a RESEND; its note is the number of the attempt.
    pub const RESENT: &str = "再送";

    /// The open state, if it is open.
    pub const fn open(&self) -> Option<&Open> {
        match &self.state {
            State::Open(open) => Some(open),
            State::Closed { .. } => None,
        }
    }

    /// The instant of the case's timer, if it has one.
    pub fn due(&self) -> Option<Timestamp> {
        let complaint = self.complaint.as_ref().and_then(|complaint| complaint.due());
        let earlier = [self.delegated_until(), complaint].into_iter().flatten().min();
        match &self.state {
            State::Open(open) => Some(earlier.map_or(open.due, |due| due.min(open.due))),
            State::Closed { .. } => None,
        }
    }

    /// Whoever has a question that was handed over and that nobody has answered, while the desk still needs the answer: of a
    /// group the first one counts for all. Oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Check> {
        let needed = match self.open().map(|open| &open.step) {
            Some(
                Step::Drafted { .. }
                | Step::Asked { .. }
                | Step::AtDesk { .. }
                | Step::AtShop { .. }
                | Step::Quarantined { .. }
                | Step::Complaint { .. },
            ) => true,
            Some(
                Step::Sending { .. }
                | Step::Unknown { .. }
                | Step::AwaitingReply { .. }
                | Step::Answered { .. },
            )
            | None => false,
        };
        self.unanswered().filter(move |_| needed)
    }

    /// The same, whatever the desk needs now.
    pub fn unanswered(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.until.is_some() && !self.is_spent(check))
    }

    /// Whether whoever was asked, or another one of their group, has answered a question.
    pub fn is_spent(&self, check: &Check) -> bool {
        self.checks.iter().filter(|other| other.is_shared_with(check)).any(|other| other.answered.is_some())
    }

    /// The question to somebody that a mail or an answer is about, by its number; `None`: it is kept no more. Where no number is
    /// known it is the newest one that is open, else the newest, that a token good until then can be meant for.
    pub fn question_to(
        &self,
        of: &Address,
        number: Option<u32>,
        good_until: Option<Timestamp>,
    ) -> Option<&Check> {
        let put = || self.checks.iter().rev().filter(|check| check.of == *of);
        match number {
            Some(_) => put().find(|check| check.number == number),
            None => {
                let meant = || put().filter(|check| check.is_met_by(good_until));
                meant().find(|check| check.answered.is_none()).or_else(|| meant().next())
            }
        }
    }

    /// How many questions have been counted so far. The newest one is never let go for an older one.
    pub fn questions_put(&self) -> u32 {
        self.checks.iter().filter_map(|check| check.number).max().unwrap_or_default()
    }

    /// When the first of them is late.
    pub fn delegated_until(&self) -> Option<Timestamp> {
        self.waiting().filter_map(|check| check.until).min()
    }

    /// The question that is out, if one is.
    pub const fn asking(&self) -> Option<&Asking> {
        match &self.state {
            State::Open(Open { step, .. }) => match step {
                Step::Drafted { asking }
                | Step::Asked { asking }
                | Step::AtDesk { asking, .. }
                | Step::AtShop { asking, .. }
                | Step::Quarantined { asking, .. } => Some(asking),
                Step::Unknown { asking, .. } => asking.as_ref(),
                Step::Sending { .. }
                | Step::AwaitingReply { .. }
                | Step::Answered { .. }
                | Step::Complaint { .. } => None,
            },
            State::Closed { .. } => None,
        }
    }

    /// What the mail to the customer that is being asked about or is leaving leads to.
    pub const fn leads_to(&self) -> Option<Then> {
        match &self.state {
            State::Open(Open { step, .. }) => match step {
                Step::Drafted { asking } | Step::Asked { asking } | Step::AtDesk { asking, .. } => {
                    Some(asking.then)
                }
                Step::Sending { then, .. } | Step::Unknown { then, .. } => Some(*then),
                Step::AwaitingReply { .. }
                | Step::Answered { .. }
                | Step::AtShop { .. }
                | Step::Quarantined { .. }
                | Step::Complaint { .. } => None,
            },
            State::Closed { .. } => None,
        }
    }

    /// Adds a line to the record, dropping the oldest beyond a bound that no honest case reaches. Lines that
    /// count attempts of sending are the last to go: an attempt's number is never used twice.
    pub fn note(&mut self, at: Timestamp, by: Option<&Address>, what: &str, note: &str) {
        const MOST: usize = 60;
        // The mail itself is in the mailbox; a case that outgrows its row could never be written again.
        const LONGEST: usize = 2_000;
        let note = note.chars().take(LONGEST).collect();
        self.record.push(Entry { at, by: by.cloned(), what: what.to_owned(), note });
        if self.record.len() > MOST {
            let oldest = self.record.iter().position(|entry| entry.what != Self::RESENT).unwrap_or(0);
            self.record.remove(oldest);
        }
    }

    /// Recorded when the first of two people approved.
    pub const FIRST_APPROVAL: &'static str = "一次承認";
    /// Recorded when a person's mail program answered that they are away.
    pub const AWAY: &'static str = "away";
    /// Recorded when the customer wrote again before we answered, with another address.
    pub const READDRESSED: &'static str = "readdressed";
    /// Recorded when a person took 「確認中」 off: somebody is on it.
    pub const TAKEN_IN_HAND: &'static str = "taken_in_hand";
    /// Recorded when a person set 「対応済」.
    pub const HANDLED_BY_HAND: &'static str = "handled_by_hand";
    /// Recorded when a person set 「返信待ち」: the answer went another way.
    pub const ANSWERED_ELSEWHERE: &'static str = "answered_elsewhere";
    /// Recorded when a person set 「店舗依頼」.
    pub const SHOP_BY_HAND: &'static str = "shop_by_hand";
    /// Recorded when a person archived a mail.
    pub const ARCHIVED_BY_HAND: &'static str = "archived_by_hand";
    /// Recorded when a person moved a mail to another folder.
    pub const MOVED_BY_HAND: &'static str = "moved_by_hand";
    /// Recorded when a person threw a mail away or deleted it for good.
    pub const DELETED_BY_HAND: &'static str = "deleted_by_hand";
    /// Recorded when a person put a mail back into the inbox.
    pub const PUT_BACK: &'static str = "put_back_by_hand";
    /// Recorded when a person edited our draft.
    pub const DRAFT_EDITED: &'static str = "draft_edited_by_hand";
    /// Recorded when a person deleted our draft; the note is its revision.
    pub const DRAFT_DELETED: &'static str = "draft_deleted_by_hand";
    /// Recorded when a person answered the customer without us.
    pub const ANSWERED_BY_HAND: &'static str = "answered_by_hand";
    /// Recorded when a person wrote to the customer once more.
    pub const WROTE_BY_HAND: &'static str = "wrote_by_hand";

    /// Recorded when the support group was told of a long call.
    pub const LONG_CALL: &'static str = "long_call";
    /// Recorded when a case began with a telephone call that one of us took.
    pub const PHONED_IN: &'static str = "phoned_in";

    /// When the last mail was written, the customer's or ours.
    pub fn last_mail(&self) -> Option<Timestamp> {
        self.mails.iter().map(|mail| mail.sent).chain(self.sent.iter().map(|sent| sent.at)).max()
    }

    /// When a person first answered, as far as the last mail and the record tell.
    pub fn answered_at(&self) -> Option<Timestamp> {
        const ANSWERS: [&str; 3] = ["電話済", Case::ANSWERED_ELSEWHERE, Case::HANDLED_BY_HAND];
        let told =
            self.record.iter().filter(|entry| ANSWERS.contains(&entry.what.as_str())).map(|entry| entry.at);
        told.chain(self.sent.as_ref().map(|sent| sent.at)).min()
    }

    /// Whether a word of a person in the record only remarks or arranges something, and decides nothing about the case.
    pub fn is_remark(what: &str) -> bool {
        const REMARKS: [&str; 19] = [
            "メモ",
            "電話×",
            "保留",
            "担当",
            "分類",
            "確認",
            "依頼",
            "回答",
            "移動",
            "優先",
            "引継",
            "通話中",
            "済",
            "遠隔",
            Case::LONG_CALL,
            Case::PHONED_IN,
            "時間",
            Case::FIRST_APPROVAL,
            Case::AWAY,
        ];
        REMARKS.contains(&what) || super::complaint::is_remark(what)
    }

    /// The newest decision of a person about what the desk asked, by mail or by hand. Remarks and arrangements decide
    /// nothing.
    pub fn last_decision(&self) -> Option<&Entry> {
        const BY_HAND: [&str; 9] = [
            "label_removed_by_hand",
            Case::HANDLED_BY_HAND,
            Case::ANSWERED_ELSEWHERE,
            Case::SHOP_BY_HAND,
            Case::ARCHIVED_BY_HAND,
            Case::MOVED_BY_HAND,
            Case::DELETED_BY_HAND,
            Case::DRAFT_EDITED,
            Case::ANSWERED_BY_HAND,
        ];
        self.record.iter().rev().find(|entry| {
            let what = entry.what.as_str();
            if entry.by.is_some() { !Self::is_remark(what) } else { BY_HAND.contains(&what) }
        })
    }

    /// The word for the state, for people and programs.
    pub const fn state_word(&self) -> &'static str {
        match &self.state {
            State::Open(open) => open.step.word(),
            State::Closed { outcome, .. } => outcome.word(),
        }
    }

    /// Marks by mail, as they should stand on the server.
    pub fn marks(&self) -> BTreeMap<Fingerprint, &BTreeSet<String>> {
        self.mails.iter().map(|mail| (mail.fingerprint, &mail.marks)).collect()
    }
}

impl Step {
    /// The word for the step, for people and programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "drafted",
            Self::Asked { .. } => "asked",
            Self::AtDesk { .. } => "at_desk",
            Self::Sending { .. } => "sending",
            Self::Unknown { .. } => "unknown",
            Self::AwaitingReply { .. } => "awaiting_reply",
            Self::Answered { .. } => "answered",
            Self::AtShop { .. } => "at_shop",
            Self::Complaint { .. } => "complaint",
            Self::Quarantined { .. } => "quarantined",
        }
    }
}

impl Outcome {
    /// The word for the outcome, for people and programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Unconverted => "unconverted",
            Self::Answered => "closed",
            Self::Referred => "referred",
            Self::Dismissed => "dismissed",
            Self::TakenOver => "taken_over",
        }
    }
}

/// Every word of [`Case::state_word`]: those of the steps, then those of the outcomes.
const STATE_WORDS: [&str; 16] = [
    "drafted",
    "asked",
    "at_desk",
    "sending",
    "unknown",
    "awaiting_reply",
    "answered",
    "at_shop",
    "complaint",
    "quarantined",
    "converted",
    "unconverted",
    "closed",
    "referred",
    "dismissed",
    "taken_over",
];

/// The word of a state, found by its spelling; `None` for a word no state has.
pub fn known_state_word(text: &str) -> Option<&'static str> {
    STATE_WORDS.into_iter().find(|word| *word == text)
}
