//! The stored form of a case, with the bound on its size.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::complaint::ComplaintForm;
use super::dossier::DossierForm;
use super::draft::{DraftForm, SentForm};
use super::handling::HandlingForm;
use super::leaf::{Number, Text, Version, mirror};
use super::mail::MailForm;
use super::placement::PlacementForm;
use super::step::StateForm;
use super::{Record, RecordError};
use crate::triage::case::{Case, CaseMail, Check, Customer, Entry, Matter, Rival, Sent, Service, Told};
use crate::triage::draft::Draft;
use crate::triage::id::{Address, CaseId, MailboxName};
use crate::triage::level::Channel;
use crate::triage::verdict::Class;

/// The most bytes a stored case should take: a store value is bounded (see `store`). A usual case takes 2 KiB.
const MOST_BYTES: usize = 60 * 1024;

/// Writes a case down.
///
/// A case beyond 60 KiB sheds words until it fits: first the words of its mails, oldest first, then the notes of
/// its record, then the subjects of all mails but the newest. The mails themselves stay in the mailbox; draft, state and the lines of the record
/// are never shed, so a case that is still too large then is written as it is.
pub fn case_to_json(case: &Case) -> Vec<u8> {
    let mut form = CaseForm::from(case);
    let json = super::write(&form);
    if json.len() <= MOST_BYTES {
        return json;
    }
    form.shed(json.len() - MOST_BYTES);
    super::write(&form)
}

/// Reads what [`case_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn case_from_json(json: &[u8]) -> Result<Case, RecordError> {
    let form: CaseForm = super::read(json)?;
    if form.mails.is_empty() {
        let (field, problem) = ("mails".to_owned(), "a case has a mail");
        return Err(RecordError::Field { record: CaseForm::NAME, field, problem });
    }
    Ok(form.into())
}

mirror!(ChannelForm = Channel { Mail, Form, Chat, Phone, Social });
mirror!(ClassForm = Class { Inquiry, Reservation });

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseForm {
    v: Version,
    id: Text<CaseId>,
    mailbox: Text<MailboxName>,
    opened: Text<Timestamp>,
    day: Text<Date>,
    customer: CustomerForm,
    matter: MatterForm,
    #[serde(default, skip_serializing_if = "ServiceForm::is_plain")]
    service: ServiceForm,
    #[serde(default, skip_serializing_if = "PlacementForm::is_plain")]
    placement: PlacementForm,
    #[serde(default, skip_serializing_if = "HandlingForm::is_empty")]
    handling: HandlingForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linked: Option<Text<CaseId>>,
    mails: Vec<MailForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<DraftForm>,
    revision: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<SentForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<Text<Date>>,
    record: Vec<EntryForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<ToldForm>,
    #[serde(default, skip_serializing_if = "DossierForm::is_empty")]
    dossier: DossierForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    complaint: Option<Box<ComplaintForm>>,
    effects: u32,
    state: StateForm,
}

impl Record for CaseForm {
    const NAME: &'static str = "case";
}

impl CaseForm {
    /// Drops words until at least `excess` bytes of JSON are gone, or nothing is left to drop.
    fn shed(&mut self, excess: usize) {
        let newest = self.mails.len().saturating_sub(1);
        let (mut words, mut subjects) = (Vec::new(), Vec::new());
        for (at, mail) in self.mails.iter_mut().enumerate() {
            words.push(&mut mail.words);
            if at < newest {
                subjects.push(&mut mail.subject);
            }
        }
        let notes = self.record.iter_mut().map(|entry| &mut entry.note);
        let mut shed = 0;
        for text in words.into_iter().chain(notes).chain(subjects) {
            if shed >= excess {
                break;
            }
            shed += written_len(text);
            text.clear();
        }
    }
}

/// How many bytes a text takes between its quotes: JSON escapes quotes, backslashes and control characters.
fn written_len(text: &str) -> usize {
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0x00..=0x1f => 6,
            _ => 1,
        })
        .sum()
}

impl From<&Case> for CaseForm {
    fn from(case: &Case) -> Self {
        let Case {
            id,
            mailbox,
            opened,
            day,
            customer,
            matter,
            service,
            placement,
            handling,
            linked,
            mails,
            draft,
            revision,
            sent,
            reported,
            record,
            checks,
            told,
            dossier,
            complaint,
            effects,
            state,
        } = case;
        Self {
            v: Version,
            id: Text(id.clone()),
            mailbox: Text(mailbox.clone()),
            opened: Text(*opened),
            day: Text(*day),
            customer: customer.into(),
            matter: matter.into(),
            service: (*service).into(),
            placement: placement.into(),
            handling: handling.into(),
            linked: linked.clone().map(Text),
            mails: mails.iter().map(MailForm::from).collect(),
            draft: draft.as_ref().map(DraftForm::from),
            revision: Number(*revision),
            sent: sent.as_ref().map(SentForm::from),
            reported: reported.map(Text),
            record: record.iter().map(EntryForm::from).collect(),
            checks: checks.iter().map(CheckForm::from).collect(),
            told: told.iter().map(ToldForm::from).collect(),
            dossier: dossier.into(),
            complaint: complaint.as_deref().map(|complaint| Box::new(complaint.into())),
            effects: *effects,
            state: state.into(),
        }
    }
}

