//! Agents answer by mail: the locks of [`crate::answer`], one command, one event.
//!
//! A mail without any token of ours is none of this module's business. Refusals are security events: logged, counted
//! for the operator, never answered, and the mail stays where it is. What cannot be judged yet is kept ([`super::held`]).

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use tracing::{info, warn};

use super::intake::{Became, Incoming};
use super::{Desk, DeskError, day, intake, keys};
use crate::answer::{self, Alarm, Heard, Request, Room};
use crate::live::Live;
use crate::token::{Content, Found, Rejected, Token, find_in};
use crate::triage::approval::{Doubt, Judgement, NotYet};
use crate::triage::case::Case;
use crate::triage::complaint::Complaint;
use crate::triage::event::{Event, Said};
use crate::triage::id::{Address, CaseId, MailboxName, Revision};
use crate::triage::mail::Letter;
use crate::triage::verdict::Ignored;

impl Desk {
    /// Hears an answer to one of our requests. `None`: the mail is not one.
    pub(super) async fn answer(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        letter: &Letter,
        incoming: &Incoming,
        judgement: Option<Judgement>,
    ) -> Result<Option<Became>, DeskError> {
        let (place, raw) = (&incoming.place, incoming.content.as_deref().unwrap_or_default());
        let tokens = match find_in(letter) {
            // Words that only look like a token are a customer's own words.
            Found::Nothing | Found::Broken if !self.is_for_approval(live, letter) => return Ok(None),
            Found::Nothing | Found::Broken => Vec::new(),
            Found::One(token) => vec![token],
            Found::Differ(tokens) => tokens,
        };
        let Some(ring) = &live.ring else { return Ok(None) };
        let requests = self.requests(&tokens).await?;
        let agents = senders(live);
        let now = self.now();
        let today = now.to_zoned(self.zone_of(live, &tokens).await?).date();
        let staff = outside(live);
        let room = Room { agents: &agents, staff: &staff, ring, now, today };
        // Who became an agent since the mail was read has not been asked about.
        let mut judgement = judgement.unwrap_or(Judgement::Wait(NotYet::NotAsked));
        if judgement.proof().is_some()
            && self.stands_behind(&tokens, incoming.received, letter.fingerprint).await?
        {
            judgement = Judgement::Wait(NotYet::Behind);
        }
        let request = |token: &Token| requests.get(&request_key(token)).cloned();
        let heard = answer::hear(letter, raw, room, &judgement, request);
        let (agent, token, said) = match heard {
            // Not from one of us: whatever it quotes, it is read like any other mail.
            Heard::Machine(_) if !is_from(letter, &agents) => return Ok(None),
            Heard::Alarm(Alarm::Stranger) => {
                warn!(
                    security = true,
                    uid = place.uid,
                    "A stranger's mail carries a token of ours; it is read as a customer's."
                );
                return Ok(None);
            }
            Heard::Machine(sign) => {
                info!(?sign, "A machine answered a request; nothing is decided by it.");
                return self.leave(letter.fingerprint, Ignored::AutoReply).await.map(Some);
            }
            Heard::Away { agent, token } => {
                info!(case = %token.case(), "An agent's mail program says that the agent is away.");
                let extra = intake::seen(letter.fingerprint, Ignored::AutoReply.word())?;
                self.handle(token.case(), &Event::Away { by: agent }, extra).await?;
                return Ok(Some(Became::Ignored(Ignored::AutoReply)));
            }
            Heard::Alarm(alarm) => return self.refuse(letter, place.uid, alarm).await.map(Some),
            Heard::Wait { token, why } => {
                if self.hold(mailbox, letter.fingerprint, token.case(), incoming, why).await? {
                    return Ok(Some(Became::Held));
                }
                return self.refuse(letter, place.uid, Alarm::Domain(Doubt::NeverClear)).await.map(Some);
            }
            Heard::Ask { agent, token: None, why } => {
                return self
                    .without_token(mailbox, letter, incoming, &agent, why, &judgement)
                    .await
                    .map(Some);
            }
            Heard::Ask { agent, token: Some(token), why } => (agent, token, Said::Unclear(why.word())),
            Heard::Late { agent, token } => (agent, token, Said::Late),
            Heard::Expired { agent, token } => (agent, token, Said::Expired),
            Heard::Command { agent, token, command } => (agent, token, Said::Command(command)),
            Heard::Complaint { agent, token, piece, command } => {
                (agent, token, Said::Complaint { piece, command })
            }
            Heard::Day { agent, token, answer } => {
                let Some(proof) = judgement.proof() else {
                    return self.refuse(letter, place.uid, Alarm::Domain(Doubt::NeverClear)).await.map(Some);
                };
                let heard = day::Heard { mailbox, letter, incoming, agent: &agent, token: &token, proof };
                return self.hear_day(live, heard, answer).await.map(Some);
            }
        };
        let Some(proof) = judgement.proof() else {
            // Cannot be: without a proof nothing above passes. Were it otherwise, nothing would be decided here either.
            return self.refuse(letter, place.uid, Alarm::Domain(Doubt::NeverClear)).await.map(Some);
        };
        info!(case = %token.case(), revision = token.revision().number(), "An agent answered.");
        let event = Event::Agent {
            by: agent,
            proof: proof.clone(),
            revision: token.revision(),
            said,
            mail: Some((letter.fingerprint, letter.message_id.clone(), place.clone())),
        };
        let mut extra = intake::seen(letter.fingerprint, "command")?;
        extra.answered_in = Some(mailbox.clone());
        self.handle(token.case(), &event, extra).await?;
        Ok(Some(Became::Command))
    }

