//! `[[contact]]`: people who get mails about a case and answer them, and never decide about a draft.

use std::collections::BTreeSet;

use super::desk::unique;
use super::section::Section;
use crate::triage::people::{Contact, Lang, Person};

pub(super) fn read_all(root: &Section<'_>, people: &[Person]) -> Vec<Contact> {
    let mut names: BTreeSet<String> = people.iter().map(|person| person.name.clone()).collect();
    let mut addresses: BTreeSet<String> = people.iter().map(|person| person.address.to_string()).collect();
    let mut contacts = Vec::new();
    for section in &root.sections("contact") {
        let Some(contact) = read(section) else { continue };
        unique(section, "name", &mut names, &contact.name);
        unique(section, "address", &mut addresses, contact.address.as_str());
        contacts.push(contact);
    }
    contacts
}

fn read(section: &Section<'_>) -> Option<Contact> {
    const LANGUAGES: [(&str, Lang); 3] = [("ja", Lang::Ja), ("en", Lang::En), ("pl", Lang::Pl)];
    let name = section.need("name", section.line("name"), "what the others call this person");
    let address = section.need("address", section.address("address"), "where this person reads mail");
    let lang = section.choice("lang", &LANGUAGES, Lang::Ja);
    section.finish();
    Some(Contact { name: name?, address: address?, lang })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config;

    const SAMPLE: &str = include_str!("../../config.toml");

    #[test]
    fn a_contact_has_a_name_and_an_address_of_its_own() {
        for (contact, expected) in [
            ("name = \"工場\"\naddress = \"plant@works.example\"\nlang = \"pl\"", None),
            ("name = \"佐藤\"\naddress = \"plant@works.example\"", Some("`佐藤` is used twice")),
            (
                "name = \"工場\"\naddress = \"sato@agents.example\"",
                Some("`sato@agents.example` is used twice"),
            ),
            ("name = \"工場\"", Some("missing key `contact.address`")),
            (
                "name = \"工場\"\naddress = \"plant@works.example\"\nphone = \"1\"",
                Some("unknown key `contact.phone`"),
            ),
        ] {
            let text = format!("{SAMPLE}\n[[contact]]\n{contact}\n");
            let found = config::parse(Path::new("config.toml"), &text);
            match expected {
                None => assert_eq!(found.unwrap().contacts.last().unwrap().name, "工場"),
                Some(fault) => assert_eq!(found.unwrap_err()[0].what, fault, "{contact}"),
            }
        }
    }
}
