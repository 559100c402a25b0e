//! The house rules, checked: what a reader may rely on in every file, said as `file:line: what; hint`.
//!
//! Each rule is a function from a path and a text to faults, and each has rows below that it must refuse, so no
//! rule can fall asleep unseen. This file names what it forbids and is therefore spared by the rules on words.
//! Formatting and lints belong to `cargo fmt` and `cargo clippy`; nothing here repeats them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// 1-based line and what is wrong there.
type Faults = Vec<(usize, String)>;

struct Rule {
    name: &'static str,
    hint: &'static str,
    applies: fn(&str) -> bool,
    find: fn(&str, &str) -> Faults,
}

const RULES: [Rule; 13] = [
    Rule {
        name: "core",
        hint: "src/triage/ decides from what it is given; act and read outside of it",
        applies: |path| path.starts_with("src/triage/") && !is_test(path),
        find: core_stays_pure,
    },
    Rule {
        name: "door",
        hint: "begin with `//!`: what the file owns, what it never does",
        applies: is_rust,
        find: has_a_door,
    },
    Rule {
        name: "words",
        hint: "do it, or open an issue; a test asserts today's result and says so",
        applies: |path| is_rust(path) && path != SELF,
        find: no_debts,
    },
    Rule {
        name: "blanks",
        hint: "no blanks at line ends, no tabs, no carriage returns, one newline at the end",
        applies: |path| {
            is_rust(path) || is_prose(path) || path.ends_with(".toml") || path.starts_with("scripts/")
        },
        find: blanks,
    },
    Rule {
        name: "line ends",
        hint: "write the file with Unix line ends: dos2unix",
        applies: |path| path.starts_with("templates/") || path.starts_with("rules/"),
        find: no_carriage_return,
    },
    Rule {
        name: "sleep",
        hint: "await the event; in tests/support/, where there is none, say so in a comment on the line above",
        applies: |path| is_rust(path) && path.starts_with("tests/") && path != SELF,
        find: no_sleep,
    },
    Rule {
        name: "allow",
        hint: "add reason = \"…\", or use #[expect(…, reason = \"…\")]",
        applies: |path| is_rust(path) && path != SELF,
        find: allow_has_a_reason,
    },
    Rule {
        name: "length",
        hint: "split it where its `//!` needs a second \"and\", or list it in LONG with a reason",
        applies: |path| is_rust(path) && path.starts_with("src/") && !is_test(path),
        find: not_too_long,
    },
    Rule {
        name: "print",
        hint: "stdout and stderr have one door each: src/cli/ and tracing",
        applies: |path| {
            is_rust(path)
                && path.starts_with("src/")
                && !path.starts_with("src/cli/")
                && !matches!(path, "src/main.rs" | "src/cli.rs")
                && !is_test(path)
        },
        find: no_print,
    },
    Rule {
        name: "neutral",
        hint: "we never mark mail as read, delete or expunge; the law stands in src/imap/command.rs",
        applies: |path| is_rust(path) && path.starts_with("src/") && !is_test(path),
        find: stays_neutral,
    },
    Rule {
        name: "paths",
        hint: "write a path that exists for every reader: relative, /etc, /var/lib, /run, /tmp",
        applies: is_prose,
        find: no_private_path,
    },
    Rule {
        name: "script",
        hint: "a script begins with #!/usr/bin/env bash and `set -euo pipefail`",
        applies: |path| path.starts_with("scripts/") && !path.starts_with("scripts/lib/"),
        find: script_is_strict,
    },
    Rule {
        name: "link",
        hint: "link to a file of this repository, by its path from the file that links",
        applies: is_prose,
        find: links_lead_somewhere,
    },
];

const SELF: &str = "tests/tidy.rs";

/// Files in src/ over [`LIMIT`] lines, each with the reason why it is still one story.
const LONG: [(&str, &str); 1] =
    [("src/triage/case.rs", "every state with its data in one place, under the picture of how they follow")];

/// Lines; tables of tests in files of their own do not count.
const LIMIT: usize = 450;

/// What the core may be built from, beside std.
const CORE_CRATES: [&str; 7] =
    ["regex", "daachorse", "unicode_normalization", "unicode_width", "phonenumber", "jiff", "thiserror"];

