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
        | Effect::Send { .. }
        | Effect::LookForSent { .. }
        | Effect::FileSent { .. } => None,
    }
}

/// Rows that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    rows: BTreeMap<(CaseId, u32), Row>,
}

impl Queue {
    pub(super) fn push(&mut self, row: Row) {
        self.rows.insert((row.case.clone(), row.number), row);
    }

    /// Puts rows back.
    pub(super) fn extend(&mut self, rows: impl IntoIterator<Item = Row>) {
        rows.into_iter().for_each(|row| self.push(row));
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes out up to `most` rows that may be done now.
    pub(super) fn ready(&mut self, now: Timestamp, most: usize) -> Vec<Row> {
        let mut behind: BTreeSet<File> = BTreeSet::new();
        let mut ready = Vec::new();
        for (key, row) in &self.rows {
            let file = file(row);
            let blocked = file.as_ref().is_some_and(|file| behind.contains(file));
            if row.not_before <= now && !blocked && ready.len() < most {
                ready.push(key.clone());
            }
            // One at a time: two in one batch could be regrouped and change places.
            behind.extend(file);
        }
        ready.iter().filter_map(|key| self.rows.remove(key)).collect()
    }

    /// When the next row may be done. One that waits behind another has no time of its own.
    pub(super) fn next(&self) -> Option<Timestamp> {
        let mut behind: BTreeSet<File> = BTreeSet::new();
        let first = |row: &&Row| file(row).is_none_or(|file| behind.insert(file));
        self.rows.values().filter(first).map(|row| row.not_before).min()
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
    fn a_row_behind_another_has_no_time_of_its_own() {
        let mut queue = Queue::default();
        queue.push(row(0, 10, Some(1)));
        queue.push(row(1, 0, Some(1)));
        assert_eq!(queue.next(), Some(Timestamp::from_second(10).unwrap()));
    }
}
