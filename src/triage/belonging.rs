//! Whether a customer's mail goes on with a matter that is known, or begins one of its own.
//!
//! Three things decide: what the mail says it answers, who wrote it, and its subject. Nothing here looks anything up, and
//! nothing is merged: where it is not certain that two mails are one person's, they stay two cases that know each other.

use super::case::{Case, Customer, Open, State, Step};
use super::directory;
use super::fold::Folded;
use super::id::Address;

/// Mails of one case. A stored case is bounded, and whoever sends mail for ever must not stop the desk: the next one begins a
/// case that goes on from it.
pub const MOST_MAILS: usize = 30;

/// Where a mail belongs, held against one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Into that case.
    Joins,
    /// It goes on with that case, which holds no more mails or whose complaint is over: into the case that goes on from it, or
    /// that begins with this mail.
    Continues,
    /// Into a case of its own that grew out of that one: another subject, or another person.
    Linked,
    /// It has nothing to do with that case.
    Apart,
}

/// Who wrote a mail, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Writer<'m> {
    /// The address to answer to.
    pub address: Option<&'m Address>,
    /// As typed.
    pub name: Option<&'m str>,
    /// As typed.
    pub phone: Option<&'m str>,
}

/// Whether a writer is the customer of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// By address, telephone number, or name.
    Same,
    /// Nothing speaks for it and nothing against it.
    Unknown,
    /// Another person: families and firms share addresses.
    Other,
}

/// Whether two texts that may be missing mean the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agree {
    Yes,
    No,
    Unknown,
}

/// Whether a writer is the customer. `known_address`: the customer has written from that address.
///
/// An address that is shared has one of two people only where name *and* number differ; without an address in common the
/// number speaks, then the name.
pub fn identity(customer: &Customer, writer: Writer<'_>, known_address: bool) -> Identity {
    let phones = agree(
        customer.phone.as_deref().and_then(directory::phone),
        writer.phone.and_then(directory::phone),
        |one, other| if one == other { Agree::Yes } else { Agree::No },
    );
    let names = agree(
        customer.name.as_deref().and_then(directory::name),
        writer.name.and_then(directory::name),
        |one, other| same_name(&one, &other),
    );
    let own = known_address || (writer.address.is_some() && writer.address == customer.address.as_ref());
    match (own, names, phones) {
        (true, Agree::No, Agree::No) => Identity::Other,
        (true, _, _) => Identity::Same,
        (false, Agree::Yes | Agree::Unknown, Agree::Yes) | (false, Agree::Yes, Agree::Unknown) => {
            Identity::Same
        }
        (false, Agree::No, _) => Identity::Other,
        (false, Agree::Yes | Agree::Unknown, Agree::No) | (false, Agree::Unknown, Agree::Unknown) => {
            Identity::Unknown
        }
    }
}

fn agree<T>(one: Option<T>, other: Option<T>, same: impl Fn(T, T) -> Agree) -> Agree {
    match (one, other) {
        (Some(one), Some(other)) => same(one, other),
        (Some(_), None) | (None, _) => Agree::Unknown,
    }
}

/// 「山田」 may be 「山田花子」; whether 「やまだ」 or "Yamada" is 「山田」 nobody can say.
fn same_name(one: &str, other: &str) -> Agree {
    if one.starts_with(other) || other.starts_with(one) || one.ends_with(other) || other.ends_with(one) {
        return Agree::Yes;
    }
    if script(one) == script(other) { Agree::No } else { Agree::Unknown }
}

#[derive(PartialEq, Eq)]
enum Script {
    Latin,
    Kana,
    Ideographs,
}

fn script(name: &str) -> Script {
    // Katakana was folded to hiragana.
    let kana = |c: char| matches!(c, 'ぁ'..='ゟ' | 'ー');
    if name.chars().all(kana) {
        Script::Kana
    } else if name.chars().any(|c| matches!(c, '々' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')) {
        Script::Ideographs
    } else {
        Script::Latin
    }
}

/// What a mail answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// A mail of ours that only the customer got.
    Ours,
    /// A mail of ours that went to several people at once.
    Bulk,
    /// A mail of the customer's own, who may have sent it to others, too.
    Theirs,
}

/// A mail that says it answers one of this case.
pub fn by_reference(case: &Case, identity: Identity, answered: Answered, subject: &str) -> Belonging {
    match (identity, answered) {
        (Identity::Other | Identity::Unknown, Answered::Bulk) => Belonging::Apart,
        (Identity::Other, Answered::Ours | Answered::Theirs) | (Identity::Unknown, Answered::Theirs) => {
            Belonging::Linked
        }
        // Whoever answers what only the customer got speaks for the customer.
        (Identity::Same, _) | (Identity::Unknown, Answered::Ours) => {
            if is_new_subject(case, subject) {
                Belonging::Linked
            } else {
                joins(case)
            }
        }
    }
}

