//! What no order of events may break (design: sending once, what never happens). Each law names itself.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::triage::case::{Case, Open, Owner, State, Step};
use crate::triage::command::Command;
use crate::triage::decide::{Decision, message_id};
use crate::triage::draft::Draft;
use crate::triage::effect::{Effect, Question};
use crate::triage::event::{Event, Planned, Said};
use crate::triage::hand::Whereabouts;
use crate::triage::id::{Address, Fingerprint, Revision};
use crate::triage::label;

/// What a walk has shown so far.
#[derive(Default)]
pub(super) struct Laws {
    sent: BTreeMap<Revision, u32>,
    rejected: BTreeSet<Revision>,
    taken_back: BTreeSet<Revision>,
    approved: BTreeMap<Revision, BTreeSet<Address>>,
    drafts: BTreeMap<Revision, Draft>,
    off: BTreeSet<(Fingerprint, String)>,
    on: BTreeSet<(Fingerprint, String)>,
    away: BTreeSet<Fingerprint>,
    back: BTreeSet<Fingerprint>,
    answered: bool,
    owed: bool,
}

type Law = Result<(), &'static str>;

fn law(holds: bool, name: &'static str) -> Law {
    if holds { Ok(()) } else { Err(name) }
}

impl Laws {
    /// Checks a decision against every law and remembers it.
    pub(super) fn hold(
        &mut self,
        world: &World,
        before: Option<&Case>,
        event: &Event,
        decision: Option<&Decision>,
    ) -> Law {
        let Some(decision) = decision else {
            let spoken = before.is_some() && matches!(event, Event::Agent { .. });
            return law(!spoken, "whoever speaks is answered");
        };
        nothing_is_lost(before, event, decision)?;
        nothing_waits_for_nobody(world, before, event, decision)?;
        marks_are_known(decision)?;
        self.sends(world, before, event, decision)?;
        self.drafts(decision)?;
        self.hands(before, event, decision)?;
        self.persons_marks(before, event, decision)?;
        self.persons_moves(before, event, decision)?;
        self.answers(event, decision)?;
        self.customers(before, event, decision)
    }

    fn sends(&mut self, world: &World, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
        if let (Some(before), Event::Agent { by, revision, said: Said::Command(Command::Reject { .. }), .. }) =
            (before, event)
            && *revision == before.revision
            && world.policy.person(by).is_some()
            && matches!(before.state_word(), "drafted" | "asked")
        {
            self.rejected.insert(*revision);
        }
        let person = |by: &Address| world.policy.person(by).is_some();
        if let (Some(before), Event::Agent { by, revision, said: Said::Command(Command::Approve), .. }) =
            (before, event)
            && *revision == before.revision
            && person(by)
            && matches!(before.state_word(), "drafted" | "asked")
        {
            self.approved.entry(*revision).or_default().insert(by.clone());
        }
        if let Some(before) = before.filter(|case| can_be_called_back(case))
            && decision.next.state_word() != "sending"
            && !matches!(event, Event::Ended { .. })
        {
            self.taken_back.extend(before.draft.as_ref().map(|draft| draft.revision));
        }
        let sends: Vec<(Revision, u32)> = decision
            .effects
            .iter()
            .filter_map(|planned| {
                let Effect::Send { revision, attempt } = planned.effect else { return None };
                Some((revision, attempt))
            })
            .collect();
        let [(sent, attempt)] = sends.as_slice() else {
            return law(sends.is_empty(), "one mail at a time");
        };
        let (Some(before), Event::Agent { by, revision, said: Said::Command(command), .. }) = (before, event)
        else {
            return Err("only a person sends");
        };
        law(world.policy.person(by).is_some(), "only a known person sends")?;
        law(*revision == before.revision, "only the current question is answered")?;
        law(!self.rejected.contains(sent), "what was rejected is never sent")?;
        law(!self.taken_back.contains(sent), "what was taken back is never sent")?;
        let sensitive = world.policy.two_people.about.contains(&before.matter.topic);
        if sensitive && *command != Command::Resend {
            let people = self.approved.get(sent).map_or(0, BTreeSet::len);
            law(people >= 2, "two people approve what takes two")?;
        }
        let old = before.draft.as_ref().map(|draft| draft.revision);
        law(decision.next.draft.as_ref().map(|d| d.revision) == Some(*sent), "what is sent is the draft")?;
        let fits = if let Command::Approve = command {
            *attempt == 1 && old == Some(*revision) && sent == revision
        } else if let Command::Edit { .. } = command {
            *attempt == 1 && *sent == revision.next()
        } else {
            *command == Command::Resend && old == Some(*sent) && self.sent.contains_key(sent)
        };
        law(fits, "approve sends the draft, edit the next, resend the same again, nothing else sends")?;
        let last = self.sent.insert(*sent, *attempt);
        law(last.is_none_or(|last| *attempt > last), "an attempt's number is never used twice")
    }

