//! The supervisor's workshop as a supervisor meets it: tests of rules, and rules compared on old mail.
//!
//! Needs no server; the mailbox stands in `tests/backtest_dovecot.rs`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a missing line fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the documented config, its rules and its templates; no tests yet.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::copy(root().join("config.toml"), folder.path("config.toml")).unwrap();
        folder.copy("rules", "rules");
        folder.copy("templates", "templates");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn copy(&self, from: &str, to: &str) {
        fs::create_dir(self.path(to)).unwrap();
        for entry in fs::read_dir(root().join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, self.path(to).join(path.file_name().unwrap())).unwrap();
            }
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.0.path(), arguments)
    }
}

fn run(at: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.stdin(Stdio::null()).current_dir(at).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What is shipped is what a supervisor starts from: every test holds, and nearly every rule has one.
#[test]
fn the_shipped_tests_hold() {
    let output = run(root(), &["test", "--json"]);
    let all = objects(&out(&output));
    let failed: Vec<&Value> = all.iter().filter(|test| test["passed"] == false).collect();
    assert_eq!(failed, Vec::<&Value>::new());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let summary = all.last().unwrap();
    let unreached = summary["unreached"].as_array().unwrap();
    assert!(unreached.is_empty(), "write a test in rules/tests for each of these: {unreached:#?}");
}

const TESTS: &str = r#"date = 2026-08-27T10:00:00
from = "山根 <yamane@customer.example>"

[[test]]
name = "parking"
text = "新宿院の駐車場はどこですか。"
[test.expect]
topic = "price"
class = "inquiry"
template = "access"
needs_staff = true
never = ["save_draft:access", "send"]

[[test]]
name = "slot"
text = "9月1日の15時に予約したいです。"
[test.expect]
wishes = [{ start = "2026-09-01T16:00" }]
fields = { name = "山根", phone = "0312345678" }
rules = ["ja-price"]
effects = ["ask:approve"]

[[test]]
name = "good"
text = "料金を教えてください。"
[test.expect]
topic = "price"
"#;

#[test]
fn every_failure_names_its_place_and_the_rule() {
    let folder = Folder::new();
    folder.write("rules/tests/own.toml", TESTS);
    let output = folder.run(&["test", "--junit", "result.xml"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let said = out(&output);
    for (line, rule) in [
        (
            "rules/tests/own.toml:8:9: \"parking\": topic: expected price, got access; decided by ",
            "ja-access",
        ),
        (
            "rules/tests/own.toml:11:15: \"parking\": needs_staff: expected true, got false; decided by ",
            "ja-access",
        ),
        (
            "rules/tests/own.toml:12:9: \"parking\": never: expected never save_draft:access, got save_draft:access",
            "answer-access",
        ),
        (
            "rules/tests/own.toml:18:10: \"slot\": wishes: expected 2026-09-01T16:00, got 2026-09-01T15:00 hour",
            "no rule spoke",
        ),
        ("rules/tests/own.toml:19:33: \"slot\": phone: expected 0312345678, got nothing; ", "no rule spoke"),
        ("rules/tests/own.toml:20:9: \"slot\": rules: expected ja-price, got ", "ja-booking"),
    ] {
        let found = said.lines().find(|said| said.starts_with(line));
        assert!(found.is_some_and(|found| found.contains(rule)), "no {line:?} with {rule}:\n{said}");
    }
    assert!(said.contains("no test reaches rules/en.toml:"), "{said}");
    assert_eq!(said.matches("rules/tests/own.toml:").count(), 6, "{said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("1 passed, 2 failed; "), "{last}");

    let xml = fs::read_to_string(folder.path("result.xml")).unwrap();
    let mut reader = Reader::from_str(&xml);
    let (mut cases, mut failures) = (0, 0);
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            cases += usize::from(tag.name().as_ref() == b"testcase");
            failures += usize::from(tag.name().as_ref() == b"failure");
        }
        if matches!(event, Event::Eof) {
            break;
        }
    }
    assert_eq!((cases, failures), (3, 6), "{xml}");
}

#[test]
fn a_rule_without_a_test_fails_only_where_that_is_asked_for() {
    let folder = Folder::new();
    let good = "date = 2026-08-27T10:00:00\nfrom = \"a@b.example\"\n[[test]]\nname = \"x\"\ntext = \"料金は\"\n[test.expect]\ntopic = \"price\"\n";
    folder.write("rules/tests/own.toml", good);
    assert_eq!(folder.run(&["test"]).status.code(), Some(0));
    let strict = folder.run(&["test", "--require-coverage", "--json", "--junit", "result.xml"]);
    assert_eq!(strict.status.code(), Some(1));
    let all = objects(&out(&strict));
    assert_eq!(all[0]["passed"], true);
    let unreached = all[1]["unreached"].as_array().unwrap();
    assert!(unreached.iter().any(|rule| rule["rule"] == "ja-access"));
    assert!(unreached.iter().all(|rule| rule["rule"] != "ja-price"));
    let xml = fs::read_to_string(folder.path("result.xml")).unwrap();
    assert!(xml.contains("no test reaches rules/ja.toml:"), "{xml}");
    // The same tests for rules that are not in force yet.
    folder.copy("rules", "new");
    let text = fs::read_to_string(folder.path("new/ja.toml")).unwrap();
    folder.write("new/ja.toml", &text.replace("\"料金\"", "\"料金表\""));
    let other = folder.run(&["test", "rules/tests", "--rules", "new"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(out(&other).contains("topic: expected price, got other"), "{}", out(&other));
}

#[test]
fn faults_in_test_files_come_all_at_once() {
    let folder = Folder::new();
    let tests = folder.run(&["test"]);
    assert_eq!(tests.status.code(), Some(3), "no folder: {}", err(&tests));
    fs::create_dir(folder.path("rules/tests")).unwrap();
    let none = folder.run(&["test"]);
    assert_eq!(none.status.code(), Some(1), "{}", err(&none));
    for (text, fault) in [
        ("[[test]]\nname = \"x\"\n[test.expect]\n", "2:8: the test has 0 mails; give it exactly one of"),
        ("[[test]]\nname = \"x\"\ntext = \"a\"\nfile = \"b\"\n[test.expect]\n", "2:8: the test has 2 mails"),
        ("[[test]]\nname = \"x\"\ntext = \"a\"\n[test.expect]\n", "2:8: the test has no date; write date ="),
        (
            "date = 2026-08-27T10:00:00\n[[test]]\nname = \"x\"\ntext = \"a\"\n[test.expect]\n",
            "3:8: nobody wrote this mail",
        ),
        ("[[test]]\nname = \"x\"\nfile = \"no.eml\"\n[test.expect]\n", "3:8: `no.eml` cannot be read"),
        ("[[test]]\nname = \"x\"\ntext = \"a\"\n", "2:8: the test expects nothing; write [test.expect]"),
        (
            "[[test]]\nname = \"x\"\n[test.expect]\ntopc = \"price\"\n",
            "4:1: unknown key `test.expect.topc`; did you mean `topic`?",
        ),
        (
            "[[test]]\nname = \"x\"\n[test.expect]\ntopic = \"prise\"\n",
            "4:9: `prise` is not a choice here; write one of \"",
        ),
        (
            "[[test]]\nname = \"x\"\n[test.expect]\ntemplate = \"prise\"\n",
            "4:12: there is no template `prise`; did you mean \"price\"?",
        ),
        ("[[test]]\nname = \"x\"\n[test.expect]\nnever = [\"sent\"]\n", "4:10: `sent` is not a choice here"),
        (
            "[[test]]\nname = \"x\"\n[test.expect]\nnever = [\"mark:handeld\"]\n",
            "4:10: `handeld` is not a choice here",
        ),
        ("[[test]]\nname = \"x\"\n[test.expect]\nnever = [\"send:all\"]\n", "4:10: `send:all` says too much"),
        (
            "[[test]]\nname = \"x\"\n[test.expect]\nwishes = [{ start = \"noon\" }]\n",
            "4:21: `noon` is no day and no time",
        ),
        ("date = \"soon\"\n", "1:8: `soon` is no instant; write 2026-08-27T10:00:00"),
        (
            "[[test]]\nname = \"x\"\nmail = \"Subject: a\"\nsubject = \"b\"\n[test.expect]\n",
            "4:11: `subject` is for a plain text",
        ),
        (
            "date = 2026-08-27T10:00:00\nfrom = \"a@b.example\"\n[[test]]\nname = \"x\"\ntext = \"a\"\n[test.expect]\n[[test]]\nname = \"x\"\ntext = \"a\"\n[test.expect]\n",
            "8:8: two tests are called `x`; rename one",
        ),
        ("[[test]\n", "1:"),
    ] {
        folder.write("rules/tests/own.toml", text);
        let output = folder.run(&["test"]);
        assert_eq!(output.status.code(), Some(3), "{text}\n{}", err(&output));
        let wanted = format!("rules/tests/own.toml:{fault}");
        assert!(err(&output).contains(&wanted), "{text}\nwanted {wanted}\n{}", err(&output));
    }
    // Whatever stands in the folder of the tests, the rules load without it.
    let check = folder.run(&["check", "--offline"]);
    assert_eq!(check.status.code(), Some(0), "{}", err(&check));
}

/// A mail of an mbox; `more` are further header lines.
fn boxed(id: &str, from: &str, to: &str, date: &str, more: &str, text: &str) -> String {
    format!(
        "From x Thu Aug 27 10:00:00 2026\nDate: {date}\nFrom: {from}\nTo: {to}\nSubject: =?UTF-8?B?6LOq5ZWP?=\n\
         Message-ID: <{id}@mails.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n{more}\n{text}\n\n"
    )
}

const US: &str = "reservation1@jitanbody.example";

/// Two weeks of a desk: what came in, what was answered and marked.
fn desk() -> String {
    let template = fs::read_to_string(root().join("templates/price.txt")).unwrap();
    let price: String = template
        .split("---\n")
        .nth(2)
        .unwrap()
        .lines()
        .filter(|line| !line.contains('{'))
        .map(|line| format!("{line}\n"))
        .collect();
    [
        boxed(
            "a",
            "fujita@c.example",
            US,
            "Mon, 10 Aug 2026 10:00:00 +0900",
            "",
            "全身でいくらになりますか。",
        ),
        boxed("b", US, "fujita@c.example", "Mon, 10 Aug 2026 12:00:00 +0900", "", &price),
        boxed(
            "c",
            "ogata@c.example",
            US,
            "Tue, 11 Aug 2026 10:00:00 +0900",
            "X-Gmail-Labels: =?UTF-8?B?6L+U5L+h5b6F44Gh?=\n",
            "8月20日の15時に予約したいです。",
        ),
        boxed(
            "d",
            "news@shop.example",
            US,
            "Wed, 12 Aug 2026 10:00:00 +0900",
            "X-Keywords: $Junk\n",
            "秋の新作タオルが入荷しました。",
        ),
        boxed("e", "quiet@c.example", US, "Thu, 13 Aug 2026 10:00:00 +0900", "", "とくに用はありません。"),
        // Too new to tell.
        boxed(
            "f",
            "late@c.example",
            US,
            "Tue, 25 Aug 2026 10:00:00 +0900",
            "",
            "住所を教えてください。\n>From ここから",
        ),
        boxed(
            "a",
            "fujita@c.example",
            US,
            "Mon, 10 Aug 2026 10:00:00 +0900",
            "",
            "全身でいくらになりますか。",
        ),
        "From x Thu Aug 27 10:00:00 2026\n\n".to_owned(),
    ]
    .concat()
}

#[test]
fn rules_are_compared_with_each_other_and_with_people() {
    let folder = Folder::new();
    folder.copy("rules", "new");
    let machines = fs::read_to_string(folder.path("new/machines.toml")).unwrap();
    folder.write(
        "new/machines.toml",
        &format!(
            "{machines}\n[[machine]]\nname = \"towels\"\nbecause = \"newsletter\"\nany = [\"入荷しました\"]\n"
        ),
    );
    for line_end in ["\n", "\r\n"] {
        folder.write("desk.mbox", &desk().replace('\n', line_end));
        let output = folder.run(&["backtest", "desk.mbox", "--rules", "new", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let all = objects(&out(&output));
        let summary = all.last().unwrap();
        let number = |key: &str| summary[key].as_u64().unwrap();
        for (key, expected) in [
            ("mails", 5),
            ("twice", 1),
            ("answers", 1),
            ("changed", 1),
            ("silenced", 1),
            ("raised", 0),
            ("known", 4),
            ("old_right", 2),
            ("new_right", 3),
            ("better", 1),
            ("worse", 0),
        ] {
            assert_eq!(number(key), expected, "{key}: {summary}");
        }
        assert_eq!(summary["damaged"].as_array().unwrap().len(), 1, "{summary}");
        assert_eq!(summary["questions"]["class"]["known"], 2, "{summary}");
        let row = &all[0];
        assert_eq!(
            (row["mail"].as_str(), row["judged"].as_str()),
            (Some("desk.mbox#4"), Some("better")),
            "{row}"
        );
        assert_eq!((row["people"].as_str(), row["new"].as_str()), (Some("junk"), Some("ignored:newsletter")));
        assert!(row["rules"][0].as_str().unwrap().starts_with("+new/machines.toml:"), "{row}");
        assert!(err(&output).contains("desk.mbox#8 (byte "), "{}", err(&output));
    }
    // Rules that silence a customer whom somebody answered are worse.
    let machines = fs::read_to_string(folder.path("new/machines.toml")).unwrap();
    folder.write("new/machines.toml", &machines.replace("入荷しました", "いくらに"));
    let worse = folder.run(&["backtest", "desk.mbox", "--rules", "new"]);
    assert_eq!(worse.status.code(), Some(1));
    assert!(err(&worse).contains("the new rules are worse by 1 mails; 0 are allowed"), "{}", err(&worse));
    assert!(out(&worse).contains("answered (price)"), "{}", out(&worse));
    let allowed = folder.run(&["backtest", "desk.mbox", "--rules", "new", "--max-worse", "1"]);
    assert_eq!(allowed.status.code(), Some(0), "{}", err(&allowed));
}

#[test]
fn words_of_a_mail_are_shown_only_when_asked_for() {
    let folder = Folder::new();
    folder.copy("rules", "new");
    let names = fs::read_to_string(folder.path("new/names.toml")).unwrap();
    // Another way of reading names, and one more wish read.
    folder.write(
        "new/names.toml",
        &names.replacen(
            "list = \"name_after\"\nwords = [\"と申します\", ",
            "list = \"name_after\"\nwords = [",
            1,
        ),
    );
    folder.write(
        "mails/1.eml",
        "Date: Mon, 10 Aug 2026 10:00:00 +0900\nFrom: k7@c.example\nTo: reservation1@jitanbody.example\nSubject: secret subject\n\
         Content-Type: text/plain; charset=utf-8\n\n志村花代と申します。090-1234-5678です。料金を教えてください。\n",
    );
    let secret = ["志村", "k7@c", "09012345678", "090-1234", "secret subject", "料金"];
    for arguments in
        [&["backtest", "mails", "--rules", "new"][..], &["backtest", "mails", "--rules", "new", "--json"]]
    {
        let plain = folder.run(arguments);
        let said = out(&plain) + &err(&plain);
        assert!(said.contains("mails/1.eml") && said.contains("name"), "{said}");
        for word in secret {
            assert!(!said.contains(word), "{word} in {said}");
        }
        let shown = folder.run(&[arguments, &["--show-text"]].concat());
        let said = out(&shown);
        assert!(said.contains("志村") && said.contains("secret subject"), "{said}");
    }
}

#[test]
fn a_maildir_is_read_with_its_keywords_and_left_as_it_is() {
    let folder = Folder::new();
    let mail = |id: &str, text: &str| {
        boxed(id, "a@c.example", US, "Mon, 10 Aug 2026 10:00:00 +0900", "", text)
            .split_once('\n')
            .unwrap()
            .1
            .to_owned()
    };
    folder.write("Maildir/cur/1.M1P1.host:2,Sa", &mail("a", "料金を教えてください。"));
    folder.write("Maildir/cur/2.M2P1.host:2,R", &mail("b", "住所を教えてください。"));
    folder.write("Maildir/new/3.M3P1.host", &mail("c", "日曜も営業していますか。"));
    folder.write("Maildir/dovecot-keywords", "0 $Handled\n");
    folder.write("Maildir/tmp/4", "not delivered yet");
    let names = || -> Vec<PathBuf> {
        let list = |name| fs::read_dir(folder.path(name)).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<PathBuf> = ["Maildir/cur", "Maildir/new"].into_iter().flat_map(list).collect();
        names.sort();
        names
    };
    let before = names();
    let output = folder.run(&["backtest", "Maildir", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let summary = objects(&out(&output)).pop().unwrap();
    assert_eq!(
        (&summary["mails"], &summary["known"], &summary["old_right"]),
        (&3.into(), &2.into(), &2.into())
    );
    assert_eq!(names(), before);
    assert!(!folder.path("state").exists(), "nothing is remembered");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = Folder::new();
    fs::create_dir(folder.path("empty")).unwrap();
    for (arguments, code, said) in [
        (&["backtest", "nowhere.mbox"][..], 1, "nowhere.mbox"),
        (&["backtest", "empty"], 1, "no mail to compare"),
        (&["backtest", "empty", "--rules", "nowhere"], 3, "nowhere"),
        (&["backtest", "--mailbox", "nobody", "--since", "30d"], 2, "known: reservation1"),
        (&["backtest", "--mailbox", "reservation1", "--since", "long"], 2, "write 30d"),
        (&["backtest", "--mailbox", "reservation1", "--since", "30d"], 3, "password"),
    ] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
}
