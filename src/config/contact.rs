//! `[[contact]]` and `[[group]]`: people without any account who are asked by mail and answer by mail (workflow W3).

use std::collections::BTreeSet;

use super::desk::{LANGUAGES, unique};
use super::section::Section;
use super::value;
use crate::triage::id::Address;
use crate::triage::people::{Contact, Group, Lang, MOST_ASKED, Person};

/// Every contact. Names and addresses are used once among people and contacts.
pub(super) fn contacts(root: &Section<'_>, people: &[Person], ours: &[Address]) -> Vec<Contact> {
    let mut names: BTreeSet<String> = people.iter().map(|person| person.name.clone()).collect();
    let mut addresses: BTreeSet<String> =
        people.iter().map(|person| person.address.as_str().to_owned()).collect();
    let mut contacts = Vec::new();
    for section in &root.sections("contact") {
        let name = section.need("name", section.line("name"), "what the others call this person");
        let address = section.need("address", section.address("address"), "where questions go");
        let lang = section.choice("lang", &LANGUAGES, Lang::Ja);
        section.finish();
        let (Some(name), Some(address)) = (name, address) else { continue };
        unique(section, "name", &mut names, &name);
        unique(section, "address", &mut addresses, address.as_str());
        if ours.contains(&address) {
            let what = format!("`{address}` is the desk's own address");
            section.fault("address", what, "a contact answers from an address of their own");
        }
        contacts.push(Contact { name, address, lang });
    }
    contacts
}

/// Every group, of people and contacts by name.
pub(super) fn groups(root: &Section<'_>, people: &[Person], contacts: &[Contact]) -> Vec<Group> {
    let known: Vec<(&str, &Address)> = people
        .iter()
        .map(|person| (person.name.as_str(), &person.address))
        .chain(contacts.iter().map(|contact| (contact.name.as_str(), &contact.address)))
        .collect();
    let mut names: BTreeSet<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut groups = Vec::new();
    for section in &root.sections("group") {
        let name = section.need("name", section.line("name"), "what the others call this group");
        let mut members = Vec::new();
        for member in section.list("members", value::line) {
            match known.iter().find(|(name, _)| *name == member) {
                Some((_, address)) if !members.contains(*address) => members.push((*address).clone()),
                Some(_) => {}
                None => {
                    let what = format!("nobody is called `{member}`");
                    section.fault("members", what, "name an [[agent]] or a [[contact]]");
                }
            }
        }
        if members.is_empty() {
            section.fault("members", "a group without members", "name at least one [[agent]] or [[contact]]");
        }
        if members.len() > MOST_ASKED {
            let what = format!("{} members are more than can be asked about one case", members.len());
            section.fault("members", what, format!("name at most {MOST_ASKED}, or make two groups"));
        }
        section.finish();
        let Some(name) = name else { continue };
        unique(section, "name", &mut names, &name);
        groups.push(Group { name, members });
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use super::MOST_ASKED;
    use crate::config;

    /// The faults of the sample with a group of so many contacts.
    fn faults(members: usize) -> Vec<String> {
        let mut text = include_str!("../../config.toml").to_owned();
        let mut names = Vec::new();
        for number in 0..members {
            let _ =
                write!(text, "\n[[contact]]\nname = \"c{number}\"\naddress = \"c{number}@works.example\"\n");
            names.push(format!("\"c{number}\""));
        }
        let _ = write!(text, "\n[[group]]\nname = \"工場\"\nmembers = [{}]\n", names.join(", "));
        let faults = config::parse(Path::new("config.toml"), &text).err().unwrap_or_default();
        faults.iter().map(|fault| format!("{}; {}", fault.what, fault.hint)).collect()
    }

    #[test]
    fn a_group_is_no_larger_than_can_be_asked_about_one_case() {
        assert_eq!(faults(MOST_ASKED), Vec::<String>::new());
        let expected =
            ["17 members are more than can be asked about one case; name at most 16, or make two groups"];
        assert_eq!(faults(MOST_ASKED + 1), expected);
    }
}
