//! Who may be told by a machine that a mail has come, and what has been told: the rows that acknowledgements count by.
//!
//! Everything counted is in the store, so that neither a restart nor a second worker begins anew. Words no mail and sends
//! none.

use jiff::Timestamp;
use tracing::debug;

use super::commit::thread_value;
use super::{Desk, DeskError, Extra, keys};
use crate::config::Acknowledge;
use crate::live::Live;
use crate::outbox::row::Row;
use crate::record;
use crate::store::{Commit, Key, Version};
use crate::triage::acknowledge::{self, Asked, Sight};
use crate::triage::allowance::{Budget, Weather};
use crate::triage::event::Arrival;
use crate::triage::id::{Address, CaseId, MailboxName, MessageId};
use crate::triage::mail::Letter;
use crate::triage::verdict::{Disposition, Reading};

/// How often two writers may be in each other's way.
const ATTEMPTS: u32 = 50;

/// Why a budget gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// This address was told before, or is never to be told.
    Address,
    /// This domain.
    Domain,
    /// This form.
    Form,
    /// This mailbox, for today.
    Day,
}

impl Spent {
    /// The word for logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Address => "budget of the address",
            Self::Domain => "budget of the domain",
            Self::Form => "budget of the form",
            Self::Day => "budget of the day",
        }
    }
}

impl Desk {
    /// Whether the writer of a new matter may be told by a machine that it has come.
    pub(super) fn may_be_told(
        &self,
        live: &Live,
        arrival: &Arrival,
        letter: &Letter,
        reading: &Reading,
        received: Timestamp,
        proved: bool,
    ) -> Option<Asked> {
        let new = matches!(reading.verdict.disposition, Disposition::Case);
        let sight = Sight {
            customer: arrival.customer.address.as_ref(),
            doubtful: reading.verdict.doubtful || !new,
            form_senders: &live.config.desk.form_senders,
            proved,
            received: received.min(self.now()),
        };
        let asked = acknowledge::asked(letter, &live.policy(&arrival.mailbox).desk, &sight);
        asked
            .inspect_err(
                |why| debug!(case = %arrival.id, ?why, "Nobody is told by a machine that this mail has come."),
            )
            .ok()
    }

    /// Mail to the customer of a case came back: no machine writes to that address again.
    pub(super) async fn remember_unreachable(
        &self,
        case: &CaseId,
        extra: &mut Extra,
    ) -> Result<(), DeskError> {
        if let Some((case, _)) = self.case(case).await?
            && let Some(address) = &case.customer.address
        {
            extra.put.push((keys::never_told(address)?, keys::NOTHING.to_vec()));
        }
        Ok(())
    }

    /// No machine writes to this address again.
    pub async fn never_tell(&self, address: &Address) -> Result<(), DeskError> {
        let put = vec![(keys::never_told(address)?, keys::NOTHING.to_vec())];
        self.write(Extra { put, ..Extra::default() }).await
    }

