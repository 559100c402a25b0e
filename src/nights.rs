//! Makes the night report (workflow W1): once per date and shift, also after a crash, also when there is nothing
//! to report.
//!
//! First the content is fixed: which cases, which bytes, one commit that only one writer can win. Then the mail goes
//! out by the same protocol as a customer's mail. Only when the server has taken it do the cases it names hear of it
//! and lose their label. An ending that nobody saw is told to the supervisors, and the cases stay reportable: they
//! will be in the next report rather than in none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tracing::{error, info};

use crate::answers::complaints;
use crate::config::Shift;
use crate::crash;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::live::Live;
use crate::outbox::letters;
use crate::outbox::row::{ReportPhase, ReportRow};
use crate::posting::{self, keep};
use crate::record;
use crate::render::{self, Attached, Envelope, InternalMail};
use crate::report::{self, Night, schedule};
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::store::Commit;
use crate::triage::case::Case;
use crate::triage::event::Event;
use crate::triage::id::{Address, CaseId, MailboxName, MessageId};
use crate::triage::night::Section;
use crate::triage::topics::Topics;

/// The report of a shift's night as it would be made now.
pub async fn draw_up(desk: &Desk, shift: &Shift, date: Date) -> Result<Night, DeskError> {
    let live = desk.live();
    let cases = reportable(desk, &live, shift, date).await?;
    let now = desk.now();
    let planned = schedule::planned(date, shift.at, &shift.zone).unwrap_or(now);
    let since = live.config.desk.reporting_since;
    let report = report::night(&cases, date, &shift.name, since, &shift.zone, now, planned);
    let topics: BTreeMap<&CaseId, &Topics> =
        cases.iter().map(|case| (&case.id, live.rules(&case.mailbox).topics())).collect();
    let desk_topics = live.desk_rules().topics();
    let report = report.calling(|case| topics.get(case).copied().unwrap_or(desk_topics));
    let head = desk.store().audit_head().map(|head| head.to_string());
    let complaints = complaints::lines(desk, |case| is_reported_by(&live, shift, &case.mailbox)).await?;
    Ok(report.naming(&live.config.people).with_complaints(complaints).sealed_by(head))
}

/// The shift that reports on a mailbox: the one that names it, or the desk's own.
fn is_reported_by(live: &Live, shift: &Shift, mailbox: &MailboxName) -> bool {
    let own = live.config.mailbox(mailbox).and_then(|mailbox| mailbox.report.as_ref());
    own.map_or(&live.config.night.shift, |report| &report.shift) == &shift.name
}

async fn reportable(desk: &Desk, live: &Live, shift: &Shift, date: Date) -> Result<Vec<Case>, DeskError> {
    let named = named_elsewhere(desk, shift, date).await?;
    let mut cases = Vec::new();
    let mut pages = desk.store().pages(keys::NIGHT);
    while let Some(rows) = pages.next().await? {
        for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
            if let Some((case, _)) = desk.case(&id).await?
                && case.day <= date
                && is_reported_by(live, shift, &case.mailbox)
                && !named.contains(&id)
            {
                cases.push(case);
            }
        }
    }
    Ok(cases)
}

/// Cases that another night's report settles once it is out: after a stop of some days several reports are fixed in a
/// row, and a stop between sending and settling leaves one half done. No case belongs into two of them.
async fn named_elsewhere(desk: &Desk, shift: &Shift, date: Date) -> Result<BTreeSet<CaseId>, DeskError> {
    // A mailbox may have changed its shift meanwhile: the other shift's report counts, too.
    let other = |row: &ReportRow| row.date != date || row.shift != shift.name;
    let under_way = |row: &ReportRow| match row.phase {
        ReportPhase::Planned | ReportPhase::Dot | ReportPhase::Sent => other(row) && !row.settled,
        // It may not have arrived: the next report names its cases again.
        ReportPhase::Refused(_) | ReportPhase::Unknown => false,
    };
    let rows = all(desk).await?.into_iter().filter(under_way);
    Ok(rows
        .flat_map(|row| row.cases)
        .filter_map(|(id, section)| match section {
            Section::Inquiry | Section::Reservation | Section::ByHand => Some(id),
            Section::Unfinished => None,
        })
        .collect())
}

