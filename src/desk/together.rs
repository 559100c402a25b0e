//! One commit over several cases: a mail that names them all, and in each of them that it was told (workflow W5). Either all
//! of it is durable or nothing, so that a crash neither loses nor doubles what people are told. Who is told what is decided
//! in the core.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::commit::Rows;
use super::{Desk, DeskError, Extra, Handled, as_it_is, commit, keys};
use crate::crash;
use crate::live::Live;
use crate::outbox::row::Row;
use crate::store::{BATCH_LIMIT, Batch, Commit, Version};
use crate::triage::alert::{self, Letter, Round};
use crate::triage::case::Case;
use crate::triage::decide::decide;
use crate::triage::event::Event;
use crate::triage::id::{Address, CaseId};
use crate::triage::level::Sent;
use crate::triage::policy::Policy;

/// Cases that are told of in one round; more follow in the next.
const MOST: usize = 1_000;
/// Bytes of cases in one round, half of what one commit may hold: a round that is too large would be tried for ever.
const LARGEST: usize = BATCH_LIMIT / 2;
/// How long it is remembered when mails went out: budgets look back an hour, the widest group a day.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(25);

impl Desk {
    /// Tells people which service levels are about to be broken, or are. `false`: there was nobody to tell.
    ///
    /// # Errors
    /// What the store says, or that the cases kept changing.
    pub async fn tell_levels(&self) -> Result<bool, DeskError> {
        const ATTEMPTS: u32 = 20;
        for _ in 0..ATTEMPTS {
            let live = self.live();
            let now = self.now();
            let due = self.due_levels(&live, now).await?;
            if due.is_empty() {
                return Ok(false);
            }
            let absent = self.inner.absent.load_full();
            let (load, _) = self.inner.loads.seen();
            let policies: Vec<_> =
                due.iter().map(|(case, _)| as_it_is(live.policy(&case.mailbox), &absent, &load)).collect();
            let cases: Vec<(&Case, &Policy)> =
                due.iter().zip(&policies).map(|((case, _), policy)| (case, &**policy)).collect();
            let (sent, versions) = self.sent_alerts(&cases, now).await?;
            let round = alert::round(&cases, &sent, now);
            if round.told.is_empty() {
                return self.set_late_alarms(&live, &due, now).await.map(|()| false);
            }
            let (mut batch, rows) = self.tell(&live, &due, &cases, &round, now).await?;
            for letter in &round.letters {
                let key = keys::alerts(&letter.to)?;
                let before = sent.get(&letter.to).cloned().unwrap_or_default();
                batch.expect.push((key.clone(), versions.get(&letter.to).copied()));
                batch.put.push((key, remembered(before, now)));
            }
            crash::point("alerts.before_commit");
            if let Commit::Done(_) = self.store().commit(batch).await? {
                crash::point("alerts.committed");
                let (mails, told) = (round.letters.len(), round.told.len());
                info!(mails, cases = told, "Told people of service levels.");
                self.hand_out(rows);
                return Ok(true);
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// The cases of which somebody must be told, and those that are near enough to be named with them.
    async fn due_levels(&self, live: &Live, now: Timestamp) -> Result<Vec<(Case, Version)>, DeskError> {
        let group = live.config.alerts.map(|alerts| alerts.group).unwrap_or_default();
        let soon = now.checked_add(group).unwrap_or(now);
        let rows = self.store().scan(keys::LEVEL, None, MOST).await?;
        let listed: Vec<(Timestamp, CaseId)> =
            rows.iter().filter_map(|row| keys::parse_level(row.key.as_str())).collect();
        // Nothing is due: what is near waits.
        if listed.first().is_none_or(|(at, _)| *at > now) {
            return Ok(Vec::new());
        }
        let (mut cases, mut size) = (Vec::new(), 0_usize);
        for (_, id) in listed.into_iter().take_while(|(at, _)| *at <= soon) {
            let Some((case, version, bytes)) = self.readable(&id).await? else { continue };
            size = size.saturating_add(bytes);
            if size > LARGEST && !cases.is_empty() {
                break;
            }
            cases.push((case, version));
        }
        Ok(cases)
    }

    /// When such mails went out to everybody, and the versions of the rows that say so.
    async fn sent_alerts(
        &self,
        cases: &[(&Case, &Policy)],
        now: Timestamp,
    ) -> Result<(Sent, BTreeMap<Address, Version>), DeskError> {
        let (mut sent, mut versions) = (Sent::new(), BTreeMap::new());
        let people = cases.iter().flat_map(|(_, policy)| &policy.people).map(|person| &person.address);
        let people: std::collections::BTreeSet<&Address> = people.collect();
        for person in people {
            let Some(row) = self.store().get(&keys::alerts(person)?).await? else { continue };
            let at: Vec<i64> = serde_json::from_slice(&row.value).unwrap_or_default();
            let at = at.into_iter().filter_map(|at| Timestamp::from_millisecond(at).ok());
            // A clock that was put back must not silence anybody.
            sent.insert(person.clone(), at.filter(|at| *at <= now).collect());
            versions.insert(person.clone(), row.version);
        }
        Ok((sent, versions))
    }

    /// Everything that must become true together.
    async fn tell(
        &self,
        live: &Live,
        due: &[(Case, Version)],
        cases: &[(&Case, &Policy)],
        round: &Round,
        now: Timestamp,
    ) -> Result<(Batch, Vec<Row>), DeskError> {
        let mut batch = commit::only(&Extra::default(), now);
        let mut rows = Vec::new();
        for (before, (case, policy)) in due.iter().zip(cases) {
            let Some(told) = round.told.get(&case.id) else { continue };
            let carried = |letter: &&Letter| letter.items.first().is_some_and(|item| item.case == case.id);
            let letters: Vec<Letter> = round.letters.iter().filter(carried).cloned().collect();
            let event = Event::Alerted { told: told.clone(), letters };
            let Some(decision) = decide(policy, Some(case), &event, now) else { continue };
            let (part, Rows { at_once, .. }) =
                self.plan(live, Some(before), &decision, &event, &Extra::default(), now).await?;
            batch.expect.extend(part.expect);
            batch.put.extend(part.put);
            batch.delete.extend(part.delete);
            batch.notes.extend(part.notes);
            rows.extend(at_once);
        }
        Ok((batch, rows))
    }

    /// A case that is listed as due and of which nobody is to be told: its alarm stands where older tables put it, or the desk
    /// is closed.
    async fn set_late_alarms(
        &self,
        live: &Live,
        due: &[(Case, Version)],
        now: Timestamp,
    ) -> Result<(), DeskError> {
        for (case, _) in due.iter().filter(|(case, _)| case.placement.alarm.is_some_and(|at| at <= now)) {
            self.set_alarm(live, case).await?;
        }
        Ok(())
    }

    /// Sets a case's alarm anew, where the tables in force put it elsewhere.
    pub(super) async fn set_alarm(&self, live: &Live, case: &Case) -> Result<(), DeskError> {
        let policy = live.policy(&case.mailbox);
        if alert::next(policy, case, self.now()) == case.placement.alarm {
            return Ok(());
        }
        let event = Event::Alerted { told: Vec::new(), letters: Vec::new() };
        let _: Handled = self.handle(&case.id, &event, Extra::default()).await?;
        Ok(())
    }
}

/// The value of an `alerts/` row after one more mail.
fn remembered(mut sent: Vec<Timestamp>, now: Timestamp) -> Vec<u8> {
    sent.retain(|at| now.duration_since(*at) < REMEMBERED);
    sent.push(now);
    let at: Vec<i64> = sent.iter().map(|at| at.as_millisecond()).collect();
    serde_json::to_vec(&at).unwrap_or_default()
}
