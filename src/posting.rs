//! Mails of reports: their bytes are fixed in the store first, then they go out by the protocol of a customer's mail, at
//! most once by the machine. Night reports and reports of the day share this; what a report says and who must hear of a
//! lost one is theirs.

use jiff::civil::Date;
use tracing::{info, warn};

use crate::crash;
use crate::desk::{Desk, DeskError, Extra};
use crate::outbox::row::{ReportPhase, ReportRow};
use crate::outbox::{after, pause};
use crate::record::{self, Posting};
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::store::{BlobId, Key, StoreError};
use crate::triage::id::Address;

/// A report whose bytes are in the store.
pub(crate) trait Posted: Clone {
    /// The day it is about.
    fn date(&self) -> Date;
    /// Its row in the store.
    fn row(&self) -> Result<(Key, Vec<u8>), StoreError>;
    /// Who gets it.
    fn to(&self) -> &[Address];
    /// Its bytes, by hash.
    fn blob(&self) -> &str;
    /// Attempts begun, the instant of the next one, and how far it got.
    fn progress(&mut self) -> (&mut u32, &mut jiff::Timestamp, &mut ReportPhase);
}

impl Posted for ReportRow {
    fn date(&self) -> Date {
        self.date
    }

    fn row(&self) -> Result<(Key, Vec<u8>), StoreError> {
        Ok((crate::desk::keys::report(self.date, &self.shift)?, record::report_to_json(self)))
    }

    fn to(&self) -> &[Address] {
        &self.to
    }

    fn blob(&self) -> &str {
        &self.blob
    }

    fn progress(&mut self) -> (&mut u32, &mut jiff::Timestamp, &mut ReportPhase) {
        (&mut self.attempts, &mut self.not_before, &mut self.phase)
    }
}

impl Posted for Posting {
    fn date(&self) -> Date {
        self.date
    }

    fn row(&self) -> Result<(Key, Vec<u8>), StoreError> {
        Ok((crate::desk::keys::posting(&self.name)?, record::posting_to_json(self)))
    }

    fn to(&self) -> &[Address] {
        std::slice::from_ref(&self.to)
    }

    fn blob(&self) -> &str {
        &self.blob
    }

    fn progress(&mut self) -> (&mut u32, &mut jiff::Timestamp, &mut ReportPhase) {
        (&mut self.attempts, &mut self.not_before, &mut self.phase)
    }
}

/// Tries to send what was planned. Whatever was under way when we stopped may have been delivered, and stays so.
pub(crate) async fn send<R: Posted>(desk: &Desk, smtp: &Smtp, row: &mut R) -> Result<(), DeskError> {
    let date = row.date();
    if *row.progress().2 == ReportPhase::Dot {
        warn!(%date, "A report was under way when we stopped; its ending is unknown.");
        *row.progress().2 = ReportPhase::Unknown;
        keep(desk, row).await?;
    }
    if *row.progress().2 != ReportPhase::Planned {
        return Ok(());
    }
    let Some(blob) = BlobId::parse(row.blob()) else { return Ok(()) };
    let bytes = desk.store().blob(&blob).await?;
    attempted(desk, row);
    keep(desk, row).await?;
    let live = desk.live();
    let to = row.to().to_vec();
    let parcel = Parcel { from: Some(&live.config.smtp.from), to: &to, bytes: &bytes };
    let mut at_dot = row.clone();
    *at_dot.progress().2 = ReportPhase::Dot;
    crash::point("report.before_send");
    let outcome = smtp
        .send(parcel, || async {
            keep(desk, &at_dot).await?;
            crash::point("report.dot");
            Ok::<(), DeskError>(())
        })
        .await;
    crash::point("report.after_dot");
    info!(%date, %outcome, "Tried to send a report.");
    *row.progress().2 = match &outcome {
        Outcome::Sent { .. } => ReportPhase::Sent,
        Outcome::Refused { permanent: true, .. } => ReportPhase::Refused(outcome.to_string()),
        Outcome::Unknown { .. } => ReportPhase::Unknown,
        Outcome::Refused { .. } | Outcome::NotSent { .. } => ReportPhase::Planned,
    };
    keep(desk, row).await
}

/// One more attempt; the next one is later.
pub(crate) fn attempted<R: Posted>(desk: &Desk, row: &mut R) {
    let (attempts, not_before, _) = row.progress();
    *attempts = attempts.saturating_add(1);
    *not_before = after(desk.now(), pause(*attempts));
}

/// Writes down how far it got.
pub(crate) async fn keep<R: Posted>(desk: &Desk, row: &R) -> Result<(), DeskError> {
    desk.write(Extra { put: vec![row.row()?], ..Extra::default() }).await
}
