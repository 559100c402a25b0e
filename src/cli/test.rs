//! `test`: the supervisor's own tests of the rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::out;
use crate::exit::Exit;
use crate::workshop::coverage::{self, Unreached};
use crate::workshop::junit;
use crate::workshop::suite::{self, Suite, Test};
use crate::workshop::trial::{self, Failure, Trial};

/// Try the rules on the tests beside them: what is expected, what came out, why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi test                          every rules/tests/*.toml
  madoguchi test --require-coverage       a rule without a test fails, too
  madoguchi test --rules new-rules        the same tests for other rules
  madoguchi test --mailbox krakow         the tests beside that mailbox's rules
  madoguchi test --junit tests.xml        for a CI server
  madoguchi test --json | jq 'select(.passed == false)'

Names every expectation that does not hold, with its place and with the rule
that decided otherwise:
  rules/tests/ja.toml:12:9: \"parking\": topic: expected access, got price;
  decided by rules/ja.toml:150 ja-price
Touches no server and no store. Exits with 0 when everything holds, 1 when
something does not or there is no test, 3 for faults in files.")]
pub(super) struct Args {
    /// The folder of the tests; default: `tests` in the folder of the rules.
    dir: Option<PathBuf>,
    /// With the rules, templates and zone of this mailbox; default: the desk's.
    #[arg(long, value_name = "NAME")]
    mailbox: Option<String>,
    /// Other rules than those in force.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Fail when no test reaches a rule.
    #[arg(long)]
    require_coverage: bool,
    /// Write the result as JUnit XML, too.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// One JSON object a test, and one for all of them.
    #[arg(long)]
    json: bool,
}

/// A test and how it went.
type Tried<'s> = (&'s Test, Trial);

pub(super) fn run(config: &Path, args: &Args) -> Exit {
    let live = match super::load_for(config, args.mailbox.as_deref()) {
        Ok(live) => live,
        Err(exit) => return exit,
    };
    let mailbox = live.looking_as().filter(|_| args.mailbox.is_some());
    let rules = match &args.rules {
        None => std::sync::Arc::clone(live.desk_rules()),
        Some(dir) => match live.other_rules(dir) {
            Ok(rules) => std::sync::Arc::new(rules),
            Err(faults) => return super::faults(&faults),
        },
    };
    let dir = args.dir.clone().unwrap_or_else(|| {
        mailbox.map_or(&*live.config.rules, |mailbox| live.config.rules_of(mailbox)).join("tests")
    });
    let suite = match suite::load(&dir, &live, &rules) {
        Ok(suite) => suite,
        Err(faults) => return super::faults(&faults),
    };
    if suite.tests.is_empty() {
        return out::complain(&format!("{}: no test in this folder", dir.display()), Exit::No);
    }
    let tried: Vec<Tried<'_>> =
        suite.tests.iter().map(|test| (test, trial::run(&live, &rules, test))).collect();
    let reached: BTreeSet<String> =
        tried.iter().flat_map(|(_, trial)| trial.reached.iter().cloned()).collect();
    let unreached = coverage::unreached(&rules, &reached);
    if let Some(file) = &args.junit {
        let written = junit::report(&cases(&tried, args.require_coverage.then_some(unreached.as_slice())))
            .and_then(|bytes| std::fs::write(file, bytes));
        if let Err(error) = written {
            return out::complain(&format!("{}: {error}", file.display()), Exit::Failed);
        }
    }
    let all = coverage::all(&rules);
    if args.json {
        show_json(&tried, &unreached, all);
    } else {
        show(&suite, &tried, &unreached, all);
    }
    let holds = tried.iter().all(|(_, trial)| trial.failures.is_empty());
    if holds && (unreached.is_empty() || !args.require_coverage) { Exit::Ok } else { Exit::No }
}

/// `rules/tests/ja.toml:12:9: "parking": topic: expected access, got price; decided by rules/ja.toml:150 ja-price`
fn line(test: &Test, failure: &Failure) -> String {
    let ((line, column), miss) = (failure.place, &failure.miss);
    let decided = match &failure.rule {
        Some(rule) => format!("decided by {rule}"),
        None => "no rule spoke".to_owned(),
    };
    format!(
        "{}:{line}:{column}: \"{}\": {}: expected {}, got {}; {decided}",
        test.file.display(),
        test.name,
        miss.key,
        miss.expected,
        miss.got
    )
}

fn show(suite: &Suite, tried: &[Tried<'_>], unreached: &[Unreached], all: usize) {
    for (test, trial) in tried {
        trial.failures.iter().for_each(|failure| out::line(&line(test, failure)));
    }
    for rule in unreached {
        out::line(&format!("no test reaches {} {}", rule.place, rule.name));
    }
    let failed = tried.iter().filter(|(_, trial)| !trial.failures.is_empty()).count();
    let passed = suite.tests.len() - failed;
    out::line(&format!("{passed} passed, {failed} failed; {} of {all} rules reached", all - unreached.len()));
}

fn show_json(tried: &[Tried<'_>], unreached: &[Unreached], all: usize) {
    for (test, trial) in tried {
        let failures: Vec<serde_json::Value> = trial
            .failures
            .iter()
            .map(|failure| {
                json!({
                    "line": failure.place.0,
                    "column": failure.place.1,
                    "what": failure.miss.key,
                    "expected": failure.miss.expected,
                    "got": failure.miss.got,
                    "rule": failure.rule,
                })
            })
            .collect();
        out::json(&json!({
            "test": test.name,
            "file": test.file.display().to_string(),
            "line": test.line,
            "passed": failures.is_empty(),
            "failures": failures,
            "rules": trial.reached,
        }));
    }
    let failed = tried.iter().filter(|(_, trial)| !trial.failures.is_empty()).count();
    let unreached: Vec<serde_json::Value> =
        unreached.iter().map(|rule| json!({ "rule": rule.name, "file": rule.place })).collect();
    out::json(&json!({
        "tests": tried.len(),
        "failed": failed,
        "rules": all,
        "unreached": unreached,
    }));
}

/// The tests as a CI server wants them; rules that nobody reaches are cases of their own where they count.
fn cases(tried: &[Tried<'_>], unreached: Option<&[Unreached]>) -> Vec<junit::Case> {
    let tests = tried.iter().map(|(test, trial)| junit::Case {
        file: test.file.display().to_string(),
        name: test.name.clone(),
        line: test.line,
        failures: trial.failures.iter().map(|failure| line(test, failure)).collect(),
    });
    let rules = unreached.into_iter().flatten().map(|rule| {
        let (file, line) = rule.place.rsplit_once(':').unwrap_or((&rule.place, ""));
        junit::Case {
            file: file.to_owned(),
            name: rule.name.clone(),
            line: line.parse().unwrap_or(0),
            failures: vec![format!("no test reaches {} {}", rule.place, rule.name)],
        }
    });
    tests.chain(rules).collect()
}
