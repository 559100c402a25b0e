//! What is written is read back unchanged, and a case too large sheds the right words.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::any;
use crate::imap::watch::{Anchor, Cursor};
use crate::record::{
    case_from_json, case_to_json, cursor_from_json, cursor_to_json, report_from_json, report_to_json,
    row_from_json, row_to_json,
};
use crate::triage::case::Case;

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn cases(case in any::case()) {
        prop_assert_eq!(case_from_json(&case_to_json(&case)), Ok(case));
    }

    #[test]
    fn rows(row in any::row()) {
        prop_assert_eq!(row_from_json(&row_to_json(&row)), Ok(row));
    }

    #[test]
    fn reports(row in any::report()) {
        prop_assert_eq!(report_from_json(&report_to_json(&row)), Ok(row));
    }

    #[test]
    fn cursors(uid_validity: u32, next_uid: u32, rescan_below: u32, since in any::instant(), id in any::text()) {
        let anchor = (!id.is_empty()).then_some(Anchor { uid: next_uid, message_id: id });
        let cursor = Cursor { uid_validity, next_uid, since, rescan_below, anchor };
        prop_assert_eq!(cursor_from_json(&cursor_to_json(&cursor)), Ok(cursor));
    }
}

/// One case, the same in every run.
fn some_case() -> Case {
    any::case().new_tree(&mut TestRunner::deterministic()).expect("generates").current()
}

#[test]
fn a_large_case_sheds_the_words_of_its_oldest_mails() {
    const KIB: usize = 1024;
    let rows: &[(&str, &[usize], &[bool])] = &[
        ("fits", &[20, 20, 10], &[true, true, true]),
        ("the oldest is enough", &[20, 20, 30], &[false, true, true]),
        ("two", &[5, 20, 50], &[false, false, true]),
        ("even the newest", &[1, 1, 70], &[false, false, false]),
    ];
    for (name, sizes, kept) in rows {
        let mut case = some_case();
        let mail = case.mails[0].clone();
        case.mails.clear();
        for size in *sizes {
            let mut mail = mail.clone();
            mail.words = "x".repeat(size * KIB);
            case.mails.push(mail);
        }
        let json = case_to_json(&case);
        assert!(json.len() <= 60 * KIB, "{name}: {} bytes", json.len());
        let read = case_from_json(&json).expect(name);
        let found: Vec<bool> = read.mails.iter().map(|mail| !mail.words.is_empty()).collect();
        assert_eq!(found, *kept, "{name}");
        assert_eq!((read.draft, read.state), (case.draft, case.state), "{name}");
    }
}

#[test]
fn a_case_of_long_notes_keeps_their_lines() {
    let mut case = some_case();
    let at = case.opened;
    case.record.clear();
    for number in 0..60 {
        case.note(at, None, "メモ", &format!("{number}{}", "\u{1}".repeat(500)));
    }
    let read = case_from_json(&case_to_json(&case)).expect("reads");
    assert_eq!(read.record.len(), 60);
    assert!(read.record[0].note.is_empty());
    assert_eq!(read.record[59].note, case.record[59].note);
}
