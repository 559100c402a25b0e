//! New mails come in: each is read once, finds its case, and becomes an event.
//!
//! A batch is parsed and read off the async threads, then split into lanes: mails that may belong together
//! (same customer, same thread, same request) are taken in order, everything else side by side, so that the
//! store can make many mails durable with one write. Seeing a mail a second time changes nothing.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use tracing::{info, warn};

use super::belonging::{Home, Thread, known_by};
use super::commit::thread_value;
use super::copies::Copy;
use super::lanes::lanes;
use super::study::Opened;
pub use super::study::{Incoming, Studied};
pub(super) use super::tally::Became;
pub use super::tally::Tally;
use super::{Desk, DeskError, Extra, Handled, keys, matter};
use crate::live::Live;
use crate::outbox::letters;
use crate::triage::belonging::Belonging;
use crate::triage::case::CaseMail;
use crate::triage::directory;
use crate::triage::event::Event;
use crate::triage::id::{CaseId, Fingerprint, MailboxName};
use crate::triage::mail::{Letter, Report, ReportKind};
use crate::triage::verdict::{Disposition, Ignored, Reading};

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// In numbers.
    pub tally: Tally,
    /// Further copies of mails that belong to a case, not yet put away.
    pub copies: Vec<Copy>,
}

/// Whether mails are taken in their turn or before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Everything before them has been taken in.
    Own,
    /// Older mail is still to come. Only what speaks for itself is taken: a first mail of a customer. An answer may be
    /// to something we have not read, and an agent's word must not overtake the customer's; both come again in their turn.
    Ahead,
}

/// A customer's mail, with what is known of it before it meets a case.
struct About<'m> {
    letter: &'m Letter,
    reading: &'m Reading,
    answers: Option<(CaseId, Belonging)>,
    from_our_form: bool,
}

impl Desk {
    /// Takes in a batch, oldest first. When this returns, everything about it is durable and the mailbox's
    /// cursor may move.
    pub async fn take_in(&self, mailbox: &MailboxName, mails: Vec<Incoming>) -> Result<Tally, DeskError> {
        let studied = self.study(mailbox, mails).await?;
        Ok(self.take(mailbox, studied, Turn::Own).await?.tally)
    }

    /// Takes in what was read. When this returns, everything about it is durable.
    pub async fn take(
        &self,
        mailbox: &MailboxName,
        studied: Studied,
        turn: Turn,
    ) -> Result<Taken, DeskError> {
        let live = self.live();
        let Studied { fresh, mut known } = studied;
        let mut read = Vec::with_capacity(fresh.len());
        let mut again = Vec::new();
        for mail in fresh {
            // Mails that were taken in since it was read may change what it says.
            if self.store().get(&keys::mail(mail.fingerprint)?).await?.is_some() {
                known.push(mail);
                continue;
            }
            let thread = self.thread_of_mail(&mail).await?;
            if thread.as_ref().map(Thread::version) == mail.thread {
                read.push(mail);
            } else {
                again.push((mail, thread));
            }
        }
        read.extend(self.read_all(mailbox, again).await);
        read.sort_by_key(|mail| mail.incoming.place.uid);
        if turn == Turn::Ahead {
            read.retain(|mail| speaks_for_itself(&live, mail));
        }
        let lanes =
            lanes(self.tie_by_address(read).await?).into_iter().map(|lane| self.walk(&live, mailbox, lane));
        let mut taken = Taken::default();
        // Every lane to its end: one that fails must not cut off another between its commit and its effects.
        let walked = join_all(lanes).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (became, copy) in walked.into_iter().flatten() {
            taken.tally.count(became);
            taken.copies.extend(copy);
        }
        for mail in known {
            taken.tally.count(Became::Known);
            let id = mail.letter.as_ref().ok().and_then(|letter| letter.message_id.as_ref());
            taken.copies.extend(self.copy_of(mailbox, mail.fingerprint, id, &mail.incoming.place).await?);
        }
        Ok(taken)
    }

    /// An agent's answer and a new mail of the customer must be taken in the order in which they came, although
    /// they share no address: where a batch holds answers, customers' mails name their case too.
    async fn tie_by_address(&self, mut mails: Vec<Opened>) -> Result<Vec<Opened>, DeskError> {
        if mails.iter().all(|mail| mail.cases.is_empty()) {
            return Ok(mails);
        }
        for mail in &mut mails {
            for handle in mail.reading.iter().flat_map(|reading| known_by(&reading.facts)) {
                let last = self.store().last(&keys::person(&handle)).await?;
                mail.cases.extend(last.and_then(|row| keys::last_case(row.key.as_str())));
            }
        }
        Ok(mails)
    }

