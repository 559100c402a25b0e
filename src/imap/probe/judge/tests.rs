//! Each answer of a server and what it means.

use super::*;
use crate::imap::folders::{Folder, Folders};

fn folder(name: &str, uses: &[Use]) -> Folder {
    Folder { name: name.into(), delimiter: Some("/".into()), uses: uses.to_vec(), selectable: true }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// A server that can everything.
fn best() -> Seen {
    Seen {
        gmail: false,
        can_move: true,
        uid_plus: true,
        idle: true,
        condstore: true,
        folders: Folders {
            all: vec![folder("Archive", &[Use::Archive])],
            archive: Some("Archive".into()),
            drafts: Some("Drafts".into()),
            sent: Some("Sent".into()),
            ..Folders::default()
        },
        exists: 3,
        new_keywords: true,
        keywords: words(&["$Done"]),
        newest: Some(Timestamp::UNIX_EPOCH),
        stars: None,
        quota: Some((1, 1024)),
        connections: 3,
    }
}

fn gmail() -> Seen {
    let mut seen = best();
    seen.gmail = true;
    seen.folders.all = vec![folder("All", &[Use::All])];
    seen.stars = Some(vec![("green-check", 1), ("purple-star", 2)]);
    seen
}

fn ours() -> BTreeSet<String> {
    words(&["$Asked", "$done"])
}

#[test]
fn a_server_that_can_everything_is_good() {
    for seen in [best(), gmail()] {
        let findings = judge(&seen, &ours(), Timestamp::UNIX_EPOCH);
        assert!(findings.iter().all(|one| one.level == Level::Good && one.advice.is_empty()), "{findings:?}");
    }
}

#[test]
fn each_lack_has_its_level_and_its_words() {
    type Change = fn(&mut Seen);
    let rows: [(&str, bool, Change, Level, &str); 19] = [
        ("all-mail", true, |seen| seen.folders.all.clear(), Level::Bad, "hidden"),
        ("special-use", false, |seen| seen.folders.all = vec![folder("x", &[])], Level::Warn, "does not say"),
        ("drafts", false, |seen| seen.folders.drafts = None, Level::Warn, "no folder for drafts"),
        ("sent", true, |seen| seen.folders.sent = None, Level::Warn, "no folder of sent mail"),
        ("archive", false, |seen| seen.folders.archive = None, Level::Warn, "no archive"),
        (
            "marks",
            false,
            |seen| {
                seen.new_keywords = false;
                seen.keywords = words(&["$asked", "$DONE"]);
            },
            Level::Good,
            "as keywords",
        ),
        ("marks", false, |seen| seen.new_keywords = false, Level::Warn, "makes no new keywords"),
        (
            "marks",
            false,
            |seen| {
                seen.new_keywords = false;
                seen.keywords.clear();
            },
            Level::Warn,
            "as folders",
        ),
        (
            "marks",
            false,
            |seen| {
                seen.new_keywords = false;
                seen.keywords.clear();
                seen.can_move = false;
            },
            Level::Bad,
            "no mark can be written",
        ),
        ("marks", true, |seen| seen.new_keywords = false, Level::Good, "as labels"),
        (
            "keywords",
            false,
            |seen| seen.keywords = (0..25).map(|number| format!("k{number}")).collect(),
            Level::Warn,
            "25 keywords in use, 27 with ours",
        ),
        ("move", false, |seen| seen.can_move = false, Level::Warn, "no MOVE"),
        ("uidplus", false, |seen| seen.uid_plus = false, Level::Warn, "no UIDPLUS"),
        ("idle", false, |seen| seen.idle = false, Level::Warn, "no IDLE"),
        ("condstore", false, |seen| seen.condstore = false, Level::Warn, "no CONDSTORE"),
        ("stars", true, |seen| seen.stars = None, Level::Warn, "does not answer"),
        (
            "stars",
            true,
            |seen| seen.stars = Some(vec![("green-check", 0), ("purple-star", 2)]),
            Level::Warn,
            "green-check 0, purple-star 2 in 90 days",
        ),
        ("connections", true, |seen| seen.connections = 1, Level::Warn, "1 of 3"),
        (
            "clock",
            false,
            |seen| seen.newest = Some(Timestamp::from_second(121).unwrap()),
            Level::Warn,
            "121 seconds",
        ),
    ];
    for (topic, at_google, change, level, says) in rows {
        let mut seen = if at_google { gmail() } else { best() };
        change(&mut seen);
        let findings = judge(&seen, &ours(), Timestamp::UNIX_EPOCH);
        let found = findings.iter().find(|finding| finding.topic == topic).unwrap();
        assert_eq!(found.level, level, "{topic}: {found:?}");
        assert!(found.says.contains(says), "{topic}: {found:?}");
        assert_eq!(found.advice.is_empty(), level == Level::Good, "{topic}: {found:?}");
    }
}

#[test]
fn a_quota_is_told_before_it_is_full() {
    for (quota, expected) in [
        (Some((9, 10)), Some((Level::Warn, "90 % of 0 MiB used"))),
        (Some((2048, 2048)), Some((Level::Bad, "100 % of 2 MiB used"))),
        (Some((u64::MAX, u64::MAX)), Some((Level::Bad, "100 % of 18014398509481983 MiB used"))),
        (Some((0, 0)), None),
        (None, None),
    ] {
        let seen = Seen { quota, ..best() };
        let findings = judge(&seen, &ours(), Timestamp::UNIX_EPOCH);
        let found = findings.iter().find(|finding| finding.topic == "quota");
        assert_eq!(found.map(|found| (found.level, found.says.as_str())), expected);
    }
}

#[test]
fn mail_that_is_not_there_says_nothing_of_the_clock() {
    let seen = Seen { newest: None, ..best() };
    assert!(!judge(&seen, &ours(), Timestamp::UNIX_EPOCH).iter().any(|finding| finding.topic == "clock"));
}
