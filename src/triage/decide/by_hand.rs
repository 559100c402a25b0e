//! What people do by hand in the mailbox: marks, moves, drafts, answers of their own (`answer`). Each is an answer to us.
//!
//! Two laws. What a person did is never undone: a mark of theirs stays, one they took off stays off, a mail they moved
//! stays where it is, until a later state wants something anew. And whatever a person has dealt with is asked of
//! nobody again. While an act of ours is still on its way to a mail, nothing is read into how that mail looks.

use super::complaint;
use super::ended::hand_to_shop;
use super::plan::Plan;
use crate::triage::case::{Case, CaseMail, Open, Outcome, Owner, Place, State, Step, Why};
use crate::triage::event::DraftChange;
use crate::triage::hand::Whereabouts;
use crate::triage::id::{Fingerprint, Revision};
use crate::triage::label::{self, STATE_MARKS};
use crate::triage::verdict::Class;

mod answer;

pub(super) use answer::{answered, asked, go_on_from, note_sent, seen_in_sent};

/// A mail of the case to which nothing of ours is on its way.
fn settled<'p>(plan: &'p mut Plan<'_>, fingerprint: Fingerprint) -> Option<&'p mut CaseMail> {
    let mail = plan.case.mails.iter_mut().find(|mail| mail.fingerprint == fingerprint)?;
    (mail.pending.is_none() && !mail.gone).then_some(mail)
}

fn is_newest(case: &Case, fingerprint: Fingerprint) -> bool {
    case.mails.last().is_some_and(|mail| mail.fingerprint == fingerprint)
}

/// A person took a mark of ours off. Off 「返信待ち」 means that a booking was made (workflow W1); off 「確認中」 that
/// somebody is on it: the request stays good, but colleagues are not reminded any more.
pub(super) fn mark_removed(plan: &mut Plan<'_>, fingerprint: Fingerprint, mark: &str) -> bool {
    let newest = is_newest(&plan.case, fingerprint);
    let Some(mail) = settled(plan, fingerprint) else { return false };
    if !mail.marks.remove(mark) {
        return false;
    }
    mail.fixed_marks.remove(mark);
    let outcome = match plan.case.open().map(|open| &open.step) {
        Some(Step::AwaitingReply { .. }) if mark == label::AWAITING_REPLY => Some(Outcome::Converted),
        Some(Step::AtShop { .. }) if mark == label::ASKED_SHOP => Some(Outcome::TakenOver),
        Some(Step::Quarantined { .. }) if mark == label::TRIAGE_POISON => Some(Outcome::TakenOver),
        Some(_) | None => None,
    };
    // Any other mark is the person's business: it is remembered as gone, and left so.
    if let Some(outcome) = outcome {
        plan.record(None, "label_removed_by_hand", mark);
        plan.close(outcome);
    } else if mark == label::ASKED && newest {
        take_in_hand(plan);
    }
    true
}

/// Whoever took 「確認中」 off gets the time of one reminder before anybody is told that the case still waits.
fn take_in_hand(plan: &mut Plan<'_>) {
    let Some(open) = plan.case.open().cloned() else { return };
    if let Step::Asked { .. } | Step::AtDesk { .. } = open.step {
        plan.record(None, Case::TAKEN_IN_HAND, "");
        let due = plan.after(plan.policy.timing.reminder);
        plan.case.state = State::Open(Open { due, ..open });
    }
}

/// A person set a mark of this desk. On the newest mail of an open case it says what became of the case; anywhere
/// else, and where it says nothing, it is theirs and stays.
pub(super) fn mark_added(plan: &mut Plan<'_>, fingerprint: Fingerprint, mark: &str) -> bool {
    let newest = is_newest(&plan.case, fingerprint);
    let Some(mail) = settled(plan, fingerprint) else { return false };
    if !mail.marks.insert(mark.to_owned()) {
        return false;
    }
    let meant = newest && STATE_MARKS.contains(&mark) && obey_mark(plan, mark);
    // A mark that has become the state's goes with the state; any other one is never taken away by us.
    if (!meant || mark == label::HANDLED)
        && let Some(mail) = plan.case.mails.iter_mut().find(|mail| mail.fingerprint == fingerprint)
    {
        mail.fixed_marks.insert(mark.to_owned());
    }
    true
}

