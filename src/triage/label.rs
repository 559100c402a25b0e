//! Which marks a case wants on its mails, and what must change to get there.
//!
//! Marks are sets, so only the difference between wanted and present is ever sent: doing it twice changes
//! nothing, and a mark that a person added or removed by hand is left as the person left it.

use std::collections::BTreeSet;

use super::case::{Case, CaseMail, Outcome, State, Step};

/// Done: 「対応済」.
pub const HANDLED: &str = "handled";
/// Our answer is out: 「返信待ち」.
pub const AWAITING_REPLY: &str = "awaiting_reply";
/// The shop has it: 「店舗依頼」, the purple star of workflow W1.
pub const ASKED_SHOP: &str = "asked_shop";
/// An agent has been asked: 「確認中」.
pub const ASKED: &str = "asked";
/// The mail could not be read: 「要確認」.
pub const TRIAGE_POISON: &str = "triage_poison";
/// It came from the site's chat: 「チャット」.
pub const CHAT: &str = "chat";
/// It is a message from a social network, as a rule of the house says.
pub const SOCIAL: &str = "social";

/// Every mark that follows a case's state; the rest (`chat`) comes from rules and stays.
pub const STATE_MARKS: [&str; 5] = [HANDLED, AWAITING_REPLY, ASKED_SHOP, ASKED, TRIAGE_POISON];

/// Whether a mail with this mark has left the inbox: the states that want the mark archive as well.
pub fn archives(mark: &str) -> bool {
    matches!(mark, HANDLED | AWAITING_REPLY)
}

/// What a state wants of the case's mails.
struct Wanted {
    /// The mark on the newest mail.
    front: Option<&'static str>,
    /// All mails leave the inbox.
    archive: bool,
}

const fn wanted(state: &State) -> Wanted {
    match state {
        State::Open(open) => match open.step {
            Step::Drafted { .. }
            | Step::Asked { .. }
            | Step::AtDesk { .. }
            | Step::Sending { .. }
            | Step::Complaint { .. }
            | Step::Unknown { .. } => Wanted { front: Some(ASKED), archive: false },
            Step::AwaitingReply { .. } => Wanted { front: Some(AWAITING_REPLY), archive: true },
            Step::Answered { .. } => Wanted { front: Some(HANDLED), archive: true },
            Step::AtShop { .. } => Wanted { front: Some(ASKED_SHOP), archive: false },
            Step::Quarantined { .. } => Wanted { front: Some(TRIAGE_POISON), archive: false },
        },
        State::Closed { outcome, .. } => match outcome {
            Outcome::TakenOver => Wanted { front: None, archive: false },
            Outcome::Converted
            | Outcome::Unconverted
            | Outcome::Answered
            | Outcome::Referred
            | Outcome::Dismissed => Wanted { front: Some(HANDLED), archive: true },
        },
    }
}

/// A change to bring a mail to what its case wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Index of the mail in the case.
    pub mail: usize,
    /// Marks to set.
    pub add: BTreeSet<String>,
    /// Marks to clear.
    pub remove: BTreeSet<String>,
    /// Move to the archive.
    pub archive: bool,
}

/// Every change that is needed, oldest mail first, on the way from `before` (`None`: a new case) to `case`.
///
/// A mark that was wanted before and is not there was taken off by a person: it is only set when it is wanted
/// anew, after a state that did not want it. So it is with a mail that is back in the inbox although the state before
/// wanted it archived. A mail that is gone is left alone.
pub fn changes(before: Option<&Case>, case: &Case) -> Vec<Change> {
    let wanted = wanted(&case.state);
    let newest = case.mails.len().saturating_sub(1);
    let asked_before = before.map(targets).unwrap_or_default();
    let archived_before = before.is_some_and(|case| self::wanted(&case.state).archive);
    case.mails
        .iter()
        .enumerate()
        .filter(|(_, mail)| !mail.gone)
        .filter_map(|(index, mail)| {
            let target = marks_of(mail, &wanted, index == newest);
            let old = asked_before.get(index);
            let new = |mark: &&String| old.is_none_or(|old| !old.contains(*mark));
            let change = Change {
                mail: index,
                add: target.difference(&mail.marks).filter(new).cloned().collect(),
                remove: mail.marks.difference(&target).cloned().collect(),
                archive: wanted.archive && !mail.archived && !(archived_before && old.is_some()),
            };
            (!change.add.is_empty() || !change.remove.is_empty() || change.archive).then_some(change)
        })
        .collect()
}

/// What a case wanted of each of its mails.
fn targets(case: &Case) -> Vec<BTreeSet<String>> {
    let wanted = wanted(&case.state);
    let newest = case.mails.len().saturating_sub(1);
    case.mails.iter().enumerate().map(|(index, mail)| marks_of(mail, &wanted, index == newest)).collect()
}

/// An older mail that already left the inbox is done; one still in the inbox shares the newest mail's mark.
fn marks_of(mail: &CaseMail, wanted: &Wanted, newest: bool) -> BTreeSet<String> {
    let older_and_gone = !newest && (mail.archived || wanted.archive);
    let mark = if older_and_gone { Some(HANDLED) } else { wanted.front };
    mail.fixed_marks.iter().cloned().chain(mark.map(str::to_owned)).collect()
}
