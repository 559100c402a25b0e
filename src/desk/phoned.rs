//! Telephone calls come in by mail: one of us writes 「新規 電話」 and the fields (workflow W2).
//!
//! The locks are those of an answer but for the token: a sane header, an address of one of us, a domain that stands behind
//! it. Without a token nothing is decided by it: it opens a case that its writer has, and no customer hears of it. A mail
//! that only says so, from anybody else, is an ordinary mail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::commit::thread_value;
use super::intake::{Became, Incoming};
use super::memo::Memo;
use super::readers::by_reader;
use super::{Desk, DeskError, Extra, Handled, intake, keys, matter};
use crate::answer::Alarm;
use crate::live::Live;
use crate::render::voice::Voice;
use crate::store::Key;
use crate::token::{Found, find_in};
use crate::triage::approval::{Doubt, Judgement, NotYet, agreed, machine};
use crate::triage::directory;
use crate::triage::event::{Event, Phoned};
use crate::triage::id::{Address, CaseId, MailboxName};
use crate::triage::level::Channel;
use crate::triage::mail::Letter;
use crate::triage::phoned::new_call;
use crate::triage::read::{Context, read};
use crate::triage::verdict::Reading;

/// The same words from the same person within this are the same call, sent twice.
const AGAIN: SignedDuration = SignedDuration::from_hours(12);

/// Whether a mail claims to write down a call: new, without a token, and by its words. Proves nothing.
pub(super) fn claims_call(live: &Live, letter: &Letter, from: &Address) -> bool {
    live.config.people.iter().any(|person| person.address == *from)
        && letter.answers().next().is_none()
        && find_in(letter) == Found::Nothing
        && machine(letter).is_none()
        && new_call(&letter.subject, &letter.text).is_some()
}

impl Desk {
    /// Takes in a telephone call. `None`: the mail is none.
    pub(super) async fn phoned(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        letter: &Letter,
        incoming: &Incoming,
        judgement: Option<&Judgement>,
    ) -> Result<Option<Became>, DeskError> {
        let raw = incoming.content.as_deref().unwrap_or_default();
        let Ok(by) = agreed(letter, raw) else { return Ok(None) };
        if !claims_call(live, letter, &by) {
            return Ok(None);
        }
        let id = CaseId::of(letter.fingerprint);
        let proof = match judgement {
            Some(Judgement::Accepted { proof, .. }) => proof.clone(),
            Some(Judgement::Refused(doubt)) => {
                return self.refuse(letter, incoming.place.uid, Alarm::Domain(*doubt)).await.map(Some);
            }
            Some(Judgement::Wait(_)) | None => {
                let why = match judgement {
                    Some(Judgement::Wait(why)) => *why,
                    Some(Judgement::Accepted { .. } | Judgement::Refused(_)) | None => NotYet::NotAsked,
                };
                if self.hold(mailbox, letter.fingerprint, &id, incoming, why).await? {
                    return Ok(Some(Became::Held));
                }
                let alarm = Alarm::Domain(Doubt::NeverClear);
                return self.refuse(letter, incoming.place.uid, alarm).await.map(Some);
            }
        };
        let Some(text) = new_call(&letter.subject, &letter.text) else { return Ok(None) };
        let once = keys::phoned(&once(&by, &text))?;
        if let Some(earlier) = self.taken_before(&once, incoming.received).await? {
            let put = vec![(keys::mail(letter.fingerprint)?, thread_value(&earlier))];
            self.write(Extra { put, ..Extra::default() }).await?;
            return Ok(Some(Became::Known));
        }
        let reading = self.read_call(mailbox, letter, text).await;
        let reached = reading
            .as_ref()
            .is_some_and(|reading| reading.facts.phone.is_some() || reading.facts.email.is_some());
        let Some(reading) = reading.filter(|_| reached) else {
            return self.ask_again(live, mailbox, letter, incoming, &by).await.map(Some);
        };
        let mut arrival =
            matter::arrival(live, mailbox, letter, &reading, &incoming.place, incoming.received);
        arrival.channel = Channel::Phone;
        arrival.phoned = Some(Phoned { by, proof });
        let mut extra = Extra {
            expect: vec![(keys::mail(letter.fingerprint)?, None), (once.clone(), self.version(&once).await?)],
            put: vec![
                (keys::mail(letter.fingerprint)?, thread_value(&id)),
                (once, taken(&id, incoming.received)),
            ],
            ..Extra::default()
        };
        for handle in directory::handles(&arrival.customer) {
            extra.put.push((keys::person_case(&handle, arrival.mail.sent, &id)?, keys::NOTHING.to_vec()));
        }
        let handled = self.handle(&id, &Event::Arrived(Box::new(arrival)), extra).await?;
        if handled == Handled::Stale {
            return Ok(Some(Became::Known));
        }
        info!(case = %id, uid = incoming.place.uid, "Opened a case from a telephone call.");
        Ok(Some(Became::Case))
    }

