//! The documents, kept true: every file and snippet loads through the real loaders, every command line parses, every
//! path and link leads somewhere, every table repeats what the program says. Whether the prose is right is not tested.
//!
//! Fenced blocks say in their first line what they are: `toml config` is laid over the sample config, `toml config
//! whole` stands alone, `toml rules` is a rule file, `toml tests` tests of rules, `text template NAME.txt` a template, `text 修正` an answer,
//! `sh` commands, `eml` and `json` a mail and how it is explained.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::date;
use madoguchi::cli;
use madoguchi::config::STANDARD_MARKS;
use madoguchi::exit::Exit;
use madoguchi::live::Live;
use madoguchi::triage::approval::{Understood, understand};
use madoguchi::triage::command::{Command as Said, known_word};
use madoguchi::triage::effect::Effect;
use madoguchi::triage::verdict::Ignored;
use madoguchi::workshop::{suite, trial};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document, by its path from the root.
fn documents() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["", "docs", "contrib"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "where are the documents?");
    found
}

/// A fenced block.
struct Block {
    /// `README.md:42`
    place: String,
    /// What it says it is.
    info: String,
    text: String,
}

/// Fenced blocks of one document; a block in a list loses the list's indentation.
fn blocks_of(name: &str, text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<usize> = None;
    for (at, line) in (1..).zip(text.lines()) {
        let indent = line.len() - line.trim_start().len();
        match (open, line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => {
                blocks.push(Block {
                    place: format!("{name}:{at}"),
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
                open = Some(indent);
            }
            (Some(_), Some("")) => open = None,
            (Some(indent), _) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line.get(indent..).unwrap_or_default());
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{name}: a block is not closed");
    blocks
}

fn blocks() -> Vec<Block> {
    documents().iter().flat_map(|(name, text)| blocks_of(name, text)).collect()
}

/// The lines outside fenced blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// What stands between single backticks.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The cells of the table rows under a heading line, trimmed; header and ruler are left out.
fn table(text: &str, header: &str) -> Vec<Vec<String>> {
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| *line != header)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "no table under {header:?}");
    rows
}

/// A copy of everything a supervisor may write, ready to be changed.
struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::copy(root().join("config.toml"), dir.path().join("config.toml")).unwrap();
        for folder in ["rules", "templates"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
            for entry in fs::read_dir(root().join(folder)).unwrap() {
                let entry = entry.unwrap();
                // The tests beside the rules are no rules.
                if entry.path().is_dir() {
                    continue;
                }
                fs::copy(entry.path(), dir.path().join(folder).join(entry.file_name())).unwrap();
            }
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn load(&self, place: &str) -> Live {
        Live::load(&self.path("config.toml")).unwrap_or_else(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{place}:\n{}", faults.join("\n"))
        })
    }
}

#[test]
fn what_is_shipped_loads() {
    let live = House::new().load("the shipped files");
    assert!(live.config.warnings.is_empty());
    assert!(live.desk_templates().iter().count() > 5 && live.desk_rules().rules().len() > 50);
}

/// Lays one config over another: tables are merged, lists of named tables by their name.
fn overlay(under: &mut toml::Value, over: toml::Value) {
    match (under, over) {
        (toml::Value::Table(under), toml::Value::Table(over)) => {
            for (key, value) in over {
                // An account signs in in one way: another one takes its place.
                if matches!(key.as_str(), "password" | "oauth" | "account") {
                    for other in ["password", "oauth", "account"] {
                        under.remove(other);
                    }
                }
                match under.get_mut(&key) {
                    // A secret has one source.
                    Some(there) if key != "secret" => overlay(there, value),
                    Some(_) | None => {
                        under.insert(key, value);
                    }
                }
            }
        }
        (toml::Value::Array(under), toml::Value::Array(over)) if over.iter().all(toml::Value::is_table) => {
            for value in over {
                match under.iter_mut().find(|there| there.get("name") == value.get("name")) {
                    Some(there) => overlay(there, value),
                    None => under.push(value),
                }
            }
        }
        (under, over) => *under = over,
    }
}

