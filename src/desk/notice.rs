//! A booking system's notice finds the cases it may be about. Which of them change, and how, is decided by the core.

use tracing::info;

use super::intake::{Became, seen};
use super::matter::cut;
use super::{Desk, DeskError, Handled, keys};
use crate::store::Key;
use crate::triage::case::{Case, Step};
use crate::triage::directory::{Handle, phone};
use crate::triage::event::Event;
use crate::triage::id::{CaseId, Fingerprint};
use crate::triage::notice::{BookingNotice, Identity};
use crate::triage::verdict::Ignored;

/// Most characters of a guest's name kept.
const NAME: usize = 200;

/// Whether a booking may be what the case waits for: our answer is out, the shop has it, or nobody could read it.
fn waits(case: &Case) -> bool {
    matches!(
        case.open().map(|open| &open.step),
        Some(Step::AwaitingReply { .. } | Step::AtShop { .. } | Step::Quarantined { .. })
    )
}

impl Desk {
    /// Tells the case whose customer the notice is surely about, or else those that it may be about, and remembers
    /// the mail.
    pub(super) async fn noticed(
        &self,
        fingerprint: Fingerprint,
        why: Ignored,
        notice: Box<BookingNotice>,
    ) -> Result<Became, DeskError> {
        // The mail is remembered with the first case, or alone: a crash between two leaves a note unwritten,
        // never one written twice.
        let mut seen = seen(fingerprint, why.word())?;
        seen.put.extend(self.guest(fingerprint, &notice)?);
        let mut extra = Some(seen);
        for id in self.meant(&notice).await? {
            let event = Event::Noticed { notice: notice.clone() };
            let handled = self.handle(&id, &event, extra.take().unwrap_or_default()).await?;
            match handled {
                Handled::Stale => return Ok(Became::Known),
                Handled::Changed(case) => {
                    info!(case = %id, state = case.state_word(), "A booking system told of a booking.");
                }
                Handled::Unchanged => {}
            }
        }
        match extra {
            Some(extra) => {
                // A conflict means that another writer has just remembered the same.
                self.write(extra).await?;
                Ok(Became::Ignored(why))
            }
            None => Ok(Became::Ignored(why)),
        }
    }

    /// By number and address the guest's name is found again, for a mail that carries none (workflow W1).
    fn guest(
        &self,
        fingerprint: Fingerprint,
        notice: &BookingNotice,
    ) -> Result<Vec<(Key, Vec<u8>)>, DeskError> {
        let Some(name) = &notice.name else { return Ok(Vec::new()) };
        let value = serde_json::json!({ "v": 1, "name": cut(name, NAME) }).to_string().into_bytes();
        let number = notice.phone.as_deref().and_then(phone).map(Handle::Phone);
        let handles = number.into_iter().chain(notice.email.clone().map(Handle::Mail));
        let row = |handle| Ok((keys::noticed(&handle, self.now(), fingerprint)?, value.clone()));
        handles.map(row).collect()
    }

    /// The newest case surely meant; without one, all that carry the guest's name.
    async fn meant(&self, notice: &BookingNotice) -> Result<Vec<CaseId>, DeskError> {
        let mut perhaps: Vec<CaseId> = Vec::new();
        let mut surely: Option<Case> = None;
        let mut pages = self.store().pages(keys::WATCH);
        let mut rows = Vec::new();
        while let Some(page) = pages.next().await? {
            rows.extend(page);
        }
        for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
            let Some((case, _)) = self.case(&id).await? else { continue };
            if !waits(&case) {
                continue;
            }
            match notice.identity(&case.customer, &case.matter.wishes, &case.matter.lang) {
                Identity::None => {}
                Identity::Weak => perhaps.push(id),
                Identity::Strong if surely.as_ref().is_none_or(|old| old.opened < case.opened) => {
                    surely = Some(case);
                }
                Identity::Strong => {}
            }
        }
        Ok(surely.map_or(perhaps, |case| vec![case.id]))
    }
}
