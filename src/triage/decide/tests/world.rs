//! A case played through in a small language: `mail B`, `ann 承認`, `ann@1 承認` (an older revision), `end send#1
//! refused` (the first send), `off asked`, `on handled`, `moved trash`, `draft edited`, `hand 1` (an answer written by
//! hand), `hand_draft 2` (our draft sent from Drafts), `bounce 2`, `bounce_hand 1`, `undo 1m` (approved mails wait), `dot` (one has begun to leave), `two price` (two people must approve), `away ann`, `expired ann` (an answer after its day), `hand_before 1` and `hand_draft_before 2` (five minutes ago), `in_sent 1` (our reply seen in Sent), `due`, `+2h`, `settle` (all marks
//! arrive), `left ann`.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::desk::{address, answer, arrival, command, fingerprint, morning, notice, policy, proof};
use super::render::render;
use crate::triage::case::{Case, Open, Place, State, Step};
use crate::triage::decide::{Decision, decide, message_id};
use crate::triage::effect::Effect;
use crate::triage::event::{DraftChange, Ending, Event, Planned, Said};
use crate::triage::hand::{MatchedBy, Whereabouts};
use crate::triage::id::{MessageId, Revision};
use crate::triage::policy::Policy;

/// A case being played through.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) case: Option<Case>,
    pub(super) now: Timestamp,
    pub(super) planned: Vec<Planned>,
    mails: u8,
}

impl World {
    pub(super) fn new() -> Self {
        Self { policy: policy(), case: None, now: morning(), planned: vec![], mails: 0 }
    }

    /// Plays `a; b; c` and says what the last one led to.
    pub(super) fn play(&mut self, script: &str) -> String {
        script
            .split(';')
            .map(str::trim)
            .filter(|act| !act.is_empty())
            .fold(String::new(), |_, act| self.act(act))
    }

    /// Plays one act.
    pub(super) fn act(&mut self, act: &str) -> String {
        let (word, rest) = act.split_once(' ').unwrap_or((act, ""));
        if let Some(span) = word.strip_prefix('+') {
            let span: SignedDuration = span.parse().unwrap();
            self.now = self.now.checked_add(span).unwrap();
            return "later".into();
        }
        match word {
            "left" => {
                self.policy.people.retain(|person| person.name != rest);
                return "left the company".into();
            }
            "left_contact" => {
                let gone = address(rest);
                self.policy.contacts =
                    self.policy.contacts.iter().filter(|contact| contact.address != gone).cloned().collect();
                return "left".into();
            }
            "undo" => {
                self.policy.timing.undo = rest.parse().unwrap();
                return "undo".into();
            }
            "two" => {
                self.policy.two_people.about.insert(rest.into());
                return "two people".into();
            }
            "two_edit" => {
                self.policy.two_people.edit = rest.parse().ok();
                return "two people".into();
            }
            // Known to the desk before the case hears of it.
            "away" => {
                self.policy
                    .away
                    .insert(address(rest), self.now.checked_add(SignedDuration::from_hours(24)).unwrap());
            }
            "dot" => return self.dot(),
            "settle" => return self.settle(),
            "due" => self.now = self.now.max(self.case.as_ref().and_then(Case::due).unwrap_or(self.now)),
            _ => {}
        }
        let event = self.event(word, rest);
        self.happen(&event).map_or_else(|| "-".into(), |d| render(self, &d))
    }

    /// Hands an event to `decide` and keeps what follows.
    pub(super) fn happen(&mut self, event: &Event) -> Option<Decision> {
        let decision = decide(&self.policy, self.case.as_ref(), event, self.now)?;
        self.planned.extend(decision.effects.iter().cloned());
        self.case = Some(decision.next.clone());
        Some(decision)
    }

    /// The outbox has begun to send: the mail cannot be called back any more.
    fn dot(&mut self) -> String {
        self.dot_if_sending();
        "on its way".into()
    }

    /// The same where a mail waits to leave.
    pub(super) fn dot_if_sending(&mut self) {
        let Some(case) = self.case.as_mut() else { return };
        if let State::Open(Open { step: Step::Sending { leaves, .. }, .. }) = &mut case.state {
            *leaves = None;
        }
    }