/// A person gave a mail a star that stands for a mark. It says what that mark says, once: nobody takes a star off when
/// the case moves on, so it is remembered as obeyed. We set no star, and take none off (Gmail has no command for it).
pub(super) fn starred(plan: &mut Plan<'_>, fingerprint: Fingerprint, mark: &str) -> bool {
    let newest = is_newest(&plan.case, fingerprint);
    let Some(mail) = settled(plan, fingerprint) else { return false };
    let fresh = mail.stars.insert(mark.to_owned());
    // The mark itself has said it already.
    if fresh && newest && !mail.marks.contains(mark) {
        obey_mark(plan, mark);
    }
    fresh
}

/// Does what a mark on the newest mail says; false where it says nothing in this state.
fn obey_mark(plan: &mut Plan<'_>, mark: &str) -> bool {
    let Some(step) = plan.case.open().map(|open| open.step.clone()) else { return false };
    let waits = match step {
        // A mail of ours is on its way and cannot be called back.
        Step::Sending { leaves: None, .. } | Step::Unknown { .. } => return false,
        Step::AwaitingReply { .. } | Step::Answered { .. } | Step::Complaint { .. } => false,
        Step::Drafted { .. }
        | Step::Asked { .. }
        | Step::AtDesk { .. }
        | Step::Sending { leaves: Some(_), .. }
        | Step::AtShop { .. }
        | Step::Quarantined { .. } => true,
    };
    let at_shop = matches!(step, Step::AtShop { .. });
    match mark {
        label::HANDLED => {
            plan.call_back_and_tell(None);
            plan.record(None, Case::HANDLED_BY_HAND, "");
            withdraw(plan);
            let unread = matches!(step, Step::Quarantined { .. });
            // An inquiry that was dealt with is reported like any other; whether a wish led to a booking is not known.
            plan.close(match plan.case.matter.class {
                Class::Inquiry if unread => Outcome::Dismissed,
                Class::Inquiry => Outcome::Answered,
                Class::Reservation => Outcome::TakenOver,
            });
            true
        }
        label::AWAITING_REPLY => {
            plan.call_back_and_tell(None);
            plan.record(None, Case::ANSWERED_ELSEWHERE, "");
            if waits {
                withdraw(plan);
            }
            let since = plan.now;
            plan.go(Step::AwaitingReply { since }, Owner::Customer, plan.policy.timing.window);
            true
        }
        label::ASKED_SHOP if !at_shop => {
            plan.call_back_and_tell(None);
            plan.record(None, Case::SHOP_BY_HAND, "");
            plan.retire_draft();
            plan.case.draft = None;
            hand_to_shop(plan);
            true
        }
        _ => false,
    }
}

/// Takes the draft and every question back: whoever answers later is told what happened.
fn withdraw(plan: &mut Plan<'_>) {
    plan.retire_draft();
    plan.turn();
    plan.case.draft = None;
}

