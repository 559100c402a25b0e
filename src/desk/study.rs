//! Mails are opened and read, away from the threads that wait for the network.
//!
//! What a mail says may hang on the case it answers, so each remembers the version it was read against. Whether an
//! agent's domain stands behind an answer is asked here, too, because DNS may take its time. Changes nothing, so that a
//! batch may be read while the one before is taken in.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::future::join_all;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::answer::{is_from, senders, vouched_for};
use super::belonging::Thread;
use super::phoned::claims_call;
use super::readers::by_reader;
use super::{Desk, DeskError, keys};
use crate::imap::fetch::SMALL;
use crate::live::Live;
use crate::mime;
use crate::store::Version;
use crate::token::find_in;
use crate::triage::approval::{Judgement, NotYet, agreed, sent_from_here};
use crate::triage::belonging::Belonging;
use crate::triage::case::Place;
use crate::triage::id::{CaseId, Fingerprint, MailboxName};
use crate::triage::mail::Letter;
use crate::triage::proposal;
use crate::triage::read::{Context, read};
use crate::triage::verdict::{Reading, Role};
use crate::triage::when::Offered;

/// A mail as the server handed it over.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Where it lies.
    pub place: Place,
    /// The server's INTERNALDATE, or now.
    pub received: Timestamp,
    /// Its bytes, or why there are none.
    pub content: Result<Vec<u8>, String>,
}

/// A mail on its way through intake.
pub(super) struct Opened {
    pub(super) incoming: Incoming,
    pub(super) letter: Result<Letter, String>,
    pub(super) fingerprint: Fingerprint,
    pub(super) reading: Option<Reading>,
    /// The case it answers and the version of that case it was read against.
    pub(super) thread: Option<(CaseId, Option<Version>)>,
    /// Where it belongs by what it answers.
    pub(super) answers: Option<(CaseId, Belonging)>,
    /// The known cases it may speak about.
    pub(super) cases: BTreeSet<CaseId>,
    /// Whether the sender's domain stands behind it; asked of answers only.
    pub(super) judgement: Option<Judgement>,
    /// Whether it comes from a robot of our forms, and that robot's domain stands behind it.
    pub(super) from_our_form: bool,
}

/// Mails of a batch, read and not yet taken in.
pub struct Studied {
    pub(super) fresh: Vec<Opened>,
    /// Mails that were taken in before. They are not read again, but this may be a further copy.
    pub(super) known: Vec<Opened>,
}

impl Desk {
    /// Reads a batch. Changes nothing, so that the next batch may be read while this one is taken in.
    pub async fn study(&self, mailbox: &MailboxName, mails: Vec<Incoming>) -> Result<Studied, DeskError> {
        let name = mailbox.clone();
        let opened =
            by_reader(move || mails.into_iter().map(|mail| open(&name, mail)).collect::<Vec<_>>()).await;
        let mut known = Vec::new();
        let mut fresh = Vec::with_capacity(opened.len());
        for mail in opened {
            if self.store().get(&keys::mail(mail.fingerprint)?).await?.is_some() {
                known.push(mail);
            } else {
                let thread = self.thread_of_mail(&mail).await?;
                fresh.push((mail, thread));
            }
        }
        let mut fresh = self.read_all(mailbox, fresh).await;
        self.hear_witnesses(&mut fresh).await?;
        self.prove_forms(mailbox, &mut fresh).await;
        Ok(Studied { fresh, known })
    }

    /// Asks about every mail that carries a genuine token and names its owner as the sender, side by side.
    async fn hear_witnesses(&self, mails: &mut [Opened]) -> Result<(), DeskError> {
        let live = self.live();
        let agents = senders(&live);
        let asked = mails.iter_mut().map(async |mail| {
            let (Ok(letter), Ok(raw)) = (&mail.letter, &mail.incoming.content) else { return Ok(()) };
            if !is_from(letter, &agents) {
                return Ok(());
            }
            // A header with tricks, or a token that is not this agent's, is refused before anybody asks about a domain.
            let Ok(from) = agreed(letter, raw) else { return Ok(()) };
            if !self.is_addressed(&live, letter, &from).await? && !claims_call(&live, letter, &from) {
                return Ok(());
            }
            let vouched = self.store().get(&keys::vouched(mail.fingerprint)?).await?;
            let own = vouched.is_some_and(|row| {
                let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
                value.get("hash").and_then(|hash| hash.as_str()) == Some(&vouched_for(letter, &from))
            });
            let judged = if own { sent_from_here() } else { live.auth.judge(raw, &from, self.now()).await };
            let size = mail.incoming.place.size;
            let part = size > SMALL && usize::try_from(size).is_ok_and(|size| size > raw.len());
            mail.judgement = Some(match judged {
                Judgement::Refused(doubt) if part => Judgement::Refused(doubt.of_a_part()),
                Judgement::Refused(doubt) if doubt.is_silence() => {
                    let may_come = self.may_still_be_vouched_for(&live, mail, &from).await?;
                    if may_come { Judgement::Wait(NotYet::NotSeen) } else { Judgement::Refused(doubt) }
                }
                clear @ (Judgement::Refused(_) | Judgement::Accepted { .. } | Judgement::Wait(_)) => clear,
            });
            Ok::<(), DeskError>(())
        });
        join_all(asked).await.into_iter().collect()
    }

