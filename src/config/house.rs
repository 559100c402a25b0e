//! What the parts of a config say together: the addresses and numbers of the house, who works where, what a mailbox has of its
//! own. Reads no file and finds no fault.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Config, Mailbox, Shift, value};
use crate::triage::draft::Values;
use crate::triage::id::{Address, MailboxName};
use crate::triage::people::{Person, Position};
use crate::triage::policy;

impl Config {
    /// Every address of the house: what comes from one of them is no customer's.
    pub fn own_addresses(&self) -> Arc<[Address]> {
        let listed = self.desk.addresses.iter();
        let boxes = self.mailboxes.iter().map(|mailbox| &mailbox.address);
        let shops = self.shops.iter().flat_map(|shop| &shop.addresses);
        let people = self.people.iter().map(|person| &person.address);
        let contacts = self.contacts.iter().map(|contact| &contact.address);
        let all: BTreeSet<&Address> = listed
            .chain(boxes)
            .chain(shops)
            .chain(people)
            .chain(contacts)
            .chain(self.mailboxes.iter().filter_map(|mailbox| mailbox.from.as_ref()))
            .chain(&self.desk.form_senders)
            .chain([&self.smtp.from, &self.approval.address])
            .collect();
        all.into_iter().cloned().collect()
    }

    /// Every telephone number of the house: digits with leading 0, or `+…`.
    pub fn own_phones(&self) -> Arc<[String]> {
        let shown = self.mailboxes.iter().filter_map(|mailbox| mailbox.desk.phone.as_deref());
        let shown: BTreeSet<String> = shown.filter_map(|phone| value::phone(phone).ok()).collect();
        let new = shown.into_iter().filter(|number| !self.desk.phones.contains(number));
        self.desk.phones.iter().cloned().chain(new).collect()
    }

    /// The desk as the core sees it, and as a mailbox sees it that says some things otherwise.
    pub fn core_desk(
        &self,
        mailbox: Option<&Mailbox>,
        ours: &Arc<[Address]>,
        phones: &Arc<[String]>,
    ) -> policy::Desk {
        let own = mailbox.map(|mailbox| &mailbox.desk);
        let name = own.and_then(|own| own.name.as_ref()).unwrap_or(&self.desk.name);
        let zone = own.and_then(|own| own.zone.as_ref()).unwrap_or(&self.desk.zone);
        policy::Desk {
            name: name.clone(),
            zone: zone.clone(),
            addresses: Arc::clone(ours),
            domains: self.desk.domains.clone(),
            phones: Arc::clone(phones),
            shops: self.shops.iter().map(|shop| shop.name.clone()).collect(),
            products: self.desk.products.clone(),
            opening: own.and_then(|own| own.opening).unwrap_or(self.desk.opening),
        }
    }

    /// What templates may say about the desk, or about a mailbox's own: `desk_…`.
    pub fn desk_values(&self, mailbox: Option<&Mailbox>) -> Values {
        let own = mailbox.map(|mailbox| &mailbox.desk);
        let or_desk = |own: Option<&String>, desk: Option<&String>| own.or(desk).cloned().unwrap_or_default();
        let mut values = Values::default();
        values.set("desk_name", or_desk(own.and_then(|own| own.name.as_ref()), Some(&self.desk.name)));
        values.set("desk_phone", or_desk(own.and_then(|own| own.phone.as_ref()), self.desk.phone.as_ref()));
        values.set("desk_url", or_desk(own.and_then(|own| own.url.as_ref()), self.desk.url.as_ref()));
        values
    }

    /// The address that customers of a mailbox see.
    pub fn from_of(&self, mailbox: &MailboxName) -> &Address {
        self.mailbox(mailbox).and_then(|mailbox| mailbox.from.as_ref()).unwrap_or(&self.smtp.from)
    }

    /// The name that customers of a mailbox see: as written beside the address, else the name of the desk.
    pub fn from_name_of(&self, mailbox: &MailboxName) -> &str {
        let mailbox = self.mailbox(mailbox);
        let written = mailbox.and_then(|mailbox| mailbox.from_name.as_deref());
        let own = mailbox.and_then(|mailbox| mailbox.desk.name.as_deref());
        written.or(own).or(self.smtp.from_name.as_deref()).unwrap_or(&self.desk.name)
    }

    /// The folder of a mailbox's rules.
    pub fn rules_of<'c>(&'c self, mailbox: &'c Mailbox) -> &'c Path {
        mailbox.rules.as_deref().unwrap_or(&self.rules)
    }

    /// The folder of a mailbox's templates.
    pub fn templates_of<'c>(&'c self, mailbox: &'c Mailbox) -> &'c Path {
        mailbox.templates.as_deref().unwrap_or(&self.templates)
    }

    /// After how long without a look a mailbox counts as silent: never less than three of its rounds.
    pub fn silent_after(&self, mailbox: &Mailbox) -> Duration {
        let least = mailbox.poll.saturating_mul(3);
        mailbox.silent_after.unwrap_or_else(|| self.operator.silent_after.max(least))
    }

    /// The reports of the desk: its own, and one for each other shift that a mailbox names.
    pub fn shifts(&self) -> Vec<Shift> {
        let night = &self.night;
        let mut shifts = vec![Shift {
            name: night.shift.clone(),
            at: night.at,
            to: night.to.clone(),
            zone: self.desk.zone.clone(),
            mailboxes: BTreeSet::new(),
        }];
        for mailbox in &self.mailboxes {
            let Some(report) = &mailbox.report else { continue };
            let known = shifts.iter_mut().skip(1).find(|shift| shift.name == report.shift);
            match known {
                Some(shift) => drop(shift.mailboxes.insert(mailbox.name.clone())),
                None => shifts.push(Shift {
                    name: report.shift.clone(),
                    at: report.at.unwrap_or(night.at),
                    to: if report.to.is_empty() { night.to.clone() } else { report.to.clone() },
                    zone: mailbox.desk.zone.as_ref().unwrap_or(&self.desk.zone).clone(),
                    mailboxes: BTreeSet::from([mailbox.name.clone()]),
                }),
            }
        }
        shifts
    }

    /// A mailbox by name.
    pub fn mailbox(&self, name: &MailboxName) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == *name)
    }

    /// The agents of a mailbox in the order they are asked.
    pub fn agents_of<'c>(&'c self, mailbox: &'c Mailbox) -> impl Iterator<Item = &'c Person> {
        mailbox.agents.iter().filter_map(|name| self.people.iter().find(|person| person.name == *name))
    }

    /// The supervisors in the order of the config.
    pub fn supervisors(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.position == Position::Supervisor)
    }
}
