//! The alarm: a mailbox that has fallen silent reaches the operator by routes that do not need it. So do answers that were
//! refused (`refusals`) and storms of mail (`storms`).
//!
//! A mail through the sending server, and a program; either may be dead, then the other still goes. Silence is judged
//! here and not by the watchers: one that is stuck would never say so. Who has heard of what is in the store, so that a
//! restart repeats nothing. Never touches a mailbox.

pub mod outage;
mod page;
mod refusals;
mod storms;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Fuse};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::desk::{Desk, DeskError, Extra, keys};
use crate::health::Board;
use crate::live::Live;
use crate::outbox::{letters, pause};
use crate::record;
use crate::render::{self, Envelope, InternalMail};
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::triage::id::{MailboxName, MessageId};
use outage::{Book, Route, Sight, Telling};

/// How often the mailboxes are reviewed, at most.
const LOOK: Duration = Duration::from_secs(20);
/// Between two mails: what else falls silent meanwhile goes into the next one.
const BETWEEN_MAILS: Duration = Duration::from_secs(300);
/// Between two runs of the program.
const BETWEEN_RUNS: Duration = Duration::from_secs(60);
/// A mail takes no longer; a sending server that hangs must not keep us from trying again.
const MAIL_LIMIT: Duration = Duration::from_secs(120);

/// One route at work.
struct Way {
    route: Route,
    /// Not before this.
    next: Instant,
    failures: u32,
    between: Duration,
    telling: Option<Telling>,
    under_way: Fuse<BoxFuture<'static, Result<(), String>>>,
}

impl Way {
    fn new(route: Route, between: Duration) -> Self {
        Self {
            route,
            next: Instant::now(),
            failures: 0,
            between,
            telling: None,
            under_way: Fuse::terminated(),
        }
    }
}

/// Watches over the watchers, and over who tries to approve, until told to stop.
pub async fn run(desk: Desk, smtp: Arc<Smtp>, board: Board, stop: watch::Receiver<bool>) {
    let refused = refusals::run(desk.clone(), Arc::clone(&smtp), stop.clone());
    let stormy = storms::run(desk.clone(), Arc::clone(&smtp), stop.clone());
    tokio::join!(outages(desk, smtp, board, stop), refused, stormy);
}