/// A person archived, moved, deleted or brought back a mail.
pub(super) fn moved(plan: &mut Plan<'_>, fingerprint: Fingerprint, to: Whereabouts, place: &Place) -> bool {
    let newest = is_newest(&plan.case, fingerprint);
    let Some(mail) = settled(plan, fingerprint) else { return false };
    let (was_out, old) = (mail.archived, mail.place.clone());
    mail.archived = to != Whereabouts::Inbox;
    match to {
        Whereabouts::Gone => mail.gone = true,
        Whereabouts::Inbox
        | Whereabouts::Archive
        | Whereabouts::Trash
        | Whereabouts::Junk
        | Whereabouts::Elsewhere => mail.place = place.clone(),
    }
    let out = to != Whereabouts::Inbox;
    let same_folder = old.folder == place.folder;
    let what = match to {
        Whereabouts::Inbox if was_out => Case::PUT_BACK,
        // Found again in the folder in which it was known to be.
        Whereabouts::Inbox => return old != *place,
        Whereabouts::Archive if was_out && same_folder => return old != *place,
        Whereabouts::Archive => Case::ARCHIVED_BY_HAND,
        Whereabouts::Elsewhere if was_out && same_folder => return old != *place,
        Whereabouts::Elsewhere => Case::MOVED_BY_HAND,
        Whereabouts::Trash | Whereabouts::Junk if was_out && same_folder => return old != *place,
        Whereabouts::Trash | Whereabouts::Junk | Whereabouts::Gone => Case::DELETED_BY_HAND,
    };
    plan.record(None, what, to.word());
    if newest && out && !was_out {
        left_the_inbox(plan, to);
    }
    true
}

/// The newest mail left the inbox by a person's hand: whatever the desk still asked is theirs now.
fn left_the_inbox(plan: &mut Plan<'_>, to: Whereabouts) {
    let away = matches!(to, Whereabouts::Trash | Whereabouts::Junk | Whereabouts::Gone);
    plan.call_back_and_tell(None);
    match plan.case.open().map(|open| &open.step) {
        Some(Step::Drafted { .. } | Step::Asked { .. } | Step::AtDesk { .. } | Step::Quarantined { .. }) => {
            withdraw(plan);
            plan.close(Outcome::TakenOver);
        }
        // Archived while the shop has it: the staff have answered (workflow W1). A folder of one's own is only order.
        Some(Step::AtShop { .. }) if to == Whereabouts::Archive => plan.close(Outcome::Referred),
        Some(Step::AtShop { .. }) if away => plan.close(Outcome::TakenOver),
        // Our answer is out or on its way: where its mail lies changes nothing.
        Some(
            Step::AtShop { .. }
            | Step::Sending { .. }
            | Step::Unknown { .. }
            | Step::AwaitingReply { .. }
            | Step::Complaint { .. }
            | Step::Answered { .. },
        )
        | None => {}
    }
}

/// A person touched our draft in Drafts. Edited: it is theirs now, the request is closed, and the case waits for them
/// with a deadline. Deleted: nobody's decision yet, so the request stays good.
pub(super) fn draft_changed(plan: &mut Plan<'_>, revision: Revision, change: DraftChange) -> bool {
    let ours = plan.case.draft.as_ref().is_some_and(|draft| draft.revision == revision);
    let now_asked = |plan: &Plan<'_>| plan.case.open().cloned().filter(|_| ours && plan.current(revision));
    if change == DraftChange::Edited && now_asked(plan).is_some() {
        plan.call_back_and_tell(None);
    }
    let Some(open) = now_asked(plan) else { return false };
    let (Step::Drafted { asking } | Step::Asked { asking }) = open.step else { return false };
    match change {
        DraftChange::Edited => {
            plan.record(None, Case::DRAFT_EDITED, "");
            // Not retired: what lies in Drafts now is a person's work.
            plan.case.draft = None;
            complaint::edited(plan, revision, asking);
            plan.turn();
            let due = plan.after(plan.policy.timing.reminder);
            let step = Step::AtDesk { why: Why::DraftEdited, asking };
            let owner = super::place::given_back(plan, open.owner);
            plan.case.state = State::Open(Open { step, owner, due });
            true
        }
        DraftChange::Deleted => {
            let note = revision.to_string();
            let known =
                |entry: &crate::triage::case::Entry| entry.what == Case::DRAFT_DELETED && entry.note == note;
            if plan.case.record.iter().any(known) {
                return false;
            }
            plan.record(None, Case::DRAFT_DELETED, &note);
            true
        }
    }
}
