//! Mails read by two sets of rules, on every core.
//!
//! A mail that breaks the reader is named and stops no other. Nothing here judges which reading is better.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;

use super::answers::{Answer, Patterns, is_outgoing};
use super::archive::Raw;
use super::decided::Decided;
use super::tags::Tags;
use crate::live::Live;
use crate::mime;
use crate::token::{Found, find_in};
use crate::triage::id::{Address, Fingerprint, MessageId};
use crate::triage::read::{Context, read};
use crate::triage::rulebook::Rulebook;
use crate::triage::verdict::{Disposition, Ignored};

/// What is needed to read mails.
pub struct Bench<'b> {
    live: &'b Live,
    /// The other rules; `None` where only those in force are looked at.
    new: Option<&'b Rulebook>,
    patterns: Patterns,
    /// Message-IDs of mails that we sent.
    ours: BTreeSet<MessageId>,
}

/// What a mail was.
#[derive(Debug)]
pub enum Seen {
    /// A mail that came in, read by both.
    Mail(Box<Mail>),
    /// A mail to a customer.
    Answer(Answer),
    /// One of our own mails to our own people, or an agent's answer to one: no customer's matter.
    Internal,
    /// It could not be read.
    Damaged {
        /// Where it lies.
        name: String,
        /// What is wrong, without words of the mail.
        why: String,
    },
}

/// A mail that came in.
#[derive(Debug)]
pub struct Mail {
    /// Where it lies.
    pub name: String,
    /// Identity across folders.
    pub fingerprint: Fingerprint,
    /// Its Message-ID.
    pub id: Option<MessageId>,
    /// When it was written.
    pub sent: Option<Timestamp>,
    /// Personal.
    pub subject: String,
    /// What it carries.
    pub tags: Tags,
    /// By the rules in force.
    pub old: Decided,
    /// By the other rules; by those in force where there are no others.
    pub new: Decided,
}

impl<'b> Bench<'b> {
    /// A bench for the rules in force and, where given, others.
    pub fn new(live: &'b Live, new: Option<&'b Rulebook>) -> Self {
        Self { live, new, patterns: Patterns::of(live.desk_templates()), ours: BTreeSet::new() }
    }

    /// Notes that a raw mail is ours, if it is: whoever answers it writes to us again.
    pub fn learn(&mut self, mail: &[u8]) {
        let fields = mime::fields(mail, &["from", "message-id"]);
        let desk = &self.live.desk_policy().desk;
        let from_us = fields.iter().filter(|(name, _)| name == "from").any(|(_, value)| {
            let address =
                value.rsplit_once('<').map_or(value.as_str(), |(_, rest)| rest).trim_end_matches('>');
            Address::parse(address.trim()).is_some_and(|address| desk.owns(&address))
        });
        if from_us {
            let ids = fields.iter().filter(|(name, _)| name == "message-id");
            self.ours.extend(ids.filter_map(|(_, value)| MessageId::parse(value)));
        }
    }

    /// Reads mails side by side; the answer keeps their order.
    pub fn read_all(&self, mails: Vec<Raw>) -> Vec<Seen> {
        let workers =
            thread::available_parallelism().map_or(1, std::num::NonZero::get).min(mails.len().max(1));
        let queue = Mutex::new(mails.into_iter().enumerate());
        let work = || {
            let mut done = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((at, raw)) = next else { return done };
                done.push((at, self.read(raw)));
            }
        };
        let mut done: Vec<(usize, Seen)> = thread::scope(|scope| {
            let hands: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            // A hand catches what goes wrong with a mail; what is left is a mistake of ours, and goes on as one.
            hands
                .into_iter()
                .flat_map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, seen)| seen).collect()
    }

    fn read(&self, raw: Raw) -> Seen {
        let Raw { name, bytes, tags, .. } = raw;
        let letter = match bytes.and_then(|bytes| mime::letter(&bytes).map_err(|why| why.to_string())) {
            Ok(letter) => letter,
            Err(why) => return Seen::Damaged { name, why },
        };
        let policy = self.live.desk_policy();
        if is_outgoing(&letter, &policy.desk) {
            return Seen::Answer(Answer::of(&letter, &self.patterns));
        }
        if find_in(&letter) != Found::Nothing {
            return Seen::Internal;
        }
        let domain = policy.message_domain.to_ascii_lowercase();
        let answers_ours = letter.answers().any(|id| self.ours.contains(id) || id.domain() == domain);
        let read_by = |rules: &Rulebook| {
            let reading =
                || read(&letter, &policy.desk, rules, &Context { answers_ours, ..Context::default() });
            catch_unwind(AssertUnwindSafe(reading)).ok().map(|reading| Decided::of(&reading))
        };
        let old = read_by(self.live.desk_rules());
        let new = self.new.map_or_else(|| old.clone(), read_by);
        let (Some(old), Some(new)) = (old, new) else {
            return Seen::Damaged { name, why: "reading it failed".to_owned() };
        };
        if old.disposition == Disposition::Ignored(Ignored::Own) {
            return Seen::Internal;
        }
        Seen::Mail(Box::new(Mail {
            name,
            fingerprint: letter.fingerprint,
            id: letter.message_id,
            sent: letter.sent,
            subject: letter.subject,
            tags,
            old,
            new,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn raw(name: &str, mail: &str) -> Raw {
        let bytes = Ok(mail.replace('\n', "\r\n").into_bytes());
        Raw { name: name.to_owned(), bytes, tags: Tags::default(), size: 0 }
    }

    fn words(seen: &[Seen]) -> Vec<String> {
        seen.iter()
            .map(|seen| match seen {
                Seen::Mail(mail) => format!("{} {}", mail.name, mail.old.words()),
                Seen::Answer(_) => "answer".to_owned(),
                Seen::Internal => "internal".to_owned(),
                Seen::Damaged { name, .. } => format!("{name} damaged"),
            })
            .collect()
    }

    #[test]
    fn each_mail_is_known_for_what_it_is_in_its_order() {
        let live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
        let mut bench = Bench::new(&live, None);
        let head = "Date: Mon, 10 Aug 2026 10:00:00 +0900\nContent-Type: text/plain; charset=utf-8\n";
        let us = "From: =?UTF-8?B?56qT5Y+j?= <reservation1@jitanbody.example>\n";
        let sent = format!("{head}{us}To: a@c.example\nMessage-ID: <s1@client.example>\n\n承りました。\n");
        let customer = format!("{head}From: a@c.example\nTo: reservation1@jitanbody.example\nSubject: x\n");
        let answer = format!("{customer}In-Reply-To: <s1@client.example>\n\nその時間でお願いします。\n");
        let mails = || {
            vec![
                raw("1", &answer),
                raw("2", &sent),
                raw("3", &format!("{head}{us}To: sato@agents.example\nX-Madoguchi-Ref: r\n\nOK?\n")),
                raw("4", "no header\n"),
                raw("5", &format!("{customer}\n料金を教えてください。\n")),
                Raw { bytes: Err("gone".to_owned()), ..raw("6", "") },
            ]
        };
        let expected = ["answer", "internal", "4 damaged", "5 case inquiry price", "6 damaged"];
        let found = words(&bench.read_all(mails()));
        assert_eq!(found.get(1..).unwrap(), expected);
        assert!(found.first().unwrap().starts_with("1 case "), "{found:?}");
        // Now it is known that the first one answers a mail of ours.
        bench.learn(sent.as_bytes());
        bench.learn(answer.as_bytes());
        let found = words(&bench.read_all(mails()));
        assert!(found.first().unwrap().starts_with("1 follow_up "), "{found:?}");
    }
}
