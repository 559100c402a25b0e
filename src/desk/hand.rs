//! What people sent by hand from a watched mailbox: each mail is read once and finds the case it answers, if any.
//!
//! A mail counts as an answer when it goes to the customer (in `To`, not in `Cc`) and either is our own draft, or
//! answers a mail of the case, or is newer than the last mail of the customer's open case. Our own mails, machines'
//! mails, acknowledgements of a site's form, approvals, and whatever goes to our own people alone never count. What was sent before its case is known
//! here is remembered, so that nobody is asked about a mail that was answered while we were away.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tracing::{debug, info};

use super::answer::vouched_for;
use super::commit::thread_value;
use super::intake::Incoming;
use super::{Desk, DeskError, Extra, Handled, keys};
use crate::live::Live;
use crate::mime;
use crate::outbox::letters;
use crate::store::Version;
use crate::token::{Found, find_in};
use crate::triage::approval::{machine, sender};
use crate::triage::case::{Case, State};
use crate::triage::event::Event;
use crate::triage::hand::{HandAnswer, MatchedBy};
use crate::triage::id::{Address, CaseId, MailboxName, MessageId, Revision};
use crate::triage::mail::{Correspondent, Letter};

/// Cases of one customer that are looked through, newest first.
const MOST_CASES: usize = 1000;
/// Nobody reads a mail and answers it within this time. A site that sends its acknowledgements through this very
/// account does.
const HASTE: SignedDuration = SignedDuration::from_secs(60);

/// What our draft in Drafts was when it was put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedDraft {
    /// What it said: see [`letters::said_by`].
    pub said: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What a mail of ours says of itself in its Message-ID and its `X-Madoguchi-Ref`.
enum Ours {
    /// Our answer to the customer.
    Reply(CaseId, Revision),
    /// Our draft, which a person sent.
    Draft(CaseId, Revision),
    /// A request, a notice, a report.
    Internal,
}

impl Desk {
    /// Takes in what people sent, oldest first; says how many mails answered a case. When this returns, everything
    /// about it is durable and the cursor may move.
    pub async fn take_sent(&self, mailbox: &MailboxName, mails: Vec<Incoming>) -> Result<usize, DeskError> {
        let mut answered = 0;
        for mail in mails {
            let Ok(bytes) = &mail.content else { continue };
            let Ok(letter) = mime::letter(bytes) else { continue };
            if self.sent_one(mailbox, &letter, mail.received).await? {
                answered += 1;
            }
        }
        Ok(answered)
    }

    /// One mail that was sent from a mailbox; true when it answered a case.
    async fn sent_one(
        &self,
        mailbox: &MailboxName,
        letter: &Letter,
        at: Timestamp,
    ) -> Result<bool, DeskError> {
        let key = keys::hand(letter.fingerprint)?;
        if self.store().get(&key).await?.is_some() {
            return Ok(false);
        }
        let live = self.live();
        let mut extra = Extra { expect: vec![(key.clone(), None)], ..Extra::default() };
        match ours(&live, letter) {
            Some(Ours::Reply(id, revision)) => {
                extra.put.push((key, thread_value(&id)));
                let Some((case, _)) = self.case(&id).await? else { return Ok(false) };
                let domain = &live.policy(&case.mailbox).message_domain;
                let message_id = MessageId::of_reply(&id, revision, domain);
                self.handle(&id, &Event::SeenInSent { message_id }, extra).await?;
                return Ok(false);
            }
            Some(Ours::Draft(id, revision)) => {
                extra.put.push((key, thread_value(&id)));
                return self.answered(&id, letter, at, MatchedBy::Draft(revision), extra).await;
            }
            Some(Ours::Internal) => return Ok(false),
            None => {}
        }
        if let (Ok(from), Found::One(_)) = (sender(letter), find_in(letter)) {
            // An agent approved from a mailbox of ours: the account vouches for the copy that comes in.
            let value = serde_json::json!({ "v": 1, "hash": vouched_for(letter, &from) }).to_string();
            let known = (keys::sends(&from)?, keys::NOTHING.to_vec());
            let put = vec![(keys::vouched(letter.fingerprint)?, value.into_bytes()), known];
            self.write(Extra { put, ..Extra::default() }).await?;
            return Ok(false);
        }
        let to = customers(&live, letter);
        if !is_a_persons(letter) || to.is_empty() {
            return Ok(false);
        }
        self.remember(letter, &to, at, &mut extra)?;
        if outside(&live, letter.to.iter().chain(&letter.cc)).len() > 1
            && let Some(id) = &letter.message_id
        {
            // Whoever answers it is not the customer of the case we find first.
            extra.put.push((keys::bulk(id)?, keys::NOTHING.to_vec()));
        }
        let mut found = BTreeMap::new();
        for to in to {
            found.extend(self.case_answered(mailbox, letter, &[to].into(), at).await?);
        }
        let mut found = found.into_iter();
        let first = found.next();
        // The row that says the mail is known goes with the first case, last: a crash between brings all of them again.
        for (id, matched_by) in found {
            self.answered(&id, letter, at, matched_by, Extra::default()).await?;
        }
        let value = first.as_ref().map_or_else(|| keys::NOTHING.to_vec(), |(id, _)| thread_value(id));
        extra.put.push((key, value));
        match first {
            Some((id, matched_by)) => self.answered(&id, letter, at, matched_by, extra).await,
            None => {
                self.write(extra).await?;
                Ok(false)
            }
        }
    }

