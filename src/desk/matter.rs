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
use crate::triage::read::parts_of;
use crate::triage::verdict::{Class, Disposition, Facts, Reading, Role, Wish};
use crate::triage::{form, words};

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
fn labelled(live: &Live, mailbox: &MailboxName, letter: &Letter, topic: &str) -> Vec<(String, String)> {
    let policy = live.policy(mailbox);
    let Some(rules) = policy.complaints.as_deref() else { return Vec::new() };
    if rules.kind_of_topic(topic).is_none() {
        return Vec::new();
    }
    let parts = parts_of(letter, &policy.desk);
    let form = form::read(&letter.text, &parts, live.rules(mailbox));
    let text: String = letter.text.chars().take(WORDS).collect();
    complaint::labelled_lines(&text, rules, &parts, &form)
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
        labelled: labelled(live, mailbox, letter, &verdict.topic),
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn labels_of_a_complaint_are_read_where_the_customer_wrote_them() {
        let live = Live::load(Path::new("examples/complaints/config.toml")).unwrap();
        let mailbox = live.config.mailboxes.first().unwrap();
        let own = "内容: 割れていた\n箱も濡れていた\n電話番号: 090-1234-5678\n注文番号: A-1\n";
        let forwarded = format!(
            "対応をお願いします。\n\n-------- Forwarded Message --------\nFrom: 山田 <hanako@customer.example>\n\
             Date: Thu, 27 Aug 2026 09:00:00 +0900\nSubject: 皿\n\n{own}"
        );
        let quoted =
            format!("まだですか。\n\n{}", own.lines().map(|line| format!("> {line}\n")).collect::<String>());
        for (from, text, expected) in [
            ("hanako@customer.example", own, &["内容=割れていた\n箱も濡れていた", "注文番号=A-1"][..]),
            (mailbox.address.as_str(), &forwarded, &["内容=割れていた\n箱も濡れていた", "注文番号=A-1"]),
            ("hanako@customer.example", &quoted, &[]),
        ] {
            let mail = format!(
                "From: <{from}>\nTo: <{}>\nSubject: x\nMIME-Version: 1.0\n\
                 Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}",
                mailbox.address
            );
            let letter = crate::mime::letter(mail.replace('\n', "\r\n").as_bytes()).unwrap();
            let found = labelled(&live, &mailbox.name, &letter, "complaint");
            let found: Vec<String> = found.iter().map(|(label, value)| format!("{label}={value}")).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