impl From<CaseForm> for Case {
    fn from(form: CaseForm) -> Self {
        Self {
            id: form.id.0,
            mailbox: form.mailbox.0,
            opened: form.opened.0,
            day: form.day.0,
            customer: form.customer.into(),
            matter: form.matter.into(),
            service: form.service.into(),
            placement: form.placement.into(),
            handling: form.handling.into(),
            linked: form.linked.map(|id| id.0),
            mails: form.mails.into_iter().map(CaseMail::from).collect(),
            draft: form.draft.map(Draft::from),
            revision: form.revision.0,
            sent: form.sent.map(Sent::from),
            reported: form.reported.map(|date| date.0),
            record: form.record.into_iter().map(Entry::from).collect(),
            checks: form.checks.into_iter().map(Check::from).collect(),
            told: form.told.into_iter().map(Told::from).collect(),
            dossier: form.dossier.into(),
            complaint: form.complaint.map(|form| Box::new((*form).into())),
            effects: form.effects,
            state: form.state.into(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Text<Address>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shop: Option<String>,
}

impl From<&Customer> for CustomerForm {
    fn from(customer: &Customer) -> Self {
        let Customer { name, address, phone, shop } = customer.clone();
        Self { name, address: address.map(Text), phone, shop }
    }
}

impl From<CustomerForm> for Customer {
    fn from(form: CustomerForm) -> Self {
        let CustomerForm { name, address, phone, shop } = form;
        Self { name, address: address.map(|address| address.0), phone, shop }
    }
}

/// What a case of before there were service levels lacks: it counts as a mail.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceForm {
    channel: ChannelForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_answer: Option<Text<Timestamp>>,
}

impl Default for ServiceForm {
    fn default() -> Self {
        Self::from(Service::default())
    }
}

impl ServiceForm {
    const fn is_plain(&self) -> bool {
        matches!(self, Self { channel: ChannelForm::Mail, first_answer: None })
    }
}

impl From<Service> for ServiceForm {
    fn from(Service { channel, first_answer }: Service) -> Self {
        Self { channel: channel.into(), first_answer: first_answer.map(Text) }
    }
}

impl From<ServiceForm> for Service {
    fn from(ServiceForm { channel, first_answer }: ServiceForm) -> Self {
        Self { channel: channel.into(), first_answer: first_answer.map(|at| at.0) }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatterForm {
    class: ClassForm,
    topic: String,
    urgent: bool,
    ambiguous: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rival: Option<RivalForm>,
    needs_staff: bool,
    lang: String,
    wishes: Vec<String>,
    missing: Vec<String>,
    template: String,
}

impl From<&Matter> for MatterForm {
    fn from(matter: &Matter) -> Self {
        let Matter { class, topic, urgent, ambiguous, rival, needs_staff, lang, wishes, missing, template } =
            matter.clone();
        let rival = rival.map(|Rival { topic, class }| RivalForm { topic, class: class.into() });
        let class = class.into();
        Self { class, topic, urgent, ambiguous, rival, needs_staff, lang, wishes, missing, template }
    }
}

impl From<MatterForm> for Matter {
    fn from(form: MatterForm) -> Self {
        let MatterForm {
            class,
            topic,
            urgent,
            ambiguous,
            rival,
            needs_staff,
            lang,
            wishes,
            missing,
            template,
        } = form;
        let rival = rival.map(|RivalForm { topic, class }| Rival { topic, class: class.into() });
        let class = class.into();
        Self { class, topic, urgent, ambiguous, rival, needs_staff, lang, wishes, missing, template }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RivalForm {
    topic: String,
    class: ClassForm,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryForm {
    at: Text<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Text<Address>>,
    what: String,
    note: String,
}

impl From<&Entry> for EntryForm {
    fn from(entry: &Entry) -> Self {
        let Entry { at, by, what, note } = entry.clone();
        Self { at: Text(at), by: by.map(Text), what, note }
    }
}

impl From<EntryForm> for Entry {
    fn from(form: EntryForm) -> Self {
        let EntryForm { at, by, what, note } = form;
        Self { at: at.0, by: by.map(|by| by.0), what, note }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckForm {
    of: Text<Address>,
    by: Text<Address>,
    at: Text<Timestamp>,
    question: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "none_yet")]
    reminders: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answered: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    good_until: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn none_yet(reminders: &u8) -> bool {
    *reminders == 0
}

impl From<&Check> for CheckForm {
    fn from(check: &Check) -> Self {
        let Check { of, by, at, question, until, reminders, answered, good_until, number } = check.clone();
        let (of, by, at) = (Text(of), Text(by), Text(at));
        let [until, answered, good_until] = [until, answered, good_until].map(|at| at.map(Text));
        Self { of, by, at, question, until, reminders, answered, good_until, number }
    }
}

impl From<CheckForm> for Check {
    fn from(form: CheckForm) -> Self {
        let CheckForm { of, by, at, question, until, reminders, answered, good_until, number } = form;
        let [until, answered, good_until] = [until, answered, good_until].map(|at| at.map(|at| at.0));
        Self { of: of.0, by: by.0, at: at.0, question, until, reminders, answered, good_until, number }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldForm {
    to: Text<Address>,
    count: u8,
}

impl From<&Told> for ToldForm {
    fn from(told: &Told) -> Self {
        let Told { to, count } = told.clone();
        Self { to: Text(to), count }
    }
}

impl From<ToldForm> for Told {
    fn from(form: ToldForm) -> Self {
        let ToldForm { to, count } = form;
        Self { to: to.0, count }
    }
}