/// Files that may name a forbidden IMAP word in code: the law itself, and the flag of our own copy in Sent.
const LAWYERS: [&str; 2] = ["src/imap/command.rs", "src/imap/act.rs"];

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

fn is_prose(path: &str) -> bool {
    path.ends_with(".md")
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Lines of code with their numbers; comments are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    numbered(text).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The code that ships: up to the tests, which stand last in a file.
fn shipped(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut pending = false;
    code(text).take_while(move |(_, line)| {
        // `#[cfg(test)]` before a `mod tests {` ends the code; before `mod tests;` or an item it does not.
        let ends = pending && line.trim_start().starts_with("mod ") && line.trim_end().ends_with('{');
        pending = line.trim() == "#[cfg(test)]";
        !ends
    })
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n').enumerate().map(|(at, line)| (at + 1, line))
}

/// Whether `word` stands in `line` with no letter, digit or `_` beside it (where it begins or ends with one).
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let after = rest.strip_prefix(word).unwrap_or("");
        let before = before.ends_with(part) && word.starts_with(part);
        let after = after.starts_with(part) && word.ends_with(part);
        !before && !after
    })
}

fn lines_with(lines: impl Iterator<Item = (usize, impl AsRef<str>)>, words: &[&str]) -> Faults {
    let mut faults = Faults::new();
    for (at, line) in lines {
        for word in words {
            if has_word(line.as_ref(), word) {
                faults.push((at, format!("`{word}`")));
            }
        }
    }
    faults
}

/// The crates in Cargo.toml that the core may not use, each with `::` behind it.
static STRANGERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut inside = false;
    let mut strangers = Vec::new();
    for line in include_str!("../Cargo.toml").lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
        } else if inside && let Some((name, _)) = line.split_once('=') {
            let name = name.trim().replace('-', "_");
            if !CORE_CRATES.contains(&name.as_str()) {
                strangers.push(format!("{name}::"));
            }
        }
    }
    strangers
});

fn core_stays_pure(_: &str, text: &str) -> Faults {
    let mut faults = Faults::new();
    for (at, line) in shipped(text) {
        let outside = "crate::";
        for rest in line.split(outside).skip(1) {
            if !rest.starts_with("triage") {
                faults.push((at, format!("`crate::{rest}` is outside of the core")));
            }
        }
        for stranger in STRANGERS.iter().filter(|stranger| has_word(line, stranger)) {
            faults.push((at, format!("`{stranger}` is not for the core")));
        }
    }
    let world = [
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::os",
        "SystemTime",
        "Instant",
        "Timestamp::now",
        "Zoned::now",
        "TimeZone::system",
        "rand::",
        "RandomState",
        "HashMap",
        "HashSet",
        "async fn",
        "println!",
        "eprintln!",
        "serde",
    ];
    faults.extend(lines_with(shipped(text), &world));
    // A group such as `use std::{fs, fmt};` says it in another way.
    for (at, line) in shipped(text) {
        if let Some(group) = line.trim_start().strip_prefix("use std::{") {
            for part in ["fs", "io", "net", "env", "process", "thread", "os"] {
                if group
                    .split([',', '}', ' '])
                    .any(|item| item == part || item.starts_with(&format!("{part}::")))
                {
                    faults.push((at, format!("`std::{part}`")));
                }
            }
        }
    }
    faults
}

fn has_a_door(_: &str, text: &str) -> Faults {
    // An empty file waits for its story.
    if text.starts_with("//! ") || text.trim().is_empty() {
        Faults::new()
    } else {
        vec![(1, "no `//!` on the first line".to_owned())]
    }
}

fn no_debts(_: &str, text: &str) -> Faults {
    let mut faults = lines_with(numbered(text), &["TODO", "FIXME", "XXX"]);
    let code_words = ["#[ignore", "#[should_panic", "todo!", "unimplemented!", "dbg!"];
    faults.extend(lines_with(code(text), &code_words));
    faults
}

fn blanks(path: &str, text: &str) -> Faults {
    let mut faults = no_carriage_return("", text);
    for (at, line) in numbered(text) {
        let line = line.trim_end_matches('\r');
        // In tables of tests it is part of an expected text; in code, rustfmt refuses it anyway.
        if line.ends_with([' ', '\t', '\u{3000}']) && !is_test(path) {
            faults.push((at, "a blank at the end of the line".to_owned()));
        }
        if line.contains('\t') {
            faults.push((at, "a tab".to_owned()));
        }
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        faults.push((text.split('\n').count(), "the file does not end with one newline".to_owned()));
    }
    faults
}

