//! 「遠隔」: remote guidance is noted as 『遠隔案内』, and the mail that brings the tool is drafted from its template. It is
//! approved like any other draft; nothing here sends.

use super::arrive;
use super::calls::may_be_drafted;
use super::obey::not_now;
use super::plan::Plan;
use crate::triage::case::{Then, Why};
use crate::triage::dossier::Guidance;
use crate::triage::effect::Notice;
use crate::triage::id::Address;

/// What the record says (workflow W2).
const NOTE: &str = "『遠隔案内』";

/// Notes and drafts, or says why it cannot.
pub(super) fn guide(plan: &mut Plan<'_>, by: &Address) {
    // A holding mail says that the shop answers: nothing takes its place.
    let for_shop = plan.case.asking().is_some_and(|asking| asking.then == Then::Shop);
    let template = plan.policy.calls.remote.clone().filter(|_| may_be_drafted(plan) && !for_shop);
    let Some(template) = template else {
        not_now(plan, by, "遠隔");
        return;
    };
    match plan.draft_from(&template, None, Then::Reply) {
        Ok(()) => {
            plan.record(Some(by), "遠隔", NOTE);
            plan.case.dossier.remote = Some(Guidance { by: by.clone(), at: plan.now });
            arrive::ask_for_approval(plan);
        }
        Err(Why::NoAddress) => plan.answer(by, Notice::NoAddress),
        Err(Why::Fault(why)) => plan.answer(by, Notice::CannotDraft { why }),
        Err(
            Why::Rejected { .. }
            | Why::CustomerAnswered
            | Why::Bounced
            | Why::Refused { .. }
            | Why::DraftEdited
            | Why::PhonedIn { .. }
            | Why::HandedOver { .. }
            | Why::CallBack,
        ) => not_now(plan, by, "遠隔"),
    }
}