    /// Reads the fields with the readers of forms: the writer is nobody, for it is one of us.
    async fn read_call(&self, mailbox: &MailboxName, letter: &Letter, text: String) -> Option<Reading> {
        let (live, name) = (self.live(), mailbox.clone());
        let inner = Letter {
            text,
            subject: String::new(),
            from: Vec::new(),
            reply_to: Vec::new(),
            headers: Vec::new(),
            ..letter.clone()
        };
        by_reader(move || {
            let (desk, rules) = (&live.policy(&name).desk, live.rules(&name));
            // A mail that breaks the reader is one that cannot be read.
            catch_unwind(AssertUnwindSafe(|| read(&inner, desk, rules, &Context::default()))).ok()
        })
        .await
    }

    /// Nobody could be called back: the writer hears what to write. No case is opened.
    async fn ask_again(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        letter: &Letter,
        incoming: &Incoming,
        by: &Address,
    ) -> Result<Became, DeskError> {
        info!(uid = incoming.place.uid, "A telephone call could not be taken in; its writer is told.");
        let person = live.config.people.iter().find(|person| person.address == *by);
        let voice = person.map_or(Voice::DESK, |person| Voice::of(person.lang));
        let fields = letter.text.contains([':', '：']);
        let what = if fields { voice.new_call_no_contact() } else { voice.new_call_unreadable() };
        let memo = Memo {
            mailbox: Some(mailbox.clone()),
            to: by.clone(),
            subject: voice.new_call_subject(),
            text: format!("{what}\n\n{}", voice.new_call_how()),
            at: self.now(),
        };
        let mut extra = intake::seen(letter.fingerprint, "phoned")?;
        extra.put.push(memo.row()?);
        self.write(extra).await?;
        self.memos().notify_one();
        Ok(Became::Command)
    }

    /// The case that the same words opened not long ago.
    async fn taken_before(&self, once: &Key, received: Timestamp) -> Result<Option<CaseId>, DeskError> {
        let Some(row) = self.store().get(once).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        let case = value.get("case").and_then(|case| case.as_str()).and_then(CaseId::parse);
        let at = value.get("at").and_then(|at| at.as_str()).and_then(|at| at.parse::<Timestamp>().ok());
        let recent = at.is_some_and(|at| received.duration_since(at).abs() <= AGAIN);
        Ok(case.filter(|_| recent))
    }

    async fn version(&self, key: &Key) -> Result<Option<crate::store::Version>, DeskError> {
        Ok(self.store().get(key).await?.map(|row| row.version))
    }
}

/// Who said what, as a hash: the row must not hold a customer's words.
fn once(by: &Address, text: &str) -> String {
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    super::study::hash(format!("{by}\0{words}").as_bytes()).to_string()
}

fn taken(id: &CaseId, at: Timestamp) -> Vec<u8> {
    serde_json::json!({ "v": 1, "case": id.as_str(), "at": at.to_string() }).to_string().into_bytes()
}