    /// An agent's mail to us that lost its token decides nothing. Where its sender is proven and it names a case by its
    /// number, the agent hears that it could not be taken for an answer; otherwise nobody knows what it is about.
    async fn without_token(
        &self,
        mailbox: &MailboxName,
        letter: &Letter,
        incoming: &Incoming,
        agent: &Address,
        why: answer::Why,
        judgement: &Judgement,
    ) -> Result<Became, DeskError> {
        let place = &incoming.place;
        let case = match named(letter) {
            Some(id) => self.case(&id).await?,
            None => None,
        };
        let (Some(proof), Some((case, _))) = (judgement.proof(), case) else {
            info!(uid = place.uid, "An agent's mail carries no token; left alone.");
            return self.leave(letter.fingerprint, Ignored::SystemNotice).await;
        };
        info!(case = %case.id, "An agent's mail names a case and carries no token; it decides nothing.");
        let event = Event::Agent {
            by: agent.clone(),
            proof: proof.clone(),
            revision: case.revision,
            said: Said::Unclear(why.word()),
            mail: Some((letter.fingerprint, letter.message_id.clone(), place.clone())),
        };
        let mut extra = intake::seen(letter.fingerprint, "command")?;
        extra.answered_in = Some(mailbox.clone());
        self.handle(&case.id, &event, extra).await?;
        Ok(Became::Command)
    }

    /// A security event: in the log, counted for the operator, and never answered.
    pub(super) async fn refuse(&self, letter: &Letter, uid: u32, alarm: Alarm) -> Result<Became, DeskError> {
        warn!(security = true, why = alarm.word(), ?alarm, uid, "Refused an answer to a request.");
        self.count_refusal(alarm.word()).await?;
        self.leave(letter.fingerprint, Ignored::Spam).await
    }

    /// 「明日」 in an answer is meant in the zone of the mailbox that the case lives in.
    async fn zone_of(&self, live: &Live, tokens: &[Token]) -> Result<TimeZone, DeskError> {
        for token in tokens {
            if let Some((case, _)) = self.case(token.case()).await? {
                return Ok(live.zone(&case.mailbox).clone());
            }
        }
        Ok(live.config.desk.zone.clone())
    }

    /// An agent's own mail to the approval address is meant for us even when it lost its token.
    fn is_for_approval(&self, live: &Live, letter: &Letter) -> bool {
        let to_us = letter
            .to
            .iter()
            .any(|to| Address::parse(&to.address).as_ref() == Some(&live.config.approval.address));
        let senders = senders(live);
        let from_agent = is_from(letter, &senders);
        to_us && from_agent
    }

