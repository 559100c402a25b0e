//! Answers that nobody can vouch for yet: kept whole, looked at again, never taken for a yes.
//!
//! DNS may be down for a night. Then an answer waits in the store with its bytes, across restarts, and is taken in again
//! from there, oldest first, as if it had just come; a later answer about the same case waits behind it. Refusals are
//! counted here for the operator. Never decides, never asks DNS itself.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::intake::Incoming;
use super::study::Opened;
use super::{Desk, DeskError, Extra, keys};
use crate::answer::Alarm;
use crate::live::Live;
use crate::record::{self, Held};
use crate::store::{Commit, StoreError, Version};
use crate::token::Token;
use crate::triage::approval::{Doubt, NotYet};
use crate::triage::id::{Address, CaseId, Fingerprint};

/// The first pause before another look; each is twice the one before.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(2);
/// A domain that cannot be asked for so long is given up, and the answer with it.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);
/// The copy of a mail in Sent is seen within this time, or it does not lie there.
const UNSEEN: SignedDuration = SignedDuration::from_mins(10);
/// Answers that are kept at most: beyond them somebody is filling our disk.
const MOST: usize = 500;

/// Refused answers that the operator has not heard of yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// How many, by the word of their reason.
    pub by_reason: BTreeMap<String, u64>,
    /// When the operator last heard of any.
    pub told: Option<Timestamp>,
}

impl Desk {
    /// Keeps an answer and says when it is looked at again. False when it has waited long enough.
    pub(super) async fn hold(
        &self,
        mailbox: &crate::triage::id::MailboxName,
        fingerprint: Fingerprint,
        case: &CaseId,
        incoming: &Incoming,
        why: NotYet,
    ) -> Result<bool, DeskError> {
        let key = keys::held(incoming.received, fingerprint)?;
        let now = self.now();
        let before = match self.store().get(&key).await? {
            Some(row) => Some(held(&row.value)?),
            None => None,
        };
        let (since, looks) =
            before.as_ref().map_or((now, 0), |held| (held.since, held.looks.saturating_add(1)));
        if now.duration_since(since) >= GIVE_UP {
            return Ok(false);
        }
        if before.is_none() && self.store().scan(keys::HELD, None, MOST).await?.len() >= MOST {
            warn!(security = true, "Too many answers wait for DNS; one more is refused.");
            return Ok(false);
        }
        let blob = match before {
            Some(held) => held.blob,
            None => self.store().put_blob(incoming.content.clone().unwrap_or_default()).await?,
        };
        let pause = (0..looks.min(8)).fold(FIRST_PAUSE, |pause, _| pause.saturating_add(pause));
        let next = now.saturating_add(pause.min(LONGEST_PAUSE)).unwrap_or(now);
        let case = case.clone();
        let kept = Held {
            mailbox: mailbox.clone(),
            case: case.clone(),
            place: incoming.place.clone(),
            received: incoming.received,
            blob,
            since,
            next,
            looks,
        };
        let put = vec![(key, record::held_to_json(&kept))];
        self.write(Extra { put, ..Extra::default() }).await?;
        match why {
            NotYet::NotSeen if looks == 0 => {
                info!(%case, %next, "An answer may have been sent from here; it waits for its copy in Sent.");
            }
            NotYet::NoAnswer | NotYet::ServerFailed | NotYet::NotAsked | NotYet::Behind if looks == 0 => {
                warn!(%case, ?why, %next, "An agent's domain cannot be checked yet; the answer waits.");
            }
            NotYet::NoAnswer | NotYet::ServerFailed | NotYet::NotAsked | NotYet::Behind | NotYet::NotSeen => {
            }
        }
        Ok(true)
    }

    /// Whether a witness may still come: the sender writes from mailboxes of ours, and the copy in Sent of what comes in
    /// within seconds is seen a little later. Bounded, because it may never come.
    pub(super) async fn may_still_be_vouched_for(
        &self,
        live: &Live,
        mail: &Opened,
        from: &Address,
    ) -> Result<bool, DeskError> {
        let mut own =
            live.config.mailboxes.iter().flat_map(|mailbox| [Some(&mailbox.address), mailbox.from.as_ref()]);
        let sends =
            own.any(|ours| ours == Some(from)) || self.store().get(&keys::sends(from)?).await?.is_some();
        if !sends {
            return Ok(false);
        }
        let waits = self.store().get(&keys::held(mail.incoming.received, mail.fingerprint)?).await?;
        let since = waits.map(|row| held(&row.value)).transpose()?.map_or(self.now(), |held| held.since);
        Ok(self.now().duration_since(since) < UNSEEN)
    }

    /// Whether an earlier answer about one of these cases still waits. An agent's first word must stay the first.
    pub(super) async fn stands_behind(
        &self,
        tokens: &[Token],
        received: Timestamp,
        fingerprint: Fingerprint,
    ) -> Result<bool, DeskError> {
        let own = keys::held(received, fingerprint)?;
        let cases: Vec<&CaseId> = tokens.iter().map(Token::case).collect();
        let rows = self.store().scan(keys::HELD, None, MOST).await?;
        let earlier = rows.iter().take_while(|row| row.key < own);
        // One that cannot be read decides nothing, and must not keep every later answer from being heard.
        Ok(earlier.filter_map(|row| held(&row.value).ok()).any(|held| cases.contains(&&held.case)))
    }