    async fn walk(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        lane: Vec<Opened>,
    ) -> Result<Vec<(Became, Option<Copy>)>, DeskError> {
        let mut walked = Vec::with_capacity(lane.len());
        for mail in lane {
            let (fingerprint, place) = (mail.fingerprint, mail.incoming.place.clone());
            let id = mail.letter.as_ref().ok().and_then(|letter| letter.message_id.clone());
            let became = self.take_one(live, mailbox, mail).await?;
            let copy = match became {
                Became::Known => self.copy_of(mailbox, fingerprint, id.as_ref(), &place).await?,
                Became::Case
                | Became::FollowUp
                | Became::Command
                | Became::Ignored(_)
                | Became::Held
                | Became::Quarantined => None,
            };
            walked.push((became, copy));
        }
        Ok(walked)
    }

    async fn take_one(&self, live: &Live, mailbox: &MailboxName, mail: Opened) -> Result<Became, DeskError> {
        let Opened {
            incoming,
            letter,
            fingerprint,
            reading,
            thread: _,
            answers,
            cases: _,
            judgement,
            from_our_form,
        } = mail;
        let letter = match letter {
            Ok(letter) => letter,
            Err(why) => return self.quarantine(live, mailbox, &incoming, fingerprint, &why).await,
        };
        if letters::is_ours(live, &letter) {
            return self.leave(fingerprint, Ignored::Own).await;
        }
        if let Some(report) = &letter.report {
            return self.report(fingerprint, report).await;
        }
        if let Some(became) = self.phoned(live, mailbox, &letter, &incoming, judgement.as_ref()).await? {
            return Ok(became);
        }
        if let Some(became) = self.answer(live, mailbox, &letter, &incoming, judgement).await? {
            return Ok(became);
        }
        if self.is_our_copy(live, mailbox, &letter, incoming.received).await? {
            return self.leave(fingerprint, Ignored::Own).await;
        }
        let Some(reading) = reading else { return self.leave(fingerprint, Ignored::SystemNotice).await };
        match reading.verdict.disposition {
            Disposition::Ignored(why) => {
                if let Some(notice) = reading.facts.notice {
                    return self.noticed(fingerprint, why, notice).await;
                }
                self.leave(fingerprint, why).await
            }
            Disposition::Quarantined => {
                self.quarantine(live, mailbox, &incoming, fingerprint, "no readable text").await
            }
            Disposition::Case | Disposition::FollowUp | Disposition::Command => {
                if let Some(case) = self.twin(&letter, &reading).await? {
                    let key = keys::mail(fingerprint)?;
                    let (expect, put) = (vec![(key.clone(), None)], vec![(key, thread_value(&case))]);
                    self.write(Extra { expect, put, ..Extra::default() }).await?;
                    return Ok(Became::Known);
                }
                let about = About { letter: &letter, reading: &reading, answers, from_our_form };
                self.arrive(live, mailbox, about, &incoming).await
            }
        }
    }

    /// A customer's mail opens a case or joins one.
    async fn arrive(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        about: About<'_>,
        incoming: &Incoming,
    ) -> Result<Became, DeskError> {
        let About { letter, reading, answers, from_our_form } = about;
        let mut arrival = matter::arrival(live, mailbox, letter, reading, &incoming.place, incoming.received);
        arrival.answered = self
            .hand_answer_to(
                live,
                mailbox,
                letter.message_id.as_ref(),
                arrival.customer.address.as_ref(),
                incoming.received,
            )
            .await?;
        let Home { joined, linked, found_by } =
            self.home_of(live, mailbox, letter, answers, &arrival, reading).await?;
        arrival.linked = linked;
        if joined.is_none() && live.policy(mailbox).promise.is_some() {
            arrival.asked =
                self.may_be_told(live, &arrival, letter, reading, incoming.received, from_our_form);
        }
        let id = joined.clone().unwrap_or_else(|| arrival.id.clone());
        let mut extra = Extra {
            expect: vec![(keys::mail(letter.fingerprint)?, None)],
            put: vec![(keys::mail(letter.fingerprint)?, thread_value(&id))],
            ..Extra::default()
        };
        if let Some(message_id) = &letter.message_id {
            extra.put.push((keys::thread(message_id)?, thread_value(&id)));
        }
        for handle in directory::handles(&arrival.customer) {
            extra.put.push((keys::person_case(&handle, arrival.mail.sent, &id)?, keys::NOTHING.to_vec()));
        }
        if let Some(from) = &arrival.linked {
            extra.put.push((keys::linked(from, &id)?, keys::NOTHING.to_vec()));
        }
        extra.put.extend(found_by.into_iter().map(|key| (key, thread_value(&id))));
        self.look_up(live, &mut arrival).await?;
        let class = arrival.matter.class.word();
        let handled = self.handle(&id, &Event::Arrived(Box::new(arrival)), extra).await?;
        Ok(match (handled, joined) {
            (Handled::Stale, _) => Became::Known,
            (_, Some(_)) => {
                info!(case = %id, uid = incoming.place.uid, "A customer wrote again.");
                Became::FollowUp
            }
            (_, None) => {
                info!(case = %id, uid = incoming.place.uid, class, "Opened a case.");
                Became::Case
            }
        })
    }

