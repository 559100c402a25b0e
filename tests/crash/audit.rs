//! After the story: what the store says, what the mailbox shows and what people received must be one truth.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi::desk::keys;
use madoguchi::outbox::row::{ReportPhase, ReportRow};
use madoguchi::record;
use madoguchi::triage::case::{Case, State, Step};
use madoguchi::triage::night::Section;
use serde_json::Value;

use crate::town::{Customer, Fate, Town};

/// Keywords of the documented config by meaning.
const KEYWORDS: [(&str, &str); 6] = [
    ("handled", "$Handled"),
    ("awaiting_reply", "$AwaitingReply"),
    ("asked_shop", "$AskedShop"),
    ("chat", "$Chat"),
    ("asked", "$Asked"),
    ("triage_poison", "$TriagePoison"),
];
const AGENTS: [&str; 2] = ["sato@agents.example", "suzuki@agents.example"];
const REPORT_TO: &str = "booking-report@jitanbody.example";

/// What the store holds, from `store export`.
pub struct Books {
    pub cases: Vec<Case>,
    pub reports: Vec<ReportRow>,
    keys: Vec<String>,
    /// Open cases of which the store says that a mark is still on its way.
    unsettled: Vec<String>,
}

impl Books {
    pub fn read(town: &Town) -> Self {
        let output = town.office.run(&["store", "export"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut books =
            Self { cases: Vec::new(), reports: Vec::new(), keys: Vec::new(), unsettled: Vec::new() };
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let Some(key) = row.get("key").and_then(Value::as_str) else { continue };
            let value = row["value"].to_string().into_bytes();
            if key.starts_with(keys::CASE) {
                books.cases.push(record::case_from_json(&value).unwrap());
            } else if key.starts_with(keys::REPORT) {
                books.reports.push(record::report_from_json(&value).unwrap());
            }
            if key.starts_with(keys::WATCH) && value != keys::NOTHING {
                books.unsettled.push(key.to_owned());
            }
            books.keys.push(key.to_owned());
        }
        books
    }

    pub fn case_of(&self, customer: &Customer) -> &Case {
        let of = |case: &&Case| {
            case.customer.address.as_ref().is_some_and(|address| address.as_str() == customer.address)
        };
        let cases: Vec<&Case> = self.cases.iter().filter(of).collect();
        assert_eq!(cases.len(), 1, "cases of {}", customer.address);
        cases[0]
    }
}

/// Compares everything with everything.
pub async fn audit(town: &Town) -> Books {
    let verify = town.office.run(&["store", "verify", "--json"]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
    let books = Books::read(town);
    every_item_has_one_case_and_a_deadline(town, &books);
    every_customer_heard_from_us_as_approved(town, &books);
    every_agent_was_asked(town, &books);
    the_mailbox_shows_what_the_cases_say(town, &books).await;
    every_night_was_reported_once(town, &books);
    books
}

fn every_item_has_one_case_and_a_deadline(town: &Town, books: &Books) {
    assert_eq!(books.cases.len(), town.customers.len());
    for customer in &town.customers {
        let case = books.case_of(customer);
        let known: BTreeSet<String> = case
            .mails
            .iter()
            .map(|mail| format!("<{}>", mail.message_id.as_ref().unwrap().as_str()))
            .collect();
        assert_eq!(known, customer.mails.iter().cloned().collect(), "mails of {}", case.id);
        let timers: Vec<&String> = books
            .keys
            .iter()
            .filter(|key| key.starts_with(keys::DUE) && key.ends_with(case.id.as_str()))
            .collect();
        let wanted: Vec<String> =
            case.due().map(|at| keys::due(at, &case.id).unwrap().as_str().to_owned()).into_iter().collect();
        assert_eq!(timers, wanted.iter().collect::<Vec<_>>(), "timer of {}", case.id);
        assert_eq!(case.due().is_some(), case.open().is_some(), "{} is open without a deadline", case.id);
    }
    assert_eq!(books.unsettled, Vec::<String>::new(), "marks that never settled");
    let waiting: Vec<&String> =
        books.keys.iter().filter(|key| key.starts_with(keys::OUT) || key.starts_with(keys::LATER)).collect();
    assert_eq!(waiting, Vec::<&String>::new(), "effects left over");
    let listed = town.office.run(&["cases", "--json", "--limit", "10000"]);
    let open = books.cases.iter().filter(|case| case.open().is_some()).count();
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), open, "cases --json");
}

fn every_customer_heard_from_us_as_approved(town: &Town, books: &Books) {
    let copies = town.copies();
    for customer in &town.customers {
        let got: Vec<(&String, usize)> = copies
            .iter()
            .filter(|((to, _), _)| *to == customer.address)
            .map(|((_, id), count)| (id, *count))
            .collect();
        let case = books.case_of(customer);
        let wanted = match customer.fate {
            Fate::Approved { .. } | Fate::Edited => 1,
            Fate::Called | Fate::Waits => 0,
        };
        let total: usize = got.iter().map(|(_, count)| count).sum();
        assert_eq!(
            total,
            wanted,
            "{:?} {} got {got:?}: {:#?}\n{}",
            customer.fate,
            customer.address,
            case,
            town.story(case.id.as_str())
        );
        assert_eq!(case.sent.is_some(), wanted == 1, "{} does not know what it sent", case.id);
        let settled = !matches!(
            case.open().map(|open| &open.step),
            Some(Step::Sending { .. } | Step::Unknown { .. } | Step::Drafted { .. })
        );
        assert!(settled, "{} hangs in {}", case.id, case.state_word());
        if customer.fate == Fate::Waits {
            assert!(matches!(case.state, State::Open(_)), "{} ended by itself", case.id);
        }
    }
}

