//! Which facts of a case go into a mail to one of us. What the mail says about them is in `render`.

mod sheet;
mod standing;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::alerts;
use crate::desk::History;
use crate::live::Live;
use crate::render::InternalMail;
use crate::render::notice::{self, Heading};
use crate::render::request::{self, CustomerCard, DraftView, RequestView};
use crate::render::voice::Voice;
use crate::render::wording::{self, class_word};
use crate::token::Token;
use crate::triage::case::{Case, Entry, Owner, Step, Why};
use crate::triage::effect::{Notice, Question};
use crate::triage::hygiene;
use crate::triage::id::Address;
use crate::triage::label;
use crate::triage::offer::offers_with_remote;
use crate::triage::people::Position;
use crate::triage::words;
use standing::status;

/// A question to one person.
pub struct Asked<'a> {
    /// Who is asked.
    pub to: &'a Address,
    /// What about.
    pub question: Question,
    /// The reader's token for this revision.
    pub token: &'a Token,
    /// When this mail was made.
    pub since: Timestamp,
    /// 0 for the first time, then counting reminders.
    pub reminder: u8,
    /// For [`Question::Check`]: which one, by its number.
    pub check: Option<u32>,
    /// Earlier contacts of the customer.
    pub history: History,
}

/// The request, in the reader's language.
pub fn ask(live: &Live, case: &Case, asked: Asked<'_>) -> InternalMail {
    let zone = live.zone(&case.mailbox);
    let voice = voice(live, asked.to);
    let question = asked.question;
    let staff = is_staff(live, asked.to);
    let offers = offers_with_remote(question, case, staff, live.policy(&case.mailbox));
    let notice = opening(live, case, &asked, staff);
    let received = case.mails.last().map(|mail| voice.moment(mail.sent, zone)).unwrap_or_default();
    let expires = voice.moment(asked.token.expires(), zone);
    let phone = case.customer.phone.as_deref().map(words::phone).unwrap_or_default();
    let sent = sent(voice, case, question, zone);
    let place = if question == Question::Quarantine { place(voice, live, case) } else { Vec::new() };
    // The staff of a shop are shown this matter, not the customer's earlier ones.
    let (history, confirm, sheet) = if staff {
        (History::default(), Vec::new(), Vec::new())
    } else {
        let history = asked.history;
        let confirm = sheet::confirm(voice, live, case, &history);
        let sheet = sheet::sheet(voice, live, case, &history);
        (history, confirm, sheet)
    };
    let last_contact = history.earlier.first().map(|last| voice.day(last.day)).unwrap_or_default();
    let mail = request::request(&RequestView {
        voice,
        to: asked.to,
        case: &case.id,
        token: asked.token,
        desk: &live.config.approval.address,
        question,
        offers: &offers,
        notice: &notice,
        urgent: case.matter.urgent
            && !is_answered(case)
            && !matches!(question, Question::Outcome | Question::Undo),
        customer: CustomerCard {
            name: case.customer.name.as_deref().unwrap_or_default(),
            candidates: history.candidates.iter().map(|one| wording::candidate(voice, one)).collect(),
            registered: wording::registered(voice, history.registered.as_deref(), history.registered_more),
            phone: &phone,
            email: case.customer.address.as_ref().map(Address::as_str).unwrap_or_default(),
            shop: case.customer.shop.as_deref().unwrap_or_default(),
            class: &if staff { String::new() } else { class_word(voice, case.matter.class) },
            topic: live.rules(&case.mailbox).topics().shown(&case.matter.topic),
            received: &received,
            wishes: case.matter.wishes.clone(),
            contacts: history.contacts,
            last_contact: &last_contact,
            history: history.earlier.iter().map(|one| wording::contact(voice, one)).collect(),
            confirm,
            sheet,
        },
        words: &customers_words(case, question),
        notes: &notes(live, case, asked.to),
        concerns: &concerns(live, case, question, voice),
        draft: draft(case, question),
        sent: sent.as_deref(),
        waits: matches!(case.open().map(|open| &open.step), Some(Step::AwaitingReply { .. })),
        place: &place,
        expires: &expires,
    });
    if case.is_callback() && !staff {
        return InternalMail { subject: voice.callback_subject(&mail.subject), ..mail };
    }
    mail
}

