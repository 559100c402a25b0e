//! `[mailbox.acknowledge]`: what customers are told by a machine, and how often at most. Off unless switched on.

use jiff::SignedDuration;

use super::section::{Problem, Section};
use super::value;
use crate::triage::allowance::{Budget, Storm};

/// How mail to a mailbox is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    /// The first answer comes within so much business time.
    pub within: SignedDuration,
    /// The template, by name.
    pub template: String,
    /// Whether the customer is told the number of the case.
    pub case_number: bool,
    /// To one address.
    pub per_address: Budget,
    /// To all addresses of a domain.
    pub per_domain: Budget,
    /// For all mails of a form.
    pub per_form: Budget,
    /// From this mailbox altogether.
    pub per_day: Budget,
    /// So many mails at once bring silence.
    pub storm: Storm,
}

/// Most of a budget: its instants are written down with each mail.
const MOST: usize = 2_000;

pub(super) fn read(section: &Section<'_>) -> Option<Acknowledge> {
    let enabled = section.flag("enabled", false);
    let within = section.parsed("within", span);
    let template = section.line("template").unwrap_or_else(|| "acknowledgement".to_owned());
    let case_number = section.flag("case_number", false);
    let hours = SignedDuration::from_hours;
    let budget = |key, most, within| section.parsed(key, budget).unwrap_or(Budget { most, within });
    let per_address = budget("per_address", 1, hours(24));
    let per_domain = budget("per_domain", 20, hours(1));
    let per_form = budget("per_form", 60, hours(1));
    let day = usize::try_from(section.number("per_day", 1, 2_000, 500)).unwrap_or(MOST);
    let storm = section.section("storm").map(|section| storm(&section)).unwrap_or(Storm {
        mails: 100,
        within: SignedDuration::from_mins(10),
        pause: hours(1),
    });
    let within = if enabled {
        section.need("within", within, "in how much business time the first answer comes, such as \"4h\"")
    } else {
        within
    };
    section.finish();
    let per_day = Budget { most: day, within: hours(24) };
    let read = Acknowledge {
        within: within?,
        template,
        case_number,
        per_address,
        per_domain,
        per_form,
        per_day,
        storm,
    };
    enabled.then_some(read)
}

fn storm(section: &Section<'_>) -> Storm {
    let mails = section.number("mails", 2, 2_000, 100);
    let within = section.parsed("within", span).unwrap_or(SignedDuration::from_mins(10));
    let pause = section.parsed("pause", span).unwrap_or(SignedDuration::from_hours(1));
    section.finish();
    Storm { mails: usize::try_from(mails).unwrap_or(MOST), within, pause }
}

/// A promise in hours that nobody keeps at night deserves a look.
pub(super) fn warn_without_calendar(root: &Section<'_>) {
    let of_desk = root.section("desk").is_some_and(|desk| desk.has("calendar"));
    for mailbox in root.sections("mailbox") {
        let Some(section) = mailbox.section("acknowledge") else { continue };
        let own = mailbox.section("desk").is_some_and(|desk| desk.has("calendar"));
        if section.flag("enabled", false) && !own && !of_desk {
            root.doc.warn(
                section.offset("within"),
                "customers are promised an answer, and no calendar says when somebody is there",
                "add a [[calendar]] and name it in [desk] or [mailbox.desk]; until then every hour counts",
            );
        }
    }
}

fn span(text: &str) -> Result<SignedDuration, Problem> {
    value::duration(text).map(|span| SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX))
}

