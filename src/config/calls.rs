//! `[calls]`: when a telephone call counts as long, and who then looks after it (workflow W2).

use std::time::Duration;

use super::section::Section;
use crate::triage::id::Address;
use crate::triage::people::{Contact, Group, Person, Position};

/// `[calls]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// A call longer than this is told to the support group.
    pub long: Duration,
    /// The support group, in the order of the config.
    pub tell: Vec<Address>,
}

/// A call this long is told to the group unless the config says otherwise (workflow W2).
const LONG: Duration = Duration::from_secs(20 * 60);

pub(super) fn read(
    section: Option<&Section<'_>>,
    people: &[Person],
    contacts: &[Contact],
    groups: &[Group],
) -> Calls {
    let supervisors = people.iter().filter(|person| person.position == Position::Supervisor);
    let supervisors: Vec<Address> = supervisors.map(|person| person.address.clone()).collect();
    let Some(section) = section else { return Calls { long: LONG, tell: supervisors } };
    let long = section.duration("long", LONG);
    let names = section.list("tell", |name| Ok(name.to_owned()));
    let mut tell = Vec::new();
    for name in &names {
        let person = people.iter().find(|person| person.name == *name).map(|person| &person.address);
        let contact = contacts.iter().find(|contact| contact.name == *name).map(|contact| &contact.address);
        let group = groups.iter().find(|group| group.name == *name);
        let members: Vec<&Address> = person
            .or(contact)
            .into_iter()
            .chain(group.into_iter().flat_map(|group| &group.members))
            .collect();
        if members.is_empty() {
            section.fault(
                "tell",
                format!("nobody is called `{name}`"),
                "name an [[agent]], a [[contact]] or a [[group]]: whoever is told answers 済 from their own address",
            );
        }
        for member in members {
            if !tell.contains(member) {
                tell.push(member.clone());
            }
        }
    }
    section.finish();
    Calls { long, tell: if names.is_empty() { supervisors } else { tell } }
}