    async fn answered(
        &self,
        id: &CaseId,
        letter: &Letter,
        at: Timestamp,
        matched_by: MatchedBy,
        extra: Extra,
    ) -> Result<bool, DeskError> {
        // Without a Message-ID the customer's answer could not be recognised, but the answer is one all the same.
        let message_id = letter.message_id.clone().or_else(|| {
            let made = format!("sent.{}@{}", letter.fingerprint, self.live().config.smtp.from.domain());
            MessageId::parse(&made)
        });
        let Some(message_id) = message_id else { return Ok(false) };
        let event = Event::AnsweredByHand(HandAnswer { message_id, at, matched_by });
        match self.handle(id, &event, extra).await? {
            Handled::Changed(case) => {
                info!(case = %id, state = case.state_word(), matched_by = matched_by.word(),
                    "A person answered the customer by hand.");
                Ok(true)
            }
            Handled::Unchanged | Handled::Stale => Ok(false),
        }
    }

    /// Keeps who was written to, and about which mails, for cases that are not known yet.
    fn remember(
        &self,
        letter: &Letter,
        to: &BTreeSet<Address>,
        at: Timestamp,
        extra: &mut Extra,
    ) -> Result<(), DeskError> {
        let Some(message_id) = &letter.message_id else { return Ok(()) };
        let at_ms = at.as_millisecond();
        let value = serde_json::json!({ "v": 1, "id": message_id.as_str(), "at": at_ms }).to_string();
        for address in to {
            let key = keys::wrote_to_at(address, at, letter.fingerprint)?;
            extra.put.push((key, value.clone().into_bytes()));
        }
        for about in &letter.in_reply_to {
            extra.put.push((keys::wrote_about(about)?, value.clone().into_bytes()));
        }
        Ok(())
    }

    /// The mail by which a person has answered a customer's mail that is only now read here.
    pub(super) async fn hand_answer_to(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        message_id: Option<&MessageId>,
        customer: Option<&Address>,
        received: Timestamp,
    ) -> Result<Option<HandAnswer>, DeskError> {
        if let Some(id) = message_id
            && let Some(row) = self.store().get(&keys::wrote_about(id)?).await?
            && let Some((message_id, at)) = written(&row.value)
        {
            return Ok(Some(HandAnswer { message_id, at, matched_by: MatchedBy::Thread }));
        }
        let Some(address) = customer else { return Ok(None) };
        let window = live.policy(mailbox).timing.window;
        let rows = self.store().scan(&keys::wrote_to(address), None, MOST_CASES).await?;
        Ok(rows.iter().find_map(|row| {
            let at = keys::parse_wrote(row.key.as_str(), address)?;
            let after = at.duration_since(received);
            if after <= HASTE || after > window {
                return None;
            }
            let (message_id, at) = written(&row.value)?;
            Some(HandAnswer { message_id, at, matched_by: MatchedBy::Address })
        }))
    }

