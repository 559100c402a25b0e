//! What a mail is to a fresh case, and what is planned for it, in the words of a test.
//!
//! Builds the event as the desk would and reads the decision; decides nothing and does nothing.

use std::collections::BTreeSet;

use super::suite::Test;
use crate::config::Mailbox;
use crate::desk::matter;
use crate::live::Live;
use crate::triage::case::{CaseMail, Place};
use crate::triage::decide::Decision;
use crate::triage::draft::Author;
use crate::triage::effect::{Effect, Question};
use crate::triage::event::Event;
use crate::triage::id::{CaseId, Fingerprint};
use crate::triage::mail::Letter;
use crate::triage::verdict::{Disposition, Reading};

/// What the mail is to a fresh case, as the desk would say it. An agent's answer and machine mail open none.
pub(super) fn event(
    live: &Live,
    test: &Test,
    letter: Option<&Letter>,
    reading: Option<&Reading>,
) -> Option<Event> {
    let mailbox = live.looking_as()?;
    let place = Place { folder: mailbox.folder.clone(), uid_validity: 1, uid: 1, size: 0, server_id: None };
    let (Some(letter), Some(reading)) = (letter, reading) else {
        return Some(unreadable(live, test, mailbox, place));
    };
    match reading.verdict.disposition {
        Disposition::Case | Disposition::FollowUp => {
            let arrival = matter::arrival(live, &mailbox.name, letter, reading, &place, test.at);
            Some(Event::Arrived(Box::new(arrival)))
        }
        Disposition::Quarantined => Some(unreadable(live, test, mailbox, place)),
        Disposition::Command | Disposition::Ignored(_) => None,
    }
}

fn unreadable(live: &Live, test: &Test, mailbox: &Mailbox, place: Place) -> Event {
    let fingerprint = Fingerprint::new([0; 16]);
    let mail = CaseMail {
        fingerprint,
        message_id: None,
        subject: String::new(),
        words: String::new(),
        sent: test.at,
        place,
        fixed_marks: BTreeSet::new(),
        marks: BTreeSet::new(),
        archived: false,
        pending: None,
        gone: false,
        stars: BTreeSet::new(),
    };
    Event::Unreadable {
        id: CaseId::of(fingerprint),
        mailbox: mailbox.name.clone(),
        day: test.at.to_zoned(live.zone(&mailbox.name).clone()).date(),
        mail: Box::new(mail),
        why: "unreadable".to_owned(),
    }
}

/// The planned effects in the words of a test: `mark:asked`, `save_draft:price`, `ask:approve`.
pub(super) fn words(decision: &Decision) -> Vec<String> {
    let mut words = Vec::new();
    for planned in &decision.effects {
        let word = planned.effect.word();
        match &planned.effect {
            Effect::Mark { add, remove, archive, .. } => {
                words.extend(add.iter().map(|mark| format!("mark:{mark}")));
                words.extend(remove.iter().map(|mark| format!("unmark:{mark}")));
                words.extend(archive.then(|| "archive".to_owned()));
            }
            Effect::SaveDraft { .. } => {
                let author = decision.next.draft.as_ref().map(|draft| &draft.author);
                words.push(match author {
                    Some(Author::Template(name)) => format!("{word}:{name}"),
                    Some(Author::Agent(_)) | None => word.to_owned(),
                });
            }
            Effect::Ask { question, .. } => words.push(format!("{word}:{}", question_word(*question))),
            Effect::RetireDraft { .. }
            | Effect::Tell { .. }
            | Effect::Complaint { .. }
            | Effect::Send { .. }
            | Effect::LookForSent { .. }
            | Effect::FileSent { .. }
            | Effect::Acknowledge { .. } => words.push(word.to_owned()),
        }
    }
    // Every agent is asked; once is enough to read.
    words.dedup();
    words
}

const fn question_word(question: Question) -> &'static str {
    match question {
        Question::Approve => "approve",
        Question::Write => "write",
        Question::Shop => "shop",
        Question::Unknown => "unknown",
        Question::Quarantine => "quarantine",
        Question::Outcome => "outcome",
        Question::Undo => "undo",
        Question::Check => "check",
        Question::LongCall => "long_call",
    }
}
