//! From a reading to what the case machine knows: who asks, what is asked, and the mail itself.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::live::Live;
use crate::triage::case::{CaseMail, Customer, Matter, Place, Rival};
use crate::triage::complaint;
use crate::triage::dossier::Dossier;
use crate::triage::event::Arrival;
use crate::triage::id::{CaseId, MailboxName};
use crate::triage::mail::Letter;
use crate::triage::placement::Origin;
use crate::triage::verdict::{Class, Disposition, Facts, Reading, Role, Wish};
use crate::triage::words;

/// Most characters of a customer's words kept in the case; the mail itself stays in the mailbox.
const WORDS: usize = 4000;
/// How far a writer's clock may be off before the server's is taken.
const CLOCK_ERROR: SignedDuration = SignedDuration::from_hours(48);
/// Most characters of a subject kept.
const SUBJECT: usize = 200;

/// What the writer says, as far as it was told from the rest.
pub(super) fn said<'l>(letter: &'l Letter, reading: &'l Reading) -> &'l str {
    reading.facts.content.as_ref().map_or(letter.text.as_str(), |content| content.value.as_str())
}

/// What a mail whose topic is a complaint's says of it line by line, as far as the rules of complaints know the label.
fn labelled(live: &Live, mailbox: &MailboxName, text: &str, topic: &str) -> Vec<(String, String)> {
    let Some(rules) = live.policy(mailbox).complaints.as_deref() else { return Vec::new() };
    if rules.kind_of_topic(topic).is_none() {
        return Vec::new();
    }
    let text: String = text.chars().take(WORDS).collect();
    complaint::labelled_lines(&text, rules)
}

/// What arrived. `received` stands in where the mail carries no date.
pub(crate) fn arrival(
    live: &Live,
    mailbox: &MailboxName,
    letter: &Letter,
    reading: &Reading,
    place: &Place,
    received: Timestamp,
) -> Arrival {
    let facts = &reading.facts;
    let verdict = &reading.verdict;
    // A clock that is days off must not decide about reports, order and windows.
    let sent =
        letter.sent.filter(|sent| sent.duration_since(received).abs() <= CLOCK_ERROR).unwrap_or(received);
    let said = said(letter, reading);
    let template = match verdict.disposition {
        Disposition::FollowUp => String::new(),
        Disposition::Case | Disposition::Command | Disposition::Ignored(_) | Disposition::Quarantined => {
            verdict.template.clone().unwrap_or_default()
        }
    };
    Arrival {
        labelled: labelled(live, mailbox, &letter.text, &verdict.topic),
        id: CaseId::of(letter.fingerprint),
        mailbox: mailbox.clone(),
        day: sent.to_zoned(live.zone(mailbox).clone()).date(),
        mail: CaseMail {
            fingerprint: letter.fingerprint,
            message_id: letter.message_id.clone(),
            subject: cut(&letter.subject, SUBJECT),
            words: cut(said.trim(), WORDS),
            sent,
            place: place.clone(),
            fixed_marks: verdict.marks.iter().cloned().collect(),
            marks: Default::default(),
            archived: false,
            pending: None,
            gone: false,
            stars: BTreeSet::new(),
        },
        customer: Customer {
            name: facts.name.as_ref().map(|name| cut(&name.value, SUBJECT)),
            address: facts.email.as_ref().map(|email| email.value.clone()),
            phone: facts.phone.as_ref().map(|phone| phone.value.clone()),
            shop: facts.shop.as_ref().map(|shop| shop.value.clone()),
        },
        matter: Matter {
            class: verdict.class.unwrap_or(Class::Inquiry),
            topic: verdict.topic.clone(),
            urgent: verdict.urgent,
            ambiguous: verdict.ambiguous,
            rival: verdict.second.as_ref().map(|second| Rival {
                topic: second.topic.clone(),
                class: second.class.unwrap_or(Class::Inquiry),
            }),
            needs_staff: verdict.needs_staff,
            lang: facts.lang.to_owned(),
            wishes: words::wishes(&facts.wishes, facts.lang),
            missing: missing(facts),
            template,
        },
        channel: facts.channel,
        origin: Origin {
            priority: live.rules(mailbox).topics().named(&verdict.topic).and_then(|topic| topic.priority),
            ..Origin::at(received)
        },
        linked: None,
        answered: None,
        asked: None,
        dossier: dossier(facts),
        phoned: None,
    }
}

/// What the mail gives of what may be needed, and why it was written.
fn dossier(facts: &Facts) -> Dossier {
    Dossier {
        given: facts.given.iter().map(|(name, found)| (name.clone(), found.value.clone())).collect(),
        product: facts.product.as_ref().map(|product| product.value.clone()),
        named: facts.named.iter().cloned().collect(),
        tags: facts.tags.iter().map(|tag| tag.value.clone()).collect(),
        ..Dossier::default()
    }
}

/// What is not known for certain; `weekday`: the weekday beside a wanted date is not the date's own.
fn missing(facts: &Facts) -> Vec<String> {
    let wanted = |wish: &Wish| matches!(wish.role, Role::Wish | Role::CurrentBooking) && wish.contradicts;
    let weekday = facts.wishes.iter().any(wanted).then_some("weekday");
    facts.missing.iter().copied().chain(weekday).map(str::to_owned).collect()
}

/// The first `most` characters, with a mark where something was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
