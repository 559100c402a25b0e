//! Finds the case a customer's mail belongs to: by what it answers, else by who wrote it. What the findings mean is said by
//! [`crate::triage::belonging`]; nothing here changes a case.

use super::study::Opened;
use super::{Desk, DeskError, keys};
use crate::live::Live;
use crate::store::{Key, StoreError, Version};
use crate::triage::belonging::{
    Answered, Belonging, Writer, again, by_person, by_reference, identity, may_be_answer,
};
use crate::triage::case::{Case, State};
use crate::triage::directory::{self, Handle};
use crate::triage::event::Arrival;
use crate::triage::id::{Address, CaseId, MailboxName, MessageId};
use crate::triage::level::Channel;
use crate::triage::mail::{Correspondent, Letter};
use crate::triage::verdict::{Disposition, Facts, Reading};

/// Mails of one person that are looked through, newest first.
const MOST_ROWS: usize = 100;
/// Cases of one person that a new mail is held against, newest first.
const MOST_CASES: usize = 5;

/// The case a mail says it answers, and where the mail belongs by that.
pub(super) struct Thread {
    pub(super) id: CaseId,
    pub(super) case: Option<(Case, Version)>,
    pub(super) belonging: Belonging,
    /// It would be linked for its subject alone: if it takes a time that we offered, it answers us.
    pub(super) may_be_answer: bool,
}

impl Thread {
    pub(super) fn version(&self) -> (CaseId, Option<Version>) {
        (self.id.clone(), self.case.as_ref().map(|(_, version)| *version))
    }
}

/// Where a mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Home {
    /// Into this case.
    pub(super) joined: Option<CaseId>,
    /// Into a new one that grew out of this case.
    pub(super) linked: Option<CaseId>,
    /// The rows by which further mails of this writer find the new one, where it goes on from full ones.
    pub(super) found_by: Vec<Key>,
}

impl Home {
    fn of(id: CaseId, belonging: Belonging) -> Option<Self> {
        let of = Self::default();
        match belonging {
            Belonging::Joins => Some(Self { joined: Some(id), ..of }),
            Belonging::Continues | Belonging::Linked => Some(Self { linked: Some(id), ..of }),
            Belonging::Apart => None,
        }
    }
}

impl Desk {
    /// What a mail says it answers, as it is now. What the case has on the table says what 「その時間で」 means.
    pub(super) async fn thread_of_mail(&self, mail: &Opened) -> Result<Option<Thread>, DeskError> {
        match &mail.letter {
            Ok(letter) => self.thread(letter).await,
            Err(_) => Ok(None),
        }
    }

    async fn thread(&self, letter: &Letter) -> Result<Option<Thread>, DeskError> {
        let Some((id, about, bulk)) = self.answered_case(letter).await? else { return Ok(None) };
        let Some((case, version)) = self.case(&id).await? else {
            let (belonging, may_be_answer) = (Belonging::Joins, false);
            return Ok(Some(Thread { id, case: None, belonging, may_be_answer }));
        };
        let address = address_of(letter);
        let known = match &address {
            Some(address) => self.has_written(address, &id).await?,
            None => false,
        };
        let writer = Writer { address: address.as_ref(), name: name_of(letter), phone: None };
        let identity = identity(&case.customer, writer, known);
        let theirs = case.mails.iter().any(|mail| mail.message_id.as_ref() == Some(about));
        let answered = match (bulk, theirs) {
            (true, _) => Answered::Bulk,
            (false, true) => Answered::Theirs,
            (false, false) => Answered::Ours,
        };
        let found = by_reference(&case, identity, answered, &letter.subject);
        // What goes on with a full case is read against the one that goes on from it.
        let (id, case, version) = match found {
            Belonging::Continues => self.goes_on(id, case, version, address.as_ref()).await?,
            Belonging::Joins | Belonging::Linked | Belonging::Apart => (id, case, version),
        };
        let belonging = again(&case, found);
        let may_be_answer = answered != Answered::Bulk && may_be_answer(&case, identity);
        let thread = Thread { id, case: Some((case, version)), belonging, may_be_answer };
        Ok((belonging != Belonging::Apart).then_some(thread))
    }

