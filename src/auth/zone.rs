//! A zone in memory or in a file, for tests and rehearsals on one machine: answers like DNS without any network.
//!
//! A line is `name TXT "text" "more of it"`, `name FAIL`, or a remark after `#`. `* FAIL` fails whatever is not named. A
//! file is read at every question, so that a test can let DNS come back.

use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::dns::{Answer, Txt};
use crate::triage::approval::NotYet;

/// Where the lines stand.
#[derive(Debug, Clone)]
pub enum Zone {
    /// Here.
    Text(String),
    /// In a file; one that cannot be read is DNS that is down.
    File(PathBuf),
}

impl Zone {
    fn look(&self, name: &str) -> Answer {
        match self {
            Self::Text(text) => answer(text, name),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => answer(&text, name),
                Err(_) => Answer::Unclear(NotYet::ServerFailed),
            },
        }
    }
}

impl Txt for Zone {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer> {
        std::future::ready(self.look(name)).boxed()
    }
}

fn answer(text: &str, name: &str) -> Answer {
    let mut records = Vec::new();
    let mut all_fail = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.splitn(3, char::is_whitespace);
        let (Some(at), Some(kind)) = (words.next(), words.next()) else {
            return Answer::Unclear(NotYet::ServerFailed);
        };
        let here = at.eq_ignore_ascii_case(name);
        match kind {
            "FAIL" if here => return Answer::Unclear(NotYet::ServerFailed),
            "FAIL" => all_fail |= at == "*",
            // Every second piece between quotes is a string of the record.
            "TXT" if here => {
                let strings = words.next().unwrap_or_default().split('"').skip(1).step_by(2);
                records.push(strings.collect::<String>().into_bytes());
            }
            "TXT" => {}
            _ => return Answer::Unclear(NotYet::ServerFailed),
        }
    }
    match (records.is_empty(), all_fail) {
        (false, _) => Answer::Records(records),
        (true, true) => Answer::Unclear(NotYet::ServerFailed),
        (true, false) => Answer::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_answers_like_dns() {
        let zone = "# keys\na.test TXT \"one\" \" two\"\na.test TXT \"three\"\nb.test FAIL\n";
        let records = |list: &[&str]| Answer::Records(list.iter().map(|r| r.as_bytes().to_vec()).collect());
        let down = Answer::Unclear(NotYet::ServerFailed);
        for (zone, name, expected) in [
            (zone.to_owned(), "A.test", records(&["one two", "three"])),
            (zone.to_owned(), "b.test", down.clone()),
            (zone.to_owned(), "c.test", Answer::Nothing),
            (format!("{zone}* FAIL\n"), "a.test", records(&["one two", "three"])),
            (format!("{zone}* FAIL\n"), "c.test", down.clone()),
            ("a.test MX 10".to_owned(), "a.test", down.clone()),
        ] {
            assert_eq!(Zone::Text(zone).look(name), expected, "{name}");
        }
        assert_eq!(Zone::File("/nowhere/zone".into()).look("a.test"), down);
    }
}
