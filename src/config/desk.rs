//! `[desk]`, `[[shop]]` and `[[agent]]`: who we are, where we are, who answers.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::section::Section;
use super::value;
use crate::triage::command::Away;
use crate::triage::id::Address;
use crate::triage::people::{Absence, Lang, Person, Position, Shop};

/// `[desk]`.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The name customers know.
    pub name: String,
    /// The zone of dates and shifts.
    pub zone: TimeZone,
    /// The calendar of its business time, by name; `None` = every hour.
    pub calendar: Option<String>,
    /// Opening time; 「朝一」 means this.
    pub opening: Time,
    /// Addresses of ours beside the mailboxes', such as the form robot's.
    pub addresses: Vec<Address>,
    /// The robots of our forms: what they send is a customer's mail, once somebody vouches for the robot.
    pub form_senders: Vec<Address>,
    /// Domains of ours, in lower case.
    pub domains: Vec<String>,
    /// Numbers of ours: digits with leading 0, or `+…`.
    pub phones: Vec<String>,
    /// Products customers may name.
    pub products: Vec<String>,
    /// The number shown to customers, as written.
    pub phone: Option<String>,
    /// The address of the web site, shown to customers.
    pub url: Option<String>,
    /// First day whose mails the night report counts; `None` counts from the first mail seen.
    pub reporting_since: Option<Date>,
}

pub(super) fn read(desk: &Section<'_>) -> Option<Desk> {
    let name = desk.need("name", desk.line("name"), "the name customers know");
    let zone = desk.parsed("zone", value::zone);
    let calendar = desk.line("calendar");
    let opening = desk.time("opening").unwrap_or(Time::constant(9, 0, 0, 0));
    let url = web_address(desk);
    let mut phones = desk.list("phones", value::phone);
    let phone = desk.line("phone");
    if let Some(shown) = phone.as_deref() {
        match value::phone(shown) {
            Ok(number) if phones.contains(&number) => {}
            Ok(number) => phones.push(number),
            Err(problem) => desk.fault("phone", problem.what, problem.hint),
        }
    }
    let addresses = desk.list("addresses", value::address);
    let form_senders = desk.list("form_senders", value::address);
    let domains = desk.list("domains", value::domain);
    let products = desk.list("products", value::line);
    let reporting_since = desk.date("reporting_since");
    desk.finish();
    let zone = match zone {
        Some(zone) => zone,
        None => value::zone("Asia/Tokyo").ok()?,
    };
    Some(Desk {
        name: name?,
        zone,
        calendar,
        opening,
        addresses,
        form_senders,
        domains,
        phones,
        products,
        phone,
        url,
        reporting_since,
    })
}

/// `url`, where it looks like one.
pub(super) fn web_address(section: &Section<'_>) -> Option<String> {
    let url = section.line("url");
    if url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        let what = format!("`{}` is not a web address", section.dotted("url"));
        section.fault("url", what, "begin it with https://");
    }
    url
}

pub(super) fn shops(sections: &[Section<'_>]) -> Vec<Shop> {
    let mut names = BTreeSet::new();
    let shops = sections.iter().map(|section| {
        let shop = shop(section);
        if let Some(shop) = &shop {
            unique(section, "name", &mut names, &shop.name);
        }
        shop
    });
    shops.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn shop(section: &Section<'_>) -> Option<Shop> {
    let name = section.need("name", section.line("name"), "the name as customers write it");
    let addresses = section.list("addresses", value::address);
    let phone = section.line("phone");
    if let Some(Err(problem)) = phone.as_deref().map(value::phone) {
        section.fault("phone", problem.what, problem.hint);
    }
    let access = section.text("access");
    let hours = section.text("hours");
    let absences = section.sections("away").iter().filter_map(absence).collect();
    section.finish();
    Some(Shop { name: name?, addresses, phone, access, hours, absences })
}

fn absence(section: &Section<'_>) -> Option<Absence> {
    let from = section.need("from", section.date("from"), "the first day away");
    let until = section.need("until", section.date("until"), "the last day away");
    let back = section.need("back", section.date("back"), "the first day back");
    let who = section.line("who");
    section.finish();
    let away = Away { from: from?, until: until?, back: back? };
    if away.until < away.from {
        section.fault("until", "`until` is before `from`", "");
    }
    if away.back <= away.until {
        section.fault(
            "back",
            "`back` is not later than `until`",
            "the first day back comes after the last day away",
        );
    }
    Some(Absence { away, who })
}

pub(super) fn people(root: &Section<'_>) -> Vec<Person> {
    let sections = root.sections("agent");
    if sections.is_empty() && !root.has("agent") {
        root.doc.fault_whole(
            "no [[agent]]: nobody could approve an answer",
            "add [[agent]] with name and address",
        );
    }
    let mut names = BTreeSet::new();
    let mut addresses = BTreeSet::new();
    let mut people = Vec::new();
    for section in &sections {
        let Some(person) = person(section) else { continue };
        unique(section, "name", &mut names, &person.name);
        unique(section, "address", &mut addresses, person.address.as_str());
        people.push(person);
    }
    people
}

/// Languages of mails to our own people, with their words in the config.
pub(super) const LANGUAGES: [(&str, Lang); 3] = [("ja", Lang::Ja), ("en", Lang::En), ("pl", Lang::Pl)];

fn person(section: &Section<'_>) -> Option<Person> {
    const POSITIONS: [(&str, Position); 2] =
        [("agent", Position::Agent), ("supervisor", Position::Supervisor)];
    let name = section.need("name", section.line("name"), "what the others call this person");
    let address = section.need("address", section.address("address"), "where approval requests go");
    let position = section.choice("role", &POSITIONS, Position::Agent);
    let lang = section.choice("lang", &LANGUAGES, Lang::Ja);
    section.finish();
    Some(Person { name: name?, address: address?, position, lang })
}

/// Complains when a name was used before.
pub(super) fn unique(section: &Section<'_>, key: &str, seen: &mut BTreeSet<String>, value: &str) {
    if !seen.insert(value.to_owned()) {
        section.fault(key, format!("`{value}` is used twice"), "give each its own");
    }
}
