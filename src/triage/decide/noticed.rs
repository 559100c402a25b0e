//! A booking system tells of a booking: a case that waits for its customer may be over by it.

use super::plan::Plan;
use crate::triage::case::{Outcome, Step};
use crate::triage::notice::{BookingNotice, Identity, NoticeKind};

/// The guest of a booking is, surely or perhaps, this case's customer. Only a booking made, by somebody who is surely
/// the customer, while we wait for that customer, ends the case (workflow W1: 予約確定). Anything less is kept for
/// the agent to see.
pub(super) fn noticed(plan: &mut Plan<'_>, notice: &BookingNotice) -> bool {
    let case = &plan.case;
    let identity = notice.identity(&case.customer, &case.matter.wishes, &case.matter.lang);
    let Some(open) = case.open().filter(|_| identity > Identity::None) else { return false };
    let waiting = matches!(open.step, Step::AwaitingReply { .. });
    match (notice.kind, identity) {
        (NoticeKind::Booked, Identity::Strong) if waiting => {
            plan.record(None, "booking_notice", &notice.summary());
            plan.close(Outcome::Converted);
        }
        (NoticeKind::Booked, _) => plan.record(None, "booking_notice_like", &notice.summary()),
        (NoticeKind::Changed, _) => plan.record(None, "booking_notice_changed", &notice.summary()),
        (NoticeKind::Cancelled, _) => plan.record(None, "booking_notice_cancelled", &notice.summary()),
    }
    true
}