/// Whoever is waited for was asked; a question that a colleague answered first need not go out any more.
fn every_agent_was_asked(town: &Town, books: &Books) {
    let copies = town.copies();
    for case in &books.cases {
        let asked = |agent: &str, about: &str| {
            let start = format!("<ask.{}-{about}", case.id);
            copies.keys().any(|(to, id)| to == agent && id.starts_with(&start))
        };
        assert!(AGENTS.iter().any(|agent| asked(agent, "")), "nobody was ever asked about {}", case.id);
        if matches!(case.open().map(|open| &open.step), Some(Step::Asked { .. } | Step::AtDesk { .. })) {
            for agent in AGENTS {
                let now = format!("{}-", case.revision);
                assert!(asked(agent, &now), "{agent} was never asked about {} as it is", case.id);
            }
        }
    }
}

/// Message-ID → keywords, for one folder.
async fn folder(town: &Town, name: &str) -> BTreeMap<String, Vec<String>> {
    let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in town.office.folder(name).await {
        let mut words = line.split(' ').map(str::to_owned);
        let id = words.next().unwrap();
        let flags = words.collect();
        assert!(mails.insert(id.clone(), flags).is_none(), "{id} lies in {name} twice");
    }
    mails
}

async fn the_mailbox_shows_what_the_cases_say(town: &Town, books: &Books) {
    let (inbox, archive) = (folder(town, "INBOX").await, folder(town, "Archive").await);
    let (drafts, sent) = (folder(town, "Drafts").await, folder(town, "Sent").await);
    for case in &books.cases {
        for mail in &case.mails {
            let id = format!("<{}>", mail.message_id.as_ref().unwrap().as_str());
            let (here, there) = if mail.archived { (&archive, &inbox) } else { (&inbox, &archive) };
            assert!(!there.contains_key(&id), "{id} of {} lies in the wrong folder", case.id);
            let Some(flags) = here.get(&id) else { panic!("{id} of {} is lost", case.id) };
            for (meaning, keyword) in KEYWORDS {
                let on = flags.iter().any(|flag| flag == keyword);
                assert_eq!(
                    on,
                    mail.marks.contains(meaning),
                    "{keyword} on {id} of {} ({})",
                    case.id,
                    case.state_word()
                );
            }
        }
        let reply = |revision| format!("<reply.{}.{revision}@jitanbody.example>", case.id);
        if let Some(out) = &case.sent {
            assert!(sent.contains_key(&reply(out.revision)), "no copy in Sent for {}", case.id);
        }
        let waiting = case.draft.as_ref().filter(|_| {
            matches!(case.open().map(|open| &open.step), Some(Step::Drafted { .. } | Step::Asked { .. }))
        });
        let ours = format!("<draft.{}.", case.id);
        let lying: Vec<&String> = drafts.keys().filter(|id| id.starts_with(&ours)).collect();
        let wanted: Vec<String> =
            waiting.map(|draft| format!("{ours}{}@jitanbody.example>", draft.revision)).into_iter().collect();
        assert_eq!(lying, wanted.iter().collect::<Vec<_>>(), "drafts of {} ({})", case.id, case.state_word());
    }
}

fn every_night_was_reported_once(town: &Town, books: &Books) {
    let copies = town.copies();
    for row in &books.reports {
        let id = format!("<{}>", row.message_id.as_str());
        let count = copies.get(&(REPORT_TO.to_owned(), id.clone())).copied().unwrap_or_default();
        assert!(row.settled, "{row:?} is not settled\n{}", town.story("nights"));
        let about = format!("<about.{}>", row.message_id.as_str());
        let told = copies.keys().filter(|(_, id)| *id == about).count();
        match row.phase {
            ReportPhase::Sent => assert_eq!((count, told), (1, 0), "report of {}", row.date),
            // Somebody must hear of it; it may have arrived all the same, but not twice.
            ReportPhase::Unknown => {
                assert!(count <= 1 && told >= 1, "report of {}: {count} {told}", row.date)
            }
            ReportPhase::Planned | ReportPhase::Dot | ReportPhase::Refused(_) => {
                panic!("the report of {} hangs in {:?}", row.date, row.phase)
            }
        }
        for (case, section) in &row.cases {
            let case = books.cases.iter().find(|known| known.id == *case).unwrap();
            let named = matches!(section, Section::Inquiry | Section::Reservation);
            if named && row.phase == ReportPhase::Sent {
                assert_eq!(case.reported, Some(row.date), "{} was reported otherwise", case.id);
            } else {
                assert_ne!(case.reported, Some(row.date), "{} was not settled by {}", case.id, row.date);
            }
        }
    }
    for case in &books.cases {
        let Some(date) = case.reported else { continue };
        let named = books.reports.iter().any(|row| {
            row.date == date
                && row.phase == ReportPhase::Sent
                && row.cases.iter().any(|(id, _)| *id == case.id)
        });
        assert!(named, "{} says it was reported on {date}, and was not", case.id);
    }
}
