//! What is known of a customer before their case is decided: the tier the directory promises, which colleague had their
//! last case (workflow W5), and whether the case this one grew out of has a complaint. Facts only; what follows from them is
//! the core's business.

use super::{Desk, DeskError, keys};
use crate::live::Live;
use crate::triage::directory::{self, Reason};
use crate::triage::event::Arrival;
use crate::triage::level::Tier;

impl Desk {
    /// Looks the customer of a mail up.
    pub(super) async fn look_up(&self, live: &Live, arrival: &mut Arrival) -> Result<(), DeskError> {
        arrival.origin.tier = self.tier_of(arrival).await?;
        if let Some(from) = &arrival.linked {
            arrival.origin.complaint =
                self.case(from).await?.is_some_and(|(case, _)| case.complaint.is_some());
        }
        // Who had it before matters only where cases are shared out.
        if !live.policy(&arrival.mailbox).queues.is_empty() {
            self.who_had_it(live, arrival).await?;
        }
        Ok(())
    }

    /// The tier of a customer known by address, else by number: a name alone is shared by too many. Of several records with
    /// the same address or number the one that was promised most counts.
    async fn tier_of(&self, arrival: &Arrival) -> Result<Option<Tier>, DeskError> {
        let mut handles = directory::handles(&arrival.customer);
        handles.retain(|handle| !handle.is_name());
        let known = self.find_customers(&handles).await?.known;
        let best = |reason: Reason| {
            let tiers = known.iter().filter(|known| known.reasons.contains(&reason));
            tiers
                .map(|known| match known.record.tier {
                    directory::Tier::Standard => Tier::Standard,
                    directory::Tier::Premium => Tier::Premium,
                })
                .max()
        };
        Ok(best(Reason::Mail).or_else(|| best(Reason::Phone)))
    }

    /// The colleague who had the customer's last case, while that is fresh.
    async fn who_had_it(&self, live: &Live, arrival: &mut Arrival) -> Result<(), DeskError> {
        let Some(address) = &arrival.customer.address else { return Ok(()) };
        let last = self.store().last(&keys::person_mail(address)).await?;
        let Some(id) = last.and_then(|row| keys::last_case(row.key.as_str())) else { return Ok(()) };
        let Some((case, _)) = self.case(&id).await? else { return Ok(()) };
        let window = live.policy(&arrival.mailbox).timing.window;
        if case.last_mail().is_some_and(|last| self.now().duration_since(last) <= window) {
            let holds = case.in_hands_of().cloned();
            arrival.origin.before = holds.or(case.placement.agent);
        }
        Ok(())
    }
}