/// The voice a reader is spoken to in: their own language, or the desk's where we do not know it.
fn voice(live: &Live, to: &Address) -> Voice {
    let person = live.config.people.iter().find(|person| person.address == *to).map(|person| person.lang);
    let contact =
        || live.config.contacts.iter().find(|contact| contact.address == *to).map(|known| known.lang);
    person.or_else(contact).map_or(Voice::DESK, Voice::of)
}

/// What stands in a draft that should perhaps not leave, where somebody can still stop it.
fn concerns(live: &Live, case: &Case, question: Question, voice: Voice) -> Vec<String> {
    let shown = match question {
        Question::Approve | Question::Check | Question::Undo => {
            draft(case, question).and(case.draft.as_ref())
        }
        Question::Write
        | Question::Shop
        | Question::Unknown
        | Question::Quarantine
        | Question::Outcome
        | Question::LongCall => None,
    };
    let found = shown.map(|draft| hygiene::concerns(live.policy(&case.mailbox), case, draft));
    found.unwrap_or_default().iter().map(|one| wording::concern(voice, one)).collect()
}

/// The newest notes of colleagues, oldest first. The staff of a shop see their own.
fn notes(live: &Live, case: &Case, to: &Address) -> Vec<String> {
    /// Notes shown.
    const MOST: usize = 5;
    let (voice, zone, staff) = (voice(live, to), live.zone(&case.mailbox), is_staff(live, to));
    let note = |entry: &&Entry| matches!(entry.what.as_str(), "メモ" | "回答") && !entry.note.is_empty();
    let own = |entry: &&Entry| !staff || entry.by.as_ref() == Some(to);
    let mut notes: Vec<String> = case
        .record
        .iter()
        .rev()
        .filter(note)
        .filter(own)
        .take(MOST)
        .map(|entry| {
            let by = entry.by.as_ref().map_or_else(|| voice.desk(), |by| name_of(live, by));
            format!("{} {by}: {}", voice.moment(entry.at, zone), entry.note)
        })
        .collect();
    notes.reverse();
    notes
}

fn is_staff(live: &Live, to: &Address) -> bool {
    !live.config.people.iter().any(|person| person.address == *to)
}

/// Whether somebody of the shop can be written to.
fn has_staff(live: &Live, case: &Case, shop: &str) -> bool {
    live.policy(&case.mailbox).shop(shop).is_some_and(|shop| !shop.addresses.is_empty())
}

/// The newest two mails, where they are still to be answered: not under a mail of ours that is out or perhaps out.
fn customers_words(case: &Case, question: Question) -> String {
    let again = matches!(case.open().map(|open| &open.step), Some(Step::Unknown { answered: true, .. }));
    let shown = match question {
        Question::Outcome | Question::Undo => 0,
        Question::Unknown if !again => 0,
        Question::Unknown
        | Question::Approve
        | Question::Write
        | Question::Shop
        | Question::Quarantine
        | Question::LongCall
        | Question::Check => 2,
    };
    let mut words: Vec<&str> = case.mails.iter().rev().take(shown).map(|mail| mail.words.as_str()).collect();
    words.reverse();
    words.retain(|words| !words.is_empty());
    words.join("\n\n――――\n\n")
}