    /// Every mark that is on its way arrives.
    fn settle(&mut self) -> String {
        for planned in self.planned.clone() {
            if let Effect::Mark { place, .. } = &planned.effect {
                let (number, effect) = (planned.number, Box::new(planned.effect.clone()));
                self.happen(&Event::Ended { number, effect, ending: Ending::Placed(place.clone()) });
            }
        }
        "settled".into()
    }

    /// The event a line of a script means.
    pub(super) fn event(&mut self, word: &str, rest: &str) -> Event {
        match word {
            "mail" => {
                self.mails += 1;
                Event::Arrived(Box::new(arrival(self.mails, rest, self.now)))
            }
            "again" => Event::Arrived(Box::new(arrival(self.mails, rest, self.now))),
            "unreadable" => {
                self.mails += 1;
                let arrival = arrival(self.mails, "A", self.now);
                let (id, mailbox, day) = (arrival.id, arrival.mailbox, arrival.day);
                Event::Unreadable { id, mailbox, day, mail: Box::new(arrival.mail), why: "too deep".into() }
            }
            "due" | "early" => Event::Due,
            "report" => Event::Reported { date: day(rest) },
            "bounce" => Event::Bounced { about: self.reply_id(rest.parse().unwrap()) },
            "bounce_hand" => Event::Bounced { about: answer(rest, self.now, MatchedBy::Thread).message_id },
            "off" => {
                let (mail, mark) =
                    rest.split_once(' ').map_or((self.mails, rest), |(m, mark)| (m.parse().unwrap(), mark));
                Event::MarkRemoved { mail: fingerprint(mail), mark: mark.into() }
            }
            "on" => {
                let (mail, mark) =
                    rest.split_once(' ').map_or((self.mails, rest), |(m, mark)| (m.parse().unwrap(), mark));
                Event::MarkAdded { mail: fingerprint(mail), mark: mark.into() }
            }
            "starred" => {
                let (mail, mark) =
                    rest.split_once(' ').map_or((self.mails, rest), |(m, mark)| (m.parse().unwrap(), mark));
                Event::Starred { mail: fingerprint(mail), mark: mark.into() }
            }
            "moved" => {
                let (mail, to) =
                    rest.split_once(' ').map_or((self.mails, rest), |(m, to)| (m.parse().unwrap(), to));
                moved(mail, whereabouts(to))
            }
            "draft" => {
                let change = if rest == "edited" { DraftChange::Edited } else { DraftChange::Deleted };
                let revision = self.case.as_ref().map_or(Revision::FIRST, |case| case.revision);
                Event::DraftChanged { revision, change }
            }
            "hand" => Event::AnsweredByHand(answer(rest, self.now, MatchedBy::Thread)),
            "hand_before" => {
                let before = self.now.checked_sub(SignedDuration::from_mins(5)).unwrap();
                Event::AnsweredByHand(answer(rest, before, MatchedBy::Thread))
            }
            // Our own draft of that revision, sent from Drafts; the newest where none is said.
            "hand_draft" | "hand_draft_before" => {
                let newest = self.case.as_ref().and_then(|case| case.draft.as_ref()).map(|one| one.revision);
                let revision = rest.parse().ok().and_then(Revision::new).or(newest);
                let revision = revision.unwrap_or(Revision::FIRST);
                let ago = if word == "hand_draft" { 0 } else { 5 };
                let at = self.now.checked_sub(SignedDuration::from_mins(ago)).unwrap();
                Event::AnsweredByHand(answer(&format!("draft{revision}"), at, MatchedBy::Draft(revision)))
            }
            "away" => Event::Away { by: address(rest) },
            "expired" => Event::Agent {
                by: address(rest),
                proof: proof(),
                revision: self.case.as_ref().map_or(Revision::FIRST, |case| case.revision),
                said: Said::Expired,
                mail: None,
            },
            "in_sent" => Event::SeenInSent { message_id: self.reply_id(rest.parse().unwrap()) },
            "notice" => Event::Noticed { notice: Box::new(notice(rest)) },
            "end" => self.ended(rest),
            who => {
                let (who, revision) =
                    who.split_once('@').map_or((who, None), |(who, r)| (who, r.parse().ok()));
                let current = self.case.as_ref().map_or(Revision::FIRST, |case| case.revision);
                let (word, argument) = rest.split_once(' ').unwrap_or((rest, ""));
                Event::Agent {
                    by: address(who),
                    proof: proof(),
                    revision: revision.and_then(Revision::new).unwrap_or(current),
                    said: Said::Command(command(word, argument)),
                    mail: None,
                }
            }
        }
    }