    /// Whether every token of a mail was made for this agent. A stranger must not be able to make us ask DNS.
    pub(super) async fn is_addressed(
        &self,
        live: &Live,
        letter: &Letter,
        from: &Address,
    ) -> Result<bool, DeskError> {
        let tokens = find_in(letter).tokens();
        if tokens.is_empty() {
            // Nothing can be decided by it; but an agent who lost the token is to hear so. Nobody guesses a number.
            let Some(id) = named(letter).filter(|_| self.is_for_approval(live, letter)) else {
                return Ok(false);
            };
            return Ok(self.case(&id).await?.is_some());
        }
        let Some(ring) = &live.ring else { return Ok(false) };
        let requests = self.requests(&tokens).await?;
        let now = self.now();
        Ok(tokens.iter().all(|token| {
            let Some(known) = requests.get(&request_key(token)) else { return false };
            let asked =
                |content| ring.right(token, content, known.checks, from, now) != Err(Rejected::Forged);
            known.content.is_some_and(asked) || answer::piece_of(known, token, from, ring, now).is_some()
        }))
    }

    /// What each token was made for, as far as the desk has asked it.
    async fn requests(&self, tokens: &[Token]) -> Result<BTreeMap<String, Request>, DeskError> {
        let mut requests = BTreeMap::new();
        for token in tokens {
            let Some((case, _)) = self.case(token.case()).await? else {
                if let Some(day) = self.day_of(token).await? {
                    let content = Some(Content::of_day(day.date, &day.shift, &day.person));
                    let request =
                        Request { content, checks: 0, pieces: Vec::new(), settled: false, day: true };
                    requests.insert(request_key(token), request);
                }
                continue;
            };
            let content = self.asked(&case, token.revision()).await?;
            let pieces = case.complaint.as_deref().map(Complaint::pieces).unwrap_or_default();
            if content.is_some() || !pieces.is_empty() {
                let settled = token.revision() != case.revision;
                let checks = case.questions_put();
                let request = Request { content, checks, pieces, settled, day: false };
                requests.insert(request_key(token), request);
            }
        }
        Ok(requests)
    }

    /// The content a question was about.
    async fn asked(&self, case: &Case, revision: Revision) -> Result<Option<Content>, DeskError> {
        let Some(row) = self.store().get(&keys::asked(&case.id, revision)?).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        let hash = value.get("hash").and_then(|hash| hash.as_str());
        Ok(hash.and_then(Content::parse))
    }
}

/// The case that a mail of an agent names in its subject, as our mails do: `C-7K3M9Q2WXA`.
fn named(letter: &Letter) -> Option<CaseId> {
    let mut numbers =
        letter.subject.split("C-").skip(1).filter_map(|rest| CaseId::parse(rest.get(..CaseId::LEN)?));
    numbers.next()
}

/// Whether a mail says that it comes from one of these. Proves nothing.
pub(super) fn is_from(letter: &Letter, senders: &[Address]) -> bool {
    letter.from.iter().any(|from| Address::parse(&from.address).is_some_and(|from| senders.contains(&from)))
}

fn request_key(token: &Token) -> String {
    format!("{}/{}", token.case(), token.revision())
}

/// Everybody who may answer: people, contacts, and the staff of shops. What who may say is the core's business.
pub(super) fn senders(live: &Live) -> Vec<Address> {
    let people = live.config.people.iter().map(|person| person.address.clone());
    people.chain(outside(live)).collect()
}

/// Contacts, and staff of shops who are no colleagues.
fn outside(live: &Live) -> Vec<Address> {
    let people = &live.config.people;
    let staff = live.config.shops.iter().flat_map(|shop| shop.addresses.iter());
    let contacts = live.config.contacts.iter().map(|contact| &contact.address);
    let outside = staff.chain(contacts);
    outside.filter(|address| people.iter().all(|person| person.address != **address)).cloned().collect()
}

/// What is remembered of an answer that was sent from a mailbox of ours: its sender and the tokens it carries, as a hash.
/// A copy elsewhere that names another request is another answer.
pub(super) fn vouched_for(letter: &Letter, from: &Address) -> String {
    let mut tokens = find_in(letter).tokens();
    tokens.sort();
    let tokens: Vec<String> = tokens.iter().map(ToString::to_string).collect();
    super::study::hash(format!("{from}\0{}", tokens.join("\0")).as_bytes()).to_string()
}