/// The draft to approve, or the mail that may not have arrived.
fn draft(case: &Case, question: Question) -> Option<DraftView<'_>> {
    let refused =
        matches!(case.open().map(|open| &open.step), Some(Step::AtDesk { why: Why::Refused { .. }, .. }));
    let draft = match question {
        Question::Approve => case.draft.as_ref().filter(|draft| draft.revision == case.revision),
        Question::Unknown | Question::Undo => case.draft.as_ref(),
        Question::Check => case.draft.as_ref().filter(|draft| draft.revision == case.revision),
        Question::Write if refused => case.draft.as_ref(),
        Question::Write | Question::Shop | Question::Quarantine | Question::Outcome | Question::LongCall => {
            None
        }
    };
    draft.map(|draft| DraftView { to: &draft.to, subject: &draft.subject, body: &draft.body })
}

/// Our answer in one line. A case settled by telephone sent none this time.
fn sent(voice: Voice, case: &Case, question: Question, zone: &TimeZone) -> Option<String> {
    let last = case.sent.as_ref().filter(|_| question == Question::Outcome)?;
    let draft = case.draft.as_ref().filter(|draft| draft.revision == last.revision)?;
    Some(voice.sent_mail(&voice.moment(last.at, zone), &draft.subject))
}

/// Where to find a mail that could not be read.
fn place(voice: Voice, live: &Live, case: &Case) -> Vec<String> {
    let zone = live.zone(&case.mailbox);
    let mailbox = live.config.mailbox(&case.mailbox);
    let mut facts = vec![(voice.label_mailbox(), case.mailbox.to_string())];
    if let Some(mailbox) = mailbox {
        facts.push((voice.label_address(), mailbox.address.to_string()));
    }
    if let Some(mail) = case.mails.last() {
        facts.push((voice.label_folder(), mail.place.folder.clone()));
        facts.push((voice.label_received(), voice.moment(mail.sent, zone)));
        if !mail.subject.is_empty() {
            facts.push((voice.label_subject(), mail.subject.clone()));
        }
    }
    if let Some(mark) = mailbox.and_then(|mailbox| mailbox.marks.get(label::TRIAGE_POISON)) {
        facts.push((voice.label_mark(), mark.label.to_string()));
    }
    facts.into_iter().map(|(label, value)| format!("{label}: {value}")).collect()
}

/// Whether the customer has a mail of ours since they last wrote: their haste was met with it. What they wrote while ours was
/// on its way is not answered by it, whatever the clocks say.
fn is_answered(case: &Case) -> bool {
    if matches!(case.open().map(|open| &open.step), Some(Step::AtDesk { why: Why::CustomerAnswered, .. })) {
        return false;
    }
    let wrote = case.mails.last().map(|mail| mail.sent);
    case.sent.as_ref().is_some_and(|sent| wrote.is_none_or(|wrote| wrote < sent.at))
}

/// Whether a draft that was shown before this one will never be sent. After a mail that was sent a draft is a further answer.
fn takes_back(case: &Case) -> bool {
    let sent = case.sent.as_ref().map_or(0, |sent| sent.revision.number());
    case.revision.number() > sent.saturating_add(1)
}