/// Rules and templates of one document belong together: a rule may name a template that the document shows.
#[test]
fn snippets_load() {
    let mut loaded = BTreeMap::<&str, usize>::new();
    for (name, text) in documents() {
        let house = House::new();
        let blocks = blocks_of(&name, &text);
        let mut config: toml::Value = toml::from_str(&read("config.toml")).unwrap();
        for (number, block) in blocks.iter().enumerate() {
            let parsed = || -> toml::Value {
                toml::from_str(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place))
            };
            match block.info.split(' ').collect::<Vec<_>>().as_slice() {
                ["toml", "config"] => {
                    overlay(&mut config, parsed());
                    *loaded.entry("config").or_default() += 1;
                }
                ["toml", "config", "whole"] => {
                    let alone = House::new();
                    alone.write("config.toml", &block.text);
                    alone.load(&block.place);
                    *loaded.entry("whole config").or_default() += 1;
                }
                ["toml", "rules"] => {
                    house.write(&format!("rules/own-{number}.toml"), &block.text);
                    *loaded.entry("rules").or_default() += 1;
                }
                ["toml", "tests"] => {
                    fs::create_dir_all(house.path("rules/tests")).unwrap();
                    house.write(&format!("rules/tests/own-{number}.toml"), &block.text);
                    *loaded.entry("tests").or_default() += 1;
                }
                ["text", "template", file] => {
                    house.write(&format!("templates/{file}"), &block.text);
                    *loaded.entry("template").or_default() += 1;
                }
                ["toml", ..] => panic!("{}: say what it is: `toml config` or `toml rules`", block.place),
                _ => {}
            }
        }
        house.write("config.toml", &toml::to_string(&config).unwrap());
        let live = house.load(&name);
        hold(&name, &house, &live);
    }
    let kinds: Vec<&str> = loaded.keys().copied().collect();
    assert_eq!(kinds, ["config", "rules", "template", "tests", "whole config"]);
}

