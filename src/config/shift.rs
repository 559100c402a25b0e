//! Shifts that several mailboxes report in: one report each, in one way.

use super::section::Section;
use super::{Mailbox, NightReport};

/// Mailboxes may share a shift, and then it reports to the same people at the same instant.
pub(super) fn one_report_each(sections: &[Section<'_>], mailboxes: &[Mailbox], night: &NightReport) {
    for section in sections {
        let named = section.parsed("name", |name| Ok(name.to_owned()));
        let Some(mailbox) = mailboxes.iter().find(|mailbox| Some(mailbox.name.as_str()) == named.as_deref())
        else {
            continue;
        };
        let Some(report) = &mailbox.report else { continue };
        if report.shift == night.shift {
            section.fault(
                "report",
                format!("`{}` is the shift of [report.night]", report.shift),
                "give this mailbox's shift another name, or remove [mailbox.report]",
            );
        }
        let same = mailboxes
            .iter()
            .find(|other| other.report.as_ref().is_some_and(|other| other.shift == report.shift));
        if same.is_some_and(|first| first.report != mailbox.report || first.desk.zone != mailbox.desk.zone) {
            section.fault(
                "report",
                format!("the shift `{}` reports twice, differently", report.shift),
                "mailboxes that share a shift share `at`, `to` and zone; give each its own shift otherwise",
            );
        }
    }
}