    fn drafts(&mut self, decision: &Decision) -> Law {
        let Some(draft) = &decision.next.draft else { return Ok(()) };
        let known = self.drafts.entry(draft.revision).or_insert_with(|| draft.clone());
        let same = (&known.to, &known.subject, &known.body) == (&draft.to, &draft.subject, &draft.body);
        law(same, "a revision never changes its words")
    }

    fn hands(&mut self, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
        for planned in &decision.effects {
            if let Effect::Mark { mail, add, .. } = &planned.effect {
                let again = add.iter().any(|mark| {
                    let still =
                        before.is_some_and(|case| wants(case, *mail) == Some(mark)) || mark == label::CHAT;
                    still && self.off.contains(&(*mail, mark.clone()))
                });
                law(!again, "a mark taken off by hand stays off")?;
            }
        }
        if let Event::MarkRemoved { mail, mark } = event {
            self.off.insert((*mail, mark.clone()));
        }
        let next = &decision.next;
        self.off.retain(|(mail, mark)| mark == label::CHAT || wants(next, *mail) == Some(mark));
        Ok(())
    }

    /// A mark that a person set, and that says nothing about where the case stands, is never taken off by us.
    fn persons_marks(&mut self, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
        for planned in &decision.effects {
            if let Effect::Mark { mail, remove, .. } = &planned.effect {
                let theirs = remove.iter().any(|mark| self.on.contains(&(*mail, mark.clone())));
                law(!theirs, "a mark set by hand stays")?;
            }
        }
        if let Event::MarkRemoved { mail, mark } = event {
            self.on.remove(&(*mail, mark.clone()));
        }
        if let (Event::MarkAdded { mail, mark }, Some(before)) = (event, before) {
            let same = before.state_word() == decision.next.state_word();
            if same || mark == label::HANDLED {
                self.on.insert((*mail, mark.clone()));
            }
        }
        Ok(())
    }

    /// A mail that a person moved out of the inbox is never moved again, one put back only by a later wish.
    fn persons_moves(&mut self, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
        let wanted = |case: &Case| {
            !matches!(
                case.state_word(),
                "drafted"
                    | "asked"
                    | "at_desk"
                    | "sending"
                    | "unknown"
                    | "at_shop"
                    | "quarantined"
                    | "taken_over"
            )
        };
        for planned in &decision.effects {
            if let Effect::Mark { mail, archive: true, .. } = &planned.effect {
                law(!self.away.contains(mail), "a mail moved by hand stays there")?;
                let still = before.is_some_and(wanted);
                law(!(still && self.back.contains(mail)), "a mail put back by hand stays back")?;
            }
        }
        if let Event::Moved { mail, to, .. } = event {
            if *to == Whereabouts::Inbox {
                self.away.remove(mail);
                self.back.insert(*mail);
            } else {
                self.back.remove(mail);
                self.away.insert(*mail);
            }
        }
        Ok(())
    }

    /// After a person's answer nobody is asked and nothing is sent, until somebody speaks or writes again.
    fn answers(&mut self, event: &Event, decision: &Decision) -> Law {
        let speaks = matches!(
            event,
            Event::Arrived(_) | Event::Bounced { .. } | Event::Agent { .. } | Event::MarkAdded { .. }
        );
        if speaks {
            self.answered = false;
        }
        let asks = |planned: &Planned| matches!(planned.effect, Effect::Ask { .. } | Effect::Send { .. });
        law(
            !(self.answered && decision.effects.iter().any(asks)),
            "nobody is asked after an answer by hand",
        )?;
        if matches!(event, Event::AnsweredByHand(_)) {
            self.answered = matches!(decision.next.state_word(), "awaiting_reply" | "answered");
            law(
                !self.answered || !decision.effects.iter().any(asks),
                "an answer by hand is no reason to ask",
            )?;
        }
        Ok(())
    }

    /// A mail that came while ours was going out is seen by the desk, or by the shop; or a person has answered it.
    fn customers(&mut self, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
        let going = before.is_some_and(|case| {
            matches!(case.state_word(), "sending" | "unknown") && !can_be_called_back(case)
        });
        self.owed |= going && matches!(event, Event::Arrived(_));
        self.owed &= !matches!(event, Event::AnsweredByHand(_));
        match decision.next.state_word() {
            "sending" | "unknown" => Ok(()),
            "at_desk" | "at_shop" => {
                self.owed = false;
                Ok(())
            }
            _ => law(!self.owed, "a customer who wrote meanwhile is heard"),
        }
    }
}

/// Approved, and not yet between us and the server.
fn can_be_called_back(case: &Case) -> bool {
    matches!(case.state, State::Open(Open { step: Step::Sending { leaves: Some(_), .. }, .. }))
}

