//! Which facts of a case go into a mail to one of us. What the mail says about them is in `render`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::desk::History;
use crate::live::Live;
use crate::render::InternalMail;
use crate::render::notice::{self, Heading};
use crate::render::request::{self, CustomerCard, DraftView, RequestView};
use crate::render::wording::{self, class_word, moment, record_ja, state_ja};
use crate::token::Token;
use crate::triage::case::{Case, Owner, Step, Why};
use crate::triage::effect::{Notice, Question};
use crate::triage::hygiene;
use crate::triage::id::Address;
use crate::triage::label;
use crate::triage::offer::offers;
use crate::triage::people::Position;
use crate::triage::words;

/// A question to one person.
pub(super) struct Asked<'a> {
    pub(super) to: &'a Address,
    pub(super) question: Question,
    pub(super) token: &'a Token,
    /// When it was first put.
    pub(super) since: Timestamp,
    /// 0 for the first time, then counting reminders.
    pub(super) reminder: u8,
    pub(super) history: History,
}

/// The request. People's languages are known, but every mail to them is in Japanese for now.
pub(super) fn ask(live: &Live, case: &Case, asked: Asked<'_>) -> InternalMail {
    let zone = live.zone(&case.mailbox);
    let question = asked.question;
    let staff = is_staff(live, asked.to);
    let offers = offers(question, case, staff);
    let notice = opening(live, case, &asked, staff);
    let received = case.mails.last().map(|mail| moment(mail.sent, zone)).unwrap_or_default();
    let expires = moment(asked.token.expires(), zone);
    let phone = case.customer.phone.as_deref().map(words::phone).unwrap_or_default();
    let sent = sent(case, question, zone);
    let place = if question == Question::Quarantine { place(live, case) } else { Vec::new() };
    // The staff of a shop are shown this matter, not the customer's earlier ones.
    let (history, confirm) = if staff {
        (History::default(), Vec::new())
    } else {
        (asked.history, wording::confirm(&case.matter))
    };
    let concerns = concerns(live, case, question);
    request::request(&RequestView {
        to: asked.to,
        case: &case.id,
        token: asked.token,
        desk: &live.config.approval.address,
        question,
        offers: &offers,
        notice: &notice,
        urgent: case.matter.urgent && question != Question::Outcome,
        customer: CustomerCard {
            name: case.customer.name.as_deref().unwrap_or_default(),
            candidates: history.names,
            phone: &phone,
            email: case.customer.address.as_ref().map(Address::as_str).unwrap_or_default(),
            shop: case.customer.shop.as_deref().unwrap_or_default(),
            class: if staff { "" } else { class_word(case.matter.class) },
            topic: live.rules(&case.mailbox).topics().shown(&case.matter.topic),
            received: &received,
            wishes: case.matter.wishes.clone(),
            history: history.lines,
            confirm,
        },
        words: &customers_words(case, question),
        draft: draft(case, question),
        concerns: &concerns,
        sent: sent.as_deref(),
        waits: matches!(case.open().map(|open| &open.step), Some(Step::AwaitingReply { .. })),
        place: &place,
        expires: &expires,
    })
}

fn is_staff(live: &Live, to: &Address) -> bool {
    !live.config.people.iter().any(|person| person.address == *to)
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
        Question::Write | Question::Shop | Question::Quarantine | Question::Outcome => None,
    };
    draft.map(|draft| DraftView { to: &draft.to, subject: &draft.subject, body: &draft.body })
}

/// What should be looked at before the draft leaves.
fn concerns(live: &Live, case: &Case, question: Question) -> Vec<String> {
    let draft = case.draft.as_ref().filter(|draft| draft.revision == case.revision);
    match question {
        Question::Approve | Question::Check => draft.map_or_else(Vec::new, |draft| {
            hygiene::concerns(live.policy(&case.mailbox), case, draft).iter().map(wording::concern).collect()
        }),
        Question::Write
        | Question::Shop
        | Question::Unknown
        | Question::Quarantine
        | Question::Outcome
        | Question::Undo => Vec::new(),
    }
}

/// Our answer in one line. A case settled by telephone sent none this time.
fn sent(case: &Case, question: Question, zone: &TimeZone) -> Option<String> {
    let last = case.sent.as_ref().filter(|_| question == Question::Outcome)?;
    let draft = case.draft.as_ref().filter(|draft| draft.revision == last.revision)?;
    Some(format!("{}「{}」", moment(last.at, zone), draft.subject))
}

/// Where to find a mail that could not be read.
fn place(live: &Live, case: &Case) -> Vec<String> {
    let zone = live.zone(&case.mailbox);
    let mailbox = live.config.mailbox(&case.mailbox);
    let mut lines = vec![format!("メールボックス: {}", case.mailbox)];
    if let Some(mailbox) = mailbox {
        lines.push(format!("アドレス: {}", mailbox.address));
    }
    if let Some(mail) = case.mails.last() {
        lines.push(format!("フォルダー: {}", mail.place.folder));
        lines.push(format!("受信: {}", moment(mail.sent, zone)));
        if !mail.subject.is_empty() {
            lines.push(format!("件名: {}", mail.subject));
        }
    }
    if let Some(mark) = mailbox.and_then(|mailbox| mailbox.marks.get(label::TRIAGE_POISON)) {
        lines.push(format!("印: {}", mark.label));
    }
    lines
}