    /// The case a person's mail answers.
    async fn case_answered(
        &self,
        mailbox: &MailboxName,
        letter: &Letter,
        to: &BTreeSet<Address>,
        at: Timestamp,
    ) -> Result<Option<(CaseId, MatchedBy)>, DeskError> {
        for id in letter.answers() {
            let Some(case) = self.thread_of(id).await? else { continue };
            if self.goes_to_customer(&case, mailbox, to).await? {
                return Ok(Some((case, MatchedBy::Thread)));
            }
        }
        for address in to {
            let rows = self.store().scan(&keys::person_mail(address), None, MOST_CASES).await?;
            let mut seen = BTreeSet::new();
            for id in rows.iter().rev().filter_map(|row| keys::last_case(row.key.as_str())) {
                if !seen.insert(id.clone()) {
                    continue;
                }
                let Some((case, _)) = self.case(&id).await? else { continue };
                let last = case.mails.iter().map(|mail| mail.sent).max();
                let newer = last.is_none_or(|last| at.duration_since(last) > HASTE);
                if case.mailbox == *mailbox && newer && matches!(case.state, State::Open(_)) {
                    return Ok(Some((id, MatchedBy::Address)));
                }
            }
        }
        debug!("A mail that a person sent answers no case we know.");
        Ok(None)
    }