/// `20/1h`: so many within so long.
fn budget(text: &str) -> Result<Budget, Problem> {
    let wrong = || {
        Problem::new(
            format!("`{text}` is not a budget"),
            "write how many within how long: \"20/1h\", \"1/1d\"; 1 to 2000",
        )
    };
    let (most, within) = text.split_once('/').ok_or_else(wrong)?;
    let most = most.trim().parse().ok().filter(|most| (1..=MOST).contains(most)).ok_or_else(wrong)?;
    let within = span(within.trim()).map_err(|_| wrong())?;
    Ok(Budget { most, within })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{self, Config};

    const SAMPLE: &str = include_str!("../../config.toml");

    /// The sample with its acknowledgements written otherwise.
    fn with(keys: &str) -> Result<Config, String> {
        let (before, rest) = SAMPLE.split_once("[mailbox.acknowledge]\n").unwrap();
        let (_, after) = rest.split_once("# --- How mail leaves").unwrap();
        let text = format!("{before}[mailbox.acknowledge]\n{keys}\n# --- How mail leaves{after}");
        let first = 1 + before.matches('\n').count();
        config::parse(Path::new("config.toml"), &text).map_err(|faults| {
            let said = |fault: &crate::fault::Fault| {
                let line = fault.line.cast_signed() - first.cast_signed();
                format!("{line}:{}: {}; {}", fault.column, fault.what, fault.hint)
            };
            faults.iter().map(said).collect::<Vec<_>>().join("\n")
        })
    }

    fn read(keys: &str) -> Option<Acknowledge> {
        with(keys).unwrap().mailboxes.remove(0).acknowledge
    }

    #[test]
    fn little_is_needed_and_nothing_is_on_by_itself() {
        assert_eq!(read(""), None);
        assert_eq!(read("within = \"4h\"\nper_day = 3"), None);
        let read = read("enabled = true\nwithin = \"4h\"").unwrap();
        assert_eq!((read.template.as_str(), read.case_number), ("acknowledgement", false));
        let (hours, minutes) = (SignedDuration::from_hours, SignedDuration::from_mins);
        assert_eq!(read.within, hours(4));
        assert_eq!(read.per_address, Budget { most: 1, within: hours(24) });
        assert_eq!(read.per_domain, Budget { most: 20, within: hours(1) });
        assert_eq!(read.per_form, Budget { most: 60, within: hours(1) });
        assert_eq!(read.per_day, Budget { most: 500, within: hours(24) });
        assert_eq!(read.storm, Storm { mails: 100, within: minutes(10), pause: hours(1) });
    }

    #[test]
    fn mistakes_are_placed_and_explained() {
        for (keys, expected) in [
            (
                "enabled = true",
                "0:1: missing key `mailbox.acknowledge.within`; in how much business time the first answer comes, such as \"4h\"",
            ),
            (
                "within = \"soon\"",
                "1:10: `soon` is not a duration; write a number and a unit: 30s, 5m, 2h or 7d (a year at most)",
            ),
            (
                "per_domain = \"20\"",
                "1:14: `20` is not a budget; write how many within how long: \"20/1h\", \"1/1d\"; 1 to 2000",
            ),
            (
                "per_address = \"0/1d\"",
                "1:15: `0/1d` is not a budget; write how many within how long: \"20/1h\", \"1/1d\"; 1 to 2000",
            ),
            ("per_day = 0", "1:11: `mailbox.acknowledge.per_day` is 0, outside 1 to 2000; "),
            (
                "storm = { mail = 3 }",
                "1:11: unknown key `mailbox.acknowledge.storm.mail`; did you mean `mails`?",
            ),
            ("enable = true", "1:1: unknown key `mailbox.acknowledge.enable`; did you mean `enabled`?"),
        ] {
            assert_eq!(with(keys).err().as_deref(), Some(expected), "{keys}");
        }
    }

    #[test]
    fn a_promise_without_a_calendar_is_a_warning() {
        let keys = "enabled = true\nwithin = \"4h\"";
        assert!(with(keys).unwrap().warnings.is_empty());
        let text =
            SAMPLE.replacen("calendar = \"窓口\"\n", "", 1).replacen("enabled = false", "enabled = true", 1);
        let config = config::parse(Path::new("config.toml"), &text).unwrap();
        let said: Vec<_> = config.warnings.iter().map(|warning| warning.what.as_str()).collect();
        assert_eq!(said, ["customers are promised an answer, and no calendar says when somebody is there"]);
    }
}