/// What to say before everything else.
fn opening(live: &Live, case: &Case, asked: &Asked<'_>, staff: bool) -> String {
    let voice = voice(live, asked.to);
    let zone = live.zone(&case.mailbox);
    let mut lines = if staff { Vec::new() } else { alerts::opening(voice, live, case) };
    lines.extend(reminder(live, case, asked));
    match asked.question {
        Question::Approve if takes_back(case) => {
            lines.push(voice.revision(case.revision.number() as usize));
        }
        Question::Approve | Question::Outcome => {}
        Question::Undo => {
            if let Some(Step::Sending { leaves: Some(at), .. }) = case.open().map(|open| &open.step) {
                lines.push(voice.undo_leaves(&voice.clock(*at, zone)));
            }
        }
        Question::Check => {
            let check = case.question_to(asked.to, asked.check, None);
            lines.extend(check.map(|check| {
                let by = name_of(live, &check.by);
                match check.until {
                    Some(_) => voice.delegated_asked(&by, &check.question),
                    None if check.question.is_empty() => voice.check_asked_silently(&by),
                    None => voice.check_asked(&by, &check.question),
                }
            }));
            let until = check.and_then(|check| check.until);
            lines.extend(until.map(|until| voice.delegated_until(&voice.moment(until, zone))));
        }
        Question::Write => {
            if let Some(Step::AtDesk { why, .. }) = case.open().map(|open| &open.step) {
                let by = match why {
                    Why::Rejected { by, .. } | Why::HandedOver { by, .. } | Why::PhonedIn { by } => {
                        name_of(live, by)
                    }
                    Why::Fault(_)
                    | Why::NoAddress
                    | Why::CustomerAnswered
                    | Why::Bounced
                    | Why::Refused { .. }
                    | Why::DraftEdited
                    | Why::CallBack => String::new(),
                };
                lines.push(wording::why(voice, why, &by));
            }
        }
        Question::Shop => {
            lines.push(match case.open().map(|open| &open.owner) {
                _ if staff => voice.to_staff(),
                Some(Owner::Shop(name)) if has_staff(live, case, name) => voice.to_agent_for_absent_shop(),
                Some(_) | None => voice.to_agent_for_shop(),
            });
            if let Some(sent) = &case.sent {
                lines.push(voice.first_answer(&voice.moment(sent.at, zone)));
            }
        }
        Question::Unknown => lines.push(voice.unknown_ending()),
        Question::Quarantine => lines.push(voice.quarantine()),
        Question::LongCall => lines.extend(sheet::long_call(voice, live, case)),
    }
    if matches!(case.open().map(|open| &open.step), Some(Step::AtShop { .. }))
        && asked.question == Question::Outcome
    {
        lines.push(voice.at_shop());
    }
    if case.matter.ambiguous && matches!(asked.question, Question::Approve | Question::Write) {
        lines.push(match &case.matter.rival {
            Some(rival) => {
                let topics = live.rules(&case.mailbox).topics();
                let shown = |class, topic| voice.reading(&class_word(voice, class), topics.shown(topic));
                voice.either(&shown(case.matter.class, &case.matter.topic), &shown(rival.class, &rival.topic))
            }
            None => voice.ambiguous(),
        });
    }
    if let (Question::Approve | Question::Write, Some((from, state)), false) =
        (asked.question, &asked.history.linked, staff)
    {
        lines.push(voice.linked_from(from.as_str(), &wording::state(voice, state)));
    }
    if let (Question::Approve, Some(by)) =
        (asked.question, case.draft.as_ref().and_then(|draft| draft.approved.as_ref()))
    {
        lines.push(voice.second_asked(&name_of(live, by)));
    }
    lines.join("\n")
}

/// Which reminder it is, since when the case waits, and for whom.
fn reminder(live: &Live, case: &Case, asked: &Asked<'_>) -> Vec<String> {
    if asked.reminder == 0 {
        return Vec::new();
    }
    let voice = voice(live, asked.to);
    if asked.question == Question::Check {
        return vec![voice.delegated_again(usize::from(asked.reminder))];
    }
    // Since when the case waits, not when this reminder was made.
    let since = case.asking().map_or(asked.since, |asking| asking.at);
    let since = voice.moment(since, live.zone(&case.mailbox));
    let mut lines = vec![voice.reminder(usize::from(asked.reminder), &since)];
    let person = live.config.people.iter().find(|person| person.address == *asked.to);
    let supervisor = person.is_some_and(|person| person.position == Position::Supervisor);
    match case.open().map(|open| &open.owner) {
        Some(Owner::Agent(agent)) if agent != asked.to => {
            lines.push(voice.reminder_owner(&name_of(live, agent)));
        }
        Some(Owner::Desk) if supervisor => {
            lines.push(voice.reminder_desk());
        }
        Some(
            Owner::Agent(_)
            | Owner::Desk
            | Owner::Shop(_)
            | Owner::Supervisors
            | Owner::Customer
            | Owner::Machine,
        )
        | None => {}
    }
    lines
}

