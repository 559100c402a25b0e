//! What the answers of a server mean for us: as it should be, with less than could be, or not to be worked with.
//!
//! Pure: from [`Seen`] to findings, each with the answer and what to do. Never asks anything.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{CONNECTIONS, Seen};
use crate::imap::folders::Use;

/// A Maildir of Dovecot keeps this many keywords a mailbox.
const MAILDIR_KEYWORDS: usize = 26;

/// Mail from the future by less than this is no fault of a clock.
const CLOCK: SignedDuration = SignedDuration::from_mins(2);

/// Part of the quota in percent from which on it is worth a word.
const FULL: u64 = 90;

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// Works, with less than could be.
    Warn,
    /// Does not work until somebody changes something.
    Bad,
}

impl Level {
    /// As a command prints it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// One thing found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was asked about, one word.
    pub topic: &'static str,
    /// How good it is.
    pub level: Level,
    /// The answer.
    pub says: String,
    /// What to do about it; empty when nothing is.
    pub advice: &'static str,
}

impl Finding {
    fn good(topic: &'static str, says: impl Into<String>) -> Self {
        Self { topic, level: Level::Good, says: says.into(), advice: "" }
    }

    fn warn(topic: &'static str, says: impl Into<String>, advice: &'static str) -> Self {
        Self { topic, level: Level::Warn, says: says.into(), advice }
    }

    fn bad(topic: &'static str, says: impl Into<String>, advice: &'static str) -> Self {
        Self { topic, level: Level::Bad, says: says.into(), advice }
    }
}

/// Says what the answers mean. `ours` are the keywords of the configured marks.
pub fn judge(seen: &Seen, ours: &BTreeSet<String>, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![server(seen)];
    findings.extend(folders(seen));
    findings.push(marks(seen, ours));
    findings.extend(room(seen, ours));
    findings.extend(abilities(seen));
    findings.extend(stars(seen));
    findings.extend(connections(seen));
    findings.extend(clock(seen, now));
    findings.extend(quota(seen));
    findings
}

fn server(seen: &Seen) -> Finding {
    let kind = if seen.gmail { "Gmail" } else { "an IMAP server" };
    Finding::good("server", format!("{kind}, {} mails in the watched folder", seen.exists))
}

fn folders(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    let uses = |wanted: Use| seen.folders.all.iter().any(|folder| folder.uses.contains(&wanted));
    if seen.gmail {
        findings.push(if uses(Use::All) {
            Finding::good("all-mail", "All Mail is shown")
        } else {
            Finding::bad(
                "all-mail",
                "All Mail is hidden from IMAP, and mails can be followed nowhere else",
                "in Gmail: Settings, Labels, All Mail: tick \"Show in IMAP\"",
            )
        });
    } else if !seen.folders.all.iter().any(|folder| !folder.uses.is_empty()) {
        findings.push(Finding::warn(
            "special-use",
            "the server does not say what its folders are for",
            "see that archive, drafts and sent of [[mailbox]] name the right ones",
        ));
    } else {
        findings.push(Finding::good("special-use", "the server says what its folders are for"));
    }
    for (topic, folder, lost) in [
        ("drafts", &seen.folders.drafts, "no folder for drafts: they go out by mail only"),
        ("sent", &seen.folders.sent, "no folder of sent mail: answers by hand are not seen"),
        ("archive", &seen.folders.archive, "no archive: dealt-with mail stays where it is"),
    ] {
        findings.push(match folder {
            Some(name) => Finding::good(topic, name.clone()),
            None if seen.gmail && topic != "archive" => Finding::warn(
                topic,
                lost,
                "in Gmail: Settings, Labels: tick \"Show in IMAP\" for Drafts and Sent Mail",
            ),
            None => {
                Finding::warn(topic, lost, "name the folder in [[mailbox]], or let the program create it")
            }
        });
    }
    findings
}

/// How marks can be written.
fn marks(seen: &Seen, ours: &BTreeSet<String>) -> Finding {
    let known = |keyword: &String| seen.keywords.iter().any(|one| one.eq_ignore_ascii_case(keyword));
    if seen.gmail {
        Finding::good("marks", "as labels")
    } else if seen.new_keywords || ours.iter().all(known) {
        Finding::good("marks", "as keywords")
    } else if ours.iter().any(known) {
        Finding::warn(
            "marks",
            "the server makes no new keywords, and some of our marks are not among those it has",
            "remove keywords that nobody uses from the mailbox, or use fewer marks",
        )
    } else if seen.can_move {
        Finding::warn(
            "marks",
            "the server keeps no keywords: marks are written as folders",
            "nothing, or a server that keeps keywords",
        )
    } else {
        Finding::bad(
            "marks",
            "the server keeps no keywords and cannot move mail: no mark can be written",
            "use another server, or watch the cases with `madoguchi cases`",
        )
    }
}