/// The state's mark on a mail, told apart from the code under test.
fn wants(case: &Case, fingerprint: Fingerprint) -> Option<&'static str> {
    let index = case.mails.iter().position(|mail| mail.fingerprint == fingerprint)?;
    let older = index + 1 < case.mails.len();
    if older && case.mails.get(index)?.archived {
        return Some(label::HANDLED);
    }
    match case.state_word() {
        "drafted" | "asked" | "at_desk" | "sending" | "unknown" => Some(label::ASKED),
        "awaiting_reply" if older => Some(label::HANDLED),
        "awaiting_reply" => Some(label::AWAITING_REPLY),
        "at_shop" => Some(label::ASKED_SHOP),
        "quarantined" => Some(label::TRIAGE_POISON),
        "taken_over" => None,
        _ => Some(label::HANDLED),
    }
}

fn marks_are_known(decision: &Decision) -> Law {
    let known = |mark: &String| label::STATE_MARKS.contains(&mark.as_str()) || mark == label::CHAT;
    law(decision.next.mails.iter().all(|mail| mail.marks.iter().all(known)), "every mark is a known one")
}

fn nothing_is_lost(before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
    let next = &decision.next;
    let first = before.map_or(0, |case| case.effects);
    let numbers: Vec<u32> = decision.effects.iter().map(|planned| planned.number).collect();
    law(numbers == (first..next.effects).collect::<Vec<_>>(), "effects are numbered without gap or repeat")?;
    let Some(before) = before else { return Ok(()) };
    law(
        next.id == before.id && next.mailbox == before.mailbox && next.day == before.day,
        "a case stays itself",
    )?;
    law(next.revision >= before.revision, "revisions never go back")?;
    law(next.mails.len() >= before.mails.len(), "no mail is lost")?;
    for (old, new) in before.mails.iter().zip(&next.mails) {
        law(old.fingerprint == new.fingerprint && old.words == new.words, "no mail is changed")?;
        let put_back =
            matches!(event, Event::Moved { mail, to: Whereabouts::Inbox, .. } if *mail == old.fingerprint);
        law(!old.archived || new.archived || put_back, "an archived mail stays archived")?;
    }
    let grown = next.record.starts_with(&before.record);
    law(grown || (before.record.len() == 60 && next.record.len() == 60), "no line of the record is lost")?;
    law(before.reported.is_none() || next.reported == before.reported, "a case is reported once")?;
    law(next != before || !decision.effects.is_empty(), "what changes nothing did not fit")
}

fn nothing_waits_for_nobody(world: &World, before: Option<&Case>, event: &Event, decision: &Decision) -> Law {
    let next = &decision.next;
    let reachable = |to: &Address, question: Question| {
        let (person, staff) = (world.policy.person(to).is_some(), world.policy.is_staff(to));
        person || staff || (question == Question::Check && world.policy.contact(to).is_some())
    };
    for planned in &decision.effects {
        if let Effect::Ask { to, question, at, .. } = &planned.effect {
            law(*at == world.now, "a question bears the date it is put")?;
            law(reachable(to, *question), "colleagues and staff are asked, and contacts for a word only")?;
            law(next.open().is_some(), "nobody is asked about a closed case")?;
            let waiting = matches!(next.state_word(), "drafted" | "asked");
            law(*question != Question::Approve || waiting, "approval is asked for a draft")?;
        }
        if let Effect::Tell { to, .. } = &planned.effect {
            let spoke = matches!(event, Event::Agent { by, .. } if by == to);
            law(reachable(to, Question::Shop) || spoke, "only colleagues, staff and the speaker are told")?;
        }
    }
    if let Some(sent) = &next.sent {
        let id = message_id(&next.id, sent.revision, &world.policy);
        let by_hand = sent.message_id.as_str().starts_with("hand.");
        law(by_hand || sent.message_id == id, "a revision has one Message-ID")?;
    }
    let State::Open(open) = &next.state else { return Ok(()) };
    let kept = before.and_then(Case::due) == Some(open.due);
    law(open.due >= world.now || kept, "no open case without a deadline ahead")?;
    law(!matches!(event, Event::Due) || open.due > world.now, "a timer that fired is set anew")?;
    if let Owner::Shop(name) = &open.owner {
        law(name.is_empty() || world.policy.shop(name).is_some(), "the shop is known")?;
    }
    let fresh =
        next.asking().map(|asking| asking.at) != before.and_then(Case::asking).map(|asking| asking.at);
    let asked = decision.effects.iter().any(|planned| matches!(planned.effect, Effect::Ask { .. }));
    let theirs = matches!(event, Event::DraftChanged { .. });
    law(!fresh || next.asking().is_none() || asked || theirs, "a new question reaches somebody")
}
