//! The stored form of what the desk does to the world.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::leaf::{CommandWord, Number, StateWord, Text, mirror};
use super::mail::PlaceForm;
use super::occasion::{OccasionForm, PieceForm};
use super::placement::ItemForm;
use crate::triage::alert::Item;
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::id::{Address, Fingerprint, MessageId};

mirror!(
    QuestionForm = Question { Approve, Write, Shop, Unknown, Quarantine, Outcome, Undo, Check, LongCall }
);

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum EffectForm {
    Mark {
        mail: Text<Fingerprint>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<Text<MessageId>>,
        place: PlaceForm,
        add: BTreeSet<String>,
        remove: BTreeSet<String>,
        archive: bool,
    },
    SaveDraft {
        revision: Number,
    },
    RetireDraft {
        revision: Number,
    },
    Ask {
        to: Text<Address>,
        question: QuestionForm,
        revision: Number,
        at: Text<Timestamp>,
        until: Text<Timestamp>,
        reminder: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        check: Option<u32>,
    },
    Tell {
        to: Text<Address>,
        notice: NoticeForm,
        at: Text<Timestamp>,
    },
    Complaint {
        to: Text<Address>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        piece: Option<PieceForm>,
        occasion: OccasionForm,
        at: Text<Timestamp>,
        until: Text<Timestamp>,
        reminder: u8,
    },
    Send {
        revision: Number,
        attempt: u32,
    },
    LookForSent {
        revision: Number,
        look: u8,
    },
    FileSent {
        revision: Number,
    },
    Acknowledge {
        to: Text<Address>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<Text<Address>>,
        answer_by: Text<Timestamp>,
        at: Text<Timestamp>,
    },
}

impl From<&Effect> for EffectForm {
    fn from(effect: &Effect) -> Self {
        match effect.clone() {
            Effect::Mark { mail, message_id, place, add, remove, archive } => Self::Mark {
                mail: Text(mail),
                message_id: message_id.map(Text),
                place: place.into(),
                add,
                remove,
                archive,
            },
            Effect::SaveDraft { revision } => Self::SaveDraft { revision: Number(revision) },
            Effect::RetireDraft { revision } => Self::RetireDraft { revision: Number(revision) },
            Effect::Ask { to, question, revision, at, until, reminder, check } => Self::Ask {
                to: Text(to),
                question: question.into(),
                revision: Number(revision),
                at: Text(at),
                until: Text(until),
                reminder,
                check,
            },
            Effect::Tell { to, notice, at } => {
                Self::Tell { to: Text(to), notice: notice.into(), at: Text(at) }
            }
            Effect::Complaint { to, piece, occasion, at, until, reminder } => Self::Complaint {
                to: Text(to),
                piece: piece.map(PieceForm::from),
                occasion: occasion.into(),
                at: Text(at),
                until: Text(until),
                reminder,
            },
            Effect::Send { revision, attempt } => Self::Send { revision: Number(revision), attempt },
            Effect::LookForSent { revision, look } => Self::LookForSent { revision: Number(revision), look },
            Effect::FileSent { revision } => Self::FileSent { revision: Number(revision) },
            Effect::Acknowledge { to, form, answer_by, at } => {
                let form = form.map(Text);
                Self::Acknowledge { to: Text(to), form, answer_by: Text(answer_by), at: Text(at) }
            }
        }
    }
}

impl From<EffectForm> for Effect {
    fn from(form: EffectForm) -> Self {
        match form {
            EffectForm::Mark { mail, message_id, place, add, remove, archive } => Self::Mark {
                mail: mail.0,
                message_id: message_id.map(|id| id.0),
                place: place.into(),
                add,
                remove,
                archive,
            },
            EffectForm::SaveDraft { revision } => Self::SaveDraft { revision: revision.0 },
            EffectForm::RetireDraft { revision } => Self::RetireDraft { revision: revision.0 },
            EffectForm::Ask { to, question, revision, at, until, reminder, check } => Self::Ask {
                to: to.0,
                question: question.into(),
                revision: revision.0,
                at: at.0,
                until: until.0,
                reminder,
                check,
            },
            EffectForm::Tell { to, notice, at } => Self::Tell { to: to.0, notice: notice.into(), at: at.0 },
            EffectForm::Complaint { to, piece, occasion, at, until, reminder } => Self::Complaint {
                to: to.0,
                piece: piece.map(Into::into),
                occasion: occasion.into(),
                at: at.0,
                until: until.0,
                reminder,
            },
            EffectForm::Send { revision, attempt } => Self::Send { revision: revision.0, attempt },
            EffectForm::LookForSent { revision, look } => Self::LookForSent { revision: revision.0, look },
            EffectForm::FileSent { revision } => Self::FileSent { revision: revision.0 },
            EffectForm::Acknowledge { to, form, answer_by, at } => {
                let form = form.map(|form| form.0);
                Self::Acknowledge { to: to.0, form, answer_by: answer_by.0, at: at.0 }
            }
        }
    }
}