fn no_carriage_return(_: &str, text: &str) -> Faults {
    numbered(text)
        .find(|(_, line)| line.contains('\r'))
        .map(|(at, _)| (at, "CR LF".to_owned()))
        .into_iter()
        .collect()
}

fn no_sleep(path: &str, text: &str) -> Faults {
    let excused = |at: usize| {
        let above = text.split('\n').nth(at.wrapping_sub(2)).unwrap_or("");
        path.starts_with("tests/support/") && above.trim_start().starts_with("// ")
    };
    lines_with(code(text), &["thread::sleep", "time::sleep"])
        .into_iter()
        .filter(|(at, _)| !excused(*at))
        .collect()
}

fn allow_has_a_reason(_: &str, text: &str) -> Faults {
    let mut faults = Faults::new();
    for start in ["#[allow(", "#![allow("] {
        for (at, _) in text.match_indices(start) {
            let (before, rest) = text.split_at(at);
            let attribute = rest.split(")]").next().unwrap_or("");
            if !attribute.contains("reason = \"") {
                faults.push((before.matches('\n').count() + 1, format!("`{start}…)]` without a reason")));
            }
        }
    }
    faults
}

fn not_too_long(path: &str, text: &str) -> Faults {
    let lines = text.lines().count();
    let listed = LONG.iter().any(|(long, _)| *long == path);
    match (lines > LIMIT, listed) {
        (true, false) => vec![(lines, format!("{lines} lines, {LIMIT} is the limit"))],
        (false, true) if lines < LIMIT - 50 => {
            vec![(lines, format!("only {lines} lines: take it off the list LONG"))]
        }
        (_, true) | (false, false) => Faults::new(),
    }
}

fn no_print(_: &str, text: &str) -> Faults {
    lines_with(shipped(text), &["println!", "eprintln!", "print!", "eprint!", "io::stdout"])
}

fn stays_neutral(path: &str, text: &str) -> Faults {
    if LAWYERS.contains(&path) {
        return Faults::new();
    }
    let mut faults = Faults::new();
    for (at, line) in shipped(text) {
        let line = line.to_ascii_uppercase();
        for word in
            ["\\\\SEEN", "\"\\SEEN", "\\\\DELETED", "\"\\DELETED", "\"EXPUNGE", "\"UID EXPUNGE", "\"CLOSE\""]
        {
            if has_word(&line, word) {
                faults.push((at, format!("`{}`", word.trim_matches(['"', '\\']))));
            }
        }
    }
    faults
}

fn no_private_path(_: &str, text: &str) -> Faults {
    lines_with(numbered(text), &["/home/", "/root/", "/Users/", "/work/", "C:\\"])
}

fn script_is_strict(_: &str, text: &str) -> Faults {
    if text.starts_with("#!/usr/bin/env bash\n") && text.contains("\nset -euo pipefail\n") {
        Faults::new()
    } else {
        vec![(1, "not strict".to_owned())]
    }
}

