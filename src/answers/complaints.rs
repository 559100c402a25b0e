//! Complaints: all of them by their progress, and one with everything that is known of it.

use serde_json::Value;

use crate::desk::{Desk, DeskError, keys};
use crate::live::Live;
use crate::outbox::complaint::name_of;
use crate::report::complaints::{Line, json, of, whole};
use crate::triage::case::Case;

/// Every complaint, oldest first; ended ones only where asked for.
pub(super) async fn list(desk: &Desk, all: bool) -> Result<Vec<Value>, DeskError> {
    let lines = lines(desk, |_| true).await?;
    Ok(lines.iter().filter(|line| all || line.ended.is_none()).map(json).collect())
}

/// The complaints of the cases that `wanted` names, oldest first.
pub(crate) async fn lines(desk: &Desk, wanted: impl Fn(&Case) -> bool) -> Result<Vec<Line>, DeskError> {
    let live = desk.live();
    let mut lines = Vec::new();
    let mut pages = desk.store().pages(keys::COMPLAINT);
    while let Some(rows) = pages.next().await? {
        for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
            if let Some((case, _)) = desk.case(&id).await?
                && wanted(&case)
            {
                lines.extend(line(&live, &case));
            }
        }
    }
    lines.sort_by(|a, b| a.opened.cmp(&b.opened).then_with(|| a.case.cmp(&b.case)));
    Ok(lines)
}

fn line(live: &Live, case: &Case) -> Option<Line> {
    of(case, live.zone(&case.mailbox), |who| name_of(live, who))
}

/// What `case` shows of a complaint.
pub(super) fn shown(live: &Live, case: &Case) -> Option<Value> {
    let complaint = case.complaint.as_deref()?;
    Some(whole(complaint, &line(live, case)?, |who| name_of(live, who)))
}
