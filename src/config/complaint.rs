//! `[complaint]` and `[[complaint.type]]`: how complaints are dealt with, checked into the core's rules. Whether topics and the
//! template are there is judged when rules and templates are loaded.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Config;
use super::desk::unique;
use super::section::{Problem, Section};
use super::value;
use crate::triage::complaint::{Field, Kind, Rules, Severity, Spans};
use crate::triage::id::Address;
use crate::triage::people::{Contact, Person};

/// `None` where complaints are mails like any other.
pub(super) fn read(root: &Section<'_>, people: &[Person], contacts: &[Contact]) -> Option<Rules> {
    let section = root.section("complaint")?;
    let days = |key, default: u64| u16::try_from(section.number(key, 1, 60, default)).unwrap_or(1);
    let spans = Spans {
        fields: days("fields_days", 1),
        urgent: days("urgent_days", 2),
        ordinary: days("ordinary_days", 5),
        proposal: days("proposal_days", 3),
        explanation: days("prevention_days", 7),
        objection: days("objection_days", 1),
        verdict: days("approval_days", 1),
        report: days("report_days", 1),
    };
    let field = |text: &str| value::line(text).map(|text| Field::called(&text));
    let required = section.list("required", field);
    let required = if section.has("required") { required } else { Field::STANDARD.to_vec() };
    let optional = section.list("optional", field);
    let template = section.line("template").unwrap_or_else(|| "complaint-report".to_owned());
    let types = section.sections("type");
    if types.is_empty() {
        section.need("type", None::<()>, "add [[complaint.type]] with name, responsible and manager");
    }
    section.finish();
    let mut names = BTreeSet::new();
    let mut kinds = Vec::new();
    for section in &types {
        let Some(kind) = kind(section, people, contacts) else { continue };
        unique(section, "name", &mut names, &kind.name);
        kinds.push(kind);
    }
    Some(Rules { kinds, required, optional, spans, template })
}

impl Config {
    /// Who answers mails of a mailbox without being asked about its drafts: contacts, and colleagues of other mailboxes whom
    /// a type of complaint names. `own` are the mailbox's own people.
    pub fn contacts_beside(&self, own: &[Person]) -> Arc<[Contact]> {
        let Some(complaints) = &self.complaints else { return Arc::clone(&self.contacts) };
        let elsewhere =
            self.people.iter().filter(|person| own.iter().all(|one| one.address != person.address));
        let named = elsewhere.filter(|person| complaints.names(&person.address));
        let named = named.map(|person| Contact {
            name: person.name.clone(),
            address: person.address.clone(),
            lang: person.lang,
        });
        self.contacts.iter().cloned().chain(named).collect()
    }
}

fn kind(section: &Section<'_>, people: &[Person], contacts: &[Contact]) -> Option<Kind> {
    let known = people.iter().map(|person| (person.name.as_str(), &person.address));
    let known: Vec<(&str, &Address)> =
        known.chain(contacts.iter().map(|contact| (contact.name.as_str(), &contact.address))).collect();
    let named = |text: &str| -> Result<Address, Problem> {
        match known.iter().find(|(name, _)| *name == text) {
            Some((_, address)) => Ok((*address).clone()),
            None => {
                let hint = match value::nearest(text, known.iter().map(|(name, _)| *name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name an [[agent]] or a [[contact]]".to_owned(),
                };
                Err(Problem::new(format!("nobody is called `{text}`"), hint))
            }
        }
    };
    let name = section.need("name", section.line("name"), "such as name = \"品質\"");
    let people = section.list("people", named);
    let responsible = section.need(
        "responsible",
        section.parsed("responsible", named),
        "who proposes the solution, by name",
    );
    let manager = section.need(
        "manager",
        section.parsed("manager", named),
        "who approves cause and prevention, by name",
    );
    let seller = section.parsed("seller", named);
    let severity = section.parsed("severity", |text| value::choice(text, &Severity::WORDS));
    let topics = section.list("topics", value::line);
    section.finish();
    let (responsible, manager) = (responsible?, manager?);
    if responsible == manager {
        section.fault(
            "manager",
            "`manager` is also `responsible`, and nobody approves what they wrote",
            "name somebody else for one of the two",
        );
    }
    Some(Kind { name: name?, topics, severity, people, responsible, manager, seller })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config;
    use crate::triage::complaint::Field;

    const SAMPLE: &str = include_str!("../../config.toml");

    fn read(complaint: &str) -> Result<config::Config, String> {
        let text = format!("{SAMPLE}\n{complaint}\n");
        config::parse(Path::new("config.toml"), &text).map_err(|faults| {
            faults.iter().map(|f| format!("{}; {}", f.what, f.hint)).collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn a_type_is_all_that_must_be_written() {
        let config = read(
            "[complaint]\n[[complaint.type]]\nname = \"品質\"\nresponsible = \"佐藤\"\nmanager = \"田中\"",
        )
        .unwrap();
        let rules = config.complaints.unwrap();
        assert_eq!((rules.spans.urgent, rules.spans.ordinary, rules.spans.explanation), (2, 5, 7));
        assert_eq!(rules.required, Field::STANDARD);
        assert_eq!(rules.kinds[0].responsible.as_str(), "sato@agents.example");
    }

    #[test]
    fn mistakes_are_explained() {
        let kind = "[complaint]\n[[complaint.type]]\nname = \"品質\"\nresponsible = \"佐藤\"\n";
        for (complaint, expected) in [
            (
                "[complaint]".to_owned(),
                "missing key `complaint.type`; add [[complaint.type]] with name, responsible and manager",
            ),
            (
                format!("{kind}manager = \"佐藤\""),
                "`manager` is also `responsible`, and nobody approves what they wrote; name somebody else for one of the two",
            ),
            (
                format!("{kind}manager = \"田中一郎\""),
                "nobody is called `田中一郎`; name an [[agent]] or a [[contact]]",
            ),
            (
                format!("{kind}manager = \"田中\"\nseverity = \"急\""),
                "`急` is not a choice here; write one of \"至急\", \"通常\"",
            ),
            (
                kind.to_owned(),
                "missing key `complaint.type.manager`; who approves cause and prevention, by name",
            ),
        ] {
            assert_eq!(read(&complaint).unwrap_err(), expected, "{complaint}");
        }
    }
}