    /// The last of the cases in which this writer went on from a full one, or that one itself. Each writer has their own: the
    /// answer goes to whoever began it.
    async fn goes_on(
        &self,
        mut id: CaseId,
        mut case: Case,
        mut version: Version,
        writer: Option<&Address>,
    ) -> Result<(CaseId, Case, Version), DeskError> {
        let Some(writer) = writer else { return Ok((id, case, version)) };
        // Each is younger than the one it goes on from, so this ends; and those before the last one are full.
        while again(&case, Belonging::Joins) == Belonging::Continues {
            let Some(next) = self.case_in(&keys::continued(&id, writer)?).await? else { break };
            let Some(found) = self.case(&next).await? else { break };
            (id, (case, version)) = (next, found);
        }
        Ok((id, case, version))
    }

    /// The case a letter says it answers, by which mail, and whether that went to several people.
    async fn answered_case<'l>(
        &self,
        letter: &'l Letter,
    ) -> Result<Option<(CaseId, &'l MessageId, bool)>, DeskError> {
        for id in letter.answers() {
            if let Some(case) = self.thread_of(id).await? {
                let bulk = self.store().get(&keys::bulk(id)?).await?.is_some();
                return Ok(Some((case, id, bulk)));
            }
        }
        Ok(None)
    }

    /// The case a message belongs to.
    pub(super) async fn thread_of(&self, id: &MessageId) -> Result<Option<CaseId>, DeskError> {
        self.case_in(&keys::thread(id)?).await
    }

    /// The case that a row names.
    async fn case_in(&self, key: &Key) -> Result<Option<CaseId>, DeskError> {
        let Some(row) = self.store().get(key).await? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        Ok(value.get("case").and_then(|case| case.as_str()).and_then(CaseId::parse))
    }

    /// Whether an address has written in a case.
    async fn has_written(&self, address: &Address, id: &CaseId) -> Result<bool, DeskError> {
        let rows = self.store().latest(&keys::person_mail(address), MOST_ROWS).await?;
        Ok(rows.iter().any(|row| keys::last_case(row.key.as_str()).as_ref() == Some(id)))
    }

    /// Where a customer's mail goes: by what it answers, else among the newest cases of its writer.
    pub(super) async fn home_of(
        &self,
        live: &Live,
        mailbox: &MailboxName,
        letter: &Letter,
        answers: Option<(CaseId, Belonging)>,
        arrival: &Arrival,
        reading: &Reading,
    ) -> Result<Home, DeskError> {
        let answers = match answers {
            Some(answers) => Some(answers),
            // The mail it answers may have come in just before it.
            None => self.thread(letter).await?.map(|thread| (thread.id, thread.belonging)),
        };
        if let Some((id, belonging)) = answers {
            // A case lives in one mailbox: what was sent to another of ours is a matter of its own there.
            let Some((case, version)) = self.case(&id).await? else { return Ok(Home::default()) };
            if case.mailbox != *mailbox {
                return Ok(Home::default());
            }
            let writer = address_of(letter);
            let (id, found) = match again(&case, belonging) {
                Belonging::Continues => {
                    let (id, case, _) = self.goes_on(id, case, version, writer.as_ref()).await?;
                    (id, again(&case, Belonging::Joins))
                }
                found @ (Belonging::Joins | Belonging::Linked | Belonging::Apart) => (id, found),
            };
            let mut home = Home::of(id.clone(), found).unwrap_or_default();
            if let (Belonging::Continues, Some(writer)) = (found, &writer) {
                // Answers to the first of them find the newest at once.
                let first = self.answered_case(letter).await?.map(|(first, ..)| first);
                for full in first.iter().filter(|first| **first != id).chain([&id]) {
                    home.found_by.push(keys::continued(full, writer)?);
                }
            }
            return Ok(home);
        }
        let mut home = Home::default();
        for (handle, id) in self.cases_of(arrival).await? {
            let Some((case, _)) = self.case(&id).await? else { continue };
            if case.mailbox != *mailbox || !self.is_recent(live, &case) {
                continue;
            }
            let found = belonging(&case, arrival, reading, matches!(handle, Handle::Mail(_)));
            let mut of = Home::of(id.clone(), found);
            if let (Belonging::Continues, Some(of), Some(writer)) =
                (found, &mut of, &arrival.customer.address)
            {
                of.found_by.push(keys::continued(&id, writer)?);
            }
            match of {
                Some(found) if found.joined.is_some() => return Ok(found),
                Some(found) if home.linked.is_none() => home = found,
                Some(_) | None => {}
            }
        }
        Ok(home)
    }

    /// The newest cases of whoever wrote, by address first, then by number.
    async fn cases_of(&self, arrival: &Arrival) -> Result<Vec<(Handle, CaseId)>, DeskError> {
        let mut found: Vec<(Handle, CaseId)> = Vec::new();
        for handle in directory::handles(&arrival.customer).into_iter().filter(|handle| !handle.is_name()) {
            let rows = self.store().latest(&keys::person(&handle), MOST_ROWS).await?;
            let mut ids: Vec<CaseId> = Vec::new();
            for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
                if !ids.contains(&id) && found.iter().all(|(_, known)| *known != id) {
                    ids.push(id);
                }
            }
            found.extend(ids.into_iter().take(MOST_CASES).map(|id| (handle.clone(), id)));
        }
        Ok(found)
    }

    fn is_recent(&self, live: &Live, case: &Case) -> bool {
        let window = live.policy(&case.mailbox).timing.window;
        case.last_mail().is_some_and(|last| self.now().duration_since(last) <= window)
    }
}

