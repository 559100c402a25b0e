//! Rows: which way, which name, which folder.

use super::*;

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn inbox(permanent: Option<&[&str]>) -> Selected {
    Selected {
        folder: "INBOX".into(),
        uid_validity: 1,
        uid_next: None,
        exists: 0,
        permanent: permanent.map(words),
        read_only: false,
    }
}

#[test]
fn the_way_follows_what_the_server_keeps() {
    let names = |by| MarkNames { by, ..MarkNames::default() };
    for (by, permanent, can_move, expected) in [
        (Marking::Auto, Some(["\\Seen", "\\*"].as_slice()), true, Way::Keywords),
        (Marking::Auto, None, true, Way::Keywords),
        (Marking::Auto, Some(&["\\Seen"]), true, Way::Folders),
        (Marking::Auto, Some(&[]), true, Way::Folders),
        (Marking::Auto, Some(&["\\Seen"]), false, Way::Unwritten),
        // A Maildir whose 26 keywords are used up.
        (Marking::Auto, Some(&["\\Seen", "$handled"]), true, Way::Keywords),
        (Marking::Keywords, Some(&["\\Seen"]), true, Way::Keywords),
        (Marking::Folders, Some(&["\\Seen", "\\*"]), true, Way::Folders),
        (Marking::Folders, Some(&["\\Seen", "\\*"]), false, Way::Unwritten),
    ] {
        assert_eq!(
            Way::of(&names(by), &inbox(permanent), can_move),
            expected,
            "{by:?} {permanent:?} {can_move}"
        );
    }
}

#[test]
fn flags_and_labels_are_read_as_meanings() {
    let names = MarkNames::default();
    assert_eq!(names.by_flags(&words(&["\\Seen", "$ASKED", "other"])), words(&["asked"]));
    assert_eq!(names.by_labels(&words(&["\\Inbox", "返信待ち", "客"])), words(&["awaiting_reply"]));
    assert_eq!(names.labels(&words(&["chat", "no such meaning"])), words(&["チャット"]));
    assert_eq!(names.keywords(&words(&["chat", "no such meaning"])), words(&["$Chat"]));
}

fn homes(names: &MarkNames) -> Homes<'_> {
    Homes { names, inbox: "INBOX", archive: Some("Archive"), delimiter: Some("/"), prefix: "" }
}

#[test]
fn a_mark_has_a_home() {
    let mut names = MarkNames::default();
    let folder = |name: &str| Some(Home::Folder(name.into()));
    assert_eq!(homes(&names).home("awaiting_reply"), folder("返信待ち"));
    assert_eq!(homes(&names).home("asked"), Some(Home::Inbox));
    assert_eq!(homes(&names).home("handled"), Some(Home::Archive));
    assert_eq!(Homes { archive: None, ..homes(&names) }.home("handled"), Some(Home::Inbox));
    assert_eq!(homes(&names).home("no such meaning"), None);
    for (parent, label, delimiter, prefix, expected) in [
        (None, "店/返信", Some("/"), "", "店/返信"),
        (None, "店/返信", Some("."), "", "店.返信"),
        (None, "No. 1", Some("."), "INBOX.", "INBOX.No_ 1"),
        (Some("窓口"), "返信", Some("/"), "", "窓口/返信"),
        (Some("窓口/印"), "返信", Some("."), "INBOX.", "INBOX.窓口.印.返信"),
        (Some("窓口"), "返信", None, "", "窓口-返信"),
    ] {
        names.parent = parent.map(str::to_owned);
        let homes = Homes { delimiter, prefix, ..homes(&names) };
        assert_eq!(homes.path(label), expected);
    }
}

/// Where a mail goes: a folder's name, `INBOX`, `Archive`, or `-` when it stays.
fn goes(names: &MarkNames, from: &str, add: &[&str], remove: &[&str]) -> String {
    let homes = homes(names);
    match homes.destination(homes.lies(from), &words(add), &words(remove)) {
        None => "-".to_owned(),
        Some(Home::Inbox) => "INBOX".to_owned(),
        Some(Home::Archive) => "Archive".to_owned(),
        Some(Home::Folder(folder)) => folder,
    }
}

