//! The rows of one worker, in the order in which they may be done.
//!
//! Marks of one mail keep their order, and so do the drafts of one case: while an earlier one waits for its next
//! attempt, later ones wait behind it (a draft saved after it was retired would lie about for ever). Nothing is kept here that is not in the store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::row::Row;
use crate::triage::effect::Effect;
use crate::triage::id::{CaseId, Fingerprint};

/// What must be done in order: the marks of a mail, or the drafts of a case.
type File = (CaseId, Option<Fingerprint>);

fn file(row: &Row) -> Option<File> {
    match &row.effect {
        Effect::Mark { mail, .. } => Some((row.case.clone(), Some(*mail))),
        Effect::SaveDraft { .. } | Effect::RetireDraft { .. } => Some((row.case.clone(), None)),
        Effect::Ask { .. }
        | Effect::Tell { .. }
        | Effect::Complaint { .. }
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. }
        | Effect::Acknowledge { .. } => None,
    }
}

/// What a row is called: its case and its number there.
type Name = (CaseId, u32);

/// Rows that wait. Every step costs the logarithm of their number.
#[derive(Debug, Default)]
pub(super) struct Queue {
    rows: BTreeMap<Name, Row>,
    /// Rows that wait for nothing but their time: of each file only the first.
    times: BTreeSet<(Timestamp, Name)>,
    files: BTreeMap<File, BTreeMap<u32, Timestamp>>,
}

impl Queue {
    pub(super) fn push(&mut self, row: Row) {
        let name = (row.case.clone(), row.number);
        self.take(&name);
        match file(&row) {
            None => drop(self.times.insert((row.not_before, name.clone()))),
            Some(file) => {
                let mails = self.files.entry(file).or_default();
                let first = mails.first_key_value().map(|(number, at)| (*number, *at));
                mails.insert(row.number, row.not_before);
                if first.is_none_or(|(number, _)| row.number < number) {
                    if let Some((number, at)) = first {
                        self.times.remove(&(at, (row.case.clone(), number)));
                    }
                    self.times.insert((row.not_before, name.clone()));
                }
            }
        }
        self.rows.insert(name, row);
    }

    /// Puts rows back.
    pub(super) fn extend(&mut self, rows: impl IntoIterator<Item = Row>) {
        rows.into_iter().for_each(|row| self.push(row));
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes out up to `most` rows that may be done now, those that have waited longest first. Of a file only one: two
    /// in one batch could be regrouped and change places.
    pub(super) fn ready(&mut self, now: Timestamp, most: usize) -> Vec<Row> {
        let due = self.times.iter().take_while(|(at, _)| *at <= now).take(most);
        let names: Vec<Name> = due.map(|(_, name)| name.clone()).collect();
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    /// When the next row may be done. One that waits behind another has no time of its own.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.times.first().map(|(at, _)| *at)
    }

    /// Takes a row out; the next one of its file may then be done.
    fn take(&mut self, name: &Name) -> Option<Row> {
        let row = self.rows.remove(name)?;
        self.times.remove(&(row.not_before, name.clone()));
        if let Some(file) = file(&row)
            && let Some(mails) = self.files.get_mut(&file)
        {
            mails.remove(&row.number);
            match mails.first_key_value() {
                Some((number, at)) => drop(self.times.insert((*at, (row.case.clone(), *number)))),
                None => drop(self.files.remove(&file)),
            }
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::row::Phase;
    use crate::triage::case::Place;
    use crate::triage::id::MailboxName;

    fn row(number: u32, at: i64, mail: Option<u8>) -> Row {
        let effect = match mail {
            Some(mail) => Effect::Mark {
                mail: Fingerprint::new([mail; 16]),
                message_id: None,
                place: Place {
                    folder: "INBOX".to_owned(),
                    uid_validity: 1,
                    uid: 1,
                    size: 1,
                    server_id: None,
                },
                add: BTreeSet::new(),
                remove: BTreeSet::new(),
                archive: false,
            },
            None => Effect::SaveDraft { revision: crate::triage::id::Revision::FIRST },
        };
        Row {
            case: CaseId::of(Fingerprint::new([7; 16])),
            mailbox: MailboxName::parse("m").unwrap(),
            number,
            not_before: Timestamp::from_second(at).unwrap(),
            attempts: 0,
            phase: Phase::Planned,
            blob: None,
            effect,
        }
    }

    #[test]
    fn marks_of_a_mail_and_drafts_of_a_case_never_overtake_each_other() {
        for (rows, now, expected) in [
            (vec![row(0, 10, Some(1)), row(1, 0, Some(1))], 5, vec![]),
            (vec![row(0, 10, Some(1)), row(1, 0, Some(1))], 10, vec![0]),
            (vec![row(0, 10, Some(1)), row(1, 0, Some(2))], 5, vec![1]),
            (vec![row(0, 10, Some(1)), row(1, 0, None)], 5, vec![1]),
            (vec![row(0, 0, None), row(1, 0, None)], 5, vec![0]),
        ] {
            let mut queue = Queue::default();
            rows.into_iter().for_each(|row| queue.push(row));
            let ready: Vec<u32> =
                queue.ready(Timestamp::from_second(now).unwrap(), 10).iter().map(|row| row.number).collect();
            assert_eq!(ready, expected);
        }
    }

    #[test]
    fn a_row_that_comes_back_is_again_the_first_of_its_file() {
        let mut queue = Queue::default();
        queue.extend([row(0, 0, Some(1)), row(1, 0, Some(1)), row(2, 0, None)]);
        let now = Timestamp::from_second(5).unwrap();
        let mut out = queue.ready(now, 10);
        assert_eq!(out.iter().map(|row| row.number).collect::<Vec<_>>(), [0, 2]);
        let mut first = out.remove(0);
        first.not_before = Timestamp::from_second(50).unwrap();
        queue.push(first);
        assert_eq!((queue.len(), queue.next()), (2, Some(Timestamp::from_second(50).unwrap())));
        assert!(queue.ready(now, 10).is_empty());
    }

    #[test]
    fn a_row_behind_another_has_no_time_of_its_own() {
        let mut queue = Queue::default();
        queue.push(row(0, 10, Some(1)));
        queue.push(row(1, 0, Some(1)));
        assert_eq!(queue.next(), Some(Timestamp::from_second(10).unwrap()));
    }
}