async fn outages(desk: Desk, smtp: Arc<Smtp>, board: Board, mut stop: watch::Receiver<bool>) {
    let mut book = load(&desk).await;
    let mut mail = Way::new(Route::Mail, BETWEEN_MAILS);
    let mut command = Way::new(Route::Command, BETWEEN_RUNS);
    loop {
        let live = desk.live();
        let sights = sights(&live, &board);
        let now = desk.now();
        let before = book.clone();
        let changed = book.review(now, &sights);
        say(&before, &book, &changed);
        keep(&desk, &book, &changed).await;
        for way in [&mut mail, &mut command] {
            begin(way, &desk, &live, &smtp, &book, now);
        }
        let shortest = sights.values().map(|sight| sight.limit / 3).min().unwrap_or(LOOK);
        let look = shortest.clamp(Duration::from_millis(500), LOOK);
        let (mut mailed, mut ran) = (None, None);
        tokio::select! {
            () = tokio::time::sleep(look) => {}
            done = &mut mail.under_way => mailed = Some(done),
            done = &mut command.under_way => ran = Some(done),
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Some(done) = mailed {
            end(&mut mail, done, &desk, &mut book).await;
        }
        if let Some(done) = ran {
            end(&mut command, done, &desk, &mut book).await;
        }
    }
}

/// What is seen of every mailbox of the config.
fn sights(live: &Live, board: &Board) -> BTreeMap<MailboxName, Sight> {
    let each = live.config.mailboxes.iter().filter_map(|mailbox| {
        let health = board.of(&mailbox.name)?;
        let sight = Sight {
            quiet: health.alive.elapsed(),
            limit: live.config.silent_after(mailbox),
            looked: health.looked.is_some(),
            trouble: health.trouble.map(|trouble| (trouble.what, trouble.needs_person)),
        };
        Some((mailbox.name.clone(), sight))
    });
    each.collect()
}

/// The log is a route, too.
fn say(before: &Book, now: &Book, changed: &BTreeSet<MailboxName>) {
    for name in changed {
        let was = before.get(name).is_some_and(|outage| outage.alarm && outage.over.is_none());
        match now.get(name) {
            Some(outage) if outage.alarm && outage.over.is_none() && !was => {
                error!(mailbox = %name, since = %outage.since, why = outage.why, needs_person = outage.needs_person,
                    "A mailbox is silent; the operator is told.");
            }
            Some(outage) if outage.over.is_some() && was => info!(mailbox = %name, "A mailbox is back."),
            None if was => info!(mailbox = %name, "A mailbox is back, or no longer watched."),
            Some(_) | None => {}
        }
    }
}

/// Starts telling what is due, unless the route is busy or must rest.
fn begin(way: &mut Way, desk: &Desk, live: &Arc<Live>, smtp: &Arc<Smtp>, book: &Book, now: Timestamp) {
    let operator = &live.config.operator;
    let configured = match way.route {
        Route::Mail => !operator.to.is_empty(),
        Route::Command => !operator.command.is_empty(),
    };
    if !configured || way.telling.is_some() || Instant::now() < way.next {
        return;
    }
    let telling = book.due(way.route, now, operator.remind);
    if telling.is_empty() {
        return;
    }
    let told = telling.clone();
    let (live, smtp, desk) = (Arc::clone(live), Arc::clone(smtp), desk.clone());
    way.under_way = match way.route {
        Route::Mail => async move {
            let text = words::text(&told, &live.config.desk.zone);
            post(&desk, &live, &smtp, words::subject(&told), text).await
        }
        .boxed()
        .fuse(),
        Route::Command => async move {
            let operator = &live.config.operator;
            let input = words::object(&told, now, &live.config.desk.zone).to_string();
            let paged = page::page(&operator.command, &input, operator.command_timeout).await;
            paged.map_err(|error| error.to_string())
        }
        .boxed()
        .fuse(),
    };
    way.telling = Some(telling);
}

/// Writes down who has heard of what.
async fn end(way: &mut Way, done: Result<(), String>, desk: &Desk, book: &mut Book) {
    let Some(telling) = way.telling.take() else { return };
    let (silent, still, back) = (telling.silent.len(), telling.still.len(), telling.back.len());
    match done {
        Ok(()) => {
            (way.failures, way.next) = (0, Instant::now() + way.between);
            let changed = book.told(way.route, desk.now(), &telling);
            keep(desk, book, &changed).await;
            // Said when it is durable: whoever stops us at this line is not told again.
            info!(route = ?way.route, silent, still, back, "Told the operator.");
        }
        Err(why) => {
            way.failures = way.failures.saturating_add(1);
            way.next = Instant::now() + pause(way.failures);
            error!(route = ?way.route, silent, still, back, why, "The operator could not be told; trying again.");
        }
    }
}

/// One mail to everybody who keeps the machine running. Told twice is better than not at all.
async fn post(desk: &Desk, live: &Live, smtp: &Smtp, subject: String, text: String) -> Result<(), String> {
    let config = &live.config;
    let zone = &config.desk.zone;
    let mail =
        InternalMail { to: config.operator.to.clone(), subject, text, html: None, attachments: Vec::new() };
    let now = desk.now();
    let id = format!("operator.{}@{}", now.as_millisecond(), config.smtp.from.domain());
    let id = MessageId::parse(&id).ok_or("the domain of [smtp] from makes no Message-ID")?;
    let envelope = Envelope {
        from: &config.smtp.from,
        from_name: &config.night.from_name,
        reply_to: None,
        message_id: &id,
        in_reply_to: None,
        references: &[],
        date: &now.to_zoned(zone.clone()),
        reference: &letters::reference(&id),
    };
    let bytes = render::internal_mail(&envelope, &mail).map_err(|error| error.to_string())?;
    let parcel = Parcel { from: Some(&config.smtp.from), to: &config.operator.to, bytes: &bytes };
    let sending = smtp.send(parcel, || async { Ok::<(), std::convert::Infallible>(()) });
    match tokio::time::timeout(MAIL_LIMIT, sending).await {
        Ok(Outcome::Sent { .. }) => Ok(()),
        Ok(outcome @ (Outcome::Refused { .. } | Outcome::NotSent { .. } | Outcome::Unknown { .. })) => {
            Err(outcome.to_string())
        }
        Err(_) => Err(format!("no answer within {} s", MAIL_LIMIT.as_secs())),
    }
}

/// Outages of an earlier run. A row that cannot be read is left out: the outage is told once more.
async fn load(desk: &Desk) -> Book {
    let mut outages = BTreeMap::new();
    let mut pages = desk.store().pages(keys::OUTAGE);
    loop {
        let rows = match pages.next().await {
            Ok(Some(rows)) => rows,
            Ok(None) => break,
            Err(error) => {
                error!(%error, "Earlier outages cannot be read; they may be told once more.");
                break;
            }
        };
        for row in &rows {
            let name = row.key.as_str().strip_prefix(keys::OUTAGE).and_then(MailboxName::parse);
            match (name, record::outage_from_json(&row.value)) {
                (Some(name), Ok(outage)) => drop(outages.insert(name, outage)),
                (_, Err(error)) => {
                    warn!(%error, "An earlier outage cannot be read; it may be told once more.")
                }
                (None, Ok(_)) => {}
            }
        }
    }
    Book::carried_over(outages)
}

/// Makes what has changed durable. A full disk must not silence the alarm: then it is only told again after a restart.
async fn keep(desk: &Desk, book: &Book, changed: &BTreeSet<MailboxName>) {
    if changed.is_empty() {
        return;
    }
    let written = async {
        let mut extra = Extra::default();
        for name in changed {
            let key = keys::outage(name)?;
            match book.get(name) {
                Some(outage) => extra.put.push((key, record::outage_to_json(outage))),
                None => extra.delete.push(key),
            }
        }
        desk.write(extra).await?;
        Ok::<(), DeskError>(())
    };
    if let Err(error) = written.await {
        error!(%error, "Cannot write down which mailboxes are silent.");
    }
}