#[test]
fn the_state_mark_decides_where_a_mail_goes() {
    let names = MarkNames::default();
    for (from, add, remove, expected) in [
        ("inbox", ["asked"].as_slice(), [].as_slice(), "-"),
        ("INBOX", &["awaiting_reply"], &["asked"], "返信待ち"),
        ("INBOX", &["asked_shop", "chat"], &[], "店舗依頼"),
        ("INBOX", &["chat"], &[], "チャット"),
        ("INBOX", &["asked", "chat"], &[], "-"),
        ("INBOX", &["handled"], &["asked"], "Archive"),
        ("返信待ち", &["handled"], &["awaiting_reply"], "Archive"),
        ("返信待ち", &["asked"], &["awaiting_reply"], "INBOX"),
        ("返信待ち", &["awaiting_reply"], &[], "-"),
        ("返信待ち", &[], &["awaiting_reply"], "INBOX"),
        ("返信待ち", &["chat"], &["awaiting_reply"], "チャット"),
        ("返信待ち", &[], &["chat"], "-"),
        ("Archive", &[], &["handled"], "INBOX"),
        ("Archive", &["handled"], &[], "-"),
        ("Archive", &["asked_shop"], &["handled"], "店舗依頼"),
        // A person's own folder: nothing is fetched back from there.
        ("客/青木", &["asked"], &[], "-"),
        ("客/青木", &[], &["asked"], "-"),
        ("客/青木", &["awaiting_reply"], &[], "-"),
        ("INBOX", &[], &["asked"], "-"),
        ("INBOX", &[], &[], "-"),
    ] {
        assert_eq!(goes(&names, from, add, remove), expected, "{from} +{add:?} -{remove:?}");
    }
}

#[test]
fn which_marks_leave_a_mail_in_the_inbox_is_configured() {
    let names = MarkNames { in_inbox: words(&["asked_shop"]), ..MarkNames::default() };
    assert_eq!(goes(&names, "INBOX", &["asked"], &[]), "確認中");
    assert_eq!(goes(&names, "確認中", &["handled"], &["asked"]), "Archive");
    assert_eq!(goes(&names, "確認中", &["asked_shop"], &["asked"]), "INBOX");
}

#[test]
fn marks_are_read_from_where_a_mail_lies() {
    let names = MarkNames::default();
    let homes = homes(&names);
    for (folder, believed, expected) in [
        ("INBOX", ["asked", "chat"].as_slice(), ["asked", "chat"].as_slice()),
        ("INBOX", &[], &[]),
        ("返信待ち", &["awaiting_reply", "chat"], &["awaiting_reply", "chat"]),
        // Dragged to another mark's folder.
        ("店舗依頼", &["asked", "chat"], &["asked_shop", "chat"]),
        ("店舗依頼", &["awaiting_reply"], &["asked_shop"]),
        ("Archive", &["awaiting_reply"], &["handled"]),
        ("Archive", &["asked"], &["handled"]),
        ("Archive", &["handled"], &["handled"]),
        // Dragged back into the inbox; a folder of their own says nothing.
        ("INBOX", &["awaiting_reply"], &[]),
        ("INBOX", &["handled", "chat"], &["chat"]),
        ("客/青木", &["awaiting_reply"], &["awaiting_reply"]),
        ("客/青木", &["asked"], &["asked"]),
        ("チャット", &["chat"], &["chat"]),
        ("INBOX", &["chat"], &["chat"]),
    ] {
        assert_eq!(
            homes.seen(homes.lies(folder), &words(believed)),
            words(expected),
            "{folder} {believed:?}"
        );
    }
}

#[test]
fn what_is_written_is_read_back() {
    let names = MarkNames::default();
    let homes = homes(&names);
    for mark in STATE_MARKS {
        let lies = homes.lies("INBOX");
        let to = match homes.destination(lies, &words(&[mark]), &words(&[])) {
            None | Some(Home::Inbox) => "INBOX".to_owned(),
            Some(Home::Archive) => "Archive".to_owned(),
            Some(Home::Folder(folder)) => folder,
        };
        assert_eq!(homes.seen(homes.lies(&to), &words(&[mark])), words(&[mark]));
    }
}