    /// Asks about the robots of our forms, where their customers may be told by a machine that mail has come.
    async fn prove_forms(&self, mailbox: &MailboxName, mails: &mut [Opened]) {
        let live = self.live();
        let robots = &live.config.desk.form_senders;
        if robots.is_empty() || live.policy(mailbox).promise.is_none() {
            return;
        }
        let asked = mails.iter_mut().map(async |mail| {
            let (Ok(letter), Ok(raw)) = (&mail.letter, &mail.incoming.content) else { return };
            if let Ok(from) = agreed(letter, raw)
                && robots.contains(&from)
            {
                mail.from_our_form = live.auth.judge(raw, &from, self.now()).await.proof().is_some();
            }
        });
        join_all(asked).await;
    }

    pub(super) async fn read_all(
        &self,
        mailbox: &MailboxName,
        mails: Vec<(Opened, Option<Thread>)>,
    ) -> Vec<Opened> {
        if mails.is_empty() {
            return Vec::new();
        }
        let (live, name) = (self.live(), mailbox.clone());
        by_reader(move || {
            mails.into_iter().map(|(mail, thread)| study(&live, &name, mail, thread)).collect::<Vec<_>>()
        })
        .await
    }
}

fn open(mailbox: &MailboxName, incoming: Incoming) -> Opened {
    let letter = match &incoming.content {
        Ok(bytes) => mime::letter(bytes).map_err(|unreadable| unreadable.to_string()),
        Err(why) => Err(why.clone()),
    };
    let fingerprint = match (&letter, &incoming.content) {
        (Ok(letter), _) => letter.fingerprint,
        (Err(_), Ok(bytes)) => hash(bytes),
        // Not even bytes: the place is all there is to tell it by.
        (Err(_), Err(_)) => {
            let Place { folder, uid_validity, uid, .. } = &incoming.place;
            hash(format!("{mailbox}\0{folder}\0{uid_validity}\0{uid}").as_bytes())
        }
    };
    Opened {
        incoming,
        letter,
        fingerprint,
        reading: None,
        thread: None,
        answers: None,
        cases: BTreeSet::new(),
        judgement: None,
        from_our_form: false,
    }
}

pub(super) fn hash(bytes: &[u8]) -> Fingerprint {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(Sha256::digest(bytes)) {
        *to = from;
    }
    Fingerprint::new(short)
}

fn study(live: &Live, mailbox: &MailboxName, mut mail: Opened, thread: Option<Thread>) -> Opened {
    mail.thread = thread.as_ref().map(Thread::version);
    mail.answers = thread.as_ref().map(|thread| (thread.id.clone(), thread.belonging));
    if let Ok(letter) = &mail.letter {
        let (desk, rules) = (&live.policy(mailbox).desk, live.rules(mailbox));
        let case = thread.as_ref().and_then(|thread| thread.case.as_ref()).map(|(case, _)| case);
        mail.cases.extend(thread.as_ref().map(|thread| thread.id.clone()));
        mail.cases.extend(find_in(letter).tokens().iter().map(|token| token.case().clone()));
        // A mail that breaks the reader is a mail for a person; it must not stop those behind it.
        match catch_unwind(AssertUnwindSafe(|| {
            let on_table = |case| proposal::offered(case, &desk.zone, desk.opening, rules.when());
            let offered = case.map(on_table).unwrap_or_default();
            let context = Context { answers_ours: thread.is_some(), begins_anew: false, offered };
            let reading = read(letter, desk, rules, &context);
            let Some(thread) = thread.as_ref() else { return (reading, None) };
            let own = match thread.belonging {
                Belonging::Joins | Belonging::Apart => false,
                Belonging::Continues => true,
                // Whoever takes a time that we offered answers us, whatever the subject says.
                Belonging::Linked => !(thread.may_be_answer && takes(&reading, &context.offered)),
            };
            if own {
                let context = Context { begins_anew: true, ..Context::default() };
                return (read(letter, desk, rules, &context), Some(thread.belonging));
            }
            (reading, Some(Belonging::Joins))
        })) {
            Ok((reading, belonging)) => {
                mail.reading = Some(reading);
                mail.answers = mail.answers.and_then(|(id, _)| belonging.map(|found| (id, found)));
            }
            Err(_) => mail.letter = Err("reading it failed".to_owned()),
        }
    }
    mail
}

/// Whether a mail wants one of the slots on the table.
fn takes(reading: &Reading, offered: &[Offered]) -> bool {
    let wishes = reading.facts.wishes.iter().filter(|wish| wish.role == Role::Wish);
    wishes.into_iter().any(|wish| offered.iter().any(|slot| slot.start == wish.start))
}
