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