/// A mail that answers nothing, by somebody who may be the customer of this case. `form`: it came through a form, whose
/// subject says nothing. What is written before we have answered, or while we wait for an answer, goes on with the matter.
pub fn by_person(case: &Case, identity: Identity, form: bool, subject: &str) -> Belonging {
    match identity {
        Identity::Other => Belonging::Linked,
        Identity::Unknown => Belonging::Apart,
        Identity::Same => match &case.state {
            State::Closed { .. } => Belonging::Apart,
            State::Open(Open { step, .. }) => match step {
                // Nobody has answered and nothing is waited for: a new subject is a new matter.
                Step::Answered { .. } if !form && is_new_subject(case, subject) => Belonging::Linked,
                Step::Drafted { .. }
                | Step::Asked { .. }
                | Step::AtDesk { .. }
                | Step::Sending { .. }
                | Step::Unknown { .. }
                | Step::AwaitingReply { .. }
                | Step::Answered { .. }
                | Step::AtShop { .. }
                | Step::Complaint { .. }
                | Step::Quarantined { .. } => joins(case),
            },
        },
    }
}

/// Whether a mail that would be linked for its subject alone may be an answer all the same, if it takes what we offered.
pub const fn may_be_answer(case: &Case, identity: Identity) -> bool {
    !matches!(identity, Identity::Other) && case.mails.len() < MOST_MAILS
}

/// Whether name and number are both given and both the same: certain enough to write to another address.
pub fn surely_same(customer: &Customer, writer: Writer<'_>) -> bool {
    let phone = |text: Option<&str>| text.and_then(directory::phone);
    let name = |text: Option<&str>| text.and_then(directory::name);
    let (one, other) = (phone(customer.phone.as_deref()), phone(writer.phone));
    let names = (name(customer.name.as_deref()), name(writer.name));
    let named = matches!(&names, (Some(one), Some(other)) if same_name(one, other) == Agree::Yes);
    one.is_some() && one == other && named
}

/// The same for a case as it is now, which may have grown since the mail was read; or for the case that goes on from it.
pub fn again(case: &Case, belonging: Belonging) -> Belonging {
    match belonging {
        Belonging::Joins | Belonging::Continues => joins(case),
        Belonging::Linked | Belonging::Apart => belonging,
    }
}

fn joins(case: &Case) -> Belonging {
    if case.mails.len() < MOST_MAILS && !is_settled(case) { Belonging::Joins } else { Belonging::Continues }
}

/// Whether the complaint of a case is over and the case with it: what is written then may be a complaint of its own, and a
/// case has one.
fn is_settled(case: &Case) -> bool {
    matches!(case.state, State::Closed { .. })
        && case.complaint.as_deref().is_some_and(|complaint| !complaint.is_open())
}

/// Whether the writer typed a subject of their own in place of that of the matter. A subject that says "Re:" was taken over
/// from what it answers, whoever wrote that.
pub fn is_new_subject(case: &Case, subject: &str) -> bool {
    let Some(own) = typed_subject(subject) else { return false };
    let known = case.mails.iter().map(|mail| mail.subject.as_str());
    let ours = case.draft.iter().map(|draft| draft.subject.as_str());
    known.chain(ours).all(|known| {
        let known = bare(known).1;
        !known.contains(&own) && (known.is_empty() || !own.contains(&known))
    })
}

/// The subject, if the writer typed it.
fn typed_subject(subject: &str) -> Option<String> {
    const NONE: [&str; 8] =
        ["無題", "件名なし", "(件名なし)", "no subject", "(no subject)", "brak tematu", "无主题", "無主題"];
    let (answers, own) = bare(subject);
    let says_nothing = own.chars().count() < 2 || NONE.contains(&own.as_str());
    (!answers && !says_nothing).then_some(own)
}

/// Whether a subject begins as answers and forwarded mails do, and what is left: folded, without marks in front.
fn bare(subject: &str) -> (bool, String) {
    const ANSWERS: [&str; 21] = [
        "re", "aw", "antw", "sv", "vs", "odp", "rv", "res", "rif", "r", "fw", "fwd", "wg", "pd", "tr",
        "返信", "転送", "回复", "回復", "答复", "转发",
    ];
    let folded = Folded::new(subject);
    let mut rest = folded.text().trim();
    let mut answers = false;
    // `Re[2]:`, `Re^3:`, `返信：`; wide colons are folded.
    while let Some((head, tail)) = rest.split_once(':') {
        let word = head.trim().trim_end_matches(|c: char| c.is_ascii_digit() || "[]^()".contains(c)).trim();
        if !ANSWERS.contains(&word) {
            break;
        }
        (answers, rest) = (true, tail.trim());
    }
    (answers, rest.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests;