/// What to say before everything else.
fn opening(live: &Live, case: &Case, asked: &Asked<'_>, staff: bool) -> String {
    let zone = live.zone(&case.mailbox);
    let mut lines = reminder(live, case, asked);
    match asked.question {
        Question::Approve if case.revision.number() > 1 => {
            lines.push(format!("改訂 {} です。前の案は取り下げました。", case.revision));
        }
        Question::Approve | Question::Outcome | Question::Undo => {}
        Question::Check => {
            let check = case.checks.iter().rev().find(|check| check.of == *asked.to);
            if let Some(check) = check {
                lines.push(format!("{} さんより: {}", name_of(live, &check.by), check.question));
            }
        }
        Question::Write => {
            if let Some(Step::AtDesk { why, .. }) = case.open().map(|open| &open.step) {
                let by = if let Why::Rejected { by, .. } = why { name_of(live, by) } else { String::new() };
                lines.push(wording::why(why, &by));
            }
        }
        Question::Shop => {
            lines.push(if staff { wording::TO_STAFF } else { wording::TO_AGENT_FOR_SHOP }.to_owned());
            if let Some(sent) = &case.sent {
                lines.push(format!("お客様には {} に一次返信をお送りしています。", moment(sent.at, zone)));
            }
        }
        Question::Unknown => lines.push(wording::UNKNOWN.to_owned()),
        Question::Quarantine => lines.push(wording::QUARANTINE.to_owned()),
    }
    if matches!(case.open().map(|open| &open.step), Some(Step::AtShop { .. }))
        && asked.question == Question::Outcome
    {
        lines.push("店舗の回答を待っています。".to_owned());
    }
    if case.matter.ambiguous && matches!(asked.question, Question::Approve | Question::Write) {
        lines.push(match &case.matter.rival {
            Some(rival) => {
                let shown = |class, topic| {
                    format!("{}（{}）", class_word(class), live.rules(&case.mailbox).topics().shown(topic))
                };
                wording::either(
                    &shown(case.matter.class, &case.matter.topic),
                    &shown(rival.class, &rival.topic),
                )
            }
            None => wording::AMBIGUOUS.to_owned(),
        });
    }
    lines.join("\n")
}

/// Which reminder it is, since when the case waits, and for whom.
fn reminder(live: &Live, case: &Case, asked: &Asked<'_>) -> Vec<String> {
    if asked.reminder == 0 {
        return Vec::new();
    }
    let since = moment(asked.since, live.zone(&case.mailbox));
    let mut lines =
        vec![format!("【再度のお知らせ {} 回目】{since} からお返事を待っています。", asked.reminder)];
    let person = live.config.people.iter().find(|person| person.address == *asked.to);
    let supervisor = person.is_some_and(|person| person.position == Position::Supervisor);
    match case.open().map(|open| &open.owner) {
        Some(Owner::Agent(agent)) if agent != asked.to => {
            lines.push(format!("{} さんからお返事がないため、お送りしています。", name_of(live, agent)));
        }
        Some(Owner::Desk) if supervisor => {
            lines.push("担当者からお返事がないため、管理者の方にもお送りしています。".to_owned());
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

/// The short answer for a notice.
pub(super) fn tell(live: &Live, case: &Case, to: &Address, notice: &Notice) -> InternalMail {
    let heading = Heading { to, case: &case.id, staff: is_staff(live, to) };
    let zone = live.zone(&case.mailbox);
    match notice {
        Notice::Done { command } => {
            let due = case.due().map(|due| moment(due, zone)).unwrap_or_default();
            notice::done(heading, command, &due)
        }
        Notice::AlreadyDecided { by: None, at, what } if record_ja(what) != what.as_str() => {
            notice::settled_by_hand(heading, &moment(*at, zone), record_ja(what))
        }
        Notice::AnsweredByHand { at } => notice::answered_by_hand(heading, &moment(*at, zone)),
        Notice::AlreadyDecided { by, at, what } => {
            let by = by.as_ref().map_or_else(String::new, |by| name_of(live, by));
            notice::decided(heading, &by, &moment(*at, zone), what)
        }
        Notice::Retired => notice::retired(heading),
        Notice::NotNow { command, state } => notice::not_now(heading, command, state_ja(state)),
        Notice::NotUnderstood { why } => notice::unclear(heading, crate::answer::Why::parse(why)),
        Notice::Expired => notice::expired(heading),
        Notice::UnknownColleague { who } => notice::unknown_colleague(heading, who),
        Notice::NoAddress => notice::no_address(heading),
        Notice::Overdue { state } => notice::overdue(heading, state_ja(state), &moment(case.opened, zone)),
        Notice::SecondNeeded { by } => notice::second_needed(heading, &name_of(live, by)),
        Notice::Recalled { by } => {
            notice::recalled(heading, &by.as_ref().map_or_else(String::new, |by| name_of(live, by)))
        }
        Notice::Remark { by, text } => notice::remark(heading, &name_of(live, by), text),
        Notice::Status => notice::status(heading, &status(live, case)),
        Notice::Help => notice::help(heading),
    }
}

/// A person's name, or the address where it has no name.
fn name_of(live: &Live, address: &Address) -> String {
    let person = live.config.people.iter().find(|person| person.address == *address);
    person.map_or_else(|| address.to_string(), |person| person.name.clone())
}

/// Where a case stands, in lines.
fn status(live: &Live, case: &Case) -> Vec<String> {
    let zone = live.zone(&case.mailbox);
    let mut lines = vec![format!("状態: {}", state_ja(case.state_word()))];
    if let Some(due) = case.due() {
        lines.push(format!("次の期限: {}", moment(due, zone)));
    }
    for entry in &case.record {
        let by = entry.by.as_ref().map_or_else(|| "窓口".to_owned(), |by| name_of(live, by));
        let note = if entry.note.is_empty() { String::new() } else { format!(" {}", entry.note) };
        lines.push(format!("{} {by} {}{note}", moment(entry.at, zone), record_ja(&entry.what)));
    }
    lines
}

#[cfg(test)]
mod tests;