    /// Takes in again what waited and is due; says how many answers still wait.
    ///
    /// # Errors
    /// When the store refuses; the answers wait on.
    pub async fn look_again(&self) -> Result<usize, DeskError> {
        let rows = self.store().scan(keys::HELD, None, MOST).await?;
        let mut waiting = 0;
        for row in rows {
            let kept = match held(&row.value) {
                Ok(kept) => kept,
                Err(error) => {
                    error!(%error, "A waiting answer cannot be read; it decides nothing.");
                    continue;
                }
            };
            let Some(fingerprint) = row.key.as_str().rsplit('/').next().and_then(Fingerprint::parse) else {
                continue;
            };
            if kept.next > self.now() {
                waiting += 1;
                continue;
            }
            let content = match self.store().blob(&kept.blob).await {
                Ok(content) => content,
                // It can never be judged any more, and those behind it must not wait for it.
                Err(error @ (StoreError::BlobMissing(_) | StoreError::BlobDamaged(_))) => {
                    error!(case = %kept.case, %error, "A waiting answer is lost; it decides nothing.");
                    self.count_refusal(Alarm::Domain(Doubt::NeverClear).word()).await?;
                    self.write(Extra { delete: vec![row.key], ..Extra::default() }).await?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let incoming = Incoming { place: kept.place, received: kept.received, content: Ok(content) };
            self.take_in(&kept.mailbox, vec![incoming]).await?;
            // What has become of it is in the store now; a crash in between only leads to another look.
            if self.store().get(&keys::mail(fingerprint)?).await?.is_some() {
                info!(case = %kept.case, looks = kept.looks, "An answer waits no longer.");
                self.write(Extra { delete: vec![row.key], ..Extra::default() }).await?;
            } else {
                waiting += 1;
            }
        }
        Ok(waiting)
    }

    /// One more refused answer for the operator to hear of. `why` is a word of ours.
    pub(super) async fn count_refusal(&self, why: &str) -> Result<(), DeskError> {
        self.change_refusals(|refusals| {
            let count = refusals.by_reason.entry(why.to_owned()).or_default();
            *count = count.saturating_add(1);
        })
        .await?;
        self.refused().notify_one();
        Ok(())
    }

    /// Refused answers that the operator has not heard of yet.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn refusals(&self) -> Result<Refusals, DeskError> {
        Ok(self.read_refusals().await?.0)
    }

    async fn read_refusals(&self) -> Result<(Refusals, Option<Version>), DeskError> {
        let row = self.store().get(&keys::refused()?).await?;
        let version = row.as_ref().map(|row| row.version);
        let value: serde_json::Value =
            row.and_then(|row| serde_json::from_slice(&row.value).ok()).unwrap_or_default();
        let counts = value.get("by_reason").and_then(|counts| counts.as_object());
        let each = counts.into_iter().flatten().filter_map(|(why, n)| Some((why.clone(), n.as_u64()?)));
        let told = value.get("told").and_then(|told| told.as_str()).and_then(|told| told.parse().ok());
        Ok((Refusals { by_reason: each.collect(), told }, version))
    }

    /// The operator is about to hear of what was refused: whatever comes of it, not again for a while.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn telling_refusals(&self) -> Result<(), DeskError> {
        let now = self.now();
        self.change_refusals(|refusals| refusals.told = Some(now)).await
    }

    /// The operator has heard of these.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn told_refusals(&self, told: &Refusals) -> Result<(), DeskError> {
        self.change_refusals(|left| {
            for (why, count) in &told.by_reason {
                let rest = left.by_reason.get(why).map_or(0, |now| now.saturating_sub(*count));
                if rest == 0 {
                    left.by_reason.remove(why);
                } else {
                    left.by_reason.insert(why.clone(), rest);
                }
            }
        })
        .await
    }

    /// Two refusals at once count as two: who was overtaken reads again.
    async fn change_refusals(&self, change: impl Fn(&mut Refusals)) -> Result<(), DeskError> {
        const ATTEMPTS: u32 = 50;
        let key = keys::refused()?;
        for _ in 0..ATTEMPTS {
            let (mut refusals, version) = self.read_refusals().await?;
            change(&mut refusals);
            let told = refusals.told.map(|told| told.to_string());
            let value = serde_json::json!({ "v": 1, "by_reason": refusals.by_reason, "told": told });
            let put = vec![(key.clone(), value.to_string().into_bytes())];
            let extra = Extra { expect: vec![(key.clone(), version)], put, ..Extra::default() };
            match self.commit(&extra).await? {
                Commit::Done(_) => return Ok(()),
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }
}

fn held(value: &[u8]) -> Result<Held, DeskError> {
    record::held_from_json(value).map_err(|source| DeskError::Record { key: "held", source })
}