    /// One more mail wants an acknowledgement. False during a storm.
    pub async fn feel_storm(&self, mailbox: &MailboxName, config: &Acknowledge) -> Result<bool, DeskError> {
        let key = keys::storm(mailbox)?;
        for _ in 0..ATTEMPTS {
            let (mut weather, version) = self.weather(&key).await?;
            let before = weather.clone();
            let calm = config.storm.feel(&mut weather, self.now());
            if weather == before || self.keep_weather(&key, version, &weather).await? {
                return Ok(calm);
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// The mailboxes whose storm the operator has not heard of yet.
    pub async fn untold_storms(&self) -> Result<Vec<(MailboxName, Weather)>, DeskError> {
        let mut storms = Vec::new();
        for mailbox in &self.live().config.mailboxes {
            let (weather, _) = self.weather(&keys::storm(&mailbox.name)?).await?;
            if weather.untold {
                storms.push((mailbox.name.clone(), weather));
            }
        }
        Ok(storms)
    }

    /// The operator is about to hear of a storm: whatever comes of it, not again. False when somebody else tells.
    pub async fn telling_storm(&self, mailbox: &MailboxName) -> Result<bool, DeskError> {
        let key = keys::storm(mailbox)?;
        for _ in 0..ATTEMPTS {
            let (weather, version) = self.weather(&key).await?;
            if !weather.untold {
                return Ok(false);
            }
            if self.keep_weather(&key, version, &Weather { untold: false, ..weather }).await? {
                return Ok(true);
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    async fn weather(&self, key: &Key) -> Result<(Weather, Option<Version>), DeskError> {
        let Some(row) = self.store().get(key).await? else { return Ok((Weather::default(), None)) };
        let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
        let instant = |key: &str| value.get(key).and_then(serde_json::Value::as_i64).and_then(instant);
        let untold = value.get("untold").and_then(serde_json::Value::as_bool).unwrap_or(false);
        let weather = Weather { recent: instants(&value), quiet_until: instant("quiet_until"), untold };
        Ok((weather, Some(row.version)))
    }

    async fn keep_weather(
        &self,
        key: &Key,
        version: Option<Version>,
        weather: &Weather,
    ) -> Result<bool, DeskError> {
        let value = serde_json::json!({
            "v": 1,
            "at": weather.recent.iter().map(|at| at.as_millisecond()).collect::<Vec<_>>(),
            "quiet_until": weather.quiet_until.map(Timestamp::as_millisecond),
            "untold": weather.untold,
        });
        let extra = Extra {
            expect: vec![(key.clone(), version)],
            put: vec![(key.clone(), value.to_string().into_bytes())],
            ..Extra::default()
        };
        Ok(matches!(self.commit(&extra).await?, Commit::Done(_)))
    }

    /// What an acknowledgement takes from every budget, as rows for the commit that lets it go; or which one is spent.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn allowance(
        &self,
        mailbox: &MailboxName,
        config: &Acknowledge,
        to: &Address,
        form: Option<&Address>,
    ) -> Result<Result<Extra, Spent>, DeskError> {
        if self.store().get(&keys::never_told(to)?).await?.is_some() {
            return Ok(Err(Spent::Address));
        }
        // An address is one person, whichever of our mailboxes is written to.
        let mut budgets = vec![
            (keys::budget("address", &plain(to))?, config.per_address, Spent::Address),
            (
                keys::budget("domain", &format!("{mailbox}/{}", to.domain()))?,
                config.per_domain,
                Spent::Domain,
            ),
            (keys::budget("day", mailbox.as_str())?, config.per_day, Spent::Day),
        ];
        if let Some(form) = form {
            budgets.push((
                keys::budget("form", &format!("{mailbox}/{}", plain(form)))?,
                config.per_form,
                Spent::Form,
            ));
        }
        let mut extra = Extra::default();
        for (key, budget, spent) in budgets {
            let Some(row) = self.one_of(&key, budget, &mut extra).await? else { return Ok(Err(spent)) };
            extra.put.push((key, row));
        }
        Ok(Ok(extra))
    }

    /// Lets an acknowledgement go: takes it from every budget and writes its row down with `dot`, in one commit and only
    /// while the case waits. False when it may not go.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn spend_on(
        &self,
        at_dot: &Row,
        config: &Acknowledge,
        to: &Address,
        form: Option<&Address>,
        id: &MessageId,
    ) -> Result<bool, DeskError> {
        for _ in 0..ATTEMPTS {
            let Some((case, version)) = self.case(&at_dot.case).await? else { return Ok(false) };
            if !acknowledge::waits(&case) {
                return Ok(false);
            }
            let Ok(mut extra) = self.allowance(&case.mailbox, config, to, form).await? else {
                return Ok(false);
            };
            extra.expect.push((keys::case(&case.id)?, Some(version)));
            extra.put.push((keys::out(&case.id, at_dot.number)?, record::row_to_json(at_dot)));
            // Whoever answers it is in the same matter; and should it come back, it is known what came back.
            extra.put.push((keys::thread(id)?, thread_value(&case.id)));
            if let Commit::Done(_) = self.commit(&extra).await? {
                return Ok(true);
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// Forgets what no budget counts any more: addresses are not kept for longer than they are needed.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn forget_spent(&self) -> Result<usize, DeskError> {
        let live = self.live();
        let longest =
            live.config.mailboxes.iter().filter_map(|mailbox| mailbox.acknowledge.as_ref()).map(|config| {
                let budgets = [config.per_address, config.per_domain, config.per_form, config.per_day];
                budgets.into_iter().map(|budget| budget.within).max().unwrap_or_default()
            });
        let Ok(before) = self.now().checked_sub(longest.max().unwrap_or_default()) else { return Ok(0) };
        let mut forgotten: usize = 0;
        let mut pages = self.store().pages(keys::BUDGET);
        while let Some(rows) = pages.next().await? {
            for row in rows {
                let value: serde_json::Value = serde_json::from_slice(&row.value).unwrap_or_default();
                if instants(&value).iter().any(|at| *at >= before) {
                    continue;
                }
                let (expect, delete) = (vec![(row.key.clone(), Some(row.version))], vec![row.key]);
                self.write(Extra { expect, delete, ..Extra::default() }).await?;
                forgotten = forgotten.saturating_add(1);
            }
        }
        Ok(forgotten)
    }

    /// One more from a budget, or `None` where it is spent.
    async fn one_of(
        &self,
        key: &Key,
        budget: Budget,
        extra: &mut Extra,
    ) -> Result<Option<Vec<u8>>, DeskError> {
        let row = self.store().get(key).await?;
        extra.expect.push((key.clone(), row.as_ref().map(|row| row.version)));
        let value: serde_json::Value =
            row.and_then(|row| serde_json::from_slice(&row.value).ok()).unwrap_or_default();
        let mut taken = instants(&value);
        if !budget.take(&mut taken, self.now()) {
            return Ok(None);
        }
        let taken: Vec<i64> = taken.iter().map(|at| at.as_millisecond()).collect();
        Ok(Some(serde_json::json!({ "v": 1, "at": taken }).to_string().into_bytes()))
    }
}

fn instant(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}

fn instants(value: &serde_json::Value) -> Vec<Timestamp> {
    let list = value.get("at").and_then(serde_json::Value::as_array);
    list.into_iter().flatten().filter_map(serde_json::Value::as_i64).filter_map(instant).collect()
}

/// An address as budgets count it: `Ha.na+1@…` and `hana@…` are one person, as large providers deliver them to one.
fn plain(address: &Address) -> String {
    let local = address.local().to_ascii_lowercase();
    let local = local.split_once('+').map_or(local.as_str(), |(name, _)| name);
    format!("{}@{}", local.replace('.', ""), address.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_budget() {
        for (written, counted) in [
            ("hana@x.test", "hana@x.test"),
            ("Ha.Na+1+2@x.test", "hana@x.test"),
            ("h.a.n.a@x.test", "hana@x.test"),
            ("hana@y.x.test", "hana@y.x.test"),
        ] {
            assert_eq!(Address::parse(written).as_ref().map(plain).as_deref(), Some(counted), "{written}");
        }
    }
}