/// The tests that a document shows hold.
fn hold(name: &str, house: &House, live: &Live) {
    let folder = house.path("rules/tests");
    if !folder.is_dir() {
        return;
    }
    let suite = suite::load(&folder, live, live.desk_rules()).unwrap_or_else(|faults| {
        panic!("{name}: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    for test in &suite.tests {
        let failures = trial::run(live, live.desk_rules(), test).failures;
        assert!(failures.is_empty(), "{name}: {}: {failures:#?}", test.name);
    }
}

/// The words of every `madoguchi …` in a line of shell, without what surrounds it.
fn command_lines(line: &str) -> Vec<Vec<String>> {
    let line = line.split(" #").next().unwrap();
    line.split(['|', ';'])
        .flat_map(|part| part.split("&&"))
        .filter_map(|part| {
            let part = part.split('>').next().unwrap().trim();
            let part = part.strip_prefix("sudo -u madoguchi ").unwrap_or(part);
            let words: Vec<String> =
                part.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect();
            let program = words.first()?.rsplit('/').next()?;
            (program == "madoguchi" && words.len() > 1).then_some(words)
        })
        .collect()
}

#[test]
fn command_lines_parse() {
    let mut seen = 0;
    for block in blocks().iter().filter(|block| block.info == "sh") {
        for words in block.text.lines().flat_map(command_lines) {
            seen += 1;
            if let Err(error) = cli::command().try_get_matches_from(&words)
                && error.use_stderr()
            {
                panic!("{}: {}\n{error}", block.place, words.join(" "));
            }
        }
    }
    for (name, text) in documents() {
        for words in prose(&text).flat_map(spans).flat_map(command_lines) {
            seen += 1;
            // In prose a command may be named without all its arguments.
            let words = words.iter().map(String::as_str).chain(["--help"]);
            let error = cli::command().try_get_matches_from(words.clone()).unwrap_err();
            assert!(!error.use_stderr(), "{name}: {}\n{error}", words.collect::<Vec<_>>().join(" "));
        }
    }
    assert!(seen > 30, "only {seen} command lines were found");
}

#[test]
fn the_readme_names_every_command() {
    let readme = read("README.md");
    let named: BTreeSet<String> = table(&readme, "| Command | What it does |")
        .iter()
        .flat_map(|row| spans(&row[0]).map(str::to_owned).collect::<Vec<_>>())
        .map(|span| span.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let command = cli::command();
    let known: BTreeSet<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    assert_eq!(named, known);
}

/// GitHub's name for a heading.
fn anchor(heading: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading
        .trim_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(plain)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    for (name, text) in documents() {
        let folder = root().join(&name).parent().unwrap().to_owned();
        for target in
            prose(&text).flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
        {
            if target.contains("://") {
                continue;
            }
            let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { root().join(&name) } else { folder.join(file) };
            assert!(path.exists(), "{name} links to {target}");
            if !fragment.is_empty() {
                let there = fs::read_to_string(&path).unwrap();
                let found =
                    there.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == fragment);
                assert!(found, "{name} links to {target}, and no heading is called so");
            }
        }
    }
}

/// Whether a path from the root is there: a file, a folder, or a module of that name.
fn exists(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file.split_once('*') {
        None => root().join(path).exists() || root().join(format!("{path}.rs")).exists(),
        Some((head, tail)) => fs::read_dir(root().join(folder)).is_ok_and(|entries| {
            entries
                .filter_map(Result::ok)
                .filter_map(|entry| entry.file_name().into_string().ok())
                .any(|name| name.starts_with(head) && name.ends_with(tail))
        }),
    }
}

#[test]
fn paths_exist() {
    const FOLDERS: [&str; 9] =
        ["src/", "tests/", "docs/", "rules/", "templates/", "contrib/", "scripts/", "benches/", ".ci/"];
    // Files a reader is told to write.
    const EXAMPLES: [&str; 2] = ["rules/ja-house.toml", "templates/parking.txt"];
    for (name, text) in documents() {
        for span in prose(&text).flat_map(spans) {
            let path = span.split([' ', ':']).next().unwrap();
            let ours =
                FOLDERS.iter().any(|folder| path.starts_with(folder) || path == folder.trim_end_matches('/'));
            if ours && !EXAMPLES.contains(&path) {
                assert!(exists(path), "{name} names `{path}`");
            }
        }
    }
}

/// The code map misses nobody: every module of the root is named, and nothing but what is there.
#[test]
fn the_architecture_names_every_module() {
    let text = read("ARCHITECTURE.md");
    let named: BTreeSet<&str> = prose(&text).flat_map(spans).collect();
    let modules = read("src/lib.rs");
    for module in modules.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
        let (plain, file) = (format!("src/{module}"), format!("src/{module}.rs"));
        let known = named
            .iter()
            .any(|span| *span == plain || *span == file || span.starts_with(&format!("{plain}/")));
        assert!(known, "ARCHITECTURE.md does not name src/{module}");
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let heading = format!("## {}", env!("CARGO_PKG_VERSION"));
    let first = read("CHANGELOG.md").lines().find(|line| line.starts_with("## ")).unwrap().to_owned();
    assert!(first.starts_with(&heading), "the newest entry of CHANGELOG.md is {first:?}");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    const HEADER: &str = "| code | meaning | who can help |";
    let source = read("src/exit.rs")
        .lines()
        .map(|line| line.trim_start_matches("//! ").to_owned() + "\n")
        .collect::<String>();
    let rows = table(&read("README.md"), HEADER);
    assert_eq!(rows, table(&source, HEADER));
    let listed: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    for exit in Exit::ALL {
        assert!(listed.contains(exit.code().to_string().as_str()), "{exit:?}");
    }
}

#[test]
fn the_marks_are_those_of_the_program() {
    let rows = table(&read("docs/supervisor.md"), "| 意味 | ラベル | キーワード | いつ付くか |");
    let shown: Vec<(String, String, String)> = rows
        .iter()
        .map(|row| {
            let plain = |at: usize| row[at].trim_matches('`').to_owned();
            (plain(0), plain(2), plain(1))
        })
        .collect();
    let known: Vec<(String, String, String)> = STANDARD_MARKS
        .iter()
        .map(|(meaning, keyword, label)| ((*meaning).to_owned(), (*keyword).to_owned(), (*label).to_owned()))
        .collect();
    assert_eq!(shown, known);
}

fn said(text: &str) -> Understood {
    understand(text, date(2026, 8, 27))
}

#[test]
fn agents_are_understood_as_they_are_told() {
    let text = read("docs/agents.md");
    let mut explained = BTreeSet::new();
    for row in table(&text, "| 言葉 | 書き方の例 | どうなるか |") {
        let word = known_word(&row[0]).unwrap_or_else(|| panic!("`{}` is no command", row[0]));
        explained.insert(word);
        for example in spans(&row[1]) {
            match said(example) {
                Understood::Command(command) => assert_eq!(command.word(), word, "{example}"),
                other @ (Understood::Unclear(_) | Understood::Empty) => panic!("{example:?} is {other:?}"),
            }
        }
    }
    // `word` is exhaustive, and a test beside it keeps the list of known words equal to it.
    let source = read("src/triage/command.rs");
    let words = source.split_once("const WORDS").unwrap().1.split_once("];").unwrap().0;
    let all = words.split('"').skip(1).step_by(2).chain(madoguchi::triage::complaint::WORDS);
    assert_eq!(explained, all.collect::<BTreeSet<&str>>());

    for row in table(&text, "| 書いたもの | なぜ動かないか |") {
        for example in spans(&row[0]) {
            assert!(matches!(said(example), Understood::Unclear(_)), "{example:?} is {:?}", said(example));
        }
    }
    let edits: Vec<Block> =
        blocks_of("docs/agents.md", &text).into_iter().filter(|block| block.info == "text 修正").collect();
    assert!(!edits.is_empty());
    for edit in edits {
        assert!(matches!(said(&edit.text), Understood::Command(Said::Edit { .. })), "{}", edit.place);
    }
}

/// The promise is the set of keys, not what today's rules say about the mail.
fn shape(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), shape(value))).collect()
        }
        serde_json::Value::Array(items) => {
            items.iter().find(|item| item.is_object()).map(shape).into_iter().collect()
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => serde_json::Value::Null,
    }
}