/// Variants without data have braces: only so does serde refuse unknown fields in them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum NoticeForm {
    Done {
        command: Text<CommandWord>,
    },
    AlreadyDecided {
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<Text<Address>>,
        at: Text<Timestamp>,
        what: String,
    },
    Retired {},
    NotNow {
        command: Text<CommandWord>,
        state: Text<StateWord>,
    },
    NotUnderstood {
        why: String,
    },
    Expired {},
    UnknownColleague {
        who: String,
    },
    TooManyQuestions {
        most: u32,
        waiting: u32,
        more: u32,
    },
    NoAddress {},
    AnsweredByHand {
        at: Text<Timestamp>,
    },
    Overdue {
        state: Text<StateWord>,
    },
    NoWord {
        of: Vec<Text<Address>>,
        since: Text<Timestamp>,
    },
    SecondNeeded {
        by: Text<Address>,
    },
    Recalled {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Text<Address>>,
    },
    Remark {
        by: Text<Address>,
        text: String,
    },
    Entered {
        queue: String,
    },
    UnknownQueue {
        name: String,
        known: Vec<String>,
    },
    Alerts {
        items: Vec<ItemForm>,
    },
    CallOver {
        by: Text<Address>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u32>,
    },
    CannotDraft {
        why: String,
    },
    Spent {
        day: Text<Date>,
    },
    Status {},
    Help {},
}

impl From<Notice> for NoticeForm {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Done { command } => Self::Done { command: Text(CommandWord(command)) },
            Notice::AlreadyDecided { by, at, what } => {
                Self::AlreadyDecided { by: by.map(Text), at: Text(at), what }
            }
            Notice::Retired => Self::Retired {},
            Notice::NotNow { command, state } => {
                Self::NotNow { command: Text(CommandWord(command)), state: Text(StateWord(state)) }
            }
            Notice::NotUnderstood { why } => Self::NotUnderstood { why },
            Notice::Expired => Self::Expired {},
            Notice::UnknownColleague { who } => Self::UnknownColleague { who },
            Notice::TooManyQuestions { most, waiting, more } => {
                Self::TooManyQuestions { most, waiting, more }
            }
            Notice::NoAddress => Self::NoAddress {},
            Notice::AnsweredByHand { at } => Self::AnsweredByHand { at: Text(at) },
            Notice::Overdue { state } => Self::Overdue { state: Text(StateWord(state)) },
            Notice::NoWord { of, since } => {
                Self::NoWord { of: of.into_iter().map(Text).collect(), since: Text(since) }
            }
            Notice::SecondNeeded { by } => Self::SecondNeeded { by: Text(by) },
            Notice::Recalled { by } => Self::Recalled { by: by.map(Text) },
            Notice::Remark { by, text } => Self::Remark { by: Text(by), text },
            Notice::Entered { queue } => Self::Entered { queue },
            Notice::UnknownQueue { name, known } => Self::UnknownQueue { name, known },
            Notice::Alerts { items } => {
                Self::Alerts { items: items.into_iter().map(ItemForm::from).collect() }
            }
            Notice::CallOver { by, minutes } => Self::CallOver { by: Text(by), minutes },
            Notice::CannotDraft { why } => Self::CannotDraft { why },
            Notice::Spent { day } => Self::Spent { day: Text(day) },
            Notice::Status => Self::Status {},
            Notice::Help => Self::Help {},
        }
    }
}

impl From<NoticeForm> for Notice {
    fn from(form: NoticeForm) -> Self {
        match form {
            NoticeForm::Done { command } => Self::Done { command: command.0.0 },
            NoticeForm::AlreadyDecided { by, at, what } => {
                Self::AlreadyDecided { by: by.map(|by| by.0), at: at.0, what }
            }
            NoticeForm::Retired {} => Self::Retired,
            NoticeForm::NotNow { command, state } => Self::NotNow { command: command.0.0, state: state.0.0 },
            NoticeForm::NotUnderstood { why } => Self::NotUnderstood { why },
            NoticeForm::Expired {} => Self::Expired,
            NoticeForm::UnknownColleague { who } => Self::UnknownColleague { who },
            NoticeForm::TooManyQuestions { most, waiting, more } => {
                Self::TooManyQuestions { most, waiting, more }
            }
            NoticeForm::NoAddress {} => Self::NoAddress,
            NoticeForm::AnsweredByHand { at } => Self::AnsweredByHand { at: at.0 },
            NoticeForm::Overdue { state } => Self::Overdue { state: state.0.0 },
            NoticeForm::NoWord { of, since } => {
                Self::NoWord { of: of.into_iter().map(|of| of.0).collect(), since: since.0 }
            }
            NoticeForm::SecondNeeded { by } => Self::SecondNeeded { by: by.0 },
            NoticeForm::Recalled { by } => Self::Recalled { by: by.map(|by| by.0) },
            NoticeForm::Remark { by, text } => Self::Remark { by: by.0, text },
            NoticeForm::Entered { queue } => Self::Entered { queue },
            NoticeForm::UnknownQueue { name, known } => Self::UnknownQueue { name, known },
            NoticeForm::Alerts { items } => {
                Self::Alerts { items: items.into_iter().map(Item::from).collect() }
            }
            NoticeForm::CallOver { by, minutes } => Self::CallOver { by: by.0, minutes },
            NoticeForm::CannotDraft { why } => Self::CannotDraft { why },
            NoticeForm::Spent { day } => Self::Spent { day: day.0 },
            NoticeForm::Status {} => Self::Status,
            NoticeForm::Help {} => Self::Help,
        }
    }
}