    /// Whether one of the receivers is the customer: by the case's address, or by another one the customer wrote from.
    /// A case without any address takes whoever is not of our own domains: a colleague need not stand in the config.
    async fn goes_to_customer(
        &self,
        id: &CaseId,
        mailbox: &MailboxName,
        to: &BTreeSet<Address>,
    ) -> Result<bool, DeskError> {
        let Some((case, _)) = self.case(id).await? else { return Ok(false) };
        if case.mailbox != *mailbox {
            return Ok(false);
        }
        let Some(customer) = &case.customer.address else {
            let own = own_addresses(&self.live());
            return Ok(to.iter().any(|to| own.iter().all(|own| own.domain() != to.domain())));
        };
        if to.contains(customer) {
            return Ok(true);
        }
        for address in to {
            let rows = self.store().scan(&keys::person_mail(address), None, MOST_CASES).await?;
            if rows.iter().any(|row| keys::last_case(row.key.as_str()).as_ref() == Some(id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An answer in the inbox that one of us wrote from the mailbox itself, with a copy to it: read as a sent one. True
    /// when it went to somebody outside.
    pub(super) async fn is_our_copy(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        letter: &Letter,
        at: Timestamp,
    ) -> Result<bool, DeskError> {
        let own = own_addresses(live);
        let from_us =
            letter.from.iter().any(|from| Address::parse(&from.address).is_some_and(|a| own.contains(&a)));
        if !from_us
            || letter.in_reply_to.is_empty()
            || !is_a_persons(letter)
            || customers(live, letter).is_empty()
        {
            return Ok(false);
        }
        self.sent_one(mailbox, letter, at).await?;
        Ok(true)
    }

    /// Keeps what our draft said when it was put into Drafts.
    pub async fn note_draft(&self, case: &CaseId, revision: Revision, mail: &[u8]) -> Result<(), DeskError> {
        let Some(said) = letters::said_by(mail) else { return Ok(()) };
        let value = serde_json::json!({ "v": 1, "said": said, "size": mail.len() }).to_string();
        let put = vec![(keys::drafted(case, revision)?, value.into_bytes())];
        self.write(Extra { put, ..Extra::default() }).await
    }

    /// What [`Desk::note_draft`] kept; `None` while the draft was never put there.
    pub async fn noted_draft(
        &self,
        case: &CaseId,
        revision: Revision,
    ) -> Result<Option<NotedDraft>, DeskError> {
        let Some(row) = self.store().get(&keys::drafted(case, revision)?).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        let said = value.get("said").and_then(|said| said.as_str()).map(str::to_owned);
        let size = value.get("size").and_then(serde_json::Value::as_u64);
        Ok(said.zip(size).map(|(said, size)| NotedDraft { said, size }))
    }

    /// Gives every open case its `watch/` row: a store from before cases at the desk were watched lacks them.
    pub async fn watch_all(&self) -> Result<(), DeskError> {
        let done = keys::watch_all()?;
        if self.store().get(&done).await?.is_some() {
            return Ok(());
        }
        let mut open: Vec<(Case, Version)> = Vec::new();
        let mut pages = self.store().pages(keys::DUE);
        while let Some(rows) = pages.next().await? {
            for (_, id) in rows.iter().filter_map(|row| keys::parse_due(row.key.as_str())) {
                open.extend(self.case(&id).await?);
            }
        }
        for (case, version) in open {
            let key = keys::watch(&case.mailbox, &case.id)?;
            let expect = vec![(keys::case(&case.id)?, Some(version))];
            // Whoever was faster has written the row with the case.
            self.write(Extra { expect, put: vec![(key, b"null".to_vec())], ..Extra::default() }).await?;
        }
        self.write(Extra { put: vec![(done, b"null".to_vec())], ..Extra::default() }).await
    }
}

/// The mail and the instant of a `wrote/` row.
fn written(value: &[u8]) -> Option<(MessageId, Timestamp)> {
    let value: serde_json::Value = serde_json::from_slice(value).ok()?;
    let id = MessageId::parse(value.get("id")?.as_str()?)?;
    Some((id, Timestamp::from_millisecond(value.get("at")?.as_i64()?).ok()?))
}

/// Whether a mail is one of ours, by its Message-ID or by the reference that survives a rewritten one.
fn ours(live: &Live, letter: &Letter) -> Option<Ours> {
    let reference = letter.header("x-madoguchi-ref").next().map(str::to_owned);
    let id = letter.message_id.as_ref();
    let by_id = id.and_then(|id| id.as_str().rsplit_once('@')).map(|(local, _)| local.to_owned());
    let names: Vec<String> = by_id.into_iter().chain(reference.clone()).collect();
    for name in &names {
        let mut parts = name.trim().split('.');
        let (Some(kind), Some(case), Some(revision), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let Some(case) = CaseId::parse(case) else { continue };
        let Some(revision) = revision.parse().ok().and_then(Revision::new) else { continue };
        match kind {
            "reply" => return Some(Ours::Reply(case, revision)),
            "draft" => return Some(Ours::Draft(case, revision)),
            _ => {}
        }
    }
    let from_us =
        letter.from.iter().any(|from| Address::parse(&from.address).as_ref() == Some(&live.config.smtp.from));
    (reference.is_some() && from_us).then_some(Ours::Internal)
}

/// Whether a person wrote it, to be read by people: no automatic answer, no list mail, no acknowledgement of a site's
/// form, no approval of a request.
fn is_a_persons(letter: &Letter) -> bool {
    const SITES: [&str; 4] = ["phpmailer", "wordpress", "php/", "swiftmailer"];
    let mailer: String = letter.header("x-mailer").map(str::to_ascii_lowercase).collect();
    let site = SITES.iter().any(|name| mailer.contains(name));
    !site && machine(letter).is_none() && matches!(find_in(letter), Found::Nothing | Found::Broken)
}

/// Whom a mail goes to, our own people aside: agents, shops, watched mailboxes.
fn customers(live: &Live, letter: &Letter) -> BTreeSet<Address> {
    outside(live, letter.to.iter())
}

/// Those among receivers who are none of our own people.
fn outside<'l>(live: &Live, receivers: impl Iterator<Item = &'l Correspondent>) -> BTreeSet<Address> {
    let own = own_addresses(live);
    let people = live.config.people.iter().map(|person| &person.address);
    let shops = live.config.shops.iter().flat_map(|shop| &shop.addresses);
    let contacts = live.config.contacts.iter().map(|contact| &contact.address);
    let inside: BTreeSet<&Address> = own.iter().chain(people).chain(shops).chain(contacts).collect();
    receivers.filter_map(|to| Address::parse(&to.address)).filter(|to| !inside.contains(to)).collect()
}

/// The addresses this desk writes from and is written to.
fn own_addresses(live: &Live) -> BTreeSet<Address> {
    let mailboxes = live.config.mailboxes.iter().map(|mailbox| mailbox.address.clone());
    mailboxes.chain([live.config.smtp.from.clone(), live.config.approval.address.clone()]).collect()
}