    fn reply_id(&self, revision: u32) -> MessageId {
        let case = self.case.as_ref().unwrap();
        message_id(&case.id, Revision::new(revision).unwrap(), &self.policy)
    }

    /// `<effect>[#nth of its kind] <ending>`: the newest of its kind unless numbered from 1.
    fn ended(&self, text: &str) -> Event {
        let (word, ending) = text.split_once(' ').unwrap();
        let (word, nth) = word.split_once('#').map_or((word, None), |(word, nth)| (word, nth.parse().ok()));
        let kind: Vec<_> = self.planned.iter().filter(|planned| planned.effect.word() == word).collect();
        let planned = kind[nth.unwrap_or(kind.len()) - 1];
        let revision = going(&planned.effect).unwrap_or(1);
        let ending = ending_called(ending, self.reply_id(revision));
        Event::Ended { number: planned.number, effect: Box::new(planned.effect.clone()), ending }
    }
}

/// A mail that a person moved; its place follows from where it went.
pub(super) fn moved(mail: u8, to: Whereabouts) -> Event {
    let folder = if to == Whereabouts::Inbox { "INBOX" } else { to.word() };
    let place =
        Place { folder: folder.into(), uid_validity: 1, uid: u32::from(mail), size: 1000, server_id: None };
    Event::Moved { mail: fingerprint(mail), to, place }
}

pub(super) fn whereabouts(word: &str) -> Whereabouts {
    let every = [
        Whereabouts::Inbox,
        Whereabouts::Archive,
        Whereabouts::Trash,
        Whereabouts::Junk,
        Whereabouts::Elsewhere,
        Whereabouts::Gone,
    ];
    every.into_iter().find(|whereabouts| whereabouts.word() == word).expect("a known word")
}

/// The revision of a mail that is sent or looked for.
pub(super) fn going(effect: &Effect) -> Option<u32> {
    if let Effect::Send { revision, .. } | Effect::LookForSent { revision, .. } = effect {
        return Some(revision.number());
    }
    None
}

pub(super) fn ending_called(word: &str, id: MessageId) -> Ending {
    match word {
        "done" => Ending::Done,
        "placed" => Ending::Placed(Place {
            folder: "Archive".into(),
            uid_validity: 9,
            uid: 9,
            size: 1000,
            server_id: None,
        }),
        "stayed" => Ending::Placed(Place {
            folder: "INBOX".into(),
            uid_validity: 1,
            uid: 1,
            size: 1000,
            server_id: None,
        }),
        "gone" => Ending::Gone,
        "refused" => Ending::Refused("RCPT 550".into()),
        "sent" => Ending::Sent(id),
        "unknown" => Ending::Unknown,
        "not_found" => Ending::NotFound,
        other => panic!("no such ending: {other}"),
    }
}

pub(super) fn day(text: &str) -> Date {
    format!("2026-{text}").parse().unwrap()
}

/// Plays each line of `script` and compares line by line.
pub(super) fn check(script: &str, expected: expect_test::Expect) {
    let mut world = World::new();
    let mut seen = String::new();
    for act in script.split(';').map(str::trim).filter(|act| !act.is_empty()) {
        let _ = writeln!(seen, "{act} => {}", world.act(act));
    }
    expected.assert_eq(&seen);
}

/// A script that leads to each state, in the order of `case.rs`.
pub(super) const STEPS: [(&str, &str); 12] = [
    ("drafted", "mail B 本店"),
    ("asked", "mail B 本店; end ask done"),
    ("at_desk", "mail B 本店; end ask done; ann 却下"),
    ("sending", "mail B 本店; end ask done; ann 承認"),
    ("unknown", "mail B 本店; end ask done; ann 承認; end send unknown"),
    ("awaiting_reply", "mail B 本店; end ask done; ann 承認; end send sent"),
    ("answered", "mail A 本店; end ask done; ann 承認; end send sent"),
    ("at_shop", "mail B 本店; end ask done; ann 店舗"),
    ("quarantined", "unreadable"),
    ("converted", "mail B 本店; end ask done; ann 予約確定"),
    ("unconverted", "mail B 本店; end ask done; ann 承認; end send sent; report 08-28"),
    ("taken_over", "unreadable; settle; off triage_poison"),
];
