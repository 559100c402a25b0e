//! Sends memos: mails to our own people that belong to no case. Tried until they work, for three days.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::{letters, pause};
use crate::desk::memo::Memo;
use crate::desk::{Desk, DeskError};
use crate::live::Live;
use crate::render::{self, Envelope, InternalMail, RenderError};
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::store::Key;
use crate::triage::id::{Address, MessageId};

/// Without a word of the desk is looked so often.
const LOOK: Duration = Duration::from_secs(600);
/// A memo that nobody takes for so long is given up, aloud.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);

/// Sends memos until told to stop.
pub async fn run(desk: Desk, smtp: Arc<Smtp>, mut stop: watch::Receiver<bool>) {
    let mut failures: u32 = 0;
    loop {
        let left = match deliver(&desk, &smtp).await {
            Ok(left) => left,
            Err(error) => {
                error!(%error, "Mails to our own people cannot be read from the store; trying again.");
                1
            }
        };
        failures = if left == 0 { 0 } else { failures.saturating_add(1) };
        let rest = if left == 0 { LOOK } else { pause(failures) };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = desk.memos().notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Sends everything that waits; how many could not leave.
///
/// # Errors
/// What the store says.
pub async fn deliver(desk: &Desk, smtp: &Smtp) -> Result<usize, DeskError> {
    let mut left: usize = 0;
    for (key, memo) in desk.waiting_memos().await? {
        let Some(memo) = memo else {
            error!("A mail to one of us cannot be read; it is dropped.");
            desk.settle_memo(key).await?;
            continue;
        };
        match post(&desk.live(), smtp, &key, &memo).await {
            Ok(Outcome::Sent { .. }) => {
                info!("Posted a mail to one of us that belongs to no case.");
                desk.settle_memo(key).await?;
            }
            Ok(outcome)
                if matches!(outcome, Outcome::Refused { permanent: true, .. })
                    || desk.now().duration_since(memo.at) > GIVE_UP =>
            {
                error!(%outcome, "A mail to one of us cannot be delivered; given up.");
                desk.settle_memo(key).await?;
            }
            Ok(outcome) => {
                warn!(%outcome, "A mail to one of us did not go out; trying again.");
                left = left.saturating_add(1);
            }
            // Addresses come from the config and texts are encoded: only a broken config could end here.
            Err(error) => {
                error!(%error, "A mail to one of us cannot be rendered; check [smtp].");
                desk.settle_memo(key).await?;
            }
        }
    }
    Ok(left)
}

async fn post(live: &Live, smtp: &Smtp, key: &Key, memo: &Memo) -> Result<Outcome, RenderError> {
    let bytes = rendered(live, key, memo)?;
    let from: &Address = &live.config.smtp.from;
    let parcel = Parcel { from: Some(from), to: std::slice::from_ref(&memo.to), bytes: &bytes };
    Ok(smtp.send(parcel, || async { Ok::<(), std::convert::Infallible>(()) }).await)
}

/// The same memo gives the same bytes, and the same Message-ID.
fn rendered(live: &Live, key: &Key, memo: &Memo) -> Result<Vec<u8>, RenderError> {
    let mail = InternalMail {
        to: vec![memo.to.clone()],
        subject: format!("[窓口] {}", memo.subject),
        text: memo.text.clone(),
        html: None,
        attachments: Vec::new(),
    };
    let config = &live.config;
    let name = match &memo.mailbox {
        Some(mailbox) => config.from_name_of(mailbox),
        None => config.night.from_name.as_str(),
    };
    let zone = memo.mailbox.as_ref().map_or(&config.desk.zone, |mailbox| live.zone(mailbox));
    let id = key.as_str().replace('/', ".");
    let id = MessageId::parse(&format!("{id}@{}", config.smtp.from.domain()))
        .ok_or(RenderError::Unfit("Message-ID"))?;
    render::internal_mail(
        &Envelope {
            from: &config.smtp.from,
            from_name: name,
            reply_to: None,
            message_id: &id,
            in_reply_to: None,
            references: &[],
            date: &memo.at.to_zoned(zone.clone()),
            reference: &letters::reference(&id),
        },
        &mail,
    )
}