/// Fixes the content of a night's report. `false`: it exists already.
pub async fn plan(desk: &Desk, shift: &Shift, date: Date) -> Result<bool, DeskError> {
    let live = desk.live();
    let key = keys::report(date, &shift.name)?;
    if desk.store().get(&key).await?.is_some() {
        return Ok(false);
    }
    let night = draw_up(desk, shift, date).await?;
    let now = desk.now();
    let Some(message_id) = message_id(&live, shift, date) else { return Ok(false) };
    let Some(bytes) = mail(&live, shift, &night, &message_id, now) else {
        error!(%date, "The night report cannot be rendered; check [report.night] and [smtp].");
        return Ok(false);
    };
    let row = ReportRow {
        date,
        shift: shift.name.clone(),
        at: now,
        cases: night.cases(),
        to: shift.to.clone(),
        message_id,
        blob: desk.store().put_blob(bytes).await?.as_str().to_owned(),
        attempts: 0,
        not_before: now,
        phase: ReportPhase::Planned,
        settled: false,
    };
    crash::point("report.before_plan");
    let extra = Extra {
        expect: vec![(key.clone(), None)],
        put: vec![(key, record::report_to_json(&row))],
        ..Extra::default()
    };
    let made = matches!(desk.commit(&extra).await?, Commit::Done(_));
    crash::point("report.planned");
    if made {
        info!(%date, shift = shift.name, cases = row.cases.len(), late = night.late(), "Fixed the night report.");
    }
    Ok(made)
}

/// Fixes every report that is due by now.
pub async fn plan_due(desk: &Desk, first: Date) -> Result<(), DeskError> {
    let live = desk.live();
    if !live.config.night.enabled {
        return Ok(());
    }
    let rows = all(desk).await?;
    let first = live.config.desk.reporting_since.map_or(first, |since| since.max(first));
    for shift in live.config.shifts() {
        let sent: BTreeSet<Date> =
            rows.iter().filter(|row| row.shift == shift.name).map(|row| row.date).collect();
        for (date, _) in schedule::due_nights(first, shift.at, &shift.zone, desk.now(), &sent) {
            plan(desk, &shift, date).await?;
        }
    }
    Ok(())
}

/// Every report there is.
pub async fn all(desk: &Desk) -> Result<Vec<ReportRow>, DeskError> {
    let mut reports = Vec::new();
    let mut pages = desk.store().pages(keys::REPORT);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            let report = record::report_from_json(&row.value)
                .map_err(|source| DeskError::Record { key: "report", source })?;
            reports.push(report);
        }
    }
    Ok(reports)
}

/// Sends what waits and settles what is sent.
pub async fn deliver(desk: &Desk, smtp: &Smtp) -> Result<(), DeskError> {
    let now = desk.now();
    for mut row in all(desk).await?.into_iter().filter(|row| !row.settled && row.not_before <= now) {
        if let Err(error) = advance(desk, smtp, &mut row).await {
            error!(date = %row.date, %error, "A night report is delayed.");
        }
    }
    Ok(())
}

async fn advance(desk: &Desk, smtp: &Smtp, row: &mut ReportRow) -> Result<(), DeskError> {
    posting::send(desk, smtp, row).await?;
    match &row.phase {
        ReportPhase::Sent => settle(desk, row).await,
        ReportPhase::Unknown | ReportPhase::Refused(_) => tell(desk, smtp, row).await,
        ReportPhase::Planned | ReportPhase::Dot => Ok(()),
    }
}

/// The cases the report names hear of it; only those it settles, not those it merely lists as unfinished.
async fn settle(desk: &Desk, row: &mut ReportRow) -> Result<(), DeskError> {
    crash::point("report.before_settle");
    let event = Event::Reported { date: row.date };
    for (id, section) in &row.cases {
        match section {
            Section::Inquiry | Section::Reservation | Section::ByHand => {
                desk.handle(id, &event, Extra::default()).await?;
            }
            Section::Unfinished => {}
        }
        crash::point("report.case_settled");
    }
    row.settled = true;
    keep(desk, row).await
}

