//! Damaged, foreign and hostile records are errors that name the field and repeat nothing of what stands in it.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::golden::{some_row, usual_case};
use crate::record::{
    case_from_json, case_to_json, cursor_from_json, report_from_json, row_from_json, row_to_json,
};

/// What reading says after each change of a good text; the first place is changed.
fn check(good: &[u8], read: impl Fn(&[u8]) -> Option<String>, rows: &[(&str, &str)], expected: &Expect) {
    let good = std::str::from_utf8(good).unwrap();
    let mut said = String::new();
    for (from, to) in rows {
        assert!(good.contains(from), "nothing to change: {from}");
        let bad = good.replacen(from, to, 1);
        let error = read(bad.as_bytes()).unwrap_or_else(|| "read".to_owned());
        said.push_str(&error);
        said.push('\n');
    }
    expected.assert_eq(&said);
}

fn case_error(json: &[u8]) -> Option<String> {
    case_from_json(json).err().map(|error| error.to_string())
}

fn row_error(json: &[u8]) -> Option<String> {
    row_from_json(json).err().map(|error| error.to_string())
}

#[test]
fn cases() {
    let rows = [
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":\"1\""),
        ("\"v\":1,", ""),
        ("{\"v\":1", "{\"v\":1,\"secret name\":0"),
        ("\"v\":1", "\"v\":1,\"effects\":1"),
        ("\"mailbox\":\"honten\"", "\"mailbox\":\"hon/ten\""),
        ("\"mailbox\":\"honten\"", "\"mailbox\":null"),
        ("\"mailbox\":\"honten\",", ""),
        ("\"day\":\"2026-08-26\"", "\"day\":\"2026-02-30\""),
        ("docomo.ne.jp", "docomo ne jp"),
        ("\"class\":\"reservation\"", "\"class\":\"secret\""),
        ("\"urgent\":false", "\"urgent\":0"),
        ("\"fingerprint\":\"30", "\"fingerprint\":\"3"),
        ("\"uid_validity\":7", "\"uid_validity\":4294967296"),
        ("\"uid\":42", "\"uid\":-1"),
        ("\"pending\":0", "\"pending\":1.5"),
        ("form.1@example.com", "a b"),
        ("\"author\":{\"kind\":\"template\"", "\"author\":{\"kind\":\"secret\""),
        ("\"revision\":1", "\"revision\":0"),
        ("\"reminders\":1", "\"reminders\":256"),
        ("\"owner\":{\"kind\":\"desk\"}", "\"owner\":{\"kind\":\"desk\",\"x\":1}"),
        ("\"owner\":{\"kind\":\"desk\"}", "\"owner\":{}"),
        ("\"owner\":{\"kind\":\"desk\"},", ""),
        ("\"state\":{\"kind\":\"open\"", "\"state\":{\"kind\":\"ajar\""),
    ];
    check(
        &case_to_json(&usual_case()),
        case_error,
        &rows,
        &expect![[r#"
            case record: version 2, this program reads version 1
            case record: no version, this program reads version 1
            case record: no version, this program reads version 1
            case record: field secret?name: unknown
            case record: field effects: there twice
            case record: field mailbox: not a mailbox name
            case record: field mailbox: wrong type or out of range
            case record: field mailbox: missing
            case record: field day: not a day
            case record: field customer.address: not a mail address
            case record: field matter.class: unknown word
            case record: field matter.urgent: wrong type or out of range
            case record: field mails[0].fingerprint: not a fingerprint
            case record: field mails[0].place.uid_validity: wrong type or out of range
            case record: field mails[0].place.uid: wrong type or out of range
            case record: field mails[0].pending: wrong type or out of range
            case record: field mails[0].message_id: not a Message-ID
            case record: field draft.author.kind: unknown word
            case record: field draft.revision: not a revision
            case record: field state: wrong type or out of range
            case record: field state: unknown
            case record: field state.kind: missing
            case record: field state.owner: missing
            case record: field state.kind: unknown word
        "#]],
    );
    let mut without_mails = usual_case();
    without_mails.mails.clear();
    let error = case_error(&case_to_json(&without_mails));
    assert_eq!(error.as_deref(), Some("case record: field mails: a case has a mail"));
}

#[test]
fn rows() {
    let tell =
        "\"effect\":{\"kind\":\"tell\",\"to\":\"a@b.example\",\"at\":\"2026-08-27T00:00:00Z\",\"notice\":";
    let send = "\"effect\":{\"kind\":\"send\",\"revision\":1,\"attempt\":1}";
    let unknown_command = format!("{tell}{{\"kind\":\"done\",\"command\":\"削除\"}}}}");
    let unknown_state = format!("{tell}{{\"kind\":\"overdue\",\"state\":\"lost\"}}}}");
    let too_much = format!("{tell}{{\"kind\":\"help\",\"x\":1}}}}");
    let good = format!("{tell}{{\"kind\":\"help\"}}}}");
    let rows = [
        (send, unknown_command.as_str()),
        (send, unknown_state.as_str()),
        (send, too_much.as_str()),
        (send, good.as_str()),
        ("\"attempt\":1", "\"attempt\":4294967296"),
        ("\"phase\":\"dot\"", "\"phase\":\"comma\""),
        ("\"blob\":\"0f", "\"blob\":\"../f"),
        ("\"blob\":\"0f", "\"blob\":\"0F"),
        ("\"number\":2", "\"number\":[2]"),
        ("\"not_before\":\"2026", "\"not_before\":\"26"),
    ];
    check(
        &row_to_json(&some_row()),
        row_error,
        &rows,
        &expect![[r#"
            effect record: field effect: not a command's word
            effect record: field effect: not a state's word
            effect record: field effect: unknown
            read
            effect record: field effect: wrong type or out of range
            effect record: field phase: unknown word
            effect record: field blob: not a hash
            effect record: field blob: not a hash
            effect record: field number: wrong type or out of range
            effect record: field not_before: not an instant
        "#]],
    );
}

#[test]
fn no_records_at_all() {
    let deep = "[".repeat(100_000);
    let rows: [(&[u8], Expect); 6] = [
        (b"", expect!["cursor record: not JSON (line 1, column 0)"]),
        (b"null", expect!["cursor record: no version, this program reads version 1"]),
        (b"{\"v\":1}", expect!["cursor record: field uid_validity: missing"]),
        (b"{\"v\":2,\"uid_validity\":1}", expect!["cursor record: version 2, this program reads version 1"]),
        (
            b"{\"v\":1,\"uid_validity\":1,\"next_uid\":4294967296}",
            expect!["cursor record: field next_uid: wrong type or out of range"],
        ),
        (deep.as_bytes(), expect!["cursor record: not JSON (line 1, column 128)"]),
    ];
    for (json, expected) in rows {
        expected.assert_eq(&cursor_from_json(json).unwrap_err().to_string());
    }
}

#[test]
fn every_cut_is_an_error() {
    let json = case_to_json(&usual_case());
    for end in 0..json.len() {
        assert!(case_from_json(&json[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2_000) })]

    #[test]
    fn damage_never_panics(at in 0_usize..4_000, byte: u8) {
        for good in [case_to_json(&usual_case()), row_to_json(&some_row())] {
            let mut bad = good;
            let at = at % bad.len();
            bad[at] = byte;
            // Some damage lands in free text and is read as it is; none may panic.
            let _ = (case_from_json(&bad), row_from_json(&bad), report_from_json(&bad));
        }
    }
}