/// Room for keywords in a Maildir.
fn room(seen: &Seen, ours: &BTreeSet<String>) -> Option<Finding> {
    let lower = |words: &BTreeSet<String>| -> BTreeSet<String> {
        words.iter().map(|word| word.to_ascii_lowercase()).collect()
    };
    let all = lower(&seen.keywords).union(&lower(ours)).count();
    let says = || format!("{} keywords in use, {all} with ours", seen.keywords.len());
    if seen.gmail || !seen.new_keywords {
        None
    } else if all > MAILDIR_KEYWORDS {
        Some(Finding::warn(
            "keywords",
            says(),
            "a Maildir of Dovecot keeps 26 a folder: remove some, or use fewer marks",
        ))
    } else {
        Some(Finding::good("keywords", says()))
    }
}

fn abilities(seen: &Seen) -> Vec<Finding> {
    [
        ("move", seen.can_move, "MOVE", "no MOVE: dealt-with mail stays in the inbox, with its mark"),
        (
            "uidplus",
            seen.uid_plus,
            "UIDPLUS",
            "no UIDPLUS: moved mail is found again by its Message-ID, which takes longer",
        ),
        ("idle", seen.idle, "IDLE", "no IDLE: new mail is seen when the next `poll` is due"),
        (
            "condstore",
            seen.condstore,
            "CONDSTORE",
            "no CONDSTORE: marks are compared one by one, which takes longer",
        ),
    ]
    .into_iter()
    .map(|(topic, has, name, lost)| match has {
        true => Finding::good(topic, name),
        false if topic == "idle" => Finding::warn(topic, lost, "set a short `poll` in [[mailbox]]"),
        false => Finding::warn(topic, lost, "nothing, or a newer server"),
    })
    .collect()
}

/// Whether the kinds of stars can be read. That Gmail answers such a question is written nowhere.
fn stars(seen: &Seen) -> Option<Finding> {
    if !seen.gmail {
        return None;
    }
    Some(match &seen.stars {
        None => Finding::warn(
            "stars",
            "the server does not answer for kinds of stars",
            "people use the labels of the marks instead of stars",
        ),
        Some(counts) => {
            let says: Vec<String> = counts.iter().map(|(star, count)| format!("{star} {count}")).collect();
            let says = format!("{} in 90 days", says.join(", "));
            if counts.iter().all(|(_, count)| *count > 0) {
                Finding::good("stars", says)
            } else {
                Finding::warn(
                    "stars",
                    says,
                    "if people use both: set each on one mail and check again; else nothing",
                )
            }
        }
    })
}

fn connections(seen: &Seen) -> Option<Finding> {
    let says = format!("{} of {CONNECTIONS} at once", seen.connections);
    Some(if seen.connections >= CONNECTIONS {
        Finding::good("connections", says)
    } else {
        Finding::warn(
            "connections",
            says,
            "close other mail programs on this account, or raise the server's limit (Gmail: 15 for all programs)",
        )
    })
}

/// A server tells no time; only mail from the future betrays a clock.
fn clock(seen: &Seen, now: Timestamp) -> Option<Finding> {
    let ahead = seen.newest?.duration_since(now);
    Some(if ahead > CLOCK {
        Finding::warn(
            "clock",
            format!("the newest mail arrives in {} seconds", ahead.as_secs()),
            "set the clock of this machine, or the server's, by NTP: deadlines depend on it",
        )
    } else {
        Finding::good("clock", "no mail from the future")
    })
}

fn quota(seen: &Seen) -> Option<Finding> {
    let (used, limit) = seen.quota.filter(|(_, limit)| *limit > 0)?;
    let percent = u128::from(used) * 100 / u128::from(limit);
    let says = format!("{percent} % of {} MiB used", limit / 1024);
    Some(if used >= limit {
        Finding::bad("quota", says, "make room: a full mailbox takes no draft and no mail")
    } else if percent >= u128::from(FULL) {
        Finding::warn("quota", says, "make room before it is full")
    } else {
        Finding::good("quota", says)
    })
}

#[cfg(test)]
mod tests;