fn links_lead_somewhere(path: &str, text: &str) -> Faults {
    let folder = root().join(path).parent().map(Path::to_owned).unwrap_or_default();
    let mut faults = Faults::new();
    for (at, line) in numbered(text) {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or("");
            if !file.is_empty() && !file.contains(':') && !folder.join(file).exists() {
                faults.push((at, format!("a link to `{file}`, which is not there")));
            }
        }
    }
    faults
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file the rules look at, by its path from the root, in order.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                // Outside the tree of sources: builds, histories, and mails that are odd on purpose.
                if !matches!(
                    name.as_str(),
                    "target" | ".git" | "corpus" | "artifacts" | "proptest-regressions"
                ) {
                    folders.push(entry.path());
                }
            } else if RULES.iter().any(|rule| (rule.applies)(&relative(&entry.path()))) {
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                found.push((relative(&entry.path()), text));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn the_house_is_tidy() {
    let files = files();
    assert!(files.iter().any(|(path, _)| path == SELF), "the walk found nothing");
    let mut said = String::new();
    for (path, text) in &files {
        for rule in RULES.iter().filter(|rule| (rule.applies)(path)) {
            for (line, what) in (rule.find)(path, text) {
                said.push_str(&format!("{path}:{line}: {}: {what}; {}\n", rule.name, rule.hint));
            }
        }
    }
    assert!(said.is_empty(), "\n{said}");
}

/// Rule, path, text, and the line of the one fault; 0 = none.
const ROWS: [(&str, &str, &str, usize); 67] = [
    ("core", "src/triage/x.rs", "use std::collections::BTreeMap;\nuse jiff::civil::Date;\n", 0),
    ("core", "src/triage/x.rs", "//! Never serde.\n// tokio::spawn would be wrong here\n", 0),
    ("core", "src/triage/x.rs", "use std::fmt;\nuse serde::Serialize;\n", 2),
    ("core", "src/triage/x.rs", "use tokio::time;\n", 1),
    ("core", "src/triage/x.rs", "fn f() { tracing::info!(\"x\"); }\n", 1),
    ("core", "src/triage/x.rs", "use crate::triage::id;\nuse crate::store::Store;\n", 2),
    ("core", "src/triage/x.rs", "use std::{collections, fs};\n", 1),
    ("core", "src/triage/x.rs", "fn f() { let _ = std::fs::read(\"x\"); }\n", 1),
    ("core", "src/triage/x.rs", "use std::time::Duration;\n", 0),
    ("core", "src/triage/x.rs", "use std::time::{Duration, Instant};\n", 1),
    ("core", "src/triage/x.rs", "fn f() { let _ = jiff::Timestamp::now(); }\n", 1),
    ("core", "src/triage/x.rs", "fn f() -> u8 { fastrand::u8(..) }\n", 1),
    ("core", "src/triage/x.rs", "use std::collections::HashMap;\n", 1),
    ("core", "src/triage/x.rs", "#[cfg(test)]\nmod tests {\n    use serde_json::Value;\n}\n", 0),
    ("core", "src/triage/x.rs", "#[cfg(test)]\nmod tests;\n\nuse serde_json::Value;\n", 4),
    ("core", "src/triage/decide/tests/any.rs", "use proptest::prelude::*;\n", 0),
    ("core", "src/store/x.rs", "use serde::Serialize;\n", 0),
    ("door", "src/x.rs", "//! Owns x.\n", 0),
    ("door", "src/main.rs", "fn main() {}\n", 1),
    ("door", "tests/support/mod.rs", "// not a door\n", 1),
    ("words", "src/x.rs", "//! x\n// TODO: later\n", 2),
    ("words", "src/x.rs", "// FIXME\n", 1),
    ("words", "tests/x.rs", "// XXX\n", 1),
    ("words", "src/x.rs", "// XXXL is a size\n", 0),
    ("words", "tests/x.rs", "#[test]\n#[ignore]\nfn x() {}\n", 2),
    ("words", "tests/x.rs", "#[ignore = \"slow\"]\n", 1),
    ("words", "src/x.rs", "#[should_panic(expected = \"x\")]\n", 1),
    ("words", "src/x.rs", "fn x() { todo!() }\n", 1),
    ("words", "src/x.rs", "fn x() { unimplemented!() }\n", 1),
    ("words", "src/x.rs", "fn x() { dbg!(1); }\n", 1),
    ("blanks", "src/x.rs", "//! x\nfn x() {} \n", 2),
    ("blanks", "src/x/tests/rows.rs", "    1. x \n", 0),
    ("blanks", "docs/x.md", "text\n\n\ttab\n", 3),
    ("blanks", "rules/x.toml", "a = 1", 1),
    ("blanks", "rules/x.toml", "a = 1\n\n", 3),
    ("blanks", "scripts/x", "#!/bin/sh\r\n", 1),
    ("blanks", "README.md", "窓口\u{3000}\n", 1),
    ("blanks", "README.md", "窓口\n", 0),
    ("line ends", "templates/x.txt", "a\nb\r\n", 2),
    ("line ends", "rules/x.toml", "a\r\n", 1),
    ("line ends", "templates/x.txt", "a\nb\n", 0),
    ("sleep", "tests/x.rs", "fn x() { std::thread::sleep(d); }\n", 1),
    ("sleep", "tests/x.rs", "// because\ntokio::time::sleep(d).await;\n", 2),
    ("sleep", "tests/support/x.rs", "tokio::time::sleep(d).await;\n", 1),
    ("sleep", "tests/support/x.rs", "// The server tells nobody when it is up.\nthread::sleep(d);\n", 0),
    ("allow", "src/x.rs", "#[allow(dead_code)]\nfn x() {}\n", 1),
    ("allow", "tests/x.rs", "//! x\n#![allow(dead_code)]\n#[expect(x, reason = \"y\")]\n", 2),
    ("allow", "src/x.rs", "#[allow(\n    dead_code,\n    reason = \"shared (see there)\"\n)]\n", 0),
    ("length", "src/triage/case.rs", "//! x\n", 1),
    ("length", "src/x.rs", "//! x\n", 0),
    ("print", "src/store/x.rs", "fn x() { println!(\"x\"); }\n", 1),
    ("print", "src/store/x.rs", "fn x() { eprint!(\"x\"); }\n", 1),
    (
        "print",
        "src/store/x.rs",
        "/// Like `println!`.\n#[cfg(test)]\nmod tests {\n    println!(\"x\");\n}\n",
        0,
    ),
    ("print", "src/cli/x.rs", "fn x() { println!(\"x\"); }\n", 0),
    ("neutral", "src/imap/x.rs", "//! Never `\\Seen`.\nlet law = \"\\\\Seen\";\n", 2),
    ("neutral", "src/x.rs", "let law = r\"\\Deleted\";\n", 1),
    ("neutral", "src/outbox/x.rs", "session.exec(\"UID EXPUNGE 7\")\n", 1),
    ("neutral", "src/imap/x.rs", "Response::Expunge(_) => true,\n", 0),
    ("neutral", "src/imap/x.rs", "matches!(code, \"EXPUNGEISSUED\")\n", 0),
    ("neutral", "src/imap/command.rs", "matches!(verb, \"EXPUNGE\")\n", 0),
    ("paths", "README.md", "Run `cargo test`.\nSee /home/taro/src.\n", 2),
    ("paths", "docs/x.md", "in /root/.cargo\n", 1),
    ("paths", "CHANGELOG.md", "in /etc/madoguchi\n", 0),
    ("script", "scripts/x", "#!/bin/bash\nset -e\n", 1),
    ("script", "scripts/x", "#!/usr/bin/env bash\n# x\nset -euo pipefail\n", 0),
    ("link", "README.md", "[manifest](Cargo.toml) [web](https://example.org/) [part](#part)\n", 0),
    ("link", "README.md", "see\n[nothing](docs/no-such-page.md#part)\n", 2),
];

#[test]
fn every_rule_can_fail() {
    for (name, path, text, expected) in ROWS {
        let rule = RULES.iter().find(|rule| rule.name == name).unwrap();
        let faults = if (rule.applies)(path) { (rule.find)(path, text) } else { Faults::new() };
        let lines: Vec<usize> = faults.iter().map(|(line, _)| *line).collect();
        let wanted: &[usize] = if expected == 0 { &[] } else { &[expected] };
        let first: Vec<usize> = lines.iter().copied().take(1).collect();
        assert_eq!(first, wanted, "{name}: {path}: {text:?}: {faults:?}");
        assert!(lines.iter().all(|line| *line == expected), "{name}: {path}: {text:?}: {faults:?}");
    }
    for rule in RULES {
        let refused = ROWS.iter().any(|(name, _, _, line)| *name == rule.name && *line > 0);
        assert!(refused, "no row proves that `{}` can fail", rule.name);
    }
    let long = "//! x\n".repeat(LIMIT + 1);
    assert_eq!(not_too_long("src/x.rs", &long).len(), 1, "a long file passes");
    assert!(not_too_long("src/triage/case.rs", &long).is_empty(), "a listed file does not pass");
}

/// `async_imap` prints passwords at trace, by way of the `log` crate. Nothing carries these lines to our logs.
#[test]
fn no_bridge_for_the_log_lines_of_libraries() {
    assert!(!include_str!("../Cargo.lock").contains("name = \"tracing-log\""), "see deny.toml");
}
