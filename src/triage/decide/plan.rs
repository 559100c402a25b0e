//! The workbench of `decide`: the case being changed and the effects planned so far.
//!
//! Effects get their numbers here, marks are settled here once at the end, and here alone a draft is made.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::complaint;
use crate::triage::case::{Asking, Case, Open, Outcome, Owner, Place, State, Step, Then, Told, Why};
use crate::triage::decide::{Decision, delegate};
use crate::triage::draft::{Author, Draft, Values};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::event::Planned;
use crate::triage::id::{Address, Fingerprint, MessageId, Revision};
use crate::triage::label;
use crate::triage::people::Absence;
use crate::triage::policy::Policy;
use crate::triage::words;

/// The case being changed and what follows.
pub(super) struct Plan<'a> {
    pub(super) policy: &'a Policy,
    pub(super) case: Case,
    pub(super) now: Timestamp,
    /// The case as it was; `None` for a matter nobody has seen yet.
    previous: Option<&'a Case>,
    /// The colleague whom the customer asks for by name.
    pub(super) named: Option<Address>,
    /// Who had the customer's last case.
    pub(super) before: Option<Address>,
    effects: Vec<Planned>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(policy: &'a Policy, before: &'a Case, now: Timestamp) -> Self {
        let case = before.clone();
        Self { policy, case, now, previous: Some(before), named: None, before: None, effects: Vec::new() }
    }

    pub(super) const fn new(policy: &'a Policy, case: Case, now: Timestamp) -> Self {
        Self { policy, case, now, previous: None, named: None, before: None, effects: Vec::new() }
    }

    /// Settles the marks and hands everything out.
    pub(super) fn finish(mut self) -> Decision {
        complaint::settle(&mut self);
        self.settle_handling();
        self.settle_marks();
        delegate::forget(&mut self.case);
        let answered = self.case.service.first_answer.or_else(|| self.case.answered_at());
        self.case.service.first_answer = answered;
        super::place::settle(&mut self);
        Decision { next: self.case, effects: self.effects }
    }

    fn settle_marks(&mut self) {
        for change in label::changes(self.previous, &self.case) {
            let number = self.case.effects;
            let Some(mail) = self.case.mails.get_mut(change.mail) else { continue };
            mail.marks.extend(change.add.iter().cloned());
            mail.marks.retain(|mark| !change.remove.contains(mark));
            mail.archived |= change.archive;
            mail.pending = Some(number);
            let effect = Effect::Mark {
                mail: mail.fingerprint,
                message_id: mail.message_id.clone(),
                place: mail.place.clone(),
                add: change.add,
                remove: change.remove,
                archive: change.archive,
            };
            self.act(effect);
        }
    }

    /// Marks a mail as handled that is no mail of the case: an agent's answer, or a copy. As a rule it leaves the inbox.
    pub(super) fn put_away(
        &mut self,
        mail: Fingerprint,
        message_id: Option<MessageId>,
        place: &Place,
        archive: bool,
    ) {
        let add = [label::HANDLED.to_owned()].into();
        let effect = Effect::Mark {
            mail,
            message_id,
            place: place.clone(),
            add,
            remove: BTreeSet::default(),
            archive,
        };
        self.act(effect);
    }

    /// Plans an effect for now.
    pub(super) fn act(&mut self, effect: Effect) {
        self.act_at(effect, self.now);
    }

    /// Plans an effect for later.
    pub(super) fn act_at(&mut self, effect: Effect, not_before: Timestamp) {
        self.effects.push(Planned { number: self.case.effects, not_before, effect });
        self.case.effects = self.case.effects.saturating_add(1);
    }

    /// An instant from now on. Saturates at the end of time rather than failing.
    pub(super) fn after(&self, span: SignedDuration) -> Timestamp {
        later(self.now, span)
    }

    pub(super) fn record(&mut self, by: Option<&Address>, what: &str, note: &str) {
        self.case.note(self.now, by, what, note);
        self.hear_of_work(by, what);
    }

    pub(super) fn tell(&mut self, to: &Address, notice: Notice) {
        self.act(Effect::Tell { to: to.clone(), notice, at: self.now });
    }

    /// Answers what a person has just said. About one revision nobody gets more than two such transcripts: a mail
    /// program that answers mails must not be answered for ever.
    pub(super) fn answer(&mut self, to: &Address, notice: Notice) {
        if self.may_answer(to) {
            self.tell(to, notice);
        }
    }

    /// Whether one more such transcript may go to a person; counts it.
    pub(super) fn may_answer(&mut self, to: &Address) -> bool {
        const MOST: u8 = 2;
        let count = match self.case.told.iter_mut().find(|told| told.to == *to) {
            Some(told) => {
                told.count = told.count.saturating_add(1);
                told.count
            }
            None => {
                self.case.told.push(Told { to: to.clone(), count: 1 });
                1
            }
        };
        count <= MOST
    }

    pub(super) fn done(&mut self, by: &Address, command: &'static str) {
        self.answer(by, Notice::Done { command });
    }

    /// Whether what follows brings this person a mail: now, or when a mail to the customer has ended.
    pub(super) fn speaks_to(&self, person: &Address) -> bool {
        self.effects.iter().any(|planned| match &planned.effect {
            Effect::Ask { to, .. } | Effect::Tell { to, .. } | Effect::Complaint { to, .. } => to == person,
            Effect::Send { .. } => true,
            Effect::Mark { .. }
            | Effect::SaveDraft { .. }
            | Effect::RetireDraft { .. }
            | Effect::LookForSent { .. }
            | Effect::FileSent { .. }
            | Effect::Acknowledge { .. } => false,
        })
    }

    /// Who answers for an open case at the desk: as its queue says; without one whoever it was assigned to, else everybody.
    pub(super) fn desk_owner(&self) -> Owner {
        if let Some(owner) = super::place::owner(self) {
            return owner;
        }
        match super::place::holder(self) {
            Some(Owner::Agent(agent)) if self.policy.person(agent).is_some() => Owner::Agent(agent.clone()),
            Some(
                Owner::Agent(_)
                | Owner::Desk
                | Owner::Shop(_)
                | Owner::Supervisors
                | Owner::Customer
                | Owner::Machine,
            )
            | None => Owner::Desk,
        }
    }

    /// The addresses an owner stands for. The desk answers for an agent who left and telephones for a shop
    /// without addresses: no case may wait for nobody.
    pub(super) fn addresses(&self, owner: &Owner) -> Vec<Address> {
        let people = self.everybody(owner);
        let present: Vec<_> = people.iter().filter(|person| !self.is_away(person)).cloned().collect();
        if !present.is_empty() {
            return present;
        }
        // Everybody is away: the others at the desk, then whoever watches over it, then whoever it was meant for.
        let others = [self.at_desk(), self.policy.supervisors()];
        let others =
            others.map(|people| people.into_iter().filter(|to| !self.is_away(to)).collect::<Vec<_>>());
        others.into_iter().find(|people| !people.is_empty()).unwrap_or(people)
    }

    /// Whether a person's mail program has said that they are away, and for how long that counts.
    pub(super) fn is_away(&self, person: &Address) -> bool {
        self.policy.is_away(person, self.now)
    }

    /// Whether a case of this owner waits for this person and nobody else who is there; `spoken` has said all there is to say.
    pub(super) fn waited_for(&self, owner: &Owner, person: &Address, spoken: Option<&Address>) -> bool {
        let people = self.everybody(owner);
        let out = |other: &Address| other == person || Some(other) == spoken || self.is_away(other);
        people.contains(person) && people.iter().all(out)
    }

    /// The agent after this one in the order of the config who is not away; the first one again after the last.
    pub(super) fn next_agent(&self, agent: &Address) -> Option<Address> {
        let agents = self.at_desk();
        let at = agents.iter().position(|other| other == agent).map_or(0, |at| at.saturating_add(1));
        let (before, after) = agents.split_at_checked(at).unwrap_or((&agents, &[]));
        after.iter().chain(before).find(|other| *other != agent && !self.is_away(other)).cloned()
    }

    fn everybody(&self, owner: &Owner) -> Vec<Address> {
        match owner {
            Owner::Desk | Owner::Customer => self.at_desk(),
            Owner::Agent(agent) if self.policy.person(agent).is_some() => vec![agent.clone()],
            Owner::Agent(_) => self.at_desk(),
            Owner::Shop(name) => match self.policy.shop(name) {
                Some(shop) if !shop.addresses.is_empty() => shop.addresses.clone(),
                Some(_) | None => self.policy.agents(),
            },
            Owner::Supervisors | Owner::Machine => self.policy.supervisors(),
        }
    }

    /// Who is asked where nobody has the case: its queue's people who are on shift, else all agents.
    fn at_desk(&self) -> Vec<Address> {
        let queue = super::place::queue(self);
        queue.map_or_else(|| self.policy.agents(), |queue| self.policy.asked_of(queue, self.now))
    }

    /// A question put now.
    pub(super) fn asking(&self, then: Then) -> Asking {
        Asking { at: self.now, until: self.after(self.policy.timing.token), reminders: 0, then }
    }

    /// Puts a question to whoever owns the case.
    pub(super) fn ask_owner(&mut self, question: Question, asking: Asking) {
        let owner = self.case.open().map_or(Owner::Desk, |open| open.owner.clone());
        for to in self.addresses(&owner) {
            self.ask(to, question, asking);
        }
    }

    /// Puts a question to one person. One that is put again gets a token of its own, and so a Message-ID of its own: a
    /// server that knows the first one would drop the second mail.
    pub(super) fn ask(&mut self, to: Address, question: Question, asking: Asking) {
        self.put(to, question, asking, None);
    }

    /// Puts a colleague's question, of this number. Each has tokens of its own, so an answer is to one of them, and two of one
    /// minute have two Message-IDs.
    pub(super) fn ask_check(&mut self, to: Address, number: u32, asking: Asking) {
        self.put(to, Question::Check, asking, Some(number));
    }

    fn put(&mut self, to: Address, question: Question, asking: Asking, check: Option<u32>) {
        self.lies_before(question);
        let revision = self.case.revision;
        let until = asking.until.max(self.after(self.policy.timing.token));
        self.act(Effect::Ask {
            to,
            question,
            revision,
            // The date of this mail, not of the first one: a reminder sorts where it arrives.
            at: self.now,
            until,
            reminder: asking.reminders,
            check,
        });
    }

    /// Takes a draft that nobody may send any more out of Drafts.
    pub(super) fn retire_draft(&mut self) {
        if let Some(draft) = &self.case.draft {
            let revision = draft.revision;
            self.act(Effect::RetireDraft { revision });
        }
    }

    pub(super) fn close(&mut self, outcome: Outcome) {
        self.case.state = State::Closed { outcome, at: self.now };
    }

    pub(super) fn go(&mut self, step: Step, owner: Owner, span: SignedDuration) {
        let due = self.after(span);
        self.case.state = State::Open(Open { step, owner, due });
    }

    /// The next revision takes this text and is saved in Drafts.
    pub(super) fn draft(&mut self, draft: Draft, then: Then) {
        let owner = self.desk_owner();
        self.retire_draft();
        self.turn();
        self.take_draft(draft, then);
        let asking = self.asking(then);
        self.go(Step::Drafted { asking }, owner, self.policy.timing.ask_within);
        self.act(Effect::SaveDraft { revision: self.case.revision });
    }

    /// The desk turns to a new draft or question: whatever was asked before is retired from here on.
    pub(super) fn turn(&mut self) {
        let untouched = self.case.effects == 0;
        if !untouched {
            self.case.revision = self.case.revision.next();
            self.case.told.clear();
        }
    }

    /// This revision takes this text. Nobody is asked.
    pub(super) fn take_draft(&mut self, draft: Draft, then: Then) {
        let revision = self.case.revision;
        self.case.draft = Some(Draft { revision, approved: None, ..draft });
        super::complaint::drafted(self, then);
    }

    /// Drafts from a template, or says why it cannot be done.
    pub(super) fn draft_from(
        &mut self,
        template: &str,
        absence: Option<&Absence>,
        then: Then,
    ) -> Result<(), Why> {
        let Some(to) = self.case.customer.address.clone() else { return Err(Why::NoAddress) };
        let values = self.values(absence);
        let composed =
            self.policy.compose.compose(template, &self.case.matter.lang, &values).map_err(Why::Fault)?;
        let draft = Draft {
            revision: self.case.revision,
            to,
            subject: composed.subject,
            body: composed.body,
            author: Author::Template(template.to_owned()),
            large: false,
            edited: 0,
            approved: None,
        };
        self.draft(draft, then);
        Ok(())
    }

    /// What templates may say about this case.
    fn values(&self, absence: Option<&Absence>) -> Values {
        let case = &self.case;
        let mut values = self.policy.desk_values.clone();
        let lang = case.matter.lang.as_str();
        values.set("customer_name", case.customer.name.clone().unwrap_or_default());
        values.set("wish_list", case.matter.wishes.join("\n"));
        values.set("first_wish", case.matter.wishes.first().cloned().unwrap_or_default());
        values.set("ask_first", self.policy.needs.ask_first(case));
        values.set("ask_missing", self.policy.needs.ask(case));
        values.set("model", case.dossier.product.clone().unwrap_or_default());
        values.set("received_date", words::day(case.day, lang));
        let today = self.now.to_zoned(self.policy.desk.zone.clone()).date();
        values.set("today", words::day(today, lang));
        if let Some(complaint) = &case.complaint {
            complaint.describe(&mut values, case.day, lang);
        }
        if let Some(shop) = self.shop() {
            shop.describe(&mut values);
        }
        if let Some(absence) = absence {
            absence.describe(&mut values, lang);
        }
        values
    }

    /// The shop the customer named; the only shop where there is but one.
    pub(super) fn shop(&self) -> Option<&'a crate::triage::people::Shop> {
        match &self.case.customer.shop {
            Some(name) => self.policy.shop(name),
            None => match &*self.policy.shops {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// The approved draft goes out. A customer who wrote while it was on its way before is not forgotten.
    pub(super) fn send(&mut self, by: &Address, then: Then, attempt: u32) {
        let Some(revision) = self.case.draft.as_ref().map(|draft| draft.revision) else { return };
        super::place::lend(self);
        let answered =
            matches!(self.case.open().map(|o| &o.step), Some(Step::Unknown { answered: true, .. }));
        // A second attempt was asked for after an ending nobody saw: that is thought about already.
        let undo = Some(self.policy.timing.undo).filter(|undo| undo.is_positive() && attempt == 1);
        let leaves = undo.map(|undo| self.after(undo));
        let step = Step::Sending { by: by.clone(), then, answered, leaves };
        let span = self.policy.timing.send_within.saturating_add(undo.unwrap_or_default());
        self.go(step, Owner::Machine, span);
        self.act_at(Effect::Send { revision, attempt }, leaves.unwrap_or(self.now));
        if leaves.is_some() {
            let asking = self.asking(then);
            self.ask(by.clone(), Question::Undo, asking);
        }
    }

    /// Takes an approved mail back that has not left yet: the case stands again where it was asked about, and the caller
    /// says what follows. Who had approved it, if anything could be taken back.
    pub(super) fn call_back(&mut self) -> Option<Address> {
        let Some(Step::Sending { by, then, leaves: Some(_), .. }) =
            self.case.open().map(|open| open.step.clone())
        else {
            return None;
        };
        let asking = self.asking(then);
        let owner = self.desk_owner();
        self.go(Step::Asked { asking }, owner, self.policy.timing.reminder);
        Some(by)
    }

    /// The same, and whoever approved hears of it. `by`: who wants it; `None`: what happened meanwhile.
    pub(super) fn call_back_and_tell(&mut self, by: Option<&Address>) {
        if let Some(approver) = self.call_back()
            && by != Some(&approver)
            && self.policy.person(&approver).is_some()
        {
            self.tell(&approver, Notice::Recalled { by: by.cloned() });
        }
    }

    /// Whether an answer to `revision` still speaks about what the desk asks now.
    pub(super) fn current(&self, revision: Revision) -> bool {
        self.case.revision == revision
    }
}

/// `at + span`, never past the end of time.
pub(super) fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}