    /// A mail that could not be read is marked and told once; it stays where it is.
    async fn quarantine(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        incoming: &Incoming,
        fingerprint: Fingerprint,
        why: &str,
    ) -> Result<Became, DeskError> {
        let id = CaseId::of(fingerprint);
        let day = incoming.received.to_zoned(live.zone(mailbox).clone()).date();
        let mail = CaseMail {
            fingerprint,
            message_id: None,
            subject: String::new(),
            words: String::new(),
            sent: incoming.received,
            place: incoming.place.clone(),
            fixed_marks: BTreeSet::new(),
            marks: BTreeSet::new(),
            archived: false,
            pending: None,
            gone: false,
            stars: BTreeSet::new(),
        };
        let extra = Extra {
            expect: vec![(keys::mail(fingerprint)?, None)],
            put: vec![(keys::mail(fingerprint)?, thread_value(&id))],
            ..Extra::default()
        };
        warn!(case = %id, uid = incoming.place.uid, why, "Could not read a mail; marked it for a person.");
        let event = Event::Unreadable {
            id: id.clone(),
            mailbox: mailbox.clone(),
            day,
            mail: Box::new(mail),
            why: why.to_owned(),
        };
        self.handle(&id, &event, extra).await?;
        Ok(Became::Quarantined)
    }

    /// A delivery report about one of our mails brings its case back; any other report is left alone.
    async fn report(&self, fingerprint: Fingerprint, report: &Report) -> Result<Became, DeskError> {
        let failed = report.kind == ReportKind::Failed;
        if let (true, Some(about)) = (failed, &report.about)
            && let Some(case) = self.thread_of(about).await?
        {
            let mut extra = seen(fingerprint, "bounce")?;
            self.remember_unreachable(&case, &mut extra).await?;
            info!(%case, "A mail of ours came back.");
            self.handle(&case, &Event::Bounced { about: about.clone() }, extra).await?;
            return Ok(Became::Ignored(Ignored::Bounce));
        }
        let why = match report.kind {
            ReportKind::Failed | ReportKind::Delayed | ReportKind::Delivered => Ignored::Bounce,
            ReportKind::Disposition => Ignored::ReadReceipt,
            ReportKind::Other => Ignored::SystemNotice,
        };
        self.leave(fingerprint, why).await
    }

    /// Remembers that a mail needs nobody.
    pub(super) async fn leave(&self, fingerprint: Fingerprint, why: Ignored) -> Result<Became, DeskError> {
        let extra = seen(fingerprint, why.word())?;
        let batch = super::commit::only(&extra, self.now());
        // A conflict means that another writer has just remembered the same.
        let _ = self.store().commit(batch).await?;
        Ok(Became::Ignored(why))
    }
}

/// The rows that say a mail has been seen.
pub(super) fn seen(fingerprint: Fingerprint, what: &str) -> Result<Extra, DeskError> {
    let value = serde_json::json!({ "v": 1, "ignored": what }).to_string().into_bytes();
    let key = keys::mail(fingerprint)?;
    Ok(Extra { expect: vec![(key.clone(), None)], put: vec![(key, value)], ..Extra::default() })
}

/// Whether a mail can be taken before older ones: a customer's or a machine's that answers nothing.
fn speaks_for_itself(live: &Live, mail: &Opened) -> bool {
    let Ok(letter) = &mail.letter else { return true };
    let answers = letter.answers().next().is_some() || letter.report.is_some();
    !answers && mail.cases.is_empty() && !letters::is_ours(live, letter)
}
