//! `[operator]`: who keeps the machine running, and how they hear of a mailbox that has fallen silent.
//!
//! Two routes that need no mailbox of ours: a mail through `[smtp]`, and a program. Either may be dead; the other
//! still goes.

use std::time::Duration;

use super::section::Section;
use super::{Mailbox, value};
use crate::triage::id::Address;
use crate::triage::people::{Person, Position};

/// `[operator]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// After how long without a successful look a mailbox counts as silent, unless it says otherwise.
    pub silent_after: Duration,
    /// Who gets a mail about it; empty = no mail.
    pub to: Vec<Address>,
    /// A program and its arguments that is told, too; empty = none. Run without a shell.
    pub command: Vec<String>,
    /// How long the program may take.
    pub command_timeout: Duration,
    /// How often an outage that lasts is told again.
    pub remind: Duration,
}

pub(super) fn read(section: Option<&Section<'_>>, people: &[Person], mailboxes: &[Mailbox]) -> Operator {
    let mut operator = Operator {
        silent_after: Duration::from_secs(15 * 60),
        to: Vec::new(),
        command: Vec::new(),
        command_timeout: Duration::from_secs(30),
        remind: Duration::from_secs(86_400),
    };
    if let Some(section) = section {
        operator.silent_after = section.duration("silent_after", operator.silent_after);
        operator.to = section.list("to", value::address);
        operator.command = section.list("command", value::line);
        if operator.command.first().is_some_and(|program| !program.starts_with('/')) {
            section.fault(
                "command",
                "`operator.command` does not begin with an absolute path",
                "write the whole path of the program, such as \"/usr/local/bin/page\"",
            );
        }
        operator.command_timeout = section.duration("command_timeout", operator.command_timeout);
        if operator.command_timeout > Duration::from_secs(600) {
            section.fault("command_timeout", "`operator.command_timeout` is longer than ten minutes", "");
        }
        operator.remind = section.duration("remind", operator.remind);
        section.finish();
        for address in &operator.to {
            if mailboxes.iter().any(|mailbox| mailbox.address == *address) {
                section.doc.warn(
                    section.offset("to"),
                    format!("`{address}` is a mailbox that is watched here"),
                    "when it is the one that is silent, nobody may read the alarm; add an address elsewhere",
                );
            }
        }
    }
    if operator.to.is_empty() {
        let supervisors = people.iter().filter(|person| person.position == Position::Supervisor);
        operator.to = supervisors.map(|person| person.address.clone()).collect();
    }
    operator
}
