//! The command line as an operator and a supervisor meet it: help, exit codes, lines, faults, one object a line.
//!
//! Nothing here needs a mail server; what does stands in `tests/e2e`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a missing line fails the test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use expect_test::expect;

/// A folder with the documented config, its rules and its templates, to be broken by a test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(root.join("config.toml"), dir.path().join("config.toml")).unwrap();
        for folder in ["rules", "templates"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                // The tests beside the rules are no rules.
                if path.is_dir() {
                    continue;
                }
                fs::copy(&path, dir.path().join(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
        Self(dir)
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program().current_dir(self.0.path()).args(arguments).output().unwrap()
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.stdin(Stdio::null()).env_remove("COLUMNS");
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// One JSON object a line.
fn objects(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const COMMANDS: [&[&str]; 17] = [
    &[],
    &["run"],
    &["check"],
    &["explain"],
    &["test"],
    &["backtest"],
    &["cases"],
    &["case"],
    &["report"],
    &["report", "night"],
    &["status"],
    &["authorize"],
    &["audit"],
    &["store"],
    &["store", "verify"],
    &["store", "export"],
    &["store", "import"],
];

#[test]
fn every_help_fits_80_columns_and_shows_an_example() {
    for command in COMMANDS {
        let output = program().args(command).arg("--help").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        let help = out(&output);
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command:?}: {line}");
        }
        assert!(help.contains("madoguchi "), "{command:?} shows no example:\n{help}");
        assert!(help.contains("Examples:"), "{command:?} has no examples:\n{help}");
    }
}

#[test]
fn a_mistyped_command_line_ends_with_2_and_a_hint() {
    for (arguments, hint) in [
        (&["chek"][..], "check"),
        (&["report", "night"][..], "--date"),
        (&["report", "night", "--date", "8/28"][..], "8/28"),
        (&["run", "--at", "noon"][..], "noon"),
        (&["run", "--json"][..], "--once"),
        (&["backtest"][..], "PATH"),
        (&["backtest", "--mailbox", "reservation1"][..], "--since"),
        (&["audit", "C-7K3M9Q2WXA", "--head", "1-0"][..], "verify"),
        (&["audit", "verify", "--head", "1-0"][..], "32"),
        (&[][..], "Usage"),
    ] {
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(hint), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn faults_of_config_rules_and_templates_come_all_at_once_with_their_place() {
    let folder = Folder::new();
    folder.edit("config.toml", "poll = \"2m\"", "poll = \"2 minutes\"");
    folder.edit("config.toml", "role = \"supervisor\"", "role = \"boss\"");
    folder.edit("rules/answers.toml", "when = \"always\"", "when = \"allways\"");
    folder.write(
        "templates/broken.txt",
        "---\nsubject = \"x\"\nclass = \"inquiry\"\n---\n{{ custmer_name }}\n{{ apology }}\n",
    );
    for arguments in [&["check", "--offline"][..], &["run", "--once"], &["cases"], &["explain", "x.eml"]] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
        let said = err(&output);
        for place in ["config.toml:", "rules/answers.toml:", "templates/broken.txt:5:"] {
            assert!(said.contains(place), "{arguments:?} does not name {place}:\n{said}");
        }
        assert!(said.ends_with("madoguchi: 4 faults\n"), "{arguments:?}:\n{said}");
    }
    let json = objects(&out(&folder.run(&["check", "--offline", "--json"])));
    assert_eq!(json.len(), 4);
    for fault in &json {
        assert!(
            fault["line"].as_u64().unwrap() > 0 && !fault["what"].as_str().unwrap().is_empty(),
            "{fault}"
        );
    }
}

#[test]
fn a_rule_of_two_people_that_nobody_could_keep_is_a_fault() {
    let folder = Folder::new();
    folder.edit(
        "config.toml",
        "#two_people = [\"symptom\", \"complaint\"]",
        "two_people = [\"symptom\", \"syptom\", \"chat\"]",
    );
    let output = folder.run(&["check", "--offline"]);
    assert_eq!(output.status.code(), Some(3), "{}", out(&output));
    let said = err(&output);
    assert!(said.contains("`syptom`, which is neither a topic nor a mark"), "{said}");
    assert!(!said.contains("`symptom`") && !said.contains("`chat`"), "{said}");

    let alone = Folder::new();
    alone.edit("config.toml", "#two_people_edit = 400", "two_people_edit = 400");
    assert_eq!(alone.run(&["check", "--offline"]).status.code(), Some(0));
    let config = fs::read_to_string(alone.0.path().join("config.toml")).unwrap();
    let (before, rest) = config.split_once("[[agent]]\nname = \"鈴木\"").unwrap();
    let (_, after) = rest.split_once("# --- Approval").unwrap();
    alone.write("config.toml", &format!("{before}# --- Approval{after}"));
    alone.edit("config.toml", "agents = [\"佐藤\", \"鈴木\"]", "agents = [\"佐藤\"]");
    let output = alone.run(&["check", "--offline"]);
    assert!(
        err(&output).contains("two people must approve, and mailbox `reservation1` has only one"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_good_folder_is_found_good_and_a_missing_one_is_named() {
    let folder = Folder::new();
    let output = folder.run(&["check", "--offline"]);
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""), "{}", out(&output));
    expect![[r#"
        ok      files: 1 mailboxes, 3 people, 246 rules, 17 templates
    "#]]
    .assert_eq(&out(&output));
    let output = folder.run(&["check", "-c", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("nowhere.toml"), "{}", err(&output));
}

#[test]
fn secrets_that_cannot_be_had_are_named_and_never_shown() {
    let folder = Folder::new();
    let output = folder.run(&["run", "--once"]);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("[approval] secret"), "{}", err(&output));
    fs::create_dir(folder.0.path().join("secrets")).unwrap();
    folder.write("secrets/approval", "short");
    let output = folder.run(&["run", "--once"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!err(&output).contains("short\n"), "{}", err(&output));
}

const MAIL: &str = "From: form@jitanbody.example\r\nTo: reservation1@jitanbody.example\r\n\
    Subject: =?UTF-8?B?44GK5a6i5qeY44GL44KJ44GK5ZWP44GE5ZCI44KP44Gb44GM44GC44KK44G+44GX44Gf?=\r\n\
    Date: Thu, 27 Aug 2026 10:00:00 +0900\r\nMessage-ID: <m1@web.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
    氏名：山田 花子\r\n電話番号：090-1234-5678\r\nメールアドレス：hanako@customer.example\r\n\
    内容：8月29日の14時に新宿院を予約したいです。\r\n";

#[test]
fn explain_shows_files_and_folders_and_goes_on_after_a_bad_one() {
    let folder = Folder::new();
    fs::create_dir(folder.0.path().join("mails")).unwrap();
    folder.write("mails/a.eml", MAIL);
    folder.write("mails/b.eml", "\r\nnothing\r\n");
    let shown = folder.run(&["explain", "mails/a.eml"]);
    assert_eq!(shown.status.code(), Some(0));
    for part in ["山田 花子", "hanako@customer.example", "8月29日"] {
        assert!(out(&shown).contains(part), "no {part}:\n{}", out(&shown));
    }
    assert!(out(&shown).contains("1111111111111"), "the date is marked below its words:\n{}", out(&shown));
    let both = folder.run(&["explain", "mails", "nowhere.eml", "--json"]);
    assert_eq!(both.status.code(), Some(1), "one file is missing");
    assert!(err(&both).contains("nowhere.eml"));
    let found = objects(&out(&both));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["class"], "reservation");
    assert!(!folder.0.path().join("state").exists(), "explain touches no store");
    // Why they wrote, as lists and reports show it.
    folder.write("tagged.eml", &MAIL.replace("内容：", "内容：DMを見ました。"));
    let shown = folder.run(&["explain", "tagged.eml"]);
    assert!(out(&shown).contains("【DMをみた】「DMを見」"), "{}", out(&shown));
    let tagged = objects(&out(&folder.run(&["explain", "tagged.eml", "--json"])));
    assert_eq!(tagged[0]["fields"]["tags"][0]["value"], "DMをみた");
}

#[test]
fn a_message_from_a_social_network_is_told_by_a_rule_of_the_house() {
    let folder = Folder::new();
    folder.write("mail.eml", &MAIL.replace("内容：", "内容：【SNSメッセージ】"));
    let levels = "\n[[level.first_response]]\nwithin = \"4h\"\n[[level.first_response]]\nsource = \"social\"\nwithin = \"1h\"\n";
    let config = fs::read_to_string(folder.0.path().join("config.toml")).unwrap();
    folder.write("config.toml", &(config + levels));
    let source = || {
        let shown = objects(&out(&folder.run(&["explain", "mail.eml", "--json"])));
        shown[0]["level"]["source"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(source(), "chat");
    let rule = "[[mark]]\nname = \"house-social\"\ntext = [\"【SNSメッセージ】\"]\nmarks = [\"social\"]\n";
    folder.write("rules/house.toml", rule);
    assert_eq!(source(), "social");
}

#[test]
fn questions_before_the_first_start_say_how_to_start() {
    let folder = Folder::new();
    for arguments in [&["cases"][..], &["case", "7K3M9Q2WXA"], &["status"], &["store", "export"]] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(err(&output).contains("madoguchi run"), "{arguments:?}: {}", err(&output));
        assert!(!folder.0.path().join("state").exists(), "{arguments:?} must not make a store");
    }
}