/// The short answer for a notice that was planned at an instant.
pub fn tell(live: &Live, case: &Case, to: &Address, notice: &Notice, at: Timestamp) -> InternalMail {
    let voice = voice(live, to);
    let heading = Heading { voice, to, case: &case.id, staff: is_staff(live, to) };
    let moment = |at: Timestamp| voice.moment(at, live.zone(&case.mailbox));
    match notice {
        Notice::Done { command } => {
            let due = case.due().map(moment).unwrap_or_default();
            let missing = if matches!(*command, "店舗" | "担当" | "移動" | "引継") {
                sheet::missing(voice, live, case)
            } else {
                None
            };
            notice::handed_over(heading, command, &due, missing.as_deref())
        }
        Notice::NoWord { of, since } => {
            let names: Vec<String> = of.iter().map(|of| voice.person(&name_of(live, of))).collect();
            notice::no_word(heading, &names.join(voice.comma()), &moment(*since))
        }
        Notice::AlreadyDecided { by, at, what } => match (by, wording::record(voice, what)) {
            (None, Some(what)) => notice::settled_by_hand(heading, &moment(*at), &what),
            (by, _) => {
                let by = by.as_ref().map_or_else(String::new, |by| name_of(live, by));
                notice::decided(heading, &by, &moment(*at), what)
            }
        },
        Notice::AnsweredByHand { at } => notice::answered_by_hand(heading, &moment(*at)),
        Notice::Retired => notice::retired(heading),
        Notice::NotNow { command, state } => notice::not_now(heading, command, state),
        Notice::NotUnderstood { why } => notice::unclear(heading, crate::answer::Why::parse(why)),
        Notice::Expired => notice::expired(heading),
        Notice::UnknownColleague { who } => notice::unknown_colleague(heading, who),
        Notice::TooManyQuestions { most, waiting, more } => {
            notice::too_many_questions(heading, *most, *waiting, *more)
        }
        Notice::NoAddress => notice::no_address(heading),
        Notice::Overdue { state } => notice::overdue(heading, state, &moment(case.opened)),
        Notice::SecondNeeded { by } => notice::second_needed(heading, &name_of(live, by)),
        Notice::Recalled { by } => {
            notice::recalled(heading, by.as_ref().map(|by| name_of(live, by)).as_deref())
        }
        Notice::Remark { by, text } => notice::remark(heading, &name_of(live, by), text),
        Notice::Entered { queue } => notice::entered(heading, queue, &alerts::owner(voice, live, case)),
        Notice::UnknownQueue { name, known } => notice::unknown_queue(heading, name, known),
        Notice::CallOver { by, minutes } => notice::call_over(heading, &name_of(live, by), *minutes),
        Notice::CannotDraft { why } => notice::cannot_draft(heading, why),
        Notice::Spent { day } => notice::spent(heading, &voice.day(*day)),
        // A mail about deadlines speaks of other cases too and is made where they can be loaded.
        Notice::Alerts { .. } | Notice::Status => notice::status(heading, &status(voice, live, case, to, at)),
        Notice::Help => notice::help(heading),
    }
}

/// The name of a person or contact, or the shop's where it is one of its staff, or the address.
pub(super) fn name_of(live: &Live, address: &Address) -> String {
    let config = &live.config;
    let person = config.people.iter().find(|person| person.address == *address).map(|person| &person.name);
    let contact = || config.contacts.iter().find(|known| known.address == *address).map(|known| &known.name);
    let shop = || config.shops.iter().find(|shop| shop.addresses.contains(address)).map(|shop| &shop.name);
    person.or_else(contact).or_else(shop).map_or_else(|| address.to_string(), Clone::clone)
}

#[cfg(test)]
mod tests;