/// The `person/` rows of a case: a store from before people were known by number and name lacks those.
pub(super) fn rows_of(case: &Case) -> Result<Vec<Key>, StoreError> {
    let Some(first) = case.mails.first() else { return Ok(Vec::new()) };
    let handles = directory::handles(&case.customer);
    handles.iter().map(|handle| keys::person_case(handle, first.sent, &case.id)).collect()
}

fn belonging(case: &Case, arrival: &Arrival, reading: &Reading, known_address: bool) -> Belonging {
    let customer = &arrival.customer;
    let writer = Writer {
        address: customer.address.as_ref(),
        name: customer.name.as_deref(),
        phone: customer.phone.as_deref(),
    };
    let identity = identity(&case.customer, writer, known_address);
    let answers = matches!(reading.verdict.disposition, Disposition::FollowUp);
    // Over, unless the mail itself says that it answers us: a new matter otherwise.
    if answers && known_address && matches!(case.state, State::Closed { .. }) {
        return by_reference(case, identity, Answered::Ours, &arrival.mail.subject);
    }
    let form = matches!(arrival.channel, Channel::Form | Channel::Chat);
    by_person(case, identity, form, &arrival.mail.subject)
}

/// By what the writer of a mail that was only read is known again, names aside.
pub(super) fn known_by(facts: &Facts) -> Vec<Handle> {
    let address = facts.email.as_ref().map(|email| Handle::Mail(email.value.clone()));
    let phone = facts.phone.as_ref().and_then(|phone| directory::phone(&phone.value)).map(Handle::Phone);
    address.into_iter().chain(phone).collect()
}

/// Where an answer to a letter goes.
fn address_of(letter: &Letter) -> Option<Address> {
    let from = letter.reply_to.first().or(letter.from.first());
    from.and_then(|from| Address::parse(&from.address))
}

/// The name in the header, where it is one: programs put the address there, too.
fn name_of(letter: &Letter) -> Option<&str> {
    let named = |from: &&Correspondent| !from.name.trim().is_empty() && !from.name.contains('@');
    letter.from.first().filter(named).map(|from| from.name.as_str())
}