/// Tells the supervisors that a report may be missing. Harmless to repeat.
async fn tell(desk: &Desk, smtp: &Smtp, row: &mut ReportRow) -> Result<(), DeskError> {
    error!(date = %row.date, phase = ?row.phase, "The night report may not have arrived; the supervisors are told.");
    let live = desk.live();
    let to = live.desk_policy().supervisors();
    let word = match &row.phase {
        ReportPhase::Refused(what) => format!("送信サーバーに断られました（{what}）。"),
        ReportPhase::Planned | ReportPhase::Dot | ReportPhase::Sent | ReportPhase::Unknown => {
            "送信中に接続が切れ、届いたかどうか分かりません。自動で送り直すことはありません。".to_owned()
        }
    };
    let (month, day) = (row.date.month(), row.date.day());
    let note = InternalMail {
        to: to.clone(),
        subject: format!("<{month}/{day}予約に至らなかったメール> の送信について"),
        text: format!(
            "{month}/{day} の夜間報告です。{word}\n載せる予定だった件は、次の報告にもう一度載ります。\n\
             内容は madoguchi report night --date {} --dry-run で見られます。\n",
            row.date
        ),
        html: None,
        attachments: Vec::new(),
    };
    let id = MessageId::parse(&format!("about.{}", row.message_id.as_str()));
    let Some(bytes) = id.and_then(|id| finish(&live, &note, &id, row.at)) else { return Ok(()) };
    let parcel = Parcel { from: Some(&live.config.smtp.from), to: &to, bytes: &bytes };
    let outcome = smtp.send(parcel, || async { Ok::<(), std::convert::Infallible>(()) }).await;
    crash::point("report.told");
    posting::attempted(desk, row);
    row.settled = matches!(outcome, Outcome::Sent { .. } | Outcome::Refused { permanent: true, .. });
    keep(desk, row).await
}

/// One id per date and shift, whatever the shift is called.
fn message_id(live: &Live, shift: &Shift, date: Date) -> Option<MessageId> {
    let shift: String =
        Sha256::digest(shift.name.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    MessageId::parse(&format!("report.{date}.{shift}@{}", live.config.smtp.from.domain()))
}

fn mail(live: &Live, shift: &Shift, night: &Night, id: &MessageId, at: Timestamp) -> Option<Vec<u8>> {
    let csv = Attached {
        name: format!("night-{}.csv", night.date),
        media_type: "text/csv".to_owned(),
        bytes: night.csv(),
        shown: false,
    };
    let mail = InternalMail {
        to: shift.to.clone(),
        subject: night.subject(&shift_name(live, shift)),
        text: night.text(),
        html: None,
        attachments: vec![csv],
    };
    finish(live, &mail, id, at)
}

/// Whose report it is: the mailbox that a shift of its own has, where it has a name of its own.
pub fn shift_name(live: &Live, shift: &Shift) -> String {
    let mut named = shift.mailboxes.iter().map(|mailbox| &live.policy(mailbox).desk.name);
    match (named.next(), named.next()) {
        (Some(name), None) => name.clone(),
        (Some(_), Some(_)) => format!("{} {}", live.config.desk.name, shift.name),
        (None, _) => live.config.desk.name.clone(),
    }
}

pub(crate) fn finish(live: &Live, mail: &InternalMail, id: &MessageId, at: Timestamp) -> Option<Vec<u8>> {
    let date = at.to_zoned(live.config.desk.zone.clone());
    let from: &Address = &live.config.smtp.from;
    let envelope = Envelope {
        from,
        from_name: &live.config.night.from_name,
        reply_to: None,
        message_id: id,
        in_reply_to: None,
        references: &[],
        date: &date,
        reference: &letters::reference(id),
    };
    render::internal_mail(&envelope, mail).ok()
}