fn only<'b>(blocks: &'b [Block], info: &str) -> &'b Block {
    let mut found = blocks.iter().filter(|block| block.info == info);
    let block = found.next().unwrap_or_else(|| panic!("no block {info:?}"));
    assert!(found.next().is_none(), "two blocks {info:?}");
    block
}

#[test]
fn explain_keeps_its_promise() {
    const FILE: &str = "docs/why-not-labelled.md";
    let text = read(FILE);
    let blocks = blocks_of(FILE, &text);
    let shown: serde_json::Value = serde_json::from_str(&only(&blocks, "json").text).unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mail.eml"), only(&blocks, "eml").text.replace('\n', "\r\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .current_dir(dir.path())
        .arg("--config")
        .arg(root().join("config.toml"))
        .args(["explain", "--json", "mail.eml"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let real: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // As text, so that the order of the keys counts.
    assert_eq!(shape(&shown).to_string(), shape(&real).to_string());
    for key in ["disposition", "class", "fields/name/value", "fields/phone/value", "fields/email/value"] {
        let pointer = format!("/{key}");
        assert_eq!(shown.pointer(&pointer), real.pointer(&pointer), "{key}");
    }

    let reasons: Vec<String> =
        table(&text, "| `ignored_because` | meaning |").into_iter().map(|row| row[0].clone()).collect();
    let known = [
        Ignored::Bounce,
        Ignored::AutoReply,
        Ignored::Newsletter,
        Ignored::BookingNotice,
        Ignored::SystemNotice,
        Ignored::ReadReceipt,
        Ignored::Spam,
        Ignored::Own,
    ];
    assert_eq!(reasons, known.map(|why| format!("`{}`", why.word())));
}

/// A line of a log that a document quotes is one the program can write.
#[test]
fn quoted_log_lines_exist() {
    let mut sources = String::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    for row in table(&read("docs/why-not-labelled.md"), "| line | meaning |") {
        let line = row[0].trim_matches('`');
        assert!(sources.contains(&format!("\"{line}\"")), "no log line {line:?}");
    }
}

#[test]
fn held_versions_are_explained() {
    let manifest: toml::Value = toml::from_str(&read("Cargo.toml")).unwrap();
    let held: Vec<(String, String)> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .iter()
        .filter_map(|(name, spec)| {
            let version = spec.as_str().or_else(|| spec.get("version")?.as_str())?;
            Some((format!("`{name}`"), version.strip_prefix('=')?.to_owned()))
        })
        .collect();
    let rows = table(&read("docs/dependencies.md"), "| crate | version | why |");
    let explained: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(explained, held.into_iter().collect());
}

/// `outbox   mark 3` and its kind use the words of the program.
#[test]
fn the_dangerous_effect_is_called_send() {
    let revision = madoguchi::triage::id::Revision::FIRST;
    assert_eq!(Effect::Send { revision, attempt: 1 }.word(), "send");
    assert!(read("docs/store.md").contains("shows `send` in"));
}

/// The README shows parts of the transcript of `scripts/demo`: its lines, in its order, `…` where something is left out.
#[test]
fn the_demo_is_quoted_word_for_word() {
    let readme = read("README.md");
    let shown =
        readme.split_once("<!-- demo: begin -->").unwrap().1.split_once("<!-- demo: end -->").unwrap().0;
    // A packaged tree may come without the transcript; then there is nothing to compare with.
    let Ok(transcript) = fs::read_to_string(root().join("docs/demo.txt")) else { return };
    assert!(root().join("scripts/demo").exists());
    let mut lines = transcript.lines();
    let shown = blocks_of("README.md", shown);
    let quoted = shown.iter().flat_map(|block| block.text.lines()).filter(|line| !matches!(*line, "" | "…"));
    for line in quoted {
        assert!(
            lines.any(|there| there == line),
            "docs/demo.txt has no such line, or not in this order: {line:?}"
        );
    }
}

/// The times that the guides name are what holds when the config says nothing.
#[test]
fn the_guides_name_the_defaults() {
    let readme = read("README.md");
    let blocks = blocks_of("README.md", &readme);
    let house = House::new();
    house.write("config.toml", &only(&blocks, "toml config whole").text);
    let live = house.load("README.md");
    let config = &live.config;
    let hours = |duration: std::time::Duration| duration.as_secs() / 3600;
    let (agents, supervisor) = (read("docs/agents.md"), read("docs/supervisor.md"));
    for (text, phrase) in [
        (&agents, format!("依頼の期限は普通 {} 時間です", hours(config.approval.ttl))),
        (&agents, format!("変わったところが {} 文字まで", live.desk_policy().small_edit)),
        (&supervisor, format!("依頼から {} 時間", hours(config.approval.reminder))),
        (&supervisor, format!("さらに {} 時間", hours(config.approval.escalate))),
        (&supervisor, format!("店舗に依頼して {} 日", hours(config.reply.shop_deadline) / 24)),
        (&supervisor, format!("返信待ちで {} 日", hours(config.reply.window) / 24)),
        (&supervisor, format!("(既定は {})", config.night.at.strftime("%H:%M"))),
    ] {
        assert!(text.contains(&phrase), "a guide should say {phrase:?}");
    }
    assert!(agents.contains("長くて 14 日です"));
    assert!(matches!(said("保留 14日"), Understood::Command(_)));
    assert!(matches!(said("保留 15日"), Understood::Unclear(_)));
}
